"""`sweep`: one plant of a case over any keys of its block, all combinations or given samples.

A key is named as it stands in the case file below the plant, "flow", "section.diameter",
"zones[0].utility". Each sample is the case with other values, checked as any case is, and solved. A
sample that fails is a row with its sentence and NaN figures; order and threads change no bit.
"""

from __future__ import annotations

import copy
import itertools
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from intensify import kpis, store
from intensify.cases import Case
from intensify.cases.build import build_case, changed
from intensify.cases.document import parse_document
from intensify.errors import InputError, IntensifyError
from intensify.provenance import provenance
from intensify.result import stored
from intensify.solve import solve

if TYPE_CHECKING:
    import xarray as xr

KIND = "intensify sweep 1"
MOST_SAMPLES = 1_000_000
NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*")


class Over(NamedTuple):
    """Values of one key: as the case file would have them, their numbers, and their unit."""

    key: str
    texts: list[str]
    numbers: np.ndarray
    unit: str


def values_of(key: str, values: Any) -> Over:
    """Values from a list of numbers or texts, or from text: "a:b:n", "a:b:n:log", "a, b, c".

    InputError: no value, a range without a whole number of places, values of several units.

    >>> values_of("d", "0.2 mm:0.8 mm:3:log").texts
    ['0.2 mm', '0.4 mm', '0.8 mm']
    >>> values_of("T", [300.0, 320.0]).numbers.tolist()
    [300.0, 320.0]
    """
    if isinstance(values, str):
        values = spaced(key, values) if ":" in values else values.split(",")
    texts = [f"{v:.15g}" if isinstance(v, int | float | np.number) else str(v).strip()
             for v in values]  # fmt: skip
    parts = [NUMBER.fullmatch(text) for text in texts]
    if not texts or not all(parts):
        return Over(key, texts, np.arange(len(texts), dtype=float), "1") if texts else nothing(key)
    units = {part[2] or "1" for part in parts if part}
    if len(units) > 1:
        raise InputError([(key, f"has values in several units: {', '.join(sorted(units))}")])
    return Over(key, texts, np.array([float(part[1]) for part in parts if part]), units.pop())


def nothing(key: str) -> Over:
    """InputError: a key without values."""
    raise InputError([(key, "has no values to sweep over")])


def spaced(key: str, text: str) -> list[str]:
    """The values of "a:b:n" or "a:b:n:log", ends included."""
    words = [word.strip() for word in text.split(":")]
    ends = [NUMBER.fullmatch(word) for word in words[:2]]
    log = len(words) == 4 and words[3] == "log"
    whole = len(words) in (3, 4) and words[2].isdigit() and int(words[2]) >= 2
    if not whole or not all(ends) or (len(words) == 4 and not log):
        raise InputError([(key, f"'{text}' is no range; write 'from:to:number' or "
                           "'from:to:number:log', as in '0.2 mm:5 mm:40:log'")])  # fmt: skip
    (a, unit), (b, other) = ((float(end[1]), end[2] or "") for end in ends if end)
    if unit != other or (log and not min(a, b) > 0.0):
        raise InputError([(key, f"'{text}' needs one unit, and ends above 0 for log")])
    grid = (np.geomspace if log else np.linspace)(a, b, int(words[2]))
    return [f"{x:.12g} {unit}".strip() for x in grid]


