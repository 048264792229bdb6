"""What is asked of the plants of a case: `compare`, `run`, `safety`."""

from __future__ import annotations

from typing import Annotated

import typer

from intensify.cli.app import AsJson, CaseName, Output, Picture, app, chosen_reactor, working
from intensify.console import (
    PICTURES,
    RESULTS,
    as_text,
    check_paths,
    draw,
    keep,
    result_content,
    say,
)
from intensify.errors import InputError


@app.command("compare")
def compare_plants(
    case: CaseName,
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="Change one thing at a time.")
    ] = True,
) -> None:
    """Compare the two plants of a case under one safety limit.

    A discharge is compared with another or with a furnace, by the energy that each draws; a
    reactive column with the train that it replaces, for the same purities of both products; a
    column of catalyst and sorbent with a reactor and a column of sorbent. Exit code 1, and no
    factor, where a side misses the specification or the limit.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"comparing the plants of {case}"):
        from intensify import cases
        from intensify.compare import compare_case

        compared = compare_case(cases.load(case), sensitivity=sensitivity)
        text = as_text(compared.content()) if as_json else str(compared)
    say(text)
    keep(compared, output)
    if plot:
        from intensify.plot import pictured

        draw(pictured(compared), plot)
    if compared.misses:
        raise typer.Exit(1)


@app.command("residue")
def follow_residue(
    case: CaseName,
    reactor: Annotated[
        str, typer.Option("--reactor", metavar="NAME", help="Which of the case's columns.")
    ] = "",
    tau: Annotated[
        float, typer.Option("--tau", help="Hold-up over vapour flow; above 0: with reaction.")
    ] = 0.0,
    across: Annotated[
        str, typer.Option("--across", metavar="A,C", help="Summed up along the picture's x axis.")
    ] = "",
    up: Annotated[str, typer.Option("--up", metavar="A,D", help="And along its y axis.")] = "",
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Find the azeotropes of a column's mixture, and draw its residue curves.

    What boils first leaves a column at its top, what boils last at its bottom.
    """
    check_paths((plot, PICTURES))
    with working(f"boiling {reactor or 'the mixture'} of {case}"):
        from intensify import cases
        from intensify.reactors.columns.column import Column
        from intensify.reactors.columns.residue import residue_curves, stationary_points
        from intensify.tables import stationary_table

        loaded = cases.load(case)
        columns = {name: one for name, one in loaded.reactors.items() if isinstance(one, Column)}
        if not columns:
            raise InputError(f"case '{loaded.name}' has no column; its mixture is what boils")
        column = columns[chosen_reactor(reactor, columns)]
        points, names = stationary_points(column, tau=tau), column.mixture.names
        content = [
            {"T": p.T, "kind": p.kind, "x": dict(zip(names, p.x.tolist(), strict=True))}
            for p in points
        ]
        text = as_text(content) if as_json else stationary_table(loaded.title, names, points)
    say(text)
    if plot:
        from intensify.plot import residue_map

        axes = {key: value.split(",") if value else () for key, value in
                (("across", across), ("up", up))}  # fmt: skip
        draw(residue_map(column, residue_curves(column, tau=tau), points, **axes), plot)


@app.command("run")
def run_reactor(
    case: CaseName,
    reactor: Annotated[
        str, typer.Option("--reactor", metavar="NAME", help="Which of the case's reactors.")
    ] = "",
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Solve one reactor of a case; print its figures and balances.

    A cyclic reactor is run to its cyclic steady state; interrupted (Ctrl-C), it keeps the cycles
    that are finished, and the exit code is 130.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"solving {reactor or 'the reactor'} of {case}"):
        from intensify import cases
        from intensify.solve import solve
        from intensify.tables import result_table

        loaded = cases.load(case)
        name = chosen_reactor(reactor, loaded.reactors)
        result = solve(loaded.reactors[name])
        content = {"case": loaded.name, "reactor": name, **result_content(result)}
        text = as_text(content) if as_json else result_table(f"{loaded.title}: {name}", result)
    say(text)
    keep(result, output)
    if plot:
        from intensify.plot import profiles

        draw(profiles(result), plot)
    if result.statistics.get("converged") == 0.0:
        raise typer.Exit(130)


@app.command("safety")
def report_safety(
    case: CaseName,
    reactor: Annotated[
        str, typer.Option("--reactor", metavar="NAME", help="Which of the case's reactors.")
    ] = "",
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """What failures of a vessel or channel come to, against the case's limit.

    Exit code 1 where the limit does not hold.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"breaking {reactor or 'the reactor'} of {case}"):
        from intensify import cases, safety

        loaded = cases.load(case)
        name = chosen_reactor(reactor, loaded.reactors)
        if loaded.limit is None:
            raise InputError(f"case '{loaded.name}' has no limit to hold its reactors to; add one")
        report = safety.report(
            loaded.reactors[name], limit=loaded.limit.T, title=f"{loaded.title}: {name}"
        )
    say(as_text({**report._asdict(), "safe": report.safe}) if as_json else str(report))
    keep(report, output)
    if plot:
        from intensify.plot import criticality

        draw(criticality(report), plot)
    if not report.safe:
        raise typer.Exit(1)
