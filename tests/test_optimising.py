"""Optima and sensitivities against functions that have them in closed form."""

from typing import NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.campaigns.optimising import goal_of, limit_of
from intensify.cases.template import Template
from intensify.cli import app
from intensify.reactors.stage import SteadyRun

CASE = it.cases.load("thiosulfate-peroxide")


class Bowl(NamedTuple):
    """L = (x - 1)^2 + (y - 2)^2, and further figures of x and y; no answer above x = 5."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0

    def steady(self):
        if self.x > 5.0:
            raise it.SolveError("too far")
        figures = {
            "L": (self.x - 1.0) ** 2 + (self.y - 2.0) ** 2,
            "V": self.x + self.y + self.z,
            "tau": self.x**2 + self.y**2,
            "T_max": (self.x - 1.0) ** 2 + self.y**2,
        }
        line = {"T": np.zeros(2)}
        return SteadyRun(np.array([0.0, 1.0]), ["in", "out"], line, figures, {}, {}, [])


def test_a_bowl_has_its_lowest_point_and_its_point_on_a_limit():
    over = {"x": "-3:3", "y": "-3:3"}
    free = it.optimise(Bowl(), over, goals="min L")
    assert [float(free.best[k]) for k in "xy"] == pytest.approx([1.0, 2.0], abs=2e-3)
    held = it.optimise(Bowl(), over, goals=["min L"], limits=["V <= 2"])
    assert [float(held.best[k]) for k in "xy"] == pytest.approx([0.5, 1.5], abs=5e-3)
    assert held.figures[0]["V"] <= 2.0 * (1.0 + 1e-5)
    chosen = held.sweep.dataset["chosen"].values
    assert chosen.sum() == 1
    assert held.sweep.dataset["L"].values[chosen == 1] == held.figures[0]["L"]


def test_most_is_least_of_the_other_sign_and_the_order_of_workers_does_not_count():
    over = {"x": "0.1:3:log", "y": "0:3"}
    most = it.optimise(Bowl(), over, goals="max V", limits=["tau <= 4"], workers=1)
    assert most.figures[0]["V"] == pytest.approx(np.sqrt(8.0), rel=1e-4)
    again = it.optimise(Bowl(), over, goals="max V", limits=["tau <= 4"], workers=2)
    assert most.sweep.dataset.identical(again.sweep.dataset)


def test_points_that_cannot_be_solved_do_not_stop_the_search():
    found = it.optimise(Bowl(), {"x": "0:9", "y": "0:3"}, goals="min L")
    assert [float(found.best[k]) for k in "xy"] == pytest.approx([1.0, 2.0], abs=5e-3)
    assert len(found.sweep.failures) > 0


def test_a_front_is_the_line_between_two_lowest_points(tmp_path):
    found = it.optimise(Bowl(), {"x": "-1:2", "y": "-1:2"}, goals=["min tau", "min T_max"],
                        limits=["V >= 0.2"])  # fmt: skip
    xy = np.array([[float(v["x"]), float(v["y"])] for v in found.values])
    assert len(xy) >= 15
    assert np.abs(xy[:, 1]).max() < 0.15
    assert xy[:, 0].min() > 0.1
    assert xy[:, 0].max() > 0.8
    values = np.array([[f["tau"], f["T_max"]] for f in found.figures])
    assert (np.diff(values[:, 0]) >= 0.0).all()
    assert (np.diff(values[:, 1]) <= 0.0).all()
    again = it.Sweep.load(found.save(tmp_path / "front.h5"))
    assert int(again.dataset["chosen"].values.sum()) == len(xy)


def test_limits_hold_in_every_scenario():
    over = {"x": "0:5", "y": "0:1"}
    scenarios = [{"z": "0"}, {"z": "1"}]
    robust = it.optimise(Bowl(), over, goals="max V", limits=["V <= 3"], scenarios=scenarios)
    # V = x + y + z <= 3 with z = 1, and the mean of V is half above that of z = 0
    assert robust.figures[0]["V"] == pytest.approx(2.5, rel=1e-4)


def test_the_channel_is_taken_to_its_limit():
    found = it.optimise(
        CASE, {"flow": "50 L/h:400 L/h:log", "zones[0].utility": "20 degC:60 degC"},
        reactor="miniaturised", goals="max X_H2O2", limits=["T_max <= 70 degC"], points=60,
    )  # fmt: skip
    alone = it.solve(Template(CASE, "miniaturised").reactor(found.best))
    assert alone.kpis["T_max"] == pytest.approx(343.15, abs=0.01)
    assert alone.kpis["X_H2O2"] == pytest.approx(found.figures[0]["X_H2O2"], rel=1e-6)


@pytest.mark.parametrize(("more", "sentence"), [
    ({"goals": "maximise L"}, "is no goal"),
    ({"goals": []}, "there is no goal"),
    ({"goals": "min L", "limits": ["L < 3"]}, "is no limit"),
    ({"goals": "min L", "limits": ["T_max <= 3 bar"]}, "T_max <= 3 bar"),
    ({"goals": "min Q"}, "Q: is no figure"),
    ({"goals": "min L", "over": {"x": "1, 2"}}, "is no range"),
    ({"goals": "min L", "over": {"w": "1:2"}}, "there is no 'w'"),
])  # fmt: skip
def test_wrong_wishes_are_told(more, sentence):
    with pytest.raises(it.InputError, match=sentence):
        it.optimise(Bowl(), **{"over": {"x": "0:1"}, **more})


def test_what_cannot_be_held_is_told_with_the_closest_point():
    with pytest.raises(it.SolveError, match=r"closest has L = .* against 0.5"):
        it.optimise(Bowl(), {"x": "2:3", "y": "2:3"}, goals="min V", limits=["L <= 0.5 m"])
    with pytest.raises(it.SolveError, match="no point could be solved; the first: too far"):
        it.optimise(Bowl(), {"x": "6:7"}, goals="min V")
    assert goal_of(" max  STY ").sign == -1.0
    assert limit_of("X_A>=0.99").value == 0.99


def test_sobol_indices_of_a_sum_of_squares():
    # f = (x - 1)^2 + (y - 2)^2 on 0..1: Var of (x - 1)^2 = 4/45, of (y - 2)^2 = 34/45
    found = it.sweep(Bowl(), {"x": "0:1", "y": "0:1", "z": "0:1"}, sample="saltelli:1024")
    out = it.sensitivity(found, "L")
    np.testing.assert_allclose(out.first, [4 / 38, 34 / 38, 0.0], atol=0.03)
    np.testing.assert_allclose(out.total, [4 / 38, 34 / 38, 0.0], atol=0.03)
    assert "ST" in str(out)
    assert out.total[2] == 0.0


def test_elementary_effects_of_a_plane():
    found = it.sweep(Bowl(), {"x": "0:2", "y": "0:1", "z": "0:3"}, sample="morris:8")
    out = it.sensitivity(found, "V")
    np.testing.assert_allclose(out.total, [2.0, 1.0, 3.0], rtol=1e-9)
    np.testing.assert_allclose(out.first, 0.0, atol=1e-9)
    assert out.unit == "m3"


def test_wrong_sensitivities_are_told(tmp_path):
    plain = it.sweep(Bowl(), {"x": [0.0, 1.0]})
    with pytest.raises(it.InputError, match="saltelli:N"):
        it.sensitivity(plain, "L")
    drawn = it.sweep(Bowl(), {"x": "0:9", "y": "0:1"}, sample="saltelli:8")
    with pytest.raises(it.InputError, match="is no figure of the sweep"):
        it.sensitivity(drawn, "Q")
    with pytest.raises(it.InputError, match="samples have no L"):
        it.sensitivity(it.Sweep.load(drawn.save(tmp_path / "s.h5")), "L")


def test_the_command_finds_keeps_and_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["optimise", "thiosulfate-peroxide", "--reactor", "miniaturised", "--over",
             "flow=60 L/h:200 L/h", "--goal", "max X_H2O2", "--points", "12"]  # fmt: skip
    run = CliRunner().invoke(app, [*words, "--limit", "T_max <= 75 degC", "-o", "o.h5"])
    assert run.exit_code == 0, run.output
    assert "points tried" in run.output
    assert int(it.Sweep.load("o.h5").dataset["chosen"].values.sum()) == 1
    run = CliRunner().invoke(app, [*words, "--limit", "T_max <= 20 degC"])
    assert run.exit_code == 1
    assert "no point of the ranges holds every limit" in run.output
