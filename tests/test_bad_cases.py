"""Bad case files: each an InputError at once, with the path of the key and a hint."""

from __future__ import annotations

import os
import time
from importlib import resources

import pytest

from intensify import cases
from intensify.errors import InputError

PACKAGE = resources.files("intensify.cases")
TEMPLATE = (PACKAGE / "template.yaml").read_text(encoding="utf-8")
MAIN = (PACKAGE / "data" / "thiosulfate-peroxide.yaml").read_text(encoding="utf-8")
MECHANISM = (PACKAGE / "data" / "thiosulfate-peroxide.mechanism.yaml").read_text(encoding="utf-8")
SNAR = (PACKAGE / "data" / "snar-flow.yaml").read_text(encoding="utf-8")
DOSE = SNAR.replace("react: {T", "dose: {T")
# each line twice the one before: 2^20 items when unfolded
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(20))


def swap(old, new, base=TEMPLATE):
    assert base.count(old) >= 1, old
    return base.replace(old, new, 1)


def write(folder, text, name="own.yaml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# text of the template, what stands there instead, path of the problem, part of its sentence;
# batch and milli stand for reactors.batch and reactors.miniaturised
# fmt: off
EDITS = [
    ("{volume: 0.8 m3", "{volum: 0.8 m3", "batch.charge.volum", "did you mean 'volume'?"),
    ("{volume: 0.8 m3, ", "{", "batch.charge.volume", "is missing; give a volume in m3"),
    ("limit: {T: 90 degC, source: made up}", "", "limit", "is missing"),
    ("volume: 0.8 m3", "volume: -0.8 m3", "batch.charge.volume", "'-0.8 m3' is out of range"),
    ("volume: 0.8 m3", "volume: 0 m3", "batch.charge.volume", "above 0"),
    ("volume: 0.8 m3", "volume: .nan", "batch.charge.volume", "not a number with a unit"),
    ("volume: 0.8 m3", "volume: 1e999", "batch.charge.volume", "not a finite number"),
    ("volume: 0.8 m3", "volume: 3 kg",
     "batch.charge.volume", "'3 kg' is a mass, not a volume in m3"),
    ("volume: 0.8 m3", "volume: 9**9**9 m", "batch.charge.volume", "not a number with a unit"),
    ("T: 20 degC", "T: 20", "batch.charge.T", "allowed is 150 K to 2000 K"),
    ("c: {A: 1.2 mol/L}", "c: {A: 1.2 kg}", "batch.charge.c.A", "not a concentration"),
    ("conversion: 0.98}", "conversion: 98}", "specification.conversion", "allowed is 0 to 1"),
    ("conversion: 0.98}", "conversion: 0}", "specification.conversion", "above 0"),
    ("T: 20 degC, c: {A", "T: , c: {A", "batch.charge.T", "''"),
    ("charge: {volume: 0.8 m3, T: 20 degC, c: {A: 1.2 mol/L}}", "charge: much",
     "batch.charge", "not a block"),
    ("kind: semibatch", "kind: semibach", "batch.kind", "did you mean 'semibatch'?"),
    ("kind: semibatch", "", "batch.kind", "is missing"),
    ("kind: semibatch", "kind: batch", "batch.feeds", "unknown key"),
    ("feeds:\n      - {volume: 0.2 m3, T: 20 degC, c: {B: 5 mol/L}, duration: 2 h}", "",
     "batch.feeds", "is missing"),
    ("product: C", "product: B", "specification.product", "'B' is made by no reaction"),
    ("key: A", "key: C", "specification.key", "'C' is consumed by no reaction"),
    ("product: C", "product: CC",
     "specification.product", "unknown species 'CC'; did you mean 'C'?"),
    ("c: {A: 1.2", "c: {AA: 1.2", "batch.charge.c.AA", "did you mean 'A'?"),
    ("c: {A: 1.2 mol/L}}", "c: {A: 1.2 mol/L}, solvent: H2O}",
     "batch.charge.solvent", "unknown species 'H2O'"),
    ("c: {A: 1.2 mol/L}}", "c: {A: 1.2 mol/L}, solvent: C}",
     "batch.charge.solvent", "its v is unknown"),
    ("c: {A: 1.2 mol/L}", "c: {C: 1.2 mol/L}", "batch.charge", "has no 'A'"),
    ("c: {A: 0.96 mol/L, B: 1 mol/L}", "c: {B: 1 mol/L}", "milli.c", "has no 'A'"),
    ("c: {A: 1.2 mol/L}}", "c: {A: 1.2 mol/L}, n: {A: 1 kmol}}",
     "batch.charge.n.A", "also under c"),
    ("limit: {T: 90 degC", "limit: {T: 45 degC", "batch.recipe[3].dose.T", "above limit.T"),
    ("limit: {T: 90 degC", "limit: {T: 10 degC",
     "batch.charge.T", "293.15 K is above limit.T of 283.15 K"),
    ("limit: {T: 90 degC", "limit: {T: 10 degC", "batch.feeds[1].T", "above limit.T"),
    ("limit: {T: 90 degC", "limit: {T: 70 degC", "milli.zones[2].utility", "above limit.T"),
    ("T_min: 5 degC, T_max", "T_min: 55 degC, T_max", "batch.recipe[3].dose.T", "coldest jacket"),
    ("T_min: 5 degC, T_max", "T_min: 95 degC, T_max", "batch.jacket.T_min", "not below T_max"),
    ("T_max: 90 degC", "T_max: 40 degC", "batch.recipe[2].heat.to", "never reached"),
    ("heat: {to: 50 degC}", "heat: {to: 10 degC}", "batch.recipe[2].heat.to", "behind"),
    ("dose: {T: 50 degC}", "dose: {T: 55 degC}",
     "batch.recipe[3].dose.T", "heat or cool them before"),
    ("dose: {T: 50 degC}", "dose: {control: controlled}", "batch.recipe[3].dose.T", "needs it"),
    ("dose: {T: 50 degC}", "dose: {T: 50 degC, control: adiabatic}",
     "batch.recipe[3].dose.T", "means nothing"),
    ("dose: {T: 50 degC}", "dose: {T: 50 degC, control: pid}",
     "batch.recipe[3].dose.control", "is not one of 'isothermal'"),
    ("dose: {T: 50 degC}", "dose: {T: 50 degC, duration: 1 h}",
     "batch.recipe[3].dose.duration", "ends before the feeds"),
    ("dose: {T: 50 degC}", "dose: {T: 50 degC, conversion: 0.5}",
     "batch.recipe[3].dose.conversion", "belongs to"),
    ("dose: {T: 50 degC}", "react: {T: 50 degC, duration: 1 h}",
     "batch.recipe", "`dose` is needed"),
    ("hold: {T: 50 degC, conversion: 0.98}", "hold: {T: 50 degC, conversion: 1}",
     "batch.recipe[4].hold.conversion", "infinite time"),
    ("hold: {T: 50 degC, conversion: 0.98}", "hold: {T: 50 degC}",
     "batch.recipe[4].hold", "duration or a conversion"),
    ("- heat: {to: 50 degC}", "- {heat: {to: 50 degC}, clean: {duration: 1 h}}",
     "batch.recipe[2]", "a step is one of"),
    ("cool: {to: 30 degC}",
     "react: {control: adiabatic, duration: 1 h}\n      - cool: {to: 30 degC, rate: 1 K/min}",
     "batch.recipe[6].cool.rate", "needs a start"),
    ("heat: {to: 50 degC}", "heat: {to: 50 degC, rate: 1 K/min, jacket: 80 degC}",
     "batch.recipe[2].heat.rate", "one of the two"),
    ("vessel: {volume: 1.25 m3", "vessel: {volume: 0.9 m3",
     "batch.vessel.volume", "less than charge and feeds of 1 m3"),
    (", area: 3.9 m2", "", "batch.vessel", "neither area nor diameter"),
    ("area: 3.9 m2", "area: 3.9 m2, bottom_area: 1 m2",
     "batch.vessel.bottom_area", "needs a diameter"),
    (", duration: 2 h", "", "batch.feeds[1]", "needs volume and duration"),
    (", duration: 2 h", ", profile: [[0, 0], [1 h, 1 L/h]]",
     "batch.feeds[1].profile", "one of the two"),
    ("volume: 0.2 m3, T: 20 degC, c: {B: 5 mol/L}, duration: 2 h",
     "T: 20 degC, c: {B: 5 mol/L}, profile: [[1 h, 0], [0, 1 L/h]]",
     "batch.feeds[1].profile", "must increase"),
    ("product: C", "product: A", "specification.product", "is the key as well"),
    ("height: 2 mm}", "height: 2 mm, diameter: 2 mm}", "milli.section", "width and height"),
    ("section: {width: 2 mm, height: 2 mm}", "section: {width: 2 mm}",
     "milli.section", "width and height"),
    ("utility: 50 degC, UA_V: 5 MW/m3/K", "utility: 50 degC", "milli.zones[1]", "needs one of U"),
    ("residence: 20 s, ", "", "milli.zones[1]", "residence or a length"),
    ("utility: 50 degC, ", "", "milli.zones[1].utility", "is missing"),
    ("utility: 50 degC, ", "utility: 50 degC, counter: true, ",
     "milli.zones[1].counter", "utility_flow"),
    ("utility: 50 degC, ", "utility: 50 degC, counter: yes, ",
     "milli.zones[1].counter", "neither true nor false"),
    ("conventional: batch", "conventional: bach", "compare.conventional", "did you mean 'batch'?"),
    ("intensified: miniaturised", "intensified: batch",
     "compare.intensified", "conventional side as well"),
    ("conventional: [dosing_time]", "conventional: [dosing]",
     "compare.free.conventional[1]", "did you mean 'dosing_time'?"),
    ("boiler: 0.9", "boiler: 9", "energy.boiler", "allowed is 0 to 1"),
    ("A: 2.0e7 m3/mol/s", "A: 2.0e7 1/s", "reactions[1].A", "second-order rate constant"),
    ("dH: -150", "orders: {A: 0.5, B: 1}\n    dH: -150",
     "reactions[1].A", "order 1.5 give a plain number"),
    ("E: 70 kJ/mol", "k: 1 L/mol/s\n    E: 70 kJ/mol", "reactions[1]", "either A, or k"),
    ("E: 70 kJ/mol", "E: 70 kJ/mol\n    Ta: 8000 K", "reactions[1].Ta", "one of E and Ta"),
    ("A: 2.0e7", "A: -2.0e7", "reactions[1].A", "0 or more"),
    ("A + B => C", "A + B <=> C", "reactions[1].equation", "both or neither"),
    ("A + B => C", "A + B = C", "reactions[1].equation", "has no arrow"),
    ("A + B => C", f"A{' + B' * 99} => C", "reactions[1].equation", "300 is the most"),
    ("A + B => C", "A + 1e99 B => C", "reactions[1].equation", "above 100"),
    ("rho_cp: 3.8 MJ/m3/K", "", "rho_cp", "is missing"),
    ("A: {M: 100 g/mol}", "A: {M: 100 g/mol, atoms: {H: 2}}", "reactions", "atoms don't balance"),
    ("A: {M: 100 g/mol}", "X: {M: 100 g/mol}", "reactions", "unknown species 'A'"),
    ("reactions:", "mechanism: snar\nreactions:", "mechanism", "either a mechanism or reactions"),
]
MAIN_EDITS = [
    ("cells: 300", "cells: 3", "reactors.utility-lost.cells", "is below 8, the least"),
    ("cells: 300", "cells: 99999", "reactors.utility-lost.cells", "is above 20000, the most"),
    ("cells: 300", "cells: many", "reactors.utility-lost.cells", "is not a whole number"),
    ("at: 20 s", "at: -20 s", "reactors.utility-lost", "before the start; the run begins at 0 s"),
    ("at: 23 s", "at: 3 s", "reactors.utility-lost", "not in the order of their times"),
    ("c: {Na2S2O3: 1 mol/L}", "c: {Na2S2O3: 99 mol/L}", "batch.charge.c", "no room for H2O"),
    ("limit:", "species: {}\nlimit:", "species", "has its own"),
    ("mechanism: thio", "mechanism: tio", "mechanism", "did you mean 'thiosulfate-peroxide'?"),
    ("mechanism: thiosulfate-peroxide", "mechanism: none.yaml", "mechanism", "is not there"),
    ("mechanism: thiosulfate-peroxide", "mechanism: ../a.yaml", "mechanism", "leads out"),
    ("mechanism: thiosulfate-peroxide", "mechanism: /etc/a.yaml", "mechanism", "leads out"),
    ("mechanism: thiosulfate-peroxide", "mechanism: 'C:\\a.yaml'", "mechanism", "leads out"),
    ("mechanism: thiosulfate-peroxide", 'mechanism: "a\\0.yaml"',
     "mechanism", "no name of a mechanism"),
    ("mechanism: thiosulfate-peroxide", f"mechanism: {'a' * 999}.yaml",
     "mechanism", "no name of a mechanism"),
]
FILES = [
    (TEMPLATE + "\ntitle: again\n", "title", "stands twice, in lines"),
    ("- 1\n- 2\n", "", "not a list"),
    ("hello", "", "not a list or a text"),
    ("", "", "is empty"),
    ("# nothing\n", "", "is empty"),
    ("a: [1", "", "is not YAML in line"),
    ("a: \0", "", "is not YAML"),
    ("title: Säure\n".encode("latin-1"), "", "is not UTF-8 text: line 1 has the byte 0xe4"),
    (TEMPLATE.encode("utf-16"), "", "is not UTF-8 text"),
    ("a: " + "x" * 2**20, "", "is longer than 1048576 bytes"),
    ("[" + "1," * 400_000 + "]", "", "more than 20000 entries"),
    (DOSE, "batch.recipe", "no feeds"),
    ("[" * 100_000, "", "nested more than 32 deep"),
    ("a: &a [*a]", "", "anchors, aliases and tags are refused"),
    (LAUGHS, "", "anchors, aliases and tags are refused"),
    ("a: !!python/object/apply:os.system [ls]", "", "anchors, aliases and tags are refused"),
    ("a: 1\n---\nb: 1\n", "", "one document"),
    ("%YAML 1.1\n---\na: 1\n", "", "one document"),
    ("? [1, 2]\n: 3\n", "", "keys are text"),
]
# fmt: on


def check(folder, text, path, hint):
    """Loading the text is an InputError with that path and hint, within a second."""
    file = write(folder, text)
    cases.load("thiosulfate-peroxide")  # imports are not what is timed
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        cases.load(file)
    assert time.perf_counter() - start < 30.0  # it ends at all
    for short, full in (("batch.", "reactors.batch."), ("milli.", "reactors.miniaturised.")):
        path = full + path.removeprefix(short) if path.startswith(short) else path
    assert any(p == path and hint in s for p, s in caught.value.problems), caught.value
    message = str(caught.value)
    assert message.replace("\n", "").isprintable()
    assert len(message) < 5000


@pytest.mark.parametrize(("old", "new", "path", "hint"), EDITS)
def test_bad_edits_of_the_template(old, new, path, hint, tmp_path):
    check(tmp_path, swap(old, new), path, hint)


@pytest.mark.parametrize(("old", "new", "path", "hint"), MAIN_EDITS)
def test_bad_edits_of_the_main_case(old, new, path, hint, tmp_path):
    check(tmp_path, swap(old, new, MAIN), path, hint)


@pytest.mark.parametrize(("text", "path", "hint"), FILES, ids=[row[2] for row in FILES])
def test_bad_files(text, path, hint, tmp_path):
    check(tmp_path, text, path, hint)


def test_all_problems_at_once_with_their_lines(tmp_path):
    text = TEMPLATE
    for old, new in [
        ("volume: 0.8 m3", "volum: 0.8 m3"),
        ("T_max: 90 degC", "T_max: 90 kg"),
        ("product: C", "product: D"),
        ("A: {M: 100 g/mol}", "A: {M: 100 g/mol}\n  D: {M: 1 g/mol}"),
        ("section: {width: 2 mm, height: 2 mm}", "section: {}"),
        ("boiler: 0.9", "boiler: 2"),
        ("T: 90 degC, source", "T: 300 K, sauce"),
    ]:
        text = swap(old, new, text)
    with pytest.raises(InputError) as caught:
        cases.load(write(tmp_path, text))
    lines = text.splitlines()
    found = dict(caught.value.problems)
    assert set(found) == {
        "reactors.batch.charge.volum",
        "reactors.batch.charge.volume",
        "reactors.batch.jacket.T_max",
        "specification.product",
        "reactors.miniaturised.section",
        "energy.boiler",
        "limit.sauce",
    }
    for path, sentence in found.items():
        key = path.rpartition(".")[2].removesuffix("volume") or "charge"
        line = int(sentence.rpartition("(line ")[2].removesuffix(")"))
        assert f"{key}:" in lines[line - 1], (path, sentence)


def test_unbalanced_and_hostile_mechanisms(tmp_path):
    text = swap("mechanism: thiosulfate-peroxide", "mechanism: mine.yaml", MAIN)
    write(tmp_path, MECHANISM.replace("+ 2 H2O2 =>", "+ 3 H2O2 =>"), "mine.yaml")
    with pytest.raises(InputError) as caught:
        cases.load(write(tmp_path, swap("COP: 3", "COP: 0", text)))
    (first, sentence), (second, _) = caught.value.problems
    assert (first, second) == ("mechanism", "energy.COP")
    assert "atoms don't balance" in sentence
    write(tmp_path, "a: &a [*a]", "mine.yaml")
    with pytest.raises(InputError, match=r"^mechanism: .*alias"):
        cases.load(write(tmp_path, text))


def test_very_many_problems_are_cut(tmp_path):
    keys = ", ".join(f"key{n}: 1" for n in range(2000))
    with pytest.raises(InputError, match=r"and 1800 more problems$"):
        cases.load(write(tmp_path, swap("{volume: 0.8 m3", f"{{{keys}, volume: 0.8 m3")))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no POSIX")
def test_links_out_of_the_folder_and_pipes_are_refused(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    text = swap("mechanism: thiosulfate-peroxide", "mechanism: mine.yaml", MAIN)
    write(tmp_path, MECHANISM, "outside.yaml")
    (folder / "mine.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(InputError, match="links to a file outside"):
        cases.load(write(folder, text))
    (folder / "mine.yaml").unlink()
    os.mkfifo(folder / "mine.yaml")
    with pytest.raises(InputError, match="not there, or not a file"):
        cases.load(write(folder, text))
    with pytest.raises(InputError, match="not there, or not a file"):
        cases.load(folder / "mine.yaml")


def test_names_that_are_no_case(tmp_path):
    with pytest.raises(
        InputError, match="unknown case 'thiosulfat'; did you mean 'thiosulfate-peroxide'"
    ):
        cases.load("thiosulfat")
    with pytest.raises(InputError, match="is not there"):
        cases.load(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="not a file"):
        cases.load(tmp_path)


def test_escape_sequences_do_not_reach_the_terminal(tmp_path):
    with pytest.raises(InputError) as caught:
        cases.load(
            write(tmp_path, swap("stirrer: 1 kW", '"\\e[31mred": 1\n    stirrer: "\\e[31m"'))
        )
    assert str(caught.value).replace("\n", "").isprintable()
