"""Which code, which libraries and which machine a result comes from."""

from __future__ import annotations

import functools
import platform
from importlib import metadata

from intensify._jit import source_digest

LIBRARIES = ("numpy", "numba", "scipy", "cantera", "xarray", "h5py")


@functools.cache
def provenance() -> dict[str, str]:
    """Versions of the package and of what it rests on, and the digest of its sources."""
    out = {"intensify": metadata.version("intensify"), "sources": source_digest()}
    out["python"] = platform.python_version()
    for name in LIBRARIES:
        try:
            out[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            out[name] = "not installed"
    return out
