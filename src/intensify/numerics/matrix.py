"""`Full` and `Band`: how the Jacobian of a system is stored, and the linear algebra that follows.

Full matrices are stored as (n, n), banded ones as (n, 2 lower + upper + 1) with entry (i, j) at
[i, lower + j - i], as `linalg.banded_factor` has it.
"""

from __future__ import annotations

from typing import NamedTuple

from intensify.numerics.linalg import banded_factor, banded_solve, lu_factor, lu_solve_transposed
from intensify.numerics.protocol import banded_jacobian, jacobian


class Full(NamedTuple):
    """A full matrix: the model may bring `jac(t, y, J)`, else central differences are taken."""

    apart: int = 1  # columns moved one at a time; a kernel knows no NamedTuple without a field

    def width(self, n):
        """Columns of the storage of an (n, n) matrix."""
        return n

    def jacobian(self, model, t, y, J):
        """Fill J with d(rhs)/dy."""
        jacobian(model, t, y, J)

    def factor(self, J, m, a, b, W, pivots):
        """Replace W by the factors of (a M - b J)^T, M = diag(m); 0, or k + 1 if singular there."""
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[j, i] = -b * J[i, j]
            W[i, i] += a * m[i]
        return lu_factor(W, pivots)

    def solve(self, W, pivots, x):
        """Replace x by the solution of the factored system."""
        lu_solve_transposed(W, pivots, x)


class Band(NamedTuple):
    """`lower` diagonals below and `upper` above the main one.

    The model may bring `jac_banded(t, y, J, lower, upper)`, which fills J in the storage above,
    else central differences are taken, lower + upper + 1 in all.
    """

    lower: int
    upper: int

    def width(self, n):
        """Columns of the storage of an (n, n) matrix."""
        return 2 * self.lower + self.upper + 1

    def jacobian(self, model, t, y, J):
        """Fill J with d(rhs)/dy."""
        banded_jacobian(model, t, y, J, self.lower, self.upper)

    def factor(self, J, m, a, b, W, pivots):
        """Replace W by the factors of a M - b J, M = diag(m); 0, or k + 1 if singular there."""
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[i, j] = -b * J[i, j]
            W[i, self.lower] += a * m[i]
        return banded_factor(W, self.lower, self.upper, pivots)

    def solve(self, W, pivots, x):
        """Replace x by the solution of the factored system."""
        banded_solve(W, self.lower, self.upper, pivots, x)
