"""Reactor, two columns, recycle: the train that a reactive-distillation column can replace.

    fresh feeds -> reactor -> column 1 -> bottoms -> column 2 -> heavy product
                      ^          |                      |
                      |     light product               |
                      +------------- recycle -----------+

The columns are those of `column_equations` without reaction; the reactor is a `LiquidReactor` with
the replaced column's kinetics. Unknowns: the recycle n (C), distillate D and reflux L of columns 1
and 2. Their equations, P being the product of a column:

    n - D_2 x_D2 = 0                    (C)  the recycle closes
    ln((1 - s_P)/(1 - recovery)) = 0    (2)  s_P: part of P fed to its column that is product; or
                                             L = least D, where that recovers more
    ln((1 - x_P)/(1 - purity)) = 0      (1)  of the product that is harder to get pure
    ln(n_A/n_B) - ln(ratio) = 0         (1)  A, B: the reactants

Where splits are sharp the fresh feeds settle both purities at once, and not how much of A and of B
goes round: so the ratio is asked for, and one purity. With one reactant both purities are met.
Logarithms, because the pure end is flat; `least`: a column is not run dry. Of the two forms that a
recovery has, a and b, -(a + b - sqrt(a^2 + b^2)) = 0 takes the one that binds (Fischer and
Burmeister).
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from intensify.chemistry.network import NU
from intensify.errors import SolveError
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column import Column
from intensify.reactors.columns.column_equations import Specification
from intensify.reactors.columns.column_solution import solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.columns.liquid_reactor import reacted
from intensify.reactors.columns.reactive_distillation import ColumnFeed, ReactiveDistillationColumn
from intensify.units import Fraction, Kelvin, Number, Pascal, Unit

LEAST_REFLUX = 0.05
"""Least reflux ratio of a column of a train."""


class ProductColumn(NamedTuple):
    """A column without reaction, for one product; what it loses of it is recycled.

    recovery: part of the product fed to the column that at least leaves as product. M: its molar
    mass, for figures per mass.
    """

    product: str
    purity: Fraction
    stages: int  # condenser (0) and reboiler (the last) among them
    feed: int  # stage
    recovery: Fraction = 0.95
    p: Pascal = 101325.0
    M: Annotated[float, Unit("kg/mol", 0.0)] = np.nan


class TrainEquations(NamedTuple):
    """Reactor and two columns with the mixture, kinetics and feeds of a reactive column.

    tube: 0 a tank, 1 a tube. ratio: recycle of the first reactant over that of the second.
    """

    column: Column  # that can replace the train
    T: Kelvin  # of the reactor
    holdup: Number  # of the reactor, in the unit that the rates want
    tube: Number
    light: ProductColumn
    heavy: ProductColumn
    ratio: Number = 1.0

    @property
    def fresh(self) -> np.ndarray:
        """Fresh feeds (C,) [mol/s]."""
        return np.asarray(self.column.feed.sum(axis=0))

    @property
    def products(self) -> list[int]:
        """Numbers of light and heavy product."""
        return [self.column.mixture.index(one.product) for one in (self.light, self.heavy)]

    @property
    def reactants(self) -> list[int]:
        """Numbers of the components that are no products."""
        return [i for i in range(self.column.feed.shape[1]) if i not in self.products]

    def effluent(self, recycle: np.ndarray) -> np.ndarray:
        """Flows (C,) that leave the reactor [mol/s]."""
        tube, fed = self.tube > 0.0, self.fresh + recycle
        return reacted(self.column, fed, T=self.T, holdup=self.holdup, tube=tube)

    def bare(self, one: ProductColumn) -> Column:
        """A column of the train; feed and specifications are still to come."""
        column, mix = self.column, self.column.mixture
        return ReactiveDistillationColumn(
            mix, stages=one.stages, p=one.p, efficiency=float(column.efficiency),
            feeds=[ColumnFeed(one.feed, dict.fromkeys(mix.names, 1e6))],
            energy="full" if column.full_energy else "cmo", dHv=float(column.dHv),
            specs={"reflux": 1.0, "bottoms": 1.0},
        )  # fmt: skip


class TrainState(NamedTuple):
    """A closed train: flows (C,) around the reactor [mol/s], the states of both columns.

    residual: the largest; steps: evaluations; slopes: d(residual)/d(unknowns) last used.
    """

    train: TrainEquations
    recycle: np.ndarray
    effluent: np.ndarray
    first: ColumnState
    second: ColumnState
    residual: float
    steps: int
    slopes: Any = None

    @property
    def made(self) -> tuple[np.ndarray, np.ndarray]:
        """Light and heavy product (C,) [mol/s]."""
        return self.first.distillate, self.second.bottoms

    @property
    def purities(self) -> list[float]:
        """Mole fractions of the products in what is sold as them."""
        pairs = zip(self.made, self.train.products, strict=True)
        return [float(out[i] / out.sum()) for out, i in pairs]

    @property
    def extents(self) -> np.ndarray:
        """Extents (R,) in the reactor [mol/s]."""
        nu = self.train.column.kinetics.forward.reactions[:, NU : NU + self.recycle.size]
        gained = self.effluent - self.train.fresh - self.recycle
        return np.asarray(np.linalg.lstsq(nu.T, gained, rcond=None)[0])

    @property
    def Q_reactor(self) -> float:
        """Heat into the reactor [W], below 0 where it is cooled.

        With equal molar overflow: the heat of reaction, and what condenses feeds of vapour.
        """
        column, mix = self.train.column, self.train.column.mixture
        if not column.full_energy:
            return float(column.dHr @ self.extents - column.feed_vapour.sum() * column.dHv)
        leaves = mix.liquid_enthalpy(self.train.T, self.effluent)
        enters = mix.liquid_enthalpy(float(self.second.T[0]), self.recycle)
        return float(leaves - enters - column.feed_h.sum())

    def balances(self) -> dict[str, float]:
        """Relative closure of each component, and of energy, around everything."""
        column, mix, fresh = self.train.column, self.train.column.mixture, self.train.fresh
        nu = column.kinetics.forward.reactions[:, NU : NU + fresh.size]
        light, heavy = self.made
        lack = (fresh + self.extents @ nu - light - heavy) / fresh.sum()
        closed = {name: abs(float(v)) for name, v in zip(mix.names, lack, strict=True)}
        if column.full_energy:
            duties = [self.first.duty(-1), self.second.duty(-1), self.Q_reactor]
            gap = column.feed_h.sum() + sum(duties) - self.first.duty(0) - self.second.duty(0)
            gap -= mix.liquid_enthalpy(float(self.first.T[0]), light)
            gap -= mix.liquid_enthalpy(float(self.second.T[-1]), heavy)
            closed["energy"] = abs(float(gap)) / sum(abs(q) for q in duties)
        return closed

    @property
    def kpis(self) -> dict[str, float]:
        """Figures: flows [mol/s], duties [W], temperatures [K], purities, overall conversions."""
        names, fresh = self.train.column.mixture.names, self.train.fresh
        out = {"recycle": float(self.recycle.sum()), "Q_reactor": self.Q_reactor}
        for k, one in enumerate((self.first, self.second), 1):
            out |= {f"{key}_{k}": float(value) for key, value in one.kpis.items()
                    if not key.startswith(("x_", "X_"))}  # fmt: skip
        light, heavy = self.made
        for i, name in enumerate(names):
            out[f"x_top_{name}"] = float(light[i] / light.sum())
            out[f"x_bottom_{name}"] = float(heavy[i] / heavy.sum())
            if i in self.train.reactants and fresh[i] > 0.0:
                out[f"X_{name}"] = float(1.0 - (light[i] + heavy[i]) / fresh[i])
        return out


class Loop:
    """The equations of a train over its unknowns, each column begun where it was last."""

    def __init__(self, train: TrainEquations) -> None:
        self.train, self.exact = train, 0
        self.ends = (train.light, train.heavy)
        self.bare = [train.bare(one) for one in self.ends]
        self.last: list[Any] = [None, None]

    def begin(self, state: TrainState) -> None:
        """Begin the columns at that state from now on; one of other stages at its own start."""
        states = zip((state.first, state.second), self.ends, strict=True)
        self.last = [last if last.column.stages == one.stages else None for last, one in states]

    def column(self, k: int, flows: np.ndarray, T: float, D: float, L: float) -> ColumnState:
        """Column k (0, 1) fed with liquid flows at T; SolveError: it is to distil all of them."""
        one, column, B = self.ends[k], self.bare[k], float(flows.sum() - D)
        if not B > 0.0:
            raise SolveError(f"column {k + 1} is fed {flows.sum():g} mol/s, and to distil {D:g}")
        feed, heat = np.zeros_like(column.feed), np.zeros_like(column.feed_h)
        feed[one.feed] = flows
        if column.full_energy:
            heat[one.feed] = column.mixture.liquid_enthalpy(T, flows)
        specified = column._replace(
            feed=feed, feed_h=heat, top=Specification(eq.REFLUX, float(L)),
            bottom=Specification(eq.BOTTOMS, B),
        )  # fmt: skip
        return solve_column(specified, guess=self.last[k])

    def at(self, u: np.ndarray) -> tuple[np.ndarray, TrainState]:
        """Residual (C + 4,) and state at the unknowns u: recycle, D_1, L_1, D_2, L_2 [mol/s]."""
        train, C = self.train, u.size - 4
        n, (D_1, L_1, D_2, L_2) = u[:C], u[C:]
        effluent = train.effluent(n)
        first = self.column(0, effluent, train.T, D_1, L_1)
        second = self.column(1, first.bottoms, float(first.T[-1]), D_2, L_2)
        state = TrainState(train, n, effluent, first, second, np.inf, 0)
        impure = np.log([(1.0 - x) / (1.0 - one.purity)
                         for x, one in zip(state.purities, self.ends, strict=True)])  # fmt: skip
        F = np.empty(C + 4)
        F[:C] = (n - second.distillate) / train.fresh.sum()
        F[C], F[C + 1] = impure[self.exact], impure[1 - self.exact]
        if len(train.reactants) == 2:
            a, b = train.reactants
            F[C + 1] = np.log(n[a] / n[b] / train.ratio)
        fed, flows = (effluent, first.bottoms), ((D_1, L_1), (D_2, L_2))
        for k, (i, (D, L)) in enumerate(zip(train.products, flows, strict=True)):
            lost = 1.0 - state.made[k][i] / fed[k][i]
            b = np.log((1.0 - self.ends[k].recovery) / lost)
            a = (L - LEAST_REFLUX * D) / train.fresh.sum()
            F[C + 2 + k] = np.hypot(a, b) - a - b
        return F, state._replace(residual=float(np.abs(F).max()))
