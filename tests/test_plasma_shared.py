"""What discharges share: blocks, chemistry files, mechanisms; and what they ask users for."""

from __future__ import annotations

import functools

import cantera as ct
import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.cli import app
from intensify.plasma import PlasmaReaction, plasma_over

SHARED = """
title: Two discharges
source: [none]
common:
  kind: cold-plasma
  T: 300 K
  feed: {O2: 1}
  species: {O2: {atoms: {O: 2}, cp: 29}, O: {atoms: {O: 1}, cp: 21}}
  reactions: [{equation: e + O2 => 2 O, A: 1e-15}]
  electrons: {E_N: 120, mobility_N: 1e24}
  residence: 1 s
reactors:
  weak: {power: 1 kW/mol}
  strong: {power: 2 kW/mol, T: 350 K}
  pot: {kind: gas-closed, mechanism: h2o2.yaml, feed: {O2: 1}, until: 1 s}
"""


def shared(tmp_path, old="", new=""):
    file = tmp_path / "two.yaml"
    assert old in SHARED
    file.write_text(SHARED.replace(old, new) if old else SHARED)
    return it.cases.load(str(file))


def test_reactors_share_what_their_kinds_know(tmp_path):
    weak, strong, pot = shared(tmp_path).reactors.values()
    assert weak.chemistry.names == strong.chemistry.names == ["O2", "O"]
    assert (weak.T, strong.T, pot.T_in) == (300.0, 350.0, 300.0)
    assert strong.levels[0] == 2.0 * weak.levels[0]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  residence: 1 s", "  resident: 1 s", "common.resident: unknown key of a reactor"),
        ("common:\n  kind: cold-plasma\n", "common: [a]\nrest:\n", "common: is not a block"),
        ("  T: 300 K", "  T: 300 m", "common.T: "),
    ],
)
def test_what_is_wrong_in_common_is_said_once_where_it_stands(tmp_path, old, new, sentence):
    with pytest.raises(it.InputError) as caught:
        shared(tmp_path, old, new)
    lines = str(caught.value).splitlines()
    assert len([line for line in lines if line.startswith(sentence)]) == 1
    assert "line" in next(line for line in lines if line.startswith(sentence))


# --- chemistry in a file of its own --------------------------------------------------------------
def test_a_chemistry_of_its_own_comes_beside_a_case(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = SHARED.split("  species:")[1].split("  electrons:")[0]
    lines = ("species:" + rows).replace("\n  ", "\n")
    (tmp_path / "mine.yaml").write_text(lines)
    text = SHARED.replace("  species:" + rows, "  chemistry: mine.yaml\n")
    file = tmp_path / "two.yaml"
    file.write_text(text)
    a, b = (case.reactors["weak"] for case in (it.cases.load(str(file)), shared(tmp_path)))
    assert it.solve(a).kpis == it.solve(b).kpis


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("air-discharges", "", "unknown chemistry 'air-discharges'; did you mean 'air-discharge'"),
        ("mine.yaml", "species: {O2: {atom: {O: 2}}}", "chemistry: species.O2.atom"),
        ("none.yaml", "", "'none.yaml' is not there"),
    ],
)
def test_a_wrong_chemistry_is_a_sentence(tmp_path, monkeypatch, name, content, sentence):
    monkeypatch.chdir(tmp_path)
    if content:
        (tmp_path / name).write_text(content)
    rows = SHARED.split("  species:")[1].split("  electrons:")[0]
    (tmp_path / "two.yaml").write_text(
        SHARED.replace("  species:" + rows, f"  chemistry: {name}\n")
    )
    with pytest.raises(it.InputError, match=sentence):
        it.cases.load("two.yaml")


