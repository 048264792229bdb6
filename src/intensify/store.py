"""Results on disk: one HDF5 file in netCDF-4 layout, there as a whole or not at all.

The image is built in memory, so that HDF5 never touches the disk (a full disk makes it crash), then
written, synced and renamed. Text has fixed length, datasets carry fletcher32, and a checksum of the
whole image follows it. h5py, MATLAB and xarray (both engines) read the file.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import store_guard as guard
from .errors import FileFormatError, WriteError

if TYPE_CHECKING:
    import h5netcdf
    import h5py
    import xarray

_NAME = re.compile(r"[^\W_][^\s/]*")
_GROUP = re.compile(r"[^\W_][^\s/]*( [^\s/]+)*")
_NUMBERS = {f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)} | {"f4", "f8"}
# Readers take these as instructions that change values, or HDF5 keeps its own lists there.
_RESERVED = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"}
_RESERVED |= {"coordinates", "dtype", "scale_factor", "add_offset", "missing_value"}
_BARE_DIMENSION = "This is a netCDF dimension but not a netCDF variable.%10d"
_REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "it would pass the largest file size allowed; raise that limit (ulimit -f)",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "permission is denied; choose a folder that you may write to",
    errno.EPERM: "permission is denied; choose a folder that you may write to",
    errno.ENOENT: "its folder does not exist; create it first",
    errno.ENOTDIR: "its folder is a file; choose another folder",
    errno.EISDIR: "it is a folder; give the path of a file",
}


def save(
    path: str | os.PathLike[str],
    groups: Mapping[str, xarray.Dataset],
    attrs: Mapping[str, Any] | None = None,
) -> Path:
    """Write Datasets as the groups of one file; the same input gives the same bytes.

    Parameters
    ----------
    path : path       Replaced as a whole if it exists.
    groups : dict     Group name -> Dataset of numbers, booleans and text; "/" is the root. Every
                      variable has the attributes `units` ("1" for a pure number) and `long_name`.
    attrs : dict      Attributes of the file: text, integers, floats, booleans, 1-D arrays of
                      numbers (as those of Datasets and variables). "/" has no others.

    Raises WriteError if the file cannot be written (what stood there is untouched), and ValueError
    for a Dataset that the file cannot hold.

    >>> import tempfile, xarray
    >>> about = {"units": "K", "long_name": "temperature"}
    >>> batch = xarray.Dataset({"T": ("t", [300.0, 310.0], about)})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(f"{folder}/run.h5", {"batch": batch}, {"case": "demo"})
    ...     groups, attrs = load(path)
    >>> groups["batch"].identical(batch), attrs
    (True, {'case': 'demo'})
    """
    image = _image(groups, attrs or {})
    return write(path, image, guard.seal(image))


def write(path: str | os.PathLike[str], *parts: bytes) -> Path:
    """Write a file as a whole, or leave what stood there. WriteError: it cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/a.txt", b"one ", b"file").read_text()
    'one file'
    """
    target = Path(path)
    try:
        _commit(target, parts)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}; try another folder")
        raise WriteError(f"'{target}' was not written: {reason}") from error
    return target


def load(path: str | os.PathLike[str]) -> tuple[dict[str, xarray.Dataset], dict[str, Any]]:
    """Groups (name -> Dataset in memory) and attributes of a file: the inverse of `save`.

    The root "/" is among the groups if it has variables. A file of another program opens if it is
    netCDF-4 within the limits: no links, no data in other files, only numbers and text, 2 GiB.

    Raises InputError if the file cannot be read, FileFormatError if it is foreign, damaged or
    hostile.

    >>> load("nowhere.h5")
    Traceback (most recent call last):
    intensify.errors.InputError: 'nowhere.h5' cannot be read: No such file or directory
    """
    import h5netcdf
    import h5py

    data, is_ours = guard.read(Path(path))
    try:
        with h5py.File.in_memory(data) as file:
            names = guard.limits(file, f"{path}", len(data))
            with h5netcdf.File(file, "r", decode_vlen_strings=True) as netcdf:
                groups = {name: _read_group(netcdf, file[name], is_ours) for name in names}
    except (FileFormatError, MemoryError):
        raise
    except Exception as error:  # HDF5, h5netcdf and xarray raise many kinds on a malformed file
        reason = f"{error}".partition("\n")[0].strip(" .")
        raise FileFormatError(
            f"'{path}' is damaged or not in netCDF-4 layout ({reason}); restore it from a copy, "
            "or write it again with xarray"
        ) from error
    root = groups.pop("/")
    attrs, root.attrs = root.attrs, {}
    return ({"/": root} if root.variables else {}) | groups, attrs


def _commit(target: Path, parts: Iterable[bytes]) -> None:
    """Write beside the target, sync, rename over it: readers see the old file or the new one."""
    temporary = target.with_name(f".intensify-{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(temporary, flags, 0o666)
        try:
            for part in parts:
                rest = memoryview(part)
                while rest:
                    rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    # Windows and some network disks refuse to sync a folder; the file itself is synced.
    with contextlib.suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _image(groups: Mapping[str, xarray.Dataset], attrs: Mapping[str, Any]) -> bytes:
    """The bytes of the HDF5 file."""
    import h5py

    size = sum(dataset.nbytes for dataset in groups.values())
    if size > guard.LIMIT:
        raise ValueError(f"{size:.3g} bytes of data, above {guard.LIMIT:.3g}; save several files")
    identities = itertools.count()
    with h5py.File.in_memory(libver=("v110", "v110"), track_order=True) as file:
        _write_text(file, "_NCProperties", guard.MARK.decode())
        _write_attributes(file, attrs)
        for name, dataset in groups.items():
            if name == "/" and dataset.attrs:
                raise ValueError("attributes of the root '/' are the file's; pass them as attrs")
            if name != "/" and not _GROUP.fullmatch(name):
                raise ValueError(f"group name {name!r}: begin with a letter, without '/'")
            group = file if name == "/" else file.create_group(name, track_order=True)
            _write_group(group, dataset, identities)
        file.flush()
        return file.id.get_file_image()


def _write_group(group: h5py.Group, dataset: xarray.Dataset, identities: Iterator[int]) -> None:
    """Variables, then the scales of their dimensions, numbered through the whole file."""
    for name in (*dataset.variables, *dataset.sizes):
        if not _NAME.fullmatch(name):
            raise ValueError(f"name {name!r}: begin with a letter, without blanks and '/'")
    _write_attributes(group, dataset.attrs)
    auxiliary = [name for name in dataset.coords if name not in dataset.sizes]
    if auxiliary:
        _write_text(group, "coordinates", " ".join(auxiliary))
    sizes, dimensions = dict(dataset.sizes), {}
    for name, variable in dataset.variables.items():
        values = _stored(name, variable)
        item = _create(group, name, values.shape, values.dtype)
        item[...] = values
        dimensions[name] = variable.dims
        if values.ndim > variable.ndim:  # text: its bytes are a dimension of their own
            width = values.shape[-1]
            dimensions[name] += (f"_text{width}",)
            sizes[f"_text{width}"] = width
            _write_text(item, "_Encoding", "utf-8")
        elif variable.dtype == bool:
            _write_text(item, "dtype", "bool")
        _write_attributes(item, variable.attrs)
    numbers = {name: next(identities) for name in sizes}
    for name, size in sizes.items():
        if name in dimensions:
            group[name].make_scale(name)
        else:
            _create(group, name, (size,), "f4").make_scale(_BARE_DIMENSION % size)
        group[name].attrs.create("_Netcdf4Dimid", numbers[name], dtype="i4")
    for name, axes in dimensions.items():
        if name in numbers:  # HDF5 gives a scale no scales: netCDF-4 lists its dimensions' numbers
            row = [numbers[axis] for axis in axes]
            group[name].attrs.create("_Netcdf4Coordinates", row, dtype="i4")
        else:
            for axis, scale in zip(group[name].dims, axes, strict=True):
                axis.attach_scale(group[scale])


def _create(group: h5py.Group, name: str, shape: tuple[int, ...], dtype: Any) -> h5py.Dataset:
    """A dataset under fletcher32, which HDF5 offers only where there is something to chunk."""
    protection = {"chunks": True, "fletcher32": True} if shape and 0 not in shape else {}
    return group.create_dataset(name, shape=shape, dtype=dtype, track_order=True, **protection)


def _stored(name: str, variable: xarray.Variable) -> np.ndarray:
    """Values as stored: text as UTF-8 bytes along one more dimension, booleans as int8."""
    for key in ("units", "long_name"):
        if not isinstance(variable.attrs.get(key), str) or not variable.attrs[key]:
            raise ValueError(f"variable '{name}' has no {key}; set attrs['{key}'] to a text")
    values = np.asarray(variable.values)
    if values.dtype.kind in "OU":
        encoded = np.array([_utf8(name, text) for text in values.flat], dtype=bytes)
        return encoded.reshape(*values.shape, 1).view("S1")
    if values.dtype == bool:
        return values.astype("i1")
    if values.dtype.str[1:] not in _NUMBERS:
        raise ValueError(f"variable '{name}' is {values.dtype}; use numbers, booleans or text")
    return values.astype(values.dtype.newbyteorder("<"))


def _write_attributes(item: h5py.Group | h5py.Dataset, attrs: Mapping[str, Any]) -> None:
    for name, value in attrs.items():
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise ValueError(f"attribute name {name!r} of '{item.name}' is reserved or malformed")
        if isinstance(value, str):
            _write_text(item, name, value)
        elif isinstance(value, bool | np.bool_):  # netCDF has no boolean: one int8 stands for it
            item.attrs.create(name, int(value), dtype="i1")
        elif isinstance(value, int | np.integer):
            item.attrs.create(name, int(value), dtype="i8")
        elif isinstance(value, float | np.floating):
            item.attrs.create(name, float(value), dtype="f8")
        elif _is_row(value):
            item.attrs.create(name, value, dtype=value.dtype.newbyteorder("<"))
        else:
            raise ValueError(
                f"attribute '{name}' of '{item.name}' is {value!r}; "
                "use text, a number, a boolean or a 1-D array of numbers"
            )


def _is_row(value: Any) -> bool:
    is_filled = isinstance(value, np.ndarray) and value.ndim == 1 and value.size > 0
    return is_filled and value.dtype.str[1:] in _NUMBERS


def _write_text(item: h5py.Group | h5py.Dataset, name: str, text: str) -> None:
    import h5py

    encoded = _utf8(name, text)
    # At least two bytes, because h5netcdf does not decode one.
    item.attrs.create(name, encoded, dtype=h5py.string_dtype("utf-8", max(len(encoded), 2)))


def _utf8(name: str, text: Any) -> bytes:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(f"'{name}' holds {text!r}; use text without NUL characters")
    return text.encode()


def _read_group(netcdf: h5netcdf.File, group: h5py.Group, is_ours: bool) -> xarray.Dataset:
    import xarray
    from xarray.backends import H5NetCDFStore

    lazy = H5NetCDFStore(netcdf, group=group.name)
    dataset = xarray.open_dataset(lazy, decode_times=False, decode_timedelta=False)
    variables = {}
    for name, variable in dataset.variables.items():
        attrs = _plain(variable.attrs, group[name] if is_ours else None)
        variables[name] = (variable.dims, _native(variable.values), attrs)
    return xarray.Dataset(
        {name: variables[name] for name in dataset.data_vars},
        {name: variables[name] for name in dataset.coords},
        _plain(dataset.attrs, group if is_ours else None),
    )


def _native(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8")
    return values.astype(str if values.dtype == object else values.dtype.newbyteorder("="))


def _plain(attrs: Mapping[str, Any], item: h5py.Group | h5py.Dataset | None) -> dict[str, Any]:
    """Attributes as Python values; `item` is the HDF5 object if `save` has written it."""
    plain: dict[str, Any] = {}
    for name, value in attrs.items():
        if isinstance(value, bytes):
            plain[name] = value.decode()
        elif item and item.attrs.get_id(name).shape == (1,):  # readers hand out its one number
            plain[name] = np.atleast_1d(value)
        elif item and isinstance(value, np.int8):
            plain[name] = bool(value)
        else:
            plain[name] = value.item() if isinstance(value, np.generic) else value
    return plain
