"""That intervals hold as often as they say, and what published measurements give."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

import intensify as it
from intensify.cases.template import Template, changed_rate
from intensify.chemistry import R_GAS, Network, Reaction
from intensify.chemistry.network import Arrhenius
from intensify.estimation import nested_test, profile
from intensify.estimation.fitting import concluded, settled
from intensify.estimation.parameters import Coordinates, parameters_of
from intensify.estimation.predictions import Predictions
from intensify.estimation.problem import Problem

EXAMPLES = Path(__file__).parent.parent / "examples"
K0, E = 1e9, 70e3
CASE = """\
title: A to B
source: [made up]
reactions:
  - {equation: A => B, A: 1e9 1/s, E: 70 kJ/mol}
rho_cp: 4 MJ/m3/K
specification: {product: B, key: A, conversion: 0.5}
limit: {T: 400 K, source: made up}
reactors:
  channel:
    kind: miniaturised
    section: {diameter: 1 mm}
    flow: 1 mL/min
    T: 320 K
    c: {A: 100 mol/m3}
    zones: [{residence: 8 min, utility: 320 K, isothermal: true}]
"""
RUNS = [(T, tau) for T in (300.0, 320.0, 340.0) for tau in (30.0, 120.0)]
SD = 0.01


def coverage(case, repeats, seed, known):
    """How many of so many fits have the truth in their intervals, (k0, E); and their theta."""
    rng = np.random.default_rng(seed)
    T, tau = np.array(RUNS).T
    truth = 1.0 - np.exp(-K0 * np.exp(-E / (R_GAS * T)) * tau)
    sd = SD if known else None
    runs = [it.Experiment(f"{a} {b}", (it.Measurement("X_A", 0.5, sd=sd),), "",
                          {"T": a, "zones[0].utility": a, "zones[0].residence": b})
            for a, b in RUNS]  # fmt: skip
    P = parameters_of({"kinetics.k0[0]": "1e9 1/s", "kinetics.E[0]": "70 kJ/mol"})
    predictions = Predictions.of_case(case, runs, P)
    c = Coordinates.of(P, 320.0)
    start = c.theta(np.array([K0, E]))
    inside, thetas, cov = np.zeros(2), [], np.zeros((2, 2))
    for _ in range(repeats):
        predictions.y = truth + SD * rng.normal(size=T.size)
        problem = Problem(predictions, c, np.full(T.size, SD))
        unknown = np.full(T.size, not known)
        found = concluded(problem, settled(problem, start, unknown), known)
        inside += (found.low < [K0, E]) & (found.high > [K0, E])
        thetas.append(found.theta)
        cov += found.theta_covariance / repeats
    return inside, np.array(thetas), cov


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("case") / "a-to-b.yaml"
    path.write_text(CASE)
    return it.cases.load(path)


@pytest.mark.parametrize("known", [True, False])
def test_intervals_hold_as_often_as_they_say(case, known):
    n = 60
    inside, thetas, cov = coverage(case, n, 11, known)
    low, high = binom.ppf([0.001, 0.999], n, 0.95)
    assert (inside >= low).all()
    assert (inside <= high).all()
    ratio = np.diag(np.cov(thetas.T)) / np.diag(cov)
    np.testing.assert_allclose(ratio, 1.0, atol=4.0 * np.sqrt(2.0 / n))


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_intervals_hold_in_93_to_97_of_a_hundred(case, known):
    inside, thetas, cov = coverage(case, 500, 2, known)
    assert (inside >= 0.93 * 500).all()
    assert (inside <= 0.97 * 500).all()
    ratio = np.diag(np.cov(thetas.T)) / np.diag(cov)
    np.testing.assert_allclose(ratio, 1.0, atol=4.0 * np.sqrt(2.0 / 500))


# --- published measurements ----------------------------------------------------------------------
PILOT_K0, PILOT_E, PILOT_DH = 6.85e8, 76534.704, -547.1e3  # read with the measurements
START = {"kinetics.k0[0]": "5e8 m3/mol/s", "kinetics.dH[0]": "-500 kJ/mol",
         "kinetics.E[0]": "70 kJ/mol"}  # fmt: skip


def pilot(*keys):
    case = it.cases.load(EXAMPLES / "thiosulfate_pilot.yaml")
    runs = it.read_experiments(EXAMPLES / "thiosulfate_pilot.csv")
    return it.estimate(case, runs, {key: START[key] for key in keys})


def test_the_pilot_run_gives_the_published_rate_and_heat():
    """The publisher's constants are a fit to several runs, of which this is one."""
    found = pilot("kinetics.k0[0]", "kinetics.dH[0]")
    assert (found.low < [PILOT_K0, PILOT_DH]).all()
    assert (found.high > [PILOT_K0, PILOT_DH]).all()
    assert found.errors[0] / found.values[0] < 0.05
    assert found.errors[1] < 10e3
    assert found.table.sd[0] == pytest.approx(0.74, abs=0.01)  # K, digitising included


def test_one_pilot_run_tells_little_of_the_activation_energy():
    """With E free the fit goes to 93 kJ/mol, 78 to 107: a run of 30 K cannot hold it.

    The published 76.5 lies just outside of that interval, which knows nothing of errors of the
    model and of the times that were read off a picture.
    """
    found = pilot("kinetics.k0[0]", "kinetics.dH[0]", "kinetics.E[0]")
    assert found.values[2] == pytest.approx(92.7e3, abs=0.2e3)
    assert found.errors[2] > 5e3
    i, j = found.low[2], found.high[2]
    assert PILOT_E < i < PILOT_E + 3e3 < j
    assert profile(found, "kinetics.E[0]").low == pytest.approx(77.1e3, abs=0.2e3)
    small = pilot("kinetics.k0[0]", "kinetics.dH[0]")
    assert 0.01 < nested_test(small, found).p < 0.05
    # k itself is known at the temperatures of the run: 20 % above the published law, with 9 % error
    k = np.exp(found.theta[0])
    law = PILOT_K0 * np.exp(-PILOT_E / (R_GAS * found.coordinates.T_ref))
    assert k / law == pytest.approx(1.24, abs=0.02)


# --- the heat of reaction as a key ---------------------------------------------------------------
def test_another_heat_of_reaction_closes_its_balances():
    case = it.cases.load("thiosulfate-peroxide")
    template = Template(case, "batch")
    run = it.solve(template.reactor({"kinetics.dH[0]": "-300 kJ/mol"}))
    assert max(run.balances().values()) < 1e-6
    assert run.reactor.kinetics.dH[0] == pytest.approx(-300e3)
    before = it.solve(template.reactor({}))
    ratio = run.kpis["dT_ad"] / before.kpis["dT_ad"]
    assert ratio == pytest.approx(300.0 / 547.1, rel=1e-6)


def test_a_heat_that_follows_from_others_cannot_be_changed():
    k = Arrhenius(1.0)
    net = Network.build([Reaction("A => B", k, dH=-1e4), Reaction("B => C", k, dH=-2e4),
                         Reaction("A => C", k, dH=-3e4)])  # fmt: skip
    with pytest.raises(it.InputError, match=r"kinetics.dH.2.: the heat of reaction 2 follows"):
        changed_rate(net, "kinetics.dH[2]", "-50 kJ/mol")