def test_losses_of_a_range_are_the_processes_that_it_holds(tmp_path):
    old = "reactions: [{equation: e + O2 => 2 O, A: 1e-15}]"
    new = "reactions: [{equation: e + O2 => 2 O, losses: [5 eV, 9 eV]}]"
    text = SHARED.replace(old, new)
    file = tmp_path / "two.yaml"
    file.write_text(text)
    with pytest.raises(it.InputError, match=r"tables of O2 do not come.*lxcat.net") as caught:
        it.cases.load(str(file))
    assert "electrons.cross_sections" in str(caught.value)
    file.write_text(text.replace("mobility_N: 1e24", "cross_sections: air-plasma-Phelps.yaml"))
    weak = it.cases.load(str(file)).reactors["weak"]
    assert weak.chemistry.processes == ("O2->O2(6.0eV)", "O2->O2(8.4eV)")
    file.write_text(text.replace("mobility_N: 1e24", "cross_sections: air-plasma-Phelps.yaml")
                    .replace("[5 eV, 9 eV]", "[5 eV, 5.5 eV]"))  # fmt: skip
    with pytest.raises(it.InputError, match=r"no loss of O2 from 5 to 5.5 eV .*0.977, 1.627, 4.5"):
        it.cases.load(str(file))


def test_air_still_makes_what_its_list_of_ten_processes_made():
    # before the losses of N2 stood as a range and the chemistry in a file: 0.2.0 and 0.3.0
    kpis = it.solve(it.cases.load("ozone-from-air").reactors["gap"]).kpis
    assert kpis["yield_O3"] == pytest.approx(164.25050200961115, rel=1e-9)


def test_excited_oxygen_ions_and_walls_change_ozone_by_a_few_per_cent():
    reactors = it.cases.load("ozone").reactors
    gap, more = (it.solve(reactors[name]) for name in ("gap", "extended"))
    # ions make further atoms, and O2(a) gives back the atom that it takes from ozone
    assert 1.02 < more.kpis["yield_O3"] / gap.kpis["yield_O3"] < 1.04
    assert max(more.balances().values()) < 1e-9
    # O2(a) is in balance: made by electrons and out of O2(b), which lives for microseconds
    reactor, at = more.reactor, more.at(0.49)
    k = reactor.electrons.solve(reactor.E_N, {"O2": 1.0})
    T, n = at["T"], 101325.0 / (1.380649e-23 * at["T"])
    x = dict(zip(reactor.chemistry.names, at["x"], strict=True))
    per_joule = 1.0 / (6.02214076e23 * 1.602176634e-19 * k.mobility_N * reactor.E_N**2)
    excited = k.rate_coefficients["O2->O2(a1)"] + k.rate_coefficients["O2->O2(b1)"] * (
        3.9e-23 * x["O2"] / (3.9e-23 * x["O2"] + 2.2e-17 * x["O3"])
    )
    made = 1e4 * per_joule * x["O2"] * excited
    lost = 2.0 + n * (3.6e-24 * np.exp(-220 / T) * x["O2"] + 5.2e-17 * np.exp(-2840 / T) * x["O3"])
    assert x["O2a"] * at["n"].sum() == pytest.approx(made / lost, rel=0.03)


def test_stirring_and_filaments_reach_the_reactor(tmp_path):
    pulses = "{pulses: {energy: 1 J/mol, width: 1 us, period: 1 ms, number: 20}, fraction: 0.1}"
    case = shared(tmp_path, "weak: {power: 1 kW/mol}", "weak: {power: 1 kW/mol, stirred: 0.1 s}")
    assert case.reactors["weak"].exchange == 10.0
    case = shared(tmp_path, "weak: {power: 1 kW/mol}", f"weak: {pulses}")
    assert case.reactors["weak"].parcels == 2
    assert it.solve(case.reactors["weak"]).kpis["SEI"] == pytest.approx(20.0)


# --- a mechanism with a discharge on top ---------------------------------------------------------
TOP = [
    PlasmaReaction("e + N2 => N + N2D", A=1e-15),
    PlasmaReaction("N2D + O2 => NO + O", A=5e-18),
    PlasmaReaction("N + O2 => NO + O", A=9e9),  # the mechanism has it
    PlasmaReaction("NO2 + M => NO + O + M", A=9e9),  # and this one, the other way
]
N2D = it.Species("N2D", {"N": 1.0}, 0.014007, cp=20.8, h=702.7e3)


