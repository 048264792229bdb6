"""Reactive distillation, and the train of reactor and columns that it replaces."""
