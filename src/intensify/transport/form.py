"""Forms of a channel: straight, coiled, or fitted with what mixes; friction and film of each.

Friction factors are Fanning's, -dp/dz = 2 f rho u^2/D_h. `friction` runs in kernels; `nusselt`
(mean over a length) and `cautions` (where a correlation leaves its range) at set-up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from intensify._jit import inner, kernel
from intensify.errors import InputError
from intensify.transport.curved import laminar_friction
from intensify.transport.ducts import Section, nusselt_entry
from intensify.units import INF, Metre, Number
from intensify.validity import Caution, outside

RE_LAMINAR, RE_TURBULENT = 2300.0, 4000.0
"""Between them Nu goes linearly from laminar to turbulent (Gnielinski's rule, recalled)."""
RE_COIL_TURBULENT = 2.2e4


@kernel
def turbulent_friction(Re, roughness):
    """Fanning f of turbulent flow, Churchill's two branches; roughness over D_h.

    >>> round(turbulent_friction(1e5, 0.0), 6)
    0.004469
    """
    rough = (2.457 * math.log((7.0 / Re) ** 0.9 + 0.27 * roughness)) ** 16
    return 2.0 * (rough + (37530.0 / Re) ** 16) ** -0.125


@kernel
def coil_ratio_laminar(Re, curvature):
    """Friction in a coil over that of the straight tube, laminar (Schmidt)."""
    return 1.0 + 0.14 * curvature**0.97 * Re ** (1.0 - 0.644 * curvature**0.312)


@kernel
def coil_ratio_turbulent(Re, curvature):
    """The same above the critical Reynolds number (Schmidt)."""
    if Re < 2.2e4:
        return 1.0 + 2.88e4 / Re * curvature**0.62
    return 1.0 + 0.0823 * (1.0 + curvature) * curvature**0.53 * Re**0.25


@kernel
def coil_critical(curvature):
    """Reynolds number up to which flow in a coil is laminar (Schmidt).

    >>> round(coil_critical(0.1), 1)
    9318.2
    """
    return 2300.0 * (1.0 + 8.6 * curvature**0.45)


class Straight(NamedTuple):
    """A straight channel, smooth unless it has a roughness."""

    roughness: Metre = 0.0

    @property
    def noun(self) -> str:
        """What sentences call it."""
        return "a straight channel"

    def friction(self, section, Re):
        """f Re of the section over Re; turbulent once Churchill's branch lies above."""
        laminar = section.fRe / Re
        if Re < 2000.0:  # the other branch is lower there, and costs more
            return laminar
        rough = self.roughness * section.P / (4.0 * section.A)
        return max(laminar, turbulent_friction(Re, rough))

    def nusselt(self, section: Section, Re: float, Pr: float, L: float) -> float:
        """Mean Nu over L [m]: Graetz to Re 2300, Gnielinski from 4000, in between linear.

        >>> from intensify.transport import round_section
        >>> round(Straight().nusselt(round_section(2e-3), 100.0, 7.0, 10.0), 2)
        3.66
        """
        _flows(Re)
        laminar = nusselt_entry(section, L / (section.D_h * min(Re, RE_LAMINAR) * Pr))
        if Re <= RE_LAMINAR:
            return laminar
        from ht.conv_internal import turbulent_Gnielinski

        Re_t = max(Re, RE_TURBULENT)
        turbulent = turbulent_Gnielinski(Re=Re_t, Pr=Pr, fd=4.0 * self.friction(section, Re_t))
        share = min((Re - RE_LAMINAR) / (RE_TURBULENT - RE_LAMINAR), 1.0)
        return float(laminar + share * (turbulent - laminar))

    def cautions(self, section: Section, Re: float, Pr: float) -> list[Caution]:
        """Laminar flow holds to Re 2300, Gnielinski's correlation from 4000 to 5e6."""
        if RE_LAMINAR < Re < RE_TURBULENT:
            sentence = (
                f"Re {Re:.0f} lies between laminar ({RE_LAMINAR:.0f}) and turbulent "
                f"({RE_TURBULENT:.0f}) flow: friction and heat transfer are uncertain there"
            )
            return [Caution(sentence, name="Re", value=Re, high=RE_LAMINAR)]
        if Re <= RE_LAMINAR:
            return []
        what = "Gnielinski's correlation"
        return outside("Re", Re, high=5e6, what=what) + outside(
            "Pr", Pr, low=0.5, high=2000.0, what=what
        )

    def mixes(self, section: Section, Re: float) -> bool:
        """Whether the flow itself mixes across the channel."""
        return Re > RE_LAMINAR


class Coil(NamedTuple):
    """A channel wound to a coil of diameter D [m], or with bends of that curvature all along.

    Sections other than round stand for a tube of their hydraulic diameter.
    """

    D: Metre

    @property
    def noun(self) -> str:
        """What sentences call it."""
        return "this coil"

    def friction(self, section, Re):
        """Schmidt's ratio to the straight channel, laminar up to his critical Re."""
        curvature = 4.0 * section.A / section.P / self.D
        if coil_critical(curvature) > Re:
            return section.fRe / Re * coil_ratio_laminar(Re, curvature)
        return turbulent_friction(Re, 0.0) * coil_ratio_turbulent(Re, curvature)

    def Dean(self, section: Section, Re: float) -> float:
        """De = Re sqrt(D_h/D)."""
        return float(Re * math.sqrt(section.D_h / self.D))

    def nusselt(self, section: Section, Re: float, Pr: float, L: float) -> float:
        """Mean Nu (Schmidt; VDI heat atlas, section Gc): laminar, turbulent, in between linear.

        Laminar: Nu_T + 0.08 (1 + 0.8 c^0.9) Re^m Pr^(1/3), m = 0.5 + 0.2903 c^0.194, c = D_h/D; the
        straight channel of this section, which enters at L, is the least.
        """
        _flows(Re)
        c = section.D_h / self.D
        Re_c = coil_critical(c)
        Re_l, Re_t = min(Re, Re_c), max(Re, RE_COIL_TURBULENT)
        swirl = 0.08 * (1.0 + 0.8 * c**0.9) * Re_l ** (0.5 + 0.2903 * c**0.194) * Pr ** (1 / 3)
        straight = nusselt_entry(section, L / (section.D_h * Re_l * Pr))
        laminar = max(section.Nu_T + swirl, straight)
        if Re <= Re_c:
            return laminar
        from ht.conv_internal import helical_turbulent_Nu_Schmidt

        turbulent = helical_turbulent_Nu_Schmidt(Re_t, Pr, section.D_h, self.D)
        share = min((Re - Re_c) / (RE_COIL_TURBULENT - Re_c), 1.0)
        return float(laminar + share * (turbulent - laminar))

    def cautions(self, section: Section, Re: float, Pr: float) -> list[Caution]:
        """Curvature within the correlations, and how far three of them differ."""
        c, De = section.D_h / self.D, self.Dean(section, Re)
        out = outside("D_h/D", c, low=0.0, high=0.3, what="the correlations for coils")
        if coil_critical(c) > Re and De > 11.6:
            three = laminar_friction(Re, d=section.D_h, D=self.D)
            spread = max(three) / min(three) - 1.0
            if spread > 0.1:
                sentence = (
                    f"the friction in the coil is uncertain: White, Mori-Nakayama and Schmidt "
                    f"differ by {100 * spread:.0f} % at De {De:.0f}"
                )
                out.append(Caution(sentence, name="spread of f", value=spread, high=0.1))
        return out

    def mixes(self, section: Section, Re: float) -> bool:
        """Whether Dean vortices turn the flow over: above De 11.6, where friction rises."""
        return self.Dean(section, Re) > 11.6


class Fitted(NamedTuple):
    """Nu = Nu_0 + C Re^m Pr^n and f = f_C Re^f_m as measured: corrugated plates, static mixers.

    The numbers are the user's, with the range in which they were measured; Re is on D_h.
    """

    C: Number
    m: Number
    n: Number
    f_C: Number
    f_m: Number
    Nu_0: Number = 0.0
    Re_low: Number = 0.0
    Re_high: Number = INF
    Pr_low: Number = 0.0
    Pr_high: Number = INF

    @property
    def noun(self) -> str:
        """What sentences call it."""
        return "the fitted channel"

    def friction(self, section, Re):
        """f_C Re^f_m."""
        return self.f_C * Re**self.f_m

    def nusselt(self, section: Section, Re: float, Pr: float, L: float) -> float:
        """Nu_0 + C Re^m Pr^n, whatever the length."""
        _flows(Re)
        return float(self.Nu_0 + self.C * Re**self.m * Pr**self.n)

    def cautions(self, section: Section, Re: float, Pr: float) -> list[Caution]:
        """Re and Pr within what was measured."""
        what = "the fitted correlation"
        return outside("Re", Re, low=self.Re_low, high=self.Re_high, what=what) + outside(
            "Pr", Pr, low=self.Pr_low, high=self.Pr_high, what=what
        )

    def mixes(self, section: Section, Re: float) -> bool:
        """Elements and corrugations mix by design."""
        return True


Form = Straight | Coil | Fitted


def laminar(section: Section) -> Fitted:
    """Developed laminar flow at any Re: f = f Re/Re and Nu_T of the section.

    >>> from intensify.transport import round_section
    >>> 4.0 * laminar(round_section(1e-3)).friction(None, 6400.0)
    0.01
    """
    return Fitted(C=0.0, m=0.0, n=0.0, f_C=section.fRe, f_m=-1.0, Nu_0=section.Nu_T)


@inner
def pressure_gradient(form, section, u, mu, rho):
    """Pressure lost per length, 2 f rho u^2/D_h [Pa/m]; u [m/s], mu [Pa s], rho [kg/m3].

    >>> from intensify.transport import round_section
    >>> round(pressure_gradient(Straight(), round_section(1e-3), 0.5, 1e-3, 1e3), 6)
    16000.0
    """
    D_h = 4.0 * section.A / section.P
    return 2.0 * form.friction(section, rho * u * D_h / mu) * rho * u * u / D_h


def _flows(Re: float) -> None:
    if not 0.0 < Re < INF:
        raise InputError(f"Re is {Re:g}, but must be above 0 and finite")
