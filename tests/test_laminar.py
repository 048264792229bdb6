"""Laminar flow in two dimensions: Graetz, the segregated and the plug limit, conservation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import eigh
from scipy.special import exp1

import intensify as it
from intensify._jit import canonical, compiled
from intensify.errors import InputError
from intensify.numerics.protocol import jacobian
from intensify.numerics.radial import radial_grid
from intensify.transport.ducts import modes, round_section, slit_section
from intensify.verify import laminar as adapters


def tube(net=None, **more):
    options = {
        "feed": {"A": 1000.0}, "T": 330.0, "velocity": 0.02, "radius": 1e-3, "diffusivity": 2e-9,
        "rho_cp": 4e6, "zones": [it.Zone(310.0, length=0.5, U=800.0)],
    }  # fmt: skip
    net = net or it.Network.build("A => B", k=0.05)
    return it.LaminarChannel(net, **(options | more))


def hot(**more):
    """Two zones, exothermic, hot in the middle."""
    net = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e5, 0.0, 6500.0), dH=-1.5e5)])
    zones = [it.Zone(315.0, length=0.2, U=1500.0), it.Zone(325.0, length=0.3, U=np.inf)]
    feed = {"A": 900.0, "B": 1100.0}
    options = {"diffusivity": {"A": 3e-9, "B": 1e-9, "C": 2e-9}, "feed": feed, "zones": zones}
    return tube(net, **(options | more))


# --- the radius ----------------------------------------------------------------------------------
@pytest.mark.parametrize("shape", [0, 1, 2])
def test_the_grid_is_exact_for_polynomials(shape):
    grid = radial_grid(7, shape)
    for k in range(7):  # mean of r^2k over the section: (j + 1)/(2 k + j + 1)
        assert grid.W @ grid.r ** (2 * k) == pytest.approx(
            (shape + 1) / (2 * k + shape + 1), rel=1e-12
        )
    phi = np.append(grid.r, 1.0) ** 6  # lap r^6 = 6 (5 + j) r^4
    assert grid.lap @ phi == pytest.approx(6 * (5 + shape) * grid.r**4, abs=1e-10)
    assert grid.slope @ phi == pytest.approx(6.0, rel=1e-11)
    assert grid.middle @ phi[:-1] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("Bi", [0.0, 2.5, np.inf])
def test_what_leaves_the_inside_passes_the_wall(Bi):
    grid = radial_grid(12, 1)
    phi = np.random.default_rng(1).uniform(size=12)
    over = grid.over(Bi) @ phi
    assert grid.W @ grid.behind(Bi) @ phi == pytest.approx(2 * grid.slope @ over[1:], abs=1e-9)
    assert grid.slope @ over[1:] == pytest.approx(-Bi * over[-1] if Bi < np.inf else
                                                  grid.slope[:-1] @ phi, abs=1e-9)  # fmt: skip


# --- closed forms --------------------------------------------------------------------------------
@pytest.mark.parametrize(("slit", "Nu"), [(False, 3.656793457783956), (True, 7.540700874066258)])
def test_developed_nusselt_numbers(slit, Nu):
    bath = tube(slit=slit, zones=[it.Zone(300.0, length=0.1, U=np.inf)], nodes=25)
    assert bath.developed_Nu() == pytest.approx(Nu, rel=1e-8)
    weak = tube(slit=slit, zones=[it.Zone(300.0, length=0.1, U=1.0)], nodes=25)
    assert weak.developed_Nu() == pytest.approx(140 / 17 if slit else 48 / 11, rel=1e-3)


@pytest.mark.parametrize("slit", [False, True])
def test_behind_a_step_at_the_wall_it_is_graetz(slit):
    inert = it.Network.build("A => B", k=0.0)
    D_h, alpha = 4e-3 if slit else 2e-3, 0.6 / 4e6
    scale = 0.02 * D_h**2 / alpha  # z of x = 1
    wall = [it.Zone(310.0, length=0.1 * scale, U=np.inf)]
    run = it.solve(tube(inert, slit=slit, zones=wall, nodes=32), rtol=1e-10)
    section = slit_section(2e-3, 1.0) if slit else round_section(2e-3)
    N, G, _ = modes(section)
    for x in (2e-3, 1e-2, 1e-1):
        at, parts = run.at(x * scale), G * np.exp(-4 * N * x)
        theta = (float(at["T_cup"]) - 310.0) / 20.0
        assert theta == pytest.approx(parts.sum(), rel=1e-6, abs=1e-9)
        assert float(at["Nu"]) == pytest.approx((N * parts).sum() / parts.sum(), rel=1e-5)
    assert run.kpis["T_max"] == pytest.approx(330.0, abs=5e-3 * 20.0)  # of the step


@pytest.mark.parametrize("D", [0.0, {"A": 0.0, "B": 1e-9, "C": 2e-9}])
def test_heat_conducts_though_species_do_not_diffuse(D):
    run = it.solve(hot(diffusivity=D))
    assert max(run.balances().values()) < 1e-8
    assert run.kpis["X_A"] < it.solve(hot()).kpis["X_A"]


def test_an_adiabatic_channel_ends_at_the_adiabatic_temperature():
    net = it.Network.build("A => B", k=0.5, dH=-8e4)
    run = it.solve(tube(net, diffusivity=1e-7, zones=[it.Zone(300.0, length=2.0, U=0.0)]))
    assert run.kpis["T_out"] == pytest.approx(330.0 + 1000.0 * 8e4 / 4e6, abs=1e-4)
    assert not run.dataset["heat_flux"].values.any()
    assert np.isfinite(run.dataset["Nu"].values).all()


def test_without_diffusion_each_layer_has_its_own_time():
    Da = 1.5
    net = it.Network.build("A => B", k=Da)
    run = it.solve(it.LaminarChannel(
        net, feed={"A": 1.0}, T=300.0, velocity=1.0, radius=1.0, diffusivity=0.0, rho_cp=1.0,
        zones=[it.Zone(300.0, length=1.0, U=0.0)], nodes=40,
    ), rtol=1e-10)  # fmt: skip
    x = Da / 2.0  # E(t) = 1/(2 t^3) from t = 1/2 on
    exact = np.exp(-x) * (1.0 - x) + x**2 * exp1(x)
    assert run.dataset["c_cup"].values[-1, 0] == pytest.approx(exact, rel=1e-6)


def test_with_fast_diffusion_it_is_plug_flow():
    fast = it.solve(tube(diffusivity=1e-3, zones=[it.Zone(330.0, length=0.5, U=0.0)]))
    assert fast.dataset["c_cup"].values[-1, 0] == pytest.approx(1000 * np.exp(-0.05 * 25), rel=1e-4)


def test_between_the_limits_taylors_dispersion_holds_after_long_times():
    run = it.solve(tube(diffusivity=2e-7, zones=[it.Zone(330.0, length=2.0, U=0.0)]))
    u, R, D = 0.02, 1e-3, 2e-7
    D_ax = (R * u) ** 2 / (48.0 * D)
    k, tau = 0.05, 2.0 / u
    expected = np.exp(-k * tau + k**2 * tau * D_ax / u**2)  # second order in k D_ax/u^2
    assert run.dataset["c_cup"].values[-1, 0] / 1000.0 == pytest.approx(expected, rel=2e-3)


def test_heat_is_that_of_the_exchanger_with_its_nusselt_number():
    inert = it.Network.build("A => B", k=0.0)
    long = it.solve(tube(inert, zones=[it.Zone(310.0, length=3.0, U=800.0)]))
    T, z = long.dataset["T_cup"].values, long.dataset["z"].values
    late = (T - 310.0 > 1e-3) & (T - 310.0 < 1.0)
    rate = -np.polyfit(z[late], np.log(T[late] - 310.0), 1)[0]
    Nu = tube(inert).developed_Nu()
    U = 1.0 / (1.0 / 800.0 + 2e-3 / (Nu * 0.6))
    assert rate == pytest.approx(2.0 * U / (1e-3 * 4e6 * 0.02), rel=1e-4)


# --- the reference kinds with other numbers, by Galerkin's method on Legendre polynomials ---------
def galerkin(n=40):
    """Stiffness, flow and section matrices of a tube in s = r^2, and the flow's moments."""
    x, w = np.polynomial.legendre.leggauss(2 * n)
    s, w = 0.5 * (x + 1.0), 0.5 * w
    P = np.polynomial.legendre.legvander(x, n - 1)
    slopes = 2.0 * np.polynomial.legendre.legval(x, np.polynomial.legendre.legder(np.eye(n))).T
    flow = 2.0 * (1.0 - s) * w
    return 4.0 * slopes.T @ ((s * w)[:, None] * slopes), P.T @ (flow[:, None] * P), P.T @ (
        w[:, None] * P), P.T @ flow  # fmt: skip


