"""Reactive-distillation columns."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from intensify.chemistry.mixture import Mixture
from intensify.chemistry.network import R_GAS, Adsorption, Arrhenius, Reaction
from intensify.reactors.columns.column_branches import find_column_states, follow_column
from intensify.reactors.columns.column_control import Disturbance
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_solution import boiled, first_guess, solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.columns.reactive_distillation import ColumnFeed, ReactiveDistillationColumn
from intensify.reactors.columns.transient_column import TransientColumn
from intensify.solve import solve
from intensify.units import INF
from intensify.verify.case import Inputs
from intensify.verify.mixtures import antoine, dippr, nrtl, uniquac, wilson
from intensify.verify.reading import NUMBER, conditions

SPEC_NAMES = {
    "distillate_mol_s": "distillate", "boilup_mol_s": "boilup", "bottoms_mol_s": "bottoms",
    "reflux_ratio": "reflux_ratio", "reflux_mol_s": "reflux",
}  # fmt: skip


def specs(inputs: Inputs) -> dict[str, float]:
    """The case's specifications under the engine's names."""
    return {SPEC_NAMES[key]: value for key, value in inputs["specs"].items()}


def profiles(state: ColumnState) -> dict[str, Any]:
    """What every case may ask of a state."""
    return {
        "T_profile": state.T.tolist(), "x_profile": state.x.tolist(), "V_profile": state.V.tolist(),
        "L_profile": state.L.tolist(), "extent_profile": state.extents[:, 0].tolist()
        if state.extents.size else [], "distillate_x": state.x[0].tolist(),
        "bottoms_x": state.x[-1].tolist(), "reboiler_duty": state.duty(-1),
        "condenser_duty": state.duty(0),
    }  # fmt: skip


def stages_with(inputs: Inputs, amount: float) -> dict[int, float]:
    """The same hold-up on every reactive stage."""
    first, last = inputs["reactive_stage_indices"]
    return dict.fromkeys(range(first, last + 1), amount)


def luyben_column(inputs: Inputs, **changes: Any) -> ColumnEquations:
    """The ideal quaternary column: A + B <=> C + D, equal overflow but for the heat of reaction."""
    names, kin, J = inputs["components"], inputs["kinetics"], inputs["J_per_cal"]
    Rg, bar = kin["Rg_cal_mol_K"], math.log(1e5)
    mixture = Mixture.ideal(
        names, psat=[[A + bar, -B, 0.0]
                     for A, B in zip(inputs["psat_A"], inputs["psat_B"], strict=True)],
    )  # fmt: skip

    def at(k: float, E: float, T: float) -> Arrhenius:
        return Arrhenius.at(k, T=T, E=E * R_GAS / Rg)

    if "K_366" in kin:
        T = kin["T_ref_K"]
        rates, holdup = (at(1.0, 0.0, T), at(1.0 / kin["K_366"], -kin["dE_cal_mol"], T)), INF
    else:
        rates = (at(kin["kF_366_1_s"], kin["EF_cal_mol"], 366.0),
                 at(kin["kB_366_1_s"], kin["EB_cal_mol"], 366.0))  # fmt: skip
        holdup = inputs["tray_holdup_mol"]
    a, b, c, d = names
    feeds = [
        ColumnFeed(feed["stage"], {name: feed["flow_mol_s"]}, vapour=1.0 - feed["q"])
        for name, feed in ((a, inputs["feed_A"]), (b, inputs["feed_B"]))
    ]
    return ReactiveDistillationColumn(
        mixture, stages=inputs["N_stages_total"], p=inputs["pressure_Pa"], feeds=feeds,
        reactions=[Reaction(f"{a} + {b} <=> {c} + {d}", rates[0], reverse=rates[1])],
        holdup=stages_with(inputs, holdup), by_activity=False, energy="cmo",
        dHv=inputs["dHv_cal_mol"] * J, dHr=inputs["dHr_cal_mol"] * J,
        **({"specs": specs(inputs)} | changes),
    )  # fmt: skip


def rd_luyben(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Steady state by kinetics, or at chemical equilibrium."""
    state = solve_column(luyben_column(inputs))
    return profiles(state) | {"conversion": state.conversion(inputs["components"][0])}


def enthalpies(inputs: Inputs) -> list[list[float]]:
    """h_f, cp_L, dh_vb, T_b, cp_V of each component."""
    table = inputs["enthalpy"]
    keys = ("Hf_J_mol", "CpL", "dHvb", "Tb", "CpV")
    return [list(row) for row in zip(*(table[key] for key in keys), strict=True)]


