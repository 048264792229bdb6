"""What commands write: tables and JSON to the screen, results and pictures to files."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intensify.errors import InputError, WriteError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.estimation import Estimate
    from intensify.files import Saved
    from intensify.result import Result

RESULTS = (".h5", ".hdf5", ".nc")
PICTURES = (".png", ".pdf", ".svg")
DPI = 150


def result_content(result: Result) -> dict[str, Any]:
    """The figures of a run as plain data, in SI."""
    from intensify.kpis import label

    return {
        "kpis": result.kpis,
        "units": {name: label(name)[0] for name in result.kpis},
        "balances": result.balances(),
        "statistics": result.statistics,
        "warnings": result.warnings,
    }


def estimate_content(e: Estimate) -> dict[str, Any]:
    """A fit as plain data, in SI."""
    columns = {"value": e.values, "error": e.errors, "low": e.low, "high": e.high}
    return {
        "parameters": {key: {name: float(x[i]) for name, x in columns.items()}
                       for i, key in enumerate(e.keys)},
        "covariance": e.covariance.tolist(),
        "correlation": {"coordinates": [e.coordinates.name(i) for i in range(len(e.keys))],
                        "matrix": e.correlation.tolist()},
        "goodness": e.goodness._asdict(),
        "measurements": {name: column.tolist() for name, column in e.table._asdict().items()},
        "warnings": e.warnings,
    }  # fmt: skip


def as_text(content: Any) -> str:
    """JSON text, NamedTuples by their names; NaN and infinity, which JSON lacks, become null."""

    def known(x: Any) -> Any:
        if hasattr(x, "_asdict"):
            x = x._asdict()
        if isinstance(x, dict):
            return {key: known(value) for key, value in x.items()}
        if isinstance(x, list | tuple):
            return [known(value) for value in x]
        return None if isinstance(x, float) and not math.isfinite(x) else x

    return json.dumps(known(content), indent=1, allow_nan=False)


def say(text: str) -> None:
    """Print a result; files are written even where nobody reads it any more (`| head`)."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        drop_output()


def tell(text: str) -> None:
    """Print what is not a result."""
    print(text, file=sys.stderr)


def drop_output() -> None:
    """Nothing more reaches stdout, so that closing it at exit does not fail again."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_paths(*outputs: tuple[Path | None, tuple[str, ...]]) -> None:
    """Refuse, before anything is computed, an output file that could not be written.

    InputError: a suffix that says another format. WriteError: no such folder, or not writable.
    """
    for path, suffixes in outputs:
        if path is None:
            continue
        folder = path.absolute().parent
        if suffixes and path.suffix.lower() not in suffixes:
            raise InputError(
                f"'{path}' has the suffix '{path.suffix}'; let it end in {' or '.join(suffixes)}"
            )
        if path.is_dir():
            raise WriteError(f"'{path}' is a folder; give the path of a file")
        if not folder.is_dir():
            raise WriteError(f"'{path}' cannot be written: create the folder '{folder}' first")
        if not os.access(folder, os.W_OK):
            raise WriteError(f"'{path}' cannot be written: choose a folder that you may write to")


def keep(result: Saved, path: Path | None) -> None:
    """Save a comparison, a run, a fit or a report."""
    if path:
        tell(f"{result.save(path)} written")


def draw(figure: Figure, path: Path) -> None:
    """Save a picture, as a whole or not at all."""
    from intensify import store

    image = io.BytesIO()
    figure.savefig(image, format=path.suffix.lower()[1:], dpi=DPI)
    tell(f"{store.write(path, image.getvalue())} written")
