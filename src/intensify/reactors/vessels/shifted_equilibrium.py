"""Reactors whose equilibrium is shifted: a product is taken away while it forms.

    dn_i/dt = F_in,i - F x_i + m sum_j nu_ji r_j(a) - J_i       J_i = K_i (a_i - b_i)
    a = n/sum(n) or n/V,  K = G H (1 - exp(-NTU)) stripping,  area permeance through a membrane

K: conductance of the removal, b: activity on its other side. A batch has no flows. A flow reactor
is a series of stirred stages, each as full as at its start, with G running against the liquid:
b_i = y_i/H_i of the gas from the next stage. Isothermal; plug flow is the batch over its time.

State: for each stage n (S) and what it has given away (S); then fed and drained (S each).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify._jit import canonical
from intensify.chemistry import Network
from intensify.chemistry.equilibrium import equilibrium
from intensify.chemistry.network import NU
from intensify.errors import InputError
from intensify.numerics import Rodas5P
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import Kelvin, Second


class Removal(NamedTuple):
    """What takes species away in each stage; build it with a function below.

    K (S,): mol/s at a difference of activity of 1. back (S,): activity beyond. per_H (S,): 1/(G H),
    by which a carrier's load rises in the next stage's b; 0 without a carrier. heat (S,): energy
    per mole removed [J/mol].
    """

    K: np.ndarray
    back: np.ndarray
    per_H: np.ndarray
    heat: np.ndarray

    def times(self, factor: float) -> Removal:
        """Removal of a larger or smaller device: area or carrier times the factor."""
        return self._replace(K=self.K * factor, per_H=self.per_H / factor)


Values = Mapping[str, float]


def membrane(
    net: Network, *, area: float, permeance: Values, beyond: Values | None = None,
    heat: Values | None = None,
) -> Removal:  # fmt: skip
    """Pervaporation or permeation: J = area permeance (a - b); permeance in mol/m2/s per activity.

    For a law in partial pressures, permeance times the saturation pressure.
    """
    return _removal(net, area * _vector(net, permeance, "permeance"), beyond, None, heat)


def stripping(
    net: Network, *, flow: float, ratio: Values, NTU: float = np.inf, heat: Values | None = None
) -> Removal:
    """A carrier gas, or an extracting liquid, of `flow` [mol/s] per stage, clean at its inlet.

    ratio: H = y/a at equilibrium (K value, partition coefficient). NTU: transfer units of a stage;
    infinite: the carrier leaves in equilibrium.
    """
    most = flow * _vector(net, ratio, "ratio")
    with np.errstate(divide="ignore"):
        per = np.where(most > 0.0, 1.0 / most, 0.0)
    return _removal(net, most * (1.0 - np.exp(-NTU)), None, per, heat)


def _removal(
    net: Network, K: np.ndarray, beyond: Values | None, per_H: np.ndarray | None,
    heat: Values | None,
) -> Removal:  # fmt: skip
    S = len(net.names)
    return Removal(
        K, net.vector(dict(beyond or {})), np.zeros(S) if per_H is None else per_H,
        net.vector(dict(heat or {})),
    )  # fmt: skip


def _vector(net: Network, values: Values, what: str) -> np.ndarray:
    out = net.vector(dict(values))
    if not (out >= 0.0).all() or not out.any():
        raise InputError([(what, f"needs numbers above 0, has {dict(values)}")])
    return out


class ShiftEquations(NamedTuple):
    """The equations; `ShiftedEquilibriumReactor` builds and runs them."""

    kinetics: Network
    removal: Removal
    T: Kelvin
    catalyst: float  # kg, or m3, in each stage
    volume: float  # of a stage, where the rate law is in concentrations; 0: mole fractions
    feed: np.ndarray  # (S,) mol/s
    flows: float  # 1: each stage overflows
    stages: float
    scratch: np.ndarray  # a, y, inflow (S each), r (R)

    def rhs(self, t, y, dy):
        """Time derivatives; see the module's equations."""
        net, S, K = self.kinetics, self.feed.size, int(self.stages)
        a, load, inflow = self.scratch[:S], self.scratch[S : 2 * S], self.scratch[2 * S : 3 * S]
        r = self.scratch[3 * S :]
        load[:] = 0.0
        for k in range(K - 1, -1, -1):  # the carrier comes in at the last stage
            at = 2 * k * S
            self.activity(y[at : at + S], a)
            net.rates(self.T, a, r)
            for s in range(S):
                J = self.removal.K[s] * (a[s] - self.removal.back[s] - load[s])
                load[s] += J * self.removal.per_H[s]
                made = -J
                for j in range(r.size):
                    made += self.catalyst * net.reactions[j, NU + s] * r[j]
                dy[at + s], dy[at + S + s] = made, J
        inflow[:] = self.feed
        for k in range(K):
            at, whole, total = 2 * k * S, 0.0, 0.0
            for s in range(S):
                dy[at + s] += inflow[s]
                whole += dy[at + s]
                total += y[at + s]
            for s in range(S):
                inflow[s] = self.flows * max(whole, 0.0) * y[at + s] / total
                dy[at + s] -= inflow[s]
        at = 2 * K * S
        for s in range(S):
            dy[at + s] = self.feed[s]
            dy[at + S + s] = inflow[s]

    def activity(self, n, a):
        """Fill a (S,) with what the rate law and the removal see of amounts n."""
        size = self.volume
        if size == 0.0:
            for s in range(n.size):
                size += n[s]
        for s in range(n.size):
            a[s] = n[s] / size


