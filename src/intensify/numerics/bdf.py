"""BDF: variable-order multistep method for stiff equations M y' = f(t, y), orders 1 to 5.

    sum_(j=1..k) (1/j) D^j y_(n+1) = h f(t_(n+1), y_(n+1)) + kappa_k gamma_k (y_(n+1) - y_pred)

in backward differences D^j with a step that stays as it is for some steps (quasi-constant). Each
step solves one nonlinear system by Newton's method; Jacobian and factors are kept from step to step
while they serve, so that a step of a large system costs little more than a right-hand side and a
back substitution. L-stable to order 2, then A(alpha)-stable. For index-1 DAEs too (M diagonal).

Source: Shampine and Reichelt (1997), SIAM J. Sci. Comput. 18, 1 (kappa of the NDF).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inner, kernel
from intensify.numerics.linalg import take
from intensify.numerics.matrix import Band, Full
from intensify.numerics.nested import Nested
from intensify.numerics.step_tools import not_finite

HIGHEST = 5
KAPPA = np.array([0.0, -0.1850, -1.0 / 9.0, -0.0823, -0.0415, 0.0])
GAMMA = np.concatenate((np.zeros(1), np.cumsum(1.0 / np.arange(1.0, HIGHEST + 1.0))))
ALPHA = (1.0 - KAPPA) * GAMMA
ERROR = KAPPA * GAMMA + 1.0 / np.arange(1.0, HIGHEST + 2.0)
POWERS = np.array([  # prod_(i<j) (theta - 1 + i)/(i + 1) in powers of theta, j = 0 to 5
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-1.0, 1.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, -0.5, 0.5, 0.0, 0.0, 0.0],
    [0.0, -1.0 / 6.0, 0.0, 1.0 / 6.0, 0.0, 0.0],
    [0.0, -1.0 / 12.0, -1.0 / 24.0, 1.0 / 12.0, 1.0 / 24.0, 0.0],
    [0.0, -0.05, -1.0 / 24.0, 1.0 / 24.0, 1.0 / 24.0, 1.0 / 120.0],
])  # fmt: skip
ITERATIONS = 6


class BDF(NamedTuple):
    """Multistep method of order 1 to 5 for stiff equations; best for large or costly systems.

    highest: order; 2 where flow carries fronts, because from 3 on modes that only swing grow.
    enough: what Newton's iteration may leave, in tolerances of a step; less where the equations
    hang on small differences of states.
    """

    matrix: Full | Band | Nested = Full()
    highest: int = HIGHEST
    enough: float = 0.1

    def workspace(self, n):
        """Rows of length n: differences, increment, history, weights, J and W."""
        return HIGHEST + 6 + 2 * self.matrix.width(n)

    def degree(self):
        """Degree of the dense polynomials."""
        return self.highest


@kernel
def start_differences(D, y, f, h):
    """The differences of a start at order 1."""
    D[:] = 0.0
    for i in range(y.size):
        D[0, i] = y[i]
        D[1, i] = h * f[i]


@kernel
def change_step(D, order, factor):
    """Differences for a step that is `factor` times as long."""
    R, U = np.empty((order + 1, order + 1)), np.empty((order + 1, order + 1))
    for j in range(order + 1):
        R[0, j] = U[0, j] = 1.0
        for i in range(1, order + 1):
            R[i, j] = R[i - 1, j] * ((i - 1 - factor * j) / i if j > 0 else 0.0)
            U[i, j] = U[i - 1, j] * ((i - 1.0 - j) / i if j > 0 else 0.0)
    RU = R @ U  # lower triangular: a difference depends on those of its own and higher orders
    for j in range(1, order + 1):
        for i in range(D.shape[1]):
            D[j, i] *= RU[j, j]
        for k in range(j + 1, order + 1):
            take(D[j], -RU[k, j], D[k])


@kernel
def predict(D, order, rtol, atol, y, history, weight):
    """Extrapolation of the differences, what the method knows of the past, and error weights."""
    y[:] = D[0]
    history[:] = 0.0
    for j in range(1, order + 1):
        take(y, -1.0, D[j])
        take(history, -GAMMA[j] / ALPHA[order], D[j])
    for i in range(y.size):
        weight[i] = 1.0 / (atol[i] + rtol[i] * abs(y[i]) + 1e-300)


@kernel
def weighted_norm(x, weight, factor):
    """Root mean square of factor x_i weight_i.

    A state that stays 0 needs no absolute tolerance: weights are finite.
    """
    even = odd = 0.0  # two sums, so that no square waits for the one before
    for i in range(0, x.size - 1, 2):
        even += (x[i] * weight[i]) ** 2
        odd += (x[i + 1] * weight[i + 1]) ** 2
    if x.size % 2 == 1:
        even += (x[-1] * weight[-1]) ** 2
    return factor * np.sqrt((even + odd) / x.size)


@kernel
def residual(f, c, m, history, d):
    """Replace f by c f - M (history + d)."""
    for i in range(f.size):
        f[i] = c * f[i] - m[i] * (history[i] + d[i])


@inner
def correct(model, matrix, t, y, c, m, history, weight, rate, W, pivots, d, f, enough):
    """Newton's iteration for y(t) and its increment d. Returns iterations and whether it met.

    rate (1,) is that of the last iterations with this W, 1 where there were none: it tells after
    how many iterations what is left is below `enough` of the tolerance.
    Iterations are negative where the equations gave numbers that are not finite.
    """
    before = 0.0
    for k in range(ITERATIONS):
        model.rhs(t, y, f)
        if not_finite(f, -1) >= 0:
            return -k - 1, False
        residual(f, c, m, history, d)
        matrix.solve(W, pivots, f)
        size = weighted_norm(f, weight, 1.0)
        if not size < np.inf:
            return -k - 1, False
        for i in range(y.size):
            y[i] += f[i]
            d[i] += f[i]
        if k > 0:
            rate[0] = max(0.2 * rate[0], size / before)
            if size > 2.0 * before:
                return k + 1, False
        if size * min(1.0, rate[0] / max(1.0 - rate[0], 1e-3)) <= enough:
            return k + 1, True
        before = size
    return ITERATIONS, False


@kernel
def accept(D, order, d):
    """Differences after the step whose increment over the prediction was d."""
    for i in range(d.size):
        D[order + 2, i] = d[i] - D[order + 1, i]
        D[order + 1, i] = d[i]
    for j in range(order, -1, -1):
        take(D[j], -1.0, D[j + 1])


@kernel
def better_order(D, order, highest, weight, err):
    """Order for the next steps, and how much longer they may be without a safety factor."""
    best, gain = order, (err + 1e-12) ** (-1.0 / (order + 1.0))
    if order > 1:
        lower = weighted_norm(D[order], weight, abs(ERROR[order - 1])) + 1e-12
        if lower ** (-1.0 / order) > gain:
            best, gain = order - 1, lower ** (-1.0 / order)
    if order < highest:
        higher = weighted_norm(D[order + 2], weight, abs(ERROR[order + 1])) + 1e-12
        if higher ** (-1.0 / (order + 2.0)) > gain:
            best, gain = order + 1, higher ** (-1.0 / (order + 2.0))
    return best, gain


@kernel
def fill_dense(D, order, dense):
    """The step's interpolating polynomial in powers of theta."""
    dense[:] = 0.0
    for p in range(order + 1):
        for j in range(p, order + 1):
            take(dense[p], -POWERS[j, p], D[j])
