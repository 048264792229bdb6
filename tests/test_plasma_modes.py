"""Ways to run the plasma: stirred, in filaments, with electrons anew; mechanisms of Cantera's."""

from __future__ import annotations

import functools

import cantera as ct
import numpy as np
import pytest
from scipy.optimize import fsolve

import intensify as it
from intensify._jit import canonical, compiled
from intensify.plasma import (
    Boltzmann,
    PlasmaNetwork,
    PlasmaReaction,
    PulseTrain,
    plasma_from_cantera,
    read_cross_sections,
)
from intensify.plasma.energy import AVOGADRO
from intensify.reactors.discharges.cold_plasma import Catalyst, ColdPlasmaReactor, Field

R = 8.31446261815324
SPECIES = [
    it.Species("O2", {"O": 2.0}, 0.032, cp=29.4),
    it.Species("O", {"O": 1.0}, 0.016, cp=21.9, h=249.2e3),
    it.Species("O3", {"O": 3.0}, 0.048, cp=39.2, h=142.7e3),
]
REACTIONS = [
    PlasmaReaction("e + O2 => e + 2 O", A=2e-15),
    PlasmaReaction("e + O3 => e + O2 + O", A=5e-15),
    PlasmaReaction("O + O2 + M => O3 + M", A=6e-46, b=-2.6),
    PlasmaReaction("O + O3 => 2 O2", A=8e-18, Ta=2060.0),
]
FIELD = Field(1.5e-19, 9e23, 3e4)
METHANE = "methane-plasma-pavan-2023.yaml"


def ozoniser(**more):
    options = {"feed": {"O2": 1.0}, "T": 300.0, "UA": 50.0, "field": FIELD, "products": ("O3",),
               "key": "O2"}  # fmt: skip
    return ColdPlasmaReactor(PlasmaNetwork.build(REACTIONS, SPECIES), **(options | more))


@pytest.mark.parametrize("UA", [50.0, np.inf])
def test_a_stirred_reactor_ends_where_its_balances_say(UA):
    tau, P = 0.2, 4e3
    run = it.solve(ozoniser(power=P, residence=30 * tau, stirred=tau, UA=UA), rtol=1e-9)
    h0 = np.array([0.0, 249.2e3, 142.7e3])
    cp = np.array([29.4, 21.9, 39.2])
    energy = 1.602176634e-19 * FIELD.mobility_N * FIELD.E_N**2 * AVOGADRO

    def rest(y):
        n, T = np.array([y[0], 1e-6 * y[1], y[2]]), y[3]
        V = n.sum() * R * T / 101325.0
        c, x = n / V * AVOGADRO, n / n.sum()
        driven = P / energy
        a, b = 2e-15 * driven * x[0], 5e-15 * driven * x[2]
        d = 6e-46 * (T / 300) ** -2.6 * c[1] * c[0] * c.sum() * V / AVOGADRO
        e = 8e-18 * np.exp(-2060 / T) * c[1] * c[2] * V / AVOGADRO
        w = np.array([-a + b - d + 2 * e, 2 * a + b - d - e, -b + d - e])
        gaps = tau * w + np.array([1.0, 0.0, 0.0]) - n
        flow = (n @ (h0 + cp * (T - 298.15)) - 29.4 * (300.0 - 298.15)) / tau
        heat = (T - 300.0) if np.isinf(UA) else (P - UA * (T - 300.0) - flow) / P
        return np.array([gaps[0], gaps[1] / 1e-6, gaps[2], heat])

    exact = fsolve(rest, [0.98, 1.0, 0.01, 310.0], xtol=1e-12)
    assert run.kpis["x_O3"] * run.kpis["n_total"] == pytest.approx(exact[2], rel=1e-6)
    assert run.kpis["T_out"] == pytest.approx(exact[3], rel=1e-7)
    assert run.kpis["SEI"] == pytest.approx(P * tau)
    assert max(run.balances().values()) < 1e-7
    early = it.solve(ozoniser(power=P, residence=tau, stirred=tau, UA=UA))
    assert any("has run for 1 residence times" in w for w in early.warnings)


