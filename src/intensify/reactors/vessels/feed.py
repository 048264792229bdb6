"""What goes into a reactor: feeds of a vessel, and compositions filled up with solvent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.errors import InputError
from intensify.units import CubicMetre, Kelvin, Pascal, Second, VolumetricHeatCapacity


class Feed(NamedTuple):
    """One feed: concentrations [mol/m3] by name, temperature, and its flow.

    Either V dosed evenly over `duration`, or nodes (t [s], q [m3/s]) of a piecewise linear profile.
    rho_cp counts what the species' cp do not; work: flow work p q done on the contents [J/m3].
    """

    c: Mapping[str, float]
    T: Kelvin
    V: CubicMetre = 0.0
    duration: Second = 0.0
    profile: Sequence[tuple[float, float]] = ()
    rho_cp: VolumetricHeatCapacity = 0.0
    work: Pascal = 0.0

    def nodes(self) -> tuple[list[float], list[float]]:
        """Times and flows of the profile."""
        if self.profile:
            t, q = [t for t, _ in self.profile], [q for _, q in self.profile]
            if len(t) < 2 or sorted(t) != t or t[0] == t[-1] or min(q) < 0.0:
                raise InputError("a feed's profile needs two nodes or more, t rising, q >= 0")
            return t, q
        if self.duration <= 0.0:
            raise InputError("a feed needs a duration above 0 s, or a profile of (t, q) nodes")
        return [0.0, self.duration], [self.V / self.duration] * 2


def filled(kinetics: Network, c: Mapping[str, float], solvent: str | None) -> np.ndarray:
    """Concentrations by name [mol/m3] as an array, the rest of the volume being solvent."""
    out = kinetics.vector(c)
    if solvent is not None:
        i = kinetics.index(solvent)
        room = 1.0 - float(out @ kinetics.v - out[i] * kinetics.v[i])
        if room < 0.0:
            raise InputError(
                f"the solutes take {1.0 - room:.3f} m3 of each m3, no room for {solvent}"
            )
        out[i] = room / kinetics.v[i]
    return out


def conversion(fed: np.ndarray, left: np.ndarray) -> np.ndarray:
    """X = 1 - left/fed, NaN where nothing is fed."""
    return 1.0 - left / np.where(fed > 0.0, fed, np.nan)


def conversions(kinetics: Network, fed: np.ndarray, left: np.ndarray) -> dict[str, float]:
    """Conversion of each species that is fed and consumed, by "X_name"; amounts (S,).

    >>> net = Network.build("A + B => C")
    >>> conversions(net, np.array([2.0, 0.0, 1.0]), np.array([0.5, 0.0, 2.5]))
    {'X_A': 0.75}
    """
    used = (kinetics.nu < 0.0).any(axis=0) & (fed > 0.0)
    X = conversion(fed, left).tolist()
    return {f"X_{name}": X[i] for i, name in enumerate(kinetics.names) if used[i]}
