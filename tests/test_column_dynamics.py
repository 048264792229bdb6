"""Columns in time: start-up from cold, controllers, disturbances, what stops them."""

from importlib import resources

import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.cases.build import build_case
from intensify.cli import app
from intensify.reactors.columns import column_dynamics as dyn
from intensify.reactors.columns import column_equations as eq

CASES = resources.files("intensify.cases") / "data"
TEXT = (CASES / "quaternary-column.yaml").read_text(encoding="utf-8")
QUATERNARY = it.cases.load("quaternary-column").reactors["column"]
LEVELS = {"drum": it.LevelControl(200.0, 2000.0), "sump": it.LevelControl(200.0, 2000.0)}


def esters(**changes):
    """A + B <=> C + D with enthalpies, for which each mole of C made heats the column."""
    h = [[-200e3, 150.0, 30e3, 350.0, 100.0], [-250e3, 160.0, 30e3, 370.0, 110.0],
         [-220e3, 140.0, 30e3, 330.0, 90.0], [-270e3, 170.0, 30e3, 400.0, 120.0]]  # fmt: skip
    mix = it.Mixture.ideal(["A", "B", "C", "D"], psat=QUATERNARY.mixture.psat[:, :3], enthalpy=h)
    rx = it.Reaction("A + B <=> C + D", it.Arrhenius.at(0.02, T=400.0, E=6e4),
                     reverse=it.Arrhenius.at(0.01, T=400.0, E=7e4))  # fmt: skip
    given = {"stages": 12, "p": 8e5, "reactions": [rx], "by_activity": False,
             "holdup": dict.fromkeys(range(4, 9), 500.0),
             "feeds": [it.ColumnFeed(4, {"B": 5.0}, 320.0), it.ColumnFeed(8, {"A": 5.0}, 330.0)],
             "specs": {"reflux_ratio": 3.0, "bottoms": 5.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mix, **(given | changes))


def moving(column=None, **changes):
    """A column in time: hold-ups for a minute, vessels for ten."""
    column = esters() if column is None else column
    N = column.stages
    given = {"holdups": [4000.0, *[600.0] * (N - 2), 4000.0], "weir": 5.0, "until": 1e5, **LEVELS}
    return it.TransientColumn(column, **(given | changes))


@pytest.fixture(scope="module")
def cold():
    """A column filled with cold feed, heated at total reflux, then fed and drawn from."""
    duty = 1.5 * it.solve_column(esters()).duty(-1)
    return it.solve(moving(start=it.Charge(298.15), changes=[
        it.Disturbance(0.0, feed=0.0, draw=0.0, duty=duty),
        it.Disturbance(2000.0, ramp=600.0, feed=1.0, draw=1.0, duty=duty / 1.5),
    ]))  # fmt: skip


# --- rest ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", [
    QUATERNARY, esters(), esters(efficiency=0.7), esters(duties={6: 2e4}),
])  # fmt: skip
def test_a_steady_column_rests(column):
    ready = moving(column).prepared()
    model, s = ready.model(0), ready.state()
    ds = np.empty_like(s)
    model.rhs(0.0, s, ds)  # plain Python
    N, C = ready.state0.x.shape
    assert np.abs(ds[: N * (C + 1) + 2]).max() < 1e-7  # mol/s and K/s
    np.testing.assert_allclose(model.scratch.rows[1:, dyn.V], ready.state0.V[1:], rtol=1e-9)
    outlets = [ready.state0.V[0], ready.state0.duty(-1), ready.state0.duty(0)]
    there = model.scratch.u[[dyn.DISTILLATE, dyn.HEAT, dyn.COOLING]]
    np.testing.assert_allclose(there, outlets, rtol=1e-8)


# --- start-up ------------------------------------------------------------------------------------
def test_a_start_up_from_cold_ends_at_the_steady_solvers_state(cold):
    steady = it.solve_column(esters())
    end = cold.at(1e5)
    np.testing.assert_allclose(end["x"], steady.x, rtol=0.0, atol=1e-7)
    np.testing.assert_allclose(end["T"], steady.T, rtol=1e-8)
    np.testing.assert_allclose(end["V"], steady.V, rtol=1e-6)
    assert end["Q_condenser"] == pytest.approx(steady.duty(0), rel=1e-6)
    assert set(cold.balances()) == {"A", "B", "C", "D", "energy"}
    assert max(cold.balances().values()) < 1e-8


