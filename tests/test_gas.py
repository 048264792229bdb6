"""Gas mechanisms and reactors against Cantera, and their balances and limits."""

import cantera as ct
import numpy as np
import pytest

from intensify._jit import canonical, compiled
from intensify.chemistry.gas_file import gas_from_cantera
from intensify.errors import InputError
from intensify.numerics import BDF
from intensify.reactors.gases.gas import ClosedGas, GasPlugFlow
from intensify.solve import solve
from intensify.units import INF
from intensify.verify import gas as verify

FEED = {"H2": 2.0, "O2": 1.0, "AR": 7.0}


@pytest.fixture(scope="module")
def hydrogen():
    return gas_from_cantera("h2o2.yaml")


def test_ignition_at_constant_volume_is_canteras(hydrogen):
    gas = ct.Solution("h2o2.yaml")
    gas.TPX = 1050.0, 2e5, FEED
    vessel = ct.IdealGasReactor(gas, clone=False)
    net = ct.ReactorNet([vessel])
    net.rtol, net.atol = 1e-10, 1e-18
    result = solve(ClosedGas(hydrogen, feed=FEED, T=1050.0, p=2e5, volume=2e-6, until=1e-3))
    for t in (5e-5, 1e-4, 2e-4, 1e-3):
        net.advance(t)
        row = result.at(t)
        assert row["T"] == pytest.approx(vessel.T, rel=1e-5)
        assert row["p"] == pytest.approx(gas.P, rel=1e-5)
        np.testing.assert_allclose(row["x"], gas.X, rtol=1e-4, atol=1e-10)


def test_a_long_run_ends_at_equilibrium(hydrogen):
    gas = ct.Solution("h2o2.yaml")
    gas.TPX = 1100.0, ct.one_atm, FEED
    gas.equilibrate("HP", rtol=1e-12)
    result = solve(ClosedGas(hydrogen, feed=FEED, T=1100.0, until=100.0))
    assert result.kpis["T_out"] == pytest.approx(gas.T, rel=1e-7)
    np.testing.assert_allclose(result.at(100.0)["x"], gas.X, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("volume", [None, 1e-6])
@pytest.mark.parametrize("UA", [0.0, 2e-3, INF])
def test_balances_close(hydrogen, volume, UA):
    """At constant pressure UA counts per kg: the same numbers there mean almost no cooling."""
    result = solve(ClosedGas(hydrogen, feed=FEED, T=1100.0, until=1e-3, volume=volume, UA=UA))
    assert {"H", "O", "Ar", "mass", "energy"} <= set(result.balances())
    assert max(result.balances().values()) < 1e-6
    if INF == UA:
        assert result.kpis["T_max"] == pytest.approx(1100.0, abs=1e-9)
        assert result.at(1e-3)["heat"] > 0.0


def test_slow_plug_flow_is_a_vessel_at_constant_pressure(hydrogen):
    """Far below the speed of sound p is held; the parcel's clock is dt = dz/u."""
    flow = solve(GasPlugFlow(hydrogen, feed=FEED, T=1100.0, length=1e-3, mass_flux=0.05))
    end, start = flow.at(1e-3), flow.at(0.0)
    vessel = solve(ClosedGas(hydrogen, feed=FEED, T=1100.0, until=1.0))
    z = np.linspace(0.0, 1e-3, 20001)
    u = flow.legs[0].model.observe(flow.legs[0], z, flow.legs[0].trajectory(z))["u"]
    passed = float(np.sum(0.5 * (1.0 / u[1:] + 1.0 / u[:-1]) * np.diff(z)))
    assert end["T"] == pytest.approx(vessel.at(passed)["T"], rel=1e-5)
    impulse = [row["p"] + 0.05 * row["u"] for row in (start, end)]
    assert impulse[0] == pytest.approx(impulse[1], rel=1e-13)
    assert max(flow.balances().values()) < 1e-6


def test_plug_flow_cooled_per_volume_gives_its_heat_to_the_wall(hydrogen):
    """An inert gas cools as exp(-UA z/(G cp))."""
    G, UA, z = 1.0, 1e4, 0.1
    reactor = GasPlugFlow(hydrogen, feed={"AR": 1.0}, T=600.0, length=z, mass_flux=G, UA=UA)
    cp = hydrogen.properties(500.0)[0][hydrogen.names.index("AR")] / 39.95e-3
    T = 300.0 + 300.0 * np.exp(-UA * z / (G * cp))
    assert solve(reactor).kpis["T_out"] == pytest.approx(T, rel=1e-6)


def test_ignition_sharpens_with_nothing_but_the_tolerance(hydrogen):
    reactor = ClosedGas(hydrogen, feed=FEED, T=1000.0, until=1e-3)
    coarse, fine = (solve(reactor, rtol=r).kpis["t_ignition"] for r in (1e-7, 1e-11))
    assert coarse == pytest.approx(fine, rel=1e-3)
    assert type(reactor.solver().method) is type(BDF())


def test_traces_below_zero_do_not_end_a_coarse_run():
    """At rtol 1e-3 third bodies that are single species get concentrations of -1e-15 at times."""
    network = gas_from_cantera("gri30.yaml")
    feed = {"CH4": 1.0, "O2": 2.0, "N2": 7.52}
    reactor = ClosedGas(network, feed=feed, T=1400.0, until=2e-2)
    coarse, fine = solve(reactor, rtol=1e-3), solve(reactor, rtol=1e-8)
    assert coarse.kpis["T_out"] == pytest.approx(fine.kpis["T_out"], rel=1e-2)


@pytest.mark.parametrize("flux", [0.0, 0.5])
def test_kernel_and_python_agree(hydrogen, flux):
    def slope(model, t, y, dy):
        model.rhs(t, y, dy)

    reactor = canonical(ClosedGas(hydrogen, feed=FEED, T=1400.0, until=1.0, UA=5.0))
    reactor = reactor._replace(flux=flux)
    y = reactor.state()
    y[:-2] += 1e-3 * np.arange(1, y.size - 1)
    plain, fast = np.empty(y.size), np.empty(y.size)
    reactor.rhs(0.0, y, plain)
    compiled(slope, reactor)(reactor, 0.0, y, fast)
    np.testing.assert_allclose(fast, plain, rtol=1e-9, atol=1e-9 * np.abs(plain).max())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"feed": {"XX": 1.0}}, "XX"),
        ({"feed": {"H2": 0.0}}, "mole fractions"),
        ({"feed": {"H2": -1.0, "O2": 3.0}}, "mole fractions"),
        ({"T": 0.0}, "T.*above 0"),
        ({"p": -1.0}, "p.*above 0"),
        ({"until": 0.0}, "until.*above 0"),
        ({"volume": 0.0}, "volume.*above 0"),
        ({"UA": -1.0}, "UA.*0 or more"),
    ],
)
def test_a_bad_vessel_is_one_sentence(hydrogen, change, sentence):
    given = {"feed": FEED, "T": 1000.0, "until": 1.0}
    with pytest.raises(InputError, match=sentence):
        ClosedGas(hydrogen, **(given | change))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"length": 0.0}, "length.*above 0"),
        ({"mass_flux": 0.0}, "mass_flux.*above 0"),
        ({"UA": -1.0}, "UA.*0 or more"),
        ({"mass_flux": 1e3}, "choking"),
    ],
)
def test_a_bad_flow_is_one_sentence(hydrogen, change, sentence):
    given = {"feed": FEED, "T": 1000.0, "length": 1.0, "mass_flux": 0.1}
    with pytest.raises(InputError, match=sentence):
        GasPlugFlow(hydrogen, **(given | change))


