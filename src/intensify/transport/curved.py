"""Laminar friction in coiled tubes by three correlations, as a measure of what is known."""

from __future__ import annotations

from typing import NamedTuple

from intensify.errors import InputError


class LaminarFriction(NamedTuple):
    """Fanning friction factors of one coil."""

    White: float
    Mori_Nakayama: float
    Schmidt: float


def laminar_friction(Re: float, *, d: float, D: float) -> LaminarFriction:
    """Fanning f of a tube of diameter d [m] in a coil of diameter D [m], laminar, developed.

    The correlations of `fluids`; valid below the critical Re of `Coil`. White's is that of the
    straight tube below De = 11.6. InputError: numbers not above 0, a coil narrower than its tube.

    >>> [round(4 * f, 4) for f in laminar_friction(400.0, d=2e-3, D=20e-3)]
    [0.2647, 0.2734, 0.3063]
    """
    from fluids import friction

    if not (Re > 0.0 and 0.0 < d < D):
        raise InputError(
            f"a coil needs Re above 0 and a tube (here {d:g} m) narrower than the coil ({D:g} m)"
        )
    laws = (
        friction.helical_laminar_fd_White,
        friction.helical_laminar_fd_Mori_Nakayama,
        friction.helical_laminar_fd_Schmidt,
    )
    return LaminarFriction(*(float(law(Re, d, D)) / 4.0 for law in laws))
