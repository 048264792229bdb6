"""`solve_many`: reactors that differ in numbers only, a zone of all of them in one kernel call.

`solve` keeps the whole of a run: profiles, balances, provenance. Where a campaign asks only for the
hottest place and the outlet, that costs several times the integration; here nothing else is kept.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError
from intensify.numerics import DormandPrince, Rodas5P
from intensify.numerics.march import Status
from intensify.numerics.samples import FINE, Samples, integrate_samples
from intensify.reactors.channels.channel import LENGTH

CHUNK = 256
"""Reactors a kernel call: enough that what Python adds to a call does not count."""
MOST_STEPS = 200_000
LADDER = ((DormandPrince(), 400), (Rodas5P(), MOST_STEPS))
"""Methods and their most steps; who does not come to an end with one begins anew with the next."""

SETTLED = (*FINE, int(Status.NOT_FINITE))
Columns = tuple[np.ndarray, ...]


class Many(NamedTuple):
    """What `solve_many` finds, a row a reactor; NaN where the integration did not end.

    T_max, z_T_max (n,); y_start, y_end (n, N): states at inlet and outlet, F (S) then T; failed
    (n,): status of those that did not end, 0 elsewhere (`numerics.march.Status`); rhs (n,):
    evaluations.
    """

    names: list[str]
    T_max: np.ndarray
    z_T_max: np.ndarray
    y_start: np.ndarray
    y_end: np.ndarray
    failed: np.ndarray
    rhs: np.ndarray

    def conversion(self, key: str) -> np.ndarray:
        """Conversion of a species (n,)."""
        i = self.names.index(key)
        return 1.0 - self.y_end[:, i] / self.y_start[:, i]

    def figures(self) -> dict[str, np.ndarray]:
        """The columns by the names that `solve` gives these figures; X of what is not fed: NaN."""
        fed = np.where(self.y_start > 0.0, self.y_start, np.nan)[:, : len(self.names)]
        X = 1.0 - self.y_end[:, : len(self.names)] / fed
        table = {"T_max": self.T_max, "z_T_max": self.z_T_max, "T_out": self.T_out}
        return table | {f"X_{name}": X[:, k] for k, name in enumerate(self.names)}

    def reason(self, k: int) -> str:
        """Why reactor k failed, in words."""
        return Status(int(self.failed[k])).name.lower().replace("_", " ")

    @property
    def T_out(self) -> np.ndarray:
        """Outlet temperature (n,) [K]."""
        return self.y_end[:, len(self.names)]


def solve_many(
    reactors: Sequence[Any],
    *,
    method: Any = None,
    rtol: float = 1e-6,
    workers: int | None = None,
) -> Many:
    """Hot spots and outlets of channels or beds of one kind and size, in their order.

    They must have the same species, reactions and number of zones, and no zone whose utility flows
    against them. method: by default an explicit one, and a stiff one for the zones of reactors
    where that would take more than 400 steps, or cannot go on. workers: threads, by default one a
    core; results do not depend on it.
    InputError: no reactors, of several kinds, with counter-current zones.

    >>> import intensify as it
    >>> milli = it.cases.load("thiosulfate-peroxide").reactors["miniaturised"]
    >>> found = it.solve_many([milli._replace(T_in=T) for T in (290.0, 298.15)], rtol=1e-8)
    >>> round(float(found.T_max[1]), 1)
    341.7
    """
    reactors = list(reactors)
    if not reactors:
        raise InputError("there are no reactors to solve")
    first = reactors[0]
    if not alike(reactors):
        raise InputError("solve_many takes channels or beds of one kind, with equally many zones")
    if counter_current(reactors):
        raise InputError("a counter-current zone has to be solved by itself; take `solve`")
    chunks = [reactors[i : i + CHUNK] for i in range(0, len(reactors), CHUNK)]
    ladder = LADDER if method is None else ((method, MOST_STEPS),)
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        rows = list(pool.map(lambda chunk: run_chunk(chunk, ladder, rtol), chunks))
    columns = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Many(first.kinetics.names, *columns)


def alike(reactors: list[Any]) -> bool:
    """Whether the reactors are channels or beds of one kind and size."""
    first = reactors[0]
    known = hasattr(first, "zones") and hasattr(first, "c_in") and hasattr(first, "enter")
    return known and all(
        type(r) is type(first) and r.zones.shape == first.zones.shape for r in reactors
    )


def counter_current(reactors: list[Any]) -> bool:
    """Whether a zone's utility flows against the channel."""
    return bool((np.array([r.zones[:, -1] for r in reactors]) < 0.0).any())


def can_go_together(reactor: Any) -> bool:
    """Whether `solve_many` takes the reactor."""
    return alike([reactor]) and not counter_current([reactor])


def run_chunk(reactors: list[Any], ladder: Sequence[tuple[Any, int]], rtol: float) -> Columns:
    """The columns of `Many` for some reactors, zone after zone."""
    first, n = reactors[0], len(reactors)
    y = np.array([r.state() for r in reactors])
    atol = rtol * np.array([r.scales() for r in reactors])
    start, S, place = y.copy(), first.c_in.size, np.zeros(n)
    T_max = np.array([r.T_in for r in reactors], dtype=float)
    z_T_max, failed, rhs = np.zeros(n), np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    for k in range(len(first.zones)):
        like = first.stage(k, 0.0, y[0]).model
        y = np.array([r._replace(zone=k).enter(row) for r, row in zip(reactors, y, strict=True)])
        ends = np.column_stack([place, place + [r.zones[k, LENGTH] for r in reactors]])
        found = climb(reactors, like, ends, y, ladder, rtol, atol, S)
        hotter = found.most[:, 0] > T_max
        T_max = np.where(hotter, found.most[:, 0], T_max)
        z_T_max = np.where(hotter, found.place[:, 0], z_T_max)
        lost = ~np.isin(found.status, FINE) & (failed == 0)
        failed[lost] = found.status[lost]
        y, place, rhs = found.y_end, ends[:, 1], rhs + found.rhs
        y[failed != 0] = start[failed != 0]  # what failed goes on from where it began, unused
    bad = failed != 0
    T_max[bad], z_T_max[bad], y[bad] = np.nan, np.nan, np.nan
    return T_max, z_T_max, start, y, failed, rhs


def climb(
    reactors: list[Any],
    like: Any,
    ends: np.ndarray,
    y: np.ndarray,
    ladder: Sequence[tuple[Any, int]],
    rtol: float,
    atol: np.ndarray,
    watch: int,
) -> Samples:
    """A zone of all reactors, each with the first method that comes to its end."""
    found: Samples | None = None
    left = np.arange(len(reactors))
    for method, steps in ladder:
        some = integrate_samples(
            [reactors[i] for i in left], like, ends[left], y[left],
            method=method, rtol=rtol, atol=atol[left], watch=(watch,), max_steps=steps,
        )  # fmt: skip
        if found is None:
            found = some
        else:
            some.rhs[:] += found.rhs[left]
            for column, rows in zip(found, some, strict=True):
                column[left] = rows
        left = left[~np.isin(some.status, SETTLED)]
        if left.size == 0:
            break
    assert found is not None  # a ladder has a rung
    return found
