"""Fits against closed forms: sensitivities, covariance, goodness, what cannot be told."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.stats import chi2, f, t

import intensify as it
from intensify.cases.template import Template
from intensify.chemistry import R_GAS
from intensify.errors import FileFormatError
from intensify.estimation.parameters import Coordinates, parameter_of
from intensify.estimation.predictions import Predictions
from intensify.estimation.problem import Problem
from intensify.reactors.stage import SteadyRun

CASE = """\
title: A to B
source: [made up]
reactions:
  - {equation: A => B, A: 1e9 1/s, E: 70 kJ/mol, dH: -50 kJ/mol}
rho_cp: 4 MJ/m3/K
specification: {product: B, key: A, conversion: 0.5}
limit: {T: 400 K, source: made up}
reactors:
  channel:
    kind: miniaturised
    section: {diameter: 1 mm}
    flow: 1 mL/min
    T: 320 K
    c: {A: 100 mol/m3}
    zones: [{residence: 8 min, utility: 320 K, isothermal: true}]
  vessel:
    kind: batch
    vessel: {volume: 2 L, U: 300 W/m2/K, area: 0.05 m2}
    jacket: {T_min: 5 degC, T_max: 90 degC}
    charge: {volume: 1 L, T: 320 K, c: {A: 1 mol/L}}
    recipe: [{hold: {T: 320 K, duration: 10 min}}]
