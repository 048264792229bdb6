"""`SafetyReport`: what a reactor is worth when something fails, in words, a table and a picture."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from intensify import store
from intensify.errors import InputError
from intensify.reactors.channels.miniaturised import ChannelReactor
from intensify.reactors.vessels.batch import StirredReactor
from intensify.result import Result, floats, scalars, stored
from intensify.safety.curves import divergence, groups
from intensify.safety.decomposition import CLASSES, Calorimetry, stoessel_class
from intensify.solve import solve
from intensify.units import INF

KIND = "intensify safety report 1"

MEANING: dict[str, tuple[str, str]] = {
    "T_process": ("K", "highest temperature in operation"),
    "dT_ad": ("K", "adiabatic temperature rise of the whole feed"),
    "MTSR": ("K", "highest temperature after the failure, feed stopped"),
    "T_goes_on": ("K", "the same if the feed is not stopped"),
    "limit": ("K", "limit that must not be passed"),
    "MTT": ("K", "temperature at which boiling or a relief stops the rise"),
    "T_D24": ("K", "temperature with 24 h to the maximum rate of decomposition"),
    "TMR_ad": ("s", "time to maximum rate of decomposition from MTSR"),
    "class": ("1", "criticality class after Stoessel"),
    "psi": ("1", "Semenov number where the run is hottest"),
    "B": ("1", "dimensionless adiabatic rise there"),
    "gamma": ("1", "dimensionless activation energy there"),
    "divergence": ("1", "largest divergence along the run times its length; above 0: runs away"),
    "Phi": ("1", "heat capacity of contents and wall over that of the contents"),
}
"""Figures of a report: unit and meaning."""


class SafetyReport(NamedTuple):
    """Figures by name (see `MEANING`), sentences with remedies, and whether the limit holds."""

    title: str
    figures: dict[str, float]
    sentences: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether MTSR stays below the limit, and below decomposition where it is known."""
        f = self.figures
        return f["MTSR"] <= min(f["limit"], f.get("T_D24", INF))

    def __str__(self) -> str:
        rows = [
            (name, f"{value:.6g}" + (f" {unit}" if unit != "1" else ""), meaning)
            for name, value in self.figures.items()
            for unit, meaning in [MEANING[name]]
        ]
        wide = [max(len(row[i]) for row in rows) for i in range(2)]
        table = [f"{row[0]:<{wide[0]}}  {row[1]:>{wide[1]}}  {row[2]}" for row in rows]
        return "\n".join([self.title, "", *table, "", *self.sentences])

    def save(self, path: str | Path) -> Path:
        """Write it to an HDF5 file; atomic, checksummed."""
        texts = {"kind": KIND, "title": self.title, "sentences": json.dumps(self.sentences)}
        return store.save(path, {"/": scalars(self.figures, MEANING.__getitem__)}, texts)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The report that `save` wrote; FileFormatError for any other file."""
        return stored(path, KIND, lambda groups, attrs: cls(
            attrs["title"], floats(groups["/"]), tuple(json.loads(attrs["sentences"]))
        ))  # fmt: skip


def report(
    reactor: Any,
    *,
    limit: float,
    MTT: float = INF,
    decomposition: Calorimetry | None = None,
    title: str = "",
) -> SafetyReport:
    """A vessel or channel held to a limit [K]: what its failures come to, and what to change.

    MTT: boiling point, or the temperature at which a relief opens [K]; decomposition: what a
    calorimeter says. With both, the criticality class; for a channel by its local temperature after
    stop of flow and loss of utility (the continuous reading).

    InputError: a limit below the feed's temperature; a reactor of another kind.

    >>> import intensify as it
    >>> case = it.cases.load("thiosulfate-peroxide")
    >>> report(case.reactors["miniaturised"], limit=case.limit.T).safe
    True
    """
    if not isinstance(reactor, StirredReactor | ChannelReactor):
        raise InputError(
            f"{type(reactor).__name__} is no vessel and no channel; for others use the parts of "
            "intensify.safety (Calorimetry, stoessel_class, divergence)"
        )
    cold = reactor.T0 if isinstance(reactor, StirredReactor) else reactor.T_in
    if not limit > cold:
        raise InputError(f"the limit {limit:g} K is not above {cold:g} K, where the contents start")
    result = solve(reactor)
    if isinstance(reactor, StirredReactor):
        figures = vessel_figures(reactor, result)
    else:
        figures = channel_figures(reactor, result)
    figures["limit"] = limit
    if np.isfinite(MTT):
        figures["MTT"] = MTT
    if decomposition is not None:
        figures["T_D24"] = decomposition.checked().T_D(24.0)
        figures["TMR_ad"] = decomposition.TMR_ad(figures["MTSR"])
        figures["class"] = float(
            stoessel_class(MTSR=figures["MTSR"], MTT=min(MTT, 1e4), T_D24=figures["T_D24"])
        )
    ordered = {name: figures[name] for name in MEANING if name in figures}
    return SafetyReport(title, ordered, tuple(sentences(ordered)))


def vessel_figures(reactor: StirredReactor, result: Result) -> dict[str, float]:
    """Figures of a batch or semibatch."""
    kpis, S = result.kpis, reactor.n0.size
    leg = max((x for x in result.legs if x.trajectory), key=lambda x: x.trajectory.maximum(S)[0])
    y = leg.trajectory(leg.trajectory.maximum(S)[1])[0]
    out = {"T_process": kpis["T_max"], "dT_ad": kpis["dT_ad"], "MTSR": kpis["MTSR"],
           "T_goes_on": kpis["T_dosing_not_stopped"]}  # fmt: skip
    C = float(reactor.heat_capacity(reactor.fed(result.legs), y[S + 1]))
    out["Phi"] = C / (C - reactor.C_vessel)
    return out | local(reactor, result, y[:S] / y[S + 1], float(y[S]), kpis["UA_V"])


def channel_figures(reactor: ChannelReactor, result: Result) -> dict[str, float]:
    """Figures of a miniaturised reactor; its failure: flow stopped and utility lost."""
    kpis, S = result.kpis, reactor.c_in.size
    y = np.asarray(result.at(kpis["z_T_max"])["c"])
    out = {"T_process": kpis["T_max"], "dT_ad": kpis["dT_ad"], "MTSR": kpis["T_stop"],
           "Phi": kpis["Phi"]}  # fmt: skip
    return out | local(reactor, result, y[:S], kpis["T_max"], kpis["UA_V"])


def local(reactor: Any, result: Result, c: np.ndarray, T: float, UA_V: float) -> dict[str, float]:
    """psi, B, gamma at the hottest place, and the divergence over the whole run."""
    out: dict[str, float] = {}
    with contextlib.suppress(InputError):  # everything may have reacted there
        out |= groups(reactor.kinetics, c, T, UA_V=UA_V, dT_ad=result.kpis["dT_ad"])._asdict()
    run = [leg for leg in result.legs if leg.trajectory is not None]
    return out | {"divergence": divergence(result).value * (run[-1].end - run[0].start)}


def sentences(f: dict[str, float]) -> list[str]:
    """What the figures mean and what to do about them."""
    bound = min(f["limit"], f.get("T_D24", INF))
    what = "the limit" if bound == f["limit"] else "T_D24"
    vessel = "T_goes_on" in f
    event = "cooling fails and dosing is stopped" if vessel else "flow and utility stop"
    over = f["MTSR"] - bound
    remedy = (
        "dose more slowly or hotter, so that less accumulates, or dilute"
        if vessel
        else "use smaller channels, more wall metal, colder or shorter zones, or dilute"
    )
    reached = f"If {event} at the worst moment, {f['MTSR']:.1f} K is reached"
    if over <= 0.0:
        out = [f"{reached}: {-over:.1f} K below {what}."]
    else:
        out = [f"{reached}, {over:.1f} K above {what}: {remedy}."]
    if vessel and f["T_goes_on"] > bound:
        out.append(
            f"If the feed is not stopped as well, {f['T_goes_on']:.1f} K is reached: the feed must "
            "be interlocked with the cooling."
        )
    if f["T_process"] > f["limit"]:
        out.append(f"In operation {f['T_process']:.1f} K is already above the limit.")
    if "class" in f:
        out.append(f"Criticality class {f['class']:.0f}: {CLASSES[int(f['class'])]}.")
    return out
