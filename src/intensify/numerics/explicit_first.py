"""`ExplicitFirst`: the explicit method, and the stiff one where that would take long."""

from __future__ import annotations

from typing import Any, NamedTuple

from intensify.numerics.dormand_prince import DormandPrince
from intensify.numerics.march import Status
from intensify.numerics.rodas5p import Rodas5P

SETTLED = (int(Status.DONE), int(Status.EVENT), int(Status.NOT_FINITE))
"""How a march ends that another method would not better."""


class ExplicitFirst(NamedTuple):
    """`explicit` in `most` steps at most; where it does not come to an end, `stiff` from the start.

    For plug flow, whose channels are seldom stiff: an explicit step costs a third or less.

    >>> from intensify.numerics import integrate
    >>> class Relaxation:
    ...     def rhs(self, t, y, dy):
    ...         dy[0] = -1e6 * (y[0] - 2.0)
    >>> path = integrate(Relaxation(), (0.0, 1.0), [1.0], method=ExplicitFirst())
    >>> round(float(path.y_end[0]), 9), path.counts.jacobians > 400
    (2.0, True)
    """

    explicit: DormandPrince = DormandPrince()
    stiff: Rodas5P = Rodas5P()
    most: int = 400


def rungs(method: Any, max_steps: int) -> list[tuple[Any, int]]:
    """The methods to try one after the other, and their most steps."""
    if not isinstance(method, ExplicitFirst):
        return [(method, max_steps)]
    return [(method.explicit, min(method.most, max_steps)), (method.stiff, max_steps)]
