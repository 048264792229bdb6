"""`RateBasedColumn`: a packed column whose vapour and liquid meet across films; how it is solved.

The equations stand in `rate_based_equations`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled
from intensify.chemistry import vapour
from intensify.errors import InputError, SolveError
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column, column_run
from intensify.reactors.columns.column_newton import Status
from intensify.reactors.columns.column_solution import SENTENCES, local, solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.columns.rate_based_equations import FilmScratch, RateBasedEquations
from intensify.reactors.columns.rate_based_newton import settle
from intensify.reactors.stage import SteadyRun, Variable, species_axis
from intensify.transport.films import FilmFluids, StructuredPacking, wetted
from intensify.units import describe

EASY, MOST, LEAST_DRIVE = 1e4, 60, 1e-3
"""Factor on all coefficients at the start; most steps; least y* - y that has an efficiency."""
PATIENCE = 40
"""How often the way from easy transfer to the real one is tried, all steps together."""


class RateBasedState(NamedTuple):
    """A solution: column, equations, unknowns z (N, n), residual, steps of Newton and of easing."""

    column: Column
    equations: RateBasedEquations
    z: np.ndarray
    residual: float
    steps: int
    eased: int

    def part(self, k: int) -> np.ndarray:
        """Unknowns from place k on: y, T_V, N, x_I, y_I, T_I."""
        places = [*self.equations.places(), self.z.shape[1]]
        own = self.z[:, places[k] : places[k + 1]]
        return own[:, 0] if k in (1, 5) else own

    @property
    def bulk(self) -> ColumnState:
        """The bulk of the segments, with figures and balances."""
        o_y, own = self.equations.places()[0], self.column._replace(efficiency=0.5)
        z = np.ascontiguousarray(self.z[:, : o_y + self.equations.M.size])
        self.equations.bulk(self.z)
        return ColumnState(own, z, self.equations.scratch.P.copy(), self.residual, self.steps,
                           "by transfer rates")  # fmt: skip

    def efficiencies(self) -> np.ndarray:
        """Murphree's (N, C) of each component's vapour: 1 at the ends, nan where nothing drives."""
        y, star = self.part(0), self.bulk.P[:, : self.equations.M.size]
        out, drive = np.ones_like(y), star[1:-1] - y[2:]
        out[1:-1] = np.where(np.abs(drive) > LEAST_DRIVE, (y[1:-1] - y[2:]) / drive, np.nan)
        return out


class RateBased(NamedTuple):
    """A packed column; build one with `RateBasedColumn`."""

    column: Column
    packing: StructuredPacking
    fluids: FilmFluids
    M: np.ndarray
    v: np.ndarray
    D: np.ndarray
    k: np.ndarray
    given: bool

    @property
    def coordinate(self) -> Variable:
        """What the profiles stand over."""
        return Variable("tray", "1", "segment from the top")

    def __str__(self) -> str:
        return describe(self)

    def equations(self) -> RateBasedEquations:
        """The equations, with room to work in."""
        lean = self.column._replace(mixture=self.column.mixture.lean(), efficiency=0.5)
        own = eq.ColumnEquations(*lean)
        N, C, R = own.stages, self.M.size, own.dHr.size
        scratch = FilmScratch(np.zeros((N, C + 3 + R)), np.empty((2, C, C)), np.empty((8, C)),
                              own.mixture.room(), np.empty((2, R)))  # fmt: skip
        return RateBasedEquations(own, self.packing, self.fluids, self.M, self.v, self.D, self.k,
                                  float(self.given), scratch)  # fmt: skip

    def variables(self) -> list[Variable]:
        """Names and units of the profiles of `steady`."""
        species = (species_axis(self.column.mixture.names),)
        return [
            *self.column.variables(),
            Variable("T_V", "K", "temperature of the vapour"),
            Variable("T_I", "K", "temperature of the interface"),
            Variable("x_I", "1", "liquid mole fraction at the interface", species),
            Variable("y_I", "1", "vapour mole fraction at the interface", species),
            Variable("flux", "mol/s", "transfer from vapour to liquid", species),
            Variable("efficiency", "1", "Murphree's of the vapour, nan where nothing drives",
                     species),
        ]  # fmt: skip

    def steady(self) -> SteadyRun:
        """The state that easier and easier transfer leads back from; see `solve_rates`."""
        state = solve_rates(self)
        run = column_run(state.bulk)
        profiles = run.profiles | {
            "T_V": state.part(1), "flux": state.part(2), "x_I": state.part(3),
            "y_I": state.part(4), "T_I": state.part(5), "efficiency": state.efficiencies(),
        }  # fmt: skip
        statistics = run.statistics | {"eased": float(state.eased)}
        return run._replace(profiles=profiles, statistics=statistics,
                            warnings=[*run.warnings, *self.cautions(state)])  # fmt: skip

    def cautions(self, state: RateBasedState) -> list[str]:
        """Where the packing's correlations are outside what they were made for."""
        if self.given:
            return []
        x, L, pack = state.bulk.x[1:-1], state.bulk.L[1:-1], self.packing
        v = x @ self.v
        held, area = wetted(pack.area, pack.void, L * v / pack.section, (x @ self.M) / v,
                            self.fluids.mu_L, self.fluids.sigma)  # fmt: skip
        out = []
        if (area > pack.area).any():
            out.append(f"the liquid wets {float((area / pack.area).max()):.3g} of the packing's "
                       "area: waves and drops, where the films are least sure")  # fmt: skip
        if (held > 0.25 * pack.void).any():
            out.append(f"the liquid holds {float(held.max()):.3g} of the space: the packing may "
                       "be above its loading point, where coefficients differ")  # fmt: skip
        return out


