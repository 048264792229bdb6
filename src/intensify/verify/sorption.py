"""Columns with sorbent: fronts in closed form and by the column model."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry import Network, Species
from intensify.reactors.sorbents.sorption_column import SorptionColumn, SorptionReactor
from intensify.reactors.sorbents.sorption_steps import Liquid, Sorbent, Step, stream
from intensify.result import Result
from intensify.solve import solve
from intensify.sorption import fronts, glueckauf, langmuir, linear
from intensify.verify.case import Inputs


def column_of(inputs: Inputs) -> fronts.Column:
    """Length, velocity and void fraction of a case."""
    return fronts.Column(inputs["L_m"], inputs["v_interstitial_m_s"], inputs["eps"])


def one_species(
    inputs: Inputs, isotherm: Any, *, c0: float, until: float, cells: int
) -> SorptionColumn:
    """A step of c0 on a clean bed, one species."""
    column = column_of(inputs)
    return SorptionReactor(
        Network.build([], [Species("A")]), length=column.L, fluid=Liquid(column.v, column.void),
        sorbent=Sorbent(isotherm, ("A",), inputs["k_LDF_per_s"], 1.0 - column.void),
        steps=[Step("load", until, stream({"A": c0}), stream())], start={}, cells=cells,
    )  # fmt: skip


def outlet(run: Result, times: list[float], species: int) -> list[float]:
    """Concentrations at the outlet."""
    return [float(run.at(t)["c_out"][species]) for t in times]


def breakthrough_linear_ldf(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Anzelius' front."""
    column, K, k, c0 = column_of(inputs), inputs["K"], inputs["k_LDF_per_s"], inputs["c0"]
    times = inputs["times_s"]

    def run() -> list[float]:
        bed = one_species(inputs, linear(K), c0=c0, until=max(times), cells=200)
        return [c / c0 for c in outlet(solve(bed), times, 0)]

    return {
        "c_over_c0": fronts.linear_breakthrough(column, np.array(times), K=K, k=k).tolist(),
        "klinkenberg_approx": fronts.klinkenberg(column, np.array(times), K=K, k=k).tolist(),
        "mean_residence_time": column.time(K), "variance": column.variance(K, k),
        "c_over_c0_column_run": run,
    }  # fmt: skip


def langmuir_shock_rarefaction(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A self-sharpening front, and the wave that washes the bed."""
    column, c0, k = column_of(inputs), inputs["c0"], inputs["k_LDF_per_s"]
    law = fronts.Langmuir(inputs["qm"], inputs["K"])
    t10, t90 = (law.pattern_time(column, c0, k, x) for x in (0.1, 0.9))
    bed = one_species(
        inputs, langmuir(law.qs, law.b), c0=c0, until=t90 + 5.0 * (t90 - t10), cells=400
    )
    legs = solve(bed).legs
    out = {
        f"t{100 * x:.0f}": bed.when(legs, lambda row: row["c_out"][:, 0], x * c0)
        for x in (0.1, 0.5, 0.9)
    }
    return out | {
        "q0": law.loading(c0), "shock_time": law.shock_time(column, c0),
        "separation_factor_R": law.separation_factor(c0),
        "constant_pattern_t90_minus_t10": t90 - t10,
        "rarefaction_exit_times":
            law.rarefaction_times(column, np.array(inputs["desorption_concentrations"])).tolist(),
    }  # fmt: skip


def breakthrough_rosen_pore_diffusion(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Film and pores, and the linear driving force of the same variance."""
    column, K, times = column_of(inputs), inputs["K_total"], np.array(inputs["times_s"])
    grain = {"R": inputs["Rp_m"], "D_e": inputs["De_m2_s"], "k_film": inputs["kf_m_s"]}
    k = glueckauf(slope=K, **grain)
    return {
        "c_exact": fronts.pore_breakthrough(column, times, K=K, **grain).tolist(),
        "mean_time": column.time(K), "variance": column.variance(K, k), "kL_glueckauf": k,
        "c_LDF": fronts.linear_breakthrough(column, times, K=K, k=k).tolist(),
    }  # fmt: skip


def chromatographic_reactor_ideal(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A pulse that reacts while it is separated."""
    column, K, c0 = column_of(inputs), (inputs["K_A"], inputs["K_B"]), inputs["c0"]
    k, pulse, times = inputs["k_hom_per_s"], inputs["t_pulse_s"], inputs["times_s"]
    ideal = fronts.PulseReactor(column, *K, k, pulse)
    bed = SorptionReactor(
        Network.build("A => B", k=k), length=column.L, fluid=Liquid(column.v, column.void),
        sorbent=Sorbent(linear(K), ("A", "B"), 1e3 * column.v / column.L, 1.0 - column.void),
        catalyst=column.void, start={}, cells=400,
        steps=[Step("pulse", pulse, stream({"A": c0}), stream()),
               Step("wash", max(times), stream(), stream())],
    )  # fmt: skip
    run = solve(bed)
    return {
        "t_first_A": column.time(K[0]), "t_first_B": column.time(K[1]),
        "conversion": ideal.conversion,
        "cA": [c0 * ideal.c_A(t) for t in times], "cB": [c0 * ideal.c_B(t) for t in times],
        "cA_column_run": outlet(run, times, 0), "cB_column_run": outlet(run, times, 1),
    }  # fmt: skip


def adsorptive_reactor_steady_ldf(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A reaction of the adsorbed species."""
    steady = fronts.SurfaceReactor(
        column_of(inputs), inputs["K_A"], inputs["k_LDF_per_s"], inputs["k_surf_per_s"]
    )
    return {"k_effective": steady.k_effective, "c_out_over_c0": steady.left}


ADAPTERS = (
    breakthrough_linear_ldf, langmuir_shock_rarefaction, breakthrough_rosen_pore_diffusion,
    chromatographic_reactor_ideal, adsorptive_reactor_steady_ldf,
)  # fmt: skip
