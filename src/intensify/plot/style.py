"""What all pictures share: size, text, colours, units on axes.

At 10 x 7 inches the text has 12 pt, so that a picture put into a page 170 mm wide has 8 pt.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (10.0, 7.0)
FONT = 12.0
BLUE, RED, GREY, BLACK = "#2f6690", "#c8553d", "#8a8a8a", "#222222"
CYCLE = (BLUE, RED, "#3a7d44", "#8e5572", "#c28f2c", "#4c4c4c")

LARGEST = 1_000_000
"""Bytes of a picture made of lines that a page still carries."""

LEAST_CHANGE = 0.1
"""Species that change by less than this fraction (the solvent) are left out of a picture."""


def changing(c: xr.DataArray) -> list[str]:
    """Names of the species whose concentration changes enough to be drawn."""
    names = [str(name) for name in c["species"].values]
    columns = {name: c.sel(species=name).values for name in names}
    return [n for n in names if np.ptp(columns[n]) > LEAST_CHANGE * np.abs(columns[n]).max()]


def time_unit(seconds: float) -> tuple[float, str]:
    """Seconds in the unit in which a time is best read, and that unit.

    >>> time_unit(60.0), time_unit(14750.0)
    ((1.0, 's'), (3600.0, 'h'))
    """
    return (1.0, "s") if seconds < 600.0 else (60.0, "min") if seconds < 7200.0 else (3600.0, "h")


def prefixed(largest: float, unit: str) -> tuple[float, str]:
    """What to divide by, and the unit with its prefix, for values up to `largest`.

    >>> prefixed(3.2e7, "W/m3")
    (1000000.0, 'MW/m3')
    """
    for scale, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if largest >= scale:
            return scale, prefix + unit
    return 1.0, unit


def plain(text: str) -> str:
    """The text with dollars that matplotlib does not take for mathematics."""
    return text.replace("$", r"\$")


def new_figure() -> Figure:
    """An empty figure of the common size that notebooks show by themselves."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=SIZE, layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08))
    # notebooks draw a Figure by themselves only once pyplot was imported
    figure._repr_png_ = functools.partial(_png, figure)  # type: ignore[attr-defined]
    return figure


def _png(figure: Figure, dpi: int = 100) -> bytes:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=dpi)
    return image.getvalue()


def as_image(figure: Figure) -> tuple[bytes, str]:
    """The picture for a page: as lines ("svg+xml"), or as dots ("png") where it is very full."""
    import matplotlib as mpl

    image = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "intensify"}):  # the same picture, the same bytes
        figure.savefig(image, format="svg", metadata={"Date": None})
    lines = image.getvalue()
    return (lines, "svg+xml") if len(lines) <= LARGEST else (_png(figure, 150), "png")


def style_axes(axes: Axes) -> None:
    """Text of one size, whatever the user's own settings are, and no box."""
    axes.tick_params(labelsize=FONT)
    axes.xaxis.label.set_fontsize(FONT)
    axes.yaxis.label.set_fontsize(FONT)
    axes.spines[["top", "right"]].set_visible(False)