class ShiftedReactor(NamedTuple):
    """See `ShiftedEquilibriumReactor`, which builds it."""

    kinetics: Network
    equations: ShiftEquations
    start: np.ndarray  # (S,) in each stage
    duration: Second
    key: str

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return Axis("t", None, "s", "time")

    def state(self) -> np.ndarray:
        """All stages as they start."""
        S, K = self.start.size, int(self.equations.stages)
        one = np.append(self.start, np.zeros(S))
        return np.append(np.tile(one, K), np.zeros(2 * S))

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        return np.full(self.state().size, 1e-2 * self.start.sum())

    def solver(self) -> Solver:
        """Stiff where reaction or removal is fast."""
        return Solver(Rodas5P(), 1e-9)

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """The whole run."""
        return Stage("run", self.equations, 0.0, self.duration) if k == 0 else None

    # --- what comes out --------------------------------------------------------------------------
    def parts(self, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """n and removed (..., K, S), fed and drained (..., S) of states (..., size)."""
        S, K = self.start.size, int(self.equations.stages)
        stages = Y[..., : 2 * K * S].reshape(*Y.shape[:-1], K, 2, S)
        return stages[..., 0, :], stages[..., 1, :], Y[..., -2 * S : -S], Y[..., -S:]

    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        species = species_axis(self.kinetics.names)
        stages = Axis("stage_number", np.arange(1.0, self.equations.stages + 1.0), "1", "stage")
        return [
            Variable("n", "mol", "amount", (stages, species)),
            Variable("x", "mol/mol", "mole fraction", (stages, species)),
            Variable("removed", "mol", "amount taken away by all stages", (species,)),
            Variable("conversion", "1", f"conversion of {self.key}"),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles at times `at` with states Y (len, size)."""
        n, removed, _, _ = self.parts(Y)
        x = n / n.sum(axis=-1, keepdims=True)
        return {"n": n, "x": x, "removed": removed.sum(axis=1),
                "conversion": np.array([self.conversion(y, leg) for y in Y])}  # fmt: skip

    def conversion(self, y: np.ndarray, leg: Leg) -> float:
        """Of the key: in a batch since the start, else of what the feed brings at this moment."""
        i, eq = self.kinetics.index(self.key), self.equations
        n, removed, _, _ = self.parts(y)
        if eq.flows == 0.0:
            return float(1.0 - (n[0, i] + removed[0, i]) / self.start[i])
        dy = np.empty(y.size)
        eq.rhs(0.0, y, dy)
        _, taken, _, drained = self.parts(dy)
        return float(1.0 - (drained[i] + taken[:, i].sum()) / eq.feed[i])

    def equilibrium_conversion(self) -> float:
        """Of the key at rest without removal: one reaction."""
        eq, i = self.equations, self.kinetics.index(self.key)
        start = eq.feed if eq.flows else self.start
        end = equilibrium(
            self.kinetics, start / (eq.volume or 1.0), T=eq.T, fractions=eq.volume == 0.0
        )
        return float(1.0 - end[i] * (eq.volume or 1.0) / start[i])

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of what no reaction changes."""
        n0, _, _, _ = self.parts(legs[0].y_start)
        n, removed, fed, drained = self.parts(legs[-1].y_end)
        before = n0.sum(axis=0) + fed
        return self.kinetics.closure(before, (n + removed).sum(axis=0) + drained)

    def energy(self, legs: list[Leg]) -> float:
        """Heat that the removal has taken [J]."""
        return float(self.parts(legs[-1].y_end)[1].sum(axis=0) @ self.equations.removal.heat)

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of the run; see `intensify.kpis`."""
        y, leg = legs[-1].y_end, legs[-1]
        out = {"t_end": leg.end, f"X_{self.key}": self.conversion(y, leg)}
        if len(self.kinetics.reactions) == 1 and (self.kinetics.reactions[0, 3] != 0.0):
            out["X_equilibrium"] = self.equilibrium_conversion()
        if self.equations.removal.heat.any():
            out["energy_removal"] = self.energy(legs)
        return out


def ShiftedEquilibriumReactor(
    kinetics: Network,
    *,
    start: Mapping[str, float],
    removal: Removal,
    duration: float,
    key: str,
    T: float = 298.15,
    catalyst: float = 1.0,
    volume: float = 0.0,
    feed: Mapping[str, float] | None = None,
    overflow: bool = True,
    stages: int = 1,
) -> ShiftedReactor:
    """A batch, or with `feed` [mol/s] a semibatch or a cascade of stirred stages, run `duration` s.

    start: mol in each stage. catalyst: kg in each stage for rates per kg (m3 for rates per volume).
    volume [m3] of a stage: the rate law is in concentrations; 0: in mole fractions. overflow: each
    stage keeps its contents in number of moles; False: a semibatch, which fills.

    InputError: unknown species, nothing to start with, a cascade without a feed.

    >>> from intensify.chemistry import Arrhenius, Reaction
    >>> net = Network.build([Reaction("A <=> B", Arrhenius(1e-3), reverse=Arrhenius(2e-3))])
    >>> reactor = ShiftedEquilibriumReactor(net, start={"A": 1.0}, key="A", duration=3600.0,
    ...     volume=1.0, removal=membrane(net, area=1.0, permeance={"B": 5e-3}))
    >>> round(reactor.equilibrium_conversion(), 6)
    0.333333
    """
    S = len(kinetics.names)
    n, F = kinetics.vector(dict(start)), kinetics.vector(dict(feed or {}))
    numbers = {"duration": duration, "catalyst": catalyst, "start": float(n.sum())}
    wrong = [(k, f"is {x:g}, but must be above 0") for k, x in numbers.items() if not x > 0.0]
    if not volume >= 0.0 or (n < 0.0).any() or (F < 0.0).any():
        wrong.append(("", "volume, amounts and feed must be 0 or more"))
    if stages < 1 or (stages > 1 and not (F.any() and overflow)):
        wrong.append(("stages", f"are {stages}; a cascade of stages needs a feed and overflow"))
    key_amount = (F if F.any() and overflow else n)[kinetics.index(key)]
    if not key_amount > 0.0:
        wrong.append(("key", f"'{key}' is not there at the start, so it has no conversion"))
    if wrong:
        raise InputError(wrong)
    equations = ShiftEquations(
        kinetics.lean(), removal, T, catalyst, volume, F, float(bool(F.any()) and overflow),
        float(stages), np.empty(3 * S + len(kinetics.reactions)),
    )  # fmt: skip
    return ShiftedReactor(kinetics, canonical(equations), n, float(duration), key)


def scaled(reactor: ShiftedReactor, factor: float) -> ShiftedReactor:
    """The reactor with a removal `factor` times as large."""
    eq = reactor.equations
    return reactor._replace(equations=eq._replace(removal=eq.removal.times(factor)))
