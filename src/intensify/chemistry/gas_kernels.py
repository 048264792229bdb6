"""Rates of a gas and their slopes, as kernels over a `GasNetwork` with a scratch."""

from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.chemistry.gas_progress import (
    FALLOFFS,
    KIND,
    START,
    add_third_bodies,
    change,
    changes,
    common_columns,
    concentration_columns,
    constants,
    exponents,
    progress,
    slopes,
    spread,
    third_bodies,
)
from intensify.chemistry.gas_rates import BLOWERS_MASEL, barrier, polynomials
from intensify.chemistry.network import R_GAS
from intensify.numerics.elementary import exp_all


class Work(NamedTuple):
    """Scratch of an evaluation: what only T sets, what concentrations set, what slopes need."""

    T: np.ndarray  # (1,) at which g to back hold
    g: np.ndarray  # (S + 1) g/RT; the last entry of these stands for no species
    h: np.ndarray  # (S + 1) J/mol
    cp: np.ndarray  # (S + 1) J/mol/K
    cp_T: np.ndarray  # (S + 1)
    c: np.ndarray  # (S + 1) concentrations, 1 for no species
    w: np.ndarray  # (S + 1) production
    x: np.ndarray  # (A) Arrhenius terms
    ln_K: np.ndarray  # (B) of the reversible reactions
    all: np.ndarray  # (A + B) x and ln_K
    spare: np.ndarray  # (A + B)
    x_T: np.ndarray  # (A) slopes of the logarithms of the Arrhenius terms
    M: np.ndarray  # (Q) third bodies
    back: np.ndarray  # (R) 1/K, 0: irreversible
    k: np.ndarray  # (R) rate constants
    q: np.ndarray  # (2 R) net rates of progress, and their negatives
    by_M: np.ndarray  # (R) slopes of ln k
    by_p: np.ndarray  # (R)
    by_T: np.ndarray  # (R)
    K_T: np.ndarray  # (R) slopes of ln K


@kernel
def room(net):
    """Length of the scratch of an evaluation."""
    S, A, B = net.species.shape[0] + 1, net.arrhenius.shape[1], net.reversible.size
    return 1 + 6 * S + 3 * A + 2 * B + net.bodies.size + 8 * net.slots.shape[0]


@kernel
def work(net, space):
    """The scratch in its parts; zeros at first."""
    S, A, B = net.species.shape[0] + 1, net.arrhenius.shape[1], net.reversible.size
    R, Q = net.slots.shape[0], net.bodies.size
    s, x = space[1:], space[1 + 6 * S :]
    y = x[2 * (A + B) :]
    r = y[A + Q :]
    return Work(
        space[:1], s[:S], s[S : 2 * S], s[2 * S : 3 * S], s[3 * S : 4 * S], s[4 * S : 5 * S],
        s[5 * S : 6 * S], x[:A], x[A : A + B], x[: A + B], x[A + B : 2 * (A + B)], y[:A],
        y[A : A + Q], r[:R], r[R : 2 * R], r[2 * R : 4 * R], r[4 * R : 5 * R], r[5 * R : 6 * R],
        r[6 * R : 7 * R], r[7 * R : 8 * R],
    )  # fmt: skip


@kernel
def thermo(net, T, space):
    """Fill what only T sets: properties, Arrhenius terms, 1/K."""
    if space[0] == T:
        return
    it = work(net, space)
    it.T[0] = T
    polynomials(net.species, net.ranges, R_GAS, T, it.g, it.h, it.cp, it.cp_T)
    changes(net.slots, net.odd, net.odd_nu, net.odd_of, net.reversible, it.g, it.ln_K)
    exponents(net.arrhenius, T, it.x, it.x_T)
    for j in range(net.starts[FALLOFFS]):
        if net.reactions[j, KIND] == BLOWERS_MASEL:
            at = net.reactions[j, START]
            dH = change(net.slots, net.odd, net.odd_nu, net.odd_of, it.h, j) / R_GAS
            it.x[j] -= barrier(net.tables[at], net.tables[at + 1], dH)[0] / T
    standard = np.log(net.species[0, 1] / (R_GAS * T))
    for n in range(it.ln_K.size):
        it.ln_K[n] -= net.changes[n] * standard
    exp_all(it.all, it.spare)
    for i in range(it.x.size):
        it.x[i] *= net.arrhenius[0, i]
    for n in range(it.ln_K.size):
        it.back[net.reversible[n]] = it.ln_K[n]


@kernel
def production(net, T, c, space):
    """Fill w with net production rates [mol/m3/s]; returns the sum of c."""
    thermo(net, T, space)
    it, S = work(net, space), c.size
    for i in range(S):
        it.c[i] = c[i]
    it.c[S] = 1.0
    total = third_bodies(net.bodies, net.extra, net.extra_of, c, it.M)
    ln_p = np.log(max(R_GAS * T * total, 1e-300))
    constants(net.reactions, net.starts, net.tables, T, ln_p, it.x, it.x_T, it.M, it.k, it.spare)
    progress(net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, it.q)
    spread(net.members, net.ends, net.odd, net.odd_nu, net.odd_of, it.q, it.w[:S])
    return total


@kernel
def jacobian(net, T, c, J, V, space):
    """Fill J with the slopes of w by c, and the last column of V (S, Q + 2) with those by T.

    J_ik = sum_j nu_ij (k_j d(prod)/dc_k + q_j (e_jk dln k_j/d[M] + dln k_j/dln p/sum(c)))
    """
    total = production(net, T, c, space)
    it, ln_p = work(net, space), np.log(max(R_GAS * T * total, 1e-300))
    slopes(net, T, ln_p, R_GAS, it.x, it.x_T, it.M, it.h, it.cp, it.by_M, it.by_p, it.by_T)
    heats = it.spare[: it.ln_K.size]
    changes(net.slots, net.odd, net.odd_nu, net.odd_of, net.reversible, it.h, heats)
    for n in range(heats.size):
        it.K_T[net.reversible[n]] = heats[n] / (R_GAS * T * T) - net.changes[n] / T
    J[:, :] = 0.0
    concentration_columns(net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, J)
    common_columns(
        net.reactions, net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, it.q,
        it.by_M, it.by_p, it.by_T, it.K_T, it.M, total, V,
    )  # fmt: skip
    add_third_bodies(net.bodies, net.extra, net.extra_of, V, J)
