"""Pictures: what is drawn is what was computed, in the units that the labels say."""

import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from intensify import cases, plot
from intensify.compare import Comparison, compare_case
from intensify.solve import solve

FACTOR, MISSED, DOSED_KEY = "thiosulfate-peroxide", "o-nitrochlorobenzene", "acetic-anhydride"


@pytest.fixture(scope="module")
def compared():
    return {
        name: compare_case(cases.load(name), sensitivity=False)
        for name in (FACTOR, MISSED, DOSED_KEY)
    }


def line(axes, number):
    return np.array(axes.lines[number].get_data())


# --- comparison ----------------------------------------------------------------------------------
def test_temperature_and_conversion_share_a_logarithmic_time_axis(compared):
    c = compared[FACTOR]
    temperature, conversion = plot.comparison(c).axes[:2]
    assert temperature.get_xscale() == conversion.get_xscale() == "log"
    assert temperature.get_xlim() == conversion.get_xlim()
    assert temperature.get_xlim()[0] <= 0.01 * c.intensified.figures["time"]
    assert temperature.get_xlim()[1] > c.conventional.figures["time"]
    assert temperature.get_ylabel() == "temperature [K]"
    assert conversion.get_xlabel() == "time of the recipe, residence in the channel [s]"
    for k, side in enumerate((c.conventional, c.intensified)):
        np.testing.assert_array_equal(line(temperature, k)[1], side.result.dataset["T"])
        assert line(temperature, k)[0][-1] == pytest.approx(side.figures["time"], rel=1e-9)
        assert line(conversion, k)[1][-1] == pytest.approx(side.figures["conversion"], rel=1e-9)
    assert set(line(temperature, 2)[1]) == {c.limit.T}
    legend = [text.get_text() for text in temperature.get_legend().get_texts()]
    assert legend == ["conventional", "intensified", "limit 353.1 K"]
    named = {text.get_text() for text in conversion.texts}
    assert named == {"of Na2S2O3", "charge", "heat", "dose", "cool-clean"}


def test_conversion_of_a_dosed_key_follows_its_product(compared):
    side = compared[DOSED_KEY].conventional
    X = plot.runs.conversion_along(side, "acetic-anhydride")
    n = side.result.dataset["n"]
    fed = (n.sel(species="acetic-acid") / 2.0 + n.sel(species="acetic-anhydride")).values[-1]
    # two acids from each anhydride
    np.testing.assert_allclose(X, n.sel(species="acetic-acid") / 2.0 / fed, atol=1e-7)
    assert X[0] == 0.0
    nothing = side._replace(figures={**side.figures, "yield": 0.0})
    assert np.isnan(plot.runs.conversion_along(nothing, "acetic-anhydride")).all()


def test_bars_multiply_to_the_factor(compared):
    c = compared[FACTOR]
    axes = plot.comparison(c).axes[2]
    ends = [
        bar.get_x() + bar.get_width() if bar.get_x() == 1.0 else bar.get_x() for bar in axes.patches
    ]
    assert ends == pytest.approx([*c.breakdown.values(), c.factor], rel=1e-12)
    assert np.prod(ends[:-1]) == pytest.approx(ends[-1], rel=1e-12)
    assert axes.get_xscale() == "log"
    assert [t.get_text() for t in axes.get_yticklabels()] == [*c.breakdown, "factor"]
    assert [t.get_text() for t in axes.texts] == [f"{x:.4g}" for x in ends]
    assert f"{c.factor:.4g}" in axes.get_title(loc="left")


def test_a_miss_is_written_out_in_place_of_bars(compared):
    c = compared[MISSED]
    axes = plot.comparison(c).axes[2]
    assert not axes.patches
    written = " ".join(axes.texts[0].get_text().split())
    for sentence in c.misses:
        assert sentence in written
    assert "no factor" in axes.get_title(loc="left")


def test_duties_are_per_volume_of_contents_in_the_unit_of_the_label(compared):
    c = compared[FACTOR]
    figure = plot.comparison(c)
    vessel, channel = figure.axes[3:]
    data = c.conventional.result.dataset
    data = data.isel(t=np.isin(data["stage"], ["dose", "hold"]))
    assert vessel.get_ylabel() == "heat [kW/m3]"
    assert vessel.get_xlabel() == "time of the recipe [h]"
    for k, name in enumerate(("removable", "heat_production", "heat_removal")):
        t, duty = line(vessel, k)
        np.testing.assert_allclose(3600.0 * t, data["t"])
        np.testing.assert_allclose(1e3 * duty, data[name] / data["V"])
    # the dosing is as fast as the wall allows, so removal touches what is removable
    touch = line(vessel, 0)[1] - line(vessel, 2)[1]
    assert 0.0 < touch.min() < 0.01 * line(vessel, 0)[1].max()
    assert channel.get_ylabel() == "heat [MW/m3]"
    data = c.intensified.result.dataset
    for k, name in enumerate(("heat_production", "heat_removal")):
        np.testing.assert_allclose(1e6 * line(channel, k)[1], data[name])
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend[1] == "released by reaction"
    # heating at a zone's inlet is cut, so that it does not dwarf the reaction
    low, high = plot.comparison(compared[MISSED]).axes[4].get_ylim()
    assert low == pytest.approx(-2.0 * high / 1.1)


