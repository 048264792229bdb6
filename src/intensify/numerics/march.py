"""The loop around the one-step methods: step control, switches, events, dense output.

Compiled once per (method, model) type; everything that knows neither lives in `step_tools`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import borrow, inner
from intensify.numerics.protocol import events, mass
from intensify.numerics.step_tools import (
    copy,
    error_norm,
    evaluate,
    first_step,
    growth,
    largest,
    longer,
    more_steps,
    not_finite,
    shorten,
    shrinkage,
)


class Status(IntEnum):
    """How a march ended."""

    DONE = 0
    EVENT = 1
    MAX_STEPS = 2
    STEP_TOO_SMALL = 3
    NOT_FINITE = 4
    SINGULAR = 5
    TOO_MANY_EVENTS = 6


MOST_EVENTS = 1000


class Run(NamedTuple):
    """A method and the equations it integrates."""

    method: Any
    model: Any


class Counts(NamedTuple):
    """What a march took."""

    accepted: int
    rejected: int
    rhs: int
    jacobians: int
    factorisations: int


def march(run, stops, y0, rtol, atol, h0, max_steps, space, pivots, n_events, terminal):
    """Integrate run.model over [stops[0], stops[-1]]; no step crosses a stop.

    space: (5 + method.workspace(N), N) of scratch, pivots: (N,); both from the caller, so that
    the loop allocates nothing but its results.
    Returns status, numbers of `Counts`, index of the worst component, step ends t (n+1,), dense
    polynomials C (n, degree + 1, N), y at the end, and the events found (time, index of the
    function). All are plain: an object that a kernel builds while Ctrl-C waits ends the process.
    """
    model, method = borrow(run.model), run.method
    rtol, atol, space, pivots = borrow((rtol, atol, space, pivots))
    n = y0.size
    y, y_new, f, error, m, work = space[0], space[1], space[2], space[3], space[4], space[5:]
    copy(y0, y)
    g, g_new, g_at = np.ones(n_events), np.ones(n_events), np.ones(n_events)
    ts, dense = np.empty(65), np.empty((64, method.degree() + 1, n))
    found = np.zeros((1 + (MOST_EVENTS if n_events > 0 else 0), 2))  # row 0: how many
    mass(model, m)
    t = ts[0] = stops[0]
    if n_events > 0:
        events(model, t, y, g)
    steps = rejected = evaluations = jacobians = factorisations = worst = 0
    status, trouble, h, last = Status.DONE, Status.STEP_TOO_SMALL, h0, 1.0
    for segment in range(stops.size - 1):
        start, end = stops[segment], stops[segment + 1]
        # stages are evaluated a few units in the last place inside the segment, so that an
        # equation that switches at its ends shows this segment's side
        edge = 1e-15 * max(abs(start), abs(end))
        low, high = start + edge, end - edge
        model.rhs(low, y, f)
        evaluations += 1
        if h <= 0.0:
            h = first_step(start, end, y, f, rtol, atol)
        fresh = retry = False
        while t < end:
            if steps + rejected >= max_steps:
                status = Status.MAX_STEPS
                break
            h = min(h, end - t)
            if end - t - h < 1e-3 * h:
                h = end - t  # no sliver of a step at the segment's end
            if t + h == t or h < 1e-30 * (end - start):
                status = trouble
                break
            if steps == dense.shape[0]:
                ts, dense = longer(ts, 4 * steps + 1), more_steps(dense, 4 * steps)
            if not fresh:
                method.prepare(model, min(max(t, low), high), y, f, low, high, work)
                fresh = True
                jacobians += 1
            solved = method.step(
                model, t, y, f, h, low, high, m, pivots, work, y_new, error, dense[steps]
            )
            evaluations += method.evaluations()
            factorisations += 1
            err = error_norm(error, y, y_new, rtol, atol) if solved else np.inf
            if not err <= 1.0:
                trouble = Status.STEP_TOO_SMALL if np.isfinite(err) else Status.NOT_FINITE
                if not solved and not_finite(f, -1) < 0:
                    trouble = Status.SINGULAR
                elif np.isfinite(err):
                    worst = largest(error, y, rtol, atol)
                else:
                    model.rhs(min(max(t + h, low), high), y, error)
                    worst = not_finite(error, worst)
                h *= shrinkage(err)
                last, retry = err, True
                rejected += 1
                continue
            t_new = end if h >= end - t else t + h
            if n_events > 0:
                t_new, stopped = scan(
                    model, t, t_new, dense[steps], terminal, g, g_new, g_at, y_new, error, found
                )
                if found[0, 0] == MOST_EVENTS:
                    status = Status.TOO_MANY_EVENTS
                    break
                if stopped:
                    status = Status.EVENT
                g[:] = g_new
            h *= growth(err, last, retry)
            t, last, fresh, retry = t_new, max(err, 1e-4), False, False
            copy(y_new, y)
            steps += 1
            ts[steps] = t
            if status == Status.EVENT:
                break
            if not method.next_slope(work, f):
                model.rhs(min(max(t, low), high), y, f)
                evaluations += 1
        if status != Status.DONE:
            break
    counts = (steps, rejected, evaluations, jacobians, factorisations)
    return (
        status.value, counts, worst, ts[: steps + 1].copy(), dense[:steps].copy(), y.copy(),
        found[1 : 1 + int(found[0, 0])].copy(),
    )  # fmt: skip


@inner
def scan(model, t, t_new, C, terminal, g, g_new, g_at, y_new, y_at, found):
    """Locate the events of one step: sign changes at its end or at quarter points inside.

    Adds them to `found`. Where the first function is `terminal` the step is cut at its zero, C and
    y_new with it; returns the step's end and whether it was cut.
    """
    g_left = g.copy()
    for quarter in range(1, 5):
        right = 0.25 * quarter
        if quarter == 4:
            y_at[:] = y_new
        else:
            evaluate(C, right, y_at)
        events(model, t + right * (t_new - t), y_at, g_new)
        stop = 0.0
        for k in range(g.size):
            if g_left[k] == 0.0 or g_left[k] * g_new[k] > 0.0:
                continue
            a, b = right - 0.25, right
            while True:
                middle = 0.5 * (a + b)
                if middle in (a, b):
                    break
                evaluate(C, middle, y_at)
                events(model, t + middle * (t_new - t), y_at, g_at)
                if g_at[k] * g_left[k] > 0.0:
                    a = middle
                else:
                    b = middle
            if stop > 0.0 and b > stop:
                continue  # beyond the terminal event
            n = int(found[0, 0]) + 1
            if n <= MOST_EVENTS:
                found[0, 0] = n
                found[n, 0], found[n, 1] = t + b * (t_new - t), k
            if terminal and k == 0:
                stop = b
        if stop > 0.0:
            evaluate(C, stop, y_new)
            shorten(C, stop)
            return t + stop * (t_new - t), True
        g_left[:] = g_new
    return t_new, False
