"""Electrons in a field, discharges and plasma chemistry against closed forms and limits."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import gamma

sys.path.insert(0, str(Path(__file__).parent))
from two_term_oracle import oracle

import intensify as it
from intensify.plasma import (
    DBD,
    Boltzmann,
    CrossSections,
    Growth,
    IsotropicEEDF,
    Process,
    fit_lissajous,
    power_of_figure,
    read_cross_sections,
    tabulated,
)

AIR = {"N2": 0.79, "O2": 0.21}


@pytest.fixture(scope="module")
def air():
    return Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))


@pytest.mark.parametrize("Td", [0.1, 1.0, 30.0, 1000.0, 3000.0])
def test_fields_from_one_tenth_to_3000_townsend_close_their_power(air, Td):
    for x in (AIR, {"O2": 1.0}, {"N2": 1.0}):
        swarm = air.solve(Td * 1e-21, x)
        assert abs(swarm.residual) < 1e-3
        assert (swarm.F0 >= 0.0).all()


def test_no_answer_depends_on_threads_or_on_those_before_it(air):
    fields = np.geomspace(1e-21, 1e-18, 9)
    one, two = (air.table(fields, AIR, threads=n).values for n in (1, 2))
    new = Boltzmann(air.sections)
    back = np.array([new.solve(float(E), AIR).rates for E in fields[::-1]])[::-1]
    assert (one == two).all()
    assert (one[:, 3:] == back).all()


def test_a_swarm_is_good_to_its_tolerance_wherever_growth_is_looked_for_from(air):
    """Also near E = 0 at high frequency, where F0 feels the growth number ten times as much."""
    for electrons, Td in ((air, 500.0), (Boltzmann(air.sections, omega_N=1e-13), 120.0)):
        gas = electrons.gas(30, 600, electrons.fractions(AIR))
        near = electrons.on_gas(gas, Td * 1e-21)
        exact = electrons.on_gas(gas, Td * 1e-21, near.growth_N)
        assert np.abs(near.F0 / exact.F0 - 1.0).max() < 1e-5
        assert near.growth_N == pytest.approx(exact.growth_N, rel=1e-5)


def test_two_terms_of_many_are_the_two_term_answer_and_many_meet_monte_carlo(air):
    two = air.solve(1e-19, {"N2": 1.0}).mean_energy
    assert air.solve_multi_term(1e-19, {"N2": 1.0}, terms=2).mean_energy == pytest.approx(two)
    many = air.solve_multi_term(1e-19, {"N2": 1.0}).mean_energy
    assert many == pytest.approx(2.4256, rel=3e-3)  # Monte Carlo, 0.1 % standard error


def test_superelastic_collisions_of_a_gas_at_one_temperature_leave_a_maxwellian():
    e, s = np.array([0.0, 100.0]), np.array([1e-20, 1e-20])
    kT = 1500.0 * 8.617333e-5
    gas = CrossSections.build(
        [
            Process("X", "elastic", "elastic", 0.0, e, s, 1e-5),
            Process("X", "v", "excitation", 0.1, np.array([0.1, 100.0]), s),
        ]
    )
    electrons = Boltzmann(gas, T=1500.0, populations={"X->v": np.exp(-0.1 / kT)})
    swarm = electrons.solve(1e-25, {"X": 1.0})
    assert swarm.back_end == "matrix"
    assert swarm.mean_energy == pytest.approx(1.5 * kT, rel=1e-3)


def test_superelastic_collisions_in_a_field_are_those_of_another_code(air):
    populations = {"N2->N2(v1res)": 0.2, "N2->N2(v2)": 0.03}
    exact = oracle(air.sections, {"N2": 1.0}, 3e-21, E_max=4.0, populations=populations)
    swarm = Boltzmann(air.sections, populations=populations).solve(3e-21, {"N2": 1.0})
    assert swarm.mean_energy == pytest.approx(exact.mean, rel=5e-4)
    assert swarm.mobility_N == pytest.approx(exact.mobility_N, rel=5e-4)
    assert swarm.rate("N2->N2(v1res)") == pytest.approx(exact.rates["N2->N2(v1res)"], rel=3e-3)
    assert swarm.back_end == "matrix"


@pytest.mark.parametrize("Td", [0.1, 1.0, 100.0, 3000.0])
@pytest.mark.parametrize("growth", [Growth.NONE, Growth.TEMPORAL])
def test_a_gas_that_takes_slow_electrons_has_an_answer_at_every_field(Td, growth):
    def process(kind, u, e, s, ratio=0.0):
        return Process("SF6", kind, kind, u, np.array(e), np.array(s), ratio)

    e = np.geomspace(1e-3, 1e3, 300)
    sections = CrossSections.build([
        process("elastic", 0.0, e, 2e-19 * (1.0 + (e + 0.05) ** -0.5), 3.75e-6),
        process("attachment", 0.0, e, np.minimum(5e-17, 7e-20 / e**0.5) * np.exp(-e / 0.1)),
        process("excitation", 0.095, [0.095, 0.15, 1.0, 100.0], [0.0, 2e-19, 1e-19, 1e-21]),
        process("ionization", 15.8, [15.8, 30.0, 100.0, 1e3], [0.0, 2e-20, 7e-20, 3e-20]),
    ])  # fmt: skip
    swarm = Boltzmann(sections, growth=growth).solve(Td * 1e-21, {"SF6": 1.0})
    assert (swarm.F0 >= 0.0).all()
    assert np.isfinite(swarm.rates).all()
    if growth == Growth.TEMPORAL:
        assert swarm.growth_N == pytest.approx(swarm.growth_frequency_N, rel=1e-4)
    fine = Boltzmann(sections, growth=growth, cells=1200).solve(Td * 1e-21, {"SF6": 1.0})
    assert swarm.mean_energy == pytest.approx(fine.mean_energy, rel=1e-2)


def test_many_electrons_make_their_druyvesteyn_distribution_a_maxwellian():
    ratio, sigma = 1e-4, 1e-19
    e, s = np.array([0.0, 1e4]), np.array([sigma, sigma])
    gas = CrossSections.build([Process("X", "elastic", "elastic", 0.0, e, s, ratio)])
    few, many = (
        Boltzmann(gas, T=0.0, ionisation=n).solve(1e-21, {"X": 1.0}).mean_energy for n in (0, 1e-2)
    )
    a = 1e-21 / sigma / np.sqrt(ratio)
    assert few == pytest.approx(gamma(1.25) / gamma(0.75) * a / np.sqrt(3.0), rel=1e-4)
    assert many == pytest.approx(1.5 * a / np.sqrt(12.0), rel=2e-3)


@pytest.mark.parametrize("ionisation", [1e-6, 1e-4, 1e-2])
@pytest.mark.parametrize("Td", [0.1, 3.0, 1000.0])
def test_electrons_among_themselves_make_no_energy(air, ionisation, Td):
    swarm = Boltzmann(air.sections, ionisation=ionisation).solve(Td * 1e-21, AIR)
    alone = air.solve(Td * 1e-21, AIR)
    assert abs(swarm.residual - alone.residual) < 5e-4
    assert (swarm.F0 > 0.0).all()


def test_the_threshold_of_a_table_is_where_it_leaves_zero():
    read = read_cross_sections("methane-plasma-pavan-2023.yaml")
    assert [p.threshold for p in read.of("H2O") if p.kind == "ionization"] == [13.76]
    with pytest.raises(it.SolveError, match="run away at 3000 Td"):
        Boltzmann(read, growth=Growth.NONE).solve(3e-18, {"CO2": 1.0})


def test_attachment_of_a_maxwell_gas_leaves_the_temperature_and_gives_the_growth():
    e, s = tabulated(lambda e: 2e-20 / np.sqrt(e))
    gas = CrossSections.build(
        [
            Process("X", "elastic", "elastic", 0.0, e, s, 1e-4),
            Process("X", "-", "attachment", 0.0, e, s * 5e-3),
        ]
    )
    swarm = Boltzmann(gas).solve(1e-21, {"X": 1.0})
    assert swarm.growth_N == pytest.approx(-5.930969e5 * 1e-22, rel=1e-4)


def test_step_under_a_maxwellian_has_its_closed_form():
    step = Process("X", "v", "excitation", 8.0, np.array([8.0, 1e5]), np.array([1e-20, 1e-20]))
    assert IsotropicEEDF(3.0).rate(step) == pytest.approx(8.667379864345296e-16, rel=1e-9)


def test_a_bad_table_is_named_with_process_energy_and_remedy():
    bad = Process("X", "v", "excitation", 1.0, np.array([2.0, 1.0]), np.array([0.0, 1e-20]))
    with pytest.raises(it.InputError, match=r"X->v: falls back in energy after 2 eV; sort"):
        CrossSections.build([bad])


@pytest.mark.parametrize("idle", [0.0, 0.3])
def test_figure_of_a_barrier_discharge_gives_back_its_numbers(idle):
    cell = DBD(80e-12, 20e-12, 2500.0, idle)
    V, Q = cell.figure(U=6000.0, points=4000)
    assert power_of_figure(V, Q, 2e4) == pytest.approx(cell.power(U=6000.0, f=2e4), rel=1e-5)
    found = fit_lissajous(V, Q)
    assert found.C_cell == pytest.approx(1.6e-11, rel=1e-6)
    assert found.burning_voltage(80e-12) == pytest.approx(2500.0, rel=1e-6)
