"""Pictures of campaigns: what is drawn is what the samples gave, and those that failed show."""

from typing import NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.cli import app
from intensify.plot import sweeps
from intensify.plot.findings import one_at_a_time
from intensify.reactors.stage import SteadyRun


class Plane(NamedTuple):
    """T_max = 300 + x y, V = x^2; no answer where x y > 50."""

    x: float = 1.0
    y: float = 1.0
    z: float = 0.0

    def steady(self):
        if self.x * self.y > 50.0:
            raise it.SolveError("too hot")
        figures = {"T_max": 300.0 + self.x * self.y + self.z, "V": self.x**2}
        return SteadyRun(np.array([0.0, 1.0]), ["a", "b"], {"T": np.zeros(2)}, figures, {}, {}, [])


OVER = {"x": "0.1:10:5:log", "y": "1:9:5"}


def drawn(axes):
    """Dots by their label."""
    return {c.get_label(): np.asarray(c.get_offsets()) for c in axes.collections if c.get_label()}


def names(picture):
    return [text.get_text() for text in picture.legends[0].get_texts()]


def test_a_heat_map_has_every_sample_and_a_mark_where_there_is_none():
    found = it.sweep(Plane(), OVER, where=["{x} > 0.2 or {y} > 2"])
    picture = it.plot.sweep(found)
    axes, bar = picture.axes
    assert axes.get_xscale() == "log"
    assert axes.get_yscale() == "linear"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert bar.get_ylabel() == "highest temperature [K]"
    colours = np.ma.filled(axes.collections[0].get_array(), np.nan)
    np.testing.assert_array_equal(colours, found.dataset["T_max"].values.T)
    marks = drawn(axes)
    np.testing.assert_allclose(marks["left out"], [[0.1, 1.0]])
    np.testing.assert_allclose(marks["failed"], [[10.0, 7.0], [10.0, 9.0]])
    assert names(picture) == ["failed", "left out"]
    assert int(np.isnan(colours).sum()) == 3


def test_a_level_is_a_line_on_which_the_figure_has_it():
    found = it.sweep(Plane(), {"x": "1:5:9", "y": "1:9:9"})
    picture = it.plot.heat_map(found, level=312.0)
    assert names(picture)[-1] == "T_max = 312 K"
    thick = picture.axes[0].collections[-1]
    xy = np.concatenate([path.vertices for path in thick.get_paths()])
    assert np.abs(xy[:, 0] * xy[:, 1] - 12.0).max() < 0.3  # linear between samples


def test_lines_are_samples_in_order_and_failed_ones_stand_below():
    found = it.sweep(Plane(), {"y": [2.0, 8.0], "x": [1.0, 5.0, 6.0, 9.0]})
    picture = it.plot.sweep(found)
    (axes,) = picture.axes
    low, high = axes.lines
    np.testing.assert_array_equal(low.get_ydata(), [302.0, 310.0, 312.0, 318.0])
    np.testing.assert_array_equal(high.get_ydata(), [308.0, 340.0, 348.0, np.nan])
    assert drawn(axes)["failed"].tolist() == [[9.0, 0.03]]
    assert names(picture) == ["y = 2", "y = 8", "failed"]


def test_words_are_ticks_and_two_short_keys_are_lines():
    case = it.cases.load("thiosulfate-peroxide")
    found = it.sweep(case, {"T": "20 degC, 25 degC", "solvent": ["H2O"]}, reactor="miniaturised",
                     outputs=["T_max"])  # fmt: skip
    picture = it.plot.sweep(found)
    assert picture.axes[0].get_xlabel() == "T [degC]"
    picture = it.plot.lines(found, key="solvent")
    assert [t.get_text() for t in picture.axes[0].get_xticklabels()] == ["H2O"]
    assert names(picture) == ["T = 20 degC", "T = 25 degC"]


def test_samples_are_a_panel_a_key_and_a_dot_each():
    found = it.sweep(Plane(), {"x": "0.1:10:log", "y": "1:9"}, sample="lhs:40")
    picture = it.plot.sweep(found)
    a, b = picture.axes
    assert (a.get_xscale(), b.get_xscale()) == ("log", "linear")
    failed = len(found.failures)
    assert failed > 0
    for axes in (a, b):
        dots = axes.collections[0].get_offsets()
        assert len(dots) == 40 - failed
        assert len(drawn(axes)["failed"]) == failed
    several = it.plot.scatter(found, "T_max", "V")
    assert len(several.axes) == 4
    assert several.axes[2].get_yscale() == "log"
    spread = it.plot.distribution(found, "T_max").axes[0]
    assert sum(bar.get_height() for bar in spread.patches) == 40 - failed
    assert f"of {40 - failed}; besides {failed} failed" in spread.get_ylabel()
    median = np.nanmedian(found.dataset["T_max"].values)
    assert spread.lines[1].get_xdata()[0] == pytest.approx(median, rel=1e-12)


def test_a_tornado_of_a_table_has_the_strongest_key_on_top():
    rows = {"x": [2.0, 1.0, 4.0, 2.0, 2.0], "y": [3.0, 3.0, 3.0, 2.5, 3.5]}
    found = it.sweep(Plane(), rows, sample="table")
    assert one_at_a_time(found, "T_max") == {
        "x": {"1": 303.0, "4": 312.0}, "y": {"2.5": 305.0, "3.5": 307.0},
    }  # fmt: skip
    (axes,) = it.plot.tornado(found, "T_max").axes
    assert [t.get_text() for t in axes.get_yticklabels()] == ["y", "x"]
    assert sorted(bar.get_x() + bar.get_width() for bar in axes.patches) == [303, 305, 307, 312]
    assert "306 unchanged" in axes.get_xlabel()
    both = it.sweep(Plane(), {"x": [1.0, 2.0], "y": [1.0, 2.0]}, sample="table")
    with pytest.raises(it.InputError, match="row 1 changes x and y"):
        it.plot.tornado(both, "T_max")
    lost = it.sweep(Plane(), {"x": [1.0, 60.0]}, sample="table")
    with pytest.raises(it.InputError, match="1 of 2 samples have no T_max"):
        it.plot.tornado(lost, "T_max")