def run(vessel, places):
    """Temperatures and mole fractions of a Cantera reactor on the way."""
    net, out = ct.ReactorNet([vessel]), []
    net.rtol, net.atol = 1e-10, 1e-18
    for place in places:
        net.advance(place)
        out.append((vessel.T, vessel.phase.X.copy(), vessel.phase.P))
    return out


@pytest.mark.parametrize(
    ("file", "feed", "T"),
    [
        ("h2o2.yaml", "H2:1.0, O2:1.0, AR:5.0", 1080.0),
        ("gri30.yaml", "CH4:1,O2:2,N2:7.52", 1400.0),
        ("gri30.yaml", "NH3:4,CH4:1,O2:5,N2:18.8", 1550.0),
    ],
)
def test_ignition_of_other_mixtures(file, feed, T):
    gas = ct.Solution(file)
    gas.TPX = T, 3e5, feed
    times = (1e-4, 1e-2)
    vessel = ct.IdealGasConstPressureReactor(gas, clone=False)
    found = run(vessel, times)
    names = [f"{kind}_at_{t}s" for kind in ("T", "X_OH") for t in times]
    out = verify.cantera_ignition({"mechanism": file, "T0": T, "P": 3e5, "X0": feed}, names)
    for t, (temperature, X, _) in zip(times, found, strict=True):
        assert out[f"T_at_{t}s"] == pytest.approx(temperature, rel=1e-6)
        assert out[f"X_OH_at_{t}s"] == pytest.approx(X[gas.species_index("OH")], rel=1e-4)
    gas.equilibrate("HP")
    assert out["T_equilibrium_HP"] == pytest.approx(gas.T, rel=1e-5)


