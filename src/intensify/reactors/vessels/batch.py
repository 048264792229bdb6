"""`BatchReactor` and `SemibatchReactor`: the stirred vessel as an engineer describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.numerics.roots import find_minimum
from intensify.reactors.stage import Leg, Stage, Variable, species_axis
from intensify.reactors.vessels.feed import Feed, conversions, filled
from intensify.reactors.vessels.heat_of_completion import releasable_heat
from intensify.reactors.vessels.phases import (
    AT_CONVERSION,
    AT_TEMPERATURE,
    IDLE,
    JACKET,
    LONGEST,
    NEVER,
    PRESCRIBED,
    Phase,
    as_rows,
)
from intensify.reactors.vessels.stirred import (
    C_FEED,
    Controller,
    Failure,
    Feeds,
    Jacket,
    StirredEquations,
    Wall,
)
from intensify.units import describe


class StirredReactor(StirredEquations):
    """A stirred vessel with its recipe; the fields are those of `StirredEquations`."""

    __slots__ = ()
    coordinate = Variable("t", "s", "time")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0)))

    def state(self) -> np.ndarray:
        """State at the start of the recipe."""
        S = self.n0.size
        y = np.zeros(S + 7 + len(self.feeds.streams))
        y[:S], y[S], y[S + 1] = self.n0, self.T0, self.V0
        y[S + 2], y[S + 3] = self.jacket.T_start, self.jacket.T_in
        return y

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        S = self.n0.size
        V = self.V0 + self.dosed_volume()
        n = float(
            (self.n0 + self.feeds.streams[:, C_FEED:].T @ self.feed_volumes()).max(initial=1e-300)
        )
        heat = self.heat_capacity(self.n0, V) or V * 1e6
        y = np.full(S + 7 + len(self.feeds.streams), V)
        y[:S], y[S] = 0.1 * n, 100.0
        y[S + 2 : S + 5], y[S + 5 : S + 7] = 100.0, 100.0 * heat
        return y

    def feed_volumes(self) -> np.ndarray:
        """Volume that each feed's table holds [m3]."""
        return np.array([np.trapezoid(q, t) for t, q in self.feeds.nodes])

    def dosed_volume(self) -> float:
        """Volume of all feeds [m3]."""
        return float(self.feed_volumes().sum())

    def phases(self) -> list[Phase]:
        """The recipe's phases."""
        return [Phase(*(float(x) for x in row)) for row in self.recipe]

    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """The recipe's phase k, entered at time t with state y; None after the last."""
        if k == len(self.recipe):
            return None
        phase = Phase(*(float(x) for x in self.recipe[k]))._replace(start=t)
        model = self.lean()._replace(phase=phase)
        stops = {t + s for s in self.feeds.nodes[:, 0].ravel()} if phase.dosing else set()
        length = model.longest(y)
        inside = tuple(sorted(s for s in {*stops, self.failure.at} if t < s < t + length))
        return Stage(
            phase.label, model, t, length, model.enter, inside, terminal=phase.until != NEVER,
            must_end=phase.until != NEVER and phase.duration >= LONGEST,
            still=phase.mode == IDLE,
        )  # fmt: skip

    def lean(self) -> StirredReactor:
        """For one run: without what kernels never read, with scratch of its own."""
        nothing: Any = None
        return self._replace(
            recipe=nothing, kinetics=self.kinetics.lean(), scratch=self.new_scratch()
        )

    def new_scratch(self) -> np.ndarray:
        """Room for c, r, dr/dT, two rows of slopes and dr/dc."""
        S, R = self.n0.size, len(self.kinetics.reactions)
        return np.empty(S + 2 * R + 2 * (S + 7 + len(self.feeds.streams)) + R * S)

    def longest(self, y: np.ndarray) -> float:
        """Time that the phase can last from state y: 0 where its end is already passed."""
        phase, S = self.phase, self.n0.size
        if phase.until == NEVER:
            return phase.duration
        if phase.until == AT_TEMPERATURE:
            T, aim = y[S], phase.value
            if (
                aim == T
                or (phase.label == "heat" and aim < T)
                or (phase.label == "cool" and aim > T)
            ):
                return 0.0
        else:
            g = np.ones(1)
            self.events(phase.start, y, g)
            falls = phase.until == AT_CONVERSION
            if g[0] <= 0.0 if falls else g[0] >= 0.0:
                return 0.0
        return phase.duration

    def enter(self, y: np.ndarray) -> np.ndarray:
        """State at the phase's start: its jacket temperature or set temperature takes over."""
        S, y = self.n0.size, y.copy()
        if self.phase.mode == JACKET and np.isfinite(self.phase.T_jacket):
            y[S + 3] = self.phase.T_jacket
        if not self.free(self.phase.start) and np.isfinite(self.phase.T_set):
            C = self.heat_capacity(y[:S], y[S + 1])
            y[S + 5] -= C * (self.phase.T_set - y[S])  # brought to T_set at once, by the jacket
            y[S] = self.phase.T_set
        if self.jacket.C == 0.0:
            y[S + 2] = y[S + 3]
        return y

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = (species_axis(self.kinetics.names),)
        return [
            Variable("n", "mol", "amount in the vessel", species),
            Variable("c", "mol/m3", "concentration", species),
            Variable("T", "K", "temperature of the contents"),
            Variable("V", "m3", "volume of the contents"),
            Variable("T_jacket", "K", "temperature of the jacket"),
            Variable("T_jacket_in", "K", "inlet temperature of the jacket"),
            Variable("heat_production", "W", "heat of reaction set free"),
            Variable("heat_removal", "W", "heat through the wall"),
            Variable("removable", "W", "heat the wall can take at the coldest jacket"),
            Variable("feed", "m3/s", "dosing rate"),
            Variable("Q", "J", "heat removed through the wall so far"),
            Variable("T_cf", "K", "temperature after cooling failure and stop of dosing"),
        ]

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, N); see `variables`."""
        S, net, model = self.n0.size, self.kinetics, leg.model
        n, T, V = Y[:, :S], Y[:, S], Y[:, S + 1]
        duty, feed, dy, r = (
            np.empty(t.size),
            np.empty(t.size),
            np.empty(Y.shape[1]),
            np.empty(net.dH.size),
        )
        made, removable = np.empty(t.size), np.empty(t.size)
        for i in range(t.size):
            model.rhs(t[i], Y[i], dy)
            duty[i], feed[i] = dy[S + 5], dy[S + 7 :].sum()
            net.rates(T[i], n[i] / V[i], r)
            made[i] = 0.0 if model.phase.mode == IDLE else V[i] * net.heat_release(T[i], r)
            removable[i] = model.UA(t[i], V[i]) * (T[i] - self.controller.T_min)
        UA = np.array([model.UA(*x) for x in zip(t, V, strict=True)])
        held = (model.phase.mode == PRESCRIBED) & (UA > 0.0)
        here = Y[:, S + 2] if self.jacket.C > 0.0 else Y[:, S + 3]
        T_jacket = np.where(held, T - duty / np.where(UA > 0.0, UA, 1.0), here)
        return {
            "n": n, "c": n / V[:, None], "T": T, "V": V, "T_jacket": T_jacket,
            "T_jacket_in": np.where(held, T_jacket, Y[:, S + 3]), "heat_production": made,
            "heat_removal": duty, "removable": removable, "feed": feed, "Q": Y[:, S + 5],
            "T_cf": self.completion_temperature(Y),
        }  # fmt: skip

    def jacket_needed(self, leg: Leg, t: float, *, dosing: bool = True) -> float:
        """Jacket temperature T - Q_wall/UA that holds the contents on their course at t [K].

        dosing False: the same state the moment after the feeds have stopped.
        """
        S, edge = self.n0.size, 1e-12 * max(abs(leg.end), 1.0)
        t = min(max(t, leg.start + edge), leg.end - edge)
        model, y = leg.model, leg.trajectory(t)[0]
        if not dosing:
            model = model._replace(phase=model.phase._replace(dosing=0.0))
        dy = np.empty_like(y)
        model.rhs(t, y, dy)
        return float(y[S] - dy[S + 5] / model.UA(t, y[S + 1]))

    def coldest_jacket_needed(self, leg: Leg) -> float:
        """Smallest `jacket_needed` over a leg, the moment after dosing included [K]."""
        S, path = self.n0.size, leg.trajectory
        starts = path.C[:, 0]
        UA = np.array([leg.model.UA(leg.start, V) for V in starts[:, S + 1]])
        rough = starts[:, S] - path.C[:, 1, S + 5] / np.diff(path.t) / UA
        coldest = min(self.jacket_needed(leg, t) for t in (leg.start, leg.end))
        if leg.model.phase.dosing:
            coldest = min(coldest, self.jacket_needed(leg, leg.end, dosing=False))
        for i in np.argsort(rough)[:2]:
            left, right = path.t[max(i - 1, 0)], path.t[min(i + 1, rough.size)]
            found = find_minimum(lambda t: self.jacket_needed(leg, t), left, right, rtol=1e-4)
            coldest = min(coldest, found.value)
        return coldest

    def coldest_jacket(self, legs: list[Leg]) -> float:
        """Smallest `jacket_needed` over the phases whose temperature is prescribed [K]."""
        held = [leg for leg in legs if leg.trajectory and leg.model.phase.mode == PRESCRIBED]
        return min((self.coldest_jacket_needed(leg) for leg in held), default=np.inf)

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where the prescribed temperature asks more of the wall than its jacket can do."""
        coldest, limit = np.inf, self.controller.T_min
        if self.wall.U > 0.0:
            coldest = self.coldest_jacket(legs)
        if coldest >= limit - 1e-3:
            return []
        return [
            f"the prescribed temperature needs a jacket at {coldest:.0f} K, the coldest is "
            f"{limit:.0f} K: this wall does not hold the temperature"
        ]

    def with_dosing_time(self, duration: float) -> StirredReactor:
        """The same amounts dosed over another time [s]; the phases that dose last as long."""
        recipe, nodes = self.recipe.copy(), self.feeds.nodes.copy()
        factor = duration / self.feeds.nodes[:, 0].max()
        nodes[:, 0] *= factor
        nodes[:, 1] /= factor
        doses = recipe[:, Phase._fields.index("dosing")] > 0.0
        recipe[doses, Phase._fields.index("duration")] *= factor
        return self._replace(recipe=recipe, feeds=self.feeds._replace(nodes=nodes))

    def completion_temperature(self, Y: np.ndarray) -> np.ndarray:
        """T_cf = T + releasable heat/C: cooling lost and dosing stopped, states Y (..., N) [K]."""
        S = self.n0.size
        n = Y[..., :S]
        C = self.rho_cp * Y[..., S + 1] + n @ self.kinetics.cp + self.C_vessel
        return Y[..., S] + releasable_heat(self.kinetics, n) / C

    def completion_if_dosing_goes_on(self, Y: np.ndarray) -> np.ndarray:
        """Temperature once the rest of the feeds has run in adiabatically and reacted [K]."""
        S, net = self.n0.size, self.kinetics
        T_feed, rho_cp, work = self.feeds.streams[:, :C_FEED].T
        c_feed = self.feeds.streams[:, C_FEED:]
        rest = np.maximum(self.feed_volumes() - Y[..., S + 7 :], 0.0)
        n = Y[..., :S] + rest @ c_feed
        C_feeds = c_feed @ net.cp + rho_cp
        C_here = self.rho_cp * Y[..., S + 1] + Y[..., :S] @ net.cp + self.C_vessel
        C = C_here + rest @ C_feeds
        warm = C_here * Y[..., S] + rest @ (C_feeds * T_feed + work)
        return (warm + releasable_heat(net, n)) / C

    def with_set_temperature(self, T: float) -> StirredReactor:
        """The recipe with its heating, dosing and hold at another temperature [K]."""
        field = Phase._fields.index
        recipe = self.recipe.copy()
        for row, phase in zip(recipe, self.phases(), strict=True):
            if phase.mode == PRESCRIBED:
                row[field("T_set")] = T
            elif phase.label == "heat":
                row[field("value")] = T
        return self._replace(recipe=recipe)

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Amounts charged and dosed over the run (S,) [mol]."""
        return self.n0 + self.feeds.streams[:, C_FEED:].T @ legs[-1].y_end[self.n0.size + 7 :]

    def enthalpy(self, y: np.ndarray) -> float:
        """Enthalpy of contents and vessel against the elements' reference at T_ref [J]."""
        S, net = self.n0.size, self.kinetics
        dT = y[S] - net.T_ref
        sensible = (self.rho_cp * y[S + 1] + self.C_vessel) * dT
        return float(y[:S] @ (net.h + net.cp * dT) + sensible)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants (elements) and energy over the run."""
        S, net = self.n0.size, self.kinetics
        first, last = self.state(), legs[-1].y_end
        fed = self.fed(legs)
        out = net.closure(fed, last[:S])
        gained = self.enthalpy(last) - self.enthalpy(first)
        through = last[S + 6] - last[S + 5]
        turned_over = sum(
            abs(leg.y_end[S + 5] - leg.y_start[S + 5]) + abs(leg.y_end[S] - leg.y_start[S]) * C
            for leg in legs
            for C in [self.heat_capacity(leg.y_end[:S], leg.y_end[S + 1])]
        )
        released = abs(float((last[:S] - fed) @ net.h))
        least = 1e-3 * self.heat_capacity(last[:S], last[S + 1])  # worth a millikelvin
        out["energy"] = abs(gained - through) / max(turned_over, released, least)
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see the README's table for their formulas."""
        S, net = self.n0.size, self.kinetics
        runs = [leg for leg in legs if leg.trajectory is not None]
        T_max, t_T_max = max(leg.trajectory.maximum(S) for leg in runs)
        last = legs[-1].y_end
        out = {"t_cycle": legs[-1].end, "T_max": T_max, "t_T_max": t_T_max}
        for leg in legs:
            out[f"t_{leg.label}"] = out.get(f"t_{leg.label}", 0.0) + leg.end - leg.start
        fed = self.fed(legs)
        out |= conversions(net, fed, last[:S])
        out["MTSR"], out["t_MTSR"] = self.worst(runs, self.completion_temperature)
        out["T_dosing_not_stopped"], _ = self.worst(runs, self.completion_if_dosing_goes_on)
        C = self.heat_capacity(fed, last[S + 1])
        out["dT_ad"] = float(releasable_heat(net, fed)) / C
        out["UA"] = self.UA(0.0, last[S + 1])
        out["UA_V"] = out["UA"] / last[S + 1]
        out["V"], out["V_vessel"] = last[S + 1], self.V_vessel or last[S + 1]
        return out

    def worst(self, runs: list[Leg], temperature) -> tuple[float, float]:
        """Largest temperature(Y) over the run and its time, refined on the dense output."""
        best, place, home = -np.inf, 0.0, runs[0]
        for leg in runs:
            t = (
                leg.trajectory.t
                if self.kinetics.dH.size == 1
                else leg.trajectory.t[:: 1 + leg.trajectory.t.size // 60]
            )
            values = temperature(leg.trajectory(t))
            i = int(np.argmax(values))
            if values[i] > best:
                best, place, home = float(values[i]), float(t[i]), leg
                left, right = float(t[max(i - 1, 0)]), float(t[min(i + 1, t.size - 1)])
        if right > left:
            found = find_minimum(lambda t: -float(temperature(home.trajectory(t))[0]), left, right)
            if -found.value > best:
                best, place = -found.value, found.x
        return best, place


def SemibatchReactor(
    kinetics: Network,
    *,
    charge: Mapping[str, float],
    V: float,
    T: float,
    recipe: Sequence[Phase],
    feeds: Sequence[Feed] = (),
    wall: Wall = Wall(),
    jacket: Jacket = Jacket(),
    controller: Controller = Controller(),
    failure: Failure = Failure(),
    rho_cp: float = 0.0,
    C_vessel: float = 0.0,
    stirrer: float = 0.0,
    V_vessel: float = 0.0,
    solvent: str | None = None,
) -> StirredReactor:
    """A stirred vessel: charge [mol/m3 by name] of volume V [m3] at T [K], feeds, and a recipe.

    solvent: fills charge and feeds up to their volume by the species' molar volumes.
    rho_cp [J/m3/K]: heat capacity beside the species' own; stirrer in W; V_vessel with free space.
    InputError: unknown species, more solute than the volume holds, no heat capacity at all.
    """
    nodes = [feed.nodes() for feed in feeds]
    P = max((len(t) for t, _ in nodes), default=2)
    table = np.zeros((len(feeds), 2, P))
    for row, (t, q) in zip(table, nodes, strict=True):
        row[:] = [*t, *[t[-1]] * (P - len(t))], [*q, *[q[-1]] * (P - len(q))]
    streams = [[f.T, f.rho_cp, f.work, *filled(kinetics, f.c, solvent)] for f in feeds]
    width = C_FEED + len(kinetics.names)
    n0 = filled(kinetics, charge, solvent) * V
    if all(phase.mode == IDLE for phase in recipe):
        raise InputError("the recipe needs at least one phase in which something happens")
    if jacket.C > 0.0 and not np.isfinite(jacket.wc):
        raise InputError("a jacket with a content C needs a finite flow; give wc [W/K]")
    if rho_cp > 0.0 and np.abs(kinetics.dv).max(initial=0.0) > 1e-12:
        raise InputError("rho_cp counts per volume, but the reactions change it; give species' cp")
    if rho_cp == 0.0 and not (n0 * kinetics.cp).any():
        raise InputError("the contents have no heat capacity; give rho_cp or species with cp")
    reactor = StirredReactor(
        kinetics, n0, float(T), float(V),
        Feeds(table, np.array(streams, dtype=float).reshape(len(feeds), width)),
        wall, jacket, controller, as_rows(list(recipe)),
        failure, float(rho_cp), float(C_vessel), float(stirrer), float(V_vessel),
    )  # fmt: skip
    return reactor._replace(scratch=reactor.new_scratch())


def BatchReactor(kinetics: Network, **fields) -> StirredReactor:
    """A stirred vessel without feeds; the arguments of `SemibatchReactor` less `feeds`."""
    return SemibatchReactor(kinetics, **fields)
