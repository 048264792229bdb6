"""A column as `solve` takes it: its steady state from the engine's own start, with profiles."""

from __future__ import annotations

import numpy as np

from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.reactors.columns.column_solution import solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.stage import Axis, SteadyRun, Variable, species_axis
from intensify.units import describe


class Column(ColumnEquations):
    """A distillation column; the fields are those of `ColumnEquations`."""

    __slots__ = ()
    coordinate = Variable("tray", "1", "stage from the top")

    def __str__(self) -> str:
        bare = np.empty(0)
        return describe(self._replace(feed=bare, feed_h=bare, feed_vapour=bare, draws=bare))

    def variables(self) -> list[Variable]:
        """Names and units of the profiles of `steady`."""
        species = (species_axis(self.mixture.names),)
        reactions = (Axis("reaction", np.arange(1, self.dHr.size + 1), "1", "reaction"),)
        return [
            Variable("x", "1", "liquid mole fraction", species),
            Variable("y", "1", "vapour mole fraction", species),
            Variable("T", "K", "temperature"),
            Variable("p", "Pa", "pressure"),
            Variable("V", "mol/s", "vapour leaving upwards (0: distillate)"),
            Variable("L", "mol/s", "liquid leaving downwards"),
            Variable("extent", "mol/s", "extent of reaction", reactions),
            Variable("feed", "mol/s", "feed"),
        ]

    def steady(self) -> SteadyRun:
        """The state that the engine's own start leads to; see `solve_column`."""
        return column_run(solve_column(self))

    def sections(self) -> list[str]:
        """What each stage is."""
        names = ["reactive" if m > 0.0 else "stage" for m in self.holdup]
        if self.condenser:
            names[0] = "condenser"
        if self.reboiler:
            names[-1] = "reboiler"
        return names


def column_run(state: ColumnState) -> SteadyRun:
    """A state as `solve` gives it."""
    column = Column(*state.column)
    profiles = {
        "x": state.x, "y": state.y, "T": state.T, "p": column.pressure, "V": state.V,
        "L": state.L, "extent": state.extents, "feed": column.feed.sum(axis=1),
    }  # fmt: skip
    figures = {"steps": float(state.steps), "residual": state.residual}
    return SteadyRun(
        np.arange(float(column.stages)), column.sections(), profiles, state.kpis,
        state.balances(), figures, [f"found {state.way}", *cautions(state)],
    )  # fmt: skip


def cautions(state: ColumnState) -> list[str]:
    """Where the state is at the edge of what its equations say."""
    out = []
    thin = int(np.argmin(np.minimum(state.V, state.L)))
    least = float(min(state.V[thin], state.L[thin]))
    if least < 0.01 * float(state.column.feed.sum()):
        out.append(f"stage {thin} is nearly dry: {least:.3g} mol/s leave it")
    return out
