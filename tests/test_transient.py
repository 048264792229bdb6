"""The channel in time: closed forms, the steady channel, balances, and what is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import intensify as it
from intensify._jit import canonical, compiled
from intensify.errors import InputError
from intensify.numerics.protocol import jacobian
from intensify.reactors.channels.transient_equations import T_U
from intensify.reactors.channels.transient_reactor import entered

RHO_CP, L = 4.2e6, 6.0


def first_order(k=0.05, dH=0.0, Ta=0.0):
    reaction = it.Reaction("A => B", it.Arrhenius(k * np.exp(Ta / 320.0), 0.0, Ta), dH=dH)
    return it.Network.build([reaction])


def channel(net=None, *, zones=None, **more):
    options = {"feed": {"A": 1000.0}, "T": 300.0, "flow": 1e-6, "rho_cp": RHO_CP}
    options |= {
        "section": it.round_section(5e-3),
        "zones": zones or [it.Zone(310.0, length=L, UA_V=2e6)],
    }
    return it.MiniaturisedReactor(net or first_order(), **(options | more))


def hot_channel(**more):
    """Several hot-spot kelvins, two zones, the second with a counter-current utility."""
    zones = [
        it.Zone(305.0, length=2.0, UA_V=2e6),
        it.Zone(320.0, length=4.0, UA_V=1e6, wc=8.0, counter=True),
    ]
    return channel(first_order(0.05, -2e5, 7000.0), zones=zones, metal=it.Metal(3.0), **more)


def final(reactor, name, **options):
    return it.solve(reactor, **options).dataset[name].values[-1]


# --- against closed forms and the steady channel -------------------------------------------------
def outlet_errors(D, exact):
    """Error of the outlet concentration of a first-order reaction at rest, by number of cells."""
    out = []
    for cells in (25, 50, 100):
        run = it.solve(it.TransientChannel(channel(), until=1.0, cells=cells, D=D), rtol=1e-8)
        out.append(abs(run.dataset["c_out"].values[-1, 0] / 1000.0 - exact))
    return np.array(out)


def test_plug_flow_is_met_with_order_2():
    tau = L / (1e-6 / (np.pi * 5e-3**2 / 4))
    errors = outlet_errors(0.0, np.exp(-0.05 * tau))
    assert (np.log2(errors[:-1] / errors[1:]) > 1.8).all()
    assert errors[-1] < 2e-5


def test_dispersion_between_danckwerts_ends_is_met_with_order_2():
    u = 1e-6 / (np.pi * 5e-3**2 / 4)
    Pe, Da = 10.0, 0.05 * L / u
    a = np.sqrt(1.0 + 4.0 * Da / Pe)
    down, up = (1.0 + a) ** 2 * np.exp(Pe * a / 2.0), (1.0 - a) ** 2 * np.exp(-Pe * a / 2.0)
    exact = 4.0 * a * np.exp(Pe / 2.0) / (down - up)
    errors = outlet_errors(u * L / Pe, exact)
    assert (np.log2(errors[:-1] / errors[1:]) > 1.7).all()
    assert errors[-1] < 2e-4


def test_at_rest_it_is_the_steady_channel():
    steady = it.solve(hot_channel())
    coarse, fine = (
        it.solve(it.TransientChannel(hot_channel(), until=1.0, cells=cells)).dataset
        for cells in (60, 240)
    )

    def miss(data):
        z = data["z"].values
        T = np.array([steady.at(x)["T"] for x in z])
        away = np.abs(z - 2.0) > 0.25  # the profile has a kink where the zones meet
        return np.abs(data["T"].values[-1] - T)[away].max()

    assert miss(fine) < 0.05
    assert miss(fine) < miss(coarse) / 8.0
    T_u, second = fine["T_utility"].values[-1], fine["z"].values > 2.0
    assert T_u[-1] == pytest.approx(320.0, abs=0.01)
    assert T_u[second][0] == pytest.approx(steady.legs[1].y_start[3], abs=0.6)


def test_an_inert_step_at_the_inlet_travels_with_the_fluid():
    net = it.Network.build("A => B", k=0.0)
    start = it.Filling(300.0)
    u = 1e-6 / (np.pi * 5e-3**2 / 4)
    bare = channel(net, zones=[it.Zone(300.0, length=L, U=0.0)])
    run = it.solve(it.TransientChannel(bare, until=0.5 * L / u, start=start, cells=200))
    c, z = run.dataset["c"].values[-1, :, 0], run.dataset["z"].values
    front = np.interp(500.0, c[::-1], z[::-1])
    assert front == pytest.approx(0.5 * L, abs=0.01 * L)
    assert c.max() < 1000.0 + 1e-3
    assert c.min() > -1e-3
    filled = float((c * L / 200).sum())
    assert filled == pytest.approx(1000.0 * 0.5 * L, rel=1e-6)


def test_stop_of_flow_and_utility_ends_where_the_heat_of_the_rest_brings_fluid_and_metal():
    it_ = channel(first_order(0.05, -2e5, 7000.0), metal=it.Metal(3.0))
    stopped = it.Change(0.0, feed=0.0, utility=0.0)
    reactor = it.TransientChannel(it_, until=5e4, cells=40, changes=[stopped])
    run = it.solve(reactor)
    first = reactor.blocks(run.legs[0].y_start)[1:-1]
    C, C_w = RHO_CP, 3.0 * it.Metal().rho_cp
    expected = (C * first[:, 2] + C_w * first[:, 3] + 2e5 * first[:, 0]) / (C + C_w)
    assert run.dataset["T"].values[-1] == pytest.approx(expected, abs=1e-3)
    assert run.dataset["T_wall"].values[-1] == pytest.approx(expected, abs=1e-3)
    assert run.kpis["Phi"] == pytest.approx(1.0 + C_w / C)
    assert run.dataset["c"].values[-1, :, 0].max() < 1e-6


def test_without_metal_the_wall_follows_at_once():
    bare = it.TransientChannel(
        channel(), until=20.0, cells=40, inside=0.25, changes=[it.Change(5.0, T_utility=330.0)]
    )
    data = it.solve(bare).dataset
    T_w = 0.75 * data["T"].values + 0.25 * data["T_utility"].values
    assert data["T_wall"].values == pytest.approx(T_w, abs=2e-3)


def test_cross_flow_warms_each_place_on_its_own():
    zone = it.Zone(310.0, length=L, UA_V=2e6, wc=0.4)
    reactor = it.TransientChannel(channel(zones=[zone]), until=1.0, cells=40, cross_flow=True)
    data = it.solve(reactor).dataset.isel(t=-1)
    w = 0.4 / (np.pi * 5e-3**2 / 4) / L
    passed = w * (data["T_utility"] - 310.0)
    assert np.abs(passed / (4e6 * (data["T_wall"] - data["T_utility"])) - 1.0).max() < 1e-4


# --- failures ------------------------------------------------------------------------------------
def test_time_to_the_limit_and_what_stopping_the_feed_is_worth():
    goes_on = it.Change(10.0, utility=0.0)
    stops = it.Change(10.0, utility=0.0, feed=0.0)
    runs = [
        it.solve(it.TransientChannel(hot_channel(), until=200.0, changes=[c], T_limit=345.0))
        for c in (goes_on, stops)
    ]
    k = runs[0].kpis
    at_limit = runs[0].at(10.0 + k["t_limit"])["T_hottest"]
    assert at_limit == pytest.approx(345.0, abs=1e-6)
    assert k["T_max"] >= runs[0].dataset["T_hottest"].values.max()
    assert runs[1].kpis["T_max"] < k["T_max"]
    assert runs[1].kpis["t_limit"] == np.inf


def test_inlet_and_feed_changes_arrive():
    changes = [it.Change(1.0, T_in=320.0), it.Change(2.0, c={"A": 500.0}), it.Change(3.0, feed=2.0)]
    reactor = it.TransientChannel(channel(), until=400.0, cells=40, changes=changes)
    run = it.solve(reactor)
    assert [leg.label for leg in run.legs] == ["normal", "change 1", "change 2", "change 3"]
    steady = it.solve(channel(flow=2e-6))  # the last change stands alone
    assert run.kpis["X_A"] == pytest.approx(steady.kpis["X_A"], abs=1e-3)


def test_a_lateral_injection_mixes_in():
    net = it.Network.build("A => B", k=0.0)
    bare = channel(net, zones=[it.Zone(300.0, length=L, U=0.0)])
    stream = it.Injection(3.0, 5e-7, 360.0, {"B": 600.0})
    run = it.solve(it.TransientChannel(bare, until=1.0, cells=40, injections=[stream]))
    assert run.dataset["c_out"].values[-1] == pytest.approx([1000.0 / 1.5, 200.0], rel=1e-7)
    assert run.dataset["T"].values[-1, -1] == pytest.approx(320.0, rel=1e-9)
    assert run.dataset["T"].values[-1, 0] == pytest.approx(300.0, rel=1e-9)


def test_heat_is_lost_to_the_surroundings():
    net = it.Network.build("A => B", k=0.0)
    lossy = it.TransientChannel(
        channel(net, T=350.0), until=1.0, cells=200, loss=1e6, T_ambient=290.0,
        changes=[it.Change(0.0, utility=0.0)],
    )  # fmt: skip
    lossy = lossy._replace(until=600.0)
    tau = L / (1e-6 / (np.pi * 5e-3**2 / 4))
    UA_V = 1.0 / (1.0 / 4e6 + 1.0 / 1e6)
    expected = 290.0 + 60.0 * np.exp(-UA_V * tau / RHO_CP)
    assert final(lossy, "T")[-1] == pytest.approx(expected, abs=0.2)


# --- conservation and code -----------------------------------------------------------------------
def everything(cp_A=80.0, cp_B=120.0):
    """A reactor in which every term is at work, species with heat capacities included."""
    species = [it.Species("A", M=0.1, cp=cp_A), it.Species("B", M=0.1, cp=cp_B)]
    reaction = it.Reaction("A => B", it.Arrhenius(4e7, 0.0, 7000.0), dH=-1e5)
    net = it.Network.build([reaction], species)
    zones = [
        it.Zone(305.0, length=2.0, UA_V=2e6, wc=5.0),
        it.Zone(320.0, length=4.0, UA_V=1e6, wc=8.0, counter=True),
    ]
    return it.TransientChannel(
        channel(net, zones=zones, metal=it.Metal(2.0)), until=30.0, cells=30, T_limit=400.0, D=1e-3,
        conductivity=10.0, metal_conductivity=15.0, loss=2e4, inside=0.3,
        injections=[it.Injection(1.0, 2e-7, 290.0, {"A": 500.0})],
        changes=[
            it.Change(5.0, utility=0.2, coolant=0.5), it.Change(20.0, feed=0.0, injections=0.0),
        ],
    )  # fmt: skip


def test_mass_and_energy_close():
    for reactor in (
        everything(),
        it.TransientChannel(hot_channel(), until=50.0, changes=[it.Change(1.0, utility=0.0)]),
    ):
        closure = it.solve(reactor).balances()
        assert max(closure.values()) < 1e-8, closure
    assert set(closure) >= {"energy"}


def test_the_kernel_is_the_python():
    reactor = everything()
    model = reactor.model(it.Change(0.0))
    rng = np.random.default_rng(3)
    z = np.linspace(0.0, 1.0, 30)
    y = np.zeros(32 * 6)
    inside = reactor.blocks(y)[1:-1]
    inside[:] = np.array([900.0, 200.0, 310.0, 312.0, 315.0, 0.0]) + np.outer(
        z, [-300, 300, 20, 18, 5, 0]
    )
    y = entered(model, y + 1e-3 * rng.standard_normal(y.size))
    plain, fast = np.empty_like(y), np.empty_like(y)
    model.rhs(0.0, y, plain)
    compiled(_rhs, canonical(model))(canonical(model), y, fast)
    assert fast == pytest.approx(plain, rel=1e-10, abs=1e-16)


def test_the_jacobian_is_exact_where_faces_have_upwind_values():
    # in a flat profile a cell that is moved alone is an extremum: its limited slope is 0, but where
    # a stream leaves; the heat capacities, which `jac_banded` holds, are constant here
    reactor = everything(0.0, 0.0)
    model = reactor.model(it.Change(0.0))
    # (with D the first cell has its neighbour's slope)
    model = model._replace(c_in=np.array([900.0, 200.0]), T_in=310.0, D=0.0)
    model.cells[:, T_U] = 310.0
    blocks = np.zeros((32, 6))
    blocks[1:-1] = [900.0, 200.0, 310.0, 310.0, 310.0, 0.0]
    y = blocks.ravel()
    band, full = np.zeros((y.size, 19)), np.zeros((y.size, y.size))
    model.jac_banded(0.0, y, band, 6, 6)
    jacobian(Differences(model.rhs), 0.0, y, full)
    ends = [60, 66, 180]  # of the utilities of both zones, and of the fluid
    for i in [i for i in range(6, y.size - 6) if i // 6 * 6 not in ends]:
        mine = np.zeros(y.size)
        mine[i - 6 : i + 7] = band[i, :13]
        assert mine == pytest.approx(full[i], rel=1e-5, abs=1e-7 * np.abs(full[i]).max() + 1e-12)


class Differences(NamedTuple):
    """A model without a Jacobian of its own."""

    rhs: Any


def _rhs(model, y, dy):
    model.rhs(0.0, y, dy)


# --- what is refused -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"changes": [it.Change(-1.0)]}, r"changes\[0\]: is at -1 s, before the start"),
        ({"changes": [it.Change(2.0), it.Change(1.0)]}, "not in the order of their times"),
        ({"changes": [it.Change(20.0)]}, "until: is 10 s; it must lie behind"),
        (
            {"changes": [it.Change(1.0, feed=-1.0)]},
            r"changes\[0\].feed: is -1, but must be 0 or more",
        ),
        ({"cells": 4}, "cells: is 4; take 8 or more"),
        ({"inside": 1.0}, "inside: is 1, but must lie between"),
        ({"D": -1.0}, "D: is -1, but must be 0 or more"),
        (
            {"injections": [it.Injection(9.0, 1e-7, 300.0, {})]},
            r"injections\[0\]: .* needs a flow, at 0 to 6 m",
        ),
    ],
)
def test_unusable_input_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        it.TransientChannel(channel(), **({"until": 10.0} | options))


def test_an_isothermal_zone_is_refused():
    with pytest.raises(InputError, match="one is isothermal"):
        it.TransientChannel(channel(zones=[it.Zone(310.0, length=L, U=np.inf)]), until=1.0)


def test_a_front_narrower_than_the_cells_is_told():
    sharp = first_order(2.0, -3e5, 9000.0)
    fast = it.TransientChannel(
        channel(sharp, T=320.0, zones=[it.Zone(330.0, length=L, U=0.0)]), until=1.0, cells=20
    )
    assert any("narrower than four" in w for w in it.solve(fast).warnings)


def test_a_run_is_saved_and_read(tmp_path):
    run = it.solve(it.TransientChannel(channel(), until=5.0, cells=20))
    run.save(tmp_path / "run.h5")
    assert it.Result.load(tmp_path / "run.h5") == run
