"""Ignition at constant pressure against Cantera's ReactorNet: error of T and time of a run.

Errors are against Cantera at rtol 1e-12, largest relative one of T at ten times around ignition.
"""

import time

import cantera as ct
import numpy as np

import intensify as it

CASES = (
    ("h2o2.yaml", {"H2": 2.0, "O2": 1.0, "AR": 7.0}, 1000.0, 1e-3),
    ("gri30.yaml", {"CH4": 1.0, "O2": 2.0, "N2": 7.52}, 1400.0, 2e-2),
)
RTOLS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)


def cantera(file, feed, T, times, rtol):
    """Temperatures at the times and seconds taken, Cantera without preconditioner."""
    gas = ct.Solution(file)
    gas.TPX = T, ct.one_atm, feed
    net = ct.ReactorNet([vessel := ct.IdealGasConstPressureReactor(gas, clone=False)])
    net.rtol, net.atol = rtol, 1e-8 * rtol
    began, out = time.perf_counter(), []
    for t in times:
        net.advance(t)
        out.append(vessel.T)
    return np.array(out), time.perf_counter() - began


def ours(network, feed, T, times, rtol):
    """The same with this package."""
    reactor = it.ClosedGas(network, feed=feed, T=T, until=times[-1])
    began = time.perf_counter()
    result = it.solve(reactor, rtol=rtol)
    return np.array([result.at(t)["T"] for t in times]), time.perf_counter() - began


def ignition(quick):
    """Work and precision of both on each mechanism, and Cantera's time over ours at error 1e-5."""
    out = {}
    for file, feed, T, end in CASES[: 1 if quick else 2]:
        network = it.gas_from_cantera(file)
        delay = it.solve(it.ClosedGas(network, feed=feed, T=T, until=end)).kpis["t_ignition"]
        times = np.append(delay * np.linspace(0.8, 1.2, 9), end)
        exact, _ = cantera(file, feed, T, times, 1e-12)
        curves = {}
        for name, run, what in (("Cantera", cantera, file), ("intensify", ours, network)):
            rows = []
            for rtol in RTOLS:
                runs = [run(what, feed, T, times, rtol) for _ in range(3)]
                rows.append((np.abs(runs[0][0] / exact - 1.0).max(), min(r[1] for r in runs)))
            errors, seconds = np.array(sorted(rows)).T
            curves[name] = {"error": errors.tolist(), "time": seconds.tolist()}
        at = [
            float(np.exp(np.interp(np.log(1e-5), np.log(c["error"]), np.log(c["time"]))))
            for c in curves.values()
        ]
        out[file] = {"curves": curves, "Cantera_over_intensify": at[0] / at[1],
                     "engine_ms": 1e3 * at[1]}  # fmt: skip
    return out