@functools.cache
def air():
    return plasma_over("air.yaml", TOP, [N2D, it.Species("O2", {"O": 2.0}, cp=1.0)],
                       elements=("N", "O"))  # fmt: skip


def test_what_the_mechanism_has_keeps_its_data_and_rates():
    over, gas = air(), ct.Solution("air.yaml")
    assert over.names == [*(n for n in gas.species_names if n != "AR"), "N2D"]
    assert len(over.impact.laws) == 2
    i = over.names.index("O2")
    gas.TPX = 1500.0, 101325.0, {"O2": 1.0}
    assert over.cp(i, 1500.0) == pytest.approx(gas.cp_mole / 1e3, rel=1e-9)
    assert over.h(over.names.index("N2D"), 1298.15) == pytest.approx(702.7e3 + 20.8e3)


def test_rates_are_canteras_and_those_on_top():
    over, gas = air(), ct.Solution("air.yaml")
    x = np.array([0.01, 0.2, 0.002, 0.03, 0.01, 0.005, 0.7, 0.043])
    gas.TPX = 2200.0, 101325.0, dict(zip(over.names[:-1], x[:-1], strict=True))
    c = np.append([gas.concentrations[gas.species_index(n)] for n in over.names[:-1]], 1e-3) * 1e3
    c[-1] = 1e-4
    w, room = np.empty(c.size), np.zeros(over.room)
    over.make(2200.0, 1e4, c, c / c.sum(), 4.0, 0.0, w, room)
    expected = dict(zip(gas.species_names, gas.net_production_rates * 1e3, strict=True))
    split = 1e-15 * 4.0 * c[over.names.index("N2")] / c.sum()
    quench = 5e-18 * 6.02214076e23 * c[-1] * c[over.names.index("O2")]
    for name, change in (("N2", -split), ("N", split), ("O2", -quench), ("NO", quench),
                         ("O", quench)):  # fmt: skip
        expected[name] += change
    got = dict(zip(over.names, w, strict=True))
    scale = max(map(abs, expected.values()))
    for name in over.names[:-1]:
        # N2D counts as a third body of the mechanism
        assert got[name] == pytest.approx(expected[name], rel=1e-4, abs=1e-6 * scale), name
    assert got["N2D"] == pytest.approx(split - quench, rel=1e-9)


def test_nitric_oxide_needs_a_warm_discharge():
    reactors = it.cases.load("no-from-air").reactors
    cold, warm = (it.solve(reactors[name]).kpis for name in ("cold", "warm"))
    # where there is ozone there is no nitric oxide
    assert cold["x_NO"] < 1e-10 < 1e-3 < cold["x_O3"]
    assert warm["S_NO"] > 0.9
    assert warm["T_max"] > 2500.0


def test_nitric_oxide_on_the_command_line(tmp_path):
    picture = tmp_path / "no.png"
    done = CliRunner().invoke(
        app, ["compare", "no-from-air", "--no-sensitivity", "--plot", str(picture)]
    )
    assert done.exit_code == 0, done.output
    assert "Energy factor 0." in done.output
    assert "from a heat recovery of 0." in done.output
    assert picture.read_bytes().startswith(b"\x89PNG")


# --- cases that ask for the user's own cross sections --------------------------------------------
ASKING = {"co2-plasma": "CO2", "ammonia-plasma": "N2 and H2"}


@pytest.mark.parametrize("name", ASKING)
def test_a_case_asks_for_tables_and_says_where_they_are(name, tmp_path):
    done = CliRunner().invoke(app, ["run", name, "--reactor", "gap"])
    assert done.exit_code == 2
    assert f"tables of {ASKING[name]} do not come with this package" in done.stderr
    for word in ("electrons.cross_sections", "https://lxcat.net", "intensify new mine.yaml"):
        assert word in done.stderr
    assert CliRunner().invoke(app, ["cases", name]).output.startswith("#")
    mine = tmp_path / "mine.yaml"
    assert CliRunner().invoke(app, ["new", str(mine), "--like", name]).exit_code == 0
    assert CliRunner().invoke(app, ["run", str(mine), "--reactor", "gap"]).exit_code == 2


