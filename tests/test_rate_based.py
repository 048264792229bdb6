"""Packed columns by transfer rates: films against closed forms, and the limit of equilibrium."""

from importlib import resources

import numpy as np
import pytest
from scipy.linalg import expm
from typer.testing import CliRunner

import intensify as it
from intensify.cases.build import build_case
from intensify.cli import app
from intensify.transport.films import far_side, liquid_film, vapour_film, wetted

CASES = resources.files("intensify.cases") / "data"
TEXT = (CASES / "methyl-acetate.yaml").read_text(encoding="utf-8")
PACKED = it.cases.load("methyl-acetate").reactors["packed"]
PACKING = it.StructuredPacking(250.0, 0.97, 1.165, 0.422, section=1.1, height=0.35)
FLUIDS = it.FilmFluids(3.5e-4, 1e-5, 0.025, 0.15, 0.018)


def across(N, G, x):
    """The far side of a film."""
    out = np.empty(len(x))
    far_side(np.array(N), np.array(G), np.array(x), out, np.empty(len(x)))
    return out


# --- films ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("N", [0.01, 2.0, -1.3, 30.0])
def test_a_binary_film_obeys_stefan_and_is_linear_when_equimolar(N):
    G, x = np.full((2, 2), 7.0), [0.3, 0.7]
    through = across([N, 0.0], G, x)  # the second stagnant
    assert through[1] == pytest.approx(0.7 * np.exp(N / 7.0), rel=1e-12)
    assert through.sum() == pytest.approx(1.0, abs=1e-9 * np.exp(abs(N)))
    against = across([N, -N], G, x)
    assert against[0] == pytest.approx(0.3 - N / 7.0, rel=1e-12)


def test_a_film_of_four_is_the_matrix_exponential():
    rng = np.random.default_rng(5)
    G = rng.uniform(1.0, 9.0, (4, 4))
    G, N, x = G + G.T, rng.normal(0.0, 4.0, 4), rng.dirichlet(np.ones(4))
    B = -N[:, None] / G
    np.fill_diagonal(B, [sum(N[k] / G[i, k] for k in range(4) if k != i) for i in range(4)])
    np.testing.assert_allclose(across(N, G, x), expm(B) @ x, rtol=1e-12)
    # reverse diffusion: a component without a difference of its own is still moved
    still = across([1.0, -1.0, 0.0], [[1, 9, 1], [9, 1, 9], [1, 9, 1]], [0.4, 0.4, 0.2])
    assert abs(still[2] - 0.2) > 0.05


def test_the_packings_correlations_have_units():
    a, void, u, rho, mu, sigma, D = 250.0, 0.97, 2e-3, 900.0, 4e-4, 0.03, 2e-9
    held, area = wetted(a, void, u, rho, mu, sigma)
    k = liquid_film(1.1, a, void, u, held, D)
    k_V = vapour_film(0.4, a, void, 1.2, 2.0, 1e-5, held, 1e-5)
    assert 0.01 < held < 0.1
    assert 0.2 * a < area < 1.5 * a
    assert 1e-5 < k < 1e-3
    assert 1e-3 < k_V < 0.1
    # gravity has a unit, so time goes with the root of length: 1 m is 100 of another length, 1 s 10
    other = wetted(a / 100.0, void, u * 10.0, rho * 1e-6, mu * 1e-3, sigma * 1e-2)
    np.testing.assert_allclose(other, [held, area / 100.0], rtol=1e-12)
    assert liquid_film(1.1, a / 100.0, void, u * 10.0, held, D * 1e3) == pytest.approx(10.0 * k)
    wide = vapour_film(0.4, a / 100.0, void, 12.0, 2e-6, 1e-8, held, 1e-2)
    assert wide == pytest.approx(10.0 * k_V, rel=1e-12)


