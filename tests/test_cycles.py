"""Cyclic steady states: pressure swing and simulated moving bed."""

import numpy as np
import pytest

import intensify.cycles as cycles_module
from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.cycles import Mixing, cyclic_steady_state
from intensify.errors import InputError, SolveError
from intensify.reactors.sorbents.moving_bed import MovingBedReactor
from intensify.reactors.sorbents.pressure_swing import compression_energy, skarstrom, swing_figures
from intensify.reactors.sorbents.sorption_column import SorptionReactor
from intensify.reactors.sorbents.sorption_steps import Gas, Heat, Liquid, Sorbent
from intensify.reactors.vessels.shifted_equilibrium import ShiftedEquilibriumReactor, membrane
from intensify.sorption import langmuir, linear

FEED = {"O2": 0.22, "N2": 0.78}
SWING = skarstrom(FEED, T=298.15, p_high=4e5, p_low=1e5, feed=3.6, purge=0.8, press=10.0,
                  adsorb=30.0, blow=10.0, wash=30.0)  # fmt: skip


def swing(*, cells=16, heat=None):
    air = Network.build([], [Species("O2", M=0.032, cp=29.4), Species("N2", M=0.028, cp=29.1)])
    law = langmuir([2.6, 2.6], [5e-7, 1.5e-6], dH=[-12.5e3, -18e3])
    return SorptionReactor(
        air, length=0.5, fluid=Gas(1.85e-5, 1e-3, 0.37, 0.6, 5e-5), steps=SWING, cells=cells,
        sorbent=Sorbent(law, ("O2", "N2"), (0.6, 0.3), 680.0), T=298.15, p=1e5, start=FEED,
        heat=heat,
    )  # fmt: skip


def ring(*, cells=12, k=0.015, patterns=None, **change):
    net = Network.build([Reaction("A <=> B + C", Arrhenius(k), reverse=Arrhenius(0.02))])
    values = {
        "length": 0.25, "fluid": Liquid(1.0, 0.4, 4e-6), "feed": {"A": 1.0},
        "sorbent": Sorbent(linear([1.2, 0.3, 4.0]), ("A", "B", "C"), 0.5, 0.6),
        "columns": (2, 2, 2, 2), "m": (5.0, 0.75, 1.75, 0.15), "switch": 300.0, "catalyst": 0.4,
    }  # fmt: skip
    return MovingBedReactor(net, cells=cells, patterns=patterns, **(values | change))


# --- pressure swing ------------------------------------------------------------------------------
def test_acceleration_finds_the_same_cycle_sooner():
    plain = cyclic_steady_state(swing(), accelerate=False, tol=1e-6)
    fast = cyclic_steady_state(swing(), tol=1e-6)
    assert fast.cycles <= 0.7 * plain.cycles
    assert plain.converged
    assert fast.changes[-1] < 1e-6
    figures = [swing_figures(x.run.reactor, x.run.legs, light="O2") for x in (plain, fast)]
    for name, value in figures[0].items():
        assert figures[1][name] == pytest.approx(value, rel=2e-5), name


@pytest.mark.parametrize("cells", [10, 20])
@pytest.mark.parametrize("heat", [None, Heat(900.0, 0.2, 10.0, 0.035, 298.15)])
def test_a_cycle_closes_its_balances_at_every_grid(cells, heat):
    found = cyclic_steady_state(swing(cells=cells, heat=heat), tol=1e-4, rtol=1e-5)
    assert max(found.run.balances().values()) < 1e-5
    left, right = found.run.reactor.passed(found.run.legs)
    assert (left - right).sum() == pytest.approx(0.0, abs=2e-2)  # nothing stays over a cycle
    figures = swing_figures(found.run.reactor, found.run.legs, light="O2")
    assert figures["purity"] > 0.22
    assert 0.0 < figures["recovery"] < 1.0
    (fed, _), cycle = found.run.reactor.passed(found.run.legs[:2]), 680.0 * 0.5 * 80.0
    assert figures["productivity"] == pytest.approx(figures["recovery"] * fed[0] / cycle)


def test_compression_is_adiabatic_work():
    found = cyclic_steady_state(swing(), tol=1e-4, rtol=1e-5)
    legs, bed = found.run.legs, found.run.reactor
    work = compression_energy(bed, legs, T=298.15, p_from=1e5)
    fed = swing_figures(bed, legs, light="O2")["feed_per_cycle"]
    at_most = fed * 8.314 * 298.15 * 3.5 * (4.0 ** (0.4 / 1.4) - 1) / 0.75
    assert 0.5 * at_most < work < at_most


