"""What a sweep consists of: samples that are pure functions of the plan and their number."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import pickle
from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from intensify.campaigns.fields import Fields
from intensify.campaigns.rules import Rules, rules_of
from intensify.campaigns.values import DESIGNS, Over, drawn, values_of
from intensify.cases import Case
from intensify.cases.build import build_case
from intensify.cases.template import Template
from intensify.errors import InputError, IntensifyError
from intensify.many import can_go_together, solve_many
from intensify.provenance import provenance
from intensify.solve import solve, solver_of

MOST_SAMPLES = 1_000_000
PLACES = 101
"""Places of a kept profile, from its begin to its end."""


class Status(IntEnum):
    """What became of a sample."""

    OK = 0
    NOT_SOLVED = 1
    NON_FINITE = 2
    TIME_OUT = 3
    WORKER_DIED = 4
    INVALID = 5
    MISSING = 6
    LEFT_OUT = 7


Sample = tuple[int, dict[str, str]]
"""The number of a sample, and the values of its keys."""


class Row(NamedTuple):
    """A sample: its number, what became of it, why not, its figures and profiles (PLACES,)."""

    number: int
    status: Status
    message: str = ""
    figures: dict[str, float] = {}  # noqa: RUF012 (never written to)
    profiles: dict[str, np.ndarray] = {}  # noqa: RUF012
    units: dict[str, tuple[str, str]] = {}  # noqa: RUF012


class Plan(NamedTuple):
    """A sweep: a plant of a case, or a reactor, and the values of its keys.

    name, text, folder, plant: the case and its reactor; or base, the reactor itself. shape: samples
    along each key where all combinations are run (`grid`), else (n,). outputs, profiles: what is
    kept, all figures unless named. rtol: as of `solve`. design: "kind:seed" of drawn samples.
    rules: which keys follow from others, and which samples are left out.
    """

    name: str
    text: str
    folder: str
    plant: str
    base: Any
    rules: Rules
    columns: tuple[Over, ...]
    shape: tuple[int, ...]
    grid: bool
    outputs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    rtol: float | None = None
    design: str = ""

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(np.prod(self.shape))

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of what the sweep gives."""
        return tuple(column.key for column in self.columns) if self.grid else ("sample",)

    def samples(self, numbers: Sequence[int]) -> list[Sample]:
        """Numbers with the values of their keys."""
        at = np.unravel_index(np.asarray(numbers), self.shape)
        places = at if self.grid else at * len(self.columns)
        texts = [c.texts(k.tolist()) for c, k in zip(self.columns, places, strict=True)]
        keys = [c.key for c in self.columns]
        return [(n, dict(zip(keys, row, strict=True)))
                for n, row in zip(numbers, zip(*texts, strict=True), strict=True)]  # fmt: skip

    def digest(self) -> str:
        """Names the plan and the code: what must not differ where a sweep is resumed."""
        own = b"" if self.base is None else pickle.dumps(self.base, protocol=4)
        parts = [self.text, self.plant, self.shape, self.grid, self.outputs, self.profiles,
                 self.rtol, self.design, [(c.key, c.unit, c.words) for c in self.columns],
                 self.rules.derive, self.rules.where, self.mechanism(),
                 provenance()["sources"]]  # fmt: skip
        digest = hashlib.blake2b(json.dumps(parts).encode() + own, digest_size=16)
        for column in self.columns:
            digest.update(column.numbers.tobytes())
        return digest.hexdigest()

    def mechanism(self) -> str:
        """Rates and species as the case's files give them, as text."""
        if self.base is not None:
            return ""
        net = template(self).net
        return "" if net is None else hashlib.blake2b(pickle.dumps(net, 4)).hexdigest()

    def check(self) -> None:
        """InputError: a key that the plant lacks, or a figure or profile that its run lacks."""
        ((_, values),) = self.samples([0])
        values, _ = self.rules.apply(values)
        template(self).check(values)
        if not self.outputs and not self.profiles:
            return
        try:
            result = solve(template(self).reactor(values), rtol=self.rtol)
        except IntensifyError:
            return  # the sample's own row will tell
        problems = unknown_names(self.outputs, result.kpis, "figure")
        problems += unknown_names(self.profiles, lines_of(result), "profile")
        if problems:
            raise InputError(problems)

    def light(self) -> Plan:
        """The plan without its columns, to send to workers with their samples."""
        return self._replace(columns=())

    def run(self, samples: Sequence[Sample]) -> list[Row]:
        """Samples one after the other, or in one kernel where their figures come out of it."""
        rows: dict[int, Row] = {}
        groups: dict[Any, dict[int, Any]] = {}
        simple = bool(self.outputs) and not self.profiles and all(map(in_kernel, self.outputs))
        for index, values in samples:
            try:
                values, reason = self.rules.apply(values)
                if reason:
                    rows[index] = Row(index, Status.LEFT_OUT, reason)
                    continue
                reactor = template(self).reactor(values)
            except IntensifyError as error:
                rows[index] = Row(index, Status.INVALID, sentence(error))
                continue
            if simple and can_go_together(reactor):
                groups.setdefault(reactor.zones.shape, {})[index] = reactor
            else:
                rows[index] = run_alone(self, index, reactor)
        for group in groups.values():
            rows |= run_together(self, group)
        return [rows[index] for index, _ in samples]


