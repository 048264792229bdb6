"""More than two terms: F(E, theta) = sum_l F_l(E) P_l(cos theta), isotropic scattering.

    (E/N) { l/(2l-1) E^((l-1)/2) d(E^(-(l-1)/2) F_(l-1))/dE
          + (l+1)/(2l+3) E^(-(l+2)/2) d(E^((l+2)/2) F_(l+1))/dE } + sigma F_l = 0,   l >= 1

with sigma = sigma_m + nu/(g sqrt(E)), and the balance of two_term for l = 0, its flux by the field
being (g/3)(E/N) E F_1. Even F_l stand at cell centres, odd ones at edges. One sparse LU a pass.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.errors import SolveError
from intensify.plasma.cross_sections import GAMMA
from intensify.plasma.gas import Gas
from intensify.plasma.two_term import EDGE, ENERGY, LOSS, LOST, MIDDLE, MOMENTUM, ROOT, WIDTH


class MultiTerm(NamedTuple):
    """Mean energy [eV], flux mobility, net growth over N, and F (terms, N + 1) at the field E_N.

    Odd rows hold the N + 1 edges, even rows the N centres and a 0.
    """

    E_N: float
    mean_energy: float
    mobility_N: float
    growth_N: float
    rates: np.ndarray
    F: np.ndarray


def assemble(gas: Gas, E_N: float, kT: float, q: float, terms: int) -> Any:
    """The sparse matrix over [F_0 at centres, F_1 at inner edges, F_2, ...]."""
    from scipy.sparse import bmat, csr_matrix, diags

    N, edge, centre = gas.centres.size, gas.edge[EDGE, 1:-1], gas.centres
    h, cell = gas.edge[WIDTH, 1:-1], np.diff(gas.edge[EDGE])
    ones = np.ones(N - 1)
    to_edges = diags([-ones, ones], [0, 1], shape=(N - 1, N))  # difference of two cells
    to_cells = diags([ones, -ones], [0, -1], shape=(N, N - 1))  # difference of two edges
    mean = diags([0.5 * ones, 0.5 * ones], [0, 1], shape=(N - 1, N))
    rows = 2 * gas.start.astype(int)
    gains = csr_matrix((gas.gain.ravel(), gas.source.ravel().astype(int), rows), shape=(N, N))
    loss = gas.edge[LOSS, 1:-1]
    elastic = -diags(loss) @ mean - diags(kT * loss / h) @ to_edges
    blocks: list[list[Any]] = [[None] * terms for _ in range(terms)]
    own = -GAMMA * gas.cell[LOST] - q * gas.cell[ROOT]
    blocks[0][0] = GAMMA * gains + diags(own) - to_cells @ elastic
    blocks[0][1] = -to_cells @ diags(GAMMA / 3.0 * E_N * edge)
    for row in range(1, terms):
        odd = row % 2 == 1
        E, width, step = (edge, h, to_edges) if odd else (centre, cell, to_cells)
        other = centre if odd else edge
        sigma = gas.edge[MOMENTUM, 1:-1] if odd else gas.cell[MIDDLE]
        blocks[row][row] = diags(np.maximum(sigma + q / (GAMMA * np.sqrt(E)), 0.01 * sigma))
        for near, factor, power in (
            (row - 1, row / (2 * row - 1), -0.5 * (row - 1)),
            (row + 1, (row + 1) / (2 * row + 3), 0.5 * (row + 2)),
        ):
            if near < terms:
                outside = E_N * factor / width * E**-power
                blocks[row][near] = diags(outside) @ step @ diags(other**power)
    return bmat(blocks, format="csc")


def eigen(gas: Gas, E_N: float, kT: float, q: float, terms: int) -> tuple[float, np.ndarray]:
    """Net production less growth per electron [m3/s], and all F of the growth number q."""
    from scipy.sparse import diags
    from scipy.sparse.linalg import splu

    A = assemble(gas, E_N, kT, q, terms)
    N = gas.centres.size
    weights = np.zeros(A.shape[0])
    weights[:N] = gas.cell[ROOT]
    shift = 1e-6 * GAMMA * 1e-22
    solver = splu((A - diags(shift * weights)).tocsc())
    F, value = np.zeros(A.shape[0]), shift
    F[:N] = np.exp(-np.linspace(0.0, 20.0, N))
    for _ in range(30):
        F = solver.solve(weights * F / (weights @ F))
        old, value = value, shift + 1.0 / float(weights @ F)
        if abs(value - old) <= 1e-9 * abs(value) + 1e-28:
            break
    return value, F / float(weights @ F)


def solve_multi_term(gas: Gas, E_N: float, kT: float, growing: bool, terms: int) -> MultiTerm:
    """The answer with that many terms (2, 4, 6, ...), growing in time or not at all.

    SolveError: the growth of the electrons does not converge.
    """
    q, step, passes = 0.0, 0.0, 1
    value, F = eigen(gas, E_N, kT, q, terms)
    while growing and abs(value) > 1e-7 * abs(q) + 1e-26:
        if passes == 40:
            raise SolveError(f"growth does not converge at {E_N * 1e21:g} Td; raise cells")
        step = value if passes == 1 else step
        new, F = eigen(gas, E_N, kT, q + step, terms)
        q, change = q + step, value - new
        value, step = new, step * new / change if change != 0.0 else new
        passes += 1
    N = gas.centres.size
    rows = np.zeros((terms, N + 1))
    place = 0
    for term in range(terms):
        size = N - 1 if term % 2 else N
        start = term % 2
        rows[term, start : start + size] = F[place : place + size]
        place += size
    E = gas.edge[EDGE]
    mean = float(gas.cell[ENERGY] @ rows[0, :N])
    mobility = float(GAMMA / 3.0 * (E * gas.edge[WIDTH]) @ rows[1]) / E_N
    return MultiTerm(E_N, mean, mobility, q, GAMMA * (gas.rate @ rows[0, :N]), rows)
