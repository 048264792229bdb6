"""Every command, every exit code, one wrong input of each kind."""

import errno
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import h5py
import pytest
from typer.testing import CliRunner

from intensify import cases, store, verify
from intensify.cli import app
from intensify.compare import Comparison
from intensify.result import Result

MAIN, MISSES, ISOTHERMAL = "thiosulfate-peroxide", "o-nitrochlorobenzene", "snar-flow"
VAN_DER_POL = Path(verify.__file__).parent / "data" / "vdpol_mu1e3.json"
COMMAND = [sys.executable, "-m", "intensify"]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def invoke(*args, code=0, **options):
    """Run a command; without a traceback, and with the exit code that is expected."""
    done = CliRunner(**options).invoke(app, [str(a) for a in args])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.output
    return done


def own_case(**changes):
    """The template as a file, with lines replaced or left out (None)."""
    path = cases.new("mine.yaml")
    text = path.read_text()
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


# --- compare -------------------------------------------------------------------------------------
def test_compare_prints_the_table_and_keeps_what_it_found():
    done = invoke("compare", MAIN, "--no-sensitivity", "-o", "c.h5", "--plot", "c.png")
    saved = Comparison.load("c.h5")
    assert f"Space-time-yield factor {saved.factor:.4g}" in done.stdout
    assert done.stdout.startswith("Sodium thiosulfate and hydrogen peroxide\n")
    assert "c.h5 written" in done.stderr
    assert "c.png written" in done.stderr
    with h5py.File("c.h5") as file:
        assert float(file["conventional_figures"]["T_max"][()]) == pytest.approx(333.15)
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")


def test_compare_as_json_holds_both_sides_and_the_factor():
    found = json.loads(invoke("compare", MAIN, "--json").stdout)
    a, b = found["conventional"]["figures"], found["intensified"]["figures"]
    assert found["factor"] == pytest.approx(b["STY"] / a["STY"], rel=1e-12)
    assert math.prod(found["breakdown"].values()) == pytest.approx(found["factor"], rel=1e-12)
    assert found["units"].keys() == a.keys() == b.keys()
    assert found["specification"]["conversion"] == 0.99
    assert found["misses"] == []
    assert len(found["sensitivity"]) == 8
    assert all(row["factor"] > 1.0 for row in found["sensitivity"])


def test_a_side_that_misses_gets_exit_code_1_and_everything_else():
    args = ("compare", MISSES, "--json", "-o", "c.h5", "--plot", "c.pdf")
    found = json.loads(invoke(*args, code=1).stdout)
    assert found["factor"] is None
    assert found["breakdown"] is None
    assert len(found["misses"]) == 2
    assert found["misses"] == Comparison.load("c.h5").misses
    assert Path("c.pdf").read_bytes().startswith(b"%PDF")
    assert "No factor" in invoke("compare", MISSES, code=1).stdout


def test_json_knows_no_infinity():
    found = json.loads(invoke("compare", ISOTHERMAL, "--no-sensitivity", "--json").stdout)
    assert found["intensified"]["figures"]["UA_V"] is None


def test_a_computation_that_cannot_succeed_ends_with_its_sentence():
    scarce = ("c: {B: 5 mol/L}", "c: {B: 2 mol/L}")  # too little for the hold's conversion
    done = invoke("compare", own_case(scarce=scarce), code=1)
    assert "'hold' does not reach its end" in done.stderr
    assert done.stdout == ""


# --- run -----------------------------------------------------------------------------------------
def test_run_prints_figures_with_units_and_balances():
    args = ("run", MAIN, "--reactor", "miniaturised", "-o", "r.h5", "--plot", "r.svg")
    done = invoke(*args)
    kpis = Result.load("r.h5").kpis
    assert re.search(rf"^T_max +{kpis['T_max']:.6g} K  highest temperature$", done.stdout, re.M)
    assert re.search(r"^Re +340  Reynolds number$", done.stdout, re.M)
    assert "balances close to (relative): " in done.stdout
    assert "note: U = 2500 W/m2/K" in done.stdout
    assert "<svg" in Path("r.svg").read_text()
    found = json.loads(invoke(*args[:4], "--json").stdout)
    assert found["kpis"] == kpis
    assert found["units"]["T_max"] == "K"
    assert max(found["balances"].values()) < 1e-8


