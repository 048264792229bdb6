"""Mixing times against reaction times, and the engulfment model against closed forms and SciPy."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it
from intensify import _jit, transport

EXAMPLES = Path(__file__).parent.parent / "examples"
FAST_SLOW = it.Network.build([
    it.Reaction("A + B => P", it.Arrhenius(1.0)), it.Reaction("P + B => S", it.Arrhenius(0.02)),
])  # fmt: skip


def mixer(E=5.0, net=FAST_SLOW, **changed):
    given = {"injected": {"B": 900.0}, "around": {"A": 100.0}, "part": 0.1} | changed
    return it.EngulfmentMixer(net, E=E, **given)


def test_volume_of_the_zone_is_the_logistic_curve():
    run = it.solve(mixer())
    t, X = run.dataset["t"].values, run.dataset["X"].values
    grown = np.exp(5.0 * t)
    assert pytest.approx(0.1 * grown / (0.9 + 0.1 * grown), rel=1e-6) == X
    assert run.kpis["X_mixed"] == pytest.approx(0.9999, abs=1e-6)
    assert max(run.balances().values()) < 1e-9


def test_without_reaction_the_mixture_is_the_mean():
    net = FAST_SLOW.scaled(k0=0.0)
    end = it.solve(mixer(net=net)).dataset["c_mean"].isel(t=-1)
    assert end.values == pytest.approx([90.0, 90.0, 0.0, 0.0], abs=1e-6)


def test_competing_reactions_agree_with_an_independent_integrator():
    E, k1, k2, part = 5.0, 1.0, 0.02, 0.1

    def rhs(t, y):  # concentrations in the zone, as the model is usually written
        A, B, P, S, X = y
        grow = E * (1.0 - X)
        r1, r2 = k1 * A * B, k2 * P * B
        return [grow * (100.0 - A) - r1, -grow * B - r1 - r2, -grow * P + r1 - r2,
                -grow * S + r2, grow * X]  # fmt: skip

    run = it.solve(mixer())
    oracle = solve_ivp(rhs, (0.0, run.reactor.duration), [0.0, 900.0, 0.0, 0.0, part],
                       method="LSODA", rtol=1e-11, atol=1e-9)  # fmt: skip
    end = run.dataset["c"].isel(t=-1).values
    assert end == pytest.approx(oracle.y[:4, -1], rel=1e-5, abs=1e-6)


def test_fast_and_slow_mixing_are_the_limits():
    def selectivity(E):
        end = it.solve(mixer(E, duration=200.0)).dataset["c_mean"].isel(t=-1)
        P, S = float(end.sel(species="P")), float(end.sel(species="S"))
        return 2.0 * S / (P + 2.0 * S)

    # perfectly mixed: parallel attack on A and P of one mixture, by dP/dA (closed form)
    c = np.linspace(1.0, 1e-9, 400_001)  # A over its start
    kappa = 0.02
    P = (c**kappa - c) / (1.0 - kappa)
    S = 1.0 - c - P
    i = np.argmin(np.abs((1.0 - c) + S - 1.0))  # all of B (as much as A) is used
    mixed = 2.0 * S[i] / (P[i] + 2.0 * S[i])
    values = [selectivity(E) for E in (1e5, 1e2, 1.0)]
    assert values[0] == pytest.approx(mixed, rel=0.02)
    assert values[0] < values[1] < values[2] < 1.0


def test_the_damkoehler_number_tells_whether_mixing_matters():
    fast = it.solve(mixer(1e4, duration=5e-3))
    # A + B at the mixture's 90 mol/m3 each: 90 per second over E
    assert fast.kpis["Da_mix"] == pytest.approx(90.0 / 1e4)
    assert [w.name for w in fast.warnings] == ["Da_mix"]
    short = it.solve(mixer(5.0, duration=0.1))
    assert [w.name for w in short.warnings] == ["X_mixed"]
    assert short.kpis["X_mixed"] < 0.2


def test_equations_are_the_same_in_a_kernel():
    def rhs(model, t, y, dy):
        model.rhs(t, y, dy)

    model = mixer().stage(0, 0.0, None).model
    y = np.array([3.0, 50.0, 2.0, 1.0, 0.3])
    plain, fast = np.empty(5), np.empty(5)
    rhs(model, 0.0, y, plain)
    _jit.compiled(rhs, model)(model, 0.0, y, fast)
    np.testing.assert_allclose(fast, plain, rtol=1e-13)


def test_mixing_times_take_their_order_in_a_milli_channel():
    times = transport.mixing_times(1e-3, D=1e-9, u=0.5, eps=8.0, nu=1e-6, stages=3)
    assert times.shear < times.engulfment < times.dissipation < times.SAR < times.diffusion
    assert times.engulfment * transport.engulfment_rate(eps=8.0, nu=1e-6) == pytest.approx(1.0)
    # a coil dissipates more at the same velocity, so it mixes faster
    tube = it.round_section(1e-3)
    straight, coil = (
        transport.dissipation(tube, u=0.5, mu=1e-3, rho=1e3, form=form)
        for form in (it.Straight(), it.Coil(0.02))
    )
    assert straight == pytest.approx(8.0)
    assert coil > 1.2 * straight


def test_the_iodide_iodate_example(capsys):
    spec = importlib.util.spec_from_file_location("iodide_iodate", EXAMPLES / "iodide_iodate.py")
    sys.modules["iodide_iodate"] = example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.main()
    rows = capsys.readouterr().out.splitlines()[1:]
    X_s = [float(row.split()[-1]) for row in rows]
    assert X_s == sorted(X_s, reverse=True)
    assert 10.0 < X_s[0] / X_s[-1] < 20.0  # as the example's text says

    # independent: the same model in LSODA, for one of the rows
    E, a = 1.0 / 10.2e-3, example.PART
    k = float(example.network().reactions[1, 0])
    around = np.array([90.0, 0.0, 90.0, 32.0, 6.0, 0.0, 0.0])

    def rhs(t, y):
        c, X = y[:7], y[7]
        borate, acid, _, iodide, iodate, iodine, triiodide = c
        r1, r2 = 1e8 * borate * acid, k * iodide**2 * iodate * acid**2
        r3 = 5.6e6 * iodine * iodide - 7.5e6 * triiodide
        made = [-r1, -r1 - 6 * r2, r1, -5 * r2 - r3, -r2, 3 * r2 - r3, r3]
        grow = E * (1.0 - X)
        return [*(grow * (around - c) + made), grow * X]

    run = it.solve(example.mixer(E))
    start = [0.0, 60.0, 0.0, 0.0, 0.0, 0.0, 0.0, a]
    oracle = solve_ivp(rhs, (0.0, run.reactor.duration), start, method="BDF", rtol=1e-9, atol=1e-10)
    made = (oracle.y[5, -1] + oracle.y[6, -1]) * oracle.y[7, -1]
    X_oracle = 2.0 * made / 30.0 * (1.0 + 0.4) / 0.4
    assert example.segregation(run) == pytest.approx(X_oracle, rel=1e-4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: mixer(-1.0), "E: is -1, but must be above 0"),
        (lambda: mixer(part=1.0), "part: is 1, but must lie between"),
        (lambda: mixer(duration=0.0), "duration: is 0"),
        (lambda: mixer(injected={"B": -5.0}), "'B' is -5 mol/m3"),
        (lambda: mixer(injected={}, around={}), "is empty"),
        (lambda: mixer(injected={"Z": 1.0}), "'Z'"),
        (lambda: transport.mixing_times(1e-3, D=1e-9, u=-0.5, eps=8.0, nu=1e-6), "u: is -0.5"),
        (lambda: transport.mixing_times(1e-6, D=1e-3, u=0.5, eps=8.0, nu=1e-6), "Pe above 1"),
        (lambda: transport.mixing_times(1e-3, D=1e-9, u=0.5, eps=8.0, nu=1e-6, stages=-1),
         "-1 stages"),
        (lambda: transport.engulfment_rate(eps=0.0, nu=1e-6), "eps: is 0"),
        (lambda: transport.mixing_Damkoehler(0.0, k=1.0, c=1.0), "t_mix: is 0"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence(call, sentence):
    with pytest.raises(it.InputError, match=sentence):
        call()
