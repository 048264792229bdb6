"""`LaminarChannel`: a tube or slit in laminar flow as an engineer describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.numerics.radial import radial_grid
from intensify.reactors.channels.channel import Zone
from intensify.reactors.channels.laminar import LaminarReactor, relative_velocity
from intensify.reactors.vessels.feed import filled


def LaminarChannel(
    kinetics: Network,
    *,
    feed: Mapping[str, float],
    T: float,
    velocity: float,
    radius: float,
    zones: Sequence[Zone],
    diffusivity: float | Mapping[str, float],
    conductivity: float = 0.6,
    rho_cp: float = 0.0,
    slit: bool = False,
    plug: bool = False,
    nodes: int = 20,
    solvent: str | None = None,
) -> LaminarReactor:
    """A tube of `radius` [m], or a slit of half gap `radius`, fed at T [K] and a mean velocity.

    zones: length or residence, U (from the fluid's edge to the utility; inf: wall at T_u; UA_V is
    not taken) and T_u. diffusivity [m2/s], of all species at once or of each by name, 0: each
    streamline by itself; conductivity [W/m/K]. plug: flat velocity, the limit to compare with.
    nodes: over the radius; 20 give Graetz' mean to 1e-6 from z/(D_h Re Pr) = 1e-3 on.
    InputError: unknown species, no heat capacity, a reaction that changes the volume, a zone
    without length or U, too few nodes.
    """
    c_in = filled(kinetics, feed, solvent)
    C = rho_cp + float(c_in @ kinetics.cp)
    unnamed: list[str] = []
    if isinstance(diffusivity, Mapping):
        unnamed = [name for name in kinetics.names if name not in diffusivity]
        D = kinetics.vector(dict(diffusivity))
    else:
        D = np.full(c_in.size, float(diffusivity))
    problems = [
        (name, f"is {value:g}, but must be above 0")
        for name, value in (("velocity", velocity), ("radius", radius),
                            ("conductivity", conductivity))
        if not value > 0.0
    ]  # fmt: skip
    if not (D >= 0.0).all():
        problems.append(("diffusivity", f"is {D.min():g}, but must be 0 or more"))
    if unnamed:
        problems.append(("diffusivity", f"has no value for {', '.join(unnamed)}"))
    if np.abs(kinetics.dv).max(initial=0.0) > 1e-12:
        problems.append(("kinetics", "a reaction changes the volume; leave molar volumes out"))
    if not C > 0.0:
        problems.append(("feed", "has no heat capacity; give rho_cp or species with cp"))
    if not 3 <= nodes <= 100:
        problems.append(("nodes", f"is {nodes}; take 3 to 100"))
    rows = []
    for k, zone in enumerate(zones):
        L = zone.length or zone.residence * velocity
        if not L > 0.0 or np.isnan(zone.U) or zone.U < 0.0:
            problems.append((f"zones[{k}]", "needs a length or a residence, and U from 0 to inf"))
        rows.append([L, zone.U, zone.T_u])
    if problems or not rows:
        raise InputError(problems or "a laminar channel needs at least one zone")
    grid = radial_grid(int(nodes), 0 if slit else 1)
    u = velocity * relative_velocity(grid, plug=plug)
    return LaminarReactor(
        kinetics, grid, u, c_in, float(T), np.array(rows, dtype=float), D,
        float(conductivity), C, float(radius), 0.0 if slit else 1.0,
    )  # fmt: skip
