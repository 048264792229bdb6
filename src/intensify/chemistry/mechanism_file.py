"""Mechanism files as Cantera opens them: where they are, which phases they have, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from intensify.errors import InputError


def found(path: str | Path, hint: str = "") -> Path:
    """The file of that path; if it is not there, looked up among the installed Cantera's data.

    InputError: there is none, with the hint behind it.
    """
    file = Path(path)
    if not file.is_file() and not file.is_absolute():
        import cantera as ct

        places = [Path(d) / sub for d in ct.get_data_directories() for sub in ("", "example_data")]
        file = next((p / file for p in places if (p / file).is_file()), file)
    if not file.is_file():
        raise InputError(
            f"'{path}' is not there; name a file of yours, or one of the installed Cantera's data "
            f"(h2o2.yaml, air-plasma-Phelps.yaml){hint}"
        )
    return file


def phases(file: str) -> dict[str, str]:
    """Names of the file's phases, and Cantera's word for the kind of each.

    InputError: no YAML, or no phases in it.

    >>> phases("ptcombust.yaml")
    {'gas': 'ideal-gas', 'Pt_surf': 'ideal-surface'}
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        with found(file).open(encoding="utf-8") as stream:
            tree = YAML(typ="safe", pure=True).load(stream)
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise InputError(
            f"'{file}' is no YAML: {getattr(error, 'problem', error)}{where}"
        ) from None
    listed = tree.get("phases") if isinstance(tree, dict) else None
    if not isinstance(listed, list) or not all(isinstance(p, dict) and "name" in p for p in listed):
        raise InputError(f"'{file}' has no list of phases with names; a mechanism of Cantera has")
    if not listed:
        raise InputError(f"'{file}' has an empty list of phases")
    return {str(p["name"]): str(p.get("thermo", "")) for p in listed}


def open_mechanism(
    file: str, phase: str, *, thermo: tuple[str, ...] = ("ideal-gas", "plasma")
) -> Any:
    """Cantera's object of a phase, the first unless named; InputError where it is of no such kind.

    A surface comes with the phases beside it.
    """
    path = str(found(file))
    solution = by_cantera(file, lambda ct: ct.Solution(path, phase, transport_model=None))
    if solution.thermo_model not in thermo:
        known = " or ".join(f"'{name}'" for name in thermo)
        raise InputError(
            f"'{file}' has a phase '{solution.name}' of kind '{solution.thermo_model}'; it must be"
            f" {known} (choose another with phase=)"
        )
    if solution.thermo_model == "ideal-surface":
        return by_cantera(file, lambda ct: ct.Interface(path, phase))
    return solution


def by_cantera(file: str, read: Callable[[Any], Any]) -> Any:
    """What Cantera reads of a file; InputError where it cannot."""
    try:
        import cantera as ct
    except ImportError as error:
        raise InputError("reading a mechanism needs Cantera: pip install cantera") from error
    try:
        return read(ct)
    except ct.CanteraError as error:
        raise InputError(f"Cantera cannot read '{file}': {reason(error)}") from error


def reason(error: Exception) -> str:
    """Cantera's words without its frames, and the line of the file that it points at."""
    lines = [line.strip() for line in str(error).splitlines()]
    words = [x for x in lines if x.strip("*^ ") and x[0] not in "|>" and "thrown by" not in x]
    marked = [x.split(">", 2)[-1].strip() for x in lines if x.startswith(">")]
    return "; ".join([x.rstrip(":") for x in words] + [f"'{x}'" for x in marked])
