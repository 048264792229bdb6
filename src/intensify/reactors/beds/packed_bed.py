"""`PackedBed` and `WiredReactor`: a bed, or a string of single grains, as an engineer knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.stoichiometry import as_bytes
from intensify.errors import InputError
from intensify.reactors.beds.packed_bed_equations import RHO_B, BedZone
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.transport.catalyst_grain import Pellet
from intensify.transport.packing import Friction, Packing, pressure_laws
from intensify.units import MolePerCubicMetre, Number

DEFAULT_LAW = "Ergun, grain diameter"


class Dissolving(NamedTuple):
    """A gas at constant pressure beside a liquid: kLa per bed volume, saturation, dry grains.

    k_dry: from the gas to the surface of dry grains, on liquid concentrations [m/s].
    """

    kLa: Number
    c_star: MolePerCubicMetre
    k_dry: Number = 0.0


def PackedBed(
    kinetics: Network,
    *,
    packing: Packing,
    feed: Mapping[str, float],
    T: float,
    p: float,
    zones: Sequence[BedZone],
    flow: float = 0.0,
    mass_flow: float = 0.0,
    M: float = 0.0,
    cp: float = 0.0,
    mu: float = 2.0e-5,
    friction: str | Friction = DEFAULT_LAW,
    pellet: Pellet = Pellet(),
    effectiveness: Sequence[float] | float = 1.0,
    tubes: float = 1.0,
    acceleration: bool = False,
) -> PackedBedReactor:
    """Tubes of catalyst fed with a gas of mole fractions `feed` at T [K] and p [Pa].

    kinetics: rates per kg of catalyst [mol/kg/s]. flow: molar flow of all tubes [mol/s], or
    mass_flow [kg/s]. M: mean molar mass [kg/mol] where the species have none; cp: of the stream
    beside the species' own [J/kg/K]. friction: a law by its name (`pressure_laws`), a `Friction`,
    or "none"; acceleration: the pressure also pays for speeding up the gas. pellet:
    resistances of film and pores; effectiveness: a constant of each reaction, in order, or of all.
    InputError: no catalyst, unknown species, no flow or two, no heat capacity, a law that is none.

    >>> import intensify as it
    >>> from intensify.transport.packing import random_bed
    >>> net = it.Network.build("A => B", k=1e-3)
    >>> bed = PackedBed(net, packing=random_bed(3e-3, 25e-3), feed={"A": 1.0}, T=600.0, p=2e5,
    ...     M=0.03, flow=0.01, cp=1000.0, zones=[BedZone(1.0, T_c=600.0, rho_b=900.0)])
    >>> run = it.solve(bed)
    >>> W, c = run.kpis["catalyst"], 2e5 / (8.31446 * 600.0)
    >>> round(float(run.kpis["X_A"] / (1 - np.exp(-1e-3 * W * c / 0.01))), 2)  # isobaric
    1.0
    """
    problems: list[tuple[str, str]] = []
    y = kinetics.vector(dict(feed))
    total = float(y.sum())
    if not (y >= 0.0).all() or not abs(total - 1.0) < 1e-6:
        problems.append(("feed", f"mole fractions sum to {total:.6g}; they must be 0..1, sum 1"))
    masses = float(y @ kinetics.M) if kinetics.M.all() else float(M)
    if not masses > 0.0:
        problems.append(("M", "is not known; give the mean molar mass, or species with M"))
    if (flow > 0.0) == (mass_flow > 0.0):
        problems.append(("flow", "give either flow [mol/s] or mass_flow [kg/s], above 0"))
    m = (mass_flow or flow * masses) / tubes if tubes > 0.0 else 0.0
    F = y / max(total, 1e-300) * (m / masses if masses > 0.0 else 0.0)
    bed = assembled(
        kinetics, packing, F, T=T, p=p, m=m, zones=zones, cp=cp, mu=mu, friction=friction,
        pellet=pellet, effectiveness=effectiveness, tubes=tubes, problems=problems,
    )  # fmt: skip
    orders = [(j, i) for i in np.flatnonzero(y <= 0.0) for j in negative_orders(kinetics, int(i))]
    problems += [
        ("feed", f"reaction {j + 1} has a negative order in {kinetics.names[i]}, of which the feed "
         "has none: its rate is infinite; feed a trace of it")
        for j, i in orders
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return bed._replace(acceleration=float(acceleration))


def LiquidBed(
    kinetics: Network,
    *,
    packing: Packing,
    feed: Mapping[str, float],
    T: float,
    flow: float,
    zones: Sequence[BedZone],
    rho: float = 1000.0,
    cp: float = 4180.0,
    p: float = 1e5,
    mu: float = 1.0e-3,
    friction: str | Friction = DEFAULT_LAW,
    pellet: Pellet = Pellet(),
    effectiveness: Sequence[float] | float = 1.0,
    dissolving: Mapping[str, Dissolving] = {},
    wetting: float = 1.0,
    tubes: float = 1.0,
) -> PackedBedReactor:
    """Tubes of catalyst fed with a liquid of concentrations `feed` [mol/m3], `flow` [m3/s] in all.

    dissolving: gases beside the liquid, by name. wetting: wetted part of the grains' surface, whose
    `pellet` has the liquid's film coefficients. The rest as in `PackedBed`.
    InputError: as there; wetting below 1 without a film, a gas without capacity to dissolve.

    >>> import intensify as it
    >>> from intensify.transport.packing import random_bed
    >>> net = it.Network.build("H2 => P", k=2e-5)
    >>> bed = LiquidBed(net, packing=random_bed(2e-3, 20e-3), feed={}, T=300.0, flow=3e-6,
    ...     zones=[BedZone(20.0, T_c=300.0, rho_b=900.0)],
    ...     dissolving={"H2": Dissolving(kLa=0.3, c_star=20.0)})
    >>> c = it.solve(bed).at(20.0)["c"][0]  # at the end as much dissolves as reacts
    >>> round(float(0.3 * (20.0 - c) / (2e-5 * 900.0 * c)), 6)
    1.0
    """
    problems: list[tuple[str, str]] = []
    if not flow > 0.0 or not rho > 0.0:
        problems.append(("flow", f"flow {flow:g} m3/s and rho {rho:g} kg/m3 must be above 0"))
    c, Q = kinetics.vector(dict(feed)), flow / tubes if tubes > 0.0 else 0.0
    bed = assembled(
        kinetics, packing, c * Q, T=T, p=p, m=Q * rho, zones=zones, cp=cp, mu=mu,
        friction=friction, pellet=pellet, effectiveness=effectiveness, tubes=tubes,
        problems=problems,
    )  # fmt: skip
    bed = bed._replace(liquid=float(Q))
    if dissolving or wetting != 1.0:
        bed = with_gas(bed, dissolving, wetting, problems)
    if problems:
        raise InputError(problems)
    return bed


def with_gas(
    bed: PackedBedReactor,
    dissolving: Mapping[str, Dissolving],
    wetting: float,
    problems: list[tuple[str, str]],
) -> PackedBedReactor:
    """The bed beside a gas; what is wrong goes to `problems`."""
    net, S = bed.kinetics, bed.F_in.size
    kLa, c_star, k_dry = np.zeros((3, S))
    for name, gas in dissolving.items():
        i = net.index(name)
        kLa[i], c_star[i], k_dry[i] = gas
        if not gas.kLa > 0.0 or not gas.c_star > 0.0 or not gas.k_dry >= 0.0:
            problems.append(
                (f"dissolving.{name}", "kLa and c_star must be above 0, k_dry 0 or more")
            )
    bed = bed._replace(kLa=kLa, c_star=c_star)
    if wetting == 1.0:
        return bed
    film, a = bed.pellet.film, bed.packing.a
    if not 0.0 < wetting < 1.0 or not film.size or not (film[:-1] > 0.0).all():
        sentence = f"is {wetting:g}; below 1 it needs a pellet with film coefficients, above 0"
        problems.append(("wetting", sentence))
        return bed
    load = bed.zones[:, RHO_B].max() / a  # catalyst per surface, so that k = load/film
    from_liquid, from_gas = wetting * load / film[:-1], (1.0 - wetting) * k_dry
    both = from_liquid + from_gas
    pellet = bed.pellet._replace(film=np.append(load / both, film[-1]))
    return bed._replace(pellet=pellet, wet=from_liquid / both, dry=a * from_gas)


def assembled(
    kinetics, packing, F, *, T, p, m, zones, cp, mu, friction, pellet, effectiveness, tubes,
    problems,
):  # fmt: skip
    """The reactor of checked numbers; what is wrong goes to `problems`."""
    numbers = {"T": T, "p": p, "mu": mu, "tubes": tubes}
    problems += [(k, f"is {x:g}, but must be above 0") for k, x in numbers.items() if not x > 0.0]
    laws = pressure_laws(packing)
    named = friction if isinstance(friction, str) and friction != "none" else ""
    law = friction if isinstance(friction, Friction) else laws.get(named, Friction())
    if named and named not in laws:
        problems.append(("friction", f"'{named}' is no law; there are: none; {'; '.join(laws)}"))
    if pellet.W.size and pellet.film.size != F.size + 1:
        problems.append(("pellet", "was made for another network; build it with this one"))
    if not cp * m + float(F @ kinetics.cp) > 0.0:
        problems.append(("cp", "is 0: the stream has no heat capacity; give cp or species with cp"))
    eta = np.broadcast_to(np.asarray(effectiveness, dtype=float), len(kinetics.reactions)).copy()
    return PackedBedReactor(
        kinetics, packing, np.ascontiguousarray(F, dtype=float), float(T), float(p), float(m),
        zone_table(zones, packing, problems), eta,
        law, pellet, float(mu), float(cp), 0.0,
        *np.zeros((4, 0)), np.ones(1), np.zeros(1), np.ones(1), float(tubes),
        friction_name=as_bytes([named], 48),
    )  # fmt: skip


def zone_table(
    zones: Sequence[BedZone], packing: Packing, problems: list[tuple[str, str]]
) -> np.ndarray:
    """The zones as rows; see `packed_bed_equations`."""
    rows = []
    for k, zone in enumerate(zones):
        if not zone.length > 0.0 or not zone.U >= 0.0:
            problems.append((f"zones[{k}]", "needs a length above 0, and U from 0 to inf"))
        if not zone.rho_b >= 0.0:
            problems.append((f"zones[{k}].rho_b", f"is {zone.rho_b:g}, but must be 0 or more"))
        slope = 0.0 if np.isnan(zone.T_end) else (zone.T_end - zone.T_c) / zone.length
        if slope and (zone.wc < np.inf or np.inf == zone.U):
            problems.append((f"zones[{k}].T_end", "goes with a wall of finite U and no wc"))
        rows.append([zone.length, zone.U, zone.T_c, zone.rho_b, slope, zone.wc,
                     -1.0 if zone.counter else 1.0])  # fmt: skip
    if not rows:
        problems.append(("zones", "a bed needs at least one zone"))
    elif not any(zone.rho_b > 0.0 for zone in zones):
        problems.append(("zones", "hold no catalyst; give rho_b [kg of catalyst per m3 of bed]"))
    return np.array(rows, dtype=float).reshape(-1, 7)


def negative_orders(net: Network, i: int) -> list[int]:
    """Reactions whose forward or backward rate has a negative order in species i."""
    S = len(net.names)
    start = net.reactions.shape[1] - 2 * S
    orders = net.reactions[:, [start + i, start + S + i]]
    return np.flatnonzero((orders < 0.0).any(axis=1)).tolist()
