"""Which kinds of plant a case can hold: a row a kind, with its block and what builds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from intensify.cases.bed import (
    DispersedBedBlock,
    LiquidBedBlock,
    PackedBedBlock,
    TransientBedBlock,
    WiredBlock,
    build_dispersed_bed,
    build_liquid_bed,
    build_packed_bed,
    build_transient_bed,
    build_wired,
)
from intensify.cases.channel import build_channel
from intensify.cases.cold_plasma import ColdPlasmaBlock, build_plasma
from intensify.cases.column import ColumnBlock, build_column
from intensify.cases.column_in_time import ColumnInTimeBlock, build_column_in_time
from intensify.cases.document import Report
from intensify.cases.gas import (
    ClosedGasBlock,
    GasPlugFlowBlock,
    QuenchedGasBlock,
    StirredGasBlock,
    build_closed_gas,
    build_gas_plug_flow,
    build_quenched_gas,
    build_stirred_gas,
)
from intensify.cases.moving_bed import MovingBedBlock, build_moving_bed
from intensify.cases.schema import BatchBlock, Block, MiniaturisedBlock, SemibatchBlock
from intensify.cases.scope import Scope
from intensify.cases.shifted import ShiftedBlock, build_shifted
from intensify.cases.swing import SwingBlock, build_swing
from intensify.cases.train import TrainBlock, build_train
from intensify.cases.transient import TransientBlock, build_transient
from intensify.cases.vessel import build_vessel
from intensify.chemistry.stoichiometry import unknown


class Plant(NamedTuple):
    """A kind of plant: the keys of its block, what builds it, what a comparison may choose.

    own_chemistry: its block brings species and reactions of its own, so that the case needs no
    kinetics, and neither specification nor limit. catalyst: it takes rates per kg of catalyst.
    """

    block: type[Block]
    build: Callable[[Any, Scope], Any]
    free: tuple[str, ...] = ()
    own_chemistry: bool = False
    catalyst: bool = False


PLANTS = {
    "batch": Plant(BatchBlock, build_vessel, ("T_set",)),
    "semibatch": Plant(SemibatchBlock, build_vessel, ("dosing_time", "profile", "T_set")),
    "miniaturised": Plant(MiniaturisedBlock, build_channel, ("zones",)),
    "transient": Plant(TransientBlock, build_transient),
    "packed-bed": Plant(PackedBedBlock, build_packed_bed, catalyst=True),
    "dispersed-bed": Plant(DispersedBedBlock, build_dispersed_bed, catalyst=True),
    "transient-bed": Plant(TransientBedBlock, build_transient_bed, catalyst=True),
    "liquid-bed": Plant(LiquidBedBlock, build_liquid_bed, catalyst=True),
    "pressure-swing": Plant(SwingBlock, build_swing, ("purge",), catalyst=True),
    "wired": Plant(WiredBlock, build_wired, catalyst=True),
    "cold-plasma": Plant(ColdPlasmaBlock, build_plasma, ("power",), own_chemistry=True),
    "gas-closed": Plant(ClosedGasBlock, build_closed_gas, own_chemistry=True),
    "gas-plug-flow": Plant(GasPlugFlowBlock, build_gas_plug_flow, own_chemistry=True),
    "gas-quenched": Plant(QuenchedGasBlock, build_quenched_gas, ("T_hold",), own_chemistry=True),
    "gas-stirred": Plant(StirredGasBlock, build_stirred_gas, own_chemistry=True),
    "moving-bed": Plant(MovingBedBlock, build_moving_bed, own_chemistry=True),
    "reactive-distillation": Plant(ColumnBlock, build_column, ("duties",), own_chemistry=True),
    "column-in-time": Plant(ColumnInTimeBlock, build_column_in_time, own_chemistry=True),
    "reactor-train": Plant(
        TrainBlock, build_train, ("recoveries", "ratio", "T", "stages"), own_chemistry=True
    ),
    "shifted-equilibrium": Plant(ShiftedBlock, build_shifted, own_chemistry=True),
}


def kind_of(tree: Any) -> Any:
    """What a reactor's block calls itself; None where it says nothing."""
    return tree.get("kind") if isinstance(tree, dict) else None


def with_common(tree: dict[str, Any], report: Report) -> dict[str, Any]:
    """The blocks of the reactors, each with those keys of `common` that its kind knows.

    A reactor's own key takes the place of the common one, as a whole.
    """
    plants, common = tree.get("reactors"), tree.get("common", {})
    if not isinstance(plants, dict):
        return {}
    if not isinstance(common, dict):
        report.add(("common",), "is not a block of keys with values")
        return plants
    out, known_by_one = {}, {"kind"}
    for name, part in plants.items():
        if not isinstance(part, dict):
            out[name] = part
            continue
        kind = kind_of(part) or kind_of(common)
        known = PLANTS[kind].block.model_fields if isinstance(kind, str) and kind in PLANTS else {}
        known_by_one |= {*known}
        taken = {key: common[key] for key in common if key in known and key not in part}
        out[name] = {**taken, **part}
        report.origins |= {("reactors", name, key): ("common", key) for key in taken}
    for key in common:
        if key not in known_by_one:
            report.add(("common", key), unknown("key of a reactor", key, sorted(known_by_one)))
    return out


def own_chemistry(plants: dict[str, Any]) -> bool:
    """Whether every plant of a case brings its own chemistry."""
    kinds = [kind_of(tree) for tree in plants.values()]
    known = [PLANTS[kind] for kind in kinds if isinstance(kind, str) and kind in PLANTS]
    return bool(plants) and len(known) == len(kinds) and all(p.own_chemistry for p in known)
