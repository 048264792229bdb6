"""Ignition at constant pressure against Cantera's ReactorNet: error of T and time of a run.

Errors are against Cantera at rtol 1e-12, largest relative one of T at ten times around ignition.
"""

import cantera as ct
import numpy as np
from records import judged, race

import intensify as it

CASES = (
    ("h2o2.yaml", {"H2": 2.0, "O2": 1.0, "AR": 7.0}, 1000.0, 1e-3),
    ("gri30.yaml", {"CH4": 1.0, "O2": 2.0, "N2": 7.52}, 1400.0, 2e-2),
)
RTOLS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)


def cantera(file, feed, T, times, rtol):
    """Temperatures at the times, Cantera without preconditioner."""
    gas = ct.Solution(file)
    gas.TPX = T, ct.one_atm, feed
    net = ct.ReactorNet([vessel := ct.IdealGasConstPressureReactor(gas, clone=False)])
    net.rtol, net.atol = rtol, 1e-8 * rtol
    out = []
    for t in times:
        net.advance(t)
        out.append(vessel.T)
    return np.array(out)


def ours(network, feed, T, times, rtol):
    """The same with this package."""
    reactor = it.ClosedGas(network, feed=feed, T=T, until=times[-1])
    result = it.solve(reactor, rtol=rtol)
    return np.array([result.at(t)["T"] for t in times]), result.statistics


def ignition(quick):
    """Work and precision of both on each mechanism, and Cantera's time over ours at error 1e-5."""
    record = {"text": [], "targets": [], "counts": {}, "curves": {}}
    for file, feed, T, end in CASES[: 1 if quick else 2]:
        network = it.gas_from_cantera(file)
        delay = it.solve(it.ClosedGas(network, feed=feed, T=T, until=end)).kpis["t_ignition"]
        times = np.append(delay * np.linspace(0.8, 1.2, 9), end)
        exact = cantera(file, feed, T, times, 1e-12)
        solvers = {
            "Cantera": lambda rtol, f=(file, feed, T, times): (cantera(*f, rtol), 0),
            "intensify": lambda rtol, f=(network, feed, T, times): ours(*f, rtol),
        }
        curves = race(solvers, lambda rows, exact=exact: float(np.abs(rows / exact - 1.0).max()),
                      rtols=RTOLS)  # fmt: skip
        asked = {"Cantera": 5.0}
        found = judged(curves, asked, 4, f"ignition with {file}", (1e-5,))
        record["curves"][file] = curves
        record["text"] += [f"{file}: {line}" for line in found["text"]]
        record["targets"] += found["targets"]
        record["counts"] |= {f"{file}: {k}": n for k, n in found["counts"].items()}
    return record
