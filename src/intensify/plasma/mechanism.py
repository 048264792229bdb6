"""Plasma chemistry over a whole gas mechanism, as Cantera's example data have one for methane.

Reactions of neutral species run as in `chemistry.gas`, falloff, Chebyshev, both ways and with
NASA polynomials; collisions of electrons are driven by the power, as in `plasma.kinetics`. An ion
recombines where it was made: ionisation makes what the mechanism's recombination of that ion makes,
in the proportions of its rates at 1 eV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.gas_file import network_of
from intensify.chemistry.mechanism_file import open_mechanism
from intensify.chemistry.network import Network, Species
from intensify.chemistry.stoichiometry import parse_equation
from intensify.errors import InputError
from intensify.plasma.cross_sections import CrossSections, Process
from intensify.plasma.kinetics import PlasmaNetwork, PlasmaReaction, joined
from intensify.plasma.readers import ELECTRONS, electrons, read_cross_sections

ONE_EV = 11604.518
"""In K."""


class PlasmaMechanism(NamedTuple):
    """A gas mechanism, and collisions of electrons with its species; see `plasma_from_cantera`."""

    gas: GasNetwork
    impact: PlasmaNetwork

    # --- the physics -----------------------------------------------------------------------------
    def make(self, T, Te, c, x, power, packed, w, room):
        """Fill w (S,) with what all reactions make [mol/m3/s]; room: zeros at first."""
        kept = self.gas.room()
        self.impact.make(T, Te, c, x, power, packed, w, room[kept:])
        self.gas.production(T, c, room[:kept])
        made = self.gas.work(room[:kept]).w
        for i in range(c.size):
            w[i] += made[i]

    def h(self, i, T):
        """Enthalpy of species i [J/mol]."""
        return self.gas.h(i, T)

    def cp(self, i, T):
        """Heat capacity of species i [J/mol/K]."""
        return self.gas.cp(i, T)

    # --- set-up ----------------------------------------------------------------------------------
    @property
    def net(self) -> Network:
        """Species and what is conserved; its cp and h are those at T_ref."""
        return self.impact.net

    @property
    def names(self) -> list[str]:
        """Species names."""
        return self.impact.names

    @property
    def processes(self) -> tuple[str, ...]:
        """Collisions whose rates are needed."""
        return self.impact.processes

    @property
    def has_collisions(self) -> bool:
        """Whether electrons take part in a reaction."""
        return self.impact.has_collisions

    @property
    def has_catalysis(self) -> bool:
        """Whether a reaction needs a catalyst."""
        return self.impact.has_catalysis

    @property
    def room(self) -> int:
        """Numbers of scratch that `make` needs."""
        return self.gas.room() + self.impact.room

    def with_rates(self, k: Mapping[str, float]) -> Self:
        """With the rate coefficients of its processes [m3/s]."""
        return self._replace(impact=self.impact.with_rates(k))

    def lean(self) -> Self:
        """Without what kernels never read."""
        return self._replace(impact=self.impact.lean())


def plasma_from_cantera(
    file: str,
    *,
    elements: Sequence[str] = (),
    without: Sequence[str] = (),
    more: Sequence[PlasmaReaction] = (),
) -> tuple[PlasmaMechanism, CrossSections]:
    """The neutral gas of a Cantera file with a plasma phase, its collisions and cross sections.

    elements: only species of these (none: all); without: species to leave out; more: reactions
    on top. Collisions whose products are no species cost energy and change nothing. InputError: a
    rate of a kind that is not known, no collision that changes a species.

    >>> methane, sections = plasma_from_cantera(
    ...     "methane-plasma-pavan-2023.yaml", elements=("C", "H"))
    >>> len(methane.names), len(methane.gas.reactions), methane.processes[0]
    (16, 47, 'CH4->e + CH3 + H')
    """
    sections = read_cross_sections(file)
    solution = open_mechanism(file, "", thermo=("plasma",))
    kept = neutral(solution, file, elements, without)
    names = {s.name for s in kept}
    every = solution.reactions()
    thermal = [r for r in every if {*r.reactants, *r.products} <= names]
    gas = network_of(kept, thermal, solution.element_names)
    driven = [r for p in sections.processes for r in collisions(p, names, every)]
    if not driven:
        raise InputError(f"no collision in '{file}' changes one of {', '.join(sorted(names))}")
    once = {(r.process, r.equation): r for r in driven}
    return of_both(gas, kept, [*once.values(), *more]), sections


def plasma_over(
    file: str,
    reactions: Sequence[PlasmaReaction],
    species: Sequence[Species],
    *,
    elements: Sequence[str] = (),
    without: Sequence[str] = (),
) -> PlasmaMechanism:
    """The neutral gas of a Cantera file with species and reactions of a discharge on top.

    A species that the file has keeps its data there, and a reaction between neutrals that it has,
    either way, its rate there; other species have a constant cp. InputError:
    as `PlasmaNetwork.build`.

    >>> atoms = [Species("N2D", {"N": 1.0}, 0.014, cp=20.8, h=702.7e3)]
    >>> air = plasma_over("air.yaml", [PlasmaReaction("N2D + O2 => NO + O", A=5e-18)], atoms)
    >>> air.names[-1], len(air.impact.laws)
    ('N2D', 1)
    """
    import cantera as ct

    solution = open_mechanism(file, "")
    kept = neutral(solution, file, elements, without)
    names = {s.name for s in kept}
    thermal = [r for r in solution.reactions() if {*r.reactants, *r.products} <= names]
    for s in species:
        if s.name in names:
            continue
        kept.append(ct.Species(s.name, dict(s.atoms)))
        # no entropy: nothing of the mechanism goes back to it
        kept[-1].thermo = ct.ConstantCp(1.0, 1e5, 101325.0, [298.15, 1e3 * s.h, 0.0, 1e3 * s.cp])
    held = dict.fromkeys([*solution.element_names, *(e for s in kept for e in s.composition)])
    known = {sides for r in thermal for sides in both_ways(r.reactants, r.products)}
    own = [
        r for r in reactions
        if r.catalytic or known.isdisjoint(both_ways(*parse_equation(r.equation)[:2]))
    ]  # fmt: skip
    return of_both(network_of(kept, thermal, list(held)), kept, own)


def neutral(solution: Any, file: str, elements: Sequence[str], without: Sequence[str]) -> list[Any]:
    """Neutral species of a phase, of these elements alone (none: all), without those named."""
    kept = [
        s for s in solution.species()
        if s.charge == 0.0 and s.name not in without
        and (not elements or set(s.composition) <= set(elements))
    ]  # fmt: skip
    if not kept:
        raise InputError(f"'{file}' has no neutral species of {', '.join(elements)} alone")
    return kept


def both_ways(left: Mapping[str, float], right: Mapping[str, float]) -> set[tuple[Any, Any]]:
    """A reaction's sides without third bodies, as it stands and turned round."""
    a, b = (frozenset((n, x) for n, x in side.items() if n != "M") for side in (left, right))
    return {(a, b), (b, a)}


