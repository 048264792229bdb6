"""Thermal safety: criticality, sensitivity, decomposition, wall buffer."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify import safety
from intensify.chemistry.network import R_GAS
from intensify.reactors import MiniaturisedReactor, Zone, round_section
from intensify.solve import solve
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions
from intensify.verify.vessels import thiosulfate


def semenov_critical(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A stirred body without depletion."""
    plain, finite = safety.semenov_critical(), safety.semenov_critical(inputs["eps"])
    return {
        "psi_cr_eps0": plain.value, "theta_cr_eps0": plain.theta, "psi_cr": finite.value,
        "theta_cr": finite.theta, "eps_transition": safety.criticality.EPS_TRANSITION,
    }  # fmt: skip


def frank_kamenetskii(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Bodies at rest."""
    shapes = {"slab": safety.SLAB, "cyl": safety.CYLINDER, "sphere": safety.SPHERE}
    out: dict[str, Any] = {}
    for name, shape in shapes.items():
        bare = safety.frank_kamenetskii_critical(shape=shape)
        out |= {f"delta_{name}": bare.value, f"theta0_{name}": bare.theta}
        film = safety.frank_kamenetskii_critical(shape=shape, Bi=inputs["Bi"])
        out[f"delta_{name}_Bi"] = film.value
        finite = safety.frank_kamenetskii_critical(shape=shape, eps=inputs["eps"])
        out[f"delta_{name}_eps"] = finite.value
        thin = safety.frank_kamenetskii_critical(shape=shape, Bi=inputs["Bi_small"])
        out[f"delta_{name}_Bi_small_over_Bi"] = thin.value / inputs["Bi_small"]
    return out


def stoessel_classes(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Classes of rows of temperatures."""
    return {
        f"class_row{k}": safety.stoessel_class(MTSR=MTSR, MTT=MTT, T_D24=T_D24)
        for k, (_, MTSR, MTT, T_D24) in enumerate(inputs["rows_Tp_MTSR_MTT_TD24"])
    }


def tmrad_td24(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A decomposition by the numbers of a calorimeter."""
    E = inputs["E"] * R_GAS / inputs["R_gas"]  # the file's own gas constant
    sheet = safety.Calorimetry(
        inputs["Tref"], inputs["qref"], E, inputs["cp"], inputs["dTad_decomp"]
    )
    MTSR, T_D24 = inputs["MTSR"], sheet.T_D(24.0)
    out = {name: sheet.T_D(hours)
           for name, hours in conditions(names, "T_D#")}  # fmt: skip
    return out | {
        "TMRad_approx_at_MTSR": sheet.TMR_ad(MTSR), "TMRad_exact_at_MTSR": sheet.TMR_exact(MTSR),
        "T_at_max_rate": sheet.T_max_rate(MTSR),
        "stoessel_class": safety.stoessel_class(MTSR=MTSR, MTT=inputs["MTT"], T_D24=T_D24),
    }  # fmt: skip


def metal_wall_buffer(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Loss of flow and utility with and without the wall's heat capacity."""
    Phi = safety.thermal_inertia(
        ratio=inputs["ratio"], rho_cp_wall=inputs["rw"], rho_cp=inputs["rc"]
    )
    rest = {"dT_ad": inputs["dTad"], "left": inputs["cres"]}
    return {
        "Phi": Phi, "T_end": safety.buffered_end(inputs["T0"], **rest, Phi=Phi),
        "T_end_bare": safety.buffered_end(inputs["T0"], **rest),
    }  # fmt: skip


def varma_morbidelli_batch(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Runaway boundaries of batches."""
    out: dict[str, Any] = {}
    for one in inputs["sets"]:
        found = safety.batch_boundary(B=one["B"], gamma=one["gamma"], n=one["n"])
        label = f"B{one['B']:g}_g{one['gamma']:g}_n{one['n']:g}"
        out |= {
            f"psi_cr_{label}": found.parameter, f"S_max_{label}": found.S,
            f"theta_max_{label}": found.T_max,
        }  # fmt: skip
    return out


def milli_parametric_sensitivity(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A channel fed at its utility's temperature, which is varied."""
    net = thiosulfate(inputs)
    feed = {"T": inputs["cT"], "H": inputs["cH"]}

    def channel(T_u: float) -> Any:
        zone = Zone(T_u, residence=200.0, UA_V=inputs["UA_over_V"])
        return MiniaturisedReactor(
            net, feed=feed, T=T_u, flow=1e-6, section=round_section(2e-3), zones=[zone],
            rho_cp=inputs["rho_cp"],
        )  # fmt: skip

    low = next(T for T in np.arange(250.0, 500.0, 5.0) if safety.sensitivity(channel, T)[0] > 1.3)
    found = safety.runaway_boundary(channel, low - 10.0, low + 60.0)
    reactor = channel(found.parameter)
    dT_ad = solve(reactor).kpis["dT_ad"]
    numbers = safety.groups(
        net, reactor.c_in, found.parameter, UA_V=inputs["UA_over_V"], dT_ad=dT_ad
    )
    rounded = round(found.parameter)
    out: dict[str, Any] = {
        name: solve(channel(rounded + apart)).kpis["T_max"]
        for name, apart in conditions(names, "T_max_at_Tu_crit_rounded#")
    }
    return out | {
        "Tu_crit": found.parameter, "S_max": found.S, "T_max_at_crit": found.T_max,
        "psi_at_crit": numbers.psi, "B_at_crit": numbers.B, "Tu_crit_rounded": float(rounded),
    }  # fmt: skip


ADAPTERS = (
    semenov_critical, frank_kamenetskii, stoessel_classes, tmrad_td24, metal_wall_buffer,
    varma_morbidelli_batch, milli_parametric_sensitivity,
)  # fmt: skip
