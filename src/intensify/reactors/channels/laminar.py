"""Laminar flow in a tube or slit with radial diffusion of species and heat, in two dimensions.

    u dc_i/dz = D_i lap c_i + sum_j nu_ji r_j(T, c)                  dc_i/dr = 0 at the wall
    C u dT/dz = k lap T + sum_j (-dH_j) r_j                          -k dT/dr = U (T - T_u)
    u = 2 U_m (1 - (r/R)^2) tube,  1.5 U_m (1 - (r/R)^2) slit,  U_m plug

C = rho_cp + sum_i c_i,in cp_i, held, and with it dH_j at T_ref. U = inf: the wall is at T_u; U = 0:
adiabatic. Nothing diffuses along z. The radius on `numerics.radial`; the wall's values follow from
those inside, so a species with D = 0 reacts on each streamline by itself.

State: c (S) and T at each of n points, then the heat passed to the utility so far, per area of the
section [W/m2].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import DH, NU
from intensify.numerics.radial import RadialGrid, radial_grid
from intensify.reactors.stage import Axis, Leg, Stage, Variable, species_axis
from intensify.units import (
    INF,
    Kelvin,
    Metre,
    Number,
    VolumetricHeatCapacity,
    WattPerMetreKelvin,
    describe,
)
from intensify.validity import Caution

PE_LEAST = 50.0
"""Pe = u D_h/alpha from which conduction along the channel is small beside the flow."""
DH_SHIFT = 0.02
"""Relative change of a heat of reaction from T_ref to the run's temperatures that is warned of."""


def relative_velocity(grid: RadialGrid, *, plug: bool) -> np.ndarray:
    """u/U_m at the points: parabolic, or flat."""
    u = np.ones(grid.r.size) if plug else 1.0 - grid.r**2
    return u / (grid.W @ u)


class LaminarEquations(NamedTuple):
    """The equations of one zone; build a reactor with `LaminarChannel`."""

    kinetics: Network
    grid: RadialGrid
    u: np.ndarray  # (n,) velocity at the points, m/s
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    zones: np.ndarray  # (Z, 3): length, U, T_u
    D: np.ndarray  # (S,) diffusivities, m2/s
    conductivity: WattPerMetreKelvin
    C: VolumetricHeatCapacity
    R: Metre  # radius, or half the gap
    shape: Number  # 1 tube, 0 slit
    zone: int = 0
    closed: np.ndarray = np.empty((0, 0))  # (n, n) Laplacian behind a wall without flux
    heated: np.ndarray = np.empty((0, 0))  # (n, n) Laplacian of T - T_u in this zone
    scratch: np.ndarray = np.empty(0)  # r, dr/dT, dr/dc

    def rhs(self, z, y, dy):
        """Derivatives along the channel; see the module's equations."""
        net, S, n = self.kinetics, self.c_in.size, self.u.size
        N, per_R2, T_u = S + 1, 1.0 / (self.R * self.R), self.zones[self.zone, 2]
        r = self.scratch[: net.reactions.shape[0]]
        out = 0.0
        for p in range(n):
            at, u = p * N, self.u[p]
            net.rates(y[at + S], y[at : at + S], r)
            for i in range(S):
                made = 0.0
                if self.D[i] > 0.0:
                    for m in range(n):
                        made += self.closed[p, m] * y[m * N + i]
                    made *= self.D[i] * per_R2
                for j in range(r.size):
                    made += net.reactions[j, NU + i] * r[j]
                dy[at + i] = made / u
            heat = 0.0
            for m in range(n):
                heat += self.heated[p, m] * (y[m * N + S] - T_u)
            heat *= self.conductivity * per_R2
            out -= self.grid.W[p] * heat
            for j in range(r.size):
                heat -= net.reactions[j, DH] * r[j]
            dy[at + S] = heat / (self.C * u)
        dy[n * N] = out

    def jac(self, z, y, J):
        """d(rhs)/dy, exact."""
        net, S, n = self.kinetics, self.c_in.size, self.u.size
        R, N, per_R2 = net.reactions.shape[0], S + 1, 1.0 / (self.R * self.R)
        dr_dT, dr_dc = self.scratch[R : 2 * R], self.scratch[2 * R :].reshape(R, S)
        k = self.conductivity * per_R2
        J[:] = 0.0
        for p in range(n):
            at, u = p * N, self.u[p]
            Cu = self.C * u
            for m in range(n):
                for i in range(S):
                    J[at + i, m * N + i] = self.closed[p, m] * self.D[i] * per_R2 / u
                J[at + S, m * N + S] = self.heated[p, m] * k / Cu
                J[n * N, m * N + S] -= self.grid.W[p] * self.heated[p, m] * k
            net.derivatives(y[at + S], y[at : at + S], dr_dc, dr_dT)
            for j in range(R):
                dH = net.reactions[j, DH]
                J[at + S, at + S] -= dH * dr_dT[j] / Cu
                for m in range(S):
                    J[at + S, at + m] -= dH * dr_dc[j, m] / Cu
                for i in range(S):
                    nu = net.reactions[j, NU + i] / u
                    J[at + i, at + S] += nu * dr_dT[j]
                    for m in range(S):
                        J[at + i, at + m] += nu * dr_dc[j, m]


