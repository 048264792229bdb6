"""Arithmetic as a tape of numbers: built, differentiated and folded here, run by one kernel.

A row of the tape is (operation, result, operand, operand), the last three registers; register 0
holds t, 1 to n hold y, then come the constants, then one register for each intermediate result.
So systems of equations are data: all of them share the kernel `run`, which is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from intensify._jit import kernel

# SKIP jumps to its last operand where its first is 0; WHERE exists only before scheduling.
ADD, SUB, MUL, DIV, MOD, POW, POWI, NEG, EXP, LOG, SIN, COS, TAN, SINH, COSH, TANH, SQRT = range(17)
LT, LE, EQ, COPY, SKIP, WHERE, CONST, VAR = range(17, 25)


@kernel
def integer_power(x, n):
    """x**n by repeated squaring, exact in sign and at x = 0."""
    power, left = 1.0, abs(n)
    while left > 0:
        if left % 2 == 1:
            power *= x
        left //= 2
        if left > 0:
            x *= x
    return power if n >= 0 else 1.0 / power


@kernel
def run(code, start, t, y):
    """All registers after the tape `code` ran from the registers `start` at time t and state y."""
    r = start.copy()
    r[0] = t
    for j in range(y.shape[0]):
        r[1 + j] = y[j]
    i = 0
    while i < code.shape[0]:
        op, k, a, b = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
        i += 1
        if op == ADD:
            r[k] = r[a] + r[b]
        elif op == SUB:
            r[k] = r[a] - r[b]
        elif op == MUL:
            r[k] = r[a] * r[b]
        elif op == DIV:
            r[k] = r[a] / r[b]
        elif op == MOD:
            r[k] = r[a] % r[b]
        elif op == POW:
            r[k] = r[a] ** r[b]
        elif op == POWI:
            r[k] = integer_power(r[a], int(r[b]))
        elif op == NEG:
            r[k] = -r[a]
        elif op == EXP:
            r[k] = np.exp(r[a])
        elif op == LOG:
            r[k] = np.log(r[a])
        elif op == SIN:
            r[k] = np.sin(r[a])
        elif op == COS:
            r[k] = np.cos(r[a])
        elif op == TAN:
            r[k] = np.tan(r[a])
        elif op == SINH:
            r[k] = np.sinh(r[a])
        elif op == COSH:
            r[k] = np.cosh(r[a])
        elif op == TANH:
            r[k] = np.tanh(r[a])
        elif op == SQRT:
            r[k] = np.sqrt(r[a])
        elif op == LT:
            r[k] = 1.0 if r[a] < r[b] else 0.0
        elif op == LE:
            r[k] = 1.0 if r[a] <= r[b] else 0.0
        elif op == EQ:
            r[k] = 1.0 if r[a] == r[b] else 0.0
        elif op == COPY:
            r[k] = r[a]
        elif r[a] == 0.0:
            i = int(b)
    return r


class Program(NamedTuple):
    """A scheduled tape.

    code : (length, 4) rows of the tape; start : registers before the first row;
    out : (outputs, 3) register, row and column of each number that the program gives.
    """

    code: np.ndarray
    start: np.ndarray
    out: np.ndarray


# Partial derivatives of the result k by its operands a and b, one function an operand.
_Partial = Callable[["Tape", int, int, int], int]
_PARTIALS: dict[int, tuple[_Partial, ...]] = {
    ADD: (lambda g, a, b, k: g.number(1.0), lambda g, a, b, k: g.number(1.0)),
    SUB: (lambda g, a, b, k: g.number(1.0), lambda g, a, b, k: g.number(-1.0)),
    MUL: (lambda g, a, b, k: b, lambda g, a, b, k: a),
    DIV: (
        lambda g, a, b, k: g.apply(DIV, g.number(1.0), b),
        lambda g, a, b, k: g.apply(NEG, g.apply(DIV, k, b)),
    ),
    MOD: (
        lambda g, a, b, k: g.number(1.0),
        lambda g, a, b, k: g.apply(DIV, g.apply(SUB, k, a), b),
    ),
    POW: (lambda g, a, b, k: g.base_slope(a, b), lambda g, a, b, k: g.exponent_slope(a, k)),
    POWI: (lambda g, a, b, k: g.apply(MUL, b, g.power(a, g.number(g.constants[b] - 1.0))),),
    NEG: (lambda g, a, b, k: g.number(-1.0),),
    EXP: (lambda g, a, b, k: k,),
    LOG: (lambda g, a, b, k: g.apply(DIV, g.number(1.0), a),),
    SIN: (lambda g, a, b, k: g.apply(COS, a),),
    COS: (lambda g, a, b, k: g.apply(NEG, g.apply(SIN, a)),),
    TAN: (lambda g, a, b, k: g.apply(ADD, g.number(1.0), g.apply(MUL, k, k)),),
    SINH: (lambda g, a, b, k: g.apply(COSH, a),),
    COSH: (lambda g, a, b, k: g.apply(SINH, a),),
    TANH: (lambda g, a, b, k: g.apply(SUB, g.number(1.0), g.apply(MUL, k, k)),),
    SQRT: (lambda g, a, b, k: g.unless_zero(k, g.apply(DIV, g.number(0.5), k)),),
}


class Tape:
    """Expressions of t and y[0..n-1] as numbered nodes; equal expressions are one node.

    A node's operands have lower numbers than the node itself. Node 0 is t, node 1 + i is y[i].
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.nodes: list[tuple] = [(VAR, i) for i in range(n + 1)]
        self.constants: dict[int, float] = {}
        self._known: dict[tuple, int] = {}

    # --- building --------------------------------------------------------------------------------
    def _node(self, key: tuple) -> int:
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(key)
        return self._known[key]

    def number(self, x: float) -> int:
        """Node of a constant."""
        node = self._node((CONST, float(x).hex()))
        self.constants[node] = float(x)
        return node

    def apply(self, op: int, a: int, b: int | None = None) -> int:
        """Node of an operation; constants are folded by the kernel that runs the tape."""
        b = a if b is None else b
        u, v = self.constants.get(a), self.constants.get(b)
        if u is not None and v is not None:
            code = np.array([[op, 3, 1, 2]], np.uint32)
            with np.errstate(all="ignore"):
                return self.number(run(code, np.zeros(4), 0.0, np.array([u, v]))[3])
        if (op == ADD and u == 0.0) or (op == MUL and u == 1.0):
            return b
        if (op in (ADD, SUB) and v == 0.0) or (op in (MUL, DIV) and v == 1.0):
            return a
        if op == MUL and -1.0 in (u, v):
            return self.apply(NEG, b if u == -1.0 else a)
        if op == NEG and self.nodes[a][0] == NEG:
            return self.nodes[a][1]
        if op == ADD and self.nodes[b][0] == NEG:
            return self.apply(SUB, a, self.nodes[b][1])
        return self._node((op, *((b, a) if op in (ADD, MUL) and b < a else (a, b))))

    def where(self, condition: int, a: int, b: int) -> int:
        """a where the condition is not 0, else b; only the one that is taken is computed."""
        truth = self.constants.get(condition)
        if truth is not None:
            return b if truth == 0.0 else a
        return a if a == b else self._node((WHERE, condition, a, b))

    def unless_zero(self, x: int, a: int) -> int:
        """a, but 0 where x is 0: a root's slope is infinite there, and Newton needs a number."""
        return self.where(self.apply(EQ, x, self.number(0.0)), self.number(0.0), a)

    def power(self, a: int, b: int) -> int:
        """Node of a**b, by multiplication where b is a small whole number."""
        exponent = self.constants.get(b)
        if exponent is None or not abs(exponent) <= 64.0:
            return self.apply(POW, a, b)
        if exponent in (0.0, 1.0):
            return a if exponent else self.number(1.0)
        if exponent == 2.0:
            return self.apply(MUL, a, a)
        return self.apply(POWI if exponent.is_integer() else POW, a, b)

    # --- differentiating -------------------------------------------------------------------------
    def base_slope(self, a: int, b: int) -> int:
        """Node of d(a**b)/da."""
        slope = self.apply(MUL, b, self.power(a, self.apply(SUB, b, self.number(1.0))))
        below_one = self.apply(LT, b, self.number(1.0))
        return self.where(below_one, self.unless_zero(a, slope), slope)

    def exponent_slope(self, a: int, k: int) -> int:
        """Node of dk/db for k = a**b."""
        return self.unless_zero(a, self.apply(MUL, k, self.apply(LOG, a)))

    def operands(self, node: int, *, branches: bool = True) -> tuple[int, ...]:
        """Nodes that a node is computed from; those of a choice only with `branches`."""
        op, *rest = self.nodes[node]
        if op in (CONST, VAR):
            return ()
        return tuple(rest) if branches or op != WHERE else (rest[0],)

    def needed(
        self, roots: Iterable[int], *, done: Iterable[int] = (), branches: bool = True
    ) -> list[int]:
        """Nodes that the roots are computed from, in the order in which to compute them."""
        found, stack = set(), list(roots)
        while stack:
            node = stack.pop()
            if node not in found and node not in done:
                found.add(node)
                stack.extend(self.operands(node, branches=branches))
        return sorted(found)

    def gradients(self, roots: Iterable[int]) -> dict[int, dict[int, int]]:
        """Derivatives by y of all nodes that the roots need: {node: {i: node of d/dy[i]}}."""
        gradient: dict[int, dict[int, int]] = {}
        for node in self.needed(roots):
            op, *rest = self.nodes[node]
            if op == WHERE:
                gradient[node] = self._branch_gradient(rest[0], rest[1], rest[2], gradient)
                continue
            total = {node - 1: self.number(1.0)} if op == VAR and node > 0 else {}
            for i, partial in enumerate(_PARTIALS.get(op, ())):
                if inner := gradient[rest[i]]:
                    outer = partial(self, rest[0], rest[1], node)
                    self._accumulate(total, outer, inner)
            gradient[node] = total
        return gradient

    def _accumulate(self, total: dict[int, int], outer: int, inner: dict[int, int]) -> None:
        if self.constants.get(outer) == 0.0:
            return
        for i, slope in inner.items():
            term = self.apply(MUL, outer, slope)
            total[i] = self.apply(ADD, total[i], term) if i in total else term

    def _branch_gradient(self, condition: int, a: int, b: int, gradient: dict) -> dict[int, int]:
        zero = self.number(0.0)
        return {
            i: self.where(condition, gradient[a].get(i, zero), gradient[b].get(i, zero))
            for i in sorted(gradient[a] | gradient[b])
        }

    # --- scheduling ------------------------------------------------------------------------------
    def program(self, outputs: list[tuple[int, int, int]], shared: Iterable[int] = ()) -> Program:
        """Schedule the outputs (node, row, column).

        `shared` nodes, where needed at all, are computed ahead of every branch: each is written
        once then, while what else a branch needs is repeated in it.
        """
        roots = [node for node, _, _ in outputs]
        zero = self.number(0.0)
        nodes = self.needed([*roots, zero, *range(self.n + 1)])
        early = set(nodes) & set(shared)
        # Variables first, then constants, then results.
        rank = {VAR: 0, CONST: 1}
        nodes.sort(key=lambda node: (rank.get(self.nodes[node][0], 2), node))
        register = {node: i for i, node in enumerate(nodes)}
        start = np.array([self.constants.get(node, 0.0) for node in nodes])
        rows: list[list[int]] = []
        self._emit([*early, *roots], set(), register, rows)
        code = np.array(rows, np.uint32).reshape(-1, 4)
        out = np.array([(register[k], i, j) for k, i, j in outputs], np.uint32).reshape(-1, 3)
        return Program(code, start, out)

    def _emit(self, roots: list[int], done: set[int], register: dict, rows: list) -> list[int]:
        """Append the rows that compute the roots; returns the nodes that are known from here on."""
        new = self.needed(roots, done=done, branches=False)
        for node in new:
            op, *rest = self.nodes[node]
            if op == WHERE:
                self._emit_branches(node, done, register, rows)
            elif op not in (CONST, VAR):
                rows.append([op, register[node], register[rest[0]], register[rest[1]]])
            done.add(node)
        return new

    def _emit_branches(self, node: int, done: set[int], register: dict, rows: list) -> None:
        _, condition, a, b = self.nodes[node]
        to_else = [SKIP, 0, register[condition], 0]
        to_end = [SKIP, 0, register[self.number(0.0)], 0]
        for branch, jump in ((a, to_else), (b, to_end)):
            rows.append(jump)
            done.difference_update(self._emit([branch], done, register, rows))
            rows.append([COPY, register[node], register[branch], 0])
            jump[3] = len(rows) + (jump is to_else)
