"""What compiled code depends on, as bytes: code, and the constants and kernels that it names.

Read from memory, not from files: an edit after the import must not change the name of what runs.
"""

from __future__ import annotations

import enum
import hashlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

PACKAGE = Path(__file__).parent


def forget_unused(folder: Path, days: float = 30.0) -> None:
    """Remove folders of kernels that no process has touched for so long."""
    for old in folder.iterdir():
        try:
            if old.is_dir() and old.stat().st_mtime < time.time() - days * 86400.0:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:  # another process was faster
            continue


def digest(*parts: bytes) -> str:
    """Name of some bytes, short enough for a folder.

    >>> digest(b"a", b"bc") == digest(b"ab", b"c")
    False
    """
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little") + part)
    return total.hexdigest()[:24]


def parts_of(function: FunctionType, seen: set[object]) -> Iterator[bytes]:
    """Code of a function and of the kernels outside the package that it reaches, and constants.

    seen: what other functions have contributed already.
    """
    if function in seen:
        return
    seen.add(function)
    names: set[str] = set()
    yield from _of_code(function.__code__, names)
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    for value in (function.__defaults__, *cells):
        yield from _of_value(value, names, seen)
    for name in sorted(names & function.__globals__.keys()):
        yield name.encode()
        yield from _of_value(function.__globals__[name], names, seen)


def _of_code(code: CodeType, names: set[str]) -> Iterator[bytes]:
    names.update(code.co_names)
    yield code.co_code + repr((code.co_names, code.co_varnames, code.co_freevars)).encode()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, names)
        else:  # the order of a set of texts changes from process to process
            is_set = isinstance(constant, frozenset)
            yield repr(sorted(map(repr, constant)) if is_set else constant).encode()


def _of_value(value: Any, names: set[str], seen: set[object]) -> Iterator[bytes]:
    function = getattr(value, "py_func", None)
    if isinstance(function, FunctionType):
        if not Path(function.__code__.co_filename).is_relative_to(PACKAGE):
            yield from parts_of(function, seen)
    elif isinstance(value, ModuleType):
        for name in sorted(names & vars(value).keys()):
            if (value.__name__, name) not in seen:
                seen.add((value.__name__, name))
                yield name.encode()
                yield from _of_value(vars(value)[name], names, seen)
    elif isinstance(value, np.ndarray):
        yield repr((value.dtype, value.shape)).encode() + value.tobytes()
    elif isinstance(value, tuple):
        for part in value:
            yield from _of_value(part, names, seen)
    elif isinstance(value, enum.EnumMeta):
        yield repr([(name, value[name].value) for name in value.__members__]).encode()
    elif isinstance(value, str | bytes | int | float | complex | np.generic):
        yield repr(value).encode()
