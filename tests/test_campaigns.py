"""Campaigns: nothing that happens to them costs or changes a number."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.campaigns.fields import Fields
from intensify.campaigns.plan import PLACES, Status, plan_of, run_together
from intensify.campaigns.shards import SHARD, BusyError, ChangedError, Shards
from intensify.campaigns.values import drawn, table_of, values_of
from intensify.cases.template import Template, changed
from intensify.cli import app
from intensify.reactors.channels.channel import DIRECTION, LENGTH, U_WALL, WC
from intensify.transport import Coil
from intensify.transport.packing import pressure_laws

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from nasty import BREAKS, DIES, FAILS, NOT_A_NUMBER, SLEEPS, Nasty  # noqa: E402

CASE = it.cases.load("thiosulfate-peroxide")
FAST = {"reactor": "miniaturised", "outputs": ["T_max", "X_H2O2"]}
SLOW_SWEEP = """
import sys
sys.path.insert(0, sys.argv[2])
import intensify as it
from nasty import Nasty
it.sweep(Nasty(0.0, 2e-3), {"x": "100:699:600"}, store=sys.argv[1], flush=0.02, workers=2,
         progress=lambda done, total: print(done, flush=True))
"""


def shard_bytes(folder):
    return {p.name: p.read_bytes() for p in sorted(Path(folder).glob("shard-*.h5"))}


def nasty_sweep(folder=None, n=600, **more):
    return it.sweep(Nasty(0.0), {"x": f"100:{99 + n}:{n}"}, store=folder, **more)


# --- samples -------------------------------------------------------------------------------------


def test_kernel_and_solve_give_the_same_bits():
    over = {"T": "290 K:300 K:3", "zones[1].utility": "50 degC, 60 degC", "flow": "50 L/h, 60 L/h"}
    names = ["T_max", "z_T_max", "T_out", "X_H2O2"]
    together = it.sweep(CASE, over, reactor="miniaturised", outputs=names)
    alone = it.sweep(CASE, over, reactor="miniaturised", outputs=[*names, "L"])
    for name in names:
        np.testing.assert_array_equal(together.dataset[name].values, alone.dataset[name].values)


def test_beds_and_isothermal_zones_of_a_group_are_those_of_solve():
    bed = it.cases.load("o-xylene").reactors["bed"]
    milli = CASE.reactors["miniaturised"]
    zones = milli.zones.copy()
    zones[0, U_WALL] = np.inf
    for base, key in ((bed, "T_in"), (milli._replace(zones=zones), "zones[0,2]")):
        start = base.zones[0, 2]
        values = [start - 3.0, start, start + 1.0]
        names = ["T_max", "z_T_max", "T_out"]
        found = it.sweep(base, {key: values}, outputs=names, rtol=1e-6).dataset
        for k, value in enumerate(values):
            run = it.solve(Fields(base).reactor({key: f"{value:.15g}"}), rtol=1e-6).kpis
            assert [float(found[name][k]) for name in names] == [run[name] for name in names]


def test_a_blocked_bed_says_in_a_group_what_it_says_alone():
    bed = it.cases.load("o-xylene").reactors["bed"]
    bed = bed._replace(friction=next(iter(pressure_laws(bed.packing).values())))
    found = it.sweep(bed, {"m": [0.2 * bed.m, bed.m]}, outputs=["T_max"], rtol=1e-6)
    with pytest.raises(it.SolveError, match="blocks its flow") as told:
        it.solve(bed, rtol=1e-6)
    assert found.failures == [str(told.value)]


def test_reactors_of_several_kinds_go_alone():
    milli = CASE.reactors["miniaturised"]
    both = {3: milli, 5: milli._replace(form=Coil(0.05))}
    with pytest.raises(it.InputError, match="differ in what their 'form' is"):
        it.solve_many(list(both.values()))
    rows = run_together(plan_of(milli, {"T_in": [milli.T_in]}, outputs=["T_max"]), both)
    for k, one in both.items():
        assert rows[k].figures["T_max"] == it.solve(one).kpis["T_max"]


@pytest.mark.parametrize(("name", "plant", "changes"), [
    ("thiosulfate-peroxide", "miniaturised",
     {"T": "20 degC", "zones[0].utility": "31 degC", "section.width": "3 mm", "c.H2O2": "1 mol/L",
      "fluid.viscosity": "2 mPa*s", "metal.ratio": "3"}),
    ("thiosulfate-peroxide", "batch", {"charge.T": "20 degC", "recipe[3].hold.conversion": "0.99"}),
    ("o-xylene", "bed", {"grain.diameter": "4 mm", "zones[0].coolant": "350 degC"}),
])  # fmt: skip
def test_a_plant_with_other_values_is_what_its_whole_block_makes(name, plant, changes):
    template = Template(it.cases.load(name), plant)
    tree = template.tree
    for key, value in changes.items():
        template.reactor({key: value})  # leaves parts behind
        tree = changed(tree, key, value)
    whole = Template(it.cases.load(name), plant)
    whole.tree, whole.block = tree, None
    one, other = template.reactor(changes), whole.reactor({})
    for field in set(one._fields) - {"scratch"}:
        np.testing.assert_equal(getattr(one, field), getattr(other, field))


@pytest.mark.parametrize(("name", "plant"), [("ozone", "gap"), ("methyl-acetate", "start-up")])
def test_plants_with_common_keys_or_on_other_plants_can_be_varied(name, plant):
    case = it.cases.load(name)
    assert type(Template(case, plant).reactor({})) is type(case.reactors[plant])


@pytest.mark.parametrize("changes", [
    {"T": "90 degC"}, {"T": "20 m"}, {"c.H2O": "1 mol/L", "c.X": "1 mol/L"}, {"flow": "-1 L/h"},
    {"section.coil": "1 mm"}, {"zones[0].U": "5 W/m2/K"}, {"length": "3 m"},
])  # fmt: skip
def test_wrong_values_of_a_plant_are_told_as_of_a_whole_block(changes):
    template = Template(CASE, "miniaturised")
    tree = template.tree
    for key, value in changes.items():
        tree = changed(tree, key, value)
    whole = Template(CASE, "miniaturised")
    whole.tree, whole.block = tree, None
    for _ in range(2):  # what was found wrong once is not taken as right afterwards
        with pytest.raises(it.InputError) as told:
            template.reactor(changes)
        with pytest.raises(it.InputError) as expected:
            whole.reactor({})
        assert sorted(told.value.problems) == sorted(expected.value.problems)


def test_counter_current_zones_go_alone_among_others():
    milli = CASE.reactors["miniaturised"]
    zones = milli.zones.copy()
    zones[0, WC] = 3.0 * zones[0, U_WALL] * zones[0, LENGTH]
    milli = milli._replace(zones=zones)
    found = it.sweep(milli, {f"zones[0,{DIRECTION}]": [1.0, -1.0]}, outputs=["T_max"])
    assert not found.failures
    for k, direction in enumerate((1.0, -1.0)):
        zones[0, DIRECTION] = direction
        alone = it.solve(milli._replace(zones=zones.copy())).kpis["T_max"]
        assert found.dataset["T_max"].values[k] == pytest.approx(alone, rel=1e-8)


def test_kinetics_can_be_swept_and_keep_their_equilibrium():
    over = {"kinetics.E[0]": "75 kJ/mol, 76.12 kJ/mol", "kinetics.k0[0]": [1e7]}
    found = it.sweep(CASE, over, reactor="miniaturised", outputs=["T_max"])
    base = CASE.reactors["miniaturised"]
    net = base.kinetics
    for k, E in enumerate((75e3, 76.12e3)):
        table = net.reactions.copy()
        table[0, 0], table[0, 2] = 1e7, E / 8.31446261815324
        alone = it.solve(base._replace(kinetics=net._replace(reactions=table))).kpis["T_max"]
        assert found.dataset["T_max"].values[k, 0] == pytest.approx(alone, rel=1e-8)
    vessel = it.cases.load("acetic-anhydride")
    with pytest.raises(it.InputError, match="there is no reaction 7"):
        it.sweep(vessel, {"kinetics.E[7]": ["70 kJ/mol"]})
    with pytest.raises(it.InputError, match=r"kinetics.k0\[j\]"):
        it.sweep(vessel, {"kinetics.A": ["1"]})


def test_a_reversible_reaction_keeps_its_equilibrium():
    from intensify.cases.template import changed_rate

    net = it.Network.build([it.Reaction("A <=> B", it.Arrhenius(1e6, 0.0, 5000.0),
                                        reverse=it.Arrhenius(1e3, 0.0, 4000.0))])  # fmt: skip
    for key, value in (("kinetics.k0", "2e6 1/s"), ("kinetics.E", "50 kJ/mol")):
        r = np.empty(1)
        changed_rate(net, key, value).rates(
            400.0, np.array([1.0, 1e3 * np.exp(-1000.0 / 400.0)]), r
        )
        assert abs(r[0]) < 1e-9


def test_fields_of_a_reactor_are_swept_by_name():
    milli = CASE.reactors["miniaturised"]
    found = it.sweep(milli, {"T_in": [290.0, 300.0], "zones[1,2]": [320.0]}, outputs=["T_max"])
    zones = milli.zones.copy()
    zones[1, 2] = 320.0
    alone = it.solve(milli._replace(T_in=300.0, zones=zones)).kpis["T_max"]
    assert found.dataset["T_max"].values[1, 0] == pytest.approx(alone, rel=1e-8)


@pytest.mark.parametrize(("key", "sentence"), [
    ("T_inn", "there is no 'T_inn'; known: "),
    ("zones", "is an array of shape"),
    ("zones[9,0]", "name one of its places"),
    ("kinetics", "is no number but Network"),
    ("T_in[0]", "is no number but float"),
])  # fmt: skip
def test_wrong_fields_are_told(key, sentence):
    with pytest.raises(it.InputError, match=sentence):
        it.sweep(CASE.reactors["miniaturised"], {key: [1.0]})


def test_draws_fill_their_ranges_and_are_the_same_each_time():
    ranges = {"T": "300 K:340 K", "d": "0.1 mm:10 mm:log"}
    for kind in ("sobol", "lhs"):
        a, b = drawn(ranges, kind, 64, 3)
        again, _ = drawn(ranges, kind, 64, 3)
        assert np.array_equal(a.numbers, again.numbers)
        # one sample in each 64th of each range, of both designs
        assert sorted(((a.numbers - 300.0) // 0.625).tolist()) == list(range(64))
        assert sorted((np.log10(b.numbers / 0.1) // (2 / 64)).tolist()) == list(range(64))
    found = it.sweep(CASE, {"T": "290 K:300 K"}, sample="sobol:4", **FAST)
    assert found.dataset["T"].dims == ("sample",)


@pytest.mark.parametrize(("sample", "over", "sentence"), [
    ("sobol", {"T": "290:300"}, "say how many samples"),
    ("lhs:2000000", {"T": "290:300"}, "say how many samples"),
    ("halton:3", {"T": "290:300"}, "is no way to sample"),
    ("sobol:4", {"T": "290, 300"}, "is no range"),
    ("sobol:4", {"T": "290 K:30 degC"}, "needs one unit"),
    ("table", {"T": [1.0], "flow": [1.0, 2.0]}, "as many values of each key"),
    ("grid", {"T": "290:300:2000", "flow": "1:2:2000"}, "are the most"),
])  # fmt: skip
def test_wrong_samples_are_told(sample, over, sentence):
    with pytest.raises(it.InputError, match=sentence):
        it.sweep(CASE, over, reactor="miniaturised", sample=sample)


def test_tables_are_read_by_their_first_line():
    assert table_of("T,flow\n300 K,1 L/h\n\n310 K,2 L/h\n") == {
        "T": ["300 K", "310 K"], "flow": ["1 L/h", "2 L/h"]}  # fmt: skip
    with pytest.raises(it.InputError, match="line 2 of the table has 1 values for 2"):
        table_of("T,flow\n300 K\n")
    with pytest.raises(it.InputError, match="has no sample"):
        table_of("T,flow\n")
    assert values_of("mode", "a, b").words == ("a", "b")


def test_profiles_are_kept_at_equal_places():
    found = it.sweep(CASE, {"T": [290.0, 298.15]}, reactor="miniaturised", outputs=["T_max"],
                     profiles=["T"])  # fmt: skip
    profile = found.dataset["profile_T"]
    assert profile.dims == ("T", "place")
    assert profile.shape == (2, PLACES)
    result = it.solve(CASE.reactors["miniaturised"])
    places = np.linspace(*result.dataset["z"].values[[0, -1]], PLACES)
    expected = np.interp(places, result.dataset["z"].values, result.dataset["T"].values)
    np.testing.assert_allclose(profile.values[1], expected, rtol=1e-9)
    np.testing.assert_allclose(found.dataset["profile_z"].values[1], places)
    with pytest.raises(it.InputError, match="Tx: is no profile"):
        it.sweep(CASE, {"T": [290.0]}, reactor="miniaturised", profiles=["Tx"])


# --- failures are rows ---------------------------------------------------------------------------


def test_each_kind_of_failure_has_its_status_and_costs_only_itself():
    xs = [1.0, DIES, SLEEPS, FAILS, NOT_A_NUMBER, BREAKS, 2.0]
    found = it.sweep(Nasty(0.0), {"x": xs}, outputs=["T_max"], executor="processes", workers=2,
                     time_limit=2.0)  # fmt: skip
    status = dict(zip(xs, found.dataset["status"].values.tolist(), strict=True))
    assert status == {
        1.0: Status.OK, DIES: Status.WORKER_DIED, SLEEPS: Status.TIME_OUT,
        FAILS: Status.NOT_SOLVED, NOT_A_NUMBER: Status.NON_FINITE, BREAKS: Status.NOT_SOLVED,
        2.0: Status.OK,
    }  # fmt: skip
    texts = dict(zip(xs, found.dataset["failure"].values.tolist(), strict=True))
    assert "ZeroDivisionError" in texts[BREAKS]
    assert "its worker died, twice" in texts[DIES]
    assert "passed the time limit" in texts[SLEEPS]
    assert np.isfinite(found.dataset["T_max"].values).tolist() == [True] + [False] * 5 + [True]


def test_the_first_failure_can_be_raised():
    with pytest.raises(it.SolveError, match=r"sample 1 .*tolerance was not met"):
        it.sweep(Nasty(0.0), {"x": [1.0, FAILS]}, on_error="raise", workers=1)


def test_a_time_limit_needs_processes_and_executors_need_submit():
    with pytest.raises(it.InputError, match="needs executor='processes'"):
        it.sweep(Nasty(0.0), {"x": [1.0]}, time_limit=1.0)
    with pytest.raises(it.InputError, match="neither 'threads' nor 'processes'"):
        it.sweep(Nasty(0.0), {"x": [1.0]}, executor="trains")


def test_a_case_runs_in_processes_and_futures_to_the_same_bits():
    from concurrent.futures import ThreadPoolExecutor

    over = {"T": "290:300:20"}
    one = it.sweep(CASE, over, workers=1, **FAST)
    assert one.dataset.identical(it.sweep(CASE, over, executor="processes", **FAST).dataset)
    with ThreadPoolExecutor(3) as pool:
        assert one.dataset.identical(it.sweep(CASE, over, executor=pool, **FAST).dataset)


class Crowd:
    """A pool that blames a worker's death on all that waited beside the killer."""

    def __init__(self):
        self.waiting = []

    def submit(self, function, plan, group):
        future = Future()
        self.waiting.append((future, group, lambda: function(plan, group)))
        if len(self.waiting) == 1:
            threading.Timer(0.02, self.run).start()
        return future

    def run(self):
        batch, self.waiting = self.waiting, []
        samples = [keys for _, group, _ in batch for _, keys in group]
        killed = any(float(keys["x"]) == DIES for keys in samples)
        for future, _, call in batch:
            if killed:
                future.set_exception(RuntimeError("a worker died"))
            else:
                future.set_result(call())


