"""Dense and banded LU against LAPACK, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import solve_banded

from intensify.numerics import linalg


def plain(function):
    return getattr(function, "py_func", function)


def solver(form):
    names = ("lu_factor", "lu_solve", "banded_factor", "banded_solve")
    functions = [getattr(linalg, name) for name in names]
    return functions if form == "compiled" else [plain(f) for f in functions]


def random_band(rng, n, kl, ku):
    """A dense matrix with a band only, and the same in the storage of `banded_factor`."""
    full = rng.normal(size=(n, n))
    ab = rng.normal(size=(n, 2 * kl + ku + 1))
    for i in range(n):
        for j in range(n):
            if -kl <= j - i <= ku:
                ab[i, kl + j - i] = full[i, j]
            else:
                full[i, j] = 0.0
    return full, ab


@pytest.mark.parametrize("form", ["compiled", "python"])
@pytest.mark.parametrize("n", [1, 2, 7, 30])
@pytest.mark.parametrize("dtype", [float, complex])
def test_dense_solution_equals_lapack(form, n, dtype):
    rng = np.random.default_rng(n)
    factor, solve, _, _ = solver(form)
    A, b = rng.normal(size=(n, n)).astype(dtype), rng.normal(size=n).astype(dtype)
    if dtype is complex:
        A += 1j * rng.normal(size=(n, n))
    lu, x, pivots = A.copy(), b.copy(), np.zeros(n, np.int64)
    assert factor(lu, pivots) == 0
    solve(lu, pivots, x)
    np.testing.assert_allclose(x, np.linalg.solve(A, b), rtol=1e-12 * n)


@pytest.mark.parametrize("form", ["compiled", "python"])
def test_dense_factors_multiply_to_the_permuted_matrix(form):
    A = np.random.default_rng(5).normal(size=(9, 9))
    lu, pivots = A.copy(), np.zeros(9, np.int64)
    assert solver(form)[0](lu, pivots) == 0
    permuted = A.copy()
    for k, p in enumerate(pivots):
        permuted[[k, p]] = permuted[[p, k]]
    np.testing.assert_allclose((np.tril(lu, -1) + np.eye(9)) @ np.triu(lu), permuted, atol=1e-14)


def test_dense_badly_scaled_is_backward_stable():
    # Rows over 24 decades, as W = I/(h*gamma) - J of stiff kinetics has them.
    rng = np.random.default_rng(1)
    A = rng.normal(size=(20, 20)) * 10.0 ** rng.uniform(-12, 12, size=(20, 1))
    x_true = rng.normal(size=20)
    b = A @ x_true
    lu, x, pivots = A.copy(), b.copy(), np.zeros(20, np.int64)
    assert linalg.lu_factor(lu, pivots) == 0
    linalg.lu_solve(lu, pivots, x)
    residual = np.abs(A @ x - b) / (np.abs(A) @ np.abs(x) + np.abs(b))
    assert residual.max() < 1e-14
    np.testing.assert_allclose(x, np.linalg.solve(A, b), rtol=1e-9)


def test_zero_diagonal_needs_the_pivot():
    A, b, pivots = np.array([[1e-20, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0]), np.zeros(2, np.int64)
    assert linalg.lu_factor(A, pivots) == 0
    linalg.lu_solve(A, pivots, b)
    np.testing.assert_allclose(b, [1.0, 1.0], rtol=1e-15)


@pytest.mark.parametrize("form", ["compiled", "python"])
@pytest.mark.parametrize(
    ("A", "status"),
    [
        ([[0.0]], 1),
        ([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]], 3),
        ([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 5.0]], 2),
        ([[1.0, 2.0], [np.nan, 1.0]], 2),
        ([[np.inf, 2.0], [1.0, 1.0]], 1),
    ],
)
def test_singular_matrices_name_their_column(form, A, status):
    factor, _, banded, _ = solver(form)
    A = np.array(A)
    n = len(A)
    ab = np.zeros((n, 3 * n - 2))
    for i in range(n):
        ab[i, n - 1 - i : 2 * n - 1 - i] = A[i]
    pivots = np.zeros(n, np.int64)
    assert factor(A.copy(), pivots) == status
    assert banded(ab, n - 1, n - 1, pivots) == status


@pytest.mark.parametrize("form", ["compiled", "python"])
@pytest.mark.parametrize(
    ("n", "kl", "ku"),
    [(1, 0, 0), (6, 0, 2), (6, 2, 0), (12, 1, 1), (25, 3, 5), (25, 6, 2), (4, 3, 3)],
)
def test_banded_solution_equals_lapack(form, n, kl, ku):
    rng = np.random.default_rng(100 * n + kl)
    _, _, factor, solve = solver(form)
    full, ab = random_band(rng, n, kl, ku)
    full += 3 * np.eye(n)
    ab[:, kl] += 3
    b = rng.normal(size=n)
    lapack = np.zeros((kl + ku + 1, n))
    for i in range(n):
        for j in range(max(0, i - kl), min(n, i + ku + 1)):
            lapack[ku + i - j, j] = full[i, j]
    x, pivots = b.copy(), np.zeros(n, np.int64)
    assert factor(ab, kl, ku, pivots) == 0
    solve(ab, kl, ku, pivots, x)
    np.testing.assert_allclose(x, solve_banded((kl, ku), lapack, b), rtol=1e-10)


def test_banded_badly_scaled_with_fill_is_as_exact_as_lapack():
    # Tiny diagonals force a swap in nearly every column, so every fill column is used. Which of two
    # is closer in one draw is luck, and differs between machines; over many draws they are equal.
    diagonal, ratios = np.arange(40), []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        full, ab = random_band(rng, 40, 2, 3)
        scale = 10.0 ** rng.uniform(-8, 8, size=40)
        full[diagonal, diagonal] *= 1e-12
        ab[:, 2] *= 1e-12
        full *= scale[:, None]
        ab *= scale[:, None]
        b = full @ np.ones(40)
        x, pivots = b.copy(), np.zeros(40, np.int64)
        assert linalg.banded_factor(ab, 2, 3, pivots) == 0
        assert (pivots != diagonal).sum() > 20
        linalg.banded_solve(ab, 2, 3, pivots, x)
        ratios.append(np.abs(x - 1.0).max() / np.abs(np.linalg.solve(full, b) - 1.0).max())
    assert np.exp(np.mean(np.log(ratios))) < 2.0
