"""Inversion of Laplace transforms: de Hoog, Knight and Stokes (1982).

The Fourier series of f(t) exp(-g t), summed as a continued fraction with an estimated remainder;
good for smooth f, and for f with a jump away from the times asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

TERMS = 40


def invert(transform: Callable[[np.ndarray], np.ndarray], times: np.ndarray) -> np.ndarray:
    """f at times above 0, from its transform of an array of complex s.

    >>> invert(lambda s: 1.0 / (s + 1.0), np.array([0.5, 2.0])).round(8).tolist()
    [0.60653066, 0.13533528]
    """
    return np.array([_at(transform, float(t)) for t in np.atleast_1d(times)])


def _at(transform: Callable[[np.ndarray], np.ndarray], t: float) -> float:
    T = 2.0 * t
    gamma = -np.log(1e-12) / (2.0 * T)
    a = transform(gamma + 1j * np.pi * np.arange(2 * TERMS + 1) / T).astype(complex)
    a[0] *= 0.5
    d = quotient_difference(a)
    z = np.exp(1j * np.pi * t / T)
    A, B = (0.0 + 0j, d[0]), (1.0 + 0j, 1.0 + 0j)
    for n in range(1, 2 * TERMS):
        A, B = (A[1], A[1] + d[n] * z * A[0]), (B[1], B[1] + d[n] * z * B[0])
    h = 0.5 * (1.0 + (d[2 * TERMS - 1] - d[2 * TERMS]) * z)
    rest = -h * (1.0 - np.sqrt(1.0 + d[2 * TERMS] * z / h**2))
    top, below = A[1] + rest * A[0], B[1] + rest * B[0]
    return float(np.exp(gamma * t) / T * (top / below).real)


def quotient_difference(a: np.ndarray) -> np.ndarray:
    """Coefficients of the continued fraction of the power series with coefficients a."""
    M = (a.size - 1) // 2
    q, e = a[1:] / a[:-1], np.zeros(2 * M + 1, complex)
    d = np.empty(2 * M + 1, complex)
    d[0], d[1] = a[0], -q[0]
    for r in range(1, M + 1):
        e = q[1:] - q[:-1] + e[1 : q.size]
        d[2 * r] = -e[0]
        if r < M:
            q = q[1:-1] * e[1:] / e[:-1]
            d[2 * r + 1] = -q[0]
    return d
