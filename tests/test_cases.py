"""Shipped cases against the numbers of their references, and what a case of one's own can say."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from intensify import cases
from intensify.errors import InputError, WriteError

TEMPLATE = (resources.files("intensify.cases") / "template.yaml").read_text(encoding="utf-8")
DATA = resources.files("intensify.cases") / "data"
MAIN = (DATA / "thiosulfate-peroxide.yaml").read_text(encoding="utf-8")
MECHANISM = (DATA / "thiosulfate-peroxide.mechanism.yaml").read_text(encoding="utf-8")
PHASES = ("charge", "heat", "dose", "hold", "cool", "discharge", "clean")
ASKING = {"co2-plasma", "ammonia-plasma"}  # load with the user's own cross sections


def amounts(case, reactor, name):
    return reactor[case.kinetics.names.index(name)]


def zones(reactor):
    """T_u [K], residence [s] and UA/V [W/m3/K] of each zone, from lengths and U."""
    from intensify.reactors.channels import channel

    table, section = reactor.zones, reactor.section
    speed = reactor.flow / reactor.channels / section.A
    residence = table[:, channel.LENGTH] / speed
    return table[:, channel.T_UTILITY], residence, table[:, channel.U_WALL] * section.P / section.A


# --- shipped cases -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted({*cases.available()} - ASKING))
def test_every_shipped_case_loads_and_describes_itself(name):
    case = cases.load(name)
    assert case.title == cases.available()[name]
    assert case.source
    text = str(case)
    if case.kinetics is None:  # plants that bring their own chemistry
        assert all(type(reactor).__name__ in text for reactor in case.reactors.values())
        return
    assert case.spec.product in text
    assert f"T       {case.limit.T:g} K" in text
    if case.compare is None or case.compare.behind:  # beds of catalyst, and of sorbent
        beds = [getattr(reactor, "reactor", reactor) for reactor in case.reactors.values()]
        assert all(hasattr(bed, "packing") or hasattr(bed, "bed") for bed in beds)
        return
    assert case.compare.conventional in case.reactors
    assert case.compare.intensified in case.reactors
    assert "U         350 W/m2/K" in text or "U         500 W/m2/K" in text
    # volumes are additive and carry rho cp, so filled up vessels hold exactly their volume
    for reactor in case.reactors.values():
        if hasattr(reactor, "V0"):
            assert reactor.n0 @ case.kinetics.v == pytest.approx(reactor.V0, rel=1e-12)
        else:
            c_in = getattr(reactor, "channel", reactor).c_in
            assert c_in @ case.kinetics.v == pytest.approx(1.0, rel=1e-12)


def test_main_case_has_the_numbers_of_its_reference():
    case = cases.load("thiosulfate-peroxide")
    batch, milli = case.reactors["batch"], case.reactors["miniaturised"]
    assert batch.V0 == 0.8405797101449275
    assert batch.T0 == 298.15
    assert amounts(case, batch.n0, "Na2S2O3") == pytest.approx(840.5797101449275, rel=1e-12)
    assert batch.feed_volumes() == pytest.approx([0.15942028985507245], rel=1e-12)
    feed = batch.feeds.streams[0]
    assert feed[0] == 298.15
    assert amounts(case, feed[3:], "H2O2") == 11600.0
    assert batch.wall.U * batch.wall.A_bottom == 1365.0
    assert (batch.controller.T_min, batch.controller.T_max) == (278.15, 363.15)
    assert batch.V_vessel == pytest.approx(1.0 / 0.8, rel=1e-12)
    # rho cp of what is charged and of what is fed [J/m3/K]
    assert batch.heat_capacity(batch.n0, batch.V0) == pytest.approx(4.2e6 * batch.V0, rel=1e-12)
    assert feed[3:] @ case.kinetics.cp == pytest.approx(4.2e6, rel=1e-12)
    phases = batch.phases()
    assert tuple(p.label for p in phases) == PHASES
    charge, heat, dose, hold, cool, discharge, clean = phases
    assert [p.duration for p in (charge, dose, discharge, clean)] == [1200, 7200, 900, 1800]
    assert (heat.T_jacket, heat.value, cool.T_jacket, cool.value) == (
        363.15,
        333.15,
        278.15,
        303.15,
    )
    assert (dose.T_set, dose.dosing, hold.T_set, hold.value) == (333.15, 1.0, 333.15, 0.999)
    assert case.kinetics.names[int(hold.key)] == "Na2S2O3"
    assert (milli.T_in, milli.channels) == (298.15, 100.0)
    assert amounts(case, milli.c_in, "Na2S2O3") == 840.5797101449275
    assert amounts(case, milli.c_in, "H2O2") == 1849.2753623188407
    assert milli.flow / milli.channels / milli.section.A == pytest.approx(0.17, rel=1e-12)
    T_u, residence, UA_V = zones(milli)
    assert T_u.tolist() == [303.15, 333.15]
    assert residence == pytest.approx([10.0, 50.0], rel=1e-12)
    assert pytest.approx([5e6, 5e6], rel=1e-12) == UA_V
    assert (milli.metal.ratio, milli.metal.rho_cp) == (5.0, 3.95e6)
    assert (case.limit.T, case.spec) == (353.15, ("Na2SO4", "Na2S2O3", 0.99, 0.0, 0.0))
    assert case.compare[:3] == (
        "batch",
        "miniaturised",
        {"conventional": ["dosing_time"], "intensified": []},
    )
    assert case.energy == (3.0, 0.9, 0.5, 1000.0)
    assert case.text == MAIN


def test_acetic_anhydride_has_the_numbers_of_its_reference():
    case = cases.load("acetic-anhydride")
    batch, milli = case.reactors["batch"], case.reactors["miniaturised"]
    assert batch.V0 == 0.5002141939168928
    assert batch.feed_volumes() == pytest.approx([0.49978580608310724], rel=1e-12)
    assert amounts(case, batch.feeds.streams[0][3:], "acetic-anhydride") == 10607.843137254902
    assert batch.wall.U * batch.wall.A_bottom == 2100.0
    assert batch.phases()[2].T_set == 328.15
    assert batch.heat_capacity(batch.n0, batch.V0) == pytest.approx(2.68e6 * batch.V0, rel=1e-12)
    T_u, residence, UA_V = zones(milli)
    assert T_u == pytest.approx([351.15, 365.15], rel=1e-15)
    assert residence == pytest.approx([40.0, 20.0], rel=1e-12)
    assert pytest.approx([4e6, 4e6], rel=1e-12) == UA_V
    assert (milli.T_in, case.limit.T) == (335.15, 368.15)


def test_runaway_of_1969_has_the_numbers_of_its_reference():
    case = cases.load("o-nitrochlorobenzene")
    vessel = case.reactors["batch_1969"]
    assert amounts(case, vessel.n0, "o-nitrochlorobenzene") == pytest.approx(9044.8, rel=1e-12)
    assert amounts(case, vessel.n0, "NH3") == pytest.approx(33000.0, rel=1e-12)
    assert vessel.n0 @ case.kinetics.cp == pytest.approx(10480635.488000002, rel=1e-9)
    assert vessel.wall.U * vessel.wall.A_bottom == pytest.approx(2499.94, rel=1e-12)
    held, lost, cooled = vessel.phases()
    assert (held.T_set, held.duration, lost.duration, cooled.T_jacket) == (
        448.0,
        2700.0,
        600.0,
        298.0,
    )
    # the channel has the batch's mixture
    milli = case.reactors["miniaturised"]
    assert milli.c_in == pytest.approx(case.reactors["batch"].n0 / 5.119, rel=1e-12)


def test_flow_cases_have_the_numbers_of_their_references():
    case = cases.load("snar-flow")
    T_u, residence, UA_V = zones(case.reactors["miniaturised"])
    assert (T_u[0], residence[0], UA_V[0]) == (333.15, pytest.approx(60.0, rel=1e-12), np.inf)
    assert case.reactors["miniaturised"].c_in[:2].tolist() == [300.0, 450.0]
    assert case.reactors["batch"].phases()[1].T_set == 303.15
    case = cases.load("van-de-vusse")
    T_u, residence, _ = zones(case.reactors["miniaturised"])
    assert (T_u[0], residence[0]) == (473.15, pytest.approx(2.2943400402021323, rel=1e-12))
    _, up, hold, down, *_ = case.reactors["batch"].phases()
    assert (up.T_set, up.ramp, up.duration) == (
        303.15,
        pytest.approx(2 / 60),
        pytest.approx(1500.0),
    )
    assert (hold.T_set, hold.duration) == (353.15, 1247.3839256608205)
    assert (down.T_set, down.ramp) == (353.15, pytest.approx(-1 / 60))


# --- one's own cases -----------------------------------------------------------------------------
def write(folder, text, name="own.yaml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(folder, text):
    return cases.load(write(folder, text))


def test_template_loads_and_is_never_written_over_a_file(tmp_path):
    path = cases.new(tmp_path / "mine.yaml")
    case = cases.load(path)
    assert case.name == "mine"
    # k = A exp(-E/(R T)), with rates in mol/m3/s
    rate = np.empty(1)
    case.kinetics.rates(300.0, np.array([2.0, 3.0, 0.0]), rate)
    assert rate[0] == pytest.approx(6.0 * 2.0e7 * np.exp(-70e3 / (8.31446261815324 * 300.0)))
    assert case.kinetics.dH == pytest.approx([-150e3])
    assert case.kinetics.M.tolist() == [0.1, 0.05, 0.15]
    with pytest.raises(InputError, match="exists already"):
        cases.new(path)
    with pytest.raises(WriteError, match="can't be written"):
        cases.new(tmp_path / "no folder" / "mine.yaml")


def test_bom_and_windows_line_ends_are_fine(tmp_path):
    text = b"\xef\xbb\xbf" + TEMPLATE.replace("\n", "\r\n").encode()
    assert load(tmp_path, text).title == cases.load(write(tmp_path, TEMPLATE)).title


def test_mechanism_beside_the_case(tmp_path):
    write(tmp_path, MECHANISM, "mine.mechanism.yaml")
    case = load(
        tmp_path, MAIN.replace("mechanism: thiosulfate-peroxide", "mechanism: mine.mechanism.yaml")
    )
    shipped = cases.load("thiosulfate-peroxide").kinetics
    assert all(np.array_equal(a, b) for a, b in zip(case.kinetics, shipped, strict=True))


def test_everything_a_vessel_can_be_told(tmp_path):
    text = TEMPLATE.replace(
        "vessel: {volume: 1.25 m3, U: 350 W/m2/K, area: 3.9 m2}",
        "vessel: {volume: 1.25 m3, U: 350 W/m2/K, area: 5 m2, diameter: 1 m,\n"
        "      heat_capacity: 200 kJ/K}",
    )
    text = text.replace(
        "jacket: {T_min: 5 degC, T_max: 90 degC}",
        "jacket: {T_min: 5 degC, T_max: 90 degC, T: 15 degC, flow: 8 kW/K, content: 400 kJ/K}\n"
        "    controller: {Kp: 2, t_i: 10 min, rate: 3 K/min, lag: 20 s}\n"
        "    failure: {at: 1 h, coolant: 0, stirring: 0.5, dosing: 0}",
    )
    text = text.replace(
        "{volume: 0.2 m3, T: 20 degC, c: {B: 5 mol/L}, duration: 2 h}",
        "{T: 20 degC, c: {B: 5 mol/L}, profile: [[0, 0], [1 h, 100 L/h], [3 h, 50 L/h]]}",
    )
    text = text.replace("pump: 0.5}", "pump: 0.5, stirring: 2 W/L}")
    text = text.replace("dose: {T: 50 degC}", "dose: {T: 50 degC, control: controlled}")
    text = text.replace(
        "hold: {T: 50 degC, conversion: 0.98}",
        "hold: {control: jacket, jacket: 40 degC, duration: 1 h}",
    )
    case = load(tmp_path, text)
    vessel = case.reactors["batch"]
    assert case.energy.stirring == 2000.0
    assert vessel.wall == (350.0, pytest.approx(np.pi / 4), 4.0, 5.0)
    assert vessel.jacket == (8000.0, 4e5, 288.15, 288.15)
    assert vessel.controller == (2.0, 600.0, 278.15, 363.15, pytest.approx(0.05), 20.0)
    assert vessel.failure == (3600.0, 0.0, 0.5, 0.0)
    assert (vessel.C_vessel, vessel.stirrer) == (2e5, 1000.0)
    # trapezia: 1 h at 50 L/h on average, 2 h at 75 L/h
    assert vessel.feed_volumes() == pytest.approx([0.2])
    dose, hold = vessel.phases()[2:4]
    assert (dose.duration, dose.mode, hold.T_jacket, hold.duration) == (
        10800.0,
        2.0,
        313.15,
        3600.0,
    )


def test_everything_a_channel_can_be_told(tmp_path):
    text = TEMPLATE.replace("section: {width: 2 mm, height: 2 mm}", "section: {diameter: 2 mm}")
    text = text.replace(
        "{residence: 20 s, utility: 50 degC, UA_V: 5 MW/m3/K}", "{length: 1 m, adiabatic: true}"
    )
    text = text.replace(
        "{residence: 100 s, utility: 80 degC, UA_V: 5 MW/m3/K}",
        "{residence: 100 s, utility: 80 degC, U: 900 W/m2/K, utility_flow: 2 W/K, counter: true}",
    )
    channel = load(tmp_path, text).reactors["miniaturised"]
    assert channel.section[:2] == (pytest.approx(np.pi * 1e-6), pytest.approx(np.pi * 2e-3))
    speed = channel.flow / channel.channels / channel.section.A
    first, second = channel.zones
    assert first.tolist() == [1.0, 0.0, 293.15, np.inf, 1.0]
    assert second.tolist() == [pytest.approx(100 * speed), 900.0, 353.15, 2.0, -1.0]


def test_rate_constants_in_every_form(tmp_path):
    text = TEMPLATE.replace("equation: A + B => C", "equation: A + B <=> C").replace(
        "A: 2.0e7 m3/mol/s # or: k: 0.01 L/mol/s, at: 25 degC\n    E: 70 kJ/mol",
        "k: 0.01 L/mol/s\n    at: 25 degC\n    Ta: 8000 K\n    orders: {A: 1, B: 1}\n"
        "    reverse: {A: 3 1/min, E: 50 kJ/mol, orders: {C: 1}}",
    )
    net = load(tmp_path, text).kinetics
    rate = np.empty(1)
    net.rates(298.15, np.array([2.0, 3.0, 0.0]), rate)
    assert rate[0] == pytest.approx(6.0 * 1e-5, rel=1e-12)
    net.rates(320.0, np.array([0.0, 0.0, 2.0]), rate)
    assert rate[0] == pytest.approx(-2.0 * 0.05 * np.exp(-50e3 / (8.31446261815324 * 320.0)))


def test_a_new_case_may_begin_with_a_shipped_one(tmp_path):
    path = cases.new(tmp_path / "mine.yaml", like="o-xylene")
    assert list(cases.load(path).reactors) == ["bed", "string"]
    with pytest.raises(InputError, match="unknown case 'oxylene'; did you mean 'o-xylene'"):
        cases.new(tmp_path / "other.yaml", like="oxylene")


# --- beds of catalyst ----------------------------------------------------------------------------
def test_shipped_beds_have_the_numbers_of_their_references():
    from intensify import solve

    case = cases.load("o-xylene")
    bed = solve(case.reactors["bed"])
    # the reference with T0 = T_w = 630 K; the case's is at 357 degC, 0.15 K above
    assert 661.1 < bed.kpis["T_max"] < 662.5
    methanol = solve(cases.load("methanol").reactors["adiabatic"])
    assert methanol.kpis["T_max"] == pytest.approx(551.84, abs=0.05)
    reformer = solve(cases.load("steam-reforming").reactors["fired-tube"])
    assert reformer.kpis["X_CH4"] == pytest.approx(0.45764, rel=1e-3)
    assert reformer.kpis["p_out"] == pytest.approx(28.3778e5, rel=1e-4)


def test_beds_of_a_case_are_checked():
    from intensify.cases.build import build_case

    def build(text):
        return build_case("mine", text, None)

    text = (DATA / "o-xylene.yaml").read_text(encoding="utf-8")
    for old, new, sentence in [
        ("per: kg", "per: m3", "takes rates per kg, but the case's are per m3"),
        (
            "oX: 0.0093, air: 0.9907",
            "ox: 0.0093, air: 0.9907",
            "unknown species 'ox'; known: oX, PA",
        ),
        ("diameter: 4 mm", "diameter: 2 mm", "does not fit into a tube of 2 mm"),
        ("friction: none", "friction: Ergun", "'Ergun' is no law"),
        ("catalyst: 1300 kg/m3", "catalyst: 0 kg/m3", "hold no catalyst"),
        ("void: 0.4", "void: 1", "must lie between 0 and 1"),
        ("mass_flow: 1.5967 kg/s", "mass_flow: 1.5967 kg", "kg/s"),
    ]:
        assert old in text
        with pytest.raises(InputError, match=sentence):
            build(text.replace(old, new))
    with pytest.raises(InputError, match="takes rates per m3, but the case's are per kg"):
        build(MAIN + "\nper: kg\n")
