"""The two-term equation as a full matrix, for what the one-pass march cannot do.

Superelastic collisions lead upwards, and attachment that outruns elastic losses makes the march
unstable. Here A(q) F = lambda M F: A gains from other cells, never negative, so the largest lambda
is simple and its F is positive. (s M - A) z = M F with s above lambda keeps F positive, and
min (F/z) brings s down to lambda (Noda). The growth number is where lambda = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from intensify._jit import kernel
from intensify.errors import SolveError
from intensify.plasma.cross_sections import GAMMA
from intensify.plasma.gas import Superelastic
from intensify.plasma.two_term import DECAY, FIELD, GAP, GROWTH, OWN, ROOT, fill_steps, moments

MOST_PASSES = 60
MOST_STEPS = 200
LEAST = 1e-27
"""Growth below this counts as none [m3/s]."""


@kernel
def fill(q, edge, cell, start, source, gain, numbers, A):
    """Add to A (N, N) the net gain of each cell."""
    N = cell.shape[1]
    steps = np.empty((6, N))
    fill_steps(q, edge, cell, numbers, steps)
    for i in range(N):
        for n in range(start[i], start[i + 1]):
            for m in range(2):
                A[i, source[n, m]] += GAMMA * gain[n, m]
        A[i, i] += steps[OWN, i]
        if i > 0:
            a0 = 1.0 / steps[GAP, i]
            a1 = -steps[DECAY, i] * a0
            A[i, i - 1] += a0
            A[i, i] += a1
            A[i - 1, i - 1] -= a0
            A[i - 1, i] -= a1


@kernel
def eliminate(A, last, b):
    """Solve A x = b in place, rows of column k reaching down to last[k]; no pivots are needed."""
    N = b.size
    for k in range(N):
        for i in range(k + 1, last[k] + 1):
            if A[i, k] != 0.0:
                part = A[i, k] / A[k, k]
                for j in range(k + 1, N):
                    A[i, j] -= part * A[k, j]
                b[i] -= part * b[k]
    for i in range(N - 1, -1, -1):
        total = b[i]
        for j in range(i + 1, N):
            total -= A[i, j] * b[j]
        b[i] = total / A[i, i]


def matrix(q: float, operator: Any, back: Sequence[Superelastic]) -> np.ndarray:
    """A (N, N): net gain of each cell."""
    A = np.zeros((operator[1].shape[1],) * 2)
    for one in back:
        A += GAMMA * one.gain
        A[np.diag_indices_from(A)] -= GAMMA * one.lost
    fill(q, *operator, A)
    return A


def largest(A: np.ndarray, roots: np.ndarray, F: np.ndarray) -> tuple[float, np.ndarray]:
    """The largest lambda of A F = lambda M F, and F with sum of M F = 1, from a positive F."""
    N = roots.size
    below = np.where(np.tril(A, -1) != 0.0, np.arange(N)[:, None], 0).max(axis=0)
    last = np.maximum.accumulate(np.maximum(below, np.arange(N)))
    high = float((A.sum(axis=0) / roots).max())
    size = np.abs(np.diag(A) / roots).max()
    s, value = high + 1e-3 * abs(high) + 1e-12 * size, high
    for _ in range(MOST_STEPS):
        B, z = np.diag(s * roots) - A, roots * F
        eliminate(B, last, z)
        ratio = F / np.maximum(z, 1e-300)
        value, old = s - float(roots @ F) / float(roots @ z), value
        F = np.maximum(z / float(roots @ z), 1e-300)
        if abs(value - old) <= 1e-9 * abs(value) + 0.1 * LEAST:
            break
        s = max(s - 0.99 * max(float(ratio.min()), 0.0), value + 1e-15 * size)
    return value, F


def solve_matrix(
    operator: Any, back: Sequence[Superelastic], q: float, F: np.ndarray
) -> tuple[float, np.ndarray, int]:
    """Growth number, F0 and passes, from a guess; SolveError where the iteration does not end."""
    edge, cell, *_, numbers = operator
    roots = cell[ROOT]
    if not (np.isfinite(F).all() and F.min() > 0.0 and np.isfinite(q)):
        q, F = 0.0, np.exp(-np.linspace(0.0, 40.0, roots.size))
    step, passes = 0.0, 1
    value, F = largest(matrix(q, operator, back), roots, F)
    while numbers[GROWTH] != 0.0:
        scale = 1.0
        if numbers[GROWTH] == 2.0:  # the drift velocity
            scale = moments(q, edge, cell, F, numbers)[1] * numbers[FIELD]
        if abs(value) <= 1e-7 * abs(q) * scale + LEAST:
            break
        if passes == MOST_PASSES:
            raise SolveError(
                f"the growth of the electrons does not converge at {numbers[FIELD] * 1e21:g} Td; "
                + (
                    "raise cells"
                    if numbers[GROWTH] == 1.0
                    else "attachment is too strong for growth along the field: take growth in time"
                )
            )
        step = value / scale if passes == 1 else step
        new, F = largest(matrix(q + step, operator, back), roots, F)
        q += step
        change = value - new
        follow = step * new / change if change != 0.0 else np.inf
        value, step = new, follow if abs(follow) < 20.0 * abs(step) else new / scale
        passes += 1
    return q, F, passes
