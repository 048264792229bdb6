"""`sweep`: a plant of a case, or a reactor, over any of its keys; kept in memory or in shards.

Each sample is the case with other values, checked as any case is, and solved. A sample that fails
is a row with its status and sentence; order, workers and interruptions change no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from intensify import store
from intensify.campaigns.execute import run_samples
from intensify.campaigns.plan import Plan, Status, plan_of
from intensify.campaigns.shards import FLUSH, Shards, plan_in
from intensify.campaigns.table import Table, swept
from intensify.errors import InputError, SolveError
from intensify.provenance import provenance
from intensify.result import stored

if TYPE_CHECKING:
    import xarray as xr

KIND = "intensify sweep 1"


class Sweep:
    """A sweep: `dataset` has the keys as coordinates, the figures, and why samples failed.

    Of all combinations each key is a dimension; of other samples `sample` is the only one.
    """

    def __init__(self, dataset: xr.Dataset, provenance: dict[str, str]) -> None:
        self.dataset = dataset
        self.provenance = provenance

    @property
    def failures(self) -> list[str]:
        """Sentences of the samples that failed, in order; what was left out did not fail."""
        texts = self.dataset["failure"].values.ravel().tolist()
        states = self.dataset["status"].values.ravel().tolist()
        return [text for text, status in zip(texts, states, strict=True)
                if text and status != Status.LEFT_OUT]  # fmt: skip

    @property
    def keys(self) -> list[str]:
        """The keys that were swept."""
        about = self.dataset.coords.items()
        return [str(k) for k, v in about if v.attrs["long_name"] == f"{k} of the case"]

    @property
    def figures(self) -> list[str]:
        """The figures that were kept."""
        return [str(name) for name, v in self.dataset.data_vars.items()
                if name not in ("status", "failure") and "place" not in v.dims]  # fmt: skip

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

    def column(self, name: str) -> np.ndarray:
        """Values (samples,) of a key, a figure, "status" or "failure", in the samples' order."""
        whole, one = self.dataset["status"], self.dataset[name]
        sizes = [n if d in one.dims else 1 for d, n in whole.sizes.items()]
        return np.broadcast_to(one.values.reshape(sizes), whole.shape).ravel()

    def csv(self) -> str:
        """A row a sample: keys, figures, status and sentence."""
        import csv
        import io

        names = [*self.keys, *self.figures, "status", "failure"]
        columns = [self.column(name).tolist() for name in names]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([f"{n} [{self.dataset[n].attrs['units']}]" for n in names[:-2]]
                        + names[-2:])  # fmt: skip
        writer.writerows(zip(*columns, strict=True))
        return out.getvalue()

    def __str__(self) -> str:
        sizes = " x ".join(str(n) for n in self.dataset["failure"].shape)
        rows = [f"{sizes} samples, {len(self.failures)} failed"]
        if left_out := int((self.dataset["status"] == Status.LEFT_OUT).sum()):
            rows[0] += f", {left_out} left out"
        for name in self.figures:
            values, unit = self.dataset[name].values, self.dataset[name].attrs["units"]
            if np.isfinite(values).any():
                low, high = np.nanmin(values), np.nanmax(values)
                rows.append(f"{name:14} {low:12.6g} to {high:<12.6g} {unit}")
        rows += [f"failed: {text}" for text in dict.fromkeys(self.failures)]
        return "\n".join(rows[:40])


