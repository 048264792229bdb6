"""A sweep on disk, `NAME.sweep/`: whatever happens to the process, what is there is whole.

    manifest.json     what the sweep is: written first, never changed
    .lock             held by the one process that writes; names it
    shard-000000.h5   rows of samples 0 to SHARD - 1, and so on

A shard is built in memory, synced, and renamed into place. It is written again with more rows
until it is whole, at the latest every FLUSH seconds, so that kill -9 costs that much work; readers
need no lock and see one state or the other. Equal samples give equal bytes, in any order.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from intensify import store
from intensify.campaigns.plan import Plan, Row
from intensify.campaigns.rules import rules_of
from intensify.campaigns.table import Table, table_of_dataset
from intensify.campaigns.values import Over
from intensify.errors import FileFormatError, InputError, IntensifyError, WriteError
from intensify.provenance import provenance

SHARD = 1024
FLUSH = 30.0
SCHEMA = "intensify campaign 1"
KIND = "intensify shard 1"


class BusyError(IntensifyError):
    """A sweep that another process is writing."""

    exit_code = 4


class ChangedError(IntensifyError):
    """A sweep on disk that is of another case, other samples or other code."""

    exit_code = 5


class Shards:
    """The folder of a sweep, open for writing; a context manager that holds its lock."""

    def __init__(self, folder: Path, plan: Plan, digest: str, *, flush: float = FLUSH) -> None:
        """digest: of the plan; flush: seconds after which begun shards are written."""
        self.folder, self.plan, self.digest, self.flush = folder, plan, digest, flush
        self.open: dict[int, Table] = {}
        self.written = time.monotonic()
        self.lock: IO[str] | None = None

    def __enter__(self) -> Shards:
        """Take the lock, write the manifest or hold it against the plan, clear what was left.

        BusyError, ChangedError, WriteError.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            self.lock = locked(self.folder)
        except OSError as error:
            raise WriteError(f"'{self.folder}' can't be written: {error.strerror}") from None
        try:
            self.agree()
        except BaseException:
            self.lock.close()
            raise
        for left in self.folder.glob(".intensify-*.tmp"):
            left.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is there, whatever ended the sweep, and let go of the lock."""
        try:
            self.commit()
        finally:
            if self.lock:
                self.lock.close()

    def agree(self) -> None:
        """The manifest is the plan's, or is written."""
        path = self.folder / "manifest.json"
        if path.exists():
            there = read_manifest(self.folder)["digest"]
            if there != self.digest:
                raise ChangedError(
                    f"'{self.folder}' holds a sweep of another case, other samples or another "
                    "version of the engine; take another folder, or delete it"
                )
            return
        if any(self.folder.glob("shard-*.h5")):
            raise FileFormatError(f"'{self.folder}' has shards but no manifest.json; take another "
                                  "folder")  # fmt: skip
        store.write(path, json.dumps(manifest(self.plan, self.digest), indent=1).encode())

    def done(self, *, mend: bool = True) -> Iterator[Table]:
        """Tables of the shards on disk, without damaged ones.

        mend: those are renamed *.bad, to be run again; else they are left as they are.
        """
        for shard in range(-(-self.plan.size // SHARD)):
            path = self.path(shard)
            if not path.exists():
                continue
            try:
                yield self.read(shard)
            except IntensifyError:
                if mend:
                    path.replace(path.with_suffix(".bad"))

    def todo(self) -> list[int]:
        """Samples that have no row yet; begun shards are opened to go on with."""
        whole: set[int] = set()
        missing: list[int] = []
        for table in self.done():
            whole.add(table.first // SHARD)
            if not table.whole:
                self.open[table.first // SHARD] = table
                missing += table.missing()
        for shard in range(-(-self.plan.size // SHARD)):
            if shard not in whole:
                missing += range(shard * SHARD, min((shard + 1) * SHARD, self.plan.size))
        return sorted(missing)

    def put(self, rows: Iterable[Row]) -> None:
        """Enter rows; whole shards are written at once, begun ones from time to time."""
        for row in rows:
            shard = row.number // SHARD
            if shard not in self.open:
                first = shard * SHARD
                self.open[shard] = Table(first, min(SHARD, self.plan.size - first))
            self.open[shard].put([row])
        for shard in [k for k, table in self.open.items() if table.whole]:
            self.write(shard)
            del self.open[shard]
        if time.monotonic() - self.written > self.flush:
            self.commit()

    def commit(self) -> None:
        """Write the begun shards."""
        for shard in self.open:
            self.write(shard)
        self.written = time.monotonic()

    def write(self, shard: int) -> None:
        """Write a shard in place of what is there."""
        table = self.open[shard]
        dataset = table.dataset((table.n,), ("sample",))
        attrs = {"kind": KIND, "digest": self.digest, "first": table.first}
        store.save(self.path(shard), {"/": dataset}, attrs)

    def path(self, shard: int) -> Path:
        """Where a shard lies."""
        return self.folder / f"shard-{shard:06d}.h5"

    def read(self, shard: int) -> Table:
        """A shard's rows. FileFormatError: damaged, or of another sweep."""
        groups, attrs = store.load(self.path(shard))
        first = shard * SHARD
        n = min(SHARD, self.plan.size - first)
        wanted = {"kind": KIND, "digest": self.digest, "first": first}
        if attrs != wanted or groups["/"].sizes.get("sample") != n:
            raise FileFormatError(f"'{self.path(shard)}' is no shard of this sweep")
        return table_of_dataset(first, groups["/"])


def locked(folder: Path) -> IO[str]:
    """The lock of a folder, held until it is closed. BusyError: somebody holds it."""
    handle = (folder / ".lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read(200).strip() or "another process"
        handle.close()
        raise BusyError(f"'{folder}' is being written by {holder}; wait for it, or stop it") from (
            None
        )
    handle.truncate(0)
    handle.write(f"process {os.getpid()} on {socket.gethostname()}")
    handle.flush()
    return handle


def manifest(plan: Plan, digest: str) -> dict[str, Any]:
    """What a folder says of its sweep: enough to resume it without the script that began it."""
    return {
        "schema": SCHEMA,
        "digest": digest,
        "name": plan.name,
        "case": plan.text,
        "folder": plan.folder,
        "reactor": plan.plant,
        "columns": [
            {"key": c.key, "unit": c.unit, "numbers": c.numbers.tolist(), "words": list(c.words)}
            for c in plan.columns
        ],
        "shape": list(plan.shape),
        "grid": plan.grid,
        "outputs": list(plan.outputs),
        "profiles": list(plan.profiles),
        "rtol": plan.rtol,
        "design": plan.design,
        "derive": dict(plan.rules.derive),
        "where": list(plan.rules.where),
        "provenance": provenance(),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder. InputError: there is none; FileFormatError: it is no manifest."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise InputError(f"'{folder}' holds no sweep: manifest.json is not there")
    with contextlib.suppress(ValueError):
        found = json.loads(path.read_bytes())
        if isinstance(found, dict) and found.get("schema") == SCHEMA:
            return found
    raise FileFormatError(f"'{path}' is damaged, or of another version; it should be "
                          f"'{SCHEMA}'")  # fmt: skip


def plan_in(folder: Path) -> tuple[Plan, str]:
    """The plan that a folder's manifest holds, and its digest. FileFormatError: incomplete."""
    found = read_manifest(folder)
    try:
        columns = tuple(
            Over(c["key"], np.array(c["numbers"], dtype=float), c["unit"], tuple(c["words"]))
            for c in found["columns"]
        )
        rules = rules_of([c.key for c in columns], found["derive"], found["where"])
        plan = Plan(found["name"], found["case"], found["folder"], found["reactor"], None, rules,
                    columns,
                    tuple(found["shape"]), found["grid"], tuple(found["outputs"]),
                    tuple(found["profiles"]), found["rtol"], found["design"])  # fmt: skip
        return plan, str(found["digest"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FileFormatError(f"'{folder / 'manifest.json'}' is incomplete: {error}") from None
