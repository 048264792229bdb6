"""The channel in time: 200 cells after the loss of the utility, and the cost against cells.

Peers get the equations of the same finite volumes in four states a cell, written by hand.
"""

from __future__ import annotations

import numba
import numpy as np
import peers
from records import error, judged, race, with_cost

import intensify as it

RC, HI, CW = peers.RHO_CP, 8e6, 19.75e6
FEED = np.array([600.0, 1320.0, 293.15])
T_U, TAU, END = 308.15, 60.0, 30.0


@numba.njit(cache=True)
def van_leer(a, b):
    """Limited slope."""
    return 2.0 * a * b / (a + b) if a * b > 0.0 else 0.0


@numba.njit(cache=True)
def cells_rhs(y, dy, feed, dz, h_out):
    """c_T, c_H, T, T_w in each cell, over the residence time."""
    Y, D = y.reshape(-1, 4), dy.reshape(-1, 4)
    n = Y.shape[0]
    left, right = feed.copy(), np.empty(3)
    for i in range(n):
        r = peers.K0 * np.exp(-peers.TA / Y[i, 2]) * Y[i, 0] * Y[i, 1]
        for v in range(3):
            a = Y[i, v] - Y[i - 1, v] if i > 0 else 2.0 * (Y[i, v] - feed[v])
            b = Y[i + 1, v] - Y[i, v] if i < n - 1 else a
            right[v] = Y[i, v] + 0.5 * van_leer(a, b)
        through = HI * (Y[i, 2] - Y[i, 3])
        D[i, 0] = (left[0] - right[0]) / dz - r
        D[i, 1] = (left[1] - right[1]) / dz - 2.0 * r
        D[i, 2] = (left[2] - right[2]) / dz + (-peers.DH * r - through) / RC
        D[i, 3] = (through - h_out * (Y[i, 3] - T_U)) / CW
        left[:] = right


def reactor(cells):
    """The engine's channel, failing at once."""
    channel = it.MiniaturisedReactor(
        it.Network.build([it.Reaction("T + 2 H => P", it.Arrhenius(peers.K0, 0.0, peers.TA),
                                      orders={"T": 1, "H": 1}, dH=peers.DH)]),
        feed={"T": FEED[0], "H": FEED[1]}, T=FEED[2], flow=1e-6, section=it.round_section(2e-3),
        zones=[it.Zone(T_U, residence=TAU, UA_V=HI / 2.0)], metal=it.Metal(1.0, CW), rho_cp=RC,
    )  # fmt: skip
    return it.TransientChannel(
        channel, until=END, changes=[it.Change(0.0, utility=0.0)], cells=cells
    )


def peer_bdf(y0, cells, times, rtol):
    """SciPy's BDF with the sparsity of the band."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import diags

    n, dz = y0.size, TAU / cells
    band = diags([np.ones(n)] * 13, range(-8, 5), shape=(n, n))
    atol = rtol * np.tile([60.0, 132.0, 100.0, 100.0], cells)

    def fun(t, y):
        dy = np.empty_like(y)
        cells_rhs(y, dy, FEED, dz, 0.0)
        return dy

    s = solve_ivp(fun, (0.0, END), y0, "BDF", times, rtol=rtol, atol=atol, jac_sparsity=band)
    return s.y.T, s.nfev


def peer_cvode(y0, cells, times, rtol, band=(8, 4)):
    """CVODE (BDF) with a banded Jacobian."""
    from sksundae.cvode import CVODE

    dz, calls = TAU / cells, [0]
    atol = rtol * np.tile([60.0, 132.0, 100.0, 100.0], cells)

    def fun(t, y, dy):
        calls[0] += 1
        cells_rhs(y, dy, FEED, dz, 0.0)

    s = CVODE(fun, rtol=rtol, atol=atol, method="BDF", linsolver="band", lband=band[0],
              uband=band[1], max_num_steps=1_000_000).solve(times, y0)  # fmt: skip
    return s.y, calls[0]


def engine(problem, y0, times, rtol):
    """The engine from the same start."""
    from intensify.numerics import integrate

    model = problem.model(it.Change(0.0, utility=0.0))
    path = integrate(
        model, (0.0, END), y0, method=problem.solver().method, rtol=rtol,
        atol=rtol * problem.scales(),
    )  # fmt: skip
    inside = problem.blocks(path(times))[:, 1:-1]
    return inside[..., [0, 1, 3, 4]].reshape(times.size, -1), path.counts._asdict()


def transient(quick):
    """200 cells, equal error: the engine and both peers."""
    cells, times = 200, np.linspace(0.0, END, 31)
    problem = reactor(cells)
    y0 = problem.state()
    start = problem.blocks(y0)[1:-1][:, [0, 1, 3, 4]].ravel()
    scale = np.tile([600.0, 1320.0, 100.0, 100.0], cells)
    reference, _ = peer_cvode(start, cells, times, 1e-11)
    solvers = {
        "intensify BDF": lambda rtol: engine(problem, y0, times, rtol),
        "CVODE": lambda rtol: peer_cvode(start, cells, times, rtol),
        "SciPy BDF": lambda rtol: peer_bdf(start, cells, times, rtol),
    }
    curves = race(
        solvers, lambda rows: error(rows, reference, scale), repeats=2 if quick else 5,
        rtols=(1e-4, 1e-5, 1e-6) if quick else 10.0 ** -np.arange(3.5, 8.1, 0.5),
        slow=("SciPy BDF",),
    )  # fmt: skip
    asked = {"SciPy BDF": 20.0, "CVODE": 3.0}
    record = judged(curves, asked, 3, "transient channel of 200 cells", (1e-3, 3e-4))
    return record | with_cost(record, 3, (100, 200, 400) if quick else (100, 200, 400, 800), one)


def one(cells):
    """Counts of a run with so many cells."""
    problem = reactor(cells)
    return engine(problem, problem.state(), np.array([0.0, END]), 1e-4)[1]
