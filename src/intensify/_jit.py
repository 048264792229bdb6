"""Plain Python methods of NamedTuples as Numba kernels, compiled once per machine.

With `_parts` and `_samples` the only file that imports numba. Three rules make a fresh process with
a warm cache compile nothing:

- every public method of a model (a NamedTuple, and the NamedTuples inside it) is callable in
  nopython code by its own name, so kernels never take functions as arguments;
- each tree of model types gets its own entry kernel (`compiled`); what it calls in the model is
  linked into it and never cached on its own;
- the cache folder is named by a digest of the package's sources, of Numba, and of all code and
  constants that the model's methods reach, in whatever file they stand, so an edited equation never
  runs stale, and two classes of one name never share code.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import inspect
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba.core import cgutils, errors, event, sigutils, types
from numba.core.caching import FunctionCache
from numba.core.typing import templates
from numba.extending import intrinsic, overload, overload_method

from intensify._digest import PACKAGE, digest, parts_of
from intensify._models import canonical as canonical
from intensify._models import is_model as is_model
from intensify._models import type_tree
from intensify._parts import INLINED_OPTIONS, JIT_OPTIONS, PART_OPTIONS
from intensify.errors import InputError

DISABLED = bool(numba.config.DISABLE_JIT)
_lock = threading.RLock()


# --- where compiled code is kept -----------------------------------------------------------------
@functools.cache
def source_digest() -> str:
    """Digest of the package's own sources and of Numba's version."""
    files = sorted(PACKAGE.rglob("*.py"))
    versions = f"{numba.__version__} {np.__version__} {sys.version}".encode()
    return digest(
        versions, *(f.relative_to(PACKAGE).as_posix().encode() + f.read_bytes() for f in files)
    )


@functools.cache
def cache_root() -> Path | None:
    """Folder of the compiled kernels, or None where nothing can be written."""
    names = ("INTENSIFY_CACHE_DIR", "XDG_CACHE_HOME")
    chosen = next(filter(None, map(os.environ.get, names)), "~/.cache")
    try:
        folder = Path(chosen).expanduser().absolute() / "intensify"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
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


class _Cache(FunctionCache):
    """Numba's cache, in which a damaged file or a full disk costs a compilation and no more."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            found = super().load_overload(sig, target_context)
        except Exception:  # unpickling damaged bytes raises anything
            with contextlib.suppress(OSError):
                self.flush()
            return None
        # two processes that compile at once may each number a file the same
        same = found is None or found.signature.args == tuple(sigutils.normalize_signature(sig)[0])
        return found if same else None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)


def _njit(function: Callable, folder: str | None) -> Callable:
    """`function` as a kernel, cached in that folder of the cache root (None: not cached)."""
    out = numba.njit(**JIT_OPTIONS, forceinline=hasattr(function, "inlined"))(function)
    template = out.get_call_template

    def without_values(args: Any, named: Any) -> Any:
        """Numba would compile it again for each constant that a kernel calls it with."""
        plain = {name: types.unliteral(kind) for name, kind in named.items()}
        return template([types.unliteral(kind) for kind in args], plain)

    out.get_call_template = without_values
    root = cache_root() if folder is not None else None
    if root is None or folder is None:
        return out
    place = root / folder
    with _lock:
        before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(place)
        # an error: the folder went away, or the function stands in no file
        with contextlib.suppress(OSError, RuntimeError):
            place.mkdir(exist_ok=True)
            os.utime(place)
            out._cache = _Cache(function)
        numba.config.CACHE_DIR = before
    return out


def kernel(function: Callable) -> Callable:
    """Compile a function of numbers and arrays that knows no model (LU, norms); cached."""
    return function if DISABLED else _njit(function, source_digest())


# --- methods of NamedTuples in nopython code -----------------------------------------------------
def inlined(method: Callable) -> Callable:
    """Mark a method, kernel or `inner` function of a hot loop: kernels take its body, no call.

    A call copies every field of its model, which in a large one costs more than the method's own
    work: columns of finite volumes became ten times faster. Longer to compile; for what runs in
    every cell.
    """
    method.inlined = True  # type: ignore[attr-defined]
    return method


_picks: dict[tuple[str, str], Callable] = {}


def _methods(cls: type) -> dict[str, FunctionType]:
    """Public methods of a class, inherited ones too."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found.update(vars(base))
    return {n: f for n, f in found.items() if inspect.isfunction(f) and not n.startswith("_")}


def _method(kind: Any, name: str) -> Callable | None:
    """The method that a model's type has under this name; a field is none."""
    found = inspect.getattr_static(getattr(kind, "instance_class", None), name, None)
    return found if inspect.isfunction(found) else None


def _picker(find: Callable[[Any], Callable | None], like: Callable) -> Callable:
    """Numba's typing function for a call shaped as `like`; `find` gets the model's type."""

    def pick(self: Any, *args: Any, **named: Any) -> Callable | None:
        return find(self)

    pick.__signature__ = inspect.signature(like)  # type: ignore[attr-defined]
    return pick


def _shape(method: Callable | None) -> str:
    """A method's signature, and whether it is inlined, as text; empty for none."""
    return f"{inspect.signature(method)}{hasattr(method, 'inlined')}" if method else ""


