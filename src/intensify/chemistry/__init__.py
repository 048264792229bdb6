"""Species, reactions and rate laws as numbers in SI."""

from intensify.chemistry.network import R_GAS, Arrhenius, Network, Reaction, Species

__all__ = ["R_GAS", "Arrhenius", "Network", "Reaction", "Species"]
