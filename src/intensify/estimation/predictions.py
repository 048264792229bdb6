"""What a plant's model says to each measurement, for many sets of parameters at once."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from intensify import kpis
from intensify.campaigns.fields import Fields
from intensify.campaigns.plan import in_kernel
from intensify.cases import Case
from intensify.cases.template import Template
from intensify.errors import InputError, IntensifyError, SolveError
from intensify.estimation.experiments import Experiment, Measurement, Quantity
from intensify.estimation.parameters import Parameter
from intensify.many import Many, can_go_together, solve_many
from intensify.reactors.channel import LENGTH
from intensify.reactors.stage import Leg
from intensify.result import Result, observed
from intensify.solve import solve
from intensify.units import parse

PROFILE = re.compile(r"(\w+)(?:\[([^\[\]]+)\])?")
AFFINE = re.compile(r"(deg|°)\s*[CF]\b")


class Slot(NamedTuple):
    """Where a run has what was measured: a figure, or a column of a profile at a place.

    at: NaN is the end of the run; column: -1 of a profile without columns.
    """

    name: str
    unit: str
    figure: bool
    column: int = -1
    at: float = np.nan

    @property
    def at_end(self) -> bool:
        """Whether inlet and outlet alone tell it."""
        return in_kernel(self.name) if self.figure else bool(np.isnan(self.at))


class Plant(NamedTuple):
    """An experiment with what builds its reactor, and where its measurements stand in a run."""

    experiment: Experiment
    source: Any
    keys: tuple[tuple[int, str], ...]
    slots: tuple[Slot, ...]
    together: bool

    def reactor(self, x: np.ndarray) -> Any:
        """The reactor with parameters x."""
        values: dict[str, Any] = dict(self.experiment.settings)
        values |= {key: float(x[i]) for i, key in self.keys}
        return self.source.reactor(values)


class Predictions:
    """All experiments: measured values, their standard deviations, and the model's values.

    y, sd (n,): in SI, sd NaN where it is not known. quantities (n,): names. of (n,): numbers of
    the experiments. T_mean: harmonic mean of the temperatures of the first runs [K].
    """

    def __init__(
        self,
        what: Case | Any,
        experiments: Sequence[Experiment],
        parameters: Sequence[Parameter],
        *,
        reactor: str = "",
        folder: Path | None = None,
        rtol: float = 1e-9,
    ) -> None:
        """Solves every experiment once, at the start of the parameters.

        InputError: a key, quantity, place, value or standard deviation that has no meaning.
        SolveError: an experiment that cannot be solved at the start.
        """
        self.what, self.folder, self.rtol = what, folder, rtol
        self.failure = ""
        self.parameters = tuple(parameters)
        sources: dict[str, Any] = {}
        start = np.array([p.start for p in parameters])
        problems: list[tuple[str, str]] = []
        rows: list[tuple[int, Slot, float, float]] = []
        temperatures: list[float] = []
        self.plants: list[Plant] = []
        for k, one in enumerate(experiments):
            name = one.reactor or reactor
            if name not in sources:
                sources[name] = source_of(what, name, folder)
            plant = Plant(one, sources[name], keys_of(parameters, name), (), False)
            result = first_run(plant, start, rtol)
            slots = []
            for m in one.measured:
                try:
                    slot = slot_of(m, result)
                    slots.append(slot)
                    rows.append((k, slot, number_of(m.value, slot.unit), sd_of(m.sd, slot.unit)))
                except InputError as error:
                    where = m.source or f"{one.name}: {m.quantity}"
                    problems += [(where, text) for _, text in error.problems]
            together = bool(slots) and all(s.at_end for s in slots)
            together = together and can_go_together(result.reactor)
            self.plants.append(plant._replace(slots=tuple(slots), together=together))
            temperatures.append(mean_temperature(result))
        unused = {i for i in range(len(self.parameters))} - {
            i for plant in self.plants for i, _ in plant.keys
        }
        problems += [(self.parameters[i].key, "belongs to no experiment's reactor") for i in unused]
        if problems:
            raise InputError(problems)
        if not rows:
            raise InputError("there is no experiment with a measurement; give some")
        self.T_mean = float(1.0 / np.mean(1.0 / np.array(temperatures)))
        self.slots = [row[1] for row in rows]
        self.of = np.array([row[0] for row in rows])
        self.y, self.sd = (np.array([row[c] for row in rows], dtype=float) for c in (2, 3))
        measured = [m for one in experiments for m in one.measured]
        self.quantities = np.array([m.quantity for m in measured])

    def at(self, settings: Sequence[Mapping[str, Quantity]]) -> Predictions:
        """The first experiment with other settings of its keys, once each."""
        first, n = self.plants[0], len(settings)
        out = copy.copy(self)
        out.plants = [
            first._replace(experiment=first.experiment._replace(settings={
                **first.experiment.settings, **row
            })) for row in settings
        ]  # fmt: skip
        here = np.flatnonzero(self.of == 0)
        out.slots = [self.slots[i] for i in here.tolist()] * n
        out.of = np.repeat(np.arange(n), here.size)
        out.y, out.sd, out.quantities = (
            np.tile(x[here], n) for x in (self.y, self.sd, self.quantities)
        )
        return out

    def run(self, X: np.ndarray) -> np.ndarray:
        """The model's values (m, n) for rows X (m, P) of parameters; NaN where a run fails.

        `failure` then says why.
        """
        X = np.atleast_2d(X)
        parts: list[list[np.ndarray]] = [[np.empty(0)] * len(self.plants) for _ in X]
        groups: dict[Any, list[tuple[int, int, Any]]] = {}
        for k, plant in enumerate(self.plants):
            for j, x in enumerate(X):
                parts[j][k] = np.full(len(plant.slots), np.nan)
                try:
                    reactor = plant.reactor(x)
                    if plant.together:
                        kind = (type(reactor), reactor.zones.shape, id(plant.source))
                        groups.setdefault(kind, []).append((j, k, reactor))
                    else:
                        parts[j][k] = read_run(plant.slots, solve(reactor, rtol=self.rtol))
                except IntensifyError as error:
                    self.failure = f"{plant.experiment.name}: {error}"
        for group in groups.values():
            many = solve_many([reactor for *_, reactor in group], rtol=self.rtol)
            figures = many.figures()
            for row, (j, k, reactor) in enumerate(group):
                if many.failed[row]:
                    self.failure = f"{self.plants[k].experiment.name}: {many.reason(row)}"
                else:
                    parts[j][k] = read_end(self.plants[k].slots, reactor, many, figures, row)
        return np.array([np.concatenate(row) for row in parts])


def source_of(what: Case | Any, name: str, folder: Path | None) -> Any:
    """What builds a plant's reactors."""
    if isinstance(what, Case):
        if not name and len(what.reactors) > 1:
            raise InputError(f"the case has several reactors; say which: "
                             f"{', '.join(what.reactors)}")  # fmt: skip
        return Template(what, name, folder)
    return Fields(what)


