"""Reaction networks with Arrhenius rate laws in both directions, and what adsorption does to them.

    r_j  = (A_j T^b_j exp(-Ta_j/T) prod_i c_i^orders_ji  -  the same with the reverse numbers)/D^n_j
    D    = 1 + sum_m K_m(T) prod_i c_i^orders_mi       Langmuir-Hinshelwood-Hougen-Watson, n_j sites
    dH_j = sum_i nu_ji (h_i + cp_i (T - T_ref))                       exothermic: negative

Concentrations in mol/m3, rates in mol/m3/s, or in mol/kg/s over a catalyst. An equilibrium constant
of species with constant cp has the form K T^n exp(-Ta/T), so a reversible reaction is two Arrhenius
terms, exactly. Laws in partial pressures p = c R T are laws in c with another A and b.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

import numpy as np

from intensify._jit import inlined
from intensify.chemistry.stoichiometry import (
    arrhenius,
    as_bytes,
    denominator,
    denominator_slope,
    denominator_slope_T,
    from_bytes,
    parse_equation,
    power_product,
    power_slope,
    unknown,
)
from intensify.errors import InputError

R_GAS = 8.31446261815324
"""Molar gas constant, CODATA 2018 [J/mol/K]."""


class Arrhenius(NamedTuple):
    """Rate constant k = A T^b exp(-Ta/T); A in mol, m3, s; Ta = E/R in K.

    >>> round(Arrhenius.at(2e-6, T=300.0, E=50e3)(300.0), 12)
    2e-06
    """

    A: float
    b: float = 0.0
    Ta: float = 0.0

    def __call__(self, T: float) -> float:
        """Rate constant at T [K]."""
        return float(self.A * T**self.b * np.exp(-self.Ta / T))

    @classmethod
    def at(cls, k: float, *, T: float, E: float) -> Self:
        """From the rate constant k at temperature T [K] and the activation energy E [J/mol]."""
        return cls(k * float(np.exp(E / (R_GAS * T))), 0.0, E / R_GAS)


class Species(NamedTuple):
    """A species with its atoms {element: count} and properties.

    M: molar mass [kg/mol]. v: molar volume [m3/mol]. cp: heat capacity [J/mol/K]. h: enthalpy at
    the network's T_ref [J/mol].
    """

    name: str
    atoms: dict[str, float] = {}  # noqa: RUF012 (never written to)
    M: float = 0.0
    v: float = 0.0
    cp: float = 0.0
    h: float = 0.0


class Reaction(NamedTuple):
    """A reaction: equation "A + 2 B => C", rate, orders (those of the equation unless given).

    dH [J per mole of reaction as written] stands at T_ref; None: from the species' enthalpies.
    reverse: the rate constant of the way back, with the products' orders unless given.
    sites: power of the network's adsorption term D below the rate, 0 where it does not count.
    """

    equation: str
    rate: Arrhenius
    orders: dict[str, float] | None = None
    dH: float | None = None
    reverse: Arrhenius | None = None
    orders_reverse: dict[str, float] | None = None
    sites: float = 0.0


class Adsorption(NamedTuple):
    """One term K(T) prod_i c_i^orders_i of D: a species by name, or orders such as H2O over H2."""

    of: str | dict[str, float]
    K: Arrhenius

    @property
    def orders(self) -> dict[str, float]:
        """Orders by name."""
        return {self.of: 1.0} if isinstance(self.of, str) else self.of


# columns of Network.species, and of Network.reactions (then S columns each of nu and both orders)
M, V, CP, H, ATOMS = range(5)
A, B, TA, A_BACK, B_BACK, TA_BACK, DH, DCP, DV, SITES, NU = range(11)


class Network(NamedTuple):
    """S species and R reactions in two tables; properties give their columns by name.

    Few arrays, and names as bytes: every network has one type and costs little to pass on.

    >>> net = Network.build("A + B => C", k=2e-6)
    >>> r = np.empty(1)
    >>> net.rates(300.0, np.array([1000.0, 1500.0, 0.0]), r)
    >>> float(r[0])
    3.0
    """

    labels: np.ndarray  # (S + E, 32) names of species, then of elements, as bytes
    species: np.ndarray  # (S, 4 + E): M, v, cp, h, atoms of each element
    reactions: np.ndarray  # (R, 10 + 3 S): see the columns above
    conserved: np.ndarray  # (K, S): what no reaction changes; see `invariants`
    adsorption: np.ndarray  # (M, 3 + S): A, b, Ta and orders of each term of D
    T_ref: float = 298.15

    # --- the physics -----------------------------------------------------------------------------
    @inlined
    def rates(self, T, c, r):
        """Fill r (R,) with the rates [mol/m3/s] at T [K] and c (S,) [mol/m3]."""
        rx, S = self.reactions, c.size
        D = denominator(self.adsorption, T, c)
        for j in range(r.size):
            r[j] = arrhenius(rx, j, A, T) * power_product(c, rx, j, NU + S)
            if rx[j, A_BACK] != 0.0:
                r[j] -= arrhenius(rx, j, A_BACK, T) * power_product(c, rx, j, NU + 2 * S)
            if rx[j, SITES] != 0.0:
                r[j] /= D ** rx[j, SITES]

    def derivatives(self, T, c, dr_dc, dr_dT):
        """Fill dr_dc (R, S) and dr_dT (R,), the derivatives of `rates`."""
        rx, S = self.reactions, c.size
        for j in range(dr_dT.size):
            dr_dT[j], dr_dc[j] = 0.0, 0.0
            for way in range(2):
                column, start, sign = A + 3 * way, NU + S + way * S, 1.0 - 2.0 * way
                if rx[j, column] == 0.0:
                    continue
                k = sign * arrhenius(rx, j, column, T)
                slope = (rx[j, column + 1] + rx[j, column + 2] / T) / T
                dr_dT[j] += slope * k * power_product(c, rx, j, start)
                for i in range(S):
                    dr_dc[j, i] += k * power_slope(c, rx, j, start, i)
        if self.adsorption.shape[0] > 0:
            self.divide(T, c, dr_dc, dr_dT)

    def divide(self, T, c, dr_dc, dr_dT):
        """Turn the derivatives of the numerators of the rates into those of the rates."""
        rx, S, D = self.reactions, c.size, denominator(self.adsorption, T, c)
        for j in range(dr_dT.size):
            n = rx[j, SITES]
            if n == 0.0:
                continue
            top = arrhenius(rx, j, A, T) * power_product(c, rx, j, NU + S)
            if rx[j, A_BACK] != 0.0:
                top -= arrhenius(rx, j, A_BACK, T) * power_product(c, rx, j, NU + 2 * S)
            below, share = D**-n, n * top * D ** (-n - 1.0)
            dr_dT[j] = below * dr_dT[j] - share * denominator_slope_T(self.adsorption, T, c)
            for i in range(S):
                slope = denominator_slope(self.adsorption, T, c, i)
                dr_dc[j, i] = below * dr_dc[j, i] - share * slope

    def heat_of_reaction(self, j, T):
        """dH_j(T) [J/mol]."""
        return self.reactions[j, DH] + self.reactions[j, DCP] * (T - self.T_ref)

    @inlined
    def heat_release(self, T, r):
        """Heat set free by the rates r [W/m3], positive when exothermic."""
        q = 0.0
        for j in range(r.size):
            q -= (self.reactions[j, DH] + self.reactions[j, DCP] * (T - self.T_ref)) * r[j]
        return q

    # --- set-up ----------------------------------------------------------------------------------
    @property
    def names(self) -> list[str]:
        """Species names."""
        return from_bytes(self.labels[: len(self.species)])

    @property
    def element_names(self) -> list[str]:
        """Element names."""
        return from_bytes(self.labels[len(self.species) :])

    M = property(lambda self: self.species[:, M], doc="Molar masses (S,) [kg/mol].")
    v = property(lambda self: self.species[:, V], doc="Molar volumes (S,) [m3/mol].")
    cp = property(lambda self: self.species[:, CP], doc="Heat capacities (S,) [J/mol/K].")
    h = property(lambda self: self.species[:, H], doc="Enthalpies at T_ref (S,) [J/mol].")
    atoms = property(lambda self: self.species[:, ATOMS:].T, doc="Atoms (E, S).")
    dH = property(
        lambda self: self.reactions[:, DH], doc="Heats of reaction at T_ref (R,) [J/mol]."
    )
    dcp = property(lambda self: self.reactions[:, DCP], doc="Heat capacity changes (R,) [J/mol/K].")
    dv = property(lambda self: self.reactions[:, DV], doc="Volume changes (R,) [m3/mol].")

    @property
    def nu(self) -> np.ndarray:
        """Stoichiometric coefficients (R, S), negative for reactants."""
        return self.reactions[:, NU : NU + len(self.species)]

    def index(self, name: str) -> int:
        """Column of a species; an unknown name is an InputError with the nearest known one."""
        names = self.names
        if name not in names:
            raise InputError(unknown("species", name, names))
        return names.index(name)

    def vector(self, amounts: Mapping[str, float]) -> np.ndarray:
        """Amounts by name as an array (S,), zero where not named."""
        names = self.names
        for name in amounts:
            if name not in names:
                self.index(name)
        return np.array([amounts.get(name, 0.0) for name in names], dtype=float)

    def scaled(self, *, k0: float = 1.0, E: float = 1.0, T: float = 298.15) -> Self:
        """Rate constants times k0, activation energies times E with the rates kept at T [K]."""
        out = self.reactions.copy()
        for pre, Ta in ((A, TA), (A_BACK, TA_BACK)):
            out[:, pre] *= k0 * np.exp((E - 1.0) * out[:, Ta] / T)
            out[:, Ta] *= E
        return self._replace(reactions=out)

    def invariants(self) -> tuple[list[str], np.ndarray]:
        """What no reaction changes: names and rows (K, S) of w with w . nu^T = 0.

        The elements where the species' atoms are known, else a basis of the null space.
        """
        names = self.element_names
        return names or [f"invariant_{k + 1}" for k in range(len(self.conserved))], self.conserved

    def closure(self, before: np.ndarray, after: np.ndarray) -> dict[str, float]:
        """Relative change of every invariant, and of mass where molar masses are known."""
        names, rows = self.invariants()
        if self.M.all():
            names, rows = [*names, "mass"], np.vstack([rows, self.M])
        size = np.maximum(np.abs(rows) @ np.abs(before), 1e-300)
        return dict(zip(names, (np.abs(rows @ (after - before)) / size).tolist(), strict=True))

    def heat_slack(self) -> float:
        """By how much stated heats miss the species' enthalpies [J/mol]; see `rounding`."""
        return float(np.abs(self.nu @ self.h - self.dH).max(initial=0.0))

    def lean(self) -> Self:
        """Without what kernels never read."""
        return self._replace(labels=None, conserved=None)  # type: ignore[arg-type]

    @classmethod
    def build(
        cls,
        reactions: str | list[Reaction],
        species: list[Species] | None = None,
        *,
        k: float | None = None,
        dH: float | None = None,
        T_ref: float = 298.15,
        adsorption: list[Adsorption] = [],  # noqa: B006 (never written to)
        pressure: float | None = None,
        rounding: float = 0.0,
    ) -> Self:
        """From reactions, and species where more than their names matter.

        One isothermal reaction can be written as `Network.build("A + B => C", k=2e-6)`.
        adsorption: the terms of D. pressure: rate laws and terms are in partial pressures of this
        unit [Pa], 1e5 for bar, not in concentrations. rounding: by how much stated heats may
        contradict each other around a cycle [J/mol], as published ones do in their last digit.
        InputError: atoms that don't balance, unknown species, heats of reaction that contradict
        each other around a cycle.

        >>> net = Network.build([Reaction("A => B", Arrhenius(2.0), sites=2.0)], pressure=1e5,
        ...     adsorption=[Adsorption("A", Arrhenius(3.0))])
        >>> r, bar = np.empty(1), 1e5 / (R_GAS * 400.0)
        >>> net.rates(400.0, np.array([bar, 0.0]), r)
        >>> round(float(r[0]), 12)  # 2/(1 + 3)^2
        0.125
        """
        if isinstance(reactions, str):
            reactions = [Reaction(reactions, Arrhenius(1.0 if k is None else k), dH=dH)]
        sides = [parse_equation(rx.equation) for rx in reactions]
        if species is None:
            names = dict.fromkeys(n for left, right, _ in sides for n in (*left, *right))
            species = [Species(n) for n in names]
        return assemble(cls, reactions, sides, species, T_ref, adsorption, pressure, rounding)


