"""Transfer through films of many components: Maxwell and Stefan's equations, and packings' films.

    dx_i/d(eta) = sum_j (x_i N_j - x_j N_i)/G_ij        G_ij = c k_ij A [mol/s], eta from 0 to 1

With N and G constant the film's far side is exp(B) x, B_ii = sum_j N_j/G_ij and B_ij = -N_i/G_ij:
Krishna and Standart's exact solution, whatever sets the total flux. Coefficients of packings below
their loading point by Billet and Schultes (their constants C_L, C_V):

    h_L = (12 mu_L u_L a^2/(g rho_L))^(1/3)                               part of the space held
    a_e = 1.5 a (a d)^-0.5 (u_L d rho_L/mu_L)^-0.2 (u_L^2 rho_L d/sigma)^0.75 (u_L^2/(g d))^-0.45
    k_L = C_L 12^(1/6) (u_L/h_L)^(1/2) (D_L/d)^(1/2)                      d = 4 void/a
    k_V = C_V (a/(d (void - h_L)))^(1/2) D_V (u_V rho_V/(a mu_V))^(3/4) (mu_V/(rho_V D_V))^(1/3)
"""

from __future__ import annotations

from typing import NamedTuple

from intensify._jit import kernel
from intensify.units import Metre, Number, PascalSecond, SquareMetre

GRAVITY = 9.80665


class StructuredPacking(NamedTuple):
    """A packing: area per volume [1/m], void fraction, Billet and Schultes' constants, size."""

    area: Number
    void: Number
    C_L: Number
    C_V: Number
    section: SquareMetre
    height: Metre  # of a segment


class FilmFluids(NamedTuple):
    """Viscosities [Pa s], the liquid's surface tension [N/m] and conductivities [W/m/K]."""

    mu_L: PascalSecond
    mu_V: PascalSecond
    sigma: Number
    lambda_L: Number
    lambda_V: Number


@kernel
def far_side(N, G, x, out, spare):
    """Fill out (C,) with the composition on a film's far side.

    Parameters
    ----------
    N : (C,) fluxes from the near to the far side. G : (C, C) [as N], symmetric.
    x, out, spare : (C,) composition on the near side; on return that of the far side; scratch.

    Its sum is that of x. Stagnant component 2: N_1 = G ln((1 - out_1)/(1 - x_1)), Stefan's law.

    >>> import numpy as np
    >>> G, out = np.full((2, 2), 3.0), np.empty(2)
    >>> far_side(np.array([1.0, 0.0]), G, np.array([0.6, 0.4]), out, np.empty(2))
    >>> bool(np.isclose(3.0 * np.log(out[1] / 0.4), 1.0))
    True
    """
    C = x.size
    most = 0.0
    for i in range(C):
        for j in range(C):
            if i != j:
                most = max(most, (abs(N[i]) + abs(N[j])) / G[i, j])
    pieces = max(int(2.0 * C * most) + 1, 1)
    for i in range(C):
        out[i] = x[i]
    term = spare
    for _ in range(pieces):
        before = out.copy()
        for i in range(C):
            term[i] = before[i]
        for order in range(1, 25):
            new = term.copy()
            largest = 0.0
            for i in range(C):
                s = 0.0
                for j in range(C):
                    if i != j:
                        s += (new[i] * N[j] - new[j] * N[i]) / G[i, j]
                term[i] = s / (order * pieces)
                largest = max(largest, abs(term[i]))
                out[i] += term[i]
            if largest < 1e-18:
                break


@kernel
def wetted(a, void, u_L, rho_L, mu_L, sigma):
    """Part of the space that the liquid holds, and wetted area per volume [1/m]."""
    d = 4.0 * void / a
    held = (12.0 * mu_L * u_L * a * a / (GRAVITY * rho_L)) ** (1.0 / 3.0)
    spread = (u_L * d * rho_L / mu_L) ** -0.2 * (u_L * u_L * rho_L * d / sigma) ** 0.75
    return held, 1.5 * a / (a * d) ** 0.5 * spread * (u_L * u_L / (GRAVITY * d)) ** -0.45


@kernel
def liquid_film(C_L, a, void, u_L, held, D):
    """k_L of a packing [m/s]; see `wetted` for what is held."""
    return C_L * 12.0 ** (1.0 / 6.0) * (u_L / held * D * a / (4.0 * void)) ** 0.5


@kernel
def vapour_film(C_V, a, void, u_V, rho_V, mu_V, held, D):
    """k_V of a packing [m/s]."""
    d, nu = 4.0 * void / a, mu_V / rho_V
    return (
        C_V
        * (a / (d * (void - held))) ** 0.5
        * D
        * (u_V / (a * nu)) ** 0.75
        * (nu / D) ** (1.0 / 3.0)
    )
