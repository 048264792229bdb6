"""One file a reactor; each reads like a page of a textbook."""

from intensify.reactors.batch import BatchReactor, SemibatchReactor, StirredReactor
from intensify.reactors.channel import Metal, Zone
from intensify.reactors.feed import Feed
from intensify.reactors.miniaturised import ChannelReactor, MiniaturisedReactor
from intensify.reactors.stirred import Controller, Failure, Jacket, Wall
from intensify.transport.ducts import Section, rectangular_section, round_section

__all__ = [
    "BatchReactor",
    "ChannelReactor",
    "Controller",
    "Failure",
    "Feed",
    "Jacket",
    "Metal",
    "MiniaturisedReactor",
    "Section",
    "SemibatchReactor",
    "StirredReactor",
    "Wall",
    "Zone",
    "rectangular_section",
    "round_section",
]
