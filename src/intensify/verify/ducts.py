"""Flow in ducts: friction, heat transfer, mixing times and dispersion."""

from __future__ import annotations

from typing import Any

from intensify.transport import (
    Coil,
    coil_critical,
    dissipation,
    laminar,
    laminar_friction,
    mixing_Damkoehler,
    mixing_times,
    pressure_gradient,
    rectangular_section,
    round_section,
    slit_section,
)
from intensify.transport import dispersion as axial
from intensify.verify.case import Inputs


def curved_channel_dean(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Laminar friction in a coil; the engine's factors are Fanning's."""
    section, Re = round_section(inputs["Di"]), inputs["Re"]
    three = laminar_friction(Re, d=inputs["Di"], D=inputs["Dc"])
    return {
        "Dean": Coil(inputs["Dc"]).Dean(section, Re),
        "Re_crit_Schmidt": coil_critical(inputs["Di"] / inputs["Dc"]),
        "f_straight_darcy": 4.0 * laminar(section).friction(section, Re),
        "f_darcy_White": 4.0 * three.White,
        "f_darcy_Mori": 4.0 * three.Mori_Nakayama,
        "f_darcy_Schmidt": 4.0 * three.Schmidt,
    }


def rect_duct_laminar(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Developed laminar flow in a rectangular duct."""
    section = rectangular_section(inputs["aspect"] * inputs["long_side"], inputs["long_side"])
    u, mu, rho = inputs["U"], inputs["mu"], inputs["rho"]
    return {
        "fRe_fanning": section.fRe,
        "Nu_H1": section.Nu_H1,
        "Nu_T": section.Nu_T,
        "Dh": section.D_h,
        "Re": rho * u * section.D_h / mu,
        "dp": pressure_gradient(laminar(section), section, u, mu, rho) * inputs["L"],
    }


def mixing_time_milli(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Mixing times in a tube, and the Damkoehler number of the one by dissipation."""
    section, nu = round_section(inputs["d"]), inputs["mu"] / inputs["rho"]
    eps = dissipation(
        section, u=inputs["u"], mu=inputs["mu"], rho=inputs["rho"], form=laminar(section)
    )
    t = mixing_times(
        inputs["d"], D=inputs["D"], u=inputs["u"], eps=eps, nu=nu, stages=int(inputs["n"])
    )
    Da = {
        f"Da_{name}": mixing_Damkoehler(time, k=inputs["k"], c=inputs["c"])
        for name, time in (("energy_law", t.dissipation), ("engulfment", t.engulfment),
                           ("diffusion", t.diffusion), ("shear", t.shear), ("SAR", t.SAR))
    }  # fmt: skip
    return {
        "Re": inputs["u"] * inputs["d"] / nu, "eps": eps, "t_diffusion": t.diffusion,
        "t_shear": t.shear, "t_energy_law": t.dissipation, "t_engulfment": t.engulfment,
        "t_SAR": t.SAR, **Da,
    }  # fmt: skip


def taylor_aris(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Dispersion in a tube and between plates."""
    D, u = inputs["D"], inputs["u_mean"]
    tube = axial.taylor_aris(round_section(inputs["tube_diameter"]), D=D, u=u)
    plates = axial.taylor_aris(slit_section(inputs["plate_gap"], 1.0), D=D, u=u)
    return {
        "D_ax_tube": tube.D_ax, "D_ax_plates": plates.D_ax,
        "t_radial_tube": tube.t_radial, "t_radial_plates": plates.t_radial,
    }  # fmt: skip


ADAPTERS = (curved_channel_dean, rect_duct_laminar, mixing_time_milli, taylor_aris)
