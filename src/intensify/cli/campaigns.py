"""Many runs of a case: `sweep`, `merge`, `export`, `optimise`."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from intensify.cli.app import CaseName, Output, Picture, app, chosen_reactor, working
from intensify.console import PICTURES, RESULTS, check_paths, draw, keep, say, tell
from intensify.errors import InputError

Folder = Annotated[Path, typer.Argument(metavar="NAME.sweep", help="A sweep's folder.")]
OwnCase = Annotated[str, typer.Argument(metavar="[CASE]", help="A shipped case, or a YAML file.")]
Values = Annotated[
    list[str] | None,
    typer.Option("--over", metavar="KEY=VALUES", help="'flow=20 L/h:90 L/h:8', 'T=300,310'."),
]
TableFile = Annotated[
    Path | None,
    typer.Option("--table", metavar="FILE.csv", help="Keys in the first line, values below."),
]
Kind = Annotated[
    str, typer.Option("--sample", metavar="KIND:N", help="sobol:1024 or lhs:1000 of from:to.")
]
Seed = Annotated[int, typer.Option("--seed", help="Of the samples.")]
Derived = Annotated[
    list[str] | None,
    typer.Option("--derive", metavar="KEY=EXPR", help="'zones[0].utility={T} + 10', in SI."),
]
Condition = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="CONDITION", help="'{T} < 310'; the others are left out."),
]
ReactorName = Annotated[
    str, typer.Option("--reactor", metavar="NAME", help="Which of the case's reactors.")
]
Figures = Annotated[
    list[str] | None, typer.Option("--output-of", metavar="FIGURE", help="All unless named.")
]
Profiles = Annotated[
    list[str] | None, typer.Option("--profile", metavar="NAME", help="Profiles to keep.")
]
SweepOutput = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE.h5|NAME.sweep",
                 help="A folder keeps it as it goes."),
]  # fmt: skip
Resumed = Annotated[
    Path | None, typer.Option("--resume", metavar="NAME.sweep", help="Go on with a folder.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=1024, help="All cores unless given.")
]
Processes = Annotated[bool, typer.Option("--processes", help="Processes instead of threads.")]
TimeLimit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="SECONDS", min=0.0, help="Of a sample; --processes."),
]
Address = Annotated[
    str, typer.Option("--dask", metavar="ADDRESS", help="Of a Dask scheduler to run on.")
]


@app.command("sweep")
def sweep_reactor(
    case: OwnCase = "",
    over: Values = None,
    table: TableFile = None,
    sample: Kind = "grid",
    seed: Seed = 0,
    derive: Derived = None,
    where: Condition = None,
    reactor: ReactorName = "",
    outputs: Figures = None,
    profiles: Profiles = None,
    output: SweepOutput = None,
    resume: Resumed = None,
    workers: Workers = None,
    processes: Processes = False,
    time_limit: TimeLimit = None,
    dask: Address = "",
    plot: Picture = None,
) -> None:
    """Solve one reactor of a case over values of its keys.

    KEY stands in the case below the reactor: T, section.diameter, zones[0].utility; or it is
    kinetics.k0[0] or kinetics.E[0]. VALUES: a list, or from:to:number, with :log for equal ratios;
    with --sample from:to. Samples that fail are kept with their sentence. A folder given to -o
    keeps every finished sample, whatever happens, and the same command goes on with it.
    """
    to_folder = output is not None and output.suffix.lower() not in RESULTS
    check_paths((None if to_folder else output, ()), (plot, PICTURES))
    from intensify import campaigns

    with executor_of(processes, dask) as executor, terminating(), counting() as progress:
        how: dict[str, Any] = {
            "executor": executor, "workers": workers, "time_limit": time_limit,
            "progress": progress,
        }  # fmt: skip
        if resume is not None:
            if case or over or table:
                raise InputError("--resume goes on with a folder as it is; give nothing but that")
            found = campaigns.resume(resume, **how)
        else:
            found = campaigns.sweep(
                **asked(case, over or [], table, reactor), sample="table" if table else sample,
                seed=seed, derive=dict(pair(text) for text in derive or ()), where=where or (),
                outputs=outputs or (), profiles=profiles or (),
                store=output if to_folder else None, **how,
            )  # fmt: skip
    say(str(found))
    if resume is None:
        keep(found, None if to_folder else output)
    if plot:
        from intensify.plot import sweep

        draw(sweep(found, next(iter(outputs or ()), "")), plot)


@app.command("merge")
def merge_sweep(folder: Folder, output: Output = None) -> None:
    """Make one file of a sweep's folder, whole or not; it may still be running."""
    check_paths((output, RESULTS))
    from intensify.campaigns import merged

    found = merged(folder)
    say(str(found))
    keep(found, output)