def solve_rates(packed: RateBased, *, ease: float = 1.0) -> RateBasedState:
    """The state of a packed column, from that of the same column at equilibrium.

    All coefficients are first 10,000 times larger, then less and less so down to `ease`.
    SolveError: the way from there to here ends; it says where.
    """
    start, model = solve_column(packed.column), packed.equations()
    z = guess(start, model)
    C, flow, n = model.M.size, float(model.column.feed.sum()), z.shape[1]
    o_y, o_TV, _, o_x, _, o_TI = model.places()
    size, positive = np.full(n, 1e-6 * flow), np.zeros(n)
    for where in (slice(0, C), slice(o_y, o_TV), slice(o_x, o_TI)):
        size[where], positive[where] = 1e-7, 1.0
    size[[C, o_TV, o_TI]], positive[[C + 1, C + 2]] = 1e-4, 2.0
    F, blocks = np.empty_like(z), np.empty((3, *z.shape, n))
    at, part, steps, eased, last = EASY * ease, 0.1, 0, 0, ""
    good = z.copy()
    while eased < PATIENCE:
        easy = canonical(model._replace(ease=float(at)))
        trial = good.copy()
        status, taken, worst, stage, _ = compiled(settle, easy)(
            easy, trial, F, size, positive, blocks, MOST
        )
        steps, eased = steps + int(taken), eased + 1
        if status == Status.DONE:
            good, reached = trial, at
            if at <= ease:
                model = model._replace(ease=ease)
                return RateBasedState(packed.column, model, good, float(worst), steps, eased)
            part = part**1.5 if taken < 6 else part
        else:
            last = f"{SENTENCES[Status(status)]}, worst residual {worst:.2g} on stage {stage}"
            if eased == 1:
                break
            part = part**0.5
        at = max(reached * part, ease) if reached * part > ease * (1.0 + 1e-9) else ease
    raise SolveError(
        f"the packed column does not converge with coefficients {at:.3g} times the real ones "
        f"({last}); check diffusivities, area and height of a segment, or take more segments"
    )


