"""Electrons in a field beside Cantera's solver, a table of fields, and a power-driven reactor.

Both solvers take the cross sections for air that come with Cantera, at 100 Td. Cantera 3.2 takes
effective momentum-transfer cross sections for elastic ones, so that its mean energy is off by more
than its grid explains; only the time of a solution is compared. The engine's error is against its
own grid of 4800 cells.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from records import Target, best_of

import intensify as it
from intensify.plasma import TOWNSEND, Boltzmann, SwarmTable, read_cross_sections

FILE, AIR = "air-plasma-Phelps.yaml", {"N2": 0.79, "O2": 0.21}
POWERS = np.geomspace(5e2, 1e5, 200)


def cantera():
    """A call that solves at 100 Td anew, and how to read the mean energy [eV]."""
    import cantera as ct

    gas = ct.Solution(f"example_data/{FILE}")
    gas.TPX = 300.0, ct.one_atm, {**AIR, "Electron": 1e-9}

    def solve():
        for field in (50.0, 100.0):  # of an unchanged field nothing is solved
            gas.reduced_electric_field = field * TOWNSEND
            gas.update_electron_energy_distribution()
        return gas.mean_electron_energy

    return solve


def plasma(quick):
    """One distribution, 100 of them, an ozone run, and 200 powers of it."""
    sections = read_cross_sections(FILE)
    electrons = Boltzmann(sections, cells=600)
    fine = Boltzmann(sections, cells=4800).solve(100.0 * TOWNSEND, AIR).mean_energy
    gap = it.cases.load("ozone").reactors["gap"]
    fields = np.geomspace(1.0, 1000.0, 100) * TOWNSEND

    def one():
        return electrons.solve(100.0 * TOWNSEND, AIR)

    def table():
        with ThreadPoolExecutor(2) as pool:
            return SwarmTable.of(list(pool.map(lambda E: electrons.solve(float(E), AIR), fields)))

    def sweep():
        return [it.solve(gap._replace(levels=np.array([P, 0.0, 0.0]))) for P in POWERS]

    other = cantera()
    calls = [one, other, table, lambda: it.solve(gap), sweep]
    for call in calls[:4]:
        call()  # compilation is measured by `startup`
    n = 3 if quick else 9
    times = best_of(calls, [10 * n, n, n, n, 1])
    times[1] /= 2.0  # two fields
    error, theirs = abs(one().mean_energy / fine - 1.0), other()
    ms = [1e3 * t for t in times]
    return {
        "text": [
            f"one distribution {ms[0]:.3f} ms (mean energy to {error:.0e}); Cantera {ms[1]:.1f} ms "
            f"(mean energy {theirs:.3f} eV, ours {fine:.3f} eV)",
            f"100 fields {ms[2]:.1f} ms; ozone run {ms[3]:.1f} ms; 200 powers {times[4]:.2f} s",
        ],
        "targets": [
            Target(6, "one distribution faster than Cantera 3.2", 1000.0, ms[1] / ms[0],
                   errors=f"{error:.0e}; Cantera's own contract"),
            Target(6, "one distribution, air, 600 cells", 0.3, ms[0], "ms", least=False,
                   errors=f"{error:.0e}"),
            Target(6, "100 fields on two threads", 30.0, ms[2], "ms", least=False),
            Target(6, "power-driven ozone run", 20.0, ms[3], "ms", least=False),
            Target(6, "200 powers of it", 2.0, times[4], "s", least=False),
        ],
        "counts": {},
        "ms": dict(zip(("one", "Cantera", "table", "ozone"), ms, strict=False)),
    }  # fmt: skip
