"""A stirred gas, fed or closed, with a catalytic wall.

    d eta_i/dt = ... + f (s_i - eta_i sum_j M_j s_j)              s of the wall [mol/m2/s]
    C dT/dt    = ... - f (sum_i e_i s_i + sum_k h_k s_k)          k: solids that the wall makes
    d theta/dt = n s/Gamma                                        coverages, n sites each
    d l_k/dt   = s_k                                              solids laid down [mol/m2]
    d b_e/dt   = f sum_i (a_ei - sum_j a_ej eta_j M_i) s_i - r b_e

...: the gas's own terms, of `gas_stirred` where it is fed, of `gas` in a closed vessel. f is the
wall's area per mass of gas. A closed vessel counts eta per mass of gas at its start, without the
term in M_j s_j. b: atoms from the wall that are still felt, for the balances. What adsorbates hold
of heat is not counted, as Cantera does, and is 0 at rest. Terms against rounding as in
`catalytic_channel`.
State: eta (S), T, residence times passed, Z, theta (A), l (B), b (E).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.network import R_GAS
from intensify.chemistry.surface import SurfaceNetwork
from intensify.chemistry.surface_file import SurfaceMechanism
from intensify.chemistry.surface_kernels import along_state, concentrations
from intensify.errors import InputError
from intensify.numerics import BDF
from intensify.reactors.gases.catalytic_channel import (
    FILLING,
    growth,
    growth_variables,
    surface_scratch,
)
from intensify.reactors.gases.gas import ClosedGas, scratch_of
from intensify.reactors.gases.gas_stirred import GasStirredReactor, StirredGas
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable
from intensify.units import INF


class CatalyticVessel(NamedTuple):
    """A vessel; build one with `CatalyticStirredReactor` or `CatalyticClosedGas`."""

    gas: StirredGas  # a closed one: without flow
    surface: SurfaceNetwork
    area: float  # per volume where UA of the gas counts so [1/m], else per mass [m2/kg]
    theta: np.ndarray  # (A,) at the start
    scratch: np.ndarray

    def rhs(self, t, y, dy):
        """Derivatives in time; see the module's equations."""
        S, net, inside = self.gas.eta_feed.size, self.surface, self.gas.contents
        n = net.species.shape[0]
        self.gas.rhs(t, y, dy)
        it, surface = inside.chemistry.work(inside.scratch), net.work(self.scratch)
        T, lost, fed = y[S], inside.held_volume * R_GAS, inside.by_volume
        rho, covered = inside.density(T, y[:S].sum()), y[S + 3 : net.solid + 3]
        per = self.area / (rho if fed > 0.0 else 1.0)
        concentrations(net, y, rho, covered, surface.c)
        net.production(T, surface.c, self.scratch)
        gained, released, carried = self.from_wall(T, it, surface)
        C, H = 0.0, 0.0
        for i in range(S):
            C += y[i] * (it.cp[i] - lost)
            H += y[i] * it.h[i]
        for e in range(inside.chemistry.atoms.shape[0]):
            dy[n + 3 + e] = -dy[S + 1] * y[n + 3 + e]
        for i in range(S):
            brought = per * (surface.w[i] - gained * y[i])
            dy[i] += brought
            for e in range(inside.chemistry.atoms.shape[0]):
                dy[n + 3 + e] += inside.chemistry.atoms[e, i] * brought
        for k in range(net.solid, n):
            dy[k + 3] = surface.w[k]
        if inside.UA < INF:
            dy[S] += per * (released - carried) / C
            dy[S + 2] += per * (carried + gained * H)
        else:
            dy[S + 2] += per * (released + gained * H)
        excess = covered.sum() - 1.0
        for k in range(S, net.solid):
            dy[k + 3] = net.cover[k] * surface.w[k] - FILLING * excess * y[k + 3]

    def from_wall(self, T, it, surface):
        """What a fed gas gains of mass, what it is heated by, and what solids carry, per area."""
        net, inside = self.surface, self.gas.contents
        gained, released, carried = 0.0, 0.0, 0.0
        for i in range(net.gas):
            gained += inside.by_volume * net.species[i, 0] * surface.w[i]
            released -= (it.h[i] - inside.held_volume * R_GAS * T) * surface.w[i]
        for k in range(net.solid, net.species.shape[0]):
            carried += surface.h[k] * surface.w[k]
        return gained, released, carried

    def jac(self, t, y, J):
        """Slopes of `rhs`: the gas's own, and those of the wall through c = rho(T, N) eta."""
        S, net, inside = self.gas.eta_feed.size, self.surface, self.gas.contents
        n, atoms, T = net.species.shape[0], inside.chemistry.atoms, y[self.gas.eta_feed.size]
        J[:, :] = 0.0
        self.gas.jac(t, y, J[: S + 3, : S + 3])
        it, surface = inside.chemistry.work(inside.scratch), net.work(self.scratch)
        rho, by_N, by_T = inside.start(y, it)
        covered, lost, fed = y[S + 3 : net.solid + 3], inside.held_volume * R_GAS, inside.by_volume
        concentrations(net, y, rho, covered, surface.c)
        slopes = self.scratch[net.room() :].reshape(n, n + 1)
        net.jacobian(T, surface.c, slopes[:, :n], slopes[:, n:], self.scratch)
        along_state(net, y, rho, by_N, by_T, slopes)
        per = self.area / (rho if fed > 0.0 else 1.0)
        gained, released, carried = self.from_wall(T, it, surface)
        C, C_T, H, Cp = 0.0, 0.0, 0.0, 0.0
        for i in range(S):
            C += y[i] * (it.cp[i] - lost)
            C_T += y[i] * it.cp_T[i]
            H += y[i] * it.h[i]
            Cp += y[i] * it.cp[i]
        held, excess = inside.UA == INF, covered.sum() - 1.0
        for e in range(atoms.shape[0]):
            for k in range(S + 1):
                J[n + 3 + e, k] -= J[S + 1, k] * y[n + 3 + e]
            J[n + 3 + e, n + 3 + e] = -self.gas.feed_rate / rho
        for m in range(net.solid + 1):  # columns of eta, T, then theta
            column, by_rho = (m if m <= S else m + 2), (by_T if m == S else by_N)
            per_m = -fed * per / rho * by_rho if m <= S else 0.0
            gained_m, released_m, carried_m = 0.0, 0.0, 0.0
            for i in range(S):
                gained_m += fed * net.species[i, 0] * slopes[i, m]
                released_m -= (it.h[i] - lost * T) * slopes[i, m]
                released_m -= (it.cp[i] - lost) * surface.w[i] if m == S else 0.0
            for i in range(S):
                slope = per * (slopes[i, m] - gained_m * y[i] - (gained if m == i else 0.0))
                slope += per_m * (surface.w[i] - gained * y[i])
                J[i, column] += slope
                for e in range(atoms.shape[0]):
                    J[n + 3 + e, column] += atoms[e, i] * slope
            for k in range(net.solid, n):
                J[k + 3, column] += slopes[k, m]
                carried_m += surface.h[k] * slopes[k, m]
                carried_m += surface.cp[k] * surface.w[k] if m == S else 0.0
            released_m, carried_m = (
                per * released_m + per_m * released,
                (per * carried_m + per_m * carried),
            )
            J[S + 2, column] += released_m if held else carried_m
            own = it.h[m] if m < S else (Cp if m == S else 0.0)
            J[S + 2, column] += (per * gained_m + per_m * gained) * H + per * gained * own
            if not held:
                own = it.cp[m] - lost if m < S else (C_T if m == S else 0.0)
                heat = per * (released - carried) / C * own
                J[S, column] += (released_m - carried_m - heat) / C
            for k in range(S, net.solid):
                J[k + 3, column] += net.cover[k] * slopes[k, m]
                if m > S:
                    own = excess if k + 3 == column else 0.0
                    J[k + 3, column] -= FILLING * (y[k + 3] + own)

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions of the gas."""
        return self.gas.kinetics

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return self.gas.coordinate

    def solver(self) -> Solver:
        """BDF, as of a gas alone."""
        return Solver(BDF(), 1e-8)

    def state(self) -> np.ndarray:
        """Gas and surface at the start."""
        rest = len(self.surface.solids) + len(self.kinetics.atoms)
        return np.concatenate([self.gas.state(), self.theta, np.zeros(rest)])

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        of_gas, net = self.gas.scales(), self.surface
        return np.concatenate([
            of_gas, np.full(self.theta.size, 1e-4), np.full(len(net.solids), 1e-3 * net.density),
            np.full(len(self.kinetics.atoms), of_gas[0] * 1e4),
        ])  # fmt: skip

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """One, to the end."""
        if k > 0:
            return None
        contents = self.gas.contents._replace(scratch=scratch_of(self.kinetics))
        model = self._replace(
            gas=self.gas._replace(contents=contents), scratch=surface_scratch(self.surface)
        )
        return Stage("gas", model, 0.0, contents.end)

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        names = Axis("adsorbate", np.array(self.surface.adsorbates), "1", "species on the surface")
        of_gas = self.gas.variables() if self.gas.feed_rate > 0.0 else self.gas.contents.variables()
        theta = Variable("theta", "1", "coverage", (names,))
        return [*of_gas, theta, *growth_variables(self.surface)]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at times of a run."""
        S, end = self.gas.eta_feed.size, self.surface.solid + 3
        if self.gas.feed_rate > 0.0:
            of_gas = self.gas.observe(leg, at, Y[:, : S + 3])
        else:
            parcel = np.delete(Y[:, : S + 3], S + 1, axis=1)
            of_gas = self.gas.contents.observe(leg, at, parcel)
        theta = Y[:, S + 3 : end]
        return {**of_gas, "theta": theta, **growth(self.surface, of_gas, theta)}

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of elements, mass, energy and sites; see `gas_stirred`."""
        first, last, net, gas = legs[0].y_start, legs[-1].y_end, self.surface, self.kinetics
        S, end, n = self.gas.eta_feed.size, net.solid + 3, len(net.species) + 3
        left, rows = float(np.exp(-last[S + 1])), np.vstack([gas.atoms, gas.M])
        mixed = self.gas.eta_feed + (first[:S] - self.gas.eta_feed) * left
        given = np.append(last[n:], 0.0)  # by the wall; a fed gas has 1 kg/kg at all times
        if self.gas.feed_rate == 0.0:
            on_wall = np.append((last - first)[S + 3 : end] / net.cover[S : net.solid],
                                (last - first)[end:n])  # fmt: skip
            of_wall = [net.atoms[net.element_names.index(e)] for e in gas.element_names]
            given = -self.area * np.array([*of_wall, net.M])[:, S:] @ on_wall
        size = np.maximum(rows @ np.abs(mixed), 1e-9 * first[:S].sum())
        gaps = np.abs(rows @ (last[:S] - mixed) - given) / size
        out = dict(zip([*gas.element_names, "mass"], gaps.tolist(), strict=True))
        inside = self.gas.contents
        H_in, H0 = float(self.gas.eta_feed @ self.gas.h_feed), inside.energy(first[: S + 2])
        mixed_H = H_in + (H0 - H_in) * left if self.gas.feed_rate > 0.0 else H0
        gap = inside.energy(last[: S + 2]) - mixed_H + last[S + 2]
        out["energy"] = float(abs(gap) / max(abs(last[S + 2]), inside.warmth(last)))
        out["sites"] = float(abs((last - first)[S + 3 : end].sum()))
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; drift: largest change of T/T or a coverage in a residence time."""
        y, S, net = legs[-1].y_end, self.gas.eta_feed.size, self.surface
        T_max, place = legs[-1].trajectory.maximum(S)
        out = {"T_max": T_max, "t_T_max": place, "T_out": float(y[S])}
        fed = self.gas.eta_feed
        if self.gas.feed_rate > 0.0:
            dy = np.empty(y.size)
            legs[-1].model.rhs(0.0, y, dy)
            tau = 1.0 / float(dy[S + 1])
            moved = np.append(dy[S + 3 : net.solid + 3], dy[S] / y[S])
            out |= {"tau": tau, "drift": float(np.abs(moved).max() * tau)}
        out |= {f"X_{name}": float(1.0 - y[i] / fed[i])
                for i, name in enumerate(self.kinetics.names) if fed[i] > 0.0}  # fmt: skip
        if net.solids:
            at_end = self.observe(legs[-1], np.array([legs[-1].end]), y[None])
            out["growth_um_h"] = float(at_end["growth"][0])
        return out


