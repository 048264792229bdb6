"""Laminar flow and heat transfer in tubes and rectangular ducts, exact for any aspect ratio.

    -lap u = 1,  u = 0 at the wall                          f Re (Fanning) = D_h^2/(2 u_m)
    -lap t = u/u_m,  t = 0 at the wall                      Nu_H1 = D_h^2/(4 t_m)
    -lap t_i = L_i (u/u_m) t_i,  t_i = 0 at the wall        Nu_T = L_1 D_h^2/4

t_m weighs by velocity. Where the wall's temperature steps below developed flow, the part
theta_m = sum_i G_i exp(-4 N_i x) of the step is left at x = L/(D_h Re Pr), N_i = L_i D_h^2/4
(Graetz). The velocity is a series, the temperatures are polynomials (Galerkin); lengths in half
sides.

    -lap g = u/u_m - 1,  no flux at the wall                kappa = mean of (u/u_m - 1) g/D_h^2

gives the dispersion D_ax = D (1 + kappa (u D_h/D)^2) of Taylor and Aris.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from intensify.errors import InputError
from intensify.units import Metre, Number, SquareMetre

TUBE, SLIT = -1.0, 0.0
"""`Section.aspect` of a tube, and of the gap between plates."""
NARROWEST = 1e-3
"""Smallest aspect ratio that is solved; narrower ducts have its Nu, within 0.3 % of a slit's."""
X_SERIES = 1e-3
"""Entry length L/(D_h Re Pr) from which the series of modes is summed."""


class Section(NamedTuple):
    """Cross-section of a channel: area A, wetted perimeter P, laminar f Re (Fanning), aspect.

    aspect: short over long side of a rectangle, 0 between plates, -1 for a tube.
    """

    A: SquareMetre
    P: Metre
    fRe: Number = 16.0
    aspect: Number = TUBE

    @property
    def D_h(self) -> float:
        """Hydraulic diameter 4 A/P [m]."""
        return 4.0 * self.A / self.P

    @property
    def radius(self) -> float:
        """Longest way from the middle to the nearest wall: a tube's radius, half a gap [m]."""
        return 0.25 * self.D_h * (2.0 if self.aspect == TUBE else 1.0 + self.aspect)

    @property
    def kappa(self) -> float:
        """Number of Taylor-Aris dispersion on D_h: 1/192 for a tube, 1/840 between plates.

        >>> round(1.0 / round_section(1e-3).kappa), round(1.0 / slit_section(1e-3, 1.0).kappa)
        (192, 840)
        """
        return _kappa(*_shape(self.aspect))

    @property
    def Nu_T(self) -> float:
        """Nusselt number of developed laminar flow, wall of one temperature.

        >>> round(round_section(1e-3).Nu_T, 5), round(rectangular_section(1e-3, 2e-3).Nu_T, 5)
        (3.65679, 3.39229)
        """
        return float(modes(self).Nu[0])

    @property
    def Nu_H1(self) -> float:
        """The same where the heat flow is constant along the duct, the wall's T around it.

        >>> round(round_section(1e-3).Nu_H1, 5), round(rectangular_section(1e-3, 2e-3).Nu_H1, 4)
        (4.36364, 4.1233)
        """
        return modes(self).Nu_H1

    def scaled(self, factor: float) -> Section:
        """The same shape with all sides multiplied."""
        return self._replace(A=self.A * factor**2, P=self.P * factor)


def round_section(d: float) -> Section:
    """A tube of inner diameter d [m].

    >>> round(round_section(2e-3).D_h, 6)
    0.002
    """
    _positive("diameter", d)
    return Section(np.pi * d**2 / 4.0, np.pi * d)


def rectangular_section(a: float, b: float) -> Section:
    """A duct a x b [m], either one the longer.

    >>> round(rectangular_section(2e-3, 2e-3).fRe, 4), round(rectangular_section(1e-3, 2e-3).fRe, 5)
    (14.2271, 15.54806)
    """
    _positive("side", a)
    _positive("side", b)
    x = min(a, b) / max(a, b)
    return Section(a * b, 2.0 * (a + b), rectangular_fRe(x), x)


