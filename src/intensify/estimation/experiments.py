"""Experiments: what was set, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Quantity = float | str
"""A number in SI, or text with a unit."""


class Measurement(NamedTuple):
    """One measured number.

    quantity: a figure of the run ("X_A", "T_out", "T_max"), or a profile ("T", "c[A]",
    "heat_removal"). at: the place or time of a profile, its end where it is None. sd: standard
    deviation; where None it is estimated from the residuals, for each quantity by itself.
    source: file and row, for messages.
    """

    quantity: str
    value: Quantity
    at: Quantity | None = None
    sd: Quantity | None = None
    source: str = ""


class Experiment(NamedTuple):
    """A run of a plant: keys that were set as in the case's block, and its measurements.

    >>> cold = Experiment("cold", (Measurement("X_A", 0.31, sd=0.01),), settings={"T": "290 K"})
    >>> cold.measured[0].quantity
    'X_A'
    """

    name: str
    measured: tuple[Measurement, ...]
    reactor: str = ""
    settings: Mapping[str, Quantity] = {}
