"""Reacting gases with detailed mechanisms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intensify.chemistry.gas import GasNetwork
from intensify.chemistry.gas_file import gas_from_cantera
from intensify.reactors.gases.gas import ClosedGas, GasPlugFlow
from intensify.result import Result
from intensify.solve import solve
from intensify.verify.case import Inputs
from intensify.verify.reading import conditions

RTOL = 1e-10


def feed_of(inputs: Inputs) -> dict[str, float]:
    """Mole fractions from a text "H2:2,O2:1"."""
    pairs = (part.rsplit(":", 1) for part in str(inputs["X0"]).split(","))
    return {name.strip(): float(x) for name, x in pairs}


def asked(result: Result, chemistry: GasNetwork, names: list[str], unit: str) -> dict[str, Any]:
    """Profiles at the places that names ask for."""
    out = {}
    for name, kind, place in conditions(names, rf"([TPu]|X_.+)_at_#{unit}"):
        row = result.at(place)
        if kind.startswith("X_"):
            out[name] = row["x"][chemistry.names.index(kind[2:])]
        else:
            out[name] = row[kind.replace("P", "p")]
    return out


def last(names: list[str], unit: str) -> float:
    """Last place that names ask for."""
    return max(place for _, place in conditions(names, rf".+_at_#{unit}"))


def cantera_ignition(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Adiabatic vessel at constant pressure; equilibrium is where a long run ends."""
    chemistry = gas_from_cantera(inputs["mechanism"])
    gas = {"feed": feed_of(inputs), "T": inputs["T0"], "p": inputs["P"]}
    result = solve(ClosedGas(chemistry, until=1e3, **gas), rtol=RTOL)
    return {
        **asked(result, chemistry, names, "s"),
        "t_ignition_max_dTdt": result.kpis["t_ignition"],
        "T_equilibrium_HP": result.kpis["T_out"],
    }


def cantera_cooled_batch(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Vessel of constant volume with a cooled wall."""
    chemistry = gas_from_cantera(inputs["mechanism"])
    reactor = ClosedGas(
        chemistry, feed=feed_of(inputs), T=inputs["T0"], p=inputs["P0"], volume=inputs["V"],
        UA=inputs["UA"], T_wall=inputs["Tw"], until=last(names, "s"),
    )  # fmt: skip
    result = solve(reactor, rtol=RTOL)
    return {**asked(result, chemistry, names, "s"), "T_max_sampled": result.kpis["T_max"]}


def cantera_flowreactor(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Adiabatic plug flow."""
    chemistry = gas_from_cantera(inputs["mechanism"])
    reactor = GasPlugFlow(
        chemistry, feed=feed_of(inputs), T=inputs["T0"], p=inputs["P0"],
        mass_flux=inputs["mass_flow"] / inputs["area"], length=last(names, "m"),
    )  # fmt: skip
    result = solve(reactor, rtol=RTOL)
    return {**asked(result, chemistry, names, "m"), "P_out": result.kpis["p_out"]}


ADAPTERS: tuple[Callable[..., dict[str, Any]], ...] = (
    cantera_ignition, cantera_cooled_batch, cantera_flowreactor,
)  # fmt: skip
