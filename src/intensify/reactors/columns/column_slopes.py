"""Slopes of a stage's properties.

Of vapour, boiling and enthalpies by differences, of rates by the chain rule; what depends on
temperature alone is worked out at two temperatures only.
"""

from __future__ import annotations

from intensify._jit import inner

FINEST, RELATIVE, WARMER = 1e-10, 1e-6, 1e-4
"""Steps of the differences of properties along mole fractions, and along T [K]."""


@inner
def property_slopes(column, j, z, x, a, terms, warmer, slope, slope_T, spare, P, dP):
    """Fill dP (m, ...) of stage j: by differences, the rates by the chain rule."""
    C, R, p = x.size, column.dHr.size, column.pressure[j]
    mix, T, y, b, leaves = column.mixture, z[C], spare[0], spare[1], spare[2]
    by_activity, own = column.kinetics.by_activity > 0.0, column.efficiency < 1.0
    reacts = R > 0 and column.holdup[j] > 0.0
    for k in range(C + 1):
        step, at, T_k = WARMER, warmer, T + WARMER
        if k < C:
            step, at, T_k = max(RELATIVE * x[k], FINEST), terms, T
            x[k] += step
        mix.activities(at, x, b)
        dP[C, k] = (mix.boil(at, T_k, p, b, y) - P[C]) / step
        for i in range(C):
            dP[i, k] = (y[i] - P[i]) / step
            leaves[i] = z[C + 3 + R + i] if own else y[i]
        if k == C or not own:
            H = mix.vapour_enthalpy(T_k, leaves) + mix.departure(at, T_k, p, leaves)
            dP[C + 2, k] = (H - P[C + 2]) / step
        if k < C:
            x[k] = z[k]
            dP[C + 1, k] = mix.liquid_part(k, T)
        else:
            dP[C + 1, k] = (mix.liquid_enthalpy(T_k, x) - P[C + 1]) / step
        for r in range(R if reacts else 0):
            s = slope_T[0, r] if k == C else 0.0
            if by_activity:
                for i in range(C):
                    s += slope[0, r, i] * (b[i] - a[i]) / step
            elif k < C:
                s = slope[0, r, k]
            dP[C + 3 + r, k] = s
    for k in range(C if own else 0):
        leaves[k] += FINEST**0.5
        H = mix.vapour_enthalpy(T, leaves) + mix.departure(terms, T, p, leaves)
        dP[C + 2, C + 1 + k] = (H - P[C + 2]) / FINEST**0.5
        leaves[k] = z[C + 3 + R + k]
