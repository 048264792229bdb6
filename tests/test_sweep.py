"""Sweeps over the keys of a case."""

import numpy as np
import pytest

import intensify as it
from intensify.campaigns.values import values_of
from intensify.cases.template import changed

CASE = it.cases.load("thiosulfate-peroxide")
OVER = {"T": [290.0, 298.15], "zones[1].utility": ["50 degC", "60 degC", "70 degC"]}


def test_a_sweep_is_its_cases_one_by_one_whatever_the_workers():
    one = it.sweep(CASE, OVER, reactor="miniaturised", workers=1)
    two = it.sweep(CASE, OVER, reactor="miniaturised", workers=2)
    assert one.dataset.identical(two.dataset)
    assert one.dataset["T_max"].dims == ("T", "zones[1].utility")
    assert one.dataset["zones[1].utility"].attrs["units"] == "degC"
    base = CASE.reactors["miniaturised"]
    for i, T in enumerate((290.0, 298.15)):
        for j, T_u in enumerate((323.15, 333.15, 343.15)):
            zones = base.zones.copy()
            zones[1, 2] = T_u
            alone = it.solve(base._replace(T_in=T, zones=zones)).kpis
            assert float(one.dataset["T_max"][i, j]) == pytest.approx(alone["T_max"], rel=1e-12)
            assert float(one.dataset["X_Na2S2O3"][i, j]) == pytest.approx(alone["X_Na2S2O3"])


def test_samples_that_fail_are_rows_with_their_sentence():
    over = {"flow": ["90 L/h", "-1 L/h", "60 L/h"]}
    found = it.sweep(CASE, over, reactor="miniaturised", outputs=["T_max"], sample="table")
    assert np.isnan(found.dataset["T_max"].values).tolist() == [False, True, False]
    assert found.dataset["T_max"].dims == ("sample",)
    (sentence,) = found.failures
    assert "flow" in sentence
    assert "3 samples, 1 failed" in str(found)


def test_a_sweep_is_kept_whole(tmp_path):
    found = it.sweep(CASE, {"T": "290:300:3"}, reactor="miniaturised", outputs=["T_max", "X_H2O2"])
    back = it.Sweep.load(found.save(tmp_path / "sweep.h5"))
    assert back.dataset.identical(found.dataset)
    assert back.provenance["case"] == CASE.text
    with pytest.raises(it.IntensifyError, match="holds no intensify sweep"):
        it.Sweep.load(it.solve(CASE.reactors["miniaturised"]).save(tmp_path / "run.h5"))


@pytest.mark.parametrize(("over", "sentence"), [
    ({}, "nothing to sweep over"),
    ({"T": []}, "T: has no values"),
    ({"T": "300:310"}, "is no range"),
    ({"T": "300 K:40 degC:3"}, "needs one unit"),
    ({"T": "0:10:3:log"}, "ends above 0 for log"),
    ({"T": ["300 K", "30 degC"]}, "several units"),
    ({"zone[0].utility": [300.0]}, "did you mean 'zones'"),
    ({"zones[7].utility": [300.0]}, "there is no '7'"),
])  # fmt: skip
def test_what_cannot_be_swept_is_told(over, sentence):
    with pytest.raises(it.InputError, match=sentence):
        it.sweep(CASE, over, reactor="miniaturised")


def test_wrong_reactors_samples_and_figures_are_told():
    with pytest.raises(it.InputError, match="has no reactor 'milli'"):
        it.sweep(CASE, {"T": [300.0]}, reactor="milli")
    with pytest.raises(it.InputError, match="as many values of each key"):
        it.sweep(CASE, {"T": [300.0], "flow": [1e-5, 2e-5]}, sample="table")
    with pytest.raises(it.InputError, match="T_mx: is no figure of this reactor"):
        it.sweep(CASE, {"T": [300.0]}, reactor="miniaturised", outputs=["T_mx"])


def test_ranges_keep_their_ends_and_unit():
    assert [values_of("d", "1 mm:100 mm:3:log").text(k) for k in range(3)] == [
        "1 mm",
        "10 mm",
        "100 mm",
    ]
    assert values_of("n", "1, 2,3").numbers.tolist() == [1.0, 2.0, 3.0]
    tree = {"a": [{"b": "1"}]}
    assert changed(tree, "a[0].c", "2") == {"a": [{"b": "1", "c": "2"}]}
    assert tree == {"a": [{"b": "1"}]}


def test_keys_follow_from_others_and_samples_are_left_out():
    over = {"T": "15 degC:35 degC:3", "flow": [1e-5, 2e-5]}
    follow = {"zones[0].utility": "{T} + 5", "channels": "2 if {flow} > 1.5e-5 else 1"}
    kept = it.sweep(CASE, over, reactor="miniaturised", outputs=["T_max"], derive=follow,
                    where=["{T} < 305"])  # fmt: skip
    same = it.sweep(CASE, {"T": ["15 degC"], "flow": [2e-5], "zones[0].utility": [293.15],
                           "channels": [2]}, reactor="miniaturised", outputs=["T_max"])  # fmt: skip
    assert kept.dataset["T_max"].values[0, 1] == same.dataset["T_max"].values.item()
    assert np.isnan(kept.dataset["T_max"].values[2]).all()
    assert kept.dataset["failure"].values[2, 0] == "left out: not {T} < 305"
    assert kept.failures == []
    assert "0 failed, 2 left out" in str(kept)
    with pytest.raises(it.InputError, match="unknown swept key 'flwo'; did you mean 'flow'"):
        it.sweep(CASE, over, reactor="miniaturised", where=["{flwo} > 1"])
    with pytest.raises(it.InputError, match="T: is swept"):
        it.sweep(CASE, over, reactor="miniaturised", derive={"T": "300"})
    with pytest.raises(it.InputError, match="where: cannot be read"):
        it.sweep(CASE, over, reactor="miniaturised", where=["{T} <"])


def test_the_command_writes_a_file(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from intensify.cli import app

    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, [
        "sweep", "thiosulfate-peroxide", "--reactor", "miniaturised", "--over",
        "T=290 K:300 K:3", "--output-of", "T_max", "-o", "sweep.h5",
    ])  # fmt: skip
    assert run.exit_code == 0, run.output
    assert "3 samples, 0 failed" in run.output
    assert it.Sweep.load("sweep.h5").dataset["T_max"].size == 3
    assert CliRunner().invoke(app, ["sweep", "thiosulfate-peroxide", "--over", "T"]).exit_code == 2