def test_only_the_killer_is_blamed_for_what_died_beside_it():
    xs = [100.0, 101.0, DIES, 102.0, 103.0]
    found = it.sweep(Nasty(0.0), {"x": xs}, outputs=["T_max"], workers=2, executor=Crowd())
    status = dict(zip(xs, found.dataset["status"].values.tolist(), strict=True))
    assert status == {x: Status.WORKER_DIED if x == DIES else Status.OK for x in xs}


def test_a_dask_cluster_survives_what_kills_its_workers():
    import dask
    from dask.distributed import Client, LocalCluster

    settings = {"distributed.scheduler.allowed-failures": 2, "distributed.comm.timeouts.tcp": "30s"}
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        xs = [float(x) for x in range(100, 120)]
        found = it.sweep(Nasty(0.0), {"x": [*xs, DIES]}, outputs=["T_max"], workers=2,
                         executor=client)  # fmt: skip
    status = found.dataset["status"].values.tolist()
    assert status == [Status.OK] * len(xs) + [Status.WORKER_DIED]
    assert found.dataset["T_max"].values[:-1].tolist() == [300.0 + x for x in xs]


# --- the folder ----------------------------------------------------------------------------------


def test_equal_sweeps_are_equal_bytes_whoever_runs_them(tmp_path):
    for name, workers in (("a.sweep", 1), ("b.sweep", 2)):
        it.sweep(CASE, {"T": "290:300:50"}, store=tmp_path / name, workers=workers, **FAST)
    assert shard_bytes(tmp_path / "a.sweep") == shard_bytes(tmp_path / "b.sweep")
    assert len(shard_bytes(tmp_path / "a.sweep")) == 1
    with h5py.File(tmp_path / "a.sweep" / "shard-000000.h5") as file:
        for name in ("T_max", "X_H2O2", "status"):
            assert file[name].fletcher32
            assert file[name].attrs["units"]


