"""Viscosity, conductivity and diffusion of gas mixtures by mixture rules, as Cantera has them.

    mu_i     = sqrt(T) (v_0 + v_1 ln T + ... + v_4 ln^4 T)^2         polynomials of each species
    lambda_i = sqrt(T) (l_0 + ... + l_4 ln^4 T)
    p B_ij   = T^1.5 (b_0 + ... + b_4 ln^4 T)                        and of each pair

    mu     = sum_i x_i mu_i/sum_j x_j phi_ij                         Wilke
    phi_ij = (1 + sqrt(mu_i/mu_j) (M_j/M_i)^(1/4))^2/sqrt(8 (1 + M_i/M_j))
    lambda = (sum_i x_i lambda_i + 1/sum_i (x_i/lambda_i))/2
    p D_i  = sum_(j!=i) x_j M_j/W/sum_(j!=i) x_j/(p B_ij)            W = sum_i x_i M_i

D_i is the mixture-averaged coefficient of the flux c D_i grad x_i against the mass average. Mole
fractions below 1e-20 count as that. Sources: Wilke (1950), J. Chem. Phys. 18, 517; Mathur, Tondon
and Saxena (1967), Mol. Phys. 12, 569; the polynomials are Cantera's fits to its kinetic theory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.chemistry.mechanism_file import by_cantera, found, open_mechanism
from intensify.chemistry.stoichiometry import as_bytes, from_bytes
from intensify.errors import InputError

TRACE = 1e-20
"""The least mole fraction."""
KNOWN = ("none", "mixture-averaged", "multicomponent")
"""Cantera's models whose files this package reads; it always takes the mixture's average."""


@kernel
def quartic(a, x):
    """a_0 + a_1 x + ... + a_4 x^4."""
    return a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * a[4])))


@kernel
def quartic_slope(a, x):
    """Slope of `quartic` by x."""
    return a[1] + x * (2.0 * a[2] + x * (3.0 * a[3] + x * 4.0 * a[4]))


@kernel
def viscosity(M, fits, T, x, roots):
    """mu of a mixture [Pa s] by Wilke's rule; roots (S): room for sqrt(mu_i)."""
    S, ln_T, mu = x.size, np.log(T), 0.0
    for i in range(S):
        roots[i] = T**0.25 * quartic(fits[i], ln_T)
    for i in range(S):
        around = 0.0
        for j in range(S):
            part = 1.0 + roots[i] / roots[j] * (M[j] / M[i]) ** 0.25
            around += max(x[j], TRACE) * part * part / np.sqrt(8.0 * (1.0 + M[i] / M[j]))
        mu += max(x[i], TRACE) * roots[i] * roots[i] / around
    return mu


@kernel
def conductivity(fits, T, x, by_x):
    """Conductivity of a mixture [W/m/K] and its slope by T; fills by_x (S), slopes by all x."""
    S, ln_T, root = x.size, np.log(T), np.sqrt(T)
    direct, inverse, direct_T, inverse_T = 0.0, 0.0, 0.0, 0.0
    for i in range(S):
        own, n = root * quartic(fits[i], ln_T), max(x[i], TRACE)
        own_T = (0.5 * own + root * quartic_slope(fits[i], ln_T)) / T
        direct += n * own
        direct_T += n * own_T
        inverse += n / own
        inverse_T -= n * own_T / (own * own)
        by_x[i] = own
    for i in range(S):
        by_x[i] = 0.5 * (by_x[i] - 1.0 / (by_x[i] * inverse * inverse))
    return 0.5 * (direct + 1.0 / inverse), 0.5 * (direct_T - inverse_T / (inverse * inverse))


@kernel
def pairs_of(fits, T, drag, drag_T):
    """Fill drag (S, S) with 1/(p B_ij) [s/(Pa m2)], and drag_T with its slopes by T."""
    S, ln_T, n = drag.shape[0], np.log(T), 0
    power = T**1.5
    for i in range(S):
        for j in range(i + 1):
            value = quartic(fits[n], ln_T)
            drag[i, j] = 1.0 / (power * value)
            drag_T[i, j] = -drag[i, j] * (1.5 + quartic_slope(fits[n], ln_T) / value) / T
            drag[j, i], drag_T[j, i] = drag[i, j], drag_T[i, j]
            n += 1


@kernel
def diffusion(M, drag, x, pD, around):
    """Fill pD (S) with p D_i [Pa m2/s], around (S) with sum_(j!=i) x_j/(p B_ij); returns W."""
    S, W = x.size, 0.0
    for i in range(S):
        W += max(x[i], TRACE) * M[i]
    for i in range(S):
        others, around[i] = 0.0, 0.0
        for j in range(S):
            if j != i:
                others += max(x[j], TRACE) * M[j]
                around[i] += max(x[j], TRACE) * drag[i, j]
        pD[i] = others / (W * around[i])
    if S == 1:
        pD[0] = 1.0 / drag[0, 0]
    return W


