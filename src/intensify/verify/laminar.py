"""Laminar flow in two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry.network import Network
from intensify.reactors import LaminarChannel, Zone, round_section
from intensify.result import Result
from intensify.solve import solve
from intensify.transport import slit_section
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions

HOT = 1e9


def graetz(names: list[str], *, slit: bool, U: float) -> dict[str, Any]:
    """An inert fluid; hydraulic diameter, velocity, conductivity 1.

    The utility is at 0 K and the fluid so hot that only relative errors of the difference count.
    """
    places = [x for _, x in conditions(names, "(?:theta_m|theta_w|Nu_local)_x#")]
    inert = LaminarChannel(
        Network.build("A => B", k=0.0), feed={"A": 1.0}, T=HOT, velocity=1.0, rho_cp=1.0,
        radius=0.25 if slit else 0.5, diffusivity=1.0, conductivity=1.0, slit=slit, nodes=40,
        zones=[Zone(0.0, length=1.01 * max(places), U=U)],
    )  # fmt: skip
    run = solve(inert, rtol=1e-10)
    out: dict[str, Any] = {}
    for name, what, x in conditions(names, "(theta_m|theta_w|Nu_local)_x#"):
        profile = {"theta_m": "T_cup", "theta_w": "T_wall", "Nu_local": "Nu"}[what]
        out[name] = float(run.at(x)[profile]) / (1.0 if what == "Nu_local" else HOT)
    developed = inert.developed_Nu()
    section = slit_section(1.0, 1.0) if slit else round_section(1.0)
    return out | {
        "Nu_T_inf": developed, "Nu_inf": developed, "Nu_H_inf": section.Nu_H1
    }  # fmt: skip


def graetz_tube_Twall(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A tube whose wall has one temperature."""
    return graetz(names, slit=False, U=np.inf)


def graetz_plates_Twall(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A slit whose walls have one temperature."""
    return graetz(names, slit=True, U=np.inf)


def graetz_tube_external_resistance(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A tube behind a resistance."""
    return graetz(names, slit=False, U=inputs["Bi"] / 0.5)


def laminar_tube_2d_reactor(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A first-order reaction with radial diffusion, and its limits."""

    def run(Fo: float, *, plug: bool = False, nodes: int = 30) -> Result:
        return solve(LaminarChannel(
            Network.build("A => B", k=inputs["Da"]), feed={"A": 1.0}, T=300.0, velocity=1.0,
            radius=1.0, diffusivity=Fo, rho_cp=1.0, plug=plug, nodes=nodes,
            zones=[Zone(300.0, length=1.0, U=0.0)],
        ), rtol=1e-12)  # fmt: skip

    mixed = run(inputs["Fo"]).at(1.0)
    return {
        "c_out_cup_mixing": mixed["c_cup"][0], "c_wall_outlet": mixed["c"][-1, 0],
        "c_segregated_Fo0": run(0.0, nodes=40).at(1.0)["c_cup"][0],
        "c_plug_FoInf": run(inputs["Fo"], plug=True).at(1.0)["c_cup"][0],
    }  # fmt: skip


ADAPTERS = (
    graetz_tube_Twall, graetz_plates_Twall, graetz_tube_external_resistance,
    laminar_tube_2d_reactor,
)  # fmt: skip
