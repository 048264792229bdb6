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

x are mole fractions, or amounts: every sum is taken over their total. What depends on temperature
alone is worked out once, by `terms_at`.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import kernel

IDEAL, WILSON, NRTL, UNIQUAC, UNIFAC = range(5)


@kernel
def terms_at(model, pairs, alpha, size, groups, group_Q, T, terms):
    """Fill terms[0] with Lambda, G, tau or psi at T; terms[1] with tau (NRTL), pure parts (UNIFAC).

    terms (2 or more, K, K), K the number of components or of groups, whichever is more.
    """
    if model == IDEAL:
        return
    n, ln_T = pairs.shape[1], np.log(T)
    for i in range(n):
        for j in range(n):
            p = pairs[0, i, j] + pairs[1, i, j] / T + pairs[2, i, j] * ln_T + pairs[3, i, j] * T
            if model == NRTL:
                terms[1, i, j] = p
                p *= -alpha[i, j]
            terms[0, i, j] = 1.0 if p == 0.0 else np.exp(p)
    if model == UNIFAC:
        share, pure = np.empty(n), np.empty(n)
        for i in range(groups.shape[0]):
            for k in range(n):
                share[k] = groups[i, k] * group_Q[k] / size[1, i]
            group_residual(terms[0], group_Q, share, pure)
            terms[1, 0, i] = 0.0
            for k in range(n):
                terms[1, 0, i] += groups[i, k] * pure[k]


@kernel
def wilson(terms, x, out):
    """Fill out with ln gamma."""
    n, L = x.size, terms[0]
    for i in range(n):
        out[i] = 1.0
    for k in range(n):
        s = 0.0
        for j in range(n):
            s += x[j] * L[k, j]
        out[k] -= np.log(s)
        for i in range(n):
            out[i] -= x[k] * L[k, i] / s


@kernel
def nrtl(terms, x, out):
    """Fill out with ln gamma."""
    n, G, tau = x.size, terms[0], terms[1]
    for i in range(n):
        out[i] = 0.0
    for j in range(n):
        S = M = 0.0
        for k in range(n):
            S += G[k, j] * x[k]
            M += tau[k, j] * G[k, j] * x[k]
        out[j] += M / S
        for i in range(n):
            out[i] += x[j] * G[i, j] / S * (tau[i, j] - M / S)


@kernel
def uniquac(terms, size, x, out):
    """Fill out with ln gamma; size (2, C): r and q."""
    n, tau, r, q = x.size, terms[0], size[0], size[1]
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
            s += q[j] * x[j] / Q * tau[j, k]
        out[k] -= q[k] * np.log(s)
        for i in range(n):
            out[i] -= q[i] * q[k] * x[k] / Q * tau[i, k] / s


@kernel
def group_residual(psi, Q, share, out):
    """Fill out (G,) with ln of the groups' activity at their surface shares."""
    n = Q.size
    for k in range(n):
        out[k] = 1.0
    for m in range(n):
        s = 0.0
        for k in range(n):
            s += share[k] * psi[k, m]
        out[m] -= np.log(s)
        for k in range(n):
            out[k] -= share[m] * psi[k, m] / s
    for k in range(n):
        out[k] *= Q[k]


@kernel
def unifac(terms, size, groups, group_Q, x, out):
    """Fill out with ln gamma; size (2, C): r and q; groups (C, G)."""
    C, G = groups.shape
    r, q = size[0], size[1]
    R = Q = bulk = 0.0
    for i in range(C):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        bulk += r[i] ** 0.75 * x[i]
    share, mixed = np.empty(G), np.empty(G)
    for k in range(G):
        share[k] = 0.0
        for i in range(C):
            share[k] += x[i] * groups[i, k] * group_Q[k] / Q
    group_residual(terms[0], group_Q, share, mixed)
    for i in range(C):
        V, F, W = r[i] / R, q[i] / Q, r[i] ** 0.75 / bulk
        out[i] = 1.0 - W + np.log(W) - 5.0 * q[i] * (1.0 - V / F + np.log(V / F)) - terms[1, 0, i]
        for k in range(G):
            out[i] += groups[i, k] * mixed[k]
