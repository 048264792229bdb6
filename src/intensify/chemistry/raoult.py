"""An ideal vapour over a liquid, with an acid's dimers, and its slopes.

    p_i  = a_i psat_i(T)                                  ln psat = A + B/(T + C) + D ln T + E T^F
    acid: p_m = a m,  p_d = K p_m^2,  m + K m^2 = psat,   log10(K Pa) = k0 + k1/T

y counts a dimer as two. The terms of `Mixture.at`: [4, 0] what an activity is multiplied with, psat
or m, [4, 1] the slopes of their logarithms by T; [7, 0] K and the slope of ln K.
"""

from __future__ import annotations

import math

from intensify._jit import inner, kernel


@kernel
def saturated(psat, T, out):
    """Fill out[0] with the vapour pressures [Pa], out[1] with the slopes of their logarithms."""
    for i in range(psat.shape[0]):
        p, hot = psat[i], T + psat[i, 2]
        ln, slope = p[0] + p[1] / hot, -p[1] / (hot * hot)
        if p[3] != 0.0:
            ln, slope = ln + p[3] * math.log(T), slope + p[3] / T
        if p[4] != 0.0:
            power = p[4] * T ** p[5]
            ln, slope = ln + power, slope + p[5] * power / T
        out[0, i], out[1, i] = math.exp(ln), slope


@kernel
def monomer(acid, k0, k1, T, terms):
    """Turn the acid's vapour pressure, and its slope, into those of its monomer."""
    K, rise = 10.0 ** (k0 + k1 / T), -math.log(10.0) * k1 / (T * T)
    p, slope = terms[4, 0, acid], terms[4, 1, acid]
    m = (math.sqrt(1.0 + 4.0 * K * p) - 1.0) / (2.0 * K)
    terms[4, 0, acid] = m
    terms[4, 1, acid] = (slope * p / m - rise * K * m) / (1.0 + 2.0 * K * m)
    terms[7, 0, 0], terms[7, 0, 1] = K, rise


@kernel
def raoult(acid, terms, a, y):
    """Fill y (C,) with the vapour over activities a; returns its pressure. acid: below 0: none."""
    pressure = dimer = 0.0
    for i in range(y.size):
        y[i] = a[i] * terms[4, 0, i]
        pressure += y[i]
    if acid >= 0:
        dimer = terms[7, 0, 0] * y[acid] * y[acid]
        pressure += dimer
        y[acid] += 2.0 * dimer
    for i in range(y.size):
        y[i] /= pressure + dimer
    return pressure


@inner
def raoult_slopes(acid, terms, a, y, by, d):
    """Fill d (C + 1, C + 1 or more) with the slopes of y and of ln p, by x and T.

    by (C, C + 1): those of the activities.
    """
    C, pressure, dimer = y.size, 0.0, 0.0
    for i in range(C):
        pressure += a[i] * terms[4, 0, i]
    if acid >= 0:
        m = a[acid] * terms[4, 0, acid]
        dimer = terms[7, 0, 0] * m * m
        pressure += dimer
    whole = 1.0 / (pressure + dimer)
    for k in range(C + 1):
        total = more = 0.0
        for i in range(C):
            rise = by[i, k]
            if k == C:
                rise += a[i] * terms[4, 1, i]
            d[i, k] = terms[4, 0, i] * rise
            total += d[i, k]
        if acid >= 0:
            more = 2.0 * terms[7, 0, 0] * m * d[acid, k]
            if k == C:
                more += terms[7, 0, 1] * dimer
            d[acid, k] += 2.0 * more
        d[C, k] = (total + more) / pressure
        for i in range(C):
            d[i, k] = (d[i, k] - y[i] * (total + 2.0 * more)) * whole