def feed_of(inputs: Inputs, key: str, component: str | None = None) -> ColumnFeed:
    """A feed by its amounts, or of one component."""
    feed = inputs[key]
    flows = ({component: feed["mol_s"]} if component
             else dict(zip(inputs["components"], feed["mol_s"], strict=True)))  # fmt: skip
    return ColumnFeed(feed["stage"], flows, T=feed["T"], vapour=float(feed["phase"] == "vapour"))


def rd_meac(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Methyl acetate from acetic acid, whose vapour dimerises."""
    acid, alcohol, ester, water = inputs["components"]
    dimer = inputs["dimer_log10_KD_Pa"]
    mixture = uniquac(inputs, antoine(inputs), enthalpy=enthalpies(inputs),
                      dimer=(acid, dimer["A"], dimer["B"]))  # fmt: skip
    k = inputs["kinetics_constants"]
    R = k["R_gas"]
    reaction = Reaction(
        f"{acid} + {alcohol} <=> {ester} + {water}",
        Arrhenius(k["kF0_mol_kg_s"], 0.0, k["EF_J_mol"] / R),
        reverse=Arrhenius(k["kB0_mol_kg_s"], 0.0, k["EB_J_mol"] / R),
    )
    state = solve_column(ReactiveDistillationColumn(
        mixture, stages=inputs["N_stages_total"], p=inputs["pressure_Pa"], reactions=[reaction],
        feeds=[feed_of(inputs, "feed_HAc", acid), feed_of(inputs, "feed_MeOH", alcohol)],
        holdup=stages_with(inputs, inputs["catalyst_kg_per_stage"]), specs=specs(inputs),
    ))  # fmt: skip
    made = float(state.distillate[2]) * inputs["M_methyl_acetate_kg_mol"]
    return profiles(state) | {
        "conversion_HAc": state.conversion(acid),
        "reboiler_MJ_per_kg_MeAc": state.duty(-1) / 1e6 / made,
    }


def rd_etbe(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """ETBE by a rational law whose equilibrium constant is a polynomial."""
    butene, ethanol, _, ether = inputs["components"]
    R = inputs["R_gas"]
    number = constants(inputs["kinetics"])
    K = number["ln K"]
    k = Arrhenius(number["A"], 0.0, number["E"] / R)
    back = Arrhenius(k.A * math.exp(-K[0]), -K[2], k.Ta + K[1])
    reaction = Reaction(f"{butene} + {ethanol} <=> {ether}", k, {butene: 1.0, ethanol: 2.0}, None,
                        back, {ether: 1.0, ethanol: 1.0}, 3.0)  # fmt: skip
    a0, a1 = number["ln KA"]
    state = solve_column(ReactiveDistillationColumn(
        nrtl(inputs, dippr(inputs["psat_c"]), 0.3, enthalpy=enthalpies(inputs)),
        stages=inputs["N_stages_total"], p=inputs["pressure_Pa"], reactions=[reaction],
        adsorption=[Adsorption(ethanol, Arrhenius(math.exp(a0), 0.0, -a1))],
        K_poly={0: [-K[3], -K[4], -K[5]]},
        feeds=[feed_of(inputs, "feed_EtOH", ethanol), feed_of(inputs, "feed_C4")],
        holdup=stages_with(inputs, inputs["catalyst_kg_per_stage"]), specs=specs(inputs),
    ))  # fmt: skip
    return profiles(state) | {"conversion_EtOH": state.conversion(ethanol)}


def constants(text: str) -> dict[str, Any]:
    """The numbers that the ETBE rule states in words."""

    def found(pattern: str) -> tuple[float, ...]:
        match = re.search(pattern.replace("#", NUMBER), text)
        if match is None:
            raise ValueError(f"the rule states no '{pattern}'")
        return tuple(float(x) for x in match.groups())

    top, below, E = found(r"k=#/# exp\(-#/RT\)")
    return {
        "A": top / below, "E": E, "ln KA": found(r"ln KA=##/T"),
        "ln K": found(r"ln K=##/T# lnT#T#T\^2#T\^3"),
    }  # fmt: skip


def numbered(states: list[ColumnState]) -> dict[str, Any]:
    """Quantities of states counted from 1."""
    out: dict[str, Any] = {"n_steady_states": len(states)}
    for k, state in enumerate(states, 1):
        out |= {f"state{k}_{name}": value for name, value in profiles(state).items()}
    return out


def mss20_multiplicity(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A column without reaction whose branch turns twice along its distillate."""
    components, N = inputs["components"], inputs["N_equilibrium_stages_incl_reboiler"]
    feed = dict(zip(components, inputs["feed_mol_s"], strict=True))
    D = float(inputs["D_mol_s"])

    def column(distillate: float) -> ColumnEquations:
        return ReactiveDistillationColumn(
            wilson(inputs), stages=N + 1, p=inputs["P_Pa"], energy="cmo", dHv=3e4,
            feeds=[ColumnFeed(inputs["feed_stage"], feed, vapour=1.0 - inputs["feed_q"])],
            specs={"distillate": distillate, "boilup": inputs["boilup_V_mol_s"]},
        )  # fmt: skip

    most = min(1.06 * D, 0.9999 * sum(feed.values()))
    branch = follow_column(solve_column(column(0.85 * D)), "distillate", 0.8 * D, most, target=D)
    out = numbered(branch.crossings)
    return out | {f"turning_point_{k}_D": p for k, p in enumerate(branch.folds, 1)}


def rd_mtbe_multiplicity(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """MTBE: several states at one reflux ratio and bottoms, some on a closed branch."""
    butene, methanol, ether, _ = inputs["components"]
    k = inputs["kinetics_constants"]
    R = k["R_gas"]
    reaction = Reaction(
        f"{butene} + {methanol} <=> {ether}", Arrhenius(k["kF0"], 0.0, k["EF_J_mol"] / R),
        {butene: 1.0, methanol: -1.0}, None, Arrhenius(k["kB0"], 0.0, k["EB_J_mol"] / R),
        {ether: 1.0, methanol: -2.0},
    )  # fmt: skip
    states = find_column_states(ReactiveDistillationColumn(
        wilson(inputs, enthalpy=enthalpies(inputs)), stages=inputs["N_stages_total"],
        p=inputs["pressure_Pa"], reactions=[reaction],
        feeds=[feed_of(inputs, "feed_MeOH", methanol), feed_of(inputs, "feed_C4")],
        holdup=stages_with(inputs, inputs["acid_eq_per_stage"]), specs=specs(inputs),
    ))  # fmt: skip
    states.sort(key=lambda state: state.conversion(butene))
    conversions = [state.conversion(butene) for state in states]
    return numbered(states) | {
        "conversions_sorted": conversions,
        **{f"state{j}_conversion_IB": X for j, X in enumerate(conversions, 1)},
    }


def started(column: ColumnEquations, inputs: Inputs) -> ColumnState:
    """The column with compositions that are given."""
    z = first_guess(column)
    z[:, : column.feed.shape[1]] = inputs["initial_state_x_profile"]
    boiled(column, z)
    z[0, -2], z[-1, -3] = inputs["specs"]["reflux_mol_s"], inputs["specs"]["boilup_mol_s"]
    return ColumnState(column, z, np.empty_like(z), math.nan, 0, "given")


def rd_luyben_dynamic(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A step of reflux and boilup, from the compositions given or else the steady state."""
    column, step = luyben_column(inputs), inputs["step"]
    steady = started(column, inputs) if "initial_state_x_profile" in inputs else (
        solve_column(column))  # fmt: skip
    run = solve(TransientColumn(
        steady, holdups=inputs["holdups_mol"], until=max(inputs["times_s"]),
        changes=[Disturbance(step["at_t_s"], step["reflux_mol_s"], step["boilup_mol_s"])],
    ), rtol=1e-8)  # fmt: skip
    rows = [run.at(t) for t in inputs["times_s"]]
    components = inputs["components"]
    out: dict[str, Any] = {}
    for name, end, component in conditions(names, r"(distillate|bottoms)_x(\w+)"):
        i, j = components.index(component), 0 if end == "distillate" else -1
        out[name] = [float(row["x"][j, i]) for row in rows]
    for name, stage in conditions(names, "T_stage#"):
        out[name] = [float(row["T"][int(stage)]) for row in rows]
    return out


ADAPTERS = (
    rd_luyben, rd_luyben_dynamic, rd_meac, rd_etbe, mss20_multiplicity, rd_mtbe_multiplicity,
)  # fmt: skip
