"""A column in time: temperatures, products, flows and heats, as its controllers set them.

Drawn from datasets, so that a result read from a file draws like a fresh one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import CYCLE, FONT, GREY, RED, new_figure, plain, style_axes, time_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.result import Result

SHOWN, LEAST = 5, 0.02
"""Stages whose temperatures are drawn; least mole fraction that a product has to reach."""


def column_in_time(result: Result) -> Figure:
    """Stage temperatures, compositions of drum and sump, flows, heats and levels over time.

    >>> import intensify as it
    >>> saved = it.Result.load("start-up.h5")                # doctest: +SKIP
    >>> it.plot.column_in_time(saved).savefig("start.png")  # doctest: +SKIP
    """
    data = result.dataset
    scale, unit = time_unit(float(data["t"].values[-1]))
    t = data["t"].values / scale
    figure = new_figure()
    panels = figure.subplots(3, 2, sharex=True)
    (temperatures, flows), (top, heats), (bottom, levels) = panels
    stages = np.unique(np.linspace(0, data.sizes["tray"] - 1, SHOWN).round().astype(int))
    for k, j in enumerate(stages):
        temperatures.plot(t, data["T"].values[:, j], color=CYCLE[k], lw=1.8, label=f"stage {j}")
    temperatures.set_ylabel("temperature [K]")
    names = [str(name) for name in data["species"].values]
    for axes, j, label in ((top, 0, "drum"), (bottom, -1, "sump")):
        for i, name in enumerate(names):
            x = data["x"].values[:, j, i]
            if x.max() > LEAST:
                axes.plot(t, x, color=CYCLE[i % len(CYCLE)], lw=1.8, label=plain(name))
        axes.set_ylabel(f"mole fraction, {label}")
    V, L, M = data["V"].values, data["L"].values, data["M"].values
    for k, (name, values, style) in enumerate((
        ("feed", data["fed"].values, ":"), ("distillate", V[:, 0], "-"), ("reflux", L[:, 0], "-"),
        ("bottoms", L[:, -1], "--"),
    )):  # fmt: skip
        flows.plot(t, values, color=CYCLE[k], ls=style, lw=1.8, label=name)
    flows.set_ylabel("flow [mol/s]")
    heats.plot(t, data["Q_reboiler"].values / 1e3, color=RED, lw=1.8, label="reboiler")
    heats.plot(t, data["Q_condenser"].values / 1e3, color=CYCLE[0], lw=1.8, ls="--",
               label="condenser")  # fmt: skip
    heats.set_ylabel("heat [kW]")
    levels.plot(t, M[:, 0] / 1e3, color=CYCLE[0], lw=1.8, label="drum")
    levels.plot(t, M[:, -1] / 1e3, color=RED, lw=1.8, ls="--", label="sump")
    levels.plot(t, M[:, 1:-1].sum(axis=1) / 1e3, color=GREY, lw=1.8, ls=":", label="all trays")
    levels.set_ylabel("hold-up [kmol]")
    for axes in panels.ravel():
        finish(axes)
    for axes in panels[-1]:
        axes.set_xlabel(f"time [{unit}]")
        axes.set_xlim(t[0], t[-1])
    figure.align_ylabels(panels[:, 0])
    figure.align_ylabels(panels[:, 1])
    return figure


def finish(axes: Axes) -> None:
    """Legend beside the panel, and the common style."""
    axes.legend(frameon=False, fontsize=FONT - 2, loc="upper left", bbox_to_anchor=(1.0, 1.02))
    style_axes(axes)
