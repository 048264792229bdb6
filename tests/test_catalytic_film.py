"""A catalytic wall behind a film: closed forms of its limits, Cantera's fluxes and rates."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cantera as ct
import numpy as np
import pytest

import intensify as it

FILE, FACE, P = "ptcombust.yaml", "Pt_surf", 101325.0
FEED, LENGTH, FLUX, D = {"CH4": 0.03, "O2": 0.2, "N2": 0.77}, 0.02, 1.0, 1e-3
TRACE = {"H2": 1e-5, "O2": 0.2, "N2": 0.8}


@pytest.fixture(scope="module")
def parts():
    return it.surface_from_cantera(FILE, FACE), it.transport_from_cantera(FILE, phase="gas")


def channel(parts, **more):
    given = {"feed": FEED, "T": 900.0, "length": LENGTH, "mass_flux": FLUX,
             "section": it.round_section(D)}  # fmt: skip
    return it.CatalyticFilmFlow(*parts, **(given | more))


@pytest.fixture(scope="module")
def burning(parts):
    return it.solve(channel(parts))


@pytest.fixture(scope="module")
def cooled(parts):
    return it.solve(channel(parts, UA=1e5, T_wall=850.0))


def test_jacobians_are_those_of_the_equations():
    """Of channels, films and vessels, with and without solids, without a kernel."""
    script, plain = Path(__file__).parent / "plain_jacobians.py", {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, script], env=os.environ | plain, text=True,
                          capture_output=True, check=True)  # fmt: skip
    errors = json.loads(done.stdout)
    assert len(errors) == 18
    assert max(errors.values()) < 1e-6, errors


def test_a_film_that_resists_nothing_is_no_film(parts):
    thin = it.solve(channel(parts, Sh=1e8, Nu=1e8))
    none = it.solve(it.CatalyticPlugFlow(
        parts[0], feed=FEED, T=900.0, length=LENGTH, mass_flux=FLUX, area=4.0 / D))  # fmt: skip
    a, b = (run.dataset.isel(z=-1) for run in (thin, none))
    # what the wall has taken up on the way, K (T_s - T_s(0)), is 4 mK of the gas
    assert float(a["T"]) == pytest.approx(float(b["T"]), rel=5e-6)
    assert float(a["T_wall"]) == pytest.approx(float(a["T"]), rel=1e-6)
    np.testing.assert_allclose(a["x"], b["x"], rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(a["theta"], b["theta"], rtol=1e-4, atol=1e-8)
    assert thin.kpis["z_ignition"] == pytest.approx(none.kpis["z_ignition"], rel=1e-3)


def test_where_the_wall_takes_all_the_film_decides(parts):
    """Traces of H2 on very much platinum: X = 1 - exp(-4 Sh c D L/(d^2 G N)), T held."""
    run = it.solve(channel(parts, feed=TRACE, area=4e8, UA=np.inf, Sh=3.0, length=5e-4))
    net, data = parts[0].gas, parts[1]
    x = net.vector(TRACE) / sum(TRACE.values())
    D_H2 = data.diffusivities(900.0, P, x)[net.names.index("H2")]
    c, N = P / (8.31446261815324 * 900.0), 1.0 / float(x @ net.M)
    X = 1.0 - np.exp(-4.0 * 3.0 * c * D_H2 * 5e-4 / (D**2 * FLUX * N))
    assert 0.2 < X < 0.9
    assert run.kpis["X_H2"] == pytest.approx(X, rel=2e-5)


def test_a_wall_that_burns_hydrogen_is_hotter_than_its_flame(parts):
    """Nu lambda (T_s - T) = Sh c D x (-dH) at the inlet; D of H2 is far above that of heat."""
    feed = {"H2": 0.01, "O2": 0.2, "N2": 0.79}
    run = it.solve(channel(parts, feed=feed, area=4e6, Sh=4.0, Nu=3.5, T=600.0, length=0.005))
    net, data = parts[0].gas, parts[1]
    x = net.vector(feed)
    T_s = float(run.dataset["T_wall"][0])
    h = net.properties(T_s)[1]
    of = {name: h[net.names.index(name)] for name in ("H2", "O2", "H2O")}
    c = P / (8.31446261815324 * 600.0)
    J = 4.0 / D * c * data.diffusivities(600.0, P, x)[net.names.index("H2")] * 0.01
    rise = J * (of["H2"] + 0.5 * of["O2"] - of["H2O"]) / (3.5 / D * data.conductivity(600.0, x))
    # the mass that goes with what is no H2 takes some of it along
    assert T_s - 600.0 == pytest.approx(rise, rel=2e-3)
    gas = ct.Solution(FILE, "gas")
    gas.TPX = 600.0, P, feed
    gas.equilibrate("HP")
    assert T_s > gas.T + 100.0


def test_fluxes_meet_the_rates_of_canteras_surface(parts, cooled):
    """J = -r s and h (T - T_s) = r sum h s + UA (T_s - T_w)/a_g everywhere along the channel."""
    wall, bulk = ct.Interface(FILE, FACE), ct.Solution(FILE, "gas")
    near, data = wall.adjacent["gas"], cooled.dataset
    Sh = it.round_section(D).Nu_T
    for n in np.linspace(1, data.sizes["z"] - 1, 9).astype(int):
        at = data.isel(z=n)
        T, T_s, p = float(at["T"]), float(at["T_wall"]), float(at["p"])
        near.TPX, wall.TP, bulk.TPX = (T_s, p, at["x_wall"]), (T_s, p), (T, p, at["x"])
        wall.coverages = at["theta"].values
        s = 1e3 * wall.get_net_production_rates(near)
        e = 1e3 * Sh * bulk.density_mole * bulk.mix_diff_coeffs * (bulk.X - near.X) / D
        M = 1e-3 * bulk.molecular_weights
        J = e - near.X / float(near.X @ M) * float(M @ e)
        gross = 1e3 * (wall.get_creation_rates(near) + wall.get_destruction_rates(near))
        assert (np.abs(J + s) < 1e-6 * gross + 1e-6 * np.abs(J).max()).all()
        q = Sh * bulk.thermal_conductivity / D * (T - T_s)
        made = float(near.partial_molar_enthalpies @ s) * 1e-3
        assert q == pytest.approx(made + 1e5 * D / 4.0 * (T_s - 850.0), rel=1e-4, abs=1.0)


def test_balances_close_and_cooling_cools(burning, cooled):
    for run in (burning, cooled):
        assert max(run.balances().values()) < 1e-5
        assert (abs(run.dataset["theta"].sum("adsorbate") - 1.0) < 1e-6).all()
        assert (run.dataset["x_wall"] > -1e-9).all()
    assert burning.kpis["T_wall_max"] > burning.kpis["T_max"]
    assert cooled.kpis["T_wall_max"] < burning.kpis["T_wall_max"] - 50.0
    assert float(cooled.dataset["heat"][-1]) > 1e5


def test_a_wall_lit_at_the_start_burns_what_a_cold_one_lets_pass(parts):
    cold, lit = (it.solve(channel(parts, T=650.0, area=4e4, T_start=T)) for T in (650.0, 1400.0))
    assert cold.kpis["X_CH4"] < 0.01
    assert lit.kpis["X_CH4"] > 0.99


def test_channels_drawn_at_random_are_solved(parts):
    rng = np.random.default_rng(1)
    for _ in range(6):
        feed = {
            str(rng.choice(["CH4", "CO", "H2"])): rng.uniform(0.005, 0.05),
            "O2": 0.2,
            "N2": 0.7,
        }
        d = 10.0 ** rng.uniform(-3.5, -2.5)
        run = it.solve(channel(
            parts, feed=feed, T=rng.uniform(500.0, 1000.0), p=10.0 ** rng.uniform(4.5, 6.0),
            length=10.0 ** rng.uniform(-3.0, -1.0), mass_flux=10.0 ** rng.uniform(-0.5, 0.5),
            section=it.round_section(d), area=4.0 / d * 10.0 ** rng.uniform(0.0, 2.0),
            UA=float(rng.choice([0.0, 1e4, 1e6, np.inf])), T_wall=rng.uniform(400.0, 1000.0),
        ), max_steps=20_000)  # fmt: skip
        assert run.dataset["theta"].min() > -1e-6
        assert (abs(run.dataset["theta"].sum("adsorbate") - 1.0) < 1e-6).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Sh": 0.0}, "Sh: is 0; it must be above 0"),
        ({"Nu": np.inf}, "Nu: is inf; it must be above 0 and finite"),
        ({"T_start": -1.0}, "T_start: is -1"),
        ({"UA": -1.0}, "UA: is -1 W/K/m3"),
        ({"area": -1.0}, "area: is -1 1/m"),
    ],
)
def test_what_cannot_be_built_is_told(parts, change, sentence):
    with pytest.raises(it.InputError, match=sentence):
        channel(parts, **change)


def test_other_species_and_growing_walls_are_refused(parts):
    with pytest.raises(it.InputError, match="other species than the mechanism's gas"):
        channel((parts[0], it.transport_from_cantera("h2o2.yaml")))
    grows = it.surface_from_cantera("diamond.yaml", "diamond_100")
    with pytest.raises(it.InputError, match=r"makes C\(d\); leave the film out"):
        channel((grows, it.transport_from_cantera("diamond.yaml", phase="gas")), feed={"H2": 1.0})


def test_a_short_or_turbulent_channel_is_told(parts):
    (short,) = channel(parts, length=1e-3).warnings([])
    assert (short.name, short.low) == ("L/(d Re Pr)", 0.3)
    fast = channel(parts, mass_flux=150.0, p=1e7)
    assert [w.name for w in fast.warnings([])] == ["Re", "L/(d Re Pr)"]


CASE = """
title: A wall
source: [none]
reactors:
  one:
    kind: gas-plug-flow
    mechanism: ptcombust.yaml
    feed: {CH4: 0.03, O2: 0.2, N2: 0.77}
    T: 900 K
    length: 5 cm
    area: 1 mm2
    mass_flow: 1 mg/s
    surface: {phase: Pt_surf, film: {diameter: 1 mm, Nu: 4, T_start: 1000 K}}