def test_a_loaded_comparison_draws_the_same(compared, tmp_path):
    c = compared[FACTOR]
    live = plot.comparison(c)
    loaded = plot.comparison(Comparison.load(c.save(tmp_path / "c.h5")))
    for one, other in zip(live.axes, loaded.axes, strict=True):
        assert one.get_title(loc="left") == other.get_title(loc="left")
        for k in range(len(one.lines)):
            np.testing.assert_array_equal(line(one, k), line(other, k))


def test_nothing_is_cut_off_at_the_figures_edge(compared):
    for c in compared.values():
        for figure in (
            plot.comparison(c),
            plot.profiles(c.conventional.result),
            plot.profiles(c.intensified.result),
        ):
            renderer = FigureCanvasAgg(figure).get_renderer()
            figure.draw_without_rendering()
            for artist in [*figure.axes, *figure.legends]:
                box = artist.get_tightbbox(renderer)
                assert box.x0 >= 0.0
                assert box.y0 >= 0.0
                assert box.x1 <= figure.bbox.width
                assert box.y1 <= figure.bbox.height


def test_a_title_is_text_not_mathematics(compared):
    c = compared[MISSED]
    other = Comparison(
        c.conventional, c.intensified, spec=c.spec, limit=c.limit, t_kinetic=c.t_kinetic,
        title=r"costs $\nonsense{ and 5$",
    )  # fmt: skip
    plot.comparison(other).draw_without_rendering()


# --- profiles ------------------------------------------------------------------------------------
def test_profiles_of_a_vessel(compared):
    result = compared[FACTOR].conventional.result
    temperature, concentration, heat = plot.profiles(result).axes
    assert [axes.get_ylabel() for axes in (temperature, concentration, heat)] == [
        "temperature [K]",
        "concentration [mol/m3]",
        "heat [kW]",
    ]
    assert heat.get_xlabel() == "time [h]"
    labels = [text.get_text() for text in temperature.get_legend().get_texts()]
    assert labels[:2] == ["contents", "jacket"]
    species = [text.get_text() for text in concentration.get_legend().get_texts()]
    assert species == ["Na2S2O3", "H2O2", "Na2S3O6", "Na2SO4"]  # not the solvent
    t, made = line(heat, 0)
    np.testing.assert_allclose(3600.0 * t, result.dataset["t"])
    np.testing.assert_allclose(1e3 * made, result.dataset["heat_production"])
    phases = [text.get_text() for text in temperature.texts]
    assert phases == ["charge", "heat", "dose", "cool", "discharge", "clean"]


def test_profiles_of_a_channel(compared):
    result = compared[FACTOR].intensified.result
    temperature, _, heat = plot.profiles(result).axes
    assert heat.get_xlabel() == "position along the channel [m]"
    assert heat.get_ylabel() == "heat [MW/m3]"
    assert [text.get_text() for text in temperature.texts] == ["zone 1", "zone 2"]
    z, T = line(temperature, 0)
    assert T.max() == pytest.approx(result.kpis["T_max"], abs=0.05)
    assert z[T.argmax()] == pytest.approx(result.kpis["z_T_max"], abs=0.05)


def test_stages_are_those_of_the_run(compared):
    result = compared[FACTOR].conventional.result
    run = [(leg.label, leg.start, leg.end) for leg in result.legs if leg.end > leg.start]
    drawn = plot.runs.stages(result.dataset, "t")
    assert [name for name, *_ in drawn] == [name for name, *_ in run]
    np.testing.assert_allclose([d[1:] for d in drawn], [r[1:] for r in run])


class Decay(NamedTuple):
    """N states that decay, each at its own rate."""

    k: np.ndarray

    def initial(self):
        return (np.ones(self.k.size),)

    def rhs(self, t, y, dy):
        for i in range(self.k.size):
            dy[i] = -self.k[i] * y[i]


@pytest.mark.parametrize("count", [2, 9])
def test_profiles_of_ones_own_reactor(count):
    result = solve(Decay(np.linspace(0.1, 1.0, count)), until=5.0)
    axes = plot.profiles(result).axes
    names = [f"y[{i}]" for i in range(count)]
    if count == 2:
        assert [a.get_ylabel() for a in axes] == names
    else:
        assert [text.get_text() for text in axes[0].get_legend().get_texts()] == names
    lines = [row for a in axes for row in a.lines]
    for row, k in zip(lines, np.linspace(0.1, 1.0, count), strict=True):
        t, y = row.get_data()
        np.testing.assert_allclose(y, np.exp(-k * t), atol=1e-7)
    assert axes[-1].get_xlabel() == "time [s]"


# --- what surrounds them -------------------------------------------------------------------------
def test_a_notebook_shows_the_figure(compared):
    assert plot.comparison(compared[MISSED])._repr_png_().startswith(b"\x89PNG")


def test_pyplot_stays_out_of_it(compared, tmp_path):
    path = compared[FACTOR].save(tmp_path / "c.h5")
    code = (
        "import sys, intensify as it\n"
        f"it.plot.comparison(it.Comparison.load({str(path)!r})).savefig('c.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
