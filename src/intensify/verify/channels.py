"""Miniaturised reactors: channels with a utility."""

from __future__ import annotations

from typing import Any

from intensify.chemistry.network import Network
from intensify.reactors import MiniaturisedReactor, Zone, rectangular_section
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


ADAPTERS = (hx_channel_co_counter, thiosulfate_hex_reactor)