@app.command("export")
def export_sweep(
    source: Annotated[Path, typer.Argument(metavar="FILE.h5|NAME.sweep", help="A saved sweep.")],
    output: Annotated[Path, typer.Option("--csv", metavar="FILE.csv", help="A row a sample.")],
) -> None:
    """Write a sweep as a table of comma-separated values."""
    check_paths((output, (".csv",)))
    from intensify import store
    from intensify.campaigns import Sweep, merged

    found = merged(source) if source.is_dir() else Sweep.load(source)
    tell(f"{store.write(output, found.csv().encode())} written")


@app.command("optimise")
def optimise_reactor(
    case: CaseName,
    over: Annotated[
        list[str], typer.Option("--over", metavar="KEY=FROM:TO", help="'T=290 K:320 K', or :log.")
    ],
    goals: Annotated[
        list[str], typer.Option("--goal", metavar="GOAL", help="'max STY'; several give a front.")
    ],
    limits: Annotated[
        list[str] | None, typer.Option("--limit", metavar="LIMIT", help="'T_max <= 80 degC'.")
    ] = None,
    reactor: ReactorName = "",
    points: Annotated[
        int, typer.Option("--points", min=0, help="To try: 100, of several goals 1000.")
    ] = 0,
    seed: Seed = 0,
    output: Output = None,
    plot: Picture = None,
) -> None:
    """Find the best values of a reactor's keys, for one goal or as a front between several.

    Exit code 1 where no values hold every limit.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"optimising {reactor or 'the reactor'} of {case}"):
        from intensify import campaigns

        found = campaigns.optimise(
            **asked(case, over, None, reactor), goals=goals, limits=limits or (), points=points,
            seed=seed,
        )  # fmt: skip
    say(str(found))
    keep(found.sweep, output)
    if plot:
        from intensify.plot import front

        draw(front(found), plot)


def asked(case: str, over: list[str], table: Path | None, reactor: str) -> dict[str, Any]:
    """The case, its plant, and the values of its keys, as the options give them."""
    from intensify import cases
    from intensify.campaigns.values import table_of
    from intensify.cases.document import read_text

    if not case:
        raise InputError("name a case, or a folder to --resume")
    if bool(over) == (table is not None):
        raise InputError("give either --over, once a key, or a --table")
    ranges: dict[str, Any] = table_of(read_text(table)) if table else {}
    for text in over:
        key, values = pair(text)
        ranges[key] = values
    loaded = cases.load(case)
    name = chosen_reactor(reactor, loaded.reactors)
    return {"what": loaded, "over": ranges, "reactor": name, "folder": folder_of(case)}


def folder_of(case: str) -> Path | None:
    """Where a case's own files lie; None for a shipped one."""
    from intensify import cases

    return None if case in cases.available() else Path(case).parent


def pair(text: str) -> tuple[str, str]:
    """KEY and what stands behind its first '='."""
    key, equals, values = text.partition("=")
    if not equals:
        raise InputError(f"'{text}' is no KEY=VALUES, as in 'T=300 K:340 K:5'")
    return key.strip(), values


@contextlib.contextmanager
def executor_of(processes: bool, dask: str) -> Iterator[Any]:
    """Who runs the samples."""
    if not dask:
        yield "processes" if processes else "threads"
        return
    try:
        from dask.distributed import Client
    except ImportError:
        raise InputError("--dask needs the package: pip install 'intensify[distributed]'") from None
    try:
        client = Client(dask, timeout=3)
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at '{dask}': {error}") from None
    with client:
        yield client


class Terminated(BaseException):
    """SIGTERM, as an exception, so that what is open is written."""


@contextlib.contextmanager
def terminating() -> Iterator[None]:
    """SIGTERM ends the block as an exception would, with exit code 143."""

    def end(*_: Any) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except Terminated:
        tell("terminated; what was finished is kept")
        raise typer.Exit(143) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def counting() -> Iterator[Callable[[int, int], None] | None]:
    """Samples done, rate and time left, on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("samples"), MofNCompleteColumn(),
               TextColumn("{task.fields[rate]}"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None, rate="")

        def update(done: int, total: int) -> None:
            speed = shown.tasks[0].speed
            rate = f"{speed:.3g} a second" if speed else ""
            shown.update(task, completed=done, total=total, rate=rate)

        yield update
