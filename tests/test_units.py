"""Units as text: exact values, the grammar's limits, hints, and numbers as text."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Annotated, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intensify import units
from intensify.errors import InputError
from intensify.units import CubicMetre, Kelvin, Unit, Watt, describe, parse

# definitions of the units (SI brochure; calorie of 4.184 J), so equality to the last bit
EXACT = [
    (2.5, "m", 2.5),
    (np.float64(2.5), "m", 2.5),
    (3, "m", 3.0),
    ("2.5", "m", 2.5),
    ("1e-3", "m", 1e-3),
    ("0.2 mm", "m", 2e-4),
    ("2.5m", "m", 2.5),
    ("25 degC", "K", 298.15),
    ("25 °C", "K", 298.15),
    ("-40 degF", "K", 233.15),
    ("77 degF", "K", 298.15),
    ("1 h", "s", 3600.0),
    ("90 min", "s", 5400.0),
    ("250 mL", "m3", 2.5e-4),
    ("3 L", "m3", 3e-3),
    ("2 bar", "Pa", 2e5),
    ("1.5 kW", "W", 1500.0),
    ("5 MW/m3/K", "W/m3/K", 5e6),
    ("5 MW/m³/K", "W/m3/K", 5e6),
    ("350 W/m2/K", "W/m2/K", 350.0),
    ("350 W/m^2/K", "W/m2/K", 350.0),
    ("350 W/m**2/degC", "W/m2/K", 350.0),
    ("11.6 mol/L", "mol/m3", 11600.0),
    ("-547.1 kJ/mol", "J/mol", -547100.0),
    ("-590 kcal/mol", "J/mol", -2468560.0),
    ("1 cal", "J", 4.184),
    ("244.8 L/h", "m3/s", 6.8e-5),
    ("2 K/min", "K/s", 2 / 60),
    ("1 mPa*s", "Pa*s", 1e-3),
    ("3 1/h", "1/s", 3 / 3600),
    ("99 %", "1", 0.99),
    ("1 µm", "m", 1e-6),
]

BAD = [
    ("3 kg", "m3", "'3 kg' is a mass, not a volume in m3; write for example '3 m3'"),
    ("25 m", "K", "write for example '25 degC'"),
    ("9**9**9 m", "m", "not a number with a unit"),
    ("9**9**9", "m", "not a number with a unit"),
    ("1 m**9", "m", "power 9"),
    ("1 m**99999999999", "m", "power"),
    ("1e999", "m", "not a finite number"),
    ("1e999 mm", "m", "too large"),
    ("1e308 km", "m", "too large"),
    (10**400, "m", "too large"),
    ("nan", "m", "not a number with a unit"),
    (".inf m", "m", "not a number with a unit"),
    (float("nan"), "m", "not a finite number"),
    (float("-inf"), "m", "not a finite number"),
    ("0,2 mm", "m", "write for example '2.5 m'"),
    ("1 Kg", "kg", "unknown unit 'Kg'; did you mean 'kg'?"),
    ("1 quux", "kg", "unknown unit 'quux'"),
    ("3 dB", "1", "can't be converted"),
    ("1 __import__('os')", "m", "not a number with a unit"),
    ("1" * 65, "m", "65 characters, 64 at most"),
    ("", "m", "not a number with a unit"),
    (True, "m", "not a number"),
    (None, "m", "not a number"),
]


@pytest.mark.parametrize(("text", "symbol", "value"), EXACT)
def test_values_are_exact(text, symbol, value):
    assert parse(text, symbol) == value


@pytest.mark.parametrize(("text", "symbol", "hint"), BAD)
def test_bad_text_is_an_input_error_at_once(text, symbol, hint):
    parse("1 mm", "m")  # Pint's registry is not what is timed
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        parse(text, symbol, name="vessel.V")
    assert time.perf_counter() - start < 10.0  # it ends at all
    ((path, sentence),) = caught.value.problems
    assert path == "vessel.V"
    assert hint in sentence


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e9, 1e9))
@example(0.1)
def test_a_unit_and_its_factor_agree(x):
    assert parse(x, "m") == parse(repr(x), "m") == parse(f"{x!r} m", "m") == x
    assert parse(f"{x!r} mm", "m") == pytest.approx(x * 1e-3, rel=1e-15, abs=5e-324)


@settings(max_examples=200, deadline=None)
@given(st.text("0129.eE+-*/^ mMkKgsLWJhdegCFbarinlo%°³", max_size=20))
def test_any_text_is_a_number_or_an_input_error(text):
    try:
        value = parse(text, "m3")
    except InputError:
        return
    assert np.isfinite(value)


def test_range_is_told():
    unit = Unit("m3", 0.0)
    assert unit.read("2 L") == 2e-3
    with pytest.raises(InputError, match="'-1 m3' is out of range; allowed is 0 m3 or more"):
        unit.read("-1 m3")
    with pytest.raises(InputError, match="allowed is 0 to 1"):
        Unit("1", 0.0, 1.0).read("1.2")


def test_plain_numbers_and_imports_stay_light():
    code = (
        "import sys; from intensify import units, cases; units.parse('2.5 W/m2/K', 'W/m2/K');"
        "units.parse(3, 'm'); cases.available();"
        "heavy = {'pint', 'numba', 'scipy', 'xarray', 'cantera', 'pydantic', 'ruamel'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class Wall(NamedTuple):
    """For `describe`."""

    U: Annotated[float, Unit("W/m2/K")] = 350.0
    note: str = "x" * 200


class Net(NamedTuple):
    """For `describe`."""

    T: Kelvin = 298.15

    def __str__(self) -> str:
        return "two lines\n  of its own"


class Tank(NamedTuple):
    """For `describe`."""

    V: CubicMetre
    stirrer: Watt
    names: np.ndarray
    c: Annotated[np.ndarray, Unit("mol/m3")]
    long: Annotated[np.ndarray, Unit("s")]
    wall: Wall = Wall()
    net: Net = Net()
    parts: dict[str, Wall] = {"a": Wall()}  # noqa: RUF012 (never written to)


def test_describe_shows_every_field_with_its_unit():
    names = np.zeros((2, 8), dtype=np.uint8)
    names[0, :3], names[1, :1] = list(b"H2O"), list(b"A")
    long = np.array([np.nan, *range(99)])
    text = describe(Tank(1.25, 1e3, names, np.array([1.0, 2e-7]), long))
    assert text.splitlines() == [
        "Tank",
        "  V        1.25 m3",
        "  stirrer  1000 W",
        "  names    H2O, A",
        "  c        [1, 2e-07] mol/m3",
        "  long     array 100: 0 to 98 s",
        "  wall: Wall",
        "    U     350 W/m2/K",
        f"    note  {'x' * 87}...",
        "  net: two lines",
        "    of its own",
        "  parts",
        "    a: Wall",
        "      U     350 W/m2/K",
        f"      note  {'x' * 87}...",
    ]


def test_format_rounds_to_digits():
    assert units.format(1 / 3, "m3", digits=3) == "0.333 m3"
    assert units.format(0.5) == "0.5"
