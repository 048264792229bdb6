"""The README's two commands are what `.ci/run` runs, and what it names exists."""

import re
import subprocess
from pathlib import Path

import pytest
import typer

import intensify
from intensify.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", README, re.S | re.M)
COMMANDS = typer.main.get_command(app).commands
LINES = re.findall(
    r"(?:^|[`/ ])intensify ([a-z][^`\n|]*)", "\n".join([*BLOCKS, *re.findall(r"`[^`\n]+`", README)])
)


def test_readme_has_exactly_the_two_commands():
    after = README.partition("\n## Two commands\n")[2]
    assert re.findall(r"^```(\w+)\n", after, re.M)[:2] == ["bash", "bash"]
    job, tests = BLOCKS
    case = "thiosulfate-peroxide -o comparison.h5 --plot comparison.png"
    assert job.split(" && ") == [
        "python3.11 -m venv .venv",
        ".venv/bin/pip install .",
        f".venv/bin/intensify compare {case}\n",
    ]
    assert tests == ".venv/bin/pip install '.[test]' && .venv/bin/pytest\n"


def test_ci_reads_its_commands_out_of_the_readme():
    finder = re.search(r"^command_of_readme\(\).*$", SCRIPT, re.M).group()
    for n, block in enumerate(BLOCKS, 1):
        command = ["bash", "-c", f"{finder}\ncommand_of_readme {n}"]
        got = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert got.stdout == block
    for name, n in (("main_job", 1), ("tests", 2)):
        assert f"\n{name}=$(command_of_readme {n})\n" in SCRIPT
        assert f'\nbash -euo pipefail -c "${name}"\n' in SCRIPT


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_every_command_line_of_the_readme_exists(line):
    name, *words = line.split()
    known = {option for p in COMMANDS[name].params for option in (*p.opts, *p.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= known


def test_every_command_is_in_the_readme():
    assert {line.split()[0] for line in LINES} == set(COMMANDS)


def test_every_name_of_the_package_in_the_readme_exists():
    named = set(re.findall(r"`intensify\.(\w+)`", README)) | set(re.findall(r"\bit\.(\w+)", README))
    assert named
    assert all(hasattr(intensify, name) for name in named)