@pytest.mark.parametrize(
    ("file", "feed", "T", "p", "V", "UA", "Tw"),
    [
        ("h2o2.yaml", "H2:0.03,O2:0.05,AR:0.92", 980.0, 2e5, 2e-6, 0.05, 850.0),
        ("gri30.yaml", "CH4:0.5,O2:1.0,N2:6.0", 1500.0, 5e5, 3e-5, 0.4, 700.0),
        ("ohn.yaml", "H2:1.0,O2:1.0,N2:4.0", 1050.0, 1e5, 1e-6, 0.0, 300.0),
    ],
)
def test_a_cooled_vessel_with_other_numbers(file, feed, T, p, V, UA, Tw):
    gas, wall = ct.Solution(file), ct.Solution(file)
    gas.TPX, wall.TP = (T, p, feed), (Tw, 1e5)
    vessel = ct.IdealGasReactor(gas, volume=V, clone=False)
    ct.Wall(vessel, ct.Reservoir(wall, clone=False), A=1.0, U=UA)
    found = run(vessel, (1e-3, 4e-3))
    inputs = {"mechanism": file, "T0": T, "P0": p, "X0": feed, "V": V, "UA": UA, "Tw": Tw}
    names = ["T_at_0.001s", "P_at_0.001s", "T_at_0.004s", "P_at_0.004s"]
    out = verify.cantera_cooled_batch(inputs, names)
    for t, (temperature, _, p_there) in zip(("0.001", "0.004"), found, strict=True):
        assert out[f"T_at_{t}s"] == pytest.approx(temperature, rel=1e-6)
        assert out[f"P_at_{t}s"] == pytest.approx(p_there, rel=1e-6)


@pytest.mark.parametrize(
    ("file", "feed", "T", "p", "area", "flow"),
    [
        ("h2o2.yaml", "H2:0.2,O2:0.1,AR:0.7", 1100.0, 1.5e5, 2e-4, 4e-4),
        ("gri30.yaml", "H2:1.0,CO:0.5,O2:1.0,N2:4.0", 1150.0, 4e5, 1e-3, 5e-3),
    ],
)
def test_plug_flow_with_other_numbers(file, feed, T, p, area, flow):
    gas = ct.Solution(file)
    gas.TPX = T, p, feed
    reactor = ct.FlowReactor(gas, clone=False)
    reactor.area, reactor.mass_flow_rate, reactor.energy_enabled = area, flow, True
    found = run(reactor, (1e-3, 2e-2))
    inputs = {"mechanism": file, "T0": T, "P0": p, "X0": feed, "area": area, "mass_flow": flow}
    names = ["T_at_0.001m", "T_at_0.02m", "X_H2O_at_0.001m", "X_H2O_at_0.02m"]
    out = verify.cantera_flowreactor(inputs, names)
    water = gas.species_index("H2O")
    for z, (temperature, X, _) in zip(("0.001", "0.02"), found, strict=True):
        assert out[f"T_at_{z}m"] == pytest.approx(temperature, rel=2e-6)
        assert out[f"X_H2O_at_{z}m"] == pytest.approx(X[water], rel=1e-4)
    assert out["P_out"] == pytest.approx(found[-1][2], rel=1e-8)


def slope(model, t, y, dy):
    model.rhs(t, y, dy)


def matrix(model, t, y, J):
    model.jac(t, y, J)


@pytest.mark.parametrize("flux", [0.0, 20.0])
@pytest.mark.parametrize("volume", [0.0, 1.0])
@pytest.mark.parametrize("UA", [0.0, 1e5, INF])
def test_jacobian_is_that_of_the_equations(hydrogen, flux, volume, UA):
    """Against differences of order 4; G u/p is 0.03, so that friction-free acceleration counts."""
    if flux * volume > 0.0:
        return
    reactor = ClosedGas(hydrogen, feed=FEED, T=1100.0, until=1.0)
    reactor = canonical(
        reactor._replace(flux=flux, held_volume=volume, UA=UA, by_volume=float(flux > 0.0))
    )
    y = reactor.state()
    y[:-2] += 1e-2 * np.arange(1, y.size - 1)
    y[-2] = 1300.0
    J, found = np.empty((y.size, y.size)), np.empty((y.size, y.size))
    compiled(matrix, reactor)(reactor, 0.0, y, J)

    def at(k, step):
        x, dy = y.copy(), np.empty(y.size)
        x[k] += step
        compiled(slope, reactor)(reactor, 0.0, x, dy)
        return dy

    for k in range(y.size):
        h = 1e-4 * max(abs(y[k]), 1e-3)
        near, far = at(k, h) - at(k, -h), at(k, 2.0 * h) - at(k, -2.0 * h)
        found[:, k] = (8.0 * near - far) / (12.0 * h)
    size = np.abs(found).max(axis=1, keepdims=True) + 1e-300
    assert (np.abs(J - found) / size).max() < 1e-6
