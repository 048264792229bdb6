"""Columns as they cost: duties side by side, reflux against the number of stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import BLUE, FONT, RED, new_figure, plain, prefixed, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.design.reflux import StageCount
    from intensify.reactors.columns.column_state import ColumnState


def duties(states: Mapping[str, ColumnState]) -> Figure:
    """Bars of what the reboiler needs and the condenser takes away, by name of the column."""
    heat = np.array([
        [state.kpis.get(key, 0.0) for state in states.values()]
        for key in ("Q_reboiler", "Q_condenser")
    ])  # fmt: skip
    scale, unit = prefixed(float(heat.max()), "W")
    figure = new_figure()
    axes = figure.subplots()
    place = np.arange(len(states))
    for k, (label, color) in enumerate((("reboiler", RED), ("condenser", BLUE))):
        bars = axes.bar(place + 0.4 * (k - 0.5), heat[k] / scale, 0.38, color=color, label=label)
        axes.bar_label(bars, fmt="%.3g", fontsize=FONT - 1)
    axes.set_xticks(place, [plain(name) for name in states])
    axes.set_ylabel(f"duty [{unit}]")
    figure.legend(ncols=2, loc="outside lower center", frameon=False, fontsize=FONT - 1)
    style_axes(axes)
    return figure


def reflux(counts: Sequence[StageCount]) -> Figure:
    """Reflux ratio and reboiler duty over the number of stages; those that fail are left out."""
    met = [count for count in counts if not count.why]
    stages = [count.stages for count in met]
    scale, unit = prefixed(max((count.Q_reboiler for count in met), default=1.0), "W")
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.plot(stages, [count.reflux_ratio for count in met], "o-", color=BLUE, lw=2.0)
    left.set_ylabel("reflux ratio")
    right.plot(stages, [count.Q_reboiler / scale for count in met], "o-", color=RED, lw=2.0)
    right.set_ylabel(f"reboiler duty [{unit}]")
    for axes in (left, right):
        axes.set_xlabel("stages, condenser and reboiler included")
        axes.set_ylim(bottom=0.0)
        style_axes(axes)
    return figure
