"""Adsorption: equilibrium, uptake, and the closed forms of fronts in columns."""

from intensify.sorption import fronts
from intensify.sorption.isotherms import (
    Isotherm,
    Power,
    Sites,
    Toth,
    freundlich,
    langmuir,
    linear,
    sips,
    toth,
)
from intensify.sorption.mixtures import IdealMixture
from intensify.sorption.transfer import glueckauf

__all__ = [
    "IdealMixture", "Isotherm", "Power", "Sites", "Toth", "freundlich", "fronts", "glueckauf",
    "langmuir", "linear", "sips", "toth",
]  # fmt: skip
