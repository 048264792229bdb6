"""A packed bed behind a discharge: how much catalyst takes the rest of the ozone out of the air?

The discharge's outlet is the bed's feed: mole fractions, temperature and flow. Ozone decomposes at
first order on the catalyst (k at 300 K and its activation energy are assumptions; measure yours in
a string of grains), adiabatically: the more ozone there is, the warmer and shorter the bed. A
zone without pressure drop, in one run with the discharge, is `cleaned` of the case ozone-from-air.

Picture: catalyst_behind_a_discharge.png.
"""

from pathlib import Path

import numpy as np

import intensify as it
from intensify.transport.packing import random_bed

LIMIT = 1e-7  # mol/mol at the outlet
K_300, E = 0.02, 30e3  # m3/kg/s, J/mol
RHO_B = 900.0  # kg of catalyst per m3 of bed
MOLAR_FLOW, TUBE = 0.012, 25e-3  # mol/s (1 m3/h at 0 C), m

SPECIES = [
    it.Species("N2", {"N": 2.0}, 0.028014, cp=29.1),
    it.Species("O2", {"O": 2.0}, 0.031998, cp=29.4),
    it.Species("O3", {"O": 3.0}, 0.047997, cp=39.2, h=142.7e3),
]


def bed_behind(run, length):
    """The bed that a discharge's outlet flows into; nitrogen oxides count as nitrogen there."""
    names = run.dataset["species"].values.tolist()
    outlet = run.at(run.kpis["t_end"])["x"]
    x = {name: float(outlet[names.index(name)]) for name in ("O2", "O3")}
    k = it.Arrhenius.at(K_300, T=300.0, E=E)
    net = it.Network.build([it.Reaction("O3 => 1.5 O2", k)], SPECIES)
    return it.PackedBed(
        net, packing=random_bed(2e-3, TUBE), feed={**x, "N2": 1.0 - sum(x.values())},
        T=run.kpis["T_out"], p=101325.0 + 5e3, flow=MOLAR_FLOW * run.kpis["n_total"],
        zones=[it.BedZone(length, T_c=300.0, rho_b=RHO_B)],
    )  # fmt: skip


def length_for(run):
    """Bed [m] after which LIMIT of ozone is left, its catalyst [kg], and the bed's run."""
    long = it.solve(bed_behind(run, 1.0))
    z, x = long.dataset["z"].values, long.dataset["y"].sel(species="O3").values
    if x[-1] > LIMIT:
        raise it.SolveError(f"a metre of bed leaves {x[-1]:.2g} of ozone; give it more tubes")
    length = float(np.interp(-np.log(LIMIT), -np.log(np.maximum(x, 1e-30)), z))
    return length, length * RHO_B * np.pi / 4.0 * TUBE**2, long


def main(folder=Path()):
    """Three powers: what each leaves of ozone, and the bed that it needs."""
    gap = it.cases.load("ozone-from-air").reactors["gap"]
    for power in (2e3, 1e4, 5e4):
        run = it.solve(gap._replace(levels=np.array([power, 0.0, 0.0])))
        length, mass, bed = length_for(run)
        print(
            f"{run.kpis['SEI'] / 1e3:.1f} kJ/mol: {1e6 * run.kpis['x_O3']:.0f} ppm ozone; "
            f"{100 * length:.1f} cm of bed, {1e3 * mass:.0f} g of catalyst, "
            f"{bed.kpis['T_max']:.1f} K"
        )
    picture = it.plot.profiles(bed)
    picture.savefig(folder / "catalyst_behind_a_discharge.png", dpi=100)


if __name__ == "__main__":
    main()
