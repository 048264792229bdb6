"""Pictures; each function returns a matplotlib Figure and never shows it."""

from intensify.plot.beds import effectiveness, runaway, string_and_bed, transient_bed
from intensify.plot.columns import branches, column
from intensify.plot.electrons import eedf, lissajous, rate_coefficients
from intensify.plot.estimation import fit
from intensify.plot.film_profiles import films
from intensify.plot.findings import front, tornado
from intensify.plot.gases import gas
from intensify.plot.laminar import laminar
from intensify.plot.moving_columns import column_in_time
from intensify.plot.plasma import energy_cost, plasma, power_split
from intensify.plot.residues import residue_map
from intensify.plot.routes import routes
from intensify.plot.runs import comparison, profiles
from intensify.plot.safety import criticality, dosing, hot_spots, mtsr
from intensify.plot.saved import pictured
from intensify.plot.scale import entry_length, scale_out, scale_up
from intensify.plot.separations import separation
from intensify.plot.sorption import breakthrough, cycles, ring, shifted, swing
from intensify.plot.sweeps import distribution, heat_map, lines, scatter, sweep
from intensify.plot.trade_off import duties, reflux
from intensify.plot.trains import train
from intensify.plot.transient import transient

__all__ = [
    "branches", "breakthrough", "column", "column_in_time", "comparison", "criticality", "cycles",
    "distribution", "dosing", "duties", "eedf", "effectiveness", "energy_cost", "entry_length",
    "films", "fit", "front", "gas", "heat_map", "hot_spots", "laminar", "lines", "lissajous",
    "mtsr", "pictured", "plasma", "power_split", "profiles", "rate_coefficients", "reflux",
    "residue_map", "ring", "routes", "runaway", "scale_out", "scale_up", "scatter", "separation",
    "shifted", "string_and_bed", "sweep", "swing", "tornado", "train", "transient", "transient_bed",
]  # fmt: skip
