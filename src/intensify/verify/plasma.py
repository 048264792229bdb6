"""Cold plasma: electrons in a field, discharges, plasma chemistry."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from intensify.chemistry import Species
from intensify.plasma import (
    DBD,
    TOWNSEND,
    Boltzmann,
    CrossSections,
    Growth,
    IsotropicEEDF,
    PlasmaNetwork,
    PlasmaReaction,
    Process,
    PulseTrain,
    Sharing,
    SpecificEnergy,
    Swarm,
    power_of_figure,
    read_cross_sections,
    tabulated,
)
from intensify.plasma.energy import AVOGADRO
from intensify.reactors.discharges.cold_plasma import ColdPlasmaReactor, Field
from intensify.solve import solve
from intensify.units import INF
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions, number_in


def file_of(inputs: Inputs) -> CrossSections:
    """The cross sections that a case names, of the version that it names."""
    named = inputs["cross_sections"]
    return read_cross_sections(named["file"].rsplit("/", 1)[-1], sha256=named["sha256"])


def solver(inputs: Inputs, sections: CrossSections, **more: Any) -> Boltzmann:
    """The two-term solver with the growth and sharing that a case states."""
    sharing = str(inputs.get("ionization_energy_sharing", "equal")).upper()
    return Boltzmann(
        sections,
        T=inputs.get("T_gas_K", 0.0),
        growth=Growth[inputs["growth"].upper()],
        sharing=Sharing[sharing] if sharing in Sharing.__members__ else Sharing.EQUAL,
        omega_N=inputs.get("omega_over_N_rad_m3_s", 0.0),
        **more,
    )


def swarm_of(inputs: Inputs, sections: CrossSections, **more: Any) -> Swarm:
    """The swarm at the case's field and composition."""
    x = inputs.get("mole_fractions", {"X": 1.0})
    return solver(inputs, sections, **more).solve(inputs["E_over_N_Td"] * TOWNSEND, x)


def transport(swarm: Swarm) -> dict[str, Any]:
    """The names under which cases ask for a swarm's numbers."""
    return {
        "mean_energy": swarm.mean_energy,
        "mobility_N": swarm.mobility_N,
        "flux_mobility_N": swarm.mobility_N,
        "diffusion_N": swarm.diffusion_N,
        "drift_velocity": swarm.drift_velocity,
        "flux_drift_velocity_muE": swarm.drift_velocity,
        "electron_temperature": swarm.electron_temperature,
        "rate_coefficients": swarm.rate_coefficients,
        "net_growth_frequency_over_N": swarm.growth_frequency_N,
        "alpha_over_N": swarm.growth_N,
        "joule_power_over_ne_N": swarm.joule,
        "power_balance_residual": swarm.residual,
        "F0_at_0": float(swarm.F0[0]),
    }


