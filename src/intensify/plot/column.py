"""A reactive-distillation column: profiles by stage, and a branch of its steady states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import CYCLE, FONT, RED, new_figure, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.reactors.column_branches import Branch
    from intensify.reactors.reactive_distillation import ColumnState


def column(state: ColumnState, names: Sequence[str]) -> Figure:
    """Liquid mole fractions, temperature and extents of reaction by stage, the condenser on top.

    >>> import intensify as it
    >>> it.plot.column(state, ["A", "B"]).savefig("column.png")  # doctest: +SKIP
    """
    figure = new_figure()
    liquid, heat, reaction = figure.subplots(1, 3, sharey=True)
    stages = np.arange(state.T.size)
    colours = [colour for colour in CYCLE if colour != RED]  # red is the temperature's
    for i, name in enumerate(names):
        liquid.plot(state.x[:, i], stages, color=colours[i % len(colours)], label=name)
    liquid.set_xlabel("liquid [mol/mol]")
    liquid.set_ylabel("stage")
    liquid.legend(frameon=False, fontsize=FONT - 1)
    liquid.invert_yaxis()
    heat.plot(state.T, stages, color=RED)
    heat.set_xlabel("temperature [K]")
    for r in range(state.extents.shape[1]):
        reaction.plot(state.extents[:, r], stages, marker="o", ms=3, color=colours[r])
    reaction.set_xlabel("extent [mol/s]")
    for axes in (liquid, heat, reaction):
        style_axes(axes)
    return figure


def branch(found: Branch, component: int, name: str) -> Figure:
    """Bottoms mole fraction of a component along a branch; dots are its folds."""
    figure = new_figure()
    axes = figure.subplots()
    values = found.u[:, -1, component]
    axes.plot(found.parameter, values, color=CYCLE[0])
    for fold in found.folds:
        k = int(np.argmin(np.abs(found.parameter - fold)))
        axes.plot([fold], [values[k]], "o", color=RED)
    axes.set_xlabel("specified value")
    axes.set_ylabel(f"{name} in the bottoms [mol/mol]")
    style_axes(axes)
    return figure
