"""What an import and the command line's help may load."""

import subprocess
import sys

HEAVY = ("numba", "scipy", "matplotlib", "xarray", "h5py", "pint", "cantera", "pydantic")


def loaded(code):
    """Heavy modules that a fresh process has loaded after running the code."""
    report = f"import sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    command = [sys.executable, "-c", f"{code}\n{report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_import_loads_nothing_heavy():
    assert loaded("import intensify, intensify.cases") == []


def test_help_loads_nothing_heavy():
    code = (
        "from typer.testing import CliRunner\nfrom intensify.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0"
    )
    assert loaded(code) == []
