"""What both sides of a comparison are held to: the product, and the safety limit."""

from __future__ import annotations

from typing import NamedTuple

from intensify.units import Fraction, Kelvin, Number, PowerDensity


class Specification(NamedTuple):
    """The product, its key reactant, and what must be reached.

    key: the reactant whose conversion counts; product: the species whose yield and space-time
    yield count, per mole of key by its stoichiometry.
    """

    product: str
    key: str
    conversion: Fraction = 0.0
    yield_: Fraction = 0.0
    selectivity: Fraction = 0.0

    def content(self) -> dict[str, str | float]:
        """Its fields by the names of a case file.

        >>> Specification("product", "key", 0.99).content()["yield"]
        0.0
        """
        return {name.rstrip("_"): x for name, x in self._asdict().items()}


class SafetyLimit(NamedTuple):
    """The temperature that must not be passed, in operation and under the listed failures.

    T: limit of decomposition, vendor or boiling. source: where the number comes from.
    """

    T: Kelvin
    source: str = ""


class Energy(NamedTuple):
    """From duties to energy drawn: cooling by COP, heating and pumping by efficiency.

    stirring: power drawn per volume of a vessel's contents over its cycle; its heat is neglected
    (a reactor's own `stirrer` is in its heat balance).
    """

    COP: Number = 3.0
    boiler: Fraction = 0.9
    pump: Fraction = 0.5
    stirring: PowerDensity = 0.0
