"""A fit: measurements against the model, residuals, and how two parameters hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import BLACK, BLUE, CYCLE, FONT, GREY, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from intensify.estimation import Estimate

MOST_PANELS = 3


def fit(e: Estimate) -> Figure:
    """Measured against predicted of up to three quantities, residuals, the 95 % region."""
    figure = new_figure()
    names, counts = np.unique(e.table.quantity, return_counts=True)
    shown = [str(n) for n in names[np.argsort(-counts, kind="stable")]][:MOST_PANELS]
    pair = widest(e)
    rows = figure.add_gridspec(2, 1)
    above = rows[0].subgridspec(1, len(shown))
    for k, name in enumerate(shown):
        parity(figure.add_subplot(above[k]), e, name, CYCLE[k])
    below = rows[1].subgridspec(1, 5)
    residuals(figure.add_subplot(below[:3] if pair else below[:]), e, shown)
    if pair:
        region(figure.add_subplot(below[3:]), e, *pair)
    left_out = names.size - len(shown)
    more = f"; {left_out} more quantities are not drawn above" if left_out else ""
    figure.suptitle(f"{e.table.measured.size} measurements, {len(e.keys)} parameters{more}",
                    fontsize=FONT)  # fmt: skip
    return figure


def parity(axes: Axes, e: Estimate, name: str, colour: str) -> None:
    """Measured against predicted values of a quantity."""
    here = e.table.quantity == name
    x, y, sd = e.table.predicted[here], e.table.measured[here], e.table.sd[here]
    unit = str(e.table.unit[here][0])
    ends = [min(x.min(), y.min()), max(x.max(), y.max())]
    axes.plot(ends, ends, color=GREY, linewidth=1.0)
    axes.errorbar(x, y, yerr=sd, fmt="o", color=colour, markersize=5, linewidth=1.0)
    tail = "" if unit == "1" else f" [{unit}]"
    axes.set_xlabel(plain(f"{name}, model{tail}"))
    axes.set_ylabel(plain(f"measured{tail}"))
    axes.locator_params(nbins=5)
    style_axes(axes)


def residuals(axes: Axes, e: Estimate, shown: list[str]) -> None:
    """Residuals over sd in the order of the measurements."""
    number = np.arange(1, e.table.measured.size + 1)
    for edge in (-2.0, 2.0):
        axes.axhline(edge, color=GREY, linewidth=1.0, linestyle="--")
    axes.axhline(0.0, color=GREY, linewidth=1.0)
    rest = ~np.isin(e.table.quantity, shown)
    axes.plot(number[rest], e.table.residuals[rest], "o", color=GREY, markersize=5)
    for k, name in enumerate(shown):
        here = e.table.quantity == name
        axes.plot(number[here], e.table.residuals[here], "o", color=CYCLE[k], markersize=5,
                  label=plain(name))  # fmt: skip
    axes.set_xlabel("number of the measurement")
    axes.set_ylabel("residual / standard deviation")
    axes.locator_params(axis="x", integer=True)
    axes.legend(fontsize=FONT, frameon=False, ncols=len(shown))
    axes.margins(y=0.25)
    style_axes(axes)


def region(axes: Axes, e: Estimate, i: int, j: int) -> None:
    """The 95 % region of two coordinates together, by the quadratic approximation."""
    x, y = ellipse(e, i, j)
    axes.plot(x, y, color=BLUE, label="95 % together")
    centre = [own(e, k)[0] for k in (i, j)]
    axes.plot(*centre, "o", color=BLACK, markersize=5)
    for k, line in ((i, axes.axvspan), (j, axes.axhspan)):
        middle, size = own(e, k)
        half = half_width(e) * size * np.sqrt(e.theta_covariance[k, k])
        line(middle - half, middle + half, color=GREY, alpha=0.2, linewidth=0.0)
    axes.set_xlabel(plain(own_name(e, i)))
    axes.set_ylabel(plain(own_name(e, j)))
    axes.set_title(f"correlation {e.correlation[i, j]:.3f}; grey: 95 % each", fontsize=FONT)
    axes.locator_params(axis="x", nbins=3)
    axes.locator_params(axis="y", nbins=5)
    style_axes(axes)


def ellipse(e: Estimate, i: int, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Its points, as they are drawn: delta' C^-1 delta is 2 F(2, freedom), or chi-squared(2)."""
    from scipy.stats import chi2, f

    level = chi2.ppf(0.95, 2) if e.sd_known else 2.0 * f.ppf(0.95, 2, e.freedom)
    part = e.theta_covariance[np.ix_([i, j], [i, j])]
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    edge = np.sqrt(level) * np.linalg.cholesky(part) @ np.array([np.cos(angle), np.sin(angle)])
    (x, x_size), (y, y_size) = own(e, i), own(e, j)
    return x + x_size * edge[0], y + y_size * edge[1]


def widest(e: Estimate) -> tuple[int, int] | None:
    """The pair with the largest correlation, None where no two have errors."""
    pairs = [(abs(e.correlation[i, j]), i, j) for j in range(len(e.keys)) for i in range(j)
             if np.isfinite(e.correlation[i, j])]  # fmt: skip
    return max(pairs)[1:] if pairs else None


def half_width(e: Estimate) -> float:
    """Half a 95 % interval over the standard error."""
    from intensify.estimation.statistics import factor_of

    return factor_of(max(e.freedom, 1), e.sd_known)


def own(e: Estimate, k: int) -> tuple[float, float]:
    """Coordinate k as it is drawn, ln x or in the parameter's unit, and the size of 1 of it."""
    p: Any = e.parameters[k]
    if e.coordinates.log[k]:
        return float(e.theta[k]), 1.0
    return float(p.shown(e.values[k])), float(e.coordinates.scale[k] / p.difference(1.0))


def own_name(e: Estimate, k: int) -> str:
    """What coordinate k is called as it is drawn."""
    name, unit = e.coordinates.name(k), e.parameters[k].unit
    return name if e.coordinates.log[k] else f"{name} [{unit or 'SI'}]"
