"""Cold plasma: cross sections, electrons in a field, discharges, electron-driven chemistry."""

from intensify.plasma.boltzmann import Boltzmann
from intensify.plasma.cross_sections import TOWNSEND, CrossSections, Process, tabulated
from intensify.plasma.grid import Growth, Sharing
from intensify.plasma.isotropic import IsotropicEEDF
from intensify.plasma.readers import read_cross_sections
from intensify.plasma.swarm import Swarm
from intensify.plasma.table import SwarmTable

__all__ = [
    "TOWNSEND",
    "Boltzmann",
    "CrossSections",
    "Growth",
    "IsotropicEEDF",
    "Process",
    "Sharing",
    "Swarm",
    "SwarmTable",
    "read_cross_sections",
    "tabulated",
]
