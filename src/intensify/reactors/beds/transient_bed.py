"""`TransientBed`: start-up, light-off and failures of a packed bed or string in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intensify._jit import canonical
from intensify.errors import InputError
from intensify.reactors.beds.packed_bed_equations import (
    LENGTH,
    RHO_B,
    SLOPE,
    T_COOLANT,
    U_WALL,
    WC,
)
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.reactors.beds.transient_bed_equations import T_WALL, WALL, TransientBedEquations
from intensify.reactors.beds.transient_bed_reactor import BedChange, BedFilling, TransientBedReactor
from intensify.reactors.sorbents.sorption_equations import CATALYST, FLOW, HEAT, OPEN, End
from intensify.transport.catalyst_grain import collocation
from intensify.transport.grain_dynamics import dynamics
from intensify.units import INF


def TransientBed(
    bed: PackedBedReactor,
    *,
    until: float,
    changes: Sequence[BedChange] = (),
    start: BedFilling | None = None,
    cells: int = 100,
    cp_solid: float = 900.0,
    pores: float = 4e-4,
    nodes: int = 0,
    inert: float = 0.0,
    D: float = 0.0,
    conductivity: float = 0.0,
    p_out: float = np.nan,
    T_limit: float = INF,
) -> TransientBedReactor:
    """A packed bed or string in time, from its steady state or a `BedFilling`, up to `until` [s].

    bed: of a gas, from `PackedBed` or `WiredReactor`; its pellet says what a grain resists: nothing
    (one temperature and composition), its film, or film and pores. cp_solid [J/kg/K] and pores
    [m3/kg] of the grains; nodes: points in each, those of the pellet unless given (8 are as good as
    the cells up to a Thiele modulus of 4; not for an egg-shell). inert [J/K per m3 of bed]: what
    else is as hot as the gas, such as diluent or tube. D [m2/s, on the area of the empty tube],
    conductivity [W/m/K]: axial dispersion. The feed's molar flow and temperature are kept unless a
    change says otherwise, and the pressure behind the bed: p_out [Pa], or what the steady bed
    leaves.

    InputError: a liquid, a bed without friction, a wall of infinite U, a coolant of finite flow,
    changes out of order, fewer than 8 cells, and what `transport.dynamics` refuses.
    """
    problems = refusals(bed, until, changes, cells, nodes)
    if nodes and not problems:
        G, W = collocation(nodes, int(bed.pellet.shape))
        bed = bed._replace(pellet=bed.pellet._replace(G=G, W=W))
    problems += [
        (name, f"is {value:g}, but must be 0 or more")
        for name, value in (("inert", inert), ("D", D), ("conductivity", conductivity))
        if not value >= 0.0
    ]
    try:
        grain = dynamics(bed.kinetics, bed.pellet, eta=bed.eta, pores=pores, cp=cp_solid)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    net, n, S = bed.kinetics, bed.pellet.W.size, bed.F_in.size
    table = grid(bed, cells, inert, cp_solid if n == 0 else 0.0)
    M = molar_masses(bed)
    y, A = bed.F_in / bed.F_in.sum(), bed.packing.A
    hot = grain.K_T.shape[0]
    c = float(bed.c_in.sum())
    size = np.array([*np.full(S, 0.1 * c * small(bed)), *np.full(n * S, 0.1 * c * small(bed)),
                     *np.full(hot, 100.0), 0.1, 100.0])  # fmt: skip
    inlet = End(FLOW, y, bed.T_in, float(bed.F_in.sum()) / A)
    outlet = End(OPEN, y, bed.T_in, 0.0, float(p_out), float(p_out))
    equations = TransientBedEquations(
        grain, table, bed.length / cells, bed.packing.void, float(D), 0.0, bed.friction, bed.mu, M,
        net.cp + bed.cp * M, float(conductivity), 0.0, 0.0, float(T_limit), 1.0, inlet, outlet,
        size, np.empty((4, size.size)),
    )  # fmt: skip
    ordered = tuple(changes)
    if not ordered or ordered[0].at > 0.0:
        ordered = (BedChange(0.0), *ordered)
    return TransientBedReactor(bed, canonical(equations), ordered, float(until), start)


def small(bed: PackedBedReactor) -> float:
    """Least mole fraction of a reactant in the feed, or the largest where none is consumed."""
    y = bed.F_in / bed.F_in.sum()
    used = y[(bed.kinetics.nu < 0.0).any(axis=0) & (y > 0.0)]
    return float(min(used, default=y.max()))


def refusals(bed, until, changes, cells, nodes):
    """What is wrong with a transient as it is asked for."""
    times = [change.at for change in changes]
    problems = [
        (f"changes[{k}]", f"is at {t:g} s, before the start; the run begins at 0 s")
        for k, t in enumerate(times) if not t >= 0.0
    ]  # fmt: skip
    if sorted(set(times)) != times:
        problems.append(("changes", "are not in the order of their times; sort them"))
    if not until > max([0.0, *times]):
        problems.append(("until", f"is {until:g} s; it must lie behind 0 s and every change"))
    problems += [
        (f"changes[{k}].{name}", f"is {getattr(change, name):g}, but must be 0 or more")
        for k, change in enumerate(changes)
        for name in ("flow", "cooling") if not getattr(change, name) >= 0.0
    ]  # fmt: skip
    if cells < max(8, 4 * len(bed.zones)):
        problems.append(("cells", f"is {cells}; take 8 or more, and 4 for each zone"))
    if nodes and (bed.pellet.W.size < 2 or not 3 <= nodes <= 100):
        problems.append(("nodes", f"is {nodes}; take 3 to 100, for grains with pores"))
    if bed.liquid > 0.0:
        problems.append(("bed", "carries a liquid; in time it must be a gas"))
    if not bed.friction.viscous > 0.0 and not bed.friction.inertial > 0.0:
        problems.append(("friction", "is none: in time pressure drives the gas; name a law"))
    if bed.acceleration > 0.0:
        problems.append(("acceleration", "is not counted in time; build the bed without it"))
    if bed.activity.size > 1 or bed.activity[0] != 1.0:
        problems.append(
            ("activity", "is not that of fresh catalyst, which a bed in time starts with")
        )
    if np.isinf(bed.zones[:, U_WALL]).any():
        problems.append(("zones", "one is isothermal; in time a wall needs a finite U"))
    if np.isfinite(bed.zones[:, WC]).any():
        problems.append(("zones", "one has a coolant of finite flow; in time leave wc out"))
    return problems


def grid(bed, cells, inert, cp_with_gas):
    """The table of cells in normal operation, of equal length; a cell has its middle's zone."""
    ends = np.cumsum(bed.zones[:, LENGTH])
    z = (np.arange(cells) + 0.5) * ends[-1] / cells
    which = np.minimum(np.searchsorted(ends, z), len(ends) - 1)
    zone = bed.zones[which]
    table = np.zeros((cells, 5))
    table[:, CATALYST] = zone[:, RHO_B]
    table[:, HEAT] = inert + zone[:, RHO_B] * cp_with_gas
    table[:, WALL] = zone[:, U_WALL] * bed.packing.a_wall
    begins = ends[which] - zone[:, LENGTH]
    table[:, T_WALL] = zone[:, T_COOLANT] + zone[:, SLOPE] * (z - begins)
    return table


def molar_masses(bed: PackedBedReactor) -> np.ndarray:
    """Molar masses (S,) of the species, or such as reactions keep, with the stream's mean.

    InputError: none above 0 are.

    >>> import intensify as it
    >>> from intensify.transport.packing import random_bed
    >>> bed = it.PackedBed(it.Network.build("A => 2 B", k=1.0), packing=random_bed(3e-3, 25e-3),
    ...     feed={"A": 1.0}, T=600.0, p=1e5, M=0.03, cp=1e3, flow=1.0,
    ...     zones=[it.BedZone(1.0, T_c=600.0, rho_b=900.0)])
    >>> molar_masses(bed).round(12).tolist()
    [0.03, 0.015]
    """
    net, y = bed.kinetics, bed.F_in / bed.F_in.sum()
    if net.M.all():
        return net.M.copy()
    mean = bed.m / bed.F_in.sum()
    rows = np.vstack([net.nu, y])
    want = np.append(np.zeros(len(net.nu)), mean)
    M = np.full(y.size, mean)
    M += np.linalg.lstsq(rows, want - rows @ M, rcond=None)[0]
    if not (M > 0.0).all():
        raise InputError("no molar masses agree with the reactions; give the species their M")
    return M
