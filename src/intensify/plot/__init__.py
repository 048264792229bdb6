"""Pictures; each function returns a matplotlib Figure and never shows it."""

from intensify.plot.runs import comparison, profiles
from intensify.plot.transient import transient

__all__ = ["comparison", "profiles", "transient"]
