"""Stirred and closed gases with a catalytic wall against Cantera's, their balances and limits."""

import cantera as ct
import numpy as np
import pytest

import intensify as it

FILE, FACE, P = "ptcombust.yaml", "Pt_surf", 101325.0
CO = {"CO": 0.02, "O2": 0.2, "N2": 0.78}
CH4 = {"CH4": 0.03, "O2": 0.2, "N2": 0.77}
VOLUME, AREA = 1e-5, 0.02
NITRIDE = {"SIF4": 0.25, "NH3": 0.5, "N2": 0.25}


@pytest.fixture(scope="module")
def platinum():
    return it.surface_from_cantera(FILE, FACE)


@pytest.fixture(scope="module")
def nitride():
    return it.surface_from_cantera("SiF4_NH3_mec.yaml", "SI3N4")


def theirs(kind, file, face, feed, T, *, energy, free=None, p=P):
    """Cantera's reactor with a surface of AREA, that surface, and its net."""
    wall = ct.Interface(file, face)
    gas = next(x for x in wall.adjacent.values() if x.thermo_model == "ideal-gas")
    for phase in wall.adjacent.values():
        phase.TP = T, p
    gas.TPX, wall.TP = (T, p, feed), (T, p)
    wall.coverages = free or {wall.species_names[0]: 1.0}
    pot = kind(gas, volume=VOLUME, energy="on" if energy else "off", clone=False)
    surface, net = ct.ReactorSurface(wall, pot, A=AREA, clone=False), ct.ReactorNet([pot])
    net.rtol, net.atol = 1e-11, 1e-19
    return pot, surface, net


def assert_same(row, pot, surface, *, rtol, atol):
    assert row["T"] == pytest.approx(pot.T, rel=rtol)
    np.testing.assert_allclose(row["x"], pot.phase.X, rtol=rtol, atol=atol)
    np.testing.assert_allclose(row["theta"], surface.coverages, rtol=rtol, atol=atol)


@pytest.mark.parametrize("held", ["volume", "pressure"])
@pytest.mark.parametrize("UA", [0.0, np.inf])
def test_a_closed_vessel_is_canteras_all_the_way(platinum, held, UA):
    kind = ct.IdealGasReactor if held == "volume" else ct.IdealGasConstPressureReactor
    pot, surface, net = theirs(kind, FILE, FACE, CO, 700.0, energy=UA == 0.0)
    mass = pot.mass
    size = {"volume": VOLUME, "area": AREA} if held == "volume" else {"area": AREA / mass}
    run = it.solve(it.CatalyticClosedGas(platinum, feed=CO, T=700.0, until=0.3, UA=UA, **size))
    for t in (1e-5, 1e-3, 0.02, 0.3):
        net.advance(t)
        assert_same(run.at(t), pot, surface, rtol=1e-5, atol=1e-9)
        assert run.at(t)["p"] == pytest.approx(pot.phase.P, rel=1e-5)
    assert run.kpis["X_CO"] > 0.9
    assert max(run.balances().values()) < 1e-6


def stirred(platinum, **more):
    given = {"feed": CH4, "T": 900.0, "volume": VOLUME, "mass_flow": 2e-5, "area": AREA,
             "T_start": 1300.0}  # fmt: skip
    return it.CatalyticStirredReactor(platinum, **(given | more))


@pytest.fixture(scope="module")
def lit(platinum):
    return it.solve(stirred(platinum, until=2.0))


def test_a_fed_vessel_is_canteras_on_the_way_and_at_rest(lit):
    pot, surface, _ = theirs(ct.IdealGasReactor, FILE, FACE, CH4, 1300.0, energy=True)
    feed = ct.Solution(FILE, "gas")
    feed.TPX = 900.0, P, CH4
    into = ct.MassFlowController(ct.Reservoir(feed, clone=True), pot, mdot=2e-5)
    valve = ct.PressureController(pot, ct.Reservoir(feed, clone=True), primary=into, K=1e-3)
    net = ct.ReactorNet([pot])
    net.rtol, net.atol = 1e-10, 1e-18
    for t, rtol in ((0.05, 5e-3), (2.0, 2e-5)):
        net.advance(t)
        # the valve lets p swing a little on the way, which ours does not
        assert_same(lit.at(t), pot, surface, rtol=rtol, atol=1e-8)
    assert valve is not None
    assert lit.kpis["X_CH4"] > 0.5
    assert lit.kpis["drift"] < 1e-6
    assert max(lit.balances().values()) < 1e-6


def test_a_cold_start_stays_out(platinum, lit):
    """Two steady states at one feed."""
    cold = it.solve(stirred(platinum, T=650.0, T_start=650.0, until=2.0))
    assert cold.kpis["T_out"] < 700.0
    assert cold.kpis["X_CH4"] < 0.1
    assert lit.kpis["T_out"] > 1200.0


