"""A column in time: hold-ups, heat, weirs, levels, controllers, from cold on.

    dn_j/dt = L_(j-1) x_(j-1) + V_(j+1) y_(j+1) + f_j + nu^T xi_j - L_j x_j - V_j y_j
    M_j cp_j dT_j/dt = dH_j/dt - sum_i h_i dn_ji/dt          H_j: all enthalpies in, less those out
    V_j >= 0 such that  dE_j/dt = -E_j/t_b  with  E_j = ln(p(x_j, T_j)/p_j), else V_j = 0
    L_j = L_ref + (M_j - M_ref)/t_w, not below 0                              weir of a tray

What boils stays on its boiling line, and what is colder gives off no vapour and takes in all that
comes: the differentiated form of V >= 0, E <= 0, one of them 0. t_b is how fast a stage returns to
the line. E and V at rest are those of `column_equations`. Condensate leaves the condenser at its
boiling point. With equal overflow V follows from the boilup and dT_j/dt from dE_j/dt; t_w = 0 there
keeps each tray's hold-up. Vapour is not held up, pressures stay, and so does the catalyst.

Levels, of the drum by distillate (with a reflux ratio by all that leaves it) and of the sump:

    u = u_ref + (M - M_ref + I/t_i)/t_l,   dI/dt = M - M_ref + t_l (clip(u) - u);  t_l = 0: M stays

Temperature of a stage by duty or reflux: u = u_0 + K (e + I/t_i), e = T_set - T,
dI/dt = e + (clip(u) - u)/K, so that no integral winds up while a limit holds.

State: n (C) and T of each stage; I of drum, sump and loops; what was fed, drawn at top and bottom
(C each) and reacted (R) so far [mol]; heat of reboiler and condenser, and enthalpy gained [J].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inner
from intensify.chemistry.network import NU
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_newton import boiling_point
from intensify.units import INF, Number, Second

T_B = 1.0
"""Time in which a stage returns to its boiling line [s]."""
DRY, EMPTY = 1e-3, 0.01
"""Part of all feeds below which a product counts as none; part of its hold-up that is dry."""
V, L, M, H_L, H_V, CP, E, E_T = range(8)
"""Columns of `Scratch.rows`: flows, hold-up, enthalpies, the liquid's heat capacity, E, dE/dT."""
STAGE, GAIN, T_I, LOW, HIGH, HANDLE = range(6)
"""Columns of loops; a handle is DUTY or REFLUX."""
DUTY, REFLUX = 0.0, 1.0
DISTILLATE, BACK, BOTTOMS, HEAT, COOLING = range(5)
"""Places in `Scratch.u`; BACK: the reflux."""
STEP, WARMER = 1e-6, 1e-3
"""Steps of differences: largest change of a mole fraction, and of T [K]."""


class Conditions(NamedTuple):
    """What is set from outside: reflux [mol/s], ratio (0: reflux is set), duty [W], draw, feeds.

    draw: 1, or 0 at total reflux and no bottoms.
    """

    reflux: Number
    ratio: Number
    duty: Number
    draw: Number
    feed: np.ndarray  # (N, C + 2): flows [mol/s], enthalpy [W], vapour [mol/s]
    T_set: np.ndarray  # (loops,) [K]


class Level(NamedTuple):
    """How a level is kept: flow at the reference [mol/s], t_l, t_i, largest flow."""

    flow: Number
    t_l: Second
    t_i: Second
    most: Number


class Scratch(NamedTuple):
    """What `rhs` works out on its way."""

    x: np.ndarray  # (N, C)
    y: np.ndarray  # (N, C), as it leaves
    rows: np.ndarray  # (N, 8)
    feed: np.ndarray  # (N, C + 2)
    xi: np.ndarray  # (N, R) [mol/s]
    u: np.ndarray  # (5,)
    terms: np.ndarray  # (N + 1, ...): `Mixture.room` of each stage, and one more
    spare: np.ndarray  # (4, C)
    along: np.ndarray  # (2, C)
    rate: np.ndarray  # (2, R)


