"""`intensify fit` from files to table, picture and saved estimate."""

import json
import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from typer.testing import CliRunner

import intensify as it
from intensify.cases.template import Template
from intensify.cli import app

CASE = it.cases.load("thiosulfate-peroxide")
RATE = ["--parameter", "kinetics.k0[0]=5e8 m3/mol/s:5e7 m3/mol/s:5e9 m3/mol/s", "--parameter",
        "kinetics.E[0]=75 kJ/mol:60 kJ/mol:90 kJ/mol"]  # fmt: skip


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def invoke(*args, code=0):
    found = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert found.exit_code == code, found.output
    return found


@pytest.fixture(scope="module")
def table():
    """Ten outlets of the shipped channel, with errors of 0.5 K and 0.005."""
    rng = np.random.default_rng(5)
    template = Template(CASE, "miniaturised")
    keys = ("zones[0].utility", "zones[0].residence", "zones[1].residence")
    titles = [f"set:{key} [{unit}]" for key, unit in zip(keys, ("K", "s", "s"), strict=True)]
    rows = [",".join([*titles, "X_H2O2,sd:X_H2O2,T_max [degC]"])]
    for T_u in (290.0, 310.0):
        for tau in (1.0, 2.0, 4.0, 6.0, 8.0):
            values = (T_u, tau, 1.0)
            kpis = it.solve(template.reactor(dict(zip(keys, values, strict=True)))).kpis
            X, T_max = kpis["X_H2O2"] + 0.005 * rng.normal(), kpis["T_max"] + 0.5 * rng.normal()
            rows.append(",".join(map(str, (*values, X, 0.005, T_max - 273.15))))
    return "\n".join(rows)


def test_constants_are_fitted_printed_drawn_and_kept(table):
    Path("data.csv").write_text(table)
    done = invoke("fit", "thiosulfate-peroxide", "data.csv", *RATE, "--reactor", "miniaturised",
                  "-o", "fit.h5", "--plot", "fit.png")  # fmt: skip
    kept = it.Estimate.load("fit.h5")
    assert str(kept) in done.stdout
    assert "standard deviation of T_max, from its residuals: 0." in done.stdout
    assert Path("fit.png").read_bytes().startswith(b"\x89PNG")
    k0, E = CASE.kinetics.reactions[0, 0], CASE.kinetics.reactions[0, 2] * 8.31446261815324
    assert abs(kept.values[1] - E) < 3.0 * kept.errors[1]
    assert abs(np.log(kept.values[0] / k0)) < 3.0 * kept.errors[0] / kept.values[0]
    invoke("plot", "fit.h5", "-o", "again.pdf")
    as_json = json.loads(invoke("fit", "thiosulfate-peroxide", "data.csv", *RATE, "--json",
                                "--reactor", "miniaturised", "--starts", "2").stdout)  # fmt: skip
    fitted = as_json["parameters"]["kinetics.E[0]"]
    assert fitted["value"] == pytest.approx(kept.values[1], rel=1e-6)
    assert as_json["goodness"]["p"] is None  # T_max has no standard deviation of its own
    assert len(as_json["measurements"]["predicted"]) == 20


def test_the_picture_shows_what_was_fitted(table):
    Path("data.csv").write_text(table)
    P = dict(text.split("=") for text in RATE[1::2])
    found = it.estimate(CASE, it.read_experiments("data.csv"), P, reactor="miniaturised")
    figure = it.plot.fit(found)
    FigureCanvasAgg(figure).draw()
    first, second, residuals, region = figure.axes
    assert first.get_xlabel() == "T_max, model [K]"
    assert second.get_xlabel() == "X_H2O2, model"
    drawn = residuals.lines[4].get_ydata()
    np.testing.assert_allclose(drawn, found.table.residuals[found.table.quantity == "T_max"])
    # the edge of the region: delta' C^-1 delta is 2 F(0.95; 2, 18) = 7.109
    x, y = region.lines[0].get_data()
    scale = found.coordinates.scale[1] / 1e3
    delta = np.array([x - found.theta[0], (y - found.values[1] / 1e3) / scale])
    inside = np.einsum("ik,ij,jk->k", delta, np.linalg.inv(found.theta_covariance), delta)
    np.testing.assert_allclose(inside, 7.109, rtol=1e-3)
    one = it.estimate(CASE, it.read_experiments("data.csv"), {"kinetics.E[0]": "75 kJ/mol"},
                      reactor="miniaturised")  # fmt: skip
    assert len(it.plot.fit(one).axes) == 3


def test_profiles_rivals_and_the_next_experiment_are_told(table):
    Path("data.csv").write_text(table)
    invoke("new", "rival.yaml", "--like", "thiosulfate-peroxide")
    rival = Path("rival.yaml")
    own = "mechanism: law.yaml"
    rival.write_text(rival.read_text().replace("mechanism: thiosulfate-peroxide", own))
    shipped = resources.files("intensify.cases") / "data/thiosulfate-peroxide.mechanism.yaml"
    law = shipped.read_text().replace("{Na2S2O3: 1, H2O2: 1}", "{Na2S2O3: 2, H2O2: 0}")
    Path("law.yaml").write_text(law)
    asked = ("fit", "thiosulfate-peroxide", "data.csv", *RATE, "--reactor", "miniaturised",
             "--profile", "--next", "zones[0].utility=290 K:320 K",
             "--rival", "rival.yaml")  # fmt: skip
    said = invoke(*asked).stdout
    assert said.count("by the profile of the likelihood") == 2
    assert 290.0 <= float(re.search(r"^zones\[0\].utility = (\S+) K$", said, re.M)[1]) <= 320.0
    assert "model " in said
    as_json = json.loads(invoke(*asked, "--json").stdout)
    assert as_json["ranking"]["names"][0] == "thiosulfate-peroxide"
    assert as_json["ranking"]["posterior"][0] > 0.99
    E = as_json["profiles"][1]
    assert E["low"] < as_json["parameters"]["kinetics.E[0]"]["value"] < E["high"]
    assert as_json["next"]["errors"][1] < as_json["parameters"]["kinetics.E[0]"]["error"]


def test_what_is_wrong_ends_with_its_sentence(table):
    Path("data.csv").write_text(table)
    base = ("fit", "thiosulfate-peroxide", "data.csv", "--reactor", "miniaturised")
    assert "lies" not in invoke(*base, "--parameter", "kinetics.E[0]", code=2).stderr
    Path("bad.csv").write_text("set:T [K],X_Z\n300,0.5\n")
    told = invoke("fit", "thiosulfate-peroxide", "bad.csv", *RATE, "--reactor", "miniaturised",
                  code=2).stderr  # fmt: skip
    assert "bad.csv, row 2, column 'X_Z': 'X_Z' is no figure" in told
    assert invoke(*base, *RATE, "-o", "fit.txt", code=2).stderr.startswith("'fit.txt' has the")
    helped = invoke("fit", "--help").stdout
    assert "set:KEY [unit]" in " ".join(helped.split())
