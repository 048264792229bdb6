"""Simulated moving bed reactors of a case; they bring reactions of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.column import ColumnReactionBlock, reaction_of
from intensify.cases.schema import Block, Concentrations, Positive, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.cases.sorbent import ResinBlock, sorbent_of
from intensify.cases.swing import CyclesBlock
from intensify.chemistry import Network, Species
from intensify.cycles import Repeated
from intensify.errors import InputError
from intensify.reactors.sorbents.moving_bed import MovingBedReactor
from intensify.reactors.sorbents.sorption_steps import Liquid
from intensify.units import Fraction, Metre, Number, Second, SquareMetrePerSecond

PORTS = ("desorbent", "extract", "feed", "raffinate")


class RingZoneBlock(Block):
    """A zone of the ring, from its port on: columns, and m, flow of liquid over that of solid."""

    port: Literal["desorbent", "extract", "feed", "raffinate"]
    columns: Annotated[int, Field(ge=1, le=100)]
    m: Number


class MoveBlock(Block):
    """Part of the switch time, and the columns in each zone meanwhile."""

    part: Fraction
    columns: Annotated[list[int], Field(min_length=4, max_length=4)]


class MovingBedBlock(Block):
    """A ring of columns whose ports move on; `moves`: not all at once."""

    kind: Literal["moving-bed"]
    length: Annotated[Metre, above_zero]
    void: Annotated[Fraction, above_zero]
    dispersion: SquareMetrePerSecond = 0.0
    T: Temperature = 298.15
    reactions: Annotated[list[ColumnReactionBlock], Field(min_length=1, max_length=20)]
    catalyst: Positive = 0.0
    resin: ResinBlock
    feed: Concentrations
    zones: Annotated[list[RingZoneBlock], Field(min_length=4, max_length=4)]
    switch: Annotated[Second, above_zero]
    moves: Annotated[list[MoveBlock], Field(default_factory=list, max_length=20)]
    cells: Annotated[int, Field(ge=4, le=1000)] = 20
    cycles: CyclesBlock = CyclesBlock()


def build_moving_bed(block: MovingBedBlock, scope: Scope) -> Any:
    """The ring of a block, to be repeated; InputError says what is wrong with it."""
    ports = tuple(zone.port for zone in block.zones)
    if ports != PORTS:
        raise InputError([
            ("zones", f"have their ports as {', '.join(ports)}, which breaks the ring; the liquid "
             f"meets {', '.join(PORTS)}, in this order")
        ])  # fmt: skip
    net = Network.build(
        [reaction_of(rx) for rx in block.reactions], [Species(name) for name in block.feed]
    )
    ring = MovingBedReactor(
        net, length=block.length, fluid=Liquid(1.0, block.void, block.dispersion), T=block.T,
        sorbent=sorbent_of(block.resin, 1.0 - block.void), feed=block.feed,
        columns=[zone.columns for zone in block.zones], m=[zone.m for zone in block.zones],
        switch=block.switch, catalyst=block.catalyst, cells=block.cells,
        patterns=[(move.part, move.columns) for move in block.moves] or None,
    )  # fmt: skip
    return Repeated(ring, block.cycles.change, block.cycles.most)
