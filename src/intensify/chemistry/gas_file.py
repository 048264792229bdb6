"""Gas-phase mechanisms in Cantera's formats, read through Cantera."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from intensify.chemistry import gas_rates as kinds
from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.gas_thermo import KINDS as THERMO
from intensify.chemistry.gas_thermo import species_arrays
from intensify.chemistry.mechanism_file import open_mechanism
from intensify.chemistry.network import R_GAS
from intensify.chemistry.reaction_sides import Sides
from intensify.errors import InputError

KINDS = {
    "ArrheniusRate": kinds.ARRHENIUS, "BlowersMaselRate": kinds.BLOWERS_MASEL,
    "TwoTempPlasmaRate": kinds.ARRHENIUS, "LindemannRate": kinds.LINDEMANN,
    "TroeRate": kinds.TROE, "SriRate": kinds.SRI, "PlogRate": kinds.PLOG,
    "ChebyshevRate": kinds.CHEBYSHEV,
}  # fmt: skip
"""Cantera's classes of rates that this package knows."""
SUPPLIED = "ElectronCollisionPlasmaRate"


def gas_from_cantera(
    file: str,
    *,
    phase: str = "",
    T_electrons: float | None = None,
    supplied: Mapping[str, float] | None = None,
) -> GasNetwork:
    """The ideal gas of a mechanism file; Cantera's own files by their name.

    T_electrons: a held temperature [K] for rates of two temperatures, without it that of the gas.
    supplied: rate constants [mol, m3, s] of collisions with electrons, by equation.

    InputError: a phase that is no ideal gas; thermodynamic data or rates of a kind that is not
    known; collisions with electrons without a rate; all of them, each by its name.

    >>> gas_from_cantera("h2o2.yaml").names[:3]
    ['H2', 'H', 'O']
    """
    solution = open_mechanism(file, phase)
    try:
        return network_of(
            solution.species(), solution.reactions(), solution.element_names,
            T_electrons=T_electrons, supplied=supplied,
        )  # fmt: skip
    except InputError as error:
        raise InputError([(f"{file}: {where}", what) for where, what in error.problems]) from None


def network_of(
    species: list[Any],
    reactions: list[Any],
    elements: list[str],
    *,
    T_electrons: float | None = None,
    supplied: Mapping[str, float] | None = None,
) -> GasNetwork:
    """The network of Cantera's species and reactions; see `gas_from_cantera`."""
    names, supplied = [s.name for s in species], supplied or {}
    problems = [p for s in species for p in species_problem(s)]
    problems += [p for j, r in enumerate(reactions) for p in reaction_problem(j, r, supplied)]
    known = {r.equation for r in reactions if type(r.rate).__name__ == SUPPLIED}
    problems += [
        (e, "is no collision with electrons of this file") for e in supplied if e not in known
    ]
    if problems:
        raise InputError(problems)
    rows = Rows(names, T_electrons, supplied)
    for j in sorted(range(len(reactions)), key=lambda j: place_of(reactions[j])):
        rows.add(j, reactions[j])
    return GasNetwork(*species_arrays(species, elements), *rows.arrays())


def kind_of(reaction: Any) -> int:
    """The kind of a reaction's rate."""
    return KINDS.get(type(reaction.rate).__name__, kinds.ARRHENIUS)


def has_body(reaction: Any) -> bool:
    """Whether a rate has the factor [M]."""
    third, kind = reaction.third_body, kind_of(reaction)
    return third is not None and third.mass_action and not kinds.LINDEMANN <= kind <= kinds.SRI


def is_constant(reaction: Any) -> bool:
    """Whether a rate is one number, with nothing that changes it."""
    rate, name = reaction.rate, type(reaction.rate).__name__
    if has_body(reaction) or name not in (SUPPLIED, "ArrheniusRate"):
        return False
    return name == SUPPLIED or rate.temperature_exponent == rate.activation_energy == 0.0


