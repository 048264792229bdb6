"""Isotherms, mixtures, uptake and the closed forms of fronts."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, root

from intensify._jit import compiled
from intensify.chemistry.network import R_GAS
from intensify.errors import InputError
from intensify.numerics.laplace import invert
from intensify.sorption import (
    IdealMixture,
    freundlich,
    fronts,
    glueckauf,
    langmuir,
    linear,
    sips,
    toth,
)

T = 320.0
ISOTHERMS = {
    "langmuir": langmuir([2.6, 3.1], [5e-7, 1.5e-6], dH=[-12e3, -18e3]),
    "dual": langmuir([[2.0, 1.5], [0.5, 0.7]], [[1e-6, 3e-6], [1e-5, 2e-5]], dH=-20e3),
    "sips": sips([2.0, 3.0], [1e-6, 4e-6], n=[1.4, 0.8], dH=-15e3),
    "toth": toth([2.0, 3.0], [1e-6, 4e-6], t=0.6, dH=[-15e3, -30e3]),
    "freundlich": freundlich([1e-3, 2e-3], n=[1.5, 2.0]),
    "linear": linear([1e-5, 2e-5], dH=-10e3),
    "ideal": IdealMixture(langmuir([2.6, 1.1], [5e-7, 4e-6], dH=[-12e3, -18e3])),
    "ideal, dual": IdealMixture(langmuir([[2.0, 1.5], [0.5, 0.7]], [[1e-6, 3e-6], [1e-5, 2e-5]])),
    "ideal, sips": IdealMixture(sips([2.0, 3.0], [1e-6, 4e-6], n=[1.4, 0.8])),
}


def loading(isotherm, a, T=T):
    q = np.empty(len(a))
    isotherm.loading(T, np.array(a, dtype=float), q)
    return q


def entry(model, T, a, q):
    model.loading(T, a, q)


@pytest.mark.parametrize("name", ISOTHERMS)
def test_slopes_are_those_of_the_loading(name):
    isotherm, a, dq = ISOTHERMS[name], np.array([3e5, 2e5]), np.empty((2, 2))
    isotherm.slopes(T, a, dq)
    for j in range(2):
        h = np.eye(2)[j] * 30.0
        numeric = (loading(isotherm, a + h) - loading(isotherm, a - h)) / 60.0
        np.testing.assert_allclose(dq[:, j], numeric, rtol=1e-6, atol=1e-14)


def test_slopes_of_an_ideal_mixture_where_a_species_is_not_there():
    mixture, dq = ISOTHERMS["ideal"], np.empty((2, 2))
    mixture.slopes(T, np.array([3e5, 0.0]), dq)
    more = (loading(mixture, [3e5, 0.3]) - loading(mixture, [3e5, 0.0])) / 0.3
    np.testing.assert_allclose(dq[:, 1], more, rtol=1e-5)
    np.testing.assert_allclose(dq[1, 0], 0.0, atol=1e-20)
    mixture.slopes(T, np.zeros(2), dq)
    np.testing.assert_allclose(dq, np.diag(loading(mixture, [1e-3, 1e-3]) / 1e-3), rtol=1e-6)


@pytest.mark.parametrize("name", ISOTHERMS)
def test_compiled_equals_plain(name):
    isotherm, q = ISOTHERMS[name], np.empty(2)
    compiled(entry, isotherm)(isotherm, T, np.array([1e5, 2e5]), q)
    np.testing.assert_allclose(q, loading(isotherm, [1e5, 2e5]), rtol=1e-14)


def test_isotherms_are_the_textbook_s():
    factor = np.exp(-np.array([-12e3, -18e3]) / R_GAS * (1 / T - 1 / 298.15))
    x = np.array([5e-7, 1.5e-6]) * factor * [1e5, 3e5]
    np.testing.assert_allclose(
        loading(ISOTHERMS["langmuir"], [1e5, 3e5]), [2.6, 3.1] * x / (1 + x.sum()), rtol=1e-14
    )
    q = loading(toth(2.0, 1e-6, t=0.5), [4e6])
    np.testing.assert_allclose(q, 2.0 * 4.0 / (1 + 2.0) ** 2, rtol=1e-14)
    np.testing.assert_allclose(loading(toth(2.0, 1e-6, t=1.0), [4e6]), 1.6, rtol=1e-14)
    np.testing.assert_allclose(loading(sips(2.0, 1e-6, n=2.0), [4e6]), 2 * 2 / 3, rtol=1e-14)
    np.testing.assert_allclose(loading(freundlich(3.0, n=2.0), [4.0]), 6.0)
    assert loading(freundlich(3.0, n=2.0), [-1.0]) == 0.0


def test_heat_is_van_t_hoff_s_slope():
    for name in ("toth", "linear", "langmuir", "dual"):
        isotherm, thin = ISOTHERMS[name], [1e-3, 1e-3]
        for i in range(2):
            slope = np.log(loading(isotherm, thin, T + 0.01)[i] / loading(isotherm, thin, T)[i])
            heat = R_GAS * T * (T + 0.01) * slope / 0.01
            assert heat == pytest.approx(isotherm.heat(i), rel=1e-3)


def iast(isotherm, a):
    """The mixture's loading by SciPy, spreading pressures by quadrature."""

    def alone(i, p):
        x = [0.0, 0.0]
        x[i] = p
        return loading(isotherm, x)[i]

    def pressure(i, p):
        return quad(lambda u: alone(i, np.exp(u)), -60.0, np.log(p), epsrel=1e-12, limit=400)[0]

    def miss(z):
        p = np.exp(z)
        return [np.sum(np.array(a) / p) - 1.0, pressure(0, p[0]) - pressure(1, p[1])]

    p = np.exp(root(miss, np.log(np.sum(a) * np.array([1.5, 1.0])), tol=1e-13).x)
    x = np.array(a) / p
    return x / sum(x[i] / alone(i, p[i]) for i in range(2))