def test_run_takes_the_only_reactor_and_asks_among_several():
    text = own_case().read_text()
    start, end = text.index("  miniaturised:"), text.index("energy:")
    Path("one.yaml").write_text(text[:start] + text[end:])
    assert json.loads(invoke("run", "one.yaml", "--json").stdout)["reactor"] == "batch"
    assert "names no two plants" in invoke("compare", "one.yaml", code=2).stderr
    several = invoke("run", MAIN, code=2)
    assert several.stderr.endswith("choose with --reactor: batch, miniaturised, utility-lost\n")
    unknown = invoke("run", MAIN, "--reactor", "kettle", code=2)
    assert "has no reactor 'kettle'" in unknown.stderr


# --- plot ----------------------------------------------------------------------------------------
def test_plot_draws_what_was_saved():
    invoke("compare", MAIN, "--no-sensitivity", "-o", "c.h5")
    invoke("run", MAIN, "--reactor", "batch", "-o", "r.h5")
    assert "c.png written" in invoke("plot", "c.h5").stderr
    invoke("plot", "r.h5", "-o", "else.pdf")
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")
    assert Path("else.pdf").read_bytes().startswith(b"%PDF")


def test_plot_refuses_other_files():
    store.save("other.h5", {"/": Result.load(saved_run()).dataset}, {"kind": "weather"})
    assert "kind: weather" in invoke("plot", "other.h5", code=2).stderr
    Path("text.h5").write_text("no HDF5")
    assert "not an HDF5 file" in invoke("plot", "text.h5", code=2).stderr
    whole = Path(saved_run()).read_bytes()
    Path("cut.h5").write_bytes(whole[:-100])
    assert "'cut.h5'" in invoke("plot", "cut.h5", code=2).stderr
    assert "No such file" in invoke("plot", "nowhere.h5", code=2).stderr
    assert not list(Path().glob("*.png"))


def saved_run():
    invoke("run", MAIN, "--reactor", "miniaturised", "-o", "run.h5")
    return "run.h5"


# --- cases, new, verify, the rest ----------------------------------------------------------------
def test_cases_lists_and_prints():
    lines = invoke("cases").stdout.splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == list(cases.available())
    assert lines[0].endswith(cases.available()["acetic-anhydride"])
    assert invoke("cases", MAIN).stdout.strip() == cases.load(MAIN).text.strip()


def test_new_writes_a_case_that_compares_as_it_is():
    assert "mine.yaml written" in invoke("new", "mine.yaml").stderr
    assert "factor" in invoke("compare", "mine.yaml", "--no-sensitivity").stdout
    assert "exists already" in invoke("new", "mine.yaml", code=2).stderr
    assert "let it end in .yaml or .yml" in invoke("new", "mine.txt", code=2).stderr


def test_verify_runs_cases_and_says_which_fail():
    done = invoke("verify", VAN_DER_POL, "--json", "report.json")
    assert done.stdout.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"
    assert json.loads(Path("report.json").read_text())["passed"] == 1
    case = json.loads(VAN_DER_POL.read_text())
    for quantity in case["expected"].values():
        quantity["value"] = 1e3
    Path("wrong.json").write_text(json.dumps(case))
    assert "0 passed, 1 failed" in invoke("verify", "wrong.json", code=1).stdout
    assert "does not exist" in invoke("verify", "nowhere", code=2).stderr
    assert "no case has kind nix" in invoke("verify", VAN_DER_POL, "--kind", "nix", code=2).stderr
    assert "no case has" in invoke("verify", VAN_DER_POL, "--area", "nix", code=2).stderr


