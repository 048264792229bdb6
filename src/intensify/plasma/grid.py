"""Cross sections on an energy grid: what scatters from which cell to which, once for all fields.

Cells between edges E_max (i/N)^2; F0 is constant in a cell, sigma and E sigma are exact. What
costs u takes electrons from E to E - u (excitation), two of them to (E - u)/2 (ionisation,
equal sharing), or one to E - u and one to 0 (one takes all).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.plasma.cross_sections import GAMMA, CrossSections, Process
from intensify.plasma.two_term import EDGE, ENERGY, ROOT, SLOW_MIDDLE, SLOWNESS, WIDTH


class Growth(IntEnum):
    """How the number of electrons grows: not at all (left out), in time, or along the field."""

    NONE = 0
    TEMPORAL = 1
    SPATIAL = 2


class Sharing(IntEnum):
    """Who gets the energy that an ionisation leaves."""

    EQUAL = 0
    ONE_TAKES_ALL = 1


class Grid(NamedTuple):
    """T targets and K processes on N cells; integrals in eV, m2; rates lack the factor GAMMA."""

    edge: np.ndarray  # (8, N + 1) rows of `two_term` that no gas changes; the others are 0
    cell: np.ndarray  # (5, N) the same of cells
    centres: np.ndarray  # (N,) [eV]
    target: np.ndarray  # (K,) target of each process
    elastic: np.ndarray  # (T, N + 1) 2 m/M sigma_el at edges
    momentum: np.ndarray  # (T, N + 1) sigma_m at edges
    momentum_centre: np.ndarray  # (T, N)
    lost: np.ndarray  # (T, N) what leaves a cell
    start: np.ndarray  # (N + 1,) rows of the gains, which stand in pairs
    source: np.ndarray  # (pairs, 2) cells that the gains come from
    gain: np.ndarray  # (T, pairs, 2)
    rate: np.ndarray  # (K, N) integral of E sigma_k


@kernel
def integral_to(x, energy, sigma, total):
    """Integral of E sigma from the table's start to x; total: the same at its points."""
    i = np.searchsorted(energy, x, side="right") - 1
    if i < 0:
        return 0.0
    i = min(i, energy.size - 2)
    e, h = energy[i], energy[i + 1] - energy[i]
    d = x - e
    slope = (sigma[i + 1] - sigma[i]) / h if h > 0.0 else 0.0
    return total[i] + d * (e * sigma[i] + 0.5 * d * (sigma[i] + e * slope) + d * d * slope / 3.0)


@kernel
def cell_integrals(edges, energy, sigma, total, out):
    """Fill out (N,) with the integral of E sigma over each cell."""
    left = integral_to(edges[0], energy, sigma, total)
    for i in range(out.size):
        right = integral_to(edges[i + 1], energy, sigma, total)
        out[i] = max(right - left, 0.0)
        left = right


@kernel
def transfers(edges, stretch, shift, weight, energy, sigma, total, place, value):
    """What goes from cell j to the cell i of (E - shift)/stretch, at place i N + j; how many."""
    N = edges.size - 1
    j = min(np.searchsorted(edges, shift, side="right") - 1, N - 1)
    i = count = 0
    a = max(shift, edges[0])
    left = integral_to(a, energy, sigma, total)
    while j < N and i < N:
        b = min(edges[j + 1], stretch * edges[i + 1] + shift)
        right = integral_to(b, energy, sigma, total)
        place[count], value[count] = i * N + j, weight * max(right - left, 0.0)
        count += 1
        left = right
        if b >= edges[j + 1]:
            j += 1
        else:
            i += 1
    return count


