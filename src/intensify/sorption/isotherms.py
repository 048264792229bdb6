"""Adsorption isotherms of A species: loadings q [mol/kg, or mol/m3 of solid] over a fluid.

    sites     q_i = sum_s qs_si x_si/(1 + sum_j x_sj),  x = (b a)^(1/n)     Langmuir, Sips, several
    Toth      q_i = qs_i b_i a_i/(1 + (sum_j b_j a_j)^t)^(1/t)
    power     q_i = K_i a_i^(1/n_i)                                         linear, Freundlich
    b, K      = b_ref exp(-dH/R (1/T - 1/T_ref))                            van 't Hoff, dH < 0

a is the partial pressure [Pa] over a gas, the concentration [mol/m3] in a liquid; b and K match it.
Every isotherm has loading(T, a, q), slopes(T, a, dq) with dq_ij = dq_i/da_j, and heat(i) [J/mol].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from intensify._jit import inlined, kernel
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.units import Kelvin


class Isotherm(Protocol):
    """What a column asks of an isotherm; one's own is a NamedTuple with these methods."""

    def loading(self, T: float, a: np.ndarray, q: np.ndarray) -> Any:
        """Fill q (A,) with the loadings over a (A,) at T [K]."""

    def heat(self, i: int) -> float:
        """Heat of adsorption of species i [J/mol], negative."""


@kernel
def vant_hoff(dH, T, T_ref):
    """Factor exp(-dH/R (1/T - 1/T_ref)) on an equilibrium constant."""
    return math.exp(-dH / R_GAS * (1.0 / T - 1.0 / T_ref)) if T_ref != T else 1.0


@kernel
def root(x, n):
    """x^(1/n); below 0 there is none, except the straight line of n = 1."""
    if n == 1.0:
        return x
    return x ** (1.0 / n) if x > 0.0 else 0.0


class Sites(NamedTuple):
    """K kinds of sites for A species, each (K, A): capacity, affinity, exponent, heat.

    All n = 1: Langmuir, competitive; otherwise Sips. Build it with `langmuir` or `sips`.

    >>> q = np.empty(1)
    >>> langmuir(5.0, 2.0).loading(300.0, np.array([1.0]), q)
    >>> round(float(q[0]), 12)  # 5 2/(1 + 2)
    3.333333333333
    """

    qs: np.ndarray
    b: np.ndarray
    n: np.ndarray
    dH: np.ndarray
    T_ref: Kelvin = 298.15

    @inlined
    def covering(self, s, j, T, a):
        """x = (b a)^(1/n) of species j on sites s."""
        return root(self.b[s, j] * vant_hoff(self.dH[s, j], T, self.T_ref) * a, self.n[s, j])

    @inlined
    def loading(self, T, a, q):
        """Fill q (A,) with the loadings over a (A,) at T [K]."""
        q[:] = 0.0
        for s in range(self.qs.shape[0]):
            below = 1.0
            for j in range(a.size):
                below += self.covering(s, j, T, a[j])
            for i in range(a.size):
                q[i] += self.qs[s, i] * self.covering(s, i, T, a[i]) / below

    def slopes(self, T, a, dq):
        """Fill dq (A, A) with dq_i/da_j."""
        dq[:] = 0.0
        for s in range(self.qs.shape[0]):
            below = 1.0
            for j in range(a.size):
                below += self.covering(s, j, T, a[j])
            for j in range(a.size):
                x = self.covering(s, j, T, a[j])
                if self.n[s, j] == 1.0:
                    dx = self.b[s, j] * vant_hoff(self.dH[s, j], T, self.T_ref)
                else:
                    dx = x / (self.n[s, j] * a[j]) if a[j] > 0.0 else 0.0
                for i in range(a.size):
                    xi = self.covering(s, i, T, a[i])
                    own = dx if i == j else 0.0
                    dq[i, j] += self.qs[s, i] * (own - xi * dx / below) / below

    def heat(self, i):
        """Heat of adsorption of species i, the mean over the sites by Henry's constants."""
        top = below = 0.0
        for s in range(self.qs.shape[0]):
            weight = self.qs[s, i] * self.b[s, i]
            top += weight * self.dH[s, i]
            below += weight
        return top / below if below > 0.0 else 0.0

    def spreading(self, i, T, a):
        """Reduced spreading pressure of species i alone: integral of q/a, [mol/kg]."""
        total = 0.0
        for s in range(self.qs.shape[0]):
            x = self.covering(s, i, T, a)
            total += self.qs[s, i] * self.n[s, i] * math.log1p(x)
        return total

    def alone(self, i, T, a):
        """Loading of species i over a if it were alone."""
        q = 0.0
        for s in range(self.qs.shape[0]):
            x = self.covering(s, i, T, a)
            q += self.qs[s, i] * x / (1.0 + x)
        return q

    def alone_slope(self, i, T, a):
        """Slope of that loading; over a = 0 Henry's constant, where n = 1."""
        slope = 0.0
        for s in range(self.qs.shape[0]):
            x = self.covering(s, i, T, a)
            if self.n[s, i] == 1.0:
                dx = self.b[s, i] * vant_hoff(self.dH[s, i], T, self.T_ref)
            else:
                dx = x / (self.n[s, i] * a) if a > 0.0 else 0.0
            slope += self.qs[s, i] * dx / (1.0 + x) ** 2
        return slope


