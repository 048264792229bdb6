"""Does a column that reacts push A + B = C + D beyond the equilibrium of a tank?

The ideal quaternary of Al-Arfaj and Luyben: C is the lightest, D the heaviest, K = 2 at 366 K.
"""

import numpy as np
from intensify.mixtures import Mixture, antoine

from intensify import plot
from intensify.reactors import ColumnFeed, LiquidReaction, ReactiveDistillationColumn

CAL, R_CAL = 4.184, 1.987
heat = np.zeros((4, 5))
heat[:, 2] = 6944.0 * CAL  # constant molar overflow: one heat of vaporisation, nothing else
mixture = Mixture.build(
    antoine([12.34, 11.65, 13.04, 10.96], [-3862.0] * 4, unit=1e5), enthalpy=heat
)
reaction = LiquidReaction(
    nu=(-1, -1, 1, 1),
    forward=(1, 1, 0, 0),
    backward=(0, 0, 1, 1),
    ln_kf=(np.log(0.008) + 30000 / R_CAL / 366, -30000 / R_CAL),
    ln_kb=(np.log(0.004) + 40000 / R_CAL / 366, -40000 / R_CAL),
    dH=-10000.0 * CAL,
    activities=False,
)
column = ReactiveDistillationColumn.build(
    mixture,
    stages=21,
    pressure=8e5,
    feeds=[ColumnFeed(14, (12.6, 0, 0, 0)), ColumnFeed(6, (0, 12.6, 0, 0))],
    specs={"distillate": 12.6, "boilup": 28.91},
    reactions=[reaction],
    amount={(6, 14): 1000.0},
)

if __name__ == "__main__":
    tank = np.sqrt(2.0) / (1.0 + np.sqrt(2.0))
    print(f"a tank at 366 K converts {tank:.1%} at most")
    for boilup in (20.0, 28.91, 40.0):
        state = column.with_specs(distillate=12.6, boilup=boilup).solve()
        print(
            f"boilup {boilup:5.2f} mol/s: conversion {state.conversion[0]:.1%}, "
            f"{state.reboiler_duty / 1e3:.0f} kW, found by {state.path}"
        )
    plot.column(column.solve(), "ABCD").savefig("column.png")
