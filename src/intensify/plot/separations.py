"""A column that reacts beside the reactor and the column of sorbent that it replaces."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import BLUE, FONT, RED, new_figure, plain, style_axes, time_unit
from intensify.plot.trains import ratios

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.reactive_separation import ReactiveSeparation

SHORT = {"kWh_kg": "energy", "sorbent": "sorbent", "catalyst": "catalyst", "purge": "purge",
         "vessels": "vessels"}  # fmt: skip


def separation(c: ReactiveSeparation) -> Figure:
    """Both columns: (a) what leaves while they are fed, (b) their loading, (c) ratios.

    >>> import intensify as it
    >>> saved = it.ReactiveSeparation.load("comparison.h5")    # doctest: +SKIP
    >>> it.plot.separation(saved).savefig("comparison.png")    # doctest: +SKIP
    """
    figure = new_figure()
    if c.title:
        figure.suptitle(plain(textwrap.fill(c.title, 90)), fontsize=1.1 * FONT)
    grid = figure.add_gridspec(2, 2)
    leaving(figure.add_subplot(grid[0, :]), c)
    loading(figure.add_subplot(grid[1, 0]), c)
    ratios(figure.add_subplot(grid[1, 1]), c, "(c) apart over combined", SHORT)
    return figure


def sides(c: ReactiveSeparation) -> tuple[tuple[str, Any, str, str], ...]:
    """Name, dataset, colour and line of both."""
    return (("apart", c.conventional.result.dataset, RED, "--"),
            ("combined", c.intensified.result.dataset, BLUE, "-"))  # fmt: skip


def leaving(axes: Axes, c: ReactiveSeparation) -> None:
    """Mole fractions at the outlet in the first step, of the gases that change most there."""
    for name, data, color, style in sides(c):
        first = data["stage"].values == data["stage"].values[0]
        t = data["t"].values[first]
        scale, unit = time_unit(float(t[-1]))
        y = data["c_out"].values[first]
        y = y / y.sum(axis=1, keepdims=True)
        most = np.argsort(-np.ptp(y, axis=0))[:3]
        for k, width in zip(sorted(most), (2.4, 1.6, 0.9), strict=False):
            axes.plot(t / scale, y[:, k], style, color=color, lw=width,
                      label=plain(f"{data['species'].values[k]}, {name}"))  # fmt: skip
    axes.set_xlabel(f"time of {plain(str(data['stage'].values[0]))} [{unit}]")
    axes.set_ylabel("mole fraction at the outlet")
    axes.set_ylim(bottom=0.0)
    axes.set_title("(a) gas that leaves", loc="left", fontsize=FONT)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=FONT - 1)
    style_axes(axes)


def loading(axes: Axes, c: ReactiveSeparation) -> None:
    """What the sorbent holds along the column at the most and at the least of the cycle."""
    for name, data, color, style in sides(c):
        q = data["q"].values
        key = int(np.argmax(np.ptp(q, axis=(0, 1))))
        mean = q[:, :, key].mean(axis=1)
        for i, width, what in ((mean.argmax(), 2.2, "most"), (mean.argmin(), 1.0, "least")):
            axes.plot(data["z"].values, q[i, :, key], style, color=color, lw=width,
                      label=f"{name}, {what}")  # fmt: skip
    axes.set_xlabel("position [m]")
    axes.set_ylabel(plain(f"{data['sorbed'].values[key]} on the sorbent [mol/kg]"))
    axes.set_ylim(bottom=0.0)
    axes.set_title("(b) loading", loc="left", fontsize=FONT)
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)
