"""Reports: one page of HTML on a run, a comparison, a safety report or a sweep.

The page needs nothing but itself: no network, no script; it prints, and it fits a telephone.
"""

from intensify.report.pages import page, write

__all__ = ["page", "write"]
