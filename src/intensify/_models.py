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
def _not_floats(kinds: tuple[type, ...]) -> tuple[int, ...]:
    """Positions whose type is not float: most fields are, and need no second look."""
    return tuple(i for i, kind in enumerate(kinds) if kind is not float)


def type_tree(model: tuple) -> tuple:
    """The model's class and those of its parts, in order."""
    others = [model[i] for i in _not_floats(tuple(map(type, model)))]
    return (type(model), *[type_tree(part) for part in others if isinstance(part, tuple)])


def canonical(model: Any) -> Any:
    """The model with whole numbers as floats where its class says float, arrays as plain C arrays.

    An int in a float's place, or an array that is only for reading, would compile a second kernel.
    """
    if isinstance(model, np.ndarray):
        return model if model.flags.carray else np.require(model, requirements=("C", "A", "W"))
    if not is_model(model):
        return tuple(map(canonical, model)) if type(model) is tuple else model
    changed = {}
    for i in _not_floats(tuple(map(type, model))):
        name, value = model._fields[i], model[i]
        new = canonical(value)
        if isinstance(value, int | np.number) and _declared_float(type(model), name):  # type: ignore[arg-type]
            new = float(value)
        if new is not value:
            changed[name] = new
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
