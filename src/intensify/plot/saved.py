"""The picture of what a file holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intensify.campaigns import Sweep
from intensify.compare import Comparison
from intensify.design.train_comparison import TrainComparison
from intensify.estimation.outcome import Estimate
from intensify.plot.estimation import fit
from intensify.plot.routes import routes
from intensify.plot.runs import comparison, profiles
from intensify.plot.safety import criticality
from intensify.plot.separations import separation
from intensify.plot.sweeps import sweep
from intensify.plot.trains import train
from intensify.reactive_separation import ReactiveSeparation
from intensify.result import Result
from intensify.routes import RouteComparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from intensify.files import Saved


def pictured(saved: Saved, figure: str = "") -> Figure:
    """The picture of a comparison, run, safety report, sweep or fit; figure: which of a sweep's."""
    if isinstance(saved, Comparison):
        return comparison(saved)
    if isinstance(saved, RouteComparison):
        return routes(saved)
    if isinstance(saved, TrainComparison):
        return train(saved)
    if isinstance(saved, ReactiveSeparation):
        return separation(saved)
    if isinstance(saved, Result):
        return profiles(saved)
    if isinstance(saved, Estimate):
        return fit(saved)
    return sweep(saved, figure) if isinstance(saved, Sweep) else criticality(saved)
