"""Columns with sorbent and catalyst against closed forms, balances and themselves."""

import numpy as np
import pytest

from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.chemistry.equilibrium import equilibrium
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics.finite_volume import weno5
from intensify.reactors.sorbents.pressure_swing import skarstrom
from intensify.reactors.sorbents.sorption_column import SorptionReactor
from intensify.reactors.sorbents.sorption_steps import (
    CLOSED_END,
    Gas,
    Heat,
    Liquid,
    Sorbent,
    Step,
    inflow,
    product,
    reservoir,
    stream,
)
from intensify.solve import solve
from intensify.sorption import fronts, langmuir, linear

INERT = Network.build([], [Species("A")])
AIR = Network.build([], [Species("O2", M=0.032, cp=29.4), Species("N2", M=0.028, cp=29.1)])


def liquid(isotherm, *, cells, k=0.02, until=1600.0, steps=None, **more):
    return SorptionReactor(
        INERT, length=0.2, fluid=Liquid(1e-3, 0.4), sorbent=Sorbent(isotherm, ("A",), k, 0.6),
        steps=steps or [Step("load", until, stream({"A": 1.0}), stream())], start={}, cells=cells,
        **more,
    )  # fmt: skip


def gas(steps, *, net=AIR, cells=20, isotherm=None, heat=None, density=680.0, d=1e-3, p=1e5,
        **more):  # fmt: skip
    law = isotherm or langmuir([2.6, 2.6], [5e-7, 1.5e-6], dH=[-12.5e3, -18e3])
    return SorptionReactor(
        net, length=0.5, fluid=Gas(1.85e-5, d, 0.37, 0.6, 5e-5), steps=steps, cells=cells,
        sorbent=Sorbent(law, tuple(net.names), (0.6, 0.3), density), T=298.15, p=p, heat=heat,
        start={"O2": 0.22, "N2": 0.78}, **more,
    )  # fmt: skip


SWING = skarstrom(
    {"O2": 0.22, "N2": 0.78}, T=298.15, p_high=4e5, p_low=1e5, feed=3.6, purge=0.8, press=10.0,
    adsorb=30.0, blow=10.0, wash=30.0,
)  # fmt: skip


def test_a_gas_is_expected_at_pressures_that_go_on_as_before():
    for heat in (None, Heat(900.0, 0.3, 20.0, 0.05, 298.15)):
        bed = gas(SWING, heat=heat)
        model, y = bed.stage(0, 0.0, bed.state()).model, bed.state()
        rng = np.random.default_rng(0)
        step = rng.uniform(-1e-3, 1e-3, y.size) * y
        expected = (y + step) * rng.uniform(0.99, 1.01, y.size)
        before, new = expected.copy(), expected
        model.guess(0.0, y, step, new)

        def pressures(Y, bed=bed, model=model):
            return [model.pressure(0.0, bed.rows(Y), j) for j in range(1, 21)]

        straight = 2.0 * np.array(pressures(y)) - pressures(y - step)
        np.testing.assert_allclose(pressures(new), straight, rtol=1e-13)
        c, c_new = bed.rows(before)[1:-1, :2], bed.rows(new)[1:-1, :2]
        np.testing.assert_allclose(c_new / c_new.sum(1)[:, None], c / c.sum(1)[:, None], rtol=1e-13)
        np.testing.assert_array_equal(bed.rows(new)[:, 2:], bed.rows(before)[:, 2:])


# --- liquid --------------------------------------------------------------------------------------
def test_anzelius_front_comes_out_with_order_two():
    column, times = fronts.Column(0.2, 1e-3, 0.4), np.linspace(500.0, 1600.0, 45)
    exact = fronts.linear_breakthrough(column, times, K=3.0, k=0.02)
    errors = []
    for cells in (50, 100, 200):
        run = solve(liquid(linear(3.0), cells=cells), rtol=1e-8)
        c = run.reactor.observe(run.legs[0], times, run.legs[0].trajectory(times))["c_out"][:, 0]
        errors.append(np.abs(c - exact).max())
        assert run.balances()["invariant_1"] < 1e-9
        assert not run.warnings
    assert errors[2] < 2e-4
    assert errors[0] / errors[1] > 3.0
    assert errors[1] / errors[2] > 3.0


