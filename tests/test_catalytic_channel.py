"""Gas along a catalytic wall beside Cantera's flow reactor, its balances, and what is refused."""

import cantera as ct
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it

FILE, FACE = "ptcombust.yaml", "Pt_surf"
FEED, LENGTH, FLUX, AREA = {"CH4": 0.03, "O2": 0.2, "N2": 0.77}, 0.02, 1.0, 4e3


@pytest.fixture(scope="module")
def platinum():
    return it.surface_from_cantera(FILE, FACE)


def channel(platinum, T, **more):
    given = {"feed": FEED, "T": T, "length": LENGTH, "mass_flux": FLUX, "area": AREA} | more
    return it.CatalyticPlugFlow(platinum, **given)


@pytest.mark.parametrize(
    ("T", "energy", "rtol", "agree"), [(1000.0, False, 1e-9, 1e-6), (900.0, True, 1e-6, 2e-4)]
)
def test_the_outlet_is_that_of_canteras_flow_reactor(platinum, T, energy, rtol, agree):
    surface = ct.Interface(FILE, FACE)
    gas = surface.adjacent["gas"]
    gas.TPX = T, 101325.0, FEED
    surface.TP = T, 101325.0
    tube = ct.FlowReactor(gas, clone=False)
    tube.area, tube.mass_flow_rate, tube.energy_enabled = 1e-6, 1e-6 * FLUX, energy
    tube.surface_area_to_volume_ratio = AREA
    wall, net = ct.ReactorSurface(surface, tube, clone=False), ct.ReactorNet([tube])
    net.rtol, net.atol = rtol, 1e-7 * rtol
    net.advance(LENGTH)
    end = it.solve(channel(platinum, T, UA=0.0 if energy else np.inf)).dataset.isel(z=-1)
    assert float(end["T"]) == pytest.approx(tube.phase.T, rel=agree)
    np.testing.assert_allclose(end["x"], tube.phase.X, rtol=agree, atol=1e-2 * agree)
    np.testing.assert_allclose(end["theta"], wall.coverages, rtol=agree, atol=1e-2 * agree)


SURVEYED = [
    (FILE, FACE, ("CH4", "CO", "H2")), ("methane_pox_on_pt.yaml", "Pt_surf", ("CH4", "CO", "H2")),
    ("ammonia-Ru-Ba-YSZ-CSM-2019.yaml", "Ru_surface", ("NH3", "H2")),
]  # fmt: skip


@pytest.mark.parametrize(("file", "face", "fuels"), SURVEYED, ids=[f for f, *_ in SURVEYED])
def test_channels_drawn_at_random_are_solved(file, face, fuels):
    rng, mechanism = np.random.default_rng(0), it.surface_from_cantera(file, face)
    for _ in range(8):
        feed = {str(rng.choice(fuels)): rng.uniform(0.005, 0.3)}
        feed |= {x: rng.uniform(0.05, 0.5) for x in ("O2", "AR") if x in mechanism.gas.names}
        drawn = it.CatalyticPlugFlow(
            mechanism, feed=feed, T=rng.uniform(500.0, 1200.0), p=10.0 ** rng.uniform(4.5, 6.0),
            length=10.0 ** rng.uniform(-3.0, -0.5), mass_flux=10.0 ** rng.uniform(-1.0, 1.0),
            area=10.0 ** rng.uniform(2.0, 5.0), UA=float(rng.choice([0.0, 1e4, 1e6, np.inf])),
            T_wall=rng.uniform(400.0, 1000.0),
        )  # fmt: skip
        result = it.solve(drawn, max_steps=20_000)
        assert result.dataset["theta"].min() > -1e-8
        assert (abs(result.dataset["theta"].sum("adsorbate") - 1.0) < 1e-6).all()


def test_the_wall_is_steady_along_the_channel(platinum):
    result = it.solve(channel(platinum, 900.0))
    net = platinum.surface
    z = result.dataset["z"].values
    for place in np.linspace(0.0, LENGTH, 9):
        at = result.dataset.isel(z=int(np.abs(z - place).argmin()))
        T, c, theta = float(at["T"]), at["c"].values, at["theta"].values
        w = net.rates(T, c, theta)[net.gas : net.solid]
        J = net.rates_jacobian(T, c, theta)[net.gas : net.solid, net.gas : net.solid]
        turned_over = np.abs(J) @ (theta / net.cover[net.gas : net.solid])
        assert (np.abs(w) <= 1e-6 * turned_over).all()
        assert theta.min() > -1e-12
    assert max(result.balances().values()) < 1e-6


def test_a_wall_takes_heat_and_the_balance_has_it(platinum):
    free, cooled = (it.solve(channel(platinum, 900.0, UA=UA, T_wall=850.0)) for UA in (0.0, 3e5))
    assert cooled.kpis["T_max"] < free.kpis["T_max"] - 20.0
    assert float(cooled.dataset["heat"][-1]) > 0.0
    assert max(cooled.balances().values()) < 1e-6
    assert float(it.solve(channel(platinum, 900.0, UA=1e9, T_wall=850.0)).dataset["T"][-1]) == (
        pytest.approx(850.0, abs=0.1)
    )


def test_without_reactions_on_it_a_wall_changes_nothing(platinum):
    # argon alone does not stick
    run = it.solve(channel(platinum, 700.0, feed={"AR": 1.0}))
    assert float(run.dataset["theta"].sel(adsorbate="PT(S)").min()) == 1.0
    assert run.kpis["T_out"] == pytest.approx(700.0, abs=1e-9)


