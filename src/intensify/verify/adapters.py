"""Which function translates which kind of reference case."""

from collections.abc import Callable
from typing import Any

<<<<<<< HEAD
from intensify.verify import channels, comparisons, numerics, plasma, vessels

ADAPTERS: dict[str, Callable[..., dict[str, Any]]] = {
    adapter.__name__: adapter
    for topic in (numerics, vessels, channels, comparisons, plasma)
=======
from intensify.verify import channels, comparisons, ducts, numerics, safety, vessels

ADAPTERS: dict[str, Callable[..., dict[str, Any]]] = {
    adapter.__name__: adapter
    for topic in (numerics, safety, vessels, channels, comparisons, ducts)
>>>>>>> main
    for adapter in topic.ADAPTERS
}
"""By kind: (inputs, names of the expected quantities) -> quantities, or functions giving them."""
