"""Reactors of case files that take a product away."""

from importlib import resources

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it
from intensify.cases.build import build_case
from intensify.errors import InputError

TEXT = (resources.files("intensify.cases") / "data" / "ester-pervaporation.yaml").read_text(
    encoding="utf-8"
)


def test_the_membrane_takes_the_ester_beyond_its_equilibrium():
    case = it.cases.load("ester-pervaporation")
    runs = {name: it.solve(reactor) for name, reactor in case.reactors.items()}
    assert runs["batch"].kpis["X_acid"] == pytest.approx(2 / 3, rel=1e-4)  # K = (x/(1 - x))^2

    def rhs(t, n):
        x = n / n.sum()
        r, J = 0.1 * (0.1 * x[0] * x[1] - 0.025 * x[2] * x[3]), 2.5e-3 * x[3]
        return [-r, -r, r, r - J]

    end = solve_ivp(rhs, (0, 21600), [5.0, 5.0, 0.0, 0.0], "Radau", rtol=1e-10, atol=1e-12).y[:, -1]
    X = 1 - end[0] / 5.0
    assert runs["membrane"].kpis["X_acid"] == pytest.approx(X, rel=1e-6)
    assert X > 0.9
    taken = 5.0 * X - end[3]
    assert runs["membrane"].kpis["energy_removal"] == pytest.approx(42e3 * taken, rel=1e-6)
    assert np.isclose(runs["membrane"].kpis["X_equilibrium"], 2 / 3)
    labels = [axes.get_ylabel() for axes in it.plot.profiles(runs["membrane"]).axes]
    assert labels == ["conversion"]


@pytest.mark.parametrize(("wrong", "sentence"), [
    (("key: acid", "key: soap"), "soap"),
    (("    membrane: {area: 0 m2, permeance: {water: 5e-4 mol/m2/s}}\n", ""), "give one"),
    (("{water: 5e-4 mol/m2/s}, heat", "{oil: 5e-4 mol/m2/s}, heat"), "oil"),
])  # fmt: skip
def test_bad_blocks_have_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        build_case("test", TEXT.replace(*wrong), None)
