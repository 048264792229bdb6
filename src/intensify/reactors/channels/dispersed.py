"""Steady channel with axial dispersion between Danckwerts ends, and all its steady states.

    D c_i'' - u c_i' + sum_j nu_ji r_j = 0             u c_i,in = u c_i - D c_i' at the inlet
    l T'' - C u T' + sum_j (-dH_j) r_j - a (T - T_u) = 0         c_i' = 0, T' = 0 at the outlet

written with what flows, p_i = c_i - (D/u) c_i' and h = T - l/(C u) T':
    c_i' = (u/D) (c_i - p_i),  p_i' = sum_j nu_ji r_j/u
    T' = (C u/l) (T - h),      h' = (sum_j (-dH_j) r_j - a (T - T_u))/(C u)

Dispersion feeds heat back to the inlet: a channel can be ignited or extinguished under one feed.
The states are sought from profiles between cold and burnt out by collocation (SciPy), to 1e-9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical, compiled
from intensify.chemistry import Network
from intensify.chemistry.network import NU
from intensify.errors import InputError, SolveError
from intensify.reactors.vessels.feed import filled
from intensify.reactors.vessels.heat_of_completion import releasable_heat
from intensify.units import Kelvin, Metre, Number, VolumetricHeatCapacity

# columns of DispersedChannel.zones
LENGTH, A, T_U = range(3)


class DispersedChannel(NamedTuple):
    """Plug flow with axial dispersion; build one with `DispersedChannel.build`."""

    kinetics: Network
    c_in: np.ndarray  # (S,) mol/m3
    T_in: Kelvin
    u: Number  # velocity, m/s
    zones: np.ndarray  # (Z, 3): length [m], UA/V [W/m3/K], T_u [K]
    D: Number  # m2/s
    conductivity: Number  # effective, axial, W/m/K
    rho_cp: VolumetricHeatCapacity
    scratch: np.ndarray

    @classmethod
    def build(
        cls,
        kinetics: Network,
        *,
        feed: Mapping[str, float],
        T: float,
        velocity: float,
        zones: Sequence[tuple[float, float, float]],
        D: float,
        conductivity: float | None = None,
        rho_cp: float = 0.0,
        solvent: str | None = None,
    ) -> DispersedChannel:
        """Fed with `feed` [mol/m3] at T [K]; zones: (length [m], UA/V [W/m3/K], T_u [K]).

        D [m2/s]; conductivity [W/m/K], by default D rho_cp: heat disperses as matter does.
        InputError: a number out of range, no heat capacity, a reaction that changes the volume.
        """
        c_in = filled(kinetics, feed, solvent)
        C = rho_cp + float(c_in @ kinetics.cp)
        spread = D * C if conductivity is None else conductivity
        problems = [
            (name, f"is {value:g}, but must be above 0")
            for name, value in (("velocity", velocity), ("D", D), ("conductivity", spread))
            if not value > 0.0
        ]
        problems += [
            (f"zones[{k}]", f"has length {L:g} and UA/V {a:g}; needs a length, UA/V of 0 or more")
            for k, (L, a, _) in enumerate(zones) if not (L > 0.0 and a >= 0.0)
        ]  # fmt: skip
        if np.abs(kinetics.dv).max(initial=0.0) > 1e-12:
            problems.append(("kinetics", "a reaction changes the volume; leave volumes out"))
        if problems or not zones:
            raise InputError(problems or "a dispersed channel needs at least one zone")
        rows = np.array(zones, dtype=float)
        S, R = c_in.size, len(kinetics.reactions)
        return cls(kinetics, c_in, float(T), float(velocity), rows, float(D), float(spread),
                   C, np.empty(S + R))  # fmt: skip

    @property
    def Pe(self) -> float:
        """Peclet number u L/D of matter."""
        return float(self.u * self.L / self.D)

    @property
    def L(self) -> Metre:
        """Length [m]."""
        return float(self.zones[:, LENGTH].sum())

    def slope(self, k, y, dy):
        """Fill dy with the derivatives of c (S), T, p (S), h along zone k; see the module."""
        net, S = self.kinetics, self.c_in.size
        R = net.reactions.shape[0]
        c, r = self.scratch[:S], self.scratch[S : S + R]
        for s in range(S):
            c[s] = y[s]
            dy[s] = self.u / self.D * (y[s] - y[S + 1 + s])
        T = y[S]
        net.rates(T, c, r)
        for s in range(S):
            made = 0.0
            for j in range(R):
                made += net.reactions[j, NU + s] * r[j]
            dy[S + 1 + s] = made / self.u
        dy[S] = self.rho_cp * self.u / self.conductivity * (T - y[2 * S + 1])
        heat = net.heat_release(T, r) - self.zones[k, A] * (T - self.zones[k, T_U])
        dy[2 * S + 1] = heat / (self.rho_cp * self.u)


def slopes(model, Y, out):
    """The derivatives along each zone's own part of its length: Y and out (places, zones, N)."""
    for i in range(Y.shape[0]):
        for k in range(Y.shape[1]):
            model.slope(k, Y[i, k], out[i, k])
            out[i, k] *= model.zones[k, 0]


