"""The syntax of Cantera's YAML files: the text as a tree of nodes, units, atomic weights.

Every scalar stays text until it is asked for as a number, so that YAML's guesses (dates, booleans,
octal numbers) never touch a species' name, and every node knows its line, path and units.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import FileFormatError

MAX_BYTES = 2**20
MAX_DEPTH = 32
_AVOGADRO = 6.02214076e23
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

# CIAAW 2017 and, where that is a range, IUPAC's conventional values, as in Cantera [kg/kmol]
ATOMIC_WEIGHTS = {
    "H": 1.008, "D": 2.0141017781, "He": 4.002602, "Li": 6.94, "B": 10.81, "C": 12.011, "N": 14.007,
    "O": 15.999, "F": 18.998403163, "Ne": 20.1797, "Na": 22.98976928, "Mg": 24.305,
    "Al": 26.9815384, "Si": 28.085, "P": 30.973761998, "S": 32.06, "Cl": 35.45, "Ar": 39.95,
    "K": 39.0983, "Ca": 40.078, "Ti": 47.867, "V": 50.9415, "Cr": 51.9961, "Mn": 54.938043,
    "Fe": 55.845, "Co": 58.933194, "Ni": 58.6934, "Cu": 63.546, "Zn": 65.38, "Se": 78.971,
    "Br": 79.904, "Zr": 91.224, "Mo": 95.95, "Ru": 101.07, "Rh": 102.90549, "Pd": 106.42,
    "Ag": 107.8682, "Sn": 118.71, "I": 126.90447, "Cs": 132.90545196, "Ba": 137.327,
    "W": 183.84, "Pt": 195.084, "Au": 196.96657, "Hg": 200.592, "Pb": 207.2,
    "E": 9.1093837015e-31 * _AVOGADRO * 1e3,
}  # fmt: skip

# factor to SI (mol, not kmol) and powers of kg, m, s, K, mol
_UNITS = {
    "1": (1.0, (0, 0, 0, 0, 0)),
    "kg": (1.0, (1, 0, 0, 0, 0)),
    "g": (1e-3, (1, 0, 0, 0, 0)),
    "m": (1.0, (0, 1, 0, 0, 0)),
    "micron": (1e-6, (0, 1, 0, 0, 0)),
    "angstrom": (1e-10, (0, 1, 0, 0, 0)),
    "L": (1e-3, (0, 3, 0, 0, 0)),
    "l": (1e-3, (0, 3, 0, 0, 0)),
    "liter": (1e-3, (0, 3, 0, 0, 0)),
    "cc": (1e-6, (0, 3, 0, 0, 0)),
    "s": (1.0, (0, 0, 1, 0, 0)),
    "min": (60.0, (0, 0, 1, 0, 0)),
    "hr": (3600.0, (0, 0, 1, 0, 0)),
    "K": (1.0, (0, 0, 0, 1, 0)),
    "mol": (1.0, (0, 0, 0, 0, 1)),
    "gmol": (1.0, (0, 0, 0, 0, 1)),
    "kmol": (1e3, (0, 0, 0, 0, 1)),
    "molec": (1.0 / _AVOGADRO, (0, 0, 0, 0, 1)),
    "J": (1.0, (1, 2, -2, 0, 0)),
    "cal": (4.184, (1, 2, -2, 0, 0)),
    "erg": (1e-7, (1, 2, -2, 0, 0)),
    "eV": (1.602176634e-19, (1, 2, -2, 0, 0)),
    "Pa": (1.0, (1, -1, -2, 0, 0)),
    "bar": (1e5, (1, -1, -2, 0, 0)),
    "atm": (101325.0, (1, -1, -2, 0, 0)),
}
_PREFIXES = {
    "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2, "d": 1e-1, "c": 1e-2, "m": 1e-3,
    "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15,
}  # fmt: skip

_BASE = {"mass": "kg", "length": "m", "time": "s", "temperature": "K", "quantity": "kmol"}
_BASE |= {"energy": "J", "pressure": "Pa"}
SI_KMOL: dict[str, float] = {name: _UNITS[unit][0] for name, unit in _BASE.items()}
"""Cantera's default units: factors to SI by dimension."""

# what a number is: the units it has by default, as powers, and an example for messages
TEMPERATURE = ({"temperature": 1.0}, "298.15 K")
MOLAR_ENERGY = ({"energy": 1.0, "quantity": -1.0}, "-285.8 kJ/mol")
MOLAR_HEAT = ({"energy": 1.0, "quantity": -1.0, "temperature": -1.0}, "75.3 J/mol/K")
MOLAR_VOLUME = ({"length": 3.0, "quantity": -1.0}, "18.07 cm^3/mol")
MOLAR_DENSITY = ({"length": -3.0, "quantity": 1.0}, "55.3 mol/L")
DENSITY = ({"length": -3.0, "mass": 1.0}, "997 kg/m^3")


def rate_constant(order: float) -> tuple[dict[str, float], str]:
    """The kind of a rate constant of that overall order."""
    example = {0.0: "1 mol/m^3/s", 1.0: "1 1/s", 2.0: "1 L/mol/s"}.get(order)
    powers = {"length": 3.0 * (order - 1.0), "quantity": 1.0 - order, "time": -1.0}
    return powers, example or f"1 m^{powers['length']:g}*mol^{powers['quantity']:g}/s"


