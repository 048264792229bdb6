"""`solve`: any reactor, stage by stage, to a Result."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from intensify import balances
from intensify.errors import InputError, SolveError
from intensify.numerics import Rodas5P, integrate
from intensify.numerics.interrupts import interrupts_held
from intensify.numerics.roots import find_root
from intensify.reactors.stage import Leg, Shoot, Solver, Stage
from intensify.result import Result


def solve(
    reactor: Any,
    *,
    until: float | None = None,
    method: Any = None,
    rtol: float | None = None,
    max_steps: int = 200_000,
) -> Result:
    """Solve a reactor through its protocol.

    A shipped reactor knows its stages (phases of a recipe, zones of a channel), or finds a steady
    state by itself, and then leaves method and rtol unused (a column). One's own needs
    `initial()` (numbers or arrays, the state at t = 0) and `rhs(t, y, dy)`, and `until` [s].
    method, rtol: integrator and relative tolerance, Rodas5P and 1e-8 unless the reactor has a
    better pair; absolute tolerances follow the states' scales. A cyclic reactor of a case is run to
    its cyclic steady state (`cycles.Repeated`).

    SolveError: tolerance not met, a phase that never ends, a balance that does not close.
    """
    began = time.perf_counter()
    if hasattr(reactor, "prepared"):
        reactor = reactor.prepared()
    if hasattr(reactor, "steady"):
        found = reactor.steady()
        balances.check(found.closures, 1e-8)
        return Result.steady(reactor, found, time.perf_counter() - began)
    if hasattr(reactor, "cyclic_run"):
        return reactor.cyclic_run(rtol)
    own = not hasattr(reactor, "stage")
    if own and until is None:
        raise InputError(
            f"{type(reactor).__name__} has no stages; say how long: solve(reactor, until=...)"
        )
    if not own and until is not None:
        raise InputError(f"{type(reactor).__name__} has stages of its own; leave `until` out")
    if until is not None and not until > 0.0:
        raise InputError(f"until = {until:g} s is no time to solve for; it must be above 0")
    if own:
        require(reactor, "rhs", "rhs(self, t, y, dy)")
        require(reactor, "initial", "initial(self)")
    best = solver_of(reactor)
    method, rtol = best.method if method is None else method, best.rtol if rtol is None else rtol
    y = start_state(reactor)
    atol = rtol * (1e-3 * np.maximum(np.abs(y), 1e-6) if own else reactor.scales())
    options = {"method": method, "rtol": rtol, "atol": atol, "max_steps": max_steps}
    if own:
        legs = [run_stage(Stage("run", reactor, 0.0, float(until or 0.0)), y, options)]
    else:
        legs = run_stages(reactor, y, options)
    closure = {} if own else reactor.balances(legs)
    balances.check(closure, rtol)
    return Result.of(
        reactor, legs, closure, {"rtol": rtol, "wall_time": time.perf_counter() - began}
    )


def run_stages(reactor: Any, y: np.ndarray, options: dict[str, Any]) -> list[Leg]:
    """All stages of a reactor, one after the other from state y."""
    legs: list[Leg] = []
    place = 0.0
    with interrupts_held():
        while (stage := reactor.stage(len(legs), place, y)) is not None:
            leg = run_stage(stage, y, options)
            legs.append(leg)
            place, y = leg.end, leg.y_end
    return legs


def require(reactor: Any, name: str, shape: str) -> None:
    """InputError where a reactor lacks a method that it needs."""
    if not callable(getattr(reactor, name, None)):
        raise InputError(f"{type(reactor).__name__} defines no {shape}; solve needs it")


def solver_of(reactor: Any) -> Solver:
    """What the reactor is best solved with."""
    return reactor.solver() if hasattr(reactor, "solver") else Solver(Rodas5P(), 1e-8)


def start_state(reactor: Any) -> np.ndarray:
    """The reactor's state at its start as one array."""
    if hasattr(reactor, "state"):
        return np.asarray(reactor.state(), dtype=float)
    return np.concatenate([np.ravel(np.asarray(x, dtype=float)) for x in reactor.initial()])


def run_stage(stage: Stage, y: np.ndarray, options: dict[str, Any]) -> Leg:
    """Integrate one stage from state y."""
    y = stage.enter(y) if stage.enter else y
    end = stage.start + stage.length
    if stage.length <= 0.0 or stage.still:
        return Leg(stage.label, stage.model, stage.start, end, y, y, None)
    more: dict[str, Any] = {
        "stops": stage.stops,
        "n_events": max(int(stage.terminal), stage.events),
        "terminal": stage.terminal,
    }
    states = 1
    if stage.shoot is not None:
        y, states = shoot(stage, stage.shoot, y, {**options, **more})
    try:
        path = integrate(stage.model, (stage.start, end), y, **options, **more)
    except SolveError as error:
        raise SolveError(f"in '{stage.label}': {error}") from error
    if stage.must_end and path.event_t.size == 0:
        raise SolveError(
            f"'{stage.label}' does not reach its end within {stage.length:g}: the state there is "
            f"{path.y_end[:3]}...; give it longer, or a target that can be reached"
        )
    return Leg(
        stage.label, stage.model, stage.start, float(path.t[-1]), y, path.y_end, path, states
    )


def shoot(
    stage: Stage, shooting: Shoot, y: np.ndarray, options: dict[str, Any]
) -> tuple[np.ndarray, int]:
    """Start state for which state `index` equals `target` at the stage's end; how many there are.

    The whole range is scanned first; of several solutions the one with the coldest start is kept.
    """
    index, target, low, high = shooting

    def start(value: float) -> np.ndarray:
        out = y.copy()
        out[index] = value
        return out

    def miss(value: float) -> float:
        try:
            path = integrate(
                stage.model, (stage.start, stage.start + stage.length), start(value), **options
            )
        except SolveError:
            return np.nan
        return float(path.y_end[index]) - target

    values = np.linspace(low, high, 25)
    misses = np.array([miss(v) for v in values])
    changes = np.flatnonzero(misses[:-1] * misses[1:] <= 0.0)
    if changes.size == 0:
        raise SolveError(
            f"in '{stage.label}': no start of the counter-current utility from {low:.1f} K to "
            f"{high:.1f} K meets its inlet at {target:.1f} K; split the zone or raise its flow"
        )
    i = int(changes[0])
    best = find_root(miss, values[i], values[i + 1], rtol=1e-15, atol=1e-10).x
    left = miss(best)
    if not abs(left) <= 1e-3:
        raise SolveError(
            f"in '{stage.label}': the counter-current utility misses its inlet at {target:.1f} K "
            f"by {left:.2g} K: too long for its small flow; raise wc or shorten the zone"
        )
    return start(best), int(changes.size)
