"""A packed bed in time as it is run: stages, profiles, balances, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical
from intensify.chemistry import R_GAS, Network
from intensify.numerics import BDF, Nested, integrate
from intensify.numerics.roots import find_minimum
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.reactors.beds.transient_bed_equations import (
    GIGA,
    T_WALL,
    WALL,
    TransientBedEquations,
)
from intensify.reactors.rest import at_rest
from intensify.reactors.sorbents.sorption_equations import CATALYST, HEAT
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import INF, Kelvin, Number, Second, describe
from intensify.validity import Caution

NARROW = 4.0
"""Cells that a front must spread over."""


class BedChange(NamedTuple):
    """What is otherwise than in normal operation from time `at` on, until the next change.

    Factors on the feed's flow and on heat transfer to the coolant; temperatures of feed and
    coolant; mole fractions of the feed.
    """

    at: Second
    flow: Number = 1.0
    cooling: Number = 1.0
    T_in: Kelvin = np.nan
    T_coolant: Kelvin = np.nan
    feed: Mapping[str, float] | None = None


class BedFilling(NamedTuple):
    """What gas a bed is full of at the start, itself and its grains at T; None: its feed."""

    T: Kelvin
    feed: Mapping[str, float] | None = None


class TransientBedReactor(NamedTuple):
    """A packed bed in time; build one with `TransientBed`."""

    bed: PackedBedReactor
    equations: TransientBedEquations  # in normal operation
    changes: tuple[BedChange, ...]
    until: Second
    start: BedFilling | None

    @property
    def coordinate(self) -> Variable:
        """What the profiles of a run stand over."""
        return Variable("t", "s", "time")

    @property
    def kinetics(self) -> Network:
        """The reactions."""
        return self.bed.kinetics

    @property
    def T_limit(self) -> float:
        """Limit of the temperature [K], inf: none."""
        return float(self.equations.T)

    def __str__(self) -> str:
        bare, eq = np.empty(0), self.equations
        eq = eq._replace(bed=(), cells=bare, size=bare, scratch=bare)
        return describe(self._replace(equations=eq))

    # --- shapes ----------------------------------------------------------------------------------
    @property
    def z(self) -> np.ndarray:
        """Middles of the cells [m]."""
        return self.equations.dz * (np.arange(len(self.equations.cells)) + 0.5)

    def rows(self, Y: np.ndarray) -> np.ndarray:
        """States (..., size) as rows (..., N + 2, W)."""
        return Y.reshape(*Y.shape[:-1], len(self.equations.cells) + 2, -1)

    def grain(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Concentrations (..., n, S) and temperatures (..., n) at the points of the grains."""
        S, n, hot = self.bed.F_in.size, self.equations.bed.W.size, len(self.equations.bed.K_T)
        c = cells[..., S : S + n * S].reshape(*cells.shape[:-1], n, S)
        T = cells[..., S + n * S : S + n * S + hot]
        return c, np.broadcast_to(T, (*T.shape[:-1], n)) if hot == 1 else T

    def own(self) -> np.ndarray:
        """Which states are no counters (size,)."""
        own = np.ones((len(self.equations.cells) + 2, self.equations.size.size), dtype=bool)
        own[[0, -1]] = own[:, -2] = False
        return own.ravel()

    # --- what `solve` asks -----------------------------------------------------------------------
    def model(self, change: BedChange) -> TransientBedEquations:
        """The equations from a change on."""
        eq, net = self.equations, self.kinetics
        cells = eq.cells.copy()
        cells[:, WALL] *= change.cooling
        if np.isfinite(change.T_coolant):
            cells[:, T_WALL] = change.T_coolant
        y = eq.left.y if change.feed is None else net.vector(dict(change.feed))
        T = eq.left.T if np.isnan(change.T_in) else float(change.T_in)
        left = eq.left._replace(y=y, T=T, flux=eq.left.flux * change.flow)
        p = self.p_out
        right = eq.right._replace(p_start=p, p_stop=p)
        return canonical(eq._replace(cells=cells, left=left, right=right))

    @property
    def p_out(self) -> float:
        """Pressure behind the bed [Pa]: that given, or what the steady bed leaves."""
        given = self.equations.right.p_start
        return given if np.isfinite(given) else marched(self.bed, np.empty(0))[1]

    def solver(self) -> Solver:
        """BDF; grains couple to the gas around them alone."""
        S = self.bed.F_in.size
        return Solver(BDF(Nested(S, self.equations.size.size - S - 1, 1), enough=0.03), 1e-5)

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        S, L = self.bed.F_in.size, self.bed.length
        out = np.tile(self.equations.size, (len(self.equations.cells) + 2, 1))
        out[[0, -1], :S] *= L
        out[[0, -1], -1] = 0.1 * L
        return out.ravel()

    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """The stretch from the k-th change to the next."""
        if k == len(self.changes):
            return None
        change = self.changes[k]
        end = self.changes[k + 1].at if k + 1 < len(self.changes) else self.until
        label = "normal" if change == BedChange(change.at) else f"change {k if k else 1}"
        return Stage(label, self.model(change), change.at, end - change.at,
                     events=int(np.isfinite(self.T_limit)))  # fmt: skip

    def state(self) -> np.ndarray:
        """Start: the given filling, or the steady state of normal operation."""
        if self.start is None:
            return self.steady_from(self.from_marching())
        return self.filled(self.start)

    def filled(self, filling: BedFilling) -> np.ndarray:
        """Gas and grains at one temperature, at the pressure behind the bed."""
        eq, net = self.equations, self.kinetics
        y = eq.left.y if filling.feed is None else net.vector(dict(filling.feed))
        c = y / y.sum() * self.p_out / (R_GAS * filling.T)
        cells = np.zeros((len(eq.cells), eq.size.size))
        cells[:] = [*c, *np.tile(c, eq.bed.W.size), *np.full(len(eq.bed.K_T), filling.T), 0.0,
                    filling.T]  # fmt: skip
        return np.pad(cells, ((1, 1), (0, 0))).ravel()

    def from_marching(self) -> np.ndarray:
        """The steady bed without dispersion at the cells' middles."""
        bed, eq, S = self.bed, self.equations, self.bed.F_in.size
        cells, n = np.zeros((len(eq.cells), eq.size.size)), eq.bed.W.size
        for i, (y, model) in enumerate(marched(bed, self.z)[0]):
            c = y[:S] / float(bed.volume_flow(y[:S], y[S], y[S + 1]))
            row = [*c]
            at, T = np.empty(S), []
            for m in range(n):
                T.append(float(model.pellet.inside(self.kinetics, y[S], c, y[S + 4 :], m, at)))
                row += [*at]
            hot = len(eq.bed.K_T)
            row += T if hot > 1 else [float(eq.bed.W @ T)] * hot
            cells[i] = [*row, 0.0, y[S]]
        return np.pad(cells, ((1, 1), (0, 0))).ravel()

    def steady_from(self, y: np.ndarray, change: BedChange = BedChange(0.0)) -> np.ndarray:
        """The steady state under the conditions of a change that state y comes to.

        SolveError: it comes to none.
        """
        model, eq = self.model(change), self.equations
        N = eq.left.flux * change.flow
        hold = eq.cells[:, HEAT].mean() + eq.cells[:, CATALYST].mean() * eq.bed.cp * bool(
            eq.bed.W.size
        )
        C = float(N * (eq.left.y @ eq.cp))
        span = 2.0 * self.bed.length * (hold / C + eq.eps * float(self.bed.c_in.sum()) / N)
        return at_rest(model, y, self.own(), self.scales(), span=span, method=self.solver().method)

    # --- profiles --------------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        along = Axis("z", self.z, "m", "position along the bed")
        species = species_axis(self.kinetics.names)
        return [
            Variable("c", "mol/m3", "concentration", (along, species)),
            Variable("y", "1", "mole fraction", (along, species)),
            Variable("T", "K", "temperature of the gas", (along,)),
            Variable("c_solid", "mol/m3", "mean concentration in the grain", (along, species)),
            Variable("T_solid", "K", "mean temperature of the grain", (along,)),
            Variable("p", "Pa", "pressure", (along,)),
            Variable("T_coolant", "K", "temperature of the coolant", (along,)),
            Variable("T_hottest", "K", "highest temperature of gas and grains"),
            Variable("y_out", "1", "mole fraction at the outlet", (species,)),
            Variable("T_out", "K", "temperature of the gas at the outlet"),
        ]

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, size); see `variables`."""
        S, cells, W = self.bed.F_in.size, self.rows(Y)[:, 1:-1], self.equations.bed.W
        c, T = cells[..., :S], cells[..., -1]
        c_solid, T_solid = c, T
        if W.size:
            inside, hot = self.grain(cells)
            c_solid, T_solid = np.einsum("m,...ms->...s", W, inside), hot @ W
        total = c.sum(axis=-1)
        y = c / total[..., None]
        return {
            "c": c, "y": y, "T": T, "c_solid": c_solid, "T_solid": T_solid,
            "p": R_GAS * T * total, "T_coolant": np.tile(leg.model.cells[:, T_WALL], (t.size, 1)),
            "T_hottest": np.array([leg.model.hottest(row) for row in Y]), "y_out": y[:, -1],
            "T_out": T[:, -1],
        }  # fmt: skip

    # --- what comes out --------------------------------------------------------------------------
    def inventory(self, y: np.ndarray) -> tuple[np.ndarray, float]:
        """Amounts (S,) [mol/m2] and enthalpy [J/m2] of gas and grains, per area of the tube."""
        eq, net, S = self.equations, self.kinetics, self.bed.F_in.size
        cells = self.rows(y)[1:-1]
        n, dT = eq.eps * cells[:, :S], cells[:, -1] - net.T_ref
        heat = eq.cells[:, HEAT] * dT
        if eq.bed.W.size:
            c, T = self.grain(cells)
            n = n + eq.cells[:, [CATALYST]] * eq.bed.pores * np.einsum("m,ims->is", eq.bed.W, c)
            heat = heat + eq.cells[:, CATALYST] * eq.bed.cp * ((T - net.T_ref) @ eq.bed.W)
        heat = heat + n @ net.h + (n @ eq.cp) * dT
        return eq.dz * n.sum(axis=0), float(eq.dz * heat.sum())

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants and energy over the run."""
        S, net, eq = self.bed.F_in.size, self.kinetics, self.equations
        first, last = legs[0].y_start, legs[-1].y_end
        (n, E), (n_end, E_end) = self.inventory(first), self.inventory(last)
        passed = self.rows(last) - self.rows(first)
        out = net.closure(n + passed[0, :S], n_end + passed[-1, :S])
        came, went = GIGA * passed[0, -1], GIGA * passed[-1, -1]
        lost = GIGA * eq.dz * float(passed[1:-1, -2].sum())
        made = n_end + passed[-1, :S] - n - passed[0, :S]
        C = 100.0 * float(np.abs(n_end + passed[-1, :S]) @ eq.cp)
        size = max(abs(lost), abs(float(made @ net.h)), C)
        lack = abs(E_end - E + went + lost - came)
        lack = max(lack - net.heat_slack() * float(np.abs(made).sum()), 0.0)
        out["energy"] = lack / size
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        S, bed = self.bed.F_in.size, self.bed
        T_max, t_max, where = self.hottest(legs)
        last, model = self.rows(legs[-1].y_end), legs[-1].model
        p = R_GAS * last[1:-1, -1] * last[1:-1, :S].sum(axis=1)
        out = {"t_end": legs[-1].end, "L": bed.length, "T_max": T_max, "t_T_max": t_max,
               "z_T_max": where, "T_max_end": float(model.hottest(legs[-1].y_end)),
               "T_out": float(last[-2, -1]), "p_out": float(model.right.p_start),
               "p_drop": float(1.5 * p[0] - 0.5 * p[1] - model.right.p_start),
               "catalyst": bed.catalyst, "tubes": bed.tubes}  # fmt: skip
        if np.isfinite(self.T_limit):
            out["T_limit"], out["t_limit"] = self.T_limit, self.time_to_limit(legs)
        out |= self.conversions(legs[-1])
        return out

    def conversions(self, leg: Leg) -> dict[str, float]:
        """Conversion of what reactions use, by what passes the ends as the run ends."""
        S, net = self.bed.F_in.size, self.kinetics
        dy = np.empty(leg.y_end.size)
        leg.model.rhs(leg.end, leg.y_end, dy)
        came, went = self.rows(dy)[0, :S], self.rows(dy)[-1, :S]
        return {
            f"X_{name}": float(1.0 - went[i] / came[i])
            for i, name in enumerate(net.names) if (net.nu[:, i] < 0.0).any() and came[i] > 0.0
        }  # fmt: skip

    def time_to_limit(self, legs: list[Leg]) -> float:
        """Time from the first change of normal operation to the limit; inf: never [s]."""
        began = next((c.at for c in self.changes if c != BedChange(c.at)), 0.0)
        if legs[0].model.hottest(legs[0].y_start) >= self.T_limit:
            return 0.0
        times = np.concatenate([leg.trajectory.event_t for leg in legs])
        return float(times[0]) - began if times.size else INF

    def hottest(self, legs: list[Leg]) -> tuple[float, float, float]:
        """Highest temperature of the run, its time and its place, refined between steps."""
        best = (-INF, 0.0, 0.0)
        for leg in legs:
            path = leg.trajectory
            values = np.array([leg.model.hottest(y) for y in path.at_steps()])
            i = int(values.argmax())
            t, T = float(path.t[i]), float(values[i])
            found = find_minimum(
                coolness(leg), path.t[max(i - 1, 0)], path.t[min(i + 1, path.t.size - 1)]
            )
            if -found.value > T:
                t, T = found.x, -found.value
            if best[0] < T:
                cells = self.rows(path(t)[0])[1:-1]
                grains = self.grain(cells)[1].max(axis=1, initial=0.0)
                best = (T, t, float(self.z[np.maximum(cells[:, -1], grains).argmax()]))
        return best

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Fronts that the cells do not resolve, and what the bed itself warns of."""
        steepest = 0.0
        for leg in legs:
            T = self.rows(leg.trajectory.at_steps())[:, 1:-1, -1]
            span = np.maximum(np.ptp(T, axis=1), 20.0)
            steepest = max(steepest, float((np.abs(np.diff(T, axis=1)).max(axis=1) / span).max()))
        out: list[str] = self.bed.warnings([legs[-1]._replace(end=self.bed.length)])
        if steepest * NARROW > 1.0:
            wide, N = 1.0 / steepest, len(self.equations.cells)
            out.append(Caution(
                f"a front is {wide:.1f} cells wide, its width the grid's below {NARROW:.0f}: take "
                f"{N * NARROW / wide:.0f} cells or more", name="front_cells", value=wide,
                low=NARROW,
            ))  # fmt: skip
        return out


def coolness(leg: Leg) -> Callable[[float], float]:
    """Minus the highest temperature at a time of a leg."""
    return lambda t: -float(leg.model.hottest(leg.trajectory(t)[0]))


def marched(bed: PackedBedReactor, z: np.ndarray) -> tuple[list[tuple[np.ndarray, Any]], float]:
    """The steady bed at places z: its state and the model of its zone; and its end's pressure."""
    out, y, place, k = [], bed.state(), 0.0, 0
    while (stage := bed.stage(k, place, y)) is not None:
        end, start = place + stage.length, stage.model.enter(y)
        path = integrate(
            stage.model, (place, end), start, atol=1e-8 * bed.scales(), n_events=1, terminal=True
        )
        end = float(path.t[-1])  # short of the zone's where the pressure is used up
        out += [(y, stage.model) for y in path(z[(z > place) & (z <= end)])]
        y, place, k = path.y_end, end, k + 1
    return out, float(y[bed.F_in.size + 1])