def test_a_stirred_reactor_in_pulses_counts_its_mean_power():
    pulses = PulseTrain(0.4, 1e-6, 1e-3, 300)
    run = it.solve(ozoniser(pulses=pulses, stirred=0.05))
    assert run.kpis["SEI"] == pytest.approx(0.4 / 1e-3 * 0.05)
    steady = it.solve(ozoniser(power=400.0, residence=0.3, stirred=0.05))
    assert run.kpis["x_O3"] == pytest.approx(steady.kpis["x_O3"], rel=0.02)


def test_a_filament_is_a_parcel_of_its_own_until_it_mixes():
    w, pulse = 0.1, 60.0
    one = ozoniser(pulses=PulseTrain(pulse / w, 1e-7, 1e-2, 1), UA=np.inf)
    alone = it.solve(one)
    part = it.solve(ozoniser(pulses=PulseTrain(pulse, 1e-7, 1e-2, 1), UA=np.inf, fraction=w))
    made = [run.kpis["x_O3"] * run.kpis["n_total"] for run in (alone, part)]
    assert made[1] == pytest.approx(w * made[0], rel=1e-5)
    assert part.kpis["SEI"] == pytest.approx(pulse)


def test_strong_filaments_make_dearer_ozone_and_balance():
    costs = []
    for w in (1.0, 0.1, 0.01):
        run = it.solve(ozoniser(pulses=PulseTrain(50.0, 1e-7, 1e-3, 20), fraction=w, after=0.01))
        assert max(run.balances().values()) < 1e-7
        costs.append(run.kpis["cost_O3"])
    assert costs[0] < costs[1] < costs[2]


# --- a packed zone -------------------------------------------------------------------------------
K_CAT = 0.05  # m3/kg/s
ON_IT = PlasmaReaction("O3 => 1.5 O2", A=K_CAT, catalytic=True)


def packed(catalyst, **more):
    chemistry = PlasmaNetwork.build([*REACTIONS, ON_IT], SPECIES)
    options = {"feed": {"O2": 1.0}, "T": 300.0, "UA": np.inf, "field": FIELD, "power": 1e4,
               "residence": 0.2, "after": 0.4}  # fmt: skip
    return it.solve(ColdPlasmaReactor(chemistry, catalyst=catalyst, **(options | more)), rtol=1e-10)


def test_a_bed_behind_a_discharge_takes_ozone_at_first_order_however_long_the_gas_is_in_it():
    W_F = 1.5
    for end in (0.4, 0.6):
        run = packed(Catalyst(W_F, 0.3, end))
        n3, total = (run.at(t)["n"] for t in (0.3, 0.6)), R * 300.0 / 101325.0
        (before, after) = n3
        # n3' = -k n3/V per W/F, and V grows by half a mole for each that goes
        whole = before.sum() + 0.5 * before[2]
        taken = -whole * np.log(after[2] / before[2]) + 0.5 * (after[2] - before[2])
        assert taken * total == pytest.approx(K_CAT * W_F, rel=1e-5)
        assert run.kpis["catalyst_over_flow"] == pytest.approx(W_F)
        assert max(run.balances().values()) < 1e-7
    hot = packed(Catalyst(W_F, 0.3, 0.4), UA=0.0)  # what ozone held comes out as heat
    assert hot.at(0.4)["T"] - hot.at(0.3)["T"] == pytest.approx(
        142.7e3 * (hot.at(0.3)["n"][2] - hot.at(0.4)["n"][2]) / 29.4, rel=2e-2
    )
    assert max(hot.balances().values()) < 1e-7


def test_a_bed_in_a_discharge_holds_ozone_where_it_takes_what_is_made():
    alone = packed(Catalyst(1e-9, 0.5, 0.6))
    made = (alone.at(0.1)["n"][2] - alone.at(0.05)["n"][2]) / 0.05
    run = packed(Catalyst(200.0, 0.0, 0.2))
    held = made * R * 300.0 / 101325.0 / (K_CAT * 200.0 / 0.2)
    assert run.at(0.1)["n"][2] == pytest.approx(held, rel=2e-2)


