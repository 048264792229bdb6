"""Reference cases as files: one JSON object a case, complete by itself."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from intensify.errors import FileFormatError, InputError

SHIPPED = Path(__file__).parent / "data"
LARGEST = 16 * 2**20
"""Bytes beyond which a file is no case."""
TEXTS = ("name", "area", "kind")


class Quantity(NamedTuple):
    """An expected quantity: it passes when |computed - value| <= atol + rtol |value|."""

    name: str
    value: Any  # number, text, or list of them
    unit: str = "1"
    rtol: float = 0.0
    atol: float = 0.0


class Case(NamedTuple):
    """A reference case: which set-up (`kind`), its inputs, and what is expected."""

    path: Path
    name: str
    area: str
    kind: str
    inputs: Inputs
    expected: list[Quantity]


class Inputs(dict):
    """Inputs by name as bare numbers, lists and texts; a missing one is an InputError."""

    def __missing__(self, key: str) -> Any:
        raise InputError(f"the inputs lack '{key}'")


def bare(value: Any) -> Any:
    """The value without its {"value", "unit"} wrapping, at every depth.

    >>> bare({"k": {"value": 2.0, "unit": "1/s"}, "rule": "fast"})
    {'k': 2.0, 'rule': 'fast'}
    """
    if isinstance(value, dict):
        if "value" in value and value.keys() <= {"value", "unit"}:
            return value["value"]
        return Inputs({key: bare(x) for key, x in value.items()})
    return [bare(x) for x in value] if isinstance(value, list) else value


def read_case(path: str | Path) -> Case:
    """The case in a file.

    FileFormatError names the file and everything that is wrong with it.
    """
    path = Path(path)
    content = read_json(path)
    problems = [
        f"'{key}' is missing or no text" for key in TEXTS if not isinstance(content.get(key), str)
    ]
    problems += [
        f"'{key}' is missing or empty"
        for key in ("inputs", "expected")
        if not isinstance(content.get(key), dict) or not content[key]
    ]
    expected: list[Quantity] = []
    if not problems:
        expected = list(quantities(content["expected"], "", problems))
    if problems:
        raise FileFormatError(f"'{path}' is not a reference case: {'; '.join(problems)}")
    texts = {key: content[key] for key in TEXTS}
    return Case(path=path, inputs=bare(content["inputs"]), expected=expected, **texts)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; FileFormatError where there is none."""

    def refuse(text: str) -> None:
        raise ValueError(f"{text} is not a number that JSON knows")

    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"more than {LARGEST >> 20} MB")
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    except OSError as error:
        raise FileFormatError(f"'{path}' cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            f"'{path}' is not a reference case: it is no JSON ({error})"
        ) from error
    if not isinstance(content, dict):
        raise FileFormatError(f"'{path}' is not a reference case: it holds no JSON object")
    return content


def quantities(expected: dict[str, Any], path: str, problems: list[str]) -> Iterator[Quantity]:
    """The quantities in `expected`, those of nested objects as "outer/inner"."""
    for key, entry in expected.items():
        name = f"{path}{key}"
        if not isinstance(entry, dict):
            problems.append(f"expected '{name}' is no {{value, unit, rtol, atol}}")
        elif "value" not in entry:
            yield from quantities(entry, f"{name}/", problems)
        elif not is_value(entry["value"]):
            problems.append(f"expected '{name}' has a value that is no finite number, text or list")
        else:
            tolerances = {key: entry.get(key, 0.0) for key in ("rtol", "atol")}
            wrong = [key for key, x in tolerances.items() if not is_number(x) or x < 0.0]
            problems += [
                f"expected '{name}' has a '{key}' that is no number above 0" for key in wrong
            ]
            if not wrong:
                yield Quantity(name, entry["value"], str(entry.get("unit", "1")), **tolerances)


def is_number(value: Any) -> bool:
    """Whether this is a finite number (a bool counts)."""
    return isinstance(value, int | float) and math.isfinite(value)


def is_value(value: Any) -> bool:
    """Whether a quantity can have this value."""
    if isinstance(value, list):
        return all(is_value(x) for x in value)
    return isinstance(value, str) or is_number(value)


def case_files(paths: Sequence[str | Path]) -> list[Path]:
    """The JSON files in these files and folders; without any, the shipped ones.

    InputError: a path that does not exist, or a folder without JSON files.
    """
    found: list[Path] = []
    problems = []
    for path in [Path(p) for p in paths] or [SHIPPED]:
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not path.exists():
            problems.append((str(path), "does not exist"))
        elif not files:
            problems.append((str(path), "holds no JSON file"))
        found += files
    if problems:
        raise InputError(problems)
    return list(dict.fromkeys(found))
