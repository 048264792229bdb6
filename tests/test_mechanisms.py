"""Mechanism files: the reader against Cantera, the shipped files against Cantera and sources."""

from importlib import resources

import cantera as ct
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from intensify.chemistry.cantera_file import mechanism_names, read_mechanism
from intensify.chemistry.cantera_syntax import ATOMIC_WEIGHTS, parse_unit
from intensify.chemistry.network import R_GAS, Network
from intensify.errors import FileFormatError, InputError

SHIPPED = {
    "acetic-anhydride": ("acetic-anhydride", "H2O"),
    "o-nitrochlorobenzene": ("o-nitrochlorobenzene", "NH3"),
    "snar": ("difluoronitrobenzene", "pyrrolidine"),
    "thiosulfate-peroxide": ("Na2S2O3", "H2O2"),
    "van-de-vusse": ("cyclopentadiene", "H2O"),
}
DIFFERENT_VOLUMES = {"acetic-anhydride", "van-de-vusse"}
FILE = """\
description: two isomers and a dimer
units: {length: m, quantity: mol}
phases:
- name: liquid
  thermo: ideal-condensed
  standard-concentration-basis: species-molar-volume
  kinetics: bulk
  species: [A, B, D]
  reactions: all
species:
- name: A
  composition: {C: 2, H: 6}
  thermo: {model: constant-cp, T0: 310.0, h0: -20e3, s0: 120.0, cp0: 90.0}
  equation-of-state: {model: constant-volume, molar-volume: 5.0e-5}
- name: B
  composition: {C: 2, H: 6}
  thermo: {model: constant-cp, h0: -45e3, s0: 60.0, cp0: 104.0}
  equation-of-state: {model: constant-volume, molar-volume: 5.0e-5}
- name: D
  composition: {C: 4, H: 12}
  thermo: {model: constant-cp, T0: 280.0, h0: -90e3, s0: 75.0, cp0: 210.0}
  equation-of-state: {model: constant-volume, molar-volume: 5.0e-5}
reactions:
- equation: A <=> B
  rate-constant: {A: 2.0e7, b: 0.5, Ea: 60e3}
- equation: 2 A <=> D
  rate-constant: {A: 3.0e2, b: 0.0, Ea: 50e3}
- equation: A + B => D
  orders: {A: 1.5, B: 0}
  rate-constant: {A: 4.0e-3, b: -1.0, Ea: 40e3}
"""


def shipped_text(name: str) -> str:
    folder = resources.files("intensify") / "cases" / "data"
    return (folder / f"{name}.mechanism.yaml").read_text(encoding="utf-8")


def read_text(tmp_path, text: str, **options) -> Network:
    path = tmp_path / "liquid.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mechanism(path, **options)


def mole_fractions(rng, n: int) -> np.ndarray:
    X = rng.uniform(0.05, 1.0, n)
    return X / X.sum()


def rates_of(net: Network, T: float, c: np.ndarray) -> np.ndarray:
    r = np.empty(len(net.nu))
    net.rates(T, c, r)
    return r


def dilute(net: Network, amounts: dict[str, float]) -> np.ndarray:
    """Concentrations with the rest of the volume filled by the last species."""
    c = net.vector(amounts)
    c[-1] += (1.0 - c @ net.v) / net.v[-1]
    return c


