"""A packed bed in two dimensions: plug flow, radial dispersion of heat and species, a wall film.

    N dn_i/dz = N l lap n_i + rho_b sum_j nu_ji r_j(T, c)              dn_i/dr = 0 at the wall
    N C dT/dz = lambda lap T + rho_b sum_j (-dH_j) r_j                 -lambda dT/dr = h_w (T - T_c)
    -dp/dz    = viscous mu u + inertial rho u^2                        at the section's mean T
    c_i       = n_i/(sum n) p/(R T)                                    an ideal gas

n_i: moles per mole of feed; N: molar flux of the feed; l = D_er/u, about a tenth of a grain. C is
the feed's, and dH_j stands at T_ref. The radius on `numerics.radial`, conservative.
State: n (S) and T at each of the points, then p and the heat to the coolant per section [W/m2].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry import R_GAS, Network
from intensify.chemistry.network import DH, NU
from intensify.errors import InputError
from intensify.numerics.radial import RadialGrid, radial_grid
from intensify.reactors.stage import Axis, Leg, Stage, Variable, species_axis
from intensify.transport.packing import Friction, Packing
from intensify.units import (
    HeatTransferCoefficient,
    Kelvin,
    KilogramPerCubicMetre,
    Metre,
    Number,
    Pascal,
    PascalSecond,
    WattPerMetreKelvin,
    describe,
)
from intensify.validity import Caution

MOST_SHIFT = 0.02
"""Relative change of a heat of reaction from T_ref that is warned of."""


class RadialZone(NamedTuple):
    """A length of bed with its coolant, catalyst [kg/m3 of bed] and wall coefficient."""

    length: Metre
    T_c: Kelvin
    rho_b: KilogramPerCubicMetre
    h_w: HeatTransferCoefficient


class RadialBedEquations(NamedTuple):
    """The equations of one zone; build a reactor with `RadialBed`."""

    kinetics: Network
    packing: Packing
    grid: RadialGrid
    y_in: np.ndarray  # (S,) mole fractions
    N: Number  # mol/m2/s
    G: Number  # kg/m2/s
    T_in: Kelvin
    p_in: Pascal
    zones: np.ndarray  # (Z, 4): length, T_c, rho_b, h_w
    C: Number  # J/mol of feed/K
    conductivity: WattPerMetreKelvin
    mixing: Metre  # l
    friction: Friction
    mu: PascalSecond
    zone: int = 0
    closed: np.ndarray = np.empty((0, 0))  # (n, n) Laplacian behind a wall without flux
    cooled: np.ndarray = np.empty((0, 0))  # (n, n) Laplacian of T - T_c in this zone
    scratch: np.ndarray = np.empty(0)  # c, r

    def rhs(self, z, y, dy):
        """Derivatives along the bed; see the module's equations."""
        net, S, n = self.kinetics, self.y_in.size, self.grid.r.size
        size, R2 = S + 1, 0.25 * self.packing.D * self.packing.D
        c, r = self.scratch[:S], self.scratch[S:]
        T_c, rho_b, p = self.zones[self.zone, 1], self.zones[self.zone, 2], y[n * size]
        spread, k = self.mixing / R2, self.conductivity / R2
        out = volume = 0.0
        for m in range(n):
            at = m * size
            T, total = y[at + S], 0.0
            for i in range(S):
                total += y[at + i]
            for i in range(S):
                c[i] = y[at + i] / total * p / (R_GAS * T)
            net.rates(T, c, r)
            volume += self.grid.W[m] * total * R_GAS * T / p
            for i in range(S):
                mixed = made = 0.0
                for q in range(n):
                    mixed += self.closed[m, q] * y[q * size + i]
                for j in range(r.size):
                    made += net.reactions[j, NU + i] * r[j]
                dy[at + i] = spread * mixed + rho_b * made / self.N
            heat = 0.0
            for q in range(n):
                heat += self.cooled[m, q] * (y[q * size + S] - T_c)
            heat *= k
            out -= self.grid.W[m] * heat
            for j in range(r.size):
                heat -= rho_b * net.reactions[j, DH] * r[j]
            dy[at + S] = heat / (self.N * self.C)
        u = self.N * volume
        dy[n * size] = -self.friction.gradient(u, self.G / u, self.mu)
        dy[n * size + 1] = out


