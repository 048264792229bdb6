"""Pictures of what campaigns find: which keys matter (tornado), and the best points (front)."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from intensify.campaigns import Sensitivity, Sweep
from intensify.campaigns.optimising import goal_of, limit_of
from intensify.errors import InputError
from intensify.plot.style import BLACK, BLUE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.campaigns import Optimum


def tornado(found: Sensitivity | Sweep, figure: str = "") -> Figure:
    """What each key does to a figure, the strongest on top.

    Of a Sensitivity: what a key does in company (wide bars, with 95 % confidence) and alone
    (narrow). Of a Sweep of a table that changes one key at a time: from its first row, the base, to
    the figure at the key's other values.

    InputError: a row that changes several keys, no such figure, a sample that failed.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> rows = {"T": ["298 K", "293 K", "303 K", "298 K"], "flow": ["90 L/h"] * 3 + ["80 L/h"]}
    >>> found = it.sweep(case, rows, sample="table", reactor="miniaturised", outputs=["T_max"])
    >>> it.plot.tornado(found, "T_max").savefig("tornado.png")  # doctest: +SKIP
    """
    picture = new_figure()
    axes = picture.subplots()
    if isinstance(found, Sensitivity):
        _indices(axes, found)
    else:
        _one_at_a_time(axes, found, figure or found.figures[0])
    style_axes(axes)
    return picture


def one_at_a_time(found: Sweep, figure: str) -> dict[str, dict[str, float]]:
    """Of each key that rows change alone: the figure at its other values, as texts with unit.

    InputError: as `tornado`.
    """
    if figure not in found.figures:
        raise InputError(f"'{figure}' is no figure of the sweep; it has {', '.join(found.figures)}")
    values = found.column(figure)
    if not np.isfinite(values).all():
        lost = int((~np.isfinite(values)).sum())
        raise InputError(f"{lost} of {values.size} samples have no {figure}; a tornado needs all: "
                         "narrow the changes")  # fmt: skip
    columns = {key: found.column(key) for key in found.keys}
    out: dict[str, dict[str, float]] = {}
    for k in range(1, values.size):
        changed = [key for key, column in columns.items() if column[k] != column[0]]
        if len(changed) > 1:
            raise InputError(f"row {k} changes {' and '.join(changed)}; a tornado needs a table "
                             "whose rows change one key of its first row")  # fmt: skip
        for key in changed:
            x, unit = columns[key][k], found.dataset[key].attrs["units"]
            text = f"{x:.4g}" if isinstance(x, float) else str(x)
            at = text if unit == "1" else f"{text} {unit}"
            out.setdefault(key, {})[at] = float(values[k])
    return out


def front(found: Optimum | Sweep) -> Figure:
    """An optimum among all the points that were tried.

    Of one goal: the goal over each key. Of several: each two of them, with the front as a line.
    Points that miss a limit are hollow. found: what `optimise` gives, or its file loaded.

    InputError: a sweep that is no optimum.
    """
    tried = found if isinstance(found, Sweep) else found.sweep
    if "goals" not in tried.provenance or "chosen" not in tried.dataset:
        raise InputError("this sweep is no optimum; give what intensify.optimise has found")
    goals = [goal_of(text) for text in tried.provenance["goals"].split("; ")]
    words = {goal.figure: "to be low" if goal.sign > 0.0 else "to be high" for goal in goals}
    names = list(words)
    pairs = (list(itertools.combinations(names, 2)) if len(names) > 1
             else [(key, names[0]) for key in tried.keys])  # fmt: skip
    across = math.ceil(math.sqrt(len(pairs)))
    picture = new_figure()
    panels = picture.subplots(math.ceil(len(pairs) / across), across, squeeze=False).ravel()
    for axes, (x, y) in zip(panels, pairs, strict=False):
        _points(axes, tried, x, y, joined=len(names) == 2)
        axes.set_xlabel(_said(tried, x, words.get(x, "")))
        axes.set_ylabel(_said(tried, y, words[y]))
        style_axes(axes)
    for axes in panels[len(pairs) :]:
        axes.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False,
                   fontsize=FONT - 1)  # fmt: skip
    return picture


def _points(axes: Axes, tried: Sweep, x_name: str, y_name: str, *, joined: bool) -> None:
    """All points of an optimisation: good, missing a limit, chosen; how many failed."""
    x, y = tried.column(x_name), tried.column(y_name)
    chosen = tried.column("chosen") == 1
    there = tried.column("status") == 0
    held = np.ones(x.size, dtype=bool)
    for text in filter(None, tried.provenance["limits"].split("; ")):
        limit = limit_of(text)
        held &= limit.miss(tried.column(limit.figure)) <= 0.0
    shown, misses = there & held & ~chosen, there & ~held
    axes.scatter(x[shown], y[shown], s=16, color=BLUE, alpha=0.5, linewidths=0, label="tried")
    if misses.any():
        axes.scatter(x[misses], y[misses], s=18, facecolors="none", edgecolors=GREY,
                     label="misses a limit")  # fmt: skip
    style = "o-" if joined and chosen.sum() > 1 else "o"
    axes.plot(x[chosen], y[chosen], style, color=RED, ms=6, lw=1.5, zorder=4,
              label="front" if chosen.sum() > 1 else "best")  # fmt: skip
    if joined:
        line = axes.lines[-1]
        order = np.argsort(x[chosen])
        line.set_data(x[chosen][order], y[chosen][order])
    if not there.all():
        axes.plot([], [], "x", color=RED, label=f"{int((~there).sum())} failed, not shown")


def _said(tried: Sweep, name: str, wish: str) -> str:
    """A key or figure with its unit and what is wanted of it."""
    about = tried.dataset[name].attrs
    unit = "" if about["units"] == "1" else f" [{about['units']}]"
    text = name if name in tried.keys else about["long_name"]
    return plain(f"{text}{unit}" + (f", {wish}" if wish else ""))


def _indices(axes: Axes, found: Sensitivity) -> None:
    """Two bars a key, the wide one with its confidence."""
    order = np.argsort(found.total)
    names = [plain(found.keys[k]) for k in order]
    saltelli = found.method == "saltelli"
    words = ("in company, ST", "alone, S1"), ("mean change, mu*", "its scatter, sigma")
    total, alone = words[0 if saltelli else 1]
    axes.barh(names, found.total[order], 0.7, xerr=found.total_conf[order], color=BLUE,
              error_kw={"ecolor": BLACK, "capsize": 4}, label=total)  # fmt: skip
    axes.barh(names, found.first[order], 0.3, color=RED, label=alone)
    what = "part of the variance of" if saltelli else "change over a step, of"
    unit = "" if saltelli or found.unit == "1" else f" [{found.unit}]"
    axes.set_xlabel(plain(f"{what} {found.figure}{unit}"))
    axes.axvline(0.0, color=BLACK, lw=0.8)
    axes.legend(frameon=False, fontsize=FONT, loc="lower right")


def _one_at_a_time(axes: Axes, found: Sweep, figure: str) -> None:
    """A bar from the base to each other value of a key."""
    base = float(found.column(figure)[0])
    changes = one_at_a_time(found, figure)
    order = sorted(changes, key=lambda key: max(abs(v - base) for v in changes[key].values()))
    for place, key in enumerate(order):
        for text, value in changes[key].items():
            up = value >= base
            axes.barh(place, value - base, 0.6, left=base, color=RED if up else BLUE)
            axes.annotate(plain(text), (value, place), (4 if up else -4, 0), va="center",
                          textcoords="offset points", ha="left" if up else "right",
                          fontsize=FONT - 1)  # fmt: skip
    axes.set_yticks(range(len(order)), [plain(key) for key in order])
    axes.axvline(base, color=BLACK, lw=1.2)
    axes.margins(x=0.25)
    about = found.dataset[figure].attrs
    unit = "" if about["units"] == "1" else f" [{about['units']}]"
    axes.set_xlabel(plain(f"{about['long_name']}{unit}; {base:.6g} unchanged"))
    axes.ticklabel_format(axis="x", useOffset=False)
