"""Pictures of sweeps: a figure over the keys, and every sample that has none drawn as what it is.

An axis is logarithmic where the values on it are spaced more evenly in their logarithms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.campaigns import Sweep, sensitivity
from intensify.campaigns.plan import Status
from intensify.errors import InputError
from intensify.plot.findings import front, tornado
from intensify.plot.style import BLACK, BLUE, CYCLE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = 8
FEWEST = 4
"""Values that a key needs, to be an axis of a heat map."""
DECADES = 100.0
"""Figures above 0 whose largest is this many times the smallest are drawn in logarithms."""

MARKS: dict[str, dict[str, Any]] = {
    "failed": {"marker": "x", "color": RED, "linewidths": 1.6},
    "left out": {"marker": ".", "color": GREY},
    "not run yet": {"marker": "o", "facecolors": "none", "edgecolors": GREY},
    "no number": {"marker": "+", "color": BLACK},
}
"""How samples without the figure are drawn."""


def sweep(found: Sweep, figure: str = "") -> Figure:
    """The picture that suits a sweep: of an optimum its front, of designs for indices a tornado.

    Of all combinations: lines over one key, a heat map over two; of any other samples one panel a
    key. figure: the one that is shown, of several T_max or the first that varies unless named.

    InputError: no such figure.
    """
    if "chosen" in found.dataset:
        return front(found)
    name = figure_of(found, figure)
    method = found.provenance.get("sample", "").partition(":")[0]
    if method in ("saltelli", "morris") and np.isfinite(found.column(name)).all():
        return tornado(sensitivity(found, name))
    sizes = long_keys(found)
    if "sample" in found.dataset.dims or not 1 <= len(sizes) <= 2:
        return scatter(found, name)
    wide = [key for key, n in sizes.items() if n >= FEWEST and is_number(found, key)]
    if len(wide) == 2:
        return heat_map(found, name)
    if min(sizes.values()) <= MOST_LINES or len(sizes) == 1:
        return lines(found, name, wide[0] if wide else next(iter(sizes)))
    return scatter(found, name)


def heat_map(found: Sweep, figure: str = "", *, level: float | None = None) -> Figure:
    """A figure over the two keys of a sweep of all combinations, as colours with contours.

    level: a value of the figure whose contour is drawn thick, such as a limit.

    InputError: other samples, more than two keys of several values, or keys of fewer than two.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> found = it.sweep(case, {"T": "290:310:4", "zones[1].utility": "320:350:4"},
    ...     reactor="miniaturised", outputs=["T_max"])
    >>> it.plot.heat_map(found, level=case.limit.T).savefig("map.png")  # doctest: +SKIP
    """
    name = figure_of(found, figure)
    keys = list(long_keys(found))
    if "sample" in found.dataset.dims or len(keys) != 2:
        raise InputError("a heat map needs all combinations of two keys; this sweep has "
                         f"{'samples' if 'sample' in found.dataset.dims else len(keys)}; "
                         "take intensify.plot.scatter")  # fmt: skip
    x_key, y_key = keys
    others = [key for key in found.keys if key != x_key]
    others.sort(key=y_key.__eq__)
    Z = along(found, found.column(name), x_key, others)
    picture = new_figure()
    axes = picture.subplots()
    x, y = (axis_of(axes, found, key, side) for key, side in ((x_key, "x"), (y_key, "y")))
    colours = axes.pcolormesh(
        edges(x, axes.get_xscale()), edges(y, axes.get_yscale()), np.ma.masked_invalid(Z),
        norm=norm_of(Z), cmap="viridis", rasterized=True,
    )  # fmt: skip
    bar = picture.colorbar(colours, ax=axes)
    bar.set_label(label_of(found, name), fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    if min(Z.shape) >= FEWEST and varies(Z):
        drawn = axes.contour(x, y, np.ma.masked_invalid(Z), colors="white", linewidths=0.7)
        axes.clabel(drawn, fontsize=FONT - 2, fmt="%g")
    if level is not None and np.nanmin(Z) < level < np.nanmax(Z):
        axes.contour(x, y, np.ma.masked_invalid(Z), [level], colors=RED, linewidths=2.5)
    axes.set_facecolor("#e4e4e4")
    X, Y = np.meshgrid(x, y)
    for what, mask in states_of(found, name).items():
        at = along(found, mask, x_key, others)
        mark(axes, what, X[at], Y[at])
    unit = found.dataset[name].attrs["units"]
    legend(
        picture, axes, [] if level is None else [f"{name} = {level:g} {unit}".removesuffix(" 1")]
    )
    style_axes(axes)
    return picture


def lines(found: Sweep, figure: str = "", key: str = "") -> Figure:
    """A figure over one key of a sweep, the first unless named; a line each value of the others.

    InputError: no such figure or key, samples that are no combinations, more lines than 8.
    """
    name = figure_of(found, figure)
    keys = found.keys
    key = key or next(iter(long_keys(found)), keys[0])
    if key not in keys or "sample" in found.dataset.dims:
        raise InputError(f"lines need all combinations, with '{key}' among their keys "
                         f"{', '.join(keys)}; take intensify.plot.scatter")  # fmt: skip
    others = [k for k in keys if k != key]
    n = math.prod(found.dataset.sizes[k] for k in others)
    if n > MOST_LINES:
        raise InputError(f"{n} lines, more than {MOST_LINES}; take intensify.plot.heat_map or "
                         "scatter")  # fmt: skip
    picture = new_figure()
    axes = picture.subplots()
    x = axis_of(axes, found, key, "x")
    rows = [along(found, found.column(n), key, others) for n in (name, *others)]
    Y = rows[0]
    states = {w: along(found, m, key, others) for w, m in states_of(found, name).items()}
    for i in range(n):
        text = ", ".join(f"{k} = {said(found, k, row[i, 0])}"
                         for k, row in zip(others, rows[1:], strict=True)
                         if found.dataset.sizes[k] > 1)  # fmt: skip
        axes.plot(x, Y[i], marker="o", ms=4, lw=1.8, color=CYCLE[i % len(CYCLE)],
                  ls="-" if i < len(CYCLE) else "--", label=plain(text) or None)  # fmt: skip
        for what, mask in states.items():
            mark(axes, what, x[mask[i]])
    value_axis(axes, found, name, Y)
    legend(picture, axes, [])
    style_axes(axes)
    return picture


def scatter(found: Sweep, *figures: str) -> Figure:
    """Figures over every key, a dot a sample; rows are figures where several are named.

    Samples without the figure stand at the lower edge. InputError: no such figure.
    """
    names = [figure_of(found, figure) for figure in figures or ("",)]
    keys = list(long_keys(found)) or found.keys
    picture = new_figure()
    across = len(keys) if len(names) > 1 else min(len(keys), math.ceil(math.sqrt(len(keys))))
    down = len(names) if len(names) > 1 else math.ceil(len(keys) / across)
    panels = picture.subplots(down, across, squeeze=False).ravel()
    pairs = [(name, key) for name in names for key in keys]
    for axes, (name, key) in zip(panels, pairs, strict=False):
        x, y = axis_of(axes, found, key, "x", found.column(key)), found.column(name)
        states = states_of(found, name)
        solved = ~np.logical_or.reduce(list(states.values()))
        axes.scatter(x[solved], y[solved], s=14, color=BLUE, alpha=0.6, linewidths=0)
        value_axis(axes, found, name, y)
        for what, mask in states.items():
            mark(axes, what, x[mask])
        style_axes(axes)
    for axes in panels[len(pairs) :]:
        axes.set_visible(False)
    legend(picture, panels[0], [])
    return picture


def distribution(found: Sweep, figure: str = "") -> Figure:
    """How often a figure comes to what: samples by its value, with 5, 50 and 95 % of them.

    InputError: no such figure, or no sample that has it.
    """
    name = figure_of(found, figure)
    states = states_of(found, name)
    y = found.column(name)[~np.logical_or.reduce(list(states.values()))]
    if y.size == 0:
        raise InputError(f"no sample has {name}")
    picture = new_figure()
    axes = picture.subplots()
    log = y.min() > 0.0 and y.max() >= DECADES * y.min()
    n = max(10, math.ceil(math.sqrt(y.size)))
    ends = (y.min(), y.max()) if varies(y) else (y[0] - 0.5, y[0] + 0.5)
    axes.hist(y, (np.geomspace if log else np.linspace)(*ends, n).tolist(), color=BLUE)
    axes.set_xscale("log" if log else "linear")
    axes.set_ylim(0.0, 1.25 * axes.get_ylim()[1])  # room for the texts
    for part in (5, 50, 95):
        at = float(np.percentile(y, part))
        axes.axvline(at, color=BLACK, lw=1.2, ls="-" if part == 50 else "--")
        axes.annotate(f"{part} %: {at:.4g}", (at, 1.0), (4, -14 if part == 50 else -30),
                      xycoords=("data", "axes fraction"), textcoords="offset points",
                      fontsize=FONT - 1)  # fmt: skip
    lost = [f"{int(mask.sum())} {what}" for what, mask in states.items() if mask.any()]
    axes.set_ylabel(f"samples, of {y.size}" + (f"; besides {', '.join(lost)}" if lost else ""))
    axes.set_xlabel(label_of(found, name))
    style_axes(axes)
    return picture


# --- what is shown -------------------------------------------------------------------------------
def figure_of(found: Sweep, figure: str) -> str:
    """The figure that was named; else T_max, else the first that varies."""
    names = [name for name in found.figures if name != "chosen"]
    if figure and figure not in names:
        raise InputError(f"'{figure}' is no figure of the sweep; it has {', '.join(names)}")
    if not names:
        raise InputError("no sample of the sweep was solved, so it has no figure to draw; the "
                         f"first failure: {next(iter(found.failures), 'none')}")  # fmt: skip
    if figure or "T_max" in names:
        return figure or "T_max"
    spread = (name for name in names if varies(found.column(name)))
    return next(spread, names[0])


def finite(values: np.ndarray) -> np.ndarray:
    """Those that are numbers."""
    return values[np.isfinite(values)]


def varies(values: np.ndarray) -> bool:
    """Whether the numbers among the values differ."""
    return np.unique(finite(values)).size > 1


def long_keys(found: Sweep) -> dict[str, int]:
    """Keys of more than one value, and how many they have."""
    sizes = {key: np.unique(found.dataset[key].values).size for key in found.keys}
    return {key: n for key, n in sizes.items() if n > 1}


def states_of(found: Sweep, name: str) -> dict[str, np.ndarray]:
    """Which samples (n,) have no figure to draw, by why."""
    status = found.column("status")
    none = {Status.OK: "no number", Status.LEFT_OUT: "left out", Status.MISSING: "not run yet"}
    lost = (status != Status.OK) | ~np.isfinite(found.column(name))
    why = np.array([none.get(Status(s), "failed") for s in status.tolist()])
    return {what: lost & (why == what) for what in MARKS}


def along(found: Sweep, column: np.ndarray, key: str, others: list[str]) -> np.ndarray:
    """A column of samples (n,) as (lines, places): a line each combination of the others."""
    whole = found.dataset["status"]
    order = [whole.dims.index(name) for name in (*others, key)]
    return column.reshape(whole.shape).transpose(order).reshape(-1, whole.sizes[key])


# --- axes ----------------------------------------------------------------------------------------
def is_number(found: Sweep, key: str) -> bool:
    """Whether a key's values are numbers, not words."""
    return found.dataset[key].values.dtype.kind in "iuf"


