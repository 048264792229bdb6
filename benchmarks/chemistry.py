"""Gas mechanisms beside Cantera: ignition at equal error, many ignitions, rates alone, loading.

Errors of an ignition are against Cantera at rtol 1e-12: the largest relative one of T at ten times
around ignition. Cantera runs with dense matrices and with its adaptive preconditioner; CVODE and
SciPy's BDF get this package's compiled right-hand side without its Jacobian.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import cantera as ct
import numpy as np
from records import Target, best_of, error, judged, race

import intensify as it
from intensify._jit import canonical, compiled

CASES = (
    ("h2o2.yaml", "", {"H2": 2.0, "O2": 1.0, "AR": 7.0}, 1000.0, 1e-3),
    ("gri30.yaml", "", {"CH4": 1.0, "O2": 2.0, "N2": 7.52}, 1400.0, 2e-2),
    ("nDodecane_Reitz.yaml", "nDodecane_IG", {"c12h26": 1.0, "o2": 18.5, "n2": 69.56}, 1000.0,
     5e-2),
)  # fmt: skip
RTOLS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)
THREADS = 2
START = """
import time
import numpy as np
import intensify as it
net = it.gas_from_cantera("gri30.yaml")
began = time.perf_counter()
net.rates(1000.0, np.ones(53))
print(time.perf_counter() - began)
"""


def cantera(case, times, rtol, conditioned=False):
    """Temperatures at the times by Cantera's ReactorNet, and its evaluations."""
    file, phase, feed, T, _ = case
    gas = ct.Solution(file, phase)
    gas.TPX = T, ct.one_atm, feed
    kind = ct.IdealGasConstPressureMoleReactor if conditioned else ct.IdealGasConstPressureReactor
    net, out = ct.ReactorNet([vessel := kind(gas, clone=False)]), []
    if conditioned:
        net.preconditioner = ct.AdaptivePreconditioner()
    net.rtol, net.atol = rtol, 1e-8 * rtol
    for t in times:
        net.advance(t)
        out.append(vessel.T)
    return np.array(out), net.solver_stats["rhs_evals"]


def vessel_of(network, case):
    """The closed vessel of a case."""
    _, _, feed, T, end = case
    return it.ClosedGas(network, feed=feed, T=T, until=end)


def ours(reactor, times, rtol):
    """The same by this package: the whole of `solve`, with balances and figures."""
    result = it.solve(reactor, rtol=rtol)
    return np.array([result.at(t)["T"] for t in times]), result.statistics


def slope(model, t, y, dy):
    """The right-hand side as an entry for the peers."""
    model.rhs(t, y, dy)


def cvode(reactor, times, rtol):
    """The same equations by CVODE of scikit-sundae."""
    from sksundae.cvode import CVODE

    model = canonical(reactor)
    rhs, y = compiled(slope, model), model.state()
    done = CVODE(
        lambda t, x, dx: rhs(model, t, x, dx), rtol=rtol, atol=rtol * model.scales(), method="BDF",
        max_num_steps=1_000_000,
    ).solve(np.concatenate([[0.0], times]), y)  # fmt: skip
    return done.y[1:, -2], done.nfev


def scipy(reactor, times, rtol):
    """The same equations by SciPy's BDF."""
    from scipy.integrate import solve_ivp

    model = canonical(reactor)
    rhs, dy = compiled(slope, model), np.empty(model.state().size)

    def fun(t, x):
        rhs(model, t, x, dy)
        return dy.copy()

    done = solve_ivp(
        fun, (0.0, times[-1]), model.state(), method="BDF", rtol=rtol, atol=rtol * model.scales(),
        t_eval=times,
    )  # fmt: skip
    return done.y[-2], done.nfev


