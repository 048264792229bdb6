"""Mixtures and the reactive-distillation column."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from intensify.mixtures import Mixture, antoine, nrtl, unifac_dortmund, uniquac, wilson

from intensify.errors import InputError, SolveError
from intensify.numerics.block_tridiagonal import block_solve
from intensify.reactors import ColumnFeed, ReactiveDistillationColumn
from intensify.reactors.column_branches import stability
from intensify.reactors.column_dynamics import respond
from intensify.reactors.reactive_distillation import linear_parts

EXAMPLE = Path(__file__).parent.parent / "examples" / "reactive_distillation.py"
W = np.array([[0.0, 0.3, -0.4], [0.5, 0.0, 0.2], [-0.1, 0.6, 0.0]])
MODELS = {
    "wilson": wilson(W, 40.0 * W, V=[40.0, 90.0, 60.0]),
    "nrtl": nrtl(W, 200.0 * W, alpha=0.3),
    "uniquac": uniquac(300.0 * W, W, 1e-3 * W, r=[1.4, 2.8, 0.9], q=[1.4, 2.6, 1.4]),
    "unifac": unifac_dortmund(
        [{"a": 1, "b": 2}, {"b": 1}, {"c": 1}],
        R_Q={"a": (0.6, 1.1), "b": (0.6, 0.7), "c": (1.7, 2.5)},
        main={"a": 1, "b": 1, "c": 7},
        pairs={(1, 7): (1391.3, -3.6, 0.001), (7, 1): (-17.3, 0.84, 0.0009)},
    ),
}


@pytest.fixture(scope="module")
def quaternary():
    return runpy.run_path(str(EXAMPLE))["column"]


@pytest.fixture(scope="module")
def base(quaternary):
    return quaternary.with_specs(distillate=12.598445072495885, boilup=28.91).solve()


def over(activity):
    return Mixture.build(
        antoine([23.5, 21.1, 23.2], [-3643.0, -2662.0, -3835.0], [-33.0, -53.0, -45.0]),
        activity=activity,
    )


@pytest.mark.parametrize("name", MODELS)
def test_activities_obey_gibbs_and_duhem(name):
    mixture, x, way = over(MODELS[name]), np.array([0.2, 0.5, 0.3]), np.array([1.0, -0.4, -0.6])
    step = 1e-5
    up, down = (np.log(mixture.gamma(x + s * step * way, 330.0)) for s in (1, -1))
    assert abs(x @ (up - down) / (2 * step)) < 1e-9
    assert np.max(np.abs(up - down)) > 1e-7
    pure = mixture.gamma([0.0, 1.0, 0.0], 330.0)
    assert pure[1] == pytest.approx(1.0, abs=1e-12)
    assert np.isfinite(pure).all()


def test_nrtl_agrees_with_thermo():
    thermo = pytest.importorskip("thermo.nrtl")
    x = [0.2, 0.5, 0.3]
    theirs = thermo.NRTL(
        T=330.0, xs=x, tau_as=W.tolist(), tau_bs=(200.0 * W).tolist(),
        alpha_cs=np.full((3, 3), 0.3).tolist(),
    ).gammas()  # fmt: skip
    np.testing.assert_allclose(over(MODELS["nrtl"]).gamma(x, 330.0), theirs, rtol=1e-12)


def test_bubble_point_of_equal_slopes_is_closed():
    A = np.array([12.34, 11.65])
    T, y = Mixture.build(antoine(A, [-3862.0, -3862.0], unit=1e5)).bubble_T([0.3, 0.7], 8e5)
    assert pytest.approx(3862.0 / np.log(np.exp(A) @ [0.3, 0.7] / 8.0), rel=1e-12) == T
    np.testing.assert_allclose(y, np.exp(A - 3862.0 / T) * [0.3, 0.7] / 8.0, rtol=1e-10)


def test_a_dimer_is_counted_twice_in_the_vapour():
    acid = Mixture.build(antoine([22.1001], [-3654.62], [-45.392]), dimer={0: (-12.5454, 3166.0)})
    T, y = acid.bubble_T([1.0], 101325.0)
    ps, K = np.exp(22.1001 - 3654.62 / (T - 45.392)), 10 ** (-12.5454 + 3166.0 / T)
    # monomer and dimer of a pure acid carry its vapour pressure: p_m + K p_m^2 with this p_m
    p = (np.sqrt(1.0 + 4.0 * K * ps) - 1.0) / (2.0 * K)
    assert p + K * p * p == pytest.approx(101325.0, rel=1e-10)
    assert y[0] == pytest.approx(1.0)


def test_block_elimination_agrees_with_a_dense_solve():
    rng = np.random.default_rng(3)
    L, D, U = (rng.normal(size=(4, 3, 3)) for _ in range(3))
    R, dense = rng.normal(size=(4, 3, 2)), np.zeros((12, 12))
    for j in range(4):
        for k, blocks in ((j - 1, L), (j, D), (j + 1, U)):
            if 0 <= k < 4:
                dense[3 * j : 3 * j + 3, 3 * k : 3 * k + 3] = blocks[j]
    expected = np.linalg.solve(dense, R.reshape(12, 2))
    assert block_solve(L, D, U, R) == 0
    np.testing.assert_allclose(R.reshape(12, 2), expected, rtol=1e-9)


def test_published_column_converts_95_percent(quaternary, base):
    assert base.conversion[0] == pytest.approx(0.95, abs=2e-4)
    assert base.x[0, 2] == pytest.approx(0.95, abs=2e-4)
    assert base.L[0] == pytest.approx(33.55, abs=1e-3)
    assert max(base.residuals.values()) < 1e-9
    out = base.V[0] * base.x[0] + base.L[-1] * base.x[-1]
    made = base.extents.sum() * np.array([-1, -1, 1, 1])
    np.testing.assert_allclose(out, [12.6 + made[0], 12.6 + made[1], made[2], made[3]], atol=1e-8)
    assert stability(quaternary, base).real < 0.0


def test_blocks_are_the_derivatives_of_the_residuals(quaternary, base):
    eq = quaternary.with_specs(reflux_ratio=2.6, conversion=(0, 0.95)).equations
    A, B, D, F, c, s, _ = linear_parts(eq, base.u, base.q)[:7]
    j, step = 9, 1e-6
    for k in range(base.u.shape[1]):
        near = base.u.copy()
        near[j, k] += step
        F1, _, s1, _ = linear_parts(eq, near, base.q)[3:7]
        change = (F1 - F) / step
        for row, block in ((j - 1, D), (j, B), (j + 1, A)):
            np.testing.assert_allclose(change[row], block[row][:, k], rtol=2e-3, atol=2e-5)
        np.testing.assert_allclose((s1 - s) / step, c[:, j, k], atol=1e-6)


@pytest.mark.parametrize(
    "specs",
    [
        lambda s: {"reflux_ratio": s.L[0] / s.V[0], "bottoms": s.L[-1]},
        lambda s: {"reflux": s.L[0], "reboiler_duty": s.reboiler_duty},
        lambda s: {"distillate": s.V[0], "condenser_duty": s.condenser_duty},
        lambda s: {"distillate_purity": (2, s.x[0, 2]), "boilup": s.V[-1]},
        lambda s: {"boilup_ratio": s.V[-1] / s.L[-1], "stage_temperature": (17, s.T[17])},
        lambda s: {"distillate": s.V[0], "bottoms_purity": (3, s.x[-1, 3])},
        lambda s: {"bottoms": s.L[-1], "conversion": (0, s.conversion[0])},
    ],
)
def test_any_two_specifications_find_the_same_state(quaternary, base, specs):
    state = quaternary.with_specs(**specs(base)).solve(guess=base)
    np.testing.assert_allclose(state.x, base.x, atol=1e-7)
    assert state.reboiler_duty == pytest.approx(28.91 * 6944.0 * 4.184, rel=1e-8)


def test_a_large_amount_tends_to_chemical_equilibrium(quaternary):
    eq = quaternary.equations
    table = eq.reactions._replace(flags=np.array([[0.0, 1.0]]))
    limit = quaternary._replace(equations=eq._replace(reactions=table)).solve()
    much = quaternary._replace(equations=eq._replace(amount=1e4 * eq.amount)).solve()
    assert much.conversion[0] == pytest.approx(limit.conversion[0], rel=1e-5)
    assert limit.conversion[0] > quaternary.solve().conversion[0]


def test_a_stripper_without_condenser_closes_its_balances(quaternary):
    mixture = quaternary.equations.mixture
    feeds = [ColumnFeed(0, (1.0, 1.0, 1.0, 1.0))]
    state = ReactiveDistillationColumn.build(
        mixture, stages=6, pressure=8e5, feeds=feeds, specs={"boilup": 2.0}, condenser="none"
    ).solve()
    out = state.V[0] * state.y[0] + state.L[-1] * state.x[-1]
    np.testing.assert_allclose(out, 1.0, atol=1e-8)
    assert state.V[0] == pytest.approx(2.0)


def test_a_steady_state_stays_and_a_dry_drum_is_told(quaternary, base):
    holdups = np.full(21, 1000.0)
    run = respond(quaternary, base.x, until=600.0, reflux=base.L[0], boilup=28.91, holdups=holdups)
    np.testing.assert_allclose(run.at(600.0)["x"], base.x, atol=1e-6)
    with pytest.raises(SolveError, match="the reflux drum runs dry"):
        respond(quaternary, base.x, until=1e5, reflux=50.0, boilup=28.91, holdups=holdups)


def built(**changes):
    given = {
        "stages": 5, "pressure": 1e5, "feeds": [ColumnFeed(2, (1.0, 1.0))],
        "specs": {"distillate": 1.0, "boilup": 2.0},
    }  # fmt: skip
    mixture = Mixture.build(antoine([23.5, 21.1], [-3643.0, -2662.0], [-33.0, -53.0]))
    return ReactiveDistillationColumn.build(mixture, **(given | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"specs": {"distillate": 1.0, "bottoms": 1.0}}, "follow from each other"),
        ({"specs": {"distillate": 3.0, "boilup": 2.0}}, "the feeds bring 2 in all"),
        ({"specs": {"distillate": 1.0}}, "give exactly 2"),
        ({"specs": {"distillate": 1.0, "colour": 2.0}}, "'colour' is unknown"),
        ({"specs": {"distillate": 1.0, "conversion": (0, 1.2)}}, "below 1"),
        ({"feeds": [ColumnFeed(7, (1.0, 1.0))]}, "the stages are 0 to 4"),
        ({"feeds": [ColumnFeed(2, (1.0,))]}, "give 2 from 0 up"),
        ({"feeds": []}, "are missing"),
        ({"stages": 2}, "3 at least"),
        ({"pressure": -1.0}, "above 0 Pa"),
        ({"condenser": "cold"}, "take none, total or partial"),
        ({"amount": {(3, 9): 1.0}}, "on stages 3 to 9"),
    ],
)
def test_a_column_that_cannot_be_is_told(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        built(**changes)


def test_a_missing_parameter_is_told():
    with pytest.raises(InputError, match="component 1 has no vapour pressure"):
        Mixture.build(antoine([23.5, np.nan], [-3643.0, -2662.0]))
    with pytest.raises(InputError, match="pair 0-1 is missing"):
        wilson([[0.0, np.nan], [0.0, 0.0]])
    with pytest.raises(InputError, match="have no parameters"):
        unifac_dortmund([{"a": 1}, {"b": 1}], R_Q={"a": (1, 1), "b": (1, 1)},
                        main={"a": 1, "b": 2}, pairs={})  # fmt: skip
