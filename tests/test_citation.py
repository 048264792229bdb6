"""Citations: the file, the command and the package say the same."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import intensify as it
from intensify import citation
from intensify.cli import app

ROOT = Path(__file__).parent.parent
ASKING = {"co2-plasma", "ammonia-plasma"}  # load with the user's own cross sections


def words(text):
    return re.sub(r"\s+", " ", text)


def test_the_citation_file_is_that_of_the_package():
    cff = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(cff)
    assert cff["authors"] == [{"name": citation.AUTHORS}]
    assert cff["version"] == it.__version__
    assert cff["license"] == citation.LICENSE
    assert "doi" not in cff


@pytest.mark.parametrize("name", sorted({*it.cases.available()} - ASKING))
def test_every_shipped_case_has_sources_that_are_printed(name):
    case = it.cases.load(name)
    assert case.source
    done = CliRunner().invoke(app, ["cite", name])
    assert done.exit_code == 0
    said = words(done.output)
    assert case.title in said
    for text in case.source:
        assert words(text) in said
    if case.limit is not None and case.limit.source:
        assert words(case.limit.source) in said


def test_without_a_case_the_package_is_cited():
    done = CliRunner().invoke(app, ["cite"])
    assert done.output == f"{citation.software()}\n"
    assert CliRunner().invoke(app, ["cite", "thiosulfat-peroxide"]).exit_code == 2
