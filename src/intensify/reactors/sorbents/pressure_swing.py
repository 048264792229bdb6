"""Cycles of one bed whose pressure swings: their steps, and what they separate.

Skarstrom: pressurise with feed, adsorb at high pressure, blow down, purge with product. What leaves
at z = L while adsorbing is the product; what leaves at z = 0 afterwards is the tail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.reactors.sorbents.sorption_column import SorptionColumn
from intensify.reactors.sorbents.sorption_equations import DENSITY, OPEN
from intensify.reactors.sorbents.sorption_steps import (
    CLOSED_END,
    Step,
    inflow,
    product,
    reservoir,
    tank,
)
from intensify.reactors.stage import Leg
from intensify.units import Kelvin, Pascal


def skarstrom(
    feed_x: Mapping[str, float], *, T: float, p_high: float, p_low: float, feed: float,
    purge: float, press: float, adsorb: float, blow: float, wash: float,
) -> list[Step]:  # fmt: skip
    """Steps of a Skarstrom cycle; fluxes [mol/m2/s], durations [s].

    feed_x: mole fractions of the feed, at T. Pressure changes in straight ramps.
    InputError: p_low not below p_high, more purge than the bed is fed with while it adsorbs.

    >>> [step.label for step in skarstrom({"O2": 0.2, "N2": 0.8}, T=298.0, p_high=4e5, p_low=1e5,
    ...     feed=3.6, purge=0.8, press=10.0, adsorb=30.0, blow=10.0, wash=30.0)]
    ['pressurise', 'adsorb', 'blow down', 'purge']
    """
    if not 0.0 < p_low < p_high:
        raise InputError(f"the pressure swings from {p_low:g} Pa up to {p_high:g} Pa; it must rise")
    if purge * wash >= feed * adsorb:
        raise InputError(
            f"the purge takes {purge * wash:.4g} mol/m2 of the {feed * adsorb:.4g} fed while "
            "adsorbing; no product is left"
        )
    return [
        Step("pressurise", press, reservoir(p_low, feed_x, T=T, to=p_high), CLOSED_END),
        Step("adsorb", adsorb, inflow(feed, feed_x, T=T), tank(p_high, T=T)),
        Step("blow down", blow, reservoir(p_high, feed_x, T=T, to=p_low), CLOSED_END),
        Step("purge", wash, reservoir(p_low, feed_x, T=T), product(purge, T=T)),
    ]


def swing_figures(bed: SorptionColumn, legs: Sequence[Leg], *, light: str) -> dict[str, float]:
    """Purity, recovery and amounts [mol/m2] of a Skarstrom cycle from its four legs.

    recovery: of the light species, product less purge over all that was fed. tail: blow-down and
    purge at z = 0. productivity: of the light species, net [mol/s per kg of sorbent].
    """
    press, adsorb, blow, purge = legs
    i = bed.kinetics.index(light)
    fed, made = bed.passed([press, adsorb])
    washed = -bed.passed([purge])[1]
    tail = -bed.passed([blow, purge])[0]
    sorbent = float(bed.equations.cells[:, DENSITY].sum() * bed.equations.dz)
    return {
        "purity": float(made[i] / made.sum()),
        "recovery": float((made[i] - washed[i]) / fed[i]),
        "feed_per_cycle": float(fed.sum()),
        "prod_net": float(made.sum() - washed.sum()),
        "productivity": float((made[i] - washed[i]) / (sorbent * bed.period)),
        "heavy_purity_tail": float(1.0 - tail[i] / tail.sum()),
        "press_feed": float(bed.passed([press])[0].sum()),
    }


class Machines(NamedTuple):
    """Compressors and vacuum pumps: adiabatic, at an efficiency; pumps take gas at T_pump.

    ambient: pressure up to which a vacuum pump compresses.
    """

    gamma: float = 1.4
    compressor: float = 0.75
    vacuum: float = 0.6
    T_pump: Kelvin = 313.15
    ambient: Pascal = 1.01325e5

    def work(self, T: float, p_from: float, p_to: np.ndarray, efficiency: float) -> np.ndarray:
        """R T gamma/(gamma - 1) ((p_to/p_from)^((gamma - 1)/gamma) - 1)/efficiency, 0 downwards."""
        k = (self.gamma - 1.0) / self.gamma
        per_mole = R_GAS * T / k * ((p_to / p_from) ** k - 1.0)
        return np.maximum(per_mole, 0.0) / efficiency


def at_end(bed: SorptionColumn, leg: Leg, product_end: bool) -> tuple[np.ndarray, np.ndarray]:
    """Amounts (n, S) that passed an end in each time step of a leg, along z; pressures (n,) there.

    An open end has its reservoir's pressure, behind a valve the one that it goes to; else the
    nearest cell's.
    """
    rows, t = bed.rows(leg.trajectory.at_steps()), leg.trajectory.t
    S = len(bed.kinetics.names)
    passed = np.diff(rows[:, -1 if product_end else 0, :S], axis=0)
    end = leg.model.right if product_end else leg.model.left
    if end.kind != OPEN:
        cell = rows[:, -2 if product_end else 1]
        p = R_GAS * bed.temperature(cell) * cell[:, :S].sum(axis=1)
        return passed, 0.5 * (p[:-1] + p[1:])
    if end.constant > 0.0:
        return passed, np.full(len(passed), end.p_stop)
    return passed, np.array([end.pressure(x) for x in 0.5 * (t[:-1] + t[1:])])


def compression_energy(
    bed: SorptionColumn, legs: Sequence[Leg], *, T: float, p_from: float, gamma: float = 1.4,
    efficiency: float = 0.75,
) -> float:  # fmt: skip
    """Work [J/m2 of bed and cycle] to compress what comes in at z = 0 from p_from, adiabatic."""
    machines, total = Machines(gamma, efficiency), 0.0
    for leg in legs:
        passed, p = at_end(bed, leg, False)
        amount = np.maximum(passed.sum(axis=1), 0.0)
        total += float(amount @ machines.work(T, p_from, p, efficiency))
    return total
