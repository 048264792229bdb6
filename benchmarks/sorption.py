"""Columns with sorbent: a breakthrough beside CVODE and SciPy, and cyclic steady states.

Langmuir, linear driving force, a step on a clean bed of 100 cells. Peers get the equations of the
same finite volumes by hand, a flat Numba right-hand side and the band; the yardstick of all is the
same grid at a tight tolerance.
"""

from __future__ import annotations

import functools
import time

import numba
import numpy as np
from records import Target, error, judged, race, with_cost

import intensify as it
from intensify.numerics import integrate
from intensify.reactors.sorbents.moving_bed import MovingBedReactor
from intensify.reactors.sorbents.pressure_swing import skarstrom
from intensify.reactors.sorbents.sorption_column import SorptionReactor
from intensify.reactors.sorbents.sorption_steps import Gas, Liquid, Sorbent, Step, stream
from intensify.sorption import langmuir, linear

L, U, VOID, K, QS, B, END = 0.3, 2e-3, 0.4, 0.5, 5.0, 2.0, 940.0


@numba.njit(cache=True)
def cells_rhs(y, dy, dz):
    """c and q in each cell: the engine's scheme, van Albada's limiter inside."""
    Y, d = y.reshape(-1, 2), dy.reshape(-1, 2)
    n, before, F = Y.shape[0], 1.0, (1.0 - VOID) / VOID
    for i in range(n):
        c, after = Y[i, 0], Y[i, 0]
        if 0 < i < n - 1:
            a, b = c - Y[i - 1, 0], Y[i + 1, 0] - c
            aa, bb = a * a + 1e-10, b * b + 1e-10
            after += 0.5 * (bb * a + aa * b) / (aa + bb)
        taken = K * (QS * B * c / (1.0 + B * c) - Y[i, 1])
        d[i, 0] = U * (before - after) / dz - F * taken
        d[i, 1] = taken
        before = after


def column(cells):
    """The engine's column."""
    return SorptionReactor(
        it.Network.build([], [it.Species("A")]), length=L, fluid=Liquid(U, VOID), cells=cells,
        sorbent=Sorbent(langmuir(QS, B), ("A",), K, 1.0 - VOID), start={},
        steps=[Step("load", END, stream({"A": 1.0}), stream())],
    )  # fmt: skip


def engine(bed, times, rtol):
    """States of the cells at `times`, and the counts."""
    stage = bed.stage(0, 0.0, bed.state())
    path = integrate(stage.model, (0.0, END), bed.state(), method=bed.solver().method, rtol=rtol,
                     atol=rtol * bed.scales())  # fmt: skip
    return bed.rows(path(times))[:, 1:-1].reshape(times.size, -1), path.counts._asdict()


def scale(cells):
    """Magnitudes of a row."""
    return np.tile([1.0, QS * B / (1.0 + B)], cells)


def cvode(cells, times, rtol):
    """CVODE (BDF) with a banded Jacobian, its right-hand side a Numba kernel called by Python."""
    from sksundae.cvode import CVODE

    dz, calls = L / cells, [0]

    def fun(t, y, dy):
        calls[0] += 1
        cells_rhs(y, dy, dz)

    atol = 3e-2 * rtol * scale(cells)
    s = CVODE(fun, rtol=rtol, atol=atol, method="BDF", linsolver="band", lband=4, uband=4,
              max_num_steps=1_000_000).solve(times, np.zeros(2 * cells))  # fmt: skip
    return s.y, {"rhs": calls[0]}


