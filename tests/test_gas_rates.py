"""Rates, thermodynamics and Jacobians of gas mechanisms against Cantera and against differences."""

import cantera as ct
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intensify.chemistry.gas_file import gas_from_cantera
from intensify.errors import InputError

FILES = [
    ("h2o2.yaml", ""),
    ("gri30.yaml", ""),
    ("gri30_ion.yaml", ""),
    ("nDodecane_Reitz.yaml", "nDodecane_IG"),
    ("example_data/ammonia-CO-H2-Alzueta-2023.yaml", ""),
]
COMMON = """
units: {length: m, quantity: mol, activation-energy: K}
phases:
- {name: gas, thermo: ideal-gas, elements: [O, H, N, Ar], species: [{h2o2.yaml/species: all}],
   kinetics: gas, reactions: [reactions]}
reactions:
"""


def mechanism(tmp_path, reaction):
    path = tmp_path / "gas.yaml"
    path.write_text(COMMON + reaction)
    return str(path)


def states(gas, seed=1):
    """Temperatures at and around the polynomials' ends, pressures, mixtures."""
    rng = np.random.default_rng(seed)
    for T in (350.0, 999.0, 1000.0, 1001.0, 1700.0, 3200.0):
        for p in (1e3, 1e5, 1e7):
            gas.TPX = T, p, rng.random(gas.n_species)
            yield T, 1e3 * gas.concentrations


def check_rates(gas, network):
    """Net rates, against the sum of a species' rates both ways; constants of equilibrium."""
    change = np.array([sum(r.products.values()) - sum(r.reactants.values())
                       for r in gas.reactions()])  # fmt: skip
    reversible = [r.reversible for r in gas.reactions()]
    for T, c in states(gas):
        w = 1e-3 * network.rates(T, c)
        both = np.maximum(gas.creation_rates + gas.destruction_rates, 1e-300)
        assert (np.abs(w - gas.net_production_rates) / both).max() < 1e-10
        K = np.where(reversible, gas.equilibrium_constants * 1e3**change, np.inf)
        np.testing.assert_allclose(network.equilibrium_constants(T), K, rtol=1e-10)


def check_jacobian(network, T, c):
    """Columns by concentration and by T against differences of order 6, at their own size."""
    J = network.rates_jacobian(T, c)
    weights = np.array([45.0, -9.0, 1.0]) / 60.0
    for k in range(c.size + 1):
        h = 4e-3 * (c[k] if k < c.size else T)
        x = np.append(c, T) + h * np.outer([1, -1, 2, -2, 3, -3], np.arange(c.size + 1) == k)
        w = network.rates(x[:, -1], x[:, :-1])
        found = weights @ (w[::2] - w[1::2]) / h
        assert np.abs(J[:, k] - found).max() < 1e-6 * np.abs(found).max() + 1e-14 * np.abs(J).max()


@pytest.mark.parametrize(("file", "phase"), FILES)
def test_a_mechanism_of_cantera_has_its_rates(file, phase):
    gas, network = ct.Solution(file, phase), gas_from_cantera(file, phase=phase)
    check_rates(gas, network)


@pytest.mark.parametrize(("file", "phase"), FILES)
def test_slopes_are_those_of_the_rates(file, phase):
    """At a warm state, where differences do not lose more digits than they are asked for."""
    network = gas_from_cantera(file, phase=phase)
    rng = np.random.default_rng(3)
    check_jacobian(network, 1873.0, 10.0 * (0.1 + rng.random(len(network.species))))


