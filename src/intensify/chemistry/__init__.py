"""Species, reactions and rate laws as numbers in SI."""

from intensify.chemistry.network import R_GAS, Adsorption, Arrhenius, Network, Reaction, Species

__all__ = ["R_GAS", "Adsorption", "Arrhenius", "Network", "Reaction", "Species"]
