"""`compare_routes`: one product by a discharge and by heat, and the energy that each draws.

    energy per mass  E/(n M)        E per mole of feed: electricity, or heat over boiler
    product          n = z X S b    z: key reactant in the feed, b: product per key by atoms
    factor           E_a/E_b x z_b/z_a x X_b/X_a x S_b/S_a

Both are held to one specification, each at its own best: the power, or the temperature of the hold,
that draws least per mass of product. Cooling water, compression and separation count nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.yields import element_selectivity
from intensify.errors import InputError, SolveError
from intensify.numerics.roots import find_minimum
from intensify.plasma.energy import KWH, SpecificEnergy
from intensify.reactors.discharges.plasma_reactor import PlasmaReactor
from intensify.reactors.gases.gas_quenched import QuenchedGas
from intensify.sides import Side, TwoSides, misses
from intensify.solve import solve
from intensify.specification import Energy, SafetyLimit, Specification
from intensify.tables import route_table
from intensify.units import INF

KIND = "intensify route comparison 2"
POINTS = 13
"""Values tried of what a side may choose, before the best is refined."""
RECOVERIES = (0.0, 0.5, 0.9)


class Knob(NamedTuple):
    """What a side may choose: its name and unit, its value, and the range that is searched."""

    name: str
    unit: str
    value: float
    low: float
    high: float


class RouteComparison(TwoSides):
    """Two routes to one product; see `compare_routes`.

    tried: per side the values of its knob with conversion, yield and energy per mass, for pictures.
    """

    kind = KIND
    kept = ("spec", "dH", "M", "tried")
    spec: Specification
    dH: float
    M: float
    tried: dict[str, list[dict[str, float]]]

    @functools.cached_property
    def breakdown(self) -> dict[str, float]:
        """Parts of the factor; their product is the factor. SpecificationError as `factor`."""
        self.hold()
        a, b = self.conventional.figures, self.intensified.figures
        return {
            "energy per mole of feed": a["energy"] / b["energy"],
            "key in the feed": b["x_key"] / a["x_key"],
            "conversion": b["conversion"] / a["conversion"],
            "selectivity": b["selectivity"] / a["selectivity"],
        }

    @property
    def factor(self) -> float:
        """Energy per mass of the conventional over that of the intensified route.

        Below 1 the intensified route draws more. SpecificationError where a side misses its target.
        """
        return float(np.prod(list(self.breakdown.values())))

    @property
    def least(self) -> float:
        """What the enthalpy of reaction alone would draw [kWh/kg]; nan where it is not given."""
        return self.dH / self.M / KWH

    @property
    def even_recovery(self) -> float:
        """Heat recovery from which on the conventional side draws less; nan if it is no furnace."""
        a, kpis = self.conventional.figures, self.conventional.result.kpis
        if "heat_in" not in kpis:
            return float("nan")
        drawn = a["energy"] * self.intensified.figures["kWh_kg"] / a["kWh_kg"]
        boiler = kpis["heat_drawn"] / a["energy"]
        return float((kpis["heat_in"] - boiler * drawn) / kpis["heat_out"])

    def __str__(self) -> str:
        return route_table(self)

    def facts(self) -> dict[str, Any]:
        """Specification, parts of the factor, least energy, heat recovery that makes both even."""
        return {
            "specification": self.spec.content(),
            "breakdown": None if self.misses else self.breakdown,
            "least_kWh_kg": self.least, "even_recovery": self.even_recovery, "tried": self.tried,
        }  # fmt: skip

    @staticmethod
    def restored(kept: dict[str, Any]) -> dict[str, Any]:
        """What is kept, of its types."""
        return kept | {"spec": Specification(*kept["spec"])}


def compare_routes(
    conventional: QuenchedGas | PlasmaReactor,
    intensified: PlasmaReactor | QuenchedGas,
    *,
    spec: Specification,
    limit: SafetyLimit = SafetyLimit(INF),
    dH: float | None = None,
    free: Mapping[str, Sequence[str]] | None = None,
    use: Energy = Energy(),
    sensitivity: bool = True,
    title: str = "",
    case_text: str = "",
) -> RouteComparison:
    """Compare the energy that two routes draw per mass of one product, at one specification.

    dH [J/mol of product]: enthalpy of reaction that efficiencies count; without it that of the
    discharge. free: what each side may choose, {"conventional": ["T_hold"], "intensified":
    ["power"]}, both unless given: T_hold from 0.5 to 1.3 times its own value, power from a tenth to
    ten times. A side that misses the specification keeps its figures, and `factor` raises
    SpecificationError with the sentence. InputError: key or product that a side lacks.
    """
    sides = {"conventional": conventional, "intensified": intensified}
    for name, reactor in sides.items():
        if not isinstance(reactor, PlasmaReactor | QuenchedGas):
            raise InputError(
                f"the {name} side is a {type(reactor).__name__}; energies are compared of "
                "discharges and of gases that are heated and quenched"
            )
        for species in (spec.key, spec.product):
            reactor.kinetics.vector({species: 1.0})  # an unknown name has its sentence
        if not fed(reactor)[reactor.kinetics.names.index(spec.key)] > 0.0:
            raise InputError(f"the key reactant '{spec.key}' is not in the feed of the {name} side")
    if free is None:
        free = {name: [knob(reactor).name] for name, reactor in sides.items()}
    for name, choices in free.items():
        for choice in choices:
            if choice != knob(sides[name]).name:
                raise InputError(f"free: the {name} side can't choose '{choice}', but "
                                 f"'{knob(sides[name]).name}'")  # fmt: skip
    dH = getattr(intensified, "dH", np.nan) if dH is None else dH
    asked = Asked(spec, limit, use, dH)
    found, tried = {}, {}
    for name, reactor in sides.items():
        found[name], tried[name] = best_route(reactor, bool(free.get(name)), asked)
    net = intensified.kinetics
    out = RouteComparison(
        found["conventional"], found["intensified"], spec=spec, dH=dH,
        M=float(net.M[net.names.index(spec.product)]), title=title, case_text=case_text,
        tried=tried,
    )  # fmt: skip
    if sensitivity and not out.misses:
        out.sensitivity = sensitivities(out, sides, free, asked)
    return out


class Asked(NamedTuple):
    """What both sides are held to, and how their energy is counted."""

    spec: Specification
    limit: SafetyLimit
    use: Energy
    dH: float


def fed(reactor: Any) -> np.ndarray:
    """Amounts (S,) per mole of feed."""
    if isinstance(reactor, PlasmaReactor):
        return reactor.n_in
    return np.asarray(reactor.hold.eta_in / reactor.hold.eta_in.sum())


def route_side(reactor: Any, asked: Asked, note: str = "") -> Side:
    """Run a route and hold it to the specification."""
    spec, result = asked.spec, solve(reactor)
    net, n_in, legs, kpis = reactor.kinetics, fed(reactor), result.legs, result.kpis
    if isinstance(reactor, PlasmaReactor):
        n, energy = reactor.total(legs[-1].y_end), reactor.specific_energy(legs).molar
    else:
        n, energy = reactor.outlet(legs), kpis["heat_drawn"] / asked.use.boiler
    i, k = net.names.index(spec.key), net.names.index(spec.product)
    X = 1.0 - float(n[i] / n_in[i])
    S = element_selectivity(net, n_in, n, spec.key, spec.product)
    made, spent = max(float(n[k] - n_in[k]), 0.0), SpecificEnergy(energy)
    grams = spent.grams_per_kWh(made, net.M[k]) if energy > 0.0 else 0.0
    figures = {
        "time": legs[-1].end, "T_max": kpis["T_max"], "conversion": X, "selectivity": S,
        "yield": X * S, "x_key": float(n_in[i]), "x_product": float(n[k] / n.sum()),
        "energy": energy, "kWh_kg": 1e3 / grams if grams > 0.0 else INF, "eV": spent.cost(made),
    }  # fmt: skip
    if np.isfinite(asked.dH):
        figures["efficiency"] = spent.efficiency(made, asked.dH)
    lost = misses(figures, spec, asked.limit)
    if not made > 0.0:
        lost.append(f"makes no {spec.product}")
    if not energy > 0.0:
        lost.append("draws no energy, as the heat of its reactions carries it")
    return Side(reactor, result, figures, lost, note)


# --- each side at its own best -------------------------------------------------------------------
def knob(reactor: Any) -> Knob:
    """What a side may choose."""
    if isinstance(reactor, PlasmaReactor):
        P = float(reactor.levels.max())
        return Knob("power", "W/mol", P, 0.1 * P, 10.0 * P)
    T = reactor.hold.T_in
    return Knob("T_hold", "K", T, max(0.5 * T, reactor.T_in + 1.0), 1.3 * T)


def turned(reactor: Any, value: float) -> Any:
    """The side with another value of its knob."""
    if isinstance(reactor, PlasmaReactor):
        return reactor._replace(levels=reactor.levels * (value / knob(reactor).value))
    return reactor._replace(hold=reactor.hold._replace(T_in=float(value)))


def best_route(reactor: Any, free: bool, asked: Asked) -> tuple[Side, list[dict[str, float]]]:
    """The side that draws least per mass of product within the specification; what was tried.

    Where no value meets the specification, the one that comes nearest.
    """
    if not free:
        return route_side(reactor, asked, "as the case gives it"), []
    it, sides = knob(reactor), {}

    def cost(log_value: float) -> float:
        value = float(np.exp(log_value))
        try:
            sides[value] = route_side(turned(reactor, value), asked)
        except SolveError:  # hotter than its mechanism can bear
            return 1e9
        return merit(sides[value], asked)

    grid = np.linspace(np.log(it.low), np.log(it.high), POINTS)
    costs = [cost(u) for u in grid]
    i = int(np.argmin(costs))
    if not sides:
        raise SolveError(f"no {it.name} from {it.low:.3g} to {it.high:.3g} {it.unit} can be solved")
    find_minimum(cost, grid[max(i - 1, 0)], grid[min(i + 1, POINTS - 1)], rtol=1e-4)
    value = min(sides, key=lambda v: merit(sides[v], asked))
    at = f"{it.name} {value:.4g} {it.unit}"
    said = f"{at} chosen for the least energy per mass of product"
    if sides[value].misses:
        said = f"{at} comes nearest to the specification"
    if not 1.01 * it.low < value < 0.99 * it.high:
        said += f", at the end of its range from {it.low:.3g} to {it.high:.3g} {it.unit}"
    kept = ("conversion", "yield", "x_product", "kWh_kg", "T_max")
    tried = [{"value": v, **{name: sides[v].figures[name] for name in kept}} for v in sorted(sides)]
    return sides[value]._replace(note=said), tried


def merit(side: Side, asked: Asked) -> float:
    """Logarithm of the energy per mass; of a side that misses, above all others by how much."""
    figures, spec = side.figures, asked.spec
    if not side.misses:
        return float(np.log(figures["kWh_kg"]))
    targets = {"conversion": spec.conversion, "yield": spec.yield_, "selectivity": spec.selectivity}
    short = [1.0 - figures[name] / least for name, least in targets.items() if least > 0.0]
    return 1e3 + max(0.0, *short, figures["T_max"] / asked.limit.T - 1.0)


def sensitivities(
    base: RouteComparison, sides: Mapping[str, Any], free: Mapping[str, Sequence[str]], asked: Asked
) -> list[tuple[str, float, str]]:
    """The factor with one thing changed, its side chosen anew: (what, factor or NaN, what misses).

    Heat recovery 0, 0.5, 0.9 and the quench tenfold; field +-20 % and the gap's cooling +-30 %.
    """
    rows, alike = [], len({type(reactor) for reactor in sides.values()}) == 1
    for name, reactor in sides.items():
        for what, other in changes(reactor):
            side, _ = best_route(other, bool(free.get(name)), asked)
            both = {"conventional": base.conventional, "intensified": base.intensified, name: side}
            new = RouteComparison(*both.values(), spec=base.spec, dH=base.dH, M=base.M, tried={})
            factor = float("nan") if new.misses else new.factor
            rows.append((f"{name}: {what}" if alike else what, factor, "; ".join(new.misses)))
    return rows


def changes(reactor: Any) -> list[tuple[str, Any]]:
    """A side with one thing changed."""
    if isinstance(reactor, QuenchedGas):
        out = [(f"recovery of the quench's heat {r:g}", reactor._replace(recovery=r))
               for r in RECOVERIES if r != reactor.recovery]  # fmt: skip
        if reactor.rate < INF:
            out += [(f"quench at {r:.1e} K/s", reactor._replace(rate=r))
                    for r in (0.1 * reactor.rate, 10.0 * reactor.rate)]  # fmt: skip
        return out
    fields = [] if reactor.electrons is None else [0.8, 1.2]
    out = [
        (f"reduced field {100 * (x - 1):+.0f} %", reactor._replace(E_N=reactor.E_N * x))
        for x in fields
    ]
    if 0.0 < reactor.UA < INF:
        out += [(f"cooling of the gap {100 * (x - 1):+.0f} %", reactor._replace(UA=reactor.UA * x))
                for x in (0.7, 1.3)]  # fmt: skip
    return out