# --- units ---------------------------------------------------------------------------------------
def parse_unit(text: str) -> tuple[float, tuple[float, ...]]:
    """Factor to SI and powers of kg, m, s, K, mol of a unit in Cantera's grammar.

    >>> parse_unit("kJ/mol")
    (1000.0, (1.0, 2.0, -2.0, 0.0, -1.0))
    """
    factor, powers, sign = 1.0, [0.0] * 5, 1.0
    if len(text) > 64:
        raise ValueError("its unit is longer than 64 characters")
    for token in re.split(r"([*/])", text):
        if token in ("*", "/"):
            sign = 1.0 if token == "*" else -1.0
            continue
        name, caret, exponent = (part.strip() for part in token.partition("^"))
        if caret and (not _NUMBER.fullmatch(exponent) or abs(float(exponent)) > 20.0):
            raise ValueError(f"'{token.strip()}' is no unit to a power from -20 to 20")
        size, dims = _UNITS.get(name) or _prefixed(name)
        power = sign * float(exponent or 1.0)
        factor *= size**power
        powers = [total + power * dim for total, dim in zip(powers, dims, strict=True)]
    return factor, tuple(powers)


def _prefixed(name: str) -> tuple[float, tuple[int, ...]]:
    if name[:1] not in _PREFIXES or name[1:] not in _UNITS:
        raise ValueError(unknown("unit", name, list(_UNITS)))
    size, dims = _UNITS[name[1:]]
    return _PREFIXES[name[0]] * size, dims


def _dimension(powers: dict[str, float]) -> tuple[float, ...]:
    total = [0.0] * 5
    for name, power in powers.items():
        for k, dim in enumerate(_UNITS[_BASE[name]][1]):
            total[k] += power * dim
    return tuple(total)


def _split(text: str) -> tuple[float, str]:
    number, _, unit = text.strip().partition(" ")
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"'{text}' is not a number, or a number, a space and a unit")
    return float(number), unit.strip()


def _kelvin(unit: str) -> float:
    """What one of a unit of activation energy is as E/R [K]."""
    factor, dims = parse_unit(unit)
    if dims == _dimension({"temperature": 1.0}):
        return factor
    if dims == _dimension(MOLAR_ENERGY[0]):
        return factor / R_GAS
    if dims == _dimension({"energy": 1.0}):
        return factor * _AVOGADRO / R_GAS
    raise ValueError(f"'{unit}' is no unit of activation energy; write for example kJ/mol or K")


# --- the tree ------------------------------------------------------------------------------------
@dataclass
class Node:
    """A value of the file: text, a mapping or a list, with what is needed to speak about it."""

    value: str | dict[str, Node] | list[Node]
    line: int
    file: str
    problems: list[tuple[str, str]]
    path: str = ""
    units: dict[str, float] = field(default_factory=lambda: SI_KMOL)

    def problem(self, sentence: str) -> None:
        """Note what is wrong with this value."""
        self.problems.append((f"{self.file}, line {self.line}: {self.path}".rstrip(": "), sentence))

    def settle(self, path: str, units: dict[str, float]) -> None:
        """Give this node and those below it their paths and units, and take out `units` keys."""
        self.path, self.units = path, units
        if isinstance(self.value, dict):
            if "units" in self.value:
                self.units = _declared(self.value.pop("units"), f"{path}.units".lstrip("."), units)
            for key, child in self.value.items():
                child.settle(f"{path}.{key}".lstrip("."), self.units)
        elif isinstance(self.value, list):
            first = self.value[0].value if self.value else ""
            if isinstance(first, dict) and list(first) == ["units"]:
                units = _declared(first["units"], f"{path}.units", units)
                del self.value[0]
            for k, child in enumerate(self.value):
                child.settle(f"{path}[{k + 1}]", units)

    def mapping(self, allowed: tuple[str, ...]) -> dict[str, Node]:
        """This node's entries; keys that are not allowed are problems."""
        if not isinstance(self.value, dict):
            self.problem(f"is not a mapping; its keys are: {', '.join(allowed)}")
            return {}
        for key, child in self.value.items():
            if key not in allowed:
                child.problem(unknown("key", key, list(allowed)))
        return self.value

    def table(self) -> dict[str, Node]:
        """This node's entries where the keys are names."""
        if isinstance(self.value, dict):
            return self.value
        self.problem("is not a mapping, as in {H: 2, O: 1}")
        return {}

    def items(self) -> list[Node]:
        """The nodes of a list."""
        if isinstance(self.value, list):
            return self.value
        self.problem("is not a list")
        return []

    def text(self) -> str:
        """This node as text."""
        if isinstance(self.value, str):
            return self.value
        self.problem("is a list or a mapping where a text or a number is wanted")
        return ""

    def quantity(self, kind: tuple[dict[str, float], str]) -> float:
        """This node as a number of that kind in SI; NaN where it is none, which is a problem."""
        powers, example = kind
        text = self.text()
        try:
            number, unit = _split(text)
            if unit:
                factor, dims = parse_unit(unit)
                if max(abs(a - b) for a, b in zip(dims, _dimension(powers), strict=True)) > 1e-9:
                    raise ValueError(f"'{text}' has the wrong unit; write for example '{example}'")
            else:
                factor = math.prod(self.units[name] ** power for name, power in powers.items())
            return _in_range(number * factor, text)
        except (ValueError, OverflowError) as error:
            return self._refuse(text, error)

    def number(self) -> float:
        """This node as a number without a unit."""
        return self.quantity(({}, "1.5"))

    def activation_temperature(self) -> float:
        """This node as an activation energy over R [K]."""
        text = self.text()
        try:
            number, unit = _split(text)
            by_default = self.units["energy"] / self.units["quantity"] / R_GAS
            factor = _kelvin(unit) if unit else self.units.get("activation-energy", by_default)
            return _in_range(number * factor, text)
        except (ValueError, OverflowError) as error:
            return self._refuse(text, error)

    def _refuse(self, text: str, error: Exception) -> float:
        if text:
            self.problem(str(error))
        return math.nan


