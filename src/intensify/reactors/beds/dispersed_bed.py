"""`DispersedBed`: a steady bed of catalyst with axial dispersion of matter and heat.

    0 = -d/dz (u c_i - D c dy_i/dz) + rho_b sum_j nu_ji rbar_j
    0 = -sum_i F_i cp_i dT/dz + d/dz(lambda dT/dz) + rho_b sum_j (-dH_j) rbar_j - a_w (T - T_c)

of a gas of variable density between Danckwerts' ends, on the finite volumes and with the grains of
`transient_bed_equations`. What disperses carries heat upstream, so a bed can be ignited and
extinguished under one feed. Its steady states are those that it comes to in time, from the bed
without dispersion, from cold and from burning; states that are not stable are not found.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError, SolveError
from intensify.reactors.beds.packed_bed_equations import T_COOLANT
from intensify.reactors.beds.packed_bed_reactor import PackedBedReactor
from intensify.reactors.beds.transient_bed import TransientBed
from intensify.reactors.beds.transient_bed_equations import GIGA
from intensify.reactors.beds.transient_bed_reactor import BedChange, BedFilling, TransientBedReactor
from intensify.reactors.stage import Leg, SteadyRun, Variable
from intensify.units import describe

APART = 1e-3
"""Difference over the states' magnitudes from which on two states are two."""


class DispersedBedReactor(NamedTuple):
    """A steady dispersed bed; build one with `DispersedBed`."""

    bed: PackedBedReactor
    transient: TransientBedReactor
    branch: int = 0  # of the states found, the coldest being 0

    @property
    def coordinate(self) -> Variable:
        """What the profiles of a run stand over."""
        return Variable("z", "m", "position along the bed")

    @property
    def kinetics(self) -> Any:
        """The reactions."""
        return self.bed.kinetics

    def __str__(self) -> str:
        return describe(self._replace(transient=()))  # type: ignore[arg-type]

    def starts(self) -> list[np.ndarray]:
        """Contents to begin with: without dispersion, cold, burning."""
        bed, it = self.bed, self.transient
        rise = float(np.maximum(bed.adiabatic_rises(), 0.0).sum())
        cold = min(bed.T_in, float(bed.zones[:, T_COOLANT].min()))
        filled = [it.filled(BedFilling(T)) for T in (cold, bed.T_in + rise)]
        return [it.from_marching(), *filled]

    def states(self) -> list[np.ndarray]:
        """The steady states found, coldest first, as states of `transient`.

        SolveError: nothing comes to rest.
        """
        it = self.transient
        found: list[np.ndarray] = []
        own, sizes = it.own(), it.scales()
        trouble: list[SolveError] = []
        for start in self.starts():
            try:
                y = it.steady_from(start)
            except SolveError as error:
                trouble.append(error)
                continue
            if all((np.abs(y - other) / sizes)[own].max() > APART for other in found):
                found.append(y)
        if not found:
            raise trouble[0]
        model = it.model(BedChange(0.0))
        return sorted(found, key=lambda y: float(model.hottest(y)))

    def steady(self) -> SteadyRun:
        """The state of `branch`. SolveError: there are not so many."""
        found, it = self.states(), self.transient
        if not 0 <= self.branch < len(found):
            raise SolveError(
                f"steady state {self.branch} is not there: {len(found)} were found, from 0 on"
            )
        y, model = found[self.branch], it.model(BedChange(0.0))
        leg = Leg("steady", model, 0.0, 0.0, y, y, None)
        seen = it.observe(leg, np.zeros(1), y[None])
        profiles = {name: seen[name][0] for name in (v.name for v in self.variables())}
        warnings = list(self.bed.warnings([leg._replace(end=self.bed.length)]))
        if len(found) > 1:
            T = ", ".join(f"{float(model.hottest(one)):.0f}" for one in found)
            warnings.append(
                f"{len(found)} steady states were found under this feed, hottest at {T} K; this is "
                f"number {self.branch}, take branch= for the others"
            )
        return SteadyRun(it.z, ["bed"] * it.z.size, profiles, self.kpis(y, leg), self.closures(y),
                         {"states": float(len(found))}, warnings)  # fmt: skip

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        return [
            v._replace(axes=v.axes[1:]) for v in self.transient.variables() if v.axes[:1] and
            v.axes[0].name == "z"
        ]  # fmt: skip

    def kpis(self, y: np.ndarray, leg: Leg) -> dict[str, float]:
        """Figures of a state; see `intensify.kpis`."""
        it, bed = self.transient, self.bed
        cells, eq = it.rows(y)[1:-1], it.equations
        u = float(bed.volume_flow(bed.F_in, bed.T_in, bed.p_in)) / bed.packing.A
        C = float(eq.left.flux * (eq.left.y @ eq.cp))
        grains = it.grain(cells)[1].max(axis=1, initial=0.0)
        out = {"L": bed.length, "T_max": float(leg.model.hottest(y)),
               "z_T_max": float(it.z[np.maximum(cells[:, -1], grains).argmax()]),
               "T_out": float(cells[-1, -1]), "p_out": float(leg.model.right.p_start),
               "catalyst": bed.catalyst, "tubes": bed.tubes}  # fmt: skip
        if eq.D > 0.0:
            out["Pe"] = u * bed.length / eq.D
        if eq.conductivity > 0.0:
            out["Pe_heat"] = C * bed.length / eq.conductivity
        return out | it.conversions(leg)

    def closures(self, y: np.ndarray) -> dict[str, float]:
        """Relative closure of mass, invariants and energy, by what flows."""
        it, net, S = self.transient, self.kinetics, self.bed.F_in.size
        dy, eq = np.empty(y.size), it.equations
        it.model(BedChange(0.0)).rhs(0.0, y, dy)
        rows = it.rows(dy)
        out = net.closure(rows[0, :S], rows[-1, :S])
        lost = eq.dz * float(rows[1:-1, -2].sum())
        released = float((rows[-1, :S] - rows[0, :S]) @ net.h) / GIGA
        C = float(eq.left.flux * (eq.left.y @ eq.cp)) / GIGA
        size = max(abs(released), abs(lost), C)
        out["energy"] = abs(rows[0, -1] - rows[-1, -1] - lost) / size
        return out


def DispersedBed(
    bed: PackedBedReactor,
    *,
    D: float,
    conductivity: float,
    cells: int = 200,
    nodes: int = 0,
    branch: int = 0,
) -> DispersedBedReactor:
    """A packed bed of a gas with axial dispersion D [m2/s] and `conductivity` [W/m/K].

    Both on the area of the empty tube, as `transport.axial_Bo` gives D = u d/Bo. nodes as in
    `TransientBed`; branch: which of several steady states `solve` gives, 0 the coldest.
    InputError: as in `TransientBed`; no dispersion at all.

    >>> import intensify as it
    >>> from intensify.transport.packing import random_bed
    >>> bed = it.PackedBed(it.Network.build("A => B", k=1e-3), packing=random_bed(3e-3, 25e-3),
    ...     feed={"A": 1.0}, T=600.0, p=2e5, M=0.03, flow=0.01, cp=1000.0,
    ...     zones=[it.BedZone(1.0, T_c=600.0, rho_b=900.0)])
    >>> DispersedBed(bed, D=0.01, conductivity=0.0).bed.length
    1.0
    """
    if not D > 0.0 and not conductivity > 0.0:
        raise InputError("nothing is dispersed; give D or conductivity above 0, or take the bed")
    transient = TransientBed(
        bed, until=1.0, cells=cells, nodes=nodes, D=D, conductivity=conductivity
    )
    return DispersedBedReactor(transient.bed, transient, int(branch))