def test_a_tornado_of_indices_is_their_numbers():
    found = it.sweep(Plane(), {"x": "1:2", "y": "3:5", "z": "0:1"}, sample="saltelli:32")
    indices = it.sensitivity(found, "T_max")
    assert str(it.sensitivity(found, "T_max")) == str(indices)  # confidence as well
    (axes,) = it.plot.sweep(found).axes
    widths = [bar.get_width() for bar in axes.patches]
    order = np.argsort(indices.total)
    np.testing.assert_array_equal(widths, [*indices.total[order], *indices.first[order]])
    assert [t.get_text() for t in axes.get_yticklabels()] == [indices.keys[k] for k in order]
    morris = it.sweep(Plane(), {"x": "1:2", "y": "3:5"}, sample="morris:4")
    assert "[K]" in it.plot.sweep(morris).axes[0].get_xlabel()


def test_a_front_shows_what_was_tried_missed_and_chosen(tmp_path):
    found = it.optimise(Plane(), {"x": "1:9", "y": "2:9"}, goals=["max V", "min T_max"],
                        limits=["T_max <= 330 K"], points=120)  # fmt: skip
    again = it.Sweep.load(found.save(tmp_path / "front.h5"))
    for picture in (it.plot.front(found), it.plot.sweep(again)):
        (axes,) = picture.axes
        (line,) = [one for one in axes.lines if one.get_label() == "front"]
        best = [(f["V"], f["T_max"]) for f in found.figures]
        np.testing.assert_allclose(sorted(best), np.transpose(line.get_data()))
        assert drawn(axes)["misses a limit"][:, 1].min() > 330.0
        assert "to be high" in axes.get_xlabel()
        assert "to be low" in axes.get_ylabel()
        failed = len(found.sweep.failures)
        assert failed == 0 or f"{failed} failed, not shown" in names(picture)
    one = it.optimise(Plane(), {"x": "1:9", "y": "2:9"}, goals="max V", points=40)
    panels = it.plot.front(one).axes
    assert [axes.get_xlabel() for axes in panels] == ["x", "y"]
    with pytest.raises(it.InputError, match="is no optimum"):
        it.plot.front(it.sweep(Plane(), OVER))


@pytest.mark.parametrize(("draw", "sentence"), [
    (lambda found: it.plot.sweep(found, "T_mx"), "'T_mx' is no figure of the sweep; it has T_max"),
    (lambda found: it.plot.lines(found, key="w"), "with 'w' among their keys x, y"),
    (lambda found: it.plot.lines(found, key="x"), "9 lines, more than 8"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_told(draw, sentence):
    found = it.sweep(Plane(), {"x": "1:2:3", "y": "1:9:9"})
    with pytest.raises(it.InputError, match=sentence):
        draw(found)


def test_a_sweep_without_any_figure_says_why():
    found = it.sweep(Plane(), {"x": [60.0, 70.0]})
    with pytest.raises(it.InputError, match=r"no sample of the sweep was solved.*too hot"):
        it.plot.sweep(found)
    with pytest.raises(it.InputError, match="a heat map needs all combinations of two keys"):
        it.plot.heat_map(it.sweep(Plane(), {"x": [1.0, 2.0]}))


def test_logarithmic_axes_are_of_values_spaced_so():
    rng = np.random.default_rng(0)
    assert sweeps.is_even_in_logarithms(np.exp(rng.uniform(0.0, 5.0, 200)))
    assert not sweeps.is_even_in_logarithms(rng.uniform(1.0, 100.0, 200))
    assert not sweeps.is_even_in_logarithms(np.array([1.0, 10.0]))
    np.testing.assert_allclose(sweeps.edges(np.array([1.0, 10.0, 100.0]), "log"),
                               10.0 ** np.array([-0.5, 0.5, 1.5, 2.5]))  # fmt: skip


def test_commands_draw_sweeps_and_optima(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*args):
        done = CliRunner().invoke(app, list(args))
        assert done.exit_code == 0, done.output
        return done

    case = ["thiosulfate-peroxide", "--reactor", "miniaturised"]
    invoke("sweep", *case, "--over", "T=290 K:300 K:3", "--output-of", "X_H2O2", "-o", "a.sweep",
           "--plot", "a.png")  # fmt: skip
    invoke("plot", "a.sweep", "-o", "b.svg", "--figure", "X_H2O2")
    invoke("optimise", *case, "--over", "T=290 K:300 K", "--goal", "max X_H2O2", "--points", "8",
           "-o", "o.h5", "--plot", "o.png")  # fmt: skip
    invoke("plot", "o.h5", "-o", "p.pdf")
    for name, start in (("a.png", b"\x89PNG"), ("o.png", b"\x89PNG"), ("p.pdf", b"%PDF")):
        assert (tmp_path / name).read_bytes().startswith(start)
    assert "conversion of H2O2" in (tmp_path / "b.svg").read_text()
    invoke("run", *case, "-o", "r.h5")
    wrong = CliRunner().invoke(app, ["plot", "r.h5", "--figure", "T_max"])
    assert wrong.exit_code == 2
    assert "holds a Result" in wrong.output
