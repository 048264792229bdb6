"""Kernels from methods: cached once per machine, never stale, the same as plain Python."""

import collections
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import pytest

import intensify as it
from intensify import _jit
from intensify.numerics import protocol
from intensify.numerics.equations import Equations
from intensify.reactors.vessels.cstr import CSTR, solve_steady

PACKAGE = Path(it.__file__).parent


# --- one small reactor of each kind --------------------------------------------------------------
def network():
    """A + B => C, exothermic."""
    return it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])


def semibatch():
    """Every part of the stirred model in use, every phase mode but idle."""
    phases, wall = it.phases, it.Wall(300.0, 1.0, 3.0)
    recipe = [
        phases.to_temperature("heat", T_jacket=330.0, T=303.0),
        phases.isothermal("dose", T=310.0, duration=300.0, dosing=True),
        phases.jacket("cool", T=285.0, duration=300.0),
        phases.adiabatic("react", duration=100.0),
        phases.controlled("hold", T=310.0, duration=200.0),
    ]
    feed = it.Feed({"B": 4000.0}, 300.0, V=0.2, duration=300.0, rho_cp=4e6)
    return it.SemibatchReactor(
        network(), charge={"A": 1000.0}, V=0.8, T=300.0, recipe=recipe, feeds=[feed], rho_cp=4e6,
        wall=wall, jacket=it.Jacket(2000.0, 4e5, 290.0, 295.0),
    )  # fmt: skip


def batch():
    """An adiabatic batch."""
    recipe = [it.phases.adiabatic(duration=60.0)]
    charge = {"A": 500.0, "B": 600.0}
    return it.BatchReactor(network(), charge=charge, V=1.0, T=300.0, recipe=recipe, rho_cp=4e6)


def channel(*, counter=False):
    """Two zones, the first with a utility that warms up on its way."""
    zones = [
        it.Zone(300.0, residence=5.0, U=800.0, wc=6.0, counter=counter),
        it.Zone(310.0, residence=5.0, U=800.0),
    ]
    return it.MiniaturisedReactor(
        network(), feed={"A": 800.0, "B": 900.0}, T=295.0, flow=1e-6, zones=zones, rho_cp=4e6,
        section=it.rectangular_section(2e-3, 2e-3),
    )  # fmt: skip


def tank():
    """A continuous tank with one steady state."""
    feed = {"A": 800.0, "B": 900.0}
    return CSTR.build(network(), feed=feed, T=295.0, flow=1e-3, V=0.1, UA=4e3, rho_cp=4e6)


def robertson():
    """Equations given as text, with an algebraic one."""
    slow = "-k*y[0] + 1e4*y[1]*y[2]"
    return Equations.parse(
        [slow, f"-({slow}) - 3e7*y[1]**2", "y[0] + y[1] + y[2] - 1.0"],
        params={"k": 0.04}, mass_diagonal=[1.0, 1.0, 0.0],
    )  # fmt: skip


def every_solution():
    """End states of all of them."""
    flat = [it.solve(make()).legs[-1].y_end for make in (semibatch, batch, channel)]
    flat.append(it.solve(channel(counter=True)).legs[-1].y_end)
    flat.append(it.integrate(robertson(), (0.0, 40.0), [1.0, 0.0, 0.0]).y_end)
    flat.append(solve_steady(tank()).c[-1])
    return [y.tolist() for y in flat]


# --- jit == Python -------------------------------------------------------------------------------
def call_rhs(model, t, y, dy):
    """An entry."""
    model.rhs(t, y, dy)


def call_jac(model, t, y, J):
    """An entry."""
    model.jac(t, y, J)


def call_residual(model, y, F):
    """An entry."""
    model.residual(y, F)


def call_residual_jac(model, y, J):
    """An entry."""
    model.residual_jac(y, J)


def assert_same(entry, model, *args, shape):
    """A method fills the same array in Python and in a kernel."""
    model = _jit.canonical(model)
    plain, fast = np.full(shape, np.nan), np.full(shape, np.nan)
    entry(model, *args, plain)
    _jit.compiled(entry, model)(model, *args, fast)
    assert np.isfinite(plain).all()
    rtol = 1e-12 if len(shape) == 1 else 1e-10
    np.testing.assert_allclose(fast, plain, rtol=rtol, atol=rtol * 1e-3 * np.abs(plain).max())


