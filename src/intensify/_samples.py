"""Many models of one type in one kernel: their fields stacked, one of them picked by its number.

`stacked` puts the fields of models along a new first axis; a field that all share stays as it is,
with an axis of length 1. In a kernel `pick` gives model k back, its arrays being views; in Python
`columns` makes the models' own formulas count for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from intensify._jit import DISABLED, is_model
from intensify.errors import InputError


def stacked(models: Sequence[Any], like: Any) -> Any:
    """The fields of `models` along a new axis, in the shape of `like`; where that is None, nothing.

    Fields that only `like` knows better (its zone, its scratch) are taken from it: those whose name
    is `zone` or `scratch`. InputError: the models differ in more than numbers.

    >>> from typing import NamedTuple
    >>> class Line(NamedTuple):
    ...     slope: float
    ...     x: np.ndarray
    >>> x = np.zeros(2)
    >>> stack = stacked([Line(1.0, x), Line(2.0, x)], Line(0.0, x))
    >>> stack.slope.tolist(), stack.x.shape
    ([1.0, 2.0], (1, 2))
    """
    parts: list[Any] = []
    for i, name in enumerate(like._fields):
        model = like[i]
        values = [model] if name in ("zone", "scratch") else [m[i] for m in models]
        if model is None:
            parts.append(None)
            continue
        first = values[0]
        if len(values) == 1 or all([value is first for value in values]):
            values = [first]
        if is_model(model):
            if {type(model)} != set(map(type, values)):
                raise InputError(f"the models differ in what their '{name}' is")
            parts.append(stacked(values, model))
            continue
        if isinstance(model, np.ndarray) and {model.shape} != {value.shape for value in values}:
            raise InputError(f"the models differ in the shape of their '{name}'")
        parts.append(np.array(values, dtype=np.asarray(model).dtype))
    return type(like)(*parts)


def chosen(stack: Any, rows: np.ndarray) -> Any:
    """The stack of some of its models."""
    return mapped(stack, lambda part: part[rows] if len(part) > 1 else part)


def columns(stack: Any, n: int) -> Any:
    """The stack of n models with these along the last axis of every field, as is usual in formulas.

    What a model's method makes of its own numbers it then makes of all models' at once.
    """
    return mapped(
        stack, lambda part: np.broadcast_to(np.moveaxis(part, 0, -1), (*part.shape[1:], n))
    )


def mapped(stack: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    """The stack with its arrays changed."""
    parts = [part if part is None else mapped(part, change) if is_model(part) else change(part)
             for part in stack]  # fmt: skip
    return type(stack)(*parts)


def pick(stack: Any, k: int, like: Any) -> Any:
    """Model k of a stack, as `like` is one; in kernels without a copy."""
    parts: list[Any] = []
    for part, model in zip(stack, like, strict=True):
        if model is None:
            parts.append(None)
        elif is_model(model):
            parts.append(pick(part, k, model))
        else:
            one = part[k if len(part) > 1 else 0]
            parts.append(one if isinstance(model, np.ndarray) else one.item())
    return type(like)(*parts)


if not DISABLED:
    from numba.core import cgutils, types
    from numba.extending import intrinsic, overload

    from intensify._parts import PART_OPTIONS

    @intrinsic
    def _picked(typingctx: Any, stack: Any, k: Any, like: Any) -> Any:
        def one(context: Any, builder: Any, kind: Any, wanted: Any, value: Any, index: Any) -> Any:
            if isinstance(wanted, types.BaseTuple):
                out = context.get_constant_undef(wanted)
                for i, (part, target) in enumerate(zip(kind, wanted, strict=True)):
                    inside = builder.extract_value(value, i)
                    inside = one(context, builder, part, target, inside, index)
                    out = builder.insert_value(out, inside, i)
                return out
            if isinstance(wanted, types.NoneType):
                return context.get_dummy_value()
            array = context.make_array(kind)(context, builder, value)
            shape = cgutils.unpack_tuple(builder, array.shape)
            strides = cgutils.unpack_tuple(builder, array.strides)
            several = builder.icmp_signed(">", shape[0], shape[0].type(1))
            offset = builder.select(several, builder.mul(index, strides[0]), shape[0].type(0))
            data = cgutils.pointer_add(builder, array.data, offset)
            if not isinstance(wanted, types.Array):
                return builder.load(data)
            view = context.make_array(wanted)(context, builder)
            items = shape[0].type(1)
            for length in shape[1:]:
                items = builder.mul(items, length)
            view.meminfo = cgutils.get_null_value(view.meminfo.type)
            view.parent = cgutils.get_null_value(view.parent.type)
            view.nitems, view.itemsize, view.data = items, array.itemsize, data
            view.shape = cgutils.pack_array(builder, shape[1:])
            view.strides = cgutils.pack_array(builder, strides[1:])
            return view._getvalue()

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = signature.args
            return one(context, builder, kinds[0], kinds[2], args[0], args[1])

        return like(stack, types.intp, like), codegen

    overload(pick, jit_options=PART_OPTIONS)(
        lambda stack, k, like: lambda stack, k, like: _picked(stack, k, like)
    )
