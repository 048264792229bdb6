"""What both sides of a comparison are held to: the product, and the safety limit."""

from __future__ import annotations

from typing import NamedTuple

from intensify.units import Fraction, Kelvin


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


class SafetyLimit(NamedTuple):
    """The temperature that must not be passed, in operation and under the listed failures.

    T: limit of decomposition, vendor or boiling. source: where the number comes from.
    """

    T: Kelvin
    source: str = ""
