"""Residence-time distributions E(t) of vessels and channels, and what they make of any inlet.

A model gives E, its integral F and the integral K of F. An inlet curve that is a straight line
between its measurements then leaves as an exact sum over its bends,

    c_out(t) = c_0 F(t - t_0) + sum_j (change of slope at t_j) K(t - t_j),

so that neither the grid of the times nor a Fourier transform comes in.
Sources: Levenspiel, Chemical Reaction Engineering, chapters 11 to 14 (tanks, dispersion); Abate and
Valko, Int. J. Numer. Meth. Eng. 60 (2004) 979 (fixed Talbot inversion).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from intensify.errors import InputError

TALBOT = 40
"""Points of the inversion: K to 1e-10 and E to 1e-8 for Pe up to 100."""
HIGHEST_PE = 100.0
NOTHING = 30.0
"""E below exp(-NOTHING) of what it is at its height counts as 0."""


class Distribution(Protocol):
    """A residence-time distribution; times t (n,) in s, all of them 0 for t <= 0."""

    def density(self, t: np.ndarray) -> np.ndarray:
        """E(t) [1/s]."""

    def cumulative(self, t: np.ndarray) -> np.ndarray:
        """F(t), the answer to a step."""

    def ramp(self, t: np.ndarray) -> np.ndarray:
        """K(t), the integral of F [s]: the answer to an inlet that rises as t."""

    @property
    def mean(self) -> float:
        """Mean [s]."""

    @property
    def variance(self) -> float:
        """Variance [s2]."""


class Tanks(NamedTuple):
    """N ideal tanks in series with tau [s] in all: the gamma distribution; N need not be whole.

        E = t^(N-1) exp(-t/tau_i)/(Gamma(N) tau_i^N),   tau_i = tau/N;   variance tau^2/N

    >>> round(float(Tanks(10.0, 1.0).density(np.array([10.0]))[0]), 9)  # exp(-1)/10
    0.036787944
    """

    tau: float
    N: float

    def density(self, t: np.ndarray) -> np.ndarray:
        """E(t) [1/s]."""
        from scipy.stats import gamma

        return np.asarray(gamma.pdf(t, self.N, scale=self.tau / self.N))

    def cumulative(self, t: np.ndarray) -> np.ndarray:
        """F(t)."""
        from scipy.special import gammainc

        return np.asarray(gammainc(self.N, np.maximum(t, 0.0) * self.N / self.tau))

    def ramp(self, t: np.ndarray) -> np.ndarray:
        """t F(t) less the integral of t E, which is tau F of N + 1 tanks."""
        from scipy.special import gammainc

        x = np.maximum(t, 0.0) * self.N / self.tau
        return np.asarray(self.tau * (x / self.N * gammainc(self.N, x) - gammainc(self.N + 1.0, x)))

    @property
    def mean(self) -> float:
        """tau."""
        return self.tau

    @property
    def variance(self) -> float:
        """tau^2/N."""
        return self.tau**2 / self.N


class Open(NamedTuple):
    """Plug flow with dispersion between two probes that do not disturb it: an inverse Gaussian.

    G(s) = exp(Pe/2 (1 - (1 + 4 s tau/Pe)^1/2)),   Pe = u L/D_ax;   variance 2 tau^2/Pe
    """

    tau: float
    Pe: float

    def density(self, t: np.ndarray) -> np.ndarray:
        """E(t) [1/s]."""
        from scipy.stats import invgauss

        return np.asarray(invgauss.pdf(t, 2.0 / self.Pe, scale=self.tau * self.Pe / 2.0))

    def cumulative(self, t: np.ndarray) -> np.ndarray:
        """F(t)."""
        from scipy.stats import invgauss

        return np.asarray(invgauss.cdf(t, 2.0 / self.Pe, scale=self.tau * self.Pe / 2.0))

    def ramp(self, t: np.ndarray) -> np.ndarray:
        """t F(t) less the integral of t E."""
        from scipy.stats import norm

        x = np.maximum(t, 1e-300) / self.tau
        z = np.sqrt(self.Pe / (2.0 * x))
        part = norm.cdf(z * (x - 1.0)) - np.exp(self.Pe + norm.logcdf(-z * (x + 1.0)))
        return np.asarray(np.where(t > 0.0, t * self.cumulative(t) - self.tau * part, 0.0))

    @property
    def mean(self) -> float:
        """tau."""
        return self.tau

    @property
    def variance(self) -> float:
        """2 tau^2/Pe."""
        return 2.0 * self.tau**2 / self.Pe


class Closed(NamedTuple):
    """Plug flow with dispersion between ends that nothing crosses backwards (Danckwerts).

        G(s) = 4 a e^(Pe (1-a)/2)/((1+a)^2 - (1-a)^2 e^(-a Pe)),   a = (1 + 4 s tau/Pe)^1/2
        variance 2 tau^2/Pe (1 - (1 - e^-Pe)/Pe)

    Valid up to Pe = 100, where the ends no longer matter and `Open` says the same.
    """

    tau: float
    Pe: float

    def transform(self, s: np.ndarray) -> np.ndarray:
        """G(s), the Laplace transform of E."""
        Pe, a = self.Pe, np.sqrt(1.0 + 4.0 * s * self.tau / self.Pe)
        below = (1.0 + a) ** 2 - (1.0 - a) ** 2 * np.exp(-a * Pe)
        return np.asarray(4.0 * a * np.exp(0.5 * Pe * (1.0 - a)) / below)

    def density(self, t: np.ndarray) -> np.ndarray:
        """E(t) [1/s]."""
        return self.inverse(self.transform, t, np.zeros(np.shape(t)))

    def cumulative(self, t: np.ndarray) -> np.ndarray:
        """F(t)."""
        return self.inverse(lambda s: self.transform(s) / s, t, np.ones(np.shape(t)))

    def ramp(self, t: np.ndarray) -> np.ndarray:
        """K(t) [s]."""
        return self.inverse(lambda s: self.transform(s) / s**2, t, t - self.tau)

    def inverse(
        self, F: Callable[[np.ndarray], np.ndarray], t: np.ndarray, late: np.ndarray
    ) -> np.ndarray:
        """The function of time that F(s) stands for, by Talbot's contour.

        0 before E is something, `late` after it.
        """
        if not 0.0 < self.Pe <= HIGHEST_PE:
            raise InputError(f"Pe = {self.Pe:g}: closed ends are computed up to Pe = "
                             f"{HIGHEST_PE:g}; take Open, which they come to")  # fmt: skip
        x = np.asarray(t, dtype=float) / self.tau
        something = self.Pe * (1.0 - x) ** 2 < 4.0 * NOTHING * x
        out = np.where(x < 1.0, 0.0, late)
        now = np.asarray(t, dtype=float)[something][:, None]
        angle = np.arange(1, TALBOT) * np.pi / TALBOT
        cot = 1.0 / np.tan(angle)
        r = 2.0 * TALBOT / (5.0 * now)
        s = r * angle * (cot + 1.0j)
        weight = 1.0 + 1.0j * (angle + (angle * cot - 1.0) * cot)
        total = 0.5 * np.exp(0.4 * TALBOT) * F(r + 0.0j).real[:, 0]
        total += (np.exp(now * s) * F(s) * weight).real.sum(axis=1)
        out[something] = r[:, 0] / TALBOT * total
        return out

    @property
    def mean(self) -> float:
        """tau."""
        return self.tau

    @property
    def variance(self) -> float:
        """2 tau^2/Pe (1 - (1 - e^-Pe)/Pe)."""
        return 2.0 * self.tau**2 / self.Pe * (1.0 + np.expm1(-self.Pe) / self.Pe)


class Curve(NamedTuple):
    """A measured tracer curve: times t (n,) [s], rising; signal c (n,), its baseline taken off.

    Between its points it is a straight line; before them it is 0, after them as at the last.
    """

    t: np.ndarray
    c: np.ndarray

    @classmethod
    def of(cls, t: object, c: object) -> Curve:
        """A curve of two columns. InputError: of other lengths, not finite, times not rising."""
        times, signal = np.asarray(t, dtype=float), np.asarray(c, dtype=float)
        if times.ndim != 1 or times.shape != signal.shape or times.size < 3:
            raise InputError("a tracer curve is two columns of one length, of three rows at least")
        if not (np.isfinite(times).all() and np.isfinite(signal).all()):
            raise InputError("a tracer curve holds what is no finite number")
        if not (np.diff(times) > 0.0).all():
            row = int(np.argmin(np.diff(times) > 0.0)) + 1
            raise InputError(f"times of a tracer curve must rise; row {row + 1} does not")
        return cls(times, signal)

    def after(self, E: Distribution, t: np.ndarray, delay: float = 0.0) -> np.ndarray:
        """The curve behind a vessel at times t (n,); delay [s]: plug flow besides."""
        slopes = np.diff(self.c) / np.diff(self.t)
        bends = np.diff(slopes, prepend=0.0, append=0.0)
        age = np.asarray(t, dtype=float)[:, None] - delay - self.t
        out = self.c[0] * E.cumulative(age[:, 0])
        # of times in equal steps most ages are the same
        places, same = np.unique(np.round(age / E.mean, 12), return_inverse=True)
        ramps = E.ramp(places * E.mean)[same].reshape(age.shape)
        return np.asarray(out + (ramps * bends).sum(axis=1))


class Moments(NamedTuple):
    """Area [signal s], mean [s], variance [s2] and skewness of a curve that returns to 0.

    Of vessels in series means and variances add up, whatever the inlet was like: those of a vessel
    are the differences between its outlet and its inlet.
    """

    area: float
    mean: float
    variance: float
    skewness: float


def moments(curve: Curve) -> Moments:
    """Moments of a curve, exact for straight lines between its points.

    InputError: a curve without area, or whose end is not back below a twentieth of its height.

    >>> triangle = Curve.of([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    >>> [round(float(x), 9) for x in moments(triangle)[:3]]
    [1.0, 1.0, 0.166666667]
    """
    t, c = curve
    if not abs(c[-1]) < 0.05 * np.abs(c).max():
        raise InputError(f"the tracer is still at {c[-1] / np.abs(c).max():.0%} of its height "
                         "where the curve ends; measure longer, or fit a model to it")  # fmt: skip
    x, w = np.polynomial.legendre.leggauss(3)  # exact up to the fifth power
    share = 0.5 * (x + 1.0)
    times = t[:-1, None] + np.diff(t)[:, None] * share
    weights = 0.5 * np.diff(t)[:, None] * w * (c[:-1, None] + np.diff(c)[:, None] * share)
    area = float(weights.sum())
    if not area > 0.0:
        raise InputError("a tracer curve without area has no moments; take its baseline off")
    mean = float((weights * times).sum()) / area
    about = [float((weights * (times - mean) ** k).sum()) / area for k in (2, 3)]
    return Moments(area, mean, about[0], about[1] / max(about[0], 1e-300) ** 1.5)