def kill_at_random(folder, reference, kills, rng):
    """Kill a sweep again and again, then finish it: nothing differs."""
    survived = 0
    for _ in range(kills):
        command = [sys.executable, "-c", SLOW_SWEEP, str(folder), str(HERE)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(0.1 + rng.random() * 0.2)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        there = it.merged(folder).dataset
        done = there["status"].values == Status.OK
        assert done.sum() >= survived
        survived = int(done.sum())
        if done.any():
            assert np.array_equal(there["T_max"].values[done], reference["T_max"].values[done])
    whole = it.sweep(Nasty(0.0, 2e-3), {"x": "100:699:600"}, store=folder, workers=2)
    assert whole.dataset.identical(reference)
    return survived


def test_kill_9_costs_no_row_that_was_written(tmp_path):
    reference = it.sweep(Nasty(0.0, 2e-3), {"x": "100:699:600"}, store=tmp_path / "whole.sweep")
    survived = kill_at_random(tmp_path / "k.sweep", reference.dataset, 3, random.Random(1))
    assert survived > 0
    assert shard_bytes(tmp_path / "k.sweep") == shard_bytes(tmp_path / "whole.sweep")


@pytest.mark.slow
def test_kill_9_two_hundred_times(tmp_path):
    reference = it.sweep(Nasty(0.0, 2e-3), {"x": "100:699:600"}).dataset
    rng = random.Random(2)
    for k in range(50):
        kill_at_random(tmp_path / f"{k}.sweep", reference, 4, rng)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signals_write_what_is_finished(tmp_path, sent, code):
    it.sweep(CASE, {"T": [290.0]}, reactor="miniaturised")  # so that the child compiles nothing
    folder = tmp_path / "s.sweep"
    child = subprocess.Popen(
        [sys.executable, "-m", "intensify", "sweep", "thiosulfate-peroxide", "--reactor",
         "miniaturised", "--over", "T=280:310:300000", "-o", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a background
    )  # fmt: skip
    until = time.monotonic() + 60.0
    while not (folder / ".lock").exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(3.0)
    child.send_signal(sent)
    _, said = child.communicate(timeout=60)
    assert child.returncode == code, said
    status = it.merged(folder).dataset["status"].values
    assert 0 < (status == Status.OK).sum() < status.size
    assert not list(folder.glob(".intensify-*"))


def test_a_full_disk_leaves_earlier_shards_and_no_rubbish(tmp_path):
    folder, soft = tmp_path / "f.sweep", resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(done, total):
        if done >= SHARD:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, soft[1]))

    try:
        with pytest.raises(it.IntensifyError, match="largest file size allowed") as caught:
            nasty_sweep(folder, SHARD + 300, workers=1, progress=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)
    assert caught.value.exit_code == 3
    assert not list(folder.glob(".intensify-*"))
    there = it.merged(folder).dataset["status"].values
    assert (there[:SHARD] == Status.OK).all()
    whole = nasty_sweep(folder, SHARD + 300)
    assert whole.dataset.identical(nasty_sweep(None, SHARD + 300).dataset)


