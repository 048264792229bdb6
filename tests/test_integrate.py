"""Integrators against closed forms; where there is none, against SciPy on equations typed anew."""

from __future__ import annotations

import os
import signal
import threading
from typing import NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from intensify.errors import InputError, SolveError
from intensify.numerics import DormandPrince, Rodas5P, integrate
from intensify.numerics.interrupts import interrupts_held

BOTH = pytest.mark.parametrize("method", [Rodas5P(), DormandPrince()], ids=["rodas5p", "dp"])


class Plain:
    """Equations as plain Python: f(t, y) and what else is given."""

    def __init__(self, f, **more):
        self.f = f
        self.__dict__.update(more)

    def rhs(self, t, y, dy):
        dy[:] = self.f(t, y)


class Robertson(NamedTuple):
    """Robertson's kinetics, with the exact Jacobian."""

    k1: float = 0.04
    k2: float = 3e7
    k3: float = 1e4

    def rhs(self, t, y, dy):
        a, b, c = self.k1 * y[0], self.k2 * y[1] * y[1], self.k3 * y[1] * y[2]
        dy[0], dy[1], dy[2] = c - a, a - b - c, b

    def jac(self, t, y, J):
        b, c, d = 2 * self.k2 * y[1], self.k3 * y[2], self.k3 * y[1]
        J[0, 0], J[0, 1], J[0, 2] = -self.k1, c, d
        J[1, 0], J[1, 1], J[1, 2] = self.k1, -b - c, -d
        J[2, 0], J[2, 1], J[2, 2] = 0.0, b, 0.0

    def events(self, t, y, g):
        g[0] = y[2] - 0.5
        g[1] = y[2] - 0.25


def fixed_steps(f, y0, end, n, method):
    """n equal steps: whatever the error, a step ends at each stop."""
    grid = np.linspace(0.0, end, n + 1)
    path = integrate(
        Plain(f), (0.0, end), y0, method=method, rtol=1e10, atol=1e10, stops=grid, first_step=end
    )
    assert path.t == pytest.approx(grid, abs=1e-14)
    return path


def orders(errors):
    return np.log2(np.array(errors[:-1]) / np.array(errors[1:]))


# --- order ---------------------------------------------------------------------------------------
def nonlinear(t, y):
    return np.array([-2.0 * t * y[0] ** 2, y[1] * np.cos(t) + y[0] * (1 + t * t) - 1.0])


def nonlinear_solution(t):
    return np.array([1.0 / (1.0 + t * t), np.exp(np.sin(t))])


@BOTH
def test_order_at_step_ends_is_5(method):
    errors = [
        np.abs(
            fixed_steps(nonlinear, [1.0, 1.0], 2.0, n, method).y_end - nonlinear_solution(2.0)
        ).max()
        for n in (40, 80, 160)
    ]
    assert (orders(errors) > 4.7).all()
    assert errors[-1] < 1e-9


@BOTH
def test_order_inside_steps_is_4(method):
    at = np.linspace(0.0137, 1.99, 157)
    errors = [
        np.abs(fixed_steps(nonlinear, [1.0, 1.0], 2.0, n, method)(at).T - nonlinear_solution(at))
        .max()
        for n in (20, 40, 80)
    ]  # fmt: skip
    assert (orders(errors) > 3.7).all()
    assert errors[-1] < 1e-7


@BOTH
def test_error_follows_the_tolerance(method):
    errors = []
    for rtol in (1e-4, 1e-6, 1e-8, 1e-10):
        path = integrate(Plain(nonlinear), (0.0, 5.0), [1.0, 1.0], method=method, rtol=rtol)
        errors.append(np.abs(path.y_end / nonlinear_solution(5.0) - 1.0).max())
        assert errors[-1] < 300.0 * rtol
    assert (np.diff(np.log10(errors)) < -1.0).all()


def test_prothero_robinson_loses_little_to_stiffness():
    def f(t, y):
        return -1e6 * (y - np.cos(t)) - np.sin(t)

    errors = [
        np.abs(fixed_steps(f, [1.0], 2.0, n, Rodas5P()).at_steps()[:, 0]
               - np.cos(np.linspace(0.0, 2.0, n + 1))).max()
        for n in (2, 4, 8)
    ]  # fmt: skip
    assert errors[0] < 1e-8  # a method of stage order 1 is off by h^2 = 1
    assert (orders(errors) > 2.5).all()
    path = integrate(Plain(f), (0.0, 10.0), [1.0], rtol=1e-8)
    assert path.y_end[0] == pytest.approx(np.cos(10.0), abs=1e-8)
    assert path.counts.accepted < 30


