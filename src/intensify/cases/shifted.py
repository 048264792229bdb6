"""Reactors of a case that take a product away while it forms; they bring reactions of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.column import ColumnReactionBlock, MolePerSecond, reaction_of
from intensify.cases.schema import Block, JoulePerMole, Mole, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.chemistry import Network, Species
from intensify.errors import InputError
from intensify.reactors.vessels.shifted_equilibrium import (
    Removal,
    ShiftedEquilibriumReactor,
    membrane,
    stripping,
)
from intensify.units import CubicMetre, Number, Second, SquareMetre, Unit

Permeance = Annotated[float, Unit("mol/m2/s", 0.0)]


class MembraneBlock(Block):
    """Permeance per activity; heat that each species takes along."""

    area: SquareMetre
    permeance: dict[str, Permeance]
    heat: dict[str, JoulePerMole] = Field(default_factory=dict)


class StrippingBlock(Block):
    """Flow of carrier in each stage, ratio of its load to the liquid's activity."""

    flow: MolePerSecond
    ratio: dict[str, Annotated[float, Unit("1", 0.0)]]
    NTU: Annotated[Number, above_zero] = float("inf")
    heat: dict[str, JoulePerMole] = Field(default_factory=dict)


class ShiftedBlock(Block):
    """A batch, or with `feed` a cascade of stages; one of membrane and stripping."""

    kind: Literal["shifted-equilibrium"]
    start: Annotated[dict[str, Mole], Field(min_length=1, max_length=50)]
    key: str
    duration: Second
    T: Temperature = 298.15
    catalyst: Annotated[Number, above_zero] = 1.0
    volume: CubicMetre = 0.0
    reactions: Annotated[list[ColumnReactionBlock], Field(min_length=1, max_length=20)]
    membrane: MembraneBlock | None = None
    stripping: StrippingBlock | None = None
    feed: dict[str, MolePerSecond] = Field(default_factory=dict)
    stages: Annotated[int, Field(ge=1, le=200)] = 1


def build_shifted(block: ShiftedBlock, scope: Scope) -> Any:
    """The reactor of a block; InputError says what is wrong with it."""
    net = Network.build(
        [reaction_of(rx) for rx in block.reactions], [Species(name) for name in block.start]
    )
    return ShiftedEquilibriumReactor(
        net, start=block.start, removal=removal_of(block, net), duration=block.duration,
        key=block.key, T=block.T, catalyst=block.catalyst, volume=block.volume,
        feed=block.feed or None, stages=block.stages,
    )  # fmt: skip


def removal_of(block: ShiftedBlock, net: Network) -> Removal:
    """The removal of a block; InputError: none, or two."""
    if (block.membrane is None) == (block.stripping is None):
        raise InputError([("membrane", "and stripping: give one; an area of 0 removes nothing")])
    if block.membrane is not None:
        wall = block.membrane
        return membrane(net, area=wall.area, permeance=wall.permeance, heat=wall.heat)
    assert block.stripping is not None
    gas = block.stripping
    return stripping(net, flow=gas.flow, ratio=gas.ratio, NTU=gas.NTU, heat=gas.heat)
