"""How fast a grain takes up: the linear driving force dq/dt = k (q* - q) that stands for diffusion.

    1/k = R q'/(3 k_f) + R^2 q'/(15 D_e)              Glueckauf (1955), sphere; film in series

q' = dq*/dc, in solid volume over fluid volume. Equal second moment to film and pores at a linear
isotherm; breakthrough at 1 % comes earlier in truth (Rosen), at half height it is right.
"""

from __future__ import annotations

from intensify.errors import InputError


def glueckauf(*, R: float, D_e: float, slope: float, k_film: float = float("inf")) -> float:
    """k [1/s] of a sphere of radius R [m], pore diffusivity D_e [m2/s], slope q' [-].

    For loadings per mass times the grain's density: slope = rho_p dq*/dc. InputError: a number
    not above 0.

    >>> round(glueckauf(R=2e-4, D_e=2e-10, slope=5.0, k_film=3e-5), 10)
    0.0128571429
    """
    numbers = {"R": R, "D_e": D_e, "slope": slope, "k_film": k_film}
    wrong = [(name, f"is {x:g}, but must be above 0") for name, x in numbers.items() if not x > 0.0]
    if wrong:
        raise InputError(wrong)
    return 1.0 / (R * slope / (3.0 * k_film) + R * R * slope / (15.0 * D_e))
