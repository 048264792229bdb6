"""Reactive-distillation columns of a case; they bring components and reactions of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from intensify.cases.schema import (
    Block,
    CubicMetrePerMole,
    Flag,
    JoulePerMole,
    KilogramPerMole,
    Temperature,
    above_zero,
)
from intensify.cases.scope import Scope
from intensify.chemistry import R_GAS, Adsorption, Arrhenius, Reaction
from intensify.chemistry.mixture import Mixture
from intensify.errors import InputError
from intensify.reactors.columns.rate_based import RateBasedColumn
from intensify.reactors.columns.reactive_distillation import (
    ColumnFeed,
    Draw,
    ReactiveDistillationColumn,
)
from intensify.transport.films import FilmFluids, StructuredPacking
from intensify.units import (
    INF,
    Fraction,
    Metre,
    Number,
    PascalSecond,
    SquareMetre,
    Unit,
    WattPerMetreKelvin,
)

Pressure = Annotated[float, Unit("Pa", 1.0, 1e9)]
MolePerSecond = Annotated[float, Unit("mol/s", 0.0)]
JoulePerMoleKelvin = Annotated[float, Unit("J/mol/K", 0.0)]
Matrix = list[list[Number]]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]


class HeatsBlock(Block):
    """Enthalpy of formation, heat capacities, heat of vaporisation at the boiling point."""

    h_f: JoulePerMole
    cp_liquid: JoulePerMoleKelvin
    dh_vap: JoulePerMole
    boils: Temperature
    cp_vapour: JoulePerMoleKelvin


class CriticalBlock(Block):
    """Critical temperature and pressure, acentric factor."""

    T: Temperature
    p: Pressure
    omega: Annotated[float, Unit("1", -1.0, 3.0)]


class ComponentBlock(Block):
    """ln psat [Pa] = A + B/(T + C) + D ln T + E T^F by its numbers, from A on."""

    psat: Annotated[list[Number], Field(min_length=3, max_length=6)]
    heats: HeatsBlock | None = None
    dimer: Pair | None = None
    critical: CriticalBlock | None = None


class ActivityBlock(Block):
    """Activity of the liquid; matrices in the order of the components."""

    model: Literal["ideal", "wilson", "nrtl", "uniquac"] = "ideal"
    p0: Matrix | None = None
    p1: Matrix | None = None
    alpha: Fraction = 0.3
    r: list[Number] | None = None
    q: list[Number] | None = None
    a: Matrix | None = None
    b: Matrix | None = None
    c: Matrix | None = None


class ColumnRateBlock(Block):
    """A exp(-E/(R T)) in activities; K beyond its Arrhenius form: ln(1/K) = ... + poly."""

    A: Annotated[Number, above_zero]
    E: Annotated[float, Unit("J/mol", -8e5, 8e5)] = 0.0
    b: Annotated[float, Unit("1", -10.0, 10.0)] = 0.0
    orders: dict[str, Annotated[float, Unit("1", -5.0, 5.0)]] | None = None


class ColumnReactionBlock(ColumnRateBlock):
    """A reaction with its way back."""

    equation: Annotated[str, Field(max_length=300)]
    reverse: ColumnRateBlock | None = None
    sites: Annotated[float, Unit("1", 0.0, 5.0)] = 0.0
    poly: Annotated[list[Number], Field(min_length=3, max_length=3)] | None = None


class ColumnFeedBlock(Block):
    """A feed; saturated liquid without T."""

    stage: int
    flows: dict[str, MolePerSecond]
    T: Temperature | None = None
    vapour: Fraction = 0.0


class DrawBlock(Block):
    """A side draw."""

    stage: int
    liquid: MolePerSecond = 0.0
    vapour: MolePerSecond = 0.0


class ReactiveStagesBlock(Block):
    """From stage `first` to `last`, each with `holdup`, or at equilibrium."""

    first: int
    last: int
    holdup: Annotated[Number, above_zero] | None = None
    equilibrium: Flag = False


class PurityBlock(Block):
    """A component's mole fraction."""

    component: str
    x: Fraction


class PartBlock(Block):
    """A part of what the feeds bring of a component: recovered, or converted."""

    component: str
    part: Fraction


class StageTemperatureBlock(Block):
    """The temperature of a stage."""

    stage: int
    T: Temperature


