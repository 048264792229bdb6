"""The command line: `intensify compare CASE -o FILE.h5 --plot FILE.png` and its neighbours.

A command is a function in one of the files of this folder; `app` has what they share.
"""

from intensify.cli import campaigns, files, fit, mechanism, plants
from intensify.cli.app import app

__all__ = ["app", "campaigns", "files", "fit", "main", "mechanism", "plants"]


def main() -> None:
    """Entry point of the installed command."""
    app(prog_name="intensify")