def test_index_1_dae_by_its_mass_matrix():
    # x' = -z, 0 = z - x^2: x = 1/(1 + t)
    def mass(m):
        m[:] = [1.0, 0.0]

    def f(t, y):
        return np.array([-y[1], y[1] - y[0] ** 2])

    path = integrate(Plain(f, mass=mass), (0.0, 3.0), [1.0, 1.0], rtol=1e-10)
    assert path.y_end == pytest.approx([1 / 4, 1 / 16], rel=1e-9)
    inside = path(np.array([0.37, 1.21, 2.9]))
    assert inside[:, 1] == pytest.approx(inside[:, 0] ** 2, rel=1e-6)


# --- conservation, stiffness, compiled code ------------------------------------------------------
def test_robertson_against_radau_and_its_sum():
    def f(t, y):
        a, b, c = 0.04 * y[0], 3e7 * y[1] ** 2, 1e4 * y[1] * y[2]
        return [c - a, a - b - c, b]

    def jac(t, y):
        return [
            [-0.04, 1e4 * y[2], 1e4 * y[1]],
            [0.04, -6e7 * y[1] - 1e4 * y[2], -1e4 * y[1]],
            [0.0, 6e7 * y[1], 0.0],
        ]

    times = [0.4, 40.0, 4e3, 4e5]
    path = integrate(Robertson(), (0.0, 4e5), [1.0, 0.0, 0.0], rtol=1e-9, atol=1e-14)
    other = solve_ivp(
        f, (0.0, 4e5), [1.0, 0.0, 0.0], "Radau", times, rtol=1e-11, atol=1e-16, jac=jac
    )
    assert path(times) == pytest.approx(other.y.T, rel=1e-6)
    assert np.abs(path.at_steps().sum(axis=1) - 1.0).max() < 1e-12
    assert path.counts.accepted < 1500


def test_plain_python_gives_what_the_compiled_tuple_gives():
    tuple_, methods = Robertson(), ("rhs", "jac", "events")
    plain = type("P", (), {name: staticmethod(getattr(tuple_, name)) for name in methods})()
    options = {"rtol": 1e-6, "atol": 1e-10, "n_events": 2, "terminal": True}
    a = integrate(tuple_, (0.0, 1e3), [1.0, 0.0, 0.0], **options)
    b = integrate(plain, (0.0, 1e3), [1.0, 0.0, 0.0], **options)
    assert a.counts == b.counts
    assert a.t == pytest.approx(b.t, rel=1e-10)
    assert pytest.approx(b.C, rel=1e-10, abs=1e-13) == a.C
    assert a.event_k.tolist() == b.event_k.tolist() == [1, 0]
    assert a.event_t == pytest.approx(b.event_t, rel=1e-10)


def test_a_default_jacobian_by_differences_is_good_enough_for_stiff_equations():
    model = Plain(lambda t, y: np.array([-1e8 * (y[0] - y[1]), -y[1]]))
    path = integrate(model, (0.0, 2.0), [5.0, 1.0], rtol=1e-8)
    # slow manifold y0 = 1e8/(1e8 - 1) y1
    assert path.y_end == pytest.approx([np.exp(-2.0) / (1 - 1e-8), np.exp(-2.0)], rel=1e-7)


def test_each_component_has_its_own_tolerance():
    model = Plain(lambda t, y: np.array([-y[0], 50.0 * np.cos(50.0 * t)]))
    tight = integrate(model, (0.0, 3.0), [1.0, 0.0], rtol=1e-10)
    loose = integrate(model, (0.0, 3.0), [1.0, 0.0], rtol=[1e-10, 1.0], atol=[1e-12, 1e3])
    assert loose.y_end[0] == pytest.approx(np.exp(-3.0), rel=1e-8)
    assert loose.counts.accepted < tight.counts.accepted / 3
    assert tight.y_end[1] == pytest.approx(np.sin(150.0), abs=1e-7)


def test_a_state_that_stays_zero_needs_no_absolute_tolerance():
    path = integrate(Plain(lambda t, y: np.array([-y[0], 0.0])), (0.0, 1.0), [1.0, 0.0], atol=0.0)
    assert path.y_end == pytest.approx([np.exp(-1.0), 0.0], rel=1e-7)


# --- stops ---------------------------------------------------------------------------------------
@BOTH
def test_a_square_wave_is_exact_and_no_stage_leaves_its_segment(method):
    asked = []

    def wave(t, y):
        asked.append(t)
        return np.array([1.0 if int(t) % 2 == 0 else -1.0])

    stops = np.arange(1.0, 10.0)
    path = integrate(Plain(wave), (0.0, 10.0), [0.0], method=method, stops=stops)
    at = np.linspace(0.0, 10.0, 101)
    assert path(at)[:, 0] == pytest.approx(1.0 - np.abs(at % 2.0 - 1.0), abs=1e-12)
    assert np.isin(stops, path.t).all()
    # in one pass: the segment of the times that are asked for never falls back, never runs ahead
    assert np.array_equal(np.maximum.accumulate(np.floor(asked)), np.floor(asked))
    assert min(asked) > 0.0
    assert max(asked) < 10.0


