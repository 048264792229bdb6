"""Process-intensification reactor simulation: intensified reactors against what they replace.

    import intensify as it

    case = it.cases.load("thiosulfate-peroxide")
    print(it.compare_case(case))

Names are imported when first used, so that `import intensify` and the command line start at once.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intensify import cases, estimation, plasma, plot, report, safety, sorption, transport
    from intensify.campaigns import Optimum, Sweep, merged, optimise, resume, sensitivity, sweep
    from intensify.chemistry import Adsorption, Arrhenius, Network, Reaction, Species
    from intensify.chemistry.gas import GasNetwork
    from intensify.chemistry.gas_file import gas_from_cantera
    from intensify.chemistry.gas_transport import GasTransport, transport_from_cantera
    from intensify.chemistry.mixture import Mixture
    from intensify.chemistry.surface import SurfaceNetwork
    from intensify.chemistry.surface_file import surface_from_cantera
    from intensify.compare import Comparison, compare, compare_case
    from intensify.cycles import cyclic_steady_state
    from intensify.deactivation import Deactivation, life
    from intensify.design import best_hold, channel_for, fastest_dosing, fastest_profile, ride_limit
    from intensify.design.reflux import reflux_against_stages
    from intensify.design.shift import removal_for
    from intensify.design.train import best_train
    from intensify.design.train_comparison import TrainComparison, compare_with_train
    from intensify.errors import InputError, IntensifyError, SolveError, SpecificationError
    from intensify.estimation import Estimate, Experiment, Measurement, estimate, read_experiments
    from intensify.extrapolation import FittedKinetics, extrapolate, repeatability
    from intensify.many import Many, solve_many
    from intensify.numerics import BDF, Band, DormandPrince, ExplicitFirst, Full, Rodas5P, integrate
    from intensify.reactive_separation import ReactiveSeparation, reactive_separation
    from intensify.reactors import (
        BatchReactor,
        BedChange,
        BedFilling,
        BedZone,
        Catalyst,
        Change,
        Charge,
        ColumnFeed,
        Controller,
        DispersedBed,
        DispersedChannel,
        Dissolving,
        Disturbance,
        Draw,
        Failure,
        Feed,
        Filling,
        Gas,
        Injection,
        Jacket,
        LaminarChannel,
        LevelControl,
        LiquidBed,
        Metal,
        MiniaturisedReactor,
        PackedBed,
        RadialBed,
        RadialZone,
        ReactiveDistillationColumn,
        SemibatchReactor,
        TemperatureControl,
        TransientBed,
        TransientChannel,
        TransientColumn,
        Wall,
        WiredReactor,
        Zone,
        dispersed_states,
        find_column_states,
        follow_column,
        leading_eigenvalue,
        rectangular_section,
        round_section,
        solve_column,
    )
    from intensify.reactors.channels.engulfment import EngulfmentMixer
    from intensify.reactors.columns.rate_based import RateBasedColumn, solve_rates
    from intensify.reactors.columns.reactor_train import ReactorTrain
    from intensify.reactors.columns.residue import residue_curve, residue_curves, stationary_points
    from intensify.reactors.columns.train_equations import ProductColumn
    from intensify.reactors.columns.train_solution import solve_train
    from intensify.reactors.discharges.cold_plasma import ColdPlasmaReactor
    from intensify.reactors.gases.catalytic_channel import CatalyticPlugFlow
    from intensify.reactors.gases.catalytic_vessel import (
        CatalyticClosedGas,
        CatalyticStirredReactor,
    )
    from intensify.reactors.gases.film_flow import CatalyticFilmFlow
    from intensify.reactors.gases.gas import ClosedGas, GasPlugFlow, GasReactor
    from intensify.reactors.gases.gas_quenched import QuenchedGasReactor
    from intensify.reactors.gases.gas_stirred import GasStirredReactor
    from intensify.reactors.sorbents import sorption_steps as steps
    from intensify.reactors.sorbents.moving_bed import MovingBedReactor
    from intensify.reactors.sorbents.sorption_column import SorptionReactor
    from intensify.reactors.sorbents.swing_reactor import PressureSwingReactor, Share
    from intensify.reactors.sorbents.swing_steps import Supply, SwingStep
    from intensify.reactors.vessels import phases
    from intensify.reactors.vessels.cstr import CSTR, solve_steady, steady_states
    from intensify.reactors.vessels.shifted_equilibrium import (
        ShiftedEquilibriumReactor,
        membrane,
        stripping,
    )
    from intensify.result import Result
    from intensify.routes import RouteComparison, compare_routes
    from intensify.scaleout import numbered_up, scale_out, scale_up
    from intensify.solve import solve
    from intensify.specification import Energy, SafetyLimit, Specification
    from intensify.transport import Coil, Fitted, Straight, Viscosity
    from intensify.transport.films import FilmFluids, StructuredPacking

_HOME = {
    "intensify.chemistry": ("Adsorption", "Arrhenius", "Network", "Reaction", "Species"),
    "intensify.compare": ("Comparison", "compare", "compare_case"),
    "intensify.cycles": ("cyclic_steady_state",),
    "intensify.deactivation": ("Deactivation", "life"),
    "intensify.design": (
        "best_hold", "channel_for", "fastest_dosing", "fastest_profile", "ride_limit",
    ),
    "intensify.design.shift": ("removal_for",),
    "intensify.design.train": ("best_train",),
    "intensify.design.train_comparison": ("TrainComparison", "compare_with_train"),
    "intensify.errors": ("InputError", "IntensifyError", "SolveError", "SpecificationError"),
    "intensify.estimation": (
        "Estimate", "Experiment", "Measurement", "estimate", "read_experiments",
    ),
    "intensify.extrapolation": ("FittedKinetics", "extrapolate", "repeatability"),
    "intensify.chemistry.gas": ("GasNetwork",),
    "intensify.chemistry.gas_file": ("gas_from_cantera",),
    "intensify.chemistry.gas_transport": ("GasTransport", "transport_from_cantera"),
    "intensify.chemistry.mixture": ("Mixture",),
    "intensify.chemistry.surface": ("SurfaceNetwork",),
    "intensify.chemistry.surface_file": ("surface_from_cantera",),
    "intensify.many": ("Many", "solve_many"),
    "intensify.numerics": ("BDF", "Band", "DormandPrince", "ExplicitFirst", "Full", "Rodas5P",
                           "integrate"),
    "intensify.reactors": (
        "BatchReactor", "BedChange", "BedFilling", "BedZone", "Catalyst", "Change", "Charge",
        "ColumnFeed", "Controller", "DispersedBed", "DispersedChannel", "Dissolving", "Disturbance",
        "Draw", "Failure", "Feed", "Filling", "Gas", "Injection", "Jacket", "LaminarChannel",
        "LevelControl", "LiquidBed", "Metal", "MiniaturisedReactor", "PackedBed", "RadialBed",
        "RadialZone", "ReactiveDistillationColumn", "SemibatchReactor", "TemperatureControl",
        "TransientBed", "TransientChannel", "TransientColumn", "Wall", "WiredReactor", "Zone",
        "dispersed_states", "find_column_states", "follow_column", "leading_eigenvalue",
        "rectangular_section", "round_section", "solve_column",
    ),
    "intensify.reactors.discharges.cold_plasma": ("ColdPlasmaReactor",),
    "intensify.reactors.vessels.cstr": ("CSTR", "solve_steady", "steady_states"),
    "intensify.reactors.channels.engulfment": ("EngulfmentMixer",),
    "intensify.reactors.sorbents.moving_bed": ("MovingBedReactor",),
    "intensify.design.reflux": ("reflux_against_stages",),
    "intensify.reactors.columns.rate_based": ("RateBasedColumn", "solve_rates"),
    "intensify.reactors.columns.reactor_train": ("ReactorTrain",),
    "intensify.reactors.columns.residue": ("residue_curve", "residue_curves", "stationary_points"),
    "intensify.reactors.columns.train_equations": ("ProductColumn",),
    "intensify.reactors.columns.train_solution": ("solve_train",),
    "intensify.transport.films": ("FilmFluids", "StructuredPacking"),
    "intensify.reactors.vessels.shifted_equilibrium": (
        "ShiftedEquilibriumReactor", "membrane", "stripping",
    ),
    "intensify.reactors.sorbents.sorption_column": ("SorptionReactor",),
    "intensify.reactors.sorbents.swing_reactor": ("PressureSwingReactor", "Share"),
    "intensify.reactors.sorbents.swing_steps": ("Supply", "SwingStep"),
    "intensify.reactors.gases.catalytic_channel": ("CatalyticPlugFlow",),
    "intensify.reactors.gases.film_flow": ("CatalyticFilmFlow",),
    "intensify.reactors.gases.catalytic_vessel": ("CatalyticClosedGas", "CatalyticStirredReactor"),
    "intensify.reactors.gases.gas": ("ClosedGas", "GasPlugFlow", "GasReactor"),
    "intensify.reactors.gases.gas_quenched": ("QuenchedGasReactor",),
    "intensify.reactors.gases.gas_stirred": ("GasStirredReactor",),
    "intensify.reactive_separation": ("ReactiveSeparation", "reactive_separation"),
    "intensify.result": ("Result",),
    "intensify.routes": ("RouteComparison", "compare_routes"),
    "intensify.scaleout": ("numbered_up", "scale_out", "scale_up"),
    "intensify.solve": ("solve",),
    "intensify.specification": ("Energy", "SafetyLimit", "Specification"),
    "intensify.campaigns": (
        "Optimum", "Sweep", "merged", "optimise", "resume", "sensitivity", "sweep",
    ),
    "intensify.transport": ("Coil", "Fitted", "Straight", "Viscosity"),
}  # fmt: skip
_MODULES = {
    "cases": "intensify.cases",
    "estimation": "intensify.estimation",
    "phases": "intensify.reactors.vessels.phases",
    "plasma": "intensify.plasma",
    "plot": "intensify.plot",
    "report": "intensify.report",
    "safety": "intensify.safety",
    "sorption": "intensify.sorption",
    "steps": "intensify.reactors.sorbents.sorption_steps",
    "transport": "intensify.transport",
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BDF",
    "CSTR",
    "Adsorption",
    "Arrhenius",
    "Band",
    "BatchReactor",
    "BedChange",
    "BedFilling",
    "BedZone",
    "Catalyst",
    "CatalyticClosedGas",
    "CatalyticFilmFlow",
    "CatalyticPlugFlow",
    "CatalyticStirredReactor",
    "Change",
    "Charge",
    "ClosedGas",
    "Coil",
    "ColdPlasmaReactor",
    "ColumnFeed",
    "Comparison",
    "Controller",
    "Deactivation",
    "DispersedBed",
    "DispersedChannel",
    "Dissolving",
    "Disturbance",
    "DormandPrince",
    "Draw",
    "Energy",
    "EngulfmentMixer",
    "Estimate",
    "Experiment",
    "ExplicitFirst",
    "Failure",
    "Feed",
    "Filling",
    "FilmFluids",
    "Fitted",
    "FittedKinetics",
    "Full",
    "Gas",
    "GasNetwork",
    "GasPlugFlow",
    "GasReactor",
    "GasStirredReactor",
    "GasTransport",
    "Injection",
    "InputError",
    "IntensifyError",
    "Jacket",
    "LaminarChannel",
    "LevelControl",
    "LiquidBed",
    "Many",
    "Measurement",
    "Metal",
    "MiniaturisedReactor",
    "Mixture",
    "MovingBedReactor",
    "Network",
    "Optimum",
    "PackedBed",
    "PressureSwingReactor",
    "ProductColumn",
    "QuenchedGasReactor",
    "RadialBed",
    "RadialZone",
    "RateBasedColumn",
    "Reaction",
    "ReactiveDistillationColumn",
    "ReactiveSeparation",
    "ReactorTrain",
    "Result",
    "Rodas5P",
    "RouteComparison",
    "SafetyLimit",
    "SemibatchReactor",
    "Share",
    "ShiftedEquilibriumReactor",
    "SolveError",
    "SorptionReactor",
    "Species",
    "Specification",
    "SpecificationError",
    "Straight",
    "StructuredPacking",
    "Supply",
    "SurfaceNetwork",
    "Sweep",
    "SwingStep",
    "TemperatureControl",
    "TrainComparison",
    "TransientBed",
    "TransientChannel",
    "TransientColumn",
    "Viscosity",
    "Wall",
    "WiredReactor",
    "Zone",
    "best_hold",
    "best_train",
    "cases",
    "channel_for",
    "compare",
    "compare_case",
    "compare_routes",
    "compare_with_train",
    "cyclic_steady_state",
    "dispersed_states",
    "estimate",
    "estimation",
    "extrapolate",
    "fastest_dosing",
    "fastest_profile",
    "find_column_states",
    "follow_column",
    "gas_from_cantera",
    "integrate",
    "leading_eigenvalue",
    "life",
    "membrane",
    "merged",
    "numbered_up",
    "optimise",
    "phases",
    "plasma",
    "plot",
    "reactive_separation",
    "read_experiments",
    "rectangular_section",
    "reflux_against_stages",
    "removal_for",
    "repeatability",
    "report",
    "residue_curve",
    "residue_curves",
    "resume",
    "ride_limit",
    "round_section",
    "safety",
    "scale_out",
    "scale_up",
    "sensitivity",
    "solve",
    "solve_column",
    "solve_many",
    "solve_rates",
    "solve_steady",
    "solve_train",
    "sorption",
    "stationary_points",
    "steady_states",
    "steps",
    "stripping",
    "surface_from_cantera",
    "sweep",
    "transport",
    "transport_from_cantera",
]


class _Package(ModuleType):
    """A package on which the function `solve` is not hidden by the submodule of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("intensify")
    if name in _MODULES:
        value = importlib.import_module(_MODULES[name])
    elif name in _WHERE:
        value = getattr(importlib.import_module(_WHERE[name]), name)
    else:
        raise AttributeError(f"module 'intensify' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
