"""Gas columns with sorbent and catalyst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.chemistry.equilibrium import equilibrium
from intensify.chemistry.network import R_GAS, Adsorption
from intensify.reactors.sorbents.sorption_column import SorptionColumn, SorptionReactor
from intensify.reactors.sorbents.sorption_steps import Gas, Heat, Sorbent, Step, inflow, reservoir
from intensify.result import Result
from intensify.solve import solve
from intensify.sorption import Sites, fronts, langmuir
from intensify.verify.case import Inputs

SHIFT = Arrhenius(float(np.exp(-4.036)), 0.0, -4400.0)
"""Equilibrium constant of the water-gas shift."""
CELLS = 100


def over(k: Arrhenius, K: Arrhenius) -> Arrhenius:
    """The constant of the way back, k/K."""
    return Arrhenius(k.A / K.A, k.b - K.b, k.Ta - K.Ta)


def species_of(inputs: Inputs) -> list[Species]:
    """Species with molar mass and heat capacity."""
    rows = zip(inputs["species"], inputs["M_kg_mol"], inputs["cp_gas"], strict=True)
    return [Species(name, M=M, cp=cp) for name, M, cp in rows]


def shift(inputs: Inputs, k: float, species: list[Species]) -> Network:
    """CO + H2O = CO2 + H2, k in mol/(kg s Pa2)."""
    rate = Arrhenius(k)
    dH = inputs["dH_r"][0] if "dH_r" in inputs else 0.0
    return Network.build(
        [Reaction("CO + H2O <=> CO2 + H2", rate, dH=dH, reverse=over(rate, SHIFT))],
        species, pressure=1.0,
    )  # fmt: skip


def xu_froment(inputs: Inputs, species: list[Species]) -> Network:
    """Steam reforming of methane in bar, mol/(kg s)."""
    R, factor = 8.314e-3, inputs["kin"][0] / 3.6

    def constant(A: float, E: float) -> Arrhenius:
        return Arrhenius(A, 0.0, E / R)

    reforming = Arrhenius(float(np.exp(30.114)), 0.0, 26830.0)
    both = Arrhenius(reforming.A * SHIFT.A, 0.0, reforming.Ta + SHIFT.Ta)
    rows = [
        ("CH4 + H2O <=> CO + 3 H2", constant(4.225e15, 240.1), reforming,
         {"CH4": 1.0, "H2O": 1.0, "H2": -2.5}, {"CO": 1.0, "H2": 0.5}),
        ("CO + H2O <=> CO2 + H2", constant(1.955e6, 67.13), SHIFT,
         {"CO": 1.0, "H2O": 1.0, "H2": -1.0}, {"CO2": 1.0}),
        ("CH4 + 2 H2O <=> CO2 + 4 H2", constant(1.020e15, 243.9), both,
         {"CH4": 1.0, "H2O": 2.0, "H2": -3.5}, {"CO2": 1.0, "H2": 0.5}),
    ]  # fmt: skip
    reactions = []
    for (equation, k, K, there, back), dH in zip(rows, inputs["dH_r"], strict=True):
        k = Arrhenius(factor * k.A, 0.0, k.Ta)
        reactions.append(Reaction(equation, k, there, dH, over(k, K), back, sites=2.0))
    below = [
        Adsorption("CO", constant(8.23e-5, -70.65)), Adsorption("H2", constant(6.12e-9, -82.90)),
        Adsorption("CH4", constant(6.65e-4, -38.28)),
        Adsorption({"H2O": 1.0, "H2": -1.0}, constant(1.77e5, 88.68)),
    ]  # fmt: skip
    return Network.build(reactions, species, adsorption=below, pressure=1e5)


def sites_of(inputs: Inputs) -> tuple[Sites, tuple[str, ...], tuple[float, ...]]:
    """Isotherm of the species that adsorb, their names, their uptake."""
    rows = zip(inputs["species"], inputs["qs"], inputs["b_ref"], inputs["dH_ads"],
               inputs["k_LDF"], strict=True)  # fmt: skip
    kept = [row for row in rows if row[1] > 0.0]
    names, qs, b, dH, k = (tuple(x) for x in zip(*kept, strict=True))
    return langmuir(qs, b, dH=dH, T_ref=inputs["T_ref"]), names, k


def gas_column(
    inputs: Inputs, net: Network, *, steps: list[Step], start: dict[str, float], T: float, p: float,
    cells: int, least: dict[str, float] | None = None,
) -> SorptionColumn:  # fmt: skip
    """A gas column with what the cases of this area call it."""
    isotherm, names, k = sites_of(inputs)
    heat = Heat(inputs["cp_s"], inputs["lambda_ax"], inputs["h_w"], inputs["dt_m"], inputs["T_w"])
    return SorptionReactor(
        net, length=inputs["L_m"], start=start, T=T, p=p, cells=cells, least=least,
        fluid=Gas(inputs["mu"], inputs["dp_m"], inputs["eps_b"], inputs["eps_t"], inputs["D_ax"]),
        sorbent=Sorbent(isotherm, names, k, inputs["rho_b"]), steps=steps,
        catalyst=inputs.get("rho_cat", 0.0), heat=None if inputs["isothermal"] else heat,
    )  # fmt: skip


def named(inputs: Inputs, values: list[float]) -> dict[str, float]:
    """Numbers by species."""
    return dict(zip(inputs["species"], map(float, values), strict=True))


def fed_column(inputs: Inputs, net: Network, least: dict[str, float] | None = None) -> Result:
    """A column that is fed from its start on."""
    p, T = inputs["P_out_Pa"], inputs["T_init"]
    feed = inflow(inputs["feed_flux_mol_m2s"], named(inputs, inputs["feed_y"]), T=inputs["feed_T"])
    column = gas_column(
        inputs, net, start=named(inputs, inputs["y_init"]), T=T, p=p, cells=CELLS, least=least,
        steps=[Step("feed", inputs["t_end_s"], feed, reservoir(p, T=T))],
    )  # fmt: skip
    return solve(column)


Rows = dict[str, np.ndarray]


def dry(net: Network, name: str) -> Callable[[Rows], np.ndarray]:
    """Mole fraction of a species at the outlet without water, from profiles."""
    i, wet = net.index(name), net.index("H2O")

    def fraction(row: Rows) -> np.ndarray:
        out = row["flux_out"]
        return out[..., i] / (out.sum(axis=-1) - out[..., wet])

    return fraction


def common(inputs: Inputs, run: Result) -> dict[str, Any]:
    """What both columns report at their end."""
    sites = run.reactor.adsorbed
    out: dict[str, Any] = {f"mean_{s}_loading_end": run.kpis[f"q_{s}"] for s in sites}
    out["pressure_drop_end"] = run.reactor.pressure_drop(run.legs[-1])
    times = [part * inputs["t_end_s"] for part in (0.25, 0.5, 1.0)]
    if not inputs["isothermal"]:
        out["T_max"] = run.kpis["T_max"]
        out["T_out_at_quarter_half_end"] = [float(run.at(t)["T"][-1]) for t in times]
    return out


def sewgs_breakthrough(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Sorption-enhanced water-gas shift."""
    net = shift(inputs, 1e-10 * inputs["kin"][0], species_of(inputs))
    run = fed_column(inputs, net)
    carbon = [net.index("CO"), net.index("CO2")]
    flux, y = inputs["feed_flux_mol_m2s"], np.array(inputs["feed_y"])
    rows = [run.at(part * inputs["t_end_s"]) for part in (0.25, 0.5, 1.0)]

    def left(row: Rows) -> np.ndarray:
        return row["flux_out"][..., carbon].sum(axis=-1) / (flux * y[carbon].sum())

    times = {f"t_carbon_{x}pct": run.reactor.when(run.legs, left, x / 100) for x in (5, 50, 90)}
    collected = run.at(times["t_carbon_5pct"])["passed_out"][net.index("H2")]
    CO = net.index("CO")
    return common(inputs, run) | times | {
        "X_CO_at_quarter_half_end": [float(1 - r["flux_out"][CO] / (flux * y[CO])) for r in rows],
        "H2_dry_mole_fraction_at_quarter_half_end": [float(dry(net, "H2")(r)) for r in rows],
        "H2_collected_before_5pct": float(collected),
    }  # fmt: skip


