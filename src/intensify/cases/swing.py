"""Columns of sorbent and catalyst of a case that go through cycles of pressure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.bed import MassHeatCapacity, Pressure, known
from intensify.cases.schema import Block, JoulePerMole, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.cases.sorbent import SorbentBlock, sorbent_of
from intensify.cycles import Repeated
from intensify.reactors.sorbents.pressure_swing import Machines
from intensify.reactors.sorbents.sorption_steps import Gas, Heat
from intensify.reactors.sorbents.swing_reactor import PressureSwingReactor, Share
from intensify.reactors.sorbents.swing_steps import Supply, SwingStep
from intensify.units import (
    Fraction,
    HeatTransferCoefficient,
    KilogramPerCubicMetre,
    Metre,
    Number,
    PascalSecond,
    Second,
    SquareMetrePerSecond,
    Unit,
    WattPerMetreKelvin,
)

Fractions = dict[str, Fraction]
Flux = Annotated[float, Unit("mol/m2/s")]  # below 0 has a sentence of its own


class HeatBlock(Block):
    """What makes a column non-isothermal; U 0: adiabatic."""

    cp: MassHeatCapacity
    conductivity: WattPerMetreKelvin = 0.0
    U: HeatTransferCoefficient = 0.0
    diameter: Annotated[Metre, above_zero] = 1.0
    wall: Temperature = 298.15


class SupplyBlock(Block):
    """A gas that steps take, the pressure at which it is at hand, the energy to make it."""

    x: Fractions
    T: Temperature
    p: Pressure
    heat: JoulePerMole = 0.0


class SwingStepBlock(Block):
    """A step; without a name it is called what it does."""

    do: Literal[
        "feed", "rinse", "purge", "reactive-purge", "pressurise", "blowdown", "evacuate", "equalise"
    ]
    name: str = ""
    time: Second
    p: Annotated[float, Unit("Pa")] = 0.0
    gas: str = ""
    from_: str = Field(default="", alias="from")
    flow: Flux = 0.0
    by: Literal["ramp", "reservoir", "valve"] = "ramp"
    constant: Annotated[float, Unit("s")] = 0.0
    end: str = ""
    to: str = ""
    tank: Metre = 0.0


class ShareBlock(Block):
    """What a stream is wanted for; see `Share`."""

    species: str
    dry: list[str] = Field(default_factory=list)
    per: dict[str, Number] = Field(default_factory=dict)


class MachinesBlock(Block):
    """Compressors and vacuum pumps."""

    gamma: Annotated[float, Unit("1", 1.01, 2.0)] = 1.4
    compressor: Annotated[Fraction, above_zero] = 0.75
    vacuum: Annotated[Fraction, above_zero] = 0.6
    T_pump: Temperature = 313.15
    ambient: Pressure = 1.01325e5


class CyclesBlock(Block):
    """When the cycles end: change of state, or the most of them."""

    change: Annotated[Number, above_zero] = 1e-5
    most: Annotated[int, Field(ge=2, le=100_000)] = 1000


class SwingBlock(Block):
    """A column through a cycle of steps, to its cyclic steady state.

    least: partial pressures below which the rate laws see no change.
    """

    kind: Literal["pressure-swing"]
    length: Annotated[Metre, above_zero]
    grain: Annotated[Metre, above_zero]
    void: Annotated[Fraction, above_zero]
    porosity: Annotated[Fraction, above_zero] | None = None
    viscosity: Annotated[PascalSecond, above_zero]
    dispersion: SquareMetrePerSecond = 0.0
    catalyst: KilogramPerCubicMetre = 0.0
    T: Temperature
    least: dict[str, Annotated[float, Unit("Pa", 0.0)]] | None = None
    start: Fractions = Field(default_factory=dict)
    sorbent: SorbentBlock
    heat: HeatBlock | None = None
    gases: Annotated[dict[str, SupplyBlock], Field(min_length=1, max_length=20)]
    steps: Annotated[list[SwingStepBlock], Field(min_length=1, max_length=40)]
    product: ShareBlock
    tail: ShareBlock | None = None
    machines: MachinesBlock = MachinesBlock()
    cells: Annotated[int, Field(ge=8, le=2000)] = 40
    cycles: CyclesBlock = CyclesBlock()


def step_of(block: SwingStepBlock) -> SwingStep:
    """The step of a block."""
    return SwingStep(block.do, block.name or block.do, block.time, block.p, block.gas, block.from_,
                     block.flow, block.by, block.constant, block.end, block.to,
                     block.tank)  # fmt: skip


def share_of(block: ShareBlock) -> Share:
    """The share of a block."""
    return Share(block.species, tuple(block.dry), block.per)


def build_swing(block: SwingBlock, scope: Scope) -> Any:
    """The column of a block, to be repeated; what is wrong goes to the scope's report."""
    fine = known(scope, block.sorbent.species, "sorbent") and known(scope, block.start, "start")
    fine = known(scope, block.least or (), "least") and fine
    if not fine or scope.net is None:
        return None
    heat = block.heat
    swing = PressureSwingReactor(
        scope.net, length=block.length, T=block.T,
        sorbent=sorbent_of(block.sorbent, block.sorbent.density),
        fluid=Gas(block.viscosity, block.grain, block.void, block.porosity or block.void,
                  block.dispersion),
        steps=[step_of(step) for step in block.steps],
        gases={name: Supply(gas.x, gas.T, gas.p, gas.heat) for name, gas in block.gases.items()},
        product=share_of(block.product), tail=share_of(block.tail) if block.tail else None,
        start=block.start or None, machines=Machines(**dict(block.machines)), cells=block.cells,
        catalyst=block.catalyst, least=block.least,
        heat=heat and Heat(heat.cp, heat.conductivity, heat.U, heat.diameter, heat.wall),
    )  # fmt: skip
    return Repeated(swing, block.cycles.change, block.cycles.most)
