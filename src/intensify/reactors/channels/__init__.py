"""Channels: steady, dispersed, laminar, in time."""
