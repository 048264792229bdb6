"""Columns drawn at random around the shipped ones: the engine's own start must lead to a state."""

import numpy as np
import pytest

import intensify as it
from intensify.reactors.columns import column_equations as eq

SHIPPED = ("quaternary-column", "mtbe-column", "etbe-column", "methyl-acetate")


def drawn(column, rng):
    """Stages, feeds, their stages, hold-up, pressure, specifications: changed by up to half."""

    def part():
        return rng.uniform(0.5, 1.5)

    N = max(6, round(column.stages * part()))
    scale = (N - 1) / (column.stages - 1)
    reactive = np.flatnonzero(column.holdup)
    first = int(np.clip(round(reactive[0] * scale * part()), 1, N - 3))
    last = int(np.clip(first + max(1, round(np.ptp(reactive) * scale * part())), first, N - 2))
    holdup = np.zeros(N)
    holdup[first : last + 1] = column.holdup.max() * part()
    fed = np.flatnonzero(column.feed.any(axis=1))
    new = {"feed": np.zeros((N, column.feed.shape[1])), "feed_h": np.zeros(N),
           "feed_vapour": np.zeros(N)}  # fmt: skip
    places = sorted(int(np.clip(round(j * scale * part()), 1, N - 2)) for j in fed)
    for j, place in zip(fed, places, strict=True):
        factor = part()
        for name, values in new.items():
            values[place] += factor * getattr(column, name)[j]
    more = new["feed"].sum() / column.feed.sum()

    def moved(spec):
        flow = spec.kind in (eq.DISTILLATE, eq.BOTTOMS, eq.BOILUP)
        return spec._replace(value=spec.value * part() * (more if flow else 1.0))

    return column._replace(
        **new, holdup=holdup, draws=np.zeros((N, 2)), duty=np.zeros(N),
        pressure=np.full(N, column.pressure[0] * part()), top=moved(column.top),
        bottom=moved(column.bottom),
    )  # fmt: skip


def survey(name, count):
    """States found and what was said of the others."""
    column, rng = it.cases.load(name).reactors["column"], np.random.default_rng(7)
    states, failures = [], []
    for _ in range(count):
        try:
            states.append(it.solve_column(drawn(column, rng)))
        except it.SolveError as error:
            failures.append(str(error))
    return states, failures


@pytest.mark.parametrize("name", SHIPPED)
def test_columns_around_the_shipped_ones_converge_from_the_engines_own_start(name):
    states, failures = survey(name, 12)
    assert failures == []
    for state in states:
        assert max(state.balances().values()) < 1e-8
        assert (state.x >= 0.0).all()
        assert (state.z[:, state.C + 1 : state.C + 3] > 0.0).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_thousand_columns_around_the_shipped_ones_converge(name):
    states, failures = survey(name, 1000)
    assert len(failures) <= 10, failures
    assert all(max(state.balances().values()) < 1e-8 for state in states)


def test_a_column_whose_reflux_runs_dry_says_so():
    column = it.cases.load("quaternary-column").reactors["column"]
    column = column._replace(top=column.top._replace(value=20.0),
                             bottom=column.bottom._replace(value=8.0))  # fmt: skip
    with pytest.raises(it.SolveError, match=r"liquid of stage \d+ has run dry"):
        it.solve_column(column)
