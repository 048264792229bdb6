"""Figures for reports and notebooks. They are returned, never shown; matplotlib only here."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY, RED = "#1f6f9f", "#d9642b", "#8a8a8a", "#b3202c"
STYLE = {
    "font.size": 8, "axes.titlesize": 9, "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "lines.linewidth": 1.6,
}  # fmt: skip
QUIET = ("charge", "discharge", "clean")


def comparison(c: Any) -> Figure:
    """Both plants on one time axis, the factor's parts, and duty against what the wall takes.

    c: a `Comparison`, fresh or loaded. Without a factor its sentences stand in the bars' place.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(10.0, 7.0), layout="constrained")
        grid = figure.add_gridspec(3, 2, width_ratios=(1.25, 1.0))
        top = figure.add_subplot(grid[0, 0])
        temperatures(top, c)
        conversions(figure.add_subplot(grid[1, 0], sharex=top), c)
        parts(figure.add_subplot(grid[0:2, 1]), c)
        batch_duty(figure.add_subplot(grid[2, 0]), c.conventional.result.dataset)
        channel_duty(figure.add_subplot(grid[2, 1]), c.intensified.result.dataset)
        if c.title:
            figure.suptitle(c.title, fontsize=11)
    return figure


def plant_time(dataset: Any) -> np.ndarray:
    """Time since charging [s], or residence time in a channel [s]."""
    return np.asarray(dataset["t"])


def temperatures(ax: Axes, c: Any) -> None:
    """Temperature of both plants and the limit, on a logarithmic time axis."""
    batch, channel = c.conventional.result.dataset, c.intensified.result.dataset
    ax.semilogx(plant_time(channel), channel["T"], color=ORANGE, label="intensified: fluid")
    ax.semilogx(
        plant_time(channel), channel["T_utility"], color=ORANGE, lw=0.9, ls=":", label="its utility"
    )
    ax.semilogx(plant_time(batch), batch["T"], color=BLUE, label="conventional: contents")
    ax.semilogx(
        plant_time(batch), batch["T_cf"], color=BLUE, lw=0.9, ls="--",
        label="after cooling failure",
    )  # fmt: skip
    ax.axhline(c.limit.T, color=RED, lw=1.0)
    ax.annotate(
        f"limit {c.limit.T:.0f} K", (0.99, c.limit.T), xycoords=("axes fraction", "data"),
        textcoords="offset points", xytext=(0, 3), color=RED, ha="right",
    )  # fmt: skip
    hottest = max(float(channel["T"].max()), float(batch["T"].max()), c.limit.T)
    coldest = min(float(channel["T"].min()), float(batch["T"].min()))
    ax.set_ylim(coldest - 8.0, hottest + 0.45 * (hottest - coldest))
    ax.set_xlim(0.1, 1.2 * float(plant_time(batch).max()))
    ax.set_ylabel("temperature [K]")
    ax.legend(loc="upper left", ncols=2, fontsize=7, borderaxespad=0.1)


def conversions(ax: Axes, c: Any) -> None:
    """Conversion of the key reactant in both plants; the batch's phases named."""
    batch, channel = c.conventional.result.dataset, c.intensified.result.dataset
    ax.semilogx(plant_time(channel), converted(channel, c.spec.key), color=ORANGE)
    ax.semilogx(plant_time(batch), converted(batch, c.spec.key), color=BLUE)
    if c.spec.conversion > 0.0:
        ax.axhline(c.spec.conversion, color=GREY, lw=0.8, ls=":")
    stages = np.asarray(batch["stage"])
    for name in dict.fromkeys(stages.tolist()):
        t = plant_time(batch)[stages == name]
        if t[-1] <= t[0]:
            continue
        shade = name in QUIET
        ax.axvspan(max(t[0], 0.1), t[-1], color=GREY, alpha=0.18 if shade else 0.07, lw=0)
        if t[-1] < 1.15 * t[0]:
            continue  # too narrow for its name
        middle = np.sqrt(max(t[0], 0.3 * t[-1]) * t[-1])
        ax.text(middle, 0.5, name, rotation=90, ha="center", va="center", fontsize=7, color="#444")
    ax.set_ylim(-0.03, 1.05)
    ax.set_ylabel(f"conversion of {c.spec.key} [-]")
    ax.set_xlabel("time: residence in the channel, or since charging the vessel [s]")


def converted(dataset: Any, key: str) -> np.ndarray:
    """Conversion of a species along a run, of the largest amount or concentration it starts from.

    In a vessel the amount counts: dosing dilutes, it does not convert.
    """
    n = np.asarray((dataset["n"] if "n" in dataset else dataset["c"]).sel(species=key))
    return 1.0 - n / n[0] if n[0] > 0.0 else np.full(n.size, np.nan)


