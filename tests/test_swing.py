"""Pressure-swing cycles of named steps: closed forms, another cycle, SciPy; what is wrong."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy.integrate import solve_ivp
from scipy.optimize import root

import intensify as it
import intensify.cycles as cycles_module
from intensify.cases.build import build_case
from intensify.chemistry.network import R_GAS
from intensify.cycles import Repeated, cyclic_steady_state
from intensify.errors import InputError
from intensify.reactors.sorbents.pressure_swing import skarstrom, swing_figures
from intensify.reactors.sorbents.swing_reactor import PressureSwingReactor, Share
from intensify.reactors.sorbents.swing_steps import Supply, SwingStep

TEXT = (resources.files("intensify.cases") / "data" / "sorption-enhanced-shift.yaml").read_text(
    encoding="utf-8"
)
AIR = {"O2": 0.22, "N2": 0.78}
T = 298.15
STEPS = [
    SwingStep("feed", "make", 30.0, 4e5, "air", flow=3.6),
    SwingStep("equalise", "down", 10.0, 2.4e5),
    SwingStep("blowdown", "blow", 10.0, 1e5),
    SwingStep("purge", "wash", 30.0, 1e5, source="make", flow=0.8),
    SwingStep("equalise", "up", 10.0, source="down"),
    SwingStep("pressurise", "press", 10.0, 4e5, "air"),
]


BED = it.steps.Gas(1.85e-5, 1e-3, 0.37, 0.6, 5e-5)


def swing(steps=STEPS, *, cells=10, sorbent=680.0, gases=None, **more):
    net = it.Network.build(
        [], [it.Species("O2", {"O": 2}, M=0.032), it.Species("N2", {"N": 2}, M=0.028)]
    )
    law = it.sorption.langmuir([2.6, 2.6], [5e-7, 1.5e-6])
    return PressureSwingReactor(
        net, length=0.5, fluid=BED, cells=cells, T=T,
        sorbent=it.steps.Sorbent(law, ("O2", "N2"), (0.6, 0.3), sorbent), steps=steps,
        gases=gases or {"air": Supply(AIR, T, 1e5)}, product=Share("O2"), tail=Share("N2"), **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def settled():
    return cyclic_steady_state(swing(), tol=1e-6)


def test_a_cycle_of_names_is_the_skarstrom_cycle_that_stands_already():
    new = swing([STEPS[0], STEPS[2], STEPS[3], STEPS[5]])
    run = cyclic_steady_state(new, tol=1e-6).run
    # the sorbent still takes up gas when the ramp is over, so some comes back from the product's
    # end: here like what is there, which the other cycle is told
    back = dict(zip(("O2", "N2"), run.legs[0].model.right.y.tolist(), strict=True))
    steps = skarstrom(AIR, T=T, p_high=4e5, p_low=1e5, feed=3.6, purge=0.8, press=10.0, adsorb=30.0,
                      blow=10.0, wash=30.0)  # fmt: skip
    steps[1] = steps[1]._replace(outlet=it.steps.reservoir(4e5, back, T=T))
    old = it.SorptionReactor(
        new.kinetics, length=0.5, fluid=BED, cells=10, steps=steps, start=AIR, T=T, p=1e5,
        sorbent=it.steps.Sorbent(new.bed.equations.bed.isotherm, ("O2", "N2"), (0.6, 0.3), 680.0),
    )  # fmt: skip
    figures = swing_figures(old, cyclic_steady_state(old, tol=1e-6).run.legs, light="O2")
    for name in ("recovery", "productivity"):
        assert run.kpis[name] == pytest.approx(figures[name], rel=1e-4), name
    made = run.reactor.left(new.steps[0], run.legs[0])
    assert made[0] / made.sum() == pytest.approx(figures["purity"], rel=1e-4)


def test_a_settled_cycle_loses_nothing(settled):
    bed, legs = settled.run.reactor, settled.run.legs
    assert settled.converged
    assert max(settled.run.balances().values()) < 1e-5
    n = bed.streams(legs)
    np.testing.assert_allclose(n["fed"], n["product"] + n["tail"] + n["off-gas"], rtol=1e-4)
    np.testing.assert_allclose(n["bed"], 0.0, atol=1e-9)  # what is given is taken
    down, up = bed.left(bed.steps[1], legs[1]), bed.entered(bed.steps[4], legs[4])
    np.testing.assert_allclose(up, down, rtol=1e-9)
    assert down.sum() > 1.0
    kpis = settled.run.kpis
    assert kpis["recovery"] == pytest.approx(n["product"][0] / n["fed"][0], rel=1e-12)
    assert kpis["purity_tail"] == pytest.approx(n["tail"][1] / n["tail"].sum(), rel=1e-12)
    assert kpis["cycles"] == settled.cycles
    assert settled.run.dataset["purity_of_cycle"].values[-1] == kpis["purity"]


def test_equalising_saves_feed(settled):
    without = swing([STEPS[0], STEPS[2], STEPS[3], STEPS[5]])
    plain = cyclic_steady_state(without, tol=1e-6).run
    assert settled.run.kpis["recovery"] > plain.kpis["recovery"] + 0.02


def test_work_is_adiabatic_at_the_pressure_of_its_moment(settled):
    bed, legs = settled.run.reactor, settled.run.legs
    energy = bed.energy(legs)
    per_mole = lambda p: R_GAS * T * 3.5 * ((p / 1e5) ** (0.4 / 1.4) - 1.0) / 0.75  # noqa: E731
    fed = bed.entered(bed.steps[0], legs[0]).sum()
    # feeding at 4 bar; pressurising in a ramp, in which the amount goes with pressure
    p0 = bed.pressure_after(bed.steps[4], legs[4])
    p = np.linspace(p0, 4e5, 2001)
    ramp = np.mean(per_mole(0.5 * (p[:-1] + p[1:]))) * bed.entered(bed.steps[5], legs[5]).sum()
    assert energy["compression"] == pytest.approx(fed * per_mole(4e5) + ramp, rel=2e-2)
    assert energy["vacuum"] == pytest.approx(0.0, abs=1e-2 * energy["compression"])
    assert energy["heat"] == 0.0


def inert(steps, **more):
    """A bed that adsorbs nothing."""
    return swing(steps, sorbent=0.0, **more)


def test_evacuating_an_inert_bed_takes_the_work_of_its_gas():
    bed = inert([SwingStep("feed", "feed", 10.0, 1e5, "air", flow=2.0),
                 SwingStep("evacuate", "evacuate", 20.0, 2e4),
                 SwingStep("pressurise", "press", 10.0, 1e5, "air")])  # fmt: skip
    run = cyclic_steady_state(bed, tol=1e-6).run
    held = 0.6 * 0.5 / (R_GAS * T)  # mol/m2/Pa
    p = np.linspace(1e5, 2e4, 4001)
    p = 0.5 * (p[:-1] + p[1:])
    work = R_GAS * 313.15 * 3.5 * ((1.01325e5 / p) ** (0.4 / 1.4) - 1.0) / 0.6
    # feeding at 1 bar, below the ambient, pumps its product as well
    leaves = 20.0 * R_GAS * 313.15 * 3.5 * (1.01325 ** (0.4 / 1.4) - 1.0) / 0.6
    assert bed.energy(run.legs)["vacuum"] == pytest.approx(
        held * 8e4 * work.mean() + leaves, rel=5e-3
    )
    assert bed.left(bed.steps[1], run.legs[1]).sum() == pytest.approx(held * 8e4, rel=1e-3)


def test_a_valve_lets_pressure_creep_and_scipy_agrees():
    steps = [STEPS[0], SwingStep("blowdown", "blow", 10.0, 1e5, by="valve", constant=4.0), STEPS[3],
             STEPS[5]]  # fmt: skip
    bed = swing(steps, cells=8)
    legs = cycles_module.one_cycle(
        bed, bed.state(), {"method": bed.solver().method, "rtol": 1e-8,
                           "atol": 1e-8 * bed.scales(), "max_steps": 200_000}
    )  # fmt: skip
    leg = legs[1]
    assert leg.model.left.constant > 0.0
    p0 = leg.model.left.p_start
    assert p0 == pytest.approx(4e5, rel=2e-3)
    assert leg.model.left.pressure(leg.end) == pytest.approx(1e5 + (p0 - 1e5) * np.exp(-2.5))

    def rhs(t, y):
        dy = np.empty_like(y)
        leg.model.rhs(t, y, dy)
        return dy

    end = solve_ivp(rhs, (leg.start, leg.end), leg.y_start, "BDF", rtol=1e-6, atol=1e-6).y[:, -1]
    np.testing.assert_allclose(leg.y_end, end, rtol=2e-4, atol=2e-4)


def test_a_rinse_with_what_the_blowdown_gave_makes_the_tail_purer():
    rinse = SwingStep("rinse", "rinse", 8.0, 4e5, source="blow", flow=3.0)
    plain = [STEPS[0], STEPS[2], STEPS[3], STEPS[5]]
    with_rinse = [STEPS[0], rinse, STEPS[2], STEPS[3], STEPS[5]]
    one, two = (cyclic_steady_state(swing(x), tol=1e-6).run for x in (plain, with_rinse))
    assert two.kpis["purity_tail"] > one.kpis["purity_tail"] + 0.01
    bed, legs = two.reactor, two.legs
    given, taken = bed.left(bed.steps[2], legs[2]), bed.entered(rinse, legs[1])
    np.testing.assert_allclose(taken, 24.0 * given / given.sum(), rtol=1e-4)  # the cycle before's
    n = bed.streams(legs)
    np.testing.assert_allclose(n["fed"], n["product"] + n["tail"] + n["off-gas"], rtol=1e-4)
    # it is compressed again, from 1 to 4 bar, at the mean pressure of the feed's end
    rest = sum(float(np.abs(bed.entered(bed.steps[k], legs[k])).sum()) for k in (0,))
    per_mole = R_GAS * T * 3.5 * (4.0 ** (0.4 / 1.4) - 1.0) / 0.75
    assert bed.energy(legs)["compression"] > 0.99 * per_mole * (24.0 + rest)


@pytest.mark.parametrize(("tank", "fits"), [(0.0, True), (30.0, True), (0.1, False)])
def test_gas_does_not_run_uphill_in_silence(tank, fits):
    steps = [x._replace(p=2.6e5, tank=tank) if x.name == "down" else x for x in STEPS]
    run = cyclic_steady_state(swing(steps), tol=1e-4).run
    uphill = [w for w in run.warnings if "uphill" in w]
    assert (not uphill) == fits
    if not fits:
        assert uphill[0].value < uphill[0].low


def test_an_interrupted_run_keeps_its_cycles_and_says_so(monkeypatch, tmp_path):
    calls, one = [], cycles_module.one_cycle

    def interrupted(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return one(*args)

    monkeypatch.setattr(cycles_module, "one_cycle", interrupted)
    run = it.solve(Repeated(swing()))
    assert "interrupted after 2 cycles" in run.warnings[-1]
    assert run.statistics["converged"] == 0.0
    loaded = it.Result.load(run.save(tmp_path / "some.h5"))
    assert loaded.dataset["change_of_cycle"].size == 2
    assert loaded.kpis["cycles"] == 2.0
    assert loaded.warnings[-1] == run.warnings[-1]


# --- the case ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def shift():
    return it.solve(it.cases.load("sorption-enhanced-shift").reactors["column"])


def test_the_column_goes_beyond_the_equilibrium_of_the_shift(shift):
    kpis, net = shift.kpis, shift.reactor.kinetics
    assert max(shift.balances().values()) < 1e-5
    assert set(shift.balances()) == {"C", "O", "H", "N", "mass"}
    # alone: x of CO with (0.05 + x)(0.25 + x) = K (0.15 - x)(0.5 - x), K at 400 C
    K = np.exp(4400 / 673.15 - 4.036)
    roots = np.roots([1 - K, 0.3 + 0.65 * K, 0.0125 - 0.075 * K])
    alone = min(x for x in roots if x > 0.0) / 0.15
    assert kpis["X_CO"] > 0.98 > alone
    # all that is not hydrogen, nearly, is the nitrogen that was fed: 0.4/(0.4 + 0.05)
    assert 0.88 < kpis["purity"] < 0.4 / 0.45 + 1e-6
    # hydrogen that a cycle makes and loses: of CO and H2 fed, none is left in the bed
    n = shift.reactor.streams(shift.legs)
    H2, CO = net.index("H2"), net.index("CO")
    out = sum(n[key] for key in ("product", "tail", "off-gas"))
    assert out[H2] + out[CO] == pytest.approx(n["fed"][H2] + n["fed"][CO], rel=1e-4)
    steam = 1.5 * 200.0
    assert kpis["kWh_kg_heat"] == pytest.approx(
        57e3 * steam / 3.6e6 / (2.016e-3 * n["product"][H2]), rel=1e-3
    )


def test_reforming_with_a_sorbent_goes_beyond_its_equilibrium():
    run = it.solve(it.cases.load("sorption-enhanced-reforming").reactors["column"])
    T, p = 723.15, 4.5
    K1, K2 = np.exp(30.114 - 26830.0 / T), np.exp(4400.0 / T - 4.036)  # bar2, 1

    def miss(x):  # extents of reforming and shift per mole of feed
        n = np.array([0.14 - x[0], 0.84 - x[0] - x[1], 0.02 + 3 * x[0] + x[1], x[0] - x[1], x[1]])
        CH4, H2O, H2, CO, CO2 = p * n / n.sum()
        return [CO * H2**3 - K1 * CH4 * H2O, CO2 * H2 - K2 * CO * H2O]

    alone = root(miss, [0.04, 0.035], tol=1e-12)
    assert alone.success
    assert run.kpis["X_CH4"] > alone.x[0] / 0.14 + 0.1
    assert run.kpis["purity"] > 0.8
    assert set(run.balances()) == {"C", "H", "O", "mass"}
    assert max(run.balances().values()) < 1e-5
    n = run.reactor.streams(run.legs)
    atoms = {"CH4": 4, "H2O": 2, "H2": 2}
    H = np.array([atoms.get(name, 0) for name in run.reactor.kinetics.names])
    assert H @ (n["product"] + n["tail"]) == pytest.approx(H @ n["fed"], rel=1e-4)


def test_its_picture_shows_cycles_fronts_and_pressure(shift):
    figure = it.plot.profiles(shift)
    FigureCanvasAgg(figure).draw()
    settling, fronts, pressure, beside = figure.axes
    assert settling.lines[0].get_ydata()[-1] == shift.kpis["change"]
    assert beside.lines[0].get_ydata()[-1] == shift.kpis["purity"]
    names = ["feed", "down", "blowdown", "purge", "up", "pressurise"]
    assert [text.get_text() for text in fronts.get_legend().get_texts()] == names
    end = shift.dataset["q"].values[-1, :, 0]
    np.testing.assert_array_equal(fronts.lines[-1].get_ydata(), end)
    assert pressure.lines[0].get_ydata().max() == pytest.approx(4.0, rel=1e-2)


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("from: feed", "from: product", "no step of that name gives gas: a pressurise without product"),
    ("qs: 0.65", "qs: -0.65", "capacity: of the isotherm is -0.65, but must be finite and at"),
    ("gas: steam,", "", "purge: has no gas"),
    ("gas: steam", "gas: helium", "takes 'helium', which is none of the gases syngas, steam"),
    ("name: up", "name: down", "is the name of two steps"),
    ("time: 200 s", "time: 0 s", "purge: has time 0, but it must be finite and above 0"),
    ("p: 1.1 bar}", "p: -1 bar}", "blowdown: has p -100000, but it must be"),
    ("{H2: 1, CO: 1}", "{H3: 1}", "H3"),
    ("from: down}", "from: blowdown}", "equalises with 'blowdown', which is no equalise"),
    ("x: {H2O: 1}, T", "x: {H2O: 0.7}, T", "sum to 0.7"),
    ("x: {H2O: 1}, T", "x: {He: 1}, T", "has He, which is no species here"),
    ("do: blowdown, ", "do: blowdown, by: valve, ", "has constant 0"),
    ("do: blowdown, ", "do: blowdown, gas: steam, ", "only lets gas out"),
    ("do: blowdown, ", "do: blowdown, to: sea, ", "lets gas out to 'sea'"),
    ("do: feed, ", "do: feed, end: product, ", "has end 'product'"),
    ("do: feed, ", "do: rinse, ", "hold no feed"),
    ("b: 2.36e-4 1/Pa, ", "", "species.CO2: has no b, which langmuir needs"),
    ("gas: syngas, ", "gas: syngas, from: purge, ", "give one of `gas` and `from`"),
    ("k: 0.1 1/s", "k: -0.1 1/s", "k: is -0.1, but must be 0 or more"),
])  # fmt: skip
def test_what_is_wrong_has_a_sentence(old, new, sentence):
    assert old in TEXT
    with pytest.raises(InputError, match=sentence):
        build_case("test", TEXT.replace(old, new), None)


def test_all_that_is_wrong_is_said_at_once():
    text = TEXT.replace("gas: steam,", "").replace("time: 45 s", "time: 0 s")
    with pytest.raises(InputError) as caught:
        build_case("test", text, None)
    assert len(caught.value.problems) == 6  # three in each of the two columns


def test_more_purge_than_product_has_a_sentence():
    steps = [x._replace(flow=4.0) if x.name == "wash" else x for x in STEPS]
    run = cyclic_steady_state(swing(steps), tol=1e-2).run
    with pytest.raises(InputError, match=r"wash, up: takes .* more O2 than the cycle makes; purge"):
        _ = run.kpis


def test_steps_that_python_gets_wrong():
    with pytest.raises(InputError, match="is a 'breathe'; there are feed, rinse"):
        swing([SwingStep("breathe", "breathe", 1.0)])
    with pytest.raises(InputError, match="changes its pressure by 'force'"):
        swing([STEPS[0], SwingStep("blowdown", "blow", 10.0, 1e5, by="force")])
    with pytest.raises(InputError, match="0 steps have `from: down`"):
        swing(STEPS[:4])
