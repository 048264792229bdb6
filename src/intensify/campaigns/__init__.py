"""Campaigns: many runs of one plant, and what they teach."""

from intensify.campaigns.indices import Sensitivity, sensitivity
from intensify.campaigns.optimising import Optimum, optimise
from intensify.campaigns.shards import BusyError, ChangedError
from intensify.campaigns.sweeping import Sweep, merged, resume, sweep

__all__ = [
    "BusyError",
    "ChangedError",
    "Optimum",
    "Sensitivity",
    "Sweep",
    "merged",
    "optimise",
    "resume",
    "sensitivity",
    "sweep",
]
