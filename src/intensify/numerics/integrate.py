"""`integrate`: a system of equations over an interval, or a sentence about why not."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from intensify._jit import canonical, compiled, is_model
from intensify.errors import InputError, SolveError
from intensify.numerics.bdf import BDF
from intensify.numerics.explicit_first import SETTLED, rungs
from intensify.numerics.interrupts import interrupts_held
from intensify.numerics.march import Counts, Run, Status, march
from intensify.numerics.multistep import march_multistep
from intensify.numerics.rodas5p import Rodas5P
from intensify.numerics.trajectory import Trajectory

SENTENCES = {
    Status.MAX_STEPS: "the step limit was reached; raise max_steps or loosen rtol",
    Status.STEP_TOO_SMALL: "the tolerance cannot be met: the step fell below the last place of t; "
    "loosen rtol, or look for a jump or a singularity there",
    Status.NOT_FINITE: "the equations give numbers that are not finite there; check the inputs",
    Status.SINGULAR: "the matrix of the step is singular there; each algebraic equation must "
    "determine its variable, and explicit methods need the identity as mass matrix",
    Status.TOO_MANY_EVENTS: "more than 1000 events; the event function chatters",
}


def integrate(
    model: Any,
    interval: tuple[float, float],
    y0: Any,
    *,
    method: Any = Rodas5P(),
    rtol: Any = 1e-8,
    atol: Any = 1e-12,
    stops: Sequence[float] = (),
    n_events: int = 0,
    terminal: bool = False,
    first_step: float = 0.0,
    max_steps: int = 200_000,
) -> Trajectory:
    """Integrate M y' = f(t, y) from y0 over the interval.

    Parameters
    ----------
    model : object with rhs(t, y, dy) that fills dy; a NamedTuple is compiled. Optional methods:
        jac(t, y, J), jac_banded(t, y, J, lower, upper), events(t, y, g), mass(m) (diagonal of M),
        guess(t, y, step, y_new) (improves what BDF expects; y - step was the state a step before).
    method : Rodas5P(), BDF(), with a Band where the Jacobian has one, DormandPrince(), or
        ExplicitFirst() of the last and the first.
    rtol, atol : scalar or (N,); the error of a step is held below atol + rtol |y|.
    stops : places where the equations switch; no step crosses one.
    n_events : how many functions `events` fills; zeros are found at step ends and quarter points.
    terminal : the first event function ends the integration.

    SolveError says where, when and why the tolerance could not be met; InputError: unusable input.

    >>> class Decay:
    ...     def rhs(self, t, y, dy):
    ...         dy[0] = -y[0]
    >>> round(float(integrate(Decay(), (0.0, 1.0), [1.0]).y_end[0]), 8)
    0.36787944
    """
    t0, t1 = float(interval[0]), float(interval[1])
    y = np.array(y0, dtype=float)
    if not (t1 > t0 and np.isfinite(t0) and np.isfinite(t1)):
        raise InputError(
            f"the interval ({t0:g}, {t1:g}) has no length; its end must lie above its start"
        )
    if not np.isfinite(y).all():
        raise InputError(f"the start value of state {int(np.argmin(np.isfinite(y)))} is not finite")
    relative, absolute = np.full(y.size, rtol, dtype=float), np.full(y.size, atol, dtype=float)
    if not (relative > 0.0).all() or not (absolute >= 0.0).all():
        raise InputError("tolerances must be positive: rtol above 0, atol at least 0")
    between = sorted({float(s) for s in stops if t0 < s < t1}) if len(stops) else ()
    places = np.array([t0, *between, t1])
    spent = Counts(0, 0, 0, 0, 0)
    with interrupts_held() if is_model(model) else nullcontext():
        for one, most in rungs(method, max_steps):
            run = Run(one, canonical(model))
            loop = march_multistep if isinstance(one, BDF) else march
            rows = 5 + one.workspace(y.size)
            work = np.empty((rows, y.size)), np.empty(y.size, dtype=np.int64)
            entry = compiled(loop, run) if is_model(model) else loop
            status, counts, worst, t, C, y_end, found = entry(
                run, places, y, relative, absolute, float(first_step), most, *work, n_events,
                terminal,
            )  # fmt: skip
            spent = Counts(*map(operator.add, spent, counts))
            if status in SETTLED:
                break
    if status not in (Status.DONE, Status.EVENT):
        raise SolveError(
            f"integration stopped at {t[-1]:.6g} of {t1:.6g} after {counts[0]} steps: "
            f"{SENTENCES[Status(status)]} (worst: state {worst}, value {y_end[worst]:.6g}, "
            f"rtol {relative[worst]:g})"
        )
    if len(found) > 1:
        found = found[np.argsort(found[:, 0], kind="stable")]
    return Trajectory(t, C, found[:, 0], found[:, 1].astype(int), spent)
