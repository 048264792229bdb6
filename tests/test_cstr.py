"""Continuous stirred tanks against closed forms, and every steady state against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.errors import InputError
from intensify.numerics.newton import find_zero
from intensify.reactors.vessels.cstr import CSTR, solve_steady, steady_states
from intensify.solve import solve

BATH = {"UA": np.inf, "T_coolant": 300.0}
E_R = 9000.0


def isothermal(net: Network, feed: dict[str, float], tau: float, **more) -> CSTR:
    return CSTR.build(net, feed=feed, T=290.0, flow=2.0 / tau, V=2.0, **BATH, **more)


def first_order(T_in: float, *, tau: float = 30.0, rise: float = 150.0, **more) -> CSTR:
    """A => B with k = 1e-3/s at 300 K, q = 1e-3 m3/s."""
    rate = Arrhenius(1e-3 * np.exp(E_R / 300.0), 0.0, E_R)
    net = Network.build([Reaction("A => B", rate, dH=-rise * 4e6 / 2000.0)])
    fields = {"feed": {"A": 2000.0}, "flow": 1e-3, "V": 1e-3 * tau, "rho_cp": 4e6, **more}
    return CSTR.build(net, T=T_in, **fields)


def roots_by_scan(T_in, tau, rise, UA=0.0, T_coolant=300.0):
    """Temperatures at which q C (T - T_in) + UA (T - T_c) = q C rise k tau/(1 + k tau)."""
    ratio = UA / (1e-3 * 4e6)

    def surplus(T):
        k = 1e-3 * np.exp(E_R / 300.0 - E_R / T)
        return rise * k * tau / (1.0 + k * tau) - (T - T_in) - ratio * (T - T_coolant)

    T = np.linspace(min(T_in, T_coolant) - 5.0, max(T_in, T_coolant) + abs(rise) + 5.0, 200_001)
    signs = surplus(T) > 0.0
    return [
        brentq(surplus, T[i], T[i + 1], xtol=1e-12) for i in np.flatnonzero(signs[:-1] != signs[1:])
    ]


@pytest.mark.parametrize(("k", "a", "b", "tau"), [(2e-6, 1e3, 1.5e3, 1200.0), (1e-4, 50, 40, 9e4)])
@pytest.mark.parametrize("N", [1, 2, 7])
def test_second_order_in_series(k, a, b, tau, N):
    reactor = isothermal(Network.build("A + B => C", k=k), {"A": a, "B": b}, tau, tanks=N)
    for _ in range(N):
        s = 1.0 + k * tau / N * (a + b)
        x = (s - np.sqrt(s * s - 4.0 * (k * tau / N) ** 2 * a * b)) / (2.0 * k * tau / N)
        a, b = a - x, b - x
    state = solve_steady(reactor)
    assert state.c[-1, :2] == pytest.approx([a, b], rel=1e-10)
    assert state.kpis["tau"] == pytest.approx(tau)
    assert (state.T == 300.0).all()


ORDERS = [(n, Da) for n in (0.5, 1.0, 1.5, 2.0, 3.0) for Da in (0.3, 0.9, 30.0)]


@pytest.mark.parametrize(("n", "Da"), [(0.0, 0.3), (0.0, 0.9), *ORDERS])
def test_nth_order(n, Da):
    c0, tau = 800.0, 900.0
    rate = Arrhenius(Da * c0 ** (1.0 - n) / tau)
    net = Network.build([Reaction("A => P", rate, orders={"A": n})])
    X = solve_steady(isothermal(net, {"A": c0}, tau)).kpis["X_A"]
    exact = brentq(lambda X: X - Da * (1.0 - X) ** n, 0.0, 1.0, xtol=1e-15)
    assert abs(X - exact) <= 1e-10 * exact


def test_consecutive_reactions():
    reactions = [Reaction("A => B", Arrhenius(0.02)), Reaction("B => C", Arrhenius(0.005))]
    state = solve_steady(isothermal(Network.build(reactions), {"A": 100.0}, 70.0))
    A = 100.0 / 2.4
    assert state.c[0] == pytest.approx([A, 1.4 * A / 1.35, 100.0 - A - 1.4 * A / 1.35], rel=1e-12)


def test_reversible_reaction_reaches_equilibrium():
    net = Network.build([Reaction("A <=> B", Arrhenius(5.0), reverse=Arrhenius(2.0))])
    c = solve_steady(isothermal(net, {"A": 70.0}, 1e4)).c[0]
    A = 70.0 * (1.0 + 2e4) / (1.0 + 7e4)
    assert c == pytest.approx([A, 70.0 - A], rel=1e-9)
    assert c[1] / c[0] == pytest.approx(2.5, rel=1e-4)


def test_many_tanks_approach_plug_flow_with_order_one():
    net, plug = Network.build("A => B", k=0.01), 1.0 - np.exp(-2.0)
    off = [
        plug - solve_steady(isothermal(net, {"A": 10.0}, 200.0, tanks=N)).kpis["X_A"]
        for N in (20, 40)
    ]
    assert off[0] / off[1] == pytest.approx(2.0, rel=0.05)


def test_additive_volumes_fill_the_outlet():
    species = [Species("A", M=0.1, v=1e-4), Species("B", M=0.05, v=7e-5)]
    net = Network.build([Reaction("A => 2 B", Arrhenius(1e-3))], species)
    state = solve_steady(isothermal(net, {"A": 1e4}, 1000.0, tanks=3))
    assert (state.c @ net.v) == pytest.approx(1.0, rel=1e-12)
    extent = state.reactor.c_in[0] * state.reactor.flow - state.flow[-1] * state.c[-1, 0]
    assert state.flow[-1] - state.reactor.flow == pytest.approx(extent * 4e-5, rel=1e-10)
    assert max(state.balances().values()) < 1e-12


@pytest.mark.parametrize(
    ("T_in", "count"), [(200.0, 1), (270.0, 3), (285.0, 3), (297.0, 3), (305.0, 1), (380.0, 1)]
)
def test_adiabatic_multiplicity_equals_scan(T_in, count):
    expected = roots_by_scan(T_in, 30.0, 150.0, T_coolant=T_in)
    states = steady_states(first_order(T_in))
    assert len(states) == len(expected) == count
    assert [s.T[0] for s in states] == pytest.approx(expected, rel=1e-10)
    assert [s.stable for s in states] == ([True, False, True] if count == 3 else [True])
    for k, state in enumerate(states):
        assert (state.branch, state.branches) == (k, count)
        assert state.kpis["T_out"] - T_in == pytest.approx(150.0 * state.kpis["X_A"], rel=1e-10)
        assert state.balances()["energy"] < 1e-9


@pytest.mark.parametrize("UA", [500.0, 2000.0, 6000.0])
@pytest.mark.parametrize(("T_in", "T_coolant"), [(300.0, 285.0), (310.0, 300.0), (290.0, 330.0)])
def test_cooled_multiplicity_equals_scan(UA, T_in, T_coolant):
    states = steady_states(first_order(T_in, UA=UA, T_coolant=T_coolant))
    expected = roots_by_scan(T_in, 30.0, 150.0, UA, T_coolant)
    assert [s.T[0] for s in states] == pytest.approx(expected, rel=1e-10)
    for state in states:
        assert state.heat_removed == pytest.approx(UA * (state.T[0] - T_coolant), rel=1e-7)


def test_two_states_between_two_scan_points_are_both_found():
    # just inside the fold the two cold states are 0.05 K apart, the scan's points 0.6 K
    def gap(T_in):
        T = roots_by_scan(T_in, 30.0, 150.0, T_coolant=T_in)
        return T[1] - T[0] - 0.05 if len(T) == 3 else -0.05

    T_in = brentq(gap, 290.0, 305.0, xtol=1e-9)
    expected = roots_by_scan(T_in, 30.0, 150.0, T_coolant=T_in)
    assert len(expected) == 3
    assert expected[1] - expected[0] < 0.06
    assert [s.T[0] for s in steady_states(first_order(T_in))] == pytest.approx(expected, rel=1e-9)


def test_every_path_through_two_tanks_is_found():
    states = steady_states(first_order(285.0, tau=60.0, tanks=2))
    expected = []
    for T1 in roots_by_scan(285.0, 30.0, 150.0, T_coolant=285.0):
        left = 150.0 - (T1 - 285.0)
        expected += [(T1, T2) for T2 in roots_by_scan(T1, 30.0, left, T_coolant=T1)]
    expected.sort(key=lambda pair: pair[1])
    assert len(states) == len(expected) >= 3
    np.testing.assert_allclose([s.T for s in states], expected, rtol=1e-9)


def test_limits_of_the_wall():
    warm = first_order(330.0, UA=1e10, T_coolant=305.0)
    assert solve_steady(warm).T[0] == pytest.approx(305.0, abs=1e-3)
    inert = first_order(330.0, rise=0.0, UA=4000.0, T_coolant=310.0)
    assert solve_steady(inert).T[0] == pytest.approx(320.0, rel=1e-12)
    cold = solve_steady(first_order(380.0, rise=-80.0))
    assert cold.T[0] == pytest.approx(roots_by_scan(380.0, 30.0, -80.0, T_coolant=300.0)[0])


def warm_tank() -> tuple[CSTR, np.ndarray]:
    """A tank with everything: two reactions, one reversible, cp, volumes, cooling; and a state."""
    species = [
        Species("A", M=0.05, v=5e-5, cp=100.0, h=-2e5),
        Species("B", M=0.07, v=8e-5, cp=150.0, h=-1e5),
        Species("C", M=0.12, v=1.2e-4, cp=210.0, h=-3.6e5),
    ]
    net = Network.build(
        [
            Reaction("A + B => C", Arrhenius(2e-2, 0.0, 2500.0)),
            Reaction("C <=> A + B", Arrhenius(1e3, 0.5, 5e3), reverse=Arrhenius(1e-6, 0.0, 1e3)),
        ],
        species,
    )
    feed = {"A": 6000.0, "B": 5000.0, "C": 500.0}
    tank = CSTR.build(net, feed=feed, T=310.0, flow=1e-3, V=0.3, UA=300.0, T_coolant=300.0,
                      tanks=2, rho_cp=5e5)  # fmt: skip
    return tank, np.array([4000.0, 3500.0, 1500.0, 330.0])


def test_jacobian_equals_differences():
    tank, y = warm_tank()
    J, D = np.empty((4, 4)), np.empty((4, 4))
    tank.residual_jac(y, J)
    for j in range(4):
        up, down, step = np.empty(4), np.empty(4), 1e-5 * y[j]
        tank.residual(y + step * np.eye(4)[j], up)
        tank.residual(y - step * np.eye(4)[j], down)
        D[:, j] = (up - down) / (2.0 * step)
    np.testing.assert_allclose(J, D, rtol=1e-7, atol=1e-9 * np.abs(D).max())


def test_kernel_equals_plain_python_and_balances_close():
    tank, y = warm_tank()

    class Python:
        residual, residual_jac = tank.residual, tank.residual_jac

    kernel, python = find_zero(tank, y, lower=0.0), find_zero(Python(), y, lower=0.0)
    np.testing.assert_allclose(kernel.y, python.y, rtol=1e-12)
    state = solve_steady(tank)
    closures = state.balances()
    assert set(closures) == {"invariant_1", "invariant_2", "mass", "energy"}
    assert max(closures.values()) < 1e-10


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"V": 0.0}, "V: is 0, but must be above 0"),
        ({"flow": -1.0}, "flow: is -1, but must be above 0"),
        ({"tanks": 0}, "tanks: is 0, but must be above 0"),
        ({"rho_cp": 0.0}, "feed: has no heat capacity"),
        ({"feed": {"X": 1.0}}, "unknown species 'X'"),
    ],
)
def test_unusable_input_is_refused(more, sentence):
    with pytest.raises(InputError, match=sentence):
        first_order(300.0, **more)


def test_a_branch_that_does_not_exist_is_refused():
    assert solve_steady(first_order(285.0), branch=2).T[0] > 400.0
    with pytest.raises(InputError, match="branch is 3, but there are 3 steady states"):
        solve_steady(first_order(285.0), branch=3)


def test_solve_gives_the_coldest_state_of_a_series():
    run = solve(isothermal(Network.build("A => B", k=0.01), {"A": 100.0}, 300.0, tanks=3))
    np.testing.assert_allclose(run.dataset["c"].sel(species="A"), 100.0 / 2.0 ** np.arange(1, 4))
    assert run.dataset["tank"].values.tolist() == [1.0, 2.0, 3.0]
    assert run.kpis["X_A"] == pytest.approx(0.875, rel=1e-9)
    assert run.warnings == []
    several = solve(first_order(280.0))
    assert several.kpis["T_out"] == steady_states(first_order(280.0))[0].kpis["T_out"]
    assert "has 3 steady states; this one is the coldest" in several.warnings[0]
