"""Both sides of the reactions of a mechanism as arrays, for the kernels of `gas_progress`."""

from __future__ import annotations

from typing import Any

import numpy as np

SIDES = ((0, 1, 4), (2, 3, 5))
"""The slots of both sides."""


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
                for place, i in zip(SIDES[k], found, strict=False):
                    slots[place] = i
        else:
            change = {s: n - both[0].get(s, 0.0) for s, n in both[1].items()}
            change |= {s: -n for s, n in both[0].items() if s not in both[1]}
            orders = [both[0] | reaction.orders, both[1], change]
            self.odd.append((len(self.slots), orders))
        self.slots.append(slots)

    def arrays(self, reversible: list[int]) -> list[np.ndarray]:
        """runs to odd_at of `chemistry.gas.GasNetwork`."""
        none = len(self.names)
        K = max((len(side) for _, sides in self.odd for side in sides), default=1)
        odd, nu = np.full((len(self.odd), 3, K), none), np.zeros((len(self.odd), 3, K))
        for n, (_, sides) in enumerate(self.odd):
            for k, side in enumerate(sides):
                for q, (name, value) in enumerate(side.items()):
                    odd[n, k, q], nu[n, k, q] = self.names.index(name), value
        slots = np.array(self.slots, dtype=np.uint32).reshape(-1, 6)
        wide = np.flatnonzero((slots[:, 4:] < none).any(axis=1)).tolist()
        at = {j: n for n, j in enumerate(reversible)}
        return [
            runs_of(reversible), slots,
            np.array([[j, at.get(j, -1)] for j in wide], dtype=int).reshape(-1, 2),
            *members_of(slots, none), odd, nu, np.array([j for j, _ in self.odd], dtype=int),
            np.array([at.get(j, -1) for j, _ in self.odd], dtype=int),
        ]  # fmt: skip


def runs_of(numbers: list[int]) -> np.ndarray:
    """Stretches of rising numbers without a gap: the first, its place, and how many.

    >>> runs_of([2, 3, 7]).tolist()
    [[2, 0, 2], [7, 2, 1]]
    """
    found = np.array(numbers, dtype=int)
    starts = np.flatnonzero(np.diff(found, prepend=-2) != 1)
    lengths = np.diff(np.append(starts, found.size))
    return np.column_stack([found[starts], starts, lengths])


def members_of(slots: np.ndarray, none: int) -> tuple[np.ndarray, np.ndarray]:
    """Reactions that make, then those that use each species, and where both begin."""
    numbers = np.arange(len(slots))
    found = [
        np.repeat(numbers, np.sum(slots[:, places] == i, axis=1))
        for i in range(none)
        for places in SIDES[::-1]
    ]
    ends = np.cumsum([0, *map(len, found)], dtype=np.uint64)
    return np.concatenate(found).astype(np.uint32), ends
