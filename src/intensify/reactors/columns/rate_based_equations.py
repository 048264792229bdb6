"""A packed column by transfer rates: films between vapour and liquid in place of equilibrium.

Segments between condenser and reboiler, which stay at equilibrium. Beside M, S, R and H of
`column_equations`, with the bulk vapour y, T_V as unknowns, for each segment

    V_(j+1) y_(j+1) + f_V - (V_j + W_j) y_j - N = 0         N: from vapour to liquid [mol/s]
    V_(j+1) H_(j+1) + f_hV - (V_j + W_j) H_j - q_V = 0
    q_V = U_V (T_V - T_I) + sum_i N_i H_i(T_V)
    q_L = U_L (T_I - T_L) + sum_i N_i h_i(T_L) = q_V        this sets the total flux
    y_I = exp(B_V(N)) y,     x_I + mean(x) d(ln gamma) = exp(B_L(-N)) x       see `films`
    y_I = y(x_I, T_I),  p(x_I, T_I) = p_j                   the interface boils

d(ln gamma) from bulk to interface at T_I, mean(x) of both: exact where the liquid is ideal, of
second order in the film's change where it is not. Heat transfer by Chilton and Colburn's analogy,
U = G cp Le^(2/3) in the vapour and Le^(1/2) in the liquid, with the mean G of all pairs, and Le = 1
where coefficients are given. Reactions run in the liquid's bulk.

Unknowns of a segment: x (C), T_L, V, L, xi (R), y (C), T_V, N (C), x_I (C), y_I (C), T_I.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry import R_GAS
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.transport.films import (
    FilmFluids,
    StructuredPacking,
    far_side,
    liquid_film,
    vapour_film,
    wetted,
)
from intensify.units import Number

T_REF, P_REF = 298.15, 101325.0
"""Where diffusivities of the vapour are given; they go with T^1.75/p."""
TEN = 10.0
"""Difference of temperatures by which films' heat is scaled [K]."""


class FilmScratch(NamedTuple):
    """Room for what a residual works out."""

    P: np.ndarray  # (N, C + 3 + R): properties of the bulk, as `ColumnEquations.evaluate` has them
    G: np.ndarray  # (2, C, C): vapour, liquid
    a: np.ndarray  # (8, C)
    terms: np.ndarray
    rate: np.ndarray  # (2, R)


