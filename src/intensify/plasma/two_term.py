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
# rows of the table at edges
EDGE, WIDTH, MOMENTUM, ELASTIC, DRIFT_EE, DIFFUSION_EE = range(6)
# numbers of a solve
FIELD, KT, HIGH_FREQUENCY, GROWTH = range(4)


@kernel
def momentum_at(edge, i, q, growth):
    """sigma of the flux at edge i; kept above 1 % of sigma_m where attachment would make it 0."""
    sigma = edge[MOMENTUM, i]
    if growth == 1.0:
        sigma = max(sigma + q / (GAMMA * np.sqrt(edge[EDGE, i])), 0.01 * sigma)
    return sigma


@kernel
def drift_and_diffusion(edge, i, q, numbers):
    """W and D at edge i."""
    E, field, growth = edge[EDGE, i], numbers[FIELD], numbers[GROWTH]
    sigma = momentum_at(edge, i, q, growth)
    high = (numbers[HIGH_FREQUENCY] / sigma) ** 2 / E
    heating = GAMMA / 3.0 * field * field * E / sigma / (1.0 + high)
    loss = GAMMA * E * E * edge[ELASTIC, i]
    W = -loss - edge[DRIFT_EE, i]
    D = heating + loss * numbers[KT] + edge[DIFFUSION_EE, i]
    if growth == 2.0:
        W -= 2.0 * GAMMA / 3.0 * q * field * E / sigma
    return W, D


@kernel
def flux_coefficients(edge, i, q, numbers):
    """a0 and a1 of the exponential scheme at edge i."""
    W, D = drift_and_diffusion(edge, i, q, numbers)
    h = edge[WIDTH, i]
    z = min(max(W * h / D, -400.0), 400.0)  # beyond, F is 0 to the last digit
    if abs(z) < 1e-8:
        return D / h + 0.5 * W, -D / h + 0.5 * W
    decay = np.exp(-z)
    a0 = z * D / h / (1.0 - decay)
    return a0, -a0 * decay


@kernel
def growth_term(edge, roots, i, q, numbers):
    """What growth adds to S per F in cell i."""
    if numbers[GROWTH] == 1.0:
        return -q * roots[i]
    if numbers[GROWTH] == 2.0:
        left = edge[EDGE, i] / edge[MOMENTUM, i]
        right = edge[EDGE, i + 1] / edge[MOMENTUM, i + 1]
        mean = 0.5 * (left + right) * (edge[EDGE, i + 1] - edge[EDGE, i])
        return GAMMA / 3.0 * q * (q * mean - numbers[FIELD] * (right - left))
    return 0.0


@kernel
def one_pass(q, edge, roots, lost, start, source, gain, numbers, F):
    """Fill F (N,), not normalised; returns net production minus growth per electron [m3/s]."""
    N = F.size
    F[N - 1] = 1e-250
    J = norm = 0.0
    for i in range(N - 1, -1, -1):
        S = (growth_term(edge, roots, i, q, numbers) - GAMMA * lost[i]) * F[i]
        into = other = 0.0  # two sums: the processor adds them at the same time
        for n in range(start[i], start[i + 1] - 1, 2):
            into += gain[n] * F[source[n]]
            other += gain[n + 1] * F[source[n + 1]]
        if (start[i + 1] - start[i]) % 2 == 1:
            into += gain[start[i + 1] - 1] * F[source[start[i + 1] - 1]]
        into += other
        J -= S + GAMMA * into
        norm += roots[i] * F[i]
        if i == 0:
            break
        a0, a1 = flux_coefficients(edge, i, q, numbers)
        F[i - 1] = (J - a1 * F[i]) / a0
        if F[i - 1] > 1e100:
            for j in range(i - 1, N):
                F[j] *= 1e-250
            J *= 1e-250
            norm *= 1e-250
    for i in range(N):
        F[i] /= norm
    return -J / norm


