"""What benchmarks say of their figures: ratios at equal error, targets, regressions."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def records(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return __import__("records")


@pytest.fixture
def targets(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return __import__("targets")


def curve(order, factor):
    """Time grows with the inverse error to the power 1/order."""
    errors = 10.0 ** -np.arange(2.0, 11.0)
    counts = [{"rhs": 100 + k} for k in range(errors.size)]
    return {"rtol": errors.tolist(), "error": errors.tolist(),
            "time": (factor * errors ** (-1.0 / order)).tolist(), "counts": counts}  # fmt: skip


def record(targets, name, **counts):
    met = [t._asdict() | {"met": bool(t.met)} for t in targets]
    return {"name": name, "targets": met, "counts": counts, "versions": {"numpy": "2"}}


def test_peers_are_compared_at_equal_error(records):
    curves = {"intensify A": curve(5.0, 1e-4), "intensify B": curve(4.0, 1e-3),
              "peer": curve(5.0, 7e-4)}  # fmt: skip
    found = records.judged(curves, {"peer": 5.0}, 2, "problem")
    (target,) = found["targets"]
    assert target.measured == pytest.approx(7.0, rel=1e-6)  # of the faster of the engine's
    assert target.met
    assert found["counts"]["rhs at rtol 1e-02"] == 100
    assert records.Target(2, "memory", 10.0, 11.0, "MiB", least=False).met is False


def test_calls_are_interleaved_and_slow_ones_run_once(records):
    seen = []
    times = records.best_of([lambda: seen.append("a"), lambda: seen.append("b")], [3, 1])
    assert seen == ["a", "b", "a", "a"]
    assert len(times) == 2


def test_what_has_become_worse_is_named(records, targets):
    def measured(speed, time, rhs):
        pair = [records.Target(2, "speed", 5.0, speed),
                records.Target(2, "time", 1.0, time, "s", least=False)]  # fmt: skip
        return [record(pair, "x", rhs=rhs)]

    base, same, bad = measured(8.0, 0.5, 100), measured(6.0, 0.7, 109), measured(5.0, 0.8, 111)
    assert targets.worse(same, base) == []
    assert targets.worse(bad, base) == [
        "x: rhs 111, was 100", "x: speed: 5 times, was 8", "x: time: 0.8 s, was 0.5"
    ]  # fmt: skip
    assert targets.worse([record([], "new", rhs=1)], base) == []


def test_the_table_has_every_target(records, targets):
    T = records.Target
    rows = [record([T(9, "late", 1.0, 2.0)], "b"), record([T(2, "early", 50.0, 7.0)], "a")]
    text = targets.table(rows, quick=True)
    assert text.index("| 2 | `a` | early | >= 50 times | 7 times |") < text.index("| 9 | `b` |")
    assert "**not met**" in text
    assert "1 of 2 met." in text


def test_the_command_writes_records_table_and_compares(records, tmp_path, monkeypatch, capsys):
    run = __import__("run")
    files = {name: tmp_path / name for name in ("a.json", "b.json", "a.md")}
    fake = {"text": ["fine"], "targets": [records.Target(2, "speed", 1.0, 2.0)], "counts": {"n": 5}}
    monkeypatch.setitem(run.BENCHMARKS, "fake", lambda quick: fake)
    words = ["run.py", "fake", "--quick", "--json", str(files["a.json"]), "--table"]
    monkeypatch.setattr(sys, "argv", [*words, str(files["a.md"])])
    run.main()
    assert "  fine" in capsys.readouterr().out
    assert "| speed |" in files["a.md"].read_text()
    (made,) = json.loads(files["a.json"].read_text())
    assert made["counts"] == {"n": 5}
    files["b.json"].write_text(json.dumps([made | {"counts": {"n": 2}}]))
    monkeypatch.setattr(sys, "argv", ["run.py", "fake", "--compare", str(files["b.json"])])
    with pytest.raises(SystemExit, match="fake: n 5, was 2"):
        run.main()
    monkeypatch.setattr(sys, "argv", ["run.py", "nothing"])
    with pytest.raises(SystemExit):
        run.main()
    assert "unknown benchmark nothing" in capsys.readouterr().err
