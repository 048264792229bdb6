"""Jacobians of gases beside catalytic walls against differences, as JSON; without kernels.

Run with NUMBA_DISABLE_JIT=1: plain Python needs seconds where compiling would take a minute.
"""

import json

import numpy as np

import intensify as it

CH4, NITRIDE = {"CH4": 0.03, "O2": 0.2, "N2": 0.77}, {"SIF4": 0.25, "NH3": 0.5, "N2": 0.25}
BURN, GROW = {"feed": CH4, "T": 900.0}, {"feed": NITRIDE, "T": 1700.0}


def error(model, y):
    """Largest miss of a row, by the row's largest slope; differences of fourth order."""
    J, found = np.empty((2, y.size, y.size))
    model.jac(0.0, y, J)

    def at(k, step):
        x, dy = y.copy(), np.empty(y.size)
        x[k] += step
        model.rhs(0.0, x, dy)
        return dy

    for k in range(y.size):
        h = 1e-4 * max(abs(y[k]), 1e-2)
        near, far = at(k, h) - at(k, -h), at(k, 2.0 * h) - at(k, -2.0 * h)
        found[:, k] = (8.0 * near - far) / (12.0 * h)
    return float((np.abs(J - found).max(axis=1) / (np.abs(found).max(axis=1) + 1e-300)).max())


def moved(y, hot):
    """A state with all species there and nothing at rest; its temperature, at `hot`, kept."""
    out = y + 0.1 * np.random.default_rng(0).random(y.size)
    out[hot] = y[hot]
    return out


def main():
    platinum = it.surface_from_cantera("ptcombust.yaml", "Pt_surf")
    nitride = it.surface_from_cantera("SiF4_NH3_mec.yaml", "SI3N4")
    data, out = it.transport_from_cantera("ptcombust.yaml", phase="gas"), {}
    for UA in (1e4, np.inf):
        tube = it.CatalyticFilmFlow(
            platinum, data, length=0.02, mass_flux=1.0, section=it.round_section(1e-3), area=9e3,
            UA=UA, **BURN,
        )  # fmt: skip
        gas = tube.channel.gas
        y = np.concatenate([gas.state(), tube.channel.theta, gas.eta_in, [950.0]])
        out[f"film {UA}"] = error(tube, moved(y, gas.eta_in.size))
        for name, mechanism, given in (("burns", platinum, BURN), ("grows", nitride, GROW)):
            wall = it.CatalyticPlugFlow(
                mechanism, length=0.1, mass_flux=0.1, area=4e3, UA=UA, **given
            )
            y = np.concatenate([wall.gas.state(), wall.theta, wall.bare])
            out[f"channel {name} {UA}"] = error(wall, moved(y, wall.gas.eta_in.size))
            size = {"area": 0.02, "volume": 1e-5, "UA": 1e-6 * UA}
            for kind, vessel in (
                ("fed", it.CatalyticStirredReactor(mechanism, mass_flow=1e-5, **size, **given)),
                ("shut", it.CatalyticClosedGas(mechanism, until=1.0, **size, **given)),
                ("soft", it.CatalyticClosedGas(mechanism, until=1.0, area=4.0, UA=UA, **given)),
            ):
                S = vessel.gas.eta_feed.size
                out[f"{kind} {name} {UA}"] = error(vessel, moved(vessel.state(), S))
    print(json.dumps(out))


if __name__ == "__main__":
    main()
