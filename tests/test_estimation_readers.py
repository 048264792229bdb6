"""Experiments in files: what is read, and what is told where they are wrong."""

import pytest

import intensify as it

CSV = """\
# conversions of a morning
experiment,reactor,set:T [degC],set:flow [mL/min],at [s],T [degC],c[A] [mol/L],sd:c[A] [mol/L]
cold, vessel, 17, 2, 10, 18.5, 0.9, 0.01
cold, vessel, , , 20, , 0.8, 0.01
hot, , 60, 120 mL/h, , 75, 0.1,
"""
YAML = """\
sd: {X_A: 0.01}
experiments:
  - name: cold
    reactor: vessel
    set: {flow: 2 mL/min, T: 17 degC}
    measured:
      X_A: 53 %
      T: {at: [10 s, 20 s], values: [310 K, 40 degC], sd: 0.3 K}
  - measured: {X_A: {values: 0.7, sd: 0.02}}
"""


def read(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return it.read_experiments(path)


def test_a_table_gives_series_and_settings(tmp_path):
    cold, hot = read(tmp_path, "a.csv", CSV)
    assert (cold.name, cold.reactor, hot.reactor) == ("cold", "vessel", "")
    assert cold.settings == {"T": "17 degC", "flow": "2 mL/min"}
    assert hot.settings == {"T": "60 degC", "flow": "120 mL/h"}
    found = [(m.quantity, m.value, m.at, m.sd) for m in cold.measured]
    assert found == [
        ("T", "18.5 degC", "10 s", None),
        ("c[A]", "0.9 mol/L", "10 s", "0.01 mol/L"),
        ("c[A]", "0.8 mol/L", "20 s", "0.01 mol/L"),
    ]
    assert [(m.value, m.at, m.sd) for m in hot.measured] == [
        ("75 degC", None, None), ("0.1 mol/L", None, None)]  # fmt: skip
    assert hot.measured[1].source.endswith("a.csv, row 5, column 'c[A] [mol/L]'")


def test_without_names_each_row_is_an_experiment(tmp_path):
    first, second = read(tmp_path, "a.csv", "set:T, X_A\n300, 0.1\n320, 0.3\n")
    assert (first.name, second.name) == ("row 2", "row 3")
    assert second.settings == {"T": "320"}


def test_yaml_gives_the_same(tmp_path):
    cold, second = read(tmp_path, "a.yaml", YAML)
    assert (cold.name, cold.reactor, second.name) == ("cold", "vessel", "experiment 2")
    assert cold.settings == {"flow": "2 mL/min", "T": "17 degC"}
    assert [(m.quantity, m.value, m.at, m.sd) for m in cold.measured] == [
        ("X_A", "53 %", None, "0.01"),
        ("T", "310 K", "10 s", "0.3 K"), ("T", "40 degC", "20 s", "0.3 K")]  # fmt: skip
    assert second.measured[0].sd == "0.02"


@pytest.mark.parametrize(("name", "text", "sentence"), [
    ("a.txt", "x", "neither .csv nor .yaml"),
    ("a.csv", "X_A\n", "has no experiment"),
    ("a.csv", "X_A, T\n1\n", r"a.csv, row 2: has 1 values for 2 columns"),
    ("a.csv", "X_A,,T\n1,2,3\n", "a column without a name"),
    ("a.csv", "X_A, X_A [1]\n1,2\n", "twice"),
    ("a.csv", "X_A, sd:T\n1,2\n", "'sd:T', but none of what it belongs to"),
    ("a.csv", "set:T, X_A\n300,much\n", "a.csv, row 2, column 'X_A': 'much' is no number"),
    ("a.csv", "experiment, set:T, X_A\na,300,0.1\na,310,0.2\n", "row 3, column 'set:T': is 310"),
    ("a.csv", "experiment, reactor, X_A\na,u,0.1\na,v,0.2\n", "row 3: reactor is v, but u above"),
    ("a.csv", "set:T, X_A\n300,\n", "row 2: has no measurement"),
    ("a.yaml", "runs: []", "no list of `experiments`"),
    ("a.yaml", "experiments: [{measured: {X_A: much}}]", r"experiments.1..measured.X_A: give"),
    ("a.yaml", "experiments: [{measured: {X_A: 1}, sets: {}}]", "sets: is unknown; there are name"),
    ("a.yaml", "experiments: [{set: {T: 3}}]", "has nothing measured"),
    ("a.yaml", "experiments: [[]]", "is no block of keys"),
    ("a.yaml", "experiments: [{measured: {T: {at: [1, 2], values: [1, 2, 3]}}}]", "2 entries"),
    ("a.yaml", "a: [", "a.yaml' is not YAML"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path, name, text, sentence):
    with pytest.raises(it.InputError, match=sentence):
        read(tmp_path, name, text)