class SpecsBlock(Block):
    """As many as there are of condenser and reboiler."""

    reflux_ratio: Annotated[Number, above_zero] | None = None
    reflux: MolePerSecond | None = None
    distillate: MolePerSecond | None = None
    top_purity: PurityBlock | None = None
    top_T: Temperature | None = None
    bottoms: MolePerSecond | None = None
    boilup: MolePerSecond | None = None
    boilup_ratio: Annotated[Number, above_zero] | None = None
    bottom_purity: PurityBlock | None = None
    bottom_T: Temperature | None = None
    reboiler_duty: Annotated[float, Unit("W", 0.0)] | None = None
    condenser_duty: Annotated[float, Unit("W", 0.0)] | None = None
    top_recovery: PartBlock | None = None
    bottom_recovery: PartBlock | None = None
    conversion: PartBlock | None = None
    stage_T: StageTemperatureBlock | None = None


class OverflowBlock(Block):
    """Equal molar overflow but for the heats of reaction."""

    dHv: JoulePerMole
    dHr: list[JoulePerMole] = Field(default_factory=list)


class PackingBlock(Block):
    """A structured packing; C_L and C_V: Billet and Schultes' constants."""

    area: Annotated[float, Unit("1/m", 1.0, 1e5)]
    void: Fraction
    C_L: Annotated[Number, above_zero] = 1.0
    C_V: Annotated[Number, above_zero] = 0.4
    section: Annotated[SquareMetre, above_zero]
    height: Annotated[Metre, above_zero]


class FluidsBlock(Block):
    """What films are made of."""

    mu_L: Annotated[PascalSecond, above_zero] = 4e-4
    mu_V: Annotated[PascalSecond, above_zero] = 1e-5
    sigma: Annotated[float, Unit("N/m", 1e-4, 1.0)] = 0.025
    lambda_L: Annotated[WattPerMetreKelvin, above_zero] = 0.15
    lambda_V: Annotated[WattPerMetreKelvin, above_zero] = 0.02


class FilmsBlock(Block):
    """Transfer rates in place of equilibrium; lists and matrices in the order of the components.

    D_V at 298.15 K and 1 atm and D_L [m2/s], or coefficients k_V and k_L [m/s].
    """

    packing: PackingBlock
    fluids: FluidsBlock = FluidsBlock()
    M: list[Annotated[KilogramPerMole, above_zero]]
    v: list[Annotated[CubicMetrePerMole, above_zero]]
    D_V: Matrix | None = None
    D_L: Matrix | None = None
    k_V: Matrix | None = None
    k_L: Matrix | None = None


class ColumnBlock(Block):
    """A column of stages, 0 the top; with `films`, of a packing's segments."""

    kind: Literal["reactive-distillation"]
    stages: Annotated[int, Field(ge=2, le=1000)]
    p: Pressure
    components: Annotated[dict[str, ComponentBlock], Field(min_length=2, max_length=50)]
    activity: ActivityBlock = ActivityBlock()
    reactions: Annotated[list[ColumnReactionBlock], Field(default_factory=list, max_length=20)]
    adsorption: dict[str, ColumnRateBlock] = Field(default_factory=dict)
    by_activity: Flag = True
    reactive: ReactiveStagesBlock | None = None
    feeds: Annotated[list[ColumnFeedBlock], Field(min_length=1, max_length=100)]
    draws: Annotated[list[DrawBlock], Field(default_factory=list, max_length=100)]
    specs: SpecsBlock
    condenser: Literal["total", "partial", "none"] = "total"
    reboiler: Flag = True
    overflow: OverflowBlock | None = None
    vapour: Literal["ideal", "virial", "peng-robinson", "srk"] = "ideal"
    efficiency: Fraction = 1.0
    duties: dict[int, Annotated[float, Unit("W")]] = Field(default_factory=dict)
    films: FilmsBlock | None = None


