"""Tracer curves: a model fitted to them, and vessels freed of their dead volumes.

What lies around a vessel (tubes, valves, cells of probes) widens every curve. It is measured with
the vessel bypassed, or by a probe at the inlet: that curve is then the inlet of the fit, and what
both share falls out, because vessels in series are convolutions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.estimation.residence import (
    HIGHEST_PE,
    Closed,
    Curve,
    Distribution,
    Tanks,
    moments,
)
from intensify.estimation.statistics import correlation_of, covariance_of, factor_of

RANGE = {"N": (0.1, 1e4), "Pe": (1e-2, 1e4)}


class TracerFit(NamedTuple):
    """A model of a vessel, fitted to its tracer curve.

    model: with its fitted numbers. names: of the parameters, "tau", "N" or "Pe", "gain", "delay";
    values, errors (standard), low, high (95 %), in s where they are times; gain: area of the outlet
    over that of the inlet, 1 where no tracer is lost. correlation: of the logarithms, but of the
    delay itself. sd: of the signal, from the residuals. predicted (n,): the fitted curve.
    """

    model: Any
    names: tuple[str, ...]
    values: np.ndarray
    errors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    correlation: np.ndarray
    sd: float
    predicted: np.ndarray

    def __str__(self) -> str:
        rows = [f"{type(self.model).__name__}: {self.sd:.3g} standard deviation of the signal"]
        rows += [f"{name:8}{x:14.6g} +- {e:.3g}   95 %: {a:.6g} to {b:.6g}"
                 for name, x, e, a, b in zip(self.names, self.values, self.errors, self.low,
                                             self.high, strict=True)]  # fmt: skip
        return "\n".join(rows)


def fit_tracer(
    outlet: Curve, model: type = Tanks, *, inlet: Curve | None = None, delay: bool = False
) -> TracerFit:
    """Fit `Tanks`, `Open` or `Closed` to an outlet curve.

    inlet: the measured inlet, or the curve with the vessel bypassed; None: an ideal pulse at t = 0,
    whose amount is the gain. delay: whether a time of plug flow is fitted besides; its parameters
    hang together closely, so only where the front asks for it.

    InputError: too few points. SolveError: no fit, or one at the end of its range.

    >>> t = np.linspace(0.0, 60.0, 61)
    >>> found = fit_tracer(Curve.of(t, 3.0 * Tanks(10.0, 4.0).density(t)))
    >>> [round(float(x), 6) for x in found.values]
    [10.0, 4.0, 3.0]
    """
    from scipy.optimize import least_squares

    shape = model._fields[1]  # type: ignore[attr-defined]
    names = ("tau", shape, "gain", *(("delay",) if delay else ()))
    P, n = len(names), outlet.t.size
    if n <= P:
        raise InputError(f"{n} points are too few for {P} parameters")
    start, low, high = first_guess(outlet, model, inlet, delay)

    def curve(theta: np.ndarray) -> np.ndarray:
        tau, width, gain = np.exp(theta[:3])
        return gain * answer(model(tau, width), outlet.t, inlet, theta[3] if delay else 0.0)

    found = least_squares(lambda theta: curve(theta) - outlet.c, start, jac="3-point",
                          bounds=(low, high), x_scale="jac", ftol=1e-12, xtol=1e-12,
                          gtol=1e-12)  # fmt: skip
    if found.status <= 0 or found.active_mask.any():
        held = [name for name, k in zip(names, found.active_mask, strict=True) if k]
        raise SolveError(f"the fit ends at the end of the range of {', '.join(held) or 'no number'}"
                         f"; {model.__name__} is no model of this curve")  # fmt: skip
    sd = float(np.sqrt(2.0 * found.cost / (n - P)))
    cov, _, _ = covariance_of(found.jac, np.ones(P, dtype=bool))
    spread = sd * np.sqrt(np.diag(cov))
    half = factor_of(n - P, known=False) * spread
    log = np.arange(P) < 3

    def own(theta: np.ndarray) -> np.ndarray:
        return np.where(log, np.exp(theta), theta)

    values = own(found.x)
    fitted = model(*values[:2].tolist())
    return TracerFit(
        fitted, names, values, np.where(log, values, 1.0) * spread, own(found.x - half),
        own(found.x + half), correlation_of(cov), sd, curve(found.x),
    )  # fmt: skip


def answer(E: Distribution, t: np.ndarray, inlet: Curve | None, delay: float) -> np.ndarray:
    """What a vessel makes of its inlet; of a pulse, where there is none."""
    return E.density(t - delay) if inlet is None else inlet.after(E, t, delay)


def first_guess(
    outlet: Curve, model: type, inlet: Curve | None, delay: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start and bounds of ln tau, ln N or Pe, ln gain, delay, from moments."""
    out = moments(outlet)
    area, mean, variance = 1.0, 0.0, 0.0
    if inlet is not None:
        area, mean, variance, _ = moments(inlet)
    tau = max(out.mean - mean, 1e-3 * out.mean)
    spread = max(out.variance - variance, 1e-3 * tau**2)
    width = tau**2 / spread * (1.0 if model is Tanks else 2.0)
    low, high = RANGE[model._fields[1]]  # type: ignore[attr-defined]
    high = HIGHEST_PE if model is Closed else high
    gain = out.area / area
    start = [tau, np.clip(width, 1.01 * low, 0.99 * high), gain]
    lows, highs = [tau / 100.0, low, gain / 100.0], [tau * 100.0, high, gain * 100.0]
    more = ([0.1 * tau], [-tau], [tau]) if delay else ([], [], [])
    return tuple(np.array([*np.log(x), *y])
                 for x, y in zip((start, lows, highs), more, strict=True))  # type: ignore # fmt: skip


