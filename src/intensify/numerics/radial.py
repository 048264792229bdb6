"""Collocation on polynomials in the square of a radius: spectral, and exactly conservative.

For lap phi = r^-j d/dr(r^j d phi/dr) on 0..1, s = r^2, shape j = 0 (slit), 1 (tube), 2 (sphere):
    lap phi = 2 (j + 1) phi_s + 4 s phi_ss,   mean of lap phi = (j + 1) (d phi/dr at the wall)
At n Gauss points inside, from their values and the wall's. Their quadrature is exact for lap, so
what it takes from inside is what passes the wall, whatever the profile.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np


class RadialGrid(NamedTuple):
    """Points r (n,) inside, parts W (n,) of the section, sum 1, and operators on values (n + 1,).

    lap (n, n + 1): the Laplacian at the points. slope (n + 1,): d/dr at the wall. middle (n,): the
    value at r = 0, from those inside alone, so that a step at the wall does not reach it.
    """

    r: np.ndarray
    W: np.ndarray
    lap: np.ndarray
    slope: np.ndarray
    middle: np.ndarray

    @property
    def places(self) -> np.ndarray:
        """Where `over` gives values (n + 2,): the middle, the points, the wall."""
        return np.concatenate([[0.0], self.r, [1.0]])

    def over(self, Bi: float) -> np.ndarray:
        """Matrix (n + 2, n) from the points to `places`; see `to_wall`."""
        return np.vstack([self.middle, np.eye(self.r.size), self.to_wall(Bi)])

    def at(self, profile: np.ndarray, r: float) -> np.ndarray:
        """Value at r of profiles (..., n + 2) over `places`, by their polynomial in r^2.

        >>> grid = radial_grid(6, 1)
        >>> round(float(grid.at(grid.places**4, 0.3)), 12)
        0.0081
        """
        s, x = np.append(self.r**2, 1.0), r * r
        apart = s[:, None] - s[None, :]
        np.fill_diagonal(apart, 1.0)
        share = np.ones(s.size)
        for k in range(s.size):
            share[k] = np.prod(np.delete(x - s, k)) / np.prod(apart[k])
        return profile[..., 1:] @ share

    def to_wall(self, Bi: float) -> np.ndarray:
        """w (n,) with phi at the wall = w . phi inside, where slope = -Bi phi there.

        Bi = 0: no flux; inf: phi is 0 at the wall.
        """
        return -self.slope[:-1] / (self.slope[-1] + Bi)

    def behind(self, Bi: float) -> np.ndarray:
        """The Laplacian (n, n) at the points where slope = -Bi phi at the wall."""
        return self.lap[:, :-1] + np.outer(self.lap[:, -1], self.to_wall(Bi))


@functools.cache
def radial_grid(n: int, shape: int) -> RadialGrid:
    """The grid of n points, 3 or more, for a slit (0), a tube (1) or a sphere (2).

    >>> grid = radial_grid(8, 1)
    >>> round(float(grid.W @ grid.r**2), 12)  # mean of r^2 over a tube
    0.5
    """
    from scipy.special import roots_jacobi

    x, w = roots_jacobi(n, 0.0, 0.5 * (shape - 1.0))
    s = np.append(0.5 * (x + 1.0), 1.0)
    # derivatives of the Lagrange polynomials at all places, by barycentric weights
    apart = s[:, None] - s[None, :]
    np.fill_diagonal(apart, 1.0)
    log_b = -np.log(np.abs(apart)).sum(axis=1)
    b = np.exp(log_b - log_b.max()) * np.sign(apart).prod(axis=1)
    D = b[None, :] / b[:, None] / apart
    np.fill_diagonal(D, 0.0)
    np.fill_diagonal(D, -D.sum(axis=1))
    W, inside = w / w.sum(), np.arange(n)
    lap = (2.0 * (shape + 1.0) * D + 4.0 * s[:, None] * (D @ D))[:-1]
    lap[inside, inside] -= lap.sum(axis=1)  # a flat profile stays so to the last digit
    slope, s = W @ lap / (shape + 1.0), s[:-1]
    middle = b[:-1] * (1.0 - s) / s  # without the wall's node
    return RadialGrid(np.sqrt(s), W, lap, slope, middle / middle.sum())
