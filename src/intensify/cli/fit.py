"""What experiments say: `fit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intensify.cli.app import AsJson, CaseName, Output, Picture, app, working
from intensify.cli.campaigns import folder_of, pair
from intensify.console import (
    PICTURES,
    RESULTS,
    as_text,
    check_paths,
    draw,
    estimate_content,
    keep,
    say,
)


@app.command("fit")
def fit_case(
    case: CaseName,
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Experiments, .csv or .yaml.")
    ],
    parameters: Annotated[
        list[str],
        typer.Option("--parameter", metavar="KEY=START:LOW:HIGH", help="'kinetics.E[0]=70 kJ/mol'"),
    ],
    reactor: Annotated[
        str, typer.Option("--reactor", metavar="NAME", help="Of experiments that name none.")
    ] = "",
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Fit parameters of a case to experiments, and say how sure they are.

    KEY is one of the case: kinetics.k0[0] and kinetics.E[0] of the first reaction,
    zones[0].UA_V, NAME:vessel.U of one of several reactors. Bounds may be left out.

    A CSV file has a row a time or place of an experiment. Its first line names columns:
    experiment (rows of one name belong together; else each row is one), reactor,
    "set:KEY [unit]" for what was set, "at [unit]" for time or place (empty: the end),
    "NAME [unit]" for what was measured (X_A, T, "c[A] [mol/L]", heat_removal), and
    "sd:NAME [unit]" for its standard deviation, which is estimated where it is missing.

    YAML: experiments: [{name: a, reactor: r, set: {T: 290 K}, measured: {X_A: 0.5,
    T: {at: [1 s, 2 s], values: [300 K, 310 K], sd: 0.5 K}}}], and sd: {X_A: 0.01} for all.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"fitting {case}"):
        from intensify import cases
        from intensify.estimation import estimate, read_experiments

        experiments = [one for path in data for one in read_experiments(path)]
        found = estimate(
            cases.load(case), experiments, dict(pair(text) for text in parameters),
            reactor=reactor, folder=folder_of(case),
        )  # fmt: skip
        text = as_text(estimate_content(found)) if as_json else str(found)
    say(text)
    keep(found, output)
    if plot:
        from intensify.plot import fit

        draw(fit(found), plot)