def test_a_flipped_bit_never_gives_another_number(tmp_path):
    folder = tmp_path / "b.sweep"
    reference = nasty_sweep(folder, 40).dataset
    path = folder / "shard-000000.h5"
    good, rng = path.read_bytes(), random.Random(4)
    for _ in range(300):
        bad = bytearray(good)
        at = rng.randrange(len(bad))
        bad[at] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        there = it.merged(folder).dataset
        assert (there["status"].values == Status.MISSING).all() or there.identical(reference)
    for bad in (b"", good[:100], good[:-1], b"\0" * len(good)):
        path.write_bytes(bad)
        assert (it.merged(folder).dataset["status"].values == Status.MISSING).all()
    assert nasty_sweep(folder, 40).dataset.identical(reference)
    assert (folder / "shard-000000.bad").exists()
    assert path.read_bytes() == good


def test_one_writer_any_readers(tmp_path):
    folder, seen = tmp_path / "w.sweep", []

    def look(done, total):
        if done in (1, SHARD + 100):
            seen.append(int((it.merged(folder).dataset["status"].values == Status.OK).sum()))
            with pytest.raises(BusyError, match=f"is being written by process {os.getpid()} on "):
                nasty_sweep(folder, SHARD + 200)

    nasty_sweep(folder, SHARD + 200, workers=1, progress=look)
    assert all(n in (0, SHARD) for n in seen)
    assert int((it.merged(folder).dataset["status"].values == Status.OK).sum()) == SHARD + 200


