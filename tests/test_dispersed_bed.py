"""A steady bed with axial dispersion: closed forms, the bed without it, several states."""

from __future__ import annotations

import numpy as np
import pytest

import intensify as it
from intensify.errors import InputError, SolveError
from intensify.transport.packing import Friction, random_bed

L, U, RHO_B = 0.6, 0.25, 900.0


def bed(k=1e-3, *, dH=0.0, Ta=0.0, A=0.02, T=560.0):
    net = it.Network.build([it.Reaction("A => B", it.Arrhenius(k, 0.0, Ta), dH=dH)],
                           [it.Species("A"), it.Species("B"), it.Species("N2")])  # fmt: skip
    packing = random_bed(3e-3, 25e-3, void=0.4)
    return it.PackedBed(
        net, packing=packing, feed={"A": A, "N2": 1.0 - A}, T=T, p=3e5, M=0.03, cp=1100.0,
        flow=3e5 / (8.31446261815324 * T) * U * packing.A, friction=Friction(2e7, 0.0),
        zones=[it.BedZone(L, T_c=T, rho_b=RHO_B)],
    )  # fmt: skip


def test_first_order_between_danckwerts_ends():
    Pe, k = 8.0, 1e-3
    Da, errors = k * RHO_B * L / U, []
    a = np.sqrt(1.0 + 4.0 * Da / Pe)
    top = 4.0 * a * np.exp(0.5 * Pe)
    left = top / ((1.0 + a) ** 2 * np.exp(0.5 * a * Pe) - (1.0 - a) ** 2 * np.exp(-0.5 * a * Pe))
    for cells in (25, 50, 100):
        run = it.solve(it.DispersedBed(bed(k), D=U * L / Pe, conductivity=0.0, cells=cells))
        errors.append(abs(run.kpis["X_A"] - (1.0 - left)))
        assert run.kpis["Pe"] == pytest.approx(Pe, rel=1e-9)
    assert errors[-1] < 4e-4
    assert errors[0] / errors[1] > 3.0


def test_without_dispersion_it_is_the_bed():
    hot = bed(2e6, dH=-8e4, Ta=12000.0, A=0.04)
    plain = it.solve(hot).kpis
    run = it.solve(it.DispersedBed(hot, D=1e-7, conductivity=1e-6, cells=100))
    for key in ("X_A", "T_out"):
        assert run.kpis[key] == pytest.approx(plain[key], rel=2e-4)
    assert max(run.balances().values()) < 1e-6


def test_heat_that_goes_upstream_makes_two_states():
    hot = bed(2e6, dH=-8e4, Ta=12000.0, A=0.08, T=480.0)
    flow = hot.m / hot.packing.A * hot.cp
    dispersed = it.DispersedBed(hot, D=U * L / 4.0, conductivity=flow * L / 4.0, cells=60)
    cold, burning = (it.solve(dispersed._replace(branch=k)) for k in (0, 1))
    assert cold.kpis["X_A"] < 0.3 < 0.95 < burning.kpis["X_A"]
    for run in (cold, burning):
        assert any("2 steady states were found" in str(w) for w in run.warnings)
        assert max(run.balances().values()) < 1e-6
    rise = float(hot.adiabatic_rises().sum())
    for run in (cold, burning):  # heat and matter leave as they are made, however they disperse
        assert run.kpis["T_out"] - 480.0 == pytest.approx(rise * run.kpis["X_A"], rel=1e-3)
    with pytest.raises(SolveError, match="2 were found"):
        it.solve(dispersed._replace(branch=2))


def test_a_bed_without_dispersion_is_refused():
    with pytest.raises(InputError, match="nothing is dispersed"):
        it.DispersedBed(bed(), D=0.0, conductivity=0.0)
