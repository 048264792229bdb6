"""Electrons in a field beside other solvers, a table of fields, and a power-driven reactor.

All take the cross sections for air that come with Cantera, at 100 Td; see `electron_peers` for what
each makes of them. The engine's error is against its own grid of 4800 cells.
"""

from __future__ import annotations

import electron_peers
import numpy as np
from records import Target, best_of

import intensify as it
from intensify.plasma import TOWNSEND, Boltzmann, read_cross_sections

FILE, AIR, FIELD, CELLS = "air-plasma-Phelps.yaml", {"N2": 0.79, "O2": 0.21}, 100.0 * TOWNSEND, 600
POWERS = np.geomspace(5e2, 1e5, 200)
NOTES = {
    "Cantera": "two terms, effective cross sections taken as elastic ones",
    "boltzpmp": f"{electron_peers.ANGLES} angles, more than two terms",
    "BOLOS": "two terms, scipy.integrate.simps put back",
}


def peers(sections, E_max):
    """Calls by name of the peers that are installed, and a line for each of the others."""
    edges = E_max * (np.arange(CELLS + 1) / CELLS) ** 2
    known = {
        "Cantera": lambda: electron_peers.cantera(FILE, AIR, FIELD),
        "boltzpmp": lambda: electron_peers.boltzpmp(sections, AIR, FIELD, edges),
        "BOLOS": lambda: electron_peers.bolos(sections, AIR, FIELD, E_max, CELLS),
    }
    calls, lines = {}, []
    for name, make in known.items():
        try:
            calls[name] = make()
        except ImportError:
            lines.append(f"{name} is not installed: no comparison with it")
    return calls, lines


def plasma(quick):
    """One distribution, 100 of them, an ozone run, and 200 powers of it."""
    sections = read_cross_sections(FILE)
    electrons = Boltzmann(sections, cells=CELLS)
    fine = Boltzmann(sections, cells=4800).solve(FIELD, AIR).mean_energy
    many = electrons.solve_multi_term(FIELD, AIR).mean_energy
    gap = it.cases.load("ozone").reactors["gap"]
    fields = np.geomspace(1.0, 1000.0, 100) * TOWNSEND

    def one():
        return electrons.solve(FIELD, AIR).mean_energy

    def sweep():
        return [it.solve(gap._replace(levels=np.array([P, 0.0, 0.0]))) for P in POWERS]

    swarm = electrons.solve(FIELD, AIR)
    others, missing = peers(sections, float(swarm.energy[-1]))
    own = {
        "one": one,
        "table": lambda: electrons.table(fields, AIR, threads=2),
        "ozone": lambda: it.solve(gap),
    }
    calls = own | others
    found = {name: call() for name, call in calls.items()}  # compilation is measured by `startup`
    n = 3 if quick else 9
    ms = dict(zip(calls, best_of(calls.values(), [10 * n] + [n] * (len(calls) - 1)), strict=True))
    ms = {name: 1e3 * t for name, t in ms.items()}
    ms["Cantera"] /= 2.0  # two fields
    (powers,) = best_of([sweep], [1])
    error = abs(found["one"] / fine - 1.0)
    told = {"Cantera": "Cantera 3.2", "boltzpmp": "boltzpmp (multi-term)"}
    asked = {"Cantera": 1000.0, "boltzpmp": 200.0}
    theirs = {
        "Cantera": "Cantera's own contract",
        "boltzpmp": f"{abs(found.get('boltzpmp', many) / many - 1.0):.0e} beside eight terms",
    }
    return {
        "text": [
            f"one distribution {ms['one']:.3f} ms, mean energy {found['one']:.4f} eV to "
            f"{error:.0e}; with eight terms {many:.4f} eV",
            *[f"{name} {ms[name]:.1f} ms, mean energy {found[name]:.4f} eV; {NOTES[name]}"
              for name in others],
            *missing,
            f"100 fields {ms['table']:.1f} ms; ozone run {ms['ozone']:.1f} ms; 200 powers "
            f"{powers:.2f} s",
        ],
        "targets": [
            *[Target(6, f"one distribution faster than {told[name]}", asked[name],
                     ms[name] / ms["one"], errors=f"{error:.0e}; {theirs[name]}")
              for name in asked if name in others],
            Target(6, "one distribution, air, 600 cells", 0.3, ms["one"], "ms", least=False,
                   errors=f"{error:.0e}"),
            Target(6, "100 fields on two threads", 30.0, ms["table"], "ms", least=False),
            Target(6, "power-driven ozone run", 20.0, ms["ozone"], "ms", least=False),
            Target(6, "200 powers of it", 2.0, powers, "s", least=False),
        ],
        "counts": {"passes": swarm.passes},
        "ms": ms,
    }  # fmt: skip
