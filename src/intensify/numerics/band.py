"""`Band`: where the Jacobian of a system has its entries, and the linear algebra that follows.

Full matrices are stored as (n, n), banded ones as (n, 2 lower + upper + 1) with entry (i, j) at
[i, lower + j - i], as `linalg.banded_factor` has it.
"""

from __future__ import annotations

from typing import NamedTuple

from intensify.numerics.linalg import banded_factor, banded_solve, lu_factor, lu_solve
from intensify.numerics.protocol import banded_jacobian, jacobian


class Band(NamedTuple):
    """Diagonals of the Jacobian below and above the main one; negative: a full matrix.

    For a band a model may bring `jac_banded(t, y, J, lower, upper)`, which fills J in the storage
    above; for a full matrix `jac(t, y, J)`. Without them central differences are taken.
    """

    lower: int = -1
    upper: int = -1

    def width(self, n):
        """Columns of the storage of an (n, n) matrix."""
        return n if self.lower < 0 else 2 * self.lower + self.upper + 1

    def jacobian(self, model, t, y, J):
        """Fill J with d(rhs)/dy."""
        if self.lower < 0:
            jacobian(model, t, y, J)
        else:
            banded_jacobian(model, t, y, J, self.lower, self.upper)

    def factor(self, J, m, a, b, W, pivots):
        """Replace W by the factors of a M - b J, M = diag(m); 0, or k + 1 if singular there."""
        n, width = W.shape
        diagonal = 0 if self.lower < 0 else self.lower
        for i in range(n):
            for j in range(width):
                W[i, j] = -b * J[i, j]
            W[i, i if self.lower < 0 else diagonal] += a * m[i]
        if self.lower < 0:
            return lu_factor(W, pivots)
        return banded_factor(W, self.lower, self.upper, pivots)

    def solve(self, W, pivots, x):
        """Replace x by the solution of the factored system."""
        if self.lower < 0:
            lu_solve(W, pivots, x)
        else:
            banded_solve(W, self.lower, self.upper, pivots, x)
