"""What the steps of a pressure-swing cycle do to the two ends of a column, by their names.

    step             comes in          leaves            pressure
    feed, rinse      at the feed end   at the other      p
    purge            at the other      at the feed end   p; a reactive purge is one whose gas reacts
    pressurise       at one end                          rises to p
    blowdown         .                 at one end        falls to p; evacuate: below the ambient
    equalise         .                 at one end        falls to p: what the paired bed, or a tank,
                     at one end                          gets is what the bed takes in a later step

z = 0 is the feed end, z = L the product end. A pressure changes in a straight ramp, at once (the
reservoir), or through a valve: p = p_end + (p_start - p_end) exp(-t/constant).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from intensify.errors import InputError
from intensify.reactors.sorbents.sorption_steps import checked
from intensify.units import Kelvin, Pascal, Second


class Supply(NamedTuple):
    """A gas that steps take: mole fractions x, T, the pressure at which it is at hand.

    heat: energy to make a mole of it, such as steam from water [J/mol].
    """

    x: Mapping[str, float]
    T: Kelvin
    p: Pascal
    heat: float = 0.0


class SwingStep(NamedTuple):
    """A step of a cycle. A gas comes from a supply (`gas`) or from another step (`source`).

    A step listed later gave it in the cycle before; what equalises is taken in the same cycle.
    flow: [mol/m2/s of the empty tube]. by: "ramp", "reservoir" or "valve", with its constant [s].
    end: "feed" or "product", where a step has a choice. to: "product", "tail" or "off-gas". tank:
    volume that holds what is given until it is taken, per area of the bed [m3/m2]; 0: the paired
    bed.
    """

    do: str
    name: str
    time: Second
    p: Pascal = 0.0
    gas: str = ""
    source: str = ""
    flow: float = 0.0
    by: str = "ramp"
    constant: float = 0.0
    end: str = ""
    to: str = ""
    tank: float = 0.0

    @property
    def takes(self) -> bool:
        """Whether gas comes in."""
        return bool(self.gas or self.source)

    @property
    def enters(self) -> str:
        """The end at which gas comes in, "" at none."""
        return (self.end or PLACES[self.do][0]) if self.takes else ""

    @property
    def leaves(self) -> str:
        """The end at which gas leaves, "" at none."""
        if self.do == "equalise" and self.takes:
            return ""
        at = PLACES[self.do][1]
        return at and (self.end or at)

    @property
    def stream(self) -> str:
        """Where what leaves goes."""
        return "" if not self.leaves else self.to or PLACES[self.do][2]


PLACES = {
    "feed": ("feed", "product", "product"),
    "rinse": ("feed", "product", "off-gas"),
    "purge": ("product", "feed", "tail"),
    "reactive-purge": ("product", "feed", "tail"),
    "pressurise": ("feed", "", ""),
    "blowdown": ("", "feed", "tail"),
    "evacuate": ("", "feed", "tail"),
    "equalise": ("product", "product", "bed"),
}
"""Of each kind of step: where gas comes in, where it leaves, where that goes."""

THROUGH = ("feed", "rinse", "purge", "reactive-purge")
"""Steps in which gas flows through; `end` is not theirs to choose."""


def check_steps(
    steps: Sequence[SwingStep], gases: Mapping[str, Supply], species: Iterable[str]
) -> None:
    """InputError with everything that is wrong with the steps of a cycle and their gases."""
    known, wrong = set(species), []
    before: dict[str, SwingStep] = {}
    for name, gas in gases.items():
        strange = [s for s in gas.x if s not in known]
        if strange:
            wrong.append((f"gas '{name}'", f"has {', '.join(strange)}, which is no species here"))
        else:
            checked(gas.x)
        wrong += above_zero(f"gas '{name}'", {"T": gas.T, "p": gas.p})
    if not any(step.do == "feed" for step in steps):
        wrong.append(("steps", "hold no feed; a cycle that makes a product needs one"))
    for step in steps:
        if step.do not in PLACES:
            raise InputError([(step.name, f"is a '{step.do}'; there are {', '.join(PLACES)}")])
        if step.name in before:
            wrong.append((step.name, "is the name of two steps; give each its own"))
        wrong += wrong_with(step, gases, before, steps)
        before[step.name] = step
    for step in steps:
        takers = [other.name for other in steps if other.source == step.name]
        if step.stream == "bed" and len(takers) != 1:
            wrong.append((step.name, "gives gas to the paired bed or tank, which gives it back in "
                          f"one step; {len(takers)} steps have `from: {step.name}`"))  # fmt: skip
    if wrong:
        raise InputError(wrong)


def wrong_with(
    step: SwingStep, gases: Mapping[str, Supply], before: Mapping[str, SwingStep],
    steps: Sequence[SwingStep],
) -> list[tuple[str, str]]:  # fmt: skip
    """What is wrong with one of the steps; `before`: those that came earlier."""
    name, out = step.name, []
    numbers = {"time": step.time}
    if not (step.do == "equalise" and step.takes):
        numbers["p"] = step.p
    if step.do in THROUGH:
        numbers["flow"] = step.flow
    elif step.by == "valve":
        numbers["constant"] = step.constant
    out += above_zero(name, numbers)
    if step.by not in ("ramp", "reservoir", "valve"):
        out.append((name, f"changes its pressure by '{step.by}'; there are ramp, reservoir, valve"))
    if step.end and (step.do in THROUGH or step.end not in ("feed", "product")):
        out.append((name, f"has end '{step.end}'; a {step.do} takes none, or feed or product"))
    if step.to not in ("", "product", "tail", "off-gas"):
        out.append((name, f"lets gas out to '{step.to}'; there are product, tail, off-gas"))
    comes_in = bool(PLACES[step.do][0])
    if step.gas and step.source:
        out.append((name, "takes a gas and from a step; give one of `gas` and `from`"))
    elif step.takes and not comes_in:
        out.append((name, f"takes gas, but a {step.do} only lets gas out"))
    elif comes_in and not step.takes and step.do != "equalise":
        out.append((name, "has no gas: name one with `gas`, or with `from` another step"))
    if step.gas and step.gas not in gases:
        out.append((name, f"takes '{step.gas}', which is none of the gases {', '.join(gases)}"))
    giver = next((other for other in steps if other.name == step.source), None)
    if step.source and (giver is None or giver is step or not giver.leaves):
        out.append((name, f"takes from '{step.source}', but no step of that name gives gas: a "
                    f"{step.do} without product"))  # fmt: skip
    elif step.do == "equalise" and giver is not None and giver.do != "equalise":
        out.append((name, f"equalises with '{step.source}', which is no equalise"))
    elif step.do == "equalise" and step.source and step.source not in before:
        out.append((name, f"takes what '{step.source}' gives later; list the step that gives "
                    "first"))  # fmt: skip
    return out


def above_zero(name: str, numbers: Mapping[str, float]) -> list[tuple[str, str]]:
    """A sentence for each number that is not finite and above 0."""
    return [
        (name, f"has {key} {x:g}, but it must be finite and above 0")
        for key, x in numbers.items() if not 0.0 < x < math.inf
    ]  # fmt: skip
