"""Benchmarks against peers: `python benchmarks/run.py [NAME ...] [--json FILE] [--quick]`.

One process, runs interleaved, compared at equal error: each solver runs over several tolerances,
and its time is interpolated (log-log) at the errors that are compared. Error: largest deviation
from a tight reference, relative to each state's scale.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import beds
import campaigns
import chemistry
import columns
import liquids
import pellets
import plasma
import safety
import sorption
import targets
import transient

BENCHMARKS = {
    "startup": liquids.startup,
    "semibatch": liquids.semibatch,
    "channel": liquids.channel,
    "engulfment": liquids.engulfment,
    "transient": transient.transient,
    "hot_spots": safety.hot_spots,
    "tube": beds.tube,
    "tubes": beds.tubes,
    "pellets": pellets.pellets,
    "ignition": chemistry.ignition,
    "ignitions": chemistry.ignitions,
    "wall": chemistry.wall,
    "rates": chemistry.rates,
    "loading": chemistry.loading,
    "campaign": campaigns.campaign,
    "breakthrough": sorption.breakthrough,
    "cycles": sorption.cycles,
    "columns": columns.columns,
    "plasma": plasma.plasma,
}
LONG = ("pellets",)
"""Take half an hour each: with --quick only where they are named."""
LIBRARIES = ("intensify", "numpy", "numba", "scipy", "scikit-sundae", "cantera")


def main():
    """Run the named benchmarks, all without a name, and print or write a record each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="write the records to this file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, and not the longest")
    parser.add_argument("--compare", type=Path, metavar="BASE",
                        help="fail where counts or ratios are worse than in this file")  # fmt: skip
    parser.add_argument("--table", type=Path, metavar="FILE",
                        help="write the table of targets, as in benchmarks/README.md")  # fmt: skip
    parser.add_argument("--picture", type=Path, metavar="FILE",
                        help="draw the work and precision of ignition")  # fmt: skip
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]}; known: {', '.join(BENCHMARKS)}")
    versions = {name: metadata.version(name) for name in LIBRARIES}
    versions["python"] = platform.python_version()
    records = []
    for name in args.names or [n for n in BENCHMARKS if not (args.quick and n in LONG)]:
        print(name, flush=True)
        record = {"name": name, **BENCHMARKS[name](args.quick), "versions": versions}
        record["peak_memory_MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        record["targets"] = [t._asdict() | {"met": bool(t.met)} for t in record["targets"]]
        records.append(record)
        if args.picture and name == "ignition":
            chemistry.picture(record, args.picture)
        print(*(f"  {line}" for line in record["text"]), sep="\n", flush=True)
    if args.json:
        args.json.write_text(json.dumps(records, indent=1))
    if args.table:
        args.table.write_text(targets.table(records, quick=args.quick))
    if args.compare:
        worse = targets.worse(records, json.loads(args.compare.read_text()))
        sys.exit("\n".join(worse) if worse else 0)


if __name__ == "__main__":
    main()