def decayed(A, M, start, t):
    """exp(-A t) of M dy/dt = -A y, cup-mixing and at the wall."""
    rates, v = eigh(A, M)
    y = v @ (np.exp(-rates * t) * (v.T @ start))
    return start @ y, y.sum()


@pytest.mark.parametrize("Bi", [0.05, 7.0, 300.0])
def test_the_tube_behind_a_resistance_with_other_numbers(Bi):
    K, M, _, start = galerkin()
    names = [f"{q}_x{x}" for q in ("theta_m", "theta_w", "Nu_local") for x in ("2e-4", "0.05")]
    out = adapters.graetz_tube_external_resistance({"Bi": Bi}, names)
    for x in ("2e-4", "0.05"):
        mean, wall = decayed(K + 2 * Bi, M, start, 4 * float(x))
        Nu = 2 * Bi * wall / (mean - wall)
        assert out[f"theta_m_x{x}"] == pytest.approx(mean, rel=1e-6)
        assert out[f"theta_w_x{x}"] == pytest.approx(wall, rel=1e-5)
        assert out[f"Nu_local_x{x}"] == pytest.approx(Nu, rel=1e-5)


@pytest.mark.parametrize(("Fo", "Da"), [(1e-3, 0.5), (0.02, 8.0), (5.0, 3.0)])
def test_the_reacting_tube_with_other_numbers(Fo, Da):
    K, M, B, start = galerkin()
    out = adapters.laminar_tube_2d_reactor({"Fo": Fo, "Da": Da}, [])
    cup, wall = decayed(Fo * K + Da * B, M, start, 1.0)
    assert out["c_out_cup_mixing"] == pytest.approx(cup, rel=1e-6)
    assert out["c_wall_outlet"] == pytest.approx(wall, rel=2e-5)
    assert out["c_plug_FoInf"] == pytest.approx(np.exp(-Da), rel=1e-10)
    x = Da / 2.0
    segregated = np.exp(-x) * (1.0 - x) + x**2 * exp1(x)
    assert out["c_segregated_Fo0"] == pytest.approx(segregated, rel=1e-7)


