"""What kernels take as a model: a NamedTuple, its types, and its one form for each type."""

from __future__ import annotations

import functools
import inspect
import typing
from typing import Any

import numpy as np


def is_model(value: Any) -> bool:
    """Whether a value is a NamedTuple, which kernels can take."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


@functools.cache
def _places(cls: Any, kinds: tuple[type, ...]) -> tuple[list[int], list[int], list[int]]:
    """Where a tuple of these types has arrays, tuples, and whole numbers in a float's place.

    Looked up once for each, because every run asks.
    """

    def such(kind: Any) -> list[int]:
        return [i for i, one in enumerate(kinds) if issubclass(one, kind)]

    whole = such((int, np.number)) if hasattr(cls, "_fields") else []
    whole = [i for i in whole if kinds[i] is not float and _declared_float(cls, cls._fields[i])]
    return such(np.ndarray), such(tuple), whole


def type_tree(model: tuple) -> tuple:
    """The model's class and those of its parts, in order."""
    parts = _places(type(model), tuple(map(type, model)))[1]
    return (type(model), *[type_tree(model[i]) for i in parts])


def canonical(model: Any) -> Any:
    """The model with whole numbers as floats where its class says float, arrays as plain C arrays.

    An int in a float's place, or an array that is only for reading, would compile a second kernel.
    """
    if isinstance(model, np.ndarray):
        return model if model.flags.carray else np.require(model, requirements=("C", "A", "W"))
    if not is_model(model):
        return tuple(map(canonical, model)) if type(model) is tuple else model
    arrays, parts, whole = _places(type(model), tuple(map(type, model)))  # type: ignore[arg-type]
    changed = {model._fields[i]: float(model[i]) for i in whole}
    for i in arrays + parts:
        value = model[i]
        if i in parts or not value.flags.carray:
            new = canonical(value)
            if new is not value:
                changed[model._fields[i]] = new
    return model._replace(**changed) if changed else model


@functools.cache
def _declared_float(cls: Any, name: str) -> bool:
    try:
        hint = typing.get_type_hints(cls).get(name)
    except NameError:  # a class that only type checkers import
        own = (inspect.get_annotations(base) for base in cls.__mro__)
        hint = next((a[name] for a in own if name in a), None)
        hint = getattr(hint, "__forward_arg__", hint)
        return hint not in (int, "int", bool, "bool")
    return float in (hint, *typing.get_args(hint))
