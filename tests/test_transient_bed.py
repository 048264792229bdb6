"""The bed in time: closed forms, the steady bed, balances, the wrong way, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import intensify as it
from intensify.errors import InputError
from intensify.numerics.nested import own_blocks
from intensify.sorption.fronts import J
from intensify.transport.catalyst_grain import film, pellet
from intensify.transport.packing import random_bed

PACKING = random_bed(3e-3, 25e-3, void=0.4)
FIRST = it.Network.build([it.Reaction("A => B", it.Arrhenius(2e6, 0.0, 12000.0), dH=-8e4)],
                         [it.Species("A"), it.Species("B"), it.Species("N2")])  # fmt: skip
GRAINS = {
    "gas": {},
    "film": {"pellet": film(FIRST, rho_surface=1500.0 * 0.5e-3, k=0.1, h=150.0, T_gas=550.0)},
    "pores": {"pellet": pellet(FIRST, rho=1500.0, R=1.5e-3, D=2e-6, conductivity=0.3, k=0.1,
                               h=150.0, T_gas=550.0, nodes=6)},
}  # fmt: skip


def bed(kind, net=FIRST, **changes):
    given = {"packing": PACKING, "feed": {"A": 0.04, "N2": 0.96}, "T": 560.0, "p": 3e5,
             "flow": 0.008, "M": 0.03, "cp": 1100.0,
             "zones": [it.BedZone(0.6, T_c=560.0, rho_b=900.0, U=60.0)]}  # fmt: skip
    return it.PackedBed(net, **(given | GRAINS[kind] | changes))


def run(kind, cells=40, changed=None, **options):
    return it.solve(
        it.TransientBed(bed(kind, **(changed or {})), cells=cells, **({"until": 1.0} | options))
    )


# --- at rest -------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [*GRAINS])
def test_at_rest_it_is_the_steady_bed_with_order_2(kind):
    steady, errors = it.solve(bed(kind)).kpis, []
    for cells in (20, 40, 80):
        kpis = run(kind, cells).kpis
        errors.append([kpis[key] - steady[key] for key in ("T_out", "X_A", "p_drop")])
    errors = np.abs(errors)
    assert (errors[-1] < [0.05, 2e-4, 1.0]).all()
    assert (errors[1, :2] / errors[2, :2] > 3.0).all()


def test_a_warm_front_is_that_of_schumann():
    """Heat between gas and grains alone: the exact solution of a linear driving force."""
    net = it.Network.build("A => B", [it.Species(x, M=0.028, cp=30.0) for x in "AB"], k=0.0)
    grain = film(net, rho_surface=0.75, k=0.1, h=40.0, T_gas=400.0)
    plain = it.PackedBed(
        net, packing=PACKING, feed={"A": 1.0}, T=400.0, p=3e5, flow=0.008, pellet=grain,
        zones=[it.BedZone(0.6, T_c=400.0, rho_b=900.0)],
    )  # fmt: skip
    wave = it.TransientBed(plain, until=2000.0, cells=200, pores=1e-4,
                           changes=[it.BedChange(0.0, T_in=410.0)])  # fmt: skip
    got, eq = it.solve(wave, rtol=1e-7), wave.equations
    a, flow = 900.0 * 40.0 / 0.75, eq.left.flux * 30.0
    held = (eq.eps + 900.0 * 1e-4) * got.dataset["c"].values[0, :, 0].mean() * 30.0 / flow
    for t in (600.0, 900.0, 1200.0, 1500.0):
        z = 0.5 * (wave.z[-2] + wave.z[-1])
        exact = J(a * z / flow, a / (900.0 * 900.0) * (t - held * z))
        assert (got.at(t)["T"][-2:].mean() - 400.0) / 10.0 == pytest.approx(exact, abs=2e-3)
    assert max(got.balances().values()) < 1e-6


# --- in motion -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def wrong_way():
    """An adiabatic bed whose feed cools by 30 K."""
    step = it.BedChange(50.0, T_in=530.0)
    return run("pores", 60, {"zones": [it.BedZone(0.6, T_c=560.0, rho_b=900.0)]}, until=2500.0,
               changes=[step], T_limit=700.0)  # fmt: skip


def test_a_colder_feed_overheats_the_bed(wrong_way):
    before, kpis = wrong_way.dataset["T_hottest"].values[0], wrong_way.kpis
    assert before == pytest.approx(560.0 + 97.0, abs=0.2)  # all the heat of the feed
    assert kpis["T_max_end"] == pytest.approx(before - 30.0, abs=1.0)
    assert kpis["T_max"] > before + 60.0
    assert 0.2 < kpis["z_T_max"] < 0.5  # inside the bed, not where it leaves
    assert 0.0 < kpis["t_limit"] < kpis["t_T_max"] - 50.0
    at_limit = wrong_way.at(50.0 + kpis["t_limit"])
    assert float(at_limit["T_hottest"]) == pytest.approx(700.0, abs=0.3)


def test_amounts_and_heat_are_kept(wrong_way):
    closure = wrong_way.balances()
    assert closure.pop("energy") < 1e-5  # c T is a product: to the tolerance's square
    assert max(closure.values()) < 1e-13


def test_a_filled_bed_comes_to_the_steady_state_and_stays_empty_without_feed():
    filled = {"start": it.BedFilling(560.0, {"N2": 1.0}), "until": 4000.0}
    steady = run("pores", 20)
    got = run("pores", 20, **filled)
    for key in ("X_A", "T_out", "T_max_end"):
        assert got.kpis[key] == pytest.approx(steady.kpis[key], rel=2e-5)
    stopped = run("pores", 20, changes=[it.BedChange(0.0, flow=0.0, T_coolant=540.0)], until=4000.0)
    assert stopped.dataset["y"].sel(species="A").values[-1].max() < 1e-6
    assert stopped.kpis["T_out"] == pytest.approx(540.0, abs=1.0)
    assert stopped.balances()["energy"] < 1e-5


def test_what_goes_with_the_gas_only_delays():
    """An inert content moves a wave's time by its heat over the stream's, and no steady state."""
    options = {"until": 200.0, "changes": [it.BedChange(0.0, T_in=550.0)]}
    plain, heavy = run("gas", **options), run("gas", inert=4e5, **options)
    assert heavy.dataset["T"].values[0] == pytest.approx(plain.dataset["T"].values[0], abs=1e-3)
    # solid 900 x 900 J/m3/K: with the inert's a wave takes 1.49 times as long
    slow = it.solve(it.TransientBed(bed("gas"), cells=40, cp_solid=900.0 + 4e5 / 900.0, **options))
    assert heavy.dataset["T"].values[-1] == pytest.approx(slow.dataset["T"].values[-1], abs=1e-3)
    assert np.abs(heavy.dataset["T"].values[-1] - plain.dataset["T"].values[-1]).max() > 0.5


def test_slopes_are_those_of_differences():
    tube = it.TransientBed(bed("pores"), until=1.0, cells=8, nodes=3, p_out=2.9e5,
                           start=it.BedFilling(565.0))  # fmt: skip
    model, y = tube.model(it.BedChange(0.0)), tube.filled(tube.start)
    rng = np.random.default_rng(3)
    y += 0.02 * rng.random(y.size) * np.maximum(np.abs(y), 0.1)
    matrix = tube.solver().method.matrix
    J, W, S = np.zeros((y.size, matrix.width(y.size))), model.size.size, 3
    model.jac_nested(0.0, y, J.reshape(-1))
    up, down, row = np.empty(y.size), np.empty(y.size), 4
    D, C, B = own_blocks(J.reshape(-1), 10, S, W - S - 1, 1, 2, row)
    outer = [0, 1, 2, W - 1]
    for v in range(W):
        at, h = row * W + v, 1e-6 * max(abs(y[row * W + v]), 1e-2)
        y[at] += h
        model.rhs(0.0, y, up)
        y[at] -= 2.0 * h
        model.rhs(0.0, y, down)
        y[at] += h
        slope = ((up - down) / (2.0 * h))[row * W : (row + 1) * W]
        found = (C[outer.index(v)], slope[S:-1]) if v in outer else (D[:, v - S], slope[S:-1])
        assert found[0] == pytest.approx(found[1], rel=2e-5, abs=1e-6 * np.abs(slope).max())
        if v not in outer:
            assert B[:3, v - S] == pytest.approx(slope[:3], rel=1e-6, abs=1e-9)


# --- cases and pictures --------------------------------------------------------------------------
CASE = """
title: A bed in time
per: kg
reactions: [{equation: A => B, A: 2e6, Ta: 12000 K, dH: -80 kJ/mol}]
species: {A: {}, B: {}, N2: {}}
specification: {product: B, key: A, conversion: 0.5}
limit: {T: 700 K, source: assumption}
common:
  tubes: 1
  diameter: 25 mm
  void: 0.4
  grain: {diameter: 3 mm, density: 1500 kg/m3, D_e: 2e-6 m2/s, conductivity: 0.3 W/m/K}
  gas: {M: 30 g/mol, viscosity: 2e-5 Pa*s, cp: 1100 J/kg/K}
  feed: {A: 0.04, B: 0, N2: 0.96}
  flow: 0.008 mol/s
  T: 560 K
  p: 3 bar
  zones: [{length: 0.6 m}]
