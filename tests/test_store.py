"""The result file: the same data back from every reader, and no fault that passes unseen."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from intensify import store, store_guard
from intensify.errors import FileFormatError, InputError, WriteError

ENGINES = ("h5netcdf", "netcdf4")


def about(units: str, long_name: str, **more) -> dict:
    return {"units": units, "long_name": long_name, **more}


def run(n: int) -> xr.Dataset:
    """One run: profiles over time and species, scalars, text, flags, NaN and infinity."""
    t = np.linspace(0.0, 60.0, n)
    profile = np.vstack([np.exp(-t), t, np.full(n, np.nan)])
    return xr.Dataset(
        {
            "c": (("species", "t"), profile, about("mol/m3", "concentration", bound=1e-9)),
            "T": (
                "t",
                np.append(300.0 + t[1:], np.inf),
                about("K", "temperature of the µ-channel"),
            ),
            "is_stiff": ("t", t > 30.0, about("1", "stiff here")),
            "steps": ("t", np.arange(n, dtype=np.int32), about("1", "steps so far")),
            "weight": ("node", np.arange(n + 1, dtype=np.float32), about("1", "quadrature weight")),
            "T_max": ((), 360.0, about("K", "highest temperature")),
            "is_safe": ((), True, about("1", "below the limit")),
            "verdict": ((), "läuft", about("1", "verdict")),
            "warnings": ("warning", np.array([], dtype="U1"), about("1", "warnings")),
        },
        coords={
            "t": ("t", t, about("s", "time")),
            "species": ("species", ["H2O2", "Na2S2O3", "日本"], about("1", "species")),
            "z": ("t", 0.1 * t, about("m", "axial position")),
            "pressure": ((), 1e5, about("Pa", "pressure")),
        },
    )


@pytest.fixture(scope="module")
def groups() -> dict[str, xr.Dataset]:
    attrs = {"reactor": "Rührkessel", "empty": "", "letter": "K", "n": 3, "tol": 1e-6, "ok": False}
    attrs |= {"ends": np.array([1.0, 2.5]), "counts": np.arange(3)}
    return {
        "/": run(4),
        "batch": run(7).assign_attrs(attrs),
        "milli channel": run(5).assign_attrs({f"key{i}": i for i in range(12)}),
        "notes": xr.Dataset(attrs={"text": "only attributes"}),
    }


@pytest.fixture(scope="module")
def attrs() -> dict:
    return {"version": "0.1.0", "case": "T: 300 K\n" * 20_000, "wall": 1.5, "seed": 7, "ok": True}


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


@pytest.fixture
def saved(tmp_path, groups, attrs) -> Path:
    return store.save(tmp_path / "run.h5", groups, attrs)


def assert_same(found: xr.Dataset, expected: xr.Dataset) -> None:
    assert found.identical(expected)
    assert list(found.coords) == list(expected.coords)
    assert list(found.data_vars) == list(expected.data_vars)
    for name, variable in expected.variables.items():
        assert found[name].dtype.kind == variable.dtype.kind
        assert found[name].dtype.kind == "U" or found[name].dtype == variable.dtype


# --- the same data back ------------------------------------------------------------------------


def test_load_inverts_save(saved, groups, attrs):
    found, found_attrs = store.load(saved)
    assert list(found) == list(groups)
    for name, group in groups.items():
        assert_same(found[name], group)
        assert [type(value) for value in found[name].attrs.values()] == [
            type(value) for value in group.attrs.values()
        ]
    assert found_attrs == attrs
    assert [type(value) for value in found_attrs.values()] == [str, str, float, int, bool]


def test_datasets_are_in_memory(saved, groups):
    found, _ = store.load(saved)
    saved.unlink()
    assert float(found["batch"].T_max) == float(groups["batch"].T_max)
    assert found["batch"].sel(species="日本", t=60.0).steps == 6


def test_a_row_of_one_number_stays_a_row(tmp_path):
    store.save(tmp_path / "a.h5", {"a": xr.Dataset(attrs={"row": np.array([2.0])})})
    row = store.load(tmp_path / "a.h5")[0]["a"].attrs["row"]
    assert isinstance(row, np.ndarray)
    assert row.tolist() == [2.0]


def test_every_number_type_survives(tmp_path):
    types = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", ">f8", ">i4"]
    numbers = {
        f"x{i}": ("t", np.array([0, 1, 100], dtype=kind), about("1", kind))
        for i, kind in enumerate(types)
    }
    store.save(tmp_path / "a.h5", {"/": xr.Dataset(numbers)})
    found = store.load(tmp_path / "a.h5")[0]["/"]
    assert found.identical(xr.Dataset(numbers))
    assert [found[name].dtype for name in numbers] == [np.dtype(kind.lstrip(">")) for kind in types]


def test_root_without_variables_is_left_out(tmp_path, groups, attrs):
    store.save(tmp_path / "a.h5", {"batch": groups["batch"]}, attrs)
    found, found_attrs = store.load(tmp_path / "a.h5")
    assert list(found) == ["batch"]
    assert found_attrs == attrs


@pytest.mark.parametrize("engine", ENGINES)
def test_xarray_reads_the_same(saved, groups, attrs, engine):
    for name, group in groups.items():
        with xr.open_dataset(saved, engine=engine, group=name) as found:
            expected = group.assign_attrs(attrs) if name == "/" else group
            assert found.load().identical(expected)
            if "species" in found:
                assert found.species.values.tolist() == ["H2O2", "Na2S2O3", "日本"]


def test_xarray_finds_the_engine_and_the_tree(saved, groups):
    with xr.open_dataset(saved, group="batch") as found:
        assert found.load().identical(groups["batch"])


@pytest.mark.parametrize("engine", ENGINES)
def test_xarray_reads_the_tree(tmp_path, groups, engine):
    children = {name: group for name, group in groups.items() if name != "/"}
    path = store.save(tmp_path / "run.h5", children)
    with xr.open_datatree(path, engine=engine) as tree:
        assert list(tree.children) == list(children)
        assert tree["batch"].to_dataset().load().identical(groups["batch"])


@pytest.mark.parametrize("name", ["with spaces.h5", "Rührkessel-日本.h5", "no-suffix", "x" * 255])
def test_any_file_name(tmp_path, groups, name):
    path = store.save(str(tmp_path / name), {"batch": groups["batch"]})
    assert path == tmp_path / name
    assert store.load(path)[0]["batch"].identical(groups["batch"])
    assert names(tmp_path) == [name]


# --- the layout --------------------------------------------------------------------------------


def test_layout(saved):
    types = {"c": "f8", "T": "f8", "t": "f8", "is_stiff": "i1", "steps": "i4", "weight": "f4"}
    types |= {"species": "S1", "verdict": "S1", "warnings": "S1"}
    seen = set()

    def check(where: str, item) -> None:
        for key, value in item.attrs.items():
            kind = item.attrs.get_id(key).get_type()
            if kind.get_class() == h5py.h5t.STRING:
                assert not kind.is_variable_str(), f"{where}@{key} has no fixed length"
                assert value.decode("utf-8") or key in {"empty"}
        if not isinstance(item, h5py.Dataset):
            return
        name = where.rpartition("/")[2]
        assert item.dtype == types.get(name, item.dtype)
        assert item.dtype.kind != "O"
        assert item.fletcher32 == (item.ndim > 0 and item.size > 0)
        if not name.startswith("_text") and name not in {"node", "warning"}:
            assert item.attrs["units"]
            assert item.attrs["long_name"]
        seen.add(name)

    with h5py.File(saved) as file:
        file.visititems(check)
        assert [scale[0].name for scale in file["batch/c"].dims] == ["/batch/species", "/batch/t"]
        np.testing.assert_array_equal(file["batch/T"][:-1], 300.0 + np.linspace(10, 60, 6))
    assert seen >= set(types)


def test_same_input_gives_the_same_bytes(tmp_path, groups, attrs):
    first = store.save(tmp_path / "a.h5", groups, attrs).read_bytes()
    assert store.save(tmp_path / "b.h5", groups, attrs).read_bytes() == first
    found = store.load(tmp_path / "a.h5")
    assert store.save(tmp_path / "c.h5", *found).read_bytes() == first


def wrong(**changes) -> dict:
    """A group with one variable that has one thing wrong."""
    parts = {"name": "x", "dims": "t", "values": [1.0], "attrs": about("1", "x")} | changes
    return {"a": xr.Dataset({parts["name"]: (parts["dims"], parts["values"], parts["attrs"])})}


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (wrong(attrs={"long_name": "x"}), "has no units"),
        (wrong(attrs=about("", "x")), "has no units"),
        (wrong(attrs={"units": "1"}), "has no long_name"),
        (wrong(values=[1j]), "complex128"),
        (wrong(values=np.array([1.0], dtype="f2")), "float16"),
        (wrong(values=np.array(["2026-01-01"], dtype="M8[ns]")), "datetime64"),
        (wrong(values=np.array([{}], dtype=object)), "holds {}"),
        (wrong(values=["a\0b"]), "NUL"),
        (wrong(name="a b"), "'a b'"),
        (wrong(name="a/b"), "'a/b'"),
        (wrong(dims="_text4"), "'_text4'"),
        (wrong(attrs=about("1", "x", scale_factor=2.0)), "scale_factor"),
        (wrong(attrs=about("1", "x", _FillValue=2.0)), "_FillValue"),
        (wrong(attrs=about("1", "x", more=[1, 2])), "'more'"),
        (wrong(attrs=about("1", "x", more=None)), "'more'"),
        (wrong(attrs=about("1", "x", more=np.ones((2, 2)))), "'more'"),
        (wrong(attrs=about("1", "x", more=np.array([]))), "'more'"),
        ({"a/b": xr.Dataset()}, "'a/b'"),
        ({"/": xr.Dataset(attrs={"a": 1})}, "pass them as attrs"),
    ],
)
def test_what_the_file_cannot_hold_is_refused(tmp_path, groups, words):
    with pytest.raises(ValueError, match=words):
        store.save(tmp_path / "a.h5", groups)
    assert names(tmp_path) == []


def test_size_limit(tmp_path, groups, saved, monkeypatch):
    monkeypatch.setattr(store_guard, "LIMIT", 1000)
    with pytest.raises(ValueError, match=r"above 1e\+03"):
        store.save(tmp_path / "a.h5", groups)
    with pytest.raises(FileFormatError, match=r"above 2e\+03"):
        store.load(saved)


# --- faults while writing ----------------------------------------------------------------------


def half_then(error: BaseException):
    """An os.write that takes some bytes, and fails when called again."""
    write, calls = os.write, []

    def fault(handle, data):
        calls.append(1)
        if len(calls) > 1:
            raise error
        return write(handle, bytes(data[:1000]))

    return fault


def at_once(error: BaseException):
    def fault(*_args, **_kwargs):
        raise error

    return fault


def system_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize(
    ("function", "fault", "words"),
    [
        ("write", half_then(system_error(errno.ENOSPC)), "the disk is full; free some space"),
        ("write", half_then(system_error(errno.EDQUOT)), "quota"),
        ("fsync", at_once(system_error(errno.EIO)), "Input/output error; try another folder"),
        ("replace", at_once(system_error(errno.EPERM)), "permission is denied"),
        ("open", at_once(system_error(errno.EROFS)), "the disk is read-only"),
        ("open", at_once(system_error(errno.EACCES)), "permission is denied"),
        ("write", half_then(KeyboardInterrupt()), None),
        ("fsync", at_once(KeyboardInterrupt()), None),
        ("replace", at_once(KeyboardInterrupt()), None),
    ],
)
def test_a_fault_leaves_what_was_there(
    tmp_path, groups, monkeypatch, is_there, function, fault, words
):
    path = tmp_path / "run.h5"
    before = store.save(path, {"batch": run(3)}).read_bytes() if is_there else None
    with monkeypatch.context() as patch:
        patch.setattr(os, function, fault)
        if words is None:
            with pytest.raises(KeyboardInterrupt):
                store.save(path, groups)
        else:
            with pytest.raises(WriteError, match=words) as caught:
                store.save(path, groups)
            assert f"'{path}' was not written" in str(caught.value)
    assert names(tmp_path) == (["run.h5"] if is_there else [])
    assert not is_there or path.read_bytes() == before


def test_no_folder_and_wrong_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for name, words in [
        ("nowhere/a.h5", "its folder does not exist"),
        ("file/a.h5", "its folder is a file"),
        ("folder", "it is a folder"),
    ]:
        with pytest.raises(WriteError, match=words):
            store.save(tmp_path / name, {"batch": run(3)})
    assert names(tmp_path) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_that_cannot_be_synced_is_no_fault(tmp_path, monkeypatch):
    sync, calls = os.fsync, []

    def fault(handle):
        calls.append(handle)
        if len(calls) == 2:
            raise system_error(errno.EINVAL)
        sync(handle)

    monkeypatch.setattr(os, "fsync", fault)
    path = store.save(tmp_path / "run.h5", {"batch": run(3)})
    assert len(calls) == 2
    assert store.load(path)[0]["batch"].identical(run(3))


def test_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    path = store.save(tmp_path / "run.h5", {"batch": run(3)})
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="resource limits are POSIX")
def test_file_size_limit_of_a_real_process(tmp_path):
    """Another process writes the same bytes; under RLIMIT_FSIZE it fails with a sentence."""
    values = np.arange(5000.0)
    group = {"a": xr.Dataset({"x": ("t", values, about("m", "position"))})}
    path = store.save(tmp_path / "run.h5", group)
    script = f"""
