"""Cooled tubes of catalyst: one steady tube, and a map of runaway over feed and coolant.

o-Xylene over V2O5, pseudo-first order, constants as in van Welsenaere and Froment (1970): the same
equations and numbers for engine and peers; the peers get the smallest state they need.
"""

from __future__ import annotations

import liquids
import maps
import numba
import numpy as np

import intensify as it
from intensify.transport import Friction, random_bed

K0, TA = np.exp(19.837) * 1000.0 / 3600.0 * 0.208, 13636.0  # mol/kg/s/bar
RHO_B, G, CP, M, DH, D, U = 1300.0, 4684.0 / 3600.0, 1046.0, 0.02948, -1.285e6, 0.0254, 346e3 / 3600
LENGTH, P0 = 3.0, 0.015


@numba.njit(cache=True)
def tube_rhs(z, y, p):
    """Partial pressure [bar] and temperature along the tube; p: coolant."""
    r = RHO_B * K0 * np.exp(-TA / y[1]) * y[0]
    dy = np.empty(2)
    dy[0] = -r * M / G
    dy[1] = (-DH * r - 4.0 * U / D * (y[1] - p[0])) / (G * CP)
    return dy


def tube_reactor(T_c=625.0, p0=P0):
    """The engine's tube."""
    net = it.Network.build([it.Reaction("X => PA", it.Arrhenius(K0, 0.0, TA), dH=DH)],
                           [it.Species("X"), it.Species("PA"), it.Species("air")],
                           pressure=1e5)  # fmt: skip
    packing = random_bed(3e-3, D)
    return it.PackedBed(
        net, packing=packing, feed={"X": p0, "air": 1.0 - p0}, T=T_c, p=1e5, M=M, cp=CP,
        mass_flow=G * packing.A, zones=[it.BedZone(LENGTH, T_c=T_c, rho_b=RHO_B, U=U)],
        friction=Friction(),
    )  # fmt: skip


def tube_problem():
    """Engine's reactor, peers' pieces, start, scales, and how to read a state."""
    reactor = tube_reactor()
    pieces = [(0.0, LENGTH, np.array([625.0]), np.linspace(0.0, LENGTH, 61)[1:])]
    total = reactor.F_in.sum()
    return (reactor, tube_rhs, pieces, np.array([P0, 625.0]), np.array([P0, 100.0]),
            np.array([0, 3]), np.array([total, 1.0]))  # fmt: skip


def build():
    """The engine's builder: one tube, its coolant and feed replaced."""
    base = tube_reactor()
    total = base.F_in.sum()

    def at(T_c, p0):
        zones, F = base.zones.copy(), base.F_in.copy()
        zones[0, 2], F[0], F[2] = T_c, p0 * total, (1.0 - p0) * total
        return base._replace(zones=zones, F_in=F, T_in=T_c)

    return at


def tube(quick):
    """One tube beside LSODA and CVODE."""
    return liquids.beside_odes(tube_problem(), quick, {"LSODA": 50.0}, 5, "steady cooled tube")


def lsoda(T_c, p0):
    """Hot spot of a tube by LSODA."""
    from scipy.integrate import solve_ivp

    s = solve_ivp(tube_rhs, (0.0, LENGTH), [p0, T_c], "LSODA", rtol=1e-6, atol=[1e-9, 1e-5],
                  args=(np.array([T_c]),), dense_output=True)  # fmt: skip
    return float(s.sol(np.linspace(0.0, LENGTH, 2001))[1].max())


def tubes(quick):
    """A map of runaway over coolant and feed."""
    n = 30 if quick else 100
    T_c, p0 = np.linspace(600.0, 640.0, n), np.linspace(0.005, 0.02, n)
    return maps.hot_spots(5, "tubes", build(), T_c, p0, lsoda, 20 if quick else 60)
