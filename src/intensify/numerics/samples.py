"""Many systems of one type, integrated one after the other inside one kernel."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled, inner, is_model
from intensify._samples import chosen, pick, stacked
from intensify.numerics.dormand_prince import DormandPrince
from intensify.numerics.explicit_first import SETTLED, rungs
from intensify.numerics.march import Run, march
from intensify.numerics.trajectory import end_of, highest

inner(march)


class Samples(NamedTuple):
    """What becomes of many systems; rows in their order.

    y_end (n, N): states at the end, or where the integration stopped. most, place (n, W): largest
    value of each watched state and where. status (n,): see `march.Status`. rhs (n,): evaluations.
    All as `integrate` finds them for each system alone, to the last bit.
    """

    y_end: np.ndarray
    most: np.ndarray
    place: np.ndarray
    status: np.ndarray
    rhs: np.ndarray


class Many(NamedTuple):
    """A stack of runs, and one of them for its type."""

    stack: Any
    like: Any


def march_samples(many, ends, Y0, rtol, atol, max_steps, n_events, watch, out, status, rhs):
    """Integrate sample after sample from ends[k, 0] to ends[k, 1]; see `integrate_samples`."""
    n = Y0.shape[1]
    space = np.empty((5 + many.like.method.workspace(n), n))
    pivots = np.empty(n, dtype=np.int64)
    W = watch.size
    for k in range(Y0.shape[0]):
        run = pick(many.stack, k, many.like)
        done, counts, _, t, C, _, _ = march(
            run, ends[k], Y0[k], rtol, atol[k], 0.0, max_steps, space, pivots, n_events,
            n_events > 0,
        )  # fmt: skip
        status[k], rhs[k] = done, counts[2]
        if C.shape[0] == 0:
            out[k] = np.nan
            continue
        end_of(C, out[k, :n])
        for w in range(W):
            step, x, value = highest(C, watch[w], 1.0)
            out[k, n + w] = value
            out[k, n + W + w] = t[step] + x * (t[step + 1] - t[step])


def integrate_samples(
    stack: Any,
    like: Any,
    ends: np.ndarray,
    y0: np.ndarray,
    *,
    method: Any = DormandPrince(),
    rtol: float = 1e-6,
    atol: np.ndarray,
    watch: tuple[int, ...] = (),
    n_events: int = 0,
    max_steps: int = 200_000,
) -> Samples:
    """Integrate each of the models in a stack (`_samples.stacked`) over ends[k] from y0[k].

    like: one of them as kernels take it, with a scratch that no other thread uses. ends (n, 2), y0
    and atol (n, N). watch: states whose largest value is wanted. n_events: how many functions the
    model's `events` fills, of which the first ends it. Nothing is raised: see `status`.

    >>> from intensify.numerics.samples import integrate_samples
    >>> class Decay(NamedTuple):
    ...     k: float
    ...     def rhs(self, t, y, dy):
    ...         dy[0] = -self.k * y[0]
    >>> many = stacked([Decay(1.0), Decay(2.0)], Decay(1.0))
    >>> found = integrate_samples(many, Decay(1.0), np.array([[0.0, 1.0]] * 2), np.ones((2, 1)),
    ...     rtol=1e-9, atol=np.full((2, 1), 1e-12))
    >>> np.round(found.y_end[:, 0] / np.exp([-1.0, -2.0]), 7).tolist()
    [1.0, 1.0]
    """
    (n, N), W = y0.shape, len(watch)
    out = np.empty((n, N + 2 * W))
    status, rhs = np.empty(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    left = np.arange(n)
    for one, steps in rungs(method, max_steps):
        some = stack if left.size == n else chosen(stack, left)
        found = run_samples(some, like, ends[left], y0[left], one, rtol, atol[left], watch,
                            n_events, steps)  # fmt: skip
        out[left], status[left] = found[:2]
        rhs[left] += found[2]
        left = left[~np.isin(found[1], SETTLED)]
        if left.size == 0:
            break
    return Samples(out[:, :N], out[:, N : N + W], out[:, N + W :], status, rhs)


def run_samples(stack, like, ends, y0, method, rtol, atol, watch, n_events, max_steps):
    """Rows of states and largest values, status and evaluations by one method."""
    n, N = y0.shape
    like = canonical(Run(method, like))
    many = Many(Run(stacked([method], method), stack), like)
    out = np.empty((n, N + 2 * len(watch)))
    status, rhs = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    entry = compiled(march_samples, many) if is_model(like.model) else march_samples
    entry(
        many, np.ascontiguousarray(ends), np.ascontiguousarray(y0), np.full(N, rtol),
        np.ascontiguousarray(atol), max_steps, n_events, np.array(watch, dtype=np.int64), out,
        status, rhs,
    )  # fmt: skip
    return out, status, rhs
