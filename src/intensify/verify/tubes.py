"""Cooled and fired tubes of catalyst: hot spots, runaway, rational rate laws."""

from __future__ import annotations

import math
from typing import Any

from intensify.chemistry.network import (
    R_GAS,
    Adsorption,
    Arrhenius,
    Network,
    Reaction,
    Species,
)
from intensify.numerics.roots import find_root
from intensify.reactors.beds.packed_bed import PackedBed
from intensify.reactors.beds.packed_bed_equations import BedZone
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.safety.criticality import first_criterion
from intensify.safety.sensitivity import runaway_boundary
from intensify.solve import solve
from intensify.transport.catalyst_grain import Pellet, film
from intensify.transport.packing import Friction, ergun, random_bed
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions, extremum

HOUR, KILO = 3600.0, 1000.0


def cooled(net: Network, inputs: Inputs, feed: dict[str, float], T: float, p: float,
           pellet: Pellet = Pellet()) -> PackedBedReactor:  # fmt: skip
    """An isobaric tube of the o-xylene cases; flows per hour, energies in kJ."""
    D, T_w = inputs["dt_m"], inputs.get("T_w_K", T)
    packing = random_bed(0.1 * D, D)
    zone = BedZone(inputs["L_m"], T_c=T_w, rho_b=inputs["rho_B"],
                   U=inputs["U_kJ_m2hK"] * KILO / HOUR)  # fmt: skip
    return PackedBed(
        net, packing=packing, feed=feed, T=T, p=p, zones=[zone], M=inputs["Mm"] / KILO,
        mass_flow=inputs["G_kg_m2h"] / HOUR * packing.A, cp=inputs["cp_kJ_kgK"] * KILO,
        friction=Friction(), pellet=pellet,
    )  # fmt: skip


def phthalic(inputs: Inputs) -> Network:
    """Pseudo-first order in o-xylene; k in kmol/(kg h bar2)."""
    k = Arrhenius(math.exp(inputs["lnk0"]) * KILO / HOUR * inputs["p_O2_bar"], 0.0,
                  inputs["EaR_K"])  # fmt: skip
    dH = -inputs["mdH_kJ_kmol"]  # kJ/kmol is J/mol
    return Network.build([Reaction("X => PA", k, dH=dH)], [Species("X"), Species("PA"),
                         Species("air")], pressure=1e5)  # fmt: skip


def phthalic_tube(inputs: Inputs, p0: float, pellet: Pellet = Pellet()) -> PackedBedReactor:
    """The tube fed with p0 [bar] of o-xylene."""
    y = p0 / inputs["p_t_bar"]
    return cooled(phthalic(inputs), inputs, {"X": y, "air": 1.0 - y}, inputs["T_0_K"],
                  inputs["p_t_bar"] * 1e5, pellet)  # fmt: skip


