"""Axial dispersion between Danckwerts ends: closed forms, several states, conservation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import intensify as it
from intensify.errors import InputError
from intensify.reactors.channels.dispersed import DispersedChannel, dispersed_states


def isothermal(Pe, Da, order=1):
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(Da), orders={"A": order})])
    return DispersedChannel.build(
        net, feed={"A": 1.0}, T=300.0, velocity=1.0, D=1.0 / Pe, zones=[(1.0, 0.0, 300.0)],
        rho_cp=1e6,
    )  # fmt: skip


@pytest.mark.parametrize("Pe", [0.1, 3.0, 40.0, 300.0])
def test_a_first_order_reaction_is_danckwerts(Pe):
    Da = 2.5
    (state,) = dispersed_states(isothermal(Pe, Da))
    a = np.sqrt(1.0 + 4.0 * Da / Pe)
    exact = (
        4.0
        * a
        / ((1 + a) ** 2 * np.exp(Pe * (a - 1) / 2) - (1 - a) ** 2 * np.exp(-Pe * (a + 1) / 2))
    )
    assert state.c[-1, 0] == pytest.approx(exact, rel=1e-7)
    assert state.branches == 1
    assert max(state.balances().values()) < 1e-8


ADIABATIC = {"Ta": 6500.0, "rise": 150.0, "T": 300.0}


def adiabatic(Pe, Da):
    """A => B with a rise of 150 K, heat dispersed as matter; Da at the inlet's temperature."""
    k = it.Arrhenius(Da * np.exp(ADIABATIC["Ta"] / ADIABATIC["T"]), 0.0, ADIABATIC["Ta"])
    net = it.Network.build([it.Reaction("A => B", k, dH=-ADIABATIC["rise"] * 1e6)])
    return DispersedChannel.build(
        net, feed={"A": 1.0}, T=300.0, velocity=1.0, D=1.0 / Pe, zones=[(1.0, 0.0, 300.0)],
        rho_cp=1e6,
    )  # fmt: skip


def states_by_shooting(Pe, Da):
    """Outlet conversions by marching from the outlet back: T follows X where Le = 1."""
    Ta, rise, T0 = ADIABATIC.values()

    def miss(X_out):
        def f(s, y):  # s runs from the outlet to the inlet; y = X, its slope along s
            X = np.clip(y[0], -0.5, 1.0)  # beyond it the march only has to miss
            r = Da * np.exp(Ta / T0 - Ta / (T0 + rise * X)) * (1.0 - y[0])
            return [y[1], -Pe * y[1] - Pe * r]

        end = solve_ivp(f, (0.0, 1.0), [X_out, 0.0], "LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
        return end[0] + end[1] / Pe  # u X - D X' = 0 at the inlet, X' = -dX/ds

    places = 1.0 - np.geomspace(1e-9, 1.0 - 1e-6, 400)[::-1]
    values = [miss(X) for X in places]
    return [
        brentq(miss, a, b, xtol=1e-13)
        for a, b, u, v in zip(places, places[1:], values, values[1:], strict=False) if u * v < 0.0
    ]  # fmt: skip


def test_strong_dispersion_has_three_states_and_weak_one():
    Da = 0.02
    several = dispersed_states(adiabatic(2.0, Da))
    expected = states_by_shooting(2.0, Da)
    assert len(several) == len(expected) == 3
    got = sorted(1.0 - s.c[-1, 0] for s in several)
    assert got == pytest.approx(sorted(expected), abs=1e-6)
    assert [s.branch for s in several] == [0, 1, 2]
    assert all(max(s.balances().values()) < 1e-7 for s in several)
    assert several[-1].kpis["T_max"] == pytest.approx(450.0, abs=2.0)
    assert len(dispersed_states(adiabatic(400.0, Da))) == len(states_by_shooting(400.0, Da)) == 1


def test_zones_cool_each_its_part():
    net = it.Network.build("A => B", k=0.0)
    tube = DispersedChannel.build(
        net, feed={"A": 1.0}, T=350.0, velocity=0.1, D=5e-4, rho_cp=1e6,
        zones=[(0.5, 1e5, 300.0), (0.5, 2e5, 320.0)],
    )  # fmt: skip
    (state,) = dispersed_states(tube)
    first = 300.0 + 50.0 * np.exp(-0.5)
    assert state.T[-1] == pytest.approx(320.0 + (first - 320.0) * np.exp(-1.0), abs=0.2)
    assert max(state.balances().values()) < 1e-7


@pytest.mark.parametrize(("options", "sentence"), [
    ({"D": 0.0}, "D: is 0, but must be above 0"),
    ({"velocity": -1.0}, "velocity: is -1"),
    ({"zones": []}, "at least one zone"),
    ({"zones": [(0.0, 0.0, 300.0)]}, r"zones\[0\]: has length 0"),
])  # fmt: skip
def test_unusable_input_is_refused(options, sentence):
    net = it.Network.build("A => B", k=0.1)
    given = {"feed": {"A": 1.0}, "T": 300.0, "velocity": 1.0, "D": 1.0, "rho_cp": 1e6,
             "zones": [(1.0, 0.0, 300.0)]}  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        DispersedChannel.build(net, **(given | options))
