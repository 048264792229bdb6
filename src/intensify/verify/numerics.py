"""Systems of equations given as text."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from intensify.numerics import integrate
from intensify.numerics.equations import Equations
from intensify.numerics.trajectory import Trajectory
from intensify.verify.case import Inputs


def solved(inputs: Inputs) -> Trajectory:
    """The system over its time span, no step across a switch, at the file's tolerances."""
    equations = Equations.parse(
        inputs["rhs"],
        params=inputs.get("params"),
        let=inputs.get("let", ()),
        events=inputs.get("events", ()),
        mass_diagonal=inputs.get("mass_diagonal"),
    )
    t0, t1 = (float(t) for t in inputs["t_span"])
    stated = dict(re.findall(r"\b([ra]tol) ([\d.eE+-]*\d)", inputs.get("convention", "")))
    return integrate(
        equations, (t0, t1), inputs["y0"],
        rtol=float(stated.get("rtol", 1e-9)), atol=float(stated.get("atol", 1e-18)),
        stops=equations.switches(t0, t1).tolist(), n_events=equations.n_events,
    )  # fmt: skip


def ode_endpoint(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """State at the end."""
    return {f"y[{i}]": value for i, value in enumerate(solved(inputs).y_end)}


def ode_events(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """First time at which each event function is zero."""
    path = solved(inputs)
    first = {
        name: path.event_t[np.flatnonzero(path.event_k == k)[:1]].tolist()
        for k, name in enumerate(inputs["event_names"])
    }
    return {name: times[0] for name, times in first.items() if times}


def ode_switched(inputs: Inputs, names: list[str]) -> dict[str, Any]:
    """The first unknown at the output times."""
    path = solved(inputs)
    return {name: path(t)[0, 0] for name, t in inputs["outputs"].items()}


ADAPTERS = (ode_endpoint, ode_events, ode_switched)
