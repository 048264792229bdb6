"""Pictures; each function returns a matplotlib Figure and never shows it."""

from intensify.plot.runs import comparison, profiles
from intensify.plot.scale import entry_length, scale_out, scale_up
from intensify.plot.transient import transient

__all__ = ["comparison", "entry_length", "profiles", "scale_out", "scale_up", "transient"]
