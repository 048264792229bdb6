"""A channel in time: its hottest place against the limit, and the temperature over length and time.

Drawn from datasets and figures, so that a result read from a file draws like a fresh one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import (
    BLACK,
    BLUE,
    CYCLE,
    FONT,
    GREY,
    RED,
    changing,
    new_figure,
    plain,
    style_axes,
    time_unit,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.result import Result


def transient(result: Result) -> Figure:
    """Hottest fluid and metal against the limit, outlet composition, and the map of temperatures.

    >>> import intensify as it
    >>> saved = it.Result.load("failure.h5")             # doctest: +SKIP
    >>> it.plot.transient(saved).savefig("failure.png")  # doctest: +SKIP
    """
    data, kpis = result.dataset, result.kpis
    scale, unit = time_unit(float(data["t"].values[-1]))
    figure = new_figure()
    grid = figure.add_gridspec(2, 2, width_ratios=[1.0, 1.15])
    hottest = figure.add_subplot(grid[0, 0])
    outlet = figure.add_subplot(grid[1, 0], sharex=hottest)
    t = data["t"].values / scale
    _hottest(hottest, t, data, kpis, scale)
    _outlet(outlet, t, data)
    outlet.set_xlabel(f"time [{unit}]")
    outlet.set_xlim(t[0], t[-1])
    figure.align_ylabels([hottest, outlet])
    _map(figure.add_subplot(grid[:, 1]), data, kpis, scale, unit)
    return figure


def _hottest(axes: Axes, t: np.ndarray, data: xr.Dataset, kpis: dict, scale: float) -> None:
    axes.plot(t, data["T_hottest"].values, color=RED, lw=2.2, label="fluid")
    axes.plot(t, data["T_wall"].max("z").values, color=BLUE, lw=1.6, ls="--", label="metal")
    limit, reached = kpis.get("T_limit", np.inf), kpis.get("t_limit", np.inf)
    if np.isfinite(limit):
        axes.axhline(limit, color=BLACK, lw=1.0, ls=":", label=f"limit {limit:.1f} K")
    if np.isfinite(reached):
        axes.set_title(f"limit passed {reached:.3g} s after the failure", fontsize=FONT)
    axes.set_ylabel("highest temperature [K]")
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)


def _outlet(axes: Axes, t: np.ndarray, data: xr.Dataset) -> None:
    for k, name in enumerate(changing(data["c"])):
        values = data["c_out"].sel(species=name).values
        axes.plot(t, values, color=CYCLE[k % len(CYCLE)], lw=1.8, label=plain(name))
    axes.set_ylabel("outlet concentration [mol/m3]")
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)


def _map(axes: Axes, data: xr.Dataset, kpis: dict, scale: float, unit: str) -> None:
    z, t, T = data["z"].values, data["t"].values / scale, data["T"].values
    mesh = axes.pcolormesh(z, t, T, cmap="inferno", shading="nearest", rasterized=True)
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label("temperature of the fluid [K]", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    limit = kpis.get("T_limit", np.inf)
    if T.min() < limit < T.max():
        axes.contour(z, t, T, levels=[limit], colors="white", linewidths=1.4, linestyles="--")
        bar.ax.axhline(limit, color="white", lw=1.4, ls="--")
    starts = np.flatnonzero(data["stage"].values[1:] != data["stage"].values[:-1]) + 1
    for i in starts:
        axes.axhline(t[i], color=GREY, lw=1.0)
    axes.set_xlabel("position along the channel [m]")
    axes.set_ylabel(f"time [{unit}]")
    style_axes(axes)
