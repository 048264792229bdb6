"""Cross sections under one contract, stated once and applied to every file.

- sigma is linear between table points and constant above the last one;
- an inelastic sigma is zero below its threshold and below its first table point; an elastic one is
  constant below it;
- `effective` (total momentum transfer) becomes elastic: sigma_el = max(0, sigma_eff - sum of the
  target's inelastic ones), on the union of all table points of the target;
- a table below 1e-30 m2 throughout is no two-body cross section (three-body attachment is stored
  that way) and is left out;
- sigma_m = sigma_el + sum of isotropy * sigma_inelastic.

Each change that a file needs is kept as a sentence in `corrections`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

import numpy as np

from intensify.errors import InputError

ELECTRON_MASS = 9.1093837015e-31
"""CODATA 2018 [kg]."""
ELEMENTARY_CHARGE = 1.602176634e-19
"""[C]."""
DALTON = 1.66053906660e-27
"""[kg]."""
GAMMA = float(np.sqrt(2.0 * ELEMENTARY_CHARGE / ELECTRON_MASS))
"""Speed of an electron of 1 eV [m/s]."""
K_B = 1.380649e-23 / ELEMENTARY_CHARGE
"""Boltzmann's constant [eV/K]."""
TOWNSEND = 1e-21
"""[V m2]."""

KINDS = ("elastic", "effective", "excitation", "ionization", "attachment")
LEAST = 1e-30
FAR = 1e7


class Process(NamedTuple):
    """A collision process: target, product, kind, threshold [eV], table of energy [eV], sigma [m2].

    mass_ratio: m/M of the target, for elastic and effective. isotropy: the part of an inelastic
    sigma that transfers momentum (1: isotropic scattering). weight_ratio: g_lower/g_upper, for the
    way back from the excited state.
    """

    target: str
    product: str
    kind: str
    threshold: float
    energy: np.ndarray
    sigma: np.ndarray
    mass_ratio: float = 0.0
    isotropy: float = 1.0
    weight_ratio: float = 1.0

    @property
    def name(self) -> str:
        """Target->product."""
        return f"{self.target}->{self.product}"

    def __call__(self, energy: np.ndarray) -> np.ndarray:
        """Sigma at energies [eV], in m2; at a jump the value above it."""
        below = self.sigma[0] if self.kind in ("elastic", "effective") else 0.0
        return np.interp(np.atleast_1d(energy), self.energy, self.sigma, left=below)

    def integral(self) -> np.ndarray:
        """Integral of E sigma from the first table point to each point [eV2 m2]."""
        e, s = self.energy, self.sigma
        h = np.diff(e)
        return np.concatenate(
            [
                [0.0],
                np.cumsum(h * (e[:-1] * (2 * s[:-1] + s[1:]) + e[1:] * (s[:-1] + 2 * s[1:])) / 6),
            ]
        )


def tabulated(
    sigma: Callable[[np.ndarray], np.ndarray],
    *,
    low: float = 1e-6,
    high: float = 1e4,
    points: int = 4000,
) -> tuple[np.ndarray, np.ndarray]:
    """A formula as a table over logarithmic energies [eV], good to 1e-5 of a power law.

    >>> energy, sigma = tabulated(lambda e: 2e-20 / e**0.5)
    >>> energy.size
    4000
    """
    energy = np.geomspace(low, high, points)
    return energy, np.asarray(sigma(energy), dtype=float)


class CrossSections(NamedTuple):
    """Processes that follow the contract, and what was changed in them.

    source: where the tables come from; sha256: of the file, or of the tables.
    """

    processes: tuple[Process, ...]
    corrections: tuple[str, ...] = ()
    source: str = "given tables"
    sha256: str = ""

    @classmethod
    def build(
        cls,
        processes: Sequence[Process],
        *,
        source: str = "given tables",
        sha256: str = "",
        noted: Sequence[str] = (),
    ) -> Self:
        """Check the tables and apply the contract.

        InputError names process, energy and remedy: energies that do not rise, a negative sigma, a
        target without elastic or effective scattering or with two of them, no m/M.

        >>> E, sigma = np.array([0.0, 1.0]), np.array([1e-19, 1e-19])
        >>> elastic = Process("X", "elastic", "elastic", 0.0, E, sigma, 1e-5)
        >>> CrossSections.build([elastic]).targets
        ['X']
        """
        problems = [(p.name, sentence) for p in processes for sentence in faults(p)]
        if problems:
            raise InputError(problems)
        notes = list(noted)
        kept = [p for p in (ordered(p, notes) for p in processes) if p is not None]
        out: list[Process] = []
        for target in dict.fromkeys(p.target for p in kept):
            own = [p for p in kept if p.target == target]
            out += [*elastic(target, own, notes), *[p for p in own if p.kind in KINDS[2:]]]
        if not out:
            raise InputError(f"'{source}' holds no cross section that can be used")
        digest = sha256 or tables_digest(out)
        return cls(tuple(out), tuple(notes), source, digest)

    @property
    def targets(self) -> list[str]:
        """Names of the gases."""
        return list(dict.fromkeys(p.target for p in self.processes))

    @property
    def names(self) -> list[str]:
        """Target->product of every process."""
        return [p.name for p in self.processes]

    def of(self, target: str) -> list[Process]:
        """The processes of one gas."""
        return [p for p in self.processes if p.target == target]

    def __str__(self) -> str:
        lines = [f"cross sections from {self.source}, sha256 {self.sha256[:16]}"]
        for p in self.processes:
            loss = f"{p.threshold:8.3f} eV" if p.kind in KINDS[2:] else f"m/M {p.mass_ratio:.3e}"
            lines.append(
                f"  {p.name:<36} {p.kind:<11} {loss:<16} max {p.sigma.max():.2e} m2, "
                f"{p.energy[0]:g} to {min(p.energy[-2], p.energy[-1]):g} eV"
            )
        return "\n".join([*lines, *[f"  corrected: {c}" for c in self.corrections]])


