"""Blocks checked against the schema, with a sentence for everything that is wrong."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError

from intensify.cases.document import Key, Report
from intensify.cases.schema import Block
from intensify.chemistry.stoichiometry import unknown
from intensify.units import Unit, meaning


def validated(model: type[Block], tree: Any, path: tuple[Key, ...], report: Report) -> Any:
    """The tree as a block, or None with every problem in the report."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            report.add((*path, *item["loc"]), _sentence(model, item))
    return None


def _sentence(model: type[Block], item: Any) -> str:
    kind, loc, context = item["type"], item["loc"], item.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        known = [f.alias or name for name, f in _block(model, loc[:-1]).model_fields.items()]
        return unknown("key", str(loc[-1]), known)
    if kind == "missing":
        return f"is missing{_wanted(model, loc)}"
    if kind == "literal_error":
        return f"is not one of {context['expected']}"
    if kind == "greater_than_equal":
        return f"is below {context['ge']}, the least"
    if kind == "less_than_equal":
        return f"is above {context['le']}, the most"
    if kind in ("model_type", "dict_type"):
        return "is not a block of keys with values"
    if kind in ("too_short", "string_too_short"):
        return "is empty or too short"
    if kind in ("too_long", "string_too_long"):
        return f"is too long; {context['max_length']} is the most that is read"
    texts = {
        "string_type": "is not text",
        "list_type": "is not a list",
        "int_parsing": "is not a whole number",
    }
    return texts[kind] if kind in texts else str(item["msg"])


def _block(model: type[Block], loc: tuple[Key, ...]) -> type[Block]:
    """The block that stands at a place below the model."""
    for key in loc:
        field = model.model_fields.get(str(key))
        model = (_inner(field.annotation) if field else None) or model
    return model


def _inner(annotation: Any) -> type[Block] | None:
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _inner(arg))), None)


def _wanted(model: type[Block], loc: tuple[Key, ...]) -> str:
    fields = _block(model, loc[:-1]).model_fields
    field = next((f for name, f in fields.items() if loc[-1] in (name, f.alias)), None)
    unit = next((m for m in field.metadata if isinstance(m, Unit)), None) if field else None
    if unit is None:
        return ""
    return f"; give a {meaning(unit.symbol)} in {unit.symbol}".removesuffix(" in 1")
