"""Miniaturised reactors of a case: blocks into `MiniaturisedReactor`."""

from __future__ import annotations

from typing import Any

from intensify.cases.document import Key
from intensify.cases.schema import MiniaturisedBlock, SectionBlock, ZoneBlock
from intensify.cases.scope import Scope
from intensify.reactors import (
    Metal,
    MiniaturisedReactor,
    Section,
    Zone,
    rectangular_section,
    round_section,
)
from intensify.units import INF


def build_channel(block: MiniaturisedBlock, scope: Scope) -> Any:
    """The channels of a block; what is wrong goes to the scope's report."""
    feed = scope.contents(block.c, block.solvent)
    scope.need_key([feed], "c")
    scope.within_limit(block.T, "T")
    section = _section(block.section, scope)
    zones = [_zone(zone, block.T, scope, "zones", k) for k, zone in enumerate(block.zones)]
    if scope.report.problems or scope.net is None:
        return None
    return MiniaturisedReactor(
        scope.net,
        feed=feed,
        T=block.T,
        flow=block.flow,
        section=section,
        zones=zones,
        channels=block.channels,
        metal=Metal(block.metal.ratio, block.metal.rho_cp),
        rho_cp=scope.rho_cp,
        mu=block.fluid.viscosity,
        rho=block.fluid.density,
        conductivity=block.fluid.conductivity,
    )


def _section(block: SectionBlock, scope: Scope) -> Section:
    a, b = block.width, block.height
    if block.diameter is not None and a is None and b is None:
        return round_section(block.diameter)
    if block.diameter is None and a is not None and b is not None:
        return rectangular_section(a, b)
    scope.add("needs a diameter, or width and height", "section")
    return round_section(1.0)


def _zone(block: ZoneBlock, T: float, scope: Scope, *where: Key) -> Zone:
    if (block.residence is None) == (block.length is None):
        scope.add("needs a residence or a length, one of them", *where)
    if sum(map(bool, (block.U, block.UA_V, block.isothermal, block.adiabatic))) != 1:
        scope.add("needs one of U, UA_V, `isothermal: true` and `adiabatic: true`", *where)
    if block.utility is None and not block.adiabatic:
        scope.add("is missing; give the temperature of the utility", *where, "utility")
    if block.counter and (block.utility_flow == INF or block.isothermal or block.adiabatic):
        scope.add("needs a utility_flow and U or UA_V", *where, "counter")
    scope.within_limit(block.utility, *where, "utility")
    heat_transfer = {}
    if block.UA_V is not None:
        heat_transfer = {"UA_V": block.UA_V}
    elif block.U is not None or block.isothermal or block.adiabatic:
        heat_transfer = {"U": INF if block.isothermal else block.U or 0.0}
    return Zone(
        T if block.utility is None else block.utility,
        length=block.length or 0.0,
        residence=block.residence or 0.0,
        wc=block.utility_flow,
        counter=block.counter,
        **heat_transfer,
    )
