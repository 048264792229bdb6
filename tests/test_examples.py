"""The examples run as they are, and what they conclude is what they compute."""

import importlib.util
import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import intensify as it

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")


def printed(notebook):
    """What the cells of a notebook have printed."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    return "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stdout")


def run_notebook(name):
    """What a notebook prints now, which is what is stored in it; its pictures are there."""
    import nbformat
    from nbclient import NotebookClient

    path = EXAMPLES / f"{name}.ipynb"
    assert path.stat().st_size < 400_000
    stored, fresh = nbformat.read(path, 4), nbformat.read(path, 4)
    NotebookClient(fresh, timeout=300, kernel_name="python3").execute(cwd=str(Path.cwd()))
    assert printed(fresh).splitlines() == printed(stored).splitlines()
    outputs = [o for cell in stored.cells for o in cell.get("outputs", [])]
    assert any("image/png" in o.get("data", {}) for o in outputs)
    return printed(fresh)


def test_readme_lists_every_example():
    listed = re.findall(r"`(\S+\.(?:py|ipynb))`", (EXAMPLES / "README.md").read_text())
    there = [p.name for p in EXAMPLES.iterdir() if p.suffix in (".py", ".ipynb")]
    assert sorted(listed) == sorted(there)


def test_notebook_runs_and_shows_what_is_stored():
    import nbformat
    from nbclient import NotebookClient

    path = EXAMPLES / "batch_to_channel.ipynb"
    assert path.stat().st_size < 100_000
    stored, fresh = nbformat.read(path, 4), nbformat.read(path, 4)
    NotebookClient(fresh, timeout=300, kernel_name="python3").execute(cwd=str(Path.cwd()))
    assert printed(fresh).splitlines()[-1] == printed(stored).splitlines()[-1]
    assert "Space-time-yield factor 307" in printed(fresh)
    assert "Space-time-yield factor 307" in printed(stored)
    pictures = [
        o
        for cell in stored.cells
        for o in cell.get("outputs", [])
        if "image/png" in o.get("data", {})
    ]
    assert len(pictures) == 1
    assert Path("comparison.png").exists()


def test_the_safety_notebook_runs_and_shows_what_is_stored():
    said = run_notebook("is_my_channel_safe")
    lines = said.splitlines()
    runs = [line for line in lines if line.startswith("metal/fluid")]
    holds = [line.endswith("limit holds") for line in runs]
    # five volumes of metal bear a feed that goes on for 3 s, half a volume bears none
    assert holds == [True, True, False, False, False, False, False, False]


def test_the_notebook_from_string_to_bed_runs_and_shows_what_is_stored():
    said = run_notebook("string_to_bed")
    # what its text says: the hot spot's uncertainty is a sixth of it, runaway a tenth away
    spot, sd = re.search(r"hot_spot .*?([\d.]+) \+- ([\d.]+) +over", said).groups()
    assert float(sd) / float(spot) == pytest.approx(1.0 / 6.0, rel=0.15)
    assert 1.05 < float(re.search(r"([\d.]+) times this one", said)[1]) < 1.15


def test_the_notebook_of_removal_runs_and_shows_what_is_stored():
    import nbformat
    from nbclient import NotebookClient

    path = EXAMPLES / "take_the_product_away.ipynb"
    assert path.stat().st_size < 100_000
    stored, fresh = nbformat.read(path, 4), nbformat.read(path, 4)
    NotebookClient(fresh, timeout=300, kernel_name="python3").execute(cwd=str(Path.cwd()))
    said = printed(fresh)
    assert said.splitlines() == printed(stored).splitlines()
    # what its text says: the last tenth is dear, and the heat hardly decides
    areas = [float(x) for x in re.findall(r"([\d.]+) m2 for", said)]
    assert areas[2] > 3 * areas[1]
    heats = [float(x) for x in re.findall(r": +([\d.]+) kJ", said)]
    assert max(heats) < 1.3 * heats[0]


def test_the_notebook_of_the_column_runs_and_shows_what_is_stored():
    said = run_notebook("does_my_reaction_belong_in_a_column")
    # what its text says: less than a quarter; more stages and larger reactors narrow the gap only
    factor = float(re.search(r"needs ([\d.]+) times", said)[1])
    others = dict(re.findall(r"^  (.+): ([\d.]+) times", said, re.M))
    assert factor > 4.0
    for what in ("reactor ten times as large", "twice the stages in the train"):
        assert 1.0 < float(others[what]) < factor
    heats = {int(N): float(Q) for N, Q in re.findall(r"(\d+) stages: .*, (\d+) kW", said)}
    assert heats[13] > 1.3 * heats[15] > 1.3 * 1.2 * heats[19]  # steep, and too many are worse
    assert heats[19] < heats[23] < heats[27] < heats[35]
    assert "66.7 % methyl-acetate and 33.3 % methanol" in said


def test_the_notebook_of_ten_experiments_runs_and_shows_what_is_stored():
    said = run_notebook("kinetics_from_flow")
    # what its text says: the truth is inside, the design halves the error, profiles agree
    low, high = map(float, re.search(r"E\[0\]: (\S+) to (\S+) kJ/mol, by the", said).groups())
    assert low < 76.53 < high
    designed, by_hand = map(float, re.search(r"E: (\S+) .* (\S+) kJ/mol by hand", said).groups())
    assert 1.7 < by_hand / designed < 2.5
    parabola = re.search(r"^kinetics.E\[0\] +\S+ +\S+ +(\S+) +(\S+)", said, re.MULTILINE)
    np.testing.assert_allclose([low, high], [float(x) for x in parabola.groups()], atol=0.02)
    length, short, long_ = map(
        float, re.search(r"length +(\S+) m, 95 % between (\S+) and (\S+)", said).groups()
    )
    assert short <= float(re.search(r"published law: (\S+) m", said)[1]) <= long_
    assert (long_ - short) / length < 0.1  # a few per cent


def test_the_map_of_a_channel_has_an_edge_and_a_front():
    said = run_notebook("map_a_channel")
    assert "0 failed" in said
    widest = float(re.search(r"limit above ([\d.]+) mm", said)[1])
    edge = float(re.search(r"and ([\d.]+) mm a few kelvin", said)[1])
    assert edge == pytest.approx(widest, rel=0.15)  # as its text says, the band ends there
    own, same = re.search(r"channel: (\d+) s.*as cool, (\d+) s", said).groups()
    assert float(same) < 0.5 * float(own)


def test_the_factor_is_as_sure_as_the_vessels_wall():
    said = run_notebook("how_sure_is_the_factor")
    middle, low, high = map(
        float, re.search(r"it is (\d+).*between (\d+) and (\d+)", said).groups()
    )
    assert low < 307.0 < high
    # dosing, heating and cooling go with 1/UA of the vessel, other times not: between the two
    side = it.compare_case(it.cases.load("thiosulfate-peroxide"), sensitivity=False).conventional
    t, dosed = side.figures["time"], side.figures["t_reaction"]
    ends = [float(x) for x in re.search(r"factor +(\S+) to (\S+)", said).groups()]
    rest = t - dosed
    assert (rest + dosed / 0.7) / (rest + dosed / 1.3) < ends[1] / ends[0] < 1.3 / 0.7
    assert middle == pytest.approx(307.0, rel=0.1)
    assert "above the limit" in said
    order = re.findall(r"^ +(UA_channel|k0|E) ", said, re.M)
    assert order[-1] == "E"


def test_script_concludes_what_a_finer_search_finds(capsys):
    runpy.run_path(str(EXAMPLES / "batch_to_channel.py"))
    said = float(re.search(r"from UA/V = (\S+) MW/m3/K on", capsys.readouterr().out)[1])
    assert Path("comparison.png").read_bytes().startswith(b"\x89PNG")
    assert Path("hot_spot.png").read_bytes().startswith(b"\x89PNG")
    case = it.cases.load("thiosulfate-peroxide")
    milli = case.reactors["miniaturised"]

    def hot_spot(UA_V):
        zones = milli.zones.copy()
        zones[:, 1] = UA_V * milli.section.A / milli.section.P
        return it.solve(milli._replace(zones=zones)).kpis["T_max"]

    low, high = 1e6, 5e6
    while high - low > 1e3:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if hot_spot(middle) > case.limit.T else (low, middle)
    step = 100.0 ** (1.0 / 60.0)  # of the script's loop
    assert high / 1e6 - 0.05 <= said <= high / 1e6 * step + 0.05


def test_own_reactor_agrees_with_an_independent_integrator():
    example = module("own_reactor")
    for loop in (0.0, 4.0, 8.0):
        tank = example.LoopTank(loop)
        result = it.solve(tank, until=4 * 3600.0)
        T = result.dataset["y"].values[:, 1]

        def rhs(t, y, tank=tank):
            dy = np.empty(2)
            tank.rhs(t, y, dy)
            return dy

        oracle = solve_ivp(
            rhs, (0.0, 4 * 3600.0), [*tank.initial()], method="LSODA", rtol=1e-10, atol=1e-9,
            dense_output=True,
        )  # fmt: skip
        np.testing.assert_allclose(T, oracle.sol(result.dataset["t"].values)[1], rtol=1e-6)
        if loop == 4.0:  # as the example's text says
            assert T[-1] == pytest.approx(341.0, abs=0.5)
            assert T.max() > 430.0


def test_own_reactor_prints_its_table(capsys):
    module("own_reactor").main()
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 6
    hottest = [float(row.split()[1]) for row in rows[1:]]
    assert hottest == sorted(hottest, reverse=True)
    assert Path("own_reactor.png").read_bytes().startswith(b"\x89PNG")


def module(name):
    """An example as a module that is imported, so that its kernels are kept."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def test_the_sorption_example_says_what_it_computes(capsys):
    runpy.run_path(str(EXAMPLES / "adsorb_while_reacting.py"), run_name="__main__")
    said = capsys.readouterr().out
    hydrogen = re.search(r"dry: (\S+) with.*, (\S+) without", said)
    with_sorbent, without = map(float, hydrogen.groups())
    # all CO converted and all CO2 held; and the shift at equilibrium
    assert with_sorbent == pytest.approx(0.40 / 0.45, abs=2e-3)
    CO, x = 0.15, np.linspace(0.0, 0.149, 100001)
    rest = np.argmin(np.abs((0.05 + x) * (0.25 + x) / ((CO - x) * (0.5 - x)) - 12.19))
    assert without == pytest.approx((0.25 + x[rest]) / (0.5 + x[rest]), abs=2e-3)
    assert "cells wide" in said
    assert 0.0 < float(re.search(r"need (\S+) m2", said)[1]) < 0.2
    for name in ("breakthrough.png", "shifted.png"):
        assert Path(name).read_bytes().startswith(b"\x89PNG")


