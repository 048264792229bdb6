"""Equilibria shifted by removal."""

from __future__ import annotations

from typing import Any

from intensify.chemistry import Arrhenius, Network, Reaction
from intensify.reactors.vessels.shifted_equilibrium import ShiftedEquilibriumReactor, membrane
from intensify.solve import solve
from intensify.verify.case import Inputs


def shift_linear_strip(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A <=> B of first order, B removed."""
    there, back = Arrhenius(inputs["k1_1_s"]), Arrhenius(inputs["k2_1_s"])
    net = Network.build([Reaction("A <=> B", there, reverse=back)])
    reactor = ShiftedEquilibriumReactor(
        net, start={"A": inputs["A0"], "B": inputs["B0"]}, key="A", duration=max(inputs["t_s"]),
        volume=1.0, removal=membrane(net, area=1.0, permeance={"B": inputs["k_removal_1_s"]}),
    )  # fmt: skip
    run = solve(reactor, rtol=1e-12)
    return {
        "conversion_A": [float(run.at(t)["conversion"]) for t in inputs["t_s"]],
        "equilibrium_conversion_closed": reactor.equilibrium_conversion(),
    }


def shift_pervaporation_ester(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Esterification in mole fractions, water through a membrane."""
    k, K = inputs["k_mol_kg_s"], inputs["K"]
    net = Network.build(
        [Reaction("acid + alcohol <=> ester + water", Arrhenius(k), reverse=Arrhenius(k / K))]
    )
    reactor = ShiftedEquilibriumReactor(
        net, start=inputs["n0_mol"], key="acid", duration=max(inputs["t_s"]),
        catalyst=inputs["m_cat_kg"],
        removal=membrane(net, area=inputs["membrane_area_m2"],
                         permeance={"water": inputs["permeance_mol_m2_s"]}),
    )  # fmt: skip
    run, water = solve(reactor, rtol=1e-11), net.index("water")
    rows = [run.at(t) for t in inputs["t_s"]]
    return {
        "conversion_acid": [float(row["conversion"]) for row in rows],
        "water_removed_mol": [float(row["removed"][water]) for row in rows],
        "equilibrium_conversion_closed": reactor.equilibrium_conversion(),
    }


ADAPTERS = (shift_linear_strip, shift_pervaporation_ester)
