"""Miniaturised reactors: channels with a utility."""

from __future__ import annotations

from typing import Any

from intensify.chemistry.network import Arrhenius, Network, Reaction
from intensify.reactors import (
    Change,
    Metal,
    MiniaturisedReactor,
    TransientChannel,
    Zone,
    rectangular_section,
    round_section,
)
from intensify.reactors.channels.channel import Section
from intensify.reactors.channels.dispersed import DispersedChannel, dispersed_states
from intensify.result import Result
from intensify.solve import solve
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions
from intensify.verify.vessels import thiosulfate


def hx_channel_co_counter(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Inert hot channel against a cold utility."""
    net = Network.build("A => B", k=0.0)
    section, flow, L = rectangular_section(1e-3, 1e-3), 1e-6, 1.0
    U = inputs["UA"] / (section.P * L)
    out: dict[str, Any] = {}
    for way in ("co", "counter"):
        wc = inputs["mc"] * inputs["cpc"]
        zone = Zone(inputs["Tcin"], length=L, U=U, wc=wc, counter=way == "counter")
        run = solve(MiniaturisedReactor(
            net, feed={"A": 1.0}, T=inputs["Thin"], flow=flow, section=section, zones=[zone],
            rho_cp=inputs["mh"] * inputs["cph"] / flow,
        ), rtol=1e-12)  # fmt: skip
        out |= {f"Q_{way}": run.at(L)["q"], f"Th_out_{way}": run.kpis["T_out"],
                f"Tc_out_{way}": run.kpis["T_utility_out"]}  # fmt: skip
    return out


def thiosulfate_hex_reactor(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Exothermic plug flow against a utility of finite flow."""
    net = thiosulfate(inputs)
    section = rectangular_section(inputs["a"], inputs["b"])

    def channel(way: str) -> Result:
        zone = Zone(
            inputs["Tu"], length=inputs["L"], U=inputs["U"], wc=inputs["m_utility"] * inputs["cpu"],
            counter=way == "counter",
        )  # fmt: skip
        return solve(MiniaturisedReactor(
            net, feed={"T": inputs["cT"], "H": inputs["cH"]}, T=inputs["T0"], flow=inputs["Q"],
            section=section, zones=[zone], rho_cp=inputs["rho_cp"],
        ), rtol=1e-10)  # fmt: skip

    runs = {way: channel(way) for way in ("co", "counter")}
    out = {name: runs[way].where_converted("T", X / 100.0)
           for name, X, way in conditions(names, "x_at_X#_(co|counter)")}  # fmt: skip
    for way, run in runs.items():
        kpis = run.kpis
        out |= {
            f"T_max_{way}": kpis["T_max"], f"x_T_max_{way}": kpis["z_T_max"],
            f"X_out_{way}": kpis["X_T"], f"T_out_{way}": kpis["T_out"],
            f"T_utility_out_{way}": kpis["T_utility_out"], "residence_time": kpis["tau"],
            "UA_over_V": kpis["UA_V"], "dT_ad": kpis["dT_ad"],
        }  # fmt: skip
    return out


def danckwerts_dispersion(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """First and second order between closed ends, at one Peclet number or at several."""

    def run(Pe: float, order: int, Da: float) -> Any:
        rate = Reaction("A => B", Arrhenius(Da), orders={"A": float(order)})
        (state,) = dispersed_states(DispersedChannel.build(
            Network.build([rate]), feed={"A": 1.0}, T=300.0, velocity=1.0, D=1.0 / Pe,
            zones=[(1.0, 0.0, 300.0)], rho_cp=1.0,
        ), starts=1)  # fmt: skip
        return state

    Da, out = float(inputs["Da"]), {}
    orders = {"first": 1, "second": 2}
    if "Pe" in inputs:
        out = {f"X_{name}_order": run(inputs["Pe"], order, Da).kpis["X_A"]
               for name, order in orders.items()}  # fmt: skip
        plug = MiniaturisedReactor(
            Network.build("A => B", k=Da), feed={"A": 1.0}, T=300.0, flow=1.0, rho_cp=1.0,
            section=Section(1.0, 1.0), zones=[Zone(300.0, length=1.0, U=0.0)],
        )  # fmt: skip
        out["X_PFR_first"] = solve(plug, rtol=1e-12).kpis["X_A"]
    for name, what, order, Pe in conditions(names, "c_(out|inlet_plane)_(first|second)_order_Pe#"):
        profile = run(Pe, orders[order], Da).c[:, 0]
        out[name] = float(profile[-1 if what == "out" else 0])
    return out


def milli_utility_loss_transient(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A channel with a metal wall whose utility fails while the feed goes on."""
    U = inputs["hi"] * inputs["ho"] / (inputs["hi"] + inputs["ho"])

    def channel(lighter: float = 1.0) -> Any:
        return MiniaturisedReactor(
            thiosulfate(inputs), feed={"T": inputs["cT"], "H": inputs["cH"]}, T=inputs["T0"],
            flow=1e-6, section=round_section(2e-3), rho_cp=inputs["rho_cp"],
            zones=[Zone(inputs["Tu"], residence=inputs["tau"], UA_V=U)],
            metal=Metal(1.0, inputs["Cw"] / lighter),
        )  # fmt: skip

    def failing(until: float, lighter: float = 1.0) -> Result:
        return solve(TransientChannel(
            channel(lighter), until=until, changes=[Change(0.0, utility=0.0)], cells=1600,
            inside=U / inputs["hi"], T_limit=inputs["T_limit"],
        ), rtol=1e-5)  # fmt: skip

    run = failing(inputs["t_end"])
    out: dict[str, Any] = {name: float(run.at(t)["T_hottest"])
                           for name, t in conditions(names, "T_max_at_#s")}  # fmt: skip
    return out | {
        "T_max_steady": solve(channel()).kpis["T_max"],
        "T_wall_max_at_tend": run.kpis["T_wall_max_end"],
        "t_to_T_limit_after_utility_loss": run.kpis["t_limit"],
        "t_to_T_limit_light_wall": lambda: failing(
            run.kpis["t_limit"], inputs["light_wall_factor"]
        ).kpis["t_limit"],
    }


ADAPTERS = (
    hx_channel_co_counter, thiosulfate_hex_reactor, danckwerts_dispersion,
    milli_utility_loss_transient,
)  # fmt: skip
