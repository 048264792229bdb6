"""Steady plug flow of a reacting gas along a catalytic wall.

    G d eta_i/dz      = w_i + a s_i                          w of the gas [mol/m3/s], s of the wall
    G C dT/dz         = -sum_i h_i (w_i + a s_i) - a sum_k h_k s_k - UA (T - T_w)   [mol/m2/s]
    G dQ/dz           = UA (T - T_w) + a sum_k h_k s_k           k: solids that the wall makes
    G d eta_k/dz      = a s_k
    (L/t_s) dtheta/dz = n s/Gamma - f (sum theta - 1) theta  coverages, n sites each

a: catalytic area per volume of gas [1/m], what is active of it included. Momentum, density and an
isothermal wall: as in `reactors.gas`. The wall is at the gas's temperature and sees its bulk: no
film, so a s_i must stay well below 4 Sh D c_i/d^2 (d: the channel's diameter).

A steady coverage has s = 0. Here it follows the gas as a surface does within the time t_s, which
is long: what reacts more slowly than in t_s stays as it is at the inlet, what is quicker is steady,
and where a state of the surface ends (light-off) it goes over to the next one. What the surface
takes up on the way is in the balances. The term with f is 0 but for rounding, which would add up.

Solids grow for ever: G and eta count per mass of feed, which thins by what is laid down; it must
stay thin enough for the channel to keep its width, and its impulse is left out of the pressure's.
State: eta (S), T, Q, theta (A), eta_k of the solids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.surface import SurfaceNetwork
from intensify.chemistry.surface_file import SurfaceMechanism
from intensify.chemistry.surface_kernels import along_state, concentrations
from intensify.errors import InputError
from intensify.numerics import BDF, integrate
from intensify.reactors.gases.gas import GasPlugFlow, GasReactor, scratch_of
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable
from intensify.units import INF

T_SURFACE = 1e4
"""How long the surface has had at each place, t_s [s]."""
FILLING = 1e3
"""f [1/s]."""
SHORT = 1e-20
"""A length in which no gas reacts [m]."""
UM_H = 3.6e9
"""um/h in a m/s."""


class CatalyticChannel(NamedTuple):
    """A channel with a catalytic wall; build one with `CatalyticPlugFlow`."""

    gas: GasReactor
    surface: SurfaceNetwork
    area: float  # a [1/m]
    theta: np.ndarray  # (A,) of the surface before the gas came
    scratch: np.ndarray  # of the surface, and its slopes by c and by T

    def rhs(self, t, y, dy):
        """Derivatives along z; see the module's equations."""
        S, net = self.gas.eta_in.size, self.surface
        self.gas.rhs(t, y, dy)
        it, surface = self.gas.chemistry.work(self.gas.scratch), net.work(self.scratch)
        T, per, covered = y[S], self.area / self.gas.flux, y[S + 2 : net.solid + 2]
        concentrations(net, y, self.gas.density(T, y[:S].sum()), covered, surface.c)
        net.production(T, surface.c, self.scratch)
        released, carried, C = 0.0, 0.0, 0.0
        for i in range(S):
            dy[i] += per * surface.w[i]
            released -= per * it.h[i] * surface.w[i]
            C += y[i] * it.cp[i]
        for k in range(net.solid, net.species.shape[0]):
            dy[k + 2] = per * surface.w[k]
            carried += per * surface.h[k] * surface.w[k]
        if self.gas.UA < INF:
            dy[S] += (released - carried) / C
            dy[S + 1] += carried
        else:
            dy[S + 1] += released
        slow, excess = T_SURFACE / self.gas.end, covered.sum() - 1.0
        for k in range(S, net.solid):
            dy[k + 2] = slow * (net.cover[k] * surface.w[k] - FILLING * excess * y[k + 2])

    def jac(self, t, y, J):
        """Slopes of `rhs`: the gas's own, and those of the wall through c = rho(T, N) eta."""
        S, net, T = self.gas.eta_in.size, self.surface, y[self.gas.eta_in.size]
        J[:, :] = 0.0
        self.gas.jac(t, y, J[: S + 2, : S + 2])
        it, surface = self.gas.chemistry.work(self.gas.scratch), net.work(self.scratch)
        rho, by_N, by_T = self.gas.start(y, it)
        covered, n = y[S + 2 : net.solid + 2], net.species.shape[0]
        concentrations(net, y, rho, covered, surface.c)
        slopes = self.scratch[net.room() :].reshape(n, n + 1)
        net.jacobian(T, surface.c, slopes[:, :n], slopes[:, n:], self.scratch)
        along_state(net, y, rho, by_N, by_T, slopes)
        per, slow = self.area / self.gas.flux, T_SURFACE / self.gas.end
        C, C_T, released, excess = 0.0, 0.0, 0.0, covered.sum() - 1.0
        for i in range(S):
            C += y[i] * it.cp[i]
            C_T += y[i] * it.cp_T[i]
            released -= per * it.h[i] * surface.w[i]
        for k in range(net.solid, n):
            released -= per * surface.h[k] * surface.w[k]
        held = self.gas.UA == INF
        for m in range(net.solid + 1):  # columns of eta, T, then theta
            column, heat, carried = (m if m <= S else m + 1), 0.0, 0.0
            for k in range(n):
                slope = slopes[k, m]
                if S <= k < net.solid:
                    J[k + 2, column] += slow * net.cover[k] * slope
                    if m > S:
                        own = excess if k + 2 == column else 0.0
                        J[k + 2, column] -= slow * FILLING * (y[k + 2] + own)
                    continue
                J[k if k < S else k + 2, column] += per * slope
                by_heat = surface.h[k] * slope + (surface.cp[k] * surface.w[k] if m == S else 0.0)
                if k < S:
                    heat -= per * by_heat
                else:
                    carried += per * by_heat
            if held:
                J[S + 1, column] += heat
            else:
                own = it.cp[m] if m < S else (C_T if m == S else 0.0)
                J[S, column] += (heat - carried - released / C * own) / C
                J[S + 1, column] += carried

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions of the gas."""
        return self.gas.chemistry

    @property
    def coordinate(self) -> Axis:
        """Position along the channel."""
        return self.gas.coordinate

    def solver(self) -> Solver:
        """BDF: stiff, as what the surface does is far quicker than the flow."""
        return Solver(BDF(), 1e-8)

    @property
    def bare(self) -> np.ndarray:
        """Solids at the inlet: none."""
        return np.zeros(len(self.surface.solids))

    def state(self) -> np.ndarray:
        """The feed, and what the surface at the inlet comes to under it in t_s."""
        before = np.concatenate([self.gas.state(), self.theta, self.bare])
        # over hardly any length the gas stays as it is, and the surface still has its time;
        # tightly, because rare adsorbates are steady only to what the tolerance leaves
        at_inlet = self.inside(self.gas._replace(end=SHORT))
        path = integrate(
            at_inlet, (0.0, SHORT), before, method=BDF(), rtol=1e-10, atol=1e-10 * self.scales()
        )
        after = path.y_end[self.gas.eta_in.size + 2 :][: self.theta.size]
        return np.concatenate([self.gas.state(), after / after.sum(), self.bare])

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol: coverages of 1e-4 count."""
        of_gas = self.gas.scales()
        return np.concatenate([of_gas, np.full(self.theta.size, 1e-4), self.bare + of_gas[0]])

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """One, to the end."""
        if k > 0:
            return None
        return Stage("channel", self.inside(self.gas), 0.0, self.gas.end)

    def inside(self, gas: GasReactor) -> CatalyticChannel:
        """The equations with scratches that no other run uses."""
        gas = gas._replace(scratch=scratch_of(self.kinetics))
        return self._replace(gas=gas, scratch=surface_scratch(self.surface))

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        names = Axis("adsorbate", np.array(self.surface.adsorbates), "1", "species on the surface")
        theta = Variable("theta", "1", "coverage", (names,))
        return [*self.gas.variables(), theta, *growth_variables(self.surface)]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at places of a run."""
        n, at_end = self.gas.eta_in.size + 2, self.surface.solid + 2
        of_gas, theta = self.gas.observe(leg, at, Y[:, :n]), Y[:, n:at_end]
        return {**of_gas, "theta": theta, **growth(self.surface, of_gas, theta)}

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of elements, mass, energy and sites; the surface's uptake counts."""
        return self.closures(legs[0].y_start, legs[-1].y_end, np.zeros(self.gas.eta_in.size), 0.0)

    def closures(
        self, first: np.ndarray, last: np.ndarray, kept: np.ndarray, heat: float
    ) -> dict[str, float]:
        """See `balances`; kept, heat: gas (S,) [mol/kg] and heat [J/kg] that stayed elsewhere."""
        S, net = self.gas.eta_in.size, self.surface
        per = self.area * self.gas.end / (self.gas.flux * T_SURFACE)
        on_wall, solids = (last - first)[S + 2 : net.solid + 2], (last - first)[net.solid + 2 :]
        taken = np.concatenate([per * on_wall / net.cover[S : net.solid], solids])  # mol/kg of gas
        there = np.flatnonzero(net.atoms[:, :S].sum(axis=1))  # the metal's atoms are in the sites
        names = [net.element_names[e] for e in there]
        rows = np.vstack([net.atoms[there], net.M])
        gaps = rows[:, :S] @ ((last - first)[:S] + kept) + rows[:, S:] @ taken
        size = np.maximum(rows[:, :S] @ np.abs(first[:S]), 1e-9 * first[:S].sum())
        out = dict(zip([*names, "mass"], (np.abs(gaps) / size).tolist(), strict=True))
        gap = self.gas.energy(last[: S + 2]) - self.gas.energy(first[: S + 2]) + last[S + 1] + heat
        out["energy"] = float(abs(gap) / max(abs(last[S + 1]), self.gas.warmth(last)))
        out["sites"] = float(abs(on_wall.sum()))
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; growth: its mean."""
        out, net = self.gas.kpis(legs), self.surface
        if net.solids:
            laid = np.append(np.zeros(net.solid), legs[-1].y_end[net.solid + 2 :])
            per = self.gas.flux / (self.area * self.gas.end)
            out["growth_um_h"] = per * float(net.laid(laid[None])[1][0]) * UM_H
        return out


def growth_variables(net: SurfaceNetwork) -> list[Variable]:
    """Names and units of what `growth` gives."""
    if not net.solids:
        return []
    names = Axis("solid", np.array(net.solids), "1", "solid on the surface")
    return [Variable("deposit", "kg/m2/s", "rate of deposition", (names,)),
            Variable("growth", "um/h", "rate of growth")]  # fmt: skip


def growth(
    net: SurfaceNetwork, of_gas: dict[str, np.ndarray], theta: np.ndarray
) -> dict[str, np.ndarray]:
    """Rates of deposition (n, B) and growth (n,) under the gas of profiles; none: no solids."""
    if not net.solids:
        return {}
    places = zip(of_gas["T"], of_gas["c"], theta, strict=True)
    deposit, thickness = net.laid(np.array([net.rates(T, c, on) for T, c, on in places]))
    return {"deposit": deposit, "growth": thickness * UM_H}


def surface_scratch(net: SurfaceNetwork) -> np.ndarray:
    """Room for rates on the surface and their slopes, nothing kept yet."""
    n = len(net.species)
    return np.zeros(net.room() + n * (n + 1))


def CatalyticPlugFlow(
    mechanism: SurfaceMechanism,
    *,
    feed: Mapping[str, float],
    T: float,
    length: float,
    mass_flux: float,
    area: float,
    start: Mapping[str, float] | None = None,
    p: float = 101325.0,
    UA: float = 0.0,
    T_wall: float = 300.0,
) -> CatalyticChannel:
    """Steady plug flow of mass_flux [kg/m2/s] through a length [m] along a catalytic wall.

    area: active catalyst per volume of gas [1/m], 4/d for a smooth tube of diameter d. start:
    coverages of the inlet's surface before the gas came; a surface that can be in several states
    ends in the one that this leads to. By default its first species, as free sites are in files.
    UA [W/K/m3]: 0 adiabatic, inf: the gas stays at T.
    InputError: negative area, coverages that do not add up to 1.

    >>> from intensify.chemistry.surface_file import surface_from_cantera
    >>> pt = surface_from_cantera("ptcombust.yaml", "Pt_surf")
    >>> tube = CatalyticPlugFlow(pt, feed={"CO": 0.01, "O2": 0.2, "N2": 0.79}, T=700.0,
    ...     length=0.05, mass_flux=1.0, area=4e3)
    >>> tube.surface.adsorbates[int(tube.theta.argmax())]
    'PT(S)'
    """
    net = mechanism.surface
    if not 0.0 < area < INF:
        raise InputError([("area", f"is {area:g} 1/m; it must be above 0")])
    gas = GasPlugFlow(
        mechanism.gas, feed=feed, T=T, length=length, mass_flux=mass_flux, p=p, UA=UA,
        T_wall=T_wall,
    )  # fmt: skip
    theta = net.coverages(dict(start) if start else {net.adsorbates[0]: 1.0})
    return CatalyticChannel(gas, net, float(area), theta, surface_scratch(net))
