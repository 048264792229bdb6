"""Reacting gas without mixing: closed vessels, and steady plug flow.

    d eta_i/dt = w_i/rho                      moles per mass of gas, w of `chemistry.gas`
    C dT/dt    = -sum_i e_i w_i/rho - q       p held: C = sum eta cp, e = h
                                              V held: C = sum eta (cp - R), e = h - R T
    dQ/dt      = q = UA (T - T_w)             heat to the wall per mass; UA = inf: T is held

In plug flow without friction the same holds along z with d/dt = u d/dz, u = G/rho, and

    p + G u = p_0 + G u_0                     G = mass flow per area

so that p = (P + sqrt(P^2 - 4 G^2 R T N))/2 with P = p_0 + G u_0, N = sum eta. Kinetic energy is
left out of the energy balance, as it is small wherever this p is real and close to p_0.
State: eta (S), T, Q.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, inlined
from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics import BDF
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import INF


class GasReactor(NamedTuple):
    """A parcel of gas; build one with `ClosedGas` or `GasPlugFlow`."""

    chemistry: GasNetwork
    eta_in: np.ndarray  # (S,) mol/kg
    T_in: float
    p_in: float
    end: float  # s, or m in plug flow
    UA: float  # per mass [W/K/kg] or per volume [W/K/m3]; inf: isothermal
    T_wall: float
    held_volume: float  # 1 where V is held, 0 where p is
    flux: float  # G [kg/m2/s]; 0 in a closed vessel
    by_volume: float  # 1 where UA counts per volume, 0 where it does per mass
    scratch: np.ndarray  # of the kinetics, and their slopes by what many species share

    @inlined
    def density(self, T, N):
        """rho [kg/m3] at T with N mol/kg."""
        if self.held_volume > 0.0:
            return self.p_in / (R_GAS * self.T_in * self.eta_in.sum())
        return self.pressure(T, N) / (R_GAS * T * N)

    @inlined
    def pressure(self, T, N):
        """p [Pa] at T with N mol/kg."""
        if self.held_volume == self.flux == 0.0:
            return self.p_in
        N_in = self.eta_in.sum()
        if self.held_volume > 0.0:
            return self.p_in * T * N / (self.T_in * N_in)
        G2 = self.flux * self.flux * R_GAS
        P = self.p_in + G2 * self.T_in * N_in / self.p_in
        return 0.5 * (P + np.sqrt(max(P * P - 4.0 * G2 * T * N, 0.0)))

    @inlined
    def start(self, y, it):
        """Concentrations of a state in it.c; returns rho, and its slopes by N and by T."""
        S = self.eta_in.size
        T, N = y[S], y[:S].sum()
        rho, by_N, by_T = self.density(T, N), 0.0, 0.0
        if self.held_volume == 0.0:
            p, G2 = self.pressure(T, N), self.flux * self.flux * R_GAS
            slope = 1.0 + G2 * T * N / (p * p - G2 * T * N)  # -dln rho/dln N
            by_N, by_T = -slope * rho / N, -slope * rho / T
        for i in range(S):
            it.c[i] = y[i] * rho
        return rho, by_N, by_T

    def rhs(self, t, y, dy):
        """Derivatives in time, or along z; see the module's equations."""
        self = borrow(self)
        S, it = self.eta_in.size, self.chemistry.work(self.scratch)
        T = y[S]
        rho, _, _ = self.start(y, it)
        self.chemistry.production(T, it.c[:S], self.scratch)
        released, C, lost = 0.0, 0.0, self.held_volume * R_GAS
        for i in range(S):
            dy[i] = it.w[i] / rho
            released -= (it.h[i] - lost * T) * dy[i]
            C += y[i] * (it.cp[i] - lost)
        q = released
        if self.UA < INF:
            q = self.UA * (T - self.T_wall)
            if self.by_volume > 0.0:
                q /= rho
        dy[S], dy[S + 1] = (released - q) / C, q
        if self.flux > 0.0:
            for i in range(S + 2):
                dy[i] *= rho / self.flux

    def jac(self, t, y, J):
        """Slopes of `rhs`: the chain rule through c = rho(T, N) eta."""
        self = borrow(self)
        S, net, T = self.eta_in.size, self.chemistry, y[self.eta_in.size]
        it = net.work(self.scratch)
        V = self.scratch[net.room() :].reshape(S, -1)
        rho, by_N, by_T = self.start(y, it)
        net.jacobian(T, it.c[:S], J[:S, :S], V, self.scratch)
        for i in range(S):
            along, w = 0.0, it.w[i]
            for k in range(S):
                along += J[i, k] * y[k]
            for k in range(S):
                J[i, k] += (along - w / rho) * by_N / rho
            J[i, S] = (V[i, V.shape[1] - 1] + (along - w / rho) * by_T) / rho
            J[i, S + 1] = 0.0
        slope, q = self.energy_rows(y, it, rho, by_N, by_T, J)
        if self.flux > 0.0:
            for i in range(S + 2):
                F = it.w[i] / rho if i < S else (slope if i == S else q)
                for k in range(S + 1):
                    J[i, k] = (J[i, k] * rho + F * (by_T if k == S else by_N)) / self.flux

    def energy_rows(self, y, it, rho, by_N, by_T, J):
        """Fill the rows of T and Q in time; returns dT/dt and q."""
        S, lost, T = self.eta_in.size, self.held_volume * R_GAS, y[self.eta_in.size]
        released, C, C_T, by_cp = 0.0, 0.0, 0.0, 0.0
        J[S:, :] = 0.0
        for i in range(S):
            e, F = it.h[i] - lost * T, it.w[i] / rho
            released -= e * F
            C += y[i] * (it.cp[i] - lost)
            C_T += y[i] * it.cp_T[i]
            by_cp -= (it.cp[i] - lost) * F
            for k in range(S + 1):
                J[S, k] -= e * J[i, k]
        J[S, S] += by_cp
        q = released
        if self.UA < INF:
            per = rho if self.by_volume > 0.0 else 1.0
            q = self.UA * (T - self.T_wall) / per
        slope = (released - q) / C
        for k in range(S + 1):
            by_q = J[S, k]
            if self.UA < INF:
                by_q = self.UA / per if k == S else 0.0
                if self.by_volume > 0.0:
                    by_q -= q * (by_T if k == S else by_N) / rho
            own = C_T if k == S else it.cp[k] - lost
            J[S, k], J[S + 1, k] = (J[S, k] - by_q - slope * own) / C, by_q
        return slope, q

    @property
    def kinetics(self) -> GasNetwork:
        """The species and reactions."""
        return self.chemistry

    @property
    def coordinate(self) -> Axis:
        """Time, or position in plug flow."""
        if self.flux > 0.0:
            return Axis("z", None, "m", "position along the channel")
        return Axis("t", None, "s", "time")

    def solver(self) -> Solver:
        """BDF: stiff, and a step costs one evaluation of the kinetics or little more."""
        return Solver(BDF(), 1e-8)

    def state(self) -> np.ndarray:
        """The gas at the start."""
        return np.concatenate([self.eta_in, [self.T_in, 0.0]])

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol: radicals of 1e-8 mol/mol count."""
        N = float(self.eta_in.sum())
        return np.concatenate([np.full(self.eta_in.size, 1e-8 * N), [1.0, R_GAS * N]])

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """One, to the end."""
        if k > 0:
            return None
        return Stage("gas", self._replace(scratch=scratch_of(self.chemistry)), 0.0, self.end)

    def variables(self) -> list[Variable]:
        """Names and units of the profiles."""
        species = (species_axis(self.chemistry.names),)
        return [
            Variable("x", "mol/mol", "mole fraction", species),
            Variable("c", "mol/m3", "concentration", species),
            Variable("T", "K", "temperature"),
            Variable("p", "Pa", "pressure"),
            Variable("u", "m/s", "velocity, 0 in a closed vessel"),
            Variable("heat", "J/kg", "heat to the wall so far, per mass of gas"),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at places of a run."""
        eta, T = Y[:, :-2], Y[:, -2]
        N = eta.sum(axis=1)
        p = np.array([self.pressure(a, b) for a, b in zip(T, N, strict=True)])
        rho = p / (R_GAS * T * N)
        return {
            "x": eta / N[:, None], "c": eta * rho[:, None], "T": T, "p": p, "u": self.flux / rho,
            "heat": Y[:, -1],
        }  # fmt: skip

    def energy(self, y: np.ndarray) -> float:
        """Enthalpy of a state, or internal energy where V is held [J/kg]."""
        T = float(y[-2])
        _, h, _ = self.chemistry.properties(T)
        return float(y[:-2] @ (h - self.held_volume * R_GAS * T))

    def warmth(self, y: np.ndarray) -> float:
        """R T N of a state [J/kg], what an energy is large against."""
        S = self.eta_in.size
        return R_GAS * float(y[:S].sum() * y[S])

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of the elements, mass and energy."""
        y0, y1, net = legs[0].y_start, legs[-1].y_end, self.chemistry
        rows = np.vstack([net.atoms, net.M])
        # an element that the feed lacks: against a trace of the whole gas
        size = np.maximum(rows @ np.abs(y0[:-2]), 1e-9 * y0[:-2].sum())
        gaps = np.abs(rows @ (y1 - y0)[:-2]) / size
        out = dict(zip([*net.element_names, "mass"], gaps.tolist(), strict=True))
        gap = self.energy(y1) - self.energy(y0) + y1[-1]
        out["energy"] = float(abs(gap) / max(abs(y1[-1]), self.warmth(y1)))
        return out

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; ignition is where the temperature rises fastest."""
        path, S, y = legs[-1].trajectory, self.eta_in.size, legs[-1].y_end
        T_max, place = path.maximum(S)
        order = np.arange(1, path.C.shape[1])[None, :, None]
        widths = np.diff(path.t)[:, None, None]
        slopes = path.C[:, 1:] * order / np.where(widths > 0.0, widths, 1.0)
        ignition = path._replace(C=slopes).maximum(S)[1]
        axis = self.coordinate.name
        return {
            "T_max": T_max, f"{axis}_T_max": place, "T_out": float(y[S]),
            f"{axis}_ignition": ignition,
            "p_out": float(self.pressure(y[S], y[:S].sum())),
            **{f"X_{name}": float(1.0 - y[i] / self.eta_in[i])
               for i, name in enumerate(self.chemistry.names) if self.eta_in[i] > 0.0},
        }  # fmt: skip


