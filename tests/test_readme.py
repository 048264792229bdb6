"""The README's two commands are what `.ci/run` runs, and its subcommands exist."""

import re
import subprocess
from pathlib import Path

from typer.testing import CliRunner

from intensify.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_readme_has_exactly_the_two_commands():
    blocks = re.findall(r"^```bash\n(.*?)^```", README, re.S | re.M)
    assert len(blocks) == 2
    assert "-m venv" in blocks[0]
    assert "intensify compare thiosulfate-peroxide" in blocks[0]
    assert ".[test]" in blocks[1]
    assert blocks[1].strip().endswith("pytest")


def test_ci_reads_its_commands_out_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text()
    finder = re.search(r"^command_of_readme\(\).*$", script, re.M).group()
    for n in (1, 2):
        command = f"cd {ROOT} && {finder}\ncommand_of_readme {n}"
        got = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        assert got.stdout.strip() in README
        assert got.stdout.strip()
    assert '"$tests"' in script
    assert '"$main_job"' in script


def test_every_subcommand_named_in_the_readme_exists():
    named = set(re.findall(r"intensify (compare|run|plot|cases|verify|new)\b", README))
    assert named == {"compare", "run", "plot", "cases", "verify", "new"}
    for name in named:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0
