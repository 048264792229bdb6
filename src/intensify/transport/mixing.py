"""How long two liquids take to mix in a channel, against how long they take to react.

The laws by shear, dissipation and engulfment are recalled from the literature (Falk and Commenge
2010; Baldyga and Bourne), laws of magnitude rather than of the last per cent.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from intensify.errors import InputError
from intensify.transport.ducts import Section
from intensify.transport.form import Form, Straight, pressure_gradient
from intensify.units import Second

ENGULFED = 17.3
"""Time to engulf over the Kolmogorov time sqrt(nu/eps): 12/ln 2."""
DA_SLOW_MIXING = 0.1
"""Mixing Damkoehler number above which mixing changes what competing reactions make."""


class MixingTimes(NamedTuple):
    """Mixing times [s] by mechanism; SAR: after that many stages of split and recombine."""

    diffusion: Second
    shear: Second
    dissipation: Second
    engulfment: Second
    SAR: Second


def dissipation(
    section: Section, *, u: float, mu: float, rho: float, form: Form = Straight()
) -> float:
    """Power that friction dissipates per mass, eps = 2 f u^3/D_h [W/kg].

    In laminar flow in a tube 32 nu u^2/d^2. u: mean velocity [m/s]; mu [Pa s]; rho [kg/m3].
    InputError: numbers not above 0.

    >>> from intensify.transport import round_section
    >>> round(dissipation(round_section(1e-3), u=0.5, mu=1e-3, rho=1e3), 9)
    8.0
    """
    _above_zero(u=u, mu=mu, rho=rho)
    return float(pressure_gradient(form, section, u, mu, rho) * u / rho)


def dissipation_time(eps: float) -> float:
    """Mixing time 0.15 eps^-0.45 [s]; eps [W/kg], for channels of about a millimetre."""
    _above_zero(eps=eps)
    return float(0.15 * eps**-0.45)


def engulfment_rate(*, eps: float, nu: float) -> float:
    """E = sqrt(eps/nu)/17.3 [1/s]; eps [W/kg], nu [m2/s].

    >>> round(engulfment_rate(eps=8.0, nu=1e-6), 2)
    163.49
    """
    _above_zero(eps=eps, nu=nu)
    return math.sqrt(eps / nu) / ENGULFED


def mixing_times(
    d: float, *, D: float, u: float, eps: float, nu: float, stages: int = 0
) -> MixingTimes:
    """Mixing times in a channel of width d [m]: diffusivity D, velocity u, eps [W/kg], nu [m2/s].

    diffusion d^2/(4 D); shear d^2/(8 D) ln(1.52 Pe)/Pe with Pe = u d/D (Pe above 1); dissipation
    0.15 eps^-0.45; engulfment 17.3 sqrt(nu/eps); SAR (d/2^stages)^2/(4 D).

    >>> times = mixing_times(1e-3, D=1e-9, u=0.5, eps=8.0, nu=1e-6, stages=4)
    >>> [float(f"{t:.3g}") for t in times]
    [250.0, 0.00339, 0.0588, 0.00612, 0.977]
    """
    _above_zero(d=d, D=D, u=u, eps=eps, nu=nu)
    if stages < 0:
        raise InputError(f"{stages} stages of split and recombine; it must be 0 or more")
    Pe = u * d / D
    if Pe <= 1.0:
        raise InputError(f"shear does not mix at Pe = u d/D = {Pe:.3g}; the law needs Pe above 1")
    diffusion = d**2 / (4.0 * D)
    return MixingTimes(
        diffusion,
        0.5 * diffusion * math.log(1.52 * Pe) / Pe,
        dissipation_time(eps),
        1.0 / engulfment_rate(eps=eps, nu=nu),
        diffusion / 4.0**stages,
    )


def mixing_Damkoehler(t_mix: float, *, k: float, c: float, order: float = 2.0) -> float:
    """Da = t_mix k c^(order - 1): mixing time over reaction time.

    >>> mixing_Damkoehler(0.05, k=1e-3, c=1000.0)
    0.05
    """
    _above_zero(t_mix=t_mix, c=c)
    return t_mix * k * c ** (order - 1.0)


def _above_zero(**numbers: float) -> None:
    problems = [
        (name, f"is {x:g}, but must be above 0") for name, x in numbers.items() if not x > 0.0
    ]
    if problems:
        raise InputError(problems)
