"""The laminar channel in two dimensions: equations and their radial discretisation.

    u(r) dc_i/dz = D_i lap c_i + sum_j nu_ji r_j(T, c)               no flux at the wall
    u(r) C dT/dz = lambda lap T + sum_j (-dH_j) r_j                  -lambda dT/dr = U (T - T_u)
    dq/dz = P U (T_wall - T_u)                                       q: heat to the utility

lap is the radial Laplacian of a tube, or across a slit; u is parabolic or flat. C is the feed's
heat capacity per volume and dH stands at T_ref. Nothing diffuses along the channel.

Even polynomials in x = r/R through n Gauss points and the wall: the Laplacian is collocated at the
points, and as their quadrature is exact for it, what the discretised equations lose inside is
exactly what passes the wall. State: for each point c (S), T; then q.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from intensify.chemistry import Network
from intensify.chemistry.network import DH, NU
from intensify.transport.ducts import TUBE, Section
from intensify.units import (
    CubicMetrePerSecond,
    HeatTransferCoefficient,
    Kelvin,
    Metre,
    Number,
    VolumetricHeatCapacity,
    WattPerMetreKelvin,
)


class Radial(NamedTuple):
    """n points over the section and the operators on them, lengths in R."""

    x: np.ndarray  # (n,) places r/R
    part: np.ndarray  # (n,) part of the section that a point stands for
    u: np.ndarray  # (n,) velocity over its mean
    closed: np.ndarray  # (n, n) Laplacian with no flux at the wall
    heated: np.ndarray  # (n, n) Laplacian of T - T_u behind the film
    slope: np.ndarray  # (n + 1,) d/dx at the wall from the points and the wall's value


def radial(aspect: float, n: int, *, Bi: float, plug: bool) -> Radial:
    """Points and operators of a tube or slit; Bi = U R/lambda.

    >>> grid = radial(TUBE, 12, Bi=np.inf, plug=False)
    >>> round(float(grid.part @ grid.u), 12), bool(abs(grid.part @ grid.closed).max() < 1e-9)
    (1.0, True)
    """
    if aspect == TUBE:  # Gauss points in s = x^2, as area is
        nodes, weights = legendre.leggauss(n)
        s, part, first, around = 0.5 * (nodes + 1.0), 0.5 * weights, 4.0, 2.0
    else:
        nodes, weights = legendre.leggauss(2 * n)
        s, part, first, around = nodes[n:] ** 2, weights[n:], 2.0, 1.0
    D = differentiation(np.append(s, 1.0))
    # lap = 4 (d/ds + s d2/ds2) in a tube, 2 d/ds + 4 s d2/ds2 across a slit
    lap = (first * D + 4.0 * np.append(s, 1.0)[:, None] * (D @ D))[:n]
    lap[np.arange(n), np.arange(n)] -= lap.sum(axis=1)  # a flat profile is steady to the last digit
    slope = part @ lap / around  # Gauss's theorem; equals 2 D[n]
    peak = 2.0 if aspect == TUBE else 1.5
    u = np.ones(n) if plug else peak * (1.0 - s)
    return Radial(
        np.sqrt(s), part, u, without_wall(lap, slope, 0.0), without_wall(lap, slope, Bi), slope
    )


def differentiation(s: np.ndarray) -> np.ndarray:
    """Derivative, at the points s, of the polynomial through them, as a matrix."""
    apart = s[:, None] - s + np.eye(s.size)
    weight = 1.0 / apart.prod(axis=1)
    D = weight / weight[:, None] / apart
    np.fill_diagonal(D, 0.0)
    np.fill_diagonal(D, -D.sum(axis=1))
    return D


def without_wall(lap: np.ndarray, slope: np.ndarray, Bi: float) -> np.ndarray:
    """The Laplacian (n, n) where the wall's value follows from slope = -Bi value there."""
    wall = slope[:-1] / (slope[-1] + Bi)
    return lap[:, :-1] - np.outer(lap[:, -1], wall)


class LaminarEquations(NamedTuple):
    """The equations of one of N equal channels; build a reactor with `LaminarChannel`."""

    kinetics: Network
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    flow: CubicMetrePerSecond  # of all channels
    channels: Number
    section: Section
    R: Metre  # a tube's radius, half a slit's gap
    length: Metre
    grid: Radial
    D: np.ndarray  # (S,) m2/s
    conductivity: WattPerMetreKelvin
    C: VolumetricHeatCapacity  # of the feed, species included
    U: HeatTransferCoefficient
    T_u: Kelvin
    Re: Number
    scratch: np.ndarray = np.empty(0)  # r, dr/dT, dr/dc; each run has its own

    def velocity(self):
        """Mean velocity [m/s]."""
        return self.flow / self.channels / self.section.A

    def heat_of(self, r):
        """Heat set free [W/m3] with dH at T_ref."""
        q = 0.0
        for j in range(r.size):
            q -= self.kinetics.reactions[j, DH] * r[j]
        return q

    def rhs(self, z, y, dy):
        """Derivatives along the channel; see the module's equations."""
        net, grid, S = self.kinetics, self.grid, self.c_in.size
        n, m, R2 = grid.x.size, S + 1, self.R * self.R
        r = self.scratch[: net.reactions.shape[0]]
        lost = 0.0
        for p in range(n):
            at, speed = p * m, grid.u[p] * self.velocity()
            net.rates(y[at + S], y[at : at + S], r)
            for i in range(S):
                gain = 0.0
                if self.D[i] > 0.0:
                    for k in range(n):
                        gain += grid.closed[p, k] * y[k * m + i]
                    gain *= self.D[i] / R2
                for j in range(r.size):
                    gain += net.reactions[j, NU + i] * r[j]
                dy[at + i] = gain / speed
            conducted = 0.0
            for k in range(n):
                conducted += grid.heated[p, k] * (y[k * m + S] - self.T_u)
            conducted *= self.conductivity / R2
            lost -= grid.part[p] * conducted
            dy[at + S] = (conducted + self.heat_of(r)) / (self.C * speed)
        dy[n * m] = lost * self.section.A

    def jac(self, z, y, J):
        """d(rhs)/dy, exact."""
        net, grid, S = self.kinetics, self.grid, self.c_in.size
        n, m, R2, R = grid.x.size, S + 1, self.R * self.R, net.reactions.shape[0]
        dr_dT = self.scratch[R : 2 * R]
        dr_dc = self.scratch[2 * R :].reshape(R, S)
        heat = self.conductivity / R2
        J[:] = 0.0
        for p in range(n):
            at, speed = p * m, grid.u[p] * self.velocity()
            net.derivatives(y[at + S], y[at : at + S], dr_dc, dr_dT)
            for k in range(n):
                for i in range(S):
                    J[at + i, k * m + i] = grid.closed[p, k] * self.D[i] / (R2 * speed)
                J[at + S, k * m + S] = grid.heated[p, k] * heat / (self.C * speed)
                J[n * m, k * m + S] -= grid.part[p] * grid.heated[p, k] * heat * self.section.A
            for j in range(R):
                for i in range(S):
                    nu = net.reactions[j, NU + i] / speed
                    J[at + i, at + S] += nu * dr_dT[j]
                    for k in range(S):
                        J[at + i, at + k] += nu * dr_dc[j, k]
                warm = -net.reactions[j, DH] / (self.C * speed)
                J[at + S, at + S] += warm * dr_dT[j]
                for k in range(S):
                    J[at + S, at + k] += warm * dr_dc[j, k]
