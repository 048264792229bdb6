"""Reacting gases of a case; they bring a mechanism of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.channel import section_of
from intensify.cases.schema import Block, Flag, above_zero
from intensify.cases.scope import Scope
from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.gas_file import gas_from_cantera
from intensify.chemistry.gas_transport import transport_from_cantera
from intensify.chemistry.surface_file import surface_from_cantera
from intensify.errors import InputError
from intensify.reactors.gases.catalytic_channel import CatalyticPlugFlow
from intensify.reactors.gases.catalytic_vessel import CatalyticClosedGas, CatalyticStirredReactor
from intensify.reactors.gases.film_flow import CatalyticFilmFlow
from intensify.reactors.gases.gas import ClosedGas, GasPlugFlow
from intensify.reactors.gases.gas_quenched import QuenchedGasReactor
from intensify.reactors.gases.gas_stirred import GasStirredReactor
from intensify.units import (
    INF,
    CubicMetre,
    Fraction,
    KelvinPerSecond,
    KilogramPerSecond,
    Metre,
    Number,
    PerMetre,
    Second,
    SquareMetre,
    Unit,
    VolumetricHeatTransfer,
    WattPerKelvin,
)

Pressure = Annotated[float, Unit("Pa", 1.0, 1e9)]
# flames are hotter, and shock tubes colder, than what other plants have
GasTemperature = Annotated[float, Unit("K", 150.0, 6000.0)]
Mixture = Annotated[dict[str, Annotated[Number, Unit("1", 0.0)]], Field(min_length=1)]


class MixtureBlock(Block):
    """Mechanism, mixture in mole fractions up to a factor, and its state."""

    mechanism: Annotated[str, Field(min_length=1, max_length=255)]
    phase: Annotated[str, Field(max_length=100)] = ""
    feed: Mixture
    T: GasTemperature
    p: Pressure = 101325.0


class GasBlock(MixtureBlock):
    """A gas beside a wall."""

    T_wall: GasTemperature = 300.0
    isothermal: Flag = False


class ClosedGasBlock(GasBlock):
    """A closed vessel; its volume is held if given, else its pressure."""

    kind: Literal["gas-closed"]
    until: Annotated[Second, above_zero]
    volume: Annotated[CubicMetre, above_zero] | None = None
    UA: WattPerKelvin = 0.0
    surface: VesselSurfaceBlock | None = None


class WallFilmBlock(Block):
    """The film of a round channel (diameter) or a rectangular one; laminar unless Sh, Nu say else.

    T_start: of the wall at the inlet before the gas came.
    """

    diameter: Annotated[Metre, above_zero] | None = None
    width: Annotated[Metre, above_zero] | None = None
    height: Annotated[Metre, above_zero] | None = None
    Sh: Annotated[Number, above_zero] | None = None
    Nu: Annotated[Number, above_zero] | None = None
    T_start: GasTemperature | None = None


class SurfaceBlock(Block):
    """A catalytic wall of the mechanism's file; start: its coverages before the gas came."""

    phase: Annotated[str, Field(min_length=1, max_length=100)]
    area_per_volume: Annotated[PerMetre, above_zero] | None = None
    start: Mixture | None = None
    film: WallFilmBlock | None = None


class VesselSurfaceBlock(Block):
    """The same of a vessel; where its pressure is held, for 1 kg of gas."""

    phase: Annotated[str, Field(min_length=1, max_length=100)]
    area: Annotated[SquareMetre, above_zero]
    start: Mixture | None = None


class GasPlugFlowBlock(GasBlock):
    """Steady plug flow, along a catalytic wall where there is a surface; UA per volume."""

    kind: Literal["gas-plug-flow"]
    length: Annotated[Metre, above_zero]
    area: Annotated[SquareMetre, above_zero]
    mass_flow: Annotated[KilogramPerSecond, above_zero]
    UA: VolumetricHeatTransfer = 0.0
    surface: SurfaceBlock | None = None


