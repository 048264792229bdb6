"""Thermal explosion of what does not deplete: Semenov (stirred) and Frank-Kamenetskii (at rest).

    Semenov            psi exp(theta/(1 + eps theta)) = theta
    Frank-Kamenetskii  lap theta + delta exp(theta/(1 + eps theta)) = 0,  -dtheta/dn = Bi theta

    theta = E (T - T_a)/(R T_a^2),  eps = R T_a/E
    psi   = (-dH) r(T_a) V E/(UA R T_a^2),  delta = (-dH) r(T_a) L^2 E/(k R T_a^2)

L: half thickness or radius, Bi = h L/k. Above the critical psi or delta there is no steady state.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics import integrate
from intensify.numerics.roots import find_root
from intensify.units import INF, Number

SLAB, CYLINDER, SPHERE = 0.0, 1.0, 2.0
"""Shape exponents j of r^-j d/dr(r^j d theta/dr)."""
EPS_TRANSITION = 0.25
"""eps from which a stirred vessel has no criticality."""


class Critical(NamedTuple):
    """The critical psi or delta and the temperature rise there (FK: at the centre)."""

    value: Number
    theta: Number


def semenov_critical(eps: float = 0.0) -> Critical:
    """Critical Semenov number: theta = 2/(1 - 2 eps + sqrt(1 - 4 eps)), psi = theta e^-theta...

    InputError: eps outside 0 to 1/4, where heat release and removal have no tangent.

    >>> round(semenov_critical(0.03).value, 6)
    0.379443
    """
    if not 0.0 <= eps < EPS_TRANSITION:
        raise InputError(
            f"eps = R T/E is {eps:g}; a criticality needs 0 to {EPS_TRANSITION}: the activation "
            "energy is too low for an ignition"
        )
    theta = 2.0 / (1.0 - 2.0 * eps + float(np.sqrt(1.0 - 4.0 * eps)))
    return Critical(theta * float(np.exp(-theta / (1.0 + eps * theta))), theta)


class HeatedBody(NamedTuple):
    """theta, its gradient, and both along the centre's theta, over xi = r sqrt(delta)."""

    shape: Number
    eps: Number
    Bi: Number

    def rhs(self, xi, y, dy):
        """theta'' + (j/xi) theta' + exp(theta/(1 + eps theta)) = 0, and its variation."""
        share = 1.0 + self.eps * y[0]
        source = np.exp(y[0] / share)
        at_centre = xi < 1e-9  # where (j/xi) theta' = j theta''
        factor = 1.0 / (1.0 + self.shape) if at_centre else 1.0
        turn = 0.0 if at_centre else self.shape / xi
        dy[0], dy[2] = y[1], y[3]
        dy[1] = -factor * source - turn * y[1]
        dy[3] = -factor * source / (share * share) * y[2] - turn * y[3]

    def surface(self, xi, value, gradient):
        """What vanishes at the surface."""
        return -value if self.Bi == INF else -xi * gradient - self.Bi * value

    def events(self, xi, y, g):
        """The surface condition of theta."""
        g[0] = self.surface(xi, y[0], y[1])


def body(theta: float, *, shape: float, eps: float, Bi: float) -> tuple[float, float]:
    """delta of a body whose centre is at theta, and what its variation leaves at the surface."""
    model = HeatedBody(float(shape), float(eps), float(Bi))
    far = 50.0 * np.exp(max(0.0, -0.5 * theta / (1.0 + eps * theta))) + 10.0
    path = integrate(
        model, (0.0, far), [theta, 0.0, 1.0, 0.0], rtol=1e-12, atol=1e-14, n_events=1, terminal=True
    )
    xi, y = float(path.t[-1]), path.y_end
    return xi**2, float(model.surface(xi, y[2], y[3]))


def frank_kamenetskii_critical(
    *, shape: float = SLAB, eps: float = 0.0, Bi: float = INF
) -> Critical:
    """Critical Frank-Kamenetskii number: where delta over the centre's theta turns round.

    shape: SLAB, CYLINDER, SPHERE, or an exponent between them. Exact to 1e-9 (variational
    equations). InputError: Bi or shape out of range, or no criticality up to theta = 50.

    >>> round(frank_kamenetskii_critical(shape=CYLINDER).value, 9)
    2.0
    """
    if not Bi > 0.0 or not 0.0 <= shape <= 2.0 or not eps >= 0.0:
        raise InputError(
            f"shape {shape:g}, eps {eps:g}, Bi {Bi:g}: needs a shape from 0 to 2, eps of 0 or "
            "more, Bi above 0"
        )

    def left(theta: float) -> float:
        return body(theta, shape=shape, eps=eps, Bi=Bi)[1]

    low, high = 0.05, 0.1
    while left(high) < 0.0:
        low, high = high, 1.3 * high
        if high > 50.0:
            raise InputError(f"at eps = {eps:g} heat release is too tame: there is no criticality")
    theta = find_root(left, low, high, rtol=1e-13).x
    return Critical(body(theta, shape=shape, eps=eps, Bi=Bi)[0], theta)


def frank_kamenetskii_centre(
    delta: float, *, shape: float = SLAB, eps: float = 0.0, Bi: float = INF
) -> float:
    """theta at the centre of a body below its critical delta, on the stable branch.

    InputError: delta at or above the critical one; no steady state exists there.

    >>> round(frank_kamenetskii_centre(1.0, shape=CYLINDER), 6)
    0.316694
    """
    critical = frank_kamenetskii_critical(shape=shape, eps=eps, Bi=Bi)
    if not 0.0 < delta < critical.value:
        raise InputError(f"delta = {delta:g} has none; it must be below {critical.value:.6g}")
    return find_root(
        lambda theta: body(theta, shape=shape, eps=eps, Bi=Bi)[0] - delta, 1e-9, critical.theta
    ).x


def first_criterion(T_w: float, *, E: float) -> float:
    """Hottest temperature that a wall at T_w [K] can still hold, (T - T_w) E/(R T^2) = 1 [K].

    T = E/(2 R) (1 - sqrt(1 - 4 R T_w/E)): van Welsenaere and Froment's first criterion.
    InputError: E [J/mol] below 4 R T_w.

    >>> round(first_criterion(300.0, E=80e3), 2)
    309.99
    """
    x = 4.0 * R_GAS * T_w / E if E > 0.0 else INF
    if not 0.0 < x < 1.0:
        raise InputError(
            f"E = {E:g} J/mol at {T_w:g} K; it must be above {4 * R_GAS * T_w:.0f}, 4 R T"
        )
    return E / (2.0 * R_GAS) * (1.0 - float(np.sqrt(1.0 - x)))