@pytest.mark.parametrize("slit", [False, True])
def test_graetz_far_behind_the_inlet_and_near_to_it(slit):
    adapter = adapters.graetz_plates_Twall if slit else adapters.graetz_tube_Twall
    out = adapter({}, ["theta_m_x3e-4", "theta_m_x0.6", "Nu_local_x0.6", "Nu_T_inf", "Nu_H_inf"])
    section = slit_section(1.0, 1.0) if slit else round_section(1.0)
    N, G, _ = modes(section)
    assert out["theta_m_x3e-4"] == pytest.approx((G * np.exp(-12e-4 * N)).sum(), rel=1e-8)
    assert out["theta_m_x0.6"] == pytest.approx((G * np.exp(-2.4 * N)).sum(), rel=1e-6)
    assert out["Nu_local_x0.6"] == pytest.approx(N[0], rel=1e-8)
    assert out["Nu_T_inf"] == pytest.approx(N[0], rel=1e-8)
    assert out["Nu_H_inf"] == pytest.approx(140 / 17 if slit else 48 / 11, rel=1e-10)


# --- conservation and code -----------------------------------------------------------------------
@pytest.mark.parametrize("slit", [False, True])
def test_mass_and_energy_close(slit):
    run = it.solve(hot(slit=slit))
    assert max(run.balances().values()) < 1e-8
    assert run.kpis["T_max"] > 332.0
    assert run.kpis["r_T_max"] < 0.3e-3  # hot in the middle
    assert run.dataset["T"].dims == ("z", "r")
    assert "inferno" in str(it.plot.laminar(run).axes[0].collections[0].get_cmap().name)


