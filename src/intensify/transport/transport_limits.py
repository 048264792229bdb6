"""Are the data intrinsic? Criteria for transport limits of a catalyst in a string or bed.

    r: observed rate per grain volume; n: order; c: in the fluid; R = d/2; E_T = E/(R_gas T^2)
    Weisz-Prater          r R^2/(D_e c)                                   < 1/n
    Mears, film           r R/(k_c c)                                     < 0.15/n
    Carberry              r (d/6)/(k_c c)                                 < 0.05/n
    Mears, film heat      |dH| r R E_T/h                                  < 0.15
    Anderson              |dH| r R^2 E_T/lambda_p                         < 0.75
    Mears, radial         |dH| r (1 - void) R_t^2 E_T/lambda_er (1 + 8 lambda_er/(h_w R_t))   < 0.4
    plug flow, Mears      20 n/Bo ln(1/(1 - X))                           < L/d
    plug flow, Gierman    8 n/Bo ln(1/(1 - X))                            < L/d

Forms after Mears (1971), Weisz and Prater (1954), Carberry, Anderson (1963), Gierman (1988).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError


class Criterion(NamedTuple):
    """A criterion holds while value < limit; margin = limit/value; remedy: what to change."""

    name: str
    value: float
    limit: float
    remedy: str

    @property
    def holds(self) -> bool:
        """Whether the limitation may be left out."""
        return self.value < self.limit

    @property
    def margin(self) -> float:
        """limit/value: above 1 the criterion holds."""
        return self.limit / self.value if self.value > 0.0 else math.inf

    def __str__(self) -> str:
        verdict = "holds" if self.holds else f"FAILS: {self.remedy}"
        return f"{self.name:<24} {self.value:10.4g} < {self.limit:<10.4g} {verdict}"


class Grain(NamedTuple):
    """What the criteria ask of grain, fluid and tube; SI, rate per grain volume.

    dH, E: heat of reaction and activation energy [J/mol]. Bo = u d/D_ax. h_w, conductivity_bed:
    at the tube's wall of radius R_tube.
    """

    rate: float
    c: float
    T: float
    d: float
    D_e: float
    k_c: float
    h: float
    conductivity: float
    dH: float
    E: float
    L: float
    X: float
    Bo: float
    R_tube: float
    void: float
    conductivity_bed: float
    h_w: float
    n: float = 1.0

    def heat_number(self) -> float:
        """|dH| r E/(R_gas T^2) [W/m3/K]: what a kelvin of local overheating is divided by."""
        return abs(self.dH) * self.rate * self.E / (R_GAS * self.T**2)

    def film_rise(self) -> float:
        """Temperature of the grain over the fluid, |dH| r (d/6)/h [K]."""
        return abs(self.dH) * self.rate * self.d / (6.0 * self.h)

    def Bo_bed(self) -> float:
        """Bodenstein number of the whole length, Bo L/d."""
        return self.Bo * self.L / self.d


def criteria(grain: Grain) -> list[Criterion]:
    """The table of criteria; see the module.

    InputError: a number not above 0, X not between 0 and 1.

    >>> sample = Grain(40.0, 30.0, 550.0, 2e-3, 3e-6, 0.08, 350.0, 0.25, -120e3, 90e3, 0.3, 0.9,
    ...     0.5, 1.5e-3, 0.45, 0.6, 400.0)
    >>> [c.name for c in criteria(sample) if not c.holds]
    ['Mears, film heat', 'Mears, radial']
    """
    wrong = [
        (name, f"is {value:g}, but must be above 0")
        for name, value in grain._asdict().items()
        if name not in ("dH", "E", "X") and not value > 0.0
    ]
    if not 0.0 < grain.X < 1.0:
        wrong.append(("X", f"is {grain.X:g}, but must lie between 0 and 1"))
    if wrong:
        raise InputError(wrong)
    g, R, n = grain, 0.5 * grain.d, grain.n
    heat, film = g.heat_number(), g.rate / (g.k_c * g.c)
    wall = 1.0 + 8.0 * g.conductivity_bed / (g.h_w * g.R_tube)
    radial = heat * (1.0 - g.void) * g.R_tube**2 / g.conductivity_bed * wall
    plug, longer = n / g.Bo * math.log(1.0 / (1.0 - g.X)), "a longer bed or smaller grains"
    return [
        Criterion("Weisz-Prater", g.rate * R * R / (g.D_e * g.c), 1.0 / n, "crush the grains"),
        Criterion("Mears, film", film * R, 0.15 / n, "smaller grains or a faster flow"),
        Criterion("Carberry", film * g.d / 6.0, 0.05 / n, "smaller grains or a faster flow"),
        Criterion("Mears, film heat", heat * R / g.h, 0.15,
                  "smaller grains, a faster flow, or a diluted feed"),
        Criterion("Anderson", heat * R * R / g.conductivity, 0.75, "crush the grains"),
        Criterion("Mears, radial", radial, 0.4, "a narrower tube, or dilute the catalyst"),
        Criterion("plug flow, Mears", 20.0 * plug, g.L / g.d, longer),
        Criterion("plug flow, Gierman", 8.0 * plug, g.L / g.d, longer),
    ]  # fmt: skip
