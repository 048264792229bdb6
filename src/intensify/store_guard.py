"""What a file must be before it is believed: whole, and within the limits.

The seal (a checksum behind the HDF5 image, which HDF5 itself ignores) reveals accidents. It holds
no secret, so it says nothing about intent: `heaps` and `limits` apply to every file, sealed or not.
"""

from __future__ import annotations

import hashlib
import math
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import FileFormatError, InputError

if TYPE_CHECKING:
    import h5py

LIMIT = 2 * 2**30
"""Bytes that all datasets of one file may take in memory together."""

MARK = b"version=2,intensify=1"
"""Text of the root attribute `_NCProperties`: the file is ours, so a seal must follow the image."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MAGIC = b"\x89ITK\r\n\x1a\n"
_DIGEST = 32
_HEAP = b"GCOL\x01\0\0\0"


def seal(image: bytes | memoryview) -> bytes:
    """Bytes to append to an HDF5 image: its blake2b digest and a magic number.

    >>> len(seal(b"image"))
    40
    """
    return hashlib.blake2b(image, digest_size=_DIGEST).digest() + _MAGIC


def read(path: Path) -> tuple[bytes, bool]:
    """The bytes of a file, and whether `save` wrote them; they are whole as far as can be told.

    Raises InputError if it cannot be read, FileFormatError if it is no HDF5 file or damaged.

    >>> read(Path("nowhere.h5"))
    Traceback (most recent call last):
    intensify.errors.InputError: 'nowhere.h5' cannot be read: No such file or directory
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileFormatError(f"'{path}' is a folder or a device; give the path of a file")
        if status.st_size > 2 * LIMIT:
            raise FileFormatError(
                f"'{path}' has {status.st_size:.3g} bytes, above {2 * LIMIT:.3g}; split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"'{path}' cannot be read: {error.strerror}") from error
    is_ours = is_sealed(data, f"{path}")
    heaps(data, f"{path}")
    return data, is_ours


def is_sealed(data: bytes, path: str) -> bool:
    """True for a whole file of ours, False for a file of another program.

    Raises FileFormatError if the seal is broken or missing, or if the file is not HDF5 at all.

    >>> is_sealed(b"CDF", "old.nc")
    Traceback (most recent call last):
    intensify.errors.FileFormatError: 'old.nc' is not an HDF5 file; give one in netCDF-4 layout
    """
    tail = _DIGEST + len(_MAGIC)
    is_ours = MARK in data or data.endswith(_MAGIC)
    if is_ours and seal(memoryview(data)[:-tail]) != data[-tail:]:
        raise FileFormatError(
            f"'{path}' is damaged, or was changed by another program: its checksum does not match; "
            "restore it from a copy or compute the result again"
        )
    if not data.startswith(_SIGNATURE):
        what = "not an HDF5 file" if data else "empty"
        raise FileFormatError(f"'{path}' is {what}; give one in netCDF-4 layout")
    return is_ours


def heaps(data: bytes, path: str) -> None:
    """Refuse an image in which a heap of variable-length text does not add up.

    HDF5 2.0 reads such a heap for ever. A heap is `GCOL`, version 1, its size, and objects of a
    16-byte header (index, references, size) and data padded to 8 bytes; index 0 is the free rest.
    """

    def number(at: int, width: int) -> int:
        return int.from_bytes(data[at : at + width], "little")

    start = data.find(_HEAP)
    while start >= 0:
        at, end = start + 16, start + number(start + 8, 8)
        while at + 16 <= end <= len(data):
            is_rest, size = number(at, 2) == 0, number(at + 8, 8)
            if is_rest and size != end - at:
                break
            at = end if is_rest else at + 16 + -(-size // 8) * 8
        if not at <= end <= len(data) or end - at >= 16:
            raise FileFormatError(
                f"'{path}' is damaged: the text heap at byte {start} does not add up; "
                "restore it from a copy"
            )
        start = data.find(_HEAP, start + 8)


def limits(file: h5py.File, path: str, length: int) -> list[str]:
    """Paths of all groups ("/", "a", "a/b") in an open file of `length` bytes, parents first.

    Raises FileFormatError, naming the object, for links, data kept in another file, types other
    than numbers and text, and more than `LIMIT` bytes declared. Nothing but metadata is read.
    """
    import h5py

    groups, seen, total = ["/"], {_address(file)}, 0
    for parent in groups:
        group = file[parent]
        _attributes(group, path, length)
        for name in group:
            where = name if parent == "/" else f"{parent}/{name}"
            if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
                raise _refusal(path, where, "is a link to another place or file")
            item = group[name]
            if _address(item) in seen:
                raise _refusal(path, where, "is a second name of another object")
            seen.add(_address(item))
            if isinstance(item, h5py.Group):
                groups.append(where)
                continue
            if not isinstance(item, h5py.Dataset):
                raise _refusal(path, where, "is a named type")
            storage = item.id.get_create_plist()
            if storage.get_external_count() or storage.get_layout() == h5py.h5d.VIRTUAL:
                raise _refusal(path, where, "keeps its data in another file")
            total += _size(item, path, where, length)
            if total > LIMIT:
                what = f"brings the data to {total:.3g} bytes, above {LIMIT:.3g}"
                raise _refusal(path, where, what)
            _attributes(item, path, length)
    return groups


def _attributes(item: h5py.Group | h5py.Dataset, path: str, length: int) -> None:
    """Refuse attributes that are neither numbers nor text nor netCDF-4's own lists."""
    import h5py

    for name in item.attrs:
        where = f"{item.name}@{name}"
        attribute = item.attrs.get_id(name)
        if name == "DIMENSION_LIST":
            kind = attribute.get_type()
            is_list = kind.get_class() == h5py.h5t.VLEN
            if not is_list or kind.get_super().get_class() != h5py.h5t.REFERENCE:
                raise _refusal(path, where, "is no list of dimensions")
        elif name != "REFERENCE_LIST" and _size(attribute, path, where, length) > LIMIT:
            raise _refusal(path, where, f"can take more than {LIMIT:.3g} bytes")


def _size(item: h5py.Dataset | h5py.h5a.AttrID, path: str, where: str, length: int) -> int:
    """Most bytes that the values of a dataset or an attribute can take in memory."""
    import h5py

    kind = (item.id if isinstance(item, h5py.Dataset) else item).get_type()
    count, size = math.prod(item.shape or ()), kind.get_size()
    if kind.get_class() == h5py.h5t.STRING:
        # A str costs 50 bytes on top; many texts of variable length may share the same bytes.
        return count * (64 + (length if kind.is_variable_str() else size))
    if kind.get_class() not in (h5py.h5t.INTEGER, h5py.h5t.FLOAT):
        raise _refusal(path, where, "is neither number nor text")
    return count * size


def _address(item: h5py.Group | h5py.Dataset) -> int:
    import h5py

    return h5py.h5o.get_info(item.id).addr


def _refusal(path: str, where: str, what: str) -> FileFormatError:
    return FileFormatError(
        f"'{path}' is not opened, because '{where}' {what}; write it again as plain netCDF-4"
    )
