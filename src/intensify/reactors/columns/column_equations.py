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

from intensify.chemistry import Network
from intensify.chemistry.mixture import Mixture
from intensify.chemistry.network import NU
from intensify.chemistry.stoichiometry import arrhenius
from intensify.reactors.columns.column_slopes import WARMER, property_slopes
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

        And, where dP (N, m, C + 1 or, with vapour unknowns, 2 C + 1) has room, their slopes.
        """
        N, C = self.feed.shape
        R, mix = self.dHr.size, self.mixture
        terms, warmer, x, a = mix.room(), mix.room(), np.empty(C), np.empty(C)
        rate, slope, slope_T = np.empty((2, R)), np.empty((2, R, C)), np.empty((2, R))
        spare = np.empty((3, C))
        for j in range(N):
            T, p, w = z[j, C], self.pressure[j], P[j, :C]
            x[:] = z[j, :C]
            if self.efficiency < 1.0:
                w = z[j, C + 3 + R :]
            mix.at(T, terms)
            mix.activities(terms, x, a)
            P[j, C] = mix.boil(terms, T, p, a, P[j, :C])
            P[j, C + 1] = mix.liquid_enthalpy(T, x)
            P[j, C + 2] = mix.vapour_enthalpy(T, w) + mix.departure(terms, T, p, w)
            reacts = R > 0 and self.holdup[j] > 0.0
            held = a if self.kinetics.by_activity > 0.0 else x
            if reacts:
                self.driving(j, T, held, rate, P[j, C + 3 : C + 3 + R])
            else:
                P[j, C + 3 : C + 3 + R] = 0.0
            if dP.shape[0] == 0:
                continue
            dP[j] = 0.0
            if reacts:
                self.driving_slopes(j, T, held, rate, P[j, C + 3 : C + 3 + R], slope, slope_T)
            mix.at(T + WARMER, warmer)
            property_slopes(self, j, z[j], x, a, terms, warmer, slope, slope_T, spare, P[j], dP[j])

    def vapour_leaves_as(self, j, i, z, P):
        """Composition of what V_j is: the vapour, or the condensate of a total condenser."""
        if j == 0 and self.condenser == TOTAL:
            return z[j, i]
        return (
            z[j, self.feed.shape[1] + 3 + self.dHr.size + i] if self.efficiency < 1.0 else P[j, i]
        )

    def efficient(self, j):
        """Efficiency of stage j: Murphree's, or 1 of a condenser and of the lowest stage."""
        end = j == self.feed.shape[0] - 1 or (j == 0 and self.condenser != NONE)
        return 1.0 if end else self.efficiency

    def residual(self, z, P, F):
        """Fill F (N, n): rows M (C), E, S, H or specification, R (R); scaled to 1."""
        N, C = self.feed.shape
        R, flow = self.dHr.size, self.total_feed()
        nu = self.kinetics.forward.reactions
        for j in range(N):
            L, V = z[j, C + 2] + self.draws[j, 0], z[j, C + 1] + self.draws[j, 1]
            total = 0.0
            for i in range(C):
                s = self.feed[j, i] - L * z[j, i] - V * self.vapour_leaves_as(j, i, z, P)
                if j > 0:
                    s += z[j - 1, C + 2] * z[j - 1, i]
                if j < N - 1:
                    s += z[j + 1, C + 1] * self.vapour_leaves_as(j + 1, i, z, P)
                for k in range(R):
                    s += nu[k, NU + i] * z[j, C + 3 + k]
                F[j, i] = s / flow
                total += z[j, i]
            F[j, C] = P[j, C]
            F[j, C + 1] = total - 1.0
            F[j, C + 2] = self.heat(j, z, P) / flow
            for k in range(R):
                if self.holdup[j] == INF:
                    F[j, C + 3 + k] = P[j, C + 3 + k]
                else:
                    F[j, C + 3 + k] = (z[j, C + 3 + k] - P[j, C + 3 + k]) / flow
            for i in range(C if self.efficiency < 1.0 else 0):
                o, E = C + 3 + R + i, self.efficient(j)
                F[j, o] = z[j, o] - E * P[j, i]
                if E < 1.0:
                    F[j, o] -= (1.0 - E) * z[j + 1, o]
        if self.condenser != NONE:
            F[0, C + 2] = self.specified(self.top, 0, z, P)
        if self.reboiler != NONE:
            F[N - 1, C + 2] = self.specified(self.bottom, N - 1, z, P)

    def heat(self, j, z, P):
        """What the heat balance of stage j lacks [mol/s]."""
        N, C = self.feed.shape
        L, V = z[j, C + 2] + self.draws[j, 0], z[j, C + 1] + self.draws[j, 1]
        if self.full_energy == 0.0:
            s = -V + self.feed_vapour[j] + self.duty[j] / self.dHv
            if j < N - 1:
                s += z[j + 1, C + 1]
            for k in range(self.dHr.size):
                s -= self.dHr[k] / self.dHv * z[j, C + 3 + k]
            return s
        s = self.feed_h[j] + self.duty[j] - L * P[j, C + 1]
        s -= V * P[j, C + 1 if j == 0 and self.condenser == TOTAL else C + 2]
        if j > 0:
            s += z[j - 1, C + 2] * P[j - 1, C + 1]
        if j < N - 1:
            s += z[j + 1, C + 1] * P[j + 1, C + 2]
        return s / self.dHv

    def specified(self, spec, j, z, P):
        """What a specification lacks, scaled."""
        C, flow = self.feed.shape[1], self.total_feed()
        T, V, L = z[j, C], z[j, C + 1], z[j, C + 2]
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
                return (V * self.vapour_leaves_as(j, i, z, P) - spec.value * fed) / flow
            return (L * z[j, i] - spec.value * fed) / flow
        if spec.kind == TOP_PURITY:
            return self.vapour_leaves_as(j, spec.component, z, P) - spec.value
        if spec.kind == BOTTOM_PURITY:
            return z[j, spec.component] - spec.value
        if spec.kind == BALANCE:
            return self.heat(j, z, P) / flow
        return (T - spec.value) / 100.0

    # --- the Jacobian ----------------------------------------------------------------------------
    def jacobian(self, z, P, dP, lower, diagonal, upper):
        """Fill the blocks (N, n, n) of d(residual)/dz."""
        N, C = self.feed.shape
        R, flow = self.dHr.size, self.total_feed()
        nu, own = self.kinetics.forward.reactions, self.efficiency < 1.0
        lower[:] = 0.0
        diagonal[:] = 0.0
        upper[:] = 0.0
        for j in range(N):
            D, condensed = diagonal[j], j == 0 and self.condenser == TOTAL
            L, V = z[j, C + 2] + self.draws[j, 0], z[j, C + 1] + self.draws[j, 1]
            for i in range(C):
                D[i, i] -= (L + (V if condensed else 0.0)) / flow
                D[i, C + 2] = -z[j, i] / flow
                D[i, C + 1] = -self.vapour_leaves_as(j, i, z, P) / flow
                for k in range(0 if condensed or own else C + 1):
                    D[i, k] -= V * dP[j, i, k] / flow
                if own:
                    o, E = C + 3 + R + i, self.efficient(j)
                    D[i, o] = 0.0 if condensed else -V / flow
                    D[o, o] = 1.0
                    for k in range(C + 1):
                        D[o, k] = -E * dP[j, i, k]
                    if j < N - 1:
                        upper[j, i, o] = z[j + 1, C + 1] / flow
                        upper[j, o, o] = E - 1.0
                for k in range(R):
                    D[i, C + 3 + k] = nu[k, NU + i] / flow
                if j > 0:
                    lower[j, i, i] = z[j - 1, C + 2] / flow
                    lower[j, i, C + 2] = z[j - 1, i] / flow
                if j < N - 1:
                    upper[j, i, C + 1] = self.vapour_leaves_as(j + 1, i, z, P) / flow
                    for k in range(0 if own else C + 1):
                        upper[j, i, k] = z[j + 1, C + 1] * dP[j + 1, i, k] / flow
                D[C + 1, i] = 1.0
            for k in range(C + 1):
                D[C, k] = dP[j, C, k]
            for r in range(R):
                row = C + 3 + r
                equilibrium = self.holdup[j] == INF
                if not equilibrium:
                    D[row, row] = 1.0 / flow
                for k in range(C + 1):
                    slope = dP[j, row, k]
                    D[row, k] = slope if equilibrium else -slope / flow
            fixed = (j == 0 and self.condenser != NONE) or (j == N - 1 and self.reboiler != NONE)
            if fixed:
                self.specification_slopes(j, z, dP, lower[j], D, upper[j], P)
            else:
                self.heat_slopes(j, z, P, dP, 1.0 / flow, lower[j], D, upper[j])

    def heat_slopes(self, j, z, P, dP, scale, lower, D, upper):
        """The row of the heat balance of stage j, times scale."""
        N, C = self.feed.shape
        row = C + 2
        if self.full_energy == 0.0:
            D[row, C + 1] = -scale
            if j < N - 1:
                upper[row, C + 1] = scale
            for k in range(self.dHr.size):
                D[row, C + 3 + k] = -self.dHr[k] / self.dHv * scale
            return
        scale /= self.dHv
        L, V = z[j, C + 2] + self.draws[j, 0], z[j, C + 1] + self.draws[j, 1]
        out = C + 1 if j == 0 and self.condenser == TOTAL else C + 2
        for i in range(C if self.efficiency < 1.0 else 0):
            o = C + 3 + self.dHr.size + i
            if out == C + 2:
                D[row, o] = -V * dP[j, out, C + 1 + i] * scale
            if j < N - 1:
                upper[row, o] = z[j + 1, C + 1] * dP[j + 1, C + 2, C + 1 + i] * scale
        for k in range(C + 1):
            D[row, k] = -(L * dP[j, C + 1, k] + V * dP[j, out, k]) * scale
            if j > 0:
                lower[row, k] = z[j - 1, C + 2] * dP[j - 1, C + 1, k] * scale
            if j < N - 1:
                upper[row, k] = z[j + 1, C + 1] * dP[j + 1, C + 2, k] * scale
        D[row, C + 1], D[row, C + 2] = -P[j, out] * scale, -P[j, C + 1] * scale
        if j > 0:
            lower[row, C + 2] = P[j - 1, C + 1] * scale
        if j < N - 1:
            upper[row, C + 1] = P[j + 1, C + 2] * scale

    def specification_slopes(self, j, z, dP, lower, D, upper, P):
        """The row of the specification at stage j."""
        C, flow = self.feed.shape[1], self.total_feed()
        spec = self.top if j == 0 else self.bottom
        row = C + 2
        if spec.kind == REFLUX_RATIO:
            D[row, C + 2], D[row, C + 1] = 1.0 / flow, -spec.value / flow
        elif spec.kind in (DISTILLATE, BOILUP):
            D[row, C + 1] = 1.0 / flow
        elif spec.kind in (REFLUX, BOTTOMS):
            D[row, C + 2] = 1.0 / flow
        elif spec.kind == BOILUP_RATIO:
            D[row, C + 1], D[row, C + 2] = 1.0 / flow, -spec.value / flow
        elif spec.kind == BOTTOM_PURITY:
            D[row, spec.component] = 1.0
        elif spec.kind == BOTTOM_RECOVERY:
            D[row, spec.component] = z[j, C + 2] / flow
            D[row, C + 2] = z[j, spec.component] / flow
        elif spec.kind in (TOP_PURITY, TOP_RECOVERY):
            i, times = spec.component, 1.0
            if spec.kind == TOP_RECOVERY:
                times = z[j, C + 1] / flow
                D[row, C + 1] = self.vapour_leaves_as(j, i, z, P) / flow
            if self.condenser == TOTAL:
                D[row, i] = times
            elif self.efficiency < 1.0:
                D[row, C + 3 + self.dHr.size + i] = times
            else:
                for k in range(C + 1):
                    D[row, k] = times * dP[j, i, k]
        elif spec.kind == BALANCE:
            self.heat_slopes(j, z, P, dP, 1.0 / flow, lower, D, upper)
        else:
            D[row, C] = 0.01
