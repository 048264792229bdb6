"""Kernels over all reactions of a gas: constants, rates of progress, production and its Jacobian.

Reactions of up to three molecules a side are rows of `slots`, three species a side; the number
after the last species stands for none, with concentration 1. All others (`odd`) have powers of
their own.
"""

import numpy as np

from intensify._jit import kernel
from intensify.chemistry.gas_rates import (
    BLOWERS_MASEL,
    CHEBYSHEV,
    LINDEMANN,
    PLOG,
    SRI,
    barrier,
    broadening,
    chebyshev,
    pressure_log,
)
from intensify.numerics.elementary import exp_all, log_all

# columns of GasNetwork.reactions; FIRST: its first Arrhenius term, BODY: row of bodies or -1,
# START and LENGTH: its part of `tables`, NUMBER: its place in the file
KIND, FIRST, BODY, START, LENGTH, ACTIVATED, NUMBER = range(7)
# entries of GasNetwork.starts: the first reaction of those kinds, which stand in this order
BODIES, FALLOFFS, PRESSURES = range(3)
# terms of a falloff: k_inf, k_0, three of its centre (the last of SRI's: d T^e)
HIGH, LOW, CENTRE = range(3)


@kernel
def change(slots, odd, odd_nu, odd_of, x, j):
    """sum nu x over reaction j, products positive; x has a last entry 0 for no species."""
    out = (
        x[slots[j, 3]] + x[slots[j, 4]] + x[slots[j, 5]]
        - x[slots[j, 0]] - x[slots[j, 1]] - x[slots[j, 2]]
    )  # fmt: skip
    for n in range(odd_of.size):
        if odd_of[n] == j:
            for q in range(odd.shape[2]):
                out += odd_nu[n, 2, q] * x[odd[n, 2, q]]
    return out


@kernel
def changes(slots, odd, odd_nu, odd_of, reversible, x, out):
    """`change` of the reversible reactions, one after the other."""
    for n in range(reversible.size):
        j = reversible[n]
        out[n] = (
            x[slots[j, 3]] + x[slots[j, 4]] + x[slots[j, 5]]
            - x[slots[j, 0]] - x[slots[j, 1]] - x[slots[j, 2]]
        )  # fmt: skip
        if slots[j, 0] == slots[j, 3]:  # an odd one has empty slots
            out[n] = change(slots, odd, odd_nu, odd_of, x, j)


@kernel
def exponents(arrhenius, T, x, x_T):
    """ln |A| + b ln T - Ta/T - T/T0 of all terms at T, and their slopes by T."""
    ln_T, r = np.log(T), 1.0 / T
    for i in range(x.size):
        b, Ta, inverse = arrhenius[2, i], arrhenius[3, i], arrhenius[4, i]
        x[i] = arrhenius[1, i] + b * ln_T - Ta * r - inverse * T
        x_T[i] = (b + Ta * r) * r - inverse


@kernel
def third_bodies(bodies, extra, extra_of, c, M):
    """[M] of each set of efficiencies: default, and what some species have beyond it."""
    total = 0.0
    for i in range(c.size):
        total += c[i]
    for m in range(M.size):
        M[m] = bodies[m] * total
        for q in range(extra.shape[1]):
            i = extra_of[m, q]
            if i < 0:
                break
            M[m] += extra[m, q] * c[i]
    return total


@kernel
def constants(reactions, starts, tables, T, ln_p, x, x_T, M, k, spare):
    """Rate constants forwards, with their third bodies."""
    first, last = starts[FALLOFFS], starts[PRESSURES]
    for j in range(first):
        k[j] = x[j]
    for j in range(starts[BODIES], first):
        k[j] *= M[reactions[j, BODY]]
    n = last - first
    ln_P, centre, space = spare[:n], spare[n : 2 * n], spare[2 * n : 4 * n]
    for i in range(n):
        z = reactions[first + i]
        at = z[FIRST]
        P = max(x[at + LOW] * M[z[BODY]] / x[at + HIGH], 1e-300)
        k[first + i] = (x[at + LOW] if z[ACTIVATED] else x[at + HIGH] * P) / (1.0 + P)
        ln_P[i], centre[i] = P, max(x[at + CENTRE] + x[at + 3] + x[at + 4], 1e-300)
        if z[KIND] == SRI:
            k[first + i] *= x[at + 4]
            centre[i] = max(x[at + CENTRE] + x[at + 3], 1e-300)
    log_all(spare[: 2 * n], space)
    for i in range(n):
        centre[i], _, _ = broadening(reactions[first + i, KIND], ln_P[i], centre[i], 0.0)
    exp_all(centre, space[:n])
    for i in range(n):
        k[first + i] *= centre[i]
    for j in range(last, k.size):
        z = reactions[j]
        table = tables[z[START] : z[START] + z[LENGTH]]
        if z[KIND] == PLOG:
            ln_k, _, _ = pressure_log(table, x, x_T, ln_p)
        else:
            ln_k, _, _ = chebyshev(table, T, ln_p)
        k[j] = np.exp(ln_k) * (M[z[BODY]] if z[BODY] >= 0 else 1.0)


