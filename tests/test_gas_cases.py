"""Gas reactors in case files, and the command that describes a mechanism."""

import json

import cantera as ct
import pytest
from typer.testing import CliRunner

import intensify as it
from intensify.chemistry.mechanism_report import describe
from intensify.cli import app
from intensify.errors import InputError

PLASMA = "example_data/methane-plasma-pavan-2023.yaml"


def invoke(*args):
    done = CliRunner().invoke(app, list(args))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture(scope="module")
def runs():
    reactors = it.cases.load("hydrogen-ignition").reactors
    return {name: it.solve(reactor) for name, reactor in reactors.items()}


def test_the_shipped_vessel_and_channel_end_at_canteras_equilibrium(runs):
    gas = ct.Solution("h2o2.yaml")
    gas.TPX = 1000.0, 101325.0, "H2:2, O2:1, AR:7"
    gas.equilibrate("HP")
    assert runs["vessel"].kpis["T_out"] == pytest.approx(gas.T, rel=5e-3)
    assert 1e-5 < runs["vessel"].kpis["t_ignition"] < 1e-3
    assert 0.0 < runs["channel"].kpis["z_ignition"] < 5e-3
    assert runs["channel"].kpis["T_out"] > 2000.0


def test_the_shipped_burner_burns_on_and_all_balances_close(runs):
    assert runs["burner"].kpis["T_out"] > 2000.0
    assert abs(runs["burner"].kpis["drift"]) < 1e-6
    for run in runs.values():
        assert max(run.balances().values()) < 1e-6


CASE = """
title: A gas
source: [none]
reactors:
  one:
    kind: gas-stirred
    mechanism: h2o2.yaml
    feed: {H2: 2, O2: 1}
    T: 900 K
    volume: 10 mL
    mass_flow: 1 g/s
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("h2o2.yaml", "nowhere.yaml", "nowhere"),
        ("h2o2.yaml", PLASMA, "collision with electrons"),
        ("H2: 2", "XX: 2", "XX"),
        ("volume: 10 mL", "volume: 0 mL", "volume.*above 0"),
        ("mass_flow: 1 g/s", "mass_flow: 1 m", "mass_flow"),
        ("gas-stirred", "gas-closet", "gas-closed"),
    ],
)
def test_a_wrong_block_is_a_sentence(tmp_path, old, new, sentence):
    file = tmp_path / "gas.yaml"
    file.write_text(CASE.replace(old, new))
    with pytest.raises(InputError, match=sentence):
        it.cases.load(str(file))


def test_isothermal_and_hot_start_reach_the_reactor(tmp_path):
    file = tmp_path / "gas.yaml"
    file.write_text(CASE + "    isothermal: true\n    T_start: 1200 K\n    start: {H2O: 1}\n")
    pot = it.cases.load(str(file)).reactors["one"]
    assert float("inf") == pot.contents.UA
    assert pot.contents.T_in == 1200.0
    assert pot.contents.eta_in[pot.kinetics.names.index("H2O")] > 0.0


def test_a_mechanism_is_described():
    (report,) = describe("gri30.yaml", feed=["H2", "O2", "AR"]).phases
    assert report.rates["falloff-Troe"] == 26
    assert sum(report.rates.values()) == report.reactions == 325
    assert report.T_range == (300.0, 3000.0) or report.T_range[0] < report.T_range[1]
    assert {"CH4", "N2", "NO"} <= set(report.unreached)
    assert not {"OH", "H2O2", "H"} & set(report.unreached)
    assert describe("h2o2.yaml").phases[0].unreached is None


def test_the_command_says_what_is_there_and_what_is_refused():
    done = invoke("mechanism", "h2o2.yaml", "--feed", "H2,O2")
    assert done.exit_code == 0
    assert "29 reactions" in done.stdout
    assert "10 species with data of transport" in done.stdout
    assert "never reached from the feed: AR, N2" in done.stdout
    assert "refused: nothing" in done.stdout
    refused = invoke("mechanism", PLASMA, "--json")
    assert refused.exit_code == 2
    (phase,) = json.loads(refused.stdout)["phases"]
    assert len(phase["refused"]) == 34
    other = invoke("mechanism", "h2o2.yaml")
    assert "phase ohmech-RK is not read: it is of kind 'Redlich-Kwong'" in other.stdout
    assert other.exit_code == 0
    ice = invoke("mechanism", "water.yaml")
    assert ice.exit_code == 2
    assert "phase ice is not read: a solid counts only beside a surface" in ice.stdout


def test_surfaces_are_described_with_what_they_touch():
    text = invoke("mechanism", "ptcombust.yaml", "--feed", "CO,O2,PT(S)").stdout
    assert "Pt_surf (ideal-surface, beside it gas): 11 species of Pt, H, O, C, 24 reac" in text
    assert "never reached from the feed: H(S), H2O(S), OH(S), CH3(S), CH2(S)s, CH(S)" in text
    refused = invoke("mechanism", "sofc.yaml")
    assert refused.exit_code == 2
    assert "moves charge between phases" in refused.stdout
    assert "phase tpb is not read: it is of kind 'edge'" in refused.stdout


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["h2o2.yaml", "--feed", "XX"], "feed: unknown species 'XX'"),
        (["h2o2.yaml", "--phase", "ohm"], "unknown phase 'ohm'; did you mean 'ohmech'"),
        (["nowhere.yaml"], "'nowhere.yaml' is not there; name a file of yours"),
        (["list.yaml"], "'list.yaml' has no list of phases"),
        (["broken.yaml"], "'broken.yaml' is no YAML"),
        (["kinds.yaml"], "Cantera cannot read 'kinds.yaml'"),
    ],
)
def test_a_wrong_mechanism_is_one_sentence(tmp_path, monkeypatch, args, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.yaml").write_text("- 1\n- 2\n")
    (tmp_path / "broken.yaml").write_text("phases: [")
    (tmp_path / "kinds.yaml").write_text("phases:\n- {name: a, thermo: ideal-gas, species: 3}\n")
    done = invoke("mechanism", *args)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