def test_a_folder_of_another_sweep_is_refused(tmp_path):
    folder = tmp_path / "r.sweep"
    it.sweep(CASE, {"T": [290.0]}, store=folder, **FAST)
    for over, more in (
        ({"T": [291.0]}, {}),
        ({"T": ["290 degC"]}, {}),
        ({"T": [290.0]}, {"rtol": 1e-6}),
    ):
        with pytest.raises(ChangedError, match="another case, other samples or another version"):
            it.sweep(CASE, over, store=folder, **FAST, **more)
    with pytest.raises(ChangedError):
        it.sweep(it.cases.load("snar-flow"), {"T": [290.0]}, reactor="miniaturised", store=folder,
                 outputs=["T_max"])  # fmt: skip
    manifest = folder / "manifest.json"
    found = json.loads(manifest.read_text())
    for text in (json.dumps({**found, "schema": "intensify campaign 0"}), "{", "[]"):
        manifest.write_text(text)
        with pytest.raises(it.IntensifyError, match="damaged, or of another version"):
            it.merged(folder)
    del found["columns"]
    manifest.write_text(json.dumps(found))
    with pytest.raises(it.IntensifyError, match="is incomplete"):
        it.resume(folder)
    manifest.unlink()
    with pytest.raises(it.IntensifyError, match="has shards but no manifest"):
        it.sweep(CASE, {"T": [290.0]}, store=folder, **FAST)
    with pytest.raises(it.InputError, match="holds no sweep"):
        it.resume(tmp_path)


