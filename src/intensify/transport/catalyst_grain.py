"""A catalyst grain: film around it, diffusion and conduction inside, any rate law.

    0 = D_i lap c_i + rho sum_j nu_ji r_j(T, c)            k_i (c_i,bulk - c_i) = D_i dc_i/dx  at R
    0 = lambda lap T + rho sum_j (-dH_j) r_j               h (T - T_bulk) = -lambda dT/dx      at R

for a slab, cylinder or sphere (shape 0, 1, 2). The rates r_j at n points inside are the unknowns,
because they give all profiles; with G the inverse of -lap behind a surface at zero, R = 1,

    c_i = c_i,bulk + sum_j nu_ji (film_i mean(r_j) + pore_i G r_j)
    film_i = rho R/((shape + 1) k_i),  pore_i = rho R^2/D_i

and T in the same way with -dH_j in place of nu_ji. Of a gas, partial pressures take the place of
concentrations, and k/T and D/T stay as they were given. n = 1 without pores is a film alone, n = 0
a grain without gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import NU
from intensify.errors import InputError
from intensify.numerics.newton import find_zero
from intensify.numerics.radial import radial_grid
from intensify.units import INF, Kelvin, KilogramPerCubicMetre, Metre, Number


class Pellet(NamedTuple):
    """Resistances of a grain to S species and, last, to heat; build it with `pellet` or `film`.

    film, pore: (S + 1,) [kg s/m3], heat [kg K/W m3]. G (n, n), W (n,): see the module.
    """

    film: np.ndarray = np.zeros(0)
    pore: np.ndarray = np.zeros(0)
    G: np.ndarray = np.zeros((0, 0))
    W: np.ndarray = np.zeros(0)
    rho: KilogramPerCubicMetre = 0.0
    R: Metre = 0.0
    shape: Number = 2.0
    T_gas: Kelvin = 0.0  # where k and D of a gas were given; 0: a liquid

    def inside(self, net, T, c, r, m, at):
        """Fill at (S,) with c at point m where the points' rates are r (n R,); returns T there.

        Point -1 is the surface.
        """
        n, R, S = self.W.size, net.reactions.shape[0], c.size
        for i in range(S):
            at[i] = c[i]
        hot, scale = T, 1.0
        if self.T_gas > 0.0:
            scale = self.T_gas / T
        for j in range(R):
            mean = reach = 0.0
            for k in range(n):
                mean += self.W[k] * r[k * R + j]
                if m >= 0:
                    reach += self.G[m, k] * r[k * R + j]
            for i in range(S):
                drop = self.film[i] * mean + self.pore[i] * reach
                at[i] += net.reactions[j, NU + i] * drop * scale
            hot -= net.heat_of_reaction(j, T) * (self.film[S] * mean + self.pore[S] * reach)
        if self.T_gas > 0.0:
            for i in range(S):
                at[i] *= T / hot
        return hot

    def miss(self, net, T, c, r, at, own, F):
        """Fill F (n R,) with what the points' rates r lack to be those of their own c and T."""
        R = own.size
        for m in range(self.W.size):
            hot = self.inside(net, T, c, r, m, at)
            net.rates(hot, at, own)
            for j in range(R):
                F[m * R + j] = own[j] - r[m * R + j]

    def mean(self, r, out):
        """Fill out (R,) with the mean rates of the grain."""
        R = out.size
        for j in range(R):
            out[j] = 0.0
            for k in range(self.W.size):
                out[j] += self.W[k] * r[k * R + j]


def per_species(net: Network, value: float | Mapping[str, float], what: str) -> np.ndarray:
    """One number for all species, or one of each by name; above 0."""
    S = len(net.names)
    if isinstance(value, Mapping):
        lacking = [name for name in net.names if name not in value]
        if lacking:
            raise InputError([(what, f"has no value for {', '.join(lacking)}")])
        out = net.vector(dict(value))
    else:
        out = np.full(S, float(value))
    if not (out > 0.0).all():
        raise InputError([(what, f"is {out.min():g}, but must be above 0 (inf: no resistance)")])
    return out


