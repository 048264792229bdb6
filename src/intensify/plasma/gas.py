"""A gas of given composition on an energy grid: what the solvers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from intensify.plasma.cross_sections import ELEMENTARY_CHARGE, GAMMA, Process
from intensify.plasma.grid import Grid, moved
from intensify.plasma.two_term import (
    DIFFUSION_EE,
    DRIFT_EE,
    EDGE,
    ENERGY,
    LOSS,
    LOST,
    MIDDLE,
    MOMENTUM,
    PATH,
    ROOT,
)

EPSILON_0 = 8.8541878128e-12


class Superelastic(NamedTuple):
    """The way back from an excited state, times its mole fraction.

    sigma(E) = g_lower/g_upper (E + u)/E sigma_k(E + u)
    """

    process: Process
    gain: np.ndarray  # (N, N)
    lost: np.ndarray  # (N,)
    momentum: np.ndarray  # (N + 1,)

    @classmethod
    def on(cls, edges: np.ndarray, p: Process, population: float) -> Self:
        """Of a process and the mole fraction of its upper state; electrons stay on the grid."""
        place, value = moved(p, edges, p.integral())
        down = np.bincount(place, value, (edges.size - 1) ** 2).reshape(edges.size - 1, -1)
        up = population * p.weight_ratio * down.T
        raised = np.maximum(edges, edges[1])
        sigma = p.weight_ratio * (raised + p.threshold) / raised * p(raised + p.threshold)
        return cls(p, up, up.sum(axis=0), population * p.isotropy * sigma)


class Gas(NamedTuple):
    """The mixture's tables on N cells; see `two_term` for the rows of `edge` and `cell`."""

    centres: np.ndarray  # (N,) [eV]
    edge: np.ndarray  # (8, N + 1)
    cell: np.ndarray  # (5, N)
    start: np.ndarray  # rows of the gains, which stand in pairs
    source: np.ndarray  # (pairs, 2)
    gain: np.ndarray  # (pairs, 2)
    rate: np.ndarray  # (K, N)
    fractions: np.ndarray  # (K,) mole fraction of each process's target
    back: tuple[Superelastic, ...]

    @classmethod
    def of(
        cls, grid: Grid, x: np.ndarray, back: Sequence[Process], populations: Sequence[float]
    ) -> Self:
        """Of a grid, mole fractions (T,), and the processes with a populated upper state."""
        edge, cell = grid.edge.copy(), grid.cell.copy()
        E = edge[EDGE]
        edge[MOMENTUM], edge[LOSS] = x @ grid.momentum, GAMMA * E * E * (x @ grid.elastic)
        cell[MIDDLE], cell[LOST] = x @ grid.momentum_centre, x @ grid.lost
        ways = tuple(Superelastic.on(E, p, n) for p, n in zip(back, populations, strict=True))
        for one in ways:
            edge[MOMENTUM] += one.momentum
            cell[MIDDLE] += 0.5 * (one.momentum[1:] + one.momentum[:-1])
        edge[PATH, 1:] = E[1:] / edge[MOMENTUM, 1:]
        return cls(
            grid.centres, edge, cell, grid.start, grid.source, np.tensordot(x, grid.gain, 1),
            grid.rate, x[grid.target], ways,
        )  # fmt: skip

    @property
    def operator(self) -> tuple[Any, ...]:
        """What the solvers take, before the numbers of a solve."""
        return self.edge, self.cell, self.start, self.source, self.gain


def with_coulomb(gas: Gas, F: np.ndarray, ionisation: float, N: float, drag: float) -> Gas:
    """The gas with collisions among electrons of distribution F.

    W = -3 a n_e/N A1, D = 2 a n_e/N (A2 + E^1.5 A3): A1, A2 are the integrals of sqrt(E) F and
    E^1.5 F below E, A3 that of F above it; a = e^2 g ln(L)/(24 pi eps0^2). drag: factor on W, near
    1, that takes out the energy which the grid would make of them.
    """
    E = gas.edge[EDGE]
    A1 = np.concatenate([[0.0], np.cumsum(gas.cell[ROOT] * F)])
    A2 = np.concatenate([[0.0], np.cumsum(gas.cell[ENERGY] * F)])
    A3 = np.append(np.cumsum((np.diff(E) * F)[::-1])[::-1], 0.0)
    T_e = 2.0 / 3.0 * A2[-1]
    number = 12.0 * np.pi * (EPSILON_0 * T_e / ELEMENTARY_CHARGE) ** 1.5 / np.sqrt(ionisation * N)
    a = ELEMENTARY_CHARGE**2 * GAMMA / (24.0 * np.pi * EPSILON_0**2) * np.log(max(number, 2.0))
    edge = gas.edge.copy()
    edge[DRIFT_EE] = 3.0 * a * ionisation * drag * A1
    edge[DIFFUSION_EE] = 2.0 * a * ionisation * (A2 + E**1.5 * A3)
    return gas._replace(edge=edge)
