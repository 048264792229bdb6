"""The two-term equation as a full matrix, for what the one-pass march cannot do.

Superelastic collisions lead upwards, and attachment that outruns elastic losses makes the march
unstable. Here A(q) F = lambda M F by inverse iteration, and the growth number is where lambda = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from intensify.errors import SolveError
from intensify.plasma.cross_sections import GAMMA
from intensify.plasma.gas import Superelastic
from intensify.plasma.two_term import FIELD, GROWTH, drift, flux_coefficients, growth_term


def matrix(q: float, operator: Any, back: Sequence[Superelastic]) -> np.ndarray:
    """A (N, N): net gain of each cell."""
    edge, roots, lost, start, source, gain, numbers = operator
    N = roots.size
    rows = np.repeat(np.arange(N), np.diff(start))
    A = np.zeros((N, N))
    A[rows, source] = GAMMA * gain
    A[np.diag_indices(N)] -= GAMMA * lost
    for one in back:
        A += GAMMA * one.gain
        A[np.diag_indices(N)] -= GAMMA * one.lost
    for i in range(N):
        A[i, i] += growth_term(edge, roots, i, q, numbers)
    for i in range(1, N):
        a0, a1 = flux_coefficients(edge, i, q, numbers)
        A[i, i - 1] += a0
        A[i, i] += a1
        A[i - 1, i - 1] -= a0
        A[i - 1, i] -= a1
    return A


def eigen(q: float, operator: Any, back: Sequence[Superelastic]) -> tuple[float, np.ndarray]:
    """lambda closest to 0 of A(q) F = lambda M F, and F with sum of M F = 1."""
    roots = operator[1]
    A = matrix(q, operator, back)
    shift = 1e-6 * GAMMA * 1e-22
    F = np.exp(-np.linspace(0.0, 20.0, roots.size))
    value = shift
    for _ in range(30):
        F /= roots @ F
        z = np.linalg.solve(A - np.diag(shift * roots), roots * F)
        value, old = shift + 1.0 / float(roots @ z), value
        F = z / float(roots @ z)
        if abs(value - old) <= 1e-9 * abs(value) + 1e-28:
            break
    return value, F


def solve_matrix(operator: Any, back: Sequence[Superelastic]) -> tuple[float, np.ndarray, int]:
    """Growth number, F0 and passes; SolveError where the iteration does not end."""
    edge, roots, *_, numbers = operator
    q, step, passes = 0.0, 0.0, 1
    value, F = eigen(q, operator, back)
    while numbers[GROWTH] != 0.0:
        scale = drift(edge, F, q, numbers) if numbers[GROWTH] == 2.0 else 1.0
        if abs(value) <= 1e-7 * abs(q) * scale + 1e-26:
            break
        if passes == 60:
            raise SolveError(
                f"the growth of the electrons does not converge at {numbers[FIELD] * 1e21:g} Td; "
                "raise cells"
            )
        step = value / scale if passes == 1 else step
        new, F = eigen(q + step, operator, back)
        q += step
        change = value - new
        follow = step * new / change if change != 0.0 else np.inf
        value, step = new, follow if abs(follow) < 20.0 * abs(step) else new / scale
        passes += 1
    if F.min() < -1e-9 * F.max():
        raise SolveError(
            f"F0 is negative at {numbers[FIELD] * 1e21:g} Td in the full matrix too; raise cells"
        )
    F = np.maximum(F, 0.0)
    return q, F / float(roots @ F), passes
