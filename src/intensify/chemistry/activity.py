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

Wilson's residual, UNIQUAC's and that of groups are one form, `local`: Q = 1 and psi_ij = L_ji make
Wilson's of it. What depends on temperature alone is worked out once, by `terms_at`, into `terms`.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import inner, kernel

IDEAL, WILSON, NRTL, UNIQUAC, UNIFAC = range(5)


@kernel
def terms_at(model, pairs, alpha, size, groups, group_Q, T, terms):
    """Fill terms[0] with Lambda^T, G, tau or psi; terms[1] with tau (NRTL), pure parts (UNIFAC).

    terms[5] and terms[6] get the slopes of these by T; terms[8] is scratch. terms (9, K, K), K the
    number of components or of groups, whichever is more.
    """
    if model == IDEAL:
        return
    n, ln_T = pairs.shape[1], np.log(T)
    for i in range(n):
        for j in range(n):
            p = pairs[0, i, j] + pairs[1, i, j] / T + pairs[2, i, j] * ln_T + pairs[3, i, j] * T
            slope = (pairs[2, i, j] - pairs[1, i, j] / T) / T + pairs[3, i, j]
            if model == NRTL:
                terms[1, i, j], terms[6, i, j] = p, slope
                p *= -alpha[i, j]
                slope *= -alpha[i, j]
            row, column = (j, i) if model == WILSON else (i, j)
            terms[0, row, column] = 1.0 if p == 0.0 else np.exp(p)
            terms[5, row, column] = slope * terms[0, row, column]
    if model == UNIFAC:
        share, pure, slopes = np.empty(n), np.empty(n), np.empty((n, n + 1))
        for i in range(groups.shape[0]):
            for k in range(n):
                share[k] = groups[i, k] * group_Q[k] / size[1, i]
            local(terms[0], group_Q, share, pure)
            local_slopes(terms[0], terms[5], group_Q, share, slopes)
            terms[1, 0, i] = terms[6, 0, i] = 0.0
            for k in range(n):
                terms[1, 0, i] += groups[i, k] * pure[k]
                terms[6, 0, i] += groups[i, k] * slopes[k, n]


@kernel
def local(psi, Q, share, out):
    """Fill out with Q_k (1 - ln s_k - sum_m share_m psi_km/s_m), s_m = sum_k share_k psi_km."""
    n = share.size
    for k in range(n):
        out[k] = 1.0
    for m in range(n):
        s = 0.0
        for k in range(n):
            s += share[k] * psi[k, m]
        out[m] -= np.log(s)
        s = share[m] / s
        for k in range(n):
            out[k] -= s * psi[k, m]
    for k in range(n):
        out[k] *= Q[k]


@kernel
def local_slopes(psi, psi_T, Q, share, d):
    """Fill d (n, n + 1) with the slopes of `local` by the shares, and by T."""
    n = share.size
    d[:n, : n + 1] = 0.0
    for m in range(n):
        s = s_T = 0.0
        for k in range(n):
            s += share[k] * psi[k, m]
            s_T += share[k] * psi_T[k, m]
        each = 1.0 / s
        d[m, n] -= s_T * each
        for k in range(n):
            e = psi[k, m] * each
            d[m, k] -= e
            d[k, m] -= e
            d[k, n] -= share[m] * each * (psi_T[k, m] - e * s_T)
            for i in range(n):
                d[k, i] += share[m] * e * each * psi[i, m]
    for k in range(n):
        for i in range(n + 1):
            d[k, i] *= Q[k]


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


@inner
def nrtl_slopes(terms, x, d):
    """Fill d (C, C + 1) with the slopes of ln gamma by x, and by T."""
    n, G, tau, G_T, tau_T = x.size, terms[0], terms[1], terms[5], terms[6]
    d[:n, : n + 1] = 0.0
    for j in range(n):
        S = M = S_T = M_T = 0.0
        for k in range(n):
            S += G[k, j] * x[k]
            M += tau[k, j] * G[k, j] * x[k]
            S_T += G_T[k, j] * x[k]
            M_T += (tau_T[k, j] * G[k, j] + tau[k, j] * G_T[k, j]) * x[k]
        m, m_T = M / S, (M_T - M / S * S_T) / S
        d[j, n] += m_T
        for i in range(n):
            g = G[i, j] / S
            e = g * (tau[i, j] - m)
            d[j, i] += e
            d[i, j] += e
            by_T = (G_T[i, j] * (tau[i, j] - m) - e * S_T) / S + g * (tau_T[i, j] - m_T)
            d[i, n] += x[j] * by_T
            for k in range(n):
                d[i, k] -= x[j] * (e + g * (tau[k, j] - m)) * G[k, j] / S


