"""SI inside; units as text at the edge only.

    text = number [unit]          unit = name[power] joined by * and /, as in "350 W/m2/K", "2 1/s"

Text is matched against this grammar and its length limited before Pint sees its unit, because Pint
evaluates expressions, and "9**9**9" keeps it busy for ever.
"""

from __future__ import annotations

import difflib
import functools
import math
import re
from collections.abc import Mapping
from fractions import Fraction as Rational
from functools import cache
from numbers import Real
from typing import Annotated, Any, NamedTuple, get_type_hints

from intensify.errors import InputError

INF = float("inf")


class Unit(NamedTuple):
    """Unit and allowed range of a number, attached to a field by `typing.Annotated`."""

    symbol: str
    low: float = -INF
    high: float = INF

    def read(self, value: str | float, *, name: str = "") -> float:
        """Number or text in SI, within the range; see `parse`.

        >>> Unit("K", 0.0).read("25 degC")
        298.15
        """
        number = parse(value, self.symbol, name=name)
        if self.low <= number <= self.high:
            return number
        low, high = (format(x, self.symbol) for x in (self.low, self.high))
        if self.high == INF:
            allowed = f"{low} or more"
        else:
            allowed = f"{high} or less" if self.low == -INF else f"{low} to {high}"
        raise InputError([(name, f"'{value}' is out of range; allowed is {allowed}")])

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let Pydantic's models use the aliases below as types."""
        from pydantic_core import core_schema

        def check(value: str | float) -> float:
            try:
                return _known(self, value) if isinstance(value, str) else self.read(value)
            except InputError as error:
                raise ValueError(str(error)) from None

        return core_schema.no_info_plain_validator_function(check)


_known = functools.lru_cache(4096)(Unit.read)  # sweeps read the same texts for every sample

Second = Annotated[float, Unit("s", 0.0)]
Kelvin = Annotated[float, Unit("K", 0.0)]
KelvinPerSecond = Annotated[float, Unit("K/s")]
Metre = Annotated[float, Unit("m", 0.0)]
SquareMetre = Annotated[float, Unit("m2", 0.0)]
CubicMetre = Annotated[float, Unit("m3", 0.0)]
PerMetre = Annotated[float, Unit("1/m", 0.0)]
CubicMetrePerSecond = Annotated[float, Unit("m3/s", 0.0)]
KilogramPerSecond = Annotated[float, Unit("kg/s", 0.0)]
Pascal = Annotated[float, Unit("Pa")]
PascalSecond = Annotated[float, Unit("Pa*s", 0.0)]
Watt = Annotated[float, Unit("W")]
WattPerKelvin = Annotated[float, Unit("W/K", 0.0)]
WattPerMetreKelvin = Annotated[float, Unit("W/m/K", 0.0)]
HeatTransferCoefficient = Annotated[float, Unit("W/m2/K", 0.0)]
SquareMetrePerSecond = Annotated[float, Unit("m2/s", 0.0)]
VolumetricHeatTransfer = Annotated[float, Unit("W/m3/K", 0.0)]
PowerDensity = Annotated[float, Unit("W/m3", 0.0)]
Joule = Annotated[float, Unit("J")]
JoulePerKelvin = Annotated[float, Unit("J/K", 0.0)]
VolumetricHeatCapacity = Annotated[float, Unit("J/m3/K", 0.0)]
MolePerCubicMetre = Annotated[float, Unit("mol/m3", 0.0)]
KilogramPerCubicMetre = Annotated[float, Unit("kg/m3", 0.0)]
Fraction = Annotated[float, Unit("1", 0.0, 1.0)]
Number = Annotated[float, Unit("1")]