def said(found: Sweep, key: str, value: Any) -> str:
    """A value of a key with its unit."""
    unit = found.dataset[key].attrs["units"]
    text = f"{value:.4g}" if is_number(found, key) else str(value)
    return text if unit == "1" else f"{text} {unit}"


def label_of(found: Sweep, name: str) -> str:
    """The name of a key, or what a figure is called, with the unit."""
    about = found.dataset[name].attrs
    text = name if name in found.keys else about["long_name"]
    return plain(text if about["units"] == "1" else f"{text} [{about['units']}]")


def is_even_in_logarithms(x: np.ndarray) -> bool:
    """Whether values lie more evenly in their logarithms; of few or near ones they never do.

    >>> is_even_in_logarithms(np.geomspace(0.2, 5.0, 9)), is_even_in_logarithms(np.arange(1., 9.))
    (True, False)
    """
    x = np.unique(finite(x))
    if x.size < 3 or not x[0] > 0.0 or x[-1] < 4.0 * x[0]:
        return False

    def off(v: np.ndarray) -> float:
        return float(abs(np.median(v) - 0.5 * (v[0] + v[-1])) / (v[-1] - v[0]))

    return off(np.log(x)) < off(x)


def axis_of(
    axes: Axes, found: Sweep, key: str, side: str, values: np.ndarray | None = None
) -> np.ndarray:
    """Scale, label and ticks of an axis with a key on it; the places of its values."""
    own = found.dataset[key].values
    values = own if values is None else values
    getattr(axes, f"set_{side}label")(label_of(found, key))
    if not is_number(found, key):
        words = list(dict.fromkeys(own.tolist()))
        getattr(axes, f"set_{side}ticks")(range(len(words)), [plain(str(w)) for w in words])
        return np.array([words.index(v) for v in values.tolist()], dtype=float)
    if is_even_in_logarithms(own):
        getattr(axes, f"set_{side}scale")("log")
        plain_ticks(getattr(axes, f"{side}axis"), own)
    return values.astype(float)


