"""Cyclic steady states: a reactor's steps again and again until a cycle changes nothing.

    x' = G(x), x = G(x) wanted: successive substitution, or Anderson's acceleration over the last m

A cyclic reactor has, beyond what `solve` asks: renewed(y), the next cycle's start from the last
one's end (counts at 0, columns moved), and magnitudes(), by which a change of state counts. Where
steps take what others gave it has stage_after(legs, y, before) instead of stage, with the legs of
the cycle so far and those of the cycle before; progress(legs) are figures that are kept of every
cycle.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from intensify import balances
from intensify.errors import InputError, SolveError
from intensify.reactors.stage import Leg, Stage
from intensify.result import Result
from intensify.solve import run_stage, solver_of
from intensify.validity import Caution

DEPTH = 5
"""Cycles that Anderson's acceleration looks back on."""
SETTLED = 1e-1
"""Change of state below which the acceleration begins; before, fronts still travel."""


class Cyclic(NamedTuple):
    """The last cycle's run, and the largest change of state in each cycle.

    converged is False where the run was interrupted; the run then says so among its warnings.
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
    history: dict[str, list[float]] = {"change": changes}
    legs: list[Leg] | None = None
    while not done:
        if len(changes) == most:
            raise SolveError(
                f"{most} cycles leave a change of {changes[-1]:.2e} over {tol:.0e}; raise `most`, "
                "or lower rtol where the change no longer falls"
            )
        try:
            after = one_cycle(reactor, x, options, legs)
        except KeyboardInterrupt:
            if legs is None:
                raise
            break
        legs, end = after, reactor.renewed(after[-1].y_end)
        changes.append(float(np.abs((end - x) / sizes).max()))
        for name, value in reactor.progress(legs).items() if hasattr(reactor, "progress") else ():
            history.setdefault(name, []).append(value)
        done = changes[-1] < tol
        if len(changes) > 1 and changes[-1] > changes[-2]:
            mixing = Mixing()  # what it knew no longer holds: a front moved
        x = mixing.next(x, end, sizes) if accelerate and changes[-1] < SETTLED else end
    assert legs is not None
    closure = reactor.balances(legs)
    balances.check(closure, rtol)
    extra = {"rtol": rtol, "cycles": float(len(changes)), "change": changes[-1],
             "converged": float(done), "wall_time": time.perf_counter() - began}  # fmt: skip
    run = Result.of(reactor, legs, closure, extra, history)
    if not done:
        run.warnings = [*run.warnings, Caution(
            f"interrupted after {len(changes)} cycles, of which the last is kept; it is no cyclic "
            f"steady state: the state still changes by {changes[-1]:.2g} a cycle",
            name="change", value=changes[-1], high=tol,
        )]  # fmt: skip
    return Cyclic(run, changes, done)


class Repeated(NamedTuple):
    """A cyclic reactor that `solve` takes to its cyclic steady state; cases hold such ones."""

    reactor: Any
    tol: float = 1e-5
    most: int = 1000
    accelerate: bool = True

    def cyclic_run(self, rtol: float | None = None) -> Result:
        """The last cycle's run; see `cyclic_steady_state`."""
        return cyclic_steady_state(
            self.reactor, tol=self.tol, most=self.most, accelerate=self.accelerate,
            rtol=1e-6 if rtol is None else rtol,
        ).run  # fmt: skip


def one_cycle(
    reactor: Any, y: np.ndarray, options: dict[str, Any], before: list[Leg] | None = None
) -> list[Leg]:
    """The legs of one cycle from state y; before: those of the cycle before it."""
    legs: list[Leg] = []
    while (stage := next_stage(reactor, legs, y, before)) is not None:
        legs.append(run_stage(stage, y, options))
        y = legs[-1].y_end
    return legs


def next_stage(
    reactor: Any, legs: list[Leg], y: np.ndarray, before: list[Leg] | None
) -> Stage | None:
    """The stage behind the legs of a cycle, None behind the last."""
    if hasattr(reactor, "stage_after"):
        return reactor.stage_after(legs, y, before)
    return reactor.stage(len(legs), legs[-1].end if legs else 0.0, y)


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