def sweep(
    what: Any,
    over: Mapping[str, Any],
    *,
    reactor: str = "",
    sample: str = "grid",
    seed: int = 0,
    outputs: Sequence[str] = (),
    profiles: Sequence[str] = (),
    store: str | Path | None = None,
    folder: Path | None = None,
    rtol: float | None = None,
    derive: Mapping[str, str] | None = None,
    where: Sequence[str] = (),
    executor: Any = "threads",
    workers: int | None = None,
    time_limit: float | None = None,
    on_error: str = "keep",
    flush: float = FLUSH,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """A plant of a case over keys of its block, or a reactor over its fields.

    what: a Case, with `reactor` the name of its plant; or a reactor. over: key -> values. Of a case
    keys are named as they stand below the plant, "flow", "section.diameter", "zones[0].utility",
    and "kinetics.k0[j]", "kinetics.E[j]" of reaction j; values are texts with units or numbers in
    SI. Of a reactor keys are its fields, "T_in", "zones[1,2]", in SI.
    sample: "grid", all combinations of lists or ranges "a:b:n[:log]"; "table", values that belong
    together one by one; "sobol:N", "lhs:N", N samples of ranges "a:b[:log]" with `seed`.
    outputs, profiles: what is kept; all figures and no profile unless named. Where only T_max,
    z_T_max, T_out and conversions X_ of channels or beds are named, one kernel solves them all.
    derive: keys that follow from swept ones, {"zones[0].utility": "{T} + 10"}; where: conditions,
    "{T} < {zones[0].utility}", of which samples that break one are left out, as rows that say so;
    {key} stands for the key's value in SI.
    store: a folder NAME.sweep that keeps every finished sample, and goes on where it stopped; kill
    -9 costs the work of the last `flush` seconds, any other end nothing.
    executor: "threads", "processes" (time_limit [s] of a sample), a Dask client, or an object whose
    `submit` gives futures.
    on_error: "keep" failures as rows, or "raise" the first. progress: called with samples done and
    all.

    InputError: what the plan or a key is wrong in. SolveError: on_error. BusyError, ChangedError,
    WriteError: the store's.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> found = sweep(case, {"T": [298.15, 300.0], "zones[0].utility": "20 degC, 30 degC"},
    ...     reactor="miniaturised", outputs=["T_max"])
    >>> found.dataset["T_max"].shape, round(float(found.dataset["T_max"][0, 1]), 1)
    ((2, 2), 341.7)
    """
    plan = plan_of(what, over, reactor=reactor, folder=folder, sample=sample, seed=seed,
                   outputs=outputs, profiles=profiles, rtol=rtol, derive=derive,
                   where=where)  # fmt: skip
    plan.check()
    options = {"executor": executor, "workers": workers, "time_limit": time_limit}
    return run(plan, store, flush, options, on_error, progress)


def resume(
    store: str | Path,
    *,
    executor: Any = "threads",
    workers: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Go on with the sweep of a case in a folder, which says itself what it is; see `sweep`."""
    plan, _ = plan_in(Path(store))
    if not plan.text:
        raise InputError(f"'{store}' sweeps a {plan.name} that was built in Python; run its script "
                         "again to go on")  # fmt: skip
    options = {"executor": executor, "workers": workers, "time_limit": time_limit}
    return run(plan, store, FLUSH, options, "keep", progress)


def merged(store: str | Path) -> Sweep:
    """What a folder holds, whole or not: samples that were not run yet are `missing`.

    Needs no lock, and may look on while another process writes.
    """
    plan, digest = plan_in(Path(store))
    table = Table(0, plan.size)
    for part in Shards(Path(store), plan, digest).done(mend=False):
        table.add(part)
    return finished(plan, table)


def run(
    plan: Plan,
    store: str | Path | None,
    flush: float,
    options: dict[str, Any],
    on_error: str,
    progress: Callable[[int, int], None] | None,
) -> Sweep:
    """The samples that are not there yet, and then the whole."""
    table = Table(0, plan.size)

    def report(rows: list[Any]) -> None:
        bad = [row for row in rows if row.status not in (Status.OK, Status.LEFT_OUT)]
        if bad and on_error == "raise":
            ((number, values),) = plan.samples([bad[0].number])
            raise SolveError(f"sample {number} {values}: {bad[0].message}")
        if progress:
            done = plan.size - int((table.status == Status.MISSING).sum())
            progress(done, plan.size)

    if store is None:
        for rows in run_samples(plan, range(plan.size), **options):
            table.put(rows)
            report(rows)
        return finished(plan, table)
    with Shards(Path(store), plan, plan.digest(), flush=flush) as shards:
        todo = shards.todo()
        for part in shards.done():
            table.add(part)
        for rows in run_samples(plan, todo, **options):
            shards.put(rows)
            table.put(rows)
            report(rows)
    return finished(plan, table)


def finished(plan: Plan, table: Table) -> Sweep:
    """The sweep of a table."""
    about = {"case": plan.text, "reactor": plan.plant or plan.name, "sample": plan.design}
    return Sweep(swept(plan, table), {**provenance(), **about})
