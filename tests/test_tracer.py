"""Residence-time distributions against quadrature, transforms and known vessels."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom

import intensify as it
from intensify.estimation import Closed, Curve, Open, Tanks, deconvolve, fit_tracer, moments

MODELS = [Tanks(12.0, 1.0), Tanks(12.0, 3.7), Tanks(12.0, 80.0), Open(12.0, 0.5), Open(12.0, 40.0),
          Closed(12.0, 0.3), Closed(12.0, 6.0), Closed(12.0, 100.0)]  # fmt: skip
T = np.linspace(0.0, 60.0, 241)
TUBES = Tanks(3.0, 2.0)


def each(model):
    return f"{type(model).__name__} {model[1]}"


@pytest.mark.parametrize("E", MODELS, ids=each)
def test_a_distribution_is_whole_and_has_its_moments(E):
    x, w = np.polynomial.legendre.leggauss(20)
    last = 400.0 if isinstance(E, Closed) else 2000.0  # then t^2 weighs what inversion leaves
    edges = np.concatenate([[0.0], np.geomspace(0.01, last, 200)])
    size = np.diff(edges)[:, None] / 2.0
    t = (edges[:-1, None] + size * (1.0 + x)).ravel()
    weights = (size * w).ravel() * E.density(t)

    def moment(k):
        return float((weights * t**k).sum())

    assert moment(0) == pytest.approx(1.0, abs=1e-7)
    assert moment(1) == pytest.approx(E.mean, rel=1e-6)
    assert moment(2) - moment(1) ** 2 == pytest.approx(E.variance, rel=1e-5)


@pytest.mark.parametrize("E", MODELS, ids=each)
def test_step_and_ramp_are_its_integrals(E):
    at = np.array([-1.0, 0.0, 3.0, 11.0, 12.5, 30.0, 90.0])
    for name, whole in (("cumulative", "density"), ("ramp", "cumulative")):
        for t, found in zip(at, getattr(E, name)(at), strict=True):
            inside = [x for x in (0.5, 6.0, 12.0) if x < t]
            value, _ = quad(lambda s, f=whole: float(getattr(E, f)(np.array([s]))[0]), 0.0,
                            max(t, 0.0), points=inside or None, limit=400)  # fmt: skip
            assert found == pytest.approx(value, abs=2e-7 * (1.0 + t))


def test_closed_ends_are_the_transform_they_come_from_and_open_ones_at_high_Pe():
    E = Closed(12.0, 6.0)
    for s in (0.01, 0.1, 0.5):
        value, _ = quad(lambda t, s=s: np.exp(-s * t) * E.density(np.array([t]))[0], 0, 300,
                        limit=300)  # fmt: skip
        assert value == pytest.approx(float(E.transform(np.array([s]))[0].real), rel=1e-7)
    assert Closed(12.0, 1e-3).cumulative(np.array([12.0]))[0] == pytest.approx(
        1.0 - np.exp(-1.0), abs=1e-3
    )  # one stirred tank
    np.testing.assert_allclose(Closed(12.0, 100.0).cumulative(T), Open(12.0, 100.0).cumulative(T),
                               atol=0.01)  # fmt: skip
    with pytest.raises(it.InputError, match="up to Pe = 100; take Open"):
        Closed(12.0, 200.0).density(T)


@pytest.mark.parametrize("E", [Tanks(12.0, 3.7), Open(12.0, 9.0), Closed(12.0, 6.0)], ids=each)
def test_any_inlet_leaves_as_its_convolution(E):
    inlet = Curve.of([1.0, 2.0, 3.5, 9.0, 10.0], [0.5, 2.0, 1.0, 1.2, 0.0])
    at = np.array([0.5, 1.5, 8.0, 14.0, 40.0])
    for t, found in zip(at, inlet.after(E, at, delay=0.4), strict=True):
        value, _ = quad(lambda s, t=t: np.interp(s, *inlet) * E.density(np.array([t - 0.4 - s]))[0],
                        1.0, 10.0, points=[2.0, 3.5, 9.0, float(np.clip(t - 0.4, 1.0, 10.0))],
                        limit=400, epsabs=1e-12)  # fmt: skip
        assert found == pytest.approx(value, abs=1e-8)
    step = Curve.of([0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    np.testing.assert_allclose(step.after(E, T), E.cumulative(T), atol=1e-12)


def test_moments_add_up_behind_each_other():
    pulse = Curve.of([0.0, 1.0, 4.0], [0.0, 3.0, 0.0])
    first = Curve.of(T, pulse.after(Tanks(5.0, 4.0), T))
    a, b = moments(pulse), moments(first)
    assert a[:3] == pytest.approx((6.0, 5.0 / 3.0, 13.0 / 18.0))
    assert b.mean - a.mean == pytest.approx(5.0, rel=1e-4)
    assert b.variance - a.variance == pytest.approx(25.0 / 4.0, rel=5e-3)
    assert moments(Curve.of(T, Tanks(5.0, 4.0).density(T))).skewness == pytest.approx(1.0, rel=1e-2)


@pytest.mark.parametrize("model", [Tanks(12.0, 5.0), Open(12.0, 9.0), Closed(12.0, 9.0)], ids=each)
def test_a_vessel_is_found_behind_its_dead_volumes(model):
    """The same injection with the vessel bypassed, and with it; 1 % noise on both."""
    rng = np.random.default_rng(4)
    pulse = Curve.of([0.0, 0.5, 1.0], [0.0, 20.0, 0.0])
    bypassed = Curve.of(T, pulse.after(TUBES, T))
    noise = 0.01 * 0.8 * rng.normal(size=T.size)
    outlet = Curve.of(T, bypassed.after(model, T) + noise)
    found = fit_tracer(outlet, type(model), inlet=bypassed)
    truth = np.array([*model, 1.0])
    assert (np.abs(found.values - truth) < 3.5 * found.errors).all()
    assert found.sd == pytest.approx(0.008, rel=0.15)
    assert found.errors[0] < 0.01 * found.values[0]
    naive = fit_tracer(outlet, type(model))  # as if all were the vessel
    assert naive.values[0] == pytest.approx(12.0 + 3.0 + 0.5, rel=0.05)
    assert abs(naive.values[1] - truth[1]) > 5.0 * found.errors[1]
    assert "tau" in str(found)


def test_intervals_of_a_tracer_fit_hold():
    rng = np.random.default_rng(8)
    inlet = Curve.of([0.0, 1.0, 4.0], [0.0, 1.0, 0.0])
    t = np.linspace(0.0, 60.0, 41)
    clean = inlet.after(Tanks(12.0, 5.0), t)
    inside = np.zeros(3)
    n = 60
    for _ in range(n):
        found = fit_tracer(Curve.of(t, clean + 2e-3 * rng.normal(size=t.size)), inlet=inlet)
        inside += (found.low < [12.0, 5.0, 1.0]) & (found.high > [12.0, 5.0, 1.0])
    low, high = binom.ppf([0.001, 0.999], n, 0.95)
    assert ((inside >= low) & (inside <= high)).all()


def test_a_time_of_plug_flow_is_found_besides():
    inlet = Curve.of([0.0, 1.0, 4.0], [0.0, 1.0, 0.0])
    outlet = Curve.of(T, 0.9 * inlet.after(Tanks(8.0, 2.0), T, delay=5.0))
    found = fit_tracer(outlet, inlet=inlet, delay=True)
    np.testing.assert_allclose(found.values, [8.0, 2.0, 0.9, 5.0], rtol=1e-5)
    assert found.names == ("tau", "N", "gain", "delay")


def test_a_distribution_is_found_without_a_model():
    """Two paths side by side, of which no model here knows, behind a tube."""
    rng = np.random.default_rng(6)
    inlet = Curve.of(T, Tanks(3.0, 2.0).density(T))
    fast, slow = Tanks(6.0, 12.0), Tanks(24.0, 30.0)
    clean = 0.4 * inlet.after(fast, T) + 0.6 * inlet.after(slow, T)
    sd = 5e-4
    outlet = Curve.of(T, clean + sd * rng.normal(size=T.size))
    E = deconvolve(inlet, outlet, step=1.0, n=50, sd=sd)
    assert (E.c >= 0.0).all()
    found, truth = moments(E), 0.4 * fast.density(E.t) + 0.6 * slow.density(E.t)
    assert found.area == pytest.approx(1.0, abs=0.01)
    assert found.mean == pytest.approx(0.4 * 6.0 + 0.6 * 24.0, rel=0.01)
    assert np.abs(E.c - truth).max() < 0.12 * truth.max()
    assert E.t[E.c[:12].argmax()] == pytest.approx(5.5, abs=1.1)
    exact = deconvolve(inlet, Curve.of(T, inlet.after(fast, T)), step=0.5, n=60, sd=1e-5)
    assert np.abs(exact.c - fast.density(exact.t)).max() < 0.01 * fast.density(exact.t).max()
    with pytest.raises(it.SolveError, match="no E comes within sd"):
        deconvolve(inlet, outlet, step=1.0, n=50, sd=1e-5)


@pytest.mark.parametrize(("act", "sentence"), [
    (lambda: Curve.of([0.0, 1.0], [0.0, 1.0]), "three rows at least"),
    (lambda: Curve.of([0.0, 2.0, 1.0], [0.0, 1.0, 0.0]), "must rise; row 3 does not"),
    (lambda: Curve.of([0.0, 1.0, 2.0], [0.0, np.nan, 0.0]), "no finite number"),
    (lambda: moments(Curve.of([0.0, 1.0, 2.0], [0.0, 1.0, 0.5])), "still at 50% of its height"),
    (lambda: moments(Curve.of([0.0, 1.0, 2.0], [0.0, -1.0, 0.0])), "without area"),
    (lambda: fit_tracer(Curve.of([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])), "3 points are too few"),
    (lambda: deconvolve(Curve.of(T, T), Curve.of(T, T), step=1.0, n=500, sd=1.0), "3 to 241"),
])  # fmt: skip
def test_curves_that_cannot_be_used_are_told(act, sentence):
    with pytest.raises(it.InputError, match=sentence):
        act()


def test_a_model_that_does_not_fit_is_told():
    with pytest.raises(it.SolveError, match="Closed is no model of this curve"):
        fit_tracer(Curve.of(T, Tanks(12.0, 200.0).density(T)), Closed)
