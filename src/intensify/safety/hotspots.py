"""Hot spots over utility temperature and diameter, or feed: which channels and tubes run away.

Each point is a whole reactor, solved; both cores work at once, because kernels hold no lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from intensify.errors import InputError
from intensify.many import solve_many
from intensify.reactors.channels.channel import DIRECTION


class HotSpotMap(NamedTuple):
    """T_max (D, T) [K], its sensitivity dT_max/dT_u (D, T), and per diameter the boundary T_u.

    classes (D, T): 0 where T_max follows the utility (S below 1.5), 1 sensitive, 2 beyond the
    boundary. boundary: NaN where the sensitivity has no maximum inside the range.
    """

    T_utility: np.ndarray
    diameter: np.ndarray
    T_max: np.ndarray
    sensitivity: np.ndarray
    boundary: np.ndarray
    classes: np.ndarray


SENSITIVE = 1.5
"""Kelvin of hot spot for each kelvin of the utility from which a channel counts as sensitive."""


def hot_spot_map(
    build: Callable[[float, float], Any],
    T_utility: Sequence[float],
    diameter: Sequence[float],
    *,
    workers: int | None = None,
    rtol: float = 1e-6,
) -> HotSpotMap:
    """T_max, sensitivity and class of the channel, or bed, build(T_u, d) on a grid.

    d: any second parameter, of a bed for example the feed.

    Sensitivities by differences along T_u, so the grid should be finer than the boundary is wide.
    workers: threads, by default one a core. InputError: fewer than five temperatures, or a zone
    whose utility flows against the channel.
    """
    T_u, d = np.asarray(T_utility, dtype=float), np.asarray(diameter, dtype=float)
    if T_u.size < 5 or (np.diff(T_u) <= 0.0).any() or not d.size:
        raise InputError("a map needs five rising utility temperatures or more, and a diameter")
    if build(T_u[0], d[0]).zones[:, DIRECTION].min() < 0.0:
        raise InputError("a counter-current zone has no map; solve its channels one by one")

    found = solve_many(
        [build(float(T), float(x)) for x in d for T in T_u], rtol=rtol, workers=workers
    )  # fmt: skip
    T_max = found.T_max.reshape(d.size, T_u.size)
    S = np.gradient(T_max, T_u, axis=1)
    boundary, classes = np.full(d.size, np.nan), (S > SENSITIVE).astype(int)
    for k, slopes in enumerate(S):
        i = int(slopes.argmax())
        if 0 < i < T_u.size - 1 and slopes[i] > SENSITIVE:
            boundary[k] = T_u[i]
            classes[k, i:] = 2
    return HotSpotMap(T_u, d, T_max, S, boundary, classes)
