"""`CSTR`: continuous stirred tanks at steady state, one or several in series.

    0 = q c_in - q_out c + V sum_j nu_j r_j(T, c)                 q_out = q + V sum_j dv_j r_j
    0 = q C (T_in - T) + V sum_j (-dH_j) r_j - UA (T - T_coolant)     C = rho_cp + sum_i c_in,i cp_i

for each of N equal tanks with V and UA of all divided by N; each feeds the next. UA = inf:
isothermal at T_coolant; UA = 0: adiabatic. A tank can have several steady states at one feed; all
are found on the curve of heat set free against temperature. Unknowns of a tank: c (S), T.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import A_BACK, CP, DCP, DV, NU
from intensify.errors import InputError, SolveError
from intensify.numerics.newton import find_zero
from intensify.numerics.roots import find_minimum, find_root
from intensify.reactors.stage import SteadyRun, Variable, species_axis
from intensify.reactors.vessels.feed import filled
from intensify.reactors.vessels.heat_of_completion import releasable_heat
from intensify.units import (
    INF,
    CubicMetre,
    CubicMetrePerSecond,
    Kelvin,
    Number,
    VolumetricHeatCapacity,
    WattPerKelvin,
)

MOST_STATES = 1000


class CSTR(NamedTuple):
    """N equal stirred tanks in series; V and UA are those of all tanks together.

    >>> net = Network.build("A => B", k=0.01)
    >>> bath = {"UA": np.inf, "T_coolant": 300.0}
    >>> tank = CSTR.build(net, feed={"A": 100.0}, T=300.0, flow=1e-3, V=0.1, **bath)
    >>> round(solve_steady(tank).kpis["X_A"], 9)
    0.5
    """

    kinetics: Network
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    flow: CubicMetrePerSecond  # at the inlet
    V: CubicMetre
    UA: WattPerKelvin = 0.0
    T_coolant: Kelvin = 298.15
    tanks: Number = 1.0
    rho_cp: VolumetricHeatCapacity = 0.0  # of what the species' cp do not count (solvent)

    @classmethod
    def build(
        cls,
        kinetics: Network,
        *,
        feed: Mapping[str, float],
        T: float,
        flow: float,
        V: float,
        UA: float = 0.0,
        T_coolant: float = 298.15,
        tanks: int = 1,
        rho_cp: float = 0.0,
        solvent: str | None = None,
    ) -> Self:
        """Tanks fed with `feed` [mol/m3 by name] at T [K], `flow` [m3/s]; solvent fills it up.

        InputError: unknown species, no volume, flow or tank, no heat capacity where one is needed.
        """
        c_in = filled(kinetics, feed, solvent)
        problems = [
            (name, f"is {value:g}, but must be above 0")
            for name, value in (("flow", flow), ("V", V), ("tanks", tanks))
            if not value > 0.0
        ]
        if UA != INF and rho_cp == 0.0 and not (c_in * kinetics.cp).any():
            problems.append(("feed", "has no heat capacity; give rho_cp or species with cp"))
        if problems:
            raise InputError(problems)
        return cls(
            kinetics, c_in, float(T), float(flow), float(V), float(UA), float(T_coolant),
            float(tanks), float(rho_cp),
        )  # fmt: skip

    @property
    def coordinate(self) -> Variable:
        """What `steady` gives profiles along."""
        return Variable("tank", "1", "number of the tank")

    def variables(self) -> list[Variable]:
        """Names and units of what `steady` gives along the tanks."""
        species = (species_axis(self.kinetics.names),)
        return [
            Variable("c", "mol/m3", "concentration", species),
            Variable("T", "K", "temperature"),
            Variable("flow", "m3/s", "volume flow that leaves"),
        ]

    def steady(self) -> SteadyRun:
        """The coldest steady state, for `solve`; its places are the tanks, counted from 1."""
        found = solve_steady(self)
        numbers = np.arange(1.0, found.T.size + 1.0)
        profiles = {"c": found.c, "T": found.T, "flow": found.flow}
        labels = [f"tank {k:g}" for k in numbers]
        several = f"the feed has {found.branches} steady states; this one is the coldest"
        warnings = [several] if found.branches > 1 else []
        warnings += [] if found.stable else ["the steady state is not stable"]
        return SteadyRun(numbers, labels, profiles, found.kpis, found.balances(),
                         {"branches": float(found.branches)}, warnings)  # fmt: skip

    # --- the equations of one tank ---------------------------------------------------------------
    def heat_capacity_flow(self):
        """q C of the feed [W/K]."""
        C = self.rho_cp
        for i in range(self.c_in.size):
            C += self.c_in[i] * self.kinetics.species[i, CP]
        return self.flow * C

    def residual(self, y, F):
        """Fill F with what enters, leaves and reacts [mol/s, W]; see the module's equations."""
        net, S = self.kinetics, self.c_in.size
        c, T = y[:S], y[S]
        r = np.empty(net.reactions.shape[0])
        net.rates(T, c, r)
        q_out = self.flow
        for j in range(r.size):
            q_out += self.V * net.reactions[j, DV] * r[j]
        for i in range(S):
            F[i] = self.flow * self.c_in[i] - q_out * c[i]
            for j in range(r.size):
                F[i] += self.V * net.reactions[j, NU + i] * r[j]
        if self.UA == INF:
            F[S] = self.T_coolant - T
        else:
            F[S] = self.heat_capacity_flow() * (self.T_in - T) + self.V * net.heat_release(T, r)
            F[S] -= self.UA * (T - self.T_coolant)

    def residual_jac(self, y, J):
        """d(residual)/dy, exact."""
        net, S, V = self.kinetics, self.c_in.size, self.V
        c, T = y[:S], y[S]
        R = net.reactions.shape[0]
        r, dr_dT, dr_dc = np.empty(R), np.empty(R), np.empty((R, S))
        net.rates(T, c, r)
        net.derivatives(T, c, dr_dc, dr_dT)
        J[:] = 0.0
        q_out = self.flow
        for j in range(R):
            q_out += V * net.reactions[j, DV] * r[j]
            dH = net.heat_of_reaction(j, T)
            for i in range(S):
                gain = V * (net.reactions[j, NU + i] - c[i] * net.reactions[j, DV])
                for m in range(S):
                    J[i, m] += gain * dr_dc[j, m]
                J[i, S] += gain * dr_dT[j]
                J[S, i] -= V * dH * dr_dc[j, i]
            J[S, S] -= V * (dH * dr_dT[j] + net.reactions[j, DCP] * r[j])
        for i in range(S):
            J[i, i] -= q_out
        if self.UA == INF:
            J[S] = 0.0
            J[S, S] = -1.0
        else:
            J[S, S] -= self.heat_capacity_flow() + self.UA

    # --- all its steady states -------------------------------------------------------------------
    def tank(self, c: np.ndarray, T: float, flow: float) -> Self:
        """One tank of the series, fed with what leaves the one before it."""
        return self._replace(
            c_in=c, T_in=T, flow=flow, V=self.V / self.tanks, UA=self.UA / self.tanks,
            tanks=1.0, rho_cp=self.rho_cp * self.flow / flow,
        )  # fmt: skip

    def solved(self, c: np.ndarray, T: float) -> np.ndarray:
        """The tank's state (S + 1,) by Newton's method from c and T."""
        scale = np.append(np.full(c.size, 1e-3 * self.c_in.max(initial=1e-300)), 100.0)
        lower = np.append(np.zeros(c.size), 1.0)
        return find_zero(self, [*c, T], scale=scale, lower=lower, rtol=1e-12).y

    def surplus(self, T: float, start: np.ndarray) -> tuple[float, np.ndarray]:
        """Heat set free less heat carried away [W] by the tank held at T, and its composition."""
        y = self._replace(UA=INF, T_coolant=T).solved(start, T)
        F = np.empty(y.size)
        self.residual(y, F)
        return float(F[-1]), y[:-1]

    def surplus_from(self, start: np.ndarray, *, sign: float = 1.0) -> Callable[[float], float]:
        """The surplus times sign as a function of T, its compositions sought from `start`."""
        return lambda T: sign * self.surplus(T, start)[0]

    def brackets(self) -> list[tuple[float, float, np.ndarray]]:
        """Pairs of temperatures between which the surplus changes sign, and a composition there.

        From 241 temperatures; where the surplus turns round next to zero, from its extremum too.
        """
        points, start = [], self.c_in
        for T in np.linspace(*self.temperature_range(), 241):
            value, start = self.surplus(T, start)
            points.append((float(T), value, start))
        turns = []
        for left, middle, right in zip(points, points[1:], points[2:], strict=False):
            sign = float(np.sign(middle[1]))
            if min(sign * left[1], sign * right[1]) > sign * middle[1] > 0.0:
                turn = find_minimum(self.surplus_from(left[2], sign=sign), left[0], right[0])
                turns.append((turn.x, sign * turn.value, left[2]))
        points = sorted(points + turns, key=lambda point: point[0])
        return [
            (left[0], right[0], left[2])
            for left, right in itertools.pairwise(points)
            if (left[1] > 0.0) != (right[1] > 0.0)
        ]

    def states(self) -> list[np.ndarray]:
        """Every steady state (S + 1,) of one tank, coldest first.

        For a given T the composition follows, and with it the surplus of heat, whose zeros are the
        states. Of several compositions at one T, the one led up from the cold is taken.
        """
        if self.UA == INF:
            return [self.solved(self.c_in, self.T_coolant)]
        out = []
        for low, high, near in self.brackets():
            T = find_root(self.surplus_from(near), low, high, rtol=1e-9).x
            out.append(self.solved(self.surplus(T, near)[1], T))
        return out

    def temperature_range(self) -> tuple[float, float]:
        """Temperatures between which every steady state lies [K]."""
        from scipy.optimize import linprog

        net, C = self.kinetics, float(self.heat_capacity_flow())
        bounds = [(None if back else 0.0, None) for back in net.reactions[:, A_BACK]]
        limits = {"A_ub": -net.nu.T, "b_ub": self.c_in, "bounds": bounds}
        heats = [linprog(sign * net.dH, **limits).fun for sign in (1.0, -1.0)]
        if None in heats:
            raise SolveError(
                "a reaction makes matter out of nothing, so no temperature bounds the tank"
            )
        mixed = (C * self.T_in + self.UA * self.T_coolant) / (C + self.UA)
        # dH changes with temperature; a quarter more room holds the zeros inside
        rise, fall = (-1.25 * heat * self.flow / (C + self.UA) + 1.0 for heat in heats)
        return max(mixed - fall, 1.0), mixed + rise


