"""Cold plasma."""