@pytest.mark.parametrize("make", [semibatch, batch, channel])
def test_rhs_and_jac_of_every_stage(make):
    rng = np.random.default_rng(1)
    for leg in it.solve(make()).legs:
        for x in rng.uniform(0.01, 0.99, 3):
            t = leg.start + x * (leg.end - leg.start)
            y = leg.trajectory(t)[0] * rng.uniform(0.99, 1.01, leg.y_end.size)
            assert_same(call_rhs, leg.model, t, y, shape=y.shape)
            assert_same(call_jac, leg.model, t, y, shape=(y.size, y.size))


def test_rhs_and_jac_of_equations_from_text():
    y = np.array([0.9, 2e-5, 0.1])
    assert_same(call_rhs, robertson(), 1.0, y, shape=(3,))
    assert_same(call_jac, robertson(), 1.0, y, shape=(3, 3))


def test_residual_and_its_jacobian_of_a_tank():
    state = solve_steady(tank())
    y = np.append(state.c[-1], state.T[-1]) * 1.01
    assert_same(call_residual, tank(), y, shape=y.shape)
    assert_same(call_residual_jac, tank(), y, shape=(y.size, y.size))


# --- models and their methods --------------------------------------------------------------------
class Decay(NamedTuple):
    """y' = -k UA y/mass, with fields whose names are methods elsewhere."""

    k: float = 1.0
    UA: float = 2.0
    mass: float = 2.0

    def rhs(self, t, y, dy):
        dy[0] = -self.k * y[0] * self.UA / self.mass


class Weighted(NamedTuple):
    """A diagonal of its own."""

    diagonal: float = 3.0

    def mass(self, m):
        m[:] = self.diagonal

    def UA(self, t, V):
        return t + V


class Pair(NamedTuple):
    """Parts in a plain tuple."""

    parts: tuple

    def UA(self):
        return self.parts[0].UA * self.parts[1].UA(1.0, 2.0)


def first_mass(model):
    """An entry: an optional method."""
    m = np.zeros(1)
    protocol.mass(model, m)
    return m[0]


def call_UA(model):
    """An entry: fields and methods of one name, methods of two shapes."""
    return model.UA()


def test_an_optional_method_or_its_default():
    for model, expected in ((Weighted(), 3.0), (Pair(()), 1.0), (Decay(), 1.0)):
        assert first_mass(model) == expected
        assert _jit.compiled(first_mass, model)(model) == expected


def test_fields_and_methods_of_other_shapes_may_share_a_name():
    model = Pair((Decay(), Weighted()))
    assert _jit.compiled(call_UA, model)(model) == model.UA() == 6.0
    assert it.integrate(Decay(), (0.0, 1.0), [1.0]).y_end[0] == pytest.approx(np.exp(-1), rel=1e-7)


def rate(model, x):
    """An entry."""
    return model.rate(x)


def test_classes_of_one_name_never_share_code():
    def make(factor):
        class Same(NamedTuple):
            k: float = 1.0

            def rate(self, x):
                return self.k * x * factor

        return Same

    models = [make(factor)() for factor in (1.0, 2.0, 3.0)]
    assert [_jit.compiled(rate, m)(m, 1.0) for m in models] == [1.0, 2.0, 3.0]


def test_a_method_may_change_its_shape_when_its_class_is_written_again():
    class Same(NamedTuple):
        k: float = 1.0

        def rate(self, x, y=2.0):
            return self.k * x * y

    assert _jit.compiled(rate, Same())(Same(), 1.0) == 2.0

    class Same(NamedTuple):
        k: float = 1.0

        def rate(self, x, y=3.0):
            return self.k * x * y

    assert _jit.compiled(rate, Same())(Same(), 1.0) == 3.0


def test_a_model_that_cannot_be_compiled_is_a_sentence():
    class Odd(NamedTuple):
        k: float = 1.0

        def rate(self, x):
            return self.missing * x

    with pytest.raises(it.InputError, match=r"Unknown attribute 'missing' of type Odd.*line \d+"):
        _jit.compiled(rate, Odd())(Odd(), 1.0)