import resource, sys, numpy as np, xarray as xr
from intensify import errors, store
about = {{"units": "m", "long_name": "position"}}
group = {{"a": xr.Dataset({{"x": ("t", np.arange(5000.0), about)}})}}
store.save({str(tmp_path / "twin.h5")!r}, group)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    store.save({str(path)!r}, {{"b": group["a"]}})
except errors.WriteError as error:
    print(error)
    sys.exit(error.exit_code)
"""
    environment = os.environ | {"PYTHONHASHSEED": "12", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "largest file size allowed" in done.stdout
    assert names(tmp_path) == ["run.h5", "twin.h5"]
    assert (tmp_path / "twin.h5").read_bytes() == path.read_bytes()
    assert store.load(path)[0]["a"].identical(group["a"])


# --- faults while reading ----------------------------------------------------------------------


def test_every_flipped_bit_is_noticed(tmp_path, groups):
    whole = store.save(tmp_path / "run.h5", groups).read_bytes()
    flips = np.random.default_rng(20261124).choice(8 * len(whole), size=300, replace=False)
    seal = range(8 * (len(whole) - 40), 8 * len(whole))
    for flip in [*flips.tolist(), *seal]:
        damaged = bytearray(whole)
        damaged[flip // 8] ^= 1 << flip % 8
        (tmp_path / "run.h5").write_bytes(damaged)
        with pytest.raises(FileFormatError, match="damaged"):
            store.load(tmp_path / "run.h5")


def test_every_truncation_is_noticed(tmp_path, saved):
    whole = saved.read_bytes()
    lengths = np.random.default_rng(7).integers(0, len(whole), size=60).tolist()
    for length in [*lengths, 0, 1, 7, 8, 9, 48, 100, *range(len(whole) - 50, len(whole))]:
        saved.write_bytes(whole[:length])
        with pytest.raises(FileFormatError):
            store.load(saved)


def test_appended_bytes_and_another_writer_are_noticed(saved):
    whole = saved.read_bytes()
    saved.write_bytes(whole + b"\0")
    with pytest.raises(FileFormatError, match="damaged"):
        store.load(saved)
    saved.write_bytes(whole)
    with h5py.File(saved, "r+") as file:
        file["batch/T"][0] = 1.0
    with pytest.raises(FileFormatError, match="changed by another program"):
        store.load(saved)


def test_no_file_and_no_result_file(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"nowhere.h5' cannot be read: No such file"):
        store.load(tmp_path / "nowhere.h5")
    with pytest.raises(FileFormatError, match="is a folder or a device"):
        store.load(tmp_path)
    path = tmp_path / "a.h5"
    for content, words in [
        (b"", "is empty"),
        (b"CDF\x01\0\0\0\0", "is not an HDF5 file"),
        (b"PK\x03\x04" * 100, "is not an HDF5 file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(200), "damaged or not in netCDF-4 layout"),
    ]:
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match=words):
            store.load(path)
    monkeypatch.setattr(Path, "read_bytes", at_once(system_error(errno.EACCES)))
    with pytest.raises(InputError, match="Permission denied"):
        store.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(FileFormatError, match="is a folder or a device"):
        store.load(tmp_path / "pipe.h5")


# --- files of other programs -------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_xarray_file_loads_and_saves_again(tmp_path, engine):
    """Text of variable length, fill values, packing and the other byte order included."""
    plain = run(6).drop_vars("warnings").assign_attrs(title="hällo", n=3, tol=1e-6)
    plain.attrs["ends"] = np.array([1.0, 2.0])
    encoding = {"T": {"dtype": ">f8"}, "z": {"dtype": "i2", "scale_factor": 0.01, "_FillValue": -1}}
    plain["z"] = plain.z.copy(data=[0.0, 1.0, 2.0, np.nan, 4.0, 5.0])
    path = tmp_path / "foreign.nc"
    plain.to_netcdf(path, engine=engine, encoding=encoding)
    plain.to_netcdf(path, engine=engine, group="batch/inner", mode="a")
    found, attrs = store.load(path)
    assert list(found) == ["/", "batch", "batch/inner"]
    xr.testing.assert_allclose(found["/"], plain.drop_attrs(deep=False), rtol=1e-15)
    assert found["/"].T.dtype == np.dtype("f8")
    assert found["/"].species.dtype.kind == "U"
    assert_same(found["batch/inner"], plain)
    assert {**attrs, "ends": attrs["ends"].tolist()} == {**plain.attrs, "ends": [1.0, 2.0]}
    again = store.load(store.save(tmp_path / "own.h5", {"/": found["/"]}, attrs))
    assert again[0]["/"].identical(found["/"])


def test_file_written_with_h5py(tmp_path):
    """Text of fixed length, attributes without a value, and a dataset that names no dimension."""
    path = tmp_path / "plain.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(2.0), dtype="f8").make_scale("x")
        text = np.array(["aé".encode(), b"b"], dtype=h5py.string_dtype("utf-8", 3))
        file.create_dataset("text", data=text).dims[0].attach_scale(file["x"])
        file.attrs.update(empty=h5py.Empty("S1"), letter=np.bytes_(b"K"), count=np.uint8(3))
    found, attrs = store.load(path)
    assert found["/"].text.values.tolist() == ["aé", "b"]
    assert attrs == {"empty": "", "letter": "K", "count": 3}
    with h5py.File(path, "a") as file:
        file.create_dataset("loose", data=np.arange(7.0), dtype="f8")
    with pytest.raises(FileFormatError, match="'/loose' has no dimension scale"):
        store.load(path)


def test_damaged_text_heap_does_not_hang(tmp_path):
    """One bit in the length of a text (bytes 24 and 25): HDF5 2.0 reads such a file for ever."""
    path = tmp_path / "foreign.nc"
    xr.Dataset(attrs={"title": "some text", "more": "text"}).to_netcdf(path, engine="h5netcdf")
    whole = path.read_bytes()
    heap = whole.index(b"GCOL")
    assert store.load(path) == ({}, {"title": "some text", "more": "text"})
    for byte, bit in [(8, 6), (12, 0), (24, 7), (25, 1), (30, 3)]:
        damaged = bytearray(whole)
        damaged[heap + byte] ^= 1 << bit
        path.write_bytes(damaged)
        with pytest.raises(FileFormatError, match="text heap"):
            store.load(path)


class Bomb:
    """Unpickling this creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def soft_link(file):
    file["link"] = h5py.SoftLink("/x")