def deconvolve(inlet: Curve, outlet: Curve, *, step: float, n: int, sd: float) -> Curve:
    """E(t) [1/s] of what lies between two curves, without a model: n values, `step` [s] apart.

    The smoothest E >= 0 (least sum of squared second differences) that says the outlet to within
    its standard deviation sd: the weight of smoothness is raised until the residuals are as large
    as sd. E is 0 at its last point and a straight line between its points.

    InputError: sd not above 0, more unknowns than there are points. SolveError: no E >= 0 comes
    within sd of the outlet.

    >>> t = np.linspace(0.0, 30.0, 61)
    >>> pulse = Curve.of([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    >>> behind = Curve.of(t, pulse.after(Tanks(6.0, 3.0), t))
    >>> E = deconvolve(pulse, behind, step=1.0, n=28, sd=1e-3)
    >>> round(moments(E).mean, 1)
    6.0
    """
    from scipy.optimize import brentq, nnls

    if not sd > 0.0 or n > outlet.t.size or n < 3:
        raise InputError(f"deconvolution needs sd above 0, and 3 to {outlet.t.size} values (as "
                         f"many as the outlet has points); here sd = {sd:g}, n = {n}")  # fmt: skip
    at = step * np.arange(n + 1)
    hats = np.column_stack([hat_response(inlet, outlet.t, at, k) for k in range(n)])
    bend = np.diff(np.eye(n + 1), 2, axis=0)[:, :n]
    size = np.abs(hats).sum(axis=0).max()

    def smoothest(weight: float) -> tuple[np.ndarray, float]:
        rows = np.concatenate([hats, np.exp(weight) * size * bend])
        E, _ = nnls(rows, np.concatenate([outlet.c, np.zeros(len(bend))]), maxiter=100 * n)
        return E, float(np.sqrt(np.mean((hats @ E - outlet.c) ** 2)))

    low, high = np.log(1e-8), np.log(1e4)
    least = smoothest(low)[1]
    if least > sd:
        raise SolveError(f"no E comes within sd = {sd:g} of the outlet, one within {least:.3g};"
                         " give a larger sd, or more and closer values")  # fmt: skip
    if smoothest(high)[1] > sd:
        high = float(brentq(lambda w: smoothest(w)[1] - sd, low, high, xtol=0.01))
    return Curve.of(at, np.append(smoothest(high)[0], 0.0))


def hat_response(inlet: Curve, t: np.ndarray, at: np.ndarray, k: int) -> np.ndarray:
    """The outlet for E = hat k: 1 at at[k], and 0 at and beyond its neighbours."""
    slopes = np.zeros(at.size)
    step = at[1] - at[0]
    slopes[k], slopes[k + 1] = -2.0 / step, 1.0 / step
    if k > 0:
        slopes[k - 1] = 1.0 / step
    else:
        slopes[0] = -1.0 / step
    times = np.subtract.outer(t, at)
    part = twice(inlet, times) * slopes
    return np.asarray(part.sum(axis=1) + (once(inlet, t) if k == 0 else 0.0))


def once(inlet: Curve, t: np.ndarray) -> np.ndarray:
    """Integral of an inlet curve up to t."""
    return integrals(inlet, t)[0]


def twice(inlet: Curve, t: np.ndarray) -> np.ndarray:
    """Integral of `once` up to t."""
    return integrals(inlet, t)[1]


def integrals(inlet: Curve, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first two integrals of an inlet curve up to t, exact for straight lines."""
    s, c = inlet
    h, slope = np.diff(s), np.diff(c) / np.diff(s)
    first = np.concatenate([[0.0], np.cumsum(h * 0.5 * (c[1:] + c[:-1]))])
    part = first[:-1] * h + c[:-1] * h**2 / 2.0 + slope * h**3 / 6.0
    second = np.concatenate([[0.0], np.cumsum(part)])
    i = np.clip(np.searchsorted(s, t, side="right") - 1, 0, s.size - 1)
    x = np.maximum(t - s[i], 0.0)
    m = np.append(slope, 0.0)[i]
    one = first[i] + c[i] * x + m * x**2 / 2.0
    two = second[i] + first[i] * x + c[i] * x**2 / 2.0 + m * x**3 / 6.0
    return np.where(t > s[0], one, 0.0), np.where(t > s[0], two, 0.0)
