"""Files and the engine itself: `plot`, `report`, `cases`, `cite`, `new`, `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intensify.cli.app import app
from intensify.console import (
    PICTURES,
    check_paths,
    draw,
    say,
    tell,
)
from intensify.errors import InputError

Saved = Annotated[
    Path, typer.Argument(metavar="FILE.h5", help="What -o has written, or a sweep's folder.")
]


@app.command("plot")
def plot_file(
    file: Saved,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.png", help="Beside FILE.h5.")
    ] = None,
    figure: Annotated[
        str, typer.Option("--figure", metavar="FIGURE", help="Which of a sweep's figures.")
    ] = "",
) -> None:
    """Draw a saved comparison, run, safety report, sweep or fit."""
    output = output or file.with_suffix(".png")
    check_paths((output, PICTURES))
    from intensify.campaigns import Sweep
    from intensify.files import opened
    from intensify.plot import pictured

    saved = opened(file)
    if figure and not isinstance(saved, Sweep):
        raise InputError(f"--figure is of sweeps; '{file}' holds a {type(saved).__name__}")
    draw(pictured(saved, figure), output)


@app.command("report")
def report_file(
    file: Saved,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.html", help="Beside FILE.h5.")
    ] = None,
) -> None:
    """Make one page of HTML of a saved comparison, run, safety report or sweep.

    The page needs nothing else: no network, no script; it prints, and it fits a telephone.
    """
    output = output or file.with_suffix(".html")
    check_paths((output, (".html", ".htm")))
    from intensify import report
    from intensify.files import opened

    tell(f"{report.write(opened(file), output)} written")


@app.command("cases")
def list_cases(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Print this one's YAML text.")] = "",
) -> None:
    """List the shipped cases, or print one to copy from."""
    from intensify import cases

    if name:
        shipped = name in cases.available()
        say((cases.text_of(name) if shipped else cases.load(name).text).rstrip())
        return
    titles = cases.available()
    width = max(map(len, titles))
    say("\n".join(f"{name:<{width}}  {title}" for name, title in titles.items()))


@app.command("cite")
def cite_sources(
    name: Annotated[str, typer.Argument(metavar="[CASE]", help="And where it is from.")] = "",
) -> None:
    """Print how to cite the package, and the sources of a case."""
    from intensify import cases
    from intensify.citation import citation

    say(citation(cases.load(name) if name else None))


@app.command("new")
def new_case(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="Must not exist yet.")],
    like: Annotated[
        str | None, typer.Option("--like", metavar="CASE", help="Begin with this shipped case.")
    ] = None,
) -> None:
    """Write a commented case that runs as it is, to make it your own."""
    from intensify import cases

    check_paths((file, (".yaml", ".yml")))
    then = "compare" if like is None else "run"
    tell(f"{cases.new(file, like=like)} written; edit it, then: intensify {then} {file}")


@app.command("verify")
def verify_engine(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH ...]", help="Case files or folders.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Report as JSON.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only cases of this kind.")] = None,
    area: Annotated[str | None, typer.Option("--area", help="Only cases of this area.")] = None,
) -> None:
    """Check the engine against reference cases.

    Without a PATH, against those that come with the package. Exit code 1 where one fails.
    """
    check_paths((json_file, ()))
    from intensify import verify

    raise typer.Exit(verify.run(paths or (), json_path=json_file, kind=kind, area=area))
