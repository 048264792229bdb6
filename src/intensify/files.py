"""What a saved file holds, whatever it is."""

from __future__ import annotations

from pathlib import Path

from intensify import store
from intensify.campaigns import Sweep, merged
from intensify.campaigns.sweeping import KIND as SWEEP
from intensify.compare import KIND as COMPARISON
from intensify.compare import AnyComparison, Comparison
from intensify.design.train_comparison import KIND as TRAIN
from intensify.design.train_comparison import TrainComparison
from intensify.errors import FileFormatError
from intensify.estimation.outcome import KIND as FIT
from intensify.estimation.outcome import Estimate
from intensify.reactive_separation import KIND as SEPARATION
from intensify.reactive_separation import ReactiveSeparation
from intensify.result import KIND as RUN
from intensify.result import Result
from intensify.routes import KIND as ROUTES
from intensify.routes import RouteComparison
from intensify.safety.report import KIND as SAFETY
from intensify.safety.report import SafetyReport

Saved = AnyComparison | Result | SafetyReport | Sweep | Estimate
KINDS: dict[str, type[Saved]] = {
    COMPARISON: Comparison, ROUTES: RouteComparison, TRAIN: TrainComparison,
    SEPARATION: ReactiveSeparation, RUN: Result, SAFETY: SafetyReport,
    SWEEP: Sweep, FIT: Estimate,
}  # fmt: skip


def opened(path: str | Path) -> Saved:
    """The comparison, run, safety report, sweep or fit of a file, or the sweep of a folder.

    FileFormatError: it holds none of these.

    >>> opened("nowhere.h5")
    Traceback (most recent call last):
    intensify.errors.InputError: 'nowhere.h5' cannot be read: No such file or directory
    """
    if Path(path).is_dir():
        return merged(path)
    kind = store.load(path)[1].get("kind")
    if kind not in KINDS:
        raise FileFormatError(
            f"'{path}' holds neither a comparison nor a run nor a sweep of this package (kind: "
            f"{kind}); give a file that -o has written"
        )
    return KINDS[kind].load(path)