@kernel
def falloff_slopes(z, x, x_T, M):
    """Slopes of ln k of a falloff by ln [M] and by T; x, x_T: its terms."""
    P = max(x[LOW] * M / x[HIGH], 1e-300)
    last = 4 if z[KIND] == SRI else 5
    centre, slope = 1e-300, 0.0
    for i in range(CENTRE, last):
        centre += x[i]
        slope += x[i] * x_T[i]
    centre = max(centre, 1e-300)
    _, by_P, by_T = broadening(z[KIND], np.log(P), np.log(centre), slope / centre)
    by_M = by_P + (-P if z[ACTIVATED] else 1.0) / (1.0 + P)
    by_T += by_M * (x_T[LOW] - x_T[HIGH]) + x_T[LOW if z[ACTIVATED] else HIGH]
    return by_M, by_T + (x_T[4] if z[KIND] == SRI else 0.0)


@kernel
def slopes(net, T, ln_p, R, x, x_T, M, h, cp, by_M, by_p, by_T):
    """Slopes of ln k: by ln [M], by ln p, and by T at given concentrations."""
    reactions, tables = net.reactions, net.tables
    for j in range(by_T.size):
        z = reactions[j]
        by_M[j], by_p[j] = (1.0 if z[BODY] >= 0 else 0.0), 0.0
        by_T[j] = x_T[z[FIRST]] if z[KIND] < CHEBYSHEV else 0.0
        table = tables[z[START] : z[START] + z[LENGTH]]
        if z[KIND] == BLOWERS_MASEL:
            dH = change(net.slots, net.odd, net.odd_nu, net.odd_of, h, j)
            dcp = change(net.slots, net.odd, net.odd_nu, net.odd_of, cp, j)
            E, slope = barrier(table[0], table[1], dH / R)
            by_T[j] += (E / T - slope * dcp / R) / T
        elif z[KIND] == PLOG:
            _, by_p[j], by_T[j] = pressure_log(table, x, x_T, ln_p)
            by_T[j] += by_p[j] / T
        elif z[KIND] == CHEBYSHEV:
            _, by_p[j], by_T[j] = chebyshev(table, T, ln_p)
            by_T[j] += by_p[j] / T
        elif z[KIND] >= LINDEMANN:
            i = z[FIRST]
            by_M[j], by_T[j] = falloff_slopes(z, x[i : i + 5], x_T[i : i + 5], M[z[BODY]])


@kernel
def power(c, order):
    """c^order, with the sign of c: what rounding makes negative must not grow."""
    if order == 1.0:
        return c
    if order == 2.0:
        return c * abs(c)
    return max(c, 0.0) ** order


@kernel
def product(odd, odd_nu, n, side, c, without):
    """prod c^nu over a side of an odd reaction, one factor left out (-1: none)."""
    out = 1.0
    for q in range(odd.shape[2]):
        if q != without:
            out *= power(c[odd[n, side, q]], odd_nu[n, side, q])
    return out


@kernel
def progress(slots, odd, odd_nu, odd_of, k, back, c, q):
    """Net rates of progress k (prod c^nu' - back prod c^nu''); c has a last entry 1."""
    for j in range(k.size):
        there = c[slots[j, 0]] * c[slots[j, 1]] * c[slots[j, 2]]
        q[j] = k[j] * (there - back[j] * (c[slots[j, 3]] * c[slots[j, 4]] * c[slots[j, 5]]))
    for n in range(odd_of.size):
        j = odd_of[n]
        q[j] = product(odd, odd_nu, n, 0, c, -1)
        if back[j] > 0.0:
            q[j] -= back[j] * product(odd, odd_nu, n, 1, c, -1)
        q[j] *= k[j]