@given(
    T=st.floats(300.0, 3500.0),
    log_p=st.floats(2.0, 8.0),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_rates_over_sampled_states(grimech, T, log_p, seed):
    gas, network = grimech
    gas.TPX = T, 10.0**log_p, np.random.default_rng(seed).dirichlet(np.full(gas.n_species, 0.2))
    w = 1e-3 * network.rates(T, 1e3 * gas.concentrations)
    both = np.maximum(gas.creation_rates + gas.destruction_rates, 1e-300)
    assert (np.abs(w - gas.net_production_rates) / both).max() < 1e-10


@pytest.fixture(scope="module")
def grimech():
    return ct.Solution("gri30.yaml"), gas_from_cantera("gri30.yaml")


def test_many_states_at_once_are_each_state(grimech):
    gas, network = grimech
    T, c = map(np.array, zip(*states(gas), strict=True))
    rows = [network.rates(a, b) for a, b in zip(T, c, strict=True)]
    np.testing.assert_array_equal(network.rates(T, c), rows)


SHOMATE = """
phases:
- {name: gas, thermo: ideal-gas, species: [CO2, AR, X, N2]}
species:
- name: CO2
  composition: {C: 1, O: 2}
  thermo:
    model: Shomate
    temperature-ranges: [200, 1000, 6000]
    data:
    - [24.99735, 55.18696, -33.69137, 7.948387, -0.136638, -403.6075, 228.2431]
    - [58.16639, 2.720074, -0.492289, 0.038844, -6.447293, -425.9186, 263.6125]
- name: AR
  composition: {Ar: 1}
  thermo: {model: constant-cp, T0: 300.0, h0: 12.0, s0: 154.0 J/mol/K, cp0: 20.8 J/mol/K}
- name: X
  composition: {N: 1}
  thermo: {model: constant-cp}
- name: N2
  composition: {N: 2}
  thermo:
    model: NASA7
    temperature-ranges: [200.0, 6000.0]
    data:
    - [3.53100528, -1.23660988e-04, -5.02999433e-07, 2.43530612e-09, -1.40881235e-12,
       -1046.97628, 2.96747038]
"""


@pytest.mark.parametrize("file", ["h2o2.yaml", "airNASA9.yaml", "KOH.yaml", "shomate"])
def test_species_properties_are_canteras(tmp_path, file):
    if file == "shomate":
        file = str(tmp_path / "s.yaml")
        (tmp_path / "s.yaml").write_text(SHOMATE)
    gas, network = ct.Solution(file), gas_from_cantera(file)
    R = 1e-3 * ct.gas_constant
    for T in (250.0, 300.0, 1000.0, 1000.1, 2500.0, 6500.0):
        gas.TP = T, gas.reference_pressure
        cp, h, s = network.properties(T)
        np.testing.assert_allclose(cp / R, gas.standard_cp_R, rtol=1e-10)
        size = np.abs(gas.standard_enthalpies_RT) + 1.0
        assert (np.abs(h / (R * T) - gas.standard_enthalpies_RT) / size).max() < 1e-10
        np.testing.assert_allclose(s / R, gas.standard_entropies_R, rtol=1e-10, atol=1e-12)


FALLOFF = """
- equation: 2 OH (+M) <=> H2O2 (+M)
  type: falloff
  low-P-rate-constant: {A: 2.3e+06, b: -0.9, Ea: -800.0}
  high-P-rate-constant: {A: 7.4e+07, b: -0.37, Ea: 20.0}
  efficiencies: {H2: 2.0, H2O: 6.0, AR: 0.0}
"""
ACTIVATED = """
- equation: HO2 + H2 (+M) <=> H2O + OH (+M)
  type: chemically-activated
  low-P-rate-constant: {A: 282320.078, b: 1.46878, Ea: -1500.0}
  high-P-rate-constant: {A: 5.88e-11, b: 6.721, Ea: -1800.0}
  default-efficiency: 0.5
  efficiencies: {H2: 2.0}
"""
SHAPES = [
    "",
    "SRI: {A: 1.1, B: 700.0, C: 1234.0, D: 56.0, E: 0.7}",
    "SRI: {A: 1.1, B: 700.0, C: 1234.0}",
    "Troe: {A: 0.7, T3: 100.0, T1: 2000.0}",
    "Troe: {A: 0.7, T3: 100.0, T1: 2000.0, T2: 5000.0}",
    "Troe: {A: 1.7, T3: 1.0e-30, T1: 2000.0}",
]
REACTIONS = {
    "pressure-log": """
- equation: H2 + O <=> H + OH
  type: pressure-dependent-Arrhenius
  rate-constants:
  - {P: 1.0e+4, A: 1.0e+6, b: 0.0, Ea: 1000.0}
  - {P: 1.0e+4, A: -3.0e+5, b: 0.1, Ea: 1300.0}
  - {P: 9.0e+4, A: 2.0e+6, b: 0.1, Ea: 1000.0}
  - {P: 1.0e+6, A: 2.0e+6, b: 0.0, Ea: 1100.0}
  - {P: 1.0e+6, A: 1.0e+6, b: 0.0, Ea: 900.0}
""",
    "pressure-log twice": """
- equation: H2 + O <=> H + OH
  type: pressure-dependent-Arrhenius
  duplicate: true
  rate-constants: [{P: 1.0e+4, A: 1.0e+6, b: 0.0, Ea: 1e3}, {P: 1e+5, A: 1.0e+5, b: 0.3, Ea: 0}]
- equation: H2 + O <=> H + OH
  type: pressure-dependent-Arrhenius
  duplicate: true
  rate-constants: [{P: 1.0e+4, A: 2.0e+4, b: 0.7, Ea: 1e3}, {P: 1e+6, A: 1.0e+2, b: 1.3, Ea: 0}]
""",
    "Chebyshev": """
- equation: 2 OH <=> H2O2
  type: Chebyshev
  temperature-range: [300.0, 3500.0]
  pressure-range: [1.0e+3, 1.0e+7]
  data:
  - [5.2, -0.3, 0.05]
  - [1.1, 0.4, -0.02]
  - [-0.2, 0.05, 0.01]
  - [0.03, 0.01, 0.0]
""",
    "negative A": """
- equation: H + O2 <=> O + OH
  duplicate: true
  rate-constant: {A: 2.0e+8, b: 0.0, Ea: 8000.0}
- equation: H + O2 <=> O + OH
  duplicate: true
  negative-A: true
  rate-constant: {A: -1.0e+7, b: 0.1, Ea: 9000.0}
""",
    "Blowers-Masel": """
- equation: H2 + O <=> H + OH
  type: Blowers-Masel
  rate-constant: {A: 1.0e+6, b: 0.3, Ea0: 1000.0, w: 100000.0}
- equation: H2O2 + O <=> HO2 + OH
  type: Blowers-Masel
  rate-constant: {A: 1.0e+6, b: 0.0, Ea0: 6000.0, w: 60000.0}
- equation: H + H2O <=> OH + H2
  type: Blowers-Masel
  rate-constant: {A: 1.0e+6, b: 0.0, Ea0: 100.0, w: 60000.0}
""",
    "two temperatures": """
- equation: H2 + O => H + OH
  type: two-temperature-plasma
  rate-constant: {A: 1.0e+6, b: 0.4, Ea-gas: 1000.0, Ea-electron: 700.0}
""",
    "orders": """
- equation: H2 + O => H + OH
  rate-constant: {A: 1.0e+6, b: 0.0, Ea: 1000.0}
  orders: {H2: 0.5, H2O: -0.3, O: 2}
  negative-orders: true
  nonreactant-orders: true
""",
    "third bodies": """
- equation: H + OH + M <=> H2O + M
  default-efficiency: 0.3
  efficiencies: {H2O: 12.0, AR: 0.0}
  rate-constant: {A: 1.0e+3, b: -1.0, Ea: 0.0}
- equation: H + O2 + AR <=> HO2 + AR
  rate-constant: {A: 7.0e+2, b: -0.8, Ea: 0.0}
- equation: H + H + H2 <=> H2 + H2
  rate-constant: {A: 7.0e+2, b: -0.8, Ea: 0.0}
""",
    "many molecules": """
- equation: 2 H2O2 + 2 H2 <=> 3 H2O + OH + H
  rate-constant: {A: 1.0e+2, b: 0.0, Ea: 1000.0}
- equation: 0.5 O2 + H2 => 0.7 H2O + 0.3 H2O + 0 O
  rate-constant: {A: 1.0e+2, b: 0.0, Ea: 1000.0}
- equation: H2O2 + M => H + HO2 + M
  rate-constant: {A: 0.0, b: 0.0, Ea: 1000.0}
""",
} | {f"falloff {shape}": FALLOFF + (f"  {shape}\n" if shape else "") for shape in SHAPES}
REACTIONS |= {f"activated {shape}": ACTIVATED + f"  {shape}\n" for shape in SHAPES[1:4]}


@pytest.mark.parametrize("kind", REACTIONS)
def test_a_kind_of_rate_is_canteras(tmp_path, kind):
    file = mechanism(tmp_path, REACTIONS[kind])
    gas, network = ct.Solution(file), gas_from_cantera(file)
    check_rates(gas, network)
    for T in (500.0, 1900.0):
        check_jacobian(network, T, np.linspace(0.5, 3.0, gas.n_species))


def test_a_held_temperature_of_electrons(tmp_path):
    """k = A Te^b exp(-Ea/RT + Ee (Te - T)/(R T Te)), Kossyi et al. (1992) as Cantera has it."""
    file = mechanism(tmp_path, REACTIONS["two temperatures"])
    rate = ct.Solution(file).reaction(0).rate
    network = gas_from_cantera(file, T_electrons=20000.0)
    c = network.vector({"H2": 2.0, "O": 3.0})
    for T in (300.0, 900.0):
        k = 1e-3 * rate(T, 20000.0)
        assert -network.rates(T, c)[0] == pytest.approx(6.0 * k, rel=1e-10)


def test_what_is_not_known_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"methane.*reaction \d+ \(CH4 .*collision with electrons"):
        gas_from_cantera("example_data/methane-plasma-pavan-2023.yaml")
    with pytest.raises(InputError, match="no collision with electrons"):
        gas_from_cantera("h2o2.yaml", supplied={"H2 + O <=> H + OH": 1.0})
    with pytest.raises(InputError, match="ideal-gas"):
        gas_from_cantera("nDodecane_Reitz.yaml")
    file = mechanism(tmp_path, REACTIONS["orders"].replace("=>", "<=>"))
    with pytest.raises(InputError, match=r"irreversible.*; '- equation: H2 . O <=>"):
        gas_from_cantera(file)
    file = mechanism(tmp_path, REACTIONS["two temperatures"].replace("=>", "<=>"))
    with pytest.raises(InputError, match=r"gas.yaml; TwoTempPlasmaRate .* reversible.*'- equation"):
        gas_from_cantera(file)


def test_collisions_with_electrons_take_supplied_constants():
    file = "example_data/methane-plasma-pavan-2023.yaml"
    gas = ct.Solution(file, transport_model=None)
    names = {r.equation for r in gas.reactions() if "collision" in r.reaction_type}
    network = gas_from_cantera(file, supplied=dict.fromkeys(names, 0.0), T_electrons=2e4)
    assert len(network.reactions) == gas.n_reactions
    assert np.isfinite(network.rates(500.0, np.ones(gas.n_species))).all()


def test_files_that_are_no_gas():
    with pytest.raises(InputError, match="nowhere"):
        gas_from_cantera("nowhere.yaml")
    with pytest.raises(InputError, match="ideal-gas"):
        gas_from_cantera("water.yaml")
