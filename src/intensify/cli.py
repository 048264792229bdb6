"""The command line: `intensify compare CASE -o FILE.h5 --plot FILE.png` and its neighbours.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 computation or specification
failed, 2 bad input, 3 cannot write, 130 interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import contextlib
import errno
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from intensify.console import (
    PICTURES,
    RESULTS,
    as_text,
    check_paths,
    comparison_content,
    draw,
    drop_output,
    keep,
    result_content,
    say,
    tell,
)
from intensify.errors import FileFormatError, InputError, IntensifyError

if TYPE_CHECKING:
    pass

CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


class Commands(typer.core.TyperGroup):
    """The commands, with every error on purpose turned into its sentences and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a title in Greek on an ASCII terminal
                stream.reconfigure(errors="backslashreplace")
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except IntensifyError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            drop_output()
            raise typer.Exit(141) from None
        except OSError as error:
            if error.errno not in CANNOT_WRITE:
                raise
            drop_output()
            where = f"'{error.filename}'" if error.filename else "the output"
            print(f"{where} cannot be written: {error.strerror}", file=sys.stderr)
            raise typer.Exit(3) from None


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of the installed command."""
    app(prog_name="intensify")


CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A shipped case, or a YAML file.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE.h5", help="Keep it all.")
]
Picture = Annotated[Path | None, typer.Option("--plot", metavar="FILE.png", help="Draw a picture.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        from importlib.metadata import version

        print(f"intensify {version('intensify')}")
        raise typer.Exit


@app.callback()
def intensify(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Intensified reactors against the plants they replace.

    Start with: intensify compare thiosulfate-peroxide
    """


@app.command("compare")
def compare_plants(
    case: CaseName,
    output: Output = None,
    plot: Picture = None,
    as_json: AsJson = False,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="Vary UA/V, k0 and E.")
    ] = True,
) -> None:
    """Compare the two plants of a case under one safety limit.

    Exit code 1, and no factor, where a side misses the specification or the limit.
    """
    check_paths((output, RESULTS), (plot, PICTURES))
    with working(f"comparing the plants of {case}"):
        from intensify import cases
        from intensify.compare import compare_case

        compared = compare_case(cases.load(case), sensitivity=sensitivity)
        text = as_text(comparison_content(compared)) if as_json else str(compared)
    say(text)
    keep(compared, output)
    if plot:
        from intensify.plot import comparison

        draw(comparison(compared), plot)
    if compared.misses:
        raise typer.Exit(1)


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
    """Solve one reactor of a case; print its figures and balances."""
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


@app.command("plot")
def plot_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.h5", help="A saved comparison or run.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.png", help="Beside FILE.h5.")
    ] = None,
) -> None:
    """Draw a saved comparison or run."""
    output = output or file.with_suffix(".png")
    check_paths((output, PICTURES))
    from intensify import store
    from intensify.compare import KIND as COMPARISON
    from intensify.compare import Comparison
    from intensify.plot import comparison, criticality, profiles
    from intensify.result import KIND as RUN
    from intensify.result import Result
    from intensify.safety.report import KIND as SAFETY
    from intensify.safety.report import SafetyReport

    kind = store.load(file)[1].get("kind")
    if kind == COMPARISON:
        draw(comparison(Comparison.load(file)), output)
    elif kind == RUN:
        draw(profiles(Result.load(file)), output)
    elif kind == SAFETY:
        draw(criticality(SafetyReport.load(file)), output)
    else:
        raise FileFormatError(
            f"'{file}' holds neither a comparison nor a run of this package (kind: {kind}); "
            "give a file that -o has written"
        )


@app.command("cases")
def list_cases(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Print this one's YAML text.")] = "",
) -> None:
    """List the shipped cases, or print one to copy from."""
    from intensify import cases

    if name:
        say(cases.load(name).text.rstrip())
        return
    titles = cases.available()
    width = max(map(len, titles))
    say("\n".join(f"{name:<{width}}  {title}" for name, title in titles.items()))


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


def chosen_reactor(name: str, reactors: dict[str, Any]) -> str:
    """The reactor asked for, or the only one."""
    if not name and len(reactors) == 1:
        return next(iter(reactors))
    if name not in reactors:
        what = f"has no reactor '{name}'" if name else "has several reactors"
        raise InputError(f"the case {what}; choose with --reactor: {', '.join(reactors)}")
    return name


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Say what is going on, on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
