"""Stirred vessels: ideal kinetics, heating and cooling, batch, semibatch, cooling failure."""

from __future__ import annotations

from typing import Any

from intensify.chemistry.network import R_GAS, Arrhenius, Network, Reaction
from intensify.design import best_hold, ride_limit
from intensify.reactors import (
    BatchReactor,
    Controller,
    Feed,
    Jacket,
    SemibatchReactor,
    Wall,
)
from intensify.reactors.vessels import phases
from intensify.reactors.vessels.cstr import CSTR, solve_steady
from intensify.reactors.vessels.phases import AT_CONVERSION, AT_TEMPERATURE, JACKET, Phase
from intensify.result import Result
from intensify.solve import solve
from intensify.units import INF
from intensify.verify.case import Inputs
from intensify.verify.reading import arrhenius, conditions, extremum, number_in

RTOL = 1e-11
LONGEST = 1e9
ANY_T = 300.0  # of vessels whose rates know no temperature


def until_converted(
    net: Network, c: dict[str, float], key: str, X: float, *, T: float = ANY_T
) -> Result:
    """Isothermal batch of 1 m3 up to conversion X of `key`."""
    react = phases.isothermal(T=T, duration=LONGEST)
    react = react._replace(until=AT_CONVERSION, key=net.index(key), value=X)
    return solve(BatchReactor(net, charge=c, V=1.0, T=T, rho_cp=1.0, recipe=[react]), rtol=RTOL)


def after(net: Network, c: dict[str, float], t: float, *, T: float = ANY_T) -> Result:
    """Isothermal batch of 1 m3 over time t."""
    recipe = [phases.isothermal(T=T, duration=t)]
    return solve(BatchReactor(net, charge=c, V=1.0, T=T, rho_cp=1.0, recipe=recipe), rtol=RTOL)


def tank_conversion(
    net: Network, c: dict[str, float], key: str, tau: float, tanks: int = 1
) -> float:
    """Conversion of `key` in isothermal tanks of residence time tau in all."""
    reactor = CSTR.build(
        net, feed=c, T=ANY_T, flow=1.0 / tau, V=1.0, tanks=tanks, UA=INF, T_coolant=ANY_T
    )
    return solve_steady(reactor).kpis[f"X_{key}"]


