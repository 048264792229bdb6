"""Trains of a case: reactor and two columns in the place of a reactive-distillation column."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from intensify.cases.column import Pressure
from intensify.cases.schema import Block, Flag, KilogramPerMole, Temperature, above_zero
from intensify.cases.scope import Scope
from intensify.chemistry.stoichiometry import unknown
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.reactor_train import ReactorTrain
from intensify.reactors.columns.train_equations import ProductColumn
from intensify.units import Fraction, Number


class ProductColumnBlock(Block):
    """A column without reaction for one product."""

    product: str
    purity: Fraction
    stages: Annotated[int, Field(ge=3, le=1000)]
    feed: int
    recovery: Fraction = 0.95
    p: Pressure
    M: Annotated[KilogramPerMole, above_zero] | None = None


class TankBlock(Block):
    """The reactor at one temperature, a tank or a tube; holdup in the unit of the column's."""

    T: Temperature
    holdup: Annotated[Number, above_zero]
    tube: Flag = False


class TrainBlock(Block):
    """A train in the place of a column of the case, with its chemistry and feeds."""

    kind: Literal["reactor-train"]
    replaces: str
    reactor: TankBlock
    light: ProductColumnBlock
    heavy: ProductColumnBlock
    ratio: Annotated[Number, above_zero] = 1.0


def build_train(block: TrainBlock, scope: Scope) -> Any:
    """The train of a block; the column that it replaces stands above it in the case."""
    columns = {name: one for name, one in scope.built.items() if isinstance(one, Column)}
    if block.replaces not in columns:
        if block.replaces not in scope.built:  # else that column is in error itself
            sentence = unknown("column above this train", block.replaces, list(columns))
            scope.add(sentence, "replaces")
        return None

    def column(part: ProductColumnBlock) -> ProductColumn:
        M = np.nan if part.M is None else part.M
        return ProductColumn(
            part.product, part.purity, part.stages, part.feed, part.recovery, part.p, M
        )

    tank = block.reactor
    return ReactorTrain(
        columns[block.replaces], T=tank.T, holdup=tank.holdup, tube=tank.tube,
        light=column(block.light), heavy=column(block.heavy), ratio=block.ratio,
    )  # fmt: skip
