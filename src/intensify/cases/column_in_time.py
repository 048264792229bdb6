"""Columns in time of a case: a column that stands above them, and what happens to it when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from intensify.cases.column import ColumnFeedBlock, MolePerSecond, column_feed
from intensify.cases.schema import Block, Flag, Mole, Power, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.chemistry.stoichiometry import unknown
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_control import (
    Charge,
    Disturbance,
    LevelControl,
    TemperatureControl,
)
from intensify.reactors.columns.transient_column import TransientColumn
from intensify.units import INF, Number, Second, Unit

Some = Annotated[Mole, above_zero]
Factor = Annotated[float, Unit("1", 0.0)]


class HoldupsBlock(Block):
    """Molar hold-ups at rest: of a tray, the condenser's drum, the sump."""

    tray: Some
    drum: Some
    sump: Some


class LevelBlock(Block):
    """A level's controller; see `LevelControl`."""

    t_l: Second = 0.0
    t_i: Annotated[Second, above_zero] = INF
    most: MolePerSecond = INF


class LoopBlock(Block):
    """A temperature's controller; gain in W/K or mol/s/K, limits in W or mol/s."""

    stage: int
    T: Temperature | None = None
    gain: Number
    t_i: Annotated[Second, above_zero] = INF
    by: Literal["duty", "reflux"] = "duty"
    low: Number = 0.0
    high: Number = INF


class ChargeBlock(Block):
    """What a cold column is filled with; without amounts the mean of its feeds."""

    T: Temperature = 298.15
    amounts: dict[str, Mole] | None = None


class DisturbanceBlock(Block):
    """From `at` on; see `Disturbance`."""

    at: Annotated[float, Unit("s")]  # below 0 has a sentence of its own
    ramp: Second = 0.0
    reflux: MolePerSecond | None = None
    reflux_ratio: Factor | None = None
    boilup: MolePerSecond | None = None
    duty: Power | None = None
    feed: Factor | None = None
    feeds: Annotated[list[ColumnFeedBlock], Field(default_factory=list, max_length=100)]
    draw: Flag | None = None
    T_set: Annotated[dict[int, Temperature], Field(default_factory=dict)]


class ColumnInTimeBlock(Block):
    """A column of the case in time."""

    kind: Literal["column-in-time"]
    of: str
    until: Annotated[Second, above_zero]
    holdups: HoldupsBlock
    weir: Second = 0.0
    drum: LevelBlock = LevelBlock()
    sump: LevelBlock = LevelBlock()
    loops: Annotated[list[LoopBlock], Field(default_factory=list, max_length=2)]
    start: ChargeBlock | None = None
    changes: Annotated[list[DisturbanceBlock], Field(default_factory=list, max_length=1000)]
    flood: Number = 2.0


def build_column_in_time(block: ColumnInTimeBlock, scope: Scope) -> Any:
    """The column in time of a block; its column stands above it in the case."""
    columns = {name: one for name, one in scope.built.items() if isinstance(one, Column)}
    if block.of not in columns:
        if block.of not in scope.built:  # else that column is in error itself
            scope.add(unknown("column above this one", block.of, list(columns)), "of")
        return None
    column, held, start = columns[block.of], block.holdups, block.start
    return TransientColumn(
        column, holdups=[held.drum, *[held.tray] * (column.stages - 2), held.sump],
        until=block.until, weir=block.weir, flood=block.flood,
        drum=LevelControl(**dict(block.drum)), sump=LevelControl(**dict(block.sump)),
        loops=[TemperatureControl(one.stage, one.gain, number(one.T), one.t_i, one.by, one.low,
                                  one.high) for one in block.loops],
        start=None if start is None else Charge(start.T, start.amounts),
        changes=[
            Disturbance(
                one.at, number(one.reflux), number(one.boilup), number(one.feed), one.ramp,
                number(one.duty), number(one.reflux_ratio), number(one.draw),
                tuple(column_feed(feed) for feed in one.feeds), one.T_set,
            )
            for one in block.changes
        ],
    )  # fmt: skip


def number(value: float | None) -> float:
    """Nan for what is not given."""
    return np.nan if value is None else float(value)
