"""A steady state of a column: how it is found, and what it says."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled
from intensify.chemistry.network import NU
from intensify.errors import SolveError
from intensify.reactors import column_equations as eq
from intensify.reactors.column_equations import ColumnEquations
from intensify.reactors.column_newton import Status, relax
from intensify.units import INF

SENTENCES = {
    Status.MAX_STEPS: "the step limit was reached",
    Status.SINGULAR: "a stage's equations are singular there: a specification that nothing moves, or "
    "a stage that runs dry",
    Status.NOT_FINITE: "the equations give numbers that are not finite there",
}
ROWS = ("mass", "bubble point", "summation", "heat or specification", "reaction")
FIRST_STEP, GROWTH, MOST = 0.05, 4.0, 500


class ColumnState(NamedTuple):
    """A converged state: unknowns z (N, n), properties P (N, n), and how it was found.

    residual: largest scaled residual. steps: Newton steps. method: "pseudo-transient", "newton", or
    "by hold-up" where the catalyst had to be added bit by bit.
    """

    column: ColumnEquations
    z: np.ndarray
    P: np.ndarray
    residual: float
    steps: int
    method: str

    @property
    def C(self) -> int:
        """Number of components."""
        return self.column.feed.shape[1]

    x = property(lambda self: self.z[:, : self.C], doc="Liquid mole fractions (N, C).")
    y = property(lambda self: self.P[:, : self.C], doc="Vapour mole fractions (N, C).")
    T = property(lambda self: self.z[:, self.C], doc="Temperatures (N,) [K].")
    V = property(lambda self: self.z[:, self.C + 1], doc="Vapour leaving upwards (N,) [mol/s].")
    L = property(lambda self: self.z[:, self.C + 2], doc="Liquid leaving downwards (N,) [mol/s].")
    extents = property(lambda self: self.z[:, self.C + 3 :], doc="Extents (N, R) [mol/s].")

    @property
    def distillate(self) -> np.ndarray:
        """Flows (C,) that leave at the top [mol/s]."""
        total = self.column.condenser == eq.TOTAL
        return self.V[0] * (self.x[0] if total else self.y[0])

    @property
    def bottoms(self) -> np.ndarray:
        """Flows (C,) that leave at the bottom [mol/s]."""
        return self.L[-1] * self.x[-1]

    def duty(self, j: int) -> float:
        """Heat that a condenser (0) takes away, or a reboiler (-1) needs [W], from its balance."""
        column, stage = self.column, j % self.column.stages
        alone = column._replace(duty=np.zeros(column.stages))
        lack = alone.heat(stage, self.z, self.P) * column.dHv
        if column.full_energy == 0.0 and stage == 0 and column.condenser == eq.TOTAL:
            return self.V[1] * column.dHv
        return lack if j == 0 else -lack

    def produced(self) -> np.ndarray:
        """What the reactions make of each component (C,) [mol/s]."""
        nu = self.column.kinetics.forward.reactions[:, NU : NU + self.C]
        return self.extents.sum(axis=0) @ nu

    def conversion(self, name: str) -> float:
        """Part of the component's feeds that the reactions use up."""
        i = self.column.mixture.index(name)
        return float(-self.produced()[i] / self.column.feed[:, i].sum())

    def balances(self) -> dict[str, float]:
        """Relative closure of each component and of energy over the whole column."""
        column = self.column
        out = self.distillate + self.bottoms
        out = out + column.draws[:, 0] @ self.x + column.draws[:, 1] @ self.y
        lack = column.feed.sum(axis=0) + self.produced() - out
        flow = column.feed.sum()
        closed = {
            name: abs(float(v)) / flow for name, v in zip(column.mixture.names, lack, strict=True)
        }
        if column.full_energy:
            closed["energy"] = self.energy_gap()
        return closed

    def energy_gap(self) -> float:
        """What feeds, duties and products lack of each other, relative to the reboiler's duty."""
        column, m = self.column, self.column.mixture
        top = m.liquid_enthalpy if column.condenser == eq.TOTAL else m.vapour_enthalpy
        out = top(self.T[0], self.distillate) + m.liquid_enthalpy(self.T[-1], self.bottoms)
        for j in range(column.stages):
            out += m.liquid_enthalpy(self.T[j], column.draws[j, 0] * self.x[j])
            out += m.vapour_enthalpy(self.T[j], column.draws[j, 1] * self.y[j])
        Qc = self.duty(0) if column.condenser else 0.0
        Qr = self.duty(-1) if column.reboiler else 0.0
        gap = column.feed_h.sum() + Qr - Qc + column.duty[1:-1].sum() - out
        return abs(float(gap)) / max(abs(Qr), abs(Qc), column.dHv * column.feed.sum())

    @property
    def kpis(self) -> dict[str, float]:
        """Figures of the state: duties [W], flows [mol/s], temperatures [K], purities, conversions."""
        column, names = self.column, self.column.mixture.names
        D, B = self.distillate, self.bottoms
        out = {"distillate": float(D.sum()), "bottoms": float(B.sum()), "T_top": float(self.T[0]),
               "T_bottom": float(self.T[-1])}  # fmt: skip
        if column.condenser:
            out |= {"reflux_ratio": float(self.L[0] / self.V[0]), "Q_condenser": self.duty(0)}
        if column.reboiler:
            out |= {"boilup": float(self.V[-1]), "Q_reboiler": self.duty(-1)}
        for i, name in enumerate(names):
            out |= {
                f"x_top_{name}": float(D[i] / D.sum()),
                f"x_bottom_{name}": float(B[i] / B.sum()),
            }
            if column.feed[:, i].sum() > 0.0 and self.produced()[i] < 0.0:
                out[f"X_{name}"] = self.conversion(name)
        return out


