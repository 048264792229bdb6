"""How to cite the package, and where the numbers of a case come from."""

from __future__ import annotations

import textwrap
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intensify.cases import Case

AUTHORS = "The intensify developers"
LICENSE = "BSD-3-Clause"


def software() -> str:
    """The package itself, as a reference."""
    return f"{AUTHORS}: intensify, version {metadata.version('intensify')}. {LICENSE}."


def sources(case: Case) -> list[str]:
    """What the case says of its kinetics, plants and limit; assumptions are named as such.

    >>> from intensify import cases
    >>> sources(cases.load("thiosulfate-peroxide"))[1]
    'Plants - assumptions, marked where they stand'
    """
    limit = [f"Limit of {case.limit.T:g} K - {case.limit.source}"] if (
        case.limit is not None and case.limit.source) else []  # fmt: skip
    return [*case.source, *limit]


def citation(case: Case | None = None) -> str:
    """The references, as text: the package, and of a case its sources.

    >>> print(citation())  # doctest: +ELLIPSIS
    The intensify developers: intensify, version ... BSD-3-Clause.
    """
    if case is None:
        return software()
    wrap = textwrap.TextWrapper(96, initial_indent="- ", subsequent_indent="  ",
                                break_long_words=False, break_on_hyphens=False)  # fmt: skip
    rows = [wrap.fill(text) for text in sources(case)]
    return "\n".join([software(), "", f"{case.title} ({case.name}):", *rows])
