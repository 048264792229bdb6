"""A decomposition by a few numbers of a calorimeter: time to maximum rate, T_D24, and classes.

q(T)   = q_ref exp(-E/R (1/T - 1/T_ref))                       heat release [W/kg]
TMR_ad = cp R T^2/(q(T) E)                                     of order zero
exact:  dT/dt = q(T)/cp (1 - (T - T_0)/dT_ad), until dT/dt is largest (first order)
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics.roots import find_root
from intensify.units import Kelvin, Second, Unit


class Calorimetry(NamedTuple):
    """What a calorimeter says of a decomposition: q_ref [W/kg] at T_ref, E [J/mol], cp, dT_ad.

    >>> sheet = Calorimetry(T_ref=443.15, q_ref=20.0, E=120e3, cp=1800.0, dT_ad=350.0)
    >>> round(sheet.TMR_ad(398.15)), round(sheet.T_D(24.0), 2)
    (39230, 389.18)
    """

    T_ref: Kelvin
    q_ref: Annotated[float, Unit("W/kg", 0.0)]
    E: Annotated[float, Unit("J/mol", 0.0)]
    cp: Annotated[float, Unit("J/kg/K", 0.0)]
    dT_ad: Annotated[float, Unit("K", 0.0)]

    def checked(self) -> Calorimetry:
        """Itself; InputError: a number that is not above 0."""
        wrong = [
            (n, f"is {x:g}, but must be above 0") for n, x in self._asdict().items() if not x > 0.0
        ]
        if wrong:
            raise InputError(wrong)
        return self

    def q(self, T: float) -> float:
        """Heat release at T [W/kg]."""
        return float(self.q_ref * np.exp(-self.E / R_GAS * (1.0 / T - 1.0 / self.T_ref)))

    def TMR_ad(self, T: float) -> Second:
        """Adiabatic time to maximum rate from T, nothing used up on the way [s]."""
        return self.cp * R_GAS * T**2 / (self.q(T) * self.E)

    def T_max_rate(self, T: float) -> Kelvin:
        """Temperature of the largest rate of a first-order decomposition that starts at T [K].

        E/R (T + dT_ad - T_m) = T_m^2.
        """
        a = self.E / R_GAS
        return 0.5 * (float(np.sqrt(a * a + 4.0 * a * (T + self.dT_ad))) - a)

    def TMR_exact(self, T: float) -> Second:
        """Time from T to the largest rate, first order, by quadrature [s].

        InputError: the rate only falls, because E or dT_ad is too small.
        """
        from scipy.integrate import quad

        top = self.T_max_rate(T)
        if top <= T:
            raise InputError(f"from {T:g} K the rate only falls: it has no maximum to wait for")
        scale = self.TMR_ad(T)

        def slowness(u: float) -> float:
            return self.cp / (self.q(u) * (1.0 - (u - T) / self.dT_ad)) / scale

        return scale * quad(slowness, T, top, epsabs=0.0, epsrel=1e-11, limit=500)[0]

    def T_D(self, hours: float) -> Kelvin:
        """Temperature at which TMR_ad is so many hours (T_D24, T_D8) [K].

        InputError: none between 150 and 2000 K.
        """

        def over(T: float) -> float:
            return float(np.log(self.TMR_ad(T) / (3600.0 * hours)))

        if over(150.0) < 0.0 or over(2000.0) > 0.0:
            raise InputError(
                f"TMR_ad is {hours:g} h nowhere between 150 and 2000 K; look at q_ref and E"
            )
        return find_root(over, 150.0, 2000.0, rtol=1e-13).x


CLASSES = {
    1: "neither boiling nor decomposition is reached: no measures needed",
    2: "decomposition is out of reach, boiling beyond it: do not hold hot for long",
    3: "boiling is reached before decomposition: the condenser is the barrier, size it",
    4: "boiling lies between, but decomposition is reached: boiling must hold, add a barrier",
    5: "decomposition is reached and nothing stops before it: change the process",
}
"""What a class asks for."""


def stoessel_class(*, MTSR: float, MTT: float, T_D24: float) -> int:
    """Criticality class 1 to 5 by the order of MTSR, MTT (boiling or vessel limit) and T_D24 [K].

    1: MTSR < MTT < T_D24; 2: MTSR < T_D24 < MTT; 3: MTT < MTSR < T_D24; 4: MTT < T_D24 < MTSR;
    5: T_D24 below MTSR and MTT. For a channel take the local T after its failure as MTSR.

    >>> stoessel_class(MTSR=460.0, MTT=400.0, T_D24=430.0)
    4
    """
    if not all(np.isfinite([MTSR, MTT, T_D24])):
        raise InputError(f"MTSR {MTSR:g}, MTT {MTT:g}, T_D24 {T_D24:g} K; all must be finite")
    if MTSR < T_D24:
        if MTSR >= MTT:
            return 3
        return 1 if MTT < T_D24 else 2
    return 4 if MTT < T_D24 else 5


def thermal_inertia(*, ratio: float, rho_cp_wall: float, rho_cp: float) -> float:
    """Phi = 1 + V_w rho_w cp_w/(V_f rho cp): fluid and wall over the fluid alone.

    InputError: a ratio below 0, which would be Phi below 1.

    >>> round(thermal_inertia(ratio=5.0, rho_cp_wall=3.95e6, rho_cp=4.2e6), 4)
    5.7024
    """
    Phi = 1.0 + ratio * rho_cp_wall / rho_cp
    if not Phi >= 1.0:
        raise InputError(f"Phi = {Phi:g}, but a wall can only add heat capacity: 1 or more")
    return Phi


def buffered_end(T: float, *, dT_ad: float, left: float = 1.0, Phi: float = 1.0) -> float:
    """End of an adiabatic reaction of the part `left` in fluid and wall, T + left dT_ad/Phi [K].

    InputError: Phi below 1.

    >>> round(buffered_end(313.15, dT_ad=109.5, left=0.35, Phi=5.7024), 2)
    319.87
    """
    if not Phi >= 1.0:
        raise InputError(f"Phi = {Phi:g}, but a wall can only add heat capacity: 1 or more")
    return T + left * dT_ad / Phi
