"""What `solve` asks of a packed bed: zones, profiles, balances, figures and warnings."""

from __future__ import annotations

import itertools

import numpy as np

from intensify.chemistry.stoichiometry import from_bytes
from intensify.errors import SolveError
from intensify.numerics import ExplicitFirst, Rodas5P
from intensify.reactors.beds.packed_bed_equations import (
    DIRECTION,
    LENGTH,
    RHO_B,
    T_COOLANT,
    U_WALL,
    WC,
    PackedBedEquations,
)
from intensify.reactors.stage import Axis, Leg, Shoot, Solver, Stage, Variable, species_axis
from intensify.reactors.vessels.feed import conversions
from intensify.transport.catalyst_grain import steady_rates
from intensify.transport.packing import pressure_laws
from intensify.units import INF, describe
from intensify.validity import Caution

LEAST_PRESSURE = 0.05
"""Part of the inlet pressure below which a bed is called blocked."""
GAUSS = np.polynomial.legendre.leggauss(3)


class PackedBedReactor(PackedBedEquations):
    """A packed bed or string in N tubes; the fields are those of `PackedBedEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the bed")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0), friction_name=np.empty((0, 48))))

    def solver(self) -> Solver:
        """Explicit where that is not slow, but for grains that are solved as they are at rest."""
        return Solver(Rodas5P() if self.pellet.W.size else ExplicitFirst(), 1e-8)

    def state(self) -> np.ndarray:
        """State at the inlet."""
        rates, T_c = np.zeros(0), self.zones[0, T_COOLANT]
        if self.pellet.W.size:
            c = self.seen(self.c_in)
            rates = steady_rates(self.kinetics, self.pellet, T=self.T_in, c=c)
        return np.array(
            [*self.F_in, self.T_in, self.p_in, T_c, 0.0, *np.zeros(self.kLa.size), *rates]
        )

    @property
    def c_in(self) -> np.ndarray:
        """Concentrations at the inlet (S,)."""
        return self.F_in / float(self.volume_flow(self.F_in, self.T_in, self.p_in))

    def seen(self, c: np.ndarray) -> np.ndarray:
        """Concentrations that the grains are in contact with, liquid and gas together."""
        return self.wet * c + (1.0 - self.wet) * self.c_star if self.wet.size else c

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        S, r = self.F_in.size, np.empty(len(self.kinetics.reactions))
        c = np.maximum(self.c_in, self.c_star) if self.c_star.size else self.c_in
        self.kinetics.rates(self.T_in, c, r)
        used = self.F_in[(self.kinetics.nu < 0.0).any(axis=0) & (self.F_in > 0.0)]
        F = 0.1 * float(min(used, default=self.F_in.max()))
        largest = max(float(np.abs(r).max()), 1e-30)
        return np.array([
            *np.full(S, F), 100.0, self.p_in, 100.0, 100.0 * float(self.heat_flow(self.F_in)),
            *np.full(self.kLa.size, F), *np.full(self.pellet.W.size * r.size, largest),
        ])  # fmt: skip

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """Zone k, entered at z with state y; None behind the last."""
        S = self.F_in.size
        if k > 0 and self.pressure_left(y) <= 1e-6 * self.p_in:
            raise SolveError(
                f"the pressure falls from {self.p_in:.4g} Pa to {y[S + 1]:.4g} Pa at z = {z:.4g} m:"
                " the bed blocks its flow; take larger grains, a shorter or wider bed, less flow"
            )
        if k == len(self.zones):
            return None
        length, U, T_c = (float(x) for x in self.zones[k, [LENGTH, U_WALL, T_COOLANT]])
        shoot = None
        if self.zones[k, DIRECTION] < 0.0 and 0.0 < U < INF and self.zones[k, WC] < INF:
            reach = float(np.abs(self.adiabatic_rises()).sum()) + 5.0
            low, high = min(y[S], T_c) - reach, max(y[S], T_c) + reach
            shoot = Shoot(S + 2, T_c, max(low, 1.0), high)
        model = self._replace(zone=k, kinetics=self.kinetics.lean(), scratch=self.new_scratch())
        return Stage(f"zone {k + 1}", model, z, length, model.enter, shoot=shoot, events=1,
                     terminal=True)  # fmt: skip

    def events(self, z, y, g):
        """The pressure is nearly used up."""
        g[0] = self.pressure_left(y)

    def pressure_left(self, y):
        """Pressure above the least, less what speeding up the gas takes [Pa]."""
        S = self.F_in.size
        Q = self.volume_flow(y[:S], y[S], y[S + 1])
        return y[S + 1] - LEAST_PRESSURE * self.p_in - self.acceleration * self.kinetic(Q)

    def new_scratch(self) -> np.ndarray:
        """Room for c, c in the grain, mean and own rates."""
        return np.empty(2 * self.F_in.size + 2 * len(self.kinetics.reactions))

    def enter(self, y: np.ndarray) -> np.ndarray:
        """State at the zone's start: its own coolant, its temperature where isothermal."""
        S, y = self.F_in.size, y.copy()
        y[S + 2] = self.zones[self.zone, T_COOLANT]
        if self.zones[self.zone, U_WALL] == INF and y[S] != y[S + 2]:
            y[S + 3] -= self.heat_flow(y[:S]) * (y[S + 2] - y[S])  # to T_c at once
            y[S] = y[S + 2]
            if self.pellet.W.size:
                c = y[:S] / self.volume_flow(y[:S], y[S], y[S + 1])
                inner = steady_rates(self.kinetics, self.pellet, T=y[S], c=self.seen(c))
                y[S + 4 + self.kLa.size :] = inner
        return y

    def adiabatic_rises(self) -> np.ndarray:
        """Adiabatic temperature rise if each reaction alone ran to its end [K]."""
        net = self.kinetics
        left = np.where(net.nu < 0.0, self.F_in / np.where(net.nu < 0.0, -net.nu, 1.0), INF)
        extent = np.where(np.isfinite(left.min(axis=1)), left.min(axis=1), 0.0)
        return -net.dH * extent / float(self.heat_flow(self.F_in))

    # --- what comes out --------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = (species_axis(self.kinetics.names),)
        names = np.array([f"r{j + 1}" for j in range(len(self.kinetics.reactions))])
        reactions = (Axis("reaction", names, "1", "reaction"),)
        return [
            Variable("c", "mol/m3", "concentration", species),
            Variable("y", "1", "mole fraction", species),
            Variable("T", "K", "temperature of the fluid"),
            Variable("T_solid", "K", "temperature of the grain's surface"),
            Variable("p", "Pa", "pressure"),
            Variable("T_coolant", "K", "temperature of the coolant"),
            Variable("u", "m/s", "superficial velocity"),
            Variable("rate", "mol/kg/s", "mean rate over the grain, effective", reactions),
            Variable("effectiveness", "1", "mean rate over the rate in the fluid", reactions),
            Variable("heat_production", "W/m3", "heat of reaction per bed volume"),
            Variable("heat_removal", "W/m3", "heat to the coolant per bed volume"),
            Variable("activity", "1", "activity of the catalyst"),
            Variable("q", "W", "heat passed to the coolant so far, all tubes"),
        ]

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Molar flows into one tube (S,), dissolved gas included [mol/s]."""
        S, fed = self.F_in.size, self.F_in.copy()
        fed[: self.kLa.size] += legs[-1].y_end[S + 4 : S + 4 + self.kLa.size]
        return fed

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`."""
        net, S, G, model = self.kinetics, self.F_in.size, self.kLa.size, leg.model
        F, T, p = Y[:, :S], Y[:, S], Y[:, S + 1]
        Q = np.array([self.volume_flow(*row) for row in zip(F, T, p, strict=True)])
        bulk, mean, at = np.empty((z.size, len(net.reactions))), np.empty(0), np.empty(S)
        mean, c = np.empty_like(bulk), F / Q[:, None]
        T_solid, zone = T.copy(), self.zones[model.zone]
        activity = np.array([self.activity_at(x) for x in z])
        for i in range(z.size):
            net.rates(T[i], c[i], bulk[i])
            mean[i] = bulk[i]
            if self.pellet.W.size:
                inner = Y[i, S + 4 + G :]
                self.pellet.mean(inner, mean[i])
                T_solid[i] = self.pellet.inside(net, T[i], self.seen(c[i]), inner, -1, at)
        mean *= self.eta
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(bulk != 0.0, mean / bulk, 1.0)
        made = np.array([net.heat_release(*row) for row in zip(T, mean, strict=True)])
        made = made * zone[RHO_B] * activity
        U = zone[U_WALL]
        gone = made if U == INF else U * self.packing.a_wall * (T - Y[:, S + 2])
        return {
            "c": c, "y": F / F.sum(axis=1)[:, None], "T": T, "T_solid": T_solid, "p": p,
            "T_coolant": Y[:, S + 2], "u": Q / self.packing.A,
            "rate": mean * activity[:, None], "effectiveness": share, "heat_production": made,
            "heat_removal": gone, "activity": activity, "q": Y[:, S + 3] * self.tubes,
        }  # fmt: skip

    def enthalpy_flow(self, F: np.ndarray, T: float) -> float:
        """Enthalpy flow of one tube against the reference at T_ref [W]."""
        net, dT = self.kinetics, T - self.kinetics.T_ref
        return float(F @ (net.h + net.cp * dT) + self.cp * self.m * dT)

    def dissolved_enthalpy(self, legs: list[Leg]) -> float:
        """Enthalpy that dissolved gas brings, at the temperature where it dissolves [W]."""
        if self.kLa.size == 0:
            return 0.0
        S, net, total = self.F_in.size, self.kinetics, 0.0
        for leg in legs:
            t, dy = leg.trajectory.t, np.empty(leg.y_end.size)
            for a, b in itertools.pairwise(t):
                z = 0.5 * (a + b) + 0.5 * (b - a) * GAUSS[0]
                Y = leg.trajectory(z)
                flux = np.empty((z.size, S))
                for row, at, y in zip(flux, z, Y, strict=True):
                    leg.model.rhs(at, y, dy)
                    row[:] = dy[S + 4 : 2 * S + 4]
                h = net.h + net.cp * (Y[:, [S]] - net.T_ref)
                total += 0.5 * (b - a) * float(GAUSS[1] @ (flux * h).sum(axis=1))
        return total

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants (elements) and energy from inlet to outlet."""
        S, net, last = self.F_in.size, self.kinetics, legs[-1].y_end
        out = net.closure(self.fed(legs), last[:S])
        C = float(self.heat_flow(self.F_in))
        gained = self.enthalpy_flow(last[:S], last[S]) - self.enthalpy_flow(self.F_in, self.T_in)
        turned_over = sum(
            abs(leg.y_end[S + 3] - leg.y_start[S + 3]) + C * abs(leg.y_end[S] - leg.y_start[S])
            for leg in legs
        )
        released = abs(float((last[:S] - self.fed(legs)) @ net.h))
        lack = abs(gained + last[S + 3] - self.dissolved_enthalpy(legs))
        # heats that contradict each other in their last digit are no fault of the run
        lack = max(lack - net.heat_slack() * float(np.abs(last[:S] - self.fed(legs)).sum()), 0.0)
        out["energy"] = lack / max(turned_over, released, 1e-3 * C)
        return out

    @property
    def length(self) -> float:
        """Length of all zones [m]."""
        return float(self.zones[:, LENGTH].sum())

    @property
    def catalyst(self) -> float:
        """Catalyst in all tubes [kg]."""
        loads = self.zones[:, LENGTH] * self.zones[:, RHO_B]
        return float(loads.sum() * self.packing.A * self.tubes)

    @property
    def Re(self) -> float:
        """rho u d/mu at the inlet, superficial."""
        return self.m / self.packing.A * self.packing.d / self.mu

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        S, net, last = self.F_in.size, self.kinetics, legs[-1].y_end
        T_max, z_T_max = max(leg.trajectory.maximum(S) for leg in legs)
        u = float(self.volume_flow(self.F_in, self.T_in, self.p_in)) / self.packing.A
        C, L = float(self.heat_flow(self.F_in)), legs[-1].end
        UA = float((self.zones[:, U_WALL] * self.zones[:, LENGTH]).sum()) * self.perimeter()
        out = {
            "tau": self.packing.void * L / u, "L": L, "T_max": T_max, "z_T_max": z_T_max,
            "T_out": last[S], "p_out": last[S + 1], "p_drop": self.p_in - last[S + 1],
            "NTU": UA / C, "Re": self.Re, "void": self.packing.void, "catalyst": self.catalyst,
            "tubes": self.tubes, "V": self.packing.A * L * self.tubes,
        }  # fmt: skip
        if self.catalyst > 0.0:
            out["WHSV"] = self.m * self.tubes / self.catalyst
        return out | conversions(net, self.fed(legs), last[:S])

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Which friction law was taken and how far others are from it; a bed too short for plug."""
        named = from_bytes(self.friction_name)
        u = float(self.volume_flow(self.F_in, self.T_in, self.p_in)) / self.packing.A
        rho = self.m / (u * self.packing.A)
        out: list[str] = []
        if named and named[0]:
            laws = pressure_laws(self.packing)
            all_ = [law.gradient(u, rho, self.mu) for law in laws.values()]
            own = float(self.friction.gradient(u, rho, self.mu))
            out.append(Caution(
                f"pressure drop by {named[0]}, {own:.4g} Pa/m at the inlet; other laws give "
                f"{min(all_):.4g} to {max(all_):.4g}", name="friction", value=own,
                low=min(all_), high=max(all_),
            ))  # fmt: skip
        layers = legs[-1].end / self.packing.d
        if layers < 50.0:
            out.append(Caution(
                f"the bed is {layers:.0f} grains long: plug flow needs 50 or more",
                name="L_d", value=layers, low=50.0,
            ))  # fmt: skip
        return out
