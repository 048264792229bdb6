"""What a channel's plug flow and heat transfer stand on, as typed warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from intensify.reactors.channels.channel import LENGTH, T_UTILITY, U_WALL
from intensify.reactors.channels.engulfment import frequencies
from intensify.reactors.stage import Leg
from intensify.transport.dispersion import taylor_aris
from intensify.transport.mixing import DA_SLOW_MIXING, dissipation, dissipation_time
from intensify.validity import Caution

PE_PLUG = 100.0
"""Pe = u L/D_ax from which a channel counts as plug flow."""


def channel_cautions(reactor: Any, legs: list[Leg]) -> Iterator[Caution]:
    """Of U, of the range of its correlations, and of plug flow; legs: as run, or none yet."""
    yield from film_cautions(reactor)
    yield from mixing_cautions(reactor)
    T_low, T_high = temperatures(reactor, legs)
    fluid, seen = reactor.fluid(), set()
    for T in (T_low, T_high):
        Re = reynolds(reactor, T)
        for caution in reactor.form.cautions(reactor.section, Re, fluid.Pr(T)):
            if caution.name not in seen:
                seen.add(caution.name)
                yield caution
    if not reactor.form.mixes(reactor.section, reynolds(reactor, T_low)):
        yield from plug_flow_cautions(reactor)


def temperatures(reactor: Any, legs: list[Leg]) -> tuple[float, float]:
    """Coldest and hottest fluid of a run; of feed and utilities where nothing was run."""
    S = reactor.c_in.size
    if not legs:
        T = [reactor.T_in, *reactor.zones[:, T_UTILITY]]
        return float(min(T)), float(max(T))
    low, high = ([leg.trajectory.maximum(S, sign=sign)[0] for leg in legs] for sign in (-1.0, 1.0))
    return min(low), max(high)


def reynolds(reactor: Any, T: float) -> float:
    """Reynolds number at the inlet's flow and temperature T [K]."""
    return float(reactor.rho * reactor.velocity() * reactor.section.D_h / reactor.mu.at(T))


def film_cautions(reactor: Any) -> Iterator[Caution]:
    """The zone whose U is most above what the film inside gives, if one is."""
    section, fluid, worst = reactor.section, reactor.fluid(), None
    for row in reactor.zones:
        U, T = row[U_WALL], row[T_UTILITY]
        if not 0.0 < U < np.inf:
            continue
        Re = reynolds(reactor, T)
        Nu = reactor.form.nusselt(section, Re, fluid.Pr(T), row[LENGTH])
        h = Nu * reactor.conductivity / section.D_h
        if h < U and (worst is None or U / h > worst[0] / worst[1]):
            worst = U, h, Re, Nu
    if worst is None:
        return
    U, h, Re, Nu = worst
    straight = "; plug flow and this U need bends, corrugation or mixing elements"
    yield Caution(
        f"U = {U:.0f} W/m2/K at Re {Re:.0f}: {reactor.form.noun} of {1e3 * section.D_h:.2g} mm "
        f"gives at most {h:.0f} (Nu {Nu:.3g})"
        + ("" if reactor.form.mixes(section, Re) else straight),
        name="U", value=U, high=h,
    )  # fmt: skip


def mixing_cautions(reactor: Any) -> Iterator[Caution]:
    """The feed is taken as mixed: whether it mixes, by dissipation, before it reacts."""
    eps = dissipation(
        reactor.section, u=reactor.velocity(), mu=reactor.mu.at(reactor.T_in), rho=reactor.rho,
        form=reactor.form,
    )  # fmt: skip
    t_mix = dissipation_time(eps)
    Da = float(frequencies(reactor.kinetics, reactor.T_in, reactor.c_in).max() * t_mix)
    if Da > DA_SLOW_MIXING:
        yield Caution(
            f"the mixing Damkoehler number at the inlet is {Da:.2g}: the feeds, taken as mixed, "
            f"mix in {t_mix:.2g} s ({eps:.2g} W/kg); above {DA_SLOW_MIXING} what competing "
            "reactions make depends on it, and EngulfmentMixer tells how",
            name="Da_mix", value=Da, high=DA_SLOW_MIXING,
        )  # fmt: skip


def plug_flow_cautions(reactor: Any) -> Iterator[Caution]:
    """Laminar flow that nothing turns over: Fo, and Pe where Taylor-Aris dispersion holds."""
    u, L = reactor.velocity(), float(reactor.zones[:, LENGTH].sum())
    spread = taylor_aris(reactor.section, D=reactor.diffusivity, u=u, L=L)
    if spread.Fo < 1.0:
        yield Caution(
            f"Fo = D tau/R2 is {spread.Fo:.2g}: diffusion across the channel takes "
            f"{spread.t_radial:.3g} s, the residence time is {L / u:.3g} s; laminar flow in "
            f"{reactor.form.noun} is neither plug flow nor Taylor-Aris dispersion then",
            name="Fo", value=spread.Fo, low=1.0,
        )  # fmt: skip
    elif spread.Pe < PE_PLUG:
        yield Caution(
            f"Pe = u L/D_ax is {spread.Pe:.3g} by Taylor-Aris dispersion: below {PE_PLUG:.0f} this "
            "is no plug flow; a narrower or longer channel, or one that mixes, is",
            name="Pe", value=spread.Pe, low=PE_PLUG,
        )  # fmt: skip