def slit_section(gap: float, width: float) -> Section:
    """The gap between plates so wide [m] that their edges do not count.

    >>> round(slit_section(1e-3, 0.1).Nu_T, 5), round(slit_section(1e-3, 0.1).Nu_H1, 5)
    (7.5407, 8.23529)
    """
    _positive("gap", gap)
    _positive("width", width)
    return Section(gap * width, 2.0 * width, 24.0, SLIT)


def _positive(what: str, value: float) -> None:
    if not 0.0 < value < np.inf:
        raise InputError(f"a channel's {what} is {value:g} m, but must be above 0 and finite")


@functools.lru_cache(256)
def rectangular_fRe(aspect: float) -> float:
    """Fanning f Re of a rectangular duct by its series; aspect: short over long side, 0 to 1.

    f Re = 24/((1 + a)^2 (1 - 192 a/pi^5 sum_n tanh(n pi/(2 a))/n^5)), n = 1, 3, 5, ...

    >>> round(rectangular_fRe(1e-9), 6)
    24.0
    """
    n = np.arange(1.0, 400.0, 2.0)
    part = 192.0 * aspect / np.pi**5 * (np.tanh(n * np.pi / (2.0 * aspect)) / n**5).sum()
    return float(24.0 / ((1.0 + aspect) ** 2 * (1.0 - part)))


class Modes(NamedTuple):
    """Graetz modes of a duct: N_i in rising order, their weights G_i, and Nu_H1."""

    Nu: np.ndarray
    G: np.ndarray
    Nu_H1: float


def modes(section: Section) -> Modes:
    """Graetz modes of a section, by its shape."""
    return _modes(*_shape(section.aspect))


def _shape(aspect: float) -> tuple[float]:
    """The aspect ratio by which solutions are kept."""
    return (round(max(aspect, NARROWEST), 12) if aspect > SLIT else aspect,)


@functools.lru_cache(maxsize=256)
def _modes(aspect: float) -> Modes:
    if aspect <= SLIT:  # one coordinate: the radius, or the way from the middle of the gap
        x, w, B, D = _polynomials(40)
        w, peak, D_h = (2.0 * x * w, 2.0, 2.0) if aspect == TUBE else (w, 1.5, 4.0)
        lam, P = _diagonal(D.T @ (w[:, None] * D), B.T @ (w[:, None] * B))
        weight, B = peak * (1.0 - x**2) * w, B @ P
        return _graetz(lam, B.T @ weight, B.T @ (weight[:, None] * B), D_h)
    x, w_x, B_x, D_x = _polynomials(10)
    y, w_y, B_y, D_y = _polynomials(_along(aspect))
    lam_x, P_x = _diagonal(D_x.T @ (w_x[:, None] * D_x), B_x.T @ (w_x[:, None] * B_x))
    lam_y, P_y = _diagonal(D_y.T @ (w_y[:, None] * D_y), B_y.T @ (w_y[:, None] * B_y))
    B_x, B_y = B_x @ P_x, B_y @ P_y
    weight = _velocity(aspect, x, y) * np.outer(w_x, w_y)
    lam = (lam_x[:, None] + aspect**2 * lam_y).ravel()
    b = (B_x.T @ weight @ B_y).ravel()
    half = np.einsum("ip,ir,ij->prj", B_x, B_x, weight)
    W = np.einsum("prj,jq,js->pqrs", half, B_y, B_y, optimize=True)
    return _graetz(lam, b, W.reshape(lam.size, lam.size), 4.0 / (1.0 + aspect))


def _along(aspect: float) -> int:
    """Polynomials along the long side: enough for the layers at its ends."""
    return min(12 + int(2.0 / aspect**0.5), 40)


