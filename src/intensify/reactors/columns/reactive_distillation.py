"""`ReactiveDistillationColumn`: feeds, stages, catalyst, two specifications, as engineers have it.

The equations stand in `column_equations`, their solution in `column_newton`, what comes out in
`column_state`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry import Network, Reaction, Species
from intensify.chemistry.mixture import Mixture
from intensify.chemistry.stoichiometry import parse_equation, unknown
from intensify.errors import InputError
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_equations import Specification, StageKinetics
from intensify.units import Kelvin

TOP = {"reflux_ratio": eq.REFLUX_RATIO, "reflux": eq.REFLUX, "distillate": eq.DISTILLATE,
       "top_purity": eq.TOP_PURITY, "top_T": eq.TOP_T, "top_recovery": eq.TOP_RECOVERY,
       "condenser_duty": eq.CONDENSER_DUTY}  # fmt: skip
BOTTOM = {"bottoms": eq.BOTTOMS, "boilup": eq.BOILUP, "boilup_ratio": eq.BOILUP_RATIO,
          "bottom_purity": eq.BOTTOM_PURITY, "bottom_T": eq.BOTTOM_T,
          "bottom_recovery": eq.BOTTOM_RECOVERY, "reboiler_duty": eq.REBOILER_DUTY}  # fmt: skip
WITHIN = {"conversion": eq.CONVERSION, "stage_T": eq.STAGE_T}
SPECS = {**TOP, **BOTTOM, **WITHIN}
HELD = ("reflux_ratio", "reflux", "distillate", "top_recovery", "bottoms", "boilup",
        "boilup_ratio", "bottom_purity", "bottom_T", "bottom_recovery")  # fmt: skip
"""What a total condenser or a reboiler itself holds."""
PARTS = ("top_purity", "bottom_purity", "top_recovery", "bottom_recovery", "conversion")
CONDENSERS = {"none": eq.NONE, "total": eq.TOTAL, "partial": eq.PARTIAL}


class ColumnFeed(NamedTuple):
    """A feed [mol/s by name] on a stage: liquid or vapour at T, saturated liquid without T.

    vapour: its part that is vapour; at T where there is one.
    """

    stage: int
    flows: Mapping[str, float]
    T: Kelvin = np.nan
    vapour: float = 0.0


class Draw(NamedTuple):
    """A side draw of liquid or vapour [mol/s]."""

    stage: int
    liquid: float = 0.0
    vapour: float = 0.0


def ReactiveDistillationColumn(
    mixture: Mixture,
    *,
    stages: int,
    p: float | Sequence[float],
    feeds: Sequence[ColumnFeed],
    specs: Mapping[str, Any],
    reactions: Sequence[Reaction] = (),
    holdup: Mapping[int, float] = {},
    by_activity: bool = True,
    adsorption: Sequence[Any] = (),
    K_poly: Mapping[int, Sequence[float]] = {},
    condenser: str = "total",
    reboiler: bool = True,
    energy: str = "full",
    dHv: float = 0.0,
    dHr: Sequence[float] | float = 0.0,
    draws: Sequence[Draw] = (),
    duties: Mapping[int, float] = {},
    efficiency: float = 1.0,
) -> Column:
    """A column of `stages` stages, condenser (0) and reboiler (the last) among them.

    reactions: rates per unit of hold-up, by activities unless by_activity is False. holdup: by
    stage what carries the reaction: mol, m3 or kg as the rates want it; inf: equilibrium. K_poly:
    by reaction what ln(1/K) has beyond its Arrhenius form, (T, T^2, T^3). energy: "full", or "cmo"
    with dHv and dHr [J/mol]: equal molar overflow but for the heats of reaction. efficiency: of the
    vapour on every stage but condenser and the lowest (Murphree). specs: as many as there are of
    condenser and reboiler, any of reflux_ratio, reflux, distillate, bottoms [mol/s], boilup,
    boilup_ratio (to the bottoms), top_T, bottom_T, condenser_duty, reboiler_duty [W]; as
    (component, part) top_purity, bottom_purity, top_recovery, bottom_recovery (of its feeds) and
    conversion; as (stage, T) stage_T.
    InputError: specifications that are too many, too few, or exclude each other; a stage that does
    not exist; a reaction whose species the mixture lacks; no enthalpies, no vapour pressures.

    >>> pair = Mixture.ideal(["light", "heavy"], psat=[[22.0, -3500.0, 0.0], [21.0, -3500.0, 0.0]])
    >>> column = ReactiveDistillationColumn(pair, stages=12, p=1e5, energy="cmo", dHv=3e4,
    ...     feeds=[ColumnFeed(6, {"light": 1.0, "heavy": 1.0})],
    ...     specs={"distillate": 1.0, "boilup": 4.0})
    >>> from intensify.reactors.columns.column_solution import solve_column
    >>> round(solve_column(column).kpis["x_top_light"], 3)
    0.983
    """
    N = int(stages)
    problems: list[tuple[str, str]] = []
    if N < 2:
        raise InputError([("stages", f"is {stages}; a column has two or more")])
    if condenser not in CONDENSERS or energy not in ("full", "cmo"):
        raise InputError([("condenser", f"is {condenser}, energy {energy}; see the docstring")])
    feed, feed_h, vapour = fed(mixture, N, p, feeds, energy == "full", problems)
    kinetics = stage_kinetics(mixture, reactions, adsorption, K_poly, by_activity, problems)
    R = len(reactions)
    m, U, Q = on_stages(N, holdup, draws, duties, problems)
    if R and not m.any():
        problems.append(("holdup", "is empty: without it no stage reacts"))
    if not mixture.psat.any():
        problems.append(("mixture", "has no vapour pressures"))
    if energy == "full" and not mixture.enthalpy.any():
        problems.append(("mixture", "has no enthalpies; give them, or energy='cmo' with dHv"))
    if energy == "cmo" and not dHv > 0.0:
        problems.append(("dHv", f"is {dHv:g} J/mol, but must be above 0"))
    if not 0.0 < efficiency <= 1.0:
        problems.append(("efficiency", f"is {efficiency:g}, but must lie above 0 and up to 1"))
    top, bottom = specifications(
        mixture, specs, condenser, reboiler, Q, feed, bool(reactions), problems
    )
    if problems:
        raise InputError(problems)
    column_is_possible(specs, mixture, feed, vapour, U, condenser, energy, bool(reactions))
    heat = float(np.mean(mixture.enthalpy[:, 2])) if energy == "full" else float(dHv)
    pressure = np.broadcast_to(np.asarray(p, dtype=float), N).copy()
    released = np.broadcast_to(np.asarray(dHr, dtype=float), R).copy()
    return Column(
        mixture, kinetics, feed, feed_h, vapour, U, Q, pressure, m, float(energy == "full"), heat,
        released, CONDENSERS[condenser], eq.PARTIAL if reboiler else eq.NONE, top, bottom,
        float(efficiency),
    )  # fmt: skip


def on_stages(N, holdup, draws, duties, problems):
    """Hold-up (N,), draws (N, 2) and duties (N,) from what is given by stage."""
    m, U, Q = np.zeros(N), np.zeros((N, 2)), np.zeros(N)
    for stage, amount in holdup.items():
        if inside(stage, N, "holdup", problems):
            m[stage] = amount
            if not amount >= 0.0:
                problems.append((f"holdup[{stage}]", f"is {amount:g}, but must be 0 or more"))
    for draw in draws:
        if inside(draw.stage, N, "draws", problems):
            U[draw.stage] += draw.liquid, draw.vapour
    for stage, duty in duties.items():
        if inside(stage, N, "duties", problems):
            Q[stage] = duty
    return m, U, Q


def inside(stage: int, N: int, what: str, problems: list[tuple[str, str]]) -> bool:
    """Whether a stage exists."""
    if 0 <= stage < N:
        return True
    problems.append((what, f"stage {stage} does not exist; there are 0 to {N - 1}"))
    return False


def fed(mixture, N, p, feeds, full, problems):
    """Flows (N, C), enthalpies and vapour (N,) of the feeds."""
    flows, h, vapour = np.zeros((N, len(mixture.labels))), np.zeros(N), np.zeros(N)
    if not feeds:
        problems.append(("feeds", "are none; a column needs one"))
    for k, one in enumerate(feeds):
        unknown_ = [name for name in one.flows if name not in mixture.names]
        problems += [(f"feeds[{k}]", unknown("component", n, mixture.names)) for n in unknown_]
        wrong = [n for n, f in one.flows.items() if not f >= 0.0]
        problems += [(f"feeds[{k}]", f"the flow of {n} must be 0 or more") for n in wrong]
        if unknown_ or wrong or not inside(one.stage, N, f"feeds[{k}]", problems):
            continue
        f = np.array([one.flows.get(name, 0.0) for name in mixture.names])
        flows[one.stage] += f
        vapour[one.stage] += one.vapour * f.sum()
        if full:
            P = float(np.broadcast_to(np.asarray(p, float), N)[one.stage])
            T = mixture.bubble_point(P, f)[0] if np.isnan(one.T) else one.T
            h[one.stage] += (1.0 - one.vapour) * mixture.liquid_enthalpy(T, f)
            h[one.stage] += one.vapour * mixture.vapour_at(T, P, f)
    if feeds and not flows.any() and not problems:
        problems.append(("feeds", "bring nothing"))
    return flows, h, vapour


def stage_kinetics(mixture, reactions, adsorption, K_poly, by_activity, problems):
    """Forward and backward rates as two networks."""
    species = [Species(name) for name in mixture.names]
    ways: list[list[Reaction]] = [[], []]
    for rx in reactions:
        left, right, _ = parse_equation(rx.equation)
        missing = [n for n in (*left, *right) if n not in mixture.names]
        problems += [(rx.equation, unknown("component", n, mixture.names)) for n in missing]
        one_way = rx.equation.replace("<=>", "=>")
        back = rx.reverse if rx.reverse is not None else rx.rate._replace(A=0.0)
        ways[0].append(rx._replace(equation=one_way, reverse=None, orders_reverse=None))
        ways[1].append(Reaction(one_way, back, rx.orders_reverse or right, sites=rx.sites))
    poly = np.zeros((len(reactions), 3))
    for k, row in K_poly.items():
        poly[k] = row
    if problems:
        ways = [[], []]
    nets = [Network.build(way, species, adsorption=list(adsorption) if way else []) for way in ways]
    return StageKinetics(*(net.lean() for net in nets), poly, float(by_activity))


def specifications(mixture, specs, condenser, reboiler, duty, feed, reacts, problems):
    """The specification of the top and of the bottom; one of the other end may stand in."""
    N, fed = feed.shape[0], feed.sum(axis=0)
    slots = [["top"] * (condenser != "none"), ["bottom"] * bool(reboiler)]
    wanted = len(slots[0]) + len(slots[1])
    known = [name for name in specs if name in SPECS]
    wrong = [name for name in specs if name not in SPECS]
    problems += [("specs", unknown("specification", name, list(SPECS))) for name in wrong]
    if len(known) > wanted:
        problems.append(("specs", f"{', '.join(known)} exclude each other: a column takes one for "
                         f"its condenser, one for its reboiler, here {wanted}"))  # fmt: skip
        known = known[:wanted]
    elif len(known) < wanted:
        needs = [f"a {part} needs one of {', '.join(kinds)}" for part, kinds, there in (
            ("condenser", TOP, slots[0]), ("reboiler", BOTTOM, slots[1])) if there]  # fmt: skip
        problems.append(("specs", f"are {len(known)}, but must be {wanted}: {'; '.join(needs)}; "
                         f"{' or '.join(WITHIN)} may stand for one"))  # fmt: skip
    # of two of one end, what its stage holds stays there
    own = [[n for n in known if n in kinds] for kinds in (TOP, BOTTOM)]
    own = [sorted(names, key=lambda n: n not in HELD) for names in own]
    rest = [n for n in known if n in WITHIN]
    rest += [n for names, slot in zip(own, slots, strict=True) for n in names[len(slot) :]]
    out = []
    for end, slot in enumerate(slots):
        names = own[end][: len(slot)] or (rest[:1] if slot else [])
        rest = rest[1:] if names and names[0] in rest else rest
        if not names:
            out.append(Specification(float(eq.BALANCE), 0.0))
            continue
        name, value, index = names[0], specs[names[0]], 0
        try:
            if name in PARTS:
                index, value = mixture.index(value[0]), float(value[1])
                if not 0.0 < value <= 1.0:
                    problems.append((f"specs.{name}", f"is {value:g}, not above 0 and up to 1"))
                if name.endswith(("recovery", "conversion")) and not fed[index] > 0.0:
                    problems.append((f"specs.{name}", f"is of {mixture.names[index]}, which no "
                                     "feed brings"))  # fmt: skip
            elif name == "stage_T":
                index, value = int(value[0]), float(value[1])
                inside(index, N, "specs.stage_T", problems)
        except InputError as error:
            problems.append((f"specs.{name}", str(error)))
            value = 1.0
        if not float(value) > 0.0:
            problems.append((f"specs.{name}", f"is {float(value):g}, but must be above 0"))
        kind = SPECS[name]
        held = (end == 0 and name == "condenser_duty" and condenser == "partial") or (
            end == 1 and name == "reboiler_duty"
        )
        if held:
            kind, duty[-end] = eq.BALANCE, duty[-end] + (value if end else -value)
        out.append(Specification(float(kind), float(value), index))
    for name in ("distillate", "bottoms"):
        if name in specs and not 0.0 < float(specs[name]) < fed.sum():
            sentence = f"is {float(specs[name]):g} mol/s, but must lie between 0 and the feed, "
            problems.append((f"specs.{name}", f"{sentence}{fed.sum():g}"))
    if {"distillate", "bottoms"} <= set(specs):
        problems.append(("specs", "distillate and bottoms add up to the feed: they are one"))
    return out


def column_is_possible(specs, mixture, feed, vapour, draws, condenser, energy, reacts):
    """InputError where specifications without reaction ask for more than the feeds bring."""
    if reacts:
        return
    fed, problems = feed.sum(axis=0), []
    for end, flow in (("top", "distillate"), ("bottom", "bottoms")):
        other = "bottoms" if flow == "distillate" else "distillate"
        name, part = specs.get(f"{end}_purity", ("", 0.0))
        size = specs.get(flow, fed.sum() - draws.sum() - specs.get(other, fed.sum()))
        most = fed[mixture.index(name)] if name else 0.0
        if name and size * part > most * (1.0 + 1e-12):
            problems.append((f"specs.{end}_purity", f"needs {size * part:.6g} mol/s of {name} in "
                             f"the {flow}, but the feeds bring {most:.6g}"))  # fmt: skip
    one, two = specs.get("top_recovery", ("", 0.0)), specs.get("bottom_recovery", ("", 0.0))
    if one[0] == two[0] != "":
        problems.append(("specs", f"the recoveries of {one[0]} at top and bottom add up to 1: "
                         "they are one"))  # fmt: skip
    rising = specs.get("boilup", np.inf) + vapour.sum() - draws[:, 1].sum()
    if energy == "cmo" and condenser == "total" and specs.get("distillate", 0.0) > rising:
        problems.append(("specs", f"the distillate, {specs['distillate']:g} mol/s, is more than "
                         f"the vapour that rises, {rising:g}"))  # fmt: skip
    if problems:
        raise InputError(problems)
