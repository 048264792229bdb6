"""Maps of hot spots: points a second on both cores beside a loop over LSODA on some of them."""

from __future__ import annotations

import numpy as np
from records import Target, seconds

import intensify as it


def hot_spots(issue, what, at, T_u, second, peer, sample):
    """The record of a map of at(T_u, second) beside peer(T_u, second) at `sample` of its points.

    Errors: largest ones of T_max [K] on the sample, against the engine at rtol 1e-11.
    """
    it.safety.hot_spot_map(at, T_u[:5], second[:2])  # compilation is measured by `startup`
    found = []
    taken = seconds(lambda: found.append(it.safety.hot_spot_map(at, T_u, second, rtol=1e-6)))
    points = T_u.size * second.size
    rng = np.random.default_rng(0)
    places = list(zip(rng.integers(0, second.size, sample).tolist(),
                      rng.integers(0, T_u.size, sample).tolist(), strict=True))  # fmt: skip
    tight = np.array([it.solve(at(T_u[j], second[i]), rtol=1e-11).kpis["T_max"] for i, j in places])
    ours = float(np.abs([found[0].T_max[i, j] for i, j in places] - tight).max())
    peer(T_u[0], second[0])
    others = []
    loop = seconds(lambda: others.extend(peer(T_u[j], second[i]) for i, j in places))
    theirs = float(np.abs(np.array(others) - tight).max())
    rate, peers_rate = points / taken, sample / loop
    return {
        "points": points, "points_per_second": rate, "LSODA_points_per_second": peers_rate,
        "speed": rate / peers_rate, "error_K": ours, "LSODA_error_K": theirs,
        "text": [f"{points} {what}, {rate:,.0f} a second (error {ours:.1e} K); LSODA loop "
                 f"{peers_rate:,.0f} (error {theirs:.1e} K)"],
        "targets": [Target(issue, f"map of {what}, points a second over an LSODA loop's", 1.0,
                           rate / peers_rate, errors=f"{ours:.1e} K; LSODA {theirs:.1e} K")],
        "counts": {},
    }  # fmt: skip