@pytest.mark.parametrize("name", ["langmuir", "dual", "sips"])
def test_ideal_mixture_is_scipy_s(name):
    pure, a = ISOTHERMS[name], [2e5, 6e5]
    np.testing.assert_allclose(loading(IdealMixture(pure), a), iast(pure, a), rtol=1e-6)


def test_ideal_mixture_limits():
    pure = ISOTHERMS["dual"]
    mixture = IdealMixture(pure)
    np.testing.assert_allclose(
        loading(mixture, [2e5, 0.0])[0], loading(pure, [2e5, 0.0])[0], rtol=1e-12
    )
    assert loading(mixture, [0.0, 0.0]).tolist() == [0.0, 0.0]
    q = np.empty(2)
    compiled(entry, mixture)(mixture, T, np.array([2e5, 6e5]), q)
    np.testing.assert_allclose(q, loading(mixture, [2e5, 6e5]), rtol=1e-12)


def test_bad_isotherms_have_a_sentence():
    with pytest.raises(InputError, match=r"capacity: of the isotherm is -1, but must be finite"):
        langmuir(-1.0, 2.0)
    with pytest.raises(InputError, match="exponent 0 of the isotherm"):
        freundlich(1.0, n=0.0)
    with pytest.raises(InputError, match="D_e: is 0, but must be above 0"):
        glueckauf(R=1e-3, D_e=0.0, slope=2.0)


def test_glueckauf_has_the_variance_of_film_and_pores():
    column = fronts.Column(0.1, 1e-3, 0.4)
    grain = {"R": 2e-4, "D_e": 2e-10, "k_film": 3e-5}
    k = glueckauf(slope=5.0, **grain)
    t = np.linspace(101.0, 8000.0, 4000)
    c = fronts.pore_breakthrough(column, t, K=5.0, **grain)
    mean = 101.0 + np.trapezoid(1 - c, t)
    second = 101.0**2 + 2 * np.trapezoid(t * (1 - c), t)
    assert mean == pytest.approx(column.time(5.0), rel=1e-4)
    assert second - mean**2 == pytest.approx(column.variance(5.0, k), rel=1e-3)


