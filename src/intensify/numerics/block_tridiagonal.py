"""Block-tridiagonal systems, as stages of a column make them: block Thomas with pivoting inside.

lower_j z_(j-1) + diagonal_j z_j + upper_j z_(j+1) = b_j          cost: stages times block^3
"""

from __future__ import annotations

from intensify._jit import kernel
from intensify.numerics.linalg import lu_factor, lu_solve


@kernel
def block_solve(lower, diagonal, upper, b, pivots, column):
    """Replace b (N, n) by the solution; the three (N, n, n) are overwritten.

    pivots (n,) int and column (n,): scratch. Returns 0, or 1 + the stage whose block is singular.

    >>> import numpy as np
    >>> lower, upper = np.ones((3, 1, 1)), np.ones((3, 1, 1))
    >>> b, pivots = np.array([[4.0], [8.0], [8.0]]), np.zeros(1, int)
    >>> status = block_solve(lower, np.full((3, 1, 1), 2.0), upper, b, pivots, np.empty(1))
    >>> int(status), np.round(b[:, 0], 12).tolist()
    (0, [1.0, 2.0, 3.0])
    """
    N, n = b.shape
    for j in range(N):
        D = diagonal[j]
        if j > 0:
            for i in range(n):
                for k in range(n):
                    a = lower[j, i, k]
                    if a == 0.0:
                        continue
                    b[j, i] -= a * b[j - 1, k]
                    for m in range(n):
                        D[i, m] -= a * upper[j - 1, k, m]
        if lu_factor(D, pivots) != 0:
            return j + 1
        lu_solve(D, pivots, b[j])
        if j < N - 1:
            for m in range(n):
                empty = True
                for i in range(n):
                    column[i] = upper[j, i, m]
                    empty = empty and column[i] == 0.0
                if empty:
                    continue
                lu_solve(D, pivots, column)
                for i in range(n):
                    upper[j, i, m] = column[i]
    for j in range(N - 2, -1, -1):
        for i in range(n):
            for k in range(n):
                b[j, i] -= upper[j, i, k] * b[j + 1, k]
    return 0
