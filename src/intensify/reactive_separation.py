"""A reactor that separates, against the reactor and the separator that it replaces.

Both sides get the same feed and are held to the same purity and recovery of the product, each with
the least purge that reaches the purity: combined, a column of sorbent and catalyst; apart, a
reactor whose outlet goes to a column of sorbent. Compared are energy per product, solids per
product and time, and pieces of equipment. A side that misses what both are held to gets no factor.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from intensify.cycles import Cyclic, Repeated, cyclic_steady_state
from intensify.errors import InputError, SpecificationError
from intensify.numerics.roots import find_root
from intensify.reactors.packed_bed_reactor import PackedBedReactor
from intensify.reactors.sorption_equations import CATALYST, DENSITY
from intensify.reactors.swing_reactor import PressureSwing
from intensify.solve import solve

FIGURES = {
    "purity": "of the product",
    "recovery": "product over what the feed could become",
    "kWh_kg": "energy per product [kWh/kg]",
    "sorbent": "sorbent per product and time [kg h/kg]",
    "catalyst": "catalyst per product and time [kg h/kg]",
    "purge": "purge per feed [mol/mol]",
    "vessels": "columns that take turns, and reactors",
    "exchangers": "heat exchangers between reactor and columns",
}
SETTLED, RTOL = 1e-4, 1e-5
"""Change of state over a cycle, and relative tolerance, to which the columns are run."""


class SeparationSide(NamedTuple):
    """One side: its column as it was purged, the run, figures, and what it misses."""

    swing: PressureSwing
    run: Any
    figures: dict[str, float]
    misses: list[str]


class ReactiveSeparation(NamedTuple):
    """Both sides, and what they are held to; see `reactive_separation`."""

    combined: SeparationSide
    apart: SeparationSide
    purity: float
    recovery: float

    @property
    def misses(self) -> list[str]:
        """Sentences about what either side misses; empty when the factors stand."""
        return [f"combined: {m}" for m in self.combined.misses] + [
            f"apart: {m}" for m in self.apart.misses
        ]

    @property
    def factors(self) -> dict[str, float]:
        """Energy, sorbent and vessels of the sides apart over those of the combined one.

        SpecificationError, with a sentence for each miss, where a side misses its target.
        """
        if self.misses:
            raise SpecificationError("no factor is given: " + "; ".join(self.misses))
        a, b = self.apart.figures, self.combined.figures
        return {name: a[name] / b[name] for name in ("kWh_kg", "sorbent", "vessels")}

    def __str__(self) -> str:
        rows = [f"{'':12}{'combined':>12}{'apart':>12}"]
        rows += [
            f"{name:12}{self.combined.figures[name]:12.5g}{self.apart.figures[name]:12.5g}  {what}"
            for name, what in FIGURES.items()
        ]
        if self.misses:
            return "\n".join([*rows, "No factor: a side misses what both are held to.",
                              *(f"  {m}" for m in self.misses)])  # fmt: skip
        factors = "  ".join(f"{name} {x:.3g}" for name, x in self.factors.items())
        return "\n".join([*rows, f"apart over combined: {factors}"])


def reactive_separation(
    combined: PressureSwing | Repeated,
    reactor: PackedBedReactor,
    separator: PressureSwing | Repeated,
    *,
    purity: float,
    recovery: float,
    purge: str = "purge",
    least: float = 0.1,
    most: float = 4.0,
) -> ReactiveSeparation:
    """Compare a column that reacts with a reactor in front of a column that does not.

    The separator's feed gas becomes the reactor's outlet, at its own temperature and the outlet's
    pressure. purge: the step whose flow each side may choose, from `least` to `most` times its own.

    InputError: no such step, targets that are no shares, sides without the same feed.

    >>> import intensify as it
    >>> plants = it.cases.load("sorption-enhanced-shift").reactors
    >>> print(it.reactive_separation(  # doctest: +SKIP
    ...     plants["column"], plants["shift"], plants["separator"], purity=0.82, recovery=0.9))
    """
    one, other = (x.reactor if isinstance(x, Repeated) else x for x in (combined, separator))
    wrong = [
        (k, f"is {x:g}, but must be between 0 and 1")
        for k, x in (("purity", purity), ("recovery", recovery))
        if not 0.0 < x < 1.0
    ]
    wrong += [("purge", f"'{purge}' is no step with a flow of its own")
              for side in (one, other)
              if not any(x.name == purge and x.flow > 0.0 for x in side.steps)]  # fmt: skip
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
    sides = [purged(side, purge, purity, least, most) for side in (one, other)]
    figures = [column_figures(found.run, purge) for found in sides]
    figures[1]["vessels"] += 1.0
    figures[1]["exchangers"] = float(abs(run.kpis["T_out"] - gas.T) > 1.0)
    per_flow = reactor.catalyst / float(F_in.sum() * reactor.tubes)  # kg s/mol
    figures[1]["catalyst"] += per_flow * figures[1].pop("feed") / 3600.0
    figures[0].pop("feed")
    targets = {"purity": purity, "recovery": recovery}
    built = [
        SeparationSide(found.run.reactor, found.run, row, [
            f"{name} {row[name]:.4f} is {x - row[name]:.4f} short of {x:g}"
            + (f" at {most:g} times the purge" if name == "purity" else "")
            for name, x in targets.items() if row[name] < x
        ]) for found, row in zip(sides, figures, strict=True)
    ]  # fmt: skip
    return ReactiveSeparation(built[0], built[1], purity, recovery)


def feed_gas(swing: PressureSwing) -> str:
    """The supply that the first feed takes. InputError: it takes another step's gas."""
    gas = next(step.gas for step in swing.steps if step.do == "feed")
    if not gas:
        raise InputError("the feed of the column comes from another step, not from a supply")
    return gas