class LaminarReactor(LaminarEquations):
    """A laminar channel; the fields are those of `LaminarEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the channel")

    def __str__(self) -> str:
        bare = np.empty(0)
        grid = RadialGrid(self.grid.r, bare, bare, bare, bare)
        return describe(self._replace(grid=grid, closed=bare, heated=bare, scratch=bare))

    def state(self) -> np.ndarray:
        """Flat profiles at the inlet."""
        return np.append(np.tile([*self.c_in, self.T_in], self.u.size), 0.0)

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        top = 0.1 * max(self.c_in.max(), 1e-300)
        point = [*np.full(self.c_in.size, top), 100.0]
        return np.append(np.tile(point, self.u.size), 100.0 * self.C * self.velocity)

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """Zone k, entered at z with state y; None behind the last."""
        if k == len(self.zones):
            return None
        return Stage(f"zone {k + 1}", self.in_zone(k), z, float(self.zones[k, 0]))

    def in_zone(self, k: int) -> LaminarReactor:
        """The equations of zone k, with room of their own."""
        S, R = self.c_in.size, len(self.kinetics.reactions)
        return self._replace(
            zone=k, kinetics=self.kinetics.lean(), scratch=np.empty(2 * R + R * S),
            closed=self.grid.behind(0.0), heated=self.grid.behind(self.Bi(k)),
        )  # fmt: skip

    def Bi(self, zone: int) -> float:
        """U R/k of a zone."""
        return float(self.zones[zone, 1] * self.R / self.conductivity)

    @property
    def velocity(self) -> float:
        """Mean velocity [m/s]."""
        return float(self.grid.W @ self.u)

    @property
    def D_h(self) -> float:
        """Hydraulic diameter [m]."""
        return 4.0 * self.R / (self.shape + 1.0)

    # --- what comes out --------------------------------------------------------------------------
    def cup(self, profiles: np.ndarray) -> np.ndarray:
        """Cup-mixing mean of profiles (..., n + 2) over `grid.places`."""
        flow = self.grid.W * self.u
        return profiles[..., 1:-1] @ flow / flow.sum()

    def profiles(self, Y: np.ndarray, zone: int) -> tuple[np.ndarray, np.ndarray]:
        """c (len, S, n + 2) and T (len, n + 2) of states (len, N), over `grid.places`."""
        values = Y[:, :-1].reshape(len(Y), self.u.size, -1).transpose(0, 2, 1)
        T_u = self.zones[zone, 2]
        T = T_u + (values[:, -1] - T_u) @ self.grid.over(self.Bi(zone)).T
        return values[:, :-1] @ self.grid.over(0.0).T, T

    def hottest(self, leg: Leg) -> tuple[float, float, float]:
        """Highest temperature of a zone with its z and r, exact on the dense output.

        Where the wall's temperature steps, polynomials overshoot by up to 0.5 % of the step.
        """
        path, S, T_u = leg.trajectory, self.c_in.size, self.zones[leg.model.zone, 2]
        C = path.C[:, :, S : -1 : S + 1].copy()
        C[:, 0] -= T_u
        rises = path._replace(C=C @ self.grid.over(self.Bi(leg.model.zone)).T)
        return max(
            (T_u + value, z, float(self.R * r))
            for r, (value, z) in ((r, rises.maximum(p)) for p, r in enumerate(self.grid.places))
        )

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        radius = Axis("r", self.R * self.grid.places, "m", "distance from the middle")
        species = species_axis(self.kinetics.names)
        return [
            Variable("c", "mol/m3", "concentration", (radius, species)),
            Variable("T", "K", "temperature", (radius,)),
            Variable("c_cup", "mol/m3", "cup-mixing concentration", (species,)),
            Variable("T_cup", "K", "cup-mixing temperature"),
            Variable("T_wall", "K", "temperature of the fluid at the wall"),
            Variable("T_hottest", "K", "highest temperature over the section"),
            Variable("heat_flux", "W/m2", "heat flux through the wall to the utility"),
            Variable("Nu", "1", "local Nusselt number on the hydraulic diameter"),
            Variable("q", "W/m2", "heat passed to the utility so far, per area of the section"),
        ]

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`.

        Nu is infinite where cup mean and wall are equally warm, and 0 in an adiabatic zone.
        """
        zone = leg.model.zone
        c, T = self.profiles(Y, zone)
        T_cup, T_wall = self.cup(T), T[:, -1]
        adiabatic = self.zones[zone, 1] == 0.0
        flux = -self.conductivity / self.R * (T[:, 1:] @ self.grid.slope) * (not adiabatic)
        with np.errstate(divide="ignore", invalid="ignore"):
            Nu = np.where(T_cup == T_wall, INF, flux / (T_cup - T_wall)) * self.D_h
        return {
            "c": c.transpose(0, 2, 1), "T": T, "c_cup": self.cup(c), "T_cup": T_cup,
            "T_wall": T_wall, "T_hottest": T.max(axis=1), "heat_flux": flux,
            "Nu": np.zeros(z.size) if adiabatic else Nu / self.conductivity, "q": Y[:, -1],
        }  # fmt: skip

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Molar flows per area of the section (S,) [mol/m2/s]."""
        return self.c_in * self.velocity

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of invariants, mass and energy from inlet to outlet."""
        net, flow, y = self.kinetics, self.velocity, legs[-1].y_end
        c, T = self.outlet(legs)
        out = net.closure(self.fed(legs), c * flow)
        sensible = self.C * flow * (T - self.T_in)
        # extents from the composition: the heat of reaction need not follow from enthalpies
        extents = np.linalg.lstsq(net.nu.T, (c - self.c_in) * flow, rcond=None)[0]
        released = -float(net.dH @ extents)
        size = max(abs(released), abs(y[-1]), self.C * flow)
        out["energy"] = abs(sensible + y[-1] - released) / size
        return out

    def outlet(self, legs: list[Leg]) -> tuple[np.ndarray, float]:
        """Cup-mixing c (S,) and T at the end."""
        c, T = self.profiles(legs[-1].y_end[None], legs[-1].model.zone)
        return self.cup(c)[0], float(self.cup(T)[0])

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        T_max, z_max, r_max = max(self.hottest(leg) for leg in legs)
        (c, T), L, mean = self.outlet(legs), legs[-1].end, self.velocity
        out = {"tau": L / mean, "L": L, "T_max": T_max, "z_T_max": z_max, "r_T_max": r_max,
               "T_out": T, "Fo": float(self.D.max() * L / mean / self.R**2)}  # fmt: skip
        for s, name in enumerate(self.kinetics.names):
            if (self.kinetics.nu[:, s] < 0.0).any() and self.c_in[s] > 0.0:
                out[f"X_{name}"] = 1.0 - float(c[s] / self.c_in[s])
        return out

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where what the model leaves out counts: conduction along z, dH's change with T."""
        out: list[str] = []
        net, Pe = self.kinetics, self.velocity * self.D_h * self.C / self.conductivity
        if Pe < PE_LEAST:
            out.append(Caution(
                f"Pe = u D_h/alpha is {Pe:.2g}: conduction along the channel, which this model "
                f"leaves out, counts below {PE_LEAST:.0f}", name="Pe", value=Pe, low=PE_LEAST,
            ))  # fmt: skip
        apart = max(
            float(np.abs(self.profiles(leg.trajectory.at_steps(), leg.model.zone)[1]
                         - net.T_ref).max()) for leg in legs
        )  # fmt: skip
        shift = np.abs(net.dcp) * apart
        return out + [
            Caution(
                f"dH of reaction {j + 1} changes by {shift[j]:.3g} J/mol over {apart:.3g} K; "
                "this model holds it at T_ref, and the feed's heat capacity",
                name="dcp", value=shift[j], high=DH_SHIFT * abs(net.dH[j]),
            )
            for j in np.flatnonzero(shift > DH_SHIFT * np.abs(net.dH))
        ]  # fmt: skip

    def developed_Nu(self, zone: int = 0) -> float:
        """Nu far behind the inlet of an inert fluid: the slowest mode of the section.

        lap phi = -lambda (u/U_m) phi, Nu = (4/a^2) lambda/(1 - lambda/(a Bi)), a = j + 1.
        """
        a, Bi = self.shape + 1.0, self.Bi(zone)
        grid = radial_grid(14, int(self.shape))  # the slowest mode is smooth; more only round off
        u = relative_velocity(grid, plug=not np.ptp(self.u) > 0.0)
        rates = np.linalg.eigvals(grid.behind(Bi) / u[:, None])
        slowest = float(-rates.real.max())
        return 4.0 / a**2 * slowest / (1.0 - slowest / (a * Bi))