# --- memory --------------------------------------------------------------------------------------
class Owner(NamedTuple):
    """Parts that make an array, give a view back, and only look at what they are given."""

    table: np.ndarray

    def made(self, n):
        return self.table[0] * np.ones(n)

    def first(self, x, n):
        return x[:n]

    def total(self, x):
        rows, out = x.reshape(2, x.size // 2), 0.0
        for row in rows:
            out += row[0] + row[:2].sum()
        return out

    def picked(self, x):
        return x[np.array([0, 2])].sum()

    def worked(self, n):
        view = self.first(self.made(n), n - n % 2)  # all that holds the array is the view
        other = self.made(n) + 1.0
        return self.total(view) + self.picked(other) + other[0]


def work(model, n, repeats):
    """An entry."""
    out = 0.0
    for _ in range(repeats):
        out += model.worked(n)
    return out


def test_parts_free_what_they_make_and_nothing_else():
    from numba.core.runtime import _nrt_python, rtsys

    model = Owner(np.array([2.0, 3.0]))
    entry = _jit.compiled(work, model)
    expected = work(model, 11, 1)
    assert entry(model, 11, 1) == expected
    _nrt_python.memsys_enable_stats()
    try:
        before, owners = rtsys.get_allocation_stats(), sys.getrefcount(model.table)
        assert entry(model, 11, 100) == pytest.approx(100.0 * expected, rel=1e-14)
        after, now = rtsys.get_allocation_stats(), sys.getrefcount(model.table)
    finally:
        _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free >= 300
    assert now == owners


# --- what compiles no second kernel --------------------------------------------------------------
Count = Annotated[int, "a number of things"]


class Fields(NamedTuple):
    """One field of each kind."""

    x: float = 1.0
    n: Count = 2
    is_on: bool = True
    either: float | None = None
    c: np.ndarray = np.arange(3.0)
    parts: tuple = ()


def test_canonical_changes_what_would_compile_a_second_kernel_and_nothing_else():
    c = np.arange(6.0)[::2]
    c.flags.writeable = False
    fields = _jit.canonical(Fields(3, 4, False, 5, c, (Decay(2),)))
    assert fields[:4] == (3.0, 4, False, 5.0)
    assert [type(x) for x in fields[:4]] == [float, int, bool, float]
    assert fields.c.flags.carray
    assert fields.c.tolist() == c.tolist()
    assert type(fields.parts[0].k) is float
    assert _jit.canonical(fields) is not Fields()
    assert _jit.canonical(Fields()) == Fields()
    plain = collections.namedtuple("plain", "n")(1)
    assert _jit.canonical(plain) is plain


def test_an_int_in_a_floats_place_compiles_no_second_kernel():
    it.integrate(Decay(1.0), (0.0, 1.0), [1.0])
    before = _jit.compilations()
    assert it.integrate(Decay(2), (0, 1), [1]).y_end[0] == pytest.approx(np.exp(-2.0), rel=1e-7)
    assert _jit.compilations() == before


# --- threads -------------------------------------------------------------------------------------
def spin(model, n):
    """An entry: a chain of n steps that no optimiser can shorten."""
    x = model.k
    for _ in range(n):
        x = x * x % 0.7 + 0.1
    return x


def test_the_gil_is_released_while_a_kernel_runs():
    entry, n, took = _jit.compiled(spin, Decay()), 10_000_000, 0.0
    entry(Decay(), 1)
    while took < 0.3:
        n *= 2
        start = time.perf_counter()
        entry(Decay(), n)
        took = time.perf_counter() - start
    turns = 0
    with ThreadPoolExecutor() as pool:
        running = pool.submit(entry, Decay(), n)
        while not running.done():
            time.sleep(0.001)
            turns += 1
    # with the lock held, one turn would last as long as the kernel
    assert turns > 10


def test_two_threads_may_meet_a_new_type_at_once():
    class Fresh(NamedTuple):
        k: float = 2.0

        def rate(self, x):
            return self.k * x

    start = threading.Barrier(4)

    def work(x):
        start.wait()
        return _jit.compiled(rate, Fresh())(Fresh(), x)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, [1.0, 2.0, 3.0, 4.0])) == [2.0, 4.0, 6.0, 8.0]


