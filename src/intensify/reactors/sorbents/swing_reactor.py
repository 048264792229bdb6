"""`PressureSwingReactor`: a column of sorbent and catalyst through a cycle of named steps.

    in - out = change of what the bed holds         each step, each element
    purity   = n_i/sum n,  recovery = n_i/(sum_j w_j fed_j)       of product and tail
    energy   = sum of n T R gamma/(gamma - 1) ((p/p_supply)^..- 1)/eta, vacuum likewise, n heat

What a step gives is kept, mixed, for the step that takes it: product for a purge, what an
equalising bed gives for its pair, which goes through the same cycle at another time. Nothing is
lost between them; what flows back at an open end is like what is in the bed there. `swing_steps`
says what the steps do, `cycles` runs them until they settle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify._jit import canonical
from intensify.chemistry import Network
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.reactors.sorbents.pressure_swing import Machines, at_end
from intensify.reactors.sorbents.sorption_column import SorptionColumn, SorptionReactor
from intensify.reactors.sorbents.sorption_equations import CLOSED, DENSITY, FLOW, OPEN, End
from intensify.reactors.sorbents.sorption_steps import CLOSED_END, Gas, Sorbent, Step, reservoir
from intensify.reactors.sorbents.swing_steps import Supply, SwingStep, check_steps
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable
from intensify.validity import Caution


class Share(NamedTuple):
    """What a stream is wanted for: a species, its purity without `dry`, and what it counts of.

    per: how much of the species each fed species can become, {"H2": 1, "CO": 1}; itself alone
    where it is empty.
    """

    species: str
    dry: tuple[str, ...] = ()
    per: Mapping[str, float] = {}


class Taken(NamedTuple):
    """A gas that comes in: mole fractions (S,), temperature, pressure at hand, amount or 0."""

    y: np.ndarray
    T: float
    p: float
    amount: float = 0.0


class PressureSwing(NamedTuple):
    """See `PressureSwingReactor`, which builds it."""

    bed: SorptionColumn
    steps: tuple[SwingStep, ...]
    gases: Mapping[str, Supply]
    product: Share
    tail: Share | None
    machines: Machines

    # --- what `cyclic_steady_state` asks ---------------------------------------------------------
    @property
    def kinetics(self) -> Network:
        """The bed's."""
        return self.bed.kinetics

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return self.bed.coordinate

    @property
    def period(self) -> float:
        """Duration of a cycle [s]."""
        return sum(step.time for step in self.steps)

    def state(self) -> np.ndarray:
        """The bed at its start."""
        return self.bed.state()

    def renewed(self, y: np.ndarray) -> np.ndarray:
        """The state as a cycle begins: nothing counted."""
        return self.bed.renewed(y)

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        return self.bed.scales()

    def magnitudes(self) -> np.ndarray:
        """Sizes by which a change of state from cycle to cycle counts."""
        return self.bed.magnitudes()

    def solver(self) -> Solver:
        """As the bed is best solved."""
        return self.bed.solver()

    def stage_after(
        self, legs: Sequence[Leg], y: np.ndarray, before: Sequence[Leg] | None = None
    ) -> Stage | None:
        """The step behind those that are run, from state y; None behind the last.

        before: the cycle before this one, for what its later steps gave.
        """
        k = len(legs)
        if k == len(self.steps):
            return None
        step, start = self.steps[k], legs[-1].end if legs else 0.0
        taken = self.taken(step, legs, before) if step.takes else None
        ends = {name: self.end(step, name, y, taken, start) for name in ("feed", "product")}
        model = self.bed.equations._replace(left=ends["feed"], right=ends["product"])
        return Stage(step.name, canonical(model), start, step.time)

    def taken(
        self, step: SwingStep, legs: Sequence[Leg], before: Sequence[Leg] | None = None
    ) -> Taken:
        """The gas of a step: a supply, or what another step gave, mixed.

        In the first cycle a step that has given nothing yet gives the first supply.
        """
        j = [other.name for other in self.steps].index(step.source) if step.source else -1
        known = legs if j < len(legs) else before
        if step.gas or known is None:
            gas = self.gases[step.gas] if step.gas else next(iter(self.gases.values()))
            return Taken(self.kinetics.vector(dict(gas.x)), gas.T, gas.p)
        giver, leg = self.steps[j], known[j]
        left = np.maximum(self.left(giver, leg), 0.0)
        total = max(float(left.sum()), 1e-300)
        return Taken(left / total, self.mean_T(giver, leg), giver.p, total)

    def end(
        self, step: SwingStep, name: str, y: np.ndarray, taken: Taken | None, start: float
    ) -> End:
        """The end of that name during a step that begins at `start` with y."""
        cell = self.bed.rows(y)[1 if name == "feed" else -2]
        S = len(self.kinetics.names)
        n, T = np.maximum(cell[:S], 0.0), float(self.bed.temperature(cell))
        here = Taken(n / n.sum(), T, 0.0)  # what flows back is like what is at the end
        if taken is not None and step.enters == name:
            if step.flow > 0.0 or step.do == "equalise":
                flux = step.flow or taken.amount / step.time
                return End(FLOW, taken.y, float(taken.T), float(flux))
            here = taken
        elif step.leaves != name:
            return End(CLOSED, np.zeros(S))
        if step.flow > 0.0 or step.by == "reservoir":
            return End(OPEN, here.y, float(here.T), 0.0, float(step.p), float(step.p))
        p0 = float(R_GAS * T * n.sum())
        return End(OPEN, here.y, float(here.T), 0.0, p0, float(step.p), float(start),
                   float(start + step.time), step.constant * (step.by == "valve"))  # fmt: skip

    # --- amounts ---------------------------------------------------------------------------------
    def entered(self, step: SwingStep, leg: Leg) -> np.ndarray:
        """Amounts (S,) that came in during a step [mol/m2]."""
        left, right = self.bed.passed([leg])
        return {"feed": left, "product": -right, "": np.zeros_like(left)}[step.enters]

    def left(self, step: SwingStep, leg: Leg) -> np.ndarray:
        """Amounts (S,) that left during a step [mol/m2]."""
        left, right = self.bed.passed([leg])
        return {"feed": -left, "product": right, "": np.zeros_like(left)}[step.leaves]

    def mean_T(self, step: SwingStep, leg: Leg) -> float:
        """Mean temperature of what left during a step."""
        out = step.leaves == "product"
        passed, _ = at_end(self.bed, leg, out)
        T = self.bed.temperature(self.bed.rows(leg.trajectory.at_steps())[:, -2 if out else 1])
        amount = np.abs(passed.sum(axis=1))
        return float(amount @ (0.5 * (T[:-1] + T[1:])) / max(float(amount.sum()), 1e-300))

    def streams(self, legs: Sequence[Leg]) -> dict[str, np.ndarray]:
        """Amounts (S,) over a cycle: fed from supplies, net product, tail, off-gas [mol/m2].

        What a later step takes from a stream counts against it.
        """
        zero = np.zeros(len(self.kinetics.names))
        out = {name: zero.copy() for name in ("fed", "product", "tail", "off-gas", "bed")}
        by_name = {step.name: step for step in self.steps}
        for step, leg in zip(self.steps, legs, strict=True):
            if step.leaves:
                out[step.stream] += self.left(step, leg)
            if step.source:
                out[by_name[step.source].stream] -= self.entered(step, leg)
            elif step.gas:
                out["fed"] += self.entered(step, leg)
        return out

    def quality(self, share: Share, n: np.ndarray, fed: np.ndarray) -> tuple[float, float]:
        """Purity and recovery of a share in a stream."""
        net = self.kinetics
        i, dry = net.index(share.species), np.ones(len(net.names))
        dry[[net.index(name) for name in share.dry]] = 0.0
        most = net.vector(dict(share.per or {share.species: 1.0})) @ fed
        return float(n[i] / max(dry @ n, 1e-300)), float(n[i] / max(most, 1e-300))

    # --- what comes out --------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """The bed's profiles."""
        return self.bed.variables()

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The bed's profiles."""
        return self.bed.observe(leg, at, Y)

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure over the cycle: held at its start and entered, against left and held."""
        pairs = list(zip(self.steps, legs, strict=True))
        before = self.bed.inventory(legs[0].y_start) + sum(self.entered(*pair) for pair in pairs)
        after = self.bed.inventory(legs[-1].y_end) + sum(self.left(*pair) for pair in pairs)
        return self.kinetics.closure(before, after)

    def energy(self, legs: Sequence[Leg]) -> dict[str, float]:
        """Energy of a cycle [J/m2 of bed]: compression, vacuum, heat of supplies.

        Species that the product does not count (`dry`) are condensed before a vacuum pump.
        """
        use, out = self.machines, {"compression": 0.0, "vacuum": 0.0, "heat": 0.0}
        dry = [self.kinetics.index(name) for name in self.product.dry]
        for step, leg in zip(self.steps, legs, strict=True):
            if step.takes:
                gas = self.taken(step, legs)
                passed, p = at_end(self.bed, leg, step.enters == "product")
                n = np.abs(passed.sum(axis=1))
                if step.do != "equalise":
                    out["compression"] += float(n @ use.work(gas.T, gas.p, p, use.compressor))
                out["heat"] += self.gases[step.gas].heat * float(n.sum()) if step.gas else 0.0
            if step.leaves and step.p < use.ambient:
                passed, p = at_end(self.bed, leg, step.leaves == "product")
                passed[:, dry] = 0.0
                work = use.work(use.T_pump, 1.0, use.ambient / p, use.vacuum)
                out["vacuum"] += float(np.abs(passed.sum(axis=1)) @ work)
        return out

    def progress(self, legs: Sequence[Leg]) -> dict[str, float]:
        """Purity and recovery of a cycle."""
        n = self.streams(legs)
        purity, recovery = self.quality(self.product, n["product"], n["fed"])
        return {"purity": purity, "recovery": recovery}

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Figures of a cycle; see `intensify.kpis`. InputError: no product is left."""
        net, n, eq = self.kinetics, self.streams(legs), self.bed.equations
        i = net.index(self.product.species)
        if not n["product"][i] > 0.0:
            took = [step.name for step in self.steps if step.source]
            raise InputError([(", ".join(took), f"takes {-n['product'][i]:.4g} mol/m2 more "
                f"{self.product.species} than the cycle makes; purge less")])  # fmt: skip
        out = self.progress(legs)
        if self.tail is not None:
            out["purity_tail"], out["recovery_tail"] = self.quality(self.tail, n["tail"], n["fed"])
        sorbent = float(eq.cells[:, DENSITY].sum() * eq.dz)
        if sorbent > 0.0:
            out["productivity"] = float(n["product"][i] / (sorbent * self.period))
        mass = float(n["product"][i] * net.M[i])
        energy = self.energy(legs)
        if mass > 0.0:
            out |= {f"kWh_kg_{name}": value / 3.6e6 / mass for name, value in energy.items()}
            out["kWh_kg"] = sum(energy.values()) / 3.6e6 / mass
        for s, name in enumerate(net.names):
            if (net.nu[:, s] < 0.0).any() and n["fed"][s] > 0.0:
                gone = sum(x[s] for key, x in n.items() if key != "fed")
                out[f"X_{name}"] = 1.0 - float(gone / n["fed"][s])
        return out | {"product": float(n["product"][i]), "period": self.period} | {
            key: value for key, value in self.bed.kpis(legs).items() if key[:2] in ("T_", "q_")
        }  # fmt: skip

    def pressure_after(self, step: SwingStep, leg: Leg) -> float:
        """Pressure at the end by which a step gives or takes, when it ends."""
        cell = self.bed.rows(leg.y_end)[1 if (step.leaves or step.enters) == "feed" else -2]
        S = len(self.kinetics.names)
        return float(R_GAS * self.bed.temperature(cell) * cell[:S].sum())

    def warnings(self, legs: list[Leg]) -> list[str]:
        """The bed's, and equalisations in which gas would have to flow uphill."""
        out, by_name = self.bed.warnings(legs), dict(zip(self.steps, legs, strict=True))
        for step, leg in by_name.items():
            if step.do != "equalise" or not step.takes:
                continue
            giver = next(other for other in self.steps if other.name == step.source)
            high = self.pressure_after(giver, by_name[giver])
            low = self.pressure_after(step, leg)
            if giver.tank > 0.0:
                taken = self.taken(step, legs)
                low += taken.amount * R_GAS * taken.T / giver.tank
            if low > high * (1.0 + 1e-3):
                out.append(Caution(
                    f"'{step.name}' would need {low:.4g} Pa, but '{giver.name}' ends at "
                    f"{high:.4g} Pa: gas would run uphill; raise the p of '{giver.name}'"
                    + (" or its tank" if giver.tank > 0.0 else ""),
                    name="p_equalise", value=high, low=low,
                ))  # fmt: skip
        return out


