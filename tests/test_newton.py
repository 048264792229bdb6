"""Newton's method against closed forms and SciPy, in kernels and in plain Python alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import root

from intensify.errors import InputError, SolveError
from intensify.numerics.newton import find_zero


class Broyden(NamedTuple):
    """Broyden's tridiagonal function; its Jacobian is differenced."""

    a: float = 3.0

    def residual(self, y, F):
        n = y.size
        for i in range(n):
            F[i] = (self.a - 2.0 * y[i]) * y[i] + 1.0
            if i > 0:
                F[i] -= y[i - 1]
            if i < n - 1:
                F[i] -= 2.0 * y[i + 1]


class BroydenWithJacobian(NamedTuple):
    """The same with its Jacobian."""

    a: float = 3.0

    def residual(self, y, F):
        n = y.size
        for i in range(n):
            F[i] = (self.a - 2.0 * y[i]) * y[i] + 1.0
            if i > 0:
                F[i] -= y[i - 1]
            if i < n - 1:
                F[i] -= 2.0 * y[i + 1]

    def residual_jac(self, y, J):
        J[:] = 0.0
        for i in range(y.size):
            J[i, i] = self.a - 4.0 * y[i]
            if i > 0:
                J[i, i - 1] = -1.0
            if i < y.size - 1:
                J[i, i + 1] = -2.0


class Plain:
    """Any function of y as a model."""

    def __init__(self, f):
        self.f, self.seen = f, []

    def residual(self, y, F):
        self.seen.append(y.copy())
        F[:] = self.f(y)


@pytest.mark.parametrize("model", [Broyden(), BroydenWithJacobian()])
def test_broyden_equals_scipy(model):
    def f(y):
        F = np.empty(y.size)
        model.residual(y, F)
        return F

    start = np.full(12, -1.0)
    found = find_zero(model, start, rtol=1e-12)
    expected = root(f, start, tol=1e-13)
    assert expected.success
    np.testing.assert_allclose(found.y, expected.x, rtol=1e-11)
    assert found.residual < 1e-14
    assert found.steps <= 8


def test_kernel_equals_plain_python():
    model, start = Broyden(2.5), np.linspace(-1.5, -0.5, 7)

    def f(y):
        F = np.empty(y.size)
        model.residual(y, F)
        return F

    kernel, python = find_zero(model, start), find_zero(Plain(f), start)
    np.testing.assert_allclose(kernel.y, python.y, rtol=1e-13)
    assert kernel.steps == python.steps


def test_line_search_tames_what_diverges_without_it():
    # Newton's own steps for atan leave for infinity from |y| > 1.392
    found = find_zero(Plain(np.arctan), [20.0], scale=1.0, rtol=1e-12)
    assert abs(found.y[0]) < 1e-12


def test_freudenstein_and_roth_from_both_sides():
    def f(y):
        return [
            -13.0 + y[0] + ((5.0 - y[1]) * y[1] - 2.0) * y[1],
            -29.0 + y[0] + ((y[1] + 1.0) * y[1] - 14.0) * y[1],
        ]

    assert find_zero(Plain(f), [6.0, 5.0]).y == pytest.approx([5.0, 4.0], rel=1e-12)


@pytest.mark.parametrize("factor", [1e-12, 1.0, 1e12])
def test_the_unit_of_an_equation_does_not_matter(factor):
    def f(y):
        return np.array([y[0] ** 2 + y[1] ** 2 - 2.0, factor * (y[0] - y[1])])

    found = find_zero(Plain(f), [3.0, 0.5])
    assert found.y == pytest.approx([1.0, 1.0], rel=1e-9)
    assert found.steps == find_zero(Plain(lambda y: f(y) / [1.0, factor]), [3.0, 0.5]).steps


def test_a_solution_as_start_needs_no_step():
    assert find_zero(Plain(lambda y: y**2 - 4.0), [2.0]).steps == 0


def test_converges_quadratically():
    steps = [find_zero(Plain(lambda y: y**3 - 2.0), [2.0], rtol=r).steps for r in (1e-2, 1e-8)]
    assert steps[1] <= steps[0] + 2


def test_bounds_are_never_crossed_and_a_root_slope_at_zero_is_found():
    # tank with r = k c^0.5: the full first step would go far below zero
    model = Plain(lambda c: 800.0 - c - 900.0 * np.sqrt(c))
    found = find_zero(model, [800.0], scale=800.0, lower=0.0, upper=800.0, rtol=1e-13)
    exact = ((-900.0 + np.sqrt(900.0**2 + 4.0 * 800.0)) / 2.0) ** 2
    assert found.y[0] == pytest.approx(exact, rel=1e-9)
    # differences of the Jacobian look a little beyond the iterates
    assert min(model.seen)[0] > 0.0
    assert max(model.seen)[0] < 800.0 * (1.0 + 2e-5)


def test_a_solution_on_the_bound_is_reached():
    found = find_zero(Plain(lambda y: [y[0], y[1] - 1.0]), [5.0, 3.0], lower=0.0, rtol=1e-9)
    assert found.y == pytest.approx([0.0, 1.0], abs=1e-9)


@pytest.mark.parametrize(
    ("f", "start", "sentence"),
    [
        (lambda y: y**2 + 1.0, [3.0], "no step along Newton's direction"),
        (lambda y: [y[0] + y[1] - 1.0, y[0] + y[1] - 2.0], [0.0, 0.0], "Jacobian is singular"),
        (lambda y: [y[0] - 1.0, np.nan], [0.0, 0.0], "not finite.*equation 1"),
    ],
)
def test_failures_say_why_and_where(f, start, sentence):
    with pytest.raises(SolveError, match=f"Newton's method stopped.*{sentence}"):
        find_zero(Plain(f), start)


def test_step_limit_is_told():
    with pytest.raises(SolveError, match=r"step limit was reached.*max_steps"):
        find_zero(Plain(np.arctan), [1.3], max_steps=2)


@pytest.mark.parametrize(
    ("start", "more", "sentence"),
    [
        ([1.0, np.nan], {}, "start of unknown 1 is not finite"),
        ([1.0, -2.0], {"lower": 0.0}, "start of unknown 1, -2, is outside its bounds 0 to inf"),
        ([1.0], {"scale": 0.0}, "scale and rtol must be above 0"),
        ([1.0], {"rtol": 0.0}, "scale and rtol must be above 0"),
    ],
)
def test_unusable_input_is_refused(start, more, sentence):
    with pytest.raises(InputError, match=sentence):
        find_zero(Plain(lambda y: y), start, **more)


def test_nothing_to_solve_is_solved():
    found = find_zero(Broyden(), np.zeros(0))
    assert (found.y.size, found.residual, found.steps) == (0, 0.0, 0)
