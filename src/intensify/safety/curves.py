"""What a reactor itself says of its safety: groups, MTSR over set temperature, divergence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.numerics.roots import find_minimum
from intensify.result import Result
from intensify.solve import solve


class Groups(NamedTuple):
    """psi = (dq/dT)/(UA/V), B = dT_ad (dq/dT)/q, gamma = E/(R T), of a mixture at one temperature.

    q = sum (-dH) r is the heat release; its slope stands for q E/(R T^2), of several reactions too.
    """

    psi: float
    B: float
    gamma: float


def groups(net: Network, c: np.ndarray, T: float, *, UA_V: float, dT_ad: float) -> Groups:
    """Semenov number, heat of reaction and activation energy in dimensionless form.

    c : (S,) [mol/m3] at T [K]; UA_V [W/m3/K]; dT_ad [K]. InputError: nothing is released.
    """
    R, S = net.reactions.shape[0], c.size
    r, dr_dT, dr_dc = np.empty(R), np.empty(R), np.empty((R, S))
    net.rates(T, c, r)
    net.derivatives(T, c, dr_dc, dr_dT)
    q, slope = -float(net.dH @ r), -float(net.dH @ dr_dT)
    if not q > 0.0:
        raise InputError(f"the mixture releases no heat at {T:g} K; psi and B need one that does")
    return Groups(slope / UA_V if UA_V > 0.0 else np.inf, dT_ad * slope / q, slope / q * T)


class Curve(NamedTuple):
    """MTSR over a set temperature, and its minimum."""

    T: np.ndarray
    MTSR: np.ndarray
    T_safest: float
    MTSR_least: float


def mtsr_curve(build: Callable[[float], Any], T: Sequence[float]) -> Curve:
    """MTSR of a reactor for each set (or jacket) temperature, and the temperature with the least.

    build: the reactor of a temperature. "Colder is safer" is false where the reaction then only
    waits: the minimum is looked for, between the given temperatures too.

    InputError: fewer than three temperatures, or not rising.
    """
    places = np.asarray(T, dtype=float)
    if places.size < 3 or (np.diff(places) <= 0.0).any():
        raise InputError("a curve needs three temperatures or more, each above the one before")

    def at(x: float) -> float:
        return float(solve(build(x)).kpis["MTSR"])

    values = np.array([at(float(x)) for x in places])
    i = int(values.argmin())
    left, right = places[max(i - 1, 0)], places[min(i + 1, places.size - 1)]
    found = find_minimum(at, float(left), float(right), rtol=1e-5)
    if found.value < values[i]:
        return Curve(places, values, float(found.x), float(found.value))
    return Curve(places, values, float(places[i]), float(values[i]))


class Divergence(NamedTuple):
    """Largest trace of the Jacobian of composition and temperature along a run, and its place."""

    value: float
    place: float


def divergence(result: Result) -> Divergence:
    """The divergence criterion: a run in which the trace is positive somewhere runs away there.

    trace = d(dT/dt)/dT + sum_i d(dc_i/dt)/dc_i, per time of a vessel or per length of a channel, at
    ends and quarters of the steps. Neighbouring paths move apart where it is above 0 [1/s or 1/m].
    InputError: a reactor without a Jacobian of its own, or a result read from a file.
    """
    best = Divergence(-np.inf, 0.0)
    for leg in result.legs:
        if leg.trajectory is None:
            continue
        if not hasattr(leg.model, "jac"):
            raise InputError(f"{type(result.reactor).__name__} has no Jacobian to take a trace of")
        n = result.reactor.kinetics.species.shape[0] + 1
        J = np.empty((leg.y_start.size, leg.y_start.size))
        ends = leg.trajectory.t
        places = np.interp(np.arange(0.0, ends.size - 0.75, 0.25), np.arange(ends.size), ends)
        for t, y in zip(places, leg.trajectory(places), strict=True):
            leg.model.jac(t, y, J)
            trace = float(np.trace(J[:n, :n]))
            if trace > best.value:
                best = Divergence(trace, float(t))
    if not np.isfinite(best.value):
        raise InputError("the result has no legs; it was read from a file, solve the reactor again")
    return best
