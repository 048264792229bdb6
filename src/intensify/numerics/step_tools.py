"""Small kernels that the integrators share."""

import numpy as np

from intensify._jit import kernel


@kernel
def copy(x, out):
    """out = x; a slice's assignment would first ask whether the two overlap."""
    for i in range(x.size):
        out[i] = x[i]


@kernel
def combine(y, K, A, s, scale, out):
    """out = y + scale sum_j A_sj K_j over the stages before s."""
    for i in range(y.size):
        x = y[i]
        for j in range(s):
            x += scale * A[s, j] * K[j, i]
        out[i] = x


@kernel
def error_norm(error, y, y_new, rtol, atol):
    """Root mean square of error_i/(atol_i + rtol_i max(|y_i|, |y_new_i|)); inf if not finite."""
    total = 0.0
    for i in range(y.size):
        if error[i] == 0.0:
            continue  # a state that stays 0 needs no absolute tolerance
        x = error[i] / (atol[i] + rtol[i] * max(abs(y[i]), abs(y_new[i])))
        total += x * x
    return np.sqrt(total / y.size) if np.isfinite(total) else np.inf


@kernel
def largest(error, y, rtol, atol):
    """Index of the component with the largest weighted error."""
    worst, where = -1.0, 0
    for i in range(y.size):
        if abs(error[i]) > worst * (atol[i] + rtol[i] * abs(y[i])):
            worst = abs(error[i]) / max(atol[i] + rtol[i] * abs(y[i]), 1e-300)
            where = i
    return where


@kernel
def not_finite(x, otherwise):
    """Index of the first component that is not finite."""
    for i in range(x.size):
        if not np.isfinite(x[i]):
            return i
    return otherwise


@kernel
def first_step(t0, t1, y, f, rtol, atol):
    """A first step from the sizes of y and y'."""
    size, slope = 0.0, 0.0
    for i in range(y.size):
        w = atol[i] + rtol[i] * abs(y[i])
        size += (y[i] / w) ** 2
        slope += (f[i] / w) ** 2
    # err^(1/5) of the tolerance itself: a step whose first-order change is about that large
    h = 1e-3 * np.sqrt(size / slope) if size > 0.0 and slope > 0.0 else 1e-3 * (t1 - t0)
    if slope > 0.0:
        h = min(h, 1e3 * np.sqrt(y.size / slope))
    return min(max(h, 1e-12 * (t1 - t0)), t1 - t0)


@kernel
def shrinkage(err):
    """Factor on the step after one whose error was too large, or not finite."""
    return max(0.2, 0.9 * err**-0.2) if np.isfinite(err) else 0.2


@kernel
def growth(err, last, retry):
    """Factor on the step after an accepted one: proportional-integral control of the error."""
    if not last < np.inf:
        return 1.0
    factor = 0.9 * max(err, 1e-8) ** -0.18 * max(last, 1e-4) ** 0.08
    return min(1.0 if retry else 6.0, max(0.2, factor))


@kernel
def evaluate(C, theta, out):
    """The step's polynomial sum_k C_k theta^k."""
    out[:] = C[-1]
    for k in range(C.shape[0] - 2, -1, -1):
        for i in range(out.size):
            out[i] = out[i] * theta + C[k, i]


@kernel
def shorten(C, theta):
    """Rescale the step's polynomial to its first part [0, theta]."""
    factor = 1.0
    for k in range(1, C.shape[0]):
        factor *= theta
        for i in range(C.shape[1]):
            C[k, i] *= factor


@kernel
def longer(t, size):
    """The array of step ends with room for more."""
    out = np.empty(size)
    for i in range(t.size):
        out[i] = t[i]
    return out


@kernel
def more_steps(C, steps):
    """The array of dense polynomials with room for more."""
    out = np.empty((steps, C.shape[1], C.shape[2]))
    for i in range(C.shape[0]):
        for k in range(C.shape[1]):
            for j in range(C.shape[2]):
                out[i, k, j] = C[i, k, j]
    return out
