"""The cold-plasma reactor of `plasma_reactor` as an engineer builds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.plasma.boltzmann import Boltzmann
from intensify.plasma.discharge import PulseTrain
from intensify.plasma.kinetics import PlasmaNetwork
from intensify.plasma.mechanism import PlasmaMechanism
from intensify.reactors.discharges.plasma_reactor import Field, PlasmaReactor, Reference
from intensify.units import INF


def gap_cooling(
    gap: float, *, conductivity: float, T: float, p: float, both_sides: bool = True
) -> float:
    """UA per mole of gas [W/K/mol] across a gap [m] of still gas that is heated uniformly.

    UA/V = 12 k/d^2 with both walls cooled, 3 k/d^2 with one; per mole times R T/p. The mean gas
    temperature counts.

    >>> round(gap_cooling(1e-3, conductivity=0.026, T=300.0, p=101325.0), 1)
    7680.6
    """
    if not (gap > 0.0 and conductivity > 0.0):
        raise InputError(f"a gap of {gap:g} m with {conductivity:g} W/m/K; both must be above 0")
    return (12.0 if both_sides else 3.0) * conductivity / gap**2 * R_GAS * T / p


class Catalyst(NamedTuple):
    """A packed zone in a discharge or behind it.

    W_F: catalyst over the molar flow of the feed [kg s/mol]; start, end: when the gas is on it [s].
    """

    W_F: float
    start: float
    end: float


def ColdPlasmaReactor(
    chemistry: PlasmaNetwork | PlasmaMechanism,
    *,
    feed: Mapping[str, float],
    T: float,
    p: float = 101325.0,
    power: float | None = None,
    residence: float = 0.0,
    pulses: PulseTrain | None = None,
    after: float = 0.0,
    E_N: float = 0.0,
    electrons: Boltzmann | None = None,
    field: Field | None = None,
    UA: float = 0.0,
    T_wall: float = 300.0,
    stirred: float = 0.0,
    fraction: float = 1.0,
    updates: int = 1,
    catalyst: Catalyst | None = None,
    products: Sequence[str] = (),
    key: str = "",
    dH: float = float("nan"),
    reference: Reference = Reference(),
) -> PlasmaReactor:
    """A parcel of gas under power, and `after` seconds without; all amounts per mole of feed.

    feed: mole fractions. power [W/mol] over residence [s], or pulses. Electrons: at E_N [V m2] from
    the Boltzmann equation of the gas, solved anew `updates` times over the run (E_N = 0: at the
    critical field of the feed), or given by `field`. UA [W/K/mol]: 0 adiabatic, inf isothermal.
    stirred: residence time [s] of a stirred reactor, run for `residence`; figures are those at the
    end, in pulses before the next one. fraction: of the gas that filaments reach. catalyst: what
    catalytic reactions run on. products, key, dH [J/mol of the first product]: what figures are
    for.
    InputError: unknown species, no power, no rates for a process, a fraction without pulses, a
    catalyst without reactions or where no gas is.
    """
    names = chemistry.names
    n_in = chemistry.net.vector(dict(feed))
    problems: list[tuple[str, str]] = []
    if not n_in.sum() > 0.0 or (n_in < 0.0).any():
        problems.append(("feed", "needs mole fractions above 0"))
    for name in filter(None, (key, *products)):
        chemistry.net.index(name)  # an unknown name has its sentence
    problems += power_problems(power, residence, pulses, fraction)
    problems += mode_problems(stirred, after, updates)
    problems += catalyst_problems(chemistry, catalyst, stirred)
    if not (T > 0.0 and p > 0.0 and UA >= 0.0 and after >= 0.0 and 0.0 < fraction <= 1.0):
        problems.append(("", "T, p above 0, UA and after 0 or more, fraction above 0 and up to 1"))
    problems += electron_problems(chemistry, electrons, field)
    if electrons is None and field is None:
        field = Field(1e-19, 1e24, T)
    if chemistry.net.cp[n_in > 0.0].min(initial=1.0) <= 0.0 and INF != UA:
        problems.append(("feed", "has a species without heat capacity; give its cp"))
    if problems:
        raise InputError(problems)
    n_in = n_in / n_in.sum()
    if pulses is not None:
        times, levels = pulses.schedule(after)
        cuts = pulse_cuts(pulses, times[-1], fraction, updates)
    else:
        times, levels, cuts = steady_power(power, residence, after, updates)
    times, levels, loads = with_catalyst(times, levels, catalyst)
    if electrons is not None and E_N == 0.0:
        E_N = critical_field(electrons, names, n_in)
    if field is not None:
        E_N = field.E_N
    return PlasmaReactor(
        chemistry, n_in, float(T), float(p), times, levels, loads, cuts, float(E_N), field,
        electrons, float(UA), float(T_wall), 1.0 / stirred if stirred > 0.0 else 0.0,
        float(fraction), tuple(products), key, float(dH), reference,
    )  # fmt: skip


def electron_problems(
    chemistry: PlasmaNetwork | PlasmaMechanism, electrons: Boltzmann | None, field: Field | None
) -> list[tuple[str, str]]:
    """What is missing of the electrons."""
    if electrons is not None:
        return []
    out = []
    if field is None and chemistry.has_collisions:
        out.append(("electrons", "are needed: a Boltzmann equation, or a field"))
    if any(chemistry.processes):
        out.append(("electrons", "are needed: a reaction takes its rate from a process"))
    return out


def power_problems(
    power: float | None, residence: float, pulses: PulseTrain | None, fraction: float
) -> list[tuple[str, str]]:
    """What is wrong with how the power is given."""
    out = []
    if (power is None) == (pulses is None):
        out.append(("power", "give either power with a residence, or pulses"))
    if power is not None and not (power >= 0.0 and residence > 0.0):
        out.append(("residence", "must be above 0, and the power 0 or more"))
    if fraction < 1.0 and pulses is None:
        out.append(("fraction", "below 1 needs pulses: filaments mix between them"))
    return out


def mode_problems(stirred: float, after: float, updates: int) -> list[tuple[str, str]]:
    """What is wrong with how the reactor is run."""
    out = []
    if stirred < 0.0 or (stirred > 0.0 and after > 0.0):
        out.append(("stirred", "is 0 or a residence time, and goes without `after`"))
    if updates < 1:
        out.append(("updates", f"are {updates}; there is one at least"))
    return out


def catalyst_problems(
    chemistry: PlasmaNetwork | PlasmaMechanism, catalyst: Catalyst | None, stirred: float
) -> list[tuple[str, str]]:
    """What is wrong with a catalyst."""
    if catalyst is None:
        missing = [("catalyst", "is needed: a reaction runs on it")]
        return missing if chemistry.has_catalysis else []
    W_F, start, end = catalyst
    out = []
    if not chemistry.has_catalysis:
        out.append(("catalyst", "has no reaction"))
    if stirred > 0.0:
        out.append(("catalyst", "is for a parcel of gas, not for a stirred reactor"))
    if not (W_F > 0.0 and 0.0 <= start < end):
        sentence = f"W/F = {W_F:g} kg s/mol from {start:g} to {end:g} s; W/F above 0, and a time"
        out.append(("catalyst", sentence))
    return out


def with_catalyst(
    times: np.ndarray, levels: np.ndarray, catalyst: Catalyst | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Switching times, power and catalyst [kg/mol] from each of them on."""
    if catalyst is None:
        return times, levels, np.zeros(levels.size)
    W_F, start, end = catalyst
    if end > times[-1] * (1.0 + 1e-12):
        sentence = f"ends at {end:g} s, the run at {times[-1]:g} s; make `after` longer"
        raise InputError([("catalyst", sentence)])
    merged = np.unique(np.append(times, [start, min(end, times[-1])]))
    there = (merged >= start) & (merged < end)
    levels = levels[np.searchsorted(times, merged, side="right") - 1]
    return merged, levels, np.where(there, W_F / (end - start), 0.0)


def steady_power(
    power: float | None, residence: float, after: float, updates: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Switching times, power from each of them on, and where the run is cut."""
    times = np.array([0.0, residence, residence + after])
    levels = np.array([power, 0.0, 0.0], dtype=float)
    return times, levels, np.unique(np.append(np.linspace(0.0, residence, updates + 1), times[-1]))


def pulse_cuts(pulses: PulseTrain, end: float, fraction: float, updates: int) -> np.ndarray:
    """Where the run is cut: at every pulse that filaments need mixing for, else at updates."""
    every = 1 if fraction < 1.0 else max(1, int(np.ceil(pulses.number / updates)))
    starts = np.arange(0, pulses.number, every) * pulses.period
    return np.append(starts, end)


def critical_field(electrons: Boltzmann, names: list[str], n_in: np.ndarray) -> float:
    """Field at which the feed's ionisation equals its attachment [V m2]."""
    targets = [t for t in electrons.sections.targets if t in names]
    x = np.array([n_in[names.index(t)] for t in targets])
    return electrons.critical_field(dict(zip(targets, (x / x.sum()).tolist(), strict=True))).E_N
