"""Stirred reactor for a gas at constant pressure and volume: what flows in mixes at once.

    d eta_i/dt = r (eta_i,in - eta_i) + w_i/rho               r = m/(rho V)
    C dT/dt    = r sum_i eta_i,in (h_i(T_in) - h_i(T)) - sum_i h_i w_i/rho - q
    q          = UA (T - T_w)/(rho V)                         UA = inf: T is held
    d theta/dt = r                                            residence times passed
    dZ/dt      = q - r Z                                      heat to the wall that is still felt

As the amounts of the elements b and the enthalpy H only mix, b = b_in + (b_0 - b_in) exp(-theta)
and H = H_in + (H_0 - H_in) exp(-theta) - Z: the balances. The outlet lets go what keeps p.
State: eta (S), T, theta, Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics import BDF
from intensify.reactors.gases.gas import GasReactor, parcel, scratch_of
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import INF


class StirredGas(NamedTuple):
    """A stirred gas; build one with `GasStirredReactor`. The contents react as a closed parcel."""

    contents: GasReactor
    feed_rate: float  # m/V [kg/m3/s]
    eta_feed: np.ndarray  # (S,) mol/kg
    h_feed: np.ndarray  # (S,) J/mol at the feed's temperature

    def rhs(self, t, y, dy):
        """Derivatives in time; see the module's equations."""
        S, inside = self.eta_feed.size, self.contents
        inside.rhs(t, y, dy)
        q, it = dy[S + 1], inside.chemistry.work(inside.scratch)
        r = self.feed_rate / inside.density(y[S], y[:S].sum())
        heat, C = 0.0, 0.0
        for i in range(S):
            dy[i] += r * (self.eta_feed[i] - y[i])
            heat += self.eta_feed[i] * (self.h_feed[i] - it.h[i])
            C += y[i] * it.cp[i]
        if inside.UA < INF:
            dy[S] += r * heat / C
        else:
            q += r * heat
        dy[S + 1], dy[S + 2] = r, q - r * y[S + 2]

    def jac(self, t, y, J):
        """Slopes of `rhs`: those of the parcel, and of what flows."""
        S, inside = self.eta_feed.size, self.contents
        J[:, :] = 0.0
        inside.jac(t, y, J[: S + 2, : S + 2])
        it, N = inside.chemistry.work(inside.scratch), y[:S].sum()
        r = self.feed_rate / inside.density(y[S], N)
        heat, C, by_cp, C_T = 0.0, 0.0, 0.0, 0.0
        for i in range(S):
            heat += self.eta_feed[i] * (self.h_feed[i] - it.h[i])
            by_cp += self.eta_feed[i] * it.cp[i]
            C += y[i] * it.cp[i]
            C_T += y[i] * it.cp_T[i]
        held = inside.UA < INF
        for k in range(S + 1):
            r_k = r / (y[S] if k == S else N)
            for i in range(S):
                J[i, k] += r_k * (self.eta_feed[i] - y[i]) - (r if i == k else 0.0)
            by_q = J[S + 1, k]
            flow = r_k * heat - (r * by_cp if k == S else 0.0)
            if held:
                J[S, k] += (flow - r * heat / C * (C_T if k == S else it.cp[k])) / C
            else:
                by_q += flow
            J[S + 1, k], J[S + 2, k] = r_k, by_q - r_k * y[S + 2]
        J[S + 2, S + 2] = -r

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions."""
        return self.contents.chemistry

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return Axis("t", None, "s", "time")

    def solver(self) -> Solver:
        """BDF, as of a closed parcel."""
        return Solver(BDF(), 1e-8)

    def state(self) -> np.ndarray:
        """The gas at the start."""
        return np.append(self.contents.state(), 0.0)

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        of_gas = self.contents.scales()
        return np.concatenate([of_gas[:-1], [1.0, of_gas[-1]]])

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """One, to the end."""
        if k > 0:
            return None
        inside = self.contents._replace(scratch=scratch_of(self.kinetics))
        return Stage("gas", self._replace(contents=inside), 0.0, self.contents.end)

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        species = (species_axis(self.kinetics.names),)
        return [
            Variable("x", "mol/mol", "mole fraction", species),
            Variable("c", "mol/m3", "concentration", species),
            Variable("T", "K", "temperature"),
            Variable("tau", "s", "residence time, mass of the contents over mass flow"),
            Variable("passed", "1", "residence times passed"),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at times of a run."""
        eta, T = Y[:, :-3], Y[:, -3]
        N = eta.sum(axis=1)
        rho = self.contents.p_in / (R_GAS * T * N)
        return {
            "x": eta / N[:, None], "c": eta * rho[:, None], "T": T, "tau": rho / self.feed_rate,
            "passed": Y[:, -2],
        }  # fmt: skip

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of the elements, mass and energy, by how the start is washed out."""
        y0, y1, net = legs[0].y_start, legs[-1].y_end, self.kinetics
        left, rows = float(np.exp(-y1[-2])), np.vstack([net.atoms, net.M])
        mixed = self.eta_feed + (y0[:-3] - self.eta_feed) * left
        size = np.maximum(rows @ np.abs(mixed), 1e-9 * y0[:-3].sum())
        gaps = np.abs(rows @ (y1[:-3] - mixed)) / size
        out = dict(zip([*net.element_names, "mass"], gaps.tolist(), strict=True))
        H_in, H0 = float(self.eta_feed @ self.h_feed), self.contents.energy(y0[:-1])
        gap = self.contents.energy(y1[:-1]) - (H_in + (H0 - H_in) * left - y1[-1])
        warmth = R_GAS * float(y1[:-3].sum() * y1[-3])
        out["energy"] = float(abs(gap) / max(abs(y1[-1]), warmth))
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; drift: residence time times dT/dt at its end, 0 in a steady state."""
        y, S = legs[-1].y_end, self.eta_feed.size
        T_max, place = legs[-1].trajectory.maximum(S)
        dy = np.empty(y.size)
        legs[-1].model.rhs(0.0, y, dy)
        return {
            "T_max": T_max, "t_T_max": place, "T_out": float(y[S]),
            "tau": float(1.0 / dy[S + 1]), "drift": float(dy[S] / dy[S + 1]),
        }  # fmt: skip


