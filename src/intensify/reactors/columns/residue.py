"""Residue curves: what is left in a still that boils away, with or without reaction.

    dx/dxi = x - y(x) + tau sum_k (nu_k - x sum(nu_k)) r_k(T(x), x),    dxi = (V/H) dt

x: mole fractions of the liquid, of amount H; y: its vapour, taken off at V; tau = H/V, constant; T:
the boiling point at p. tau = 0: distillation alone. Where the right side vanishes are the pure
components and azeotropes, with tau > 0 the reactive azeotropes: what no such column can pass.

Venimadhavan, Buzad, Doherty, Malone, AIChE J. 40 (1994) 1814, there with Da = tau k(T_ref).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, canonical, compiled
from intensify.chemistry.network import NU
from intensify.errors import InputError, SolveError
from intensify.numerics.integrate import integrate
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_newton import boiling_point
from intensify.units import Number

SAME = 1e-3
"""Mole fraction within which two stationary points are one."""


class ResidueCurve(NamedTuple):
    """One curve, from the lightest to the heaviest end."""

    xi: np.ndarray  # (M,)
    x: np.ndarray  # (M, C)
    T: np.ndarray  # (M,) [K]


class StationaryPoint(NamedTuple):
    """Where a liquid boils without change; kind: unstable node (light end), saddle, stable node."""

    x: np.ndarray  # (C,)
    T: float  # [K]
    kind: str


class Still(NamedTuple):
    """An open still with mixture, top pressure and reactions of a column; build it by `still_of`.

    The hold-up of its stage 0 is tau. sign: 1 as it boils away, -1 backwards.
    """

    column: ColumnEquations
    T: np.ndarray  # (1,) where its boiling point was last [K]
    sign: Number = 1.0

    def rhs(self, xi, x, dx):
        """Fill dx (C,) with dx/dxi."""
        column, C, R = self.column, x.size, self.column.dHr.size
        mix, nu = column.mixture, column.kinetics.forward.reactions
        terms, a, y, z, total = mix.room(), np.empty(C), np.empty(C), np.empty(C), 0.0
        for i in range(C):
            total += max(x[i], 0.0)
        for i in range(C):
            z[i] = max(x[i], 0.0) / total
        T = boiling_point(mix, column.pressure[0], z, self.T[0], terms, a, y)
        self.T[0] = T if 50.0 < T < 2000.0 else 350.0
        for i in range(C):
            dx[i] = self.sign * (x[i] - y[i])
        if R > 0 and column.holdup[0] > 0.0:
            r = np.empty(R)
            held = a if column.kinetics.by_activity > 0.0 else z
            column.driving(0, T, held, np.empty((2, R)), r)
            for k in range(R):
                more = 0.0
                for i in range(C):
                    more += nu[k, NU + i]
                for i in range(C):
                    dx[i] += self.sign * r[k] * (nu[k, NU + i] - x[i] * more)

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """dx/dxi (C,); SolveError: the liquid does not boil."""
        dx = np.empty(x.size)
        compiled(slopes_at, self)(self, np.asarray(x, dtype=float), dx)
        if not np.isfinite(dx).all():
            raise SolveError(
                f"a liquid of {np.round(x, 4).tolist()} does not boil at this pressure"
            )
        return dx


def slopes_at(still, x, dx):
    """Fill dx with a still's slopes."""
    borrow(still).rhs(0.0, x, dx)


def still_of(column: Column, tau: float) -> Still:
    """The still of a column; tau: hold-up over vapour flow, in the hold-up's unit per mol/s.

    InputError: a tau that is negative or not finite, or above 0 without a reaction.
    """
    if not 0.0 <= tau < np.inf:
        raise InputError([("tau", f"is {tau:g}, but must be finite and 0 or more")])
    if tau > 0.0 and not len(column.dHr):
        raise InputError([("tau", f"is {tau:g}, but the column has no reaction; give 0")])
    lean = column._replace(mixture=column.mixture.lean(), holdup=np.array([float(tau)]))
    return Still(canonical(lean), np.array([350.0]))


