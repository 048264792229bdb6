"""The rows of a sweep as columns, and as a Dataset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify import kpis
from intensify.campaigns.plan import PLACES, Plan, Row, Status

if TYPE_CHECKING:
    import xarray as xr

LONGEST = 256
"""Bytes of a sentence that are kept."""


class Table:
    """Rows of n samples from number `first` on; those that are not there are MISSING."""

    def __init__(self, first: int, n: int) -> None:
        self.first, self.n = first, n
        self.status = np.full(n, int(Status.MISSING), dtype=np.int8)
        self.sentences: dict[int, str] = {}
        self.figures: dict[str, np.ndarray] = {}
        self.profiles: dict[str, np.ndarray] = {}
        self.units: dict[str, tuple[str, str]] = {}

    def put(self, rows: Iterable[Row]) -> None:
        """Enter rows."""
        for row in rows:
            k = row.number - self.first
            self.status[k] = row.status
            if row.message:
                self.sentences[k] = row.message.encode()[:LONGEST].decode(errors="ignore")
            for name, value in row.figures.items():
                self.column(name)[k] = value
            for name, values in row.profiles.items():
                self.profile(name)[k] = values
            self.units |= row.units

    def column(self, name: str) -> np.ndarray:
        """A figure's values (n,), NaN where there are none."""
        if name not in self.figures:
            self.figures[name] = np.full(self.n, np.nan)
        return self.figures[name]

    def profile(self, name: str) -> np.ndarray:
        """A profile's values (n, PLACES), NaN where there are none."""
        if name not in self.profiles:
            self.profiles[name] = np.full((self.n, PLACES), np.nan)
        return self.profiles[name]

    @property
    def whole(self) -> bool:
        """Whether every sample has its row."""
        return not (self.status == Status.MISSING).any()

    def missing(self) -> list[int]:
        """Numbers of the samples without a row."""
        return (np.flatnonzero(self.status == Status.MISSING) + self.first).tolist()

    def add(self, other: Table) -> None:
        """Enter what another table of some of these samples has."""
        here = slice(other.first - self.first, other.first - self.first + other.n)
        self.status[here] = other.status
        self.sentences |= {k + here.start: text for k, text in other.sentences.items()}
        for name, values in other.figures.items():
            self.column(name)[here] = values
        for name, values in other.profiles.items():
            self.profile(name)[here] = values
        self.units |= other.units

    def dataset(self, shape: tuple[int, ...], dims: tuple[str, ...]) -> xr.Dataset:
        """The columns with units and long names; coordinates are the caller's."""
        import xarray as xr

        variables: dict[str, Any] = {}
        for name in sorted(self.figures):
            unit, long_name = kpis.label(name)
            about = {"units": unit, "long_name": long_name}
            variables[name] = (dims, self.figures[name].reshape(shape), about)
        for name in sorted(self.profiles):
            unit, long_name = self.units[name]
            about = {"units": unit, "long_name": long_name}
            values = self.profiles[name].reshape(*shape, PLACES)
            variables[profile_name(name)] = ((*dims, "place"), values, about)
        status = {"units": "1", "long_name": "status: " + ", ".join(
            f"{s.value} {s.name.lower().replace('_', ' ')}" for s in Status)}  # fmt: skip
        variables["status"] = (dims, self.status.reshape(shape), status)
        texts = np.full(self.n, "", dtype=object)
        for k, text in self.sentences.items():
            texts[k] = text
        about = {"units": "1", "long_name": "why the sample failed"}
        variables["failure"] = (dims, texts.reshape(shape), about)
        coords: dict[str, Any] = {}
        if self.profiles:
            place = {"units": "1", "long_name": "place along the reactor, of its length or time"}
            coords["place"] = ("place", np.linspace(0.0, 1.0, PLACES), place)
        return xr.Dataset(variables, coords)


def profile_name(name: str) -> str:
    """What a kept profile is called: figures have names of the same kind."""
    return f"profile_{name}"


def table_of_dataset(first: int, dataset: xr.Dataset) -> Table:
    """The inverse of `Table.dataset` of samples in one dimension."""
    table = Table(first, dataset["status"].size)
    table.status = dataset["status"].values.astype(np.int8)
    table.sentences = {
        k: str(text) for k, text in enumerate(dataset["failure"].values.tolist()) if text
    }
    for key, variable in dataset.data_vars.items():
        name = str(key)
        if name in ("status", "failure"):
            continue
        if "place" in variable.dims:
            name = name.removeprefix("profile_")
            table.profiles[name] = variable.values
            table.units[name] = (variable.attrs["units"], variable.attrs["long_name"])
        else:
            table.figures[name] = variable.values
    return table


def swept(plan: Plan, table: Table) -> xr.Dataset:
    """The Dataset of a whole sweep, its keys as coordinates."""
    dataset = table.dataset(plan.shape, plan.dims)
    coords: dict[str, Any] = {
        c.key: ((c.key,) if plan.grid else ("sample",), coordinate(c.words, c.numbers),
                {"units": c.unit, "long_name": f"{c.key} of the case"})
        for c in plan.columns
    }  # fmt: skip
    if not plan.grid:
        about = {"units": "1", "long_name": "number of the sample"}
        coords["sample"] = ("sample", np.arange(plan.size), about)
    return dataset.assign_coords(coords)


def coordinate(words: Sequence[str], numbers: np.ndarray) -> np.ndarray:
    """A key's values: its words, or its numbers."""
    return np.array(words) if words else numbers