def GasStirredReactor(
    chemistry: GasNetwork,
    *,
    feed: Mapping[str, float],
    T: float,
    volume: float,
    mass_flow: float,
    p: float = 101325.0,
    start: Mapping[str, float] | None = None,
    T_start: float | None = None,
    until: float | None = None,
    UA: float = 0.0,
    T_wall: float = 300.0,
) -> StirredGas:
    """A stirred volume [m3] fed with mass_flow [kg/s] at T, from the gas `start` at T_start on.

    Without these it starts full of feed; a burning state needs a hot start. until [s]: by default
    200 residence times of the feed, which end in a steady state. UA [W/K]: 0 adiabatic, inf: T
    stays as at the start.

    >>> from intensify.chemistry.gas_file import gas_from_cantera
    >>> gas = gas_from_cantera("h2o2.yaml")
    >>> pot = GasStirredReactor(gas, feed={"H2": 2.0, "O2": 1.0}, T=900.0, volume=1e-6,
    ...     mass_flow=1e-4)
    >>> round(float(pot.feed_rate), 6)
    100.0
    """
    limits = [("volume", volume), ("mass_flow", mass_flow), ("T_wall", T_wall)]
    limits += [] if until is None else [("until", until)]
    problems = [(k, f"is {v:g}; it must be above 0") for k, v in limits if not v > 0.0]
    if not UA >= 0.0:
        problems.append(("UA", f"is {UA:g} W/K; it must be 0 or more"))
    if problems:
        raise InputError(problems)
    eta_feed = parcel(chemistry, feed, T, p)
    T_start = T if T_start is None else T_start
    eta = parcel(chemistry, feed if start is None else start, T_start, p)
    rate = mass_flow / volume
    end = 200.0 * p / (R_GAS * T * float(eta_feed.sum())) / rate if until is None else until
    contents = GasReactor(
        chemistry, eta, float(T_start), float(p), float(end), UA / volume, float(T_wall), 0.0, 0.0,
        1.0, scratch_of(chemistry),
    )  # fmt: skip
    return StirredGas(contents, float(rate), eta_feed, chemistry.properties(T)[1])
