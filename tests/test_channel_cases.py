"""What a case file can say of a channel: form, films, viscosity with temperature."""

from importlib import resources

import numpy as np
import pytest

import intensify as it
from intensify.transport import Coil, Fitted, Fluid, Straight, overall_coefficient

TEMPLATE = (resources.files("intensify.cases") / "template.yaml").read_text(encoding="utf-8")
SECTION = "section: {width: 2 mm, height: 2 mm}\n"
ZONE = "{residence: 20 s, utility: 50 degC, UA_V: 5 MW/m3/K}"
FLUID = "fluid: {viscosity: 1 mPa*s, density: 1000 kg/m3}"


def written(tmp_path, *changes):
    text = TEMPLATE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def channel(tmp_path, *changes):
    return it.cases.load(written(tmp_path, *changes)).reactors["miniaturised"]


def test_a_coil_and_a_viscosity_with_temperature(tmp_path):
    milli = channel(
        tmp_path,
        (SECTION, "section: {diameter: 2 mm, coil: 40 mm}\n"),
        (FLUID, "fluid: {viscosities: [[20 degC, 1.002 mPa*s], [60 degC, 0.467 mPa*s]],"
                " diffusivity: 2e-9 m2/s}"),
    )  # fmt: skip
    assert milli.form == Coil(0.04)
    assert milli.mu.at(293.15) == pytest.approx(1.002e-3)
    assert milli.mu.at(333.15) == pytest.approx(0.467e-3)
    assert milli.diffusivity == 2e-9
    straight = milli._replace(form=Straight())
    assert it.solve(milli).kpis["p_drop"] > 1.2 * it.solve(straight).kpis["p_drop"]


@pytest.mark.parametrize("kind", ["corrugated", "mixer"])
def test_what_was_measured_on_corrugations_and_mixers(tmp_path, kind):
    fit = "C: 0.3, m: 0.6, n: 0.33, Re: [100, 2000], Pr: [1, 50]"
    milli = channel(
        tmp_path, (SECTION, f"section: {{diameter: 2 mm, {kind}: {{{fit}, drop: 6}}}}\n")
    )
    assert milli.form == Fitted(0.3, 0.6, 0.33, 96.0, -1.0, 0.0, 100.0, 2000.0, 1.0, 50.0)
    milli = channel(
        tmp_path, (SECTION, f"section: {{diameter: 2 mm, {kind}: {{{fit}, f_C: 3, f_m: -0.4}}}}\n")
    )
    assert milli.form[3:5] == (3.0, -0.4)


def test_a_film_gives_the_zone_its_coefficient(tmp_path):
    film = "film: {wall: 1 mm, wall_conductivity: 16 W/m/K, utility: 3 kW/m2/K}"
    milli = channel(
        tmp_path,
        (SECTION, "section: {diameter: 2 mm, coil: 40 mm}\n"),
        (ZONE, f"{{residence: 20 s, utility: 50 degC, {film}}}"),
    )
    speed = milli.velocity()
    found = overall_coefficient(
        milli.section, velocity=speed, T=323.15, L=20.0 * speed, form=Coil(0.04),
        fluid=Fluid(rho_cp=milli.rho_cp), wall=1e-3, wall_conductivity=16.0, utility=3000.0,
    )  # fmt: skip
    assert milli.zones[0, 1] == pytest.approx(found.U)
    assert np.isfinite(found.U)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([(SECTION, "section: {diameter: 2 mm, coil: 1 mm}\n")],
         "section.coil: is narrower than its own channel"),
        ([(SECTION, "section: {diameter: 2 mm, coil: 40 mm, roughness: 1 um}\n")],
         "is one of coil, corrugated, mixer"),
        ([(SECTION, "section: {diameter: 2 mm, mixer: {C: 0.3, m: 0.6, n: 0.33}}\n")],
         "section.mixer: needs f_C and f_m, or drop"),
        ([(SECTION, "section: {diameter: 2 mm, mixer: {C: 0, m: 0.6, n: 0.33, drop: 6}}\n")],
         "section.mixer.C: is 0, but must be above 0"),
        ([(SECTION, "section: {diameter: 2 mm, mixer: {C: 1, m: 0.6, n: 0.33, drop: 0.5}}\n")],
         "section.mixer.drop: '0.5' is out of range; allowed is 1 or more"),
        ([(ZONE, "{residence: 20 s, utility: 50 degC, film: {}, U: 500 W/m2/K}")],
         "needs one of U, UA_V, film"),
        ([(ZONE, "{residence: 20 s, utility: 50 degC, film: {wall: -1 mm}}")],
         "film.wall: '-1 mm' is out of range"),
        ([(FLUID, "fluid: {viscosities: [[20 degC, 1 mPa*s], [20 degC, 2 mPa*s]]}")],
         "fluid.viscosities: the points of a viscosity need different temperatures"),
        ([(FLUID, "fluid: {viscosity: 1e-3, viscosities: [[300, 1e-3], [320, 5e-4]]}")],
         "fluid.viscosity: is given twice"),
    ],
)  # fmt: skip
def test_bad_cases_get_a_sentence(tmp_path, changes, sentence):
    with pytest.raises(it.InputError) as caught:
        it.cases.load(written(tmp_path, *changes))
    assert sentence in str(caught.value)
