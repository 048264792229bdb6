"""`Nested`: a row of cells, each with inner values that only their own cell's outer ones touch.

    a row:  lead outer values, inner values, tail outer values       o = lead + tail, I = inner
    outer values couple to those of `reach` rows to each side; inner ones to their own row alone

    | E  B | | x |   | e |      D = L U, row by row      (E - B D^-1 C) x = e - B D^-1 d
    | C  D | | z | = | d |                               z = D^-1 d - D^-1 C x

What is left is a band of the outer values: N (I^3 + o^3 reach^2) operations instead of the
N (o + I)^3 reach^2 of one band. Grains in the cells of a bed are of this kind.

Storage: flat, the band of the outer values as `linalg.banded_factor` has it, then for each row
D (I, I), C transposed (o, I) and B (o, I).
"""

from __future__ import annotations

from typing import NamedTuple

from intensify._jit import kernel
from intensify.numerics.linalg import banded_factor, banded_solve, less, lu_factor, lu_solve


class Nested(NamedTuple):
    """A matrix of rows with inner values; the model brings `jac_nested(t, y, J)`, J flat."""

    lead: int
    inner: int
    tail: int
    reach: int = 2

    def width(self, n):
        """Columns of a storage of n rows that is large enough."""
        o, row = self.lead + self.tail, self.lead + self.inner + self.tail
        needed = o * band_width(o, self.reach) + self.inner * (self.inner + 2 * o)
        return (needed + row - 1) // row

    def jacobian(self, model, t, y, J):
        """Fill J with d(rhs)/dy."""
        model.jac_nested(t, y, J.reshape(-1))

    def factor(self, J, m, a, b, W, pivots):
        """Replace W by the factors of a M - b J, M = diag(m); 0, or k + 1 if singular there."""
        return nested_factor(
            J.reshape(-1), m, a, b, W.reshape(-1), pivots, self.lead, self.inner, self.tail,
            self.reach,
        )  # fmt: skip

    def solve(self, W, pivots, x):
        """Replace x by the solution of the factored system."""
        nested_solve(W.reshape(-1), pivots, x, self.lead, self.inner, self.tail, self.reach)


@kernel
def band_width(o, reach):
    """Columns of the outer values' band, in which pivoting takes as much again below.

    >>> int(band_width(3, 2))
    25
    """
    return 3 * ((reach + 1) * o - 1) + 1


@kernel
def own_blocks(W, rows, lead, inner, tail, reach, r):
    """Views of row r: D (inner, inner), C transposed and B (lead + tail, inner) of the flat W."""
    o = lead + tail
    block = inner * (inner + 2 * o)
    at = rows * o * band_width(o, reach) + r * block
    D, C = at + inner * inner, at + inner * (inner + o)
    return (
        W[at:D].reshape(inner, inner), W[D:C].reshape(o, inner), W[C : at + block].reshape(o, inner)
    )  # fmt: skip


