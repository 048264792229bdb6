"""Plain Python methods of NamedTuples as Numba kernels, compiled once per machine.

The only file that imports numba. Three rules make a fresh process with a warm cache compile
nothing:

- every public method of a model (a NamedTuple, and the NamedTuples inside it) is callable in
  nopython code by its own name, so kernels never take functions as arguments;
- each tree of model types gets its own entry kernel (`compiled`); what it calls in the model is
  linked into it and never cached on its own;
- the cache folder is named by a digest of all sources, of Numba and of the model's classes, so an
  edited equation never runs stale, and two classes of one name never share code.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ForwardRef

import numba
import numpy as np
from numba.core import cgutils, event, types
from numba.core.typing import templates
from numba.extending import intrinsic, overload, overload_method

JIT_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
DISABLED = bool(numba.config.DISABLE_JIT)
_PACKAGE = Path(__file__).parent
_lock = threading.RLock()


# --- where compiled code is kept -----------------------------------------------------------------
def _digest(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little") + part)
    return total.hexdigest()[:24]


@functools.cache
def source_digest() -> str:
    """Digest of the package's own sources and of Numba's version."""
    files = sorted(_PACKAGE.rglob("*.py"))
    versions = f"{numba.__version__} {np.__version__} {sys.version}".encode()
    return _digest(
        versions, *(f.relative_to(_PACKAGE).as_posix().encode() + f.read_bytes() for f in files)
    )


@functools.cache
def cache_root() -> Path | None:
    """Folder of the compiled kernels, or None where nothing can be written."""
    chosen = os.environ.get("INTENSIFY_CACHE_DIR")
    base = Path(chosen or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "intensify"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    _forget_unused(folder)
    return folder


def _forget_unused(folder: Path, days: float = 30.0) -> None:
    for old in folder.iterdir():
        try:
            if old.is_dir() and old.stat().st_mtime < time.time() - days * 86400.0:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:  # another process was faster
            continue


def _njit(function: Callable, folder: str | None) -> Callable:
    """`function` as a kernel, cached in that folder of the cache root (None: not cached)."""
    root = cache_root() if folder is not None else None
    if root is None or folder is None:
        return numba.njit(**JIT_OPTIONS)(function)
    place = root / folder
    with _lock:
        before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(place)
        try:
            place.mkdir(exist_ok=True)
            os.utime(place)
            return numba.njit(cache=True, **JIT_OPTIONS)(function)
        except (OSError, RuntimeError):  # the folder went away or is not ours to write
            return numba.njit(**JIT_OPTIONS)(function)
        finally:
            numba.config.CACHE_DIR = before


def kernel(function: Callable) -> Callable:
    """Compile a function of numbers and arrays that knows no model (LU, norms); cached."""
    return function if DISABLED else _njit(function, source_digest())


# --- methods of NamedTuples in nopython code -----------------------------------------------------
_known: dict[str, tuple[int, str]] = {}
_registered: set[str] = set()


def _picker(find: Callable[[Any], Callable | None], like: Callable) -> Callable:
    """Numba's typing function for a call shaped as `like`; `find` gets the model's type."""

    def pick(self: Any, *args: Any) -> Callable | None:
        return find(self)

    pick.__signature__ = inspect.signature(like)  # type: ignore[attr-defined]
    return pick


def _method(self_type: Any, name: str) -> Callable | None:
    return inspect.getattr_static(getattr(self_type, "instance_class", None), name, None)


def _register(cls: type) -> None:
    """Make the public methods of a NamedTuple class callable in nopython code."""
    for name, function in inspect.getmembers(cls, inspect.isfunction):
        if name.startswith("_"):
            continue
        shape = len(inspect.signature(function).parameters)
        if _known.setdefault(name, (shape, cls.__name__))[0] != shape:
            raise TypeError(
                f"{cls.__name__}.{name} takes {shape} arguments, but {_known[name][1]}.{name} "
                f"{_known[name][0]}: kernels know methods by their name; rename one"
            )
        if name in _registered:
            continue
        _registered.add(name)
        pick = _picker(functools.partial(_method, name=name), function)
        overload_method(types.BaseNamedTuple, name, strict=False, jit_options=JIT_OPTIONS)(pick)
        _give_way_to_fields(templates.builtin_registry.attributes[-1])


def _give_way_to_fields(template: Any) -> None:
    """Let a field of one class keep a name that is a method of another."""
    resolve = template._resolve

    def guarded(self: Any, typ: Any, attr: str) -> Any:
        return None if attr in getattr(typ, "fields", ()) else resolve(self, typ, attr)

    template._resolve = guarded


def optional(name: str) -> Callable[[Callable], Callable]:
    """Decorate the default of a method that a model may leave out.

    The decorated function calls `model.name(...)` where the model's class has it and runs its own
    body otherwise, in Python and in kernels alike.
    """

    def decorate(default: Callable) -> Callable:
        @functools.wraps(default)
        def call(model: Any, *args: Any) -> Any:
            method = getattr(model, name, None)
            return default(model, *args) if method is None else method(*args)

        if not DISABLED:
            pick = _picker(lambda self: _method(self, name) or default, default)
            overload(call, strict=False, jit_options=JIT_OPTIONS)(pick)
        return call

    return decorate


def borrow(model: Any) -> Any:
    """The model with arrays that nobody counts references to; plain Python: the model itself.

    An entry calls it once. Each pass of an array to a method would otherwise cost two atomic
    operations, several times the arithmetic of a small reactor. The caller keeps them alive.
    """
    return model


@intrinsic
def _borrowed(typingctx: Any, model: Any) -> Any:
    def without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        if isinstance(kind, types.Array):
            array = context.make_array(kind)(context, builder, value)
            array.meminfo = cgutils.get_null_value(array.meminfo.type)
            array.parent = cgutils.get_null_value(array.parent.type)
            return array._getvalue()
        if isinstance(kind, types.BaseTuple):
            for i, part in enumerate(kind):
                inside = without_owner(context, builder, part, builder.extract_value(value, i))
                value = builder.insert_value(value, inside, i)
        return value

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return without_owner(context, builder, signature.args[0], args[0])

    return model(model), codegen


if not DISABLED:
    overload(borrow, jit_options=JIT_OPTIONS)(lambda model: lambda model: _borrowed(model))


def inner(function: Callable) -> Callable:
    """Let kernels call a function that calls a model's methods; plain Python runs it as it is.

    Linked into the entries, never cached on its own.
    """
    if not DISABLED:
        overload(function, strict=False, jit_options=JIT_OPTIONS)(
            _picker(lambda first: function, function)
        )
    return function


# --- one entry kernel per tree of model types ----------------------------------------------------
def is_model(value: Any) -> bool:
    """Whether a value is a NamedTuple, which kernels can take."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


