"""Transport properties of gas mixtures beside Cantera's own numbers, and what is refused."""

import cantera as ct
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intensify.chemistry import gas_transport
from intensify.chemistry.gas_transport import transport_from_cantera
from intensify.errors import InputError

FILES = [("h2o2.yaml", ""), ("gri30.yaml", ""), ("diamond.yaml", "gas")]


@pytest.fixture(scope="module")
def gases():
    return [(ct.Solution(*f, transport_model="mixture-averaged"),
             transport_from_cantera(f[0], phase=f[1])) for f in FILES]  # fmt: skip


@given(T=st.floats(250.0, 3500.0), log_p=st.floats(2.0, 7.0), seed=st.integers(0, 1000),
       flat=st.floats(0.05, 1.0))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_mixtures_are_canteras(gases, T, log_p, seed, flat):
    p = 10.0**log_p
    for theirs, ours in gases:
        x = np.random.default_rng(seed).dirichlet(np.full(theirs.n_species, flat))
        theirs.TPX = T, p, x
        x = theirs.X
        assert ours.viscosity(T, x) == pytest.approx(theirs.viscosity, rel=1e-10)
        assert ours.conductivity(T, x) == pytest.approx(theirs.thermal_conductivity, rel=1e-10)
        # Cantera takes W - x M of a species, which loses digits where it is almost alone
        lost = 1e-15 / (1.0 - theirs.Y)
        error = ours.diffusivities(T, p, x) / theirs.mix_diff_coeffs - 1.0
        assert (np.abs(error) < 1e-10 + lost).all()


def test_a_species_alone_has_the_limit_of_one_almost_alone(gases):
    _, ours = gases[0]
    alone = np.eye(len(ours.names))[0]
    near = 0.999999 * alone + 1e-6 / alone.size
    np.testing.assert_allclose(
        ours.diffusivities(900.0, 1e5, alone)[1:], ours.diffusivities(900.0, 1e5, near)[1:],
        rtol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("T", [400.0, 1800.0])
def test_slopes_are_those_of_differences(gases, T):
    """Of conductivity and diffusion, by every mole fraction and by T, all of them free."""
    _, ours = gases[0]
    S = ours.M.size
    x = np.linspace(0.5, 1.5, S) / S
    drag, drag_T, by_x = np.empty((3, S, S))
    pD, around, by_T, by_x_cond = np.empty((4, S))

    def at(T, x):
        gas_transport.pairs_of(ours.pairs, T, drag, drag_T)
        W = gas_transport.diffusion(ours.M, drag, x, pD, around)
        heat = gas_transport.conductivity(ours.conductivities, T, x, by_x_cond)
        return np.append(pD, heat[0]), W, heat[1]

    def difference(k):
        h, e = (1e-3 * x[k], np.eye(S + 1)[k]) if k < S else (1e-3 * T, np.eye(S + 1)[S])
        a, b, c, d = (at(T + n * h * e[S], x + n * h * e[:S])[0] for n in (1, -1, 2, -2))
        return (8.0 * (a - b) - (c - d)) / (12.0 * h)

    found = np.array([difference(k) for k in range(S + 1)]).T
    _, W, heat_T = at(T, x)
    gas_transport.diffusion_slopes(ours.M, drag, drag_T, x, pD, around, W, by_x, by_T)
    exact = np.vstack([np.column_stack([by_x, by_T]), np.append(by_x_cond, heat_T)])
    size = np.abs(found).max(axis=1, keepdims=True)
    assert (np.abs(exact[:, :S] - found[:, :S]) < 1e-8 * size).all()
    np.testing.assert_allclose(exact[:, S], found[:, S], rtol=1e-8)


@pytest.mark.parametrize(
    ("file", "phase", "sentence"),
    [
        ("methane_pox_on_pt.yaml", "gas", "CH4: has no transport data"),
        ("gri30_ion.yaml", "", "transport of kind 'ionized-gas'; known are mixture-averaged"),
        ("nowhere.yaml", "", "is not there"),
    ],
)
def test_what_has_no_transport_is_told(file, phase, sentence):
    with pytest.raises(InputError, match=sentence):
        transport_from_cantera(file, phase=phase)


@pytest.mark.parametrize("x", [[1.0], [0.0] * 10, [-1.0, *[1.0] * 9]])
def test_fractions_are_checked(gases, x):
    with pytest.raises(InputError, match=r"x has shape|mole fractions"):
        gases[0][1].viscosity(300.0, np.array(x))
