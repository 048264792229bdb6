"""A packed column by transfer rates: vapour in bulk and at the interface, and what it transfers.

Drawn from datasets, so that a result read from a file draws like a fresh one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.plot.style import BLACK, CYCLE, FONT, new_figure, plain, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.result import Result

LARGEST = 1.5
"""Efficiencies beyond this and below its negative leave the picture: little drives them."""


def films(result: Result) -> Figure:
    """Vapour in bulk and at the interface, temperatures, fluxes and efficiencies, the top above.

    >>> import intensify as it
    >>> it.plot.films(it.Result.load("packed.h5")).savefig("films.png")  # doctest: +SKIP
    """
    data = result.dataset
    names = [str(name) for name in data["species"].values]
    own = np.arange(1, data.sizes["tray"] - 1)
    figure = new_figure()
    panels = figure.subplots(1, 4, sharey=True)
    efficiency = data["efficiency"].values
    efficiency = np.where(np.abs(efficiency) <= LARGEST, efficiency, np.nan)
    for i, name in enumerate(names):
        color = CYCLE[i % len(CYCLE)]
        panels[0].plot(data["y"].values[own, i], own, color=color, lw=2.0, label=plain(name))
        panels[0].plot(data["y_I"].values[own, i], own, color=color, lw=1.2, ls="--")
        panels[2].plot(data["flux"].values[own, i], own, color=color, lw=2.0)
        panels[3].plot(efficiency[own, i], own, color=color, lw=2.0)
    for key, name, style in (("T", "liquid", "-"), ("T_I", "interface", "--"),
                             ("T_V", "vapour", ":")):  # fmt: skip
        panels[1].plot(
            data[key].values[own], own, color=BLACK, ls=style, lw=1.8, label=f"{name} (T)"
        )
    panels[0].set_xlabel("vapour mole fraction\n(dashed: at the interface)")
    panels[0].set_ylabel("segment from the top")
    panels[0].yaxis.get_major_locator().set_params(integer=True)
    panels[1].set_xlabel("temperature [K]")
    panels[2].set_xlabel("vapour to liquid [mol/s]")
    panels[3].set_xlabel("efficiency (Murphree)")
    panels[3].set_xlim(-LARGEST, LARGEST)
    panels[0].set_ylim(own[-1] + 0.5, own[0] - 0.5)
    handles: list[Any] = []
    labels: list[str] = []
    for axes in panels:
        style_axes(axes)
        more = axes.get_legend_handles_labels()
        handles, labels = handles + more[0], labels + more[1]
    figure.legend(handles, labels, ncols=4, loc="outside lower center", frameon=False,
                  fontsize=FONT - 1)  # fmt: skip
    return figure
