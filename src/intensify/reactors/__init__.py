"""One file a reactor; each reads like a page of a textbook."""

from intensify.reactors.batch import BatchReactor, SemibatchReactor, StirredReactor
from intensify.reactors.channel import Metal, Zone
from intensify.reactors.column_branches import (
    find_column_states,
    follow_column,
    leading_eigenvalue,
)
from intensify.reactors.column_control import (
    Charge,
    Disturbance,
    LevelControl,
    TemperatureControl,
)
from intensify.reactors.column_solution import solve_column
from intensify.reactors.column_state import ColumnState
from intensify.reactors.dispersed import DispersedChannel, dispersed_states
from intensify.reactors.dispersed_bed import DispersedBed
from intensify.reactors.feed import Feed
from intensify.reactors.laminar_channel import LaminarChannel
from intensify.reactors.miniaturised import ChannelReactor, MiniaturisedReactor
from intensify.reactors.packed_bed import Dissolving, LiquidBed, PackedBed
from intensify.reactors.packed_bed_equations import BedZone
from intensify.reactors.radial_bed import RadialBed, RadialZone
from intensify.reactors.reactive_distillation import (
    ColumnFeed,
    Draw,
    ReactiveDistillationColumn,
)
from intensify.reactors.stirred import Controller, Failure, Jacket, Wall
from intensify.reactors.transient_bed import TransientBed
from intensify.reactors.transient_bed_reactor import BedChange, BedFilling
from intensify.reactors.transient_channel import TransientChannel
from intensify.reactors.transient_column import TransientColumn
from intensify.reactors.transient_reactor import Change, Filling, Injection
from intensify.reactors.wired import Catalyst, Gas, WiredReactor
from intensify.transport.ducts import Section, rectangular_section, round_section

__all__ = [
    "BatchReactor",
    "BedChange",
    "BedFilling",
    "BedZone",
    "Catalyst",
    "Change",
    "ChannelReactor",
    "Charge",
    "ColumnFeed",
    "ColumnState",
    "Controller",
    "DispersedBed",
    "DispersedChannel",
    "Dissolving",
    "Disturbance",
    "Draw",
    "Failure",
    "Feed",
    "Filling",
    "Gas",
    "Injection",
    "Jacket",
    "LaminarChannel",
    "LevelControl",
    "LiquidBed",
    "Metal",
    "MiniaturisedReactor",
    "PackedBed",
    "RadialBed",
    "RadialZone",
    "ReactiveDistillationColumn",
    "Section",
    "SemibatchReactor",
    "StirredReactor",
    "TemperatureControl",
    "TransientBed",
    "TransientChannel",
    "TransientColumn",
    "Wall",
    "WiredReactor",
    "Zone",
    "dispersed_states",
    "find_column_states",
    "follow_column",
    "leading_eigenvalue",
    "rectangular_section",
    "round_section",
    "solve_column",
]
