"""Trains of reactor and columns: closed forms, stages by hand, comparisons, refusals."""

import json
import re

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from typer.testing import CliRunner

import intensify as it
from intensify.cases.build import build_case
from intensify.cli import app
from intensify.reactors.columns.liquid_reactor import reacted
from intensify.reactors.columns.train_equations import LEAST_REFLUX

R = 8.31446261815324
QUATERNARY = it.cases.load("quaternary-column")
COLUMN, TRAIN = QUATERNARY.reactors["column"], QUATERNARY.reactors["train"]
TEXT = QUATERNARY.text


def wide(column=COLUMN, **changes):
    """A train of two columns of twenty stages for C and D."""
    given = {"T": 380.0, "holdup": 9000.0,
             "light": it.ProductColumn("C", 0.95, stages=20, feed=10, p=8e5),
             "heavy": it.ProductColumn("D", 0.95, stages=20, feed=10, p=8e5)}  # fmt: skip
    return it.ReactorTrain(column, **(given | changes))


# --- the reactor ---------------------------------------------------------------------------------
def rate_constants(T):
    """Of the case, with Arrhenius written out."""
    return (6.58406775332e15 * np.exp(-125532.903143 / (R * T)),
            3.08507502838e21 * np.exp(-167377.20419 / (R * T)))  # fmt: skip


def test_a_tank_obeys_its_quadratic_and_a_large_one_is_at_equilibrium():
    fed, m, T = np.array([12.6, 12.6, 0.0, 0.0]), 9000.0, 366.0
    k, back = rate_constants(T)
    out = reacted(COLUMN, fed, T=T, holdup=m)
    # equimolar: xi = m (k (12.6 - xi)^2 - back xi^2)/25.2^2
    c = m / 25.2**2
    a, b, d = c * (k - back), -(2.0 * 12.6 * c * k + 1.0), c * k * 12.6**2
    xi = (-b - np.sqrt(b * b - 4.0 * a * d)) / (2.0 * a)
    np.testing.assert_allclose(out, [12.6 - xi, 12.6 - xi, xi, xi], rtol=1e-9)
    K = k / back
    for tube in (False, True):
        X = reacted(COLUMN, fed, T=T, holdup=1e9 if not tube else 1e6, tube=tube)[2] / 12.6
        assert pytest.approx(np.sqrt(K) / (1.0 + np.sqrt(K)), rel=1e-5) == X


def test_a_tube_is_what_another_integrator_gives():
    fed, T = np.array([15.0, 10.0, 1.0, 0.5]), 380.0
    k, back = rate_constants(T)

    def slope(m, n):
        x = n / n.sum()
        r = k * x[0] * x[1] - back * x[2] * x[3]
        return [-r, -r, r, r]

    oracle = solve_ivp(slope, (0.0, 5000.0), fed, method="LSODA", rtol=1e-11, atol=1e-12).y[:, -1]
    out = reacted(COLUMN, fed, T=T, holdup=5000.0, tube=True)
    np.testing.assert_allclose(out, oracle, rtol=1e-7)


# --- the closed train ----------------------------------------------------------------------------
def lacking(state, flows, feed):
    """What the stages' balances lack [mol/s], with constant volatilities and equal overflow."""
    alpha = np.exp([23.852925465, 23.162925465, 24.552925465, 22.472925465])  # A, B, C, D
    x, N = state.x, state.column.stages
    y = alpha * x / (x @ alpha)[:, None]
    D, L = float(state.V[0]), np.full(N, state.L[0])
    V, fed = D + L[0], flows.sum()
    L[feed:] += fed
    L[-1] = fed - D
    lack = [V * y[1] - (L[0] + D) * x[0]]
    for j in range(1, N):
        come = L[j - 1] * x[j - 1] + (V * y[j + 1] if j < N - 1 else 0.0)
        lack.append(come + (flows if j == feed else 0.0) - L[j] * x[j] - V * y[j])
    return np.abs(lack).max()


