"""Reactive-distillation columns: cold, warm, a sweep, and cost against stages.

The ideal quaternary column of 21 stages against casadi's symbolic Jacobian with SciPy's sparse LU
on the same equations and unknowns, and the methyl acetate column (UNIQUAC, dimers, heat balances)
by itself. No other package installable here solves kinetic stages.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
from records import Target, best_of, seconds

import intensify as it
from intensify.chemistry.network import NU
from intensify.reactors.columns.column_solution import converge, first_guess
from intensify.units import INF

NAMES = ("quaternary-column", "methyl-acetate")


def best(call, repeats):
    """Smallest wall time [ms]."""
    return 1e3 * best_of([call], [repeats])[0]


def boilup(column, factor):
    """The column with its bottom specification times a factor."""
    return column._replace(bottom=column.bottom._replace(value=column.bottom.value * factor))


def stretched(column, times):
    """The column with `times` as many stages between the ends, the catalyst shared out."""
    middle = np.repeat(np.arange(1, column.stages - 1), times)
    rows = np.concatenate(([0], middle, [column.stages - 1]))
    first = np.concatenate(([True], np.diff(rows) > 0))
    parts = {name: getattr(column, name)[rows].copy() for name in
             ("feed", "feed_h", "feed_vapour", "draws", "duty", "pressure", "holdup")}  # fmt: skip
    for name in ("feed", "feed_h", "feed_vapour", "draws", "duty"):
        parts[name][~first] = 0.0
    parts["holdup"] /= times
    return column._replace(**parts)


def sweep(column, count, workers):
    """Seconds for `count` boilups in a row, each from its neighbour, shared out over threads."""
    start = it.solve_column(column)
    shares = np.array_split(np.linspace(0.97, 1.03, count), workers)

    def row(factors):
        state = start
        for factor in factors:
            state = converge(boilup(column, factor), state.z, dt=INF)
        return state

    with ThreadPoolExecutor(workers) as pool:
        return seconds(lambda: list(pool.map(row, shares)))


def casadi_column(column):
    """F(z, boilup) and its sparse Jacobian for an ideal liquid with equal molar overflow."""
    import casadi as ca

    N, C = column.feed.shape
    rx, flow = column.kinetics.forward.reactions[0], float(column.feed.sum())
    back, nu = column.kinetics.backward.reactions[0], rx[NU : NU + C]
    z, Vs = ca.SX.sym("z", N * (C + 4)), ca.SX.sym("V")
    u = [z[j * (C + 4) : (j + 1) * (C + 4)] for j in range(N)]
    A, B = column.mixture.psat[:, 0], column.mixture.psat[:, 1]
    parts = [u[j][:C] * ca.exp(A + B / u[j][C]) for j in range(N)]
    y = [part / ca.sum1(part) for part in parts]
    rows = []
    for j in range(N):
        x, T, V, L, xi = u[j][:C], u[j][C], u[j][C + 1], u[j][C + 2], u[j][C + 3]
        mass = column.feed[j] - L * x - V * (x if j == 0 else y[j]) + nu * xi
        heat = -V - float(column.dHr[0] / column.dHv) * xi
        if j > 0:
            mass += u[j - 1][C + 2] * u[j - 1][:C]
        if j < N - 1:
            mass += u[j + 1][C + 1] * y[j + 1]
            heat += u[j + 1][C + 1]
        heat = V - column.top.value if j == 0 else V - Vs if j == N - 1 else heat
        r = rx[0] * ca.exp(-rx[2] / T) * x[0] * x[1]
        r -= back[0] * ca.exp(-back[2] / T) * x[2] * x[3]
        rows += [mass / flow, ca.log(ca.sum1(parts[j]) / column.pressure[j]), ca.sum1(x) - 1.0,
                 heat / flow, (xi - float(column.holdup[j]) * r) / flow]  # fmt: skip
    F = ca.vertcat(*rows)
    return ca.Function("F", [z, Vs], [F, ca.jacobian(F, z)])


def casadi_newton(f, z, V, C, dt):
    """Steps to the same tolerance, by the same pseudo-time and bounds as the engine's."""
    from scipy import sparse
    from scipy.sparse.linalg import spsolve

    n = C + 4
    extents = np.tile(np.arange(n) == C + 3, z.size // n)
    moves = np.tile(np.arange(n) < C, z.size // n).astype(float)
    size = np.inf
    for steps in range(500):
        F, J = f(z, V)
        F = np.asarray(F).ravel()
        if np.abs(F).max() <= 1e-11:
            return z, steps
        new = np.sqrt(np.mean(F * F))
        dt *= np.clip(size / new, 1.3, 10.0) if np.isfinite(size) else 1.0
        size = new
        J = J.sparse() - sparse.diags(moves / dt)
        step = spsolve(J.tocsc(), -F)
        step *= min(1.0, 15.0 / np.abs(step.reshape(-1, n)[:, C]).max())
        least = np.where(extents, -np.inf, 0.05 * np.abs(z))
        z = np.maximum(z + step, least)
    raise RuntimeError("casadi's Newton does not converge")


def columns(quick):
    """Times [ms] of both columns, ratios to casadi, the sweep and the exponent of the stages."""
    repeats = 5 if quick else 30
    record = {}
    for name in NAMES:
        column = it.cases.load(name).reactors["column"]
        state, other = it.solve_column(column), boilup(column, 1.002)
        record[name] = {
            "cold_ms": best(lambda c=column: it.solve_column(c), repeats),
            "warm_ms": best(lambda c=other, s=state: converge(c, s.z, dt=INF), 4 * repeats),
            "steps": state.steps,
        }
    column = it.cases.load("quaternary-column").reactors["column"]
    record["sweep_1000_s"] = {str(k): sweep(column, 1000, k) for k in (1, 2)}
    times = []
    for factor in (1, 2, 4, 8):
        longer = stretched(column, factor)
        state = it.solve_column(longer)
        step = best(lambda c=longer, s=state: converge(boilup(c, 1.001), s.z, dt=INF), repeats)
        steps = converge(boilup(longer, 1.001), state.z, dt=INF).steps
        times.append((longer.stages, step / steps))
    record["ms_per_step"] = dict(times)
    record["exponent"] = float(np.polyfit(*np.log(np.array(times)).T, 1)[0])
    with suppress(ImportError):
        record["casadi"] = against_casadi(column, repeats)
    return record | {"text": lines(record), "targets": aims(record),
                     "counts": {f"{k}, steps": record[k]["steps"] for k in NAMES}}  # fmt: skip


def against_casadi(column, repeats):
    """Times [ms] of casadi and SciPy on the same column, and how far their states are apart."""
    C, V = column.feed.shape[1], column.bottom.value
    start, state = first_guess(column), it.solve_column(column)
    f = casadi_column(column)

    def cold():
        return casadi_newton(casadi_column(column), start.ravel(), V, C, 1.0)

    z, steps = cold()
    return {
        "casadi_cold_ms": best(cold, 2), "casadi_steps": steps,
        "casadi_warm_ms": best(lambda: casadi_newton(f, state.z.ravel(), 1.002 * V, C, INF),
                               min(repeats, 5)),
        "apart": float(np.abs(z.reshape(state.z.shape)[:, :C] - state.x).max()),
    }  # fmt: skip


def lines(record):
    """The record in words."""
    out = [f"{name}: cold {record[name]['cold_ms']:.2f} ms ({record[name]['steps']} steps), "
           f"warm {record[name]['warm_ms']:.3f} ms" for name in NAMES]  # fmt: skip
    row = record["sweep_1000_s"]
    out.append(f"1000 columns: {row['1']:.2f} s with one worker, {row['2']:.2f} s with two; "
               f"time of a step goes with stages to the {record['exponent']:.2f}")  # fmt: skip
    return out


def aims(record):
    """What is asked of columns, and what was measured."""
    ideal, real = (record[name] for name in NAMES)
    times = [("21 ideal stages, cold", 2.0, ideal["cold_ms"], "ms"),
             ("21 ideal stages, warm", 0.2, ideal["warm_ms"], "ms"),
             ("UNIQUAC with energy balance, cold", 10.0, real["cold_ms"], "ms"),
             ("UNIQUAC with energy balance, warm", 1.0, real["warm_ms"], "ms"),
             ("1,000 columns, two workers", 2.0, record["sweep_1000_s"]["2"], "s"),
             ("cost against stages, exponent", 1.1, record["exponent"], "")]  # fmt: skip
    out = [Target(7, *row, least=False) for row in times]
    if "casadi" in record:
        peer = record["casadi"]
        errors = f"same residual of 1e-11; mole fractions {peer['apart']:.0e} apart"
        out += [Target(7, f"casadi with sparse Newton over ours, {how}", 50.0,
                       peer[f"casadi_{how}_ms"] / ideal[f"{how}_ms"], errors=errors)
                for how in ("cold", "warm")]  # fmt: skip
    return out