def residue_curve(
    column: Column,
    start: Mapping[str, float] | Sequence[float],
    *,
    tau: float = 0.0,
    length: float = 8.0,
) -> ResidueCurve:
    """The residue curve through a composition; see the module.

    Without reaction it is followed both ways. With reaction only forwards: backwards the reaction
    runs away from its equilibrium, and the curve means nothing. length: of xi, each way.

    InputError: tau below 0, or above 0 without a reaction; a composition that is none.

    >>> import intensify as it
    >>> from intensify.chemistry.mixture import Mixture
    >>> pair = Mixture.ideal(["light", "heavy"], psat=[[22.0, -3500.0, 0.0], [21.0, -3500.0, 0.0]])
    >>> column = it.ReactiveDistillationColumn(pair, stages=2, p=1e5, energy="cmo", dHv=3e4,
    ...     feeds=[it.ColumnFeed(1, {"light": 1.0})], specs={"distillate": 0.5, "boilup": 4.0})
    >>> curve = residue_curve(column, [0.5, 0.5])
    >>> bool(curve.x[0, 0] > 0.99), bool(curve.x[-1, 1] > 0.99)
    (True, True)
    """
    still = still_of(column, float(tau))
    if not 0.0 < length < np.inf:
        raise InputError([("length", f"is {length:g}, but must be finite and above 0")])
    x0 = column.mixture.fractions(start)
    grid = np.linspace(0.0, length, 81)
    ahead = followed(still, 1.0, x0, grid)
    xi, x = grid, ahead
    if tau == 0.0:
        back = followed(still, -1.0, x0, grid)
        xi, x = np.append(-grid[:0:-1], grid), np.vstack([back[:0:-1], ahead])
    x = np.maximum(x, 0.0)
    x /= x.sum(axis=1, keepdims=True)
    p = float(column.pressure[0])
    return ResidueCurve(xi, x, np.array([column.mixture.bubble_point(p, row)[0] for row in x]))


def residue_curves(column: Column, *, tau: float = 0.0) -> list[ResidueCurve]:
    """Curves through a coarse grid of compositions that have something of every component.

    InputError: as `residue_curve`.
    """
    C = len(column.mixture.labels)
    inside = [x.tolist() for x in simplex(C, C + 1) if x.min() > 0.0]
    return [residue_curve(column, x, tau=tau) for x in inside]


def followed(still: Still, sign: float, x0: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """x (M, C) on the grid from x0."""
    still = still._replace(sign=sign, T=np.array([350.0]))
    run = integrate(still, (0.0, float(grid[-1])), x0, rtol=1e-6, atol=1e-9)
    return np.asarray(run(grid))


def stationary_points(
    column: Column, *, tau: float = 0.0, starts: int = 6
) -> list[StationaryPoint]:
    """Pure components and azeotropes, with tau the reactive ones, ordered by boiling point.

    Newton from every corner and from a grid of 1/starts: points that the grid misses are not found.

    InputError: as `residue_curve`.
    """
    still = still_of(column, float(tau))
    C = len(column.mixture.labels)
    found: list[np.ndarray] = []
    for start in simplex(C, starts):
        x = stationary(still, start)
        if x is not None and not any(np.abs(x - one).max() < SAME for one in found):
            found.append(x)
    p = float(column.pressure[0])
    points = [
        StationaryPoint(x, column.mixture.bubble_point(p, x)[0], kind(still, x)) for x in found
    ]
    return sorted(points, key=lambda point: point.T)


def simplex(C: int, n: int) -> list[np.ndarray]:
    """All compositions of C components in steps of 1/n."""
    if C == 1:
        return [np.array([1.0])]
    return [
        np.append((n - i) / n * rest, i / n)
        for i in range(n + 1)
        for rest in (simplex(C - 1, n - i) if i < n else [np.eye(C - 1)[0]])
    ]


def jacobian(still: Still, x: np.ndarray) -> np.ndarray:
    """d slopes / dx (C, C), by differences into the box."""
    base, h, J = still.slopes(x), 1e-6, np.empty((x.size, x.size))
    for i in range(x.size):
        moved = x.copy()
        moved[i] += h
        J[:, i] = (still.slopes(moved) - base) / h
    return J


def stationary(still: Still, x: np.ndarray) -> np.ndarray | None:
    """The stationary point that Newton in the box of fractions reaches from x, or None."""
    for _ in range(40):
        F = still.slopes(x)
        if np.abs(F).max() < 1e-10:
            return x / x.sum()
        try:
            step = np.linalg.solve(jacobian(still, x), -F)
        except np.linalg.LinAlgError:
            return None
        x = np.clip(x + step * min(1.0, 0.2 / np.abs(step).max()), 0.0, 1.0)
        if not x.sum() > 0.0:
            return None
    return None


def kind(still: Still, x: np.ndarray) -> str:
    """Node or saddle, by the eigenvalues in the simplex (the sum of x has one of its own)."""
    C = x.size
    plane = np.linalg.svd(np.ones((1, C)))[2][1:].T  # (C, C - 1), sums of 0
    real = np.linalg.eigvals(plane.T @ jacobian(still, x) @ plane).real
    return "stable node" if real.max() < 0 else "unstable node" if real.min() > 0 else "saddle"