def test_reactions_on_a_catalyst_come_on_top_of_a_mechanism():
    on_it = PlasmaReaction("C2H4 + H2 => C2H6", A=1e-24, catalytic=True)
    mechanism, _ = plasma_from_cantera(METHANE, elements=("C", "H"), more=[on_it])
    names, c = mechanism.names, np.full(len(mechanism.names), 2.0)
    w = np.zeros((2, c.size))
    for row, load in zip(w, (0.0, 3.0), strict=True):
        mechanism.make(900.0, 2e4, c, c / c.sum(), 0.0, load, row, np.zeros(mechanism.room))
    change = dict(zip(names, w[1] - w[0], strict=True))
    r = 1e-24 * AVOGADRO * 2.0 * 2.0 * 3.0
    for name, nu in (("C2H6", 1.0), ("C2H4", -1.0), ("H2", -1.0), ("CH4", 0.0)):
        assert change[name] == pytest.approx(nu * r, rel=1e-6, abs=1e-9 * r)


def test_a_catalyst_stands_where_the_gas_is_and_has_reactions():
    with pytest.raises(it.InputError, match=r"ends at 0.7 s, the run at 0.6 s; make `after`"):
        packed(Catalyst(1.0, 0.3, 0.7))
    with pytest.raises(it.InputError, match=r"W/F = 0 kg s/mol from 0.3 to 0.2 s"):
        packed(Catalyst(0.0, 0.3, 0.2))
    with pytest.raises(it.InputError, match=r"is needed: a reaction runs on it"):
        packed(None)
    with pytest.raises(it.InputError, match=r"not for a stirred reactor"):
        packed(Catalyst(1.0, 0.0, 0.2), stirred=0.1, after=0.0)
    with pytest.raises(it.InputError, match=r"has no reaction"):
        it.solve(ozoniser(power=1e4, residence=0.2, catalyst=Catalyst(1.0, 0.0, 0.2)))
    rx = PlasmaReaction("e + O2 => e + 2 O", A=1e-15, catalytic=True)
    with pytest.raises(it.InputError, match=r"it takes no electron"):
        PlasmaNetwork.build([rx], SPECIES)


@functools.cache
def air():
    return Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))


def test_electrons_follow_the_composition_as_often_as_asked():
    reactions = [PlasmaReaction("e + O2 => e + 2 O", process="O2->O2(8.4eV)")]
    species = [*SPECIES[:2], it.Species("N2", {"N": 2.0}, 0.028, cp=29.1)]
    made = []
    for updates in (1, 4, 8, 16):
        reactor = ColdPlasmaReactor(
            PlasmaNetwork.build(reactions, species), feed={"O2": 0.5, "N2": 0.5}, T=300.0,
            power=4e5, residence=1.0, UA=np.inf, E_N=1.3e-19, electrons=air(), updates=updates,
        )  # fmt: skip
        made.append(it.solve(reactor).dataset["x"].sel(species="O").values[-1])
    gaps = np.abs(np.diff(made))
    assert gaps[0] > 1e-4
    assert gaps[1] / gaps[2] == pytest.approx(2.0, rel=0.2)  # held between updates: first order


def test_two_temperatures_set_rates_of_given_and_of_driven_electrons():
    law = {"A": 3e-14, "b": -0.4, "Ta": 150.0, "be": -0.7, "Tae": 900.0}
    T, Te = 450.0, 2.2e4
    k = 3e-14 * (T / 300) ** -0.4 * np.exp(-150 / T) * (Te / 300) ** -0.7
    k *= np.exp(900 / T - 900 / Te)
    c, x, r = np.array([30.0, 1e-3, 2.0]), np.array([0.9, 0.0, 0.1]), np.empty(1)
    driven = PlasmaNetwork.build([PlasmaReaction("e + O2 => e + 2 O", **law)], SPECIES)
    driven.rates(T, Te, c, x, 7.0, 0.0, r)
    assert r[0] == pytest.approx(k * 7.0 * 0.9)
    electron = it.Species("e", {"E": 1.0}, 5.4858e-7, cp=20.8)
    given = PlasmaNetwork.build([PlasmaReaction("e + O2 => e + 2 O", **law)], [*SPECIES, electron])
    c = np.append(c, 1e-5)
    given.rates(T, Te, c, c / c.sum(), 0.0, 0.0, r)
    assert r[0] == pytest.approx(k * AVOGADRO * 30.0 * 1e-5)


