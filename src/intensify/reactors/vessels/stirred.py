"""Stirred vessel with dosing and a jacket: batch and semibatch, one set of equations.

    dn_i/dt = sum_k q_k c_ki + V sum_j nu_ji r_j                      c_i = n_i/V
    dV/dt   = sum_k q_k + V sum_j dv_j r_j
    C dT/dt = V sum_j (-dH_j) r_j + sum_k q_k C_k (T_k - T) + p q + P_stir - Q_wall
    C       = rho_cp V + sum_i n_i cp_i + C_vessel
    Q_wall  = UA(V) (T - T_j)              jacket with a content of its own (C_j > 0)
            = w c_j (1 - exp(-UA/(w c_j))) (T - T_in)       plug-flow jacket (C_j = 0)
    C_j dT_j/dt = UA(V) (T - T_j) - w c_j (T_j - T_in)
    UA(V)   = U min(A_bottom + V dA/dV, A_max)              wetted area grows with the charge

State: n (S), T, V, T_j, T_in, I (controller), Q (heat through the wall, J), H (enthalpy brought in,
J), D (K, volume dosed per feed).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.chemistry import Network
from intensify.chemistry.network import CP, DCP, DV, NU, H
from intensify.reactors.vessels.phases import ADIABATIC, CONTROLLED, IDLE, PRESCRIBED, Phase
from intensify.units import (
    INF,
    CubicMetre,
    HeatTransferCoefficient,
    JoulePerKelvin,
    Kelvin,
    KelvinPerSecond,
    Number,
    PerMetre,
    Second,
    SquareMetre,
    VolumetricHeatCapacity,
    Watt,
    WattPerKelvin,
)


class Wall(NamedTuple):
    """Heat-transfer surface of the vessel; constant area: A_bottom alone."""

    U: HeatTransferCoefficient = 0.0
    A_bottom: SquareMetre = 0.0
    dA_dV: PerMetre = 0.0  # 4/diameter for an upright cylinder
    A_max: SquareMetre = INF


class Jacket(NamedTuple):
    """Jacket fed with heat capacity flow w c_j (inf: at T_in everywhere), content C_j (0: plug)."""

    wc: WattPerKelvin = INF
    C: JoulePerKelvin = 0.0
    T_in: Kelvin = 298.15
    T_start: Kelvin = 298.15  # of the content, where it has one


class Controller(NamedTuple):
    """PI controller of the contents' temperature by the jacket's inlet, with limits.

    wish = T_set + Kp e + I, e = T_set - T; T_in -> clip(wish, T_min, T_max) with the lag `lag` and
    no faster than `rate`; dI/dt = (Kp e + clip(wish) - wish)/t_i, so that the integral does not
    wind up while a limit holds.
    """

    Kp: Number = 5.0
    t_i: Second = 900.0
    T_min: Kelvin = 278.15
    T_max: Kelvin = 363.15
    rate: KelvinPerSecond = 0.1
    lag: Second = 10.0


# columns of Feeds.streams; then S columns of concentrations
T_FEED, RHO_CP, WORK, C_FEED = range(4)


class Feeds(NamedTuple):
    """K feeds: flows q(t) linear between nodes, zero outside them, t counting from dosing."""

    nodes: np.ndarray  # (K, 2, P): t [s] and q [m3/s]
    streams: np.ndarray  # (K, 3 + S): T, rho cp beside the species', work p q per volume, c


class Failure(NamedTuple):
    """From time `at` on these factors multiply coolant flow, wall coefficient and dosing."""

    at: Second = INF
    coolant: Number = 1.0
    stirring: Number = 1.0
    dosing: Number = 1.0


class StirredEquations(NamedTuple):
    """The equations of batch and semibatch; build one with `BatchReactor` or `SemibatchReactor`."""

    kinetics: Network
    n0: np.ndarray  # (S,) mol
    T0: Kelvin
    V0: CubicMetre
    feeds: Feeds
    wall: Wall
    jacket: Jacket
    controller: Controller
    recipe: np.ndarray  # (phases, len(Phase._fields))
    failure: Failure
    rho_cp: VolumetricHeatCapacity = 0.0  # of what the species' cp do not count (solvent)
    C_vessel: JoulePerKelvin = 0.0
    stirrer: Watt = 0.0
    V_vessel: CubicMetre = 0.0  # free space included; 0: just the final charge
    phase: Phase = Phase()
    scratch: np.ndarray = np.empty(0)  # see `scratch_size`; each run has its own

    def heat_capacity(self, n, V):
        """C of contents and vessel [J/K]."""
        C = self.rho_cp * V + self.C_vessel
        for i in range(self.n0.size):
            C += n[i] * self.kinetics.species[i, CP]
        return C

    def UA(self, t, V):
        """Heat-transfer coefficient times wetted area [W/K]."""
        U = self.wall.U * (self.failure.stirring if t >= self.failure.at else 1.0)
        return U * min(self.wall.A_bottom + self.wall.dA_dV * V, self.wall.A_max)

    def coolant(self, t):
        """Heat capacity flow of the jacket's feed [W/K]."""
        if t < self.failure.at or self.failure.coolant == 1.0:
            return self.jacket.wc
        return self.jacket.wc * self.failure.coolant if self.failure.coolant > 0.0 else 0.0

    def free(self, t):
        """Whether the heat balance sets the temperature (else the phase prescribes it)."""
        lost = self.failure.coolant != 1.0 or self.failure.stirring != 1.0
        return self.phase.mode != PRESCRIBED or (lost and t >= self.failure.at)

    def through_wall(self, t, T, T_j, T_in, V):
        """Q_wall and its slopes in T, T_j, T_in, V where the heat balance is free."""
        if self.phase.mode in (ADIABATIC, PRESCRIBED):
            return 0.0, 0.0, 0.0, 0.0, 0.0
        UA = self.UA(t, V)
        U_slope = (
            UA / (self.wall.A_bottom + self.wall.dA_dV * V) * self.wall.dA_dV if UA > 0 else 0.0
        )
        if self.wall.A_bottom + self.wall.dA_dV * V >= self.wall.A_max:
            U_slope = 0.0
        if self.jacket.C > 0.0:
            return UA * (T - T_j), UA, -UA, 0.0, U_slope * (T - T_j)
        wc = self.coolant(t)
        if wc == 0.0:
            return 0.0, 0.0, 0.0, 0.0, 0.0
        part = np.exp(-UA / wc)
        K = UA if wc == INF else wc * (1.0 - part)
        return K * (T - T_in), K, 0.0, -K, U_slope * part * (T - T_in)

    def dosed(self, k, t):
        """Flow of feed k by its table [m3/s]."""
        s = t - self.phase.start
        times, q = self.feeds.nodes[k, 0], self.feeds.nodes[k, 1]
        factor = self.phase.dosing * (self.failure.dosing if t >= self.failure.at else 1.0)
        if factor == 0.0 or s < times[0] or s > times[-1]:
            return 0.0
        i = 1
        while i < times.size - 1 and times[i] < s:
            i += 1
        width = times[i] - times[i - 1]
        x = (s - times[i - 1]) / width if width > 0.0 else 1.0
        return factor * (q[i - 1] + x * (q[i] - q[i - 1]))

    def flow(self, k, t, n, V, r):
        """Flow of feed k [m3/s]: its table, or less so that the ridden species keeps its c."""
        q = self.dosed(k, t)
        if k == 0 and self.phase.ride >= 0.0 and q > 0.0:
            i = int(self.phase.ride)
            made = 0.0
            for j in range(r.size):
                made += self.kinetics.reactions[j, NU + i] * r[j]
            q = min(q, max(-made * V / (self.feeds.streams[0, C_FEED + i] - n[i] / V), 0.0))
        return q

    def rhs(self, t, y, dy):
        """Time derivatives of the state; see the module's equations."""
        net, S = self.kinetics, self.n0.size
        dy[:] = 0.0
        if self.phase.mode == IDLE:
            return
        n, T, V, T_j, T_in = y[:S], y[S], y[S + 1], y[S + 2], y[S + 3]
        R = net.reactions.shape[0]
        c, r = self.scratch[:S], self.scratch[S : S + R]
        for i in range(S):
            c[i] = n[i] / V
        net.rates(T, c, r)
        heat = V * net.heat_release(T, r) + self.stirrer
        dy[S + 6] = self.stirrer
        for j in range(r.size):
            dy[S + 1] += V * net.reactions[j, DV] * r[j]
            for i in range(S):
                dy[i] += V * net.reactions[j, NU + i] * r[j]
        for k in range(self.feeds.streams.shape[0]):
            q = self.flow(k, t, n, V, r)
            if q == 0.0:
                continue
            feed = self.feeds.streams[k]
            C_k, h_k = feed[RHO_CP], 0.0
            for i in range(S):
                dy[i] += q * feed[C_FEED + i]
                C_k += feed[C_FEED + i] * net.species[i, CP]
                h_k += feed[C_FEED + i] * (net.species[i, H] + net.species[i, CP] * (T - net.T_ref))
            sensible = C_k * (feed[T_FEED] - T) + feed[WORK]
            heat += q * sensible
            dy[S + 1] += q
            dy[S + 6] += q * (sensible + h_k + self.rho_cp * (T - net.T_ref))
            dy[S + 7 + k] = q
        C = self.heat_capacity(n, V)
        if not self.free(t):
            dy[S] = self.phase.ramp
            dy[S + 5] = heat - C * self.phase.ramp
            return
        Q, _, _, _, _ = self.through_wall(t, T, T_j, T_in, V)
        dy[S] = (heat - Q) / C
        dy[S + 5] = Q
        if self.jacket.C > 0.0:
            dy[S + 2] = (Q - self.coolant(t) * (T_j - T_in)) / self.jacket.C
        if self.phase.mode == CONTROLLED:
            dy[S + 3], dy[S + 4], _, _ = self.control(T, T_in, y[S + 4])

    def control(self, T, T_in, integral):
        """d(T_in)/dt, d(I)/dt, and 1 where rate limit and inlet limits leave them free."""
        it = self.controller
        error = self.phase.T_set - T
        wish = self.phase.T_set + it.Kp * error + integral
        demand = min(max(wish, it.T_min), it.T_max)
        step = (demand - T_in) / it.lag
        slope = min(max(step, -it.rate), it.rate)
        return (
            slope,
            (it.Kp * error + demand - wish) / it.t_i,
            1.0 if slope == step else 0.0,
            1.0 if demand == wish else 0.0,
        )

    def events(self, t, y, g):
        """The quantity that ends the phase minus its value."""
        S, key, value = self.n0.size, int(self.phase.key), self.phase.value
        until = self.phase.until
        g[0] = 1.0
        if until == 1.0:
            g[0] = y[S] - value
        elif until == 2.0:
            g[0] = y[S + 1] - value
        elif until == 3.0:
            fed = self.n0[key]
            for k in range(self.feeds.streams.shape[0]):
                fed += self.feeds.streams[k, C_FEED + key] * y[S + 7 + k]
            g[0] = y[key] - (1.0 - value) * fed
        elif until == 4.0:
            g[0] = y[key] - value
        elif until == 5.0:
            g[0] = y[key] - value * y[S + 1]

    # --- the Jacobian ----------------------------------------------------------------------------
    def jac(self, t, y, J):
        """d(rhs)/dy, exact between the controller's limits."""
        net, S = self.kinetics, self.n0.size
        J[:] = 0.0
        if self.phase.mode == IDLE:
            return
        n, T, V, T_j, T_in = y[:S], y[S], y[S + 1], y[S + 2], y[S + 3]
        R, N = net.reactions.shape[0], y.size
        c, r, dr_dT, slope = self.slices(S, R, N)
        dr_dc = self.scratch[S + 2 * R + 2 * N :].reshape(R, S)
        for i in range(S):
            c[i] = n[i] / V
        net.rates(T, c, r)
        net.derivatives(T, c, dr_dc, dr_dT)
        heat = V * net.heat_release(T, r) + self.stirrer
        slope[:] = 0.0  # of `heat` along the state
        self.reaction_slopes(T, V, c, r, dr_dc, dr_dT, J, slope)
        for k in range(self.feeds.streams.shape[0]):
            heat += self.feed_slopes(k, t, y, c, r, dr_dc, dr_dT, J, slope)
        C = self.heat_capacity(n, V)
        if not self.free(t):
            for m in range(N):
                J[S + 5, m] = slope[m]
            for i in range(S):
                J[S + 5, i] -= net.species[i, CP] * self.phase.ramp
            J[S + 5, S + 1] -= self.rho_cp * self.phase.ramp
            return
        Q, J[S + 5, S], J[S + 5, S + 2], J[S + 5, S + 3], J[S + 5, S + 1] = self.through_wall(
            t, T, T_j, T_in, V
        )
        dT = (heat - Q) / C
        for m in range(N):
            J[S, m] = (slope[m] - J[S + 5, m]) / C
        for i in range(S):
            J[S, i] -= dT * net.species[i, CP] / C
        J[S, S + 1] -= dT * self.rho_cp / C
        if self.jacket.C > 0.0:
            wc = self.coolant(t)
            for m in range(N):
                J[S + 2, m] = J[S + 5, m] / self.jacket.C
            J[S + 2, S + 2] -= wc / self.jacket.C
            J[S + 2, S + 3] += wc / self.jacket.C
        if self.phase.mode == CONTROLLED:
            it = self.controller
            _, _, unlimited, within = self.control(T, T_in, y[S + 4])
            J[S + 3, S] = -it.Kp / it.lag * unlimited * within
            J[S + 3, S + 4] = unlimited * within / it.lag
            J[S + 3, S + 3] = -unlimited / it.lag
            J[S + 4, S] = -it.Kp / it.t_i * within
            J[S + 4, S + 4] = -(1.0 - within) / it.t_i

    def slices(self, S, R, N):
        """c, r, dr/dT and the heat's slopes in the scratch; behind them N more, and dr/dc."""
        a = self.scratch
        return a[:S], a[S : S + R], a[S + R : S + 2 * R], a[S + 2 * R : S + 2 * R + N]

    def reaction_slopes(self, T, V, c, r, dr_dc, dr_dT, J, slope):
        """Add what the reactions contribute to the rows of n and V, and to the heat's slopes."""
        net, S = self.kinetics, self.n0.size
        for j in range(r.size):
            dH = net.heat_of_reaction(j, T)
            dV = r[j]
            for i in range(S):
                dV -= dr_dc[j, i] * c[i]
                slope[i] -= dH * dr_dc[j, i]
            slope[S] -= V * (dH * dr_dT[j] + net.reactions[j, DCP] * r[j])
            slope[S + 1] -= dH * dV
            for m in range(S + 1):
                nu = net.reactions[j, NU + m] if m < S else net.reactions[j, DV]
                row = m if m < S else S + 1
                if nu == 0.0:
                    continue
                for i in range(S):
                    J[row, i] += nu * dr_dc[j, i]
                J[row, S] += nu * V * dr_dT[j]
                J[row, S + 1] += nu * dV

    def feed_slopes(self, k, t, y, c, r, dr_dc, dr_dT, J, slope):
        """Add what feed k contributes to the Jacobian; returns its heat [W]."""
        net, S = self.kinetics, self.n0.size
        T, V = y[S], y[S + 1]
        q = self.flow(k, t, y[:S], V, r)
        if q == 0.0:
            return 0.0
        feed = self.feeds.streams[k]
        C_k, h_k, c_cp = feed[RHO_CP], 0.0, 0.0
        for i in range(S):
            c_cp += feed[C_FEED + i] * net.species[i, CP]
            h_k += feed[C_FEED + i] * (net.species[i, H] + net.species[i, CP] * (T - net.T_ref))
        C_k += c_cp
        sensible = C_k * (feed[T_FEED] - T) + feed[WORK]
        slope[S] -= q * C_k
        J[S + 6, S] += q * (c_cp - C_k + self.rho_cp)
        if k == 0 and self.phase.ride >= 0.0 and q < self.dosed(k, t):
            enthalpy = sensible + h_k + self.rho_cp * (T - net.T_ref)
            R, N = r.size, y.size
            dq = self.scratch[S + 2 * R + N : S + 2 * R + 2 * N]
            self.ride_slopes(q, V, c, r, dr_dc, dr_dT, dq)
            for m in range(N):
                for i in range(S):
                    J[i, m] += feed[C_FEED + i] * dq[m]
                slope[m] += sensible * dq[m]
                J[S + 1, m] += dq[m]
                J[S + 6, m] += enthalpy * dq[m]
                J[S + 7 + k, m] += dq[m]
        return q * sensible

    def ride_slopes(self, q, V, c, r, dr_dc, dr_dT, dq):
        """Fill dq with the slopes of a flow that rides on a concentration."""
        S, i = self.n0.size, int(self.phase.ride)
        dq[:] = 0.0
        room = self.feeds.streams[0, C_FEED + i] - c[i]
        for j in range(r.size):
            nu = self.kinetics.reactions[j, NU + i]
            for m in range(S):
                dq[m] -= nu * dr_dc[j, m] / room
                dq[S + 1] += nu * dr_dc[j, m] * c[m] / room
            dq[S] -= nu * V * dr_dT[j] / room
            dq[S + 1] -= nu * r[j] / room
        dq[i] += q / (room * V)
        dq[S + 1] -= q * c[i] / (room * V)
