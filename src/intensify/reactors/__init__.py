"""One file of equations a reactor, a folder a kind; each reads like a page of a textbook."""

from intensify.reactors.beds.dispersed_bed import DispersedBed
from intensify.reactors.beds.packed_bed import Dissolving, LiquidBed, PackedBed
from intensify.reactors.beds.packed_bed_equations import BedZone
from intensify.reactors.beds.radial_bed import RadialBed, RadialZone
from intensify.reactors.beds.transient_bed import TransientBed
from intensify.reactors.beds.transient_bed_reactor import BedChange, BedFilling
from intensify.reactors.beds.wired import Catalyst, Gas, WiredReactor
from intensify.reactors.channels.channel import Metal, Zone
from intensify.reactors.channels.dispersed import DispersedChannel, dispersed_states
from intensify.reactors.channels.laminar_channel import LaminarChannel
from intensify.reactors.channels.miniaturised import ChannelReactor, MiniaturisedReactor
from intensify.reactors.channels.transient_channel import TransientChannel
from intensify.reactors.channels.transient_reactor import Change, Filling, Injection
from intensify.reactors.columns.column_branches import (
    find_column_states,
    follow_column,
    leading_eigenvalue,
)
from intensify.reactors.columns.column_control import (
    Charge,
    Disturbance,
    LevelControl,
    TemperatureControl,
)
from intensify.reactors.columns.column_solution import solve_column
from intensify.reactors.columns.column_state import ColumnState
from intensify.reactors.columns.reactive_distillation import (
    ColumnFeed,
    Draw,
    ReactiveDistillationColumn,
)
from intensify.reactors.columns.transient_column import TransientColumn
from intensify.reactors.vessels.batch import BatchReactor, SemibatchReactor, StirredReactor
from intensify.reactors.vessels.feed import Feed
from intensify.reactors.vessels.stirred import Controller, Failure, Jacket, Wall
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
