"""Flow, heat and mass transfer of channels, beds and grains: numbers in SI, no reactor."""

from intensify.transport.catalyst_grain import Pellet, effectiveness, film, pellet, thiele
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
from intensify.transport.grain_films import (
    axial_Bo,
    bed_U,
    gunn,
    radial_conductivity,
    thoenes_kramers,
    wakao,
    wall_coefficient,
)
from intensify.transport.mixing import (
    MixingTimes,
    dissipation,
    dissipation_time,
    engulfment_rate,
    mixing_Damkoehler,
    mixing_times,
)
from intensify.transport.multiplicity import Branches, branches
from intensify.transport.packing import (
    Friction,
    Packing,
    annulus,
    eisfeld_schnitzlein,
    ergun,
    extrudate_string,
    pressure_laws,
    random_bed,
    sphere_string,
    with_fines,
)
from intensify.transport.transport_limits import Criterion, Grain, criteria

__all__ = [
    "Branches",
    "Coil",
    "Criterion",
    "Dispersion",
    "Fitted",
    "Fluid",
    "Form",
    "Friction",
    "Grain",
    "LaminarFriction",
    "MixingTimes",
    "Overall",
    "Packing",
    "Pellet",
    "Section",
    "Straight",
    "Viscosity",
    "annulus",
    "axial_Bo",
    "bed_U",
    "branches",
    "coil_critical",
    "criteria",
    "dissipation",
    "dissipation_time",
    "effectiveness",
    "eisfeld_schnitzlein",
    "engulfment_rate",
    "ergun",
    "extrudate_string",
    "film",
    "gunn",
    "laminar",
    "laminar_friction",
    "mixing_Damkoehler",
    "mixing_times",
    "nusselt_entry",
    "overall_coefficient",
    "pellet",
    "pressure_gradient",
    "pressure_laws",
    "radial_conductivity",
    "random_bed",
    "rectangular_fRe",
    "rectangular_section",
    "round_section",
    "slit_section",
    "sphere_string",
    "taylor_aris",
    "thiele",
    "thoenes_kramers",
    "wakao",
    "wall_coefficient",
    "with_fines",
]
