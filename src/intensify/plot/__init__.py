"""Pictures; each function returns a matplotlib Figure and never shows it."""

from intensify.plot.runs import comparison, profiles

__all__ = ["comparison", "profiles"]