def test_an_interrupted_run_keeps_its_cycles(monkeypatch):
    calls, one = [], cycles_module.one_cycle

    def interrupted(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return one(*args)

    monkeypatch.setattr(cycles_module, "one_cycle", interrupted)
    found = cyclic_steady_state(swing())
    assert not found.converged
    assert found.cycles == 2
    assert found.run.kpis["t_end"] == 80.0
    calls[:] = [1, 1]
    with pytest.raises(KeyboardInterrupt):
        cyclic_steady_state(swing())


def test_too_few_cycles_and_no_cycle_have_a_sentence():
    with pytest.raises(SolveError, match="2 cycles leave a change of"):
        cyclic_steady_state(swing(), most=2)
    net = Network.build("A => B", k=1.0)
    shifted = ShiftedEquilibriumReactor(
        net, start={"A": 1.0}, removal=membrane(net, area=1.0, permeance={"B": 1.0}), key="A",
        duration=1.0,
    )  # fmt: skip
    with pytest.raises(InputError, match="has no cycle"):
        cyclic_steady_state(shifted)


def test_mixing_solves_a_linear_map_in_few_steps():
    rng = np.random.default_rng(0)
    A, b = np.diag([0.97, 0.9, 0.5, 0.2]), rng.uniform(size=4)
    x, mixing = np.zeros(4), Mixing()
    for _ in range(6):
        x = mixing.next(x, A @ x + b, np.ones(4))
    np.testing.assert_allclose(x, np.linalg.solve(np.eye(4) - A, b), rtol=1e-8)


# --- simulated moving bed ------------------------------------------------------------------------
def test_the_ring_converts_and_separates_beyond_equilibrium():
    found = cyclic_steady_state(ring(), tol=1e-6, rtol=1e-7)
    kpis = found.run.kpis
    # alone, a feed of 1 mol/m3 would come to rest at 0.75 conversion... x^2/(1 - x) = 0.75
    alone = 0.5 * (-0.75 + np.sqrt(0.75**2 + 3.0))
    assert kpis["X_A"] > 0.98 > alone
    assert kpis["purity_extract_C"] > 0.98
    assert kpis["purity_raffinate_B"] > 0.98
    assert max(found.run.balances().values()) < 1e-7
    data = found.run.dataset
    assert data["c"].sizes["z"] == 96


def test_without_reaction_all_that_is_fed_leaves():
    bed = ring(k=1e-12, catalyst=0.0, feed={"B": 1.0, "C": 1.0})
    found = cyclic_steady_state(bed, tol=1e-7, rtol=1e-7)
    extract, raffinate = bed.drawn(found.run.legs)
    np.testing.assert_allclose(extract + raffinate, bed.fed(found.run.legs), rtol=1e-5, atol=1e-9)
    assert found.run.kpis["purity_extract_C"] > 0.99
    assert found.run.kpis["purity_raffinate_B"] > 0.99


def test_ports_that_move_one_by_one():
    same = [(0.4, (2, 2, 2, 2)), (0.6, (2, 2, 2, 2))]
    once = cyclic_steady_state(ring(), tol=1e-5, rtol=1e-6).run.kpis
    twice = cyclic_steady_state(ring(patterns=same), tol=1e-5, rtol=1e-6).run.kpis
    assert twice["X_A"] == pytest.approx(once["X_A"], abs=1e-5)
    varied = [(0.5, (2, 2, 2, 2)), (0.5, (2, 3, 1, 2))]
    other = cyclic_steady_state(ring(patterns=varied), tol=1e-5, rtol=1e-6)
    assert max(other.run.balances().values()) < 1e-6
    assert abs(other.run.kpis["X_A"] - once["X_A"]) > 1e-5


def test_the_ring_s_jacobian_is_that_of_its_right_hand_side():
    bed = ring(cells=5)
    model, W = bed.stage(0, 0.0, bed.state()).model, bed.equations.size.size
    rng = np.random.default_rng(2)
    y = rng.uniform(0.1, 1.0, bed.state().size)
    reach = 2 * W
    J = np.empty((y.size, 3 * reach + 1))
    model.jac_banded(0.0, y, J, reach, reach)
    up, down = np.empty(y.size), np.empty(y.size)
    for j in range(y.size):
        x = y.copy()
        x[j] += 1e-6
        model.rhs(0.0, x, up)
        x[j] -= 2e-6
        model.rhs(0.0, x, down)
        slope = (up - down) / 2e-6
        row = j // W % 6
        for i in range(max(0, j - reach), min(y.size, j + reach + 1)):
            if row < 3:  # the last cells' slopes reach over the end of a column
                assert J[i, reach + j - i] == pytest.approx(slope[i], rel=1e-4, abs=1e-6), (i, j)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"m": (5.0, 1.9, 1.75, 0.15)}, "m: lets the feed run backwards: zone 3 needs more flow"),
        ({"m": (0.1, 0.75, 1.75, 0.15)}, "lets the extract run backwards"),
        ({"m": (5.0, 0.75)}, "the ring has four zones"),
        ({"columns": (2, 0, 2, 2)}, "break the ring"),
        ({"patterns": [(0.5, (2, 2, 2, 2))]}, "do not fill the switch time"),
        ({"switch": 0.0}, "switch 0 s"),
    ],
)
def test_a_broken_ring_has_a_sentence(change, sentence):
    with pytest.raises(InputError, match=sentence):
        ring(**change)
