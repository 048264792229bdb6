"""Sweeps: channels a second on one core and two beside LSODA, what a store costs, memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from dask.distributed import Client, LocalCluster
from records import Target, seconds
from safety import peer

import intensify as it
from intensify.reactors.stage import SteadyRun

CASE = it.cases.load("thiosulfate-peroxide")
ASKED = {"reactor": "miniaturised", "outputs": ["T_max", "X_H2O2"], "rtol": 1e-6}


class Pause(NamedTuple):
    """A reactor that takes a millisecond and releases the interpreter, as kernels do."""

    x: float
    seconds: float = 1e-3

    def steady(self):
        """The run."""
        until = time.perf_counter() + self.seconds
        while time.perf_counter() < until:
            np.add.reduce(np.ones(2000))
        line = {"T": np.zeros(2)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], line, {"L": self.x}, {}, {}, [])


def channels(quick):
    """A sweep of channels of the main job's case, from its keys to a Dataset."""
    side = 30 if quick else 100
    over = {"T": f"280:310:{side}", "flow": f"20 L/h:90 L/h:{side}"}
    it.sweep(CASE, {"T": [290.0]}, **ASKED)  # compilation is measured by `startup`
    times = {n: [] for n in (1, 2)}
    for _ in range(3):
        for n, taken in times.items():
            taken.append(seconds(lambda n=n: it.sweep(CASE, over, workers=n, **ASKED)))
    rng = np.random.default_rng(0)
    places = rng.random((20 if quick else 100, 2))
    loop = seconds(lambda: [peer(290.0 + 20.0 * u, 2e-3, 1e-6) for u, _ in places]) / len(places)
    one, two = min(times[1]), min(times[2])
    return {
        "samples": side * side, "samples_per_second": {"1": side**2 / one, "2": side**2 / two},
        "two_workers_times": one / two, "LSODA_per_second": 1.0 / loop,
        "speed": side * side / two * loop,
    }  # fmt: skip


def store(quick):
    """What keeping every sample costs at 1 ms a sample, and the peak memory of a large sweep."""
    n = 500 if quick else 5000
    over = {"x": f"1:{n}:{n}"}
    plain, kept = [], []
    for _ in range(3):
        plain.append(seconds(lambda: it.sweep(Pause(0.0), over, workers=1)))
        with tempfile.TemporaryDirectory() as folder:
            where = Path(folder) / "a.sweep"
            kept.append(seconds(lambda where=where: it.sweep(Pause(0.0), over, workers=1,
                                                             store=where)))  # fmt: skip
    sizes = (1000, 10_000) if quick else (10_000, 1_000_000)
    peaks = [peak_memory(size) for size in sizes]
    return {"store_overhead": min(kept) / min(plain) - 1.0,
            "peak_MiB": dict(zip(map(str, sizes), peaks, strict=True))}  # fmt: skip


def peak_memory(n):
    """MiB of a process that sweeps n samples into a store."""
    code = (
        "import re, sys, tempfile; sys.path.insert(0, sys.argv[1])\n"
        "import campaigns, intensify as it\n"
        f"over = {{'x': '1:{n}:{n}'}}\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    it.sweep(campaigns.Pause(0.0, 0.0), over, store=folder + '/a.sweep')\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) / 1024)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def cluster(quick):
    """What two Dask workers take for samples of 1 ms, over half of what one thread here takes."""
    n = 1000 if quick else 10_000
    over = {"x": f"1:{n}:{n}"}
    alone = min(seconds(lambda: it.sweep(Pause(0.0), over, workers=1)) for _ in range(3))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines,
        Client(machines) as client,
    ):
        taken = [seconds(lambda: it.sweep(Pause(0.0), over, executor=client, workers=2))
                 for _ in range(4)]  # fmt: skip
    return {"cluster_overhead": 2.0 * min(taken) / alone - 1.0}


def campaign(quick):
    """All as one record."""
    found = channels(quick) | store(quick) | cluster(quick)
    rate, peak = found["samples_per_second"], found["peak_MiB"]
    growth = list(peak.values())[-1] - next(iter(peak.values()))
    targets = [
        Target(9, "channels of a sweep, two workers over one", 1.8, found["two_workers_times"]),
        Target(9, "channels of a sweep over an LSODA loop", 100.0, found["speed"],
               errors="rtol 1e-6, both"),
        Target(9, "store overhead at 1 ms a sample", 15.0, 100.0 * found["store_overhead"], "%",
               least=False),
        Target(9, "overhead of two Dask workers at 1 ms a sample", 10.0,
               100.0 * found["cluster_overhead"], "%", least=False),
        Target(9, f"memory of {list(peak)[-1]} samples", 1024.0, list(peak.values())[-1], "MiB",
               least=False),
    ]  # fmt: skip
    text = [
        f"{rate['1']:,.0f} channels a second with one worker, {rate['2']:,.0f} with two; LSODA "
        f"{found['LSODA_per_second']:,.0f}; a store costs {100.0 * found['store_overhead']:.1f} %",
        "peak memory " + ", ".join(f"{mib:.0f} MiB for {n} samples" for n, mib in peak.items())
        + f": {growth:.0f} MiB more",
    ]  # fmt: skip
    return found | {"text": text, "targets": targets, "counts": {}}
