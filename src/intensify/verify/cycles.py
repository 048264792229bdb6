"""Cyclic steady states: simulated moving bed reactor, pressure swing."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.chemistry import Arrhenius, Network, Reaction
from intensify.cycles import cyclic_steady_state
from intensify.reactors.sorbents.moving_bed import MovingBed, MovingBedReactor
from intensify.reactors.sorbents.pressure_swing import skarstrom, swing_figures
from intensify.reactors.sorbents.sorption_steps import Liquid, Sorbent
from intensify.sorption import linear
from intensify.verify.case import Inputs
from intensify.verify.sorption_gas import gas_column, named, species_of


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
    bed = ring(inputs, 60)
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


def psa_skarstrom_css(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Pressure swing with one bed and buffered product."""
    cycle = inputs["cycle"]
    T, x, light = cycle["T_feed"], named(inputs, cycle["y_feed"]), cycle["light"]
    steps = skarstrom(
        x, T=T, p_high=cycle["P_H"], p_low=cycle["P_L"], feed=cycle["feed_flux"],
        purge=cycle["purge_flux"], press=cycle["t_press"], adsorb=cycle["t_ads"],
        blow=cycle["t_blow"], wash=cycle["t_purge"],
    )  # fmt: skip
    bed = gas_column(
        inputs, Network.build([], species_of(inputs)), steps=steps, cells=60,
        start=named(inputs, cycle["y_init"]), T=cycle["T_init"], p=cycle["P_init"],
    )  # fmt: skip
    qs = [q for q in inputs["qs"] if q > 0.0]
    row = [cycle["P_H"] / (inputs["R"] * T)] * len(x) + qs + [T] * (1 - inputs["isothermal"])
    found = cyclic_steady_state(
        bed, tol=1e-5, accelerate=False, scale=np.tile(row, bed.start.shape[0] + 2)
    )
    swing = swing_figures(bed, found.run.legs, light=inputs["species"][light])
    last = found.run.legs[-1]
    end = bed.observe(last, np.array([last.end]), last.y_end[None])
    return swing | {
        "cycles_to_1e_5": float(found.cycles), "T_bed_mean_end_of_purge": float(end["T"].mean())
    }  # fmt: skip


ADAPTERS = (smbr_isomer_css, psa_skarstrom_css)
