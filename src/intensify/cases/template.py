"""A plant of a case, read once and built often, each time with other values of some keys."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from intensify.cases import Case
from intensify.cases.build import build_block, build_reactor
from intensify.cases.document import Report, parse_document
from intensify.cases.kinetics import NONE, rate_constant, read_kinetics
from intensify.cases.plants import PLANTS, kind_of, own_chemistry, with_common
from intensify.cases.schema import Block
from intensify.cases.scope import Scope
from intensify.cases.validation import validated
from intensify.chemistry import R_GAS, Network
from intensify.chemistry.network import A_BACK, DH, NU, TA, TA_BACK, A, H
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError
from intensify.units import parse

RATE_KEY = re.compile(r"kinetics\.(k0|E|dH)(?:\[(\d+)\])?")


class Template:
    """A plant of a case; keys are named as they stand in its block: "zones[0].utility".

    Beside them "kinetics.k0[j]", "kinetics.E[j]" and "kinetics.dH[j]", those of reaction j.

    >>> import intensify as it
    >>> milli = Template(it.cases.load("thiosulfate-peroxide"), "miniaturised")
    >>> milli.reactor({"T": "30 degC", "kinetics.E": "80 kJ/mol"}).T_in
    303.15
    """

    def __init__(self, case: Case, name: str = "", folder: Path | None = None) -> None:
        """folder: where the case's own mechanism file lies. InputError: no such plant."""
        self.case, self.folder = case, folder
        self.name = name or next(iter(case.reactors))
        if self.name not in case.reactors:
            raise InputError(f"case '{case.name}' has no reactor '{self.name}'; it has "
                             f"{', '.join(case.reactors)}")  # fmt: skip
        document = parse_document(case.text)
        report = Report(document.lines)
        plants = with_common(document.tree, report)
        alone = own_chemistry(plants)
        kinetics = NONE if alone else read_kinetics(document.tree, folder, report)
        self.tree, self.lines = plants[self.name], document.lines
        self.net, self.rho_cp, self.per_kg = kinetics
        block = PLANTS[kind_of(self.tree)].block
        self.block = validated(block, self.tree, ("reactors", self.name), report)
        self.made: dict[Any, Any] = {}
        self.blocks = functools.lru_cache(64)(self.block_with)

    def reactor(self, changes: Mapping[str, str]) -> Any:
        """The plant with other values. InputError: as of a case file that holds them."""
        rates = {key: value for key, value in changes.items() if key.startswith("kinetics.")}
        net = self.net
        for key, value in rates.items():
            net = changed_rate(net, key, value)
        others = tuple((key, value) for key, value in changes.items() if key not in rates)
        report = Report(self.lines)
        scope = Scope(("reactors", self.name), report, net, self.rho_cp, self.case.spec,
                      self.case.limit, self.per_kg, self.case.reactors, self.made)  # fmt: skip
        if all(isinstance(value, str) for _, value in others):
            block, tree = self.blocks(others)
        else:  # whole blocks in their places
            block, tree = None, self.tree
            for key, value in others:
                tree = changed(tree, key, value)
        built = build_block(block, scope) if block else build_reactor(tree, scope)
        if report.problems:
            raise report.error()
        return built

    def block_with(self, changes: tuple[tuple[str, str], ...]) -> tuple[Any, Any]:
        """The plant's block with other values, None where they are wrong, and what it is read from.

        Samples of a grid share all but their last key's value, and so far what was made of them.
        """
        if not changes:
            return self.block, self.tree
        block, tree = self.blocks(changes[:-1])
        key, value = changes[-1]
        tree = changed(tree, key, value)
        try:
            return block and with_field(block, tree, path_of(key)), tree
        except (KeyError, ValidationError):  # the whole block says best what is wrong
            return None, tree

    def check(self, keys: Mapping[str, str]) -> None:
        """InputError: a key that the plant does not have; values are not looked at."""
        problems = []
        for key, value in keys.items():
            try:
                if key.startswith("kinetics."):
                    changed_rate(self.net, key, value)
                else:
                    changed(self.tree, key, value)
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)


def changed(tree: Any, key: str, value: str) -> Any:
    """A block with a value at a key, "zones[0].utility"; only the key's last name may be new.

    What the way to the key does not touch is shared with the old block.
    InputError: the way to it does not exist.
    """
    return with_value(tree, path_of(key), key, value)


