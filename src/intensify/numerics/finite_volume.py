"""Finite volumes along one coordinate: limited values at faces, of second order where smooth.

Van Leer's harmonic limiter: no new extrema, so fronts stay without overshoot.
"""

from __future__ import annotations

from intensify._jit import kernel


@kernel
def limited_slope(a, b):
    """Slope of a cell between the slopes a and b to its neighbours: 2 a b/(a + b), or 0.

    >>> float(limited_slope(1.0, 3.0)), float(limited_slope(1.0, -3.0))
    (1.5, 0.0)
    """
    return 2.0 * a * b / (a + b) if a * b > 0.0 else 0.0


@kernel
def smooth_slope(a, b, least):
    """A limited slope without a kink (van Albada), the mean where |a|, |b| < least are noise.

    Newton's method needs it: the kink of `limited_slope` turns on a plateau with every iteration.

    >>> round(float(smooth_slope(1.0, 1.0, 0.0)), 9), round(float(smooth_slope(0.0, 1.0, 0.0)), 9)
    (1.0, 0.0)
    """
    e = least * least + 1e-300
    aa, bb = a * a + e, b * b + e
    return (bb * a + aa * b) / (aa + bb)


@kernel
def smooth_gradient(a, b, least):
    """Derivatives of `smooth_slope` along a and b."""
    e = least * least + 1e-300
    aa, bb = a * a + e, b * b + e
    s, below = (bb * a + aa * b) / (aa + bb), aa + bb
    return (bb + 2.0 * a * (b - s)) / below, (aa + 2.0 * b * (a - s)) / below


@kernel
def slope_gradient(a, b):
    """Derivatives of `limited_slope` along a and b."""
    if a * b <= 0.0:
        return 0.0, 0.0
    s = (a + b) * (a + b)
    return 2.0 * b * b / s, 2.0 * a * a / s


@kernel
def peak(left, middle, right):
    """Top of the parabola through three equidistant values, the middle one being the largest.

    >>> float(peak(0.0, 1.0, 1.0))
    1.125
    """
    bend = left - 2.0 * middle + right
    return middle - 0.125 * (right - left) ** 2 / bend if bend < 0.0 else middle
