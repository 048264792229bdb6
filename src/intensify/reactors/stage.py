"""What `solve` asks of a reactor, beyond its equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Axis(NamedTuple):
    """A further dimension of a profile: its name, its places or names, their unit and meaning."""

    name: str
    values: Any
    unit: str = "1"
    long_name: str = ""


def species_axis(names: list[str]) -> Axis:
    """The dimension of profiles that have a column a species."""
    return Axis("species", np.array(names), "1", "species")


class Variable(NamedTuple):
    """A profile's name, unit and long name; `axes`: dimensions beside time or length."""

    name: str
    unit: str
    long_name: str
    axes: tuple[Axis, ...] = ()


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
    events: how many event functions are watched. terminal: the first of them ends the stage;
    must_end: not reaching it within the length is an error.
    still: nothing changes but time.
    """

    label: str
    model: Any
    start: float
    length: float
    enter: Callable[[np.ndarray], np.ndarray] | None = None
    stops: tuple[float, ...] = ()
    events: int = 0
    terminal: bool = False
    must_end: bool = False
    shoot: Shoot | None = None
    still: bool = False


class SteadyRun(NamedTuple):
    """What a reactor finds by itself that is not integrated (`steady()`), over its coordinate.

    places (n,); labels: what each place is; profiles: named as in `variables()`, first axis n;
    figures, closures and statistics by name; warnings: sentences.
    """

    places: np.ndarray
    labels: list[str]
    profiles: dict[str, np.ndarray]
    kpis: dict[str, float]
    closures: dict[str, float]
    statistics: dict[str, float]
    warnings: list[str]


class Solver(NamedTuple):
    """What a reactor is best solved with, where that is not Rodas5P at 1e-8 (`solver()`)."""

    method: Any
    rtol: float


class Leg(NamedTuple):
    """A stage as it was run: where it began and ended, and the solution in between.

    states: how many solutions its boundary values have, of which this is the coldest.
    """

    label: str
    model: Any
    start: float
    end: float
    y_start: np.ndarray
    y_end: np.ndarray
    trajectory: Any  # None where nothing changed
    states: int = 1
