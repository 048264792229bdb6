"""The comparison: its factor against figures from SciPy, its parts, its refusals."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it
from intensify import phases, store
from intensify.errors import FileFormatError, InputError, SpecificationError
from intensify.reactors.vessels.phases import AT_CONVERSION, LONGEST
from intensify.sides import product_quality, side

# inputs of the reference case semibatch_2h_vs_milli_1min: Na2S2O3 + 2 H2O2
K0, E, R, DH, RHO_CP = 6.85e8, 76534.704, 8.314, -547.1e3, 4.2e6
V_CHARGE, V_FEED, C_FEED = 0.8405797101449275, 0.15942028985507245, 11600.0
C_T, C_H = 840.5797101449275, 1849.2753623188407
HOT, COLD, T_SET, UA = 363.15, 278.15, 333.15, 1365.0
NET = it.Network.build(
    [it.Reaction("T + 2 H => P", it.Arrhenius(K0, 0.0, E / R), {"T": 1.0, "H": 1.0}, dH=DH)],
    [it.Species("T", M=0.158), it.Species("H", M=0.034), it.Species("P", M=0.226)],
)
SPEC = it.Specification(product="P", key="T", conversion=0.99)
LIMIT = it.SafetyLimit(353.15, "decomposition")


def batch(**changed):
    """The whole cycle; its dosing time is to be found."""
    hold = phases.isothermal("hold", T=T_SET, duration=LONGEST)
    fields = {
        "charge": {"T": 1000.0}, "V": V_CHARGE, "T": 298.15, "rho_cp": RHO_CP,
        "wall": it.Wall(UA, 1.0), "jacket": it.Jacket(T_in=COLD),
        "controller": it.Controller(T_min=COLD), "V_vessel": (V_CHARGE + V_FEED) / 0.8,
        "feeds": [it.Feed({"H": C_FEED}, 298.15, V=V_FEED, duration=3600.0, rho_cp=RHO_CP)],
        "recipe": [
            phases.idle("charge", 1200.0), phases.to_temperature("heat", T_jacket=HOT, T=T_SET),
            phases.isothermal("dose", T=T_SET, duration=3600.0, dosing=True),
            hold._replace(until=AT_CONVERSION, key=0.0, value=0.999),
            phases.to_temperature("cool", T_jacket=COLD, T=303.15),
            phases.idle("discharge", 900.0), phases.idle("clean", 1800.0),
        ],
    }  # fmt: skip
    return it.SemibatchReactor(NET, **{**fields, **changed})


def channel(**changed):
    section = it.rectangular_section(1e-3, 1e-3)
    fields = {
        "feed": {"T": C_T, "H": C_H}, "T": 298.15, "flow": section.A, "section": section,
        "zones": [it.Zone(303.15, residence=10.0, UA_V=5e6),
                  it.Zone(333.15, residence=50.0, UA_V=5e6)],
        "metal": it.Metal(5.0, 3.95e6), "rho_cp": RHO_CP,
    }  # fmt: skip
    return it.MiniaturisedReactor(NET, **{**fields, **changed})


def compare(a=None, b=None, **options):
    options = {"spec": SPEC, "limit": LIMIT, "sensitivity": False, **options}
    return it.compare(a or batch(), b or channel(), **options)


@pytest.fixture(scope="module")
def main():
    return compare(title="main case", sensitivity=True)


def milli(*, k0=1.0, wall=1.0):
    """X, T and the temperature after a stop along the residence time, by scipy."""

    def rhs(t, y, T_u):
        r = k0 * K0 * np.exp(-E / (R * y[2])) * y[0] * y[1]
        return [-r, -2.0 * r, (-DH * r - wall * 5e6 * (y[2] - T_u)) / RHO_CP]

    ends = np.array([C_T, C_H, 298.15])
    T, X, stop = [], [], []
    phi = 1.0 + 5.0 * 3.95e6 / RHO_CP
    for T_u, span in ((303.15, (0.0, 10.0)), (333.15, (10.0, 60.0))):
        run = solve_ivp(rhs, span, ends, "Radau", np.linspace(*span, 20_001), args=(T_u,),
                        rtol=1e-10, atol=1e-9)  # fmt: skip
        ends = run.y[:, -1]
        T.append(run.y[2])
        X.append(1.0 - run.y[0] / C_T)
        x_dT = np.minimum(run.y[0], run.y[1] / 2.0) * -DH / RHO_CP
        stop.append((run.y[2] + (phi - 1.0) * T_u + x_dT) / phi)
    return np.concatenate(X), np.concatenate(T), np.concatenate(stop)


# --- the main case -------------------------------------------------------------------------------
def test_the_channel_against_scipy(main):
    X, T, stop = milli()
    f = main.intensified.figures
    assert f["conversion"] == pytest.approx(X[-1], rel=1e-8)
    assert f["T_max"] == pytest.approx(T.max(), abs=1e-4)
    assert f["T_failure"] == pytest.approx(stop.max(), abs=1e-3)
    assert f["STY"] == pytest.approx(X[-1] * C_T / 60.0, rel=1e-8)
    assert (f["time"], f["UA_V"], f["dT_ad"]) == pytest.approx((60.0, 5e6, 109.49551414768806))


def test_the_batch_against_closed_forms(main):
    f, k = main.conventional.figures, main.conventional.result.kpis
    heat = RHO_CP * V_CHARGE / UA * np.log((HOT - 298.15) / (HOT - T_SET))
    assert k["t_heat"] == pytest.approx(heat, rel=1e-6)
    # test_design finds the dosing time with scipy
    assert k["t_dose"] == pytest.approx(6425.042501461452, rel=1e-6)
    assert k["t_hold"] == 0.0
    # the last heat of reaction delays the cooling a little: 2426.02 s without it
    inert = RHO_CP * (V_CHARGE + V_FEED) / UA * np.log((T_SET - COLD) / (303.15 - COLD))
    assert 0.0 <= k["t_cool"] - inert < 1.0
    assert f["time"] == pytest.approx(1200 + heat + k["t_dose"] + k["t_cool"] + 900 + 1800)
    assert f["conversion"] == pytest.approx(1.0, abs=1e-7)
    assert f["STY"] == pytest.approx(1000.0 * V_CHARGE * 0.8 / f["time"], rel=1e-7)
    assert f["T_failure"] == pytest.approx(334.22, abs=1e-2)


def test_the_factor_is_that_of_the_reference_case(main):
    # 307.2481523287299 there, with a cool-down that no longer reacts
    assert main.factor == pytest.approx(307.248, rel=2e-5)
    assert main.factor == pytest.approx(
        main.intensified.figures["STY"] / main.conventional.figures["STY"], rel=1e-13
    )
    assert main.misses == []


def test_the_parts_of_the_factor(main):
    p = main.breakdown
    assert np.prod(list(p.values())) == pytest.approx(main.factor, rel=1e-14)
    cycle, dose = main.conventional.figures["time"], main.conventional.figures["t_reaction"]
    # 99 % of T with 10 % of H in excess, isothermal: t = ln(...)/(k (c_H - 2 c_T))
    k = K0 * np.exp(-E / (R * T_SET))
    d = C_H - 2.0 * C_T
    ideal = np.log((C_H - 2 * 0.99 * C_T) / (C_H * 0.01)) / (k * d)
    assert p["kinetic"] == pytest.approx(ideal / 60.0, rel=1e-6)
    assert p["heat removal"] == pytest.approx(dose / ideal, rel=1e-6)
    assert p["turnaround"] == pytest.approx(cycle / dose, rel=1e-13)
    assert p["fill"] == pytest.approx(1.25, rel=1e-11)  # the volume is integrated
    assert p["product"] == pytest.approx(
        main.intensified.figures["conversion"] / main.conventional.figures["conversion"], rel=1e-9
    )


def test_hold_up_start_up_and_campaign(main):
    a, b = main.conventional.figures, main.intensified.figures
    # reference case: 4.0683727 L
    assert main.same_production == pytest.approx(0.0040683727, rel=2e-5)
    assert main.startup == pytest.approx(180.0)
    made = a["STY"] * a["volume"] * a["time"]
    assert main.campaign == pytest.approx(180.0 + made / (b["STY"] * b["volume"]), rel=1e-12)


def test_energy_per_mass_of_product(main):
    a = main.conventional
    heats = [leg.y_end[3 + 5] - leg.y_start[3 + 5] for leg in a.result.legs]
    cooling = sum(h for h in heats if h > 0.0)
    heating = -sum(h for h in heats if h < 0.0)
    # 0.2 t of charge warmed by 35 K, COP 3, boiler 0.9
    assert heating == pytest.approx(RHO_CP * V_CHARGE * 35.0, rel=1e-6)
    mass = 1000.0 * V_CHARGE * 0.226
    assert a.figures["kWh_kg"] == pytest.approx(
        (cooling / 3.0 + heating / 0.9) / 3.6e6 / mass, rel=1e-6
    )
    assert main.intensified.figures["kWh_kg"] > 0.0


def test_sensitivity_rows(main):
    rows = {what: (factor, missed) for what, factor, missed in main.sensitivity}
    assert len(rows) == 8
    assert all(np.isfinite(f) != bool(missed) for f, missed in rows.values())
    # heat removal limits: dosing, and with it the part of the cycle, goes as 1/UA
    f = main.conventional.figures
    rest = f["time"] - f["t_reaction"]
    warming = main.conventional.result.kpis["t_heat"] + main.conventional.result.kpis["t_cool"]
    for x, what in ((0.7, "UA of the vessel -30 %"), (1.3, "UA of the vessel +30 %")):
        cycle = rest - warming + (warming + f["t_reaction"]) / x
        assert rows[what][0] == pytest.approx(main.factor * cycle / f["time"], rel=5e-3)
    for x, what in ((0.7, "k0 -30 %"), (1.3, "k0 +30 %")):
        X = milli(k0=x)[0][-1] / main.intensified.figures["conversion"]
        assert rows[what][0] == pytest.approx(main.factor * X, rel=3e-4)
    X, T, stop = milli(wall=0.7)
    assert max(T.max(), stop.max()) < LIMIT.T
    X = X[-1] / main.intensified.figures["conversion"]
    assert rows["UA/V of the channel -30 %"][0] == pytest.approx(main.factor * X, rel=1e-7)


def test_a_changed_thing_that_misses_is_a_row_with_its_sentence():
    # slower at first, hotter afterwards: 346.4 K behind the first zone instead of 341.7 K
    c = compare(limit=it.SafetyLimit(342.0), sensitivity=True)
    rows = {what: (factor, missed) for what, factor, missed in c.sensitivity}
    T = milli(k0=0.7)[1].max()
    factor, missed = rows["k0 -30 %"]
    assert np.isnan(factor)
    assert missed.startswith(f"intensified: {T:.1f} K in operation is {T - 342.0:.1f} K above")


def test_table(main):
    text = str(main)
    for part in ("main case", "Space-time-yield factor 307.2", "conventional      intensified",
                 "dosing 6425 s, limited by jacket", "dosing is NOT stopped the vessel reaches 437",
                 "converted 99 % of T after 26.8 s", "both below 353.1 K",
                 "UA/V of the channel -30 %"):  # fmt: skip
        assert part in text


# --- refusals ------------------------------------------------------------------------------------
def refused(match, **how):
    c = compare(**how)
    with pytest.raises(SpecificationError, match=match):
        _ = c.factor
    assert c.sensitivity == []
    assert "No factor: a side misses what both are held to." in str(c)
    return c


def test_a_channel_that_converts_too_little():
    short = channel(zones=[it.Zone(303.15, residence=15.0, UA_V=5e6)])
    c = refused(r"intensified: conversion 0\.\d{4} is 0\.\d{4} short of 0\.99", b=short)
    X = c.intensified.figures["conversion"]
    assert c.misses[0] == f"intensified: conversion {X:.4f} is {0.99 - X:.4f} short of 0.99"


def test_a_channel_that_gets_too_hot():
    c = refused("K in operation is", limit=it.SafetyLimit(340.0))
    T = milli()[1].max()
    assert f"intensified: {T:.1f} K in operation is {T - 340.0:.1f} K above the limit 340.0 K" in (
        c.misses
    )


def test_a_batch_whose_accumulation_is_too_much():
    as_given = {"free": {}, "limit": it.SafetyLimit(345.0)}
    fast = batch().with_dosing_time(5.0)
    c = refused("conventional: .* dosing stopped at the worst moment", a=fast, **as_given)
    T = c.conventional.figures["T_failure"]
    assert T > 345.0
    assert (
        f"conventional: {T:.1f} K cooling lost and dosing stopped at the worst moment (MTSR) is "
        f"{T - 345.0:.1f} K above the limit 345.0 K" in c.misses
    )


def test_yield_and_selectivity_are_asked_for_too():
    strict = SPEC._replace(conversion=0.0, yield_=0.99999, selectivity=1.0 + 1e-6)
    c = refused(r"intensified: yield 0\.9998 is 0\.0002 short of 0\.99999", spec=strict)
    assert "conventional: selectivity 1.0000 is 0.0000 short of 1" in c.misses


def test_a_comparison_of_what_cannot_be_compared():
    with pytest.raises(InputError, match="'P' is not in the feed"):
        compare(spec=it.Specification(product="T", key="P"))
    with pytest.raises(InputError, match="no reaction makes 'H' out of 'T'"):
        compare(spec=it.Specification(product="H", key="T"))
    with pytest.raises(InputError, match="unknown species 'HH'"):
        compare(spec=it.Specification(product="HH", key="T"))
    for free in ({"conventional": ["dosing time"]}, {"batch": ["dosing_time"]},
                 {"intensified": ["dosing_time"]}):  # fmt: skip
        with pytest.raises(InputError, match="free"):
            compare(free=free)


# --- sides, files --------------------------------------------------------------------------------
def test_product_that_is_fed_is_not_product_made():
    feed = it.Feed({"H": C_FEED, "P": 500.0}, 298.15, V=V_FEED, duration=3600.0, rho_cp=RHO_CP)
    one = side(batch(feeds=[feed]), SPEC, LIMIT, it.Energy())
    assert one.figures["selectivity"] == pytest.approx(1.0, abs=1e-8)
    other = side(channel(feed={"T": C_T, "H": C_H, "P": 300.0}), SPEC, LIMIT, it.Energy())
    assert other.figures["selectivity"] == pytest.approx(1.0, abs=1e-8)


def test_yield_counts_per_mole_of_key():
    net = it.Network.build([it.Reaction("2 A => 3 B", it.Arrhenius(1.0)),
                            it.Reaction("A => C", it.Arrhenius(1.0))])  # fmt: skip
    fed, last = np.array([10.0, 0.0, 0.0]), np.array([2.0, 9.0, 2.0])
    q = product_quality(net, it.Specification("B", "A"), fed, last)
    assert q == pytest.approx({"conversion": 0.8, "yield": 0.6, "selectivity": 0.75})


def test_what_may_be_free_stays_as_given_where_it_is_not():
    given = batch().with_dosing_time(9000.0)
    c = compare(given, free={})
    assert c.conventional.figures["t_reaction"] == pytest.approx(9000.0)
    assert (c.conventional.note, c.intensified.note) == ("as the case gives it",) * 2
    assert c.factor > compare().factor


def test_the_set_temperature_with_the_shortest_cycle():
    free = {"conventional": ["T_set", "dosing_time"]}
    c = compare(free=free, limit=it.SafetyLimit(345.0), spec=SPEC._replace(conversion=0.9))
    T = c.conventional.figures["T_max"]
    assert f"set temperature {T:.1f} K chosen for the shortest cycle" in c.conventional.note
    best = c.conventional.figures["time"]
    for other in (T - 2.0, T + 2.0):
        near = batch().with_set_temperature(other)
        d = it.fastest_dosing(near, T_jacket_min=COLD, T_limit=345.0)
        assert other > 344.5 or d.result.kpis["t_cycle"] >= best - 1e-3
    assert c.conventional.figures["T_failure"] <= 345.0 + 1e-6


def test_save_and_load(main, tmp_path):
    loaded = it.Comparison.load(main.save(tmp_path / "both.h5"))
    for name in ("conventional", "intensified"):
        a, b = getattr(main, name), getattr(loaded, name)
        assert (a.figures, a.misses, a.note) == (b.figures, b.misses, b.note)
        assert a.result == b.result
    for name in ("spec", "limit", "t_kinetic", "title", "case_text", "sensitivity", "factor",
                 "breakdown", "same_production", "campaign"):  # fmt: skip
        a, b = getattr(main, name), getattr(loaded, name)
        assert a == b or np.array_equal([x[1] for x in a], [x[1] for x in b], equal_nan=True), (
            name
        )  # rows that miss hold NaN
    said = [line for line in str(main).splitlines() if "has converted 99 %" not in line]
    assert str(loaded).splitlines() == said
    missed = copy.copy(main)
    missed.intensified = main.intensified._replace(misses=["too hot"])
    again = it.Comparison.load(missed.save(tmp_path / "missed.h5"))
    with pytest.raises(SpecificationError, match="intensified: too hot"):
        _ = again.factor
    path = main.conventional.result.save(tmp_path / "one.h5")
    with pytest.raises(FileFormatError, match="holds no intensify comparison"):
        it.Comparison.load(path)


@pytest.mark.parametrize("what", ["result", "comparison"])
def test_a_file_with_missing_groups_is_told(tmp_path, what):
    load, kind = {
        "result": (it.Result.load, "intensify result 1"),
        "comparison": (it.Comparison.load, it.Comparison.kind),
    }[what]
    path = store.save(tmp_path / "part.h5", {}, {"kind": kind})
    with pytest.raises(FileFormatError, match=f"incomplete intensify {what}"):
        load(path)


def test_a_vessel_that_cannot_hold_its_temperature_says_so():
    case = it.cases.load("snar-flow")
    c = it.compare_case(case, sensitivity=False)
    (said,) = c.conventional.result.warnings
    assert "this wall does not hold the temperature" in said
    assert said in str(c)
    main = it.solve(it.fastest_dosing(
        it.cases.load("thiosulfate-peroxide").reactors["batch"], T_jacket_min=278.15
    ).reactor)  # fmt: skip
    assert main.warnings == []


def test_a_batch_that_may_choose_its_profile_doses_faster():
    case = it.cases.load("acetic-anhydride")
    a, b = (case.reactors[name] for name in case.compare[:2])
    runs = {
        choice: it.compare(
            a, b, spec=case.spec, limit=case.limit, free={"conventional": [choice]},
            sensitivity=False,
        )
        for choice in ("dosing_time", "profile")
    }  # fmt: skip
    even, best = (runs[name].conventional for name in ("dosing_time", "profile"))
    assert best.figures["t_reaction"] < even.figures["t_reaction"]
    assert best.figures["T_failure"] <= case.limit.T + 1e-4
    assert "times the constant rate" in best.note
