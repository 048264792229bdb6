"""Cases: a reaction, its plants and their common limits in one YAML file."""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from intensify.errors import InputError, WriteError
from intensify.specification import Energy, SafetyLimit, Specification
from intensify.units import describe

if TYPE_CHECKING:
    from intensify.chemistry import Network

_HERE = resources.files("intensify.cases")
_DATA = _HERE / "data"


class Sides(NamedTuple):
    """Names of the reactors that are compared, and what the comparison may choose for each.

    free: {"conventional": [...], "intensified": [...]} of dosing_time, profile, T_set; zones.
    behind, purity, recovery: the reactor in front of a conventional separator, and what both sides
    must reach; otherwise empty and 0.
    """

    conventional: str
    intensified: str
    free: dict[str, list[str]]
    behind: str = ""
    purity: float = 0.0
    recovery: float = 0.0


class Case(NamedTuple):
    """A reaction, its plants by name, and what they are held to; text is the file, verbatim.

    kinetics, spec and limit are None where every plant brings its own chemistry and none is given.
    """

    name: str
    title: str
    source: tuple[str, ...]
    text: str
    kinetics: Network | None
    reactors: dict[str, Any]
    spec: Specification | None
    limit: SafetyLimit | None
    compare: Sides | None
    energy: Energy

    def __str__(self) -> str:
        return describe(self)


def available() -> dict[str, str]:
    """Titles of the shipped cases by name.

    >>> available()["thiosulfate-peroxide"]
    'Sodium thiosulfate and hydrogen peroxide'
    """
    titles = {}
    for entry in sorted(_DATA.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml") and entry.name.count(".") == 1:  # else a part of cases
            found = re.search(r"^title: (.+)$", entry.read_text(encoding="utf-8"), re.MULTILINE)
            titles[entry.name.removesuffix(".yaml")] = found[1] if found else ""
    return titles


def text_of(name: str) -> str:
    """The file of a shipped case, verbatim."""
    return (_DATA / f"{name}.yaml").read_text(encoding="utf-8")


def load(name_or_path: str | os.PathLike[str]) -> Case:
    """A shipped case by its name, or one's own by the path of its file.

    InputError: everything that is wrong with the file, each problem with the path of its key.

    >>> case = load("thiosulfate-peroxide")
    >>> case.limit.T, list(case.reactors)
    (353.15, ['batch', 'miniaturised', 'utility-lost'])
    """
    from intensify.cases.build import build_case
    from intensify.cases.document import read_text
    from intensify.chemistry.stoichiometry import unknown

    name = os.fspath(name_or_path)
    if name in available():
        return build_case(name, text_of(name), None)
    path = Path(name)
    if path.suffix not in (".yaml", ".yml") and path.parent == Path():
        raise InputError(
            f"{unknown('case', name, list(available()))} (a file's name ends in .yaml)"
        )
    return build_case(path.stem, read_text(path), path.parent)


def new(path: str | os.PathLike[str], *, like: str | None = None) -> Path:
    """Write a commented case that runs as it is, to be made one's own; returns its path.

    like: the name of a shipped case to begin with, such as one of the kind of plant that is wanted.
    InputError: the file exists, or no case is called so. WriteError: it cannot be written.
    """
    from intensify.chemistry.stoichiometry import unknown

    target = Path(path)
    if like is not None and like not in available():
        raise InputError(unknown("case", like, list(available())))
    text = (_HERE / "template.yaml" if like is None else _DATA / f"{like}.yaml").read_bytes()
    try:
        stream = target.open("xb")
    except FileExistsError:
        raise InputError(f"'{target}' exists already; give another name, or delete it") from None
    except OSError as error:
        raise WriteError(f"'{target}' can't be written: {error.strerror}") from None
    try:
        with stream:
            stream.write(text)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise WriteError(f"'{target}' can't be written: {error.strerror}") from None
    return target
