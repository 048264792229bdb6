"""How much removal a shifted equilibrium needs."""

from __future__ import annotations

import numpy as np

from intensify.errors import InputError
from intensify.numerics.roots import find_root
from intensify.reactors.vessels.shifted_equilibrium import ShiftedReactor, scaled
from intensify.solve import solve


def removal_for(
    reactor: ShiftedReactor, conversion: float, *, low: float = 1e-3, high: float = 1e3
) -> float:
    """Factor on the removal (area, or carrier) that just reaches a conversion of the key.

    InputError: the conversion lies outside what factors from low to high give.
    """

    def reached(log_factor: float) -> float:
        run = solve(scaled(reactor, float(np.exp(log_factor))))
        return run.kpis[f"X_{reactor.key}"] - conversion

    ends = np.log(low), np.log(high)
    least, most = (reached(x) + conversion for x in ends)
    if not least < conversion < most:
        raise InputError(
            f"a conversion of {conversion:g} is out of reach: removal from {low:g} to {high:g} "
            f"times this one gives {least:.4f} to {most:.4f} in {reactor.duration:g} s"
        )
    return float(np.exp(find_root(reached, *ends, rtol=1e-8).x))