"""


def loaded(tmp_path, text):
    file = tmp_path / "wall.yaml"
    file.write_text(text)
    return it.cases.load(str(file)).reactors["one"]


def test_a_case_names_the_film(tmp_path):
    tube = loaded(tmp_path, CASE)
    assert tube.film.Nu == 4.0
    assert tube.film.Sh == pytest.approx(3.6568, rel=1e-4)
    assert tube.channel.area == pytest.approx(4e3)
    assert tube.T_start == 1000.0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("diameter: 1 mm, ", "", "needs a diameter, or width and height"),
        (", film: {diameter: 1 mm, Nu: 4, T_start: 1000 K}", "", "needs area_per_volume, or a fi"),
        ("Nu: 4", "Nu: 0", "Nu.*above 0"),
        ("ptcombust.yaml", "methane_pox_on_pt.yaml", "CH4: has no transport data"),
    ],
)
def test_a_wrong_film_is_a_sentence(tmp_path, old, new, sentence):
    with pytest.raises(it.InputError, match=sentence):
        loaded(tmp_path, CASE.replace(old, new))


def test_the_shipped_case_is_drawn_with_its_wall():
    run = it.solve(it.cases.load("methane-on-platinum").reactors["filmed"])
    assert run.kpis["X_CH4"] > 0.95
    labels = [axes.get_ylabel() for axes in it.plot.profiles(run).axes]
    assert labels == ["temperature [K]", "mole fraction [1]", "at the wall [1]", "coverage [1]"]
