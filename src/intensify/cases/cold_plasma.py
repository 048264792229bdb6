"""Cold-plasma reactors of a case; they bring species and reactions of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.schema import (
    Block,
    Flag,
    JoulePerMole,
    JoulePerMoleKelvin,
    KilogramPerMole,
    Temperature,
    above_zero,
)
from intensify.cases.scope import Scope
from intensify.chemistry import Species
from intensify.errors import InputError
from intensify.plasma import (
    TOWNSEND,
    Boltzmann,
    PlasmaNetwork,
    PlasmaReaction,
    PulseTrain,
    read_cross_sections,
)
from intensify.plasma.cross_sections import CrossSections
from intensify.plasma.mechanism import PlasmaMechanism, plasma_from_cantera
from intensify.reactors.cold_plasma import ColdPlasmaReactor, gap_cooling
from intensify.reactors.cold_plasma import Field as ElectronField
from intensify.units import INF, Fraction, Metre, Number, Second, Unit, WattPerMetreKelvin

Pressure = Annotated[float, Unit("Pa", 1.0, 1e8)]
PowerPerMole = Annotated[float, Unit("W/mol", 0.0)]
Positive = Annotated[Number, above_zero]


class PlasmaSpeciesBlock(Block):
    """Atoms (charge as E), molar mass, heat capacity, enthalpy of formation."""

    atoms: dict[str, Number]
    M: KilogramPerMole = 0.0
    cp: JoulePerMoleKelvin = 0.0
    h: JoulePerMole = 0.0


class PlasmaReactionBlock(Block):
    """k = A (T/T_ref)^b exp(-Ta/T) in molecules, m, s; or the rate of a process of electrons."""

    equation: Annotated[str, Field(max_length=300)]
    A: Annotated[Number, Unit("1", 0.0)] = 0.0
    b: Number = 0.0
    Ta: Annotated[float, Unit("K", -1e5, 1e5)] = 0.0
    T_ref: Temperature = 300.0
    process: Annotated[str, Field(max_length=200)] | None = None


class PulsesBlock(Block):
    """Energy of a pulse per mole of gas, its width, the period, and how many."""

    energy: JoulePerMole
    width: Annotated[Second, above_zero]
    period: Annotated[Second, above_zero]
    number: Annotated[int, Field(ge=1, le=1_000_000)]


class WallBlock(Block):
    """Cooling across a gap of still gas, or a number; without either the gas is adiabatic."""

    T: Temperature = 300.0
    gap: Annotated[Metre, above_zero] | None = None
    conductivity: Annotated[WattPerMetreKelvin, above_zero] = 0.026
    one_side: Flag = False
    isothermal: Flag = False


class ElectronsBlock(Block):
    """From cross sections at E_N [Td], 0: at the critical field; or mobility_N as given."""

    cross_sections: Annotated[str, Field(max_length=255)] | None = None
    E_N: Annotated[Number, Unit("1", 0.0)] = 0.0
    mobility_N: Positive | None = None
    updates: Annotated[int, Field(ge=1, le=10_000)] = 1


class ColdPlasmaBlock(Block):
    """A parcel of gas under power, and `after` seconds without.

    Species and reactions stand in the block, or in a mechanism of Cantera with cross sections: of
    it the neutral species of these elements, without those named.
    """

    kind: Literal["cold-plasma"]
    T: Temperature
    p: Pressure = 101325.0
    feed: dict[str, Fraction]
    mechanism: Annotated[str, Field(max_length=255)] = ""
    elements: Annotated[list[str], Field(default_factory=list, max_length=100)]
    without: Annotated[list[str], Field(default_factory=list, max_length=500)]
    species: Annotated[dict[str, PlasmaSpeciesBlock], Field(default_factory=dict, max_length=500)]
    reactions: Annotated[list[PlasmaReactionBlock], Field(default_factory=list, max_length=5000)]
    electrons: ElectronsBlock = ElectronsBlock()
    power: PowerPerMole | None = None
    residence: Second = 0.0
    pulses: PulsesBlock | None = None
    after: Second = 0.0
    wall: WallBlock = WallBlock()
    stirred: Second = 0.0
    fraction: Fraction = 1.0
    products: Annotated[list[str], Field(default_factory=list, max_length=100)]
    key: str = ""
    dH: JoulePerMole = float("nan")


def chemistry_of(
    block: ColdPlasmaBlock,
) -> tuple[PlasmaNetwork | PlasmaMechanism, CrossSections | None]:
    """Species and reactions of a block, and cross sections where it has some."""
    file = block.electrons.cross_sections
    own = {"species": block.species, "reactions": block.reactions, "electrons.cross_sections": file}
    if block.mechanism:
        if doubled := [
            (key, "comes out of the mechanism; leave it out") for key in own if own[key]
        ]:
            raise InputError(doubled)
        return plasma_from_cantera(block.mechanism, elements=block.elements, without=block.without)
    if missing := [(key, "is needed, or a mechanism") for key in ("species", "reactions")
                   if not own[key]]:  # fmt: skip
        raise InputError(missing)
    species = [Species(n, s.atoms, s.M, 0.0, s.cp, s.h) for n, s in block.species.items()]
    reactions = [
        PlasmaReaction(rx.equation, rx.A, rx.b, rx.Ta, T_ref=rx.T_ref, process=rx.process)
        for rx in block.reactions
    ]
    return PlasmaNetwork.build(reactions, species), read_cross_sections(file) if file else None


def build_plasma(block: ColdPlasmaBlock, scope: Scope) -> Any:
    """The reactor of a block; InputError says what is wrong with it."""
    seen, wall, pulses = block.electrons, block.wall, block.pulses
    chemistry, sections = chemistry_of(block)
    electrons = field = None
    if sections is not None:
        electrons = Boltzmann(sections, T=block.T)
    elif seen.mobility_N is not None:
        field = ElectronField(seen.E_N * TOWNSEND, seen.mobility_N)
    UA = INF if wall.isothermal else 0.0
    if wall.gap is not None:
        UA = gap_cooling(wall.gap, conductivity=wall.conductivity, T=block.T, p=block.p,
                         both_sides=not wall.one_side)  # fmt: skip
    train = None
    if pulses is not None:
        train = PulseTrain(pulses.energy, pulses.width, pulses.period, pulses.number)
    return ColdPlasmaReactor(
        chemistry, feed=block.feed,
        T=block.T, p=block.p, power=block.power, residence=block.residence, pulses=train,
        after=block.after, E_N=seen.E_N * TOWNSEND, electrons=electrons, field=field, UA=UA,
        T_wall=wall.T, stirred=block.stirred, fraction=block.fraction, updates=seen.updates,
        products=block.products, key=block.key, dH=block.dH,
    )  # fmt: skip
