"""A bed of pellets in time: 200 cells, six points in each grain, after its feed cooled.

A => B in B, adiabatic. Peers get the equations of the same finite volumes by hand: values of the
grain, then of the gas, which keeps their band narrow. The yardstick is CVODE at a tight tolerance.
Every run takes seconds, SciPy's BDF more than a minute: it stands only without --quick.
"""

from __future__ import annotations

import functools

import numba
import numpy as np
from records import error, judged, race, with_cost

import intensify as it
from intensify.transport import random_bed
from intensify.transport.catalyst_grain import pellet

R_GAS, K0, TA, DH = 8.31446261815324, 2e6, 12000.0, -8e4
L, RHO_B, CP, CP_SOLID, PORES, M, MU, P, T0, END = (
    0.6, 900.0, 1100.0, 900.0, 4e-4, 0.03, 2e-5, 3e5, 560.0, 900.0
)  # fmt: skip
T_IN, Y_A, NODES, WIDE = 530.0, 0.04, 6, 16
"""A row: c of A and B at each point, the grain's T, c of A and B in the gas, its T."""


def reactor(cells):
    """The engine's bed, its feed colder from the start on."""
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(K0, 0.0, TA), dH=DH)],
                           [it.Species("A"), it.Species("B")])  # fmt: skip
    grain = pellet(net, rho=1500.0, R=1.5e-3, D=2e-6, k=0.1, h=150.0, T_gas=550.0, nodes=NODES)
    bed = it.PackedBed(
        net, packing=random_bed(3e-3, 25e-3, void=0.4), feed={"A": Y_A, "B": 1.0 - Y_A}, T=T0, p=P,
        flow=0.008, M=M, cp=CP, mu=MU, pellet=grain, zones=[it.BedZone(L, T_c=T0, rho_b=RHO_B)],
    )  # fmt: skip
    return it.TransientBed(bed, until=END, cells=cells, cp_solid=CP_SOLID, pores=PORES,
                           changes=[it.BedChange(0.0, T_in=T_IN)])  # fmt: skip


@numba.njit(cache=True)
def towards(Y, i, v, least):
    """Value of a cell at the face behind it, van Albada's limiter inside."""
    here = Y[i, v]
    if not 0 < i < Y.shape[0] - 1:
        return here
    a, b = here - Y[i - 1, v], Y[i + 1, v] - here
    aa, bb = a * a + least * least, b * b + least * least
    return here + 0.5 * (bb * a + aa * b) / (aa + bb)


@numba.njit(cache=True)
def cells_rhs(y, dy, K, W, p):
    """Rates of all rows.

    p: length of a cell, void, flux in, pressure behind, friction (2), heat that grains and gas
    exchange, temperature of D and k, sizes below which differences are noise.
    """
    dz, void, flux, p_out, viscous, inertial, k_T, T_gas, least_c, least_T = p
    Y, d, n = y.reshape(-1, WIDE), dy.reshape(-1, WIDE), W.size
    N, g, hot = Y.shape[0], 2 * n + 1, 2 * n
    F = np.array([flux * Y_A, flux * (1.0 - Y_A), T_IN])
    after, C_s = np.empty(3), CP * M
    for i in range(N):
        c_A, c_B, T, T_s = Y[i, g], Y[i, g + 1], Y[i, g + 2], Y[i, hot]
        here = R_GAS * T * (c_A + c_B)
        last = i == N - 1
        there = p_out if last else R_GAS * Y[i + 1, g + 2] * (Y[i + 1, g] + Y[i + 1, g + 1])
        fall = (here - there) / (0.5 * dz if last else dz)
        a, b = viscous * MU, inertial * M * (c_A + c_B)
        u = 2.0 * fall / (a + np.sqrt(a * a + 4.0 * b * abs(fall)))
        after[0] = u * (c_A if last else towards(Y, i, g, least_c))
        after[1] = u * (c_B if last else towards(Y, i, g + 1, least_c))
        after[2] = T if last else towards(Y, i, g + 2, least_T)
        out_A = out_B = made = held = 0.0
        for m in range(n):
            x_A = x_B = 0.0
            for k in range(n):
                x_A += K[m, k] * (Y[i, 2 * k] * T_s - c_A * T) / T_gas
                x_B += K[m, k] * (Y[i, 2 * k + 1] * T_s - c_B * T) / T_gas
            r = K0 * np.exp(-TA / T_s) * Y[i, 2 * m]
            d[i, 2 * m], d[i, 2 * m + 1] = (-r - x_A) / PORES, (r - x_B) / PORES
            out_A, out_B, made = out_A + W[m] * x_A, out_B + W[m] * x_B, made - DH * W[m] * r
            held += W[m] * (Y[i, 2 * m] + Y[i, 2 * m + 1])
        heat = k_T * (T_s - T)
        d[i, hot] = (made - heat) / CP_SOLID
        d[i, g] = (RHO_B * out_A + (F[0] - after[0]) / dz) / void
        d[i, g + 1] = (RHO_B * out_B + (F[1] - after[1]) / dz) / void
        gain = (F[0] + F[1]) * (F[2] - T) - (after[0] + after[1]) * (after[2] - T)
        content = C_s * (void * (c_A + c_B) + RHO_B * PORES * held)
        d[i, g + 2] = (RHO_B * heat + C_s * gain / dz) / content
        F[:] = after


