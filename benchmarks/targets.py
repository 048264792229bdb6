"""Records beside what was asked for, as a table; and beside earlier records."""

from __future__ import annotations

import os
import platform
from datetime import date

COUNTS, RATIOS = 1.1, 1.5
"""How many times worse a count, and a measured figure with its noise, may be."""

HEAD = """# Benchmarks

`python benchmarks/run.py [NAME ...] [--quick] [--json FILE] [--compare BASE.json] [--table FILE]`

Engine and peers run on the same equations in one process, interleaved, and are compared at equal
error against a tight reference. `--compare` fails where a count is more than {counts:.0%} or a
figure more than {ratios:.0%} worse than in an earlier file of `--json`. The table below is what
`--table` writes; ratios are those of peer over engine, the least of the errors compared.

{what} of {day}, {machine}, {cores} cores, {versions}.

| issue | benchmark | what | asked | measured | error | |
|---|---|---|---|---|---|---|
"""


def number(x):
    """A figure in three digits."""
    return f"{x:.3g}" if abs(x) < 1000 else f"{x:,.0f}"


def table(records, *, quick):
    """The table of all targets in markdown."""
    versions = ", ".join(f"{k} {v}" for k, v in records[0]["versions"].items())
    head = HEAD.format(
        counts=COUNTS - 1.0, ratios=RATIOS - 1.0, what="Quick run" if quick else "Full run",
        day=date.today().isoformat(), machine=platform.machine(), cores=os.cpu_count(),
        versions=versions,
    )  # fmt: skip
    rows = sorted(
        ((t["issue"], record["name"], t) for record in records for t in record["targets"]),
        key=lambda row: row[0],
    )
    lines = [
        f"| {issue} | `{name}` | {t['what']} | {'>=' if t['least'] else '<='} "
        f"{number(t['asked'])} {t['unit']} | {number(t['measured'])} {t['unit']} | {t['errors']} "
        f"| {'met' if t['met'] else '**not met**'} |"
        for issue, name, t in rows
    ]
    met = sum(t["met"] for _, _, t in rows)
    return head + "\n".join(lines) + f"\n\n{met} of {len(rows)} met.\n"


def worse(records, base):
    """A sentence for each count or figure that is worse than in earlier records."""
    before = {record["name"]: record for record in base}
    out = []
    for record in records:
        old = before.get(record["name"])
        if old is None:
            continue
        for key, n in record["counts"].items():
            if n > COUNTS * old["counts"].get(key, n):
                out.append(f"{record['name']}: {key} {n}, was {old['counts'][key]}")
        earlier = {t["what"]: t for t in old["targets"]}
        for t in record["targets"]:
            was = earlier.get(t["what"])
            if was is None:
                continue
            good, bad = was["measured"], t["measured"]
            if (good > RATIOS * bad) if t["least"] else (bad > RATIOS * good):
                out.append(f"{record['name']}: {t['what']}: {t['measured']:.3g} {t['unit']}, was "
                           f"{was['measured']:.3g}")  # fmt: skip
    return out
