"""Reference cases of grains and beds with other numbers, recomputed here without the engine."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad, solve_bvp, solve_ivp
from scipy.optimize import brentq
from scipy.special import ive, jn_zeros, jv

import intensify as it
from intensify.transport.multiplicity import branches

sys.path.insert(0, str(Path(__file__).parent))
from variants import passes


def eta_of(phi, shape):
    if shape == 0:
        return np.tanh(phi) / phi
    if shape == 1:
        return 2 * ive(1, phi) / (phi * ive(0, phi))
    return 3 * (phi / np.tanh(phi) - 1) / phi**2


def first_order(rng, i):
    i |= {"k_per_s_per_pellet_volume": 10 ** rng.uniform(-3, 1.5), "De_m2_s": 1e-9}
    i |= {"half_thickness_or_radius_m": 1.5e-3, "kc_film_m_s": 10 ** rng.uniform(-5, -3)}
    R, k = i["half_thickness_or_radius_m"], i["k_per_s_per_pellet_volume"]
    phi, out = R * np.sqrt(k / i["De_m2_s"]), {}
    for n, name in enumerate(("slab", "cylinder", "sphere")):
        inside = eta_of(phi, n)
        whole = 1 / (1 / inside + k * R / (n + 1) / i["kc_film_m_s"])
        out |= {f"eta_internal_{name}": inside, f"eta_overall_{name}": whole}
        out |= {f"phi_L_{name}": phi / (n + 1)}
    return out


def string(rng, i):
    i |= {"k1": rng.uniform(20, 50), "dp": 2.7e-3, "kLa": rng.uniform(0.1, 0.6), "c_in": 5.0}
    i |= {"uL": rng.uniform(0.005, 0.03), "eps": rng.uniform(0.35, 0.5)}
    a, phi = 6 * (1 - i["eps"]) / i["dp"], i["dp"] / 2 * np.sqrt(i["k1"] / i["De"])
    eta, K, L = eta_of(phi, 2), i["kLa"], i["L"]
    k_r = 1 / (1 / (i["ks"] * a) + 1 / (eta * i["k1"] * (1 - i["eps"])))
    far, per = K * i["cstar"] / (K + k_r), (K + k_r) / i["uL"]
    mean = k_r * (far + (i["c_in"] - far) * -np.expm1(-per * L) / (per * L))
    return {"a_s": a, "eta": eta, "k_r": k_r, "c_plateau": far, "mean_rate_per_bed_volume": mean,
            "K_overall": 1 / (1 / K + 1 / k_r)}  # fmt: skip


def radial(rng, i):
    Bi, z, r = 10 ** rng.uniform(-0.7, 1.5), [0.008, 0.05, 0.7], [0.0, 0.8, 1.0]
    i |= {"Bi_hwR_over_lambda_er": Bi, "z_star": z, "r_star": r}
    between = np.append(0.0, jn_zeros(1, 200))
    a = np.array([brentq(lambda x: x * jv(1, x) - Bi * jv(0, x), lo + 1e-12, hi - 1e-12)
                  for lo, hi in itertools.pairwise(between)])  # fmt: skip
    part = 2 * Bi / ((a**2 + Bi**2) * jv(0, a))
    return {
        "theta": [[(part * jv(0, a * x) * np.exp(-(a**2) * t)).sum() for x in r] for t in z],
        "theta_mean": [(part * 2 * jv(1, a) / a * np.exp(-(a**2) * t)).sum() for t in z],
        "first_eigenvalue": a[0],
    }


def ergun(rng, i):
    i |= {"G_kg_m2s": rng.uniform(1, 4), "dp_m": rng.uniform(1e-3, 2e-3), "L_m": rng.uniform(1, 3)}
    e, d, G, mu, p0 = i["eps"], i["dp_m"], i["G_kg_m2s"], i["mu"], i["P0_Pa"]
    a = 150 * mu * (1 - e) ** 2 * G / e**3 / d**2 + 1.75 * (1 - e) * G * G / e**3 / d
    RT = i["R"] * i["T_K"] / i["M_kg_mol"]
    p = np.sqrt(p0**2 - 2 * a * RT * i["L_m"])
    fast = lambda x: (x * x - p0**2) / 2 / RT - G * G * np.log(x / p0) + a * i["L_m"]  # noqa: E731
    return {"P_out": p, "gradient_inlet": a * RT / p0,
            "acceleration_extra_drop": p - brentq(fast, 0.5 * p, p, xtol=1e-9)}  # fmt: skip


def aged(rng, i):
    k, kd = rng.uniform(0.5, 9), 10 ** rng.uniform(-6, -4)
    t = np.array([0.0, 0.3, 2.0, 7.0]) / kd
    i |= {"k0_tau": k, "kd_per_s": kd, "times_s": t.tolist()}
    return {"X_exponential": -np.expm1(-k * np.exp(-kd * t)),
            "X_hyperbolic": -np.expm1(-k / (1 + kd * t))}  # fmt: skip


def poisoned(rng, i):
    xi = rng.uniform(3, 15)
    tau = xi * np.array([0.2, 0.8, 1.0, 1.3, 1.9])
    i |= {"xi": xi, "tau": tau.tolist()}
    below = np.exp(tau) + np.exp(xi) - 1
    return {"c_over_c0": np.exp(tau) / below, "activity_exit": np.exp(xi) / below}


def phthalic(rng, i):
    i |= {"G_kg_m2h": 4684 * rng.uniform(0.6, 1.6), "U_kJ_m2hK": 346 * rng.uniform(0.7, 1.5)}
    i |= {"T_w_K": rng.uniform(610, 630), "p0_bar": [0.006, 0.009, 0.012]}
    i["T_0_K"] = i["T_w_K"] - 8.0
    per = i["rho_B"] * i["p_O2_bar"] / i["G_kg_m2h"]
    cool = 4 * i["U_kJ_m2hK"] / (i["G_kg_m2h"] * i["cp_kJ_kgK"] * i["dt_m"])

    def f(z, y):
        r = per * np.exp(i["lnk0"] - i["EaR_K"] / y[1]) * y[0]
        rise = i["mdH_kJ_kmol"] * r / i["cp_kJ_kgK"] - cool * (y[1] - i["T_w_K"])
        return [-i["Mm"] * i["p_t_bar"] * r, rise]

    out = {}
    for p in i["p0_bar"]:
        s = solve_ivp(f, (0, i["L_m"]), [p, i["T_0_K"]], "LSODA", rtol=1e-10, atol=1e-13,
                      dense_output=True)  # fmt: skip
        out |= {f"T_max_p{p:g}": s.sol(np.linspace(0, i["L_m"], 20_001))[1].max(),
                f"conversion_p{p:g}": 1 - s.y[0, -1] / p, f"T_out_p{p:g}": s.y[1, -1]}  # fmt: skip
    return out


VARIANTS = {
    "effectiveness_first_order": first_order, "gas_liquid_string": string, "radial_bed_2d": radial,
    "ergun_compressible": ergun, "deactivation_plug_flow": aged,
    "poison_front_bohart_adams": poisoned, "oxylene_hotspot_runaway": phthalic,
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_kind_with_other_numbers_passes(name, seed, tmp_path):
    passes(name, VARIANTS[name], seed, tmp_path)


# --- grains that are dead inside -----------------------------------------------------------------
def grain(rate, shape, **more):
    net = it.Network.build([rate])
    return branches(net, rho=1.0, R=1.0, D=1.0, T=500.0, c={"A": 1.0}, shape=shape, **more)


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_a_thick_grain_works_in_its_rim(shape):
    found = grain(it.Reaction("A => B", it.Arrhenius(1000.0**2)), shape)
    assert found.eta == pytest.approx([eta_of(1000.0, shape)], rel=1e-8)


@pytest.mark.parametrize("n", [0.5, 1.5, 2.0])
def test_slabs_of_any_order_follow_their_first_integral(n):
    found = grain(it.Reaction("A => B", it.Arrhenius(40.0**2), orders={"A": n}), 0)
    rel = 1e-8 if n < 1.0 else 2e-3  # above 1 the middle is never quite dead
    assert found.eta == pytest.approx([np.sqrt(2 / (n + 1)) / 40.0], rel=rel)


@pytest.mark.parametrize(("gamma", "beta", "phi"), [(35.0, 0.5, 1.6), (38.0, 0.78, 0.9)])
def test_an_ignited_slab_of_any_heat_follows_its_first_integral(gamma, beta, phi):
    rate = it.Arrhenius(phi**2 * float(np.exp(gamma)), 0.0, gamma * 500.0)
    found = grain(it.Reaction("A => B", rate, dH=-1.0), 0, conductivity=1.0 / (beta * 500.0))
    u = lambda u: u * np.exp(gamma * (1 - 1 / (1 + beta * (1 - u))))  # noqa: E731
    whole = quad(u, 0, 1, epsabs=0, epsrel=1e-11, points=[0.01, 0.1])[0]
    assert found.eta == pytest.approx([np.sqrt(2 * whole) / phi], rel=1e-7)


def test_a_grain_that_cools_itself_out_has_one_state():
    rate = it.Arrhenius(4.0 * float(np.exp(29.1)), 0.0, 29.1 * 500.0)
    found = grain(it.Reaction("A => B", rate, dH=1.0), 2, conductivity=1.0 / (0.6 * 500.0))

    def f(x, y):
        theta = 1 - 0.6 * (1 - y[0])
        return np.vstack([y[1], 4.0 * y[0] * np.exp(29.1 * (1 - 1 / theta))])

    x = np.linspace(0, 1, 201)
    s = solve_bvp(f, lambda a, b: np.array([a[1], b[0] - 1.0]), x, np.vstack([0.8 + 0.2 * x, x]),
                  S=np.diag([0.0, -2.0]), tol=1e-9, max_nodes=20_000)  # fmt: skip
    assert found.eta == pytest.approx([3 * s.y[1, -1] / 4.0], rel=1e-6)
