"""A reacting gas along its time or channel, with what covers a catalytic wall or grows on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import CYCLE, FONT, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.result import Result

MOST_LINES, MOST_PANELS = 9, 3
BELOW = {"x_wall": "at the wall [1]", "theta": "coverage [1]", "growth": "growth [um/h]"}
"""Profiles below those of every gas, and what their axes say."""
LEAST = 1e-5
"""Mole fractions and coverages below are not drawn."""


def gas(result: Result) -> Figure:
    """Temperature, mole fractions, and coverages of a catalytic wall, on logarithmic axes.

    Behind a film the wall's temperature and gas are drawn too; where solids form, their growth.

    >>> import intensify as it
    >>> tube = it.cases.load("methane-on-platinum").reactors["coated"]  # doctest: +SKIP
    >>> it.plot.gas(it.solve(tube)).savefig("gas.png")                  # doctest: +SKIP
    """
    data = result.dataset
    along = str(data["stage"].dims[0])
    place, unit = scaled(data[along].values, data[along].attrs["units"])
    shown = [name for name in BELOW if name in data]
    figure = new_figure()
    heights = [1.0, 1.6, *(0.8 if name == "growth" else 1.3 for name in shown)]
    if len(heights) > MOST_PANELS:
        figure.set_figheight(figure.get_figheight() * len(heights) / MOST_PANELS)
    panels = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    panels[0].plot(place, data["T"].values, color=RED, lw=2.0, label="gas")
    if "T_wall" in data:
        panels[0].plot(place, data["T_wall"].values, color=RED, lw=1.6, ls="--", label="wall")
        panels[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
                         fontsize=FONT - 1)  # fmt: skip
    panels[0].set_ylabel("temperature [K]")
    drawn = fractions(panels[1], place, data["x"], "mole fraction [1]")
    for axes, name in zip(panels[2:], shown, strict=True):
        if name == "growth":
            axes.plot(place, data["growth"].values, color=CYCLE[0], lw=2.0)
            axes.set_ylim(bottom=0.0)
            axes.set_ylabel(BELOW[name])
        elif name == "x_wall":  # the lines of the gas, in its colours
            fractions(axes, place, data[name], BELOW[name], drawn=drawn)
        else:
            fractions(axes, place, data[name], BELOW[name])
    for axes in panels:
        style_axes(axes)
    panels[-1].set_xlabel(plain(f"{data[along].attrs['long_name']} [{unit}]"))
    panels[-1].set_xlim(place[0], place[-1])
    figure.align_ylabels()
    return figure


def scaled(place: np.ndarray, unit: str) -> tuple[np.ndarray, str]:
    """Places in thousandths where they are small."""
    return (place * 1e3, f"m{unit}") if place[-1] < 1.0 else (place, unit)


def fractions(
    axes: Axes, place: np.ndarray, values: xr.DataArray, label: str, *, least: float = LEAST,
    drawn: list[int] | None = None,
) -> list[int]:  # fmt: skip
    """The largest fractions, those above `least`, a line each; returns which.

    drawn: these instead, which another panel's legend names.
    """
    (names,) = (d for d in values.dims if d in ("species", "adsorbate"))
    has_legend = drawn is None
    if drawn is None:
        order = np.argsort(-values.max(values.dims[0]).values)[:MOST_LINES]
        drawn = [int(i) for i in order if values.values[:, i].max() > least]
    for k, i in enumerate(drawn):
        style: dict[str, Any] = {"ls": "--" if k >= len(CYCLE) else "-", "lw": 1.8}
        axes.plot(place, np.maximum(values.values[:, i], 1e-30), label=str(values[names].values[i]),
                  color=CYCLE[k % len(CYCLE)], **style)  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(least, 1.5)
    axes.set_ylabel(label)
    if has_legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=FONT - 1)
    return drawn
