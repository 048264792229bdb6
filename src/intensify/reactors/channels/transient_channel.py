"""`TransientChannel`: start-up, shutdown and failures of a miniaturised reactor in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intensify.errors import InputError
from intensify.reactors.channels.channel import DIRECTION, LENGTH, T_UTILITY, U_WALL, WC
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.channels.transient_equations import (
    APART,
    C_INJECTED,
    DZ,
    INJECTED,
    IS_FIRST,
    IS_LAST,
    T_INJECTED,
)
from intensify.reactors.channels.transient_reactor import (
    Change,
    Filling,
    Injection,
    TransientReactor,
)
from intensify.units import INF


def TransientChannel(
    channel: ChannelReactor,
    *,
    until: float,
    changes: Sequence[Change] = (),
    start: Filling | None = None,
    cells: int = 200,
    T_limit: float = INF,
    inside: float = 0.5,
    D: float = 0.0,
    conductivity: float = 0.0,
    metal_conductivity: float = 0.0,
    utility_content: float = 2e6,
    cross_flow: bool = False,
    loss: float = 0.0,
    T_ambient: float = 298.15,
    injections: Sequence[Injection] = (),
) -> TransientReactor:
    """A miniaturised reactor in time, from its steady state or a `Filling`, up to `until` [s].

    changes: what happens when, each from its time on. inside: part of the wall's thermal resistance
    between fluid and metal. D [m2/s], conductivity [W/m/K]: axial dispersion of species and heat;
    metal_conductivity [W/m/K]. utility_content [J/K per m3 of fluid]: of a utility whose flow is
    finite. cross_flow: that flow crosses the channel. loss [W/K per m3 of fluid] from the metal.
    Constant volume flow; zones with a finite U.

    InputError: a failure before the start, changes out of order, an isothermal zone, a reaction
    that changes the volume, an injection outside the channel, fewer than 8 cells.
    """
    problems = refusals(channel, until, changes, cells, inside, injections)
    problems += [
        (name, f"is {value:g}, but must be 0 or more")
        for name, value in (("D", D), ("conductivity", conductivity), ("loss", loss),
                            ("metal_conductivity", metal_conductivity))
        if not value >= 0.0
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    table = grid(channel, cells, inside, utility_content, cross_flow)
    place(channel, table, injections)
    flow = channel.velocity() + np.concatenate(
        [[0.0], np.cumsum(table[:, INJECTED] * table[:, DZ])]
    )
    ordered = tuple(changes)
    if not ordered or ordered[0].at > 0.0:
        ordered = (Change(0.0), *ordered)
    return TransientReactor(
        channel, ordered, float(until), table, flow, start, float(T_limit), float(D),
        float(conductivity), metal_conductivity * channel.metal.ratio, float(loss),
        float(T_ambient),
    )  # fmt: skip


def refusals(channel, until, changes, cells, inside, injections):
    """What is wrong with a transient as it is asked for."""
    times = [change.at for change in changes]
    L = channel.zones[:, LENGTH].sum()
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
        for name in ("feed", "utility", "coolant", "injections") if not getattr(change, name) >= 0.0
    ]  # fmt: skip
    if cells < max(8, 4 * len(channel.zones)):
        problems.append(("cells", f"is {cells}; take 8 or more, and 4 for each zone"))
    if not 0.0 < inside < 1.0:
        problems.append(("inside", f"is {inside:g}, but must lie between 0 and 1"))
    if np.isinf(channel.zones[:, U_WALL]).any():
        problems.append(("zones", "one is isothermal; in time a wall needs a finite U"))
    if np.abs(channel.kinetics.dv).max(initial=0.0) > 1e-12:
        problems.append(("kinetics", "a reaction changes the volume; leave molar volumes out"))
    problems += [
        (f"injections[{k}]", f"{x.flow:g} m3/s at {x.z:g} m; needs a flow, at 0 to {L:g} m")
        for k, x in enumerate(injections) if not (0.0 <= x.z < L and x.flow > 0.0)
    ]  # fmt: skip
    return problems


def grid(channel, cells, inside, utility_content, cross_flow):
    """The table of cells in normal operation, without injections."""
    L, tables = channel.zones[:, LENGTH], []
    for zone, share in zip(channel.zones, L / L.sum(), strict=True):
        n = max(4, round(cells * share))
        dz = zone[LENGTH] / n
        a = zone[U_WALL] * channel.section.P / channel.section.A
        direction = 0.0 if cross_flow else zone[DIRECTION]
        rows = np.zeros((n, C_INJECTED + channel.c_in.size))
        rows[:, :INJECTED] = [
            dz, dz, a / inside, a / (1.0 - inside), utility_content,
            zone[WC] / channel.section.A, direction, zone[T_UTILITY], zone[LENGTH], 0.0, 0.0,
        ]  # fmt: skip
        rows[0, IS_FIRST] = rows[-1, IS_LAST] = 1.0
        tables.append(rows)
    table = np.vstack(tables)
    table[:-1, APART] = 0.5 * (table[1:, DZ] + table[:-1, DZ])
    return table


def place(channel, table, injections):
    """Put injections into the cells that they enter; two in one cell mix."""
    ends, net = np.cumsum(table[:, DZ]), channel.kinetics
    for stream in injections:
        row = table[int(np.searchsorted(ends, stream.z, side="right"))]
        c, c_new = row[C_INJECTED:].copy(), net.vector(dict(stream.c))
        old, new = row[INJECTED], stream.flow / (channel.channels * channel.section.A * row[DZ])
        C_old, C_new = (s * (channel.rho_cp + x @ net.cp) for s, x in ((old, c), (new, c_new)))
        row[T_INJECTED] = (C_old * row[T_INJECTED] + C_new * stream.T) / (C_old + C_new)
        row[INJECTED] = old + new
        row[C_INJECTED:] = (old * c + new * c_new) / (old + new)
