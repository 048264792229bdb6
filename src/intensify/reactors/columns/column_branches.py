"""Several steady states of a column: branches along a parameter, folds, stability, all states.

A branch is followed by pseudo-arclength, so that it may turn round: unknowns z and parameter p,

    F(z, p) = 0,   t . w (z - z_0) + t_p w_p (p - p_0) = ds

with the tangent t and weights w that make a mole fraction, 20 K and the feed's flow count alike. A
fold is where t_p = 0. A branch may be closed (an isola), and then no other branch leads there, so
`find_column_states` starts from several places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled
from intensify.errors import InputError, SolveError
from intensify.numerics.roots import find_root
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_newton import LEAST, relax
from intensify.reactors.columns.column_solution import (
    CAREFUL,
    Jump,
    converge,
    first_guess,
)
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.columns.reactive_distillation import BOTTOM, TOP
from intensify.units import INF

CLOSE, LEAST_STEP, WIDEST = 1e-7, 1e-7, 0.3
"""States nearer than this are one; least and largest step of arclength."""
STRAIGHT = 0.95
"""Least cosine between neighbouring tangents; below it the step is halved."""


class Branch(NamedTuple):
    """Points along a branch: parameter p (n,), states z (n, N, ...), folds, and those at a target.

    folds: parameter values where the branch turns, in its order. crossings: states at the wanted
    value, in its order. closed: the branch came back to its start.
    """

    p: np.ndarray
    z: np.ndarray
    folds: list[float]
    crossings: list[ColumnState]
    closed: bool


def linearised(column: ColumnEquations, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residual (N n,) and dense Jacobian at z."""
    lean = canonical(column._replace(mixture=column.mixture.lean()))
    N, n = z.shape
    P, F, parts = np.empty((N, n)), np.empty((N, n)), np.empty((3, N, n, n))
    compiled(relax, lean)(lean, np.array(z), P, F, *parts, 1.0, 1.0, 0)
    J = np.zeros((N * n, N * n))
    for j in range(N):
        for k, part in zip((j - 1, j, j + 1), parts, strict=True):
            if 0 <= k < N:
                J[j * n : (j + 1) * n, k * n : (k + 1) * n] = part[j]
    return F.ravel(), J


def varied(column: ColumnEquations, parameter: str) -> tuple[Callable[[float], Any], float]:
    """The column as a function of one of its specifications, and that one's value.

    parameter: "top" or "bottom", or the specification's name. InputError: it is none of this one's.
    """
    top, bottom = column.top, column.bottom
    if parameter == "top" or TOP.get(parameter) == top.kind:
        return lambda p: column._replace(top=top._replace(value=float(p))), top.value
    if parameter == "bottom" or BOTTOM.get(parameter) == bottom.kind:
        return lambda p: column._replace(bottom=bottom._replace(value=float(p))), bottom.value
    raise InputError(f"'{parameter}' is no specification of this column; take 'top' or 'bottom'")


