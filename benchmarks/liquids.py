"""The main job's vessel and channel beside LSODA and CVODE, and the start of a fresh process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mixing
import numpy as np
import peers
from records import Target, error, judged, race

import intensify as it


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


def beside_odes(problem, quick, asked, issue, what, *, stiff=False):
    """Engine and peers on one problem; stiff: no explicit method takes part."""
    reactor, rhs, pieces, y0, scale, columns, unit = problem

    def engine(rtol, method):
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
        "intensify Rodas5P": lambda rtol: engine(rtol, it.Rodas5P()),
        "intensify DormandPrince": lambda rtol: engine(rtol, it.DormandPrince()),
        "LSODA": lambda rtol: peer(rtol, "LSODA"),
        "CVODE": lambda rtol: peer(rtol, "CVODE"),
    }
    if stiff:
        del solvers["intensify DormandPrince"]
    curves = race(solvers, lambda rows: error(rows, reference, scale), repeats=3 if quick else 15)
    return judged(curves, asked, issue, what)


def semibatch(quick):
    """The dosing of the main job's vessel."""
    return beside_odes(semibatch_problem(), quick, {"LSODA": 50.0, "CVODE": 30.0}, 2, "semibatch")


def channel(quick):
    """The main job's channel."""
    return beside_odes(channel_problem(), quick, {"LSODA": 50.0, "CVODE": 30.0}, 2, "channel")


def engulfment(quick):
    """The engulfment mixer, stiff."""
    return beside_odes(mixing.engulfment_problem(), quick, {}, 3, "engulfment", stiff=True)


def startup(quick):
    """A fresh process with a warm cache: seconds to import, to the first solve, compilations."""
    code = (
        "import time; a = time.perf_counter()\n"
        "import intensify as it; from intensify import _jit; it.solve\n"
        "b = time.perf_counter()\n"
        "import sys; sys.path.insert(0, sys.argv[1]); import liquids\n"
        "reactor = liquids.channel_problem()[0]\n"
        "c = time.perf_counter(); it.solve(reactor); d = time.perf_counter()\n"
        "print(b - a, d - c, _jit.compilations())"
    )
    runs = []
    for _ in range(3 if quick else 6):
        command = [sys.executable, "-c", code, str(Path(__file__).parent)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        runs.append([float(x) for x in text.split()])
    imports, solves, compiled = np.array(runs[1:]).T  # the first one fills the cache
    import_s, first_s = float(np.median(imports)), float(np.median(solves))
    return {
        "text": [f"import {import_s:.2f} s, first solve {first_s:.2f} s, "
                 f"{int(compiled.max())} compilations"],
        "targets": [
            Target(2, "import, warm cache", 0.6, import_s, "s", least=False),
            Target(2, "first solve of a fresh process, warm cache", 0.8, first_s, "s", least=False),
            Target(2, "compilations of a fresh process, warm cache", 0, int(compiled.max()), "",
                   least=False),
        ],
        "counts": {"compilations": int(compiled.max())},
    }  # fmt: skip
