"""Typed warnings: a sentence that knows which number it is about, and where a model holds."""

from __future__ import annotations

from typing import Any, Self

INF = float("inf")


class Caution(str):
    """A sentence on validity, with the name of a number, its value and the limits it should keep.

    Reads, prints and compares as the sentence; `row` and `of_row` are for files.

    >>> few = Caution("Re 30000 is too high", name="Re", value=3e4, high=2300.0)
    >>> print(few), few.name, few.high
    Re 30000 is too high
    (None, 'Re', 2300.0)
    """

    __slots__ = ("high", "low", "name", "value")
    name: str
    value: float
    low: float
    high: float

    def __new__(
        cls, sentence: str, *, name: str, value: float, low: float = -INF, high: float = INF
    ) -> Self:
        """The sentence with what it is about."""
        self = super().__new__(cls, sentence)
        self.name, self.value, self.low, self.high = name, float(value), float(low), float(high)
        return self

    def __getnewargs_ex__(self) -> Any:
        """For copies and other processes."""
        kept = {key: getattr(self, key) for key in self.__slots__}
        return (str(self),), kept

    def row(self) -> list[Any]:
        """[sentence, name, value, low, high] as JSON knows them; no limit is None."""
        limits = [x if abs(x) < INF else None for x in (self.low, self.high)]
        return [str(self), self.name, self.value, *limits]


def as_row(warning: str) -> Any:
    """A warning for a JSON file: a plain sentence, or a `Caution`'s row."""
    return warning.row() if isinstance(warning, Caution) else warning


def of_row(row: Any) -> str:
    """The inverse of `as_row`.

    >>> of_row(as_row(Caution("De is 5", name="De", value=5.0, low=11.6))).low
    11.6
    """
    if isinstance(row, str):
        return row
    sentence, name, value, low, high = row
    return Caution(
        sentence,
        name=name,
        value=value,
        low=-INF if low is None else low,
        high=INF if high is None else high,
    )


def outside(
    name: str, value: float, *, what: str, low: float = -INF, high: float = INF
) -> list[Caution]:
    """A caution in a list where a number leaves the range in which `what` holds, else none.

    >>> outside("Re", 3e4, low=2300.0, high=1e4, what="the transitional Nu")
    ['Re 3e+04 is outside the range of the transitional Nu: 2300 to 1e+04']
    """
    if low <= value <= high:
        return []
    if high == INF:
        allowed = f"{low:.4g} or more"
    else:
        allowed = f"{high:.4g} or less" if low == -INF else f"{low:.4g} to {high:.4g}"
    sentence = f"{name} {value:.4g} is outside the range of {what}: {allowed}"
    return [Caution(sentence, name=name, value=value, low=low, high=high)]
