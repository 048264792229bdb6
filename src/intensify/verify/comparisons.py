"""Semibatch at its fastest safe dosing against a miniaturised reactor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intensify.chemistry.network import Network, Reaction
from intensify.compare import compare
from intensify.design import fastest_dosing
from intensify.reactors import (
    BatchReactor,
    Controller,
    Feed,
    Jacket,
    Metal,
    MiniaturisedReactor,
    SemibatchReactor,
    Wall,
    Zone,
    rectangular_section,
)
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.vessels import phases
from intensify.reactors.vessels.batch import StirredReactor
from intensify.reactors.vessels.phases import AT_CONVERSION, Phase
from intensify.solve import solve
from intensify.specification import SafetyLimit, Specification
from intensify.verify.case import Inputs
from intensify.verify.reading import arrhenius, conditions, number_in
from intensify.verify.vessels import LONGEST, thiosulfate

ANY_DURATION = 3600.0  # of a dosing whose time is sought


def dosing_and_hold(net: Network, key: str, T: float, percent: float) -> list[Phase]:
    """Dose at T, then hold until the conversion of `key`."""
    hold = phases.isothermal("hold", T=T, duration=LONGEST)
    end = {"until": AT_CONVERSION, "key": net.index(key), "value": percent / 100.0}
    return [
        phases.isothermal("dose", T=T, duration=ANY_DURATION, dosing=True),
        hold._replace(**end),
    ]


def zoned_channel(
    net: Network, inputs: Inputs, milli: Inputs, feed: Mapping[str, float]
) -> ChannelReactor:
    """Utility zones by residence time; the velocity is 1 m/s."""
    section = rectangular_section(1e-3, 1e-3)
    zones = [
        Zone(T, residence=tau, UA_V=milli["UA_over_V"])
        for tau, T in zip(milli["zone_residence"], milli["zone_T_utility"], strict=True)
    ]
    metal = Metal(milli.get("wall_to_fluid_volume", 0.0), milli.get("rho_cp_wall", 0.0))
    return MiniaturisedReactor(
        net, feed=feed, T=milli["T_in"], flow=section.A, section=section, zones=zones, metal=metal,
        rho_cp=inputs["rho_cp"],
    )  # fmt: skip


def semibatch_2h_vs_milli_1min(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A whole semibatch cycle against two utility zones."""
    net, batch, milli = thiosulfate(inputs), inputs["semibatch"], inputs["milli"]
    percent = number_in(batch["rule"], "until # %")
    T, V = batch["T_set"], batch["V_charge"] + batch["V_feed"]
    cold, hot = batch["T_jacket_min"], batch["T_jacket_heat"]
    feed = Feed({"H": batch["c_H2O2_feed"]}, batch["T_feed"], batch["V_feed"], ANY_DURATION,
                rho_cp=inputs["rho_cp"])  # fmt: skip
    vessel: dict[str, Any] = {
        "wall": Wall(batch["UA"], 1.0), "jacket": Jacket(T_in=cold), "rho_cp": inputs["rho_cp"],
        "controller": Controller(T_min=cold),
    }  # fmt: skip
    cooling = phases.to_temperature("cool", T_jacket=cold, T=batch["T_discharge"])
    # the file's cool-down is that of contents that no longer react
    cooled = solve(
        BatchReactor(net, charge={"P": 1.0}, V=V, T=T, recipe=[cooling], **vessel), rtol=1e-10
    )
    reactor = SemibatchReactor(
        net, charge={"T": batch["c_thiosulfate_charge"]}, V=batch["V_charge"], T=batch["T_initial"],
        feeds=[feed], V_vessel=V / batch["fill_fraction"], **vessel,
        recipe=[
            phases.idle("charge", batch["t_charge"]),
            phases.to_temperature("heat", T_jacket=hot, T=T),
            *dosing_and_hold(net, "T", T, percent), phases.idle("cool", cooled.kpis["t_cool"]),
            phases.idle("discharge", batch["t_discharge"]), phases.idle("clean", batch["t_clean"]),
        ],
    )  # fmt: skip
    dosing = fastest_dosing(reactor, T_jacket_min=cold)
    cycle = dosing.result.kpis
    feed_in = {"T": milli["c_thiosulfate_in"], "H": milli["c_H2O2_in"]}
    channel = zoned_channel(net, inputs, milli, feed_in)
    run = solve(channel, rtol=1e-10)
    both = compare(
        dosing.reactor, channel, spec=Specification(product="P", key="T"),
        limit=SafetyLimit(inputs["T_limit"]), free={}, sensitivity=False,
    )  # fmt: skip
    a, b = both.conventional.figures, both.intensified.figures
    T_fed = reactor.fed(dosing.result.legs)[net.index("T")]
    dosed = next(leg for leg in dosing.result.legs if leg.label == "dose").y_end[net.index("T")]
    out: dict[str, Any] = {name: cycle["t_hold"] for name, _ in conditions(names, "t_hold_to_#")}
    for name, X in conditions(names, "milli_t#"):
        out[name] = run.where_converted("T", X / 100.0) / channel.velocity()
    return out | {
        "t_dosing_min": dosing.duration, "X_end_of_dosing": 1.0 - dosed / T_fed,
        "t_heatup": cycle["t_heat"], "t_cooldown": cycle["t_cool"], "t_cycle": cycle["t_cycle"],
        "MTSR_dosing_stopped": cycle["MTSR"],
        "T_if_dosing_not_stopped_adiabatic": cycle["T_dosing_not_stopped"],
        "dT_ad": cycle["dT_ad"], "milli_residence": run.kpis["tau"], "milli_X_out": run.kpis["X_T"],
        "milli_T_max": run.kpis["T_max"], "milli_T_end_stop_flow_and_utility": run.kpis["T_stop"],
        "STY_milli": b["STY"], "STY_semibatch_per_vessel_volume": a["STY"],
        "intensification_factor_STY": b["STY"] / a["STY"],
        "milli_holdup_same_production": both.same_production,
        "UAV_ratio_per_contents": run.kpis["UA_V"] / cycle["UA_V"],
    }  # fmt: skip


