"""Estimation: constants of a plant's model from experiments, and how sure they are."""

from intensify.estimation.design import Design, design_experiments, next_experiment
from intensify.estimation.discrimination import Ranking, discriminate, nested_test
from intensify.estimation.experiments import Experiment, Measurement
from intensify.estimation.fitting import estimate
from intensify.estimation.likelihood import Profile, profile
from intensify.estimation.outcome import Estimate
from intensify.estimation.parameters import Parameter
from intensify.estimation.readers import read_experiments

__all__ = [
    "Design",
    "Estimate",
    "Experiment",
    "Measurement",
    "Parameter",
    "Profile",
    "Ranking",
    "design_experiments",
    "discriminate",
    "estimate",
    "nested_test",
    "next_experiment",
    "profile",
    "read_experiments",
]
