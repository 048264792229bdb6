"""Liquids and their vapours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from intensify.chemistry.mixture import Mixture
from intensify.verify.case import Inputs
from intensify.verify.reading import number_in

CALORIE_R = 1.98721
"""R [cal/mol/K] of Wilson parameters in cal/mol, as the cases state it."""


def antoine(inputs: Inputs) -> list[list[float]]:
    """ln psat = A + B/(T + C) of each component."""
    if "antoine_A" in inputs:
        rows = list(zip(*(inputs[f"antoine_{k}"] for k in "ABC"), strict=True))
    elif isinstance(inputs.get("antoine"), dict):
        rows = [inputs["antoine"][name] for name in inputs["components"]]
    else:
        keys = ("A", "B", "C") if "A" in inputs else ("a", "b", "c")
        rows = list(zip(*(inputs[k] for k in keys), strict=True))
    return [list(row) for row in rows]


def dippr(rows: list[list[float]]) -> list[list[float]]:
    """psat/Pa = 1e5 exp(c0 + c1/T + c2 ln T + c3 T^c4)."""
    return [[c0 + math.log(1e5), c1, 0.0, c2, c3, c4] for c0, c1, c2, c3, c4 in rows]


def wilson(inputs: Inputs, **parts: Any) -> Mixture:
    """By r + s/T, or from molar volumes and energies in cal/mol."""
    names = inputs["components"]
    if "r" in inputs:
        return Mixture.wilson(names, p0=inputs["r"], p1=inputs["s"], psat=antoine(inputs), **parts)
    volumes = inputs["V_m3_mol"] if "V_m3_mol" in inputs else inputs["V_cm3_mol"]
    V = np.array([volumes[name] for name in names] if isinstance(volumes, dict) else volumes)
    return Mixture.wilson(
        names, p0=np.log(V[None, :] / V[:, None]), p1=-np.array(inputs["A_cal_mol"]) / CALORIE_R,
        psat=antoine(inputs), **parts,
    )  # fmt: skip


def uniquac(inputs: Inputs, psat: list[list[float]], **parts: Any) -> Mixture:
    """By a + b T + c T^2."""
    return Mixture.uniquac(inputs["components"], psat=psat,
                           **{key: inputs[key] for key in "rqabc"}, **parts)  # fmt: skip


def nrtl(inputs: Inputs, psat: list[list[float]], alpha: float, **parts: Any) -> Mixture:
    """By b/T."""
    return Mixture.nrtl(inputs["components"], tau0=0.0, tau1=inputs["b_K"], alpha=alpha, psat=psat,
                        **parts)  # fmt: skip


def boiling(mixture: Mixture, inputs: Inputs) -> dict[str, Any]:
    """Bubble point, vapour and activity coefficients by name."""
    T, y = mixture.bubble_point(inputs["P_Pa"], inputs["x"])
    gamma = mixture.gamma(T, inputs["x"])
    out: dict[str, Any] = {"T": T, "y_apparent": y.tolist(), "gamma": gamma.tolist()}
    for i, name in enumerate(mixture.names):
        out |= {f"y_{name}": y[i], f"gamma_{name}": gamma[i]}
    return out


def vle_wilson(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Wilson over an ideal vapour."""
    return boiling(wilson(inputs), inputs)


def vle_nrtl(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """NRTL over an ideal vapour."""
    psat = dippr([inputs["psat"][name] for name in inputs["components"]])
    return boiling(nrtl(inputs, psat, inputs["alpha"]), inputs)


def vle_uniquac(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """UNIQUAC over an ideal vapour."""
    return boiling(uniquac(inputs, antoine(inputs)), inputs)


def marek(text: str) -> tuple[float, float]:
    """k0 and k1 of a rule "log10(KD*Pa)=k0+k1/T"."""
    return number_in(text, r"log10\(KD\*Pa\)=#"), number_in(
        text, r"log10\(KD\*Pa\)=[-+.\deE]*?\+#/T"
    )


def vle_uniquac_marek(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """UNIQUAC, the first component a dimer in its vapour."""
    dimer = (inputs["components"][0], *marek(inputs["dimer"]))
    return boiling(uniquac(inputs, antoine(inputs), dimer=dimer), inputs)


def vle_dortmund_unifac(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """Activity coefficients by groups."""
    abc: Any = {
        tuple(map(int, key.split("->"))): row for key, row in inputs["interaction_a_b_c"].items()
    }
    mixture = Mixture.unifac(
        [f"component {i}" for i in range(len(inputs["x"]))], groups=inputs["groups"],
        R_Q=inputs["R_Q"], main=inputs["main_groups"], abc=abc,
    )  # fmt: skip
    gamma = mixture.gamma(inputs["T_K"], inputs["x"])
    return {f"gamma_{i}": float(g) for i, g in enumerate(gamma)}


ADAPTERS = (vle_wilson, vle_nrtl, vle_uniquac, vle_uniquac_marek, vle_dortmund_unifac)