# --- a mechanism of Cantera's example data -------------------------------------------------------
@functools.cache
def methane():
    return plasma_from_cantera(METHANE, elements=("C", "H"))


def test_rates_of_the_mechanism_are_canteras_and_the_electrons_come_on_top():
    mechanism, _ = methane()
    whole = ct.Solution("example_data/" + METHANE)
    names = set(mechanism.names)
    part = ct.Solution(
        thermo="ideal-gas", kinetics="gas", species=[s for s in whole.species() if s.name in names],
        reactions=[r for r in whole.reactions() if {*r.reactants, *r.products} <= names],
    )  # fmt: skip
    x = np.random.default_rng(1).uniform(0.01, 1.0, len(names))
    part.TPX = 1100.0, 2e5, x
    c = part.concentrations * 1e3
    w, room = np.empty(c.size), np.zeros(mechanism.room)
    mechanism.make(1100.0, 3e4, c, c / c.sum(), 0.0, 0.0, w, room)
    scale = np.abs(part.net_production_rates).max() * 1e3
    assert w == pytest.approx(part.net_production_rates * 1e3, rel=1e-9, abs=1e-12 * scale)
    found = mechanism.with_rates({"CH4->e + CH3 + H": 2e-15, "CH4->e + e + CH4+": 1e-15})
    more = np.empty(c.size)
    found.make(1100.0, 3e4, c, c / c.sum(), 5.0, 0.0, more, room)
    q = 5.0 * c[mechanism.names.index("CH4")] / c.sum()
    change = dict(zip(mechanism.names, (more - w) / q, strict=True))
    assert change["CH4"] == pytest.approx(-3e-15, rel=1e-6)
    total = sum(v * s.composition.get("H", 0.0) for v, s in zip(change.values(), part.species(),
                                                                strict=True))  # fmt: skip
    assert abs(total) < 1e-20
    assert change["CH2"] == pytest.approx(1e-15 * (0.52040703 + 0.0612261347), rel=1e-6)


def coupling(**more):
    mechanism, sections = methane()
    options = {"feed": {"CH4": 1.0}, "T": 600.0, "power": 3e5, "residence": 0.05, "E_N": 1e-19,
               "electrons": Boltzmann(sections, T=600.0), "UA": 200.0, "products": ("C2H6", "H2"),
               "key": "CH4"}  # fmt: skip
    return ColdPlasmaReactor(mechanism, **(options | more))


def _rhs(model, y, dy):
    model.rhs(0.01, y, dy)


def test_the_kernel_of_a_mechanism_is_the_python_and_its_run_balances():
    reactor = coupling()
    y = reactor.state() + 0.01
    y[len(reactor.n_in)] = 900.0
    model = canonical(reactor.stage(0, 0.0, reactor.state()).model)
    plain, fast = np.empty_like(y), np.empty_like(y)
    model.rhs(0.01, y, plain)
    compiled(_rhs, model)(model, y, fast)
    assert fast == pytest.approx(plain, rel=1e-9)
    run = it.solve(reactor)
    assert max(run.balances().values()) < 1e-7
    assert run.kpis["x_C2H6"] > 1e-4


def test_what_a_mechanism_lacks_is_named():
    with pytest.raises(it.InputError, match=r"'gri30.yaml' holds no cross sections"):
        plasma_from_cantera("gri30.yaml")
    with pytest.raises(it.InputError, match=r"no collision in .* changes one of"):
        plasma_from_cantera(METHANE, elements=("Ar", "H"))
    with pytest.raises(it.InputError, match="has no neutral species of Xe alone"):
        plasma_from_cantera(METHANE, elements=("Xe",))
    with pytest.raises(it.InputError, match="stirred: is 0 or a residence time, and goes without"):
        ozoniser(power=1.0, residence=1.0, after=1.0, stirred=0.1)