def external_link(file):
    file["link"] = h5py.ExternalLink("/etc/hostname", "/x")


def hard_link(file):
    file["group"] = file["/"]


def external_storage(file):
    file.create_dataset("host", shape=(10,), dtype="i1", external=[("/etc/hostname", 0, 10)])


def virtual(file):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(4,))
    file.create_virtual_dataset("deep/view", layout)


def shape_bomb(file):
    file.create_dataset("bomb", shape=(10**12,), dtype="f8", chunks=(1024,))


def many_bombs(file):
    for i in range(3):
        file.create_dataset(f"bomb{i}", shape=(10**8,), dtype="f8", chunks=(1024,))


def text_bomb(file):
    text = h5py.string_dtype()
    file.create_dataset("bomb", shape=(2**22,), dtype=text, chunks=(1024,))


def object_dataset(file):
    file.create_dataset("rows", shape=(2,), dtype=h5py.vlen_dtype("f8"))


def opaque_dataset(file):
    pickled = pickle.dumps(Bomb(Path(file.attrs["victim"])))
    file.create_dataset("pickled", data=np.void(pickled))


def opaque_attribute(file):
    file.attrs["pickled"] = np.void(pickle.dumps(Bomb(Path(file.attrs["victim"]))))


def compound_dataset(file):
    file.create_dataset("pair", shape=(2,), dtype=[("a", "f8"), ("b", "i4")])


