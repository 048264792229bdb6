"""Does a shift column with CO2 sorbent beat a shift reactor and a column of sorbent alone?

The shipped case on 12 cells a column: the cycle that settles, then both ways to the same hydrogen,
each with the least steam. A hot shift leaves CO that no sorbent takes. A cold one converts it; then
both take the same energy within a few percent, and what the combined column saves is equipment.

Picture: swing.png.
"""

import intensify as it
from intensify.cases.template import Template


def main():
    case = it.cases.load("sorption-enhanced-shift")
    column, separator = (
        Template(case, name).reactor({"cells": "12"}) for name in ("column", "separator")
    )
    run = it.solve(column)
    print(f"{run.kpis['cycles']:.0f} cycles; hydrogen of {run.kpis['purity']:.3f}, dry, "
          f"{run.kpis['recovery']:.3f} of what the syngas could become, "
          f"{run.kpis['kWh_kg']:.1f} kWh/kg")  # fmt: skip
    it.plot.swing(run).savefig("swing.png")
    for name in ("shift", "cold-shift"):
        print(f"\n{name} and sorbent apart:")
        print(it.reactive_separation(
            case.reactors[name], separator, column, purity=0.86, recovery=0.85
        ))  # fmt: skip


if __name__ == "__main__":
    main()
