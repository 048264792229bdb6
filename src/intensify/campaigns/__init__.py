"""Campaigns: many runs of one plant, and what they teach."""

from intensify.campaigns.shards import BusyError, ChangedError
from intensify.campaigns.sweeping import Sweep, merged, resume, sweep

__all__ = ["BusyError", "ChangedError", "Sweep", "merged", "resume", "sweep"]
