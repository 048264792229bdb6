"""Mixtures and reactive-distillation columns against closed forms and independent steps."""

import numpy as np
import pytest
from scipy.optimize import brentq

import intensify as it
from intensify.chemistry.mixture import Mixture
from intensify.reactors.columns.column_branches import linearised, varied
from intensify.reactors.columns.column_solution import converge, first_guess

R = 8.31446261815324
ALPHA = [[22.0 + np.log(a), -3500.0, 0.0] for a in (8.0, 4.0, 2.0, 1.0)]


def pair(**changes):
    """A binary of constant volatility 3, equal molar overflow."""
    mixture = Mixture.ideal(
        ["light", "heavy"], psat=[[21.0 + np.log(3.0), -3500.0, 0.0], [21.0, -3500.0, 0.0]]
    )
    given = {"stages": 12, "p": 1e5, "energy": "cmo", "dHv": 3e4,
             "feeds": [it.ColumnFeed(6, {"light": 1.0, "heavy": 1.0})],
             "specs": {"distillate": 1.0, "boilup": 4.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mixture, **(given | changes))


def quaternary(**changes):
    """A + B <=> C + D between C, the lightest, and D."""
    mixture = Mixture.ideal(["C", "A", "B", "D"], psat=ALPHA)
    rx = it.Reaction("A + B <=> C + D", it.Arrhenius.at(0.02, T=380.0, E=6e4),
                     reverse=it.Arrhenius.at(0.01, T=380.0, E=7e4))  # fmt: skip
    given = {"stages": 15, "p": 3e5, "energy": "cmo", "dHv": 3e4, "dHr": -1e4, "reactions": [rx],
             "holdup": dict.fromkeys(range(4, 11), 500.0), "by_activity": False,
             "feeds": [it.ColumnFeed(4, {"B": 1.0}), it.ColumnFeed(10, {"A": 1.0})],
             "specs": {"distillate": 1.0, "boilup": 4.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mixture, **(given | changes))


def real(**changes):
    """Methanol and water by NRTL with enthalpies."""
    mixture = Mixture.nrtl(
        ["methanol", "water"], tau0=0.0, tau1=[[0.0, -127.0], [425.0, 0.0]], alpha=0.3,
        psat=[[23.4999, -3643.3136, -33.434], [23.2256, -3835.18, -45.343]],
        enthalpy=[[-239200.0, 81.0, 35210.0, 337.7, 44.0],
                  [-285830.0, 75.3, 40650.0, 373.15, 33.6]],
    )  # fmt: skip
    given = {"stages": 14, "p": 101325.0,
             "feeds": [it.ColumnFeed(8, {"methanol": 4.0, "water": 6.0})],
             "specs": {"reflux_ratio": 1.5, "bottoms": 6.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mixture, **(given | changes))


# --- mixtures ------------------------------------------------------------------------------------
def mixtures():
    rng = np.random.default_rng(3)
    names = ["a", "b", "c"]
    off = rng.normal(0.0, 200.0, (3, 3)) * (1.0 - np.eye(3))
    yield Mixture.wilson(names, p0=0.1 * off / 200.0, p1=off)
    yield Mixture.nrtl(names, tau0=0.0, tau1=off, alpha=0.3)
    yield Mixture.uniquac(names, r=[2.2, 1.4, 0.92], q=[2.0, 1.4, 1.4], a=off, b=0.002 * off)
    yield Mixture.unifac(
        names, groups=[{"CH3": 1, "OH": 1}, {"CH3": 2, "CH2": 4}, {"CH2": 3, "OH": 2}],
        R_Q={"CH3": (0.6325, 1.0608), "CH2": (0.6325, 0.7081), "OH": (1.2302, 0.8927)},
        main={"CH3": 1, "CH2": 1, "OH": 5},
        abc={(1, 5): (2777.0, -4.674, 0.001551), (5, 1): (1606.0, -4.746, 0.0009181)},
    )  # fmt: skip


@pytest.mark.parametrize("mixture", list(mixtures()))
def test_activities_obey_gibbs_and_duhem(mixture):
    T, x, step = 340.0, np.array([0.2, 0.5, 0.3]), 1e-5
    up, down = np.empty(3), np.empty(3)
    for direction in ([1.0, -1.0, 0.0], [0.0, 1.0, -1.0]):
        d = step * np.array(direction)
        mixture.ln_gamma(T, x + d, up)
        mixture.ln_gamma(T, x - d, down)
        assert x @ (up - down) / (2.0 * step) == pytest.approx(0.0, abs=1e-8)
    for i in range(3):  # a pure component is ideal
        assert mixture.gamma(T, np.eye(3)[i])[i] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("mixture", list(mixtures()))
def test_slopes_of_activities_and_of_what_boils_are_those_of_differences(mixture):
    psat = np.array([[21.0, -3500.0, -40.0, 0.0, 0.0, 0.0], [60.0, -6000.0, 0.0, -5.0, 4e-6, 2.0],
                     [22.0, -3900.0, -30.0, 0.0, 0.0, 0.0]])  # fmt: skip
    mixture = mixture._replace(psat=psat, acid=2.0, k0=-12.5, k1=3166.0)
    terms, a, by, slopes = mixture.room(), np.empty(3), np.empty((3, 4)), np.empty((4, 4))

    def at(point):
        out = np.empty(4)
        mixture.at(point[3], terms)
        mixture.activities(terms, point[:3], a)
        out[3] = mixture.boil(terms, point[3], 1e5, a, out[:3])
        return np.append(a, out)

    point = np.array([0.2, 0.5, 0.35, 340.0])  # their sum matters to no slope
    here = at(point)
    mixture.activity_slopes(terms, point[:3], a / point[:3], by)
    mixture.boil_slopes(a, here[3:6], terms, by, None, slopes)
    for k, h in enumerate((1e-6, 1e-6, 1e-6, 1e-4)):
        d = h * np.eye(4)[k]
        slope = (at(point + d) - at(point - d)) / (2.0 * h)
        np.testing.assert_allclose(np.append(by[:, k], slopes[:, k]), slope, rtol=1e-7, atol=1e-8)


def test_margules_limit_of_wilson_at_infinite_dilution():
    mixture = Mixture.wilson(["a", "b"], p0=0.0, p1=[[0.0, -300.0], [-100.0, 0.0]])
    L12, L21 = np.exp(-300.0 / 350.0), np.exp(-100.0 / 350.0)
    dilute = mixture.gamma(350.0, [1e-12, 1.0])[0]
    assert np.log(dilute) == pytest.approx(1.0 - np.log(L12) - L21, rel=1e-9)


def test_a_bubble_point_boils_and_a_vapour_has_its_heat():
    T, y = real().mixture.bubble_point(101325.0, [0.4, 0.6])
    assert 345.0 < T < 352.0
    assert y.sum() == pytest.approx(1.0, rel=1e-14)
    m = real().mixture
    h = [m.vapour_enthalpy(373.15, e) - m.liquid_enthalpy(373.15, e) for e in np.eye(2)]
    assert h[1] == pytest.approx(40650.0, rel=1e-12)


def test_wrong_mixtures_are_told():
    with pytest.raises(it.InputError, match="no vapour pressure for b"):
        Mixture.ideal(["a", "b"], psat=[[22.0, -3500.0, 0.0]])
    with pytest.raises(it.InputError, match=r"a matrix has the shape \(3, 3\), not \(2, 2\)"):
        Mixture.wilson(["a", "b"], p0=np.zeros((3, 3)), p1=0.0)
    with pytest.raises(it.InputError, match=r"the interaction of CH3 with OH \(1, 5\) is missing"):
        Mixture.unifac(
            ["a", "b"],
            groups=[{"CH3": 1}, {"OH": 1}],
            abc={},
            R_Q={"CH3": (0.6, 1.0), "OH": (1.2, 0.9)},
            main={"CH3": 1, "OH": 5},
        )
    with pytest.raises(it.InputError, match="unknown component 'methanl'; did you mean 'methanol'"):
        real().mixture.fractions({"methanl": 1.0})


# --- columns without reaction --------------------------------------------------------------------
def test_a_binary_is_what_stepping_from_stage_to_stage_gives():
    state = it.solve_column(pair())
    D, V, F, alpha = 1.0, 4.0, 2.0, 3.0
    L = V - D

    def steps(x_D):  # McCabe and Thiele: from the condenser down, feed liquid on stage 6
        y, x = x_D, x_D
        for j in range(1, 12):
            x = y / (alpha - (alpha - 1.0) * y)
            liquid = L if j < 6 else L + F
            taken = D * x_D if j < 6 else D * x_D - 1.0
            y = (liquid * x + taken) / V
        return x

    x_D = state.x[0, 0]
    assert steps(x_D) == pytest.approx(1.0 - x_D, abs=1e-7)
    assert state.x[-1, 0] == pytest.approx(1.0 - x_D, rel=1e-8)
    assert brentq(lambda x: steps(x) - 1.0 + x, x_D - 1e-4, x_D + 1e-4) == pytest.approx(x_D)


def test_at_nearly_total_reflux_fenske_holds():
    far = it.solve_column(pair(specs={"distillate": 1.0, "boilup": 4e4}))
    x, z = far.x[0, 0] / far.x[0, 1], far.x[-1, 0] / far.x[-1, 1]
    assert x / z == pytest.approx(3.0**11, rel=1e-3)


@pytest.mark.parametrize("specs", [
    {"reflux_ratio": 3.0, "bottoms": 1.0}, {"reflux": 3.0, "boilup": 4.0},
    {"top_purity": ("light", 0.95), "boilup": 4.0}, {"distillate": 1.0, "boilup_ratio": 4.0},
    {"distillate": 1.0, "bottom_purity": ("heavy", 0.9)},
    {"distillate": 1.0, "reboiler_duty": 1.2e5},
])  # fmt: skip
def test_specifications_lead_to_states_that_have_them(specs):
    state = it.solve_column(pair(specs=specs))
    k = state.kpis
    seen = {"reflux_ratio": k["reflux_ratio"], "bottoms": k["bottoms"], "reflux": state.L[0],
            "boilup": k["boilup"], "distillate": k["distillate"],
            "boilup_ratio": k["boilup"] / k["bottoms"], "top_purity": k["x_top_light"],
            "bottom_purity": k["x_bottom_heavy"], "reboiler_duty": k["Q_reboiler"]}  # fmt: skip
    for name, value in specs.items():
        wanted = value[1] if isinstance(value, tuple) else value
        assert seen[name] == pytest.approx(wanted, rel=1e-9)
    assert max(state.balances().values()) < 1e-10


def test_heat_balances_close_and_duties_are_those_of_the_streams():
    state = it.solve_column(real())
    assert max(state.balances().values()) < 1e-9
    m = state.column.mixture
    into = float(state.column.feed_h.sum()) + state.duty(-1)
    out = m.liquid_enthalpy(state.T[0], state.distillate)
    out += m.liquid_enthalpy(state.T[-1], state.bottoms) + state.duty(0)
    assert into == pytest.approx(out, abs=1e-6 * state.duty(-1))


def test_a_stripper_without_condenser_and_an_absorber_without_reboiler():
    stripper = real(stages=8, condenser="none", specs={"boilup": 3.0},
                    feeds=[it.ColumnFeed(0, {"methanol": 4.0, "water": 6.0})])  # fmt: skip
    state = it.solve_column(stripper)
    assert state.kpis["x_top_methanol"] > 0.6
    assert max(state.balances().values()) < 1e-9
    washer = real(stages=8, condenser="none", reboiler=False, specs={}, feeds=[
        it.ColumnFeed(0, {"water": 8.0}, T=310.0),
        it.ColumnFeed(7, {"methanol": 1.0, "water": 2.0}, T=380.0, vapour=1.0),
    ])  # fmt: skip
    washed = it.solve_column(washer)
    assert washed.distillate[0] < 0.9
    assert max(washed.balances().values()) < 1e-9


def test_side_draws_and_partial_condensers_keep_the_balances():
    state = it.solve_column(pair(draws=[it.Draw(4, liquid=0.2)], condenser="partial"))
    assert max(state.balances().values()) < 1e-10
    assert state.y[0, 0] > state.x[0, 0]


# --- columns with reaction -----------------------------------------------------------------------
def test_the_jacobian_is_that_of_differences():
    column = quaternary()
    z = it.solve_column(column).z
    _, J = linearised(column, z)
    flat, step = z.ravel(), 1e-6
    for k in range(0, flat.size, 7):
        up, down = flat.copy(), flat.copy()
        h = step * max(abs(flat[k]), 1e-2)
        up[k] += h
        down[k] -= h
        slope = (linearised(column, up.reshape(z.shape))[0]
                 - linearised(column, down.reshape(z.shape))[0]) / (2.0 * h)  # fmt: skip
        assert J[:, k] == pytest.approx(slope, abs=2e-5 * max(1.0, np.abs(slope).max()))


def test_much_holdup_is_chemical_equilibrium():
    much = it.solve_column(quaternary(holdup=dict.fromkeys(range(4, 11), 1e8)))
    equal = it.solve_column(quaternary(holdup=dict.fromkeys(range(4, 11), np.inf)))
    assert equal.conversion("A") == pytest.approx(much.conversion("A"), rel=1e-5)
    T, x = equal.T[6], equal.x[6]
    K = 0.02 / 0.01 * np.exp(-(6e4 - 7e4) / R * (1.0 / T - 1.0 / 380.0))
    assert x[0] * x[3] / (x[1] * x[2]) == pytest.approx(K, rel=1e-8)


def test_a_column_shifts_its_equilibrium():
    state = it.solve_column(quaternary())
    closed = np.sqrt(2.0) / (1.0 + np.sqrt(2.0))  # of A + B = C + D at K = 2
    assert state.conversion("A") > closed + 0.1
    assert state.conversion("A") == pytest.approx(state.conversion("B"), rel=1e-9)


def test_columns_drawn_around_the_case_converge_from_the_engines_own_start():
    rng, failed = np.random.default_rng(1), []
    for k in range(40):
        a, b = sorted(rng.integers(2, 13, 2))
        F, m = rng.uniform(0.5, 1.5), rng.uniform(250.0, 750.0)
        column = quaternary(
            holdup=dict.fromkeys(range(a, b + 1), m),
            feeds=[it.ColumnFeed(int(a), {"B": F}), it.ColumnFeed(int(b), {"A": F})],
            specs={"distillate": F, "boilup": rng.uniform(2.0, 6.0) * F},
        )  # fmt: skip
        try:
            state = it.solve_column(column)
            assert state.residual <= 1e-11
        except it.SolveError as error:
            failed.append((k, str(error)))
    assert not failed


def test_start_and_guess_lead_to_one_state_and_say_how():
    column = quaternary()
    state = it.solve_column(column)
    assert state.method == "pseudo-transient"
    again = it.solve_column(column._replace(bottom=column.bottom._replace(value=4.1)), guess=state)
    assert again.method == "newton"
    assert again.steps <= 6
    from_start = converge(again.column, first_guess(again.column))
    assert again.x == pytest.approx(from_start.x, abs=1e-9)


def test_a_branch_returns_and_a_stable_state_is_told():
    state = it.solve_column(quaternary())
    assert it.leading_eigenvalue(state).real < 0.0
    branch = it.follow_column(state, "boilup", 3.0, 6.0, target=5.0)
    (found,) = branch.crossings
    direct = it.solve_column(quaternary(specs={"distillate": 1.0, "boilup": 5.0}))
    assert found.x == pytest.approx(direct.x, abs=1e-8)
    assert not branch.folds
    vary, value = varied(state.column, "bottom")
    assert vary(value).bottom.value == 4.0
    with pytest.raises(it.InputError, match="is no specification of this column"):
        it.follow_column(state, "reflux_ratio", 1.0, 9.0)


def test_a_column_in_time_stays_where_it_is_and_returns():
    steady = it.solve_column(quaternary())
    M = np.full(15, 20.0)
    calm = it.solve(it.TransientColumn(steady, holdups=M, until=3e3))
    assert calm.at(3e3)["x"] == pytest.approx(steady.x, abs=1e-7)
    pulse = [it.Disturbance(0.0, boilup=4.2), it.Disturbance(60.0, boilup=4.0)]
    run = it.solve(it.TransientColumn(steady, holdups=M, until=4e4, changes=pulse))
    assert np.abs(run.at(60.0)["x"] - steady.x).max() > 1e-3
    assert run.at(4e4)["x"] == pytest.approx(steady.x, abs=1e-5)
    assert max(run.balances().values()) < 1e-7


def test_a_column_that_runs_dry_says_so():
    steady = it.solve_column(quaternary())
    step = [it.Disturbance(100.0, boilup=0.9 * float(steady.L[0]))]
    with pytest.raises(it.SolveError, match=r"runs dry at 100 s: reflux 3.* leave no distillate"):
        it.solve(it.TransientColumn(steady, holdups=np.full(15, 300.0), until=4e3, changes=step))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"specs": {"distillate": 1.0, "reflux_ratio": 3.0, "boilup": 4.0}}, "exclude each other"),
    ({"specs": {"conversion": ("C", 0.9), "boilup": 4.0}}, "is of C, which no feed brings"),
    ({"specs": {"conversion": ("A", 1.9), "boilup": 4.0}}, "is 1.9, not above 0 and up to 1"),
    ({"specs": {"stage_T": (99, 380.0), "boilup": 4.0}}, "stage 99 does not exist"),
    ({"efficiency": 1.2}, "efficiency: is 1.2"),
    ({"specs": {"distillate": 1.0}}, "a reboiler needs one of bottoms"),
    ({"specs": {"distillate": 3.0, "boilup": 4.0}}, "must lie between 0 and the feed, 2"),
    ({"specs": {"distillate": 1.0, "bottoms": 1.0}}, "they are one"),
    ({"specs": {"reflux_ration": 1.0, "boilup": 4.0}}, "did you mean 'reflux_ratio'"),
    ({"specs": {"distillate": 1.0, "boilup": -4.0}}, "is -4, but must be above 0"),
    ({"feeds": [it.ColumnFeed(16, {"A": 1.0})]}, "stage 16 does not exist; there are 0 to 14"),
    ({"feeds": [it.ColumnFeed(4, {"a": 1.0})]}, "unknown component 'a'"),
    ({"feeds": []}, "a column needs one"),
    ({"holdup": {}}, "without it no stage reacts"),
    ({"dHv": 0.0}, "dHv: is 0 J/mol"),
    ({"energy": "full"}, "has no enthalpies"),
    ({"stages": 1}, "a column has two or more"),
    ({"reactions": [it.Reaction("A + B => E", it.Arrhenius(1.0))]}, "unknown component 'E'"),
])  # fmt: skip
def test_bad_columns_are_told_in_a_sentence(changes, sentence):
    with pytest.raises(it.InputError, match=sentence):
        quaternary(**changes)


def test_bad_columns_in_time_are_told():
    steady = it.solve_column(quaternary())
    with pytest.raises(it.InputError, match=r"(?s)need 15 numbers above 0.*must rise from 0"):
        it.TransientColumn(steady, holdups=[1.0], until=10.0, changes=[it.Disturbance(20.0)])
