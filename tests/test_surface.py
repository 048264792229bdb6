"""Reactions on a surface beside Cantera's own numbers, and what is refused."""

import cantera as ct
import numpy as np
import pytest

from intensify import InputError
from intensify.chemistry.surface_file import surface_from_cantera

FILES = [
    ("ptcombust.yaml", "Pt_surf"), ("methane_pox_on_pt.yaml", "Pt_surf"),
    ("SiF4_NH3_mec.yaml", "SI3N4"), ("diamond.yaml", "diamond_100"),
    ("example_data/ammonia-Ru-Ba-YSZ-CSM-2019.yaml", "Ru_surface"),
]  # fmt: skip
EVERY_KIND = """
units: {length: cm, quantity: mol, activation-energy: J/mol}
phases:
- name: gas
  thermo: ideal-gas
  elements: [H, O, C, Ar]
  species: [{gri30.yaml/species: [H2, O2, CO, AR]}]
- name: face
  thermo: ideal-surface
  site-density: 2e-9
  adjacent-phases: [gas]
  elements: [H, O, C, Pt]
  Motz-Wise: true
  kinetics: surface
  reactions: all
  species: [{ptcombust.yaml/species: [PT(S), H(S), CO(S)]}, {species: [O2(S)]}]
species:
- name: O2(S)
  composition: {O: 2, Pt: 2}
  sites: 2
  thermo: {model: constant-cp, h0: -115.4 kJ/mol, s0: 60 J/mol/K, cp0: 30 J/mol/K}
reactions:
- equation: O2 + 2 PT(S) <=> O2(S)
  sticking-coefficient: {A: 0.7, b: -0.1, Ea: 2000}
  coverage-dependencies:
    CO(S): [0.1, 0.0, 4000.0]
    H(S): {a: 0, m: 0.5, E: [1000.0, 2000.0, -300.0]}
- equation: H2 + 2 PT(S) => 2 H(S)
  sticking-coefficient: {A: 0.9, b: 0, Ea: 0}
  orders: {PT(S): 1.0, H2: 1.0}
  Motz-Wise: false
- equation: CO + PT(S) <=> CO(S)
  type: sticking-Blowers-Masel
  sticking-coefficient: {A: 0.4, b: 0.0, Ea0: 20000.0, w: 500000.0}
- equation: 2 H(S) <=> H2 + 2 PT(S)
  type: interface-Blowers-Masel
  rate-constant: {A: 3e21, b: 0, Ea0: 60000.0, w: 800000.0}
  coverage-dependencies: {H(S): [0.0, 0.0, -6000.0]}
"""


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory):
    path = tmp_path_factory.mktemp("surface") / "every_kind.yaml"
    path.write_text(EVERY_KIND)
    return str(path), "face"


@pytest.fixture(params=[*FILES, None], ids=lambda p: p[0] if p else "every kind")
def mechanism(request, every_kind):
    return request.param or every_kind


def gas_beside(surface):
    return next(x for x in surface.adjacent.values() if x.thermo_model == "ideal-gas")


def states(surface, n, rng):
    """Cantera's surface in random states; T, concentrations of the gas [mol/m3], coverages."""
    gas = gas_beside(surface)
    for _ in range(n):
        T, p = rng.uniform(400.0, 1500.0), 10.0 ** rng.uniform(3.0, 6.0)
        for near in surface.adjacent.values():
            near.TP = T, p
        gas.TPX = T, p, rng.dirichlet(np.full(gas.n_species, 0.5))
        surface.TP = T, p
        surface.coverages = rng.dirichlet(np.full(surface.n_species, 0.5))
        yield T, 1e3 * gas.concentrations, surface.coverages


def in_our_order(surface, ours, values):
    by_name = dict(zip(surface.kinetics_species_names, values, strict=True))
    return np.array([by_name[name] for name in ours])


def test_rates_and_constants_are_canteras(mechanism):
    theirs, ours = ct.Interface(*mechanism), surface_from_cantera(*mechanism).surface
    for T, c, theta in states(theirs, 10, np.random.default_rng(1)):
        w = ours.rates(T, c, theta)
        gross = theirs.creation_rates + theirs.destruction_rates
        gross = in_our_order(theirs, ours.names, 1e3 * gross)
        net = in_our_order(theirs, ours.names, 1e3 * theirs.net_production_rates)
        assert (np.abs(w - net) <= 1e-12 * gross).all()
        sites = ours.sites @ w[ours.gas : ours.solid]
        assert abs(sites) <= 1e-12 * (ours.sites @ gross[ours.gas : ours.solid])
        assert (np.abs(ours.atoms @ w) <= 1e-12 * (ours.atoms @ gross)).all()
        both_ways = [j for j, r in enumerate(theirs.reactions()) if r.reversible]
        K = ours.equilibrium_constants(T)
        kmol = np.array([sum(r.products.values()) - sum(r.reactants.values()) -
                         sum(r.products.get(s, 0.0) - r.reactants.get(s, 0.0)
                             for s in ours.names[ours.solid :])
                         for r in theirs.reactions()])  # fmt: skip
        np.testing.assert_allclose(
            K[both_ways], (theirs.equilibrium_constants * 1e3**kmol)[both_ways], rtol=1e-11
        )
        assert np.isinf(np.delete(K, both_ways)).all()