# --- fresh processes -----------------------------------------------------------------------------
def fresh(code, *, cache, folder, **environment):
    """Run code in a fresh process: the JSON that it printed last, and its stderr."""
    places = [str(folder), str(PACKAGE.parent), str(Path(__file__).parent)]
    more = {"INTENSIFY_CACHE_DIR": str(cache), "PYTHONPATH": os.pathsep.join(places)}
    env = {k: v for k, v in {**os.environ, **more, **environment}.items() if v}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


EVERY_REACTOR = """
import json, mine, test_jit
import intensify as it
from intensify import _jit
values = [*test_jit.every_solution(), it.solve(mine.Tank(), until=1.0).legs[-1].y_end.tolist()]
print(json.dumps([values, _jit.compilations()]))
"""
MINE = """
from typing import NamedTuple

class Tank(NamedTuple):
    k: float = 1.0

    def initial(self):
        return (1.0,)

    def rhs(self, t, y, dy):
        dy[0] = -self.k * y[0]

    def run(self):
        return "of this run alone"
"""


def test_a_fresh_process_with_a_warm_cache_compiles_nothing(tmp_path):
    # the kernels of this suite's other tests serve here too; its own tank is always a new one
    mine, root = MINE.replace("of this run alone", str(tmp_path)), _jit.cache_root()
    (tmp_path / "mine.py").write_text(mine)
    places = {"cache": root.parent if root else tmp_path / "cache", "folder": tmp_path}
    (cold, compiled), said = fresh(EVERY_REACTOR, **places)
    assert compiled > 0
    assert said.count("compiling kernels, cached for next time") == said.count("\n") == 1
    (warm, compiled), said = fresh(EVERY_REACTOR, **places)
    assert (warm, compiled, said) == (cold, 0, "")
    (tmp_path / "mine.py").write_text(mine.replace("-self.k", "-2.0 * self.k"))
    (edited, compiled), _ = fresh(EVERY_REACTOR, **places)
    assert edited[-1] == pytest.approx([np.exp(-2.0)], rel=1e-6)
    assert edited[:-1] == cold[:-1]
    assert compiled > 0
    (plain, compiled), said = fresh(EVERY_REACTOR, **places, NUMBA_DISABLE_JIT="1")
    assert (compiled, said) == (0, "")
    # where a controller meets its limits the step control amplifies the last bits
    assert plain[0] == pytest.approx(cold[0], rel=1e-6, abs=1e-6)
    for got, expected in zip(plain[1:], edited[1:], strict=True):
        assert got == pytest.approx(expected, rel=1e-10, abs=1e-12)


LAWS = {
    "laws.py": """
from typing import NamedTuple
import numpy as np
import constants
from base import Base
from constants import K
from helpers import helper

TABLE = np.array([constants.K, 0.0])

class Inherits(Base):
    __slots__ = ()

class Named(NamedTuple):
    x: float = 1.0
    def rate(self, x): return K * x

class Reached(NamedTuple):
    x: float = 1.0
    def rate(self, x): return constants.K * x

class Tabled(NamedTuple):
    x: float = 1.0
    def rate(self, x): return TABLE[0] * x

class Helped(NamedTuple):
    x: float = 1.0
    def rate(self, x): return helper(x)

class Holds(NamedTuple):
    parts: tuple = (Inherits(),)
    def rate(self, x): return self.parts[0].rate(x)

ALL = (Inherits, Named, Reached, Tabled, Helped, Holds)
""",
    "base.py": """
from typing import NamedTuple

class Base(NamedTuple):
    x: float = 1.0
    def rate(self, x): return 1.0 * x
""",
    "constants.py": "K = 1.0\n",
    "helpers.py": """
import numba
import deeper

@numba.njit
def helper(x): return deeper.deepest(x)
""",
    "deeper.py": """
import numba

@numba.njit
def deepest(x): return 1.0 * x
""",
    "entry.py": "def entry(model, x): return model.rate(x)\n",
}
RUN_LAWS = """
import json, laws, entry
from intensify import _jit
{edit}
values = [_jit.compiled(entry.entry, law())(law(), 1.0) for law in laws.ALL]
print(json.dumps([values, _jit.compilations()]))
"""


@pytest.fixture
def laws(tmp_path):
    """A user's own modules, and how to run them in a fresh process."""
    for name, text in LAWS.items():
        (tmp_path / name).write_text(text)

    def run(edit="", cache=tmp_path / "cache", **more):
        return fresh(RUN_LAWS.format(edit=edit), cache=cache, folder=tmp_path, **more)

    return run


