"""Cyclic steady states: a reactor's steps again and again until a cycle changes nothing.

    x' = G(x), x = G(x) wanted: successive substitution, or Anderson's acceleration over the last m

A cyclic reactor has, beyond what `solve` asks: renewed(y), the next cycle's start from the last
one's end (counts at 0, columns moved), and magnitudes(), by which a change of state counts.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from intensify import balances
from intensify.errors import InputError, SolveError
from intensify.reactors.stage import Leg
from intensify.result import Result
from intensify.solve import run_stage, solver_of

DEPTH = 5
"""Cycles that Anderson's acceleration looks back on."""
SETTLED = 1e-2
"""Change of state below which the acceleration begins; before, fronts still travel."""


class Cyclic(NamedTuple):
    """The last cycle's run, and the largest change of state in each cycle.

    converged is False where the run was interrupted.
    """

    run: Result
    changes: list[float]
    converged: bool

    @property
    def cycles(self) -> int:
        """How many were run."""
        return len(self.changes)


def cyclic_steady_state(
    reactor: Any,
    *,
    tol: float = 1e-5,
    most: int = 1000,
    accelerate: bool = True,
    rtol: float = 1e-6,
    scale: np.ndarray | None = None,
    start: np.ndarray | None = None,
) -> Cyclic:
    """Run cycles until none of the states, over `scale`, changes by more than tol.

    accelerate: Anderson's mixing, else the end of a cycle starts the next. start: a state to begin
    with, such as `run.legs[-1].y_end` of a case nearby. An interrupt (Ctrl-C) ends the run with
    the cycles that are finished.

    SolveError: `most` cycles were not enough. InputError: a reactor without cycles.
    """
    if not hasattr(reactor, "renewed"):
        raise InputError(f"{type(reactor).__name__} has no cycle; it defines no renewed(y)")
    began = time.perf_counter()
    options = {"method": solver_of(reactor).method, "rtol": rtol, "atol": rtol * reactor.scales(),
               "max_steps": 200_000}  # fmt: skip
    sizes = reactor.magnitudes() if scale is None else scale
    x = reactor.state() if start is None else reactor.renewed(start)
    mixing, done = Mixing(), False
    changes: list[float] = []
    legs: list[Leg] | None = None
    while not done:
        if len(changes) == most:
            raise SolveError(
                f"{most} cycles leave a change of {changes[-1]:.2e} over {tol:.0e}; raise `most`, "
                "or lower rtol where the change no longer falls"
            )
        try:
            after = one_cycle(reactor, x, options)
        except KeyboardInterrupt:
            if legs is None:
                raise
            break
        legs, end = after, reactor.renewed(after[-1].y_end)
        changes.append(float(np.abs((end - x) / sizes).max()))
        done = changes[-1] < tol
        if len(changes) > 1 and changes[-1] > changes[-2]:
            mixing = Mixing()  # what it knew no longer holds: a front moved
        x = mixing.next(x, end, sizes) if accelerate and changes[-1] < SETTLED else end
    assert legs is not None
    closure = reactor.balances(legs)
    balances.check(closure, rtol)
    extra = {"rtol": rtol, "cycles": float(len(changes)), "change": changes[-1],
             "wall_time": time.perf_counter() - began}  # fmt: skip
    return Cyclic(Result.of(reactor, legs, closure, extra), changes, done)


def one_cycle(reactor: Any, y: np.ndarray, options: dict[str, Any]) -> list[Leg]:
    """The legs of one cycle from state y."""
    legs: list[Leg] = []
    place = 0.0
    while (stage := reactor.stage(len(legs), place, y)) is not None:
        legs.append(run_stage(stage, y, options))
        place, y = legs[-1].end, legs[-1].y_end
    return legs


class Mixing:
    """Anderson's acceleration of x = G(x): the next x from the last ones and their images."""

    def __init__(self) -> None:
        self.x: list[np.ndarray] = []
        self.g: list[np.ndarray] = []

    def next(self, x: np.ndarray, g: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """The next state; least squares over the differences of G(x) - x."""
        self.x, self.g = [*self.x, x][-DEPTH - 1 :], [*self.g, g][-DEPTH - 1 :]
        if len(self.x) == 1:
            return g
        miss = [(g - x) / sizes for x, g in zip(self.x, self.g, strict=True)]
        dF = np.diff(np.array(miss), axis=0).T
        dG = np.diff(np.array(self.g), axis=0).T
        weights = np.linalg.lstsq(dF, miss[-1], rcond=1e-10)[0]
        return g - dG @ weights