def test_a_wall_on_which_nothing_sticks_changes_nothing(platinum):
    run = it.solve(stirred(platinum, feed={"AR": 1.0}, start={"AR": 1.0}, T_start=500.0))
    assert run.kpis["T_out"] == pytest.approx(900.0, abs=1e-3)
    assert float(run.dataset["theta"].sel(adsorbate="PT(S)").min()) == pytest.approx(1.0, abs=1e-9)


def test_solids_grow_as_on_canteras_surface(nitride):
    """Held at 1700 K and 2 Torr, until the wall is steady."""
    free = {"F3SI_NH2(S)": 0.5, "HN_NH2(S)": 0.5}
    p = 266.6
    pot, surface, net = theirs(ct.IdealGasReactor, "SiF4_NH3_mec.yaml", "SI3N4", NITRIDE, 1700.0,
                               energy=False, free=free, p=p)  # fmt: skip
    run = it.solve(it.CatalyticClosedGas(
        nitride, feed=NITRIDE, T=1700.0, p=p, volume=VOLUME, area=AREA, until=0.05, UA=np.inf,
        start_coverages=free))  # fmt: skip
    for t in (1e-4, 1e-3, 0.05):
        net.advance(t)
        row = run.at(t)
        assert_same(row, pot, surface, rtol=1e-5, atol=1e-9)
        made = dict(zip(surface.phase.kinetics_species_names,
                        surface.phase.net_production_rates, strict=True))  # fmt: skip
        solids = np.array([made["SI(D)"] * 28.085, made["N(D)"] * 14.007])
        np.testing.assert_allclose(row["deposit"], solids, rtol=1e-4, atol=1e-12)
    assert run.kpis["growth_um_h"] > 0.0
    balances = run.balances()
    assert {"SI", "N", "F", "mass", "energy", "sites"} <= {k if len(k) > 2 else k.upper()
                                                          for k in balances}  # fmt: skip
    assert max(balances.values()) < 1e-6


def test_what_grows_is_missing_in_the_outlet(nitride):
    """At rest m_in b_in = m_out b_out + A (what is laid down), m_out = m_in - growth."""
    m, area = 1e-7, 0.02
    run = it.solve(it.CatalyticStirredReactor(
        nitride, feed=NITRIDE, T=1700.0, p=266.6, volume=1e-4, mass_flow=m, area=area, UA=np.inf,
        until=20.0))  # fmt: skip
    end, net = run.dataset.isel(t=-1), nitride.gas
    laid = end["deposit"].values @ np.ones(2)
    x_in, x_out = net.vector(NITRIDE), end["x"].values
    b_in, b_out = (net.atoms @ x / float(net.M @ x) for x in (x_in, x_out))
    si, n = (net.element_names.index(e) for e in ("Si", "N"))
    down = end["deposit"].values / np.array([28.085e-3, 14.007e-3])
    out = m - area * laid
    assert area * laid > 0.02 * m
    assert m * b_in[si] == pytest.approx(out * b_out[si] + area * down[0], rel=1e-5)
    assert m * b_in[n] == pytest.approx(out * b_out[n] + area * down[1], rel=1e-5)
    assert max(run.balances().values()) < 1e-6


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"area": 0.0}, "area: is 0 m2; it must be above 0"),
        ({"start_coverages": {"Pt": 1.0}}, "unknown adsorbate 'Pt'"),
        ({"volume": -1.0}, "volume.*above 0"),
    ],
)
def test_what_cannot_be_built_is_told(platinum, change, sentence):
    with pytest.raises(it.InputError, match=sentence):
        stirred(platinum, **change)


CASE = """
title: A pot
source: [none]
reactors:
  fed:
    kind: gas-stirred
    mechanism: ptcombust.yaml
    feed: {CO: 0.02, O2: 0.2, N2: 0.78}
    T: 700 K
    volume: 10 mL
    mass_flow: 20 mg/s
    surface: {phase: Pt_surf, area: 200 cm2, start: {O(S): 1}}
  closed:
    kind: gas-closed
    mechanism: ptcombust.yaml
    feed: {CO: 0.02, O2: 0.2, N2: 0.78}
    T: 700 K
    until: 1 s
    surface: {phase: Pt_surf, area: 200 cm2}
"""


def test_a_case_has_a_wall_in_its_vessels(tmp_path):
    file = tmp_path / "pot.yaml"
    file.write_text(CASE)
    fed, closed = it.cases.load(str(file)).reactors.values()
    assert fed.area == pytest.approx(2000.0)
    assert fed.surface.adsorbates[int(fed.theta.argmax())] == "O(S)"
    assert closed.area == pytest.approx(0.02)
    file.write_text(CASE.replace("200 cm2, start", "0 cm2, start"))
    with pytest.raises(it.InputError, match=r"surface\.area: .*above 0"):
        it.cases.load(str(file))
