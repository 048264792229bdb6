"""Gas-phase mechanisms: thermodynamics, rates, and how the rates change with T and concentrations.

    cp/R = a0/T^2 + a1/T + a2 + a3 T + ... + a6 T^4                in ranges of temperature
    h/RT = -a0/T^2 + a1 ln T/T + a2 + a3 T/2 + ... + a6 T^4/5 + a7/T
    s/R  = -a0/(2 T^2) - a1/T + a2 ln T + a3 T + ... + a6 T^4/4 + a8
    r_j  = k_j (prod c^nu' - prod c^nu''/K_j) [M]_j     K_j = exp(-sum nu g/RT) (p0/RT)^sum(nu)
    [M]  = sum_i e_ji c_i

NASA's polynomials of 7 and 9 coefficients, Shomate's, and constant heat capacities are all of the
first three lines. Rate constants: `gas_rates`. Concentrations in mol/m3.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import borrow, compiled, inlined
from intensify.chemistry.gas_constants import NUMBER
from intensify.chemistry.gas_kernels import jacobian, production, room, seen, thermo, work
from intensify.chemistry.gas_rates import polynomial, polynomials
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import from_bytes, unknown
from intensify.errors import InputError


class GasNetwork(NamedTuple):
    """S species and R reactions of an ideal gas; read one with `gas_from_cantera`."""

    labels: np.ndarray  # (S + E, 32) names of species, then of elements, as bytes
    species: np.ndarray  # (S, 4) M, reference pressure, first and last of its ranges
    ranges: np.ndarray  # (N, 10) upper temperature, nine coefficients
    atoms: np.ndarray  # (E, S)
    arrhenius: np.ndarray  # (5, A) sign and ln of A, or A of a constant and 0, b, Ta, 1/T0
    reactions: np.ndarray  # (R, 5), by kind, see `gas_constants`
    barriers: np.ndarray  # numbers of the reactions after Blowers and Masel
    of_body: np.ndarray  # (R) rows of bodies, Q: none
    reversible: np.ndarray  # (B) numbers of the reversible reactions
    starts: np.ndarray  # (6,) the first reactions of some kinds
    runs: np.ndarray  # stretches of reversible: first number, its place, length
    slots: np.ndarray  # (R, 6) species of left and right side, S: none; see `gas_progress`
    wide: np.ndarray  # (W, 2) reactions with a third slot, and as odd_at
    members: np.ndarray  # reactions that make or use a species, see `gas_progress.spread`
    ends: np.ndarray  # (2 S + 1)
    odd: np.ndarray  # (O, 3, K) species that count forwards, backwards, and change; S: none
    odd_nu: np.ndarray  # (O, 3, K) their orders and coefficients
    odd_of: np.ndarray  # (O) numbers of these reactions
    odd_at: np.ndarray  # (O) their places among the reversible ones, -1: irreversible
    bodies: np.ndarray  # (Q) default efficiencies
    extra_of: np.ndarray  # (Q, X) species with another one, S: no more
    extra: np.ndarray  # (Q, X) what it has beyond the default
    tables: np.ndarray  # numbers of falloffs and rates over pressure one after the other

    @property
    def names(self) -> list[str]:
        """Names of the species."""
        return from_bytes(self.labels)[: len(self.species)]

    @property
    def element_names(self) -> list[str]:
        """Names of the elements."""
        return from_bytes(self.labels)[len(self.species) :]

    @property
    def M(self) -> np.ndarray:
        """Molar masses [kg/mol]."""
        return self.species[:, 0]

    def vector(self, amounts: dict[str, float]) -> np.ndarray:
        """Amounts by name as an array over all species."""
        names, out = self.names, np.zeros(len(self.species))
        for name, value in amounts.items():
            if name not in names:
                raise InputError(unknown("species", name, names))
            out[names.index(name)] = value
        return out

    def h(self, i, T):
        """Enthalpy of species i [J/mol]."""
        return polynomial(self.species, self.ranges, R_GAS, T, i)[1]

    def cp(self, i, T):
        """Heat capacity of species i [J/mol/K]."""
        return polynomial(self.species, self.ranges, R_GAS, T, i)[2]

    @inlined
    def room(self):
        """Length of the scratch of an evaluation."""
        return room(self)

    @inlined
    def work(self, space):
        """What reactors read and write of the scratch: h, cp, cp_T, c, w."""
        return seen(self, space)

    @inlined
    def production(self, T, c, space):
        """Fill w of the scratch with net production rates [mol/m3/s]."""
        production(self, T, c, space)

    @inlined
    def jacobian(self, T, c, J, V, space):
        """Fill J with the slopes of w by c, and the last column of V (S, Q + 2) with those by T."""
        jacobian(self, T, c, J, V, space)

    def rates(self, T: Any, c: np.ndarray) -> np.ndarray:
        """Net production rates [mol/m3/s] at T [K] and concentrations c [mol/m3].

        T (), c (S,), or many at once: T (n,), c (n, S).
        """
        places, c = np.array(T, dtype=float, ndmin=1), np.ascontiguousarray(c, dtype=float)
        rows = c.reshape(places.size, -1)
        out = np.empty(rows.shape)
        compiled(fill_rates, self)(self, places, rows, out, np.zeros(self.room()))
        return out.reshape(c.shape)

    def rates_jacobian(self, T: float, c: np.ndarray) -> np.ndarray:
        """Slopes of the net production rates (S, S + 1): by all concentrations, then by T."""
        S = len(self.species)
        J, V = np.empty((S, S)), np.empty((S, self.bodies.size + 2))
        c = np.ascontiguousarray(c, dtype=float)
        compiled(fill_jacobian, self)(self, float(T), c, J, V, np.zeros(self.room()))
        return np.column_stack([J, V[:, -1]])

    def properties(self, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Heat capacities [J/mol/K], enthalpies [J/mol], entropies [J/mol/K] of all species."""
        (g, h, cp, cp_T), held = (
            np.empty((4, len(self.species))),
            np.zeros(3 + 9 * len(self.species)),
        )
        polynomials(self.species, self.ranges, R_GAS, float(T), held, g, h, cp, cp_T)
        return cp, h, h / T - R_GAS * g

    def equilibrium_constants(self, T: float) -> np.ndarray:
        """K of the file's reactions in concentrations [mol, m3]; irreversible ones: inf."""
        it = work(self, np.zeros(self.room()))
        thermo(self, float(T), it)
        out = np.full(it.back.size, np.inf)
        out[self.reactions[self.reversible, NUMBER]] = 1.0 / it.back[self.reversible]
        return out


def fill_rates(net, T, c, out, space):
    """Net production rates (n, S), row by row."""
    net = borrow(net)
    T, c, out, space = borrow((T, c, out, space))
    it = net.work(space)
    for n in range(T.size):
        net.production(T[n], c[n], space)
        out[n] = it.w[:-1]


def fill_jacobian(net, T, c, J, V, space):
    """See `GasNetwork.jacobian`; a part of a matrix, as reactors have it."""
    net.jacobian(T, c, J[: c.size, : c.size], V, space)
