"""`SorptionReactor`: a column with sorbent and catalyst through the steps of its operation.

The equations stand in `sorption_equations`. A liquid column has constant velocity (chromatography,
trace components); in a gas column pressure drives the flow, and reaction and sorption change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical
from intensify.chemistry import Network
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics import BDF, Band
from intensify.numerics.roots import find_root
from intensify.reactors.sorbents.sorption_bed import Bed
from intensify.reactors.sorbents.sorption_equations import (
    CATALYST,
    DENSITY,
    FLOW,
    HEAT,
    OPEN,
    ColumnEquations,
)
from intensify.reactors.sorbents.sorption_steps import Gas, Heat, Liquid, Sorbent, Step
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.validity import Caution

TRACE = 1e-9
"""Amount of the last product [mol/m2] that stays counted, so that its composition is known."""
NARROW = 4.0
"""Cells that a front must spread over to have its own width, not the grid's."""


class SorptionColumn(NamedTuple):
    """See `SorptionReactor`, which builds it."""

    kinetics: Network
    equations: ColumnEquations
    steps: tuple[Step, ...]
    start: np.ndarray  # (N, W) rows of the cells

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return Axis("t", None, "s", "time")

    # --- shapes ----------------------------------------------------------------------------------
    @property
    def adsorbed(self) -> list[str]:
        """Names of the species that adsorb."""
        return [self.kinetics.names[i] for i in self.equations.bed.which]

    @property
    def z(self) -> np.ndarray:
        """Middles of the cells [m]."""
        return self.equations.dz * (np.arange(len(self.start)) + 0.5)

    @property
    def period(self) -> float:
        """Duration of all steps [s]."""
        return sum(step.duration for step in self.steps)

    def rows(self, Y: np.ndarray) -> np.ndarray:
        """States (..., size) as rows (..., N + 2, W)."""
        return Y.reshape(*Y.shape[:-1], len(self.start) + 2, -1)

    # --- what `solve` asks -----------------------------------------------------------------------
    def state(self) -> np.ndarray:
        """The bed at its start, nothing passed."""
        y = np.pad(self.start, ((1, 1), (0, 0)))
        y[-1] = y[-2]  # the first product, before there is one
        return self.renewed(y.ravel())

    def renewed(self, y: np.ndarray) -> np.ndarray:
        """The state as a cycle begins: nothing counted but a trace of the last product."""
        out, x = self.rows(y.copy()), self.product(y)
        out[[0, -1]] = 0.0
        out[-1, : x.size] = TRACE * x
        return out.ravel()

    def product(self, y: np.ndarray) -> np.ndarray:
        """Mole fractions (S,) of what has left at z = L since the cycle began, or last."""
        left = np.maximum(self.rows(y)[-1, : len(self.kinetics.names)], 0.0)
        return left / max(left.sum(), 1e-300)

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        return 3e-2 * self.magnitudes()

    def magnitudes(self) -> np.ndarray:
        """Sizes by which a change of state from cycle to cycle counts."""
        return np.tile(self.equations.size, len(self.start) + 2)

    def solver(self) -> Solver:
        """Multistep, with the band of a scheme that reaches two or three cells to each side.

        Flow of a gas hangs on pressures that differ by little from cell to cell: there Newton's
        iteration leaves less, and an order less is stable.
        """
        W, further = self.equations.size.size, self.equations.reach - 1.0
        reach = int((3 * W - 1 if self.equations.thermal else 2 * W) + further * W)
        gas = self.equations.u == 0.0
        return Solver(BDF(Band(reach, reach), *((2, 0.01) if gas else (3, 0.1))), 1e-5)

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """Step k, entered at time `place` with state y; None behind the last."""
        if k == len(self.steps):
            return None
        step, x = self.steps[k], self.product(y)
        ends = [
            port.end(self.kinetics, x, place, step.duration) for port in (step.inlet, step.outlet)
        ]
        model = canonical(self.equations._replace(left=ends[0], right=ends[1]))
        return Stage(step.label, model, place, float(step.duration))

    # --- what comes out --------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        z, species = Axis("z", self.z, "m", "position"), species_axis(self.kinetics.names)
        sorbed = Axis("sorbed", np.array(self.adsorbed), "1", "adsorbed species")
        return [
            Variable("c", "mol/m3", "concentration", (z, species)),
            Variable("q", "mol/kg", "loading", (z, sorbed)),
            Variable("T", "K", "temperature", (z,)),
            Variable("p", "Pa", "pressure", (z,)),
            Variable("c_out", "mol/m3", "concentration at z = L", (species,)),
            Variable("flux_in", "mol/m2/s", "flux along z at z = 0", (species,)),
            Variable("flux_out", "mol/m2/s", "flux along z at z = L", (species,)),
            Variable("passed_in", "mol/m2", "amount that has passed z = 0", (species,)),
            Variable("passed_out", "mol/m2", "amount that has passed z = L", (species,)),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times `at` with states Y (len, size); fluxes as slopes of what passed."""
        S, A, rows = len(self.kinetics.names), len(self.adsorbed), self.rows(Y)
        cells, W, path = rows[:, 1:-1], rows.shape[-1], leg.trajectory
        ends = np.r_[0:S, path.C.shape[2] - W : path.C.shape[2] - W + S]
        slopes = path._replace(C=path.C[:, :, ends]).derivative()(at)
        c, T = cells[..., :S], self.temperature(cells)
        return {
            "c": c, "q": cells[..., S : S + A], "T": T, "p": R_GAS * T * c.sum(axis=-1),
            "c_out": c[:, -1], "flux_in": slopes[:, :S], "flux_out": slopes[:, S:],
            "passed_in": rows[:, 0, :S], "passed_out": rows[:, -1, :S],
        }  # fmt: skip

    def temperature(self, cells: np.ndarray) -> np.ndarray:
        """Temperatures of cells (..., N, W)."""
        eq = self.equations
        return cells[..., -1] if eq.thermal else np.full(cells.shape[:-1], eq.T)

    def inventory(self, y: np.ndarray) -> np.ndarray:
        """Amounts in fluid and on the sorbent (S,) [mol/m2 of the tube]."""
        eq, S = self.equations, len(self.kinetics.names)
        cells = self.rows(y)[1:-1]
        n = eq.eps * cells[:, :S].sum(axis=0)
        loads = eq.cells[:, DENSITY] @ cells[:, S : S + len(self.adsorbed)]
        np.add.at(n, eq.bed.which, loads)
        return eq.dz * n

    def passed(self, legs: Sequence[Leg]) -> tuple[np.ndarray, np.ndarray]:
        """Amounts that passed z = 0 and z = L during the legs, along z (S,) each [mol/m2]."""
        S = len(self.kinetics.names)
        first, last = self.rows(legs[0].y_start), self.rows(legs[-1].y_end)
        return last[0, :S] - first[0, :S], last[-1, :S] - first[-1, :S]

    def fed(self, legs: Sequence[Leg]) -> np.ndarray:
        """Amounts that came in at z = 0 (S,) [mol/m2]."""
        return np.maximum(self.passed(legs)[0], 0.0)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of elements and mass: held at the start and fed, against the rest."""
        left, right = self.passed(legs)
        before = self.inventory(legs[0].y_start) + np.maximum(left, 0.0) + np.maximum(-right, 0.0)
        after = self.inventory(legs[-1].y_end) + np.maximum(right, 0.0) + np.maximum(-left, 0.0)
        return self.kinetics.closure(before, after)

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        eq, net = self.equations, self.kinetics
        cells = self.rows(legs[-1].y_end)[1:-1]
        S, A = len(net.names), len(self.adsorbed)
        out = {"t_end": legs[-1].end, "L": eq.dz * len(self.start)}
        if eq.thermal:
            ends = np.vstack([leg.trajectory.at_steps() for leg in legs])
            out["T_max"] = float(self.temperature(self.rows(ends)[:, 1:-1]).max())
        sorbent = eq.cells[:, DENSITY]
        for i, name in enumerate(self.adsorbed):
            if sorbent.any():
                out[f"q_{name}"] = float(sorbent @ cells[:, S + i : S + A][:, 0] / sorbent.sum())
        fed, out_L = self.fed(legs), self.passed(legs)[1]
        for s, name in enumerate(net.names):
            if (net.nu[:, s] < 0.0).any() and fed[s] > 0.0:
                out[f"X_{name}"] = 1.0 - float(out_L[s] / fed[s])
        return out

    def pressure_drop(self, leg: Leg) -> float:
        """Pressure at z = 0 over that at z = L at the end of a leg [Pa], where gas comes in."""
        eq = self.equations
        cells = self.rows(leg.y_end)[1:-1]
        S = len(self.kinetics.names)
        p = R_GAS * self.temperature(cells) * cells[:, :S].sum(axis=1)
        # from the first middle to the inlet as between the first two
        return (
            float(1.5 * p[0] - 0.5 * p[1] - leg.model.right.pressure(leg.end)) if eq.u == 0 else 0.0
        )

    def when(
        self, legs: Sequence[Leg], what: Callable[[dict[str, np.ndarray]], Any], level: float
    ) -> float:
        """First time at which what(profiles) passes `level`, NaN if it never does.

        what: from the arrays of `observe`, an array over the times.
        """
        for leg in legs:

            def miss(t: float, leg: Leg = leg) -> float:
                at = np.array([t])
                return float(what(self.observe(leg, at, leg.trajectory(at)))[0]) - level

            ends = leg.trajectory.t
            values = what(self.observe(leg, ends, leg.trajectory.at_steps())) - level
            hits = np.flatnonzero((values[:-1] < 0.0) & (values[1:] >= 0.0))
            if hits.size:
                i = int(hits[0])
                return find_root(miss, ends[i], ends[i + 1], rtol=1e-12).x
        return float("nan")

    def front_cells(self, legs: Sequence[Leg]) -> float:
        """Cells over which the steepest front in the second half of the bed spreads."""
        S, steepest = len(self.kinetics.names), 0.0
        paths = [leg.trajectory for leg in legs if leg.trajectory is not None]
        shown = np.vstack([p(p.t[:: max(1, p.t.size // 200)]) for p in paths])
        c = self.rows(shown)[:, 1:-1, :S]
        span = np.ptp(c, axis=(0, 1))
        for s in np.flatnonzero(span > 1e-3 * span.max(initial=0.0)):
            half = c[:, c.shape[1] // 2 :, s]
            steepest = max(steepest, float(np.abs(np.diff(half, axis=1)).max() / span[s]))
        return 1.0 / max(steepest, 1e-12)

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Fronts as narrow as the grid."""
        cells = self.front_cells(legs)
        if cells >= NARROW:
            return []
        return [Caution(
            f"a front is {cells:.1f} cells wide: its width is the grid's below {NARROW:.0f}; its "
            f"time stands; take {len(self.start) * NARROW / cells:.0f} cells or more",
            name="front_cells", value=cells, low=NARROW,
        )]  # fmt: skip


def SorptionReactor(
    kinetics: Network,
    *,
    length: float,
    fluid: Gas | Liquid,
    sorbent: Sorbent,
    steps: Sequence[Step],
    start: Mapping[str, float],
    T: float = 298.15,
    p: float = 1e5,
    catalyst: float = 0.0,
    profile: Sequence[tuple[float, float]] = ((1.0, 1.0),),
    heat: Heat | None = None,
    least: Mapping[str, float] | None = None,
    saturated: bool = True,
    cells: int = 100,
    weno: bool = False,
) -> SorptionColumn:
    """A column of `length` [m] through its steps, on `cells` finite volumes.

    catalyst: kg per m3 of bed (for rates per m3 of fluid: the void fraction). profile: of sorbent
    and catalyst along the bed, a pair of factors for each equal part, such as ((2, 0), (0, 2)).
    start: mole fractions (concentrations of a liquid) in the bed at T and p; the sorbent is in
    equilibrium with them unless saturated is False. heat: None keeps T. least: partial pressures
    [Pa] (concentrations) below which the rate laws see no change. weno: faces by WENO5, sharper on
    smooth fronts of few cells and about twice the work a cell.

    InputError: unknown species, no step, fewer than 8 cells, a number out of its range.
    """
    check(length, fluid, sorbent, steps, catalyst, profile, cells)
    net, gas = kinetics, isinstance(fluid, Gas)
    which = np.array([net.index(name) for name in sorbent.species], dtype=np.int64)
    S, A, factor = len(net.names), which.size, R_GAS * T if gas else 1.0
    c0 = net.vector(dict(start)) * (p / (R_GAS * T) if gas else 1.0)
    bed = Bed(
        net.lean(), sorbent.isotherm, which, sorbent.rates(A),
        np.array([sorbent.isotherm.heat(i) for i in range(A)], dtype=float), float(gas),
        np.full(S, -1e300) if least is None else net.vector(dict(least)) / factor,
        np.empty(S + len(net.reactions) + A),
    )  # fmt: skip
    rows = np.zeros((cells, S + A + (heat is not None)))
    rows[:, :S] = c0
    q = np.zeros(A)
    sorbent.isotherm.loading(T, c0[which] * factor, q)
    rows[:, S : S + A] = q if saturated else 0.0
    if heat is not None:
        rows[:, -1] = T
    share = np.array(profile, dtype=float)[np.arange(cells) * len(profile) // cells]
    solid = np.zeros((cells, 3))
    solid[:, DENSITY], solid[:, CATALYST] = sorbent.density * share[:, 0], catalyst * share[:, 1]
    solid[:, HEAT] = sorbent.density * heat.cp_solid if heat is not None else 0.0
    size = magnitudes(net, sorbent, steps, c0, T, gas)
    size = size if heat is None else np.append(size, 100.0)
    thermal = heat or Heat(0.0, 0.0, 0.0, 1.0, T)
    end = steps[0].inlet.end(net, np.zeros(S), 0.0, 1.0)
    equations = ColumnEquations(
        bed, solid, length / cells, fluid.eps, fluid.void * fluid.D, fluid.u, fluid.friction,
        fluid.mu, net.M.copy(), net.cp.copy(), thermal.conductivity,
        4.0 * thermal.U / thermal.diameter, thermal.T_wall, T, float(heat is not None), end, end,
        size, np.empty((4, S + A + 1)), 2.0 if weno else 1.0,
    )  # fmt: skip
    return SorptionColumn(net, canonical(equations), tuple(steps), rows)


def magnitudes(
    net: Network, sorbent: Sorbent, steps: Sequence[Step], c0: np.ndarray, T: float, gas: bool
) -> np.ndarray:
    """Sizes (S + A,) of concentrations and loadings in a run."""
    which = [net.index(name) for name in sorbent.species]
    feeds = [c0] + [
        net.vector(dict(port.x)) * (max(port.p, port.p_stop) / (R_GAS * port.T))
        for step in steps for port in (step.inlet, step.outlet)
    ]  # fmt: skip
    loads, q = [], np.zeros(len(which))
    for c in feeds:
        sorbent.isotherm.loading(T, c[which] * (R_GAS * T if gas else 1.0), q)
        loads.append(q.copy())
    largest = np.max(loads, axis=0, initial=0.0)
    largest = np.maximum(largest, 1e-3 * largest.max(initial=0.0))
    return np.append(
        np.full(len(net.names), max(float(c.sum()) for c in feeds)),
        np.where(largest > 0.0, largest, 1.0),
    )


def check(
    length: float, fluid: Gas | Liquid, sorbent: Sorbent, steps: Sequence[Step], catalyst: float,
    profile: Sequence[tuple[float, float]], cells: int,
) -> None:  # fmt: skip
    """InputError with everything that is wrong with a column."""
    wrong: list[tuple[str, str]] = []
    if not steps:
        wrong.append(("steps", "are none; a column needs one or more"))
    if cells < 8:
        wrong.append(("cells", f"are {cells}, but must be 8 or more"))
    numbers = {"length": length, "void": fluid.void}
    numbers |= (
        {"mu": fluid.mu, "d": fluid.d, "eps": fluid.eps}
        if isinstance(fluid, Gas)
        else {"velocity": fluid.velocity}
    )
    numbers |= {f"duration of '{step.label}'": step.duration for step in steps}
    wrong += [(k, f"is {x:g}, but must be above 0") for k, x in numbers.items() if not x > 0.0]
    least = {"catalyst": catalyst, "D": fluid.D, "density": sorbent.density}
    least["k"] = float(np.min(sorbent.k, initial=np.inf))
    least["profile"] = float(np.min(profile))
    wrong += [(k, f"is {x:g}, but must be 0 or more") for k, x in least.items() if not x >= 0.0]
    if not fluid.void < 1.0:
        wrong.append(("void", f"is {fluid.void:g}, but must be below 1"))
    taken = [step.label for step in steps if step.inlet.kind == FLOW and step.inlet.own]
    taken += [step.label for step in steps if step.outlet.kind == FLOW and step.outlet.own]
    if taken and not any(step.outlet.kind == OPEN for step in steps):
        wrong.append((taken[0], "takes product, but no step lets any leave at z = L"))
    for step in steps:
        if isinstance(fluid, Liquid) and FLOW in (step.inlet.kind, step.outlet.kind):
            wrong.append((step.label, "a liquid's ends are `stream`s; its velocity is given"))
    if wrong:
        raise InputError(wrong)
