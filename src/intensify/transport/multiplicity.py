"""All steady states of one reaction in a grain: the effectiveness factor from centre to surface.

Behind the surface (c_s, T_s) everything follows one extent psi, zero there:
    c_i = c_s,i + nu_i psi/D_i,   T = T_s - dH psi/lambda,   lap psi = -rho r(T, c)
It ends at psi_end, where a reactant is used up or the reaction at equilibrium. v = psi_end - psi is
integrated from its value at the centre outwards; where it reaches psi_end lies the surface of a
grain of that radius. The centre's value thus gives the radius, one to one, and every state of a
given radius is a root of that curve; its extrema are ignition and extinction. A thicker grain has
a dead core: v starts at the core's radius, with the slope v' = sqrt(2 int_0^v rho r dv) of a slab.
Whatever is wrong with that slope belongs to the wave that dies out outwards.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError, SolveError
from intensify.numerics import DormandPrince, integrate
from intensify.numerics.roots import find_minimum, find_root
from intensify.units import Kelvin, Metre, Number

DEAD = 1e-10
"""Part of the surface's reactant at which a core counts as dead."""
FAR = -16.0
"""x to which turning points are looked for in any case."""
FARTHEST = 1e6
"""Lengths sqrt(v/(rho r)) at the surface within which a grain must have its surface."""


class GrainFromCentre(NamedTuple):
    """v and dv/dx along x from the centre; one reaction."""

    net: Network
    c_end: np.ndarray  # (S,) where v = 0
    slope: np.ndarray  # (S,) dc_i/dv
    T_end: Kelvin
    dT: Number  # dT/dv
    v_surface: Number
    shape: Number
    rho: Number
    c: np.ndarray
    r: np.ndarray

    def rate(self, v):
        """rho r [mol/m3/s] where the extent lacks v."""
        for i in range(self.c.size):
            self.c[i] = max(self.c_end[i] + self.slope[i] * v, 0.0)
        self.net.rates(self.T_end + self.dT * v, self.c, self.r)
        return self.rho * self.r[0]

    def rhs(self, x, y, dy):
        """v'' = rho r - shape v'/x, from a little beside the centre."""
        dy[0], dy[1] = y[1], self.rate(y[0]) - self.shape * y[1] / x

    def events(self, x, y, g):
        """The surface."""
        g[0] = y[0] - self.v_surface


class Shot(NamedTuple):
    """A grain from its centre: its radius [m] and effectiveness."""

    R: Metre
    eta: Number


class Branches(NamedTuple):
    """eta of every steady state, ascending, and the turning points of the curve.

    R: the grain's radius. turning: radius and eta of each extremum of the radius along the curve,
    hot (extinction) first.
    """

    R: Metre
    eta: list[float]
    turning: list[Shot]


def branches(
    net: Network,
    *,
    rho: float,
    R: float,
    D: float,
    T: float,
    c: dict[str, float],
    conductivity: float = float("inf"),
    shape: int = 2,
) -> Branches:
    """All steady states of a grain with one reaction, its surface at T [K] and c [mol/m3].

    rho, R, D, conductivity, shape as in `pellet`; D of all species.
    InputError: more than one reaction, one that does not run forward at the surface. SolveError: a
    grain in whose middle nothing runs, although there is something left to react.

    >>> from intensify.chemistry.network import Arrhenius, Reaction
    >>> rate = Arrhenius.at(0.25, T=500.0, E=20.0 * 8.31446261815324 * 500.0)  # gamma 20
    >>> net = Network.build([Reaction("A => B", rate, dH=-1.0)])
    >>> found = branches(net, rho=1.0, R=1.0, D=1.0, T=500.0, c={"A": 1.0},
    ...     conductivity=1.0 / (0.6 * 500.0))  # beta 0.6: Weisz and Hicks (1962)
    >>> [round(eta, 2) for eta in found.eta]
    [1.33, 3.64, 42.05]
    """
    if len(net.reactions) != 1:
        raise InputError(
            "all branches are found for one reaction; for several take `effectiveness`"
        )
    shots = Curve(net, float(rho), float(D), float(T), net.vector(c), float(conductivity), shape)
    model = shots.model()
    if not model.rate(model.v_surface) > 0.0:
        raise InputError("the reaction does not run forward at the surface; check c and T")
    x, reach = shots.scan(R)
    sizes = np.array([shot.R for shot in reach])
    side = np.sign(np.log(sizes / R))
    eta = []
    for i in np.flatnonzero(side[:-1] * side[1:] <= 0.0):
        root = find_root(lambda z: float(np.log(shots.at(z).R / R)), x[i + 1], x[i], rtol=1e-13)
        eta.append(shots.at(root.x).eta)
    if sizes[-1] < R and x[-1] <= np.log(DEAD):
        eta.append(shots.at_core(shots.core(R)).eta)
    turning = []
    for k in range(1, x.size - 1):
        bend = (sizes[k] - sizes[k - 1]) * (sizes[k + 1] - sizes[k])
        if bend < 0.0:
            sign = -1.0 if sizes[k] > sizes[k - 1] else 1.0
            found = find_minimum(partial(shots.signed_radius, sign), x[k + 1], x[k - 1])
            turning.append(shots.at(found.x))
    return Branches(R, sorted(eta), sorted(turning, key=lambda shot: -shot.eta))