# --- the shipped files ---------------------------------------------------------------------------
def test_the_shipped_mechanisms_are_known():
    assert mechanism_names() == sorted(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_properties_equal_canteras(name):
    net, liquid = read_mechanism(name), ct.Solution(yaml=shipped_text(name))
    assert net.names == liquid.species_names
    np.testing.assert_allclose(net.M, 1e-3 * liquid.molecular_weights, rtol=1e-12)
    rng = np.random.default_rng(1)
    for T in (280.0, 298.15, 400.0):
        X = mole_fractions(rng, len(net.names))
        liquid.TPX = T, ct.one_atm, X
        h = net.h + net.cp * (T - net.T_ref)
        cantera_h = 1e-3 * liquid.partial_molar_enthalpies
        np.testing.assert_allclose(h, cantera_h, rtol=1e-8, atol=1e-8 * abs(cantera_h).max())
        np.testing.assert_allclose(net.cp, 1e-3 * liquid.partial_molar_cp, rtol=1e-8)
        np.testing.assert_allclose(net.v, 1e-3 * liquid.partial_molar_volumes, rtol=1e-8)
        assert (X @ net.M) / (X @ net.v) == pytest.approx(liquid.density, rel=1e-8)
        heats = net.dH + net.dcp * (T - net.T_ref)
        np.testing.assert_allclose(heats, 1e-3 * liquid.delta_enthalpy, rtol=1e-8)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rates_equal_canteras(name):
    net, liquid = read_mechanism(name), ct.Solution(yaml=shipped_text(name))
    rng = np.random.default_rng(2)
    for T in (285.0, 333.15, 451.0):
        X = mole_fractions(rng, len(net.names))
        liquid.TPX = T, ct.one_atm, X
        activity_concentrations = X / net.v
        mine = rates_of(net, T, activity_concentrations)
        np.testing.assert_allclose(mine, 1e3 * liquid.forward_rates_of_progress, rtol=1e-8)
        same = np.allclose(activity_concentrations, 1e3 * liquid.concentrations, rtol=1e-12)
        assert same == (name not in DIFFERENT_VOLUMES)


@pytest.mark.parametrize("name", SHIPPED)
def test_reactions_conserve_atoms_volume_and_heat_capacity(name):
    net = read_mechanism(name)
    assert abs(net.nu @ net.atoms.T).max() == 0.0
    assert abs(net.nu @ net.M).max() < 1e-15
    assert abs(net.dv).max() < 1e-15 * net.v.max()
    assert abs(net.dcp).max() < 1e-12


def test_thiosulfate_is_the_published_one():
    net = read_mechanism("thiosulfate-peroxide")
    c = dilute(net, {"Na2S2O3": 840.5797101449275, "H2O2": 1849.2753623188407})
    k = 6.85e8 * np.exp(-76534.704 / (8.314 * 310.0))
    assert rates_of(net, 310.0, c)[0] == pytest.approx(k * c[0] * c[1], rel=1e-12)
    assert c @ net.cp == pytest.approx(4.2e6, rel=1e-12)
    assert -net.dH[0] * c[0] / (c @ net.cp) == pytest.approx(109.49551414768806, rel=1e-12)


def test_acetic_anhydride_is_the_published_one():
    net = read_mechanism("acetic-anhydride")
    pure = net.vector({"acetic-anhydride": 1.082e6 / 102.0})
    assert pure @ net.v == pytest.approx(1.0, rel=1e-12)
    c = 0.5 * pure + 0.5 * net.vector({"H2O": 1.0 / net.v[1]})
    k = 1.192e15 / 60.0 * np.exp(-97600.0 / (8.313608 * 330.0))
    assert rates_of(net, 330.0, c)[0] == pytest.approx(k * c[0], rel=1e-12)
    assert c @ net.cp == pytest.approx(2.68e6, rel=1e-12)
    assert net.dH[0] == pytest.approx(-58615.0, rel=1e-12)


def test_o_nitrochlorobenzene_is_the_published_one():
    net = read_mechanism("o-nitrochlorobenzene")
    n = net.vector({"o-nitrochlorobenzene": 9044.8, "NH3": 33000.0, "H2O": 103700.0})
    assert n @ net.v == pytest.approx(5.119, rel=1e-12)
    assert n @ net.cp == pytest.approx(10480635.488, rel=1e-12)
    c = n / 5.119
    heat = 5.119 * net.heat_release(448.0, rates_of(net, 448.0, c * [1 - 0.03, 1, 1, 1, 1, 1]))
    k = 37.6e-3 / 60.0 * np.exp(-11273.0 / (1.987 * 448.0))
    assert heat == pytest.approx(5.119 * 2468560.0 * k * 0.97 * c[0] * c[1], rel=1e-12)


def test_snar_rate_constants_at_90_degC_are_the_published_ones():
    net = read_mechanism("snar")
    one = np.ones(len(net.names))
    k = rates_of(net, 363.15, one)
    np.testing.assert_allclose(k, [57.9e-5, 2.7e-5, 0.865e-5, 1.63e-5], rtol=1e-12)
    E = 8.314 * np.log(rates_of(net, 303.15, one) / k) / (1 / 363.15 - 1 / 303.15)
    np.testing.assert_allclose(E, [33.3e3, 35.3e3, 38.9e3, 44.8e3], rtol=1e-12)
    c = dilute(net, {"difluoronitrobenzene": 300.0, "pyrrolidine": 450.0})
    assert c @ net.cp == pytest.approx(1.92e6, rel=1e-12)


def test_van_de_vusse_is_the_published_one():
    net = read_mechanism("van-de-vusse")
    c = net.vector({"cyclopentadiene": 5100.0})
    c[1] = (1.0 - c @ net.v) / net.v[1]
    T = 407.29
    k1, k3 = 1.287e12 / 3600 * np.exp(-9758.3 / T), 9.043e6 / 3600 * np.exp(-8560.0 / T)
    r = rates_of(net, T, c)
    assert (net.nu.T @ r)[0] == pytest.approx(-k1 * 5100.0 - k3 * 5100.0**2, rel=1e-12)
    heat = -4.2e3 * k1 * 5100.0 + 41.85e3 * k3 * 5100.0**2
    assert net.heat_release(T, r) == pytest.approx(heat, rel=1e-11)
    assert c @ net.M == pytest.approx(934.2, rel=1e-12)
    assert c @ net.cp == pytest.approx(934.2 * 3010.0, rel=1e-12)


def test_adiabatic_batch_equals_canteras():
    net = read_mechanism("thiosulfate-peroxide")
    c0 = dilute(net, {"Na2S2O3": 301.4, "H2O2": 447.8})
    T0, times = 297.00625, [15.0, 30.0, 45.0, 60.0, 120.0, 400.0]

    def slope(t, y):
        r = rates_of(net, y[-1], y[:-1])
        return np.append(net.nu.T @ r, net.heat_release(y[-1], r) / (y[:-1] @ net.cp))

    own = solve_ivp(
        slope, (0.0, 400.0), np.append(c0, T0), method="LSODA", rtol=1e-12, atol=1e-12 * c0.max(),
        t_eval=times,
    )  # fmt: skip
    liquid = ct.Solution(yaml=shipped_text("thiosulfate-peroxide"))
    liquid.TPX = T0, ct.one_atm, c0
    batch = ct.ConstPressureReactor(liquid, clone=True)
    cantera = ct.ReactorNet([batch])
    cantera.rtol, cantera.atol, cantera.max_steps = 1e-12, 1e-18, 100_000
    for t, T in zip(times, own.y[-1], strict=True):
        cantera.advance(t)
        assert pytest.approx(T, rel=1e-8) == batch.phase.T
    assert own.y[-1, -1] == pytest.approx(297.00625 + 547.1e3 * 223.9 / 4.2e6, rel=1e-8)


# --- the reader against Cantera ------------------------------------------------------------------
def test_atomic_weights_are_canteras():
    for symbol, weight in ATOMIC_WEIGHTS.items():
        assert weight == pytest.approx(ct.Element(symbol).weight, rel=1e-12), symbol


def compare(net: Network, text: str) -> None:
    """Net rates at several temperatures and compositions against Cantera's."""
    liquid = ct.Solution(yaml=text)
    rng = np.random.default_rng(3)
    for T in (250.0, 298.15, 350.0, 450.0, 600.0):
        liquid.TPX = T, ct.one_atm, mole_fractions(rng, len(net.names))
        mine = rates_of(net, T, 1e3 * liquid.concentrations)
        np.testing.assert_allclose(mine, 1e3 * liquid.net_rates_of_progress, rtol=1e-8)


def test_reversible_reactions_equal_canteras(tmp_path):
    compare(read_text(tmp_path, FILE), FILE)


VARIANTS = {
    "kmol, J": (
        ("units: {length: m, quantity: mol}\n", ""),
        ("h0: -20e3, s0: 120.0, cp0: 90.0", "h0: -20e6, s0: 120e3, cp0: 90e3"),
        ("h0: -45e3, s0: 60.0, cp0: 104.0", "h0: -45e6, s0: 60e3, cp0: 104e3"),
        ("h0: -90e3, s0: 75.0, cp0: 210.0", "h0: -90e6, s0: 75e3, cp0: 210e3"),
        ("molar-volume: 5.0e-5", "molar-volume: 5.0e-2"),
        ("Ea: 60e3", "Ea: 60e6"),
        ("{A: 3.0e2, b: 0.0, Ea: 50e3}", "{A: 3.0e5, b: 0.0, Ea: 50e6}"),
        ("{A: 4.0e-3, b: -1.0, Ea: 40e3}", "{A: 0.12649110640673517, b: -1.0, Ea: 40e6}"),
    ),
    "units in the values": (
        ("quantity: mol}", "quantity: molec, time: hr, mass: g, energy: erg, pressure: bar}"),
        ("T0: 310.0, h0: -20e3, s0: 120.0", "T0: 310 K, h0: -20 kJ/mol, s0: 0.12 kJ/mol/K"),
        ("cp0: 90.0", "cp0: 90e3 J / kmol / K"),
        ("h0: -45e3, s0: 60.0, cp0: 104.0", "h0: -45 kJ/mol, s0: 60 J/mol/K, cp0: 104 J/mol/K"),
        ("h0: -90e3, s0: 75.0, cp0: 210.0", "h0: -90 kJ/mol, s0: 75 J/mol/K, cp0: 210 J/mol/K"),
        ("molar-volume: 5.0e-5", "molar-density: 20 mol/L"),
        ("{A: 2.0e7, b: 0.5, Ea: 60e3}", "{A: 1.2e9 1/min, b: 0.5, Ea: 60 kJ/mol}"),
        ("{A: 3.0e2, b: 0.0, Ea: 50e3}", "{A: 3.0e5 L*mol^-1/s, b: 0.0, Ea: 50 kJ/gmol}"),
        ("A: 4.0e-3,", "A: 4.0 cm^1.5/mol^0.5/s,"),
        ("Ea: 40e3", "Ea: 40 kJ/mol"),
    ),
    "units of a section, an entry, a mapping": (
        ("species:\n- name: A", "species:\n- units: {energy: kJ}\n- name: A"),
        ("h0: -20e3, s0: 120.0, cp0: 90.0", "h0: -20, s0: 0.12, cp0: 0.09"),
        ("h0: -45e3, s0: 60.0, cp0: 104.0", "h0: -45, s0: 0.06, cp0: 0.104"),
        ("h0: -90e3, s0: 75.0, cp0: 210.0", "units: {energy: J}, h0: -90e3, s0: 75.0, cp0: 210.0"),
        ("- equation: A <=> B", "- units: {time: min}\n- equation: A <=> B"),
        ("A: 2.0e7, b: 0.5, Ea: 60e3", "A: 1.2e9, b: 0.5, Ea: 60e3"),
        ("A: 3.0e2,", "A: 1.8e4,"),
        ("{A: 4.0e-3, b: -1.0, Ea: 40e3}", "{A: 4.0, b: -1.0, Ea: 40e3}"),
        ("- equation: A + B => D", "- units: {length: cm, time: s}\n  equation: A + B => D"),
    ),
    "activation energy in K": (
        ("quantity: mol}", "quantity: mol, activation-energy: K}"),
        ("Ea: 60e3", f"Ea: {60e3 / R_GAS!r}"),
        ("{A: 3.0e2, b: 0.0, Ea: 50e3}", f"[3.0e2, 0.0, {50e3 / R_GAS!r}]"),
        ("Ea: 40e3", f"Ea: {40e3 / 96485.33212331001!r} eV"),
    ),
    "written differently": (
        ("A <=> B", "A = B"),
        ("  species: [A, B, D]\n", ""),
        ("  reactions: all\n", "  elements: [C, H]\n  state: {T: 300.0, P: 2 bar}\n"),
        ("molar-volume: 5.0e-5}\n- name: B", "density: 601.4}\n- name: B"),
        ("equation-of-state: {model: constant-volume, molar-volume: 5.0e-5}\nreactions",
         "equation-of-state:\n  - {model: constant-volume, molar-volume: 5.0e-5}\nreactions"),
        ("- equation: A + B => D", "- type: elementary\n  id: r3\n  equation: A + B => D"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_units_and_ways_of_writing_give_the_same_network(name, tmp_path):
    text = FILE
    for old, new in VARIANTS[name]:
        text = text.replace(old, new)
    net, expected = read_text(tmp_path, text), read_text(tmp_path, FILE)
    for one, other in zip(net, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    compare(net, text)


def test_molar_rate_constants_with_different_volumes(tmp_path):
    text = FILE.replace("5.0e-5", "9.0e-5", 1).replace("<=>", "=>")
    molar = text.replace("kinetics: bulk", "kinetics: bulk\n  rate-concentrations: molar")
    net = read_text(tmp_path, molar)
    c = np.array([100.0, 200.0, 300.0])
    k = 2.0e7 * 300.0**0.5 * np.exp(-60e3 / (R_GAS * 300.0))
    assert rates_of(net, 300.0, c)[0] == pytest.approx(k * 100.0, rel=1e-12)
    with pytest.raises(InputError, match="takes x_i/v_i for the concentration of species i"):
        read_text(tmp_path, text)


def test_phases_species_and_reactions_are_chosen(tmp_path):
    second = FILE[FILE.index("- name: liquid") : FILE.index("species:\n- name: A")]
    second = second.replace("liquid", "isomers").replace("[A, B, D]", "[B, A]")
    text = FILE.replace("species:\n- name: A", second + "species:\n- name: A")
    text = text.replace("reactions: all\nspecies", "reactions: declared-species\nspecies")
    isomers = read_text(tmp_path, text, phase="isomers")
    assert (isomers.names, isomers.nu.tolist()) == (["B", "A"], [[1.0, -1.0]])
    assert read_text(tmp_path, text, phase="liquid").names == ["A", "B", "D"]
    with pytest.raises(InputError, match="choose one by phase=: liquid, isomers"):
        read_text(tmp_path, text)
    with pytest.raises(InputError, match="unknown phase 'isomer'; did you mean 'isomers'"):
        read_text(tmp_path, text, phase="isomer")
    inert = text.replace("[B, A]", "[B]")
    with pytest.raises(InputError, match="has no reactions"):
        read_text(tmp_path, inert, phase="isomers")


def test_own_elements_and_flagged_orders(tmp_path):
    text = "elements:\n- {symbol: Zz, atomic-weight: 10.0}\n" + FILE.replace("C: 2", "Zz: 2")
    text = text.replace("C: 4", "Zz: 4").replace("{A: 1.5, B: 0}", "{A: 1.5, B: 0, D: -0.5}")
    flags = "  nonreactant-orders: true\n  negative-orders: true\n  orders"
    text = text.replace("kinetics: bulk", "kinetics: bulk\n  elements: [Zz, H]")
    text = text.replace("  orders", flags).replace("4.0e-3", "1.0 1/s")
    net = read_text(tmp_path, text)
    assert net.M[0] == pytest.approx(1e-3 * (20.0 + 6 * 1.008), rel=1e-12)
    compare(net, text)


# --- what is refused -----------------------------------------------------------------------------
REFUSED = [
    ("ideal-condensed", "ideal-gas", "thermo", "only liquids 'thermo: ideal-condensed' are read"),
    ("  thermo: ideal-condensed\n", "", "phases[1]", "only liquids 'thermo: ideal-condensed'"),
    ("basis: species-molar-volume", "basis: unity", "standard-concentration-basis",
     "with 'unity': in mole fractions); write 'species-molar-volume'"),
    ("basis: species-molar-volume", "basis: solvent-molar-volume", "standard-concentration-basis",
     "write 'species-molar-volume' and rate constants in mol/m3 or mol/L"),
    ("  standard-concentration-basis: species-molar-volume\n", "", "phases[1]",
     "has no standard-concentration-basis, and Cantera then has rates in mole fractions"),
    ("kinetics: bulk", "kinetics: surface", "kinetics", "only 'kinetics: bulk' is read"),
    ("  kinetics: bulk\n", "", "phases[1]", "has no kinetics; write 'kinetics: bulk'"),
    ("kinetics: bulk", "kinetics: bulk\n  rate-concentrations: mass", "rate-concentrations",
     "the only value is 'molar'"),
    ("kinetics: bulk", "kinetics: bulk\n  transport: water", "transport",
     "unknown key 'transport'"),
    ("species: [A, B, D]", "species: [A, B, E]", "species[3]",
     "unknown species 'E'; known: A, B, D"),
    ("species: [A, B, D]", "species: [{gri30.yaml/species: all}]", "species[1]", "list names here"),
    ("species: [A, B, D]", "species: []", "species", "names no species"),
    ("reactions: all", "reactions: [fast]", "reactions", "only all and declared-species"),
    ("description:", "descripton:", "descripton", "unknown key 'descripton'; did you mean"),
    ("length: m,", "length: kg,", "units.length", "'kg' is no unit of length; one is m"),
    ("length: m,", "lenght: m,", "units.lenght", "did you mean 'length'"),
    ("length: m,", "activation-energy: m,", "units.activation-energy", "write for example kJ/mol"),
    ("C: 2,", "Qq: 2,", "species[1].composition", "the atomic weight of 'Qq' is not known"),
    ("{C: 2, H: 6}", "{}", "species[1].composition", "has no atoms"),
    ("{C: 2, H: 6}", "C2H6", "species[1].composition", "is not a mapping, as in {H: 2, O: 1}"),
    ("model: constant-cp", "model: NASA7", "species[1].thermo", "the thermo model 'NASA7' is not"),
    ("h0: -20e3", "h0: -20 kJ", "species[1].thermo.h0", "write for example '-285.8 kJ/mol'"),
    ("h0: -20e3", "h0: -20 furlong", "species[1].thermo.h0", "unknown unit 'furlong'"),
    ("h0: -20e3", "h0: 2 m^99", "species[1].thermo.h0", "is no unit to a power from -20 to 20"),
    ("h0: -20e3", f"h0: 2 {'m*' * 40}m", "species[1].thermo.h0", "longer than 64 characters"),
    ("h0: -20e3", "h0: .nan", "species[1].thermo.h0", "'.nan' is not a number"),
    ("h0: -20e3", "h0: 1e999", "species[1].thermo.h0", "'1e999' is out of range; in SI"),
    ("molar-volume: 5.0e-5}", "molar-volume: 1e-320}", "equation-of-state", "out of range; in SI"),
    ("h0: -20e3", "h0: [1, 2]", "species[1].thermo.h0", "where a text or a number is wanted"),
    ("T0: 310.0", "T0: -1.0", "species[1].thermo.T0", "is -1, but must be above 0"),
    ("model: constant-volume", "model: ideal-gas", "species[1].equation-of-state",
     "only 'model: constant-volume' is read"),
    ("molar-volume: 5.0e-5}", "molar-volume: 0}", "equation-of-state.molar-volume", "above 0"),
    ("molar-volume: 5.0e-5}", "molar-volume: 1, density: 2}", "equation-of-state",
     "needs one of molar-volume, density, molar-density"),
    ("- name: B", "- name: A", "species[2]", "the species 'A' stands there twice"),
    ("- name: B", "- label: B", "species[2]", "has no name"),
    ("- name: B", "- name: " + 33 * "B", "species[2]", "is longer than 32 bytes"),
    ("equation: A + B => D", "equation: A + C => D", "equation", "unknown species 'C'"),
    ("equation: A + B => D", "equation: A + B", "equation", "has no arrow"),
    ("equation: A + B => D", "equation: A + B (+M) => D", "equation", "third bodies"),
    ("equation: A + B => D", "equation: A + B + M => D + M", "equation", "third bodies"),
    ("equation: A + B => D", "equation: A + B => B", "liquid.yaml", "atoms don't balance"),
    ("- equation: A + B => D", "- type: falloff\n  equation: A + B => D", "reactions[3].type",
     "only elementary Arrhenius reactions are read"),
    ("- equation: A + B => D", "- efficiencies: {A: 2}\n  equation: A + B => D", "efficiencies",
     "unknown key 'efficiencies'"),
    ("- equation: A + B => D", "- negative-A: true\n  equation: A + B => D", "negative-A",
     "unknown key 'negative-A'"),
    ("A: 4.0e-3", "A: -4.0e-3", "rate-constant.A", "is -0.004, but must be above 0"),
    ("A: 4.0e-3", "A: 4.0e-3 L/mol/s", "rate-constant.A", "example '1 m^1.5*mol^-0.5/s'"),
    ("A: 3.0e2", "A: 3.0e2 1/s", "rate-constant.A", "write for example '1 L/mol/s'"),
    ("A: 3.0e2, b: 0.0,", "A: 3.0e2,", "rate-constant", "needs A and b"),
    ("Ea: 40e3", "Ea: 40 kg", "rate-constant.Ea", "'kg' is no unit of activation energy"),
    ("Ea: 40e3", "Ea: 40 kJ/mol, E4: 1", "rate-constant.E4", "unknown key 'E4'"),
    ("{A: 1.5, B: 0}", "{A: 1.5, D: 1}", "orders.D", "write 'nonreactant-orders: true' if meant"),
    ("{A: 1.5, B: 0}", "{A: -1, B: 0}", "orders.A", "write 'negative-orders: true' if meant"),
    ("{A: 1.5, B: 0}", "{X: 1}", "orders.X", "unknown species 'X'"),
    ("equation: A + B => D", "equation: A + B <=> D", "orders", "orders are for irreversible"),
    ("s0: 60.0", "s0: 6e5", "reactions[1].equation", "at infinite T, is out of range"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "sentence"), REFUSED)
def test_what_is_not_supported_is_refused(old, new, place, sentence, tmp_path):
    text = FILE.replace(old, new, 1)
    assert text != FILE
    with pytest.raises(InputError) as refusal:
        read_text(tmp_path, text)
    assert any(
        "liquid.yaml" in where and place in where and sentence in what
        for where, what in refusal.value.problems
    ), str(refusal.value)


def test_reversible_reactions_need_one_molar_volume(tmp_path):
    text = FILE.replace("5.0e-5", "9.0e-5", 1)
    text = text.replace("kinetics: bulk", "kinetics: bulk\n  rate-concentrations: molar")
    with pytest.raises(InputError, match="needs species of one molar volume"):
        read_text(tmp_path, text)


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    text = FILE.replace("h0: -20e3", "h0: x").replace("model: constant-volume", "model: bulky", 1)
    with pytest.raises(InputError) as refusal:
        read_text(tmp_path, text)
    assert refusal.value.problems == [
        (
            "liquid.yaml, line 13: species[1].thermo.h0",
            "'x' is not a number, or a number, a space and a unit",
        ),
        (
            "liquid.yaml, line 14: species[1].equation-of-state",
            "only 'model: constant-volume' is read",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#" * (2**20 + 1), "is longer than 1048576 bytes"),
        ("", "is empty"),
        ("a: [1", "line 1: is not YAML: expected"),
        ("a: \x01", "is not YAML: unacceptable character"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands there twice"),
        ("? [a]\n: 1", "line 1: a key is a list or a mapping"),
        ("a: &x 1", "line 1: anchors, aliases and tags are not read"),
        ("a: *x", "line 1: anchors, aliases and tags are not read"),
        ("a:\n  b: !!float 1", "line 2: anchors, aliases and tags are not read"),
        ("%YAML 1.1\n---\na: 1", "directives and several documents"),
        ("a: 1\n---\na: 1", "directives and several documents"),
        ("[" * 33, "is nested more than 32 deep"),
        ("[" * 100_000, "is nested more than 32 deep"),
    ],
)
def test_unsafe_text_is_refused(text, sentence, tmp_path):
    with pytest.raises(FileFormatError) as refusal:
        read_text(tmp_path, text)
    assert sentence in str(refusal.value)


def test_text_that_is_no_mechanism_is_refused(tmp_path):
    (tmp_path / "latin1.yaml").write_bytes(b"a: \xe9")
    with pytest.raises(FileFormatError, match=r"latin1.yaml: is not UTF-8 text \(byte 3\)"):
        read_mechanism(str(tmp_path / "latin1.yaml"))
    for text in ("a", "[]", "phases: []"):
        with pytest.raises(InputError, match="has no phases"):
            read_text(tmp_path, text)
    with pytest.raises(InputError, match="has no species"):
        read_text(tmp_path, FILE[: FILE.index("species:\n- name: A")])
    with pytest.raises(InputError, match="has no reactions"):
        read_text(tmp_path, FILE[: FILE.index("reactions:\n- equation")])


def test_unknown_names_and_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="unknown mechanism 'snarr'; did you mean 'snar'"):
        read_mechanism("snarr")
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_mechanism(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("unit", "si"),
    [
        ("cm^3/mol", "m^3/mol"),
        ("kcal/kmol/K", "J/mol/K"),
        ("L^0.5*mol^-0.5/min", "m^1.5*mol^-0.5/s"),
        ("1/hr", "1/s"),
        ("micron^2 * uPa / molec", "m^2*Pa/mol"),
        ("g / liter", "kg/m^3"),
        ("eV*atm/bar", "J"),
    ],
)
def test_units_are_canteras(unit, si):
    expected = ct.UnitSystem().convert_to(f"2.5 {unit}", si)
    assert 2.5 * parse_unit(unit)[0] == pytest.approx(expected, rel=1e-12)
    assert parse_unit(si)[0] == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(parse_unit(unit)[1], parse_unit(si)[1], atol=1e-12)