def PressureSwingReactor(
    kinetics: Network,
    *,
    length: float,
    fluid: Gas,
    sorbent: Sorbent,
    steps: Sequence[SwingStep],
    gases: Mapping[str, Supply],
    product: Share,
    tail: Share | None = None,
    start: Mapping[str, float] | None = None,
    T: float = 298.15,
    p: float | None = None,
    machines: Machines = Machines(),
    cells: int = 40,
    **column: Any,
) -> PressureSwing:
    """A column through a cycle of named steps; `cyclic_steady_state` repeats it until it settles.

    start: mole fractions in the bed, at T and p; without them the first feed's gas at its pressure.
    column: catalyst, profile, heat, least, saturated, weno, as in `SorptionReactor`.

    InputError: steps that do not fit each other (see `SwingStep`), and as `SorptionReactor`.

    >>> import intensify as it
    >>> air = it.Network.build([], [it.Species("O2", M=0.032), it.Species("N2", M=0.028)])
    >>> swing = PressureSwingReactor(
    ...     air, length=0.5, fluid=it.steps.Gas(1.85e-5, d=1e-3, void=0.37, eps=0.6),
    ...     sorbent=it.steps.Sorbent(it.sorption.langmuir(2.6, 1.5e-6), ("N2",), 0.3, 680.0),
    ...     gases={"air": it.Supply({"O2": 0.21, "N2": 0.79}, 298.15, 1e5)},
    ...     steps=[it.SwingStep("feed", "make", 30.0, 4e5, "air", flow=3.6),
    ...            it.SwingStep("blowdown", "blow", 10.0, 1e5),
    ...            it.SwingStep("purge", "wash", 30.0, 1e5, source="make", flow=0.8),
    ...            it.SwingStep("pressurise", "press", 10.0, 4e5, "air")],
    ...     product=it.Share("O2"))
    >>> swing.period
    80.0
    """
    check_steps(steps, gases, kinetics.names)
    for share in (product, tail):
        for name in (share.species, *share.dry, *share.per) if share is not None else ():
            kinetics.index(name)
    first = next(step for step in steps if step.do == "feed")
    fed = gases[first.gas] if first.gas else next(iter(gases.values()))
    highest = max(step.p for step in steps)
    ports = [  # what magnitudes are taken from
        Step(name, 1.0, reservoir(highest, gas.x, T=gas.T), CLOSED_END)
        for name, gas in gases.items()
    ]
    bed = SorptionReactor(
        kinetics, length=length, fluid=fluid, sorbent=sorbent, steps=ports, start=start or fed.x,
        T=T, p=first.p if p is None else p, cells=cells, **column,
    )  # fmt: skip
    return PressureSwing(bed, tuple(steps), dict(gases), product, tail, machines)
