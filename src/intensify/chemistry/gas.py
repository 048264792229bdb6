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

from intensify._jit import borrow, compiled
from intensify.chemistry.gas_progress import (
    BACK,
    DNU,
    FALLOFFS,
    KIND,
    NUMBER,
    START,
    add_third_bodies,
    change,
    changes,
    common_columns,
    concentration_columns,
    constants,
    exponents,
    progress,
    slopes,
    spread,
    third_bodies,
)
from intensify.chemistry.gas_rates import BLOWERS_MASEL, barrier, polynomial, polynomials
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import from_bytes, unknown
from intensify.errors import InputError
from intensify.numerics.elementary import exp_all

# columns of GasNetwork.species; FIRST and LAST: its rows of `ranges`
M, P_REF, FIRST, LAST = range(4)


class Work(NamedTuple):
    """Scratch of an evaluation: what only T sets, what concentrations set, what slopes need."""

    T: np.ndarray  # (1,) at which g to back hold
    g: np.ndarray  # (S + 1) g/RT; the last entry of these stands for no species
    h: np.ndarray  # (S + 1) J/mol
    cp: np.ndarray  # (S + 1) J/mol/K
    cp_T: np.ndarray  # (S + 1)
    dH: np.ndarray  # (R) J/mol
    x_T: np.ndarray  # (A) slopes of the logarithms of the Arrhenius terms
    x: np.ndarray  # (A) Arrhenius terms
    back: np.ndarray  # (R) 1/K, 0: irreversible
    all: np.ndarray  # (A + R) x and back
    c: np.ndarray  # (S + 1) concentrations, 1 for no species
    w: np.ndarray  # (S + 1) production
    M: np.ndarray  # (Q) third bodies
    k: np.ndarray  # (R) rate constants
    q: np.ndarray  # (R) net rates of progress
    by_M: np.ndarray  # (R) slopes of ln k
    by_p: np.ndarray  # (R)
    by_T: np.ndarray  # (R)
    dcp: np.ndarray  # (R)
    spare: np.ndarray  # (A + R)


