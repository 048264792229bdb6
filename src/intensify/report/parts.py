"""Sections that several pages have: figures, profiles, balances, warnings, provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from intensify.kpis import label
from intensify.plot.style import as_image
from intensify.report.html import Html, element, listing, number, picture, section, table

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from intensify.result import Result

OF_SAFETY = (
    "MTSR", "T_dosing_not_stopped", "T_stop", "T_max", "dT_ad", "T_limit", "t_limit", "Phi",
)  # fmt: skip
"""Figures of a run that say what failures come to."""


def figures(values: Mapping[str, float], about: Callable[[str], tuple[str, str]] = label) -> Html:
    """Figures by name, with value, unit and meaning."""
    rows = [(name, number(x), unit if unit != "1" else "", meaning)
            for name, x in values.items() for unit, meaning in [about(name)]]  # fmt: skip
    return table(("figure", "value", "unit", "meaning"), rows, {1})


def drawn(figure: Figure, about: str) -> Html:
    """A picture."""
    return picture(*as_image(figure), about)


def profiles(data: xr.Dataset, title: str = "Profiles") -> Html:
    """Of each profile its ends and extremes; of those over a further axis the extremes only."""
    axis = str(data["stage"].dims[0]) if "stage" in data else str(next(iter(data.dims)))
    rows: list[tuple[str, ...]] = []
    for name, one in data.data_vars.items():
        if one.dtype.kind not in "fiu" or axis not in one.dims or one.size == 0:
            continue
        unit, meaning = one.attrs["units"].removeprefix("1"), one.attrs["long_name"]
        if one.dims == (axis,):
            rows.append((str(name), *ends_of(one.values), unit, meaning))
        elif one.dims == (axis, "species"):
            rows += [(f"{name} of {s}", *ends_of(one.sel(species=s).values), unit, meaning)
                     for s in one["species"].values]  # fmt: skip
        else:
            low, high = number(float(one.min()), 5), number(float(one.max()), 5)
            rows.append((str(name), "", "", low, high, unit, meaning))
    place = data[axis]
    unit = place.attrs["units"]
    span = f"Along the {place.attrs['long_name']}, from {number(float(place[0]))} to " + (
        f"{number(float(place[-1]))} {unit}".removesuffix(" 1") + "."
    )
    head = ("profile", "first", "last", "lowest", "highest", "unit", "meaning")
    return section(title, element("p", span), table(head, rows, {1, 2, 3, 4}))


def ends_of(values: np.ndarray) -> tuple[str, ...]:
    """First, last, lowest and highest."""
    return tuple(number(float(x), 5) for x in
                 (values[0], values[-1], np.min(values), np.max(values)))  # fmt: skip


def balances(result: Result, title: str = "Balances") -> Html:
    """How well the balances close."""
    rows = [(name, f"{x:.1e}") for name, x in result.balances().items()]
    return section(title, table(("balance of", "closes to, relative"), rows, {1}))


def warnings(sentences: Iterable[str], title: str = "Warnings") -> Html:
    """Sentences on validity, or that there are none."""
    found = listing(map(str, sentences))
    return section(title, found or element("p", "None: every model was inside its range."))


def run_sections(result: Result, title: str = "") -> list[Html]:
    """Figures, profiles, safety, balances, warnings, numerics of one run."""
    of = f" of the {title}" if title else ""
    safe = {name: result.kpis[name] for name in OF_SAFETY if name in result.kpis}
    counts = {name: x for name, x in result.statistics.items() if name != "wall_time"}
    return [
        section(f"Figures{of}", figures(result.kpis)),
        section(f"Safety{of}", figures(safe)),
        profiles(result.dataset, f"Profiles{of}"),
        balances(result, f"Balances{of}"),
        warnings(result.warnings, f"Warnings{of}"),
        section(f"Work of the solver{of}", table(
            ("count", "value"), [(k.replace("_", " "), number(x)) for k, x in counts.items()], {1},
        )),
    ]  # fmt: skip


def provenance(about: Mapping[str, Any], *texts: tuple[str, str]) -> Html:
    """Versions, and long texts such as the case below them."""
    rows = [(name, str(value)) for name, value in about.items()]
    pages = [section(title, element("pre", text)) for title, text in texts if text]
    return Html(section("Provenance", table(("of", "version"), rows, set())) + "".join(pages))
