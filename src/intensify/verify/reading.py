"""What the adapters share: conditions out of names, rate constants, profiles of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from intensify.chemistry.network import Arrhenius
from intensify.numerics.roots import find_minimum
from intensify.result import Result
from intensify.verify.case import Inputs

NUMBER = r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"


def conditions(names: Sequence[str], pattern: str) -> Iterator[tuple[Any, ...]]:
    """Each name that matches the pattern, with its groups; # is a number.

    >>> list(conditions(["T_at_15s", "T_end", "x_at_X50_co"], "T_at_#s"))
    [('T_at_15s', 15.0)]
    """
    for name in names:
        if match := re.fullmatch(pattern.replace("#", NUMBER), name):
            yield name, *(float(x) if re.fullmatch(NUMBER, x) else x for x in match.groups())


def number_in(text: str, pattern: str) -> float:
    """The number that a rule in words states, as in "hold until # %"."""
    match = re.search(pattern.replace("#", NUMBER), text)
    if match is None:
        raise ValueError(f"the text '{text:.60}...' states no '{pattern}'")
    return float(match[1])


def arrhenius(inputs: Inputs, *, k0: str = "k0", E: str = "E") -> Arrhenius:
    """k0 exp(-E/(R T)) with the file's own gas constant."""
    return Arrhenius(float(inputs[k0]), 0.0, inputs[E] / inputs["R_gas"])


def extremum(result: Result, name: str, *, sign: float = 1.0) -> tuple[float, float]:
    """Largest value of a profile over the run and its place; sign = -1: the smallest."""
    coarse = result.dataset[name].to_numpy() * sign
    places = result.dataset[name].coords[result.reactor.coordinate.name].to_numpy()
    i = int(np.argmax(coarse))
    left, right = places[max(i - 1, 0)], places[min(i + 1, places.size - 1)]
    if not left < places[i] < right:
        return float(sign * coarse[i]), float(places[i])
    found = find_minimum(lambda x: -sign * float(result.at(x)[name]), left, right)
    return -sign * found.value, found.x