def compound_attribute(file):
    file["x"].attrs["pair"] = np.zeros(1, dtype=[("a", "f8"), ("b", "i4")])


def reference_attribute(file):
    file["x"].attrs["other"] = file["x"].ref


def false_dimensions(file):
    file["x"].attrs.create("DIMENSION_LIST", [1.0, 2.0], dtype="f8")


def named_type(file):
    file["type"] = np.dtype("f8")


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize(
    ("build", "words"),
    [
        (soft_link, "'link' is a link"),
        (external_link, "'link' is a link"),
        (hard_link, "'group' is a second name"),
        (external_storage, "'host' keeps its data in another file"),
        (virtual, "'deep/view' keeps its data in another file"),
        (shape_bomb, r"'bomb' brings the data to 8e\+12 bytes, above 2.15e\+09"),
        (many_bombs, r"'bomb2' brings the data to 2.4e\+09 bytes"),
        (text_bomb, "'bomb' brings the data to"),
        (object_dataset, "'rows' is neither number nor text"),
        (opaque_dataset, "'pickled' is neither number nor text"),
        (opaque_attribute, "'/@pickled' is neither number nor text"),
        (compound_dataset, "'pair' is neither number nor text"),
        (compound_attribute, "'/x@pair' is neither number nor text"),
        (reference_attribute, "'/x@other' is neither number nor text"),
        (false_dimensions, "'/x@DIMENSION_LIST' is no list of dimensions"),
        (named_type, "'type' is a named type"),
    ],
)
def test_hostile_file_is_not_read(tmp_path, build, words, is_sealed):
    """A seal has no secret, so it buys a hostile file nothing."""
    path, victim = tmp_path / "hostile.h5", tmp_path / "victim"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(3.0), dtype="f8").make_scale("x")
        file.attrs["victim"] = str(victim)
        build(file)
    image = path.read_bytes()
    path.write_bytes(image + store_guard.seal(image) if is_sealed else image)
    with pytest.raises(FileFormatError, match=words) as caught:
        store.load(path)
    assert "\n" not in str(caught.value)
    assert not victim.exists()
