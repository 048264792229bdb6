"""Rates of a gas and their slopes, as kernels over a `GasNetwork` with a scratch."""

from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, inlined, inner
from intensify.chemistry.gas_constants import (
    BODIES,
    CENTRES,
    CHANGING,
    FALLOFFS,
    PRESSURES,
    START,
    constants,
    exponent_slopes,
    exponents,
    slopes,
    third_bodies,
)
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
from intensify.numerics.elementary import exp_all


class Seen(NamedTuple):
    """What reactors read and write of the scratch; the last entries stand for no species."""

    h: np.ndarray  # (S + 1) J/mol
    cp: np.ndarray  # (S + 1) J/mol/K
    cp_T: np.ndarray  # (S + 1)
    c: np.ndarray  # (S + 1) concentrations, 1 for no species
    w: np.ndarray  # (S + 1) production


@inner
@inlined
def seen(net, space):
    """What reactors read and write of the scratch."""
    S, s = net.species.shape[0] + 1, borrow(space)
    return Seen(s[:S], s[S : 2 * S], s[2 * S : 3 * S], s[3 * S : 4 * S], s[4 * S : 5 * S])


class Work(NamedTuple):
    """Scratch of an evaluation: what only T sets, what concentrations set, what slopes need."""

    h: np.ndarray  # these five as in `Seen`
    cp: np.ndarray
    cp_T: np.ndarray
    c: np.ndarray
    w: np.ndarray
    T: np.ndarray  # (1,) at which h to cp_T and g to back hold
    held: np.ndarray  # (9 S + 3), see `gas_rates.polynomials`
    g: np.ndarray  # (S + 1) g/RT - ln(p0/RT)
    h_T: np.ndarray  # (S + 1) slope of -g by T
    row: np.ndarray  # (S + 1) slopes of one w
    x: np.ndarray  # (A) Arrhenius terms
    ln_K: np.ndarray  # (B) of the reversible reactions
    all: np.ndarray  # what of x changes with T, and ln_K; vectors of 16 without a rest
    spare: np.ndarray  # (A + B + R + 16)
    x_T: np.ndarray  # (A) slopes of the logarithms of the Arrhenius terms
    M: np.ndarray  # (Q + 1) third bodies, 1 for none
    back: np.ndarray  # (R) 1/K, 0: irreversible
    k: np.ndarray  # (R) rate constants
    q: np.ndarray  # (R) net rates of progress
    logs: np.ndarray  # (R) or less, see `gas_constants.falloffs`
    by_M: np.ndarray  # (R) slopes of ln k, then of q: by [M]
    by_p: np.ndarray  # (R) by p, then by the sum of c
    by_T: np.ndarray  # (R) by T
    d: np.ndarray  # (6 R) slopes of q by the concentration in each slot


@inner
@inlined
def room(net):
    """Length of the scratch of an evaluation."""
    S, A, B = net.species.shape[0] + 1, net.arrhenius.shape[1], net.reversible.size
    return 37 + 17 * S + 3 * A + 2 * B + net.bodies.size + 15 * net.slots.shape[0]


