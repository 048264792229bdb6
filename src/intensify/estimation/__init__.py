"""Estimation: constants of a plant's model from experiments, and how sure they are."""

from intensify.estimation.design import Design, design_experiments, next_experiment
from intensify.estimation.discrimination import Ranking, discriminate, nested_test
from intensify.estimation.experiments import Experiment, Measurement
from intensify.estimation.fitting import estimate
from intensify.estimation.likelihood import Profile, profile
from intensify.estimation.outcome import Estimate
from intensify.estimation.parameters import Parameter
from intensify.estimation.readers import read_experiments
from intensify.estimation.residence import Closed, Curve, Moments, Open, Tanks, moments
from intensify.estimation.tracer import TracerFit, deconvolve, fit_tracer

__all__ = [
    "Closed",
    "Curve",
    "Design",
    "Estimate",
    "Experiment",
    "Measurement",
    "Moments",
    "Open",
    "Parameter",
    "Profile",
    "Ranking",
    "Tanks",
    "TracerFit",
    "deconvolve",
    "design_experiments",
    "discriminate",
    "estimate",
    "fit_tracer",
    "moments",
    "nested_test",
    "next_experiment",
    "profile",
    "read_experiments",
]
