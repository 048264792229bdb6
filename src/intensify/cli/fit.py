"""What experiments say: `fit`."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from intensify.estimation import Estimate


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
    starts: Annotated[
        int, typer.Option("--starts", min=1, help="Searches, from places between the bounds.")
    ] = 1,
    profiles: Annotated[
        bool, typer.Option("--profile", help="Intervals by the profile of the likelihood as well.")
    ] = False,
    rivals: Annotated[
        list[str] | None, typer.Option("--rival", metavar="CASE", help="Rank it against CASE.")
    ] = None,
    ahead: Annotated[
        list[str] | None,
        typer.Option("--next", metavar="KEY=FROM:TO", help="Design the next experiment in ranges."),
    ] = None,
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Fit parameters of a case to experiments, and say how sure they are.

    KEY is one of the case: kinetics.k0[0] and kinetics.E[0] of the first reaction,
    zones[0].UA_V, NAME:vessel.U of one of several reactors. Bounds may be left out; those of
    a k0 that is fitted with its E hold at the mean temperature of the experiments.

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
        from intensify.estimation import read_experiments

        experiments = [one for path in data for one in read_experiments(path)]
        P = dict(pair(text) for text in parameters)
        found = fitted(case, experiments, P, reactor, starts)
        more = beside(found, profiles, ahead or [], reactor)
        if rivals:
            from intensify.estimation import discriminate

            others = {name: fitted(name, experiments, P, reactor, starts) for name in rivals}
            more["ranking"] = discriminate({case: found, **others})
    if as_json:
        say(as_text(estimate_content(found) | {key: as_plain(x) for key, x in more.items()}))
    else:
        parts = [x for one in more.values() for x in (one if isinstance(one, list) else [one])]
        say("\n\n".join(str(part) for part in (found, *parts)))
    keep(found, output)
    if plot:
        from intensify.plot import fit

        draw(fit(found), plot)


def fitted(
    case: str, experiments: list[Any], parameters: dict[str, str], reactor: str, starts: int
) -> Estimate:
    """The fit of a case, by its name or file."""
    from intensify import cases
    from intensify.estimation import estimate

    return estimate(
        cases.load(case), experiments, parameters, reactor=reactor, folder=folder_of(case),
        starts=starts,
    )  # fmt: skip


def beside(found: Estimate, profiles: bool, ahead: list[str], reactor: str) -> dict[str, Any]:
    """What was asked for beside the fit: profiles, and the next experiment."""
    import numpy as np

    from intensify.estimation import next_experiment, profile

    more: dict[str, Any] = {}
    if profiles:
        known = zip(found.keys, found.errors.tolist(), strict=True)
        more["profiles"] = [profile(found, key) for key, error in known if isfinite(error)]
    if ahead:
        t = found.table
        at_end = np.isnan(t.at)
        measured = {str(q): float(t.sd[at_end & (t.quantity == q)].mean())
                    for q in dict.fromkeys(t.quantity[at_end].tolist())}  # fmt: skip
        over = dict(pair(text) for text in ahead)
        more["next"] = next_experiment(found, over, measured, reactor=reactor)
    return more


def as_plain(x: Any) -> Any:
    """A result as plain data."""
    if isinstance(x, list):
        return [as_plain(one) for one in x]
    if hasattr(x, "_asdict"):
        return {key: as_plain(value) for key, value in x._asdict().items()}
    return x.tolist() if hasattr(x, "tolist") else list(x) if isinstance(x, tuple) else x
