"""Finite volumes along one coordinate: limited values at faces, of second order where smooth.

Van Leer's harmonic limiter: no new extrema, so fronts stay without overshoot. WENO5 (Jiang and Shu
1996, weights of Borges et al. 2008): of fifth order where smooth, on five cells.
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
def weno5(a, b, c, d, e, least):
    """Value at the face between the cells of c and d, from means over five cells.

    Differences below `least` count as noise.

    >>> means = [(x + 1.0) ** 4 / 4.0 - x**4 / 4.0 for x in (-3.0, -2.0, -1.0, 0.0, 1.0)]
    >>> abs(float(weno5(*means, 1e6))) < 1e-9  # x^3 at 0
    True
    """
    eps = least * least + 1e-300
    left = (a - 2.0 * b + c) ** 2 * 13.0 / 12.0 + 0.25 * (a - 4.0 * b + 3.0 * c) ** 2
    middle = (b - 2.0 * c + d) ** 2 * 13.0 / 12.0 + 0.25 * (b - d) ** 2
    right = (c - 2.0 * d + e) ** 2 * 13.0 / 12.0 + 0.25 * (3.0 * c - 4.0 * d + e) ** 2
    gap = (left - right) ** 2
    wa = 0.1 * (1.0 + gap / (left + eps) ** 2)
    wb = 0.6 * (1.0 + gap / (middle + eps) ** 2)
    wc = 0.3 * (1.0 + gap / (right + eps) ** 2)
    value = wa * (2.0 * a - 7.0 * b + 11.0 * c) + wb * (-b + 5.0 * c + 2.0 * d)
    return (value + wc * (2.0 * c + 5.0 * d - e)) / (6.0 * (wa + wb + wc))


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
