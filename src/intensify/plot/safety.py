"""Thermal safety: temperatures of a report in order, MTSR over set temperature, hot spots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import BLACK, BLUE, FONT, GREY, RED, new_figure, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.safety import SafetyReport
    from intensify.safety.curves import Curve
    from intensify.safety.dosing import DosingDiagram
    from intensify.safety.hotspots import HotSpotMap

LEVELS = {
    "T_process": "in operation",
    "MTSR": "failure,\nfeed stopped (MTSR)",
    "T_goes_on": "failure,\nfeed goes on",
}
BARRIERS = {"limit": "limit", "MTT": "boiling or relief (MTT)", "T_D24": "24 h to decomposition"}


def criticality(report: SafetyReport) -> Figure:
    """Criticality diagram: how far operation and failures rise, against limit, MTT and T_D24.

    >>> import intensify as it
    >>> saved = it.safety.SafetyReport.load("safety.h5")       # doctest: +SKIP
    >>> it.plot.criticality(saved).savefig("criticality.png")  # doctest: +SKIP
    """
    f = report.figures
    figure = new_figure()
    axes = figure.subplots()
    steps = [(label, f[name]) for name, label in LEVELS.items() if name in f]
    barriers = [(label, f[name]) for name, label in BARRIERS.items() if name in f]
    everything = [T for _, T in steps + barriers]
    low = min(everything) - 0.25 * (np.ptp(everything) + 10.0)
    bound = min(f["limit"], f.get("T_D24", np.inf))
    for k, (_, T) in enumerate(steps):
        colour = RED if bound < T else BLUE
        axes.bar(k, T - low, bottom=low, width=0.55, color=colour, alpha=0.85)
        axes.text(k, T, f"{T:.1f} K", ha="center", va="bottom", fontsize=FONT)
    for k, (label, T) in enumerate(barriers):
        axes.axhline(T, color=BLACK if k == 0 else GREY, lw=1.6, ls=("-", "--", ":")[k])
        axes.text(len(steps) - 0.42, T, f" {label} {T:.1f} K", va="bottom", fontsize=FONT)
    axes.set_xticks(range(len(steps)), [label for label, _ in steps])
    axes.set_xlim(-0.6, len(steps) + 0.6)
    axes.set_ylim(low, max(everything) + 0.12 * (np.ptp(everything) + 10.0))
    axes.set_ylabel("temperature [K]")
    verdict = "limit holds" if report.safe else "limit is passed"
    number = f", class {f['class']:.0f}" if "class" in f else ""
    axes.set_title(f"{report.title}\n{verdict}{number}".strip(), fontsize=FONT)
    style_axes(axes)
    return figure


def mtsr(curve: Curve, *, limit: float = np.inf) -> Figure:
    """MTSR over the set temperature with its minimum, and the set temperature itself.

    >>> import intensify as it
    >>> it.plot.mtsr(curve, limit=368.15).savefig("mtsr.png")  # doctest: +SKIP
    """
    figure = new_figure()
    axes = figure.subplots()
    axes.plot(curve.T, curve.MTSR, color=RED, lw=2.2, label="MTSR: cooling lost, dosing stopped")
    axes.plot(curve.T, curve.T, color=GREY, lw=1.4, ls="--", label="set temperature")
    axes.plot(curve.T_safest, curve.MTSR_least, "o", color=BLACK, ms=8, zorder=3)
    axes.annotate(
        f"least: {curve.MTSR_least:.1f} K at {curve.T_safest:.1f} K",
        (curve.T_safest, curve.MTSR_least), xytext=(8, -18), textcoords="offset points",
        fontsize=FONT,
    )  # fmt: skip
    if np.isfinite(limit):
        axes.axhline(limit, color=BLACK, lw=1.0, ls=":", label=f"limit {limit:.1f} K")
    axes.set_xlabel("set temperature [K]")
    axes.set_ylabel("temperature [K]")
    axes.legend(frameon=False, fontsize=FONT - 1)
    style_axes(axes)
    return figure


def hot_spots(found: HotSpotMap, *, limit: float = np.inf) -> Figure:
    """Highest temperature over utility temperature and diameter, with the runaway boundary.

    >>> import intensify as it
    >>> it.plot.hot_spots(found, limit=353.15).savefig("map.png")  # doctest: +SKIP
    """
    figure = new_figure()
    axes = figure.subplots()
    d = 1e3 * found.diameter
    mesh = axes.pcolormesh(found.T_utility, d, found.T_max, cmap="inferno", shading="nearest",
                           rasterized=True)  # fmt: skip
    bar = figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label("highest temperature [K]", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    known = np.isfinite(found.boundary)
    axes.plot(found.boundary[known], d[known], color="white", lw=2.2, label="runaway boundary")
    if found.T_max.min() < limit < found.T_max.max():
        axes.contour(found.T_utility, d, found.T_max, levels=[limit], colors="cyan",
                     linestyles="--", linewidths=1.6)  # fmt: skip
        axes.plot([], [], color="cyan", ls="--", label=f"limit {limit:.1f} K")
    axes.set_yscale("log")
    for which in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
        which("{x:g}")
    axes.tick_params(axis="y", which="minor", labelsize=FONT - 2)
    axes.set_xlabel("temperature of the utility [K]")
    axes.set_ylabel("diameter [mm]")
    legend = axes.legend(fontsize=FONT - 1, facecolor=GREY, labelcolor="white")
    legend.get_frame().set_alpha(0.6)
    style_axes(axes)
    return figure


def dosing(diagram: DosingDiagram) -> Figure:
    """Where a dosing runs away, over exothermicity and reactivity, and where the vessel stands.

    >>> import intensify as it
    >>> it.plot.dosing(diagram).savefig("dosing.png")  # doctest: +SKIP
    """
    figure = new_figure()
    axes = figure.subplots()
    runs = np.isfinite(diagram.Ry_low)
    Ex, low = diagram.Ex[runs], diagram.Ry_low[runs]
    high = np.where(np.isfinite(diagram.Ry_high[runs]), diagram.Ry_high[runs], 1e4)
    axes.fill_betweenx(Ex, low, high, color=RED, alpha=0.25, label="runaway")
    axes.plot(low, Ex, color=RED, lw=2.0)
    axes.plot(high, Ex, color=RED, lw=2.0)
    if np.isfinite(diagram.Ex_least):
        axes.axhline(diagram.Ex_least, color=GREY, lw=1.2, ls="--")
        axes.annotate(f"no runaway below Ex = {diagram.Ex_least:.2f}", (0.02, diagram.Ex_least),
                      xycoords=("axes fraction", "data"), xytext=(0, -4),
                      textcoords="offset points", va="top", fontsize=FONT - 1)  # fmt: skip
    vessel = diagram.vessel
    axes.plot(vessel.Ry, vessel.Ex, "o", color=BLACK, ms=9, zorder=3,
              label=f"the vessel: {vessel.scenario}")  # fmt: skip
    axes.text(0.02, 0.96, "no ignition:\nfeed gathers", transform=axes.transAxes, va="top",
              fontsize=FONT - 1)  # fmt: skip
    axes.text(0.98, 0.96, "smooth: reaction\nkeeps up with the feed", transform=axes.transAxes,
              va="top", ha="right", fontsize=FONT - 1)  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(0.0, 1.2 * max(float(diagram.Ex.max()), vessel.Ex))
    axes.set_xlim(min(low.min(initial=1.0), vessel.Ry) / 10.0,
                  max(min(high.max(initial=1.0), 1e4), vessel.Ry) * 10.0)  # fmt: skip
    axes.set_xlabel("reactivity Ry")
    axes.set_ylabel("exothermicity Ex")
    axes.legend(frameon=False, fontsize=FONT - 1, loc="lower right")
    style_axes(axes)
    return figure
