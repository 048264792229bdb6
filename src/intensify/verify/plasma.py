"""Cold plasma: electrons in a field, discharges, plasma chemistry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from intensify.plasma import (
    TOWNSEND,
    Boltzmann,
    CrossSections,
    Growth,
    IsotropicEEDF,
    Process,
    Sharing,
    Swarm,
    read_cross_sections,
    tabulated,
)
from intensify.plasma.cross_sections import DALTON, ELECTRON_MASS
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions, number_in


def file_of(inputs: Inputs) -> CrossSections:
    """The cross sections that a case names, of the version that it names."""
    named = inputs["cross_sections"]
    return read_cross_sections(named["file"].rsplit("/", 1)[-1], sha256=named["sha256"])


def solver(inputs: Inputs, sections: CrossSections, **more: Any) -> Boltzmann:
    """The two-term solver with the growth and sharing that a case states."""
    sharing = str(inputs.get("ionization_energy_sharing", "equal")).upper()
    return Boltzmann(
        sections,
        T=inputs.get("T_gas_K", 0.0),
        growth=Growth[inputs["growth"].upper()],
        sharing=Sharing[sharing] if sharing in Sharing.__members__ else Sharing.EQUAL,
        omega_N=inputs.get("omega_over_N_rad_m3_s", 0.0),
        **more,
    )


def swarm_of(inputs: Inputs, sections: CrossSections, **more: Any) -> Swarm:
    """The swarm at the case's field and composition."""
    x = inputs.get("mole_fractions", {"X": 1.0})
    return solver(inputs, sections, **more).solve(inputs["E_over_N_Td"] * TOWNSEND, x)


def transport(swarm: Swarm) -> dict[str, Any]:
    """The names under which cases ask for a swarm's numbers."""
    return {
        "mean_energy": swarm.mean_energy,
        "mobility_N": swarm.mobility_N,
        "flux_mobility_N": swarm.mobility_N,
        "diffusion_N": swarm.diffusion_N,
        "drift_velocity": swarm.drift_velocity,
        "flux_drift_velocity_muE": swarm.drift_velocity,
        "electron_temperature": swarm.electron_temperature,
        "rate_coefficients": swarm.rate_coefficients,
        "net_growth_frequency_over_N": swarm.growth_frequency_N,
        "alpha_over_N": swarm.growth_N,
        "joule_power_over_ne_N": swarm.joule,
        "power_balance_residual": swarm.residual,
        "F0_at_0": float(swarm.F0[0]),
    }


def eedf(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A gas from a file."""
    return transport(swarm_of(inputs, file_of(inputs)))


def model_gas(energy: Any, sigma: Any, ratio: float, *others: Process) -> CrossSections:
    """A gas X with one elastic table."""
    elastic = Process("X", "elastic", "elastic", 0.0, np.array(energy), np.array(sigma), ratio)
    return CrossSections.build([elastic, *others])


def ramp(kind: str, slope: float, threshold: float) -> Process:
    """A cross section that rises linearly from its threshold."""
    energy = np.array([threshold, threshold + 1e5])
    return Process("X", "state", kind, threshold, energy, slope * (energy - threshold))


def eedf_maxwell_gas(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """sigma = s/sqrt(E)."""
    s = inputs["s_m2_sqrteV"]
    gas = model_gas(*tabulated(lambda e: s / np.sqrt(e)), inputs["mass_ratio_m_over_M"])
    return transport(swarm_of(inputs, gas, cells=2000))


def constant_gas(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Constant sigma, elastic only."""
    sigma = inputs["sigma_m_m2"]
    gas = model_gas([0.0, 1e5], [sigma, sigma], inputs["mass_ratio_m_over_M"])
    return transport(swarm_of(inputs, gas, cells=1000))


def eedf_druyvesteyn(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Cold gas."""
    return constant_gas(inputs, names)


def eedf_davydov(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Warm gas."""
    return constant_gas(inputs, names)


def eedf_reid_ramp(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Constant elastic scattering and a ramp."""
    sigma, text = inputs["sigma_elastic_m2"], inputs["sigma_exc"]
    slope, threshold = number_in(text, "^# m2/eV"), number_in(text, "threshold # eV")
    gas = model_gas(
        [0.0, 1e5], [sigma, sigma], inputs["mass_ratio_m_over_M"],
        ramp("excitation", slope, threshold),
    )  # fmt: skip
    swarm = swarm_of(inputs, gas, cells=1000)
    return {**transport(swarm), "k_exc": swarm.rate("X->state")}


def eedf_lucas_saelee(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """sigma/sqrt(E) and a ramp that ionises or excites."""
    text = inputs["sigma_inel"]
    slope, threshold = number_in(text, "^# m2/eV"), number_in(text, "threshold # eV")
    s = number_in(inputs["sigma_elastic"], r"^#\*energy")
    power = number_in(inputs["sigma_elastic"], r"energy_eV\^#")
    gas = model_gas(
        *tabulated(lambda e: s * e**power), inputs["mass_ratio_m_over_M"],
        ramp(inputs["process"], slope, threshold),
    )  # fmt: skip
    swarm = swarm_of(inputs, gas, cells=1000)
    return {**transport(swarm), "k_inelastic": swarm.rate("X->state")}


def multiterm(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Placeholder."""
    return {}


def rate_O2_itikawa(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Rates of a file under a distribution of given shape."""
    shape = IsotropicEEDF(inputs["mean_energy_eV"], inputs["shape_x"])
    found = {
        f"{p.target} + e => {p.product}": shape.rate(p) for p in file_of(inputs).processes
    }
    return {"rate_coefficients": found}


def rate_maxwell_step(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A step under a distribution of given shape."""
    u, s = inputs["threshold_eV"], inputs["sigma_0_m2"]
    step = Process("X", "state", "excitation", u, np.array([u, u + 1e5]), np.array([s, s]))
    return {"k": IsotropicEEDF(inputs["mean_energy_eV"], inputs["shape"]).rate(step)}


def critical_field(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Ionisation equals attachment."""
    swarm = solver(inputs, file_of(inputs)).critical_field(inputs["mole_fractions"])
    return {
        "E_over_N_critical": swarm.E_N / TOWNSEND,
        "mean_energy_at_critical": swarm.mean_energy,
    }


ADAPTERS: tuple[Callable[..., dict[str, Any]], ...] = (
    eedf, eedf_maxwell_gas, eedf_druyvesteyn, eedf_davydov, eedf_reid_ramp, eedf_lucas_saelee,
    rate_O2_itikawa, rate_maxwell_step, critical_field,
)  # fmt: skip
