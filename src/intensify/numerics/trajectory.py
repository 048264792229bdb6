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


@kernel
def end_of(C, out):
    """Fill out (N,) with the state at the end of the last step."""
    for j in range(out.size):
        out[j] = 0.0
        for k in range(C.shape[1]):
            out[j] += C[-1, k, j]


@kernel
def polynomial(c, x):
    """sum_k c_k x^k."""
    value = 0.0
    for k in range(c.size - 1, -1, -1):
        value = value * x + c[k]
    return value


@kernel
def turning_points(c, work, points):
    """Fill points with all zeros in [0, 1] of the slope of a polynomial; returns how many.

    Between two neighbouring zeros of a slope lies at most one of the function: from the highest
    derivative down. work (c.size, c.size): coefficients of all derivatives.
    """
    n, found = c.size, 0
    work[0, :] = c
    for k in range(1, n):
        for i in range(n):
            work[k, i] = (i + 1) * work[k - 1, i + 1] if i + 1 < n else 0.0
    for k in range(n - 2, 0, -1):
        left, new = 0.0, 0
        for i in range(found + 1):
            right = points[i] if i < found else 1.0
            a, b, low = left, right, polynomial(work[k], left)
            left = right
            if low * polynomial(work[k], right) > 0.0:
                continue
            for _ in range(60):
                middle = 0.5 * (a + b)
                if middle in (a, b):
                    break
                if low * polynomial(work[k], middle) > 0.0:
                    a = middle
                else:
                    b = middle
            points[new] = b  # never behind the next one to be read: new <= i
            new += 1
        found = new
    return found


@kernel
def highest(C, j, sign):
    """Step, place in it and value where sign times component j is largest."""
    n = C.shape[1]
    c, work, points = np.empty(n), np.empty((n, n)), np.empty(n + 1)
    best, step, place = -np.inf, 0, 0.0
    for i in range(C.shape[0]):
        end = 0.0
        for k in range(n):
            c[k] = sign * C[i, k, j]
            end += c[k]
        for x, value in ((0.0, c[0]), (1.0, end)):
            if value > best:
                best, step, place = value, i, x
    for i in range(C.shape[0]):
        room = sign * C[i, 0, j]
        for k in range(n):
            c[k] = sign * C[i, k, j]
            room += abs(c[k]) if k > 0 else 0.0
        if room <= best:  # a step can hold a larger value only if it comes close to the best end
            continue
        for q in range(turning_points(c, work, points)):
            value = polynomial(c, points[q])
            if value > best:
                best, step, place = value, i, points[q]
    return step, place, best


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
        out = np.empty(self.C.shape[2])
        end_of(self.C, out)
        return out

    def __call__(self, at: Any) -> np.ndarray:
        """State at the given places, shape (len(at), N); at a jump the value before it."""
        at = np.atleast_1d(np.asarray(at, dtype=float))
        out = np.empty((at.size, self.C.shape[2]))
        sample(self.t, self.C, at, out)
        return out

    def derivative(self) -> Trajectory:
        """The derivative along t as polynomials of the same steps."""
        powers = np.arange(1.0, self.C.shape[1])[None, :, None]
        return self._replace(C=self.C[:, 1:] * powers / np.diff(self.t)[:, None, None])

    def at_steps(self) -> np.ndarray:
        """State at every step end, shape (n+1, N): the start, then the end of each step."""
        return np.vstack([self.C[:1, 0], self.C.sum(axis=1)])

    def maximum(self, j: int, *, sign: float = 1.0) -> tuple[float, float]:
        """Largest value of component j and its place, exact on the dense output.

        sign = -1 gives the smallest. Turning points of the polynomials, not step ends.
        """
        step, x, value = highest(self.C, j, sign)
        place = self.t[step] + x * (self.t[step + 1] - self.t[step])
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
