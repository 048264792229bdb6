"""A catalyst grain in time: what is in its pores and how hot it is, beside the steady `Pellet`.

    pores dc_i,m/dt = sum_j nu_ji r_j(T_m, c_m) - s_i,m        s_i = K_i (x_i - x_i,bulk)
    cp_s  dT_m/dt   = sum_j (-dH_j) r_j - s_T,m                s_T = K_T (T - T_bulk)

per kg of grain, at its n points. K_i is the inverse of film_i 1 W + pore_i G, the matrix that gives
the steady grain's profile from what each point makes: at rest s is what is made, and the grain is
that of `catalyst_grain`. W s is what leaves the grain. x = c T/T_gas of a gas, c of a liquid. n = 1
without pores is a film alone. Where nothing resists conduction inside, a grain has one temperature.
Heats of reaction are those at the bulk's T, and the gas in the pores counts with the gas outside:
so heat and amounts of gas and grain together are kept to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import Network
from intensify.chemistry.network import NU
from intensify.errors import InputError
from intensify.transport.catalyst_grain import Pellet
from intensify.units import Kelvin


class GrainDynamics(NamedTuple):
    """Grains of one kind in a cell: no points, and the gas reacts with `eta`; or n of them.

    Their values: c (n S), temperatures (`hot`: none, 1 or n), and one that the cell counts with.
    """

    kinetics: Network
    W: np.ndarray  # (n,) parts of the grain, sum 1
    K: np.ndarray  # (S, n, n) [m3/kg/s]
    K_T: np.ndarray  # (hot, hot) [W/kg/K]
    eta: np.ndarray  # (R,) constant effectiveness, where there are no points
    pores: float  # m3/kg
    cp: float  # J/kg/K
    T_gas: Kelvin  # see `Pellet`
    scratch: np.ndarray  # rates (R), x - x_bulk (n S), temperatures' (n)

    @inlined
    def count(self):
        """How many values a cell has beside its fluid's."""
        return self.W.size * self.K.shape[0] + self.K_T.shape[0] + 1

    @inlined
    def held(self, q, cp):
        """Heat capacity of the fluid in the pores [J/kg/K]."""
        n, S, C = self.W.size, cp.size, 0.0
        for m in range(n):
            for s in range(S):
                C += self.W[m] * q[m * S + s] * cp[s]
        return self.pores * C

    @inlined
    def temperature(self, q, m):
        """Temperature at point m."""
        hot = self.K_T.shape[0]
        return q[self.W.size * self.K.shape[0] + (m if hot > 1 else 0)]

    @inlined
    def act(self, T, c, q, sorbent, catalyst, dc, dq):
        """Fill dc (S,) [mol/m3/s of bed] and dq; returns the heat that the fluid gets [W/m3]."""
        net, S, n, hot = self.kinetics, c.size, self.W.size, self.K_T.shape[0]
        R = net.reactions.shape[0]
        r, apart, rise = self.scratch[:R], self.scratch[R : R + n * S], self.scratch[R + n * S :]
        for s in range(S):
            dc[s] = 0.0
        dq[n * S + hot] = 0.0
        if n == 0:
            net.rates(T, c, r)
            for j in range(R):
                r[j] *= catalyst * self.eta[j]
                for s in range(S):
                    dc[s] += net.reactions[j, NU + s] * r[j]
            return net.heat_release(T, r)
        for m in range(n):
            rise[m] = self.temperature(q, m) - T
            for s in range(S):
                x = q[m * S + s]
                if self.T_gas > 0.0:
                    apart[s * n + m] = (x * (T + rise[m]) - c[s] * T) / self.T_gas
                else:
                    apart[s * n + m] = x - c[s]
        made = heat = 0.0
        for m in range(n):
            net.rates(T + rise[m], q[m * S : (m + 1) * S], r)
            for s in range(S):
                leaves = gain = 0.0
                for k in range(n):
                    leaves += self.K[s, m, k] * apart[s * n + k]
                for j in range(R):
                    gain += net.reactions[j, NU + s] * r[j]
                dc[s] += catalyst * self.W[m] * leaves
                dq[m * S + s] = (gain - leaves) / self.pores
            warm = net.heat_release(T, r)
            if hot > 1:
                leaves = 0.0
                for k in range(n):
                    leaves += self.K_T[m, k] * rise[k]
                dq[n * S + m] = (warm - leaves) / self.cp
                heat += self.W[m] * leaves
            made += self.W[m] * warm
        if hot == 1:
            heat = self.K_T[0, 0] * rise[0]
            dq[n * S] = (made - heat) / self.cp
        return catalyst * heat

    def slopes(self, T, q, catalyst, eps, C, D, B):
        """Fill D with d(dq)/dq, and B (S + 1, len(q)) with those of c and T of the fluid.

        eps, C: fluid per bed volume and its heat capacity, over which what leaves is spread.
        """
        net, n, hot, S = self.kinetics, self.W.size, self.K_T.shape[0], B.shape[0] - 1
        R, own = net.reactions.shape[0], n * S
        dr_dc, dr_dT = np.empty((R, S)), np.empty(R)
        D[:], B[:] = 0.0, 0.0
        for m in range(n):
            T_m, to = self.temperature(q, m), own + (m if hot > 1 else 0)
            warm = 1.0 if hot > 1 else self.W[m]
            net.derivatives(T_m, q[m * S : (m + 1) * S], dr_dc, dr_dT)
            for j in range(R):
                released = -net.heat_of_reaction(j, T) * warm / self.cp
                D[to, to] += released * dr_dT[j]
                for s in range(S):
                    made = net.reactions[j, NU + s] / self.pores
                    D[m * S + s, to] += made * dr_dT[j]
                    D[to, m * S + s] += released * dr_dc[j, s]
                    for v in range(S):
                        D[m * S + s, m * S + v] += made * dr_dc[j, v]
            for k in range(n):
                T_k, at = self.temperature(q, k), own + (k if hot > 1 else 0)
                for s in range(S):
                    along, heated = self.K[s, m, k], 0.0
                    if self.T_gas > 0.0:
                        heated = along * q[k * S + s] / self.T_gas
                        along *= T_k / self.T_gas
                    D[m * S + s, k * S + s] -= along / self.pores
                    D[m * S + s, at] -= heated / self.pores
                    B[s, k * S + s] += catalyst * self.W[m] * along / eps
                    B[s, at] += catalyst * self.W[m] * heated / eps
        for m in range(hot):
            part = self.W[m] if hot > 1 else 1.0
            for k in range(hot):
                D[own + m, own + k] -= self.K_T[m, k] / self.cp
                B[S, own + k] += catalyst * part * self.K_T[m, k] / C


