"""Ducts, films, forms and dispersion: closed forms, tables, and other people's code."""

import copy
import pickle
from typing import NamedTuple

import fluids.friction
import ht.conv_internal
import numpy as np
import pytest

import intensify as it
from intensify import _jit, transport
from intensify.reactors.channels import channel_validity
from intensify.transport import Coil, Fitted, Fluid, Section, Straight, Viscosity
from intensify.transport.ducts import modes, rectangular_section, round_section, slit_section
from intensify.transport.form import coil_critical, turbulent_friction
from intensify.validity import Caution, as_row, of_row

NETWORK = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])
WATER = Viscosity.fitted([(293.15, 1.002e-3), (333.15, 0.467e-3)])


def channel(**changed):
    given = {
        "feed": {"A": 800.0, "B": 900.0}, "T": 300.0, "flow": 1e-6, "rho_cp": 4e6,
        "section": round_section(2e-3), "zones": [it.Zone(320.0, length=8.0, U=800.0)],
    }  # fmt: skip
    return it.MiniaturisedReactor(NETWORK, **(given | changed))


# --- ducts ---------------------------------------------------------------------------------------
def test_friction_of_the_square_is_that_of_finite_differences():
    def fRe(n):
        x = (np.arange(1, n) / n)[:, None]
        s = 2.0 - 2.0 * np.cos(np.pi * x)
        lam = (s + s.T) * n**2
        f = np.ones((n - 1, n - 1))
        S = np.sin(np.pi * np.outer(np.arange(1, n), np.arange(1, n)) / n)
        u = S @ ((S @ f @ S) / lam) @ S * (2.0 / n) ** 2
        return 0.5 / (u.sum() / n**2)

    extrapolated = (4.0 * fRe(128) - fRe(64)) / 3.0
    assert rectangular_section(1.0, 1.0).fRe == pytest.approx(extrapolated, rel=1e-5)


def test_heat_transfer_of_rectangles_is_that_of_the_tables():
    # Shah and London's table: aspect, f Re, Nu_T, Nu_H1
    for aspect, fRe, Nu_T, Nu_H1 in [
        (1.0, 14.227, 2.976, 3.608), (0.5, 15.548, 3.391, 4.123), (0.25, 18.233, 4.439, 5.331),
        (0.125, 20.585, 5.597, 6.490),
    ]:  # fmt: skip
        section = rectangular_section(1e-3, aspect * 1e-3)
        assert section.fRe == pytest.approx(fRe, abs=6e-4)
        assert section.Nu_T == pytest.approx(Nu_T, abs=4e-3)
        assert section.Nu_H1 == pytest.approx(Nu_H1, abs=1e-3)


def test_nusselt_numbers_agree_with_a_finite_volume_marching_of_the_square():
    # inverse iteration of -lap t = L u t on a grid, extrapolated: an independent code
    def Nu(n):
        x = (np.arange(1, n) / n)[:, None]
        s = 2.0 - 2.0 * np.cos(np.pi * x)
        lam = (s + s.T) * n**2
        S = np.sin(np.pi * np.outer(np.arange(1, n), np.arange(1, n)) / n)
        inverse = lambda f: S @ ((S @ f @ S) / lam) @ S * (2.0 / n) ** 2  # noqa: E731
        u = inverse(np.ones_like(lam))
        u *= n**2 / u.sum()
        t = u.copy()
        for _ in range(25):
            new = inverse(u * t)
            L, t = t.sum() / new.sum(), new / new.max()
        return L / 4.0, 1.0 / (4.0 * (u * inverse(u)).sum() / n**2)

    fine, coarse = np.array(Nu(128)), np.array(Nu(64))
    Nu_T, Nu_H1 = (4.0 * fine - coarse) / 3.0
    section = rectangular_section(1.0, 1.0)
    assert section.Nu_T == pytest.approx(Nu_T, rel=3e-5)
    assert section.Nu_H1 == pytest.approx(Nu_H1, rel=3e-5)


def test_narrow_rectangles_tend_to_the_gap_between_plates():
    gap = slit_section(1e-3, 1.0)
    assert (gap.Nu_T, gap.Nu_H1, gap.fRe) == pytest.approx((7.5407008, 140 / 17, 24.0), rel=1e-7)
    # the first-order loss at the ends, times aspect
    for aspect in (0.02, 0.002):
        narrow = rectangular_section(1e-3, 1e-3 / aspect)
        assert 1.0 - narrow.Nu_T / gap.Nu_T == pytest.approx(2.6 * aspect, rel=0.15)


