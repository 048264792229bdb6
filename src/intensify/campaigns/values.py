"""Values of keys: lists, ranges, and samples drawn from ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError

NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*")


class Over(NamedTuple):
    """Values of one key: numbers in one unit, or words, whose numbers are their places."""

    key: str
    numbers: np.ndarray
    unit: str
    words: tuple[str, ...] = ()

    def text(self, k: int) -> str:
        """Value k as a case file would have it."""
        if self.words:
            return self.words[k]
        return f"{self.numbers[k]:.15g} {'' if self.unit == '1' else self.unit}".strip()

    def texts(self, places: Sequence[int]) -> list[str]:
        """Values at places, of which a grid has the same one often."""
        words = {k: self.text(k) for k in set(places)}
        return [words[k] for k in places]


def values_of(key: str, values: Any) -> Over:
    """Values from a list of numbers or texts, or from text: "a:b:n", "a:b:n:log", "a, b, c".

    InputError: no value, a range without a whole number of places, values of several units.

    >>> values_of("d", "0.2 mm:0.8 mm:3:log").text(1)
    '0.4 mm'
    >>> values_of("T", [300.0, 320.0]).numbers.tolist()
    [300.0, 320.0]
    """
    if isinstance(values, str):
        if ":" in values:
            return spaced(key, values)
        values = values.split(",")
    texts = [f"{v:.15g}" if isinstance(v, int | float | np.number) else str(v).strip()
             for v in values]  # fmt: skip
    if not texts or texts == [""]:
        raise InputError([(key, "has no values to sweep over")])
    parts = [NUMBER.fullmatch(text) for text in texts]
    if not all(parts):
        return Over(key, np.arange(len(texts), dtype=float), "1", tuple(texts))
    units = {part[2] or "1" for part in parts if part}
    if len(units) > 1:
        raise InputError([(key, f"has values in several units: {', '.join(sorted(units))}")])
    return Over(key, np.array([float(part[1]) for part in parts if part]), units.pop())


def ends_of(key: str, text: str, words: list[str], log: bool) -> tuple[float, float, str]:
    """Both ends of a range, and their unit; words: what should be the two ends."""
    ends = [NUMBER.fullmatch(word) for word in words]
    if not all(ends):
        raise InputError([(key, f"'{text}' is no range; write 'from:to:number' or "
                           "'from:to:number:log', as in '0.2 mm:5 mm:40:log'")])  # fmt: skip
    (a, unit), (b, other) = ((float(end[1]), end[2] or "1") for end in ends if end)
    if unit != other or (log and not min(a, b) > 0.0):
        raise InputError([(key, f"'{text}' needs one unit, and ends above 0 for log")])
    return a, b, unit


def spaced(key: str, text: str) -> Over:
    """The values of "a:b:n" or "a:b:n:log", ends included."""
    words = [word.strip() for word in text.split(":")]
    log = words[3:] == ["log"]
    whole = len(words) == 3 + log and words[2].isdigit() and int(words[2]) >= 2
    a, b, unit = ends_of(key, text, words[:2] if whole else [""], log)
    grid = (np.geomspace if log else np.linspace)(a, b, int(words[2]))
    return Over(key, np.array([float(f"{x:.12g}") for x in grid]), unit)


DESIGNS = ("sobol", "lhs", "saltelli", "morris")
LEVELS = 4
"""Levels of Morris' grid."""


def unit_samples(kind: str, n: int, keys: int, seed: int) -> np.ndarray:
    """Samples in the unit cube (rows, keys) of a design; see `drawn`."""
    import warnings

    if kind in ("saltelli", "morris"):
        from SALib.sample import morris, sobol

        cube = unit_cube(keys)
        if kind == "morris":
            return np.asarray(morris.sample(cube, n, num_levels=LEVELS, seed=seed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # n that is no power of 2: said in `drawn`
            return np.asarray(sobol.sample(cube, n, calc_second_order=False, seed=seed))
    from scipy.stats import qmc

    engine = (qmc.Sobol if kind == "sobol" else qmc.LatinHypercube)(keys, rng=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(engine.random(n))


def unit_cube(keys: int) -> dict[str, Any]:
    """The unit cube as SALib describes it."""
    names = [f"x{k}" for k in range(keys)]
    return {"num_vars": keys, "names": names, "bounds": [[0.0, 1.0]] * keys}


class Range(NamedTuple):
    """A key between two ends, evenly or (log) evenly in the logarithm."""

    key: str
    low: float
    high: float
    unit: str
    log: bool

    def over(self, u: np.ndarray) -> Over:
        """The values at places u of 0 to 1."""
        a, b = self.low, self.high
        x = a * (b / a) ** u if self.log else a + (b - a) * u
        return Over(self.key, np.array([float(f"{v:.12g}") for v in x]), self.unit)


def range_of(key: str, text: Any) -> Range:
    """The range of "a:b" or "a:b:log". InputError: it is none."""
    words = [word.strip() for word in str(text).split(":")]
    log = words[2:] == ["log"]
    a, b, unit = ends_of(key, str(text), words[:2] if len(words) == 2 + log else [""], log)
    return Range(key, a, b, unit, log)


def drawn(ranges: dict[str, Any], kind: str, n: int, seed: int) -> list[Over]:
    """Samples of all keys together: ranges "a:b" or "a:b:log" of each, and the design.

    "sobol": n of Sobol's sequence, scrambled by the seed, even where n is a power of 2. "lhs": a
    Latin hypercube, one value in each n-th of each range. "saltelli" and "morris": n (keys + 2) and
    n (keys + 1) samples, from which `sensitivity` finds what each key does.

    >>> a, b = drawn({"T": "300 K:340 K", "d": "0.1 mm:10 mm:log"}, "lhs", 4, 0)
    >>> sorted(((a.numbers - 300.0) // 10.0).tolist()), b.unit
    ([0.0, 1.0, 2.0, 3.0], 'mm')
    """
    found = [range_of(key, text) for key, text in ranges.items()]
    places = unit_samples(kind, n, len(found), seed)
    return [one.over(u) for one, u in zip(found, places.T, strict=True)]


def table_of(text: str) -> dict[str, list[str]]:
    """The columns of a CSV text, by the keys in its first line; all texts.

    InputError: no line but the first, a line of another length.

    >>> table_of("T, flow" + chr(10) + "300 K, 1 L/h")
    {'T': ['300 K'], 'flow': ['1 L/h']}
    """
    import csv
    import io

    rows = [row for row in csv.reader(io.StringIO(text), skipinitialspace=True) if row]
    if len(rows) < 2:
        raise InputError("the table has no sample; give keys in its first line and values below")
    odd = [k for k, row in enumerate(rows, 1) if len(row) != len(rows[0])]
    if odd:
        raise InputError(f"line {odd[0]} of the table has {len(rows[odd[0] - 1])} values for "
                         f"{len(rows[0])} keys")  # fmt: skip
    return {key.strip(): [row[i].strip() for row in rows[1:]] for i, key in enumerate(rows[0])}
