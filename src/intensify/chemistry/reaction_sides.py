"""Both sides of the reactions of a mechanism as arrays, for the kernels of `gas_progress`."""

from __future__ import annotations

from typing import Any

import numpy as np


class Sides:
    """Sides of reactions, one after the other; species by their place among `names`.

    signed: a species that stands twice on a side has a power of its own, which keeps its sign.
    """

    def __init__(self, names: list[str], *, signed: bool = False) -> None:
        self.names, self.most = names, 1 if signed else 3
        self.slots: list[list[int]] = []
        self.odd: list[tuple[int, list[dict[str, float]]]] = []

    def add(self, reaction: Any) -> None:
        """Species of both sides; three slots a side, or among the odd ones."""
        none = len(self.names)
        both = (reaction.reactants, reaction.products)
        slots = [none] * 6
        plain = not reaction.orders and all(
            sum(side.values()) <= 3 and all(n == int(n) <= self.most for n in side.values())
            for side in both
        )
        if plain:
            for k, side in enumerate(both):
                found = [self.names.index(s) for s, n in side.items() for _ in range(int(n))]
                slots[3 * k : 3 * k + len(found)] = found
        else:
            change = {s: n - both[0].get(s, 0.0) for s, n in both[1].items()}
            change |= {s: -n for s, n in both[0].items() if s not in both[1]}
            orders = [both[0] | reaction.orders, both[1], change]
            self.odd.append((len(self.slots), orders))
        self.slots.append(slots)

    def arrays(self) -> list[np.ndarray]:
        """slots, members, ends, odd, odd_nu, odd_of; see `chemistry.gas.GasNetwork`."""
        none = len(self.names)
        K = max((len(side) for _, sides in self.odd for side in sides), default=1)
        odd, nu = np.full((len(self.odd), 3, K), none), np.zeros((len(self.odd), 3, K))
        for n, (_, sides) in enumerate(self.odd):
            for k, side in enumerate(sides):
                for q, (name, value) in enumerate(side.items()):
                    odd[n, k, q], nu[n, k, q] = self.names.index(name), value
        slots = np.array(self.slots, dtype=int).reshape(-1, 6)
        members, ends = members_of(slots, none)
        return [slots, members, ends, odd, nu, np.array([j for j, _ in self.odd], dtype=int)]


def members_of(slots: np.ndarray, none: int) -> tuple[np.ndarray, np.ndarray]:
    """Reactions that make (j) or use (R + j) each species, and where each species' begin."""
    R, made = len(slots), np.r_[np.zeros(3), np.ones(3)] == 1.0
    found: list[list[int]] = [[] for _ in range(none)]
    for j, row in enumerate(slots):
        for i, is_made in zip(row, made, strict=True):
            if i < none:
                found[i].append(j if is_made else R + j)
    ends = np.cumsum([0, *map(len, found)])
    return np.array([j for row in found for j in row], dtype=int), ends