def test_properties_are_canteras(mechanism):
    theirs, ours = ct.Interface(*mechanism), surface_from_cantera(*mechanism).surface
    for T, _, _ in states(theirs, 3, np.random.default_rng(2)):
        R, own = 1e-3 * ct.gas_constant, slice(ours.gas, ours.solid)
        cp, h, s = (x[own] for x in ours.properties(T))
        np.testing.assert_allclose(h, R * T * theirs.standard_enthalpies_RT, rtol=1e-11)
        np.testing.assert_allclose(cp, R * theirs.standard_cp_R, rtol=1e-11)
        np.testing.assert_allclose(s, R * theirs.standard_entropies_R, rtol=1e-11)


def rates_beside(net, T, c, k, d):
    """Rates with concentration k, or T where k is -1, moved by d; not all sites count then."""
    moved = np.append(c, T)
    moved[k] += d
    theta = moved[net.gas : net.solid] * net.cover[net.gas : net.solid]
    return net.rates(moved[-1], moved[: net.gas], theta)


def test_slopes_are_those_of_differences(mechanism):
    theirs, ours = ct.Interface(*mechanism), surface_from_cantera(*mechanism).surface
    for T, c_gas, theta in states(theirs, 3, np.random.default_rng(3)):
        theta = 0.5 * theta + 0.5 / theta.size  # away from 0, where powers of it are steep
        c = ours.concentrations(np.maximum(c_gas, 1e-3 * c_gas.sum()), theta)
        J = ours.rates_jacobian(T, c[: ours.gas], theta)
        gross = np.abs(J[:, : ours.solid]) @ c[: ours.solid]  # what the rates are differences of
        for k in [*range(ours.solid), -1]:
            h = 2e-3 * c[k] if k >= 0 else 0.1
            near, far = (
                rates_beside(ours, T, c, k, d) - rates_beside(ours, T, c, k, -d)
                for d in (h, 2.0 * h)
            )
            by_h = (8.0 * near - far) / (12.0 * h)
            rounding = 1e-14 * gross.max() / h
            error = np.abs(J[:, k] - by_h)
            assert (error <= 1e-6 * np.abs(by_h).max() + rounding).all()


def test_compiled_and_plain_rates_agree():
    net = surface_from_cantera(*FILES[0]).surface
    from intensify.chemistry import surface

    c = net.concentrations(np.full(net.gas, 0.1), np.full(11, 1.0 / 11.0))
    out, space = np.empty(len(net.species)), np.zeros(net.room())
    surface.fill_rates(net, 900.0, c, out, space)
    compiled = net.rates(900.0, c[: net.gas], np.full(11, 1.0 / 11.0))
    np.testing.assert_allclose(out, compiled, rtol=1e-12, atol=1e-12 * np.abs(out).max())


@pytest.mark.parametrize(
    ("file", "phase", "sentence"),
    [
        ("h2o2.yaml", "ohmech", "must be 'ideal-surface'"),
        ("nowhere.yaml", "Pt", "is not there; name a file of yours"),
        ("sofc.yaml", "oxide_surface", "phase oxide_bulk: is of kind 'ideal-condensed'"),
        ("sofc.yaml", "oxide_surface", r"reaction 1 \(.*\): moves charge between phases"),
    ],
)
def test_what_is_no_surface_is_told(file, phase, sentence):
    with pytest.raises(InputError, match=sentence):
        surface_from_cantera(file, phase)


def test_coverages_are_checked():
    net = surface_from_cantera(*FILES[0]).surface
    assert net.coverages({"PT(S)": 0.25, "O(S)": 0.75}).tolist()[0] == 0.25
    with pytest.raises(InputError, match="unknown adsorbate 'Pt'"):
        net.coverages({"Pt": 1.0})
    with pytest.raises(InputError, match=r"add up to 1, not 0\.9"):
        net.coverages({"PT(S)": 0.9})