class RadialBedReactor(RadialBedEquations):
    """A packed bed in two dimensions; the fields are those of `RadialBedEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the bed")

    def __str__(self) -> str:
        bare = np.empty(0)
        grid = RadialGrid(self.grid.r, bare, bare, bare, bare)
        return describe(self._replace(grid=grid, closed=bare, cooled=bare, scratch=bare))

    def state(self) -> np.ndarray:
        """Flat profiles at the inlet."""
        return np.array([*np.tile([*self.y_in, self.T_in], self.grid.r.size), self.p_in, 0.0])

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        used = self.y_in[(self.kinetics.nu < 0.0).any(axis=0) & (self.y_in > 0.0)]
        point = [*np.full(self.y_in.size, 0.1 * min(used, default=1.0)), 100.0]
        return np.array([*np.tile(point, self.grid.r.size), self.p_in, 100.0 * self.N * self.C])

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """Zone k, entered at z with state y; None behind the last."""
        if k == len(self.zones):
            return None
        model = self._replace(
            zone=k, kinetics=self.kinetics.lean(), closed=self.grid.behind(0.0),
            cooled=self.grid.behind(self.Bi(k)),
            scratch=np.empty(self.y_in.size + len(self.kinetics.reactions)),
        )  # fmt: skip
        return Stage(f"zone {k + 1}", model, z, float(self.zones[k, 0]))

    @property
    def R(self) -> float:
        """Radius of the tube [m]."""
        return 0.5 * self.packing.D

    def Bi(self, zone: int = 0) -> float:
        """h_w R/lambda of a zone."""
        return float(self.zones[zone, 3] * self.R / self.conductivity)

    def first_eigenvalue(self, zone: int = 0) -> float:
        """alpha_1 of the section, alpha J1(alpha) = Bi J0(alpha)."""
        rates = np.linalg.eigvals(radial_grid(14, 1).behind(self.Bi(zone)))
        return float(np.sqrt(-rates.real.max()))

    def developed_U(self, zone: int = 0) -> float:
        """U that a bed without radial coordinate needs far from its inlet [W/m2/K].

        lambda alpha_1^2/(2 R), on the mean temperature of an inert stream.
        """
        return self.conductivity * self.first_eigenvalue(zone) ** 2 / (2.0 * self.R)

    def profiles(self, Y: np.ndarray, zone: int) -> tuple[np.ndarray, np.ndarray]:
        """n (len, S, places) and T (len, places) of states Y, over `grid.places`."""
        values = Y[:, :-2].reshape(len(Y), self.grid.r.size, -1).transpose(0, 2, 1)
        T_c = self.zones[zone, 1]
        T = T_c + (values[:, -1] - T_c) @ self.grid.over(self.Bi(zone)).T
        return values[:, :-1] @ self.grid.over(0.0).T, T

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        radius = Axis("r", self.R * self.grid.places, "m", "distance from the middle")
        species = species_axis(self.kinetics.names)
        return [
            Variable("y", "1", "mole fraction", (radius, species)),
            Variable("T", "K", "temperature", (radius,)),
            Variable("y_mean", "1", "mole fraction of the mixed stream", (species,)),
            Variable("T_mean", "K", "temperature of the mixed stream"),
            Variable("T_hottest", "K", "highest temperature over the section"),
            Variable("p", "Pa", "pressure"),
            Variable("heat_flux", "W/m2", "heat flux through the wall"),
            Variable("q", "W/m2", "heat to the coolant so far, per area of the section"),
        ]

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`."""
        n, T = self.profiles(Y, leg.model.zone)
        mean = n[..., 1:-1] @ self.grid.W
        return {
            "y": (n / n.sum(axis=1)[:, None]).transpose(0, 2, 1), "T": T,
            "y_mean": mean / mean.sum(axis=1)[:, None], "T_mean": T[:, 1:-1] @ self.grid.W,
            "T_hottest": T.max(axis=1), "p": Y[:, -2],
            "heat_flux": -self.conductivity / self.R * (T[:, 1:] @ self.grid.slope), "q": Y[:, -1],
        }  # fmt: skip

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Moles per mole of feed (S,)."""
        return self.y_in

    def outlet(self, legs: list[Leg]) -> tuple[np.ndarray, float]:
        """Mixed n (S,) and T at the end."""
        n, T = self.profiles(legs[-1].y_end[None], legs[-1].model.zone)
        return n[0, :, 1:-1] @ self.grid.W, float(T[0, 1:-1] @ self.grid.W)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of invariants, mass and energy from inlet to outlet."""
        net, (n, T), q = self.kinetics, self.outlet(legs), legs[-1].y_end[-1] / self.N
        out = net.closure(self.y_in, n)
        extents = np.linalg.lstsq(net.nu.T, n - self.y_in, rcond=None)[0]
        released, sensible = -float(net.dH @ extents), self.C * (T - self.T_in)
        size = max(abs(released), abs(q), abs(sensible), self.C)
        out["energy"] = abs(sensible + q - released) / size
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        T_max, z_max, r_max = max(self.hottest(leg) for leg in legs)
        (n, T), last, net = self.outlet(legs), legs[-1], self.kinetics
        W = float((self.zones[:, 0] * self.zones[:, 2]).sum()) * self.packing.A
        out = {"L": last.end, "T_max": T_max, "z_T_max": z_max, "r_T_max": r_max, "T_out": T,
               "p_out": last.y_end[-2], "p_drop": self.p_in - last.y_end[-2],
               "void": self.packing.void, "catalyst": W, "Bi": self.Bi()}  # fmt: skip
        for s, name in enumerate(net.names):
            if (net.nu[:, s] < 0.0).any() and self.y_in[s] > 0.0:
                out[f"X_{name}"] = 1.0 - float(n[s] / self.y_in[s])
        return out

    def hottest(self, leg: Leg) -> tuple[float, float, float]:
        """Highest temperature of a zone with its z and r, exact on the dense output."""
        path, S, T_c = leg.trajectory, self.y_in.size, self.zones[leg.model.zone, 1]
        C = path.C[:, :, S : -2 : S + 1].copy()
        C[:, 0] -= T_c
        rises = path._replace(C=C @ self.grid.over(self.Bi(leg.model.zone)).T)
        return max(
            (T_c + value, z, float(self.R * r))
            for r, (value, z) in ((r, rises.maximum(k)) for k, r in enumerate(self.grid.places))
        )

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where what the model holds constant changes: heats of reaction."""
        net = self.kinetics
        apart = max(float(np.abs(self.profiles(leg.trajectory.at_steps(), leg.model.zone)[1]
                                 - net.T_ref).max()) for leg in legs)  # fmt: skip
        shift = np.abs(net.dcp) * apart
        return [
            Caution(
                f"dH of reaction {j + 1} changes by {shift[j]:.3g} J/mol over {apart:.3g} K; the "
                "bed in two dimensions holds it at T_ref", name="dcp", value=shift[j],
                high=MOST_SHIFT * abs(net.dH[j]),
            )
            for j in np.flatnonzero(shift > MOST_SHIFT * np.abs(net.dH))
        ]  # fmt: skip


def RadialBed(
    kinetics: Network,
    *,
    packing: Packing,
    feed: Mapping[str, float],
    T: float,
    p: float,
    zones: Sequence[RadialZone],
    flow: float,
    conductivity: float,
    mixing: float | None = None,
    M: float = 0.0,
    cp: float = 0.0,
    mu: float = 2.0e-5,
    friction: Friction = Friction(),
    nodes: int = 10,
) -> RadialBedReactor:
    """One tube of catalyst in two dimensions, fed with `flow` [mol/s] of mole fractions `feed`.

    conductivity: effective, radial [W/m/K] (`transport.radial_conductivity`); mixing: D_er/u [m], a
    tenth of a grain unless given. cp, M, mu as in `PackedBed`; friction: none by default.
    InputError: no flow, catalyst or heat capacity; fractions that do not sum to 1.
    """
    y = kinetics.vector(dict(feed))
    molar = float(y @ kinetics.M) if kinetics.M.all() else float(M)
    C = cp * molar + float(y @ kinetics.cp)
    mixing = 0.1 * packing.d if mixing is None else mixing
    numbers = {"T": T, "p": p, "flow": flow, "conductivity": conductivity, "mu": mu, "M": molar,
               "heat capacity (cp)": C}  # fmt: skip
    problems = [(k, f"is {x:g}, but must be above 0") for k, x in numbers.items() if not x > 0.0]
    if not (y >= 0.0).all() or not abs(y.sum() - 1.0) < 1e-6:
        problems.append(("feed", f"mole fractions sum to {y.sum():.6g}; they must be 0..1, sum 1"))
    if not mixing >= 0.0 or not 3 <= nodes <= 60:
        problems.append(("mixing", "must be 0 or more, and nodes 3 to 60"))
    if not zones or not any(zone.rho_b >= 0.0 for zone in zones):
        problems.append(("zones", "a bed needs at least one zone"))
    for k, zone in enumerate(zones):
        if not zone.length > 0.0 or not zone.h_w >= 0.0 or not zone.rho_b >= 0.0:
            problems.append((f"zones[{k}]", "needs a length above 0, rho_b and h_w 0 or more"))
    if problems:
        raise InputError(problems)
    N = flow / packing.A
    return RadialBedReactor(
        kinetics, packing, radial_grid(nodes, 1), y / y.sum(), N, N * molar, float(T), float(p),
        np.array(zones, dtype=float), C, float(conductivity), float(mixing), friction, float(mu),
    )  # fmt: skip
