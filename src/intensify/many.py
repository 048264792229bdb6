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

from intensify._samples import columns, stacked
from intensify.errors import InputError
from intensify.numerics import ExplicitFirst
from intensify.numerics.march import Status
from intensify.numerics.samples import integrate_samples
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.reactors.channels.channel import LENGTH
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.vessels.feed import conversion

CHUNK = 256
"""Reactors a kernel call: enough that what Python adds to a call does not count."""
NOTHING = np.empty(0)
Columns = tuple[np.ndarray, ...]


class Many(NamedTuple):
    """What `solve_many` finds, a row a reactor; NaN where the integration did not end.

    Figures are those of `solve` at the same method and rtol, to the last bit.

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
        return conversion(self.y_start[:, i], self.y_end[:, i])

    def figures(self) -> dict[str, np.ndarray]:
        """The columns by the names that `solve` gives these figures; X of what is not fed: NaN."""
        X = {f"X_{name}": self.conversion(name) for name in self.names}
        return {"T_max": self.T_max, "z_T_max": self.z_T_max, "T_out": self.T_out, **X}

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
    against them. method: by default `ExplicitFirst()`, zone by zone. workers: threads, by default
    one a core; results do not depend on it.
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
    method = ExplicitFirst() if method is None else method
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        rows = list(pool.map(lambda chunk: run_chunk(chunk, method, rtol), chunks))
    columns = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Many(first.kinetics.names, *columns)


def alike(reactors: list[Any]) -> bool:
    """Whether the reactors are channels or beds of one kind and size."""
    first = reactors[0]
    known = isinstance(first, ChannelReactor | PackedBedReactor)
    return known and all(
        type(r) is type(first) and r.zones.shape == first.zones.shape for r in reactors
    )


def counter_current(reactors: list[Any]) -> bool:
    """Whether a zone's utility flows against the channel."""
    return any(min(r.zones[:, -1].tolist()) < 0.0 for r in reactors)


def can_go_together(reactor: Any) -> bool:
    """Whether `solve_many` takes the reactor, and all that its conversions count is fed to it."""
    dissolves = getattr(reactor, "kLa", NOTHING).size > 0
    return alike([reactor]) and not dissolves and not counter_current([reactor])


def run_chunk(reactors: list[Any], method: Any, rtol: float) -> Columns:
    """The columns of `Many` for some reactors, zone after zone."""
    first, n = reactors[0], len(reactors)
    like = first.stage(0, 0.0, first.state()).model
    stack = stacked(reactors, like)
    every = columns(stack, n) if isinstance(first, ChannelReactor) else None  # see its `state`
    start = every.state().T if every else np.array([r.state() for r in reactors])
    atol = rtol * (every.scales().T if every else np.array([r.scales() for r in reactors]))
    y, S, place = start, len(first.c_in), np.zeros(n)
    T_max, z_T_max = np.full((2, n), -np.inf)
    failed, rhs = np.zeros((2, n), dtype=int)
    for k in range(len(first.zones)):
        stage = first.stage(k, 0.0, start[0])
        if every:
            y = every._replace(zone=k).enter(y.T).T
        else:
            rows = zip(reactors, y, strict=True)
            y = np.array([r._replace(zone=k).enter(row) for r, row in rows])
        ends = np.column_stack([place, place + [float(r.zones[k, LENGTH]) for r in reactors]])
        found = integrate_samples(stack._replace(zone=np.array([k])), stage.model, ends, y,
                                  method=method, rtol=rtol, atol=atol, watch=(S,),
                                  n_events=stage.events)  # fmt: skip
        top, at = found.most[:, 0], found.place[:, 0]
        later = (top > T_max) | ((top == T_max) & (at > z_T_max))
        T_max, z_T_max = np.where(later, top, T_max), np.where(later, at, z_T_max)
        lost = (found.status != Status.DONE) & (failed == 0)
        failed[lost] = found.status[lost]
        y, place, rhs = found.y_end, ends[:, 1], rhs + found.rhs
        y[failed != 0] = start[failed != 0]  # what failed goes on from its inlet, unused
    bad = failed != 0
    T_max[bad], z_T_max[bad], y[bad] = np.nan, np.nan, np.nan
    return T_max, z_T_max, start, y, failed, rhs
