"""The phases of a batch recipe: what holds the temperature, what is dosed, when a phase ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.units import Kelvin, KelvinPerSecond, Number, Second

PRESCRIBED, JACKET, CONTROLLED, ADIABATIC, IDLE = range(5)
"""How a phase treats the temperature; IDLE: nothing happens (charge, discharge, clean)."""
NAMES = ("charge", "heat", "dose", "hold", "cool", "discharge", "clean", "react")
NEVER, AT_TEMPERATURE, AT_VOLUME, AT_CONVERSION, AT_AMOUNT, AT_CONCENTRATION = range(6)


class Phase(NamedTuple):
    """One phase of a recipe as numbers; the functions below build them.

    name: position in `NAMES`. mode: PRESCRIBED temperature T_set rising by `ramp`; JACKET fed at
    T_jacket; CONTROLLED towards T_set by the reactor's controller; ADIABATIC; IDLE.
    It lasts `duration`, or ends before where the quantity `until` of species `key` reaches `value`.
    """

    name: Number = 7.0
    duration: Second = 0.0
    mode: Number = PRESCRIBED
    T_set: Kelvin = np.nan
    ramp: KelvinPerSecond = 0.0
    T_jacket: Kelvin = np.nan
    dosing: Number = 0.0  # 1: the feeds run, from their time 0 at the phase's start
    ride: Number = -1.0  # species whose concentration the feed rate holds constant, -1: none
    until: Number = NEVER
    key: Number = 0.0
    value: Number = 0.0
    start: Second = 0.0  # set when the phase is entered

    @property
    def label(self) -> str:
        """The phase's name."""
        return NAMES[int(self.name)]


def idle(name: str, duration: float) -> Phase:
    """Charge, discharge or clean: time passes, nothing reacts."""
    return Phase(NAMES.index(name), duration, IDLE)


def isothermal(name: str = "react", *, T: float, duration: float, dosing: bool = False) -> Phase:
    """Perfect control at T: the jacket does what is needed, and the result says what that is."""
    return Phase(NAMES.index(name), duration, PRESCRIBED, T, 0.0, dosing=float(dosing))


def ramp(name: str, *, to: float, rate: float, start: float) -> Phase:
    """The contents' temperature follows a line from `start` to `to` at |rate| [K/s]."""
    signed = abs(rate) if to >= start else -abs(rate)
    return Phase(NAMES.index(name), abs(to - start) / abs(rate), PRESCRIBED, start, signed)


def jacket(name: str = "react", *, T: float, duration: float, dosing: bool = False) -> Phase:
    """Isoperibolic: the jacket is fed at T, the contents go where the heat balance takes them."""
    return Phase(NAMES.index(name), duration, JACKET, T_jacket=T, dosing=float(dosing))


LONGEST = 30 * 86400.0
"""A phase that is given no less and does not reach its end is an error [s]."""


def to_temperature(name: str, *, T_jacket: float, T: float, longest: float = LONGEST) -> Phase:
    """Heat or cool with the jacket fed at T_jacket until the contents reach T."""
    return Phase(
        NAMES.index(name), longest, JACKET, T_jacket=T_jacket, until=AT_TEMPERATURE, value=T
    )


def controlled(name: str = "react", *, T: float, duration: float, dosing: bool = False) -> Phase:
    """The reactor's controller steers the jacket's inlet so that the contents go to T."""
    return Phase(NAMES.index(name), duration, CONTROLLED, T, dosing=float(dosing))


def adiabatic(name: str = "react", *, duration: float, dosing: bool = False) -> Phase:
    """No heat passes the wall."""
    return Phase(NAMES.index(name), duration, ADIABATIC, dosing=float(dosing))


def as_rows(phases: list[Phase]) -> np.ndarray:
    """A recipe as an array (phases, fields), so that its length is not part of any type."""
    return np.array([[float(x) for x in phase] for phase in phases]).reshape(-1, len(Phase._fields))