class SteadyState(NamedTuple):
    """A steady state: c (N, S) [mol/m3], T (N,) [K] and flow (N,) [m3/s] leaving each tank.

    stable: whether small disturbances die out. branches: how many steady states the feed has, and
    branch which of them this one is, the coldest being 0.
    """

    reactor: CSTR
    c: np.ndarray
    T: np.ndarray
    flow: np.ndarray
    stable: bool
    branch: int = 0
    branches: int = 1

    @property
    def heat_removed(self) -> float:
        """Heat to the coolant [W], by the enthalpies of feed and product."""
        it = self.reactor
        before = it.flow * enthalpy(it, it.c_in, it.T_in)
        return before - float(self.flow[-1]) * enthalpy(it, self.c[-1], self.T[-1]) - self.carried

    @property
    def carried(self) -> float:
        """Sensible heat [W] that the volume without species of its own takes up."""
        it = self.reactor
        return float(it.rho_cp * it.flow * (self.T[-1] - it.T_in))

    @property
    def kpis(self) -> dict[str, float]:
        """Figures in SI; `intensify.kpis.label` gives unit and meaning."""
        it, net = self.reactor, self.reactor.kinetics
        C = float(it.heat_capacity_flow())
        heat = float(releasable_heat(net, it.c_in)) * it.flow
        out = {"tau": it.V / it.flow, "T_max": float(self.T.max()), "T_out": float(self.T[-1])}
        out |= {"dT_ad": heat / C if C > 0.0 else np.nan, "UA_V": it.UA / it.V, "V": it.V}
        for i, name in enumerate(net.names):
            if (net.nu[:, i] < 0.0).any() and it.c_in[i] > 0.0:
                out[f"X_{name}"] = 1.0 - float(
                    self.flow[-1] * self.c[-1, i] / (it.flow * it.c_in[i])
                )
        return out

    def balances(self) -> dict[str, float]:
        """Relative closure of invariants and mass, of energy too where UA is finite."""
        it, net = self.reactor, self.reactor.kinetics
        before, after = it.flow * it.c_in, self.flow[-1] * self.c[-1]
        out = net.closure(before, after)
        if it.UA < INF:
            passed = it.UA * (float(self.T.mean()) - it.T_coolant)
            size = abs(passed) + abs(self.carried) + abs(float((after - before) @ net.h))
            size += it.heat_capacity_flow() * abs(float(self.T[-1]) - it.T_in)
            out["energy"] = float(abs(self.heat_removed - passed) / max(size, 1e-300))
        return out