@inner
def surfaces(size, x, share):
    """Fill share with the shares in the surface; returns the sums of r x, q x and l x."""
    r, q = size[0], size[1]
    R = Q = lx = 0.0
    for i in range(x.size):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        lx += x[i] * (5.0 * (r[i] - q[i]) - (r[i] - 1.0))
    for i in range(x.size):
        share[i] = q[i] * x[i] / Q
    return R, Q, lx


@kernel
def uniquac(terms, size, x, out):
    """Fill out with ln gamma; size (2, C): r and q."""
    n, r, q, share = x.size, size[0], size[1], terms[8, 0, : x.size]
    R, Q, lx = surfaces(size, x, share)
    local(terms[0], q, share, out)
    for i in range(n):
        l_i = 5.0 * (r[i] - q[i]) - (r[i] - 1.0)
        out[i] += (
            np.log(r[i] / R) + 5.0 * q[i] * np.log(q[i] * R / (r[i] * Q)) + l_i - r[i] / R * lx
        )


@inner
def uniquac_slopes(terms, size, x, d):
    """Fill d (C, C + 1) with the slopes of ln gamma by x, and by T."""
    n, r, q, share = x.size, size[0], size[1], terms[8, 0, : x.size]
    R, Q, lx = surfaces(size, x, share)
    local_slopes(terms[0], terms[5], q, share, d)
    for k in range(n):
        t, b, l_k = q[k] / Q, r[k] / R, 5.0 * (r[k] - q[k]) - (r[k] - 1.0)
        for i in range(n):
            d[i, k] = t * (d[i, k] + q[i]) - b + 5.0 * q[i] * (b - t) - r[i] / R * (l_k - lx * b)


@kernel
def unifac(terms, size, groups, group_Q, x, out):
    """Fill out with ln gamma; size (2, C): r and q; groups (C, G)."""
    C, G = groups.shape
    r, q, share, mixed = size[0], size[1], terms[8, 0, :G], terms[8, 1, :G]
    R = Q = bulk = 0.0
    for i in range(C):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        bulk += r[i] ** 0.75 * x[i]
    group_shares(groups, group_Q, x, Q, share)
    local(terms[0], group_Q, share, mixed)
    for i in range(C):
        V, F, W = r[i] / R, q[i] / Q, r[i] ** 0.75 / bulk
        out[i] = 1.0 - W + np.log(W) - 5.0 * q[i] * (1.0 - V / F + np.log(V / F)) - terms[1, 0, i]
        for k in range(G):
            out[i] += groups[i, k] * mixed[k]


@kernel
def group_shares(groups, group_Q, x, Q, share):
    """Fill share (G,) with the groups' parts of the surface Q."""
    for k in range(share.size):
        share[k] = 0.0
        for i in range(x.size):
            share[k] += x[i] * groups[i, k] * group_Q[k] / Q


@inner
def unifac_slopes(terms, size, groups, group_Q, x, d):
    """Fill d (C, C + 1) with the slopes of ln gamma by x, and by T."""
    C, G = groups.shape
    r, q, share, by_share = size[0], size[1], terms[8, 0, :G], np.empty((G, G + 1))
    R = Q = bulk = 0.0
    for i in range(C):
        R += r[i] * x[i]
        Q += q[i] * x[i]
        bulk += r[i] ** 0.75 * x[i]
    group_shares(groups, group_Q, x, Q, share)
    local_slopes(terms[0], terms[5], group_Q, share, by_share)
    for k in range(C):
        t, b, w = q[k] / Q, r[k] / R, r[k] ** 0.75 / bulk
        for i in range(C):
            W, V_F = r[i] ** 0.75 / bulk, r[i] * Q / (R * q[i])
            d[i, k] = (W - 1.0) * w - 5.0 * q[i] * (1.0 - V_F) * (t - b)
            for g in range(G):
                rise = group_Q[g] * t
                for h in range(G):
                    rise += by_share[g, h] * groups[k, h] * group_Q[h] / Q
                d[i, k] += groups[i, g] * rise
    for i in range(C):
        d[i, C] = -terms[6, 0, i]
        for g in range(G):
            d[i, C] += groups[i, g] * by_share[g, G]
