"""Ideal adsorbed solution: the loading of a mixture from the isotherms of its species alone.

sum_i a_i/a_i0(pi) = 1,    pi_i(a_i0) = int_0^a_i0 q_i/a da = pi  for all i
x_i = a_i/a_i0,  1/q = sum_i x_i/q_i0,  q_i = x_i q                 Myers and Prausnitz (1965)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inner
from intensify.sorption.isotherms import Sites

ROUNDS = 60


@inner
def pressure_alone(pure, i, T, pi, guess):
    """a at which species i alone has spreading pressure pi; Newton's method in ln a."""
    a = guess
    for _ in range(ROUNDS):
        miss = pure.spreading(i, T, a) - pi
        step = miss / max(pure.alone(i, T, a), 1e-300)
        a *= np.exp(-min(max(step, -3.0), 3.0))
        if abs(step) < 1e-13:
            break
    return a


class IdealMixture(NamedTuple):
    """The mixture of species whose isotherms alone are those of `pure` (A at most 16).

    >>> from intensify.sorption import langmuir
    >>> q, alike = np.empty(2), langmuir([3.0, 3.0], [1.0, 2.0])
    >>> IdealMixture(alike).loading(300.0, np.array([1.0, 0.5]), q)
    >>> q.round(12).tolist()  # equal capacities: the competitive isotherm
    [1.0, 1.0]
    """

    pure: Sites

    def common(self, T, a, a0):
        """Fill a0 with the pressures alone at the common spreading pressure; returns it."""
        pure, A = self.pure, a.size
        pi = 0.0
        for i in range(A):
            a0[i] = max(a[i], 1e-300)
            if a[i] > 0.0:
                pi += pure.spreading(i, T, a[i])
        for _ in range(ROUNDS):
            total = slope = 0.0
            for i in range(A):
                if a[i] > 0.0:
                    a0[i] = pressure_alone(pure, i, T, pi, a0[i])
                    total += a[i] / a0[i]
                    slope += a[i] / (a0[i] * pure.alone(i, T, a0[i]))
            # ln(sum) is nearly straight along ln pi
            step = total * np.log(total) / slope if slope > 0.0 else 0.0
            pi = pi + step if pi + step > 0.1 * pi else 0.1 * pi
            if abs(step) <= 1e-13 * pi:
                break
        return pi

    def loading(self, T, a, q):
        """Fill q (A,) with the loadings over a (A,) at T [K]."""
        a0 = np.empty(a.size)
        self.common(T, a, a0)
        per_q = 0.0
        for i in range(a.size):
            q[i] = a[i] / a0[i] if a[i] > 0.0 else 0.0
            if a[i] > 0.0:
                per_q += q[i] / self.pure.alone(i, T, a0[i])
        for i in range(a.size):
            q[i] = q[i] / per_q if per_q > 0.0 else 0.0

    def slopes(self, T, a, dq):
        """Fill dq (A, A) with dq_i/da_j, by dpi/da_j = q/a_j0 and dln a_i0/dpi = 1/q_i0."""
        A, pure = a.size, self.pure
        a0, q0, x = np.empty(A), np.empty(A), np.empty(A)
        pi = self.common(T, a, a0)
        if pi == 0.0:  # nothing is there: Henry's law
            dq[:] = 0.0
            for i in range(A):
                dq[i, i] = pure.alone_slope(i, T, 0.0)
            return
        per_q = 0.0
        for i in range(A):
            if a[i] <= 0.0:
                a0[i] = pressure_alone(pure, i, T, pi, a0.max())
            q0[i], x[i] = pure.alone(i, T, a0[i]), a[i] / a0[i]
            per_q += x[i] / q0[i]
        for j in range(A):
            dpi, change = 1.0 / (a0[j] * per_q), 0.0  # change: d(1/q)/da_j
            for i in range(A):
                dq[i, j] = (1.0 / a0[i] if i == j else 0.0) - x[i] / q0[i] * dpi  # dx_i/da_j
                bend = pure.alone_slope(i, T, a0[i]) * a0[i] / q0[i]
                change += dq[i, j] / q0[i] - x[i] / q0[i] ** 2 * bend * dpi
            for i in range(A):
                dq[i, j] = (dq[i, j] - x[i] * change / per_q) / per_q

    def heat(self, i):
        """Heat of adsorption of species i."""
        return self.pure.heat(i)
