"""A channel or bed in two dimensions: temperature and composition over length and radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import CYCLE, FONT, RED, changing, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.result import Result


def laminar(result: Result) -> Figure:
    """Maps of temperature and of the species that changes most; values of the mixed stream.

    Of a laminar channel, or a packed bed with a radius.

    >>> import intensify as it
    >>> it.plot.laminar(it.Result.load("tube.h5")).savefig("tube.png")  # doctest: +SKIP
    """
    data = result.dataset
    z, r = data["z"].values, 1e3 * data["r"].values
    bed = "y_mean" in data
    local, mixed, T, unit = (
        ("y", "y_mean", "T_mean", "") if bed else ("c", "c_cup", "T_cup", " [mol/m3]")
    )
    names = changing(data[mixed])
    figure = new_figure()
    panels = figure.subplots(3, 1, sharex=True)
    key = max(names, key=lambda n: np.ptp(data[local].sel(species=n).values), default="")
    maps = [(data["T"].values, "temperature [K]", "inferno")]
    if key:
        values = data[local].sel(species=key).transpose("z", "r").values
        maps.append((values, f"{plain(key)}{unit}", "viridis"))
    for axes, (values, label, cmap) in zip(panels, maps, strict=False):
        mesh = axes.pcolormesh(z, r, values.T, cmap=cmap, shading="gouraud", rasterized=True)
        bar = figure.colorbar(mesh, ax=axes, pad=0.02)
        bar.set_label(label, fontsize=FONT)
        bar.ax.tick_params(labelsize=FONT)
        axes.set_ylabel("from the middle [mm]")
        style_axes(axes)
    last = panels[-1]
    last.plot(z, data[T].values, color=RED, lw=2.0)
    last.set_ylabel("mixed T [K]" if bed else "cup-mixing T [K]", color=RED)
    style_axes(last)
    beside = last.twinx()
    colours = [colour for colour in CYCLE if colour != RED]  # red is the temperature's
    for k, name in enumerate(names):
        values = data[mixed].sel(species=name).values
        beside.plot(z, values, color=colours[k % len(colours)], ls="--", label=plain(name))
    beside.set_ylabel("mixed mole fraction" if bed else "cup-mixing c [mol/m3]")
    if names:
        beside.legend(frameon=False, fontsize=FONT - 1)
    style_axes(beside)
    beside.spines[["right"]].set_visible(True)
    last.set_xlabel(f"{data['z'].attrs['long_name']} [m]")
    if len(maps) == 1:
        panels[1].set_visible(False)
    return figure
