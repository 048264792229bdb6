"""The vessel at its best: fastest safe dosing, constant or as a profile, and the best hold."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SpecificationError
from intensify.numerics.roots import find_minimum, find_root
from intensify.reactors.vessels import phases
from intensify.reactors.vessels.batch import StirredReactor
from intensify.result import Result
from intensify.solve import solve


class Dosing(NamedTuple):
    """The fastest safe dosing: the reactor with it, its time [s], and what limits it."""

    reactor: StirredReactor
    duration: float
    binding: str
    result: Result


def fastest_dosing(
    reactor: StirredReactor,
    *,
    T_jacket_min: float | None = None,
    T_limit: float | None = None,
    shortest: float = 1.0,
    longest: float = 30 * 86400.0,
    rtol: float = 1e-8,
) -> Dosing:
    """Shortest dosing time that the wall and the accumulation allow.

    The jacket that the phases' prescribed temperature needs, T - Q/UA(V), stays above T_jacket_min
    [K] at all times, the moment after dosing ends included (the cold feed no longer helps then);
    MTSR, cooling lost and dosing stopped at the worst moment, stays below T_limit [K].

    SpecificationError: not even `longest` [s] will do. InputError: no limit, or no dosing phase.
    """
    limits: dict[str, Any] = {}
    if T_jacket_min is not None:
        limits["jacket"] = lambda r: jacket_reserve(r, T_jacket_min)
    if T_limit is not None:
        limits["MTSR"] = lambda r: T_limit - r.kpis["MTSR"]
    if not limits or not len(reactor.feeds.streams):
        raise InputError("fastest_dosing needs a feed and at least one of T_jacket_min and T_limit")
    if T_jacket_min is not None and not reactor.wall.U > 0.0:
        raise InputError("T_jacket_min limits nothing: the vessel's wall has U = 0")
    best, binding = shortest, "nothing"
    for name, reserve in limits.items():

        def margin(log_t: float, reserve: Any = reserve) -> float:
            return reserve(solve(reactor.with_dosing_time(float(np.exp(log_t))), rtol=rtol))

        if margin(np.log(best)) >= 0.0:
            continue
        low, high = best, max(2.0 * best, reactor.feeds.nodes[:, 0].max())
        while (reserve_high := margin(np.log(high))) < 0.0:
            if high >= longest:
                raise SpecificationError(
                    f"no dosing time up to {longest / 3600:.0f} h keeps the {name} limit: it is "
                    f"missed by {-reserve_high:.1f} K; lower the set temperature or the limit"
                )
            low, high = high, min(4.0 * high, longest)
        root = find_root(margin, float(np.log(low)), float(np.log(high)), rtol=1e-10, atol=1e-9)
        best, binding = float(np.exp(root.x)), name
    final = reactor.with_dosing_time(best)
    return Dosing(final, best, binding, solve(final, rtol=rtol))


def jacket_reserve(result: Result, T_jacket_min: float) -> float:
    """Coldest jacket that the prescribed phases need, less T_jacket_min [K]."""
    return float(result.reactor.coldest_jacket(result.legs) - T_jacket_min)


def ride_limit(
    reactor: StirredReactor,
    *,
    key: str,
    T: float,
    T_limit: float,
    V_max: float,
    product: str,
    amount: float,
    longest: float = phases.LONGEST,
) -> StirredReactor:
    """Recipe of an isothermal semibatch at T [K] that rides the accumulation limit.

    The feed runs at its own rate until T + c_key (-dH)/(|nu| rho cp) = T_limit, then just fast
    enough to keep that concentration, until V_max [m3]; then `product` grows to `amount` [mol].
    For one reaction in which `key` is the reactant that limits the accumulation.
    """
    net = reactor.kinetics
    i, p = net.index(key), net.index(product)
    if net.dH.size != 1 or net.nu[0, i] >= 0.0:
        raise InputError(f"ride_limit needs one reaction that consumes '{key}'")
    per_volume = reactor.heat_capacity(reactor.n0, reactor.V0) / reactor.V0
    limit = (T_limit - T) * per_volume * -net.nu[0, i] / -net.dH[0]
    if not limit > 0.0:
        raise InputError(
            f"T_limit {T_limit:.2f} K leaves no room for accumulation above T {T:.2f} K"
        )
    dose = phases.isothermal("dose", T=T, duration=longest, dosing=True)
    filled = fill_time(reactor, V_max)
    return reactor._replace(recipe=phases.as_rows([
        dose._replace(until=phases.AT_CONCENTRATION, key=i, value=limit, duration=filled),
        dose._replace(until=phases.AT_VOLUME, value=V_max, ride=i),
        phases.isothermal("hold", T=T, duration=longest)._replace(
            until=phases.AT_AMOUNT, key=p, value=amount
        ),
    ]))  # fmt: skip


def fill_time(reactor: StirredReactor, V_max: float) -> float:
    """Time in which the feeds, by their tables, fill the vessel to V_max [s]; at most their end."""
    s, q = reactor.feeds.nodes[:, 0], reactor.feeds.nodes[:, 1]
    width = np.diff(s)
    slope = np.diff(q) / np.where(width > 0.0, width, 1.0)

    def room(t: float) -> float:
        x = np.clip(t - s[:, :-1], 0.0, width)
        return V_max - reactor.V0 - float((x * (q[:, :-1] + 0.5 * slope * x)).sum())

    end = float(s.max())
    if room(end) >= 0.0:
        return end
    return find_root(room, 0.0, end).x if room(0.0) > 0.0 else 0.0


def fastest_profile(
    reactor: StirredReactor,
    *,
    T_jacket_min: float | None = None,
    T_limit: float | None = None,
    segments: int = 8,
    pump: float = 10.0,
    rtol: float = 1e-8,
) -> Dosing:
    """Dosing in equal portions, each as fast as the limits of `fastest_dosing` allow.

    One after the other: what is fed early decides what the wall and the accumulation allow later.
    pump: the fastest that it gives, in units of the constant rate that is safe.

    SpecificationError, InputError: as `fastest_dosing`.
    """
    even = fastest_dosing(reactor, T_jacket_min=T_jacket_min, T_limit=T_limit, rtol=rtol)
    share = even.duration / segments
    widths, binding = [share] * segments, []
    for k in range(segments):

        def margin(log_t: float, k: int = k) -> float:
            tried = [*widths[:k], float(np.exp(log_t)), *widths[k + 1 :]]
            run = solve(dosed_up_to(even.reactor, tried, k + 1), rtol=rtol)
            room = np.inf if T_limit is None else T_limit - run.kpis["MTSR"]
            return room if T_jacket_min is None else min(room, jacket_reserve(run, T_jacket_min))

        low, high = np.log(share / pump), np.log(share)
        while margin(high) < 0.0:  # earlier portions were faster than the constant rate
            high += 0.5
            if high > np.log(1e3 * share):
                raise SpecificationError(f"portion {k + 1} keeps the limits at no rate")
        widths[k] = float(np.exp(low))
        if margin(low) < 0.0:
            root = find_root(margin, low, high, rtol=1e-10, atol=1e-9).x
            widths[k] = float(np.exp(root)) * (1.0 + 1e-7)  # on the safe side of the root
        binding.append(f"{share / widths[k]:.2f}")
    final = with_portions(even.reactor, widths)
    text = f"{even.binding}, in portions at {', '.join(binding)} times the constant rate"
    return Dosing(final, sum(widths), text, solve(final, rtol=rtol))


def with_portions(reactor: StirredReactor, widths: list[float]) -> StirredReactor:
    """The feeds' tables cut into equal portions of time, each stretched to its width [s]."""
    nodes = reactor.feeds.nodes
    total, K = nodes[:, 0].max(), len(widths)
    old, new = np.linspace(0.0, total, K + 1), np.concatenate([[0.0], np.cumsum(widths)])
    tables = []
    for t, q in nodes:
        inner = [t[(t > a) & (t < b)] for a, b in pairwise(old)]
        places = [np.array([a, *x, b]) for (a, b), x in zip(pairwise(old), inner, strict=True)]
        times = [np.interp(x, old, new) for x in places]
        rates = [
            np.interp(x, t, q, left=0.0, right=0.0) * total / K / w
            for x, w in zip(places, widths, strict=True)
        ]
        tables.append((np.concatenate(times), np.concatenate(rates)))
    P = max(t.size for t, _ in tables)
    table = np.array([
        [np.pad(t, (0, P - t.size), "edge"), np.pad(q, (0, P - q.size), "edge")] for t, q in tables
    ])  # fmt: skip
    recipe, field = reactor.recipe.copy(), phases.Phase._fields.index
    recipe[recipe[:, field("dosing")] > 0.0, field("duration")] *= new[-1] / total
    return reactor._replace(recipe=recipe, feeds=reactor.feeds._replace(nodes=table))


