"""Fronts in columns in closed form: constant velocity v, no dispersion, a step c0 on a clean bed.

dc/dt + v dc/dz + F dq/dt = 0,  F = (1 - void)/void
linear, LDF      c/c0 = J(xi, tau),  xi = k K F L/v,  tau = k (t - L/v)          Anzelius (1926)
film and pores   transform exp(-(L/v)(s + 3 F k_f/R (1 - c_s/c)))/s                Rosen (1952)
Langmuir         shock at L/v (1 + F q0/c0); behind it no width but that of the uptake
reaction A -> B in an ideal column: by characteristics
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.errors import InputError
from intensify.numerics.laplace import invert


class Column(NamedTuple):
    """Length [m], interstitial velocity [m/s], void fraction."""

    L: float
    v: float
    void: float

    @property
    def F(self) -> float:
        """Volume of solid over that of the fluid."""
        return (1.0 - self.void) / self.void

    @property
    def hold(self) -> float:
        """Time that an inert stays [s]."""
        return self.L / self.v

    def time(self, slope: float) -> float:
        """When a wave of slope q' = dq/dc leaves, L/v (1 + F q') [s]."""
        return self.hold * (1.0 + self.F * slope)

    def variance(self, K: float, k: float) -> float:
        """Variance of the breakthrough at a linear isotherm with uptake k [s2]."""
        return 2.0 * self.hold * self.F * K / k


def J(xi: float, tau: float) -> float:
    """Anzelius' function 1 - exp(-tau) int_0^xi exp(-s) I0(2 sqrt(s tau)) ds.

    >>> round(J(18.0, 18.0), 6)
    0.533362
    """
    from scipy.special import i0e

    if xi <= 0.0:
        return 1.0
    if tau <= 0.0:
        return float(np.exp(-xi)) if tau == 0.0 else 0.0
    middle, end = np.sqrt(tau), np.sqrt(xi)
    low, high = max(0.0, middle - 7.0), min(end, middle + 7.0)  # x = sqrt(s): a Gaussian of x
    if high <= low:
        return 1.0
    x, w = np.polynomial.legendre.leggauss(120)
    x = 0.5 * (high - low) * x + 0.5 * (high + low)
    rise = 2.0 * x * np.exp(-((x - middle) ** 2)) * i0e(2.0 * x * middle)
    return 1.0 - float(0.5 * (high - low) * (w @ rise))


def linear_breakthrough(column: Column, times: np.ndarray, *, K: float, k: float) -> np.ndarray:
    """c/c0 at the outlet for q* = K c, dq/dt = k (q* - q), k in 1/s.

    >>> linear_breakthrough(Column(0.2, 1e-3, 0.4), np.array([1100.0]), K=3.0, k=0.02).round(6)
    array([0.533362])
    """
    xi = k * K * column.F * column.hold
    return np.array([J(xi, k * (t - column.hold)) for t in np.atleast_1d(times)])


def klinkenberg(column: Column, times: np.ndarray, *, K: float, k: float) -> np.ndarray:
    """Klinkenberg's approximation (1954) of `linear_breakthrough`; good to 0.6 % from xi = 2."""
    from scipy.special import erf

    xi = k * K * column.F * column.hold
    tau = np.maximum(k * (np.atleast_1d(times) - column.hold), 1e-300)
    a, b = np.sqrt(tau), np.sqrt(xi)
    return 0.5 * (1.0 + erf(a - b + 0.125 / a + 0.125 / b))


def pore_breakthrough(
    column: Column, times: np.ndarray, *, R: float, D_e: float, k_film: float, K: float
) -> np.ndarray:
    """c/c0 at the outlet with film and pore diffusion into spheres, K: total capacity q/c.

    K dc_p/dt = D_e (1/r2) d/dr(r2 dc_p/dr), k_film (c - c_s) = D_e dc_p/dr at R.
    """

    def transform(s: np.ndarray) -> np.ndarray:
        phi = R * np.sqrt(K * s / D_e)
        inward = D_e / R * (phi / np.tanh(phi) - 1.0)  # flux over c_s
        uptake = 3.0 / R * k_film * inward / (k_film + inward)
        return np.exp(-column.hold * column.F * uptake) / s

    late = np.atleast_1d(np.asarray(times, dtype=float)) - column.hold
    out = np.zeros(late.size)
    out[late > 0.0] = invert(transform, late[late > 0.0])
    return out


