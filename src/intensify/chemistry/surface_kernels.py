"""Rates on a surface and their slopes, as kernels over a `SurfaceNetwork` with a scratch."""

from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, inlined, inner, kernel
from intensify.chemistry.gas_constants import exponent_slopes, exponents
from intensify.chemistry.gas_kernels import seen
from intensify.chemistry.gas_progress import (
    add_odd,
    add_odd_columns,
    add_row,
    add_wide_columns,
    backwards,
    change,
    changes,
    progress,
    slot_slopes,
    spread,
    to_reactions,
)
from intensify.chemistry.gas_rates import barrier, polynomials
from intensify.chemistry.network import R_GAS

# columns of SurfaceNetwork.reactions; MOTZ_WISE: 1 where the correction is made
STICKS, MOTZ_WISE, NUMBER = range(3)
# columns of SurfaceNetwork.factors: of sticking, and of barriers by the heat of reaction [K]
MULTIPLIER, BARRIER, BOND = range(3)
# columns of SurfaceNetwork.coverage: a ln 10, m, then E1 to E4 over R [K]
A_LN10, ORDER, E1 = range(3)
LEAST = 1e-20
"""Coverage below which a power of it changes no more."""


class Work(NamedTuple):
    """Scratch of an evaluation; the last entries over species stand for none."""

    h: np.ndarray  # these five as in `gas_kernels.Seen`
    cp: np.ndarray
    cp_T: np.ndarray
    c: np.ndarray  # mol/m3, mol/m2, 1 for a solid and for no species
    w: np.ndarray  # mol/m2/s
    T: np.ndarray  # (1,) at which g to K_T hold
    held: np.ndarray  # (9 S + 3), see `gas_rates.polynomials`
    g: np.ndarray  # (S + 1) g/RT - ln(standard concentration)
    h_T: np.ndarray  # (S + 1) slope of -g by T
    row: np.ndarray  # (S + 1) slopes of one w
    x: np.ndarray  # (R) ln of the Arrhenius laws, without their sign
    x_T: np.ndarray  # (R)
    ln_K: np.ndarray  # (R) or less, of the reversible reactions
    K_T: np.ndarray  # (R) slopes of ln K by T at fixed c, 0: irreversible
    back: np.ndarray  # (R) 1/K, 0: irreversible
    k: np.ndarray  # (R)
    weight: np.ndarray  # (R) slope of ln k by ln of the sticking coefficient, else 1
    by_T: np.ndarray  # (R) slope of ln k, then of q, by T
    q: np.ndarray  # (R) net rates of progress
    d: np.ndarray  # (6 R) slopes of q by the concentration in each slot


@inner
@inlined
def room(net):
    """Length of the scratch of an evaluation."""
    return 4 + 17 * (net.species.shape[0] + 1) + 15 * net.slots.shape[0]


@inner
@inlined
def work(net, space):
    """The scratch in its parts; zeros at first."""
    space = borrow(space)
    S, R = net.species.shape[0] + 1, net.slots.shape[0]
    s, r = space[5 * S :], space[4 + 17 * S :]
    h, cp, cp_T, c, w = seen(net, space)
    return Work(
        h, cp, cp_T, c, w, s[:1], s[1 : 4 + 9 * S], s[4 + 9 * S : 4 + 10 * S],
        s[4 + 10 * S : 4 + 11 * S], s[4 + 11 * S : 4 + 12 * S], r[:R], r[R : 2 * R],
        r[2 * R : 2 * R + net.reversible.size], r[3 * R : 4 * R], r[4 * R : 5 * R],
        r[5 * R : 6 * R], r[6 * R : 7 * R], r[7 * R : 8 * R], r[8 * R : 9 * R], r[9 * R : 15 * R],
    )  # fmt: skip


@inner
@inlined
def thermo(net, T, it):
    """Fill what only T sets: properties, Arrhenius laws, 1/K."""
    if it.T[0] == T:
        return
    S = net.species.shape[0]
    it.T[0] = T
    polynomials(net.species, net.ranges, R_GAS, T, it.held, it.g, it.h, it.cp, it.cp_T)
    for i in range(S):
        it.g[i] -= net.standard[i]
        it.h_T[i] = it.h[i] / (R_GAS * T * T)
    for i in range(net.gas):
        it.g[i] -= np.log(net.species[i, 1] / (R_GAS * T))
        it.h_T[i] -= 1.0 / T
    exponents(net.arrhenius, 0, T, it.x)
    exponent_slopes(net.arrhenius, T, it.x_T)
    for j in range(it.x.size):
        if net.factors[j, BOND] > 0.0:
            dH, dcp = change(net, it.h, j) / R_GAS, change(net, it.cp, j) / R_GAS
            E, slope = barrier(net.factors[j, BARRIER], net.factors[j, BOND], dH)
            it.x[j] -= E / T
            it.x_T[j] += (E / T - slope * dcp) / T
    changes(net, it.g, it.ln_K)
    for n in range(it.ln_K.size):
        it.ln_K[n] = np.exp(it.ln_K[n])
    to_reactions(net, it.ln_K, it.back)
    changes(net, it.h_T, it.ln_K)
    to_reactions(net, it.ln_K, it.K_T)


