"""Reflux against stages: what more trays save in heat, at the same specifications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from intensify.errors import InputError, SolveError
from intensify.reactors.column import Column
from intensify.reactors.column_solution import solve_column


class StageCount(NamedTuple):
    """A column of so many stages; nan where it does not meet its specifications, and `why`."""

    stages: int
    reflux_ratio: float
    Q_reboiler: float  # [W]
    why: str = ""


def reflux_against_stages(
    column: Callable[[int], Column], stages: Sequence[int]
) -> list[StageCount]:
    """Reflux ratio and reboiler duty over the number of stages.

    column: builds the column of so many stages; its specifications should be what is wanted of the
    products (purities, conversion), so that reflux and boilup are what comes out.

    InputError: no number of stages; a column without condenser or reboiler.

    >>> import intensify as it
    >>> from intensify.chemistry.mixture import Mixture
    >>> pair = Mixture.ideal(["light", "heavy"], psat=[[22.0, -3500.0, 0.0], [21.0, -3500.0, 0.0]])
    >>> def column(N):
    ...     return it.ReactiveDistillationColumn(pair, stages=N, p=1e5, energy="cmo", dHv=3e4,
    ...         feeds=[it.ColumnFeed(N // 2, {"light": 1.0, "heavy": 1.0})],
    ...         specs={"top_purity": ("light", 0.95), "bottom_purity": ("heavy", 0.95)})
    >>> few, many = reflux_against_stages(column, [8, 16])
    >>> few.reflux_ratio > many.reflux_ratio
    True
    """
    if not stages:
        raise InputError([("stages", "are none; give the numbers of stages to try")])
    out = []
    for N in stages:
        one = column(int(N))
        if not (one.condenser and one.reboiler):
            raise InputError([("column", "needs condenser and reboiler: reflux is to be found")])
        try:
            kpis = solve_column(one).kpis
        except SolveError as error:
            out.append(StageCount(int(N), float("nan"), float("nan"), str(error)))
            continue
        out.append(StageCount(int(N), kpis["reflux_ratio"], float(kpis["Q_reboiler"])))
    return out
