"""Activity coefficients of liquids: Wilson, NRTL, UNIQUAC, modified UNIFAC (Dortmund).

All pair parameters have one form, p0 + p1/T + p2 ln T + p3 T, for ln Lambda_ij (Wilson), tau_ij
(NRTL), ln tau_ij (UNIQUAC) and ln psi_nm of groups (UNIFAC).

    Wilson   ln g_i = 1 - ln sum_j x_j L_ij - sum_k x_k L_ki/sum_j x_j L_kj
    NRTL     ln g_i = sum_j tau_ji G_ji x_j/S_i + sum_j x_j G_ij/S_j (tau_ij - M_j/S_j)
             G_ij = exp(-alpha_ij tau_ij), S_j = sum_k G_kj x_k, M_j = sum_m x_m tau_mj G_mj
    UNIQUAC  ln g_i = ln(phi_i/x_i) + 5 q_i ln(theta_i/phi_i) + l_i - phi_i/x_i sum_j x_j l_j
             + q_i (1 - ln sum_j theta_j tau_ji - sum_j theta_j tau_ij/sum_k theta_k tau_kj)
    UNIFAC   1 - V' + ln V' - 5 q (1 - V/F + ln(V/F)) + sum_k nu_ki (ln G_k - ln G_k pure),  V' with
             r^(3/4); ln G_k = Q_k (1 - ln sum_m th_m psi_mk - sum_m th_m psi_km/sum_n th_n psi_nm)

x are mole fractions, or amounts: every sum is taken over their total.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import kernel

IDEAL, WILSON, NRTL, UNIQUAC, UNIFAC = range(5)


@kernel
def parameter(pairs, i, j, T):
    """p0 + p1/T + p2 ln T + p3 T of a pair."""
    return pairs[0, i, j] + pairs[1, i, j] / T + pairs[2, i, j] * np.log(T) + pairs[3, i, j] * T


@kernel
def wilson(pairs, T, x, out):
    """Fill out with ln gamma."""
    n = x.size
    for i in range(n):
        out[i] = 1.0
    for k in range(n):
        s = 0.0
        for j in range(n):
            s += x[j] * np.exp(parameter(pairs, k, j, T))
        out[k] -= np.log(s)
        for i in range(n):
            out[i] -= x[k] * np.exp(parameter(pairs, k, i, T)) / s


@kernel
def nrtl(pairs, alpha, T, x, out):
    """Fill out with ln gamma."""
    n = x.size
    for i in range(n):
        out[i] = 0.0
    for j in range(n):
        S = M = 0.0
        for k in range(n):
            tau = parameter(pairs, k, j, T)
            G = np.exp(-alpha[k, j] * tau) * x[k]
            S += G
            M += tau * G
        out[j] += M / S
        for i in range(n):
            tau = parameter(pairs, i, j, T)
            out[i] += x[j] * np.exp(-alpha[i, j] * tau) / S * (tau - M / S)


@kernel
def uniquac(pairs, size, T, x, out):
    """Fill out with ln gamma; size (2, C): r and q."""
    n, r, q = x.size, size[0], size[1]
    R = Q = lx = 0.0
    for i in range(n):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        lx += x[i] * (5.0 * (r[i] - q[i]) - (r[i] - 1.0))
    for i in range(n):
        l_i = 5.0 * (r[i] - q[i]) - (r[i] - 1.0)
        out[i] = np.log(r[i] / R) + 5.0 * q[i] * np.log(q[i] * R / (r[i] * Q)) + l_i
        out[i] += q[i] - r[i] / R * lx
    for k in range(n):
        s = 0.0
        for j in range(n):
            s += q[j] * x[j] / Q * np.exp(parameter(pairs, j, k, T))
        out[k] -= q[k] * np.log(s)
        for i in range(n):
            out[i] -= q[i] * q[k] * x[k] / Q * np.exp(parameter(pairs, i, k, T)) / s


@kernel
def group_residual(pairs, Q, T, share, out):
    """Fill out (G,) with ln of the groups' activity at their surface shares."""
    n = Q.size
    for k in range(n):
        out[k] = 1.0
    for m in range(n):
        s = 0.0
        for k in range(n):
            s += share[k] * np.exp(parameter(pairs, k, m, T))
        out[m] -= np.log(s)
        for k in range(n):
            out[k] -= share[m] * np.exp(parameter(pairs, k, m, T)) / s
    for k in range(n):
        out[k] *= Q[k]


@kernel
def unifac(pairs, size, groups, group_Q, T, x, out):
    """Fill out with ln gamma; size (2, C): r and q; groups (C, G)."""
    C, G = groups.shape
    r, q = size[0], size[1]
    R = Q = bulk = 0.0
    for i in range(C):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        bulk += r[i] ** 0.75 * x[i]
    share, mixed, pure = np.empty(G), np.empty(G), np.empty(G)
    for k in range(G):
        share[k] = 0.0
        for i in range(C):
            share[k] += x[i] * groups[i, k] * group_Q[k] / Q
    group_residual(pairs, group_Q, T, share, mixed)
    for i in range(C):
        V, F, W = r[i] / R, q[i] / Q, r[i] ** 0.75 / bulk
        out[i] = 1.0 - W + np.log(W) - 5.0 * q[i] * (1.0 - V / F + np.log(V / F))
        for k in range(G):
            share[k] = groups[i, k] * group_Q[k] / q[i]
        group_residual(pairs, group_Q, T, share, pure)
        for k in range(G):
            if groups[i, k] > 0.0:
                out[i] += groups[i, k] * (mixed[k] - pure[k])