def on_surface(
    mechanism: SurfaceMechanism,
    gas: StirredGas,
    area: float,
    size: float,
    start: Mapping[str, float] | None,
) -> CatalyticVessel:
    """A vessel of this gas with area [m2] on its size, a volume [m3] or a mass [kg]."""
    net = mechanism.surface
    if not 0.0 < area < INF:
        raise InputError([("area", f"is {area:g} m2; it must be above 0")])
    theta = net.coverages(dict(start) if start else {net.adsorbates[0]: 1.0})
    return CatalyticVessel(gas, net, area / size, theta, surface_scratch(net))


def CatalyticStirredReactor(
    mechanism: SurfaceMechanism,
    *,
    area: float,
    volume: float,
    start_coverages: Mapping[str, float] | None = None,
    **gas: Any,
) -> CatalyticVessel:
    """A `GasStirredReactor` with a catalytic wall of `area` [m2], what is active of it included.

    start_coverages: of its adsorbates, by default its first species, as free sites are in files.
    All else as there. InputError: no area, coverages that do not add up to 1.

    >>> from intensify.chemistry.surface_file import surface_from_cantera
    >>> pt = surface_from_cantera("ptcombust.yaml", "Pt_surf")
    >>> pot = CatalyticStirredReactor(pt, area=0.04, volume=1e-5, mass_flow=1e-5, T=900.0,
    ...     feed={"CH4": 0.03, "O2": 0.2, "N2": 0.77})
    >>> round(pot.area)
    4000
    """
    fed = GasStirredReactor(mechanism.gas, volume=volume, **gas)
    return on_surface(mechanism, fed, area, volume, start_coverages)


def CatalyticClosedGas(
    mechanism: SurfaceMechanism,
    *,
    area: float,
    volume: float | None = None,
    start_coverages: Mapping[str, float] | None = None,
    **gas: Any,
) -> CatalyticVessel:
    """A `ClosedGas` with a catalytic wall of `area` [m2], for 1 kg of gas where p is held.

    All else as there, and in `CatalyticStirredReactor`.
    """
    closed = ClosedGas(mechanism.gas, volume=volume, **gas)
    mass = 1.0
    if volume is not None:
        mass = volume * closed.p_in / (R_GAS * closed.T_in * float(closed.eta_in.sum()))
    h = mechanism.gas.properties(closed.T_in)[1]
    still = StirredGas(closed, 0.0, closed.eta_in, h)
    return on_surface(mechanism, still, area, mass, start_coverages)
