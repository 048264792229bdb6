"""A plant of a case, read once and built often, each time with other values of some keys."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from intensify.cases import Case
from intensify.cases.build import build_reactor
from intensify.cases.document import Report, parse_document
from intensify.cases.kinetics import NONE, rate_constant, read_kinetics
from intensify.cases.plants import own_chemistry
from intensify.cases.scope import Scope
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
        plants = document.tree["reactors"]
        alone = own_chemistry(plants)
        kinetics = NONE if alone else read_kinetics(document.tree, folder, report)
        self.tree, self.lines = plants[self.name], document.lines
        self.net, self.rho_cp, self.per_kg = kinetics

    def reactor(self, changes: Mapping[str, str]) -> Any:
        """The plant with other values. InputError: as of a case file that holds them."""
        rates = {key: value for key, value in changes.items() if key.startswith("kinetics.")}
        net = self.net
        for key, value in rates.items():
            net = changed_rate(net, key, value)
        tree = self.tree
        for key, value in changes.items():
            if key not in rates:
                tree = changed(tree, key, value)
        report = Report(self.lines)
        scope = Scope(("reactors", self.name), report, net, self.rho_cp, self.case.spec,
                      self.case.limit, self.per_kg)  # fmt: skip
        built = build_reactor(tree, scope)
        if report.problems:
            raise report.error()
        return built

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