def semibatch_vs_milli_acetic_anhydride(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Dosing limited by cooling and by accumulation, against two utility zones."""
    net = Network.build([Reaction("A => P", arrhenius(inputs), dH=inputs["dH"])])
    batch, milli = inputs["semibatch"], inputs["milli"]
    percent = number_in(inputs["model"], "hold to # %")
    feed = Feed({"A": batch["c_anhydride_feed"]}, batch["T_feed"], batch["V_feed"], ANY_DURATION,
                rho_cp=inputs["rho_cp"])  # fmt: skip
    reactor: StirredReactor = SemibatchReactor(
        net, charge={}, V=batch["V_charge"], T=batch["T_set"], feeds=[feed],
        wall=Wall(batch["UA"], 1.0), rho_cp=inputs["rho_cp"],
        recipe=dosing_and_hold(net, "A", batch["T_set"], percent),
    )  # fmt: skip
    cooling = fastest_dosing(reactor, T_jacket_min=batch["T_jacket_min"])
    safety = fastest_dosing(reactor, T_limit=batch["MTSR_limit"])
    vessel = max(cooling, safety, key=lambda dosing: dosing.duration).result.kpis
    run = solve(zoned_channel(net, inputs, milli, {"A": milli["c_in"]}), rtol=1e-10)
    hold = {name: vessel["t_hold"] for name, _ in conditions(names, "t_hold_to_#")}
    return hold | {
        "t_dosing_cooling_limited": cooling.duration, "t_dosing_MTSR_limited": safety.duration,
        "MTSR": vessel["MTSR"], "t_reaction_semibatch": vessel["t_cycle"],
        "milli_X_out": run.kpis["X_A"], "milli_T_max": run.kpis["T_max"],
        "milli_T_out": run.kpis["T_out"], "dT_ad": run.kpis["dT_ad"],
    }  # fmt: skip


ADAPTERS = (semibatch_2h_vs_milli_1min, semibatch_vs_milli_acetic_anhydride)
