"""Parameters of a fit, and the coordinates in which their least squares are well conditioned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.campaigns.values import NUMBER
from intensify.chemistry import R_GAS
from intensify.chemistry.network import TA, A
from intensify.errors import InputError
from intensify.units import si

RATE = re.compile(r"kinetics\.(k0|E)(?:\[(\d+)\])?")
FIELD = re.compile(rf"kinetics\.reactions\[(\d+),\s*({A}|{TA})\]")
DECADES = 100.0
"""Bounds above 0 further apart than this factor let a parameter go by its logarithm."""


class Parameter(NamedTuple):
    """What is fitted: a key of the case, where the search starts, and its bounds, all in SI.

    unit: that of the text it was read from, in which it is shown.
    """

    key: str
    start: float
    low: float = -np.inf
    high: float = np.inf
    unit: str = ""

    def shown(self, x: Any) -> Any:
        """Values in the parameter's own unit; `difference` does it for errors."""
        return x if not self.unit else (x - si(f"0 {self.unit}")) / self.difference(1.0)

    def difference(self, dx: Any) -> Any:
        """A difference of 1 in the parameter's own unit is how much in SI, times dx."""
        return dx if not self.unit else dx * (si(f"1 {self.unit}") - si(f"0 {self.unit}"))

    @property
    def rate(self) -> tuple[str, int] | None:
        """Whether k0 or E, and of which reaction, by a rate law's key."""
        key = self.key.rpartition(":")[2]
        if found := RATE.fullmatch(key):
            return found[1], int(found[2] or 0)
        if found := FIELD.fullmatch(key):  # of a reactor in Python, E as E/R
            return "k0" if int(found[2]) == A else "E", int(found[1])
        return None

    @property
    def gas_constant(self) -> float:
        """What an activation energy is E/R of."""
        return 1.0 if "reactions" in self.key else R_GAS


def parameter_of(key: str, text: str) -> Parameter:
    """The parameter of "start" or "start:low:high", each a number with its unit or in SI.

    InputError: another shape, no number, a start that is not between the bounds.

    >>> parameter_of("kinetics.E[0]", "70 kJ/mol:40 kJ/mol:100 kJ/mol").high
    100000.0
    """
    words = [word.strip() for word in str(text).split(":")]
    parts = [NUMBER.fullmatch(word) for word in words]
    if len(words) not in (1, 3) or not all(parts):
        raise InputError([(key, f"'{text}' is no 'start' and no 'start:low:high', as in "
                           "'70 kJ/mol:40 kJ/mol:100 kJ/mol'")])  # fmt: skip
    try:
        start, *ends = (si(word) for word in words)
    except InputError as error:
        raise InputError([(key, str(error))]) from None
    low, high = ends or (-np.inf, np.inf)
    if not low < start < high:
        raise InputError([(key, f"the start '{words[0]}' does not lie between its bounds")])
    unit = parts[0][2] if parts[0] and parts[0][2] else ""
    return Parameter(key, start, low, high, unit)


def parameters_of(given: Mapping[str, str] | Sequence[Parameter]) -> tuple[Parameter, ...]:
    """Parameters from texts by key, or as they are. InputError: none, or one without meaning."""
    if isinstance(given, Mapping):
        found = tuple(parameter_of(key, text) for key, text in given.items())
    else:
        found = tuple(given)
    if not found:
        raise InputError("there is nothing to fit; name a parameter, as in "
                         "'kinetics.E[0]': '70 kJ/mol'")  # fmt: skip
    below = [p.key for p in found if p.rate and p.rate[0] == "k0" and not p.start > 0.0]
    if below:
        raise InputError([(key, "starts at 0 or below; a rate constant is above") for key in below])
    return found


class Coordinates(NamedTuple):
    """Coordinates theta of parameters x, near which least squares are round instead of a valley.

        ln(k0 exp(-E/(R T_ref)))   of a k0 that is fitted together with its E: ln k at T_ref
        E/(R T_ref)                of an E
        ln x                       of a k0 alone, and of what may span more than two decades
        x/|start|                  of all others

    Agarwal and Brisk (1985) and textbooks of kinetics recommend the first two.
    """

    parameters: tuple[Parameter, ...]
    T_ref: float
    log: np.ndarray
    scale: np.ndarray
    mix: np.ndarray
    """(P, P): ln x or x/scale is mix @ theta."""

    @classmethod
    def of(cls, parameters: Sequence[Parameter], T_ref: float) -> Coordinates:
        """Those of some parameters. T_ref [K]: best in the middle of the experiments."""
        rates = [p.rate for p in parameters]
        log = np.array([
            r[0] == "k0" if r else p.low > 0.0 and p.high / p.low > DECADES
            for p, r in zip(parameters, rates, strict=True)
        ])  # fmt: skip
        scale = np.array([
            1.0 if is_log else p.gas_constant * T_ref if r else size_of(p)
            for p, r, is_log in zip(parameters, rates, log, strict=True)
        ])  # fmt: skip
        mix = np.eye(len(parameters))
        for i, rate in enumerate(rates):
            if rate and rate[0] == "k0" and ("E", rate[1]) in rates:
                mix[i, rates.index(("E", rate[1]))] = 1.0
        return cls(tuple(parameters), float(T_ref), log, scale, mix)

    def natural(self, x: np.ndarray) -> np.ndarray:
        """ln x, or x/scale (P,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.log, np.log(np.maximum(x, 0.0)), x / self.scale)

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Parameters x of coordinates (P,) or rows of them (m, P)."""
        phi = np.asarray(theta) @ self.mix.T
        with np.errstate(over="ignore"):
            return np.where(self.log, np.exp(phi), phi * self.scale)

    def theta(self, x: np.ndarray) -> np.ndarray:
        """Coordinates of parameters (P,); the inverse of mix is 2 - mix, as E's are pure.

        >>> k0, E = parameter_of("kinetics.k0[0]", "1e9"), parameter_of("kinetics.E[0]", "70e3")
        >>> there = Coordinates.of([k0, E], 320.0)
        >>> [round(float(v)) for v in there.values(there.theta(np.array([2e9, 60e3])))]
        [2000000000, 60000]
        """
        return (2.0 * np.eye(len(self.mix)) - self.mix) @ self.natural(x)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Bounds of theta. Those of a k0 with its E are taken at T_ref, with the E of the start."""
        shift = (self.mix - np.eye(len(self.mix))) @ self.natural(
            np.array([p.start for p in self.parameters])
        )
        low, high = (np.array([p[k] for p in self.parameters]) for k in (2, 3))
        return self.natural(low) - shift, self.natural(high) - shift

    def slopes(self, theta: np.ndarray) -> np.ndarray:
        """dx/dtheta (P, P)."""
        size = np.where(self.log, self.values(theta), self.scale)
        return size[:, None] * self.mix

    def name(self, i: int) -> str:
        """What coordinate i is, in words."""
        p = self.parameters[i]
        if self.mix[i].sum() > 1.0:
            return f"ln k({self.T_ref:.4g} K)[{p.rate[1] if p.rate else 0}]"
        return f"ln {p.key}" if self.log[i] else p.key


def size_of(p: Parameter) -> float:
    """What a parameter is measured by: its start, or its bounds where it starts at 0."""
    if p.start != 0.0:
        return abs(p.start)
    return p.high - p.low if np.isfinite(p.high - p.low) else 1.0
