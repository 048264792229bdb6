"""What leaves a stage, and slopes of its enthalpies and rates by mole fractions and temperature.

The slopes stand in dP (m, C + 1 or more), whose first C + 1 rows are those of y and of ln p; see
`ColumnEquations.evaluate`.
"""

from __future__ import annotations

from intensify._jit import inner
from intensify.chemistry.mixture import CP_L, CP_V, DH_VB, H_F, T_B


@inner
def leaving(z, P, C, R, j, condensed):
    """Composition (C,) of what V_j is: a condensate, or the vapour, itself unknown or over x."""
    o = C + 3 + R
    if condensed:
        return z[j, :C]
    return z[j, o : o + C] if z.shape[1] > o else P[j, :C]


@inner
def enthalpy_slopes(table, T, x, w, own, phi, dP):
    """Fill rows C + 1 and C + 2: h of the liquid x, H of the vapour w, which is y but where `own`.

    table: `Mixture.enthalpy`; phi (C + 2, C + 1): of `Mixture.fugacity_slopes` at w.
    """
    C = x.size
    h, H = dP[C + 1], dP[C + 2]
    H[C] = phi[C, C]
    for i in range(C):
        e = table[i]
        h[i] = e[H_F] + e[CP_L] * (T - 298.15)
        h[C] += x[i] * e[CP_L]
        H[C] += w[i] * e[CP_V]
        part = e[H_F] + e[CP_L] * (e[T_B] - 298.15) + e[DH_VB] + e[CP_V] * (T - e[T_B]) + phi[C, i]
        if own:
            H[C + 1 + i] = part
            continue
        for k in range(C + 1):
            H[k] += part * dP[i, k]


@inner
def rate_slopes(slope, slope_T, by, by_activity, dP):
    """Fill the rows after these by the chain rule; slope, slope_T: of `driving_slopes`.

    by (C, C + 1): slopes of the activities.
    """
    C, R = by.shape[0], slope.shape[1]
    for r in range(R):
        row = dP[C + 3 + r]
        row[C] = slope_T[0, r]
        for i in range(C):
            if not by_activity:
                row[i] = slope[0, r, i]
                continue
            for k in range(C + 1):
                row[k] += slope[0, r, i] * by[i, k]
