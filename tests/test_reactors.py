"""Stirred vessel and channel: exact Jacobians, closed balances, limits, independent codes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_bvp, solve_ivp
from scipy.linalg import expm

import intensify as it
from intensify import phases
from intensify.errors import InputError
from intensify.reactors.vessels.phases import AT_CONVERSION, AT_VOLUME, JACKET, PRESCRIBED, Phase

RHO_CP, DH = 4e6, -8e4
INERT = it.Network.build("A => B", k=0.0)
SECOND = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=DH)])
# cp and volumes of the species count, and both reactions change the volume
RICH = it.Network.build(
    [it.Reaction("A + B => C", it.Arrhenius(2e3, 0.0, 5500.0), {"A": 1.0, "B": 1.5}, dH=-6e4),
     it.Reaction("C + B => D", it.Arrhenius(8.0, 0.0, 4000.0), dH=-3e4)],
    [it.Species("A", v=1.1e-4, cp=210.0), it.Species("B", v=4e-5, cp=90.0),
     it.Species("C", v=1.2e-4, cp=250.0), it.Species("D", v=1.5e-4, cp=330.0)],
)  # fmt: skip


def vessel(recipe, net=SECOND, **changed):
    fields = {
        "charge": {"A": 1000.0}, "V": 0.8, "T": 300.0, "rho_cp": RHO_CP,
        "wall": it.Wall(300.0, 1.0), "jacket": it.Jacket(T_in=290.0), **changed,
    }  # fmt: skip
    return it.SemibatchReactor(net, recipe=recipe, **fields)


def channel(zones, net=SECOND, **changed):
    fields = {
        "feed": {"A": 900.0, "B": 1000.0}, "T": 310.0, "flow": 2e-6, "channels": 2.0,
        "section": it.rectangular_section(2e-3, 2e-3), "rho_cp": RHO_CP, **changed,
    }  # fmt: skip
    return it.MiniaturisedReactor(net, zones=zones, **fields)


# --- the Jacobians -------------------------------------------------------------------------------
def assert_jacobian(model, t, y, sizes):
    """J against differences of rhs of fourth order, entry by entry in the scale of its row."""
    n = y.size
    J, fd = np.full((n, n), np.nan), np.empty((n, n))
    model.jac(t, y, J)
    for j in range(n):
        column = np.zeros(n)
        for steps, weight in ((1, 2 / 3), (-1, -2 / 3), (2, -1 / 12), (-2, 1 / 12)):
            at, dy = y.copy(), np.full(n, np.nan)
            at[j] += steps * 2e-6 * sizes[j]
            model.rhs(t, at, dy)
            column += weight * dy
        fd[:, j] = column / (2e-6 * sizes[j])
    model.rhs(t, y, dy)
    scale = np.maximum(np.abs(fd * sizes).max(axis=1), np.abs(dy) + 1e-300)[:, None]
    worst = float(np.abs((J - fd) * sizes / scale).max())
    assert worst < 1e-8


PHASES = {
    "prescribed": phases.isothermal("dose", T=320.0, duration=500.0, dosing=True),
    "ramp": phases.ramp("heat", to=340.0, rate=0.05, start=300.0)._replace(dosing=1.0),
    "jacket": phases.jacket("dose", T=305.0, duration=500.0, dosing=True),
    "no dosing": phases.jacket("hold", T=305.0, duration=500.0),
    "controlled": phases.controlled("dose", T=320.0, duration=500.0, dosing=True),
    "adiabatic": phases.adiabatic("dose", duration=500.0, dosing=True),
    "ride": phases.isothermal("dose", T=320.0, duration=500.0, dosing=True)._replace(ride=1.0),
    "idle": phases.idle("clean", 500.0),
}
JACKETS = {"constant": it.Jacket(T_in=290.0), "plug": it.Jacket(900.0, 0.0, 290.0),
           "mixed": it.Jacket(900.0, 2e5, 290.0, 300.0)}  # fmt: skip


@pytest.mark.parametrize("jacket", list(JACKETS))
@pytest.mark.parametrize("phase", list(PHASES))
def test_jacobian_of_the_vessel(phase, jacket):
    feeds = [it.Feed({"B": 9e3}, 295.0, profile=[(0.0, 1e-4), (500.0, 4e-4)], work=2e5),
             it.Feed({"B": 5e3, "C": 10.0}, 330.0, V=0.05, duration=300.0)]  # fmt: skip
    reactor = it.SemibatchReactor(
        RICH, charge={"A": 4000.0}, V=0.8, T=300.0, feeds=feeds, recipe=[PHASES[phase],
        phases.adiabatic(duration=1.0)], wall=it.Wall(400.0, 0.5, 2.0, 3.0), C_vessel=1e5,
        stirrer=500.0, jacket=JACKETS[jacket], controller=it.Controller(T_min=280.0, T_max=350.0),
        failure=it.Failure(at=200.0, coolant=0.4, stirring=0.3, dosing=0.7),
    )  # fmt: skip
    model = reactor.stage(0, 0.0, reactor.state()).model
    rng = np.random.default_rng(5)
    sizes = np.array([2e3] * 4 + [300.0, 1.0, 300.0, 300.0, 10.0, 1e8, 1e8, 0.1, 0.1])
    limits = set()
    for _ in range(12):
        n = rng.uniform(10.0, 3e3, 4)
        # areas on both sides of their maximum, inlets and set points on both sides of their limits
        T, T_in, sum_ = rng.uniform([300.0, 281.0, -60.0], [335.0, 350.0, 60.0])
        if phase == "controlled" and rng.uniform() < 0.5:
            T = 320.0 + rng.uniform(-0.4, 0.4)
            T_in = np.clip(320.0 + 5.0 * (320.0 - T) + sum_, 280.0, 350.0) + rng.uniform(-0.8, 0.8)
        y = np.array([*n, T, rng.uniform(0.6, 1.4), 300.0, T_in, sum_, 1e6, 1e6, 0.01, 0.02])
        for t in (90.0, 250.0, 310.0):
            assert_jacobian(model, t, y, sizes)
        limits.add(model.control(T, T_in, sum_)[2:4])
    if phase == "controlled":
        assert limits == {(a, b) for a in (0.0, 1.0) for b in (0.0, 1.0)}


@pytest.mark.parametrize("net", [SECOND, RICH], ids=["second", "rich"])
@pytest.mark.parametrize(
    "zone",
    [it.Zone(320.0, length=1.0, U=np.inf), it.Zone(320.0, length=1.0, U=0.0),
     it.Zone(320.0, length=1.0, U=900.0), it.Zone(320.0, length=1.0, U=900.0, wc=3.0),
     it.Zone(320.0, length=1.0, UA_V=3e6, wc=3.0, counter=True)],
)  # fmt: skip
def test_jacobian_of_the_channel(zone, net):
    reactor = channel([zone], net, rho_cp=0.0 if net is RICH else RHO_CP)
    model = reactor.stage(0, 0.0, reactor.state()).model
    rng = np.random.default_rng(6)
    S = len(net.names)
    sizes = np.array([1e-3] * S + [300.0, 300.0, 10.0, 1e3])
    for _ in range(12):
        y = np.array([*rng.uniform(1e-4, 1e-3, S), *rng.uniform(290.0, 360.0, 2), 1.0, 50.0])
        assert_jacobian(model, 0.3, y, sizes)


# --- balances ------------------------------------------------------------------------------------
@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.sampled_from(list(PHASES)), st.sampled_from(list(JACKETS)), st.floats(0.2, 5.0),
       st.floats(280.0, 330.0), st.booleans(), st.booleans())  # fmt: skip
def test_balances_of_the_vessel_close(phase, jacket, speed, T_feed, rich, failing):
    net = RICH if rich else SECOND
    heat = 0.0 if rich else RHO_CP
    feeds = [it.Feed({"B": 9e3}, T_feed, V=0.15, duration=400.0, rho_cp=heat, work=1e5),
             it.Feed({"A": 500.0}, 300.0, profile=[(50.0, 0.0), (100.0, 1e-4), (300.0, 0.0)],
                     rho_cp=heat)]  # fmt: skip
    reactor = vessel(
        [PHASES[phase], phases.jacket("cool", T=290.0, duration=300.0)], net.scaled(k0=speed),
        charge={"A": 4000.0}, feeds=feeds, rho_cp=heat, wall=it.Wall(400.0, 0.5, 2.0, 3.0),
        jacket=JACKETS[jacket], stirrer=300.0, C_vessel=1e5,
        failure=it.Failure(at=222.0, coolant=0.0) if failing else it.Failure(),
    )  # fmt: skip
    closure = it.solve(reactor).balances()
    energy = closure.pop("energy")
    assert max(closure.values()) < 1e-10  # linear in the state: exact but for rounding
    assert energy < 2e-7


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.floats(0.1, 10.0), st.floats(0.0, 2e3), st.floats(280.0, 330.0), st.booleans(),
       st.sampled_from([np.inf, 3.0]))  # fmt: skip
def test_balances_of_the_channel_close(speed, U, T_u, rich, wc):
    net = (RICH if rich else SECOND).scaled(k0=speed)
    zones = [it.Zone(T_u, residence=5.0, U=U, wc=wc), it.Zone(330.0, residence=3.0, U=np.inf),
             it.Zone(320.0, residence=3.0, U=0.0)]  # fmt: skip
    result = it.solve(channel(zones, net, rho_cp=0.0 if rich else RHO_CP))
    closure = result.balances()
    energy = closure.pop("energy")
    assert max(closure.values()) < 1e-10
    assert energy < 1e-7


def test_rho_cp_with_reactions_that_change_the_volume_is_refused():
    with pytest.raises(InputError, match="rho_cp counts per volume"):
        vessel([PHASES["jacket"]], RICH, charge={"A": 1.0})
    with pytest.raises(InputError, match="rho_cp counts per volume"):
        channel([it.Zone(300.0, length=1.0, U=0.0)], RICH)


# --- vessel: closed forms ------------------------------------------------------------------------
def equal_batch(t, k, c):
    """Conversion of A + B => C with equal concentrations at constant volume."""
    return k * c * t / (1.0 + k * c * t)


def test_isothermal_batch_and_its_heat():
    recipe = [phases.isothermal(T=330.0, duration=500.0)]
    run = it.solve(vessel(recipe, charge={"A": 1e3, "B": 1e3}))
    X = equal_batch(500.0, 1e4 * np.exp(-6000.0 / 330.0), 1e3)
    assert run.kpis["X_A"] == pytest.approx(X, rel=1e-8)
    # the contents are brought from 300 to 330 K by the jacket at once, then it takes the heat
    heat = 0.8 * (1e3 * X * -DH - RHO_CP * 30.0)
    assert run.legs[-1].y_end[3 + 5] == pytest.approx(heat, rel=1e-8)
    assert run.kpis["dT_ad"] == pytest.approx(20.0)
    assert run.kpis["MTSR"] == pytest.approx(350.0)
    assert (run.kpis["T_max"], run.kpis["t_cycle"]) == pytest.approx((330.0, 500.0), rel=1e-13)


def test_a_ramp_takes_the_heat_of_warming():
    recipe = [phases.ramp("heat", to=350.0, rate=0.1, start=300.0)]
    run = it.solve(vessel(recipe, INERT, C_vessel=1e6))
    assert run.legs[-1].end == pytest.approx(500.0)
    assert run.legs[-1].y_end[2] == pytest.approx(350.0, rel=1e-12)
    assert run.at(123.0)["Q"] == pytest.approx(-12.3 * (0.8 * RHO_CP + 1e6), rel=1e-9)


@pytest.mark.parametrize("T0", [290.0, 340.0])
def test_adiabatic_batch_rises_by_conversion_times_dT_ad(T0):
    run = it.solve(vessel([phases.adiabatic(duration=900.0)], charge={"A": 1e3, "B": 9e2}, T=T0))
    end = run.at(900.0)
    X = 1.0 - end["n"][1] / 720.0
    assert X > 0.01
    assert end["T"] == pytest.approx(T0 + X * 18.0, abs=1e-6)  # 900 mol/m3 x 80 kJ/mol / 4 MJ
    assert run.dataset["T_cf"].values == pytest.approx(T0 + 18.0, abs=1e-6)


@pytest.mark.parametrize("wc", [50.0, 400.0, np.inf])
def test_plug_flow_jacket(wc):
    reactor = vessel([phases.jacket(T=280.0, duration=4e3)], INERT, jacket=it.Jacket(wc))
    K = 300.0 if wc == np.inf else wc * (1.0 - np.exp(-300.0 / wc))
    run = it.solve(reactor)
    assert run.at(4e3)["T"] == pytest.approx(
        280.0 + 20.0 * np.exp(-K * 4e3 / (0.8 * RHO_CP)), abs=1e-7
    )
    assert run.at(2e3)["heat_removal"] == pytest.approx(K * (run.at(2e3)["T"] - 280.0), rel=1e-12)


@pytest.mark.parametrize("wc", [50.0, 400.0, 1e7])
def test_mixed_jacket(wc):
    reactor = vessel(
        [phases.jacket(T=280.0, duration=4e3)], INERT, jacket=it.Jacket(wc, 5e5, 280.0, 295.0)
    )
    end = it.solve(reactor).at(4e3)
    C = 0.8 * RHO_CP
    A = np.array([[-300.0 / C, 300.0 / C], [300.0 / 5e5, -(300.0 + wc) / 5e5]])
    exact = 280.0 + expm(4e3 * A) @ [20.0, 15.0]
    assert [end["T"], end["T_jacket"]] == pytest.approx(exact, abs=1e-6)


def test_many_jackets_meet_at_large_flow():
    ends = [
        it.solve(vessel([phases.jacket(T=280.0, duration=4e3)], INERT, jacket=jacket)).at(4e3)["T"]
        for jacket in (it.Jacket(np.inf), it.Jacket(1e8), it.Jacket(1e8, 1e3))
    ]
    assert ends[1:] == pytest.approx([ends[0]] * 2, abs=1e-3)


def test_a_jacket_with_a_content_needs_a_flow():
    with pytest.raises(InputError, match="give wc"):
        vessel([phases.jacket(T=280.0, duration=4e3)], INERT, jacket=it.Jacket(C=1e5))


def test_phases_end_where_their_quantity_does():
    k = 1e4 * np.exp(-6000.0 / 330.0)
    recipe = [
        phases.to_temperature("heat", T_jacket=360.0, T=330.0),
        phases.isothermal("hold", T=330.0, duration=1e6)._replace(
            until=AT_CONVERSION, key=0.0, value=0.9
        ),
        phases.to_temperature("cool", T_jacket=280.0, T=310.0),
    ]
    tau = 0.8 * RHO_CP / 300.0
    heats = it.solve(vessel([recipe[0], recipe[2]], INERT))
    assert heats.kpis["t_heat"] == pytest.approx(tau * np.log(60.0 / 30.0), rel=1e-7)
    assert heats.kpis["t_cool"] == pytest.approx(tau * np.log(50.0 / 30.0), rel=1e-7)
    fast = it.solve(vessel([recipe[1]], charge={"A": 1e3, "B": 1e3}))
    assert fast.kpis["t_hold"] == pytest.approx(9.0 / (k * 1e3), rel=1e-7)
    assert fast.where_converted("A", 0.5) == pytest.approx(1.0 / (k * 1e3), rel=1e-7)


# --- dosing --------------------------------------------------------------------------------------
def test_dosed_volumes_are_exact():
    profile = [(0.0, 0.0), (100.0, 2e-4), (100.0, 5e-5), (300.0, 1e-4), (450.0, 0.0)]
    feeds = [it.Feed({}, 300.0, profile=profile), it.Feed({}, 300.0, V=0.03, duration=217.0)]
    recipe = [phases.idle("charge", 77.7), phases.adiabatic("dose", duration=600.0, dosing=True)]
    run = it.solve(vessel(recipe, INERT, feeds=feeds))
    # triangle 0.01, trapezia 0.015 and 0.0075
    assert run.legs[-1].y_end[-2:] == pytest.approx([0.0325, 0.03], rel=1e-12)
    assert run.at(77.7 + 50.0)["V"] == pytest.approx(0.8 + 2.5e-3 + 0.03 * 50 / 217, rel=1e-12)
    assert run.at(77.7 + 200.0)["V"] == pytest.approx(0.8 + 0.01 + 6.25e-3 + 0.03 * 200 / 217)
    assert run.at(77.7 + 200.0)["feed"] == pytest.approx(7.5e-5 + 0.03 / 217, rel=1e-9)
    assert run.at(77.7 + 500.0)["feed"] == 0.0


def test_dosing_until_a_volume_and_over_another_time():
    feed = it.Feed({"B": 1e3}, 300.0, V=0.2, duration=400.0, rho_cp=RHO_CP)
    dose = phases.adiabatic("dose", duration=400.0, dosing=True)
    reactor = vessel([dose._replace(until=AT_VOLUME, value=0.9)], feeds=[feed])
    assert it.solve(reactor).kpis["t_dose"] == pytest.approx(200.0, rel=1e-12)
    slow = it.solve(vessel([dose], feeds=[feed]).with_dosing_time(1234.0))
    assert slow.kpis["t_dose"] == pytest.approx(1234.0)
    assert slow.kpis["V"] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    "profile", [[(0.0, 1e-4)], [(10.0, 1e-4), (0.0, 1e-4)], [(0.0, -1e-4), (5.0, 1e-4)]]
)
def test_a_profile_that_is_none(profile):
    with pytest.raises(InputError, match="two nodes"):
        vessel([PHASES["jacket"]], feeds=[it.Feed({"B": 1.0}, 300.0, profile=profile)])


def test_semibatch_with_two_feeds_against_scipy():
    wc, C_j, T_in = 900.0, 2e5, 292.0
    reactor = it.SemibatchReactor(
        RICH, charge={"A": 4000.0}, V=0.8, T=305.0, C_vessel=1e5, stirrer=500.0,
        feeds=[it.Feed({"B": 9e3}, 295.0, profile=[(0.0, 1e-4), (500.0, 4e-4)], work=2e5),
               it.Feed({"B": 5e3, "C": 100.0}, 330.0, V=0.05, duration=300.0)],
        wall=it.Wall(400.0, 0.5, 2.0, 2.3), jacket=it.Jacket(wc, C_j, 290.0, 300.0),
        recipe=[phases.jacket("dose", T=T_in, duration=700.0, dosing=True)],
    )  # fmt: skip
    nu = np.array([[-1.0, -1.0, 1.0, 0.0], [0.0, -1.0, -1.0, 1.0]])
    v, cp = np.array([1.1e-4, 4e-5, 1.2e-4, 1.5e-4]), np.array([210.0, 90.0, 250.0, 330.0])
    c1, c2 = np.array([0.0, 9e3, 0.0, 0.0]), np.array([0.0, 5e3, 100.0, 0.0])

    def rhs(t, y):
        n, T, V, T_j = y[:4], y[4], y[5], y[6]
        c = n / V
        r = np.array([2e3 * np.exp(-5500.0 / T) * c[0] * max(c[1], 0.0) ** 1.5,
                      8.0 * np.exp(-4000.0 / T) * c[2] * c[1]])  # fmt: skip
        dH = np.array([-6e4, -3e4]) + nu @ cp * (T - 298.15)
        q1 = 1e-4 + 3e-4 * t / 500.0 if t <= 500.0 else 0.0
        q2 = 0.05 / 300.0 if t <= 300.0 else 0.0
        area = min(0.5 + 2.0 * V, 2.3)
        Q = 400.0 * area * (T - T_j)
        heat = -V * dH @ r + q1 * (c1 @ cp * (295.0 - T) + 2e5) + q2 * c2 @ cp * (330.0 - T) + 500.0
        return [*(V * nu.T @ r + q1 * c1 + q2 * c2), (heat - Q) / (n @ cp + 1e5),
                q1 + q2 + V * (nu @ v) @ r, (Q - wc * (T_j - T_in)) / C_j]  # fmt: skip

    y = np.array([3200.0, 0.0, 0.0, 0.0, 305.0, 0.8, 300.0])
    run = it.solve(reactor, rtol=1e-10)
    for start, end in ((0.0, 300.0), (300.0, 500.0), (500.0, 700.0)):
        # evaluated a hair inside: scipy's steps know no switches
        inside = lambda t, y, a=start, b=end: rhs(min(max(t, a + 1e-9), b - 1e-9), y)  # noqa: E731
        y = solve_ivp(inside, (start, end), y, "Radau", rtol=1e-11, atol=1e-9).y[:, -1]
        got = run.at(end)
        assert got["n"] == pytest.approx(y[:4], rel=1e-7, abs=1e-4)
        assert [got["T"], got["V"], got["T_jacket"]] == pytest.approx(y[4:], rel=1e-8)
    assert got["T"] > 320.0


# --- controller, failures ------------------------------------------------------------------------
def test_the_controller_holds_its_set_point_and_its_limits():
    limits = it.Controller(Kp=5.0, t_i=900.0, T_min=280.0, T_max=330.0, rate=0.05, lag=10.0)
    feed = it.Feed({"B": 2e3}, 300.0, V=0.16, duration=3 * 3600.0, rho_cp=RHO_CP)
    recipe = [phases.controlled("heat", T=320.0, duration=12 * 3600.0),
              phases.controlled("dose", T=320.0, duration=3 * 3600.0, dosing=True)]  # fmt: skip
    run = it.solve(vessel(recipe, feeds=[feed], controller=limits))
    t = np.linspace(12 * 3600.0, 15 * 3600.0, 2001)
    Y = run.legs[1].trajectory(t)
    assert run.kpis["X_B"] > 0.9
    assert np.abs(Y[:, 3] - 320.0).max() < 1.0
    t = np.linspace(0.0, 12 * 3600.0, 40_001)
    T_in = run.legs[0].trajectory(t)[:, 6]
    assert T_in.min() >= 280.0 - 1e-5
    assert T_in.max() == pytest.approx(330.0, abs=1e-3)
    assert T_in.max() <= 330.0 + 1e-5
    speed = np.abs(np.diff(T_in)) / np.diff(t)
    assert speed.max() == pytest.approx(0.05, rel=1e-6)
    # a jacket without content is everywhere at its inlet, in the profiles too
    profile = run.dataset
    assert np.array_equal(profile["T_jacket"], profile["T_jacket_in"])


def dosed(mode, **failure):
    feed = it.Feed({"B": 5e3}, 300.0, V=0.2, duration=600.0, rho_cp=RHO_CP)
    makers = {
        JACKET: lambda: phases.jacket("dose", T=320.0, duration=600.0, dosing=True),
        PRESCRIBED: lambda: phases.isothermal("dose", T=320.0, duration=600.0, dosing=True),
    }
    return it.solve(vessel(
        [makers[mode](), phases.isothermal("hold", T=320.0, duration=400.0)], T=320.0, feeds=[feed],
        wall=it.Wall(900.0, 1.0), jacket=it.Jacket(2000.0), failure=it.Failure(at=250.0, **failure),
    ))  # fmt: skip


@pytest.mark.parametrize("mode", [JACKET, PRESCRIBED])
def test_after_loss_of_coolant_the_vessel_is_adiabatic(mode):
    run = dosed(mode, coolant=0.0, dosing=0.0)
    lost, end = run.at(250.0), run.at(600.0)
    assert end["V"] == pytest.approx(lost["V"], rel=1e-12)
    assert end["V"] == pytest.approx(0.8 + 0.2 * 250 / 600, rel=1e-12)
    made = end["n"][2] - lost["n"][2]
    assert made > 10.0
    assert end["T"] - lost["T"] == pytest.approx(-DH * made / (RHO_CP * end["V"]), abs=1e-5)
    # the hold that would prescribe 320 K has no coolant either: no jump back, no heat removed
    late = run.at(1000.0)
    assert late["T"] > end["T"]
    assert late["Q"] == pytest.approx(end["Q"], abs=1e-3)
    assert run.dataset["T"].sel(t=slice(250.0, None)).diff("t").min() > -1e-6


def test_dosing_that_goes_on_without_coolant():
    run = dosed(JACKET, coolant=0.0)
    lost, end = run.at(250.0), run.at(600.0)
    assert end["V"] == pytest.approx(1.0, rel=1e-12)
    made = end["n"][2] - lost["n"][2]
    mixed = (lost["V"] * lost["T"] + (1.0 - lost["V"]) * 300.0) - DH * made / RHO_CP
    assert end["T"] == pytest.approx(mixed, abs=1e-5)
    # everything reacts at last: the figure that the run without failure promises
    assert run.kpis["T_dosing_not_stopped"] > end["T"]


@pytest.mark.parametrize("factor", [0.0, 0.4])
def test_a_stirrer_that_stops_leaves_a_part_of_the_wall(factor):
    run = it.solve(vessel([phases.jacket(T=280.0, duration=4e3)], INERT,
                          failure=it.Failure(at=1500.0, stirring=factor)))  # fmt: skip
    decay = 300.0 * (1500.0 + factor * 2500.0) / (0.8 * RHO_CP)
    assert run.at(4e3)["T"] == pytest.approx(280.0 + 20.0 * np.exp(-decay), abs=1e-7)


# --- channel: closed forms -----------------------------------------------------------------------
def exchanger(U, *, counter=False, wc=np.inf, zones=1):
    """An inert fluid at 310 K, C = 4 W/K per channel, 1 m long, U A = 0.008 U."""
    parts = [it.Zone(350.0, length=1.0 / zones, U=U, wc=wc, counter=counter)] * zones
    return it.solve(channel(parts, INERT, feed={"A": 1.0}))


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("NTU", [0.1, 2.0, 8.0])
@pytest.mark.parametrize("counter", [False, True])
def test_without_heat_of_reaction_it_is_a_heat_exchanger(NTU, ratio, counter):
    wc = 4.0 / ratio if ratio else np.inf
    run = exchanger(NTU * 4.0 / 0.008, counter=counter, wc=wc)
    # effectiveness on the fluid's side, P(NTU, R) with R = C/C_utility
    if counter and ratio == 1.0:
        P = NTU / (1.0 + NTU)
    elif counter:
        e = np.exp(-NTU * (1.0 - ratio))
        P = (1.0 - e) / (1.0 - ratio * e)
    else:
        P = (1.0 - np.exp(-NTU * (1.0 + ratio))) / (1.0 + ratio)
    assert run.kpis["T_out"] == pytest.approx(310.0 + 40.0 * P, abs=1e-6)
    assert run.kpis["T_utility_out"] == pytest.approx(350.0 - ratio * 40.0 * P, abs=1e-6)
    assert run.kpis["NTU"] == pytest.approx(NTU)
    assert run.at(1.0)["q"] == pytest.approx(-2 * 4.0 * 40.0 * P, abs=1e-5)


def test_a_counter_current_utility_that_shooting_cannot_meet_is_told():
    # the difference in temperature grows by exp(NTU (R - 1)) = exp(20) along the channel
    with pytest.raises(it.SolveError, match=r"utility misses its inlet at 350\.0 K"):
        exchanger(20.0 * 4.0 / 0.008, counter=True, wc=2.0)


def test_walls_from_none_to_perfect():
    zone = lambda U: [it.Zone(330.0, residence=30.0, U=U)]  # noqa: E731
    ends = {U: it.solve(channel(zone(U))).at(30.0 / 4.0) for U in (0.0, 1e3, 1e7, np.inf)}
    # U = 0: T_in + X dT_ad, with 900 mol/m3 x 80 kJ/mol / 4 MJ/m3/K = 18 K
    X = 1.0 - ends[0.0]["c"][0] / 900.0
    assert ends[0.0]["T"] == pytest.approx(310.0 + 18.0 * X, abs=1e-7)
    # U = inf: isothermal, closed form of two reactants
    e = np.exp(1e4 * np.exp(-6000.0 / 330.0) * 30.0 * 100.0)
    exact = 1e3 * (e - 1.0) / (e * 1e3 / 900.0 - 1.0) / 900.0
    assert 1.0 - ends[np.inf]["c"][0] / 900.0 == pytest.approx(exact, rel=1e-8)
    assert ends[np.inf]["T"] == 330.0
    assert ends[1e7]["c"] == pytest.approx(ends[np.inf]["c"], rel=1e-4)
    assert 310.0 < ends[1e3]["T"] < 331.0


def test_no_reaction_no_conversion():
    frozen = channel([it.Zone(330.0, length=1.0, U=500.0)], SECOND.scaled(k0=0.0))
    run = it.solve(frozen)
    assert run.kpis["X_A"] == 0.0
    assert run.kpis["T_out"] == pytest.approx(330.0 - 20.0 * np.exp(-1.0), abs=1e-7)


@pytest.mark.parametrize("U", [0.0, 500.0])
def test_batch_is_plug_flow(U):
    pipe = channel([it.Zone(325.0, residence=40.0, U=U)])
    per_volume = U * pipe.section.P / pipe.section.A
    pot = vessel([phases.jacket(T=325.0, duration=40.0)], charge={"A": 900.0, "B": 1000.0}, V=1.0,
                 T=310.0, wall=it.Wall(per_volume, 1.0))  # fmt: skip
    a, b = it.solve(pipe), it.solve(pot)
    for t in (1.0, 7.0, 40.0):
        x, y = a.at(t * pipe.velocity()), b.at(t)
        assert x["c"] == pytest.approx(y["c"], rel=1e-7)
        assert x["T"] == pytest.approx(y["T"], abs=1e-5)
        assert x["t"] == pytest.approx(t)
    assert a.kpis["T_max"] == pytest.approx(b.kpis["T_max"], abs=1e-5)
    assert a.kpis["X_A"] == pytest.approx(b.kpis["X_A"], rel=1e-7)


def test_channel_that_shrinks_against_scipy():
    reactor = channel([it.Zone(320.0, length=3.0, U=300.0, wc=3.0)], RICH, rho_cp=0.0,
                      feed={"A": 4000.0, "B": 9000.0})  # fmt: skip
    nu = np.array([[-1.0, -1.0, 1.0, 0.0], [0.0, -1.0, -1.0, 1.0]])
    v, cp = np.array([1.1e-4, 4e-5, 1.2e-4, 1.5e-4]), np.array([210.0, 90.0, 250.0, 330.0])
    F0 = 1e-6 * np.array([4000.0, 9000.0, 0.0, 0.0])

    def rhs(z, y):
        F, T, T_u, _ = y[:4], y[4], y[5], y[6]
        Q = 1e-6 + v @ (F - F0)
        c = F / Q
        r = np.array([2e3 * np.exp(-5500.0 / T) * c[0] * max(c[1], 0.0) ** 1.5,
                      8.0 * np.exp(-4000.0 / T) * c[2] * c[1]])  # fmt: skip
        dH = np.array([-6e4, -3e4]) + nu @ cp * (T - 298.15)
        out = 300.0 * 8e-3 * (T - T_u)
        return [*(4e-6 * nu.T @ r), (-4e-6 * dH @ r - out) / (F @ cp), out / 3.0, 4e-6 / Q]

    exact = solve_ivp(rhs, (0.0, 3.0), [*F0, 310.0, 320.0, 0.0], "Radau", rtol=1e-11, atol=1e-15)
    F, T, T_u, t = np.split(exact.y[:, -1], [4, 5, 6])
    run = it.solve(reactor, rtol=1e-10)
    end = run.at(3.0)
    assert end["c"] == pytest.approx(F / (1e-6 + v @ (F - F0)), rel=1e-7, abs=1e-3)
    assert [end["T"], end["T_utility"]] == pytest.approx([T[0], T_u[0]], rel=1e-8)
    assert F[0] < 0.9 * F0[0]
    # the mixture shrinks and stays longer than L/u_in, so the profile must say what it is
    assert t[0] > 1.1 * end["t"] == 1.1 * 3.0 / 0.25
    assert "inlet" in run.dataset["t"].attrs["long_name"]


def test_counter_current_channel_against_solve_bvp():
    reactor = channel([it.Zone(320.0, length=2.0, U=600.0, wc=6.0, counter=True)], T=300.0)

    def rhs(z, y):
        F, T, T_u = y
        k = 1e4 * np.exp(-6000.0 / T)
        r = k * (F / 1e-6) * ((F + 1e-4) / 1e-6)  # B is in excess by 100 mol/m3
        out = 600.0 * 8e-3 * (T - T_u)
        return np.array([-4e-6 * r, (4e-6 * 8e4 * r - out) / 4.0, -out / 6.0])

    z = np.linspace(0.0, 2.0, 401)
    guess = np.array([np.full(401, 5e-4), np.full(401, 318.0), np.full(401, 320.0)])
    other = solve_bvp(
        rhs, lambda a, b: np.array([a[0] - 9e-4, a[1] - 300.0, b[2] - 320.0]), z, guess, tol=1e-10,
        max_nodes=100_000,
    )  # fmt: skip
    assert other.success
    run = it.solve(reactor)
    for place in (0.0, 0.5, 1.3, 2.0):
        got, (F, T, T_u) = run.at(place), other.sol(place)
        assert got["c"][0] == pytest.approx(F / 1e-6, rel=1e-6)
        assert [got["T"], got["T_utility"]] == pytest.approx([T, T_u], abs=1e-5)
    assert run.kpis["T_utility_out"] == pytest.approx(other.sol(0.0)[2], abs=1e-5)


def test_figures_of_a_channel():
    metal = it.Metal(2.0, 3.95e6)
    zones = [it.Zone(320.0, residence=4.0, U=500.0), it.Zone(330.0, residence=2.0, U=500.0)]
    run = it.solve(channel(zones, metal=metal, mu=1e-3, rho=1000.0))
    k = run.kpis
    # 1 mL/s through 2 mm x 2 mm: 0.25 m/s, 1.5 m long; f Re 14.227 (Shah and London)
    assert (k["tau"], k["L"], k["Re"]) == pytest.approx((6.0, 1.5, 500.0))
    assert k["p_drop"] == pytest.approx(2 * 14.22708 * 1e-3 * 0.25 / 4e-6 * 1.5, rel=1e-6)
    assert k["pumping"] == pytest.approx(2e-6 * k["p_drop"])
    assert (k["V"], k["UA_V"], k["NTU"]) == pytest.approx((1.2e-5, 1e6, 1.5))
    assert k["Phi"] == pytest.approx(1.0 + 2.0 * 3.95 / 4.0)
    # state by state from the profiles: T_u is the metal's, heat left is shared with it
    d = run.dataset
    left = d["c"].sel(species="A").values / 900.0 * 18.0
    T_stop = (d["T"] + (k["Phi"] - 1.0) * d["T_utility"] + left) / k["Phi"]
    assert d["T_stop"].values == pytest.approx(T_stop.values, abs=1e-9)
    assert 0.0 <= k["T_stop"] - float(T_stop.max()) < 1e-2


@pytest.mark.parametrize("rtol", [1e-5, 1e-8])
def test_the_worst_stop_lies_between_steps_as_well(rtol):
    run = it.solve(channel([it.Zone(325.0, residence=60.0, U=1500.0)], feed={"A": 4e3, "B": 4e3},
                           T=300.0), rtol=rtol)  # fmt: skip
    Y = run.legs[0].trajectory(np.linspace(0.0, run.kpis["L"], 50_001))
    brute = run.reactor.stop_temperature(Y, 0).max()
    assert run.kpis["T_stop"] == pytest.approx(brute, abs=1e-4)
    assert brute > run.reactor.stop_temperature(Y[[0, -1]], 0).max() + 1.0


@pytest.mark.parametrize(
    ("zones", "changed", "sentence"),
    [
        ([], {}, "at least one zone"),
        ([it.Zone(300.0, U=1.0)], {}, "length or a residence"),
        ([it.Zone(300.0, length=1.0)], {}, "needs U or UA_V"),
        ([it.Zone(300.0, length=1.0, U=-1.0)], {}, "needs U or UA_V"),
        ([it.Zone(300.0, length=1.0, U=1.0)], {"rho_cp": 0.0}, "no heat capacity"),
        ([it.Zone(300.0, length=1.0, U=1.0)], {"feed": {"Aa": 1.0}}, "did you mean 'A'"),
    ],
)
def test_channels_that_are_none(zones, changed, sentence):
    with pytest.raises(InputError, match=sentence):
        channel(zones, **changed)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"charge": {"Z": 1.0}}, "unknown species 'Z'"),
        ({"rho_cp": 0.0}, "no heat capacity"),
        ({"feeds": [it.Feed({"B": 1.0}, 300.0, V=0.1)]}, "a duration above 0"),
        ({"recipe": []}, "at least one phase"),
        ({"recipe": [phases.idle("charge", 60.0)]}, "at least one phase"),
    ],
)
def test_vessels_that_are_none(changed, sentence):
    recipe = changed.pop("recipe", [Phase(duration=1.0)])
    with pytest.raises(InputError, match=sentence):
        vessel(recipe, **changed)