def place_of(reaction: Any) -> tuple[int, ...]:
    """Where a reaction stands: by kind, the reversible ones of a kind first."""
    kind, changing = kind_of(reaction), not is_constant(reaction)
    early = kind < kinds.LINDEMANN
    body = early and has_body(reaction)
    return 0 if early else kind, changing, body, not reaction.reversible


def species_problem(species: Any) -> list[tuple[str, str]]:
    """What keeps a species from being read."""
    kind = type(species.thermo).__name__
    if kind in THERMO:
        return []
    return [
        (species.name, f"has thermodynamic data of kind '{kind}'; known are {', '.join(THERMO)}")
    ]


def reaction_problem(j: int, reaction: Any, supplied: Mapping[str, float]) -> list[tuple[str, str]]:
    """What keeps a reaction from being read."""
    kind, where = type(reaction.rate).__name__, f"reaction {j + 1} ({reaction.equation})"
    if kind == SUPPLIED:
        if reaction.equation in supplied:
            return []
        return [(where, "is a collision with electrons; give its rate constant by `supplied`")]
    if kind not in KINDS:
        return [(where, f"has a rate of kind '{kind}'; known are {', '.join(KINDS)}")]
    return []


def plain(A: float, b: float = 0.0, Ta: float = 0.0, T0: float = np.inf) -> list[float]:
    """The term A T^b exp(-Ta/T - T/T0): sign and logarithm of A, b, Ta, 1/T0; or A alone."""
    if A == 0.0 or T0 == 0.0:
        return [0.0] * 5
    if b == Ta == 1.0 / T0 == 0.0:
        return [A, 0.0, 0.0, 0.0, 0.0]
    return [np.sign(A), np.log(abs(A)), b, Ta, 1.0 / T0]


def term(law: Any, order: float) -> list[float]:
    """An Arrhenius law of that order in mol, m3, s."""
    A = law.pre_exponential_factor * 1e-3 ** (order - 1.0)
    return plain(A, law.temperature_exponent, law.activation_energy / (1e3 * R_GAS))


def centre(kind: int, given: list[float]) -> list[list[float]]:
    """The three terms of a falloff's centre: of Troe's F_c, or a, c and d of SRI."""
    if kind == kinds.SRI:
        a, b, c, d, e = [*given, 1.0, 0.0][:5]
        return [plain(a, Ta=b), plain(1.0, T0=c), plain(d, b=e)]
    a, T3, T1, T2 = [*given, 0.0][:4]
    return [plain(1.0 - a, T0=T3), plain(a, T0=T1), plain(float(T2 != 0.0), Ta=T2)]


