"""The state at rest that equations in time come to from a start, for cells with counters."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.errors import SolveError
from intensify.numerics import integrate

TRIES = 200


def at_rest(
    model: Any, y: np.ndarray, own: np.ndarray, scales: np.ndarray, *, span: float, method: Any
) -> np.ndarray:
    """State in which nothing of `own` (n,), all but counters, moves any more; counters at 0.

    span: a time in which something would move [s]; scales (n,): magnitudes. SolveError: it does not
    come to rest within 200 of them.
    """

    def later(y: np.ndarray, method: Any) -> tuple[np.ndarray, np.ndarray]:
        path = integrate(model, (0.0, span), y, method=method, rtol=1e-6, atol=1e-6 * scales)
        return path.y_end, np.abs(path.y_end - path(0.5 * span)[0]) / scales

    for _ in range(TRIES):
        y, moved = later(y, method)
        if moved[own].max() < 1e-6:  # flows balance to what Newton's iteration leaves
            y, _ = later(y, method._replace(enough=1e-2 * method.enough))
            return np.where(own, y, 0.0)
    raise SolveError(
        f"normal operation does not come to rest within {TRIES * span:.3g} s; give the contents at "
        "the start, or look for oscillations"
    )
