"""Rules between the keys of a sweep: which follow from others, which samples are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError
from intensify.numerics.equations_parser import Parser
from intensify.numerics.tape import Program, run
from intensify.units import si

NAMED = re.compile(r"\{([^{}]*)\}")


class Rules(NamedTuple):
    """Expressions of the swept keys: what follows from them, and what must hold.

    keys: those that are swept. derive: (key, expression); where: conditions. program: all of them,
    `derive` first.
    """

    keys: tuple[str, ...]
    derive: tuple[tuple[str, str], ...]
    where: tuple[str, ...]
    program: Program

    def apply(self, values: Mapping[str, str]) -> tuple[dict[str, str], str]:
        """The values with those that follow, in SI; and which condition fails, "" if none.

        InputError: an expression that gives no finite number.
        """
        if not self.derive and not self.where:
            return dict(values), ""
        y = np.array([si(values[key]) for key in self.keys])
        registers = run(self.program.code, self.program.start, 0.0, y)
        found = registers[self.program.out[:, 0]].tolist()
        out = dict(values)
        for (key, text), x in zip(self.derive, found, strict=False):
            if not np.isfinite(x):
                raise InputError([(key, f"'{text}' gives {x:g} here")])
            out[key] = f"{x:.15g}"
        holds = found[len(self.derive) :]
        broken = [text for text, x in zip(self.where, holds, strict=True) if not x]
        return out, f"left out: not {broken[0]}" if broken else ""


def rules_of(keys: Sequence[str], derive: Mapping[str, str], where: Sequence[str]) -> Rules:
    """Rules from their texts; {key} stands for a swept key's value in SI.

    InputError: an expression that cannot be read, a key that is not swept, or both swept and
    derived.

    >>> rules = rules_of(["T"], {"zones[0].utility": "{T} + 10"}, ["{T} < 310"])
    >>> rules.apply({"T": "30 degC"})
    ({'T': '30 degC', 'zones[0].utility': '313.15'}, '')
    >>> rules.apply({"T": "320 K"})[1]
    'left out: not {T} < 310'
    """
    parser = Parser(len(keys))

    def nodes(path: str, text: str) -> list[int]:
        for name in NAMED.findall(text):
            if name not in keys:
                parser.problems.append((path, unknown("swept key", name, list(keys))))
        plain = NAMED.sub(lambda m: f"y[{keys.index(m[1]) if m[1] in keys else 0}]", text)
        return [parser.expression(path, plain)]

    parser.problems += [(key, "is swept; it can't follow from others too")
                        for key in derive if key in keys]  # fmt: skip
    roots = [node for key, text in derive.items() for node in nodes(key, text)]
    roots += [node for text in where for node in nodes("where", text)]
    if parser.problems:
        raise InputError(parser.problems)
    program = parser.tape.program([(node, i, 0) for i, node in enumerate(roots)])
    return Rules(tuple(keys), tuple(derive.items()), tuple(where), program)
