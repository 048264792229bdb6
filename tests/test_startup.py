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
    code = """
import sys
from intensify.cli import main
sys.argv = ["intensify", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
"""
    assert loaded(code) == []


def test_a_module_hides_no_function_of_its_name():
    code = """
import importlib, types
import intensify as it
for name in ("solve", "compare", "design"):
    importlib.import_module(f"intensify.{name}")
modules = {name for name in it.__all__ if isinstance(getattr(it, name), types.ModuleType)}
known = "cases estimation phases plasma plot report safety sorption steps transport"
assert modules == set(known.split()), modules
"""
    assert "numba" in loaded(code)
