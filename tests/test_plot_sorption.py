"""Pictures of columns with sorbent: what is drawn is what was computed."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from intensify import plot
from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.cycles import cyclic_steady_state
from intensify.reactors.sorbents.moving_bed import MovingBedReactor
from intensify.reactors.sorbents.sorption_column import SorptionReactor
from intensify.reactors.sorbents.sorption_steps import Liquid, Sorbent, Step, stream
from intensify.reactors.vessels.shifted_equilibrium import ShiftedEquilibriumReactor, membrane
from intensify.solve import solve
from intensify.sorption import linear


def drawn(figure):
    FigureCanvasAgg(figure).draw()
    return figure


def test_breakthrough_shows_outlet_and_fronts():
    run = solve(SorptionReactor(
        Network.build([], [Species("A")]), length=0.2, fluid=Liquid(1e-3, 0.4), start={}, cells=20,
        sorbent=Sorbent(linear(3.0), ("A",), 0.02, 0.6),
        steps=[Step("load", 1600.0, stream({"A": 1.0}), stream())],
    ))  # fmt: skip
    above, below = drawn(plot.breakthrough(run)).axes
    t, c = above.lines[0].get_data()
    assert above.get_xlabel() == "time [min]"
    assert t[-1] == pytest.approx(1600.0 / 60.0)
    np.testing.assert_array_equal(c, run.dataset["c_out"].values[:, 0])
    assert len(below.lines) == 6
    np.testing.assert_array_equal(below.lines[-1].get_ydata(), run.dataset["c"].values[-1, :, 0])


def test_ring_and_cycles():
    net = Network.build([Reaction("A <=> B + C", Arrhenius(0.015), reverse=Arrhenius(0.02))])
    bed = MovingBedReactor(
        net, length=0.25, fluid=Liquid(1.0, 0.4, 4e-6), feed={"A": 1.0}, columns=(2, 2, 2, 2),
        sorbent=Sorbent(linear([1.2, 0.3, 4.0]), ("A", "B", "C"), 0.5, 0.6), catalyst=0.4,
        m=(5.0, 0.75, 1.75, 0.15), switch=300.0, cells=8,
    )  # fmt: skip
    found = cyclic_steady_state(bed, tol=1e-2, rtol=1e-5)
    axes, settling, beside = drawn(plot.ring(found.run)).axes
    np.testing.assert_array_equal(settling.lines[0].get_ydata(), found.changes)
    assert beside.lines[0].get_ydata()[-1] == found.run.kpis["X_A"]
    assert {text.get_text() for text in axes.texts} == {
        "extract", "feed", "raffinate", "desorbent"
    }  # fmt: skip
    ports = [line.get_xdata()[0] for line in axes.lines[-4:]]
    np.testing.assert_allclose(ports, [0.5, 1.0, 1.5, 2.0])
    (axes,) = drawn(plot.cycles({"accelerated": found})).axes
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), found.changes)


def test_shifted_passes_the_equilibrium():
    net = Network.build([Reaction("A <=> B", Arrhenius(1e-3), reverse=Arrhenius(2e-3))])
    run = solve(ShiftedEquilibriumReactor(
        net, start={"A": 1.0}, key="A", duration=3600.0, volume=1.0,
        removal=membrane(net, area=1.0, permeance={"B": 5e-3}),
    ))  # fmt: skip
    (axes,) = drawn(plot.shifted({"membrane": run})).axes
    curve, level = axes.lines
    assert level.get_ydata()[0] == pytest.approx(1 / 3)
    assert curve.get_ydata()[-1] > 0.9