@functools.lru_cache(8)
def template_of(name: str, text: str, folder: str, plant: str) -> Template:
    """The plant that is built for each sample, read once a process."""
    place = Path(folder) if folder else None
    return Template(build_case(name, text, place), plant, place)


def template(plan: Plan) -> Any:
    """What makes reactors of a sample's values."""
    if plan.base is not None:
        return Fields(plan.base)
    return template_of(plan.name, plan.text, plan.folder, plan.plant)


def sentence(error: Exception) -> str:
    """An error as one line; of one that was not meant to be, its kind as well."""
    text = str(error).replace("\n", "; ") or "no reason given"
    return text if isinstance(error, IntensifyError) else f"{type(error).__name__}: {text}"


def in_kernel(name: str) -> bool:
    """Whether `solve_many` gives the figure."""
    return name in ("T_max", "z_T_max", "T_out") or name.startswith("X_")


def unknown_names(names: Sequence[str], known: Any, what: str) -> list[tuple[str, str]]:
    """A problem for each name that is not known."""
    hint = f"is no {what} of this reactor; it has {', '.join(known)}"
    return [(name, hint) for name in names if name not in known]


def lines_of(result: Any) -> dict[str, Any]:
    """Profiles that depend on the reactor's own coordinate only."""
    axis = next(iter(result.dataset.dims))
    return {str(k): v for k, v in result.dataset.data_vars.items() if v.dims == (axis,)}


def row_of(index: int, outputs: Sequence[str], figures: dict[str, float]) -> Row:
    """A solved sample's row; of named figures each must be there and finite."""
    if not outputs:
        return Row(index, Status.OK, "", figures)
    figures = {name: figures.get(name, np.nan) for name in outputs}
    broken = [name for name, x in figures.items() if not math.isfinite(x)]
    if broken:
        return Row(index, Status.NON_FINITE, f"{', '.join(broken)}: no finite number", figures)
    return Row(index, Status.OK, "", figures)


def run_alone(plan: Plan, index: int, reactor: Any) -> Row:
    """A sample by `solve`."""
    try:
        result = solve(reactor, rtol=plan.rtol)
        row = row_of(index, plan.outputs, result.kpis)
        return row._replace(**profiles_of(plan, result)) if plan.profiles else row
    except InputError as error:
        return Row(index, Status.INVALID, sentence(error))
    except Exception as error:  # whatever a sample comes to, the others go on
        return Row(index, Status.NOT_SOLVED, sentence(error))


