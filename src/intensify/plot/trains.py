"""A reactive column beside the train that it replaces: duties, their temperatures, ratios."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import (
    BLACK,
    BLUE,
    FONT,
    GREY,
    RED,
    new_figure,
    plain,
    prefixed,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.design.train_comparison import TrainComparison

SHADES = (1.0, 0.55, 0.3)
"""Strength of the colours of one side's duties, in their order."""
SHORT = {"heat_mol": "heat", "cooling_mol": "cooling", "exergy": "exergy of heat",
         "holdup": "hold-up", "stages": "stages", "pieces": "equipment"}  # fmt: skip


def train(c: TrainComparison) -> Figure:
    """Train and column: (a) duties by equipment, (b) at their temperatures, (c) ratios.

    >>> import intensify as it
    >>> saved = it.TrainComparison.load("comparison.h5")  # doctest: +SKIP
    >>> it.plot.train(saved).savefig("comparison.png")    # doctest: +SKIP
    """
    figure = new_figure()
    if c.title:
        figure.suptitle(plain(textwrap.fill(c.title, 90)), fontsize=1.1 * FONT)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.0, 1.1])
    bars(figure.add_subplot(grid[:, 0]), c)
    levels(figure.add_subplot(grid[0, 1]), c)
    ratios(figure.add_subplot(grid[1, 1]), c, "(c) train over column", SHORT)
    return figure


def scale(c: TrainComparison) -> tuple[float, str]:
    """What duties are divided by, and the unit then."""
    return prefixed(max(side.figures["heat"] for side in (c.conventional, c.intensified)), "W")


def bars(axes: Axes, c: TrainComparison) -> None:
    """Heat upwards, cooling downwards, a part of the bar a piece of equipment."""
    size, unit = scale(c)
    span = sum(max(s.figures[key] for s in (c.conventional, c.intensified))
               for key in ("heat", "cooling")) / size  # fmt: skip
    for place, side in enumerate((c.conventional, c.intensified)):
        for color, sign in ((RED, 1.0), (BLUE, -1.0)):
            base = 0.0
            for shade, duty in zip(SHADES, [d for d in side.duties if sign * d.Q > 0.0],
                                   strict=False):  # fmt: skip
                height = duty.Q / size
                axes.bar(place, height, 0.75, bottom=base, color=color, alpha=shade)
                if abs(height) > 0.03 * span:
                    axes.text(place, base + 0.5 * height, f"{duty.name}\n{abs(height):.3g}",
                              ha="center", va="center", fontsize=FONT - 1,
                              color="white" if shade == 1.0 else BLACK)  # fmt: skip
                base += height
    axes.axhline(0.0, color=BLACK, lw=0.8)
    axes.set_xticks([0, 1], ["train", "column"])
    axes.set_ylabel(f"cooling (below 0) and heat [{unit}]")
    axes.set_title("(a) duties", loc="left", fontsize=FONT)
    style_axes(axes)


def levels(axes: Axes, c: TrainComparison) -> None:
    """Duties laid end to end at their temperatures, each side's hottest first."""
    size, unit = scale(c)
    for side, name, style in ((c.conventional, "train", "-"), (c.intensified, "column", "--")):
        for color, sign, what in ((RED, 1.0, "heat"), (BLUE, -1.0, "cooling")):
            duties = sorted((d for d in side.duties if sign * d.Q > 0.0), key=lambda d: -d.T)
            ends = np.append(0.0, np.cumsum([abs(d.Q) for d in duties])) / size
            x = np.repeat(ends, 2)[1:-1]
            T = np.repeat([d.T for d in duties], 2)
            axes.plot(x, T, style, color=color, lw=2.2, label=f"{name}, {what}")
    axes.axhline(c.T_0, color=GREY, lw=1.0)
    axes.annotate(
        "surroundings", (1.0, c.T_0), xycoords=("axes fraction", "data"), ha="right",
        xytext=(0, 3), textcoords="offset points", fontsize=FONT - 1, color=GREY,
    )  # fmt: skip
    axes.set_xlabel(f"duty, added up [{unit}]")
    axes.set_ylabel("temperature [K]")
    axes.set_xlim(left=0.0)
    axes.set_title("(b) duties at their temperatures", loc="left", fontsize=FONT)
    axes.legend(ncols=1, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False,
                fontsize=FONT - 1)  # fmt: skip
    style_axes(axes)


def ratios(axes: Axes, c: Any, title: str, words: Mapping[str, str]) -> None:
    """What the conventional side needs over what the other needs, in words; or what is missed."""
    axes.set_title(title, loc="left", fontsize=FONT)
    if c.misses:
        said = "\n".join(textwrap.fill(miss, 52) for miss in c.misses)
        axes.text(0.0, 0.95, plain(f"no factor:\n{said}"), va="top", fontsize=FONT)
        axes.set_axis_off()
        return
    shown = {name: value for name, value in c.ratios.items() if np.isfinite(value)}
    place = np.arange(len(shown))[::-1]
    drawn = axes.barh(place, list(shown.values()), 0.7, color=GREY)
    axes.bar_label(drawn, fmt="%.3g", padding=3, fontsize=FONT - 1)
    axes.axvline(1.0, color=BLACK, lw=1.0)
    axes.set_yticks(place, [words[name] for name in shown])
    axes.set_xlabel("ratio")
    axes.margins(x=0.12)
    style_axes(axes)
