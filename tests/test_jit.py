"""Kernels from methods: cached once per machine, never stale, the same as plain Python."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import intensify
import intensify as it
from intensify import _jit
from intensify.numerics import DormandPrince, Rodas5P
from intensify.numerics.equations import Equations

PACKAGE = Path(intensify.__file__).parent


class Decay(NamedTuple):
    """y' = -k y, with a field that is a method's name elsewhere."""

    k: float = 1.0
    UA: float = 2.0

    def rhs(self, t, y, dy):
        dy[0] = -self.k * y[0] * self.UA / 2.0


def vessel():
    """A small semibatch with every part of the model in use."""
    net = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])
    feed = it.Feed({"B": 4000.0}, 300.0, V=0.2, duration=600.0, rho_cp=4e6)
    recipe = [
        it.phases.controlled("dose", T=310.0, duration=600.0, dosing=True),
        it.phases.jacket("cool", T=285.0, duration=300.0),
    ]
    return it.SemibatchReactor(
        net, charge={"A": 1000.0}, V=0.8, T=300.0, recipe=recipe, feeds=[feed], rho_cp=4e6,
        wall=it.Wall(300.0, 1.0, 3.0), jacket=it.Jacket(2000.0, 4e5, 290.0, 295.0),
    )  # fmt: skip


def channel(counter=False):
    """A two-zone channel."""
    net = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])
    zones = [
        it.Zone(300.0, residence=5.0, U=800.0, wc=6.0, counter=counter),
        it.Zone(310.0, residence=5.0, U=800.0),
    ]
    return it.MiniaturisedReactor(
        net, feed={"A": 800.0, "B": 900.0}, T=295.0, flow=1e-6, zones=zones, rho_cp=4e6,
        section=it.rectangular_section(2e-3, 2e-3),
    )  # fmt: skip


def test_optional_and_methods_agree_in_python_and_kernels():
    assert _jit.compiled(first_slope, Decay())(Decay(), 3.0) == first_slope(Decay(), 3.0) == -3.0


def first_slope(model, y):
    """An entry: one call of a method."""
    x = np.full(1, y)
    model.rhs(0.0, x, x)
    return x[0]


@pytest.mark.parametrize("reactor", [vessel(), channel()], ids=["vessel", "channel"])
def test_rhs_and_jac_are_the_same_in_python_and_in_a_kernel(reactor):
    model = _jit.canonical(reactor.stage(0, 0.0, reactor.state()).model)
    rng = np.random.default_rng(1)
    for _ in range(5):
        y = reactor.state() * rng.uniform(0.9, 1.1, reactor.state().size) + 0.1
        plain, fast = np.empty(y.size), np.empty(y.size)
        model.rhs(1.0, y, plain)
        _jit.compiled(call_rhs, model)(model, 1.0, y, fast)
        np.testing.assert_allclose(fast, plain, rtol=1e-12, atol=1e-12 * np.abs(plain).max())
        J, K = np.empty((y.size, y.size)), np.empty((y.size, y.size))
        model.jac(1.0, y, J)
        _jit.compiled(call_jac, model)(model, 1.0, y, K)
        np.testing.assert_allclose(K, J, rtol=1e-12, atol=1e-12 * np.abs(J).max())


def call_rhs(model, t, y, dy):
    """An entry."""
    model.rhs(t, y, dy)


def call_jac(model, t, y, J):
    """An entry."""
    model.jac(t, y, J)


def test_an_int_in_a_floats_place_compiles_no_second_kernel():
    it.integrate(Decay(1.0), (0.0, 1.0), [1.0])
    before = _jit.compilations()
    assert it.integrate(Decay(2), (0, 1), [1]).y_end[0] == pytest.approx(np.exp(-2.0), rel=1e-7)
    assert _jit.compilations() == before


def test_classes_of_one_name_never_share_code():
    def make(factor):
        class Same(NamedTuple):
            k: float = 1.0

            def rhs(self, t, y, dy):
                dy[0] = -self.k * y[0] * factor

        return Same

    one, two = make(1.0), make(2.0)
    assert first_value(one()) == pytest.approx(np.exp(-1.0), rel=1e-6)
    assert first_value(two()) == pytest.approx(np.exp(-2.0), rel=1e-6)


def first_value(model):
    """exp(-rate) by the cheaper method: local classes are compiled anew in every process."""
    return it.integrate(model, (0.0, 1.0), [1.0], method=DormandPrince()).y_end[0]


def test_methods_of_one_name_and_two_shapes_are_refused():
    class Odd(NamedTuple):
        k: float = 1.0

        def rhs(self, t, y):
            return y

    with pytest.raises(TypeError, match=r"Odd\.rhs takes 3 arguments, but .*rename one"):
        _jit.compiled(first_slope, Odd())


def test_the_gil_is_released_while_a_kernel_runs():
    wave = Equations.parse(rhs=["cos(50*t)*y[0]"])
    it.integrate(wave, (0.0, 1.0), [1.0])
    took = []

    def one_long_kernel():
        start = time.perf_counter()
        it.integrate(wave, (0.0, 400.0), [1.0], rtol=1e-9)
        took.append(time.perf_counter() - start)

    thread = threading.Thread(target=one_long_kernel)
    thread.start()
    stall, last = 0.0, time.perf_counter()
    while thread.is_alive():
        now = time.perf_counter()
        stall, last = max(stall, now - last), now
    # with the lock held this loop would stand still for the whole run
    assert stall < 0.5 * took[0]


# --- fresh processes -----------------------------------------------------------------------------
EVERY_REACTOR = """
import json, sys
sys.path[:0] = [{tests!r}, {home!r}]
import numpy as np
import intensify as it
from intensify import _jit
from intensify.numerics.equations import Equations
import test_jit, mine
net = it.Network.build("A => B", k=0.1)
values = [
    float(it.solve(test_jit.vessel()).legs[-1].y_end[0]),
    float(it.solve(test_jit.channel()).legs[-1].y_end[0]),
    float(it.solve(test_jit.channel(counter=True)).legs[-1].y_end[0]),
    float(it.integrate(Equations.parse(rhs=["-y[0]"]), (0.0, 1.0), [1.0]).y_end[0]),
    float(it.solve(mine.Tank(), until=1.0).legs[-1].y_end[0]),
    float(it.solve_steady(it.CSTR.build(net, feed={{"A": 1.0}}, T=300.0, flow=1.0, V=10.0,
                                        UA=float("inf"), T_coolant=300.0)).kpis["X_A"]),
]
print(json.dumps([values, _jit.compilations()]))
"""
MINE = """
from typing import NamedTuple
class Tank(NamedTuple):
    k: float = 1.0
    def initial(self): return (1.0,)
    def rhs(self, t, y, dy): dy[0] = -{factor} * self.k * y[0]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a user's own module, and a kernel cache of its own."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "mine.py").write_text(MINE.format(factor=1))
    return folder


