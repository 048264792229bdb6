"""Galerkin's method on polynomials in the square of a radius: spectral, and exactly conservative.

For r^-j d/dr(r^j d phi/dr) on 0..1 with s = r^2, shape j = 0 (slit), 1 (tube), 2 (sphere):
    int w u phi_z dV = -int 4 s w_s phi_s dV + (j + 1) w(1) flux,   dV = (j + 1)/2 s^((j-1)/2) ds
Nodes and weights of Gauss-Jacobi-Radau, the wall among the nodes: all integrals are exact.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np


class RadialGrid(NamedTuple):
    """Nodes r (n,), the last at the wall; weights W (n,), sum 1; stiffness K (n, n), rows sum 0."""

    r: np.ndarray
    W: np.ndarray
    K: np.ndarray


@functools.cache
def radial_grid(n: int, shape: int) -> RadialGrid:
    """The grid of n nodes, 3 or more, for a slit (0), a tube (1) or a sphere (2).

    >>> grid = radial_grid(8, 1)
    >>> round(float(grid.W @ grid.r**2), 12)  # mean of r^2 over a tube
    0.5
    """
    from scipy.special import roots_jacobi

    beta = 0.5 * (shape - 1.0)
    x, w = roots_jacobi(n - 1, 1.0, beta)
    s = np.append(0.5 * (x + 1.0), 1.0)
    # weights of (1 - s) s^beta divided by 1 - s, in units of the whole volume
    scale = 0.5 * (shape + 1.0) * 0.5 ** (beta + 2.0)
    W = np.append(scale * w / (1.0 - s[:-1]), 0.0)
    W[-1] = 1.0 - W.sum()
    # derivatives of the Lagrange polynomials at the nodes, by barycentric weights
    apart = s[:, None] - s[None, :]
    np.fill_diagonal(apart, 1.0)
    log_b = -np.log(np.abs(apart)).sum(axis=1)
    b = np.exp(log_b - log_b.max()) * np.sign(apart).prod(axis=1)
    D = b[None, :] / b[:, None] / apart
    np.fill_diagonal(D, 0.0)
    np.fill_diagonal(D, -D.sum(axis=1))
    K = D.T @ ((4.0 * s * W)[:, None] * D)
    return RadialGrid(np.sqrt(s), W, 0.5 * (K + K.T))