def _in_range(value: float, text: str) -> float:
    if value != 0.0 and not 1e-100 < abs(value) < 1e100:
        raise ValueError(f"'{text}' is out of range; in SI a number lies between 1e-100 and 1e100")
    return value


def _declared(node: Node, path: str, units: dict[str, float]) -> dict[str, float]:
    """The units with those of a `units` mapping in their place."""
    node.settle(path, units)
    new = dict(units)
    for name, child in node.mapping((*_BASE, "activation-energy")).items():
        text = child.text()
        try:
            if name == "activation-energy":
                new[name] = _kelvin(text)
            elif name in _BASE:
                factor, dims = parse_unit(text)
                if dims != _dimension({name: 1.0}):
                    raise ValueError(f"'{text}' is no unit of {name}; one is {_BASE[name]}")
                new[name] = factor
        except (ValueError, OverflowError) as error:
            child.problem(str(error))
    return new


def read_tree(data: bytes, file: str, problems: list[tuple[str, str]]) -> Node:
    """The one document of a YAML 1.2 text as nodes.

    FileFormatError: more than 1 MiB, not UTF-8, not YAML, anchors, aliases, tags, directives,
    several documents, duplicate keys, nesting beyond 32.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(data) > MAX_BYTES:
        raise FileFormatError(f"{file}: is longer than {MAX_BYTES} bytes, the most that is read")
    try:
        events = YAML(typ="safe", pure=True).parse(data.decode("utf-8-sig"))
        root = _compose(events, file, problems)
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{file}: is not UTF-8 text (byte {error.start})") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise FileFormatError(f"{file}{where}: is not YAML: {what}") from None
    root.settle("", SI_KMOL)
    return root


def _compose(events, file: str, problems: list[tuple[str, str]]) -> Node:
    from ruamel.yaml import events as kinds

    documents: list[Node] = []
    open_nodes = [Node(documents, 0, file, problems)]
    keys: list[str | None] = [None]
    for event in events:
        line, parent, key = event.start_mark.line + 1, open_nodes[-1].value, keys[-1]
        complaint = _complaint(event, parent, key, len(open_nodes))
        if complaint:
            raise FileFormatError(f"{file}, line {line}: {complaint}")
        if isinstance(event, kinds.CollectionEndEvent):
            open_nodes.pop()
            keys.pop()
        elif isinstance(parent, dict) and key is None and isinstance(event, kinds.ScalarEvent):
            keys[-1] = event.value
        elif isinstance(event, kinds.NodeEvent):
            start: dict | list = {} if isinstance(event, kinds.MappingStartEvent) else []
            scalar = isinstance(event, kinds.ScalarEvent)
            node = Node(event.value if scalar else start, line, file, problems)
            if isinstance(parent, list):
                parent.append(node)
            elif isinstance(parent, dict) and key is not None:
                parent[key], keys[-1] = node, None
            if not scalar:
                open_nodes.append(node)
                keys.append(None)
    if not documents:
        raise FileFormatError(f"{file}: is empty")
    return documents[0]


def _complaint(event, parent: str | dict | list, key: str | None, depth: int) -> str:
    """Why an event of the parser is not let in, or an empty text."""
    from ruamel.yaml import events as kinds

    if getattr(event, "anchor", None) or getattr(event, "tag", None):
        return "anchors, aliases and tags are not read; write the value itself"
    if isinstance(event, kinds.DocumentStartEvent) and (event.version or event.tags or parent):
        return "directives and several documents are not read; leave one document"
    if isinstance(event, kinds.CollectionStartEvent) and depth > MAX_DEPTH:
        return f"is nested more than {MAX_DEPTH} deep"
    if isinstance(parent, dict) and key is None:
        if isinstance(event, kinds.CollectionStartEvent):
            return "a key is a list or a mapping; keys are text"
        if isinstance(event, kinds.ScalarEvent) and event.value in parent:
            return f"the key '{event.value}' stands there twice"
    return ""
