"""Reactors from the blocks of a case, and what the blocks must have to do with each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from intensify.cases.document import Key, Report
from intensify.cases.schema import (
    KINDS,
    BatchBlock,
    FeedBlock,
    MiniaturisedBlock,
    ReactBlock,
    SectionBlock,
    StepBlock,
    ThermalBlock,
    VesselBlock,
    ZoneBlock,
    nearest,
    validated,
)
from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.reactors import (
    Controller,
    Failure,
    Feed,
    Jacket,
    Metal,
    MiniaturisedReactor,
    Section,
    SemibatchReactor,
    Wall,
    Zone,
    phases,
    rectangular_section,
    round_section,
)
from intensify.reactors.batch import filled
from intensify.specification import SafetyLimit, Specification
from intensify.units import INF, format

LONGEST = 30 * 86400.0
"""A phase that waits for a conversion gives up after this time [s]."""


class Setting(NamedTuple):
    """What a reactor of the case is built from and checked against; None where that is in error."""

    net: Network | None
    rho_cp: float
    spec: Specification | None
    limit: SafetyLimit | None
    report: Report


def build_reactor(tree: Any, path: tuple[Key, ...], setting: Setting) -> Any:
    """The reactor of a block, or None with every problem in the setting's report."""
    kind = tree.get("kind", "") if isinstance(tree, dict) else ""
    if kind not in KINDS:
        sentence = f"'{kind}' is no kind of reactor; " if kind else "is missing; "
        setting.report.add((*path, "kind"), sentence + nearest(str(kind), list(KINDS)))
        return None
    block = validated(KINDS[str(kind)], tree, path, setting.report)
    if block is None:
        return None
    before = len(setting.report.problems)
    build: Callable = _channel if isinstance(block, MiniaturisedBlock) else _vessel
    check = _check_channel if isinstance(block, MiniaturisedBlock) else _check_vessel
    for where, sentence in check(block, setting):
        setting.report.add((*path, *where), sentence)
    if setting.net is None or setting.spec is None or len(setting.report.problems) > before:
        return None
    try:
        return build(block, setting)
    except InputError as error:
        setting.report.add_all(path, error)
    return None


Problem = tuple[tuple[Key, ...], str]


def _contents(c: dict, solvent: str | None, where: tuple[Key, ...], setting) -> Iterator[Problem]:
    """Problems of names and amounts in a charge or feed."""
    if setting.net is None:
        return
    names = setting.net.names
    strange = [name for name in c if name not in names]
    for name in strange:
        yield (*where, "c", name), f"unknown species '{name}'; {nearest(name, names)}"
    if solvent is not None and solvent not in names:
        yield (*where, "solvent"), f"unknown species '{solvent}'; {nearest(solvent, names)}"
    elif solvent is not None and setting.net.v[names.index(solvent)] <= 0.0:
        yield (*where, "solvent"), "fills up by molar volumes, but its v is 0; give species with v"
    elif not strange:
        try:
            filled(setting.net, c, solvent)
        except InputError as error:
            yield (*where, "c"), str(error)


def _too_hot(T: float | None, where: tuple[Key, ...], setting: Setting) -> Iterator[Problem]:
    if T is not None and setting.limit is not None and T > setting.limit.T:
        limit = format(setting.limit.T, "K")
        yield where, f"{format(T, 'K')} is above the limit of {limit} (limit.T) from the start"


# --- stirred vessel ------------------------------------------------------------------------------
def _check_vessel(block: BatchBlock, setting: Setting) -> Iterator[Problem]:
    charge, feeds = block.charge, getattr(block, "feeds", [])
    yield from _contents(charge.c | charge.n, charge.solvent, ("charge",), setting._replace(net=None))
    yield from _contents(_amounts(charge), charge.solvent, ("charge",), setting)
    yield from _too_hot(charge.T, ("charge", "T"), setting)
    total = charge.volume
    for k, feed in enumerate(feeds):
        yield from _contents(feed.c, feed.solvent, ("feeds", k), setting)
        yield from _too_hot(feed.T, ("feeds", k, "T"), setting)
        if feed.profile is None and (feed.volume is None or feed.duration is None):
            yield ("feeds", k), "needs volume and duration, or a profile of [time, flow] nodes"
            continue
        if feed.profile is not None and (feed.volume or feed.duration):
            yield ("feeds", k, "profile"), "stands beside volume or duration; give one of the two"
        times, flows = _nodes(feed)
        if any(b <= a for a, b in zip(times, times[1:])):
            yield ("feeds", k, "profile"), "its times must increase"
        total += sum(
            (b - a) * (p + q) / 2 for a, b, p, q in zip(times, times[1:], flows, flows[1:])
        )
    if total > block.vessel.volume * (1.0 + 1e-9):
        sizes = f"{format(block.vessel.volume, 'm3')}, less than charge and feeds of {format(total, 'm3')}"
        yield ("vessel", "volume"), f"is {sizes}"
    vessel, jacket = block.vessel, block.jacket
    if vessel.U > 0.0 and vessel.area is None and vessel.diameter is None:
        yield ("vessel",), "has U but neither area nor diameter"
    if vessel.bottom_area is not None and vessel.diameter is None:
        yield ("vessel", "bottom_area"), "needs a diameter, with which the wetted area grows"
    if jacket.T_min >= jacket.T_max:
        yield ("jacket", "T_min"), f"{format(jacket.T_min, 'K')} is not below T_max"
    if setting.spec is not None and setting.net is not None:
        amounts = [_amounts(charge), *(feed.c for feed in feeds)]
        if setting.spec.key in setting.net.names and not any(
            c.get(setting.spec.key) or _solvents(charge, feeds) & {setting.spec.key} for c in amounts
        ):
            yield ("charge", "c"), f"neither charge nor feeds contain the key '{setting.spec.key}'"
    yield from _check_recipe(block, bool(feeds), setting)


def _solvents(charge: Any, feeds: list[FeedBlock]) -> set[str]:
    return {part.solvent for part in (charge, *feeds) if part.solvent}