def assemble(cls, reactions, sides, species, T_ref, adsorption, pressure, rounding):
    """The arrays of a network; see `Network.build`."""
    names = [s.name for s in species]
    elements = list(dict.fromkeys(e for s in species for e in s.atoms))
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [("species", f"'{name}' is there twice; name each species once") for name in twice]

    def row(amounts: dict[str, float], path: str) -> np.ndarray:
        out = np.zeros(len(names))
        for name, value in amounts.items():
            if name in names:
                out[names.index(name)] += value
            else:
                problems.append((path, unknown("species", name, names)))
        return out

    shape = (len(reactions), len(names))
    left = np.array([row(s[0], r.equation) for s, r in zip(sides, reactions, strict=True)])
    right = np.array([row(s[1], r.equation) for s, r in zip(sides, reactions, strict=True)])
    left, right = left.reshape(shape), right.reshape(shape)
    nu = right - left
    atoms = np.array([[s.atoms.get(e, 0.0) for s in species] for e in elements])
    atoms = atoms.reshape(len(elements), len(names))
    problems += unbalanced(reactions, elements, (atoms @ nu.T).T)
    for rx, (_, _, reversible) in zip(reactions, sides, strict=True):
        if reversible and rx.reverse is None:
            problems.append((rx.equation, "is reversible but has no reverse rate constant"))
    orders = [
        lhs if rx.orders is None else row(rx.orders, rx.equation)
        for rx, lhs in zip(reactions, left, strict=True)
    ]
    orders_reverse = [
        rhs if rx.orders_reverse is None else row(rx.orders_reverse, rx.equation)
        for rx, rhs in zip(reactions, right, strict=True)
    ]
    terms = [row(term.orders, f"adsorption of {term.of}") for term in adsorption]
    h = consistent_enthalpies(reactions, nu, [s.h for s in species], rounding, problems)
    if not adsorption and any(rx.sites for rx in reactions):
        problems.append(("sites", "counts adsorption terms, but none is given"))
    if problems:
        raise InputError(problems)
    table = np.array([[s.M, s.v, s.cp, 0.0] for s in species], dtype=float).reshape(-1, 4)
    table[:, H] = h
    rows = [
        [*in_c(rx.rate, o, pressure), *in_c(rx.reverse or Arrhenius(0.0), back, pressure),
         *changes(rx, nu_j, table), rx.sites, *nu_j, *o, *back]
        for rx, nu_j, o, back in zip(reactions, nu, orders, orders_reverse, strict=True)
    ]  # fmt: skip
    below = [[*in_c(term.K, o, pressure), *o] for term, o in zip(adsorption, terms, strict=True)]
    return cls(
        as_bytes([*names, *elements], 32),
        np.ascontiguousarray(np.hstack([table, atoms.T])),
        np.array(rows, dtype=float).reshape(len(reactions), NU + 3 * len(names)),
        np.ascontiguousarray(atoms if len(elements) else null_space(nu)),
        np.array(below, dtype=float).reshape(-1, 3 + len(names)),
        float(T_ref),
    )


