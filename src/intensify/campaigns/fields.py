"""A reactor with other values of some fields, named by dots: "T_in", "zones[1,2]", "pellet.D"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from intensify.errors import InputError

STEP = re.compile(r"(\w+)(?:\[(\d+(?:\s*,\s*\d+)*)\])?")


class Fields:
    """A reactor as it is used in Python; the numbers of its fields are in SI.

    >>> import intensify as it
    >>> milli = Fields(it.cases.load("thiosulfate-peroxide").reactors["miniaturised"])
    >>> milli.reactor({"T_in": "300", "zones[1,2]": "320"}).zones[1, 2]
    np.float64(320.0)
    """

    def __init__(self, base: Any) -> None:
        """The reactor that is varied."""
        self.base = base

    def reactor(self, changes: Mapping[str, str]) -> Any:
        """The reactor with other values. InputError: no such field, or no number."""
        built = self.base
        for key, text in changes.items():
            try:
                value = float(text)
            except ValueError:
                raise InputError([(key, f"'{text}' is no number; fields are in SI")]) from None
            built = replaced(built, key, key.split("."), value)
        return built

    def check(self, keys: Mapping[str, str]) -> None:
        """InputError: a key that is no number of the reactor."""
        self.reactor(keys)


def replaced(part: Any, key: str, names: list[str], value: float) -> Any:
    """The part with the field that names lead to replaced."""
    found = STEP.fullmatch(names[0])
    fields = getattr(part, "_fields", ())
    if found is None or found[1] not in fields:
        raise InputError([(key, f"there is no '{names[0]}'; known: {', '.join(fields)}")])
    old, place = getattr(part, found[1]), found[2]
    if len(names) > 1:
        new = replaced(old, key, names[1:], value)
    elif isinstance(old, np.ndarray):
        at = tuple(int(i) for i in place.split(",")) if place else ()
        if len(at) != old.ndim or any(i >= n for i, n in zip(at, old.shape, strict=True)):
            raise InputError([(key, f"is an array of shape {old.shape}; name one of its places, "
                               f"as in '{found[1]}[{','.join('0' * old.ndim)}]'")])  # fmt: skip
        new = old.copy()
        new[at] = value
    elif isinstance(old, int | float) and not place:
        new = type(old)(value)
    else:
        raise InputError([(key, f"is no number but {type(old).__name__}")])
    return part._replace(**{found[1]: new})