def guess(state: ColumnState, model: RateBasedEquations) -> np.ndarray:
    """Unknowns of a packed column whose transfer is infinitely easy."""
    C, n = state.C, model.places()[-1] + 1
    o_y, o_TV, o_N, o_x, o_yI, o_TI = model.places()
    z, own = np.zeros((len(state.z), n)), C + 3 + state.column.dHr.size
    z[:, :own] = state.z[:, :own]
    z[:, o_y:o_TV] = z[:, o_yI:o_TI] = state.y
    z[:, o_x:o_yI] = state.x
    z[:, o_TV] = z[:, o_TI] = state.T
    up = state.V[:, None] * state.y
    fed = np.where(state.column.feed_vapour[:, None] > 0.0, state.column.feed, 0.0)
    z[1:-1, o_N:o_x] = up[2:] - up[1:-1] + fed[1:-1]
    return z


def RateBasedColumn(
    column: Column,
    *,
    packing: StructuredPacking,
    fluids: FilmFluids,
    M: Any,
    v: Any,
    D_V: Any = None,
    D_L: Any = None,
    k_V: Any = None,
    k_L: Any = None,
) -> RateBased:
    """A column whose stages between condenser and reboiler are segments of a packing.

    M, v (C,): molar masses [kg/mol] and liquid volumes [m3/mol]. D_V, D_L (C, C): diffusivities of
    pairs, of the vapour at 298.15 K and 1 atm [m2/s]; or k_V, k_L (C, C): transfer coefficients
    [m/s] on the packing's whole area. Symmetric; their diagonals are never used.
    InputError: no condenser or reboiler, equal overflow, a vapour that is not ideal, vapour draws,
    feeds that are part vapour, specifications that no end holds itself, matrices that cannot be.
    """
    C, problems = len(column.mixture.labels), []
    if column.condenser == eq.NONE or column.reboiler == eq.NONE:
        problems.append(("condenser", "and reboiler must be there; packing lies between them"))
    if not column.full_energy:
        problems.append(("energy", "must be full: interfaces need heat balances"))
    if column.mixture.gas != vapour.IDEAL:
        problems.append(("mixture", "must have an ideal vapour (acids may dimerise in it)"))
    if column.draws[:, 1].any():
        problems.append(("draws", "of vapour are not known here"))
    whole = column.feed.sum(axis=1)
    if ((column.feed_vapour > 0.0) & (column.feed_vapour < whole * (1.0 - 1e-9)))[1:-1].any():
        problems.append(("feeds", "must be all liquid or all vapour; split them into two stages"))
    if not (local(column, "top") and local(column, "bottom")):
        problems.append(("specs", "must be held by the ends themselves, as reflux_ratio, "
                         "distillate, bottoms, boilup"))  # fmt: skip
    if column.efficiency < 1.0:
        problems.append(("efficiency", "comes out of the films; leave it at 1"))
    given = k_V is not None and k_L is not None
    if not given and (D_V is None or D_L is None):
        problems.append(("D_V", "and D_L are needed, or k_V and k_L"))
    square = {"D_V": D_V, "D_L": D_L, "k_V": k_V, "k_L": k_L}
    pairs = {name: matrix(name, value, C, problems) for name, value in square.items()}
    rows = {name: np.array(value, dtype=float) for name, value in (("M", M), ("v", v))}
    for name, row in rows.items():
        if row.shape != (C,) or not (row > 0.0).all():
            problems.append((name, f"needs {C} numbers above 0, in the components' order"))
    for what in (packing, fluids):
        for name, value in zip(what._fields, what, strict=True):
            if not value > 0.0:
                problems.append((name, f"is {value:g}, but must be above 0"))
    if problems:
        raise InputError(problems)
    return RateBased(
        column, packing, fluids, rows["M"], rows["v"], np.array([pairs["D_V"], pairs["D_L"]]),
        np.array([pairs["k_V"], pairs["k_L"]]), given,
    )  # fmt: skip


def matrix(name: str, value: Any, C: int, problems: list[tuple[str, str]]) -> np.ndarray:
    """A symmetric matrix (C, C) of pairs; ones where none is given."""
    if value is None:
        return np.ones((C, C))
    out = np.array(np.broadcast_to(np.asarray(value, dtype=float), (C, C)))
    off = out[~np.eye(C, dtype=bool)]
    if not (off > 0.0).all() or not np.allclose(out, out.T, rtol=1e-9):
        problems.append((name, "must be symmetric, above 0 for each pair"))
    return out