def ignition(quick):
    """Work and precision of all on each mechanism, and the peers' time over ours at error 1e-5."""
    record = {"text": [], "targets": [], "counts": {}, "curves": {}}
    for case in CASES[: 1 if quick else 3]:
        file, phase = case[:2]
        reactor = vessel_of(it.gas_from_cantera(file, phase=phase), case)
        delay = it.solve(reactor).kpis["t_ignition"]
        times = np.append(delay * np.linspace(0.8, 1.2, 9), case[-1])
        exact, _ = cantera(case, times, 1e-12)
        solvers = {
            "Cantera": lambda rtol, f=(case, times): cantera(*f, rtol),
            "Cantera, preconditioned": lambda rtol, f=(case, times): cantera(*f, rtol, True),
            "CVODE": lambda rtol, f=(reactor, times): cvode(*f, rtol),
            "SciPy BDF": lambda rtol, f=(reactor, times): scipy(*f, rtol),
            "intensify": lambda rtol, f=(reactor, times): ours(*f, rtol),
        }
        curves = race(solvers, lambda rows, exact=exact: float(np.abs(rows / exact - 1.0).max()),
                      rtols=RTOLS, slow=("SciPy BDF", "CVODE"))  # fmt: skip
        found = judged(curves, {"Cantera": 5.0}, 4, f"ignition with {file}", (1e-5,))
        record["curves"][file] = curves
        record["text"] += [f"{file}: {line}" for line in found["text"]]
        record["targets"] += found["targets"]
        record["counts"] |= {f"{file}: {k}": n for k, n in found["counts"].items()}
    return record


def ignitions(quick):
    """Many ignitions from different temperatures on two threads, against Cantera one by one.

    Both at rtol 1e-6, a sample of Cantera's runs; a kernel runs without Python's lock.
    """
    n, case = (50 if quick else 1000), CASES[1]
    T, own = np.linspace(1300.0, 1600.0, n), it.gas_from_cantera(case[0])
    few = T[:: max(n // 20, 1)]
    reactors = [vessel_of(own, (*case[:3], x, case[4])) for x in T]
    it.solve(reactors[0], rtol=1e-6)

    def all_of_ours():
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda r: it.solve(r, rtol=1e-6), reactors))

    def some_of_canteras():
        for x in few:
            cantera((*case[:3], x, case[4]), [case[4]], 1e-6)

    mine, theirs = best_of([all_of_ours, some_of_canteras], [1, 1])
    ratio = theirs / few.size / (mine / n)
    text = [f"{n} ignitions on {THREADS} threads of {os.cpu_count()}: {mine:.2f} s; "
            f"Cantera one by one {ratio:.3g} times"]  # fmt: skip
    target = Target(4, f"{n} ignitions with {case[0]} on {THREADS} threads faster than Cantera",
                    10.0, ratio)  # fmt: skip
    return {"text": text, "targets": [target], "counts": {}, "seconds": mine, "ratio": ratio}


def rates(quick):
    """Net production rates at changing temperatures: one call from Python, and a batch in one."""
    record = {"text": [], "targets": [], "counts": {}}
    for file, phase, *_ in CASES:
        gas, network, n = ct.Solution(file, phase), it.gas_from_cantera(file, phase=phase), 2000
        gas.TPX = 1500.0, ct.one_atm, np.ones(gas.n_species)
        T, c, rho = 1500.0 + 1e-3 * np.arange(n), 1e3 * gas.concentrations, gas.density
        rows = np.tile(c, (n, 1))
        network.rates(T, rows)

        def theirs(gas=gas, T=T, rho=rho):
            for x in T:
                gas.TD = x, rho
                gas.net_production_rates  # noqa: B018

        def single(network=network, T=T, c=c):
            for x in T:
                network.rates(x, c)

        calls = [theirs, single, lambda network=network, T=T, rows=rows: network.rates(T, rows)]
        his, one, batch = (t / n for t in best_of(calls, [3 if quick else 9] * 3))
        record["text"].append(
            f"{file}: Cantera {1e6 * his:.3g} us, one call {1e6 * one:.3g} us ({his / one:.3g} "
            f"times), in a batch {1e6 * batch:.3g} us ({his / batch:.3g} times)"
        )
        record["targets"] += [
            Target(4, f"rates of {file}, one call, faster than Cantera", 3.0, his / one),
            Target(4, f"rates of {file}, a batch, faster than Cantera", 3.0, his / batch),
        ]
    return record