class GasNetwork(NamedTuple):
    """S species and R reactions of an ideal gas; read one with `gas_from_cantera`."""

    labels: np.ndarray  # (S + E, 32) names of species, then of elements, as bytes
    species: np.ndarray  # (S, 4)
    ranges: np.ndarray  # (N, 10) upper temperature, nine coefficients
    atoms: np.ndarray  # (E, S)
    arrhenius: np.ndarray  # (5, A) sign and ln of A, b, Ta, 1/T0
    reactions: np.ndarray  # (R, 7), by kind
    sums: np.ndarray  # (2, R)
    starts: np.ndarray  # (3,)
    slots: np.ndarray  # (R, 6) species of left and right side, S: none
    odd: np.ndarray  # (O, 3, K) species that count forwards, backwards, and change; S: none
    odd_nu: np.ndarray  # (O, 3, K) their orders and coefficients
    odd_of: np.ndarray  # (O) numbers of these reactions
    bodies: np.ndarray  # (Q) default efficiencies
    extra_of: np.ndarray  # (Q, X) species with another one, -1: no more
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
        return self.species[:, M]

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
        return polynomial(self.species, self.ranges, R_GAS, T, np.log(T), i)[1]

    def cp(self, i, T):
        """Heat capacity of species i [J/mol/K]."""
        return polynomial(self.species, self.ranges, R_GAS, T, np.log(T), i)[2]

    def room(self):
        """Length of the scratch of an evaluation."""
        S, A, R = self.species.shape[0] + 1, self.arrhenius.shape[1], self.slots.shape[0]
        return 1 + 6 * S + 3 * A + 9 * R + self.bodies.size

    def work(self, space):
        """The scratch of an evaluation in its parts; zeros at first."""
        S, A, R = self.species.shape[0] + 1, self.arrhenius.shape[1], self.slots.shape[0]
        s, r = space[1:], space[1 + 6 * S :]
        x, f = r[7 * R :], r[7 * R + 2 * A :]
        return Work(
            space[:1], s[:S], s[S : 2 * S], s[2 * S : 3 * S], s[3 * S : 4 * S], r[:R], x[:A],
            x[A : 2 * A], f[:R], x[A : 2 * A + R], s[4 * S : 5 * S], s[5 * S : 6 * S],
            f[A + 2 * R :][: self.bodies.size], r[R : 2 * R], r[2 * R : 3 * R],
            r[3 * R : 4 * R], r[4 * R : 5 * R], r[5 * R : 6 * R], r[6 * R : 7 * R],
            f[R : A + 2 * R],
        )  # fmt: skip

    def thermo(self, T, it):
        """Fill what only T sets: properties, Arrhenius terms, 1/K."""
        if it.T[0] == T:
            return
        it.T[0] = T
        polynomials(self.species, self.ranges, R_GAS, T, it.g, it.h, it.cp, it.cp_T)
        changes(self.slots, self.odd, self.odd_nu, self.odd_of, it.g, it.back)
        exponents(self.arrhenius, T, it.x, it.x_T)
        for j in range(self.starts[FALLOFFS]):
            if self.reactions[j, KIND] == BLOWERS_MASEL:
                at = self.reactions[j, START]
                dH = change(self.slots, self.odd, self.odd_nu, self.odd_of, it.h, j) / R_GAS
                it.x[j] -= barrier(self.tables[at], self.tables[at + 1], dH)[0] / T
        standard = np.log(self.species[0, P_REF] / (R_GAS * T))
        A, R = it.x.size, it.k.size
        for j in range(R):
            it.back[j] -= self.sums[DNU, j] * standard
        exp_all(it.all, it.spare)
        for i in range(A):
            it.x[i] *= self.arrhenius[0, i]
        for j in range(R):
            it.back[j] *= self.sums[BACK, j]

    def rate_constants(self, T, c, it):
        """Fill k, after c, [M] and all that T sets; returns the sum of the concentrations."""
        S = c.size
        self.thermo(T, it)
        it.c[:S], it.c[S] = c, 1.0
        total = third_bodies(self.bodies, self.extra, self.extra_of, c, it.M)
        ln_p = np.log(max(R_GAS * T * total, 1e-300))
        constants(
            self.reactions, self.starts, self.tables, T, ln_p, it.x, it.x_T, it.M, it.k, it.spare
        )
        return total

    def production(self, T, c, it):
        """Fill w with net production rates [mol/m3/s]; returns the sum of c. it: see `work`."""
        total = self.rate_constants(T, c, it)
        progress(self.slots, self.odd, self.odd_nu, self.odd_of, it.k, it.back, it.c, it.q)
        spread(self.slots, self.odd, self.odd_nu, self.odd_of, it.q, it.w)
        return total

    def jacobian(self, T, c, J, it, V):
        """Fill J with the slopes of w by c, and the last column of V (S, Q + 2) with those by T.

        J_ik = sum_j nu_ij (k_j d(prod)/dc_k + q_j (e_jk dln k_j/d[M] + dln k_j/dln p/sum(c)))
        """
        net = self
        total = self.production(T, c, it)
        ln_p = np.log(max(R_GAS * T * total, 1e-300))
        changes(net.slots, net.odd, net.odd_nu, net.odd_of, it.h, it.dH)
        changes(net.slots, net.odd, net.odd_nu, net.odd_of, it.cp, it.dcp)
        slopes(
            net.reactions, net.tables, T, ln_p, R_GAS, it.x, it.x_T, it.M, it.dH, it.dcp, it.by_M,
            it.by_p, it.by_T,
        )  # fmt: skip
        for j in range(it.dH.size):
            it.spare[j] = it.dH[j] / (R_GAS * T * T) - net.sums[DNU, j] / T
        J[:, :] = 0.0
        concentration_columns(net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, J)
        common_columns(
            net.reactions, net.slots, net.odd, net.odd_nu, net.odd_of, it.k, it.back, it.c, it.q,
            it.by_M, it.by_p, it.by_T, it.spare, it.M, total, V,
        )  # fmt: skip
        add_third_bodies(net.bodies, net.extra, net.extra_of, V, J)

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
        compiled(fill_jacobian, self)(self, float(T), c, J, np.zeros(self.room()), V)
        return np.column_stack([J, V[:, -1]])

    def properties(self, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Heat capacities [J/mol/K], enthalpies [J/mol], entropies [J/mol/K] of all species."""
        g, h, cp, cp_T = np.empty((4, len(self.species)))
        polynomials(self.species, self.ranges, R_GAS, float(T), g, h, cp, cp_T)
        return cp, h, h / T - R_GAS * g

    def equilibrium_constants(self, T: float) -> np.ndarray:
        """K of each reaction in concentrations [mol, m3], in the order of the file."""
        g, h, cp, cp_T = np.zeros((4, len(self.species) + 1))
        polynomials(self.species, self.ranges, R_GAS, float(T), g, h, cp, cp_T)
        ln_K = np.empty(len(self.reactions))
        changes(self.slots, self.odd, self.odd_nu, self.odd_of, g, ln_K)
        standard = np.log(self.species[0, P_REF] / (R_GAS * T))
        out = np.empty(ln_K.size)
        out[self.reactions[:, NUMBER]] = np.exp(self.sums[DNU] * standard - ln_K)
        return out


def fill_rates(net, T, c, out, space):
    """Net production rates (n, S), row by row."""
    net = borrow(net)
    T, c, out, space = borrow((T, c, out, space))
    it = net.work(space)
    for n in range(T.size):
        net.production(T[n], c[n], it)
        out[n] = it.w[:-1]


def fill_jacobian(net, T, c, J, space, V):
    """See `GasNetwork.jacobian`."""
    net.jacobian(T, c, J, net.work(space), V)
