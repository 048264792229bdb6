"""Elementary functions of whole arrays, written so that compilers make vector instructions."""

import math

import numpy as np

from intensify._jit import kernel

ROUND = 6755399441055744.0
"""1.5 2^52: a number added to it is rounded, and its lowest bits hold the integer."""
LOG2_E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 0.693145751953125, 1.42860682030941723212e-6
LARGEST = 700.0
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12 = (1.0 / math.factorial(n) for n in range(2, 13))
SQRT_HALF, ROUND_BITS = 0x3FE6A09E667F3BCD, 0x4338000000000000
"""The bits of sqrt(1/2) and of ROUND."""


@kernel
def exp_all(x, space):
    """Replace x by exp(x) to 4e-16, with |x| > 700 taken as 700; space: an array as long as x.

    exp(x) = 2^n exp(r), |r| <= ln(2)/2, the latter by its series, whose terms are paired so that
    none waits for all others; 2^n is put together of bits.

    >>> x = np.array([0.0, 1.0, -700.0])
    >>> exp_all(x, np.empty(3))
    >>> bool(np.allclose(x, np.exp([0.0, 1.0, -700.0]), rtol=4e-16, atol=0.0))
    True
    """
    bits = space.view(np.int64)
    for i in range(x.size):
        x[i] = min(max(x[i], -LARGEST), LARGEST)
        space[i] = x[i] * LOG2_E + ROUND
    for i in range(x.size):
        n = space[i] - ROUND
        r = x[i] - n * LN2_HIGH - n * LN2_LOW
        r2 = r * r
        r4 = r2 * r2
        high = (C10 + C11 * r) + C12 * r2
        middle = (C6 + C7 * r) + r2 * (C8 + C9 * r)
        low = (C2 + C3 * r) + r2 * (C4 + C5 * r)
        x[i] = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)))
    for i in range(x.size):
        bits[i] = (bits[i] + 1023) << 52  # 2^n
    for i in range(x.size):
        x[i] *= space[i]


@kernel
def log_all(x, space):
    """Replace x, numbers from 1e-300 on, by ln(x) to 1e-14; space: an array as long as x.

    ln(2^n m) = n ln(2) + 2 artanh((m - 1)/(m + 1)), m from sqrt(1/2) to sqrt(2), by its series.

    >>> x = np.array([1.0, 10.0, 1e-300])
    >>> log_all(x, np.empty(3))
    >>> bool(np.allclose(x, np.log([1.0, 10.0, 1e-300]), rtol=1e-14))
    True
    """
    bits, power = x.view(np.int64), space.view(np.int64)
    for i in range(x.size):
        power[i] = ((bits[i] - SQRT_HALF) >> 52) + ROUND_BITS
        bits[i] -= ((bits[i] - SQRT_HALF) >> 52) << 52
    for i in range(x.size):
        f = (x[i] - 1.0) / (x[i] + 1.0)
        z = f * f
        y = 1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0 + z * (1.0 / 21.0)))
        y = 1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z * y)))
        y = 2.0 * f * (1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * y)))
        n = space[i] - ROUND
        x[i] = n * LN2_HIGH + (y + n * LN2_LOW)
