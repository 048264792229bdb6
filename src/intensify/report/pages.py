"""What stands on the page of each kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from intensify import plot, store, tables
from intensify.campaigns import Sweep
from intensify.campaigns.plan import Status
from intensify.compare import Comparison
from intensify.design.train_comparison import TrainComparison
from intensify.estimation.outcome import Estimate, fits
from intensify.kpis import SEPARATION, SIDE, TRAIN
from intensify.reactive_separation import ReactiveSeparation
from intensify.report.html import Html, document, element, listing, measured, number, section, table
from intensify.report.parts import drawn, figures, provenance, run_sections, warnings
from intensify.result import Result
from intensify.routes import RouteComparison
from intensify.safety.report import MEANING, SafetyReport

if TYPE_CHECKING:
    from intensify.files import Saved

MOST_ROWS = 40
"""Rows of failures, and of a front."""


def page(saved: Saved) -> str:
    """The page of a run, a comparison, a safety report, a sweep or a fit, as HTML.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> text = page(it.solve(case.reactors["miniaturised"]))
    >>> text.startswith("<!DOCTYPE html>"), "highest temperature" in text, "<script" in text
    (True, True, False)
    """
    if isinstance(saved, Comparison):
        return comparison_page(saved)
    if isinstance(saved, RouteComparison):
        return route_page(saved)
    if isinstance(saved, TrainComparison):
        return train_page(saved)
    if isinstance(saved, ReactiveSeparation):
        return separation_page(saved)
    if isinstance(saved, Result):
        return run_page(saved)
    if isinstance(saved, Estimate):
        return fit_page(saved)
    return sweep_page(saved) if isinstance(saved, Sweep) else safety_page(saved)


def write(saved: Saved, path: str | Path) -> Path:
    """Write the page to a file, as a whole or not at all. WriteError: it cannot be written."""
    return store.write(path, page(saved).encode())


def verdict(good: bool | None, *sentences: object) -> Html:
    """What matters most, marked as good, bad or neither."""
    mark = "" if good is None else " good" if good else " bad"
    return element("div", *(element("p", s) for s in sentences), class_=f"verdict{mark}")


def kind(text: str) -> Html:
    """What the page is about."""
    return element("p", text, class_="kind")


def run_page(run: Result) -> str:
    """A run: picture, figures, safety, profiles, balances, warnings, provenance."""
    about = {k: v for k, v in run.provenance.items() if k != "parameters"}
    parameters = run.provenance["parameters"]
    name = parameters.partition("\n")[0]
    closed = max(run.balances().values(), default=0.0)
    facts = f"Balances close to {closed:.1e}; {len(run.warnings)} warnings."
    return document(
        f"Run of a {name}", kind("one run, all figures in SI"), verdict(None, facts),
        drawn(plot.profiles(run), f"Profiles of the {name}"), *run_sections(run),
        provenance(about, ("Parameters", parameters)),
    )  # fmt: skip


def comparison_page(c: Comparison) -> str:
    """A comparison: factor and parts or misses, both sides, safety, balances, warnings."""
    a, b = c.conventional.figures, c.intensified.figures
    said_as = {name: tables.FORMATS[SIDE[name][0]] for name in a}
    both = [(SIDE[name][1], said_as[name](a[name]), said_as[name](b[name])) for name in a]
    if c.misses:
        said = verdict(False, "No factor: a side misses what both are held to.", listing(c.misses))
        parts = Html("")
    else:
        said = verdict(
            True, f"Space-time-yield factor {c.factor:.4g}, each side at its own best, both below "
            f"{c.limit.T:.1f} K in operation and under failures.",
        )  # fmt: skip
        whole = {**c.breakdown, "all, multiplied": c.factor}
        rows = [(name, f"{x:.4g}") for name, x in whole.items()]
        parts = section("Parts of the factor", table(("part", "ratio"), rows, {1}))
    limit = [("limit", measured(c.limit.T, "K"), c.limit.source)]
    limit += [(f"{name}, {what}", measured(side.figures[key], "K"), SIDE[key][1])
              for name, side in (("conventional", c.conventional), ("intensified", c.intensified))
              for key, what in (("T_max", "operation"), ("T_failure", "failure"))]  # fmt: skip
    changed = [(what, missed or f"{factor:.4g}") for what, factor, missed in c.sensitivity]
    wanted = [(name.rstrip("_"), x if isinstance(x, str) else number(x))
              for name, x in c.spec._asdict().items()]  # fmt: skip
    notes = [f"conventional: {c.conventional.note}", f"intensified: {c.intensified.note}"]
    sides = [part for name, side in (("conventional plant", c.conventional),
                                     ("intensified plant", c.intensified))
             for part in run_sections(side.result, name)]  # fmt: skip
    about = {k: v for k, v in c.intensified.result.provenance.items() if k != "parameters"}
    return document(
        c.title or "Comparison", kind("a conventional and an intensified plant, one product, one "
                                      "safety limit"), said,
        drawn(plot.comparison(c), "Both plants in time, the factor's parts, heat duties"),
        section("Both sides", table(("", "conventional", "intensified"), both, {1, 2}),
                listing([*notes, *tables.facts(c)])),
        parts, section("Safety", table(("temperature", "value", "about"), limit, {1})),
        section("What is asked of both", table(("", "value"), wanted, set())),
        section("How the factor changes", table(("change", "factor"), changed, {1})), *sides,
        provenance(about, ("Case", c.case_text)),
    )  # fmt: skip


def route_page(c: RouteComparison) -> str:
    """Two routes: the factor of their energies and its parts, or misses; both sides; both runs."""
    a, b = c.conventional.figures, c.intensified.figures
    said_as = {name: tables.FORMATS[SIDE[name][0]] for name in a}
    both = [(SIDE[name][1], said_as[name](a[name]), said_as[name](b[name])) for name in a]
    sentences = [line.strip() for line in tables.route_verdict(c)[1:3]]
    whole = {} if c.misses else {**c.breakdown, "all, multiplied": c.factor}
    changed = [(what, lost or f"{factor:.4g}") for what, factor, lost in c.sensitivity]
    notes = [f"conventional: {c.conventional.note}", f"intensified: {c.intensified.note}"]
    sides = [part for name, side in (("conventional route", c.conventional),
                                     ("intensified route", c.intensified))
             for part in run_sections(side.result, name)]  # fmt: skip
    about = {k: v for k, v in c.intensified.result.provenance.items() if k != "parameters"}
    return document(
        c.title or "Two routes", kind("energy that two routes draw for one product"),
        verdict(not c.misses, *(c.misses or sentences)),
        drawn(plot.routes(c), "Energy and temperature over conversion, the factor and its changes"),
        section("Both sides", table(("", "conventional", "intensified"), both, {1, 2}),
                listing([*notes, *tables.route_facts(c)])),
        section("Parts of the factor",
                table(("part", "ratio"), [(name, f"{x:.4g}") for name, x in whole.items()], {1})),
        section("How the factor changes", table(("change", "factor"), changed, {1})), *sides,
        provenance(about, ("Case", c.case_text)),
    )  # fmt: skip


def train_page(c: TrainComparison) -> str:
    """A column beside the train it replaces: factor or misses, both sides, duties, balances."""
    a, b = c.conventional.figures, c.intensified.figures
    both = [(tables.train_words(TRAIN[name][1], c), tables.quantity(a[name], TRAIN[name][0]),
             tables.quantity(b[name], TRAIN[name][0])) for name in a]  # fmt: skip
    parts = Html("")
    if c.misses:
        said = verdict(False, "No factor: a side misses what both are held to.", listing(c.misses))
    else:
        said = verdict(True, f"The train needs {c.factor:.3g} times the column's heat for the same "
                       "product.")  # fmt: skip
        rows = [(tables.train_words(TRAIN[name][1], c), number(x)) for name, x in c.ratios.items()]
        parts = section("Train over column", table(("", "ratio"), rows, {1}))
    sides = (("train", c.conventional), ("column", c.intensified))
    duties = [(name, d.name, measured(d.Q, "W"), measured(d.T, "K"))
              for name, side in sides for d in side.duties]  # fmt: skip
    changed = [(what, missed or f"{factor:.4g}") for what, factor, missed in c.sensitivity]
    asked = [(name, number(purity)) for name, purity in c.products.values()]
    runs = [part for name, side in sides for part in run_sections(side.result, name)]
    about = {k: v for k, v in c.intensified.result.provenance.items() if k != "parameters"}
    return document(
        c.title or "Comparison", kind("a reactive column and the train that it replaces"), said,
        drawn(plot.train(c), "Duties of train and column, their temperatures, ratios"),
        section("Both sides", table(("", "train", "column"), both, {1, 2}),
                listing([f"{name}: {side.note}" for name, side in sides])),
        parts, section("Duties", table(("side", "where", "heat", "temperature"), duties, {2, 3})),
        section("What is asked of both", table(("product", "purity"), asked, {1})),
        section("How the factor changes", table(("change", "factor"), changed, {1})), *runs,
        provenance(about, ("Case", c.case_text)),
    )  # fmt: skip


def separation_page(c: ReactiveSeparation) -> str:
    """Reactor and separator beside one column: factor or misses, both sides, balances."""
    a, b = c.conventional.figures, c.intensified.figures
    both = [(meaning, tables.quantity(a[name], unit), tables.quantity(b[name], unit))
            for name, (unit, meaning) in SEPARATION.items()]  # fmt: skip
    parts = Html("")
    if c.misses:
        said = verdict(False, "No factor: a side misses what both are held to.", listing(c.misses))
    else:
        said = verdict(True, tables.separation_verdict(c))
        rows = [(SEPARATION[name][1], number(x)) for name, x in c.ratios.items()]
        parts = section("Apart over combined", table(("", "ratio"), rows, {1}))
    sides = (("apart", c.conventional), ("combined", c.intensified))
    changed = [(what, missed or f"{factor:.4g}") for what, factor, missed in c.sensitivity]
    asked = [("purity", number(c.purity)), ("recovery", number(c.recovery))]
    runs = [part for name, side in sides for part in run_sections(side.result, name)]
    about = {k: v for k, v in c.intensified.result.provenance.items() if k != "parameters"}
    return document(
        c.title or "Comparison", kind("a column that reacts, and the two that it replaces"), said,
        drawn(plot.separation(c), "Gas that leaves, loading of the sorbent, ratios"),
        section("Both sides", table(("", "apart", "combined"), both, {1, 2}),
                listing([f"{name}: {side.note}" for name, side in sides])),
        parts, section("What is asked of both", table(("", "at least"), asked, {1})),
        section("How the factor changes", table(("change", "factor"), changed, {1})), *runs,
        provenance(about, ("Case", c.case_text)),
    )  # fmt: skip


def fit_page(found: Estimate) -> str:
    """A fit: parameters with their errors, whether the model fits, warnings, measurements."""
    head = ("parameter", "value", "standard error", "95 % from", "to", "unit")
    rows = [
        (p.key, number(float(p.shown(value))), number(float(error / p.difference(1.0))),
         number(float(p.shown(low))), number(float(p.shown(high))), p.unit or "SI")
        for p, value, error, low, high in zip(
            found.parameters, found.values, found.errors, found.low, found.high, strict=True)
    ]  # fmt: skip
    says = f"{found.table.measured.size} measurements, {found.freedom} degrees of freedom."
    judged = found.sd_known and found.freedom > 0
    said = [f"Chi-squared: {fits(found.goodness.p)}."] if judged else []
    return document(
        "Fit", kind("parameters from experiments"), verdict(None, says, *said),
        drawn(plot.fit(found), "Measurements and model, residuals, 95 % region"),
        section("Parameters", table(head, rows, {1, 2, 3, 4})), warnings(found.warnings),
        provenance(found.provenance),
    )  # fmt: skip


def safety_page(report: SafetyReport) -> str:
    """A safety report: whether the limit holds, figures, sentences with remedies."""
    holds = "The limit holds." if report.safe else "The limit does not hold."
    return document(
        report.title or "Safety report", kind("what failures come to"),
        verdict(report.safe, holds), drawn(plot.criticality(report), "Temperatures and limits"),
        section("Safety", figures(report.figures, MEANING.__getitem__)),
        warnings(report.sentences, "What to know, and to change"),
    )  # fmt: skip


def sweep_page(found: Sweep) -> str:
    """A sweep or an optimum: pictures, ranges of keys and figures, the best, failures."""
    status = found.column("status")
    counts = {s.name.lower().replace("_", " "): int((status == s).sum()) for s in Status}
    told = ", ".join(f"{n} {name}" for name, n in counts.items() if n and name != "ok")
    bad = any(counts[s.name.lower().replace("_", " ")] for s in Status
              if s not in (Status.OK, Status.LEFT_OUT))  # fmt: skip
    says = f"{status.size} samples, {counts['ok']} solved" + (f"; {told}" if told else "") + "."
    names = [name for name in found.figures if name != "chosen"]
    keys = [(key, *range_of(found, key)) for key in found.keys]
    rows = [(name, *range_of(found, name)[:2], found.dataset[name].attrs["long_name"])
            for name in names]  # fmt: skip
    shown = []
    if counts["ok"] and names:
        shown = [drawn(plot.sweep(found), "Figures over the keys that were swept; samples without "
                                          "a figure are marked")]  # fmt: skip
    texts = list(dict.fromkeys(found.failures))
    lost = [f"{found.failures.count(text)} times: {text}" for text in texts[:MOST_ROWS]]
    if len(texts) > MOST_ROWS:
        lost.append(f"and {len(texts) - MOST_ROWS} sentences more, which are in the file")
    own = ("case", "goals", "limits", "reactor", "sample")
    about = {k: v for k, v in found.provenance.items() if k not in own}
    what = found.provenance.get("reactor", "a reactor")
    title = f"{'Optimum' if 'goals' in found.provenance else 'Sweep'} of {what}"
    return document(
        title, kind(f"{len(found.keys)} keys, {len(names)} figures"),
        verdict(False if bad else None, says), *best(found, names), *shown,
        section("Keys", table(("key", "from", "to", "values"), keys, {1, 2, 3})),
        section("Figures", table(("figure", "lowest", "highest", "meaning"), rows, {1, 2})),
        section("Samples that failed", listing(lost) or element("p", "None.")),
        provenance(about, ("Case", found.provenance.get("case", ""))),
    )  # fmt: skip


def range_of(found: Sweep, name: str) -> tuple[str, str, str]:
    """Lowest and highest of a key or a figure with its unit; how many different values."""
    values, unit = found.column(name), found.dataset[name].attrs["units"]
    if values.dtype.kind not in "iuf":
        words = list(dict.fromkeys(values.tolist()))
        return str(words[0]), str(words[-1]), str(len(words))
    there = values[np.isfinite(values)]
    if not there.size:
        return "none", "none", "0"
    ends = (measured(float(x), unit) for x in (there.min(), there.max()))
    return (*ends, str(np.unique(there).size))  # type: ignore[return-value]


def best(found: Sweep, names: list[str]) -> list[Html]:
    """Goals, limits, and the best points of an optimum."""
    if "goals" not in found.provenance:
        return []
    chosen = np.flatnonzero(found.column("chosen") == 1)
    some = chosen[np.linspace(0, chosen.size - 1, min(chosen.size, MOST_ROWS)).astype(int)]
    head = [*found.keys, *names]
    units = [found.dataset[name].attrs["units"] for name in head]
    values = [[x if isinstance(x, str) else measured(float(x), unit)
               for x in found.column(name)[some].tolist()]
              for name, unit in zip(head, units, strict=True)]  # fmt: skip
    asked = [f"goals: {found.provenance['goals']}"]
    asked += [f"limits: {found.provenance['limits']}"] if found.provenance["limits"] else []
    note = f"{some.size} of the {chosen.size} best points." if chosen.size > 1 else ""
    return [section("The best", listing(asked), element("p", note) if note else "", table(
        head, list(zip(*values, strict=True)), set(range(len(head))),
    ))]  # fmt: skip
