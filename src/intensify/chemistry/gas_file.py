"""Gas-phase mechanisms in Cantera's formats, read through Cantera."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry import gas
from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import as_bytes
from intensify.errors import InputError

KINDS = {
    "ArrheniusRate": gas.ELEMENTARY, "LindemannRate": gas.LINDEMANN, "TroeRate": gas.TROE,
    "SriRate": gas.SRI, "PlogRate": gas.PLOG, "ChebyshevRate": gas.CHEBYSHEV,
}  # fmt: skip
"""Cantera's classes of rates that this package knows."""


def gas_from_cantera(file: str, *, phase: str = "") -> GasNetwork:
    """The ideal gas of a mechanism file; Cantera's own files by their name.

    InputError: a phase that is no ideal gas, species without NASA polynomials in two ranges, rates
    other than Arrhenius, three-body, Lindemann, Troe, SRI, over pressure or Chebyshev, reaction
    orders of their own.
    """
    solution = open_mechanism(file, phase)
    return network_of(solution.species(), solution.reactions(), solution.element_names)


def open_mechanism(file: str, phase: str, *, thermo: tuple[str, ...] = ("ideal-gas",)) -> Any:
    """Cantera's object of a mechanism file; InputError where it is not of such a phase."""
    try:
        import cantera as ct
    except ImportError as error:
        raise InputError("reading a gas mechanism needs Cantera: pip install cantera") from error
    try:
        solution = ct.Solution(file, phase) if phase else ct.Solution(file)
    except ct.CanteraError as error:
        lines = [line for line in str(error).splitlines() if line.strip(" *\n")]
        raise InputError(f"Cantera cannot read '{file}': {' '.join(lines[1:3])}") from error
    if solution.thermo_model not in thermo:
        known = " or ".join(f"'{name}'" for name in thermo)
        raise InputError(f"'{file}' has a phase '{solution.thermo_model}'; it must be {known}")
    return solution


def network_of(species: list[Any], reactions: list[Any], elements: list[str]) -> GasNetwork:
    """The network of Cantera's species and reactions; InputError names what is not known."""
    names = [s.name for s in species]
    problems = [p for s in species for p in species_problem(s)]
    problems += [p for r in reactions for p in reaction_problem(r)]
    if problems:
        raise InputError(problems)
    rows = [reaction_row(r) for r in reactions]
    efficiencies: list[list[float]] = []
    tables: list[float] = []
    for row, reaction in zip(rows, reactions, strict=True):
        if row[gas.KIND] >= gas.PLOG:
            table = pressure_table(reaction)
            row[gas.EFF], row[gas.LOW] = float(len(tables)), float(len(table))
            tables += table
        elif row[gas.KIND] != gas.ELEMENTARY:
            row[gas.EFF] = len(efficiencies)
            body: Any = reaction.third_body
            efficiencies.append(
                [body.efficiencies.get(name, body.default_efficiency) for name in names]
            )
    index, nu = both_sides(reactions, names)
    return GasNetwork(
        as_bytes([*names, *elements], 32),
        np.array([species_row(s) for s in species]),
        np.array([[s.composition.get(e, 0.0) for s in species] for e in elements]),
        np.array(rows).reshape(-1, gas.COLUMNS), index, nu,
        np.array(efficiencies).reshape(-1, len(names)), np.array(tables),
    )  # fmt: skip


def species_problem(species: Any) -> list[tuple[str, str]]:
    """What keeps a species from being read."""
    kind = type(species.thermo).__name__
    if kind == "NasaPoly2":
        return []
    return [(species.name, f"has thermodynamic data of kind '{kind}'; it must be NasaPoly2")]


def reaction_problem(reaction: Any) -> list[tuple[str, str]]:
    """What keeps a reaction from being read."""
    kind = type(reaction.rate).__name__
    if kind not in KINDS or "chemically-activated" in reaction.reaction_type:
        return [(reaction.equation, f"has a rate of kind '{kind}'; known are {', '.join(KINDS)}")]
    if KINDS[kind] >= gas.PLOG and reaction.third_body is not None:
        return [(reaction.equation, "has a third body beside a rate over pressure; leave M out")]
    if KINDS[kind] == gas.PLOG and any(
        law.pre_exponential_factor <= 0.0 for _, law in reaction.rate.rates
    ):
        return [(reaction.equation, "has a rate over pressure with A of 0 or less")]
    if reaction.orders:
        return [(reaction.equation, f"has orders {reaction.orders}; they must be its coefficients")]
    return []


def species_row(species: Any) -> list[float]:
    """Molar mass, reference pressure, and coefficients: Cantera's list has those above first."""
    c = species.thermo.coeffs
    return [1e-3 * species.molecular_weight, species.thermo.reference_pressure, c[0], *c[8:15],
            *c[1:8]]  # fmt: skip


def arrhenius_of(rate: Any, order: float) -> list[float]:
    """A [mol, m3, s], b, Ta of a rate constant in kmol."""
    A = rate.pre_exponential_factor * 1e-3 ** (order - 1.0)
    return [A, rate.temperature_exponent, rate.activation_energy / (1e3 * R_GAS)]


def reaction_row(reaction: Any) -> list[float]:
    """The columns of a reaction."""
    rate, order = reaction.rate, sum(reaction.reactants.values())
    kind = KINDS[type(rate).__name__]
    change = sum(reaction.products.values()) - order
    high, low, shape = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0] * 5
    if kind == gas.ELEMENTARY:
        kind = gas.THREE_BODY if reaction.third_body is not None else kind
        high = arrhenius_of(rate, order + (kind == gas.THREE_BODY))
    elif kind < gas.PLOG:
        high, low = arrhenius_of(rate.high_rate, order), arrhenius_of(rate.low_rate, order + 1)
        given = [float(x) for x in rate.falloff_coeffs]
        plain = [0.0, 0.0, 0.0, 1.0, 0.0] if kind == gas.SRI else shape
        shape = given + plain[len(given) :]
    return [float(kind), float(reaction.reversible), *high, 0.0, change, *low, *shape]


def pressure_table(reaction: Any) -> list[float]:
    """A rate over pressure as `gas.ln_between` or `gas.ln_chebyshev` reads it."""
    rate, order = reaction.rate, sum(reaction.reactants.values())
    if KINDS[type(rate).__name__] == gas.PLOG:
        return [x for p, law in rate.rates for x in (p, *arrhenius_of(law, order))]
    data = np.array(rate.data)
    data[0, 0] -= 3.0 * (order - 1.0)
    return [*rate.temperature_range, *rate.pressure_range, *map(float, data.shape), *data.ravel()]


def both_sides(reactions: list[Any], names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Species and coefficients (R, 2, K) of the left and right sides."""
    both = [(r.reactants, r.products) for r in reactions]
    K = max((len(side) for pair in both for side in pair), default=1)
    index = np.full((len(both), 2, K), -1)
    nu = np.zeros(index.shape)
    for j, pair in enumerate(both):
        for k, side in enumerate(pair):
            for q, (name, value) in enumerate(side.items()):
                index[j, k, q], nu[j, k, q] = names.index(name), value
    return index, nu
