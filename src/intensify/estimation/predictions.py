"""What a plant's model says to each measurement, for many sets of parameters at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from intensify.campaigns.fields import Fields
from intensify.cases import Case
from intensify.cases.template import Template
from intensify.errors import InputError, IntensifyError, SolveError
from intensify.estimation.experiments import Experiment, Quantity
from intensify.estimation.parameters import Parameter
from intensify.estimation.slots import Slot, read_end, read_run, sd_of, slot_of
from intensify.many import can_go_together, solve_many
from intensify.result import Result
from intensify.solve import solve
from intensify.units import parse


class Plant(NamedTuple):
    """An experiment with what builds its reactor, and where its measurements stand in a run.

    keys: numbers and keys of the parameters that the reactor has. y, sd (q,): measured values and
    standard deviations in SI. together: whether one kernel solves it with others. T: mean
    temperature of the first run [K].
    """

    experiment: Experiment
    source: Any
    keys: tuple[tuple[int, str], ...]
    slots: tuple[Slot, ...] = ()
    y: tuple[float, ...] = ()
    sd: tuple[float, ...] = ()
    together: bool = False
    T: float = 298.15

    def reactor(self, x: np.ndarray) -> Any:
        """The reactor with parameters x."""
        values: dict[str, Any] = dict(self.experiment.settings)
        values |= {key: float(x[i]) for i, key in self.keys}
        return self.source.reactor(values)

    def ready(self, start: np.ndarray, rtol: float, problems: list[tuple[str, str]]) -> Self:
        """The plant once its experiment was run, from parameters `start`; notes problems."""
        result = first_run(self, start, rtol)
        slots, y, sd = [], [], []
        for m in self.experiment.measured:
            try:
                slot = slot_of(m, result)
                y.append(parse(m.value, slot.unit))
                sd.append(sd_of(m.sd, slot.unit))
                slots.append(slot)
            except InputError as error:
                where = m.source or f"{self.experiment.name}: {m.quantity}"
                problems += [(where, text) for _, text in error.problems]
        together = bool(slots) and all(s.at_end for s in slots) and can_go_together(result.reactor)
        return self._replace(slots=tuple(slots), y=tuple(y), sd=tuple(sd), together=together,
                             T=mean_temperature(result))  # fmt: skip


class Predictions:
    """All experiments: measured values, their standard deviations, and the model's values.

    y, sd (n,): in SI, sd NaN where it is not known. quantities (n,): names. of (n,): numbers of
    the experiments. origin: the case or reactor, and its folder. failure: why the last run that
    failed did.
    """

    def __init__(
        self, plants: Sequence[Plant], rtol: float, origin: tuple[Any, Path | None]
    ) -> None:
        self.plants, self.rtol, self.origin, self.failure = list(plants), rtol, origin, ""
        self.slots = [slot for plant in plants for slot in plant.slots]
        self.y = np.array([y for plant in plants for y in plant.y])
        self.sd = np.array([sd for plant in plants for sd in plant.sd])
        self.of = np.repeat(np.arange(len(plants)), [len(plant.slots) for plant in plants])
        self.quantities = np.array([m.quantity for p in plants for m in p.experiment.measured])

    @classmethod
    def of_case(
        cls,
        what: Case | Any,
        experiments: Sequence[Experiment],
        parameters: Sequence[Parameter],
        *,
        reactor: str = "",
        folder: Path | None = None,
        rtol: float = 1e-9,
    ) -> Self:
        """Of a case or reactor; every experiment is solved once, at the start of the parameters.

        InputError: a key, quantity, place, value or standard deviation that has no meaning.
        SolveError: an experiment that cannot be solved at the start.
        """
        names = [one.reactor or reactor for one in experiments]
        sources = {name: source_of(what, name, folder) for name in dict.fromkeys(names)}
        start = np.array([p.start for p in parameters])
        problems: list[tuple[str, str]] = []
        plants = [
            Plant(one, sources[name], keys_of(parameters, name)).ready(start, rtol, problems)
            for one, name in zip(experiments, names, strict=True)
        ]
        used = {i for plant in plants for i, _ in plant.keys}
        problems += [(p.key, "belongs to no experiment's reactor")
                     for i, p in enumerate(parameters) if plants and i not in used]  # fmt: skip
        if problems:
            raise InputError(problems)
        if not any(plant.slots for plant in plants):
            raise InputError("there is no experiment with a measurement; give some")
        return cls(plants, rtol, (what, folder))

    @property
    def T_mean(self) -> float:
        """Harmonic mean of the temperatures of the first runs [K]."""
        return float(1.0 / np.mean([1.0 / plant.T for plant in self.plants]))

    def at(self, settings: Sequence[Mapping[str, Quantity]]) -> Predictions:
        """The first experiment with other settings of its keys, once each."""
        first = self.plants[0]
        others = [first.experiment._replace(settings={**first.experiment.settings, **row})
                  for row in settings]  # fmt: skip
        return Predictions(
            [first._replace(experiment=one) for one in others], self.rtol, self.origin
        )

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


def mean_temperature(result: Result) -> float:
    """Mean temperature of a run; 298.15 K where it has none."""
    if "T" in result.dataset:
        return float(result.dataset["T"].mean())
    return float(result.kpis.get("T_max", result.kpis.get("T_out", 298.15)))
