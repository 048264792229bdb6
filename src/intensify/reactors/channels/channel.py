"""Steady plug flow along N parallel channels with utility zones.

    dF_i/dz       = A sum_j nu_ji r_j                       c_i = F_i/Q
    C dT/dz       = A sum_j (-dH_j) r_j - U P (T - T_u)     C = rho_cp Q + sum_i F_i cp_i
    w c_u dT_u/dz = +- U P (T - T_u)                        + co-current, - counter-current
    Q             = Q_0 + sum_i v_i (F_i - F_i0)            liquid of additive volumes
    dp/dz         = 2 f(Re) rho u^2/D_h                     u = Q/A, Re = rho u D_h/mu(T)

per channel of cross-section A and wetted perimeter P. U = inf: isothermal at T_u; U = 0: adiabatic.
State: F (S), T, T_u, q (heat passed to the utility, W), p (pressure lost to friction, Pa).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import Network
from intensify.chemistry.network import CP, DCP, NU, V
from intensify.transport.ducts import Section
from intensify.transport.fluid import Viscosity
from intensify.transport.form import Form, Straight, pressure_gradient
from intensify.units import (
    INF,
    CubicMetrePerSecond,
    HeatTransferCoefficient,
    Kelvin,
    KilogramPerCubicMetre,
    Metre,
    Number,
    Second,
    SquareMetrePerSecond,
    VolumetricHeatCapacity,
    VolumetricHeatTransfer,
    WattPerKelvin,
    WattPerMetreKelvin,
)


class Metal(NamedTuple):
    """Wall metal as a heat buffer: volume per fluid volume, and its heat capacity."""

    ratio: Number = 0.0
    rho_cp: VolumetricHeatCapacity = 3.95e6


class Zone(NamedTuple):
    """One utility zone: length [m] or residence [s], U or UA_V [W/m3/K], and its utility.

    wc: heat capacity flow of the utility per channel; inf keeps it at T_u.
    """

    T_u: Kelvin
    length: Metre = 0.0
    residence: Second = 0.0
    U: HeatTransferCoefficient = np.nan
    UA_V: VolumetricHeatTransfer = np.nan
    wc: WattPerKelvin = INF
    counter: bool = False


# columns of ChannelEquations.zones; DIRECTION: +1 co-current utility, -1 counter-current
LENGTH, U_WALL, T_UTILITY, WC, DIRECTION = range(5)
STEP = 1.0001
"""Ratio by which flow and temperature are changed for the slope of friction."""


class ChannelEquations(NamedTuple):
    """The equations of one channel among N; build a reactor with `MiniaturisedReactor`."""

    kinetics: Network
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    flow: CubicMetrePerSecond  # of all channels
    channels: Number
    section: Section
    zones: np.ndarray  # (Z, 5): length, U, T_u at its inlet, w c_u per channel, direction
    metal: Metal
    rho_cp: VolumetricHeatCapacity = 0.0
    mu: Viscosity = Viscosity()
    rho: KilogramPerCubicMetre = 1000.0
    conductivity: WattPerMetreKelvin = 0.6
    form: Form = Straight()
    diffusivity: SquareMetrePerSecond = 1.0e-9  # only for warnings
    zone: int = 0
    scratch: np.ndarray = np.empty(0)  # c, r, dr/dT, slopes, dr/dc; each run has its own

    @inlined
    def volume_flow(self, F):
        """Q in one channel [m3/s]."""
        Q = self.flow / self.channels
        for i in range(len(self.c_in)):
            Q = Q + self.kinetics.species[i, V] * (
                F[i] - self.c_in[i] * (self.flow / self.channels)
            )
        return Q

    @inlined
    def heat_flow(self, F, Q):
        """Heat capacity flow C of one channel [W/K]."""
        C = self.rho_cp * Q
        for i in range(len(self.c_in)):
            C = C + F[i] * self.kinetics.species[i, CP]
        return C

    @inlined
    def friction_slope(self, T, Q):
        """Pressure lost per length at T [K] and flow Q [m3/s] of one channel [Pa/m]."""
        u = Q / self.section.A
        return pressure_gradient(self.form, self.section, u, self.mu.at(T), self.rho)

    @inlined
    def rhs(self, z, y, dy):
        """Derivatives along the channel; see the module's equations."""
        net, S, zone = self.kinetics, self.c_in.size, self.zone
        F, T, T_u = y[:S], y[S], y[S + 1]
        Q = self.volume_flow(F)
        R = net.reactions.shape[0]
        c, r = self.scratch[:S], self.scratch[S : S + R]
        for i in range(S):
            c[i] = F[i] / Q
        net.rates(T, c, r)
        for i in range(S):
            dy[i] = 0.0
            for j in range(r.size):
                dy[i] += self.section.A * net.reactions[j, NU + i] * r[j]
        dy[S + 3] = self.friction_slope(T, Q)
        heat = self.section.A * net.heat_release(T, r)
        if self.zones[zone, U_WALL] == INF:
            dy[S], dy[S + 1], dy[S + 2] = 0.0, 0.0, heat
            return
        out = self.zones[zone, U_WALL] * self.section.P * (T - T_u)
        dy[S] = (heat - out) / self.heat_flow(F, Q)
        dy[S + 1] = self.zones[zone, DIRECTION] * out / self.zones[zone, WC]
        dy[S + 2] = out

    def jac(self, z, y, J):
        """d(rhs)/dy; exact but for the row of p, which no other equation sees."""
        net, S, zone = self.kinetics, self.c_in.size, self.zone
        F, T, T_u = y[:S], y[S], y[S + 1]
        A, Q = self.section.A, self.volume_flow(F)
        R = net.reactions.shape[0]
        c, r, dr_dT = self.scratch[:S], self.scratch[S : S + R], self.scratch[S + R : S + 2 * R]
        slope = self.scratch[S + 2 * R : 2 * S + 2 * R + 3]  # of the heat release A sum (-dH) r
        dr_dc = self.scratch[2 * S + 2 * R + 3 :].reshape(R, S)
        for i in range(S):
            c[i] = F[i] / Q
        net.rates(T, c, r)
        net.derivatives(T, c, dr_dc, dr_dT)
        J[:] = 0.0
        slope[:] = 0.0
        dp_dQ = (self.friction_slope(T, Q * STEP) - self.friction_slope(T, Q / STEP)) / Q
        for m in range(S):
            J[S + 3, m] = dp_dQ * net.species[m, V] / (STEP - 1.0 / STEP)
        dp = self.friction_slope(T * STEP, Q) - self.friction_slope(T / STEP, Q)
        J[S + 3, S] = dp / (T * (STEP - 1.0 / STEP))
        for j in range(r.size):
            dH = net.heat_of_reaction(j, T)
            dQ = 0.0  # of r_j along Q, by way of c = F/Q
            for i in range(S):
                dQ -= dr_dc[j, i] * c[i] / Q
            for m in range(S):
                dr = dr_dc[j, m] / Q + dQ * net.species[m, V]
                slope[m] -= A * dH * dr
                for i in range(S):
                    J[i, m] += A * net.reactions[j, NU + i] * dr
            for i in range(S):
                J[i, S] += A * net.reactions[j, NU + i] * dr_dT[j]
            slope[S] -= A * (dH * dr_dT[j] + net.reactions[j, DCP] * r[j])
        if self.zones[zone, U_WALL] == INF:
            for m in range(S + 1):
                J[S + 2, m] = slope[m]
            return
        UP = self.zones[zone, U_WALL] * self.section.P
        C = self.heat_flow(F, Q)
        dT = (A * net.heat_release(T, r) - UP * (T - T_u)) / C
        for m in range(S + 1):
            J[S, m] = slope[m] / C
        for i in range(S):
            J[S, i] -= dT * (net.species[i, CP] + self.rho_cp * net.species[i, V]) / C
        J[S, S] -= UP / C
        J[S, S + 1] += UP / C
        to_u = self.zones[zone, DIRECTION] * UP / self.zones[zone, WC]
        J[S + 1, S], J[S + 1, S + 1] = to_u, -to_u
        J[S + 2, S], J[S + 2, S + 1] = UP, -UP
