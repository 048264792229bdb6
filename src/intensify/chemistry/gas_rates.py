"""Rate constants of gas reactions and their slopes: falloff, over pressure, by heat of reaction.

    falloff              k = k_inf P/(1 + P) F        P = k_0 [M]/k_inf
    chemically activated k = k_0/(1 + P) F
    Lindemann F = 1; Troe ln F = ln F_c/(1 + f^2); SRI F = d T^e (a exp(-b/T) + exp(-T/c))^x
    pressure-log         ln k linear in ln p between tabulated sums of Arrhenius laws
    Chebyshev            log10 k a double sum in 1/T and log10 p
    Blowers and Masel    E = (w + dH/2)(V - 2 w + dH)^2/(V^2 - 4 w^2 + dH^2)

Sources: Gilbert, Luther and Troe (1983), Ber. Bunsenges. Phys. Chem. 87, 169; Stewart, Larson and
Golden (1989), Combust. Flame 75, 25; Blowers and Masel (2000), AIChE J. 46, 2041.
"""

import numpy as np

from intensify._jit import kernel

ARRHENIUS, BLOWERS_MASEL, LINDEMANN, TROE, SRI, PLOG, CHEBYSHEV = range(7)
LOG10_E = 0.4342944819032518


@kernel
def broadening(kind, ln_P, ln_centre, centre_T):
    """ln F of a falloff without SRI's factor d T^e, and its slopes by ln P and by T.

    ln_centre, centre_T: of Troe's F_c, or of SRI's a exp(-b/T) + exp(-T/c), with its slope.
    """
    if kind == LINDEMANN:
        return 0.0, 0.0, 0.0
    y = LOG10_E * ln_P
    if kind == SRI:
        x = 1.0 / (1.0 + y * y)
        return x * ln_centre, -2.0 * LOG10_E * y * x * x * ln_centre, x * centre_T
    a = LOG10_E * ln_centre
    c = y - 0.4 - 0.67 * a
    n = 0.75 - 1.27 * a - 0.14 * c
    f = c / n
    w = 1.0 / (1.0 + f * f)
    steep = -2.0 * a * f * w * w
    by_a = w + steep * (-0.67 * n + c * (1.27 - 0.14 * 0.67)) / (n * n)
    return w * ln_centre, steep * (n + 0.14 * c) / (n * n), by_a * centre_T


@kernel
def level(x, by_T, first, last):
    """ln k at one tabulated pressure, terms first to last, and its slope by T."""
    total, slope = 1e-300, 0.0
    for i in range(first, last):
        total += x[i]
        slope += x[i] * by_T[i]
    return np.log(total), slope / total


@kernel
def pressure_log(table, x, by_T, ln_p):
    """ln k at ln p, its slopes by ln p and by T; table: rows of ln p, first and last term in x."""
    n = table.size // 3
    i = 0
    while i < n and table[3 * i] <= ln_p:
        i += 1
    low, high = max(i - 1, 0), min(i, n - 1)
    below, below_T = level(x, by_T, int(table[3 * low + 1]), int(table[3 * low + 2]))
    if low == high:
        return below, 0.0, below_T
    above, above_T = level(x, by_T, int(table[3 * high + 1]), int(table[3 * high + 2]))
    by_p = (above - below) / (table[3 * high] - table[3 * low])
    part = (ln_p - table[3 * low]) / (table[3 * high] - table[3 * low])
    return below + by_p * (ln_p - table[3 * low]), by_p, below_T + part * (above_T - below_T)


@kernel
def chebyshev(table, T, ln_p):
    """ln k of a Chebyshev sum, its slopes by ln p and by T.

    table: T and p of both ends, numbers of terms, coefficients by rows.
    """
    span = 1.0 / table[1] - 1.0 / table[0]
    x = (2.0 / T - 1.0 / table[0] - 1.0 / table[1]) / span
    low, high = np.log10(table[2]), np.log10(table[3])
    y = (2.0 * LOG10_E * ln_p - low - high) / (high - low)
    rows, columns = int(table[4]), int(table[5])
    total, by_x, by_y = 0.0, 0.0, 0.0
    tx, tx_next, dx, dx_next = 1.0, x, 0.0, 1.0
    for i in range(rows):
        ty, ty_next, dy, dy_next = 1.0, y, 0.0, 1.0
        for j in range(columns):
            a = table[6 + i * columns + j]
            total += a * tx * ty
            by_x += a * dx * ty
            by_y += a * tx * dy
            dy, dy_next = dy_next, 2.0 * ty_next + 2.0 * y * dy_next - dy
            ty, ty_next = ty_next, 2.0 * y * ty_next - ty
        dx, dx_next = dx_next, 2.0 * tx_next + 2.0 * x * dx_next - dx
        tx, tx_next = tx_next, 2.0 * x * tx_next - tx
    ln_10 = 1.0 / LOG10_E
    return ln_10 * total, 2.0 * by_y / (high - low), -2.0 * ln_10 * by_x / (T * T * span)


@kernel
def barrier(E, w, dH):
    """Activation energy after Blowers and Masel, E at dH = 0, and its slope by dH; all in K."""
    if dH < -4.0 * E:
        return 0.0, 0.0
    if dH > 4.0 * E:
        return dH, 1.0
    V = 2.0 * w * (w + E) / (w - E)
    a, b, c = w + 0.5 * dH, V - 2.0 * w + dH, V * V - 4.0 * w * w + dH * dH
    out = a * b * b / c
    return out, 0.5 * b * b / c + 2.0 * a * b / c - out * 2.0 * dH / c


@kernel
def polynomial(species, ranges, R, T, ln_T, i):
    """g/RT, h [J/mol], cp [J/mol/K] and its slope of species i at T, of nine coefficients."""
    q, last, r = int(species[i, 2]), int(species[i, 3]), 1.0 / T
    while q < last and ranges[q, 0] < T:
        q += 1
    a = ranges[q, 1:]
    cp = r * (a[0] * r + a[1]) + a[2] + T * (a[3] + T * (a[4] + T * (a[5] + T * a[6])))
    low = a[3] - r * r * (2.0 * a[0] * r + a[1])
    cp_T = low + T * (2.0 * a[4] + T * (3.0 * a[5] + T * 4.0 * a[6]))
    high = T * (a[4] / 3.0 + T * (a[5] / 4.0 + T * (a[6] / 5.0)))
    H = a[1] * ln_T - a[0] * r + T * (a[2] + T * (a[3] / 2.0 + high)) + a[7]
    high = T * (a[4] / 2.0 + T * (a[5] / 3.0 + T * (a[6] / 4.0)))
    s = a[2] * ln_T - r * (a[1] + 0.5 * a[0] * r) + T * (a[3] + high) + a[8]
    return H * r - s, R * H, R * cp, R * cp_T


@kernel
def polynomials(species, ranges, R, T, g, h, cp, cp_T):
    """The same of all species."""
    ln_T = np.log(T)
    for i in range(species.shape[0]):
        g[i], h[i], cp[i], cp_T[i] = polynomial(species, ranges, R, T, ln_T, i)
