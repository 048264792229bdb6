"""A steady state of a column: how it is found, and what it says."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled
from intensify.chemistry.network import NU
from intensify.errors import SolveError
from intensify.numerics.roots import find_root
from intensify.reactors import column_equations as eq
from intensify.reactors.column_equations import ColumnEquations
from intensify.reactors.column_newton import Status, relax
from intensify.units import INF

SENTENCES = {
    Status.MAX_STEPS: "the step limit was reached",
    Status.SINGULAR: "a stage's equations are singular there: a specification that nothing moves, "
    "or a stage that runs dry",
    Status.NOT_FINITE: "the equations give numbers that are not finite there",
}
ROWS = ("mass", "bubble point", "summation", "heat or specification", "reaction")
BOLD, CAREFUL, GROWTH, MOST = 1.0, 0.05, 10.0, 500
"""First steps of pseudo-time, largest growth of a step, most steps."""


class ColumnState(NamedTuple):
    """A converged state: unknowns z (N, n), properties P (N, n), and how it was found.

    residual: largest scaled residual. steps: Newton steps. method: see `solve_column`.
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
        """Figures: duties [W], flows [mol/s], temperatures [K], purities, conversions."""
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
    """Flows with equal overflow, compositions between light and heavy feed, no reaction yet."""
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


def converge(column: ColumnEquations, z: np.ndarray, *, dt: float = BOLD) -> ColumnState:
    """The state that pseudo-time leads to from z, or, with dt = inf, plain Newton.

    SolveError: neither; the sentence names the worst residual and where it is.
    """
    lean = canonical(column._replace(mixture=column.mixture.lean()))
    z = np.ascontiguousarray(z, dtype=float).copy()
    N, n = z.shape
    P, F, blocks = np.empty((N, n)), np.empty((N, n)), np.empty((3, N, n, n))
    status, steps, worst, stage, row = compiled(relax, lean)(
        lean, z, P, F, *blocks, float(dt), GROWTH, MOST
    )
    if status != Status.DONE:
        C = column.feed.shape[1]
        kind = ROWS[0 if row < C else min(row - C + 1, 4)]
        raise SolveError(
            f"the column does not converge: {SENTENCES[Status(status)]} after {steps} steps "
            f"(worst: {kind} of stage {stage}, scaled residual {worst:.2g}){dry(column, z)}"
        )
    method = "newton" if dt == INF else "pseudo-transient"
    return ColumnState(column, z, P, float(worst), int(steps), method)


def dry(column: ColumnEquations, z: np.ndarray) -> str:
    """What to say of a stage that nothing leaves any more."""
    C, least = column.feed.shape[1], 1e-6 * float(column.feed.sum())
    for at, what in ((C + 1, "vapour"), (C + 2, "liquid")):
        if (z[:, at] < least).any():
            stage = int(np.argmin(z[:, at]))
            return (f"; the {what} of stage {stage} has run dry: give more boilup or reflux, or "
                    "take less product")  # fmt: skip
    return ""


def solve_column(column: ColumnEquations, *, guess: Any = None) -> ColumnState:
    """A steady state of the column, from the engine's own start, or from a state or z (N, n).

    From a start, pseudo-time leads to a stable state; from a guess, Newton to the nearest. Where
    the start fails, the top is first solved for its distillate and its own specification swapped in
    ("by swapped specifications"), then the catalyst added step by step ("by hold-up"): `method`.
    A total condenser's purity or temperature is met by its distillate ("by its distillate").
    SolveError: no state is found; the worst residual is named.
    """
    if column.condenser == eq.TOTAL and column.top.kind in (eq.TOP_PURITY, eq.TOP_T):
        return by_distillate(column)
    if guess is not None:
        z = guess.z if isinstance(guess, ColumnState) else guess
        try:
            return converge(column, z, dt=INF)
        except SolveError:
            return converge(column, z)
    start = first_guess(column)
    problems = []
    for way in (converge, carefully, by_swap, by_holdup):
        try:
            return way(column, start)
        except SolveError as error:
            problems.append(error)
    raise problems[0]


def carefully(column: ColumnEquations, z: np.ndarray) -> ColumnState:
    """With small steps of pseudo-time."""
    return converge(column, z, dt=CAREFUL)


def by_swap(column: ColumnEquations, z: np.ndarray) -> ColumnState:
    """With a distillate in place of the top's specification first, then that, in five steps."""
    if not column.condenser or column.top.kind == eq.DISTILLATE:
        raise SolveError("the top has no other specification to start from")
    D = max(float(z[0, column.feed.shape[1] + 1]), 0.05 * float(column.feed.sum()))
    easy = converge(column._replace(top=eq.Specification(eq.DISTILLATE, D)), z)
    own = column.top.value + column.specified(column.top, 0, easy.z, easy.P) * scale_of(
        column, easy
    )
    state, steps = easy, easy.steps
    for part in (0.2, 0.4, 0.6, 0.8, 1.0):
        value = own + part * (column.top.value - own)
        there = column._replace(top=column.top._replace(value=value))
        try:
            state = converge(there, state.z, dt=INF)
        except SolveError:
            state = converge(there, state.z)
        steps += state.steps
    return state._replace(column=column, steps=steps, method="by swapped specifications")


def scale_of(column: ColumnEquations, state: ColumnState) -> float:
    """d(value)/d(residual) of the top's specification, so that its value in a state is known."""
    flow = column.total_feed()
    if column.top.kind == eq.REFLUX_RATIO:
        return flow / float(state.V[0])
    scales = {eq.REFLUX: float(flow), eq.TOP_PURITY: 1.0, eq.TOP_T: 100.0}
    return scales.get(int(column.top.kind), 0.0)


def by_distillate(column: ColumnEquations) -> ColumnState:
    """The distillate at which a total condenser has its purity or temperature, by a scalar root.

    Reflux and distillate are one liquid: such a specification holds no flow of stage 0.
    """
    F = float(column.feed.sum())
    found: list[ColumnState] = []

    def miss(D: float) -> float:
        at = column._replace(top=eq.Specification(eq.DISTILLATE, D))
        found.append(solve_column(at, guess=found[-1] if found else None))
        return float(column.specified(column.top, 0, found[-1].z, found[-1].P))

    places = F * np.linspace(0.04, 0.96, 24)
    before = miss(float(places[0]))
    for low, high in itertools.pairwise(places):
        after = miss(float(high))
        if before * after <= 0.0:
            find_root(miss, float(low), float(high), rtol=1e-14)
            steps = sum(state.steps for state in found)
            return found[-1]._replace(column=column, steps=steps, method="by its distillate")
        before = after
    raise SolveError(
        f"no distillate from 4 to 96 % of the feed gives the top's {column.top.value:g}; ask for "
        "another purity or temperature, more stages, or more boilup"
    )


def by_holdup(column: ColumnEquations, z: np.ndarray) -> ColumnState:
    """Without reaction first, then with more and more catalyst."""
    if not column.holdup.any():
        raise SolveError("the column does not converge, and has no reaction to start without")
    steps, whole = 0, np.where(np.isinf(column.holdup), 1e6, column.holdup)
    for part in (0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1.0):
        holdup = column.holdup if part == 1.0 else part * whole
        state = converge(column._replace(holdup=holdup), z)
        z, steps = state.z, steps + state.steps
    return state._replace(steps=steps, method="by hold-up")
