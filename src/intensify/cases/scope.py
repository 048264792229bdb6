"""What a block of a case is checked against: the network, the specification, the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from intensify.cases.document import Key, Report
from intensify.chemistry import Network
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError
from intensify.reactors.vessels.feed import filled
from intensify.specification import SafetyLimit, Specification
from intensify.units import format

MOST_MADE = 64
"""Parts that `Scope.once` keeps."""


class Scope(NamedTuple):
    """One block's place in the case; parts that are in error themselves are None."""

    path: tuple[Key, ...]
    report: Report
    net: Network | None
    rho_cp: float
    spec: Specification | None
    limit: SafetyLimit | None
    per_kg: bool = False  # rates per kg of catalyst
    built: Mapping[str, Any] = {}  # reactors that stand above this one
    made: dict[Any, Any] | None = None  # parts of samples built before; see `once`

    def add(self, sentence: str, *where: Key) -> None:
        """Note what is wrong at a key below this block."""
        self.report.add((*self.path, *where), sentence)

    def once(self, make: Callable[..., Any], *parts: Any) -> Any:
        """make(self, *parts), made once for all samples of a sweep that share these very parts."""
        if self.made is None:
            return make(self, *parts)
        key = (make, id(self.net), *map(id, parts))
        if key not in self.made:
            problems = len(self.report.problems)
            found = make(self, *parts)
            if len(self.report.problems) > problems:
                return found
            if len(self.made) >= MOST_MADE:
                self.made.clear()
            # the parts are kept with it, so that no other object takes their place in memory
            self.made[key] = found, self.net, parts
            return found
        return self.made[key][0]

    def contents(
        self, c: Mapping[str, float], solvent: str | None, *where: Key
    ) -> dict[str, float]:
        """Concentrations of a liquid by name, filled up with its solvent [mol/m3]."""
        if self.net is None:
            return {}
        names = self.net.names
        for name in c:
            if name not in names:
                self.add(unknown("species", name, names), *where, "c", name)
        if solvent is not None and solvent not in names:
            self.add(unknown("species", solvent, names), *where, "solvent")
        elif solvent is not None and self.net.v[names.index(solvent)] <= 0.0:
            self.add("fills up by molar volume, but its v is unknown", *where, "solvent")
        elif all(name in names for name in c):
            try:
                found = filled(self.net, c, solvent)
                return {name: float(x) for name, x in zip(names, found, strict=True)}
            except InputError as error:
                self.add(str(error), *where, "c")
        return {}

    def key_index(self) -> int:
        """Column of the key reactant; 0 where the case is in error about it."""
        if self.net is None or self.spec is None or self.spec.key not in self.net.names:
            return 0
        return self.net.names.index(self.spec.key)

    def need_key(self, liquids: list[dict[str, float]], *where: Key) -> None:
        """The key reactant must be in one of the liquids."""
        if self.spec is None or self.net is None or self.spec.key not in self.net.names:
            return
        if not any(c.get(self.spec.key, 0.0) > 0.0 for c in liquids) and all(liquids):
            self.add(f"has no '{self.spec.key}', the key of the specification", *where)

    def within_limit(self, T: float | None, *where: Key) -> None:
        """A temperature that is set must not be above the case's own limit."""
        if T is not None and self.limit is not None and self.limit.T < T:
            limit = format(self.limit.T, "K")
            self.add(f"{format(T, 'K')} is above limit.T of {limit}; lower it", *where)
