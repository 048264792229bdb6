"""What the figures of a run are called, and their units."""

from __future__ import annotations

NAMES: dict[str, tuple[str, str]] = {
    "t_cycle": ("s", "cycle time, charging to cleaning"),
    "tau": ("s", "residence time"),
    "L": ("m", "length of a channel"),
    "T_max": ("K", "highest temperature"),
    "t_T_max": ("s", "time of the highest temperature"),
    "r_T_max": ("m", "distance of the highest temperature from the middle"),
    "z_T_max": ("m", "place of the highest temperature"),
    "t_ignition": ("s", "time at which the temperature rises fastest"),
    "z_ignition": ("m", "place where the temperature rises fastest"),
    "t_end": ("s", "time at the end of the run"),
    "T_limit": ("K", "limit of the temperature"),
    "t_limit": ("s", "time from the first change of operation to the temperature limit"),
    "T_max_end": ("K", "highest temperature at the end of the run"),
    "T_wall_max_end": ("K", "highest temperature of the metal at the end of the run"),
    "T_out": ("K", "outlet temperature"),
    "T_wall_max": ("K", "highest temperature of the wall"),
    "z_T_wall_max": ("m", "place where the wall is hottest"),
    "growth_um_h": ("um/h", "rate at which solids grow, a channel's mean"),
    "drift": ("1", "relative change in a residence time at the end, 0 in a steady state"),
    "T_utility_out": ("K", "outlet temperature of the last zone's utility"),
    "MTSR": ("K", "highest temperature after cooling failure with dosing stopped"),
    "t_MTSR": ("s", "time at which a cooling failure is worst"),
    "T_dosing_not_stopped": ("K", "temperature if cooling fails and dosing goes on"),
    "T_stop": ("K", "highest temperature after stop of flow and loss of utility"),
    "dT_ad": ("K", "adiabatic temperature rise of the whole feed"),
    "UA": ("W/K", "heat-transfer coefficient times wetted area at the final volume"),
    "UA_V": ("W/m3/K", "heat-transfer coefficient times area per volume"),
    "NTU": ("1", "number of transfer units"),
    "Fo": ("1", "Fourier number D tau/R^2 of the fastest diffusing species"),
    "Re": ("1", "Reynolds number"),
    "Bi": ("1", "Biot number h_w R/lambda of the wall"),
    "Pe": ("1", "Peclet number u L/D of matter"),
    "Pe_heat": ("1", "Peclet number of heat, its flow times the length over the conductivity"),
    "Phi": ("1", "heat capacity of fluid and metal over that of the fluid"),
    "p_drop": ("Pa", "pressure drop"),
    "distillate": ("mol/s", "what leaves at the top"),
    "bottoms": ("mol/s", "what leaves at the bottom"),
    "T_top": ("K", "temperature of the top"),
    "T_bottom": ("K", "temperature of the bottom"),
    "reflux_ratio": ("1", "reflux over distillate"),
    "boilup": ("mol/s", "vapour from the reboiler"),
    "Q_condenser": ("W", "heat taken by the condenser"),
    "Q_reboiler": ("W", "heat needed by the reboiler"),
    "distilled": ("mol", "what left at the top over the run"),
    "drawn": ("mol", "what left at the bottom over the run"),
    "heat": ("J", "heat of the reboiler over the run"),
    "recycle": ("mol/s", "what goes back to the reactor"),
    "Q_reactor": ("W", "heat into the reactor, below 0 where it is cooled"),
    "p_out": ("Pa", "pressure at the outlet"),
    "void": ("1", "void fraction of the bed"),
    "catalyst": ("kg", "catalyst in all tubes"),
    "tubes": ("1", "number of tubes"),
    "WHSV": ("1/s", "mass flow over mass of catalyst"),
    "pumping": ("W", "hydraulic power of all channels"),
    "V": ("m3", "volume of the contents"),
    "V_vessel": ("m3", "volume of the vessel, free space included"),
    "SEI": ("J/mol", "electrical energy per mole of inlet gas"),
    "SEI_volume": ("J/m3", "electrical energy per volume of inlet gas at the reference state"),
    "SEI_eV": ("eV", "electrical energy per molecule of inlet gas"),
    "E_N": ("Td", "reduced field"),
    "n_total": ("1", "amount of gas at the end per mole of inlet gas"),
    "catalyst_over_flow": ("kg*s/mol", "catalyst over the molar flow of the feed"),
    "heat_share": ("1", "part of the energy that left as heat"),
    "energy_efficiency": ("1", "part of the energy that is in the first product's enthalpy"),
    "heat_in": ("J/mol", "heat that the furnace gives, per mole of feed"),
    "heat_out": ("J/mol", "heat that the quench takes, per mole of feed"),
    "heat_drawn": ("J/mol", "heat drawn after recovery, per mole of feed"),
    "channels": ("1", "number of channels"),
    "T_max_nominal": ("K", "highest temperature if all channels were alike"),
    "flow_spread": ("1", "largest over smallest flow of a channel"),
    "t_engulfment": ("s", "time in which liquids engulf each other, 1/E"),
    "X_equilibrium": ("1", "equilibrium conversion of the key without removal"),
    "energy_removal": ("J", "heat that the removal takes"),
    "cycles": ("1", "cycles to the cyclic steady state"),
    "period": ("s", "duration of a cycle"),
    "change": ("1", "largest change of the state over a cycle, in its magnitude"),
    "purity": ("1", "share of the product's species in the product"),
    "recovery": ("1", "product over what the feed could become"),
    "purity_tail": ("1", "share of the tail's species in the tail"),
    "recovery_tail": ("1", "tail over what the feed could become"),
    "productivity": ("mol/kg/s", "product per mass of sorbent and time"),
    "product": ("mol/m2", "product of a cycle per area of the bed"),
    "kWh_kg": ("kWh/kg", "energy drawn per mass of product"),
    "kWh_kg_compression": ("kWh/kg", "work of compressors per mass of product"),
    "kWh_kg_vacuum": ("kWh/kg", "work of vacuum pumps per mass of product"),
    "kWh_kg_heat": ("kWh/kg", "heat that gases take to be made, per mass of product"),
    "desorbent_feed": ("1", "volume of desorbent per volume of feed"),
    "t_switch": ("s", "time between two moves of the ports"),
    "X_mixed": ("1", "part of the liquid that is mixed at the end"),
    "Da_mix": ("1", "mixing Damkoehler number of the fastest reaction"),
}

