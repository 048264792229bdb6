"""Weighted nonlinear least squares: residuals, their exact-enough derivatives, the lowest point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.errors import SolveError
from intensify.estimation.parameters import Coordinates
from intensify.estimation.predictions import Predictions

STEP = 1e-3
"""Of a central difference in theta: its error is STEP^2/6 of the third derivative, and what the
integration leaves (1e-9) over STEP."""
CLOSE = 1e-10
MOST_CALLS = 200


class Point(NamedTuple):
    """Where a search ended: coordinates, residuals over sd (n,), their derivatives (n, P).

    at_bound (P,): coordinates that a bound holds.
    """

    theta: np.ndarray
    residuals: np.ndarray
    jacobian: np.ndarray
    at_bound: np.ndarray

    @property
    def chi2(self) -> float:
        """Sum of the squared residuals over sd."""
        return float(self.residuals @ self.residuals)


class Problem:
    """Residuals (y - f(theta))/sd of a model's predictions.

    The derivatives are central differences of all coordinates together, so that channels and beds
    of all experiments and differences go through one kernel call.
    """

    def __init__(self, predictions: Predictions, coordinates: Coordinates, sd: np.ndarray) -> None:
        self.predictions, self.coordinates, self.sd = predictions, coordinates, sd
        self.runs = 0

    def model(self, thetas: np.ndarray) -> np.ndarray:
        """Predictions (m, n) at rows of coordinates."""
        self.runs += len(thetas)
        return self.predictions.run(self.coordinates.values(thetas))

    def residuals(self, theta: np.ndarray) -> np.ndarray:
        """(y - f)/sd; NaN where a run fails, which the search steps back from."""
        return (self.predictions.y - self.model(theta[None])[0]) / self.sd

    def sensitivities(self, theta: np.ndarray) -> np.ndarray:
        """df/dtheta (n, P). SolveError: a run beside theta fails."""
        slopes = self.slopes(theta)
        if not np.isfinite(slopes).all():
            raise SolveError(f"a sensitivity cannot be found: {self.predictions.failure}")
        return slopes

    def slopes(self, theta: np.ndarray) -> np.ndarray:
        """df/dtheta (n, P), NaN where a run beside theta fails."""
        P = theta.size
        steps = STEP * np.eye(P)
        f = self.model(np.concatenate([theta + steps, theta - steps]))
        return (f[:P] - f[P:]).T / (2.0 * STEP)

    def minimise(self, start: np.ndarray, held: np.ndarray | None = None) -> Point:
        """The lowest sum of squares from a start; `held` (P,) marks coordinates that stay.

        SolveError: the start cannot be solved, the search does not come to an end.
        """
        from scipy.optimize import least_squares

        free = np.ones(start.size, dtype=bool) if held is None else ~held
        low, high = self.coordinates.bounds()

        def whole(part: np.ndarray) -> np.ndarray:
            theta = start.copy()
            theta[free] = part
            return theta

        if not free.any():
            r = self.residuals(start)
            return Point(start, r, -self.sensitivities(start) / self.sd[:, None], ~free)
        if not np.isfinite(self.residuals(start)).all():
            raise SolveError(f"no run where the search starts: {self.predictions.failure}")
        found = least_squares(
            lambda part: self.residuals(whole(part)), start[free], method="trf", x_scale="jac",
            jac=lambda part: -(self.sensitivities(whole(part)) / self.sd[:, None])[:, free],
            bounds=(low[free], high[free]), ftol=CLOSE, xtol=CLOSE, gtol=CLOSE,
            max_nfev=MOST_CALLS,
        )  # fmt: skip
        if found.status <= 0:
            raise SolveError(f"the fit does not settle within {MOST_CALLS} steps; begin closer, or "
                             "give bounds")  # fmt: skip
        theta = whole(found.x)
        at_bound = np.zeros(start.size, dtype=bool)
        at_bound[free] = found.active_mask != 0
        slopes = np.zeros((found.fun.size, start.size))
        slopes[:, free] = found.jac
        return Point(theta, found.fun, slopes, at_bound)
