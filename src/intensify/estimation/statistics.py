"""What residuals and sensitivities say: errors, intervals, goodness of fit, identifiability."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
BLIND = 1e-6
"""Smallest over largest singular value of the scaled sensitivities below which a direction is not
seen: central differences are no better."""
TIED = 0.99
"""Correlation from which two parameters are named as a pair."""
DOUBT = 0.05


class Goodness(NamedTuple):
    """How well a model fits.

    chi2: sum of squared residuals over sd, of n - P = `freedom` degrees of freedom. p: probability
    of a larger chi2 where every sd is known, NaN where they were estimated from the residuals.
    lack_of_fit, p_lack: F of the lack of fit over the pure error of repeated measurements, and the
    probability of a larger one; NaN without repeats.
    """

    chi2: float
    freedom: int
    p: float
    lack_of_fit: float
    p_lack: float


def covariance_of(jacobian: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Covariance (P, P) of theta with residuals over sd, directions not seen (k, P), condition.

    (J'J)^-1 over the free coordinates, by singular values of columns scaled to length 1; rows of
    what a bound holds, or a direction not seen takes part in, are NaN.
    """
    P = free.size
    cov = np.full((P, P), np.nan)
    J = jacobian[:, free]
    size = np.linalg.norm(J, axis=0)
    size = np.where(size > 0.0, size, 1.0)
    _, s, Vt = np.linalg.svd(J / size, full_matrices=True)
    s = np.concatenate([s, np.zeros(len(Vt) - s.size)])
    if not len(Vt):
        return cov, np.empty((0, P)), 1.0
    seen = s > BLIND * max(s.max(), 1e-300)
    directions = np.zeros((int((~seen).sum()), P))
    directions[:, free] = Vt[~seen]
    part = (Vt[seen].T / s[seen] ** 2) @ Vt[seen] / np.outer(size, size)
    told = (np.abs(directions[:, free]) < np.sqrt(BLIND)).all(axis=0)
    part[~told, :] = part[:, ~told] = np.nan
    cov[np.ix_(free, free)] = part
    condition = float(s.max() / s.min()) if s.min() > 0.0 else np.inf
    return cov, directions, condition


def correlation_of(cov: np.ndarray) -> np.ndarray:
    """Correlation (P, P) of a covariance."""
    size = np.sqrt(np.diag(cov))
    with np.errstate(invalid="ignore", divide="ignore"):
        return cov / np.outer(size, size)


def factor_of(freedom: float, known: bool) -> float:
    """Half the 95 % interval over the standard error: Student's t, or normal where sd is known."""
    from scipy.stats import norm, t

    upper = 0.5 + LEVEL / 2.0
    return float(norm.ppf(upper) if known else t.ppf(upper, freedom))


def goodness_of(
    residuals: np.ndarray, y: np.ndarray, sd: np.ndarray, same: Sequence[Hashable], P: int,
    known: bool,
) -> Goodness:  # fmt: skip
    """Goodness of residuals over sd; same: equal for repeated measurements, see `Goodness`."""
    from scipy.stats import chi2 as chi_squared
    from scipy.stats import f as f_distribution

    chi2, freedom = float(residuals @ residuals), residuals.size - P
    p = float(chi_squared.sf(chi2, freedom)) if known and freedom > 0 else np.nan
    groups: dict[Hashable, list[int]] = {}
    for i, key in enumerate(same):
        groups.setdefault(key, []).append(i)
    pure = sum(float((((y[g] - y[g].mean()) / sd[g]) ** 2).sum()) for g in groups.values())
    repeats, m = y.size - len(groups), len(groups)
    F = p_lack = np.nan
    if repeats > 0 and m > P and pure > 0.0:
        F = ((chi2 - pure) / (m - P)) / (pure / repeats)
        p_lack = float(f_distribution.sf(F, m - P, repeats))
    return Goodness(chi2, freedom, p, float(F), p_lack)


def estimated_sd(
    residuals: np.ndarray, quantities: np.ndarray, unknown: np.ndarray, P: int
) -> np.ndarray:
    """Standard deviations (n,) from residuals (not over sd), one of each quantity without its own.

    A quantity with n_q of the n measurements has used up P n_q/n degrees of freedom.
    """
    out = np.full(residuals.size, np.nan)
    for name in np.unique(quantities[unknown]):
        here = unknown & (quantities == name)
        left = here.sum() * (1.0 - P / residuals.size)
        out[here] = np.sqrt((residuals[here] ** 2).sum() / left)
    return out


def identifiability(
    names: Sequence[str], directions: np.ndarray, correlation: np.ndarray, condition: float
) -> list[str]:
    """Sentences on what the measurements cannot tell."""
    out = []
    for v in directions:
        parts = [k for k in range(v.size) if abs(v[k]) > 0.05 * np.abs(v).max()]
        if len(parts) == 1:
            out.append(f"the measurements do not depend on {names[parts[0]]}; leave it out, or "
                       "measure what it changes")  # fmt: skip
        else:
            together = ", ".join(names[k] for k in parts)
            out.append(f"the measurements tell only a combination of {together}; fix one of them, "
                       "or add experiments under other conditions")  # fmt: skip
    pairs = [(j, i) for i in range(len(names)) for j in range(i)]
    out += [f"{names[j]} and {names[i]} are correlated by {correlation[i, j]:.4f}: the "
            "measurements hardly tell them apart"
            for j, i in pairs if abs(correlation[i, j]) > TIED]  # fmt: skip
    if not directions.size and condition > 1e3:
        out.append(f"the scaled sensitivities have the condition {condition:.2g}: a combination of "
                   "the parameters is known far worse than the others")  # fmt: skip
    return out
