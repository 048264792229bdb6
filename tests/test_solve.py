"""`solve` and `Result`: any reactor, every refusal a sentence, and what a run gives back."""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

import intensify as it
from intensify import phases
from intensify.errors import FileFormatError, InputError, SolveError
from intensify.numerics import DormandPrince
from intensify.reactors.stage import Stage
from intensify.reactors.vessels.phases import AT_CONCENTRATION, AT_CONVERSION, LONGEST

NET = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])
K330 = 1e4 * np.exp(-6000.0 / 330.0)


class Series(NamedTuple):
    """One's own reactor: A => B => C in a tube."""

    k1: float = 2.0
    k2: float = 1

    def initial(self):
        return np.array([1.0, 0.0]), 0.0

    def rhs(self, t, y, dy):
        dy[0] = -self.k1 * y[0]
        dy[1] = self.k1 * y[0] - self.k2 * y[1]
        dy[2] = self.k2 * y[1]


class PlainSeries:
    """The same without types."""

    def initial(self):
        return Series().initial()

    def rhs(self, t, y, dy):
        Series().rhs(t, y, dy)


def series(t):
    """Closed form for k1 = 2, k2 = 1."""
    a, b = np.exp(-2.0 * t), 2.0 * (np.exp(-t) - np.exp(-2.0 * t))
    return np.array([a, b, 1.0 - a - b])


def vessel(*recipe, **changed):
    fields = {"charge": {"A": 1e3, "B": 1e3}, "V": 0.8, "T": 330.0, "rho_cp": 4e6,
              "wall": it.Wall(300.0, 1.0), "jacket": it.Jacket(T_in=290.0), **changed}  # fmt: skip
    return it.SemibatchReactor(NET, recipe=list(recipe), **fields)


def channel(**changed):
    zones = [it.Zone(320.0, residence=20.0, U=800.0), it.Zone(335.0, residence=20.0, U=800.0)]
    return it.MiniaturisedReactor(
        NET, feed={"A": 900.0, "B": 1000.0}, T=310.0, flow=1e-6, rho_cp=4e6, zones=zones,
        section=it.rectangular_section(2e-3, 2e-3), **changed,
    )  # fmt: skip


def hold(duration, **end):
    return phases.isothermal("hold", T=330.0, duration=duration)._replace(**end)


# --- one's own reactor ---------------------------------------------------------------------------
@pytest.mark.parametrize("reactor", [Series(), PlainSeries()], ids=["tuple", "class"])
def test_ones_own_reactor(reactor, tmp_path):
    run = it.solve(reactor, until=3.0)
    assert run.at(3.0)["y"] == pytest.approx(series(3.0), rel=1e-7)
    assert run.at(0.7)["y"] == pytest.approx(series(0.7), rel=1e-6)
    d = run.dataset
    assert np.abs(d["y"].values.T - series(d["t"].values)).max() < 1e-7
    assert (d["t"].attrs["units"], float(d["t"][0]), float(d["t"][-1])) == ("s", 0.0, 3.0)
    assert (run.kpis, run.balances(), run.warnings) == ({}, {}, [])
    assert type(reactor).__name__ in run.provenance["parameters"] + repr(run)
    assert it.Result.load(run.save(tmp_path / "own.h5")) == run


def test_method_and_tolerance_reach_the_integrator():
    errors, steps = [], []
    for rtol in (1e-4, 1e-7, 1e-10):
        run = it.solve(Series(), until=3.0, rtol=rtol)
        errors.append(np.abs(run.legs[0].y_end - series(3.0)).max())
        steps.append(run.statistics["accepted"])
    assert errors[0] > 10 * errors[1] > 100 * errors[2]
    assert steps[0] < steps[1] < steps[2]
    other = it.solve(PlainSeries(), until=3.0, method=DormandPrince())
    assert other.legs[0].y_end == pytest.approx(series(3.0), rel=1e-7)
    with pytest.raises(SolveError, match=r"in 'run': .* after 5 steps: the step limit"):
        it.solve(PlainSeries(), until=3.0, max_steps=5)


