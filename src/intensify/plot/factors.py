"""The factor of a comparison as a picture: its parts, or why there is none."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import BLACK, BLUE, FONT, RED, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from intensify.compare import Comparison
    from intensify.routes import RouteComparison


def parts(axes: Axes, c: Comparison | RouteComparison, label: str) -> None:
    """(b) The factor's parts as bars from 1, to the right where they favour the intensified."""
    names, values = [*c.breakdown, "factor"], np.array([*c.breakdown.values(), c.factor])
    places = np.arange(values.size)[::-1] + np.where(np.array(names) == "factor", -0.4, 0.0)
    colours = [
        BLACK if n == "factor" else RED if v >= 1.0 else BLUE
        for n, v in zip(names, values, strict=True)
    ]
    axes.barh(places, np.abs(values - 1.0), left=np.minimum(values, 1.0), color=colours, height=0.6)
    axes.set_xscale("log")
    axes.axvline(1.0, color=BLACK, lw=1)
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            f"{value:.4g}", (max(value, 1.0), place), (4, 0), textcoords="offset points",
            va="center", fontsize=FONT,
        )  # fmt: skip
    low, high = min(values.min(), 1.0), max(values.max(), 1.0)
    room = (high / low) ** 0.35
    axes.set_xlim(low / room**0.3, high * max(room, 3.0))
    axes.set_yticks(places, names)
    axes.set_xlabel(label)
    axes.set_title(f"(b) factor {c.factor:.4g} and its parts", loc="left", fontsize=FONT)


def missed(axes: Axes, misses: list[str]) -> None:
    """(b) Why there is no factor."""
    axes.set_title("(b) no factor: a side misses", loc="left", fontsize=FONT)
    axes.set_axis_off()
    text = "\n\n".join(textwrap.fill(sentence, 34) for sentence in misses)
    axes.text(0.0, 0.98, plain(text), va="top", fontsize=FONT - 1, transform=axes.transAxes)
