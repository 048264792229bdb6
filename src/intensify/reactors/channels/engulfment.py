"""Two liquids that react while they mix: the engulfment model of micromixing.

    dX/dt   = E X (1 - X)                                   X: volume part of the reaction zone
    dn_i/dt = E X (1 - X) c_i,around + X sum_j nu_ji r_j    n_i = X c_i, per volume of mixture

The zone is the injected liquid, which engulfs what is around it and reacts as it does; the liquid
around waits unmixed. E = sqrt(eps/nu)/17.3 (Baldyga and Bourne, recalled); temperature and volume
are constant. State: n (S) [mol/m3], X. It matters at mixing Damkoehler numbers above 0.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import NU
from intensify.errors import InputError
from intensify.reactors.stage import Leg, Stage, Variable, species_axis
from intensify.transport.mixing import DA_SLOW_MIXING
from intensify.units import Fraction, Kelvin, Number, Second, describe
from intensify.validity import Caution


class EngulfmentEquations(NamedTuple):
    """The equations; build a reactor with `EngulfmentMixer`."""

    kinetics: Network
    injected: np.ndarray  # (S,) mol/m3
    around: np.ndarray  # (S,) mol/m3
    X0: Fraction  # volume part of the injected liquid
    E: Number  # 1/s
    T: Kelvin
    duration: Second
    scratch: np.ndarray = np.empty(0)  # c and r; each run has its own

    def rhs(self, t, y, dy):
        """Derivatives in time; see the module's equations."""
        net, S = self.kinetics, self.injected.size
        X = y[S]
        c, r = self.scratch[:S], self.scratch[S:]
        for i in range(S):
            c[i] = max(y[i], 0.0) / X
        net.rates(self.T, c, r)
        engulfed = self.E * X * (1.0 - X)
        for i in range(S):
            dy[i] = engulfed * self.around[i]
            for j in range(r.size):
                dy[i] += X * net.reactions[j, NU + i] * r[j]
        dy[S] = engulfed


