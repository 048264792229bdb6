"""From one channel to a plant: many channels that are not alike, or fewer that are larger."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.provenance import provenance
from intensify.reactors.channels.channel import LENGTH, T_UTILITY, U_WALL
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.result import Result
from intensify.solve import solve
from intensify.units import INF, describe

MOST_ROUNDS = 50
"""Rounds in which the flows of unlike channels must settle."""


def numbered_up(
    reactor: ChannelReactor, *, product: str, amount: float, rtol: float = 1e-8
) -> ChannelReactor:
    """As many such channels as make `amount` [mol/s] of a product; the flow of each stays.

    `solve` of it has the number of channels, hold-up V, p_drop and pumping power among its kpis.
    InputError: amount not above 0, or a product that no channel makes.
    """
    if not amount > 0.0:
        raise InputError(f"the production target is {amount:g} mol/s, but must be above 0")
    i = reactor.kinetics.index(product)
    run = solve(reactor, rtol=rtol)
    made = float(run.legs[-1].y_end[i] - run.legs[0].y_start[i])
    if not made > 0.0:
        raise InputError(f"a channel makes no '{product}' ({made:.3g} mol/s); name a product")
    channels = float(math.ceil(amount / made))
    return reactor._replace(channels=channels, flow=reactor.flow / reactor.channels * channels)


def scale_out(
    reactor: ChannelReactor,
    *,
    tolerance: float,
    distributor: float = 0.0,
    nodes: int = 9,
    rtol: float = 1e-8,
) -> Result:
    """The N channels of a reactor with diameters that scatter: worst channel and mean, by solving.

    Diameters are d (1 + tolerance xi), xi normal: Gauss-Hermite nodes for the mean, the expected
    extremes of N channels for the worst. All have one pressure drop: that of a distributor, linear
    in the flow and `distributor` times the channel's where channels are alike, and their own, from
    which flows follow (d^4 in laminar flow). U, lengths and utilities are the same everywhere.

    kpis: T_max and T_stop of the worst channel, T_max_nominal, X_* of the mixed outlets and
    X_*_worst, flow_spread (largest over smallest flow). dataset: along `channel`.
    InputError: a tolerance that leaves no channel open, a negative resistance, too few nodes.
    """
    worst = abs(NormalDist().inv_cdf(reactor.channels / (reactor.channels + 1.0)))
    if nodes < 2:
        raise InputError(f"{nodes} nodes are too few for a scatter of diameters; it needs 2")
    if not distributor >= 0.0:
        raise InputError(f"the distributor's resistance is {distributor:g}, but cannot be below 0")
    xi, weight = np.polynomial.hermite_e.hermegauss(nodes)
    xi = np.array([-worst, *xi, worst])
    weight = np.array([0.0, *weight / weight.sum(), 0.0])
    size = 1.0 + tolerance * xi
    if not (tolerance >= 0.0 and size.min() > 0.1):
        raise InputError(
            f"a tolerance of {tolerance:g} on the diameter is out of range; 0 to "
            f"{0.9 / xi.max():.2g} keeps all channels open"
        )
    nominal = solve(reactor, rtol=rtol)
    share, runs = settled_flows(reactor, size, weight, distributor * nominal.kpis["p_drop"], rtol)
    kpis = {name: np.array([run.kpis[name] for run in runs]) for name in runs[0].kpis}
    out = {
        "channels": reactor.channels, "T_max": kpis["T_max"].max(),
        "T_max_nominal": nominal.kpis["T_max"], "T_stop": kpis["T_stop"].max(),
        "flow_spread": share.max() / share.min(),
        "p_drop": (1.0 + distributor) * nominal.kpis["p_drop"],
    }  # fmt: skip
    for name in filter(lambda n: n.startswith("X_"), kpis):
        out |= {name: weight @ (share * kpis[name]), f"{name}_worst": kpis[name].min()}
    order = np.argsort(size)
    columns = {
        "diameter": ("m", "hydraulic diameter", size * reactor.section.D_h),
        "weight": ("1", "part of the channels that stand for this one", weight),
        "share": ("1", "flow over the mean flow", share),
        **{name: (None, "", values) for name, values in kpis.items() if name != "channels"},
    }
    return tabulated(reactor, columns, order, out, runs, nominal)


def settled_flows(
    reactor: ChannelReactor, size: np.ndarray, weight: np.ndarray, dp: float, rtol: float
) -> tuple[np.ndarray, list[Result]]:
    """Flows over the mean under which all channels, distributor included, lose one pressure.

    dp: what the distributor takes at the mean flow [Pa].
    """
    ratio = dp / max(slope_at_inlet(reactor), 1e-300)
    share = 1.0 / (ratio + size**-4)
    steepness, before = np.ones(size.size), None
    for _ in range(MOST_ROUNDS):
        share /= weight @ share
        runs = [
            solve(reactor._replace(section=reactor.section.scaled(s), flow=reactor.flow * q),
                  rtol=rtol)
            for s, q in zip(size, share, strict=True)
        ]  # fmt: skip
        loss = np.log(dp * share + [reactor.pressure_lost(run.legs) for run in runs])
        if np.ptp(loss) < 1e-6:
            return share, runs
        if before is not None:  # by how much loss grows with flow, as the last round taught
            moved = np.log(share) - before[0]
            taught = np.abs(moved) > 1e-9
            steepness[taught] = ((loss - before[1])[taught] / moved[taught]).clip(0.5, 5.0)
        before = np.log(share), loss
        share = share * np.exp((weight @ loss - loss) / steepness)
    raise SolveError(
        f"the flows of unlike channels do not settle in {MOST_ROUNDS} rounds; give the distributor "
        "more resistance, or allow a smaller tolerance"
    )


def slope_at_inlet(reactor: ChannelReactor) -> float:
    """Pressure drop of a channel whose fluid keeps the inlet's viscosity [Pa]."""
    Q = reactor.flow / reactor.channels
    return float(reactor.friction_slope(reactor.T_in, Q) * reactor.zones[:, LENGTH].sum())


