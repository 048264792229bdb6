"""Dense and banded LU with partial pivoting: kernels that work in place and never allocate.

Real or complex, row-major. Each factorisation returns a status instead of raising: 0, or k + 1
when column k (counted from 0) has no pivot above 0 and below infinity, which covers NaN as well.
"""

from __future__ import annotations

from intensify._jit import borrow, inlined, kernel


@kernel
def lu_factor(A, pivots):
    """Replace A by its LU factors, P A = L U.

    Parameters
    ----------
    A : (n, n)         on return U on and above the diagonal, the unit lower L below it.
    pivots : (n,) int  on return the row that was swapped with row k.

    Returns 0, or k + 1 if A is singular in column k (A is then half factored).

    >>> import numpy as np
    >>> A, b, pivots = np.array([[0.0, 2.0], [4.0, 1.0]]), np.array([2.0, 9.0]), np.zeros(2, int)
    >>> status = lu_factor(A, pivots)
    >>> lu_solve(A, pivots, b)
    >>> int(status), b.tolist()
    (0, [2.0, 1.0])
    """
    A, n = borrow(A), A.shape[0]
    for k in range(n):
        p, largest = k, abs(A[k, k])
        for i in range(k + 1, n):
            if abs(A[i, k]) > largest:
                p, largest = i, abs(A[i, k])
        if not 0.0 < largest < float("inf"):
            return k + 1
        pivots[k] = p
        if p != k:
            for j in range(n):
                A[k, j], A[p, j] = A[p, j], A[k, j]
        pivot = A[k, k + 1 :]
        for i in range(k + 1, n):
            if A[i, k] != 0.0:
                A[i, k] /= A[k, k]
                take(A[i, k + 1 :], A[i, k], pivot)
    return 0


@kernel
def lu_solve(A, pivots, b):
    """Replace b by the solution x of A x = b.

    Parameters
    ----------
    A, pivots : as `lu_factor` left them.
    b : (n,)    right-hand side, on return x.

    >>> import numpy as np
    >>> A, b, pivots = np.array([[2.0]]), np.array([6.0]), np.zeros(1, int)
    >>> status = lu_factor(A, pivots)
    >>> lu_solve(A, pivots, b)
    >>> b.tolist()
    [3.0]
    """
    n = A.shape[0]
    A, b = borrow((A, b))
    for i in range(n):
        p = pivots[i]
        b[i], b[p] = b[p], b[i]
    for i in range(1, n):
        b[i] = less(b[i], A[i, :i], b[:i])
    for k in range(n):
        i = n - 1 - k
        b[i] = less(b[i], A[i, i + 1 :], b[i + 1 :]) / A[i, i]


@kernel
def lu_solve_transposed(A, pivots, b):
    """Replace b by the solution x of A^T x = b: twice as fast, as it takes rows as they lie.

    Parameters
    ----------
    A, pivots : as `lu_factor` left them.
    b : (n,)    right-hand side, on return x.

    >>> import numpy as np
    >>> A, b, pivots = np.array([[0.0, 4.0], [2.0, 1.0]]), np.array([2.0, 9.0]), np.zeros(2, int)
    >>> status = lu_factor(A, pivots)
    >>> lu_solve_transposed(A, pivots, b)
    >>> b.tolist()
    [2.0, 1.0]
    """
    n = A.shape[0]
    A, b = borrow((A, b))
    for k in range(n):
        b[k] /= A[k, k]
        take(b[k + 1 :], b[k], A[k, k + 1 :])
    for i in range(n - 1, -1, -1):
        take(b[:i], b[i], A[i, :i])
    for m in range(n):
        i = n - 1 - m
        p = pivots[i]
        b[i], b[p] = b[p], b[i]