def loading(quick):
    """Seconds to read a mechanism, and to a first rate in a fresh process with warm kernels."""
    record = {"text": [], "targets": [], "counts": {}, "seconds": {}}
    for file, phase, *_ in CASES:
        call = [lambda f=file, p=phase: it.gas_from_cantera(f, phase=p),
                lambda f=file, p=phase: ct.Solution(f, p)]  # fmt: skip
        mine, his = best_of(call, [3, 3])
        record["seconds"][file] = mine
        record["text"].append(f"{file}: {mine:.3g} s, of which Cantera itself takes {his:.3g} s")
    it.gas_from_cantera("gri30.yaml").rates(1000.0, np.ones(53))
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    whole, kernel = time.perf_counter() - began, float(done.stdout)
    record["seconds"]["warm kernel"] = kernel
    record["text"].append(f"first rates in a fresh process: {kernel:.3g} s of {whole:.3g} s")
    return record


def picture(record, file):
    """Work and precision of an `ignition` record: error against time, a panel a mechanism."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import NullFormatter

    curves = record["curves"]
    figure, panels = plt.subplots(
        1, len(curves), figsize=(5.0 * len(curves), 4.5), squeeze=False, layout="constrained"
    )
    for axes, (name, lines) in zip(panels[0], curves.items(), strict=True):
        for solver, line in lines.items():
            mine = solver == "intensify"
            axes.loglog(1e3 * np.array(line["time"]), line["error"], "o-" if mine else "s--",
                        lw=2.5 if mine else 1.2, ms=5, label=solver)  # fmt: skip
        axes.set(title=name, xlabel="time of a run [ms]")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.grid(alpha=0.3)
    panels[0, 0].set_ylabel("largest relative error of T around ignition")
    names = panels[0, 0].get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=5, frameon=False)
    figure.savefig(file, dpi=150)
    plt.close(figure)


TUBE = {"feed": {"CH4": 0.03, "O2": 0.2, "N2": 0.77}, "T": 1000.0, "length": 0.02}
FLUX, AREA = 1.0, 4e3


def canteras_wall(places, rtol):
    """Mole fractions along a platinum tube held at its temperature by Cantera's flow reactor."""
    surface = ct.Interface("ptcombust.yaml", "Pt_surf")
    gas = surface.adjacent["gas"]
    gas.TPX = TUBE["T"], ct.one_atm, TUBE["feed"]
    surface.TP = gas.TP
    tube = ct.FlowReactor(gas, clone=False)
    tube.area, tube.mass_flow_rate, tube.energy_enabled = 1e-6, 1e-6 * FLUX, False
    tube.surface_area_to_volume_ratio = AREA
    ct.ReactorSurface(surface, tube, clone=False)
    net, rows = ct.ReactorNet([tube]), []
    net.rtol = min(rtol, 1e-6)  # it stops at looser ones
    net.atol = 1e-7 * net.rtol
    for place in places:
        net.advance(place)
        rows.append(tube.phase["CH4", "O2", "CO2", "H2O", "CO"].X)
    return np.array(rows), 0


def wall(quick):
    """A gas along a catalytic wall, beside Cantera's flow reactor."""
    places = TUBE["length"] * np.linspace(0.1, 1.0, 10)
    mechanism = it.surface_from_cantera("ptcombust.yaml", "Pt_surf")
    tube = it.CatalyticPlugFlow(mechanism, mass_flux=FLUX, area=AREA, UA=np.inf, **TUBE)
    columns = [mechanism.gas.names.index(name) for name in ("CH4", "O2", "CO2", "H2O", "CO")]

    def ours(rtol):
        result = it.solve(tube, rtol=rtol)
        eta = result.legs[0].trajectory(places)[:, : len(mechanism.gas.names)]
        return eta[:, columns] / eta.sum(axis=1)[:, None], result.statistics

    exact, _ = ours(1e-10)
    solvers = {"intensify": ours, "Cantera": lambda rtol: canteras_wall(places, rtol)}
    curves = race(
        solvers, lambda rows: error(rows, exact, 1e-2), rtols=10.0 ** -np.arange(6.0, 9.1, 1.0),
        repeats=2 if quick else 5,
    )  # fmt: skip
    return judged(curves, {}, 4, "a catalytic wall", (1e-5, 1e-6))
