"""Two routes to one product: the energy that each draws over what it converts, and their factor."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.factors import missed, parts
from intensify.plot.style import BLACK, BLUE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.routes import RouteComparison

WITHIN = 30.0
"""Energies above this many times the larger of the two that are compared are not drawn."""
HOTTER = 1.8
"""The same of temperatures."""


def routes(c: RouteComparison) -> Figure:
    """Energy per mass and highest temperature over conversion; the factor's parts; its changes.

    (a) what each side draws at the values tried of what it may choose, the chosen ones as dots;
    (b) the factor's parts, or what is missed; (c) temperatures; (d) the factor when one thing
    changes.

    >>> import intensify as it
    >>> c = it.compare_case(it.cases.load("methane-plasma"))  # doctest: +SKIP
    >>> it.plot.routes(c).savefig("routes.png")               # doctest: +SKIP
    """
    figure = new_figure()
    if c.title:
        figure.suptitle(plain(textwrap.fill(c.title, 90)), fontsize=1.1 * FONT)
    panels = figure.subplots(2, 2, width_ratios=[1.5, 1.0], sharex="none")
    energy, factor, temperature, changed = panels.ravel()
    temperature.sharex(energy)
    _curves(energy, c, "kWh_kg")
    energy.set_yscale("log")
    both = _figure(c, "kWh_kg")
    if np.isfinite(c.least):
        energy.axhline(c.least, color=GREY, ls="--", lw=1.2)
        energy.annotate("enthalpy of reaction alone", (0.02, c.least), (0, 4), va="bottom",
                        xycoords=("axes fraction", "data"), textcoords="offset points",
                        fontsize=FONT - 1)  # fmt: skip
    energy.set_ylim(0.5 * min(*both, c.least) if np.isfinite(c.least) else None, WITHIN * max(both))
    energy.set_ylabel(plain(f"energy [kWh/kg {c.spec.product}]"))
    energy.set_title("(a) energy drawn", loc="left", fontsize=FONT)
    _curves(temperature, c, "T_max")
    temperature.set_ylim(0.0, HOTTER * max(_figure(c, "T_max")))
    temperature.legend(frameon=False, fontsize=FONT - 1, loc="upper left")
    temperature.set_ylabel("temperature [K]")
    temperature.set_xlabel(plain(f"conversion of {c.spec.key}"))
    temperature.set_title("(c) highest temperature", loc="left", fontsize=FONT)
    if c.misses:
        missed(factor, c.misses)
    else:
        parts(factor, c, "ratio, conventional to intensified")
    _changed(changed, c)
    for axes in panels.ravel():
        style_axes(axes)
    changed.tick_params(axis="y", labelsize=FONT - 2)
    figure.align_ylabels([energy, temperature])
    return figure


def _figure(c: RouteComparison, name: str) -> list[float]:
    """A finite figure of both sides."""
    both = [side.figures[name] for side in (c.conventional, c.intensified)]
    return [x for x in both if np.isfinite(x)] or [1.0]


def _curves(axes: Axes, c: RouteComparison, name: str) -> None:
    """A figure over conversion, a line a side."""
    for side, colour, label in ((c.conventional, BLUE, "conventional"),
                                (c.intensified, RED, "intensified")):  # fmt: skip
        rows = [row for row in c.tried.get(label, []) if np.isfinite(row[name])]
        axes.plot([row["conversion"] for row in rows], [row[name] for row in rows], color=colour,
                  lw=1.8, marker=".", ms=4)  # fmt: skip
        axes.plot(side.figures["conversion"], side.figures[name], "o", color=colour, ms=9,
                  label=label)  # fmt: skip
    axes.axvline(c.spec.conversion, color=BLACK, lw=1.0, ls=":", label="specified")


def _changed(axes: Axes, c: RouteComparison) -> None:
    """(d) The factor with one thing changed, dots from the factor as it is."""
    shown = [(what, factor) for what, factor, lost in c.sensitivity if not lost]
    if c.misses or not shown:
        axes.set_axis_off()
        return
    places = np.arange(len(shown))[::-1]
    values = np.array([factor for _, factor in shown])
    axes.hlines(places, np.minimum(values, c.factor), np.maximum(values, c.factor), color=GREY)
    axes.plot(values, places, "o", color=BLACK, ms=6)
    axes.axvline(c.factor, color=BLACK, lw=1.0)
    axes.set_yticks(places, [plain(what) for what, _ in shown])
    axes.set_xlabel("energy factor")
    axes.set_title("(d) with one thing changed", loc="left", fontsize=FONT)
