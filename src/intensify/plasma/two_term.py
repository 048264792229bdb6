"""The two-term Boltzmann equation on a grid, solved in one pass from the top energy down.

    d/dE (W F - D dF/dE) = S          flux J = a0 F_left + a1 F_right through each edge
    W = -g E^2 sigma_eps - (2 g/3) a (E/N) E/sigma_m
    D = (g/3) (E/N)^2 (E/sigma) / (1 + (q/sigma)^2/E) + g kT E^2 sigma_eps
    sigma = sigma_m + nu/(g sqrt(E)),  q = (omega/N)/g,  g = sqrt(2 e/m)

S: gains from higher cells less losses, less nu sqrt(E) F (growth in time) or plus
(g/3) a (a (E/sigma) F - (E/N) F d(E/sigma)/dE) (along the field). Collisions lead down only, so
J and F of a cell follow from those above; the growth number, nu or a, is where no flux leaves at
E = 0.
"""

from __future__ import annotations

import numpy as np

from intensify._jit import kernel
from intensify.plasma.cross_sections import GAMMA

MOST_PASSES = 60
# rows of the table at edges; SLOWNESS is 1/(g sqrt(E)), PATH is E/sigma_m
EDGE, WIDTH, MOMENTUM, LOSS, DRIFT_EE, DIFFUSION_EE, SLOWNESS, PATH = range(8)
# rows of the table of cells: integrals of sqrt(E), E^1.5 and E sigma; sigma_m and 1/(g sqrt(E))
ROOT, ENERGY, LOST, MIDDLE, SLOW_MIDDLE = range(5)
# numbers of a solve
FIELD, KT, HIGH_FREQUENCY, GROWTH = range(4)
# rows of the steps: F_left = DECAY F_right + GAP J; S = OWN F + gains; W, D, and D by the field
DECAY, GAP, OWN, DRIFT, DIFFUSION, HEATING = range(6)


@kernel
def fill_steps(q, edge, cell, numbers, steps):
    """Fill steps (6, N) by the exponential scheme; of its edges the one at E = 0 is left out."""
    field, kT, growth = numbers[FIELD], numbers[KT], numbers[GROWTH]
    hf = GAMMA * numbers[HIGH_FREQUENCY]
    nu = q if growth == 1.0 else 0.0
    for i in range(1, steps.shape[1]):
        sigma = with_growth(edge[MOMENTUM, i], nu * edge[SLOWNESS, i])
        high = hf * edge[SLOWNESS, i]
        free = edge[EDGE, i] * sigma / (sigma * sigma + high * high)
        heating = GAMMA / 3.0 * field * field * free
        W = -edge[LOSS, i] - edge[DRIFT_EE, i]
        D = heating + edge[LOSS, i] * kT + edge[DIFFUSION_EE, i]
        if growth == 2.0:
            W -= 2.0 * GAMMA / 3.0 * q * field * edge[PATH, i]
        gap = edge[WIDTH, i] / D
        z = W * gap
        if abs(z) < 0.03:  # Pade: exact to the last digit, where 1 - exp(-z) would lose many
            even, odd = 1.0 + 0.1 * z * z, z * (0.5 + z * z / 120.0)
            decay = (even - odd) / (even + odd)
            gap *= (1.0 + z * z / 60.0) / (even + odd)
        else:
            decay = np.exp(-min(max(z, -400.0), 400.0))  # beyond, F is 0 to the last digit
            gap = (1.0 - decay) / W
        steps[DECAY, i], steps[GAP, i] = decay, gap
        steps[DRIFT, i], steps[DIFFUSION, i], steps[HEATING, i] = W, D, heating
    for i in range(steps.shape[1]):
        steps[OWN, i] = -GAMMA * cell[LOST, i] - nu * cell[ROOT, i]
        if growth == 2.0:
            left, right = edge[PATH, i], edge[PATH, i + 1]
            mean = 0.5 * (left + right) * (edge[EDGE, i + 1] - edge[EDGE, i])
            steps[OWN, i] += GAMMA / 3.0 * q * (q * mean - field * (right - left))


@kernel
def with_growth(sigma, growth):
    """sigma of the flux; kept above 1 % of sigma_m where attachment would make it 0."""
    return max(sigma + growth, 0.01 * sigma)


@kernel
def one_pass(steps, cell, start, source, gain, F):
    """Fill F (N, 2) of two growth numbers; returns net production minus growth of each [m3/s].

    What takes time is to read the gains, and they are the same for both.
    """
    N = F.shape[0]
    F[N - 1, 0] = F[N - 1, 1] = 1e-250
    J0 = J1 = norm0 = norm1 = 0.0
    for i in range(N - 1, -1, -1):
        into0 = into1 = other0 = other1 = 0.0  # sums that the processor adds at the same time
        for n in range(start[i], start[i + 1]):
            into0 += gain[n, 0] * F[source[n, 0], 0]
            into1 += gain[n, 0] * F[source[n, 0], 1]
            other0 += gain[n, 1] * F[source[n, 1], 0]
            other1 += gain[n, 1] * F[source[n, 1], 1]
        J0 -= steps[0, OWN, i] * F[i, 0] + GAMMA * (into0 + other0)
        J1 -= steps[1, OWN, i] * F[i, 1] + GAMMA * (into1 + other1)
        norm0 += cell[ROOT, i] * F[i, 0]
        norm1 += cell[ROOT, i] * F[i, 1]
        if i == 0:
            break
        F[i - 1, 0] = steps[0, DECAY, i] * F[i, 0] + steps[0, GAP, i] * J0
        F[i - 1, 1] = steps[1, DECAY, i] * F[i, 1] + steps[1, GAP, i] * J1
        if max(F[i - 1, 0], F[i - 1, 1]) > 1e100:
            for j in range(i - 1, N):
                F[j, 0] *= 1e-250
                F[j, 1] *= 1e-250
            J0, J1, norm0, norm1 = J0 * 1e-250, J1 * 1e-250, norm0 * 1e-250, norm1 * 1e-250
    for i in range(N):
        F[i, 0] /= norm0
        F[i, 1] /= norm1
    return -J0 / norm0, -J1 / norm1