# --- columns -------------------------------------------------------------------------------------
def binary(**changes):
    """Two of equal heats of vaporisation and hardly any heat capacity: equal molar overflow."""
    mix = it.Mixture.ideal(
        ["light", "heavy"], psat=[[21.0 + np.log(3.0), -3500.0, 0.0], [21.0, -3500.0, 0.0]],
        enthalpy=[[-2e5, 0.01, 3e4, 350.0, 0.01]] * 2,
    )  # fmt: skip
    column = it.ReactiveDistillationColumn(
        mix, stages=12, p=1e5, feeds=[it.ColumnFeed(6, {"light": 1.0, "heavy": 1.0})],
        specs={"distillate": 1.0, "boilup": 4.0},
    )  # fmt: skip
    given = {"packing": PACKING, "fluids": FLUIDS, "M": [0.05, 0.06], "v": [8e-5, 9e-5],
             "k_V": 1e-3, "k_L": 1e2}  # fmt: skip
    return it.RateBasedColumn(column, **(given | changes))


@pytest.fixture(scope="module")
def esters():
    """The shipped packed column at ten, at a thousand and at a hundred thousand times its rates."""
    return [it.solve_rates(PACKED, ease=ease) for ease in (1.0, 1e3, 1e5)]


def test_with_a_vapour_film_alone_a_segment_has_the_efficiency_of_its_transfer_units():
    state = it.solve_rates(binary())
    for j in range(1, 11):
        state.equations.conductances(j, state.z)
        units = state.equations.scratch.G[0, 0, 1] / state.bulk.V[j]
        np.testing.assert_allclose(state.efficiencies()[j], units / (1.0 + units), rtol=2e-5)
    assert 0.2 < units < 5.0
    np.testing.assert_allclose(state.part(2).sum(axis=1), 0.0, atol=1e-5)  # equimolar
    worse = it.solve_rates(binary(k_L=1e-5))
    assert worse.bulk.kpis["x_top_light"] < state.bulk.kpis["x_top_light"] - 0.01
    equal = it.solve_column(binary().column)
    assert state.bulk.kpis["x_top_light"] < equal.kpis["x_top_light"] - 0.01


def test_endless_transfer_is_equilibrium(esters):
    equal = it.solve_column(PACKED.column)
    off = [np.abs(state.bulk.x - equal.x).max() for state in esters]
    assert off[0] > 0.01
    assert off[2] < 1e-5
    assert off[1] / off[2] == pytest.approx(100.0, rel=0.02)  # of first order in the resistance
    np.testing.assert_allclose(esters[2].bulk.T, equal.T, rtol=0.0, atol=1e-3)


def test_a_packed_columns_phases_balance_each_alone(esters):
    state = esters[0]
    bulk, mix = state.bulk, PACKED.column.mixture
    y, T_V, N, x_I, y_I, T_I = (state.part(k) for k in range(6))
    assert max(bulk.balances().values()) < 1e-9
    for j in (1, 10, 25, 38):
        lost = bulk.V[j + 1] * y[j + 1] - bulk.V[j] * y[j]
        np.testing.assert_allclose(lost, N[j], atol=1e-8)
        h = [mix.liquid_enthalpy(bulk.T[j], e) for e in np.eye(4)]
        H = [mix.vapour_enthalpy(T_V[j], e) for e in np.eye(4)]
        U_V, U_L = state.equations.conductances(j, state.z)
        given = U_V * (T_V[j] - T_I[j]) + N[j] @ H
        taken = U_L * (T_I[j] - bulk.T[j]) + N[j] @ h
        assert given == pytest.approx(taken, abs=1e-4 * abs(N[j]).sum() * 3e4)
        up, own = (bulk.V[k] * mix.vapour_enthalpy(T_V[k], y[k]) for k in (j + 1, j))
        assert up - own == pytest.approx(given, abs=1.0)
        T, star = mix.bubble_point(101325.0, x_I[j])
        assert T_I[j] == pytest.approx(T, abs=1e-5)
        np.testing.assert_allclose(y_I[j], star, atol=1e-8)
        # the vapour's film by SciPy's matrix exponential
        G = state.equations.scratch.G[0]
        B = -N[j][:, None] / G
        np.fill_diagonal(B, [sum(N[j, k] / G[i, k] for k in range(4) if k != i) for i in range(4)])
        np.testing.assert_allclose(y_I[j], expm(B) @ y[j], atol=1e-8)
    assert bulk.conversion("methanol") < it.solve_column(PACKED.column).conversion("methanol")


