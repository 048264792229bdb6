"""A column in time, with the same molar hold-up on each stage at all times.

    M_j dx_j/dt = L_(j-1) x_(j-1) + V_(j+1) y_(j+1) + f_j + nu^T xi_j - L_j x_j - V_j y_j

Temperatures follow from boiling, vapour flows from the boilup with equal molar overflow but for the
heats of reaction, liquid flows from the hold-ups, which levels keep. Reflux and boilup are set;
distillate and bottoms are what is left, and a column whose drum or sump runs dry ends with that.

State: x (N, C), then what has left with distillate and bottoms so far (2 C), and extents (R) [mol].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import NU
from intensify.errors import InputError, SolveError
from intensify.numerics import DormandPrince
from intensify.reactors import column_equations as eq
from intensify.reactors.column_equations import ColumnEquations
from intensify.reactors.column_state import ColumnState
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import Number, Second, describe

DRY = 1e-3
"""Part of all feeds below which a product's flow counts as none."""


class Disturbance(NamedTuple):
    """From time `at` on: reflux and boilup [mol/s], and a factor on every feed; nan: as before."""

    at: Second
    reflux: Number = np.nan
    boilup: Number = np.nan
    feed: Number = np.nan


class MovingColumn(NamedTuple):
    """The equations under one set of conditions."""

    column: ColumnEquations
    M: np.ndarray  # (N,) mol
    reflux: Number
    boilup: Number
    feed: Number  # factor
    T: np.ndarray  # (N,) temperatures last found
    scratch: np.ndarray  # (N, C + 2 + R): y, V, L, extents

    def boil(self, j, x, terms, a, y):
        """Temperature at which stage j boils; fills terms there, activities a, and y its vapour."""
        column, mix, T = self.column, self.column.mixture, self.T[j]
        for _ in range(50):
            mix.at(T + 1e-3, terms)
            mix.activities(terms, x, a)
            ahead = mix.boil(terms, T + 1e-3, column.pressure[j], a, y)
            mix.at(T, terms)
            mix.activities(terms, x, a)
            miss = mix.boil(terms, T, column.pressure[j], a, y)
            step = -miss * 1e-3 / (ahead - miss)
            if abs(step) < 1e-9:
                break
            T += min(max(step, -20.0), 20.0)
        self.T[j] = T
        return T

    def flows(self, X):
        """Fill scratch with y, V, L and extents of all stages for compositions X (N, C)."""
        column, (N, C) = self.column, self.column.feed.shape
        R = column.dHr.size
        nu = column.kinetics.forward.reactions
        terms, a, rate = column.mixture.room(), np.empty(C), np.empty((2, R))
        for j in range(N):
            row = self.scratch[j]
            T = self.boil(j, X[j], terms, a, row[:C])
            row[C + 2 : C + 2 + R] = 0.0
            if R > 0 and column.holdup[j] > 0.0:
                held = a if column.kinetics.by_activity > 0.0 else X[j]
                column.driving(j, T, held, rate, row[C + 2 : C + 2 + R])
        V = self.boilup
        for j in range(N - 1, -1, -1):
            row = self.scratch[j]
            if j < N - 1:
                V += self.feed * column.feed_vapour[j]
                for k in range(R):
                    V -= column.dHr[k] / column.dHv * row[C + 2 + k]
            row[C] = V
        self.scratch[0, C] = self.scratch[1, C] - self.reflux
        L = self.reflux
        self.scratch[0, C + 1] = L
        for j in range(1, N):
            row = self.scratch[j]
            for i in range(C):
                L += self.feed * column.feed[j, i]
                for k in range(R):
                    L += nu[k, NU + i] * row[C + 2 + k]
            L -= row[C]
            if j < N - 1:
                L += self.scratch[j + 1, C]
            row[C + 1] = L

    def rhs(self, t, s, ds):
        """Time derivatives; see the module's equations."""
        column, (N, C) = self.column, self.column.feed.shape
        R = column.dHr.size
        nu = column.kinetics.forward.reactions
        X = s[: N * C].reshape(N, C)
        self.flows(X)
        for i in range(2 * C + R):
            ds[N * C + i] = 0.0
        for j in range(N):
            row = self.scratch[j]
            for i in range(C):
                out = row[C] * (X[j, i] if j == 0 else row[i])
                gain = self.feed * column.feed[j, i] - row[C + 1] * X[j, i] - out
                if j > 0:
                    gain += self.scratch[j - 1, C + 1] * X[j - 1, i]
                if j < N - 1:
                    gain += self.scratch[j + 1, C] * self.scratch[j + 1, i]
                for k in range(R):
                    gain += nu[k, NU + i] * row[C + 2 + k]
                ds[j * C + i] = gain / self.M[j]
            for k in range(R):
                ds[N * C + 2 * C + k] += row[C + 2 + k]
        for i in range(C):
            ds[N * C + i] = self.scratch[0, C] * X[0, i]
            ds[N * C + C + i] = self.scratch[N - 1, C + 1] * X[N - 1, i]

    def events(self, t, s, g):
        """The smaller of distillate and bottoms, less what counts as dry."""
        N, C = self.column.feed.shape
        self.flows(s[: N * C].reshape(N, C))
        g[0] = min(self.scratch[0, C], self.scratch[N - 1, C + 1]) - DRY * self.column.total_feed()


