"""Swarms over E/N as a table that chemistry reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from intensify.errors import InputError
from intensify.plasma.swarm import Swarm

LEAST_RATE = 1e-60


class SwarmTable(NamedTuple):
    """Swarms at rising fields, read in between by monotone cubics of logarithms."""

    swarms: tuple[Swarm, ...]
    E_N: np.ndarray  # (n,) [V m2]
    values: np.ndarray  # (n, 3 + K) mean energy, mobility N, diffusion N, rates

    @classmethod
    def of(cls, swarms: Sequence[Swarm]) -> Self:
        """From swarms of one gas."""
        rows = [[s.mean_energy, s.mobility_N, s.diffusion_N, *s.rates] for s in swarms]
        return cls(tuple(swarms), np.array([s.E_N for s in swarms]), np.array(rows))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the processes."""
        return self.swarms[0].names

    def row(self, E_N: float) -> np.ndarray:
        """Mean energy, mobility, diffusion and all rates at a field; InputError outside."""
        if not self.E_N[0] <= E_N <= self.E_N[-1]:
            raise InputError(
                f"{E_N * 1e21:g} Td lies outside the table, which goes from "
                f"{self.E_N[0] * 1e21:g} to {self.E_N[-1] * 1e21:g} Td"
            )
        from scipy.interpolate import PchipInterpolator

        logs = np.log(np.maximum(self.values, LEAST_RATE))
        found = np.exp(PchipInterpolator(np.log(self.E_N), logs)(np.log(E_N)))
        return np.where(found > 2.0 * LEAST_RATE, found, 0.0)

    def at(self, E_N: float) -> dict[str, float]:
        """`mean_energy`, `mobility_N`, `diffusion_N` and the rates by name."""
        row = self.row(E_N)
        out = dict(zip(("mean_energy", "mobility_N", "diffusion_N"), row[:3].tolist(), strict=True))
        for name, k in zip(self.names, row[3:].tolist(), strict=True):
            out[name] = out.get(name, 0.0) + k
        return out