_MEANINGS = {
    "1": "plain number", "s": "time", "m": "length", "m2": "area", "m3": "volume", "kg": "mass",
    "mol": "amount", "K": "temperature", "Pa": "pressure", "J": "energy", "W": "power",
    "K/s": "heating rate", "m/s": "velocity", "m3/s": "volume flow", "kg/s": "mass flow",
    "m2/s": "diffusivity", "mol/s": "molar flow", "mol/m3": "concentration",
    "kg/m3": "density", "kg/mol": "molar mass",
    "m3/mol": "molar volume", "J/mol": "molar energy", "J/mol/K": "molar heat capacity",
    "J/K": "heat capacity", "J/m3/K": "volumetric heat capacity", "W/K": "heat capacity flow",
    "W/m/K": "thermal conductivity", "W/m2/K": "heat-transfer coefficient",
    "W/m3/K": "heat-transfer coefficient times area per volume", "Pa*s": "viscosity",
    "1/s": "first-order rate constant", "m3/mol/s": "second-order rate constant",
}  # fmt: skip
_LONGEST = 64
_NAMES: tuple[str, ...] = (
    "m",
    "mm",
    "cm",
    "km",
    "um",
    "nm",
    "s",
    "ms",
    "min",
    "h",
    "d",
    "K",
    "degC",
    "degF",
    "kg",
)
_NAMES += ("g", "mg", "t", "mol", "mmol", "kmol", "L", "mL", "Pa", "kPa", "MPa", "bar", "mbar", "J")
_NAMES += ("kJ", "MJ", "cal", "kcal", "Wh", "kWh", "W", "kW", "MW", "N", "V", "A", "cP", "percent")
_PLAIN = str.maketrans({"²": "2", "³": "3", "·": "*", "°": "deg", "µ": "u", "μ": "u"})
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_FACTOR = r"[A-Za-z_]+(?:(?:\*\*|\^)?-?\d+)?"
_UNIT = rf"(?:{_FACTOR}|1(?=\s*/))(?:\s*[*/]\s*{_FACTOR})*"
_TEXT = re.compile(rf"\s*({_NUMBER})\s*({_UNIT}|%)?\s*")
_PART = re.compile(r"(^|[*/])\s*([A-Za-z_]+|1)(?:\*\*|\^)?(-?\d+)?\s*")


def parse(value: str | float, symbol: str = "1", *, name: str = "") -> float:
    """Number in SI from a number, which is in SI already, or from text with a unit.

    symbol: the SI unit that is wanted; name: what the value is called in an error's path.
    InputError: not "number [unit]", more than 64 characters, a power beyond 6, an unknown unit, one
    of another dimension, not finite.

    >>> parse("0.2 mm", "m"), parse("25 degC", "K"), parse("11.6 mol/L", "mol/m3"), parse(2.5, "m")
    (0.0002, 298.15, 11600.0, 2.5)
    """
    try:
        if isinstance(value, Real) and not isinstance(value, bool):
            number = float(value)
        elif isinstance(value, str):
            number = _read(value, symbol)
        else:
            example = _example(symbol)
            raise ValueError(f"{str(value)[:_LONGEST]} is not a number; write it as '{example}'")
        if not math.isfinite(number):
            raise ValueError(f"'{value}' is not a finite number")
    except OverflowError:
        raise InputError([(name, f"'{str(value)[:_LONGEST]}' is too large a number")]) from None
    except ValueError as error:
        raise InputError([(name, str(error))]) from None
    return number


@functools.lru_cache(4096)
def si(text: str) -> float:
    """Number in the SI base units of its own dimension; of a bare number, itself.

    >>> si("90 L/h"), si("25 degC"), si("300")
    (2.5e-05, 298.15, 300.0)
    """
    match = _TEXT.fullmatch(text.translate(_PLAIN))
    if match is None:
        raise InputError(f"'{text}' is not a number with a unit")
    if match[2] is None:
        return float(match[1])
    quantity = _registry().Quantity(Rational(match[1]), _unit(match[2]))
    return float(quantity.to_base_units().magnitude)


@functools.lru_cache(4096)
def _read(text: str, symbol: str) -> float:
    example = f"write for example '{_example(symbol)}'"
    if len(text) > _LONGEST:
        raise ValueError(f"has {len(text)} characters, {_LONGEST} at most; {example}")
    match = _TEXT.fullmatch(text.translate(_PLAIN))
    if match is None:
        raise ValueError(f"'{text}' is not a number with a unit; {example}")
    number, unit = float(match[1]), match[2]
    if unit is None or unit.replace("^", "").replace("**", "") == symbol:
        return number
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is too large a number")
    # exact decimals, so that 11.6 mol/L is 11600.0 mol/m3 to the last bit
    return float(_convert(Rational(repr(number)), unit, symbol, text))


def _example(symbol: str, number: str = "2.5") -> str:
    return "25 degC" if symbol == "K" else f"{number} {symbol}".removesuffix(" 1")


@cache
def _registry() -> Any:
    import pint

    exact: Any = Rational
    return pint.UnitRegistry(non_int_type=exact, cache_folder=None)


@cache
def _unit(expression: str) -> Any:
    """Pint's unit of an expression that has passed the grammar."""
    import pint

    if expression in ("%", "1"):
        return _registry().Unit("percent" if expression == "%" else "")
    parts = []
    for sign, unit, power in _PART.findall(expression):
        exponent = int(power or 1) * (-1 if sign == "/" else 1)
        if not 1 <= abs(exponent) <= 6:
            raise ValueError(f"'{unit}' has the power {exponent}; 1 to 6 and -1 to -6 are allowed")
        if unit != "1":
            parts.append(f"{unit}**{exponent}" if exponent != 1 else unit)
    try:
        return _registry().parse_units("*".join(parts))
    except (pint.PintError, ValueError, TypeError, KeyError) as error:
        unknown = next(iter(getattr(error, "unit_names", ())), expression)
        names = {name.lower(): name for name in _NAMES}
        near = difflib.get_close_matches(str(unknown).lower(), names, n=1, cutoff=0.5)
        hint = (
            f"did you mean '{names[near[0]]}'?"
            if near
            else "units are for example mm, h, L, degC, kJ"
        )
        raise ValueError(f"unknown unit '{unknown}'; {hint}") from None


