"""A tank or a tube of liquid at one temperature, with the reactions of a column.

    tank   0 = n_in - n + nu^T m r(x, T)          tube   dn/dm = nu^T r(x, T)          x = n/sum(n)

n (C): flows [mol/s]; m: hold-up in the unit that the rates want (mol, m3 or kg of catalyst). The
liquid is held under enough pressure not to boil.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import canonical
from intensify.chemistry.network import NU
from intensify.errors import SolveError
from intensify.numerics.integrate import integrate
from intensify.numerics.newton import find_zero
from intensify.reactors.columns.column_equations import ColumnEquations
from intensify.units import Kelvin, Number


class LiquidReactor(NamedTuple):
    """The equations; `column` is read for its mixture and kinetics only. See `reacted`."""

    column: ColumnEquations
    T: Kelvin
    holdup: Number
    inflow: np.ndarray  # (C,) [mol/s]

    def formation(self, n, out):
        """Fill out (C,) with nu^T r at flows n, per unit of hold-up."""
        column, C, R = self.column, n.size, self.column.dHr.size
        x, a, terms = np.empty(C), np.empty(C), column.mixture.room()
        r, nu, total = np.empty(R), column.kinetics.forward.reactions, 0.0
        for i in range(C):
            total += max(n[i], 0.0)
        for i in range(C):
            x[i] = max(n[i], 0.0) / total
        a[:] = x
        if column.kinetics.by_activity > 0.0:
            column.mixture.at(self.T, terms)
            column.mixture.activities(terms, x, a)
        column.driving(0, self.T, a, np.empty((2, R)), r)
        for i in range(C):
            out[i] = 0.0
            for k in range(R):
                out[i] += nu[k, NU + i] * r[k]

    def residual(self, n, F):
        """Fill F (C,) with what the tank's balances lack."""
        self.formation(n, F)
        for i in range(n.size):
            F[i] = self.inflow[i] - n[i] + self.holdup * F[i]

    def rhs(self, m, n, dn):
        """Slopes along the tube."""
        self.formation(n, dn)


def reacted(
    column: ColumnEquations, inflow: np.ndarray, *, T: float, holdup: float, tube: bool = False
) -> np.ndarray:
    """Flows (C,) [mol/s] that leave a tank, or a tube, of that hold-up with the column's reactions.

    SolveError: the tank's equations, or the tube's integration, find no end.
    """
    # `driving` multiplies by the hold-up of stage 0: here one unit
    lean = canonical(column._replace(mixture=column.mixture.lean(), holdup=np.ones(1)))
    reactor = LiquidReactor(lean, float(T), float(holdup), np.asarray(inflow, dtype=float))
    try:
        if tube:
            return np.asarray(integrate(reactor, (0.0, reactor.holdup), reactor.inflow).y_end)
        return find_zero(reactor, reactor.inflow, scale=1e-6 * reactor.inflow.sum(), lower=0.0).y
    except SolveError as error:
        what = "tube" if tube else "tank"
        raise SolveError(f"the {what} of {holdup:g} at {T:.1f} K: {error}") from error
