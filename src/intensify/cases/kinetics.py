"""The network of a case: from a mechanism file, or from reactions written in the case."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from intensify.cases.document import Key, Report
from intensify.cases.schema import AdsorptionBlock, KineticsBlock, RateBlock, ReactionBlock
from intensify.cases.validation import validated
from intensify.chemistry import R_GAS, Adsorption, Arrhenius, Network, Reaction, Species
from intensify.chemistry.cantera_file import mechanism_names, read_mechanism
from intensify.chemistry.stoichiometry import parse_equation, unknown
from intensify.errors import FileFormatError, InputError
from intensify.units import parse

_SYMBOLS = {0.0: "mol/m3/s", 1.0: "1/s", 2.0: "m3/mol/s", 3.0: "m6/mol2/s"}
"""Unit of a rate constant by its overall order."""


class Kinetics(NamedTuple):
    """A case's network, the heat capacity that its species do not count, and what rates are per."""

    net: Network | None
    rho_cp: float = 0.0
    per_kg: bool = False


NONE = Kinetics(None)


def read_kinetics(tree: dict[str, Any], folder: Path | None, report: Report) -> Kinetics:
    """The kinetics of a case.

    folder: where the case's own mechanism files lie; None for a shipped case.
    """
    own = {key: tree[key] for key in KineticsBlock.model_fields if key in tree}
    block = validated(KineticsBlock, own, (), report)
    if block is None:
        return NONE
    if (block.mechanism is None) == (block.reactions is None):
        sentence = "give either a mechanism or reactions"
        report.add(("mechanism",) if block.mechanism else (), sentence)
        return NONE
    if block.mechanism is not None:
        if block.species is not None:
            report.add(("species",), "stands beside a mechanism, which has its own")
        net = _mechanism(block.mechanism, folder, report)
    else:
        net = _reactions(block, report)
    per_kg = block.per == "kg"
    if net is not None and block.rho_cp == 0.0 and not net.cp.any() and not per_kg:
        report.add(("rho_cp",), "is missing: the species have no heat capacity of their own")
    return Kinetics(net, block.rho_cp, per_kg)


def _mechanism(name: str, folder: Path | None, report: Report) -> Network | None:
    path: tuple[Key, ...] = ("mechanism",)
    try:
        if len(name) > 255 or not name.isprintable():
            raise InputError("is no name of a mechanism and no name of a file")
        if not name.endswith((".yaml", ".yml")):
            if name not in mechanism_names():
                hint = unknown("mechanism", name, mechanism_names())
                raise InputError(f"{hint} (a file's name ends in .yaml)")
            return read_mechanism(name)
        if folder is None:
            raise InputError(f"'{name}' is a file, but a shipped case names a shipped mechanism")
        return read_mechanism(_beside(name, folder))
    except (InputError, FileFormatError) as error:
        report.add_all(path, error if isinstance(error, InputError) else InputError(str(error)))
    return None


def _beside(name: str, folder: Path) -> Path:
    """The file in the case's folder; no way leads out of it, symbolic links included."""
    ways = (PurePosixPath(name), PureWindowsPath(name))
    if any(way.anchor or ".." in way.parts for way in ways):
        raise InputError(
            f"'{name}' leads out of the case's folder; put the mechanism beside the case"
        )
    try:
        file = (folder / name).resolve()
        there = file.is_file()
    except (OSError, RuntimeError):
        raise InputError(f"'{name}' can't be followed to a file") from None
    if not file.is_relative_to(folder.resolve()):
        raise InputError(f"'{name}' links to a file outside the case's folder; put a copy there")
    if not there:
        raise InputError(f"'{name}' is not there, or not a file, in '{folder}'")
    return file


def _reactions(block: KineticsBlock, report: Report) -> Network | None:
    before = len(report.problems)
    reactions = [
        _reaction(one, ("reactions", i), report, bare=block.per == "kg" or block.pressure)
        for i, one in enumerate(block.reactions or [])
    ]
    terms = [_term(one, ("adsorption", i), report) for i, one in enumerate(block.adsorption)]
    if len(report.problems) > before:
        return None
    species = None
    if block.species is not None:
        species = [Species(n, s.atoms, s.M, s.v, s.cp) for n, s in block.species.items()]
    try:
        return Network.build(
            [r for r in reactions if r is not None], species, pressure=block.pressure,
            adsorption=[term for term in terms if term is not None], rounding=block.rounding,
        )  # fmt: skip
    except InputError as error:
        report.add_all(("reactions",), error)
    return None


def _term(block: AdsorptionBlock, path: tuple[Key, ...], report: Report) -> Adsorption | None:
    """A term of the adsorption denominator; A in powers of the laws' own unit."""
    if (block.of is None) == (block.orders is None):
        report.add(path, "give either `of`, a species, or `orders`, powers by species")
        return None
    return Adsorption(block.of or block.orders or {}, Arrhenius(block.A, 0.0, block.E / R_GAS))


def _reaction(
    block: ReactionBlock, path: tuple[Key, ...], report: Report, *, bare: Any
) -> Reaction | None:
    """A reaction; bare: its constants are plain numbers."""
    try:
        left, right, reversible = parse_equation(block.equation)
    except InputError as error:
        report.add_all((*path, "equation"), error)
        return None
    if max((left | right).values()) > 100.0:
        report.add((*path, "equation"), "has a coefficient above 100")
        return None
    if (block.reverse is not None) != reversible:
        sentence = "write '<=>' and `reverse`, the way back's rate, both or neither"
        report.add((*path, "equation"), sentence)
        return None
    rate = _rate(block, left, path, report, bare)
    back_path = (*path, "reverse")
    reverse = _rate(block.reverse, right, back_path, report, bare) if block.reverse else None
    back = block.reverse.orders if block.reverse else None
    if rate is None or (block.reverse and reverse is None):
        return None
    return Reaction(block.equation, rate, block.orders, block.dH, reverse, back, block.sites)


def _rate(
    block: RateBlock, side: dict[str, float], path: tuple[Key, ...], report: Report, bare: Any
) -> Arrhenius | None:
    before = len(report.problems)
    if (block.A is None) == (block.k is None):
        report.add(path, "give either A, or k at a temperature: `k: ..., at: ...`")
    if (block.k is None) != (block.at is None):
        report.add(path, "k and at belong together: the rate constant and its temperature")
    if block.E is not None and block.Ta is not None:
        report.add((*path, "Ta"), "is E/R; give one of E and Ta")
    if len(report.problems) > before:
        return None
    order = sum((side if block.orders is None else block.orders).values())
    name = "A" if block.A is not None else "k"
    text = block.A if block.A is not None else block.k
    Ta = block.Ta if block.Ta is not None else (block.E or 0.0) / R_GAS
    try:
        A = parse(text or "") if bare else rate_constant(text or "", order)
    except InputError as error:
        report.add_all((*path, name), error)
        return None
    if block.at is not None:
        A /= Arrhenius(1.0, block.b, Ta)(block.at)
    if not 0.0 <= A < float("inf"):
        report.add((*path, name), f"'{text}' makes A = {A:g}; it must be 0 or more, and finite")
    return Arrhenius(A, block.b, Ta)


def rate_constant(text: str, order: float) -> float:
    """A rate constant in SI from its text, by its overall order."""
    if order in _SYMBOLS:
        return parse(text, _SYMBOLS[order])
    try:
        return parse(text)
    except InputError:
        raise InputError(
            f"'{text}': at order {order:g} give a plain number in SI (mol, m3, s)"
        ) from None
