"""`compare`: the same product, the same safety limit, each side at its own best; then a factor.

The factor is the ratio of space-time yields, and its parts multiply to it exactly:

    kinetic       t_kinetic/tau        the chemistry alone: isothermal at the batch's temperature
    heat removal  t_reaction/t_kinetic dosing and hold that the vessel's wall and safety dictate
    turnaround    t_cycle/t_reaction   charge, heat, cool, discharge, clean
    fill          V_vessel/V           free space of the vessel
    product       c/c_batch            product per volume of mixture
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intensify.design import channel_for, fastest_dosing, fastest_profile
from intensify.design.train_comparison import TrainComparison, compare_with_train
from intensify.errors import InputError, IntensifyError
from intensify.numerics.roots import find_minimum
from intensify.reactive_separation import ReactiveSeparation, reactive_separation
from intensify.reactors import BatchReactor
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.columns.reactor_train import Train
from intensify.reactors.discharges.plasma_reactor import PlasmaReactor
from intensify.reactors.gases.gas_quenched import QuenchedGas
from intensify.reactors.vessels import phases
from intensify.reactors.vessels.batch import StirredReactor
from intensify.routes import RouteComparison, compare_routes
from intensify.sides import OVERHEADS, Side, TwoSides, side
from intensify.solve import solve
from intensify.specification import Energy, SafetyLimit, Specification
from intensify.tables import comparison_table
from intensify.units import INF

KIND = "intensify comparison 2"
CHOICES = {"conventional": ("dosing_time", "profile", "T_set"), "intensified": ("zones",)}


class Comparison(TwoSides):
    """Two plants for one product under one limit; see `compare`."""

    kind = KIND
    kept = ("spec", "limit", "t_kinetic")
    spec: Specification
    limit: SafetyLimit
    t_kinetic: float

    @functools.cached_property
    def breakdown(self) -> dict[str, float]:
        """Parts of the factor; their product is the factor. SpecificationError as `factor`."""
        self.hold()
        a, b = self.conventional.figures, self.intensified.figures
        return {
            "kinetic": self.t_kinetic / b["t_reaction"],
            "heat removal": a["t_reaction"] / self.t_kinetic,
            "turnaround": a["time"] / a["t_reaction"],
            "fill": a["c_product"] / (a["STY"] * a["time"]),
            "product": b["c_product"] / a["c_product"],
        }

    @property
    def factor(self) -> float:
        """Ratio of the space-time yields. SpecificationError where a side misses its target."""
        return float(np.prod(list(self.breakdown.values())))

    @property
    def same_production(self) -> float:
        """Hold-up of the intensified plant that makes as much per time as the batch [m3]."""
        a, b = self.conventional.figures, self.intensified.figures
        return a["STY"] * a["volume"] / b["STY"]

    @property
    def startup(self) -> float:
        """Time lost on start-up and shut-down of the intensified plant: 3 residence times [s]."""
        return 3.0 * self.intensified.figures["time"]

    @property
    def campaign(self) -> float:
        """Time in which the intensified plant makes one batch's product, start-up included [s]."""
        a, b = self.conventional.figures, self.intensified.figures
        return a["STY"] * a["volume"] * a["time"] / (b["STY"] * b["volume"]) + self.startup

    def __str__(self) -> str:
        return comparison_table(self)

    def facts(self) -> dict[str, Any]:
        """Specification and limit, parts of the factor, hold-up for the same production."""
        return {
            "specification": self.spec.content(), "limit": self.limit._asdict(),
            "breakdown": None if self.misses else self.breakdown,
            "same_production": self.same_production,
        }  # fmt: skip

    @staticmethod
    def restored(kept: dict[str, Any]) -> dict[str, Any]:
        """What is kept, of its types."""
        return kept | {"spec": Specification(*kept["spec"]), "limit": SafetyLimit(*kept["limit"])}