class EngulfmentReactor(EngulfmentEquations):
    """A mixer as a plant item; the fields are those of `EngulfmentEquations`."""

    __slots__ = ()
    coordinate = Variable("t", "s", "time since the liquids met")

    def __str__(self) -> str:
        return describe(self._replace(scratch=np.empty(0)))

    def state(self) -> np.ndarray:
        """State at the start: the injected liquid alone is the zone."""
        return np.array([*(self.X0 * self.injected), self.X0])

    def scales(self) -> np.ndarray:
        """Magnitude of each state below which only absolute accuracy counts."""
        limiting = self.mixture()[self.mixture() > 0.0].min()
        return np.array([*np.full(self.injected.size, 1e-2 * limiting), 1.0])

    def stage(self, k: int, t: float, y: np.ndarray) -> Stage | None:
        """One stage, the whole time."""
        if k > 0:
            return None
        room = np.empty(self.injected.size + len(self.kinetics.reactions))
        model = self._replace(kinetics=self.kinetics.lean(), scratch=room)
        return Stage("mix", model, t, self.duration)

    def mixture(self) -> np.ndarray:
        """Concentrations if the liquids mixed before they react (S,) [mol/m3]."""
        return self.X0 * self.injected + (1.0 - self.X0) * self.around

    def fed(self, legs: list[Leg]) -> np.ndarray:
        """What conversion counts from: the whole mixture (S,) [mol/m3]."""
        return self.mixture()

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = (species_axis(self.kinetics.names),)
        return [
            Variable("c", "mol/m3", "concentration in the reaction zone", species),
            Variable("c_mean", "mol/m3", "mean concentration, zone and surroundings", species),
            Variable("X", "1", "volume part of the reaction zone"),
        ]

    def observe(self, leg: Leg, t: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times t (len,) with states Y (len, N); see `variables`."""
        X = Y[:, -1:]
        return {"c": Y[:, :-1] / X, "c_mean": self.mean(Y), "X": X[:, 0]}

    def mean(self, Y: np.ndarray) -> np.ndarray:
        """Mean concentrations of states Y (..., N): the zone's and what still waits around."""
        return Y[..., :-1] + (1.0 - Y[..., -1:]) * self.around

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of mass and invariants (elements)."""
        return self.kinetics.closure(self.mixture(), self.mean(legs[-1].y_end))

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Engulfment time, part mixed at the end, the fastest reaction's Da, conversions."""
        net, start, end = self.kinetics, self.mixture(), self.mean(legs[-1].y_end)
        out = {"t_engulfment": 1.0 / self.E, "X_mixed": float(legs[-1].y_end[-1])}
        out["Da_mix"] = self.Da().max()
        for i, name in enumerate(net.names):
            if (net.nu[:, i] < 0.0).any() and start[i] > 0.0:
                out[f"X_{name}"] = 1.0 - end[i] / start[i]
        return out

    def Da(self) -> np.ndarray:
        """Mixing Damkoehler number of each reaction (R,) at the mixture's concentrations."""
        return frequencies(self.kinetics, self.T, self.mixture()) / self.E

    def warnings(self, legs: list[Leg]) -> list[str]:
        """Where the liquids are not mixed at the end, or mix too fast to matter."""
        out: list[str] = []
        X, Da = float(legs[-1].y_end[-1]), float(self.Da().max())
        if X < 0.99:
            out.append(Caution(
                f"at {self.duration:.3g} s {100 * X:.0f} % of the liquid is mixed: give it longer "
                f"than {np.log(1e4 / self.X0) / self.E:.2g} s", name="X_mixed", value=X, low=0.99,
            ))  # fmt: skip
        if Da < DA_SLOW_MIXING:
            out.append(Caution(
                f"the mixing Damkoehler number is {Da:.2g}, below {DA_SLOW_MIXING}: mixing hardly "
                "changes what is made", name="Da_mix", value=Da, low=DA_SLOW_MIXING,
            ))  # fmt: skip
        return out


def frequencies(net: Network, T: float, c: np.ndarray) -> np.ndarray:
    """|nu| r/c of each reaction (R,), for the reactant that it would use up first [1/s]."""
    r = np.empty(net.dH.size)
    net.rates(T, c, r)
    left = np.where(c > 0.0, c, np.inf)
    return (np.maximum(-net.nu, 0.0) * np.abs(r)[:, None] / left).max(axis=1)


def EngulfmentMixer(
    kinetics: Network,
    *,
    injected: Mapping[str, float],
    around: Mapping[str, float],
    part: float,
    E: float,
    T: float = 298.15,
    duration: float | None = None,
) -> EngulfmentReactor:
    """A liquid `injected` into another `around` it [mol/m3 by name], engulfed at rate E [1/s].

    part: its volume in the mixture's, above 0 and below 1. E: see
    `intensify.transport.engulfment_rate`. duration [s]: until 99.99 % are mixed unless given.
    InputError: an unknown species, a number out of range.
    """
    problems = []
    if not 0.0 < part < 1.0:
        problems.append(("part", f"is {part:g}, but must lie between 0 and 1"))
    for name, value in (("E", E), ("T", T), ("duration", 1.0 if duration is None else duration)):
        if not value > 0.0:
            problems.append((name, f"is {value:g}, but must be above 0"))
    for where, liquid in (("injected", injected), ("around", around)):
        problems += [
            (where, f"'{name}' is {c:g} mol/m3, but cannot be below 0")
            for name, c in liquid.items() if not c >= 0.0
        ]  # fmt: skip
    if not any(c > 0.0 for c in [*injected.values(), *around.values()]):
        problems.append(("injected", "is empty, and so is the liquid around"))
    if problems:
        raise InputError(problems)
    time = np.log(1e4 * (1.0 - part) / part) / E if duration is None else duration
    return EngulfmentReactor(
        kinetics, kinetics.vector(dict(injected)), kinetics.vector(dict(around)),
        float(part), float(E), float(T), float(time),
    )  # fmt: skip
