"""Cold plasma: a run along its way, where electrons leave their energy, and what a kWh makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.gases import fractions
from intensify.plot.style import BLUE, CYCLE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.plasma import Swarm
    from intensify.result import Result

LEAST_SHARE = 0.02
"""Part of the power below which processes are drawn together."""


def plasma(result: Result) -> Figure:
    """Gas temperature, mole fractions of what changes, and energy fed, over time.

    >>> import intensify as it
    >>> run = it.solve(it.cases.load("ozone").reactors["gap"])  # doctest: +SKIP
    >>> it.plot.plasma(run).savefig("ozone.png")                # doctest: +SKIP
    """
    data = result.dataset
    t, x = 1e3 * data["t"].values, data["x"]
    figure = new_figure()
    panels = figure.subplots(3, 1, sharex=True)
    panels[0].plot(t, data["T"].values, color=RED, lw=2.0, label="mean of the gas")
    if not np.allclose(data["T"], data["T_channel"]):
        panels[0].plot(t, data["T_channel"].values, color=RED, lw=1.2, ls="--", label="filaments")
    panels[0].set_ylabel("temperature [K]")
    fractions(panels[1], t, x.isel(species=x.values[0] < 0.5), "mole fraction [1]", least=1e-9)
    panels[2].plot(t, data["SEI"].values / 1e3, color=BLUE, lw=2.0, label="fed")
    panels[2].plot(t, data["heat"].values / 1e3, color=GREY, lw=2.0, ls="--", label="left as heat")
    panels[2].set_ylabel("energy [kJ/mol]")
    panels[2].set_xlabel("time [ms]")
    for axes in panels:
        style_axes(axes)
    for axes in panels[::2]:
        axes.legend(frameon=False, fontsize=FONT - 1)
    figure.align_ylabels()
    return figure


def power_split(swarms: Sequence[Swarm]) -> Figure:
    """Where electrons leave their energy over the reduced field, stacked."""
    from matplotlib import colormaps

    fields = np.array([swarm.E_N for swarm in swarms]) / 1e-21
    splits = [swarm.power_split for swarm in swarms]
    names = list(dict.fromkeys(name for split in splits for name in split))
    rows = {name: np.array([split.get(name, 0.0) for split in splits]) for name in names}
    large = [name for name, row in rows.items() if row.max() >= LEAST_SHARE]
    rest = sum((row for name, row in rows.items() if name not in large), np.zeros(fields.size))
    figure = new_figure()
    axes = figure.subplots()
    colours = [colormaps["tab20"](k % 20) for k in range(len(large))]
    axes.stackplot(fields, [rows[name] for name in large] + [rest],
                   labels=[*(plain(name) for name in large), "others"], colors=[*colours, GREY],
                   alpha=0.85, edgecolor="white", linewidth=0.5)  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(fields[0], fields[-1])
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel("reduced field [Td]")
    axes.set_ylabel("part of the power")
    axes.legend(frameon=False, fontsize=FONT - 2, loc="center left", bbox_to_anchor=(1.01, 0.5))
    style_axes(axes)
    return figure


def energy_cost(
    runs: dict[str, Sequence[Result]], product: str, *, limit: float | None = None
) -> Figure:
    """Mass of product per kWh, and its mole fraction, over the energy fed; a line a series.

    limit [g/kWh]: drawn where given, such as what the reaction's enthalpy alone would allow.
    """
    figure = new_figure()
    panels = figure.subplots(2, 1, sharex=True)
    for k, (name, series) in enumerate(runs.items()):
        fed = [run.kpis["SEI"] / 1e3 for run in series]
        colour = CYCLE[k % len(CYCLE)]
        made = [run.kpis[f"yield_{product}"] for run in series]
        panels[0].semilogx(fed, made, color=colour, lw=2.0, label=plain(name))
        share = [100.0 * run.kpis[f"x_{product}"] for run in series]
        panels[1].semilogx(fed, share, color=colour, lw=2.0)
    if limit is not None:
        panels[0].axhline(limit, color=GREY, lw=1.2, ls="--", label="by the enthalpy alone")
    panels[0].set_ylabel(f"{plain(product)} [g/kWh]")
    panels[0].set_ylim(0.0, None)
    panels[1].set_ylabel(f"{plain(product)} [mol %]")
    panels[1].set_xlabel("energy fed [kJ/mol of inlet gas]")
    panels[0].legend(frameon=False, fontsize=FONT - 1, loc="center right")
    for axes in panels:
        style_axes(axes)
    figure.align_ylabels()
    return figure
