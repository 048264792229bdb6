"""`TransientColumn`: a column in time, what happens to it when, and what keeps it where it is.

The equations stand in `column_dynamics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.network import NU
from intensify.errors import InputError, SolveError
from intensify.numerics import BDF
from intensify.reactors.columns import column_dynamics as dyn
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_control import (
    HANDLES,
    Charge,
    Disturbance,
    LevelControl,
    TemperatureControl,
    feeds_of,
    wrong_loops,
    wrong_times,
)
from intensify.reactors.columns.column_dynamics import Conditions, Level, MovingColumn, Scratch
from intensify.reactors.columns.column_solution import solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import Number, Second, describe


class ColumnInTime(NamedTuple):
    """A column in time; build one with `TransientColumn`."""

    column: Column
    state0: Any  # ColumnState: the reference; None until `prepared` finds it
    M: np.ndarray
    weir: Second
    drum: LevelControl
    sump: LevelControl
    loops: tuple[TemperatureControl, ...]
    changes: tuple[Disturbance, ...]
    until: Second
    start: Charge | None
    flood: Number

    @property
    def coordinate(self) -> Variable:
        """What the profiles stand over."""
        return Variable("t", "s", "time")

    @property
    def kinetics(self):
        """The reactions."""
        return self.column.kinetics.forward

    def __str__(self) -> str:
        return describe(self._replace(state0=None))

    def prepared(self) -> ColumnInTime:
        """With its steady state, and the set points that this gives.

        InputError: trays whose weirs would hold back more than they hold.
        """
        state = solve_column(self.column) if self.state0 is None else self.state0
        over = self.weir * state.L[1:-1] / self.M[1:-1]
        if (over >= 1.0 - dyn.EMPTY).any():
            raise InputError([("weir", f"{self.weir:g} s of its flow are {over.max():.3g} of the "
                               f"hold-up of stage {1 + int(over.argmax())}; give it more hold-up, "
                               "or less weir")])  # fmt: skip
        loops = tuple(one._replace(T=float(state.T[one.stage]) if np.isnan(one.T) else one.T)
                      for one in self.loops)  # fmt: skip
        return self._replace(state0=state, loops=loops)

    def solver(self) -> Solver:
        """What boils returns to its boiling line in a second, and runs last hours."""
        return Solver(BDF(), 1e-7)

    # --- state and conditions --------------------------------------------------------------------
    def state(self) -> np.ndarray:
        """Contents of the start, nothing passed."""
        s0 = self.state0
        x, T, M = s0.x, s0.T, self.M
        if self.start is not None:
            mix, amounts = s0.column.mixture, self.start.amounts
            mean = mix.fractions(s0.column.feed.sum(axis=0) if amounts is None else amounts)
            x, T = np.tile(mean, (M.size, 1)), np.full(M.size, float(self.start.T))
            M = M.copy()
            M[1:-1] -= self.weir * s0.L[1:-1]
        more = 5 + len(self.loops) + 3 * s0.C + s0.column.dHr.size
        return np.append(np.column_stack([M[:, None] * x, T]).ravel(), np.zeros(more))

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        s0, C = self.state0, self.state0.C
        n = np.tile(0.01 * self.M[:, None], (1, C))
        own = np.column_stack([n, np.full(self.M.size, 10.0)]).ravel()
        flow = float(s0.column.feed.sum()) * self.until
        loops = np.full(len(self.loops), 100.0)
        heat = (abs(s0.duty(-1)) + abs(s0.duty(0))) * self.until
        return np.concatenate([
            own, self.M[[0, -1]], loops, np.full(3 * C + s0.column.dHr.size, flow),
            np.full(3, heat),
        ])  # fmt: skip

    def conditions(self, k: int) -> Conditions:
        """What is set from disturbance k - 1 on."""
        s0, column = self.state0, self.column
        ratio = column.top.kind == eq.REFLUX_RATIO
        now = Conditions(
            float(s0.L[0]), float(column.top.value) if ratio else 0.0, s0.duty(-1), 1.0,
            np.column_stack([column.feed, column.feed_h, column.feed_vapour]),
            np.array([float(loop.T) for loop in self.loops]),
        )  # fmt: skip
        base, factor = now.feed, 1.0
        for one in self.changes[:k]:
            if one.feeds:
                base = feeds_of(column, one.feeds, [])
            factor = factor if np.isnan(one.feed) else float(one.feed)
            duty = one.duty if np.isnan(one.boilup) else one.boilup * column.dHv
            given = {"reflux": one.reflux, "ratio": one.reflux_ratio, "duty": duty,
                     "draw": one.draw}  # fmt: skip
            given = {name: float(x) for name, x in given.items() if not np.isnan(x)}
            if "reflux" in given:
                given = {"ratio": 0.0} | given
            T_set = [one.T_set.get(loop.stage, T)
                     for loop, T in zip(self.loops, now.T_set, strict=True)]  # fmt: skip
            now = now._replace(**given, feed=factor * base, T_set=np.array(T_set, dtype=float))
        return now

    def model(self, k: int) -> MovingColumn:
        """The equations from disturbance k - 1 on."""
        s0, column = self.state0, self.column
        (N, C), R, room = column.feed.shape, column.dHr.size, column.mixture.room()
        scratch = Scratch(
            np.empty((N, C)), np.empty((N, C)), np.zeros((N, 8)), np.empty((N, C + 2)),
            np.zeros((N, R)), np.zeros(5), np.empty((N + 1, *room.shape)), np.empty((4, C)),
            np.empty((2, C)), np.empty((2, R)),
        )  # fmt: skip
        drum = Level(float(s0.V[0]), *map(float, self.drum))
        sump = Level(float(s0.L[-1]), *map(float, self.sump))
        loops = [(one.stage, one.gain, one.t_i, one.low, one.high, HANDLES[one.by])
                 for one in self.loops]  # fmt: skip
        one = self.changes[k - 1] if k else Disturbance(0.0)
        return MovingColumn(
            column._replace(mixture=column.mixture.lean()), self.M, s0.L.copy(), float(self.weir),
            drum, sump, np.array(loops, dtype=float).reshape(len(loops), 6),
            self.conditions(max(k - 1, 0)), self.conditions(k), float(one.at), float(one.ramp),
            float(self.flood), scratch,
        )  # fmt: skip

    # --- protocol of `solve` ---------------------------------------------------------------------
    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """From disturbance k - 1 (0: the start) to the next, or the end."""
        times = [0.0, *(one.at for one in self.changes), self.until]
        last = min(k, len(self.changes))
        stopped = t < times[k] * (1.0 - 1e-12)
        model, margin = self.model(last - 1 if stopped and last else last), np.empty(1)
        model.events(t, y, margin)
        if margin[0] < 0.0 or stopped:
            raise SolveError(why_it_stopped(model, t))
        if k == len(times) - 1:
            return None
        ends = (model.at + model.ramp,) if model.ramp > 0.0 else ()
        return Stage("start" if k == 0 else f"disturbance {k}", model, times[k],
                     times[k + 1] - times[k], stops=ends, events=1, terminal=True)  # fmt: skip

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        column = self.column
        stage = Axis("tray", np.arange(column.stages), "1", "stage from the top")
        species = species_axis(column.mixture.names)
        return [
            Variable("x", "1", "liquid mole fraction", (stage, species)),
            Variable("T", "K", "temperature", (stage,)),
            Variable("V", "mol/s", "vapour leaving upwards; 0: distillate", (stage,)),
            Variable("L", "mol/s", "liquid leaving downwards", (stage,)),
            Variable("M", "mol", "hold-up", (stage,)),
            Variable("Q_reboiler", "W", "heat of the reboiler"),
            Variable("Q_condenser", "W", "heat taken by the condenser"),
            Variable("fed", "mol/s", "feed"),
        ]

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, N); see `variables`."""
        (N, C), model, n = self.state0.x.shape, leg.model, len(Y)
        x, rows, u, f = np.empty((n, N, C)), np.empty((n, N, 8)), np.empty((n, 5)), np.empty(n)
        spare = np.empty(Y.shape[1])
        for k, s in enumerate(Y):
            model.rhs(float(t[k]), s, spare)
            x[k], rows[k], u[k] = model.scratch.x, model.scratch.rows, model.scratch.u
            f[k] = model.scratch.feed[:, :C].sum()
        T = Y[:, : N * (C + 1)].reshape(n, N, C + 1)[:, :, C]
        V = rows[:, :, dyn.V]
        V[:, 0] = u[:, dyn.DISTILLATE]  # as in the steady column
        return {"x": x, "T": T, "V": V, "L": rows[:, :, dyn.L], "M": rows[:, :, dyn.M],
                "Q_reboiler": u[:, dyn.HEAT], "Q_condenser": u[:, dyn.COOLING],
                "fed": f}  # fmt: skip

    def held(self, s: np.ndarray) -> tuple[np.ndarray, float]:
        """Amounts (C,) [mol] and enthalpy [J] in the column."""
        (N, C), mix = self.state0.x.shape, self.column.mixture
        own = s[: N * (C + 1)].reshape(N, C + 1)
        heat = sum(mix.liquid_enthalpy(row[C], row[:C]) for row in own)
        return own[:, :C].sum(axis=0), float(heat)

    def passed(self, legs: list[Leg]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What was fed, distilled, drawn at the bottom (3, C), reacted (R,); heats (3,)."""
        (N, C), R = self.state0.x.shape, self.column.dHr.size
        tail = legs[-1].y_end[N * (C + 1) + 2 + len(self.loops) :]
        return tail[: 3 * C].reshape(3, C), tail[3 * C : 3 * C + R], tail[3 * C + R :], tail

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of each component and of energy over the run."""
        column = self.column
        (fed_in, top, bottom), extents, heats, _ = self.passed(legs)
        held, H = self.held(legs[-1].y_end)
        held_0, H_0 = self.held(legs[0].y_start)
        nu = self.kinetics.reactions[:, NU : NU + self.state0.C]
        made = extents @ nu if extents.size else 0.0
        size = float(fed_in.sum() + self.M.sum())
        lack = np.abs(fed_in + made - top - bottom - (held - held_0)) / size
        closed = dict(zip(column.mixture.names, lack.tolist(), strict=True))
        if column.full_energy:
            big = max(abs(heats[0]), abs(heats[1]), column.dHv * float(self.M.sum()))
            closed["energy"] = abs(heats[2] - (H - H_0)) / big
        return closed

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Flows, duties, compositions and temperatures at the end; what was made over the run."""
        names = self.column.mixture.names
        end = self.observe(legs[-1], np.array([legs[-1].end]), legs[-1].y_end[None])
        out = {"t_end": legs[-1].end, "distillate": float(end["V"][0, 0]),
               "bottoms": float(end["L"][0, -1]), "T_top": float(end["T"][0, 0]),
               "T_bottom": float(end["T"][0, -1]), "Q_condenser": float(end["Q_condenser"][0]),
               "Q_reboiler": float(end["Q_reboiler"][0])}  # fmt: skip
        (_, top, bottom), _, heats, _ = self.passed(legs)
        out |= {"distilled": float(top.sum()), "drawn": float(bottom.sum()), "heat": heats[0]}
        for i, name in enumerate(names):
            out[f"x_top_{name}"] = float(end["x"][0, 0, i])
            out[f"x_bottom_{name}"] = float(end["x"][0, -1, i])
        return out


def why_it_stopped(model: MovingColumn, t: float) -> str:
    """The sentence of the least margin, from the scratch of the model's last call."""
    N, u = model.M.size, model.scratch.u
    margins = [(margin, j, kind) for j in range(N)
               for kind, margin in enumerate(model.margins(j))]  # fmt: skip
    _, j, flooded = min(margins)
    name = {0: "drum", N - 1: "sump"}.get(j, f"stage {j}")
    if min(margins)[0] > 1e-9:
        return (f"the column runs dry at {t:.4g} s: reflux {u[dyn.BACK]:.4g} mol/s and heat "
                f"{u[dyn.HEAT]:.4g} W leave no distillate, or no bottoms; set one of them by the "
                "other, or change less")  # fmt: skip
    held = float(model.scratch.rows[j, dyn.M])
    if flooded:
        return (f"the {name} floods at {t:.4g} s: it holds {held:.4g} mol, {model.flood:g} times "
                f"{model.M[j]:.4g}; draw more, heat or feed less, or raise flood")  # fmt: skip
    return (f"the {name} runs dry at {t:.4g} s: {held:.3g} mol of {model.M[j]:.4g} are left; draw "
            "or heat less, feed more, or give it a larger hold-up")  # fmt: skip


def TransientColumn(
    column: Column | ColumnState,
    *,
    holdups: Sequence[float],
    until: float,
    changes: Sequence[Disturbance] = (),
    weir: float = 0.0,
    drum: LevelControl = LevelControl(),
    sump: LevelControl = LevelControl(),
    loops: Sequence[TemperatureControl] = (),
    start: Charge | None = None,
    flood: float = 2.0,
) -> ColumnInTime:
    """A column in time around its steady state, or one that is given, with hold-ups (N,) there.

    weir: time t_w of the trays' weirs; above 0 s where heat balances are full. A reflux ratio that
    the column is asked for stays, else its reflux does; so does the reboiler's duty. start: fill it
    cold instead. flood: part of its hold-up at which a stage floods.
    InputError: a top without total condenser, no reboiler, side draws, equilibrium stages;
    hold-ups, disturbances or controllers that cannot be.

    >>> import intensify as it
    >>> psat = [[22.0, -3500.0, 0.0], [21.0, -3500.0, 0.0]]
    >>> pair = it.Mixture.ideal(["light", "heavy"], psat=psat)
    >>> column = it.ReactiveDistillationColumn(pair, stages=12, p=1e5, energy="cmo", dHv=3e4,
    ...     feeds=[it.ColumnFeed(6, {"light": 1.0, "heavy": 1.0})],
    ...     specs={"distillate": 1.0, "boilup": 4.0})
    >>> moving = it.TransientColumn(column, holdups=[5.0] * 12, until=60.0,
    ...     changes=[it.Disturbance(10.0, feed=1.1)])
    >>> round(it.solve(moving).kpis["bottoms"], 6)
    1.2
    """
    state, column = (column, Column(*column.column)) if isinstance(column, ColumnState) else (
        None, column)  # fmt: skip
    N, M, problems = column.stages, np.array(holdups, dtype=float), []
    if column.condenser != eq.TOTAL or column.reboiler == eq.NONE or column.draws.any():
        problems.append(("condenser", "must be total, with a reboiler and no side draws"))
    if M.shape != (N,) or not (M > 0.0).all():
        problems.append(("holdups", f"need {N} numbers above 0 [mol]"))
    if np.isinf(column.holdup).any():
        problems.append(("holdup", "equilibrium stages have no rates; give them a finite one"))
    if column.full_energy and not weir > 0.0:
        problems.append(("weir", "must be above 0 s where heat balances are full"))
    if not flood > 1.0:
        problems.append(("flood", f"is {flood:g}, but must be above 1"))
    ratio = column.top.kind == eq.REFLUX_RATIO or any(one.reflux_ratio > 0.0 for one in changes)
    shared = ratio or any(one.draw == 0.0 for one in changes)
    if column.full_energy and shared and drum.t_l == 0.0:
        problems.append(("drum", "needs t_l above 0 s: its level sets the reflux"))
    problems += wrong_loops(column, loops, ratio) + wrong_times(column, changes, loops, until)
    if start is not None and not column.full_energy:
        problems.append(("start", "from cold needs full heat balances"))
    if problems:
        raise InputError(problems)
    return ColumnInTime(
        column, state, M, float(weir), drum, sump, tuple(loops), tuple(changes), float(until),
        start, float(flood),
    )  # fmt: skip
