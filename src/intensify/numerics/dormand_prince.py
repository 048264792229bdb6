"""Dormand-Prince 5(4): explicit Runge-Kutta pair of order 5, for equations that are not stiff.

Coefficients: Dormand and Prince (1980), J. Comput. Appl. Math. 6, 19; dense output of order 4 by
Shampine (1986), Math. Comput. 46, 135.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inlined, kernel
from intensify.numerics.step_tools import combine, copy

A = np.zeros((7, 7))
A[1, :1] = 1 / 5
A[2, :2] = 3 / 40, 9 / 40
A[3, :3] = 44 / 45, -56 / 15, 32 / 9
A[4, :4] = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
A[5, :5] = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
A[6, :6] = 35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
TIMES = np.array([0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1])
E = np.array([-71 / 57600, 0, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40])
P = np.array([
    [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
    [0, 0, 0, 0],
    [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
    [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
    [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
    [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
    [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
])  # fmt: skip


@kernel
def finish(y, K, h, error, dense):
    """Error estimate and dense polynomial from the seven slopes."""
    for i in range(y.size):
        e, p1, p2, p3, p4 = 0.0, 0.0, 0.0, 0.0, 0.0
        for s in range(7):
            e += E[s] * K[s, i]
            p1 += P[s, 0] * K[s, i]
            p2 += P[s, 1] * K[s, i]
            p3 += P[s, 2] * K[s, i]
            p4 += P[s, 3] * K[s, i]
        error[i] = h * e
        dense[0, i] = y[i]
        dense[1, i], dense[2, i], dense[3, i], dense[4, i] = h * p1, h * p2, h * p3, h * p4


@kernel
def is_identity(m):
    """Whether the diagonal mass matrix is the identity."""
    for x in m:
        if x != 1.0:
            return False
    return True


class DormandPrince(NamedTuple):
    """Explicit method of order 5; M must be the identity."""

    order: int = 5

    def workspace(self, n):
        """Rows of length n that a step needs."""
        return 8

    def degree(self):
        """Degree of the dense polynomials."""
        return 4

    def prepare(self, model, t, y, f, low, high, work):
        """Nothing is needed at a step's start but its slope."""

    def evaluations(self):
        """Evaluations of the equations in a step; the last one is the next step's slope."""
        return 6

    def next_slope(self, work, f):
        """Fill f with the slope at the step's end; whether it is known."""
        copy(work[6], f)
        return True

    @inlined
    def step(self, model, t, y, f, h, low, high, m, pivots, work, y_new, error, dense):
        """One step; fills y_new, error and the dense polynomial. False: M is singular."""
        K, at = work[:7], work[7]
        copy(f, K[0])
        for s in range(1, 7):
            combine(y, K, A, s, h, at)
            model.rhs(min(max(t + TIMES[s] * h, low), high), at, K[s])
        copy(at, y_new)
        finish(y, K, h, error, dense)
        return is_identity(m)
