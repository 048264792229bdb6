"""Benchmarks against peers: `python benchmarks/run.py [NAME ...] [--json FILE] [--quick]`.

One process, runs interleaved, compared at equal error: each solver runs over several tolerances;
its time is interpolated (log-log) at the error that the engine reaches at its default tolerance.
Error: largest deviation from a tight reference over 40 places, relative to each state's scale.
"""

from __future__ import annotations

import argparse
import functools
import json
import platform
import resource
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import beds
import campaigns
import chemistry
import columns
import mixing
import peers
import safety
import transient

import intensify as it

RTOLS = 10.0 ** -np.arange(3.0, 10.1, 0.5)
ENGINE_RTOL = 1e-6


def network() -> it.Network:
    """The published kinetics without solvent, so that all solvers carry the same species."""
    reaction = it.Reaction(
        "T + 2 H => P", it.Arrhenius(peers.K0, 0.0, peers.TA), orders={"T": 1, "H": 1}, dH=peers.DH
    )
    return it.Network.build([reaction])


def semibatch_problem():
    """Engine's reactor, peers' pieces, start, scales, and how to read the end state."""
    T, V0, V_feed, duration = 333.15, 0.8405797101449275, 0.15942028985507245, 6425.0425
    feed = it.Feed({"H": 11600.0}, 298.15, V=V_feed, duration=duration, rho_cp=peers.RHO_CP)
    reactor = it.SemibatchReactor(
        network(), charge={"T": 1000.0}, V=V0, T=T, feeds=[feed], rho_cp=peers.RHO_CP,
        recipe=[it.phases.isothermal("dose", T=T, duration=duration, dosing=True)],
    )  # fmt: skip
    p = np.array([T, V_feed / duration, 11600.0, 298.15])
    y0 = np.array([1000.0 * V0, 0.0, V0, 0.0])
    scale = np.array([840.0, 840.0, 1.0, 4.6e8])
    pieces = [(0.0, duration, p, np.linspace(0.0, duration, 41)[1:])]
    return reactor, peers.semibatch_rhs, pieces, y0, scale, np.array([0, 1, 4, 8]), np.ones(4)


def channel_problem():
    """The two-zone channel of the main job."""
    u = 0.17
    reactor = it.MiniaturisedReactor(
        network(), feed={"T": 840.5797101449275, "H": 1849.2753623188407}, T=298.15, flow=u * 4e-6,
        section=it.rectangular_section(2e-3, 2e-3), rho_cp=peers.RHO_CP,
        zones=[
            it.Zone(303.15, residence=10.0, UA_V=5e6),
            it.Zone(333.15, residence=50.0, UA_V=5e6),
        ],
    )  # fmt: skip
    pieces = [
        (0.0, 10.0 * u, np.array([u, 5e6, 303.15]), np.linspace(0.0, 10.0 * u, 21)[1:]),
        (10.0 * u, 60.0 * u, np.array([u, 5e6, 333.15]), np.linspace(10.0 * u, 60.0 * u, 21)[1:]),
    ]
    y0 = np.array([840.5797101449275, 1849.2753623188407, 298.15, 0.0])
    scale = np.array([840.0, 1849.0, 100.0, 4.6e8])
    per_flow = np.array([u * 4e-6, u * 4e-6, 1.0, u * 4e-6])
    return reactor, peers.channel_rhs, pieces, y0, scale, np.array([0, 1, 3, 5]), per_flow


def error(rows, reference, scale):
    """Largest deviation over grid and states, relative to the scales."""
    return float(np.abs((rows - reference) / scale).max())


def best_of(calls, repeats):
    """Smallest wall time of each call, interleaved."""
    best = [np.inf] * len(calls)
    for _ in range(repeats):
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def at_error(errors, times, target):
    """Time at the target error by log-log interpolation of the solver's work-precision curve."""
    order = np.argsort(errors)
    e, t = np.log(np.maximum(np.array(errors)[order], 1e-16)), np.log(np.array(times)[order])
    return float(np.exp(np.interp(np.log(target), e, t)))


def race(problem, quick, *, stiff=False):
    """Engine and peers on one problem: the record of it; stiff: no explicit method takes part."""
    reactor, rhs, pieces, y0, scale, columns, unit = problem
    repeats = 3 if quick else 15

    def engine(rtol, method=it.Rodas5P()):
        result = it.solve(reactor, rtol=rtol, method=method)
        legs = [leg.trajectory for leg in result.legs]
        rows = [leg(places)[:, columns] for leg, (*_, places) in zip(legs, pieces, strict=True)]
        return np.concatenate(rows) / unit, result.statistics

    def peer(rtol, name):
        if name == "CVODE":
            return peers.solve_cvode(pieces, y0, rhs, rtol, rtol * 0.1 * scale)
        return peers.solve_scipy(pieces, y0, rhs, rtol, rtol * 0.1 * scale, name)

    reference, _ = peer(1e-12, "Radau")
    solvers = {
        "intensify Rodas5P": lambda rtol: engine(rtol),
        "intensify DormandPrince": lambda rtol: engine(rtol, it.DormandPrince()),
        "LSODA": lambda rtol: peer(rtol, "LSODA"),
        "CVODE": lambda rtol: peer(rtol, "CVODE"),
    }
    if stiff:
        del solvers["intensify DormandPrince"]
    curves = {}
    for name, solver in solvers.items():
        solver(1e-3)  # compilation is measured by `startup`, not here
        curves[name] = {"rtol": RTOLS.tolist(), "error": [], "time": [], "counts": []}
    for rtol in RTOLS:
        times = best_of([functools.partial(s, rtol) for s in solvers.values()], repeats)
        for (name, solver), seconds in zip(solvers.items(), times, strict=True):
            rows, counts = solver(rtol)
            curves[name]["error"].append(error(rows, reference, scale))
            curves[name]["time"].append(seconds)
            curves[name]["counts"].append(counts if isinstance(counts, dict) else {"rhs": counts})
    return ratios(curves)


