"""`WiredReactor`: a string of single catalyst grains in a tube hardly wider than they are.

The tube is so narrow that its wall takes the heat, and so long that it is plug flow; each grain
feels what it feels in an industrial bed at the same velocity. The equations are those of the packed
bed (`packed_bed_equations`), with each grain's film, and its pores where D_e is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from intensify.chemistry import R_GAS, Network
from intensify.errors import InputError
from intensify.reactors.beds.packed_bed import PackedBed
from intensify.reactors.beds.packed_bed_equations import BedZone
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.transport.catalyst_grain import Pellet, film, pellet
from intensify.transport.grain_films import gunn
from intensify.transport.packing import Packing, with_fines
from intensify.units import (
    INF,
    KilogramPerCubicMetre,
    Number,
    PascalSecond,
    SquareMetrePerSecond,
    WattPerMetreKelvin,
)

NODES = 16
"""Points in a grain: 1e-6 of its effectiveness up to a Thiele modulus of 8."""


class Gas(NamedTuple):
    """A gas as films see it, at the inlet. M [kg/mol], cp of its mass [J/kg/K]."""

    M: Number
    mu: PascalSecond = 3.0e-5
    conductivity: WattPerMetreKelvin = 0.05
    D: SquareMetrePerSecond = 3.0e-5
    cp: Number = 1050.0


class Catalyst(NamedTuple):
    """Grains: their density, effective diffusivity and conductivity; D_e = inf: no pores.

    shape: 2 sphere, 1 cylinder, 0 slab.
    """

    rho: KilogramPerCubicMetre
    D_e: SquareMetrePerSecond = INF
    conductivity: WattPerMetreKelvin = INF
    shape: int = 2


def grain_in(
    kinetics: Network,
    catalyst: Catalyst,
    packing: Packing,
    gas: Gas,
    *,
    T: float,
    p: float,
    G: float,
) -> Pellet:
    """The grain of a packing in a gas at T [K], p [Pa] and mass flux G [kg/m2/s].

    Film by Gunn; the grain's size from its volume over its surface.
    """
    rho, Re = p * gas.M / (R_GAS * T), G * packing.d / gas.mu
    Sh = gunn(Re, gas.mu / (rho * gas.D), packing.void)
    Nu = gunn(Re, gas.mu * gas.cp / gas.conductivity, packing.void)
    k, h = Sh * gas.D / packing.d, Nu * gas.conductivity / packing.d
    V_S = (1.0 - packing.void) / packing.a
    if catalyst.D_e == INF:
        return film(kinetics, rho_surface=catalyst.rho * V_S, k=k, h=h, T_gas=T)
    return pellet(
        kinetics, rho=catalyst.rho, R=(catalyst.shape + 1.0) * V_S, D=catalyst.D_e,
        conductivity=catalyst.conductivity, k=k, h=h, shape=catalyst.shape, T_gas=T, nodes=NODES,
    )  # fmt: skip


def WiredReactor(
    kinetics: Network,
    *,
    string: Packing,
    grains: int,
    catalyst: Catalyst,
    gas: Gas,
    feed: Mapping[str, float],
    T: float,
    p: float,
    flow: float,
    T_wall: float | None = None,
    U: float = INF,
    fines: tuple[float, float] | None = None,
    friction: str = "Ergun, Scott's diameter",
    strings: float = 1.0,
) -> PackedBedReactor:
    """`strings` parallel strings of `grains` grains each, fed with `flow` [mol/s] in all.

    string: `sphere_string` or `extrudate_string`. feed: mole fractions at T [K], p [Pa]. T_wall: T
    unless given; U = inf holds the string at it. fines: (diameter [m], void fraction) of inert
    powder in its voids. friction: a law by its name; the others' spread is reported with it.
    InputError: a packing without pitch, no grains, and all that `PackedBed` refuses.

    >>> import intensify as it
    >>> net = it.Network.build("A => B", k=1e-4)
    >>> wired = WiredReactor(net, string=it.transport.sphere_string(2e-3, 2.4e-3), grains=200,
    ...     catalyst=Catalyst(1400.0, D_e=3e-6), gas=Gas(0.029), feed={"A": 1.0}, T=600.0, p=2e5,
    ...     flow=2e-5)
    >>> run = it.solve(wired)
    >>> bool(0.0 < run.kpis["X_A"] < 1.0), round(run.kpis["L"], 3)
    (True, 0.392)
    """
    if not string.pitch > 0.0:
        raise InputError("this packing is no string: take sphere_string or extrudate_string")
    if not grains >= 1:
        raise InputError(f"a string of {grains} grains; it needs one or more")
    L = grains * string.pitch
    packing = with_fines(string, fines[0], void=fines[1]) if fines else string
    rho_b = catalyst.rho * (1.0 - string.void)
    zone = BedZone(L, T_c=T if T_wall is None else T_wall, rho_b=rho_b, U=U)
    G = flow * gas.M / (strings * string.A) if strings > 0.0 else 0.0
    return PackedBed(
        kinetics, packing=packing, feed=feed, T=T, p=p, zones=[zone], flow=flow, M=gas.M, cp=gas.cp,
        mu=gas.mu, friction=friction, tubes=strings,
        pellet=grain_in(kinetics, catalyst, string, gas, T=T, p=p, G=G),
    )  # fmt: skip
