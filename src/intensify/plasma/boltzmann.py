"""`Boltzmann`: electrons in a gas under a field, in the two-term approximation.

Two-term answers are known to be off where vibrational losses are resonant: in N2 near 100 Td the
mean energy is 6 % low against multi-term and Monte Carlo answers, below 2 % from 200 Td on.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError, SolveError
from intensify.numerics.roots import find_root
from intensify.plasma.cross_sections import GAMMA, K_B, TOWNSEND, CrossSections, Process
from intensify.plasma.full_matrix import solve_matrix
from intensify.plasma.gas import Gas, with_coulomb
from intensify.plasma.grid import Grid, Growth, Sharing, build_grid
from intensify.plasma.multi_term import MultiTerm, solve_multi_term
from intensify.plasma.swarm import Swarm
from intensify.plasma.table import SwarmTable
from intensify.plasma.two_term import EDGE, coulomb_power, moments, solve_growth

AUDIT = 1e-3
"""Largest relative gap of the power balance."""
LADDER = 1.2
LOWEST, HIGHEST = -30, 76
MOST_CELLS = 20_000
MOST_ROUNDS = 200
PROBE = 150
LOW_TAIL, TAIL, HIGH_TAIL = 1e-22, 1e-18, 1e-14
USUAL = 0.55 / TOWNSEND
"""Where the tail of F0 ends in air, over the field [eV/(V m2)]."""
MOST_KEPT = 128
RTOL, PROBE_RTOL = 1e-8, 1e-4
"""Of F0, by the growth number that it is read at."""


class Boltzmann:
    """The two-term equation for a set of cross sections.

    T: gas temperature [K]. growth, sharing: see `Growth` and `Sharing`. omega_N: angular frequency
    of the field over N [rad m3/s], the field then being rms. populations: mole fraction of the
    upper state by process name; its electrons come back hotter (superelastic). ionisation: n_e/N,
    counted from 1e-6 on (electron-electron collisions) with the gas density N [1/m3].

    >>> from intensify.plasma import read_cross_sections
    >>> air = Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))
    >>> round(air.solve(100e-21, {"N2": 0.79, "O2": 0.21}).mean_energy, 2)
    2.65
    """

    def __init__(
        self,
        sections: CrossSections,
        *,
        T: float = 300.0,
        growth: Growth = Growth.TEMPORAL,
        sharing: Sharing = Sharing.EQUAL,
        omega_N: float = 0.0,
        cells: int = 600,
        populations: Mapping[str, float] | None = None,
        ionisation: float = 0.0,
        N: float = 2.45e25,
    ) -> None:
        self.sections, self.T, self.growth, self.sharing = sections, float(T), growth, sharing
        self.omega_N, self.cells = float(omega_N), int(cells)
        self.ionisation, self.N = float(ionisation), float(N)
        self.populations = dict(populations or {})
        if not T >= 0.0 or not omega_N >= 0.0 or not 50 <= cells <= MOST_CELLS:
            raise InputError(
                f"T = {T:g} K and omega/N = {omega_N:g} must be 0 or more, cells = {cells} from 50 "
                f"to {MOST_CELLS}"
            )
        excitations = [p.name for p in sections.processes if p.kind == "excitation"]
        for name, x in self.populations.items():
            if name not in excitations:
                raise InputError(unknown("excitation", name, excitations))
            if not 0.0 <= x <= 1.0:
                raise InputError(f"the population of {name} is {x:g}; it lies between 0 and 1")
        self._grids: dict[tuple[int, int], Grid] = {}
        self._gases: dict[tuple[int, int, bytes], Gas] = {}
        processes = sections.processes
        self._targets = sections.targets
        self._names = tuple(p.name for p in processes)
        self._kinds = tuple(p.kind for p in processes)
        self._attaching = [k for k, p in enumerate(processes) if p.kind == "attachment"]
        # elastic losses and attachments come from their own integrals, not from a threshold
        others = ("elastic", "attachment")
        self._thresholds = np.array([p.threshold * (p.kind not in others) for p in processes])
        self._lock = threading.Lock()
        for p in sections.processes:
            if not any(q.kind == "elastic" for q in sections.of(p.target)):
                raise InputError(
                    f"{p.target} has no elastic or effective cross section in {sections.source}; "
                    "without momentum transfer there is no two-term answer"
                )

    def solve(self, E_N: float, x: Mapping[str, float], *, E_max: float | None = None) -> Swarm:
        """The swarm at the field E_N [V m2] in a gas of mole fractions x.

        E_max [eV]: end of the energy grid, found from the tail of F0 unless given. Cells are
        doubled, thrice at most, until the power balance closes to 1e-3; SolveError: it does not.
        """
        if not 0.0 < E_N < 1e-16:
            raise InputError(f"E/N = {E_N / TOWNSEND:g} Td; it must be above 0 and below 1e5 Td")
        fractions, cells = self.fractions(x), self.cells
        rung, start = self.find_rung(E_N, fractions) if E_max is None else (0, 0.0)
        while True:
            if E_max is None:
                gas = self.gas(rung, cells, fractions)
            else:
                gas = Gas.of(self.build(float(E_max), cells), fractions, *self.back())
            swarm = self.on_gas(gas, E_N, start)
            if self.is_short(swarm) and E_max is None and rung < HIGHEST:
                rung += 2
                continue
            if abs(swarm.residual) <= AUDIT:
                return swarm
            if cells >= 8 * self.cells or 2 * cells > MOST_CELLS:
                raise SolveError(
                    f"at {E_N / TOWNSEND:g} Td the electrons' power balance misses by "
                    f"{swarm.residual:.1e}, the limit is {AUDIT:g} ({swarm.back_end}, {cells} "
                    f"cells up to {gas.edge[EDGE, -1]:.3g} eV); raise cells"
                )
            cells *= 2

    def fractions(self, x: Mapping[str, float]) -> np.ndarray:
        """Mole fractions (T,) in the order of the targets."""
        targets = self._targets
        for name, value in x.items():
            if name not in targets:
                raise InputError(unknown("target", name, targets))
            if not 0.0 <= value <= 1.0:
                raise InputError(f"the mole fraction of {name} is {value:g}; it lies from 0 to 1")
        out = [float(x.get(t, 0.0)) for t in targets]
        if not sum(out) > 0.0:
            raise InputError(f"no mole fraction of {', '.join(targets)} is above 0")
        return np.array(out)

    def build(self, E_max: float, cells: int) -> Grid:
        """The grid up to E_max [eV]."""
        growth, sharing = self.growth, self.sharing
        return build_grid(self.sections, E_max, cells=cells, growth=growth, sharing=sharing)

    def gas(self, rung: int, cells: int, x: np.ndarray) -> Gas:
        """The gas on the grid up to LADDER**rung eV; kept for the next field."""
        key = (rung, cells, x.tobytes())
        found = self._gases.get(key)
        if found is None:
            with self._lock:
                if (rung, cells) not in self._grids:
                    self._grids[rung, cells] = self.build(LADDER**rung, cells)
                found = Gas.of(self._grids[rung, cells], x, *self.back())
                self._gases[key] = found
                if len(self._grids) > MOST_KEPT:
                    del self._grids[next(iter(self._grids))]
                if len(self._gases) > MOST_KEPT:
                    del self._gases[next(iter(self._gases))]
        return found

    def back(self) -> tuple[list[Process], list[float]]:
        """The processes that have a way back, and the mole fractions of their upper states."""
        found = [p for p in self.sections.processes if p.name in self.populations]
        return found, [self.populations[p.name] for p in found]

    def find_rung(self, E_N: float, x: np.ndarray) -> tuple[int, float]:
        """Where F0 has fallen by 18 decades on a coarse grid, and the growth number there.

        It depends on nothing but field and gas, so that no answer depends on those before it.
        """
        usual = USUAL * E_N - math.log(TAIL) * K_B * self.T
        rung = min(max(round(math.log(usual, LADDER)), LOWEST), HIGHEST)
        short, long = LOWEST - 1, HIGHEST + 1
        while True:
            gas = self.gas(rung, PROBE, x)
            q, F, *_ = self.distribution(gas, E_N, 0.0, PROBE_RTOL)
            fall = max(float(F[-1] / F[0]), 1e-300) if F[0] > 0.0 and F[-1] >= 0.0 else 1.0
            if LOW_TAIL < fall < HIGH_TAIL:
                break
            if fall >= HIGH_TAIL:
                short = rung
                step = math.log(math.log(TAIL) / math.log(min(fall, 0.5)), LADDER)
                guess = rung + round(step)
            else:
                long = rung
                end = gas.edge[EDGE, 1 + np.argmax(TAIL * F[0] > F)]
                guess = math.ceil(math.log(end, LADDER))
                if guess >= rung:
                    break
            if long - short <= 1:
                rung = long  # too long costs cells, too short the answer
                break
            rung = min(max(guess, short + 1), long - 1)
        if rung > HIGHEST:
            raise SolveError(
                f"electrons run away at {E_N / TOWNSEND:g} Td: F0 does not fall below "
                f"{LADDER**HIGHEST:.0f} eV; the two-term equation has no steady answer there"
            )
        return rung, q

    def distribution(
        self, gas: Gas, E_N: float, start: float, rtol: float = RTOL
    ) -> tuple[float, np.ndarray, int, str, np.ndarray]:
        """Growth number, F0, passes, back end, and the numbers of the solve."""
        numbers = np.array([E_N, K_B * self.T, self.omega_N / GAMMA, float(self.growth)])
        F = np.empty(gas.centres.size)
        q, passes = solve_growth(start, *gas.operator, numbers, rtol, F)
        if not gas.back and passes > 0 and F.min() >= 0.0:
            return q, F, passes, "march", numbers
        q, F, passes = solve_matrix((*gas.operator, numbers), gas.back, q, F)
        return q, F, passes, "matrix", numbers

    def on_gas(self, gas: Gas, E_N: float, start: float = 0.0) -> Swarm:
        """The swarm of a gas on its grid; start: where the growth number is looked for."""
        q, F, passes, way, numbers = self.distribution(gas, E_N, start)
        swarm = self.describe(gas, E_N, q, F, passes, way, numbers)
        return swarm if self.ionisation < 1e-6 else self.with_electrons(gas, swarm)

    def is_short(self, swarm: Swarm) -> bool:
        """Whether collisions among electrons have filled the tail up to the end of the grid."""
        return self.ionisation >= 1e-6 and bool(swarm.F0[-1] > HIGH_TAIL * swarm.F0[0])

    def with_electrons(self, gas: Gas, swarm: Swarm) -> Swarm:
        """With collisions among electrons: new ones from the old until both are the same.

        Their drag is such that they make no energy.
        """
        E_N, drag, before = swarm.E_N, 1.0, swarm.F0
        for _ in range(MOST_ROUNDS):
            old, new = (drag, 0.0), (drag, 0.0)
            for trial in range(20):
                dense = with_coulomb(gas, before, self.ionisation, self.N, drag)
                q, F, passes, way, numbers = self.distribution(dense, E_N, swarm.growth_N)
                made, taken = coulomb_power(q, dense.edge, dense.cell, F, numbers)
                old, new = new, (drag, made / taken)
                if abs(made) < 1e-6 * swarm.joule or abs(new[1]) < 1e-12:
                    break
                slope = (new[1] - old[1]) / (new[0] - old[0]) if trial else -1.0
                slope = slope if slope < 0.0 else -1.0
                drag = float(np.clip(drag - new[1] / slope, 0.8 * drag, 1.25 * drag))
            swarm = self.describe(dense, E_N, q, F, passes, way, numbers)
            if np.abs(F - before).max() < 1e-6 * F.max():
                return swarm
            before = F
        raise SolveError(
            f"collisions between electrons do not converge at {E_N / TOWNSEND:g} Td, n_e/N = "
            f"{self.ionisation:g}; raise cells"
        )

    def describe(
        self, gas: Gas, E_N: float, q: float, F: np.ndarray, passes: int, way: str,
        numbers: np.ndarray,
    ) -> Swarm:  # fmt: skip
        """Transport, rates, losses and audit of a distribution."""
        mean, mu, D, mu_E, D_E, given, back = moments(q, gas.edge, gas.cell, F, numbers)
        rates = GAMMA * (gas.rate @ F)
        losses = self._thresholds * gas.fractions * rates
        for k in self._attaching:
            kept = gas.fractions[k] if self.growth != Growth.NONE else 0.0
            losses[k] = kept * GAMMA * float(gas.rate[k] @ (gas.centres * F))
        taken = gross = float(losses.sum())
        for one in gas.back:
            brought = GAMMA * one.process.threshold * float(one.lost @ F)
            losses[self.sections.processes.index(one.process)] -= brought
            taken -= brought
        growth = 0.0
        if self.growth == Growth.TEMPORAL:
            growth = q * mean
        elif self.growth == Growth.SPATIAL:
            growth = mean * q * (E_N * mu_E - q * D_E) + q * E_N * D
        joule = mu * E_N**2
        gap = joule - (given - back) - taken - growth
        residual = gap / max(joule, given + gross)  # near equilibrium joule is 0
        return Swarm(
            E_N, gas.centres, F, mean, mu, D, mu_E, D_E, self._names, self._kinds, rates,
            gas.fractions, losses, given - back, growth, q, residual, passes, way,
        )  # fmt: skip

    def solve_multi_term(self, E_N: float, x: Mapping[str, float], *, terms: int = 8) -> MultiTerm:
        """The swarm with that many Legendre terms, where two are too few (N2 near 100 Td).

        For fields without frequency, growth none or in time, no collisions among electrons, no
        superelastic ones; two terms give the answer of `solve`.
        """
        if self.omega_N or self.populations or self.ionisation or self.growth == Growth.SPATIAL:
            raise InputError("several terms are for a steady field, growth none or in time, alone")
        if terms < 2 or terms % 2:
            raise InputError(f"terms = {terms}; give an even number from 2 on")
        fractions = self.fractions(x)
        gas = self.gas(self.find_rung(E_N, fractions)[0], self.cells, fractions)
        return solve_multi_term(gas, E_N, K_B * self.T, self.growth == Growth.TEMPORAL, terms)

    def table(
        self, E_N: Sequence[float] | np.ndarray, x: Mapping[str, float], *, threads: int = 2
    ) -> SwarmTable:
        """Swarms over fields [V m2], to be read in between.

        >>> from intensify.plasma import read_cross_sections
        >>> air = Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))
        >>> table = air.table(np.geomspace(20e-21, 500e-21, 20), {"N2": 0.79, "O2": 0.21})
        >>> round(table.at(100e-21)["mean_energy"], 2)
        2.65
        """
        fields = np.asarray(E_N, dtype=float)
        if fields.ndim != 1 or fields.size < 4 or not (np.diff(fields) > 0.0).all():
            raise InputError("a table needs 4 or more fields that rise")
        threads = max(threads, 1)

        def part(first: int) -> list[Swarm]:
            return [self.solve(float(field), x) for field in fields[first::threads]]

        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(part, range(threads)))
        return SwarmTable.of([parts[i % threads][i // threads] for i in range(fields.size)])

    def critical_field(
        self, x: Mapping[str, float], *, low: float = 1e-21, high: float = 3e-18
    ) -> Swarm:
        """The swarm at the field at which ionisation equals two-body attachment.

        SolveError: the net ionisation has one sign from low to high [V m2].
        """
        fields = np.geomspace(low, high, 25)
        net = [self.solve(float(f), x).growth_frequency_N for f in fields]
        rising = [i for i in range(24) if net[i] <= 0.0 < net[i + 1] and net[i] < 0.0]
        if not rising:
            raise SolveError(
                f"net ionisation does not pass from loss to gain between {low / TOWNSEND:g} and "
                f"{high / TOWNSEND:g} Td; a gas without attachment has no critical field"
            )
        i = rising[0]
        field = find_root(
            lambda f: self.solve(f, x).growth_frequency_N, fields[i], fields[i + 1], rtol=1e-9
        ).x
        return self.solve(field, x)
