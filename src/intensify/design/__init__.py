"""Design calls on top of the reactors: each side of a comparison at its own best."""

from intensify.design.channel import ChannelDesign, channel_for
from intensify.design.dosing import (
    Dosing,
    Hold,
    best_hold,
    fastest_dosing,
    fastest_profile,
    ride_limit,
)

__all__ = [
    "ChannelDesign", "Dosing", "Hold", "best_hold", "channel_for", "fastest_dosing",
    "fastest_profile", "ride_limit",
]  # fmt: skip