def test_a_folder_says_itself_how_to_go_on(tmp_path):
    folder = tmp_path / "Grüße und so.sweep"
    over = {"T": "290 K:300 K:6", "zones[1].utility": "50 degC, 60 degC"}
    whole = it.sweep(CASE, over, store=folder, **FAST)
    path = folder / "shard-000000.h5"
    path.unlink()
    assert it.resume(folder).dataset.identical(whole.dataset)
    assert it.merged(folder).dataset.identical(whole.dataset)
    other = tmp_path / "own.sweep"
    nasty_sweep(other, 3)
    with pytest.raises(it.InputError, match="built in Python; run its script again"):
        it.resume(other)
    with pytest.raises(it.IntensifyError) as caught:
        nasty_sweep(tmp_path / "no" / "such.sweep", 3)
    assert caught.value.exit_code == 3


def test_shards_know_their_place(tmp_path):
    nasty_sweep(tmp_path / "a.sweep", SHARD + 10)
    folder = tmp_path / "a.sweep"
    (folder / "shard-000000.h5").write_bytes((folder / "shard-000001.h5").read_bytes())
    status = it.merged(folder).dataset["status"].values
    assert (status[:SHARD] == Status.MISSING).all()
    assert (status[SHARD:] == Status.OK).all()


def test_begun_shards_are_written_from_time_to_time(tmp_path):
    folder, seen = tmp_path / "t.sweep", []

    def look(done, total):
        if done > 1:
            seen.append(
                int((it.merged(folder).dataset["status"].values == Status.OK).sum()) >= done
            )

    it.sweep(Nasty(0.0, 0.05), {"x": "100:119:20"}, store=folder, workers=1, flush=0.0,
             progress=look)  # fmt: skip
    assert len(seen) >= 3
    assert all(seen)