def sesmr_breakthrough(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Sorption-enhanced steam reforming."""
    net = xu_froment(inputs, species_of(inputs))
    least = {name: 1e-2 for name in inputs["species"]} | {"H2": 1e5 * inputs["kin"][1]}
    run = fed_column(inputs, net, least)
    rows = [run.at(t) for t in inputs["times_of_lists_s"]]
    out: dict[str, Any] = {
        f"{name}_dry": [float(dry(net, name)(row)) for row in rows] for name in inputs["species"]
    }
    out |= {f"{name}_end": values[-1] for name, values in out.items()}
    levels = {x: float(x.rsplit("_", 1)[1]) for x in names if x.startswith("t_CO2_dry")}
    reach = {x: run.reactor.when(run.legs, dry(net, "CO2"), level) for x, level in levels.items()}
    return common(inputs, run) | out | reach


def sewgs_equilibrium_shock(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A dilute feed, reaction and sorption at equilibrium: the front of carbon."""
    net = shift(inputs, 1.0, [Species(name) for name in ("CO", "H2O", "CO2", "H2")])
    c = inputs["P_Pa"] / (R_GAS * inputs["T_K"])
    fed = net.vector({name: c * inputs[f"y_{name}"] for name in net.names})
    behind = equilibrium(net, fed, T=inputs["T_K"])
    law = fronts.Langmuir(inputs["qs"], inputs["b_per_Pa"])
    q = law.loading(behind[2] * R_GAS * inputs["T_K"])
    front = fronts.ReactiveFront(
        inputs["L_m"], inputs["u_m_s"], inputs["eps_t"], inputs["rho_b"], q, fed[0] + fed[2]
    )
    return {
        "K_wgs": SHIFT(inputs["T_K"]), "X_CO_after": 1.0 - behind[0] / fed[0], "q_CO2": q,
        "t_shock": front.time, "y_H2_before": (fed[3] + fed[0]) / c,
    }  # fmt: skip


ADAPTERS = (sewgs_breakthrough, sesmr_breakthrough, sewgs_equilibrium_shock)
