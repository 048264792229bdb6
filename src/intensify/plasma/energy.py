"""What a plasma's energy buys: SEI, energy per molecule, efficiency, mass per kWh."""

from __future__ import annotations

from typing import NamedTuple, Self

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.plasma.cross_sections import ELEMENTARY_CHARGE

AVOGADRO = 6.02214076e23
"""[1/mol]."""
EV = ELEMENTARY_CHARGE * AVOGADRO
"""1 eV per molecule in J/mol."""
KWH = 3.6e6
"""[J]."""


class SpecificEnergy(NamedTuple):
    """Energy per amount of gas [J/mol], with the state at which its volume is counted.

    A litre at 0 C holds 9 % more gas than at 25 C: the reference state belongs to every SEI.

    >>> one = SpecificEnergy.per_litre(12e3, T=298.15, p=101325.0)
    >>> round(one.eV, 3), round(one.kJ_per_mol, 1)
    (3.043, 293.6)
    """

    molar: float
    T: float = 273.15
    p: float = 101325.0

    @classmethod
    def per_litre(cls, SEI: float, *, T: float, p: float) -> Self:
        """From J per litre of gas at T [K] and p [Pa]."""
        if not (SEI > 0.0 and T > 0.0 and p > 0.0):
            raise InputError(f"SEI = {SEI:g} J/L at {T:g} K and {p:g} Pa; each must be above 0")
        return cls(SEI * 1e3 * R_GAS * T / p, T, p)

    @classmethod
    def of_power(cls, power: float, flow: float, *, T: float, p: float) -> Self:
        """From power [W] and volume flow [m3/s] at T and p."""
        if not flow > 0.0:
            raise InputError(f"the flow is {flow:g} m3/s; it must be above 0")
        return cls.per_litre(1e-3 * power / flow, T=T, p=p)

    @property
    def J_per_L(self) -> float:
        """Per litre of gas at the reference state."""
        return self.molar * self.p / (R_GAS * self.T) * 1e-3

    @property
    def eV(self) -> float:
        """Per molecule of gas."""
        return self.molar / EV

    @property
    def kJ_per_mol(self) -> float:
        """Per mole of gas."""
        return 1e-3 * self.molar

    def cost(self, made: float) -> float:
        """eV per molecule, for `made` molecules per molecule of gas: SEI/made; inf without any."""
        return self.eV / made if made > 0.0 else float("inf")

    def G(self, made: float) -> float:
        """Molecules per 100 eV."""
        return 100.0 * made / self.eV

    def efficiency(self, made: float, dH: float) -> float:
        """Reaction enthalpy dH [J per mole of product] that the energy went into: made dH/SEI."""
        return made * dH / self.molar

    def grams_per_kWh(self, made: float, M: float) -> float:
        """Mass per energy for molar mass M [kg/mol]."""
        return 1e3 * made * M / self.molar * KWH