# --- the command ---------------------------------------------------------------------------------


def invoke(*words):
    return CliRunner().invoke(app, list(words))


def test_the_command_keeps_resumes_merges_and_exports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "thiosulfate-peroxide", "--reactor", "miniaturised", "--over",
             "T=290 K:300 K:3", "--output-of", "T_max", "-o", "a.sweep", "--workers",
             "1"]  # fmt: skip
    assert "3 samples, 0 failed" in invoke(*words).output
    (tmp_path / "a.sweep" / "shard-000000.h5").unlink()
    assert "3 samples, 0 failed" in invoke("sweep", "--resume", "a.sweep").output
    assert invoke(*words[:5], "T=290 K:300 K:4", *words[6:]).exit_code == 5
    assert invoke("merge", "a.sweep", "-o", "a.h5").exit_code == 0
    assert it.Sweep.load("a.h5").dataset.identical(it.merged("a.sweep").dataset)
    for source in ("a.h5", "a.sweep"):
        assert invoke("export", source, "--csv", "a.csv").exit_code == 0
        lines = Path("a.csv").read_text().splitlines()
        assert lines[0] == "T [K],T_max [K],status,failure"
        assert len(lines) == 4
    Path("t.csv").write_text("T,flow\n290 K,50 L/h\n295 K,60 L/h\n")
    table = invoke(*words[:4], "--table", "t.csv", "--profile", "T", "-o", "t.h5")
    assert table.exit_code == 0, table.output
    assert it.Sweep.load("t.h5").dataset["profile_T"].shape == (2, PLACES)
    drawn_ones = invoke(*words[:4], "--over", "T=290 K:300 K", "--sample", "lhs:5")
    assert "5 samples, 0 failed" in drawn_ones.output
    with Shards(tmp_path / "a.sweep", *_plan(tmp_path / "a.sweep")):
        assert invoke("sweep", "--resume", "a.sweep").exit_code == 4


def _plan(folder):
    from intensify.campaigns.shards import plan_in

    plan, _ = plan_in(folder)
    return plan, plan.digest()


@pytest.mark.parametrize(("words", "sentence"), [
    (["sweep"], "name a case"),
    (["sweep", "thiosulfate-peroxide"], "give either --over"),
    (["sweep", "thiosulfate-peroxide", "--over", "T=290", "--resume", "a"], "nothing but that"),
    (["sweep", "thiosulfate-peroxide", "--over", "T"], "is no KEY=VALUES"),
    (["sweep", "thiosulfate-peroxide", "--over", "T=1", "--dask", "tcp://127.0.0.1:1"],
     "no Dask scheduler answers"),
    (["merge", "nowhere.sweep"], "holds no sweep"),
])  # fmt: skip
def test_wrong_commands_are_told(words, sentence, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    run = invoke(*words)
    assert run.exit_code == 2, run.output
    assert sentence in run.output
