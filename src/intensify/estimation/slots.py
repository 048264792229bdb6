"""Where a run has what was measured, and what it says there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify import kpis
from intensify.campaigns.plan import in_kernel
from intensify.errors import InputError
from intensify.estimation.experiments import Measurement, Quantity
from intensify.many import Many
from intensify.reactors.channels.channel import LENGTH
from intensify.reactors.stage import Leg
from intensify.result import Result, observed
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
