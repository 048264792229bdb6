"""A channel with a catalytic wall behind a film, from what an engineer knows of it."""

from __future__ import annotations

from collections.abc import Mapping

from intensify.chemistry.gas_transport import GasTransport
from intensify.chemistry.surface_file import SurfaceMechanism
from intensify.errors import InputError
from intensify.reactors.gases.catalytic_channel import CatalyticPlugFlow
from intensify.reactors.gases.catalytic_film import FilmChannel, film_scratch
from intensify.reactors.gases.wall_film import WallFilm
from intensify.transport.ducts import Section
from intensify.units import INF


def CatalyticFilmFlow(
    mechanism: SurfaceMechanism,
    transport: GasTransport,
    *,
    feed: Mapping[str, float],
    T: float,
    length: float,
    mass_flux: float,
    section: Section,
    area: float | None = None,
    Sh: float | None = None,
    Nu: float | None = None,
    start: Mapping[str, float] | None = None,
    T_start: float | None = None,
    p: float = 101325.0,
    UA: float = 0.0,
    T_wall: float = 300.0,
) -> FilmChannel:
    """As `CatalyticPlugFlow` through a section, its wall behind a film and of its own temperature.

    area: active catalyst per volume of gas [1/m], a smooth wall's unless given. Sh, Nu: on the
    section's hydraulic diameter; without them those of developed laminar flow beside a wall of one
    composition, and of one temperature. T_start: the inlet's wall before the gas came, which may
    be lit by it; the feed's T unless given. UA [W/K/m3]: from the wall to T_wall; inf: gas and
    wall stay at T.
    InputError: Sh, Nu, T_start not above 0; a transport of other species than the gas; a wall
    that makes solids.

    >>> from intensify.chemistry.gas_transport import transport_from_cantera
    >>> from intensify.chemistry.surface_file import surface_from_cantera
    >>> from intensify.transport.ducts import round_section
    >>> pt = surface_from_cantera("ptcombust.yaml", "Pt_surf")
    >>> tube = CatalyticFilmFlow(pt, transport_from_cantera("ptcombust.yaml", phase="gas"),
    ...     feed={"CO": 0.01, "O2": 0.2, "N2": 0.79}, T=700.0, length=0.05, mass_flux=1.0,
    ...     section=round_section(1e-3))
    >>> round(tube.film.Sh, 2), round(tube.channel.area)
    (3.66, 4000)
    """
    Sh = section.Nu_T if Sh is None else Sh
    Nu = section.Nu_T if Nu is None else Nu
    T_start = T if T_start is None else T_start
    limits = [("Sh", Sh), ("Nu", Nu), ("T_start", T_start)]
    problems = [(k, f"is {v:g}; it must be above 0 and finite") for k, v in limits
                if not 0.0 < v < INF]  # fmt: skip
    if not UA >= 0.0:
        problems.append(("UA", f"is {UA:g} W/K/m3; it must be 0 or more"))
    if mechanism.surface.solids:
        names = ", ".join(mechanism.surface.solids)
        problems.append(("film", f"stands before a wall that makes {names}; leave the film out"))
    if transport.names != mechanism.gas.names:
        problems.append(("transport", "is of other species than the mechanism's gas"))
    if problems:
        raise InputError(problems)
    channel = CatalyticPlugFlow(
        mechanism, feed=feed, T=T, length=length, mass_flux=mass_flux, p=p, T_wall=T_wall,
        area=4.0 / section.D_h if area is None else area, start=start, UA=INF if UA == INF else 0.0,
    )  # fmt: skip
    film = WallFilm(transport, section.D_h, float(Sh), float(Nu))
    T_start = T if UA == INF else T_start
    return FilmChannel(
        channel, film, float(UA), float(T_start), film_scratch(film, mechanism.surface)
    )