def first_guess(column: ColumnEquations) -> np.ndarray:
    """Flows with equal overflow, compositions between light and heavy feed, boiling stages, no extent."""
    N, C = column.feed.shape
    R, F = column.dHr.size, float(column.feed.sum())
    top, bottom = column.top, column.bottom
    D = 0.5 * F
    if top.kind == eq.DISTILLATE and column.condenser:
        D = top.value
    elif bottom.kind == eq.BOTTOMS and column.reboiler:
        D = F - bottom.value
    V = 3.0 * D
    if column.condenser and top.kind == eq.REFLUX_RATIO:
        V = (1.0 + top.value) * D
    elif column.condenser and top.kind == eq.REFLUX:
        V = top.value + D
    elif column.reboiler and bottom.kind == eq.BOILUP:
        V = bottom.value + float(column.feed_vapour.sum())
    z = np.full((N, C + 3 + R), 0.0)
    above = np.cumsum(column.feed_vapour[::-1])[::-1]
    z[:, C + 1] = np.maximum(V - above.max() + above, 0.05 * V)
    if column.condenser:
        z[0, C + 1] = D
    start = V - D if column.condenser else 0.0
    liquid = np.cumsum(column.feed.sum(axis=1) - column.feed_vapour - column.draws.sum(axis=1))
    z[:, C + 2] = np.maximum(start + liquid, 0.05 * F)
    if column.reboiler:
        z[-1, C + 2] = max(F - D, 0.02 * F)
    mean = column.feed.sum(axis=0) / F
    light = lightest(column, mean, D / F)
    heavy = np.maximum(mean - light * D / F, 0.0) / max(1.0 - D / F, 1e-6)
    for j, part in enumerate(np.linspace(0.0, 1.0, N)):
        x = (1.0 - part) * light + part * heavy + 0.05 * mean + 1e-3
        z[j, :C] = x / x.sum()
        z[j, C] = column.mixture.bubble_point(float(column.pressure[j]), z[j, :C])[0]
    return z


def lightest(column: ColumnEquations, mean: np.ndarray, part: float) -> np.ndarray:
    """Composition of the most volatile `part` of the feed."""
    m, p = column.mixture, float(column.pressure.mean())
    T = m.bubble_point(p, mean + 1e-6)[0]
    order = np.argsort([-m.vapour_pressure(i, T) for i in range(mean.size)])
    out, left = np.zeros(mean.size), part
    for i in order:
        out[i] = min(mean[i], left)
        left -= out[i]
    return out / max(out.sum(), 1e-12)


def converge(column: ColumnEquations, z: np.ndarray, *, dt: float = FIRST_STEP) -> ColumnState:
    """The state that pseudo-time leads to from z, or, with dt = inf, plain Newton.

    SolveError: neither; the sentence names the worst residual and where it is.
    """
    lean = canonical(column._replace(mixture=column.mixture.lean()))
    z = np.ascontiguousarray(z, dtype=float).copy()
    status, steps, worst, stage, row = compiled(relax, lean)(lean, z, float(dt), GROWTH, MOST)
    if status != Status.DONE:
        C = column.feed.shape[1]
        kind = ROWS[0 if row < C else min(row - C + 1, 4)]
        raise SolveError(
            f"the column does not converge: {SENTENCES[Status(status)]} after {steps} steps (worst: "
            f"{kind} of stage {stage}, scaled residual {worst:.2g})"
        )
    P = np.empty(z.shape)
    column.evaluate(z, np.empty((3, z.shape[1] + column.feed.shape[1])), P, np.empty((0, 1, 1)))
    method = "newton" if dt == INF else "pseudo-transient"
    return ColumnState(column, z, P, float(worst), int(steps), method)


def solve_column(column: ColumnEquations, *, guess: Any = None) -> ColumnState:
    """A steady state of the column, from the engine's own start, or from a state or z (N, n).

    From a start, pseudo-time leads to a stable state; from a guess, Newton to the nearest. Where
    the start fails the catalyst is added step by step, and the state's `method` says so.
    SolveError: no state is found; the worst residual is named.
    """
    if guess is not None:
        z = guess.z if isinstance(guess, ColumnState) else guess
        try:
            return converge(column, z, dt=INF)
        except SolveError:
            return converge(column, z)
    start = first_guess(column)
    try:
        return converge(column, start)
    except SolveError:
        if not column.holdup.any():
            raise
    z, steps = start, 0
    whole = np.where(np.isinf(column.holdup), 1e6, column.holdup)
    for part in (0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1.0):
        holdup = column.holdup if part == 1.0 else part * whole
        state = converge(column._replace(holdup=holdup), z)
        z, steps = state.z, steps + state.steps
    return state._replace(steps=steps, method="by hold-up")