@pytest.mark.parametrize("changes", [
    {}, {"tube": True}, {"ratio": 2.0, "holdup": 20000.0},
    {"light": it.ProductColumn("C", 0.99, stages=24, feed=11, recovery=0.98, p=8e5)},
])  # fmt: skip
def test_a_train_obeys_its_flowsheet_written_out_stage_by_stage(changes):
    train = wide(**changes)
    state = it.solve_train(train)
    assert max(state.balances().values()) < 1e-9
    np.testing.assert_allclose(state.second.distillate, state.recycle, rtol=1e-7, atol=1e-8)
    for one, flows, end in ((state.first, state.effluent, train.light),
                            (state.second, state.first.bottoms, train.heavy)):  # fmt: skip
        assert lacking(one, flows, end.feed) < 1e-8 * flows.sum()
    # the reactor's balance at the flows found
    k, back = rate_constants(train.T)
    x = state.effluent / state.effluent.sum()
    if not train.tube:
        r = train.holdup * (k * x[0] * x[1] - back * x[2] * x[3])
        fed = np.array([12.6, 12.6, 0.0, 0.0]) + state.recycle
        np.testing.assert_allclose(state.effluent, fed + r * np.array([-1, -1, 1, 1]), rtol=1e-7)
    # what was asked for: one purity exactly and the other at least, ratio, recoveries
    wanted = [train.light.purity, train.heavy.purity]
    short = np.array(state.purities) - wanted
    assert abs(short).min() < 1e-8
    assert short.min() > -1e-8
    assert state.recycle[0] / state.recycle[1] == pytest.approx(train.ratio, rel=1e-7)
    assert state.first.distillate[2] / state.effluent[2] == pytest.approx(train.light.recovery)
    assert state.second.bottoms[3] / state.first.bottoms[3] == pytest.approx(0.95)
    # products and heat of the whole plant: 95 % of both, the heat of reaction, nothing else
    light, heavy = state.made
    assert light.sum() + heavy.sum() == pytest.approx(25.2, rel=1e-9)
    assert state.Q_reactor == pytest.approx(-41840.0 * (light[2] + heavy[2]), rel=1e-8)


def test_a_column_that_recovers_more_without_reflux_keeps_a_little():
    train = wide(heavy=it.ProductColumn("D", 0.95, stages=20, feed=2, recovery=0.2, p=8e5))
    state = it.solve_train(train)
    assert state.second.L[0] / state.second.V[0] == pytest.approx(LEAST_REFLUX, rel=1e-6)
    assert state.second.bottoms[3] / state.first.bottoms[3] > 0.2


def test_one_reactant_that_becomes_two_products_goes_round_alone():
    mix = it.Mixture.ideal(["pentene", "butene", "hexene"], psat=[
        [22.0 + np.log(3.0), -3000.0, 0.0], [22.0 + np.log(9.0), -3000.0, 0.0],
        [22.0, -3000.0, 0.0]])  # fmt: skip
    rx = it.Reaction("2 pentene <=> butene + hexene", it.Arrhenius(0.02),
                     reverse=it.Arrhenius(0.08))  # fmt: skip
    column = it.ReactiveDistillationColumn(
        mix, stages=16, p=3e5, energy="cmo", dHv=2.5e4, reactions=[rx], by_activity=False,
        holdup=dict.fromkeys(range(4, 12), 500.0), feeds=[it.ColumnFeed(8, {"pentene": 10.0})],
        specs={"distillate": 5.0, "boilup": 20.0},
    )  # fmt: skip
    train = it.ReactorTrain(
        column, T=340.0, holdup=4000.0,
        light=it.ProductColumn("butene", 0.97, stages=20, feed=10, p=3e5),
        heavy=it.ProductColumn("hexene", 0.98, stages=20, feed=10, p=3e5),
    )  # fmt: skip
    state = it.solve_train(train)
    assert state.purities == pytest.approx([0.97, 0.98], abs=1e-8)
    x = state.effluent / state.effluent.sum()
    xi = 4000.0 * (0.02 * x[0] ** 2 - 0.08 * x[1] * x[2])
    np.testing.assert_allclose(state.extents, [xi], rtol=1e-8)
    assert max(state.balances().values()) < 1e-9


