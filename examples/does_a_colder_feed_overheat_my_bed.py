"""Does cooling my feed overheat my bed?

Carbon monoxide on platinum in the adiabatic bed of the case co-oxidation, whose feed cools by 60 K:
at once, and slower and slower. The gas cools the entrance, less reacts there, and what did not
react meets grains behind that are still hot. Rate law: form of Voltz et al. (1973); its constants,
the bed and its solid are assumptions of the case.

Conclusion: it does, by 64 K as the hot place leaves at the end of the bed, before the bed goes
out; cooled over ten minutes, as long as heat takes to cross the bed, by two thirds of that.
"""

import matplotlib

matplotlib.use("Agg")

import intensify as it

bed = it.cases.load("co-oxidation").reactors["cold-feed"]
drop = bed.changes[1]
steady = it.solve(bed._replace(changes=bed.changes[:1], until=1.0)).kpis["T_max"]
print(f"before: hottest place {steady:.0f} K, feed {bed.bed.T_in:.0f} K, then {drop.T_in:.0f} K")
for minutes in (0, 5, 10):
    # a ramp in steps of a minute
    steps = [
        it.BedChange(drop.at + 60.0 * k, T_in=bed.bed.T_in - (bed.bed.T_in - drop.T_in) * part)
        for k, part in enumerate(
            [1.0] if minutes == 0 else [k / minutes for k in range(1, minutes + 1)]
        )
    ]
    run = it.solve(bed._replace(changes=(bed.changes[0], *steps), until=1500.0))
    kpis = run.kpis
    print(f"cooled within {minutes:2d} min: {kpis['T_max'] - steady:+.0f} K at "
          f"{kpis['z_T_max']:.2f} m after {kpis['t_T_max'] / 60.0:.0f} min")  # fmt: skip
    if minutes == 0:
        it.plot.transient_bed(run).savefig("cold_feed.png", dpi=150)
