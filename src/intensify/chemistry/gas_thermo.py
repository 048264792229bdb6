"""Thermodynamic data of a gas in Cantera's forms as rows of nine coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import as_bytes

KINDS = ("NasaPoly2", "Nasa9PolyMultiTempRegion", "ShomatePoly2", "ConstantCp")
"""Cantera's classes that this package knows."""


def species_arrays(species: list[Any], elements: list[str]) -> list[np.ndarray]:
    """labels, species, ranges, atoms of Cantera's species; see `chemistry.gas.GasNetwork`."""
    ranges = [coefficients(s.thermo) for s in species]
    ends = np.cumsum([len(rows) for rows in ranges])
    table = [
        [1e-3 * s.molecular_weight, s.thermo.reference_pressure, end - len(rows), end - 1]
        for s, rows, end in zip(species, ranges, ends, strict=True)
    ]
    return [
        as_bytes([*(s.name for s in species), *elements], 32), np.array(table, dtype=float),
        np.array([row for rows in ranges for row in rows]),
        np.array([[s.composition.get(e, 0.0) for s in species] for e in elements]),
    ]  # fmt: skip


def coefficients(thermo: Any) -> list[list[float]]:
    """Upper end of each range of temperature, then nine coefficients; see `chemistry.gas`."""
    c, kind = [float(x) for x in thermo.coeffs], type(thermo).__name__
    if kind == "NasaPoly2":  # those above the middle stand first
        return [
            [c[0], 0.0, 0.0, *c[8:13], c[13], c[14]],
            [np.inf, 0.0, 0.0, *c[1:6], c[6], c[7]],
        ]
    if kind == "Nasa9PolyMultiTempRegion":
        zones = [c[1 + 11 * i : 12 + 11 * i] for i in range(int(c[0]))]
        # a boundary belongs to the range above it, unlike in NASA's polynomials of seven
        ends = [np.nextafter(zone[0], 0.0) for zone in zones[1:]] + [np.inf]
        return [[end, *zone[2:]] for end, zone in zip(ends, zones, strict=True)]
    if kind == "ShomatePoly2":
        return [[c[0], *shomate(*c[1:8])], [np.inf, *shomate(*c[8:15])]]
    T0, h0, s0, cp0 = c[0], 1e-3 * c[1], 1e-3 * c[2], 1e-3 * c[3]
    plain = [0.0, 0.0, cp0, 0.0, 0.0, 0.0, 0.0, h0 - cp0 * T0, s0 - cp0 * np.log(T0)]
    return [[np.inf, *(x / R_GAS for x in plain)]]


def shomate(A: float, B: float, C: float, D: float, E: float, F: float, G: float) -> list[float]:
    """Nine coefficients of Shomate's polynomial in T/1000 K, J/mol/K and kJ/mol."""
    nine = [1e6 * E, 0.0, A, 1e-3 * B, 1e-6 * C, 1e-9 * D, 0.0, 1e3 * F, G - A * np.log(1e3)]
    return [x / R_GAS for x in nine]
