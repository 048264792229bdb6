"""Gases of a mechanism: closed, stirred, along a channel, quenched, beside catalytic walls."""
