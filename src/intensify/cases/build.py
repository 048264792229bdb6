"""A whole case from its text: every block checked, every problem reported at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from intensify.cases import Case, Sides
from intensify.cases.document import Report, parse_document
from intensify.cases.kinetics import NONE, read_kinetics
from intensify.cases.plants import PLANTS, kind_of, own_chemistry, with_common
from intensify.cases.schema import (
    CaseBlock,
    CompareBlock,
    EnergyBlock,
    FreeBlock,
    LimitBlock,
    OwnChemistryBlock,
    SpecificationBlock,
)
from intensify.cases.scope import Scope
from intensify.cases.validation import validated
from intensify.chemistry import Network
from intensify.chemistry.network import A_BACK
from intensify.chemistry.stoichiometry import unknown
from intensify.errors import InputError
from intensify.specification import Energy, SafetyLimit, Specification


def build_case(name: str, text: str, folder: Path | None) -> Case:
    """The case of a text; folder: where its own files lie, None for a shipped case."""
    document = parse_document(text)
    tree, report = document.tree, Report(document.lines)
    if not isinstance(tree, dict):
        raise InputError("a case is a block of keys with values, not a list or a text")
    plants = with_common(tree, report)
    alone = own_chemistry(plants)
    head = validated(OwnChemistryBlock if alone else CaseBlock, tree, (), report)

    def block(key: str, model: Any) -> Any:
        return validated(model, tree[key], (key,), report) if key in tree else None

    kinetics = NONE if alone else read_kinetics(tree, folder, report)
    net = kinetics.net
    spec = block("specification", SpecificationBlock)
    if spec is not None:
        spec = Specification(*(getattr(spec, name) for name in Specification._fields))
        _check_specification(spec, net, report)
    limit = block("limit", LimitBlock)
    limit = SafetyLimit(limit.T, limit.source) if limit else None
    scope = Scope((), report, net, kinetics.rho_cp, spec, limit, kinetics.per_kg)
    reactors: dict[str, Any] = {}
    for key, part in plants.items():
        place = scope._replace(path=("reactors", key), built=dict(reactors))
        reactors[key] = build_reactor(part, place)
    sides = block("compare", CompareBlock)
    energy = block("energy", EnergyBlock) or EnergyBlock()
    if sides is not None:
        _check_sides(sides, plants, report)
        sides = Sides(**sides.model_dump())
    if report.problems or head is None:
        raise report.error()
    energy = Energy(*(getattr(energy, name) for name in Energy._fields))
    title, source = head.title, tuple(head.source)
    return Case(name, title, source, text, net, reactors, spec, limit, sides, energy)


def _check_specification(spec: Specification, net: Network | None, report: Report) -> None:
    """The product is made, the key is consumed, and they are two species of the network."""
    if spec.product == spec.key:
        report.add(("specification", "product"), "is the key as well; name what is made of the key")
    if net is None:
        return
    names = net.names
    for field in ("product", "key"):
        name = getattr(spec, field)
        if name not in names:
            report.add(("specification", field), unknown("species", name, names))
            continue
        nu = net.nu[:, names.index(name)]
        # a reversible reaction makes what it consumes
        both = [*nu, *-nu[net.reactions[:, A_BACK] != 0.0]]
        if field == "product" and max(both) <= 0.0:
            report.add(("specification", field), f"'{name}' is made by no reaction")
        if field == "key" and min(both) >= 0.0:
            report.add(("specification", field), f"'{name}' is consumed by no reaction")


def build_reactor(tree: Any, scope: Scope) -> Any:
    """The reactor of a block; None where the case has a problem."""
    kind = kind_of(tree)
    if kind is None:
        scope.add(f"is missing; known: {', '.join(PLANTS)}", "kind")
        return None
    if not isinstance(kind, str) or kind not in PLANTS:
        scope.add(unknown("kind of reactor", str(kind), list(PLANTS)), "kind")
        return None
    block = validated(PLANTS[kind].block, tree, scope.path, scope.report)
    if block is None:
        return None
    if scope.net is not None and PLANTS[kind].catalyst != scope.per_kg:
        has, wants = ("kg", "m3") if scope.per_kg else ("m3", "kg")
        scope.add(
            f"takes rates per {wants}, but the case's are per {has}; see its key `per`", "kind"
        )
        return None
    return build_block(block, scope)


def build_block(block: Any, scope: Scope) -> Any:
    """The reactor of a block that is as the schema wants it; None where the case has a problem."""
    try:
        return PLANTS[block.kind].build(block, scope)
    except InputError as error:
        scope.report.add_all(scope.path, error)
    return None


def _check_sides(sides: CompareBlock, plants: dict[str, Any], report: Report) -> None:
    """Both sides are reactors of the case, and each is free in what its kind has."""
    for side in FreeBlock.model_fields:
        name = getattr(sides, side)
        part = plants.get(name)
        if part is None:
            report.add(("compare", side), unknown("reactor", name, list(plants)))
            continue
        kind = kind_of(part)
        known = list(PLANTS[kind].free) if isinstance(kind, str) and kind in PLANTS else []
        for k, choice in enumerate(getattr(sides.free, side)):
            if known and choice not in known:
                sentence = unknown(f"choice of a {kind} reactor", choice, known)
                report.add(("compare", "free", side, k), sentence)
    _check_separation(sides, plants, report)
    if sides.conventional == sides.intensified:
        report.add(("compare", "intensified"), "is the conventional side as well")


def _check_separation(sides: CompareBlock, plants: dict[str, Any], report: Report) -> None:
    """A column that reacts has a packed bed before the one that does not, and what both reach."""
    swings = [kind_of(plants.get(getattr(sides, side))) == "pressure-swing"
              for side in FreeBlock.model_fields]  # fmt: skip
    asked = {"behind": sides.behind, "purity": sides.purity, "recovery": sides.recovery}
    for key, value in asked.items():
        if bool(value) != all(swings):
            report.add(("compare", key), "is missing: two pressure-swing columns are compared with "
                       "a reactor in front of the conventional one, at the same purity and recovery"
                       if all(swings) else "is for two pressure-swing columns only")  # fmt: skip
    if not all(swings) or not sides.behind:
        return
    if sides.behind not in plants:
        report.add(("compare", "behind"), unknown("reactor", sides.behind, list(plants)))
    elif kind_of(plants[sides.behind]) != "packed-bed":
        report.add(("compare", "behind"), f"'{sides.behind}' is no packed bed")
