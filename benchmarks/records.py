"""What a benchmark gives, and how solvers are raced at equal error.

A record is a dict: `text` are lines for people, `targets` what was asked and what was measured,
`counts` whole numbers that only a change of the code changes; the rest is the measurement itself.
"""

from __future__ import annotations

import functools
import time
from typing import NamedTuple

import numpy as np

RTOLS = 10.0 ** -np.arange(3.0, 10.1, 0.5)
ERRORS = (1e-4, 1e-6, 1e-8)


class Target(NamedTuple):
    """What an issue asks for and what was measured.

    asked, measured: in `unit`. least: measured must be at least what is asked, else at most.
    errors: at what error of engine and peer, in words.
    """

    issue: int
    what: str
    asked: float
    measured: float
    unit: str = "times"
    least: bool = True
    errors: str = ""

    @property
    def met(self):
        """Whether the target was reached."""
        return self.measured >= self.asked if self.least else self.measured <= self.asked


def seconds(call):
    """Wall time of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def best_of(calls, repeats):
    """Smallest wall time of each call, interleaved; repeats: of each call."""
    best = [np.inf] * len(calls)
    for k in range(max(repeats)):
        for i, call in enumerate(calls):
            if k < repeats[i]:
                best[i] = min(best[i], seconds(call))
    return best


def error(rows, reference, scale):
    """Largest deviation over places and states, relative to the scales."""
    return float(np.abs((rows - reference) / scale).max())


def at_error(curve, target):
    """Time at the target error by log-log interpolation of a work-precision curve."""
    order = np.argsort(curve["error"])
    errors = np.log(np.maximum(np.array(curve["error"])[order], 1e-16))
    return float(np.exp(np.interp(np.log(target), errors, np.log(np.array(curve["time"])[order]))))


def race(solvers, measure, rtols=RTOLS, repeats=3, slow=()):
    """Work-precision curves of solvers by name.

    A solver takes rtol and gives rows and counts; `measure` makes an error of rows. slow: names of
    solvers that run once only.
    """
    curves = {}
    for name, solver in solvers.items():
        solver(1e-3)  # compilation is measured by `startup`, not here
        curves[name] = {"rtol": [float(x) for x in rtols], "error": [], "time": [], "counts": []}
    often = [1 if name in slow else repeats for name in solvers]
    for rtol in rtols:
        times = best_of([functools.partial(s, rtol) for s in solvers.values()], often)
        for (name, solver), taken in zip(solvers.items(), times, strict=True):
            rows, counts = solver(rtol)
            curves[name]["error"].append(measure(rows))
            curves[name]["time"].append(taken)
            curves[name]["counts"].append(counts if isinstance(counts, dict) else {"rhs": counts})
    return curves


def judged(curves, asked, issue, what, errors=ERRORS):
    """The record of a race: peers' times over the fastest of the engine's, at equal error.

    asked: by peer, how many times faster the engine should be.
    """
    ours = [name for name in curves if name.startswith("intensify")]
    peers = [name for name in curves if name not in ours]
    ratios, text = {name: [] for name in peers}, []
    for target in errors:
        fastest = min(at_error(curves[name], target) for name in ours)
        for name in peers:
            ratios[name].append(at_error(curves[name], target) / fastest)
        shown = ", ".join(f"{name} {ratios[name][-1]:.3g} times" for name in peers)
        text.append(f"at error {target:.0e}: {1e3 * fastest:.3f} ms; {shown}")
    at = " / ".join(f"{x:.0e}" for x in errors)
    targets = [
        Target(issue, f"{what} faster than {name}", asked[name], min(ratios[name]),
               errors=f"{' / '.join(f'{x:.2g}' for x in ratios[name])} at {at}, both")
        for name in asked
    ]  # fmt: skip
    first = curves[ours[0]]
    counts = {f"rhs at rtol {r:.0e}": int(c["rhs"])
              for r, c in zip(first["rtol"], first["counts"], strict=True)}  # fmt: skip
    return {"curves": curves, "text": text, "targets": targets, "counts": counts}


def with_cost(record, issue, sizes, run):
    """What a race's record gains by the cost of an evaluation over the number of cells.

    run: gives the counts of a run with so many cells.
    """
    costs = []
    for cells in sizes:
        began = time.perf_counter()
        counts = run(cells)
        costs.append((time.perf_counter() - began) / counts["rhs"])
    exponent = float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])
    line = f"cost of an evaluation with its share of the step: cells to the power {exponent:.2f}"
    target = Target(issue, "cost against cells, exponent", 1.1, exponent, "", least=False)
    cost = {"sizes": list(sizes), "seconds_per_evaluation": costs, "exponent": exponent}
    return {"text": [*record["text"], line], "targets": [*record["targets"], target], "cells": cost}
