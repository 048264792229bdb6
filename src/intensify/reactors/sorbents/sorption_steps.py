"""Steps of a sorption column and what its ends do meanwhile, as an engineer says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.reactors.sorbents.sorption_equations import CLOSED, FLOW, OPEN, End
from intensify.transport.packing import Friction, quadratic
from intensify.units import Kelvin, Pascal, Second


class Port(NamedTuple):
    """An end of the column; below stand the functions that make one."""

    kind: float
    x: Mapping[str, float]  # mole fractions, or concentrations of a liquid
    T: Kelvin = 298.15
    flux: float = 0.0
    p: Pascal = 1e5
    p_stop: Pascal = 1e5
    own: bool = False  # what comes in is what left at z = L

    def end(self, net: Network, product: np.ndarray, start: float, duration: float) -> End:
        """The end during a step from `start` on; product (S,): what it may be fed with."""
        y = product if self.own else net.vector(dict(self.x))
        return End(self.kind, y, float(self.T), float(self.flux), float(self.p),
                   float(self.p_stop), start, start + duration)  # fmt: skip


CLOSED_END = Port(CLOSED, {})
"""Nothing passes."""


def inflow(flux: float, x: Mapping[str, float], *, T: float) -> Port:
    """A gas of mole fractions x comes in with `flux` [mol/m2/s, area of the empty tube] at T."""
    return Port(FLOW, checked(x), T, positive("flux", flux))


def product(flux: float, *, T: float) -> Port:
    """What has last left at z = L comes in with `flux` [mol/m2/s], at its mean composition."""
    return Port(FLOW, {}, T, positive("flux", flux), own=True)


def tank(p: float, *, T: float) -> Port:
    """A reservoir at p that holds the product: what it gives back is like the last."""
    return Port(OPEN, {}, T, 0.0, positive("p", p), p, own=True)


def reservoir(
    p: float, x: Mapping[str, float] | None = None, *, T: float = 298.15, to: float | None = None
) -> Port:
    """A gas at pressure p, in a straight ramp to `to` over the step; x, T of what it gives.

    x = None: it only takes; what the bed might draw from it would be nothing.
    """
    end = positive("p", p), positive("p", p if to is None else to)
    return Port(OPEN, {} if x is None else checked(x), T, 0.0, *end)


def stream(c: Mapping[str, float] | None = None, *, T: float = 298.15) -> Port:
    """The end of a column with liquid of concentrations c [mol/m3]; None where it only leaves."""
    p = R_GAS * T
    return Port(OPEN, dict(c or {}), T, 0.0, p, p)


def checked(x: Mapping[str, float]) -> dict[str, float]:
    """Mole fractions that sum to 1, or InputError."""
    total = sum(x.values())
    if not abs(total - 1.0) < 1e-6 or min(x.values(), default=-1.0) < 0.0:
        raise InputError(
            f"mole fractions {dict(x)} sum to {total:g}; none may be below 0, all sum 1"
        )
    return {name: value / total for name, value in x.items()}


def positive(name: str, value: float) -> float:
    """The value if it is above 0, else InputError."""
    if not 0.0 < value < float("inf"):
        raise InputError([(name, f"is {value:g}, but must be finite and above 0")])
    return float(value)


class Step(NamedTuple):
    """A step of operation [s]: what the ends at z = 0 and z = L do."""

    label: str
    duration: Second
    inlet: Port
    outlet: Port


class Sorbent(NamedTuple):
    """Isotherm of the named species, uptake k [1/s], density [kg per m3 of bed].

    k: one number, or one a species. For loadings per volume of solid, density is the solid's
    share of the bed.
    """

    isotherm: Any
    species: tuple[str, ...]
    k: float | tuple[float, ...]
    density: float

    def rates(self, A: int) -> np.ndarray:
        """k of each of the A species (A,)."""
        return np.broadcast_to(np.asarray(self.k, dtype=float), A).copy()


class Gas(NamedTuple):
    """A gas that pressure drives through grains of d [m] in a bed of void fraction `void`.

    eps: all gas per bed volume, pores included. D: axial dispersion in the voids [m2/s]. Molar
    masses and heat capacities are the network's.
    """

    mu: float
    d: float
    void: float
    eps: float
    D: float = 0.0

    @property
    def u(self) -> float:
        """Pressure gives the velocity."""
        return 0.0

    @property
    def friction(self) -> Friction:
        """Ergun's law."""
        return quadratic(self.void, self.d, viscous=150.0, inertial=1.75)


class Liquid(NamedTuple):
    """A fluid of constant interstitial velocity [m/s] in a bed of void fraction `void`.

    D: axial dispersion in the voids [m2/s].
    """

    velocity: float
    void: float
    D: float = 0.0
    mu: float = 0.0  # its pressure drop is not asked for

    @property
    def u(self) -> float:
        """Superficial velocity."""
        return self.velocity * self.void

    @property
    def eps(self) -> float:
        """Fluid per bed volume; pores count with the sorbent."""
        return self.void

    @property
    def friction(self) -> Friction:
        """None: the velocity is given."""
        return Friction()


class Heat(NamedTuple):
    """What makes a column non-isothermal.

    cp_solid [J/kg of sorbent, catalyst counted with it]; conductivity along z [W/m/K]; U to a wall
    at T_wall [W/m2/K] in a tube of `diameter` [m].
    """

    cp_solid: float
    conductivity: float
    U: float
    diameter: float
    T_wall: float
