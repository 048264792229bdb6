"""A column with sorbent and catalyst in time, on finite volumes along z.

    eps dc_i/dt = -dF_i/dz - rho_s dq_i/dt + rho_c sum_j nu_ji r_j(T, c)
    F_i         = u c_i - D c dy_i/dz                    liquid: u c_i - D dc_i/dz
    dq_i/dt     = k_i (q*_i(T, a) - q_i)                 a = p_i over a gas, c_i in a liquid
    -dp/dz      = viscous mu u + inertial rho u^2        gas; a liquid has one u
    C dT/dt     = -sum_i F_i cp_i dT/dz + d/dz(lambda dT/dz) - rho_s sum_i dH_i dq_i/dt
                  - rho_c sum_j dH_j r_j - a_w (T - T_w),     C = rho_s cp_s + eps sum_i c_i cp_i

u: superficial. D per area of the column, eps: all the fluid, in and around grains. F and T at faces
from upwind by van Albada's limiter, or by WENO5 between 0 and 4 times what the cell holds. Ends
exchange by flow alone, without dispersion or conduction.

State: rows of W = S + A (+ 1): c (S), q (A adsorbed), T where it changes; a row a cell. Before the
first and behind the last cell a row counts what has passed z = 0 and z = L [mol/m2], so that the
balances close without computing a flow twice.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import borrow, inlined
from intensify.chemistry.network import R_GAS
from intensify.numerics.finite_volume import smooth_slope, weno5
from intensify.transport.packing import Friction
from intensify.units import Kelvin, Metre, PascalSecond

CLOSED, FLOW, OPEN = 0.0, 1.0, 2.0
"""Kinds of ends: nothing passes; a molar flux comes in; a reservoir with its pressure."""

FLAT = 1e-5
"""Part of a row's magnitude below which differences between cells count as noise."""


class End(NamedTuple):
    """An end of the column during a step.

    y: mole fractions of what comes in (in a liquid concentrations, and p = R T). flux: inwards
    [mol/m2/s]. The reservoir's pressure goes straight from p_start to p_stop over t_start..t_stop;
    behind a valve of that time constant [s] it creeps there.
    """

    kind: float
    y: np.ndarray
    T: Kelvin = 298.15
    flux: float = 0.0
    p_start: float = 1e5
    p_stop: float = 1e5
    t_start: float = 0.0
    t_stop: float = 1.0
    constant: float = 0.0

    def pressure(self, t):
        """The pressure outside at time t [Pa]."""
        if self.constant > 0.0:
            part = 1.0 - np.exp(-(t - self.t_start) / self.constant)
        else:
            part = min(max((t - self.t_start) / (self.t_stop - self.t_start), 0.0), 1.0)
        return self.p_start + part * (self.p_stop - self.p_start)


DENSITY, CATALYST, HEAT = range(3)
"""Columns of ColumnEquations.cells: sorbent, catalyst [kg/m3 bed], solids' heat [J/m3/K]."""