def enthalpies(column):
    """The quaternary column with enthalpies of all components instead of equal overflow."""
    h = [[-200e3, 150.0, 30e3, 350.0, 100.0], [-250e3, 160.0, 30e3, 370.0, 110.0],
         [-220e3, 140.0, 30e3, 330.0, 90.0], [-270e3, 170.0, 30e3, 400.0, 120.0]]  # fmt: skip
    rx = it.Reaction("A + B <=> C + D", it.Arrhenius(6.58406775332e15, 0.0, 125532.903143 / R),
                     reverse=it.Arrhenius(3.08507502838e21, 0.0, 167377.20419 / R))  # fmt: skip
    mix = it.Mixture.ideal(["A", "B", "C", "D"], psat=column.mixture.psat[:, :3], enthalpy=h)
    return it.ReactiveDistillationColumn(
        mix, stages=21, p=8e5, reactions=[rx], by_activity=False,
        holdup=dict.fromkeys(range(6, 15), 1000.0),
        feeds=[it.ColumnFeed(6, {"B": 12.6}, 320.0), it.ColumnFeed(14, {"A": 12.6}, 320.0)],
        specs={"distillate": 12.6, "boilup": 30.0},
    )  # fmt: skip


def test_with_enthalpies_the_whole_plant_closes_its_heat():
    state = it.solve_train(wide(enthalpies(COLUMN)))
    closed = state.balances()
    assert set(closed) == {"A", "B", "C", "D", "energy"}
    assert max(closed.values()) < 1e-8
    # feeds at 320 K become products at the columns' ends: by hand, from h_f and cp alone
    mix, T = state.train.column.mixture, [state.first.T[0], state.second.T[-1]]
    h_f, cp = mix.enthalpy[:, 0], mix.enthalpy[:, 1]
    out = sum(n @ (h_f + cp * (t - 298.15)) for n, t in zip(state.made, T, strict=True))
    fed = np.array([12.6, 12.6, 0.0, 0.0]) @ (h_f + cp * (320.0 - 298.15))
    heat = state.first.duty(-1) + state.second.duty(-1) - state.first.duty(0)
    heat += state.Q_reactor - state.second.duty(0)
    assert heat == pytest.approx(out - fed, rel=1e-6)


# --- the best train ------------------------------------------------------------------------------
def needs(state):
    return state.first.duty(-1) + state.second.duty(-1)


def test_the_best_train_is_not_bettered_by_a_grid_around_it():
    best = it.best_train(TRAIN, ["recoveries", "T"])
    train, least = best.train, needs(best)
    assert least < 0.999 * needs(it.solve_train(wide(light=TRAIN.light, heavy=TRAIN.heavy)))
    for dT in (-4.0, 0.0, 4.0):
        for lost in (0.8, 1.0, 1.25):
            for end in ("light", "heavy"):
                column = getattr(train, end)
                other = train._replace(T=train.T + dT, **{end: column._replace(
                    recovery=1.0 - lost * (1.0 - column.recovery))})  # fmt: skip
                assert needs(it.solve_train(other, guess=best)) > 0.997 * least


def test_stages_find_their_place_when_they_are_free():
    away = TRAIN._replace(light=TRAIN.light._replace(feed=6), heavy=TRAIN.heavy._replace(feed=4))
    best = it.best_train(away, ["stages"])
    assert best.train.light.stages + best.train.heavy.stages == 21
    assert needs(best) < 0.9 * needs(it.solve_train(away))
    with pytest.raises(it.InputError, match="a train has no choice 'stage'"):
        it.best_train(away, ["stage"])


# --- the comparison ------------------------------------------------------------------------------
def test_the_column_needs_a_quarter_of_the_heat_of_its_train():
    c = it.compare_case(QUATERNARY, sensitivity=False)
    a, b = c.conventional.figures, c.intensified.figures
    assert c.misses == []
    # the column by its own state: Q = V dHv, production 95 % of what is distilled
    assert b["heat"] == pytest.approx(28.91 * 29053.696, rel=2e-3)
    assert b["heat_mol"] == pytest.approx(b["heat"] / b["light"], rel=1e-12)
    for side in (a, b):
        assert min(side["purity_light"], side["purity_heavy"]) >= 0.95 - 1e-7
        assert side["light"] == pytest.approx(0.95 * 12.6, rel=1e-3)
        assert (side["stages"], side["holdup"]) == (21.0, 9000.0)
        # heat of reaction, 41.84 kJ/mol: the difference of cooling and heat
        assert side["cooling"] - side["heat"] == pytest.approx(41840.0 * side["light"], rel=1e-3)
    assert (a["pieces"], b["pieces"]) == (8.0, 3.0)
    duty = c.conventional.duties
    assert a["exergy"] == pytest.approx(
        sum(d.Q * (1.0 - 298.15 / d.T) for d in duty if d.Q > 0.0), rel=1e-12
    )
    assert c.factor == pytest.approx(a["heat"] / a["light"] / b["heat"] * b["light"], rel=1e-12)
    assert c.factor == pytest.approx(4.38, abs=0.02)
    assert np.isnan(a["heat_kg"])  # no molar masses are known


