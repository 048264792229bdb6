"""What keeps a column in time where it is, and what happens to it: controllers and disturbances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.reactors.columns import column_dynamics as dyn
from intensify.reactors.columns.reactive_distillation import ColumnFeed, fed
from intensify.units import INF, Kelvin, Number, Second

HANDLES = {"duty": dyn.DUTY, "reflux": dyn.REFLUX}
"""What a temperature controller may set."""


class LevelControl(NamedTuple):
    """PI control of the drum or the sump; t_l = 0: the level stays. most: largest flow [mol/s].

    t_l: hold-up above its set point over the flow that this adds.
    """

    t_l: Second = 0.0
    t_i: Second = INF
    most: Number = INF


class TemperatureControl(NamedTuple):
    """PI control of a stage's temperature by "duty" [W] or "reflux" [mol/s], with limits.

    gain: per K below the set point; below 0 for a reflux. T: nan for that of the steady state.
    """

    stage: int
    gain: Number
    T: Kelvin = np.nan
    t_i: Second = INF
    by: str = "duty"
    low: Number = 0.0
    high: Number = INF


class Charge(NamedTuple):
    """What a cold column is filled with: amounts by name, none for all feeds' mean, at T.

    Drum and sump hold their hold-ups, trays are full to the weir.
    """

    T: Kelvin = 298.15
    amounts: Mapping[str, float] | None = None


class Disturbance(NamedTuple):
    """From time `at` on, over `ramp`: what is given changes, the rest stays as it was.

    reflux, boilup (equal overflow only) [mol/s], feed: a factor on the feeds of the steady state,
    or on `feeds`, which take their place. duty: of the reboiler [W]. reflux_ratio: changes at once,
    and gives the reflux to the drum's level, as reflux takes it back. draw: 0 shuts distillate and
    bottoms. T_set: set points by stage.
    """

    at: Second
    reflux: Number = np.nan
    boilup: Number = np.nan
    feed: Number = np.nan
    ramp: Second = 0.0
    duty: Number = np.nan
    reflux_ratio: Number = np.nan
    draw: Number = np.nan
    feeds: tuple[ColumnFeed, ...] = ()
    T_set: Mapping[int, float] = {}


def feeds_of(column, feeds: Sequence[ColumnFeed], problems: list[tuple[str, str]]) -> np.ndarray:
    """Flows, enthalpies and vapour (N, C + 2) of feeds."""
    full = column.full_energy > 0.0
    parts = fed(column.mixture, column.stages, column.pressure, feeds, full, problems)
    return np.column_stack(parts)


def wrong_loops(column, loops: Sequence[TemperatureControl], ratio: bool) -> list[tuple[str, str]]:
    """What is wrong with temperature controllers."""
    out = []
    for k, one in enumerate(loops):
        if one.by not in HANDLES:
            out.append((f"loops[{k}].by", f"is '{one.by}', not duty or reflux"))
        if not 0 <= one.stage < column.stages:
            last = column.stages - 1
            out.append((f"loops[{k}]", f"stage {one.stage} does not exist; there are 0 to {last}"))
        if one.gain == 0.0 or not one.low < one.high or not one.t_i > 0.0:
            out.append((f"loops[{k}]", "needs a gain, t_i above 0 s, and low below high"))
        if one.by == "reflux" and ratio:
            out.append((f"loops[{k}]", "sets the reflux, as the reflux ratio does; give one up"))
    if len({one.by for one in loops}) < len(loops):
        out.append(("loops", "two of them have one handle"))
    return out


def wrong_times(column, changes, loops, until) -> list[tuple[str, str]]:
    """What is wrong with disturbances."""
    out: list[tuple[str, str]] = []
    times = [one.at for one in changes]
    inside = not times or 0.0 <= times[0] <= times[-1] < until
    if sorted(times) != times or not inside or until <= 0.0:
        return [("changes", f"must rise from 0 to below until = {until:g} s")]
    for k, one in enumerate(changes):
        where, end = f"changes[{k}]", [*times[k + 1 :], until][0]
        if one.at + one.ramp > end or one.ramp < 0.0:
            out.append((where, f"its ramp of {one.ramp:g} s is not over at {end:g} s, the next"))
        if one.boilup >= 0.0 and column.full_energy:
            out.append((where, "gives a boilup, but heat balances are full; give a duty"))
        if one.reflux_ratio >= 0.0 and one.reflux >= 0.0:
            out.append((where, "gives a reflux and a reflux ratio; they exclude each other"))
        if one.draw not in (0.0, 1.0) and not np.isnan(one.draw):
            out.append((where, f"draw is {one.draw:g}, but must be 0 or 1"))
        unknown = set(one.T_set) - {loop.stage for loop in loops}
        if unknown:
            out.append((where, f"no loop holds the temperature of stage {min(unknown)}"))
        if one.feeds:
            feeds_of(column, one.feeds, out)
    return out