reactors:
  cooled:
    {kind: transient-bed, nodes: 6, cells: 40, until: 300 s, changes: [{at: 20 s, T_in: 530 K}]}
  filled: {kind: transient-bed, nodes: 6, cells: 20, until: 5 s, start: {T: 500 K, feed: {N2: 1}}}
  spread: {kind: dispersed-bed, nodes: 6, cells: 40, dispersion: 0.02 m2/s}
"""


def test_a_case_has_a_bed_in_time_and_a_dispersed_one(tmp_path):
    path = tmp_path / "bed.yaml"
    path.write_text(CASE)
    case = it.cases.load(path)
    cooled, filled, spread = (case.reactors[name] for name in ("cooled", "filled", "spread"))
    assert (cooled.T_limit, cooled.changes[1].T_in, len(cooled.z)) == (700.0, 530.0, 40)
    run = it.solve(cooled)
    assert run.kpis["T_max"] > run.dataset["T_hottest"].values[0] + 20.0
    axes = it.plot.profiles(run).axes
    assert [a.get_ylabel() for a in axes] == [
        "temperature, grains and gas [K]", "temperature [K]", "A, grains and gas [mol/m3]",
        "mole fraction at the outlet",
    ]  # fmt: skip
    assert filled.filled(filled.start)[-1] == 0.0
    assert it.solve(filled).dataset["T_solid"].values[0] == pytest.approx(500.0)
    assert it.solve(spread).kpis["Pe"] == pytest.approx(spread.bed.F_in.sum() * 0.6 / (
        spread.bed.c_in.sum() * spread.bed.packing.A * 0.02), rel=1e-9)  # fmt: skip
    path.write_text(
        CASE.replace("start: {T: 500 K, feed: {N2: 1}}", "start: {T: 5 K, feed: {X: 1}}")
    )
    with pytest.raises(InputError, match=r"filled\.start|species 'X'"):
        it.cases.load(path)


@pytest.mark.parametrize(("asked", "sentence"), [
    ({"until": -1.0}, "until: is -1 s"),
    ({"cells": 4}, "cells: is 4; take 8 or more"),
    ({"changes": [it.BedChange(0.5, flow=-1.0)]}, r"changes\[0\].flow: is -1, but must be 0"),
    ({"changes": [it.BedChange(0.5), it.BedChange(0.2)]}, "not in the order"),
    ({"nodes": 200}, "nodes: is 200; take 3 to 100"),
    ({"cp_solid": 0.0}, "cp_solid: is 0, but must be above 0"),
    ({"conductivity": -1.0}, "conductivity: is -1"),
])  # fmt: skip
def test_a_run_that_cannot_be_is_refused(asked, sentence):
    with pytest.raises(InputError, match=sentence):
        it.TransientBed(bed("pores"), **({"until": 1.0} | asked))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"friction": "none"}, "pressure drives the gas"),
    ({"acceleration": True}, "not counted in time"),
    ({"effectiveness": 0.5}, "a constant beside a pellet"),
    ({"pellet": film(FIRST, rho_surface=0.75, k=0.1)}, "heat leaves the grain without resistance"),
    ({"pellet": film(FIRST, rho_surface=0.75, h=9.0)}, "k: of A is inf"),
    ({"zones": [it.BedZone(0.6, T_c=560.0, rho_b=900.0, U=it.units.INF)]}, "isothermal"),
    ({"zones": [it.BedZone(0.6, T_c=560.0, rho_b=900.0, U=9.0, wc=3.0)]}, "finite flow"),
])  # fmt: skip
def test_a_bed_that_cannot_be_run_in_time_is_refused(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        it.TransientBed(bed("film", **changes), until=1.0)