def unbalanced(reactions, elements, residuals):
    """A problem for each reaction that makes or loses atoms."""
    problems = []
    for rx, residual in zip(reactions, residuals, strict=True):
        off = [f"{e} {x:+g}" for e, x in zip(elements, residual, strict=True) if abs(x) > 1e-9]
        if off:
            sentence = f"atoms don't balance (right minus left: {', '.join(off)})"
            problems.append((rx.equation, sentence))
    return problems


def in_c(k: Arrhenius, orders: np.ndarray, pressure: float | None) -> Arrhenius:
    """A constant of a law in p/pressure as that of the law in c = p/(R T); None: it is one."""
    n = float(orders.sum())
    return k if pressure is None else Arrhenius(k.A * (R_GAS / pressure) ** n, k.b + n, k.Ta)


def changes(rx, nu_j, table):
    """dH, dcp and dv of a reaction; a stated dH to its last digit."""
    dH, dcp, dv = nu_j @ table[:, [H, CP, V]]
    return (dH if rx.dH is None else rx.dH), dcp, dv


def consistent_enthalpies(reactions, nu, h, rounding, problems):
    """Species' enthalpies that give the stated heats of reaction, closest to those given."""
    h = np.array(h, dtype=float)
    if all(rx.dH is None for rx in reactions):
        return h
    target = np.array(
        [nu_j @ h if rx.dH is None else rx.dH for rx, nu_j in zip(reactions, nu, strict=True)]
    )
    h = h + np.linalg.lstsq(nu, target - nu @ h, rcond=None)[0]
    apart = float(np.abs(nu @ h - target).max())
    if apart > max(1e-9 * np.abs(target).max(initial=1.0), rounding):
        sentence = f"the heats contradict each other by {apart:.3g} J/mol; no enthalpies give them"
        problems.append(("dH", sentence))
    return h


def null_space(nu: np.ndarray) -> np.ndarray:
    """Orthonormal rows w with w . nu^T = 0; every species by itself where nothing reacts."""
    if nu.size == 0:
        return np.eye(nu.shape[1])
    _, singular, rows = np.linalg.svd(nu)
    return rows[int((singular > 1e-12 * singular.max(initial=1e-300)).sum()) :]
