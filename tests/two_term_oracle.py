"""The two-term equation once more, to check the engine's: central differences, sparse matrices.

Collisions are taken at points (F interpolated) instead of conserved in cells; no code is shared but
the tables of the cross sections.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from scipy.constants import electron_mass, elementary_charge, k
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import splu

G = np.sqrt(2.0 * elementary_charge / electron_mass)


def interpolation(at, E):
    """Matrix that reads F, linear between the points E, at other energies; 0 outside."""
    i = np.clip(np.searchsorted(E, at) - 1, 0, E.size - 2)
    w = (at - E[i]) / (E[i + 1] - E[i])
    inside = (at <= E[-1]) & (at >= 0.0)
    rows = np.arange(at.size)
    data = np.concatenate([np.where(inside, 1.0 - w, 0.0), np.where(inside, w, 0.0)])
    return csr_matrix((data, (np.tile(rows, 2), np.append(i, i + 1))), shape=(at.size, E.size))


def collisions(sections, x, E, h, growing, equal, populations):
    """Gains and losses of every cell over N, but elastic ones."""
    total = csr_matrix((E.size, E.size))
    for p in sections.processes:
        share = x.get(p.target, 0.0)
        if p.kind == "elastic" or share == 0.0 or (p.kind == "attachment" and not growing):
            continue
        u, out = p.threshold, G * share * E * p(E)
        total = total - diags(out * h)
        births = p.kind == "ionization" and growing
        if births and equal:
            up = 2.0 * E + u
            total = total + diags(4.0 * G * share * up * p(up) * h) @ interpolation(up, E)
        elif p.kind != "attachment":
            total = total + diags(G * share * (E + u) * p(E + u) * h) @ interpolation(E + u, E)
            if births:
                first = csr_matrix(([1.0], ([0], [0])), shape=(E.size, 1))
                total = total + first @ csr_matrix(out * h)
        if p.name in populations:
            n = populations[p.name] * p.weight_ratio * G
            total = total - diags(n * (E + u) * p(E + u) * h)
            total = total + diags(n * E * p(E) * h) @ interpolation(E - u, E)
    return total


def oracle(
    sections, x, E_N, *, E_max, T=300.0, growing=True, equal=True, omega_N=0.0, populations=None,
    points=2500,
):  # fmt: skip
    """Mean energy, mobility, rates and growth; F from inverse iteration, growth by fixed point."""
    edge = E_max * (np.arange(points + 1) / points) ** 1.8
    E, h, inner = 0.5 * (edge[1:] + edge[:-1]), np.diff(edge), edge[1:-1]
    width, gas = np.diff(E), [p for p in sections.processes if x.get(p.target, 0.0) > 0.0]

    def momentum(e):
        total = sum(x[p.target] * (1.0 if p.kind == "elastic" else p.isotropy) * p(e) for p in gas)
        for p in gas:
            n = (populations or {}).get(p.name, 0.0) * p.weight_ratio
            total = total + n * (e + p.threshold) / e * p(e + p.threshold)
        return total

    elastic = sum(x[p.target] * 2.0 * p.mass_ratio * p(inner) for p in gas if p.kind == "elastic")
    fixed = collisions(sections, x, E, h, growing, equal, populations or {})
    roots, loss = np.sqrt(E) * h, G * inner**2 * elastic
    nu, F = 0.0, np.exp(-E / E.mean())
    one = np.ones(points - 1)
    left = diags([one, -one], [0, -1], shape=(points, points - 1))
    across = diags([-one / width, one / width], [0, 1], shape=(points - 1, points))
    middle = diags([0.5 * one, 0.5 * one], [0, 1], shape=(points - 1, points))
    for _ in range(12):
        sigma = momentum(inner) + nu / (G * np.sqrt(inner))
        share = 1.0 / (1.0 + (omega_N / G / sigma) ** 2 / inner)
        D = G / 3.0 * E_N**2 * inner / sigma * share + loss * k * T / elementary_charge
        flux = -diags(loss) @ middle - diags(D) @ across
        A = (fixed - left @ flux - diags(nu * roots)).tocsc()
        shift = 1e-20 + 0.02 * abs(nu)
        solver = splu((diags(shift * roots) - A).tocsc())
        for _ in range(40):
            F = F / (roots @ F)
            new = solver.solve(roots * F)
            value, done = shift - 1.0 / (roots @ new), np.abs(new / (roots @ new) - F).max()
            F = new
            if done < 1e-10 * F.max() / (roots @ F):
                break
        F = F / (roots @ F)
        if not growing or abs(value) < 1e-6 * abs(nu) + 1e-28:
            break
        nu += value
    mobility = -G / 3.0 * (inner / sigma * share * np.diff(F)).sum()
    rates = {p.name: 0.0 for p in gas}
    fine = E_max * np.linspace(0.0, 1.0, 60_001)[1:] ** 2
    values = fine * np.exp(np.interp(fine, E, np.log(np.maximum(F, 1e-300))))
    for p in gas:
        rates[p.name] += G * float(np.trapezoid(values * p(fine), fine))
    return SimpleNamespace(
        mean=(E**1.5 * F * h).sum(), mobility_N=mobility, rates=rates, growth=nu, F=F
    )
