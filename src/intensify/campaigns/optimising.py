"""`optimise`: the best of a plant's keys for one figure, or the best compromises between several.

One goal: the best of some Sobol samples, then COBYQA (SciPy), which follows quadratic models and
needs no derivatives. Several: NSGA-II (pymoo). Limits are never traded against goals: a point that
misses one counts by how much it misses it. With scenarios a goal is the mean over them, and a limit
has to hold in all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from intensify import kpis
from intensify.campaigns.execute import run_samples
from intensify.campaigns.plan import Plan, Row, Status, plan_of
from intensify.campaigns.sweeping import Sweep, finished
from intensify.campaigns.table import Table
from intensify.campaigns.values import Over, Range, range_of, unit_samples
from intensify.errors import InputError, SolveError
from intensify.units import parse

GOAL = re.compile(r"\s*(max|min)\s+(\S+)\s*")
LIMIT = re.compile(r"\s*(\S+)\s*(<=|>=)\s*(\S.*?)\s*")
MARGIN = 1e-6
"""Of a limit's size: what a point may miss it by and still hold it, as solutions have an error."""


class Goal(NamedTuple):
    """A figure to be made large (sign -1) or small (1)."""

    figure: str
    sign: float

    def __str__(self) -> str:
        return f"{'max' if self.sign < 0.0 else 'min'} {self.figure}"


class Limit(NamedTuple):
    """A figure that must not be above (sign 1) or below (-1) a value in SI."""

    figure: str
    sign: float
    value: float

    def __str__(self) -> str:
        return f"{self.figure} {'<=' if self.sign > 0.0 else '>='} {self.value:.15g}"

    def miss(self, x: np.ndarray) -> np.ndarray:
        """By how much values miss the limit, in parts of its size; 0 or less where they hold it."""
        return self.sign * (x - self.value) / max(abs(self.value), 1e-12) - MARGIN


def goal_of(text: str) -> Goal:
    """Read "max STY" or "min T_max". InputError: it is neither."""
    found = GOAL.fullmatch(text)
    if found is None:
        raise InputError(f"'{text}' is no goal; write 'max FIGURE' or 'min FIGURE'")
    return Goal(found[2], -1.0 if found[1] == "max" else 1.0)


def limit_of(text: str) -> Limit:
    """Read "T_max <= 80 degC" or "X_A >= 0.99". InputError: it is neither.

    >>> limit_of("T_max <= 80 degC")
    Limit(figure='T_max', sign=1.0, value=353.15)
    """
    found = LIMIT.fullmatch(text)
    if found is None:
        raise InputError(f"'{text}' is no limit; write 'FIGURE <= VALUE' or 'FIGURE >= VALUE'")
    value = parse(found[3], kpis.label(found[1])[0], name=text)
    return Limit(found[1], 1.0 if found[2] == "<=" else -1.0, value)


class Optimum(NamedTuple):
    """What `optimise` finds.

    values: texts of the keys at the best point; figures: what it comes to; or, of several goals,
    lists of both along the front, from the first goal's best on. sweep: every point that was tried;
    its variable `chosen` is 1 at the best.
    """

    values: list[dict[str, str]]
    figures: list[dict[str, float]]
    sweep: Sweep

    @property
    def best(self) -> dict[str, str]:
        """The keys' values, as a case file would have them; of several goals, the first's best."""
        return self.values[0]

    def save(self, path: str | Path) -> Path:
        """Write every point as a sweep's file."""
        return self.sweep.save(path)

    def __str__(self) -> str:
        rows = [f"{self.sweep.dataset['status'].size} points tried"]
        for values, figures in zip(self.values, self.figures, strict=True):
            where = ", ".join(f"{key} = {text}" for key, text in values.items())
            what = ", ".join(f"{name} = {x:.6g} {kpis.label(name)[0]}".removesuffix(" 1")
                             for name, x in figures.items())  # fmt: skip
            rows.append(f"{where}: {what}")
        return "\n".join(rows)


