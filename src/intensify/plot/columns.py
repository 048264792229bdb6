"""Columns: profiles over the stages, and branches of steady states along a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import CYCLE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.reactors.columns.column_branches import Branch
    from intensify.reactors.columns.column_state import ColumnState
    from intensify.result import Result


def column(run: Result | ColumnState) -> Figure:
    """Composition, temperature, flows and extents over the stages, the top above.

    >>> import intensify as it
    >>> it.plot.column(it.Result.load("column.h5")).savefig("column.png")  # doctest: +SKIP
    """
    x, names, T, V, L, extents, fed, tops = rows(run)
    figure = new_figure()
    panels = figure.subplots(1, 3 + bool(extents.any()), sharey=True)
    stage = np.arange(T.size)
    for own in np.split(stage, tops):  # of a train, column by column
        first = own[0] == 0
        for i, name in enumerate(names):
            panels[0].plot(x[own, i], own, color=CYCLE[i % len(CYCLE)], lw=2.0,
                           label=plain(name) if first else None)  # fmt: skip
        panels[1].plot(T[own], own, color=RED, lw=2.0)
        panels[2].plot(V[own], own, color=CYCLE[0], lw=2.0, label="vapour up" if first else None)
        panels[2].plot(L[own], own, color=CYCLE[1], lw=2.0, ls="--",
                       label="liquid down" if first else None)  # fmt: skip
    panels[0].set_xlabel("liquid mole fraction")
    panels[0].set_ylabel("stage from the top")
    panels[0].yaxis.get_major_locator().set_params(integer=True)
    panels[1].set_xlabel("temperature [K]")
    panels[2].set_xlabel("flow [mol/s]")
    if extents.any():
        panels[3].barh(stage, extents.sum(axis=1), color=CYCLE[2])
        panels[3].set_xlabel("extent [mol/s]")
    handles: list[Any] = []
    labels: list[str] = []
    for k, axes in enumerate(panels):
        for j in fed:
            label = "feed" if k == 1 and j == fed[0] else None
            axes.axhline(j, color=GREY, lw=0.8, ls=":", label=label)
        for j in tops:
            axes.axhline(j - 0.5, color=GREY, lw=0.8)
        style_axes(axes)
        more = axes.get_legend_handles_labels()
        handles, labels = handles + more[0], labels + more[1]
    panels[0].set_ylim(stage[-1] + 0.5, -0.5)
    figure.legend(handles, labels, ncols=4, loc="outside lower center", frameon=False,
                  fontsize=FONT - 1)  # fmt: skip
    return figure


def rows(run: Any) -> tuple[Any, ...]:
    """x, names, T, V, L, extents, stages with a feed, tops of columns below the first; of a run."""
    if hasattr(run, "dataset"):
        data = run.dataset
        feed = np.flatnonzero(data["feed"].values > 0.0)
        names = [str(name) for name in data["species"].values]
        tops = [j for j, label in enumerate(data["stage"].values) if label == "condenser 2"]
        return (data["x"].values, names, data["T"].values, data["V"].values, data["L"].values,
                data["extent"].values, feed, tops)  # fmt: skip
    feed = np.flatnonzero(run.column.feed.any(axis=1))
    return run.x, run.column.mixture.names, run.T, run.V, run.L, run.extents, feed, []


def branches(
    found: Sequence[Branch],
    what: Any,
    *,
    xlabel: str,
    ylabel: str,
    states: Sequence[tuple[float, float, str]] = (),
) -> Figure:
    """A figure of merit along branches of steady states; closed branches are isolas.

    what: what is drawn of a point, from its z (N, n). states: (parameter, value, name) of states to
    be marked.
    """
    figure = new_figure()
    axes = figure.subplots()
    for k, branch in enumerate(found):
        values = [what(z) for z in branch.z]
        label = "isola" if branch.closed else "branch"
        axes.plot(branch.p, values, color=CYCLE[k % len(CYCLE)], lw=2.0, label=f"{label} {k + 1}")
        for p in branch.folds:
            i = int(np.argmin(np.abs(branch.p - p)))
            axes.plot(p, values[i], "o", mfc="white", color=CYCLE[k % len(CYCLE)], ms=7)
    for p, value, name in states:
        axes.plot(p, value, "s", color=GREY, ms=7)
        axes.annotate(plain(name), (p, value), xytext=(8, 4), textcoords="offset points",
                      fontsize=FONT - 1)  # fmt: skip
    axes.set_xlabel(plain(xlabel))
    axes.set_ylabel(plain(ylabel))
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)
    return figure
