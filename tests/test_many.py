"""Many reactors in one kernel are what they are one by one."""

from typing import NamedTuple

import numpy as np
import pytest

import intensify as it
from intensify._samples import pick, stacked
from intensify.numerics import integrate
from intensify.numerics.samples import integrate_samples
from intensify.transport import pellet, random_bed

MILLI = it.cases.load("thiosulfate-peroxide").reactors["miniaturised"]


class Part(NamedTuple):
    rate: float
    table: np.ndarray
    labels: object = None


class Whole(NamedTuple):
    part: Part
    shift: float
    zone: int
    scratch: np.ndarray

    def rhs(self, t, y, dy):
        self.scratch[0] = self.part.rate * self.part.table[self.zone]
        dy[0] = self.shift - self.scratch[0] * y[0]


def whole(rate, shift=0.0):
    return Whole(Part(rate, np.array([1.0, 2.0 * rate])), shift, 1, np.empty(1))


def test_a_picked_model_is_the_model():
    models = [whole(1.0), whole(0.5, 3.0), whole(2.0)]
    stack = stacked(models, models[0])
    for k, model in enumerate(models):
        back = pick(stack, k, models[0])
        assert (back.part.rate, back.shift, back.zone) == (model.part.rate, model.shift, 1)
        assert back.part.table.tolist() == model.part.table.tolist()


def test_samples_are_what_integrate_finds_one_by_one():
    models = [whole(x, y) for x, y in ((0.3, 1.0), (1.0, 0.0), (1.7, 2.0))]
    y0 = np.array([[1.0], [2.0], [3.0]])
    found = integrate_samples(
        stacked(models, models[0]), models[0],
        np.array([[0.0, 2.0], [0.0, 1.0], [1.0, 3.0]]), y0, rtol=1e-8,
        atol=np.full((3, 1), 1e-10), watch=(0,),
    )  # fmt: skip
    for k, (model, end) in enumerate(zip(models, ((0, 2), (0, 1), (1, 3)), strict=True)):
        path = integrate(model, end, y0[k], method=it.DormandPrince(), rtol=1e-8, atol=1e-10)
        assert found.y_end[k].tolist() == path.y_end.tolist()
        assert (found.most[k, 0], found.place[k, 0]) == path.maximum(0)
        assert found.rhs[k] == path.counts.rhs


def test_channels_in_one_kernel_are_those_of_solve_whatever_the_workers():
    many = [MILLI._replace(T_in=float(T)) for T in np.linspace(285.0, 305.0, 300)]
    one, two = it.solve_many(many, workers=1), it.solve_many(many, workers=2)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    for k in (0, 150, 299):
        run = it.solve(many[k], rtol=1e-6, method=it.DormandPrince())
        assert one.T_max[k] == pytest.approx(run.kpis["T_max"], rel=1e-12)
        assert one.z_T_max[k] == pytest.approx(run.kpis["z_T_max"], rel=1e-9)
        assert one.T_out[k] == pytest.approx(run.kpis["T_out"], rel=1e-12)
        X = run.kpis["X_Na2S2O3"]
        assert one.conversion("Na2S2O3")[k] == pytest.approx(X, rel=1e-9)


def test_beds_with_pores_go_on_by_the_stiff_method():
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(5e3, 0.0, 9000.0), dH=-8e4)])
    grain = pellet(net, rho=1500.0, R=1.5e-3, D=2e-6, k=0.05, h=200.0, T_gas=550.0, nodes=5)

    def bed(T):
        return it.PackedBed(
            net, packing=random_bed(3e-3, 25e-3), feed={"A": 0.1, "B": 0.9}, T=T, p=3e5, M=0.03,
            flow=0.02, cp=1100.0, zones=[it.BedZone(1.0, T, 900.0, U=200.0)], pellet=grain,
        )  # fmt: skip

    many = [bed(T) for T in (540.0, 550.0, 560.0)]
    found = it.solve_many(many, rtol=1e-8)
    alone = [it.solve(one).kpis["T_max"] for one in many]
    assert found.T_max == pytest.approx(alone, rel=1e-10)


def test_one_that_fails_is_a_row_and_the_others_go_on():
    wrong = MILLI._replace(c_in=MILLI.c_in * np.nan)
    found = it.solve_many([MILLI, wrong, MILLI])
    assert (found.failed != 0).tolist() == [False, True, False]
    assert np.isnan(found.T_max).tolist() == [False, True, False]
    assert found.T_max[0] == found.T_max[2]


def test_what_cannot_be_solved_together_is_told():
    with pytest.raises(it.InputError, match="there are no reactors"):
        it.solve_many([])
    batch = it.cases.load("thiosulfate-peroxide").reactors["batch"]
    with pytest.raises(it.InputError, match="channels or beds of one kind"):
        it.solve_many([MILLI, batch])
    with pytest.raises(it.InputError, match="with equally many zones"):
        it.solve_many([MILLI, MILLI._replace(zones=MILLI.zones[:1])])
    zones = MILLI.zones.copy()
    zones[0, 3:] = 5.0, -1.0
    with pytest.raises(it.InputError, match="counter-current"):
        it.solve_many([MILLI._replace(zones=zones)])
