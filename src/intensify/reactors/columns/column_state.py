"""A steady state of a column: how it is found, and what it says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry.network import NU
from intensify.reactors.columns import column_equations as eq
from intensify.reactors.columns.column_equations import ColumnEquations, Specification


class ColumnState(NamedTuple):
    """A converged state: unknowns z (N, n), properties P (N, n), and how it was found.

    residual: largest scaled residual. steps: Newton steps. method: see `solve_column`.
    """

    column: ColumnEquations
    z: np.ndarray
    P: np.ndarray
    residual: float
    steps: int
    method: str

    @property
    def way(self) -> str:
        """How it was found, as a sentence has it."""
        return self.method if self.method.startswith("by ") else f"by {self.method} steps"

    @property
    def C(self) -> int:
        """Number of components."""
        return self.column.feed.shape[1]

    @property
    def x(self) -> np.ndarray:
        """Liquid mole fractions (N, C)."""
        return self.z[:, : self.C]

    @property
    def y(self) -> np.ndarray:
        """Mole fractions of the vapour that leaves (N, C)."""
        own = self.column.efficiency < 1.0
        return self.z[:, -self.C :] if own else self.P[:, : self.C]

    @property
    def T(self) -> np.ndarray:
        """Temperatures (N,) [K]."""
        return self.z[:, self.C]

    @property
    def V(self) -> np.ndarray:
        """Vapour leaving upwards (N,) [mol/s]."""
        return self.z[:, self.C + 1]

    @property
    def L(self) -> np.ndarray:
        """Liquid leaving downwards (N,) [mol/s]."""
        return self.z[:, self.C + 2]

    @property
    def extents(self) -> np.ndarray:
        """Extents (N, R) [mol/s]."""
        return self.z[:, self.C + 3 : self.C + 3 + self.column.dHr.size]

    @property
    def distillate(self) -> np.ndarray:
        """Flows (C,) that leave at the top [mol/s]."""
        total = self.column.condenser == eq.TOTAL
        return self.V[0] * (self.x[0] if total else self.y[0])

    @property
    def bottoms(self) -> np.ndarray:
        """Flows (C,) that leave at the bottom [mol/s]."""
        return self.L[-1] * self.x[-1]

    def duty(self, j: int) -> float:
        """Heat that a condenser (0) takes away, or a reboiler (-1) needs [W], from its balance."""
        column, stage = self.column, j % self.column.stages
        alone = column._replace(duty=np.zeros(column.stages))
        lacks = np.empty(column.stages)
        alone.heats(self.z, self.P, column.dHv, lacks)
        lack = float(lacks[stage])
        if column.full_energy == 0.0 and stage == 0 and column.condenser == eq.TOTAL:
            return self.V[1] * column.dHv
        return lack if j == 0 else -lack

    def produced(self) -> np.ndarray:
        """What the reactions make of each component (C,) [mol/s]."""
        nu = self.column.kinetics.forward.reactions[:, NU : NU + self.C]
        return self.extents.sum(axis=0) @ nu

    def conversion(self, name: str) -> float:
        """Part of the component's feeds that the reactions use up."""
        i = self.column.mixture.index(name)
        return float(-self.produced()[i] / self.column.feed[:, i].sum())

    def balances(self) -> dict[str, float]:
        """Relative closure of each component and of energy over the whole column."""
        column = self.column
        out = self.distillate + self.bottoms
        out = out + column.draws[:, 0] @ self.x + column.draws[:, 1] @ self.y
        lack = column.feed.sum(axis=0) + self.produced() - out
        flow = column.feed.sum()
        closed = {
            name: abs(float(v)) / flow for name, v in zip(column.mixture.names, lack, strict=True)
        }
        if column.full_energy:
            closed["energy"] = self.energy_gap()
        return closed

    def energy_gap(self) -> float:
        """What feeds, duties and products lack of each other, relative to the reboiler's duty."""
        column, m, p = self.column, self.column.mixture, self.column.pressure
        out = m.liquid_enthalpy(self.T[-1], self.bottoms)
        if column.condenser == eq.TOTAL:
            out += m.liquid_enthalpy(self.T[0], self.distillate)
        else:
            out += m.vapour_at(self.T[0], p[0], self.distillate)
        for j in range(column.stages):
            out += m.liquid_enthalpy(self.T[j], column.draws[j, 0] * self.x[j])
            if column.draws[j, 1] > 0.0:
                out += m.vapour_at(self.T[j], p[j], column.draws[j, 1] * self.y[j])
        Qc = self.duty(0) if column.condenser else 0.0
        Qr = self.duty(-1) if column.reboiler else 0.0
        gap = column.feed_h.sum() + Qr - Qc + column.duty[1:-1].sum() - out
        return abs(float(gap)) / max(abs(Qr), abs(Qc), column.dHv * column.feed.sum())

    def measured(self, spec: Specification) -> float:
        """What the state has of the quantity that a specification holds."""
        i, k, fed = int(spec.component), int(spec.kind), self.column.feed.sum(axis=0)
        D, B, L, V = self.distillate, self.bottoms, self.L, self.V
        known = {
            eq.REFLUX_RATIO: lambda: L[0] / V[0], eq.REFLUX: lambda: L[0],
            eq.DISTILLATE: lambda: V[0], eq.TOP_PURITY: lambda: D[i] / D.sum(),
            eq.TOP_T: lambda: self.T[0], eq.TOP_RECOVERY: lambda: D[i] / fed[i],
            eq.BOTTOMS: lambda: L[-1], eq.BOILUP: lambda: V[-1],
            eq.BOILUP_RATIO: lambda: V[-1] / L[-1], eq.BOTTOM_PURITY: lambda: self.x[-1, i],
            eq.BOTTOM_T: lambda: self.T[-1], eq.BOTTOM_RECOVERY: lambda: B[i] / fed[i],
            eq.CONVERSION: lambda: self.conversion(self.column.mixture.names[i]),
            eq.STAGE_T: lambda: self.T[i], eq.CONDENSER_DUTY: lambda: self.duty(0),
            eq.REBOILER_DUTY: lambda: self.duty(-1),
        }  # fmt: skip
        return float(known[k]())

    @property
    def kpis(self) -> dict[str, float]:
        """Figures: duties [W], flows [mol/s], temperatures [K], purities, conversions."""
        column, names = self.column, self.column.mixture.names
        D, B = self.distillate, self.bottoms
        out = {"distillate": float(D.sum()), "bottoms": float(B.sum()), "T_top": float(self.T[0]),
               "T_bottom": float(self.T[-1])}  # fmt: skip
        if column.condenser:
            out |= {"reflux_ratio": float(self.L[0] / self.V[0]), "Q_condenser": self.duty(0)}
        if column.reboiler:
            out |= {"boilup": float(self.V[-1]), "Q_reboiler": self.duty(-1)}
        for i, name in enumerate(names):
            out |= {
                f"x_top_{name}": float(D[i] / D.sum()),
                f"x_bottom_{name}": float(B[i] / B.sum()),
            }
            if column.feed[:, i].sum() > 0.0 and self.produced()[i] < 0.0:
                out[f"X_{name}"] = self.conversion(name)
        return out