def scratch_of(chemistry: GasNetwork) -> np.ndarray:
    """Room for a right-hand side and its slopes, nothing kept yet."""
    S, Q = len(chemistry.species), chemistry.bodies.size
    return np.zeros(chemistry.room() + S * (Q + 2))


def parcel(chemistry: GasNetwork, feed: Mapping[str, float], T: float, p: float) -> np.ndarray:
    """Moles per mass of a gas of these mole fractions; InputError where they make none."""
    x = chemistry.vector(dict(feed))
    problems = []
    if not x.sum() > 0.0 or (x < 0.0).any():
        problems.append(("feed", "needs mole fractions of 0 or more, and one above 0"))
    if not 0.0 < T < INF:
        problems.append(("T", f"is {T:g} K; it must be above 0"))
    if not 0.0 < p < INF:
        problems.append(("p", f"is {p:g} Pa; it must be above 0"))
    if problems:
        raise InputError(problems)
    return x / float(x @ chemistry.M)


def ClosedGas(
    chemistry: GasNetwork,
    *,
    feed: Mapping[str, float],
    T: float,
    until: float,
    p: float = 101325.0,
    volume: float | None = None,
    UA: float = 0.0,
    T_wall: float = 300.0,
) -> GasReactor:
    """A closed vessel for `until` seconds: volume [m3] held if given, else p held.

    UA [W/K] to a wall at T_wall counts for that volume, or for 1 kg of gas where p is held;
    0: adiabatic, inf: the gas stays at T.

    >>> from intensify.chemistry.gas_file import gas_from_cantera
    >>> gas = gas_from_cantera("h2o2.yaml")
    >>> ClosedGas(gas, feed={"H2": 2.0, "O2": 1.0}, T=1000.0, until=1e-3).held_volume
    0.0
    """
    eta = parcel(chemistry, feed, T, p)
    limits = [("until", until), ("volume", 1.0 if volume is None else volume), ("T_wall", T_wall)]
    problems = [(k, f"is {v:g}; it must be above 0") for k, v in limits if not v > 0.0]
    if not UA >= 0.0:
        problems.append(("UA", f"is {UA:g} W/K; it must be 0 or more"))
    if problems:
        raise InputError(problems)
    mass = 1.0 if volume is None else volume * p / (R_GAS * T * float(eta.sum()))
    return GasReactor(
        chemistry, eta, float(T), float(p), float(until), UA / mass, float(T_wall),
        float(volume is not None), 0.0, 0.0, scratch_of(chemistry),
    )  # fmt: skip