class Toth(NamedTuple):
    """Toth's isotherm of A species, each (A,); t = 1: Langmuir; one t for all."""

    qs: np.ndarray
    b: np.ndarray
    dH: np.ndarray
    t: float = 1.0
    T_ref: Kelvin = 298.15

    @inlined
    def loading(self, T, a, q):
        """Fill q (A,) with the loadings over a (A,) at T [K]."""
        whole = 0.0
        for j in range(a.size):
            q[j] = self.b[j] * vant_hoff(self.dH[j], T, self.T_ref) * a[j]
            whole += q[j]
        below = (1.0 + root(whole, 1.0 / self.t)) ** (1.0 / self.t)
        for j in range(a.size):
            q[j] *= self.qs[j] / below

    def slopes(self, T, a, dq):
        """Fill dq (A, A) with dq_i/da_j."""
        whole = 0.0
        for j in range(a.size):
            whole += self.b[j] * vant_hoff(self.dH[j], T, self.T_ref) * a[j]
        power = root(whole, 1.0 / self.t)
        below = (1.0 + power) ** (1.0 / self.t)
        share = power / (whole * (1.0 + power)) if whole > 0.0 else 0.0
        for j in range(a.size):
            b = self.b[j] * vant_hoff(self.dH[j], T, self.T_ref)
            for i in range(a.size):
                bi = self.b[i] * vant_hoff(self.dH[i], T, self.T_ref)
                own = b if i == j else 0.0
                dq[i, j] = self.qs[i] * (own - bi * a[i] * share * b) / below

    def heat(self, i):
        """Heat of adsorption of species i."""
        return self.dH[i]


class Power(NamedTuple):
    """q = K a^(1/n) of A species, each (A,), without a limit: linear (n = 1), Freundlich."""

    K: np.ndarray
    n: np.ndarray
    dH: np.ndarray
    T_ref: Kelvin = 298.15

    @inlined
    def loading(self, T, a, q):
        """Fill q (A,) with the loadings over a (A,) at T [K]."""
        for i in range(a.size):
            q[i] = self.K[i] * vant_hoff(self.dH[i], T, self.T_ref) * root(a[i], self.n[i])

    def slopes(self, T, a, dq):
        """Fill dq (A, A) with dq_i/da_j."""
        dq[:] = 0.0
        for i in range(a.size):
            K = self.K[i] * vant_hoff(self.dH[i], T, self.T_ref)
            if self.n[i] == 1.0:
                dq[i, i] = K
            elif a[i] > 0.0:
                dq[i, i] = K * root(a[i], self.n[i]) / (self.n[i] * a[i])

    def heat(self, i):
        """Heat of adsorption of species i."""
        return self.dH[i]


# --- constructors --------------------------------------------------------------------------------
Values = float | Sequence[float] | Sequence[Sequence[float]] | np.ndarray
"""One number, a number a species, or (for several kinds of sites) rows of them."""


def sips(
    qs: Values, b: Values, *, n: Values = 1.0, dH: Values = 0.0, T_ref: float = 298.15
) -> Sites:
    """Sips' isotherm, also with several kinds of sites: arguments (A,) or (K, A).

    InputError: a capacity or affinity below 0, an exponent not above 0.

    >>> dual = sips([[2.0], [1.0]], [[1.0], [1e-3]], n=[[1.0], [1.5]])
    >>> dual.qs.shape
    (2, 1)
    """
    shape = np.broadcast_shapes(*(np.atleast_2d(x).shape for x in (qs, b, n, dH)))
    parts = [np.broadcast_to(np.atleast_2d(np.asarray(x, float)), shape) for x in (qs, b, n, dH)]
    check(capacity=parts[0], affinity=parts[1])
    check_exponent(parts[2])
    qs, b, n, dH = (part.copy() for part in parts)
    return Sites(qs, b, n, dH, float(T_ref))


def langmuir(qs: Values, b: Values, *, dH: Values = 0.0, T_ref: float = 298.15) -> Sites:
    """Langmuir's isotherm, competitive; with arguments (K, A) on K kinds of sites."""
    return sips(qs, b, dH=dH, T_ref=T_ref)


def toth(qs: Values, b: Values, *, t: float, dH: Values = 0.0, T_ref: float = 298.15) -> Toth:
    """Toth's isotherm; t: how alike the sites are, 1 for all alike."""
    qs, b, dH = (x.copy() for x in np.broadcast_arrays(*_rows(qs, b, dH)))
    check(capacity=qs, affinity=b)
    check_exponent(np.array([t]))
    return Toth(qs, b, dH, float(t), float(T_ref))


def freundlich(K: Values, *, n: Values, dH: Values = 0.0, T_ref: float = 298.15) -> Power:
    """Freundlich's isotherm K a^(1/n)."""
    K, n, dH = (x.copy() for x in np.broadcast_arrays(*_rows(K, n, dH)))
    check(constant=K)
    check_exponent(n)
    return Power(K, n, dH, float(T_ref))


def linear(K: Values, *, dH: Values = 0.0, T_ref: float = 298.15) -> Power:
    """Henry's law, q = K a.

    >>> linear(3.0).K.tolist()
    [3.0]
    """
    return freundlich(K, n=1.0, dH=dH, T_ref=T_ref)


def _rows(*values: Values) -> list[np.ndarray]:
    return [np.atleast_1d(np.asarray(x, dtype=float)) for x in values]


def check(**numbers: np.ndarray) -> None:
    """InputError where a capacity, affinity or constant is below 0 or not finite."""
    wrong = [
        (name, f"of the isotherm is {x.min():g}, but must be finite and at least 0")
        for name, x in numbers.items()
        if not ((x >= 0.0) & np.isfinite(x)).all()
    ]
    if wrong:
        raise InputError(wrong)


def check_exponent(n: np.ndarray) -> None:
    """InputError where an exponent is not above 0."""
    if not ((n > 0.0) & np.isfinite(n)).all():
        raise InputError(f"the exponent {n.min():g} of the isotherm must be finite and above 0")
