"""The train that needs the least heat: how much it recovers, its reactor's temperature, its stages.

    min  Q_reboiler,1 + Q_reboiler,2 + max(Q_reactor, 0)

over the part of each product that a column recovers, the temperature of the reactor and the ratio
of the reactants in the recycle (Nelder and Mead), and over how a given number of stages is shared
between the columns and where they are fed (one stage up or down at a time, as long as it helps).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.reactors.columns.train_equations import TrainEquations, TrainState
from intensify.reactors.columns.train_solution import solve_train

CHOICES = ("recoveries", "ratio", "T", "stages")
"""What `best_train` may choose."""
UNIT = 10.0
"""Change of the reactor's temperature that counts as much as a factor e of what is lost [K]."""


def heat(state: TrainState) -> float:
    """Heat that a train needs [W]."""
    boiled = state.first.duty(-1) + state.second.duty(-1)
    return float(boiled + max(state.Q_reactor, 0.0))


def best_train(
    train: TrainEquations, free: Sequence[str], *, tolerance: float = 1e-3
) -> TrainState:
    """The train with the least heat over what is free, of CHOICES; see the module.

    tolerance: of the heat. A minimum near the train given, not of all trains.
    InputError: a choice that there is not. SolveError: the train given does not close.
    """
    for choice in free:
        if choice not in CHOICES:
            raise InputError(f"a train has no choice '{choice}'; there are {', '.join(CHOICES)}")
    state = solve_train(train)
    continuous = [choice for choice in free if choice != "stages"]
    if continuous:
        state = adjusted(state, continuous, tolerance)
    while "stages" in free:
        before, state = heat(state), shifted(state)
        if continuous:
            state = adjusted(state, continuous, tolerance)
        if heat(state) > (1.0 - tolerance) * before:
            break
    return state


def adjusted(start: TrainState, free: Sequence[str], tolerance: float) -> TrainState:
    """The least heat over what is continuous, from a state."""
    from scipy.optimize import minimize

    parts = [part for choice in free for part in PARTS[choice]]
    v0 = np.array([read(start.train) for read, _ in parts])
    best = [start]

    def missed(v: np.ndarray) -> float:
        train = start.train
        for value, (_, put) in zip(v, parts, strict=True):
            train = put(train, float(value))
        try:
            state = solve_train(train, guess=best[-1])
        except SolveError:
            return np.inf
        if heat(state) < heat(best[-1]):
            best.append(state)
        return heat(state)

    simplex = v0 + np.vstack([np.zeros(v0.size), 0.3 * np.eye(v0.size)])
    minimize(missed, v0, method="Nelder-Mead", options={
        "initial_simplex": simplex, "xatol": 0.02, "fatol": tolerance * heat(start),
        "maxfev": 60 * v0.size})  # fmt: skip
    return best[-1]


def recovery(end: str) -> tuple[Callable, Callable]:
    """Logarithm of what a column loses of its product, and how to change it."""

    def read(train: Any) -> float:
        return float(np.log(1.0 - getattr(train, end).recovery))

    def put(train: Any, value: float) -> Any:
        column = getattr(train, end)
        return train._replace(
            **{end: column._replace(recovery=max(1.0 - float(np.exp(value)), 0.05))}
        )

    return read, put


PARTS: dict[str, list[tuple[Callable, Callable]]] = {
    "recoveries": [recovery("light"), recovery("heavy")],
    "ratio": [(lambda train: float(np.log(train.ratio)),
               lambda train, value: train._replace(ratio=float(np.exp(value))))],
    "T": [(lambda train: train.T / UNIT, lambda train, value: train._replace(T=value * UNIT))],
}  # fmt: skip


def shifted(state: TrainState) -> TrainState:
    """The least heat over stages and their feeds, one at a time; their sum stays."""
    improved = True
    while improved:
        improved = False
        for move in (lighter, feed_of("light"), feed_of("heavy")):
            for by in (1, -1):
                while (found := tried(state, move(state.train, by))) is not None:
                    state, improved = found, True
    return state


def tried(state: TrainState, train: TrainEquations) -> TrainState | None:
    """The state of that train, where it needs less heat."""
    if any(not 0 < one.feed < one.stages - 1 for one in (train.light, train.heavy)):
        return None
    try:
        found = solve_train(train, guess=state)
    except SolveError:
        return None
    return found if heat(found) < (1.0 - 1e-6) * heat(state) else None


def lighter(train: TrainEquations, by: int) -> TrainEquations:
    """With stages moved from the second column to the first."""
    first, second = train.light, train.heavy
    return train._replace(light=first._replace(stages=first.stages + by),
                          heavy=second._replace(stages=second.stages - by))  # fmt: skip


def feed_of(end: str) -> Callable[[TrainEquations, int], TrainEquations]:
    """How to move the feed of a column."""

    def move(train: TrainEquations, by: int) -> TrainEquations:
        column = getattr(train, end)
        return train._replace(**{end: column._replace(feed=column.feed + by)})

    return move