def ideal_second_order(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A + B => C, isothermal: batch, tank, tanks in series."""
    net = Network.build("A + B => C", k=inputs["k"])
    c, t = {"A": inputs["cA0"], "B": inputs["cB0"]}, inputs["t"]
    out: dict[str, Any] = {
        "X_batch_or_PFR": lambda: after(net, c, t).kpis["X_A"],
        "X_CSTR": lambda: tank_conversion(net, c, "A", t),
        "X_TIS": lambda: tank_conversion(net, c, "A", t, int(inputs["N_tanks"])),
    }
    for name, X in conditions(names, "t#"):
        out[name] = lambda X=X: until_converted(net, c, "A", X / 100.0).legs[-1].end
    return out


def ideal_nth_order(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A => P with r = k c^n, isothermal: batch, tank."""
    net = Network.build([Reaction("A => P", Arrhenius(inputs["k"]), orders={"A": inputs["n"]})])
    c, t = {"A": inputs["c0"]}, inputs["t"]
    out: dict[str, Any] = {
        "X_batch": lambda: after(net, c, t).kpis["X_A"],
        "X_CSTR": lambda: tank_conversion(net, c, "A", t),
    }
    for name, X in conditions(names, "t#"):
        out[name] = lambda X=X: until_converted(net, c, "A", X / 100.0).legs[-1].end
    return out


def jacketed_vessel_heat_cool(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Heating or cooling of an inert vessel, jacket with a content of its own or plug flow."""
    net = Network.build("A => B", k=0.0)
    wc, T_in = inputs["w"] * inputs["cj"], inputs["Tjin"]

    def vessel(content: float, phase: Phase) -> Result:
        reactor = BatchReactor(
            net, charge={"A": 1.0}, V=1.0, T=inputs["T0"], rho_cp=inputs["m"] * inputs["cp"],
            wall=Wall(inputs["UA"], 1.0), jacket=Jacket(wc, content, T_in, T_in), recipe=[phase],
        )  # fmt: skip
        return solve(reactor, rtol=RTOL)

    content = inputs["mj"] * inputs["cj"]
    end = vessel(content, phases.jacket("heat", T=T_in, duration=inputs["t"])).at(inputs["t"])
    out: dict[str, Any] = {"T_at_t": end["T"], "Tj_at_t": end["T_jacket"]}
    for name, percent, plug in conditions(names, "t_#pct(|_plug_jacket)"):
        T = inputs["T0"] + percent / 100.0 * (T_in - inputs["T0"])
        there = phases.to_temperature("heat", T_jacket=T_in, T=T)
        out[name] = vessel(0.0 if plug else content, there).legs[-1].end
    return out


def thiosulfate(inputs: Inputs) -> Network:
    """T + 2 H => products, first order in each."""
    orders = {"T": 1.0, "H": 1.0}
    return Network.build([Reaction("T + 2 H => P", arrhenius(inputs), orders, dH=inputs["dH"])])


def thiosulfate_adiabatic_batch(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Adiabatic batch, temperatures and concentrations at the times in the names."""
    net = thiosulfate(inputs)
    temperatures = list(conditions(names, "(?:EXPERIMENT_)?T_at_#s"))
    concentrations = list(conditions(names, "cT_at_#s"))
    conversions = list(conditions(names, "t#"))
    last = max((t for _, t in [*temperatures, *concentrations]), default=0.0)

    def batch(phase: Phase) -> Result:
        return solve(BatchReactor(
            net, charge={"T": inputs["cT0"], "H": inputs["cH0"]}, V=1.0, T=inputs["T0"],
            rho_cp=inputs["rho_cp"], recipe=[phase],
        ), rtol=RTOL)  # fmt: skip

    def until(percent: float) -> Result:
        end = {"until": AT_CONVERSION, "key": net.index("T"), "value": percent / 100.0}
        return batch(phases.adiabatic(duration=LONGEST)._replace(**end))

    run = batch(phases.adiabatic(duration=last)) if last > 0.0 else until(50.0)
    out: dict[str, Any] = {name: run.at(t)["T"] for name, t in temperatures}
    out |= {name: run.at(t)["c"][net.index("T")] for name, t in concentrations}
    out |= {name: until(percent).legs[-1].end for name, percent in conversions}
    out["t_max_rate"] = lambda: extremum(run, "heat_production")[1]
    out["T_adiabatic_end"] = run.kpis["MTSR"]
    return out


def reb_semibatch_acetic_anhydride(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Dosing with a well-mixed exchange fluid, then cooling down to a temperature."""
    net = Network.build([Reaction("A => P", arrhenius(inputs), dH=inputs["dH"])])
    t_feed = inputs["V_feed"] / inputs["q"]
    feed = Feed(
        {"A": inputs["cAf"]}, inputs["T_feed"], inputs["V_feed"], t_feed,
        rho_cp=inputs["cAf"] * inputs["CpA"], work=inputs["P"],
    )  # fmt: skip
    jacket = Jacket(
        inputs["m_ex"] * inputs["cp_ex"], inputs["rho_ex"] * inputs["Vex"] * inputs["cp_ex"],
        inputs["Tex_in"], inputs["Tex0"],
    )  # fmt: skip

    def until(T: float) -> Result:
        return solve(SemibatchReactor(
            net, charge={}, V=inputs["V0"], T=inputs["T0"], feeds=[feed], jacket=jacket,
            wall=Wall(inputs["UA"], 1.0), rho_cp=inputs["rho_cp"],
            recipe=[phases.jacket("dose", T=inputs["Tex_in"], duration=t_feed, dosing=True),
                    phases.to_temperature("cool", T_jacket=inputs["Tex_in"], T=T)],
        ), rtol=1e-10)  # fmt: skip

    run = until(inputs["T_end"])
    fed = run.at(t_feed)
    out = {name: until(T + 273.15).legs[-1].end for name, T in conditions(names, "t_until_T_#C")}
    return out | {
        "T_max": run.kpis["T_max"], "Tex_max": lambda: extremum(run, "T_jacket")[0],
        "t_feed": run.kpis["t_dose"], "X_at_end": run.kpis["X_A"],
        "nA_end_feed": fed["n"][net.index("A")], "T_end_feed": fed["T"],
    }  # fmt: skip


def semibatch_isoperibolic_runaway(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Dosing at constant jacket temperatures, contents at the same temperature at the start."""
    net = Network.build([Reaction("A => P", arrhenius(inputs), dH=inputs["dH"])])
    t_dose = inputs["td"]
    feed = Feed({"A": inputs["cF"]}, inputs["Tf"], inputs["VF"], t_dose, rho_cp=inputs["rho_cp"])

    def at_jacket(T: float) -> dict[str, float]:
        run = solve(SemibatchReactor(
            net, charge={}, V=inputs["V0"], T=T, feeds=[feed], wall=Wall(inputs["UA"], 1.0),
            rho_cp=inputs["rho_cp"],
            recipe=[phases.jacket("dose", T=T, duration=t_dose, dosing=True),
                    phases.jacket("hold", T=T, duration=inputs["tend"] - t_dose)],
        ), rtol=1e-10)  # fmt: skip
        left = run.at(t_dose)["n"][net.index("A")]
        X = 1.0 - left / run.reactor.fed(run.legs)[net.index("A")]
        return {"T_max": run.kpis["T_max"], "MTSR": run.kpis["MTSR"], "X_end_dosing": X}

    asked = list(conditions(names, "(T_max|MTSR|X_end_dosing)_Tj#"))
    runs = {T: at_jacket(T) for T in {T for _, _, T in asked}}
    return {name: runs[T][what] for name, what, T in asked}


def oncb_cooling_failure(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Isothermal batch, cooling lost for a while, then full cooling."""
    rate = Arrhenius(inputs["A"], 0.0, inputs["E_over_R"])
    net = Network.build([Reaction("A + 2 B => C + D", rate, {"A": 1.0, "B": 1.0}, dH=inputs["dH"])])
    V, T_coolant, t_loss = inputs["V"], inputs["T_coolant"], inputs["t_loss"]
    t_restore = t_loss + inputs["t_out"]

    def vessel(last: Phase) -> Result:
        return solve(BatchReactor(
            net, charge={"A": inputs["NA0"] / V, "B": inputs["NB0"] / V}, V=V, T=inputs["T_iso"],
            rho_cp=inputs["NCp"] / V, wall=Wall(inputs["UA"], 1.0), jacket=Jacket(T_in=T_coolant),
            controller=Controller(T_min=T_coolant),
            recipe=[phases.isothermal(T=inputs["T_iso"], duration=t_loss),
                    phases.adiabatic(duration=inputs["t_out"]), last],
        ), rtol=1e-10)  # fmt: skip

    minutes = list(conditions(names, "T_#min_after_restore"))
    longest = 60.0 * max((m for _, m in minutes), default=1.0)
    run = vessel(phases.jacket("cool", T=T_coolant, duration=longest))
    loss, restore = run.at(t_loss), run.at(t_restore)
    out: dict[str, Any] = {name: run.at(t_restore + 60.0 * m)["T"] for name, m in minutes}
    for name, T in conditions(names, "t_T#K"):
        hot = Phase(duration=LONGEST, mode=JACKET, until=AT_TEMPERATURE, value=T)
        out[name] = lambda hot=hot: vessel(hot).legs[-1].end
    return out | {
        "X_at_loss": 1.0 - loss["n"][0] / inputs["NA0"],
        "X_at_restore": 1.0 - restore["n"][0] / inputs["NA0"],
        "T_at_restore": restore["T"], "Q_gen_at_loss": loss["heat_production"],
        "Q_gen_at_restore": restore["heat_production"], "Q_rem_at_restore": restore["removable"],
        "Q_rem_max_at_T_iso": loss["removable"],
        "runaway": float(restore["heat_production"] > restore["removable"]),
    }  # fmt: skip


def semibatch_safety_constrained_feed(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Isothermal semibatch that doses as fast as the adiabatic limit allows."""
    net = Network.build("A + B => C", k=inputs["k"], dH=inputs["dH"])
    T, rho_cp, longest = inputs["T"], inputs["rc"], 30 * 86400.0
    feed = Feed({"B": inputs["cBin"]}, T, inputs["umax"] * longest, longest, rho_cp=rho_cp)
    reactor = SemibatchReactor(
        net, charge={"A": inputs["cA0"], "B": inputs["cB0"]}, V=inputs["V0"], T=T, feeds=[feed],
        rho_cp=rho_cp, recipe=[phases.isothermal("dose", T=T, duration=longest, dosing=True)],
    )  # fmt: skip
    ridden = ride_limit(
        reactor, key="B", T=T, T_limit=inputs["Tmax"], V_max=inputs["Vmax"], product="C",
        amount=inputs["nC"],
    )  # fmt: skip
    fast, ride, hold = solve(ridden, rtol=1e-10).legs
    B = net.index("B")
    return {
        "cB_limit": ride.y_end[B] / inputs["Vmax"], "t_end_max_feed": fast.end,
        "t_V_full": ride.end, "t_final": hold.end,
    }  # fmt: skip


def van_de_vusse_hot_short(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A => B => C, 2 A => D: best yield of B, isothermal and with ramps."""
    first = Arrhenius(inputs["k10"], 0.0, inputs["E1_over_R"])
    # the file's k3 counts moles of A, a rate counts reactions
    pair = Arrhenius(inputs["k30"] / 2.0, 0.0, inputs["E3_over_R"])
    net = Network.build(
        [Reaction("A => B", first), Reaction("B => C", first), Reaction("2 A => D", pair)]
    )
    c0, T_hot = inputs["cA0"], inputs["batch_T_hot"]
    out: dict[str, Any] = {}
    asked = list(conditions(names, "(Y_B_max|t_opt|X_A)_#K"))
    for T in {T for _, _, T in asked}:
        path: Any = until_converted(net, {"A": c0}, "A", 1.0 - 1e-6, T=T).legs[0].trajectory
        most, t = path.maximum(net.index("B"))
        best = {"Y_B_max": most / c0, "t_opt": t, "X_A": 1.0 - path(t)[0, net.index("A")] / c0}
        out |= {name: best[what] for name, what, at in asked if at == T}
    T_cold = number_in(inputs["model"], "from # K")
    ramps = BatchReactor(net, charge={"A": c0}, V=1.0, T=T_cold, rho_cp=1.0, recipe=[
        phases.ramp("heat", to=T_hot, rate=inputs["batch_ramp_up"], start=T_cold),
        phases.isothermal("hold", T=T_hot, duration=0.0),
        phases.ramp("cool", to=T_cold, rate=inputs["batch_ramp_down"], start=T_hot),
    ])  # fmt: skip
    longest = until_converted(net, {"A": c0}, "A", 0.999, T=T_hot).legs[-1].end
    hold = best_hold(ramps, product="B", longest=longest)
    whole = solve(hold.reactor, rtol=1e-10).legs[-1].end
    return out | {
        "Y_B_batch_best": hold.amount / c0,
        "t_batch_total": whole,
        "hold_best": hold.duration,
    }


def snar_flow_parallel_consecutive(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Parallel and consecutive substitution in isothermal plug flow, one row of conditions each."""
    T_ref = number_in(inputs["model"], r"1/T-1/#")
    k = {
        key: Arrhenius.at(
            inputs["kref"][key], T=T_ref, E=inputs["E"][key] * R_GAS / inputs["R_gas"]
        )
        for key in ("ka", "kb", "kc", "kd")
    }
    net = Network.build([
        Reaction("feed + amine => ortho", k["ka"]), Reaction("feed + amine => para", k["kb"]),
        Reaction("ortho + amine => bis", k["kc"]), Reaction("para + amine => bis", k["kd"]),
    ])  # fmt: skip
    out: dict[str, Any] = {}
    for i, (T, c, ratio, t) in enumerate(inputs["rows_T_c1_equiv_t"]):
        end = after(net, {"feed": c, "amine": ratio * c}, t, T=T).at(t)["n"]
        made = dict(zip(net.names, end, strict=True))
        out |= {f"row{i}_yield_{name}": made[name] / c for name in ("ortho", "para", "bis")}
        out[f"row{i}_X1"] = 1.0 - made["feed"] / c
        out[f"row{i}_STY"] = made["ortho"] * inputs["M_product"] / t * 3600.0
    return out


ADAPTERS = (
    ideal_second_order,
    ideal_nth_order,
    jacketed_vessel_heat_cool,
    thiosulfate_adiabatic_batch,
    reb_semibatch_acetic_anhydride,
    semibatch_isoperibolic_runaway,
    oncb_cooling_failure,
    semibatch_safety_constrained_feed,
    van_de_vusse_hot_short,
    snar_flow_parallel_consecutive,
)
