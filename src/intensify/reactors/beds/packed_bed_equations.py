"""Steady plug flow through a bed of catalyst in a tube with a cooled wall, one radial mean.

    dF_i/dz       = A rho_b sum_j nu_ji eta_j rbar_j + A kLa_i (c*_i - c_i)         c_i = F_i/Q
    C dT/dz       = A rho_b sum_j (-dH_j) eta_j rbar_j - U P (T - T_c)    C = c_p m + sum_i F_i cp_i
    w c_c dT_c/dz = +- U P (T - T_c)                                 + co-current, - counter-current
    dp/dz         = -viscous mu u - inertial rho u^2 [- (m/A)^2 d(1/rho)/dz]     u = Q/A, rho = m/Q
    Q             = sum_i F_i R T/p  gas,  Q_in  liquid

per tube of section A and wall P; m: mass flow; the bracket where acceleration counts; rbar_j per kg
of catalyst: the mean over the grain (`transport.catalyst_grain`), times its activity a(z). Rates at
points of the grain are algebraic unknowns. kLa (c* - c): a gas that dissolves on the way, at
constant pressure; where grains are wetted in part, it also reaches their dry surface with
dry (c* - c_surface), and the grain sees wet c + (1 - wet) c*.
State: F (S), T, p, T_c, q (heat passed to the coolant, W), dissolved so far (G), rates (n R).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry import R_GAS, Network
from intensify.chemistry.network import CP, NU
from intensify.numerics.protocol import differences
from intensify.transport.catalyst_grain import Pellet
from intensify.transport.packing import Friction, Packing
from intensify.units import (
    INF,
    CubicMetrePerSecond,
    HeatTransferCoefficient,
    Kelvin,
    KilogramPerCubicMetre,
    KilogramPerSecond,
    Metre,
    Number,
    Pascal,
    PascalSecond,
    WattPerKelvin,
)


class BedZone(NamedTuple):
    """A length of bed: its coolant, and its catalyst [kg/m3 of bed].

    T_end: the wall's temperature runs linearly from T_c to there; nan: it stays. wc: heat capacity
    flow of the coolant per tube; inf keeps it at T_c. U = 0: adiabatic.
    """

    length: Metre
    T_c: Kelvin
    rho_b: KilogramPerCubicMetre
    U: HeatTransferCoefficient = 0.0
    T_end: Kelvin = np.nan
    wc: WattPerKelvin = INF
    counter: bool = False


# columns of PackedBedEquations.zones; DIRECTION: +1 co-current coolant, -1 counter-current
LENGTH, U_WALL, T_COOLANT, RHO_B, SLOPE, WC, DIRECTION = range(7)


class PackedBedEquations(NamedTuple):
    """The equations of one tube among many; build a reactor with `PackedBed` or `WiredReactor`."""

    kinetics: Network
    packing: Packing
    F_in: np.ndarray  # (S,) per tube [mol/s]
    T_in: Kelvin
    p_in: Pascal
    m: KilogramPerSecond  # per tube
    zones: np.ndarray  # (Z, 7): see the columns above
    eta: np.ndarray  # (R,) constant effectiveness
    friction: Friction
    pellet: Pellet
    mu: PascalSecond
    cp: Number  # of the whole stream beside the species' own [J/kg/K]
    liquid: CubicMetrePerSecond  # 0: an ideal gas
    kLa: np.ndarray  # (S,) or none
    c_star: np.ndarray  # (S,) or none
    wet: np.ndarray  # (S,) or none: share of the film's conductance that is to the liquid
    dry: np.ndarray  # (S,) or none: conductance from the gas to dry grains per bed volume [1/s]
    activity: np.ndarray  # (K,) at `places`
    places: np.ndarray  # (K,) where the activity is known [m]
    weights: np.ndarray  # (K,) barycentric
    tubes: Number = 1.0
    acceleration: Number = 0.0  # 1: the pressure also pays for speeding up the gas
    friction_name: np.ndarray = np.empty((0, 48), dtype=np.uint8)
    zone: int = 0
    scratch: np.ndarray = np.empty(0)  # c, c in the grain, mean rates, own rates

    def volume_flow(self, F, T, p):
        """Q [m3/s]."""
        if self.liquid > 0.0:
            return self.liquid
        total = 0.0
        for i in range(self.F_in.size):
            total += F[i]
        return total * R_GAS * T / p

    def heat_flow(self, F):
        """Heat capacity flow C [W/K]."""
        C = self.cp * self.m
        for i in range(self.F_in.size):
            C += F[i] * self.kinetics.species[i, CP]
        return C

    def activity_at(self, z):
        """Activity of the catalyst at z, by the polynomial through `places`."""
        if self.places.size == 1:
            return self.activity[0]
        top = below = 0.0
        for k in range(self.places.size):
            if z == self.places[k]:
                return self.activity[k]
            share = self.weights[k] / (z - self.places[k])
            top += share * self.activity[k]
            below += share
        return top / below

    def rhs(self, z, y, dy):
        """Derivatives along the bed, and what the grain's rates lack; see the module."""
        net, S, zone = self.kinetics, self.F_in.size, self.zone
        R, n, G = net.reactions.shape[0], self.pellet.W.size, self.kLa.size
        F, T, p, T_c = y[:S], y[S], y[S + 1], y[S + 2]
        A, Q = self.packing.A, self.volume_flow(F, T, p)
        c, at = self.scratch[:S], self.scratch[S : 2 * S]
        r, own = self.scratch[2 * S : 2 * S + R], self.scratch[2 * S + R :]
        for i in range(S):
            c[i] = F[i] / Q
        for i in range(G):
            dy[S + 4 + i] = A * self.kLa[i] * (self.c_star[i] - c[i])
        for i in range(self.wet.size):
            c[i] = self.wet[i] * c[i] + (1.0 - self.wet[i]) * self.c_star[i]
        if n == 0:
            net.rates(T, c, r)
        else:
            inner = y[S + 4 + G :]
            self.pellet.mean(inner, r)
            self.pellet.miss(net, T, c, inner, at, own, dy[S + 4 + G :])
            if self.wet.size > 0:
                self.pellet.inside(net, T, c, inner, -1, at)
        for i in range(self.wet.size):
            dy[S + 4 + i] += A * self.dry[i] * (self.c_star[i] - at[i])
        load = A * self.zones[zone, RHO_B] * self.activity_at(z)
        for j in range(R):
            r[j] *= load * self.eta[j]
        for i in range(S):
            dy[i] = 0.0
            for j in range(R):
                dy[i] += net.reactions[j, NU + i] * r[j]
        for i in range(G):
            dy[i] += dy[S + 4 + i]
        heat, UP = net.heat_release(T, r), self.zones[zone, U_WALL] * self.perimeter()
        if UP == INF:
            dy[S], dy[S + 2], dy[S + 3] = 0.0, 0.0, heat
        else:
            out = UP * (T - T_c)
            dy[S] = (heat - out) / self.heat_flow(F)
            dy[S + 2] = self.zones[zone, DIRECTION] * out / self.zones[zone, WC]
            dy[S + 2] += self.zones[zone, SLOPE]
            dy[S + 3] = out
        lost = self.friction.gradient(Q / A, self.m / Q, self.mu)
        if self.acceleration > 0.0:
            total = made = 0.0
            for i in range(S):
                total, made = total + F[i], made + dy[i]
            lost += self.kinetic(Q) * (dy[S] / T + made / total)
            lost /= 1.0 - self.kinetic(Q) / p
        dy[S + 1] = -lost

    def jac(self, z, y, J):
        """d(rhs)/dy by differences; rates deep in a grain, nearly 0, move as the largest."""
        R, n, size = self.eta.size, self.pellet.W.size, np.maximum(np.abs(y), 1e-8)
        start = y.size - n * R
        for j in range(R if n > 0 else 0):
            largest = 1e-8
            for k in range(n):
                largest = max(largest, size[start + k * R + j])
            for k in range(n):
                size[start + k * R + j] = largest
        differences(self, z, y, size, J)

    def kinetic(self, Q):
        """rho u^2 [Pa]."""
        return self.m * Q / (self.packing.A * self.packing.A)

    def perimeter(self):
        """Wall per length of tube [m]."""
        return self.packing.a_wall * self.packing.A

    def mass(self, m):
        """1 where a state has a derivative, 0 for the rates in the grain."""
        m[:] = 1.0
        m[self.F_in.size + 4 + self.kLa.size :] = 0.0