def test_what_a_model_reaches_in_other_files_never_runs_stale(laws, tmp_path):
    everywhere = f"""
from pathlib import Path
for path in Path({str(tmp_path)!r}).glob("*.py"):
    path.write_text(path.read_text().replace("1.0 * x", "2.0 * x").replace("K = 1.0", "K = 2.0"))
"""
    # the files change under a process that has imported them: it runs, and caches, what it has
    (values, _), _ = laws(everywhere)
    assert values == [1.0] * 6
    (values, compiled), _ = laws()
    assert values == [2.0] * 6
    assert compiled > 0
    (values, compiled), _ = laws()
    assert (values, compiled) == ([2.0] * 6, 0)


def test_damaged_files_of_the_cache_cost_a_compilation_and_no_more(laws, tmp_path):
    laws()
    for i, index in enumerate(sorted(tmp_path.glob("cache/**/*.nbi"))):
        damaged = index if i % 2 else next(index.parent.glob("*.nbc"))
        damaged.write_bytes(damaged.read_bytes()[:40])
    (values, compiled), _ = laws()
    assert values == [1.0] * 6
    assert compiled > 0
    (values, compiled), _ = laws()
    assert (values, compiled) == ([1.0] * 6, 0)


def test_kernels_whose_files_were_mixed_up_are_not_run(laws, tmp_path):
    # what two processes leave that compile two signatures of one function at the same time
    ints = "[_jit.compiled(entry.entry, law())(law(), 1) for law in laws.ALL[:1]]"
    laws(ints)
    (folder,) = {path.parent for path in tmp_path.glob("cache/**/*.2.nbc")}
    one, two = sorted(folder.glob("*.nbc"))
    one.rename(folder / "swap"), two.rename(one), (folder / "swap").rename(two)
    (values, compiled), _ = laws(ints)
    assert values == [1.0] * 6
    assert compiled > 0


FULL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
NO_HOME = """
import pwd
def getpwuid(uid): raise KeyError(uid)
pwd.getpwuid = getpwuid
_jit.cache_root.cache_clear()
"""


@pytest.mark.parametrize(
    ("edit", "environment", "said"),
    [
        (FULL_DISK, {}, "cached for next time"),
        (
            NO_HOME,
            dict.fromkeys(("INTENSIFY_CACHE_DIR", "XDG_CACHE_HOME", "HOME"), ""),
            "no folder",
        ),
        ("", {"INTENSIFY_CACHE_DIR": __file__}, "no folder"),  # not even root makes a folder there
    ],
    ids=["full disk", "no home", "not writable"],
)
def test_without_a_place_for_kernels_it_still_runs(laws, edit, environment, said):
    (values, compiled), stderr = laws(edit, **environment)
    assert values == [1.0] * 6
    assert compiled > 0
    assert said in stderr


def test_classes_of_a_script_work_and_are_not_cached(tmp_path):
    script = """
import json
from typing import NamedTuple
from intensify import _jit
class Law(NamedTuple):
    k: float = 2.0
    def rate(self, x): return self.k * x
def entry(model, x): return model.rate(x)
print(json.dumps([_jit.compiled(entry, Law())(Law(), 1.0), _jit.compilations()]))
"""
    for _ in range(2):
        (value, compiled), _ = fresh(script, cache=tmp_path / "cache", folder=tmp_path)
        assert value == 2.0
        assert compiled > 0
    assert not list(tmp_path.glob("cache/**/entry*.nbc"))


def test_an_edited_source_of_the_package_is_compiled_anew(tmp_path):
    copy = tmp_path / "copy" / "intensify"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    code = """
import json
from intensify import _jit
from intensify.numerics.tape import integer_power
print(json.dumps([integer_power(3.0, 2), _jit.compilations(), _jit.__file__]))
"""
    places = {"cache": tmp_path / "cache", "folder": copy.parent}
    assert fresh(code, **places)[0] == [9.0, 1, str(copy / "_jit.py")]
    assert fresh(code, **places)[0][:2] == [9.0, 0]
    tape = copy / "numerics" / "tape.py"
    tape.write_text(tape.read_text().replace("power, left = 1.0,", "power, left = 2.0,"))
    assert fresh(code, **places)[0][:2] == [18.0, 1]
