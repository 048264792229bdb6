"""What is in a mechanism: kinds of data, ranges, what is refused, what a feed never makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from intensify.chemistry import gas_file, surface_file
from intensify.chemistry.mechanism_file import open_mechanism, phases
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError

GASES, SURFACES, SOLIDS = ("ideal-gas", "plasma"), ("ideal-surface",), ("fixed-stoichiometry",)
KNOWN = (*GASES, *SURFACES, *SOLIDS)
"""Kinds of phases; liquids are read by a case's `kinetics`."""


class PhaseReport(NamedTuple):
    """A phase in figures.

    beside: phases that a surface has beside it. reactions: its own. thermo, rates: how many by
    Cantera's names. transport: how many of the species have data of transport. T_range: where all
    species have data [K]. refused: what this package does not read, where and why. unreached:
    species that no reaction makes of the feed, directly or by steps; None where no feed was named.
    """

    phase: str
    kind: str
    beside: list[str]
    elements: list[str]
    species: list[str]
    reactions: int
    reversible: int
    thermo: dict[str, int]
    rates: dict[str, int]
    transport: int
    T_range: tuple[float, float]
    refused: list[tuple[str, str]]
    unreached: list[str] | None

    def __str__(self) -> str:
        """The figures in lines."""
        low, high = self.T_range
        beside = f", beside it {', '.join(self.beside)}" if self.beside else ""
        lines = [
            f"phase {self.phase} ({self.kind}{beside}): {len(self.species)} species of "
            f"{', '.join(self.elements)}, {self.reactions} reactions, {self.reversible} reversible",
            *(f"  {n:5d} species with {kind}" for kind, n in self.thermo.items()),
            *(f"  {n:5d} reactions {kind}" for kind, n in self.rates.items()),
            *([f"  {self.transport:5d} species with data of transport"] if self.transport else []),
            f"valid from {low:g} K to {high:g} K by the species' data",
        ]
        if self.unreached is not None:
            names = ", ".join(self.unreached) or "none"
            lines.append(f"never reached from the feed: {names}")
        lines.append("refused: nothing" if not self.refused else f"refused: {len(self.refused)}")
        return "\n".join(lines + [f"  {where}: {why}" for where, why in self.refused])


class MechanismReport(NamedTuple):
    """A file's phases, one by one, and those that are not read, each with the reason."""

    file: str
    phases: list[PhaseReport]
    unread: list[tuple[str, str]]

    @property
    def usable(self) -> bool:
        """Whether there is a phase to read, and nothing in those that are is refused."""
        return bool(self.phases) and not any(phase.refused for phase in self.phases)

    def __str__(self) -> str:
        """The phases in lines."""
        unread = [f"phase {name} is not read: {why}" for name, why in self.unread]
        return "\n".join([self.file, *map(str, self.phases), *unread])


def describe(file: str, *, phase: str = "", feed: Iterable[str] = ()) -> MechanismReport:
    """What a mechanism file holds, in all its phases or one of them.

    feed: names of species that are there at the start, of whatever phase.
    InputError: Cantera cannot read it, no such phase, feed species that are none.

    >>> report = describe("h2o2.yaml", feed=["H2", "AR"]).phases[0]
    >>> report.reactions, report.unreached
    (29, ['O', 'O2', 'OH', 'H2O', 'HO2', 'H2O2', 'N2'])
    >>> [(p.phase, p.reactions) for p in describe("ptcombust.yaml").phases]
    [('gas', 186), ('Pt_surf', 24)]
    """
    there, feed = phases(file), list(feed)
    if phase and phase not in there:
        raise InputError(unknown("phase", phase, list(there)))
    found, unread = [], []
    for name in [phase] if phase else there:
        kind = there[name]
        if kind in GASES + SURFACES:
            found.append(open_mechanism(file, name, thermo=(kind,)))
        elif kind not in SOLIDS:
            unread.append((name, f"it is of kind '{kind}'; known are {', '.join(KNOWN)}"))
    beside = {name for s in found if s.thermo_model in SURFACES for name in s.adjacent}
    alone = [n for n in ([phase] if phase else there) if there[n] in SOLIDS and n not in beside]
    unread += [(name, "a solid counts only beside a surface") for name in alone]
    known = list(dict.fromkeys(name for s in found for name in s.kinetics_species_names))
    problems = [("feed", unknown("species", name, known)) for name in feed if name not in known]
    if problems:
        raise InputError(problems)
    made = [r for s in found for r in s.reactions()]
    return MechanismReport(file, [described(s, made, feed) for s in found], unread)


def described(solution: Any, made: list[Any], feed: list[str]) -> PhaseReport:
    """One of Cantera's phases; made: the reactions that the feed can take."""
    names, reactions, species = solution.species_names, solution.reactions(), solution.species()
    is_surface = solution.thermo_model in SURFACES
    if is_surface:
        refused = surface_file.surface_problems(solution)
    else:
        refused = [p for s in species for p in gas_file.species_problem(s)]
        refused += [p for j, r in enumerate(reactions) for p in gas_file.reaction_problem(j, r, {})]
    return PhaseReport(
        solution.name, solution.thermo_model, list(solution.adjacent) if is_surface else [],
        solution.element_names, names, len(reactions), sum(r.reversible for r in reactions),
        counted(type(s.thermo).__name__ for s in species),
        counted(r.reaction_type for r in reactions),
        sum(s.transport is not None for s in species),
        (max(s.thermo.min_temp for s in species), min(s.thermo.max_temp for s in species)),
        refused, unreached(names, made, feed) if feed else None,
    )  # fmt: skip


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many of each kind, the most frequent first."""
    return dict(Counter(kinds).most_common())


def unreached(names: list[str], reactions: list[Any], feed: list[str]) -> list[str]:
    """Species that cannot form: a reaction runs once all of one side is there."""
    there, before = set(feed), 0
    while len(there) > before:
        before = len(there)
        for r in reactions:
            if there.issuperset(r.reactants):
                there |= r.products.keys()
            if r.reversible and there.issuperset(r.products):
                there |= r.reactants.keys()
    return [name for name in names if name not in there]