def compare(
    conventional: StirredReactor,
    intensified: ChannelReactor,
    *,
    spec: Specification,
    limit: SafetyLimit,
    free: Mapping[str, Sequence[str]] | None = None,
    use: Energy = Energy(),
    sensitivity: bool = True,
    title: str = "",
    case_text: str = "",
) -> Comparison:
    """Compare two plants for the same product under the same safety limit.

    free: what each side may choose, {"conventional": ["dosing_time", "T_set"], "intensified":
    ["zones"]}; without it the recipe's dosing time alone. dosing_time: the fastest safe one;
    profile: the fastest safe dosing in portions of their own rates; T_set: the temperature with the
    shortest cycle; zones: utility temperatures and lengths, under the specified selectivity.

    A side that misses the specification or the limit keeps its figures, and `factor` raises
    SpecificationError with the sentence.
    """
    free = free if free is not None else {"conventional": ["dosing_time"]}
    for name, choices in free.items():
        for choice in {*choices} - {*CHOICES.get(name, ())}:
            raise InputError(f"free: '{name}' has no choice '{choice}'; there are {CHOICES}")
    batch, note_a = best_batch(conventional, limit, free.get("conventional", ()))
    channel, note_b = best_channel(intensified, spec, limit, free.get("intensified", ()))
    a = side(batch, spec, limit, use, note_a)
    b = side(channel, spec, limit, use, note_b)
    out = Comparison(
        a, b, spec=spec, limit=limit, title=title, case_text=case_text,
        t_kinetic=np.nan if a.misses or b.misses else kinetic_time(batch, a, spec),
    )  # fmt: skip
    if sensitivity and not out.misses:
        out.sensitivity = sensitivities(out, free, use)
    return out


AnyComparison = Comparison | RouteComparison | TrainComparison | ReactiveSeparation


def compare_case(case: Any, *, sensitivity: bool = True) -> AnyComparison:
    """Compare the two plants that a case names (`intensify.cases.load`).

    Where one is a discharge or a quenched gas, as `compare_routes` does; a reactive column and its
    train, as `compare_with_train`; columns of sorbent, as `reactive_separation`. These two need no
    limit.
    """
    pair = case.compare
    if pair is None:
        raise InputError(f"case '{case.name}' names no two plants to compare; add a compare block")
    a, b = case.reactors[pair.conventional], case.reactors[pair.intensified]
    if pair.behind:
        return reactive_separation(
            case.reactors[pair.behind], a, b, purity=pair.purity, recovery=pair.recovery,
            free=pair.free, sensitivity=sensitivity, title=case.title, case_text=case.text,
        )  # fmt: skip
    if isinstance(a, Train):
        if a.column is not b:
            raise InputError(f"'{pair.conventional}' is compared with the column that it replaces, "
                             f"not with '{pair.intensified}'")  # fmt: skip
        return compare_with_train(
            a, free=pair.free, sensitivity=sensitivity, title=case.title, case_text=case.text
        )
    by_energy = isinstance(a, QuenchedGas | PlasmaReactor) or isinstance(b, PlasmaReactor)
    if case.spec is None or (case.limit is None and not by_energy):
        raise InputError(f"case '{case.name}' states no specification and limit to compare under")
    run: Any = compare_routes if by_energy else compare
    limit = SafetyLimit(INF) if case.limit is None else case.limit
    return run(
        a, b, spec=case.spec, limit=limit, use=case.energy, sensitivity=sensitivity,
        free=pair.free, title=case.title, case_text=case.text,
    )  # fmt: skip


def best_batch(reactor: Any, limit: SafetyLimit, free: Sequence[str]) -> tuple[Any, str]:
    """The batch with what it may choose chosen; and a sentence on that."""
    if "T_set" in free:
        coldest, hottest = reactor.controller.T_min + 5.0, limit.T - 0.5
        choice = ["profile" if "profile" in free else "dosing_time"]

        def cycle(T: float) -> float:
            try:
                best, _ = best_batch(reactor.with_set_temperature(T), limit, choice)
                return solve(best).legs[-1].end
            except IntensifyError:
                return 1e9

        grid = np.linspace(coldest, hottest, 9)
        times = [cycle(T) for T in grid]
        i = int(np.argmin(times))
        T = find_minimum(cycle, grid[max(i - 1, 0)], grid[min(i + 1, 8)], rtol=1e-4).x
        best, note = best_batch(reactor.with_set_temperature(T), limit, choice)
        return best, f"set temperature {T:.1f} K chosen for the shortest cycle; {note}"
    if ("dosing_time" in free or "profile" in free) and len(reactor.feeds.streams):
        held = any(p.mode == phases.PRESCRIBED and p.dosing for p in reactor.phases())
        jacket = reactor.controller.T_min if held and reactor.wall.U > 0.0 else None
        design = fastest_profile if "profile" in free else fastest_dosing
        dosing = design(reactor, T_jacket_min=jacket, T_limit=limit.T)
        return dosing.reactor, f"dosing {dosing.duration:.0f} s, limited by {dosing.binding}"
    return reactor, "as the case gives it"