def test_graetz_modes_of_the_tube_are_the_published_ones():
    # eigenvalues of the classical series, lambda_i^2 = 2 N_i: 2.70436, 6.67903, 10.67338
    found = np.sqrt(2.0 * modes(round_section(1.0)).Nu[:3])
    assert found == pytest.approx([2.7043644, 6.6790315, 10.6733795], abs=1e-6)


@pytest.mark.parametrize("section", [round_section(1e-3), slit_section(1e-3, 0.1)])
def test_everything_enters_and_the_entry_is_continuous(section):
    assert modes(section).G.sum() == pytest.approx(1.0, abs=1e-4)
    edge = transport.ducts.X_SERIES
    left, right = (transport.nusselt_entry(section, edge * s) for s in (1 - 1e-9, 1 + 1e-9))
    assert left == pytest.approx(right, rel=1e-6)


def test_nusselt_of_the_entry_is_within_hausen_and_sieder_tate():
    tube = round_section(2e-3)
    for Re, Pr, L in [(100.0, 7.0, 0.02), (500.0, 7.0, 0.1), (1000.0, 50.0, 1.0), (50.0, 5.0, 1.0)]:
        Nu = Straight().nusselt(tube, Re, Pr, L)
        hausen = ht.conv_internal.laminar_entry_thermal_Hausen(Re, Pr, L, 2e-3)
        assert Nu == pytest.approx(hausen, rel=0.07)
        if Re * Pr * 2e-3 / L > 50.0:  # Sieder and Tate's law holds, for flow that develops as well
            sieder_tate = ht.conv_internal.laminar_entry_Seider_Tate(Re, Pr, L, 2e-3)
            assert 1.1 < sieder_tate / Nu < 1.25


def test_dispersion_in_rectangles():
    # on the gap, relative to 1/210: 1.76 for the square, 7.95 where it is very wide
    square, wide = rectangular_section(1.0, 1.0), rectangular_section(1.0, 1000.0)
    assert square.kappa * 210.0 == pytest.approx(1.76, abs=5e-3)
    assert wide.kappa * 210.0 * wide.D_h**2 == pytest.approx(7.95, rel=0.01)
    assert square.radius == 0.5
    assert wide.radius == pytest.approx(0.5)


# --- friction and films --------------------------------------------------------------------------
class Holder(NamedTuple):
    """A form and a section, as a channel has them."""

    form: NamedTuple
    section: Section


def friction(holder, Re):
    """An entry."""
    return holder.form.friction(holder.section, Re)


