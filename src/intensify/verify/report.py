"""What a verification found: quantities, cases, and the whole, as lines and as JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from intensify.verify.case import Case, Quantity, is_number

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


class Check(NamedTuple):
    """One quantity: what was expected and computed; `miss` is empty where it passed."""

    quantity: Quantity
    computed: Any
    miss: str


class Outcome(NamedTuple):
    """One case: its status, its quantities, and a sentence where it was skipped or crashed."""

    case: Case
    status: str
    checks: list[Check]
    seconds: float = 0.0
    message: str = ""

    def lines(self) -> list[str]:
        """One line for the case, and one for each quantity that misses."""
        case, misses = self.case, [check for check in self.checks if check.miss]
        text = self.message or (
            f"{len(misses)} of {len(self.checks)} quantities miss"
            if misses
            else f"{len(self.checks)} quantities, {self.seconds:.2f} s"
        )
        return [f"{self.status:7} {case.area}/{case.name}: {text}"] + [
            f"  miss  {case.area}/{case.name} {check.quantity.name}: {check.miss}"
            for check in misses
        ]


class Report(NamedTuple):
    """All cases, and the files that are none, each with the sentence about it."""

    outcomes: list[Outcome]
    errors: list[str]

    def count(self, status: str) -> int:
        """How many cases passed, failed or were skipped."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0: none failed; 1: a case failed; 2: a file is no case."""
        return 2 if self.errors else int(self.count(FAILED) > 0)

    @property
    def summary(self) -> str:
        """The closing line."""
        return ", ".join(f"{self.count(status)} {status}" for status in (PASSED, FAILED, SKIPPED))

    def __str__(self) -> str:
        lines = [line for outcome in self.outcomes for line in outcome.lines()]
        return "\n".join([*lines, *self.errors, self.summary])

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, texts and lists, for JSON; what is not finite as text."""
        cases = [
            {
                **{key: getattr(o.case, key) for key in ("name", "area", "kind")},
                "path": str(o.case.path),
                "status": o.status,
                "seconds": o.seconds,
                "message": o.message,
                "quantities": [
                    {**c.quantity._asdict(), "computed": plain(c.computed), "miss": c.miss}
                    for c in o.checks
                ],
            }
            for o in self.outcomes
        ]
        counts = {status: self.count(status) for status in (PASSED, FAILED, SKIPPED)}
        return {**counts, "errors": self.errors, "cases": cases}


def plain(value: Any) -> Any:
    """A number, text or list of them as JSON can hold it."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(x) for x in value]
    return value if value is None or isinstance(value, str) or is_number(value) else str(value)


def check(quantity: Quantity, computed: Any) -> Check:
    """Compare, lists element by element.

    >>> check(Quantity("X", 0.5, rtol=1e-3), 0.5001).miss
    ''
    >>> check(Quantity("X", 0.5, rtol=1e-3), 0.501).miss
    '0.501 instead of 0.5 (off by 0.001, allowed 0.0005)'
    """
    computed = plain(computed)
    return Check(quantity, computed, miss(quantity.value, computed, quantity.rtol, quantity.atol))


def miss(value: Any, computed: Any, rtol: float, atol: float) -> str:
    """The sentence about a value that misses, empty where it does not."""
    if isinstance(value, list):
        if not isinstance(computed, list) or len(computed) != len(value):
            return f"{computed!r:.60} instead of a list of {len(value)}"
        pairs = enumerate(zip(value, computed, strict=True))
        each = [(i, miss(v, c, rtol, atol)) for i, (v, c) in pairs]
        wrong = [f"[{i}] {text}" for i, text in each if text]
        more = f"; {len(wrong)} elements miss" if len(wrong) > 1 else ""
        return f"{wrong[0]}{more}" if wrong else ""
    if isinstance(value, str) or not is_number(computed):
        return "" if value == computed else f"{computed!r:.60} instead of {value!r:.60}"
    off, allowed = abs(computed - value), atol + rtol * abs(value)
    if off <= allowed:
        return ""
    return f"{computed:.12g} instead of {value:.12g} (off by {off:.3g}, allowed {allowed:.3g})"
