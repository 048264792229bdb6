"""One file a reactor; each reads like a page of a textbook."""

from intensify.reactors.batch import BatchReactor, SemibatchReactor, StirredReactor
from intensify.reactors.channel import Metal, Zone
from intensify.reactors.dispersed import DispersedChannel, dispersed_states
from intensify.reactors.feed import Feed
from intensify.reactors.laminar_channel import LaminarChannel
from intensify.reactors.miniaturised import ChannelReactor, MiniaturisedReactor
from intensify.reactors.packed_bed import Dissolving, LiquidBed, PackedBed
from intensify.reactors.packed_bed_equations import BedZone
from intensify.reactors.radial_bed import RadialBed, RadialZone
from intensify.reactors.stirred import Controller, Failure, Jacket, Wall
from intensify.reactors.transient_channel import TransientChannel
from intensify.reactors.transient_reactor import Change, Filling, Injection
from intensify.reactors.wired import Catalyst, Gas, WiredReactor
from intensify.transport.ducts import Section, rectangular_section, round_section

__all__ = [
    "BatchReactor",
    "BedZone",
    "Catalyst",
    "Change",
    "ChannelReactor",
    "Controller",
    "DispersedChannel",
    "Dissolving",
    "Failure",
    "Feed",
    "Filling",
    "Gas",
    "Injection",
    "Jacket",
    "LaminarChannel",
    "LiquidBed",
    "Metal",
    "MiniaturisedReactor",
    "PackedBed",
    "RadialBed",
    "RadialZone",
    "Section",
    "SemibatchReactor",
    "StirredReactor",
    "TransientChannel",
    "Wall",
    "WiredReactor",
    "Zone",
    "dispersed_states",
    "rectangular_section",
    "round_section",
]