class StirredGasBlock(GasBlock):
    """A stirred volume, full of `start` at T_start or else of feed."""

    kind: Literal["gas-stirred"]
    volume: Annotated[CubicMetre, above_zero]
    mass_flow: Annotated[KilogramPerSecond, above_zero]
    start: Mixture | None = None
    T_start: GasTemperature | None = None
    until: Annotated[Second, above_zero] | None = None
    UA: WattPerKelvin = 0.0
    surface: VesselSurfaceBlock | None = None


class QuenchedGasBlock(MixtureBlock):
    """Heated from T to T_hold, held, and quenched at a rate (without one: frozen)."""

    kind: Literal["gas-quenched"]
    T_hold: GasTemperature
    hold: Annotated[Second, above_zero]
    rate: Annotated[KelvinPerSecond, above_zero] = INF
    recovery: Fraction = 0.0


def common(block: GasBlock, UA: float) -> tuple[GasNetwork, dict[str, Any]]:
    """The mechanism, and what all these reactors are given."""
    shared = {"feed": block.feed, "T": block.T, "p": block.p, "T_wall": block.T_wall}
    net = gas_from_cantera(block.mechanism, phase=block.phase)
    return net, shared | {"UA": INF if block.isothermal else UA}


def build_closed_gas(block: ClosedGasBlock, scope: Scope) -> Any:
    """The vessel of a block."""
    net, shared = common(block, block.UA)
    wall, given = block.surface, {"until": block.until, "volume": block.volume} | shared
    if wall is None:
        return ClosedGas(net, **given)
    return CatalyticClosedGas(
        surface_from_cantera(block.mechanism, wall.phase), area=wall.area,
        start_coverages=wall.start, **given,
    )  # fmt: skip


def build_gas_plug_flow(block: GasPlugFlowBlock, scope: Scope) -> Any:
    """The channel of a block."""
    wall, flux = block.surface, block.mass_flow / block.area
    net, shared = common(block, block.UA)
    if wall is None:
        return GasPlugFlow(net, length=block.length, mass_flux=flux, **shared)
    mechanism = surface_from_cantera(block.mechanism, wall.phase)
    given = shared | {"length": block.length, "mass_flux": flux, "start": wall.start}
    if wall.film is not None:
        film = wall.film
        return CatalyticFilmFlow(
            mechanism, transport_from_cantera(block.mechanism, phase=block.phase), Sh=film.Sh,
            Nu=film.Nu, T_start=film.T_start, area=wall.area_per_volume,
            section=section_of(film, scope, "surface", "film"), **given,
        )  # fmt: skip
    if wall.area_per_volume is None:
        raise InputError([("surface", "needs area_per_volume, or a film whose channel gives it")])
    return CatalyticPlugFlow(mechanism, area=wall.area_per_volume, **given)


def build_stirred_gas(block: StirredGasBlock, scope: Scope) -> Any:
    """The stirred volume of a block."""
    net, shared = common(block, block.UA)
    wall, given = block.surface, shared | {
        "volume": block.volume, "mass_flow": block.mass_flow, "start": block.start,
        "T_start": block.T_start, "until": block.until,
    }  # fmt: skip
    if wall is None:
        return GasStirredReactor(net, **given)
    return CatalyticStirredReactor(
        surface_from_cantera(block.mechanism, wall.phase), area=wall.area,
        start_coverages=wall.start, **given,
    )  # fmt: skip


def build_quenched_gas(block: QuenchedGasBlock, scope: Scope) -> Any:
    """The furnace and quench of a block."""
    return QuenchedGasReactor(
        gas_from_cantera(block.mechanism, phase=block.phase), feed=block.feed, T=block.T, p=block.p,
        T_hold=block.T_hold, hold=block.hold, rate=block.rate, recovery=block.recovery,
    )  # fmt: skip