def fresh(home, code, **environment):
    """Run code in a fresh process: what it printed last, and its stderr."""
    env = {**os.environ, "INTENSIFY_CACHE_DIR": str(home / "cache"), **environment}
    code = textwrap.dedent(code).replace("{tests!r}", repr(str(Path(__file__).parent)))
    code = code.replace("{home!r}", repr(str(home))).replace("{{", "{").replace("}}", "}")
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_fresh_process_with_a_warm_cache_compiles_nothing(home):
    (first, compiled), said = fresh(home, EVERY_REACTOR)
    assert compiled > 0
    assert said.count("compiling kernels, cached for next time") == 1
    (second, compiled), said = fresh(home, EVERY_REACTOR)
    assert (second, compiled, said) == (first, 0, "")


ONE_TANK = """
import json, sys
sys.path[:0] = [{home!r}]
import intensify as it, mine
from intensify import _jit
print(json.dumps([float(it.solve(mine.Tank(), until=1.0).legs[-1].y_end[0]), _jit.compilations()]))
"""


def test_an_edited_equation_is_compiled_anew(home):
    fresh(home, ONE_TANK)
    (home / "mine.py").write_text(MINE.format(factor=2))
    try:
        (value, compiled), _ = fresh(home, ONE_TANK)
    finally:
        (home / "mine.py").write_text(MINE.format(factor=1))
    assert value == pytest.approx(np.exp(-2.0), rel=1e-6)
    assert compiled > 0


def test_plain_python_gives_what_the_kernel_gives(home):
    (kernel, _), _ = fresh(home, ONE_TANK)
    (python, compiled), _ = fresh(home, ONE_TANK, NUMBA_DISABLE_JIT="1")
    assert compiled == 0
    assert python == pytest.approx(kernel, rel=1e-10)


@pytest.mark.parametrize("place", ["under a file", "read only"])
def test_a_cache_that_cannot_be_written_is_done_without(home, tmp_path, place):
    blocked = tmp_path / "blocked"
    blocked.write_text("")  # a folder below a file cannot be made, not even by root
    target = blocked / "cache" if place == "under a file" else Path("/proc/cache")
    (value, compiled), _ = fresh(home, ONE_TANK, INTENSIFY_CACHE_DIR=str(target))
    assert value == pytest.approx(np.exp(-1.0), rel=1e-6)
    assert compiled > 0


def test_an_edited_package_source_changes_the_digest(home, tmp_path):
    copy = tmp_path / "intensify"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    code = """
    import json, sys
    sys.path.insert(0, {copy!r})
    from intensify import _jit
    assert _jit.__file__.startswith({copy!r})
    print(json.dumps(_jit.source_digest()))
    """.replace("{copy!r}", repr(str(tmp_path)))
    before, _ = fresh(home, code)
    with (copy / "reactors" / "channel.py").open("a") as file:
        file.write("# edited\n")
    after, _ = fresh(home, code)
    assert before == _jit.source_digest()
    assert after != before


def test_methods_are_objects_with_their_settings():
    assert Rodas5P().workspace(3) > DormandPrince().workspace(3)
