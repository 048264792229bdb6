"""Take the product away while it forms: hydrogen over a sorbent, and an ester through a membrane.

1. A bed of shift catalyst and CO2 sorbent, fed with syngas, until CO2 breaks through: before that
   it makes hydrogen beyond the equilibrium of the same bed without sorbent.
2. An esterification whose water leaves through a membrane; how much membrane 95 % conversion needs.

Pictures: breakthrough.png, shifted.png.
"""

import intensify as it
from intensify import steps

SPECIES = {"CO": 0.02801, "H2O": 0.018015, "CO2": 0.04401, "H2": 0.002016, "N2": 0.028014}
FEED = {"CO": 0.15, "H2O": 0.50, "CO2": 0.05, "H2": 0.25, "N2": 0.05}
T, P = 673.15, 4e5
K = 12.19  # of the shift at 400 C


def column(sorbent_density):
    """A metre of bed in 50 cells."""
    k = 4e-11  # mol/(kg s Pa2)
    net = it.Network.build(
        [it.Reaction("CO + H2O <=> CO2 + H2", it.Arrhenius(k), reverse=it.Arrhenius(k / K))],
        [it.Species(name, M=M) for name, M in SPECIES.items()], pressure=1.0,
    )  # fmt: skip
    hydrotalcite = it.sorption.langmuir(0.65, 2.36e-4)  # mol/kg, 1/Pa
    return it.SorptionReactor(
        net, length=1.0, fluid=steps.Gas(mu=2.9e-5, d=2e-3, void=0.4, eps=0.64, D=2e-4),
        sorbent=steps.Sorbent(hydrotalcite, ("CO2",), 0.1, sorbent_density), catalyst=150.0,
        steps=[steps.Step("feed", 900.0, steps.inflow(4.0, FEED, T=T), steps.reservoir(P, T=T))],
        start={"H2O": 1.0}, T=T, p=P, cells=50,
    )  # fmt: skip


def hydrogen(run, t):
    """Mole fraction of H2 at the outlet, dry."""
    out = run.at(t)["flux_out"]
    return out[3] / (out.sum() - out[1])


def main():
    with_sorbent = it.solve(column(700.0))
    without = it.solve(column(0.0))
    print(f"H2 at 400 s, dry: {hydrogen(with_sorbent, 400.0):.3f} with sorbent, "
          f"{hydrogen(without, 400.0):.3f} without")  # fmt: skip
    carbon = with_sorbent.reactor.when(
        with_sorbent.legs, lambda row: row["flux_out"][:, [0, 2]].sum(axis=1) / (4.0 * 0.2), 0.05
    )
    print(f"5 % of the carbon leaves after {carbon:.0f} s")
    print(*with_sorbent.warnings, sep="\n")
    it.plot.breakthrough(with_sorbent).savefig("breakthrough.png")

    net = it.Network.build([
        it.Reaction("acid + alcohol <=> ester + water", it.Arrhenius(0.4),
                    reverse=it.Arrhenius(0.4 / 5.2)),
    ])  # fmt: skip
    membrane = it.ShiftedEquilibriumReactor(
        net, start={"acid": 5.0, "alcohol": 5.0}, key="acid", duration=8 * 3600.0, catalyst=0.05,
        removal=it.membrane(net, area=0.2, permeance={"water": 0.02}),
    )  # fmt: skip
    area = 0.2 * it.removal_for(membrane, 0.95)
    print(f"95 % of the acid in 8 h need {area:.3f} m2 of membrane; without, "
          f"{100 * membrane.equilibrium_conversion():.1f} % are the end")  # fmt: skip
    it.plot.shifted({"0.2 m2 of membrane": it.solve(membrane)}).savefig("shifted.png")


if __name__ == "__main__":
    main()
