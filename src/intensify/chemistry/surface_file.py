"""Surface mechanisms in Cantera's formats, read through Cantera."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.gas_file import network_of, species_problem
from intensify.chemistry.gas_thermo import species_arrays
from intensify.chemistry.mechanism_file import open_mechanism
from intensify.chemistry.network import R_GAS
from intensify.chemistry.reaction_sides import Sides
from intensify.chemistry.surface import SurfaceNetwork
from intensify.errors import InputError

KINDS = (
    "InterfaceArrheniusRate", "StickingArrheniusRate", "InterfaceBlowersMaselRate",
    "StickingBlowersMaselRate",
)  # fmt: skip
"""Cantera's classes of rates on a surface that this package knows."""
BESIDE = {"ideal-gas": "gas", "fixed-stoichiometry": "solid"}
"""Kinds of phases beside the surface that this package knows."""


class SurfaceMechanism(NamedTuple):
    """A surface with the gas above it, as one file gives both."""

    gas: GasNetwork
    surface: SurfaceNetwork


def surface_from_cantera(file: str, phase: str) -> SurfaceMechanism:
    """The surface `phase` of a mechanism file and its gas; Cantera's own files by their name.

    InputError: no ideal surface; a phase beside it that is neither an ideal gas nor a solid of
    fixed composition; rates or data of a kind that is not known, each by its name.

    >>> pt = surface_from_cantera("ptcombust.yaml", "Pt_surf")
    >>> pt.surface.adsorbates[:3], len(pt.surface.slots)
    (['PT(S)', 'H(S)', 'H2O(S)'], 24)
    """
    solution = open_mechanism(file, phase, thermo=("ideal-surface",))
    try:
        return catalyst_of(solution)
    except InputError as error:
        raise InputError([(f"{file}: {where}", what) for where, what in error.problems]) from None


def surface_problems(solution: Any) -> list[tuple[str, str]]:
    """What keeps a surface from being read: phases beside it, its species, its rates."""
    problems = [
        (f"phase {name}", f"is of kind '{near.thermo_model}'; beside a surface there may be "
         f"{' and '.join(BESIDE)}")
        for name, near in solution.adjacent.items() if near.thermo_model not in BESIDE
    ]  # fmt: skip
    gases = [near for near in solution.adjacent.values() if near.thermo_model == "ideal-gas"]
    if len(gases) != 1:
        problems.append((f"phase {solution.name}", f"has {len(gases)} ideal gases beside it; it "
                         "must be one"))  # fmt: skip
    problems += [p for s in solution.species() for p in species_problem(s)]
    for j, reaction in enumerate(solution.reactions()):
        problems += reaction_problem(j, reaction)
    return problems


def reaction_problem(j: int, reaction: Any) -> list[tuple[str, str]]:
    """What keeps a reaction on a surface from being read."""
    kind, where = type(reaction.rate).__name__, f"reaction {j + 1} ({reaction.equation})"
    if kind not in KINDS:
        return [(where, f"has a rate of kind '{kind}'; known are {', '.join(KINDS)}")]
    if reaction.rate.uses_electrochemistry:
        return [(where, "moves charge between phases, which is not known here")]
    return []


def catalyst_of(solution: Any) -> SurfaceMechanism:
    """The networks of Cantera's surface and of its gas."""
    problems = surface_problems(solution)
    if problems:
        raise InputError(problems)
    beside = list(solution.adjacent.values())
    (gas,) = (near for near in beside if BESIDE[near.thermo_model] == "gas")
    solids = [near for near in beside if BESIDE[near.thermo_model] == "solid"]
    own, G, density = solution.species(), gas.n_species, 1e3 * solution.site_density
    species = [*gas.species(), *own, *(s for near in solids for s in near.species())]
    elements = [e for near in (gas, solution, *solids) for e in near.element_names]
    solid, names = G + len(own), [s.name for s in species]
    standard, cover, bulk = np.zeros((3, len(species)))
    bulk[solid:] = [near.density for near in solids]
    cover[G:solid] = [s.size / density for s in own]
    standard[G:solid] = -np.log(cover[G:solid])
    network = network_of(gas.species(), gas.reactions(), gas.element_names)
    arrays = [
        *species_arrays(species, list(dict.fromkeys(elements))), standard, cover, bulk,
        *rows_of(solution.reactions(), names, G, cover[:solid] * density, density),
    ]  # fmt: skip
    return SurfaceMechanism(network, SurfaceNetwork(G, solid, density, *arrays))


def rows_of(
    reactions: list[Any], names: list[str], gas: int, sites: np.ndarray, density: float
) -> list[np.ndarray]:
    """The arrays of `SurfaceNetwork` from `arrhenius` on."""
    sides, terms, rows, factors = Sides(names, signed=True), [], [], []
    of, coverage = [], []
    solid = sites.size
    for j, reaction in enumerate(reactions):
        rate, orders = reaction.rate, reaction.reactants | reaction.orders
        sticks = type(rate).__name__.startswith("Sticking")
        counted = {i: n for i, n in ((names.index(s), n) for s, n in orders.items()) if i < solid}
        # kmol to mol: a sticking coefficient has no unit
        A = rate.pre_exponential_factor * (1.0 if sticks else 1e-3 ** (sum(counted.values()) - 1.0))
        masel = "BlowersMasel" in type(rate).__name__
        Ta = rate.activation_energy / (1e3 * R_GAS)
        terms.append([np.sign(A), np.log(abs(A)) if A else 0.0, rate.temperature_exponent,
                      0.0 if masel else Ta, 0.0])  # fmt: skip
        multiplier = 0.0
        if sticks:
            multiplier = np.sqrt(R_GAS / (2e-3 * np.pi * rate.sticking_weight))
            multiplier /= density**rate.sticking_order
            multiplier *= np.prod([sites[i] ** n for i, n in counted.items() if i >= gas])
        rows.append([sticks, sticks and rate.motz_wise_correction, j])
        factors.append([multiplier, Ta, rate.bond_energy / (1e3 * R_GAS) if masel else 0.0])
        for name, given in rate.coverage_dependencies.items():
            E = np.atleast_1d(given["E"]) / (1e3 * R_GAS)
            of.append([j, names.index(name)])
            coverage.append([given["a"] * np.log(10.0), given["m"], *E, *np.zeros(4 - len(E))])
        sides.add(reaction)
    reversible = [j for j, r in enumerate(reactions) if r.reversible]
    return [
        np.ascontiguousarray(np.array(terms, dtype=float).reshape(-1, 5).T),
        np.array(rows, dtype=int).reshape(-1, 3), np.array(factors, dtype=float).reshape(-1, 3),
        np.array(of, dtype=int).reshape(-1, 2), np.array(coverage, dtype=float).reshape(-1, 6),
        np.array(reversible, dtype=int), *sides.arrays(reversible),
    ]  # fmt: skip
