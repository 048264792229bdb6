"""Reactions on a surface: adsorption, desorption and what adsorbates do among each other.

    s_j    = k_j (prod c^nu' - prod c^nu''/K_j)      [mol/m2/s]
    c_i    = p_i/RT in the gas, Gamma theta_i/n_i on the surface, 1 for a solid; n_i sites each
    k_j    = A_j T^b_j exp(-Ta_j/T) f_j
    f_j    = prod_i 10^(a theta_i) theta_i^m exp(-(E1 theta_i + ... + E4 theta_i^4)/RT)
    sticks: k_j = g_j sqrt(RT/(2 pi M)) prod n_i^nu'/Gamma^n     g_j = A_j T^b_j exp(-Ta_j/T) f_j,
            g_j/(1 - g_j/2) for g_j after Motz and Wise (1960), J. Chem. Phys. 32, 1893

K_j from the species' data, as in a gas; where a barrier follows from the heat of reaction, Ta_j is
that of Blowers and Masel. The sites: sum_i n_i c_i = Gamma, which no reaction changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, compiled, inlined
from intensify.chemistry.gas_kernels import seen
from intensify.chemistry.gas_rates import polynomials
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import from_bytes, unknown
from intensify.chemistry.surface_kernels import NUMBER, jacobian, production, room, thermo, work
from intensify.errors import InputError


class SurfaceNetwork(NamedTuple):
    """Species of a gas, of a surface and of solids, and R reactions; see `surface_from_cantera`."""

    gas: int  # how many of the species are of the gas; they stand first
    solid: int  # from here on they are solids
    density: float  # Gamma, sites [mol/m2]
    labels: np.ndarray  # (S + E, 32) names of species, then of elements, as bytes
    species: np.ndarray  # (S, 4) M, reference pressure, first and last of its ranges
    ranges: np.ndarray  # (N, 10) upper temperature, nine coefficients
    atoms: np.ndarray  # (E, S)
    standard: np.ndarray  # (S,) ln of the standard concentration of adsorbates, 0 elsewhere
    cover: np.ndarray  # (S,) theta/c [m2/mol] of adsorbates, 0 elsewhere
    bulk: np.ndarray  # (S,) densities of solids [kg/m3], 0 elsewhere
    arrhenius: np.ndarray  # (5, R) sign and ln of A, b, Ta, 0
    reactions: np.ndarray  # (R, 3), see `surface_kernels`
    factors: np.ndarray  # (R, 3)
    coverage_of: np.ndarray  # (D, 2) reaction and species
    coverage: np.ndarray  # (D, 6)
    reversible: np.ndarray  # numbers of the reversible reactions
    runs: np.ndarray  # this and what follows as in `chemistry.gas.GasNetwork`
    slots: np.ndarray
    wide: np.ndarray
    members: np.ndarray
    ends: np.ndarray
    odd: np.ndarray
    odd_nu: np.ndarray
    odd_of: np.ndarray
    odd_at: np.ndarray

    @property
    def names(self) -> list[str]:
        """Names of all species, the gas first."""
        return from_bytes(self.labels)[: len(self.species)]

    @property
    def element_names(self) -> list[str]:
        """Names of the elements."""
        return from_bytes(self.labels)[len(self.species) :]

    @property
    def adsorbates(self) -> list[str]:
        """Names of the species on the surface, its free sites among them."""
        return self.names[self.gas : self.solid]

    @property
    def solids(self) -> list[str]:
        """Names of the solids that form or go."""
        return self.names[self.solid :]

    @property
    def sites(self) -> np.ndarray:
        """Sites that each adsorbate takes."""
        return self.cover[self.gas : self.solid] * self.density

    @property
    def M(self) -> np.ndarray:
        """Molar masses [kg/mol]."""
        return self.species[:, 0]

    def coverages(self, theta: dict[str, float]) -> np.ndarray:
        """Coverages by name as an array over the adsorbates; InputError unless they add up to 1."""
        names, out = self.adsorbates, np.zeros(self.solid - self.gas)
        for name, value in theta.items():
            if name not in names:
                raise InputError(unknown("adsorbate", name, names))
            out[names.index(name)] = value
        if (out < 0.0).any() or abs(out.sum() - 1.0) > 1e-6:
            raise InputError(f"coverages must be 0 or more and add up to 1, not {out.sum():g}")
        return out / out.sum()

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
        """Fill w of the scratch with net production rates per surface [mol/m2/s]."""
        production(self, T, c, space)

    @inlined
    def jacobian(self, T, c, J, by_T, space):
        """Fill J (S, S) with the slopes of w by c, and by_T (S, 1) with those by T."""
        jacobian(self, T, c, J, by_T, space)

    def concentrations(self, c_gas: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """Concentrations of the gas [mol/m3], of the adsorbates [mol/m2], 1 for solids."""
        S, per_cover = len(self.species), self.cover[self.gas : self.solid]
        return np.concatenate([c_gas, theta / per_cover, np.ones(S - self.solid)])

    def rates(self, T: float, c_gas: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """Net production rates (S,) per surface [mol/m2/s] of gas, adsorbates and solids.

        T [K]; c_gas (gas,) [mol/m3]; theta (adsorbates,) coverages.
        """
        out = np.empty(len(self.species))
        c = self.concentrations(np.asarray(c_gas, dtype=float), np.asarray(theta, dtype=float))
        compiled(fill_rates, self)(self, float(T), c, out, np.zeros(self.room()))
        return out

    def rates_jacobian(self, T: float, c_gas: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """Slopes of `rates` (S, S + 1): by all concentrations, then by T."""
        S = len(self.species)
        J, by_T = np.empty((S, S)), np.empty((S, 1))
        c = self.concentrations(np.asarray(c_gas, dtype=float), np.asarray(theta, dtype=float))
        compiled(fill_jacobian, self)(self, float(T), c, J, by_T, np.zeros(self.room()))
        return np.column_stack([J, by_T])

    def laid(self, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rates as of `rates` (n, S) as mass of each solid (n, B) [kg/m2/s], and growth [m/s].

        >>> from intensify.chemistry.surface_file import surface_from_cantera
        >>> net = surface_from_cantera("diamond.yaml", "diamond_100").surface
        >>> mass, growth = net.laid(np.eye(len(net.names))[-1:])  # 1 mol/m2/s of carbon
        >>> mass.round(6).tolist(), float(growth[0].round(9))
        ([[0.012011]], 3.412e-06)
        """
        mass = w[:, self.solid :] * self.M[self.solid :]
        return mass, np.sum(mass / self.bulk[self.solid :], axis=1)

    def properties(self, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Heat capacities [J/mol/K], enthalpies [J/mol], entropies [J/mol/K] of all species."""
        (g, h, cp, cp_T), held = (
            np.empty((4, len(self.species))),
            np.zeros(3 + 9 * len(self.species)),
        )
        polynomials(self.species, self.ranges, R_GAS, float(T), held, g, h, cp, cp_T)
        return cp, h, h / T - R_GAS * g

    def equilibrium_constants(self, T: float) -> np.ndarray:
        """K of the file's reactions in concentrations [mol, m]; irreversible ones: inf."""
        it = work(self, np.zeros(self.room()))
        thermo(self, float(T), it)
        out = np.full(it.back.size, np.inf)
        out[self.reactions[self.reversible, NUMBER]] = 1.0 / it.back[self.reversible]
        return out


def fill_rates(net, T, c, out, space):
    """Net production rates (S,)."""
    net = borrow(net)
    net.production(T, c, space)
    out[:] = net.work(space).w[:-1]


def fill_jacobian(net, T, c, J, by_T, space):
    """See `SurfaceNetwork.jacobian`."""
    net.jacobian(T, c, J, by_T, space)
