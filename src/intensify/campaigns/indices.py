"""Which keys a figure depends on: Sobol's indices and Morris' elementary effects, by SALib.

    S1_i = Var(E(f | x_i))/Var(f)             what x_i does alone
    ST_i = 1 - Var(E(f | all but x_i))/Var(f)   what x_i does in company as well
    mu*_i, sigma_i                            mean size and scatter of f's change over steps of x_i

Ranges are sampled evenly, log ranges evenly in the logarithm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify.campaigns.sweeping import Sweep
from intensify.campaigns.values import LEVELS, unit_cube, unit_samples
from intensify.errors import InputError


class Sensitivity(NamedTuple):
    """What each key does to a figure: two measures a key, and their 95 % confidence.

    method "saltelli": first = S1, total = ST, both of the figure's variance; "morris": first =
    sigma, total = mu*, both in the figure's unit, and no confidence of sigma.
    """

    method: str
    figure: str
    unit: str
    keys: list[str]
    first: np.ndarray
    total: np.ndarray
    first_conf: np.ndarray
    total_conf: np.ndarray

    def __str__(self) -> str:
        names = ("S1", "ST") if self.method == "saltelli" else ("sigma", "mu*")
        rows = [f"{self.figure}: {'key':24} {names[1]:>12} {'+-':>10} {names[0]:>12}"]
        rows += [
            f"{'':{len(self.figure)}}  {self.keys[k]:24} {self.total[k]:12.4g} "
            f"{self.total_conf[k]:10.2g} {self.first[k]:12.4g}"
            for k in np.argsort(-self.total)
        ]
        return "\n".join(rows)


def sensitivity(found: Sweep, figure: str) -> Sensitivity:
    """What each key of a sweep does to a figure.

    The sweep's samples must be those of `sample="saltelli:N"`, N (keys + 2) of them, or
    "morris:N", N (keys + 1). InputError: other samples, no such figure, a sample that failed.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> found = it.sweep(case, {"T": "290 K:300 K", "flow": "40 L/h:60 L/h"}, sample="morris:4",
    ...     reactor="miniaturised", outputs=["T_max"])
    >>> it.sensitivity(found, "T_max").keys
    ['T', 'flow']
    """
    method, _, seed = found.provenance.get("sample", "").partition(":")
    if method not in ("saltelli", "morris"):
        raise InputError("sensitivities need a sweep with sample='saltelli:N' or 'morris:N'")
    if figure not in found.figures:
        raise InputError(f"'{figure}' is no figure of the sweep; it has {', '.join(found.figures)}")
    values = found.dataset[figure].values
    lost = int((~np.isfinite(values)).sum())
    if lost:
        raise InputError(f"{lost} of {values.size} samples have no {figure}; these indices need "
                         "all of them: narrow the ranges")  # fmt: skip
    keys = found.keys
    ends = unit_cube(len(keys))
    if method == "saltelli":
        from SALib.analyze import sobol

        again = int(seed) + 1  # it takes 0 for no seed at all
        out = sobol.analyze(ends, values, calc_second_order=False, seed=again)
        rows = [out[name] for name in ("S1", "ST", "S1_conf", "ST_conf")]
    else:
        from SALib.analyze import morris

        X = unit_samples("morris", values.size // (len(keys) + 1), len(keys), int(seed))
        out = morris.analyze(ends, X, values, num_levels=LEVELS, seed=int(seed))
        none = np.full(len(keys), np.nan)
        rows = [out["sigma"], out["mu_star"], none, out["mu_star_conf"]]
    unit = found.dataset[figure].attrs["units"]
    return Sensitivity(method, figure, unit, keys, *(np.asarray(row, dtype=float) for row in rows))