def eedf(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A gas from a file; small rates at low fields need more cells than usual."""
    return transport(swarm_of(inputs, file_of(inputs), cells=2400))


WIDE: dict[str, Any] = {"low": 1e-7, "high": 1e6, "points": 8000}
"""Tables for fields of any size."""


def model_gas(energy: Any, sigma: Any, ratio: float, *others: Process) -> CrossSections:
    """A gas X with one elastic table."""
    elastic = Process("X", "elastic", "elastic", 0.0, np.array(energy), np.array(sigma), ratio)
    return CrossSections.build([elastic, *others])


def ramp(kind: str, slope: float, threshold: float) -> Process:
    """A cross section that rises linearly from its threshold."""
    energy = np.array([threshold, threshold + 1e5])
    return Process("X", "state", kind, threshold, energy, slope * (energy - threshold))


def eedf_maxwell_gas(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """sigma = s/sqrt(E)."""
    s = inputs["s_m2_sqrteV"]
    gas = model_gas(*tabulated(lambda e: s / np.sqrt(e), **WIDE), inputs["mass_ratio_m_over_M"])
    return transport(swarm_of(inputs, gas, cells=2000))


def constant_gas(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Constant sigma, elastic only."""
    sigma = inputs["sigma_m_m2"]
    gas = model_gas([0.0, 1e5], [sigma, sigma], inputs["mass_ratio_m_over_M"])
    return transport(swarm_of(inputs, gas, cells=1000))


def eedf_druyvesteyn(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Cold gas."""
    return constant_gas(inputs, names)


def eedf_davydov(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Warm gas."""
    return constant_gas(inputs, names)


def eedf_reid_ramp(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Constant elastic scattering and a ramp."""
    sigma, text = inputs["sigma_elastic_m2"], inputs["sigma_exc"]
    slope, threshold = number_in(text, "^# m2/eV"), number_in(text, "threshold # eV")
    gas = model_gas(
        [0.0, 1e5], [sigma, sigma], inputs["mass_ratio_m_over_M"],
        ramp("excitation", slope, threshold),
    )  # fmt: skip
    swarm = swarm_of(inputs, gas, cells=1000)
    return {**transport(swarm), "k_exc": swarm.rate("X->state")}


def eedf_lucas_saelee(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """sigma/sqrt(E) and a ramp that ionises or excites."""
    text = inputs["sigma_inel"]
    slope, threshold = number_in(text, "^# m2/eV"), number_in(text, "threshold # eV")
    s = number_in(inputs["sigma_elastic"], r"^#\*energy")
    power = number_in(inputs["sigma_elastic"], r"energy_eV\^#")
    gas = model_gas(
        *tabulated(lambda e: s * e**power, **WIDE), inputs["mass_ratio_m_over_M"],
        ramp(inputs["process"], slope, threshold),
    )  # fmt: skip
    swarm = swarm_of(inputs, gas, cells=1000)
    return {**transport(swarm), "k_inelastic": swarm.rate("X->state")}


def multiterm(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Eight terms against two."""
    electrons = solver(inputs, file_of(inputs))
    x, E_N = inputs["mole_fractions"], inputs["E_over_N_Td"] * TOWNSEND
    many, two = electrons.solve_multi_term(E_N, x), electrons.solve(E_N, x)
    return {
        "mean_energy": many.mean_energy,
        "flux_mobility_N": many.mobility_N,
        "two_term_over_multi_term_minus_1": two.mean_energy / many.mean_energy - 1.0,
    }


def rate_O2_itikawa(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Rates of a file under a distribution of given shape."""
    shape = IsotropicEEDF(inputs["mean_energy_eV"], inputs["shape_x"])
    found = {f"{p.target} + e => {p.product}": shape.rate(p) for p in file_of(inputs).processes}
    return {"rate_coefficients": found}


def rate_maxwell_step(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A step under a distribution of given shape."""
    u, s = inputs["threshold_eV"], inputs["sigma_0_m2"]
    step = Process("X", "state", "excitation", u, np.array([u, u + 1e5]), np.array([s, s]))
    return {"k": IsotropicEEDF(inputs["mean_energy_eV"], inputs["shape"]).rate(step)}


def critical_field(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Ionisation equals attachment."""
    swarm = solver(inputs, file_of(inputs)).critical_field(inputs["mole_fractions"])
    return {
        "E_over_N_critical": swarm.E_N / TOWNSEND,
        "mean_energy_at_critical": swarm.mean_energy,
    }


def dbd_manley(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A sinus on a barrier discharge; the volume of gas at the flow's own state."""
    cell = DBD(
        inputs["C_dielectric_F"], inputs["C_gap_F"], inputs["gap_burning_voltage_V"]
    ).checked()
    U, f = inputs["U_peak_V"], inputs["f_Hz"]
    power = cell.power(U=U, f=f)
    flow = inputs["flow_L_per_min"] * 1e-3 / 60.0
    energy = SpecificEnergy.of_power(power, flow, T=273.15, p=101325.0)
    return {
        "power": power,
        "U_min": cell.U_min,
        "C_cell": cell.C_cell,
        "power_from_QV_area": power_of_figure(*cell.figure(U=U, points=4000), f),
        "SEI": energy.J_per_L,
    }


def energy_metrics(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """SEI and what it buys."""
    energy = SpecificEnergy.per_litre(
        inputs["SEI_J_per_L"], T=inputs["reference_T_K"], p=inputs["reference_p_Pa"]
    )
    X = inputs["conversion_X"]
    out = {
        "SEI_eV_per_molecule": energy.eV,
        "SEI_kJ_per_mol": energy.kJ_per_mol,
        "energy_efficiency": energy.efficiency(X, 1e3 * inputs["dH_kJ_per_mol"]),
        "energy_cost_per_converted": energy.cost(X),
    }
    for name, product in conditions(names, r"g_(\w+)_per_kWh"):
        out[name] = energy.grams_per_kWh(X, 1e-3 * inputs[f"M_{product}_g_per_mol"])
    return out


# --- chemistry -----------------------------------------------------------------------------------
def reactions_of(inputs: Inputs) -> list[PlasmaReaction]:
    """The reactions of a case; a rate constant by name is an input of that name."""
    return [
        PlasmaReaction(r["equation"], A=inputs[r["k"]])
        if "k" in r
        else PlasmaReaction(r["equation"], r["A"], r["n"], r["Ta"], T_ref=r["T_ref"])
        for r in inputs["reactions"].values()
    ]


def oxygens(name: str) -> dict[str, float]:
    """Atoms of a species of oxygen."""
    return {"O": float(re.sub(r"\(.*\)", "", name)[1:] or 1)}


def chem0d_o3(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Power-driven oxygen plasma, continuous or in pulses."""
    cp, M_O = inputs["cp_per_mole_mixture_J_molK"], 1e-3 * inputs["M_O3_g_per_mol"] / 3.0
    kinds = {k: v for k, v in inputs["species"].items() if isinstance(v, dict)}
    species = [
        Species(name, oxygens(name), M_O * oxygens(name)["O"], cp=cp, h=kind["Hf"])
        for name, kind in kinds.items()
    ]
    pulsed = inputs["mode"] == "pulsed"
    train = (
        PulseTrain(inputs["wp"], inputs["width"], inputs["period"], int(inputs["npulse"]))
        if pulsed
        else None
    )
    reactor = ColdPlasmaReactor(
        PlasmaNetwork.build(reactions_of(inputs), species, T_ref=inputs["Tref"]),
        feed=inputs["initial"], T=inputs["T0"], p=inputs["p_Pa"],
        power=None if pulsed else inputs["P_W_per_mol"], residence=inputs["t_on"] or 0.0,
        pulses=train, after=inputs["t_after"], field=Field(inputs["EN"], inputs["muN"]),
        UA=INF if inputs["iso"] else inputs["UA"], T_wall=inputs["Tw"], products=("O3",),
        key="O2",
    )  # fmt: skip
    kpis = solve(reactor).kpis
    return {
        "x_O3": kpis["x_O3"],
        "T_final": kpis["T_out"],
        "n_total": kpis["n_total"],
        "SEI": kpis["SEI"],
        "energy_per_O3": kpis["cost_O3"],
        "ozone_yield": kpis["yield_O3"],
    }


def chem0d_microdischarge_afterglow(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Gas with O atoms and no power."""
    kinds = ("O2", "O", "O3")
    chemistry = PlasmaNetwork.build(
        reactions_of(inputs), [Species(name, oxygens(name), cp=30.0) for name in kinds]
    )
    reactor = ColdPlasmaReactor(
        chemistry, feed={"O": inputs["x_O_initial"], "O2": inputs["x_O2_initial"]},
        T=inputs["T_K"], p=inputs["p_Pa"], power=0.0, residence=inputs["t_s"], UA=INF,
        products=("O3",), key="O",
    )  # fmt: skip
    result = solve(reactor, rtol=1e-9)
    n = float(result.dataset["n"].sel(species="O3")[-1])
    return {"n_O3": n, "O_to_O3_efficiency": n / float(reactor.n_in[1])}


def chem0d_cantera_o2_itikawa(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Rate constants as listed, electrons a species of their own."""
    alias = {"E": "e"}
    listed = []
    for rx in inputs["rate_constants_used"]:
        words = [alias.get(w, w) for w in rx["eq"].split()]
        left = " ".join(words).split(" => ")[0].split(" + ")
        order = sum(int(w.split()[0]) if " " in w else 1 for w in left)
        k = rx["k"] / (1e3 * AVOGADRO) ** (order - 1)
        listed.append(PlasmaReaction(" ".join(words), A=k, efficiencies={"e": 1.0}))
    charges = {"e": 1.0, "O2+": -1.0, "O2-": 1.0, "O-": 1.0}
    species = [
        Species(n, {"O": float(n.count("O") * (2 if "O2" in n else 1)), "E": charges.get(n, 0.0)},
                cp=30.0)
        for n in ("O2", "e", "O", "O2+", "O2-", "O-")
    ]  # fmt: skip
    texts = dict(part.strip().split(":") for part in inputs["X0 (normalise)"].split(","))
    reactor = ColdPlasmaReactor(
        PlasmaNetwork.build(listed, species), feed={k: float(v) for k, v in texts.items()},
        T=inputs["T_K"], p=inputs["p_Pa"], power=0.0, residence=inputs["t_s"], UA=INF,
        field=Field(1e-19, 1e24, inputs["mean_electron_energy_eV"]),
    )  # fmt: skip
    x = solve(reactor, rtol=1e-10).dataset["x"][-1]
    return {"X": {str(name): float(x.sel(species=name)) for name in x["species"].values}}


ADAPTERS: tuple[Callable[..., dict[str, Any]], ...] = (
    eedf, eedf_maxwell_gas, eedf_druyvesteyn, eedf_davydov, eedf_reid_ramp, eedf_lucas_saelee,
    multiterm, rate_O2_itikawa, rate_maxwell_step, critical_field, dbd_manley, energy_metrics,
    chem0d_o3, chem0d_microdischarge_afterglow, chem0d_cantera_o2_itikawa,
)  # fmt: skip