def ratios(curves, targets=(1e-4, 1e-6, 1e-8)):
    """Peers' time over the faster engine method's at equal error."""
    out = {"curves": curves, "ratio": {}}
    ours = [name for name in curves if name.startswith("intensify")]
    for target in targets:
        fastest = min(at_error(curves[n]["error"], curves[n]["time"], target) for n in ours)
        out["ratio"][f"{target:.0e}"] = {
            name: at_error(curves[name]["error"], curves[name]["time"], target) / fastest
            for name in curves
            if name not in ours
        } | {"engine_ms": 1e3 * fastest}
    return out


def startup(quick):
    """A fresh process with a warm cache: seconds to import, to the first solve, compilations."""
    code = (
        "import time; a = time.perf_counter()\n"
        "import intensify as it; from intensify import _jit; it.solve\n"
        "b = time.perf_counter()\n"
        "import sys; sys.path.insert(0, sys.argv[1]); import run\n"
        "reactor = run.channel_problem()[0]\n"
        "c = time.perf_counter(); it.solve(reactor); d = time.perf_counter()\n"
        "print(b - a, d - c, _jit.compilations())"
    )
    runs = []
    for _ in range(2 if quick else 6):
        command = [sys.executable, "-c", code, str(Path(__file__).parent)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        runs.append([float(x) for x in text.split()])
    imports, solves, compiled = np.array(runs[1:]).T
    return {
        "import_s": float(np.median(imports)), "first_solve_s": float(np.median(solves)),
        "compilations": int(compiled.max()),
    }  # fmt: skip


def failing_channel(quick):
    """The channel in time against banded peers, and its cost against cells."""
    record = transient.transient(quick)
    return ratios(record["curves"], (1e-3, 3e-4)) | {"cells": record["cells"]}


BENCHMARKS = {
    "semibatch": lambda quick: race(semibatch_problem(), quick),
    "channel": lambda quick: race(channel_problem(), quick),
    "engulfment": lambda quick: race(mixing.engulfment_problem(), quick, stiff=True),
    "startup": startup,
    "transient": failing_channel,
    "hot_spots": safety.hot_spots,
    "tube": lambda quick: race(beds.tube_problem(), quick),
    "tubes": beds.tubes,
    "ignition": chemistry.ignition,
    "campaign": campaigns.campaign,
    "columns": columns.columns,
}


def main():
    """Run the named benchmarks (all without a name) and print or write one record each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="write the records to this file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, same comparisons")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]}; known: {', '.join(BENCHMARKS)}")
    libraries = ("intensify", "numpy", "numba", "scipy", "scikit-sundae")
    versions = {name: metadata.version(name) for name in libraries} | {
        "python": platform.python_version()
    }
    records = []
    for name in args.names or BENCHMARKS:
        record = {"name": name, **BENCHMARKS[name](args.quick), "versions": versions}
        record["peak_memory_MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        records.append(record)
        print(name)
        for target, row in record.get("ratio", {}).items():
            text = ", ".join(f"{k} {v:.3g} times" for k, v in row.items() if k != "engine_ms")
            print(f"  at error {target}: {row['engine_ms']:.3f} ms; {text}")
        if name == "hot_spots":
            print(
                f"  {record['points']} channels, {record['points_per_second']:.0f} a second "
                f"(error {record['error_K']:.1e} K); LSODA "
                f"{record['LSODA_points_per_second']:.0f} ({record['LSODA_error_K']:.1e} K)"
            )
        if name == "campaign":
            rate, peak = record["samples_per_second"], record["peak_MiB"]
            print(
                f"  {rate['1']:.0f} channels a second with one worker, {rate['2']:.0f} with two; "
                f"LSODA {record['LSODA_per_second']:.0f}; a store costs "
                f"{100.0 * record['store_overhead']:.1f} %; peak memory "
                + ", ".join(f"{mib:.0f} MiB for {n} samples" for n, mib in peak.items())
            )
        if name == "columns":
            print(columns.lines(record))
        if name == "startup":
            print(
                f"  import {record['import_s']:.2f} s, "
                f"first solve {record['first_solve_s']:.2f} s, "
                f"{record['compilations']} compilations"
            )
    if args.json:
        args.json.write_text(json.dumps(records, indent=1))


if __name__ == "__main__":
    main()
