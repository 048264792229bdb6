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
from intensify.plasma.cross_sections import CrossSections, Process


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

    edges: np.ndarray  # (N + 1,) [eV]
    target: np.ndarray  # (K,) target of each process
    elastic: np.ndarray  # (T, N + 1) 2 m/M sigma_el at edges
    momentum: np.ndarray  # (T, N + 1) sigma_m at edges
    momentum_centre: np.ndarray  # (T, N)
    lost: np.ndarray  # (T, N) what leaves a cell
    start: np.ndarray  # (N + 1,) rows of the gains
    source: np.ndarray  # (nnz,) cells that the gains come from
    gain: np.ndarray  # (T, nnz)
    rate: np.ndarray  # (K, N) integral of E sigma_k
    power: np.ndarray  # (K, N) integral of E^2 sigma_k, of the attachments


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
    p: Process, edges: np.ndarray, *, stretch: float = 1.0, weight: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Places i N + j and integrals of what a process brings from cells j to cells i."""
    place, value = np.empty(2 * edges.size, dtype=np.int64), np.empty(2 * edges.size)
    table = (p.energy, p.sigma, p.integral())
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
    centres = 0.5 * (edges[1:] + edges[:-1])
    targets, processes = sections.targets, sections.processes
    T, K = len(targets), len(processes)
    elastic, momentum = np.zeros((T, cells + 1)), np.zeros((T, cells + 1))
    momentum_centre, lost = np.zeros((T, cells)), np.zeros((T, cells))
    gains: list[tuple[int, np.ndarray, np.ndarray]] = []
    rate, power = np.zeros((K, cells)), np.zeros((K, cells))
    owner = np.array([targets.index(p.target) for p in processes])
    for k, p in enumerate(processes):
        t = owner[k]
        cell_integrals(edges, p.energy, p.sigma, p.integral(), rate[k])
        power[k] = rate[k] * centres
        if p.kind == "elastic":
            elastic[t] += 2.0 * p.mass_ratio * p(edges)
            momentum[t] += p(edges)
            momentum_centre[t] += p(centres)
            continue
        momentum[t] += p.isotropy * p(edges)
        momentum_centre[t] += p.isotropy * p(centres)
        if p.kind == "attachment" and growth == Growth.NONE:
            continue
        lost[t] += rate[k]
        gains += [(t, *part) for part in scatter(p, edges, growth, sharing, rate[k])]
    start, source, entries = compressed(gains, T, cells)
    return Grid(
        edges, owner, elastic, momentum, momentum_centre, lost, start, source, entries, rate, power
    )  # fmt: skip


def scatter(
    p: Process, edges: np.ndarray, growth: Growth, sharing: Sharing, rate: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Places and integrals of the electrons that a process brings to lower energies."""
    if p.kind == "attachment":
        return []
    births = p.kind == "ionization" and growth != Growth.NONE
    if births and sharing == Sharing.EQUAL:
        return [moved(p, edges, stretch=2.0, weight=2.0)]
    return [moved(p, edges), *([(np.arange(rate.size), rate)] if births else [])]


def compressed(
    gains: list[tuple[int, np.ndarray, np.ndarray]], T: int, cells: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row starts, columns and values (T, nnz) of matrices that share their places."""
    if not gains:
        return np.zeros(cells + 1, dtype=int), np.zeros(0, dtype=np.int32), np.zeros((T, 0))
    shared, where = np.unique(np.concatenate([g[1] for g in gains]), return_inverse=True)
    out, done = np.zeros((T, shared.size)), 0
    for t, place, value in gains:
        np.add.at(out[t], where[done : done + place.size], value)
        done += place.size
    start = np.searchsorted(shared, np.arange(cells + 1) * cells)
    return start, (shared % cells).astype(np.int32), out
