"""What a cell of a column with sorbent and catalyst takes up, makes and sets free.

dq_i/dt = k_i (q*_i(T, a) - q_i)                 a = p_i over a gas, c_i in a liquid
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import Network
from intensify.chemistry.network import NU, R_GAS


class Bed(NamedTuple):
    """What takes up and reacts: isotherm of the A species `which`, rates of all S.

    k: uptake (A,) [1/s]. dH: heat of adsorption (A,). gas: 1 where the isotherm sees pressures.
    floor: least concentrations (S,) that the rate laws see.
    """

    kinetics: Network
    isotherm: Any
    which: np.ndarray
    k: np.ndarray
    dH: np.ndarray
    gas: float
    floor: np.ndarray
    scratch: np.ndarray  # c (S), r (R), a (A)

    @inlined
    def count(self):
        """How many values a cell has beside its fluid's."""
        return self.which.size

    @inlined
    def held(self, q, cp):
        """Heat capacity of fluid within the solid, per kg [J/kg/K]: counted with the solid."""
        return 0.0

    @inlined
    def act(self, T, c, q, sorbent, catalyst, dc, dq):
        """Fill dc (S,) [mol/m3/s of bed] and dq (A,) [1/s]; returns the heat set free [W/m3]."""
        net, S, A = self.kinetics, c.size, q.size
        R = net.reactions.shape[0]
        heat = 0.0
        for s in range(S):
            dc[s] = 0.0
        if catalyst > 0.0 and R > 0:
            seen, r = self.scratch[:S], self.scratch[S : S + R]
            for s in range(S):
                seen[s] = max(c[s], self.floor[s])
            net.rates(T, seen, r)
            heat = catalyst * net.heat_release(T, r)
            for j in range(R):
                for s in range(S):
                    dc[s] += catalyst * net.reactions[j, NU + s] * r[j]
        if sorbent > 0.0:
            a = self.scratch[S + R : S + R + A]
            factor = R_GAS * T if self.gas > 0.0 else 1.0
            for i in range(A):
                a[i] = factor * c[self.which[i]]
            self.isotherm.loading(T, a, dq)
            for i in range(A):
                dq[i] = self.k[i] * (dq[i] - q[i])
                dc[self.which[i]] -= sorbent * dq[i]
                heat -= sorbent * self.dH[i] * dq[i]
        else:
            for i in range(A):
                dq[i] = 0.0
        return heat

    def slopes(self, T, row, sorbent, catalyst, size, out):
        """Fill out (W, W) with the derivatives of `act` along the cell's c and q, at constant T."""
        S, W = self.floor.size, out.shape[0]
        y, base = row[:W].copy(), np.empty(W)
        self.act(T, y[:S], y[S:], sorbent, catalyst, base[:S], base[S:])
        for v in range(W):
            h = 1e-7 * max(abs(y[v]), 1e-3 * size[v])
            y[v] += h
            self.act(T, y[:S], y[S:], sorbent, catalyst, out[v, :S], out[v, S:])
            y[v] = row[v]
            for w in range(W):
                out[v, w] = (out[v, w] - base[w]) / h
        for v in range(W):  # filled by columns
            for w in range(v):
                out[v, w], out[w, v] = out[w, v], out[v, w]
