"""The command line: `intensify --help`. Heavy imports stand inside the commands."""

from __future__ import annotations

import json as json_module
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from intensify.errors import InputError, IntensifyError, WriteError

app = typer.Typer(
    name="intensify",
    help="Intensified reactors against the plants they replace.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CaseArg = Annotated[str, typer.Argument(help="A shipped case's name, or a YAML file.")]
OutOption = Annotated[Path | None, typer.Option("-o", "--output", help="Write an HDF5 file.")]
PlotOption = Annotated[Path | None, typer.Option("--plot", help="Write a picture (png, pdf, svg).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")]

PICTURES = (".png", ".pdf", ".svg")


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A spinner while something runs, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def check_output(path: Path | None, endings: tuple[str, ...]) -> None:
    """InputError or WriteError before the computation rather than after it."""
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise InputError(f"'{path}' does not end in {', '.join(endings)}")
    if path.is_dir():
        raise WriteError(f"cannot write '{path}': it is a folder")
    if not path.parent.is_dir():
        raise WriteError(f"cannot write '{path}': the folder '{path.parent}' does not exist")


def draw(figure: Any, path: Path) -> None:
    """Save a figure; WriteError where that fails."""
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise WriteError(f"cannot write '{path}': {error.strerror or error}") from error


def show_json(value: Any) -> None:
    """Print as JSON; a number that is not finite becomes null."""

    def clean(x: Any) -> Any:
        if isinstance(x, dict):
            return {k: clean(v) for k, v in x.items()}
        if isinstance(x, list | tuple):
            return [clean(v) for v in x]
        if isinstance(x, float) and not abs(x) < float("inf"):
            return None
        return x

    print(json_module.dumps(clean(value), indent=1))


@app.command()
def compare(
    case: CaseArg,
    output: OutOption = None,
    plot: PlotOption = None,
    json: JsonOption = False,
    sensitivity: Annotated[
        bool, typer.Option(help="Also vary UA/V, k0 and E, one at a time.")
    ] = True,
) -> None:
    """Compare the two plants of a case: same product, same safety limit."""
    check_output(output, (".h5", ".nc"))
    check_output(plot, PICTURES)
    from intensify import cases
    from intensify.compare import compare_case

    with progress("comparing"):
        c = compare_case(cases.load(case), sensitivity=sensitivity)
    if json:
        show_json(
            {
                "title": c.title,
                "conventional": c.conventional.figures,
                "intensified": c.intensified.figures,
                "factor": None if c.misses else c.factor,
                "breakdown": None if c.misses else c.breakdown,
                "misses": c.misses,
                "sensitivity": c.sensitivity,
            }
        )
    else:
        print(c)
    if output is not None:
        c.save(output)
    if plot is not None:
        from intensify.plot import comparison

        draw(comparison(c), plot)
    if c.misses:
        raise typer.Exit(1)


@app.command()
def run(
    case: CaseArg,
    reactor: Annotated[str | None, typer.Option(help="Which of the case's reactors.")] = None,
    output: OutOption = None,
    plot: PlotOption = None,
    json: JsonOption = False,
) -> None:
    """Solve one reactor of a case and print its figures."""
    check_output(output, (".h5", ".nc"))
    check_output(plot, PICTURES)
    from intensify import cases
    from intensify.chemistry.stoichiometry import unknown
    from intensify.solve import solve
    from intensify.tables import result_table

    loaded = cases.load(case)
    name = reactor or next(iter(loaded.reactors))
    if name not in loaded.reactors:
        raise InputError(unknown("reactor", name, list(loaded.reactors)))
    with progress(f"solving {name}"):
        result = solve(loaded.reactors[name])
    if json:
        show_json(
            {
                "reactor": name,
                "kpis": result.kpis,
                "balances": result.balances(),
                "statistics": result.statistics,
                "warnings": result.warnings,
            }
        )
    else:
        print(result_table(f"{loaded.title}: {name}", result))
    if output is not None:
        result.save(output)
    if plot is not None:
        from intensify.plot import profiles

        draw(profiles(result), plot)


@app.command(name="plot")
def plot_file(
    file: Annotated[Path, typer.Argument(help="An HDF5 file that compare or run wrote.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The picture.")] = None,
) -> None:
    """Draw a saved comparison or run again."""
    picture = output or file.with_suffix(".png")
    check_output(picture, PICTURES)
    from intensify import plot, store
    from intensify.compare import KIND, Comparison
    from intensify.result import Result

    _, attrs = store.load(file)
    if attrs.get("kind") == KIND:
        figure = plot.comparison(Comparison.load(file))
    else:
        figure = plot.profiles(Result.load(file))
    draw(figure, picture)
    print(picture)


@app.command()
def cases(
    name: Annotated[str | None, typer.Argument(help="Print this case's YAML.")] = None,
) -> None:
    """List the shipped cases, or print one."""
    from intensify import cases as shipped

    if name is not None:
        print(shipped.load(name).text)
        return
    titles = shipped.available()
    width = max(map(len, titles))
    for key, title in titles.items():
        print(f"{key:<{width}}  {title}")


@app.command()
def new(file: Annotated[Path, typer.Argument(help="The YAML file to write.")]) -> None:
    """Write a commented case of one's own that runs as it is."""
    from intensify import cases as shipped

    shipped.new(file)
    print(f"{file} written; run it: intensify compare {file}")


@app.command()
def verify(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Case files or folders; shipped ones without.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write the report.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only cases of this kind.")] = None,
    area: Annotated[str | None, typer.Option(help="Only cases of this area.")] = None,
) -> None:
    """Check the engine against reference cases."""
    check_output(json, (".json",))
    from intensify.verify import run as run_verify

    raise typer.Exit(run_verify(paths or [], json_path=json, kind=kind, area=area))


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Intensified reactors against the plants they replace."""
    if version:
        import intensify

        print(intensify.__version__)
        raise typer.Exit(0)


def main() -> None:
    """Entry point: errors become sentences on stderr and exit codes."""
    try:
        app()
    except IntensifyError as error:
        print(f"error: {error}".replace("\n", "\n       "), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has left, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