@kernel
def spread(members, ends, odd, odd_nu, odd_of, q, w):
    """Production of the species by the rates of progress.

    members: of species i from ends[i] on, numbers of reactions that make it, and R plus the numbers
    of those that use it. q (2 R): the second half is scratch.
    """
    R = q.size // 2
    for j in range(R):
        q[R + j] = -q[j]
    for i in range(w.size):
        total = 0.0
        for e in range(ends[i], ends[i + 1]):
            total += q[members[e]]
        w[i] = total
    for n in range(odd_of.size):
        for s in range(odd.shape[2]):
            if odd[n, 2, s] < w.size:
                w[odd[n, 2, s]] += odd_nu[n, 2, s] * q[odd_of[n]]


@kernel
def add_slope(slots, odd, odd_nu, n, j, i, d, J):
    """Add to column i of J what the species gain by a slope d of reaction j; n: odd one, or -1."""
    none = J.shape[0]
    if n < 0:
        for s in range(3):
            if slots[j, s] < none:
                J[slots[j, s], i] -= d
            if slots[j, 3 + s] < none:
                J[slots[j, 3 + s], i] += d
        return
    for s in range(odd.shape[2]):
        if odd[n, 2, s] < none:
            J[odd[n, 2, s], i] += odd_nu[n, 2, s] * d


@kernel
def concentration_columns(slots, odd, odd_nu, odd_of, k, back, c, J):
    """Add to J the slopes of the production by the concentrations at fixed rate constants."""
    none = J.shape[0]
    for j in range(k.size):
        for s in range(6):
            i = slots[j, s]
            if i < none and (s < 3 or back[j] > 0.0):
                side = 3 if s > 2 else 0
                d = k[j] * c[slots[j, side + (s + 1) % 3]] * c[slots[j, side + (s + 2) % 3]]
                add_slope(slots, odd, odd_nu, -1, j, i, -back[j] * d if s > 2 else d, J)
    for n in range(odd_of.size):
        j = odd_of[n]
        for side in range(2):
            factor = k[j] * (-back[j] if side == 1 else 1.0)
            for s in range(odd.shape[2]):
                i, order = odd[n, side, s], odd_nu[n, side, s]
                if i < none and factor != 0.0 and order != 0.0:
                    d = factor * product(odd, odd_nu, n, side, c, s) * order
                    if order != 1.0:
                        d *= abs(c[i]) if order == 2.0 else max(c[i], 1e-100) ** (order - 1.0)
                    add_slope(slots, odd, odd_nu, n, j, i, d, J)


@kernel
def common_columns(
    reactions, slots, odd, odd_nu, odd_of, k, back, c, q, by_M, by_p, by_T, ln_K_T, M, total, V
):
    """Fill V (S, Q + 2): slopes of the production by each [M], by the sum of c, and by T."""
    V[:, :] = 0.0
    Q, n = M.size, 0
    for j in range(k.size):
        is_odd = n < odd_of.size and odd_of[n] == j
        there = product(odd, odd_nu, n, 1, c, -1) if is_odd else 1.0
        there *= c[slots[j, 3]] * c[slots[j, 4]] * c[slots[j, 5]]
        which, body = n if is_odd else -1, reactions[j, BODY]
        if body >= 0:
            d = q[j] * by_M[j] / M[body] if M[body] != 0.0 else 0.0  # [M] of a trace may be below 0
            add_slope(slots, odd, odd_nu, which, j, body, d, V)
        if by_p[j] != 0.0:
            add_slope(slots, odd, odd_nu, which, j, Q, q[j] * by_p[j] / max(total, 1e-300), V)
        d = q[j] * by_T[j] + k[j] * back[j] * there * ln_K_T[j]
        add_slope(slots, odd, odd_nu, which, j, Q + 1, d, V)
        n += 1 if is_odd else 0


@kernel
def add_third_bodies(bodies, extra, extra_of, V, J):
    """Add to J what V has by [M] and by the sum of c, which change with all concentrations."""
    S, Q = J.shape[0], bodies.size
    for i in range(S):
        common = V[i, Q]
        for m in range(Q):
            common += bodies[m] * V[i, m]
        for s in range(S):
            J[i, s] += common
    for m in range(Q):
        for s in range(extra.shape[1]):
            if extra_of[m, s] < 0:
                break
            for i in range(S):
                J[i, extra_of[m, s]] += extra[m, s] * V[i, m]
