"""The loop around the multistep method: what `march` is to the one-step methods."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, inner
from intensify.numerics.bdf import (
    ALPHA,
    ERROR,
    HIGHEST,
    accept,
    better_order,
    change_step,
    correct,
    fill_dense,
    predict,
    start_differences,
    weighted_norm,
)
from intensify.numerics.march import MOST_EVENTS, Status, scan
from intensify.numerics.protocol import events, guess, mass
from intensify.numerics.step_tools import first_step, largest, longer, more_steps, not_finite

WORTH = 1.2
"""Steps are made longer only by more than this, because a new length costs a factorisation."""


class Memory(NamedTuple):
    """What is kept from step to step.

    D (HIGHEST + 3, N): differences; d, history, weight, f, m (N,): see `bdf`. kept: whether J and
    W can be used, and how many evaluations, Jacobians and factorisations were made. rate (1,): of
    the convergence of Newton's iteration.
    """

    D: np.ndarray
    d: np.ndarray
    history: np.ndarray
    weight: np.ndarray
    f: np.ndarray
    m: np.ndarray
    J: np.ndarray
    W: np.ndarray
    pivots: np.ndarray
    kept: np.ndarray
    rate: np.ndarray


HAS_J, HAS_W, EVALUATIONS, JACOBIANS, FACTORISATIONS = range(5)


@inner
def expect(model, t, order, rtol, atol, y, it, y_new):
    """Fill y_new with what is expected at t, and d with what the model's own guess adds to it."""
    predict(it.D, order, rtol, atol, y_new, it.history, it.weight)
    it.d[:] = y_new
    guess(model, t, y, it.D[1], y_new)
    for i in range(y.size):
        it.d[i] = y_new[i] - it.d[i]


@inner
def attempt(model, matrix, at, h, order, it, y_new, enough):
    """Solve for the state after a step; 0 iterations: the matrix is singular."""
    if not it.kept[HAS_J]:
        matrix.jacobian(model, at, y_new, it.J)
        it.kept[JACOBIANS] += 1
        it.kept[HAS_J], it.kept[HAS_W] = 1, 0
    c = h / ALPHA[order]
    if not it.kept[HAS_W]:
        it.kept[FACTORISATIONS] += 1
        if matrix.factor(it.J, it.m, 1.0, c, it.W, it.pivots) != 0:
            return (0 if np.isfinite(it.J.sum()) else -1), False
        it.kept[HAS_W] = 1
        it.rate[0] = 1.0
    iterations, solved = correct(
        model, matrix, at, y_new, c, it.m, it.history, it.weight, it.rate, it.W, it.pivots, it.d,
        it.f, enough,
    )  # fmt: skip
    it.kept[EVALUATIONS] += abs(iterations)
    return iterations, solved


@inner
def resized(it, order, h, factor):
    """The step times a factor, with differences to match and no factors of a matrix."""
    change_step(it.D, order, factor)
    it.kept[HAS_W] = 0
    return h * factor


def march_multistep(run, stops, y0, rtol, atol, h0, max_steps, space, pivots, n_events, terminal):
    """Integrate with `BDF`; arguments and results are those of `march`."""
    model, matrix = borrow(run.model), run.method.matrix
    rtol, atol, space, pivots = borrow((rtol, atol, space, pivots))
    n, first = y0.size, 8 + HIGHEST
    y, y_new, y_at = space[0], space[1], space[2]
    matrices = space[first + 3 :].reshape(2, n, matrix.width(n))
    it = Memory(
        space[5:first], space[first], space[first + 1], space[first + 2], space[3], space[4],
        matrices[0], matrices[1], pivots, np.zeros(5, np.int64), np.ones(1),
    )  # fmt: skip
    y[:] = y0
    g, g_new, g_at = np.ones(n_events), np.ones(n_events), np.ones(n_events)
    ts, dense = np.empty(65), np.empty((64, run.method.degree() + 1, n))
    found = np.zeros((1 + (MOST_EVENTS if n_events > 0 else 0), 2))  # row 0: how many
    mass(model, it.m)
    t = ts[0] = stops[0]
    if n_events > 0:
        events(model, t, y, g)
    steps = rejected = worst = 0
    status, trouble, h = Status.DONE, Status.STEP_TOO_SMALL, h0
    for segment in range(stops.size - 1):
        start, end = stops[segment], stops[segment + 1]
        edge = 1e-15 * max(abs(start), abs(end))  # as in `march`
        model.rhs(start + edge, y, it.f)
        if h <= 0.0 or segment > 0:
            h = first_step(start, end, y, it.f, rtol, atol)
        start_differences(it.D, y, it.f, h)
        order, equal, it.kept[:2] = 1, 0, 0
        while t < end:
            if steps + rejected >= max_steps:
                status = Status.MAX_STEPS
                break
            if t + h > end or end - t - h < 1e-3 * h:  # no sliver of a step at the segment's end
                resized(it, order, h, (end - t) / h)
                h, equal = end - t, 0
            if t + h == t or h < 1e-30 * (end - start):
                status = trouble
                break
            t_new = end if h >= end - t else t + h
            at = min(max(t_new, start + edge), end - edge)
            expect(model, at, order, rtol, atol, y, it, y_new)
            fresh = not it.kept[HAS_J]
            iterations, solved = attempt(model, matrix, at, h, order, it, y_new, run.method.enough)
            err = weighted_norm(it.d, it.weight, abs(ERROR[order])) if solved else np.inf
            if not err <= 1.0:
                rejected += 1
                if not solved and not fresh:  # an old Jacobian may be all that was wrong
                    it.kept[HAS_J] = 0
                    continue
                trouble = Status.SINGULAR if iterations == 0 else Status.STEP_TOO_SMALL
                if iterations < 0:
                    trouble, worst = Status.NOT_FINITE, not_finite(it.f, worst)
                elif iterations > 0:
                    worst = largest(it.d, y_new, rtol, atol)
                factor = max(0.2, 0.8 * err ** (-1.0 / (order + 1.0))) if solved else 0.5
                h, equal = resized(it, order, h, factor), 0
                continue
            if steps == dense.shape[0]:
                ts, dense = longer(ts, 4 * steps + 1), more_steps(dense, 4 * steps)
            accept(it.D, order, it.d)
            fill_dense(it.D, order, dense[steps])
            if n_events > 0:
                t_new, stopped = scan(
                    model, t, t_new, dense[steps], terminal, g, g_new, g_at, y_new, y_at, found
                )
                if found[0, 0] == MOST_EVENTS:
                    status = Status.TOO_MANY_EVENTS
                    break
                status = Status.EVENT if stopped else status
                g[:] = g_new
            if iterations > 2 and not fresh:
                it.kept[HAS_J] = 0  # an old Jacobian that converges slowly fails next
            t, steps, equal = t_new, steps + 1, equal + 1
            ts[steps] = t
            y[:] = y_new
            if status == Status.EVENT:
                break
            if equal > order:
                best, gain = better_order(it.D, order, run.method.highest, it.weight, err)
                factor = min(10.0, 0.9 * 9.0 / (8.0 + iterations) * gain)
                if best != order or factor > WORTH or factor < 1.0:
                    order, h = best, resized(it, best, h, factor)
                equal = 0
        if status != Status.DONE:
            break
    evaluations = it.kept[EVALUATIONS] + stops.size - 1
    counts = (steps, rejected, evaluations, it.kept[JACOBIANS], it.kept[FACTORISATIONS])
    return (
        status.value, counts, worst, ts[: steps + 1].copy(), dense[:steps].copy(), y.copy(),
        found[1 : 1 + int(found[0, 0])].copy(),
    )  # fmt: skip
