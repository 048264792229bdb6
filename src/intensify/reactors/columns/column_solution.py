"""How a steady state of a column is found."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify._jit import canonical, compiled
from intensify.errors import SolveError
from intensify.numerics.roots import find_root
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_newton import Status, boil, relax
from intensify.reactors.columns.column_state import ColumnState
from intensify.units import INF

SENTENCES = {
    Status.MAX_STEPS: "the step limit was reached",
    Status.SINGULAR: "a stage's equations are singular there: a specification that nothing moves, "
    "or a stage that runs dry",
    Status.NOT_FINITE: "the equations give numbers that are not finite there",
}
ROWS = ("mass", "bubble point", "summation", "heat or specification", "reaction", "efficiency")
BOLD, CAREFUL, GROWTH, MOST = 1.0, 0.05, 10.0, 500
"""First steps of pseudo-time, largest growth of a step, most steps."""


class Jump(SolveError):
    """A specification that lies between two states, where what stands in for it is `at`.

    state: one on the lower side, from which its branch can be followed.
    """

    def __init__(self, sentence: str, end: str, at: float, state: ColumnState) -> None:
        self.end, self.at, self.state = end, at, state
        super().__init__(sentence)


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
    z = np.zeros((N, C + 3 + R + (C if column.efficiency < 1.0 else 0)))
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
    z[:, :C], z[:, C] = (mean + 1e-6) / (mean + 1e-6).sum(), 350.0
    boiled(column, z)
    light = lightest(column, mean, D / F, float(z[:, C].mean()))
    heavy = np.maximum(mean - light * D / F, 0.0) / max(1.0 - D / F, 1e-6)
    part = np.linspace(0.0, 1.0, N)[:, None]
    x = (1.0 - part) * light + part * heavy + 0.05 * mean + 1e-3
    z[:, :C] = x / x.sum(axis=1, keepdims=True)
    boiled(column, z)
    return z


def boiled(column: ColumnEquations, z: np.ndarray) -> None:
    """Bring z (N, n) to its boiling points; SolveError: a stage has none."""
    lean = canonical(column._replace(mixture=column.mixture.lean()))
    stage = compiled(boil, lean)(lean, z)
    if stage or not np.isfinite(z).all():
        raise SolveError(f"the liquid guessed on stage {max(stage - 1, 0)} does not boil there")


def lightest(column: ColumnEquations, mean: np.ndarray, part: float, T: float) -> np.ndarray:
    """Composition of the most volatile `part` of the feed, at T."""
    order = np.argsort([-column.mixture.vapour_pressure(i, T) for i in range(mean.size)])
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
        last = 4 if row < C + 3 + column.dHr.size else 5
        kind = ROWS[0 if row < C else min(row - C + 1, last)]
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
    A specification that its own stage does not hold is met by a scalar root ("by a root").
    SolveError: no state is found; the worst residual is named.
    """
    for end in ("bottom", "top"):
        if not local(column, end):
            return by_root(column, end)
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
    if not column.condenser or column.top.kind in (eq.DISTILLATE, eq.BALANCE):
        raise SolveError("the top has no other specification to start from")
    D = max(float(z[0, column.feed.shape[1] + 1]), 0.05 * float(column.feed.sum()))
    easy = converge(column._replace(top=eq.Specification(eq.DISTILLATE, D)), z)
    own = easy.measured(column.top)
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


LOCAL = {
    "top": (eq.REFLUX_RATIO, eq.REFLUX, eq.DISTILLATE, eq.TOP_RECOVERY),
    "partial": (eq.TOP_PURITY, eq.TOP_T, eq.BALANCE),
    "bottom": (eq.BOTTOMS, eq.BOILUP, eq.BOILUP_RATIO, eq.BOTTOM_PURITY, eq.BOTTOM_T,
               eq.BOTTOM_RECOVERY, eq.BALANCE),
}  # fmt: skip


def local(column: ColumnEquations, end: str) -> bool:
    """Whether the stage at this end holds what its specification is about.

    Reflux and distillate of a total condenser are one liquid: its purity, temperature or duty holds
    no flow of stage 0.
    """
    if end == "bottom":
        return column.reboiler == eq.NONE or column.bottom.kind in LOCAL["bottom"]
    partial = column.condenser == eq.PARTIAL and column.top.kind in LOCAL["partial"]
    return column.condenser == eq.NONE or partial or column.top.kind in LOCAL["top"]


def by_root(column: ColumnEquations, end: str) -> ColumnState:
    """The product flow, reflux ratio or boilup at which a specification is met, by a scalar root.

    SolveError: it is met nowhere in 2 to 98 % of the feed, or in the range of ratios.
    """
    F, other = float(column.feed.sum()), column.top if end == "bottom" else column.bottom
    wanted = column.top if end == "top" else column.bottom
    places = F * np.linspace(0.02, 0.98, 33)
    kind, name = (eq.DISTILLATE, "distillate") if end == "top" else (eq.BOTTOMS, "bottoms")
    if end == "top" and other.kind not in (eq.BOILUP, eq.BOILUP_RATIO, eq.BALANCE):
        kind, name, places = eq.REFLUX_RATIO, "reflux ratio", np.geomspace(0.05, 100.0, 25)
    elif end == "bottom" and other.kind == eq.DISTILLATE:
        # what is boiled up is distilled, and reflux
        kind, name = eq.BOILUP, "boilup"
        places = other.value * (1.0 + np.geomspace(0.05, 100.0, 25))
    found: list[ColumnState] = []

    def at(value: float) -> ColumnState:
        spec = eq.Specification(kind, float(value))
        there = column._replace(top=spec) if end == "top" else column._replace(bottom=spec)
        found.append(solve_column(there, guess=found[-1] if found else None))
        return found[-1]

    def miss(value: float) -> float:
        return at(value).measured(wanted) - wanted.value

    before, place, jump, at_jump = None, 0.0, "", 0.0
    for goal in places:
        after = None
        for part in (1.0, 0.5, 0.25) if before is not None else (1.0,):
            value = place + part * (float(goal) - place)
            try:
                after = miss(value)
                break
            except SolveError:  # too far from where it was solved last, or infeasible there
                continue
        if before is not None and after is not None and before * after <= 0.0:
            root = find_root(miss, place, value, rtol=1e-15)
            state = at(float(root.x))
            if abs(state.measured(wanted) - wanted.value) <= 1e-7 * max(abs(wanted.value), 1e-3):
                steps = sum(one.steps for one in found)
                return state._replace(column=column, steps=steps, method="by a root")
            at_jump = float(root.x)
            jump = f"; at {root.x:.6g} it jumps from one state to another, see `follow_column`"
        before, place = after, value
    seen = [one.measured(wanted) for one in found]
    reached = f"; it reaches {min(seen):.6g} to {max(seen):.6g}" if seen else ""
    sentence = (f"no {name} from {places[0]:.4g} to {places[-1]:.4g} gives a "
                f"{eq.NAMES[int(wanted.kind)]} of {wanted.value:g}{reached}{jump}; ask for another "
                "value, more stages, or more reflux")  # fmt: skip
    if not jump:
        raise SolveError(sentence)
    # Newton's method loses a branch at its end, so not the state that is nearest to it
    below = [one for one in found if getattr(one.column, end).value < 0.998 * at_jump]
    raise Jump(sentence, end, at_jump, max(below, key=lambda one: getattr(one.column, end).value))
