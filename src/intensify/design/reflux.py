"""Reflux against stages: what more trays save in heat, at the same specifications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from intensify.errors import InputError, SolveError
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_branches import leading_eigenvalue, state_at_jump, varied
from intensify.reactors.columns.column_solution import Jump, solve_column
from intensify.reactors.columns.column_state import ColumnState


class StageCount(NamedTuple):
    """A column of so many stages; nan where it does not meet its specifications, and `why`.

    `why` also says where only an unstable state meets them, between two others.
    """

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
            state, why = met(one)
        except SolveError as error:
            out.append(StageCount(int(N), float("nan"), float("nan"), str(error)))
            continue
        kpis = state.kpis
        out.append(StageCount(int(N), kpis["reflux_ratio"], float(kpis["Q_reboiler"]), why))
    return out


def met(column: Column) -> tuple[ColumnState, str]:
    """The column's state; where its specifications lie between two, the one on their fold."""
    try:
        return solve_column(column), ""
    except Jump as jump:
        state, stand_in = state_at_jump(column, jump), getattr(jump.state.column, jump.end)
        place = state.measured(stand_in)
        # as it is with the reflux held, and no controller of the purity
        held = state._replace(column=varied(jump.state.column, jump.end)[0](place))
        rate = leading_eigenvalue(held).real
        return state, (
            f"only {'an unstable' if rate > 0.0 else 'a folded'} state meets the specifications: "
            f"there is one below and one above it at a {eq.NAMES[int(stand_in.kind)]} of "
            f"{place:.6g}"
        )