def plain_ticks(axis: Any, values: np.ndarray) -> None:
    """Ticks of a logarithmic axis as plain numbers where they span less than three decades."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    if values.max() / values.min() < 1e3:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axis.set_minor_formatter(NullFormatter())


def value_axis(axes: Axes, found: Sweep, name: str, values: np.ndarray) -> None:
    """Label and scale of the upright axis."""
    y = finite(values)
    axes.set_ylabel(label_of(found, name))
    if y.size and y.min() > 0.0 and y.max() >= DECADES * y.min():
        axes.set_yscale("log")
    else:
        axes.ticklabel_format(axis="y", useOffset=False)


def norm_of(Z: np.ndarray) -> Any:
    """Colours by value, or by its logarithm."""
    from matplotlib.colors import LogNorm, Normalize

    z = finite(Z)
    low, high = (float(z.min()), float(z.max())) if z.size else (0.0, 1.0)
    return (LogNorm if low > 0.0 and high >= DECADES * low else Normalize)(low, high)


def edges(x: np.ndarray, scale: str) -> np.ndarray:
    """Edges between cells that have their middles at x, on this scale."""
    v = np.log(x) if scale == "log" else x
    between = 0.5 * (v[1:] + v[:-1])
    out = np.concatenate([[2.0 * v[0] - between[0]], between, [2.0 * v[-1] - between[-1]]])
    return np.exp(out) if scale == "log" else out


def mark(axes: Axes, what: str, x: np.ndarray, y: np.ndarray | None = None) -> None:
    """Samples without the figure, at the lower edge where there is no y for them."""
    if not x.size:
        return
    where = axes.get_xaxis_transform() if y is None else axes.transData
    y = np.full(x.size, 0.03) if y is None else y
    axes.scatter(x, y, s=40, label=what, zorder=5, clip_on=False, transform=where, **MARKS[what])


def legend(picture: Figure, axes: Axes, more: list[str]) -> None:
    """What lines and marks are, each once, below the picture; more: thick contours."""
    from matplotlib.lines import Line2D

    handles, names = axes.get_legend_handles_labels()
    unique = dict(sorted(zip(names, handles, strict=True), key=lambda row: row[0] in MARKS))
    unique |= {plain(text): Line2D([], [], color=RED, lw=2.5) for text in more}
    if unique:
        picture.legend(unique.values(), unique.keys(), loc="outside lower center",
                       ncols=min(len(unique), 4), frameon=False, fontsize=FONT - 1)  # fmt: skip
