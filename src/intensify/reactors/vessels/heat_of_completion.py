"""What the reactants at hand could still release: accumulation, adiabatic rise, completion."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from intensify.chemistry import Network

MOST_CORNERS = 3000
"""Corners of a linear programme beyond which it is solved anew for each state."""


def releasable_heat(net: Network, n: np.ndarray) -> np.ndarray:
    """Largest heat that the amounts n (..., S) can release by the reactions (...) [J].

    max sum_j (-dH_j) xi_j with n + nu^T xi >= 0, xi >= 0: for one reaction the limiting reactant's
    amount times -dH; for several a linear programme, an upper bound whatever the rates, inf where
    nothing bounds it. Reversible reactions count as complete. dH at T_ref.

    >>> net = Network.build("A + 2 B => C", dH=-100.0)
    >>> float(releasable_heat(net, np.array([1.0, 1.0, 0.0])))
    50.0
    """
    n = np.maximum(np.asarray(n, dtype=float), 0.0)
    if (net.dH >= 0.0).all():
        return np.zeros(n.shape[:-1])
    if net.dH.size == 1:
        used = net.nu[0] < 0.0
        extent = (n[..., used] / -net.nu[0, used]).min(axis=-1)
        return np.maximum(-net.dH[0] * extent, 0.0)
    states = n.reshape(-1, n.shape[-1])
    scale = np.maximum(states.max(axis=1, keepdims=True), 1e-300)
    at_corners = math.comb(sum(net.nu.shape), net.dH.size) <= MOST_CORNERS
    best = (best_corner if at_corners else programme)(net, states / scale)
    return (best * scale[:, 0]).reshape(n.shape[:-1])


def best_corner(net: Network, n: np.ndarray) -> np.ndarray:
    """The programme's value for states n (K, S) by its corners, which are those of all states."""
    bounded, inverses, rows = corners(net.nu.tobytes(), net.dH.tobytes(), net.nu.shape)
    if not bounded:
        return np.full(len(n), np.inf)
    right = np.hstack([n, np.zeros((len(n), net.dH.size))])
    best = np.zeros(len(n))
    for inverse, row in zip(inverses, rows, strict=True):
        extent = right[:, row] @ inverse.T
        possible = (extent >= -1e-12).all(axis=1) & (n + extent @ net.nu >= -1e-12).all(axis=1)
        best = np.where(possible, np.maximum(best, -extent @ net.dH), best)
    return best


@functools.lru_cache(maxsize=64)
def corners(
    nu: bytes, dH: bytes, shape: tuple[int, int]
) -> tuple[bool, list[np.ndarray], list[np.ndarray]]:
    """Whether the programme is bounded; for each corner what solves for it, and its constraints."""
    from scipy.optimize import linprog

    table = np.frombuffer(nu).reshape(shape)
    bounded = linprog(np.frombuffer(dH), A_ub=-table.T, b_ub=np.zeros(shape[1])).status == 0
    constraints = np.vstack([-table.T, -np.eye(shape[0])])
    inverses, rows = [], []
    for chosen in itertools.combinations(range(len(constraints)), shape[0]):
        square = constraints[list(chosen)]
        if abs(np.linalg.det(square)) > 1e-12:
            inverses.append(np.linalg.inv(square))
            rows.append(np.array(chosen))
    return bounded, inverses, rows


def programme(net: Network, n: np.ndarray) -> np.ndarray:
    """The same by a linear programme a state."""
    from scipy.optimize import linprog

    out = np.empty(len(n))
    for k, limits in enumerate(n):
        solution = linprog(net.dH, A_ub=-net.nu.T, b_ub=limits, bounds=(0.0, None))
        out[k] = max(-solution.fun, 0.0) if solution.status == 0 else np.inf
    return out