class Sweep:
    """A sweep: `dataset` has the keys as coordinates, the figures, and why samples failed.

    Of all combinations each key is a dimension; of given samples `sample` is the only one.
    """

    def __init__(self, dataset: xr.Dataset, provenance: dict[str, str]) -> None:
        self.dataset = dataset
        self.provenance = provenance

    @property
    def failures(self) -> list[str]:
        """Sentences of the samples that failed, in order."""
        return [text for text in self.dataset["failure"].values.ravel().tolist() if text]

    def save(self, path: str | Path) -> Path:
        """Write one HDF5 file; atomic, checksummed."""
        return store.save(path, {"/": self.dataset}, {"kind": KIND, **self.provenance})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The Sweep that `save` wrote; FileFormatError for any other file."""
        return stored(path, KIND, cls.of_groups)

    @classmethod
    def of_groups(cls, groups: dict[str, xr.Dataset], attrs: dict[str, Any]) -> Self:
        """The inverse of `save`."""
        kept = {k: v for k, v in attrs.items() if k != "kind" and isinstance(v, str)}
        return cls(groups["/"], kept)

    def __str__(self) -> str:
        sizes = " x ".join(str(n) for n in self.dataset["failure"].shape)
        rows = [f"{sizes} samples, {len(self.failures)} failed"]
        for name in self.dataset.data_vars:
            if name == "failure":
                continue
            values, unit = self.dataset[name].values, self.dataset[name].attrs["units"]
            if np.isfinite(values).any():
                low, high = np.nanmin(values), np.nanmax(values)
                rows.append(f"{name:14} {low:12.6g} to {high:<12.6g} {unit}")
        rows += [f"failed: {text}" for text in dict.fromkeys(self.failures)]
        return "\n".join(rows[:40])


def sweep(
    case: Case,
    over: Mapping[str, Any],
    *,
    reactor: str = "",
    outputs: Sequence[str] = (),
    samples: bool = False,
    folder: Path | None = None,
    rtol: float | None = None,
    workers: int | None = None,
) -> Sweep:
    """A plant of a case over keys of its block.

    over: key -> values: numbers in SI, texts with units, or a range as text (see `values_of`).
    samples: the keys' values belong together one by one; else all combinations are run. outputs:
    figures that are kept, all unless named. folder: where the case's own mechanism files lie.
    InputError: an unknown plant, nothing to sweep over, samples of unequal number, a first sample
    whose keys the case does not know.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> found = sweep(case, {"T": [298.15, 300.0], "zones[0].utility": "20 degC, 30 degC"},
    ...     reactor="miniaturised", outputs=["T_max"])
    >>> found.dataset["T_max"].shape, round(float(found.dataset["T_max"][0, 1]), 1)
    ((2, 2), 341.7)
    """
    name = reactor or next(iter(case.reactors))
    if name not in case.reactors:
        raise InputError(f"case '{case.name}' has no reactor '{name}'; it has "
                         f"{', '.join(case.reactors)}")  # fmt: skip
    columns = [values_of(key, values) for key, values in over.items()]
    if not columns:
        raise InputError("there is nothing to sweep over; name a key and its values")
    lengths = [len(column.texts) for column in columns]
    if samples and len(set(lengths)) > 1:
        raise InputError(f"samples need as many values of each key; there are {lengths}")
    shape = (lengths[0],) if samples else tuple(lengths)
    total = int(np.prod(shape))
    if total > MOST_SAMPLES:
        raise InputError(f"{total} samples; {MOST_SAMPLES} are the most")
    chosen = zip if samples else itertools.product
    rows = list(chosen(*(column.texts for column in columns)))
    keys = [column.key for column in columns]

    def run(row: tuple[str, ...]) -> tuple[dict[str, float], str]:
        changes = dict(zip(keys, row, strict=True))
        try:
            plants = build_case(case.name, case.text, folder, changes={name: changes}).reactors
            return solve(plants[name], rtol=rtol).kpis, ""
        except IntensifyError as error:
            return {}, str(error).replace("\n", "; ")

    # keys that the case does not have are an error of the sweep, not of each sample
    check_keys(case, name, keys)
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        found = list(pool.map(run, rows))
    return Sweep(dataset_of(columns, found, shape, samples, outputs),
                 {**provenance(), "case": case.text, "reactor": name})  # fmt: skip


def check_keys(case: Case, name: str, keys: Sequence[str]) -> None:
    """InputError: a key whose way the plant's block does not have."""
    tree = parse_document(case.text).tree["reactors"][name]
    for key in keys:
        changed(copy.deepcopy(tree), key, "0")


def dataset_of(
    columns: list[Over],
    found: list[tuple[dict[str, float], str]],
    shape: tuple[int, ...],
    samples: bool,
    outputs: Sequence[str],
) -> xr.Dataset:
    """Coordinates, figures and failures as a Dataset."""
    import xarray as xr

    names = list(outputs) or list(dict.fromkeys(key for row, _ in found for key in row))
    missing = [n for n in outputs if found and not any(n in row for row, _ in found)]
    if missing and any(row for row, _ in found):
        known = next(row for row, _ in found if row)
        raise InputError([(n, f"is no figure of this reactor; it has {', '.join(known)}")
                          for n in missing])  # fmt: skip
    dims = ("sample",) if samples else tuple(column.key for column in columns)
    coords: dict[str, Any] = {
        column.key: (("sample",) if samples else (column.key,), column.numbers,
                     {"units": column.unit, "long_name": f"{column.key} of the case"})
        for column in columns
    }  # fmt: skip
    if samples:
        place = {"units": "1", "long_name": "number of the sample"}
        coords["sample"] = ("sample", np.arange(shape[0]), place)
    variables: dict[str, Any] = {}
    for name in names:
        unit, long_name = kpis.label(name)
        values = np.array([row.get(name, np.nan) for row, _ in found]).reshape(shape)
        variables[name] = (dims, values, {"units": unit, "long_name": long_name})
    texts = np.array([text for _, text in found], dtype=object).reshape(shape).astype(str)
    variables["failure"] = (dims, texts, {"units": "1", "long_name": "why the sample failed"})
    return xr.Dataset(variables, coords)