def test_anzelius_solves_its_equations():
    # c and q along tau at each xi: dc/dxi = q - c, dq/dtau = c - q (scaled)
    n, xi = 400, 6.0
    h = xi / n

    def rhs(tau, q):
        c = np.empty(n + 1)
        c[0] = 1.0
        for i in range(n):  # trapezoidal rule along xi
            c[i + 1] = (c[i] * (1 - h / 2) + h / 2 * (q[i] + q[i + 1])) / (1 + h / 2)
        return c - q

    found = solve_ivp(rhs, (0.0, 5.0), np.zeros(n + 1), rtol=1e-8, atol=1e-10)
    q = found.y[:, -1]
    c = 1.0
    for i in range(n):
        c = (c * (1 - h / 2) + h / 2 * (q[i] + q[i + 1])) / (1 + h / 2)
    assert fronts.J(xi, 5.0) == pytest.approx(c, abs=2e-5)
    assert fronts.J(0.0, 3.0) == 1.0
    assert fronts.J(3.0, 0.0) == pytest.approx(np.exp(-3.0))
    assert fronts.J(3.0, -1.0) == 0.0
    assert fronts.J(4.0, 400.0) == 1.0


def test_pattern_solves_the_front_s_equation():
    column, law, k = fronts.Column(0.3, 2e-3, 0.4), fronts.Langmuir(5.0, 2.0), 0.5
    q0 = law.loading(1.0)
    # in the pattern q/q0 = c/c0 = x: dx/dt = k (q*(x) - x q0)/q0
    rate = lambda x: k * (law.loading(x) - x * q0) / q0  # noqa: E731
    between = quad(lambda x: 1.0 / rate(x), 0.1, 0.9)[0]
    times = [law.pattern_time(column, 1.0, k, x) for x in (0.1, 0.9)]
    assert times[1] - times[0] == pytest.approx(between, rel=1e-8)
    held = quad(lambda x: law.pattern_time(column, 1.0, k, x), 0.0, 1.0)[0]
    assert held == pytest.approx(law.shock_time(column, 1.0), rel=1e-8)
    with pytest.raises(InputError, match="between 0 and 1"):
        law.pattern_time(column, 1.0, k, 1.0)


def test_rarefaction_conserves_what_the_bed_held():
    column, law = fronts.Column(0.3, 2e-3, 0.4), fronts.Langmuir(5.0, 2.0)
    held = column.hold * (1.0 + column.F * law.loading(1.0))
    c = np.linspace(0.0, 1.0, 20001)
    t = law.rarefaction_times(column, c)
    assert np.trapezoid(t, c) == pytest.approx(held, rel=1e-8)


@pytest.mark.parametrize("K", [(3.0, 0.5), (0.5, 3.0), (1.0, 1.0)])
def test_pulse_reactor_loses_nothing(K):
    pulse = fronts.PulseReactor(fronts.Column(0.5, 2e-3, 0.4), *K, 6e-3, 300.0)
    t = np.linspace(0.0, 4000.0, 40001)
    A = np.trapezoid([pulse.c_A(x) for x in t], t)
    B = np.trapezoid([pulse.c_B(x) for x in t], t)
    assert pytest.approx(300.0 * (1 - pulse.conversion), rel=1e-3) == A
    assert pytest.approx(300.0, rel=1e-3) == A + B


def test_laplace_inversion():
    t = np.array([0.3, 1.0, 7.0])
    np.testing.assert_allclose(invert(lambda s: 1 / s**2, t), t, rtol=1e-9)
    np.testing.assert_allclose(
        invert(lambda s: np.exp(-np.sqrt(s)) / s, t),
        [
            1 - 2 / np.sqrt(np.pi) * quad(lambda u: np.exp(-u * u), 0, 0.5 / np.sqrt(x))[0]
            for x in t
        ],
        rtol=1e-8,
    )
    assert brentq(lambda x: invert(lambda s: 1 / (s + 1), np.array([x]))[0] - 0.5, 0.1, 2) == (
        pytest.approx(np.log(2.0), rel=1e-9)
    )