def test_sides_as_they_are_given_get_no_factor_and_it_is_said_by_how_much():
    c = it.compare_with_train(TRAIN, sensitivity=False)
    assert c.misses == ["intensified: D is 0.949877 pure, 0.00012 short of 0.95"]
    with pytest.raises(it.SpecificationError, match="no factor is given: intensified: D is"):
        _ = c.factor
    assert "No factor" in str(c)
    assert c.content()["factor"] is None
    shown = " ".join(t.get_text() for axes in it.plot.train(c).axes for t in axes.texts)
    assert "no factor" in shown


def test_a_side_that_makes_less_is_told():
    column = COLUMN._replace(feed=0.9 * COLUMN.feed)  # less fed, less made; both purities as asked
    train = TRAIN._replace(column=column)
    c = it.compare_with_train(train, free={"intensified": ["duties"]}, sensitivity=False)
    assert c.misses == []
    low = it.compare_with_train(train._replace(column=column._replace(
        top=COLUMN.top._replace(value=6.0))), sensitivity=False)  # fmt: skip
    assert any("mol/s of C are" in m and "less than the other side makes" in m for m in low.misses)


def test_molar_masses_give_heat_per_mass():
    train = TRAIN._replace(light=TRAIN.light._replace(M=0.05), heavy=TRAIN.heavy._replace(M=0.05))
    figures = it.compare_with_train(train, sensitivity=False).conventional.figures
    made = 0.05 * (figures["light"] + figures["heavy"])
    assert figures["heat_kg"] == pytest.approx(figures["heat"] / made, rel=1e-12)


def test_the_command_compares_keeps_draws_and_reports(tmp_path):
    kept, drawn = tmp_path / "c.h5", tmp_path / "c.png"
    args = ["compare", "quaternary-column", "--no-sensitivity", "-o", str(kept)]
    done = CliRunner().invoke(app, [*args, "--plot", str(drawn)])
    assert done.exit_code == 0
    said = re.search(r"The train needs (\S+) times the column's heat for the same product, "
                     "with 21 stages against 21",
                     done.output)  # fmt: skip
    assert float(said[1]) == pytest.approx(4.38, abs=0.02)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    back = it.TrainComparison.load(kept)
    assert str(back) in done.output
    assert [a.get_title(loc="left") for a in it.plot.train(back).axes] == [
        "(a) duties", "(b) duties at their temperatures", "(c) train over column",
    ]  # fmt: skip
    page = tmp_path / "c.html"
    assert CliRunner().invoke(app, ["report", str(kept), "-o", str(page)]).exit_code == 0
    assert f"{said[1]} times the column" in page.read_text()
    assert CliRunner().invoke(app, ["plot", str(kept)]).exit_code == 0
    told = CliRunner().invoke(app, ["compare", "quaternary-column", "--no-sensitivity", "--json"])
    content = json.loads(told.output)
    assert content["factor"] == pytest.approx(back.factor, rel=1e-9)
    assert content["units"]["heat_mol"] == "J/mol"


def test_what_else_the_train_could_be_is_said():
    c = it.compare_case(QUATERNARY)
    factors = {what: factor for what, factor, missed in c.sensitivity if not missed}
    assert factors["reactor ten times as large"] < c.factor < factors["reactor half as large"]
    assert 1.0 < factors["twice the stages in the train"] < c.factor


# --- refusals ------------------------------------------------------------------------------------
def test_azeotropes_bar_methyl_acetate_from_a_train():
    column = it.cases.load("methyl-acetate").reactors["column"]
    sentence = (r"light\.product: no column without reaction has methyl-acetate 0.95 pure at its "
                r"top: what boils first at 1.013 bar, 326.9 K, is 66.7 % methyl-acetate and 33.3 % "
                "methanol")  # fmt: skip
    with pytest.raises(it.InputError, match=sentence):
        it.ReactorTrain(
            column, T=330.0, holdup=1000.0,
            light=it.ProductColumn("methyl-acetate", 0.95, stages=30, feed=15),
            heavy=it.ProductColumn("water", 0.95, stages=30, feed=15),
        )  # fmt: skip


