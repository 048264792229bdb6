"""Columns of sorbent, their cycles, and rings of columns."""
