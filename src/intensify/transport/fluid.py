"""A liquid's properties as far as flow and heat transfer need them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

from intensify.errors import InputError
from intensify.units import (
    Kelvin,
    KilogramPerCubicMetre,
    PascalSecond,
    VolumetricHeatCapacity,
    WattPerMetreKelvin,
)


class Viscosity(NamedTuple):
    """mu = mu_ref exp(B (1/T - 1/T_ref)) (Andrade); B = 0: constant.

    >>> water = Viscosity.fitted([(298.15, 0.890e-3), (333.15, 0.467e-3)])
    >>> round(water.at(313.15) * 1e3, 2)
    0.66
    """

    mu_ref: PascalSecond = 1.0e-3
    B: Kelvin = 0.0
    T_ref: Kelvin = 298.15

    def at(self, T):
        """Viscosity at T [Pa s]."""
        if self.B == 0.0:
            return self.mu_ref
        return self.mu_ref * math.exp(self.B * (1.0 / T - 1.0 / self.T_ref))

    @classmethod
    def fitted(cls, points: Sequence[tuple[float, float]]) -> Self:
        """Through points (T [K], mu [Pa s]): one constant, two exactly, more by least squares."""
        if not points or any(not (T > 0.0 and mu > 0.0) for T, mu in points):
            raise InputError("a viscosity needs points (T, mu), both above 0")
        x = [1.0 / T for T, _ in points]
        y = [math.log(mu) for _, mu in points]
        x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
        spread = sum((a - x_mean) ** 2 for a in x)
        if len(points) > 1 and not spread > 0.0:
            raise InputError("the points of a viscosity need different temperatures")
        above = sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True))
        return cls(math.exp(y_mean), above / spread if spread else 0.0, 1.0 / x_mean)


class Fluid(NamedTuple):
    """Density, viscosity, conductivity and volumetric heat capacity of a liquid (as water)."""

    rho: KilogramPerCubicMetre = 1000.0
    mu: Viscosity = Viscosity()
    conductivity: WattPerMetreKelvin = 0.6
    rho_cp: VolumetricHeatCapacity = 4.18e6

    def Pr(self, T: float) -> float:
        """Prandtl number mu cp/lambda at T [K].

        >>> round(Fluid().Pr(298.15), 2)
        6.97
        """
        return float(self.mu.at(T) * self.rho_cp / (self.rho * self.conductivity))
