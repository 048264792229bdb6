"""The cold-plasma reactor: power into electrons, electrons into molecules, heat to a wall.

    dn_i/dt = V sum_j nu_ji r_j + (w n_i,in - n_i)/tau          per mole of inlet gas
    sum(n_i cp_i) dT/dt = P - sum h_i w_i - UA (T - T_w) - (1/tau) sum w n_i,in (h_i - h_i,in)
    V = sum(n) R T/p

A parcel in plug flow, or a batch, has no exchange (1/tau = 0); a stirred reactor runs into its
steady state. Where the discharge is in filaments, a fraction w of the gas takes all the power: two
parcels with a state each, mixed before every pulse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.plasma.boltzmann import Boltzmann
from intensify.plasma.cross_sections import ELEMENTARY_CHARGE, TOWNSEND
from intensify.plasma.discharge import PulseTrain
from intensify.plasma.energy import AVOGADRO, SpecificEnergy
from intensify.plasma.kinetics import DRIVEN, ELECTRON, IMPACT, LAW, PlasmaNetwork
from intensify.plasma.swarm import Swarm
from intensify.reactors.plasma_zone import PlasmaZone
from intensify.reactors.stage import Axis, Leg, Stage, Variable, species_axis
from intensify.units import INF


class Reference(NamedTuple):
    """State at which gas volumes are counted: 0 C and 1 atm unless said otherwise."""

    T: float = 273.15
    p: float = 101325.0


class Field(NamedTuple):
    """What electrons do in the field: E/N [V m2], mobility N [1/(m V s)], Te [K]."""

    E_N: float
    mobility_N: float
    Te: float = 300.0


class PlasmaReactor(NamedTuple):
    """See `ColdPlasmaReactor`, which builds it."""

    chemistry: PlasmaNetwork
    n_in: np.ndarray
    T: float
    p: float
    times: np.ndarray
    levels: np.ndarray
    cuts: np.ndarray
    E_N: float
    field: Field | None
    electrons: Any
    UA: float
    T_wall: float
    exchange: float
    fraction: float
    products: tuple[str, ...]
    key: str
    dH: float
    reference: Reference

    @property
    def kinetics(self) -> Any:
        """The species and what is conserved."""
        return self.chemistry.net

    @property
    def coordinate(self) -> Axis:
        """Time since the gas entered."""
        return Axis("t", None, "s", "time")

    @property
    def parcels(self) -> int:
        """1, or 2 where filaments take only a fraction of the gas."""
        return 1 if self.fraction == 1.0 else 2

    def state(self) -> np.ndarray:
        """At the start: the inlet gas in every parcel."""
        one = np.append(self.n_in, self.T)
        if self.parcels == 1:
            return np.concatenate([one, [0.0, 0.0]])
        scaled = [np.append(w * self.n_in, self.T) for w in (self.fraction, 1.0 - self.fraction)]
        return np.concatenate([*scaled, [0.0, 0.0]])

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol: traces down to 1e-6 mol/mol count."""
        one = np.append(np.full(self.n_in.size, 1e-6), 1.0)
        return np.concatenate([np.tile(one, self.parcels), [1e3, 1e3]])

    def total(self, Y: np.ndarray) -> np.ndarray:
        """Amounts (..., S) of all parcels together."""
        S = self.n_in.size
        parts = [Y[..., k * (S + 1) : k * (S + 1) + S] for k in range(self.parcels)]
        return np.sum(parts, axis=0)

    def temperatures(self, Y: np.ndarray) -> np.ndarray:
        """Temperature (..., parcels)."""
        S = self.n_in.size
        return np.stack([Y[..., k * (S + 1) + S] for k in range(self.parcels)], axis=-1)

    def mixed(self, y: np.ndarray) -> np.ndarray:
        """All parcels mixed at constant enthalpy and shared out again."""
        S, cp = self.n_in.size, self.kinetics.cp
        if self.parcels == 1:
            return y
        n, out = self.total(y), y.copy()
        parts = [y[k * (S + 1) : k * (S + 1) + S] @ cp for k in range(2)]
        T = float(np.dot(parts, self.temperatures(y))) / sum(parts)
        for k, w in enumerate((self.fraction, 1.0 - self.fraction)):
            out[k * (S + 1) : (k + 1) * (S + 1)] = np.append(w * n, T)
        return out

    def swarm(self, y: np.ndarray) -> Swarm | None:
        """Electrons in the gas of a state; None where their numbers are given."""
        if self.electrons is None:
            return None
        n = self.total(y)
        targets = self.electrons.sections.targets
        names = self.chemistry.names
        x = {t: max(float(n[names.index(t)]), 0.0) for t in targets if t in names}
        whole = sum(x.values())
        return self.electrons.solve(self.E_N, {t: v / whole for t, v in x.items()})

    def unseen(self, legs: list[Leg]) -> dict[str, float]:
        """Species without cross sections, above 1 % at the start or the end: their share."""
        if self.electrons is None:
            return {}
        gas = np.array([self.total(y) for y in (legs[0].y_start, legs[-1].y_end)])
        shares = (gas / gas.sum(axis=1, keepdims=True)).max(axis=0)
        known = self.electrons.sections.targets
        named = zip(self.chemistry.names, shares.tolist(), strict=True)
        return {name: x for name, x in named if name not in known and x > 0.01}

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """Up to the next update of the electrons, or the next pulse into filaments."""
        if k >= self.cuts.size - 1:
            return None
        chem, field, swarm = self.chemistry, self.field, self.swarm(y)
        if swarm is not None:
            chem = chem.with_rates(swarm.rate_coefficients)
            kelvin = ELEMENTARY_CHARGE / 1.380649e-23
            field = Field(self.E_N, swarm.mobility_N, swarm.electron_temperature * kelvin)
        assert field is not None
        energy = ELEMENTARY_CHARGE * field.mobility_N * field.E_N**2 * AVOGADRO
        S, R = self.n_in.size, len(chem.laws)
        zone = PlasmaZone(
            chem.lean(), self.n_in, self.times, self.levels, self.p, self.T, self.UA, self.T_wall,
            self.exchange, self.fraction, field.Te, energy, np.zeros((3, max(R, S))),
        )  # fmt: skip
        start, end = float(self.cuts[k]), float(self.cuts[k + 1])
        stops = tuple(self.times[(self.times > start) & (self.times < end)].tolist())
        return Stage("plasma", zone, start, end - start, self.mixed, stops)

    # --- what a run says -------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """Profiles of a run."""
        species = (species_axis(self.chemistry.names),)
        return [
            Variable("x", "mol/mol", "mole fraction", species),
            Variable("n", "mol/mol", "amount per mole of inlet gas", species),
            Variable("T", "K", "temperature, mean of the gas"),
            Variable("T_channel", "K", "temperature of the gas that takes the power"),
            Variable("power", "W/mol", "electrical power per mole of inlet gas"),
            Variable("SEI", "J/mol", "energy fed since the start"),
            Variable("heat", "J/mol", "heat to the wall since the start"),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The profiles at times of a leg."""
        n, T = self.total(Y), self.temperatures(Y)
        S, cp = self.n_in.size, self.kinetics.cp
        weights = [Y[:, k * (S + 1) : k * (S + 1) + S] @ cp for k in range(self.parcels)]
        mean = sum(w * T[:, k] for k, w in enumerate(weights)) / sum(weights)
        return {
            "x": n / n.sum(axis=1, keepdims=True), "n": n, "T": mean, "T_channel": T[:, 0],
            "power": np.array([leg.model.power(t) for t in at]),
            "SEI": np.array([self.energy_fed(t) for t in at]), "heat": Y[:, -2],
        }  # fmt: skip

    def energy_fed(self, t: float) -> float:
        """Electrical energy up to t [J/mol]."""
        spans = np.diff(np.minimum(np.append(self.times, INF), t))
        return float(np.nan_to_num(spans) @ self.levels)

    def enthalpy(self, y: np.ndarray) -> float:
        """Of all parcels against the elements at T_ref [J/mol]."""
        net, S = self.kinetics, self.n_in.size
        return sum(
            float(y[a : a + S] @ (net.h + net.cp * (y[a + S] - net.T_ref)))
            for a in range(0, self.parcels * (S + 1), S + 1)
        )

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of elements, charge, mass and energy."""
        y0, y1 = legs[0].y_start, legs[-1].y_end
        out = self.kinetics.closure(self.total(y0), self.total(y1))
        if self.chemistry.net.element_names and "E" in out:
            out["charge"] = out.pop("E")
        gap = self.enthalpy(y1) - self.enthalpy(y0) + y1[-2] - y1[-1]
        turned = max(abs(y1[-1]), abs(y1[-2]), abs(self.enthalpy(y1) - self.enthalpy(y0)), 1.0)
        out["energy"] = abs(gap) / turned
        return out

    def specific_energy(self, legs: list[Leg]) -> SpecificEnergy:
        """Energy per mole of inlet gas; in a stirred reactor power times residence time."""
        E = self.energy_fed(legs[-1].end)
        if self.exchange > 0.0:
            E = float(self.levels[-2]) / self.exchange
        return SpecificEnergy(E, self.reference.T, self.reference.p)

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; per product its cost, G value, mass per kWh and efficiency."""
        names, net = self.chemistry.names, self.kinetics
        y = legs[-1].y_end
        n = self.total(y)
        energy = self.specific_energy(legs)
        S = self.n_in.size
        T_max = max(leg.trajectory.maximum(S)[0] for leg in legs)
        mean = self.mixed(y)[S]
        out = {
            "t_end": legs[-1].end, "SEI": energy.molar, "SEI_volume": 1e3 * energy.J_per_L,
            "SEI_eV": energy.eV, "E_N": self.E_N / TOWNSEND, "T_max": T_max, "T_out": mean,
            "n_total": float(n.sum()), "heat_share": y[-2] / max(abs(y[-1]), 1e-300),
        }  # fmt: skip
        if self.key:
            i = names.index(self.key)
            out[f"X_{self.key}"] = 1.0 - n[i] / self.n_in[i]
        for product in self.products:
            i = names.index(product)
            made = float(n[i] - self.n_in[i])
            out[f"x_{product}"] = n[i] / n.sum()
            if energy.molar > 0.0 and made > 0.0:
                out[f"cost_{product}"] = energy.cost(made)
                out[f"G_{product}"] = energy.G(made)
                out[f"yield_{product}"] = energy.grams_per_kWh(made, net.M[i])
            if self.key:
                out[f"S_{product}"] = self.selectivity(n, i)
        if np.isfinite(self.dH) and self.products and energy.molar > 0.0:
            i = names.index(self.products[0])
            out["energy_efficiency"] = energy.efficiency(float(n[i] - self.n_in[i]), self.dH)
        return out

    def selectivity(self, n: np.ndarray, product: int) -> float:
        """Part of the key's first element lost from the key that is in the product."""
        net, key = self.kinetics, self.chemistry.names.index(self.key)
        element = int(np.argmax(net.atoms[:, key] > 0.0))
        lost = (self.n_in[key] - n[key]) * net.atoms[element, key]
        gained = (n[product] - self.n_in[product]) * net.atoms[element, product]
        return float(gained / lost) if lost > 0.0 else 0.0

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where the model is known to be off."""
        out = [
            f"'{name}' has no cross sections, but is up to {100 * share:.0f} % of the gas: the "
            "electrons are those of the rest"
            for name, share in self.unseen(legs).items()
        ]
        swarm = self.swarm(legs[0].y_start)
        if swarm is not None and 20e-21 < self.E_N < 200e-21:
            share = dict(zip(swarm.names, swarm.fractions, strict=True)).get("N2->elastic", 0.0)
            if share > 0.5:
                out.append(
                    "two-term answers in N2 from 20 to 200 Td are 4 to 6 % low in mean energy and "
                    "10 to 30 % low in ionisation against multi-term ones"
                )
        if swarm is not None and swarm.growth_frequency_N < 0.0:
            out.append(
                f"at {self.E_N / TOWNSEND:.0f} Td attachment outruns ionisation: the discharge "
                "would go out; the power sets the electrons all the same"
            )
        return out


def gap_cooling(
    gap: float, *, conductivity: float, T: float, p: float, both_sides: bool = True
) -> float:
    """UA per mole of gas [W/K/mol] across a gap [m] of still gas that is heated uniformly.

    UA/V = 12 k/d^2 with both walls cooled, 3 k/d^2 with one; per mole times R T/p. The mean gas
    temperature counts.

    >>> round(gap_cooling(1e-3, conductivity=0.026, T=300.0, p=101325.0), 1)
    7680.6
    """
    if not (gap > 0.0 and conductivity > 0.0):
        raise InputError(f"a gap of {gap:g} m with {conductivity:g} W/m/K; both must be above 0")
    return (12.0 if both_sides else 3.0) * conductivity / gap**2 * R_GAS * T / p


def ColdPlasmaReactor(
    chemistry: PlasmaNetwork,
    *,
    feed: Mapping[str, float],
    T: float,
    p: float = 101325.0,
    power: float | None = None,
    residence: float = 0.0,
    pulses: PulseTrain | None = None,
    after: float = 0.0,
    E_N: float = 0.0,
    electrons: Boltzmann | None = None,
    field: Field | None = None,
    UA: float = 0.0,
    T_wall: float = 300.0,
    stirred: float = 0.0,
    fraction: float = 1.0,
    updates: int = 1,
    products: Sequence[str] = (),
    key: str = "",
    dH: float = float("nan"),
    reference: Reference = Reference(),
) -> PlasmaReactor:
    """A parcel of gas under power, and `after` seconds without; all amounts per mole of feed.

    feed: mole fractions. power [W/mol] over residence [s], or pulses. Electrons: at E_N [V m2] from
    the Boltzmann equation of the gas, solved anew `updates` times over the run (E_N = 0: at the
    critical field of the feed), or given by `field`. UA [W/K/mol]: 0 adiabatic, inf isothermal.
    stirred: residence time [s] of a stirred reactor, run for `residence`. fraction: of the gas
    that filaments reach. products, key, dH [J/mol of the first product]: what figures are for.
    InputError: unknown species, no power, no rates for a process, a fraction without pulses.
    """
    names = chemistry.names
    n_in = chemistry.net.vector(dict(feed))
    problems: list[tuple[str, str]] = []
    if not n_in.sum() > 0.0 or (n_in < 0.0).any():
        problems.append(("feed", "needs mole fractions above 0"))
    for name in filter(None, (key, *products)):
        chemistry.net.index(name)  # an unknown name has its sentence
    problems += power_problems(power, residence, pulses, fraction)
    if not (T > 0.0 and p > 0.0 and UA >= 0.0 and after >= 0.0 and 0.0 < fraction <= 1.0):
        problems.append(("", "T, p above 0, UA and after 0 or more, fraction above 0 and up to 1"))
    collisions = np.isin(chemistry.laws[:, LAW], (DRIVEN, IMPACT)).any()
    if electrons is None and field is None:
        if collisions or ELECTRON in names:
            problems.append(("electrons", "are needed: a Boltzmann equation, or a field"))
        field = Field(1e-19, 1e24, T)
    if electrons is None and any(chemistry.processes):
        problems.append(("electrons", "are needed: a reaction takes its rate from a process"))
    if chemistry.net.cp[n_in > 0.0].min(initial=1.0) <= 0.0 and INF != UA:
        problems.append(("feed", "has a species without heat capacity; give its cp"))
    if problems:
        raise InputError(problems)
    n_in = n_in / n_in.sum()
    if pulses is not None:
        times, levels = pulses.schedule(after)
        cuts = pulse_cuts(pulses, times[-1], fraction, updates)
    else:
        times = np.array([0.0, residence, residence + after])
        levels = np.array([power, 0.0, 0.0], dtype=float)
        cuts = np.unique(np.append(np.linspace(0.0, residence, updates + 1), residence + after))
    if electrons is not None and E_N == 0.0:
        E_N = critical_field(electrons, names, n_in)
    if field is not None:
        E_N = field.E_N
    return PlasmaReactor(
        chemistry, n_in, float(T), float(p), times, levels, cuts, float(E_N), field, electrons,
        float(UA), float(T_wall), 1.0 / stirred if stirred > 0.0 else 0.0, float(fraction),
        tuple(products), key, float(dH), reference,
    )  # fmt: skip


def power_problems(
    power: float | None, residence: float, pulses: PulseTrain | None, fraction: float
) -> list[tuple[str, str]]:
    """What is wrong with how the power is given."""
    out = []
    if (power is None) == (pulses is None):
        out.append(("power", "give either power with a residence, or pulses"))
    if power is not None and not (power >= 0.0 and residence > 0.0):
        out.append(("residence", "must be above 0, and the power 0 or more"))
    if fraction < 1.0 and pulses is None:
        out.append(("fraction", "below 1 needs pulses: filaments mix between them"))
    return out


def pulse_cuts(pulses: PulseTrain, end: float, fraction: float, updates: int) -> np.ndarray:
    """Where the run is cut: at every pulse that filaments need mixing for, else at updates."""
    every = 1 if fraction < 1.0 else max(1, int(np.ceil(pulses.number / updates)))
    starts = np.arange(0, pulses.number, every) * pulses.period
    return np.append(starts, end)


def critical_field(electrons: Boltzmann, names: list[str], n_in: np.ndarray) -> float:
    """Field at which the feed's ionisation equals its attachment [V m2]."""
    targets = [t for t in electrons.sections.targets if t in names]
    x = np.array([n_in[names.index(t)] for t in targets])
    return electrons.critical_field(dict(zip(targets, (x / x.sum()).tolist(), strict=True))).E_N
