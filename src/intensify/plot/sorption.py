"""Columns with sorbent: breakthrough, moving fronts, a ring, cycles; shifted equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import (
    BLACK,
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
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.cycles import Cyclic
    from intensify.result import Result

INSTANTS = 6
"""Times at which profiles along a column are drawn."""


def breakthrough(result: Result) -> Figure:
    """Concentrations at the outlet over time, and below the fronts along the column.

    >>> import intensify as it
    >>> it.plot.breakthrough(it.Result.load("column.h5")).savefig("out.png")  # doctest: +SKIP
    """
    data = result.dataset
    scale, unit = time_unit(float(data["t"].values[-1]))
    figure = new_figure()
    above, below = figure.subplots(2, 1)
    names = changing(data["c_out"])
    for k, name in enumerate(names):
        values = data["c_out"].sel(species=name).values
        above.plot(data["t"].values / scale, values, color=CYCLE[k % len(CYCLE)], label=plain(name))
    above.set_xlabel(f"time [{unit}]")
    above.set_ylabel("at the outlet [mol/m3]")
    finish(above, legend=bool(names))
    sorbed = [str(name) for name in data["sorbed"].values]
    key = max(sorbed or names, key=lambda n: float(np.ptp(data["c"].sel(species=n).values)))
    profiles(below, data, key, scale, unit)
    return figure


def profiles(axes: Axes, data: Any, key: str, scale: float, unit: str) -> None:
    """Concentration of one species along the column at several times, darker as time goes on."""
    t = data["t"].values
    for k in range(1, INSTANTS + 1):
        i = int(np.searchsorted(t, t[-1] * k / INSTANTS * (1.0 - 1e-12)))
        values = data["c"].sel(species=key).isel(t=i).values
        part = 0.25 + 0.75 * k / INSTANTS
        axes.plot(data["z"].values, values, color=BLACK, alpha=part,
                  label=f"{t[i] / scale:.3g} {unit}")  # fmt: skip
    axes.set_xlabel("position [m]")
    axes.set_ylabel(f"{plain(key)} [mol/m3]")
    finish(axes, legend=True)


def ring(result: Result) -> Figure:
    """Concentrations along the ring of a moving bed over a switch, and how it came to rest.

    Ports are where the velocity jumps.
    """
    data = result.dataset
    figure = new_figure()
    settles = "cycle" in data.dims
    axes, *below = np.atleast_1d(figure.subplots(1 + settles, 1))
    z, t, u = data["z"].values, data["t"].values, data["u"].isel(t=0).values
    halfway = int(np.searchsorted(t, 0.5 * t[-1]))
    styles = {"ports have moved": (0, "-", 0.8), "halfway": (halfway, "--", 0.8),
              "ports move on": (-1, "-", 2.0)}  # fmt: skip
    for k, name in enumerate(data["species"].values):
        colour, c = CYCLE[k % len(CYCLE)], data["c"].sel(species=name).values
        for i, ls, lw in styles.values():
            axes.plot(z, c[i], color=colour, ls=ls, lw=lw, label=plain(str(name)) if i < 0 else "")
    for meaning, (_, ls, lw) in styles.items():
        axes.plot([], [], color=GREY, ls=ls, lw=lw, label=meaning)
    jumps = np.flatnonzero(np.diff(u))
    places = [*(0.5 * (z[jumps] + z[jumps + 1])), z[-1] + z[0]]
    for at, port in zip(places, ("extract", "feed", "raffinate", "desorbent"), strict=True):
        axes.axvline(at, color=GREY, lw=0.8, ls=":")
        axes.annotate(port, (at, 1.0), xycoords=("data", "axes fraction"), fontsize=FONT - 1,
                      ha="right", va="bottom", color=GREY)  # fmt: skip
    axes.set_xlabel("position from the desorbent [m]")
    axes.set_ylabel("concentration [mol/m3]")
    style_axes(axes)
    axes.legend(frameon=False, fontsize=FONT - 1, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    if settles:
        convergence(below[0], data)
        below[0].set_xlabel("switch")
    return figure


def cycles(runs: Mapping[str, Cyclic]) -> Figure:
    """Change of state from cycle to cycle of one or more ways to the cyclic steady state."""
    figure = new_figure()
    axes = figure.subplots()
    for k, (name, run) in enumerate(runs.items()):
        axes.semilogy(np.arange(1, run.cycles + 1), run.changes, "o-", ms=4.0,
                      color=CYCLE[k % len(CYCLE)], label=plain(name))  # fmt: skip
    axes.set_xlabel("cycle")
    axes.set_ylabel("largest change of state [-]")
    finish(axes, legend=True)
    return figure


def swing(result: Result) -> Figure:
    """A cycle that has settled: how it did, the loading after each step, pressure over time.

    >>> import intensify as it
    >>> it.plot.swing(it.Result.load("column.h5")).savefig("swing.png")  # doctest: +SKIP
    """
    data = result.dataset
    figure = new_figure()
    settling, fronts, pressure = figure.subplots(3, 1)
    convergence(settling, data)
    t, names = data["t"].values, data["stage"].values
    ends = np.append(np.flatnonzero(names[1:] != names[:-1]), len(t) - 1)
    spans = np.ptp(data["q"].values, axis=(0, 1))
    key = str(data["sorbed"].values[np.argmax(spans)])
    for k, i in enumerate(ends):
        fronts.plot(data["z"].values, data["q"].sel(sorbed=key).isel(t=i).values,
                    color=CYCLE[k % len(CYCLE)], ls="-" if k % 2 == 0 else "--",
                    label=plain(str(names[i])))  # fmt: skip
    fronts.set_xlabel("position [m]")
    fronts.set_ylabel(plain(f"{key} on the sorbent\nafter each step [mol/kg]"))
    scale, unit = time_unit(float(t[-1]))
    pressure.plot(t / scale, 1e-5 * data["p"].mean("z").values, color=BLACK)
    for k, i in enumerate(ends):
        middle = 0.5 * ((t[ends[k - 1]] if k else 0.0) + t[i]) / scale
        pressure.axvline(t[i] / scale, color=GREY, lw=0.8, ls=":")
        pressure.annotate(plain(str(names[i])), (middle, 1.0), rotation=30, ha="left", va="bottom",
                          xycoords=("data", "axes fraction"), fontsize=FONT - 2,
                          color=GREY)  # fmt: skip
    pressure.set_xlabel(f"time in the cycle [{unit}]")
    pressure.set_ylabel("mean pressure [bar]")
    finish(pressure, legend=False)
    style_axes(fronts)
    fronts.legend(frameon=False, fontsize=FONT - 1, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return figure


def convergence(axes: Axes, data: Any) -> None:
    """Change of state from cycle to cycle, and on the right the figures that it brings."""
    cycle = data["cycle"].values
    axes.semilogy(cycle, data["change_of_cycle"].values, "o-", ms=3.0, color=BLACK)
    axes.set_xlabel("cycle")
    axes.set_ylabel("change of state [-]")
    beside = axes.twinx()
    names = [str(name) for name in data.data_vars if str(name).endswith("_of_cycle")]
    for k, name in enumerate(name for name in names if name != "change_of_cycle"):
        beside.plot(cycle, data[name].values, color=CYCLE[k % len(CYCLE)], lw=1.8,
                    label=plain(name.removesuffix("_of_cycle").replace("_", " ")))  # fmt: skip
    beside.set_ylabel("share [-]")
    beside.set_ylim(0.0, 1.02)
    beside.legend(frameon=False, fontsize=FONT - 1, loc="upper left", bbox_to_anchor=(1.1, 1.0))
    style_axes(axes)
    axes.spines["right"].set_visible(True)


def shifted(runs: Mapping[str, Result]) -> Figure:
    """Conversion over time, and the equilibrium without removal that it passes."""
    figure = new_figure()
    axes = figure.subplots()
    longest = max(float(run.dataset["t"].values[-1]) for run in runs.values())
    scale, unit = time_unit(longest)
    for k, (name, run) in enumerate(runs.items()):
        data = run.dataset
        axes.plot(data["t"].values / scale, data["conversion"].values,
                  color=CYCLE[k % len(CYCLE)], label=plain(name))  # fmt: skip
        if "X_equilibrium" in run.kpis and k == 0:
            axes.axhline(run.kpis["X_equilibrium"], color=RED, ls="--", lw=1.0,
                         label="equilibrium without removal")  # fmt: skip
    axes.set_xlabel(f"time [{unit}]")
    axes.set_ylabel("conversion")
    axes.set_ylim(0.0, 1.0)
    finish(axes, legend=True)
    return figure


def finish(axes: Axes, *, legend: bool) -> None:
    """The common look, and a legend where there is something to name."""
    style_axes(axes)
    if legend:
        axes.legend(frameon=False, fontsize=FONT - 1)
