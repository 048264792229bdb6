"""The documentation is built by one command, its links lead somewhere, its code runs."""

import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.cli import app

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.S | re.M)
REACTORS = (
    "BatchReactor", "LiquidBed", "TransientColumn",
    "SemibatchReactor", "MiniaturisedReactor", "TransientChannel", "DispersedChannel",
    "LaminarChannel", "CSTR", "PackedBed", "WiredReactor", "RadialBed",
    "ReactiveDistillationColumn", "ReactorTrain", "SorptionReactor", "MovingBedReactor",
    "ShiftedEquilibriumReactor", "ColdPlasmaReactor", "ClosedGas", "GasPlugFlow",
    "EngulfmentMixer",
)  # fmt: skip

pytest.importorskip("markdown_it", reason="needs pip install 'intensify[docs]'")


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(builder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    return folder, builder.build(folder)


def test_every_link_leads_somewhere(builder, built, tmp_path):
    _, written = built
    assert len(written) == len(PAGES) + len(builder.MODULES) + 1
    assert builder.broken(written) == []
    bad = tmp_path / "bad.html"
    bad.write_text('<p id="a"><a href="no.html">x</a><a href="#b">y</a><a href="#a">z</a></p>')
    assert builder.broken([bad]) == ["bad.html: no.html", "bad.html: #b"]


def test_the_command_builds_it(tmp_path):
    done = subprocess.run([sys.executable, DOCS / "build.py", tmp_path], text=True,
                          capture_output=True, check=True)  # fmt: skip
    assert "pages; open" in done.stdout
    assert (tmp_path / "index.html").is_file()


def test_every_public_name_stands_in_the_reference(built):
    text = (built[0] / "api" / "intensify.html").read_text(encoding="utf-8")
    for name in it.__all__:
        if not inspect.ismodule(getattr(it, name)):
            assert f'id="{name}"' in text
    heat_map = (built[0] / "api" / "intensify.plot.html").read_text(encoding="utf-8")
    assert "heat_map(found: Sweep" in heat_map.replace("&#x27;", "")


def test_every_reactor_has_a_theory_page_with_its_equations(built):
    texts = [page.read_text(encoding="utf-8") for page in (DOCS / "theory").glob("*.md")]
    for name in REACTORS:
        assert sum(f"::: intensify.{name}\n" in text for text in texts) == 1, name
    for text in texts:
        assert re.findall(r"^## (.+)$", text, re.M) == [
            "Equations as implemented", "Holds where", "Sources",
        ]  # fmt: skip
    channel = (built[0] / "theory" / "channel.html").read_text(encoding="utf-8")
    assert "C dT/dz       = A sum_j (-dH_j) r_j - U P (T - T_u)" in channel


@pytest.mark.parametrize("page", [p for p in PAGES if BLOCK.search(p.read_text())],
                         ids=lambda p: p.stem)  # fmt: skip
def test_every_code_block_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(DOCS.parent / "examples"))
    names = {}
    for kind, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        assert kind in ("python", "bash")
        if kind == "python":
            exec(compile(code, str(page), "exec"), names)
            continue
        for line in code.splitlines():
            command, *words = line.split()
            assert command == "intensify"
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 0, done.output


def test_every_command_is_in_the_table(built):
    import typer

    text = (built[0] / "commands.html").read_text(encoding="utf-8")
    for name in typer.main.get_command(app).commands:
        assert f"<code>intensify {name}</code>" in text
    assert "<td>Compare the two plants of a case under one safety limit.</td>" in text
