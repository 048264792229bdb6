"""A reactor that separates, against the reactor and the separator that it replaces.

Both sides get the same feed and are held to the same purity and recovery of the product; where its
purge is free, each takes the least that reaches the purity. Intensified: a column of sorbent and
catalyst; conventional: a reactor whose outlet goes to a column of sorbent. Compared are energy per
product, solids per product and time, and pieces of equipment.

    factor   energy per mass of product of the conventional side, over that of the intensified one
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.cycles import Cyclic, Repeated, cyclic_steady_state
from intensify.errors import InputError, IntensifyError
from intensify.kpis import SEPARATION
from intensify.numerics.roots import find_root
from intensify.reactors.beds.packed_bed_equations import LENGTH
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.reactors.sorbents.sorption_equations import CATALYST, DENSITY
from intensify.reactors.sorbents.swing_reactor import PressureSwing
from intensify.result import Result
from intensify.sides import TwoSides
from intensify.solve import solve
from intensify.tables import separation_table

KIND = "intensify separation comparison 1"
SETTLED, RTOL = 1e-4, 1e-5
"""Change of state over a cycle, and relative tolerance, to which the columns are run."""
LEAST, MOST = 0.1, 4.0
"""How far the purge may go from what it is given, as a ratio."""
CHOICES = ("purge",)


class SeparationSide(NamedTuple):
    """One side: its column as it was purged, the run of its last cycle, figures, misses."""

    swing: Any
    result: Result
    figures: dict[str, float]
    misses: list[str]
    note: str


class ReactiveSeparation(TwoSides):
    """Both sides, and what they are held to; see `reactive_separation`."""

    kind = KIND
    side, names = SeparationSide, SEPARATION
    kept = ("purity", "recovery")
    purity: float
    recovery: float

    @property
    def factor(self) -> float:
        """Ratio of the energies. SpecificationError: a side misses what both are held to."""
        return self.ratios["kWh_kg"]

    @property
    def ratios(self) -> dict[str, float]:
        """Energy, sorbent, catalyst, purge, vessels, conventional over intensified.

        SpecificationError, with a sentence for each miss, where a side misses its target.
        """
        self.hold()
        a, b = self.conventional.figures, self.intensified.figures
        return {name: a[name] / b[name] for name in
                ("kWh_kg", "sorbent", "catalyst", "purge", "vessels")}  # fmt: skip

    def __str__(self) -> str:
        return separation_table(self)

    def facts(self) -> dict[str, Any]:
        """What is asked of both, ratios of figures."""
        return {"purity": self.purity, "recovery": self.recovery,
                "ratios": None if self.misses else self.ratios}  # fmt: skip


def reactive_separation(
    reactor: PackedBedReactor,
    separator: PressureSwing | Repeated,
    combined: PressureSwing | Repeated,
    *,
    purity: float,
    recovery: float,
    free: Mapping[str, Sequence[str]] | None = None,
    sensitivity: bool = False,
    title: str = "",
    case_text: str = "",
) -> ReactiveSeparation:
    """Compare a reactor in front of a column of sorbent with a column that also reacts.

    The separator's feed gas becomes the reactor's outlet, at its own temperature and the outlet's
    pressure. free: {"conventional": ["purge"], "intensified": ["purge"]}, the sides that may purge
    with 0.1 to 4 times the flow they have; both, unless it is given. sensitivity: the factor with
    one thing changed at a time too.

    InputError: a choice that there is not, no purge from a supply, targets that are no shares,
    sides without the same feed.

    >>> import intensify as it
    >>> plants = it.cases.load("sorption-enhanced-shift").reactors
    >>> print(it.reactive_separation(  # doctest: +SKIP
    ...     plants["shift"], plants["separator"], plants["column"], purity=0.82, recovery=0.9))
    """
    free = {"conventional": CHOICES, "intensified": CHOICES} if free is None else free
    one, other = (x.reactor if isinstance(x, Repeated) else x for x in (combined, separator))
    targets = {"purity": purity, "recovery": recovery}
    wrong = [(k, f"is {x:g}, but must be between 0 and 1")
             for k, x in targets.items() if not 0.0 < x < 1.0]  # fmt: skip
    wrong += [("free", f"the {name} side has no choice '{choice}'; there is purge")
              for name, choices in free.items() for choice in {*choices} - {*CHOICES}]  # fmt: skip
    wrong += [("purge", f"the {name} side has no purge with a flow of its own")
              for name, side in (("conventional", other), ("intensified", one))
              if not any(purging(step) for step in side.steps)]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    run = solve(reactor)
    F_in, F = reactor.F_in, run.legs[-1].y_end[: reactor.F_in.size]
    fed = one.kinetics.vector(dict(one.gases[feed_gas(one)].x))
    if not np.allclose(F_in / F_in.sum(), fed, atol=1e-6):
        raise InputError([("reactor", "is fed another gas than the combined column")])
    outlet = {name: float(x) for name, x in zip(other.kinetics.names, F / F.sum(), strict=True)}
    gas = other.gases[feed_gas(other)]._replace(x=outlet, p=run.kpis["p_out"])
    other = other._replace(gases={**other.gases, feed_gas(other): gas})
    a, b = (purged(side, purity if free.get(name) else None)
            for name, side in (("conventional", other), ("intensified", one)))  # fmt: skip
    rows = [column_figures(found.run) for found in (a, b)]
    rows[0]["vessels"] += 1.0
    rows[0]["exchangers"] = float(abs(run.kpis["T_out"] - gas.T) > 1.0)
    per_flow = reactor.catalyst / float(F_in.sum() * reactor.tubes)  # kg s/mol
    rows[0]["catalyst"] += per_flow * rows[0].pop("feed") / 3600.0
    rows[1].pop("feed")
    X = (f"{name.removeprefix('X_')} {100.0 * x:.1f} %"
         for name, x in run.kpis.items() if name.startswith("X_") and x > 0.0)  # fmt: skip
    notes = [f"the reactor converts {', '.join(X)}; ", ""]
    sides = [
        SeparationSide(found.run.reactor, found.run, row, [
            f"{name} {row[name]:.4f} is {x - row[name]:.4f} short of {x:g}"
            + (f" at {MOST:g} times the purge" if name == "purity" and free.get(side) else "")
            for name, x in targets.items() if row[name] < x
        ], note + ("the least purge that reaches the purity" if free.get(side) else "as given"))
        for side, found, row, note in zip(
            ("conventional", "intensified"), (a, b), rows, notes, strict=True)
    ]  # fmt: skip
    out = ReactiveSeparation(
        sides[0], sides[1], purity=purity, recovery=recovery, title=title, case_text=case_text
    )
    if sensitivity and not out.misses:
        out.sensitivity = sensitivities((reactor, separator, combined), targets, free)
    return out


def sensitivities(
    plants: tuple[Any, Any, Any],
    targets: dict[str, float],
    free: Mapping[str, Sequence[str]],
) -> list[tuple[str, float, str]]:
    """The factor with one thing changed: (what, factor or NaN, what is missed)."""
    reactor, separator, combined = plants
    zones = reactor.zones.copy()
    zones[:, LENGTH] *= 2.0
    longer = (reactor._replace(zones=zones), separator, combined)
    changes: list[tuple[str, tuple[Any, Any, Any], dict[str, float]]] = [
        ("purity 0.01 lower", plants, {"purity": targets["purity"] - 0.01}),
        ("purity 0.01 higher", plants, {"purity": targets["purity"] + 0.01}),
        (
            "twice the catalyst in the reactor",
            longer,
            {},
        ),
    ]
    rows = []
    for what, others, asked in changes:
        try:
            asked = targets | asked
            found = reactive_separation(
                *others, purity=asked["purity"], recovery=asked["recovery"], free=free
            )
            rows.append((what, found.factor, ""))
        except IntensifyError as error:
            rows.append((what, math.nan, str(error).removeprefix("no factor is given: ")))
    return rows


def purging(step: Any) -> bool:
    """Whether a step purges from a supply, with a flow that can be chosen."""
    return bool(step.do == "purge" and step.gas and step.flow > 0.0)


def feed_gas(swing: PressureSwing) -> str:
    """The supply that the first feed takes. InputError: it takes another step's gas."""
    gas = next(step.gas for step in swing.steps if step.do == "feed")
    if not gas:
        raise InputError("the feed of the column comes from another step, not from a supply")
    return gas


