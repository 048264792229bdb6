"""Methods that a system of equations may leave out, and what stands in for them."""

import numpy as np

from intensify._jit import inner, optional


@inner
def differences(model, t, y, size, J):
    """Fill J with central differences of `rhs`; size (n,): magnitudes of y."""
    n = y.size
    x, up, down = y.copy(), np.empty(n), np.empty(n)
    for j in range(n):
        step = 6e-6 * size[j]  # cube root of the machine epsilon
        x[j] = y[j] + step
        model.rhs(t, x, up)
        x[j] = y[j] - step
        model.rhs(t, x, down)
        x[j] = y[j]
        for i in range(n):
            J[i, j] = (up[i] - down[i]) / (2.0 * step)


@optional("jac")
def jacobian(model, t, y, J):
    """Fill J with d(rhs)/dy; the default takes central differences."""
    differences(model, t, y, np.maximum(np.abs(y), 1e-8), J)


@optional("jac_banded")
def banded_jacobian(model, t, y, J, lower, upper):
    """Fill J[i, lower + j - i] with d(rhs_i)/dy_j; the default takes central differences.

    Columns that share no row are moved together: lower + upper + 1 differences in all.
    """
    n, apart = y.size, lower + upper + 1
    x, up, down = y.copy(), np.empty(n), np.empty(n)
    for group in range(min(apart, n)):
        for sign in (1.0, -1.0):
            for j in range(group, n, apart):
                x[j] = y[j] + sign * 6e-6 * max(abs(y[j]), 1e-8)
            model.rhs(t, x, up if sign > 0.0 else down)
        for j in range(group, n, apart):
            x[j] = y[j]
            step = 6e-6 * max(abs(y[j]), 1e-8)
            for i in range(max(j - upper, 0), min(j + lower + 1, n)):
                J[i, lower + j - i] = (up[i] - down[i]) / (2.0 * step)


@optional("events")
def events(model, t, y, g):
    """Fill g with the functions whose zeros are located; the default has none."""
    g[:] = 1.0


@optional("guess")
def guess(model, t, y, step, y_new):
    """Improve y_new, what is expected at t; y: the state before, y - step: the one before that."""


@optional("mass")
def mass(model, m):
    """Fill m with the diagonal of M in M y' = f; the default is the identity."""
    m[:] = 1.0
