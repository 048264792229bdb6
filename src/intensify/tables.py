"""Tables in plain text, for the terminal and the notebook."""

from __future__ import annotations

from typing import Any

import numpy as np

from intensify.kpis import SEPARATION, SIDE, TRAIN, label


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(60.0), duration(6425.0), duration(14750.8)
    ('60.0 s', '1.78 h', '4.10 h')
    """
    if seconds < 600.0:
        return f"{seconds:.3g} s" if seconds < 10.0 else f"{seconds:.1f} s"
    return f"{seconds / 60.0:.1f} min" if seconds < 3600.0 else f"{seconds / 3600.0:.2f} h"


def volume(m3: float) -> str:
    """A volume in m3, L or mL."""
    return (
        f"{m3:.3g} m3" if m3 >= 0.1 else f"{1e3 * m3:.3g} L" if m3 >= 1e-3 else f"{1e6 * m3:.3g} mL"
    )


FORMATS = {
    "s": duration,
    "K": lambda x: f"{x:.1f} K",
    "1": lambda x: f"{x:.4f}",
    "m3": volume,
    "mol/m3/s": lambda x: f"{3.6 * x:.4g} kmol/m3/h",
    "mol/m3": lambda x: f"{x:.1f} mol/m3",
    "W/m3/K": lambda x: "isothermal" if np.isinf(x) else f"{1e-3 * x:.4g} kW/m3/K",
    "J": lambda x: f"{1e-6 * x:.3g} MJ",
    "J/mol": lambda x: f"{1e-3 * x:.4g} kJ/mol",
    "mol/mol": lambda x: f"{100.0 * x:.3g} %",
    "eV": lambda x: f"{x:.4g} eV",
    "kWh/kg": lambda x: "-" if np.isnan(x) else f"{x:.3g} kWh/kg",
}


def comparison_table(c: Any) -> str:
    """The comparison as a table with both plants side by side, the factor and its parts."""
    lines = [*both_sides(c), *facts(c), *verdict(c)]
    return "\n".join([*lines, *noted(c)])


def both_sides(c: Any) -> list[str]:
    """The figures of both sides, and what each has chosen."""
    a, b = c.conventional.figures, c.intensified.figures
    rows = [("", "conventional", "intensified")]
    for name in a:
        unit, meaning = SIDE[name]
        rows.append(
            (meaning.split(":")[0].split(",")[0], FORMATS[unit](a[name]), FORMATS[unit](b[name]))
        )
    chosen = [f"conventional: {c.conventional.note}", f"intensified:  {c.intensified.note}"]
    return [*ruled(c.title, rows), "", *chosen]


def ruled(title: str, rows: list[tuple[str, str, str]]) -> list[str]:
    """A title, and rows with a rule below the first."""
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows]
    return [*([title, ""] if title else []), lines[0], "-" * (sum(widths) + 4), *lines[1:]]


def noted(c: Any) -> list[str]:
    """What to know of both runs."""
    return [f"note: {w}" for one in (c.conventional, c.intensified) for w in one.result.warnings]


def facts(c: Any) -> list[str]:
    """What else a reader should know of the two runs."""
    out = []
    batch, channel = c.conventional.result, c.intensified.result
    if "T_dosing_not_stopped" in batch.kpis and batch.kpis.get("t_dose", 0.0) > 0.0:
        T = batch.kpis["T_dosing_not_stopped"]
        out.append(
            f"If cooling fails and dosing is NOT stopped the vessel reaches {T:.0f} K; stopped at "
            f"once, {batch.kpis['MTSR']:.1f} K."
        )
    if channel.legs and c.intensified.reactor is not None:
        t99 = channel.where_converted(c.spec.key, 0.99) / c.intensified.reactor.velocity()
        if np.isfinite(t99):
            out.append(f"The channel has converted 99 % of {c.spec.key} after {t99:.1f} s.")
    out.append(
        f"For the batch's production the intensified plant holds {volume(c.same_production)} "
        f"instead of {volume(c.conventional.figures['volume'])}."
    )
    out.append(
        f"One batch's product takes the intensified plant {duration(c.campaign)}, "
        f"{duration(c.startup)} of start-up and shut-down lost."
    )
    return out


def verdict(c: Any) -> list[str]:
    """The factor with its parts and its sensitivity, or why there is none."""
    if c.misses:
        return [
            "",
            "No factor: a side misses what both are held to.",
            *[f"  {m}" for m in c.misses],
        ]
    p = c.breakdown
    time = p["kinetic"] * p["heat removal"]
    out = [
        "",
        f"Space-time-yield factor {c.factor:.4g} = {time:.4g} (reaction time) "
        f"x {p['turnaround']:.3g} (turnaround) x {p['fill']:.3g} (fill) "
        f"x {p['product']:.4g} (product per volume)",
        f"  reaction time {time:.4g} = {p['kinetic']:.3g} (kinetics) "
        f"x {p['heat removal']:.4g} (heat removal)",
        f"  both below {c.limit.T:.1f} K, in operation and under the failures listed above",
    ]
    return out + changes(c)


def route_table(c: Any) -> str:
    """Two routes to one product side by side, the factor of their energies and its parts."""
    return "\n".join([*both_sides(c), *route_facts(c), *route_verdict(c), *noted(c)])


def route_facts(c: Any) -> list[str]:
    """What the enthalpy alone would draw, and what recovery of heat makes of the comparison."""
    r, out = c.even_recovery, []
    if np.isfinite(c.least):
        out.append(f"The enthalpy of reaction alone would draw {c.least:.3g} kWh/kg.")
    if np.isfinite(r) and not c.misses:
        out.append(
            "The furnace draws less even without recovering heat." if r < 0.0 else
            "The furnace draws more even if it recovers all heat of its quench." if r > 1.0 else
            f"The furnace as it runs here draws less from a heat recovery of {r:.2f} on."
        )  # fmt: skip
    return out


def route_verdict(c: Any) -> list[str]:
    """The factor with its parts and its sensitivity, or why there is none."""
    if c.misses:
        head = ["", "No factor: a side misses what both are held to."]
        return [*head, *[f"  {m}" for m in c.misses]]
    parts = " x ".join(
        f"{x:.4g} ({name})" for name, x in c.breakdown.items() if abs(x - 1.0) > 1e-9
    )
    more, less = (
        ("intensified", "conventional") if c.factor < 1.0 else ("conventional", "intensified")
    )
    ratio = max(c.factor, 1.0 / c.factor)
    out = [
        "", f"Energy factor {c.factor:.4g} = {parts}",
        f"  per mass of {c.spec.product} the {more} route draws {ratio:.3g} times what the {less} "
        "one does",
    ]  # fmt: skip
    return out + changes(c)


ENGINEERING = {"W": (1e3, "kW"), "J/mol": (1e3, "kJ/mol"), "J/kg": (1e3, "kJ/kg"), "K": (1.0, "K"),
               "mol/s": (1.0, "mol/s"), "kWh/kg": (1.0, "kWh/kg"),
               "kg h/kg": (1.0, "kg h/kg")}  # fmt: skip


def quantity(value: float, unit: str) -> str:
    """A figure of a column or train as engineers write it; a dash where it is not known.

    >>> quantity(839942.4, "W"), quantity(0.95, "mol/mol"), quantity(21.0, "1")
    ('839.9 kW', '0.9500', '21')
    """
    if not np.isfinite(value):
        return "-"
    if unit == "mol/mol":
        return f"{value:.4f}"
    scale, shown = ENGINEERING.get(unit, (1.0, ""))
    return f"{value / scale:.4g} {shown}".rstrip()


def train_table(c: Any) -> str:
    """Train and column side by side, their factors, or why there are none."""
    a, b = c.conventional.figures, c.intensified.figures
    rows = [("", "train", "column")]
    for name in a:
        unit, meaning = TRAIN[name]
        rows.append((train_words(meaning, c), quantity(a[name], unit), quantity(b[name], unit)))
    lines = ruled(c.title, rows)
    lines += ["", f"train:  {c.conventional.note}", f"column: {c.intensified.note}"]
    for name, side in (("train", c.conventional), ("column", c.intensified)):
        duties = ", ".join(f"{d.name} {1e-3 * d.Q:+.4g} kW at {d.T:.1f} K" for d in side.duties)
        lines.append(f"{name}: {duties}")
    if c.misses:
        lines += ["", "No factor: a side misses what both are held to."]
        lines += [f"  {miss}" for miss in c.misses]
    else:
        said = f"The train needs {c.factor:.3g} times the column's heat for the same product, "
        lines += ["", f"{said}with {a['stages']:.0f} stages against {b['stages']:.0f}."]
        lines += [f"  {train_words(TRAIN[name][1], c)}: {value:.3g} times" if np.isfinite(value)
                  else f"  {train_words(TRAIN[name][1], c)}: no ratio"
                  for name, value in c.ratios.items()]  # fmt: skip
    return "\n".join([*lines, *changes(c), *noted(c)])


def separation_table(c: Any) -> str:
    """Reactor and separator beside the column that does both, their ratios, or why none."""
    a, b = c.conventional.figures, c.intensified.figures
    rows = [("", "apart", "combined")]
    for name in a:
        unit, meaning = SEPARATION[name]
        rows.append((meaning, quantity(a[name], unit), quantity(b[name], unit)))
    lines = ruled(c.title, rows)
    lines += ["", f"both: purity {c.purity:g}, recovery {c.recovery:g} at least"]
    lines += [f"apart: {c.conventional.note}", f"combined: {c.intensified.note}"]
    if c.misses:
        lines += ["", "No factor: a side misses what both are held to."]
        lines += [f"  {miss}" for miss in c.misses]
    else:
        lines += ["", separation_verdict(c)]
        lines += [f"  {SEPARATION[name][1]}: {value:.3g} times" for name, value in c.ratios.items()]
    return "\n".join([*lines, *changes(c), *noted(c)])


def separation_verdict(c: Any) -> str:
    """What comes of a comparison that gives a factor."""
    return (f"Apart they draw {c.factor:.3g} times the energy of the combined column for the same "
            f"product, in {c.conventional.figures['vessels']:.0f} vessels against "
            f"{c.intensified.figures['vessels']:.0f}.")  # fmt: skip


def changes(c: Any) -> list[str]:
    """The factor with one thing changed at a time."""
    width = max((len(what) for what, _, _ in c.sensitivity), default=0)
    return [f"  {what:<{width}}  " + (f"misses: {missed}" if missed else f"factor {factor:.4g}")
            for what, factor, missed in c.sensitivity]  # fmt: skip


def stationary_table(title: str, names: list[str], points: Any) -> str:
    """Where a mixture boils without change: temperatures, kinds, compositions."""
    rows = [("temperature", "", *names)]
    rows += [(f"{p.T:.2f} K", p.kind, *(f"{x:.4f}" for x in p.x)) for p in points]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [title, ""]
    lines += [
        "  ".join(f"{text:>{w}}" for text, w in zip(row, widths, strict=True)) for row in rows
    ]
    lines += ["", f"leaves at the top: what boils at {points[0].T:.2f} K; at the bottom: at "
              f"{points[-1].T:.2f} K"]  # fmt: skip
    return "\n".join(lines)


def train_words(meaning: str, c: Any) -> str:
    """The meaning of a figure with the names of the products."""
    for end in ("light", "heavy"):
        meaning = meaning.replace(f"the {end} product", c.products[end][0])
        meaning = meaning.replace(f"{end} product", c.products[end][0])
    return meaning


def result_table(title: str, result: Any) -> str:
    """The figures of a run as lines of text."""
    rows = [
        (name, f"{value:.6g}" + (f" {unit}" if unit != "1" else ""), meaning)
        for name, value in result.kpis.items()
        for unit, meaning in [label(name)]
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    lines = [title, ""]
    lines += [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]}" for row in rows]
    closures = ", ".join(f"{name} {value:.1e}" for name, value in result.balances().items())
    lines += ["", f"balances close to (relative): {closures}"]
    return "\n".join(lines + [f"note: {warning}" for warning in result.warnings])
