"""Stirred vessels of a case: blocks into `SemibatchReactor`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from intensify.cases.document import Key
from intensify.cases.schema import (
    BatchBlock,
    FeedBlock,
    IdleBlock,
    JacketBlock,
    ReactBlock,
    ThermalBlock,
    VesselBlock,
)
from intensify.cases.scope import Scope
from intensify.reactors import Controller, Failure, Feed, Jacket, SemibatchReactor, Wall
from intensify.reactors.vessels import phases
from intensify.units import INF, format

LONGEST = 30 * 86400.0
"""Time after which a phase that waits for a conversion gives up [s]."""
_SAME = 0.5  # K, within which two temperatures of a recipe count as one


def build_vessel(block: BatchBlock, scope: Scope) -> Any:
    """The vessel of a block; what is wrong goes to the scope's report."""
    charge, jacket = block.charge, block.jacket
    amounts = charge.c | {name: n / charge.volume for name, n in charge.n.items()}
    for name in charge.c.keys() & charge.n.keys():
        scope.add("is also under c; give one of the two", "charge", "n", name)
    contents = scope.contents(amounts, charge.solvent, "charge")
    scope.within_limit(charge.T, "charge", "T")
    before = len(scope.report.problems)
    blocks = getattr(block, "feeds", [])
    feeds = [_feed(feed, scope, "feeds", k) for k, feed in enumerate(blocks)]
    if len(scope.report.problems) == before:
        _check_volume(block, feeds, scope)
    scope.need_key([contents, *(dict(feed.c) for feed in feeds)], "charge")
    if jacket.T_min >= jacket.T_max:
        scope.add(f"{format(jacket.T_min, 'K')} is not below T_max", "jacket", "T_min")
    wall = _wall(block.vessel, scope)
    recipe = _recipe(block, feeds, scope)
    if scope.report.problems or scope.net is None:
        return None
    T_in = charge.T if jacket.T is None else jacket.T
    it = block.controller
    return SemibatchReactor(
        scope.net,
        charge=contents,
        V=charge.volume,
        T=charge.T,
        recipe=recipe,
        feeds=feeds,
        wall=wall,
        jacket=Jacket(jacket.flow, jacket.content, T_in, T_in),
        controller=Controller(it.Kp, it.t_i, jacket.T_min, jacket.T_max, it.rate, it.lag),
        failure=Failure(**block.failure.model_dump()) if block.failure else Failure(),
        rho_cp=scope.rho_cp,
        C_vessel=block.vessel.heat_capacity,
        stirrer=block.stirrer,
        V_vessel=block.vessel.volume,
    )


def _feed(block: FeedBlock, scope: Scope, *where: Key) -> Feed:
    scope.within_limit(block.T, *where, "T")
    c = scope.contents(block.c, block.solvent, *where)
    even, profile = (block.volume, block.duration), block.profile or []
    if profile and even != (None, None):
        scope.add("stands beside volume or duration; give one of the two", *where, "profile")
    elif not profile and None in even:
        scope.add("needs volume and duration, or a profile of [time, flow] nodes", *where)
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(profile)):
        scope.add("its times must increase", *where, "profile")
    return Feed(c, block.T, block.volume or 0.0, block.duration or 0.0, profile, scope.rho_cp)


def _check_volume(block: BatchBlock, feeds: list[Feed], scope: Scope) -> None:
    total = block.charge.volume
    for feed in feeds:
        nodes = list(zip(*feed.nodes(), strict=True))
        total += sum((t - s) * (p + q) / 2.0 for (s, p), (t, q) in pairwise(nodes))
    if total > block.vessel.volume * (1.0 + 1e-9):
        full, given = format(total, "m3"), format(block.vessel.volume, "m3")
        scope.add(f"{given} is less than charge and feeds of {full}", "vessel", "volume")


def _wall(block: VesselBlock, scope: Scope) -> Wall:
    if block.diameter is None:
        if block.U > 0.0 and block.area is None:
            scope.add("has U but neither area nor diameter", "vessel")
        if block.bottom_area is not None:
            scope.add("needs a diameter, with which the area grows", "vessel", "bottom_area")
        return Wall(block.U, block.area or 0.0)
    bottom = math.pi * block.diameter**2 / 4.0 if block.bottom_area is None else block.bottom_area
    most = INF if block.area is None else block.area
    return Wall(block.U, bottom, 4.0 / block.diameter, most)


