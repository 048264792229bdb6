"""Many runs of a case: `sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intensify.cli.app import CaseName, Output, app, chosen_reactor, working
from intensify.console import (
    RESULTS,
    check_paths,
    keep,
    say,
)
from intensify.errors import InputError


@app.command("sweep")
def sweep_reactor(
    case: CaseName,
    over: Annotated[
        list[str],
        typer.Option("--over", metavar="KEY=VALUES", help="'flow=20 L/h:90 L/h:8', 'T=300,310'."),
    ],
    reactor: Annotated[
        str, typer.Option("--reactor", metavar="NAME", help="Which of the case's reactors.")
    ] = "",
    outputs: Annotated[
        list[str] | None, typer.Option("--output-of", metavar="FIGURE", help="All unless named.")
    ] = None,
    output: Output = None,
) -> None:
    """Solve one reactor of a case over all combinations of values of its keys.

    KEY stands in the case below the reactor: T, section.diameter, zones[0].utility. VALUES: a list,
    or from:to:number, with :log for equal ratios. Samples that fail are kept with their sentence.
    """
    check_paths((output, RESULTS))
    with working(f"sweeping {reactor or 'the reactor'} of {case}"):
        from intensify import cases
        from intensify.sweep import sweep

        loaded = cases.load(case)
        ranges = {}
        for text in over:
            key, equals, values = text.partition("=")
            if not equals:
                raise InputError(f"'{text}' is no KEY=VALUES, as in 'T=300 K:340 K:5'")
            ranges[key.strip()] = values
        name = chosen_reactor(reactor, loaded.reactors)
        folder = None if case in cases.available() else Path(case).parent
        found = sweep(loaded, ranges, reactor=name, outputs=outputs or (), folder=folder)
    say(str(found))
    keep(found, output)
