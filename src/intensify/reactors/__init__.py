"""One file a reactor; each reads like a page of a textbook."""

from intensify.reactors.batch import BatchReactor, SemibatchReactor, StirredReactor
from intensify.reactors.channel import Metal, Section, Zone, rectangular_section, round_section
from intensify.reactors.feed import Feed
from intensify.reactors.miniaturised import ChannelReactor, MiniaturisedReactor
from intensify.reactors.stirred import Controller, Failure, Jacket, Wall

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