def test_stops_outside_or_twice_change_nothing():
    one = integrate(Plain(nonlinear), (0.0, 2.0), [1.0, 1.0], stops=[1.0])
    two = integrate(Plain(nonlinear), (0.0, 2.0), [1.0, 1.0], stops=[1.0, 1.0, -3.0, 0.0, 2.0, 9.0])
    assert np.array_equal(one.C, two.C)


# --- events --------------------------------------------------------------------------------------
def clock(*zeros):
    """y = t with one event function for each tuple of zeros in t."""

    def events(t, y, g):
        for k, places in enumerate(zeros):
            g[k] = np.prod([t - x for x in places])

    return Plain(lambda t, y: np.ones(1), events=events)


@BOTH
def test_two_crossings_inside_one_step_are_both_found(method):
    rng = np.random.default_rng(4)
    for _ in range(40):
        a, b = np.sort(rng.uniform(0.0, 1.0, 2))
        if b - a < 0.26:  # nearer than a quarter of the step they may hide, as documented
            continue
        path = integrate(
            clock((a, b)), (0.0, 1.0), [0.0], method=method, rtol=1.0, first_step=1.0, n_events=1
        )
        assert path.counts.accepted == 1
        assert path.event_t == pytest.approx([a, b], abs=1e-14)


def test_a_terminal_event_ends_at_its_zero_and_reports_nothing_beyond():
    model = clock((0.46,), (0.47,), (0.3,), (0.45,))
    path = integrate(model, (0.0, 1.0), [0.0], first_step=1.0, n_events=4, terminal=True)
    assert path.t[-1] == pytest.approx(0.46, abs=1e-15)
    assert path.y_end == pytest.approx([0.46], abs=1e-13)
    assert path.event_t == pytest.approx([0.3, 0.45, 0.46], abs=1e-15)
    assert path.event_k.tolist() == [2, 3, 0]
    assert path(0.2)[0, 0] == pytest.approx(0.2, abs=1e-13)


def test_event_times_are_as_good_as_the_dense_output():
    model = Plain(lambda t, y: np.array([y[1], -y[0]]), events=lambda t, y, g: g.put(0, y[0]))
    path = integrate(model, (0.0, 20.0), [1.0, 0.0], rtol=1e-10, n_events=1)
    exact = (np.arange(6) + 0.5) * np.pi
    assert path.event_t == pytest.approx(exact, abs=1e-8)
    for t in path.event_t:
        assert path(t)[0, 0] == pytest.approx(0.0, abs=1e-13)


def test_a_zero_at_the_start_is_no_event():
    model = Plain(lambda t, y: np.cos([t]), events=lambda t, y, g: g.put(0, y[0]))
    path = integrate(model, (0.0, 4.0), [0.0], rtol=1e-10, n_events=1, terminal=True)
    assert path.event_t == pytest.approx([np.pi], abs=1e-8)


def test_an_event_at_the_very_end_and_one_at_a_quarter_point_are_found_once():
    path = integrate(clock((0.5, 1.0)), (0.0, 1.0), [0.0], first_step=1.0, n_events=1)
    assert path.event_t == pytest.approx([0.5, 1.0], abs=1e-15)


def test_chattering_events_are_told():
    model = Plain(lambda t, y: np.ones(1), events=lambda t, y, g: g.put(0, np.sin(1e4 * t)))
    with pytest.raises(SolveError, match="more than 1000 events"):
        integrate(model, (0.0, 10.0), [0.0], stops=np.linspace(0, 10, 20000), n_events=1)


# --- what cannot be done -------------------------------------------------------------------------
def test_nan_is_told_with_its_place():
    model = Plain(lambda t, y: np.array([0.0, np.nan if t > 0.5 else 1.0]))
    with pytest.raises(SolveError, match=r"stopped at 0\.5\d* of 2 .*not finite there; check"):
        integrate(model, (0.0, 2.0), [0.0, 1.0])
    with pytest.raises(SolveError, match=r"stopped at 0 of 2 after 0 steps: .* not finite"):
        integrate(Plain(lambda t, y: np.full(1, np.nan)), (0.0, 2.0), [1.0])


@BOTH
def test_a_blow_up_stops_at_its_pole(method):
    with pytest.raises(SolveError, match=r"stopped at (1|0\.99999\d*) of 2 .*(last place|finite)"):
        integrate(Plain(lambda t, y: y**2), (0.0, 2.0), [1.0], method=method)


def test_the_step_limit_is_told():
    with pytest.raises(SolveError, match="after 3 steps: the step limit was reached"):
        integrate(Plain(nonlinear), (0.0, 2.0), [1.0, 1.0], max_steps=3)


