"""A column that reacts against the reactor and the separator that it replaces."""

import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.cases import text_of
from intensify.cases.template import Template
from intensify.cli import app
from intensify.errors import InputError, SpecificationError


@pytest.fixture(scope="module")
def plants():
    case = it.cases.load("sorption-enhanced-shift")
    return {
        name: Template(case, name).reactor({} if "shift" in name else {"cells": "8"})
        for name in case.reactors
    }


def compared(plants, reactor, **targets):
    return it.reactive_separation(plants[reactor], plants["separator"], plants["column"], **targets)


def test_both_sides_reach_the_same_and_each_with_the_least_purge(plants):
    c = compared(plants, "cold-shift", purity=0.80, recovery=0.85)
    assert not c.misses
    for side in (c.intensified, c.conventional):
        assert 0.80 <= side.figures["purity"] < 0.81
        assert side.figures["recovery"] >= 0.85
    a, b = c.intensified.figures, c.conventional.figures
    assert c.factor == pytest.approx(b["kWh_kg"] / a["kWh_kg"])
    # the same steps take turns in as many columns; apart needs a reactor, and cools and reheats
    assert (a["vessels"], b["vessels"]) == (4.0, 5.0)
    assert (a["exchangers"], b["exchangers"]) == (0.0, 1.0)
    # energy is that of the steam, 57 kJ/mol, but for the work of repressurising
    M, run = 2.016e-3, c.intensified.result
    per_kg = a["purge"] * (520.0 / run.kpis["product"]) / M * 57e3 / 3.6e6
    assert a["kWh_kg"] == pytest.approx(per_kg, rel=2e-3)
    # 700 kg/m3 over 1 m, per kg of hydrogen in 480 s
    assert a["sorbent"] == pytest.approx(700.0 * 480.0 / 3600.0 / (run.kpis["product"] * M))
    # what feeds the separator is what leaves the shift
    fed = c.conventional.swing.gases["shifted"].x
    out = it.solve(plants["cold-shift"]).dataset["y"].values[-1]
    assert [fed[name] for name in plants["cold-shift"].kinetics.names] == pytest.approx(list(out))
    assert f"Apart they draw {c.factor:.3g} times the energy" in str(c)


def test_no_factor_where_a_side_cannot_reach_the_purity(plants):
    # CO that the hot shift leaves and no sorbent takes: at most 0.3842 of 0.45 is hydrogen
    c = compared(plants, "shift", purity=0.87, recovery=0.85)
    assert [m.startswith("conventional: purity 0.8") for m in c.misses] == [True]
    assert c.conventional.figures["purity"] == pytest.approx(0.3842 / 0.45, abs=5e-4)
    with pytest.raises(SpecificationError, match="no factor is given: conventional: purity"):
        _ = c.factor
    assert "No factor: a side misses" in str(c)
    assert "Apart they draw" not in str(c)


def test_what_is_wrong_has_a_sentence(plants):
    with pytest.raises(InputError) as caught:
        compared(plants, "shift", purity=1.2, recovery=0.9, free={"intensified": ["steam"]})
    text = str(caught.value)
    assert "purity: is 1.2, but must be between 0 and 1" in text
    assert "the intensified side has no choice 'steam'; there is purge" in text
    dry = plants["column"].reactor
    dry = dry._replace(steps=tuple(x._replace(flow=0.0) if x.do == "purge" else x
                                   for x in dry.steps))  # fmt: skip
    with pytest.raises(InputError, match="intensified side has no purge with a flow of its own"):
        it.reactive_separation(plants["shift"], plants["separator"], dry, purity=0.8, recovery=0.8)
    other = plants["shift"]._replace(F_in=plants["shift"].F_in[::-1].copy())
    with pytest.raises(InputError, match="is fed another gas than the combined column"):
        it.reactive_separation(other, plants["separator"], plants["column"], purity=0.8,
                               recovery=0.8)  # fmt: skip


def small(tmp_path, *changes):
    """The case on 8 cells a column, as a file."""
    text = text_of("sorption-enhanced-shift").replace("cells: 24", "cells: 8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "small.yaml"
    path.write_text(text)
    return path


def test_the_command_compares_keeps_draws_and_reports(tmp_path, plants):
    kept, drawn, page = (tmp_path / name for name in ("c.h5", "c.png", "c.html"))
    case = str(small(tmp_path, ("purity: 0.86", "purity: 0.80")))
    run = CliRunner().invoke
    done = run(app, ["compare", case, "--no-sensitivity", "-o", str(kept), "--plot", str(drawn)])
    assert done.exit_code == 0
    back = it.ReactiveSeparation.load(kept)
    assert str(back) in done.output
    same = compared(plants, "cold-shift", purity=0.80, recovery=0.85)
    assert back.factor == pytest.approx(same.factor, rel=1e-9)
    assert back.intensified.figures == pytest.approx(same.intensified.figures)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    titles = [a.get_title(loc="left") for a in it.plot.separation(back).axes]
    assert titles == ["(a) gas that leaves", "(b) loading", "(c) apart over combined"]
    assert run(app, ["report", str(kept), "-o", str(page)]).exit_code == 0
    assert f"Apart they draw {back.factor:.3g} times" in page.read_text()
    content = back.content()
    assert content["factor"] == back.factor
    assert content["units"]["kWh_kg"] == "kWh/kg"


def test_one_thing_at_a_time_is_changed(plants):
    c = compared(plants, "cold-shift", purity=0.80, recovery=0.85, sensitivity=True)
    rows = {what: factor for what, factor, missed in c.sensitivity if not missed}
    assert list(rows) == [
        "purity 0.01 lower", "purity 0.01 higher", "twice the catalyst in the reactor"
    ]  # fmt: skip
    lower = compared(plants, "cold-shift", purity=0.79, recovery=0.85)
    assert rows["purity 0.01 lower"] == pytest.approx(lower.factor, rel=1e-12)


def test_a_side_without_choice_is_run_as_it_is(plants):
    c = compared(plants, "cold-shift", purity=0.80, recovery=0.85, free={"conventional": ["purge"]})
    alone = it.solve(plants["column"])
    assert c.intensified.note == "as given"
    assert c.intensified.figures["kWh_kg"] == pytest.approx(alone.kpis["kWh_kg"], rel=1e-3)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  behind: cold-shift\n", "", "compare.behind: is missing"),
        ("behind: cold-shift", "behind: cold", "compare.behind: unknown reactor 'cold'"),
        ("behind: cold-shift", "behind: column", "'column' is no packed bed"),
        ("  recovery: 0.85\n", "", "compare.recovery: is missing"),
        ("intensified: column\n", "intensified: shift\n", "for two pressure-swing columns only"),
        ("intensified: [purge]", "intensified: [feed]", "compare.free.intensified"),
        ("purity: 0.86", "purity: 1.86", "compare.purity"),
    ],
)
def test_bad_comparisons_of_a_case_are_told(tmp_path, old, new, sentence):
    with pytest.raises(InputError) as caught:
        it.cases.load(small(tmp_path, (old, new)))
    assert sentence in str(caught.value)