def profiles_of(plan: Plan, result: Any) -> dict[str, Any]:
    """The kept profiles at PLACES of the coordinate, which is kept with them."""
    axis = str(next(iter(result.dataset.dims)))
    places = result.dataset[axis].values
    at = np.linspace(places[0], places[-1], PLACES)
    lines = {axis: result.dataset[axis], **{n: lines_of(result)[n] for n in plan.profiles}}
    return {
        "profiles": {k: np.interp(at, places, v.values) for k, v in lines.items()},
        "units": {k: (v.attrs["units"], v.attrs["long_name"]) for k, v in lines.items()},
    }


def run_together(plan: Plan, ready: dict[int, Any]) -> dict[int, Row]:
    """Samples by `solve_many`, as `solve` would take each; who does not come to an end goes alone.

    InputError of `solve_many`: the values made reactors of several kinds, and all go alone.
    """
    reactors = list(ready.values())
    best = solver_of(reactors[0])
    rtol = best.rtol if plan.rtol is None else plan.rtol
    try:
        many = solve_many(reactors, method=best.method, rtol=rtol, workers=1)
    except InputError:
        return {index: run_alone(plan, index, reactor) for index, reactor in ready.items()}
    found = many.figures()
    table = {name: found[name].tolist() for name in plan.outputs if name in found}
    rows = {}
    for k, (index, reactor) in enumerate(ready.items()):
        if many.failed[k]:
            rows[index] = run_alone(plan, index, reactor)
        else:
            rows[index] = row_of(index, plan.outputs, {name: x[k] for name, x in table.items()})
    return rows


def plan_of(
    what: Case | Any,
    over: Mapping[str, Any],
    *,
    reactor: str = "",
    folder: Path | None = None,
    sample: str = "grid",
    seed: int = 0,
    outputs: Sequence[str] = (),
    profiles: Sequence[str] = (),
    rtol: float | None = None,
    derive: Mapping[str, str] | None = None,
    where: Sequence[str] = (),
) -> Plan:
    """The plan of a sweep; see `sweep`. InputError: as there."""
    if not over:
        raise InputError("there is nothing to sweep over; name a key and its values")
    kind, _, number = sample.partition(":")
    if kind in DESIGNS:
        n = int(number) if number.isdigit() else 0
        if not 0 < n <= MOST_SAMPLES:
            raise InputError(f"'{sample}': say how many samples, 1 to {MOST_SAMPLES}, as in "
                             f"'{kind}:1024'")  # fmt: skip
        columns = drawn(dict(over), kind, n, seed)
    elif sample in ("grid", "table"):
        columns = [values_of(key, values) for key, values in over.items()]
    else:
        raise InputError(
            f"'{sample}' is no way to sample; take grid, table or "
            f"N of {', '.join(DESIGNS)}, as in sobol:1024"
        )
    rules = rules_of([column.key for column in columns], derive or {}, where)
    lengths = [column.numbers.size for column in columns]
    grid = sample == "grid"
    if not grid and len(set(lengths)) > 1:
        raise InputError(f"a table needs as many values of each key; there are {lengths}")
    shape = tuple(lengths) if grid else (lengths[0],)
    if np.prod([float(n) for n in shape]) > MOST_SAMPLES:
        raise InputError(f"{np.prod([float(n) for n in shape]):g} samples; {MOST_SAMPLES} are the "
                         "most")  # fmt: skip
    design = f"{kind}:{seed}" if kind in DESIGNS else ""
    asked = (tuple(columns), shape, grid, tuple(outputs), tuple(profiles), rtol, design)
    if isinstance(what, Case):
        name = reactor or next(iter(what.reactors))
        return Plan(what.name, what.text, str(folder or ""), name, None, rules, *asked)
    return Plan(type(what).__name__, "", "", "", what, rules, *asked)