def best_channel(
    reactor: Any, spec: Specification, limit: SafetyLimit, free: Sequence[str]
) -> tuple[Any, str]:
    """The channel with what it may choose chosen; and a sentence on that."""
    if "zones" not in free:
        return reactor, "as the case gives it"
    design = channel_for(
        reactor, key=spec.key, conversion=spec.conversion, T_limit=limit.T, product=spec.product,
        selectivity=spec.selectivity,
        T_utility=(max(reactor.T_in - 20.0, 274.0), limit.T - 5.0),
    )  # fmt: skip
    return design.reactor, f"zones chosen for the shortest residence, {design.tau:.1f} s"


def kinetic_time(reactor: StirredReactor, batch: Side, spec: Specification) -> float:
    """Time of the chemistry alone: the whole mixture, isothermal where the batch reacts [s].

    To the specified conversion, or to the one the batch reaches where none is specified.
    """
    legs = batch.result.legs
    last = [leg for leg in legs if leg.label not in OVERHEADS][-1]
    S = reactor.n0.size
    fed, T, V = reactor.fed(legs), float(last.y_end[S]), float(last.y_end[S + 1])
    net = reactor.kinetics
    c = {name: n / V for name, n in zip(net.names, fed, strict=True)}
    target = min(spec.conversion or batch.figures["conversion"], 1.0 - 1e-6)
    hold = phases.isothermal("hold", T=T, duration=3e7)._replace(
        until=phases.AT_CONVERSION, key=net.index(spec.key), value=target
    )
    ideal = BatchReactor(net, charge=c, V=V, T=T, rho_cp=reactor.rho_cp, recipe=[hold])
    return float(solve(ideal).legs[-1].end)


def sensitivities(
    base: Comparison, free: Mapping[str, Sequence[str]], use: Energy
) -> list[tuple[str, float, str]]:
    """The factor with one thing changed: (what, factor or NaN, what is missed).

    UA/V of either side and k0 by +-30 %; E by +-5 % with the rate constants kept at the batch's
    set temperature.
    """
    a, b = base.conventional.reactor, base.intensified.reactor
    T = base.conventional.figures["T_max"]

    def channel_wall(r: ChannelReactor, x: float) -> ChannelReactor:
        zones = r.zones.copy()
        zones[:, 1] *= x
        return r._replace(zones=zones)

    def kinetics(r: Any, k0: float, E: float) -> Any:
        return r._replace(kinetics=r.kinetics.scaled(k0=k0, E=E, T=T))

    changes: list[tuple[str, Any, Any]] = []
    for x in (0.7, 1.3):
        p = f"{100 * (x - 1):+.0f} %"
        changes.append((f"UA/V of the channel {p}", a, channel_wall(b, x)))
        changes.append(
            (f"UA of the vessel {p}", a._replace(wall=a.wall._replace(U=a.wall.U * x)), b)
        )
        changes.append((f"k0 {p}", kinetics(a, x, 1.0), kinetics(b, x, 1.0)))
    changes += [
        (f"E {100 * (x - 1):+.0f} %", kinetics(a, 1.0, x), kinetics(b, 1.0, x))
        for x in (0.95, 1.05)
    ]
    rows = []
    for what, one, other in changes:
        try:
            c = compare(
                one, other, spec=base.spec, limit=base.limit, free=free, use=use, sensitivity=False
            )
            rows.append((what, c.factor, ""))
        except IntensifyError as error:
            rows.append((what, float("nan"), str(error).removeprefix("no factor is given: ")))
    return rows
