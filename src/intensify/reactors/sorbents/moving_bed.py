"""Simulated moving bed reactor: a ring of equal columns whose ports move on at every switch.

    eps dc_i/dt = -d(u c_i)/dz + d/dz(D dc_i/dz) - rho_s dq_i/dt + rho_c sum_j nu_ji r_j
    at a column's inlet   u c = min(u, u_before) c_before + max(u - u_before, 0) c_port

u is constant in each of four zones: desorbent - 1 - extract - 2 - feed - 3 - raffinate - 4 - back
to 1. Zone 1 always comes first in the state, so a switch moves every column's content one place
up. Ports move at once, or one by one (Varicol): `patterns` gives the columns in each zone during
parts of the switch time.

State: for each column rows of S + A (c, q), a row a cell, and a row with what has left its outlet
[mol/m2]. The ring closes over a corner of the Jacobian that Newton's method does without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from intensify._jit import borrow, canonical, inlined
from intensify.chemistry import Network
from intensify.chemistry.equilibrium import equilibrium
from intensify.chemistry.network import A_BACK
from intensify.errors import InputError
from intensify.numerics import BDF, Band
from intensify.numerics.finite_volume import smooth_gradient, smooth_slope
from intensify.reactors.sorbents.sorption_bed import Bed
from intensify.reactors.sorbents.sorption_equations import FLAT
from intensify.reactors.sorbents.sorption_steps import Liquid, Sorbent
from intensify.reactors.stage import Axis, Leg, Solver, Stage, Variable, species_axis
from intensify.units import INF, Kelvin, Metre


class RingEquations(NamedTuple):
    """The equations between two moves of ports; `MovingBedReactor` builds and runs them."""

    bed: Bed
    T: Kelvin
    dz: Metre
    eps: float
    D: float
    sorbent: float
    catalyst: float
    u: np.ndarray  # (K,) superficial velocity in each column
    port: np.ndarray  # (K, S) concentrations that come in before each column
    cells: float  # per column
    size: np.ndarray  # (W,)
    scratch: np.ndarray  # (3, W)

    @inlined
    def enter(self, Y, k, F):
        """Fill F (S,) with the fluxes into column k."""
        last, before, u, u_before = int(self.cells) - 1, k - 1, self.u[k], self.u[k - 1]
        if k == 0:
            before = self.u.size - 1
        for s in range(self.port.shape[1]):
            back, ahead = self.neighbours(Y, before, last, s, 0.0)
            c = Y[before, last, s] + 0.5 * smooth_slope(back, ahead, FLAT * self.size[s])
            F[s] = min(u, u_before) * c + max(u - u_before, 0.0) * self.port[k, s]

    @inlined
    def neighbours(self, Y, k, i, s, fed):
        """Differences of species s from cell i of column k to the cells before and behind it.

        fed: the flux into the column. In the first cell the first comes from what flows in, behind
        Danckwerts' jump; in the last the second from the cell before, as if the profile went on.
        """
        n, c = int(self.cells), Y[k, i, s]
        if i == 0:
            back = 2.0 * (c - fed / self.u[k]) / (1.0 + 2.0 * self.D / (self.u[k] * self.dz))
        else:
            back = c - Y[k, i - 1, s]
        ahead = Y[k, i + 1, s] - c if i < n - 1 else Y[k, i - 1, s] - Y[k, i - 2, s]
        return back, ahead

    def rhs(self, t, y, dy):
        """Time derivatives of all rows; see the module's equations."""
        self, y, dy = borrow((self, y, dy))
        n, K, S, W = int(self.cells), self.u.size, self.port.shape[1], self.size.size
        Y, dY = y.reshape(K, n + 1, W), dy.reshape(K, n + 1, W)
        before, after, fed = self.scratch[0, :S], self.scratch[1, :S], self.scratch[2, :S]
        per, g = 1.0 / (self.eps * self.dz), self.D / self.dz
        self.enter(Y, 0, fed)
        for k in range(K):
            u = self.u[k]
            before[:] = fed
            for i in range(n):
                row, d = Y[k, i], dY[k, i]
                self.bed.act(self.T, row[:S], row[S:], self.sorbent, self.catalyst, d[:S], d[S:])
                for s in range(S):
                    back, ahead = self.neighbours(Y, k, i, s, fed[s])
                    slope = smooth_slope(back, ahead, FLAT * self.size[s])
                    after[s] = u * (row[s] + 0.5 * slope)
                    if i < n - 1:
                        after[s] -= g * ahead
                    d[s] = d[s] / self.eps + (before[s] - after[s]) * per
                    before[s] = after[s]
            for w in range(W):
                dY[k, n, w] = after[w] if w < S else 0.0
            if k < K - 1:
                self.enter(Y, k + 1, fed)

    def jac_banded(self, t, y, J, lower, upper):
        """d(rhs)/dy; what happens inside a cell by differences, the flow by its limiter.

        Without what reaches over the band: the ring's corner, and slopes over the end of a column.
        """
        self, y, J = borrow((self, y, J))
        n, K, S, W = int(self.cells), self.u.size, self.port.shape[1], self.size.size
        Y, fed = y.reshape(K, n + 1, W), self.scratch[2, :S]
        per, g, block = 1.0 / (self.eps * self.dz), self.D / self.dz, np.empty((W, W))
        J[:] = 0.0
        for k in range(K):
            u = self.u[k]
            self.enter(Y, k, fed)
            for i in range(n):
                at = (k * (n + 1) + i) * W
                self.bed.slopes(self.T, Y[k, i], self.sorbent, self.catalyst, self.size, block)
                for w in range(W):
                    factor = 1.0 / self.eps if w < S else 1.0
                    for v in range(W):
                        J[at + w, lower + v - w] += factor * block[w, v]
                for s in range(S):
                    back, ahead = self.neighbours(Y, k, i, s, fed[s])
                    a, b = smooth_gradient(back, ahead, FLAT * self.size[s])
                    a, b = 0.5 * u * a, 0.5 * u * b
                    for row in range(2):  # what leaves this cell comes into the next row
                        weight = -per if row == 0 else (per if i < n - 1 else 1.0)
                        into = at + row * W + s
                        here = lower + at + s - into
                        if i == 0:
                            a *= 2.0 / (1.0 + 2.0 * self.D / (u * self.dz)) if row == 0 else 1.0
                            J[into, here] += weight * (u + g + a - b)
                        else:
                            J[into, here] += weight * (u + a + (g - b if i < n - 1 else 0.0))
                            J[into, here - W] -= weight * (a - (b if i == n - 1 else 0.0))
                        if i < n - 1:
                            J[into, here + W] += weight * (b - g)
                        elif row == 0:
                            J[into, here - 2 * W] -= weight * b
                    if i == 0:
                        J[at + s, lower - 2 * W] += per * min(u, self.u[k - 1]) if k > 0 else 0.0


