"""The cold-plasma reactor: power into electrons, electrons into molecules, heat to a wall.

    dn_i/dt = V sum_j nu_ji r_j + (w n_i,in - n_i)/tau          per mole of inlet gas
    sum(n_i cp_i) dT/dt = P - sum h_i w_i - UA (T - T_w) - (1/tau) sum w n_i,in (h_i - h_i,in)
    V = sum(n) R T/p

Rates on a catalyst are per kg; V times them is r m, with m = (W/F)/(t_end - t_start) kg per mole of
inlet gas while the gas is on it, so that W/F [kg s/mol] holds however the gas swells. Neither film
nor pores resist; `PackedBed` has both. The field is that of the gas between the grains.

A parcel in plug flow, or a batch, has no exchange (1/tau = 0); a stirred reactor runs into its
steady state. Where the discharge is in filaments, a fraction w of the gas takes all the power: two
parcels with a state each, mixed before every pulse.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from intensify.chemistry.yields import element_selectivity
from intensify.numerics import BDF, Rodas5P
from intensify.plasma.cross_sections import ELEMENTARY_CHARGE, TOWNSEND
from intensify.plasma.energy import AVOGADRO, SpecificEnergy
from intensify.plasma.kinetics import PlasmaNetwork
from intensify.plasma.mechanism import PlasmaMechanism
from intensify.plasma.swarm import Swarm
from intensify.reactors.discharges.plasma_zone import PlasmaZone
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
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

    chemistry: PlasmaNetwork | PlasmaMechanism
    n_in: np.ndarray
    T: float
    p: float
    times: np.ndarray
    levels: np.ndarray
    loads: np.ndarray
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

    def solver(self) -> Solver:
        """BDF for a whole mechanism, whose Jacobian costs many evaluations of its kinetics."""
        large = isinstance(self.chemistry, PlasmaMechanism)
        return Solver(BDF(), 1e-9) if large else Solver(Rodas5P(), 1e-8)

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
        T, total = float(np.dot(parts, self.temperatures(y))) / sum(parts), self.enthalpy(y)
        for _ in range(6):  # where cp depends on T
            C = sum(x * self.chemistry.cp(i, T) for i, x in enumerate(n))
            T += (total - self.enthalpy(np.concatenate([n, [T, 0.0, 0.0]]))) / C
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
        zone = PlasmaZone(
            chem.lean(), self.n_in, self.times, self.levels, self.loads, self.p, self.T, self.UA,
            self.T_wall, self.exchange, self.fraction, field.Te, energy,
            np.zeros(3 * self.n_in.size + chem.room),
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
        h, S = self.chemistry.h, self.n_in.size
        return sum(
            float(sum(y[a + i] * h(i, y[a + S]) for i in range(S)))
            for a in range(0, y.size - 2, S + 1)
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
            E /= legs[-1].end * self.exchange
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
        if self.loads.any():
            out["catalyst_over_flow"] = float(np.diff(self.times) @ self.loads[:-1])
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
                out[f"S_{product}"] = element_selectivity(net, self.n_in, n, self.key, product)
        if np.isfinite(self.dH) and self.products and energy.molar > 0.0:
            i = names.index(self.products[0])
            out["energy_efficiency"] = energy.efficiency(float(n[i] - self.n_in[i]), self.dH)
        return out

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where the model is known to be off."""
        out = [
            f"'{name}' has no cross sections, but is up to {100 * share:.0f} % of the gas: the "
            "electrons are those of the rest"
            for name, share in self.unseen(legs).items()
        ]
        if self.exchange * legs[-1].end < 5.0 and self.exchange > 0.0:
            out.append(
                f"the stirred reactor has run for {self.exchange * legs[-1].end:.2g} residence "
                "times; from 5 on it is near its steady state"
            )
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
