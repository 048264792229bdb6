"""Beds of catalyst and strings of grains of a case."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from intensify.cases.schema import Block, Concentrations, Flag, Positive, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.chemistry.stoichiometry import unknown
from intensify.reactors.beds.dispersed_bed import DispersedBed
from intensify.reactors.beds.packed_bed import DEFAULT_LAW, Dissolving, LiquidBed, PackedBed
from intensify.reactors.beds.packed_bed_equations import BedZone
from intensify.reactors.beds.transient_bed import TransientBed
from intensify.reactors.beds.transient_bed_reactor import BedChange, BedFilling
from intensify.reactors.beds.wired import Catalyst, Gas, WiredReactor, grain_in
from intensify.transport.catalyst_grain import Pellet, film, pellet
from intensify.transport.packing import Packing, extrudate_string, random_bed, sphere_string
from intensify.units import (
    INF,
    CubicMetrePerSecond,
    Fraction,
    HeatTransferCoefficient,
    KilogramPerCubicMetre,
    KilogramPerSecond,
    Metre,
    MolePerCubicMetre,
    Number,
    PascalSecond,
    Second,
    SquareMetrePerSecond,
    Unit,
    VolumetricHeatCapacity,
    WattPerKelvin,
    WattPerMetreKelvin,
)

Pressure = Annotated[float, Unit("Pa", 1.0, 1e9)]
MolePerSecond = Annotated[float, Unit("mol/s", 0.0)]
MolarMass = Annotated[float, Unit("kg/mol", 1e-4, 10.0)]
MetrePerSecond = Annotated[float, Unit("m/s", 0.0)]
MassHeatCapacity = Annotated[float, Unit("J/kg/K", 0.0)]
SHAPES = {"sphere": 2, "cylinder": 1, "slab": 0}


class GrainBlock(Block):
    """A grain; with D_e its pores count, with length it is an extrudate."""

    diameter: Annotated[Metre, above_zero]
    density: Annotated[KilogramPerCubicMetre, above_zero]
    D_e: Annotated[SquareMetrePerSecond, above_zero] = INF
    conductivity: Annotated[WattPerMetreKelvin, above_zero] = INF
    length: Annotated[Metre, above_zero] | None = None
    shape: Literal["sphere", "cylinder", "slab"] = "sphere"


class GasBlock(Block):
    """The gas at the inlet."""

    M: MolarMass
    viscosity: Annotated[PascalSecond, above_zero] = 3e-5
    conductivity: Annotated[WattPerMetreKelvin, above_zero] = 0.05
    diffusivity: Annotated[SquareMetrePerSecond, above_zero] = 3e-5
    cp: MassHeatCapacity = 0.0


class BedZoneBlock(Block):
    """A length of bed: coolant (running to coolant_end), wall, catalyst per m3 of bed."""

    length: Annotated[Metre, above_zero]
    coolant: Temperature | None = None
    coolant_end: Temperature | None = None
    U: HeatTransferCoefficient = 0.0
    isothermal: Flag = False
    catalyst: KilogramPerCubicMetre | None = None
    coolant_flow: Annotated[WattPerKelvin, above_zero] = INF
    counter: Flag = False


class TubesBlock(Block):
    """What all beds have."""

    T: Temperature
    p: Pressure
    grain: GrainBlock
    friction: Annotated[str, Field(max_length=48)] = DEFAULT_LAW


class PackedBedBlock(TubesBlock):
    """Tubes of grains without order, a gas flowing through; flow of all tubes together."""

    kind: Literal["packed-bed"]
    tubes: Annotated[float, Unit("1", 1.0)] = 1.0
    diameter: Annotated[Metre, above_zero]
    void: Fraction | None = None
    gas: GasBlock
    feed: dict[str, Fraction]
    flow: Annotated[MolePerSecond, above_zero] | None = None
    mass_flow: Annotated[KilogramPerSecond, above_zero] | None = None
    zones: Annotated[list[BedZoneBlock], Field(min_length=1, max_length=1000)]
    film: Flag = False
    effectiveness: Annotated[list[Positive], Field(min_length=1)] | None = None


class WiredBlock(TubesBlock):
    """Parallel strings of grains, a gas flowing through; the wall at `wall`, or behind U."""

    kind: Literal["wired"]
    strings: Annotated[float, Unit("1", 1.0)] = 1.0
    diameter: Annotated[Metre, above_zero]
    square: Flag = False
    grains: Annotated[int, Field(ge=1, le=1_000_000)]
    gap: Metre = 0.0
    gas: GasBlock
    feed: dict[str, Fraction]
    flow: Annotated[MolePerSecond, above_zero]
    wall: Temperature | None = None
    U: Annotated[HeatTransferCoefficient, above_zero] = INF
    fines: tuple[Metre, Fraction] | None = None
    friction: Annotated[str, Field(max_length=48)] = "Ergun, Scott's diameter"


class DissolvingBlock(Block):
    """A gas that dissolves: kLa per bed volume, saturation, and its way to dry grains."""

    kLa: Annotated[float, Unit("1/s", 0.0)]
    saturation: Annotated[MolePerCubicMetre, above_zero]
    k_dry: MetrePerSecond = 0.0


class LiquidBedBlock(TubesBlock):
    """Tubes or strings of grains, a liquid flowing through, a gas beside it."""

    kind: Literal["liquid-bed"]
    tubes: Annotated[float, Unit("1", 1.0)] = 1.0
    diameter: Annotated[Metre, above_zero]
    string: Flag = False
    void: Fraction | None = None
    flow: Annotated[CubicMetrePerSecond, above_zero]
    c: Concentrations
    density: Annotated[KilogramPerCubicMetre, above_zero] = 1000.0
    cp: Annotated[MassHeatCapacity, above_zero] = 4180.0
    viscosity: Annotated[PascalSecond, above_zero] = 1e-3
    k: Annotated[MetrePerSecond, above_zero] = INF
    h: Annotated[HeatTransferCoefficient, above_zero] = INF
    zones: Annotated[list[BedZoneBlock], Field(min_length=1, max_length=1000)]
    dissolving: Annotated[dict[str, DissolvingBlock], Field(default_factory=dict, max_length=20)]
    wetting: Annotated[Number, Unit("1", 0.0, 1.0)] = 1.0


class BedChangeBlock(Block):
    """From `at` on: factors on flow and cooling, temperatures, composition of the feed."""

    at: Annotated[float, Unit("s")]  # below 0 has a sentence of its own
    flow: Annotated[float, Unit("1", 0.0)] = 1.0
    cooling: Annotated[float, Unit("1", 0.0)] = 1.0
    T_in: Temperature | None = None
    T_coolant: Temperature | None = None
    feed: dict[str, Fraction] | None = None


class BedFillingBlock(Block):
    """What gas the bed is full of at the start, and how hot it is."""

    T: Temperature
    feed: dict[str, Fraction] | None = None


class TransientBedBlock(PackedBedBlock):
    """A packed bed in time, from its steady state unless it starts full of something."""

    kind: Any
    until: Annotated[Second, above_zero]
    changes: Annotated[list[BedChangeBlock], Field(default_factory=list, max_length=1000)]
    start: BedFillingBlock | None = None
    cells: Annotated[int, Field(ge=8, le=20_000)] = 100
    cp_solid: Annotated[MassHeatCapacity, above_zero] = 900.0
    pores: Annotated[float, Unit("m3/kg", 1e-6)] = 4e-4
    nodes: Annotated[int, Field(ge=3, le=100)] | None = None
    inert: VolumetricHeatCapacity = 0.0
    dispersion: SquareMetrePerSecond = 0.0
    axial_conductivity: WattPerMetreKelvin = 0.0


class DispersedBedBlock(PackedBedBlock):
    """A steady bed with axial dispersion; branch: which of its steady states, 0 the coldest."""

    kind: Any
    dispersion: Annotated[SquareMetrePerSecond, above_zero]
    axial_conductivity: WattPerMetreKelvin = 0.0
    cells: Annotated[int, Field(ge=8, le=20_000)] = 200
    nodes: Annotated[int, Field(ge=3, le=100)] | None = None
    branch: Annotated[int, Field(ge=0, le=10)] = 0


def known(scope: Scope, names: Any, key: str) -> bool:
    """Whether all names are species; unknown ones go to the report."""
    if scope.net is None:
        return False
    wrong = [name for name in names if name not in scope.net.names]
    for name in wrong:
        scope.add(unknown("species", name, scope.net.names), key, name)
    return not wrong


def zones_of(block: Any, packing: Packing, T: float) -> list[BedZone]:
    """The zones; without a coolant they are adiabatic, without `catalyst` full of grains."""
    full = block.grain.density * (1.0 - packing.void)
    return [
        BedZone(
            zone.length, T if zone.coolant is None else zone.coolant,
            full if zone.catalyst is None else zone.catalyst, INF if zone.isothermal else zone.U,
            np.nan if zone.coolant_end is None else zone.coolant_end, zone.coolant_flow,
            zone.counter,
        )
        for zone in block.zones
    ]  # fmt: skip


def catalyst_of(grain: GrainBlock) -> Catalyst:
    """The grain's material and shape."""
    return Catalyst(grain.density, grain.D_e, grain.conductivity, SHAPES[grain.shape])


