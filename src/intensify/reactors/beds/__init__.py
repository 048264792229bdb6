"""Packed beds and strings of grains."""
