"""The equations of `cold_plasma` between two updates of the electrons, as kernels read them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.units import INF


class PlasmaZone(NamedTuple):
    """The equations between two updates of the electrons' distribution, as kernels read them."""

    chemistry: Any  # PlasmaNetwork or PlasmaMechanism
    n_in: np.ndarray  # (S,) mol per mol
    times: np.ndarray  # (K + 1,) switching times, increasing
    levels: np.ndarray  # (K + 1,) power from each time on [W/mol]
    loads: np.ndarray  # (K + 1,) catalyst from each time on [kg/mol]
    p: float
    T_in: float
    UA: float  # [W/K/mol]; inf: isothermal
    T_wall: float
    exchange: float  # 1/tau
    fraction: float
    Te: float
    electron_energy: float  # e mu N (E/N)^2 N_A [W m3/mol]
    scratch: np.ndarray  # c, w, and the chemistry's room

    def now(self, t):
        """Which of the times t is behind."""
        k = np.searchsorted(self.times, t, side="right") - 1
        return min(max(k, 0), self.levels.size - 1)

    def power(self, t):
        """Power [W/mol] at t."""
        return self.levels[self.now(t)]

    def rhs(self, t, y, dy):
        """State: n of each parcel (S) and its T, then heat to the wall and energy fed [J/mol]."""
        chem, S = self.chemistry, self.n_in.size
        c, w, x = self.scratch[:S], self.scratch[S : 2 * S], self.scratch[2 * S : 3 * S]
        room = self.scratch[3 * S :]
        parcels = (y.size - 2) // (S + 1)
        k = self.now(t)
        P, load = self.levels[k], self.loads[k]
        heat = fed = 0.0
        for m in range(parcels):
            a = m * (S + 1)
            T, here = y[a + S], P if m == 0 else 0.0
            part = 1.0
            if parcels == 2:
                part = self.fraction if m == 0 else 1.0 - self.fraction
            total = 0.0
            for i in range(S):
                total += y[a + i]
            V = total * R_GAS * T / self.p
            for i in range(S):
                c[i] = y[a + i] / V
                x[i] = y[a + i] / total
            driven = here / V / self.electron_energy
            chem.make(T, self.Te, c, x, driven, part * load / V, w, room)
            C = gain = flow = 0.0
            for i in range(S):
                inflow = part * self.n_in[i]
                h, h_in = chem.h(i, T), chem.h(i, self.T_in)
                C += chem.cp(i, T) * y[a + i]
                gain -= h * w[i] * V
                flow += self.exchange * (inflow * h_in - y[a + i] * h)
                gain += self.exchange * inflow * (h_in - h)
                dy[a + i] = w[i] * V + self.exchange * (inflow - y[a + i])
            fed += here + flow
            if self.UA == INF:
                dy[a + S] = 0.0
                heat += here + gain
            else:
                wall = self.UA * part * (T - self.T_wall)
                heat += wall
                dy[a + S] = (here + gain - wall) / C
        dy[y.size - 2], dy[y.size - 1] = heat, fed
