"""Which of several rate laws the measurements speak for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from intensify.errors import InputError
from intensify.estimation.outcome import Estimate


class Ranking(NamedTuple):
    """Rival models, the best by AICc first.

        AICc = -2 ln L + 2 K + 2 K (K + 1)/(n - K - 1)        BIC = -2 ln L + K ln n

    with K parameters, estimated standard deviations among them. weights: exp(-AICc/2), share of
    each; posterior: exp(-BIC/2), the probability of each model where one of them is right and all
    were equally likely before (Schwarz's approximation).
    """

    names: list[str]
    K: np.ndarray
    deviance: np.ndarray
    AICc: np.ndarray
    weights: np.ndarray
    BIC: np.ndarray
    posterior: np.ndarray

    def __str__(self) -> str:
        width = max(len(name) for name in self.names) + 2
        rows = [f"{'model':{width}}{'K':>4}{'AICc':>12}{'weight':>10}{'BIC':>12}{'posterior':>11}"]
        rows += [f"{name:{width}}{k:4d}{a:12.2f}{w:10.4f}{b:12.2f}{p:11.4f}"
                 for name, k, a, w, b, p in zip(self.names, self.K, self.AICc, self.weights,
                                                self.BIC, self.posterior, strict=True)]  # fmt: skip
        return "\n".join(rows)


class Verdict(NamedTuple):
    """A smaller model against a larger one that contains it, by F or chi-squared.

    p: probability of a larger statistic if the smaller one is right.
    """

    statistic: float
    p: float


def deviance_of(e: Estimate) -> tuple[float, int]:
    """-2 ln L at the fit, and how many parameters it has.

    Errors are normal; a standard deviation that was not given is that of the quantity's residuals.
    """
    t = e.table
    raw = t.measured - t.predicted
    total = float((np.log(2.0 * np.pi * t.sd[t.given] ** 2) + (raw / t.sd)[t.given] ** 2).sum())
    groups = np.unique(t.quantity[~t.given])
    for name in groups:
        here = ~t.given & (t.quantity == name)
        mean = max(float((raw[here] ** 2).mean()), 1e-300)
        total += float(here.sum()) * (1.0 + np.log(2.0 * np.pi * mean))
    return total, len(e.keys) + groups.size


def discriminate(models: Mapping[str, Estimate]) -> Ranking:
    """Rank rival models that were fitted to the same measurements.

    InputError: other measurements, fewer than two models, too few measurements for AICc.
    Source: Burnham and Anderson, Model Selection and Multimodel Inference.

    >>> import intensify as it
    >>> milli = it.cases.load("thiosulfate-peroxide").reactors["miniaturised"]
    >>> runs = [it.Experiment(f"{T} K", (it.Measurement("T_max", x, sd=0.5),), settings={"T_in": T})
    ...     for T, x in ((285.0, 342.6), (292.0, 342.2), (299.0, 341.6), (306.0, 340.4))]
    >>> E = {"kinetics.reactions[0,2]": "9200"}
    >>> slow = milli.kinetics.scaled(k0=0.5)
    >>> one, two = (it.estimate(m, runs, E) for m in (milli, milli._replace(kinetics=slow)))
    >>> discriminate({"k0": one, "half of it": two}).names[0]
    'k0'
    """
    if len(models) < 2:
        raise InputError("there is nothing to discriminate; give two models or more")
    first = next(iter(models.values()))
    check_same(first, *models.values())
    n = first.table.measured.size
    pairs = [deviance_of(e) for e in models.values()]
    deviance, K = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    if n <= K.max() + 1:
        raise InputError(f"{n} measurements are too few for AICc with {K.max()} parameters; it "
                         f"needs {K.max() + 2} at least")  # fmt: skip
    AICc = deviance + 2.0 * K + 2.0 * K * (K + 1.0) / (n - K - 1.0)
    BIC = deviance + K * np.log(n)
    order = np.argsort(AICc, kind="stable")
    names = [list(models)[k] for k in order]
    columns = [x[order] for x in (K, deviance, AICc, shares(AICc), BIC, shares(BIC))]
    return Ranking(names, *columns)


def shares(criterion: np.ndarray) -> np.ndarray:
    """exp(-criterion/2) over its sum."""
    w = np.exp(-0.5 * (criterion - criterion.min()))
    return w / w.sum()


def nested_test(small: Estimate, large: Estimate) -> Verdict:
    """Whether the larger model's further parameters are needed.

    F = ((S_1 - S_2)/(P_2 - P_1))/(S_2/(n - P_2)) of sums of squares over the larger model's sd;
    where every sd is known S_1 - S_2 itself is chi-squared (likelihood ratio). Valid only where the
    smaller model is the larger one with some parameters held.

    InputError: other measurements, no further parameters.
    """
    from scipy.stats import chi2, f

    check_same(small, large)
    more, freedom = len(large.keys) - len(small.keys), large.freedom
    if more <= 0 or freedom <= 0:
        raise InputError("the larger model needs more parameters than the smaller one, and fewer "
                         "than there are measurements")  # fmt: skip
    S_1 = float((((small.table.measured - small.table.predicted) / large.table.sd) ** 2).sum())
    S_2 = large.goodness.chi2
    if large.sd_known:
        return Verdict(S_1 - S_2, float(chi2.sf(S_1 - S_2, more)))
    F = (S_1 - S_2) / more / (S_2 / freedom)
    return Verdict(F, float(f.sf(F, more, freedom)))


def check_same(first: Estimate, *others: Estimate) -> None:
    """InputError: estimates of different measurements."""
    for other in others:
        a, b = first.table, other.table
        same = a.measured.size == b.measured.size and (a.quantity == b.quantity).all()
        if not (same and (a.measured == b.measured).all() and (a.given == b.given).all()):
            raise InputError("the models were not fitted to the same measurements")
