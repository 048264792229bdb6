"""What became of a reactant, counted by an element."""

from __future__ import annotations

from typing import Any

import numpy as np


def element_selectivity(
    net: Any, fed: np.ndarray, left: np.ndarray, key: str, product: str
) -> float:
    """Part of what the key has lost that is in the product; fed, left: amounts (S,).

    S = b_product (n - n_fed)_product / (b_key (n_fed - n)_key), b the atoms of one element in each:
    carbon where both have it, else the first element that they share. 0 where they share none, or
    the key has not reacted.

    >>> from intensify.chemistry.gas_file import gas_from_cantera
    >>> gas = gas_from_cantera("gri30.yaml")
    >>> fed, left = gas.vector({"CH4": 1.0}), gas.vector({"CH4": 0.6, "C2H4": 0.15, "C": 0.1})
    >>> round(element_selectivity(gas, fed, left, "CH4", "C2H4"), 6)
    0.75
    """
    i, k = net.names.index(key), net.names.index(product)
    shared = [e for e, row in zip(net.element_names, net.atoms, strict=True)
              if row[i] > 0.0 and row[k] > 0.0]  # fmt: skip
    if not shared:
        return 0.0
    row = net.atoms[net.element_names.index("C" if "C" in shared else shared[0])]
    lost = (fed[i] - left[i]) * row[i]
    return float((left[k] - fed[k]) * row[k] / lost) if lost > 0.0 else 0.0
