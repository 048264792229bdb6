"""The film between a gas and the wall of its channel: fluxes of species and of heat, with slopes.

    e_i = Sh c D_i (x_i - x_w,i)/d             D_i of the bulk, mixture-averaged
    J_i = e_i - y_i sum_j M_j e_j              [mol/m2/s] to the wall: without a net flow of mass
    y_i = eta_w,i/sum_j M_j eta_w,j
    h   = Nu lambda/d                          [W/m2/K]

d: hydraulic diameter; eta_w: moles per mass of the gas at the wall. A wall that takes a species as
fast as it comes (x_w,i = 0) has J_i = Sh c D_i x_i/d of it, and none leaves a wall where it is not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry.gas_transport import (
    GasTransport,
    conductivity,
    diffusion,
    diffusion_slopes,
    pairs_of,
)
from intensify.chemistry.network import R_GAS


class FilmWork(NamedTuple):
    """Scratch of an evaluation."""

    x: np.ndarray  # (S,) in the gas
    x_wall: np.ndarray  # (S,)
    pD: np.ndarray  # (S,) p D_i
    around: np.ndarray  # (S,)
    pD_T: np.ndarray  # (S,)
    J: np.ndarray  # (S,) fluxes
    h_x: np.ndarray  # (S,) slopes of h by eta
    share: np.ndarray  # (S,) y
    drag: np.ndarray  # (S, S)
    drag_T: np.ndarray  # (S, S)
    pD_x: np.ndarray  # (S, S)
    J_by: np.ndarray  # (S, 2 S + 1) slopes of J by eta, by T, by eta_w


class WallFilm(NamedTuple):
    """A film of constant Sh and Nu around a gas."""

    transport: GasTransport
    diameter: float  # d [m]
    Sh: float
    Nu: float

    def room(self):
        """Length of the scratch of an evaluation."""
        S = self.transport.M.size
        return 8 * S + 3 * S * S + S * (2 * S + 1)

    def parts(self, space):
        """The scratch in its parts."""
        S = self.transport.M.size
        m = space[8 * S :]
        return FilmWork(
            space[:S], space[S : 2 * S], space[2 * S : 3 * S], space[3 * S : 4 * S],
            space[4 * S : 5 * S], space[5 * S : 6 * S], space[6 * S : 7 * S], space[7 * S : 8 * S],
            m[: S * S].reshape(S, S), m[S * S : 2 * S * S].reshape(S, S),
            m[2 * S * S : 3 * S * S].reshape(S, S),
            m[3 * S * S : 5 * S * S + S].reshape(S, 2 * S + 1),
        )  # fmt: skip

    def fluxes(self, T, eta, eta_wall, it):
        """Fill J; returns h, its slope by T, W of the gas, and the mass flow that J undoes."""
        S, M, N, N_wall, mass = eta.size, self.transport.M, eta.sum(), eta_wall.sum(), 0.0
        for i in range(S):
            it.x[i], it.x_wall[i] = eta[i] / N, eta_wall[i] / N_wall
            mass += M[i] * eta_wall[i]
        pairs_of(self.transport.pairs, T, it.drag, it.drag_T)
        W = diffusion(M, it.drag, it.x, it.pD, it.around)
        per, drift = self.Sh / (self.diameter * R_GAS * T), 0.0
        for i in range(S):
            it.J[i] = per * it.pD[i] * (it.x[i] - it.x_wall[i])
            drift += M[i] * it.J[i]
        for i in range(S):
            it.share[i] = eta_wall[i] / mass
            it.J[i] -= it.share[i] * drift
        own, own_T = conductivity(self.transport.conductivities, T, it.x, it.h_x)
        per = self.Nu / self.diameter
        return per * own, per * own_T, W, drift

    def slopes(self, T, eta, eta_wall, it):
        """Fill J, J_by and h_x; returns h and its slope by T."""
        S, M, N, N_wall = eta.size, self.transport.M, eta.sum(), eta_wall.sum()
        h, h_T, W, drift = self.fluxes(T, eta, eta_wall, it)
        diffusion_slopes(M, it.drag, it.drag_T, it.x, it.pD, it.around, W, it.pD_x, it.pD_T)
        per = self.Sh / (self.diameter * R_GAS * T)
        for i in range(S):
            gap, own = it.x[i] - it.x_wall[i], per * it.pD[i]
            it.J_by[i, S] = (per * it.pD_T[i] - own / T) * gap
            for k in range(S):  # p D_i is of order -1 in x
                it.J_by[i, k] = ((per * it.pD_x[i, k] + own) * gap - own * it.x[i]) / N
                it.J_by[i, S + 1 + k] = own * it.x_wall[i] / N_wall
            it.J_by[i, i] += own / N
            it.J_by[i, S + 1 + i] -= own / N_wall
        for m in range(2 * S + 1):
            total = 0.0
            for i in range(S):
                total += M[i] * it.J_by[i, m]
            for i in range(S):
                it.J_by[i, m] -= it.share[i] * total
        mean, mass = 0.0, 0.0
        for i in range(S):
            mass += M[i] * eta_wall[i]
        for i in range(S):
            it.J_by[i, S + 1 + i] -= drift / mass
            for k in range(S):
                it.J_by[i, S + 1 + k] += drift * it.share[i] * M[k] / mass
            mean += it.x[i] * it.h_x[i]
        per = self.Nu / self.diameter
        for i in range(S):
            it.h_x[i] = per * (it.h_x[i] - mean) / N
        return h, h_T
