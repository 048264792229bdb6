"""D-optimal experiments: those that shrink the joint region of the parameters most.

    ln det(M) -> max,      M = M_so_far + sum over new measurements of s s'/sd^2,   s = df/dtheta

Sensitivities are those at the parameters known so far, so that a design is as good as they are;
where they are poor, run a few experiments, fit, and design the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from intensify.campaigns.values import Range, range_of, unit_samples
from intensify.cases import Case
from intensify.errors import InputError, SolveError
from intensify.estimation.experiments import Experiment, Measurement
from intensify.estimation.fitting import mixed
from intensify.estimation.outcome import Estimate
from intensify.estimation.parameters import Coordinates, Parameter, parameters_of
from intensify.estimation.predictions import Predictions
from intensify.estimation.problem import Problem

FAINT = 1e-6
"""Information on each coordinate before anything is measured, so that det(M) has a meaning."""
MOST_EXCHANGES = 20


class Design(NamedTuple):
    """New experiments, in the order in which they help most.

    settings: texts by key of each. predicted (n, quantities): what the model expects [SI].
    errors (P,): standard errors of the parameters, in SI, once they are run; before (P,): those
    so far, NaN without any. information: M.
    """

    settings: list[dict[str, str]]
    predicted: np.ndarray
    parameters: tuple[Parameter, ...]
    errors: np.ndarray
    before: np.ndarray
    information: np.ndarray

    def __str__(self) -> str:
        rows = [", ".join(f"{key} = {text}" for key, text in one.items()) for one in self.settings]
        for p, old, new in zip(self.parameters, self.before, self.errors, strict=True):
            was = "" if np.isnan(old) else f", {float(old / p.difference(1.0)):.3g} so far"
            after = float(new / p.difference(1.0))
            rows.append(f"standard error of {p.key}: {after:.3g} {p.unit}{was}")
        return "\n".join(rows)


def next_experiment(
    estimate: Estimate,
    over: Mapping[str, str],
    measured: Mapping[str, Any],
    *,
    n: int = 1,
    reactor: str = "",
    points: int = 128,
    seed: int = 0,
) -> Design:
    """The n best experiments to follow a fit; the rest as of `design_experiments`."""
    if estimate.problem is None or estimate.point is None:
        raise InputError("an estimate from a file has no model any more; fit again")
    what, folder = estimate.problem.predictions.origin
    J = estimate.point.jacobian
    search = Search(what, estimate.coordinates, estimate.theta, over, measured, reactor, folder)
    return search.design(J.T @ J, estimate.errors, n, points, seed)


def design_experiments(
    what: Case | Any,
    parameters: Mapping[str, str],
    over: Mapping[str, str],
    measured: Mapping[str, Any],
    *,
    n: int,
    reactor: str = "",
    folder: Path | None = None,
    T_ref: float = 298.15,
    points: int = 128,
    seed: int = 0,
) -> Design:
    """The n best experiments for parameters that are known roughly, from nothing.

    over: keys that can be set, with their ranges "a:b" or "a:b:log". measured: quantities and
    their standard deviations, {"X_A": 0.01}. points: candidates of a Sobol sequence in the ranges,
    among which exchanges search; the best are then refined in between.

    InputError: a range, key or quantity without meaning. SolveError: no candidate can be solved.
    Source: Fedorov, Theory of Optimal Experiments (1972).

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> best = design_experiments(case, {"kinetics.E[0]": "76 kJ/mol"}, {"T": "280 K:310 K"},
    ...     {"X_H2O2": 0.01}, n=1, reactor="miniaturised")
    >>> list(best.settings[0])
    ['T']
    """
    P = parameters_of(parameters)
    c = Coordinates.of(P, T_ref)
    theta = c.theta(np.array([p.start for p in P]))
    search = Search(what, c, theta, over, measured, reactor, folder)
    return search.design(np.zeros((len(P), len(P))), np.full(len(P), np.nan), n, points, seed)


class Search:
    """Candidate experiments of one plant, and what each would tell."""

    def __init__(
        self,
        what: Any,
        coordinates: Coordinates,
        theta: np.ndarray,
        over: Mapping[str, str],
        measured: Mapping[str, Any],
        reactor: str,
        folder: Path | None,
    ) -> None:
        self.coordinates, self.theta = coordinates, theta
        self.ranges: list[Range] = [range_of(key, text) for key, text in over.items()]
        if not self.ranges or not measured:
            raise InputError("name the keys that can be set, with their ranges, and what will be "
                             "measured, with its standard deviation")  # fmt: skip
        rows = tuple(Measurement(name, 0.0, sd=sd, source=name) for name, sd in measured.items())
        middle = Experiment("the middle of the ranges", rows, reactor,
                            self.texts(np.full(len(self.ranges), 0.5)))  # fmt: skip
        values = coordinates.values(theta)
        at = [p._replace(start=float(x), low=-np.inf, high=np.inf)
              for p, x in zip(coordinates.parameters, values, strict=True)]  # fmt: skip
        self.first = Predictions.of_case(what, [middle], at, reactor=reactor, folder=folder)
        if np.isnan(self.first.sd).any():
            raise InputError("a design needs the standard deviation of each quantity")

    def texts(self, u: np.ndarray) -> dict[str, str]:
        """The keys' values at a place of the ranges' unit cube, to five digits."""
        over = [r.over(np.array([x])) for r, x in zip(self.ranges, u, strict=True)]
        return {o.key: o._replace(numbers=np.array([float(f"{o.numbers[0]:.5g}")])).text(0)
                for o in over}  # fmt: skip

    def tell(self, U: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n, Q) and sensitivities over sd (n, Q, P) at places U; NaN where runs fail."""
        spread = self.first.at([self.texts(u) for u in U])
        problem = Problem(spread, self.coordinates, np.tile(self.first.sd, len(U)))
        slopes = problem.slopes(self.theta) / problem.sd[:, None]
        values = problem.model(self.theta[None])[0]
        shape = (len(U), self.first.sd.size)
        return values.reshape(shape), slopes.reshape(*shape, -1)

    def design(
        self, so_far: np.ndarray, before: np.ndarray, n: int, points: int, seed: int
    ) -> Design:
        """The best n experiments on top of the information so far."""
        P = self.theta.size
        M_0 = so_far + FAINT * np.eye(P)
        U = unit_samples("sobol", points, len(self.ranges), seed)
        U = np.concatenate([U, corners(len(self.ranges))])
        _, S = self.tell(U)
        U, S = (x[np.isfinite(S).all(axis=(1, 2))] for x in (U, S))
        if not len(U):
            raise SolveError(f"no experiment of the ranges can be solved: {self.first.failure}")
        new = np.einsum("kqi,kqj->kij", S, S)
        chosen = exchange(M_0, new, n)
        places, parts = self.refined(M_0, U[chosen], new[chosen])
        order = greedy(M_0, parts, n)
        places, M = places[order], M_0 + parts.sum(axis=0)
        values, _ = self.tell(places)
        c = self.coordinates
        natural = mixed(np.linalg.inv(M), c.mix)
        size = np.where(c.log, c.values(self.theta), c.scale)
        errors = size * np.sqrt(np.diag(natural))
        return Design([self.texts(u) for u in places], values, c.parameters, errors, before, M)

    def refined(
        self, M_0: np.ndarray, places: np.ndarray, parts: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Places and their information, each moved to where it tells most beside the others.

        A pattern search of all at once: each tries a step either way along each range, and halves
        its step where none is better.
        """
        places, parts = places.copy(), parts.copy()
        K = len(self.ranges)
        step = np.full(len(places), 0.1)
        ways = np.concatenate([np.eye(K), -np.eye(K)])
        while (step > 0.01).any():
            active = np.flatnonzero(step > 0.01)
            tried = np.clip(places[active, None] + step[active, None, None] * ways, 0.0, 1.0)
            _, S = self.tell(tried.reshape(-1, K))
            new = np.einsum("kqi,kqj->kij", S, S).reshape(len(active), 2 * K, *M_0.shape)
            for row, k in enumerate(active.tolist()):
                rest = M_0 + parts.sum(axis=0) - parts[k]
                gains = volumes(rest + new[row])
                best = int(np.argmax(gains))
                if gains[best] > volumes(rest + parts[k][None])[0] + 1e-9:
                    places[k], parts[k] = tried[row, best], new[row, best]
                else:
                    step[k] /= 2.0
        return places, parts


def corners(K: int) -> np.ndarray:
    """The corners of the unit cube, of many ranges none: optima often lie there."""
    if K > 6:
        return np.empty((0, K))
    return np.array(np.meshgrid(*[[0.0, 1.0]] * K)).reshape(K, -1).T


def volumes(M: np.ndarray) -> np.ndarray:
    """ln det of matrices (k, P, P), -inf where one is no number."""
    fine = np.isfinite(M).all(axis=(1, 2))
    out = np.full(len(M), -np.inf)
    out[fine] = np.linalg.slogdet(M[fine])[1]
    return out


def greedy(M: np.ndarray, parts: np.ndarray, n: int) -> list[int]:
    """Numbers of n parts of (k, P, P), each the best beside those before; all of them if k = n."""
    chosen: list[int] = []
    once = len(parts) == n
    for _ in range(n):
        gains = volumes(M + parts)
        if once:
            gains[chosen] = -np.inf
        chosen.append(int(np.argmax(gains)))
        M = M + parts[chosen[-1]]
    return chosen


def exchange(M_0: np.ndarray, parts: np.ndarray, n: int) -> list[int]:
    """Numbers of the n best of parts, repeats allowed: greedy, then Fedorov's exchanges.

    >>> x = np.linspace(-1.0, 1.0, 5)
    >>> s = np.column_stack([np.ones(5), x])  # a line is known best from its two ends
    >>> sorted(exchange(1e-9 * np.eye(2), s[:, :, None] * s[:, None, :], 4))
    [0, 0, 4, 4]
    """
    chosen = greedy(M_0, parts, n)
    for _ in range(MOST_EXCHANGES):
        moved = False
        for k in range(n):
            rest = M_0 + parts[chosen].sum(axis=0) - parts[chosen[k]]
            gains = volumes(rest + parts)
            best = int(np.argmax(gains))
            if gains[best] > gains[chosen[k]] + 1e-9:
                chosen[k], moved = best, True
        if not moved:
            break
    return chosen