@kernel
def solve_growth(q, edge, roots, lost, start, source, gain, numbers, rtol, F):
    """Secant iteration on the growth number; fills F; returns it, passes (0: no convergence)."""
    growth = numbers[GROWTH]
    if growth == 0.0:
        one_pass(0.0, edge, roots, lost, start, source, gain, numbers, F)
        return 0.0, 1
    r = one_pass(q, edge, roots, lost, start, source, gain, numbers, F)
    for passes in range(2, MOST_PASSES):
        scale = drift(edge, F, q, numbers) if growth == 2.0 else 1.0
        if passes == 2:
            step = r / scale
        if abs(r) <= rtol * abs(q) * scale + 1e-27:
            return q, passes - 1
        new = one_pass(q + step, edge, roots, lost, start, source, gain, numbers, F)
        q += step
        change = r - new
        follow = step * new / change if change != 0.0 else 0.0
        if not abs(follow) <= 20.0 * abs(step):
            follow = new / scale  # a flat or rising secant: back to the plain iteration
        r, step = new, follow
        if not np.isfinite(r):
            return q, 0
    return q, 0


@kernel
def drift(edge, F, q, numbers):
    """Drift velocity of F, without the diffusion of growth [m/s]."""
    total = 0.0
    for i in range(1, F.size):
        sigma = momentum_at(edge, i, q, numbers[GROWTH])
        total += edge[EDGE, i] / sigma * (F[i - 1] - F[i])
    return GAMMA / 3.0 * total * numbers[FIELD]


@kernel
def coulomb_power(q, edge, F, numbers):
    """Energy that collisions among electrons make, and what their drag takes; as J h of `edge`."""
    made = taken = 0.0
    for i in range(1, F.size):
        drag, heat = edge[DRIFT_EE, i], edge[DIFFUSION_EE, i]
        a0, a1 = flux_coefficients(edge, i, q, numbers)
        W, D = drift_and_diffusion(edge, i, q, numbers)
        step = F[i] - F[i - 1]
        mean = F[i]
        if W != 0.0:
            mean = (a0 * F[i - 1] + a1 * F[i] + D * step / edge[WIDTH, i]) / W
        made -= drag * mean * edge[WIDTH, i] + heat * step
        taken += drag * mean * edge[WIDTH, i]
    return made, taken


@kernel
def moments(q, edge, middle, F, numbers):
    """Transport of F, and elastic power.

    Mean energy, mobility, diffusion, energy mobility and diffusion; power to the gas, and what its
    heat gives back.
    """
    N = F.size
    mean = mobility = diffusion = mobility_E = diffusion_E = loss = back = 0.0
    growth, hf = numbers[GROWTH], numbers[HIGH_FREQUENCY]
    left = 0.0
    for i in range(N):
        a, b = edge[EDGE, i], edge[EDGE, i + 1]
        mean += 0.4 * (b * b * np.sqrt(b) - a * a * np.sqrt(a)) * F[i]
        centre = 0.5 * (a + b)
        sigma = middle[i]
        if growth == 1.0:
            sigma = max(sigma + q / (GAMMA * np.sqrt(centre)), 0.01 * sigma)
        right = b / momentum_at(edge, i + 1, q, growth)
        simpson = (b - a) / 6.0
        diffusion += simpson * (left + 4.0 * centre / sigma + right) * F[i]
        diffusion_E += simpson * (left * a + 4.0 * centre * centre / sigma + right * b) * F[i]
        left = right
        if i == 0:
            continue
        sigma = momentum_at(edge, i, q, growth)
        step = F[i - 1] - F[i]
        through = a / sigma / (1.0 + (hf / sigma) ** 2 / a) * step
        mobility += through
        mobility_E += a * through
        loss += a * a * edge[ELASTIC, i] * 0.5 * (F[i - 1] + F[i]) * edge[WIDTH, i]
        back += a * a * edge[ELASTIC, i] * numbers[KT] * step
    third = GAMMA / 3.0
    return (
        mean, third * mobility, third * diffusion, third * mobility_E / mean,
        third * diffusion_E / mean, GAMMA * loss, GAMMA * back,
    )  # fmt: skip
