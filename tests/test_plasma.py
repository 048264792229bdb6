"""Electrons in a field, discharges and plasma chemistry against closed forms and limits."""

import numpy as np
import pytest

import intensify as it
from intensify.plasma import (
    DBD,
    Boltzmann,
    CrossSections,
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
