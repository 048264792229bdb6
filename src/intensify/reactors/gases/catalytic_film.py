"""Steady plug flow along a catalytic wall behind a film: the wall has its own gas and temperature.

    G d eta_i/dz           = w_i - a_g J_i                     a_g = 4/d
    G C dT/dz              = -sum_i h_i w_i - a_g (q + sum_i J_i (h_i(T_s) - h_i(T)))
    q                      = h (T - T_s)
    G dQ/dz                = UA (T_s - T_w)                    heat from the wall to what cools it
    (L/t_s) m d eta_w,i/dz = J_i + r s_i                       r = a/a_g, s of the wall at T_s
    J_i                    = J_i of the film - y_i r sum_j M_j s_j    with what the surface takes up
    (L/t_s) K dT_s/dz      = q - r sum_i h_i(T_s) s_i - UA (T_s - T_w)/a_g
    (L/t_s) dtheta/dz      = n s/Gamma

Gas, surface, the time t_s and terms against rounding: as in `catalytic_channel`. The film holds
m [kg/m2] and the wall K [J/m2/K], so little that both are steady: J = -r s, and q = -sum J h beside
a wall that nothing cools. A wall that may be lit or not stays as the inlet's past, or the gas
upstream, made it. No heat goes along the wall.
State: eta (S), T, Q, theta (A), eta_w (S), T_s.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.network import R_GAS
from intensify.chemistry.surface import SurfaceNetwork
from intensify.numerics import BDF, integrate
from intensify.reactors.gases.catalytic_channel import (
    FILLING,
    SHORT,
    T_SURFACE,
    CatalyticChannel,
)
from intensify.reactors.gases.gas import GasReactor
from intensify.reactors.gases.wall_film import WallFilm
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import INF
from intensify.validity import Caution, outside

HOLD_UP, HEAT = 1e-6, 1.0
"""m [kg/m2] and K [J/m2/K]; a wall that is as quick as its film would not come to rest."""
LOWEST = -1e-12
"""Coverage of which rates are taken where the integrator's is lower still: of two adsorbates that
leave together, both below 0, ever more would leave."""
TURBULENT, ENTRY = 2300.0, 0.3
"""Re up to which a film is laminar; entry length x/(d Re Pr) from which its Nu is 5 % off."""


class FilmChannel(NamedTuple):
    """A catalytic channel with a film; build one with `film_flow.CatalyticFilmFlow`."""

    channel: CatalyticChannel  # its gas exchanges no heat but with the wall
    film: WallFilm
    UA: float  # of the wall to what cools it, per volume of gas [W/K/m3]
    T_start: float  # of the wall before the gas came
    scratch: np.ndarray

    def at_wall(self, y, w):
        """Fill the surface's concentrations; returns those of all gas at the wall [mol/m3]."""
        gas, net = self.channel.gas, self.channel.surface
        S, surface = gas.eta_in.size, net.work(self.channel.scratch)
        total = gas.pressure(y[S], y[:S].sum()) / (R_GAS * y[net.solid + 2 + S])
        for i in range(S):
            surface.c[i] = total * w.x_wall[i]
        for k in range(S, net.solid):
            surface.c[k] = max(y[k + 2], LOWEST) / net.cover[k]
        return total

    def rhs(self, t, y, dy):
        """Derivatives along z; see the module's equations."""
        gas, net, S = self.channel.gas, self.channel.surface, self.channel.gas.eta_in.size
        at, slow = net.solid + 2, T_SURFACE / gas.end
        w, surface = self.film.parts(self.scratch), net.work(self.channel.scratch)
        gas.rhs(t, y, dy)
        it, T, T_s = gas.chemistry.work(gas.scratch), y[S], y[at + S]
        h, _, _, _ = self.film.fluxes(T, y[:S], y[at : at + S], w)
        self.at_wall(y, w)
        net.production(T_s, surface.c, self.channel.scratch)
        a = 4.0 / self.film.diameter
        per, rough, q = a / gas.flux, self.channel.area / a, h * (T - T_s)
        self.take_up(rough, w, surface)
        C, lost, brought, released, surplus = 0.0, q, 0.0, 0.0, -1.0
        for i in range(S):
            dy[i] -= per * w.J[i]
            C += y[i] * it.cp[i]
            lost += w.J[i] * (surface.h[i] - it.h[i])
            brought += w.J[i] * surface.h[i]
            released -= rough * surface.h[i] * surface.w[i]
            surplus += net.species[i, 0] * y[at + i]
        for i in range(S):
            into = (w.J[i] + rough * surface.w[i]) / HOLD_UP
            dy[at + i] = slow * (into - FILLING * surplus * y[at + i])
        excess = y[S + 2 : at].sum() - 1.0
        for k in range(S, net.solid):
            dy[k + 2] = slow * (net.cover[k] * surface.w[k] - FILLING * excess * y[k + 2])
        if gas.UA == INF:
            dy[S + 1] += per * brought
            dy[at + S] = slow * (T - T_s)
        else:
            dy[S] -= per * lost / C
            dy[S + 1] = self.UA * (T_s - gas.T_wall) / gas.flux
            dy[at + S] = slow / HEAT * (q + released - self.UA / a * (T_s - gas.T_wall))

    def take_up(self, rough, w, surface):
        """Let what the surface takes from the film follow into it; returns its mass, negative."""
        net, S = self.channel.surface, self.channel.gas.eta_in.size
        gain = 0.0
        for i in range(S):
            gain += rough * net.species[i, 0] * surface.w[i]
        for i in range(S):
            w.J[i] -= w.share[i] * gain
        return gain

    def jac(self, t, y, J):
        """Slopes of `rhs`."""
        gas, net, S = self.channel.gas, self.channel.surface, self.channel.gas.eta_in.size
        at, n = net.solid + 2, net.species.shape[0]
        w, surface = self.film.parts(self.scratch), net.work(self.channel.scratch)
        J[:, :] = 0.0
        gas.jac(t, y, J[: S + 2, : S + 2])
        it, T, T_s = gas.chemistry.work(gas.scratch), y[S], y[at + S]
        h, h_T = self.film.slopes(T, y[:S], y[at : at + S], w)
        total = self.at_wall(y, w)
        slopes = self.channel.scratch[net.room() :].reshape(n, n + 1)
        net.jacobian(T_s, surface.c, slopes[:, :n], slopes[:, n:], self.channel.scratch)
        along, by = self.more()
        self.along_wall(y, total, w, slopes, along, by)
        gain = self.take_up(self.channel.area * self.film.diameter / 4.0, w, surface)
        self.species_rows(y, w, slopes, along, by, gain, J)
        if gas.UA == INF:
            self.held_rows(y, w, by, gain, J)
        else:
            self.heat_rows(y, w, it, h, h_T, slopes, along, by, gain, J)

    def more(self):
        """Room for the slopes of s by ln p, and of what the surface takes up by all states."""
        net, S = self.channel.surface, self.channel.gas.eta_in.size
        space = self.scratch[self.film.room() :]
        return space[: net.solid], space[net.solid : 2 * net.solid + S + 3]

    def along_wall(self, y, total, w, slopes, along, by):
        """Turn slopes of s by c into those by eta_w and theta; fill along and by."""
        net, S = self.channel.surface, self.channel.gas.eta_in.size
        at, n = net.solid + 2, net.species.shape[0]
        N_wall, T_s = y[at : at + S].sum(), y[at + S]
        for k in range(net.solid):
            mean = 0.0
            for i in range(S):
                mean += slopes[k, i] * w.x_wall[i]
            for i in range(S):
                slopes[k, i] = total / N_wall * (slopes[k, i] - mean)
            for m in range(S, net.solid):
                slopes[k, m] *= 1.0 / net.cover[m] if y[m + 2] > LOWEST else 0.0
            along[k] = total * mean
            slopes[k, n] -= along[k] / T_s
        p_N, p_T = self.pressure_slopes(y)
        by[:] = 0.0
        for k in range(S):
            f = self.channel.area * self.film.diameter / 4.0 * net.species[k, 0]
            for m in range(S):
                by[m] += f * along[k] * p_N
                by[at + m] += f * slopes[k, m]
            for m in range(S, net.solid):
                by[m + 2] += f * slopes[k, m]
            by[S] += f * along[k] * p_T
            by[at + S] += f * slopes[k, n]

    def pressure_slopes(self, y):
        """Slopes of ln p by N and by T of the gas."""
        gas, S = self.channel.gas, self.channel.gas.eta_in.size
        rho, by_N, by_T = gas.start(y, gas.chemistry.work(gas.scratch))
        return by_N / rho + 1.0 / y[:S].sum(), by_T / rho + 1.0 / y[S]

    def species_rows(self, y, w, slopes, along, by, gain, J):
        """Add the slopes of the fluxes, and those of the surface, to the rows of eta and theta."""
        gas, net, S = self.channel.gas, self.channel.surface, self.channel.gas.eta_in.size
        at, slow, n = net.solid + 2, T_SURFACE / gas.end, net.species.shape[0]
        a = 4.0 / self.film.diameter
        per, rough = a / gas.flux, self.channel.area / a
        p_N, p_T = self.pressure_slopes(y)
        excess, surplus = y[S + 2 : at].sum() - 1.0, -1.0
        for i in range(S):
            surplus += net.species[i, 0] * y[at + i]
        for k in range(net.solid):
            row = at + k if k < S else k + 2
            f = slow * (rough / HOLD_UP if k < S else net.cover[k])
            for m in range(S):
                J[row, m] += f * along[k] * p_N
                J[row, at + m] += f * slopes[k, m]
            J[row, S] += f * along[k] * p_T
            for m in range(S, net.solid):
                J[row, m + 2] += f * slopes[k, m]
                if k >= S:
                    J[row, m + 2] -= slow * FILLING * y[row]
            J[row, at + S] += f * slopes[k, n]
            J[row, row] -= slow * FILLING * (surplus if k < S else excess)
        for i in range(S):
            for m in range(2 * S + 1):
                column = m if m <= S else at + m - S - 1
                J[i, column] -= per * w.J_by[i, m]
                J[at + i, column] += slow / HOLD_UP * w.J_by[i, m]
            for m in range(S):
                J[at + i, at + m] -= slow * FILLING * net.species[m, 0] * y[at + i]
            for m in range(by.size):
                J[i, m] += per * w.share[i] * by[m]
                J[at + i, m] -= slow / HOLD_UP * w.share[i] * by[m]
            for m in range(S):
                own = (1.0 if m == i else 0.0) - w.share[i] * net.species[m, 0]
                own *= gain / (1.0 + surplus)
                J[i, at + m] += per * own
                J[at + i, at + m] -= slow / HOLD_UP * own

    def held_rows(self, y, w, by, gain, J):
        """The rows of Q and T_s where the gas is held at its temperature."""
        gas, net, S = self.channel.gas, self.channel.surface, self.channel.gas.eta_in.size
        at, slow = net.solid + 2, T_SURFACE / gas.end
        surface, per = net.work(self.channel.scratch), 4.0 / (self.film.diameter * gas.flux)
        mean, mass = 0.0, 0.0
        for i in range(S):
            mean += w.share[i] * surface.h[i]
            mass += net.species[i, 0] * y[at + i]
        for i in range(S):
            for m in range(2 * S + 1):
                column = m if m <= S else at + m - S - 1
                J[S + 1, column] += per * surface.h[i] * w.J_by[i, m]
            J[S + 1, at + S] += per * surface.cp[i] * w.J[i]
            J[S + 1, at + i] -= per * gain / mass * (surface.h[i] - mean * net.species[i, 0])
        for m in range(by.size):
            J[S + 1, m] -= per * mean * by[m]
        J[at + S, S], J[at + S, at + S] = slow, -slow

    def heat_rows(self, y, w, it, h, h_T, slopes, along, by, gain, J):
        """The rows of T, Q and T_s where the wall is free."""
        gas, net, S = self.channel.gas, self.channel.surface, self.channel.gas.eta_in.size
        at, n, surface = net.solid + 2, net.species.shape[0], net.work(self.channel.scratch)
        hot, a, gap = at + S, 4.0 / self.film.diameter, y[S] - y[at + S]
        per, rough, f = a / gas.flux, self.channel.area / a, T_SURFACE / gas.end / HEAT
        p_N, p_T = self.pressure_slopes(y)
        C, C_T, lost, mean, mass = 0.0, 0.0, h * gap, 0.0, 0.0
        for i in range(S):
            mean += w.share[i] * (surface.h[i] - it.h[i])
            mass += net.species[i, 0] * y[at + i]
            C += y[i] * it.cp[i]
            C_T += y[i] * it.cp_T[i]
            lost += w.J[i] * (surface.h[i] - it.h[i])
        for i in range(S):
            heat, burnt = surface.h[i] - it.h[i], f * rough * surface.h[i]
            for m in range(2 * S + 1):
                J[S, m if m <= S else at + m - S - 1] -= per / C * heat * w.J_by[i, m]
            J[S, at + i] += per / C * gain / mass * (heat - mean * net.species[i, 0])
            J[S, S] += per / C * w.J[i] * it.cp[i]
            J[S, hot] -= per / C * w.J[i] * surface.cp[i]
            J[S, i] -= per / C * (w.h_x[i] * gap - lost / C * it.cp[i])
            J[hot, i] += f * w.h_x[i] * gap
            for m in range(S):
                J[hot, m] -= burnt * along[i] * p_N
                J[hot, at + m] -= burnt * slopes[i, m]
            for m in range(S, net.solid):
                J[hot, m + 2] -= burnt * slopes[i, m]
            J[hot, S] -= burnt * along[i] * p_T
            J[hot, hot] -= burnt * slopes[i, n] + f * rough * surface.cp[i] * surface.w[i]
        for m in range(by.size):
            J[S, m] += per / C * mean * by[m]
        J[S, S] -= per / C * (h_T * gap + h - lost / C * C_T)
        J[S, hot] += per / C * h
        J[hot, S] += f * (h_T * gap + h)
        J[hot, hot] -= f * (h + self.UA / a)
        J[S + 1, :] = 0.0
        J[S + 1, hot] = self.UA / gas.flux

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions of the gas."""
        return self.channel.kinetics

    @property
    def coordinate(self) -> Axis:
        """Position along the channel."""
        return self.channel.coordinate

    def solver(self) -> Solver:
        """BDF; species' data jump in the seventh digit where a polynomial ends, often at 1000 K.

        A wall that passes this temperature would be kept there at rtol of 1e-8 and below.
        """
        return Solver(BDF(), 5e-8)

    def state(self) -> np.ndarray:
        """The feed, and what wall and surface at the inlet come to under it in t_s."""
        gas, theta = self.channel.gas, self.channel.theta
        before = np.concatenate([gas.state(), theta, gas.eta_in, [self.T_start]])
        at_inlet = self.inside(gas._replace(end=SHORT))
        path = integrate(
            at_inlet, (0.0, SHORT), before, method=BDF(), rtol=1e-7, atol=1e-7 * self.scales()
        )
        y, at = path.y_end, gas.eta_in.size + 2 + theta.size
        covered, wall = y[gas.eta_in.size + 2 : at], y[at:-1]
        return np.concatenate([
            gas.state(), covered / covered.sum(), wall / float(wall @ gas.chemistry.M), y[-1:]
        ])  # fmt: skip

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        of_gas = self.channel.gas.scales()
        return np.concatenate([self.channel.scales(), of_gas[:-1]])

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """One, to the end."""
        if k > 0:
            return None
        return Stage("channel", self.inside(self.channel.gas), 0.0, self.channel.gas.end)

    def inside(self, gas: GasReactor) -> FilmChannel:
        """The equations with scratches that no other run uses."""
        return self._replace(
            channel=self.channel.inside(gas), scratch=film_scratch(self.film, self.channel.surface)
        )

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        species = (species_axis(self.kinetics.names),)
        return [
            *self.channel.variables(),
            Variable("x_wall", "mol/mol", "mole fraction at the wall", species),
            Variable("T_wall", "K", "temperature of the wall"),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at places of a run."""
        n = self.channel.surface.solid + 2
        wall = Y[:, n:-1]
        of_wall = {"x_wall": wall / wall.sum(axis=1)[:, None], "T_wall": Y[:, -1]}
        return self.channel.observe(leg, at, Y[:, :n]) | of_wall

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure as of a wall without a film; what the film takes up counts."""
        gas = self.channel.gas
        first, last, n = legs[0].y_start, legs[-1].y_end, self.channel.surface.solid + 2
        per = 4.0 * HOLD_UP * gas.end / (self.film.diameter * gas.flux * T_SURFACE)
        heat = per / HOLD_UP * HEAT * (last - first)[-1]
        return self.channel.closures(first[:n], last[:n], per * (last - first)[n:-1], heat)

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run."""
        hottest, place = legs[-1].trajectory.maximum(legs[-1].y_end.size - 1)
        of_gas = self.channel.kpis(legs)
        return of_gas | {"T_wall_max": hottest, "z_T_wall_max": place}

    def warnings(self, legs: list[Leg]) -> list[Caution]:
        """Where a laminar, developed film is not what the channel has."""
        gas, data, d = self.channel.gas, self.film.transport, self.film.diameter
        x, T = gas.eta_in / gas.eta_in.sum(), gas.T_in
        mu = data.viscosity(T, x)
        cp = float(gas.eta_in @ self.kinetics.properties(T)[0])
        Re, Pr = gas.flux * d / mu, mu * cp / data.conductivity(T, x)
        what = f"developed films (Nu {self.film.Nu:.3g} of the inlet's length is a mean)"
        return [
            *outside("Re", Re, high=TURBULENT, what="laminar films"),
            *outside("L/(d Re Pr)", gas.end / (d * Re * Pr), low=ENTRY, what=what),
        ]


def film_scratch(film: WallFilm, net: SurfaceNetwork) -> np.ndarray:
    """Room for fluxes, and for slopes by all that they depend on; nothing kept yet."""
    return np.zeros(film.room() + 2 * net.solid + net.gas + 3)