def test_a_packed_column_of_a_case_is_run_kept_and_drawn(tmp_path):
    kept, picture = tmp_path / "packed.h5", tmp_path / "packed.png"
    told = CliRunner().invoke(app, ["run", "methyl-acetate", "--reactor", "packed", "-o", str(kept),
                                    "--plot", str(picture)])  # fmt: skip
    assert told.exit_code == 0, told.output
    assert picture.stat().st_size > 10_000
    back = it.Result.load(kept)
    assert back.dataset["y_I"].dims == ("tray", "species")
    figure = it.plot.profiles(back)
    assert [axes.get_xlabel().split("\n")[0] for axes in figure.axes] == [
        "vapour mole fraction", "temperature [K]", "vapour to liquid [mol/s]",
        "efficiency (Murphree)",
    ]  # fmt: skip
    np.testing.assert_allclose(figure.axes[0].lines[1].get_xdata(),
                               back.dataset["y_I"].values[1:-1, 0])  # fmt: skip


def test_a_packing_too_narrow_for_its_correlations_says_so():
    run = it.solve(PACKED._replace(packing=PACKED.packing._replace(section=0.05)))
    assert any("of the packing's area: waves and drops" in told for told in run.warnings)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"M": [0.05]}, "M: needs 2 numbers above 0"), ({"k_L": None}, "D_V: and D_L are needed"),
    ({"k_V": [[1, 2], [3, 1]]}, "k_V: must be symmetric"),
    ({"packing": PACKING._replace(height=0.0)}, "height: is 0, but must be above 0"),
])  # fmt: skip
def test_bad_films_are_told(changes, sentence):
    with pytest.raises(it.InputError, match=sentence):
        binary(**changes)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"condenser": "none", "specs": {"boilup": 4.0}}, "packing lies between them"),
    ({"energy": "cmo", "dHv": 3e4}, "interfaces need heat balances"),
    ({"efficiency": 0.8}, "comes out of the films"),
    ({"specs": {"top_purity": ("light", 0.9), "boilup": 4.0}}, "must be held by the ends"),
    ({"feeds": [it.ColumnFeed(6, {"light": 2.0}, vapour=0.5)]}, "all liquid or all vapour"),
    ({"draws": [it.Draw(4, vapour=0.1)]}, "of vapour are not known here"),
])  # fmt: skip
def test_columns_that_cannot_be_packed_are_told(changes, sentence):
    given = {"stages": 12, "p": 1e5, "specs": {"distillate": 1.0, "boilup": 4.0},
             "feeds": [it.ColumnFeed(6, {"light": 1.0, "heavy": 1.0})]}  # fmt: skip
    column = it.ReactiveDistillationColumn(binary().column.mixture, **(given | changes))
    with pytest.raises(it.InputError, match=sentence):
        it.RateBasedColumn(column, packing=PACKING, fluids=FLUIDS, M=[0.05, 0.06], v=[8e-5, 9e-5],
                           k_V=1e-3, k_L=1e2)  # fmt: skip


def test_bad_films_of_a_case_are_told():
    with pytest.raises(it.InputError, match="M: needs 4 numbers above 0"):
        build_case("mine", TEXT.replace("M: [60.05 g/mol, ", "M: ["), None)
    with pytest.raises(it.InputError, match="did you mean 'C_V'"):
        build_case("mine", TEXT.replace("C_V: 0.422", "C_G: 0.422"), None)