def with_field(block: Any, tree: Any, path: Sequence[str | int]) -> Any:
    """The block of a tree that differs at a path from the one that the block was read from.

    Blocks check their fields one by one: only the one that the path leads to is read.
    KeyError: no such field. ValidationError: its value is not as the schema wants.
    """
    name, *rest = path
    if isinstance(block, list):
        out = block.copy()
        out[int(name)] = with_field(block[int(name)], tree[name], rest)
        return out
    field, adapter = reader(type(block), str(name))  # type: ignore[arg-type]
    inner = getattr(block, field)
    blocks = isinstance(inner, list) and len(inner) > 0 and isinstance(inner[0], Block)
    deeper = len(rest) > 1 if blocks else isinstance(inner, Block) and len(rest) > 0
    new = with_field(inner, tree[name], rest) if deeper else adapter.validate_python(tree[name])
    return block.model_copy(update={field: new})


@functools.lru_cache(256)
def reader(block: type[Block], key: str) -> tuple[str, TypeAdapter[Any]]:
    """The field of a block that stands under a key, and what reads its value."""
    names = {about.alias or field: field for field, about in block.model_fields.items()}
    about = block.model_fields[names[key]]
    kind: Any = about.annotation
    for rule in about.metadata:
        kind = Annotated[kind, rule]
    return names[key], TypeAdapter(kind)


@functools.lru_cache(256)
def path_of(key: str) -> tuple[str | int, ...]:
    """Names and places on the way to a key: "zones[0].utility" is "zones", 0, "utility"."""
    names: list[str | int] = []
    for word in key.split("."):
        name, *indices = re.split(r"\[(\d+)\]", word)
        names += [name, *(int(i) for i in indices if i)]
    return tuple(name for name in names if name != "")


def with_value(tree: Any, path: tuple[str | int, ...], key: str, value: str) -> Any:
    """A tree with a value at the end of a path; see `changed`."""
    name, *rest = path
    fits = isinstance(tree, list) if isinstance(name, int) else isinstance(tree, dict)
    there = fits and (name < len(tree) if isinstance(name, int) else name in tree)
    if not fits or not (there or (not rest and isinstance(name, str))):
        known = list(tree) if isinstance(tree, dict) else []
        hint = unknown("key", str(name), known) if known else f"there is no '{name}'"
        raise InputError([(key, hint)])
    out = tree.copy()
    out[name] = with_value(tree[name], tuple(rest), key, value) if rest else value
    return out


def changed_rate(net: Network | None, key: str, value: str) -> Network:
    """A network with another k0, E or dH of a reaction; a way back keeps its equilibrium."""
    found = RATE_KEY.fullmatch(key)
    if net is None or found is None:
        raise InputError([(key, "is no key of this plant's kinetics; they are kinetics.k0[j], "
                           "kinetics.E[j], kinetics.dH[j] of reaction j = 0, 1, ...")])  # fmt: skip
    j, R = int(found[2] or 0), len(net.reactions)
    if j >= R:
        raise InputError([(key, f"there is no reaction {j}; the last one is {R - 1}")])
    table, S = net.reactions.copy(), len(net.species)
    row = table[j]
    try:
        if found[1] == "k0":
            k0 = rate_constant(value, float(row[NU + S : NU + 2 * S].sum()))
            row[A], row[A_BACK] = k0, row[A_BACK] * k0 / row[A]
        elif found[1] == "E":
            Ta = parse(value, "J/mol") / R_GAS
            row[TA], row[TA_BACK] = Ta, row[TA_BACK] + Ta - row[TA]
        else:
            return with_heat(net, j, parse(value, "J/mol"))
    except InputError as error:
        raise InputError([(key, str(error))]) from None
    return net._replace(reactions=table)


def with_heat(net: Network, j: int, dH: float) -> Network:
    """A network with another heat of reaction j, and species whose enthalpies say the same.

    InputError: it follows from those of other reactions.
    """
    table, species = net.reactions.copy(), net.species.copy()
    change = np.zeros(len(table))
    change[j] = dH - table[j, DH]
    dh = np.linalg.pinv(net.nu) @ change
    if np.abs(net.nu @ dh - change).max() > 1e-9 * max(abs(dH), 1.0):
        raise InputError(f"the heat of reaction {j} follows from those of the other reactions")
    table[j, DH] = dH
    species[:, H] += dh
    return net._replace(reactions=table, species=species)
