"""Profile likelihood: intervals where the sum of squares is no parabola."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.estimation.outcome import Estimate
from intensify.estimation.parameters import Coordinates, Parameter
from intensify.estimation.problem import Problem
from intensify.estimation.statistics import factor_of

MOST_DOUBLINGS = 8
"""Of the quadratic interval, before an end is called open."""
FINE = 1e-3
"""Of the quadratic interval: how exactly an end is found."""


class Profile(NamedTuple):
    """The rise of the sum of squares along a parameter, all others at their best.

    values (m,) [SI]; rise (m,): sum of squares over sd above its least; threshold: the rise at the
    ends of the 95 % interval, t^2 (or 1.96^2 where sd is known). low, high [SI]: those ends; a
    bound where it comes first, infinite (0 below a rate constant) where there is none.
    """

    parameter: Parameter
    values: np.ndarray
    rise: np.ndarray
    threshold: float
    low: float
    high: float
    warnings: list[str]

    def __str__(self) -> str:
        p = self.parameter
        ends = " to ".join(f"{float(p.shown(x)):.6g}" for x in (self.low, self.high))
        return "\n".join([f"{p.key}: {ends} {p.unit or 'SI'}, by the profile of the likelihood",
                          *self.warnings])  # fmt: skip


def profile(estimate: Estimate, key: str) -> Profile:
    """The profile of one parameter of a fit, and its 95 % interval.

    All other parameters are fitted anew at each value. Standard deviations stay as the fit has
    them.

    InputError: no such parameter, one whose error is not known, an estimate from a file.

    >>> import intensify as it
    >>> milli = it.cases.load("thiosulfate-peroxide").reactors["miniaturised"]
    >>> runs = [it.Experiment(f"{T} K", (it.Measurement("T_max", x, sd=0.5),), settings={"T_in": T})
    ...     for T, x in ((285.0, 342.6), (306.0, 340.4))]
    >>> found = it.estimate(milli, runs, {"kinetics.reactions[0,2]": "9200"})
    >>> out = profile(found, "kinetics.reactions[0,2]")
    >>> out.low < 9205.5 < out.high
    True
    """
    problem, i = ready(estimate, key)
    c = problem.coordinates
    mix = c.mix.copy()
    mix[i] = np.eye(len(mix))[i]  # k0 itself, not k at T_ref
    pure = Problem(problem.predictions, c._replace(mix=mix), problem.sd)
    best = pure.coordinates.theta(estimate.values)
    threshold = factor_of(max(estimate.freedom, 1), estimate.sd_known) ** 2
    walk = Walk(pure, best, i, estimate.goodness.chi2)
    spread = estimate.errors[i] / (estimate.values[i] if c.log[i] else c.scale[i])
    ends = [walk.end(sign * np.sqrt(threshold) * spread, threshold) for sign in (-1.0, 1.0)]
    places = sorted(walk.known)
    rise = np.array([walk.known[place][0] for place in places])
    values = from_natural(c, i, np.array(places))
    low, high = from_natural(c, i, np.array(ends)).tolist()
    p, sentences = estimate.parameters[i], []
    for side, end, tried in zip(("lower", "upper"), ends, values[[0, -1]], strict=True):
        if np.isinf(end):
            sentences.append(f"{p.key} has no {side} end as far as {float(p.shown(tried)):.3g} "
                             f"{p.unit}: the measurements do not bound it")  # fmt: skip
    if rise.min() < -FINE * threshold:
        at = float(p.shown(values[int(np.argmin(rise))]))
        sentences.append(f"a lower sum of squares lies at {p.key} = {at:.6g} {p.unit}: fit again "
                         "from there")  # fmt: skip
    return Profile(p, values, rise, threshold, low, high, sentences)


def from_natural(c: Coordinates, i: int, phi: Any) -> Any:
    """Parameter i in SI from ln x or x/scale."""
    return np.exp(phi) if c.log[i] else phi * c.scale[i]


def ready(estimate: Estimate, key: str) -> tuple[Problem, int]:
    """What is needed of an estimate, and the number of the parameter."""
    if key not in estimate.keys:
        raise InputError(f"'{key}' was not fitted; there are {', '.join(estimate.keys)}")
    if estimate.problem is None:
        raise InputError("an estimate from a file has no model any more; fit again")
    i = estimate.keys.index(key)
    if not np.isfinite(estimate.errors[i]):
        raise InputError(f"the error of {key} is not known, so there is no interval to refine")
    return estimate.problem, i


class Walk:
    """Fits along coordinate i, each from where the last one ended."""

    def __init__(self, problem: Problem, best: np.ndarray, i: int, least: float) -> None:
        self.problem, self.best, self.i, self.least = problem, best, i, least
        self.held = np.arange(best.size) == i
        self.known = {float(best[i]): (0.0, best)}
        self.bounds = [float(x[i]) for x in problem.coordinates.bounds()]

    def rise(self, place: float, near: np.ndarray) -> tuple[float, np.ndarray]:
        """The rise at a place of the coordinate, and where it is found."""
        if place not in self.known:
            start = near.copy()
            start[self.i] = place
            point = self.problem.minimise(start, self.held)
            self.known[place] = point.chi2 - self.least, point.theta
        return self.known[place]

    def crossing(
        self, inner: float, outer: float, near: np.ndarray, threshold: float, size: float
    ) -> float:
        """Where the rise is the threshold, between two places."""
        from scipy.optimize import brentq

        return float(brentq(
            lambda x: self.rise(x, near)[0] - threshold, inner, outer, xtol=FINE * size
        ))  # fmt: skip

    def end(self, size: float, threshold: float) -> float:
        """Where the rise passes the threshold in the direction of `size`; infinite: nowhere."""
        edge = self.bounds[1] if size > 0.0 else self.bounds[0]
        start = float(self.best[self.i])
        inner, theta = start, self.best
        for k in range(MOST_DOUBLINGS):
            outer = start + size * 2.0**k
            at_edge = (outer - edge) * np.sign(size) >= 0.0
            outer = edge if at_edge else outer
            try:
                rise, there = self.rise(outer, theta)
            except SolveError:
                return float(np.copysign(np.inf, size))
            if rise > threshold:
                return self.crossing(inner, outer, theta, threshold, abs(size))
            if at_edge:
                return edge
            inner, theta = outer, there
        return float(np.copysign(np.inf, size))
