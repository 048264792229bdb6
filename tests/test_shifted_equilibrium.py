"""Equilibria shifted by removal against closed forms."""

import numpy as np
import pytest

from intensify.chemistry import Arrhenius, Network, Reaction
from intensify.chemistry.equilibrium import equilibrium
from intensify.design.shift import removal_for
from intensify.errors import InputError
from intensify.reactors.vessels.shifted_equilibrium import (
    ShiftedEquilibriumReactor,
    membrane,
    scaled,
    stripping,
)
from intensify.solve import solve

NET = Network.build([Reaction("A <=> B", Arrhenius(1e-3), reverse=Arrhenius(2e-3))])
ESTER = Network.build(
    [Reaction("acid + alcohol <=> ester + water", Arrhenius(0.4), reverse=Arrhenius(0.4 / 5.2))]
)


def batch(**change):
    values = {
        "start": {"A": 1.0}, "key": "A", "duration": 3600.0, "volume": 1.0,
        "removal": membrane(NET, area=1.0, permeance={"B": 5e-3}, heat={"B": 40e3}),
    }  # fmt: skip
    return ShiftedEquilibriumReactor(NET, **(values | change))


def test_batch_is_the_linear_system_s():
    run = solve(batch(), rtol=1e-11)
    w, v = np.linalg.eig(np.array([[-1e-3, 2e-3], [1e-3, -7e-3]]))
    n = (v @ np.diag(np.exp(3600.0 * w)) @ np.linalg.inv(v) @ [1.0, 0.0]).real
    assert run.kpis["X_A"] == pytest.approx(1.0 - n[0], rel=1e-9)
    assert run.kpis["X_equilibrium"] == pytest.approx(1 / 3, rel=1e-12)
    removed = run.at(3600.0)["removed"][1]
    assert removed == pytest.approx(1.0 - n.sum(), rel=1e-9)
    assert run.kpis["energy_removal"] == pytest.approx(40e3 * removed)
    assert max(run.balances().values()) < 1e-10


def test_nothing_removed_is_the_equilibrium():
    reactor = scaled(batch(duration=1e5), 1e-12)
    assert solve(reactor).kpis["X_A"] == pytest.approx(1 / 3, rel=1e-6)


def test_stirred_reactor_at_rest():
    # n = F tau held; 0 = F - k1 A + k2 B - out x_A, and the outflow lacks what was removed
    reactor = batch(feed={"A": 1e-3}, duration=2e5)
    run = solve(reactor, rtol=1e-10)
    n = run.at(2e5)["n"][0]
    out = 1e-3 - 5e-3 * n[1]
    assert n.sum() == pytest.approx(1.0, rel=1e-9)
    assert 1e-3 - 1e-3 * n[0] + 2e-3 * n[1] == pytest.approx(out * n[0], rel=1e-6)
    assert run.kpis["X_A"] == pytest.approx(1.0 - out * n[0] / 1e-3, rel=1e-6)


def test_semibatch_fills():
    run = solve(batch(feed={"A": 1e-4}, overflow=False, removal=membrane(
        NET, area=1.0, permeance={"B": 1e-12})))  # fmt: skip
    assert run.at(3600.0)["n"].sum() == pytest.approx(1.36, rel=1e-6)


def test_cascade_is_kremser_s():
    # no reaction: a carrier strips B from stage to stage, counter-current
    inert = Network.build([Reaction("A <=> B", Arrhenius(0.0), reverse=Arrhenius(0.0))])
    H, G, N = 2.0, 1e-5, 4
    feed = {"A": 1e-3, "B": 1e-8}  # dilute: the liquid's flow stays
    reactor = ShiftedEquilibriumReactor(
        inert, start={"A": 1.0}, key="A", duration=3e4, feed=feed, stages=N,
        removal=stripping(inert, flow=G, ratio={"B": H}),
    )  # fmt: skip
    run = solve(reactor, rtol=1e-10)
    S = G * H / 1e-3
    left = (1.0 - S) / (1.0 - S ** (N + 1))  # x_out/x_in with the carrier leaving stage 1 ...
    x = run.at(3e4)["x"][-1, 1] / 1e-5
    # stripping factor S = G H/L: Kremser (1930)
    assert x == pytest.approx(left, rel=1e-4)


def test_limited_carrier_removes_less():
    full = stripping(NET, flow=1e-2, ratio={"B": 0.5})
    part = stripping(NET, flow=1e-2, ratio={"B": 0.5}, NTU=1.0)
    assert part.K[1] == pytest.approx(full.K[1] * (1 - np.exp(-1)))
    more = solve(batch(removal=full)).kpis["X_A"]
    assert solve(batch(removal=part)).kpis["X_A"] < more


def test_removal_that_reaches_a_conversion():
    factor = removal_for(batch(), 0.8)
    assert solve(scaled(batch(), factor)).kpis["X_A"] == pytest.approx(0.8, abs=1e-6)
    with pytest.raises(InputError, match=r"0\.2 is out of reach"):
        removal_for(batch(), 0.2)


def test_equilibrium_of_an_ester():
    n = equilibrium(ESTER, {"acid": 5.0, "alcohol": 5.0}, T=298.15, fractions=True)
    assert n[0] == pytest.approx(5.0 / (1.0 + np.sqrt(5.2)), rel=1e-12)
    one_way = Network.build("A => B", k=1.0)
    assert equilibrium(one_way, {"A": 1.0}, T=300.0).tolist() == [0.0, 1.0]
    for_ever = Network.build([Reaction("A => B", Arrhenius(1.0), orders={})])
    with pytest.raises(InputError, match="does not turn back"):
        equilibrium(for_ever, {"A": 1.0}, T=300.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"duration": 0.0}, "duration: is 0"),
        ({"start": {}}, "start: is 0"),
        ({"key": "B"}, "key: 'B' is not there at the start"),
        ({"stages": 3}, "needs a feed and overflow"),
        ({"start": {"C": 1.0}}, "species 'C'"),
    ],
)
def test_bad_input_has_a_sentence(change, sentence):
    with pytest.raises(InputError, match=sentence):
        batch(**change)
    with pytest.raises(InputError, match="permeance: needs numbers above 0"):
        membrane(NET, area=1.0, permeance={"B": -1.0})
