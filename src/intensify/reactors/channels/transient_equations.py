"""The channel in time: fluid, wall metal and utility on finite volumes along the channel.

    dc_i/dt + d(u c_i)/dz = d/dz(D dc_i/dz) + sum_j nu_ji r_j + s c_i,inj
    C (dT/dt + u dT/dz)   = d/dz(l dT/dz) + sum_j (-dH_j) r_j - a_i (T - T_w) + s C_inj (T_inj - T)
    C_w dT_w/dt           = d/dz(l_w dT_w/dz) + a_i (T - T_w) - a_o (T_w - T_u) - a_l (T_w - T_amb)
    C_u dT_u/dt           = a_o (T_w - T_u) -+ w dT_u/dz        co-, counter-current
                          = a_o (T_w - T_u) - w (T_u - T_u,in)/L           cross-flow

per volume of fluid: 1/(U a) = 1/a_i + 1/a_o, C = rho_cp + sum_i c_i cp_i, s volume injected per
volume and time. Ends after Danckwerts: what flows in is u c_in, no dispersion leaves. C_w = 0 makes
the metal's equation algebraic; w = inf keeps T_u. Constant volume: reactions change none.

State: blocks of S + 4: c (S), T, T_w, T_u, heat that left the metal so far [GJ/m3], a block a cell;
before the first and behind the last cell a block counts what has passed the inlet and the outlet
[mol/m2, GJ/m2], so that every balance closes to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import Network
from intensify.chemistry.network import CP, DCP, NU, H
from intensify.numerics.finite_volume import limited_slope, peak, slope_gradient
from intensify.units import Kelvin, VolumetricHeatCapacity

# columns of TransientEquations.cells: length, distance to the next cell's centre, coefficients per
# volume [W/m3/K], utility: content [J/m3/K], flow per area [W/m2/K], direction, inlet temperature,
# length and ends of its zone; flow injected [1/s], its temperature; then S columns of its c
(DZ, APART, A_IN, A_OUT, C_U, W_U, DIRECTION, T_U, ZONE, IS_FIRST, IS_LAST, INJECTED, T_INJECTED,
 C_INJECTED) = range(14)  # fmt: skip
GIGA = 1e9
"""Counted heat is kept small beside what it is counted from, so that no pivot lies in its row."""


class TransientEquations(NamedTuple):
    """The equations under one set of conditions; `TransientChannel` builds and runs them."""

    kinetics: Network
    cells: np.ndarray  # (N, 13 + S): see the columns above
    u: np.ndarray  # (N + 1,) velocity at the faces, m/s
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    rho_cp: VolumetricHeatCapacity
    C_w: VolumetricHeatCapacity  # of the metal, per volume of fluid
    D: float  # axial dispersion, m2/s
    conductivity: float  # axial, of the fluid, W/m/K
    metal: float  # axial conductivity of the metal times its area per area of fluid, W/m/K
    loss: float  # to the surroundings, W/m3/K
    T_ambient: Kelvin
    T_limit: Kelvin
    scratch: np.ndarray  # two faces, slopes behind a cell, r, dr/dT, dr/dc, `face_weights` twice

    def mass(self, m):
        """Zero where the metal has no heat capacity: its equation is algebraic."""
        S, width = self.c_in.size, self.c_in.size + 4
        m[:] = 1.0
        for i in range(self.cells.shape[0]):
            if self.C_w == 0.0 and self.cells[i, A_IN] > 0.0:
                m[(i + 1) * width + S + 1] = 0.0

    @inlined
    def heat_capacity(self, c):
        """C of the fluid with concentrations c [J/m3/K]."""
        C = self.rho_cp
        for s in range(self.c_in.size):
            C += c[s] * self.kinetics.species[s, CP]
        return C

    @inlined
    def enter(self, Y, left, behind):
        """Fill left (S + 1,) with c and T of what flows in, behind with the slopes from there."""
        S = self.c_in.size
        left[:S] = self.c_in
        left[S] = self.T_in
        for v in range(S + 1):
            behind[v] = (Y[1, v] - left[v]) / (0.5 * self.cells[0, DZ])

    @inlined
    def downstream(self, Y, i, behind, face):
        """Fill face (S + 1,) with c and T at the downstream end of cell i.

        behind: slopes from the cell before; on return those to the cell after.
        """
        last, per_apart = i == self.cells.shape[0] - 1, 1.0 / self.cells[i, APART]
        for v in range(self.c_in.size + 1):
            ahead = behind[v] if last else (Y[i + 2, v] - Y[i + 1, v]) * per_apart
            if i == 0 and self.D > 0.0:
                behind[v] = ahead  # Danckwerts: the inlet's value is not that of the face
            slope = limited_slope(behind[v], ahead)
            face[v] = Y[i + 1, v] + 0.5 * self.cells[i, DZ] * slope
            behind[v] = ahead

    @inlined
    def passing(self, u, face, out):
        """Fill out (S + 1,) with amounts and enthalpy per area and time that a face lets pass."""
        net, S = self.kinetics, self.c_in.size
        dT = face[S] - net.T_ref
        enthalpy = self.rho_cp * dT
        for s in range(S):
            out[s] = u * face[s]
            enthalpy += face[s] * (net.species[s, H] + net.species[s, CP] * dT)
        out[S] = u * enthalpy / GIGA

    def rhs(self, t, y, dy):
        """Time derivatives of all blocks; see the module's equations."""
        S, N = self.c_in.size, self.cells.shape[0]
        Y, dY = y.reshape(N + 2, S + 4), dy.reshape(N + 2, S + 4)
        faces, behind = self.scratch[: 2 * S + 2].reshape(2, S + 1), self.scratch[2 * S + 2 :]
        dY[0] = 0.0
        dY[N + 1] = 0.0
        self.enter(Y, faces[0], behind)
        self.passing(self.u[0], faces[0], dY[0])
        C_left = self.heat_capacity(faces[0])
        for i in range(N):
            left, right = faces[i % 2], faces[(i + 1) % 2]
            self.downstream(Y, i, behind, right)
            C_right = self.heat_capacity(right)
            self.fluid(Y, i, left, right, C_left, C_right, dY[i + 1])
            self.solid(Y, i, dY[i + 1])
            C_left = C_right
        self.passing(self.u[N], faces[N % 2], dY[N + 1])

    @inlined
    def fluid(self, Y, i, left, right, C_left, C_right, d):
        """dc/dt and dT/dt of cell i between its faces."""
        net, S, cell = self.kinetics, self.c_in.size, self.cells[i]
        R = net.reactions.shape[0]
        r = self.scratch[3 * S + 3 : 3 * S + 3 + R]
        c, T = Y[i + 1, :S], Y[i + 1, S]
        u_in, u_out = self.u[i] / cell[DZ], self.u[i + 1] / cell[DZ]
        net.rates(T, c, r)
        heat = net.heat_release(T, r) - cell[A_IN] * (T - Y[i + 1, S + 1])
        heat += u_in * C_left * (left[S] - T)
        heat -= u_out * C_right * (right[S] - T)
        for s in range(S):
            d[s] = u_in * left[s] - u_out * right[s]
            for j in range(R):
                d[s] += net.reactions[j, NU + s] * r[j]
        if cell[INJECTED] > 0.0:
            C = self.heat_capacity(cell[C_INJECTED:])
            heat += cell[INJECTED] * C * (cell[T_INJECTED] - T)
            for s in range(S):
                d[s] += cell[INJECTED] * cell[C_INJECTED + s]
        if self.D > 0.0 or self.conductivity > 0.0:
            heat += self.dispersed(Y, i, d)
        d[S] = heat / self.heat_capacity(c)

    @inlined
    def dispersed(self, Y, i, d):
        """Add axial dispersion to the species of cell i; returns the heat that comes with it."""
        net, S, heat = self.kinetics, self.c_in.size, 0.0
        for side in range(2):
            k, other = i - 1 + side, i + 2 * side
            if k < 0 or k == self.cells.shape[0] - 1:
                continue
            g = 1.0 / (self.cells[k, APART] * self.cells[i, DZ])
            dT = Y[other, S] - Y[i + 1, S]
            heat += self.conductivity * g * dT
            for s in range(S):
                J = self.D * g * (Y[other, s] - Y[i + 1, s])
                d[s] += J
                heat += 0.5 * J * net.species[s, CP] * dT
        return heat

    @inlined
    def solid(self, Y, i, d):
        """Metal, utility, and the heat that leaves the metal of cell i."""
        S, cell, y = self.c_in.size, self.cells[i], Y[i + 1]
        T_w, T_u = y[S + 1], y[S + 2]
        to_u = cell[A_OUT] * (T_w - T_u)
        lost = self.loss * (T_w - self.T_ambient)
        heat = cell[A_IN] * (y[S] - T_w) - to_u - lost
        if self.metal > 0.0:
            if i > 0:
                g = self.metal / (self.cells[i - 1, APART] * cell[DZ])
                heat += g * (Y[i, S + 1] - T_w)
            if i < self.cells.shape[0] - 1:
                heat += self.metal / (cell[APART] * cell[DZ]) * (Y[i + 2, S + 1] - T_w)
        d[S + 1] = heat / self.C_w if self.C_w > 0.0 else heat
        d[S + 3] = (to_u + lost) / GIGA
        if cell[W_U] == np.inf:
            d[S + 2] = 0.0
            return
        if cell[DIRECTION] == 0.0:
            moved = cell[W_U] / cell[ZONE] * (cell[T_U] - T_u)
        else:
            moved = cell[W_U] / cell[DZ] * (self.utility(Y, i, True) - self.utility(Y, i, False))
        d[S + 2] = (to_u + moved) / cell[C_U]

    @inlined
    def utility(self, Y, i, enters):
        """Temperature of the utility where it enters cell i, or leaves it."""
        way = 1 if self.cells[i, DIRECTION] > 0.0 else -1
        if enters:
            if self.cells[i, IS_FIRST if way > 0 else IS_LAST] > 0.0:
                return self.cells[i, T_U]
            return self.utility_end(Y, i - way, way)
        return self.utility_end(Y, i, way)

    @inlined
    def utility_end(self, Y, i, way):
        """Limited value of T_u at the end of cell i where the utility leaves it."""
        a, b = self.utility_slopes(Y, i, way)
        return Y[i + 1, self.c_in.size + 2] + 0.5 * self.cells[i, DZ] * limited_slope(a, b)

    @inlined
    def utility_slopes(self, Y, i, way):
        """Slopes of T_u along its own flow, from cell i to the cells before and behind."""
        v, cell = self.c_in.size + 2, self.cells[i]
        first, last = (IS_FIRST, IS_LAST) if way > 0 else (IS_LAST, IS_FIRST)
        a = b = 0.0
        if cell[first] > 0.0:
            a = (Y[i + 1, v] - cell[T_U]) / (0.5 * cell[DZ])
        else:
            a = (Y[i + 1, v] - Y[i + 1 - way, v]) / self.cells[min(i, i - way), APART]
        if cell[last] > 0.0:
            b = a
        else:
            b = (Y[i + 1 + way, v] - Y[i + 1, v]) / self.cells[min(i, i + way), APART]
        return a, b

    def events(self, t, y, g):
        """Hottest fluid minus the limit."""
        g[0] = self.hottest(y) - self.T_limit

    def hottest(self, y):
        """Highest temperature of the fluid along the channel [K]."""
        S, N = self.c_in.size, self.cells.shape[0]
        Y, best = y.reshape(N + 2, S + 4), 1
        for i in range(1, N + 1):
            if Y[i, S] > Y[best, S]:
                best = i
        if 1 < best < N:
            return peak(Y[best - 1, S], Y[best, S], Y[best + 1, S])
        return Y[best, S]

    # --- the Jacobian ----------------------------------------------------------------------------
    def jac_banded(self, t, y, J, lower, upper):
        """d(rhs)/dy; heat capacities at the faces are held.

        BDF iterates on the true equations, so that its result does not depend on what is left out.
        """
        S, N = self.c_in.size, self.cells.shape[0]
        Y, width = y.reshape(N + 2, S + 4), S + 4
        n, R = S + 1, self.kinetics.reactions.shape[0]
        faces, behind = self.scratch[: 2 * n].reshape(2, n), self.scratch[2 * n : 3 * n]
        slopes = self.scratch[3 * n + (n + 1) * R :].reshape(2, n, 3)
        J[:] = 0.0
        slopes[0] = 0.0
        self.enter(Y, faces[0], behind)
        for i in range(N):
            left, right = faces[i % 2], faces[(i + 1) % 2]
            enters, leaves = slopes[i % 2], slopes[(i + 1) % 2]
            row, cell, C = (i + 1) * width, self.cells[i], self.heat_capacity(Y[i + 1])
            u_in, u_out = self.u[i] / cell[DZ], self.u[i + 1] / cell[DZ]
            self.face_weights(Y, i, behind, leaves)
            self.downstream(Y, i, behind, right)
            C_in, C_out = self.heat_capacity(left) / C, self.heat_capacity(right) / C
            for v in range(S + 1):
                a, b = (u_in, u_out) if v < S else (u_in * C_in, u_out * C_out)
                for k in range(3):
                    if i + k > 1:
                        self.add(J, lower, row + v, row + v + (k - 2) * width, a * enters[v, k])
                    if 0 <= i + k - 1 < N:
                        self.add(J, lower, row + v, row + v + (k - 1) * width, -b * leaves[v, k])
            self.add(J, lower, row + S, row + S, u_out * C_out - u_in * C_in)
            self.reaction_slopes(Y, i, J, lower)
            self.dispersion_slopes(i, C, J, lower)
            self.solid_slopes(Y, i, J, lower)
        self.outlet_slopes(faces[N % 2], slopes[N % 2], J, lower)

    @inlined
    def add(self, J, lower, row, column, value):
        """Add to an entry of the band."""
        J[row, lower + column - row] += value

    @inlined
    def face_weights(self, Y, i, behind, weights):
        """Fill weights (S + 1, 3) with the slopes of `downstream` along cells i - 1, i, i + 1."""
        last, half = i == self.cells.shape[0] - 1, 0.5 * self.cells[i, DZ]
        before = self.cells[i - 1, APART] if i > 0 else half
        for v in range(behind.size):
            a = behind[v]
            b = a if last else (Y[i + 2, v] - Y[i + 1, v]) / self.cells[i, APART]
            if i == 0 and self.D > 0.0:
                a = b
            along_a, along_b = slope_gradient(a, b)
            if last:
                along_a, along_b = along_a + along_b, 0.0
            elif i == 0 and self.D > 0.0:
                along_a, along_b = 0.0, along_a + along_b
            to_a, to_b = half * along_a / before, half * along_b / self.cells[i, APART]
            weights[v, 0], weights[v, 1], weights[v, 2] = -to_a, 1.0 + to_a - to_b, to_b

    @inlined
    def reaction_slopes(self, Y, i, J, lower):
        """Reactions of cell i."""
        net, S = self.kinetics, self.c_in.size
        R, row, c, T = net.reactions.shape[0], (i + 1) * (S + 4), Y[i + 1, :S], Y[i + 1, S]
        start = 3 * S + 3
        r, dr_dT = self.scratch[start : start + R], self.scratch[start + R : start + 2 * R]
        dr_dc = self.scratch[start + 2 * R : start + (2 + S) * R].reshape(R, S)
        net.rates(T, c, r)
        net.derivatives(T, c, dr_dc, dr_dT)
        C = self.heat_capacity(c)
        for j in range(R):
            dH = net.heat_of_reaction(j, T)
            for s in range(S):
                nu = net.reactions[j, NU + s]
                self.add(J, lower, row + S, row + s, -dH * dr_dc[j, s] / C)
                self.add(J, lower, row + s, row + S, nu * dr_dT[j])
                for m in range(S):
                    self.add(J, lower, row + s, row + m, nu * dr_dc[j, m])
            self.add(
                J, lower, row + S, row + S, -(dH * dr_dT[j] + net.reactions[j, DCP] * r[j]) / C
            )

    @inlined
    def dispersion_slopes(self, i, C, J, lower):
        """Dispersion of species and heat between cell i and its neighbours, and injection."""
        S, width = self.c_in.size, self.c_in.size + 4
        row = (i + 1) * width
        for side in range(2):
            k, column = i - 1 + side, row + (2 * side - 1) * width
            if k < 0 or k == self.cells.shape[0] - 1:
                continue
            g = 1.0 / (self.cells[k, APART] * self.cells[i, DZ])
            for v in range(S + 1):
                x = self.D * g if v < S else self.conductivity * g / C
                self.add(J, lower, row + v, column + v, x)
                self.add(J, lower, row + v, row + v, -x)
            if self.metal > 0.0:
                x = self.metal * g / (self.C_w if self.C_w > 0.0 else 1.0)
                self.add(J, lower, row + S + 1, column + S + 1, x)
                self.add(J, lower, row + S + 1, row + S + 1, -x)
        injected = self.cells[i, INJECTED] * self.heat_capacity(self.cells[i, C_INJECTED:])
        self.add(J, lower, row + S, row + S, -injected / C)

    @inlined
    def solid_slopes(self, Y, i, J, lower):
        """Fluid, metal and utility of cell i among each other, and the utility along its flow."""
        S, cell, width = self.c_in.size, self.cells[i], self.c_in.size + 4
        T, T_w, T_u = (i + 1) * width + S, (i + 1) * width + S + 1, (i + 1) * width + S + 2
        C_w = self.C_w if self.C_w > 0.0 else 1.0
        C_u = cell[C_U]
        C = self.heat_capacity(Y[i + 1])
        self.add(J, lower, T, T, -cell[A_IN] / C)
        self.add(J, lower, T, T_w, cell[A_IN] / C)
        self.add(J, lower, T_w, T, cell[A_IN] / C_w)
        self.add(J, lower, T_w, T_w, -(cell[A_IN] + cell[A_OUT] + self.loss) / C_w)
        self.add(J, lower, T_w, T_u, cell[A_OUT] / C_w)
        self.add(J, lower, T_u + 1, T_w, (cell[A_OUT] + self.loss) / GIGA)
        self.add(J, lower, T_u + 1, T_u, -cell[A_OUT] / GIGA)
        if cell[W_U] == np.inf:
            return
        self.add(J, lower, T_u, T_w, cell[A_OUT] / C_u)
        self.add(J, lower, T_u, T_u, -cell[A_OUT] / C_u)
        if cell[DIRECTION] == 0.0:
            self.add(J, lower, T_u, T_u, -cell[W_U] / (cell[ZONE] * C_u))
            return
        way, flow = (1 if cell[DIRECTION] > 0.0 else -1), cell[W_U] / (cell[DZ] * C_u)
        self.utility_weights(Y, i, way, -flow, T_u, J, lower)
        if cell[IS_FIRST if way > 0 else IS_LAST] == 0.0:
            self.utility_weights(Y, i - way, way, flow, T_u, J, lower)

    @inlined
    def utility_weights(self, Y, i, way, factor, row, J, lower):
        """Add factor times the slopes of `utility_end` of cell i to a row."""
        width, cell = self.c_in.size + 4, self.cells[i]
        first, last = (IS_FIRST, IS_LAST) if way > 0 else (IS_LAST, IS_FIRST)
        column, half = (i + 1) * width + width - 2, 0.5 * cell[DZ]
        a, b = self.utility_slopes(Y, i, way)
        along_a, along_b = slope_gradient(a, b)
        if cell[last] > 0.0:
            along_a, along_b = along_a + along_b, 0.0
        to_a = half * along_a / (half if cell[first] > 0.0 else self.cells[min(i, i - way), APART])
        to_b = 0.0 if cell[last] > 0.0 else half * along_b / self.cells[min(i, i + way), APART]
        if cell[first] == 0.0:
            self.add(J, lower, row, column - way * width, -factor * to_a)
        self.add(J, lower, row, column, factor * (1.0 + to_a - to_b))
        if cell[last] == 0.0:
            self.add(J, lower, row, column + way * width, factor * to_b)

    def outlet_slopes(self, face, weights, J, lower):
        """What leaves, along the last cells (of its enthalpy the sensible part)."""
        S, N = self.c_in.size, self.cells.shape[0]
        row, column, u = (N + 1) * (S + 4), N * (S + 4), self.u[N]
        for v in range(S + 1):
            x = u if v < S else u * self.heat_capacity(face) / GIGA
            for k in range(2):
                self.add(J, lower, row + v, column + v + (k - 1) * (S + 4), x * weights[v, k])