def pieces(bed):
    """What `cells_rhs` takes of the engine's bed."""
    eq = bed.model(bed.changes[0])
    least = 1e-5 * eq.size
    return eq.bed.K[0], eq.bed.W, np.array([
        eq.dz, eq.eps, eq.left.flux, eq.right.p_start, eq.friction.viscous, eq.friction.inertial,
        eq.bed.K_T[0, 0], eq.bed.T_gas, least[0], least[-1],
    ])  # fmt: skip


def ordered(bed, Y):
    """States of the engine in the peers' order."""
    cells = bed.rows(Y)[..., 1:-1, :]
    order = np.r_[2 : 3 + 2 * NODES, 0, 1, cells.shape[-1] - 1]
    return cells[..., order].reshape(*Y.shape[:-1], -1)


def cvode(bed, y0, scale, times, rtol):
    """CVODE (BDF) with a banded Jacobian."""
    from sksundae.cvode import CVODE

    parts, calls, band = pieces(bed), [0], 2 * WIDE + 2

    def fun(t, y, dy):
        calls[0] += 1
        cells_rhs(y, dy, *parts)

    s = CVODE(fun, rtol=rtol, atol=rtol * scale, method="BDF", linsolver="band", lband=band,
              uband=band, max_num_steps=1_000_000).solve(times, y0)  # fmt: skip
    return s.y, {"rhs": calls[0]}


def scipy_bdf(bed, y0, scale, times, rtol):
    """SciPy's BDF with the sparsity of the band."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import diags

    parts, reach = pieces(bed), 2 * WIDE + 2
    band = diags([np.ones(y0.size)] * (2 * reach + 1), range(-reach, reach + 1),
                 shape=(y0.size, y0.size))  # fmt: skip

    def fun(t, y):
        dy = np.empty_like(y)
        cells_rhs(y, dy, *parts)
        return dy

    s = solve_ivp(fun, (0.0, END), y0, "BDF", times, rtol=rtol, atol=rtol * scale,
                  jac_sparsity=band)  # fmt: skip
    return s.y.T, {"rhs": s.nfev}


def engine(bed, y0, times, rtol):
    """The engine from the same start."""
    from intensify.numerics import integrate

    path = integrate(bed.model(bed.changes[0]), (0.0, END), y0, method=bed.solver().method,
                     rtol=rtol, atol=rtol * bed.scales())  # fmt: skip
    return ordered(bed, path(times)), path.counts._asdict()


def pellets(quick):
    """200 cells with pellets at equal error: the engine and both peers."""
    times, bed = np.linspace(0.0, END, 31), reactor(200)
    y0 = bed.state()
    start, scale = ordered(bed, y0), ordered(bed, np.tile(bed.equations.size, 202))
    reference, _ = cvode(bed, start, scale, times, 1e-9)
    solvers = {
        "intensify BDF": functools.partial(engine, bed, y0, times),
        "CVODE": functools.partial(cvode, bed, start, scale, times),
    }
    if not quick:
        solvers["SciPy BDF"] = functools.partial(scipy_bdf, bed, start, scale, times)
    curves = race(
        solvers, lambda rows: error(rows, reference, scale), repeats=1 if quick else 3,
        rtols=(1e-4, 1e-5, 1e-6) if quick else 10.0 ** -np.arange(3.0, 6.6, 0.5),
        slow=("SciPy BDF", "CVODE"),
    )  # fmt: skip
    asked = {name: least for name, least in (("SciPy BDF", 20.0), ("CVODE", 3.0))
             if name in solvers}  # fmt: skip
    record = judged(curves, asked, 5, "bed of 200 cells with pellets", (1e-1, 3e-2))
    return record | with_cost(record, 5, (50, 100, 200) if quick else (50, 100, 200, 400), one)


def one(cells):
    """Counts of a run with so many cells."""
    bed = reactor(cells)
    return engine(bed, bed.state(), np.array([0.0, END]), 1e-4)[1]