@functools.lru_cache(maxsize=256)
def _kappa(aspect: float) -> float:
    if aspect <= SLIT:
        return 1.0 / 192.0 if aspect == TUBE else 1.0 / 840.0
    x, w_x, _, _ = _polynomials(20)
    y, w_y, _, _ = _polynomials(2 * _along(aspect))
    k, n = np.pi * np.arange(12.0), np.pi * np.arange(0.5 * y.size)
    waves_x, waves_y = np.cos(np.outer(k, x)) * w_x, np.cos(np.outer(n, y)) * w_y
    parts = waves_x @ _velocity(aspect, x, y) @ waves_y.T
    twice = np.where(k > 0.0, 2.0, 1.0)[:, None] * np.where(n > 0.0, 2.0, 1.0)
    lam = k[:, None] ** 2 + aspect**2 * n**2
    lam[0, 0] = np.inf  # the mean is no part of u/u_m - 1
    return float((twice * parts**2 / lam).sum() * (1.0 + aspect) ** 2 / 16.0)


def _graetz(lam: np.ndarray, b: np.ndarray, W: np.ndarray, D_h: float) -> Modes:
    """From the Laplacian's eigenvalues, and the velocity's moments of one and two functions."""
    root = 1.0 / np.sqrt(lam)
    inverse, Q = np.linalg.eigh(root[:, None] * W * root)
    kept = inverse > 1e-12 * inverse[-1]
    L = 1.0 / inverse[kept][::-1]
    G = ((Q.T @ (root * b))[kept][::-1]) ** 2 * L
    return Modes(L * D_h**2 / 4.0, G, float(D_h**2 / (4.0 * (b * b / lam).sum())))


def _polynomials(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gauss points and weights on (0, 1); n even polynomials that vanish at 1; their slopes."""
    x, w = legendre.leggauss(2 * n + 10)
    x, w = 0.5 * (x + 1.0), 0.5 * w
    first, second = np.eye(2 * n + 1)[0:-1:2], np.eye(2 * n + 1)[2::2]
    values = legendre.legval(x, (first - second).T).T
    return x, w, values, legendre.legval(x, legendre.legder((first - second).T)).T


def _diagonal(K: np.ndarray, M: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of K v = lam M v and vectors with v' M v = 1, K and M symmetric."""
    inverse = np.linalg.inv(np.linalg.cholesky(M))
    lam, Q = np.linalg.eigh(inverse @ K @ inverse.T)
    return lam, inverse.T @ Q


def _velocity(aspect: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """u/u_m at x (of the short half side) and y (of the long one), both 0 to 1."""
    n = np.arange(1.0, 1200.0, 2.0)
    k = n * np.pi / 2.0 / aspect
    ends = (np.exp(-np.outer(1 - y, k)) + np.exp(-np.outer(1 + y, k))) / (1 + np.exp(-2 * k))
    wave = np.cos(np.outer(x, n) * np.pi / 2.0) * (-1.0) ** ((n - 1) / 2) / n**3
    u = 0.5 * (1.0 - x[:, None] ** 2) - 16.0 / np.pi**3 * wave @ ends.T
    return u * (1.0 + aspect) ** 2 * rectangular_fRe(aspect) / 8.0


def nusselt_entry(section: Section, x: float) -> float:
    """Mean Nusselt number from the inlet to x = L/(D_h Re Pr); flow developed, wall of one T.

    Nu = -ln(sum_i G_i exp(-4 N_i x))/(4 x) from x = 1e-3 on; below, as in Leveque's layer, a
    constant and a part that grows with x^(-1/3) go on (within 2 % of the tube's series to 1e-5).

    >>> tube = round_section(1e-3)
    >>> round(nusselt_entry(tube, 0.1), 4), round(nusselt_entry(tube, 1e9), 4)
    (4.1556, 3.6568)
    """
    if not x > 0.0:
        raise InputError(f"the entry length x = L/(D_h Re Pr) is {x:g}, but must be above 0")
    if x < X_SERIES:
        near, far = nusselt_entry(section, X_SERIES), nusselt_entry(section, 1.2 * X_SERIES)
        growing = (near - far) / (1.0 - 1.2 ** (-1 / 3))
        return near + growing * ((X_SERIES / x) ** (1 / 3) - 1.0)
    N, G, _ = modes(section)
    decay = (G * np.exp(-4.0 * (N - N[0]) * x)).sum()
    return float(N[0] - np.log(decay) / (4.0 * x))