def gas_of(gas: GasBlock) -> Gas:
    """The gas."""
    return Gas(gas.M, gas.viscosity, gas.conductivity, gas.diffusivity, gas.cp)


def string_of(block: Any) -> Packing:
    """The string of grains in its tube."""
    grain, square = block.grain, getattr(block, "square", False)
    if grain.length is not None:
        return extrudate_string(grain.diameter, block.diameter, length=grain.length,
                                gap=getattr(block, "gap", 0.0), square=square)  # fmt: skip
    return sphere_string(grain.diameter, block.diameter, square=square)


def build_packed_bed(block: PackedBedBlock, scope: Scope) -> Any:
    """The bed of a block; what is wrong goes to the scope's report."""
    if not known(scope, block.feed, "feed") or scope.net is None:
        return None
    packing, gas = random_bed(block.grain.diameter, block.diameter, void=block.void), block.gas
    inside = Pellet()
    if block.film or block.grain.D_e < INF:
        m = block.mass_flow or (block.flow or 0.0) * gas.M
        inside = grain_in(scope.net, catalyst_of(block.grain), packing, gas_of(gas), T=block.T,
                          p=block.p, G=m / block.tubes / packing.A)  # fmt: skip
    return PackedBed(
        scope.net, packing=packing, feed=block.feed, T=block.T, p=block.p, tubes=block.tubes,
        zones=zones_of(block, packing, block.T), flow=block.flow or 0.0, cp=gas.cp, M=gas.M,
        mass_flow=block.mass_flow or 0.0, mu=gas.viscosity, friction=block.friction, pellet=inside,
        effectiveness=1.0 if block.effectiveness is None else block.effectiveness,
    )  # fmt: skip


