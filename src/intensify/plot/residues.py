"""Residue curve maps: where distillation goes, and the points that it cannot pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intensify.errors import InputError
from intensify.plot.style import BLACK, BLUE, FONT, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.reactors.columns.column import Column
    from intensify.reactors.columns.residue import ResidueCurve, StationaryPoint

WIDE, HIGH = 0.12, 0.05
"""Points nearer than this in both mole fractions share a label."""
MARKS = {"unstable node": "^", "saddle": "s", "stable node": "v"}


def residue_map(
    column: Column,
    curves: Sequence[ResidueCurve],
    points: Sequence[StationaryPoint] = (),
    *,
    across: Sequence[str] = (),
    up: Sequence[str] = (),
) -> Figure:
    """Residue curves of a column's mixture with arrows along them; azeotropes in red.

    across, up: the components whose mole fractions are summed along each axis; the first and the
    second where none are named. Of A + B <=> C + D, across=("A", "C"), up=("A", "D") are Ung and
    Doherty's transformed compositions, which the reaction does not change.

    InputError: a component that the mixture lacks; no curve.
    """
    names = column.mixture.names
    if not curves:
        raise InputError([("curves", "are none; a map needs one")])
    axis = [
        [column.mixture.index(name) for name in chosen or (names[k],)]
        for k, chosen in enumerate((across, up))
    ]
    figure = new_figure()
    axes = figure.subplots()
    for curve in curves:
        x, y = (curve.x[:, one].sum(axis=1) for one in axis)
        axes.plot(x, y, color=BLUE, lw=1.4)
        way = np.hypot(np.diff(x), np.diff(y)).cumsum()
        i = int(np.searchsorted(way, 0.5 * way[-1]))
        axes.annotate(
            "", (x[i + 1], y[i + 1]), (x[i], y[i]),
            arrowprops={"arrowstyle": "->", "color": BLUE, "mutation_scale": 18},
        )  # fmt: skip
    seen, labels = set(), []
    for point in points:
        x, y = (float(point.x[one].sum()) for one in axis)
        pure = point.x.max() > 1.0 - 1e-6
        what = ("pure" if pure else "azeotrope") + f", {point.kind}"
        label = None if what in seen else what
        seen.add(what)
        axes.plot(x, y, MARKS[point.kind], ms=9, color=BLACK if pure else RED, label=label,
                  clip_on=False, zorder=3, ls="none")  # fmt: skip
        name = names[int(point.x.argmax())] + ", " if pure else ""
        labels.append((x, y, plain(f"{name}{point.T:.1f} K")))
    for x, y, text in stacked(labels):
        right = x > 0.8  # else the label leaves the figure
        axes.annotate(text, (x, y), xytext=(-8 if right else 8, 8), textcoords="offset points",
                      ha="right" if right else "left", fontsize=FONT - 1)  # fmt: skip
    texts = [" + ".join(plain(names[i]) for i in one) for one in axis]
    axes.set_xlabel(f"liquid mole fraction of {texts[0]}")
    axes.set_ylabel(f"liquid mole fraction of {texts[1]}")
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    if points:
        figure.legend(ncols=3, loc="outside lower center", frameon=False, fontsize=FONT - 1)
    style_axes(axes)
    return figure


def stacked(labels: Sequence[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Labels (x, y, text), with those of points that lie together one above the other.

    >>> found = stacked([(0.0, 0.0, "a"), (0.9, 0.5, "b"), (0.0, 0.0, "c")])
    >>> [text.split() for _, _, text in found]
    [['a', 'c'], ['b']]
    """
    out: list[tuple[float, float, str]] = []
    for x, y, text in labels:
        near = [k for k, one in enumerate(out) if abs(one[0] - x) < WIDE and abs(one[1] - y) < HIGH]
        if near:
            out[near[0]] = (*out[near[0]][:2], f"{out[near[0]][2]}\n{text}")
        else:
            out.append((x, y, text))
    return out