def keys_of(parameters: Sequence[Parameter], name: str) -> tuple[tuple[int, str], ...]:
    """Numbers and keys of the parameters that a reactor has: "KEY", or "REACTOR:KEY" of one."""
    parts = [p.key.rpartition(":") for p in parameters]
    return tuple((i, key) for i, (of, _, key) in enumerate(parts) if of in ("", name))


def first_run(plant: Plant, start: np.ndarray, rtol: float) -> Result:
    """An experiment at the start of the parameters, with all that a run gives."""
    name = plant.experiment.name
    try:
        plant.source.check({key: "1" for _, key in plant.keys})
        return solve(plant.reactor(start), rtol=rtol)
    except InputError as error:
        raise InputError([(f"{name}: {path}".removesuffix(": "), text)
                          for path, text in error.problems]) from None  # fmt: skip
    except SolveError as error:
        raise SolveError(f"{name} cannot be solved where the search starts: {error}") from None


def slot_of(m: Measurement, result: Result) -> Slot:
    """Where a run has what was measured. InputError: nowhere."""
    if m.at is None and m.quantity in result.kpis:
        return Slot(m.quantity, kpis.label(m.quantity)[0], True)
    found = PROFILE.fullmatch(m.quantity)
    lines = result.dataset.data_vars
    if found is None or found[1] not in lines:
        raise InputError(f"'{m.quantity}' is no figure and no profile of this reactor; it has the "
                         f"figures {', '.join(result.kpis)} and the profiles "
                         f"{', '.join(str(name) for name in lines)}; a key that was set is "
                         f"'set:{m.quantity}' in a table")  # fmt: skip
    line, index = lines[found[1]], -1
    if line.ndim > 1:
        names = [str(v) for v in result.dataset[line.dims[1]].values]
        if found[2] not in names:
            raise InputError(f"'{m.quantity}': write '{found[1]}[NAME]' with one of "
                             f"{', '.join(names)}")  # fmt: skip
        index = names.index(found[2])
    elif found[2]:
        raise InputError(f"'{m.quantity}': {found[1]} has no columns; write '{found[1]}'")
    axis = result.dataset[line.dims[0]]
    at = np.nan if m.at is None else parse(m.at, axis.attrs["units"])
    first, last = float(axis[0]), float(axis[-1])
    if not np.isnan(at) and not first <= at <= last:
        raise InputError(f"{m.quantity} at {at:g} {axis.attrs['units']} lies outside the run, "
                         f"which goes from {first:g} to {last:g}")  # fmt: skip
    return Slot(found[1], line.attrs["units"], False, index, at)