@kernel
def diffusion_slopes(M, drag, drag_T, x, pD, around, W, by_x, by_T):
    """Fill by_x (S, S) with the slopes of `diffusion` by all x, by_T (S) with those by T."""
    S = x.size
    for i in range(S):
        mass, turn = max(x[i], TRACE) * M[i] / W, 0.0
        for k in range(S):
            if k == i:
                by_x[i, k] = -M[i] * (1.0 - mass) / (W * around[i])
            else:
                turn += max(x[k], TRACE) * drag_T[i, k]
                by_x[i, k] = mass * M[k] / (W * around[i]) - pD[i] * drag[i, k] / around[i]
        by_T[i] = -pD[i] * turn / around[i]


class GasTransport(NamedTuple):
    """Transport data of S species of a gas; read them with `transport_from_cantera`."""

    labels: np.ndarray  # (S, 32) names as bytes
    M: np.ndarray  # (S,) kg/mol
    viscosities: np.ndarray  # (S, 5)
    conductivities: np.ndarray  # (S, 5)
    pairs: np.ndarray  # (S (S + 1)/2, 5) of species i and j <= i

    @property
    def names(self) -> list[str]:
        """Names of the species."""
        return from_bytes(self.labels)

    def viscosity(self, T: float, x: np.ndarray) -> float:
        """Viscosity [Pa s] at T [K] and mole fractions x (S,).

        >>> gas = transport_from_cantera("h2o2.yaml")
        >>> x = np.array([name == "N2" for name in gas.names], dtype=float)
        >>> round(1e6 * gas.viscosity(300.0, x), 2), round(gas.conductivity(300.0, x), 5)
        (18.09, 0.02646)
        """
        x = self.fractions(x)
        return float(viscosity(self.M, self.viscosities, float(T), x, np.empty(x.size)))

    def conductivity(self, T: float, x: np.ndarray) -> float:
        """Thermal conductivity [W/m/K] at T [K] and mole fractions x (S,)."""
        x = self.fractions(x)
        return float(conductivity(self.conductivities, float(T), x, np.empty(x.size))[0])

    def diffusivities(self, T: float, p: float, x: np.ndarray) -> np.ndarray:
        """Mixture-averaged diffusion coefficients (S,) [m2/s] at T [K], p [Pa], fractions x (S,).

        A species that is alone has the limit of one that is almost alone.
        """
        x, S = self.fractions(x), self.M.size
        drag, pD = np.empty((2, S, S)), np.empty((2, S))
        pairs_of(self.pairs, float(T), drag[0], drag[1])
        diffusion(self.M, drag[0], x, pD[0], pD[1])
        return pD[0] / p

    def fractions(self, x: np.ndarray) -> np.ndarray:
        """Amounts as mole fractions; InputError: not one a species, or nothing there."""
        x = np.asarray(x, dtype=float)
        if x.shape != self.M.shape:
            raise InputError(f"x has shape {x.shape}; it needs one number for each of "
                             f"{self.M.size} species")  # fmt: skip
        if not x.sum() > 0.0 or (x < 0.0).any():
            raise InputError("x needs mole fractions of 0 or more, and one above 0")
        return x / x.sum()


def transport_from_cantera(file: str, *, phase: str = "") -> GasTransport:
    """Transport data of the ideal gas of a mechanism file; Cantera's own files by their name.

    InputError: species without transport data, each by its name; a model for ions.
    """
    named = open_mechanism(file, phase)
    missing = [s.name for s in named.species() if s.transport is None]
    if missing:
        raise InputError([(f"{file}: {name}", "has no transport data, which films and mixtures' "
                           "properties need") for name in missing])  # fmt: skip
    path = str(found(file))
    model = by_cantera(file, lambda ct: ct.Solution(path, named.name)).transport_model
    if model not in KNOWN:
        raise InputError(
            f"'{file}' asks for transport of kind '{model}'; known are {', '.join(KNOWN[1:])}"
        )
    gas = by_cantera(
        file, lambda ct: ct.Solution(path, named.name, transport_model="mixture-averaged")
    )
    S = range(gas.n_species)
    return GasTransport(
        as_bytes(gas.species_names, 32), 1e-3 * gas.molecular_weights,
        np.array([gas.get_viscosity_polynomial(i) for i in S]),
        np.array([gas.get_thermal_conductivity_polynomial(i) for i in S]),
        np.array([gas.get_binary_diff_coeffs_polynomial(i, j) for i in S for j in range(i + 1)]),
    )  # fmt: skip
