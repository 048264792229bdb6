"""Where a reversible reaction comes to rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from intensify.chemistry.network import Network
from intensify.errors import InputError
from intensify.numerics.roots import find_root


def equilibrium(
    net: Network, c: Mapping[str, float] | np.ndarray, *, T: float, fractions: bool = False
) -> np.ndarray:
    """Concentrations (S,) at which the network's one reaction stands still, at constant volume.

    fractions: c are amounts, and the rate law is one of mole fractions.
    InputError: more than one reaction, or one that never turns back.

    >>> from intensify.chemistry.network import Arrhenius, Reaction
    >>> net = Network.build([Reaction("A <=> B", Arrhenius(1.0), reverse=Arrhenius(2.0))])
    >>> equilibrium(net, {"A": 3.0}, T=300.0).round(12).tolist()
    [2.0, 1.0]
    """
    if len(net.reactions) != 1:
        raise InputError(f"the equilibrium is found for one reaction, not {len(net.reactions)}")
    start = net.vector(dict(c)) if isinstance(c, Mapping) else np.asarray(c, dtype=float)
    nu, r = net.nu[0], np.empty(1)
    forward, backward = nu < 0.0, nu > 0.0
    most = float((start[forward] / -nu[forward]).min())
    least = -float((start[backward] / nu[backward]).min(initial=np.inf))

    def rate(extent: float) -> float:
        a = np.maximum(start + nu * extent, 0.0)
        net.rates(T, a / a.sum() if fractions else a, r)
        return float(r[0])

    if rate(most) > 0.0 or rate(least) < 0.0:
        raise InputError("the reaction does not turn back before a species is used up")
    return start + nu * find_root(rate, least, most, rtol=1e-15).x
