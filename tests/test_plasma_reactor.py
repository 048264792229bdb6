"""The power-driven reactor: kernels, files, conservation, and what its electrons do not know."""

from __future__ import annotations

import numpy as np
import pytest

import intensify as it
from intensify._jit import canonical, compiled
from intensify.plasma import Boltzmann, read_cross_sections
from intensify.plasma.kinetics import PlasmaNetwork, PlasmaReaction
from intensify.reactors.discharges.cold_plasma import ColdPlasmaReactor, Field

SPECIES = [
    it.Species("O2", {"O": 2.0}, 0.032, cp=29.4),
    it.Species("O", {"O": 1.0}, 0.016, cp=21.9, h=249.2e3),
    it.Species("O3", {"O": 3.0}, 0.048, cp=39.2, h=142.7e3),
]
REACTIONS = [
    PlasmaReaction("e + O2 => e + 2 O", A=2e-15),
    PlasmaReaction("O + O2 + M => O3 + M", A=6e-46, b=-2.6),
    PlasmaReaction("O + O3 => 2 O2", A=8e-18, Ta=2060.0),
]


def ozoniser(**more):
    options = {"feed": {"O2": 1.0}, "T": 300.0, "power": 2e3, "residence": 1.0, "UA": 50.0,
               "field": Field(1.5e-19, 9e23), "products": ("O3",), "key": "O2"}  # fmt: skip
    return ColdPlasmaReactor(PlasmaNetwork.build(REACTIONS, SPECIES), **(options | more))


def test_the_kernel_is_the_python():
    reactor = ozoniser()
    y = reactor.state()
    model = canonical(reactor.stage(0, 0.0, y).model)
    y = y + np.linspace(0.01, 0.1, y.size)
    plain, fast = np.empty_like(y), np.empty_like(y)
    model.rhs(0.3, y, plain)
    compiled(_rhs, model)(model, y, fast)
    assert fast == pytest.approx(plain, rel=1e-10)


def _rhs(model, y, dy):
    model.rhs(0.3, y, dy)


def test_ozone_is_made_atoms_and_energy_close_and_the_file_gives_it_back(tmp_path):
    run = it.solve(ozoniser())
    assert max(run.balances().values()) < 1e-6
    assert run.kpis["x_O3"] > 1e-4
    more = it.solve(ozoniser(power=4e3))
    assert more.kpis["x_O3"] > run.kpis["x_O3"]
    assert more.kpis["cost_O3"] > run.kpis["cost_O3"]  # hotter gas, dearer ozone
    run.save(tmp_path / "plasma.h5")
    assert it.Result.load(tmp_path / "plasma.h5") == run


def test_a_gas_that_the_electrons_do_not_know_is_told():
    argon = [*SPECIES, it.Species("Ar", {"Ar": 1.0}, 0.04, cp=20.8)]
    electrons = Boltzmann(read_cross_sections("air-plasma-Phelps.yaml"))
    options = {"feed": {"O2": 1.0}, "T": 300.0, "power": 2e3, "residence": 0.1, "UA": 50.0,
               "electrons": electrons, "E_N": 1.5e-19}  # fmt: skip
    chemistry = PlasmaNetwork.build(REACTIONS, argon)
    pure = it.solve(ColdPlasmaReactor(chemistry, **options))
    mixed = it.solve(ColdPlasmaReactor(chemistry, **(options | {"feed": {"O2": 0.8, "Ar": 0.2}})))
    assert not any("no cross sections" in w for w in pure.warnings)
    assert [w for w in mixed.warnings if "'Ar' has no cross sections, but is up to 20 %" in w]
