"""A bed of catalyst in time: a gas that pressure drives, and grains with what they hold.

    void dc_i/dt = -dF_i/dz + rho_b W s_i              F_i = u c_i - D c dy_i/dz
    -dp/dz       = viscous mu u + inertial rho u^2      p = R T sum_i c_i
    C dT/dt      = -sum_i F_i cp_i dT/dz + d/dz(lambda dT/dz) + rho_b W s_T - a_w (T - T_c)
    C            = inert + void sum_i c_i cp_i + rho_b pores sum_i W c_i,grain cp_i

on the finite volumes of `sorption_equations`; what grains give off, s, stands in
`transport.grain_dynamics`. A bed without grains of its own reacts in the gas, and its solid is
counted in `inert`. cp_i: the species' own, and the stream's by mass. At z = 0 a molar flux comes
in, at z = L is a reservoir. Nothing is dispersed through the ends: they are Danckwerts'.

State: rows of c (S), the grain's values, heat that left through the wall [GJ/m3 of bed], T. Before
the first and behind the last cell a row counts what passed: amounts [mol/m2] and, in the place of
T, enthalpy [GJ/m2]. So amounts are kept to rounding, and heat, a
product of states, to the square of the tolerance.
"""

from __future__ import annotations

from intensify._jit import inlined
from intensify.chemistry.network import H
from intensify.numerics.finite_volume import peak
from intensify.numerics.nested import own_blocks, put_nested
from intensify.reactors.sorbents.sorption_equations import CATALYST, ColumnEquations

WALL, T_WALL = 3, 4
"""Further columns of `cells`: heat transfer to the coolant [W/m3/K], the coolant's temperature."""
GIGA = 1e9
"""Counted heat is kept small beside what it is counted from."""


class TransientBedEquations(ColumnEquations):
    """The equations under one set of conditions; `TransientBed` builds and runs them."""

    __slots__ = ()

    @inlined
    def lost(self, i, T):
        """Heat through the wall of cell i [W/m3]."""
        return self.cells[i, WALL] * (T - self.cells[i, T_WALL])

    @inlined
    def inside(self, Y, i, made):
        """Fill made (W,) with what cell i makes, takes up and, last, heats."""
        S, last, row = self.M.size, Y.shape[1] - 1, Y[i + 1]
        made[last] = self.bed.act(
            row[last], row[:S], row[S:last], 0.0, self.cells[i, CATALYST], made[:S], made[S:last]
        )
        made[last - 1] = self.lost(i, row[last]) / GIGA

    @inlined
    def count(self, flow, out):
        """Fill out, the derivative of an end's row, with amounts and enthalpy of `flow`."""
        net, S, enthalpy = self.bed.kinetics, self.M.size, 0.0
        for s in range(S):
            out[s] = flow[s]
            enthalpy += flow[s] * (net.species[s, H] + self.cp[s] * (flow[S] - net.T_ref))
        out[out.size - 1] = enthalpy / GIGA

    def jac_nested(self, t, y, J):
        """d(rhs)/dy in the storage of `numerics.nested`."""
        self.slopes(t, y, J, 0)

    @inlined
    def put(self, J, lower, m, w, i, v, slope):
        """Store the slope of value w of row m along value v of row i."""
        S, W = self.M.size, self.size.size
        put_nested(J, self.cells.shape[0] + 2, S, W - S - 1, 1, 2, m, w, i, v, slope)

    @inlined
    def exact(self, Y, i, J):
        """Store the slopes along the grain's values in cell i; C is held."""
        S, last, row = self.M.size, Y.shape[1] - 1, Y[i + 1]
        D, _, B = own_blocks(J, Y.shape[0], S, last - S, 1, 2, i + 1)
        C = self.heat_capacity(row, i)
        self.bed.slopes(row[last], row[S:last], self.cells[i, CATALYST], self.eps, C, D, B)
        return True

    def events(self, t, y, g):
        """The limit of the temperature, less the hottest of gas and grains."""
        g[0] = self.hottest(y) - self.T

    def hottest(self, y):
        """Highest temperature of gas and grains along the bed [K]."""
        N, W, hot = self.cells.shape[0], self.size.size, self.bed.K_T.shape[0]
        Y, best = y.reshape(N + 2, W), 0.0
        for w in range(W - 2 - hot, W):
            if w == W - 2:  # the counter
                continue
            at = 1
            for i in range(1, N + 1):
                if Y[i, w] > Y[at, w]:
                    at = i
            top = Y[at, w]
            if 1 < at < N:
                top = peak(Y[at - 1, w], Y[at, w], Y[at + 1, w])
            best = max(best, top)
        return best
