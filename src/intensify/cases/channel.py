"""Miniaturised reactors of a case: blocks into `MiniaturisedReactor`."""

from __future__ import annotations

from typing import Any

from intensify.cases.document import Key
from intensify.cases.schema import (
    FilmBlock,
    FluidBlock,
    MiniaturisedBlock,
    SectionBlock,
    ZoneBlock,
)
from intensify.cases.scope import Scope
from intensify.errors import InputError
from intensify.reactors import (
    Metal,
    MiniaturisedReactor,
    Section,
    Zone,
    rectangular_section,
    round_section,
)
from intensify.transport import (
    Coil,
    Fitted,
    Fluid,
    Form,
    Straight,
    Viscosity,
    overall_coefficient,
)
from intensify.units import INF


def build_channel(block: MiniaturisedBlock, scope: Scope) -> Any:
    """The channels of a block; what is wrong goes to the scope's report."""
    scope.within_limit(block.T, "T")
    feed, fluid = scope.once(_liquid, block.c, block.solvent, block.fluid)
    section, form = scope.once(_section, block.section)
    zones = [zone if zone.T_u else zone._replace(T_u=block.T)
             for zone in scope.once(_zones, block.zones)]  # fmt: skip
    if scope.report.problems or scope.net is None:
        return None
    speed = block.flow / block.channels / section.A
    zones = [
        zone if part.film is None else _with_film(zone, part.film, section, form, fluid, speed)
        for zone, part in zip(zones, block.zones, strict=True)
    ]
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
        mu=fluid.mu,
        rho=fluid.rho,
        conductivity=fluid.conductivity,
        form=form,
        diffusivity=block.fluid.diffusivity,
    )


def _liquid(
    scope: Scope, c: dict[str, float], solvent: str | None, block: FluidBlock
) -> tuple[dict[str, float], Fluid]:
    """What flows in, the key of the specification in it, and what it is like."""
    feed = scope.contents(c, solvent)
    scope.need_key([feed], "c")
    return feed, _fluid(block, feed, scope)


def _section(scope: Scope, block: SectionBlock) -> tuple[Section, Form]:
    """The section, and what the channel is like along its way."""
    section = section_of(block, scope, "section")
    return section, _form(block, section, scope)


def _zones(scope: Scope, blocks: list[ZoneBlock]) -> list[Zone]:
    """The zones; T_u is 0 where there is no utility."""
    return [scope.once(_zone, block, k) for k, block in enumerate(blocks)]


def section_of(block: Any, scope: Scope, *where: str) -> Section:
    """The section of a block that has a diameter, or width and height."""
    a, b = block.width, block.height
    if block.diameter is not None and a is None and b is None:
        return round_section(block.diameter)
    if block.diameter is None and a is not None and b is not None:
        return rectangular_section(a, b)
    scope.add("needs a diameter, or width and height", *where)
    return round_section(1.0)


def _form(block: SectionBlock, section: Section, scope: Scope) -> Form:
    """What the channel is like along its way."""
    kinds = {k: v for k in ("coil", "corrugated", "mixer") if (v := getattr(block, k)) is not None}
    if len(kinds) > 1 or (kinds and block.roughness > 0.0):
        scope.add("is one of coil, corrugated, mixer, and straight with a roughness", "section")
    if block.coil is not None:
        if block.coil <= section.D_h:
            scope.add("is narrower than its own channel", "section", "coil")
        return Coil(block.coil)
    for kind, fit in kinds.items():
        measured = fit.f_C is not None and fit.f_m is not None
        if (fit.f_C is None) != (fit.f_m is None) or measured == (fit.drop is not None):
            scope.add("needs f_C and f_m, or drop", "section", kind)
        f_C, f_m = (fit.f_C, fit.f_m) if measured else ((fit.drop or 1.0) * section.fRe, -1.0)
        return Fitted(fit.C, fit.m, fit.n, f_C, f_m, fit.Nu_0, *fit.Re, *fit.Pr)
    return Straight(block.roughness)


def _fluid(block: FluidBlock, feed: dict[str, float], scope: Scope) -> Fluid:
    if block.viscosity is not None and block.viscosities is not None:
        scope.add("is given twice; viscosities stand for it", "fluid", "viscosity")
    points = block.viscosities or [(298.15, block.viscosity or 1.0e-3)]
    rho_cp = scope.rho_cp
    if scope.net is not None:
        rho_cp += float(scope.net.vector(feed) @ scope.net.cp)
    try:
        mu = Viscosity.fitted(points)
    except InputError as error:
        scope.add(str(error), "fluid", "viscosities")
        mu = Viscosity()
    return Fluid(block.density, mu, block.conductivity, rho_cp)


def _with_film(
    zone: Zone, film: FilmBlock, section: Section, form: Form, fluid: Fluid, speed: float
) -> Zone:
    """The zone with U from its films, the fluid taken at the utility's temperature."""
    found = overall_coefficient(
        section,
        velocity=speed,
        T=zone.T_u,
        L=zone.length or zone.residence * speed,
        fluid=fluid,
        form=form,
        wall=film.wall,
        wall_conductivity=film.wall_conductivity,
        utility=film.utility,
    )
    return zone._replace(U=found.U)


def _zone(scope: Scope, block: ZoneBlock, k: int) -> Zone:
    where: tuple[Key, ...] = ("zones", k)
    if (block.residence is None) == (block.length is None):
        scope.add("needs a residence or a length, one of them", *where)
    if sum(map(bool, (block.U, block.UA_V, block.film, block.isothermal, block.adiabatic))) != 1:
        scope.add("needs one of U, UA_V, film, `isothermal: true` and `adiabatic: true`", *where)
    if block.utility is None and not block.adiabatic:
        scope.add("is missing; give the temperature of the utility", *where, "utility")
    if block.counter and (block.utility_flow == INF or block.isothermal or block.adiabatic):
        scope.add("needs a utility_flow and U, UA_V or film", *where, "counter")
    scope.within_limit(block.utility, *where, "utility")
    heat_transfer = {}
    if block.UA_V is not None:
        heat_transfer = {"UA_V": block.UA_V}
    elif block.U is not None or block.isothermal or block.adiabatic:
        heat_transfer = {"U": INF if block.isothermal else block.U or 0.0}
    return Zone(
        block.utility or 0.0,
        length=block.length or 0.0,
        residence=block.residence or 0.0,
        wc=block.utility_flow,
        counter=block.counter,
        **heat_transfer,
    )
