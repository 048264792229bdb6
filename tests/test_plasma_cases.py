"""Cold plasma in case files, and its pictures."""

from importlib import resources

import numpy as np
import pytest

import intensify as it
from intensify.cases.build import build_case
from intensify.errors import InputError
from intensify.plasma import (
    DBD,
    Boltzmann,
    fit_lissajous,
    power_of_figure,
    read_cross_sections,
)

TEXT = (resources.files("intensify.cases") / "data" / "ozone.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def runs():
    return {name: it.solve(one) for name, one in it.cases.load("ozone").reactors.items()}


def test_the_shipped_case_makes_ozone_and_balances(runs):
    for run in runs.values():
        assert 300.0 < run.kpis["yield_O3"] < 3.6e6 / 142.7e3 * 47.997
        assert max(run.balances().values()) < 1e-8
    # as much energy in ten pulses as in one, and nearly as much ozone
    assert runs["pulsed"].kpis["SEI"] == pytest.approx(runs["gap"].kpis["SEI"], rel=1e-9)
    assert runs["pulsed"].kpis["x_O3"] == pytest.approx(runs["gap"].kpis["x_O3"], rel=0.02)


def test_a_wider_gap_is_warmer_and_makes_less(runs):
    text = TEXT.replace("power: 10 kW/mol", "power: 100 kW/mol")
    narrow, wide = (
        it.solve(
            build_case("mine", text.replace("gap: 1 mm", f"gap: {gap} mm"), None).reactors["gap"]
        )
        for gap in (1, 3)
    )
    assert wide.kpis["T_max"] > narrow.kpis["T_max"] + 50.0
    assert wide.kpis["yield_O3"] < 0.8 * narrow.kpis["yield_O3"]


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("air-plasma-Phelps.yaml}\n    power", "mine.txt}\n    power", "'mine.txt' is not there"),
    ("process: O2->O2(6.0eV)", "process: O2->O2(6eV)", "unknown process"),
    ("    power: 10 kW/mol\n", "", "give either power with a residence, or pulses"),
    ("feed: {O2: 1}", "feed: {O4: 1}", "unknown species 'O4'"),
    ("O + O2 + M => O3 + M", "O + O2 + M => O2 + M", "atoms don't balance"),
    ("products: [O3]", "products: [O9]", "unknown species 'O9'"),
    ("number: 10", "number: 0", "is below 1"),
])  # fmt: skip
def test_bad_plasmas_of_a_case_are_told(old, new, sentence):
    assert old in TEXT
    with pytest.raises(InputError, match=sentence):
        it.solve(build_case("mine", TEXT.replace(old, new), None).reactors["gap"])


def test_pictures_show_what_was_computed(runs):
    figure = it.plot.profiles(runs["gap"])
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "temperature [K]", "mole fraction", "energy [kJ/mol]",
    ]  # fmt: skip
    fed = figure.axes[2].lines[0].get_ydata()
    np.testing.assert_allclose(fed[-1], runs["gap"].kpis["SEI"] / 1e3)
    cost = it.plot.energy_cost({"both": list(runs.values())}, "O3", limit=1210.0)
    made = cost.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(made, [run.kpis["yield_O3"] for run in runs.values()])


def test_the_power_split_is_whole_at_every_field():
    electrons = Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"), cells=200)
    swarms = [electrons.solve(E * 1e-21, {"O2": 1.0}) for E in (20.0, 100.0, 400.0)]
    axes = it.plot.power_split(swarms).axes[0]
    top = max(path.vertices[:, 1].max() for layer in axes.collections for path in layer.get_paths())
    assert top == pytest.approx(1.0, abs=2e-3)


def test_pictures_of_electrons_and_figures_show_what_was_computed():
    sections = read_cross_sections("air-plasma-Phelps.yaml")
    electrons = Boltzmann(sections, cells=200)
    swarms = [electrons.solve(E * 1e-21, {"O2": 1.0}) for E in (20.0, 100.0, 400.0)]
    top, low = it.plot.eedf(swarms, sections, targets=["O2"]).axes
    np.testing.assert_array_equal(top.lines[1].get_ydata(), swarms[1].F0)
    named = [text.get_text() for text in top.get_legend().get_texts()]
    assert named == ["20 Td", "100 Td", "400 Td"]
    assert len(low.lines) == sum(p.target == "O2" for p in sections.processes)
    (axes,) = it.plot.rate_coefficients(swarms).axes
    largest = max(swarms[-1].rate_coefficients.values())
    assert max(line.get_ydata()[-1] for line in axes.lines) == largest
    V, Q = DBD(80e-12, 20e-12, 2500.0).figure(U=6000.0)
    (axes,) = it.plot.lissajous(V, Q, fit_lissajous(V, Q)).axes
    x, y = (np.asarray(data) for data in axes.lines[1].get_data())
    area = 0.5 * abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))  # kV uC = mJ
    assert area == pytest.approx(1e3 * power_of_figure(V, Q, 1.0), rel=5e-3)
    assert "burning voltage 2.5 kV" in axes.texts[0].get_text()
