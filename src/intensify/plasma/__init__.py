"""Cold plasma: cross sections, electrons in a field, discharges, electron-driven chemistry."""

from intensify.plasma.boltzmann import Boltzmann
from intensify.plasma.cross_sections import TOWNSEND, CrossSections, Process, tabulated
from intensify.plasma.discharge import (
    DBD,
    Lissajous,
    PulseTrain,
    filament_energy,
    fit_lissajous,
    power_of_figure,
    read_figure,
)
from intensify.plasma.energy import SpecificEnergy
from intensify.plasma.grid import Growth, Sharing
from intensify.plasma.isotropic import IsotropicEEDF
from intensify.plasma.kinetics import PlasmaNetwork, PlasmaReaction
from intensify.plasma.mechanism import PlasmaMechanism, plasma_from_cantera, plasma_over
from intensify.plasma.readers import read_cross_sections
from intensify.plasma.swarm import Swarm
from intensify.plasma.table import SwarmTable

__all__ = [
    "DBD",
    "TOWNSEND",
    "Boltzmann",
    "CrossSections",
    "Growth",
    "IsotropicEEDF",
    "Lissajous",
    "PlasmaMechanism",
    "PlasmaNetwork",
    "PlasmaReaction",
    "Process",
    "PulseTrain",
    "Sharing",
    "SpecificEnergy",
    "Swarm",
    "SwarmTable",
    "filament_energy",
    "fit_lissajous",
    "plasma_from_cantera",
    "plasma_over",
    "power_of_figure",
    "read_cross_sections",
    "read_figure",
    "tabulated",
]
