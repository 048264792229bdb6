"""Rate constants of all reactions of a gas and their slopes, kind by kind.

The reactions stand by kind; all but those with tabulated pressures have the Arrhenius term of their
own number. After these come the low-pressure limits of all falloffs, then the three terms of
centres, each of all falloffs with one, then the terms of tabulated pressures: what a kind needs
lies side by side.
"""

import numpy as np

from intensify._jit import inlined, inner
from intensify.chemistry.gas_progress import change
from intensify.chemistry.gas_rates import PLOG, barrier, chebyshev, pressure_log, sri, troe
from intensify.chemistry.network import R_GAS
from intensify.numerics.elementary import exp_all, log_all

# columns of GasNetwork.reactions; START and LENGTH: its part of `tables`, NUMBER: its place in the
# file
KIND, START, LENGTH, ACTIVATED, NUMBER = range(5)
# entries of GasNetwork.starts: the first reaction of those kinds, which stand in this order
CHANGING, BODIES, FALLOFFS, CENTRES, SRIS, PRESSURES = range(6)


@inner
@inlined
def exponents(arrhenius, first, T, x):
    """ln |A| + b ln T - Ta/T - T/T0 at T of the terms from `first` on."""
    ln_A, b = arrhenius[1, first:], arrhenius[2, first:]
    Ta, inverse = arrhenius[3, first:], arrhenius[4, first:]
    ln_T, r = np.log(T), 1.0 / T
    for i in range(x.size):
        x[i] = ln_A[i] + b[i] * ln_T - Ta[i] * r - inverse[i] * T


@inner
@inlined
def exponent_slopes(arrhenius, T, x_T):
    """Their slopes by T."""
    r = 1.0 / T
    for i in range(x_T.size):
        x_T[i] = (arrhenius[2, i] + arrhenius[3, i] * r) * r - arrhenius[4, i]


@inner
@inlined
def third_bodies(bodies, extra, extra_of, c, M):
    """[M] of each set of efficiencies: default, and what some species have beyond it.

    c and M have a last entry, of no species and no set: 1. Returns the sum of the others of c.
    """
    total = 0.0
    for i in range(c.size - 1):
        total += c[i]
    for m in range(bodies.size):
        M[m] = bodies[m] * total
        for q in range(extra.shape[1]):
            M[m] += extra[m, q] * c[extra_of[m, q]]
    M[bodies.size] = 1.0
    return total


@inner
@inlined
def falloffs(net, it):
    """Fill k of the falloffs; logs keeps ln P of all, then ln F_c of those with a centre."""
    first, last = net.starts[FALLOFFS], net.starts[PRESSURES]
    F, C, L = last - first, last - net.starts[CENTRES], net.starts[CENTRES] - first
    k, body, activated = (
        it.k[first:last],
        net.of_body[first:last],
        net.reactions[first:last, ACTIVATED],
    )
    high, low, x = it.x[first:last], it.x[last : last + F], it.x[last + F : last + F + 3 * C]
    P, centre, ln_F = it.logs[:F], it.logs[F : F + C], it.spare[:C]
    for i in range(F):
        P[i] = max(low[i] * it.M[body[i]] / high[i], 1e-300)
        k[i] = (low[i] if activated[i] else high[i] * P[i]) / (1.0 + P[i])
    T = net.starts[SRIS] - net.starts[CENTRES]  # of Troe
    for i in range(C):
        centre[i] = max(x[i] + x[C + i] + (x[2 * C + i] if i < T else 0.0), 1e-300)
    log_all(it.logs, it.spare[: F + C])
    for i in range(T):
        ln_F[i], _, _ = troe(P[L + i], centre[i], 0.0)
    for i in range(T, C):
        ln_F[i], _, _ = sri(P[L + i], centre[i], 0.0)
    exp_all(ln_F, it.spare[C : 2 * C])
    for i in range(C):
        k[L + i] *= ln_F[i]
    for i in range(T, C):
        k[L + i] *= x[2 * C + i]


@inner
def over_pressure(net, j, T, ln_p, it):
    """ln k of a reaction with tabulated pressures, its slopes by ln p and by T."""
    start, last = net.reactions[j, START], net.starts[PRESSURES]
    table = net.tables[start : start + net.reactions[j, LENGTH]]
    if net.reactions[j, KIND] == PLOG:
        levels = 5 * last - net.starts[FALLOFFS] - 3 * net.starts[CENTRES]
        return pressure_log(table, it.x[levels:], it.x_T[levels:], ln_p)
    return chebyshev(table, T, ln_p)


@inner
@inlined
def constants(net, T, ln_p, it):
    """Fill the rate constants forwards, with their third bodies; T alone sets those before them."""
    for j in range(net.starts[BODIES], net.starts[FALLOFFS]):
        it.k[j] = it.x[j] * it.M[net.of_body[j]]
    if net.starts[PRESSURES] > net.starts[FALLOFFS]:
        falloffs(net, it)
    for j in range(net.starts[PRESSURES], it.k.size):
        ln_k, _, _ = over_pressure(net, j, T, ln_p, it)
        it.k[j] = np.exp(ln_k) * it.M[net.of_body[j]]


@inner
@inlined
def falloff_slopes(net, it):
    """Slopes of ln k of the falloffs by ln [M] and by T."""
    first, broad = net.starts[FALLOFFS], net.starts[CENTRES]
    sris, last = net.starts[SRIS], net.starts[PRESSURES]
    F, C, x, x_T = last - first, last - broad, it.x, it.x_T
    for j in range(first, last):
        P, by_P, by_T = max(x[j + F] * it.M[net.of_body[j]] / x[j], 1e-300), 0.0, 0.0
        if j >= broad:
            a = last + F + j - broad
            b, c = a + C, a + 2 * C
            ln_P, ln_c = it.logs[j - first], it.logs[F + j - broad]
            centre, slope = x[a] + x[b], x[a] * x_T[a] + x[b] * x_T[b]
            if j < sris:
                slope = (slope + x[c] * x_T[c]) / max(centre + x[c], 1e-300)
                _, by_P, by_T = troe(ln_P, ln_c, slope)
            else:
                _, by_P, by_T = sri(ln_P, ln_c, slope / max(centre, 1e-300))
                by_T += x_T[c]
        activated = net.reactions[j, ACTIVATED] > 0
        it.by_M[j] = by_P + (-P if activated else 1.0) / (1.0 + P)
        by_T += it.by_M[j] * (x_T[j + F] - x_T[j])
        it.by_T[j] = by_T + x_T[j + F if activated else j]


@inner
@inlined
def slopes(net, T, ln_p, it):
    """Slopes of ln k: by ln [M], by ln p, and by T at given concentrations."""
    for j in range(it.k.size):
        it.by_M[j] = 1.0 if net.of_body[j] < net.bodies.size else 0.0
        it.by_p[j] = 0.0
    for j in range(net.starts[PRESSURES]):
        it.by_T[j] = it.x_T[j]
    for n in range(net.barriers.size):
        j = net.barriers[n]
        start = net.reactions[j, START]
        dH = change(net, it.h, j)
        dcp = change(net, it.cp, j)
        E, slope = barrier(net.tables[start], net.tables[start + 1], dH / R_GAS)
        it.by_T[j] += (E / T - slope * dcp / R_GAS) / T
    falloff_slopes(net, it)
    for j in range(net.starts[PRESSURES], it.k.size):
        _, it.by_p[j], it.by_T[j] = over_pressure(net, j, T, ln_p, it)
        it.by_T[j] += it.by_p[j] / T