"""
K0, E = 1e9, 70e3
BOTH = {"kinetics.k0[0]": "3e9 1/s:1e5 1/s:1e13 1/s", "kinetics.E[0]": "75 kJ/mol"}


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("case") / "a-to-b.yaml"
    path.write_text(CASE)
    return it.cases.load(path)


def conversion(T, tau, k0=K0, E=E):
    return 1.0 - np.exp(-k0 * np.exp(-E / (R_GAS * T)) * tau)


PLACES = [(300.0, 480.0), (310.0, 120.0), (320.0, 60.0), (330.0, 60.0), (340.0, 10.0)]


def settings(T, tau):
    zone = {"zones[0].utility": T, "zones[0].residence": tau}
    return {"T": T, **zone}


def channel_runs(noise=(0.0,) * 5, sd=0.005):
    return [
        it.Experiment(f"run {i}", (it.Measurement("X_A", conversion(T, tau) + dx, sd=sd),),
                      "channel", settings(T, tau))
        for i, ((T, tau), dx) in enumerate(zip(PLACES, noise, strict=True))
    ]  # fmt: skip


class Line(NamedTuple):
    """L = a + b x + c, V = b x^2."""

    x: float = 0.0
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0

    def steady(self):
        figures = {"L": self.a + self.b * self.x + self.c, "V": self.b * self.x**2}
        lines = {"T": np.full(2, 300.0)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], lines, figures, {}, {}, [])


def points(x, y, quantity="L", sd=None):
    return [
        it.Experiment(f"p{i}", (it.Measurement(quantity, float(yi), sd=sd),), "", {"x": float(xi)})
        for i, (xi, yi) in enumerate(zip(x, y, strict=True))
    ]


def test_sensitivities_are_those_of_the_closed_form(case):
    P = [parameter_of(key, text) for key, text in BOTH.items()]
    predictions = Predictions.of_case(case, channel_runs(), P)
    assert all(plant.together for plant in predictions.plants)
    coordinates = Coordinates.of(P, 320.0)
    problem = Problem(predictions, coordinates, np.ones(5))
    theta = coordinates.theta(np.array([K0, E]))
    T, tau = np.array(PLACES).T
    k = K0 * np.exp(-E / (R_GAS * T))
    slope = k * tau * np.exp(-k * tau)  # dX/dln k
    np.testing.assert_allclose(problem.model(theta[None])[0], conversion(T, tau), rtol=1e-8)
    found = problem.sensitivities(theta)
    np.testing.assert_allclose(found[:, 0], slope, rtol=2e-6, atol=1e-9)
    np.testing.assert_allclose(found[:, 1], slope * (1.0 - 320.0 / T), rtol=2e-6, atol=1e-9)


def test_constants_come_back_from_far_away(case):
    start = {"kinetics.k0[0]": "1e7 1/s", "kinetics.E[0]": "50 kJ/mol"}
    found = it.estimate(case, channel_runs(), start)
    np.testing.assert_allclose(found.values, [K0, E], rtol=1e-6)
    assert found.goodness.chi2 < 1e-8


@pytest.mark.parametrize("known", [True, False])
def test_errors_are_those_of_scipy(case, known):
    noise = np.array([3.0, -4.0, 2.0, 1.0, -2.0]) * 1e-3
    found = it.estimate(case, channel_runs(noise, sd=0.005 if known else None), BOTH)
    T, tau = np.array(PLACES).T

    def model(x, lnk, E):
        return conversion(x[0], x[1], np.exp(lnk), E * 1e3)

    y = conversion(T, tau) + noise
    best, cov = curve_fit(model, np.array([T, tau]), y, [np.log(K0), 70.0], np.full(5, 0.005),
                          absolute_sigma=known)  # fmt: skip
    error = np.sqrt(np.diag(cov))
    np.testing.assert_allclose(np.log(found.values[0]), best[0], rtol=1e-6)
    np.testing.assert_allclose(found.values[1], best[1] * 1e3, rtol=1e-6)
    np.testing.assert_allclose(
        found.errors, [found.values[0] * error[0], error[1] * 1e3], rtol=1e-4
    )
    half = 1.959964 if known else t.ppf(0.975, 3)
    np.testing.assert_allclose(found.high[1] - found.values[1], half * error[1] * 1e3, rtol=1e-4)
    np.testing.assert_allclose(found.low[0], found.values[0] * np.exp(-half * error[0]), rtol=1e-4)
    r = found.table.residuals
    s2 = (r**2).sum()
    assert found.freedom == 3
    if known:
        assert found.goodness.p == pytest.approx(chi2.sf(s2, 3))
    else:
        assert s2 == pytest.approx(3.0)  # what makes it so is the estimated standard deviation
        assert np.isnan(found.goodness.p)
    np.testing.assert_allclose(np.diag(found.correlation), 1.0)
    assert abs(found.correlation[0, 1]) < 0.9


def test_a_straight_line_has_its_textbook_errors_and_lack_of_fit():
    x = np.array([0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0])
    y = np.array([1.1, 0.9, 3.2, 2.8, 4.9, 5.3, 7.4])
    found = it.estimate(Line(), points(x, y), {"a": "0.5", "b": "1"})
    A = np.column_stack([np.ones(7), x])
    best, (rest,), *_ = np.linalg.lstsq(A, y, rcond=None)
    s2 = rest / 5
    np.testing.assert_allclose(found.values, best, rtol=1e-8)
    np.testing.assert_allclose(found.covariance, s2 * np.linalg.inv(A.T @ A), rtol=1e-6)
    pure = 0.02 + 0.08 + 0.08
    F = ((rest - pure) / 2) / (pure / 3)
    assert found.goodness.lack_of_fit == pytest.approx(F, rel=1e-6)
    assert found.goodness.p_lack == pytest.approx(f.sf(F, 2, 3), rel=1e-6)
    assert "lack of fit against repeats: F = " in str(found)
    assert "standard deviation of L, from its residuals: " in str(found)


def test_each_quantity_gets_its_own_standard_deviation():
    rng = np.random.default_rng(1)
    x = np.linspace(0.5, 3.0, 60)
    rows = [*points(x, 1.0 + 2.0 * x + 0.5 * rng.normal(size=60)),
            *points(x, 2.0 * x**2 + 0.05 * rng.normal(size=60), "V")]  # fmt: skip
    found = it.estimate(Line(), rows, {"a": "0.5", "b": "1"})
    sd = dict(zip(found.table.quantity.tolist(), found.table.sd, strict=True))
    assert sd["L"] == pytest.approx(0.5, rel=0.2)
    assert sd["V"] == pytest.approx(0.05, rel=0.2)
    # b is told by V, whose measurements are ten times better
    alone = it.estimate(Line(a=1.0), rows[60:], {"b": "1"})
    assert found.values[1] == pytest.approx(alone.values[0], abs=alone.errors[0])
    assert found.errors[1] < 1.1 * alone.errors[0]
    one = it.estimate(Line(), points(x, 1.0 + 2.0 * x, sd=0.1) + rows[60:], {"a": "0.5", "b": "1"})
    assert set(one.table.sd[:60]) == {0.1}


def test_what_measurements_do_not_tell_is_said():
    x, y = np.arange(5.0), 1.0 + 2.0 * np.arange(5.0)
    same = it.estimate(Line(), points(x, y, sd=0.1), {"a": "0.5", "b": "1", "c": "0.2"})
    assert any("only a combination of a, c" in text for text in same.warnings)
    assert np.isnan(same.errors[[0, 2]]).all()
    assert same.errors[1] == pytest.approx(0.1 / np.sqrt(10.0), rel=1e-6)
    assert same.values[0] + same.values[2] == pytest.approx(1.0)
    blind = it.estimate(Line(), points(x, x**2, "V", 0.1), {"a": "0.5", "b": "2"})
    assert any("do not depend on a;" in text for text in blind.warnings)
    assert np.isfinite(blind.errors[1])
    near = it.estimate(Line(), points(x + 100.0, y, sd=0.1), {"a": "0.5", "b": "1"})
    assert any("correlated by -0.999" in text for text in near.warnings)


def test_a_bound_holds_and_is_said():
    x = np.arange(5.0)
    found = it.estimate(Line(), points(x, 1.0 + 2.0 * x, sd=0.1), {"a": "0.5:0:0.8", "b": "1"})
    assert found.values[0] == pytest.approx(0.8, rel=1e-6)
    assert np.isnan(found.errors[0])
    assert found.errors[1] == pytest.approx(0.1 / np.sqrt((x**2).sum()), rel=1e-6)
    assert "a lies at a bound" in found.warnings[0]


def test_vessel_and_channel_are_fitted_at_once(case):
    """A series of concentrations, heat flow of the calorimeter, and outlets of the channel."""
    vessel = Template(case, "vessel").reactor({})
    run = it.solve(vessel, rtol=1e-9)
    times = [30.0, 120.0, 300.0, 599.0]
    series = []
    for at in times:
        row = run.at(at)
        series.append(it.Measurement("c[A]", f"{row['c'][0]} mol/m3", f"{at} s", "5 mol/m3"))
        series.append(it.Measurement("heat_removal", float(row["heat_removal"]), at, 1.0))
    runs = [it.Experiment("vessel", tuple(series), "vessel"), *channel_runs()]
    outlet = it.Measurement("c[B]", 100.0 * conversion(315.0, 60.0), sd=1.0)
    runs.append(it.Experiment("outlet", (outlet,), "channel", settings(315.0, 60.0)))
    found = it.estimate(case, runs, BOTH)
    np.testing.assert_allclose(found.values, [K0, E], rtol=1e-5)
    again = it.estimate(case, runs, {**BOTH, "vessel:vessel.U": "200 W/m2/K"})
    np.testing.assert_allclose(again.values[:2], [K0, E], rtol=1e-4)
    assert again.keys[2] == "vessel:vessel.U"


def test_a_kernel_of_all_runs_says_what_each_run_says(case):
    P = [parameter_of(key, text) for key, text in BOTH.items()]
    measured = (it.Measurement("c[B]", 1.0), it.Measurement("T", 320.0), it.Measurement("X_A", 0.5),
                it.Measurement("T_max", 330.0))  # fmt: skip
    warm = {"zones[0]": {"residence": "60 s", "utility": "310 K", "UA_V": "20 kW/m3/K"}, "T": 330.0}
    middle = it.Measurement("c[B]", 1.0, at="1 mm")
    runs = [it.Experiment("all", measured, "channel", warm),
            it.Experiment("also inside", (*measured, middle), "channel", warm)]  # fmt: skip
    predictions = Predictions.of_case(case, runs, P)
    assert [plant.together for plant in predictions.plants] == [True, False]
    values = predictions.run(np.array([[K0, E]]))[0]
    np.testing.assert_allclose(values[:4], values[4:8], rtol=1e-7)
    reactor = Template(case, "channel").reactor(warm)
    assert values[8] == pytest.approx(it.solve(reactor).at(1e-3)["c"][1], rel=1e-6)


def test_an_estimate_is_saved_whole(case, tmp_path):
    found = it.estimate(case, channel_runs((1e-3, 0.0, -2e-3, 1e-3, 0.0)), BOTH)
    again = it.Estimate.load(found.save(tmp_path / "fit.h5"))
    assert str(again) == str(found)
    np.testing.assert_array_equal(again.theta_covariance, found.theta_covariance)
    np.testing.assert_array_equal(again.table.residuals, found.table.residuals)
    assert again.texts() == found.texts()
    assert again.problem is None
    sweep = it.sweep(Line(), {"x": [0.0, 1.0]})
    with pytest.raises(FileFormatError, match="holds no intensify estimate"):
        it.Estimate.load(sweep.save(tmp_path / "sweep.h5"))


def test_draws_have_the_covariance_of_the_fit(case):
    found = it.estimate(case, channel_runs((1e-3, 0.0, -2e-3, 1e-3, 0.0)), BOTH)
    draws = found.scenarios(4000, seed=3)
    E = np.array([float(row["kinetics.E[0]"].removesuffix(" kJ/mol")) for row in draws])
    assert E.mean() == pytest.approx(found.values[1] / 1e3, abs=4 * E.std() / np.sqrt(4000))
    assert E.std() == pytest.approx(found.errors[1] / 1e3, rel=0.05)
    assert draws == found.scenarios(4000, seed=3)
    Template(case, "channel").reactor(draws[0])


def test_a_plant_is_made_to_hold_under_every_law_that_the_fit_leaves(case):
    """The shortest residence for 90 % conversion is ln 10 over the slowest law's k."""
    found = it.estimate(case, channel_runs((1e-3, 0.0, -2e-3, 1e-3, 0.0)), BOTH)
    laws = found.scenarios(4, seed=1)
    robust = it.optimise(case, {"zones[0].residence": "60 s:6000 s:log"}, reactor="channel",
                         goals="min tau", limits=["X_A >= 0.9"], scenarios=laws,
                         points=30)  # fmt: skip
    k = [
        float(law["kinetics.k0[0]"].split()[0])
        * np.exp(-float(law["kinetics.E[0]"].split()[0]) * 1e3 / (R_GAS * 320.0))
        for law in laws
    ]
    assert robust.figures[0]["tau"] == pytest.approx(np.log(10.0) / min(k), rel=1e-3)


