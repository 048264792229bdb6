"""When does a small, hot, fast reactor not pay? Four systems that say so.

To conclude: (1) Van de Vusse: hot is 100 times faster and makes a tenth more; sell the time, not
the selectivity. (2) SnAr: the wanted step has the lowest activation energy, so hot is worse; a
minute at 60 degC beats the hotter channel and the long batch. (3) An esterification without
catalyst takes 17 hours whatever the wall takes away; at the batch's temperature a channel gains
nothing. (4) A colder jacket is not safer: what is dosed gathers, and waits for the cooling to fail.

(1), (2), (4): kinetics of the cases van-de-vusse, snar-flow and acetic-anhydride, plants assumed.
(3): k = 0.0482 L/mol/h assumed.
"""

import numpy as np

import intensify as it
from intensify import phases


def outlet(kinetics, feed, product, T, tau):
    """What an isothermal channel makes, per key reactant fed."""
    channel = it.MiniaturisedReactor(
        kinetics, feed=feed, T=T, flow=1e-6, section=it.round_section(1e-3), rho_cp=2e6,
        zones=[it.Zone(T, residence=tau, U=np.inf)],
    )  # fmt: skip
    leg = it.solve(channel).legs[0]
    key = kinetics.index(next(iter(feed)))
    return float(leg.y_end[kinetics.index(product)] / leg.y_start[key])


def van_de_vusse():
    """Best residence time and yield of the middle product, at two temperatures."""
    net = it.cases.load("van-de-vusse").kinetics
    feed = {"cyclopentadiene": 5100.0, "H2O": 20000.0}
    for T, low, high in ((383.15, 30.0, 3000.0), (473.15, 0.2, 30.0)):
        times = np.geomspace(low, high, 81)
        made = [outlet(net, feed, "cyclopentenol", T, tau) for tau in times]
        k = int(np.argmax(made))
        print(f"(1) {T - 273.15:4.0f} degC {times[k]:8.1f} s   yield {made[k]:.3f}")


def substitution():
    """Yield of the ortho product at three conditions."""
    net = it.cases.load("snar-flow").kinetics
    for T, tau, equivalents in ((333.15, 60.0, 1.5), (393.15, 30.0, 2.0), (303.15, 7200.0, 1.5)):
        feed = {"difluoronitrobenzene": 300.0, "pyrrolidine": 300.0 * equivalents}
        Y = outlet(net, feed, "ortho-product", T, tau)
        print(f"(2) {T - 273.15:4.0f} degC {tau:8.1f} s   yield {Y:.3f}")


def esterification():
    """Time to 80 % in a vessel at 70 degC; what a channel makes in that time, and in a minute."""
    net = it.Network.build("acid + alcohol => ester + water", k=0.0482e-3 / 3600.0)
    feed = {"acid": 5000.0, "alcohol": 5000.0}
    vessel = it.solve(it.BatchReactor(
        net, charge=feed, V=1.0, T=343.15, rho_cp=2e6,
        recipe=[phases.isothermal("react", T=343.15, duration=100 * 3600.0)],
    ))  # fmt: skip
    t, n = vessel.dataset["t"].values, vessel.dataset["n"].sel(species="acid").values
    hours = float(np.interp(-1000.0, -n, t)) / 3600.0
    same, minute = (outlet(net, feed, "ester", 343.15, tau) for tau in (hours * 3600.0, 60.0))
    print(f"(3)   70 degC {hours:8.1f} h   yield 0.800; a channel in that time {same:.3f}, "
          f"in a minute {minute:.4f}")  # fmt: skip


def colder_jackets():
    """MTSR of a dosing over the temperature of its jacket."""
    net = it.Network.build([it.Reaction(
        "anhydride => acid", it.Arrhenius(1.98667e13, 0.0, 97600.0 / 8.313608), dH=-58615.0
    )])  # fmt: skip
    feed = it.Feed({"anhydride": 10607.8}, 294.15, 0.4998, 2400.0, rho_cp=2.68e6)

    def at_jacket(T):
        return it.SemibatchReactor(
            net, charge={}, V=0.5002, T=T, feeds=[feed], wall=it.Wall(5000.0, 1.0), rho_cp=2.68e6,
            recipe=[phases.jacket("dose", T=T, duration=2400.0, dosing=True),
                    phases.jacket("hold", T=T, duration=4800.0)],
        )  # fmt: skip

    curve = it.safety.mtsr_curve(at_jacket, np.linspace(288.15, 338.15, 26))
    for T in (292.15, 312.15):
        k = int(np.argmin(np.abs(curve.T - T)))
        print(f"(4) {curve.T[k] - 273.15:4.0f} degC jacket   MTSR {curve.MTSR[k]:.0f} K")
    print(f"    safest jacket: {curve.T_safest - 273.15:.0f} degC, MTSR {curve.MTSR_least:.0f} K")
    it.plot.mtsr(curve).savefig("colder_is_not_safer.png")


if __name__ == "__main__":
    van_de_vusse()
    substitution()
    esterification()
    colder_jackets()