SIDE: dict[str, tuple[str, str]] = {
    "time": ("s", "time in the plant: cycle of the batch, residence in the channel"),
    "t_reaction": ("s", "reaction time: dosing and hold, or residence"),
    "conversion": ("1", "conversion of the key reactant"),
    "yield": ("1", "yield of the product on the key reactant"),
    "selectivity": ("1", "selectivity of the product"),
    "c_product": ("mol/m3", "product per volume of mixture, as key reactant converted to it"),
    "STY": ("mol/m3/s", "space-time yield, per volume of vessel or channel"),
    "T_max": ("K", "highest temperature in operation"),
    "T_failure": ("K", "highest temperature under the failures that the limit covers"),
    "dT_ad": ("K", "adiabatic temperature rise"),
    "UA_V": ("W/m3/K", "heat-transfer coefficient times area per volume of contents"),
    "volume": ("m3", "volume of the plant"),
    "same_production": ("m3", "hold-up of the intensified plant for the batch's production"),
    "energy_content": ("J", "heat that the contents can release at most"),
    "kWh_kg": ("kWh/kg", "energy drawn per mass of product"),
    "x_key": ("mol/mol", "mole fraction of the key reactant in the feed"),
    "x_product": ("mol/mol", "mole fraction of the product at the outlet"),
    "energy": ("J/mol", "energy drawn per mole of feed"),
    "eV": ("eV", "energy drawn per molecule of product"),
    "efficiency": ("1", "enthalpy of reaction over energy drawn"),
}
"""Figures that both sides of a comparison have."""


TRAIN: dict[str, tuple[str, str]] = {
    "purity_light": ("mol/mol", "purity of the light product"),
    "purity_heavy": ("mol/mol", "purity of the heavy product"),
    "light": ("mol/s", "production of the light product"),
    "heavy": ("mol/s", "production of the heavy product"),
    "heat": ("W", "heat: reboilers, heated reactor"),
    "cooling": ("W", "cooling: condensers, cooled reactor"),
    "heat_mol": ("J/mol", "heat per mole of light product"),
    "cooling_mol": ("J/mol", "cooling per mole of light product"),
    "heat_kg": ("J/kg", "heat per mass of both products"),
    "exergy": ("W", "exergy of the heat"),
    "exergy_off": ("W", "exergy carried off by cooling"),
    "T_heat": ("K", "hottest heat"),
    "T_cooling": ("K", "coldest cooling"),
    "holdup": ("1", "hold-up that reacts, in the unit of the rates"),
    "recycle": ("mol/s", "recycle"),
    "stages": ("1", "stages, condensers and reboilers included"),
    "pieces": ("1", "columns, reactors, condensers, reboilers, coolers"),
}
"""Figures that both sides of a comparison of column and train have."""

SEPARATION: dict[str, tuple[str, str]] = {
    "purity": ("mol/mol", "purity of the product"),
    "recovery": ("mol/mol", "product over what the feed could become"),
    "kWh_kg": ("kWh/kg", "energy drawn per mass of product"),
    "sorbent": ("kg h/kg", "sorbent per product and time"),
    "catalyst": ("kg h/kg", "catalyst per product and time"),
    "purge": ("mol/mol", "purge over feed"),
    "vessels": ("1", "columns that take turns, reactors, tanks"),
    "exchangers": ("1", "heat exchangers between reactor and columns"),
}
"""Figures that both sides of a comparison of a column that reacts, and one that does not, have."""


PER_SPECIES = (
    ("x_top_", "mol/mol", "mole fraction at the top of"),
    ("x_bottom_", "mol/mol", "mole fraction at the bottom of"),
    ("x_", "mol/mol", "mole fraction of"),
    ("cost_", "eV", "energy per molecule of"),
    ("G_", "1", "molecules per 100 eV of"),
    ("yield_", "g/kWh", "mass per energy of"),
    ("S_", "1", "selectivity to"),
    ("q_", "mol/kg", "mean loading with"),
    ("purity_extract_", "1", "share in the extract of"),
    ("purity_raffinate_", "1", "share in the raffinate of"),
)
"""Figures of species by the start of their name."""


def label(name: str) -> tuple[str, str]:
    """Unit and long name of a figure.

    >>> label("X_H2O2")
    ('1', 'conversion of H2O2')
    >>> label("t_dose")
    ('s', "duration of phase 'dose'")
    """
    if name in NAMES:
        return NAMES[name]
    if name[:-2] in NAMES and name.endswith(("_1", "_2")):
        unit, meaning = NAMES[name[:-2]]
        return unit, f"{meaning}, column {name[-1]}"
    if name.startswith("X_") and name.endswith("_worst"):
        return "1", f"conversion of {name[2:-6]} in the worst channel"
    for start, unit, meaning in PER_SPECIES:
        if name.startswith(start):
            return unit, f"{meaning} {name.removeprefix(start)}"
    if name.startswith("X_"):
        return "1", f"conversion of {name[2:]}"
    if name.startswith("t_"):
        return "s", f"duration of phase '{name[2:]}'"
    return "1", name