class Brittle(NamedTuple):
    """V = exp(a x), which cannot be solved for a above 2."""

    x: float = 0.0
    a: float = 0.0

    def steady(self):
        if self.a > 2.0:
            raise it.SolveError("it broke")
        lines = {"T": np.full(2, 300.0)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], lines,
                         {"V": np.exp(self.a * self.x)}, {}, {}, [])  # fmt: skip


def test_the_search_steps_back_from_what_cannot_be_solved():
    x = np.linspace(0.5, 2.0, 5)
    runs = points(x, np.exp(1.5 * x), "V", 0.1)
    assert it.estimate(Brittle(), runs, {"a": "0.1"}).values == pytest.approx([1.5], rel=1e-8)
    with pytest.raises(it.SolveError, match="p0 cannot be solved where the search starts: it bro"):
        it.estimate(Brittle(), runs, {"a": "2.5"})
    edge = points(x, np.exp(1.9999 * x), "V", 0.1)
    with pytest.raises(it.SolveError, match="a sensitivity cannot be found: p4: it broke"):
        it.estimate(Brittle(), edge, {"a": "1.9995"})


def one(**changes):
    return [it.Experiment("run", (it.Measurement(**{"quantity": "X_A", "value": 0.5, **changes}),),
                          "channel")]  # fmt: skip


