"""Shipped discharges: what they make, and what is told about a wrong block."""

import numpy as np
import pytest

import intensify as it


def under(reactor, power):
    """The figures at another power [W/mol]."""
    return it.solve(reactor._replace(levels=np.array([power, 0.0, 0.0]))).kpis


def test_a_case_has_a_packed_zone_behind_its_discharge():
    gap, cleaned = it.cases.load("ozone-from-air").reactors.values()
    run, before = it.solve(cleaned), it.solve(gap)
    assert run.at(0.25)["n"] == pytest.approx(before.at(0.25)["n"], rel=1e-6, abs=1e-12)
    # first order, at the wall's temperature but for the heat of what falls apart
    k = 3346.0 * np.exp(-3608.0 / 280.0)
    fell = -k * 101325.0 / (8.314462618 * 280.0) * run.kpis["catalyst_over_flow"]
    assert np.log(run.kpis["x_O3"] / before.kpis["x_O3"]) == pytest.approx(fell, rel=1e-2)


def test_air_makes_less_ozone_than_oxygen_and_poisons_itself():
    air, oxygen = (it.cases.load(name).reactors["gap"] for name in ("ozone-from-air", "ozone"))
    mild, hot = under(air, 1e4), under(air, 1e6)
    assert 100.0 < mild["yield_O3"] < 0.6 * under(oxygen, 1e4)["yield_O3"]
    # nitrogen oxides take the ozone: NO2 in its place, and no NO while there is ozone
    assert mild["x_NO"] < 1e-12 < mild["x_NO2"] < 1e-2 * mild["x_O3"]
    assert hot["x_O3"] < 0.3 * mild["x_O3"]
    assert hot["x_NO2"] > 50.0 * mild["x_NO2"]


def test_methane_couples_to_ethane_and_more_of_it_in_a_warm_gap():
    reactors = it.cases.load("methane-plasma").reactors
    runs = {name: it.solve(reactors[name]) for name in ("cooled", "warm")}
    for run in runs.values():
        kpis = run.kpis
        assert max(run.balances().values()) < 1e-9
        carbon = 2.0 * (kpis["x_C2H6"] + kpis["x_C2H4"] + kpis["x_C2H2"]) * kpis["n_total"]
        assert carbon <= kpis["X_CH4"] * (1.0 + 1e-9)
        assert kpis["S_C2H6"] > 0.7
    assert runs["warm"].kpis["yield_C2H6"] > 3.0 * runs["cooled"].kpis["yield_C2H6"]


CASE = """
title: A discharge
source: [none]
reactors:
  one:
    kind: cold-plasma
    mechanism: methane-plasma-pavan-2023.yaml
    elements: [C, H]
    T: 300 K
    feed: {CH4: 1}
    power: 20 kW/mol
    residence: 1 s
"""
OXYGEN = "    species: {O2: {atoms: {O: 2}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("    T: 300 K\n", "    T: 300 K\n" + OXYGEN, "species: comes out of the mechanism"),
        ("    T: 300 K\n", "    T: 300 K\n    electrons: {cross_sections: a.txt}\n",
         "electrons.cross_sections: comes out of the mechanism"),
        ("    mechanism: methane-plasma-pavan-2023.yaml\n", "", "reactions: is needed, or a mech"),
        ("methane-plasma-pavan-2023", "mine", "lxcat.net"),
        ("[C, H]", "[Xe]", "no neutral species of Xe"),
        ("methane-plasma-pavan-2023", "gri30", "gri30.yaml"),
    ],
)  # fmt: skip
def test_a_wrong_block_is_a_sentence(tmp_path, old, new, sentence):
    file = tmp_path / "plasma.yaml"
    assert old in CASE
    file.write_text(CASE.replace(old, new))
    with pytest.raises(it.InputError, match=sentence):
        it.cases.load(str(file))
