"""Pictures of scale-out and scale-up, and of the film along an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import BLUE, CYCLE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.result import Result
    from intensify.transport import Section


def scale_out(result: Result) -> Figure:
    """Channels that are not alike: flow, highest temperature and conversion over the diameter.

    Of `intensify.scale_out`; dots are channels that stand for the mean, larger where more do, the
    ends are the expected extremes. Dashed: all channels alike, and the mixed outlets. Of several
    conversions the one that differs most is drawn.
    """
    data, kpis = result.dataset, result.kpis
    conversions = [str(name) for name in data.data_vars if str(name).startswith("X_")]
    rows = [
        ("share", "flow / mean flow", 1.0, "all alike", 0.1),
        ("T_max", "highest T (K)", kpis["T_max_nominal"], "all alike", 4.0),
    ]
    if conversions:
        name = max(conversions, key=lambda n: float(np.ptp(data[n].values)))
        rows.append((name, plain(f"X of {name[2:]}"), kpis[name], "mixed outlets", 0.01))
    figure = new_figure()
    all_axes = figure.subplots(len(rows), 1, sharex=True)
    x = 1e3 * data["diameter"].values
    area = 20.0 + 200.0 * np.sqrt(data["weight"].values)
    for axes, (name, label, level, said, least) in zip(all_axes, rows, strict=True):
        y = data[name].values
        axes.plot(x, y, color=BLUE, lw=1.4)
        axes.scatter(x, y, s=area, color=BLUE, alpha=0.5, lw=0)
        axes.plot(x[[0, -1]], y[[0, -1]], "D", color=RED, ms=7)
        axes.axhline(level, color=GREY, ls="--", lw=1.4)
        axes.annotate(
            said, (1.0, level), xycoords=("axes fraction", "data"), xytext=(-4, 4),
            textcoords="offset points", ha="right", fontsize=FONT - 1, color=GREY,
        )  # fmt: skip
        # differences that nobody could measure are no picture
        middle, half = 0.5 * (y.max() + y.min()), 0.6 * max(float(np.ptp(y)), least)
        axes.set_ylim(middle - half, middle + half)
        axes.ticklabel_format(axis="y", useOffset=False)
        axes.set_ylabel(label)
        style_axes(axes)
    all_axes[-1].set_xlabel("hydraulic diameter (mm)")
    figure.align_ylabels(all_axes)
    figure.suptitle(
        f"{kpis['channels']:.0f} channels; red: the extremes among them", fontsize=1.1 * FONT
    )
    return figure


def scale_up(result: Result, *, limit: float | None = None) -> Figure:
    """Larger channels for the same flow: number, UA/V and highest temperature over the diameter.

    Of `intensify.scale_up`. limit: the temperature that must not be passed [K].
    """
    data = result.dataset
    figure = new_figure()
    rows: list[tuple[str, str, float]] = [
        ("channels", "channels", 1.0), ("UA_V", "UA/V (MW/m3/K)", 1e-6),
        ("p_drop", "pressure drop (kPa)", 1e-3), ("T_max", "highest temperature (K)", 1.0),
    ]  # fmt: skip
    all_axes = figure.subplots(2, 2, sharex=True).ravel()
    x = 1e3 * data["diameter"].values
    for k, (axes, (name, label, scale)) in enumerate(zip(all_axes, rows, strict=True)):
        axes.plot(x, scale * data[name], "o-", color=CYCLE[0 if k < 3 else 1], lw=1.8)
        _logarithmic(axes, "x", "y") if k < 3 else _logarithmic(axes, "x")
        axes.set_ylabel(label)
        style_axes(axes)
    if limit is not None:
        all_axes[3].axhline(limit, color=GREY, ls="--", lw=1.4)
        all_axes[3].annotate(
            "limit", (0.0, limit), xycoords=("axes fraction", "data"), xytext=(4, 4),
            textcoords="offset points", fontsize=FONT - 1, color=GREY,
        )  # fmt: skip
    for axes in all_axes[2:]:
        axes.set_xlabel("hydraulic diameter (mm)")
    return figure


def _logarithmic(axes: Axes, *which: str) -> None:
    """Logarithmic axes whose ticks are plain numbers: 1, 2, 5, 10."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    for name in which:
        axis = getattr(axes, f"{name}axis")
        getattr(axes, f"set_{name}scale")("log")
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axis.set_minor_locator(NullLocator())


def entry_length(sections: dict[str, Section]) -> Figure:
    """Mean Nusselt number over x = L/(D_h Re Pr), laminar, of sections by name.

    >>> import intensify as it
    >>> shapes = {"tube": it.round_section(2e-3), "1:4": it.rectangular_section(1e-3, 4e-3)}
    >>> it.plot.entry_length(shapes).savefig("entry.png")  # doctest: +SKIP
    """
    from intensify.transport import nusselt_entry

    figure = new_figure()
    axes = figure.subplots()
    x = np.geomspace(1e-4, 2.0, 120)
    for k, (name, section) in enumerate(sections.items()):
        color = CYCLE[k % len(CYCLE)]
        Nu = [nusselt_entry(section, v) for v in x]
        axes.plot(x, Nu, label=plain(name), color=color, lw=1.8)
        axes.axhline(section.Nu_T, color=color, ls=":", lw=1.2)
    axes.set_xscale("log")
    _logarithmic(axes, "y")
    axes.set_xlabel(r"$L\,/\,(D_h\,\mathrm{Re}\,\mathrm{Pr})$")
    axes.set_ylabel("mean Nusselt number (dotted: developed)")
    axes.legend(frameon=False, fontsize=FONT)
    style_axes(axes)
    return figure