FORMS = [
    Straight(), Straight(2e-5), Coil(0.04), Fitted(C=0.3, m=0.6, n=0.33, f_C=3.0, f_m=-0.4),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_friction_is_the_same_in_a_kernel(form):
    holder = Holder(form, round_section(2e-3))
    kernel = _jit.compiled(friction, holder)
    for Re in (50.0, 1900.0, 2600.0, 9000.0, 5e4):
        assert kernel(holder, Re) == pytest.approx(friction(holder, Re), rel=1e-13)


def test_friction_is_that_of_fluids():
    tube, d = round_section(2e-3), 2e-3
    for Re in (10.0, 500.0, 2000.0):
        assert Straight().friction(tube, Re) == pytest.approx(16.0 / Re, rel=1e-14)
        schmidt = fluids.friction.helical_laminar_fd_Schmidt(Re, d, 0.04) / 4.0
        assert Coil(0.04).friction(tube, Re) == pytest.approx(schmidt, rel=1e-13)
    for Re in (5e3, 2e4, 3e5):
        churchill = fluids.friction.Churchill_1977(Re, 0.0) / 4.0
        assert Straight().friction(tube, Re) == pytest.approx(churchill, rel=2e-3)
        rough = fluids.friction.Churchill_1977(Re, 1e-2) / 4.0
        assert Straight(2e-5).friction(tube, Re) == pytest.approx(rough, rel=2e-3)
    for Re in (1.2e4, 1e5):
        coil = fluids.friction.helical_turbulent_fd_Schmidt(Re, d, 0.04) / 4.0
        assert Coil(0.04).friction(tube, Re) == pytest.approx(coil, rel=0.02)
    assert coil_critical(0.05) == pytest.approx(
        fluids.friction.helical_transition_Re_Schmidt(0.05, 1.0)
    )


def test_friction_of_the_straight_channel_has_no_jump():
    for section in (round_section(1e-3), rectangular_section(1e-3, 1e-3), slit_section(1e-3, 1.0)):
        Re = np.linspace(1500.0, 5000.0, 20_001)
        f = np.array([Straight().friction(section, x) for x in Re])
        assert np.abs(np.diff(np.log(f))).max() < 5e-4
        assert f[0] == section.fRe / Re[0]
    assert turbulent_friction(2000.0, 0.05) < 13.0 / 2000.0  # what the laminar short cut rests on


def test_nusselt_of_turbulent_flow_is_gnielinskis_and_in_between_linear():
    tube = round_section(2e-3)
    fd = 4.0 * Straight().friction(tube, 2e4)
    assert Straight().nusselt(tube, 2e4, 5.0, 1.0) == pytest.approx(
        ht.conv_internal.turbulent_Gnielinski(Re=2e4, Pr=5.0, fd=fd)
    )
    low, middle, high = (Straight().nusselt(tube, Re, 5.0, 1.0) for Re in (2300.0, 3150.0, 4000.0))
    assert middle == pytest.approx(0.5 * (low + high))


def test_nusselt_of_a_coil():
    tube, coil = round_section(2e-3), Coil(0.02)
    # Schmidt's law by hand at Re 400, Pr 7, d/D 0.1
    m = 0.5 + 0.2903 * 0.1**0.194
    by_hand = 3.6568 + 0.08 * (1 + 0.8 * 0.1**0.9) * 400**m * 7 ** (1 / 3)
    assert coil.nusselt(tube, 400.0, 7.0, 10.0) == pytest.approx(by_hand, rel=1e-4)
    assert coil.nusselt(tube, 3e4, 7.0, 10.0) == pytest.approx(
        ht.conv_internal.helical_turbulent_Nu_Schmidt(3e4, 7.0, 2e-3, 0.02)
    )
    short = Straight().nusselt(tube, 400.0, 7.0, 1e-3)
    assert coil.nusselt(tube, 400.0, 7.0, 1e-3) == pytest.approx(short)


def test_overall_coefficient_adds_resistances():
    section = rectangular_section(2e-3, 2e-3)
    form = Fitted(C=0.3, m=0.6, n=1 / 3, f_C=3.0, f_m=-0.4, Re_high=1000.0)
    got = transport.overall_coefficient(
        section, velocity=1.0, T=333.15, L=2.0, fluid=Fluid(mu=WATER), form=form, wall=1e-3,
        wall_conductivity=16.0, utility=4000.0,
    )  # fmt: skip
    Re, Pr = 1000.0 * 2e-3 / 0.467e-3, 0.467e-3 * 4.18e6 / 600.0
    h = 0.3 * Re**0.6 * Pr ** (1 / 3) * 0.6 / 2e-3
    assert got.U * (1.0 / h + 1.0 / 16e3 + 1.0 / 4000.0) == pytest.approx(1.0)
    (said,) = got.cautions
    assert (said.name, said.high) == ("Re", 1000.0)
    assert said.value == pytest.approx(Re)


# --- typed warnings ------------------------------------------------------------------------------
def test_cautions_are_sentences_that_copies_and_files_keep():
    said = Caution("De is low", name="De", value=3.0, low=11.6)
    for again in (of_row(as_row(said)), pickle.loads(pickle.dumps(said)), copy.deepcopy(said)):
        assert again == said == "De is low"
        assert (again.name, again.value, again.low, again.high) == ("De", 3.0, 11.6, np.inf)
    assert of_row(as_row("plain")) == "plain"


def test_a_straight_channel_of_2_mm_is_told_what_it_is_not(tmp_path):
    # the design's example: R2/D 1000 s, 60 s of residence, laminar film near 1100 W/m2/K
    reactor = channel(zones=[it.Zone(320.0, length=12.0, U=3000.0)], flow=0.2 * np.pi * 1e-6)
    run = it.solve(reactor)
    film, mixed = run.warnings
    assert (film.name, film.value) == ("U", 3000.0)
    assert 3.657 * 300.0 < film.high < 1.05 * 3.657 * 300.0
    assert (mixed.name, mixed.value, mixed.low) == ("Fo", pytest.approx(0.06), 1.0)
    assert "neither plug flow" in mixed
    again = it.Result.load(run.save(tmp_path / "run.h5"))
    assert again == run
    assert again.warnings[1].value == mixed.value


def test_warnings_by_form_and_regime():
    assert [w.name for w in channel(form=Coil(0.04)).warnings([])] == ["spread of f"]
    assert [w.name for w in channel(form=Coil(5e-3)).warnings([])] == ["D_h/D"]
    assert channel(form=FORMS[3]).warnings([]) == []
    narrow = channel(
        section=round_section(5e-5), flow=2e-11, zones=[it.Zone(320.0, length=0.01, U=10.0)]
    )
    assert [w.name for w in narrow.warnings([])] == ["Pe"]
    fast = channel(flow=5e-6, zones=[it.Zone(320.0, length=8.0, U=100.0)])
    (said,) = fast.warnings([])
    assert said.startswith("Re 3183 lies between laminar")
    odd = Fitted(C=0.3, m=0.6, n=0.33, f_C=3.0, f_m=-0.4, Re_low=1e3, Pr_low=20.0)
    assert [w.name for w in channel(form=odd).warnings([])] == ["Re", "Pr"]


def test_a_reaction_faster_than_mixing_is_named():
    quick = channel(section=round_section(1e-3))._replace(kinetics=NETWORK.scaled(k0=500.0))
    said = quick.warnings([])[0]
    eps = 32e-6 * (quick.velocity() / 1e-3) ** 2
    k = 500.0 * 1e4 * np.exp(-6000.0 / 300.0)
    assert (said.name, said.high) == ("Da_mix", 0.1)
    assert said.value == pytest.approx(0.15 * eps**-0.45 * k * 900.0, rel=1e-6)


def test_temperatures_of_a_run_bound_the_warnings():
    run = it.solve(channel())
    low, high = channel_validity.temperatures(run.reactor, run.legs)
    assert low == pytest.approx(300.0)
    assert high == pytest.approx(run.kpis["T_max"])


# --- the reactor's pressure drop -----------------------------------------------------------------
def test_pressure_drop_follows_the_viscosity_along_the_channel():
    run = it.solve(channel(mu=WATER), rtol=1e-10)
    z = np.linspace(0.0, 8.0, 20_001)
    T = run.legs[0].trajectory(z)[:, 3]
    mu = WATER.mu_ref * np.exp(WATER.B * (1.0 / T - 1.0 / WATER.T_ref))
    slope = 32.0 * mu * run.reactor.velocity() / 2e-3**2
    by_hand = np.trapezoid(slope, z)
    assert run.kpis["p_drop"] == pytest.approx(by_hand, rel=1e-8)
    cold = it.solve(channel(mu=WATER.at(300.0))).kpis["p_drop"]
    assert run.kpis["p_drop"] < 0.85 * cold
    assert run.at(8.0)["p_drop"] == pytest.approx(by_hand, rel=1e-8)


def test_pressure_drop_of_a_coil_is_that_of_its_friction():
    run = it.solve(channel(form=Coil(0.04), zones=[it.Zone(320.0, length=8.0, U=0.0)]))
    reactor = run.reactor
    f = Coil(0.04).friction(reactor.section, reactor.Re)
    u = reactor.velocity()
    assert run.kpis["p_drop"] == pytest.approx(2.0 * f * 1000.0 * u**2 / 2e-3 * 8.0, rel=1e-9)


# --- bad input -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: round_section(-1e-3), "diameter is -0.001 m"),
        (lambda: rectangular_section(1e-3, 0.0), "side is 0 m"),
        (lambda: slit_section(1e-3, np.inf), "width is inf m"),
        (lambda: channel(flow=-1e-6), "flow: is -1e-06, but must be above 0"),
        (lambda: channel(flow=np.nan), "flow: is nan"),
        (lambda: channel(mu=0.0), "mu: is 0"),
        (lambda: transport.nusselt_entry(round_section(1e-3), 0.0), "entry length"),
        (lambda: Coil(0.02).nusselt(round_section(1e-3), -5.0, 7.0, 1.0), "Re is -5"),
        (lambda: transport.laminar_friction(400.0, d=0.03, D=0.02), "narrower than the coil"),
        (lambda: Viscosity.fitted([]), "needs points"),
        (lambda: Viscosity.fitted([(300.0, 1e-3), (300.0, 2e-3)]), "different temperatures"),
        (lambda: transport.taylor_aris(round_section(1e-3), D=1e-9, u=-1.0), "u = -1 m/s"),
        (lambda: transport.overall_coefficient(round_section(1e-3), velocity=-1.0, T=300.0, L=1.0,
                                               wall=-1e-3), "velocity: is -1"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence(call, sentence):
    with pytest.raises(it.InputError, match=sentence.replace("(", r"\(")):
        call()
