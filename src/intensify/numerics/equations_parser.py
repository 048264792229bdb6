"""Text of equations to nodes of a tape: a grammar of arithmetic, nothing is ever executed."""

from __future__ import annotations

import ast
import difflib
import keyword
import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from reprlib import repr as shown
from textwrap import shorten
from typing import Any

from intensify.numerics import tape as ops

MAX_LENGTH = 20_000
MAX_DEPTH = 200
_UNARY = {
    name: getattr(ops, name.upper())
    for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
}
_FUNCTIONS = {*_UNARY, "abs", "min", "max"}
_BINARY = {
    ast.Add: ops.ADD,
    ast.Sub: ops.SUB,
    ast.Mult: ops.MUL,
    ast.Div: ops.DIV,
    ast.Mod: ops.MOD,
    ast.Pow: ops.POW,
}
# Operation, whether the sides change places, whether the result is negated.
_COMPARE = {
    ast.Lt: (ops.LT, False, False),
    ast.LtE: (ops.LE, False, False),
    ast.Gt: (ops.LT, True, False),
    ast.GtE: (ops.LE, True, False),
    ast.Eq: (ops.EQ, False, False),
    ast.NotEq: (ops.EQ, False, True),
}
_GRAMMAR = "use numbers, + - * / % **, comparisons, `a if c else b`, functions, names and y[i]"


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, which True and False are not."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


class _Refused(Exception):
    """Why an expression cannot be used, as a sentence."""