def test_an_inert_would_pile_up_in_the_recycle():
    column = it.cases.load("mtbe-column").reactors["column"]
    with pytest.raises(it.InputError) as told:
        it.ReactorTrain(
            column, T=340.0, holdup=1000.0,
            light=it.ProductColumn("isobutene", 0.95, stages=30, feed=15, p=11e5),
            heavy=it.ProductColumn("MTBE", 0.95, stages=30, feed=15, p=11e5),
        )  # fmt: skip
    assert "light.product: isobutene is made by no reaction" in str(told.value)
    assert "n-butane would pile up in the recycle: neither product nor consumed" in str(told.value)


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("replaces: column", "replaces: colum", "unknown column above this train 'colum'"),
    ("T: 386.5 K, holdup: 9000", "T: 386.5 K, holdup: 0", "must be above 0"),
    ("product: C, purity: 0.95", "product: E, purity: 0.95", "unknown component 'E'"),
    ("product: C, purity: 0.95", "product: D, purity: 0.95", "D is the light product as well"),
    ("product: C, purity: 0.95", "product: A, purity: 0.95", "A is made by no reaction"),
    ("product: C, purity: 0.95", "product: C, purity: 1", "is 1, but must lie between 0 and 1"),
    ("stages: 11, feed: 8", "stages: 11, feed: 10", "on stage 10, but must be on one from 1 to 9"),
    ("stages: 11, feed: 8", "stages: 2, feed: 8", "is below 3, the least"),
    ("recovery: 0.58", "recovery: 0", "must lie between 0 and 1"),
    ("heavy: {product: D", "heavier: {product: D", "did you mean 'heavy'"),
    ("[recoveries, T]", "[recoveries, p]", "unknown choice of a reactor-train reactor 'p'"),
    ("conventional: train", "conventional: trains", "unknown reactor 'trains'"),
])  # fmt: skip
def test_bad_trains_of_a_case_are_told(old, new, sentence):
    assert old in TEXT
    with pytest.raises(it.InputError, match=sentence):
        build_case("mine", TEXT.replace(old, new), None)


def test_heavy_and_light_the_wrong_way_round_are_told():
    with pytest.raises(it.InputError, match=r"has D 0\.95 pure at its top: what boils first"):
        wide(light=it.ProductColumn("D", 0.95, stages=20, feed=10, p=8e5),
             heavy=it.ProductColumn("C", 0.95, stages=20, feed=10, p=8e5))  # fmt: skip


def test_a_train_out_of_reach_says_what_is_missed():
    short = it.ProductColumn("C", 0.999, stages=6, feed=3, recovery=0.99, p=8e5)
    with pytest.raises(it.SolveError, match=r"the train does not close: .* give the columns more"):
        it.solve_train(wide(light=short))


def test_a_train_is_compared_with_its_own_column_only():
    twice = TEXT.replace("  train: #", TEXT[TEXT.index("  column:"):TEXT.index("  train: #")]
                         .replace("  column:", "  other:") + "  train: #")  # fmt: skip
    case = build_case("mine", twice.replace("intensified: column", "intensified: other"), None)
    with pytest.raises(it.InputError, match="compared with the column that it replaces, not with"):
        it.compare_case(case)
    drawn = TRAIN._replace(column=COLUMN._replace(draws=COLUMN.draws + 0.01))
    with pytest.raises(it.InputError, match="no side draws, to have two products as the train has"):
        it.compare_with_train(drawn)
    with pytest.raises(it.InputError, match="has no choice 'T_set'"):
        it.compare_with_train(TRAIN, free={"conventional": ["T_set"]})


def test_a_run_of_a_train_is_kept_whole(tmp_path):
    run = it.solve(TRAIN)
    back = it.Result.load(run.save(tmp_path / "train.h5"))
    assert back == run
    assert back.dataset["x"].dims == ("tray", "species")
    assert back.dataset["stage"].values[[0, 10, 11]].tolist() == [
        "condenser 1", "reboiler 1", "condenser 2",
    ]  # fmt: skip
    assert "light: ProductColumn" in str(TRAIN)
    panels = it.plot.profiles(back).axes
    assert [a.get_xlabel() for a in panels] == [
        "liquid mole fraction", "temperature [K]", "flow [mol/s]",
    ]  # fmt: skip
    first, second = (line.get_xdata() for line in panels[1].lines[:2])  # not joined
    np.testing.assert_allclose([first.size, second.size], [11, 10])
