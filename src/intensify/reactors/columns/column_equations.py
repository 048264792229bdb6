"""Stages of a reactive-distillation column: mass, equilibrium, summation, heat (MESH), reaction.

Stage 0 is the top (the condenser where there is one), N - 1 the bottom (reboiler). Per stage:

    M  L_(j-1) x_(j-1) + V_(j+1) y_(j+1) + f_j + nu^T xi_j - (L_j + U_j) x_j - (V_j + W_j) y_j = 0
    E  ln(p(x_j, T_j)/p_j) = 0               y = y(x, T), the vapour over the liquid x as it boils
    S  sum_i x_ji - 1 = 0
    H  L_(j-1) h_(j-1) + V_(j+1) H_(j+1) + h_f + Q_j - (L_j + U_j) h_j - (V_j + W_j) H_j = 0
       or, with equal molar heats of vaporisation,  V_j + W_j = V_(j+1) + f_vapour - sum dHr/dHv xi
    R  xi_j - m_j r(x_j, T_j) = 0,  or with m_j = inf  prod a^orders - prod a^orders_back/K = 0

Enthalpies count from the elements, so H has no heat of reaction. A total condenser's V_0 is its
liquid distillate; its H, and the reboiler's, give way to a specification. Unknowns of a stage:
x (C), T, V, L, xi (R), and where an efficiency E (Murphree) is below 1 the vapour w (C) leaving it,

    W  w_j - w_(j+1) - E (y_j - w_(j+1)) = 0              with E = 1 in condenser and lowest stage
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import Network, vapour
from intensify.chemistry.mixture import Mixture
from intensify.chemistry.network import NU
from intensify.chemistry.stoichiometry import arrhenius
from intensify.reactors.columns.column_slopes import enthalpy_slopes, leaving, rate_slopes
from intensify.units import INF, Number

NONE, TOTAL, PARTIAL = 0.0, 1.0, 2.0
"""Kinds of condensers; a reboiler is NONE or PARTIAL."""
(REFLUX_RATIO, REFLUX, DISTILLATE, TOP_PURITY, TOP_T, BOTTOMS, BOILUP, BOILUP_RATIO, BOTTOM_PURITY,
 BOTTOM_T, BALANCE, TOP_RECOVERY, BOTTOM_RECOVERY, CONVERSION, STAGE_T, CONDENSER_DUTY,
 REBOILER_DUTY) = range(17)  # fmt: skip
NAMES = ("reflux ratio", "reflux", "distillate", "top purity", "temperature at the top", "bottoms",
         "boilup", "boilup ratio", "bottom purity", "temperature at the bottom", "heat balance",
         "recovery at the top", "recovery at the bottom", "conversion", "stage's temperature",
         "condenser duty", "reboiler duty")  # fmt: skip
"""What the kinds of specification are called, in their order."""


class StageKinetics(NamedTuple):
    """Rates by activities (mole fractions where `by_activity` is 0), forward and backward apart.

    r_j = forward_j - backward_j exp(poly_j0 T + poly_j1 T^2 + poly_j2 T^3), per unit of hold-up.
    """

    forward: Network
    backward: Network
    poly: np.ndarray  # (R, 3)
    by_activity: Number = 1.0


class Specification(NamedTuple):
    """What stands in for a heat balance: kind, value, and component (of STAGE_T: stage).

    Rows know those that hold what is at hand on their stage; `column_solution` meets the others.
    """

    kind: Number
    value: Number
    component: int = 0


class ColumnEquations(NamedTuple):
    """The equations of a column; build one with `ReactiveDistillationColumn`."""

    mixture: Mixture
    kinetics: StageKinetics
    feed: np.ndarray  # (N, C) [mol/s]
    feed_h: np.ndarray  # (N,) [W]
    feed_vapour: np.ndarray  # (N,) [mol/s]
    draws: np.ndarray  # (N, 2): liquid U, vapour W [mol/s]
    duty: np.ndarray  # (N,) into a stage [W]
    pressure: np.ndarray  # (N,) [Pa]
    holdup: np.ndarray  # (N,) of catalyst or liquid; 0: no reaction, inf: equilibrium
    full_energy: Number
    dHv: Number  # [J/mol], where full_energy is 0
    dHr: np.ndarray  # (R,) [J/mol], where full_energy is 0
    condenser: Number
    reboiler: Number
    top: Specification
    bottom: Specification
    efficiency: Number = 1.0  # Murphree's, of the vapour

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.pressure)

    def total_feed(self):
        """All feeds [mol/s]: what flows are measured by."""
        total = 0.0
        for j in range(self.feed.shape[0]):
            for i in range(self.feed.shape[1]):
                total += self.feed[j, i]
        return total

    @inlined
    def driving(self, j, T, a, rate, r):
        """Fill r (R,) with what xi_j must be, or, at equilibrium, with what must vanish.

        a (C,): activities or mole fractions. rate (2, R): the two ways, on return.
        """
        kin = self.kinetics
        kin.forward.rates(T, a, rate[0])
        kin.backward.rates(T, a, rate[1])
        for k in range(self.dHr.size):
            p = kin.poly[k]
            r[k] = rate[0, k] - rate[1, k] * math.exp(T * (p[0] + T * (p[1] + T * p[2])))
            if self.holdup[j] == INF:
                r[k] /= arrhenius(kin.forward.reactions, k, 0, T)
            else:
                r[k] *= self.holdup[j]

    @inlined
    def driving_slopes(self, j, T, a, rate, r, slope, slope_T):
        """Fill slope[0] (R, C) and slope_T[0] (R,): the derivatives of `driving` by a and T."""
        kin = self.kinetics
        kin.forward.derivatives(T, a, slope[0], slope_T[0])
        kin.backward.derivatives(T, a, slope[1], slope_T[1])
        for k in range(self.dHr.size):
            p, rx = kin.poly[k], kin.forward.reactions[k]
            back = math.exp(T * (p[0] + T * (p[1] + T * p[2])))
            steeper = rate[1, k] * (p[0] + T * (2.0 * p[1] + T * 3.0 * p[2]))
            size = self.holdup[j]
            if size == INF:
                size = 1.0 / arrhenius(kin.forward.reactions, k, 0, T)
            for i in range(a.size):
                slope[0, k, i] = (slope[0, k, i] - slope[1, k, i] * back) * size
            slope_T[0, k] = (slope_T[0, k] - (slope_T[1, k] + steeper) * back) * size
            if self.holdup[j] == INF:
                slope_T[0, k] -= r[k] * (rx[1] + rx[2] / T) / T

    def evaluate(self, z, P, dP):
        """Properties P (N, m) of all stages: y (C), ln(p/p_j), h, H, `driving` (R).

        dP (N, m, C + 1 or, with vapour unknowns, 2 C + 1): their slopes.
        """
        N, C = self.feed.shape
        R, mix = self.dHr.size, self.mixture
        terms, a, g = mix.room(), np.empty(C), np.empty(C)
        rate, slope, slope_T = np.empty((2, R)), np.empty((2, R, C)), np.empty((2, R))
        by, phi = np.empty((C, C + 1)), np.zeros((C + 2, C + 1))
        own, real, kin = self.efficiency < 1.0, mix.gas != vapour.IDEAL, self.kinetics
        dP[:] = 0.0
        for j in range(N):
            T, p, x, y, w = z[j, C], self.pressure[j], z[j, :C], P[j, :C], P[j, :C]
            if own:
                w = z[j, C + 3 + R :]
            mix.at(T, terms)
            mix.ln_gamma_of(terms, x, g)
            for i in range(C):
                g[i] = math.exp(g[i])
                a[i] = x[i] * g[i]
            P[j, C] = mix.boil(terms, T, p, a, y)
            P[j, C + 1], P[j, C + 2] = mix.liquid_enthalpy(T, x), mix.vapour_enthalpy(T, w)
            mix.activity_slopes(terms, x, g, by)
            if real:
                mix.fugacity_slopes(terms, T, p, y, phi)
            mix.boil_slopes(a, y, terms, by, phi, dP[j])
            if real:
                P[j, C + 2] += mix.departure(terms, T, p, w)
                mix.fugacity_slopes(terms, T, p, w, phi)
            enthalpy_slopes(mix.enthalpy, T, x, w, own, phi, dP[j])
            r = P[j, C + 3 : C + 3 + R]
            r[:] = 0.0
            if R > 0 and self.holdup[j] > 0.0:
                by_activity = kin.by_activity > 0.0
                held = a if by_activity else x
                self.driving(j, T, held, rate, r)
                self.driving_slopes(j, T, held, rate, r, slope, slope_T)
                rate_slopes(slope, slope_T, by, by_activity, dP[j])

    def efficient(self, j):
        """Efficiency of stage j: Murphree's, or 1 of a condenser and of the lowest stage."""
        end = j == self.feed.shape[0] - 1 or (j == 0 and self.condenser != NONE)
        return 1.0 if end else self.efficiency

    def residual(self, z, P, F):
        """Fill F (N, n): rows M (C), E, S, H or specification, R (R); scaled to 1."""
        N, C = self.feed.shape
        R, per, nu = self.dHr.size, 1.0 / self.total_feed(), self.kinetics.forward.reactions
        condenses = self.condenser == TOTAL
        for j in range(N):
            L, V = z[j, C + 2] + self.draws[j, 0], z[j, C + 1] + self.draws[j, 1]
            up, down, total = 0.0, 0.0, 0.0
            y = leaving(z, P, C, R, j, j == 0 and condenses)
            below = leaving(z, P, C, R, min(j + 1, N - 1), False)
            above = z[max(j - 1, 0)]
            if j > 0:
                down = above[C + 2]
            if j < N - 1:
                up = z[j + 1, C + 1]
            for i in range(C):
                s = self.feed[j, i] - L * z[j, i] - V * y[i] + down * above[i] + up * below[i]
                for k in range(R):
                    s += nu[k, NU + i] * z[j, C + 3 + k]
                F[j, i] = s * per
                total += z[j, i]
            F[j, C] = P[j, C]
            F[j, C + 1] = total - 1.0
            for k in range(C + 3, C + 3 + R):
                F[j, k] = P[j, k] if self.holdup[j] == INF else (z[j, k] - P[j, k]) * per
            for i in range(C if self.efficiency < 1.0 else 0):
                o, E = C + 3 + R + i, self.efficient(j)
                F[j, o] = z[j, o] - E * P[j, i]
                if E < 1.0:
                    F[j, o] -= (1.0 - E) * z[j + 1, o]
        self.heats(z, P, per, F[:, C + 2])
        if self.condenser != NONE and self.top.kind != BALANCE:
            F[0, C + 2] = self.specified(self.top, 0, z, P)
        if self.reboiler != NONE and self.bottom.kind != BALANCE:
            F[N - 1, C + 2] = self.specified(self.bottom, N - 1, z, P)

    def heats(self, z, P, per, out):
        """Fill out (N,) with what the heat balances lack [mol/s], times per."""
        N, C = self.feed.shape
        for j in range(N):
            V, s = z[j, C + 1] + self.draws[j, 1], self.feed_vapour[j] + self.duty[j] / self.dHv
            if self.full_energy == 0.0:
                s -= V
                if j < N - 1:
                    s += z[j + 1, C + 1]
                for k in range(self.dHr.size):
                    s -= self.dHr[k] / self.dHv * z[j, C + 3 + k]
                out[j] = s * per
                continue
            s = self.feed_h[j] + self.duty[j] - (z[j, C + 2] + self.draws[j, 0]) * P[j, C + 1]
            s -= V * P[j, C + 1 if j == 0 and self.condenser == TOTAL else C + 2]
            if j > 0:
                s += z[j - 1, C + 2] * P[j - 1, C + 1]
            if j < N - 1:
                s += z[j + 1, C + 1] * P[j + 1, C + 2]
            out[j] = s * (per / self.dHv)

    def specified(self, spec, j, z, P):
        """What a specification lacks, scaled."""
        C, flow = self.feed.shape[1], self.total_feed()
        T, V, L = z[j, C], z[j, C + 1], z[j, C + 2]
        y = leaving(z, P, C, self.dHr.size, j, j == 0 and self.condenser == TOTAL)
        if spec.kind == REFLUX_RATIO:
            return (L - spec.value * V) / flow
        if spec.kind in (DISTILLATE, BOILUP):
            return (V - spec.value) / flow
        if spec.kind in (REFLUX, BOTTOMS):
            return (L - spec.value) / flow
        if spec.kind == BOILUP_RATIO:
            return (V - spec.value * L) / flow
        if spec.kind == TOP_RECOVERY or spec.kind == BOTTOM_RECOVERY:
            i, fed = spec.component, 0.0
            for k in range(self.feed.shape[0]):
                fed += self.feed[k, i]
            if spec.kind == TOP_RECOVERY:
                return (V * y[i] - spec.value * fed) / flow
            return (L * z[j, i] - spec.value * fed) / flow
        if spec.kind == TOP_PURITY:
            return y[spec.component] - spec.value
        if spec.kind == BOTTOM_PURITY:
            return z[j, spec.component] - spec.value
        return (T - spec.value) / 100.0

    # --- the Jacobian ----------------------------------------------------------------------------
    def jacobian(self, z, P, dP, lower, diagonal, upper):
        """Fill the blocks (N, n, n) of d(residual)/dz."""
        N, C = self.feed.shape
        R, per, nu = self.dHr.size, 1.0 / self.total_feed(), self.kinetics.forward.reactions
        own, o = self.efficiency < 1.0, C + 3 + R
        lower[:] = 0.0
        diagonal[:] = 0.0
        upper[:] = 0.0
        for j in range(N):
            D, condensed, last = diagonal[j], j == 0 and self.condenser == TOTAL, j == N - 1
            L, V = (z[j, C + 2] + self.draws[j, 0]) * per, (z[j, C + 1] + self.draws[j, 1]) * per
            y = leaving(z, P, C, R, j, condensed)
            below = leaving(z, P, C, R, min(j + 1, N - 1), False)
            up = 0.0 if last else z[j + 1, C + 1] * per
            for i in range(C):
                D[i, C + 2], D[i, C + 1] = -z[j, i] * per, -y[i] * per
                for k in range(0 if condensed or own else C + 1):
                    D[i, k] = -V * dP[j, i, k]
                D[i, i] -= L + (V if condensed else 0.0)
                for k in range(R):
                    D[i, C + 3 + k] = nu[k, NU + i] * per
                if j > 0:
                    lower[j, i, i] = z[j - 1, C + 2] * per
                    lower[j, i, C + 2] = z[j - 1, i] * per
                if not last:
                    upper[j, i, C + 1] = below[i] * per
                    for k in range(0 if own else C + 1):
                        upper[j, i, k] = up * dP[j + 1, i, k]
                D[C + 1, i] = 1.0
            for i in range(C if own else 0):
                E = self.efficient(j)
                D[i, o + i] = 0.0 if condensed else -V
                D[o + i, o + i] = 1.0
                for k in range(C + 1):
                    D[o + i, k] = -E * dP[j, i, k]
                if not last:
                    upper[j, i, o + i] = up
                    upper[j, o + i, o + i] = E - 1.0
            for k in range(C + 1):
                D[C, k] = dP[j, C, k]
            for row in range(C + 3, o):
                times = 1.0 if self.holdup[j] == INF else -per
                if self.holdup[j] < INF:
                    D[row, row] = per
                for k in range(C + 1):
                    D[row, k] = times * dP[j, row, k]
        self.heat_slopes(z, P, dP, per, lower, diagonal, upper)
        if self.condenser != NONE and self.top.kind != BALANCE:
            upper[0, C + 2] = 0.0
            self.specification_slopes(self.top, 0, z, P, dP, diagonal[0])
        if self.reboiler != NONE and self.bottom.kind != BALANCE:
            lower[N - 1, C + 2] = 0.0
            self.specification_slopes(self.bottom, N - 1, z, P, dP, diagonal[N - 1])

    def heat_slopes(self, z, P, dP, per, lower, diagonal, upper):
        """Fill the rows of the heat balances, times per."""
        N, C = self.feed.shape
        row, R = C + 2, self.dHr.size
        scale = per if self.full_energy == 0.0 else per / self.dHv
        for j in range(N):
            D, last = diagonal[j], j == N - 1
            if self.full_energy == 0.0:
                D[row, C + 1] = -per
                if not last:
                    upper[j, row, C + 1] = per
                for k in range(R):
                    D[row, C + 3 + k] = -self.dHr[k] / self.dHv * per
                continue
            L, V = (
                scale * (z[j, C + 2] + self.draws[j, 0]),
                scale * (z[j, C + 1] + self.draws[j, 1]),
            )
            out = C + 1 if j == 0 and self.condenser == TOTAL else C + 2
            for k in range(C + 1):
                D[row, k] = -(L * dP[j, C + 1, k] + V * dP[j, out, k])
                if j > 0:
                    lower[j, row, k] = z[j - 1, C + 2] * dP[j - 1, C + 1, k] * scale
                if not last:
                    upper[j, row, k] = z[j + 1, C + 1] * dP[j + 1, C + 2, k] * scale
            D[row, C + 1], D[row, C + 2] = -P[j, out] * scale, -P[j, C + 1] * scale
            if j > 0:
                lower[j, row, C + 2] = P[j - 1, C + 1] * scale
            if not last:
                upper[j, row, C + 1] = P[j + 1, C + 2] * scale
            for i in range(C if self.efficiency < 1.0 else 0):
                if out == C + 2:
                    D[row, C + 3 + R + i] = -V * dP[j, out, C + 1 + i]
                if not last:
                    slope = z[j + 1, C + 1] * dP[j + 1, C + 2, C + 1 + i]
                    upper[j, row, C + 3 + R + i] = slope * scale

    def specification_slopes(self, spec, j, z, P, dP, D):
        """Fill the row of a specification, that of the heat balance of stage j."""
        C, R, flow = self.feed.shape[1], self.dHr.size, self.total_feed()
        row = D[C + 2]
        row[:] = 0.0
        if spec.kind == REFLUX_RATIO:
            row[C + 2], row[C + 1] = 1.0 / flow, -spec.value / flow
        elif spec.kind in (DISTILLATE, BOILUP):
            row[C + 1] = 1.0 / flow
        elif spec.kind in (REFLUX, BOTTOMS):
            row[C + 2] = 1.0 / flow
        elif spec.kind == BOILUP_RATIO:
            row[C + 1], row[C + 2] = 1.0 / flow, -spec.value / flow
        elif spec.kind == BOTTOM_PURITY:
            row[spec.component] = 1.0
        elif spec.kind == BOTTOM_RECOVERY:
            row[spec.component] = z[j, C + 2] / flow
            row[C + 2] = z[j, spec.component] / flow
        elif spec.kind in (TOP_PURITY, TOP_RECOVERY):
            i, times, condensed = spec.component, 1.0, self.condenser == TOTAL
            if spec.kind == TOP_RECOVERY:
                times = z[j, C + 1] / flow
                row[C + 1] = leaving(z, P, C, R, j, condensed)[i] / flow
            if condensed:
                row[i] = times
            elif self.efficiency < 1.0:
                row[C + 3 + R + i] = times
            else:
                for k in range(C + 1):
                    row[k] = times * dP[j, i, k]
        else:
            row[C] = 0.01