def oxylene_hotspot_runaway(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Hot spots over the inlet pressure, and where they run away."""
    out: dict[str, Any] = {}
    for name, what, p0 in conditions(names, "(T_max|z_max|conversion|T_out)_p#"):
        key = {"T_max": "T_max", "z_max": "z_T_max", "conversion": "X_X", "T_out": "T_out"}[what]
        out[name] = solve(phthalic_tube(inputs, p0), rtol=1e-10).kpis[key]
    steps = sorted(inputs["p0_bar"])
    out["p0_critical_max_sensitivity"] = lambda: (
        runaway_boundary(
            lambda p: phthalic_tube(inputs, p), 0.5 * steps[0], 2.5 * steps[-1]
        ).parameter
    )
    out["T_m_first_criterion"] = first_criterion(inputs["T_w_K"], E=inputs["EaR_K"] * R_GAS)
    return out


def oxylene_three_reactions(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Parallel and consecutive combustion beside the product."""
    y, E = inputs["y_A0"], [E / inputs["Rcal"] for E in inputs["E_cal"]]
    heats = (inputs["mdH1"], inputs["mdH3"] - inputs["mdH1"], inputs["mdH3"])
    equations = ("X => PA", "PA => COx", "X => COx")
    constants = [Arrhenius(math.exp(lnk) * KILO / HOUR * inputs["y_O2"], 0.0, Ta)
                 for lnk, Ta in zip(inputs["lnk"], E, strict=True)]  # fmt: skip
    net = Network.build(
        [Reaction(equation, k, dH=-heat)
         for equation, k, heat in zip(equations, constants, heats, strict=True)],
        [Species("X"), Species("PA"), Species("COx"), Species("air")], pressure=1e5,
    )  # fmt: skip

    def tube(T0: float) -> PackedBedReactor:
        return cooled(net, inputs, {"X": y, "air": 1.0 - y}, T0, 1e5)

    out: dict[str, Any] = {}
    for name, what, T0 in conditions(names, "(T_max|z_max|x_PA|x_COx)_T0_#"):
        run = solve(tube(T0), rtol=1e-10)
        end = run.at(inputs["L_m"])["y"] / y
        out[name] = {"T_max": run.kpis["T_max"], "z_max": run.kpis["z_T_max"],
                     "x_PA": end[1], "x_COx": end[2]}[what]  # fmt: skip

    def hot(T0: float) -> float:
        return solve(tube(T0)).kpis["T_max"] - T0 - 100.0

    low, high = min(inputs["T0_equals_Tw_K"]), max(inputs["T0_equals_Tw_K"])
    out["T0_for_100K_hotspot"] = lambda: find_root(hot, low, high, rtol=1e-9).x
    return out


def heterogeneous_film_tube(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Gas and grain apart, joined by films; pressures of the film in bar, its fluxes in kmol/h."""
    T_ref = inputs["T_0_K"]
    out: dict[str, Any] = {}
    for p0 in {p0 for _, p0 in conditions(names, "(?:T_max_gas|z_max|conversion)_p#")}:
        k = inputs["kg_kmol_m2hbar"] * KILO / HOUR / 1e5 * R_GAS * T_ref  # m/s
        pellet = film(
            phthalic(inputs), rho_surface=inputs["rho_B"] / inputs["a_m2_m3bed"], k=k,
            h=inputs["h_kJ_m2hK"] * KILO / HOUR, T_gas=T_ref,
        )  # fmt: skip
        run = solve(phthalic_tube(inputs, p0, pellet), rtol=1e-10)
        hot = run.kpis["z_T_max"]
        out |= {
            f"T_max_gas_p{p0:g}": run.kpis["T_max"], f"z_max_p{p0:g}": hot,
            f"conversion_p{p0:g}": run.kpis["X_X"],
            f"T_solid_at_gas_max_p{p0:g}": float(run.at(hot)["T_solid"]),
        }  # fmt: skip
    return out


# --- rational rate laws --------------------------------------------------------------------------
def tube(inputs: Inputs, reactions: list[Reaction], adsorption: list[Adsorption]) -> Any:
    """A tube with Ergun's pressure drop, its wall's temperature running linearly; laws in bar."""
    heat = zip(reactions, inputs["dH298_J_mol"], strict=True)
    net = Network.build(
        [rx._replace(dH=float(dH)) for rx, dH in heat],
        [Species(name, cp=inputs["cp_J_molK"][name]) for name in inputs["species"]],
        adsorption=adsorption, pressure=1e5,
        rounding=1e-3 * max(abs(dH) for dH in inputs["dH298_J_mol"]),
    )  # fmt: skip
    feed = dict(zip(inputs["species"], inputs["y_feed"], strict=True))
    M = sum(y * inputs["MW_kg_mol"][name] for name, y in feed.items())
    packing = random_bed(inputs["dp_m"], inputs["dt_m"], void=inputs["eps"])
    zone = BedZone(inputs["L_m"], T_c=inputs["Tw0_K"] or 300.0, rho_b=inputs["rho_bed"],
                   U=inputs["U"], T_end=inputs["TwL_K"] or math.nan)  # fmt: skip
    return solve(PackedBed(
        net, packing=packing, feed=feed, M=M,
        T=inputs["T0_K"], p=inputs["P0_bar"] * 1e5, mass_flow=inputs["mdot_kg_s"], zones=[zone],
        mu=inputs["mu"], friction=ergun(packing), effectiveness=inputs["effectiveness"],
    ), rtol=1e-10)  # fmt: skip


def along(run: Any, inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Temperatures, mole fractions and conversions at parts of the length."""
    out: dict[str, Any] = {}
    species = inputs["species"]
    for name, what, part in conditions(names, r"(T|y_\w+|X_\w+)_z#L"):
        row = run.at(part * inputs["L_m"])
        y = dict(zip(species, row["y"], strict=True))
        if what == "T":
            out[name] = float(row["T"])
        elif what.startswith("X_"):
            key = what[2:]
            i = species.index(key)
            F = run.legs[0].trajectory(part * inputs["L_m"])[0]
            out[name] = 1.0 - F[i] / run.reactor.F_in[i]
        else:
            key, dry = what[2:].removesuffix("_dry"), what.endswith("_dry")
            out[name] = y[key] / (1.0 - y["H2O"] if dry else 1.0)
    return out


def methanol_vbf_tube(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Vanden Bussche and Froment: methanol and the shift over copper."""
    R, ten = inputs["R"], math.log(10.0)
    k1, k5 = Arrhenius(1.07, 0.0, -36696.0 / R), Arrhenius(1.22e10, 0.0, 94765.0 / R)
    Ke1 = Arrhenius(10.0**-10.592, 0.0, -3066.0 * ten)
    Ke3 = Arrhenius(10.0**2.029, 0.0, 2073.0 * ten)  # of the reverse shift, as written below
    reactions = [
        Reaction("CO2 + 3 H2 <=> CH3OH + H2O", k1, orders={"CO2": 1.0, "H2": 1.0}, sites=3.0,
                 reverse=over(k1, Ke1), orders_reverse={"H2O": 1.0, "CH3OH": 1.0, "H2": -2.0}),
        Reaction("CO2 + H2 <=> CO + H2O", k5, orders={"CO2": 1.0}, sites=1.0,
                 reverse=over(k5, Ke3), orders_reverse={"H2O": 1.0, "CO": 1.0, "H2": -1.0}),
    ]  # fmt: skip
    run = tube(inputs, reactions, [
        Adsorption({"H2O": 1.0, "H2": -1.0}, Arrhenius(3453.38)),
        Adsorption({"H2": 0.5}, Arrhenius(0.499, 0.0, -17197.0 / R)),
        Adsorption("H2O", Arrhenius(6.62e-11, 0.0, -124119.0 / R)),
    ])  # fmt: skip
    index = inputs["species"].index
    out, fed = run.legs[-1].y_end, run.reactor.F_in
    carbon = fed[index("CO")] + fed[index("CO2")]
    made = out[index("CH3OH")] - fed[index("CH3OH")]
    return along(run, inputs, names) | {
        "T_max": run.kpis["T_max"], "carbon_to_methanol": made / carbon,
        "pressure_drop": run.kpis["p_drop"],
    }  # fmt: skip


def smr_xu_froment_tube(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Xu and Froment: steam reforming over nickel; rates in kmol/(kg h)."""
    R, hourly = 8.314e-3, KILO / HOUR

    def k(A: float, E: float) -> Arrhenius:
        return Arrhenius(A * hourly, 0.0, E / R)

    def K(A: float, heat: float) -> Arrhenius:
        return Arrhenius(A, 0.0, -heat / R)

    k1, k2, k3 = k(4.225e15, 240.1), k(1.955e6, 67.13), k(1.020e15, 243.9)
    K1 = Arrhenius(math.exp(30.114), 0.0, 26830.0)
    K2 = Arrhenius(math.exp(-4.036), 0.0, -4400.0)
    K3 = Arrhenius(K1.A * K2.A, 0.0, K1.Ta + K2.Ta)
    reactions = [
        Reaction("CH4 + H2O <=> CO + 3 H2", k1, {"CH4": 1.0, "H2O": 1.0, "H2": -2.5}, sites=2.0,
                 reverse=over(k1, K1), orders_reverse={"H2": 0.5, "CO": 1.0}),
        Reaction("CO + H2O <=> CO2 + H2", k2, {"CO": 1.0, "H2O": 1.0, "H2": -1.0}, sites=2.0,
                 reverse=over(k2, K2), orders_reverse={"CO2": 1.0}),
        Reaction("CH4 + 2 H2O <=> CO2 + 4 H2", k3, {"CH4": 1.0, "H2O": 2.0, "H2": -3.5}, sites=2.0,
                 reverse=over(k3, K3), orders_reverse={"H2": 0.5, "CO2": 1.0}),
    ]  # fmt: skip
    run = tube(inputs, reactions, [
        Adsorption("CO", K(8.23e-5, 70.65)), Adsorption("H2", K(6.12e-9, 82.90)),
        Adsorption("CH4", K(6.65e-4, 38.28)),
        Adsorption({"H2O": 1.0, "H2": -1.0}, K(1.77e5, -88.68)),
    ])  # fmt: skip
    coldest, where = extremum(run, "T", sign=-1.0)
    return along(run, inputs, names) | {
        "P_out": run.kpis["p_out"] / 1e5, "T_min": coldest, "z_T_min": where,
    }  # fmt: skip


def over(k: Arrhenius, K: Arrhenius) -> Arrhenius:
    """k/K."""
    return Arrhenius(k.A / K.A, k.b - K.b, k.Ta - K.Ta)


ADAPTERS = (
    oxylene_hotspot_runaway, oxylene_three_reactions, heterogeneous_film_tube, methanol_vbf_tube,
    smr_xu_froment_tube,
)  # fmt: skip