# --- recipe --------------------------------------------------------------------------------------
def _recipe(block: BatchBlock, feeds: list[Feed], scope: Scope) -> list[phases.Phase]:
    """The phases; T follows the contents' temperature as far as the recipe fixes it."""
    T: float | None = block.charge.T
    ends = [f.profile[-1][0] if f.profile else f.duration for f in feeds]
    out, doses = [], 0
    for k, step in enumerate(block.recipe):
        parts = [(name, part) for name, part in step if part is not None]
        if len(parts) != 1:
            scope.add("a step is one of charge, heat, dose, hold, react, cool, ...", "recipe", k)
            continue
        name, part = parts[0]
        where = ("recipe", k, name)
        doses += name == "dose"
        if isinstance(part, IdleBlock):
            out.append(phases.idle(name, part.duration))
        elif isinstance(part, ThermalBlock):
            out.append(_to_temperature(name, part, T, block.jacket, scope, where))
            T = part.to
        else:
            out.append(_react(name, part, T, max(ends, default=0.0), block.jacket, scope, where))
            T = part.T if part.control == "isothermal" else None
    if doses != bool(feeds):
        sentence = "one step `dose` is needed, during which the feeds run"
        scope.add(sentence if feeds else "has a step `dose`, but there are no feeds", "recipe")
    return out


def _to_temperature(
    name: str,
    part: ThermalBlock,
    T: float | None,
    jacket: JacketBlock,
    scope: Scope,
    where: tuple[Key, ...],
) -> phases.Phase:
    scope.within_limit(part.to, *where, "to")
    heats, aim = name == "heat", format(part.to, "K")
    if T is not None and (part.to < T if heats else part.to > T):
        scope.add(f"{aim} lies behind the contents' {format(T, 'K')}", *where, "to")
    if part.rate is not None:
        if T is None:
            scope.add("needs a start that the recipe fixes; use the jacket", *where, "rate")
        if part.jacket is not None:
            scope.add("stands beside a jacket temperature; give one of the two", *where, "rate")
        return phases.ramp(name, to=part.to, rate=part.rate, start=part.to if T is None else T)
    source = part.jacket
    if source is None:
        source = jacket.T_max if heats else jacket.T_min
    if part.to >= source if heats else part.to <= source:
        scope.add(f"{aim} is never reached with the jacket at {format(source, 'K')}", *where, "to")
    return phases.to_temperature(name, T_jacket=source, T=part.to, longest=LONGEST)


def _react(
    name: str,
    part: ReactBlock,
    T: float | None,
    dosing_time: float,
    jacket: JacketBlock,
    scope: Scope,
    where: tuple[Key, ...],
) -> phases.Phase:
    _check_control(part, T, jacket, scope, where)
    doses, duration = name == "dose", part.duration
    if doses:
        duration = dosing_time if duration is None else duration
        if duration < dosing_time:
            scope.add(f"ends before the feeds, at {format(dosing_time, 's')}", *where, "duration")
        if part.conversion is not None:
            scope.add("belongs to a hold or react step after it", *where, "conversion")
    elif (duration is None) == (part.conversion is None):
        scope.add("needs a duration or a conversion, one of them", *where)
    aim = duration if duration is not None else LONGEST
    if part.control == "adiabatic":
        phase = phases.adiabatic(name, duration=aim, dosing=doses)
    else:
        make = {
            "isothermal": phases.isothermal,
            "controlled": phases.controlled,
            "jacket": phases.jacket,
        }[part.control]
        set_T = part.jacket if part.control == "jacket" else part.T
        phase = make(name, T=set_T or 0.0, duration=aim, dosing=doses)
    if part.conversion is None:
        return phase
    if part.conversion >= 1.0:
        scope.add("is reached only after infinite time; write 0.999", *where, "conversion")
    return phase._replace(until=phases.AT_CONVERSION, key=scope.key_index(), value=part.conversion)


def _check_control(
    part: ReactBlock, T: float | None, jacket: JacketBlock, scope: Scope, where: tuple[Key, ...]
) -> None:
    """What each control needs, and that it can be met."""
    uses = {"jacket": "jacket", "adiabatic": ""}.get(part.control, "T")
    for name in ("T", "jacket"):
        given = getattr(part, name) is not None
        if name == uses and not given:
            scope.add(f"is missing; `control: {part.control}` needs it", *where, name)
        elif given and name != uses:
            scope.add(f"means nothing with `control: {part.control}`", *where, name)
    scope.within_limit(part.T if uses == "T" else part.jacket, *where, uses or "T")
    if uses != "T" or part.T is None:
        return
    if jacket.T_min >= part.T:
        coldest = format(jacket.T_min, "K")
        scope.add(f"is not above the coldest jacket, jacket.T_min = {coldest}", *where, "T")
    if part.control == "isothermal" and T is not None and abs(part.T - T) > _SAME:
        has, aim = format(T, "K"), format(part.T, "K")
        sentence = f"starts at {aim}, but the contents are at {has}; heat or cool them before"
        scope.add(sentence, *where, "T")
