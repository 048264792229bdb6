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
    """Fill F (N,), not normalised; returns net production minus growth per electron [m3/s]."""
    N = F.size
    F[N - 1] = 1e-250
    J = norm = 0.0
    for i in range(N - 1, -1, -1):
        into = other = 0.0  # two sums: the processor adds them at the same time
        for n in range(start[i], start[i + 1]):
            into += gain[n, 0] * F[source[n, 0]]
            other += gain[n, 1] * F[source[n, 1]]
        J -= steps[OWN, i] * F[i] + GAMMA * (into + other)
        norm += cell[ROOT, i] * F[i]
        if i == 0:
            break
        F[i - 1] = steps[DECAY, i] * F[i] + steps[GAP, i] * J
        if F[i - 1] > 1e100:
            for j in range(i - 1, N):
                F[j] *= 1e-250
            J *= 1e-250
            norm *= 1e-250
    for i in range(N):
        F[i] /= norm
    return -J / norm


@kernel
def solve_growth(q, edge, cell, start, source, gain, numbers, rtol, F):
    """Secant iteration on the growth number; fills F; returns it, passes (0: no convergence).

    It ends where the step to come would change F by rtol, or the growth number by 0.1 rtol.
    """
    growth = numbers[GROWTH]
    steps = np.empty((6, F.size))
    step = r = 0.0
    for passes in range(1, MOST_PASSES):
        q += step
        fill_steps(q, edge, cell, numbers, steps)
        new = one_pass(steps, cell, start, source, gain, F)
        if growth == 0.0:
            return 0.0, 1
        scale = drift(steps, F, numbers[FIELD]) if growth == 2.0 else 1.0
        change = r - new
        follow = step * new / change if change != 0.0 else 0.0
        if passes == 1 or not abs(follow) <= 20.0 * abs(step):
            follow = new / scale  # a flat or rising secant: back to the plain iteration
        r, step = new, follow
        if not np.isfinite(r):
            return q, 0
        if abs(r) <= 0.1 * rtol * abs(q) * scale + 1e-27:
            return q, passes
        if abs(step) * scale * sensitivity(steps, cell, F) <= rtol:
            return q + step, passes
    return q, 0


@kernel
def sensitivity(steps, cell, F):
    """How much F at E = 0 rises against the tail per production that is missing; inf: F < 0.

    The electrons above each edge carry their share of it through as flux, and F_left feels GAP J.
    """
    above = total = 0.0
    for i in range(F.size - 1, 0, -1):
        above += cell[ROOT, i] * F[i]
        if F[i - 1] < 0.0:
            return np.inf
        if F[i - 1] > 0.0:
            total += steps[GAP, i] * above / F[i - 1]
    return total


@kernel
def drift(steps, F, field):
    """Drift velocity of F, without the diffusion of growth [m/s]."""
    power = 0.0
    for i in range(1, F.size):
        power += steps[HEATING, i] * (F[i - 1] - F[i])
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
