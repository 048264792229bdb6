"""Which kinds of plant a case can hold: a row a kind, with its block and what builds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from intensify.cases.bed import (
    LiquidBedBlock,
    PackedBedBlock,
    WiredBlock,
    build_liquid_bed,
    build_packed_bed,
    build_wired,
)
from intensify.cases.channel import build_channel
from intensify.cases.cold_plasma import ColdPlasmaBlock, build_plasma
from intensify.cases.column import ColumnBlock, build_column
from intensify.cases.gas import (
    ClosedGasBlock,
    GasPlugFlowBlock,
    StirredGasBlock,
    build_closed_gas,
    build_gas_plug_flow,
    build_stirred_gas,
)
from intensify.cases.schema import BatchBlock, Block, MiniaturisedBlock, SemibatchBlock
from intensify.cases.scope import Scope
from intensify.cases.shifted import ShiftedBlock, build_shifted
from intensify.cases.train import TrainBlock, build_train
from intensify.cases.transient import TransientBlock, build_transient
from intensify.cases.vessel import build_vessel


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
    "liquid-bed": Plant(LiquidBedBlock, build_liquid_bed, catalyst=True),
    "wired": Plant(WiredBlock, build_wired, catalyst=True),
    "cold-plasma": Plant(ColdPlasmaBlock, build_plasma, own_chemistry=True),
    "gas-closed": Plant(ClosedGasBlock, build_closed_gas, own_chemistry=True),
    "gas-plug-flow": Plant(GasPlugFlowBlock, build_gas_plug_flow, own_chemistry=True),
    "gas-stirred": Plant(StirredGasBlock, build_stirred_gas, own_chemistry=True),
    "reactive-distillation": Plant(ColumnBlock, build_column, ("duties",), own_chemistry=True),
    "reactor-train": Plant(
        TrainBlock, build_train, ("recoveries", "ratio", "T", "stages"), own_chemistry=True
    ),
    "shifted-equilibrium": Plant(ShiftedBlock, build_shifted, own_chemistry=True),
}


def kind_of(tree: Any) -> Any:
    """What a reactor's block calls itself; None where it says nothing."""
    return tree.get("kind") if isinstance(tree, dict) else None


def own_chemistry(plants: dict[str, Any]) -> bool:
    """Whether every plant of a case brings its own chemistry."""
    kinds = [kind_of(tree) for tree in plants.values()]
    known = [PLANTS[kind] for kind in kinds if isinstance(kind, str) and kind in PLANTS]
    return bool(plants) and len(known) == len(kinds) and all(p.own_chemistry for p in known)
