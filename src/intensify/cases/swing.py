"""Columns of sorbent and catalyst of a case that go through cycles of pressure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.bed import MassHeatCapacity, Pressure, known
from intensify.cases.schema import Block, JoulePerMole, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.cycles import Repeated
from intensify.errors import InputError
from intensify.reactors.pressure_swing import Machines
from intensify.reactors.sorption_steps import Gas, Heat, Sorbent
from intensify.reactors.swing_reactor import PressureSwingReactor, Share
from intensify.reactors.swing_steps import Supply, SwingStep
from intensify.sorption import freundlich, langmuir, linear, sips, toth
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
Flux = Annotated[float, Unit("mol/m2/s")]  # below 0 has a sentence of its own, as have these
Uptake = Annotated[float, Unit("1/s")]


class SorbedBlock(Block):
    """A species on the sorbent: capacity qs, affinity b, exponent n, heat, uptake k.

    Of `linear` and `freundlich` K instead of qs and b, in mol/kg for a pressure of 1 Pa.
    """

    qs: Annotated[float, Unit("mol/kg")] | None = None
    b: Annotated[float, Unit("1/Pa")] | None = None
    K: Number | None = None
    n: Number = 1.0
    dH: JoulePerMole = 0.0
    k: Uptake


class SorbentBlock(Block):
    """A sorbent, its density in the bed, and what adsorbs, by name."""

    isotherm: Literal["langmuir", "sips", "toth", "freundlich", "linear"] = "langmuir"
    density: Annotated[float, Unit("kg/m3")]
    T_ref: Temperature = 298.15
    t: Number = 1.0
    species: Annotated[dict[str, SorbedBlock], Field(min_length=1, max_length=50)]


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
    dry: list[str] = []
    per: dict[str, Number] = {}


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
    """A column through a cycle of steps, to its cyclic steady state."""

    kind: Literal["pressure-swing"]
    length: Annotated[Metre, above_zero]
    grain: Annotated[Metre, above_zero]
    void: Annotated[Fraction, above_zero]
    porosity: Annotated[Fraction, above_zero] | None = None
    viscosity: Annotated[PascalSecond, above_zero]
    dispersion: SquareMetrePerSecond = 0.0
    catalyst: KilogramPerCubicMetre = 0.0
    T: Temperature
    start: Fractions = {}
    sorbent: SorbentBlock
    heat: HeatBlock | None = None
    gases: Annotated[dict[str, SupplyBlock], Field(min_length=1, max_length=20)]
    steps: Annotated[list[SwingStepBlock], Field(min_length=1, max_length=40)]
    product: ShareBlock
    tail: ShareBlock | None = None
    machines: MachinesBlock = MachinesBlock()
    cells: Annotated[int, Field(ge=8, le=2000)] = 40
    cycles: CyclesBlock = CyclesBlock()


def isotherm_of(block: Any) -> Any:
    """The isotherm of a sorbent's block; InputError: numbers that it needs and lacks."""
    rows, law = block.species, block.isotherm
    needs = ("K",) if law in ("linear", "freundlich") else ("qs", "b")
    wrong = [
        (f"species.{name}", f"has no {key}, which {law} needs")
        for name, row in rows.items() for key in needs if getattr(row, key) is None
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)

    def column(key: str) -> list[float]:
        return [getattr(row, key) for row in rows.values()]

    both = {"dH": column("dH"), "T_ref": block.T_ref}
    if law == "linear":
        return linear(column("K"), **both)
    if law == "freundlich":
        return freundlich(column("K"), n=column("n"), **both)
    if law == "toth":
        return toth(column("qs"), column("b"), t=block.t, **both)
    if law == "sips":
        return sips(column("qs"), column("b"), n=column("n"), **both)
    return langmuir(column("qs"), column("b"), **both)


def sorbent_of(block: Any) -> Sorbent:
    """The sorbent of a block."""
    uptake = tuple(row.k for row in block.species.values())
    return Sorbent(isotherm_of(block), tuple(block.species), uptake, block.density)


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
    if not fine or scope.net is None:
        return None
    heat = block.heat
    swing = PressureSwingReactor(
        scope.net, length=block.length, sorbent=sorbent_of(block.sorbent), T=block.T,
        fluid=Gas(block.viscosity, block.grain, block.void, block.porosity or block.void,
                  block.dispersion),
        steps=[step_of(step) for step in block.steps],
        gases={name: Supply(gas.x, gas.T, gas.p, gas.heat) for name, gas in block.gases.items()},
        product=share_of(block.product), tail=share_of(block.tail) if block.tail else None,
        start=block.start or None, machines=Machines(**dict(block.machines)), cells=block.cells,
        catalyst=block.catalyst,
        heat=heat and Heat(heat.cp, heat.conductivity, heat.U, heat.diameter, heat.wall),
    )  # fmt: skip
    return Repeated(swing, block.cycles.change, block.cycles.most)