class Parser:
    """Turns expressions into nodes of one tape and collects what is wrong with them."""

    def __init__(self, n: int) -> None:
        self.tape = ops.Tape(n)
        self.names = {"t": 0, "pi": self.tape.number(math.pi)}
        self.problems: list[tuple[str, str]] = []
        self._lower: dict[type, Callable[[Any], int]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Subscript: self._state,
            ast.UnaryOp: self._sign,
            ast.BinOp: self._arithmetic,
            ast.Compare: self._comparison,
            ast.BoolOp: self._boolean,
            ast.IfExp: self._choice,
            ast.Call: self._call,
        }
        self._text = ""
        self._depth = 0
        self._guarded = 0

    # --- statements ------------------------------------------------------------------------------
    def parameters(self, params: Mapping[str, float]) -> None:
        """Define constants."""
        for name, value in params.items():
            path = f"params.{name}"
            if not is_number(value):
                self.problems.append(
                    (path, f"is {shown(value)}, but a parameter is a finite number")
                )
                value = 1.0
            self._define(path, name, self.tape.number(float(value)))

    def definitions(self, let: Sequence[Sequence[str]]) -> list[int]:
        """Define shorthands; returns their nodes."""
        nodes = []
        for i, pair in enumerate(let):
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                self.problems.append(
                    (f"let[{i}]", f"is {shown(pair)}, not a pair [name, expression]")
                )
                continue
            nodes.append(self.expression(f"let[{i}]", pair[1]))
            self._define(f"let[{i}]", pair[0], nodes[-1])
        return nodes

    def _define(self, path: str, name: Any, node: int) -> None:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            self.problems.append((path, f"{shown(name)} is not a name; use letters, digits and _"))
        elif name in self.names or name in _FUNCTIONS or name == "y":
            self.problems.append((path, f"{name!r} has a meaning already; choose another name"))
        else:
            self.names[name] = node

    def expressions(self, key: str, texts: Sequence[str]) -> list[int]:
        """Nodes of a list of expressions."""
        if isinstance(texts, str):
            self.problems.append((key, "is one text, but it is a list of expressions"))
            return []
        return [self.expression(f"{key}[{i}]", text) for i, text in enumerate(texts)]

    def expression(self, path: str, text: str) -> int:
        """Node of an expression; a wrong one is noted as a problem and stands as the number 1."""
        self._depth = self._guarded = 0
        try:
            return self._node(self._syntax(text))
        except _Refused as refused:
            self.problems.append((path, str(refused)))
            return self.tape.number(1.0)

    def _syntax(self, text: Any) -> ast.expr:
        if not isinstance(text, str):
            raise _Refused(f"is {shown(text)}, but an expression is text; put it in quotes")
        if len(text) > MAX_LENGTH:
            raise _Refused(
                f"has {len(text)} characters, more than {MAX_LENGTH}; split it with `let`"
            )
        self._text = text.strip()
        try:
            return ast.parse(self._text, mode="eval").body
        except (RecursionError, MemoryError):
            raise _Refused(self._too_deep()) from None
        except (SyntaxError, ValueError) as error:
            reason = shorten(getattr(error, "msg", str(error)), 80)
            start = self._text[:40]
            raise _Refused(f"cannot be read, {start!r}: {reason}; {_GRAMMAR}") from None

    # --- expressions -----------------------------------------------------------------------------
    def _node(self, item: ast.expr) -> int:
        lower = self._lower.get(type(item))
        if lower is None:
            raise self._forbidden(item)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused(self._too_deep())
        node = lower(item)
        self._depth -= 1
        value = self.tape.constants.get(node, 0.0)
        if not math.isfinite(value) and not self._guarded:
            raise _Refused(f"{self._shown(item)} is {value}, not a finite number; check its parts")
        return node

    def _constant(self, item: ast.Constant) -> int:
        if not isinstance(item.value, int | float):
            raise self._forbidden(item)
        try:
            return self.tape.number(float(item.value))
        except OverflowError:
            raise _Refused(f"{self._shown(item)} is above 1.8e308, the largest number") from None

    def _name(self, item: ast.Name) -> int:
        if item.id in self.names:
            return self.names[item.id]
        if item.id in _FUNCTIONS:
            raise _Refused(f"{item.id!r} is a function; write its argument, {item.id}(...)")
        if item.id == "y":
            raise _Refused(f"'y' stands without an index; write y[0] to y[{self.tape.n - 1}]")
        near = difflib.get_close_matches(item.id, self.names, n=1)
        advice = (
            f"did you mean {near[0]!r}?"
            if near
            else f"known are {shorten(', '.join(self.names), 80)}"
        )
        raise _Refused(f"the name {shown(item.id)} is unknown; {advice}")

    def _state(self, item: ast.Subscript) -> int:
        if not isinstance(item.value, ast.Name) or item.value.id != "y":
            raise self._forbidden(item)
        index = item.slice.value if isinstance(item.slice, ast.Constant) else None
        if type(index) is not int or not 0 <= index < self.tape.n:
            raise _Refused(
                f"{self._shown(item)} does not exist; the index is a whole number from 0 to "
                f"{self.tape.n - 1}, as there are {self.tape.n} equations"
            )
        return 1 + index

    def _sign(self, item: ast.UnaryOp) -> int:
        node = self._node(item.operand)
        if isinstance(item.op, ast.USub):
            return self.tape.apply(ops.NEG, node)
        if isinstance(item.op, ast.Not):
            return self._not(node)
        if isinstance(item.op, ast.UAdd):
            return node
        raise self._forbidden(item)

    def _not(self, node: int) -> int:
        return self.tape.apply(ops.EQ, node, self.tape.number(0.0))

    def _arithmetic(self, item: ast.BinOp) -> int:
        # Down the left side in a loop: a sum of 1000 terms is long, not deep.
        chain: list[ast.BinOp] = []
        left: ast.expr = item
        while isinstance(left, ast.BinOp):
            chain.append(left)
            left = left.left
        node = self._node(left)
        for part in reversed(chain):
            op = _BINARY.get(type(part.op))
            if op is None:
                raise self._forbidden(part)
            right = self._node(part.right)
            node = (
                self.tape.power(node, right) if op == ops.POW else self.tape.apply(op, node, right)
            )
        return node

    def _comparison(self, item: ast.Compare) -> int:
        sides = [self._node(side) for side in (item.left, *item.comparators)]
        result = self.tape.number(1.0)
        for kind, a, b in zip(item.ops, sides, sides[1:], strict=False):
            if type(kind) not in _COMPARE:
                raise self._forbidden(item)
            op, swapped, negated = _COMPARE[type(kind)]
            truth = self.tape.apply(op, b, a) if swapped else self.tape.apply(op, a, b)
            result = self.tape.apply(ops.MUL, result, self._not(truth) if negated else truth)
        return result

    def _boolean(self, item: ast.BoolOp) -> int:
        node = self._node(item.values[0])
        for value in item.values[1:]:
            other = self._guarded_node(value)
            both = isinstance(item.op, ast.And)
            node = self.tape.where(node, other if both else node, node if both else other)
        return node

    def _choice(self, item: ast.IfExp) -> int:
        condition = self._node(item.test)
        branches = [self._guarded_node(branch) for branch in (item.body, item.orelse)]
        return self.tape.where(condition, *branches)

    def _guarded_node(self, item: ast.expr) -> int:
        """Node of an expression that may be infinite, as it need not be the one that is taken."""
        self._guarded += 1
        node = self._node(item)
        self._guarded -= 1
        return node

    def _call(self, item: ast.Call) -> int:
        name = item.func.id if isinstance(item.func, ast.Name) else ""
        if name not in _FUNCTIONS or item.keywords:
            raise self._forbidden(item)
        many = name in ("min", "max")
        if len(item.args) < 2 if many else len(item.args) != 1:
            wanted = "at least 2 arguments" if many else "1 argument"
            raise _Refused(f"{self._shown(item)} has {len(item.args)}, but {name} takes {wanted}")
        first, *others = [self._node(argument) for argument in item.args]
        if name in _UNARY:
            return self.tape.apply(_UNARY[name], first)
        if name == "abs":
            negative = self.tape.apply(ops.LT, first, self.tape.number(0.0))
            return self.tape.where(negative, self.tape.apply(ops.NEG, first), first)
        for other in others:
            sides = (other, first) if name == "min" else (first, other)
            first = self.tape.where(self.tape.apply(ops.LT, *sides), other, first)
        return first

    # --- sentences -------------------------------------------------------------------------------
    def _shown(self, item: ast.AST) -> str:
        segment = ast.get_source_segment(self._text, item) or self._text
        return repr(segment if len(segment) <= 40 else segment[:37] + "...")

    def _forbidden(self, item: ast.AST) -> _Refused:
        kind = type(item).__name__
        return _Refused(f"{self._shown(item)} ({kind}) is not in the grammar; {_GRAMMAR}")

    def _too_deep(self) -> str:
        return f"is nested deeper than {MAX_DEPTH} levels; split it with `let`"
