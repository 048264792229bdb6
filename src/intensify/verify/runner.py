"""`verify`: run reference cases through the engine; `run`: the same with console output."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from intensify import store
from intensify.errors import FileFormatError, InputError
from intensify.verify.case import Case, case_files, read_case
from intensify.verify.report import FAILED, PASSED, SKIPPED, Check, Outcome, Report, check


def verify(
    paths: Sequence[str | Path] = (),
    *,
    kind: str | None = None,
    area: str | None = None,
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> Report:
    """Run reference cases: files or folders, the shipped ones without any.

    kind, area: only these. tell: called with each outcome as it comes.
    A case that crashes has failed; a kind without an adapter is skipped; a file that is no case
    stands in the report's `errors`. InputError: a missing path, or no case of that kind and area.
    """
    from intensify.verify.adapters import ADAPTERS

    files, cases, errors = case_files(paths), [], []
    for path in files:
        try:
            cases.append(read_case(path))
        except FileFormatError as error:
            errors.append(str(error))
    chosen = [c for c in cases if kind in (None, c.kind) and area in (None, c.area)]
    if cases and not chosen:
        there = ", ".join(sorted({c.kind if kind is not None else c.area for c in cases}))
        raise InputError(
            f"no case has kind {kind or 'any'} and area {area or 'any'}; there are: {there}"
        )
    outcomes = []
    for case in chosen:
        outcomes.append(outcome_of(case, ADAPTERS.get(case.kind)))
        tell(outcomes[-1])
    return Report(outcomes, errors)


def outcome_of(case: Case, adapter: Callable[..., dict[str, Any]] | None) -> Outcome:
    """Run one case; the adapter sees the inputs and the names of what is expected, no value."""
    if adapter is None:
        return Outcome(case, SKIPPED, [], 0.0, f"no adapter for kind '{case.kind}'")
    began = time.perf_counter()
    try:
        computed = flat(adapter(case.inputs, [q.name for q in case.expected]))
    except Exception as error:  # a crash is this case's failure; the other cases still run
        return Outcome(case, FAILED, [], time.perf_counter() - began, sentence(error))
    checks = []
    for quantity in case.expected:
        if quantity.name not in computed:
            checks.append(Check(quantity, None, f"kind '{case.kind}' computes no such quantity"))
            continue
        try:
            value = computed[quantity.name]
            checks.append(check(quantity, value() if callable(value) else value))
        except Exception as error:  # likewise for one quantity
            checks.append(Check(quantity, None, sentence(error)))
    status = FAILED if any(c.miss for c in checks) else PASSED
    return Outcome(case, status, checks, time.perf_counter() - began)


def sentence(error: Exception) -> str:
    """What went wrong, in one line."""
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")


def flat(computed: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Nested quantities by "outer/inner"."""
    out: dict[str, Any] = {}
    for key, value in computed.items():
        out |= flat(value, f"{path}{key}/") if isinstance(value, dict) else {f"{path}{key}": value}
    return out


def run(
    paths: Sequence[str | Path] = (),
    *,
    json_path: str | Path | None = None,
    kind: str | None = None,
    area: str | None = None,
) -> int:
    """`verify` for the command line: prints as it goes, returns the exit code.

    0: none failed; 1: a case failed; 2: a file is no case. WriteError: no JSON report there.
    """

    def tell(outcome: Outcome) -> None:
        print("\n".join(outcome.lines()), flush=True)

    report = verify(paths, kind=kind, area=area, tell=tell)
    for error in report.errors:
        print(error, file=sys.stderr)
    print(report.summary)
    if json_path is not None:
        write_json(Path(json_path), report.as_dict())
    return report.exit_code


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a report as JSON. WriteError: it cannot be written."""
    store.write(path, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())
