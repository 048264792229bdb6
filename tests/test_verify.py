"""`verify`: the shipped cases pass, wrong ones fail, and cases with other numbers pass too."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
import pytest

from intensify.errors import FileFormatError, InputError, WriteError
from intensify.verify import read_case, run, verify
from intensify.verify.adapters import ADAPTERS
from intensify.verify.case import SHIPPED
from intensify.verify.reading import conditions

FILES = sorted(SHIPPED.glob("*.json"))


def shipped(name: str) -> dict:
    return json.loads((SHIPPED / f"{name}.json").read_text())


def write(folder: Path, content: dict, name: str = "case") -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content))
    return path


# --- the shipped cases, and what a wrong one does ------------------------------------------------
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_case_passes(path):
    report = report_of(path)
    assert (report.count("passed"), report.exit_code) == (1, 0), str(report)


LARGE = {"smbr_isomer_css", "sesmr_breakthrough"}
"""Their grids are too fine for this suite; test_cycles, test_sorption_column have coarser ones."""


def test_every_adapter_has_a_shipped_case():
    assert {read_case(path).kind for path in FILES} | LARGE == set(ADAPTERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_quantity_can_fail_and_no_computed_number_comes_from_the_file(path, tmp_path):
    content = json.loads(path.read_text())
    for entry in quantities_of(content["expected"]):
        if isinstance(entry["value"], str):
            entry["value"] += " not"
            continue
        if isinstance(entry["value"], list):
            entry["value"] = far_off(entry["value"])
            continue
        allowed = entry.get("atol", 0.0) + entry.get("rtol", 0.0) * abs(entry["value"])
        entry["value"] += 3.0 * allowed or 1.0
    wrong, right = verify([write(tmp_path, content)]).outcomes[0], report_of(path).outcomes[0]
    assert wrong.status == "failed"
    assert all(check.miss for check in wrong.checks)
    assert [c.computed for c in wrong.checks] == [c.computed for c in right.checks]


@functools.cache
def report_of(path):
    """What verify says of a file, found once."""
    return verify([path])


def far_off(values):
    """Every number of nested lists moved away."""
    if isinstance(values, list):
        return [far_off(x) for x in values]
    return values + 1e6 * (1.0 + abs(values))


def quantities_of(expected):
    """The entries of `expected`, of nested ones too."""
    for entry in expected.values():
        yield from [entry] if "value" in entry else quantities_of(entry)


def test_one_perturbed_number_gives_one_line_and_exit_code_1(tmp_path, capsys):
    content = shipped("series_ABC")
    content["expected"]["y[1]"]["value"] = 0.25
    code = run([write(tmp_path, content)], json_path=tmp_path / "report.txt")
    case, miss, summary = capsys.readouterr().out.splitlines()
    assert code == 1
    assert case == "failed  numerics/series_ABC: 1 of 3 quantities miss"
    assert miss.startswith("  miss  numerics/series_ABC y[1]: 0.257149")
    assert miss.endswith("instead of 0.25 (off by 0.00715, allowed 2.5e-07)")
    assert summary == "0 passed, 1 failed, 0 skipped"
    stored = json.loads((tmp_path / "report.txt").read_text())
    assert (stored["passed"], stored["failed"], stored["skipped"]) == (0, 1, 0)
    missed = [q["name"] for q in stored["cases"][0]["quantities"] if q["miss"]]
    assert missed == ["y[1]"]


def test_all_passed_is_exit_code_0_and_a_line_a_case(capsys):
    assert run([SHIPPED / "kaps.json", SHIPPED / "hires.json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == [
        "passed  numerics/kaps",
        "passed  numerics/hires",
    ]
    assert lines[2] == "2 passed, 0 failed, 0 skipped"


def test_without_paths_the_shipped_cases_of_a_kind_or_area_run():
    assert {o.case.kind for o in verify(kind="ode_events").outcomes} == {"ode_events"}
    areas = verify(area="numerics").outcomes
    assert len(areas) == 12
    assert {o.case.area for o in areas} == {"numerics"}
    with pytest.raises(InputError, match=r"no case has kind ode_evnts .* ode_events"):
        verify(kind="ode_evnts")


def test_a_kind_without_adapter_is_skipped_by_name(tmp_path, capsys):
    content = shipped("kaps") | {"kind": "perpetual_motion"}
    assert run([write(tmp_path, content), SHIPPED / "kaps.json"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "skipped numerics/kaps: no adapter for kind 'perpetual_motion'"
    assert out[-1] == "1 passed, 0 failed, 1 skipped"


# --- files that are no cases ---------------------------------------------------------------------
BROKEN = {
    "not JSON": ('{"name": ', "it is no JSON"),
    "text": ("plain words", "it is no JSON"),
    "binary": (b"\x89HDF\r\n\xff\xfe", "it is no JSON"),
    "deep": ("[" * 100_000, "it is no JSON"),
    "list": ("[1, 2]", "it holds no JSON object"),
    "NaN": ('{"name": NaN}', r"it is no JSON \(NaN is not a number that JSON knows"),
    "empty": ("{}", "'name' is missing or no text; .*'kind'.*; 'inputs' is missing or empty"),
    "no inputs": (
        '{"name": "a", "area": "b", "kind": "c", "expected": {"x": {"value": 1}}}',
        "'inputs' is missing or empty",
    ),
    "no expected": (
        '{"name": "a", "area": "b", "kind": "c", "inputs": {"k": 1}, "expected": {}}',
        "'expected' is missing or empty",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_no_case_is_named_with_its_fault(what, tmp_path):
    text, fault = BROKEN[what]
    path = tmp_path / "broken.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileFormatError, match=f"broken.json' is not a reference case: {fault}"):
        read_case(path)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (3.0, r"expected 'y\[0\]' is no \{value, unit, rtol, atol\}"),
        ({"value": None}, r"'y\[0\]' has a value that is no finite number"),
        ({"value": [1.0, None]}, r"'y\[0\]' has a value that is no finite number"),
        ({"value": 1.0, "rtol": "1e-6"}, "has a 'rtol' that is no number above 0"),
        ({"value": 1.0, "atol": -1.0}, "has a 'atol' that is no number above 0"),
    ],
)
def test_an_unusable_quantity_is_named(entry, fault, tmp_path):
    content = shipped("kaps")
    content["expected"]["y[0]"] = entry
    with pytest.raises(FileFormatError, match=fault):
        read_case(write(tmp_path, content))


def test_a_broken_file_leaves_the_others_running_and_gives_exit_code_2(tmp_path, capsys):
    write(tmp_path, shipped("kaps"), "good")
    (tmp_path / "broken.json").write_text("{")
    assert run([tmp_path]) == 2
    captured = capsys.readouterr()
    assert captured.out.endswith("1 passed, 0 failed, 0 skipped\n")
    assert "broken.json' is not a reference case" in captured.err


def test_missing_paths_are_refused_together(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"(?s)nowhere: does not exist.*empty: holds no JSON file"):
        verify([tmp_path / "nowhere", tmp_path / "empty"])


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(WriteError, match="was not written: its folder does not exist"):
        run([SHIPPED / "kaps.json"], json_path=tmp_path / "no" / "folder.json")


# --- adapters that misbehave, nested quantities, lists and texts ---------------------------------
def of_kind(monkeypatch, tmp_path, adapter, expected: dict):
    monkeypatch.setitem(ADAPTERS, "made_up", adapter)
    content = {
        "name": "n",
        "area": "a",
        "kind": "made_up",
        "inputs": {"k": 2},
        "expected": expected,
    }
    return verify([write(tmp_path, content)]).outcomes[0]


def test_a_crash_is_a_failed_case_with_a_sentence(monkeypatch, tmp_path):
    outcome = of_kind(monkeypatch, tmp_path, lambda i, n: {"x": i["E"]}, {"x": {"value": 1.0}})
    assert outcome.status == "failed"
    assert outcome.message == "InputError: the inputs lack 'E'"
    assert outcome.lines() == ["failed  a/n: InputError: the inputs lack 'E'"]


def test_lists_texts_nested_missing_and_crashing_quantities(monkeypatch, tmp_path):
    expected = {
        "list": {"value": [1.0, 2.0, 3.0], "rtol": 1e-3},
        "short": {"value": [1.0, 2.0]},
        "text": {"value": "stable"},
        "rates": {"A": {"value": 5.0, "atol": 0.1}, "B": {"value": 5.0, "atol": 0.1}},
        "nan": {"value": 1.0, "atol": 1e9},
        "gone": {"value": 1.0},
        "bang": {"value": 1.0},
    }
    made = {
        "list": np.array([1.0005, 2.0, 3.1]), "short": [1.0], "text": "stable",
        "rates": {"A": 5.05, "B": 5.2}, "nan": np.nan, "bang": lambda: 1 / 0,
    }  # fmt: skip
    outcome = of_kind(monkeypatch, tmp_path, lambda i, n: made, expected)
    assert {check.quantity.name: check.miss for check in outcome.checks} == {
        "list": "[2] 3.1 instead of 3 (off by 0.1, allowed 0.003)",
        "short": "[1.0] instead of a list of 2",
        "text": "",
        "rates/A": "",
        "rates/B": "5.2 instead of 5 (off by 0.2, allowed 0.1)",
        "nan": "'nan' instead of 1.0",
        "gone": "kind 'made_up' computes no such quantity",
        "bang": "ZeroDivisionError: division by zero",
    }


def test_conditions_come_out_of_names():
    names = ["T_at_15s", "T_at_0.0003s", "EXPERIMENT_T_at_1e-3s", "x_at_X50_co", "T_at_s"]
    assert list(conditions(names, "T_at_#s")) == [("T_at_15s", 15.0), ("T_at_0.0003s", 3e-4)]
    assert list(conditions(names, "x_at_X#_(co|counter)")) == [("x_at_X50_co", 50.0, "co")]
