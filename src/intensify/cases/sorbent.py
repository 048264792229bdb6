"""Sorbents of a case: an isotherm, and how fast each species is taken up."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from intensify.cases.schema import Block, JoulePerMole, Temperature
from intensify.errors import InputError
from intensify.reactors.sorbents.sorption_steps import Sorbent
from intensify.sorption import freundlich, langmuir, linear, sips, toth
from intensify.units import Number, Unit

Uptake = Annotated[float, Unit("1/s")]  # numbers below 0 have sentences of the engine's own
Law = Literal["langmuir", "sips", "toth", "freundlich", "linear"]


class SorbedBlock(Block):
    """A species on the sorbent: capacity qs, affinity b, exponent n, heat, uptake k.

    Of `linear` and `freundlich` K instead of qs and b, in mol/kg for a pressure of 1 Pa.
    """

    qs: Annotated[float, Unit("mol/kg")] | None = None
    b: Annotated[float, Unit("1/Pa")] | None = None
    K: Number | None = None
    n: Number = 1.0
    dH: JoulePerMole = 0.0
    k: Uptake


class SorbentBlock(Block):
    """A sorbent, its density in the bed, and what adsorbs, by name."""

    isotherm: Law = "langmuir"
    density: Annotated[float, Unit("kg/m3")]
    T_ref: Temperature = 298.15
    t: Number = 1.0
    species: Annotated[dict[str, SorbedBlock], Field(min_length=1, max_length=50)]


class SorbedLiquidBlock(Block):
    """A species from a liquid: loadings per volume of solid over concentrations; K = q/c."""

    qs: Annotated[float, Unit("mol/m3")] | None = None
    b: Annotated[float, Unit("m3/mol")] | None = None
    K: Number | None = None
    n: Number = 1.0
    dH: JoulePerMole = 0.0
    k: Uptake


class ResinBlock(Block):
    """A solid in a liquid, between the voids, and what adsorbs on it, by name."""

    isotherm: Law = "linear"
    T_ref: Temperature = 298.15
    t: Number = 1.0
    species: Annotated[dict[str, SorbedLiquidBlock], Field(min_length=1, max_length=50)]


def isotherm_of(block: Any) -> Any:
    """The isotherm of a sorbent's block; InputError: numbers that it needs and lacks."""
    rows, law = block.species, block.isotherm
    needs = ("K",) if law in ("linear", "freundlich") else ("qs", "b")
    wrong = [
        (f"species.{name}", f"has no {key}, which {law} needs")
        for name, row in rows.items() for key in needs if getattr(row, key) is None
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)

    def column(key: str) -> list[float]:
        return [getattr(row, key) for row in rows.values()]

    both = {"dH": column("dH"), "T_ref": block.T_ref}
    if law == "linear":
        return linear(column("K"), **both)
    if law == "freundlich":
        return freundlich(column("K"), n=column("n"), **both)
    if law == "toth":
        return toth(column("qs"), column("b"), t=block.t, **both)
    if law == "sips":
        return sips(column("qs"), column("b"), n=column("n"), **both)
    return langmuir(column("qs"), column("b"), **both)


def sorbent_of(block: Any, density: float) -> Sorbent:
    """The sorbent of a block, so much of it in the bed."""
    uptake = tuple(row.k for row in block.species.values())
    return Sorbent(isotherm_of(block), tuple(block.species), uptake, density)
