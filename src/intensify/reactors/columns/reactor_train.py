"""`ReactorTrain`: reactor, two columns and recycle in the place of a reactive column.

The equations stand in `train_equations`, how they are solved in `train_solution`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry.network import NU
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError
from intensify.reactors.columns.column import Column, cautions
from intensify.reactors.columns.residue import stationary_points
from intensify.reactors.columns.train_equations import ProductColumn, TrainEquations, TrainState
from intensify.reactors.columns.train_solution import solve_train
from intensify.reactors.stage import Axis, SteadyRun, Variable, species_axis
from intensify.units import describe

TRACE = 1e-6
"""Mole fraction at which a component counts as infinitely diluted."""


class Train(TrainEquations):
    """A train; the fields are those of `TrainEquations`."""

    __slots__ = ()
    coordinate = Variable("tray", "1", "stage of column 1 from its top, then of column 2")

    def __str__(self) -> str:
        return describe(self._replace(column=None))  # type: ignore[arg-type]

    def variables(self) -> list[Variable]:
        """Names and units of the profiles of `steady`."""
        species = (species_axis(self.column.mixture.names),)
        return [
            Variable("x", "1", "liquid mole fraction", species),
            Variable("y", "1", "vapour mole fraction", species),
            Variable("T", "K", "temperature"),
            Variable("p", "Pa", "pressure"),
            Variable("V", "mol/s", "vapour leaving upwards (condenser: distillate)"),
            Variable("L", "mol/s", "liquid leaving downwards"),
            Variable("extent", "mol/s", "extent of reaction: none on a train's stages", (
                Axis("reaction", np.arange(1, self.column.dHr.size + 1), "1", "reaction"),)),
            Variable("feed", "mol/s", "feed"),
        ]  # fmt: skip

    def steady(self) -> SteadyRun:
        """The closed train that the engine's own start leads to."""
        return train_run(solve_train(self))


def train_run(state: TrainState) -> SteadyRun:
    """A closed train as `solve` gives it: the stages of both columns one after the other."""
    both = (state.first, state.second)
    profiles = {key: np.concatenate([getattr(one, key) for one in both]) for key in "xyTVL"}
    profiles["p"] = np.concatenate([one.column.pressure for one in both])
    profiles["extent"] = np.zeros((len(profiles["p"]), state.extents.size))
    profiles["feed"] = np.concatenate([one.column.feed.sum(axis=1) for one in both])
    labels = [f"{stage} {k}" for k, one in enumerate(both, 1)
              for stage in Column(*one.column).sections()]  # fmt: skip
    notes = [f"column {k}: {note}" for k, one in enumerate(both, 1) for note in cautions(one)]
    figures = {"steps": float(state.steps), "residual": state.residual}
    places = np.arange(float(len(labels)))
    return SteadyRun(places, labels, profiles, state.kpis, state.balances(), figures, notes)


def ReactorTrain(
    column: Column,
    *,
    T: float,
    holdup: float,
    light: ProductColumn,
    heavy: ProductColumn,
    tube: bool = False,
    ratio: float = 1.0,
) -> Train:
    """The train that makes the two products of a reactive column without it.

    Mixture, kinetics, fresh feeds, way of counting energy and efficiency are the column's. T [K],
    holdup: of the reactor, a tank unless tube; its liquid is kept from boiling. light: leaves the
    first column at its top; heavy: the second at its bottom. The reactants, one or two, go back to
    the reactor; ratio: of the first to the second there.

    InputError: a product that no reaction makes, or that no column without reaction gives so pure;
    components that would pile up in the recycle; stages, feeds, purities that cannot be.

    >>> import intensify as it
    >>> mix = it.Mixture.ideal(["A", "B", "C", "D"],
    ...     psat=[[23.0, -3862.0, 0.0], [22.3, -3862.0, 0.0], [23.7, -3862.0, 0.0],
    ...           [21.6, -3862.0, 0.0]])
    >>> rx = it.Reaction("A + B <=> C + D", it.Arrhenius(0.02), reverse=it.Arrhenius(0.01))
    >>> column = it.ReactiveDistillationColumn(mix, stages=21, p=8e5, energy="cmo", dHv=3e4,
    ...     by_activity=False, reactions=[rx], holdup=dict.fromkeys(range(6, 15), 1000.0),
    ...     feeds=[it.ColumnFeed(6, {"B": 10.0}), it.ColumnFeed(14, {"A": 10.0})],
    ...     specs={"distillate": 10.0, "boilup": 30.0})
    >>> train = ReactorTrain(column, T=370.0, holdup=9000.0,
    ...     light=ProductColumn("C", 0.95, stages=20, feed=10, p=8e5),
    ...     heavy=ProductColumn("D", 0.95, stages=20, feed=10, p=8e5))
    >>> round(it.solve(train).kpis["X_A"], 2)
    0.95
    """
    problems: list[tuple[str, str]] = []
    if not T > 0.0:
        problems.append(("T", f"is {T:g} K, but must be above 0"))
    if not 0.0 < holdup < np.inf:
        problems.append(("holdup", f"is {holdup:g}, but must be finite and above 0"))
    if not 0.0 < ratio < np.inf:
        problems.append(("ratio", f"is {ratio:g}, but must be finite and above 0"))
    for end, one in (("light", light), ("heavy", heavy)):
        problems += [(f"{end}.{key}", said) for key, said in wrong(one)]
    train = Train(column, float(T), float(holdup), float(tube), light, heavy, float(ratio))
    problems += chemistry(train)
    if not problems:
        problems += [problem for end in ("light", "heavy") for problem in barred(train, end)]
    if problems:
        raise InputError(problems)
    return train


