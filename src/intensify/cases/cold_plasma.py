"""Cold-plasma reactors of a case; they bring species and reactions of their own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.document import Report, parse_document, read_text
from intensify.cases.schema import (
    Block,
    Flag,
    JoulePerMole,
    JoulePerMoleKelvin,
    KilogramPerMole,
    Temperature,
    Texts,
    above_zero,
)
from intensify.cases.scope import Scope
from intensify.cases.validation import validated
from intensify.chemistry import Species
from intensify.chemistry.stoichiometry import parse_equation, unknown
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
from intensify.plasma.mechanism import PlasmaMechanism, plasma_from_cantera, plasma_over
from intensify.reactors.discharges.cold_plasma import Catalyst, ColdPlasmaReactor, gap_cooling
from intensify.reactors.discharges.cold_plasma import Field as ElectronField
from intensify.units import INF, Fraction, Metre, Number, Second, Unit, WattPerMetreKelvin

Pressure = Annotated[float, Unit("Pa", 1.0, 1e8)]
PowerPerMole = Annotated[float, Unit("W/mol", 0.0)]
ElectronVolt = Annotated[float, Unit("eV", 0.0)]
KilogramSecondPerMole = Annotated[float, Unit("kg*s/mol", 0.0), above_zero]
Positive = Annotated[Number, above_zero]
SUFFIX = ".chemistry.yaml"


class PlasmaSpeciesBlock(Block):
    """Atoms (charge as E), molar mass, heat capacity, enthalpy of formation."""

    atoms: dict[str, Number]
    M: KilogramPerMole = 0.0
    cp: JoulePerMoleKelvin = 0.0
    h: JoulePerMole = 0.0


class PlasmaReactionBlock(Block):
    """k = A (T/T_ref)^b exp(-Ta/T) in molecules, m, s; or the rate of a process of electrons.

    losses: of all excitations of the target on the left that take from .. to [eV].
    """

    equation: Annotated[str, Field(max_length=300)]
    A: Annotated[Number, Unit("1", 0.0)] = 0.0
    b: Number = 0.0
    Ta: Annotated[float, Unit("K", -1e5, 1e5)] = 0.0
    T_ref: Temperature = 300.0
    process: Annotated[str, Field(max_length=200)] | None = None
    losses: tuple[ElectronVolt, ElectronVolt] | None = None


class ChemistryBlock(Block):
    """A file of species and reactions that several cases share."""

    source: Annotated[Texts, Field(default_factory=list)]
    species: Annotated[dict[str, PlasmaSpeciesBlock], Field(default_factory=dict, max_length=500)]
    reactions: Annotated[list[PlasmaReactionBlock], Field(default_factory=list, max_length=5000)]


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


class CatalystBlock(Block):
    """A packed zone: W/F of the feed, when the gas is on it, and its reactions with A per kg."""

    W_F: KilogramSecondPerMole
    start: Second
    end: Second
    reactions: Annotated[list[PlasmaReactionBlock], Field(min_length=1, max_length=5000)]


class ColdPlasmaBlock(Block):
    """A parcel of gas under power, and `after` seconds without; a catalyst in either.

    Species and reactions stand in the block and in a file (`chemistry`), or in a mechanism of
    Cantera with cross sections: of it the neutral species of these elements, without those named.
    With both the mechanism is the gas, and the others come on top.
    """

    kind: Literal["cold-plasma"]
    T: Temperature
    p: Pressure = 101325.0
    feed: dict[str, Fraction]
    mechanism: Annotated[str, Field(max_length=255)] = ""
    chemistry: Annotated[str, Field(max_length=255)] = ""
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
    catalyst: CatalystBlock | None = None
    products: Annotated[list[str], Field(default_factory=list, max_length=100)]
    key: str = ""
    dH: JoulePerMole = float("nan")


def chemistry_of(
    block: ColdPlasmaBlock,
) -> tuple[PlasmaNetwork | PlasmaMechanism, CrossSections | None]:
    """Species and reactions of a block, and cross sections where it has some."""
    file = block.electrons.cross_sections
    part = read_chemistry(block.chemistry) if block.chemistry else None
    species, rows = dict(block.species), [*block.reactions]
    if part is not None:
        species, rows = part.species | species, [*part.reactions, *rows]
    packed = [] if block.catalyst is None else block.catalyst.reactions
    on_it = [r._replace(catalytic=True) for row in packed for r in reactions_of(row, None)]
    if block.mechanism and not rows:
        own = {"species": species, "electrons.cross_sections": file}
        if doubled := [
            (key, "comes out of the mechanism; leave it out, or add reactions")
            for key in own if own[key]
        ]:  # fmt: skip
            raise InputError(doubled)
        return plasma_from_cantera(
            block.mechanism, elements=block.elements, without=block.without, more=on_it
        )
    there = {"species": species or block.mechanism, "reactions": rows}
    if missing := [(key, "is needed, or a mechanism") for key in there if not there[key]]:
        raise InputError(missing)
    sections = sections_of(rows, file)
    reactions = [*(r for row in rows for r in reactions_of(row, sections)), *on_it]
    known = [Species(n, s.atoms, s.M, 0.0, s.cp, s.h) for n, s in species.items()]
    if not block.mechanism:
        return PlasmaNetwork.build(reactions, known), sections
    choice = {"elements": block.elements, "without": block.without}
    return plasma_over(block.mechanism, reactions, known, **choice), sections


def sections_of(rows: list[PlasmaReactionBlock], file: str | None) -> CrossSections | None:
    """The cross sections of a file; InputError says where to get them if reactions need some."""
    wanted = dict.fromkeys(target_of(row) for row in rows if row.process or row.losses)
    if file is not None:
        return read_cross_sections(file)
    if wanted:
        names = " and ".join(wanted)
        raise InputError([(
            "electrons.cross_sections", f"is missing: tables of {names} do not come with this "
            f"package; download those of {names} as text from https://lxcat.net and name your file "
            "here, in a copy of the case (intensify new mine.yaml --like CASE)",
        )])  # fmt: skip
    return None


def target_of(row: PlasmaReactionBlock) -> str:
    """What electrons collide with in a reaction."""
    left = parse_equation(row.equation)[0]
    return next((name for name in left if name != "e"), "")


def reactions_of(row: PlasmaReactionBlock, sections: CrossSections | None) -> list[PlasmaReaction]:
    """A row of a case as a reaction, or as one for each loss that it counts."""
    one = PlasmaReaction(row.equation, row.A, row.b, row.Ta, T_ref=row.T_ref, process=row.process)
    if row.losses is None or sections is None:
        return [one]
    low, high = row.losses
    kinds = [p for p in sections.processes if p.target == target_of(row) and p.kind == "excitation"]
    found = [p for p in kinds if low <= p.threshold <= high]
    if not found:
        there = ", ".join(f"{p.threshold:g}" for p in kinds) or "none"
        raise InputError([(
            f"reactions: {row.equation}", f"no loss of {target_of(row)} from {low:g} to {high:g} "
            f"eV is in {sections.source}; it has excitations at {there} eV",
        )])  # fmt: skip
    return [one._replace(process=p.name) for p in found]


def read_chemistry(name: str) -> ChemistryBlock:
    """Species and reactions of a file, or of one that comes with the package by its name."""
    shipped = {entry.name.removesuffix(SUFFIX): entry for entry in
               (resources.files("intensify.cases") / "data").iterdir()
               if entry.name.endswith(SUFFIX)}  # fmt: skip
    if name.endswith((".yaml", ".yml")):
        text = read_text(Path(name))
    elif name in shipped:
        text = shipped[name].read_text(encoding="utf-8")
    else:
        hint = unknown("chemistry", name, list(shipped))
        raise InputError([("chemistry", f"{hint} (a file's name ends in .yaml)")])
    document = parse_document(text)
    report = Report(document.lines)
    block: ChemistryBlock | None = validated(ChemistryBlock, document.tree, (), report)
    if block is None:
        raise InputError([(f"chemistry: {where}", what) for where, what in report.problems])
    return block


def electrons_of(sections: CrossSections, T: float, scope: Scope) -> Boltzmann:
    """The electrons of a reactor above this one where they are the same: they keep their grids."""
    wanted = sections.sha256, T
    for other in scope.built.values():
        known = getattr(other, "electrons", None)
        if isinstance(known, Boltzmann) and (known.sections.sha256, known.T) == wanted:
            return known
    return Boltzmann(sections, T=T)


def build_plasma(block: ColdPlasmaBlock, scope: Scope) -> Any:
    """The reactor of a block; InputError says what is wrong with it."""
    seen, wall, pulses = block.electrons, block.wall, block.pulses
    chemistry, sections = chemistry_of(block)
    electrons = field = None
    if sections is not None:
        electrons = electrons_of(sections, block.T, scope)
    elif seen.mobility_N is not None:
        field = ElectronField(seen.E_N * TOWNSEND, seen.mobility_N)
    UA = INF if wall.isothermal else 0.0
    if wall.gap is not None:
        UA = gap_cooling(wall.gap, conductivity=wall.conductivity, T=block.T, p=block.p,
                         both_sides=not wall.one_side)  # fmt: skip
    train = None
    if pulses is not None:
        train = PulseTrain(pulses.energy, pulses.width, pulses.period, pulses.number)
    bed = block.catalyst
    return ColdPlasmaReactor(
        chemistry, feed=block.feed,
        T=block.T, p=block.p, power=block.power, residence=block.residence, pulses=train,
        after=block.after, E_N=seen.E_N * TOWNSEND, electrons=electrons, field=field, UA=UA,
        T_wall=wall.T, stirred=block.stirred, fraction=block.fraction, updates=seen.updates,
        catalyst=None if bed is None else Catalyst(bed.W_F, bed.start, bed.end),
        products=block.products, key=block.key, dH=block.dH,
    )  # fmt: skip