def test_weno_is_sharper_and_leaves_nothing_below_zero():
    column, times = fronts.Column(0.2, 1e-3, 0.4), np.linspace(500.0, 1600.0, 45)
    exact = fronts.linear_breakthrough(column, times, K=3.0, k=0.02)
    errors = {False: [], True: []}
    for weno in errors:
        for cells in (25, 50, 100):
            run = solve(liquid(linear(3.0), cells=cells, weno=weno), rtol=1e-7)
            path = run.legs[0].trajectory
            c = run.reactor.observe(run.legs[0], times, path(times))["c_out"][:, 0]
            errors[weno].append(np.abs(c - exact).max())
            assert run.balances()["invariant_1"] < 1e-8
        if weno:
            assert run.reactor.rows(path.at_steps()).min() > -1e-7
    assert (np.array(errors[True]) < errors[False]).all()
    assert np.log2(errors[True][1] / errors[True][2]) > 1.9


def test_weno_meets_smooth_means_with_order_five():
    errors = []
    for n in (20, 40, 80):
        x = 2 * np.pi * np.arange(n + 1) / n
        means = np.diff(-np.cos(x)) * n / (2 * np.pi)
        faces = [weno5(*np.roll(means, 2 - i)[:5], 1e-9) for i in range(n)]
        errors.append(np.abs(faces - np.sin(x[1:])).max())
    assert np.log2(errors[0] / errors[1]) > 4.5
    assert np.log2(errors[1] / errors[2]) > 4.7


def test_a_front_as_narrow_as_the_grid_is_told():
    run = solve(liquid(langmuir(5.0, 2.0), cells=60, k=2.0))
    (warning,) = run.warnings
    assert warning.name == "front_cells"
    assert warning.value < 4.0
    assert "take" in warning
    law, column = fronts.Langmuir(5.0, 2.0), fronts.Column(0.2, 1e-3, 0.4)
    half = run.reactor.when(run.legs, lambda row: row["c_out"][:, 0], 0.5)
    assert half == pytest.approx(law.pattern_time(column, 1.0, 2.0, 0.5), rel=3e-3)


def test_washing_gives_the_rarefaction():
    wash = [Step("wash", 3000.0, stream(), stream())]
    bed = liquid(langmuir(5.0, 2.0), cells=200, k=2.0, steps=wash)._replace()
    full = SorptionReactor(
        INERT, length=0.2, fluid=Liquid(1e-3, 0.4), cells=200, steps=wash, start={"A": 1.0},
        sorbent=Sorbent(langmuir(5.0, 2.0), ("A",), 2.0, 0.6),
    )  # fmt: skip
    assert bed.state()[2 : 2 + bed.start.size].max() == 0.0
    run = solve(full)
    levels = np.array([0.8, 0.5, 0.2])
    for c, t in zip(
        levels,
        fronts.Langmuir(5.0, 2.0).rarefaction_times(fronts.Column(0.2, 1e-3, 0.4), levels),
        strict=True,
    ):
        found = run.reactor.when(run.legs, lambda row: -row["c_out"][:, 0], -c)
        assert found == pytest.approx(t, rel=0.01)


def test_layers_of_sorbent_hold_as_much_as_a_mixed_bed():
    layered = liquid(linear(3.0), cells=80, profile=((2.0, 1.0), (0.0, 1.0)))
    run = solve(layered, rtol=1e-7)
    t, passed = 1600.0, run.at(1600.0)["passed_out"][0]
    even = solve(liquid(linear(3.0), cells=80), rtol=1e-7).at(t)["passed_out"][0]
    # linear, so where the sorbent sits changes neither the delay nor, with one k, the spreading
    assert passed == pytest.approx(even, rel=1e-3)
    assert run.at(t)["q"][-1, 0] == 0.0


