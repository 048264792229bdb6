"""From a string of single grains to an industrial bed, with the same kinetics.

What the string measured is kinetics; what the bed makes of them are its hot spot, selectivity,
pressure drop and runaway. Both are solved with one network, and again with each network that the
fit leaves possible, so that the bed's figures carry the fit's uncertainty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.reactors.beds.packed_bed_equations import LENGTH, RHO_B
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.safety.sensitivity import runaway_boundary
from intensify.solve import solve

FIGURES = {
    "conversion": "of the key reactant",
    "selectivity": "to the product, per key reactant converted",
    "T_max": "highest gas temperature [K]",
    "hot_spot": "over the inlet [K]",
    "p_drop": "pressure drop [Pa]",
    "catalyst": "mass of catalyst [kg]",
    "WHSV": "mass flow over catalyst [1/h]",
    "effectiveness": "of the first reaction, mean along the bed",
}


class FittedKinetics(NamedTuple):
    """Standard deviations that a fit leaves: of ln k at T [K], and of E relative to E."""

    ln_k: float
    E: float
    T: float


class Extrapolation(NamedTuple):
    """Figures of string and bed by name, their standard deviations, and the bed's runaway.

    critical: mole fraction of the key reactant in the feed at which the bed's hottest temperature
    is most sensitive to it; nan: none up to five times the feed's.
    """

    string: dict[str, float]
    bed: dict[str, float]
    string_sd: dict[str, float]
    bed_sd: dict[str, float]
    feed: float
    critical: float

    def __str__(self) -> str:
        rows = [f"{'':15}{'string':>22}{'bed':>22}"]
        for name, meaning in FIGURES.items():
            cells = [
                f"{of[name]:12.5g}"
                + (f" +- {sd[name]:<6.2g}" if sd.get(name, 0.0) > 1e-9 * of[name] else " " * 10)
                for of, sd in ((self.string, self.string_sd), (self.bed, self.bed_sd))
            ]
            rows.append(f"{name:15}{cells[0]:>22}{cells[1]:>22}  {meaning}")
        margin = self.critical / self.feed
        rows.append(
            f"the bed runs away at a feed of {self.critical:.4g}, {margin:.3g} times this one"
            if np.isfinite(self.critical)
            else "no runaway of the bed up to five times this feed"
        )
        return "\n".join(rows)


def figures(reactor: PackedBedReactor, key: str, product: str) -> dict[str, float]:
    """The figures of one side."""
    run, net = solve(reactor), reactor.kinetics
    i, k = net.index(key), net.index(product)
    out, fed = run.legs[-1].y_end, reactor.F_in
    used = fed[i] - out[i]
    eta = run.dataset["effectiveness"].to_numpy()[:, 0]
    z = run.dataset["z"].to_numpy()
    return {
        "conversion": used / fed[i], "selectivity": (out[k] - fed[k]) / used,
        "T_max": run.kpis["T_max"], "hot_spot": run.kpis["T_max"] - reactor.T_in,
        "p_drop": run.kpis["p_drop"], "catalyst": run.kpis["catalyst"],
        "WHSV": run.kpis["WHSV"] * 3600.0,
        "effectiveness": float(np.trapezoid(eta, z) / (z[-1] - z[0])),
    }  # fmt: skip


def extrapolate(
    string: PackedBedReactor,
    bed: PackedBedReactor,
    *,
    key: str,
    product: str,
    fitted: FittedKinetics | None = None,
    samples: int = 50,
    seed: int = 0,
) -> Extrapolation:
    """What the kinetics of a string make of a bed; see the module.

    fitted: as `samples` draws of k and E, common to all reactions. InputError: the two sides have
    different kinetics; a key reactant that the feed lacks.
    """
    net = string.kinetics
    same = net.reactions.shape == bed.kinetics.reactions.shape and np.array_equal(
        net.reactions, bed.kinetics.reactions
    )
    if not same:
        raise InputError("string and bed have different kinetics; build both with one network")
    i = net.index(key)
    if not bed.F_in[i] > 0.0 or not string.F_in[i] > 0.0:
        raise InputError(f"the feed of string or bed has no {key}; name a reactant that is fed")
    spread: list[list[dict[str, float]]] = [[], []]
    if fitted is not None:
        rng = np.random.default_rng(seed)
        for ln_k, E in rng.normal(0.0, [fitted.ln_k, fitted.E], size=(samples, 2)):
            other = net.scaled(k0=float(np.exp(ln_k)), E=1.0 + float(E), T=fitted.T)
            for side, reactor in enumerate((string, bed)):
                spread[side].append(figures(reactor._replace(kinetics=other), key, product))
    return Extrapolation(
        figures(string, key, product), figures(bed, key, product),
        deviations(spread[0]), deviations(spread[1]),
        float(bed.F_in[i] / bed.F_in.sum()), critical_feed(bed, i),
    )  # fmt: skip


def deviations(rows: list[dict[str, float]]) -> dict[str, float]:
    """Standard deviation of each figure; empty without samples."""
    names = rows[0] if rows else ()
    return {name: float(np.std([row[name] for row in rows], ddof=1)) for name in names}


def critical_feed(bed: PackedBedReactor, i: int) -> float:
    """Mole fraction of species i in the feed at which the bed runs away; nan: up to 5 times none.

    The other species keep their proportions.
    """
    total = float(bed.F_in.sum())
    y = float(bed.F_in[i] / total)

    def build(x: float) -> PackedBedReactor:
        F = bed.F_in * (1.0 - x) / (1.0 - y)
        F[i] = x * total
        return bed._replace(F_in=F)

    try:
        return runaway_boundary(build, 0.2 * y, min(5.0 * y, 0.99)).parameter
    except SolveError:
        return float("nan")


class Repeatability(NamedTuple):
    """Mean and standard deviation of a figure over strings of randomly unlike grains."""

    mean: float
    sd: float
    values: np.ndarray


def repeatability(
    string: PackedBedReactor,
    figure: Callable[[Any], float],
    *,
    grains: int,
    scatter: float,
    samples: int = 30,
    seed: int = 0,
) -> Repeatability:
    """How well strings of `grains` grains repeat whose activities scatter, lognormal by `scatter`.

    figure: what is taken from a run, such as `lambda run: run.kpis["X_A"]`. The mean activity is 1.
    InputError: a string of several zones, a scatter below 0.

    >>> import intensify as it
    >>> from intensify.reactors.beds.wired import Catalyst, Gas, WiredReactor
    >>> net = it.Network.build("A => B", k=3e-4)
    >>> wired = WiredReactor(net, string=it.transport.sphere_string(2e-3, 2.4e-3), grains=20,
    ...     catalyst=Catalyst(1400.0), gas=Gas(0.029), feed={"A": 1.0}, T=600.0, p=2e5, flow=2e-5)
    >>> few = repeatability(wired, lambda run: run.kpis["X_A"], grains=20, scatter=0.3, samples=10)
    >>> bool(0.01 < few.sd / few.mean < 0.15)  # about 0.3/sqrt(20)
    True
    """
    if len(string.zones) != 1 or not scatter >= 0.0 or grains < 1:
        raise InputError("repeatability takes a string of one zone, scatter 0 or more, and grains")
    rng, values = np.random.default_rng(seed), []
    rows = np.repeat(string.zones, grains, axis=0)
    rows[:, LENGTH] /= grains
    for _ in range(samples):
        zones = rows.copy()
        zones[:, RHO_B] *= np.exp(rng.normal(-0.5 * scatter**2, scatter, grains))
        values.append(float(figure(solve(string._replace(zones=zones), rtol=1e-6))))
    return Repeatability(float(np.mean(values)), float(np.std(values, ddof=1)), np.array(values))
