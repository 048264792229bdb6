"""Laminar flow in a tube or slit with radial diffusion of species and heat, in two dimensions.

    u dc_i/dz       = D_i r^-j d/dr(r^j dc_i/dr) + sum_j nu_ji r_j           dc_i/dr = 0 at the wall
    C u dT/dz       = k r^-j d/dr(r^j dT/dr) + sum_j (-dH_j) r_j             -k dT/dr = U (T - T_u)
    u = 2 U_m (1 - (r/R)^2) tube,  1.5 U_m (1 - (r/R)^2) slit,  U_m plug

C = rho_cp + sum_i c_i,in cp_i, held. U = inf: the wall is at T_u; U = 0: adiabatic. No axial
diffusion. The radius on `numerics.radial`, whose wall node, where nothing flows, is algebraic.

State: c at the n nodes, species after species, then T at the nodes, then the heat passed to the
utility so far, per area of the section [J/m2/s].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import DCP, NU
from intensify.reactors.stage import Axis, Leg, Stage, Variable, species_axis
from intensify.units import INF, Kelvin, Metre, Number, VolumetricHeatCapacity, describe


class LaminarEquations(NamedTuple):
    """The equations of one zone; build a reactor with `LaminarChannel`."""

    kinetics: Network
    W: np.ndarray  # (n,) weights of the section, sum 1
    K: np.ndarray  # (n, n) stiffness, in units of 1/R^2
    u: np.ndarray  # (n,) velocity at the nodes, m/s
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    zones: np.ndarray  # (Z, 3): length, U, T_u
    D: np.ndarray  # (S,) diffusivities, m2/s
    conductivity: Number
    C: VolumetricHeatCapacity
    R: Metre  # radius, or half the gap
    shape: Number  # 1 tube, 0 slit
    r: np.ndarray  # (n,) nodes in units of R
    zone: int = 0
    scratch: np.ndarray = np.empty(0)  # c, r, dr/dT, dr/dc

    def mass(self, m):
        """The velocity; 0 at the wall, and where the wall's temperature is given.

        What does not diffuse creeps along the wall, since nothing else says what it does there.
        """
        n, S = self.u.size, self.c_in.size
        for v in range(S + 1):
            for i in range(n):
                m[v * n + i] = self.u[i]
            if v < S and self.D[v] == 0.0:
                m[v * n + n - 1] = max(self.u[n - 1], 1e-3 * self.u[0])
        if self.zones[self.zone, 1] == INF:
            m[S * n + n - 1] = 0.0
        m[(S + 1) * n] = 1.0

    def diffused(self, y, start, i):
        """-(K phi)_i/W_i of the profile that starts there [per R^2]."""
        total = 0.0
        for j in range(self.u.size):
            total += self.K[i, j] * y[start + j]
        return -total / self.W[i]

    def rhs(self, z, y, dy):
        """u times the derivatives along the channel; see the module's equations."""
        net, S, n = self.kinetics, self.c_in.size, self.u.size
        R, per_R2 = net.reactions.shape[0], 1.0 / (self.R * self.R)
        c, r = self.scratch[:S], self.scratch[S : S + R]
        U, T_u, wall = self.zones[self.zone, 1], self.zones[self.zone, 2], S * n + n - 1
        for i in range(n):
            for s in range(S):
                c[s] = y[s * n + i]
            net.rates(y[S * n + i], c, r)
            for s in range(S):
                made = self.D[s] * per_R2 * self.diffused(y, s * n, i)
                for j in range(R):
                    made += net.reactions[j, NU + s] * r[j]
                dy[s * n + i] = made
            heat = self.conductivity * per_R2 * self.diffused(y, S * n, i)
            dy[S * n + i] = (heat + net.heat_release(y[S * n + i], r)) / self.C
        area = (self.shape + 1.0) / self.R  # of the wall per volume
        if U == INF:
            dy[(S + 1) * n] = self.W[n - 1] * dy[wall] * self.C
            dy[wall] = T_u - y[wall]
            return
        out = area * U * (y[wall] - T_u)
        dy[(S + 1) * n] = out
        dy[wall] -= out / (self.C * self.W[n - 1])

    def jac(self, z, y, J):
        """d(rhs)/dy, exact."""
        net, S, n = self.kinetics, self.c_in.size, self.u.size
        R, per_R2 = net.reactions.shape[0], 1.0 / (self.R * self.R)
        c, r = self.scratch[:S], self.scratch[S : S + R]
        dr_dT = self.scratch[S + R : S + 2 * R]
        dr_dc = self.scratch[S + 2 * R : S + 2 * R + R * S].reshape(R, S)
        J[:] = 0.0
        for v in range(S + 1):
            a = (self.D[v] if v < S else self.conductivity / self.C) * per_R2
            for i in range(n):
                for j in range(n):
                    J[v * n + i, v * n + j] = -a * self.K[i, j] / self.W[i]
        for i in range(n):
            for s in range(S):
                c[s] = y[s * n + i]
            T = y[S * n + i]
            net.rates(T, c, r)
            net.derivatives(T, c, dr_dc, dr_dT)
            for j in range(R):
                dH = net.heat_of_reaction(j, T)
                slope = -(dH * dr_dT[j] + net.reactions[j, DCP] * r[j]) / self.C
                J[S * n + i, S * n + i] += slope
                for s in range(S):
                    nu = net.reactions[j, NU + s]
                    J[S * n + i, s * n + i] -= dH * dr_dc[j, s] / self.C
                    J[s * n + i, S * n + i] += nu * dr_dT[j]
                    for k in range(S):
                        J[s * n + i, k * n + i] += nu * dr_dc[j, k]
        U, wall, q = self.zones[self.zone, 1], S * n + n - 1, (S + 1) * n
        if U == INF:
            for m in range(q):
                J[q, m] = self.W[n - 1] * J[wall, m] * self.C
                J[wall, m] = 0.0
            J[wall, wall] = -1.0
            return
        out = (self.shape + 1.0) / self.R * U
        J[q, wall] = out
        J[wall, wall] -= out / (self.C * self.W[n - 1])


