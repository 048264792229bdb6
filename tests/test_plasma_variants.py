"""Plasma cases of known kinds with other numbers, gases and fields, answered without the engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.constants import elementary_charge, k
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from scipy.special import gamma

sys.path.insert(0, str(Path(__file__).parent))
from two_term_oracle import G, oracle

from intensify.plasma import CrossSections, Process, read_cross_sections
from intensify.verify import verify
from intensify.verify.case import SHIPPED, bare

TD, KT = 1e-21, k / elementary_charge
AIR, METHANE = "air-plasma-Phelps.yaml", "methane-plasma-pavan-2023.yaml"


def passes(folder, name, change, expected, rtol):
    content = json.loads((SHIPPED / f"{name}.json").read_text())
    inputs = bare(content["inputs"])
    if file := change.pop("file", None):
        sha256 = read_cross_sections(file).sha256
        change["cross_sections"] = {"file": file, "sha256": sha256}
    content["inputs"] = json.loads(json.dumps(inputs | change, default=float))
    wrapped = {n: {"value": float(v), "rtol": rtol} for n, v in expected.items()}
    content["expected"] = json.loads(json.dumps(wrapped))
    path = folder / "case.json"
    path.write_text(json.dumps(content))
    outcome = verify([path]).outcomes[0]
    assert outcome.status == "passed", "\n".join(outcome.lines())
    assert len(outcome.checks) == len(expected)


SWARMS = {
    "air at 20 Td, warm": (AIR, {"N2": 0.79, "O2": 0.21}, 20.0, 57.0, {"T": 600.0}),
    "air at 700 Td": (AIR, {"N2": 0.79, "O2": 0.21}, 700.0, 450.0, {}),
    "nitrogen at 3000 Td": (AIR, {"N2": 1.0}, 3000.0, 2300.0, {}),
    "nitrogen at 0.1 Td, no growth": (AIR, {"N2": 1.0}, 0.1, 1.5, {"growing": False}),
    "one takes all": (AIR, {"N2": 0.9, "O2": 0.1}, 400.0, 240.0, {"equal": False}),
    "a high frequency": (AIR, {"N2": 1.0}, 200.0, 75.0, {"omega_N": 1e-13}),
    "methane in nitrogen": (METHANE, {"CH4": 0.6, "N2": 0.4}, 60.0, 60.0, {}),
    "carbon dioxide": (METHANE, {"CO2": 1.0}, 200.0, 200.0, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", SWARMS)
def test_swarms_of_other_gases_and_fields(name, tmp_path):
    file, x, Td, E_max, more = SWARMS[name]
    exact = oracle(read_cross_sections(file), x, Td * TD, E_max=E_max, **more)
    change = {
        "file": file, "mole_fractions": x, "E_over_N_Td": Td, "T_gas_K": more.get("T", 300.0),
        "growth": "temporal" if more.get("growing", True) else "none",
        "ionization_energy_sharing": "equal" if more.get("equal", True) else "one_takes_all",
        "omega_over_N_rad_m3_s": more.get("omega_N", 0.0),
    }  # fmt: skip
    expected = {"mean_energy": exact.mean, "mobility_N": exact.mobility_N}
    passes(tmp_path, "eedf_air_10Td", change, expected, 2e-3)


@pytest.mark.parametrize(("s", "ratio", "Td", "T", "omega_N"), [
    (5e-20, 2e-5, 0.3, 77.0, 0.0), (1e-20, 1e-3, 20.0, 1000.0, 0.0),
    (3e-20, 7e-5, 2.0, 300.0, 4e-14),
])  # fmt: skip
def test_maxwell_gases(s, ratio, Td, T, omega_N, tmp_path):
    field = (Td * TD) ** 2 / (6.0 * ratio * s**2 * (1.0 + (omega_N / (G * s)) ** 2))
    Te = KT * T + field
    change = {"s_m2_sqrteV": s, "mass_ratio_m_over_M": ratio, "E_over_N_Td": Td, "T_gas_K": T,
              "omega_over_N_rad_m3_s": omega_N}  # fmt: skip
    expected = {
        "mean_energy": 1.5 * Te,
        "electron_temperature": Te,
        "diffusion_N": G / (2 * s) * Te,
    }
    passes(tmp_path, "eedf_maxwell_gas_1", change, expected, 1e-4)


@pytest.mark.parametrize(("sigma", "ratio", "Td", "T"), [
    (3e-20, 5e-5, 0.02, 0.0), (2e-19, 2e-6, 5.0, 0.0), (5e-20, 4e-5, 0.1, 1200.0),
])  # fmt: skip
def test_gases_of_constant_cross_section(sigma, ratio, Td, T, tmp_path):
    a = (Td * TD) ** 2 / (6.0 * ratio * sigma**2)  # F = exp(-int E dE/(a + kT E))
    kT = KT * T
    log_F = (lambda E: -E * E / (2 * a)) if T == 0.0 else (
        lambda E: -E / kT + a / kT**2 * np.log1p(E * kT / a)
    )  # fmt: skip
    end = 12.0 * max(np.sqrt(a), kT) + 30.0 * kT
    moment = lambda n: quad(lambda E: E**n * np.exp(log_F(E)), 0.0, end, limit=500)[0]  # noqa: E731
    norm = moment(0.5)
    slope = quad(lambda E: E * E / (a + kT * E) * np.exp(log_F(E)), 0.0, end, limit=500)[0]
    change = {"sigma_m_m2": sigma, "mass_ratio_m_over_M": ratio, "E_over_N_Td": Td, "T_gas_K": T}
    expected = {"mean_energy": moment(1.5) / norm, "mobility_N": G / 3.0 * slope / sigma / norm,
                "diffusion_N": G / 3.0 * moment(1.0) / sigma / norm}  # fmt: skip
    if T == 0.0:  # Druyvesteyn's mean energy
        closed = np.sqrt(2 * a) * gamma(1.25) / gamma(0.75)
        assert expected["mean_energy"] == pytest.approx(closed)
    name = "eedf_druyvesteyn_1" if T == 0.0 else "eedf_davydov_1"
    passes(tmp_path, name, change, expected, 2e-4)


def model(elastic, kind, slope, u, ratio):
    e = np.geomspace(1e-4, 1e4, 2000)
    table = Process("X", "el", "elastic", 0.0, e, elastic(e), ratio)
    rising = Process("X", "s", kind, u, np.array([u, 1e4]), np.array([0.0, slope * (1e4 - u)]))
    return CrossSections.build([table, rising])


def test_a_ramp_with_other_numbers(tmp_path):
    gas = model(lambda e: 0 * e + 4e-20, "excitation", 2e-19, 0.5, 2e-4)
    exact = oracle(gas, {"X": 1.0}, 20 * TD, E_max=4.0, T=0.0, growing=False)
    change = {"sigma_elastic_m2": 4e-20, "mass_ratio_m_over_M": 2e-4, "E_over_N_Td": 20.0,
              "sigma_exc": "2e-19 m2/eV*(energy-0.5 eV) above, threshold 0.5 eV"}  # fmt: skip
    expected = {"mean_energy": exact.mean, "drift_velocity": exact.mobility_N * 20 * TD,
                "k_exc": exact.rates["X->s"]}  # fmt: skip
    passes(tmp_path, "eedf_reid_ramp_12Td", change, expected, 1e-3)


@pytest.mark.parametrize("equal", [True, False])
def test_an_ionising_model_gas_with_other_numbers(equal, tmp_path):
    gas = model(lambda e: 6e-20 * e**-0.5, "ionization", 2e-21, 12.0, 5e-4)
    exact = oracle(gas, {"X": 1.0}, 50 * TD, E_max=90.0, T=0.0, equal=equal)
    change = {
        "sigma_elastic": "6e-20*energy_eV^-0.5 m2", "mass_ratio_m_over_M": 5e-4,
        "sigma_inel": "2e-21 m2/eV*(energy-12 eV) above threshold 12 eV", "E_over_N_Td": 50.0,
        "ionization_energy_sharing": "equal" if equal else "one_takes_all",
    }  # fmt: skip
    expected = {"mean_energy": exact.mean, "flux_drift_velocity_muE": exact.mobility_N * 50 * TD,
                "k_inelastic": exact.rates["X->s"]}  # fmt: skip
    passes(tmp_path, "eedf_lucas_saelee_30Td_temporal_equal", change, expected, 2e-3)


@pytest.mark.parametrize("share", [0.02, 0.6])
def test_critical_fields_of_other_mixtures(share, tmp_path):
    x, read = {"N2": 1.0 - share, "O2": share}, read_cross_sections(AIR)
    sign = {"ionization": 1.0, "attachment": -1.0}

    def net(Td):
        at = oracle(read, x, Td * TD, E_max=75.0, points=1200)
        kinds = {p.name: sign.get(p.kind, 0.0) * x[p.target] for p in read.processes}
        return sum(kinds[name] * rate for name, rate in at.rates.items()), at.mean

    Td = brentq(lambda Td: net(Td)[0], 60.0, 140.0, rtol=1e-4)
    mean = net(Td)[1]
    expected = {"E_over_N_critical": Td, "mean_energy_at_critical": mean}
    passes(tmp_path, "critical_field_air", {"mole_fractions": x}, expected, 2e-3)


def test_rates_under_other_shapes(tmp_path):
    def F(E, em, x):
        low, high = gamma(1.5 / x), gamma(2.5 / x)
        c1, c2 = x * high**1.5 / low**2.5, (high / low) ** x
        return c1 * em**-1.5 * np.exp(-c2 * (E / em) ** x)

    step = quad(lambda E: E * F(E, 4.5, 1.7), 11.0, 300.0, epsabs=0, epsrel=1e-11, limit=300)[0]
    change = {"mean_energy_eV": 4.5, "shape": 1.7, "threshold_eV": 11.0, "sigma_0_m2": 2e-21}
    passes(tmp_path, "rate_maxwell_step", change, {"k": G * 2e-21 * step}, 1e-6)


@pytest.mark.parametrize("U", [2900.0, 9000.0])
def test_barrier_discharges_above_and_below_ignition(U, tmp_path):
    C_d, C_g, U_b, f, flow = 120e-12, 45e-12, 1800.0, 5e3, 2.5
    U_min = U_b * (C_d + C_g) / C_d
    power = max(4 * f * C_d * U_b * (U - U_min), 0.0) if U_min < U else 0.0
    change = {"C_dielectric_F": C_d, "C_gap_F": C_g, "gap_burning_voltage_V": U_b, "f_Hz": f,
              "U_peak_V": U, "flow_L_per_min": flow}  # fmt: skip
    expected = {"power": power, "U_min": U_min, "C_cell": C_d * C_g / (C_d + C_g)}
    if power:
        expected |= {"SEI": power / (flow / 60.0), "power_from_QV_area": power}
    passes(tmp_path, "dbd_manley_1", change, expected, 1e-3)


def test_energy_of_another_product(tmp_path):
    SEI, T, p, X, dH, M = 4e3, 273.15, 1e5, 0.02, 45.9, 17.031
    molar = SEI * 1e3 * 8.31446261815324 * T / p
    change = {"SEI_J_per_L": SEI, "reference_T_K": T, "reference_p_Pa": p, "conversion_X": X,
              "dH_kJ_per_mol": dH, "M_NH3_g_per_mol": M}  # fmt: skip
    expected = {"SEI_kJ_per_mol": molar / 1e3, "energy_efficiency": X * dH * 1e3 / molar,
                "SEI_eV_per_molecule": molar / 96485.33212,
                "energy_cost_per_converted": molar / X / 96485.33212,
                "g_NH3_per_kWh": X * M / molar * 3.6e6}  # fmt: skip
    passes(tmp_path, "energy_metrics_CO2_1", change, expected, 1e-8)


# --- chemistry -----------------------------------------------------------------------------------
R, NA, EV = 8.31446261815324, 6.02214076e23, elementary_charge
LIST = {
    "R4": ("O", "O2", 6e-46, -2.4, 0.0, 1), "R5": ("O", "O3", 8e-18, 0.0, 2060.0, 0),
    "R6": ("O(1D)", "O2", 3.3e-17, 0.0, -55.0, 0), "R7": ("O(1D)", "O3", 1.2e-16, 0.0, 0.0, 0),
    "R8": ("O(1D)", "O3", 1.2e-16, 0.0, 0.0, 0), "R9": ("O", "O", 2.76e-46, 0.0, -720.0, 1),
}  # fmt: skip
NU = {"R4": (-1, -1, 0, 1), "R5": (2, -1, 0, -1), "R6": (0, 1, -1, 0), "R7": (2, 0, -1, -1),
      "R8": (1, 2, -1, -1), "R9": (1, -2, 0, 0)}  # fmt: skip
NAMES = ("O2", "O", "O(1D)", "O3")


def parcel(i, pulses):
    """n, T at the end, by Radau pulse after pulse; no thermal dissociation of ozone below 450 K."""
    H = np.array([i["species"][n]["Hf"] for n in NAMES])
    electron = i["EN"] ** 2 * i["muN"] * EV * NA

    def rhs(t, y, P):
        n, T = y[:4], y[4]
        V = n.sum() * R * T / i["p_Pa"]
        c, x = n / V * NA, n / n.sum()
        w = np.zeros(4)
        for name, (a, b, A, b_T, Ta, m) in LIST.items():
            rate = A * (T / 300.0) ** b_T * np.exp(-Ta / T) * c[NAMES.index(a)] * c[NAMES.index(b)]
            w += np.array(NU[name]) * rate * (c.sum() if m else 1.0) * V / NA
        q = P / electron
        w += q * np.array([-x[0] * (i["k1"] + i["k2"]) + x[3] * i["k3"],
                           x[0] * (2 * i["k1"] + i["k2"]) + x[3] * i["k3"], x[0] * i["k2"],
                           -x[3] * i["k3"]])  # fmt: skip
        cp = i["cp_per_mole_mixture_J_molK"]
        h = H + cp * (T - i["Tref"])
        dT = 0.0 if i["iso"] else (P - h @ w - i["UA"] * (T - i["Tw"])) / (n.sum() * cp)
        return np.append(w, dT)

    y = np.array([1.0, 0.0, 0.0, 0.0, i["T0"]])
    for span, P in pulses:
        y = solve_ivp(rhs, (0, span), y, "Radau", args=(P,), rtol=1e-9, atol=1e-14).y[:, -1]
    return y


@pytest.mark.parametrize("pulsed", [False, True])
def test_ozone_with_other_power_pulses_and_cooling(pulsed, tmp_path):
    name = "chem0d_o3_pulsed_1" if pulsed else "chem0d_o3_cw_thermal_1"
    i = bare(json.loads((SHIPPED / f"{name}.json").read_text())["inputs"])
    change = {"T0": 310.0, "Tw": 295.0, "UA": 400.0, "EN": 1.4e-19, "muN": 1.6e24, "k1": 9e-16,
              "k2": 3e-15, "k3": 5e-15, "p_Pa": 1.4e5}  # fmt: skip
    change["reactions"] = {n: r for n, r in i["reactions"].items() if n != "R10"}
    if pulsed:
        change |= {"wp": 120.0, "width": 3e-8, "period": 4e-3, "npulse": 12, "t_after": 0.02}
        parts = [(3e-8, 120.0 / 3e-8), (4e-3 - 3e-8, 0.0)] * 12 + [(0.02, 0.0)]
    else:
        change |= {"P_W_per_mol": 9e3, "t_on": 0.3, "t_after": 0.02}
        parts = [(0.3, 9e3), (0.02, 0.0)]
    y = parcel(i | change, parts)
    SEI = 1440.0 if pulsed else 2700.0
    expected = {"x_O3": y[3] / y[:4].sum(), "T_final": y[4], "n_total": y[:4].sum(), "SEI": SEI,
                "energy_per_O3": SEI / y[3] / (EV * NA),
                "ozone_yield": y[3] * i["M_O3_g_per_mol"] / SEI * 3.6e6}  # fmt: skip
    passes(tmp_path, name, change, expected, 1e-5)


def test_afterglow_with_other_atoms_and_temperature(tmp_path):
    i = bare(json.loads((SHIPPED / "chem0d_microdischarge_afterglow_1.json").read_text())["inputs"])
    change = {"x_O_initial": 0.03, "x_O2_initial": 0.97, "T_K": 380.0, "p_Pa": 5e4, "t_s": 3e-4}
    change["reactions"] = {n: r for n, r in i["reactions"].items() if n != "R10"}
    c = change["p_Pa"] / (R * 380.0) * NA

    def rhs(t, n):
        N = n / n.sum() * c
        a = 6e-46 * (380 / 300) ** -2.4 * N[0] * N[1] * c
        b = 8e-18 * np.exp(-2060 / 380) * N[0] * N[2]
        d = 2.76e-46 * np.exp(720 / 380) * N[0] ** 2 * c
        return np.array([-a - b - 2 * d, -a + 2 * b + d, a - b]) * n.sum() / c

    n = solve_ivp(rhs, (0, 3e-4), [0.03, 0.97, 0.0], "Radau", rtol=1e-10, atol=1e-15).y[:, -1]
    expected = {"n_O3": n[2], "O_to_O3_efficiency": n[2] / 0.03}
    passes(tmp_path, "chem0d_microdischarge_afterglow_1", change, expected, 1e-5)