def dosed_up_to(reactor: StirredReactor, widths: list[float], portions: int) -> StirredReactor:
    """The recipe with portions of these widths, ended when the first ones are in."""
    field = phases.Phase._fields.index
    out = with_portions(reactor, widths)
    recipe = out.recipe[: int(np.flatnonzero(out.recipe[:, field("dosing")] > 0.0)[0]) + 1].copy()
    recipe[-1, field("duration")] = sum(widths[:portions])
    return out._replace(recipe=recipe)


class Hold(NamedTuple):
    """The hold that makes most product: the reactor with it, its time [s], the amount [mol]."""

    reactor: StirredReactor
    duration: float
    amount: float


def best_hold(
    reactor: StirredReactor, *, product: str, longest: float, rtol: float = 1e-10
) -> Hold:
    """Duration of the recipe's hold, up to `longest` [s], that ends with most product."""
    p = reactor.kinetics.index(product)
    column = phases.Phase._fields.index("duration")
    row = [phase.label for phase in reactor.phases()].index("hold")

    def held(duration: float) -> StirredReactor:
        recipe = reactor.recipe.copy()
        recipe[row, column] = duration
        return reactor._replace(recipe=recipe)

    def missing(duration: float) -> float:
        return -float(solve(held(duration), rtol=rtol).legs[-1].y_end[p])

    grid = np.linspace(0.0, longest, 33)
    values = [missing(t) for t in grid]
    i = int(np.argmin(values))
    left, right = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
    found = find_minimum(missing, left, right, rtol=1e-5)
    duration = found.x if found.value < values[i] else float(grid[i])
    return Hold(held(duration), duration, -min(found.value, values[i]))
