"""One plant of a comparison: its run and its figures, held to specification and limit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from intensify import store
from intensify.errors import InputError, SpecificationError
from intensify.kpis import SIDE
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.vessels.batch import StirredReactor
from intensify.result import Result, floats, scalars, stored
from intensify.solve import solve
from intensify.specification import Energy, SafetyLimit, Specification

OVERHEADS = ("charge", "heat", "cool", "discharge", "clean")
"""Phases of a recipe in which nothing reacts."""


class Side(NamedTuple):
    """One plant of a comparison: its reactor as compared, its run, its figures, its misses."""

    reactor: Any
    result: Result
    figures: dict[str, float]
    misses: list[str]
    note: str = ""


KEPT = 3
"""Fields of a side from here on are kept in a file as they are."""


class TwoSides:
    """Two sides that are held to the same: what every comparison has.

    kind: of its file. side, names: the type of its sides, unit and meaning of their figures. kept:
    what both are held to, and what else was found, by name; it is given and kept in the file.
    """

    kind: str
    side: type[Any] = Side
    names: Mapping[str, tuple[str, str]] = SIDE
    kept: tuple[str, ...] = ()

    def __init__(
        self,
        conventional: Any,
        intensified: Any,
        *,
        title: str = "",
        case_text: str = "",
        sensitivity: Sequence[tuple[str, float, str]] = (),
        **kept: Any,
    ) -> None:
        self.conventional, self.intensified = conventional, intensified
        self.title, self.case_text, self.sensitivity = title, case_text, list(sensitivity)
        for name in self.kept:
            setattr(self, name, kept[name])

    @property
    def misses(self) -> list[str]:
        """Sentences about what either side misses; empty when the factor stands."""
        return [f"conventional: {m}" for m in self.conventional.misses] + [
            f"intensified: {m}" for m in self.intensified.misses
        ]

    def hold(self) -> None:
        """SpecificationError, with a sentence for each miss, where a side misses its target."""
        if self.misses:
            raise SpecificationError("no factor is given: " + "; ".join(self.misses))

    @property
    def factor(self) -> float:
        """By how much the intensified side is ahead. SpecificationError as `hold`."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """What belongs to this comparison only, as plain data."""
        raise NotImplementedError

    def content(self) -> dict[str, Any]:
        """The comparison as plain data, in SI."""

        def one(side: Any) -> dict[str, Any]:
            own = {name: getattr(side, name) for name in side._fields[2:]}
            return own | {"warnings": side.result.warnings}

        return {
            "title": self.title, **self.facts(),
            "conventional": one(self.conventional), "intensified": one(self.intensified),
            "units": {name: self.names[name][0] for name in self.conventional.figures},
            "factor": None if self.misses else self.factor, "misses": self.misses,
            "sensitivity": [{"change": what, "factor": factor, "missed": missed}
                            for what, factor, missed in self.sensitivity],
        }  # fmt: skip

    def save(self, path: str | Path) -> Path:
        """Write both runs and the comparison to one HDF5 file; atomic, checksummed."""
        groups, texts = as_groups(self.conventional, self.intensified, self.names)
        texts |= {"kind": self.kind, "title": self.title, "case": self.case_text}
        texts["targets"] = json.dumps({name: getattr(self, name) for name in self.kept})
        texts["sensitivity"] = json.dumps(self.sensitivity)
        return store.save(path, groups, texts)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The comparison that `save` wrote; FileFormatError for any other file."""
        return stored(path, cls.kind, cls.from_groups)

    @classmethod
    def from_groups(cls, groups: dict[str, Any], attrs: dict[str, Any]) -> Self:
        """The inverse of what `save` stores."""
        return cls(
            *of_groups(groups, attrs, cls.side), title=attrs["title"], case_text=attrs["case"],
            sensitivity=[tuple(row) for row in json.loads(attrs["sensitivity"])],
            **cls.restored(json.loads(attrs["targets"])),
        )  # fmt: skip

    @staticmethod
    def restored(kept: dict[str, Any]) -> dict[str, Any]:
        """What is kept, of the types that a file has made into lists."""
        return kept


def batch_side(
    reactor: StirredReactor, spec: Specification, limit: SafetyLimit, use: Energy, note: str = ""
) -> Side:
    """Run a batch or semibatch and hold it to specification and limit."""
    result = solve(reactor)
    kpis, net = result.kpis, reactor.kinetics
    fed, last = reactor.fed(result.legs), result.legs[-1].y_end
    quality = product_quality(net, spec, fed, last[: fed.size])
    V, V_vessel = kpis["V"], kpis["V_vessel"]
    t_reaction = kpis["t_cycle"] - sum(kpis.get(f"t_{name}", 0.0) for name in OVERHEADS)
    c = quality["yield"] * fed[net.index(spec.key)] / V
    S = fed.size
    heats = np.array([leg.y_end[S + 5] - leg.y_start[S + 5] for leg in result.legs])
    cooling, heating = heats[heats > 0.0].sum(), -heats[heats < 0.0].sum()
    stirring = (reactor.stirrer + use.stirring * V) * kpis["t_cycle"]
    energy = stirring + cooling / use.COP + heating / use.boiler
    figures = {
        "time": kpis["t_cycle"], "t_reaction": t_reaction, **quality, "c_product": c,
        "STY": c * V / (kpis["t_cycle"] * V_vessel), "T_max": kpis["T_max"],
        "T_failure": kpis["MTSR"], "dT_ad": kpis["dT_ad"], "UA_V": kpis["UA_V"],
        "volume": V_vessel, "energy_content": kpis["dT_ad"] * reactor.heat_capacity(fed, V),
        "kWh_kg": energy / 3.6e6 / product_mass(net, spec, c * V),
    }  # fmt: skip
    what = "cooling lost and dosing stopped at the worst moment (MTSR)"
    return Side(reactor, result, figures, misses(figures, spec, limit, what), note)


