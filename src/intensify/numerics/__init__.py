"""Integrators, linear algebra and root finding; no chemistry."""

from intensify.numerics.bdf import BDF
from intensify.numerics.dormand_prince import DormandPrince
from intensify.numerics.explicit_first import ExplicitFirst
from intensify.numerics.integrate import integrate
from intensify.numerics.matrix import Band, Full
from intensify.numerics.nested import Nested
from intensify.numerics.rodas5p import Rodas5P
from intensify.numerics.trajectory import Trajectory

__all__ = ["BDF", "Band", "DormandPrince", "ExplicitFirst", "Full", "Nested", "Rodas5P",
           "Trajectory", "integrate"]  # fmt: skip
