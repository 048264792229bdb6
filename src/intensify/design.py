"""Design calls on top of the reactors: each side of a comparison at its own best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError, SpecificationError
from intensify.numerics.roots import find_minimum, find_root
from intensify.reactors import phases
from intensify.reactors.batch import StirredReactor
from intensify.reactors.channel import LENGTH, T_UTILITY
from intensify.reactors.miniaturised import ChannelReactor
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


class ChannelDesign(NamedTuple):
    """The shortest channel found: the reactor, its residence time [s], its run, evaluations."""

    reactor: ChannelReactor
    tau: float
    result: Result
    evaluations: int


def channel_for(
    reactor: ChannelReactor,
    *,
    key: str,
    conversion: float,
    T_limit: float,
    T_utility: tuple[float, float],
    longest: float = 600.0,
    seed: int = 0,
) -> ChannelDesign:
    """Shortest residence time for a conversion of `key` under T_limit [K].

    Over the utility temperature of every zone, within T_utility [K], and the zones' lengths, for
    the reactor's own number of zones, flow and U. T_limit holds for the hot spot and after stop of
    flow and loss of utility. Differential evolution with a fixed seed; the answer is re-solved.

    SpecificationError: no channel up to `longest` [s] residence does it.
    """
    from scipy.optimize import differential_evolution

    Z, speed = len(reactor.zones), reactor.velocity()
    count = 0

    def build(x: Sequence[float]) -> ChannelReactor:
        zones = reactor.zones.copy()
        zones[:, T_UTILITY] = x[:Z]
        zones[:-1, LENGTH] = np.exp(x[Z:]) * speed
        zones[-1, LENGTH] = longest * speed
        return reactor._replace(zones=zones)

    def cut(x: Sequence[float], rtol: float = 1e-6) -> tuple[ChannelReactor, float, float]:
        """The channel ended where it has converted enough, its length, the excess over T_limit."""
        nonlocal count
        count += 1
        long = build(x)
        result = solve(long, rtol=rtol)
        end = result.where_converted(key, conversion)
        if np.isnan(end):
            return long, np.inf, 1e3
        zones = long.zones.copy()
        edges = np.concatenate([[0.0], np.cumsum(zones[:, LENGTH])])
        zones[:, LENGTH] = np.clip(end - edges[:-1], 0.0, zones[:, LENGTH])
        hot = max(result.kpis["T_max"], result.kpis["T_stop"])
        return long._replace(zones=zones[zones[:, LENGTH] > 0.0]), end, hot - T_limit

    def cost(x: Sequence[float]) -> float:
        try:
            _, end, excess = cut(x)
        except SolveError:
            return 1e9
        # the search runs at a loose tolerance: its answer keeps 1 mK for the tight one
        over = excess + 1e-3
        return end / speed if over <= 0.0 else longest * (1.0 + over)

    bounds = [T_utility] * Z + [(np.log(0.01), np.log(longest))] * (Z - 1)
    found = differential_evolution(
        cost, bounds, seed=seed, popsize=12, maxiter=40, tol=1e-4, polish=False
    )
    best, end, excess = cut(found.x, 1e-10)
    if excess > 0.0 or not np.isfinite(end):
        raise SpecificationError(
            f"no channel of {Z} zones up to {longest:g} s reaches {conversion:.4g} conversion "
            f"of {key} below {T_limit:.1f} K; add a zone, raise UA/V, dilute, or widen T_utility"
        )
    return ChannelDesign(best, end / speed, solve(best), count)
