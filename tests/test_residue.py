"""Residue curves and azeotropes against closed forms, literature and SciPy."""

import json

import numpy as np
import pytest
from scipy.optimize import fsolve
from typer.testing import CliRunner

import intensify as it
from intensify import plot
from intensify.chemistry.mixture import Mixture
from intensify.cli import app
from intensify.reactors.columns.residue import residue_curve, residue_curves, stationary_points

ALPHA = np.array([4.0, 2.0, 1.0])


def still(mixture, p=1e5, **changes):
    given = {"stages": 2, "p": p, "energy": "cmo", "dHv": 3e4,
             "feeds": [it.ColumnFeed(1, dict.fromkeys(mixture.names, 1.0))],
             "specs": {"distillate": 0.5, "boilup": 4.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mixture, **(given | changes))


def ideal(names, alpha):
    return Mixture.ideal(list(names), psat=[[22.0 + np.log(a), -3500.0, 0.0] for a in alpha])


def metathesis(K, tau):
    """A + B <=> C + D, reactants lighter than products: a reactive azeotrope."""
    rx = it.Reaction("A + B <=> C + D", it.Arrhenius(1.0, 0.0), reverse=it.Arrhenius(1.0 / K, 0.0))
    column = still(ideal("ABCD", (8.0, 4.0, 2.0, 1.0)), reactions=[rx], holdup={1: 1.0},
                   by_activity=False)  # fmt: skip
    return column, tau


def test_a_curve_of_constant_volatilities_keeps_its_invariant():
    # ln(x_i/x_j) moves at (alpha_j - alpha_i)/sum alpha x: two ratios of logarithms stay in step
    curve = residue_curve(still(ideal("abc", ALPHA)), [0.3, 0.4, 0.3])
    logs = np.log(curve.x / [0.3, 0.4, 0.3])
    ab, bc = logs[:, 0] - logs[:, 1], logs[:, 1] - logs[:, 2]
    assert np.ptp(curve.x[:, 0]) > 0.95
    middle = np.abs(curve.xi) < 4.0
    np.testing.assert_allclose(ab[middle], 2.0 * bc[middle], atol=2e-4)


def test_corners_of_an_ideal_mixture_are_its_only_stationary_points():
    points = stationary_points(still(ideal("abc", ALPHA)), starts=3)
    assert [p.kind for p in points] == ["unstable node", "saddle", "stable node"]
    np.testing.assert_allclose([p.x for p in points], np.eye(3), atol=1e-9)


def test_azeotrope_of_methanol_and_mtbe_is_the_published_one():
    # Wilson's parameters as Ung and Doherty (1995), recalled; measured 51.3 C and 0.31, recalled
    A = np.array([[0.0, 1483.2478], [-406.3902, 0.0]]) * 4.184 / 8.31446261815324
    V = np.array([44.44, 118.8])
    mixture = Mixture.wilson(
        ["methanol", "MTBE"], p0=np.log(V[None, :] / V[:, None]), p1=-A,
        psat=[[23.49989, -3643.31362, -33.434], [20.71616, -2571.58460, -48.406]],
    )  # fmt: skip
    points = stationary_points(still(mixture, p=101325.0))
    assert [p.kind for p in points] == ["unstable node", "stable node", "stable node"]
    assert abs(points[0].T - 273.15 - 51.3) < 1.0
    assert abs(points[0].x[0] - 0.31) < 0.03


@pytest.mark.parametrize("K", [0.5, 2.0])
def test_a_reactive_azeotrope_is_where_transformed_compositions_agree(K):
    column, tau = metathesis(K, 1e4)
    alpha = np.array([8.0, 4.0, 2.0, 1.0])

    def conditions(x):
        d = x - alpha * x / (alpha @ x)  # Barbosa and Doherty: d_i/nu_i is one number
        return [x.sum() - 1.0, x[2] * x[3] - K * x[0] * x[1], d[0] - d[1], d[2] - d[3]]

    expected = fsolve(conditions, [0.2, 0.4, 0.3, 0.1], xtol=1e-13)
    inside = [p for p in stationary_points(column, tau=tau, starts=3) if p.x.min() > 1e-2]
    assert len(inside) == 1
    np.testing.assert_allclose(inside[0].x, expected, atol=1e-3)
    assert inside[0].kind == "saddle"


def test_with_reaction_a_curve_lies_on_equilibrium_after_a_moment():
    column, tau = metathesis(2.0, 1e3)
    curve = residue_curve(column, [0.25, 0.25, 0.25, 0.25], tau=tau, length=2.0)
    x = curve.x[5:]
    np.testing.assert_allclose(x[:, 2] * x[:, 3], 2.0 * x[:, 0] * x[:, 1], rtol=0.02)
    assert curve.xi[0] == 0.0


def test_what_cannot_be_a_still_is_said():
    column = still(ideal("abc", ALPHA))
    with pytest.raises(it.InputError, match="no reaction"):
        residue_curve(column, [1.0, 1.0, 1.0], tau=1.0)
    with pytest.raises(it.InputError, match="tau: is -1"):
        stationary_points(column, tau=-1.0)
    with pytest.raises(it.InputError, match="length"):
        residue_curve(column, [1.0, 1.0, 1.0], length=0.0)


def test_a_map_draws_curves_and_names_its_points():
    column = still(ideal("abc", ALPHA))
    curves = [residue_curve(column, start) for start in ([0.2, 0.6, 0.2], [0.4, 0.1, 0.5])]
    figure = plot.residue_map(column, curves, stationary_points(column, starts=2))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert any(text.startswith("a, ") for text in texts)
    assert figure.axes[0].get_ylabel() == "liquid mole fraction of b"
    with pytest.raises(it.InputError, match="curves"):
        plot.residue_map(column, [])


# --- reflux and duties ---------------------------------------------------------------------------
def binary(N):
    """Constant volatility 4, both products 95 %."""
    feeds = [it.ColumnFeed(N // 2, {"l": 1.0, "h": 1.0})]
    return still(ideal("lh", (4.0, 1.0)), stages=N, feeds=feeds,
                 specs={"top_purity": ("l", 0.95), "bottom_purity": ("h", 0.95)})  # fmt: skip


def test_reflux_falls_with_stages_to_the_least_that_underwood_gives(monkeypatch):
    def solve(column):
        if column.stages < 5:  # Fenske: 4.2 at least; the search that fails is slow
            raise it.SolveError("no reflux gives 0.95")
        return it.solve_column(column)

    monkeypatch.setattr("intensify.design.reflux.solve_column", solve)
    counts = it.reflux_against_stages(binary, [3, 8, 12, 30])
    assert np.isnan(counts[0].reflux_ratio)
    assert counts[0].why == "no reflux gives 0.95"
    # Underwood, saturated liquid, z = 0.5: (x_D/z - alpha (1 - x_D)/(1 - z))/(alpha - 1)
    least = (0.95 / 0.5 - 4.0 * 0.05 / 0.5) / 3.0
    reflux = [count.reflux_ratio for count in counts[1:]]
    assert reflux[0] > reflux[1] > reflux[2] > least * (1.0 - 1e-9)
    assert reflux[2] == pytest.approx(least, rel=1e-3)
    for count in counts[1:]:  # all that rises is boiled: V = (R + 1) D, D = 1
        assert count.Q_reboiler == pytest.approx((count.reflux_ratio + 1.0) * 3e4, rel=1e-6)
    figure = plot.reflux(counts)
    assert len(figure.axes[0].lines[0].get_xdata()) == 3
    with pytest.raises(it.InputError, match="none"):
        it.reflux_against_stages(binary, [])


def test_bars_of_duties_are_the_states_own():
    states = {str(N): it.solve_column(binary(N)) for N in (8, 12)}
    bars = plot.duties(states).axes[0].patches
    heights = [bar.get_height() for bar in bars]
    expected = [s.kpis[q] / 1e3 for q in ("Q_reboiler", "Q_condenser") for s in states.values()]
    np.testing.assert_allclose(heights, expected)


def test_the_command_lists_azeotropes_and_draws_their_map(tmp_path):
    drawn = tmp_path / "map.png"
    args = ["residue", "methyl-acetate", "--plot", str(drawn), "--across", "acetic-acid",
            "--up", "methanol,methyl-acetate"]  # fmt: skip
    done = CliRunner().invoke(app, args)
    assert done.exit_code == 0
    assert "leaves at the top: what boils at 326.95 K; at the bottom: at 391.01 K" in done.output
    assert drawn.read_bytes().startswith(b"\x89PNG")
    told = CliRunner().invoke(app, ["residue", "quaternary-column", "--json", "--tau", "50"])
    points = json.loads(told.output)
    assert [max(p["x"], key=p["x"].get) for p in points] == ["C", "A", "B", "D"]
    assert points[0]["kind"] == "unstable node"


@pytest.mark.parametrize(("args", "sentence"), [
    (["thiosulfate-peroxide"], "has no column; its mixture is what boils"),
    (["methyl-acetate", "--tau", "-1"], "tau: is -1, but must be finite and 0 or more"),
    (["methyl-acetate", "--reactor", "tank"], "the case has no reactor 'tank'"),
    (["methyl-acetate", "--across", "water,ice", "--plot", "m.png"], "unknown component 'ice'"),
])  # fmt: skip
def test_what_cannot_be_mapped_is_told(args, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["residue", *args])
    assert done.exit_code == 2
    assert sentence in done.output


def test_curves_of_a_grid_begin_inside():
    curves = residue_curves(still(ideal("abc", ALPHA)))
    assert len(curves) == 3  # compositions in quarters with something of all three
    middle = sorted(tuple(curve.x[80].round(9)) for curve in curves)
    assert middle == [(0.25, 0.25, 0.5), (0.25, 0.5, 0.25), (0.5, 0.25, 0.25)]
