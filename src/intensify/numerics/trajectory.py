"""A solution as polynomials between step ends: values, extrema and crossings from dense output."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.numerics.march import Counts


@kernel
def sample(t, C, at, out):
    """Fill out (len(at), N) with the values at the times `at`."""
    for q in range(at.size):
        i, right = 0, C.shape[0]
        while right - i > 1:
            middle = (i + right) // 2
            if t[middle] < at[q]:
                i = middle
            else:
                right = middle
        width = t[i + 1] - t[i]
        x = (at[q] - t[i]) / width if width > 0.0 else 1.0
        for j in range(C.shape[2]):
            p = C[i, C.shape[1] - 1, j]
            for k in range(C.shape[1] - 2, -1, -1):
                p = p * x + C[i, k, j]
            out[q, j] = p


class Trajectory(NamedTuple):
    """Step ends t (n+1,), polynomials C (n, degree + 1, N) of the steps, and how they were found.

    Where the state jumps (a new phase or zone) t holds the place twice.
    """

    t: np.ndarray
    C: np.ndarray
    event_t: np.ndarray
    event_k: np.ndarray
    counts: Counts

    @property
    def y_end(self) -> np.ndarray:
        """State at the end."""
        return self.C[-1].sum(axis=0)

    def __call__(self, at: Any) -> np.ndarray:
        """State at the given places, shape (len(at), N); at a jump the value before it."""
        at = np.atleast_1d(np.asarray(at, dtype=float))
        out = np.empty((at.size, self.C.shape[2]))
        sample(self.t, self.C, at, out)
        return out

    def at_steps(self) -> np.ndarray:
        """State at every step end, shape (n+1, N): the start, then the end of each step."""
        return np.vstack([self.C[:1, 0], self.C.sum(axis=1)])

    def maximum(self, j: int, *, sign: float = 1.0) -> tuple[float, float]:
        """Largest value of component j and its place, exact on the dense output.

        sign = -1 gives the smallest. Roots of the polynomials' derivatives, not step ends.
        """
        C = sign * self.C[:, :, j]
        ends = np.vstack([C[:, 0], C.sum(axis=1)])
        best = int(np.argmax(ends.max(axis=0)))
        x_best = 0.0 if ends[0, best] >= ends[1, best] else 1.0
        value, place = (
            ends[:, best].max(),
            self.t[best] + x_best * (self.t[best + 1] - self.t[best]),
        )
        # a step can hold a larger value inside only if it comes close to the best end
        room = np.abs(C[:, 1:]).sum(axis=1)
        for i in np.flatnonzero(C[:, 0] + room > value):
            roots: Any = (
                np.roots(np.arange(C.shape[1] - 1.0, 0.0, -1.0) * C[i, :0:-1])
                if C[i, 1:].any()
                else []
            )
            for x in np.real(np.asarray(roots)[np.abs(np.imag(roots)) < 1e-9]):
                v = np.polyval(C[i, ::-1], x)
                if 0.0 < x < 1.0 and v > value:
                    value, place = v, self.t[i] + x * (self.t[i + 1] - self.t[i])
        return float(sign * value), float(place)

    def crossing(self, j: int, level: float) -> float:
        """First place at which component j passes `level`, NaN if it never does."""
        ends = self.at_steps()[:, j] - level
        hits = np.flatnonzero((ends[:-1] * ends[1:] <= 0.0) & (ends[:-1] != 0.0))
        if hits.size == 0:
            return float("nan")
        i, (left, right) = int(hits[0]), (0.0, 1.0)
        while right - left > 1e-15:
            x = 0.5 * (left + right)
            if x in (left, right):
                break
            if (np.polyval(self.C[i, ::-1, j], x) - level) * ends[i] > 0.0:
                left = x
            else:
                right = x
        return float(self.t[i] + right * (self.t[i + 1] - self.t[i]))