def test_a_cold_column_heats_before_it_boils(cold):
    early = cold.at(5.0)
    # the sump alone is heated: a closed vessel of 4000 mol at 155 J/mol/K, half A and half B
    duty = 1.5 * it.solve_column(esters()).duty(-1)
    assert early["T"][-1] == pytest.approx(298.15 + 5.0 * duty / (4000.0 * 155.0), abs=2e-3)
    assert np.abs(early["T"][:4] - 298.15).max() < 1e-9
    assert (early["T"][4:9] > 298.155).all()  # where it reacts
    assert early["V"].max() == 0.0
    # at total reflux nothing has left
    reflux = cold.at(1990.0)
    assert reflux["V"][0] == reflux["L"][-1] == 0.0
    assert reflux["M"].sum() == pytest.approx(cold.at(5.0)["M"].sum(), rel=1e-8)
    # what boils is on its boiling line
    mix = esters().mixture
    for j in (3, 6, 11):
        T, _ = mix.bubble_point(8e5, reflux["x"][j])
        assert reflux["T"][j] == pytest.approx(T, abs=1e-4)


# --- controllers and disturbances ----------------------------------------------------------------
def test_a_temperature_loop_holds_its_set_point_through_a_feed_ramp():
    state = it.solve_column(QUATERNARY)
    loop = it.TemperatureControl(17, 2e4, t_i=600.0, low=0.0, high=2e6)
    change = it.Disturbance(600.0, ramp=300.0, feed=1.1)
    run = it.solve(moving(QUATERNARY, loops=[loop], changes=[change], until=1e6,
                          holdups=[8000.0, *[1000.0] * 19, 8000.0]))  # fmt: skip
    specs = {"top": eq.Specification(eq.REFLUX, float(state.L[0])),
             "bottom": eq.Specification(eq.STAGE_T, float(state.T[17]), 17)}  # fmt: skip
    steady = it.solve_column(QUATERNARY._replace(feed=1.1 * QUATERNARY.feed, **specs))
    end, half = run.at(1e6), run.at(750.0)
    np.testing.assert_allclose(end["x"], steady.x, rtol=0.0, atol=1e-6)
    np.testing.assert_allclose(end["T"], steady.T, rtol=1e-8)
    assert end["Q_reboiler"] == pytest.approx(steady.duty(-1), rel=1e-6)
    np.testing.assert_allclose(end["M"][[0, -1]], 8000.0, rtol=1e-7)  # PI: no offset
    assert half["fed"] == pytest.approx(1.05 * 25.2, rel=1e-12)
    assert np.abs(run.dataset["T"].values[:, 17] - state.T[17]).max() > 0.05


def test_both_ends_are_held_and_a_proportional_level_keeps_an_offset():
    column = esters(specs={"reflux": 15.0, "bottoms": 5.0})
    state = it.solve_column(column)
    goal = float(state.T[10]) + 2.0
    reflux = it.TemperatureControl(2, -0.2, t_i=600.0, by="reflux", low=5.0, high=40.0)
    loops = [it.TemperatureControl(10, 4e3, t_i=300.0, high=1e6), reflux]
    richer = (it.ColumnFeed(4, {"B": 5.2}, 320.0), it.ColumnFeed(8, {"A": 5.0, "B": 0.1}, 330.0))
    changes = [it.Disturbance(500.0, feeds=richer), it.Disturbance(5000.0, T_set={10: goal})]
    run = it.solve(moving(column, loops=loops, drum=it.LevelControl(100.0), until=2e5,
                          changes=changes))  # fmt: skip
    end = run.at(2e5)
    np.testing.assert_allclose(end["T"][[2, 10]], [state.T[2], goal], rtol=1e-8)
    more = end["V"][0] - state.V[0]
    assert end["M"][0] - 4000.0 == pytest.approx(100.0 * more, rel=1e-5)
    assert abs(more) > 1e-3
    steady = it.solve_column(
        esters(feeds=richer, specs={"reflux": float(end["L"][0]), "bottoms": float(end["L"][-1])}),
        guess=state,
    )
    np.testing.assert_allclose(end["x"], steady.x, rtol=0.0, atol=1e-6)


def test_a_loop_at_its_limit_does_not_wind_up():
    column = esters(specs={"reflux": 15.0, "bottoms": 5.0})
    state = it.solve_column(column)
    most = 1.01 * state.duty(-1)
    loop = it.TemperatureControl(10, 4e3, t_i=60.0, high=most)
    far, back = float(state.T[10]) + 30.0, float(state.T[10])
    run = it.solve(moving(column, loops=[loop], until=4e4, changes=[
        it.Disturbance(100.0, T_set={10: far}), it.Disturbance(1e4, T_set={10: back}),
    ]))  # fmt: skip
    assert run.at(9e3)["Q_reboiler"] == most
    # 10,000 s of error behind it, it leaves its limit at once
    assert run.at(1e4 + 60.0)["Q_reboiler"] < most
    assert run.at(4e4)["T"][10] == pytest.approx(back, abs=1e-5)


