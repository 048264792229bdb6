"""Many channels that are not alike, fewer that are larger, and the pictures of both."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import intensify as it
from intensify import scaleout
from intensify.scaleout import enlarged, settled_flows

NETWORK = it.Network.build([it.Reaction("A + B => C", it.Arrhenius(1e4, 0.0, 6000.0), dH=-8e4)])


def channels(**changed):
    given = {
        "feed": {"A": 800.0, "B": 900.0}, "T": 300.0, "flow": 2e-5, "channels": 20.0,
        "rho_cp": 4e6, "section": it.round_section(2e-3),
        "zones": [it.Zone(320.0, length=8.0, U=800.0)],
    }  # fmt: skip
    return it.MiniaturisedReactor(NETWORK, **(given | changed))


@pytest.fixture(scope="module")
def table():
    return it.scale_out(channels(), tolerance=0.03, distributor=0.5)


def test_flow_goes_with_the_fourth_power_of_the_diameter_behind_a_distributor(table):
    size = table.dataset["diameter"].values / 2e-3
    for R, found in [(0.5, table.dataset["share"].values), (0.0, None)]:
        if found is None:
            found = it.scale_out(channels(), tolerance=0.03, nodes=5).dataset["share"].values
            size = 1.0 + 0.03 * np.array([-1.668391, *np.polynomial.hermite_e.hermegauss(5)[0],
                                          1.668391])  # fmt: skip
            size.sort()
        law = (1.0 + R) / (R + size**-4.0)
        assert found / found[size.size // 2] == pytest.approx(law / law[size.size // 2], rel=1e-6)


def test_the_mean_channel_is_the_mean(table):
    weight, share = table.dataset["weight"], table.dataset["share"]
    assert float(weight.sum()) == pytest.approx(1.0)
    assert float((weight * share).sum()) == pytest.approx(1.0)
    mixed = float((weight * share * table.dataset["X_A"]).sum())
    assert table.kpis["X_A"] == pytest.approx(mixed)
    assert table.kpis["X_A_worst"] == float(table.dataset["X_A"].min()) < mixed


def test_extremes_are_those_of_so_many_channels(table):
    # the expected largest of 20 normal deviates lies at the quantile 20/21
    edge = 2e-3 * (1.0 + 0.03 * 1.668391)
    assert np.abs(table.dataset["diameter"].values - edge).min() < 1e-9


def test_every_row_is_the_channel_solved_alone(table):
    row = table.dataset.isel(channel=2)
    factor, share = float(row["diameter"]) / 2e-3, float(row["share"])
    one = channels()
    run = it.solve(one._replace(section=it.round_section(2e-3 * factor), flow=one.flow * share))
    for name in ("T_max", "p_drop", "X_A", "T_stop"):
        assert float(row[name]) == pytest.approx(run.kpis[name], rel=1e-9)


def test_flows_of_hot_channels_settle_at_one_pressure_drop():
    # viscosity and turbulence make the d^4 law wrong; the drop of all must still be one
    water = it.Viscosity.fitted([(293.15, 2e-3), (333.15, 4e-4)])
    size, weight = np.array([0.9, 1.0, 1.1]), np.array([0.25, 0.5, 0.25])
    for flow in (2e-5, 1.4e-4):
        reactor = channels(mu=water, flow=flow)
        share, runs = settled_flows(reactor, size, weight, 800.0, 1e-8)
        drop = np.array([run.kpis["p_drop"] for run in runs]) + 800.0 * share
        assert np.ptp(drop) / drop.mean() < 1e-5
        assert weight @ share == pytest.approx(1.0)


def test_flows_that_do_not_settle_get_a_sentence(monkeypatch):
    monkeypatch.setattr(scaleout, "MOST_ROUNDS", 1)
    water = it.Viscosity.fitted([(293.15, 2e-3), (333.15, 4e-4)])
    with pytest.raises(it.SolveError, match="do not settle in 1 rounds; give the distributor"):
        it.scale_out(channels(mu=water), tolerance=0.05)


def test_alike_channels_stay_alike():
    table = it.scale_out(channels(), tolerance=0.0, nodes=2)
    assert table.kpis["flow_spread"] == pytest.approx(1.0)
    assert table.kpis["T_max"] == pytest.approx(table.kpis["T_max_nominal"])
    assert table.kpis["X_A"] == pytest.approx(it.solve(channels()).kpis["X_A"])


def test_a_table_is_stored_and_read_like_a_run(table, tmp_path):
    again = it.Result.load(table.save(tmp_path / "out.h5"))
    assert again == table
    assert [w.name for w in again.warnings] == ["Fo"]
    assert max(table.balances().values()) < 1e-6


def test_larger_channels_lose_area_and_film():
    table = it.scale_up(channels(), factors=[1.0, 2.0, 4.0])
    data = table.dataset
    assert data["channels"].values == pytest.approx([20.0, 5.0, 1.25])
    assert data["V"].values == pytest.approx([data["V"].values[0]] * 3)
    # laminar and developed: UA/V with d^-2, friction with d^-2
    long = channels(zones=[it.Zone(320.0, length=4e3, U=800.0)], flow=2e-6)
    for factor in (2.0, 4.0):
        large = enlarged(long, factor)
        assert large.zones[0, 1] == pytest.approx(800.0 / factor, rel=2e-2)
    p = data["p_drop"].values
    assert p[1] == pytest.approx(p[0] / 4.0)
    assert p[2] > p[0] / 16.0  # turbulent by then
    assert data["UA_V"].values[1] == pytest.approx(data["UA_V"].values[0] / 4.0, rel=0.25)
    assert table.kpis["T_max"] == data["T_max"].values[-1]


def test_number_of_channels_for_a_production():
    one = it.solve(channels()).legs[-1].y_end[2]  # of C, per channel [mol/s]
    plant = it.numbered_up(channels(), product="C", amount=99.5 * one)
    assert plant.channels == 100.0
    assert plant.flow == pytest.approx(100.0 * 1e-6)
    kpis = it.solve(plant).kpis
    assert kpis["V"] == pytest.approx(100.0 * 8.0 * np.pi * 1e-6)
    assert kpis["pumping"] == pytest.approx(kpis["p_drop"] * 1e-4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: it.scale_out(channels(), tolerance=0.5), "tolerance of 0.5"),
        (lambda: it.scale_out(channels(), tolerance=-0.1), "tolerance of -0.1"),
        (lambda: it.scale_out(channels(), tolerance=0.1, distributor=-1.0), "resistance is -1"),
        (lambda: it.scale_out(channels(), tolerance=0.1, nodes=1), "1 nodes are too few"),
        (lambda: it.scale_up(channels(), factors=[]), "factors on the diameter"),
        (lambda: it.scale_up(channels(), factors=[1.0, 5.0]), "leaves 0.8 channels"),
        (lambda: it.numbered_up(channels(), product="C", amount=0.0), "target is 0 mol/s"),
        (lambda: it.numbered_up(channels(), product="A", amount=1.0), "makes no 'A'"),
    ],
)
def test_bad_input_gets_a_sentence(call, sentence):
    with pytest.raises(it.InputError, match=sentence):
        call()


def test_the_example_concludes_what_it_prints(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path(__file__).parent.parent / "examples" / "scale_out.py"
    spec = importlib.util.spec_from_file_location("scale_out_example", path)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.main()
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("3500 channels")
    spread = {tuple(row.split()[:2]): float(row.split()[2]) for row in out[3:7]}
    assert 6.0 < spread["0.05", "0.0"] < 7.0
    assert spread["0.05", "1.0"] < 3.0
    larger = {float(row.split()[0]): row.split() for row in out[9:]}
    assert float(larger[3.0][3]) > 353.15 > float(larger[2.5][3])
    assert float(larger[3.0][2]) < 2.5
    for name in ("scale_out.png", "scale_up.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_pictures_of_scale(table):
    figure = it.plot.scale_out(table)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "flow / mean flow", "highest T (K)", "X of A"
    ]  # fmt: skip
    assert figure.axes[0].lines[0].get_ydata() == pytest.approx(table.dataset["share"].values)
    up = it.scale_up(channels(), factors=[1.0, 2.0])
    figure = it.plot.scale_up(up, limit=350.0)
    assert figure.axes[1].lines[0].get_ydata() == pytest.approx(up.dataset["UA_V"].values / 1e6)
    assert figure.axes[3].lines[1].get_ydata()[0] == 350.0
    figure = it.plot.entry_length({"tube": it.round_section(1e-3)})
    assert figure.axes[0].lines[1].get_ydata()[0] == pytest.approx(3.6568, abs=1e-4)