def test_where_a_surface_has_two_states_its_past_decides(platinum):
    """Rich methane burns on free platinum; one that oxygen covers keeps it away."""
    feed = {"CH4": 0.1, "O2": 0.05, "N2": 0.85}
    free, covered = (
        it.solve(channel(platinum, 900.0, feed=feed, start={name: 1.0}, UA=np.inf, length=5e-5))
        for name in ("PT(S)", "O(S)")
    )
    assert free.kpis["X_O2"] > 10.0 * covered.kpis["X_O2"] > 0.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"area": -1.0}, "area: is -1 1/m; it must be above 0"),
        ({"start": {"PT(S)": 0.5}}, r"add up to 1, not 0\.5"),
        ({"start": {"Pt": 1.0}}, "unknown adsorbate 'Pt'"),
        ({"mass_flux": 1e3}, "kinetic energy and choking count"),
    ],
)
def test_what_cannot_be_built_is_told(platinum, change, sentence):
    with pytest.raises(it.InputError, match=sentence):
        channel(platinum, 900.0, **change)


@pytest.fixture(scope="module")
def nitride():
    return it.surface_from_cantera("SiF4_NH3_mec.yaml", "SI3N4")


GROW = {"feed": {"SIF4": 0.25, "NH3": 0.5, "N2": 0.25}, "T": 1700.0, "p": 266.6, "length": 0.05,
        "mass_flux": 0.02, "area": 400.0}  # fmt: skip


@pytest.fixture(scope="module")
def grown(nitride):
    return it.solve(it.CatalyticPlugFlow(nitride, UA=np.inf, **GROW))


def test_silicon_nitride_grows_as_canteras_rates_have_it(nitride, grown):
    """G d eta/dz = w + a s beside coverages at rest; Cantera's own flow reactor makes F there."""
    wall = ct.Interface("SiF4_NH3_mec.yaml", "SI3N4")
    gas = next(x for x in wall.adjacent.values() if x.thermo_model == "ideal-gas")
    T, p = GROW["T"], GROW["p"]
    for phase in (*wall.adjacent.values(), wall):
        phase.TP = T, p

    def slope(z, eta):
        gas.TPX = T, p, np.maximum(eta, 0.0)
        wall.advance_coverages_to_steady_state()
        s = gas.net_production_rates + GROW["area"] * wall.get_net_production_rates(gas)
        return 1e3 * s / GROW["mass_flux"]

    gas.TPX = T, p, GROW["feed"]
    start = gas.X * 1e3 / gas.mean_molecular_weight
    path = solve_ivp(slope, (0.0, GROW["length"]), start, method="LSODA", rtol=1e-8, atol=1e-12)
    eta, end = path.y[:, -1], grown.dataset.isel(z=-1)
    slope(GROW["length"], eta)
    # the pressure falls by 1e-4 of it, which the script leaves out
    np.testing.assert_allclose(end["x"], eta / eta.sum(), rtol=2e-4, atol=1e-8)
    np.testing.assert_allclose(end["theta"], wall.coverages, rtol=2e-4, atol=1e-8)
    made = dict(zip(wall.kinetics_species_names, wall.net_production_rates, strict=True))
    deposit = [made["SI(D)"] * 28.085, made["N(D)"] * 14.007]
    np.testing.assert_allclose(end["deposit"], deposit, rtol=2e-4)
    laid = grown.legs[-1].y_end[nitride.surface.solid + 2 :]
    lost = float(laid @ nitride.surface.M[nitride.surface.solid :])
    assert 1.0 - float(eta @ gas.molecular_weights) * 1e-3 == pytest.approx(lost, rel=2e-4)
    assert lost > 0.01


def test_growth_is_what_the_gas_has_lost(nitride, grown):
    """Mean growth from the profile, in um/h; densities as in the file."""
    assert max(grown.balances().values()) < 1e-6
    data = grown.dataset
    rate = (data["deposit"].values / np.array([2066.0, 1374.0])).sum(axis=1) * 3.6e9
    np.testing.assert_allclose(data["growth"], rate, rtol=1e-9)
    z = data["z"].values
    mean = np.sum(0.5 * (rate[1:] + rate[:-1]) * np.diff(z)) / GROW["length"]
    assert grown.kpis["growth_um_h"] == pytest.approx(mean, rel=1e-3)
    labels = [axes.get_ylabel() for axes in it.plot.profiles(grown).axes]
    assert labels[2:] == ["coverage [1]", "growth [um/h]"]
    free = it.solve(it.CatalyticPlugFlow(nitride, **GROW))
    assert abs(free.kpis["T_out"] - 1700.0) > 1.0
    assert max(free.balances().values()) < 1e-6


def test_the_shipped_case_burns_on_platinum_only():
    reactors = it.cases.load("methane-on-platinum").reactors
    coated, bare = (it.solve(reactors[name]) for name in ("coated", "bare"))
    assert coated.kpis["X_CH4"] > 0.999
    assert bare.kpis["X_CH4"] < 1e-3
    figure = it.plot.profiles(coated)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "temperature [K]", "mole fraction [1]", "coverage [1]"]  # fmt: skip
    assert len(it.plot.profiles(bare).axes) == 2


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
    surface: {phase: Pt_surf, area_per_volume: 4000 1/m}
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("4000 1/m", "0 1/m", "area_per_volume: .*above 0"),
        ("4000 1/m", "4000 m", "area_per_volume: "),
        ("Pt_surf", "gas", "must be 'ideal-surface'"),
        ("Pt_surf", "Pd", "Cantera cannot read 'ptcombust.yaml'"),
        ("phase: Pt_surf, ", "", "phase: "),
    ],
)
def test_a_wrong_surface_block_is_a_sentence(tmp_path, old, new, sentence):
    file = tmp_path / "wall.yaml"
    file.write_text(CASE.replace(old, new))
    with pytest.raises(it.InputError, match=sentence):
        it.cases.load(str(file))