class ColumnEquations(NamedTuple):
    """The equations of a step; `SorptionReactor` builds and runs them."""

    bed: Any  # `sorption_bed.Bed`, or grains: what a cell holds beside its fluid
    cells: np.ndarray  # (N, 3): see above
    dz: Metre
    eps: float
    D: float
    u: float  # superficial velocity of a liquid, 0: a gas whose pressure drives it
    friction: Friction
    mu: PascalSecond
    M: np.ndarray  # (S,) molar masses
    cp: np.ndarray  # (S,) heat capacities
    conductivity: float
    wall: float  # 4 h/d [W/m3/K]
    T_wall: Kelvin
    T: Kelvin  # everywhere, where `thermal` is 0
    thermal: float
    left: End
    right: End
    size: np.ndarray  # (W,) magnitudes of a row
    scratch: np.ndarray  # (4, S + A + 1)
    reach: float = 1.0  # cells to each side that a face looks at: 2 is WENO5

    @inlined
    def temperature(self, row):
        """Temperature of a cell's row."""
        return row[row.size - 1] if self.thermal > 0.0 else self.T

    @inlined
    def total(self, row):
        """Concentration of all species in a row."""
        c = 0.0
        for s in range(self.M.size):
            c += row[s]
        return c

    @inlined
    def pressure(self, t, Y, j):
        """Pressure of a gas in row j, of which the first and the last stand for the ends."""
        if j == 0:
            return self.left.pressure(t)
        if j == self.cells.shape[0] + 1:
            return self.right.pressure(t)
        return R_GAS * self.temperature(Y[j]) * self.total(Y[j])

    @inlined
    def density(self, t, Y, j):
        """Mass of the gas per volume in row j, of which the first and the last are the ends."""
        rho, N = 0.0, self.cells.shape[0]
        if 0 < j <= N:
            for s in range(self.M.size):
                rho += Y[j, s] * self.M[s]
            return rho
        end = self.left if j == 0 else self.right
        for s in range(self.M.size):
            rho += end.pressure(t) / (R_GAS * end.T) * end.y[s] * self.M[s]
        return rho

    @inlined
    def driven(self, k):
        """Whether pressure drives what flows at face k, before cell k."""
        end = self.left if k == 0 else self.right
        return self.u == 0.0 and (0 < k < self.cells.shape[0] or end.kind == OPEN)

    @inlined
    def apart(self, k):
        """Distance between the pressures before and behind face k."""
        return self.dz if 0 < k < self.cells.shape[0] else 0.5 * self.dz

    @inlined
    def velocity(self, t, Y, k):
        """Superficial velocity at face k; where a flux comes in, that flux."""
        if self.driven(k):
            fall = self.pressure(t, Y, k) - self.pressure(t, Y, k + 1)
            rho = self.density(t, Y, k if fall > 0.0 else k + 1)
            return self.friction.velocity(fall / self.apart(k), rho, self.mu)
        if 0 < k < self.cells.shape[0]:
            return self.u
        end, inward = (self.left, 1.0) if k == 0 else (self.right, -1.0)
        if end.kind == OPEN:
            return self.u
        return inward * end.flux if end.kind == FLOW else 0.0

    @inlined
    def velocity_slopes(self, t, Y, k, u, out):
        """Fill out (2, S + 1) with du/dc and du/dT of the cells before and behind face k.

        Pressure falls so little from cell to cell that a difference for each species would not add
        up to nothing where it must: where composition changes and pressure does not.
        """
        S = self.M.size
        out[:] = 0.0
        if not self.driven(k):
            return
        rho = self.density(t, Y, k if u > 0.0 else k + 1)
        slope, inertia = self.friction.velocity_slopes(u, rho, self.mu)
        for side in range(2):
            if not 0 < k + side <= self.cells.shape[0]:
                continue
            row, sign = Y[k + side], 1.0 - 2.0 * side
            along = sign * slope * R_GAS / self.apart(k)
            out[side, S] = along * self.total(row)
            for s in range(S):
                out[side, s] = along * self.temperature(row)
                if sign * u > 0.0:
                    out[side, s] += inertia * self.M[s]

    @inlined
    def carried(self, t, Y, k, u, C):
        """Fill C (S + 1,) with what a flow u through face k holds: concentrations, temperature.

        Where a flux comes in, its mole fractions.
        """
        S, N = self.M.size, self.cells.shape[0]
        if 0 < k < N:
            j, way = (k, 1) if u >= 0.0 else (k + 1, -1)
            for s in range(S):
                C[s] = self.towards(Y, j, way, s)
            C[S] = self.towards(Y, j, way, Y.shape[1] - 1) if self.thermal > 0.0 else self.T
            return
        end, row, inward = (self.left, Y[1], 1.0) if k == 0 else (self.right, Y[N], -1.0)
        if end.kind == CLOSED or (end.kind == OPEN and not inward * u > 0.0):
            C[:S] = row[:S]
            C[S] = self.temperature(row)
            return
        c = end.pressure(t) / (R_GAS * end.T) if end.kind == OPEN else 1.0
        for s in range(S):
            C[s] = c * end.y[s]
        C[S] = end.T

    @inlined
    def face(self, t, Y, k, u, C, F):
        """Fill F (S + 1,) with fluxes and temperature of what flows at face k; C: see `carried`."""
        S = self.M.size
        self.carried(t, Y, k, u, C)
        for s in range(S):
            F[s] = u * C[s]
        F[S] = C[S]
        if self.D > 0.0 and 0 < k < self.cells.shape[0]:
            here, there = Y[k], Y[k + 1]
            c_here, c_there, mean = 1.0, 1.0, 1.0
            if self.u == 0.0:
                c_here, c_there = self.total(here), self.total(there)
                mean = 0.5 * (c_here + c_there)
            for s in range(S):
                F[s] -= self.D * mean * (there[s] / c_there - here[s] / c_here) / self.dz

    @inlined
    def towards(self, Y, j, way, w):
        """Value w of row j at its face on the side `way`, 1 or -1."""
        N, here = self.cells.shape[0], Y[j, w]
        if not 1 < j < N:
            return here
        least = FLAT * self.size[w]
        if self.reach < 2.0 or not 2 < j < N - 1:
            return here + 0.5 * way * smooth_slope(here - Y[j - 1, w], Y[j + 1, w] - here, least)
        at = weno5(
            Y[j - 2 * way, w], Y[j - way, w], here, Y[j + way, w], Y[j + 2 * way, w], least
        )  # fmt: skip
        return min(max(at, 0.0), 4.0 * max(here, 0.0))  # an empty cell gives nothing away

    @inlined
    def inside(self, Y, i, made):
        """Fill made (W or S + A + 1,) with what cell i makes, takes up and, last, heats."""
        S, A, cell = self.M.size, self.bed.count(), self.cells[i]
        row = Y[i + 1]
        made[S + A] = self.bed.act(
            self.temperature(row), row[:S], row[S : S + A], cell[DENSITY], cell[CATALYST],
            made[:S], made[S : S + A],
        )  # fmt: skip

    @inlined
    def cell(self, Y, i, before, after, made, d):
        """Fill d (W,) with the rates of cell i from its faces and what happens inside."""
        S, A, row = self.M.size, self.bed.count(), Y[i + 1]
        for s in range(S):
            d[s] = (made[s] + (before[s] - after[s]) / self.dz) / self.eps
        for a in range(A):
            d[S + a] = made[S + a]
        if self.thermal > 0.0:
            T, heat = row[S + A], made[S + A]
            for s in range(S):
                gain = before[s] * (before[S] - T) - after[s] * (after[S] - T)
                heat += self.cp[s] * gain / self.dz
            heat += self.conducted(Y, i) - self.lost(i, T)
            d[S + A] = heat / self.heat_capacity(row, i)

    @inlined
    def heat_capacity(self, row, i):
        """Heat capacity of cell i, its solid's and its fluid's [J/m3/K]."""
        S, C = self.M.size, self.cells[i, HEAT]
        for s in range(S):
            C += self.eps * row[s] * self.cp[s]
        return C + self.cells[i, CATALYST] * self.bed.held(row[S : row.size - 1], self.cp)

    @inlined
    def lost(self, i, T):
        """Heat through the wall of cell i [W/m3]."""
        return self.wall * (T - self.T_wall)

    @inlined
    def count(self, flow, out):
        """Fill out, the derivative of an end's row, with what `flow` lets pass."""
        out[: self.M.size] = flow[: self.M.size]

    def rhs(self, t, y, dy):
        """Time derivatives of all rows; see the module's equations."""
        N, W = self.cells.shape[0], self.size.size
        Y, dY = y.reshape(N + 2, W), dy.reshape(N + 2, W)
        faces, made, C = self.scratch[:2], self.scratch[2], self.scratch[3]
        dY[0] = 0.0
        dY[N + 1] = 0.0
        self.face(t, Y, 0, self.velocity(t, Y, 0), C, faces[0])
        self.count(faces[0], dY[0])
        for k in range(1, N + 1):
            before, after = faces[(k - 1) % 2], faces[k % 2]
            self.face(t, Y, k, self.velocity(t, Y, k), C, after)
            self.inside(Y, k - 1, made)
            self.cell(Y, k - 1, before, after, made, dY[k])
        self.count(faces[N % 2], dY[N + 1])

    def guess(self, t, y, step, y_new):
        """Give a gas in y_new the pressures that follow in a straight line from those before.

        They differ so little from cell to cell that those of contents and temperatures, each
        expected by itself, would drive flows of any size and sign, far from what Newton needs.
        """
        N, W = self.cells.shape[0], self.size.size
        Y, D, New = y.reshape(N + 2, W), step.reshape(N + 2, W), y_new.reshape(N + 2, W)
        for j in range(1, N + 1 if self.u == 0.0 else 1):
            now, past, new = 0.0, 0.0, 0.0
            for s in range(self.M.size):
                now += Y[j, s]
                past += Y[j, s] - D[j, s]
                new += New[j, s]
            T, T_new = self.temperature(Y[j]), self.temperature(New[j])
            T_past = T - (D[j, W - 1] if self.thermal > 0.0 else 0.0)
            if new * T_new > 0.0:
                for s in range(self.M.size):
                    New[j, s] *= max((2.0 * now * T - past * T_past) / (new * T_new), 0.0)

    def jac_banded(self, t, y, J, lower, upper):
        """d(rhs)/dy in the band's storage; see `slopes`."""
        self.slopes(t, y, J, lower)

    @inlined
    def put(self, J, lower, m, w, i, v, slope):
        """Store the slope of value w of row m along value v of row i."""
        at, width = m * self.size.size + w, self.size.size
        J[at, lower + i * width + v - at] = slope

    def slopes(self, t, y, J, lower):
        """d(rhs)/dy by differences at the velocities as they are, which have exact slopes."""
        self, y, J = borrow((self, y, J))
        S, N, W = self.M.size, self.cells.shape[0], self.size.size
        Y, made, width = y.copy().reshape(N + 2, W), self.scratch[2], self.scratch.shape[1]
        faces, C, base = np.empty((N + 1, width)), np.empty((N + 1, width)), np.empty((N, width))
        near = int(self.reach)
        moved, old, new = np.empty((2 * near + 2, width)), np.empty((N, W)), np.empty(W)
        u, du, C_moved = np.empty(N + 1), np.empty((N + 1, 2, S + 1)), np.empty(width)
        for k in range(N + 1):
            u[k] = self.velocity(t, Y, k)
            self.velocity_slopes(t, Y, k, u[k], du[k])
            self.face(t, Y, k, u[k], C[k], faces[k])
        for i in range(N):
            self.inside(Y, i, base[i])
            self.cell(Y, i, faces[i], faces[i + 1], base[i], old[i])
        J[:] = 0.0
        for i in range(N):
            exact = self.exact(Y, i, J)
            for v in range(W):
                flows = v < S or v == S + self.bed.count()  # a loading moves no face
                if exact and not flows:
                    continue
                first = max(i - near, 0) if flows else i
                last = min(i + near + 1, N) if flows else i  # faces whose stencil holds the cell
                kept = Y[i + 1, v]
                h = 1e-7 * max(abs(kept), 1e-3 * self.size[v])
                Y[i + 1, v] = kept + h
                for k in range(first, last + 1):
                    if flows:
                        self.face(t, Y, k, u[k], C_moved, moved[k - first])
                        if k in (i, i + 1):
                            faster = h * du[k, i + 1 - k, min(v, S)]
                            for s in range(S):
                                moved[k - first, s] += faster * C[k, s]
                self.inside(Y, i, made)
                for m in range(max(first - 1, 0) if flows else i, min(last, N - 1) + 1):
                    left = moved[m - first] if flows and m >= first else faces[m]
                    right = moved[m + 1 - first] if flows and m < last else faces[m + 1]
                    self.cell(Y, m, left, right, made if m == i else base[m], new)
                    for w in range(W):
                        if new[w] != old[m, w]:
                            self.put(J, lower, m + 1, w, i + 1, v, (new[w] - old[m, w]) / h)
                if flows and first == 0:
                    self.end_slopes(J, lower, 0, i + 1, v, moved[0], faces[0], h)
                if flows and last == N:
                    self.end_slopes(J, lower, N + 1, i + 1, v, moved[N - first], faces[N], h)
                Y[i + 1, v] = kept

    @inlined
    def exact(self, Y, i, J):
        """Whether the slopes along what cell i holds beside its fluid were stored, exact ones."""
        return False

    @inlined
    def end_slopes(self, J, lower, end, i, v, moved, flow, h):
        """Store the slopes of the row of an end, whose flow was moved by h in value v of row i."""
        W = self.size.size
        new, old = np.zeros(W), np.zeros(W)
        self.count(moved, new)
        self.count(flow, old)
        for w in range(W):
            if new[w] != old[w]:
                self.put(J, lower, end, w, i, v, (new[w] - old[w]) / h)

    @inlined
    def conducted(self, Y, i):
        """Heat conducted into cell i along z [W/m3]."""
        w, heat = Y.shape[1] - 1, 0.0
        g = self.conductivity / (self.dz * self.dz)
        if i > 0:
            heat += g * (Y[i, w] - Y[i + 1, w])
        if i < self.cells.shape[0] - 1:
            heat += g * (Y[i + 2, w] - Y[i + 1, w])
        return heat