@inner
@inlined
def coverage_term(row, theta, T):
    """ln of the factor of a row of the coverages' table, its slopes by the coverage and by T."""
    E = theta * (row[E1] + theta * (row[E1 + 1] + theta * (row[E1 + 2] + theta * row[E1 + 3])))
    E_slope = row[E1] + theta * (
        2.0 * row[E1 + 1] + theta * (3.0 * row[E1 + 2] + theta * 4.0 * row[E1 + 3])
    )
    value, slope = row[A_LN10] * theta - E / T, row[A_LN10] - E_slope / T
    if row[ORDER] != 0.0:
        value += row[ORDER] * np.log(max(theta, LEAST))
        slope += row[ORDER] / theta if theta > LEAST else 0.0
    return value, slope, E / (T * T)


@inner
@inlined
def constants(net, T, it):
    """Fill k, its slopes by T, and what a sticking coefficient counts in it."""
    for j in range(it.k.size):
        it.k[j], it.by_T[j] = it.x[j], it.x_T[j]
    for d in range(net.coverage.shape[0]):
        j, i = net.coverage_of[d, 0], net.coverage_of[d, 1]
        value, _, by_T = coverage_term(net.coverage[d], net.cover[i] * it.c[i], T)
        it.k[j] += value
        it.by_T[j] += by_T
    for j in range(it.k.size):
        it.k[j], it.weight[j] = net.arrhenius[0, j] * np.exp(it.k[j]), 1.0
        if net.reactions[j, STICKS] > 0:
            if net.reactions[j, MOTZ_WISE] > 0:
                it.weight[j] = 1.0 / (1.0 - 0.5 * it.k[j])
            it.k[j] *= it.weight[j] * np.sqrt(T) * net.factors[j, MULTIPLIER]
            it.by_T[j] = it.by_T[j] * it.weight[j] + 0.5 / T


@inner
def production(net, T, c, space):
    """Fill w with net production rates per surface [mol/m2/s] of gas, adsorbate and solid."""
    net = borrow(net)
    it, S = work(net, space), net.species.shape[0]
    thermo(net, T, it)
    for i in range(S):
        it.c[i] = c[i]
    it.c[S] = 1.0
    constants(net, T, it)
    progress(net, it.k, it.back, it.c, it.q)
    spread(net, it.q, it.w[:S])


@inner
def jacobian(net, T, c, J, by_T, space):
    """Fill J (S, S) with the slopes of w by c (solids keep theirs), by_T (S, 1) with those by T."""
    net = borrow(net)
    production(net, T, c, space)
    it, S = work(net, space), net.species.shape[0]
    slot_slopes(net, it.k, it.back, it.c, it.d)
    J[:, :] = 0.0
    add_odd_columns(net, it.k, it.back, it.c, J)
    add_wide_columns(net, it.d, J)
    for i in range(S):
        it.row[:] = 0.0
        add_row(net, i, it.d, it.row)
        for s in range(S):
            J[i, s] += it.row[s]
    there = it.d[: it.k.size]
    backwards(net, it.k, it.back, it.c, there)
    for j in range(it.k.size):
        it.by_T[j] = it.q[j] * it.by_T[j] + there[j] * it.K_T[j]
    spread(net, it.by_T, by_T[:, 0])
    for d in range(net.coverage.shape[0]):
        j, i = net.coverage_of[d, 0], net.coverage_of[d, 1]
        _, slope, _ = coverage_term(net.coverage[d], net.cover[i] * it.c[i], T)
        slope *= it.q[j] * it.weight[j] * net.cover[i]
        for s in range(6):
            k, made = net.slots[j, s], s == 2 or s == 3 or s == 5
            if k < S:
                J[k, i] += slope if made else -slope
        for m in range(net.odd_of.size):
            if net.odd_of[m] == j:
                add_odd(net, m, i, slope, J)


@kernel
def along_state(net, eta, rho, by_N, by_T, slopes):
    """Turn slopes of w by c and T (S, S + 1) into those by eta, T and theta, in this order.

    c = rho eta, with slopes by_N and by_T of rho by the sum of eta and by T.
    """
    n, G = slopes.shape[0], net.gas
    for k in range(n):
        along = 0.0
        for i in range(G):
            along += slopes[k, i] * eta[i]
        by_temperature = slopes[k, n] + along * by_T
        for m in range(net.solid, G, -1):  # theta stands one place further than c
            slopes[k, m] = slopes[k, m - 1] / net.cover[m - 1]
        slopes[k, G] = by_temperature
        for i in range(G):
            slopes[k, i] = slopes[k, i] * rho + along * by_N


@kernel
def concentrations(net, eta, rho, theta, c):
    """Fill c with those of a gas rho eta, of coverages, and of solids."""
    for i in range(net.gas):
        c[i] = rho * eta[i]
    for k in range(net.gas, net.solid):
        c[k] = theta[k - net.gas] / net.cover[k]
    for k in range(net.solid, net.species.shape[0]):
        c[k] = 1.0
