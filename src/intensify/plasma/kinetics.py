"""Plasma chemistry: rate laws of gases with electrons, beside the conventions of `Network`.

    thermal           k = A (T/T_ref)^b exp(-Ta/T)
    two-temperature   the same times (Te/T_ref)^be exp(Tae/T - Tae/Te)
    electron impact   k = k(E/N), from the Boltzmann equation or a number
    on a catalyst     the thermal one per kg, times the catalyst in a volume of gas

times the concentrations of the left-hand side; M on it counts every species, times an efficiency
where given. `e` is a species of its own where it is named among the species. Otherwise the power P
[W/mol] sets the electrons, n_e N = P_V/(e mu N (E/N)^2), and a collision runs at
x_target k P/(e mu N (E/N)^2) molecules a second: stiffness goes, and no energy is lost or made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np

from intensify.chemistry.network import Arrhenius, Network, Reaction, Species
from intensify.chemistry.stoichiometry import parse_equation, unknown
from intensify.errors import InputError
from intensify.plasma.energy import AVOGADRO

ELECTRON, THIRD_BODY = "e", "M"
THERMAL, IMPACT, DRIVEN, CATALYTIC = 0.0, 1.0, 2.0, 3.0
# columns of PlasmaNetwork.laws
LAW, K, B, TA, BE, TAE, T_REF, WITH_M, LEFT = range(9)


class PlasmaReaction(NamedTuple):
    """A reaction "O + O2 + M => O3 + M" with k in molecules, m and s (m3/s, m6/s).

    T_ref: temperature that powers are taken of (300 K: (T/300)^b). Te in K, as T.
    process: of the cross sections, whose rate takes the place of A, `share` of it; an electron on
    the left. catalytic: k is per kg of catalyst.
    """

    equation: str
    A: float = 0.0
    b: float = 0.0
    Ta: float = 0.0
    be: float = 0.0
    Tae: float = 0.0
    T_ref: float = 300.0
    process: str | None = None
    efficiencies: Mapping[str, float] = {}
    share: float = 1.0
    catalytic: bool = False


class PlasmaNetwork(NamedTuple):
    """Species and reactions of a plasma.

    net: species, stoichiometry and conserved quantities (its own rate laws are not used).
    laws (R, 9 + 3): law, constants in mol, m, s, whether M stands on the left, up to three species
    on the left (-1: none). third (R, S): efficiencies. power_rate: mol of electrons' collisions per
    J, 1/(N_A e mu N (E/N)^2), times k in molecules; 0 where electrons are a species.
    """

    net: Network
    laws: np.ndarray
    third: np.ndarray
    changes: np.ndarray  # (R, 7) rows of (species, change) pairs, -1: none
    processes: tuple[str, ...] = ()

    # --- the physics -----------------------------------------------------------------------------
    def rates(self, T, Te, c, x, power, packed, r):
        """Fill r (R,) [mol/m3/s]; c (S,) [mol/m3], x mole fractions; packed: catalyst [kg/m3].

        power [W/m3] over e mu N (E/N)^2: the electrons times N that driven collisions meet.
        """
        laws = self.laws
        for j in range(r.size):
            k, law = laws[j, K], laws[j, LAW]
            if laws[j, B] != 0.0:
                k *= (T / laws[j, T_REF]) ** laws[j, B]
            if laws[j, BE] != 0.0:
                k *= (Te / laws[j, T_REF]) ** laws[j, BE]
            exponent = -laws[j, TA] / T
            if laws[j, TAE] != 0.0:
                exponent += laws[j, TAE] / T - laws[j, TAE] / Te
            if exponent != 0.0:
                k *= np.exp(exponent)
            if law == 2.0:
                r[j] = k * power * x[int(laws[j, LEFT])]
                continue
            if law == 3.0:
                k *= packed
            for m in range(3):
                i = int(laws[j, LEFT + m])
                if i >= 0:
                    k *= c[i]
            if laws[j, WITH_M] != 0.0:
                total = 0.0
                for i in range(c.size):
                    total += self.third[j, i] * c[i]
                k *= total
            r[j] = k

    def production(self, r, w):
        """Fill w (S,) with nu^T r."""
        w[:] = 0.0
        for j in range(r.size):
            for m in range(0, self.changes.shape[1], 2):
                i = int(self.changes[j, m])
                if i >= 0:
                    w[i] += self.changes[j, m + 1] * r[j]

    def make(self, T, Te, c, x, power, packed, w, room):
        """Fill w (S,) with what all reactions make [mol/m3/s]; room: see `room`."""
        r = room[: self.laws.shape[0]]
        self.rates(T, Te, c, x, power, packed, r)
        self.production(r, w)

    def h(self, i, T):
        """Enthalpy of species i [J/mol]."""
        return self.net.species[i, 3] + self.net.species[i, 2] * (T - self.net.T_ref)

    def cp(self, i, T):
        """Heat capacity of species i [J/mol/K]."""
        return self.net.species[i, 2]

    # --- set-up ----------------------------------------------------------------------------------
    @property
    def names(self) -> list[str]:
        """Species names."""
        return self.net.names

    @property
    def room(self) -> int:
        """Numbers of scratch that `make` needs."""
        return len(self.laws)

    @property
    def has_collisions(self) -> bool:
        """Whether electrons take part in a reaction, or are a species."""
        return bool(np.isin(self.laws[:, LAW], (DRIVEN, IMPACT)).any()) or ELECTRON in self.names

    @property
    def has_catalysis(self) -> bool:
        """Whether a reaction needs a catalyst."""
        return bool((self.laws[:, LAW] == CATALYTIC).any())

    def with_rates(self, k: Mapping[str, float]) -> Self:
        """With the rate coefficients of its processes [m3/s]; InputError where one is missing."""
        laws = self.laws.copy()
        for j, name in enumerate(self.processes):
            if not name:
                continue
            if name not in k:
                raise InputError(unknown("process", name, list(k)))
            laws[j, K] *= k[name] * (1.0 if laws[j, LAW] == DRIVEN else AVOGADRO)
        return self._replace(laws=laws)

    @classmethod
    def build(
        cls,
        reactions: Sequence[PlasmaReaction],
        species: Sequence[Species],
        *,
        T_ref: float = 298.15,
    ) -> Self:
        """From reactions and species; atoms, and charge as the element E, must balance.

        InputError: what `Network.build` refuses, more than three reactants beside M, a process
        without an electron.
        """
        names = [s.name for s in species]
        explicit = ELECTRON in names
        rows, third, equations, problems = [], [], [], []
        for rx in reactions:
            left, right, reversible = parse_equation(rx.equation)
            with_M = left.pop(THIRD_BODY, 0.0)
            if right.pop(THIRD_BODY, 0.0) != with_M or with_M > 1.0 or reversible:
                problems.append((rx.equation, "has M on one side, or goes both ways; write two"))
            impact = left.get(ELECTRON, 0.0) > 0.0
            if rx.process is not None and not impact:
                problems.append((rx.equation, "is a collision of electrons, but has none: 'e'"))
            if impact and rx.catalytic:
                problems.append((rx.equation, "is on a catalyst: it takes no electron"))
            if not explicit:
                left.pop(ELECTRON, 0.0)
                right.pop(ELECTRON, 0.0)
            order = [name for name, n in left.items() for _ in range(int(n))]
            if len(order) > 3 or any(n != int(n) for n in left.values()):
                problems.append((rx.equation, "has more than three reactants, or a part of one"))
                continue
            driven = impact and not explicit
            if driven and len(order) != 1:
                problems.append((rx.equation, "is driven by power: give one target beside e"))
                continue
            sentences = [unknown("species", n, names) for n in (*left, *right) if n not in names]
            problems += [(rx.equation, sentence) for sentence in sentences]
            if sentences:
                continue
            number = 1.0 if driven else AVOGADRO ** (len(order) + with_M - 1.0)
            law = DRIVEN if driven else IMPACT if rx.process else THERMAL
            law = CATALYTIC if rx.catalytic else law
            where = [names.index(n) for n in order] + [-1] * (3 - len(order))
            A = rx.share if rx.process else rx.A * number
            rows.append([law, A, rx.b, rx.Ta, rx.be, rx.Tae, rx.T_ref, with_M, *where])
            third.append([rx.efficiencies.get(n, float(n != ELECTRON)) for n in names])
            equations.append(Reaction(joined(left, right), Arrhenius(1.0)))
        if problems:
            raise InputError(problems)
        net = Network.build(equations, list(species), T_ref=T_ref)
        return cls(
            net, np.array(rows, dtype=float), np.array(third, dtype=float), pairs(net.nu),
            tuple(rx.process or "" for rx in reactions),
        )  # fmt: skip

    def lean(self) -> Self:
        """Without what kernels never read."""
        return self._replace(net=self.net.lean(), processes=())


def joined(left: Mapping[str, float], right: Mapping[str, float]) -> str:
    """An equation of its sides."""
    return " => ".join(" + ".join(f"{n:g} {name}" for name, n in s.items()) for s in (left, right))


def pairs(nu: np.ndarray) -> np.ndarray:
    """Species and change of each reaction, one after the other; -1 fills up."""
    width = max(int((nu != 0.0).sum(axis=1).max(initial=1)), 1)
    out = np.full((len(nu), 2 * width), -1.0)
    for j, row in enumerate(nu):
        for m, i in enumerate(np.flatnonzero(row)):
            out[j, 2 * m : 2 * m + 2] = i, row[i]
    return out