def pellet(
    net: Network,
    *,
    rho: float,
    R: float,
    D: float | Mapping[str, float],
    conductivity: float = INF,
    k: float | Mapping[str, float] = INF,
    h: float = INF,
    shape: int = 2,
    T_gas: float = 0.0,
    nodes: int = 12,
    core: float = 0.0,
) -> Pellet:
    """A grain of density rho [kg/m3] and radius (half thickness) R [m].

    D: effective diffusivities [m2/s]; k: film coefficients [m/s], each for all species or by name;
    conductivity [W/m/K] and h [W/m2/K], inf: no resistance. rates are per kg of grain; with rho = 1
    per m3. T_gas: temperature of k and D where a gas flows by; 0: a liquid. nodes: 12 give eta to
    1e-6 up to a Thiele modulus of 5, 30 up to 20. core: an egg-shell, whose active material, as
    much as before, lies outside core R; on finite volumes, `nodes` of them.
    InputError: a number not above 0, a species without a value, a shape that is none.

    >>> net = Network.build("A => B", k=0.02)
    >>> grain = pellet(net, rho=1.0, R=1e-3, D=2e-9, nodes=30)
    >>> round(effectiveness(net, grain, T=300.0, c={"A": 1.0})[0], 6)  # 3 (p coth p - 1)/p^2
    0.652089
    """
    numbers = {"rho": rho, "R": R, "conductivity": conductivity, "h": h}
    wrong = [(name, f"is {x:g}, but must be above 0") for name, x in numbers.items() if not x > 0.0]
    if shape not in (0, 1, 2):
        wrong.append(("shape", f"is {shape}; take 0 (slab), 1 (cylinder) or 2 (sphere)"))
    if not 3 <= nodes <= 100:
        wrong.append(("nodes", f"is {nodes}; take 3 to 100"))
    if not 0.0 <= core < 1.0:
        wrong.append(("core", f"is {core:g}, but must be at least 0 and below 1"))
    if wrong:
        raise InputError(wrong)
    inside = np.append(per_species(net, D, "D"), conductivity)
    outside = np.append(per_species(net, k, "k"), h)
    G, W = shell(nodes, shape, core) if core > 0.0 else collocation(nodes, shape)
    return Pellet(
        rho * R / ((shape + 1.0) * outside), rho * R * R / inside, G, W, float(rho), float(R),
        float(shape), float(T_gas),
    )  # fmt: skip


def collocation(n: int, shape: int) -> tuple[np.ndarray, np.ndarray]:
    """G and W of a grain that is active all over, on `numerics.radial`."""
    grid = radial_grid(n, shape)
    return np.linalg.inv(-grid.lap[:, :-1]), grid.W


def shell(n: int, shape: int, core: float) -> tuple[np.ndarray, np.ndarray]:
    """G and W of a grain whose active material lies in core..1, on n finite volumes.

    Volumes narrow towards the surface by a factor of 10 in all; second order.

    >>> G, W = shell(80, 0, 1e-9)
    >>> round(float(W @ G @ np.ones(80)), 3)  # mean of (1 - x^2)/2 over a slab
    0.333
    """
    width = np.geomspace(1.0, 0.1, n)
    face = core + (1.0 - core) * np.concatenate([[0.0], np.cumsum(width) / width.sum()])
    face[-1] = 1.0
    middle, volume = 0.5 * (face[1:] + face[:-1]), np.diff(face ** (shape + 1)) / (shape + 1)
    passes = face[1:] ** shape / np.diff(np.append(middle, 1.0))  # the last through half a volume
    L = np.diag(passes + np.append(0.0, passes[:-1]))
    L -= np.diag(passes[:-1], 1) + np.diag(passes[:-1], -1)
    return np.linalg.inv(L) * volume / (1.0 - core ** (shape + 1)), volume / volume.sum()