def dynamics(net: Network, grain: Pellet, *, eta: np.ndarray, pores: float, cp: float):
    """The grain in time; pores [m3/kg] and cp [J/kg/K] of it.

    InputError: a species that nothing resists, or only the film where others have pores; heat that
    passes without resistance; constant effectiveness beside points.

    >>> from intensify.transport.catalyst_grain import pellet
    >>> net = Network.build("A => B", k=0.1)
    >>> grain = pellet(net, rho=1400.0, R=1e-3, D=1e-6, k=0.1, h=100.0, nodes=6)
    >>> dynamics(net, grain, eta=np.ones(1), pores=4e-4, cp=900.0).count()  # c of both, T, counter
    14
    """
    n, S = grain.W.size, len(net.names)
    wrong = [(name, f"is {x:g}, but must be above 0")
             for name, x in (("pores", pores), ("cp_solid", cp)) if not x > 0.0]  # fmt: skip
    hot = 0 if n == 0 else (n if grain.pore[S] > 0.0 else 1)
    if n and not (np.asarray(eta) == 1.0).all():
        wrong.append(("effectiveness", "is a constant beside a pellet; in time a bed has either"))
    if n and not grain.film[S] + grain.pore[S] > 0.0:
        wrong.append(("h", "is inf: heat leaves the grain without resistance; give h"))
    resists = grain.pore[:S] if n > 1 else grain.film[:S]
    if n and not (resists > 0.0).all():
        name, what = net.names[int(np.argmin(resists))], "D" if n > 1 else "k"
        wrong.append((what, f"of {name} is inf; in time give every species a finite one"))
    if wrong:
        raise InputError(wrong)
    outside = np.outer(np.ones(n), grain.W)
    K = np.empty((S, n, n))
    for s in range(S if n else 0):
        K[s] = np.linalg.inv(grain.film[s] * outside + grain.pore[s] * grain.G)
    K_T = np.full((hot, hot), 1.0 / grain.film[S] if hot == 1 else 0.0)
    if hot > 1:
        K_T = np.linalg.inv(grain.film[S] * outside + grain.pore[S] * grain.G)
    R = len(net.reactions)
    return GrainDynamics(
        net.lean(), grain.W.copy(), K, K_T,
        np.array(eta, dtype=float), float(pores), float(cp), grain.T_gas, np.empty(R + n * (S + 1)),
    )  # fmt: skip