def test_version_and_help():
    from importlib.metadata import version

    assert invoke("--version").stdout == f"intensify {version('intensify')}\n"
    assert "verify" in invoke("--help").stdout
    assert "Usage" in invoke(code=2).output
    assert "No such option" in invoke("compare", MAIN, "--fast", code=2).stderr
    assert "Missing argument" in invoke("compare", code=2).stderr


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("nonsense", "unknown case 'nonsense'"),
        ("nowhere.yaml", "'nowhere.yaml' is not there"),
        ("wrong.yaml", "limit.T: "),
    ],
)
def test_a_wrong_case_is_bad_input(case, sentence):
    own_case(limit=("T: 90 degC", "T: 90 kg")).rename("wrong.yaml")
    done = invoke("compare", case, code=2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


# --- where nothing can be written ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (("-o", "nowhere/c.h5"), 3, "create the folder"),
        (("--plot", "nowhere/c.png"), 3, "create the folder"),
        (("-o", "folder.h5"), 3, "is a folder"),
        (("-o", "c.txt"), 2, "let it end in .h5 or .hdf5 or .nc"),
        (("--plot", "c.h5"), 2, "let it end in .png or .pdf or .svg"),
    ],
)
def test_output_paths_are_checked_before_anything_is_computed(monkeypatch, args, code, sentence):
    monkeypatch.setattr(cases, "load", lambda name: pytest.fail("computed first"))
    Path("folder.h5").mkdir()
    assert sentence in invoke("compare", MAIN, *args, code=code).stderr
    assert sentence in invoke("run", MAIN, *args, code=code).stderr


def test_a_folder_that_is_not_ours_to_write(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "that you may write to" in invoke("run", MAIN, "-o", "r.h5", code=3).stderr
    assert "that you may write to" in invoke("verify", "--json", "r.json", code=3).stderr


def test_a_full_disk_leaves_no_half_picture(monkeypatch):
    path = saved_run()

    def full(handle, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert "the disk is full" in invoke("plot", path, code=3).stderr
    assert sorted(p.name for p in Path().iterdir()) == ["run.h5"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_to_a_full_disk():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, "cases"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 3
    assert done.stderr == "the output cannot be written: No space left on device\n"


# --- terminals, pipes, signals, bugs -------------------------------------------------------------
def run_unread(*args):
    """Exit code and stderr of a command whose output nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, *args], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    return done.returncode, done.stderr


def test_a_broken_pipe_ends_silently_and_files_are_written():
    assert run_unread("cases") == (0, "")
    code, errors = run_unread("run", MAIN, "--reactor", "miniaturised", "-o", "r.h5")
    assert code == 0
    assert errors.endswith("r.h5 written\n")
    assert "Error" not in errors
    assert run_unread("verify", str(VAN_DER_POL))[0] == 141


def test_ascii_terminals_get_escapes():
    path = own_case(title=("title: A in a vessel", "title: Δ in a vessel"))
    text = invoke("compare", path, "--no-sensitivity", charset="ascii").stdout
    assert text.startswith(r"\u0394 in a vessel")


def test_progress_is_shown_on_a_terminal_only():
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    args = ["run", MAIN, "--reactor", "miniaturised"]
    done = subprocess.run([*COMMAND, *args], stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert f"solving miniaturised of {MAIN}" in shown
    assert done.stdout.startswith("Sodium")
    assert "solving" not in invoke(*args).stderr


def test_an_interruption_is_130(monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(cases, "available", interrupt)
    assert invoke("cases", code=130).stderr == "interrupted\n"


def test_a_bug_keeps_its_traceback(monkeypatch):
    monkeypatch.setattr(cases, "available", lambda: 1 / 0)
    done = CliRunner().invoke(app, ["cases"])
    assert isinstance(done.exception, ZeroDivisionError)
    monkeypatch.setattr(cases, "available", lambda: Path("nowhere").read_text())
    done = CliRunner().invoke(app, ["cases"])
    assert isinstance(done.exception, FileNotFoundError)
