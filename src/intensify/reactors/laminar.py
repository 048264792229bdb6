"""`LaminarChannel`: a tube or slit resolved over its length and its radius."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.reactors.feed import filled
from intensify.reactors.heat_of_completion import releasable_heat
from intensify.reactors.laminar_equations import LaminarEquations, radial
from intensify.reactors.stage import Axis, Leg, Stage, Variable, species_axis
from intensify.transport.ducts import SLIT, TUBE, Section
from intensify.units import INF, describe
from intensify.validity import Caution, outside

RE_LAMINAR = 2300.0
PE_LEAST = 50.0
"""Pe = u D_h/alpha from which conduction along the channel is small beside the flow."""


class LaminarReactor(LaminarEquations):
    """N equal laminar channels; the fields are those of `LaminarEquations`."""

    __slots__ = ()
    coordinate = Variable("z", "m", "position along the channel")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0)))

    def state(self) -> np.ndarray:
        """State at the inlet: the feed at every point, no heat passed yet."""
        return np.append(np.tile([*self.c_in, self.T_in], self.grid.x.size), 0.0)

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        dT = abs(self.T_in - self.T_u) if self.U > 0.0 else 0.0
        dT = min(max(dT + abs(self.adiabatic_rise()), 1.0), 100.0)
        point = [*np.full(self.c_in.size, max(0.1 * self.c_in.max(), 1e-300)), dT]
        heat = self.C * self.flow / self.channels * dT
        return np.append(np.tile(point, self.grid.x.size), heat)

    def stage(self, k: int, z: float, y: np.ndarray) -> Stage | None:
        """One stage, the whole channel."""
        if k > 0:
            return None
        R = len(self.kinetics.reactions)
        model = self._replace(
            kinetics=self.kinetics.lean(), scratch=np.empty(2 * R + R * self.c_in.size)
        )
        return Stage("channel", model, z, self.length)

    def adiabatic_rise(self) -> float:
        """Adiabatic temperature rise of the feed [K]."""
        return float(releasable_heat(self.kinetics, self.c_in)) / self.C

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """Molar flows into one channel (S,) [mol/s]."""
        return self.c_in * self.flow / self.channels

    # --- profiles --------------------------------------------------------------------------------
    def over_section(self, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """c (len, n + 1, S) and T (len, n + 1) of states Y (len, N); the last place is the wall."""
        n, S, slope = self.grid.x.size, self.c_in.size, self.grid.slope
        points = Y[:, :-1].reshape(len(Y), n, S + 1)
        c, T = points[:, :, :S], points[:, :, S]
        c_wall = np.tensordot(c, -slope[:-1] / slope[-1], axes=([1], [0]))
        Bi = self.U * self.R / self.conductivity
        T_wall = self.T_u - (T - self.T_u) @ (slope[:-1] / (slope[-1] + Bi))
        return (
            np.concatenate([c, c_wall[:, None, :]], axis=1),
            np.concatenate([T, T_wall[:, None]], axis=1),
        )

    def cup(self, values: np.ndarray) -> np.ndarray:
        """Cup-mixing mean of values (len, n, ...) at the points: weighed by the flow."""
        return np.tensordot(values, self.grid.part * self.grid.u, axes=([1], [0]))

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = species_axis(self.kinetics.names)
        middle = "the axis" if self.section.aspect == TUBE else "the middle"
        r = Axis("r", self.R * np.append(self.grid.x, 1.0), "m", f"distance from {middle}")
        return [
            Variable("c", "mol/m3", "concentration", (r, species)),
            Variable("T", "K", "temperature of the fluid", (r,)),
            Variable("c_cup", "mol/m3", "cup-mixing concentration", (species,)),
            Variable("T_cup", "K", "cup-mixing temperature"),
            Variable("T_wall", "K", "temperature of the fluid at the wall"),
            Variable("T_hottest", "K", "highest temperature over the section"),
            Variable("heat_flux", "W/m2", "heat flux through the wall to the utility"),
            Variable("Nu", "1", "local Nusselt number on D_h, between cup mean and wall"),
            Variable("q", "W", "heat passed to the utility so far, all channels"),
        ]

    def observe(self, leg: Leg, z: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at positions z (len,) with states Y (len, N); see `variables`.

        Nu is left out where the wall passes no heat (U = 0).
        """
        c, T = self.over_section(Y)
        T_cup, T_wall = self.cup(T[:, :-1]), T[:, -1]
        flux = -self.conductivity / self.R * (T @ self.grid.slope)
        out = {
            "c": c, "T": T, "c_cup": self.cup(c[:, :-1]), "T_cup": T_cup, "T_wall": T_wall,
            "T_hottest": T.max(axis=1), "heat_flux": flux, "q": Y[:, -1] * self.channels,
        }  # fmt: skip
        if self.U > 0.0:
            driving = T_cup - T_wall
            at_rest = np.abs(driving) <= 1e-12 * T_wall  # no difference, no Nu of its own
            h = flux / np.where(at_rest, INF, driving)
            out["Nu"] = h * self.section.D_h / self.conductivity
        return out

    # --- figures ---------------------------------------------------------------------------------
    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass, invariants (elements) and energy from inlet to outlet."""
        net = self.kinetics
        before, after = self.through(legs[0].y_start), self.through(legs[-1].y_end)
        out = net.closure(before[0], after[0])
        Q, turned = self.flow / self.channels, np.linalg.lstsq(net.nu.T, after[0] - before[0])[0]
        gained = self.C * Q * (after[1] - before[1])
        released, lost = -Q * float(net.dH @ turned), float(legs[-1].y_end[-1])
        size = max(abs(gained), abs(released), abs(lost), self.C * Q)
        out["energy"] = float(abs(gained + lost - released)) / size
        return out

    def through(self, y: np.ndarray) -> tuple[np.ndarray, float]:
        """Cup-mixing c (S,) and T of one state."""
        c, T = self.over_section(y[None])
        return self.cup(c[:, :-1])[0], float(self.cup(T[:, :-1])[0])

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; `intensify.kpis.label` gives unit and meaning."""
        net, S, path = self.kinetics, self.c_in.size, legs[-1].trajectory
        points = S + np.arange(self.grid.x.size) * (S + 1)
        T_max, z_T_max = max(path.maximum(int(j)) for j in points)
        at_wall = self.over_section(path.at_steps())[1][:, -1]
        if at_wall.max() > T_max:
            T_max, z_T_max = float(at_wall.max()), float(path.t[int(at_wall.argmax())])
        c, T = self.through(legs[-1].y_end)
        u, V = self.velocity(), self.section.A * self.length * self.channels
        out = {
            "tau": self.length / u, "L": self.length, "T_max": T_max, "z_T_max": z_T_max,
            "T_out": T, "dT_ad": self.adiabatic_rise(), "Re": self.Re,
            "Bi": self.U * self.R / self.conductivity,
            "Gz": u * self.section.D_h**2 * self.C / (self.conductivity * self.length),
            "V": V, "channels": self.channels,
        }  # fmt: skip
        for i, name in enumerate(net.names):
            if (net.nu[:, i] < 0.0).any() and self.c_in[i] > 0.0:
                out[f"X_{name}"] = 1.0 - c[i] / self.c_in[i]
        return out

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where the flow is not laminar, or what moves along the channel is not small."""
        out: list[str] = [*outside("Re", self.Re, high=RE_LAMINAR, what="laminar flow")]
        Pe = self.velocity() * self.section.D_h * self.C / self.conductivity
        if Pe < PE_LEAST:
            out.append(Caution(
                f"Pe = u D_h/alpha is {Pe:.2g}: heat that is conducted along the channel, which "
                f"this model leaves out, counts below {PE_LEAST:.0f}",
                name="Pe", value=Pe, low=PE_LEAST,
            ))  # fmt: skip
        net, T = self.kinetics, self.over_section(legs[-1].trajectory.at_steps())[1]
        shift = np.abs(net.dcp * max(np.ptp([*T.ravel(), net.T_ref]), 0.0))
        if (shift > 0.02 * np.abs(net.dH)).any():
            j = int(np.argmax(shift - 0.02 * np.abs(net.dH)))
            out.append(Caution(
                f"the heat of reaction {j + 1} changes by {shift[j]:.2g} J/mol with temperature; "
                "this model takes it at T_ref and the heat capacity of the feed",
                name="dcp", value=shift[j], high=0.02 * abs(net.dH[j]),
            ))  # fmt: skip
        return out


def LaminarChannel(
    kinetics: Network,
    *,
    feed: Mapping[str, float],
    T: float,
    flow: float,
    section: Section,
    length: float,
    U: float = 0.0,
    T_u: float = 298.15,
    channels: float = 1.0,
    diffusivity: float | Mapping[str, float] = 1.0e-9,
    conductivity: float = 0.6,
    rho_cp: float = 0.0,
    mu: float = 1.0e-3,
    rho: float = 1000.0,
    plug: bool = False,
    points: int = 24,
    solvent: str | None = None,
) -> LaminarReactor:
    """N laminar channels (tube or slit) fed with `feed` [mol/m3 by name] at T [K], `flow` [m3/s].

    The velocity is parabolic, or flat with `plug`. diffusivity [m2/s]: of all species or by name;
    0: each streamline reacts by itself. U [W/m2/K]: from the fluid at the wall to a utility at
    T_u [K], the wall and the utility's film in series; 0: adiabatic, inf: the wall is at T_u. rho
    [kg/m3] and mu [Pa s] make Re alone. points: over the radius; 24 give Graetz' cup mean to 1e-7
    from x = z/(D_h Re Pr) = 1e-3 on, nearer to the inlet more are needed.

    InputError: another section, an unknown species, a number out of range, no heat capacity, a
    reaction that changes the volume.

    >>> from intensify import round_section, solve
    >>> net, tube = Network.build("A => B", k=0.02), round_section(1e-3)
    >>> channel = LaminarChannel(net, feed={"A": 100.0}, T=300.0, flow=1e-8, section=tube,
    ...                          length=1.0, diffusivity=0.0, rho_cp=4e6)
    >>> round(solve(channel).kpis["X_A"], 4)  # each streamline by itself; plug flow: 0.7921
    0.7033
    """
    c_in = filled(kinetics, feed, solvent)
    if isinstance(diffusivity, Mapping):
        unnamed = [name for name in kinetics.names if name not in diffusivity]
        D = kinetics.vector(dict(diffusivity))
    else:
        unnamed, D = [], np.full(c_in.size, float(diffusivity))
    C = float(rho_cp + c_in @ kinetics.cp)
    problems = [
        (name, f"is {value:g}, but must be above 0 and finite")
        for name, value in (("flow", flow), ("length", length), ("channels", channels), ("T", T),
                            ("T_u", T_u), ("conductivity", conductivity), ("mu", mu), ("rho", rho))
        if not 0.0 < value < INF
    ]  # fmt: skip
    if section.aspect not in (TUBE, SLIT):
        problems.append(("section", "is a rectangle; a laminar channel is a tube or a slit"))
    if not U >= 0.0:
        problems.append(("U", f"is {U:g}, but must be 0 (adiabatic) to inf (wall at T_u)"))
    if unnamed:
        problems.append(("diffusivity", f"has no value for {', '.join(unnamed)}"))
    if not ((D >= 0.0) & (D < INF)).all():
        problems.append(("diffusivity", f"is {D.min():g}, but must be 0 or more and finite"))
    if not 6 <= points <= 64:
        problems.append(("points", f"are {points}; take 6 to 64"))
    if not C > 0.0:
        problems.append(("feed", "has no heat capacity; give rho_cp or species with cp"))
    if np.abs(kinetics.dv).max(initial=0.0) > 1e-12:
        problems.append(("kinetics", "a reaction changes the volume; leave molar volumes out"))
    if problems:
        raise InputError(problems)
    R = section.radius
    return LaminarReactor(
        kinetics, c_in, float(T), float(flow), float(channels), section, float(R), float(length),
        radial(section.aspect, int(points), Bi=U * R / conductivity, plug=plug), D,
        float(conductivity), C, float(U), float(T_u),
        float(rho * flow / channels / section.A * section.D_h / mu),
    )  # fmt: skip
