"""Gas that is heated, held and quenched: the thermal route that a discharge would replace.

    heat     from T_in to T_hold at once, without reaction
    hold     d eta_i/dt = w_i(T_hold)/rho, p held
    quench   C dT/dt = -sum_i h_i w_i/rho - UA (T - T_in), UA such that dT/dt = -r at first

    Q_in  = H(eta, T_hold) - H(eta_in, T_in)      what the furnace gives, per mass of gas
    Q_out = H(eta, T_hold) - H(eta_out, T_in)     what the quench takes
    Q     = Q_in - recovery Q_out                 what is drawn

eta in moles per mass, at the end of the hold and of the quench. At an infinite rate r the gas stays
as it was. With all heat recovered Q is the enthalpy of the reactions alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify.chemistry.gas import GasNetwork
from intensify.errors import InputError
from intensify.reactors.gases.gas import ClosedGas, GasReactor, scratch_of
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable
from intensify.units import INF

COLD = 20.0
"""Time constants of the wall after which a quench has ended."""
TRACE, STEADY = 1e-6, 0.02
"""Mole fraction below which a species counts as if there, and a change that is none."""


class QuenchedGas(NamedTuple):
    """A parcel of gas; build one with `QuenchedGasReactor`. It is held as an isothermal vessel."""

    hold: GasReactor
    T_in: float
    rate: float  # r [K/s]
    recovery: float

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions."""
        return self.hold.chemistry

    @property
    def coordinate(self) -> Axis:
        """Time since the gas is hot."""
        return self.hold.coordinate

    def solver(self) -> Solver:
        """As of a closed parcel."""
        return self.hold.solver()

    def state(self) -> np.ndarray:
        """The gas at the start, hot."""
        return self.hold.state()

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        return self.hold.scales()

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """The hold, and the quench where it takes time."""
        model = self.hold._replace(scratch=scratch_of(self.kinetics))
        if k == 0:
            return Stage("hold", model, 0.0, self.hold.end)
        if k > 1 or self.rate == INF:
            return None
        drop = float(y[-2]) - self.T_in
        C = float(y[:-2] @ self.kinetics.properties(float(y[-2]))[0])
        wall = model._replace(UA=self.rate * C / drop, T_wall=self.T_in)
        return Stage("quench", wall, place, COLD * drop / self.rate)

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        return self.hold.variables()

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at times of a run."""
        return self.hold.observe(leg, at, Y)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of the elements, mass and energy, from the hot start on."""
        return self.hold.balances(legs)

    def enthalpy(self, eta: np.ndarray, T: float) -> float:
        """Of a gas [J/kg]."""
        return float(eta @ self.kinetics.properties(T)[1])

    def heats(self, legs: list[Leg]) -> tuple[float, float]:
        """Q_in and Q_out per mole of feed [J/mol]."""
        eta, T = legs[0].y_end[:-2], float(legs[0].y_end[-2])
        hot, N = self.enthalpy(eta, T), self.hold.eta_in.sum()
        cold = self.enthalpy(legs[-1].y_end[:-2], self.T_in)
        fed = self.enthalpy(self.hold.eta_in, self.T_in)
        return (hot - fed) / N, (hot - cold) / N

    def outlet(self, legs: list[Leg]) -> np.ndarray:
        """Amounts (S,) after the quench per mole of feed."""
        return np.asarray(legs[-1].y_end[:-2] / self.hold.eta_in.sum())

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run."""
        n, n_in = self.outlet(legs), self.hold.eta_in / self.hold.eta_in.sum()
        heat_in, heat_out = self.heats(legs)
        named = list(zip(self.kinetics.names, n, n_in, strict=True))
        return {
            "t_end": legs[-1].end, "T_max": self.hold.T_in, "heat_in": heat_in,
            "heat_out": heat_out, "heat_drawn": heat_in - self.recovery * heat_out,
            "n_total": float(n.sum()),
            **{f"X_{name}": float(1.0 - x / fed) for name, x, fed in named if fed > 0.0},
            **{f"x_{name}": float(x / n.sum()) for name, x, _ in named if x > 1e-4 * n.sum()},
        }  # fmt: skip

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Which species the hold leaves furthest from equilibrium."""
        names, eta, dy = self.kinetics.names, legs[0].y_end[:-2], np.empty(legs[0].y_end.size)
        legs[0].model.rhs(0.0, legs[0].y_end, dy)
        step = dy[:-2] * self.hold.end / np.maximum(eta, TRACE * eta.sum())
        i = int(np.argmax(np.abs(step)))
        if abs(step[i]) < STEADY:
            return []
        return [
            f"'{names[i]}' would change by {100.0 * step[i]:+.2g} % in another {self.hold.end:g} s "
            "of hold: the gas is quenched on its way, not at equilibrium"
        ]


def QuenchedGasReactor(
    chemistry: GasNetwork,
    *,
    feed: Mapping[str, float],
    T: float,
    T_hold: float,
    hold: float,
    p: float = 101325.0,
    rate: float = INF,
    recovery: float = 0.0,
) -> QuenchedGas:
    """A gas of these mole fractions: heated from T to T_hold, held [s], quenched at rate [K/s].

    A long hold ends in equilibrium; recovery: part of the quench's heat that heats the feed.
    InputError: T_hold not above T, a recovery outside 0 to 1, no hold.

    >>> from intensify.chemistry.gas_file import gas_from_cantera
    >>> arc = QuenchedGasReactor(gas_from_cantera("air.yaml"), feed={"N2": 0.79, "O2": 0.21},
    ...     T=298.15, T_hold=3000.0, hold=0.1)
    >>> arc.T_in, arc.hold.T_in
    (298.15, 3000.0)
    """
    problems = []
    if not 0.0 < T < T_hold < INF:
        problems.append(("T_hold", f"is {T_hold:g} K, and the feed {T:g} K; a furnace heats it"))
    if not hold > 0.0:
        problems.append(("hold", f"is {hold:g} s; it must be above 0"))
    if not rate > 0.0:
        problems.append(("rate", f"of the quench is {rate:g} K/s; it must be above 0"))
    if not 0.0 <= recovery <= 1.0:
        problems.append(("recovery", f"is {recovery:g}; it lies between 0 and 1"))
    if problems:
        raise InputError(problems)
    held = ClosedGas(chemistry, feed=feed, T=T_hold, until=hold, p=p, UA=INF)
    return QuenchedGas(held, float(T), float(rate), float(recovery))