def block(kind, name, head, energy, sigma):
    """A table as LXCat writes it; the numbers are made up."""
    rows = "\n".join(f" {e:.6e}\t{s:.6e}" for e, s in zip(energy, sigma, strict=True))
    line = "-" * 29
    return f"{kind}\n{name}\n {head:.6e}\nPROCESS: {name}\n{line}\n{rows}\n{line}\n\n"


def synthetic(path, gases):
    """A file of made-up tables: per gas m/M, and its excitations (name, threshold)."""
    text = "LXCat, www.lxcat.net (synthetic)\n\n"
    for gas, ratio, losses in gases:
        text += block("EFFECTIVE", gas, ratio, [0.0, 1.0, 10.0, 1e3], [5e-20, 8e-20, 1e-19, 1e-20])
        for product, eV in losses:
            text += block("EXCITATION", f"{gas} -> {gas}({product})", eV,
                          [eV, 1.5 * eV, 4.0 * eV, 1e3], [0.0, 8e-21, 1.2e-20, 1e-21])  # fmt: skip
        text += block("IONIZATION", f"{gas} -> {gas}^+", 14.0, [14.0, 30.0, 1e3],
                      [0.0, 1e-20, 5e-21])  # fmt: skip
    path.write_text(text)
    return text


GASES = {
    "co2-plasma": [("CO2", 1.25e-5, [("v1", 0.29), ("7.0eV", 7.0), ("10.5eV", 10.5)])],
    "ammonia-plasma": [("N2", 1.95e-5, [("v1", 0.29), ("A3", 6.2), ("SUM", 13.0)]),
                       ("H2", 2.72e-4, [("v1", 0.52), ("b3", 8.9), ("B1", 11.3)])],
}  # fmt: skip


def given(tmp_path, name):
    """The case with a synthetic file in its place."""
    table = tmp_path / "mine.txt"
    synthetic(table, GASES[name])
    text = it.cases.text_of(name).replace("electrons: {", f"electrons: {{cross_sections: {table}, ")
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return file


def test_co2_with_a_table_is_split_and_compared(tmp_path):
    file = given(tmp_path, "co2-plasma")
    case = it.cases.load(str(file))
    assert [p.split("(")[1] for p in case.reactors["gap"].chemistry.processes] == [
        "7.0eV)", "10.5eV)"
    ]  # fmt: skip
    run = it.solve(case.reactors["gap"])
    assert max(run.balances().values()) < 1e-8
    kpis = run.kpis
    assert kpis["S_CO"] == pytest.approx(1.0, abs=1e-6)
    assert 0.0 < kpis["energy_efficiency"] < 1.0
    # at a low power what is split is what the losses of 7 and 10.5 eV take of it
    gap = case.reactors["gap"]
    swarm = gap.electrons.solve(gap.E_N, {"CO2": 1.0})
    taken = {"7.0": 7.0, "10.5": 10.5}
    split = sum(share / eV for name, share in swarm.power_split.items()
                for word, eV in taken.items() if f"({word}eV" in name)  # fmt: skip
    weak = it.solve(gap._replace(levels=1e-3 * gap.levels))
    # but for atoms that find CO again, many at the case's own power
    assert 0.95 * split < 1.0 / weak.kpis["cost_CO"] < split
    assert kpis["cost_CO"] > weak.kpis["cost_CO"]
    c = it.compare_case(case, sensitivity=False)
    assert c.factor > 0.0 if not c.misses else "conversion" in c.misses[0]


def test_ammonia_with_a_table_is_made_and_balances(tmp_path):
    file = given(tmp_path, "ammonia-plasma")
    reactors = it.cases.load(str(file)).reactors
    runs = {name: it.solve(reactor) for name, reactor in reactors.items()}
    for run in runs.values():
        assert max(run.balances().values()) < 1e-8
        assert run.kpis["SEI"] == pytest.approx(2e4)
        assert 0.1 < run.kpis["yield_NH3"] < 200.0
        assert 0.0 < run.kpis["S_NH3"] <= 1.0
