"""Reaction equations as text, names as bytes, and products of powers of concentrations."""

from __future__ import annotations

import difflib
import functools
import re

import numpy as np

from intensify._jit import inlined, kernel
from intensify.errors import InputError

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@kernel
@inlined
def arrhenius(table, j, column, T):
    """A T^b exp(-Ta/T) from three columns of a row."""
    b = table[j, column + 1]
    k = table[j, column] * np.exp(-table[j, column + 2] / T)
    return k if b == 0.0 else k * T**b


@kernel
@inlined
def power_product(c, table, j, start):
    """prod_i c_i^order_i, orders from `start` in row j.

    A negative concentration counts as 0 in powers other than 1 and 2.
    """
    p = 1.0
    for i in range(c.size):
        order = table[j, start + i]
        if order == 0.0:
            continue
        if order == 1.0:
            p *= c[i]
        elif order == 2.0:
            p *= c[i] * c[i]
        else:
            p *= max(c[i], 0.0) ** order
    return p


@kernel
def power_slope(c, table, j, start, k):
    """Derivative of `power_product` with respect to c_k."""
    order = table[j, start + k]
    if order == 0.0:
        return 0.0
    if order == 1.0:
        p = 1.0
    elif order == 2.0:
        p = 2.0 * c[k]
    else:
        # below order 1 the slope at c = 0 is infinite; 1e-30 mol/m3 keeps it a number
        p = order * max(c[k], 1e-30 if order < 1.0 else 0.0) ** (order - 1.0)
    for i in range(c.size):
        order = table[j, start + i]
        if i == k or order == 0.0:
            continue
        if order == 1.0:
            p *= c[i]
        elif order == 2.0:
            p *= c[i] * c[i]
        else:
            p *= max(c[i], 0.0) ** order
    return p


@kernel
def denominator(table, T, c):
    """D = 1 + sum of K prod c^order over the rows: A, b, Ta, then orders."""
    D = 1.0
    for m in range(table.shape[0]):
        D += arrhenius(table, m, 0, T) * power_product(c, table, m, 3)
    return D


@kernel
def denominator_slope(table, T, c, k):
    """Derivative of `denominator` with respect to c_k."""
    slope = 0.0
    for m in range(table.shape[0]):
        if table[m, 3 + k] != 0.0:
            slope += arrhenius(table, m, 0, T) * power_slope(c, table, m, 3, k)
    return slope


@kernel
def denominator_slope_T(table, T, c):
    """Derivative of `denominator` with respect to T."""
    slope = 0.0
    for m in range(table.shape[0]):
        share = (table[m, 1] + table[m, 2] / T) / T
        slope += share * arrhenius(table, m, 0, T) * power_product(c, table, m, 3)
    return slope


def parse_equation(text: str) -> tuple[dict[str, float], dict[str, float], bool]:
    """Coefficients left and right of the arrow, and whether it goes both ways.

    >>> parse_equation("A + 2 B => C")
    ({'A': 1.0, 'B': 2.0}, {'C': 1.0}, False)
    """
    for arrow in ("<=>", "=>", "->"):
        if arrow in text:
            left, _, right = text.partition(arrow)
            return _side(left, text), _side(right, text), arrow == "<=>"
    raise InputError(
        [(text, "has no arrow; write 'A + 2 B => C', or '<=>' where it goes both ways")]
    )


def _side(text: str, equation: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for term in re.split(r"\s\+\s", f" {text.strip()} "):
        words = term.split()
        number, name = (words[0], words[1]) if len(words) == 2 else ("1", term.strip())
        if not _NUMBER.fullmatch(number) or _NUMBER.fullmatch(name) or len(name.split()) != 1:
            message = f"the term '{term.strip()}' is not 'number species', as in '2 H2O2'"
            raise InputError([(equation, message)])
        out[name] = out.get(name, 0.0) + float(number)
    return out


def unknown(what: str, name: str, known: list[str]) -> str:
    """The sentence about a name that is not known, with the nearest one that is.

    >>> unknown("species", "H2O", ["H2O2", "N2"])
    "unknown species 'H2O'; did you mean 'H2O2'?"
    """
    near = difflib.get_close_matches(name, known, n=1)
    return f"unknown {what} '{name}'; " + (
        f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    )


def as_bytes(names: list[str], width: int) -> np.ndarray:
    """Names as an array (n, width) of zero-padded UTF-8 bytes."""
    out = np.zeros((len(names), width), dtype=np.uint8)
    for row, name in zip(out, names, strict=True):
        raw = name.encode()
        if len(raw) > width:
            raise InputError(f"the name '{name}' is longer than {width} bytes")
        row[: len(raw)] = np.frombuffer(raw, dtype=np.uint8)
    return out


def from_bytes(rows: np.ndarray) -> list[str]:
    """The inverse of `as_bytes`."""
    return list(_texts(rows.tobytes(), rows.shape[1]))


@functools.lru_cache(64)  # a reactor's names are asked for dozens of times while it is built
def _texts(raw: bytes, width: int) -> tuple[str, ...]:
    """Texts of `width` bytes each."""
    rows = (raw[i : i + width] for i in range(0, len(raw), width))
    return tuple(row.rstrip(b"\0").decode() for row in rows)
