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

from intensify._jit import inlined, inner, kernel

ARRHENIUS, BLOWERS_MASEL, LINDEMANN, TROE, SRI, PLOG, CHEBYSHEV = range(7)
LOG10_E = 0.4342944819032518


@inner
@inlined
def sri(ln_P, ln_centre, centre_T):
    """ln F without the factor d T^e, and its slopes by ln P and by T.

    ln_centre, centre_T: of a exp(-b/T) + exp(-T/c), with its slope by T.
    """
    y = LOG10_E * ln_P
    x = 1.0 / (1.0 + y * y)
    return x * ln_centre, -2.0 * LOG10_E * y * x * x * ln_centre, x * centre_T


@inner
@inlined
def troe(ln_P, ln_centre, centre_T):
    """ln F, and its slopes by ln P and by T; ln_centre, centre_T: of F_c, with its slope by T."""
    a = LOG10_E * ln_centre
    c = LOG10_E * ln_P - 0.4 - 0.67 * a
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


@inner
@inlined
def by_seven(a2, a3, a4, a5, a6, a7, a8, R, T, ln_T):
    """g/RT, h [J/mol], cp [J/mol/K] and its slope at T of NASA's seven coefficients."""
    cp = a2 + T * (a3 + T * (a4 + T * (a5 + T * a6)))
    cp_T = a3 + T * (2.0 * a4 + T * (3.0 * a5 + T * (4.0 * a6)))
    high = T * (a4 * (1.0 / 3.0) + T * (a5 * 0.25 + T * (a6 * 0.2)))
    H = T * (a2 + T * (a3 * 0.5 + high)) + a7
    high = T * (a4 * 0.5 + T * (a5 * (1.0 / 3.0) + T * (a6 * 0.25)))
    s = a2 * ln_T + T * (a3 + high) + a8
    return H / T - s, R * H, R * cp, R * cp_T


@inner
@inlined
def by_two(a0, a1, R, T, ln_T):
    """What the two coefficients add that others have before these."""
    r = 1.0 / T
    H = a1 * ln_T - a0 * r
    s = -r * (a1 + 0.5 * a0 * r)
    return H * r - s, R * H, R * r * (a0 * r + a1), -R * r * r * (2.0 * a0 * r + a1)


@inner
@inlined
def range_at(species, ranges, T, i):
    """Row of the range of species i at T."""
    q, last = int(species[i, 2]), int(species[i, 3])
    while q < last and ranges[q, 0] < T:
        q += 1
    return q


@inner
def polynomial(species, ranges, R, T, i):
    """g/RT, h [J/mol], cp [J/mol/K] and its slope of species i at T, of nine coefficients."""
    a, ln_T = ranges[range_at(species, ranges, T, i)], np.log(T)
    g, h, cp, cp_T = by_seven(a[3], a[4], a[5], a[6], a[7], a[8], a[9], R, T, ln_T)
    g_two, h_two, cp_two, cp_T_two = by_two(a[1], a[2], R, T, ln_T)
    return g + g_two, h + h_two, cp + cp_two, cp_T + cp_T_two


@kernel
def choose(species, ranges, T, held):
    """Fill what `polynomials` holds: ends of T, whether there are nine, coefficients in rows."""
    S = species.shape[0]
    held[0], held[1], held[2] = 0.0, np.inf, 0.0
    for i in range(S):
        q = range_at(species, ranges, T, i)
        if q > species[i, 2]:
            held[0] = max(held[0], ranges[q - 1, 0])
        if q < species[i, 3]:
            held[1] = min(held[1], ranges[q, 0])
        for k in range(9):
            held[3 + k * S + i] = ranges[q, 1 + k]
        held[2] = max(held[2], abs(ranges[q, 1]), abs(ranges[q, 2]))


@kernel
def polynomials(species, ranges, R, T, held, g, h, cp, cp_T):
    """The same of all species; held (9 S + 3): coefficients kept while T stays in their ranges."""
    if not held[0] < T <= held[1]:
        choose(species, ranges, T, held)
    S, ln_T = species.shape[0], np.log(T)
    a = held[3:]
    a0, a1, a2, a3, a4 = a[:S], a[S : 2 * S], a[2 * S : 3 * S], a[3 * S : 4 * S], a[4 * S : 5 * S]
    a5, a6, a7, a8 = a[5 * S : 6 * S], a[6 * S : 7 * S], a[7 * S : 8 * S], a[8 * S : 9 * S]
    # a loop each: compilers make vector instructions where they need not ask too often whether
    # arrays overlap
    for i in range(S):
        g[i], _, _, _ = by_seven(a2[i], a3[i], a4[i], a5[i], a6[i], a7[i], a8[i], R, T, ln_T)
    for i in range(S):
        _, h[i], _, _ = by_seven(a2[i], a3[i], a4[i], a5[i], a6[i], a7[i], a8[i], R, T, ln_T)
    for i in range(S):
        _, _, cp[i], _ = by_seven(a2[i], a3[i], a4[i], a5[i], a6[i], a7[i], a8[i], R, T, ln_T)
    for i in range(S):
        _, _, _, cp_T[i] = by_seven(a2[i], a3[i], a4[i], a5[i], a6[i], a7[i], a8[i], R, T, ln_T)
    for i in range(S if held[2] > 0.0 else 0):
        g_two, h_two, cp_two, cp_T_two = by_two(a0[i], a1[i], R, T, ln_T)
        g[i] += g_two
        h[i] += h_two
        cp[i] += cp_two
        cp_T[i] += cp_T_two
