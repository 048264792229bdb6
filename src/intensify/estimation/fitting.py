"""`estimate`: parameters of a plant's model from experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from intensify.campaigns.values import unit_samples
from intensify.cases import Case
from intensify.errors import InputError, SolveError
from intensify.estimation.experiments import Experiment
from intensify.estimation.outcome import Estimate, Table
from intensify.estimation.parameters import Coordinates, Parameter, parameters_of
from intensify.estimation.predictions import Predictions
from intensify.estimation.problem import Point, Problem
from intensify.estimation.statistics import (
    correlation_of,
    covariance_of,
    estimated_sd,
    factor_of,
    goodness_of,
    identifiability,
)
from intensify.provenance import provenance

SETTLED = 1e-4
"""Relative change of estimated standard deviations below which they are taken."""
MOST_ROUNDS = 30


def estimate(
    what: Case | Any,
    experiments: Sequence[Experiment],
    parameters: Mapping[str, str] | Sequence[Parameter],
    *,
    reactor: str = "",
    folder: Path | None = None,
    T_ref: float | None = None,
    starts: int = 1,
    rtol: float = 1e-9,
) -> Estimate:
    """Parameters that make the sum of ((measured - model)/sd)^2 least, and how sure they are.

    what: a Case, of which each experiment names its reactor (or all take `reactor`), or a reactor.
    parameters: texts "start" or "start:low:high" by key, "kinetics.k0[0]", "kinetics.E[0]",
    "zones[0].UA_V"; "NAME:KEY" for one of several reactors. folder: where the case's mechanism
    lies. T_ref [K]: see `Coordinates`; by default the mean temperature of the experiments. rtol:
    of the runs. Bounds of a k0 that is fitted with its E hold at T_ref, for the E of the start: k0
    itself, the rate at infinite temperature, follows E over decades.

    Standard errors come from (J'J)^-1 at the lowest point. Where a standard deviation is missing
    it is estimated from the residuals, for each quantity by itself, and intervals are Student's.
    A fit finds the lowest point near its start. starts: how many to begin from, the others being a
    Sobol sequence between the bounds; the lowest point is kept.

    InputError: a key, quantity, value or bound without meaning; fewer measurements than are needed.
    SolveError: a run that cannot be solved, a search that does not end.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> outlets = {285.0: 334.4, 295.0: 334.7, 305.0: 334.9}
    >>> rows = [it.Experiment(f"{T} K", (it.Measurement("T_out", x, sd=0.5),), settings={"T": T})
    ...     for T, x in outlets.items()]
    >>> found = estimate(case, rows, {"zones[1].UA_V": "4 MW/m3/K"}, reactor="miniaturised")
    >>> found.freedom
    2
    """
    P = parameters_of(parameters)
    predictions = Predictions.of_case(
        what, experiments, P, reactor=reactor, folder=folder, rtol=rtol
    )
    unknown = np.isnan(predictions.sd)
    n = predictions.y.size
    if unknown.any() and n <= len(P):
        raise InputError(f"{n} measurements for {len(P)} parameters leave nothing to estimate a "
                         "standard deviation from; give it, or measure more")  # fmt: skip
    coordinates = Coordinates.of(P, T_ref or predictions.T_mean)
    problem = Problem(predictions, coordinates, guessed(predictions))
    start = coordinates.theta(np.array([p.start for p in P]))
    if starts > 1:
        start = best_of(problem, start, starts)
    point = settled(problem, start, unknown)
    return concluded(problem, point, not unknown.any())


def best_of(problem: Problem, start: np.ndarray, starts: int) -> np.ndarray:
    """Where the lowest of several searches ends; those that come to nothing are left out.

    InputError: a parameter without bounds.
    """
    low, high = problem.coordinates.bounds()
    bare = [p.key for p, a, b in zip(problem.coordinates.parameters, low, high, strict=True)
            if not np.isfinite(b - a)]  # fmt: skip
    if bare:
        raise InputError([(key, "needs bounds, between which starts are chosen") for key in bare])
    others = low + (high - low) * unit_samples("sobol", starts - 1, start.size, 0)
    points: list[Point] = []
    for theta in (start, *others):
        try:
            points.append(problem.minimise(theta))
        except SolveError as error:
            failure = error
    if not points:
        raise failure
    return min(points, key=lambda point: point.chi2).theta


def guessed(predictions: Predictions) -> np.ndarray:
    """Standard deviations to begin with: known ones, or a quantity's size."""
    sd = predictions.sd.copy()
    for name in np.unique(predictions.quantities[np.isnan(sd)]):
        here = np.isnan(sd) & (predictions.quantities == name)
        sd[here] = np.abs(predictions.y[here]).mean() or 1.0
    return sd


def settled(problem: Problem, start: np.ndarray, unknown: np.ndarray) -> Point:
    """The lowest point, with standard deviations that its residuals have."""
    point = problem.minimise(start)
    if not unknown.any():
        return point
    predictions, theta = problem.predictions, point.theta
    floor = predictions.rtol * np.maximum(np.abs(predictions.y), 1e-300)
    several = not unknown.all() or np.unique(predictions.quantities).size > 1
    for _ in range(MOST_ROUNDS):
        raw = point.residuals * problem.sd
        sd = estimated_sd(raw, predictions.quantities, unknown, theta.size)
        sd = np.where(unknown, np.maximum(sd, floor), problem.sd)
        ratio, problem.sd = problem.sd / sd, sd
        point = point._replace(
            residuals=point.residuals * ratio, jacobian=point.jacobian * ratio[:, None]
        )
        if not several or np.abs(ratio - 1.0).max() < SETTLED:
            break
        point = problem.minimise(point.theta)
    return point


def concluded(problem: Problem, point: Point, known: bool) -> Estimate:
    """Errors, intervals and verdicts at the lowest point."""
    predictions, c = problem.predictions, problem.coordinates
    y, sd, P = predictions.y, problem.sd, point.theta.size
    cov, directions, condition = covariance_of(point.jacobian, ~point.at_bound)
    table = table_of(problem, y - point.residuals * sd)
    goodness = goodness_of(point.residuals, y, sd, alike(predictions), P, known)
    values, natural = c.values(point.theta), mixed(cov, c.mix)
    spread = np.sqrt(np.diag(natural)) * factor_of(max(goodness.freedom, 1), known)
    phi, size = c.mix @ point.theta, np.where(c.log, values, c.scale)
    low, high = (np.where(c.log, np.exp(x), x * c.scale) for x in (phi - spread, phi + spread))
    names = [c.name(i) for i in range(P)]
    sentences = [f"{p.key} lies at a bound: its error is not known, and those of the others hold "
                 "with it fixed" for p, held in zip(c.parameters, point.at_bound, strict=True)
                 if held]  # fmt: skip
    sentences += [f"{p.key} has left its bounds, which hold at {c.T_ref:.4g} K only"
                  for p, x in zip(c.parameters, values, strict=True)
                  if not p.low * (1 - 1e-9) <= x <= p.high * (1 + 1e-9)]  # fmt: skip
    sentences += identifiability(names, directions, correlation_of(cov), condition)
    return Estimate(
        c, values, size * np.sqrt(np.diag(natural)), low, high, natural * np.outer(size, size),
        point.theta, cov, table, goodness, known, sentences, problem.runs, provenance(),
        problem, point,
    )  # fmt: skip


def mixed(cov: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """mix cov mix', where a NaN reaches only what it takes part in."""
    lost = np.isnan(np.diag(cov))
    out = mix @ np.nan_to_num(cov) @ mix.T
    bad = (mix[:, lost] != 0.0).any(axis=1)
    out[bad, :] = out[:, bad] = np.nan
    return out


def table_of(problem: Problem, predicted: np.ndarray) -> Table:
    """Measurements beside the model."""
    p = problem.predictions
    names = np.array([plant.experiment.name for plant in p.plants])
    return Table(
        names[p.of], p.quantities, np.array([s.at for s in p.slots]),
        np.array([s.unit for s in p.slots]), p.y, predicted, problem.sd, ~np.isnan(p.sd),
    )  # fmt: skip


def alike(p: Predictions) -> list[tuple[object, ...]]:
    """Of each measurement what makes it a repeat of others: reactor, settings, quantity, place."""
    plants = [(x.experiment.reactor, tuple(sorted((k, str(v)) for k, v in
               x.experiment.settings.items()))) for x in p.plants]  # fmt: skip
    return [(*plants[k], slot._replace(at=0.0), str(slot.at))
            for k, slot in zip(p.of, p.slots, strict=True)]  # fmt: skip