# --- what stops them -----------------------------------------------------------------------------
@pytest.mark.parametrize(("change", "sentence"), [
    (it.Disturbance(100.0, duty=1e5), r"the drum runs dry at .* s: 40 mol of 4000 are left"),
    (it.Disturbance(100.0, draw=0.0), r"floods at .* s: it holds .* mol, 2 times"),
    (it.Disturbance(100.0, feed=0.0, duty=2e6), r"the sump runs dry at .* s"),
])  # fmt: skip
def test_a_level_that_is_lost_stops_the_run_with_a_sentence(change, sentence):
    column = esters(specs={"reflux": 15.0, "bottoms": 5.0})
    with pytest.raises(it.SolveError, match=sentence):
        it.solve(moving(column, changes=[change]))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"weir": 0.0}, "weir: must be above 0 s where heat balances are full"),
    ({"drum": it.LevelControl()}, "drum: needs t_l above 0 s: its level sets the reflux"),
    ({"flood": 0.5}, "flood: is 0.5, but must be above 1"),
    ({"loops": [it.TemperatureControl(12, 1e3)]}, "stage 12 does not exist; there are 0 to 11"),
    ({"loops": [it.TemperatureControl(3, 1e3, by="steam")]}, "is 'steam', not duty or reflux"),
    ({"loops": [it.TemperatureControl(3, 0.0)]}, "needs a gain"),
    ({"loops": [it.TemperatureControl(3, 1e3)] * 2}, "two of them have one handle"),
    ({"loops": [it.TemperatureControl(3, -1.0, by="reflux")]}, "as the reflux ratio does"),
    ({"changes": [it.Disturbance(5.0, boilup=9.0)]}, "give a duty"),
    ({"changes": [it.Disturbance(5.0, ramp=2e5)]}, "its ramp of 200000 s is not over"),
    ({"changes": [it.Disturbance(5.0, draw=0.5)]}, "draw is 0.5, but must be 0 or 1"),
    ({"changes": [it.Disturbance(5.0, T_set={3: 300.0})]}, "no loop holds the temperature of"),
    ({"changes": [it.Disturbance(5.0, reflux=1.0, reflux_ratio=2.0)]}, "exclude each other"),
    ({"changes": [it.Disturbance(5.0, feeds=(it.ColumnFeed(4, {"E": 1.0}),))]}, "'E'"),
])  # fmt: skip
def test_bad_columns_in_time_are_told(changes, sentence):
    with pytest.raises(it.InputError, match=sentence):
        moving(**changes)


def test_weirs_that_hold_more_than_there_is_and_a_cold_start_without_heat_are_told():
    with pytest.raises(it.InputError, match=r"weir: 100 s of its flow are .* of the hold-up"):
        it.solve(moving(weir=100.0))
    with pytest.raises(it.InputError, match="from cold needs full heat balances"):
        moving(QUATERNARY, start=it.Charge())


# --- case, file, picture -------------------------------------------------------------------------
def test_a_disturbed_column_of_a_case_is_run_kept_and_drawn(tmp_path):
    kept, picture = tmp_path / "run.h5", tmp_path / "run.png"
    told = CliRunner().invoke(app, ["run", "quaternary-column", "--reactor", "disturbed",
                                    "-o", str(kept), "--plot", str(picture)])  # fmt: skip
    assert told.exit_code == 0, told.output
    assert picture.stat().st_size > 10_000
    back = it.Result.load(kept)
    assert back.dataset["T"].dims == ("t", "tray")
    figure = it.plot.profiles(back)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "temperature [K]", "flow [mol/s]", "mole fraction, drum", "heat [kW]",
        "mole fraction, sump", "hold-up [kmol]",
    ]  # fmt: skip
    line = figure.axes[3].lines[0]
    np.testing.assert_allclose(line.get_ydata(), back.dataset["Q_reboiler"].values / 1e3)
    # the loop holds stage 17 at its temperature
    T = back.dataset["T"].values[:, 17]
    assert T[-1] == pytest.approx(T[0], abs=1e-3)


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("of: column", "of: colunm", "unknown column above this one 'colunm'; did you mean 'column'"),
    ("stage: 17", "stage: 21", "stage 21 does not exist"),
    ("at: 30 min", "at: 30 d", "must rise from 0 to below until"),
    ("until: 5 h", "until: 0 h", "must be above 0"),
])  # fmt: skip
def test_bad_columns_in_time_of_a_case_are_told(old, new, sentence):
    assert old in TEXT
    with pytest.raises(it.InputError, match=sentence):
        build_case("mine", TEXT.replace(old, new), None)