def parts(ax: Axes, c: Any) -> None:
    """Bars of the factor's parts, or the sentences on why there is no factor."""
    if c.misses:
        ax.axis("off")
        text = "\n\n".join(textwrap.fill(m, 44) for m in ["No factor:", *c.misses])
        ax.text(0.02, 0.95, text, va="top", color=RED, transform=ax.transAxes)
        return
    names = [*c.breakdown, "factor"]
    values = np.array([*c.breakdown.values(), c.factor])
    colours = [GREY] * (len(names) - 1) + [ORANGE]
    rows = np.arange(len(names))[::-1]
    ax.barh(rows, np.log10(values), color=colours, height=0.62)
    for row, value in zip(rows, values, strict=True):
        left = value < 1.0
        ax.annotate(
            f"{value:.3g}", (np.log10(value), row), textcoords="offset points",
            xytext=(-4 if left else 4, 0), ha="right" if left else "left", va="center",
        )  # fmt: skip
    ax.set_yticks(rows, [n.replace("product", "product per\nvolume") for n in names])
    low, high = np.floor(np.log10(values.min()) - 0.3), np.ceil(np.log10(values.max()) + 0.3)
    ticks = np.arange(low, high + 1.0)
    ax.set_xticks(ticks, [f"{10.0**x:g}" for x in ticks])
    ax.axvline(0.0, color="black", lw=0.8)
    ax.set_xlim(low, high)
    ax.set_xlabel("part of the factor [-], logarithmic")
    ax.set_title(f"space-time yield: {c.factor:.4g} times, the product of the parts")


def batch_duty(ax: Axes, dataset: Any) -> None:
    """Heat of reaction and heat removal of a vessel against what its wall takes at most."""
    hours = plant_time(dataset) / 3600.0
    V = np.asarray(dataset["V"])
    busy = ~np.isin(np.asarray(dataset["stage"]), QUIET)
    lines: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("removable", "wall at the coldest jacket", {"color": GREY, "ls": "--"}),
        ("heat_production", "heat of reaction", {"color": RED}),
        ("heat_removal", "removed through the wall", {"color": BLUE}),
    )
    for name, label, style in lines:
        heat = np.where(busy, np.asarray(dataset[name]) / V, np.nan)
        ax.plot(hours, heat / 1e3, label=label, **style)
    ax.set_xlabel("time since charging [h]")
    ax.set_ylabel("conventional [kW/m3]")
    ax.legend(loc="best", fontsize=7)


def channel_duty(ax: Axes, dataset: Any) -> None:
    """Heat of reaction and heat to the utility along a channel."""
    t = plant_time(dataset)
    ax.plot(t, np.asarray(dataset["heat_production"]) / 1e3, color=RED, label="heat of reaction")
    ax.plot(t, np.asarray(dataset["heat_removal"]) / 1e3, color=BLUE, label="to the utility")
    ax.set_xlabel("residence time [s]")
    ax.set_ylabel("intensified [kW/m3]")
    ax.set_yscale("symlog", linthresh=100.0)
    ax.legend(loc="best", fontsize=7)


def profiles(result: Any) -> Figure:
    """Temperature, concentrations and heat of one run along its own axis."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    data = result.dataset
    axis = str(next(iter(data.dims)))
    x = np.asarray(data[axis])
    label = f"{data[axis].attrs['long_name']} [{data[axis].attrs['units']}]"
    with rc_context(STYLE):
        figure = Figure(figsize=(7.0, 7.0), layout="constrained")
        panels = [panel for panel in PANELS if any(name in data for name in panel[1])]
        axes = figure.subplots(max(len(panels), 1), 1, sharex=True, squeeze=False)[:, 0]
        for ax, (title, names) in zip(axes, panels, strict=False):
            for name in names:
                if name in data:
                    draw_profile(ax, x, data[name])
            ax.set_ylabel(title)
            ax.legend(loc="best", fontsize=7)
        if not panels:
            for name in data.data_vars:
                draw_profile(axes[0], x, data[name])
        axes[-1].set_xlabel(label)
    return figure


PANELS = (
    ("temperature [K]", ("T", "T_jacket", "T_utility", "T_cf", "T_stop")),
    ("concentration [mol/m3]", ("c",)),
    ("heat", ("heat_production", "heat_removal")),
)


def draw_profile(ax: Axes, x: np.ndarray, profile: Any) -> None:
    """One profile, or one line a species that changes by more than a fifth (no solvents)."""
    unit = profile.attrs["units"]
    if profile.ndim == 1:
        ax.plot(x, profile, label=f"{profile.attrs['long_name']} [{unit}]")
        return
    columns = str(profile.dims[1])
    for k in range(profile.shape[1]):
        y = np.asarray(profile)[:, k]
        if np.ptp(y) > 0.2 * np.abs(y).max():
            name = str(profile[columns].values[k]) if columns in profile.coords else str(k)
            ax.plot(x, y, label=name)
