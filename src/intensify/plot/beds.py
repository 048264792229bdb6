"""Beds of catalyst: a string beside its bed, effectiveness, a map of runaway, a bed in time."""

from __future__ import annotations

from collections.abc import Sequence
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
    from matplotlib.figure import Figure

    from intensify.result import Result
    from intensify.transport import Branches


def string_and_bed(string: Result, bed: Result, key: str, *, limit: float | None = None) -> Figure:
    """Temperatures, conversion and pressure of a string and of a bed, each over its own length.

    key: the reactant whose conversion is drawn. limit [K]: drawn where given.

    >>> import intensify as it
    >>> case = it.cases.load("o-xylene")                                            # doctest: +SKIP
    >>> runs = [it.solve(case.reactors[name]) for name in ("string", "bed")]        # doctest: +SKIP
    >>> it.plot.string_and_bed(*runs, "oX", limit=case.limit.T).savefig("bed.png")  # doctest: +SKIP
    """
    figure = new_figure()
    panels = figure.subplots(3, 1, sharex=True)
    labels = ("temperature [K]", f"conversion of {plain(key)}", "pressure [bar]")
    for run, name, colour in ((string, "string", BLUE), (bed, "bed", RED)):
        data = run.dataset
        part = data["z"].values / data["z"].values[-1]
        flow = (data["u"] * data["c"].sel(species=key)).values
        rows = (data["T"].values, 1.0 - flow / flow[0], data["p"].values / 1e5)
        for axes, values, label in zip(panels, rows, labels, strict=True):
            axes.plot(
                part, values, color=colour, lw=2.0, label=f"{name}, {data['z'].values[-1]:.3g} m"
            )
            axes.set_ylabel(label)
        panels[0].plot(part, data["T_coolant"].values, color=colour, lw=1.2, ls=":")
    if limit is not None:
        panels[0].axhline(limit, color=GREY, ls="--", lw=1.2)
        panels[0].text(0.01, limit, "limit ", va="bottom", ha="left", fontsize=FONT - 1, color=GREY)
    panels[0].plot([], [], color=GREY, lw=1.2, ls=":", label="coolant or wall")
    panels[0].legend(frameon=False, fontsize=FONT - 1)
    panels[-1].set_xlabel("part of the length")
    panels[-1].set_xlim(0.0, 1.0)
    for axes in panels:
        style_axes(axes)
    figure.align_ylabels()
    return figure


def effectiveness(
    curves: dict[str, Sequence[tuple[float, Branches]]], *, xlabel: str = "Thiele modulus"
) -> Figure:
    """Effectiveness over the Thiele modulus, every steady state, and where the curves turn.

    curves: by name, points (modulus, what `transport.branches` found there).
    """
    figure = new_figure()
    axes = figure.subplots()
    for k, (name, points) in enumerate(curves.items()):
        colour = CYCLE[k % len(CYCLE)]
        x = np.concatenate([[modulus] * len(found.eta) for modulus, found in points])
        y = np.concatenate([found.eta for _, found in points])
        axes.loglog(x, y, ".", color=colour, ms=5, label=plain(name))
        modulus, found = points[-1]
        for shot in found.turning:  # the radius there over the last point's own
            axes.loglog(modulus * shot.R / points[-1][1].R, shot.eta, "o", mfc="none", color=colour,
                        ms=9)  # fmt: skip
    axes.axhline(1.0, color=GREY, lw=1.0, ls="--")
    axes.set_xlabel(xlabel)
    axes.set_ylabel("effectiveness")
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)
    return figure


