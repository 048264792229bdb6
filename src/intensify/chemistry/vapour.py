"""Vapours that are not ideal: fugacity coefficients and what enthalpy departs by.

    virial   ln phi_i = p/(R T) (2 sum_j y_j B_ij - B),  H - H_ideal = p (B - T B')
        B_ij = R Tc_ij/pc_ij (0.083 - 0.422/Tr^1.6 + w_ij (0.139 - 0.172/Tr^4.2))      Abbott
    cubic    p = R T/(v - b) - a(T)/((v + e b)(v + s b)),  a_ij = sqrt(a_i a_j)(1 - k_ij)
        Peng and Robinson: e, s = 1 +- sqrt 2;  Soave, Redlich and Kwong: e, s = 1, 0

Criticals of a pair (Prausnitz): Tc_ij = sqrt(Tc_i Tc_j)(1 - k_ij), Vc^(1/3), Zc = 0.291 - 0.08 w
and w by means, pc = Zc R Tc/Vc. The virial series holds up to half the critical density: at 10 bar
for ethers and butenes, not near their critical points. A cubic's largest root is the vapour's.
"""

from __future__ import annotations

import math

import numpy as np

from intensify._jit import inner, kernel
from intensify.numerics.linalg import lu_factor, lu_solve

IDEAL, VIRIAL, PENG_ROBINSON, SRK = range(4)
R = 8.31446261815324
WARMER, STEP = 1e-4, 1e-6
"""Steps of differences along T [K] and along mole fractions."""


def pair_criticals(Tc, pc, omega, k):
    """Tc [K], pc [Pa], acentric factor and k_ij of all pairs, (4, C, C); see the module."""
    Tc, pc, w = (np.asarray(a, dtype=float) for a in (Tc, pc, omega))
    Z = 0.291 - 0.08 * w
    V = np.cbrt(Z * R * Tc / pc)
    k = np.broadcast_to(np.asarray(k, dtype=float), (Tc.size, Tc.size)) * (1.0 - np.eye(Tc.size))
    T = np.sqrt(np.outer(Tc, Tc)) * (1.0 - k)
    mean = 0.5 * (Z[:, None] + Z[None, :])
    p = mean * R * T / (0.5 * (V[:, None] + V[None, :])) ** 3
    np.fill_diagonal(p, pc)
    return np.array([T, p, 0.5 * (w[:, None] + w[None, :]), k])


@kernel
def gas_terms(model, criticals, T, terms):
    """Fill terms[2], terms[3] (C, C): B and B - T B' of pairs, or a_ij and T da_ij/dT."""
    C = criticals.shape[1]
    for i in range(C):
        for j in range(C):
            if model == VIRIAL:
                Tc, pc, w = criticals[0, i, j], criticals[1, i, j], criticals[2, i, j]
                x, y = (Tc / T) ** 1.6, (Tc / T) ** 4.2
                size = R * Tc / pc
                terms[2, i, j] = size * (0.083 - 0.422 * x + w * (0.139 - 0.172 * y))
                slope = size * (1.6 * 0.422 * x + w * 4.2 * 0.172 * y)
                terms[3, i, j] = terms[2, i, j] - slope
            else:
                a, da = attraction(model, criticals, i, T)
                b, db = attraction(model, criticals, j, T)
                pair = math.sqrt(a * b) * (1.0 - criticals[3, i, j])
                terms[2, i, j] = pair
                terms[3, i, j] = 0.5 * pair * (da / a + db / b)


@kernel
def attraction(model, criticals, i, T):
    """a of component i and T da/dT."""
    Tc, pc, w = criticals[0, i, i], criticals[1, i, i], criticals[2, i, i]
    if model == PENG_ROBINSON:
        size, m = 0.4572355289213822, 0.37464 + w * (1.54226 - 0.26992 * w)
    else:
        size, m = 0.4274802335403414, 0.48 + w * (1.574 - 0.176 * w)
    root = 1.0 + m * (1.0 - math.sqrt(T / Tc))
    a = size * (R * Tc) ** 2 / pc
    return a * root * root, -a * root * m * math.sqrt(T / Tc)


@kernel
def volume_of(model, criticals, i):
    """b of component i [m3/mol]."""
    size = 0.07779607390388844 if model == PENG_ROBINSON else 0.08664034996495773
    return size * R * criticals[0, i, i] / criticals[1, i, i]


@kernel
def ends(model):
    """e and s of a cubic."""
    if model == PENG_ROBINSON:
        return 1.0 + math.sqrt(2.0), 1.0 - math.sqrt(2.0)
    return 1.0, 0.0


@kernel
def largest_root(c2, c1, c0):
    """Largest real root of Z^3 + c2 Z^2 + c1 Z + c0, polished by Newton.

    >>> round(largest_root(-6.0, 11.0, -6.0), 12)
    3.0
    """
    p, q = c1 - c2 * c2 / 3.0, 2.0 * c2**3 / 27.0 - c2 * c1 / 3.0 + c0
    d = 0.25 * q * q + p**3 / 27.0
    if d > 0.0:
        s = math.sqrt(d)
        u, v = -0.5 * q + s, -0.5 * q - s
        Z = math.copysign(abs(u) ** (1.0 / 3.0), u) + math.copysign(abs(v) ** (1.0 / 3.0), v)
    else:
        r = math.sqrt(max(-p / 3.0, 0.0))
        angle = 0.0 if r == 0.0 else math.acos(min(max(-0.5 * q / r**3, -1.0), 1.0))
        Z = 2.0 * r * math.cos(angle / 3.0)
    Z -= c2 / 3.0
    for _ in range(3):
        slope = (3.0 * Z + 2.0 * c2) * Z + c1
        if slope != 0.0:
            Z -= (((Z + c2) * Z + c1) * Z + c0) / slope
    return Z