# --- the equations -------------------------------------------------------------------------------
def heated(**more):
    net = Network.build(
        [Reaction("O2 <=> N2", Arrhenius(0.3), reverse=Arrhenius(0.1), dH=-2e4)],
        [Species("O2", M=0.032, cp=29.0), Species("N2", M=0.032, cp=29.0)],
    )
    return gas(
        SWING, net=net, catalyst=1.0, heat=Heat(900.0, 0.2, 10.0, 0.035, 298.15), cells=8,
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("weno", [False, True])
def test_jacobian_is_that_of_the_right_hand_side(weno):
    bed = heated(weno=weno)
    rng = np.random.default_rng(1)
    model = bed.stage(0, 0.0, bed.state()).model
    y = bed.state() * rng.uniform(0.97, 1.03, bed.state().size)
    reach = bed.solver().method.matrix.lower
    J = np.empty((y.size, 3 * reach + 1))
    model.jac_banded(3.0, y, J, reach, reach)
    full, up, down = np.zeros((y.size, y.size)), np.empty(y.size), np.empty(y.size)
    for j in range(y.size):
        h = 1e-5 * max(abs(y[j]), 1e-2)
        for sign, out in ((1.0, up), (-1.0, down)):
            x = y.copy()
            x[j] += sign * h
            model.rhs(3.0, x, out)
        full[:, j] = (up - down) / (2 * h)
    for i in range(y.size):
        for j in range(y.size):
            inside = abs(i - j) <= reach
            own = J[i, reach + j - i] if inside else 0.0
            assert own == pytest.approx(full[i, j], rel=2e-3, abs=1e-4 * np.abs(full[i]).max())


def dense():
    """A gas at 50 bar whose pressure falls by less than a millionth from cell to cell."""
    steps = [Step("feed", 200.0, inflow(10.0, {"O2": 0.4, "N2": 0.6}, T=320.0), reservoir(5e6))]
    heat = Heat(900.0, 0.3, 20.0, 0.05, 298.15)
    return gas(steps, heat=heat, d=4e-3, p=5e6, cells=40)


def test_jacobian_knows_that_composition_alone_moves_nothing():
    bed = dense()
    model = bed.stage(0, 0.0, bed.state()).model
    rows = bed.rows(bed.state())
    falling = np.arange(40.0, 0.0, -1.0)
    total = 5e6 / (R_GAS * 298.15) * (1.0 + 2e-8 * falling)  # 0.1 Pa from cell to cell
    rows[1:-1, 0] = total * (0.2 + 0.01 * falling)
    rows[1:-1, 1] = total - rows[1:-1, 0]
    y, swap = rows.ravel(), np.zeros_like(rows)
    swap[1:-1, 0] = np.sin(np.arange(40.0))
    swap[1:-1, 1] = -swap[1:-1, 0]
    reach = bed.solver().method.matrix.lower
    J = np.zeros((y.size, 3 * reach + 1))
    model.jac_banded(3.0, y, J, reach, reach)
    up, down, v = np.empty(y.size), np.empty(y.size), swap.ravel()
    model.rhs(3.0, y + 0.1 * v, up)
    model.rhs(3.0, y - 0.1 * v, down)
    banded = [sum(J[i, reach + j - i] * v[j]
                  for j in range(max(i - reach, 0), min(i + reach + 1, y.size)))
              for i in range(y.size)]  # fmt: skip
    exact = (up - down) / 0.2
    np.testing.assert_allclose(banded, exact, rtol=1e-3, atol=1e-3 * np.abs(exact).max())


def test_compiled_equals_plain():
    from intensify._jit import compiled

    bed = heated()
    model = bed.stage(0, 0.0, bed.state()).model
    y, plain, fast = bed.state(), np.empty(bed.state().size), np.empty(bed.state().size)
    model.rhs(3.0, y, plain)
    compiled(right_hand_side, model)(model, 3.0, y, fast)
    np.testing.assert_allclose(fast, plain, rtol=1e-12, atol=1e-12)


def right_hand_side(model, t, y, dy):
    model.rhs(t, y, dy)


# --- gas -----------------------------------------------------------------------------------------
def test_pressure_drop_of_a_compressible_gas_is_ergun_s():
    x, p = {"O2": 0.22, "N2": 0.78}, 1.2e5
    flux = 20.0
    bed = gas([Step("blow", 60.0, inflow(flux, x, T=298.15), reservoir(p))], density=0.0, cells=40)
    run = solve(bed)
    M = 0.22 * 0.032 + 0.78 * 0.028
    a = 150 * 0.63**2 / (0.37**3 * 1e-6) * 1.85e-5 * flux * R_GAS * 298.15
    b = 1.75 * 0.63 / (0.37**3 * 1e-3) * flux**2 * M * R_GAS * 298.15
    exact = np.sqrt(p**2 + 2 * (a + b) * 0.5) - p
    assert bed.pressure_drop(run.legs[-1]) == pytest.approx(exact, rel=4e-4)


def test_a_dense_gas_gets_to_its_end():
    # with velocities' slopes by differences of each species 59,000 steps reached 0.1 s
    run = solve(dense())
    assert run.statistics["accepted"] + run.statistics["rejected"] < 3000
    assert max(run.balances().values()) < 1e-9


def test_reactive_front_leaves_when_equilibrium_theory_says():
    # A + B => C + D fast, C is held; dilute
    K, T, p = 12.0, 673.15, 2e6
    names = ("CO", "H2O", "CO2", "H2", "N2")
    y = dict(zip(names, (0.004, 0.25, 0.001, 0.0, 0.745), strict=True))
    net = Network.build(
        [Reaction("CO + H2O <=> CO2 + H2", Arrhenius(1e-7), reverse=Arrhenius(1e-7 / K))],
        [Species(n, M=0.028) for n in names], pressure=1.0,
    )  # fmt: skip
    law = langmuir(0.65, 2.36e-4)
    c = p / (R_GAS * T)
    behind = equilibrium(net, {n: c * x for n, x in y.items()}, T=T)
    q = fronts.Langmuir(0.65, 2.36e-4).loading(behind[2] * R_GAS * T)
    front = fronts.ReactiveFront(1.0, 0.1, 0.64, 700.0, q, 0.005 * c)
    bed = SorptionReactor(
        net, length=1.0, fluid=Gas(2.9e-5, 2e-3, 0.4, 0.64), catalyst=1.0, T=T, p=p, cells=50,
        sorbent=Sorbent(law, ("CO2",), 5.0, 700.0), start={"H2O": 0.25, "N2": 0.75},
        steps=[Step("feed", 1.2 * front.time, inflow(0.1 * c, y, T=T), reservoir(p, T=T))],
    )  # fmt: skip
    run = solve(bed)
    carbon = lambda row: row["flux_out"][:, [0, 2]].sum(axis=1)  # noqa: E731
    half = run.reactor.when(run.legs, carbon, 0.5 * 0.1 * c * 0.005)
    assert half == pytest.approx(front.time, rel=6e-3)
    assert max(run.balances().values()) < 1e-5
    before = run.at(0.5 * front.time)
    assert before["flux_out"][3] / before["flux_out"].sum() == pytest.approx(0.004, rel=0.012)


def test_a_hot_feed_travels_with_its_heat_capacity():
    x, heat = {"O2": 0.22, "N2": 0.78}, Heat(900.0, 0.0, 0.0, 0.035, 298.15)
    feed = inflow(20.0, x, T=348.15)
    law = langmuir([0.0, 0.0], [5e-7, 1.5e-6])
    bed = gas([Step("heat", 1000.0, feed, reservoir(1e5))], isotherm=law, heat=heat, cells=60)
    run = solve(bed)
    cp = 0.22 * 29.4 + 0.78 * 29.1
    exact = 0.5 * 680.0 * 900.0 / (20.0 * cp)
    half = run.reactor.when(run.legs, lambda row: row["T"][:, -1], 323.15)
    assert half == pytest.approx(exact, rel=0.01)
    assert run.kpis["T_max"] <= 348.15 + 0.1


def test_adsorption_heats_an_adiabatic_bed():
    x, heat = {"O2": 0.0, "N2": 1.0}, Heat(900.0, 0.0, 0.0, 0.035, 298.15)
    steps = [Step("press", 30.0, reservoir(1e5, x, to=4e5), CLOSED_END)]
    bed = gas(steps, heat=heat)
    run = solve(bed, rtol=1e-7)
    cells = run.reactor.rows(run.legs[-1].y_end)[1:-1]
    taken = 680.0 * (cells[:, 2:4] - bed.start[:, 2:4]) @ [12.5e3, 18e3]
    # heat of adsorption, less what the sensible heat of gas and solid holds
    rise = cells[:, -1] - 298.15
    held = (680.0 * 900.0 + 0.6 * cells[:, :2] @ [29.4, 29.1]) * rise
    assert held.sum() == pytest.approx(taken.sum(), rel=0.02)
    assert rise.max() > 1.0


def test_a_run_closes_its_balances_over_all_steps():
    run = solve(gas(SWING))
    assert max(run.balances().values()) < 1e-6
    data = run.dataset
    assert set(data["stage"].values) == {"pressurise", "adsorb", "blow down", "purge"}
    assert data["p"].values.max() == pytest.approx(4e5, rel=5e-3)
    assert run.kpis["q_N2"] > 0.0


# --- bad input -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cells": 4}, "cells: are 4, but must be 8 or more"),
        ({"steps": []}, "steps: are none"),
        ({"length": 0.0}, "length: is 0, but must be above 0"),
        ({"catalyst": -1.0}, "catalyst: is -1, but must be 0 or more"),
        ({"start": {"B": 1.0}}, "species 'B'"),
        ({"fluid": Liquid(1e-3, 1.2)}, "void: is 1.2, but must be below 1"),
        (
            {"steps": [Step("feed", 1.0, inflow(1.0, {"A": 1.0}, T=300.0), stream())]},
            "feed: a liquid's ends are `stream`s",
        ),
    ],
)
def test_bad_columns_have_a_sentence(change, sentence):
    right = {
        "length": 0.2, "fluid": Liquid(1e-3, 0.4), "start": {},
        "sorbent": Sorbent(linear(3.0), ("A",), 0.1, 0.6),
        "steps": [Step("load", 1.0, stream({"A": 1.0}), stream())],
    }  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        SorptionReactor(INERT, **(right | change))


def test_bad_ports_have_a_sentence():
    with pytest.raises(InputError, match=r"sum to 0\.9"):
        inflow(1.0, {"A": 0.9}, T=300.0)
    with pytest.raises(InputError, match="flux: is 0, but must be finite and above 0"):
        inflow(0.0, {"A": 1.0}, T=300.0)
    with pytest.raises(InputError, match="takes product, but no step lets any leave"):
        gas([Step("purge", 1.0, reservoir(1e5), product(0.1, T=300.0))])
    with pytest.raises(InputError, match="no product is left"):
        skarstrom({"A": 1.0}, T=298.0, p_high=4e5, p_low=1e5, feed=1.0, purge=1.0, press=1.0,
                  adsorb=1.0, blow=1.0, wash=1.0)  # fmt: skip
    with pytest.raises(InputError, match="it must rise"):
        skarstrom({"A": 1.0}, T=298.0, p_high=1e5, p_low=4e5, feed=1.0, purge=0.1, press=1.0,
                  adsorb=1.0, blow=1.0, wash=1.0)  # fmt: skip
