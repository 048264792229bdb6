"""YAML 1.2 as plain dicts, lists and text, from files that nobody vouches for.

Scalars stay text, so that no guess (`no` is false, `1e-3` is a word, `12:30` is a time) comes
between the file and the schema. Refused: more than 1 MiB, other encodings than UTF-8, anchors and
aliases (a few of them unfold into billions of items), tags, duplicate keys, nesting beyond 32.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from intensify.errors import InputError

MAX_BYTES = 2**20
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_PROBLEMS = 200

Key = str | int
Tree = Any  # text, list of trees, or dict of trees


class Document(NamedTuple):
    """A file's text, its tree, and the line of each key by its path."""

    text: str
    tree: Tree
    lines: dict[tuple[Key, ...], int]


def read_text(path: Path) -> str:
    """The file's text without BOM and with plain line ends."""
    try:
        if not path.is_file():
            raise InputError(f"'{path}' is not there, or not a file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"'{path}' can't be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"'{path}' is longer than {MAX_BYTES} bytes, the most that is read")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"'{path}' is not UTF-8 text: line {line} has the byte {raw[error.start]:#04x}; "
            "save it as UTF-8"
        ) from None


def parse_document(text: str) -> Document:
    """The one YAML document in the text.

    InputError: no YAML (the first place), or what this module's docstring refuses.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.add(event)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        where = f" in line {mark.line + 1}" if mark else ""
        raise InputError(f"is not YAML{where}: {what}") from None
    if builder.problems:
        raise InputError(builder.problems)
    if builder.root in (None, ""):
        raise InputError("is empty; `intensify new` writes a template")
    return Document(text, builder.root, builder.lines)


def dotted(path: tuple[Key, ...]) -> str:
    """The path as people read it, list items counted from 1.

    >>> dotted(("reactors", "batch", "feeds", 0, "T"))
    'reactors.batch.feeds[1].T'
    """
    parts = (f"[{k + 1}]" if isinstance(k, int) else f".{printable(k, 64)}" for k in path)
    return "".join(parts).removeprefix(".")


def printable(text: str, longest: int) -> str:
    """The text without control characters and not longer than that: it goes to a terminal."""
    cut = text if len(text) <= longest else f"{text[: longest - 3]}..."
    return cut if cut.isprintable() else ascii(cut)[1:-1]


class Report:
    """Every problem found, each with the path of its key and the line where that stands."""

    def __init__(self, lines: dict[tuple[Key, ...], int]) -> None:
        self.lines = lines
        self.problems: list[tuple[str, str]] = []
        self.origins: dict[tuple[Key, ...], tuple[Key, ...]] = {}  # keys that stand elsewhere

    def add(self, path: tuple[Key, ...], sentence: str) -> None:
        """Note what is wrong at a path, once where several reactors share it."""
        path = (*self.origins.get(path[:3], path[:3]), *path[3:])
        above = (path[:n] for n in range(len(path), 0, -1))
        line = next((self.lines[p] for p in above if p in self.lines), None)
        where = f" (line {line})" if line else ""
        problem = (dotted(path), printable(sentence, 500) + where)
        if problem not in self.problems:
            self.problems.append(problem)

    def error(self) -> InputError:
        """The problems as an error; of very many the first."""
        more = len(self.problems) - MAX_PROBLEMS
        rest = [("", f"and {more} more problems")] if more > 0 else []
        return InputError(self.problems[:MAX_PROBLEMS] + rest)

    def add_all(self, path: tuple[Key, ...], error: InputError) -> None:
        """Note the problems of an error raised further down, under a path."""
        for where, sentence in error.problems:
            self.add(path, f"{where}: {sentence}" if where else sentence)


class _Builder:
    """Builds the tree from parser events, without recursion."""

    def __init__(self) -> None:
        self.root: Any = None
        self.lines: dict[tuple[Key, ...], int] = {}
        self.problems: list[tuple[str, str]] = []
        self.open: list[Any] = []
        self.keys: list[Key | None] = []
        self.nodes = 0

    def add(self, event: Any) -> None:
        from ruamel.yaml import events

        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise InputError(f"line {line}: anchors, aliases and tags are refused; write it out")
        if isinstance(event, events.DocumentStartEvent):
            if self.root is not None or event.version or event.tags:
                raise InputError(f"line {line}: a case is one document without directives")
        elif isinstance(event, events.ScalarEvent):
            self.place(event.value, line)
        elif isinstance(event, events.MappingStartEvent | events.SequenceStartEvent):
            value: Any = {} if isinstance(event, events.MappingStartEvent) else []
            self.place(value, line)
            self.open.append(value)
            self.keys.append(None)
            if len(self.open) > MAX_DEPTH:
                raise InputError(f"line {line}: nested more than {MAX_DEPTH} deep")
        elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()
            self.settle()

    def place(self, value: Any, line: int) -> None:
        """Put a value where it belongs: root, list item, key, or value of the pending key."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise InputError(f"line {line}: has more than {MAX_NODES} entries")
        if not self.open:
            self.root = value
        elif isinstance(self.open[-1], list):
            self.keys[-1] = len(self.open[-1])
            self.open[-1].append(value)
            self.lines[self.path()] = line
        elif self.keys[-1] is None:
            if not isinstance(value, str):
                raise InputError(f"line {line}: a key is a list or a mapping; keys are text")
            self.keys[-1] = value
            if value in self.open[-1]:
                first = self.lines[self.path()]
                sentence = f"stands twice, in lines {first} and {line}; keep one"
                self.problems.append((dotted(self.path()), sentence))
            self.lines[self.path()] = line
            return
        else:
            self.open[-1][self.keys[-1]] = value
        if isinstance(value, str):
            self.settle()

    def settle(self) -> None:
        """The pending key has its value."""
        if self.keys:
            self.keys[-1] = None

    def path(self) -> tuple[Key, ...]:
        return tuple(k for k in self.keys if k is not None)