def scale_up(reactor: ChannelReactor, *, factors: Sequence[float], rtol: float = 1e-8) -> Result:
    """The alternative to more channels: all sides times a factor, fewer channels, same flow.

    Velocity, lengths and residence time stay; so does what the channels hold. U follows the film
    inside, U h(d)/h(d_0) by the reactor's form, as if that were the whole resistance: in laminar
    flow UA/V falls with d^-2. dataset: along `channel`; kpis are those of the largest.

    InputError: factors not above 0, or so large that less than one channel is left.
    """
    factors = sorted(float(f) for f in factors)
    if not factors or not factors[0] > 0.0:
        raise InputError("scale_up needs factors on the diameter, all above 0")
    if reactor.channels / factors[-1] ** 2 < 1.0:
        raise InputError(
            f"a factor of {factors[-1]:g} leaves {reactor.channels / factors[-1] ** 2:.2g} "
            f"channels; {math.sqrt(reactor.channels):.3g} is the largest for one channel"
        )
    runs = [solve(enlarged(reactor, f), rtol=rtol) for f in factors]
    kpis = {name: np.array([run.kpis[name] for run in runs]) for name in runs[0].kpis}
    D_h = reactor.section.D_h * np.array(factors)
    columns = {
        "diameter": ("m", "hydraulic diameter", D_h),
        **{name: (None, "", values) for name, values in kpis.items()},
    }
    order = np.arange(len(factors))
    return tabulated(reactor, columns, order, dict(runs[-1].kpis), runs, runs[-1])


def enlarged(reactor: ChannelReactor, factor: float) -> ChannelReactor:
    """The reactor with its section's sides times a factor and as many fewer channels."""
    section, fluid = reactor.section.scaled(factor), reactor.fluid()
    zones = reactor.zones.copy()
    for row in zones:
        T, L = row[T_UTILITY], row[LENGTH]
        mass_flux, Pr = reactor.rho * reactor.velocity(), fluid.Pr(T)
        h, h_0 = (
            reactor.form.nusselt(s, mass_flux * s.D_h / reactor.mu.at(T), Pr, L) / s.D_h
            for s in (section, reactor.section)
        )
        if row[U_WALL] < INF:
            row[U_WALL] *= h / h_0
    return reactor._replace(section=section, zones=zones, channels=reactor.channels / factor**2)


def tabulated(
    reactor: ChannelReactor,
    columns: dict[str, Any],
    order: np.ndarray,
    figures: dict[str, float],
    runs: list[Result],
    shown: Result,
) -> Result:
    """A table of runs as a Result: a row a run, the worst closures, the warnings of one."""
    import xarray as xr

    from intensify.kpis import label

    table = {}
    for name, (unit, long_name, values) in columns.items():
        found = label(name) if unit is None else (unit, long_name)
        attrs = {"units": found[0], "long_name": found[1]}
        table[name] = ("channel", np.asarray(values, dtype=float)[order], attrs)
    closures = [run.balances() for run in runs]
    return Result(
        closures={name: max(c[name] for c in closures) for name in closures[0]},
        statistics={"wall_time": sum(run.statistics["wall_time"] for run in runs)},
        dataset=xr.Dataset(table),
        kpis={name: float(value) for name, value in figures.items()},
        warnings=list(shown.warnings),
        provenance={**provenance(), "parameters": describe(reactor)},
    )
