"""Equations as text: Python's own arithmetic and complex steps are the oracle of the tapes."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from intensify import _jit
from intensify.errors import InputError
from intensify.numerics import equations, tape
from intensify.numerics.equations import Equations

SYSTEMS = {
    "robertson": {
        "rhs": ["-k1*y[0]+k3*y[1]*y[2]", "k1*y[0]-k2*y[1]**2-k3*y[1]*y[2]", "k2*y[1]**2"],
        "params": {"k1": 0.04, "k2": 3e7, "k3": 1e4},
    },
    "hires": {
        "rhs": [
            "-1.71*y[0]+0.43*y[1]+8.32*y[2]+0.0007",
            "1.71*y[0]-8.75*y[1]",
            "-10.03*y[2]+0.43*y[3]+0.035*y[4]",
            "8.32*y[1]+1.71*y[2]-1.12*y[3]",
            "-1.745*y[4]+0.43*y[5]+0.43*y[6]",
            "-k*y[5]*y[7]+0.69*y[3]+1.71*y[4]-0.43*y[5]+0.69*y[6]",
            "k*y[5]*y[7]-1.81*y[6]",
            "-k*y[5]*y[7]+1.81*y[6]",
        ],
        "params": {"k": 280.0},
    },
    "chemakzo": {
        "let": [
            ["r1", "18.7*y[0]**4*sqrt(y[1])"],
            ["r2", "0.58*y[2]*y[3]"],
            ["r3", "0.58/34.4*y[0]*y[4]"],
            ["r4", "0.09*y[0]*y[3]**2"],
            ["r5", "0.42*y[5]**2*sqrt(y[1])"],
            ["fin", "3.3*(0.9/737-y[1])"],
        ],
        "rhs": [
            "-2*r1+r2-r3-r4",
            "-0.5*r1-r4-0.5*r5+fin",
            "r1-r2+r3",
            "-r2+r3-2*r4",
            "r2-r3+r5",
            "115.83*y[0]*y[3]-y[5]",
        ],
        "mass_diagonal": [1, 1, 1, 1, 1, 0],
    },
    "semenov": {
        "params": {"k0": 2.5e11, "E": 88000.0, "R": 8.314462618, "dTad": 140.0},
        "let": [["r", "k0*exp(-E/(R*(345 + y[1])))*(1-y[0])"]],
        "rhs": ["r", "dTad*r"],
        "events": ["y[0]-0.1", "y[0]-0.5 + 0*t"],
    },
    "every function": {
        "rhs": [
            "sin(y[0])*cos(t*y[1])/tan(y[2])",
            "sinh(y[0])-cosh(y[1])*tanh(y[2])+log(y[0])",
            "y[0]**y[1] + y[1]**2.5 - 2**y[2] + (y[0]*y[1])**-3 / sqrt(y[2])",
            "+y[0]**7 - (-y[1])**5 + y[3]**1 + y[2]**0 - 3*(2 - -y[0]) + pi*y[1]**100",
        ],
    },
}
# Python's arithmetic is the oracle: these texts are the test's own, and tapes never see eval.
FUNCTIONS = ["exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"]
MATH = {name: getattr(np, name) for name in FUNCTIONS} | {"pi": np.pi}


def python_rhs(system, t, y):
    names = MATH | system.get("params", {}) | {"t": t, "y": y}
    for name, text in system.get("let", []):
        names[name] = eval(text, {}, names)
    return np.array([eval(text, {}, names) for text in system["rhs"]])


def complex_step(system, t, y):
    columns = [python_rhs(system, t, y + 1e-100j * unit).imag / 1e-100 for unit in np.eye(len(y))]
    return np.array(columns).T


def plain(function):
    return getattr(function, "py_func", function)


@pytest.fixture
def python_mode(monkeypatch):
    """Every kernel below `Equations` as the plain Python that it is written in."""
    for module in (tape, equations):
        for name in (
            "integer_power",
            "run",
            "_fill_vector",
            "_fill_matrix",
            "_truths",
            "_first_change",
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, plain(getattr(module, name)))


def values(model, t, y):
    dy, J = np.full(model.n, np.nan), np.full((model.n, model.n), np.nan)
    g, m = np.full(model.n_events, np.nan), np.full(model.n, np.nan)
    model.rhs(t, y, dy)
    model.jac(t, y, J)
    model.events(t, y, g)
    model.mass(m)
    return dy, J, g, m


def one(text, t=0.0, y=(0.0,), **more):
    """Value and gradient of a single expression, the other equations being 0."""
    y = np.array(y, float)
    dy, J, _, _ = values(Equations.parse([text] + ["0"] * (len(y) - 1), **more), t, y)
    return dy[0], J[0]


def entry(model, t, y, dy, J, g, m):
    model.rhs(t, y, dy)
    model.jac(t, y, J)
    model.events(t, y, g)
    model.mass(m)


# --- values and derivatives ----------------------------------------------------------------------
@pytest.mark.parametrize("name", SYSTEMS)
def test_values_and_jacobian_equal_python_and_complex_step(name):
    system = SYSTEMS[name]
    model = Equations.parse(**system)
    rng = np.random.default_rng(7)
    for _ in range(5):
        t, y = rng.uniform(0.0, 2.0), rng.uniform(0.1, 1.5, model.n)
        dy, J, _, m = values(model, t, y)
        np.testing.assert_allclose(dy, python_rhs(system, t, y), rtol=1e-13, atol=1e-300)
        exact = complex_step(system, t, y)
        np.testing.assert_allclose(J, exact, rtol=1e-12, atol=1e-14 * np.abs(exact).max())
        assert m.tolist() == system.get("mass_diagonal", [1.0] * model.n)


def test_events_are_filled():
    model = Equations.parse(**SYSTEMS["semenov"])
    assert (model.n, model.n_events) == (2, 2)
    assert values(model, 3.0, np.array([0.25, 1.0]))[2].tolist() == [0.15, -0.25]


@pytest.mark.parametrize("name", SYSTEMS)
def test_kernel_equals_plain_python(name, request):
    model = Equations.parse(**SYSTEMS[name])
    y = np.linspace(0.3, 1.1, model.n)
    fast = values(model, 0.7, y)
    in_kernel = tuple(np.full_like(a, np.nan) for a in fast)
    _jit.compiled(entry, model)(model, 0.7, y, *in_kernel)
    request.getfixturevalue("python_mode")
    slow = values(model, 0.7, y)
    for a, b, c in zip(fast, in_kernel, slow, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(a, c, rtol=1e-14)


def test_all_systems_share_one_kernel():
    compiled = []
    for name in ("robertson", "semenov", "chemakzo"):
        model = Equations.parse(**SYSTEMS[name])
        y = np.ones(model.n)
        _jit.compiled(entry, model)(model, 0.0, y, *values(model, 0.0, y))
        compiled.append(_jit.compilations())
    assert compiled[0] == compiled[1] == compiled[2]


@pytest.mark.parametrize(
    ("text", "x", "value", "slope"),
    [
        ("y[0]**2", -3.0, 9.0, -6.0),
        ("y[0]**3", -2.0, -8.0, 12.0),
        ("y[0]**3", 0.0, 0.0, 0.0),
        ("y[0]**1", 0.0, 0.0, 1.0),
        ("y[0]**0", 0.0, 1.0, 0.0),
        ("y[0]**n", -2.0, -32.0, 80.0),
        ("y[0]**-2", -2.0, 0.25, 0.25),
        ("y[0]**101", -1.0, -1.0, 101.0),
        ("y[0]**1.5", 0.0, 0.0, 0.0),
        ("y[0]**0.5", 0.0, 0.0, 0.0),
        ("y[0]**0.5", 4.0, 2.0, 0.25),
        ("y[0]**(y[0]+1)", 0.0, 0.0, 1.0),
        ("sqrt(y[0])", 0.0, 0.0, 0.0),
        ("sqrt(y[0]**2)", -3.0, 3.0, -1.0),
        ("abs(y[0])", -3.0, 3.0, -1.0),
        ("abs(y[0])", 3.0, 3.0, 1.0),
        ("min(y[0], 2*y[0], 5)", 3.0, 3.0, 1.0),
        ("min(y[0], 2*y[0], 5)", -3.0, -6.0, 2.0),
        ("max(y[0], 2, 1)", 1.5, 2.0, 0.0),
        ("max(1, y[0]*y[0])", -3.0, 9.0, -6.0),
        ("y[0] % 3", 7.5, 1.5, 1.0),
        ("y[0] % 3", -1.0, 2.0, 1.0),
        ("7 % y[0]", 3.0, 1.0, -2.0),
        ("not y[0]", 0.0, 1.0, 0.0),
        ("(y[0] > 1) + (y[0] >= 2) + (y[0] < 2) + (y[0] <= 2)", 2.0, 3.0, 0.0),
        ("(y[0] == 2) + 10*(y[0] != 2)", 2.0, 1.0, 0.0),
        ("5*(1 < y[0] < 3)", 2.0, 5.0, 0.0),
        ("5*(1 < y[0] < 3)", 4.0, 0.0, 0.0),
        ("y[0] and 3*y[0]", 2.0, 6.0, 3.0),
        ("y[0] or 3", 0.0, 3.0, 0.0),
        ("y[0]*y[0] if y[0] > 1 and not y[0] > 3 or y[0] < 0 else -y[0]", 2.0, 4.0, 4.0),
        ("y[0]*y[0] if y[0] > 1 and not y[0] > 3 or y[0] < 0 else -y[0]", 4.0, -4.0, -1.0),
        ("y[0]*y[0] if y[0] > 1 and not y[0] > 3 or y[0] < 0 else -y[0]", -1.0, 1.0, -2.0),
        ("y[0] - (0.0 - y[0])", 2.0, 4.0, 2.0),
        ("y[0] if True else 1/0", 2.0, 2.0, 1.0),
        ("--y[0] * -1", 2.0, -2.0, -1.0),
    ],
)
@pytest.mark.parametrize("form", ["compiled", "python"])
def test_value_and_slope_in_closed_form(text, x, value, slope, form, request):
    if form == "python":
        request.getfixturevalue("python_mode")
    found, gradient = one(text, y=(x,), params={"n": 5})
    assert (found, gradient[0]) == (
        pytest.approx(value, rel=1e-15),
        pytest.approx(slope, rel=1e-15),
    )


@pytest.mark.parametrize(
    ("text", "y", "value", "gradient"),
    [
        ("1/y[0] if y[0] > 0 else y[1]", (0.0, 3.0), 3.0, (0.0, 1.0)),
        ("y[1] if y[0] <= 0 else log(y[0])*y[1]", (0.0, 3.0), 3.0, (0.0, 1.0)),
        ("(sqrt(y[0]) if y[0] >= 0 else 0)*y[1] + y[0]", (-1.0, 3.0), -1.0, (1.0, 0.0)),
        ("exp(1000*y[0]) if y[0] < 0.1 else 2*y[0]", (5.0, 0.0), 10.0, (2.0, 0.0)),
        ("y[0] != 0 and 1/y[0] > 1", (0.0, 0.0), 0.0, (0.0, 0.0)),
        ("y[1]**2 * (1/p if p > 0 else 2)", (0.0, 3.0), 18.0, (0.0, 12.0)),
        ("1/p if y[0] > 0 else y[1]", (0.0, 3.0), 3.0, (0.0, 1.0)),
        ("(1/y[0] if y[0] else (log(y[0]) if y[0] else y[1])) * 2", (0.0, 3.0), 6.0, (0.0, 2.0)),
    ],
)
def test_branch_that_is_not_taken_leaks_nothing(text, y, value, gradient, python_mode):
    # Plain Python with warnings as errors: a division by 0 anywhere would be one.
    found, slopes = one(text, y=y, params={"p": 0.0})
    assert found == value
    assert tuple(slopes) == gradient


def test_infinite_let_stays_inside_its_branch():
    model = Equations.parse(["r*y[0] if y[0] > 0 else 7*y[0]"], let=[["r", "1/y[0]"]])
    with np.errstate(divide="ignore", invalid="ignore"):
        dy, J, _, _ = values(model, 0.0, np.array([0.0]))
    assert (dy[0], J[0, 0]) == (0.0, 7.0)


def test_jacobian_is_finite_where_a_root_is_vertical():
    J = values(Equations.parse(**SYSTEMS["chemakzo"]), 0.0, np.zeros(6))[1]
    assert np.isfinite(J).all()
    assert J[1, 1] == -3.3


def test_shared_branches_do_not_grow_exponentially():
    step = "a{0} + 1 if a{0} > {0} else a{0} - 1"
    let = [["a0", "y[0]"], *([f"a{i + 1}", step.format(i)] for i in range(60))]
    model = Equations.parse(["a60"], let=let)
    assert len(model.slopes.code) < 60 * 12
    dy, J, _, _ = values(model, 0.0, np.array([0.5]))
    assert (dy[0], J[0, 0]) == (60.5, 1.0)


def test_unneeded_and_repeated_parts_are_dropped():
    model = Equations.parse(["exp(-y[0]) + exp(-y[0])*2*3"], let=[["unused", "sin(y[0])"]])
    ops = model.slopes.code[:, 0].tolist()
    assert ops.count(tape.EXP) == 1
    assert tape.SIN not in ops
    constant = Equations.parse(["-2*k*y[0]"], params={"k": 3.0})
    assert len(constant.jacobian.code) == 0


def test_long_sums_are_not_deep():
    value, gradient = one("+".join(["y[0]"] * 2000), y=(0.5,))
    assert (value, gradient[0]) == (1000.0, 2000.0)


# --- switches ------------------------------------------------------------------------------------
def test_square_wave_switches_at_every_edge():
    model = Equations.parse(
        ["k*(qs-y[0])"],
        params={"k": 0.21, "P": 12.0, "d": 5.0},
        let=[["qs", "1.0 if (t % P) < d else 0.0"]],
    )
    times = model.switches(0.0, 1200.0)
    edges = np.sort(np.concatenate([12.0 * np.arange(1, 100), 12.0 * np.arange(100) + 5.0]))
    np.testing.assert_array_equal(times, edges)
    for t, q in ((0.0, 1.0), (4.999, 1.0), (5.0, 0.0), (11.999, 0.0), (12.0, 1.0), (24.0, 1.0)):
        assert values(model, t, np.zeros(1))[0][0] == 0.21 * q


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("1 if t < 5 else 0", (0.0, 10.0), [5.0]),
        ("1 if t <= 5 else 0", (0.0, 10.0), [5.0]),
        ("1 if 5.25 < t < 5.250001 else 0", (0.0, 1e4), [5.25, 5.250001]),
        ("1 if (t - 3) % 10 >= 4 else 0", (0.0, 20.0), [3.0, 7.0, 13.0, 17.0]),
        ("1 if 2*t/4 % 10 > 4 else 0", (0.0, 50.0), [8.0, 20.0, 28.0, 40.0, 48.0]),
        ("1 if 3 > -t % 10 else 0", (0.0, 20.0), [7.0, 10.0, 17.0]),
        ("1 if t % 0.1 < 1e-6 else 0", (0.05, 0.25), [0.1, 0.100001, 0.2, 0.200001]),
        ("1 if sin(t) > 0.5 else 0", (0.0, 7.0), [math.pi / 6, 5 * math.pi / 6, 13 * math.pi / 6]),
        ("min(1, (t % 10)/2)", (0.0, 20.0), [2.0, 10.0, 12.0]),
        ("t % 10", (5.0, 35.0), [10.0, 20.0, 30.0]),
        ("max(0, t - 2) - abs(t - 3)", (0.0, 5.0), [2.0, 3.0]),
        ("1 if t % 12 < 5 else 0", (5.0, 12.0), []),
        ("1 if t % 12 < y[0] else 0", (1.0, 11.0), []),
        ("1 if y[0] < 5 or y[0]*t > 3 else sin(t)", (0.0, 100.0), []),
        ("1 if t**2 == 4 else sin(t) % 5", (0.0, 3.0), []),
    ],
)
def test_switches_are_found_to_the_last_digits(text, span, expected):
    times = Equations.parse([text]).switches(*span)
    assert len(times) == len(expected)
    np.testing.assert_allclose(times, expected, rtol=2e-15, atol=1e-14 * span[1])


def test_switch_is_the_first_number_of_the_new_branch():
    model = Equations.parse(["1 if t % 0.7 <= 0.3 else 0"])
    times = model.switches(0.0, 50.0)
    assert len(times) == 142
    for s in times:
        before, after = (values(model, t, np.zeros(1))[0][0] for t in (np.nextafter(s, 0.0), s))
        assert before != after


def test_events_switch_too_and_plain_python_agrees(python_mode):
    assert Equations.parse(["0"], events=["y[0] - (t > 2)"]).switches(0.0, 3.0).tolist() == [
        np.nextafter(2.0, 3.0)
    ]


def test_too_many_switches_are_refused():
    with pytest.raises(InputError, match=r"`t % 1e-06` jumps 1e\+06 times between t = 0 and 1,"):
        Equations.parse(["t % 1e-6 < 5e-7"]).switches(0.0, 1.0)


# --- wrong input ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("k11*y[0]", "the name 'k11' is unknown; did you mean 'k1'?"),
        ("zzz", "the name 'zzz' is unknown; known are t, pi, k1"),
        ("exp", "'exp' is a function; write its argument, exp(...)"),
        ("y + 1", "'y' stands without an index; write y[0] to y[1]"),
        ("y[2]", "'y[2]' does not exist; the index is a whole number from 0 to 1"),
        ("y[-1]", "'y[-1]' does not exist"),
        ("y[True]", "'y[True]' does not exist"),
        ("y[0:1]", "'y[0:1]' does not exist"),
        ("y[t]", "'y[t]' does not exist"),
        ("k1[0]", "'k1[0]' (Subscript) is not in the grammar"),
        ("y.__class__", "'y.__class__' (Attribute) is not in the grammar"),
        ("y[0].real", "(Attribute) is not in the grammar"),
        ("__import__('os')", "\"__import__('os')\" (Call) is not in the grammar"),
        ("(lambda: 1)()", "(Call) is not in the grammar"),
        ("lambda: 1", "'lambda: 1' (Lambda) is not in the grammar"),
        ("[y[0] for i in t]", "(ListComp) is not in the grammar"),
        ("(y := 3)", "(NamedExpr) is not in the grammar"),
        ("f'{t}'", "(JoinedStr) is not in the grammar"),
        ("exp(*y)", "(Starred) is not in the grammar"),
        ("exp(x=1)", "(Call) is not in the grammar"),
        ("exp(1, 2)", "'exp(1, 2)' has 2, but exp takes 1 argument"),
        ("min(t)", "'min(t)' has 1, but min takes at least 2 arguments"),
        ("y[0] // 2", "'y[0] // 2' (BinOp) is not in the grammar"),
        ("~t", "(UnaryOp) is not in the grammar"),
        ("t is pi", "(Compare) is not in the grammar"),
        ("1j", "'1j' (Constant) is not in the grammar"),
        ("'1'", "(Constant) is not in the grammar"),
        ("None", "(Constant) is not in the grammar"),
        ("t = 1", "cannot be read, 't = 1': invalid syntax"),
        ("t +", "cannot be read"),
        ("", "cannot be read"),
        ("t\x00", "cannot be read"),
        ("9**9**9**9", "is inf, not a finite number"),
        ("t*1e999", "'1e999' is inf, not a finite number"),
        ("1/(k1 - 0.04)", "'1/(k1 - 0.04)' is inf, not a finite number"),
        ("(-8)**(1/3)", "is nan, not a finite number"),
        ("1" + "0" * 400, "is above 1.8e308, the largest number"),
        ("9" * 5000, "cannot be read"),
        ("-" * 3000 + "t", "is nested deeper than 200 levels; split it with `let`"),
        ("(" * 5000 + "t" + ")" * 5000, "cannot be read"),
        ("-" * 250 + "t", "is nested deeper than 200 levels; split it with `let`"),
        ("exp(" * 190 + "-" * 20 + "t" + ")" * 190, "is nested deeper than 200 levels"),
        ("+".join(["t"] * 10_001), "has 20001 characters, more than 20000; split it with `let`"),
        (3.0, "is 3.0, but an expression is text; put it in quotes"),
    ],
)
def test_wrong_expressions_get_a_sentence_at_once(text, sentence):
    begin = time.perf_counter()
    with pytest.raises(InputError) as caught:
        Equations.parse(["y[0]", text], params={"k1": 0.04})
    ((path, found),) = caught.value.problems
    assert path == "rhs[1]"
    assert sentence in found
    assert len(found) < 300
    assert time.perf_counter() - begin < 60.0  # it ends at all


def test_all_problems_are_told_at_once():
    with pytest.raises(InputError) as caught:
        Equations.parse(
            ["y[0]", "zz", "c*y[9]"],
            params={"k": math.nan, "exp": 1.0, "a b": 2.0, "flag": True},
            let=[["c", "y[0]+"], ["k", "1"], "c2", ["lambda", "t"]],
            events=["wrong"],
            mass_diagonal=[1.0, math.inf],
        )
    assert [path for path, _ in caught.value.problems] == [
        "params.k", "params.exp", "params.a b", "params.flag",
        "let[0]", "let[1]", "let[2]", "let[3]",
        "rhs[1]", "rhs[2]", "events[0]", "mass_diagonal", "mass_diagonal[1]",
    ]  # fmt: skip


def test_let_sees_only_what_stands_before_it():
    with pytest.raises(InputError, match=r"let\[0\]: the name 'b' is unknown"):
        Equations.parse(["a"], let=[["a", "b"], ["b", "1"]])


def test_empty_system_and_bare_text_are_refused():
    with pytest.raises(InputError, match="rhs: is empty"):
        Equations.parse([])
    with pytest.raises(InputError, match="rhs: is one text, but it is a list"):
        Equations.parse("y[0]")


def test_hostile_powers_finish_at_once():
    begin = time.perf_counter()
    assert one("y[0]**99999999999999999999", y=(0.5,))[0] == 0.0
    assert one("2**10**2 * y[0]", y=(1.0,))[0] == 2.0**100
    assert time.perf_counter() - begin < 60.0  # it ends at all
