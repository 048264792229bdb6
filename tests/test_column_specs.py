"""What a column may be asked for, stages that fall short of equilibrium, vapours that are real."""

import numpy as np
import pytest
from scipy.optimize import brentq

import intensify as it
from intensify.chemistry import vapour
from intensify.chemistry.mixture import GASES, Mixture
from intensify.reactors.columns.column_branches import linearised

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


def real(gas="ideal", criticals=None, **changes):
    """Methanol and water by NRTL with enthalpies."""
    mixture = Mixture.nrtl(
        ["methanol", "water"], tau0=0.0, tau1=[[0.0, -127.0], [425.0, 0.0]], alpha=0.3,
        psat=[[23.4999, -3643.3136, -33.434], [23.2256, -3835.18, -45.343]],
        enthalpy=[[-239200.0, 81.0, 35210.0, 337.7, 44.0],
                  [-285830.0, 75.3, 40650.0, 373.15, 33.6]], gas=gas, criticals=criticals,
    )  # fmt: skip
    given = {"stages": 14, "p": 101325.0,
             "feeds": [it.ColumnFeed(8, {"methanol": 4.0, "water": 6.0})],
             "specs": {"reflux_ratio": 1.5, "bottoms": 6.0}}  # fmt: skip
    return it.ReactiveDistillationColumn(mixture, **(given | changes))


# --- specifications ------------------------------------------------------------------------------
def has(state):
    k, fed = state.kpis, state.column.feed.sum(axis=0)
    return {
        "reflux_ratio": k["reflux_ratio"], "reflux": state.L[0], "distillate": k["distillate"],
        "bottoms": k["bottoms"], "boilup": k["boilup"], "boilup_ratio": k["boilup"] / k["bottoms"],
        "top_T": k["T_top"], "bottom_T": k["T_bottom"], "condenser_duty": k["Q_condenser"],
        "reboiler_duty": k["Q_reboiler"], "top_purity": k["x_top_methanol"],
        "bottom_purity": k["x_bottom_water"], "top_recovery": state.distillate[0] / fed[0],
        "bottom_recovery": state.bottoms[1] / fed[1], "stage_T": state.T[4],
    }  # fmt: skip


NAMED = {"top_purity": "methanol", "bottom_purity": "water", "top_recovery": "methanol",
         "bottom_recovery": "water", "stage_T": 4}  # fmt: skip


@pytest.mark.parametrize("names", [
    ("reflux_ratio", "distillate"), ("boilup", "bottoms"), ("reflux", "reflux_ratio"),
    ("top_purity", "bottom_purity"), ("top_recovery", "bottom_recovery"),
    ("reboiler_duty", "bottoms"), ("condenser_duty", "distillate"), ("stage_T", "reflux_ratio"),
    ("stage_T", "boilup"), ("top_T", "bottom_T"), ("top_purity", "reflux_ratio"),
    ("condenser_duty", "bottom_purity"), ("top_recovery", "reboiler_duty"),
])  # fmt: skip
def test_any_two_specifications_lead_back_to_the_state_that_has_them(names):
    wanted = has(it.solve_column(real()))
    specs = {n: (NAMED[n], wanted[n]) if n in NAMED else wanted[n] for n in names}
    state = it.solve_column(real(specs=specs))
    for name in names:
        assert has(state)[name] == pytest.approx(wanted[name], rel=1e-7)
    assert max(state.balances().values()) < 1e-9


