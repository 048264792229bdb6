"""Grains in a tube: strings of single pellets and packed beds, and what resists the flow.

    spheres in a zig-zag against the wall   s = sqrt(d^2 - (D - d)^2) round, sqrt(d^2 - 2 (D - d)^2)
                                            square tube;  void = 1 - (pi d^3/6)/(A s)
    grain surface per bed volume            a = 6 (1 - void)/d
    hydraulic diameters                     4 void/(a + a_wall) wetted, 4 void/a of the grains
    Scott's diameter                        d_m = 6 (1 - void)/(a + a_wall)
    pressure gradient                       -dp/dz = viscous mu u + inertial rho u^2

u is the superficial velocity. Scott, Lee and Papa, Chem. Eng. Sci. 29 (1974) 2155.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from intensify._jit import inlined
from intensify.errors import InputError
from intensify.units import Fraction, Metre, PerMetre, SquareMetre

PI = math.pi


class Packing(NamedTuple):
    """A tube of width D and section A, filled with grains of sphere-equivalent diameter d = 6 V/S.

    a, a_wall: surface of all grains and of the wall per bed volume. pitch: length of string a
    grain; 0: a bed without order.
    """

    D: Metre
    A: SquareMetre
    d: Metre
    void: Fraction
    a: PerMetre
    a_wall: PerMetre
    pitch: Metre = 0.0

    @property
    def d_m(self) -> float:
        """Scott's diameter, which counts the wall's surface as the grains' [m]."""
        return 6.0 * (1.0 - self.void) / (self.a + self.a_wall)

    @property
    def D_wetted(self) -> float:
        """Hydraulic diameter over all wetted surface [m]."""
        return 4.0 * self.void / (self.a + self.a_wall)

    @property
    def D_grains(self) -> float:
        """Hydraulic diameter over the grains' surface alone [m]."""
        return 4.0 * self.void / self.a

    def wall_weighted(self) -> float:
        """d_m with the wall's surface weighted by 1.25 d/D [m].

        After Fernengel, Bolton and Hinrichsen (2020), strings of D/d up to 1.75.
        """
        return 6.0 * (1.0 - self.void) / (self.a + 1.25 * self.d / self.D * self.a_wall)


def section_of(D: float, *, square: bool = False) -> tuple[float, float]:
    """Area and perimeter of a round tube of diameter D, or a square one of side D."""
    return (D * D, 4.0 * D) if square else (0.25 * PI * D * D, PI * D)


def sphere_string(d: float, D: float, *, square: bool = False) -> Packing:
    """Touching spheres in a zig-zag against the wall, the string infinitely long.

    InputError: spheres larger than the tube, or so small that they would lie side by side
    (2 s < d; in a round tube D/d above 1 + sqrt(3)/2).

    >>> string = sphere_string(0.8e-3, 1.0e-3)
    >>> round(string.void, 4), round(string.d_m * 1e3, 4)
    (0.5593, 0.3619)
    """
    grain_fits(d, D)
    side = (2.0 if square else 1.0) * (D - d) ** 2
    if 4.0 * (d * d - side) < d * d:
        most = 1.0 + math.sqrt(0.375 if square else 0.75)
        raise InputError(
            f"spheres of {d * 1e3:.4g} mm lie side by side in a tube of {D * 1e3:.4g} mm: a string "
            f"needs D/d up to {most:.3f}, here {D / d:.3f}; take `random_bed`, or larger grains"
        )
    A, P = section_of(D, square=square)
    s = math.sqrt(d * d - side)
    return Packing(D, A, d, 1.0 - PI * d**3 / (6.0 * A * s), PI * d * d / (A * s), P / A, s)


def extrudate_string(
    d: float, D: float, *, length: float, gap: float = 0.0, square: bool = False
) -> Packing:
    """Cylinders of diameter d and `length` end to end, `gap` apart, along a tube.

    InputError: cylinders larger than the tube, a length not above 0, a negative gap.

    >>> round(extrudate_string(1.6e-3, 2e-3, length=4e-3).void, 4)
    0.36
    """
    grain_fits(d, D)
    if not length > 0.0 or not gap >= 0.0:
        raise InputError(f"length {length:g} m must be above 0, gap {gap:g} m at least 0")
    A, P = section_of(D, square=square)
    V, S, s = 0.25 * PI * d * d * length, PI * d * length + 0.5 * PI * d * d, length + gap
    return Packing(D, A, 6.0 * V / S, 1.0 - V / (A * s), S / (A * s), P / A, s)


def random_bed(d: float, D: float, *, void: float | None = None) -> Packing:
    """A bed of grains without order in a round tube; the void fraction of spheres unless given.

    Dixon (1988): 0.4 + 0.05 d/D + 0.412 (d/D)^2 up to d/D = 0.5, and 0.528 + 2.464 (d/D - 0.5)
    up to 0.536, where strings begin. InputError: beyond that without void; void not in 0..1.

    >>> round(random_bed(3e-3, 25.4e-3).void, 3)
    0.412
    """
    grain_fits(d, D)
    x = d / D
    if void is None:
        if x > 0.536:
            raise InputError(
                f"d/D = {x:.3f} is a string, not a bed (up to 0.536); take `sphere_string`, or "
                "give its void fraction"
            )
        void = 0.4 + 0.05 * x + 0.412 * x * x if x <= 0.5 else 0.528 + 2.464 * (x - 0.5)
    if not 0.0 < void < 1.0:
        raise InputError(f"the void fraction {void:g} must lie between 0 and 1; beds have 0.3-0.6")
    A, P = section_of(D)
    return Packing(D, A, d, void, 6.0 * (1.0 - void) / d, P / A)


