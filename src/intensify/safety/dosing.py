"""Dosing into a jacket at one temperature: no ignition, runaway, or a reaction that keeps up.

One reaction A + B, first order in each, A dosed evenly in the amount of B; jacket and feed at T_c:

    da/dtheta = 1 - r,   r = Da exp(gamma (1 - 1/tau)) a (1 - theta + a)/(1 + eps theta)
    (1 + eps R_H theta) dtau/dtheta = rise r - [St (1 + eps theta) + eps R_H] (tau - 1)

theta: time over dosing time; a: A that has gathered, over all of it; tau = T/T_c; rise =
dT_ad/T_c. A runaway passes by more than 5 % the rise of temperature that a reaction as fast as its
feed would make (r = 1). The diagram stands over exothermicity and reactivity,

    Ex = gamma rise/(St + eps R_H),   Ry = Da/(St + eps R_H)

in the manner of Westerterp's boundary diagrams, for one phase.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics import integrate
from intensify.numerics.roots import find_minimum, find_root
from intensify.units import Number

MARGIN = 1.05
"""How many times the rise of an instant reaction counts as a runaway."""
SCAN = np.linspace(np.log(1e-4), np.log(1e4), 65)


class Dosing(NamedTuple):
    """A semibatch vessel while A is dosed; states a and tau.

    Da = k(T_c) c_B t_dose; rise = dT_ad/T_c by what was charged; gamma = E/(R T_c); eps: volume
    dosed over charged; R_H: rho cp of the feed over that of the charge; St = UA t_dose/(V rho cp)
    of the charge, the wetted area growing with the volume.
    """

    Da: Number
    rise: Number
    gamma: Number
    eps: Number
    R_H: Number
    St: Number

    def rhs(self, theta, y, dy):
        """The module's equations."""
        a, tau = y[0], y[1]
        volume = 1.0 + self.eps * theta
        k = self.Da * np.exp(self.gamma * (1.0 - 1.0 / tau))
        r = k * a * (1.0 - theta + a) / volume
        dy[0] = 1.0 - r
        out = (self.St * volume + self.eps * self.R_H) * (tau - 1.0)
        dy[1] = (self.rise * r - out) / (1.0 + self.eps * self.R_H * theta)

    @property
    def capacity(self) -> float:
        """St + eps R_H: heat removed per degree at the start of dosing, over that of the charge."""
        return self.St + self.eps * self.R_H

    @property
    def Ex(self) -> float:
        """Exothermicity."""
        return self.gamma * self.rise / self.capacity

    @property
    def Ry(self) -> float:
        """Reactivity at T_c."""
        return self.Da / self.capacity

    def overshoot(self) -> float:
        """Largest rise while dosing over that of an instant reaction."""
        path = integrate(self, (0.0, 1.0), [0.0, 1.0], rtol=1e-8, atol=1e-12)
        T = float(path.maximum(1)[0])
        return (T - 1.0) / (self.rise * instant_rise(self.eps, self.R_H, self.St))

    def at(self, Ex: float, log_Ry: float) -> Dosing:
        """The same vessel at another place of the diagram."""
        return self._replace(Da=float(np.exp(log_Ry)) * self.capacity,
                             rise=Ex * self.capacity / self.gamma)  # fmt: skip

    def hottest(self, Ex: float) -> tuple[float, float]:
        """Where an exothermicity overshoots most: log Ry, overshoot."""
        w = np.array([self.at(Ex, x).overshoot() for x in SCAN])
        i = int(np.clip(w.argmax(), 1, SCAN.size - 2))
        found = find_minimum(lambda x: -self.at(Ex, x).overshoot(), SCAN[i - 1], SCAN[i + 1],
                             rtol=1e-6)  # fmt: skip
        return float(found.x), -float(found.value)

    @property
    def scenario(self) -> str:
        """What happens: "runaway", "no ignition" (below it), "smooth" (above or beside)."""
        if self.overshoot() > MARGIN:
            return "runaway"
        x, w = self.hottest(self.Ex)
        return "no ignition" if w > MARGIN and np.log(self.Ry) < x else "smooth"


@functools.lru_cache(64)
def instant_rise(eps: float, R_H: float, St: float) -> float:
    """Largest rise while dosing of a reaction as fast as its feed, over the adiabatic one."""
    from scipy.integrate import solve_ivp

    def f(theta: float, m: np.ndarray) -> np.ndarray:
        removal = St * (1.0 + eps * theta) + eps * R_H
        return (1.0 - removal * m) / (1.0 + eps * R_H * theta)

    path = solve_ivp(f, (0.0, 1.0), [0.0], "LSODA", rtol=1e-10, atol=1e-13, dense_output=True)
    return float(path.sol(np.linspace(0.0, 1.0, 4001))[0].max())


