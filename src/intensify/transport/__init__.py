"""Flow, heat and mass transfer of channels: numbers in SI, no reactor."""

from intensify.transport.curved import LaminarFriction, laminar_friction
from intensify.transport.dispersion import Dispersion, taylor_aris
from intensify.transport.ducts import (
    Section,
    nusselt_entry,
    rectangular_fRe,
    rectangular_section,
    round_section,
    slit_section,
)
from intensify.transport.film import Overall, overall_coefficient
from intensify.transport.fluid import Fluid, Viscosity
from intensify.transport.form import (
    Coil,
    Fitted,
    Form,
    Straight,
    coil_critical,
    laminar,
    pressure_gradient,
)
from intensify.transport.mixing import (
    MixingTimes,
    dissipation,
    dissipation_time,
    engulfment_rate,
    mixing_Damkoehler,
    mixing_times,
)

__all__ = [
    "Coil",
    "Dispersion",
    "Fitted",
    "Fluid",
    "Form",
    "LaminarFriction",
    "MixingTimes",
    "Overall",
    "Section",
    "Straight",
    "Viscosity",
    "coil_critical",
    "dissipation",
    "dissipation_time",
    "engulfment_rate",
    "laminar",
    "laminar_friction",
    "mixing_Damkoehler",
    "mixing_times",
    "nusselt_entry",
    "overall_coefficient",
    "pressure_gradient",
    "rectangular_fRe",
    "rectangular_section",
    "round_section",
    "slit_section",
    "taylor_aris",
]