def _register(cls: type) -> None:
    """Make the public methods of a NamedTuple class callable in nopython code."""
    for name, function in _methods(cls).items():
        shape = _shape(function)
        if (name, shape) in _picks:
            continue
        pick = _picks[name, shape] = _picker(functools.partial(_method, name=name), function)
        options = INLINED_OPTIONS if hasattr(function, "inlined") else PART_OPTIONS
        overload_method(types.BaseNamedTuple, name, strict=False, jit_options=options)(pick)
        _restrict(templates.builtin_registry.attributes[-1], name, shape)


def _restrict(template: Any, name: str, shape: str) -> None:
    """Leave fields, and methods of another shape, to the templates that know them."""
    resolve = template._resolve

    def restricted(self: Any, kind: Any, attr: str) -> Any:
        mine = attr == name and _shape(_method(kind, name)) == shape
        return resolve(self, kind, attr) if mine else None

    def function_type(cls: type, context: Any, kind: Any) -> Any:
        return context.resolve_value_type(_picks[name, _shape(_method(kind, name))])

    template._resolve = restricted
    template._get_function_type = classmethod(function_type)


def optional(name: str) -> Callable[[Callable], Callable]:
    """Decorate the default of a method that a model may leave out.

    The decorated function calls `model.name(...)` where the model's class has it and runs its own
    body otherwise, in Python and in kernels alike.
    """

    def decorate(default: Callable) -> Callable:
        @functools.wraps(default)
        def call(model: Any, *args: Any) -> Any:
            method = getattr(model, name, None)
            return method(*args) if callable(method) else default(model, *args)

        if not DISABLED:
            pick = _picker(lambda self: _method(self, name) or default, default)
            overload(call, strict=False, jit_options=PART_OPTIONS)(pick)
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
    overload(borrow, jit_options=PART_OPTIONS)(lambda model: lambda model: _borrowed(model))


def inner(function: Callable) -> Callable:
    """Let kernels call a function that calls a model's methods; plain Python runs it as it is.

    Linked into the entries, never cached on its own; in place of a call where it is `inlined`.
    """
    if not DISABLED:
        options = INLINED_OPTIONS if hasattr(function, "inlined") else PART_OPTIONS
        overload(function, strict=False, jit_options=options)(
            _picker(lambda first: function, function)
        )
    return function


# --- one entry kernel per tree of model types ----------------------------------------------------
def _classes(tree: tuple) -> list[type]:
    """The NamedTuple classes of a type tree."""
    own = [tree[0]] if hasattr(tree[0], "_fields") else []
    return own + [cls for part in tree[1:] for cls in _classes(part)]


def _folder_of(classes: list[type]) -> str | None:
    """Cache folder of a type tree; None for classes that no other process can import by name."""
    parts, seen = [source_digest().encode()], set[object]()
    for cls in classes:
        home: Any = sys.modules.get(cls.__module__)
        for name in cls.__qualname__.split("."):
            home = getattr(home, name, None)
        if cls.__module__ == "__main__" or home is not cls:
            return None
        parts.append(repr((cls.__module__, cls.__qualname__, home._fields)).encode())
        for name, method in _methods(cls).items():
            parts += [name.encode(), *parts_of(method, seen)]
    return digest(*parts)


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
                _entries[key] = _explained(_njit(function, _folder_of(classes)), key)
            entry = _entries[key]
    return entry


def _explained(entry: Callable, key: tuple) -> Callable:
    """The entry for its first call: a model that cannot be compiled becomes a sentence."""

    @functools.wraps(entry)
    def first(*args: Any) -> Any:
        try:
            out = entry(*args)
        except errors.NumbaError as error:
            reason = re.split(r"pipeline \(step: .*\)\n|TypingError: ", str(error))[-1]
            place = re.search(r'File "(.+)", line (\d+)', reason)
            where = f", {place[1]} line {place[2]}" if place else ""
            raise InputError(
                f"the model cannot be compiled: {reason.splitlines()[0].strip()}{where} (kernels "
                "know numbers, arrays, NamedTuples and their public methods; NUMBA_DISABLE_JIT=1 "
                "runs plain Python)"
            ) from error
        _entries[key] = entry
        return out

    return first


# --- what was compiled ---------------------------------------------------------------------------
class _Compilations(event.Listener):
    """Counts compilations, and tells the user once why the first run takes longer.

    Python's search for circular garbage waits meanwhile: all that Numba builds would be walked
    through over and over, a tenth of the time.
    """

    count = 0
    depth = 0
    collects = True

    def on_start(self, event: Any) -> None:
        self.count += 1
        self.depth += 1
        if self.depth == 1:
            self.collects = gc.isenabled()
            gc.disable()
        if self.count == 1:
            kept = "cached for next time" if cache_root() else "no folder to keep them in"
            print(f"compiling kernels, {kept}", file=sys.stderr, flush=True)

    def on_end(self, event: Any) -> None:
        self.depth -= 1
        if self.depth == 0 and self.collects:
            gc.enable()


_compilations = _Compilations()
if not DISABLED:
    event.register("numba:compile", _compilations)


def compilations() -> int:
    """How many functions this process has compiled so far (0 with a warm cache)."""
    return _compilations.count
