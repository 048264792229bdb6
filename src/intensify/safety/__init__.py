"""Thermal safety of any reactor, or of a calorimeter's numbers alone."""

from intensify.safety.criticality import (
    CYLINDER,
    SLAB,
    SPHERE,
    first_criterion,
    frank_kamenetskii_centre,
    frank_kamenetskii_critical,
    semenov_critical,
)
from intensify.safety.curves import divergence, groups, mtsr_curve
from intensify.safety.decomposition import (
    Calorimetry,
    buffered_end,
    stoessel_class,
    thermal_inertia,
)
from intensify.safety.dosing import Dosing, DosingDiagram, dosing, dosing_diagram
from intensify.safety.hotspots import HotSpotMap, hot_spot_map
from intensify.safety.report import SafetyReport, report
from intensify.safety.sensitivity import (
    batch_boundary,
    batch_sensitivity,
    runaway_boundary,
    sensitivity,
)

__all__ = [
    "CYLINDER", "SLAB", "SPHERE", "Calorimetry", "Dosing", "DosingDiagram", "HotSpotMap",
    "SafetyReport", "batch_boundary", "batch_sensitivity", "buffered_end", "divergence", "dosing",
    "dosing_diagram", "first_criterion",
    "frank_kamenetskii_centre", "frank_kamenetskii_critical", "groups", "hot_spot_map",
    "mtsr_curve", "report", "runaway_boundary", "semenov_critical", "sensitivity", "stoessel_class",
    "thermal_inertia",
]  # fmt: skip
