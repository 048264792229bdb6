"""Other solvers of the electrons' Boltzmann equation, on the tables that the engine uses.

Cantera alone takes its own file: it reads effective momentum-transfer cross sections as elastic
ones, so that its mean energy is off by more than its grid explains. boltzpmp solves for energy and
angle, more than two terms; BOLOS for two terms, as the engine does.
"""

from __future__ import annotations

import numpy as np

from intensify.plasma import TOWNSEND
from intensify.plasma.cross_sections import K_B

ANGLES = 24
"""Of boltzpmp; the mean energy in air at 100 Td is then good to 0.3 %."""


def cantera(file, x, field):
    """A call that solves at the field anew, and one more; mean energy [eV]."""
    import cantera as ct

    gas = ct.Solution(f"example_data/{file}")
    gas.TPX = 300.0, ct.one_atm, {**x, "Electron": 1e-9}

    def solve():
        for each in (0.5 * field, field):  # of an unchanged field nothing is solved
            gas.reduced_electric_field = each
            gas.update_electron_energy_distribution()
        return gas.mean_electron_energy

    return solve


def boltzpmp(sections, x, field, edges):
    """A call that solves on the energy edges [eV]; mean energy [eV]."""
    import boltzpmp as bp

    def section(p):
        table = np.column_stack([p.energy, p.sigma])
        return bp.CrossSection(p.kind.upper(), p.target, p.product, threshold=p.threshold,
                               mass_ratio=p.mass_ratio or None, data=table)  # fmt: skip

    gases = [bp.Gas(t, x[t], [section(p) for p in sections.of(t)]) for t in x]
    mixture = bp.Mixture(gases, T_K=300.0, p_Pa=101325.0)
    solver = bp.PMSolver(mixture, energy_grid=edges, n_theta=ANGLES, superelastic=False)
    return lambda: solver.solve_dc(EN_Td=field / TOWNSEND).mean_energy


def bolos(sections, x, field, E_max, cells):
    """A call that solves on quadratic cells up to E_max [eV]; mean energy [eV].

    BOLOS 0.2 calls a function that SciPy has removed; it is put back under its old name.
    """
    import scipy.integrate

    scipy.integrate.simps = scipy.integrate.simpson
    from bolos import grid, solver

    one = solver.BoltzmannSolver(grid.QuadraticGrid(0.0, E_max, cells))
    one.load_collisions([
        {"kind": p.kind.upper(), "target": p.target, "product": p.product,
         "data": np.column_stack([p.energy, p.sigma]).tolist(), "threshold": p.threshold,
         "mass_ratio": p.mass_ratio}
        for p in sections.processes
    ])  # fmt: skip
    for target, fraction in x.items():
        one.target[target].density = fraction
    one.kT, one.EN = K_B * 300.0, field
    one.init()

    def solve():
        with np.errstate(divide="ignore"):  # at the edge E = 0
            return one.mean_energy(one.converge(one.maxwell(2.0), maxn=100, rtol=1e-5))

    return solve