@kernel
def ln_phi(model, criticals, terms, T, p, y, out):
    """Fill out (C,) with ln phi at T, p and composition y; returns H - H_ideal [J/mol]."""
    C = y.size
    mean = heat = b = 0.0
    for i in range(C):
        s = h = 0.0
        for j in range(C):
            s += y[j] * terms[2, i, j]
            h += y[j] * terms[3, i, j]
        out[i] = 2.0 * s
        mean += y[i] * s
        heat += y[i] * h
        b += y[i] * volume_of(model, criticals, i)
    if model == VIRIAL:
        for i in range(C):
            out[i] = (out[i] - mean) * p / (R * T)
        return heat * p
    e, s = ends(model)
    A, B = mean * p / (R * T) ** 2, b * p / (R * T)
    Z = largest_root(
        (e + s - 1.0) * B - 1.0,
        A - (e + s) * B * (1.0 + B) + e * s * B * B,
        -B * (A + e * s * B * (1.0 + B)),
    )
    wide = math.log((Z + e * B) / (Z + s * B)) / (e - s)
    for i in range(C):
        part = volume_of(model, criticals, i) / b
        attract = A / B * wide * (out[i] / mean - part)
        out[i] = part * (Z - 1.0) - math.log(Z - B) - attract
    return R * T * (Z - 1.0) + (heat - mean) / b * wide


@kernel
def fugacities(model, criticals, terms, T):
    """Turn the vapour pressures of terms[4, 0] into fugacities of the pure components."""
    C = criticals.shape[1]
    pure, phi = np.zeros(C), np.empty(C)
    for i in range(C):
        pure[i] = 1.0
        ln_phi(model, criticals, terms, T, terms[4, 0, i], pure, phi)
        terms[4, 0, i] *= math.exp(phi[i])
        pure[i] = 0.0


@kernel
def settled(model, criticals, terms, T, p, a, y):
    """Bring y (C,) to the vapour over a liquid of activities a, from y on; returns its pressure."""
    phi, pressure = np.empty(y.size), 0.0
    for _ in range(60):
        ln_phi(model, criticals, terms, T, p, y, phi)
        pressure = moved = 0.0
        for i in range(y.size):
            phi[i] = a[i] * terms[4, 0, i] * math.exp(-phi[i])
            pressure += phi[i]
        for i in range(y.size):
            moved = max(moved, abs(phi[i] / pressure - y[i]))
            y[i] = phi[i] / pressure
        if moved < 1e-15:
            break
    return pressure


@inner
def ln_phi_slopes(model, criticals, terms, warmer, T, p, y, out):
    """Fill out (C + 2, C + 1): slopes of ln phi and of the departure by y and T, by differences.

    The last row gets the slopes by T of the logarithms of what pure components have; warmer: terms
    at T + WARMER.
    """
    C = y.size
    here, there = np.empty(C), np.empty(C)
    heat = ln_phi(model, criticals, terms, T, p, y, here)
    for k in range(C + 1):
        if k < C:
            kept, step = y[k], STEP
            y[k] += step
            more = ln_phi(model, criticals, terms, T, p, y, there)
            y[k] = kept
            out[C + 1, k] = math.log(warmer[4, 0, k] / terms[4, 0, k]) / WARMER
        else:
            step = WARMER
            more = ln_phi(model, criticals, warmer, T + step, p, y, there)
        for i in range(C):
            out[i, k] = (there[i] - here[i]) / step
        out[C, k] = (more - heat) / step


@inner
def settled_slopes(a, y, by, phi, d):
    """Fill d (C + 1, C + 1 or more) with the slopes of `settled`, of y and of ln p, by x and T.

    dy_i + y_i sum_j dphi_ij dy_j + y_i dln p = y_i (dln a_i + dln f_i - dphi_iT),  sum dy = 0

    by: slopes of the activities; phi: of `ln_phi_slopes`.
    """
    C = y.size
    A, b, pivots = np.empty((C + 1, C + 1)), np.empty(C + 1), np.empty(C + 1, dtype=np.int64)
    for i in range(C):
        for k in range(C):
            A[i, k] = y[i] * phi[i, k]
        A[i, i] += 1.0
        A[i, C], A[C, i] = y[i], 1.0
    A[C, C] = 0.0
    lu_factor(A, pivots)
    for k in range(C + 1):
        for i in range(C):
            b[i] = y[i] * by[i, k] / max(a[i], 1e-300)
            if k == C:
                b[i] += y[i] * (phi[C + 1, i] - phi[i, C])
        b[C] = 0.0
        lu_solve(A, pivots, b)
        for i in range(C + 1):
            d[i, k] = b[i]