class MovingBed(NamedTuple):
    """See `MovingBedReactor`, which builds it."""

    kinetics: Network
    equations: RingEquations
    u_zones: np.ndarray  # (4,) superficial velocities
    feed: np.ndarray  # (S,)
    switch: float
    patterns: tuple[tuple[float, tuple[int, ...]], ...]

    @property
    def coordinate(self) -> Axis:
        """Time."""
        return Axis("t", None, "s", "time")

    def rows(self, Y: np.ndarray) -> np.ndarray:
        """States (..., size) as (..., K, n + 1, W)."""
        eq = self.equations
        return Y.reshape(*Y.shape[:-1], eq.u.size, int(eq.cells) + 1, eq.size.size)

    def state(self) -> np.ndarray:
        """Clean columns."""
        eq = self.equations
        return np.zeros(eq.u.size * (int(eq.cells) + 1) * eq.size.size)

    def renewed(self, y: np.ndarray) -> np.ndarray:
        """The state after the switch: every column one place up, nothing counted."""
        out = np.roll(self.rows(y), -1, axis=0)
        out[:, -1] = 0.0
        return out.ravel()

    def scales(self) -> np.ndarray:
        """Absolute tolerances are these times rtol."""
        eq = self.equations
        return 1e-2 * np.tile(eq.size, eq.u.size * (int(eq.cells) + 1))

    def magnitudes(self) -> np.ndarray:
        """Sizes by which a change of state counts."""
        return 100.0 * self.scales()

    def solver(self) -> Solver:
        """Multistep, with the band of a scheme that reaches two cells to each side."""
        reach = 2 * self.equations.size.size
        return Solver(BDF(Band(reach, reach), 3), 1e-6)

    def ends(self, columns: Sequence[int]) -> np.ndarray:
        """Index of the last column of each zone."""
        return np.cumsum(columns) - 1

    def stage(self, k: int, place: float, y: np.ndarray) -> Stage | None:
        """Part k of a switch time."""
        if k == len(self.patterns):
            return None
        part, columns = self.patterns[k]
        u = np.repeat(self.u_zones, columns)
        port = np.zeros_like(self.equations.port)
        port[self.ends(columns)[1] + 1] = self.feed
        model = canonical(self.equations._replace(u=u, port=port))
        return Stage(f"part {k + 1}", model, place, part * self.switch)

    # --- what comes out --------------------------------------------------------------------------
    def variables(self) -> list[Variable]:
        """Names and units of the profiles that `observe` returns."""
        eq, K, n = self.equations, self.equations.u.size, int(self.equations.cells)
        z, species = (
            Axis("z", eq.dz * (np.arange(K * n) + 0.5), "m", "position from the desorbent"),
            (species_axis(self.kinetics.names)),
        )
        sorbed = Axis(
            "sorbed", np.array(self.kinetics.names)[eq.bed.which], "1", "adsorbed species"
        )
        return [
            Variable("c", "mol/m3", "concentration", (z, species)),
            Variable("q", "mol/m3", "loading", (z, sorbed)),
            Variable("u", "m/s", "superficial velocity", (z,)),
            Variable("c_extract", "mol/m3", "concentration that leaves zone 1", (species,)),
            Variable("c_raffinate", "mol/m3", "concentration that leaves zone 3", (species,)),
        ]

    def observe(self, leg: Leg, at: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """Profiles along the ring at times `at` with states Y (len, size)."""
        S, cells = self.feed.size, self.rows(Y)[:, :, :-1]
        ends = self.ends(self.patterns[int(leg.label.split()[1]) - 1][1])
        flat = cells.reshape(len(Y), -1, cells.shape[-1])
        return {
            "c": flat[..., :S], "q": flat[..., S:],
            "u": np.tile(np.repeat(leg.model.u, cells.shape[2]), (len(Y), 1)),
            "c_extract": cells[:, ends[0], -1, :S], "c_raffinate": cells[:, ends[2], -1, :S],
        }  # fmt: skip

    def inventory(self, y: np.ndarray) -> np.ndarray:
        """Amounts in fluid and on the sorbent (S,) [mol/m2]."""
        eq, S = self.equations, self.feed.size
        total = self.rows(y)[:, :-1].sum(axis=(0, 1))
        n = eq.eps * total[:S]
        np.add.at(n, eq.bed.which, eq.sorbent * total[S:])
        return eq.dz * n

    def drawn(self, legs: Sequence[Leg]) -> tuple[np.ndarray, np.ndarray]:
        """Amounts (S,) in extract and raffinate over the legs [mol/m2 of a column]."""
        u, out = self.u_zones, []
        for zone in (0, 2):
            total = np.zeros(self.feed.size)
            for leg, (_, columns) in zip(legs, self.patterns, strict=True):
                k = self.ends(columns)[zone]
                left = self.rows(leg.y_end)[k, -1] - self.rows(leg.y_start)[k, -1]
                total += left[: self.feed.size] * (1.0 - u[zone + 1] / u[zone])
            out.append(total)
        return out[0], out[1]

    def fed(self, legs: Sequence[Leg]) -> np.ndarray:
        """Amounts fed over the legs (S,) [mol/m2 of a column]."""
        return self.feed * (self.u_zones[2] - self.u_zones[1]) * self.switch

    def balances(self, legs: list[Leg]) -> dict[str, float]:
        """Relative closure of elements over a switch: held and fed, against held and drawn."""
        before = self.inventory(legs[0].y_start) + self.fed(legs)
        return self.kinetics.closure(before, self.inventory(legs[-1].y_end) + sum(self.drawn(legs)))

    def progress(self, legs: Sequence[Leg]) -> dict[str, float]:
        """Conversions of a switch."""
        fed, (extract, raffinate), nu = self.fed(legs), self.drawn(legs), self.kinetics.nu
        gone = extract + raffinate
        return {f"X_{name}": float(1.0 - gone[s] / fed[s])
                for s, name in enumerate(self.kinetics.names)
                if fed[s] > 0.0 and (nu[:, s] < 0.0).any()}  # fmt: skip

    def kpis(self, legs: list[Leg]) -> dict[str, float]:
        """Per species: share of it in each port; conversion of what reacts."""
        extract, raffinate = self.drawn(legs)
        u, start = self.u_zones, self.feed
        out = {"t_switch": self.switch, "desorbent_feed": float((u[0] - u[3]) / (u[2] - u[1]))}
        if len(self.kinetics.reactions) == 1 and self.kinetics.reactions[0, A_BACK] > 0.0:
            end = equilibrium(self.kinetics, start, T=self.equations.T)
            i = int(np.argmax(start))
            out["X_equilibrium"] = float(1.0 - end[i] / start[i])
        for s, name in enumerate(self.kinetics.names):
            out[f"purity_extract_{name}"] = float(extract[s] / max(extract.sum(), 1e-300))
            out[f"purity_raffinate_{name}"] = float(raffinate[s] / max(raffinate.sum(), 1e-300))
        return out | self.progress(legs)


def MovingBedReactor(
    kinetics: Network,
    *,
    length: float,
    fluid: Liquid,
    sorbent: Sorbent,
    feed: Mapping[str, float],
    columns: Sequence[int],
    m: Sequence[float],
    switch: float,
    catalyst: float = 0.0,
    T: float = 298.15,
    cells: int = 40,
    patterns: Sequence[tuple[float, Sequence[int]]] | None = None,
) -> MovingBed:
    """A ring of columns of `length` [m], `cells` each, whose ports move every `switch` [s].

    columns: in each of the four zones. m: flow over solid in each zone, interstitial velocity
    length (1 + F m)/switch with F = (1 - void)/void; fluid.velocity is not used. feed: mol/m3; the
    desorbent is clean. catalyst as in `SorptionReactor`. patterns: (part of the switch time,
    columns in each zone), for ports that move one by one.

    InputError: flows that let a port run backwards, zones without a column, parts that do not
    fill the switch time.
    """
    net, S = kinetics, len(kinetics.names)
    shown = tuple((float(part), tuple(c)) for part, c in (patterns or [(1.0, columns)]))
    check(columns, m, switch, shown, length, cells)
    which = np.array([net.index(name) for name in sorbent.species], dtype=np.int64)
    A, K, c = which.size, sum(columns), net.vector(dict(feed))
    F = (1.0 - fluid.void) / fluid.void
    u = fluid.void * length * (1.0 + F * np.array(m, dtype=float)) / switch
    q = np.zeros(A)
    sorbent.isotherm.loading(T, np.full(A, c.max()), q)
    bed = Bed(
        net.lean(), sorbent.isotherm, which, sorbent.rates(A), np.zeros(A),
        0.0, np.full(S, -1e300), np.empty(S + len(net.reactions) + A),
    )  # fmt: skip
    size = np.append(np.full(S, c.max()), q)
    equations = RingEquations(
        bed, T, length / cells, fluid.void, fluid.void * fluid.D, sorbent.density, catalyst,
        np.repeat(u, columns), np.zeros((K, S)), float(cells), size, np.empty((3, S + A)),
    )  # fmt: skip
    return MovingBed(net, canonical(equations), u, c, float(switch), shown)


def check(
    columns: Sequence[int], m: Sequence[float], switch: float,
    patterns: Sequence[tuple[float, tuple[int, ...]]], length: float, cells: int,
) -> None:  # fmt: skip
    """InputError with everything that is wrong with a ring."""
    wrong: list[tuple[str, str]] = []
    if len(m) != 4:
        wrong.append(("m", f"has {len(m)} numbers; the ring has four zones"))
    else:
        for low, high, port in ((1, 0, "extract"), (1, 2, "feed"), (3, 2, "raffinate"),
                                (3, 0, "desorbent")):  # fmt: skip
            if not m[high] > m[low]:
                wrong.append((
                    "m", f"lets the {port} run backwards: zone {high + 1} needs more flow than "
                    f"zone {low + 1}, not {m[high]:g} against {m[low]:g}",
                ))  # fmt: skip
    for _, pattern in patterns:
        if len(pattern) != 4 or min(pattern) < 1 or sum(pattern) != sum(columns):
            wrong.append((
                "columns", f"{tuple(pattern)} break the ring: one or more in each of four zones, "
                f"{sum(columns)} in all",
            ))  # fmt: skip
    if not abs(sum(part for part, _ in patterns) - 1.0) < 1e-9:
        wrong.append(("patterns", "do not fill the switch time; their parts sum to 1"))
    if not (0.0 < switch < INF and length > 0.0 and cells >= 4):
        wrong.append(("", f"switch {switch:g} s and length {length:g} m must be above 0, cells 4+"))
    if wrong:
        raise InputError(wrong)