def film(
    net: Network,
    *,
    rho_surface: float,
    k: float | Mapping[str, float] = INF,
    h: float = INF,
    T_gas: float = 0.0,
) -> Pellet:
    """A film alone, around grains with rho_surface [kg/m2] of catalyst per outer surface.

    rho_surface is rho R/(shape + 1), or catalyst per bed volume over surface per bed volume.
    k [m/s], h [W/m2/K] and T_gas as in `pellet`.
    """
    if not rho_surface > 0.0 or not h > 0.0:
        raise InputError(f"rho_surface {rho_surface:g} and h {h:g} must be above 0")
    coefficients = np.append(per_species(net, k, "k"), h)
    flat = np.zeros(coefficients.size)
    return Pellet(rho_surface / coefficients, flat, np.zeros((1, 1)), np.ones(1), T_gas=T_gas)


class Steady(NamedTuple):
    """The steady grain as a system for Newton's method; unknowns are rates over `size`."""

    net: Network
    pellet: Pellet
    T: float
    c: np.ndarray
    size: np.ndarray  # (R,) magnitudes
    at: np.ndarray
    own: np.ndarray
    r: np.ndarray

    def residual(self, y, F):
        """What the rates lack, over their magnitudes."""
        R = self.own.size
        for k in range(y.size):
            self.r[k] = y[k] * self.size[k % R]
        self.pellet.miss(self.net, self.T, self.c, self.r, self.at, self.own, F)
        for k in range(y.size):
            F[k] /= self.size[k % R]


def steady_rates(net: Network, grain: Pellet, *, T: float, c: np.ndarray) -> np.ndarray:
    """Rates (n R,) at the points of a grain in a fluid of T [K] and c (S,), from a cold start.

    SolveError: Newton's method finds none; far beyond ignition take `branches`.
    """
    R, n = len(net.reactions), grain.W.size
    bulk = np.empty(R)
    net.rates(T, c, bulk)
    size = np.where(np.abs(bulk) > 0.0, np.abs(bulk), max(np.abs(bulk).max(initial=0.0), 1e-30))
    model = Steady(net.lean(), grain, float(T), c, size, np.empty(c.size), np.empty(R),
                   np.empty(n * R))  # fmt: skip
    start = np.zeros(n * R)
    for part in (1e-4, 1e-3, 1e-2, 0.1, 0.3, 1.0):  # thicker step by step: the cold branch
        thin = grain._replace(film=part * grain.film, pore=part * grain.pore)
        start = np.tile(bulk / size, n) if part == 1e-4 else start
        start = find_zero(model._replace(pellet=thin), start, rtol=1e-11).y
    return np.tile(size, n) * start


def effectiveness(
    net: Network, grain: Pellet, *, T: float, c: Mapping[str, float] | np.ndarray
) -> list[float]:
    """Effectiveness of each reaction, film included: mean rate over the rate in the fluid.

    c [mol/m3] by name or (S,). Of several steady states that which is reached from cold.
    """
    bulk, out = np.empty(len(net.reactions)), np.empty(len(net.reactions))
    c = net.vector(dict(c)) if isinstance(c, Mapping) else np.asarray(c, dtype=float)
    net.rates(T, c, bulk)
    grain.mean(steady_rates(net, grain, T=T, c=c), out)
    return [float(x / y) if y != 0.0 else float("nan") for x, y in zip(out, bulk, strict=True)]


def thickness(grain: Pellet) -> float:
    """Volume over outer surface, R/(shape + 1) [m]."""
    return grain.R / (grain.shape + 1.0)


def thiele(net: Network, grain: Pellet, *, T: float, c: Any, species: str) -> float:
    """Thiele modulus (V/S) sqrt(rho r/(D c)) of a species as it stands in the fluid."""
    s, r = net.index(species), np.empty(len(net.reactions))
    c = net.vector(dict(c)) if isinstance(c, Mapping) else np.asarray(c, dtype=float)
    net.rates(T, c, r)
    used = abs(float(net.nu[:, s] @ r))
    return float(np.sqrt(grain.pore[s] * used / c[s]) / (grain.shape + 1.0))