class Path:
    """The corrector along a branch."""

    def __init__(self, vary: Callable[[float], ColumnEquations], z: np.ndarray, p: float):
        self.vary, self.shape, self.flow = vary, z.shape, float(vary(p).feed.sum())
        C = vary(p).feed.shape[1]
        weights = np.full(z.shape, 1.0 / self.flow)
        weights[:, :C], weights[:, C] = 1.0, 0.05
        self.w, self.w_p, self.C = weights.ravel(), 1.0 / abs(p), C

    def slopes(self, z: np.ndarray, p: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """F, dF/dz and dF/dp."""
        F, J = linearised(self.vary(p), z.reshape(self.shape))
        step = 1e-6 * abs(p)
        ahead, _ = linearised(self.vary(p + step), z.reshape(self.shape))
        return F, J, (ahead - F) / step

    def tangent(self, z: np.ndarray, p: float, like: np.ndarray) -> np.ndarray:
        """Unit tangent (weighted) whose sense is that of `like`."""
        _, J, F_p = self.slopes(z, p)
        t = np.append(self.w * -np.linalg.solve(J, F_p), self.w_p)
        t /= np.linalg.norm(t)
        return t if t @ like >= 0.0 else -t

    def correct(
        self, z: np.ndarray, p: float, t: np.ndarray, ds: float
    ) -> tuple[np.ndarray, float, int] | None:
        """The branch's point at arclength ds from (z, p) along t, and steps; None: not found."""
        z0, p0 = z, p
        z, p = z + ds * t[:-1] / self.w, p + ds * t[-1] / self.w_p
        for steps in range(1, 9):
            z = self.kept(z)
            F, J, F_p = self.slopes(z, p)
            lack = t[:-1] @ (self.w * (z - z0)) + t[-1] * self.w_p * (p - p0) - ds
            whole = np.block([[J, F_p[:, None]], [(t[:-1] * self.w)[None], t[-1] * self.w_p]])
            try:
                step = np.linalg.solve(whole, -np.append(F, lack))
            except np.linalg.LinAlgError:
                return None
            z, p = z + step[:-1], p + step[-1]
            if not np.isfinite(step).all():
                return None
            size = np.abs(np.append(step[:-1] * self.w, step[-1] * self.w_p)).max()
            if size < 1e-9:
                return self.kept(z), float(p), steps
            if size > 1.0:
                return None
        return None

    def distance(self, dz: np.ndarray, dp: float) -> float:
        """Weighted length of a difference."""
        return float(np.hypot(np.linalg.norm(self.w * dz), self.w_p * dp))

    def kept(self, z: np.ndarray) -> np.ndarray:
        """z with mole fractions above 0."""
        rows = z.reshape(self.shape).copy()
        rows[:, : self.C] = np.maximum(rows[:, : self.C], LEAST)
        return rows.ravel()


def follow_column(
    state: ColumnState,
    parameter: str,
    low: float,
    high: float,
    *,
    target: float | None = None,
    upwards: bool = True,
    most: int = 400,
) -> Branch:
    """The branch through a state, along a specification between low and high; see the module.

    target: where states are wanted, by default the state's own value. Ends at low or high, where
    the branch closes, or after `most` points.
    SolveError: the branch cannot be followed from its start.
    """
    vary, p = varied(state.column, parameter)
    if not low <= p <= high:
        raise InputError(f"the state is at {p:g}, outside {low:g} to {high:g}")
    target = p if target is None else target
    path, z = Path(vary, state.z, p), state.z.ravel()
    t = path.tangent(z, p, np.append(np.zeros(z.size), 1.0 if upwards else -1.0))
    ps, zs, folds, crossings, ds = [p], [z], [], [], 0.01
    closed, start, first, away = False, z, t, 0.0
    while len(ps) < most:
        found = path.correct(z, p, t, ds)
        ahead = None if found is None else path.tangent(found[0], found[1], t)
        if found is None or ahead is None or ahead @ t < STRAIGHT:
            ds *= 0.5
            if ds < LEAST_STEP:
                if len(ps) == 1:
                    raise SolveError(f"the branch cannot be followed from {parameter} = {p:g}")
                break
            continue
        z_new, p_new, steps = found
        if t[-1] * ahead[-1] < 0.0:
            folds.append(fold(path, z, p, t, ds))
        if (p - target) * (p_new - target) < 0.0:
            crossings += crossing(vary, state, z, z_new, (target - p) / (p_new - p), target)
        near = path.distance(z_new - start, p_new - ps[0])
        away = max(away, near)
        z, p, t = z_new, p_new, ahead
        ps.append(p)
        zs.append(z)
        if near < ds and away > 5.0 * ds and t @ first > 0.5:
            closed = True
            break
        if not low <= p <= high:
            break
        ds = min(ds * (1.5 if steps <= 4 else 0.8), WIDEST)
    rows = np.array(zs).reshape(len(zs), *state.z.shape)
    return Branch(np.array(ps), rows, folds, crossings, closed)


def fold(path: Path, z: np.ndarray, p: float, t: np.ndarray, ds: float) -> float:
    """Parameter where t_p = 0, between (z, p) and ds further on: by bisection and secants."""
    a, b, value = 0.0, ds, p
    f_a = t[-1]
    far = path.correct(z, p, t, ds)
    f_b = path.tangent(far[0], far[1], t)[-1] if far else -f_a
    for k in range(60):
        s = 0.5 * (a + b) if k % 3 == 2 else a + (b - a) * f_a / (f_a - f_b)
        here = path.correct(z, p, t, s)
        if here is None:
            break
        value, slope = here[1], path.tangent(here[0], here[1], t)[-1]
        if abs(slope) < 1e-7 or b - a < 1e-12:
            break
        if slope * f_a > 0.0:
            a, f_a = s, slope
        else:
            b, f_b = s, slope
    return float(value)


def crossing(
    vary: Callable[[float], ColumnEquations],
    state: ColumnState,
    z: np.ndarray,
    z_new: np.ndarray,
    part: float,
    target: float,
) -> list[ColumnState]:
    """The state at the target between two points of a branch."""
    guess = ((1.0 - part) * z + part * z_new).reshape(state.z.shape)
    try:
        return [converge(vary(target), guess, dt=INF)]
    except SolveError:
        return []


def state_at_jump(column: ColumnEquations, jump: Jump, *, reach: float = 0.04) -> ColumnState:
    """The state that meets a specification where the branch turns back, between two others.

    The branch is followed past the jump by `reach` of its place. SolveError: it turns nowhere.
    """
    wanted = getattr(column, jump.end)
    vary, low = varied(jump.state.column, jump.end)

    def at(value: float, z: np.ndarray) -> ColumnState:
        return converge(vary(value), z, dt=INF)

    branch = follow_column(jump.state, jump.end, low, (1.0 + reach) * jump.at)
    misses = [at(float(q), z).measured(wanted) - wanted.value
              for q, z in zip(branch.p, branch.z, strict=True)]  # fmt: skip
    for k in range(len(misses) - 1):
        if misses[k] * misses[k + 1] > 0.0:
            continue

        def between(part: float, k: int = k) -> ColumnState:
            q, z = ((1.0 - part) * a[k] + part * a[k + 1] for a in (branch.p, branch.z))
            return at(float(q), z)

        root = find_root(lambda part: between(part).measured(wanted) - wanted.value, 0.0, 1.0,
                         rtol=1e-13)  # fmt: skip
        state = between(float(root.x))
        if abs(state.measured(wanted) - wanted.value) <= 1e-7 * max(abs(wanted.value), 1e-3):
            return state._replace(column=column, method="by its folded branch")
    raise jump


def leading_eigenvalue(state: ColumnState) -> complex:
    """Eigenvalue of largest real part of the linearised column, in feed over hold-up; stable: < 0.

    Every stage holds the same; composition moves, temperatures and flows follow at once.
    """
    from scipy.linalg import eig

    _, J = linearised(state.column, state.z)
    C, n = state.C, state.z.shape[1]
    moves = np.zeros(J.shape[0])
    for i in range(C):
        moves[i::n] = 1.0
    values = eig(J, np.diag(moves), right=False)
    finite = values[np.isfinite(values) & (np.abs(values) < 1e8)]
    return complex(finite[np.argmax(finite.real)])


def find_column_states(
    column: ColumnEquations,
    *,
    parameter: str = "bottom",
    reach: float = 0.4,
    richer: Sequence[float] = (0.5, 0.9),
) -> list[ColumnState]:
    """Every steady state that can be found at the column's specifications, by rising bottom T.

    From the engine's start in pseudo-time; by Newton from starts whose lower half is richer in each
    component; then along the branch of each state found, `reach` of the parameter's value up and
    down, so that states between folds and on closed branches are met too.
    SolveError: not even one is found.
    """
    found: list[ColumnState] = []
    start = first_guess(column)
    problems = []
    for z, dt in starts(column, start, richer):
        try:
            add(found, converge(column, z, dt=dt))
        except SolveError as error:
            problems.append(error)
    if not found:
        raise problems[0]
    _, p = varied(column, parameter)
    checked = 0
    while checked < len(found):
        for upwards in (True, False):
            try:
                branch = follow_column(
                    found[checked], parameter, (1.0 - reach) * p, (1.0 + reach) * p, upwards=upwards
                )
            except SolveError:
                continue
            for state in branch.crossings:
                add(found, state)
            if branch.closed:
                break
        checked += 1
    return sorted(found, key=lambda s: float(s.T[-1]))


def starts(column: ColumnEquations, z: np.ndarray, richer: Sequence[float]) -> list[Any]:
    """Starts and first steps of pseudo-time."""
    N, C = column.feed.shape
    out: list[Any] = [(z, CAREFUL), (z, INF)]
    for i in range(C):
        for part in richer:
            rich = z.copy()
            weight = part * np.linspace(0.0, 1.0, N)[:, None]
            rich[:, :C] = (1.0 - weight) * z[:, :C] + weight * np.eye(C)[i]
            for j in range(N):
                rich[j, C] = column.mixture.bubble_point(float(column.pressure[j]), rich[j, :C])[0]
            out += [(rich, INF), (rich, 1.0)]
    return out


def add(found: list[ColumnState], state: ColumnState) -> None:
    """Keep a state that is not there yet."""
    C = state.C
    if all(np.abs(state.x - other.x).max() > CLOSE * 100.0 for other in found) and (
        (state.z[:, C + 1 : C + 3] > 0.0).all()
    ):
        found.append(state)