def build_column(block: ColumnBlock, scope: Scope) -> Any:
    """The column of a block; InputError says what is wrong with it."""
    mixture = mixture_of(block)
    poly = {k: rx.poly for k, rx in enumerate(block.reactions) if rx.poly is not None}
    specs: dict[str, Any] = {}
    for name, value in block.specs:
        if value is not None:
            pair = isinstance(value, Block)
            specs[name] = tuple(dict(value).values()) if pair else value
    stages, overflow = block.reactive, block.overflow
    holdup = {}
    if stages is not None:
        amount = INF if stages.equilibrium else stages.holdup
        if amount is None:
            raise InputError([("reactive", "needs a holdup, or equilibrium: true")])
        holdup = dict.fromkeys(range(stages.first, stages.last + 1), amount)
    column = ReactiveDistillationColumn(
        mixture, stages=block.stages, p=block.p, specs=specs, holdup=holdup, K_poly=poly,
        feeds=[column_feed(feed) for feed in block.feeds],
        reactions=[reaction_of(rx) for rx in block.reactions], by_activity=block.by_activity,
        adsorption=[Adsorption(name, arrhenius(one)) for name, one in block.adsorption.items()],
        draws=[Draw(*(getattr(d, key) for key in Draw._fields)) for d in block.draws],
        condenser=block.condenser, reboiler=block.reboiler,
        energy="full" if overflow is None else "cmo",
        dHv=0.0 if overflow is None else overflow.dHv,
        dHr=0.0 if overflow is None or not overflow.dHr else overflow.dHr,
        efficiency=block.efficiency, duties=block.duties,
    )  # fmt: skip
    if block.films is None:
        return column
    rates = dict(block.films)
    packing = StructuredPacking(**dict(rates.pop("packing")))
    fluids = FilmFluids(**dict(rates.pop("fluids")))
    return RateBasedColumn(column, packing=packing, fluids=fluids, **rates)


def column_feed(block: ColumnFeedBlock) -> ColumnFeed:
    """The feed of a block."""
    T = np.nan if block.T is None else block.T
    return ColumnFeed(block.stage, block.flows, T, block.vapour)


def arrhenius(block: ColumnRateBlock) -> Arrhenius:
    """A T^b exp(-E/(R T))."""
    return Arrhenius(block.A, block.b, block.E / R_GAS)


def reaction_of(block: ColumnReactionBlock) -> Reaction:
    """The reaction of a block."""
    back = block.reverse
    return Reaction(
        block.equation, arrhenius(block), block.orders, None,
        None if back is None else arrhenius(back), None if back is None else back.orders,
        block.sites,
    )  # fmt: skip


def mixture_of(block: ColumnBlock) -> Mixture:
    """The mixture of a block; InputError: a matrix that its model needs is missing."""
    names, act = list(block.components), block.activity
    parts = list(block.components.values())
    heats = [one.heats for one in parts]
    common: dict[str, Any] = {"psat": [one.psat for one in parts]}
    if all(heats):
        keys = ("h_f", "cp_liquid", "dh_vap", "boils", "cp_vapour")
        common["enthalpy"] = [[getattr(one, key) for key in keys] for one in heats]
    acids = [(name, *one.dimer) for name, one in block.components.items() if one.dimer]
    if len(acids) > 1:
        raise InputError([("components", "have two acids that dimerise; one is what is known")])
    if acids:
        common["dimer"] = acids[0]
    if block.vapour != "ideal":
        rows = [one.critical for one in parts]
        lacking = [name for name, row in zip(names, rows, strict=True) if row is None]
        if lacking:
            raise InputError([("components", f"{', '.join(lacking)}: no critical data, but the "
                               f"vapour is {block.vapour}")])  # fmt: skip
        common |= {"gas": block.vapour, "criticals": [[c.T, c.p, c.omega] for c in rows if c]}
    needed = {"wilson": ("p0", "p1"), "nrtl": ("p0", "p1"), "uniquac": ("r", "q", "a")}
    missing = [key for key in needed.get(act.model, ()) if getattr(act, key) is None]
    if missing:
        raise InputError([(f"activity.{key}", f"is missing; {act.model} needs it")
                          for key in missing])  # fmt: skip
    if act.model == "wilson":
        return Mixture.wilson(names, p0=act.p0, p1=act.p1, **common)
    if act.model == "nrtl":
        return Mixture.nrtl(names, tau0=act.p0, tau1=act.p1, alpha=act.alpha, **common)
    if act.model == "uniquac":
        b, c = (0.0 if m is None else m for m in (act.b, act.c))
        return Mixture.uniquac(names, r=act.r, q=act.q, a=act.a, b=b, c=c, **common)
    return Mixture.ideal(names, **common)
