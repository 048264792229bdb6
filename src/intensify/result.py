"""`Result`: what a run gives back, in memory and on disk."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from intensify import kpis, store
from intensify.errors import FileFormatError, InputError
from intensify.provenance import provenance
from intensify.reactors.stage import Axis, Leg, SteadyRun
from intensify.units import describe
from intensify.validity import as_row, of_row

if TYPE_CHECKING:
    import xarray as xr

    from intensify.numerics import Trajectory

KIND = "intensify result 1"


class Result:
    """Profiles, figures, balances and provenance of one run.

    dataset: xarray.Dataset of the profiles, with units and long names; built when asked for.
    kpis: figures as floats. statistics: what the solver took. warnings: sentences on validity
    (those of type `Caution` know their number and its limits).
    legs: the stages as they were run (dense output included); empty when loaded from a file.
    """

    def __init__(self, **parts: Any) -> None:
        self.reactor: Any = parts.pop("reactor", None)
        self.legs: list[Leg] = parts.pop("legs", [])
        self._closures: dict[str, float] = parts.pop("closures")
        self._history: dict[str, list[float]] = parts.pop("history", {})
        self.statistics: dict[str, float] = parts.pop("statistics")
        self.__dict__.update(parts)  # cached properties that a loaded result already has

    @classmethod
    def of(
        cls, reactor: Any, legs: list[Leg], closures: dict[str, float], extra: dict[str, float],
        history: dict[str, list[float]] | None = None,
    ) -> Self:  # fmt: skip
        """From the legs of a run; see `intensify.solve`. history: figures of every cycle."""
        counts = [leg.trajectory.counts for leg in legs if leg.trajectory is not None]
        total = (
            dict(
                zip(counts[0]._fields, map(float, map(sum, zip(*counts, strict=True))), strict=True)
            )
            if counts
            else {}
        )
        return cls(reactor=reactor, legs=legs, closures=closures, statistics={**total, **extra},
                   history=history or {})  # fmt: skip

    @classmethod
    def steady(cls, reactor: Any, found: SteadyRun, wall_time: float) -> Self:
        """From what a reactor found by itself."""
        dataset = as_dataset(reactor, found.places, found.labels, found.profiles)
        statistics = {**found.statistics, "wall_time": wall_time}
        return cls(reactor=reactor, closures=found.closures, statistics=statistics,
                   kpis=found.kpis, dataset=dataset, warnings=found.warnings)  # fmt: skip

    def balances(self) -> dict[str, float]:
        """Relative closure of mass, elements and energy."""
        return dict(self._closures)

    @functools.cached_property
    def kpis(self) -> dict[str, float]:
        """Figures of the run in SI; `intensify.kpis.label` gives unit and meaning."""
        figures = self.reactor.kpis(self.legs) if hasattr(self.reactor, "kpis") else {}
        if self._history:
            changes = self._history["change"]
            figures = {**figures, "cycles": len(changes), "change": changes[-1]}
        return {name: float(value) for name, value in figures.items()}

    @functools.cached_property
    def warnings(self) -> list[str]:
        """Where a model was used outside the range in which it is known to hold."""
        own = self.reactor.warnings(self.legs) if hasattr(self.reactor, "warnings") else []
        several = [
            f"'{leg.label}' has {leg.states} steady states; this one starts coldest"
            for leg in self.legs
            if leg.states > 1
        ]
        return [*own, *several]

    @functools.cached_property
    def provenance(self) -> dict[str, str]:
        """Versions, source digest, and every parameter in SI."""
        own = not hasattr(self.reactor, "_fields")
        text = type(self.reactor).__name__ if own else describe(self.reactor)
        return {**provenance(), "parameters": text}

    @functools.cached_property
    def dataset(self) -> xr.Dataset:
        """Profiles along the run; a jump of the state holds its place twice."""
        return with_history(build_dataset(self.reactor, self.legs), self._history)

    def at(self, place: float) -> dict[str, Any]:
        """Every profile at one time or position, from the dense output."""
        leg = next((x for x in self.legs if x.start <= place <= x.end), None)
        if leg is None:
            last = self.legs[-1].end if self.legs else np.nan
            raise InputError(f"{place:g} lies outside the run, which goes from 0 to {last:g}")
        Y = leg.y_start[None] if leg.trajectory is None else leg.trajectory(place)
        row = observed(self.reactor, leg, np.array([float(place)]), Y)
        return {name: values[0] for name, values in row.items()}

    def where_converted(self, key: str, X: float) -> float:
        """First time [s] or position [m] at which conversion X of species `key` is passed.

        Of everything fed over the run; NaN where it is never reached.
        """
        i = self.reactor.kinetics.index(key)
        level = (1.0 - X) * self.reactor.fed(self.legs)[i]
        for leg in self.legs:
            # while a feed still brings the species in, its amount says nothing about conversion
            if leg.trajectory is None or leg.label == "dose":
                continue
            if leg.y_start[i] <= level:
                return leg.start
            place = leg.trajectory.crossing(i, level)
            if not np.isnan(place):
                return place
        return float("nan")

    def save(self, path: str | Path) -> Path:
        """Write everything to one HDF5 file (netCDF-4 layout); atomic, checksummed."""
        return store.save(path, *self.as_groups())

    def as_groups(self) -> tuple[dict[str, xr.Dataset], dict[str, Any]]:
        """Datasets by group, and attributes, as they are stored."""
        groups = {
            "/": self.dataset,
            "kpis": scalars(self.kpis, kpis.label),
            "balances": scalars(self.balances(), lambda n: ("1", f"relative closure of {n}")),
            "statistics": scalars(self.statistics, lambda n: ("1", n.replace("_", " "))),
        }
        rows = [as_row(warning) for warning in self.warnings]
        texts = {"warnings": json.dumps(rows), "provenance": json.dumps(self.provenance)}
        return groups, {"kind": KIND, **texts}

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The Result that `save` wrote; FileFormatError for any other file."""
        return stored(path, KIND, cls.from_groups)

    @classmethod
    def from_groups(cls, groups: dict[str, xr.Dataset], attrs: dict[str, Any]) -> Self:
        """The inverse of `as_groups`."""
        return cls(
            closures=floats(groups["balances"]),
            statistics=floats(groups["statistics"]),
            kpis=floats(groups["kpis"]),
            dataset=groups["/"],
            warnings=[of_row(row) for row in json.loads(attrs["warnings"])],
            provenance=json.loads(attrs["provenance"]),
        )

    def __eq__(self, other: object) -> bool:
        """Equal profiles, figures, balances, statistics, warnings and provenance."""
        if not isinstance(other, Result):
            return NotImplemented
        return self.dataset.identical(other.dataset) and all(
            a == b
            for a, b in [
                (self.kpis, other.kpis),
                (self.balances(), other.balances()),
                (self.statistics, other.statistics),
                (self.warnings, other.warnings),
                (self.provenance, other.provenance),
            ]
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        name = type(self.reactor).__name__ if self.reactor is not None else "loaded"
        figures = "  ".join(f"{k} {self.kpis[k]:.6g}" for k in list(self.kpis)[:4])
        return f"Result({name}: {figures})"


def stored(path: str | Path, kind: str, build: Callable[..., Any]) -> Any:
    """What `build` makes of a file's groups and attributes; FileFormatError for another kind."""
    groups, attrs = store.load(path)
    if attrs.get("kind") != kind:
        there = attrs.get("kind", "unknown")
        raise FileFormatError(f"'{path}' holds no {kind[:-2]}; its kind is: {there}")
    try:
        return build(groups, attrs)
    except (KeyError, ValueError, TypeError) as error:  # TypeError: JSON of another shape
        raise FileFormatError(f"'{path}' is an incomplete {kind[:-2]}: {error}") from error


def scalars(values: dict[str, float], label: Any) -> xr.Dataset:
    """Named numbers as a Dataset of scalars with unit and long name."""
    import xarray as xr

    variables = {}
    for name, value in values.items():
        unit, long_name = label(name)
        variables[name] = ((), float(value), {"units": unit, "long_name": long_name})
    return xr.Dataset(variables)


def floats(dataset: xr.Dataset) -> dict[str, float]:
    """The inverse of `scalars`."""
    return {str(name): float(value) for name, value in dataset.data_vars.items()}


def observed(reactor: Any, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
    """The reactor's profiles, or the bare state of one's own."""
    return reactor.observe(leg, at, Y) if hasattr(reactor, "observe") else {"y": Y}


def build_dataset(reactor: Any, legs: list[Leg]) -> xr.Dataset:
    """Profiles of all legs; see `shown_places`."""
    places, rows, stages = [], [], []
    for leg in legs:
        if leg.end == leg.start:
            continue
        if leg.trajectory is None:
            t, Y = np.array([leg.start, leg.end]), np.array([leg.y_start, leg.y_end])
        else:
            t = shown_places(leg.trajectory)
            Y = leg.trajectory(t)
            Y[0] = leg.y_start
        edge = 1e-12 * max(abs(leg.end), 1e-300)
        at = np.clip(t, leg.start + edge, leg.end - edge)  # a switch shows this leg's side
        rows.append(observed(reactor, leg, at, Y))
        places.append(t)
        stages += [leg.label] * t.size
    profiles = {key: np.concatenate([row[key] for row in rows]) for key in rows[0]}
    return as_dataset(reactor, np.concatenate(places), stages, profiles)


def with_history(data: xr.Dataset, history: dict[str, list[float]]) -> xr.Dataset:
    """Profiles with figures of every cycle beside them."""
    if not history:
        return data
    cycle = np.arange(1.0, len(history["change"]) + 1.0)
    labels = {name: kpis.label(name) for name in history}
    return data.assign_coords(
        cycle=("cycle", cycle, {"units": "1", "long_name": "cycle"})
    ).assign({
        f"{name}_of_cycle": ("cycle", np.array(values),
                             {"units": labels[name][0], "long_name": labels[name][1]})
        for name, values in history.items()
    })  # fmt: skip


def as_dataset(
    reactor: Any, places: np.ndarray, stages: list[str], profiles: dict[str, np.ndarray]
) -> xr.Dataset:
    """Profiles over a reactor's coordinate, with units and long names."""
    import xarray as xr

    axis = getattr(reactor, "coordinate", None)
    name, unit, long_name = (axis.name, axis.unit, axis.long_name) if axis else ("t", "s", "time")
    meta = {v.name: v for v in reactor.variables()} if hasattr(reactor, "variables") else {}
    variables: dict[str, Any] = {}
    coords: dict[str, Any] = {
        name: (name, places, {"units": unit, "long_name": long_name}),
        "stage": (name, np.array(stages), {"units": "1", "long_name": "phase or zone"}),
    }
    for key, values in profiles.items():
        v = meta.get(key)
        attrs = {"units": v.unit if v else "1", "long_name": v.long_name if v else "state"}
        axes = v.axes if v else tuple(Axis("state", np.arange(n)) for n in values.shape[1:])
        coords |= {x.name: (x.name, x.values, {"units": x.unit, "long_name": x.long_name})
                   for x in axes if v}  # fmt: skip
        dims = [name, *(axis.name for axis in axes)]
        variables[key] = (dims, values, attrs)
    return xr.Dataset(variables, coords)


def shown_places(path: Trajectory, between: int = 3, most: int = 200) -> np.ndarray:
    """Where profiles are kept: step ends and `between` places in each step.

    Of a state of more than 100 numbers (profiles of profiles) `most` step ends at most.
    """
    ends = path.t
    if path.C.shape[2] > 100:
        return ends[np.unique(np.linspace(0, ends.size - 1, most + 1).round().astype(int))]
    inside = np.diff(ends)[:, None] * np.arange(1, between + 1) / (between + 1)
    return np.sort(np.concatenate([ends, (ends[:-1, None] + inside).ravel()]))
