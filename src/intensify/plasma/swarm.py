"""What a solved Boltzmann equation tells, and its energy audit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Swarm(NamedTuple):
    """Electrons at one field: distribution, transport, rates; flux coefficients.

    energy (N,) cell centres [eV], F0 (N,) [eV^-1.5]; rates (K,) per target molecule [m3/s];
    fractions (K,): mole fraction of each process's target; losses (K,): energy that leaves the
    electrons with each process, per electron and molecule of gas [eV m3/s].
    growth_frequency_N: ionisation less attachment [m3/s]; growth_N: number that growth is solved
    for, nu/N [m3/s] or alpha/N [m2]. residual: what the power balance misses, relative.
    """

    E_N: float
    energy: np.ndarray
    F0: np.ndarray
    mean_energy: float
    mobility_N: float
    diffusion_N: float
    energy_mobility_N: float
    energy_diffusion_N: float
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rates: np.ndarray
    fractions: np.ndarray
    losses: np.ndarray
    elastic_loss: float
    growth_loss: float
    growth_N: float
    residual: float
    passes: int
    back_end: str

    @property
    def joule(self) -> float:
        """Power per electron and molecule of gas, mobility_N (E/N)^2 [eV m3/s]."""
        return self.mobility_N * self.E_N**2

    @property
    def electron_temperature(self) -> float:
        """2/3 of the mean energy [eV]."""
        return 2.0 / 3.0 * self.mean_energy

    @property
    def drift_velocity(self) -> float:
        """Mobility times field [m/s]."""
        return self.mobility_N * self.E_N

    def production(self, kind: str) -> float:
        """Sum of mole fraction times rate over the processes of a kind [m3/s]."""
        here = np.array([k == kind for k in self.kinds])
        return float((self.fractions * self.rates)[here].sum())

    @property
    def growth_frequency_N(self) -> float:
        """Ionisation less attachment per electron and molecule of gas [m3/s]."""
        return self.production("ionization") - self.production("attachment")

    @property
    def alpha_N(self) -> float:
        """Townsend's first coefficient over N [m2]: births per length."""
        return self.production("ionization") / self.drift_velocity

    @property
    def eta_N(self) -> float:
        """Attachment coefficient over N [m2]."""
        return self.production("attachment") / self.drift_velocity

    def rate(self, name: str) -> float:
        """Rate coefficient of a process, those of one name added up [m3/s per target molecule]."""
        here = [i for i, n in enumerate(self.names) if n == name]
        if not here:
            from intensify.chemistry.stoichiometry import unknown
            from intensify.errors import InputError

            raise InputError(unknown("process", name, list(self.names)))
        return float(self.rates[here].sum())

    @property
    def rate_coefficients(self) -> dict[str, float]:
        """Rate coefficients by name of process [m3/s]."""
        return {name: self.rate(name) for name in dict.fromkeys(self.names)}

    @property
    def power_split(self) -> dict[str, float]:
        """Part of the Joule power that each process takes, elastic and growth included."""
        out = {"elastic": self.elastic_loss, "growth": self.growth_loss}
        for name, kind, loss in zip(self.names, self.kinds, self.losses, strict=True):
            if kind != "elastic":
                out[name] = out.get(name, 0.0) + float(loss)
        return {name: loss / self.joule for name, loss in out.items()}

    def __str__(self) -> str:
        return (
            f"{self.E_N * 1e21:.6g} Td: mean energy {self.mean_energy:.5g} eV, "
            f"mobility N {self.mobility_N:.5g} 1/(m V s), diffusion N {self.diffusion_N:.5g} "
            f"1/(m s), net growth {self.growth_frequency_N:.4g} m3/s; power closes to "
            f"{abs(self.residual):.1e} ({self.back_end}, {self.passes} passes)"
        )
