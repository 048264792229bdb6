"""Grains, strings and beds without heat of reaction."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry.network import Adsorption, Arrhenius, Network, Reaction
from intensify.deactivation import Deactivation, life
from intensify.reactors.beds.packed_bed import Dissolving, LiquidBed, PackedBed
from intensify.reactors.beds.packed_bed_equations import BedZone
from intensify.reactors.beds.radial_bed import RadialBed, RadialZone
from intensify.solve import solve
from intensify.transport.catalyst_grain import effectiveness, pellet, thiele
from intensify.transport.grain_films import wakao
from intensify.transport.multiplicity import Branches, branches
from intensify.transport.packing import (
    Friction,
    eisfeld_schnitzlein,
    ergun,
    random_bed,
    sphere_string,
)
from intensify.transport.transport_limits import Grain, criteria
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions

SHAPES = {"slab": 0, "cylinder": 1, "sphere": 2}


def effectiveness_first_order(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Slab, cylinder and sphere, with and without film."""
    net = Network.build("A => B", k=inputs["k_per_s_per_pellet_volume"])
    state: dict[str, Any] = {"T": 300.0, "c": {"A": 1.0}}
    out: dict[str, Any] = {}
    for name, shape in SHAPES.items():
        same = {"rho": 1.0, "R": inputs["half_thickness_or_radius_m"], "D": inputs["De_m2_s"],
                "shape": shape, "nodes": 80}  # fmt: skip
        bare, whole = pellet(net, **same), pellet(net, k=inputs["kc_film_m_s"], **same)
        modulus, eta = thiele(net, bare, species="A", **state), effectiveness(net, whole, **state)
        out |= {
            f"eta_internal_{name}": effectiveness(net, bare, **state)[0],
            f"eta_overall_{name}": eta[0], f"phi_L_{name}": modulus,
            f"weisz_prater_LV_{name}": eta[0] * modulus**2,
        }  # fmt: skip
    return out


def unit_grain(net: Network, shape: str, *, conductivity: float = float("inf")) -> Branches:
    """A grain of unit radius, density and diffusivity, with 1 mol/m3 at 500 K around it."""
    return branches(net, rho=1.0, R=1.0, D=1.0, T=500.0, c={"A": 1.0}, shape=SHAPES[shape],
                    conductivity=conductivity)  # fmt: skip