@pytest.mark.parametrize(("runs", "parameters", "sentence"), [
    (one(), {}, "nothing to fit"),
    (one(), {"kinetics.E[0]": "70 kJ/mol:80 kJ/mol:90 kJ/mol"}, "does not lie between its bounds"),
    (one(), {"kinetics.E[0]": "1:2"}, "is no 'start' and no 'start:low:high'"),
    (one(), {"kinetics.E[0]": "70 kN/mol bar"}, "kinetics.E"),
    (one(), {"kinetics.k0[0]": "0 1/s"}, "starts at 0 or below"),
    (one(), {"kinetics.E[7]": "70 kJ/mol"}, "run: kinetics.E.7.: there is no reaction 7"),
    (one(), {"zones[0].colour": "3"}, "colour"),
    (one(), {"vessel:vessel.U": "3"}, "belongs to no experiment's reactor"),
    (one(quantity="X_Z"), BOTH, "'X_Z' is no figure and no profile"),
    (one(quantity="c"), BOTH, r"write 'c\[NAME\]' with one of A, B"),
    (one(quantity="T[A]"), BOTH, "T has no columns"),
    (one(quantity="T", at="30 m"), BOTH, "lies outside the run"),
    (one(value="0.5 m"), BOTH, "0.5 m"),
    (one(quantity="T_out", value="20 degC", sd="1 degC"), BOTH, "give differences of temperature"),
    (one(sd=0.0), BOTH, "must be above 0"),
    (one(), BOTH, "1 measurements for 2 parameters"),
    ([], BOTH, "no experiment"),
])  # fmt: skip
def test_what_has_no_meaning_is_told(case, runs, parameters, sentence):
    with pytest.raises(it.InputError, match=sentence):
        it.estimate(case, runs, parameters)


def test_a_reactor_must_be_named_where_there_are_several(case):
    runs = [it.Experiment("run", (it.Measurement("X_A", 0.5),))]
    with pytest.raises(it.InputError, match="several reactors; say which: channel, vessel"):
        it.estimate(case, runs, BOTH)