def number_of(value: Quantity, unit: str) -> float:
    """A measured value in SI."""
    return parse(value, unit)


def sd_of(sd: Quantity | None, unit: str) -> float:
    """A standard deviation in SI, NaN where there is none."""
    if sd is None:
        return np.nan
    if isinstance(sd, str) and AFFINE.search(sd):
        raise InputError(f"a standard deviation of '{sd}': give differences of temperature in K")
    value = parse(sd, unit)
    if not value > 0.0:
        raise InputError(f"a standard deviation of '{sd}'; it must be above 0")
    return value


def mean_temperature(result: Result) -> float:
    """Mean temperature of a run; 298.15 K where it has none."""
    if "T" in result.dataset:
        return float(result.dataset["T"].mean())
    return float(result.kpis.get("T_max", result.kpis.get("T_out", 298.15)))


def read_run(slots: Sequence[Slot], result: Result) -> np.ndarray:
    """What slots say of a run (len,)."""
    out = np.full(len(slots), np.nan)
    at = np.array([s.at for s in slots])
    is_line = np.array([not s.figure for s in slots])
    for i in np.flatnonzero(~is_line).tolist():
        out[i] = result.kpis.get(slots[i].name, np.nan)
    if not is_line.any():
        return out
    if not result.legs:
        lines = result.dataset
        places = lines[next(iter(lines.dims))].values
        for i in np.flatnonzero(is_line).tolist():
            values = lines[slots[i].name].values
            place = places[-1] if np.isnan(at[i]) else at[i]
            out[i] = np.interp(place, places, column(values, slots[i].column))
        return out
    at = np.where(np.isnan(at), result.legs[-1].end, at)
    done = ~is_line
    for leg in result.legs:
        here = np.flatnonzero(~done & (at >= leg.start) & (at <= leg.end))
        if here.size == 0:
            continue
        still = leg.trajectory is None
        Y = np.tile(leg.y_start, (here.size, 1)) if still else leg.trajectory(at[here])
        rows = observed(result.reactor, leg, at[here], Y)
        for row, i in enumerate(here.tolist()):
            out[i] = column(rows[slots[i].name], slots[i].column)[row]
        done[here] = True
    return out


def read_end(
    slots: Sequence[Slot], reactor: Any, many: Many, figures: dict[str, np.ndarray], row: int
) -> np.ndarray:
    """What slots say of the outlet that a kernel has found (len,)."""
    lines: dict[str, np.ndarray] = {}
    if not all(s.figure for s in slots):
        y0, y1, K = many.y_start[row], many.y_end[row], len(reactor.zones)
        end = float(reactor.zones[:, LENGTH].sum())
        model = reactor.stage(K - 1, 0.0, y1).model
        lines = observed(reactor, Leg("", model, 0.0, end, y0, y1, None), np.array([end]), y1[None])
    return np.array([
        figures[s.name][row] if s.figure else column(lines[s.name], s.column)[0] for s in slots
    ])  # fmt: skip


def column(values: np.ndarray, index: int) -> np.ndarray:
    """A profile, or a column of it."""
    return values if index < 0 else values[:, index]
