"""What can go wrong, as exceptions that carry a sentence and the command line's exit code."""

from __future__ import annotations


class IntensifyError(Exception):
    """Base of every error that the engine raises on purpose."""

    exit_code = 1


class InputError(IntensifyError):
    """Input that cannot be used; every problem found, each with the path of its key.

    >>> error = InputError([("vessel.V", "is -1 m3, but a volume is above 0")])
    >>> print(error)
    vessel.V: is -1 m3, but a volume is above 0
    """

    exit_code = 2

    def __init__(self, problems: str | list[tuple[str, str]]) -> None:
        self.problems = [("", problems)] if isinstance(problems, str) else list(problems)
        super().__init__(
            "\n".join(f"{path}: {text}" if path else text for path, text in self.problems)
        )


class SolveError(IntensifyError):
    """A computation that could not be finished at its tolerance: where, when and why."""


class SpecificationError(IntensifyError):
    """A result that misses the product specification or the safety limit it was asked to meet."""


class FileFormatError(IntensifyError):
    """A file that is foreign, damaged or hostile."""

    exit_code = 2


class WriteError(IntensifyError):
    """A file that could not be written; what stood there before is untouched."""

    exit_code = 3