class Search:
    """The points of an optimisation: run once each, remembered in order."""

    def __init__(
        self,
        plan: Plan,
        ranges: list[Range],
        goals: list[Goal],
        limits: list[Limit],
        scenarios: Sequence[Mapping[str, str]],
        options: dict[str, Any],
    ) -> None:
        """plan: of one sample, as the others are; options: of `run_samples`."""
        self.plan, self.ranges, self.goals, self.limits = plan, ranges, goals, limits
        self.scenarios, self.options = list(scenarios) or [{}], options
        self.points: list[np.ndarray] = []
        self.rows: list[Row] = []
        self.F: list[np.ndarray] = []
        self.G: list[np.ndarray] = []

    def evaluate(self, U: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Goals, all to be small, (n, goals) and misses (n, limits) at places U of the ranges."""
        n, m = len(U), len(self.scenarios)
        plan = Samples(*self.plan_at(U), self.scenarios)
        rows: list[Any] = [None] * (n * m)
        for group in run_samples(plan, range(n * m), **self.options):
            for row in group:
                rows[row.number] = row
        F = np.empty((n, len(self.goals)))
        G = np.empty((n, len(self.limits)))
        for i in range(n):
            of_point = rows[i * m : (i + 1) * m]
            failed = next((row for row in of_point if row.status != Status.OK), None)
            values = {k: np.array([row.figures.get(k, np.nan) for row in of_point])
                      for k in self.plan.outputs}  # fmt: skip
            F[i] = [goal.sign * values[goal.figure].mean() for goal in self.goals]
            G[i] = [limit.miss(values[limit.figure]).max() for limit in self.limits]
            means = {name: float(x.mean()) for name, x in values.items()}
            first = failed or of_point[0]
            self.rows.append(Row(len(self.rows), first.status, first.message, means))
            self.points.append(U[i])
        F, G = np.where(np.isfinite(F), F, np.inf), np.where(np.isfinite(G), G, np.inf)
        self.F += list(F)
        self.G += list(G)
        return F, G

    def plan_at(self, U: np.ndarray) -> tuple[Plan, tuple[Over, ...]]:
        """The plan, and its keys' values at places U."""
        return self.plan, tuple(r.over(u) for r, u in zip(self.ranges, U.T, strict=True))

    def holds(self) -> np.ndarray:
        """Which points were solved and hold every limit."""
        F, G = np.array(self.F), np.array(self.G).reshape(len(self.F), -1)
        return np.isfinite(F).all(axis=1) & (G <= 0.0).all(axis=1)

    def sweep(self, chosen: Sequence[int]) -> Sweep:
        """All points as a sweep."""
        n = len(self.rows)
        _, columns = self.plan_at(np.array(self.points))
        table = Table(0, n)
        table.put(self.rows)
        found = finished(self.plan._replace(columns=columns, shape=(n,)), table)
        flags = np.zeros(n, dtype=np.int8)
        flags[list(chosen)] = 1
        about = {"units": "1", "long_name": "whether the point is best"}
        found.dataset["chosen"] = ("sample", flags, about)
        found.provenance |= {"goals": "; ".join(map(str, self.goals)),
                             "limits": "; ".join(map(str, self.limits))}  # fmt: skip
        return found


class Samples(NamedTuple):
    """Points in every scenario, as `run_samples` takes a plan: scenarios of one point together."""

    plan: Plan
    columns: tuple[Over, ...]
    scenarios: list[Mapping[str, str]]

    def samples(self, numbers: Sequence[int]) -> list[tuple[int, dict[str, str]]]:
        """Numbers with the values of their keys."""
        m = len(self.scenarios)
        return [(k, {c.key: c.text(k // m) for c in self.columns} | dict(self.scenarios[k % m]))
                for k in numbers]  # fmt: skip

    def light(self) -> Plan:
        """What workers get."""
        return self.plan.light()


def optimise(
    what: Any,
    over: Mapping[str, str],
    *,
    goals: Sequence[str] | str,
    limits: Sequence[str] = (),
    scenarios: Sequence[Mapping[str, str]] = (),
    reactor: str = "",
    folder: Path | None = None,
    points: int = 0,
    seed: int = 0,
    rtol: float | None = None,
    derive: Mapping[str, str] | None = None,
    executor: Any = "threads",
    workers: int | None = None,
) -> Optimum:
    """The best values of a plant's keys.

    what, reactor, folder, executor, workers, rtol, derive: as of `sweep`. over: ranges "a:b" or
    "a:b:log". goals: "max FIGURE" or "min FIGURE", one or several. limits: "FIGURE <= VALUE" or
    ">=", with units. scenarios: values of other keys, as of uncertain constants, under all of which
    the limits have to hold. points: about how many to try, 100 for one goal and 1000 for several
    unless given.

    InputError: a goal, limit, range or key that cannot be read. SolveError: no point holds all
    limits, with the one that comes closest.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> found = it.optimise(case, {"flow": "60 L/h:400 L/h"}, reactor="miniaturised",
    ...     goals="max X_H2O2", limits=["T_max <= 345 K"], points=30)
    >>> found.figures[0]["T_max"] <= 345.01
    True
    """
    wanted = [goal_of(text) for text in ([goals] if isinstance(goals, str) else goals)]
    held = [limit_of(text) for text in limits]
    if not wanted:
        raise InputError("there is no goal; name one, as in 'max STY'")
    ranges = [range_of(key, text) for key, text in over.items()]
    outputs = list(dict.fromkeys([g.figure for g in wanted] + [x.figure for x in held]))
    middle = {r.key: [r.over(np.array([0.5])).text(0)] for r in ranges}
    plan = plan_of(what, middle, reactor=reactor, folder=folder, sample="table", outputs=outputs,
                   rtol=rtol, derive=derive)  # fmt: skip
    plan.check()
    options = {"executor": executor, "workers": workers}
    search = Search(plan, ranges, wanted, held, scenarios, options)
    if len(wanted) == 1:
        follow_models(search, points or 100, seed)
    else:
        evolve(search, points or 1000, seed)
    good = np.flatnonzero(search.holds())
    if good.size == 0:
        raise SolveError(closest(search))
    F = np.array(search.F)[good]
    front = [int(good[k]) for k in range(good.size)
             if not ((F[k] >= F).all(axis=1) & (F[k] > F).any(axis=1)).any()]  # fmt: skip
    front = sorted(front, key=lambda k: search.F[k].tolist())
    front = front[:1] if len(wanted) == 1 else front
    _, columns = search.plan_at(np.array(search.points)[front])
    values = [{c.key: c.text(k) for c in columns} for k in range(len(front))]
    return Optimum(values, [search.rows[k].figures for k in front], search.sweep(front))


def closest(search: Search) -> str:
    """Why no point is good: the limit that the nearest point misses most, or the first failure."""
    solved = [k for k in range(len(search.rows)) if np.isfinite(search.G[k]).all()
              and np.isfinite(search.F[k]).all()]  # fmt: skip
    if not solved:
        return f"no point could be solved; the first: {search.rows[0].message}"
    best = min(solved, key=lambda k: float(search.G[k].max()))
    limit = search.limits[int(np.argmax(search.G[best]))]
    unit = kpis.label(limit.figure)[0]
    return (f"no point of the ranges holds every limit; the closest has {limit.figure} = "
            f"{search.rows[best].figures[limit.figure]:.6g} {unit} against {limit.value:.6g} "
            f"{unit}; widen the ranges or loosen the limit")  # fmt: skip


def follow_models(search: Search, points: int, seed: int) -> None:
    """A third of the points spread over the ranges, the rest by COBYQA from the best of them."""
    from scipy.optimize import Bounds, NonlinearConstraint, minimize

    K = len(search.ranges)
    spread = max(2 * K + 2, points // 3)
    F, G = search.evaluate(unit_samples("sobol", spread, K, seed))
    worst = G.max(axis=1, initial=0.0)
    first = int(np.lexsort((F[:, 0], np.maximum(worst, 0.0)))[0])
    if not np.isfinite(F[first, 0]):
        return
    start, size = search.points[first], max(float(np.ptp(F[np.isfinite(F)])), 1e-300)
    seen: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}

    def at(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        u = np.clip(u, 0.0, 1.0)
        if u.tobytes() not in seen:
            f, g = search.evaluate(u[None, :])
            seen[u.tobytes()] = f[0], g[0]
        return seen[u.tobytes()]

    bounds = [NonlinearConstraint(lambda u: at(u)[1], -np.inf, 0.0)] if search.limits else []
    minimize(lambda u: float(at(u)[0][0]) / size, start, method="COBYQA", constraints=bounds,
             bounds=Bounds(np.zeros(K), np.ones(K)),
             options={"maxfev": max(points - spread, 3 * K), "initial_tr_radius": 0.1,
                      "final_tr_radius": 1e-5})  # fmt: skip


def evolve(search: Search, points: int, seed: int) -> None:
    """NSGA-II: generations of 40."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    class Figures(Problem):
        """The search, as pymoo asks for it."""

        def _evaluate(self, x: np.ndarray, out: dict[str, Any], *_: Any, **__: Any) -> None:
            F, G = search.evaluate(x)
            out["F"], out["G"] = np.minimum(F, 1e300), np.minimum(G, 1e300)

    size = {"n_var": len(search.ranges), "n_obj": len(search.goals)}
    problem = Figures(**size, n_ieq_constr=len(search.limits), xl=0.0, xu=1.0)
    generations = max(2, points // 40)
    minimize(problem, NSGA2(pop_size=40), ("n_gen", generations), seed=seed + 1, verbose=False)
