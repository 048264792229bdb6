"""A column that reacts against the reactor and the separator that it replaces."""

import pytest

import intensify as it
from intensify.cases.template import Template
from intensify.errors import InputError, SpecificationError


@pytest.fixture(scope="module")
def plants():
    case = it.cases.load("sorption-enhanced-shift")
    return {
        name: Template(case, name).reactor({} if "shift" in name else {"cells": "8"})
        for name in case.reactors
    }


def compared(plants, reactor, **targets):
    return it.reactive_separation(plants["column"], plants[reactor], plants["separator"], **targets)


def test_both_sides_reach_the_same_and_each_with_the_least_purge(plants):
    c = compared(plants, "cold-shift", purity=0.80, recovery=0.85)
    assert not c.misses
    for side in (c.combined, c.apart):
        assert 0.80 <= side.figures["purity"] < 0.81
        assert side.figures["recovery"] >= 0.85
    a, b = c.combined.figures, c.apart.figures
    assert c.factors["kWh_kg"] == pytest.approx(b["kWh_kg"] / a["kWh_kg"])
    # the same steps take turns in as many columns; apart needs a reactor, and cools and reheats
    assert (a["vessels"], b["vessels"]) == (4.0, 5.0)
    assert (a["exchangers"], b["exchangers"]) == (0.0, 1.0)
    # energy is that of the steam, 57 kJ/mol, but for the work of repressurising
    M, run = 2.016e-3, c.combined.run
    per_kg = a["purge"] * (520.0 / run.kpis["product"]) / M * 57e3 / 3.6e6
    assert a["kWh_kg"] == pytest.approx(per_kg, rel=2e-3)
    # 700 kg/m3 over 1 m, per kg of hydrogen in 480 s
    assert a["sorbent"] == pytest.approx(700.0 * 480.0 / 3600.0 / (run.kpis["product"] * M))
    # what feeds the separator is what leaves the shift
    fed = c.apart.swing.gases["shifted"].x
    out = it.solve(plants["cold-shift"]).dataset["y"].values[-1]
    assert [fed[name] for name in plants["cold-shift"].kinetics.names] == pytest.approx(list(out))
    assert "apart over combined: kWh_kg" in str(c)


def test_no_factor_where_a_side_cannot_reach_the_purity(plants):
    # CO that the hot shift leaves and no sorbent takes: at most 0.3842 of 0.45 is hydrogen
    c = compared(plants, "shift", purity=0.87, recovery=0.85)
    assert [m.startswith("apart: purity 0.8") for m in c.misses] == [True]
    assert c.apart.figures["purity"] == pytest.approx(0.3842 / 0.45, abs=5e-4)
    with pytest.raises(SpecificationError, match="no factor is given: apart: purity"):
        _ = c.factors
    assert "No factor: a side misses" in str(c)
    assert "over combined" not in str(c)


def test_what_is_wrong_has_a_sentence(plants):
    with pytest.raises(InputError) as caught:
        compared(plants, "shift", purity=1.2, recovery=0.9, purge="rinse")
    text = str(caught.value)
    assert "purity: is 1.2, but must be between 0 and 1" in text
    assert "'rinse' is no step with a flow of its own" in text
    other = plants["shift"]._replace(F_in=plants["shift"].F_in[::-1].copy())
    with pytest.raises(InputError, match="is fed another gas than the combined column"):
        it.reactive_separation(plants["column"], other, plants["separator"], purity=0.8,
                               recovery=0.8)  # fmt: skip