@inner
@inlined
def work(net, space):
    """The scratch in its parts; zeros at first."""
    space = borrow(space)
    S, A, B = net.species.shape[0] + 1, net.arrhenius.shape[1], net.reversible.size
    R, Q, C = net.slots.shape[0], net.bodies.size + 1, net.starts[CHANGING]
    last = net.starts[PRESSURES]
    falloffs = 2 * last - net.starts[FALLOFFS] - net.starts[CENTRES]
    s, x = space[5 * S :], space[4 + 17 * S :]
    y = x[A + B + 16 :]
    z = y[A + B + R + 16 :]
    r = z[A + Q :]
    h, cp, cp_T, c, w = seen(net, space)
    return Work(
        h, cp, cp_T, c, w, s[:1], s[1 : 4 + 9 * S], s[4 + 9 * S : 4 + 10 * S],
        s[4 + 10 * S : 4 + 11 * S], s[4 + 11 * S : 4 + 12 * S], x[:A], x[A : A + B],
        x[C : C + (A + B - C + 15) // 16 * 16], y[: A + B + R + 16], z[:A], z[A : A + Q], r[:R],
        r[R : 2 * R], r[2 * R : 3 * R], r[3 * R : 3 * R + falloffs], r[5 * R : 6 * R],
        r[6 * R : 7 * R], r[7 * R : 8 * R], r[8 * R : 14 * R],
    )  # fmt: skip


@inner
@inlined
def thermo(net, T, it):
    """Fill what only T sets: properties, Arrhenius terms, 1/K."""
    if it.T[0] == T:
        return
    it.T[0] = T
    polynomials(net.species, net.ranges, R_GAS, T, it.held, it.g, it.h, it.cp, it.cp_T)
    standard = np.log(net.species[0, 1] / (R_GAS * T))
    for i in range(net.species.shape[0]):
        it.g[i] -= standard
    changes(net, it.g, it.ln_K)
    exponents(net.arrhenius, net.starts[CHANGING], T, it.x[net.starts[CHANGING] :])
    for n in range(net.barriers.size):
        j = net.barriers[n]
        start = net.reactions[j, START]
        dH = change(net, it.h, j) / R_GAS
        it.x[j] -= barrier(net.tables[start], net.tables[start + 1], dH)[0] / T
    exp_all(it.all, it.spare)
    for i in range(net.starts[CHANGING]):
        it.x[i] = 1.0
    for i in range(it.x.size):
        it.x[i] *= net.arrhenius[0, i]
    for j in range(net.starts[BODIES]):
        it.k[j] = it.x[j]
    to_reactions(net, it.ln_K, it.back)


@inner
@inlined
def ln_pressure(net, T, total):
    """ln p, where rates over pressure need it."""
    needed = net.starts[PRESSURES] < net.slots.shape[0]
    return np.log(max(R_GAS * T * total, 1e-300)) if needed else 0.0


@inner
def production(net, T, c, space):
    """Fill w with net production rates [mol/m3/s]; returns the sum of c."""
    net = borrow(net)
    it, S = work(net, space), c.size
    thermo(net, T, it)
    for i in range(S):
        it.c[i] = c[i]
    it.c[S] = 1.0
    total = third_bodies(net.bodies, net.extra, net.extra_of, it.c, it.M)
    constants(net, T, ln_pressure(net, T, total), it)
    progress(net, it.k, it.back, it.c, it.q)
    spread(net, it.q, it.w[:S])
    return total


@inner
@inlined
def progress_slopes(net, T, total, it):
    """Turn the slopes of ln k into those of the rates of progress by [M], the sum of c, and T."""
    for i in range(net.species.shape[0]):
        it.h_T[i] = (it.h[i] / (R_GAS * T) - 1.0) / T
    backwards(net, it.k, it.back, it.c, it.spare[: it.k.size])
    for j in range(it.k.size):
        M = it.M[net.of_body[j]]
        it.by_M[j] *= it.q[j] / M if M != 0.0 else 0.0  # [M] of a trace may be below 0
        it.by_p[j] *= it.q[j] / max(total, 1e-300)
        it.by_T[j] *= it.q[j]
    K_T = it.spare[it.k.size : it.k.size + it.ln_K.size]
    changes(net, it.h_T, K_T)
    for n in range(K_T.size):
        it.by_T[net.reversible[n]] += it.spare[net.reversible[n]] * K_T[n]


@inner
@inlined
def add_shared(net, i, it, V):
    """Add to row i of V what species i gains, by slots, by each [M], the sum of c, and T."""
    Q, by_p, by_T = net.bodies.size, 0.0, 0.0
    for e in range(net.ends[2 * i], net.ends[2 * i + 1]):
        j = net.members[e]
        by_T += it.by_T[j]
        if j >= net.starts[BODIES]:
            V[i, net.of_body[j]] += it.by_M[j]
            by_p += it.by_p[j]
    for e in range(net.ends[2 * i + 1], net.ends[2 * i + 2]):
        j = net.members[e]
        by_T -= it.by_T[j]
        if j >= net.starts[BODIES]:
            V[i, net.of_body[j]] -= it.by_M[j]
            by_p -= it.by_p[j]
    V[i, Q] += by_p
    V[i, Q + 1] += by_T


@inner
def jacobian(net, T, c, J, V, space):
    """Fill J with the slopes of w by c, and the last column of V (S, Q + 2) with those by T.

    J_ik = sum_j nu_ij (k_j d(prod)/dc_k + q_j (e_jk dln k_j/d[M] + dln k_j/dln p/sum(c)))
    The other columns of V: by each [M] and by the sum of c, which change with all concentrations.
    """
    net = borrow(net)
    total = production(net, T, c, space)
    it, S, Q = work(net, space), c.size, net.bodies.size
    exponent_slopes(net.arrhenius, T, it.x_T)
    slopes(net, T, ln_pressure(net, T, total), it)
    progress_slopes(net, T, total, it)
    slot_slopes(net, it.k, it.back, it.c, it.d)
    J[:, :], V[:, :] = 0.0, 0.0
    add_odd_columns(net, it.k, it.back, it.c, J)
    add_wide_columns(net, it.d, J)
    for n in range(net.odd_of.size):
        j = net.odd_of[n]
        add_odd(net, n, net.of_body[j], it.by_M[j], V)
        add_odd(net, n, Q, it.by_p[j], V)
        add_odd(net, n, Q + 1, it.by_T[j], V)
    for i in range(S):
        add_shared(net, i, it, V)
        common = V[i, Q]
        for m in range(Q):
            common += net.bodies[m] * V[i, m]
        it.row[:] = common
        for m in range(Q):
            if V[i, m] != 0.0:
                for q in range(net.extra.shape[1]):
                    it.row[net.extra_of[m, q]] += net.extra[m, q] * V[i, m]
        add_row(net, i, it.d, it.row)
        for s in range(S):
            J[i, s] += it.row[s]