def purged(
    swing: PressureSwing, name: str, purity: float, least: float, most: float
) -> Cyclic:  # fmt: skip
    """The cyclic steady state with the least purge that reaches a purity, or with the most."""
    found: dict[float, Cyclic] = {}

    def miss(ln_x: float) -> float:
        steps = tuple(
            step._replace(flow=step.flow * math.exp(ln_x)) if step.name == name else step
            for step in swing.steps
        )
        near = min(found, key=lambda other: abs(other - ln_x), default=None)
        start = None if near is None else found[near].run.legs[-1].y_end
        found[ln_x] = cyclic_steady_state(
            swing._replace(steps=steps), tol=SETTLED, rtol=RTOL, start=start
        )
        return float(found[ln_x].run.kpis["purity"]) - purity

    low, high = math.log(least), math.log(most)
    if miss(high) < 0.0:
        return found[high]
    if miss(low) >= 0.0:
        return found[low]
    find_root(miss, low, high, atol=0.02)
    enough = [ln_x for ln_x, one in found.items() if one.run.kpis["purity"] >= purity]
    return found[min(enough)]


def column_figures(run: Any, purge: str) -> dict[str, float]:
    """The figures of one side's column; `feed`: moles of its feed gas per kg of product."""
    swing, kpis = run.reactor, run.kpis
    net, eq = swing.kinetics, swing.bed.equations
    mass = kpis["product"] * float(net.M[net.index(swing.product.species)])
    pairs = list(zip(swing.steps, run.legs, strict=True))
    gas = feed_gas(swing)
    fed = sum(float(swing.entered(*pair).sum()) for pair in pairs if pair[0].gas == gas)
    washed = sum(float(swing.entered(*pair).sum()) for pair in pairs if pair[0].name == purge)
    feeding = sum(step.time for step in swing.steps if step.do == "feed")
    solids = eq.cells.sum(axis=0) * eq.dz * swing.period / (3600.0 * mass)
    tanks = sum(step.tank > 0.0 for step in swing.steps)
    return {
        **{name: kpis[name] for name in ("purity", "recovery", "kWh_kg")},
        "sorbent": float(solids[DENSITY]), "catalyst": float(solids[CATALYST]),
        "purge": washed / fed, "vessels": math.ceil(swing.period / feeding) + float(tanks),
        "exchangers": 0.0, "feed": fed / mass,
    }  # fmt: skip