def channel_side(
    reactor: ChannelReactor, spec: Specification, limit: SafetyLimit, use: Energy, note: str = ""
) -> Side:
    """Run a miniaturised reactor and hold it to specification and limit."""
    result = solve(reactor)
    kpis, net = result.kpis, reactor.kinetics
    fed, last = reactor.fed(result.legs), result.legs[-1].y_end
    quality = product_quality(net, spec, fed, last[: fed.size])
    S, N = fed.size, reactor.channels
    c = quality["yield"] * reactor.c_in[net.index(spec.key)]
    heats = np.array([leg.y_end[S + 2] - leg.y_start[S + 2] for leg in result.legs]) * N
    cooling, heating = heats[heats > 0.0].sum(), -heats[heats < 0.0].sum()
    power = kpis["pumping"] / use.pump + cooling / use.COP + heating / use.boiler
    C = float(reactor.heat_flow(fed, reactor.flow / N))
    figures = {
        "time": kpis["tau"], "t_reaction": kpis["tau"], **quality, "c_product": c,
        "STY": c / kpis["tau"], "T_max": kpis["T_max"], "T_failure": kpis["T_stop"],
        "dT_ad": kpis["dT_ad"], "UA_V": kpis["UA_V"], "volume": kpis["V"],
        "energy_content": kpis["dT_ad"] * C * kpis["tau"] * N,
        "kWh_kg": power / 3.6e6 / product_mass(net, spec, c * reactor.flow),
    }  # fmt: skip
    what = "flow stopped and utility lost"
    return Side(reactor, result, figures, misses(figures, spec, limit, what), note)


def side(
    reactor: Any, spec: Specification, limit: SafetyLimit, use: Energy, note: str = ""
) -> Side:
    """Run a reactor of either kind as one side of a comparison."""
    run = batch_side if isinstance(reactor, StirredReactor) else channel_side
    return run(reactor, spec, limit, use, note)


def product_quality(net: Any, spec: Specification, fed: Any, last: Any) -> dict[str, float]:
    """Conversion, yield and selectivity; the product counts per mole of key by stoichiometry."""
    key, product = net.index(spec.key), net.index(spec.product)
    if fed[key] <= 0.0:
        raise InputError(f"the key reactant '{spec.key}' is not in the feed of one side")
    makes = (net.nu[:, product] > 0.0) & (net.nu[:, key] < 0.0)
    if not makes.any():
        raise InputError(f"no reaction makes '{spec.product}' out of '{spec.key}'")
    j = int(np.argmax(makes))
    per_key = net.nu[j, product] / -net.nu[j, key]
    X = 1.0 - last[key] / fed[key]
    Y = (last[product] - fed[product]) / (per_key * fed[key])
    return {"conversion": X, "yield": Y, "selectivity": Y / X if X > 0.0 else 0.0}


def product_mass(net: Any, spec: Specification, converted: float) -> float:
    """Mass of product [kg] for an amount of key converted to it [mol]; NaN without molar mass."""
    key, product = net.index(spec.key), net.index(spec.product)
    j = int(np.argmax((net.nu[:, product] > 0.0) & (net.nu[:, key] < 0.0)))
    M = net.M[product] or np.nan
    return float(converted * net.nu[j, product] / -net.nu[j, key] * M)


def misses(
    figures: dict[str, float], spec: Specification, limit: SafetyLimit, failure: str = ""
) -> list[str]:
    """What a side misses, in sentences with value, limit and distance."""
    out = []
    for name, least in (
        ("conversion", spec.conversion), ("yield", spec.yield_), ("selectivity", spec.selectivity),
    ):  # fmt: skip
        if figures[name] < least - 1e-7:
            out.append(
                f"{name} {figures[name]:.4f} is {least - figures[name]:.4f} short of {least:g}"
            )
    for name, what in (("T_max", "in operation"), ("T_failure", failure)):
        if figures.get(name, 0.0) > limit.T + 1e-6:
            over = figures[name] - limit.T
            out.append(
                f"{figures[name]:.1f} K {what} is {over:.1f} K above the limit {limit.T:.1f} K"
            )
    return out


def as_groups(
    conventional: Any, intensified: Any, names: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides as groups and texts of a file; names: unit and meaning of their figures."""
    groups: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for name, one in (("conventional", conventional), ("intensified", intensified)):
        inside, attrs = one.result.as_groups()
        groups |= {name if key == "/" else f"{name}_{key}": ds for key, ds in inside.items()}
        groups[f"{name}_figures"] = scalars(one.figures, names.__getitem__)
        texts[name] = json.dumps({**attrs, **{f: getattr(one, f) for f in one._fields[KEPT:]}})
    return groups, texts


def of_groups(groups: dict[str, Any], attrs: dict[str, Any], kind: Any) -> list[Any]:
    """The inverse of `as_groups`, without the reactors; kind: of the sides."""
    sides = []
    for name in ("conventional", "intensified"):
        about = json.loads(attrs[name])
        inside = {key.removeprefix(name).removeprefix("_") or "/": ds
                  for key, ds in groups.items() if key.startswith(name)}  # fmt: skip
        result, figures = Result.from_groups(inside, about), floats(inside["figures"])
        sides.append(kind(None, result, figures, *(about[f] for f in kind._fields[KEPT:])))
    return sides