def scipy_bdf(cells, times, rtol):
    """SciPy's BDF with the sparsity of the band."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import diags

    n, dz = 2 * cells, L / cells
    band = diags([np.ones(n)] * 9, range(-4, 5), shape=(n, n))

    def fun(t, y):
        dy = np.empty_like(y)
        cells_rhs(y, dy, dz)
        return dy

    s = solve_ivp(fun, (0.0, END), np.zeros(n), "BDF", times, rtol=rtol,
                  atol=3e-2 * rtol * scale(cells), jac_sparsity=band)  # fmt: skip
    return s.y.T, {"rhs": s.nfev}


def breakthrough(quick):
    """100 cells at equal error: the engine and both peers."""
    cells, times = 100, np.linspace(0.0, END, 48)
    bed, size = column(cells), scale(cells)
    reference, _ = cvode(cells, times, 1e-10)
    solvers = {
        "intensify BDF": functools.partial(engine, bed, times),
        "CVODE": functools.partial(cvode, cells, times),
        "SciPy BDF": functools.partial(scipy_bdf, cells, times),
    }
    curves = race(
        solvers, lambda rows: error(rows, reference, size), repeats=3 if quick else 7,
        rtols=(1e-3, 1e-4, 1e-5) if quick else 10.0 ** -np.arange(3.0, 6.6, 0.5),
        slow=("SciPy BDF",),
    )  # fmt: skip
    asked = {"SciPy BDF": 100.0, "CVODE": 10.0}
    record = judged(curves, asked, 8, "breakthrough of 100 cells", (3e-3, 1e-3))
    return record | with_cost(record, 8, (50, 100, 200) if quick else (50, 100, 200, 400), one)


def one(cells):
    """Counts of a run with so many cells."""
    return engine(column(cells), np.array([0.0, END]), 1e-4)[1]


# --- cyclic steady states ------------------------------------------------------------------------
def swing():
    """Oxygen from air in one bed, 40 cells."""
    x, T = {"O2": 0.22, "N2": 0.78}, 298.15
    air = it.Network.build([], [it.Species("O2", M=0.032), it.Species("N2", M=0.028)])
    return SorptionReactor(
        air, length=0.5, fluid=Gas(1.85e-5, 1e-3, 0.37, 0.6, 5e-5), start=x, T=T, p=1e5, cells=40,
        sorbent=Sorbent(langmuir([2.6, 2.6], [5e-7, 1.5e-6]), ("O2", "N2"), (0.6, 0.3), 680.0),
        steps=skarstrom(x, T=T, p_high=4e5, p_low=1e5, feed=3.6, purge=0.8, press=10.0,
                        adsorb=30.0, blow=10.0, wash=30.0),
    )  # fmt: skip


def ring():
    """A <=> B + C in 8 columns of 40 cells, 6 states a cell."""
    net = it.Network.build(
        [it.Reaction("A <=> B + C", it.Arrhenius(0.015), reverse=it.Arrhenius(0.02))]
    )
    return MovingBedReactor(
        net, length=0.25, fluid=Liquid(1.0, VOID, 4e-6), feed={"A": 1.0}, columns=(2, 2, 2, 2),
        sorbent=Sorbent(linear([1.2, 0.3, 4.0]), ("A", "B", "C"), 0.5, 1.0 - VOID),
        m=(5.0, 0.75, 1.75, 0.15), switch=300.0, catalyst=VOID, cells=40,
    )  # fmt: skip


def cycles(quick):
    """Seconds and cycles to a cyclic steady state from a clean bed, mixed and by substitution."""
    record = {"text": [], "targets": [], "counts": {}}
    for name, bed, asked in (("pressure swing", swing(), 1.0), ("moving bed", ring(), 2.0)):
        it.cyclic_steady_state(bed, tol=1e-1)  # compilation is measured by `startup`
        taken = {}
        for way, mixed in (("mixed", True), ("substitution", False)):
            best, found = np.inf, None
            for _ in range(1 if quick else 3):
                began = time.perf_counter()
                found = it.cyclic_steady_state(bed, tol=1e-5, accelerate=mixed)
                best = min(best, time.perf_counter() - began)
            record["counts"][f"{name}, cycles {way}"] = found.cycles
            record["text"].append(
                f"{name}, {way}: {found.cycles} cycles, {best:.2f} s, balances close to "
                f"{max(found.run.balances().values()):.1e}"
            )
            taken[way] = best, found.cycles
        saved = taken["substitution"][1] / taken["mixed"][1]
        record["targets"] += [
            Target(8, f"{name} to its cyclic steady state", asked, min(taken.values())[0], "s",
                   least=False),
            Target(8, f"{name}: cycles saved by mixing", 1.5, saved),
        ]  # fmt: skip
    return record
