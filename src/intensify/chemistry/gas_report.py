"""What is in a gas mechanism: kinds of data, ranges, what is refused, what a feed never makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from intensify.chemistry.gas_file import open_mechanism, reaction_problem, species_problem
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError


class MechanismReport(NamedTuple):
    """A mechanism in figures.

    thermo, rates: how many by Cantera's names. T_range: where all species have data [K].
    refused: what this package does not read, where and why. unreached: species that no reaction
    makes of the feed, directly or by steps; None where no feed was named.
    """

    file: str
    phase: str
    elements: list[str]
    species: list[str]
    reactions: int
    reversible: int
    thermo: dict[str, int]
    rates: dict[str, int]
    T_range: tuple[float, float]
    refused: list[tuple[str, str]]
    unreached: list[str] | None

    def __str__(self) -> str:
        """The figures in lines."""
        low, high = self.T_range
        lines = [
            f"{self.file}, phase {self.phase}: {len(self.species)} species of "
            f"{', '.join(self.elements)}, {self.reactions} reactions, {self.reversible} reversible",
            *(f"  {n:5d} species with {kind}" for kind, n in self.thermo.items()),
            *(f"  {n:5d} reactions {kind}" for kind, n in self.rates.items()),
            f"valid from {low:g} K to {high:g} K by the species' data",
        ]
        if self.unreached is not None:
            names = ", ".join(self.unreached) or "none"
            lines.append(f"never reached from the feed: {names}")
        lines.append("refused: nothing" if not self.refused else f"refused: {len(self.refused)}")
        return "\n".join(lines + [f"  {where}: {why}" for where, why in self.refused])


def describe(file: str, *, phase: str = "", feed: Iterable[str] = ()) -> MechanismReport:
    """What a mechanism file holds; feed: names of species that are there at the start.

    InputError: Cantera cannot read it, no ideal gas, feed species that are none.

    >>> report = describe("h2o2.yaml", feed=["H2", "AR"])
    >>> report.reactions, report.unreached
    (29, ['O', 'O2', 'OH', 'H2O', 'HO2', 'H2O2', 'N2'])
    """
    solution, feed = open_mechanism(file, phase), list(feed)
    names, reactions, species = solution.species_names, solution.reactions(), solution.species()
    problems = [("feed", unknown("species", name, names)) for name in feed if name not in names]
    if problems:
        raise InputError(problems)
    refused = [p for s in species for p in species_problem(s)]
    refused += [p for j, r in enumerate(reactions) for p in reaction_problem(j, r, {})]
    return MechanismReport(
        file, solution.name, solution.element_names, names, len(reactions),
        sum(r.reversible for r in reactions), counted(type(s.thermo).__name__ for s in species),
        counted(r.reaction_type for r in reactions),
        (max(s.thermo.min_temp for s in species), min(s.thermo.max_temp for s in species)),
        refused, unreached(names, reactions, feed) if feed else None,
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
