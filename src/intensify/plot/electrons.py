"""Electrons: distributions, cross sections, rates over the field; a discharge's Q-V figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intensify.plot.style import BLACK, BLUE, CYCLE, FONT, GREY, RED, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.plasma import CrossSections, Lissajous, Swarm

DECADES = 12.0
"""How far below its largest value a distribution is drawn, and rates."""
MOST = 10
"""Processes that a picture names: the largest; the others are drawn in grey."""


def eedf(
    swarms: Sequence[Swarm], sections: CrossSections, *, targets: Sequence[str] = ()
) -> Figure:
    """Energy distributions at several fields, above the cross sections that make them.

    targets: only these; all unless named.

    >>> import intensify as it
    >>> it.plot.eedf(swarms, sections, targets=["O2"]).savefig("eedf.png")  # doctest: +SKIP
    """
    figure = new_figure()
    top, low = figure.subplots(2, 1, sharex=True)
    largest = max(swarm.F0.max() for swarm in swarms)
    for k, swarm in enumerate(swarms):
        top.loglog(swarm.energy, swarm.F0, color=CYCLE[k % len(CYCLE)], lw=2.0,
                   label=f"{1e21 * swarm.E_N:.4g} Td")  # fmt: skip
    top.set_ylim(largest * 10.0**-DECADES, 3.0 * largest)
    top.set_ylabel("distribution\n[eV$^{-3/2}$]")
    chosen = [p for p in sections.processes if not targets or p.target in targets]
    ranked = sorted(chosen, key=lambda p: -float(p.sigma.max()))
    for k, process in enumerate(ranked):
        seen = process.sigma > 0.0
        named = k < MOST
        low.loglog(process.energy[seen], process.sigma[seen], lw=1.8 if named else 0.7,
                   color=CYCLE[k % len(CYCLE)] if named else GREY, zorder=2 if named else 1,
                   ls="-" if k < len(CYCLE) else "--",
                   label=plain(process.name) if named else None)  # fmt: skip
    low.set_ylim(1e-24, None)
    low.set_xlim(1e-2, max(float(swarm.energy[-1]) for swarm in swarms))
    low.set_ylabel("cross section [m²]")
    low.set_xlabel("energy of the electrons [eV]")
    for axes in (top, low):
        axes.legend(frameon=False, fontsize=FONT - 3, loc="center left", bbox_to_anchor=(1.01, 0.5))
        style_axes(axes)
    figure.align_ylabels()
    return figure


def rate_coefficients(swarms: Sequence[Swarm]) -> Figure:
    """Rate coefficients of the largest processes over the reduced field.

    >>> import intensify as it
    >>> it.plot.rate_coefficients(swarms).savefig("rates.png")  # doctest: +SKIP
    """
    fields = np.array([swarm.E_N for swarm in swarms]) / 1e-21
    names = list(dict.fromkeys(name for swarm in swarms for name in swarm.names))
    rows = {name: np.array([swarm.rate_coefficients[name] for swarm in swarms]) for name in names}
    ranked = sorted(rows, key=lambda name: -float(rows[name].max()))
    figure = new_figure()
    axes = figure.subplots()
    for k, name in enumerate(ranked):
        named = k < MOST
        axes.loglog(fields, np.maximum(rows[name], 1e-60), lw=1.8 if named else 0.7,
                    color=CYCLE[k % len(CYCLE)] if named else GREY, zorder=2 if named else 1,
                    ls="-" if k < len(CYCLE) else "--", label=plain(name) if named else None
                    )  # fmt: skip
    largest = rows[ranked[0]].max()
    axes.set_ylim(largest * 10.0**-DECADES, 3.0 * largest)
    axes.set_xlim(fields[0], fields[-1])
    axes.set_xlabel("reduced field [Td]")
    axes.set_ylabel("rate coefficient [m³/s]")
    axes.legend(frameon=False, fontsize=FONT - 3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    style_axes(axes)
    return figure


def lissajous(V: np.ndarray, Q: np.ndarray, fit: Lissajous) -> Figure:
    """A measured cycle of voltage [V] and charge [C], and the parallelogram that fits it.

    >>> import intensify as it
    >>> it.plot.lissajous(V, Q, fit_lissajous(V, Q)).savefig("figure.png")  # doctest: +SKIP
    """
    V, Q = (x - 0.5 * (x.max() + x.min()) for x in (np.asarray(V), np.asarray(Q)))
    figure = new_figure()
    axes = figure.subplots()
    axes.plot(1e-3 * V, 1e6 * Q, ".", color=BLUE, ms=5, label="measured")
    way = np.concatenate([np.linspace(1.0, -1.0, 400), np.linspace(-1.0, 1.0, 400)])
    sides = np.stack([fit.U_peak * way, np.repeat([1.0, -1.0], 400)])
    axes.plot(1e-3 * sides[0], 1e6 * fit.charge(sides), color=RED, lw=2.0, label="fit")
    axes.axhline(0.0, color=GREY, lw=0.8)
    axes.axvline(0.0, color=GREY, lw=0.8)
    axes.set_xlabel("voltage [kV]")
    axes.set_ylabel("charge [µC]")
    axes.text(0.03, 0.97, f"cell {1e12 * fit.C_cell:.4g} pF\ndischarging {1e12 * fit.zeta:.4g} pF\n"
              f"burning voltage {1e-3 * fit.burning_voltage():.3g} kV\n"
              f"{1e3 * fit.energy:.4g} mJ a cycle", transform=axes.transAxes, va="top",
              color=BLACK, fontsize=FONT - 1)  # fmt: skip
    axes.legend(frameon=False, fontsize=FONT - 1, loc="lower right")
    style_axes(axes)
    return figure