class Rows:
    """The arrays of `GasNetwork` from `arrhenius` on, reaction by reaction."""

    def __init__(
        self, names: list[str], T_electrons: float | None, supplied: Mapping[str, float]
    ) -> None:
        self.names, self.T_electrons, self.supplied = names, T_electrons, supplied
        self.terms: list[list[float]] = []
        self.lows: list[list[float]] = []
        self.centres: list[list[list[float]]] = []
        self.levels: list[list[float]] = []
        self.reactions: list[list[int]] = []
        self.barriers: list[int] = []
        self.of_body: list[int] = []
        self.reversible: list[int] = []
        self.starts = [0] * 6
        self.sides = Sides(names)
        self.bodies: list[tuple[float, dict[str, float]]] = []
        self.tables: list[float] = []

    def add(self, number: int, reaction: Any) -> None:
        """Take up a reaction."""
        kind, order = kind_of(reaction), sum((reaction.reactants | reaction.orders).values())
        j, start = len(self.reactions), len(self.tables)
        within, third = kinds.LINDEMANN <= kind <= kinds.SRI, has_body(reaction)
        activated = within and reaction.rate.chemically_activated
        self.rate(reaction, kind, order + third, activated)
        before = [kind < k for k in (kinds.LINDEMANN, kinds.TROE, kinds.SRI, kinds.PLOG)]
        before = [is_constant(reaction), before[0] and not third, *before]
        self.starts = [n + early for n, early in zip(self.starts, before, strict=True)]
        self.of_body.append(self.body(reaction.third_body) if within or third else -1)
        if reaction.reversible:
            self.reversible.append(j)
        if kind == kinds.BLOWERS_MASEL:
            self.barriers.append(j)
        self.reactions.append([kind, start, len(self.tables) - start, activated, number])
        self.sides.add(reaction)

    def body(self, third: Any) -> int:
        """Row of a set of efficiencies; equal ones share it."""
        usual, given = third.default_efficiency, third.efficiencies
        extra = {name: e - usual for name, e in given.items() if name in self.names and e != usual}
        if (usual, extra) not in self.bodies:
            self.bodies.append((usual, extra))
        return self.bodies.index((usual, extra))

    def rate(self, reaction: Any, kind: int, order: float, activated: bool) -> None:
        """The rate constant of a reaction."""
        rate, name = reaction.rate, type(reaction.rate).__name__
        if name == SUPPLIED:
            self.terms.append(plain(self.supplied[reaction.equation]))
        elif name == "TwoTempPlasmaRate":
            self.terms.append(self.two_temperatures(rate, term(rate, order)))
        elif kind <= kinds.BLOWERS_MASEL:
            self.terms.append(term(rate, order))
            if kind == kinds.BLOWERS_MASEL:
                self.tables += [self.terms[-1][3], rate.bond_energy / (1e3 * R_GAS)]
                self.terms[-1][3] = 0.0
        elif kind <= kinds.SRI:
            self.terms.append(term(rate.high_rate, order - activated))
            self.lows.append(term(rate.low_rate, order + 1 - activated))
            if kind != kinds.LINDEMANN:
                self.centres.append(centre(kind, [float(x) for x in rate.falloff_coeffs]))
        elif kind == kinds.PLOG:
            for p in sorted({p for p, _ in rate.rates}):
                first = len(self.levels)
                self.levels += [term(law, order) for at, law in rate.rates if at == p]
                self.tables += [np.log(p), first, len(self.levels)]
        else:
            data = np.array(rate.data)
            data[0, 0] -= 3.0 * (order - 1.0)
            ends = [*rate.temperature_range, *rate.pressure_range]
            self.tables += [*ends, *map(float, data.shape), *data.ravel()]

    def two_temperatures(self, rate: Any, law: list[float]) -> list[float]:
        """k = A Te^b exp(-Ea/RT + Ee (1/T - 1/Te)/R) as a law in T, Te held or equal to T."""
        if self.T_electrons is None:
            return law
        sign, ln_A, b, Ta, _ = law
        Te, Ee = self.T_electrons, rate.activation_electron_energy / (1e3 * R_GAS)
        return [sign, ln_A + b * np.log(Te) - Ee / Te, 0.0, Ta - Ee, 0.0]

    def arrays(self) -> list[np.ndarray]:
        """The arrays in the order of `GasNetwork`."""
        Q, X = len(self.bodies), max((len(extra) for _, extra in self.bodies), default=1)
        extra_of, extra = np.full((Q, X), len(self.names), dtype=np.uint32), np.zeros((Q, X))
        for m, (_, more) in enumerate(self.bodies):
            for q, (name, value) in enumerate(more.items()):
                extra_of[m, q], extra[m, q] = self.names.index(name), value
        by_part = [row for part in zip(*self.centres, strict=True) for row in part]
        terms = [*self.terms, *self.lows, *by_part, *self.levels]
        return [
            np.ascontiguousarray(np.array(terms, dtype=float).reshape(-1, 5).T),
            np.array(self.reactions, dtype=int).reshape(-1, 5),
            np.array(self.barriers, dtype=np.uint32),
            np.array([Q if m < 0 else m for m in self.of_body], dtype=np.uint32),
            np.array(self.reversible, dtype=np.uint32),
            np.array(self.starts), *self.sides.arrays(self.reversible),
            np.array([usual for usual, _ in self.bodies], dtype=float), extra_of, extra,
            np.array(self.tables, dtype=float),
        ]  # fmt: skip
