"""Parametric sensitivity: where a small change of a parameter moves the hottest temperature most.

Morbidelli and Varma's criterion: a reactor is at its runaway boundary where the normalised
sensitivity of its highest temperature is largest, S = (p/T*) dT*/dp, whatever the parameter p.

Batch of order n in dimensionless form, with its variation along psi:
    dx/dtau     = exp(theta/(1 + theta/gamma)) (1 - x)^n
    dtheta/dtau = B dx/dtau - (B/psi) theta
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.numerics import integrate
from intensify.solve import solve
from intensify.units import Number

LEAST = 1e-10
"""What counts as left at the end of an order below 1, whose slope is infinite there."""


class SensitiveBatch(NamedTuple):
    """x, theta, and their derivatives along psi."""

    B: Number
    gamma: Number
    n: Number
    psi: Number

    def rate(self, y):
        """r and its derivatives: r, r_x, r_theta, r_xx, r_x theta, r_theta theta."""
        left, n = max(1.0 - y[0], LEAST), self.n
        share = 1.0 + y[1] / self.gamma
        r = np.exp(y[1] / share) * left**n
        q = 1.0 / (share * share)
        r_x = -n * r / left if left > LEAST else 0.0
        r_xx = n * (n - 1.0) * r / (left * left) if left > LEAST else 0.0
        return r, r_x, q * r, r_xx, q * r_x, q * (q - 2.0 / (self.gamma * share)) * r

    def rhs(self, t, y, dy):
        """The module's equations and their variation."""
        r, r_x, r_theta, _, _, _ = self.rate(y)
        cooling = self.B / self.psi
        dr = r_x * y[2] + r_theta * y[3]
        dy[0], dy[2] = r, dr
        dy[1] = self.B * r - cooling * y[1]
        dy[3] = self.B * dr - cooling * y[3] + cooling / self.psi * y[1]

    def jac(self, t, y, J):
        """d(rhs)/dy, exact."""
        _, r_x, r_theta, r_xx, r_xt, r_tt = self.rate(y)
        cooling = self.B / self.psi
        J[:] = 0.0
        J[0, 0], J[0, 1] = r_x, r_theta
        J[2, 0], J[2, 1] = r_xx * y[2] + r_xt * y[3], r_xt * y[2] + r_tt * y[3]
        J[2, 2], J[2, 3] = r_x, r_theta
        for k in range(4):
            J[1, k], J[3, k] = self.B * J[0, k], self.B * J[2, k]
        J[1, 1] -= cooling
        J[3, 1] += cooling / self.psi
        J[3, 3] -= cooling

    def events(self, t, y, g):
        """dtheta/dtau, zero at the hottest moment."""
        g[0] = self.B * (self.rate(y)[0] - y[1] / self.psi)


class Boundary(NamedTuple):
    """The runaway boundary: parameter there, sensitivity, and the highest temperature."""

    parameter: Number
    S: Number
    T_max: Number


def batch_sensitivity(psi: float, *, B: float, gamma: float, n: float = 1.0) -> tuple[float, float]:
    """S = (psi/theta*) dtheta*/dpsi of a batch of order n, and theta* itself."""
    model = SensitiveBatch(float(B), float(gamma), float(n), float(psi))
    path = integrate(
        model, (0.0, 1e4), np.zeros(4), rtol=1e-11, atol=1e-13, n_events=1, terminal=True
    )
    theta, slope = path.y_end[1], path.y_end[3]
    return float(psi * slope / theta), float(theta)


def batch_boundary(*, B: float, gamma: float = np.inf, n: float = 1.0) -> Boundary:
    """Critical Semenov number psi of a batch by Morbidelli and Varma; see the module.

    B = dT_ad E/(R T^2), gamma = E/(R T). InputError: B or gamma not above 0, n below 0.

    >>> round(batch_boundary(B=20.0, gamma=20.0).parameter, 3)
    0.615
    """
    gamma = min(gamma, 1e12)
    if not B > 0.0 or not gamma > 0.0 or not n >= 0.0:
        raise InputError(
            f"B {B:g}, gamma {gamma:g}, n {n:g}; B and gamma must be above 0, n 0 or more"
        )
    best = zoomed(lambda x: batch_sensitivity(np.exp(x), B=B, gamma=gamma, n=n)[0], -3.0, 3.0)
    psi = float(np.exp(best))
    S, theta = batch_sensitivity(psi, B=B, gamma=gamma, n=n)
    return Boundary(psi, S, theta)


def zoomed(f: Callable[[float], float], low: float, high: float, *, rounds: int = 12) -> float:
    """Place of the largest value, which may be a needle: grid after grid around the best place."""
    best = 0.5 * (low + high)
    for _ in range(rounds):
        places = np.linspace(low, high, 25)
        values = np.array([f(float(x)) for x in places])
        i = int(np.nanargmax(values))
        best = float(places[i])
        low, high = float(places[max(i - 1, 0)]), float(places[min(i + 1, 24)])
    return best


def sensitivity(
    build: Callable[[float], Any], p: float, *, step: float = 1e-4
) -> tuple[float, float]:
    """dT_max/dp of a reactor built from a parameter, and T_max [K].

    Central differences over `step` times p at a tolerance of 1e-11: about seven digits.
    """
    h = step * abs(p)
    hot, cold = (solve(build(p + s * h), rtol=1e-11).kpis["T_max"] for s in (1.0, -1.0))
    return (hot - cold) / (2.0 * h), 0.5 * (hot + cold)


def runaway_boundary(build: Callable[[float], Any], low: float, high: float) -> Boundary:
    """The parameter between low and high at which T_max of a reactor is most sensitive to it.

    build: the reactor of a parameter, say of the utility's temperature with all else in place.
    InputError: an empty range. SolveError: the sensitivity grows up to an end of the range.

    >>> import intensify as it
    >>> def channel(T_u):
    ...     zone = it.Zone(T_u, residence=60.0, UA_V=5e6)
    ...     rate = it.Arrhenius(5e11, 0.0, 9200.0)
    ...     net = it.Network.build([it.Reaction("A => B", rate, dH=-2e5)])
    ...     return it.MiniaturisedReactor(net, feed={"A": 1500.0}, T=T_u, flow=1e-6,
    ...         section=it.round_section(2e-3), zones=[zone], rho_cp=4e6)
    >>> 290.0 < runaway_boundary(channel, 280.0, 350.0).parameter < 340.0
    True
    """
    if not low < high:
        raise InputError(f"the range {low:g} to {high:g} is empty; give its lower end first")
    best = zoomed(lambda p: sensitivity(build, p)[0], low, high, rounds=5)
    if min(best - low, high - best) < 1e-3 * (high - low):
        raise SolveError(
            f"the sensitivity is largest at {best:g}, an end of {low:g} to {high:g}; widen that"
        )
    S, T_max = sensitivity(build, best)
    return Boundary(best, S, T_max)
