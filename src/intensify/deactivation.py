"""A bed of catalyst over its life: a slow activity a(z, t), the bed steady at every moment.

    da/dt = -k(T) a^order - a^spread r_j/N

k, order: with time alone. r_j: a reaction that takes up poison or coke [mol/kg/s]; N: how much of
it a kg of catalyst bears; spread 0: each uptake blocks its own sites, r_j itself being
proportional to a (Bohart and Adams); 1: coke that shields what is left, a = exp(-coke/N).

The activity stands at Chebyshev points along the bed, so a bed's life costs some hundred steady
solutions where a transient would take millions of steps. ln a is integrated: what is left of a
spent catalyst keeps its digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Arrhenius
from intensify.errors import InputError
from intensify.numerics import DormandPrince, integrate
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.result import Result
from intensify.solve import solve
from intensify.validity import Caution

LEAST = 1e-6
"""Activity below which a law of an order below 1 lets it fade instead of ending it."""
TIGHT = 1e-13
"""Tolerance of the runs that are handed out, so that traces at the outlet have digits."""


class Deactivation(NamedTuple):
    """A law of deactivation; see the module. reaction: its number, from 0; -1: none."""

    k: Arrhenius = Arrhenius(0.0)
    order: float = 1.0
    reaction: int = -1
    capacity: float = float("inf")
    spread: float = 0.0


class Life(NamedTuple):
    """A bed at several times on stream: activity (len(t), K) at z (K,), and the runs."""

    t: np.ndarray
    z: np.ndarray
    activity: np.ndarray
    runs: list[Result]
    warnings: list[str]


def life(
    bed: PackedBedReactor,
    law: Deactivation,
    times: Sequence[float],
    *,
    nodes: int = 24,
    rtol: float = 1e-9,
) -> Life:
    """The bed at `times` [s] on stream, fresh at 0.

    nodes: places along the bed; a front of activity over fewer than four of them is warned of.
    InputError: times that do not rise from 0 on, a law without effect, an unknown reaction.

    >>> import intensify as it
    >>> from intensify.reactors.beds.packed_bed import LiquidBed
    >>> from intensify.reactors.beds.packed_bed_equations import BedZone
    >>> from intensify.transport.packing import random_bed
    >>> net = it.Network.build("A => B", k=1e-3)
    >>> bed = LiquidBed(net, packing=random_bed(1e-3, 1e-2), feed={"A": 1.0}, T=300.0, flow=1e-6,
    ...     zones=[BedZone(0.1, T_c=300.0, rho_b=900.0, U=np.inf)])
    >>> old = life(bed, Deactivation(it.Arrhenius(1e-5)), [0.0, 1e5]).activity[-1]
    >>> bool(np.allclose(old, np.exp(-1.0)))
    True
    """
    t = np.array(times, dtype=float)
    if t.size == 0 or t[0] < 0.0 or (np.diff(t) <= 0.0).any():
        raise InputError("times on stream must rise, from 0 on")
    R = len(bed.kinetics.reactions)
    if not -1 <= law.reaction < R:
        raise InputError(f"reaction {law.reaction} does not exist; there are 0 to {R - 1}")
    if law.k.A == 0.0 and law.reaction < 0:
        raise InputError("the law has neither a rate constant nor a reaction; nothing would age")
    if not law.capacity > 0.0:
        raise InputError(f"capacity {law.capacity:g} mol/kg must be above 0")
    x = -np.cos(np.pi * np.arange(nodes) / (nodes - 1))
    z = 0.5 * bed.length * (1.0 + x)
    aging = Aging(bed, law, z, 0.1 * rtol)
    old, rows, runs = np.zeros(nodes), [], []
    for before, now in zip([0.0, *t[:-1]], t, strict=True):
        if now > before:
            old = integrate(aging, (before, now), old, method=DormandPrince(), rtol=rtol,
                            atol=rtol).y_end  # fmt: skip
        rows.append(np.exp(old))
        runs.append(aging.run(rows[-1], min(TIGHT, 0.1 * rtol)))
    return Life(t, z, np.array(rows), runs, rough(x, rows))


class Aging:
    """d(ln a)/dt at the nodes, the bed solved for each activity."""

    def __init__(self, bed: PackedBedReactor, law: Deactivation, z: np.ndarray, rtol: float):
        weights = (-1.0) ** np.arange(z.size)
        weights[[0, -1]] *= 0.5
        self.bed = bed._replace(places=z, weights=weights)
        self.law, self.z, self.rtol = law, z, rtol

    def run(self, a: np.ndarray, rtol: float) -> Result:
        """The bed with that activity."""
        return solve(self.bed._replace(activity=np.array(a)), rtol=rtol)

    def rhs(self, t: float, ln_a: np.ndarray, d: np.ndarray) -> None:
        """See the module's equation."""
        law, a = self.law, np.exp(np.maximum(ln_a, -690.0))
        run = self.run(a, self.rtol)
        # a node on the border of two zones belongs to the first
        zone = np.searchsorted([leg.end for leg in run.legs[:-1]], self.z)
        for k in np.unique(zone):
            leg, at = run.legs[k], zone == k
            z = np.minimum(self.z[at], leg.end)
            here = run.reactor.observe(leg, z, leg.trajectory(z))
            d[at] = [-law.k(T) for T in here["T"]] * np.maximum(a[at], LEAST) ** (law.order - 1.0)
            if law.reaction >= 0:
                uptake = here["rate"][:, law.reaction] / law.capacity
                d[at] -= a[at] ** (law.spread - 1.0) * uptake


def rough(x: np.ndarray, rows: list[np.ndarray]) -> list[str]:
    """A warning where the last coefficients of the activity's polynomial are not small."""
    for a in rows:
        c = np.abs(np.polynomial.chebyshev.chebfit(x, a, x.size - 1))
        tail = float(c[-3:].max() / c.max())
        if tail > 1e-3:
            return [Caution(
                f"the front of activity is narrower than four of {x.size} places; raise nodes",
                name="tail", value=tail, high=1e-3,
            )]  # fmt: skip
    return []