@kernel
def nested_factor(J, m, a, b, W, pivots, lead, inner, tail, reach):
    """Replace W by the factors of a M - b J; 0, or k + 1 where value k finds no pivot.

    >>> import numpy as np
    >>> lead, inner, tail, rows = 1, 2, 1, 4
    >>> method, n = Nested(lead, inner, tail, 1), 16
    >>> J, W = np.zeros((2, n * method.width(n)))
    >>> A, rng = np.zeros((n, n)), np.random.default_rng(1)
    >>> for i in range(n):
    ...     for j in range(n):
    ...         own, both = i // 4 == j // 4, i % 4 in (0, 3) and j % 4 in (0, 3)
    ...         if own or both and abs(i // 4 - j // 4) == 1:
    ...             A[i, j] = rng.normal()
    ...             put_nested(J, rows, lead, inner, tail, 1, i // 4, i % 4, j // 4, j % 4, A[i, j])
    >>> x, m, pivots = rng.normal(size=n), np.ones(n), np.zeros(n, int)
    >>> y = x - 0.3 * A @ x
    >>> status = nested_factor(J, m, 1.0, 0.3, W, pivots, lead, inner, tail, 1)
    >>> nested_solve(W, pivots, y, lead, inner, tail, 1)
    >>> int(status), bool(abs(y - x).max() < 1e-12)
    (0, True)
    """
    o, row = lead + tail, lead + inner + tail
    rows, wide = m.size // row, band_width(o, reach)
    lower, at = (reach + 1) * o - 1, rows * o * wide
    block = inner * (inner + 2 * o)
    for k in range(at + rows * block):
        W[k] = -b * J[k]
    band = W[:at].reshape(rows * o, wide)
    for r in range(rows):
        D, C, B = own_blocks(W, rows, lead, inner, tail, reach, r)
        for i in range(inner):
            D[i, i] += a * m[r * row + lead + i]
        status = lu_factor(D, pivots[r * row + lead : r * row + lead + inner])
        if status != 0:
            return r * row + lead + status
        for k in range(o):
            v = k if k < lead else k + inner
            band[r * o + k, lower] += a * m[r * row + v]
            empty = True
            for i in range(inner):
                empty = empty and C[k, i] == 0.0
            if empty:
                continue
            lu_solve(D, pivots[r * row + lead : r * row + lead + inner], C[k])
            for q in range(o):
                entry = band[r * o + q, lower + k - q]
                band[r * o + q, lower + k - q] = less(entry, B[q], C[k])
    outer = pivots_of(pivots, rows, lead, inner, tail)
    status = banded_factor(band, lower, lower, outer)
    for r in range(rows):
        for k in range(o):
            pivots[r * row + (k if k < lead else k + inner)] = outer[r * o + k]
    return 0 if status == 0 else (status - 1) // o * row + 1


@kernel
def pivots_of(pivots, rows, lead, inner, tail):
    """The outer values' pivots (rows (lead + tail),)."""
    by_row = pivots.reshape(rows, lead + inner + tail)
    outer = pivots[: rows * (lead + tail)].copy().reshape(rows, lead + tail)
    for r in range(rows):
        for k in range(lead + tail):
            outer[r, k] = by_row[r, k if k < lead else k + inner]
    return outer.reshape(-1)


@kernel
def nested_solve(W, pivots, x, lead, inner, tail, reach):
    """Replace x by the solution of the system that `nested_factor` factored."""
    o, row = lead + tail, lead + inner + tail
    rows, wide = x.size // row, band_width(o, reach)
    lower, at = (reach + 1) * o - 1, rows * o * wide
    y = x[: rows * o].copy()
    for r in range(rows):
        D, _, B = own_blocks(W, rows, lead, inner, tail, reach, r)
        z = x[r * row + lead : r * row + lead + inner]
        lu_solve(D, pivots[r * row + lead : r * row + lead + inner], z)
        for k in range(o):
            y[r * o + k] = less(x[r * row + (k if k < lead else k + inner)], B[k], z)
    outer = pivots_of(pivots, rows, lead, inner, tail)
    banded_solve(W[:at].reshape(rows * o, wide), lower, lower, outer, y)
    for r in range(rows):
        _, C, _ = own_blocks(W, rows, lead, inner, tail, reach, r)
        for k in range(o):
            value = y[r * o + k]
            x[r * row + (k if k < lead else k + inner)] = value
            for i in range(inner):
                x[r * row + lead + i] -= C[k, i] * value


@kernel
def put_nested(J, rows, lead, inner, tail, reach, m, w, i, v, slope):
    """Store in the flat J the slope of value w of row m along value v of row i."""
    o, wide = lead + tail, band_width(lead + tail, reach)
    block, start = inner * (inner + 2 * o), rows * o * wide
    p = w if w < lead else w - inner  # where an outer value stands among its like
    q = v if v < lead else v - inner
    if lead <= w < lead + inner:
        own = start + m * block + (w - lead)
        if lead <= v < lead + inner:
            J[start + m * block + (w - lead) * inner + v - lead] = slope
        else:
            J[own + inner * (inner + q)] = slope
    elif lead <= v < lead + inner:
        J[start + m * block + inner * (inner + o + p) + v - lead] = slope
    else:
        at = m * o + p
        J[at * wide + (reach + 1) * o - 1 + i * o + q - at] = slope
