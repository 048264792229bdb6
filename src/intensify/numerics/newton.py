"""Damped Newton for square systems F(y) = 0.

    J dy = -F(y),   y <- y + a dy,   a = 1, 1/2, 1/4, ... until the residual shrinks

An equation's residual counts against its row of the Jacobian, |F_i|/sum_j |J_ij| max(|y_j|, s_j),
so that its unit does not matter. A step covers nine tenths of the way to a bound at most: a power
below 1 has no slope at zero.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import borrow, canonical, compiled, kernel, optional
from intensify.errors import InputError, SolveError
from intensify.numerics.linalg import lu_factor, lu_solve

ROUNDING = 8.0 * 2.220446049250313e-16
"""Scaled residual, per unknown, that rounding alone explains."""


class Status(IntEnum):
    """How a Newton iteration ended."""

    DONE = 0
    MAX_STEPS = 1
    NO_DESCENT = 2
    NOT_FINITE = 3
    SINGULAR = 4


SENTENCES = {
    Status.MAX_STEPS: "the step limit was reached; start nearer to the solution or raise max_steps",
    Status.NO_DESCENT: "no step along Newton's direction makes the residual smaller; start from "
    "another point, or check that the bounds leave room for a solution",
    Status.NOT_FINITE: "the equations give numbers that are not finite; check start and bounds",
    Status.SINGULAR: "the Jacobian is singular: an equation is missing, doubled, or turns round "
    "there",
}


class Zero(NamedTuple):
    """A solution: y (N,), the largest scaled residual there, and the Newton steps it took."""

    y: np.ndarray
    residual: float
    steps: int


@optional("residual_jac")
def residual_jacobian(model, y, J):
    """Fill J with d(residual)/dy; the default takes one-sided differences of second order."""
    n = y.size
    x, here, near, far = y.copy(), np.empty(n), np.empty(n), np.empty(n)
    model.residual(y, here)
    for j in range(n):
        # away from zero, because concentrations and fractions end there
        step = 6e-6 * max(abs(y[j]), 1e-3) * (1.0 if y[j] >= 0.0 else -1.0)
        x[j] = y[j] + step
        model.residual(x, near)
        x[j] = y[j] + 2.0 * step
        model.residual(x, far)
        x[j] = y[j]
        for i in range(n):
            J[i, j] = (4.0 * near[i] - 3.0 * here[i] - far[i]) / (2.0 * step)


@kernel
def weigh(J, y, scale, weight):
    """Fill weight with sum_j |J_ij| max(|y_j|, scale_j), 1 where a row is zero."""
    for i in range(y.size):
        total = 0.0
        for j in range(y.size):
            total += abs(J[i, j]) * max(abs(y[j]), scale[j])
        weight[i] = total if total > 0.0 else 1.0


@kernel
def size_of(F, weight):
    """Root mean square of F/weight, and its largest component and where; inf if not finite."""
    total, most, worst = 0.0, -1.0, 0
    for i in range(F.size):
        x = abs(F[i] / weight[i])
        if not np.isfinite(x):
            return np.inf, np.inf, i
        total += x * x
        if x > most:
            most, worst = x, i
    return np.sqrt(total / F.size), most, worst


@kernel
def move(y, step, a, lower, upper, out):
    """out = y + a step, each component at most nine tenths of its way to a bound."""
    for i in range(y.size):
        out[i] = y[i] + a * step[i]
        if step[i] < 0.0 and lower[i] > -np.inf:
            out[i] = max(out[i], lower[i] + 0.1 * (y[i] - lower[i]))
        elif step[i] > 0.0 and upper[i] < np.inf:
            out[i] = min(out[i], upper[i] - 0.1 * (upper[i] - y[i]))


def newton(model, y0, lower, upper, scale, rtol, max_steps):
    """Solve model.residual(y) = 0; returns status, y, worst equation, its residual, steps."""
    model, n = borrow(model), y0.size
    y, y_new, F, F_new = y0.copy(), np.empty(n), np.empty(n), np.empty(n)
    step, weight, ones = np.empty(n), np.ones(n), np.ones(n)
    J, pivots = np.empty((n, n)), np.empty(n, dtype=np.int64)
    model.residual(y, F)
    size, most, worst = size_of(F, ones)
    if not np.isfinite(size):
        return Status.NOT_FINITE, y, worst, most, 0
    for steps in range(max_steps):
        residual_jacobian(model, y, J)
        weigh(J, y, scale, weight)
        size, most, worst = size_of(F, weight)
        if not np.isfinite(size):
            return Status.NOT_FINITE, y, worst, most, steps
        if most <= ROUNDING * n:
            return Status.DONE, y, worst, most, steps
        step[:] = -F
        column = lu_factor(J, pivots)
        if column != 0:
            return Status.SINGULAR, y, column - 1, most, steps
        lu_solve(J, pivots, step)
        length = 0.0
        for i in range(n):
            length = max(length, abs(step[i]) / max(abs(y[i]), scale[i]))
        a = 1.0
        while True:
            move(y, step, a, lower, upper, y_new)
            model.residual(y_new, F_new)
            shrunk, left, where = size_of(F_new, weight)
            if shrunk <= (1.0 - 1e-4 * a) * size or (length <= rtol and np.isfinite(shrunk)):
                break
            a *= 0.5
            if a < 1e-10:
                return Status.NO_DESCENT, y, worst, most, steps
        y[:], F[:] = y_new, F_new
        if length <= rtol:
            return Status.DONE, y, where, left, steps + 1
    return Status.MAX_STEPS, y, worst, most, max_steps


def find_zero(
    model: Any,
    y0: Any,
    *,
    scale: Any = 1.0,
    lower: Any = -np.inf,
    upper: Any = np.inf,
    rtol: float = 1e-10,
    max_steps: int = 100,
) -> Zero:
    """Zero of a square system by Newton's method with a line search.

    Parameters
    ----------
    model : object with residual(y, F) that fills F (N,); a NamedTuple is compiled. Optional:
        residual_jac(y, J) that fills J (N, N), J[i, j] = dF_i/dy_j.
    y0 : (N,)             start; where two solutions exist it decides which one is found.
    scale : scalar or (N,) magnitude of each unknown below which only absolute accuracy counts.
    lower, upper : scalar or (N,) bounds that no iterate crosses.
    rtol : float          ends at a Newton step below rtol max(|y|, scale) in every unknown.

    SolveError names the worst equation and what to do; InputError: start not finite or outside.

    >>> class Circle:
    ...     def residual(self, y, F):
    ...         F[0], F[1] = y[0] ** 2 + y[1] ** 2 - 2.0, y[0] - y[1]
    >>> find_zero(Circle(), [3.0, 0.5]).y.round(9).tolist()
    [1.0, 1.0]
    """
    y = np.array(y0, dtype=float)
    scale, low, high = (np.full(y.size, x, dtype=float) for x in (scale, lower, upper))
    if not np.isfinite(y).all():
        raise InputError(f"the start of unknown {int(np.argmin(np.isfinite(y)))} is not finite")
    outside = (y < low) | (y > high)
    if outside.any():
        k = int(np.argmax(outside))
        raise InputError(
            f"the start of unknown {k}, {y[k]:g}, is outside its bounds {low[k]:g} to {high[k]:g}"
        )
    if not (scale > 0.0).all() or not rtol > 0.0:
        raise InputError("scale and rtol must be above 0")
    if y.size == 0:  # such as a grain in which nothing reacts
        return Zero(y, 0.0, 0)
    model = canonical(model)
    status, y, worst, residual, steps = compiled(newton, model)(
        model, y, low, high, scale, rtol, max_steps
    )
    if status != Status.DONE:
        what = "unknown" if status == Status.SINGULAR else "equation"
        raise SolveError(
            f"Newton's method stopped after {steps} steps: {SENTENCES[Status(status)]} "
            f"(worst: {what} {worst}, scaled residual {residual:.2e}, y there {y[worst]:.6g})"
        )
    return Zero(y, float(residual), int(steps))