def wrong(one: ProductColumn) -> list[tuple[str, str]]:
    """What cannot be in the numbers of a column."""
    out = [(key, f"is {value:g}, but must lie between 0 and 1")
           for key, value in (("purity", one.purity), ("recovery", one.recovery))
           if not 0.0 < value < 1.0]  # fmt: skip
    if one.stages < 3:
        out.append(("stages", f"is {one.stages}; condenser, reboiler and one between are needed"))
    elif not 0 < one.feed < one.stages - 1:
        last = one.stages - 2
        out.append(("feed", f"is on stage {one.feed}, but must be on one from 1 to {last}"))
    if not one.p > 0.0:
        out.append(("p", f"is {one.p:g} Pa, but must be above 0"))
    return out


def chemistry(train: Train) -> list[tuple[str, str]]:
    """What bars the reactions of the column from a train of two products."""
    column, names = train.column, train.column.mixture.names
    nu = column.kinetics.forward.reactions[:, NU : NU + len(names)]
    if not len(nu):
        return [("column", "has no reaction; a train needs one for its reactor")]
    ends = (("light", train.light.product), ("heavy", train.heavy.product))
    out = [(f"{end}.product", unknown("component", name, names))
           for end, name in ends if name not in names]  # fmt: skip
    if out:
        return out
    out = [(f"{end}.product", f"{name} is made by no reaction")
           for end, name in ends if not (nu[:, names.index(name)] > 0.0).any()]  # fmt: skip
    if ends[0][1] == ends[1][1]:
        out.append(("heavy.product", f"{ends[1][1]} is the light product as well"))
    idle = [names[i] for i in train.reactants if not (nu[:, i] < 0.0).any()]
    if idle:
        sentence = "would pile up in the recycle: neither product nor consumed"
        out.append(("column", f"{', '.join(idle)} {sentence}"))
    if len(train.reactants) > 2:
        out.append(("column", f"has {len(train.reactants)} components beside the products; a train "
                    "recycles one or two reactants"))  # fmt: skip
    return out


def barred(train: Train, end: str) -> list[tuple[str, str]]:
    """Why no column without reaction gives a product so pure, where none does.

    Traces of everything else must be heavier than a light product, lighter than a heavy one. Where
    they are not, the point that boils first, or last, is all that leaves there.
    """
    one: Any = getattr(train, end)
    mix, i = train.column.mixture, train.column.mixture.index(one.product)
    others = [k for k in range(len(mix.names)) if k != i]
    x = np.full(len(mix.names), TRACE)
    x[i] = 1.0 - TRACE * len(others)
    K = mix.bubble_point(one.p, x)[1] / x
    sign, word, place = (1.0, "first", "top") if end == "light" else (-1.0, "last", "bottom")
    if all(sign * (K[i] - K[k]) > 0.0 for k in others):
        return []
    points = stationary_points(train.column._replace(pressure=np.array([one.p])), starts=2)
    point = points[0 if end == "light" else -1]
    if point.x[i] >= one.purity:
        return []
    parts = " and ".join(f"{100.0 * share:.1f} % {name}"
                         for share, name in sorted(zip(point.x, mix.names, strict=True))[::-1]
                         if share > 1e-4)  # fmt: skip
    return [(f"{end}.product", f"no column without reaction has {one.product} {one.purity:g} pure "
             f"at its {place}: what boils {word} at {1e-5 * one.p:.4g} bar, {point.T:.1f} K, is "
             f"{parts}")]  # fmt: skip