def test_more_nodes_change_nothing():
    few, many = (it.solve(hot(nodes=n)).kpis for n in (16, 32))
    assert few["X_A"] == pytest.approx(many["X_A"], rel=1e-6)
    assert few["T_max"] == pytest.approx(many["T_max"], abs=1e-3)


def test_the_kernel_is_the_python_and_the_jacobian_is_exact():
    reactor = hot(nodes=6)
    for zone in (0, 1):
        model = canonical(reactor.in_zone(zone))
        rng = np.random.default_rng(zone)
        y = (reactor.state() + 50.0) * rng.uniform(0.9, 1.1, reactor.state().size)
        plain, fast = np.empty_like(y), np.empty_like(y)
        model.rhs(0.0, y, plain)
        compiled(_rhs, model)(model, y, fast)
        assert fast == pytest.approx(plain, rel=1e-10, abs=1e-10 * np.abs(plain).max())
        J, other = np.empty((y.size, y.size)), np.empty((y.size, y.size))
        model.jac(0.0, y, J)
        jacobian(type("M", (), {"rhs": staticmethod(model.rhs)})(), 0.0, y, other)
        scale = np.abs(other).max(axis=1, keepdims=True)
        assert np.abs((J - other) / scale).max() < 1e-5


def _rhs(model, y, dy):
    model.rhs(0.0, y, dy)


# --- what is refused -----------------------------------------------------------------------------
@pytest.mark.parametrize(("options", "sentence"), [
    ({"velocity": -1.0}, "velocity: is -1, but must be above 0"),
    ({"radius": 0.0}, "radius: is 0, but must be above 0"),
    ({"diffusivity": {"X": 1e-9}}, "X"),
    ({"diffusivity": -1e-9}, "diffusivity: is -1e-09, but must be 0 or more"),
    ({"diffusivity": {"A": 1e-9}}, "diffusivity: has no value for B"),
    ({"rho_cp": 0.0}, "has no heat capacity"),
    ({"nodes": 2}, "nodes: is 2; take 3 to 100"),
    ({"zones": []}, "at least one zone"),
    ({"zones": [it.Zone(300.0, length=0.1)]}, r"zones\[0\]: needs a length"),
])  # fmt: skip
def test_unusable_input_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        tube(**options)


def test_a_reaction_that_changes_the_volume_is_refused():
    species = [it.Species("A", v=1e-4), it.Species("B", v=2e-4)]
    swelling = it.Network.build([it.Reaction("A => B", it.Arrhenius(1.0))], species)
    with pytest.raises(InputError, match="changes the volume"):
        tube(swelling)


def test_what_the_model_leaves_out_is_warned_of():
    slow = it.solve(tube(velocity=1e-4, zones=[it.Zone(310.0, length=0.01, U=800.0)]))
    assert [w.name for w in slow.warnings] == ["Pe"]
    species = [it.Species("A", cp=100.0, h=0.0), it.Species("B", cp=200.0, h=-5e4)]
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(0.05))], species)
    warned = it.solve(tube(net))
    assert [w.name for w in warned.warnings] == ["dcp"]
    assert max(warned.balances().values()) < 1e-8