def tables_digest(processes: Sequence[Process]) -> str:
    """Sha256 over all names and tables."""
    total = hashlib.sha256()
    for p in processes:
        total.update(f"{p.name} {p.kind} {p.threshold!r} {p.mass_ratio!r}".encode())
        total.update(p.energy.tobytes() + p.sigma.tobytes())
    return total.hexdigest()


def faults(p: Process) -> list[str]:
    """What makes a table unusable, as sentences."""
    e, s = np.asarray(p.energy, dtype=float), np.asarray(p.sigma, dtype=float)
    if p.kind not in KINDS:
        return [f"is of kind '{p.kind}'; known: {', '.join(KINDS)}"]
    if e.size != s.size or e.size < 2:
        return [f"has {e.size} energies and {s.size} cross sections; give two columns of 2 or more"]
    if not (np.isfinite(e).all() and np.isfinite(s).all()):
        return ["has a number that is not finite; correct or delete that row"]
    out = []
    back = np.flatnonzero(np.diff(e) < 0.0)
    if back.size:
        out.append(f"falls back in energy after {e[back[0]]:g} eV; sort the table by energy")
    if e[0] < 0.0:
        out.append(f"has the energy {e[0]:g} eV; energies are 0 or more")
    if (s < 0.0).any():
        i = int(np.argmax(s < 0.0))
        out.append(f"has a negative cross section {s[i]:g} m2 at {e[i]:g} eV; set it to 0")
    if not 0.0 <= p.threshold < FAR:
        out.append(f"has the threshold {p.threshold:g} eV; it must be 0 or more")
    if p.kind in ("elastic", "effective") and not 0.0 < p.mass_ratio < 1.0:
        out.append(f"has m/M = {p.mass_ratio:g}; give the electron's mass over the target's")
    if not 0.0 <= p.isotropy <= 1.0 or not p.weight_ratio > 0.0:
        out.append("needs an isotropy from 0 to 1 and a weight ratio above 0")
    return out


def ordered(p: Process, notes: list[str]) -> Process | None:
    """The table from its threshold to far beyond its end; None where it is no two-body one."""
    e, s = np.array(p.energy, dtype=float), np.array(p.sigma, dtype=float)
    if s.max() < LEAST:
        notes.append(f"{p.name}: left out, below {LEAST:g} m2 throughout (a three-body table)")
        return None
    if p.kind in ("elastic", "effective"):
        if e[0] > 0.0:
            notes.append(f"{p.name}: constant below its first point at {e[0]:g} eV")
            e, s = np.append(0.0, e), np.append(s[0], s)
    elif e[0] < p.threshold:
        start = float(np.interp(p.threshold, e, s))
        if (s[e < p.threshold] > 0.0).any():
            notes.append(f"{p.name}: cut to zero below its threshold {p.threshold:g} eV")
        above = e > p.threshold
        e, s = np.append(p.threshold, e[above]), np.append(start, s[above])
    elif e[0] > 0.0 and s[0] > 0.0:
        notes.append(
            f"{p.name}: zero below its first point at {e[0]:g} eV, a step of {s[0]:.2e} m2"
        )
    return p._replace(energy=np.append(e, FAR), sigma=np.append(s, s[-1]))


def elastic(target: str, own: list[Process], notes: list[str]) -> list[Process]:
    """The target's elastic process, from its effective one where it has that."""
    found = [p for p in own if p.kind in ("elastic", "effective")]
    if len(found) > 1:
        raise InputError(
            f"{target} has {len(found)} elastic or effective tables; keep the one that belongs to "
            "its inelastic ones"
        )
    if not found or found[0].kind == "elastic":
        return found
    total, others = found[0], [p for p in own if p.kind in KINDS[2:]]
    steps = np.array([p.threshold for p in others])
    points = np.concatenate([total.energy, *[p.energy for p in others], steps, steps - 1e-7])
    e = np.unique(points[points >= 0.0])
    rest = total(e) - sum((p(e) for p in others), np.zeros(e.size))
    low = rest < 0.0
    if low.any():
        notes.append(
            f"{target}: effective minus inelastic is negative at {int(low.sum())} points from "
            f"{e[low][0]:.4g} to {min(e[low][-1], total.energy[-2]):.4g} eV; set to 0 there"
        )
    notes.append(f"{target}: effective converted to elastic momentum transfer")
    return [
        total._replace(kind="elastic", product="elastic", energy=e, sigma=np.maximum(rest, 0.0))
    ]
