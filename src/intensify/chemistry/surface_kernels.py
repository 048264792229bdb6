"""Rates on a surface and their slopes, as kernels over a `SurfaceNetwork` with a scratch."""

from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.chemistry.gas_progress import (
    add_slope,
    change,
    changes,
    concentration_columns,
    exponents,
    product,
    progress,
    spread,
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

    T: np.ndarray  # (1,) at which g to ln_K hold
    g: np.ndarray  # (S + 1) g/RT - ln(standard concentration)
    h: np.ndarray  # (S + 1) J/mol
    cp: np.ndarray  # (S + 1)
    cp_T: np.ndarray  # (S + 1)
    c: np.ndarray  # (S + 1) mol/m3, mol/m2, 1 for a solid and for no species
    w: np.ndarray  # (S + 1) production [mol/m2/s]
    x: np.ndarray  # (R) ln of the Arrhenius laws, without their sign
    x_T: np.ndarray  # (R)
    ln_K: np.ndarray  # (R) of the reversible reactions
    K_T: np.ndarray  # (R) slopes of ln K by T at fixed c
    back: np.ndarray  # (R) 1/K, 0: irreversible
    k: np.ndarray  # (R)
    weight: np.ndarray  # (R) slope of ln k by ln of the sticking coefficient, else 1
    by_T: np.ndarray  # (R) slope of ln k by T
    q: np.ndarray  # (2 R) net rates of progress, and their negatives


@kernel
def room(net):
    """Length of the scratch of an evaluation."""
    return 1 + 6 * (net.species.shape[0] + 1) + 10 * net.slots.shape[0]


@kernel
def work(net, space):
    """The scratch in its parts; zeros at first."""
    S, R = net.species.shape[0] + 1, net.slots.shape[0]
    s, r = space[1:], space[1 + 6 * S :]
    return Work(
        space[:1], s[:S], s[S : 2 * S], s[2 * S : 3 * S], s[3 * S : 4 * S], s[4 * S : 5 * S],
        s[5 * S : 6 * S], r[:R], r[R : 2 * R], r[2 * R : 3 * R], r[3 * R : 4 * R],
        r[4 * R : 5 * R], r[5 * R : 6 * R], r[6 * R : 7 * R], r[7 * R : 8 * R], r[8 * R : 10 * R],
    )  # fmt: skip


@kernel
def thermo(net, T, space):
    """Fill what only T sets: properties, Arrhenius laws, 1/K."""
    if space[0] == T:
        return
    it, S = work(net, space), net.species.shape[0]
    it.T[0] = T
    polynomials(net.species, net.ranges, R_GAS, T, it.g, it.h, it.cp, it.cp_T)
    for i in range(S):
        it.g[i] -= net.standard[i]
        if i < net.gas:
            it.g[i] -= np.log(net.species[i, 1] / (R_GAS * T))
    exponents(net.arrhenius, T, it.x, it.x_T)
    for j in range(it.x.size):
        if net.factors[j, BOND] > 0.0:
            dH = change(net.slots, net.odd, net.odd_nu, net.odd_of, it.h, j) / R_GAS
            dcp = change(net.slots, net.odd, net.odd_nu, net.odd_of, it.cp, j) / R_GAS
            E, slope = barrier(net.factors[j, BARRIER], net.factors[j, BOND], dH)
            it.x[j] -= E / T
            it.x_T[j] += (E / T - slope * dcp) / T
    changes(net.slots, net.odd, net.odd_nu, net.odd_of, net.reversible, it.g, it.ln_K)
    for n in range(net.reversible.size):
        it.back[net.reversible[n]] = np.exp(it.ln_K[n])
    for i in range(net.gas):
        it.h[i] -= R_GAS * T
    changes(net.slots, net.odd, net.odd_nu, net.odd_of, net.reversible, it.h, it.ln_K)
    for n in range(net.reversible.size):
        it.K_T[net.reversible[n]] = it.ln_K[n] / (R_GAS * T * T)
    for i in range(net.gas):
        it.h[i] += R_GAS * T


@kernel
def coverage_term(net, d, theta, T):
    """ln of the factor of row d of the coverages' table, its slopes by the coverage and by T."""
    row = net.coverage[d]
    E = theta * (row[E1] + theta * (row[E1 + 1] + theta * (row[E1 + 2] + theta * row[E1 + 3])))
    E_slope = row[E1] + theta * (
        2.0 * row[E1 + 1] + theta * (3.0 * row[E1 + 2] + theta * 4.0 * row[E1 + 3])
    )
    value, slope = row[A_LN10] * theta - E / T, row[A_LN10] - E_slope / T
    if row[ORDER] != 0.0:
        value += row[ORDER] * np.log(max(theta, LEAST))
        slope += row[ORDER] / theta if theta > LEAST else 0.0
    return value, slope, E / (T * T)


@kernel
def constants(net, T, space):
    """Fill k, its slopes by T, and what a sticking coefficient counts in it."""
    it = work(net, space)
    for j in range(it.k.size):
        it.k[j], it.by_T[j] = it.x[j], it.x_T[j]
    for d in range(net.coverage.shape[0]):
        j, i = net.coverage_of[d, 0], net.coverage_of[d, 1]
        value, _, by_T = coverage_term(net, d, net.cover[i] * it.c[i], T)
        it.k[j] += value
        it.by_T[j] += by_T
    for j in range(it.k.size):
        it.k[j], it.weight[j] = net.arrhenius[0, j] * np.exp(it.k[j]), 1.0
        if net.reactions[j, STICKS] > 0:
            if net.reactions[j, MOTZ_WISE] > 0:
                it.weight[j] = 1.0 / (1.0 - 0.5 * it.k[j])
            it.k[j] *= it.weight[j] * np.sqrt(T) * net.factors[j, MULTIPLIER]
            it.by_T[j] = it.by_T[j] * it.weight[j] + 0.5 / T


@kernel
def production(net, T, c, space):
    """Fill w with net production rates per surface [mol/m2/s] of gas, adsorbate and solid."""
    thermo(net, T, space)
    it, S = work(net, space), net.species.shape[0]
    for i in range(S):
        it.c[i] = c[i]
    it.c[S] = 1.0
    constants(net, T, space)
    progress(net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, it.q)
    spread(net.members, net.ends, net.odd, net.odd_nu, net.odd_of, it.q, it.w[:S])


@kernel
def jacobian(net, T, c, J, by_T, space):
    """Fill J (S, S) with the slopes of w by c (solids keep theirs), by_T (S, 1) with those by T."""
    production(net, T, c, space)
    it = work(net, space)
    J[:, :], by_T[:, :] = 0.0, 0.0
    concentration_columns(net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, J)
    n = 0
    for j in range(it.k.size):
        is_odd = n < net.odd_of.size and net.odd_of[n] == j
        there = product(net.odd, net.odd_nu, n, 1, it.c, -1) if is_odd else 1.0
        there *= it.c[net.slots[j, 3]] * it.c[net.slots[j, 4]] * it.c[net.slots[j, 5]]
        d = it.q[j] * it.by_T[j] + it.k[j] * it.back[j] * there * it.K_T[j]
        add_slope(net.slots, net.odd, net.odd_nu, n if is_odd else -1, j, 0, d, by_T)
        n += 1 if is_odd else 0
    for d in range(net.coverage.shape[0]):
        j, i = net.coverage_of[d, 0], net.coverage_of[d, 1]
        _, slope, _ = coverage_term(net, d, net.cover[i] * it.c[i], T)
        slope *= it.q[j] * it.weight[j] * net.cover[i]
        which = -1
        for m in range(net.odd_of.size):
            if net.odd_of[m] == j:
                which = m
        add_slope(net.slots, net.odd, net.odd_nu, which, j, i, slope, J)


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
