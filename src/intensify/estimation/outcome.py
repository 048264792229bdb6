"""`Estimate`: fitted parameters, how sure they are, and how well the model fits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from intensify import store
from intensify.estimation.parameters import Coordinates, Parameter
from intensify.estimation.statistics import DOUBT, Goodness, correlation_of
from intensify.result import stored

if TYPE_CHECKING:
    import xarray as xr

    from intensify.estimation.problem import Point, Problem

KIND = "intensify estimate 1"


class Table(NamedTuple):
    """The measurements (n,) beside the model: SI values, sd as used, units by quantity.

    given: whether the sd came with the measurement.
    """

    experiment: np.ndarray
    quantity: np.ndarray
    at: np.ndarray
    unit: np.ndarray
    measured: np.ndarray
    predicted: np.ndarray
    sd: np.ndarray
    given: np.ndarray

    @property
    def residuals(self) -> np.ndarray:
        """(measured - predicted)/sd."""
        return (self.measured - self.predicted) / self.sd


class Estimate(NamedTuple):
    """Parameters x of a fit (P,), all in SI, in the order of `parameters`.

    values, errors (standard), low and high (95 % interval; symmetric in ln x of a rate constant),
    covariance (P, P). theta, theta_covariance: the same in the coordinates of the search, see
    `Coordinates`; `correlation` is theirs. NaN is the error of a parameter that a bound holds, or
    that the measurements do not tell; `warnings` says which.
    table: measurements and model. goodness: chi-squared and lack of fit. sd_known: whether all
    standard deviations were given. runs: reactors solved.
    problem, point: what was solved, for `profile` and `next_experiment`; None when loaded.
    """

    coordinates: Coordinates
    values: np.ndarray
    errors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covariance: np.ndarray
    theta: np.ndarray
    theta_covariance: np.ndarray
    table: Table
    goodness: Goodness
    sd_known: bool
    warnings: list[str]
    runs: int
    provenance: dict[str, str]
    problem: Problem | None = None
    point: Point | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What was fitted."""
        return self.coordinates.parameters

    @property
    def keys(self) -> list[str]:
        """The parameters' keys."""
        return [p.key for p in self.parameters]

    @property
    def correlation(self) -> np.ndarray:
        """Correlation (P, P) of the coordinates theta."""
        return correlation_of(self.theta_covariance)

    @property
    def freedom(self) -> int:
        """Degrees of freedom that are left."""
        return self.goodness.freedom

    def texts(self, x: np.ndarray | None = None) -> dict[str, str]:
        """Values by key as a case file has them: the best, or others in SI."""
        x = self.values if x is None else x
        shown = [float(p.shown(v)) for p, v in zip(self.parameters, x, strict=True)]
        return {p.key: f"{v:.15g} {p.unit}".strip()
                for p, v in zip(self.parameters, shown, strict=True)}  # fmt: skip

    def scenarios(self, n: int, seed: int = 0) -> list[dict[str, str]]:
        """n draws of the parameters from their covariance, as `optimise` takes them.

        Normal in theta, so that rate constants stay above 0. What has no error stays as it is.
        """
        cov = np.nan_to_num(self.theta_covariance)
        draws = np.random.default_rng(seed).multivariate_normal(self.theta, cov, size=n)
        return [self.texts(x) for x in self.coordinates.values(draws)]

    def save(self, path: str | Path) -> Path:
        """Write one HDF5 file; atomic, checksummed."""
        rows = [(p.key, p.unit) for p in self.parameters]
        numbers = {"T_ref": self.coordinates.T_ref, "runs": self.runs, "known": self.sd_known}
        texts = {"parameters": json.dumps(rows), "warnings": json.dumps(self.warnings),
                 "provenance": json.dumps(self.provenance)}  # fmt: skip
        groups = {"/": fitted(self), "measurements": compared(self.table)}
        return store.save(path, groups, {"kind": KIND, **numbers, **texts})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The Estimate that `save` wrote; FileFormatError for any other file."""
        return stored(path, KIND, cls.of_groups)

    @classmethod
    def of_groups(cls, groups: dict[str, xr.Dataset], attrs: dict[str, Any]) -> Self:
        """The inverse of `save`."""
        d, m = groups["/"], groups["measurements"]
        rows = json.loads(attrs["parameters"])
        ends = (d[name].values for name in ("start", "lowest", "highest"))
        parameters = [
            Parameter(key, float(x0), float(low), float(high), unit)
            for (key, unit), x0, low, high in zip(rows, *ends, strict=True)
        ]
        names = ("low", "high", "covariance", "theta", "theta_covariance")
        arrays = {"values": d["value"].values, "errors": d["error"].values}
        arrays |= {name: d[name].values for name in names}
        chi2, freedom, *rest = (float(d[name]) for name in Goodness._fields)
        return cls(
            Coordinates.of(parameters, attrs["T_ref"]), **arrays,
            table=Table(*(m[name].values for name in Table._fields)),
            goodness=Goodness(chi2, int(freedom), *rest), sd_known=attrs["known"],
            warnings=json.loads(attrs["warnings"]), runs=attrs["runs"],
            provenance=json.loads(attrs["provenance"]),
        )  # fmt: skip

    def __str__(self) -> str:
        width = max(len(key) for key in self.keys) + 2
        rows = [f"{'parameter':{width}}{'value':>14}{'std. error':>14}{'95 % from':>14}{'to':>14}"]
        for i, p in enumerate(self.parameters):
            shown = (p.shown(self.values[i]), p.difference(1.0) ** -1 * self.errors[i],
                     p.shown(self.low[i]), p.shown(self.high[i]))  # fmt: skip
            numbers = "".join(f"{float(x):14.6g}" for x in shown)
            rows.append(f"{p.key:{width}}{numbers}  {p.unit or 'SI'}")
        g, n = self.goodness, self.table.measured.size
        rows.append(f"{n} measurements, {g.freedom} degrees of freedom, sum of squared residuals "
                    f"over sd {g.chi2:.6g}")  # fmt: skip
        if self.sd_known and g.freedom > 0:
            rows.append(f"chi-squared: {fits(g.p)}")
        t = self.table
        found = dict(zip(t.quantity[~t.given].tolist(), t.sd[~t.given], strict=True))
        units = dict(zip(t.quantity.tolist(), t.unit.tolist(), strict=True))
        rows += [f"standard deviation of {q}, from its residuals: {s:.3g} {units[q]}"
                 .removesuffix(" 1") for q, s in found.items()]  # fmt: skip
        if not np.isnan(g.lack_of_fit):
            rows.append(f"lack of fit against repeats: F = {g.lack_of_fit:.3g}, {fits(g.p_lack)}")
        return "\n".join([*rows, *self.warnings])


def fits(p: float) -> str:
    """What a probability says about the model."""
    verdict = "the model does not fit" if p < DOUBT else "nothing speaks against the model"
    return f"a worse one has the probability {p:.3g}; {verdict}"


def fitted(e: Estimate) -> xr.Dataset:
    """The parameters as they are stored."""
    import xarray as xr

    P = e.parameters
    columns = {
        "value": (e.values, "fitted value, SI"), "error": (e.errors, "standard error, SI"),
        "low": (e.low, "lower end of the 95 % interval, SI"),
        "high": (e.high, "upper end of the 95 % interval, SI"),
        "start": (np.array([p.start for p in P]), "start of the search, SI"),
        "lowest": (np.array([p.low for p in P]), "lower bound, SI"),
        "highest": (np.array([p.high for p in P]), "upper bound, SI"),
        "theta": (e.theta, "coordinate of the search"),
    }  # fmt: skip
    about = {"units": "1"}
    variables: dict[str, Any] = {
        name: ("parameter", values, about | {"long_name": text})
        for name, (values, text) in columns.items()
    }
    for name, values in (("covariance", e.covariance), ("theta_covariance", e.theta_covariance)):
        text = name.replace("_", " of ") if name[0] == "c" else "covariance of the coordinates"
        variables[name] = (("parameter", "other"), values, about | {"long_name": text})
    for name, number in e.goodness._asdict().items():
        variables[name] = ((), float(number), about | {"long_name": name.replace("_", " ")})
    names = ("parameter", np.array(e.keys), about | {"long_name": "key of the case"})
    others = ("other", np.array(e.keys), about | {"long_name": "key of the case"})
    return xr.Dataset(variables, {"parameter": names, "other": others})


def compared(table: Table) -> xr.Dataset:
    """The measurements as they are stored."""
    import xarray as xr

    about = {"units": "1"}
    texts = {"measured": "measured value, SI", "predicted": "value of the model, SI",
             "sd": "standard deviation, SI", "at": "place or time, SI; NaN: the end"}  # fmt: skip
    return xr.Dataset({
        name: ("row", getattr(table, name), about | {"long_name": texts.get(name, name)})
        for name in Table._fields
    })  # fmt: skip
