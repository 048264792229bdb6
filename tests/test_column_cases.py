"""Columns of case files: what they are, what is wrong with them, and their results on disk."""

from importlib import resources

import numpy as np
import pytest

import intensify as it
from intensify.cases.build import build_case
from intensify.errors import InputError
from intensify.reactors.columns import column_equations as eq

DATA = resources.files("intensify.cases") / "data"
TEXT = (DATA / "quaternary-column.yaml").read_text(encoding="utf-8")
MTBE = (DATA / "mtbe-column.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "key", "conversion"), [
    ("quaternary-column", "A", 0.95003), ("methyl-acetate", "methanol", 0.968977),
    ("mtbe-column", "isobutene", 0.601138), ("etbe-column", "ethanol", 0.920957),
])  # fmt: skip
def test_shipped_columns_have_the_conversions_of_their_references(name, key, conversion):
    run = it.solve(it.cases.load(name).reactors["column"])
    assert run.kpis[f"X_{key}"] == pytest.approx(conversion, rel=3e-6)
    assert max(run.balances().values()) < 1e-9


def test_a_columns_result_is_kept_whole_and_drawn(tmp_path):
    run = it.solve(it.cases.load("quaternary-column").reactors["column"])
    back = it.Result.load(run.save(tmp_path / "column.h5"))
    assert back == run
    assert back.dataset["x"].dims == ("tray", "species")
    assert back.dataset["stage"].values[[0, 10, -1]].tolist() == [
        "condenser",
        "reactive",
        "reboiler",
    ]
    assert float(back.dataset["extent"].sum()) == pytest.approx(12.6 * run.kpis["X_A"], rel=1e-9)
    figure = it.plot.profiles(back)
    labels = [axes.get_xlabel() for axes in figure.axes]
    assert labels == ["liquid mole fraction", "temperature [K]", "flow [mol/s]", "extent [mol/s]"]
    np.testing.assert_allclose(figure.axes[1].lines[0].get_xdata(), run.dataset["T"].values)


def test_a_branch_is_drawn_with_its_folds():
    state = it.solve_column(it.cases.load("quaternary-column").reactors["column"])
    branch = it.follow_column(state, "boilup", 25.0, 33.0)
    figure = it.plot.branches([branch], lambda z: z[0, 2], xlabel="boilup", ylabel="x",
                              states=[(28.91, 0.95, "here")])  # fmt: skip
    assert figure.axes[0].get_legend().get_texts()[0].get_text() == "branch 1"


def test_purities_between_two_states_are_met_on_the_fold_of_their_branch():
    base = it.cases.load("quaternary-column").reactors["column"]

    def longer(N):  # half of its trays with catalyst, a feed at each end of these
        first, last = 1 + (N - 3) // 4, N - 2 - (N - 3) // 4
        R = 8.31446261815324
        rate = it.Arrhenius(6.58406775332e15, 0.0, 125532.903143 / R)
        back = it.Arrhenius(3.08507502838e21, 0.0, 167377.20419 / R)
        return it.ReactiveDistillationColumn(
            base.mixture, stages=N, p=8e5, energy="cmo", dHv=29053.696, dHr=-41840.0,
            reactions=[it.Reaction("A + B <=> C + D", rate, reverse=back)], by_activity=False,
            holdup=dict.fromkeys(range(first, last + 1), 1000.0),
            feeds=[it.ColumnFeed(first, {"B": 12.6}), it.ColumnFeed(last, {"A": 12.6})],
            specs={"top_purity": ("C", 0.95), "bottom_purity": ("D", 0.95)},
        )  # fmt: skip

    (count,) = it.reflux_against_stages(longer, [37])
    assert count.why.startswith("only an unstable state meets the specifications: there is one be")
    # at its reflux ratio there are two more states, one on each side of the purity asked for
    found = []
    for ratios in ([1.0, 2.0, 2.5, 2.8, count.reflux_ratio], [3.2, count.reflux_ratio]):
        state = None
        for ratio in ratios:
            there = longer(37)._replace(top=eq.Specification(eq.REFLUX_RATIO, ratio))
            state = it.solve_column(there, guess=state)
        found.append(state.kpis["x_top_C"])
    assert found[0] < 0.949
    assert found[1] > 0.99


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("boilup: 28.91 mol/s", "bottoms: 12.6 mol/s", "add up to the feed: they are one"),
    ("distillate: 12.5984 mol/s, ", "", "a condenser needs one of reflux_ratio"),
    ("distillate: 12.5984 mol/s", "distillate: 30 mol/s", "must lie between 0 and the feed"),
    ("holdup: 1000", "holdup: 0", "must be above 0"),
    (", holdup: 1000", "", "needs a holdup, or equilibrium: true"),
    ("first: 6, last: 14", "first: 6, last: 41", "stage 21 does not exist"),
    ("stage: 14, flows: {A:", "stage: 14, flows: {E:", "unknown component 'E'"),
    ("stages: 21", "stages: 1", "is below 2"),
    ("overflow: {dHv: 29053.696 J/mol, dHr: [-41840 J/mol]}", "", "has no enthalpies"),
    ("p: 8 bar", "p: 8 K", "Pa"),
    ("condenser", "condensor", "did you mean"),
])  # fmt: skip
def test_bad_columns_of_a_case_are_told(old, new, sentence):
    text = TEXT.replace("    p: 8 bar", "    p: 8 bar\n    condenser: total")
    assert old in text
    with pytest.raises(InputError, match=sentence):
        build_case("mine", text.replace(old, new), None)


def test_a_model_without_its_matrix_is_told():
    with pytest.raises(InputError, match=r"activity\.p1: is missing; wilson needs it"):
        build_case(
            "mine", MTBE[: MTBE.index("      p1:")] + MTBE[MTBE.index("    reactions:") :], None
        )


def test_a_real_vapour_of_a_case_needs_critical_data():
    text = MTBE.replace("    p: 11 bar", "    p: 11 bar\n    vapour: virial")
    assert text != MTBE
    with pytest.raises(InputError, match="no critical data, but the vapour is virial"):
        build_case("mine", text, None)
    data = {"isobutene": "417.9 K, p: 40 bar, omega: 0.194", "methanol": "512.6 K, p: 80.9 bar, "
            "omega: 0.566", "MTBE": "497.1 K, p: 34.3 bar, omega: 0.266",
            "n-butane": "425.1 K, p: 38 bar, omega: 0.2"}  # fmt: skip
    for name, values in data.items():
        line = f"      {name}:\n"
        assert text.count(line) == 1
        text = text.replace(line, f"{line}        critical: {{T: {values}}}\n")
    text = text.replace("specs: {", "efficiency: 0.9\n    specs: {")
    state = it.solve_column(build_case("mine", text, None).reactors["column"])
    assert max(state.balances().values()) < 1e-8
    assert state.z.shape[1] == 4 + 3 + 1 + 4
