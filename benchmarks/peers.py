"""The benchmark problems written by hand for the peers: flat Numba right-hand sides.

Thiosulfate + hydrogen peroxide: the dosing of the main job's semibatch, isothermal at 60 C, and the
two-zone channel. The same equations and numbers that the engine solves; the peers get the smallest
state they need.
"""

from __future__ import annotations

import numba
import numpy as np

K0, TA, DH, RHO_CP = 6.85e8, 76534.704 / 8.314, -547100.0, 4.2e6


@numba.njit(cache=True)
def semibatch_rhs(t, y, p):
    """n_T, n_H, V, Q of the isothermal dosing; p: T, feed flow, feed concentration, feed T."""
    T, q, c_feed, T_feed = p[0], p[1], p[2], p[3]
    r = K0 * np.exp(-TA / T) * y[0] * y[1] / y[2]
    dy = np.empty(4)
    dy[0] = -r
    dy[1] = -2.0 * r + q * c_feed
    dy[2] = q
    dy[3] = -DH * r - q * RHO_CP * (T - T_feed)
    return dy


@numba.njit(cache=True)
def channel_rhs(z, y, p):
    """c_T, c_H, T, q per flow along the channel; p: velocity, UA/V, T_u."""
    u, UA_V, T_u = p[0], p[1], p[2]
    r = K0 * np.exp(-TA / y[2]) * y[0] * y[1]
    out = UA_V * (y[2] - T_u)
    dy = np.empty(4)
    dy[0] = -r / u
    dy[1] = -2.0 * r / u
    dy[2] = (-DH * r - out) / (RHO_CP * u)
    dy[3] = out / u
    return dy


def solve_scipy(pieces, y0, rhs, rtol, atol, method):
    """Piece by piece with scipy's solve_ivp: states at each piece's places, and calls of rhs."""
    from scipy.integrate import solve_ivp

    rows, y, calls = [], y0, 0
    for start, end, p, places in pieces:
        s = solve_ivp(
            lambda t, x, p=p: rhs(t, x, p), (start, end), y, method=method, rtol=rtol, atol=atol,
            t_eval=places,
        )  # fmt: skip
        if not s.success:
            raise RuntimeError(s.message)
        rows.append(s.y.T)
        y, calls = s.y[:, -1], calls + s.nfev
    return np.concatenate(rows), calls


def solve_cvode(pieces, y0, rhs, rtol, atol):
    """Piece by piece with CVODE (BDF) of scikit-sundae: as `solve_scipy`."""
    from sksundae.cvode import CVODE

    rows, y, calls = [], y0, 0
    for start, _, p, places in pieces:

        def fun(t, x, dx, userdata):
            dx[:] = rhs(t, x, userdata["p"])

        s = CVODE(
            fun, userdata={"p": p}, rtol=rtol, atol=atol, method="BDF", max_num_steps=100_000
        ).solve(np.concatenate([[start], places]), y)
        if not s.success:
            raise RuntimeError(s.message)
        rows.append(s.y[1:])
        y, calls = s.y[-1], calls + s.nfev
    return np.concatenate(rows), calls
