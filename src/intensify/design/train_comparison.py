"""A reactive-distillation column against the train of reactor and columns that it replaces.

Both sides have the same fresh feeds, mixture and kinetics, the train's columns the same stages
without reaction. They are held to the same purities of both products and to productions within 1 %
of each other; each may choose for itself what is left `free`. How many stages and how much hold-up
each has is what it is given: a fair comparison gives both the same, and both are shown.

    factor   heat per mole of light product of the train, over that of the column
    exergy   of heat Q at T:  Q (1 - T_0/T)

Heat: reboilers, and a reactor that is heated; cooling: condensers, and a reactor that is cooled.
Pumps, heat exchange between streams and with the surroundings are left out on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from intensify.design import train as trains
from intensify.errors import InputError, IntensifyError, SolveError
from intensify.kpis import TRAIN
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column, column_run
from intensify.reactors.columns.column_equations import Specification
from intensify.reactors.columns.column_solution import solve_column
from intensify.reactors.columns.reactor_train import Train, train_run
from intensify.result import Result
from intensify.sides import TwoSides
from intensify.tables import train_table

KIND = "intensify train comparison 2"
ALIKE, PURE = 0.01, 1e-7
"""Part by which productions may differ, and mole fraction by which a purity may miss its own."""
CHOICES = {"conventional": trains.CHOICES, "intensified": ("duties",)}


class Duty(NamedTuple):
    """Heat into a piece of equipment at its temperature; below 0: cooling."""

    name: str
    Q: float  # [W]
    T: float  # [K]


class TrainSide(NamedTuple):
    """One side: what is compared, its run, figures, duties, misses, and what it chose."""

    plant: Any
    result: Result
    figures: dict[str, float]
    misses: list[str]
    note: str
    duties: list[Duty]


class TrainComparison(TwoSides):
    """A train and a column for the same two products; see `compare_with_train`."""

    kind = KIND
    side, names = TrainSide, TRAIN
    kept = ("products", "T_0")
    products: dict[str, tuple[str, float]]
    T_0: float

    def ratio(self, name: str) -> float:
        """A figure of the train over that of the column. SpecificationError as `factor`."""
        self.hold()
        a, b = self.conventional.figures[name], self.intensified.figures[name]
        return a / b if 0.0 < b < np.inf else np.nan

    @property
    def factor(self) -> float:
        """Heat per mole, train over column. SpecificationError where a side misses its target."""
        return self.ratio("heat_mol")

    @property
    def ratios(self) -> dict[str, float]:
        """Train over column: heat, cooling, exergy, hold-up, stages, pieces."""
        names = ("heat_mol", "cooling_mol", "exergy", "holdup", "stages", "pieces")
        return {name: self.ratio(name) for name in names}

    def __str__(self) -> str:
        return train_table(self)

    def facts(self) -> dict[str, Any]:
        """What is asked of both, temperature of the surroundings, ratios of figures."""
        return {"products": self.products, "T_0": self.T_0,
                "ratios": None if self.misses else self.ratios}  # fmt: skip

    @staticmethod
    def restored(kept: dict[str, Any]) -> dict[str, Any]:
        """What is kept, of its types."""
        return kept | {"products": {end: tuple(pair) for end, pair in kept["products"].items()}}

    @classmethod
    def from_groups(cls, groups: dict[str, Any], attrs: dict[str, Any]) -> Self:
        """The inverse of what `save` stores."""
        out = super().from_groups(groups, attrs)
        out.conventional, out.intensified = (
            one._replace(duties=[Duty(*row) for row in one.duties])
            for one in (out.conventional, out.intensified)
        )
        return out


def compare_with_train(
    train: Train,
    *,
    free: Mapping[str, Sequence[str]] | None = None,
    T_0: float = 298.15,
    sensitivity: bool = True,
    title: str = "",
    case_text: str = "",
) -> TrainComparison:
    """Compare a train with the reactive column that it was built for; see the module.

    free: what each side may choose, {"conventional": ["recoveries", "ratio", "T", "stages"],
    "intensified": ["duties"]}; of the train what `best_train` chooses, of the column reflux and
    boilup so that both purities are just met. Without it both are as they are given. T_0: of the
    surroundings [K].

    A side that misses a purity, or makes less than the other, keeps its figures, and `factor`
    raises SpecificationError with the sentence. InputError: a choice that there is not; a column
    without condenser or reboiler, or with side draws. SolveError: the train does not close.
    """
    free = free if free is not None else {}
    for name, choices in free.items():
        for choice in {*choices} - {*CHOICES.get(name, ())}:
            raise InputError(f"free: '{name}' has no choice '{choice}'; there are {CHOICES}")
    column = train.column
    if not (column.condenser and column.reboiler) or column.draws.any():
        raise InputError([("column", "needs condenser and reboiler, and no side draws, to have two "
                           "products as the train has")])  # fmt: skip
    a = train_side(train, free.get("conventional", ()), T_0)
    b = column_side(train, free.get("intensified", ()), T_0)
    for one, other in ((a, b), (b, a)):
        for end, name in (("light", train.light.product), ("heavy", train.heavy.product)):
            short = other.figures[end] - one.figures[end]
            if short > ALIKE * other.figures[end]:
                one.misses.append(f"{one.figures[end]:.4g} mol/s of {name} are {short:.3g} mol/s "
                                  "less than the other side makes")  # fmt: skip
    products = {end: (one.product, one.purity)
                for end, one in (("light", train.light), ("heavy", train.heavy))}  # fmt: skip
    out = TrainComparison(a, b, products=products, T_0=T_0, title=title, case_text=case_text)
    if sensitivity and not out.misses:
        out.sensitivity = sensitivities(train, free, T_0)
    return out


def train_side(train: Train, free: Sequence[str], T_0: float) -> TrainSide:
    """The train, at its best in what is free."""
    state = trains.best_train(train, free)
    best = state.train
    duties = [Duty(f"{what} {k}", sign * one.duty(j), float(one.T[j]))
              for k, one in enumerate((state.first, state.second), 1)
              for what, j, sign in (("reboiler", -1, 1.0), ("condenser", 0, -1.0))]  # fmt: skip
    duties.append(Duty("reactor", state.Q_reactor, float(best.T)))
    sizes = {
        "holdup": float(best.holdup), "recycle": float(state.recycle.sum()),
        "stages": float(best.light.stages + best.heavy.stages),
        "pieces": 3.0 + len(duties),  # two columns, a reactor, and what heats or cools
    }  # fmt: skip
    note = f"{'tube' if best.tube else 'tank'} at {best.T:.1f} K"
    for one in (best.light, best.heavy):
        note += (f"; at least {100.0 * one.recovery:.1f} % of {one.product} recovered in "
                 f"{one.stages} stages, fed on {one.feed}")  # fmt: skip
    note += f"; chosen for the least heat: {', '.join(free)}" if free else "; as given"
    result = Result.steady(Train(*best), train_run(state), 0.0)
    made = Made(state.made, result, duties, sizes, note)
    return held(Train(*best), made, T_0)


def column_side(train: Train, free: Sequence[str], T_0: float) -> TrainSide:
    """The column, its reflux and boilup at what just meets the purities where they are free."""
    column, note = train.column, "as given"
    i, k = train.products
    state = None
    if "duties" in free:
        wanted = column._replace(
            top=Specification(eq.TOP_PURITY, float(train.light.purity), i),
            bottom=Specification(eq.BOTTOM_PURITY, float(train.heavy.purity), k),
        )  # fmt: skip
        try:
            state = solve_column(wanted)
            note = "reflux and boilup just meet both purities"
            column = Column(*wanted)
        except SolveError as error:
            note = f"as given, since no reflux and boilup meet both purities: {error}"
    state = solve_column(column) if state is None else state
    duties = [Duty("reboiler", float(state.duty(-1)), float(state.T[-1])),
              Duty("condenser", -float(state.duty(0)), float(state.T[0]))]  # fmt: skip
    duties += [Duty(f"stage {j}", float(column.duty[j]), float(state.T[j]))
               for j in range(1, column.stages - 1) if column.duty[j]]  # fmt: skip
    sizes = {"holdup": float(column.holdup.sum()), "recycle": 0.0, "stages": float(column.stages),
             "pieces": 1.0 + len(duties)}  # fmt: skip
    result = Result.steady(column, column_run(state), 0.0)
    made = Made((state.distillate, state.bottoms), result, duties, sizes, note)
    return held(train, made, T_0, plant=column)


class Made(NamedTuple):
    """What a side makes of both products (C,) [mol/s], and with what."""

    products: tuple[np.ndarray, np.ndarray]
    result: Result
    duties: list[Duty]
    sizes: dict[str, float]
    note: str


def held(train: Train, made: Made, T_0: float, *, plant: Any = None) -> TrainSide:
    """A side with its figures, held to the purities."""
    (light, heavy), (i, k) = made.products, train.products
    warm = [duty for duty in made.duties if duty.Q > 0.0]
    cold = [duty for duty in made.duties if duty.Q < 0.0]
    heat, cooling = sum(d.Q for d in warm), -sum(d.Q for d in cold)
    mass = light[i] * train.light.M + heavy[k] * train.heavy.M
    figures = {
        "purity_light": light[i] / light.sum(), "purity_heavy": heavy[k] / heavy.sum(),
        "light": light[i], "heavy": heavy[k], "heat": heat, "cooling": cooling,
        "heat_mol": heat / light[i], "cooling_mol": cooling / light[i], "heat_kg": heat / mass,
        "exergy": sum(d.Q * (1.0 - T_0 / d.T) for d in warm),
        "exergy_off": -sum(d.Q * (1.0 - T_0 / d.T) for d in cold),
        "T_heat": max((d.T for d in warm), default=np.nan),
        "T_cooling": min((d.T for d in cold), default=np.nan), **made.sizes,
    }  # fmt: skip
    misses = []
    for end, one in (("light", train.light), ("heavy", train.heavy)):
        x = figures[f"purity_{end}"]
        if x < one.purity - PURE:
            misses.append(f"{one.product} is {x:.6g} pure, {one.purity - x:.2g} short of "
                          f"{one.purity:g}")  # fmt: skip
    figures = {name: float(value) for name, value in figures.items()}
    side = train if plant is None else plant
    return TrainSide(side, made.result, figures, misses, made.note, made.duties)


def sensitivities(
    train: Train, free: Mapping[str, Sequence[str]], T_0: float
) -> list[tuple[str, float, str]]:
    """The factor with one thing of the train changed: (what, factor or NaN, what is missed)."""

    def stretched(one: Any) -> Any:
        return one._replace(stages=2 * one.stages, feed=2 * one.feed)

    longer = train._replace(light=stretched(train.light), heavy=stretched(train.heavy))
    changes = [
        ("reactor half as large", train._replace(holdup=0.5 * train.holdup)),
        ("reactor ten times as large", train._replace(holdup=10.0 * train.holdup)),
        ("a tank instead of a tube" if train.tube else "a tube instead of a tank",
         train._replace(tube=1.0 - train.tube)),
        ("twice the stages in the train", longer),
    ]  # fmt: skip
    rows = []
    for what, other in changes:
        try:
            c = compare_with_train(other, free=free, T_0=T_0, sensitivity=False)
            rows.append((what, c.factor, ""))
        except IntensifyError as error:
            rows.append((what, float("nan"), str(error).removeprefix("no factor is given: ")))
    return rows
