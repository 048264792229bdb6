"""Newton's method for a column's stages, globalised by pseudo-transient continuation.

    (J - I_x/dt) dz = -F,   dt grows as the residual falls, up to Newton's own step at dt = inf

The unit matrix stands in the rows of the mass balances: a step is one of the column's own start-up,
which lands on a stable state. dt = inf from the start may land on any.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from intensify._jit import borrow, inner, kernel
from intensify.chemistry.network import NU
from intensify.numerics.block_tridiagonal import block_solve


class Status(IntEnum):
    """How the iteration ended."""

    DONE = 0
    MAX_STEPS = 1
    SINGULAR = 2
    NOT_FINITE = 3


TIGHT = 1e-11
"""Largest scaled residual of a solution."""
LEAST, WARMEST = 1e-30, 15.0
"""Least mole fraction kept, largest change of temperature in a step [K]."""


def relax(column, z, P, F, lower, diagonal, upper, dt, growth, max_steps):
    """Change z (N, n) into a solution; returns status, steps, largest residual, its stage and row.

    dt: first pseudo-time step in units of feed over hold-up, inf for plain Newton; growth: largest
    factor from one step to the next. On return P (N, n) holds the properties and F (N, n) the
    residual at z; with max_steps = 0 the blocks (N, n, n) hold its Jacobian.
    """
    column = borrow(column)
    N, n = z.shape
    C = column.feed.shape[1]
    dP = np.empty((N, n, 2 * C + 1 if column.efficiency < 1.0 else C + 1))
    step, z_new, F_new, shift = np.empty((N, n)), np.empty((N, n)), np.empty((N, n)), np.zeros(n)
    column.evaluate(z, P, dP)
    column.residual(z, P, F)
    size, worst, stage, row = norm(F)
    refused, fresh = 0, True
    if max_steps == 0:
        column.jacobian(z, P, dP, lower, diagonal, upper)
    for steps in range(max_steps):
        if worst <= TIGHT:
            return Status.DONE, steps, worst, stage, row
        if not np.isfinite(size):
            return Status.NOT_FINITE, steps, worst, stage, row
        if fresh:
            column.jacobian(z, P, dP, lower, diagonal, upper)
            fresh = False
        shift[:C] = 1.0 / dt
        for j in range(N):
            for i in range(n):
                step[j, i] = -F[j, i]
        if block_solve(lower, diagonal, upper, shift, step) != 0:
            dt *= 0.1
            refused += 1
            if refused > 30:
                return Status.SINGULAR, steps, worst, stage, row
            continue
        if dt < np.inf and refused < 30 and against(column, z, F, step):
            dt *= 0.2
            refused += 1
            continue
        limited(z, step, C, z_new)
        column.evaluate(z_new, P, dP)
        column.residual(z_new, P, F_new)
        new_size, new_worst, new_stage, new_row = norm(F_new)
        if not new_size <= 20.0 * max(size, 1e-6) and dt < np.inf and refused < 30:
            dt *= 0.2  # too bold: from z again, with a smaller step
            refused += 1
            continue
        dt *= min(max(size / max(new_size, 1e-300), 1.3), growth)
        if dt > 1e12:
            dt = np.inf
        z[:], F[:], fresh = z_new, F_new, True
        size, worst, stage, row = new_size, new_worst, new_stage, new_row
    return Status.MAX_STEPS, max_steps, worst, stage, row


@inner
def boils(mix, terms, T, p, x, a, y):
    """ln of the pressure of a liquid x over p; fills its activities a (C,) and vapour y (C,)."""
    mix.at(T, terms)
    mix.activities(terms, x, a)
    return mix.boil(terms, T, p, a, y)


@inner
def boiling_point(mix, p, x, T, terms, a, y):
    """Temperature at which a liquid x boils, from T by Newton's method in 1/T; 0 where none is.

    Fills a (C,) with its activities, y (C,) with its vapour.
    """
    for _ in range(60):
        miss = boils(mix, terms, T, p, x, a, y)
        slope = T * T * (boils(mix, terms, T + 1e-2, p, x, a, y) - miss) / 1e-2  # by -1/T
        if not abs(slope) > 0.0:
            return 0.0
        T_new = min(max(1.0 / (1.0 / T + miss / slope), 0.8 * T), 1.25 * T)
        if not miss / slope > -1.0 / T:
            T_new = 1.25 * T
        moved, T = abs(T_new - T), T_new
        if moved < 1e-6:
            break
    boils(mix, terms, T, p, x, a, y)
    return T


def boil(column, z):
    """Set the temperatures of z (N, n), and vapours where they are unknowns, to boiling points.

    A stage starts from that of the stage above; returns 0, or 1 + a stage without one.
    """
    column = borrow(column)
    N, C = column.feed.shape
    mix, T = column.mixture, z[0, C]
    terms, a, y = mix.room(), np.empty(C), np.empty(C)
    for j in range(N):
        T = boiling_point(mix, column.pressure[j], z[j, :C], T, terms, a, y)
        if T == 0.0:
            return j + 1
        z[j, C] = T
        if column.efficiency < 1.0:
            for i in range(C):
                z[j, C + 3 + column.dHr.size + i] = y[i]
    return 0


@inner
def against(column, z, F, step):
    """Whether a fraction is to vanish that its own balance, with the rates of now, raises.

    A mode that grows makes implicit steps much longer than its own time point the wrong way.
    """
    N, C = column.feed.shape
    nu = column.kinetics.forward.reactions
    for j in range(N):
        if column.holdup[j] == np.inf:
            continue
        for i in range(C):
            if step[j, i] < -0.95 * z[j, i]:
                rise = F[j, i]
                for k in range(column.dHr.size):
                    rise -= nu[k, NU + i] * F[j, C + 3 + k]
                if rise > 1e-3:
                    return True
    return False


@kernel
def norm(F):
    """Root mean square of F, its largest entry and where that is."""
    total, worst, stage, row = 0.0, 0.0, 0, 0
    for j in range(F.shape[0]):
        for i in range(F.shape[1]):
            a = abs(F[j, i])
            total += a * a
            if not a <= worst:
                worst, stage, row = a, j, i
    return np.sqrt(total / F.size), worst, stage, row


@kernel
def limited(z, step, C, out):
    """out = z + step: fractions and flows keep a twentieth, temperatures move 15 K at most."""
    N, n = z.shape
    most = 0.0
    for j in range(N):
        most = max(most, abs(step[j, C]))
    part = min(1.0, WARMEST / max(most, 1e-300))
    for j in range(N):
        for i in range(n):
            x = z[j, i] + part * step[j, i]
            if i < C:
                x = min(max(x, 0.05 * z[j, i], LEAST), 1.0 - 0.05 * (1.0 - min(z[j, i], 1.0)))
            elif i in (C + 1, C + 2):
                x = max(x, 0.05 * z[j, i])
            out[j, i] = x
