"""Roots and minima of a function of one number, in plain Python (no compilation, no SciPy).

Method: R. P. Brent (1973), Algorithms for Minimization without Derivatives, chapters 4 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from intensify.errors import SolveError

_EPS = 2.220446049250313e-16
_GOLDEN = 0.5 * (3.0 - math.sqrt(5.0))


class Root(NamedTuple):
    """Where a function is zero: its place, what is left of the function there, and the cost."""

    x: float
    value: float
    evaluations: int


class Minimum(NamedTuple):
    """Where a function is smallest: its place, the function there, and the cost."""

    x: float
    value: float
    evaluations: int


class Bracket(NamedTuple):
    """Two places a < b at which a function has opposite signs, its values there, and the cost."""

    a: float
    b: float
    value_a: float
    value_b: float
    evaluations: int


class _Counted:
    """A function that counts its calls and refuses to return NaN."""

    def __init__(self, f: Callable[[float], float]) -> None:
        self.f = f
        self.evaluations = 0

    def __call__(self, x: float) -> float:
        self.evaluations += 1
        value = float(self.f(x))
        if math.isnan(value):
            raise SolveError(f"the function is NaN at x = {x!r}; narrow the interval")
        return value


def _opposite(fa: float, fb: float) -> bool:
    """Whether the signs differ; a product of the two values could underflow."""
    return (fa > 0.0) != (fb > 0.0)


def find_root(
    f: Callable[[float], float],
    a: float,
    b: float,
    *,
    rtol: float = 1e-12,
    atol: float = 0.0,
    max_iter: int = 200,
) -> Root:
    """Root of f between a and b by Brent's method.

    Inverse quadratic steps, bisection where they are too slow; stops when the bracket is shorter
    than atol + rtol*|x| (at least 4 rounding units of x).

    Parameters
    ----------
    f : callable       continuous on [a, b], of opposite signs at the two ends.
    a, b : float       ends of the bracket, in any order.
    rtol, atol : float relative and absolute tolerance on x [1, unit of x].

    Raises ValueError without a change of sign, SolveError on NaN or after max_iter steps.

    >>> round(find_root(lambda x: x**3 - 2.0, 0.0, 2.0).x, 12)
    1.259921049895
    """
    f = _Counted(f)
    a, b = float(a), float(b)
    fa, fb = f(a), f(b)
    for x, value in ((a, fa), (b, fb)):
        if value == 0.0:
            return Root(x, value, f.evaluations)
    if not _opposite(fa, fb):
        raise ValueError(
            f"no sign change: the function is {fa:.6g} at {a:.6g} and {fb:.6g} at {b:.6g}; "
            "give two places at which its signs differ"
        )
    # b is the best point, a the one before it, [b, c] always brackets the root.
    c, fc = a, fa
    step = previous = b - a
    for _ in range(max_iter):
        if not _opposite(fb, fc):
            c, fc = a, fa
            step = previous = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        tolerance = 0.5 * (atol + max(rtol, 4.0 * _EPS) * abs(b))
        half = 0.5 * (c - b)
        if fb == 0.0 or abs(half) <= tolerance:
            return Root(b, fb, f.evaluations)
        if abs(previous) < tolerance or abs(fa) <= abs(fb):
            step = previous = half
        else:
            trial = _interpolated(a, b, c, fa, fb, fc)
            limit = min(abs(previous), 3.0 * abs(half) - tolerance)
            if 2.0 * abs(trial) < limit and trial * half > 0.0:
                previous, step = step, trial
            else:
                step = previous = half
        a, fa = b, fb
        b += step if abs(step) > tolerance else math.copysign(tolerance, half)
        fb = f(b)
    raise SolveError(
        f"no root to a relative {rtol:g} after {max_iter} steps: the bracket is "
        f"[{min(b, c):.9g}, {max(b, c):.9g}]; give an absolute tolerance or more steps"
    )


def _interpolated(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> float:
    """Step from b to the zero of the secant (a = c) or of the inverse parabola."""
    slope_a = (fa - fb) / (a - b)
    if a == c:
        return -fb / slope_a
    slope_c = (fc - fb) / (c - b)
    denominator = slope_c * slope_a * (fc - fa)
    return -fb * (fc * slope_c - fa * slope_a) / denominator if denominator else math.inf


def find_minimum(
    f: Callable[[float], float],
    a: float,
    b: float,
    *,
    rtol: float = 1e-8,
    atol: float = 0.0,
    max_iter: int = 200,
) -> Minimum:
    """Minimum of f between a and b by Brent's method: golden sections and parabolas.

    Finds a local minimum; on a function that only falls or only rises, the end of the interval to
    within the tolerance. A minimum cannot be located better than to the square root of rounding.

    Parameters
    ----------
    f : callable       of one float.
    a, b : float       a < b, ends of the interval; f is not called there.
    rtol, atol : float relative and absolute tolerance on x [1, unit of x].

    Raises ValueError unless a < b, SolveError on NaN or after max_iter steps.

    >>> round(find_minimum(lambda x: (x - 0.3)**2, 0.0, 1.0).x, 7)
    0.3
    """
    a, b = float(a), float(b)
    if not a < b:
        raise ValueError(f"the interval [{a:.6g}, {b:.6g}] is empty; give a < b")
    f = _Counted(f)
    floor = atol + _EPS * (b - a)
    step = previous = 0.0
    # x is the best point, w the second best, v the third.
    x = w = v = a + _GOLDEN * (b - a)
    fx = fw = fv = f(x)
    for _ in range(max_iter):
        middle = 0.5 * (a + b)
        tolerance = rtol * abs(x) + floor
        if abs(x - middle) <= 2.0 * tolerance - 0.5 * (b - a):
            return Minimum(x, fx, f.evaluations)
        parabola = _vertex_step(x, w, v, fx, fw, fv)
        inside = a < x + parabola < b
        if abs(previous) > tolerance and abs(parabola) < 0.5 * abs(previous) and inside:
            previous, step = step, parabola
            if min(x + step - a, b - x - step) < 2.0 * tolerance:
                step = math.copysign(tolerance, middle - x)
        else:
            previous = a - x if x >= middle else b - x
            step = _GOLDEN * previous
        u = x + (step if abs(step) >= tolerance else math.copysign(tolerance, step))
        fu = f(u)
        low, high = (x, u) if u >= x else (u, x)
        if fu <= fx:
            a, b = (low, b) if u >= x else (a, high)
            v, w, x = w, x, u
            fv, fw, fx = fw, fx, fu
            continue
        a, b = (a, high) if u >= x else (low, b)
        if fu <= fw or w == x:
            v, w, fv, fw = w, u, fw, fu
        elif fu <= fv or v in (x, w):
            v, fv = u, fu
    raise SolveError(
        f"no minimum to a relative {rtol:g} after {max_iter} steps: it lies in "
        f"[{a:.9g}, {b:.9g}]; give a larger tolerance or more steps"
    )


def _vertex_step(x: float, w: float, v: float, fx: float, fw: float, fv: float) -> float:
    """Step from x to the vertex of the parabola through three points; infinite if there is none."""
    r = (x - w) * (fx - fv)
    q = (x - v) * (fx - fw)
    denominator = 2.0 * (q - r)
    numerator = (x - w) * r - (x - v) * q
    return numerator / denominator if denominator and math.isfinite(denominator) else math.inf


def bracket_root(
    f: Callable[[float], float],
    a: float,
    b: float,
    *,
    grow: float = 1.6,
    low: float = -math.inf,
    high: float = math.inf,
) -> Bracket:
    """Widen [a, b] geometrically until f changes its sign.

    The end with the smaller |f| moves outwards by `grow` widths, never past low or high.

    Parameters
    ----------
    f : callable      of one float.
    a, b : float      a < b, first guess.
    grow : float      step over the present width, above 0.
    low, high : float limits that a and b never cross.

    Raises ValueError if f keeps its sign up to the limits or over 100 steps, SolveError on NaN.

    >>> bracket_root(lambda x: x - 10.0, 0.0, 1.0, high=100.0)[:2]
    (0.0, 17.576)
    """
    a, b = float(a), float(b)
    if not (low <= a < b <= high and grow > 0.0):
        raise ValueError(
            f"a bracket needs low <= a < b <= high and grow > 0, but low = {low:g}, a = {a:g}, "
            f"b = {b:g}, high = {high:g}, grow = {grow:g}"
        )
    f = _Counted(f)
    fa, fb = f(a), f(b)
    for _ in range(100):
        if _opposite(fa, fb) or fa == 0.0 or fb == 0.0:
            return Bracket(a, b, fa, fb, f.evaluations)
        if a <= low and b >= high:
            break
        if b >= high or (a > low and abs(fa) < abs(fb)):
            a = max(low, a - grow * (b - a))
            fa = f(a)
        else:
            b = min(high, b + grow * (b - a))
            fb = f(b)
    raise ValueError(
        f"no sign change between {a:.6g} and {b:.6g}: the function is {fa:.6g} and {fb:.6g} there; "
        "widen the limits or check whether there is a root at all"
    )
