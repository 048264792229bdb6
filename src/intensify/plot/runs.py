"""Pictures of comparisons and runs; each function returns a matplotlib Figure and never shows it.

Everything comes from datasets, kpis and figures: a result read from a file draws like a fresh one.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.beds import transient_bed
from intensify.plot.columns import column
from intensify.plot.factors import missed, parts
from intensify.plot.film_profiles import films
from intensify.plot.gases import gas
from intensify.plot.laminar import laminar
from intensify.plot.moving_columns import column_in_time
from intensify.plot.plasma import plasma
from intensify.plot.sorption import breakthrough, ring, shifted, swing
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
    prefixed,
    style_axes,
    time_unit,
)
from intensify.plot.transient import transient

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.compare import Comparison
    from intensify.result import Result
    from intensify.sides import Side

REACTS_IN = ("dose", "hold", "react")
CLOSE, WIDE = 0.032, 0.15
"""Names of phases nearer than this part of an axis become one; wider phases have theirs level."""
SHOWN = 0.01
"""Part of the residence time at which the logarithmic time axes begin."""
MOST_PANELS = 4
HEATED = -2.0
"""Lowest heat duty drawn, in highest ones: the heating at an inlet would dwarf the reaction."""

DUTIES: dict[str, tuple[str, dict[str, Any]]] = {
    "removable": ("wall at the coldest jacket", {"color": GREY, "lw": 6.0, "alpha": 0.5}),
    "heat_production": ("released by reaction", {"lw": 2.5}),
    "heat_removal": ("through the wall (below 0: heated)", {"color": BLACK, "lw": 1.4, "ls": "--"}),
}
"""Heat duties by variable: label and style; where the style names no colour, the plant's."""

Span = tuple[str, float, float]
Panel = tuple[str, list[tuple[str, np.ndarray]]]


def comparison(c: Comparison) -> Figure:
    """Both plants on one time axis, the factor's parts, and heat duties against the walls.

    (a) temperature and conversion over the time since the recipe's start, or the residence time;
    (b) the factor's parts, or what is missed; (c), (d) heat released and carried off per volume
    of contents [W/m3]; for the vessel while it reacts, and with what its wall takes at most.

    >>> import intensify as it
    >>> saved = it.Comparison.load("comparison.h5")          # doctest: +SKIP
    >>> it.plot.comparison(saved).savefig("comparison.png")  # doctest: +SKIP
    """
    figure = new_figure()
    if c.title:
        figure.suptitle(plain(textwrap.fill(c.title, 90)), fontsize=1.1 * FONT)
    rows = figure.add_gridspec(2, 1, height_ratios=[1.6, 1.0])
    top = rows[0].subgridspec(2, 2, width_ratios=[1.75, 1.0])
    temperature = figure.add_subplot(top[0, 0])
    conversion = figure.add_subplot(top[1, 0], sharex=temperature)
    _time_axes(c, temperature, conversion)
    figure.align_ylabels([temperature, conversion])
    factor = figure.add_subplot(top[:, 1])
    if c.misses:
        missed(factor, c.misses)
    else:
        parts(factor, c, "ratio of space-time yields")
    duties = rows[1].subgridspec(1, 2)
    _vessel_duty(figure.add_subplot(duties[0]), c.conventional.result.dataset)
    _channel_duty(figure.add_subplot(duties[1]), c.intensified.result.dataset)
    lines, labels = _duty_legend()
    figure.legend(
        lines, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=FONT - 1
    )
    for axes in figure.axes:
        style_axes(axes)
    return figure


def profiles(result: Result) -> Figure:
    """Temperatures, concentrations and heat rates of one run along its time or position.

    Species that hardly change (the solvent) are left out. Of a reactor of one's own every profile
    is drawn; a channel in time as `transient` does, a bed in time as `transient_bed`.

    >>> import intensify as it
    >>> milli = it.cases.load("thiosulfate-peroxide").reactors["miniaturised"]
    >>> it.plot.profiles(it.solve(milli)).savefig("run.png")  # doctest: +SKIP
    """
    data = result.dataset
    x = str(data["stage"].dims[0])
    if "sorbed" in data.dims:
        if "c_extract" in data:
            return ring(result)
        return swing(result) if "cycle" in data.dims else breakthrough(result)
    if x == "t" and "z" in data.dims:
        return transient_bed(result) if "T_solid" in data else transient(result)
    if x == "t" and "tray" in data.dims:
        return column_in_time(result)
    if "r" in data.dims:
        return laminar(result)
    if "SEI" in data:
        return plasma(result)
    if "y_I" in data:
        return films(result)
    if x == "tray":
        return column(result)
    if "species" in data.dims and {"x", "T"} <= set(data.data_vars):
        return gas(result)
    if "removed" in data:
        return shifted({"conversion": result})
    place, unit = data[x].values, data[x].attrs["units"]
    scale, unit = time_unit(place[-1]) if unit == "s" else (1.0, unit)
    shipped = "heat_production" in data
    panels = _temperatures_to_heat(data) if shipped else _states(data, x)
    figure = new_figure()
    all_axes = np.atleast_1d(figure.subplots(len(panels), 1, sharex=True))
    for axes, (label, lines) in zip(all_axes, panels, strict=True):
        for k, (name, values) in enumerate(lines):
            # dashes show a line that runs on another one
            style = {"color": CYCLE[k % len(CYCLE)], "ls": "--" if k % 2 else "-", "lw": 1.8}
            axes.plot(place / scale, values, label=plain(textwrap.fill(name, 24)), **style)
        axes.set_ylabel(plain(label))
        if label.startswith("heat"):
            _cut_heating(axes, max(values.max() for _, values in lines))
        if len(lines) > 1:
            beside = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
            axes.legend(**beside, frameon=False, fontsize=FONT - 1)
        style_axes(axes)
    all_axes[-1].set_xlabel(plain(f"{data[x].attrs['long_name']} [{unit}]"))
    all_axes[-1].set_xlim(place[0] / scale, place[-1] / scale)
    spans = [(name, start / scale, end / scale) for name, start, end in stages(data, x)]
    if len(spans) > 1:
        _shade(all_axes, spans)
        _name_phases(all_axes[0], spans, y=1.03, rotation=30)
    figure.align_ylabels()
    return figure


