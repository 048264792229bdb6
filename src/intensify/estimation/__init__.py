"""Estimation: constants of a plant's model from experiments, and how sure they are."""

from intensify.estimation.experiments import Experiment, Measurement
from intensify.estimation.fitting import estimate
from intensify.estimation.outcome import Estimate
from intensify.estimation.parameters import Parameter
from intensify.estimation.readers import read_experiments

__all__ = ["Estimate", "Experiment", "Measurement", "Parameter", "estimate", "read_experiments"]