class ColumnInTime(NamedTuple):
    """A column in time; build one with `TransientColumn`."""

    state0: ColumnState
    M: np.ndarray
    disturbances: tuple[Disturbance, ...]
    until: Second

    @property
    def coordinate(self) -> Variable:
        """What the profiles stand over."""
        return Variable("t", "s", "time")

    @property
    def kinetics(self):
        """The reactions."""
        return self.state0.column.kinetics.forward

    def __str__(self) -> str:
        return describe(self._replace(state0=None))  # type: ignore[arg-type]

    def solver(self) -> Solver:
        """Stages hold seconds, runs last hours, and nothing is stiffer than a stage."""
        return Solver(DormandPrince(), 1e-7)

    def state(self) -> np.ndarray:
        """Compositions of the start, nothing passed."""
        C, R = self.state0.C, self.state0.column.dHr.size
        return np.append(self.state0.x.ravel(), np.zeros(2 * C + R))

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        C, R = self.state0.C, self.state0.column.dHr.size
        fed = float(self.state0.column.feed.sum()) * self.until
        return np.append(np.full(self.state0.x.size, 0.01), np.full(2 * C + R, fed))

    def conditions(self, k: int) -> tuple[float, float, float]:
        """Reflux, boilup and feed factor from disturbance k - 1 on."""
        now = [float(self.state0.L[0]), float(self.state0.V[-1]), 1.0]
        for one in self.disturbances[:k]:
            now = [a if np.isnan(b) else float(b) for a, b in zip(now, one[1:], strict=True)]
        return now[0], now[1], now[2]

    def model(self, k: int) -> MovingColumn:
        """The equations from disturbance k - 1 on."""
        column = self.state0.column
        N, C = column.feed.shape
        R = column.dHr.size
        lean = column._replace(mixture=column.mixture.lean())
        return MovingColumn(
            lean, self.M, *self.conditions(k), self.state0.T.copy(),
            np.empty((N, C + 2 + R)),
        )  # fmt: skip

    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """From disturbance k - 1 (0: the start) to the next, or the end."""
        times = [0.0, *(one.at for one in self.disturbances), self.until]
        last = min(k, len(self.disturbances))
        dry = np.empty(1)
        self.model(last).events(t, y, dry)
        if dry[0] < 0.0 or t < times[k] * (1.0 - 1e-12):
            raise SolveError(
                f"the column runs dry at {t:.4g} s: reflux {self.conditions(last)[0]:.4g} and "
                f"boilup {self.conditions(last)[1]:.4g} mol/s leave no distillate, or no bottoms; "
                "set one of them by the other, or change less"
            )
        if k == len(times) - 1:
            return None
        return Stage("start" if k == 0 else f"disturbance {k}", self.model(k), times[k],
                     times[k + 1] - times[k], events=1, terminal=True)  # fmt: skip

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        column = self.state0.column
        stage = Axis("tray", np.arange(column.stages), "1", "stage from the top")
        species = species_axis(column.mixture.names)
        return [
            Variable("x", "1", "liquid mole fraction", (stage, species)),
            Variable("T", "K", "temperature", (stage,)),
            Variable("V", "mol/s", "vapour leaving upwards; 0: distillate", (stage,)),
            Variable("L", "mol/s", "liquid leaving downwards", (stage,)),
        ]

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, N); see `variables`."""
        N, C = self.state0.x.shape
        model, X = leg.model, Y[:, : N * C].reshape(len(Y), N, C)
        T, V, L = np.empty((3, len(Y), N))
        for k, x in enumerate(X):
            model.flows(np.ascontiguousarray(x))
            T[k], V[k], L[k] = model.T, model.scratch[:N, C], model.scratch[:N, C + 1]
        return {"x": X, "T": T, "V": V, "L": L}

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of each component: what was fed, made, taken out and is held."""
        column, (N, C) = self.state0.column, self.state0.x.shape
        R, last = column.dHr.size, legs[-1].y_end
        held = self.M @ (last[: N * C].reshape(N, C) - self.state0.x)
        out = last[N * C :][:C] + last[N * C :][C : 2 * C]
        nu = self.kinetics.reactions[:, NU : NU + C]
        made = last[N * C + 2 * C :][:R] @ nu if R else np.zeros(C)
        fed = sum(leg.model.feed * (leg.end - leg.start) for leg in legs) * column.feed.sum(axis=0)
        size = float(fed.sum() + self.M.sum())
        lack = np.abs(fed + made - out - held) / size
        return dict(zip(column.mixture.names, lack.tolist(), strict=True))

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Compositions and temperatures at the end."""
        end = self.observe(legs[-1], np.array([legs[-1].end]), legs[-1].y_end[None])
        out = {"t_end": legs[-1].end, "T_top": float(end["T"][0, 0]),
               "T_bottom": float(end["T"][0, -1])}  # fmt: skip
        for i, name in enumerate(self.state0.column.mixture.names):
            out[f"x_top_{name}"] = float(end["x"][0, 0, i])
            out[f"x_bottom_{name}"] = float(end["x"][0, -1, i])
        return out


def TransientColumn(
    state: ColumnState,
    *,
    holdups: Sequence[float],
    until: float,
    disturbances: Sequence[Disturbance] = (),
) -> ColumnInTime:
    """A column in time from a steady state, with molar hold-ups (N,) and disturbances.

    InputError: full heat balances (they need energy hold-ups), a top without total condenser,
    hold-ups not above 0 or too few, disturbances that do not rise from 0 to `until`, equilibrium
    stages, side draws.
    """
    column, M = state.column, np.array(holdups, dtype=float)
    problems = []
    if column.full_energy:
        problems.append(("energy", "must be 'cmo': full heat balances need energy hold-ups"))
    if column.condenser != eq.TOTAL or column.reboiler == eq.NONE or column.draws.any():
        problems.append(("condenser", "must be total, with a reboiler and no side draws"))
    if M.shape != (column.stages,) or not (M > 0.0).all():
        problems.append(("holdups", f"need {column.stages} numbers above 0 [mol]"))
    if np.isinf(column.holdup).any():
        problems.append(("holdup", "equilibrium stages have no rates; give them a finite one"))
    times = [one.at for one in disturbances]
    inside = not times or 0.0 <= times[0] <= times[-1] < until
    if sorted(times) != times or not inside or until <= 0.0:
        problems.append(("disturbances", f"must rise from 0 to below until = {until:g} s"))
    if problems:
        raise InputError(problems)
    return ColumnInTime(state, M, tuple(disturbances), float(until))
