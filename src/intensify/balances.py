"""Every run closes its balances, or it is an error."""

from __future__ import annotations

from intensify.errors import SolveError

BOUND = 1e-6
"""Largest relative closure of a run at tolerances below BOUND/100."""


def check(closures: dict[str, float], rtol: float) -> None:
    """SolveError, naming the balance, where one does not close.

    >>> check({"mass": 1e-12, "energy": 2e-9}, 1e-8)
    """
    bound = max(BOUND, 100.0 * rtol)
    for name, value in closures.items():
        if not value <= bound:
            raise SolveError(
                f"the balance of {name} closes only to {value:.2e}, the limit is {bound:.0e}; "
                "lower rtol, and if that does not help report the case"
            )
