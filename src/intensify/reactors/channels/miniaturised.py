"""`MiniaturisedReactor`: channels with utility zones as an engineer describes them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.numerics import ExplicitFirst
from intensify.numerics.roots import find_minimum
from intensify.reactors.channels.channel import (
    DIRECTION,
    LENGTH,
    T_UTILITY,
    U_WALL,
    ChannelEquations,
    Metal,
    Zone,
)
from intensify.reactors.channels.channel_validity import channel_cautions
from intensify.reactors.stage import Leg, Shoot, Solver, Stage, Variable, species_axis
from intensify.reactors.vessels.feed import conversions, filled
from intensify.reactors.vessels.heat_of_completion import releasable_heat
from intensify.transport.ducts import Section
from intensify.transport.fluid import Fluid, Viscosity
from intensify.transport.form import Form, Straight
from intensify.units import INF, describe


class ChannelReactor(ChannelEquations):
    """N parallel channels; the fields are those of `ChannelEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the channel")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0)))

    def solver(self) -> Solver:
        """Explicit where that is not slow: heat exchange and reactions along a channel are mild."""
        return Solver(ExplicitFirst(), 1e-8)

    # state, scales and enter are those of one reactor, or columns of many (`_samples.columns`)
    def state(self) -> np.ndarray:
        """State at the inlet."""
        F = self.c_in * self.flow / self.channels
        S, out = len(F), np.zeros((len(F) + 4, *F.shape[1:]))
        out[:S], out[S], out[S + 1] = F, self.T_in, self.zones[0, T_UTILITY]
        return out

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        Q, section = self.flow / self.channels, self.section
        F = self.c_in * Q
        S, out = len(F), np.full((len(F) + 4, *F.shape[1:]), 100.0)
        out[:S] = 0.1 * F.max(axis=0)
        out[S + 2] *= self.rho_cp * Q + sum(F * self.kinetics.cp)
        laminar = 2.0 * section.fRe * self.mu.mu_ref * Q / section.A / (section.D_h * section.D_h)
        out[S + 3] = np.maximum(laminar * sum(self.zones[:, LENGTH]), 1.0)
        return out

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """Zone k, entered at z with state y; None behind the last."""
        S = self.c_in.size
        if k == len(self.zones):
            return None
        length, U, T_u, wc, direction = (float(x) for x in self.zones[k])
        counter = direction < 0.0 and 0.0 < U < INF and wc < INF
        shoot = None
        if counter:
            reach = sum(abs(dT) for dT in self.adiabatic_rises()) + 5.0
            low, high = min(y[S], T_u) - reach, max(y[S], T_u) + reach
            shoot = Shoot(S + 1, T_u, float(max(low, 1.0)), float(high))
        model = self._replace(zone=k, kinetics=self.kinetics.lean(), scratch=self.new_scratch())
        return Stage(f"zone {k + 1}", model, z, length, model.enter, shoot=shoot)

    def new_scratch(self) -> np.ndarray:
        """Room for c, r, dr/dT, the heat's slopes and dr/dc."""
        S, R = self.c_in.size, len(self.kinetics.reactions)
        return np.empty(2 * S + 2 * R + 3 + R * S)

    def enter(self, y: np.ndarray) -> np.ndarray:
        """State at the zone's start: its own utility, its temperature where isothermal."""
        S, y = len(self.c_in), y.copy()
        T_u, bath = self.zones[self.zone, T_UTILITY], self.zones[self.zone, U_WALL] == INF
        y[S + 1] = T_u
        if bath.any():
            C = self.heat_flow(y[:S], self.volume_flow(y[:S]))
            y[S + 2] -= np.where(bath, C * (T_u - y[S]), 0.0)  # brought to T_u by the utility
            y[S] = np.where(bath, T_u, y[S])
        return y

    def adiabatic_rises(self) -> np.ndarray:
        """Adiabatic temperature rise if each reaction alone ran to its end [K]."""
        net, Q = self.kinetics, self.flow / self.channels
        left = np.where(net.nu < 0.0, self.c_in / np.where(net.nu < 0.0, -net.nu, 1.0), INF)
        extent = np.where(np.isfinite(left.min(axis=1)), left.min(axis=1), 0.0)
        return -net.dH * extent * Q / self.heat_flow(self.c_in * Q, Q)

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = (species_axis(self.kinetics.names),)
        return [
            Variable("c", "mol/m3", "concentration", species),
            Variable("T", "K", "temperature of the fluid"),
            Variable("T_utility", "K", "temperature of the utility"),
            Variable("t", "s", "residence time at the inlet flow"),
            Variable("heat_production", "W/m3", "heat of reaction per fluid volume"),
            Variable("heat_removal", "W/m3", "heat to the utility per fluid volume"),
            Variable("q", "W", "heat passed to the utility so far, all channels"),
            Variable("p_drop", "Pa", "pressure drop from the inlet"),
            Variable("T_stop", "K", "temperature after stop of flow and loss of utility"),
        ]

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Molar flows into one channel (S,) [mol/s]."""
        return self.c_in * self.flow / self.channels

    def velocity(self) -> float:
        """Mean velocity at the inlet [m/s]."""
        return self.flow / self.channels / self.section.A

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`."""
        S, net, model = self.c_in.size, self.kinetics, leg.model
        F, T = Y[:, :S], Y[:, S]
        Q = self.volume_flow(F.T)
        r, made, out, dy = (
            np.empty(net.dH.size),
            np.empty(z.size),
            np.empty(z.size),
            np.empty(Y.shape[1]),
        )
        for i in range(z.size):
            net.rates(T[i], F[i] / Q[i], r)
            model.rhs(z[i], Y[i], dy)
            made[i], out[i] = net.heat_release(T[i], r), dy[S + 2] / self.section.A
        is_bath = self.zones[model.zone, U_WALL] == INF
        return {
            "c": F / Q[:, None], "T": T, "T_utility": T if is_bath else Y[:, S + 1],
            "t": z / self.velocity(), "heat_production": made, "heat_removal": out,
            "q": Y[:, S + 2] * self.channels, "p_drop": Y[:, S + 3],
            "T_stop": self.stop_temperature(Y, model.zone),
        }  # fmt: skip

    @property
    def Re(self) -> float:
        """Reynolds number on the hydraulic diameter, at the inlet."""
        return self.rho * self.velocity() * self.section.D_h / self.mu.at(self.T_in)

    def fluid(self) -> Fluid:
        """The feed as flow and heat transfer see it."""
        Q = self.flow / self.channels
        rho_cp = float(self.heat_flow(self.c_in * Q, Q)) / Q
        return Fluid(self.rho, self.mu, self.conductivity, rho_cp)

    @property
    def Phi(self) -> float:
        """Heat capacity of fluid and metal over that of the fluid, at the inlet."""
        Q = self.flow / self.channels
        return 1.0 + self.metal.ratio * self.metal.rho_cp * Q / self.heat_flow(self.c_in * Q, Q)

    def stop_temperature(self, Y: np.ndarray, zone: int) -> np.ndarray:
        """Flow and utility lost: (T + (Phi - 1) T_u + x dT_ad)/Phi at each state of Y [K].

        The reactants left release their heat into fluid and metal; the metal starts at T_u.
        """
        S, net = self.c_in.size, self.kinetics
        F, T = Y[:, :S], Y[:, S]
        C = self.heat_flow(F.T, self.volume_flow(F.T))
        T_u = T if self.zones[zone, U_WALL] == INF else Y[:, S + 1]
        left = releasable_heat(net, F) / C
        return (T + (self.Phi - 1.0) * T_u + left) / self.Phi

    def enthalpy_flow(self, y: np.ndarray) -> float:
        """Enthalpy flow of one channel against the reference at T_ref [W]."""
        S, net = self.c_in.size, self.kinetics
        dT, F = y[S] - net.T_ref, y[:S]
        return float(F @ (net.h + net.cp * dT) + self.rho_cp * self.volume_flow(F) * dT)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants (elements) and energy from inlet to outlet."""
        S, net = self.c_in.size, self.kinetics
        first, last = self.state(), legs[-1].y_end
        out = net.closure(first[:S], last[:S])
        C = float(self.heat_flow(first[:S], self.flow / self.channels))
        turned_over = sum(
            abs(leg.y_end[S + 2] - leg.y_start[S + 2]) + C * abs(leg.y_end[S] - leg.y_start[S])
            for leg in legs
        )
        gained = self.enthalpy_flow(last) - self.enthalpy_flow(first)
        released = abs(float((last[:S] - first[:S]) @ net.h))
        out["energy"] = abs(gained + last[S + 2]) / max(turned_over, released, 1e-3 * C)
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see the README's table for their formulas."""
        S, net = self.c_in.size, self.kinetics
        T_max, z_T_max = max(leg.trajectory.maximum(S) for leg in legs)
        last, L = legs[-1].y_end, legs[-1].end
        F_in = self.fed(legs)
        C = float(self.heat_flow(F_in, self.flow / self.channels))
        UA = float((self.zones[:, U_WALL] * self.zones[:, LENGTH]).sum()) * self.section.P
        out = {
            "tau": L / self.velocity(), "L": L, "T_max": T_max, "z_T_max": z_T_max,
            "T_out": last[S], "T_utility_out": self.utility_outlet(legs[-1]),
            "dT_ad": float(releasable_heat(net, F_in)) / C,
            "UA_V": UA / (self.section.A * L), "NTU": UA / C, "Re": self.Re, "Phi": self.Phi,
            "p_drop": self.pressure_lost(legs), "pumping": self.pressure_lost(legs) * self.flow,
            "V": self.section.A * L * self.channels, "channels": self.channels,
            **conversions(net, F_in, last[:S]),
        }  # fmt: skip
        out["T_stop"] = max(self.worst_stop(leg) for leg in legs)
        return out

    def pressure_lost(self, legs: list[Leg]) -> float:
        """Pressure drop from the inlet to the outlet [Pa]."""
        return float(legs[-1].y_end[self.c_in.size + 3])

    def worst_stop(self, leg: Leg) -> float:
        """Largest `stop_temperature` of a zone, refined between the steps [K]."""

        def cold(z: float) -> float:
            return -float(self.stop_temperature(leg.trajectory(z), leg.model.zone)[0])

        z = leg.trajectory.t
        T = self.stop_temperature(leg.trajectory(z), leg.model.zone)
        i = int(np.argmax(T))
        found = find_minimum(cold, z[max(i - 1, 0)], z[min(i + 1, z.size - 1)], rtol=1e-4)
        return max(float(T[i]), -found.value)

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where plug flow and the given U are more than this channel would deliver."""
        return list(channel_cautions(self, legs))

    def utility_outlet(self, leg: Leg) -> float:
        """Where the utility of a zone leaves: at its end (co-current) or start (counter) [K]."""
        S = self.c_in.size
        counter = self.zones[leg.model.zone, DIRECTION] < 0.0
        return float((leg.y_start if counter else leg.y_end)[S + 1])


def MiniaturisedReactor(
    kinetics: Network,
    *,
    feed: Mapping[str, float],
    T: float,
    flow: float,
    section: Section,
    zones: Sequence[Zone],
    channels: float = 1.0,
    metal: Metal = Metal(),
    rho_cp: float = 0.0,
    mu: float | Viscosity = 1.0e-3,
    rho: float = 1000.0,
    conductivity: float = 0.6,
    form: Form = Straight(),
    diffusivity: float = 1.0e-9,
    solvent: str | None = None,
) -> ChannelReactor:
    """N parallel channels fed with `feed` [mol/m3 by name] at T [K], `flow` [m3/s] in all.

    solvent: fills the feed up by the species' molar volumes. mu [Pa s] (of any temperature, or a
    `Viscosity`), rho [kg/m3], conductivity [W/m/K] and diffusivity [m2/s] are the fluid's. form:
    straight, `Coil` or `Fitted`; it makes the friction, and what the warnings hold U against.
    InputError: unknown species, a flow or property not above 0, a zone without length or U.
    """
    viscosity = mu if isinstance(mu, Viscosity) else Viscosity(float(mu))
    numbers = {"flow": flow, "channels": channels, "T": T, "rho": rho, "diffusivity": diffusivity,
               "conductivity": conductivity, "mu": viscosity.mu_ref}  # fmt: skip
    wrong = [(k, f"is {x:g}, but must be above 0") for k, x in numbers.items() if not x > 0.0]
    if wrong:
        raise InputError(wrong)
    speed = flow / channels / section.A
    rows, problems = [], []
    for i, zone in enumerate(zones):
        L = zone.length or zone.residence * speed
        U = zone.U if math.isnan(zone.UA_V) else zone.UA_V * section.A / section.P
        if not L > 0.0:
            problems.append((f"zones[{i}]", "needs a length or a residence above 0"))
        if math.isnan(U) or U < 0.0:
            problems.append((f"zones[{i}]", "needs U or UA_V, 0 (adiabatic) to inf (isothermal)"))
        rows.append([L, U, zone.T_u, zone.wc, -1.0 if zone.counter else 1.0])
    c_in = filled(kinetics, feed, solvent)
    if rho_cp == 0.0 and not c_in @ kinetics.cp > 0.0:
        problems.append(("feed", "has no heat capacity; give rho_cp or species with cp"))
    if rho_cp > 0.0 and np.abs(kinetics.dv).max(initial=0.0) > 1e-12:
        sentence = "rho_cp counts per volume, but the reactions change it; give species' cp"
        problems.append(("rho_cp", sentence))
    if problems or not zones:
        raise InputError(problems or "a miniaturised reactor needs at least one zone")
    reactor = ChannelReactor(
        kinetics, c_in, float(T), float(flow), float(channels), section,
        np.array(rows, dtype=float), metal,
        float(rho_cp), viscosity, float(rho), float(conductivity), form, float(diffusivity),
    )  # fmt: skip
    return reactor._replace(scratch=reactor.new_scratch())