def build_transient_bed(block: TransientBedBlock, scope: Scope) -> Any:
    """The bed in time of a block; what is wrong goes to the scope's report."""
    bed, gases = build_packed_bed(block, scope), [x.feed for x in block.changes if x.feed]
    gases += [block.start.feed] if block.start and block.start.feed else []
    if bed is None or not all(known(scope, gas, "changes") for gas in gases):
        return None
    changes = [
        BedChange(x.at, x.flow, x.cooling, np.nan if x.T_in is None else x.T_in,
                  np.nan if x.T_coolant is None else x.T_coolant, x.feed)
        for x in block.changes
    ]  # fmt: skip
    return TransientBed(
        bed, until=block.until, changes=changes, cells=block.cells, cp_solid=block.cp_solid,
        start=BedFilling(block.start.T, block.start.feed) if block.start else None,
        pores=block.pores, nodes=block.nodes or 0, inert=block.inert, D=block.dispersion,
        conductivity=block.axial_conductivity, T_limit=scope.limit.T if scope.limit else INF,
    )  # fmt: skip


def build_dispersed_bed(block: DispersedBedBlock, scope: Scope) -> Any:
    """The dispersed bed of a block; what is wrong goes to the scope's report."""
    bed = build_packed_bed(block, scope)
    return bed and DispersedBed(
        bed, D=block.dispersion, conductivity=block.axial_conductivity, cells=block.cells,
        nodes=block.nodes or 0, branch=block.branch,
    )  # fmt: skip


def build_wired(block: WiredBlock, scope: Scope) -> Any:
    """The string of a block; what is wrong goes to the scope's report."""
    if not known(scope, block.feed, "feed") or scope.net is None:
        return None
    return WiredReactor(
        scope.net, string=string_of(block), grains=block.grains, catalyst=catalyst_of(block.grain),
        gas=gas_of(block.gas), feed=block.feed, T=block.T, p=block.p, flow=block.flow,
        T_wall=block.wall, U=block.U, fines=block.fines, friction=block.friction,
        strings=block.strings,
    )  # fmt: skip


def build_liquid_bed(block: LiquidBedBlock, scope: Scope) -> Any:
    """The bed of a block; what is wrong goes to the scope's report."""
    fine = known(scope, block.c, "c") and known(scope, block.dissolving, "dissolving")
    if not fine or scope.net is None:
        return None
    packing = string_of(block) if block.string else random_bed(
        block.grain.diameter, block.diameter, void=block.void
    )  # fmt: skip
    grain, V_S, inside = block.grain, (1.0 - packing.void) / packing.a, Pellet()
    if grain.D_e < INF:
        inside = pellet(
            scope.net, rho=grain.density, R=(SHAPES[grain.shape] + 1.0) * V_S, D=grain.D_e,
            conductivity=grain.conductivity, k=block.k, h=block.h, shape=SHAPES[grain.shape],
            nodes=24,
        )  # fmt: skip
    elif block.k < INF or block.h < INF:
        inside = film(scope.net, rho_surface=grain.density * V_S, k=block.k, h=block.h)
    gases = {name: Dissolving(g.kLa, g.saturation, g.k_dry)
             for name, g in block.dissolving.items()}  # fmt: skip
    return LiquidBed(
        scope.net, packing=packing, feed=block.c, T=block.T, flow=block.flow, p=block.p,
        zones=zones_of(block, packing, block.T), rho=block.density, cp=block.cp,
        mu=block.viscosity, friction=block.friction, pellet=inside, dissolving=gases,
        wetting=block.wetting, tubes=block.tubes,
    )  # fmt: skip
