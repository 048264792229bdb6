"""Newton's method for a packed column's segments, with slopes by differences in three colours.

A segment knows its neighbours only, so that every third is moved at a time.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import borrow, inner
from intensify.numerics.block_tridiagonal import block_solve
from intensify.reactors.columns.column_newton import LEAST, Status, norm

TIGHT, HALVINGS = 1e-10, 8
"""Largest scaled residual of a solution; how often a step is halved."""


@inner
def slopes(model, z, F, size, lower, diagonal, upper, ahead):
    """Fill the blocks (N, n, n) with d(residual)/dz; size (n,): steps of the differences."""
    N, n = z.shape
    lower[:], diagonal[:], upper[:] = 0.0, 0.0, 0.0
    for k in range(n):
        for colour in range(3):
            for j in range(colour, N, 3):
                z[j, k] += size[k]
            model.residual(z, ahead)
            for j in range(colour, N, 3):
                z[j, k] -= size[k]
                for i in range(n):
                    diagonal[j, i, k] = (ahead[j, i] - F[j, i]) / size[k]
                    if j > 0:
                        upper[j - 1, i, k] = (ahead[j - 1, i] - F[j - 1, i]) / size[k]
                    if j < N - 1:
                        lower[j + 1, i, k] = (ahead[j + 1, i] - F[j + 1, i]) / size[k]


def settle(model, z, F, size, positive, blocks, max_steps):
    """Change z (N, n) into a solution; returns status, steps, largest residual, its stage and row.

    size (n,): steps of differences. positive (n,): 1 for fractions, 2 for flows, which stay above
    0, and 0 for the rest. blocks (3, N, n, n): scratch.
    """
    model = borrow(model)
    N, n = z.shape
    step, z_new, ahead = np.empty((N, n)), np.empty((N, n)), np.empty((N, n))
    shift = np.zeros(n)
    model.residual(z, F)
    rms, worst, stage, row = norm(F)
    for steps in range(max_steps):
        if worst <= TIGHT:
            return Status.DONE, steps, worst, stage, row
        if not np.isfinite(rms):
            return Status.NOT_FINITE, steps, worst, stage, row
        slopes(model, z, F, size, blocks[0], blocks[1], blocks[2], ahead)
        for j in range(N):
            for i in range(n):
                step[j, i] = -F[j, i]
        if block_solve(blocks[0], blocks[1], blocks[2], shift, step) != 0:
            return Status.SINGULAR, steps, worst, stage, row
        part = 1.0
        for _ in range(HALVINGS):
            for j in range(N):
                for i in range(n):
                    new = z[j, i] + part * step[j, i]
                    if positive[i] > 0.0:
                        new = max(new, 0.05 * z[j, i], LEAST)
                    z_new[j, i] = new
            model.residual(z_new, F)
            new_rms, worst, stage, row = norm(F)
            if new_rms <= 2.0 * rms or (new_rms < 1e-8 and np.isfinite(new_rms)):
                break
            part *= 0.5
        z[:] = z_new
        rms = new_rms
    return Status.MAX_STEPS, max_steps, worst, stage, row
