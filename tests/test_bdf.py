"""The multistep method and banded systems: closed forms, SciPy, and the one-step method."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from intensify.errors import SolveError
from intensify.numerics import BDF, Band, Rodas5P, integrate


class Plain:
    """Equations as plain Python: f(t, y) and what else is given."""

    def __init__(self, f, **more):
        self.f = f
        self.__dict__.update(more)

    def rhs(self, t, y, dy):
        dy[:] = self.f(t, y)


class Diffusion(NamedTuple):
    """y_t = D y_xx + v y_x - y^3 on n cells, two wide to one side: lower 1, upper 2."""

    D: float = 1.0
    v: float = 3.0

    def rhs(self, t, y, dy):
        n = y.size
        for i in range(n):
            left = y[i - 1] if i > 0 else 0.0
            right = y[i + 1] if i < n - 1 else 0.0
            far = y[i + 2] if i < n - 2 else 0.0
            dy[i] = self.D * n * n * (left - 2.0 * y[i] + right) - y[i] ** 3
            dy[i] += self.v * n * (2.0 * right - 1.5 * y[i] - 0.5 * far)


class ExactDiffusion(Diffusion):
    """The same with its Jacobian."""

    __slots__ = ()

    def jac_banded(self, t, y, J, lower, upper):
        n = y.size
        J[:] = 0.0
        for i in range(n):
            J[i, lower - 1] = self.D * n * n
            J[i, lower] = -2.0 * self.D * n * n - 3.0 * y[i] ** 2 - 1.5 * self.v * n
            J[i, lower + 1] = self.D * n * n + 2.0 * self.v * n
            J[i, lower + 2] = -0.5 * self.v * n


START = np.sin(np.pi * np.arange(1, 31) / 31)


# --- the method ----------------------------------------------------------------------------------
def test_error_follows_the_tolerance_at_ends_and_inside():
    def f(t, y):
        return np.array([-2.0 * t * y[0] ** 2, y[1] * np.cos(t) + y[0] * (1 + t * t) - 1.0])

    at, errors = np.linspace(0.01, 5.0, 300), []
    exact = np.array([1.0 / (1.0 + at * at), np.exp(np.sin(at))]).T
    for rtol in (1e-4, 1e-6, 1e-8, 1e-10):
        path = integrate(Plain(f), (0.0, 5.0), [1.0, 1.0], method=BDF(), rtol=rtol)
        errors.append(np.abs(path(at) / exact - 1.0).max())
        assert errors[-1] < 300.0 * rtol
    assert (np.diff(np.log10(errors)) < -1.0).all()


def test_high_orders_are_used_where_the_solution_is_smooth():
    # at order 2 the error of a step is about h^3/5: 1e-10 would need 3000 steps a unit of time
    path = integrate(
        Plain(lambda t, y: -y), (0.0, 10.0), [1.0], method=BDF(), rtol=1e-9, atol=1e-12
    )
    assert path.y_end[0] == pytest.approx(np.exp(-10.0), rel=1e-5)
    assert path.counts.accepted < 400


def test_a_stiff_system_costs_few_jacobians_and_factorisations():
    class Kinetics(NamedTuple):
        k: float = 3e7

        def rhs(self, t, y, dy):
            a, b, c = 0.04 * y[0], self.k * y[1] * y[1], 1e4 * y[1] * y[2]
            dy[0], dy[1], dy[2] = c - a, a - b - c, b

    other = solve_ivp(
        lambda t, y: [-0.04 * y[0] + 1e4 * y[1] * y[2],
                      0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2, 3e7 * y[1] ** 2],
        (0.0, 4e5), [1.0, 0.0, 0.0], "Radau", [0.4, 40.0, 4e3, 4e5], rtol=1e-11, atol=1e-16,
    )  # fmt: skip
    path = integrate(Kinetics(), (0.0, 4e5), [1.0, 0.0, 0.0], method=BDF(), rtol=1e-8, atol=1e-13)
    assert path(other.t) == pytest.approx(other.y.T, rel=1e-5)
    assert np.abs(path.at_steps().sum(axis=1) - 1.0).max() < 1e-12
    assert path.counts.jacobians < path.counts.accepted / 20
    assert path.counts.factorisations < path.counts.accepted / 4
    assert path.counts.rhs < 4 * path.counts.accepted


def test_index_1_dae_by_its_mass_matrix():
    # x' = -z, 0 = z - x^2: x = 1/(1 + t)
    model = Plain(
        lambda t, y: np.array([-y[1], y[1] - y[0] ** 2]), mass=lambda m: m.put([0, 1], [1.0, 0.0])
    )
    path = integrate(model, (0.0, 3.0), [1.0, 1.0], method=BDF(), rtol=1e-9)
    assert path.y_end == pytest.approx([1 / 4, 1 / 16], rel=1e-7)


def test_a_model_may_say_what_it_expects():
    # a root makes Newton's method turn where what is expected has the other sign
    def settled(t):
        return 1e-5 * (1.2 + np.cos(t))

    def f(t, y):
        x = y[0] - y[1]
        return np.array([1e6 * (np.sqrt(settled(t)) - np.sign(x) * np.sqrt(abs(x))), np.cos(t)])

    def better(t, y, step, y_new):
        y_new[0] = y_new[1] + settled(t)

    start, counts = [settled(0.0), 0.0], []
    for more in ({}, {"guess": better}):
        path = integrate(Plain(f, **more), (0.0, 6.0), start, method=BDF(), rtol=1e-4, atol=1e-4)
        assert path.y_end[1] == pytest.approx(np.sin(6.0), abs=2e-3)
        counts.append(path.counts)
    assert path.y_end[0] - path.y_end[1] == pytest.approx(settled(6.0), rel=1e-3)
    assert counts[1].rhs < counts[0].rhs / 2


def test_stops_and_events():
    def wave(t, y):
        return np.array([1.0 if int(t) % 2 == 0 else -1.0])

    model = Plain(wave, events=lambda t, y, g: g.put(0, y[0] - 0.5))
    path = integrate(model, (0.0, 4.0), [0.0], method=BDF(), stops=[1.0, 2.0, 3.0], n_events=1)
    at = np.linspace(0.0, 4.0, 41)
    assert path(at)[:, 0] == pytest.approx(1.0 - np.abs(at % 2.0 - 1.0), abs=1e-7)
    assert path.event_t == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=1e-7)
    ended = integrate(
        model, (0.0, 4.0), [0.0], method=BDF(), stops=[1.0], n_events=1, terminal=True
    )
    assert ended.t[-1] == pytest.approx(0.5, abs=1e-7)
    assert ended.y_end[0] == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (lambda t, y: y**2, r"stopped at (1|0\.9999\d*) of 2 .*(last place|finite)"),
        (
            lambda t, y: np.full(1, np.nan if t > 0.5 else 1.0),
            r"stopped at 0\.[45]\d* of 2 .*finite",
        ),
    ],
)
def test_what_cannot_be_integrated_is_told_with_its_place(f, sentence):
    with pytest.raises(SolveError, match=sentence):
        integrate(Plain(f), (0.0, 2.0), [1.0], method=BDF())


def test_a_singular_dae_is_told():
    model = Plain(lambda t, y: np.array([y[1], 0.0]), mass=lambda m: m.put([0, 1], [1.0, 0.0]))
    with pytest.raises(SolveError, match="singular"):
        integrate(model, (0.0, 2.0), [1.0, 1.0], method=BDF())


# --- bands ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", [BDF, Rodas5P])
def test_a_band_gives_what_the_full_matrix_gives(method):
    full = integrate(Diffusion(), (0.0, 0.1), START, method=method(), rtol=1e-8)
    band = integrate(Diffusion(), (0.0, 0.1), START, method=method(Band(1, 2)), rtol=1e-8)
    exact = integrate(ExactDiffusion(), (0.0, 0.1), START, method=method(Band(1, 2)), rtol=1e-8)
    assert full.counts == band.counts
    for path in (band, exact):
        assert path.y_end == pytest.approx(full.y_end, rel=1e-6)
    other = solve_ivp(
        lambda t, y: np.array(_slope(y)), (0.0, 0.1), START, "Radau", rtol=1e-10, atol=1e-13
    )
    assert exact.y_end == pytest.approx(other.y[:, -1], rel=1e-6)


def _slope(y):
    dy = np.empty_like(y)
    Diffusion().rhs(0.0, y, dy)
    return dy


@pytest.mark.parametrize("method", [BDF(Band(1, 2)), Rodas5P(Band(1, 2))])
def test_plain_python_gives_what_the_compiled_tuple_gives(method):
    plain = type(
        "P", (), {n: staticmethod(getattr(ExactDiffusion(), n)) for n in ("rhs", "jac_banded")}
    )()
    a, b = (
        integrate(model, (0.0, 0.02), START, method=method, rtol=1e-6)
        for model in (ExactDiffusion(), plain)
    )
    assert a.counts == b.counts
    assert a.y_end == pytest.approx(b.y_end, rel=1e-10)
    assert a.t == pytest.approx(b.t, rel=1e-10)