@pytest.mark.parametrize("stages", [8, 12, 40])
@pytest.mark.parametrize("given", [{"distillate": 1.0}, {"bottoms": 1.0}])
def test_a_purity_and_a_flow_are_what_both_purities_are(stages, given):
    # half light, half heavy, split into halves: 95 % of one is 95 % of the other
    feeds = [it.ColumnFeed(stages // 2, {"light": 1.0, "heavy": 1.0})]
    both = {"top_purity": ("light", 0.95), "bottom_purity": ("heavy", 0.95)}
    one = it.solve_column(pair(stages=stages, feeds=feeds, specs=both))
    for specs in (
        {"top_purity": ("light", 0.95), **given},
        {**given, "top_purity": ("light", 0.95)},
    ):
        other = it.solve_column(pair(stages=stages, feeds=feeds, specs=specs))
        assert other.kpis["reflux_ratio"] == pytest.approx(one.kpis["reflux_ratio"], rel=1e-6)
        assert other.kpis["x_bottom_heavy"] == pytest.approx(0.95, rel=1e-7)


@pytest.mark.parametrize("stages", [8, 16, 40])
def test_a_purity_at_a_reflux_ratio_is_met(stages):
    feeds = [it.ColumnFeed(stages // 2, {"light": 1.0, "heavy": 1.0})]
    specs = {"top_purity": ("light", 0.95), "reflux_ratio": 3.0}
    state = it.solve_column(pair(stages=stages, feeds=feeds, specs=specs))
    assert state.kpis["x_top_light"] == pytest.approx(0.95, rel=1e-7)
    assert state.kpis["reflux_ratio"] == pytest.approx(3.0, rel=1e-12)
    with pytest.raises(it.SolveError, match=r"gives a top purity of 0\.95; it reaches"):
        it.solve_column(pair(stages=5, feeds=[it.ColumnFeed(2, {"light": 1.0, "heavy": 1.0})],
                             specs=specs))  # fmt: skip


@pytest.mark.parametrize("other", [{"boilup": 4.0}, {"distillate": 1.0}])
def test_a_conversion_is_met_by_what_is_left_free(other):
    state = it.solve_column(quaternary(specs={"conversion": ("A", 0.6), **other}))
    assert state.conversion("A") == pytest.approx(0.6, rel=1e-7)
    with pytest.raises(it.SolveError, match=r"it reaches .* to .*; ask for another value"):
        it.solve_column(quaternary(specs={"conversion": ("A", 0.9999999), **other}))


@pytest.mark.parametrize(("specs", "sentence"), [
    ({"distillate": 1.5, "top_purity": ("light", 0.99)}, "but the feeds bring 1"),
    ({"bottoms": 0.5, "top_purity": ("light", 0.7)}, "needs 1.05 mol/s of light"),
    ({"top_recovery": ("light", 0.9), "bottom_recovery": ("light", 0.1)}, "they are one"),
    ({"distillate": 1.0, "boilup": 0.8}, "is more than the vapour that rises, 0.8"),
])  # fmt: skip
def test_pairs_that_exclude_each_other_are_refused_before_solving(specs, sentence):
    with pytest.raises(it.InputError, match=sentence):
        pair(specs=specs)


# --- efficiency ----------------------------------------------------------------------------------
def test_a_column_of_efficiency_below_one_is_what_stepping_gives():
    E, D, V, alpha = 0.6, 1.0, 4.0, 3.0
    state = it.solve_column(pair(efficiency=E))
    L, B = V - D, 1.0

    def top(x_B):  # from the reboiler up: liquid from the balance below, vapour by Murphree
        y = alpha * x_B / (1.0 + (alpha - 1.0) * x_B)
        x = (V * y + B * x_B) / (L + 2.0)
        for j in range(10, 0, -1):
            y += E * (alpha * x / (1.0 + (alpha - 1.0) * x) - y)
            x = (V * y + B * x_B) / (L + 2.0) if j > 6 else (V * y + B * x_B - 1.0) / L
        return x - (1.0 - x_B)

    x_B = brentq(top, 1e-4, 0.5, xtol=1e-14)
    assert state.x[-1, 0] == pytest.approx(x_B, rel=1e-7)
    assert max(state.balances().values()) < 1e-10


@pytest.mark.parametrize("condenser", ["total", "partial"])
def test_the_jacobian_with_efficiency_and_a_real_vapour_is_that_of_differences(condenser):
    column = real(efficiency=0.7, condenser=condenser, draws=[it.Draw(5, 0.1, 0.2)],
                  specs={"top_recovery": ("methanol", 0.9), "bottom_recovery": ("water", 0.9)},
                  gas="virial",
                  criticals=[[512.6, 80.9e5, 0.566], [647.1, 220.6e5, 0.345]])  # fmt: skip
    state = it.solve_column(column)
    assert max(state.balances().values()) < 1e-9
    z = state.z * (1.0 + 1e-3 * np.sin(np.arange(state.z.size)).reshape(state.z.shape))
    _, J = linearised(column, z)
    flat = z.ravel()
    for k in range(0, flat.size, 5):
        h = 1e-6 * max(abs(flat[k]), 1e-2)
        up, down = flat.copy(), flat.copy()
        up[k] += h
        down[k] -= h
        slope = (linearised(column, up.reshape(z.shape))[0]
                 - linearised(column, down.reshape(z.shape))[0]) / (2.0 * h)  # fmt: skip
        np.testing.assert_allclose(J[:, k], slope, atol=2e-5 * max(np.abs(slope).max(), 1.0))


# --- vapours -------------------------------------------------------------------------------------
TC, PC, OMEGA = [417.9, 469.7, 512.6], [40.0e5, 33.7e5, 80.9e5], [0.194, 0.251, 0.566]


def residual_gibbs(model, T, p, n):
    """Departure of n moles' Gibbs energy over R T, by integrals of the equations of state."""
    n, y = np.asarray(n), np.asarray(n) / np.sum(n)
    crit = vapour.pair_criticals(TC, PC, OMEGA, 0.02)
    Tc, pc, w, k = crit
    if model == vapour.VIRIAL:
        B = R * Tc / pc * (0.083 - 0.422 * (Tc / T) ** 1.6 + w * (0.139 - 0.172 * (Tc / T) ** 4.2))
        return n.sum() * p / (R * T) * (y @ B @ y)
    PR = model == vapour.PENG_ROBINSON
    Tc, pc, w = np.diag(Tc), np.diag(pc), np.diag(w)
    m = 0.37464 + 1.54226 * w - 0.26992 * w**2 if PR else 0.48 + 1.574 * w - 0.176 * w**2
    a = (0.45723552892 if PR else 0.42748023354) * (R * Tc) ** 2 / pc
    a *= (1.0 + m * (1.0 - np.sqrt(T / Tc))) ** 2
    b = y @ ((0.07779607390 if PR else 0.08664034997) * R * Tc / pc)
    a = y @ (np.sqrt(np.outer(a, a)) * (1.0 - k)) @ y
    e, s = (1.0 + 2**0.5, 1.0 - 2**0.5) if PR else (1.0, 0.0)
    v = max(r.real for r in np.roots([
        p, p * b * (e + s - 1.0) - R * T,
        a + p * b * b * (e * s - e - s) - R * T * b * (e + s),
        -(e * s * b * b * (R * T + p * b) + a * b),
    ]) if abs(r.imag) < 1e-12)  # fmt: skip
    Z = p * v / (R * T)
    wide = np.log((v + e * b) / (v + s * b)) / (e - s)
    return n.sum() * (Z - 1.0 - np.log(Z - p * b / (R * T)) - a / (b * R * T) * wide)


@pytest.mark.parametrize("model", [vapour.VIRIAL, vapour.PENG_ROBINSON, vapour.SRK])
def test_fugacities_and_heats_are_slopes_of_the_gibbs_energy(model):
    T, p, y = 390.0, 9e5, np.array([0.5, 0.3, 0.2])
    crit, terms, found = (
        vapour.pair_criticals(TC, PC, OMEGA, 0.02),
        np.empty((5, 3, 3)),
        np.empty(3),
    )
    vapour.gas_terms(model, crit, T, terms)
    heat = vapour.ln_phi(model, crit, terms, T, p, y, found)
    for i in range(3):
        d = 1e-5 * np.eye(3)[i]
        slope = (residual_gibbs(model, T, p, y + d) - residual_gibbs(model, T, p, y - d)) / 2e-5
        assert found[i] == pytest.approx(slope, rel=1e-6)
    slope = (residual_gibbs(model, T + 0.01, p, y) - residual_gibbs(model, T - 0.01, p, y)) / 0.02
    assert heat == pytest.approx(-R * T * T * slope, rel=1e-6)


@pytest.mark.parametrize("gas", ["virial", "peng-robinson", "srk"])
def test_over_a_real_vapour_fugacities_are_equal_at_the_bubble_point(gas):
    given = {"gas": gas, "criticals": np.array([TC, PC, OMEGA]).T}
    psat = [[20.64556, -2125.74886, -33.160], [20.7, -2450.0, -41.0], [23.5, -3643.3, -33.4]]
    mix = Mixture.ideal(["a", "b", "c"], psat=psat, **given)
    x = np.array([0.6, 0.3, 0.1])
    T, y = mix.bubble_point(9e5, x)
    terms, phi, pure = np.empty((5, 3, 3)), np.empty(3), np.empty(3)
    vapour.gas_terms(mix.gas, mix.criticals, T, terms)
    vapour.ln_phi(mix.gas, mix.criticals, terms, T, 9e5, y, phi)
    for i in range(3):
        ps = mix.vapour_pressure(i, T)
        vapour.ln_phi(mix.gas, mix.criticals, terms, T, ps, np.eye(3)[i], pure)
        assert y[i] * np.exp(phi[i]) * 9e5 == pytest.approx(x[i] * np.exp(pure[i]) * ps, rel=1e-9)


def test_wrong_vapours_are_told():
    psat = [[22.0, -3500.0, 0.0]]
    with pytest.raises(it.InputError, match="unknown vapour 'viral'; did you mean 'virial'"):
        Mixture.ideal(["a"], psat=psat, gas="viral")
    with pytest.raises(it.InputError, match="a srk vapour needs Tc, pc, omega of each component"):
        Mixture.ideal(["a"], psat=psat, gas="srk")
    with pytest.raises(it.InputError, match="an acid's dimer is for an ideal vapour"):
        Mixture.ideal(["a"], psat=psat, gas="srk", criticals=[[500.0, 5e6, 0.3]],
                      dimer=("a", -12.0, 3000.0))  # fmt: skip


def test_the_mtbe_column_has_a_state_over_each_vapour():
    criticals = [[417.9, 40.0e5, 0.194], [512.6, 80.9e5, 0.566], [497.1, 34.3e5, 0.266],
                 [425.1, 38.0e5, 0.200]]  # fmt: skip
    base, found = it.cases.load("mtbe-column").reactors["column"], {}
    for gas in ("ideal", "virial", "peng-robinson", "srk"):
        mix = base.mixture if gas == "ideal" else base.mixture.over(GASES[gas], criticals, 0.0)
        found[gas] = it.solve_column(base._replace(mixture=mix))
        assert max(found[gas].balances().values()) < 1e-8
    tops = [state.T[0] for state in found.values()]
    assert np.ptp(tops[1:]) < 0.2 < tops[0] - max(tops[1:])  # three equations of state agree