def with_fines(packing: Packing, d: float, *, void: float = 0.4) -> Packing:
    """A string whose voids are filled with inert fines of diameter d that leave `void` free.

    >>> round(with_fines(sphere_string(0.8e-3, 1e-3), 0.16e-3).void, 4)
    0.2237
    """
    if not 0.0 < d < packing.d or not 0.0 < void < 1.0:
        raise InputError(
            f"fines of {d:g} m with a void fraction {void:g}: they must be smaller than the grains "
            f"({packing.d:g} m) and leave 0 to 1 free"
        )
    a = packing.a + packing.void * 6.0 * (1.0 - void) / d
    free = packing.void * void
    return packing._replace(void=free, a=a, d=6.0 * (1.0 - free) / a)


def grain_fits(d: float, D: float) -> None:
    """InputError unless 0 < d <= D."""
    if not 0.0 < d <= D:
        raise InputError(
            f"a grain of {d * 1e3:.4g} mm does not fit into a tube of {D * 1e3:.4g} mm; d must be "
            "above 0 and at most D"
        )


# --- pressure drop -------------------------------------------------------------------------------
class Friction(NamedTuple):
    """A law -dp/dz = viscous mu u + inertial rho u^2 by its two numbers [1/m2, 1/m]."""

    viscous: float = 0.0
    inertial: float = 0.0

    def gradient(self, u, rho, mu):
        """Pressure lost per length at superficial velocity u [Pa/m]."""
        return (self.viscous * mu + self.inertial * rho * abs(u)) * u

    @inlined
    def velocity(self, gradient, rho, mu):
        """u that loses `gradient` [Pa/m] per length: the inverse, regular at 0.

        >>> law = Friction(1e8, 1e3)
        >>> round(law.velocity(law.gradient(0.2, 1.2, 2e-5), 1.2, 2e-5), 12)
        0.2
        """
        a, b, g = self.viscous * mu, self.inertial * rho, abs(gradient)
        u = 2.0 * g / (a + math.sqrt(a * a + 4.0 * b * g)) if g > 0.0 else 0.0
        return u if gradient > 0.0 else -u

    @inlined
    def velocity_slopes(self, u, rho, mu):
        """Derivatives of `velocity` along gradient and rho, where it is u.

        >>> law = Friction(1e8, 1e3)
        >>> slope, inertia = law.velocity_slopes(0.2, 1.2, 2e-5)
        >>> up, down = (law.velocity(g + law.gradient(0.2, 1.2, 2e-5), 1.2, 2e-5) for g in (1, -1))
        >>> round(slope / ((up - down) / 2.0), 6)
        1.0
        """
        slope = 1.0 / (self.viscous * mu + 2.0 * self.inertial * rho * abs(u))
        return slope, -slope * self.inertial * u * abs(u)


def quadratic(void: float, d: float, *, viscous: float, inertial: float) -> Friction:
    """Ergun's form: viscous (1 - e)^2/(e^3 d^2), inertial (1 - e)/(e^3 d)."""
    solid, e3 = 1.0 - void, void**3
    return Friction(viscous * solid * solid / (e3 * d * d), inertial * solid / (e3 * d))


def ergun(packing: Packing, *, d: float | None = None) -> Friction:
    """Ergun (1952), 150 and 1.75, on the grains' diameter, or on d such as `packing.d_m`.

    >>> string = sphere_string(0.8e-3, 1.0e-3)
    >>> [round(float(ergun(string, d=d).gradient(0.5, 1.2506, 1.912e-5)))
    ...     for d in (None, string.d_m)]
    [4208, 15953]
    """
    return quadratic(packing.void, d or packing.d, viscous=150.0, inertial=1.75)


def eisfeld_schnitzlein(packing: Packing) -> Friction:
    """Eisfeld and Schnitzlein, Chem. Eng. Sci. 56 (2001) 4321: spheres with the wall's effect.

    A_w = 1 + 2/(3 (D/d)(1 - e)), B_w = (1.15 (d/D)^2 + 0.87)^2; 154 A_w^2 and A_w/B_w.
    """
    x = packing.d / packing.D
    A_w = 1.0 + 2.0 * x / (3.0 * (1.0 - packing.void))
    B_w = (1.15 * x * x + 0.87) ** 2
    return quadratic(packing.void, packing.d, viscous=154.0 * A_w * A_w, inertial=A_w / B_w)


def annulus(packing: Packing) -> Friction:
    """Laminar flow in the thin gap around extrudates in the middle: Fanning f = 24/Re."""
    return Friction(48.0 / (packing.void * packing.D_wetted**2), 0.0)


def pressure_laws(packing: Packing) -> dict[str, Friction]:
    """The laws by name; they differ by a factor of up to four for strings, so always compare."""
    return {
        "Ergun, grain diameter": ergun(packing),
        "Ergun, Scott's diameter": ergun(packing, d=packing.d_m),
        "Ergun, wall-weighted diameter": ergun(packing, d=packing.wall_weighted()),
        "Eisfeld-Schnitzlein": eisfeld_schnitzlein(packing),
        "Avontuur-Geldart": quadratic(packing.void, packing.d, viscous=141.0, inertial=1.52),
        "Kuo-Nydegger": quadratic(packing.void, packing.d, viscous=276.0, inertial=5.05),
    }
