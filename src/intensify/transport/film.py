"""Overall heat-transfer coefficient of a zone: film inside, wall, film of the utility."""

from __future__ import annotations

from typing import NamedTuple

from intensify.errors import InputError
from intensify.transport.ducts import Section
from intensify.transport.fluid import Fluid
from intensify.transport.form import Form, Straight
from intensify.units import INF, HeatTransferCoefficient, Number
from intensify.validity import Caution


class Overall(NamedTuple):
    """1/U = 1/h + s/lambda + 1/h_utility on the inner wall, and what h stands on."""

    U: HeatTransferCoefficient
    h: HeatTransferCoefficient
    h_wall: HeatTransferCoefficient
    h_utility: HeatTransferCoefficient
    Nu: Number
    Re: Number
    Pr: Number
    cautions: tuple[Caution, ...] = ()


def overall_coefficient(
    section: Section,
    *,
    velocity: float,
    T: float,
    L: float,
    fluid: Fluid = Fluid(),
    form: Form = Straight(),
    wall: float = 0.0,
    wall_conductivity: float = 15.0,
    utility: float = INF,
) -> Overall:
    """U of a zone of length L [m], its fluid at T [K] and `velocity` [m/s], areas taken as flat.

    wall: its thickness [m], of wall_conductivity [W/m/K]; utility: film on its other side [W/m2/K].
    For `Zone(..., U=overall_coefficient(...).U)`. InputError: negative flow, length, wall or film.

    >>> from intensify.transport import round_section
    >>> found = overall_coefficient(round_section(2e-3), velocity=0.2, T=298.15, L=10.0)
    >>> round(found.U), round(found.Nu, 2)
    (1105, 3.68)
    """
    problems = []
    for name, value in (("velocity", velocity), ("T", T), ("L", L), ("utility", utility),
                        ("wall_conductivity", wall_conductivity)):  # fmt: skip
        if not value > 0.0:
            problems.append((name, f"is {value:g}, but must be above 0"))
    if not wall >= 0.0:
        problems.append(("wall", f"is {wall:g} m thick, but cannot be thinner than 0"))
    if problems:
        raise InputError(problems)
    Re, Pr = fluid.rho * velocity * section.D_h / fluid.mu.at(T), fluid.Pr(T)
    Nu = form.nusselt(section, Re, Pr, L)
    h, h_wall = Nu * fluid.conductivity / section.D_h, wall_conductivity / wall if wall else INF
    U = 1.0 / (1.0 / h + 1.0 / h_wall + 1.0 / utility)
    return Overall(U, h, h_wall, utility, Nu, Re, Pr, tuple(form.cautions(section, Re, Pr)))