def _convert(number: Rational, unit: str, symbol: str, text: str) -> Rational:
    import pint

    given, wanted = _unit(unit), _unit(symbol)
    if given.dimensionality != wanted.dimensionality:
        kinds = (m for s, m in _MEANINGS.items() if _unit(s).dimensionality == given.dimensionality)
        kind = next(kinds, None)
        what = f"{_article(kind)}, not" if kind else "not"
        needed = f"{_article(meaning(symbol))} in {symbol}".removesuffix(" in 1")
        example = _example(symbol, text.split()[0] if text.split()[1:] else "2.5")
        raise ValueError(f"'{text}' is {what} {needed}; write for example '{example}'")
    try:
        return _registry().Quantity(number, given).to(wanted).magnitude
    except (pint.PintError, TypeError, ValueError):
        raise ValueError(f"'{text}' has a unit that can't be converted to {symbol}") from None


def meaning(symbol: str) -> str:
    """What a number of that unit is.

    >>> meaning("m3")
    'volume'
    """
    return _MEANINGS.get(symbol, "number")


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


# --- numbers as text -----------------------------------------------------------------------------
def format(value: float, symbol: str = "1", *, digits: int = 6) -> str:
    """Number with its unit, for tables and messages.

    >>> format(298.15, "K"), format(0.5)
    ('298.15 K', '0.5')
    """
    return f"{value:.{digits}g} {symbol}".removesuffix(" 1")


def describe(part: Any) -> str:
    """Every field of a NamedTuple with its value and unit, a line each, its parts indented.

    A part whose class has a `__str__` of its own is shown by that.

    >>> class Tank(NamedTuple):
    ...     V: CubicMetre = 2.0
    ...     stirrer: Watt = 1e3
    >>> print(describe(Tank()))
    Tank
      V        2 m3
      stirrer  1000 W
    """
    return "\n".join([type(part).__name__, *_rows(part._asdict(), _units(type(part)))])


def _rows(entries: Mapping[str, Any], units: Mapping[str, str]) -> list[str]:
    width = max((len(str(key)) for key in entries), default=0)
    rows = []
    for key, value in entries.items():
        if hasattr(value, "_fields"):
            own = type(value).__str__ is not object.__str__
            head, *rest = (str(value) if own else describe(value)).split("\n")
            rows += [f"{key}: {head}", *rest]
        elif isinstance(value, Mapping) and any(hasattr(v, "_fields") for v in value.values()):
            rows += [str(key), *_rows(value, {})]
        else:
            rows.append(f"{key!s:{width}}  {_shown(value, units.get(key, '1'))}".rstrip())
    return [f"  {row}" for row in rows]


def _units(cls: type) -> dict[str, str]:
    """Symbols by field; none where a class's annotations can't be resolved, as in a function."""
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError:
        return {}
    found = {key: getattr(hint, "__metadata__", ()) for key, hint in hints.items()}
    return {
        key: unit.symbol
        for key, extras in found.items()
        for unit in extras
        if isinstance(unit, Unit)
    }


def _shown(value: Any, symbol: str) -> str:
    if hasattr(value, "dtype") and value.ndim > 0:
        return _shown_array(value, symbol)
    if isinstance(value, Real) and not isinstance(value, bool):
        return format(float(value), symbol)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(v, symbol)}" for key, v in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_shown(v, symbol) for v in value)
    text = " ".join(str(value).split())
    return text if len(text) <= 90 else f"{text[:87]}..."


def _shown_array(value: Any, symbol: str) -> str:
    import numpy as np

    unit = f" {symbol}".removesuffix(" 1")
    if value.dtype == np.uint8 and value.ndim == 2:
        return ", ".join(row.tobytes().rstrip(b"\0").decode() for row in value)
    if 0 < value.size <= 12:
        return _listed(value.tolist()) + unit
    finite = value[np.isfinite(value)] if value.size else value
    span = f": {finite.min():.6g} to {finite.max():.6g}{unit}" if finite.size else ""
    return f"array {' x '.join(str(n) for n in value.shape)}{span}"


def _listed(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(_listed(v) for v in values)}]"
    return f"{values:.6g}"
