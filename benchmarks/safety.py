"""A map of hot spots over diameter and utility temperature, beside SciPy on the same channels."""

from __future__ import annotations

import maps
import numpy as np
import peers

import intensify as it

CT, CH, TAU = 600.0, 1320.0, 60.0


def channel(T_u, d):
    """The published kinetics in a tube of diameter d, U from Nu = 3.66."""
    net = it.Network.build([it.Reaction("T + 2 H => P", it.Arrhenius(peers.K0, 0.0, peers.TA),
                                        orders={"T": 1, "H": 1}, dH=peers.DH)])  # fmt: skip
    return it.MiniaturisedReactor(
        net, feed={"T": CT, "H": CH}, T=T_u, flow=1e-6, section=it.round_section(d),
        zones=[it.Zone(T_u, residence=TAU, U=3.66 * 0.6 / d)], rho_cp=peers.RHO_CP,
    )  # fmt: skip


def build():
    """The engine's builder: one channel, its diameter and utility replaced."""
    base = channel(300.0, 1e-3)

    def at(T_u, d):
        section = it.round_section(d)
        zones = base.zones.copy()
        zones[0, 0] = TAU * base.flow / section.A
        zones[0, 1], zones[0, 2] = 3.66 * 0.6 / d, T_u
        return base._replace(section=section, zones=zones, T_in=T_u)

    return at


def peer(T_u, d, rtol=1e-6):
    """T_max by LSODA with a Numba right-hand side."""
    from scipy.integrate import solve_ivp

    p = np.array([1.0, 4.0 * 3.66 * 0.6 / d**2, T_u])
    y0 = np.array([CT, CH, T_u, 0.0])
    s = solve_ivp(lambda z, y: peers.channel_rhs(z, y, p), (0.0, TAU), y0, "LSODA", rtol=rtol,
                  atol=rtol * np.array([60.0, 132.0, 10.0, 1e8]), dense_output=True)  # fmt: skip
    fine = np.linspace(0.0, TAU, 2001)
    return float(s.sol(fine)[2].max())


def hot_spots(quick):
    """Points per second on both cores, and the peer's on a sample of the same points."""
    n = 30 if quick else 100
    T_u, d = np.linspace(290.0, 340.0, n), np.geomspace(0.5e-3, 4e-3, n)
    return maps.hot_spots(3, "channels", build(), T_u, d, peer, 20 if quick else 60)