def test_a_singular_dae_is_told():
    # z appears nowhere: index 2, or no solution at all
    def mass(m):
        m[:] = [1.0, 0.0]

    model = Plain(lambda t, y: np.array([y[1], 0.0]), mass=mass)
    with pytest.raises(SolveError, match="singular"):
        integrate(model, (0.0, 2.0), [1.0, 1.0])


def test_dormand_prince_refuses_a_mass_matrix():
    model = Plain(lambda t, y: -y, mass=lambda m: m.fill(2.0))
    with pytest.raises(SolveError, match="singular"):
        integrate(model, (0.0, 1.0), [1.0], method=DormandPrince())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"interval": (1.0, 0.0)}, "has no length"),
        ({"interval": (1.0, 1.0)}, "has no length"),
        ({"interval": (0.0, np.nan)}, "has no length"),
        ({"interval": (0.0, np.inf)}, "has no length"),
        ({"y0": [1.0, np.nan]}, "state 1 is not finite"),
        ({"rtol": 0.0}, "rtol above 0"),
        ({"rtol": np.nan}, "rtol above 0"),
        ({"atol": -1.0}, "atol at least 0"),
        ({"atol": np.nan}, "atol at least 0"),
    ],
)
def test_unusable_input_is_refused(arguments, sentence):
    arguments = {"interval": (0.0, 1.0), "y0": [1.0, 1.0], **arguments}
    with pytest.raises(InputError, match=sentence):
        integrate(Plain(nonlinear), **arguments)


# --- the trajectory ------------------------------------------------------------------------------
def oscillation():
    """y = sin t and cos t over 0..10."""
    return integrate(
        Plain(lambda t, y: np.array([y[1], -y[0]])), (0.0, 10.0), [0.0, 1.0], rtol=1e-10
    )


def test_trajectory_at_its_ends_and_steps():
    path = oscillation()
    assert path(0.0)[0].tolist() == [0.0, 1.0]
    assert path(10.0)[0] == pytest.approx(path.y_end, abs=1e-15)
    assert path(path.t) == pytest.approx(path.at_steps(), abs=1e-14)
    assert path(np.linspace(0, 10, 7)).shape == (7, 2)


@pytest.mark.parametrize(("sign", "place"), [(1.0, np.pi / 2), (-1.0, 1.5 * np.pi)])
def test_extrema_are_exact_on_the_dense_output(sign, place):
    path = oscillation()
    value, at = path.maximum(0, sign=sign)
    fine = path(np.linspace(0.0, 10.0, 200_001))[:, 0]
    assert sign * value >= (sign * fine).max()
    assert value == pytest.approx(sign, abs=1e-9)
    assert path(at)[0, 0] == pytest.approx(value, abs=1e-15)
    assert min(abs(at - place), abs(at - place - 2 * np.pi)) < 1e-4  # flat: sqrt of the error


def test_an_extremum_at_an_end_and_one_inside_a_long_step():
    falling = integrate(Plain(lambda t, y: -y), (0.0, 2.0), [3.0])
    assert falling.maximum(0) == (3.0, 0.0)
    assert falling.maximum(0, sign=-1.0) == (pytest.approx(3 * np.exp(-2.0)), 2.0)
    # y = t (1 - t) in a single step; its ends say 0
    hill = integrate(
        Plain(lambda t, y: np.array([1.0 - 2.0 * t])), (0.0, 1.0), [0.0], method=DormandPrince(),
        first_step=1.0,
    )  # fmt: skip
    assert hill.counts.accepted == 1
    assert hill.maximum(0) == pytest.approx((0.25, 0.5), abs=1e-14)


def test_crossing():
    path = oscillation()
    assert path.crossing(0, 0.5) == pytest.approx(np.pi / 6, abs=1e-9)
    assert path.crossing(1, 0.0) == pytest.approx(np.pi / 2, abs=1e-9)
    assert np.isnan(path.crossing(0, 1.5))


class Swing(NamedTuple):
    """y'' = -w^2 y."""

    w: float

    def rhs(self, t, y, dy):
        dy[0], dy[1] = y[1], -self.w * self.w * y[0]


def test_ctrl_c_while_a_kernel_runs_is_an_interrupt():
    swing, short = Swing(1.0), {"method": DormandPrince(), "rtol": 1e-6}
    integrate(swing, (0.0, 1.0), [1.0, 0.0], **short)  # compiles

    def interrupted():
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()
        while True:
            integrate(swing, (0.0, 2e4), [1.0, 0.0], **short)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_a_hold_comes_behind_the_kernel_that_ran():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    done = []

    def kernels():
        with interrupts_held():
            for k in range(3):
                with interrupts_held():
                    if k == 1:
                        os.kill(os.getpid(), signal.SIGINT)
                    done.append(k)

    try:
        with pytest.raises(KeyboardInterrupt):
            kernels()
        assert done == [0, 1]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
