"""Reaction networks against rate laws typed anew, their slopes by complex step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intensify.chemistry import Arrhenius, Network, Reaction, Species
from intensify.chemistry.network import R_GAS
from intensify.chemistry.stoichiometry import as_bytes, from_bytes, parse_equation
from intensify.errors import InputError


def network():
    """Orders 0, 0.5, 1, 1.5, 2 and 3, a catalyst, temperature exponents, a way back."""
    return Network.build([
        Reaction("A + 2 B => C", Arrhenius(2e3, 0.5, 5000.0), {"A": 1.5, "B": 0.5, "D": 1.0},
                 dH=-5e4),
        Reaction("C => D", Arrhenius(1e-3), {"C": 0.0}, dH=2e4),
        Reaction("A + D <=> 2 C", Arrhenius(4e2, 0.0, 4000.0), dH=-1e4,
                 reverse=Arrhenius(5e4, -0.3, 6000.0)),
        Reaction("C => A + 2 B", Arrhenius(1e-9), {"B": 3.0}, dH=5e4),
    ])  # fmt: skip


def rates(T, c):
    """The same, typed by hand; complex T and c allowed."""
    a, b, cc, d = c
    return np.array([
        2e3 * T**0.5 * np.exp(-5000.0 / T) * a**1.5 * b**0.5 * d,
        1e-3 + 0.0 * a,
        4e2 * np.exp(-4000.0 / T) * a * d - 5e4 * T**-0.3 * np.exp(-6000.0 / T) * cc**2,
        1e-9 * b**3,
    ])  # fmt: skip


def numbers(net, T, c):
    R, S = len(net.dH), len(net.names)
    r, dr_dc, dr_dT = np.empty(R), np.empty((R, S)), np.empty(R)
    net.rates(T, c, r)
    net.derivatives(T, c, dr_dc, dr_dT)
    return r, dr_dc, dr_dT


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(250.0, 500.0), st.lists(st.floats(1e-3, 3e3), min_size=4, max_size=4))
def test_rates_and_slopes(T, c):
    c, h = np.array(c), 1e-30
    r, dr_dc, dr_dT = numbers(network(), T, c)
    assert r == pytest.approx(rates(T, c), rel=1e-12)
    assert dr_dT == pytest.approx(rates(T + 1j * h, c).imag / h, rel=1e-11, abs=1e-300)
    for i in range(4):
        up = c + 1j * h * np.eye(4)[i]
        assert dr_dc[:, i] == pytest.approx(rates(T, up).imag / h, rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("order", [0.0, 1.0, 1.5, 2.0, 3.0, 4.0])
def test_slopes_fit_rates_at_negative_concentrations(order):
    net = Network.build([Reaction("A => B", Arrhenius(2.0), {"A": order})])
    c, d = np.array([-0.3, 1.0]), np.array([1e-6, 0.0])
    r, dr_dc, _ = numbers(net, 300.0, c)
    up, down = numbers(net, 300.0, c + d)[0], numbers(net, 300.0, c - d)[0]
    assert dr_dc[0, 0] == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-8, abs=1e-12)
    # 0, 1 and 2 by their polynomials, all other powers stop at 0
    expected = {0.0: 2.0, 1.0: -0.6, 2.0: 0.18}.get(order, 0.0)
    assert r[0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("order", [0.5, 1.5])
def test_a_concentration_of_zero_gives_numbers(order):
    net = Network.build([Reaction("A => B", Arrhenius(2.0), {"A": order})])
    r, dr_dc, dr_dT = numbers(net, 300.0, np.zeros(2))
    assert r[0] == dr_dT[0] == 0.0
    assert np.isfinite(dr_dc).all()


def test_a_reversible_reaction_rests_at_its_equilibrium():
    net = Network.build([
        Reaction("A <=> B", Arrhenius(3.0, 0.0, 1e3), reverse=Arrhenius(0.5, 0.0, 2e3))
    ])  # fmt: skip
    K = 6.0 * np.exp(1e3 / 350.0)  # k/k_back
    r, _, _ = numbers(net, 350.0, np.array([7.0, 7.0 * K]))
    assert abs(r[0]) < 1e-13 * 3.0 * 7.0


def test_arrhenius():
    k = Arrhenius.at(2e-3, T=320.0, E=6e4)
    assert k(320.0) == pytest.approx(2e-3, rel=1e-13)
    assert k(340.0) / k(320.0) == pytest.approx(
        np.exp(6e4 / 8.31446261815324 * (1 / 320 - 1 / 340))
    )
    # CODATA 2018: N_A k_B, both exact
    assert pytest.approx(6.02214076e23 * 1.380649e-23, rel=1e-15) == R_GAS


# --- heats ---------------------------------------------------------------------------------------
def test_heats_follow_kirchhoff():
    species = [Species("A", cp=50.0), Species("B", cp=80.0), Species("C", cp=200.0, v=1e-4)]
    net = Network.build([Reaction("A + 2 B => C", Arrhenius(1.0), dH=-4e4)], species, T_ref=300.0)
    assert net.heat_of_reaction(0, 350.0) == pytest.approx(-4e4 + (200 - 50 - 160) * 50.0)
    assert net.heat_release(350.0, np.array([3.0])) == pytest.approx(3.0 * (4e4 + 10 * 50.0))
    assert net.nu[0] @ net.h == pytest.approx(-4e4, rel=1e-13)
    assert net.dcp[0] == -10.0
    assert net.dv[0] == pytest.approx(1e-4)


def test_heats_from_enthalpies_of_formation():
    # CODATA: H2O(l) -285.83 kJ/mol, so 2 H2 + O2 => 2 H2O sets free 571.66 kJ
    species = [Species("H2", {"H": 2}), Species("O2", {"O": 2}), Species("H2O", {"H": 2, "O": 1},
               h=-285.83e3)]  # fmt: skip
    net = Network.build([Reaction("2 H2 + O2 => 2 H2O", Arrhenius(1.0))], species)
    assert net.dH[0] == pytest.approx(-571.66e3)
    given = Network.build([Reaction("2 H2 + O2 => 2 H2O", Arrhenius(1.0), dH=-5e5)], species)
    assert given.dH[0] == pytest.approx(-5e5)


def cycle(last):
    rx = [("A => B", -1e4), ("B => C", -2e4), ("A => C", last)]
    return Network.build([Reaction(text, Arrhenius(1.0), dH=dH) for text, dH in rx])


def test_heats_around_a_cycle_must_agree():
    assert cycle(-3e4).dH == pytest.approx([-1e4, -2e4, -3e4])
    with pytest.raises(InputError, match="contradict each other"):
        cycle(-3.1e4)


# --- stoichiometry -------------------------------------------------------------------------------
def test_invariants_are_elements_where_known_and_the_null_space_else():
    species = [Species("H2", {"H": 2}, M=2e-3), Species("O2", {"O": 2}, M=32e-3),
               Species("H2O", {"H": 2, "O": 1}, M=18e-3)]  # fmt: skip
    known = Network.build([Reaction("2 H2 + O2 => 2 H2O", Arrhenius(1.0))], species)
    names, rows = known.invariants()
    assert names == ["H", "O"]
    assert rows.tolist() == [[2.0, 0.0, 2.0], [0.0, 2.0, 1.0]]
    _, rows = network().invariants()
    assert rows.shape == (1, 4)  # 4 species, 3 independent reactions
    assert np.abs(rows @ network().nu.T).max() < 1e-14
    before = np.array([4.0, 2.0, 0.0])
    assert max(known.closure(before, np.array([2.0, 1.0, 2.0])).values()) < 1e-15
    off = known.closure(before, np.array([2.0, 1.0, 1.0]))
    # H 8 -> 6, O 4 -> 3, 72 g -> 54 g
    assert off == pytest.approx({"H": 0.25, "O": 0.25, "mass": 0.25})


def test_atoms_that_do_not_balance_are_named():
    species = [Species("H2", {"H": 2}), Species("O2", {"O": 2}), Species("H2O", {"H": 2, "O": 1})]
    with pytest.raises(InputError, match=r"H2 \+ O2 => H2O: atoms don't balance .*O -1") as error:
        Network.build([Reaction("H2 + O2 => H2O", Arrhenius(1.0))], species)
    assert "H +" not in str(error.value)


def test_every_problem_is_told_at_once_with_the_nearest_name():
    with pytest.raises(InputError) as error:
        Network.build(
            [Reaction("H2O2 => H2O3", Arrhenius(1.0)),
             Reaction("H2O2 <=> H2O", Arrhenius(1.0), {"HOOH": 1.0})],
            [Species("H2O2"), Species("H2O")],
        )  # fmt: skip
    text = str(error.value)
    assert "unknown species 'H2O3'; did you mean 'H2O" in text
    assert "H2O2 <=> H2O: is reversible but has no reverse rate constant" in text
    assert "unknown species 'HOOH'" in text
    with pytest.raises(InputError, match="unknown species 'Cc'; "):
        network().index("Cc")
    with pytest.raises(InputError, match="unknown species 'X'; known: A, B, C, D"):
        network().vector({"X": 1.0})


def test_a_species_named_twice_is_refused():
    with pytest.raises(InputError, match="twice"):
        Network.build([Reaction("A => B", Arrhenius(1.0))], [Species("A"), Species("A"),
                      Species("B")])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("A + A => 2.5 B", {"A": 2.0}, {"B": 2.5}),
        ("2 H2O2 -> 2 H2O + O2", {"H2O2": 2.0}, {"H2O": 2.0, "O2": 1.0}),
        ("2 2-butanol -> X", {"2-butanol": 2.0}, {"X": 1.0}),
        ("Na+ + Cl- => NaCl(s)", {"Na+": 1.0, "Cl-": 1.0}, {"NaCl(s)": 1.0}),
        ("1e-3 X => Yβ", {"X": 1e-3}, {"Yβ": 1.0}),
        ("β-pinene => δ", {"β-pinene": 1.0}, {"δ": 1.0}),
    ],
)
def test_equations(text, left, right):
    assert parse_equation(text) == (left, right, False)


@pytest.mark.parametrize("text", ["A + B", "A => ", "=> B", "A + + B => C", "A => 2", "A & B => C"])
def test_equations_that_are_none(text):
    with pytest.raises(InputError, match=r"no arrow|is not 'number species'"):
        parse_equation(text)


def test_names_are_kept_as_bytes():
    names = ["β-pinene", "H₂O₂", "x" * 32, "ü" * 16]
    assert from_bytes(as_bytes(names, 32)) == names
    assert as_bytes(names, 32).dtype == np.uint8
    with pytest.raises(InputError, match="longer than 32 bytes"):
        as_bytes(["ü" * 17], 32)
    net = Network.build([Reaction("Aβ => C", Arrhenius(1.0))])
    assert (net.names, net.index("Aβ")) == (["Aβ", "C"], 0)


# --- scaled, lean --------------------------------------------------------------------------------
def test_scaled():
    net, c = network(), np.array([700.0, 900.0, 100.0, 50.0])
    at, other = 330.0, 360.0
    twice = net.scaled(k0=2.0)
    for T in (at, other):
        assert numbers(twice, T, c)[0] == pytest.approx(2.0 * numbers(net, T, c)[0], rel=1e-13)
    steep = net.scaled(E=1.1, T=at)
    assert numbers(steep, at, c)[0] == pytest.approx(numbers(net, at, c)[0], rel=1e-12)
    # k' = k exp(-0.1 Ta (1/T - 1/T0))
    factor = np.exp(-0.1 * 5000.0 * (1 / other - 1 / at))
    assert numbers(steep, other, c)[0][0] == pytest.approx(
        factor * numbers(net, other, c)[0][0], rel=1e-12
    )
    assert net.reactions is not twice.reactions


def test_the_lean_network_has_the_same_physics():
    net, c = network(), np.array([7.0, 9.0, 1.0, 5.0])
    r = np.empty(4)
    net.lean().rates(320.0, c, r)
    assert np.array_equal(r, numbers(net, 320.0, c)[0])