class DosingDiagram(NamedTuple):
    """Region of runaway: between Ry_low and Ry_high (n,) at exothermicities Ex (n,).

    Ex_least: below it there is none at any reactivity; NaN where Ex has none.
    """

    vessel: Dosing
    Ex: np.ndarray
    Ry_low: np.ndarray
    Ry_high: np.ndarray
    Ex_least: float


def dosing(
    *, k: float, c_B: float, duration: float, dT_ad: float, E: float, T_c: float, UA: float,
    V: float, rho_cp: float, V_dosed: float, rho_cp_dosed: float = 0.0,
) -> Dosing:  # fmt: skip
    """The groups of a real dosing.

    k: rate constant at T_c [m3/mol/s]; c_B [mol/m3] in the charge of V [m3] and rho_cp [J/m3/K];
    duration [s]; dT_ad [K] = (-dH) c_B/rho_cp; E [J/mol]; UA [W/K] of the charge; V_dosed [m3], its
    rho_cp that of the charge unless given. InputError: a value that is not above 0.

    >>> found = dosing(k=1e-7, c_B=2000.0, duration=7200.0, dT_ad=150.0, E=80e3, T_c=300.0,
    ...     UA=4000.0, V=2.0, rho_cp=2e6, V_dosed=0.5)
    >>> round(found.Ex, 2), round(found.Ry, 3), found.scenario
    (2.15, 0.193, 'no ignition')
    """
    given = {"k": k, "c_B": c_B, "duration": duration, "dT_ad": dT_ad, "E": E, "T_c": T_c,
             "UA": UA, "V": V, "rho_cp": rho_cp, "V_dosed": V_dosed}  # fmt: skip
    wrong = [(name, f"is {x:g}, but must be above 0") for name, x in given.items() if not x > 0.0]
    if wrong or rho_cp_dosed < 0.0:
        raise InputError(wrong or [("rho_cp_dosed", f"is {rho_cp_dosed:g}, but must be above 0")])
    R_H = (rho_cp_dosed or rho_cp) / rho_cp
    return Dosing(k * c_B * duration, dT_ad / T_c, E / (R_GAS * T_c), V_dosed / V, R_H,
                  UA * duration / (V * rho_cp))  # fmt: skip


def dosing_diagram(vessel: Dosing, Ex: Sequence[float]) -> DosingDiagram:
    """Boundaries of runaway over exothermicity, at the vessel's gamma, eps, R_H and St.

    Between Ry_low and Ry_high the vessel runs away; below lies "no ignition", where what is dosed
    gathers, above it the reaction keeps up with its feed.
    InputError: no exothermicities, or one not above 0.

    >>> vessel = Dosing(Da=1.0, rise=0.1, gamma=32.0, eps=0.4, R_H=1.0, St=5.0)
    >>> found = dosing_diagram(vessel, [10.0])
    >>> bool(found.Ry_low[0] < found.Ry_high[0]), found.Ex_least < 10.0
    (True, True)
    """
    places = np.asarray(Ex, dtype=float)
    if places.size == 0 or not (places > 0.0).all():
        raise InputError("a diagram needs exothermicities above 0")
    low, high = np.full(places.size, np.nan), np.full(places.size, np.nan)
    for i, at in enumerate(places):
        x, w = vessel.hottest(at)
        if w <= MARGIN:
            continue

        def over(x: float, at: float = at) -> float:
            return vessel.at(at, x).overshoot() - MARGIN

        low[i] = np.exp(find_root(over, SCAN[0], x, rtol=1e-9).x)
        if over(SCAN[-1]) < 0.0:
            high[i] = np.exp(find_root(over, x, SCAN[-1], rtol=1e-9).x)
    return DosingDiagram(vessel, places, low, high, least_exothermicity(vessel))


def least_exothermicity(vessel: Dosing) -> float:
    """Exothermicity below which no reactivity makes a runaway."""

    def over(log_Ex: float) -> float:
        return vessel.hottest(float(np.exp(log_Ex)))[1] - MARGIN

    low, high = np.log(0.1), np.log(30.0)
    if over(low) > 0.0 or over(high) < 0.0:
        return float("nan")
    return float(np.exp(find_root(over, low, high, rtol=1e-4).x))