def test_the_column_has_three_states_two_of_them_on_an_isola(capsys):
    runpy.run_path(str(EXAMPLES / "mtbe_column.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert re.findall(r"conversion ([\d.]+) %.*, (\w+)", said) == [
        ("60.1", "stable"), ("86.5", "unstable"), ("91.8", "stable"),
    ]  # fmt: skip
    assert "closed: True, from 167.3 to 238.0 mol/s" in said
    assert Path("mtbe_states.png").read_bytes().startswith(b"\x89PNG")


def test_the_notebook_of_a_kwh_of_plasma_runs_and_shows_what_is_stored():
    said = run_notebook("what_does_a_kwh_of_plasma_make")
    # what its text says: wider gaps are warmer and make less; air makes half; shares of the power
    grams = [float(x) for x in re.findall(r"oxygen, gap.*ozone, then (\d+) g/kWh", said)]
    assert len(grams) == 3
    assert sorted(grams, reverse=True) == grams
    best = dict(re.findall(r"^(.*): at best (\d+) g/kWh", said, re.MULTILINE))
    assert float(best["air, gap 1.0 mm"]) == pytest.approx(
        0.5 * float(best["oxygen, gap 1.0 mm"]), rel=0.15
    )
    more = float(best["oxygen, extended"]) / float(best["oxygen, gap 1.0 mm"])
    assert more == pytest.approx(1.03, abs=0.01)
    kept = [float(x) for x in re.findall(r"(\d+) % of the power is in its", said)]
    assert kept[:2] == pytest.approx([33.0, 14.0], abs=2.0)
    assert kept[2] < 5.0
    factor = float(re.search(r"Energy factor ([\d.]+)", said)[1])
    assert f"draws {1 / factor:.1f} times the furnace's energy" in said


def test_more_ozone_needs_less_catalyst_as_the_gas_warms(capsys):
    example = module("catalyst_behind_a_discharge")
    example.main()
    said = re.findall(r"(\d+) ppm ozone; ([\d.]+) cm of bed", capsys.readouterr().out)
    ppm, cm = np.array(said, dtype=float).T
    assert (np.diff(ppm) > 0.0).all()
    assert (np.diff(cm) < 0.0).all()
    assert Path("catalyst_behind_a_discharge.png").stat().st_size > 10_000
    # by hand: first order, adiabatic plug flow of what the discharge lets out, at the mean pressure
    gap = it.cases.load("ozone-from-air").reactors["gap"]
    run = it.solve(gap._replace(levels=np.array([5e4, 0.0, 0.0])))
    length, _, bed = example.length_for(run)
    x, T0 = run.kpis["x_O3"], run.kpis["T_out"]
    flow = example.MOLAR_FLOW * run.kpis["n_total"]
    p = float(bed.dataset["p"].sel(z=slice(0.0, length)).mean())

    def rhs(z, n):
        T = T0 + (x - n[0]) * 142.7e3 / 29.2
        k = example.K_300 * np.exp(example.E / 8.314462618 * (1.0 / 300.0 - 1.0 / T))
        area = np.pi / 4.0 * example.TUBE**2
        return [-k * example.RHO_B * area * n[0] * p / (8.314462618 * T) / flow]

    left = solve_ivp(rhs, (0.0, length), [x], method="LSODA", rtol=1e-10, atol=1e-16).y[0, -1]
    assert np.log(left / example.LIMIT) == pytest.approx(0.0, abs=0.1)  # of a drop by e^11


def test_small_does_not_always_pay(capsys):
    runpy.run_path(str(EXAMPLES / "when_small_does_not_pay.py"), run_name="__main__")
    said = capsys.readouterr().out
    yields = [float(x) for x in re.findall(r"\([12]\).*yield ([\d.]+)", said)]
    # van de Vusse: A -> B -> C, 2 A -> D by the two published temperatures; SnAr: hot is worse
    assert yields[:2] == pytest.approx([0.290, 0.319], abs=1e-3)
    assert yields[2] > yields[3] > yields[4]
    hours = float(re.search(r"\(3\).* (\S+) h", said)[1])
    assert hours == pytest.approx(0.8 / 0.2 / (0.0482 * 5.0), abs=0.05)  # second order
    colder, warmer = (float(x) for x in re.findall(r"jacket +MTSR (\d+)", said))
    assert colder > warmer + 40.0
    assert Path("colder_is_not_safer.png").read_bytes().startswith(b"\x89PNG")


def test_platinum_lights_off_far_below_the_bare_channel(capsys):
    runpy.run_path(str(EXAMPLES / "when_does_platinum_light_off.py"))
    said = capsys.readouterr().out
    lit = [float(x) for x in re.findall(r"from (\d+) K on", said)]
    assert lit == [825.0, 800.0, 1250.0]  # coated, filmed, bare: what its first lines say
    assert Path("light_off.png").stat().st_size > 10_000


def test_a_colder_feed_overheats_the_bed_of_platinum(capsys):
    runpy.run_path(str(EXAMPLES / "does_a_colder_feed_overheat_my_bed.py"))
    said = capsys.readouterr().out
    rises = [float(x) for x in re.findall(r"min: ([+-]\d+) K", said)]
    assert rises[0] == 64.0  # what its first lines say
    assert rises == sorted(rises, reverse=True)
    assert rises[-1] / rises[0] == pytest.approx(2.0 / 3.0, abs=0.02)
    assert Path("cold_feed.png").stat().st_size > 50_000
