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
def _places(cls: Any, kinds: tuple[type, ...]) -> tuple[tuple[int, ...], ...]:
    """Where a model with fields of these types holds parts, arrays, and whole numbers for floats.

    The fields of most models are floats: only these few need a look at every call.
    """
    parts = tuple(i for i, kind in enumerate(kinds) if issubclass(kind, tuple))
    arrays = tuple(i for i, kind in enumerate(kinds) if issubclass(kind, np.ndarray))
    whole = tuple(i for i, kind in enumerate(kinds)
                  if kind is not float and issubclass(kind, int | np.number)
                  and _declared_float(cls, cls._fields[i]))  # fmt: skip
    return parts, arrays, whole


def type_tree(model: tuple) -> tuple:
    """The model's class and those of its parts, in order."""
    kind = type(model)
    kinds = tuple(map(type, model))
    if kind is tuple:
        return (kind, *[type_tree(part) for part in model if isinstance(part, tuple)])
    return (kind, *[type_tree(model[i]) for i in _places(kind, kinds)[0]])


def canonical(model: Any) -> Any:
    """The model with whole numbers as floats where its class says float, arrays as plain C arrays.

    An int in a float's place, or an array that is only for reading, would compile a second kernel.
    """
    if isinstance(model, np.ndarray):
        return model if model.flags.carray else np.require(model, requirements=("C", "A", "W"))
    if not is_model(model):
        return tuple(map(canonical, model)) if type(model) is tuple else model
    parts, arrays, whole = _places(type(model), tuple(map(type, model)))  # type: ignore[arg-type]
    changed = {}
    for i in (*parts, *arrays):
        new = canonical(model[i])
        if new is not model[i]:
            changed[model._fields[i]] = new
    for i in whole:
        changed[model._fields[i]] = float(model[i])
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
