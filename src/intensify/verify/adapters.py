"""Which function translates which kind of reference case."""

from collections.abc import Callable
from typing import Any

from intensify.verify import (
    channels,
    columns,
    comparisons,
    cycles,
    ducts,
    gas,
    grains,
    laminar,
    mixtures,
    numerics,
    plasma,
    safety,
    shifted,
    sorption,
    sorption_gas,
    tubes,
    vessels,
)

TOPICS = (
    numerics, safety, vessels, channels, comparisons, ducts, laminar, plasma, grains, tubes,
    mixtures, columns, sorption, sorption_gas, cycles, shifted, gas,
)  # fmt: skip
ADAPTERS: dict[str, Callable[..., dict[str, Any]]] = {
    adapter.__name__: adapter for topic in TOPICS for adapter in topic.ADAPTERS
}
"""By kind: (inputs, names of the expected quantities) -> quantities, or functions giving them."""
