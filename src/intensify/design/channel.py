"""The channel at its best: zone temperatures, zone lengths, diameter, under all its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError, SpecificationError
from intensify.reactors.channels.channel import LENGTH, T_UTILITY
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.result import Result
from intensify.sides import product_quality
from intensify.solve import solve
from intensify.specification import Specification
from intensify.units import INF


class ChannelDesign(NamedTuple):
    """The best channel found: the reactor, its residence time [s], its run, evaluations."""

    reactor: ChannelReactor
    tau: float
    result: Result
    evaluations: int
    diameter: float


def channel_for(
    reactor: ChannelReactor | Callable[[float], ChannelReactor],
    *,
    key: str,
    conversion: float,
    T_limit: float,
    T_utility: tuple[float, float],
    diameter: tuple[float, float] | None = None,
    product: str | None = None,
    selectivity: float = 0.0,
    p_drop: float = INF,
    cost: Callable[[Result], float] | None = None,
    longest: float = 600.0,
    seed: int = 0,
) -> ChannelDesign:
    """Channel for a conversion of `key` under T_limit [K] with the least cost, or the shortest.

    Over the utility temperature of every zone, within T_utility [K], the zones' lengths, and, where
    `reactor` is a function of it, a diameter within `diameter` [m]; for the reactor's own number of
    zones and flow. T_limit holds for the hot spot and after stop of flow and loss of utility;
    selectivity of `product` on the key converted, at least; p_drop [Pa], at most.
    cost: what is made smallest, from a run (its kpis); without it the residence time.
    Differential evolution with a fixed seed; the answer is re-solved.

    SpecificationError: no channel up to `longest` [s] residence does it; it says what is missed.
    InputError: `diameter` without a function of it, or the reverse; a selectivity of no product.
    """
    from scipy.optimize import differential_evolution

    if callable(reactor) != (diameter is not None):
        raise InputError("diameter needs a reactor that is a function of it, and the reverse")
    if selectivity > 0.0 and product is None:
        raise InputError("selectivity needs a product; name it")
    search = Search(reactor, key, conversion, T_limit, product, selectivity, p_drop, cost, longest)
    Z = len(search.base(diameter[0] if diameter else 0.0).zones)
    bounds = [T_utility] * Z + [(np.log(0.01), np.log(longest))] * (Z - 1)
    if diameter:
        bounds.append((np.log(diameter[0]), np.log(diameter[1])))
    # the search runs at a loose tolerance: its answer keeps a little for the tight one
    strict = search._replace(
        T_limit=T_limit - 1e-3, p_drop=p_drop * (1.0 - 1e-5), selectivity=selectivity + 1e-5
    )
    found = differential_evolution(
        lambda x: strict.score(x, Z), bounds, seed=seed, popsize=12, maxiter=40, tol=1e-6,
        polish=False,
    )  # fmt: skip
    best = search.cut(found.x, Z, 1e-10)
    result = solve(best)
    missed = search.missed(result)
    if missed:
        raise SpecificationError(
            f"no channel of {Z} zones up to {longest:g} s does it; the best one has "
            f"{'; '.join(missed)}: add a zone, raise UA/V, dilute, or widen what may be chosen"
        )
    d = float(np.exp(found.x[-1])) if diameter else best.section.D_h
    return ChannelDesign(best, result.kpis["tau"], result, found.nfev + 1, d)


class Search(NamedTuple):
    """What a search for a channel is held to; see `channel_for`."""

    reactor: ChannelReactor | Callable[[float], ChannelReactor]
    key: str
    conversion: float
    T_limit: float
    product: str | None
    selectivity: float
    p_drop: float
    cost: Callable[[Result], float] | None
    longest: float

    def base(self, diameter: float) -> ChannelReactor:
        """The channel before its zones are chosen."""
        return self.reactor(diameter) if callable(self.reactor) else self.reactor

    def cut(self, x: Sequence[float], Z: int, rtol: float) -> ChannelReactor:
        """The channel of a choice, ended where it has converted enough."""
        base = self.base(float(np.exp(x[-1])) if len(x) == 2 * Z else 0.0)
        zones, speed = base.zones.copy(), base.velocity()
        zones[:, T_UTILITY] = x[:Z]
        zones[:-1, LENGTH] = np.exp(x[Z : 2 * Z - 1]) * speed
        zones[-1, LENGTH] = self.longest * speed
        long = base._replace(zones=zones)
        end = solve(long, rtol=rtol).where_converted(self.key, self.conversion)
        if np.isnan(end):
            return long
        edges = np.concatenate([[0.0], np.cumsum(zones[:, LENGTH])])
        zones[:, LENGTH] = np.clip(end - edges[:-1], 0.0, zones[:, LENGTH])
        return long._replace(zones=zones[zones[:, LENGTH] > 0.0])

    def excesses(self, result: Result) -> dict[str, tuple[float, float, float]]:
        """By what limits: value, limit, and relative distance beyond it (above 0: missed)."""
        kpis = result.kpis
        hot = max(kpis["T_max"], kpis["T_stop"])
        out = {"hottest place, or place after a stop [K]":
               (hot, self.T_limit, (hot - self.T_limit) / 100.0),
               "pressure drop [Pa]":
               (kpis["p_drop"], self.p_drop, kpis["p_drop"] / self.p_drop - 1.0)}  # fmt: skip
        X = kpis[f"X_{self.key}"]
        out["conversion"] = (X, self.conversion, self.conversion - 1e-6 - X)
        if self.product is not None:
            fed, last = result.reactor.fed(result.legs), result.legs[-1].y_end
            spec = Specification(self.product, self.key)
            S = product_quality(result.reactor.kinetics, spec, fed, last[: fed.size])["selectivity"]
            out["selectivity"] = (S, self.selectivity, self.selectivity - S)
        return out

    def missed(self, result: Result) -> list[str]:
        """Sentences on what a run misses."""
        return [
            f"{name} {value:.6g}, wanted {limit:.6g}"
            for name, (value, limit, beyond) in self.excesses(result).items()
            if beyond > 1e-9
        ]

    def score(self, x: Sequence[float], Z: int) -> float:
        """Cost or residence time; beyond every one of them where something is missed."""
        try:
            result = solve(self.cut(x, Z, 1e-7), rtol=1e-7)
        except SolveError:
            return 1e12
        beyond = sum(max(e, 0.0) for *_, e in self.excesses(result).values())
        if beyond > 0.0:
            return 1e9 * (1.0 + beyond)
        return self.cost(result) if self.cost else result.kpis["tau"]
