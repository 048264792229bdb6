"""Gas-phase mechanisms: NASA polynomials; rates with third bodies, falloff and pressure tables.

    cp/R = a0 + a1 T + ... + a4 T^4     h/RT = a0 + a1 T/2 + ... + a4 T^4/5 + a5/T
    s/R  = a0 ln T + a1 T + ... + a4 T^4/4 + a6                    in two ranges of temperature
    r_j  = k_j (prod c^nu' - prod c^nu''/K_j) [M]_j     K_j = exp(-sum nu g/RT) (p0/RT)^sum(nu)
    [M]  = sum_i e_ji c_i     falloff: k = k_inf P/(1 + P) F, P = k_0 [M]/k_inf, no factor [M]

F = 1 after Lindemann, else Troe's or SRI's broadening. Rate constants over pressure: ln k linear in
ln p between tabulated Arrhenius laws, or log10 k a Chebyshev sum in 1/T and log10 p. Concentrations
in mol/m3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import from_bytes, unknown
from intensify.errors import InputError

# columns of GasNetwork.species, then 7 coefficients below the middle and 7 above
M, P_REF, T_MID, NASA = range(4)
# columns of GasNetwork.reactions; LOW: A, b, Ta of the low-pressure limit; SHAPE: 5 numbers
# EFF: row of efficiencies; of rates over pressure the start in `tables`, of length LOW
KIND, BACK, A, B, TA, EFF, DNU, LOW = range(8)
SHAPE, COLUMNS = LOW + 3, LOW + 8
ELEMENTARY, THREE_BODY, LINDEMANN, TROE, SRI, PLOG, CHEBYSHEV = range(7)


@kernel
def broadening(kind, s, T, P):
    """F of a falloff reaction at reduced pressure P; s: the numbers of Troe or SRI."""
    if kind == LINDEMANN or P <= 0.0:
        return 1.0
    if kind == SRI:
        x = 1.0 / (1.0 + np.log10(P) ** 2)
        low = s[0] * np.exp(-s[1] / T) + (np.exp(-T / s[2]) if s[2] != 0.0 else 0.0)
        return s[3] * T ** s[4] * low**x
    centre = (1.0 - s[0]) * np.exp(-T / s[1]) + s[0] * np.exp(-T / s[2])
    if s[3] != 0.0:
        centre += np.exp(-s[3] / T)
    at = np.log10(max(centre, 1e-300))
    c = np.log10(P) - 0.4 - 0.67 * at
    f = c / (0.75 - 1.27 * at - 0.14 * c)
    return 10.0 ** (at / (1.0 + f * f))


@kernel
def powers(sides, nu, j, side, c):
    """prod_i c_i^nu_i over one side of reaction j, whose row ends at the first index below 0."""
    out = 1.0
    for q in range(sides.shape[2]):
        i = sides[j, side, q]
        if i < 0:
            break
        order, x = nu[j, side, q], c[i]
        if order == 1.0:
            out *= x
        elif order == 2.0:
            out *= x * x
        else:
            out *= max(x, 0.0) ** order
    return out


@kernel
def ln_between(table, T, p):
    """ln k between Arrhenius laws: rows p, A, b, Ta, of which those at one p are summed."""
    n = table.size // 4
    low_p, low_k, high_p, high_k = 0.0, 0.0, np.inf, 0.0
    for i in range(n):
        at = table[4 * i]
        k = table[4 * i + 1] * np.exp(table[4 * i + 2] * np.log(T) - table[4 * i + 3] / T)
        if at <= p or at == table[0]:
            low_k = low_k + k if at == low_p else k
            low_p = at
        elif at <= high_p:
            high_k += k
            high_p = at
    if high_k == 0.0 or p <= low_p:
        return np.log(low_k)
    return np.log(low_k) + np.log(high_k / low_k) * np.log(p / low_p) / np.log(high_p / low_p)


@kernel
def ln_chebyshev(table, T, p):
    """ln k of a Chebyshev sum: T and p of both ends, numbers of terms, coefficients by rows."""
    x = (2.0 / T - 1.0 / table[0] - 1.0 / table[1]) / (1.0 / table[1] - 1.0 / table[0])
    low, high = np.log10(table[2]), np.log10(table[3])
    y = (2.0 * np.log10(p) - low - high) / (high - low)
    rows, columns, out = int(table[4]), int(table[5]), 0.0
    tx, tx_before = 1.0, x
    for i in range(rows):
        ty, ty_before = 1.0, y
        for j in range(columns):
            out += table[6 + i * columns + j] * tx * ty
            ty, ty_before = 2.0 * y * ty - ty_before, ty
        tx, tx_before = 2.0 * x * tx - tx_before, tx
    return out * np.log(10.0)


class GasNetwork(NamedTuple):
    """S species and R reactions of an ideal gas; read one with `gas_from_cantera`."""

    labels: np.ndarray  # (S + E, 32) names of species, then of elements, as bytes
    species: np.ndarray  # (S, 17)
    atoms: np.ndarray  # (E, S)
    reactions: np.ndarray  # (R, 15)
    sides: np.ndarray  # (R, 2, K) species of the left and right side, -1: no more
    nu: np.ndarray  # (R, 2, K) their coefficients
    efficiencies: np.ndarray  # (Q, S), by column EFF of a reaction
    tables: np.ndarray  # rates over pressure one after the other

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

    def cp(self, i, T):
        """Heat capacity of species i [J/mol/K]."""
        a = self.species[i, NASA + (7 if self.species[i, T_MID] < T else 0) :]
        return R_GAS * (a[0] + T * (a[1] + T * (a[2] + T * (a[3] + T * a[4]))))

    def h(self, i, T):
        """Enthalpy of species i [J/mol]."""
        a = self.species[i, NASA + (7 if self.species[i, T_MID] < T else 0) :]
        high = a[2] / 3.0 + T * (a[3] / 4.0 + T * a[4] / 5.0)
        return R_GAS * (T * (a[0] + T * (a[1] / 2.0 + T * high)) + a[5])

    def s(self, i, T):
        """Entropy of species i at its reference pressure [J/mol/K]."""
        a = self.species[i, NASA + (7 if self.species[i, T_MID] < T else 0) :]
        high = a[2] / 2.0 + T * (a[3] / 3.0 + T * a[4] / 4.0)
        return R_GAS * (a[0] * np.log(T) + T * (a[1] + T * high) + a[6])

    def warm_up(self, T, warm):
        """Fill warm (1 + S + 3 R) with all that only T sets: T, g/RT, then k, k_0, 1/K a reaction.

        Jacobians by differences change one concentration after the other at one T.
        """
        S = self.species.shape[0]
        warm[0] = T
        for i in range(S):
            warm[1 + i] = (self.h(i, T) / T - self.s(i, T)) / R_GAS
        ln_T, standard = np.log(T), np.log(self.species[0, P_REF] / (R_GAS * T))
        for j in range(self.reactions.shape[0]):
            x, at = self.reactions[j], 1 + S + 3 * j
            warm[at] = x[A] * np.exp(x[B] * ln_T - x[TA] / T)
            warm[at + 1] = 0.0
            if LINDEMANN <= x[KIND] <= SRI:
                warm[at + 1] = x[LOW] * np.exp(x[LOW + 1] * ln_T - x[LOW + 2] / T)
            ln_K = x[DNU] * standard
            for side in range(2):
                for q in range(self.sides.shape[2]):
                    i = self.sides[j, side, q]
                    if i < 0:
                        break
                    ln_K += (1.0 - 2.0 * side) * self.nu[j, side, q] * warm[1 + i]
            warm[at + 2] = np.exp(-ln_K) if x[BACK] > 0.0 else 0.0

    def constant(self, j, T, c, k, k_low):
        """Rate constant of reaction j forwards, with its third body [mol, m3, s]."""
        x = self.reactions[j]
        if x[KIND] >= PLOG:
            table = self.tables[int(x[EFF]) : int(x[EFF] + x[LOW])]
            p = R_GAS * T * c.sum()
            over = ln_between(table, T, p) if x[KIND] == PLOG else ln_chebyshev(table, T, p)
            return np.exp(over)
        if x[KIND] == ELEMENTARY:
            return k
        total, row = 0.0, self.efficiencies[int(x[EFF])]
        for i in range(c.size):
            total += row[i] * c[i]
        if x[KIND] == THREE_BODY:
            return k * total
        P = k_low * total / k
        return k * P / (1.0 + P) * broadening(x[KIND], x[SHAPE:], T, P)

    def production(self, T, c, w, warm):
        """Fill w (S) with net production rates [mol/m3/s]; warm: see `warm_up`, zeros at first."""
        if warm[0] != T:
            self.warm_up(T, warm)
        w[:] = 0.0
        for j in range(self.reactions.shape[0]):
            at = 1 + c.size + 3 * j
            r = powers(self.sides, self.nu, j, 0, c)
            if warm[at + 2] > 0.0:
                r -= powers(self.sides, self.nu, j, 1, c) * warm[at + 2]
            r *= self.constant(j, T, c, warm[at], warm[at + 1])
            for side in range(2):
                for q in range(self.sides.shape[2]):
                    i = self.sides[j, side, q]
                    if i < 0:
                        break
                    w[i] += (2.0 * side - 1.0) * self.nu[j, side, q] * r

    @property
    def room(self) -> int:
        """Length of `warm`."""
        return 1 + len(self.species) + 3 * len(self.reactions)

    def rates(self, T: float, c: np.ndarray) -> np.ndarray:
        """Net production rates (S,) [mol/m3/s] at T [K] and concentrations c [mol/m3]."""
        w = np.empty(c.size)
        self.production(T, c, w, np.zeros(self.room))
        return w