class Langmuir(NamedTuple):
    """q = qs b c/(1 + b c) of one species: its waves in a column."""

    qs: float
    b: float

    def loading(self, c: float) -> float:
        """Loading over c."""
        return self.qs * self.b * c / (1.0 + self.b * c)

    def separation_factor(self, c0: float) -> float:
        """1/(1 + b c0): below 1 the front sharpens itself."""
        return 1.0 / (1.0 + self.b * c0)

    def shock_time(self, column: Column, c0: float) -> float:
        """When the front of a step c0 on a clean bed leaves [s]."""
        return column.time(self.loading(c0) / c0)

    def rarefaction_times(self, column: Column, c: np.ndarray) -> np.ndarray:
        """When the concentrations c leave a saturated bed that is washed with clean fluid [s]."""
        slope = self.qs * self.b / (1.0 + self.b * np.asarray(c, dtype=float)) ** 2
        return column.hold * (1.0 + column.F * slope)

    def pattern_time(self, column: Column, c0: float, k: float, x: float) -> float:
        """When the constant pattern of dq/dt = k (q* - q) reaches c = x c0 at the outlet [s].

        (R ln x - ln(1 - x))/((1 - R) k), centred by the mass balance on the shock.
        """
        if not 0.0 < x < 1.0:
            raise InputError(f"a front passes c/c0 between 0 and 1, not {x:g}")
        R = self.separation_factor(c0)

        def shape(x: float) -> float:
            return float(R * np.log(x) - np.log(1.0 - x)) / ((1.0 - R) * k)

        # the front holds as much as the shock: `shape` has the mean 1/k over x
        return self.shock_time(column, c0) + shape(x) - 1.0 / k


class PulseReactor(NamedTuple):
    """A -> B in an ideal chromatographic column, first order k per fluid volume, linear isotherms.

    (1 + F K_i) dc_i/dt + v dc_i/dz = nu_i k c_A; a pulse of A with c = 1 lasting t_pulse.
    """

    column: Column
    K_A: float
    K_B: float
    k: float
    t_pulse: float

    @property
    def conversion(self) -> float:
        """Of A at the outlet."""
        return 1.0 - float(np.exp(-self.k * self.column.hold))

    def c_A(self, t: float) -> float:
        """A at the outlet."""
        late = t - self.column.time(self.K_A)
        return 1.0 - self.conversion if 0.0 <= late < self.t_pulse else 0.0

    def c_B(self, t: float) -> float:
        """B at the outlet: made where its path to the outlet crosses the pulse of A."""
        first, lag = self.column.time(self.K_B), self.column.time(self.K_B - self.K_A)
        late, lag = t - first, lag - self.column.hold
        if lag == 0.0:
            return self.conversion if 0.0 <= late < self.t_pulse else 0.0
        a, b = sorted((-late / lag, (self.t_pulse - late) / lag))  # parts of the length
        a, b = min(max(a, 0.0), 1.0), min(max(b, 0.0), 1.0)
        Da = self.k * self.column.hold
        return float(np.exp(-Da * a) - np.exp(-Da * b))


class SurfaceReactor(NamedTuple):
    """A reaction of the adsorbed species, k_surface q, supplied by k (K c - q); steady."""

    column: Column
    K: float
    k: float
    k_surface: float

    @property
    def k_effective(self) -> float:
        """First-order constant per fluid volume [1/s]."""
        return self.column.F * self.K * self.k * self.k_surface / (self.k + self.k_surface)

    @property
    def left(self) -> float:
        """c/c0 at the outlet."""
        return float(np.exp(-self.k_effective * self.column.hold))


class ReactiveFront(NamedTuple):
    """A dilute gas that reacts to equilibrium and loses a product to the sorbent; all fast.

    Ahead of the front all of the element fed is held back; behind it the feed stands at reaction
    and sorption equilibrium. L [m], u superficial [m/s], eps: all gas per bed volume, rho: sorbent
    [kg/m3 bed], q: loading behind [mol/kg], c: the element fed [mol/m3].
    """

    L: float
    u: float
    eps: float
    rho: float
    q: float
    c: float

    @property
    def time(self) -> float:
        """When the front leaves, L/u (eps + rho q/c) [s]."""
        return self.L / self.u * (self.eps + self.rho * self.q / self.c)
