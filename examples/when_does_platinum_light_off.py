"""At which inlet temperature does a platinum-coated channel burn lean methane?

A sweep of the case methane-on-platinum: conversion and highest temperature over the inlet's, for
the coated channel, the same behind a laminar film, and the bare one. Mechanism: Deutschmann et al.,
Proc. Combust. Inst. 26 (1996) 1747, as it comes with Cantera; channel, feed and coating are
assumptions of the case.

Conclusion: on platinum half of 3 % methane burns within 5 cm and 20 ms from 825 K on, and all of it
25 K above; the bare channel needs 425 K more, and then burns as a flame does, at once. The film
does not delay this: it keeps heat in the wall, which lights 25 K earlier, and burns hotter there.
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import intensify as it

CASE = it.cases.load("methane-on-platinum")
INLETS = np.arange(700.0, 1301.0, 25.0)


def light_off(name: str) -> float:
    """The first inlet temperature at which half of the methane burns [K]; NaN: none."""
    burnt = found[name].dataset["X_CH4"].values > 0.5
    return float(INLETS[burnt][0]) if burnt.any() else float("nan")


found = {
    name: it.sweep(CASE, {"T": [f"{T} K" for T in INLETS]}, reactor=name,
                   outputs=["X_CH4", "T_max"])
    for name in ("coated", "filmed", "bare")
}  # fmt: skip
for name in found:
    print(f"{name:7s} half of the methane burns from {light_off(name):.0f} K on")

figure, axes = plt.subplots(figsize=(7.0, 4.2), layout="constrained")
LINES = {
    "coated": ("-", "coated"),
    "filmed": (":", "coated, behind a film"),
    "bare": ("--", "bare"),
}
for name, (style, label) in LINES.items():
    axes.plot(INLETS, 100.0 * found[name].dataset["X_CH4"].values, style, lw=2.0, label=label)
axes.set_xlabel("inlet temperature [K]")
axes.set_ylabel("conversion of methane [%]")
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False)
figure.savefig("light_off.png", dpi=150)