class DispersedState(NamedTuple):
    """A steady state: z (n,), c (n, S), T (n,) along the channel; one of `branches`, coldest 0."""

    reactor: DispersedChannel
    z: np.ndarray
    c: np.ndarray
    T: np.ndarray
    passed: float  # heat to the utility per area [W/m2]
    branch: int = 0
    branches: int = 1

    @property
    def kpis(self) -> dict[str, float]:
        """Figures in SI; `intensify.kpis.label` gives unit and meaning."""
        it, net = self.reactor, self.reactor.kinetics
        out = {"tau": it.L / it.u, "L": it.L, "T_max": float(self.T.max()),
               "z_T_max": float(self.z[self.T.argmax()]), "T_out": float(self.T[-1]),
               "Pe": it.Pe}  # fmt: skip
        for s, name in enumerate(net.names):
            if (net.nu[:, s] < 0.0).any() and it.c_in[s] > 0.0:
                out[f"X_{name}"] = 1.0 - float(self.c[-1, s] / it.c_in[s])
        return out

    def balances(self) -> dict[str, float]:
        """Relative closure of invariants, mass and energy from feed to outlet."""
        it, net = self.reactor, self.reactor.kinetics
        out = net.closure(it.c_in, self.c[-1])
        gained = it.rho_cp * it.u * (self.T[-1] - it.T_in)
        released = -it.u * float((self.c[-1] - it.c_in) @ net.h)
        size = max(abs(released), abs(self.passed), it.rho_cp * it.u)
        out["energy"] = abs(gained + self.passed - released) / size
        return out


def dispersed_states(reactor: DispersedChannel, *, starts: int = 9) -> list[DispersedState]:
    """The steady states of a dispersed channel, coldest first; each says how many there are.

    starts: profiles to begin from, cold to burnt out and the front at different places; states that
    none of them leads to are not found. SolveError: no start leads to a state.

    >>> net = Network.build("A => B", k=0.1)
    >>> tube = DispersedChannel.build(net, feed={"A": 1.0}, T=300.0, velocity=0.1, D=0.01,
    ...                               zones=[(1.0, 0.0, 300.0)], rho_cp=1e6)
    >>> [round(state.kpis["X_A"], 6) for state in dispersed_states(tube)]
    [0.602733]
    """
    from scipy.integrate import solve_bvp

    S, Z = reactor.c_in.size, len(reactor.zones)
    N = 2 * S + 2
    model = canonical(reactor._replace(kinetics=reactor.kinetics.lean()))
    run = compiled(slopes, model)
    scale = np.tile([*np.full(S, reactor.c_in.max()), 100.0], 2)
    fed = np.array([*reactor.c_in, reactor.T_in]) / scale[: S + 1]
    x = np.linspace(0.0, 1.0, 61)  # of each zone's length: all zones are solved side by side

    def fun(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        Y = np.ascontiguousarray(y.T.reshape(x.size, Z, N) * scale)
        Y[..., :S] = np.maximum(Y[..., :S], 0.0)
        Y[..., S] = np.clip(Y[..., S], 100.0, 5000.0)
        out = np.empty_like(Y)
        run(model, Y, out)
        return (out / scale).reshape(x.size, Z * N).T

    def ends(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        a, b = a.reshape(Z, N), b.reshape(Z, N)
        last = b[-1, : S + 1] - b[-1, S + 1 :]
        return np.concatenate([a[0, S + 1 :] - fed, (a[1:] - b[:-1]).ravel(), last])

    found: list[Any] = []
    for guess in guesses(reactor, x, starts):
        got = solve_bvp(
            fun, ends, x, guess / np.tile(scale, Z)[:, None], tol=1e-9, max_nodes=20_000
        )
        if got.status == 0 and all(
            np.abs(got.sol(x) - other.sol(x)).max() > 1e-4 for other in found
        ):
            found.append(got)
    if not found:
        raise SolveError(f"no steady state was found from {starts} starts; raise D, or take more")
    states = [state_of(reactor, got, scale) for got in found]
    states.sort(key=lambda state: float(state.T.max()))
    return [s._replace(branch=k, branches=len(states)) for k, s in enumerate(states)]


def state_of(reactor: DispersedChannel, got: Any, scale: np.ndarray) -> DispersedState:
    """The profiles of a solution, zone behind zone, and the heat that it passes on."""
    S, N, before = reactor.c_in.size, scale.size, 0.0
    z, c, T, passed = [], [], [], 0.0
    nodes, weights = np.polynomial.legendre.leggauss(6)
    half, middle = 0.5 * np.diff(got.x), 0.5 * (got.x[1:] + got.x[:-1])
    inside = middle[:, None] + half[:, None] * nodes
    for k, (length, a, T_u) in enumerate(reactor.zones):
        y = got.y[k * N : (k + 1) * N] * scale[:, None]
        z.append(before + got.x * length)
        c.append(y[:S].T)
        T.append(y[S])
        fine = got.sol(inside.ravel())[k * N + S].reshape(inside.shape) * scale[S]
        passed += a * length * float((half[:, None] * weights * (fine - T_u)).sum())
        before += length
    return DispersedState(
        reactor, np.concatenate(z), np.concatenate(c), np.concatenate(T), passed
    )  # fmt: skip


def guesses(reactor: DispersedChannel, x: np.ndarray, starts: int) -> list[np.ndarray]:
    """Profiles of c, T, p, h in each zone (Z N, len(x)): cold, burnt out, fronts in between."""
    L = reactor.zones[:, LENGTH]
    rise = float(releasable_heat(reactor.kinetics, reactor.c_in)) / reactor.rho_cp
    used = reactor.kinetics.nu.min(axis=0) < 0.0
    begins, out = np.cumsum(L) - L, []
    for share in np.linspace(0.0, 1.0, starts):
        for place in (0.0, 0.5) if share > 0.0 else (0.0,):
            parts = []
            for begin, length in zip(begins, L, strict=True):
                z = (begin + x * length) / L.sum()
                front = share / (1.0 + np.exp(-(z - place) * 20.0))
                left = np.where(used[:, None], 1.0 - 0.99 * front, 1.0)
                y = np.vstack([reactor.c_in[:, None] * left, reactor.T_in + rise * front])
                parts += [y, y]
            out.append(np.vstack(parts))
    return out
