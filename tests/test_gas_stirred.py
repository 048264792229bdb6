"""Stirred gas against Cantera's reactor between mass-flow controllers, and its limits."""

import cantera as ct
import numpy as np
import pytest

from intensify._jit import canonical, compiled
from intensify.chemistry.gas_file import gas_from_cantera
from intensify.errors import InputError
from intensify.reactors.gases.gas import ClosedGas
from intensify.reactors.gases.gas_stirred import GasStirredReactor
from intensify.solve import solve
from intensify.units import INF

FEED = {"H2": 2.0, "O2": 1.0, "AR": 7.0}
FLOW = {"feed": FEED, "T": 900.0, "p": 101325.0, "volume": 1e-5, "mass_flow": 2e-3}
HOT = {"start": {"H2O": 2.0, "AR": 7.0}, "T_start": 2400.0}


@pytest.fixture(scope="module")
def hydrogen():
    return gas_from_cantera("h2o2.yaml")


def cantera(times, start, T_start, *, UA=0.0, energy=True):
    """Temperatures and mole fractions of a constant-pressure reactor with a stiff outlet valve."""
    feed, gas = ct.Solution("h2o2.yaml"), ct.Solution("h2o2.yaml")
    feed.TPX = FLOW["T"], FLOW["p"], FEED
    gas.TPX = T_start, FLOW["p"], start
    inlet, outlet = ct.Reservoir(feed, clone=True), ct.Reservoir(gas, clone=True)
    pot = ct.IdealGasReactor(
        gas, volume=FLOW["volume"], energy="on" if energy else "off", clone=False
    )
    into = ct.MassFlowController(inlet, pot, mdot=FLOW["mass_flow"])
    valve = ct.PressureController(pot, outlet, primary=into, K=1e-3)
    wall = ct.Solution("h2o2.yaml")
    wall.TP = 600.0, 1e5
    ct.Wall(pot, ct.Reservoir(wall, clone=True), A=1.0, U=UA)
    net, out = ct.ReactorNet([pot]), []
    net.rtol, net.atol = 1e-11, 1e-18
    for t in times:
        net.advance(t)
        out.append((pot.T, pot.phase.X.copy(), pot.phase.P))
    assert valve is not None
    return out


@pytest.mark.parametrize("UA", [0.0, 0.05])
def test_a_burning_pot_is_canteras_on_the_way_and_at_rest(hydrogen, UA):
    times = (1e-4, 1e-3, 0.2)
    found = cantera(times, HOT["start"], HOT["T_start"], UA=UA)
    run = solve(GasStirredReactor(hydrogen, **FLOW, **HOT, until=0.2, UA=UA, T_wall=600.0))
    for t, (T, X, p) in zip(times, found, strict=True):
        # the valve lets p swing a little, which ours does not
        assert p == pytest.approx(FLOW["p"], rel=2e-3)
        row = run.at(t)
        assert row["T"] == pytest.approx(T, rel=2e-4)
        np.testing.assert_allclose(row["x"], X, rtol=5e-3, atol=1e-6)
    assert run.kpis["T_out"] == pytest.approx(found[-1][0], rel=1e-6)
    assert abs(run.kpis["drift"]) < 1e-6
    assert max(run.balances().values()) < 1e-6


def test_a_cold_pot_does_not_ignite_and_a_hot_one_burns(hydrogen):
    """Two steady states at one feed."""
    flow = FLOW | {"T": 700.0}
    cold = solve(GasStirredReactor(hydrogen, **flow))
    hot = solve(GasStirredReactor(hydrogen, **flow, **HOT))
    assert cold.kpis["T_out"] == pytest.approx(700.0, abs=2.0)
    assert hot.kpis["T_out"] > 2000.0
    assert abs(hot.kpis["drift"]) < 1e-6
    assert abs(cold.kpis["drift"]) < 1e-6


def test_held_at_one_temperature_it_is_canteras(hydrogen):
    found = cantera((0.3,), FEED, 1100.0, energy=False)
    run = solve(GasStirredReactor(hydrogen, **FLOW, start=FEED, T_start=1100.0, UA=INF, until=0.3))
    assert run.kpis["T_out"] == pytest.approx(1100.0, abs=1e-9)
    np.testing.assert_allclose(run.at(0.3)["x"], found[0][1], rtol=1e-4, atol=1e-9)
    assert max(run.balances().values()) < 1e-6


def test_without_flow_it_is_a_closed_vessel(hydrogen):
    slow = FLOW | {"mass_flow": 1e-12, "T": 1100.0}
    pot = solve(GasStirredReactor(hydrogen, **slow, until=1e-3))
    vessel = solve(ClosedGas(hydrogen, feed=FEED, T=1100.0, until=1e-3))
    assert pot.kpis["T_out"] == pytest.approx(vessel.kpis["T_out"], rel=1e-6)


def slope(model, t, y, dy):
    model.rhs(t, y, dy)


def matrix(model, t, y, J):
    model.jac(t, y, J)


@pytest.mark.parametrize("UA", [0.0, 0.05, INF])
def test_jacobian_is_that_of_the_equations(hydrogen, UA):
    pot = canonical(GasStirredReactor(hydrogen, **FLOW, **HOT, UA=UA))
    y = pot.state()
    n = y.size
    y[: n - 3] += 1e-2 * np.arange(1, n - 2)
    y[-1] = 1e5
    J, found = np.empty((n, n)), np.empty((n, n))
    compiled(matrix, pot)(pot, 0.0, y, J)

    def at(k, step):
        x, dy = y.copy(), np.empty(n)
        x[k] += step
        compiled(slope, pot)(pot, 0.0, x, dy)
        return dy

    for k in range(n):
        h = 1e-4 * max(abs(y[k]), 1e-3)
        near, far = at(k, h) - at(k, -h), at(k, 2.0 * h) - at(k, -2.0 * h)
        found[:, k] = (8.0 * near - far) / (12.0 * h)
    size = np.abs(found).max(axis=1, keepdims=True) + 1e-300
    assert (np.abs(J - found) / size).max() < 1e-6


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"volume": 0.0}, "volume.*above 0"),
        ({"mass_flow": -1.0}, "mass_flow.*above 0"),
        ({"until": 0.0}, "until.*above 0"),
        ({"UA": -1.0}, "UA.*0 or more"),
        ({"start": {"H2": -1.0}}, "mole fractions"),
    ],
)
def test_a_bad_pot_is_one_sentence(hydrogen, change, sentence):
    with pytest.raises(InputError, match=sentence):
        GasStirredReactor(hydrogen, **(FLOW | change))
