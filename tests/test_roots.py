"""Roots, minima and brackets against closed forms and SciPy."""

from __future__ import annotations

import math

import pytest
from scipy.optimize import brentq, minimize_scalar

from intensify.errors import SolveError
from intensify.numerics.roots import bracket_root, find_minimum, find_root

ROOTS = {
    "cube": (lambda x: x**3 - 2.0, 0.0, 2.0, 2.0 ** (1 / 3)),
    "cosine": (lambda x: math.cos(x) - x, 0.0, 1.0, 0.7390851332151607),
    "stiff": (lambda x: math.exp(50.0 * (x - 0.9)) - 1.0, 0.0, 1.0, 0.9),
    "reversed": (lambda x: x - 0.25, 1.0, 0.0, 0.25),
    "fifth": (lambda x: (x - 1.0) * (1.0 + (x - 1.0) ** 4), -4.0, 9.0, 1.0),
    "tiny root": (lambda x: x / (x + 1e-9) - 0.5, 0.0, 1.0, 1e-9),
    "pole side": (lambda x: 1.0 / x - 1e3, 1e-6, 10.0, 1e-3),
}


@pytest.mark.parametrize("name", ROOTS)
def test_root_equals_closed_form_and_brentq(name):
    f, a, b, exact = ROOTS[name]
    found = find_root(f, a, b)
    _, scipy = brentq(f, a, b, xtol=1e-300, rtol=1e-12, full_output=True)
    assert found.x == pytest.approx(exact, rel=2e-12, abs=0.0)
    assert found.value == f(found.x)
    assert found.evaluations <= 1.5 * scipy.function_calls


def test_root_at_zero_needs_no_absolute_tolerance():
    assert find_root(lambda x: x**3 + x, -1.0, 2.0).x == 0.0
    assert find_root(math.sin, -1.0, 2.0).x == 0.0


def test_root_at_an_end_costs_two_evaluations():
    assert find_root(lambda x: x - 1.0, 1.0, 2.0) == (1.0, 0.0, 2)
    assert find_root(lambda x: x - 1.0, 0.0, 1.0) == (1.0, 0.0, 2)


def test_root_tolerances_save_evaluations():
    f = ROOTS["fifth"][0]
    exact = find_root(f, -4.0, 9.0)
    rough = find_root(f, -4.0, 9.0, rtol=1e-2)
    absolute = find_root(f, -4.0, 9.0, atol=0.05, rtol=0.0)
    assert abs(rough.x - 1.0) < 1e-2
    assert abs(absolute.x - 1.0) < 0.05
    assert rough.evaluations < exact.evaluations
    assert absolute.evaluations < exact.evaluations


def test_root_survives_underflowing_and_infinite_values():
    assert find_root(lambda x: 1e-300 * (x - 0.3), 0.0, 1.0).x == pytest.approx(0.3, rel=1e-12)
    capped = find_root(lambda x: math.inf if x > 0.5 else x - 0.4, 0.0, 1.0)
    assert capped.x == pytest.approx(0.4, rel=1e-12)


def test_root_without_sign_change_tells_both_values():
    with pytest.raises(ValueError, match=r"is 2 at 1 and 5 at 2; give two places"):
        find_root(lambda x: x**2 + 1.0, 1.0, 2.0)


def test_root_tells_where_nan_occurred():
    with pytest.raises(SolveError, match=r"NaN at x = 0\.5"):
        find_root(lambda x: math.nan if x == 0.5 else x - 0.5, 0.0, 1.0)


def test_root_out_of_steps_tells_the_bracket():
    with pytest.raises(SolveError, match=r"after 3 steps: the bracket is \["):
        find_root(lambda x: (x - 0.123) ** 5, -1.0, 2.0, max_iter=3)


MINIMA = {
    "parabola": (lambda x: (x - 0.3) ** 2 + 1.0, -1.0, 1.0, 0.3),
    "cosine": (math.cos, 2.0, 5.0, math.pi),
    "kink": (lambda x: abs(x - 0.7), 0.0, 1.0, 0.7),
    "quartic": (lambda x: (x - 2.0) ** 4 + x, 0.0, 5.0, 2.0 - 0.25 ** (1 / 3)),
    "zero": (lambda x: x * x + 1.0, -1.0, 2.0, 0.0),
}


@pytest.mark.parametrize("name", MINIMA)
def test_minimum_equals_closed_form_and_scipy(name):
    f, a, b, exact = MINIMA[name]
    found = find_minimum(f, a, b, rtol=1e-6, atol=1e-6)
    scipy = minimize_scalar(f, bounds=(a, b), method="bounded", options={"xatol": 3e-6})
    assert found.x == pytest.approx(exact, abs=3e-6)
    assert found.x == pytest.approx(scipy.x, abs=6e-6)
    assert found.value == f(found.x)
    assert found.evaluations <= 1.5 * scipy.nfev


def test_minimum_defaults_reach_the_limit_of_rounding():
    assert find_minimum(MINIMA["cosine"][0], 2.0, 5.0).x == pytest.approx(math.pi, abs=5e-8)
    assert find_minimum(MINIMA["zero"][0], -1.0, 2.0).x == pytest.approx(0.0, abs=5e-8)


def test_minimum_of_a_monotone_function_is_at_the_end():
    assert find_minimum(lambda x: x, 1.0, 3.0).x == pytest.approx(1.0, abs=1e-7)
    assert find_minimum(lambda x: -x, 1.0, 3.0).x == pytest.approx(3.0, abs=1e-7)


def test_minimum_refuses_bad_input():
    with pytest.raises(ValueError, match="is empty"):
        find_minimum(math.cos, 1.0, 1.0)
    with pytest.raises(SolveError, match="NaN"):
        find_minimum(lambda x: math.nan, 0.0, 1.0)
    with pytest.raises(SolveError, match="after 2 steps"):
        find_minimum(math.cos, 2.0, 5.0, max_iter=2)


def test_bracket_grows_until_the_sign_changes():
    found = bracket_root(lambda x: x - 1000.0, 0.0, 1.0)
    assert found.a < 1000.0 < found.b
    assert (found.value_a, found.value_b) == (found.a - 1000.0, found.b - 1000.0)
    assert bracket_root(lambda x: x + 1000.0, 0.0, 1.0).a < -1000.0
    assert bracket_root(lambda x: x - 1000.0, 0.0, 1.0, grow=10.0).evaluations < found.evaluations


def test_bracket_keeps_to_its_limits():
    visited = []

    def f(x):
        visited.append(x)
        return math.log(x) + 5.0

    found = bracket_root(f, 1.0, 2.0, low=1e-3, high=2.5)
    assert found.a == 1e-3
    assert min(visited) >= 1e-3
    assert max(visited) <= 2.5


def test_bracket_without_root_tells_the_values():
    with pytest.raises(ValueError, match=r"between -2 and 3: the function is 5 and 10 there"):
        bracket_root(lambda x: x * x + 1.0, 0.0, 1.0, low=-2.0, high=3.0)
    with pytest.raises(ValueError, match="no sign change"):
        bracket_root(lambda x: 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match=r"low <= a < b <= high"):
        bracket_root(lambda x: x, 2.0, 1.0)
    with pytest.raises(SolveError, match="NaN"):
        bracket_root(lambda x: math.nan, 0.0, 1.0)
