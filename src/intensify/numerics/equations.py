"""Ordinary differential and differential-algebraic equations given as text.

    M dy/dt = rhs(t, y), M diagonal

The text is parsed against a grammar of arithmetic and lowered to tapes (`tape.py`); no part of it
is ever executed as Python, and no code is generated. Every system has the same type, so all of
them share the integrators' compiled kernels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify._jit import kernel
from intensify.errors import InputError
from intensify.numerics import tape as ops
from intensify.numerics.equations_parser import Parser, is_number
from intensify.numerics.tape import Program, Tape, run

_SAMPLES = 10_001
_MAX_JUMPS = 100_000


@kernel
def _fill_vector(code, start, out, t, y, v):
    r = run(code, start, t, y)
    for k in range(out.shape[0]):
        v[out[k, 1]] = r[out[k, 0]]


@kernel
def _fill_matrix(code, start, out, t, y, A):
    r = run(code, start, t, y)
    A[:, :] = 0.0
    for k in range(out.shape[0]):
        A[out[k, 1], out[k, 2]] = r[out[k, 0]]


@kernel
def _truths(code, start, out, times):
    """Values of all outputs, one row a time."""
    table = np.empty((times.shape[0], out.shape[0]))
    for i in range(times.shape[0]):
        r = run(code, start, times[i], np.zeros(0))
        for k in range(out.shape[0]):
            table[i, k] = r[out[k, 0]]
    return table


@kernel
def _first_change(code, start, register, a, b):
    """First double in (a, b] at which a register has another value than at a."""
    y = np.zeros(0)
    before = run(code, start, a, y)[register]
    while True:
        middle = a + 0.5 * (b - a)
        if not a < middle < b:
            return b
        if run(code, start, middle, y)[register] == before:
            a = middle
        else:
            b = middle


class Equations(NamedTuple):
    """A system of equations as tapes: M dy/dt = rhs(t, y).

    Made by `Equations.parse`. In kernels and in Python alike it offers `rhs`, `jac` (exact, by
    differentiation of the tape), `events` and `mass`.

    diagonal : (n,) diagonal of M. slopes, jacobian, crossings : tapes of the right-hand side, of
    its derivatives by y and of the event functions. clocks : tape of the comparisons of time
    alone. sawteeth : (m, 3) slope, intercept and period of each (slope*t + intercept) % period.
    """

    diagonal: np.ndarray
    slopes: Program
    jacobian: Program
    crossings: Program
    clocks: Program
    sawteeth: np.ndarray

    @classmethod
    def parse(
        cls,
        rhs: Sequence[str],
        *,
        params: Mapping[str, float] | None = None,
        let: Sequence[Sequence[str]] = (),
        events: Sequence[str] = (),
        mass_diagonal: Sequence[float] | None = None,
    ) -> Equations:
        """System of equations from text.

        An expression is Python arithmetic: + - * / % **, comparisons, and, or, not,
        `a if c else b`, exp log sqrt sin cos tan sinh cosh tanh abs min max, pi, t, y[0] to y[n-1]
        and the names of `params` and `let`. The branch that is not taken is not computed. Where
        x**p with p < 1 or sqrt(x) has an infinite slope, at x = 0, `jac` takes 0 for it.

        Parameters
        ----------
        rhs : n expressions           right-hand sides [unit of y / unit of t, times M].
        params : {name: number}       constants.
        let : [[name, expression]]    shorthands, each may use those before it.
        events : expressions          functions whose zeros the integrator is to find.
        mass_diagonal : n numbers     diagonal of M, 0 for an algebraic equation; None: all 1.

        Raises InputError naming every wrong expression by its path, for example `rhs[2]`.

        >>> decay = Equations.parse(["-k*y[0]**2"], params={"k": 3.0})
        >>> dy, J = np.zeros(1), np.zeros((1, 1))
        >>> decay.rhs(0.0, np.array([2.0]), dy)
        >>> decay.jac(0.0, np.array([2.0]), J)
        >>> dy.tolist(), J.tolist()
        ([-12.0], [[-12.0]])
        """
        parser = Parser(len(rhs))
        parser.parameters(params or {})
        shared = parser.definitions(let)
        slopes, crossings = parser.expressions("rhs", rhs), parser.expressions("events", events)
        diagonal = _diagonal(mass_diagonal, len(rhs), parser.problems)
        if not len(rhs):
            parser.problems.append(("rhs", "is empty; give one expression for each unknown"))
        if parser.problems:
            raise InputError(parser.problems)
        tape = parser.tape
        gradients = tape.gradients(slopes)
        entries = [(v, i, j) for i, k in enumerate(slopes) for j, v in gradients[k].items()]
        shared += [v for k in shared for v in gradients.get(k, {}).values()]
        truths, sawteeth = _clocks(tape, [*slopes, *crossings])
        return cls(
            diagonal,
            tape.program([(k, i, 0) for i, k in enumerate(slopes)], shared),
            tape.program(entries, shared),
            tape.program([(k, i, 0) for i, k in enumerate(crossings)], shared),
            tape.program([(k, i, 0) for i, k in enumerate(truths)]),
            sawteeth,
        )

    @property
    def n(self) -> int:
        """Number of equations."""
        return len(self.diagonal)

    @property
    def n_events(self) -> int:
        """Number of event functions."""
        return len(self.crossings.out)

    def rhs(self, t, y, dy):
        """Fill dy with M dy/dt at time t and state y."""
        _fill_vector(self.slopes.code, self.slopes.start, self.slopes.out, t, y, dy)

    def jac(self, t, y, J):
        """Fill J with the derivatives of the right-hand side, J[i, j] = d rhs[i] / d y[j]."""
        _fill_matrix(self.jacobian.code, self.jacobian.start, self.jacobian.out, t, y, J)

    def events(self, t, y, g):
        """Fill g with the event functions at time t and state y."""
        _fill_vector(self.crossings.code, self.crossings.start, self.crossings.out, t, y, g)

    def mass(self, m):
        """Fill m with the diagonal of M."""
        m[:] = self.diagonal

    def switches(self, t0: float, t1: float) -> np.ndarray:
        """Times strictly inside (t0, t1) at which a comparison of time alone changes, sorted.

        Each is the first double at which the new truth holds, so that [t0, s) and [s, t1] are
        smooth. Found between the jumps of every `t % period` and on 10 001 even points: two changes
        of one comparison between neighbouring points stay hidden. Times closer to t0, t1 or to
        the next one than 1e-14 of the largest time are left out.

        >>> wave = Equations.parse(["(1.0 if t % 12 < 5 else 0.0) - y[0]"])
        >>> wave.switches(0.0, 30.0).tolist()
        [5.0, 12.0, 17.0, 24.0, 29.0]
        """
        if not len(self.clocks.out):
            return np.zeros(0)
        code, start, out = self.clocks
        closeness = 1e-14 * max(abs(t0), abs(t1))
        grid = np.linspace(t0, t1, _SAMPLES)
        for tooth in self.sawteeth:
            jumps = _jumps(tooth, t0, t1)
            grid = np.concatenate([grid, jumps - closeness, jumps + closeness])
        grid = np.unique(np.clip(grid, t0, t1))
        truths = _truths(code, start, out, grid)
        steps, which = np.nonzero(truths[1:] != truths[:-1])
        found = [
            _first_change(code, start, out[k, 0], grid[i], grid[i + 1])
            for i, k in zip(steps, which, strict=True)
        ]
        times = np.sort(np.array(found))
        times = times[(times > t0 + closeness) & (times < t1 - closeness)]
        return times[np.append(np.diff(times) > closeness, True)[: len(times)]]


def _diagonal(given: Sequence[float] | None, n: int, problems: list[tuple[str, str]]) -> np.ndarray:
    if given is None:
        return np.ones(n)
    if len(given) != n:
        problems.append(("mass_diagonal", f"has {len(given)} numbers for {n} equations"))
    wrong = [(i, m) for i, m in enumerate(given) if not is_number(m)]
    problems += [(f"mass_diagonal[{i}]", f"is {m!r}, but it is a finite number") for i, m in wrong]
    return np.ones(n) if wrong else np.array(given, float)


def _clocks(tape: Tape, roots: list[int]) -> tuple[list[int], np.ndarray]:
    """What jumps with time alone: nodes of truths, and rows for `Equations.sawteeth`."""
    lines: dict[int, tuple[float, float]] = {}
    of_time: set[int] = set()
    truths, sawteeth = [], []
    for node in tape.needed(roots):
        if 1 <= node <= tape.n or not of_time.issuperset(tape.operands(node)):
            continue
        of_time.add(node)
        if line := _line(tape, node, lines):
            lines[node] = line
        op, a, *others = tape.nodes[node]
        if op in (ops.LT, ops.LE):
            truths.append(node)
        period = tape.constants.get(others[0], 0.0) if op == ops.MOD else 0.0
        if period and lines.get(a, (0.0,))[0]:
            sawteeth.append((*lines[a], period))
            # Whether the count of periods is even changes just where `a % period` jumps.
            rest = tape.apply(ops.MOD, a, tape.number(2.0 * period))
            truths.append(tape.apply(ops.LT, rest, tape.number(period)))
    return truths, np.array(sawteeth).reshape(-1, 3)


def _line(tape: Tape, node: int, lines: dict) -> tuple[float, float] | None:
    """Slope and intercept of a node that is a straight line of t, else None."""
    if node in tape.constants:
        return 0.0, tape.constants[node]
    if node == 0:
        return 1.0, 0.0
    op, a, b = tape.nodes[node][:3]
    if a not in lines or b not in lines:
        return None
    (s, i), (u, j) = lines[a], lines[b]
    if op in (ops.ADD, ops.SUB):
        sign = 1.0 if op == ops.ADD else -1.0
        return s + sign * u, i + sign * j
    if op == ops.NEG:
        return -s, -i
    if op == ops.MUL and s * u == 0.0:
        return s * j + u * i, i * j
    if op == ops.DIV and u == 0.0 and j != 0.0:
        return s / j, i / j
    return None


def _jumps(tooth: np.ndarray, t0: float, t1: float) -> np.ndarray:
    """Times in [t0, t1] at which (slope*t + intercept) % period jumps."""
    slope, intercept, period = tooth
    first, last = np.sort((slope * np.array([t0, t1]) + intercept) / period)
    if last - first > _MAX_JUMPS:
        raise InputError(
            f"a `t % {period:g}` jumps {last - first:.3g} times between t = {t0:g} and {t1:g}, "
            f"more than {_MAX_JUMPS}; give a longer period or a shorter time"
        )
    return (np.arange(np.ceil(first), np.floor(last) + 1.0) * period - intercept) / slope
