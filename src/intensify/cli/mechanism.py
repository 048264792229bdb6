"""What is asked of a mechanism file: `mechanism`."""

from __future__ import annotations

from typing import Annotated

import typer

from intensify.cli.app import AsJson, app
from intensify.console import as_text, say


@app.command("mechanism")
def describe_mechanism(
    file: Annotated[str, typer.Argument(metavar="FILE", help="In a format that Cantera reads.")],
    phase: Annotated[str, typer.Option("--phase", help="One phase; all of them if left out.")] = "",
    feed: Annotated[
        str, typer.Option("--feed", metavar="H2,O2", help="Name the species it never makes.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say what is in a mechanism, phase by phase, and what of it cannot be read.

    Exit code 2 where something in a phase is refused, or no phase can be read.
    """
    from intensify.chemistry.mechanism_report import describe

    names = [name.strip() for name in feed.split(",") if name.strip()]
    report = describe(file, phase=phase, feed=names)
    say(as_text(report) if as_json else str(report))
    if not report.usable:
        raise typer.Exit(2)
