"""What `solve` asks of a reactor, beyond its equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Variable(NamedTuple):
    """A profile's name, unit and long name; `labels` where it has one row a species."""

    name: str
    unit: str
    long_name: str
    labels: list[str] | None = None


class Shoot(NamedTuple):
    """Boundary value: state `index`, free at the stage's start, equals `target` at its end."""

    index: int
    target: float
    low: float
    high: float


class Stage(NamedTuple):
    """A stretch of time or length that is integrated with one set of equations.

    enter: changes the state at the stage's start (a new jacket or utility temperature).
    stops: places strictly inside where the equations switch; no step crosses them.
    terminal: the stage ends where the model's first event does; must_end: not reaching it within
    the length is an error.
    still: nothing changes but time.
    """

    label: str
    model: Any
    start: float
    length: float
    enter: Callable[[np.ndarray], np.ndarray] | None = None
    stops: tuple[float, ...] = ()
    terminal: bool = False
    must_end: bool = False
    shoot: Shoot | None = None
    still: bool = False


class Leg(NamedTuple):
    """A stage as it was run: where it began and ended, and the solution in between."""

    label: str
    model: Any
    start: float
    end: float
    y_start: np.ndarray
    y_end: np.ndarray
    trajectory: Any  # None where nothing changed