def conversion_along(one: Side, key: str) -> np.ndarray:
    """Conversion of `key` along one side's run, (fed so far - left)/fed over the whole run.

    A vessel's key reactant comes with the charge, or with its feeds in proportion to their rate.
    """
    data, figures = one.result.dataset, one.figures
    left = data["n" if "n" in data else "c"].sel(species=key).values
    if "n" not in data:
        return 1.0 - left / left[0]
    if figures["yield"] == 0.0:
        return np.full(left.size, np.nan)
    fed = figures["c_product"] * one.result.kpis["V"] / figures["yield"]
    rate, t = data["feed"].values, data["t"].values
    dosed = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(t))])
    share = dosed / dosed[-1] if dosed[-1] > 0.0 else np.ones(t.size)
    return (left[0] + (fed - left[0]) * share - left) / fed


def stages(data: xr.Dataset, x: str) -> list[Span]:
    """Phases or zones in order: name, start and end on the coordinate `x`."""
    names, places = data["stage"].values, data[x].values
    starts = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1), names.size]
    return [
        (str(names[i]), float(places[i]), float(places[j - 1]))
        for i, j in itertools.pairwise(starts)
    ]


# --- parts of `comparison` -----------------------------------------------------------------------
def _time_axes(c: Comparison, temperature: Axes, conversion: Axes) -> None:
    """(a) Temperature and conversion of both plants on one logarithmic time axis."""
    vessel, channel = c.conventional.result.dataset, c.intensified.result.dataset
    ends = vessel["t"].values[-1], channel["t"].values[-1]
    first, last = SHOWN * ends[1], max(ends)
    for one, data, colour, name in (
        (c.conventional, vessel, BLUE, "conventional"),
        (c.intensified, channel, RED, "intensified"),
    ):
        t = np.maximum(data["t"].values, first)
        temperature.plot(t, data["T"].values, color=colour, lw=2, label=name)
        conversion.plot(t, conversion_along(one, c.spec.key), color=colour, lw=2)
    temperature.axhline(c.limit.T, color=BLACK, ls="--", lw=1.2, label=f"limit {c.limit.T:.1f} K")
    temperature.set_xscale("log")
    temperature.set_xlim(first, 1.1 * last)
    temperature.tick_params(labelbottom=False)
    temperature.set_title("(a)", loc="left", fontsize=FONT)
    temperature.set_ylabel("temperature [K]")
    temperature.legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=3, frameon=False, fontsize=FONT - 1,
        columnspacing=1.2, handlelength=1.6,
    )  # fmt: skip
    conversion.set_ylabel("conversion")
    where = conversion.transAxes
    conversion.text(0.01, 0.95, plain(f"of {c.spec.key}"), va="top", fontsize=FONT, transform=where)
    conversion.set_ylim(-0.05, 1.08)
    conversion.set_xlabel("time of the recipe, residence in the channel [s]")
    spans = [(name, max(a, first), b) for name, a, b in stages(vessel, "t") if b > first]
    _shade([temperature, conversion], spans)
    _name_phases(conversion, spans, y=0.07, rotation=90)


def _vessel_duty(axes: Axes, data: xr.Dataset) -> None:
    """(c) Heat per volume of the vessel's contents, while it reacts, and what its wall can take."""
    data = data.isel(t=np.isin(data["stage"].values, REACTS_IN))
    t, V = data["t"].values, data["V"].values
    per, unit = time_unit(t[-1])
    _duties(axes, t / per, {name: data[name].values / V for name in DUTIES}, BLUE)
    axes.set_title("(c) conventional, per volume", loc="left", fontsize=FONT)
    axes.set_xlabel(f"time of the recipe [{unit}]")


