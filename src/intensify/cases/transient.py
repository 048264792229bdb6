"""Channels in time of a case: a miniaturised reactor, and what happens to it when."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from intensify.cases.channel import build_channel
from intensify.cases.schema import (
    Block,
    Concentrations,
    Flag,
    MiniaturisedBlock,
    Temperature,
    above_zero,
)
from intensify.cases.scope import Scope
from intensify.reactors import Change, Filling, Injection, TransientChannel
from intensify.units import (
    INF,
    CubicMetrePerSecond,
    Fraction,
    Metre,
    Second,
    SquareMetrePerSecond,
    Unit,
    VolumetricHeatCapacity,
    VolumetricHeatTransfer,
    WattPerMetreKelvin,
)

Factor = Annotated[float, Unit("1", 0.0)]


class ChangeBlock(Block):
    """From `at` on: factors on flows and on heat transfer to the utility, temperatures, a feed."""

    at: Annotated[float, Unit("s")]  # below 0 has a sentence of its own
    feed: Factor = 1.0
    utility: Factor = 1.0
    coolant: Factor = 1.0
    injections: Factor = 1.0
    T_in: Temperature | None = None
    T_utility: Temperature | None = None
    c: Concentrations | None = None
    solvent: str | None = None


class FillingBlock(Block):
    """What the channel is full of at the start."""

    T: Temperature
    c: Annotated[Concentrations, Field(default_factory=dict)]
    solvent: str | None = None


class InjectionBlock(FillingBlock):
    """A stream that enters at z; flow into all channels together."""

    z: Metre
    flow: Annotated[CubicMetrePerSecond, above_zero]


class TransientBlock(MiniaturisedBlock):
    """A miniaturised reactor in time, from its steady state unless it starts full of something."""

    kind: Any
    until: Annotated[Second, above_zero]
    changes: Annotated[list[ChangeBlock], Field(default_factory=list, max_length=1000)]
    start: FillingBlock | None = None
    cells: Annotated[int, Field(ge=8, le=20_000)] = 200
    inside: Fraction = 0.5
    dispersion: SquareMetrePerSecond = 0.0
    axial_conductivity: WattPerMetreKelvin = 0.0
    metal_conductivity: WattPerMetreKelvin = 0.0
    utility_content: Annotated[VolumetricHeatCapacity, above_zero] = 2e6
    cross_flow: Flag = False
    loss: VolumetricHeatTransfer = 0.0
    ambient: Temperature = 298.15
    injections: Annotated[list[InjectionBlock], Field(default_factory=list, max_length=1000)]


def build_transient(block: TransientBlock, scope: Scope) -> Any:
    """The channel in time of a block; what is wrong goes to the scope's report."""
    channel = build_channel(block, scope)

    def contents(part: Any, *where: Any) -> dict[str, float]:
        return scope.contents(part.c, part.solvent, *where)

    changes = [
        Change(
            x.at, x.feed, x.utility, x.coolant, x.injections,
            np.nan if x.T_in is None else x.T_in, np.nan if x.T_utility is None else x.T_utility,
            None if x.c is None else contents(x, "changes", k),
        )
        for k, x in enumerate(block.changes)
    ]  # fmt: skip
    start = Filling(block.start.T, contents(block.start, "start")) if block.start else None
    injections = [
        Injection(x.z, x.flow, x.T, contents(x, "injections", k))
        for k, x in enumerate(block.injections)
    ]
    if channel is None:
        return None
    return TransientChannel(
        channel, until=block.until, changes=changes, start=start, cells=block.cells,
        T_limit=scope.limit.T if scope.limit else INF, inside=block.inside, D=block.dispersion,
        conductivity=block.axial_conductivity, metal_conductivity=block.metal_conductivity,
        utility_content=block.utility_content, cross_flow=block.cross_flow, loss=block.loss,
        T_ambient=block.ambient, injections=injections,
    )  # fmt: skip
