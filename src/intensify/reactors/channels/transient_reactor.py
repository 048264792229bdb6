"""A miniaturised reactor in time as it is run: stages, profiles, balances, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.numerics import BDF, Band, integrate
from intensify.numerics.roots import find_minimum
from intensify.reactors.channels.channel import DIRECTION, LENGTH, WC
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.channels.transient_equations import (
    A_IN,
    A_OUT,
    APART,
    C_INJECTED,
    DZ,
    GIGA,
    INJECTED,
    T_INJECTED,
    T_U,
    W_U,
    TransientEquations,
)
from intensify.reactors.rest import at_rest
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import (
    INF,
    CubicMetrePerSecond,
    Kelvin,
    Metre,
    Number,
    Second,
    VolumetricHeatTransfer,
    WattPerMetreKelvin,
    describe,
)


class Change(NamedTuple):
    """What is otherwise than in normal operation from time `at` on, until the next change.

    Factors on the feed's flow, on heat transfer to the utility, on the utility's flow and on
    lateral injections; temperatures of inlet and utility; composition of the feed. Utility lost:
    utility=0; feed stopped: feed=0; one of two feeds lost: the flow and composition that remain.
    """

    at: Second
    feed: Number = 1.0
    utility: Number = 1.0
    coolant: Number = 1.0
    injections: Number = 1.0
    T_in: Kelvin = np.nan
    T_utility: Kelvin = np.nan
    c: Mapping[str, float] | None = None


class Injection(NamedTuple):
    """A stream that enters at z: flow of all channels, temperature, concentrations by name."""

    z: Metre
    flow: CubicMetrePerSecond
    T: Kelvin
    c: Mapping[str, float]


class Filling(NamedTuple):
    """What a channel is full of at the start, itself and its metal at T; nothing named: inert."""

    T: Kelvin
    c: Mapping[str, float] = {}


class TransientReactor(NamedTuple):
    """A channel in time; build one with `TransientChannel`."""

    channel: ChannelReactor
    changes: tuple[Change, ...]
    until: Second
    cells: np.ndarray  # (N, 13 + S) in normal operation, see `transient`
    u: np.ndarray  # (N + 1,) m/s in normal operation
    start: Filling | None
    T_limit: Kelvin
    D: float
    conductivity: WattPerMetreKelvin
    metal: WattPerMetreKelvin
    loss: VolumetricHeatTransfer
    T_ambient: Kelvin

    @property
    def coordinate(self) -> Variable:
        """What the profiles of a run stand over."""
        return Variable("t", "s", "time")

    @property
    def kinetics(self) -> Network:
        """The reactions."""
        return self.channel.kinetics

    def __str__(self) -> str:
        return describe(self._replace(cells=np.empty(0), u=np.empty(0)))

    # --- the equations under some conditions -----------------------------------------------------
    def model(self, change: Change) -> TransientEquations:
        """The equations from a change on."""
        it, cells = self.channel, self.cells.copy()
        cells[:, A_OUT] *= change.utility
        moving = np.isfinite(cells[:, W_U])
        cells[moving, W_U] *= change.coolant
        cells[:, INJECTED] *= change.injections
        if np.isfinite(change.T_utility):
            cells[:, T_U] = change.T_utility
        injected = np.concatenate([[0.0], np.cumsum(self.cells[:, INJECTED] * self.cells[:, DZ])])
        S, R = it.c_in.size, len(it.kinetics.reactions)
        return TransientEquations(
            it.kinetics.lean(), cells,
            (self.u - injected) * change.feed + injected * change.injections,
            it.c_in if change.c is None else it.kinetics.vector(dict(change.c)),
            it.T_in if np.isnan(change.T_in) else float(change.T_in), it.rho_cp,
            it.metal.ratio * it.metal.rho_cp, self.D, self.conductivity, self.metal, self.loss,
            self.T_ambient, self.T_limit, np.empty((S + 1) * 9 + (S + 2) * R),
        )  # fmt: skip

    def solver(self) -> Solver:
        """BDF: limited values reach two blocks against each flow and one along it."""
        width, zones = self.channel.c_in.size + 4, self.channel.zones
        against = (zones[:, DIRECTION] < 0.0) & np.isfinite(zones[:, WC])
        return Solver(BDF(Band(2 * width, 2 * width if against.any() else width)), 1e-6)

    def blocks(self, Y: np.ndarray) -> np.ndarray:
        """States (..., n) as blocks (..., N + 2, S + 4)."""
        return Y.reshape(*Y.shape[:-1], len(self.cells) + 2, self.channel.c_in.size + 4)

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        it, S = self.channel, self.channel.c_in.size
        C = float(it.heat_flow(it.c_in, 1.0))
        L = self.cells[:, DZ].sum()
        c = np.full(S, 0.1 * it.c_in.max())
        block = self.blocks(np.empty((len(self.cells) + 2) * (S + 4)))
        block[:] = [*c, 100.0, 100.0, 100.0, 100.0 * C / GIGA]
        block[[0, -1]] = [*c * L, 100.0 * C * L / GIGA, 1.0, 1.0, 1.0]
        return block.ravel()

    # --- the run ---------------------------------------------------------------------------------
    def state(self) -> np.ndarray:
        """Start: the given filling, or the steady state of normal operation."""
        S, fill = self.channel.c_in.size, self.start
        y = np.zeros((len(self.cells) + 2) * (S + 4))
        inside = self.blocks(y)[1:-1]
        inside[:, S + 2] = self.cells[:, T_U]
        if fill is None:
            inside[:, : S + 1] = self.plug_flow()
            inside[:, S + 1] = 0.5 * (inside[:, S] + inside[:, S + 2])
            return self.settled(y)
        inside[:, :S] = self.kinetics.vector(dict(fill.c))
        inside[:, S : S + 2] = fill.T
        return y

    def plug_flow(self) -> np.ndarray:
        """c and T (N, S + 1) of plug flow with each zone's utility at its inlet temperature."""
        it, place, out = self.channel, 0.0, []
        y, S, z = it.state(), it.c_in.size, self.centres()
        for k in range(len(it.zones)):
            zones = it.zones.copy()
            zones[:, WC] = INF
            zone = it._replace(zones=zones, zone=k, kinetics=it.kinetics.lean())
            end = place + float(zones[k, LENGTH])
            path = integrate(zone, (place, end), zone.enter(y), rtol=1e-6, atol=1e-6 * it.scales())
            Y = path(z[(z > place) & (z < end)])
            out.append(np.column_stack([Y[:, :S] / (it.velocity() * it.section.A), Y[:, S]]))
            place, y = end, path.y_end
        return np.vstack(out)

    def settled(self, y: np.ndarray) -> np.ndarray:
        """The steady state that normal operation comes to from state y, its counters at 0.

        SolveError where it comes to none.
        """
        model = self.model(Change(0.0))
        own = np.ones_like(self.blocks(y), dtype=bool)
        own[[0, -1]] = own[:, -1] = False
        return at_rest(
            model, entered(model, y), own.ravel(), self.scales(), method=self.solver().method,
            span=2.0 * float((self.cells[:, DZ] / self.u[1:]).sum()),
        )  # fmt: skip

    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """The stretch from the k-th change to the next."""
        if k == len(self.changes):
            return None
        change = self.changes[k]
        end = self.changes[k + 1].at if k + 1 < len(self.changes) else self.until
        model = self.model(change)
        label = "normal" if change == Change(change.at) else f"change {k if k else 1}"
        return Stage(
            label, model, change.at, end - change.at, lambda y: entered(model, y),
            events=int(np.isfinite(self.T_limit)),
        )  # fmt: skip

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        along = Axis("z", self.centres(), "m", "position along the channel")
        species = species_axis(self.kinetics.names)
        return [
            Variable("c", "mol/m3", "concentration", (along, species)),
            Variable("T", "K", "temperature of the fluid", (along,)),
            Variable("T_wall", "K", "temperature of the metal", (along,)),
            Variable("T_utility", "K", "temperature of the utility", (along,)),
            Variable("T_hottest", "K", "highest temperature of the fluid"),
            Variable("c_out", "mol/m3", "concentration at the outlet", (species,)),
        ]

    def centres(self) -> np.ndarray:
        """Positions of the cells' centres (N,) [m]."""
        dz = self.cells[:, DZ]
        return np.cumsum(dz) - 0.5 * dz

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, n); see `variables`."""
        S, inside = self.channel.c_in.size, self.blocks(Y)[:, 1:-1]
        slope = (inside[:, -1, :S] - inside[:, -2, :S]) / self.cells[-2, APART]
        c_out = inside[:, -1, :S] + 0.5 * self.cells[-1, DZ] * slope
        return {
            "c": inside[..., :S], "T": inside[..., S], "T_wall": inside[..., S + 1],
            "T_utility": inside[..., S + 2],
            "T_hottest": np.array([leg.model.hottest(y) for y in Y]), "c_out": c_out,
        }  # fmt: skip

    # --- what comes out --------------------------------------------------------------------------
    def inventory(self, y: np.ndarray) -> tuple[np.ndarray, float]:
        """Amounts (S,) [mol/m2] and enthalpy of fluid and metal [J/m2], per area of the channel."""
        it, net = self.channel, self.kinetics
        S, dz = it.c_in.size, self.cells[:, DZ]
        inside = self.blocks(y)[1:-1]
        c, dT, dT_w = inside[:, :S], inside[:, S] - net.T_ref, inside[:, S + 1] - net.T_ref
        fluid = c @ net.h + (it.rho_cp + c @ net.cp) * dT
        return dz @ c, float(dz @ (fluid + it.metal.ratio * it.metal.rho_cp * dT_w))

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants and energy over the run."""
        S, net = self.channel.c_in.size, self.kinetics
        first, last = legs[0].y_start, legs[-1].y_end
        (n, E), (n_end, E_end) = self.inventory(first), self.inventory(last)
        passed = self.blocks(last) - self.blocks(first)
        n_in, E_in = self.injected(legs)
        n_in, E_in = n_in + passed[0, :S], E_in + GIGA * passed[0, S]
        out = net.closure(n + n_in, n_end + passed[-1, :S])
        lost = GIGA * float(self.cells[:, DZ] @ passed[1:-1, -1])
        released = abs(float((n_end + passed[-1, :S] - n - n_in) @ net.h))
        C = float(self.channel.heat_flow(self.channel.c_in, 1.0))
        size = max(abs(lost), released, C * self.cells[:, DZ].sum())
        out["energy"] = abs(E_end - E + GIGA * passed[-1, S] + lost - E_in) / size
        return out

    def injected(self, legs: list[Leg]) -> tuple[np.ndarray, float]:
        """Amounts and enthalpy brought in sideways over the run, per area of the channel."""
        net = self.kinetics
        n, E = np.zeros(self.channel.c_in.size), 0.0
        for leg in legs:
            cells = leg.model.cells
            volume = cells[:, INJECTED] * cells[:, DZ] * (leg.end - leg.start)
            c, dT = cells[:, C_INJECTED:], cells[:, T_INJECTED] - net.T_ref
            n += volume @ c
            E += float(volume @ (c @ net.h + (self.channel.rho_cp + c @ net.cp) * dT))
        return n, E

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        it, S = self.channel, self.channel.c_in.size
        T_max, t_max, where = self.hottest(legs)
        last = self.blocks(legs[-1].y_end)[1:-1]
        out = {"t_end": legs[-1].end, "T_max": T_max, "t_T_max": t_max, "z_T_max": where,
               "T_max_end": float(legs[-1].model.hottest(legs[-1].y_end)),
               "T_wall_max_end": float(last[:, S + 1].max()),
               "Phi": it.Phi, "dT_ad": float(it.adiabatic_rises().max())}  # fmt: skip
        if np.isfinite(self.T_limit):
            out["T_limit"], out["t_limit"] = self.T_limit, self.time_to_limit(legs)
        c_out = self.observe(legs[-1], np.array([0.0]), legs[-1].y_end[None])["c_out"][0]
        c_in = legs[-1].model.c_in
        for i, name in enumerate(self.kinetics.names):
            if (self.kinetics.nu[:, i] < 0.0).any() and c_in[i] > 0.0:
                out[f"X_{name}"] = 1.0 - float(c_out[i] / c_in[i])
        return out

    def time_to_limit(self, legs: list[Leg]) -> float:
        """Time from the first change of normal operation to the limit; inf: never [s]."""
        began = next((c.at for c in self.changes if c != Change(c.at)), 0.0)
        first = legs[0]
        if first.model.hottest(first.y_start) >= self.T_limit:
            return 0.0
        times = np.concatenate([leg.trajectory.event_t for leg in legs])
        return float(times[0]) - began if times.size else INF

    def hottest(self, legs: list[Leg]) -> tuple[float, float, float]:
        """Highest fluid temperature of the run, its time and its place, refined between steps."""
        S, best = self.channel.c_in.size, (-INF, 0.0, 0.0)
        for leg in legs:
            path, model = leg.trajectory, leg.model
            values = np.array([model.hottest(y) for y in path.at_steps()])
            i = int(values.argmax())
            t, T = float(path.t[i]), float(values[i])
            left, right = path.t[max(i - 1, 0)], path.t[min(i + 1, path.t.size - 1)]
            found = find_minimum(_coolness(leg), left, right)
            if -found.value > T:
                t, T = found.x, -found.value
            if best[0] < T:
                where = self.blocks(path(t)[0])[1:-1, S].argmax()
                best = (T, t, float(self.centres()[where]))
        return best

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Fronts that the cells do not resolve, and what the channel itself warns of."""
        S, narrow = self.channel.c_in.size, 0
        for leg in legs:
            T = self.blocks(leg.trajectory(shown(leg)))[:, 1:-1, S]
            T = np.column_stack([np.full(len(T), leg.model.T_in), T])
            jump = np.abs(np.diff(T, axis=1)).max(axis=1)
            span = T.max(axis=1) - T.min(axis=1)
            narrow = max(narrow, int((jump > 0.25 * np.maximum(span, 20.0)).sum()))
        out = self.channel.warnings([])
        if narrow:
            out.append(
                f"a front is narrower than four of the {len(self.cells)} cells at {narrow} of the "
                "times looked at: take more cells before its temperature is trusted"
            )
        return out


def _coolness(leg: Leg) -> Callable[[float], float]:
    """Minus the highest temperature at a time of a leg."""

    def coolness(t: float) -> float:
        return -float(leg.model.hottest(leg.trajectory(t)[0]))

    return coolness


def shown(leg: Leg) -> np.ndarray:
    """Fifty step ends of a leg."""
    t = leg.trajectory.t
    return t[np.unique(np.linspace(0, t.size - 1, 50).round().astype(int))]


def entered(model: TransientEquations, y: np.ndarray) -> np.ndarray:
    """The state as conditions change: what has no heat capacity follows at once."""
    S, y = model.c_in.size, y.copy()
    inside, cells = y.reshape(len(model.cells) + 2, S + 4)[1:-1], model.cells
    fixed = ~np.isfinite(cells[:, W_U])
    inside[fixed, S + 2] = cells[fixed, T_U]
    if model.C_w == 0.0:
        a_in, a_out = cells[:, A_IN], cells[:, A_OUT]
        total = a_in + a_out + model.loss
        sum_ = a_in * inside[:, S] + a_out * inside[:, S + 2] + model.loss * model.T_ambient
        inside[:, S + 1] = np.where(
            total > 0.0, sum_ / np.where(total > 0.0, total, 1.0), inside[:, S]
        )
    return y