def moved(
    p: Process, edges: np.ndarray, total: np.ndarray, *, stretch: float = 1.0, weight: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Places i N + j and integrals of what a process brings from cells j to cells i.

    total: `p.integral()`.
    """
    place, value = np.empty(2 * edges.size, dtype=np.int64), np.empty(2 * edges.size)
    table = (p.energy, p.sigma, total)
    count = transfers(edges, stretch, p.threshold, weight, *table, place, value)
    return place[:count], value[:count]


def build_grid(
    sections: CrossSections,
    E_max: float,
    *,
    cells: int,
    growth: Growth,
    sharing: Sharing,
) -> Grid:
    """The grid up to E_max [eV] with that many cells."""
    edges = E_max * (np.arange(cells + 1) / cells) ** 2
    edge, cell, centres = places(edges)
    points = np.empty(2 * cells + 1)  # edges, and centres between them
    points[::2], points[1::2] = edges, centres
    targets, processes = sections.targets, sections.processes
    T, K = len(targets), len(processes)
    elastic, momentum = np.zeros((T, cells + 1)), np.zeros((T, cells + 1))
    momentum_centre, lost = np.zeros((T, cells)), np.zeros((T, cells))
    gains: list[tuple[int, np.ndarray, np.ndarray]] = []
    rate = np.zeros((K, cells))
    owner = np.array([targets.index(p.target) for p in processes])
    for k, p in enumerate(processes):
        t = owner[k]
        sigma, total = p(points), p.integral()
        cell_integrals(edges, p.energy, p.sigma, total, rate[k])
        part = 1.0 if p.kind == "elastic" else p.isotropy
        momentum[t] += part * sigma[::2]
        momentum_centre[t] += part * sigma[1::2]
        if p.kind == "elastic":
            elastic[t] += 2.0 * p.mass_ratio * sigma[::2]
            continue
        if p.kind == "attachment" and growth == Growth.NONE:
            continue
        lost[t] += rate[k]
        gains += [(t, *moves) for moves in scatter(p, edges, total, growth, sharing, rate[k])]
    start, source, entries = compressed(gains, T, cells)
    return Grid(
        edge, cell, centres, owner, elastic, momentum, momentum_centre, lost, start, source,
        entries, rate,
    )  # fmt: skip


def places(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tables of edges and of cells as far as the grid alone gives them, and centres [eV]."""
    centres = 0.5 * (edges[1:] + edges[:-1])
    edge, cell = np.zeros((8, edges.size)), np.zeros((5, centres.size))
    edge[EDGE] = edges
    edge[WIDTH, 1:-1] = 0.5 * (edges[2:] - edges[:-2])
    edge[SLOWNESS, 1:] = 1.0 / (GAMMA * np.sqrt(edges[1:]))
    cell[SLOW_MIDDLE] = 1.0 / (GAMMA * np.sqrt(centres))
    cell[ROOT], cell[ENERGY] = 2.0 / 3.0 * np.diff(edges**1.5), 0.4 * np.diff(edges**2.5)
    return edge, cell, centres


def scatter(
    p: Process, edges: np.ndarray, total: np.ndarray, growth: Growth, sharing: Sharing,
    rate: np.ndarray,
) -> list[tuple[np.ndarray, np.ndarray]]:  # fmt: skip
    """Places and integrals of the electrons that a process brings to lower energies."""
    if p.kind == "attachment":
        return []
    births = p.kind == "ionization" and growth != Growth.NONE
    if births and sharing == Sharing.EQUAL:
        return [moved(p, edges, total, stretch=2.0, weight=2.0)]
    return [moved(p, edges, total), *([(np.arange(rate.size), rate)] if births else [])]


def compressed(
    gains: list[tuple[int, np.ndarray, np.ndarray]], T: int, cells: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row starts, columns (pairs, 2) and values (T, pairs, 2) of matrices that share their places.

    Unsigned: numbers that may count from the end cost kernels a comparison each.
    """
    if not gains:
        gains = [(0, np.zeros(0, dtype=np.int64), np.zeros(0))]
    shared, where = np.unique(np.concatenate([g[1] for g in gains]), return_inverse=True)
    row, column = np.divmod(shared, cells)
    begin = np.searchsorted(row, np.arange(cells + 1))
    start = np.append(0, np.cumsum((np.diff(begin) + 1) // 2))
    seat = np.arange(shared.size) + (2 * start[:-1] - begin[:-1])[row]
    source = np.full(2 * start[-1], cells - 1, dtype=np.uint32)
    out = np.zeros((T, source.size))
    source[seat] = column
    done = 0
    for t, place, value in gains:
        np.add.at(out[t], seat[where[done : done + place.size]], value)
        done += place.size
    return start.astype(np.uint64), source.reshape(-1, 2), out.reshape(T, -1, 2)