class RateBasedEquations(NamedTuple):
    """The equations of a packed column; build one with `RateBasedColumn`."""

    column: ColumnEquations  # efficiency below 1, so that it has vapour unknowns
    packing: StructuredPacking
    fluids: FilmFluids
    M: np.ndarray  # (C,) [kg/mol]
    v: np.ndarray  # (C,) molar volumes of the liquids [m3/mol]
    D: np.ndarray  # (2, C, C): of vapour (at T_REF, P_REF) and liquid [m2/s]
    k: np.ndarray  # (2, C, C): coefficients [m/s] where they are given
    given: Number
    scratch: FilmScratch
    ease: Number = 1.0  # factor on all coefficients

    def places(self):
        """Where y, T_V, N, x_I, y_I, T_I begin."""
        C = self.M.size
        o = C + 3 + self.column.dHr.size
        return o, o + C, o + C + 1, o + 2 * C + 1, o + 3 * C + 1, o + 4 * C + 1

    def bulk(self, z):
        """Fill scratch.P with the properties of all stages' bulk."""
        column, mix, C, P = self.column, self.column.mixture, self.M.size, self.scratch.P
        R, o_y, o_TV = column.dHr.size, self.places()[0], self.places()[1]
        a, terms = self.scratch.a[0], self.scratch.terms
        for j in range(z.shape[0]):
            T, x = z[j, C], z[j, :C]
            mix.at(T, terms)
            mix.activities(terms, x, a)
            P[j, C] = mix.boil(terms, T, column.pressure[j], a, P[j, :C])
            P[j, C + 1] = mix.liquid_enthalpy(T, x)
            P[j, C + 2] = mix.vapour_enthalpy(z[j, o_TV], z[j, o_y:o_TV])
            if R > 0 and column.holdup[j] > 0.0:
                held = a if column.kinetics.by_activity > 0.0 else x
                column.driving(j, T, held, self.scratch.rate, P[j, C + 3 : C + 3 + R])

    def conductances(self, j, z):
        """Fill scratch.G of segment j; returns U of its vapour and liquid [W/K]."""
        C, mix, p, pack = self.M.size, self.column.mixture, self.column.pressure[j], self.packing
        o_y, o_TV, _, _, _, _ = self.places()
        T, fluid, G = z[j, o_TV], self.fluids, self.scratch.G
        c_V, volume = p / (R_GAS * T), pack.section * pack.height
        M_L = M_V = v_L = cp_V = cp_L = 0.0
        for i in range(C):
            M_L += z[j, i] * self.M[i]
            M_V += z[j, o_y + i] * self.M[i]
            v_L += z[j, i] * self.v[i]
            cp_L += z[j, i] * mix.enthalpy[i, 1]
            cp_V += z[j, o_y + i] * mix.enthalpy[i, 4]
        u_L, u_V = z[j, C + 2] * v_L / pack.section, z[j, C + 1] / (c_V * pack.section)
        held, area = wetted(pack.area, pack.void, u_L, M_L / v_L, fluid.mu_L, fluid.sigma)
        if self.given > 0.0:
            area = pack.area
        warm = (T / T_REF) ** 1.75 * P_REF / p
        pairs, U_V, U_L = 0.5 * C * (C - 1), 0.0, 0.0
        for i in range(C):
            G[0, i, i] = G[1, i, i] = 1.0  # never used
            for k in range(i):
                k_V, k_L, Le_V, Le_L = self.k[0, i, k], self.k[1, i, k], 1.0, 1.0
                if self.given == 0.0:
                    D_V, D_L = self.D[0, i, k] * warm, self.D[1, i, k]
                    k_V = vapour_film(pack.C_V, pack.area, pack.void, u_V, c_V * M_V, fluid.mu_V,
                                      held, D_V)  # fmt: skip
                    k_L = liquid_film(pack.C_L, pack.area, pack.void, u_L, held, D_L)
                    Le_V = fluid.lambda_V / (c_V * cp_V * D_V)
                    Le_L = fluid.lambda_L * v_L / (cp_L * D_L)
                G[0, i, k] = G[0, k, i] = self.ease * c_V * k_V * area * volume
                G[1, i, k] = G[1, k, i] = self.ease * k_L / v_L * area * volume
                U_V += G[0, i, k] * cp_V * Le_V ** (2.0 / 3.0) / pairs
                U_L += G[1, i, k] * cp_L * Le_L**0.5 / pairs
        return U_V, U_L

    def residual(self, z, F):
        """Fill F (N, n) with what all equations lack, scaled to 1."""
        self.bulk(z)
        self.column.residual(z, self.scratch.P, F)
        N = z.shape[0]
        for j in range(N):
            if j == 0 or j == N - 1:
                self.at_equilibrium(j, z, F)
            else:
                self.segment(j, z, F)

    def at_equilibrium(self, j, z, F):
        """Condenser and reboiler: no films."""
        C = self.M.size
        o_y, o_TV, o_N, o_x, o_yI, o_TI = self.places()
        F[j, o_TV] = (z[j, o_TV] - z[j, C]) / 100.0
        F[j, o_TI] = (z[j, o_TI] - z[j, C]) / 100.0
        for i in range(C):
            F[j, o_N + i] = z[j, o_N + i] / self.column.total_feed()
            F[j, o_x + i] = z[j, o_x + i] - z[j, i]
            F[j, o_yI + i] = z[j, o_yI + i] - z[j, o_y + i]

    def segment(self, j, z, F):
        """Vapour's balances, films and interface of segment j."""
        column, mix, C, P = self.column, self.column.mixture, self.M.size, self.scratch.P
        o_y, o_TV, o_N, o_x, o_yI, o_TI = self.places()
        flow, a, terms = column.total_feed(), self.scratch.a, self.scratch.terms
        T_L, T_V, T_I, N = z[j, C], z[j, o_TV], z[j, o_TI], a[6]
        up, V = z[j + 1, C + 1], z[j, C + 1] + column.draws[j, 1]
        vapour = column.feed_vapour[j] > 0.0  # a feed is all vapour, or none
        U_V, U_L = self.conductances(j, z)
        q_V, q_L, total = U_V * (T_V - T_I), U_L * (T_I - T_L), 0.0
        for i in range(C):
            N[i] = z[j, o_N + i]
            gain = up * z[j + 1, o_y + i] - V * z[j, o_y + i] - N[i]
            F[j, o_y + i] = (gain + (column.feed[j, i] if vapour else 0.0)) / flow
            q_V += N[i] * mix.vapour_part(i, T_V)
            q_L += N[i] * mix.liquid_part(i, T_L)
            total += z[j, o_y + i]
        F[j, C] = total - 1.0
        heat = up * P[j + 1, C + 2] - V * P[j, C + 2] - q_V
        size = flow * column.dHv + TEN * (U_V + U_L)  # else easy transfer is all rounding
        F[j, o_TV] = (heat + (column.feed_h[j] if vapour else 0.0)) / size
        F[j, o_TI] = (q_V - q_L) / size
        far_side(N, self.scratch.G[0], z[j, o_y:o_TV], a[0], a[1])
        for i in range(C):
            F[j, o_N + i] = z[j, o_yI + i] - a[0, i]
            N[i] = -N[i]
        x_I = z[j, o_x:o_yI]
        far_side(N, self.scratch.G[1], z[j, :C], a[0], a[1])
        mix.at(T_I, terms)
        mix.ln_gamma_of(terms, z[j, :C], a[1])
        mix.ln_gamma_of(terms, x_I, a[2])
        total = 0.0
        for i in range(C):
            total += x_I[i]
            mean = 0.5 * (x_I[i] + z[j, i])
            F[j, o_x + i] = x_I[i] + mean * (a[2, i] - a[1, i]) - a[0, i]
            a[3, i] = x_I[i] * np.exp(a[2, i])
        F[j, o_x + C - 1] = total - 1.0
        boils = mix.boil(terms, T_I, column.pressure[j], a[3], a[4])
        for i in range(C - 1):
            F[j, o_yI + i] = z[j, o_yI + i] - a[4, i]
        F[j, o_yI + C - 1] = boils