def enthalpy(reactor: CSTR, c: np.ndarray, T: float) -> float:
    """Enthalpy of the species [J/m3] against the network's reference."""
    net = reactor.kinetics
    return float(c @ (net.h + net.cp * (T - net.T_ref)))


def is_stable(tank: CSTR, y: np.ndarray) -> bool:
    """Whether the eigenvalues of the tank's own transient all have negative real parts."""
    S = tank.c_in.size
    J = np.empty((S + 1, S + 1))
    tank.residual_jac(y, J)
    J /= tank.V
    if tank.UA == INF:
        J = J[:S, :S]
    else:
        J[S] /= tank.rho_cp + y[:S] @ tank.kinetics.cp
    return bool(np.linalg.eigvals(J).real.max() < 0.0)


def steady_states(reactor: CSTR) -> list[SteadyState]:
    """Every steady state of the series, coldest outlet first; see `CSTR.states`.

    SolveError: more than 1000 of them, or a composition that Newton's method does not find.
    """
    first = (reactor.c_in, reactor.T_in, reactor.flow, True)
    paths = [[first]]
    for _ in range(int(reactor.tanks)):
        longer = []
        for path in paths:
            tank = reactor.tank(*path[-1][:3])
            for y in tank.states():
                out = tank.flow + outflow(tank, y)
                longer.append([*path, (y[:-1], float(y[-1]), out, is_stable(tank, y))])
        paths = longer
        if len(paths) > MOST_STATES:
            raise SolveError(f"more than {MOST_STATES} steady states; take fewer tanks")
    paths.sort(key=lambda path: path[-1][1])
    return [
        SteadyState(
            reactor, np.array([s[0] for s in path[1:]]), np.array([s[1] for s in path[1:]]),
            np.array([s[2] for s in path[1:]]), all(s[3] for s in path[1:]), k, len(paths),
        )
        for k, path in enumerate(paths)
    ]  # fmt: skip


def outflow(tank: CSTR, y: np.ndarray) -> float:
    """What reaction adds to the volume flow [m3/s]."""
    r = np.empty(tank.kinetics.dH.size)
    tank.kinetics.rates(y[-1], y[:-1], r)
    return float(tank.V * tank.kinetics.dv @ r)


def solve_steady(reactor: CSTR, *, branch: int = 0) -> SteadyState:
    """The steady state number `branch`, counted from the coldest; it says how many there are.

    InputError: no such branch. SolveError: see `steady_states`.
    """
    found = steady_states(reactor)
    if not 0 <= branch < len(found):
        raise InputError(
            f"branch is {branch}, but there are {len(found)} steady states, counted from 0"
        )
    return found[branch]
