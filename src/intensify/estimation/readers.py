"""Experiments from files.

CSV, a row a time or place of an experiment; the first line names the columns:

    experiment      rows of one name belong to one experiment; without it each row is one
    reactor         which of the case's reactors
    set:KEY [unit]  a key of the case's block that was set, "set:flow [mL/min]"; or words
    at [unit]       time or place of what the row measures; where it is empty, the end
    NAME [unit]     what was measured: a figure, "X_A", or a profile, "T [degC]", "c[A] [mol/L]"
    sd:NAME [unit]  its standard deviation

A cell is a number in the column's unit (SI where it has none), or has a unit of its own, "90 L/h".
Empty cells were not measured. Lines that begin with # are left out.

YAML, with the same words:

    sd: {X_A: 0.01, T: 0.5 K} # where an experiment gives no other
    experiments:
      - name: cold
        reactor: miniaturised
        set: {flow: 90 L/h, T: 17 degC}
        measured:
          X_A: 0.53
          T: {at: [10 s, 20 s], values: [310 K, 315 K], sd: 0.3 K}
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from intensify.campaigns.values import NUMBER
from intensify.cases.document import Report, dotted, parse_document, read_text
from intensify.errors import InputError
from intensify.estimation.experiments import Experiment, Measurement

HEADER = re.compile(r"(?:(set|sd):)?\s*(.+?)(?:\s+\[([^\[\]]*)\])?\s*")


def read_experiments(path: str | Path) -> list[Experiment]:
    """Experiments of a CSV or YAML file, as this module's docstring says.

    InputError: what is wrong, with file, row and column or key; no experiments.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "runs.csv")
    ...     _ = path.write_text("set:T [degC], X_A" + chr(10) + "20, 0.31" + chr(10) + "40, 0.55")
    ...     [(one.settings["T"], one.measured[0].value) for one in read_experiments(path)]
    [('20 degC', '0.31'), ('40 degC', '0.55')]
    """
    file = Path(path)
    text = read_text(file)
    if file.suffix.lower() == ".csv":
        return table_experiments(text, f"{path}")
    if file.suffix.lower() in (".yaml", ".yml"):
        try:
            return listed_experiments(text, f"{path}")
        except InputError as error:
            told = [(where, sentence if where else f"'{path}' {sentence}")
                    for where, sentence in error.problems]  # fmt: skip
            raise InputError(told) from None
    raise InputError(f"'{path}' is neither .csv nor .yaml; experiments come in these")


class Column(NamedTuple):
    """A column: what it is ("set", "sd", or ""), of what, and its unit."""

    kind: str
    name: str
    unit: str
    title: str


def table_experiments(text: str, path: str) -> list[Experiment]:
    """Experiments of a CSV text."""
    lines = csv.reader(io.StringIO(text), skipinitialspace=True)
    rows = [(n, row) for n, row in enumerate(lines, 1)
            if any(cell.strip() for cell in row) and not row[0].startswith("#")]  # fmt: skip
    if len(rows) < 2:
        raise InputError(f"'{path}' has no experiment; name columns in its first line and give "
                         "values below")  # fmt: skip
    columns = columns_of(rows[0][1], path)
    found: dict[str, Rows] = {}
    problems: list[tuple[str, str]] = []
    for n, row in rows[1:]:
        if len(row) != len(columns):
            problems.append((f"{path}, row {n}", f"has {len(row)} values for {len(columns)} "
                             "columns"))  # fmt: skip
            continue
        cells = {c: with_unit(cell.strip(), c.unit) for c, cell in zip(columns, row, strict=True)
                 if cell.strip()}  # fmt: skip
        plain = {c.name: text for c, text in cells.items() if c.kind == ""}
        name = plain.get("experiment", f"row {n}")
        experiment = found.setdefault(name, Rows(name))
        problems += experiment.add(cells, f"{path}, row {n}")
    problems += [(f"{path}, {one.name}", "has no measurement") for one in found.values()
                 if not one.measured]  # fmt: skip
    if problems:
        raise InputError(problems)
    return [one.experiment() for one in found.values()]


def columns_of(titles: Sequence[str], path: str) -> list[Column]:
    """The columns by their titles. InputError: one that is empty or stands twice."""
    columns = []
    for title in titles:
        match = HEADER.fullmatch(title.strip())
        if match is None:
            raise InputError(f"'{path}' has a column without a name")
        columns.append(Column(match[1] or "", match[2], match[3] or "", title.strip()))
    names = [(c.kind, c.name) for c in columns]
    twice = next((c.title for c in columns if names.count((c.kind, c.name)) > 1), None)
    if twice is not None:
        raise InputError(f"'{path}' has the column '{twice}' twice")
    measured = {c.name for c in columns if c.kind == "" and c.name not in Rows.WORDS}
    alone = [c.title for c in columns if c.kind == "sd" and c.name not in measured]
    if alone:
        raise InputError(f"'{path}' has the column '{alone[0]}', but none of what it belongs to")
    return columns


def with_unit(cell: str, unit: str) -> str:
    """A cell's number with its column's unit; a cell with its own, or a word, as it is."""
    found = NUMBER.fullmatch(cell)
    return f"{cell} {unit}".strip() if found and not found[2] else cell


class Rows:
    """The rows of one experiment."""

    WORDS = ("experiment", "reactor", "at")

    def __init__(self, name: str) -> None:
        self.name, self.reactor = name, ""
        self.settings: dict[str, str | float] = {}
        self.measured: list[Measurement] = []

    def add(self, cells: dict[Column, str], where: str) -> list[tuple[str, str]]:
        """Take a row; what is wrong with it."""
        problems = []
        plain = {c.name: text for c, text in cells.items() if c.kind == ""}
        sd = {c.name: text for c, text in cells.items() if c.kind == "sd"}
        self.reactor = self.reactor or plain.get("reactor", "")
        if plain.get("reactor", self.reactor) != self.reactor:
            problems.append((where, f"reactor is {plain['reactor']}, but {self.reactor} above"))
        for column, text in cells.items():
            place = f"{where}, column '{column.title}'"
            if column.kind == "set":
                if self.settings.setdefault(column.name, text) != text:
                    problems.append((place, f"is {text}, but {self.settings[column.name]} above; "
                                     "an experiment has one setting of each key"))  # fmt: skip
            elif column.kind == "" and column.name not in self.WORDS:
                if NUMBER.fullmatch(text) is None:
                    problems.append((place, f"'{text}' is no number"))
                m = Measurement(column.name, text, plain.get("at"), sd.get(column.name), place)
                self.measured.append(m)
        return problems

    def experiment(self) -> Experiment:
        """The experiment of all rows."""
        return Experiment(self.name, tuple(self.measured), self.reactor, self.settings)


def listed_experiments(text: str, path: str) -> list[Experiment]:
    """Experiments of a YAML text."""
    document = parse_document(text)
    report = Report(document.lines)
    tree = document.tree
    if not isinstance(tree, dict) or not isinstance(tree.get("experiments"), list):
        raise InputError("has no list of `experiments`")
    known(tree, ("experiments", "sd"), (), report)
    common = mapping(tree.get("sd", {}), ("sd",), report)
    found = []
    for k, one in enumerate(tree["experiments"]):
        where: tuple[str | int, ...] = ("experiments", k)
        block = mapping(one, where, report)
        known(block, ("name", "reactor", "set", "measured"), where, report)
        name = str(block.get("name", f"experiment {k + 1}"))
        measured: list[Measurement] = []
        for quantity, given in mapping(block.get("measured", {}), (*where, "measured"),
                                       report).items():  # fmt: skip
            place = (*where, "measured", quantity)
            measured += series(quantity, given, common, place, report, path)
        if not measured and not report.problems:
            report.add(where, "has nothing measured")
        settings = mapping(block.get("set", {}), (*where, "set"), report)
        found.append(Experiment(name, tuple(measured), str(block.get("reactor", "")), settings))
    if report.problems:
        raise report.error()
    return found


def mapping(tree: Any, where: tuple[str | int, ...], report: Report) -> dict[str, Any]:
    """A block of keys; empty, and noted, where it is none."""
    if isinstance(tree, dict):
        return tree
    report.add(where, "is no block of keys")
    return {}


def known(
    block: dict[str, Any], keys: tuple[str, ...], where: tuple[str | int, ...], report: Report
) -> None:
    """Note keys that mean nothing."""
    for key in block:
        if key not in keys:
            report.add((*where, key), f"is unknown; there are {', '.join(keys)}")


def series(
    quantity: str, given: Any, common: dict[str, Any], where: tuple[str | int, ...],
    report: Report, path: str,
) -> list[Measurement]:  # fmt: skip
    """What was measured of a quantity: one value, or values at places, with their sd."""
    block = {"values": given} if isinstance(given, str) else mapping(given, where, report)
    known(block, ("at", "values", "sd"), where, report)
    values = as_list(block.get("values", []))
    if not values or not all(isinstance(v, str) and NUMBER.fullmatch(v) for v in values):
        report.add(where, "give `values`, a number or a list of them, with units or in SI")
        return []
    columns: list[list[Any]] = []
    for key, default in (("at", None), ("sd", common.get(quantity))):
        column = as_list(block.get(key, default))
        column = column * len(values) if len(column) == 1 else column
        if len(column) != len(values):
            report.add((*where, key), f"has {len(column)} entries for {len(values)} values")
            return []
        columns.append(column)
    source = f"{path}, {dotted(where)}"
    return [Measurement(quantity, value, at, sd, source)
            for value, at, sd in zip(values, *columns, strict=True)]  # fmt: skip


def as_list(x: Any) -> list[Any]:
    """A list as it is, anything else as its one entry."""
    return x if isinstance(x, list) else [x]