def _channel_duty(axes: Axes, data: xr.Dataset) -> None:
    """(d) Heat per volume of the fluid along the residence time."""
    t = data["t"].values
    _duties(axes, t, {name: data[name].values for name in DUTIES if name in data}, RED)
    axes.set_xscale("log")
    axes.set_xlim(SHOWN * t[-1], t[-1])
    axes.set_title("(d) intensified, per volume", loc="left", fontsize=FONT)
    axes.set_xlabel("residence time [s]")


def _duties(axes: Axes, t: np.ndarray, heat: dict[str, np.ndarray], colour: str) -> None:
    highest = max(values.max() for values in heat.values())
    scale, unit = prefixed(highest, "W/m3")
    for name, values in heat.items():
        label, style = DUTIES[name]
        axes.plot(t, values / scale, label=label, **{"color": colour, **style})
    axes.axhline(0.0, color=GREY, lw=0.8)
    axes.set_ylabel(f"heat [{unit}]")
    _cut_heating(axes, highest / scale)


def _cut_heating(axes: Axes, highest: float) -> None:
    if highest > 0.0 and axes.get_ylim()[0] < HEATED * highest:
        axes.set_ylim(HEATED * highest, 1.1 * highest)


def _duty_legend() -> tuple[list[Any], list[str]]:
    """Lines and labels for the heat duties of both plants."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], **{"color": BLACK, **style}) for _, style in DUTIES.values()]
    return lines, [label for label, _ in DUTIES.values()]


# --- parts of `profiles` -------------------------------------------------------------------------
def _named(data: xr.Dataset, names: tuple[str, ...]) -> list[tuple[str, np.ndarray]]:
    return [(data[n].attrs["long_name"], data[n].values) for n in names if n in data]


def _temperatures_to_heat(data: xr.Dataset) -> list[Panel]:
    return [_temperatures(data), _concentrations(data), _heat(data)]


def _temperatures(data: xr.Dataset) -> Panel:
    lines = [
        (name.removeprefix("temperature ").removeprefix("of the "), values)
        for name, values in _named(
            data, ("T", "T_solid", "T_jacket", "T_utility", "T_coolant", "T_cf", "T_stop")
        )
    ]
    return "temperature [K]", lines


def _concentrations(data: xr.Dataset) -> Panel:
    lines = [(name, data["c"].sel(species=name).values) for name in changing(data["c"])]
    return f"concentration [{data['c'].attrs['units']}]", lines


def _heat(data: xr.Dataset) -> Panel:
    lines = _named(data, ("heat_production", "heat_removal", "removable"))
    largest = max(np.abs(values).max() for _, values in lines)
    scale, unit = prefixed(largest, data["heat_production"].attrs["units"])
    return f"heat [{unit}]", [(name, values / scale) for name, values in lines]


def _states(data: xr.Dataset, x: str) -> list[Panel]:
    """A panel for each profile of a reactor of one's own, or one for all of many."""
    lines = []
    for name, variable in data.data_vars.items():
        rows = variable.transpose(x, ...).values.reshape(data[x].size, -1).T
        about = f"{variable.attrs['long_name']} [{variable.attrs['units']}]"
        labels = [about] if variable.ndim == 1 else [f"{name}[{i}]" for i in range(len(rows))]
        lines += list(zip(labels, rows, strict=True))
    if len(lines) > MOST_PANELS:
        return [("state", lines)]
    return [(label, [("", values)]) for label, values in lines]


# --- common --------------------------------------------------------------------------------------
def _shade(all_axes: Iterable[Axes], spans: list[Span]) -> None:
    """Shade the phases, every other one darker."""
    for k, (_, start, end) in enumerate(spans):
        for axes in all_axes:
            axes.axvspan(start, end, color=GREY, alpha=0.10 + 0.12 * (k % 2), lw=0, zorder=0)


def _name_phases(axes: Axes, spans: list[Span], *, y: float, rotation: float) -> None:
    """Write the phases' names at height y; short ones share a name, "cool-clean"."""
    from matplotlib.patheffects import withStroke

    to_pixels = axes.transScale.transform
    low, high = (to_pixels((x, 0.5))[0] for x in axes.get_xlim())
    groups: list[list[Span]] = []
    for name, *ends in spans:
        left, right = ((to_pixels((x, 0.5))[0] - low) / (high - low) for x in ends)
        if groups and left + right - sum(groups[-1][-1][1:]) < 2.0 * CLOSE:
            groups[-1].append((name, left, right))
        else:
            groups.append([(name, left, right)])
    halo = [withStroke(linewidth=3.0, foreground="white", alpha=0.8)]
    for group in groups:
        (first, left, _), (last, _, right) = group[0], group[-1]
        name = first if len(group) == 1 else f"{first}-{last}"
        angle = 0.0 if right - left > WIDE else rotation
        across = "left" if 0.0 < angle < 90.0 else "center"
        axes.text(
            0.5 * (left + right), y, name, ha=across, va="bottom", rotation=angle,
            transform=axes.transAxes, fontsize=FONT - 1, path_effects=halo,
        )  # fmt: skip
