"""Which function translates which kind of reference case."""

from collections.abc import Callable
from typing import Any

from intensify.verify import channels, comparisons, ducts, numerics, plasma, safety, vessels

ADAPTERS: dict[str, Callable[..., dict[str, Any]]] = {
    adapter.__name__: adapter
    for topic in (numerics, safety, vessels, channels, comparisons, ducts, plasma)
    for adapter in topic.ADAPTERS
}
"""By kind: (inputs, names of the expected quantities) -> quantities, or functions giving them."""