def of_both(
    gas: GasNetwork, species: Sequence[Any], driven: Sequence[PlasmaReaction]
) -> PlasmaMechanism:
    """The gas of Cantera's species, and reactions between them on top."""
    known = [
        Species(s.name, dict(s.composition), 1e-3 * s.molecular_weight,
                cp=float(gas.cp(i, 298.15)), h=float(gas.h(i, 298.15)))
        for i, s in enumerate(species)
    ]  # fmt: skip
    return PlasmaMechanism(gas, PlasmaNetwork.build(driven, known))


def collisions(process: Process, names: set[str], every: list[Any]) -> list[PlasmaReaction]:
    """What a collision process makes of its target; nothing where products are no species."""
    if process.target not in names or process.kind == "elastic":
        return []
    left = {"e": 1.0, process.target: 1.0}
    ways = [(1.0, heavy_of(process.product))]
    if process.kind == "ionization":
        (ion,) = heavy_of(process.product)
        ways = recombinations(ion, every)
    return [
        PlasmaReaction(joined(left, {"e": 1.0, **right}), process=process.name, share=share)
        for share, right in ways
        if right and set(right) <= names and set(right) != {process.target}
    ]


def heavy_of(product: str) -> dict[str, float]:
    """Species beside electrons on the right-hand side that names a process."""
    out: dict[str, float] = {}
    for term in product.split(" + "):
        count, _, name = term.strip().rpartition(" ")
        if name not in ELECTRONS and not electrons(term.strip()):
            out[name] = out.get(name, 0.0) + float(count or 1)
    return out


def recombinations(ion: str, every: list[Any]) -> list[tuple[float, dict[str, float]]]:
    """Share and products of the ion's ways to neutrals with one electron, at 1 eV."""
    found = [
        r for r in every
        if set(r.reactants) == {ion, "e"} and r.reactants["e"] == 1.0 and r.third_body is None
        and "e" not in r.products
    ]  # fmt: skip
    rates = [r.rate.pre_exponential_factor * ONE_EV**r.rate.temperature_exponent for r in found]
    return [(k / sum(rates), dict(r.products)) for k, r in zip(rates, found, strict=True)]
