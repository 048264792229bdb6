"""Simulated moving beds of case files."""

from importlib import resources

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from typer.testing import CliRunner

import intensify as it
import intensify.cycles as cycles_module
from intensify.cases.build import build_case
from intensify.cli import app
from intensify.errors import InputError

TEXT = (resources.files("intensify.cases") / "data" / "ester-moving-bed.yaml").read_text(
    encoding="utf-8"
)


@pytest.fixture(scope="module")
def run():
    return it.solve(it.cases.load("ester-moving-bed").reactors["ring"])


def test_the_ring_goes_beyond_the_equilibrium(run):
    kpis = run.kpis
    # x^2/(1 - x) = 0.75 at 1 mol/L
    assert kpis["X_equilibrium"] == pytest.approx(0.5 * (-0.75 + np.sqrt(0.75**2 + 3.0)), rel=1e-6)
    # the reference case smbr_isomer_css, scaled to 1 mol/L: 40 to 80 cells a column give 0.9955
    assert kpis["X_acid"] == pytest.approx(0.9955, abs=5e-4)
    assert kpis["purity_extract_water"] == pytest.approx(0.9967, abs=5e-4)
    assert kpis["purity_raffinate_ester"] == pytest.approx(0.9975, abs=5e-4)
    assert kpis["desorbent_feed"] == pytest.approx(4.85)
    assert max(run.balances().values()) < 1e-6
    assert run.dataset["X_acid_of_cycle"].values[-1] == kpis["X_acid"]


def test_its_picture_draws_from_a_file_as_well(run, tmp_path):
    loaded = it.Result.load(run.save(tmp_path / "ring.h5"))
    for one in (run, loaded):
        figure = it.plot.profiles(one)
        FigureCanvasAgg(figure).draw()
        ring = figure.axes[0]
        ports = {text.get_text(): text.xy[0] for text in ring.texts}
        assert ports == pytest.approx(
            {"extract": 0.5, "feed": 1.0, "raffinate": 1.5, "desorbent": 2.0}
        )
        np.testing.assert_array_equal(ring.lines[2].get_ydata(), run.dataset["c"].values[-1, :, 0])


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("port: extract", "port: raffinate", "zones: have their ports as desorbent, raffinate, feed"),
    ("m: 0.75", "m: 1.9", "lets the feed run backwards: zone 3 needs more flow than zone 2"),
    ("columns: 2, m: 5.0", "columns: 0, m: 5.0", "is below 1, the least"),
    ("K: 4.0", "K: -4", "constant: of the isotherm is -4, but must be finite and at least 0"),
    ("switch: 5 min", "switch: 5 min\n    moves: [{part: 0.5, columns: [2, 2, 2, 2]}]",
     "do not fill the switch time"),
    ("ester: {K: 0.3", "oil: {K: 0.3", "oil"),
])  # fmt: skip
def test_what_is_wrong_has_a_sentence(old, new, sentence):
    assert old in TEXT
    with pytest.raises(InputError, match=sentence):
        build_case("test", TEXT.replace(old, new), None)


def test_ctrl_c_keeps_the_switches_that_are_finished(monkeypatch, tmp_path):
    calls, one = [], cycles_module.one_cycle

    def interrupted(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return one(*args)

    monkeypatch.setattr(cycles_module, "one_cycle", interrupted)
    file = tmp_path / "some.h5"
    done = CliRunner().invoke(app, ["run", "ester-moving-bed", "-o", str(file)])
    assert done.exit_code == 130
    assert "interrupted after 2 cycles, of which the last is kept" in done.output
    assert it.Result.load(file).dataset["cycle"].size == 2