class LaminarReactor(LaminarEquations):
    """A laminar channel; the fields are those of `LaminarEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the channel")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0), K=np.empty(0), W=np.empty(0)))

    def state(self) -> np.ndarray:
        """Flat profiles at the inlet."""
        n = self.u.size
        return np.array([*np.repeat(self.c_in, n), *np.full(n, self.T_in), 0.0])

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        n, top = self.u.size, 0.1 * max(self.c_in.max(), 1e-300)
        heat = 100.0 * self.C * float(self.W @ self.u)
        return np.array([*np.full(n * self.c_in.size, top), *np.full(n, 100.0), heat])

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """Zone k, entered at z with state y; None behind the last."""
        if k == len(self.zones):
            return None
        S, R = self.c_in.size, len(self.kinetics.reactions)
        model = self._replace(
            zone=k, kinetics=self.kinetics.lean(), scratch=np.empty(S + 2 * R + R * S)
        )
        return Stage(f"zone {k + 1}", model, z, float(self.zones[k, 0]), model.enter)

    def enter(self, y: np.ndarray) -> np.ndarray:
        """State at the zone's start, the wall's temperature in balance with its utility."""
        n, S, y = self.u.size, self.c_in.size, y.copy()
        wall, (_, U, T_u) = S * n + n - 1, self.zones[self.zone]
        if U == INF:
            y[wall] = T_u
        elif self.u[-1] == 0.0:  # 0 = -k K T/(R W) - a U (T_w - T_u)
            k = self.conductivity / self.R**2 * self.K[-1]
            aU = (self.shape + 1.0) / self.R * U
            T = y[S * n : wall]
            y[wall] = (aU * T_u - k[:-1] @ T) / (aU + k[-1])
        return y

    # --- what comes out --------------------------------------------------------------------------
    def cup(self, profiles: np.ndarray) -> np.ndarray:
        """Cup-mixing mean of profiles (..., n)."""
        flow = self.W * self.u
        return profiles @ flow / flow.sum()

    def profiles(self, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """c (len, n, S) and T (len, n) of states (len, N)."""
        n, S = self.u.size, self.c_in.size
        return Y[:, : S * n].reshape(len(Y), S, n).transpose(0, 2, 1), Y[:, S * n : (S + 1) * n]

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        radius = Axis("r", self.r * self.R, "m", "distance from the middle")
        species = species_axis(self.kinetics.names)
        return [
            Variable("c", "mol/m3", "concentration", (radius, species)),
            Variable("T", "K", "temperature", (radius,)),
            Variable("c_cup", "mol/m3", "cup-mixing concentration", (species,)),
            Variable("T_cup", "K", "cup-mixing temperature"),
            Variable("T_wall", "K", "temperature of the fluid at the wall"),
            Variable("Nu", "1", "local Nusselt number on the hydraulic diameter"),
            Variable("q", "J/m2/s", "heat passed to the utility so far, per area of the section"),
        ]

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`."""
        c, T = self.profiles(Y)
        T_cup, dy = self.cup(T), np.empty(Y.shape[1])
        flux = np.empty(z.size)
        for k, y in enumerate(Y):
            leg.model.rhs(z[k], y, dy)
            flux[k] = dy[-1] * self.R / (self.shape + 1.0)
        apart = T_cup - T[:, -1]
        D_h = 4.0 * self.R / (self.shape + 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            Nu = np.where(np.abs(apart) > 0.0, flux * D_h / self.conductivity / apart, np.nan)
        c_cup = self.cup(c.transpose(0, 2, 1))
        return {"c": c, "T": T, "c_cup": c_cup, "T_cup": T_cup, "T_wall": T[:, -1], "Nu": Nu,
                "q": Y[:, -1]}  # fmt: skip

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Molar flows per area of the section (S,) [mol/m2/s]."""
        return self.c_in * float(self.W @ self.u)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of invariants, mass and energy from inlet to outlet."""
        net, flow, y = self.kinetics, self.W * self.u, legs[-1].y_end
        c, T = self.profiles(y[None])
        before, after = self.fed(legs), c[0].T @ flow
        out = net.closure(before, after)
        sensible = self.C * float(flow @ (T[0] - self.T_in))
        released = -float((after - before) @ net.h)
        size = max(abs(released), abs(y[-1]), self.C * flow.sum())
        out["energy"] = abs(sensible + y[-1] - released) / size
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        n, S, mean = self.u.size, self.c_in.size, float(self.W @ self.u)
        hot = [(*leg.trajectory.maximum(S * n + i), i) for leg in legs for i in range(n)]
        T_max, z_max, i = max(hot)
        c, T = self.profiles(legs[-1].y_end[None])
        L = legs[-1].end
        out = {"tau": L / mean, "L": L, "T_max": T_max, "z_T_max": z_max,
               "r_T_max": float(self.r[i] * self.R), "T_out": float(self.cup(T)[0]),
               "Fo": float(self.D.max() * L / mean / self.R**2)}  # fmt: skip
        after = self.cup(c[0].T)
        for s, name in enumerate(self.kinetics.names):
            if (self.kinetics.nu[:, s] < 0.0).any() and self.c_in[s] > 0.0:
                out[f"X_{name}"] = 1.0 - float(after[s] / self.c_in[s])
        return out

    def developed_Nu(self, zone: int = 0) -> float:
        """Nu far behind the inlet of an inert fluid: the slowest mode of the section.

        lambda = (4/a^2)^-1 Nu (1 - lambda/(a Bi)), a = j + 1, Bi = U R/k.
        """
        from scipy.linalg import eigh

        a, U = self.shape + 1.0, self.zones[zone, 1]
        K, flow = self.K.copy(), self.W * self.u / (self.W @ self.u)
        if U == INF:
            K, flow, share = K[:-1, :-1], flow[:-1], 0.0
        else:
            Bi = U * self.R / self.conductivity
            K[-1, -1] += a * Bi
            share = 1.0 / (a * Bi)
        # the wall's node has no flow: lambda from the inverse problem flow phi = mu K phi
        mu = float(eigh(np.diag(flow), K, eigvals_only=True)[-1])
        return float(4.0 / a**2 / mu / (1.0 - share / mu))
