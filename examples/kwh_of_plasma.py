"""What does a kWh of plasma make? Ozone from oxygen across a cooled gap.

The enthalpy of ozone alone would allow 1,210 g/kWh. Electrons dissociate oxygen at a third of that,
and the more power a gap takes, the warmer its gas and the less of the ozone stays.
"""

from pathlib import Path

import numpy as np

import intensify as it
from intensify.plasma import Boltzmann, read_cross_sections

ENTHALPY_LIMIT = 3.6e6 / 142.7e3 * 47.997  # g/kWh


def main(folder=Path()):
    """Sweep the power for three gaps, and show where the electrons' energy goes."""
    base = it.cases.load("ozone").reactors["gap"]
    first = it.solve(base)
    print(f"5 kJ/mol across 1 mm: {first.kpis['yield_O3']:.0f} g/kWh, "
          f"{100 * first.kpis['x_O3']:.2f} % ozone")  # fmt: skip
    powers = np.geomspace(5e2, 1e5, 14)
    runs = {}
    for gap in (0.5e-3, 1e-3, 3e-3):
        UA = base.UA * (1e-3 / gap) ** 2
        runs[f"gap {1e3 * gap:.1f} mm"] = [
            it.solve(base._replace(levels=np.array([P, 0.0, 0.0]), UA=UA)) for P in powers
        ]
    for name, series in runs.items():
        best = max(series, key=lambda run: run.kpis["yield_O3"])
        most = max(series, key=lambda run: run.kpis["x_O3"])
        print(f"{name}: at best {best.kpis['yield_O3']:.0f} g/kWh; at most "
              f"{100 * most.kpis['x_O3']:.1f} % ozone, then {most.kpis['yield_O3']:.0f} g/kWh at "
              f"{most.kpis['T_max']:.0f} K")  # fmt: skip
    it.plot.energy_cost(runs, "O3", limit=ENTHALPY_LIMIT).savefig(folder / "ozone_kwh.png", dpi=100)
    electrons = Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))
    fields = np.geomspace(10.0, 1000.0, 25) * 1e-21
    split = it.plot.power_split([electrons.solve(float(E), {"O2": 1.0}) for E in fields])
    split.savefig(folder / "oxygen_power.png", dpi=100)


if __name__ == "__main__":
    main()
