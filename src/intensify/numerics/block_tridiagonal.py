"""Block-tridiagonal systems, as stages of a column make them: block Thomas with pivoting inside.

lower_j z_(j-1) + (diagonal_j - shift) z_j + upper_j z_(j+1) = b_j   cost: stages times block^3

Each stage's rows lie side by side as (diagonal, upper, b) and are turned into (1, solved, b) at
once. They are filled up to sixteen columns or a multiple: processors take these at once, and what
is left over one by one, which costs more than sums over zeros.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import inner, kernel


@kernel
def block_solve(lower, diagonal, upper, shift, b):
    """Replace b (N, n) by the solution; the three (N, n, n) stay as they are.

    shift (n,): what is taken off the diagonals. Returns 0, or 1 + the stage whose block is
    singular.

    >>> lower, upper = np.ones((3, 1, 1)), np.ones((3, 1, 1))
    >>> b = np.array([[4.0], [8.0], [8.0]])
    >>> status = block_solve(lower, np.full((3, 1, 1), 2.0), upper, np.zeros(1), b)
    >>> int(status), np.round(b[:, 0], 12).tolist()
    (0, [1.0, 2.0, 3.0])
    """
    N, n = b.shape
    wide = columns_in_use(upper)
    last = n + wide
    rows = np.zeros((N, n, 16 * (last // 16 + 1)))
    for j in range(N):
        for i in range(n):
            for k in range(n):
                rows[j, i, k] = diagonal[j, i, k]
            for k in range(wide):
                rows[j, i, n + k] = upper[j, i, k]
            rows[j, i, i] -= shift[i]
            rows[j, i, last] = b[j, i]
            for k in range(n if j > 0 else 0):
                a = lower[j, i, k]
                if a != 0.0:
                    rows[j, i, last] -= a * rows[j - 1, k, last]
                    for m in range(wide):
                        rows[j, i, m] -= a * rows[j - 1, k, n + m]
        if eliminate(rows[j], n) != 0:
            return j + 1
    for j in range(N - 1, -1, -1):
        for i in range(n):
            s = rows[j, i, last]
            for k in range(wide if j < N - 1 else 0):
                s -= rows[j, i, n + k] * b[j + 1, k]
            b[j, i] = s
    return 0


@inner
def columns_in_use(blocks):
    """One more than the last column (of N, n, n) that is not zero in all blocks."""
    N, n, _ = blocks.shape
    for k in range(n - 1, -1, -1):
        for j in range(N):
            for i in range(n):
                if blocks[j, i, k] != 0.0:
                    return k + 1
    return 0


@inner
def eliminate(rows, n):
    """Turn the first n columns of rows (n, m) into the unit matrix, with pivoting.

    Returns 0, or k + 1 if column k has no pivot above 0 and below infinity.
    """
    wide = rows.shape[1]
    for k in range(n):
        p, largest = k, abs(rows[k, k])
        for i in range(k + 1, n):
            if abs(rows[i, k]) > largest:
                p, largest = i, abs(rows[i, k])
        if not 0.0 < largest < float("inf"):
            return k + 1
        each = 1.0 / rows[p, k]
        if p != k:
            for m in range(wide):
                rows[k, m], rows[p, m] = rows[p, m], rows[k, m]
        for m in range(wide):
            rows[k, m] *= each
        for i in range(k + 1, n):
            factor = rows[i, k]
            if factor != 0.0:
                for m in range(wide):
                    rows[i, m] -= factor * rows[k, m]
    for k in range(n - 1, 0, -1):
        for i in range(k):
            factor = rows[i, k]
            if factor != 0.0:
                for m in range(wide):
                    rows[i, m] -= factor * rows[k, m]
    return 0
