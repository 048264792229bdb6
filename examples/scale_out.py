"""From one channel to a plant: how many, how alike they must be, and why not fewer and larger.

The channel of the main job, with a viscosity that falls as it warms up. To conclude: 3500 channels
make 1 mol/s. A scatter of 5 % on the diameter makes their flows differ sixfold, which this reaction
hardly feels; a distributor that takes as much pressure as the channels brings that below three.
Channels of 1.5 times the size pass the temperature limit: they have lost more than half of UA/V.
"""

import intensify as it

CASE = it.cases.load("thiosulfate-peroxide")
WATER = it.Viscosity.fitted([(293.15, 1.002e-3), (333.15, 0.467e-3)])
MILLI = CASE.reactors["miniaturised"]._replace(mu=WATER)


def main():
    plant = it.numbered_up(MILLI, product="Na2SO4", amount=1.0)
    k = it.solve(plant).kpis
    print(f"{k['channels']:.0f} channels hold {1e3 * k['V']:.0f} L; they lose "
          f"{k['p_drop'] / 1e3:.1f} kPa, {k['pumping']:.0f} W of pumping")  # fmt: skip

    print("\ntolerance  distributor  flow spread  T_max worst  X worst  X mixed")
    for tolerance in (0.01, 0.05):
        for distributor in (0.0, 1.0):
            table = it.scale_out(plant, tolerance=tolerance, distributor=distributor)
            k = table.kpis
            print(f"{tolerance:9.2f} {distributor:12.1f} {k['flow_spread']:12.2f} "
                  f"{k['T_max']:10.1f} K {k['X_Na2S2O3_worst']:8.4f} {k['X_Na2S2O3']:8.4f}"
                  )  # fmt: skip
    it.plot.scale_out(table).savefig("scale_out.png")

    larger = it.scale_up(plant, factors=[1.0, 1.25, 1.5, 2.0, 3.0, 5.0])
    print("\nD_h (mm)  channels  UA/V (MW/m3/K)  T_max (K)")
    names = ("diameter", "channels", "UA_V", "T_max")
    for d, n, UA_V, T in zip(*(larger.dataset[x].values for x in names), strict=True):
        print(f"{1e3 * d:8.1f} {n:9.0f} {UA_V / 1e6:15.2f} {T:10.1f}")
    it.plot.scale_up(larger, limit=CASE.limit.T).savefig("scale_up.png")


if __name__ == "__main__":
    main()
