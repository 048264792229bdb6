"""Beds of catalyst and strings of grains against closed forms and independent integrators."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it
from intensify import extrapolation
from intensify.chemistry.network import R_GAS
from intensify.reactors.beds.packed_bed_equations import LENGTH
from intensify.transport.catalyst_grain import effectiveness, film, pellet, steady_rates, thiele
from intensify.transport.packing import (
    Friction,
    ergun,
    extrudate_string,
    pressure_laws,
    random_bed,
    sphere_string,
    with_fines,
)

PACKING = random_bed(3e-3, 25e-3, void=0.4)
FIRST = it.Network.build([it.Reaction("A => B", it.Arrhenius(5e3, 0.0, 9000.0), dH=-8e4)])


def bed(net=FIRST, **changes):
    zones = changes.pop("zones", [it.BedZone(1.0, T_c=550.0, rho_b=900.0, U=200.0)])
    given = {"packing": PACKING, "feed": {"A": 0.1, "B": 0.9}, "T": 550.0, "p": 3e5, "flow": 0.02,
             "M": 0.03, "cp": 1100.0}  # fmt: skip
    return it.PackedBed(net, zones=zones, **(given | changes))


# --- rate laws -----------------------------------------------------------------------------------
def rational():
    return it.Network.build(
        [it.Reaction("A + 2 B <=> C", it.Arrhenius(3.0, 0.0, 500.0), {"A": 1.0, "B": 0.5}, -5e4,
                     it.Arrhenius(0.1, 0.0, 1500.0), {"C": 1.0, "B": -0.5}, 2.0),
         it.Reaction("A => D", it.Arrhenius(0.2))],
        adsorption=[it.Adsorption("A", it.Arrhenius(0.7, 0.0, -300.0)),
                    it.Adsorption({"C": 1.0, "B": -0.5}, it.Arrhenius(0.3))],
        pressure=1e5,
    )  # fmt: skip


def test_a_rational_law_in_bar_is_what_the_formula_says():
    net, T, bar = rational(), 450.0, np.array([1.2, 0.8, 0.4, 0.1])
    r = np.empty(2)
    net.rates(T, bar * 1e5 / (R_GAS * T), r)
    A, B, C, _ = bar
    D = 1.0 + 0.7 * np.exp(300.0 / T) * A + 0.3 * C / np.sqrt(B)
    top = 3.0 * np.exp(-500.0 / T) * A * np.sqrt(B) - 0.1 * np.exp(-1500.0 / T) * C / np.sqrt(B)
    assert r == pytest.approx([top / D**2, 0.2 * A], rel=1e-12)


def test_its_derivatives_are_those_of_differences():
    net, T = rational(), 450.0
    c = np.array([1.2, 0.8, 0.4, 0.1]) * 1e5 / (R_GAS * T)
    dr_dc, dr_dT, up, down = np.empty((2, 4)), np.empty(2), np.empty(2), np.empty(2)
    net.derivatives(T, c, dr_dc, dr_dT)
    for i in range(4):
        step = np.eye(4)[i] * 1e-5 * c[i]
        net.rates(T, c + step, up)
        net.rates(T, c - step, down)
        assert dr_dc[:, i] == pytest.approx((up - down) / (2e-5 * c[i]), rel=1e-7, abs=1e-12)
    net.rates(T + 1e-3, c, up)
    net.rates(T - 1e-3, c, down)
    assert dr_dT == pytest.approx((up - down) / 2e-3, rel=1e-6)


def test_sites_without_adsorption_and_contradicting_heats_are_refused():
    with pytest.raises(it.InputError, match="counts adsorption terms, but none"):
        it.Network.build([it.Reaction("A => B", it.Arrhenius(1.0), sites=1.0)])
    cycle = [it.Reaction("A => B", it.Arrhenius(1.0), dH=-100.0),
             it.Reaction("B => C", it.Arrhenius(1.0), dH=-50.0),
             it.Reaction("A => C", it.Arrhenius(1.0), dH=-140.0)]  # fmt: skip
    with pytest.raises(it.InputError, match=r"contradict each other by 3\.33 J/mol"):
        it.Network.build(cycle)
    assert it.Network.build(cycle, rounding=5.0).heat_slack() == pytest.approx(10.0 / 3.0)


# --- grains --------------------------------------------------------------------------------------
@pytest.mark.parametrize("phi", [0.3, 2.0, 9.0])
@pytest.mark.parametrize(("shape", "closed"), [
    (0, lambda p: np.tanh(p) / p), (2, lambda p: 3.0 * (p / np.tanh(p) - 1.0) / p**2),
])  # fmt: skip
def test_first_order_effectiveness_with_and_without_film(phi, shape, closed):
    net, k = it.Network.build("A => B", k=phi**2), 3.0
    eta = closed(phi)
    state = {"T": 300.0, "c": {"A": 2.0}}
    bare = pellet(net, rho=1.0, R=1.0, D=1.0, shape=shape, nodes=30)
    assert effectiveness(net, bare, **state)[0] == pytest.approx(eta, rel=1e-9)
    whole = pellet(net, rho=1.0, R=1.0, D=1.0, k=k, shape=shape, nodes=30)
    slow = 1.0 + eta * phi**2 / ((shape + 1.0) * k)
    assert effectiveness(net, whole, **state)[0] == pytest.approx(eta / slow, rel=1e-9)
    modulus = thiele(net, bare, species="A", **state)
    assert modulus == pytest.approx(phi / (shape + 1.0), rel=1e-12)


def test_an_egg_shell_wastes_less_of_its_catalyst():
    net, state = it.Network.build("A => B", k=16.0), {"T": 300.0, "c": {"A": 1.0}}

    def eta(core, nodes=30):
        grain = pellet(net, rho=1.0, R=1.0, D=1.0, core=core, nodes=nodes)
        return effectiveness(net, grain, **state)[0]

    full = eta(0.0)
    assert eta(1e-6, 100) == pytest.approx(full, rel=2e-4)
    errors = [abs(eta(1e-6, n) - full) for n in (25, 50, 100)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.1)  # second order
    assert errors[1] / errors[2] == pytest.approx(4.0, rel=0.1)
    assert full < eta(0.5) < eta(0.8) < eta(0.99) < 1.0
    # a thin shell of thickness d is a slab with its material concentrated 1/(3 d) times
    d = 0.01
    phi = d * np.sqrt(16.0 / (1.0 - (1.0 - d) ** 3))
    assert eta(1.0 - d) == pytest.approx(np.tanh(phi) / phi, rel=1e-3)


def test_several_reactions_in_a_warm_grain_follow_its_differential_equations():
    net = it.Network.build([
        it.Reaction("A => B", it.Arrhenius.at(2.0, T=500.0, E=6e4), dH=-4e4),
        it.Reaction("B => C", it.Arrhenius.at(1.0, T=500.0, E=8e4), dH=-9e4),
    ])  # fmt: skip
    D = {"A": 1.0, "B": 0.7, "C": 1.3}
    grain = pellet(net, rho=2.0, R=0.8, D=D, conductivity=4e3, k=5.0, h=3e4, shape=2, nodes=16)
    c, rates = np.array([1.0, 0.2, 0.0]), np.empty(2)
    grain.mean(steady_rates(net, grain, T=500.0, c=c), rates)

    def shoot(centre):  # c and T at the centre -> the film's balances missed
        def rhs(x, y):
            r = np.empty(2)
            net.rates(y[6], y[:3], r)
            gain = 2.0 * r @ net.nu / np.array([1.0, 0.7, 1.3])
            heat = -2.0 * float(net.dH @ r) / 4e3
            lap = np.append(gain, heat)
            slope = np.array([*y[3:6], y[7]])
            bend = -lap / 3.0 if x < 1e-9 else -lap - 2.0 * slope / x
            return [*slope[:3], *bend[:3], slope[3], bend[3]]

        y = [*centre[:3], 0, 0, 0, centre[3], 0]
        end = solve_ivp(rhs, (0.0, 0.8), y, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
        flux = np.array([1.0, 0.7, 1.3]) * end[3:6]
        return [*(5.0 * (c - end[:3]) - flux), 3e4 * (500.0 - end[6]) / 4e3 - end[7]], flux

    from scipy.optimize import fsolve

    found = fsolve(lambda x: shoot(x)[0], [0.7, 0.3, 0.1, 500.0], xtol=1e-11)
    used = shoot(found)[1][0] * 3.0 / (0.8 * 2.0)  # A taken up, per kg
    assert rates[0] == pytest.approx(used, rel=1e-6)


def test_branches_of_a_reversible_reaction_end_at_equilibrium():
    net = it.Network.build([it.Reaction("A <=> B", it.Arrhenius(4.0), reverse=it.Arrhenius(2.0))])
    found = it.transport.branches(net, rho=1.0, R=1.5, D=1.0, T=300.0, c={"A": 1.0}, shape=0)
    phi = 1.5 * np.sqrt(6.0)  # first order towards equilibrium with k + k_back
    assert found.eta == [pytest.approx(np.tanh(phi) / phi, rel=1e-7)]


def test_wrong_grains_are_told():
    net = it.Network.build("A => B", k=1.0)
    with pytest.raises(it.InputError, match="D: has no value for B"):
        pellet(net, rho=1.0, R=1.0, D={"A": 1.0})
    with pytest.raises(it.InputError, match=r"(?s)R: is 0.*shape: is 3"):
        pellet(net, rho=1.0, R=0.0, D=1.0, shape=3)
    two = it.Network.build([it.Reaction("A => B", it.Arrhenius(1.0)),
                            it.Reaction("B => C", it.Arrhenius(1.0))])  # fmt: skip
    with pytest.raises(it.InputError, match="for several take"):
        it.transport.branches(two, rho=1.0, R=1.0, D=1.0, T=300.0, c={"A": 1.0})


# --- packings ------------------------------------------------------------------------------------
def test_strings_and_beds_that_cannot_be_are_told():
    with pytest.raises(it.InputError, match="does not fit into a tube of 2 mm"):
        sphere_string(2.5e-3, 2e-3)
    with pytest.raises(it.InputError, match=r"needs D/d up to 1\.866, here 2\.000"):
        sphere_string(2e-3, 4e-3)
    with pytest.raises(it.InputError, match="is a string, not a bed"):
        random_bed(3e-3, 4e-3)
    with pytest.raises(it.InputError, match=r"void fraction 1\.2 must lie between 0 and 1"):
        random_bed(3e-3, 30e-3, void=1.2)
    with pytest.raises(it.InputError, match="length 0 m must be above 0"):
        extrudate_string(1e-3, 2e-3, length=0.0)
    with pytest.raises(it.InputError, match="must be smaller than the grains"):
        with_fines(sphere_string(2e-3, 3e-3), 3e-3)


def test_friction_laws_differ_by_a_factor_of_four_in_strings_and_invert():
    string = sphere_string(0.8e-3, 1e-3)
    lost = [law.gradient(0.5, 1.25, 1.9e-5) for law in pressure_laws(string).values()]
    assert max(lost) / min(lost) > 3.5
    law = ergun(string)
    for u in (-0.3, 0.0, 2.0):
        assert law.velocity(law.gradient(u, 1.2, 2e-5), 1.2, 2e-5) == pytest.approx(u, rel=1e-12)


# --- beds ----------------------------------------------------------------------------------------
def test_a_cooled_bed_agrees_with_an_independent_integrator():
    reactor = bed(friction="Ergun, grain diameter")
    run = it.solve(reactor, rtol=1e-10)
    A, m, law = PACKING.A, reactor.m, ergun(PACKING)

    def rhs(z, y):
        F, T, p = y[:2], y[2], y[3]
        Q = F.sum() * R_GAS * T / p
        r = 5e3 * np.exp(-9000.0 / T) * F[0] / Q * 900.0 * A
        cooled = 200.0 * np.pi * 0.025 * (T - 550.0)
        return [-r, r, (8e4 * r - cooled) / (m * 1100.0), -law.gradient(Q / A, m / Q, 2e-5)]

    start = [*reactor.F_in, 550.0, 3e5]
    end = solve_ivp(rhs, (0.0, 1.0), start, method="Radau", rtol=1e-10, atol=1e-12).y[:, -1]
    assert run.legs[-1].y_end[:4] == pytest.approx(end, rel=1e-7)


def test_compiled_bed_is_the_python_bed():
    net = FIRST
    grain = pellet(net, rho=1500.0, R=1.5e-3, D=2e-6, k=0.05, h=200.0, conductivity=0.3,
                   T_gas=550.0, nodes=6)  # fmt: skip
    model = bed(pellet=grain).stage(0, 0.0, bed(pellet=grain).state()).model
    y = bed(pellet=grain).state()
    y[0] *= 0.7
    plain, jitted = np.empty(y.size), np.empty(y.size)
    model.rhs(0.3, y, plain)
    from intensify._jit import compiled

    compiled(rhs_of, model)(model, 0.3, y, jitted)
    assert jitted == pytest.approx(plain, rel=1e-12)


def rhs_of(model, z, y, out):
    model.rhs(z, y, out)


def test_limits_thin_films_small_grains_and_walls():
    reference = it.solve(bed()).kpis
    net = FIRST
    thin = film(net, rho_surface=1.0, k=1e4, h=1e8, T_gas=550.0)
    small = pellet(net, rho=1500.0, R=1e-6, D=1e-5, T_gas=550.0, nodes=4)
    for grain in (thin, small):
        same = it.solve(bed(pellet=grain)).kpis
        assert same["T_max"] == pytest.approx(reference["T_max"], rel=1e-6)
    isothermal = it.solve(bed(zones=[it.BedZone(1.0, 550.0, 900.0, U=np.inf)])).kpis
    nearly = it.solve(bed(zones=[it.BedZone(1.0, 550.0, 900.0, U=1e7)])).kpis
    assert nearly["X_A"] == pytest.approx(isothermal["X_A"], rel=1e-4)
    adiabatic = it.solve(bed(zones=[it.BedZone(40.0, 550.0, 900.0)], friction=Friction())).kpis
    rise = 8e4 * 0.1 / (0.03 * 1100.0)
    assert adiabatic["T_out"] - 550.0 == pytest.approx(rise * adiabatic["X_A"], rel=1e-8)


@pytest.mark.parametrize("counter", [False, True])
def test_a_coolant_of_finite_flow_takes_what_the_gas_loses(counter):
    run = it.solve(bed(zones=[it.BedZone(1.0, 540.0, 900.0, U=150.0, wc=2.0, counter=counter)]))
    first, last = run.at(0.0), run.at(1.0)
    rise = (last["T_coolant"] - first["T_coolant"]) * (-1.0 if counter else 1.0)
    assert 2.0 * rise == pytest.approx(last["q"], rel=1e-6)
    assert (last if counter else first)["T_coolant"] == pytest.approx(540.0, abs=1e-6)
    assert run.balances()["energy"] < 1e-7


def test_zones_of_diluted_catalyst_spread_the_heat():
    full = it.solve(bed()).kpis
    half = [it.BedZone(0.5, 550.0, 450.0, U=200.0), it.BedZone(0.5, 550.0, 900.0, U=200.0)]
    assert it.solve(bed(zones=half)).kpis["T_max"] < full["T_max"] - 0.5


def test_a_blocked_bed_is_told_and_acceleration_costs_pressure():
    with pytest.raises(it.SolveError, match="the bed blocks its flow; take larger grains"):
        it.solve(bed(flow=1.0))
    calm, fast = (it.solve(bed(flow=0.08, acceleration=a)).kpis["p_drop"] for a in (False, True))
    assert calm < fast < 1.2 * calm


def test_film_and_pores_of_a_hot_grain_are_seen_in_the_profiles():
    net = FIRST
    grain = pellet(net, rho=1500.0, R=1.5e-3, D=3e-7, k=0.05, h=120.0, conductivity=0.3,
                   T_gas=550.0, nodes=14)  # fmt: skip
    run = it.solve(bed(pellet=grain))
    here = run.at(0.2)
    c, T = here["c"], float(here["T"])
    alone = effectiveness(net, grain, T=T, c=c)
    assert here["effectiveness"] == pytest.approx(alone, rel=1e-6)
    assert 1e-3 < here["T_solid"] - T < 30.0
    assert all(x < 1e-7 for x in run.balances().values())


def test_wetting_opens_the_way_of_the_gas_to_dry_grains():
    net = it.Network.build("H2 => P", k=3e-4)
    grain = pellet(net, rho=1200.0, R=1e-3, D=2e-9, k=1e-4, nodes=12)

    def made(wetting, k_dry):
        gas = {"H2": it.Dissolving(0.05, 20.0, k_dry)}
        run = it.solve(it.LiquidBed(
            net, packing=random_bed(2e-3, 20e-3), feed={}, T=300.0, flow=3e-6, pellet=grain,
            zones=[it.BedZone(1.0, T_c=300.0, rho_b=700.0)], dissolving=gas, wetting=wetting,
        ))  # fmt: skip
        assert all(x < 1e-7 for x in run.balances().values())
        return run.legs[-1].y_end[1]

    wet = made(1.0, 0.0)
    assert made(0.6, 0.0) < wet < made(0.6, 1e-3) < made(0.3, 1e-3)


def test_bad_beds_are_told_in_one_sentence_each():
    cases = [
        ({"feed": {"A": 0.5}}, "mole fractions sum to 0.5"),
        ({"M": 0.0}, "is not known; give the mean molar mass"),
        ({"mass_flow": 1e-3}, "give either flow"),
        ({"friction": "Darcy"}, "'Darcy' is no law"),
        ({"cp": 0.0}, "has no heat capacity|the stream has no heat capacity"),
        ({"zones": [it.BedZone(1.0, 550.0, 0.0)]}, "hold no catalyst"),
        ({"zones": [it.BedZone(0.0, 550.0, 900.0)]}, "needs a length above 0"),
        ({"T": 0.0}, "T: is 0, but must be above 0"),
    ]
    for changes, sentence in cases:
        with pytest.raises(it.InputError, match=sentence):
            bed(**changes)
    with pytest.raises(it.InputError, match="negative order in B, of which the feed has none"):
        it.PackedBed(rational(), packing=PACKING, feed={"A": 1.0}, T=500.0, p=1e5, flow=1.0, M=0.03,
                     cp=1e3, zones=[it.BedZone(1.0, 500.0, 1.0)])  # fmt: skip
    with pytest.raises(it.InputError, match="below 1 it needs a pellet with film"):
        it.LiquidBed(FIRST, packing=PACKING, feed={"A": 1.0}, T=500.0, flow=1e-6, wetting=0.5,
                     zones=[it.BedZone(1.0, 500.0, 1.0)])  # fmt: skip
    with pytest.raises(it.InputError, match="this packing is no string"):
        it.WiredReactor(FIRST, string=PACKING, grains=3, catalyst=it.Catalyst(1e3),
                        gas=it.Gas(0.03), feed={"A": 1.0}, T=500.0, p=1e5, flow=1.0)  # fmt: skip


# --- two dimensions ------------------------------------------------------------------------------
def radial(**changes):
    given = {"packing": PACKING, "feed": {"A": 0.02, "B": 0.98}, "T": 560.0, "p": 2e5, "flow": 0.02,
             "M": 0.03, "cp": 1100.0, "conductivity": 1.5,
             "zones": [it.RadialZone(1.0, 560.0, 900.0, 300.0)]}  # fmt: skip
    return it.RadialBed(FIRST, **(given | changes))


def test_a_well_mixed_radius_is_the_bed_of_one_dimension():
    mixed = it.solve(radial(conductivity=1e4, mixing=1e2, nodes=4)).kpis
    plain = it.solve(bed(
        feed={"A": 0.02, "B": 0.98}, T=560.0, p=2e5, friction=Friction(),
        zones=[it.BedZone(1.0, 560.0, 900.0, U=300.0)],
    )).kpis  # fmt: skip
    assert mixed["T_max"] == pytest.approx(plain["T_max"], abs=1e-2)
    assert mixed["X_A"] == pytest.approx(plain["X_A"], rel=1e-4)


def test_the_middle_is_hottest_and_everything_balances():
    run = it.solve(radial())
    assert run.kpis["r_T_max"] == 0.0
    assert all(x < 1e-7 for x in run.balances().values())
    finer = it.solve(radial(nodes=16))
    assert run.kpis["T_max"] == pytest.approx(finer.kpis["T_max"], abs=1e-3)
    Bi = run.reactor.Bi()
    alpha = run.reactor.first_eigenvalue()
    from scipy.special import j0, j1

    assert alpha * j1(alpha) == pytest.approx(Bi * j0(alpha), rel=1e-9)


def test_bad_radial_beds_are_told():
    with pytest.raises(it.InputError, match=r"(?s)conductivity: is 0.*zones\[0\]: needs a length"):
        radial(conductivity=0.0, zones=[it.RadialZone(0.0, 560.0, 900.0, 300.0)])


# --- life, and what strings say of beds ----------------------------------------------------------
def test_coke_that_shields_follows_its_exponential():
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(1e-9)),
                            it.Reaction("B => coke", it.Arrhenius(2e-6))])  # fmt: skip
    reactor = it.LiquidBed(net, packing=PACKING, feed={"A": 1.0, "B": 10.0}, T=300.0, flow=1e-5,
                           zones=[it.BedZone(1e-3, 300.0, 1e-3, U=np.inf)])  # fmt: skip
    law = it.Deactivation(reaction=1, capacity=0.5, spread=1.0)
    old = it.life(reactor, law, [0.0, 2e4], nodes=5)
    # da/dt = -a r_0 a/N: hyperbolic, because the coking rate falls with the activity as well
    assert old.activity[-1] == pytest.approx(1.0 / (1.0 + 2e-5 * 2e4 / 0.5), rel=1e-6)


def test_a_front_too_narrow_for_its_places_is_warned_of():
    net = it.Network.build("P => bound", k=60.0)
    reactor = it.LiquidBed(net, packing=random_bed(0.01, 1.0, void=0.4), feed={"P": 1.0}, T=300.0,
                           flow=0.25 * np.pi, zones=[it.BedZone(1.0, 300.0, 1.0)],
                           friction=Friction())  # fmt: skip
    law = it.Deactivation(reaction=0, capacity=60.0)
    assert "narrower than four" in it.life(reactor, law, [30.0], nodes=8, rtol=1e-4).warnings[0]


def test_bad_laws_of_aging_are_told():
    with pytest.raises(it.InputError, match="nothing would age"):
        it.life(bed(), it.Deactivation(), [0.0])
    with pytest.raises(it.InputError, match="must rise"):
        it.life(bed(), it.Deactivation(it.Arrhenius(1.0)), [1.0, 0.5])
    with pytest.raises(it.InputError, match="reaction 4 does not exist"):
        it.life(bed(), it.Deactivation(reaction=4), [1.0])


def test_extrapolation_wants_the_same_kinetics_and_gives_the_bed_its_uncertainty(monkeypatch):
    case = it.cases.load("co-oxidation")
    string, big = case.reactors["string"], case.reactors["bed"]
    out = it.extrapolate(string, big, key="CO", product="CO2",
                         fitted=it.FittedKinetics(0.1, 0.0, 500.0), samples=3)  # fmt: skip
    assert out.bed_sd["T_max"] > out.string_sd["T_max"] > 0.0
    assert out.string["selectivity"] == pytest.approx(1.0, rel=1e-9)
    monkeypatch.setattr(extrapolation, "critical_feed", lambda bed, i: out.critical)
    again = it.extrapolate(string, big, key="CO", product="CO2",
                           fitted=it.FittedKinetics(0.1, 0.0, 500.0), samples=3)  # fmt: skip
    assert str(out) == str(again)
    with pytest.raises(it.InputError, match="different kinetics"):
        it.extrapolate(string, big._replace(kinetics=big.kinetics.scaled(k0=2.0)), key="CO",
                       product="CO2")  # fmt: skip
    with pytest.raises(it.InputError, match="has no CO2"):
        it.extrapolate(string, big, key="CO2", product="CO")


def test_longer_strings_repeat_better():
    string = it.cases.load("o-xylene").reactors["string"]
    few, many = (
        it.repeatability(string._replace(zones=string.zones * np.where(
            np.arange(7) == LENGTH, n / 400, 1.0)), lambda r: r.kpis["X_oX"], grains=n,
            scatter=0.3, samples=12)
        for n in (10, 160)
    )  # fmt: skip
    assert few.sd / few.mean > 2.0 * many.sd / many.mean
