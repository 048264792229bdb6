"""Cyclic steady states: simulated moving bed reactor, pressure swing."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry import Arrhenius, Network, Reaction
from intensify.cycles import cyclic_steady_state
from intensify.reactors.moving_bed import MovingBed, MovingBedReactor
from intensify.reactors.sorption_steps import Liquid, Sorbent
from intensify.sorption import linear
from intensify.verify.case import Inputs


def ring(inputs: Inputs, cells: int) -> MovingBed:
    """The ring of a case; A <=> B + C."""
    forward, back = Arrhenius(inputs["kf_per_s"]), Arrhenius(inputs["kb_m3_mol_s"])
    names, void = ("A", "B", "C"), inputs["eps"]
    return MovingBedReactor(
        Network.build([Reaction("A <=> B + C", forward, reverse=back)]),
        length=inputs["column_length_m"], fluid=Liquid(1.0, void, inputs["D_ax_m2_s"]),
        sorbent=Sorbent(linear(inputs["K"]), names, tuple(inputs["k_LDF_per_s"]), 1.0 - void),
        feed=dict(zip(names, inputs["c_feed"], strict=True)), columns=inputs["columns_per_zone"],
        m=inputs["m_zones"], switch=inputs["switch_time_s"], catalyst=void, cells=cells,
    )  # fmt: skip


def smbr_isomer_css(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """A <=> B + C in a ring."""
    bed = ring(inputs, 40)
    found = cyclic_steady_state(bed, tol=1e-6, rtol=1e-7, accelerate=False, scale=np.array(1.0))
    legs, run = found.run.legs, found.run
    extract, raffinate = bed.drawn(legs)
    u, fed = bed.u_zones, bed.fed(legs)[0]
    return {
        "extract_mean_c": (extract / ((u[0] - u[1]) * bed.switch)).tolist(),
        "raffinate_mean_c": (raffinate / ((u[2] - u[3]) * bed.switch)).tolist(),
        "extract_purity_C": run.kpis["purity_extract_C"],
        "raffinate_purity_B": run.kpis["purity_raffinate_B"],
        "conversion_A": run.kpis["X_A"], "recovery_C_extract": extract[2] / fed,
        "recovery_B_raffinate": raffinate[1] / fed,
        "switches_from_clean_to_1e_6": float(found.cycles),
    }  # fmt: skip


ADAPTERS = (smbr_isomer_css,)
