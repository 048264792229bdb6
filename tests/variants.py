"""A shipped reference case with other numbers, through `verify`."""

from __future__ import annotations

import json
import re

import numpy as np

from intensify.verify import verify
from intensify.verify.case import SHIPPED


def plain(inputs: dict) -> dict:
    return {k: v["value"] if isinstance(v, dict) and "value" in v else v for k, v in inputs.items()}


def stem(name: str) -> str:
    """A quantity's name without the conditions in it."""
    return re.sub(r"\d.*", "", name)


def passes(name, change, seed, tmp_path):
    """change(rng, inputs) puts other numbers into the inputs and returns what is expected.

    Tolerances are the case's own, of the same quantity under other conditions, or its strictest.
    """
    content = json.loads((SHIPPED / f"{name}.json").read_text())
    own = {k: {x: e[x] for x in ("rtol", "atol") if x in e} for k, e in content["expected"].items()}
    by_stem = {stem(k): e for k, e in own.items()}
    strictest = min(own.values(), key=lambda t: t.get("rtol", 1.0))
    content["inputs"] = plain(content["inputs"])
    expected = change(np.random.default_rng(seed), content["inputs"])
    content["expected"] = {
        key: {"value": np.asarray(value, float).tolist()}
        | own.get(key, by_stem.get(stem(key), strictest))
        for key, value in expected.items()
    }
    path = tmp_path / "case.json"
    path.write_text(json.dumps(content, default=float))
    outcome = verify([path]).outcomes[0]
    assert outcome.status == "passed", "\n".join(outcome.lines())
    assert len(outcome.checks) == len(expected)