def purged(swing: PressureSwing, purity: float | None) -> Cyclic:
    """The cyclic steady state with the least purge that reaches a purity, or with the most.

    purity None: with the purge that it has.
    """
    found: dict[float, Cyclic] = {}

    def miss(ln_x: float) -> float:
        steps = tuple(
            step._replace(flow=step.flow * math.exp(ln_x)) if purging(step) else step
            for step in swing.steps
        )
        near = min(found, key=lambda other: abs(other - ln_x), default=None)
        start = None if near is None else found[near].run.legs[-1].y_end
        found[ln_x] = cyclic_steady_state(
            swing._replace(steps=steps), tol=SETTLED, rtol=RTOL, start=start
        )
        return float(found[ln_x].run.kpis["purity"]) - (purity or 0.0)

    low, high = math.log(LEAST), math.log(MOST)
    if purity is None:
        miss(0.0)
        return found[0.0]
    if miss(high) < 0.0:
        return found[high]
    if miss(low) >= 0.0:
        return found[low]
    find_root(miss, low, high, atol=0.02)
    enough = [ln_x for ln_x, one in found.items() if one.run.kpis["purity"] >= purity]
    return found[min(enough)]


def column_figures(run: Any) -> dict[str, float]:
    """The figures of one side's column; `feed`: moles of its feed gas per kg of product."""
    swing, kpis = run.reactor, run.kpis
    net, eq = swing.kinetics, swing.bed.equations
    mass = kpis["product"] * float(net.M[net.index(swing.product.species)])
    pairs = list(zip(swing.steps, run.legs, strict=True))
    gas = feed_gas(swing)
    fed = sum(float(swing.entered(*pair).sum()) for pair in pairs if pair[0].gas == gas)
    washed = sum(float(swing.entered(*pair).sum()) for pair in pairs if purging(pair[0]))
    feeding = sum(step.time for step in swing.steps if step.do == "feed")
    solids = eq.cells.sum(axis=0) * eq.dz * swing.period / (3600.0 * mass)
    tanks = sum(step.tank > 0.0 for step in swing.steps)
    return {
        **{name: kpis[name] for name in ("purity", "recovery", "kWh_kg")},
        "sorbent": float(solids[DENSITY]), "catalyst": float(solids[CATALYST]),
        "purge": washed / fed, "vessels": math.ceil(swing.period / feeding) + float(tanks),
        "exchangers": 0.0, "feed": fed / mass,
    }  # fmt: skip