@kernel
def solve_growth(q, edge, cell, start, source, gain, numbers, rtol, F):
    """Newton's iteration on the growth number; fills F; returns it, passes (0: no convergence).

    Each pass solves for q and for q + d, and F is read between. It ends where this misses F by
    rtol: the change of F by the step that is left, times those by the step and by d.
    """
    growth = numbers[GROWTH]
    steps, both = np.empty((2, 6, F.size)), np.empty((F.size, 2))
    d = 1e-20 if growth == 1.0 else 1e-44 / numbers[FIELD]  # over a usual drift velocity
    for passes in range(1, MOST_PASSES):
        for k in range(2):
            fill_steps(q + k * d, edge, cell, numbers, steps[k])
        r, other = one_pass(steps, cell, start, source, gain, both)
        if growth == 0.0:
            F[:] = both[:, 0]
            return 0.0, 1
        scale = drift(steps[0], both, numbers[FIELD]) if growth == 2.0 else 1.0
        slope = (r - other) / d
        step = r / slope if slope > 0.05 * scale else r / scale
        if not np.isfinite(step):
            return q, 0
        felt = scale * sensitivity(steps[0], cell, both)
        if abs(step) * felt * (abs(step) + abs(d)) * felt <= rtol:
            for i in range(F.size):
                F[i] = both[i, 0] + step / d * (both[i, 1] - both[i, 0])
            return q + step, passes
        q += step
        d = 1e-4 / felt
    return q, 0


@kernel
def sensitivity(steps, cell, F):
    """How much F[:, 0] at E = 0 rises against the tail per production that is missing.

    The electrons above each edge carry their share of it through as flux, and F_left feels GAP J.
    """
    above = total = 0.0
    for i in range(F.shape[0] - 1, 0, -1):
        above += cell[ROOT, i] * F[i, 0]
        if F[i - 1, 0] != 0.0:
            total += steps[GAP, i] * above / abs(F[i - 1, 0])
    return total


@kernel
def drift(steps, F, field):
    """Drift velocity of F[:, 0], without the diffusion of growth [m/s]."""
    power = 0.0
    for i in range(1, F.shape[0]):
        power += steps[HEATING, i] * (F[i - 1, 0] - F[i, 0])
    return power / field


@kernel
def coulomb_power(q, edge, cell, F, numbers):
    """Energy that collisions among electrons make, and what their drag takes; as J h of `edge`."""
    made = taken = 0.0
    steps = np.empty((6, F.size))
    fill_steps(q, edge, cell, numbers, steps)
    for i in range(1, F.size):
        drag, heat, h = edge[DRIFT_EE, i], edge[DIFFUSION_EE, i], edge[WIDTH, i]
        step = F[i] - F[i - 1]
        mean = F[i]
        if steps[DRIFT, i] != 0.0:
            J = (F[i - 1] - steps[DECAY, i] * F[i]) / steps[GAP, i]
            mean = (J + steps[DIFFUSION, i] * step / h) / steps[DRIFT, i]
        made -= drag * mean * h + heat * step
        taken += drag * mean * h
    return made, taken


@kernel
def moments(q, edge, cell, F, numbers):
    """Transport of F, and elastic power.

    Mean energy, mobility, diffusion, energy mobility and diffusion; power to the gas, and what its
    heat gives back.
    """
    mean = mobility = diffusion = mobility_E = diffusion_E = loss = back = 0.0
    nu = q if numbers[GROWTH] == 1.0 else 0.0
    hf = GAMMA * numbers[HIGH_FREQUENCY]
    a = left = step = 0.0
    for i in range(F.size):
        b = edge[EDGE, i + 1]
        mean += cell[ENERGY, i] * F[i]
        if i > 0:
            step = F[i - 1] - F[i]
            sigma = with_growth(edge[MOMENTUM, i], nu * edge[SLOWNESS, i])
            high = hf * edge[SLOWNESS, i]
            through = a * sigma / (sigma * sigma + high * high) * step
            mobility += through
            mobility_E += a * through
            loss += edge[LOSS, i] * 0.5 * (F[i - 1] + F[i]) * edge[WIDTH, i]
            back += edge[LOSS, i] * step
        centre = 0.5 * (a + b)
        middle = centre / with_growth(cell[MIDDLE, i], nu * cell[SLOW_MIDDLE, i])
        right = b / with_growth(edge[MOMENTUM, i + 1], nu * edge[SLOWNESS, i + 1])
        simpson = (b - a) / 6.0 * F[i]
        diffusion += simpson * (left + 4.0 * middle + right)
        diffusion_E += simpson * (left * a + 4.0 * middle * centre + right * b)
        a, left = b, right
    third = GAMMA / 3.0
    return (
        mean, third * mobility, third * diffusion, third * mobility_E / mean,
        third * diffusion_E / mean, loss, back * numbers[KT],
    )  # fmt: skip
