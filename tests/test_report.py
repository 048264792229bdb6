"""Pages: whole, escaped, self-contained, with the numbers of what they are about."""

import importlib.util
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify import report, tables
from intensify.cli import app
from intensify.kpis import label
from intensify.reactors.stage import SteadyRun
from intensify.report.html import element, escaped, number

CASE = it.cases.load("thiosulfate-peroxide")
VOID = {"meta", "img", "br"}
NASTY = "<script>alert(1)</script> & \"q\" 'a' Łódź"
HAS_BROWSER = importlib.util.find_spec("PySide6.QtWebEngineCore") if (
    importlib.util.find_spec("PySide6")) else None  # fmt: skip


class Strict(HTMLParser):
    """Every element closed in order; tags, attributes and texts as they come."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.texts, self.rows = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in ("src", "href", "action", "data")]
        assert not [key for key, _ in attrs if key.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1].append(data)


@pytest.fixture(scope="module")
def saved():
    """One of each kind."""
    failing = it.sweep(CASE, {"flow": ["90 L/h", "-1 L/h"]}, reactor="miniaturised",
                       outputs=["T_max"])  # fmt: skip
    best = it.optimise(CASE, {"T": "290 K:300 K"}, goals="min T_max", reactor="miniaturised",
                       limits=["X_H2O2 >= 0.5"], points=8)  # fmt: skip
    return {
        "run": it.solve(CASE.reactors["miniaturised"]),
        "comparison": it.compare_case(CASE, sensitivity=True),
        "miss": it.compare_case(it.cases.load("o-nitrochlorobenzene"), sensitivity=False),
        "safety": it.safety.report(CASE.reactors["batch"], limit=CASE.limit.T, title=NASTY),
        "sweep": failing,
        "optimum": best.sweep,
        "fit": fitted(),
    }


class Line(NamedTuple):
    """L = a + b x."""

    a: float = 0.0
    b: float = 0.0
    x: float = 0.0

    def steady(self):
        ends, line = np.array([0.0, 1.0]), {"T": np.full(2, 300.0)}
        return SteadyRun(ends, ["in", "out"], line, {"L": self.a + self.b * self.x}, {}, {}, [])


def fitted():
    """A straight line through four points."""
    runs = [it.Experiment(f"p{x}", (it.Measurement("L", y, sd=0.1),), "", {"x": x})
            for x, y in ((0.0, 1.1), (1.0, 2.9), (2.0, 5.1), (3.0, 6.9))]  # fmt: skip
    return it.estimate(Line(), runs, {"a": "0.5", "b": "1"})


@pytest.fixture(scope="module")
def pages(saved):
    return {name: report.page(one) for name, one in saved.items()}


def test_every_page_is_whole_and_needs_nothing_else(pages):
    for text in pages.values():
        page = Strict(text)
        assert page.tags[:2] == ["html", "head"]
        assert page.tags.count("h1") == page.tags.count("title") == 1
        assert "viewport" in text
        assert "@media print" in text
        assert not {"script", "link", "iframe", "object", "form"} & set(page.tags)
        assert len(page.links) == 1
        assert all(link.startswith("data:image/") for link in page.links)
        assert "http:" not in text.replace("http-equiv", "")
        cells = {cell for row in page.rows for cell in row}
        assert not {c for c in cells if re.search(r"\b(nan|inf|None)\b", c)}
        assert it.__version__ in cells or page.texts.count("Safety") == 1


def test_texts_are_escaped(pages):
    page = Strict(pages["safety"])
    assert NASTY in page.texts
    assert "<script" not in pages["safety"]
    assert element("p", "<", title_='"') == '<p title="&quot;">&lt;</p>'
    assert escaped("a\x00\x1b\ud800b") == "a\ufffd\ufffd\ufffdb"
    assert escaped(escaped("&")) == "&amp;"
    assert [number(x) for x in (float("nan"), float("-inf"), 1e-7)] == ["none", "-∞", "1e-07"]


def test_a_run_has_its_figures_profiles_balances_warnings_and_versions(saved, pages):
    run, page = saved["run"], Strict(pages["run"])
    rows = {row[0]: row[1:] for row in page.rows if row}
    for name, value in run.kpis.items():
        unit, meaning = label(name)
        assert [f"{value:.6g}", *([unit] if unit != "1" else []), meaning] in [
            row[1:] for row in page.rows if row[0] == name
        ]
    T = run.dataset["T"].values
    assert rows["T"][:4] == [f"{x:.5g}" for x in (T[0], T[-1], T.min(), T.max())]
    assert "c of H2O2" in rows
    for name, value in run.balances().items():
        assert rows[name] == [f"{value:.1e}"]
    assert set(run.warnings) <= set(page.texts)
    assert rows["sources"] == [run.provenance["sources"]]
    assert run.provenance["parameters"] in page.texts


def test_a_comparison_has_both_sides_the_factor_and_the_limit(saved, pages):
    c, page = saved["comparison"], Strict(pages["comparison"])
    assert any(f"factor {c.factor:.4g}," in text for text in page.texts)
    rows = {row[0]: row[1:] for row in page.rows if row}
    a, b = c.conventional.figures["STY"], c.intensified.figures["STY"]
    shown = [tables.FORMATS["mol/m3/s"](x) for x in (a, b)]
    assert rows["space-time yield, per volume of vessel or channel"] == shown
    for name, part in c.breakdown.items():
        assert any(row[:2] == [name, f"{part:.4g}"] for row in page.rows)
    assert rows["limit"] == ["353.15 K", c.limit.source]
    for what, factor, _ in c.sensitivity:
        assert rows[what] == [f"{factor:.4g}"]
    assert c.case_text in page.texts
    missed = Strict(pages["miss"])
    assert "No factor: a side misses what both are held to." in missed.texts
    assert set(saved["miss"].misses) <= set(missed.texts)


def test_a_fit_has_its_parameters_and_says_whether_the_model_fits(saved, pages):
    found, page = saved["fit"], Strict(pages["fit"])
    rows = {row[0]: row[1:] for row in page.rows if row}
    best = np.polyfit([0.0, 1.0, 2.0, 3.0], [1.1, 2.9, 5.1, 6.9], 1)
    assert [float(rows[key][0]) for key in ("b", "a")] == pytest.approx(best, rel=1e-5)
    assert rows["a"][2:4] == [f"{found.low[0]:.6g}", f"{found.high[0]:.6g}"]
    assert any("nothing speaks against the model" in text for text in page.texts)


def test_a_sweep_says_what_failed_and_an_optimum_what_is_best(saved, pages):
    page = Strict(pages["sweep"])
    assert "2 samples, 1 solved; 1 invalid." in page.texts
    (sentence,) = saved["sweep"].failures
    assert f"1 times: {sentence}" in page.texts
    assert ["flow", "-1 L/h", "90 L/h", "2"] in page.rows
    best = Strict(pages["optimum"])
    assert "goals: min T_max" in best.texts
    assert "limits: X_H2O2 >= 0.5" in best.texts
    found = saved["optimum"]
    at = found.column("chosen") == 1
    figures = [float(found.column(name)[at][0]) for name in ("T", "T_max", "X_H2O2")]
    shown = [f"{figures[0]:.6g} K", f"{figures[1]:.6g} K", f"{figures[2]:.6g}"]
    assert shown in best.rows


def test_the_same_file_gives_the_same_page_from_the_command(saved, pages, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved["run"].save("run.h5")
    done = CliRunner().invoke(app, ["report", "run.h5"])
    assert done.exit_code == 0, done.output
    assert Path("run.html").read_text(encoding="utf-8") == pages["run"]
    wrong = CliRunner().invoke(app, ["report", "run.h5", "-o", "run.pdf"])
    assert wrong.exit_code == 2
    assert "let it end in .html" in wrong.output


@pytest.mark.skipif(HAS_BROWSER is None, reason="needs pip install 'intensify[browser]'")
@pytest.mark.parametrize("width", [360, 1100])
def test_a_real_browser_shows_the_pages(saved, pages, tmp_path, width):
    for name in ("run", "comparison", "sweep"):
        file = tmp_path / f"{name}.html"
        file.write_text(pages[name], encoding="utf-8")
        script = Path(__file__).with_name("browser.py")
        done = subprocess.run([sys.executable, script, file, str(width), tmp_path], text=True,
                              capture_output=True, timeout=120)  # fmt: skip
        if "cannot open shared object" in done.stderr:
            pytest.skip(f"the browser lacks a system library: {done.stderr[-200:]}")
        seen = json.loads(done.stdout)
        assert seen["asked"] == [file.as_uri()[:80]]  # nothing but the page itself
        assert seen["said"] == []
        assert seen["scripts"] == 0
        assert seen["wide"] <= seen["window"]  # nothing runs out of a telephone's edge
        assert seen["padding"] == ("9.6px" if width < 640 else "16px")
        ((ready, natural, shown, about),) = seen["images"]
        assert ready
        assert natural > 500
        assert shown > 300
        assert about
        pairs = {row[0]: row[1] for row in seen["rows"] if len(row) > 1}
        if name == "run":
            assert pairs["T_max"] == f"{saved['run'].kpis['T_max']:.6g}"
            assert {"Balances", "Warnings", "Provenance", "Safety"} <= set(seen["heads"])
        if name == "comparison":
            assert f"factor {saved['comparison'].factor:.4g}" in seen["text"]
        assert (tmp_path / "print.pdf").read_bytes().startswith(b"%PDF")
        assert (tmp_path / "shot.png").read_bytes().startswith(b"\x89PNG")
