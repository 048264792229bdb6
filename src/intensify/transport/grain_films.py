"""Heat and mass transfer of grains in a bed: film, wall, dispersion.

Re = rho u d/mu on the superficial velocity and the grain's diameter. Constants are those commonly
quoted from the named papers.
"""

from __future__ import annotations

import math

from intensify.transport.packing import Packing


def wakao(Re: float, Sc: float) -> float:
    """Sh = 2 + 1.1 Sc^(1/3) Re^0.6 (Wakao and Funazkri 1978; Re 3 to 10,000); Nu with Pr for Sc.

    >>> round(wakao(26.16, 0.764), 2)
    9.13
    """
    return float(2.0 + 1.1 * Sc ** (1.0 / 3.0) * Re**0.6)


def gunn(Re: float, Pr: float, void: float) -> float:
    """Nu of Gunn (1978), void 0.35 to 1, Re up to 1e5, low ones too; Sh with Sc for Pr.

    >>> round(gunn(0.0, 0.7, 1.0), 1)  # a sphere alone
    2.0
    """
    third = Pr ** (1.0 / 3.0)
    calm = (7.0 - 10.0 * void + 5.0 * void**2) * (1.0 + 0.7 * Re**0.2 * third)
    return float(calm + (1.33 - 2.4 * void + 1.2 * void**2) * Re**0.7 * third)


def thoenes_kramers(Re: float, Sc: float, void: float) -> float:
    """Sh = ((1 - e)/e) sqrt(Re/(1 - e)) Sc^(1/3) (1958; Re/(1 - e) 40 to 4000, Sc 1 to 4000)."""
    return float((1.0 - void) / void * math.sqrt(Re / (1.0 - void)) * Sc ** (1.0 / 3.0))


def axial_Bo(Re: float, Sc: float, void: float) -> float:
    """Bo = u d/D_ax of a gas (Wen and Fan 1975; Re 0.008 to 400, Sc 0.28 to 2.2)."""
    x = Re * Sc
    return float(1.0 / (void * (0.3 / x + 0.5 / (1.0 + 3.8 / x))))


def radial_conductivity(
    Re: float, Pr: float, packing: Packing, *, fluid: float, solid: float
) -> float:
    """Effective radial conductivity of a bed [W/m/K]: stagnant part (geometric mean) and mixing.

    lambda/fluid = (solid/fluid)^(1 - e) + Re Pr/Pe, Pe = 8.65 (1 + 19.4 (d/D)^2).
    """
    Pe = 8.65 * (1.0 + 19.4 * (packing.d / packing.D) ** 2)
    return float(fluid * ((solid / fluid) ** (1.0 - packing.void) + Re * Pr / Pe))


def wall_coefficient(Re: float, packing: Packing, *, fluid: float) -> float:
    """Wall coefficient h_w of spheres [W/m2/K]: Nu = 0.17 Re^0.79 (Li and Finlayson 1977).

    Re 20 to 7600, d/D 0.05 to 0.3.
    """
    return float(0.17 * Re**0.79 * fluid / packing.d)


def bed_U(h_w: float, conductivity: float, R: float) -> float:
    """One U of a bed without radial coordinate: 1/U = 1/h_w + R/(4 lambda) [W/m2/K]."""
    return 1.0 / (1.0 / h_w + R / (4.0 * conductivity))