class MovingColumn(NamedTuple):
    """The equations between two disturbances."""

    column: ColumnEquations
    M: np.ndarray  # (N,) reference hold-ups [mol]
    L: np.ndarray  # (N,) reference flows [mol/s]
    t_w: Second
    drum: Level
    sump: Level
    loops: np.ndarray  # (loops, 6)
    before: Conditions
    now: Conditions
    at: Second
    ramp: Second
    flood: Number
    scratch: Scratch

    def contents(self, s):
        """Fill scratch with compositions, hold-ups, vapours, how near they boil, and extents."""
        column, mix, (N, C) = self.column, self.column.mixture, self.column.feed.shape
        a = self.scratch.spare[0]
        for j in range(N):
            row, x, y = self.scratch.rows[j], self.scratch.x[j], self.scratch.y[j]
            T, p, terms, total = s[j * (C + 1) + C], column.pressure[j], self.scratch.terms[j], 0.0
            for i in range(C):
                x[i] = max(s[j * (C + 1) + i], 0.0)
                total += x[i]
            row[M], row[CP] = total, 0.0
            for i in range(C):
                x[i] /= total
                row[CP] += x[i] * mix.enthalpy[i, 1]
            row[H_L] = mix.liquid_enthalpy(T, x)
            for at in (T + WARMER, T):  # what stays is at T
                mix.at(at, terms)
                row[E_T] = row[E]
                row[E] = boils(mix, terms, at, p, x, a, y)
            row[E_T] = (row[E_T] - row[E]) / WARMER
            if column.holdup[j] > 0.0:
                held = a if column.kinetics.by_activity > 0.0 else x
                column.driving(j, T, held, self.scratch.rate, self.scratch.xi[j])

    def control(self, t, s, ds):
        """Fill scratch with feeds, heat and reflux as set or as loops have them, ds with dI/dt."""
        (N, C), u = self.column.feed.shape, self.scratch.u
        a, b, o, w = self.before, self.now, N * (C + 1) + 2, 1.0
        if self.ramp > 0.0:
            w = min(max((t - self.at) / self.ramp, 0.0), 1.0)
        for j in range(N):
            for i in range(C + 2):
                self.scratch.feed[j, i] = a.feed[j, i] + w * (b.feed[j, i] - a.feed[j, i])
        u[HEAT] = a.duty + w * (b.duty - a.duty)
        u[BACK] = a.reflux + w * (b.reflux - a.reflux)
        for k in range(self.loops.shape[0]):
            loop, place = self.loops[k], HEAT if self.loops[k, HANDLE] == DUTY else BACK
            e = a.T_set[k] + w * (b.T_set[k] - a.T_set[k]) - s[int(loop[STAGE]) * (C + 1) + C]
            wish = u[place] + loop[GAIN] * (e + s[o + k] / loop[T_I])
            u[place] = min(max(wish, loop[LOW]), loop[HIGH])
            ds[o + k] = e + (u[place] - wish) / loop[GAIN] if loop[T_I] < INF else 0.0

    def gained(self, j, i):
        """What feed and reactions bring stage j of component i [mol/s]."""
        gain, nu = self.scratch.feed[j, i], self.column.kinetics.forward.reactions
        for k in range(self.scratch.xi.shape[1]):
            gain += nu[k, NU + i] * self.scratch.xi[j, k]
        return gain

    def overflow(self):
        """Fill scratch with the vapour flows of equal overflow."""
        column, N, C = self.column, self.column.feed.shape[0], self.column.feed.shape[1]
        rising = self.scratch.u[HEAT] / column.dHv
        for j in range(N - 1, 0, -1):
            if j < N - 1:
                rising += self.scratch.feed[j, C + 1] + column.duty[j] / column.dHv
                for k in range(column.dHr.size):
                    rising -= column.dHr[k] / column.dHv * self.scratch.xi[j, k]
            self.scratch.rows[j, V] = rising

    def liquids(self, s, ds):
        """Fill scratch with what leaves drum, trays and sump, where vapour flows do not matter.

        A level that stays is met by `rhs`, which knows what comes in.
        """
        (N, C), u, rows = self.column.feed.shape, self.scratch.u, self.scratch.rows
        o, b = N * (C + 1), self.now
        shared = b.ratio > 0.0 or b.draw == 0.0  # all that leaves the drum keeps its level
        out = self.drum.flow + (self.L[0] if shared else 0.0)
        out = leaves(self.drum, out, rows[0, M] - self.M[0], s, ds, o)
        if self.drum.t_l == 0.0 and self.column.full_energy == 0.0:
            out = rows[1, V] - (0.0 if shared else u[BACK])
            for i in range(C):
                out += self.gained(0, i)
        u[DISTILLATE] = out
        if b.draw == 0.0:
            u[DISTILLATE], u[BACK] = 0.0, out
        elif b.ratio > 0.0:
            u[DISTILLATE], u[BACK] = out / (1.0 + b.ratio), out * b.ratio / (1.0 + b.ratio)
        rows[0, L] = u[BACK]
        for j in range(1, N - 1):
            if self.t_w > 0.0:
                rows[j, L] = max(self.L[j] + (rows[j, M] - self.M[j]) / self.t_w, 0.0)
                continue
            rows[j, L] = rows[j - 1, L] + rows[j + 1, V] - rows[j, V]
            for i in range(C):
                rows[j, L] += self.gained(j, i)
        out = leaves(self.sump, self.sump.flow, rows[N - 1, M] - self.M[N - 1], s, ds, o + 1)
        u[BOTTOMS] = rows[N - 1, L] = out * b.draw

    def boil(self, j, s, gain, heat, ds):
        """V_j and dT_j/dt; gain (C,) [mol/s] and heat [W]: what comes into stage j."""
        column, mix, C = self.column, self.column.mixture, gain.size
        row, x, y = self.scratch.rows[j], self.scratch.x[j], self.scratch.y[j]
        T, p, terms = s[j * (C + 1) + C], column.pressure[j], self.scratch.terms[j]
        along, full, total = self.scratch.along, column.full_energy > 0.0, 0.0
        efficiency = column.efficient(j)
        if efficiency < 1.0 and self.scratch.rows[j + 1, V] > 0.0:
            for i in range(C):
                y[i] = efficiency * y[i] + (1.0 - efficiency) * self.scratch.y[j + 1, i]
        for i in range(C):
            total += gain[i]
        up = 0.0 if full or j == 0 else row[V]
        for i in range(C):
            along[0, i] = (gain[i] - up * y[i] - x[i] * (total - up)) / row[M]
            along[1, i] = (y[i] - x[i]) / row[M] if full and j > 0 else 0.0
        self.slopes(terms, T, p, x, along, row[E])
        rise = along[0, 0]
        if not full:
            ds[j * (C + 1) + C] = -(row[E] / T_B + rise) / row[E_T]
            return
        held = row[M] * row[CP]
        for i in range(C):
            heat -= mix.liquid_part(i, T) * gain[i]
        if j > 0:
            H = row[H_V] = mix.vapour_enthalpy(T, y) + mix.departure(terms, T, p, y)
            for i in range(C):
                H -= mix.liquid_part(i, T) * y[i]
            fall = row[E_T] * H / held + along[1, 0]
            row[V] = max((row[E_T] * heat / held + rise + row[E] / T_B) / fall, 0.0)
            heat -= row[V] * H
        ds[j * (C + 1) + C] = heat / held

    def slopes(self, terms, T, p, x, along, E_0):
        """Put the derivatives of E along the two directions (2, C) of x into along[:, 0]."""
        spare = self.scratch.spare
        for k in range(2):
            largest = 0.0
            for i in range(x.size):
                largest = max(largest, abs(along[k, i]))
            if largest == 0.0:
                continue
            for i in range(x.size):
                spare[1, i] = x[i] + STEP / largest * along[k, i]
            ahead = boils(self.column.mixture, terms, T, p, spare[1], spare[2], spare[3])
            along[k, 0] = (ahead - E_0) * largest / STEP

    def condensate(self, T):
        """Enthalpy of what leaves the condenser at its boiling point, from T on [J/mol]."""
        mix, y, spare = self.column.mixture, self.scratch.y[1], self.scratch.spare
        terms = self.scratch.terms[self.M.size]
        T_c = boiling_point(mix, self.column.pressure[0], y, T, terms, spare[1], spare[2])
        return mix.liquid_enthalpy(T_c, y)

    def rhs(self, t, s, ds):
        """Time derivatives; see the module's equations."""
        column, (N, C), gain = self.column, self.column.feed.shape, self.scratch.spare[0]
        x, y, rows, u = self.scratch.x, self.scratch.y, self.scratch.rows, self.scratch.u
        self.contents(s)
        self.control(t, s, ds)
        full = column.full_energy > 0.0
        if not full:
            self.overflow()
        self.liquids(s, ds)
        brought = 0.0
        for j in range(N - 1, -1, -1):
            heat = self.scratch.feed[j, C]
            if 0 < j < N - 1:
                heat += column.duty[j]
            brought += heat
            if j == N - 1:
                heat += u[HEAT]
            if j > 0:
                heat += rows[j - 1, L] * rows[j - 1, H_L]
            if j == 0:
                u[COOLING] = rows[1, V] * column.dHv
                if full:
                    h = self.condensate(s[2 * C + 1])
                    u[COOLING] = rows[1, V] * (rows[1, H_V] - h)
                    heat += rows[1, V] * h
            elif j < N - 1:
                heat += rows[j + 1, V] * rows[j + 1, H_V]
            total = 0.0
            for i in range(C):
                gain[i] = self.gained(j, i)
                if j > 0:
                    gain[i] += rows[j - 1, L] * x[j - 1, i]
                if j < N - 1:
                    gain[i] += rows[j + 1, V] * y[j + 1, i]
                total += gain[i]
            self.boil(j, s, gain, heat, ds)
            if j == 0 and self.drum.t_l == 0.0 and full:
                u[DISTILLATE] = total - u[BACK]
            if j == N - 1 and self.sump.t_l == 0.0:
                u[BOTTOMS] = rows[j, L] = (total - rows[j, V]) * self.now.draw
            out, up = rows[j, L], rows[j, V]
            if j == 0:
                out, up = out + u[DISTILLATE], 0.0
            for i in range(C):
                ds[j * (C + 1) + i] = gain[i] - up * y[j, i] - out * x[j, i]
        self.passes(ds, brought)

    def passes(self, ds, brought):
        """Fill the last of ds: what is fed, leaves, reacts and is heated; brought: by feeds [W]."""
        (N, C), u, rows, x = (
            self.column.feed.shape,
            self.scratch.u,
            self.scratch.rows,
            self.scratch.x,
        )
        o, R = N * (C + 1) + 2 + self.loops.shape[0], self.column.dHr.size
        for i in range(C):
            ds[o + i] = 0.0
            for j in range(N):
                ds[o + i] += self.scratch.feed[j, i]
            ds[o + C + i] = u[DISTILLATE] * x[0, i]
            ds[o + 2 * C + i] = u[BOTTOMS] * x[N - 1, i]
        o += 3 * C
        for k in range(R):
            ds[o + k] = 0.0
            for j in range(N):
                ds[o + k] += self.scratch.xi[j, k]
        ds[o + R], ds[o + R + 1] = u[HEAT], u[COOLING]
        out = u[DISTILLATE] * rows[0, H_L] + u[BOTTOMS] * rows[N - 1, H_L]
        ds[o + R + 2] = brought + u[HEAT] - u[COOLING] - out

    def margins(self, j):
        """How far stage j is from dry and from flooded."""
        part = self.scratch.rows[j, M] / self.M[j]
        return part - EMPTY, self.flood - part

    def events(self, t, s, g):
        """The least margin of all: of hold-ups, and of products that keep a level."""
        N, spare = self.M.size, np.empty(s.size)
        self.rhs(t, s, spare)
        g[0], fed = 1.0, DRY * self.column.total_feed()
        for j in range(N):
            dry, flooded = self.margins(j)
            g[0] = min(g[0], dry, flooded)
        if self.drum.t_l == 0.0 and self.now.draw > 0.0:
            g[0] = min(g[0], self.scratch.u[DISTILLATE] - fed)
        if self.sump.t_l == 0.0 and self.now.draw > 0.0:
            g[0] = min(g[0], self.scratch.u[BOTTOMS] - fed)


@inner
def boils(mix, terms, T, p, x, a, y):
    """E of a liquid x; fills its activities a (C,) and vapour y (C,)."""
    mix.activities(terms, x, a)
    return mix.boil(terms, T, p, a, y)


@inner
def leaves(level, flow, above, s, ds, o):
    """What a level lets out; s[o], ds[o]: its integral. A level that stays lets out `flow`."""
    ds[o] = 0.0
    if level.t_l == 0.0:
        return flow
    wish = flow + (above + s[o] / level.t_i) / level.t_l
    given = min(max(wish, 0.0), level.most)
    if level.t_i < INF:
        ds[o] = above + level.t_l * (given - wish)
    return given
