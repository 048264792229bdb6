"""Profiles, rival laws and designs against closed forms."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import chi2, f, t

import intensify as it
from intensify.chemistry import R_GAS
from intensify.estimation import (
    design_experiments,
    discriminate,
    nested_test,
    next_experiment,
    profile,
)
from intensify.reactors.stage import SteadyRun


class Curve(NamedTuple):
    """L = a + b x + c x^2 and V = 1 - exp(-d x), at x; nothing above x = 50."""

    x: float = 0.0
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0

    def steady(self):
        if self.x > 50.0:
            raise it.SolveError("too far")
        figures = {"L": self.a + self.b * self.x + self.c * self.x**2,
                   "V": 1.0 - np.exp(-self.d * self.x)}  # fmt: skip
        lines = {"T": np.full(2, 300.0)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], lines, figures, {}, {}, [])


def points(x, y, quantity="L", sd=None):
    return [
        it.Experiment(f"p{i}", (it.Measurement(quantity, float(yi), sd=sd),), "", {"x": float(xi)})
        for i, (xi, yi) in enumerate(zip(x, y, strict=True))
    ]


X = np.linspace(0.0, 3.0, 8)
RNG = np.random.default_rng(2)
Y = 1.0 + 2.0 * X + 0.1 * RNG.normal(size=8)


# --- profiles ------------------------------------------------------------------------------------
@pytest.mark.parametrize("sd", [None, 0.1])
def test_a_line_has_the_profile_of_a_parabola(sd):
    found = it.estimate(Curve(), points(X, Y, sd=sd), {"a": "0.5", "b": "1"})
    out = profile(found, "b")
    assert out.low == pytest.approx(found.low[1], abs=2e-3 * found.errors[1])
    assert out.high == pytest.approx(found.high[1], abs=2e-3 * found.errors[1])
    parabola = ((out.values - found.values[1]) / found.errors[1]) ** 2
    np.testing.assert_allclose(out.rise, parabola, rtol=1e-4, atol=1e-6)
    assert out.threshold == pytest.approx(t.ppf(0.975, 6) ** 2 if sd is None else chi2.ppf(0.95, 1))
    assert "b: 1." in str(out)


def test_a_rate_that_is_almost_too_fast_has_no_upper_end():
    """V = 1 - exp(-d x) is measured close to 1: the parabola is wrong, the profile is exact."""
    x, sd = np.array([2.0, 3.0]), 0.02
    V = 1.0 - np.exp(-1.5 * x)
    found = it.estimate(Curve(), points(x, V, "V", sd), {"d": "1"})
    out = profile(found, "d")

    def rise(d):
        return (((1.0 - np.exp(-d * x) - V) / sd) ** 2).sum() - chi2.ppf(0.95, 1)

    assert out.low == pytest.approx(brentq(rise, 0.5, 1.5), rel=1e-3)
    assert out.high == pytest.approx(brentq(rise, 1.5, 100.0), rel=1e-3)
    assert out.high - 1.5 > 1.5 * (1.5 - out.low)  # far from symmetric
    open_ = it.estimate(Curve(), points(x, V, "V", 0.05), {"d": "1"})
    out = profile(open_, "d")
    assert np.isinf(out.high)
    assert "d has no upper end as far as" in out.warnings[0]
    bounded = it.estimate(Curve(), points(x, V, "V", 0.05), {"d": "1:0.1:4"})
    assert profile(bounded, "d").high == pytest.approx(4.0)


def test_a_profile_needs_a_fit_of_the_parameter(tmp_path):
    found = it.estimate(Curve(), points(X, Y), {"a": "0.5", "b": "1"})
    with pytest.raises(it.InputError, match="'c' was not fitted; there are a, b"):
        profile(found, "c")
    again = it.Estimate.load(found.save(tmp_path / "fit.h5"))
    with pytest.raises(it.InputError, match="from a file has no model"):
        profile(again, "a")
    with pytest.raises(it.InputError, match="from a file has no model"):
        next_experiment(again, {"x": "0:1"}, {"L": 0.1})
    held = it.estimate(Curve(), points(X, Y, sd=0.1), {"a": "0.5:0:0.8", "b": "1"})
    with pytest.raises(it.InputError, match="error of a is not known"):
        profile(held, "a")


# --- several starts ------------------------------------------------------------------------------
class Wave(NamedTuple):
    """V = sin(a x): a sum of squares with many lowest points; no answer for a above 9."""

    x: float = 0.0
    a: float = 0.0

    def steady(self):
        if self.a > 9.0:
            raise it.SolveError("too fast")
        lines = {"T": np.full(2, 300.0)}
        figures = {"V": np.sin(self.a * self.x)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], lines, figures, {}, {}, [])


def test_several_starts_find_the_lowest_of_many_points():
    x = np.linspace(0.1, 3.0, 12)
    runs = points(x, np.sin(7.0 * x), "V", 0.1)
    near = it.estimate(Wave(), runs, {"a": "2:0.5:9.9"})
    assert near.goodness.chi2 > 100.0
    found = it.estimate(Wave(), runs, {"a": "2:0.5:9.9"}, starts=16)
    assert found.values == pytest.approx([7.0], rel=1e-6)
    with pytest.raises(it.InputError, match="a: needs bounds, between which starts are chosen"):
        it.estimate(Wave(), runs, {"a": "2"}, starts=4)


# --- stirred tanks -------------------------------------------------------------------------------
def test_stirred_tanks_give_their_constants():
    """X = k tau/(1 + k tau) at three temperatures and two flows."""
    k0, E, V = 1e9, 70e3, 0.1
    rows = []
    for T in (300.0, 320.0, 340.0):
        for q in (1e-4, 1e-3):
            Da = k0 * np.exp(-E / (R_GAS * T)) * V / q
            m = it.Measurement("X_A", Da / (1.0 + Da), sd=0.01)
            rows.append(it.Experiment(f"{T} {q}", (m,), settings={"T_coolant": T, "flow": q}))
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(2e9, 0.0, 8e3))])
    tank = it.CSTR.build(net, feed={"A": 100.0}, T=300.0, flow=1e-3, V=V, UA=np.inf)
    A, Ta = "kinetics.reactions[0,0]", "kinetics.reactions[0,2]"
    found = it.estimate(tank, rows, {A: "2e9:1e5:1e13", Ta: "8e3"})
    np.testing.assert_allclose(found.values, [k0, E / R_GAS], rtol=1e-5)


# --- rival models --------------------------------------------------------------------------------
def fits(Y, sd=None):
    keys = {"constant": "a", "line": "ab", "parabola": "abc"}
    return {
        name: it.estimate(Curve(), points(X, Y, sd=sd), dict.fromkeys(letters, "0.7"))
        for name, letters in keys.items()
    }


def rest(Y, degree):
    return float(((np.polyval(np.polyfit(X, Y, degree), X) - Y) ** 2).sum())


def test_weights_are_those_of_the_textbook():
    ranking = discriminate(fits(Y))
    assert ranking.names[0] == "line"
    n, S, K = 8, np.array([rest(Y, d) for d in (0, 1, 2)]), np.array([2, 3, 4])
    AICc = n * np.log(S / n) + 2 * K + 2 * K * (K + 1) / (n - K - 1)
    BIC = n * np.log(S / n) + K * np.log(n)
    order = [["constant", "line", "parabola"].index(name) for name in ranking.names]
    np.testing.assert_array_equal(ranking.K, K[order])
    for found, criterion in ((ranking.weights, AICc), (ranking.posterior, BIC)):
        w = np.exp(-0.5 * (criterion - criterion.min()))
        np.testing.assert_allclose(found, (w / w.sum())[order], rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(ranking.AICc - ranking.AICc[0], AICc[order] - AICc[order[0]],
                               rtol=1e-6, atol=1e-9)  # fmt: skip
    assert str(ranking).splitlines()[1].startswith("line")


def test_known_deviations_count_with_their_sum_of_squares():
    models = fits(Y, sd=0.1)
    ranking = discriminate(models)
    K = np.array([len(models[name].keys) for name in ranking.names])
    chi = np.array([models[name].goodness.chi2 for name in ranking.names])
    constant = 8 * np.log(2.0 * np.pi * 0.01)
    np.testing.assert_allclose(ranking.BIC, constant + chi + K * np.log(8), rtol=1e-12)


def test_the_larger_model_is_tested_against_the_smaller():
    models = fits(Y)
    out = nested_test(models["line"], models["parabola"])
    F = (rest(Y, 1) - rest(Y, 2)) / (rest(Y, 2) / 5)
    assert out.statistic == pytest.approx(F, rel=1e-5)
    assert out.p == pytest.approx(f.sf(F, 1, 5), rel=1e-5)
    assert nested_test(models["constant"], models["line"]).p < 1e-6
    known = fits(Y, sd=0.1)
    ratio = nested_test(known["line"], known["parabola"])
    rise = (rest(Y, 1) - rest(Y, 2)) / 0.01
    assert ratio == pytest.approx((rise, chi2.sf(rise, 1)), rel=1e-5)


def test_models_of_other_measurements_are_not_compared():
    a, b = fits(Y)["line"], fits(Y + 0.1)["line"]
    with pytest.raises(it.InputError, match="same measurements"):
        discriminate({"a": a, "b": b})
    with pytest.raises(it.InputError, match="nothing to discriminate"):
        discriminate({"a": a})
    with pytest.raises(it.InputError, match="more parameters"):
        nested_test(a, a)
    few = it.estimate(Curve(), points(X[:4], Y[:4]), {"a": "0.5", "b": "1"})
    with pytest.raises(it.InputError, match="4 measurements are too few for AICc with 3"):
        discriminate({"a": few, "b": few})


# --- designs -------------------------------------------------------------------------------------
def test_a_line_is_best_measured_at_its_ends():
    out = design_experiments(Curve(), {"a": "1", "b": "2"}, {"x": "0:3"}, {"L": 0.1}, n=4)
    places = sorted(float(one["x"]) for one in out.settings)
    assert places == pytest.approx([0.0, 0.0, 3.0, 3.0])
    A = np.column_stack([np.ones(4), places])
    expected = np.sqrt(np.diag(0.01 * np.linalg.inv(A.T @ A)))
    np.testing.assert_allclose(out.errors, expected, rtol=1e-4)
    np.testing.assert_allclose(sorted(out.predicted[:, 0]), [1.0, 1.0, 7.0, 7.0])
    assert np.isnan(out.before).all()
    assert "standard error of b: 0.03" in str(out)


def test_an_exponential_is_best_measured_at_one_time_constant():
    # dV/dd = x exp(-d x) is largest at x = 1/d; with many ranges between the candidates
    out = design_experiments(Curve(), {"d": "0.5"}, {"x": "0.1:100:log"}, {"V": 0.01}, n=2,
                             points=8)  # fmt: skip
    assert [float(one["x"]) for one in out.settings] == pytest.approx([2.0, 2.0], rel=0.05)


def test_the_next_experiment_adds_what_is_missing():
    near = np.array([0.9, 1.0, 1.1])
    found = it.estimate(Curve(), points(near, 1.0 + 2.0 * near, sd=0.1), {"a": "0.5", "b": "1"})
    out = next_experiment(found, {"x": "0:3"}, {"L": 0.1})
    assert float(out.settings[0]["x"]) == pytest.approx(3.0)  # the farther end from 1
    A = np.column_stack([np.ones(4), [*near, 3.0]])
    np.testing.assert_allclose(out.errors, np.sqrt(np.diag(0.01 * np.linalg.inv(A.T @ A))),
                               rtol=1e-4)  # fmt: skip
    np.testing.assert_allclose(out.before, found.errors)
    assert "so far" in str(out)


@pytest.mark.parametrize(("over", "measured", "sentence"), [
    ({}, {"L": 0.1}, "name the keys that can be set"),
    ({"x": "0:1"}, {}, "name the keys that can be set"),
    ({"x": "0, 1"}, {"L": 0.1}, "is no range"),
    ({"x": "0:1"}, {"L": None}, "needs the standard deviation"),
    ({"x": "0:1"}, {"Q": 0.1}, "'Q' is no figure"),
])  # fmt: skip
def test_wrong_designs_are_told(over, measured, sentence):
    with pytest.raises(it.InputError, match=sentence):
        design_experiments(Curve(), {"a": "1"}, over, measured, n=1)