@functools.cache
def _not_floats(kinds: tuple[type, ...]) -> tuple[int, ...]:
    """Positions whose type is not float: most fields are, and need no second look."""
    return tuple(i for i, kind in enumerate(kinds) if kind is not float)


def type_tree(model: Any) -> tuple:
    """The model's class and those of its parts, in order."""
    others = [model[i] for i in _not_floats(tuple(map(type, model)))]
    return (type(model), *[type_tree(part) for part in others if is_model(part)])


def _classes(tree: tuple) -> list[type]:
    return [tree[0], *(cls for part in tree[1:] for cls in _classes(part))]


def _folder_of(classes: list[type]) -> str | None:
    """Cache folder of a type tree; None for classes that live in no importable file."""
    parts = [source_digest().encode()]
    for cls in classes:
        module = sys.modules.get(cls.__module__)
        source = getattr(module, "__file__", None)
        if cls.__module__ == "__main__" or "<locals>" in cls.__qualname__ or not source:
            return None
        if not Path(source).is_relative_to(_PACKAGE):
            parts.append(Path(source).read_bytes())
        parts.append(f"{cls.__module__}.{cls.__qualname__}".encode())
    return _digest(*parts)


_entries: dict[tuple, Callable] = {}


def compiled(function: Callable, model: Any) -> Callable:
    """The kernel of `function(model, ...)` for this model's tree of types.

    >>> from typing import NamedTuple
    >>> class Twice(NamedTuple):
    ...     factor: float = 2.0
    ...     def rate(self, x):
    ...         return self.factor * x
    >>> def entry(model, x):
    ...     return model.rate(x)
    >>> compiled(entry, Twice())(Twice(), 21.0)
    42.0
    """
    if DISABLED or not is_model(model):
        return function
    key = (function, type_tree(model))
    entry = _entries.get(key)
    if entry is None:
        with _lock:
            if key not in _entries:
                classes = _classes(key[1])
                for cls in classes:
                    _register(cls)
                _entries[key] = _njit(function, _folder_of(classes))
            entry = _entries[key]
    return entry


def canonical(model: Any) -> Any:
    """The model with whole numbers as floats where its class says float, arrays as C-contiguous.

    An int in a float's place would compile a second kernel.
    """
    if not is_model(model):
        return model
    changed = {}
    for i in _not_floats(tuple(map(type, model))):
        name, value = model._fields[i], model[i]
        new = value
        if is_model(value):
            new = canonical(value)
        elif isinstance(value, np.ndarray):
            new = np.ascontiguousarray(value) if not value.flags.c_contiguous else value
        elif isinstance(value, int | np.number) and not _declared_int(type(model), name):  # type: ignore[arg-type]
            new = float(value)
        if new is not value:
            changed[name] = new
    return model._replace(**changed) if changed else model


@functools.cache
def _declared_int(cls: Any, name: str) -> bool:
    own = (inspect.get_annotations(base) for base in cls.__mro__)
    return next((a[name] for a in own if name in a), float) in (int, ForwardRef("int"))


# --- what was compiled ---------------------------------------------------------------------------
class _Compilations(event.Listener):
    """Counts compilations, and tells the user once why the first run takes longer."""

    count = 0

    def on_start(self, event: Any) -> None:
        self.count += 1
        if self.count == 1:
            print("compiling kernels, cached for next time", file=sys.stderr, flush=True)

    def on_end(self, event: Any) -> None:
        pass


_compilations = _Compilations()
if not DISABLED:
    event.register("numba:compile", _compilations)


def compilations() -> int:
    """How many functions this process has compiled so far (0 with a warm cache)."""
    return _compilations.count