@kernel
def banded_factor(ab, kl, ku, pivots):
    """Replace a banded matrix by its LU factors.

    The storage is LAPACK's gbtrf turned by 90 degrees, so that a row of A lies in a row of memory:
    `ab[i, kl + j - i] = A[i, j]`; corners outside the matrix are ignored.

    Parameters
    ----------
    ab : (n, 2*kl + ku + 1)  band in the first kl + ku + 1 columns; the last kl are cleared here
                             and take the fill-in of pivoting. On return the diagonal of U holds
                             its reciprocals.
    kl, ku : int             diagonals below and above the main one.
    pivots : (n,) int        on return the row that was swapped with row k.

    Returns 0, or k + 1 if A is singular in column k.

    >>> import numpy as np
    >>> ab = np.array([[0.0, 2.0, 1.0, 0.0], [1.0, 2.0, 0.0, 0.0]])
    >>> b, pivots = np.array([4.0, 5.0]), np.zeros(2, int)
    >>> status = banded_factor(ab, 1, 1, pivots)
    >>> banded_solve(ab, 1, 1, pivots, b)
    >>> int(status), b.tolist()
    (0, [1.0, 2.0])
    """
    n, far = ab.shape[0], 0  # far: the last column that a pivot's row has reached so far
    ab[:, kl + ku + 1 :] = 0.0
    flat, down = ab.reshape(ab.size), ab.shape[1] - 1  # a step down a column of A
    for k in range(n):
        at, rows = k * (down + 1) + kl, min(kl, n - 1 - k)
        below = flat[at + down : at + down * rows + min(rows, 1) : max(down, 1)]
        p, largest, own = k, abs(flat[at]), abs(flat[at])
        for i in range(below.size):
            if abs(below[i]) > largest:
                p, largest = k + 1 + i, abs(below[i])
        if not 0.0 < largest < float("inf"):
            return k + 1
        if own >= 0.1 * largest:  # threshold pivoting: rows that stay in place are solved faster
            p = k
        pivots[k] = p
        far = max(far, min(p + ku, n - 1))
        width = far - k + 1
        if p != k:
            for j in range(width):
                q = kl + k - p + j
                ab[k, kl + j], ab[p, q] = ab[p, q], ab[k, kl + j]
        flat[at] = 1.0 / flat[at]
        row = flat[at + 1 : at + width]
        for i in range(below.size):
            if below[i] != 0.0:
                factor = below[i] * flat[at]
                below[i] = factor
                start = at + (i + 1) * down
                take(flat[start + 1 : start + width], factor, row)
    return 0


@kernel
def banded_solve(ab, kl, ku, pivots, b):
    """Replace b by the solution x of A x = b for a banded A.

    Parameters
    ----------
    ab, kl, ku, pivots : as `banded_factor` left them.
    b : (n,)             right-hand side, on return x.

    >>> import numpy as np
    >>> ab, b, pivots = np.array([[2.0], [4.0]]), np.array([2.0, 2.0]), np.zeros(2, int)
    >>> status = banded_factor(ab, 0, 0, pivots)
    >>> banded_solve(ab, 0, 0, pivots, b)
    >>> b.tolist()
    [1.0, 0.5]
    """
    n = ab.shape[0]
    swapped = False
    for k in range(n):
        swapped = swapped or pivots[k] != k
    for k in range(n if swapped else 0):
        p = pivots[k]
        b[k], b[p] = b[p], b[k]
        for i in range(k + 1, min(k + kl, n - 1) + 1):
            b[i] -= ab[i, kl + k - i] * b[k]
    for i in range(0 if swapped else n):  # rows as they lie in memory
        first = max(kl - i, 0)
        b[i] = less(b[i], ab[i, first:kl], b[i - kl + first : i])
    reach = kl + ku if swapped else ku
    for i in range(n - 1, -1, -1):
        m = min(reach, n - 1 - i)
        b[i] = less(b[i], ab[i, kl + 1 : kl + 1 + m], b[i + 1 : i + 1 + m]) * ab[i, kl]


@kernel
@inlined
def take(y, factor, x):
    """y - factor x in place of y."""
    for k in range(y.size):
        y[k] -= factor * x[k]


@kernel
@inlined
def less(s, x, y):
    """s - sum_k x_k y_k; four sums, so that no product waits for the one before."""
    a = b = c = 0.0
    rest = x.size % 4
    for k in range(rest):
        a -= x[k] * y[k]
    for k in range(rest, x.size, 4):
        s -= x[k] * y[k]
        a -= x[k + 1] * y[k + 1]
        b -= x[k + 2] * y[k + 2]
        c -= x[k + 3] * y[k + 3]
    return (s + a) + (b + c)