class Curve(NamedTuple):
    """Radius and effectiveness along the centre's state; x = ln(v_centre/v_surface)."""

    net: Network
    rho: float
    D: float
    T: float
    c: np.ndarray
    conductivity: float
    shape: int

    def model(self) -> GrainFromCentre:
        """The equations of the grain."""
        nu = self.net.nu[0]
        used = nu < 0.0
        most = float((self.c[used] * self.D / -nu[used]).min())
        dT = self.net.heat_of_reaction(0, self.T) / self.conductivity
        end = self.equilibrium(most, dT)
        c_end = self.c + nu / self.D * end
        c_end[np.abs(c_end) < 1e-14 * np.abs(self.c).max()] = 0.0
        return GrainFromCentre(
            self.net.lean(), c_end, -nu / self.D, self.T - dT * end, dT, end,
            float(self.shape), self.rho, np.empty(self.c.size), np.empty(1),
        )  # fmt: skip

    def equilibrium(self, most: float, dT: float) -> float:
        """psi_end: where a reactant is used up, or the rate is zero before."""
        r, nu = np.empty(1), self.net.nu[0]

        def rate(psi: float) -> float:
            self.net.rates(self.T - dT * psi, np.maximum(self.c + nu / self.D * psi, 0.0), r)
            return float(r[0])

        if rate(most) >= 0.0 or not rate(0.0) > 0.0:
            return most
        return find_root(rate, 0.0, most, rtol=1e-15).x

    def at(self, x: float) -> Shot:
        """The grain whose centre lacks exp(x) of the extent's end."""
        model = self.model()
        v = model.v_surface * float(np.exp(x))
        source = float(model.rate(v))
        # so far two terms of the series hold, and the surface is not reached
        near = min(1e-3, 0.1 * float(np.sqrt(-x))) * float(np.sqrt(v / source))
        y = [v + 0.5 * source * near**2 / (self.shape + 1.0), source * near / (self.shape + 1.0)]
        return self.outwards(model, near, y)

    def outwards(self, model: GrainFromCentre, near: float, y: list[float]) -> Shot:
        """The grain that goes on from radius `near` with y; R is inf where it has no surface."""
        length = float(np.sqrt(model.v_surface / model.rate(model.v_surface)))
        path = integrate(
            model, (near, near + FARTHEST * length), y, method=DormandPrince(), rtol=1e-10,
            atol=0.0, n_events=1, terminal=True,
        )  # fmt: skip
        if path.event_t.size == 0:
            return Shot(float("inf"), float("nan"))
        R, flux = float(path.t[-1]), float(path.y_end[1])
        return Shot(R, flux * (self.shape + 1.0) / (R * float(model.rate(model.v_surface))))

    def at_core(self, radius: float) -> Shot:
        """The grain that is dead up to a radius."""
        model = self.model()
        v = DEAD * model.v_surface
        source = float(model.rate(v))
        order = np.log2(source / model.rate(0.5 * v))
        return self.outwards(model, radius, [v, float(np.sqrt(2.0 * source * v / (order + 1.0)))])

    def core(self, R: float) -> float:
        """Radius of the dead core in a grain of radius R, beyond the last shot of `scan`."""
        model = self.model()
        v = DEAD * model.v_surface
        least = 1e-3 * float(np.sqrt(v / model.rate(v)))
        return find_root(lambda x: float(np.log(self.at_core(x).R / R)), least, R, rtol=1e-13).x

    def signed_radius(self, sign: float, x: float) -> float:
        """The radius or its negative."""
        return sign * self.at(x).R

    def scan(self, R: float) -> tuple[np.ndarray, list[Shot]]:
        """Places x, descending, and the grains there, until their radius stays beyond R."""
        x, shots, beyond = [-1e-7], [self.at(-1e-7)], 0
        while x[-1] > np.log(DEAD) and (beyond < 12 or x[-1] > FAR):
            next_x = x[-1] - (0.02 if x[-1] > -1.0 else 0.06)
            shot = self.at(next_x)
            if np.isinf(shot.R):
                if shots[-1].R < R:
                    raise SolveError(
                        f"a grain of R = {R:.4g} m has nothing running in its middle, at "
                        f"{np.exp(next_x):.2g} of the reactant; it works in its rim alone"
                    )
                break
            x.append(next_x)
            shots.append(shot)
            beyond = beyond + 1 if shot.R > R and shot.R > shots[-2].R else 0
        return np.array(x), shots
