"""One column, three steady states: MTBE by reactive distillation.

At one reflux ratio and one bottoms flow the column may make 60 % or 92 % of its isobutene into
MTBE, and which one it does depends on how it was started. The two upper states lie on a closed
branch that no start along the lower one ever meets.

Constants as published by Jacobs and Krishna (1993) and Rehfinger and Hoffmann (1990) and recalled
here, over an ideal vapour: they show the mathematics, not a plant.
"""

from pathlib import Path

import numpy as np

import intensify as it

NAMES = ["isobutene", "methanol", "MTBE", "n-butane"]
V = np.array([93.33, 44.44, 118.8, 100.39])
ENERGIES = np.array([[0.0, 169.9953, -60.1022, 0.0], [2576.8532, 0.0, 1483.2478, 2283.8726],
                     [271.5669, -406.3902, 0.0, 0.0], [0.0, 382.3429, 0.0, 0.0]])  # fmt: skip


def column(bottoms=197.0, reflux_ratio=7.0):
    """Seventeen stages at 11 bar, eight of them with 1000 equivalents of acid."""
    mixture = it.Mixture.wilson(
        NAMES, p0=np.log(V[None, :] / V[:, None]), p1=-ENERGIES / 1.98721,
        psat=[[20.64556, -2125.74886, -33.160], [23.49989, -3643.31362, -33.434],
              [20.71616, -2571.58460, -48.406], [20.57070, -2154.89730, -34.420]],
        enthalpy=[[-37500.0, 121.0, 22120.0, 266.25, 88.0], [-239200.0, 81.0, 35210.0, 337.7, 44.0],
                  [-313600.0, 187.0, 27940.0, 328.3, 135.0],
                  [-147300.0, 132.0, 22440.0, 272.65, 98.0]],
    )  # fmt: skip
    R = 8.314462618
    made = it.Reaction(
        "isobutene + methanol <=> MTBE", it.Arrhenius(3.67e12, 0.0, 92440.0 / R),
        {"isobutene": 1.0, "methanol": -1.0}, None, it.Arrhenius(2.67e17, 0.0, 134454.0 / R),
        {"MTBE": 1.0, "methanol": -2.0},
    )  # fmt: skip
    return it.ReactiveDistillationColumn(
        mixture, stages=17, p=11e5, reactions=[made], holdup=dict.fromkeys(range(3, 11), 1000.0),
        feeds=[it.ColumnFeed(9, {"methanol": 215.5}, T=320.0),
               it.ColumnFeed(10, {"isobutene": 195.44, "n-butane": 353.56}, T=350.0, vapour=1.0)],
        specs={"reflux_ratio": reflux_ratio, "bottoms": bottoms},
    )  # fmt: skip


def main(folder=Path()):
    """Find the states, say which are stable, and draw both branches."""
    states = it.find_column_states(column())
    marks = []
    for state in sorted(states, key=lambda s: s.conversion("isobutene")):
        X, rate = state.conversion("isobutene"), it.leading_eigenvalue(state).real
        energy = state.duty(-1) / 1e6 / (state.bottoms[2] * 0.08815)
        verdict = "stable" if rate < 0.0 else "unstable"
        print(f"conversion {100 * X:.1f} %, {energy:.2f} MJ/kg MTBE, {verdict}")
        marks.append((197.0, 100.0 * X, f"{100 * X:.1f} %, {verdict}"))

    def conversion(z):
        return -100.0 * z[:, 7].sum() / -195.44

    found = [
        it.follow_column(states[0], "bottoms", 160.0, 245.0, upwards=True),
        it.follow_column(states[0], "bottoms", 160.0, 245.0, upwards=False),
        it.follow_column(states[-1], "bottoms", 140.0, 260.0),
    ]
    isola = found[-1]
    print(f"closed: {isola.closed}, from {min(isola.folds):.1f} to {max(isola.folds):.1f} mol/s")
    picture = it.plot.branches(
        found, conversion, xlabel="bottoms [mol/s]", ylabel="conversion of isobutene [%]",
        states=marks,
    )  # fmt: skip
    picture.savefig(folder / "mtbe_states.png", dpi=100)
    it.plot.column(states[-1]).savefig(folder / "mtbe_column.png", dpi=100)


if __name__ == "__main__":
    main()
