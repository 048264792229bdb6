"""What all commands share: the group that turns errors into sentences, common options.

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
from typing import Annotated, Any

import typer

from intensify.console import (
    drop_output,
)
from intensify.errors import InputError, IntensifyError

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