def runaway(
    feed: Sequence[float], coolant: Sequence[float], T_max: np.ndarray, *, key: str, limit: float
) -> Figure:
    """Hottest temperature (len(coolant), len(feed)) over feed and coolant, with the limit's line.

    feed: mole fractions of `key`; coolant: temperatures [K].
    """
    figure = new_figure()
    axes = figure.subplots()
    levels = np.linspace(
        float(np.nanmin(T_max)), limit + 0.3 * (limit - float(np.nanmin(T_max))), 24
    )
    mesh = axes.contourf(
        feed, coolant, np.minimum(T_max, levels[-1]), levels=levels, cmap="inferno"
    )
    bar = figure.colorbar(mesh, ax=axes, pad=0.02, format="%.0f")
    bar.set_label("highest temperature [K]", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    axes.contour(feed, coolant, T_max, levels=[limit], colors="white", linewidths=2.0)
    axes.set_xlabel(f"{plain(key)} in the feed [mol/mol]; white: the limit of {limit:.0f} K")
    axes.set_ylabel("coolant [K]")
    style_axes(axes)
    return figure


INSTANTS = 6
"""Times at which profiles along a bed in time are drawn."""


def transient_bed(result: Result) -> Figure:
    """A bed in time: gas and grains along it at some times, the hottest place and what leaves.

    Times are taken where the bed changes most; grains drawn in full, gas in dashes.

    >>> import intensify as it
    >>> saved = it.Result.load("bed.h5")                 # doctest: +SKIP
    >>> it.plot.transient_bed(saved).savefig("bed.png")  # doctest: +SKIP
    """
    data, kpis = result.dataset, result.kpis
    scale, unit = time_unit(float(data["t"].values[-1]))
    t, z = data["t"].values / scale, data["z"].values
    moved = np.append(0.0, np.abs(np.diff(data["T_solid"].values, axis=0)).sum(axis=1).cumsum())
    parts = np.linspace(0.0, moved[-1], INSTANTS) if moved[-1] > 0.0 else np.zeros(1)
    at = np.unique(np.searchsorted(moved, parts).clip(0, t.size - 1))
    names = changing(data["y"])
    used = min(names, key=lambda name: float(data["y"].sel(species=name).values[:, -1].mean()))
    figure = new_figure()
    panels = figure.subplots(2, 2, sharex="col")
    rows = (("T", "T_solid"), ("c", "c_solid"))
    for axes, (gas, grain) in zip(panels[:, 0], rows, strict=True):
        for k, i in enumerate(at):
            colour = CYCLE[k % len(CYCLE)]
            pair = [data[name].isel(t=i) for name in (grain, gas)]
            pair = [one.sel(species=used) if "species" in one.dims else one for one in pair]
            label = f"{t[i]:.3g} {unit}"
            axes.plot(z, pair[0].values, color=colour, lw=2.0, label=label)
            axes.plot(z, pair[1].values, color=colour, lw=1.2, ls="--")
    panels[0, 0].plot([], [], color=GREY, lw=1.2, ls="--", label="gas")
    panels[0, 0].set_ylabel("temperature, grains and gas [K]")
    panels[1, 0].set_ylabel(f"{plain(used)}, grains and gas [mol/m3]")
    panels[1, 0].set_xlabel("position along the bed [m]")
    panels[0, 0].legend(frameon=False, fontsize=FONT - 2)
    panels[0, 1].plot(t, data["T_hottest"].values, color=RED, lw=2.0, label="hottest")
    panels[0, 1].plot(t, data["T_out"].values, color=BLUE, lw=1.6, ls="--", label="gas that leaves")
    limit, seen = kpis.get("T_limit", np.inf), data["T_hottest"].values
    if limit < seen.max() + (seen.max() - data["T"].values.min()):
        panels[0, 1].axhline(limit, color=BLACK, lw=1.0, ls=":", label=f"limit {limit:.0f} K")
    panels[0, 1].legend(frameon=False, fontsize=FONT - 1)
    panels[0, 1].set_ylabel("temperature [K]")
    for k, name in enumerate(names):
        share = data["y_out"].sel(species=name).values
        panels[1, 1].plot(t, share, color=CYCLE[k % len(CYCLE)], lw=1.8, label=plain(name))
    shares = data["y_out"].sel(species=names).values
    panels[1, 1].set_ylim(top=float(shares.max() + 0.2 * np.ptp(shares)))  # room for the legend
    panels[1, 1].legend(frameon=False, fontsize=FONT - 1, loc="upper center", ncols=len(names))
    panels[1, 1].set_ylabel("mole fraction at the outlet")
    panels[1, 1].set_xlabel(f"time [{unit}]")
    for axes in panels.ravel():
        style_axes(axes)
    figure.align_ylabels()
    return figure
