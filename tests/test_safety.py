"""Thermal safety: closed forms, independent integrations, limits, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_bvp, solve_ivp
from scipy.optimize import brentq, minimize_scalar

import intensify as it
from intensify import safety
from intensify.errors import InputError, SolveError
from intensify.safety.curves import divergence
from intensify.safety.sensitivity import batch_sensitivity


# --- criticality ---------------------------------------------------------------------------------
@pytest.mark.parametrize("eps", [0.0, 0.01, 0.07, 0.2, 0.2499])
def test_semenov_is_where_release_touches_removal(eps):
    found = safety.semenov_critical(eps)
    least = minimize_scalar(
        lambda x: -np.exp(x) * np.exp(-np.exp(x) / (1 + eps * np.exp(x))),
        bounds=(np.log(0.5), np.log(found.theta * 1.2)), method="bounded",
        options={"xatol": 1e-11},
    )  # fmt: skip
    assert found.value == pytest.approx(-least.fun, rel=1e-9)
    slope = (
        found.value * np.exp(found.theta / (1 + eps * found.theta)) / (1 + eps * found.theta) ** 2
    )
    assert slope == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(("shape", "delta", "theta"), [
    (safety.SLAB, 0.8784576797812903, 1.1868427),
    (safety.CYLINDER, 2.0, 2.0 * np.log(2.0)),
    (safety.SPHERE, 3.3219921, 1.6074568),
])  # fmt: skip
def test_frank_kamenetskii_of_the_three_shapes(shape, delta, theta):
    found = safety.frank_kamenetskii_critical(shape=shape)
    assert found.value == pytest.approx(delta, rel=1e-7)
    assert found.theta == pytest.approx(theta, rel=1e-6)


def test_a_thin_film_makes_a_slab_a_stirred_vessel():
    Bi = 1e-4
    found = safety.frank_kamenetskii_critical(shape=safety.SLAB, Bi=Bi)
    assert found.value / Bi == pytest.approx(np.exp(-1.0), rel=1e-3)


def test_the_centre_of_a_subcritical_sphere_against_collocation():
    delta, Bi, eps = 1.2, 3.0, 0.02

    S = np.array([[0.0, 0.0], [0.0, -2.0]])
    other = solve_bvp(
        lambda r, y: np.vstack([y[1], -delta * np.exp(y[0] / (1 + eps * y[0]))]),
        lambda a, b: np.array([a[1], b[1] + Bi * b[0]]),
        np.linspace(0, 1, 21), np.zeros((2, 21)), S=S, tol=1e-9,
    )  # fmt: skip
    found = safety.frank_kamenetskii_centre(delta, shape=safety.SPHERE, eps=eps, Bi=Bi)
    assert found == pytest.approx(other.y[0, 0], rel=1e-6)


def test_the_first_criterion_solves_its_equation():
    T = safety.first_criterion(320.0, E=90e3)
    assert pytest.approx(1.0, rel=1e-12) == (T - 320.0) * 90e3 / (8.31446261815324 * T**2)


@pytest.mark.parametrize(("call", "sentence"), [
    (lambda: safety.semenov_critical(0.25), "too low for an ignition"),
    (lambda: safety.frank_kamenetskii_critical(Bi=0.0), "Bi above 0"),
    (lambda: safety.frank_kamenetskii_critical(eps=0.5), "no criticality"),
    (lambda: safety.frank_kamenetskii_centre(1.0), "must be below 0.878458"),
    (lambda: safety.first_criterion(300.0, E=-1.0), "E = -1 J/mol"),
    (lambda: safety.thermal_inertia(ratio=-1.0, rho_cp_wall=1.0, rho_cp=2.0), "Phi = 0.5"),
    (lambda: safety.buffered_end(300.0, dT_ad=10.0, Phi=0.9), "1 or more"),
    (lambda: safety.batch_boundary(B=-1.0), "B -1"),
    (lambda: safety.Calorimetry(400.0, 1.0, -1.0, 1.0, 1.0).checked(), "E: is -1"),
    (lambda: safety.Calorimetry(400.0, 1e-12, 1e4, 1e3, 1.0).T_D(24.0), "24 h nowhere"),
    (lambda: safety.stoessel_class(MTSR=400.0, MTT=np.nan, T_D24=300.0), "all must be finite"),
])  # fmt: skip
def test_what_makes_no_sense_is_told(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


# --- decomposition -------------------------------------------------------------------------------
SHEET = safety.Calorimetry(T_ref=443.15, q_ref=20.0, E=120e3, cp=1800.0, dT_ad=350.0)


def test_time_to_maximum_rate_against_an_integration():
    T0 = 398.15
    top = SHEET.T_max_rate(T0)

    def rate(t, y):
        return [SHEET.q(y[0]) / SHEET.cp * (1.0 - (y[0] - T0) / SHEET.dT_ad)]

    def reached(t, y):
        return y[0] - top

    reached.terminal = True
    run = solve_ivp(rate, (0.0, 1e6), [T0], "Radau", events=reached, rtol=1e-11, atol=1e-9)
    assert SHEET.TMR_exact(T0) == pytest.approx(run.t[-1], rel=1e-7)
    slopes = [rate(0.0, [top + x])[0] for x in (-0.01, 0.0, 0.01)]
    assert slopes[1] > max(slopes[0], slopes[2])


def test_T_D24_has_24_hours():
    assert SHEET.TMR_ad(SHEET.T_D(24.0)) == pytest.approx(86400.0, rel=1e-10)
    assert SHEET.T_D(8.0) > SHEET.T_D(24.0)


# --- sensitivity ---------------------------------------------------------------------------------
def test_the_variation_is_the_slope_of_the_hottest_moment():
    psi, B, gamma, n = 0.5, 12.0, 18.0, 1.5
    S, theta = batch_sensitivity(psi, B=B, gamma=gamma, n=n)

    def hottest(p):
        def f(t, y):
            r = np.exp(y[1] / (1 + y[1] / gamma)) * max(1 - y[0], 0.0) ** n
            return [r, B * r - B / p * y[1]]

        def top(t, y):
            return f(t, y)[1]

        top.terminal, top.direction = True, -1
        return solve_ivp(f, (0, 50), [0, 0], "LSODA", events=top, rtol=1e-12, atol=1e-14).y[1, -1]

    h = 1e-4
    assert theta == pytest.approx(hottest(psi), rel=1e-8)
    slope = (hottest(psi + h) - hottest(psi - h)) / (2 * h)
    assert pytest.approx(psi / theta * slope, rel=1e-5) == S


@pytest.mark.parametrize(("B", "gamma", "n", "psi"), [
    (10.0, 20.0, 1.0, 0.8689), (50.0, 20.0, 1.0, 0.4839), (100.0, 20.0, 1.0, 0.4443),
    (20.0, np.inf, 1.0, 0.5449), (20.0, 20.0, 0.5, 0.5196), (30.0, 30.0, 1.0, 0.5195),
])  # fmt: skip
def test_runaway_boundaries_of_batches_that_are_known(B, gamma, n, psi):
    assert safety.batch_boundary(B=B, gamma=gamma, n=n).parameter == pytest.approx(psi, abs=2e-4)


# --- reactors ------------------------------------------------------------------------------------
def channel(T_u, d=2e-3):
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(5e11, 0.0, 9200.0), dH=-2e5)])
    return it.MiniaturisedReactor(
        net, feed={"A": 1500.0}, T=T_u, flow=1e-6, section=it.round_section(d), rho_cp=4e6,
        zones=[it.Zone(T_u, residence=60.0, UA_V=5e6 * (2e-3 / d) ** 2)],
    )  # fmt: skip


def semibatch(T, duration=3600.0):
    """Acetic anhydride into a vessel whose jacket is held at T."""
    case = it.cases.load("acetic-anhydride")
    reactor = case.reactors["batch"]
    recipe = [it.phases.jacket("dose", T=T, duration=duration, dosing=True)]
    return reactor._replace(recipe=it.phases.as_rows(recipe), T0=T).with_dosing_time(duration)


def test_a_colder_jacket_can_be_less_safe():
    curve = safety.mtsr_curve(semibatch, np.linspace(285.0, 335.0, 11))
    assert curve.MTSR[0] > curve.MTSR_least + 5.0
    assert 285.0 < curve.T_safest < 335.0
    assert curve.MTSR_least <= curve.MTSR.min() + 1e-6


def test_groups_of_one_reaction_are_the_textbooks():
    reactor = channel(310.0)
    found = safety.groups(reactor.kinetics, reactor.c_in, 310.0, UA_V=5e6, dT_ad=75.0)
    rate = 5e11 * np.exp(-9200.0 / 310.0) * 1500.0
    assert found.psi == pytest.approx(2e5 * rate * 9200.0 / 310.0**2 / 5e6, rel=1e-10)
    assert pytest.approx(75.0 * 9200.0 / 310.0**2, rel=1e-10) == found.B
    assert found.gamma == pytest.approx(9200.0 / 310.0, rel=1e-10)
    with pytest.raises(InputError, match="releases no heat"):
        safety.groups(reactor.kinetics, 0.0 * reactor.c_in, 310.0, UA_V=5e6, dT_ad=75.0)


def test_a_channels_boundary_lies_where_its_map_has_it():
    best = safety.runaway_boundary(channel, 285.0, 345.0)
    T_u = np.linspace(285.0, 345.0, 121)
    found = safety.hot_spot_map(channel, T_u, [2e-3, 4e-3])
    assert found.boundary[0] == pytest.approx(best.parameter, abs=0.6)
    assert found.boundary[1] < found.boundary[0]  # wider channels run away earlier
    i = int(np.searchsorted(T_u, 300.0))
    assert found.T_max[0, i] == pytest.approx(it.solve(channel(T_u[i])).kpis["T_max"], abs=1e-3)
    assert set(found.classes[0]) == {0, 1, 2}
    one = safety.hot_spot_map(channel, T_u[:5], [2e-3], workers=1)
    assert np.array_equal(one.T_max[0], found.T_max[0, :5])
    figure = it.plot.hot_spots(found, limit=340.0)
    assert figure.axes[0].get_ylabel() == "diameter [mm]"
    with pytest.raises(SolveError, match="an end of 285 to 290"):
        safety.runaway_boundary(channel, 285.0, 290.0)


def test_paths_diverge_beyond_the_boundary_only():
    calm, wild = (it.solve(channel(T)) for T in (285.0, 345.0))
    assert divergence(calm).value < 0.0 < divergence(wild).value


def test_a_report_tells_what_a_failure_comes_to(tmp_path):
    case = it.cases.load("thiosulfate-peroxide")
    batch = safety.report(case.reactors["batch"], limit=case.limit.T, title="batch")
    kpis = it.solve(case.reactors["batch"]).kpis
    assert batch.figures["MTSR"] == kpis["MTSR"]
    assert batch.safe
    assert any("interlocked" in text for text in batch.sentences)
    milli = safety.report(
        case.reactors["miniaturised"], limit=335.0, decomposition=SHEET, MTT=373.0
    )
    assert not milli.safe
    assert "smaller channels" in str(milli)
    expected = safety.stoessel_class(
        MTSR=milli.figures["MTSR"], MTT=373.0, T_D24=milli.figures["T_D24"]
    )
    assert milli.figures["class"] == expected
    milli.save(tmp_path / "safety.h5")
    assert safety.SafetyReport.load(tmp_path / "safety.h5") == milli
    titles = it.plot.criticality(milli).axes[0].get_title()
    assert "limit is passed" in titles
    with pytest.raises(InputError, match="the limit 280 K is not above"):
        safety.report(case.reactors["miniaturised"], limit=280.0)
    with pytest.raises(InputError, match="is no vessel and no channel"):
        safety.report(case.reactors["utility-lost"], limit=400.0)


def test_semenov_and_the_stirred_tank_agree_without_depletion():
    # the steepest removal line that still touches the release, by root finding on T
    T_a, Ta, q0 = 300.0, 9000.0, 2e4
    eps = T_a / Ta
    psi = safety.semenov_critical(eps).value
    UA_V = q0 * Ta / (T_a**2 * psi)

    def surplus(T):
        return q0 * np.exp(-Ta / T + Ta / T_a) - UA_V * (T - T_a)

    theta = safety.semenov_critical(eps).theta
    touch = T_a + theta * T_a**2 / Ta
    assert surplus(touch) == pytest.approx(0.0, abs=1e-6 * q0)
    assert brentq(lambda T: surplus(T) - 1e-3 * q0, T_a, touch) < touch


# --- dosing --------------------------------------------------------------------------------------
VESSEL = safety.Dosing(Da=1.0, rise=0.1, gamma=32.0, eps=0.4, R_H=0.8, St=5.0)


def overshoot(vessel):
    """The same dosing by scipy, in conversion instead of what has gathered."""

    def f(x, y, fast=False):
        volume = 1 + vessel.eps * x
        r = vessel.Da * np.exp(vessel.gamma * (1 - 1 / y[1])) * (x - y[0]) * (1 - y[0]) / volume
        r = 1.0 if fast else r
        out = (vessel.St * volume + vessel.eps * vessel.R_H) * (y[1] - 1)
        return [r, (vessel.rise * r - out) / (1 + vessel.eps * vessel.R_H * x)]

    grid, tight = np.linspace(0, 1, 20_001), {"method": "Radau", "rtol": 1e-9, "atol": 1e-11}
    real = solve_ivp(f, (0, 1), [0, 1], t_eval=grid, **tight).y[1].max()
    fast = solve_ivp(f, (0, 1), [0, 1], t_eval=grid, args=(True,), **tight).y[1].max()
    return (real - 1) / (fast - 1)


@pytest.mark.parametrize(("Ex", "Ry"), [(3.0, 0.05), (3.0, 0.5), (8.0, 0.2), (8.0, 5.0)])
def test_overshoot_of_a_dosing_against_scipy(Ex, Ry):
    vessel = VESSEL.at(Ex, np.log(Ry))
    assert (vessel.Ex, vessel.Ry) == pytest.approx((Ex, Ry), rel=1e-12)
    assert vessel.overshoot() == pytest.approx(overshoot(vessel), rel=1e-6)


def test_boundaries_of_a_dosing_are_where_it_overshoots_by_five_percent():
    found = safety.dosing_diagram(VESSEL, [1.0, 4.0, 10.0])
    assert np.isnan(found.Ry_low[0])
    assert 2.0 < found.Ex_least < 4.0
    for Ex, low, high in zip(found.Ex[1:], found.Ry_low[1:], found.Ry_high[1:], strict=True):
        for Ry, side in ((low, 1.0), (high, -1.0)):  # of a spike 1e-6 of Ry moves the fifth digit
            inside, outside = (VESSEL.at(Ex, np.log(Ry) + side * d) for d in (1e-6, -1e-6))
            assert overshoot(outside) < 1.05 < overshoot(inside)
        places = [(low / 1.2, "no ignition"), (high / 1.2, "runaway"), (high * 1.2, "smooth")]
        assert [VESSEL.at(Ex, np.log(Ry)).scenario for Ry, _ in places] == [n for _, n in places]
    just_below = VESSEL.at(0.99 * found.Ex_least, 0.0)
    assert just_below.hottest(just_below.Ex)[1] < 1.05
    texts = [t.get_text() for t in it.plot.dosing(found).axes[0].get_legend().get_texts()]
    assert texts == ["runaway", "the vessel: smooth"]


def test_groups_of_a_dosing_that_cannot_be_are_told():
    real = {"k": 1e-7, "c_B": 2e3, "duration": 7200.0, "dT_ad": 150.0, "E": 8e4, "T_c": 300.0,
            "UA": 4e3, "V": 2.0, "rho_cp": 2e6, "V_dosed": 0.5}  # fmt: skip
    with pytest.raises(InputError, match="UA: is -1, but must be above 0"):
        safety.dosing(**real | {"UA": -1.0})
    with pytest.raises(InputError, match="exothermicities above 0"):
        safety.dosing_diagram(safety.dosing(**real), [0.0])