def effectiveness_lhhw_power(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Rate laws normalised to phi^2 at the surface."""
    K, out = float(inputs["K_cs"]), {}
    for name, law, shape, phi in conditions(names, "eta_(LHHW|power)_(slab|cylinder|sphere)_phi#"):
        if law == "LHHW":
            rate = Reaction("A => B", Arrhenius(phi**2 * (1.0 + K) ** 2), sites=2.0)
            net = Network.build([rate], adsorption=[Adsorption("A", Arrhenius(K))])
        else:
            net = Network.build([Reaction("A => B", Arrhenius(phi**2), orders={"A": inputs["n"]})])
        out[name] = unit_grain(net, shape).eta
    return out


def effectiveness_weisz_hicks(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """All branches of a sphere with heat, and where they turn."""

    def grain(gamma: float, beta: float, phi: float) -> Branches:
        rate = Arrhenius(phi**2 * float(np.exp(gamma)), 0.0, gamma * 500.0)
        net = Network.build([Reaction("A => B", rate, dH=-np.sign(beta) * 1.0)])
        return unit_grain(net, "sphere", conductivity=1.0 / (abs(beta) * 500.0))

    out: dict[str, Any] = {}
    for name, gamma, beta, phi in conditions(names, "eta_branches_g#_b#_phi#"):
        out[name] = grain(gamma, beta, phi).eta
    for name, what, gamma, beta in conditions(names, "phi_(extinction|ignition)_g#_b#"):
        out[name] = grain(gamma, beta, 1.0).turning[0 if what == "extinction" else -1].R
    for name, gamma, beta in conditions(names, "eta_at_turning_points_g#_b#"):
        out[name] = [shot.eta for shot in grain(gamma, beta, 1.0).turning]
    return out


def transport_criteria(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """The table of criteria."""
    grain = Grain(
        rate=inputs["r_obs_mol_m3cat_s"], c=inputs["c_b"], T=inputs["T_K"], d=inputs["dp_m"],
        D_e=inputs["De"], k_c=inputs["kc"], h=inputs["h"], conductivity=inputs["lambda_e_pellet"],
        dH=inputs["dH"], E=inputs["Ea"], L=inputs["L_m"], X=inputs["X"], Bo=inputs["Pe_p"],
        R_tube=inputs["R_tube_m"], void=inputs["eps"], conductivity_bed=inputs["lambda_er_bed"],
        h_w=inputs["h_w"], n=inputs["n"],
    )  # fmt: skip
    table = {criterion.name: criterion for criterion in criteria(grain)}
    return {
        "weisz_prater_R": table["Weisz-Prater"].value,
        "mears_external_mass": table["Mears, film"].value,
        "mears_external_mass_limit": table["Mears, film"].limit,
        "carberry": table["Carberry"].value, "carberry_limit": table["Carberry"].limit,
        "mears_external_heat": table["Mears, film heat"].value,
        "anderson_internal_heat": table["Anderson"].value,
        "mears_radial_bed": table["Mears, radial"].value,
        "L_over_dp": table["plug flow, Mears"].limit,
        "L_over_dp_min_mears": table["plug flow, Mears"].value,
        "L_over_dp_min_gierman": table["plug flow, Gierman"].value,
        "Bo_bed": grain.Bo_bed(), "deltaT_film": grain.film_rise(),
    }  # fmt: skip


def spsr_geometry_dp(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Strings of spheres: geometry, pressure drop, film."""
    rho, mu, u, D_m = (float(inputs[key]) for key in ("rho", "mu", "u0", "Dm"))
    out: dict[str, Any] = {}
    for tube, d, D in inputs["tube_sphereD_tubeD"]:
        string = sphere_string(d, D, square=tube == "square")
        Sh = wakao(rho * u * d / mu, mu / (rho * D_m))
        row = {
            "pitch": string.pitch, "void": string.void, "dh_wetted": string.D_wetted,
            "dh_particle": string.D_grains, "d_m_Scott": string.d_m, "a_p": string.a,
            "dpdz_ergun_dp": ergun(string).gradient(u, rho, mu),
            "dpdz_ergun_dm": ergun(string, d=string.d_m).gradient(u, rho, mu),
            "dpdz_eisfeld_schnitzlein": eisfeld_schnitzlein(string).gradient(u, rho, mu),
            "Sh_wakao": Sh, "kc_wakao": Sh * D_m / d,
        }  # fmt: skip
        tag = f"_{tube}_dp{d * 1e3:g}mm_D{D * 1e3:g}mm"
        out |= {key + tag: float(value) for key, value in row.items()}
    return out


def ergun_compressible(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """An inert gas through a bed."""
    packing = random_bed(inputs["dp_m"], 100.0 * inputs["dp_m"], void=inputs["eps"])
    L, p0, T, M = (float(inputs[key]) for key in ("L_m", "P0_Pa", "T_K", "M_kg_mol"))

    def run(*, liquid: bool = False, acceleration: bool = False) -> Any:
        same: dict[str, Any] = {
            "packing": packing, "T": T, "p": p0, "mu": inputs["mu"], "cp": 1000.0,
            "zones": [BedZone(L, T_c=T, rho_b=1e-9)],
        }  # fmt: skip
        m = inputs["G_kg_m2s"] * packing.A
        net = Network.build("A => B", k=0.0)
        if liquid:  # a density that stays
            rho = p0 * M / (inputs["R"] * T)
            return solve(LiquidBed(net, feed={"A": 1.0}, flow=m / rho, rho=rho, **same), rtol=1e-12)
        return solve(PackedBed(net, feed={"A": 1.0}, M=M, mass_flow=m, acceleration=acceleration,
                               **same), rtol=1e-12)  # fmt: skip

    gas = run()
    first, last = gas.at(0.0), gas.at(L)
    bed = gas.reactor
    rho = inputs["G_kg_m2s"] / np.array([first["u"], last["u"]])
    return {
        "P_out": last["p"], "P_mid": gas.at(0.5 * L)["p"],
        "P_out_constant_inlet_density": run(liquid=True).at(L)["p"],
        "gradient_inlet": bed.friction.gradient(first["u"], rho[0], bed.mu),
        "acceleration_extra_drop": last["p"] - run(acceleration=True).at(L)["p"],
    }  # fmt: skip


def gas_liquid_string(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A dissolved gas consumed in grains behind a film."""
    net = Network.build("G => P", k=inputs["k1"])
    d, void, u = inputs["dp"], inputs["eps"], inputs["uL"]
    packing = random_bed(d, 10.0 * d, void=void)
    grain = pellet(net, rho=1.0, R=0.5 * d, D=inputs["De"], k=inputs["ks"], nodes=60)
    bare = pellet(net, rho=1.0, R=0.5 * d, D=inputs["De"], nodes=60)

    def bed(length: float) -> Any:
        return solve(LiquidBed(
            net, packing=packing, feed={"G": inputs["c_in"]}, T=300.0, flow=u * packing.A,
            zones=[BedZone(length, T_c=300.0, rho_b=1.0 - void)], pellet=grain,
            dissolving={"G": Dissolving(inputs["kLa"], inputs["cstar"])}, friction=Friction(),
        ), rtol=1e-10)  # fmt: skip

    L, far = float(inputs["L"]), bed(40.0 * inputs["L"])
    end = far.at(far.legs[-1].end)
    k_r = float(end["rate"][0]) * (1.0 - void) / float(end["c"][0])
    run = bed(L)
    made = run.legs[-1].y_end[1]
    return {
        "a_s": packing.a, "eta": effectiveness(net, bare, T=300.0, c={"G": 1.0})[0], "k_r": k_r,
        "c_plateau": end["c"][0], "mean_rate_per_bed_volume": made / (packing.A * L),
        "K_overall": float(end["rate"][0]) * (1.0 - void) / inputs["cstar"],
    }  # fmt: skip


def radial_bed_2d(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """An inert stream cooled through the wall."""
    packing, Bi = random_bed(0.02, 2.0, void=0.4), float(inputs["Bi_hwR_over_lambda_er"])
    places, radii, hot = inputs["z_star"], inputs["r_star"], 1e9
    bed = RadialBed(
        Network.build("A => B", k=0.0), packing=packing, feed={"A": 1.0}, T=hot, p=1e5,
        flow=packing.A, M=1.0, cp=1.0, conductivity=1.0, nodes=24,
        zones=[RadialZone(1.01 * max(places), T_c=0.0, rho_b=0.0, h_w=Bi)],
    )  # fmt: skip
    run = solve(bed, rtol=1e-10)
    rows = [run.at(z)["T"] / hot for z in places]
    return {
        "theta": [[float(bed.grid.at(row, r)) for r in radii] for row in rows],
        "theta_mean": [float(run.at(z)["T_mean"]) / hot for z in places],
        "first_eigenvalue": bed.first_eigenvalue(), "overall_U_R_over_lambda": bed.developed_U(),
    }  # fmt: skip


def dilute(net: Network, **feed: float) -> Any:
    """A liquid through a bed of unit residence time, velocity and catalyst, isothermal."""
    packing = random_bed(0.01, 1.0, void=0.4)
    return LiquidBed(net, packing=packing, feed=feed, T=300.0, flow=packing.A,
                     zones=[BedZone(1.0, T_c=300.0, rho_b=1.0)], friction=Friction())  # fmt: skip


def deactivation_plug_flow(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """First order over a catalyst that ages with time."""
    bed = dilute(Network.build("A => B", k=inputs["k0_tau"]), A=1.0)

    def X(order: float) -> list[float]:
        law = Deactivation(Arrhenius(inputs["kd_per_s"]), order)
        return [run.kpis["X_A"] for run in life(bed, law, inputs["times_s"], nodes=6).runs]

    return {"X_exponential": X(1.0), "X_hyperbolic": X(2.0)}


def poison_front_bohart_adams(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Poison that each site takes up once."""
    xi = float(inputs["xi"])
    bed = dilute(Network.build("P => bound", k=xi), P=1.0)
    old = life(bed, Deactivation(reaction=0, capacity=xi), inputs["tau"], nodes=48, rtol=1e-10)
    return {
        "c_over_c0": [float(run.at(1.0)["c"][0]) for run in old.runs],
        "activity_exit": old.activity[:, -1].tolist(),
    }


ADAPTERS = (
    effectiveness_first_order, effectiveness_lhhw_power, effectiveness_weisz_hicks,
    transport_criteria, spsr_geometry_dp, ergun_compressible, gas_liquid_string, radial_bed_2d,
    deactivation_plug_flow, poison_front_bohart_adams,
)  # fmt: skip
