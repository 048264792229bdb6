"""Axial dispersion of laminar flow (Taylor, Aris), and whether it may be used."""

from __future__ import annotations

from typing import NamedTuple

from intensify.errors import InputError
from intensify.transport.ducts import Section
from intensify.units import Second
from intensify.validity import Caution


class Dispersion(NamedTuple):
    """D_ax [m2/s]; t_radial = R^2/D, R a tube's radius or half a gap [s]; and its validity.

    Fo = tau/t_radial and Pe = u L/D_ax are NaN where no length was given.
    """

    D_ax: float
    t_radial: Second
    Fo: float
    Pe: float
    cautions: tuple[Caution, ...] = ()


def taylor_aris(section: Section, *, D: float, u: float, L: float = float("nan")) -> Dispersion:
    """D_ax = D (1 + kappa (u D_h/D)^2); kappa 1/192 in a tube, 1/840 between plates.

    D: diffusivity [m2/s]; u: mean velocity [m/s]; L: length [m], by which validity is told: the
    residence time must be far above the radial diffusion time. InputError: numbers not above 0.

    >>> from intensify.transport import round_section
    >>> round(taylor_aris(round_section(1e-3), D=1e-9, u=0.01).D_ax * 1e4, 6)
    5.208343
    """
    if not (D > 0.0 and u > 0.0) or L <= 0.0:
        raise InputError(
            f"Taylor-Aris dispersion needs D, u and L above 0; here D = {D:g} m2/s, u = {u:g} m/s, "
            f"L = {L:g} m"
        )
    D_ax = D * (1.0 + section.kappa * (u * section.D_h / D) ** 2)
    t_radial = section.radius**2 / D
    Fo, Pe = L / u / t_radial, u * L / D_ax
    cautions = []
    if Fo < 1.0:
        sentence = (
            f"Fo = D tau/R2 is {Fo:.2g}: diffusion across the channel takes {t_radial:.3g} s, the "
            f"residence time is {L / u:.3g} s; Taylor-Aris dispersion does not hold below Fo 1"
        )
        cautions.append(Caution(sentence, name="Fo", value=Fo, low=1.0))
    return Dispersion(D_ax, t_radial, Fo, Pe, tuple(cautions))