class NoRhs:
    def initial(self):
        return (1.0,)


class NoInitial:
    def rhs(self, t, y, dy):
        dy[0] = 0.0


@pytest.mark.parametrize(
    ("reactor", "until", "sentence"),
    [
        (NoRhs(), 1.0, r"NoRhs defines no rhs\(self, t, y, dy\)"),
        (NoInitial(), 1.0, r"NoInitial defines no initial\(self\)"),
        (PlainSeries(), None, "PlainSeries has no stages; say how long"),
        (PlainSeries(), 0.0, "until"),
        (PlainSeries(), -1.0, "until"),
        (PlainSeries(), np.nan, "until"),
        (vessel(phases.adiabatic(duration=9.0)), 5.0, "until"),
    ],
)
def test_what_solve_cannot_use(reactor, until, sentence):
    with pytest.raises(InputError, match=sentence):
        it.solve(reactor, until=until)


def test_functions_are_not_hidden_by_the_modules_they_live_in():
    # in a fresh process: what this one has imported before decides
    code = (
        "import intensify as it; it.fastest_dosing, it.compare_case; "
        "assert callable(it.solve) and callable(it.compare) and callable(it.integrate)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- stages --------------------------------------------------------------------------------------
def test_a_phase_that_never_ends_is_told():
    with pytest.raises(SolveError, match="'heat' does not reach its end within"):
        it.solve(vessel(phases.to_temperature("heat", T_jacket=340.0, T=345.0), charge={"A": 1.0}))
    # B runs out at 90 % of A
    never = hold(LONGEST, until=AT_CONVERSION, key=0.0, value=0.95)
    with pytest.raises(SolveError, match="'hold' does not reach its end"):
        it.solve(vessel(never, charge={"A": 1e3, "B": 9e2}))


def test_a_phase_with_a_duration_ends_with_it_or_before():
    early = hold(1e4, until=AT_CONCENTRATION, key=2.0, value=600.0)
    assert it.solve(vessel(early)).kpis["t_hold"] == pytest.approx(1.5 / (K330 * 1e3), rel=1e-7)
    late = early._replace(duration=5.0)
    assert it.solve(vessel(late)).kpis["t_hold"] == 5.0
    done = it.solve(vessel(hold(1e4), early, phases.idle("clean", 60.0)))
    assert [leg.end - leg.start for leg in done.legs] == [1e4, 0.0, 60.0]


class Leaky:
    """A => B, of which a tenth is lost; its balance knows better."""

    def __init__(self, lost):
        self.lost = lost

    def rhs(self, t, y, dy):
        dy[0], dy[1] = -y[0], (1.0 - self.lost) * y[0]

    def state(self):
        return [1.0, 0.0]

    def scales(self):
        return np.ones(2)

    def stage(self, k, t, y):
        return Stage("run", self, 0.0, 2.0) if k == 0 else None

    def balances(self, legs):
        return {"mass": 0.0, "atoms": abs(legs[-1].y_end.sum() - 1.0)}


def test_a_run_whose_balance_does_not_close_is_an_error():
    assert it.solve(Leaky(0.0)).balances()["atoms"] < 1e-12
    lost = 0.1 * (1.0 - np.exp(-2.0))
    with pytest.raises(SolveError, match=f"balance of atoms closes only to {lost:.2e}, the limit"):
        it.solve(Leaky(0.1))
    with pytest.raises(SolveError, match="balance of atoms closes only to nan"):
        it.solve(Leaky(0.0), method=Broken())


class Broken(NamedTuple):
    """A method that forgets to fill its result."""

    order: int = 5

    def workspace(self, n):
        return 1

    def degree(self):
        return 4

    def prepare(self, model, t, y, f, low, high, work):
        pass

    def evaluations(self):
        return 0

    def next_slope(self, work, f):
        return False

    def step(self, model, t, y, f, h, low, high, m, pivots, work, y_new, error, dense):
        y_new[:], error[:], dense[:] = np.nan, 0.0, np.nan
        return True


def test_errors_name_the_phase():
    with pytest.raises(SolveError, match=r"in 'react': integration stopped at 0 .* not finite"):
        it.solve(vessel(phases.jacket(T=300.0, duration=9.0), wall=it.Wall(np.nan, 1.0)))


# --- the result ----------------------------------------------------------------------------------
def batch():
    feed = it.Feed({"B": 4e3}, 300.0, V=0.2, duration=600.0, rho_cp=4e6)
    return it.solve(vessel(
        phases.idle("charge", 300.0),
        phases.isothermal("dose", T=330.0, duration=600.0, dosing=True),
        hold(2e4),
        phases.to_temperature("cool", T_jacket=290.0, T=310.0),
        charge={"A": 1e3}, feeds=[feed],
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("make", "axis", "units"),
    [
        (batch, "t", {"n": "mol", "c": "mol/m3", "T": "K", "V": "m3", "T_jacket": "K",
                      "T_jacket_in": "K", "heat_production": "W", "heat_removal": "W",
                      "removable": "W", "feed": "m3/s", "Q": "J", "T_cf": "K"}),
        (lambda: it.solve(channel()), "z",
         {"c": "mol/m3", "T": "K", "T_utility": "K", "t": "s", "heat_production": "W/m3",
          "heat_removal": "W/m3", "q": "W", "p_drop": "Pa", "T_stop": "K"}),
    ],
    ids=["batch", "channel"],
)  # fmt: skip
def test_every_profile_has_a_unit_and_a_name(make, axis, units):
    d = make().dataset
    assert {name: v.attrs["units"] for name, v in d.data_vars.items()} == units
    assert all(v.attrs["long_name"] for v in d.variables.values())
    assert d["c"].dims == (axis, "species")
    assert d["species"].values.tolist() == ["A", "B", "C"]
    assert (np.diff(d[axis]) >= 0.0).all()
    assert np.isfinite(d["T"]).all()


def test_profiles_agree_with_each_other():
    run = batch()
    d = run.dataset
    assert (d["c"] * d["V"]).values == pytest.approx(d["n"].values, rel=1e-14)
    assert set(d["stage"].values) == {"charge", "dose", "hold", "cool"}
    cool = d.isel(t=np.flatnonzero(d["stage"] == "cool"))
    assert cool["heat_removal"].values == pytest.approx(300.0 * (cool["T"].values - 290.0))
    dose = d.isel(t=np.flatnonzero(d["stage"] == "dose"))
    assert dose["feed"].values == pytest.approx(0.2 / 600.0)
    # held at 330 K: reaction less the cold feed
    assert dose["heat_removal"].values == pytest.approx(
        dose["heat_production"].values - 0.2 / 600.0 * 4e6 * 30.0, abs=1e-6
    )
    assert dose["T_jacket"].values == pytest.approx(330.0 - dose["heat_removal"].values / 300.0)


def test_a_place_of_the_run():
    run = batch()
    assert run.at(100.0)["T"] == 330.0  # charging: as charged
    assert run.at(100.0)["V"] == 0.8
    assert run.at(600.0)["V"] == pytest.approx(0.9, rel=1e-12)
    assert run.at(run.kpis["t_cycle"])["T"] == pytest.approx(310.0, abs=1e-8)
    for place in (-1.0, 1e9):
        with pytest.raises(InputError, match="outside"):
            run.at(place)


def test_where_converted():
    run = it.solve(vessel(hold(1e4)))
    # equal concentrations: k c0 t = X/(1 - X)
    for X in (0.1, 0.5, 0.9):
        assert run.where_converted("A", X) == pytest.approx(X / (1 - X) / (K330 * 1e3), rel=1e-6)
    assert np.isnan(run.where_converted("A", 0.9999999))
    with pytest.raises(InputError, match="unknown species 'Z'"):
        run.where_converted("Z", 0.5)
    semi = batch()
    # what dosing has already converted is converted where dosing ends
    assert semi.where_converted("A", 0.1) == 900.0
    assert 900.0 < semi.where_converted("A", 0.9) < 20_900.0
    pipe = it.solve(channel())
    z = pipe.where_converted("A", 0.3)
    assert pipe.at(z)["c"][0] == pytest.approx(0.7 * 900.0, rel=1e-9)


def test_figures_of_the_batch():
    k = batch().kpis
    assert k["t_charge"] == 300.0
    assert k["t_dose"] == 600.0
    assert k["t_cycle"] == pytest.approx(20_900.0 + k["t_cool"])
    # nothing reacts any more: cooling is the closed form of an inert vessel of 1 m3
    assert k["t_cool"] == pytest.approx(4e6 / 300.0 * np.log(40.0 / 20.0), rel=2e-2)
    assert (k["V"], k["UA"], k["UA_V"], k["V_vessel"]) == pytest.approx((1.0, 300.0, 300.0, 1.0))
    assert k["dT_ad"] == pytest.approx(800.0 * 8e4 / 4e6)
    assert k["X_A"] == pytest.approx(k["X_B"], rel=1e-10)


@pytest.mark.parametrize("make", [batch, lambda: it.solve(channel())], ids=["batch", "channel"])
def test_save_and_load(make, tmp_path):
    run = make()
    loaded = it.Result.load(run.save(tmp_path / "run.h5"))
    assert loaded == run
    assert loaded.kpis == run.kpis
    assert loaded.dataset["T"].attrs == run.dataset["T"].attrs
    assert (loaded.legs, loaded.reactor) == ([], None)
    assert "loaded" in repr(loaded)
    loaded.kpis["T_max"] += 1e-9
    assert loaded != run
    assert run != "a run"


def test_a_file_that_holds_no_run(tmp_path):
    from intensify import store

    path = store.save(tmp_path / "other.h5", {}, {"kind": "something else"})
    with pytest.raises(
        FileFormatError, match="holds no intensify result; its kind is: something else"
    ):
        it.Result.load(path)


def test_statistics():
    run = batch()
    s = run.statistics
    steps = [leg.trajectory.counts for leg in run.legs if leg.trajectory is not None]
    assert s["accepted"] == sum(c.accepted for c in steps) > 20
    assert s["factorisations"] == sum(c.accepted + c.rejected for c in steps)
    assert s["rtol"] == 1e-8
    assert s["wall_time"] > 0.0
    assert set(run.balances()) == {"invariant_1", "invariant_2", "energy"}
    assert max(run.balances().values()) < 1e-7


# --- several steady states -----------------------------------------------------------------------
def test_a_counter_current_zone_with_several_states_says_so():
    # the utility's small flow carries heat from the hot spot back to the inlet
    rate = it.Arrhenius(5e-3 * np.exp(9000.0 / 300.0), 0.0, 9000.0)
    net = it.Network.build([it.Reaction("A => B", rate, dH=-2e5)])

    def channel(wc):
        zone = it.Zone(300.0, length=1.0, U=1000.0, wc=wc, counter=True)
        return it.MiniaturisedReactor(
            net, feed={"A": 2000.0}, T=300.0, flow=1e-6, section=it.round_section(4e-3),
            zones=[zone], rho_cp=4e6,
        )  # fmt: skip

    for wc, states in ((4.5, 3), (30.0, 1)):
        run = it.solve(channel(wc), rtol=1e-6)
        assert run.legs[0].states == states
        told = [w for w in run.warnings if f"has {states} steady states" in w]
        assert len(told) == (states > 1)