def GasPlugFlow(
    chemistry: GasNetwork,
    *,
    feed: Mapping[str, float],
    T: float,
    length: float,
    mass_flux: float,
    p: float = 101325.0,
    UA: float = 0.0,
    T_wall: float = 300.0,
) -> GasReactor:
    """Steady plug flow of mass_flux [kg/m2/s] through a length [m], without friction.

    UA [W/K/m3]: 0 adiabatic, inf: the gas stays at T.
    """
    eta = parcel(chemistry, feed, T, p)
    limits = [("length", length), ("mass_flux", mass_flux), ("T_wall", T_wall)]
    problems = [(k, f"is {v:g}; it must be above 0") for k, v in limits if not v > 0.0]
    if not UA >= 0.0:
        problems.append(("UA", f"is {UA:g} W/K/m3; it must be 0 or more"))
    speed = mass_flux**2 * R_GAS * T * float(eta.sum()) / p**2
    if speed > 0.05:
        problems.append(
            ("mass_flux", f"makes G u/p {speed:.2g}: above 0.05 kinetic energy and choking count")
        )
    if problems:
        raise InputError(problems)
    return GasReactor(
        chemistry, eta, float(T), float(p), float(length), float(UA), float(T_wall), 0.0,
        float(mass_flux), 1.0, scratch_of(chemistry),
    )  # fmt: skip
