"""The keys of a case file, block by block, and the sentences about what is wrong with them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from intensify.units import (
    INF,
    CubicMetre,
    CubicMetrePerSecond,
    Fraction,
    HeatTransferCoefficient,
    JoulePerKelvin,
    KelvinPerSecond,
    KilogramPerCubicMetre,
    Metre,
    MolePerCubicMetre,
    Number,
    PascalSecond,
    PowerDensity,
    Second,
    SquareMetre,
    SquareMetrePerSecond,
    Unit,
    VolumetricHeatCapacity,
    VolumetricHeatTransfer,
    WattPerKelvin,
    WattPerMetreKelvin,
)


def _above_zero(value: float) -> float:
    if value <= 0.0:
        raise ValueError(f"is {value:g}, but must be above 0")
    return value


def _flag(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return value == "true"


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


above_zero = AfterValidator(_above_zero)
# the lower bound catches Celsius written without a unit
Temperature = Annotated[float, Unit("K", 150.0, 2000.0)]
Positive = Annotated[float, Unit("1", 0.0)]
JoulePerMole = Annotated[float, Unit("J/mol")]
KilogramPerMole = Annotated[float, Unit("kg/mol", 0.0)]
CubicMetrePerMole = Annotated[float, Unit("m3/mol", 0.0)]
JoulePerMoleKelvin = Annotated[float, Unit("J/mol/K", 0.0)]
Mole = Annotated[float, Unit("mol", 0.0)]
Power = Annotated[float, Unit("W", 0.0)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Texts = Annotated[list[str], BeforeValidator(_listed)]
Concentrations = dict[str, MolePerCubicMetre]


class Block(BaseModel):
    """Base of all blocks: no keys beside the listed ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- kinetics ------------------------------------------------------------------------------------
class RateBlock(Block):
    """k = A T^b exp(-E/(R T)), or k at one temperature; A and k with the unit of their order."""

    A: str | None = None
    k: str | None = None
    at: Temperature | None = None
    E: Annotated[float, Unit("J/mol", -8e5, 8e5)] | None = None
    Ta: Annotated[float, Unit("K", -1e5, 1e5)] | None = None
    b: Annotated[float, Unit("1", -10.0, 10.0)] = 0.0
    orders: dict[str, Annotated[float, Unit("1", -5.0, 5.0)]] | None = None


class ReactionBlock(RateBlock):
    """A reaction; dH per mole of reaction as written."""

    equation: Annotated[str, Field(max_length=300)]
    dH: JoulePerMole | None = None
    reverse: RateBlock | None = None
    sites: Annotated[float, Unit("1", 0.0, 5.0)] = 0.0


class AdsorptionBlock(Block):
    """One term of the adsorption denominator: of a species, or of a product of powers."""

    of: Annotated[str, Field(max_length=100)] | None = None
    orders: dict[str, Annotated[float, Unit("1", -5.0, 5.0)]] | None = None
    A: Annotated[Number, above_zero]
    E: Annotated[float, Unit("J/mol", -8e5, 8e5)] = 0.0


class SpeciesBlock(Block):
    """What is known of a species, as far as it is needed."""

    atoms: dict[str, Number] = {}
    M: KilogramPerMole = 0.0
    v: CubicMetrePerMole = 0.0
    cp: JoulePerMoleKelvin = 0.0


class KineticsBlock(Block):
    """A mechanism by file or name, or reactions (and species) written in the case."""

    mechanism: str | None = None
    reactions: Annotated[list[ReactionBlock], Field(min_length=1, max_length=100)] | None = None
    species: dict[str, SpeciesBlock] | None = None
    rho_cp: VolumetricHeatCapacity = 0.0
    per: Literal["m3", "kg"] = "m3"
    pressure: Annotated[float, Unit("Pa", 1.0, 1e8)] | None = None
    adsorption: Annotated[list[AdsorptionBlock], Field(max_length=50)] = []
    rounding: Annotated[float, Unit("J/mol", 0.0, 1e3)] = 0.0


# --- stirred vessel ------------------------------------------------------------------------------
class VesselBlock(Block):
    """area alone is constant; with a diameter it grows with the volume, up to area."""

    volume: Annotated[CubicMetre, above_zero]
    U: HeatTransferCoefficient = 0.0
    area: SquareMetre | None = None
    diameter: Annotated[Metre, above_zero] | None = None
    bottom_area: SquareMetre | None = None
    heat_capacity: JoulePerKelvin = 0.0


class JacketBlock(Block):
    """Range of inlet temperatures; heat capacity flow (default: no limit) and content's C."""

    T_min: Temperature = 278.15
    T_max: Temperature = 363.15
    T: Temperature | None = None
    flow: Annotated[WattPerKelvin, above_zero] = INF
    content: JoulePerKelvin = 0.0


class ControllerBlock(Block):
    """PI controller of the jacket's inlet for phases with `control: controlled`."""

    Kp: Annotated[Number, above_zero] = 5.0
    t_i: Annotated[Second, above_zero] = 900.0
    rate: Annotated[KelvinPerSecond, above_zero] = 0.1
    lag: Annotated[Second, above_zero] = 10.0


class ChargeBlock(Block):
    """What is in the vessel at the start, by concentration c or by amount n; solvent fills up."""

    volume: Annotated[CubicMetre, above_zero]
    T: Temperature
    c: Concentrations = {}
    n: dict[str, Mole] = {}
    solvent: str | None = None


class FeedBlock(Block):
    """A feed: a volume over a duration, or a profile of [time, flow] nodes."""

    T: Temperature
    c: Concentrations = {}
    solvent: str | None = None
    volume: Annotated[CubicMetre, above_zero] | None = None
    duration: Annotated[Second, above_zero] | None = None
    profile: Annotated[list[tuple[Second, CubicMetrePerSecond]], Field(min_length=2)] | None = None


class IdleBlock(Block):
    """Time passes."""

    duration: Second


class ThermalBlock(Block):
    """To a temperature, with the jacket at its limit (or `jacket`), or at a `rate`."""

    to: Temperature
    jacket: Temperature | None = None
    rate: Annotated[KelvinPerSecond, above_zero] | None = None


class ReactBlock(Block):
    """React under a control, for a duration or up to the conversion of the key reactant."""

    control: Literal["isothermal", "jacket", "controlled", "adiabatic"] = "isothermal"
    T: Temperature | None = None
    jacket: Temperature | None = None
    duration: Annotated[Second, above_zero] | None = None
    conversion: Annotated[Fraction, above_zero] | None = None


class StepBlock(Block):
    """One step of the recipe: exactly one of these."""

    charge: IdleBlock | None = None
    heat: ThermalBlock | None = None
    dose: ReactBlock | None = None
    hold: ReactBlock | None = None
    react: ReactBlock | None = None
    cool: ThermalBlock | None = None
    discharge: IdleBlock | None = None
    clean: IdleBlock | None = None


class FailureBlock(Block):
    """From `at` on these factors multiply coolant flow, wall coefficient and dosing."""

    at: Second
    coolant: Fraction = 1.0
    stirring: Fraction = 1.0
    dosing: Fraction = 1.0


class BatchBlock(Block):
    """A stirred vessel without feeds."""

    kind: Literal["batch", "semibatch"]
    vessel: VesselBlock
    jacket: JacketBlock = JacketBlock()
    controller: ControllerBlock = ControllerBlock()
    charge: ChargeBlock
    stirrer: Power = 0.0
    recipe: Annotated[list[StepBlock], Field(min_length=1)]
    failure: FailureBlock | None = None


class SemibatchBlock(BatchBlock):
    """A stirred vessel with feeds."""

    feeds: Annotated[list[FeedBlock], Field(min_length=1, max_length=100)]


# --- miniaturised reactor ------------------------------------------------------------------------
class FitBlock(Block):
    """Nu = Nu_0 + C Re^m Pr^n, f = f_C Re^f_m as measured, or `drop` times the empty channel's."""

    C: Annotated[Number, above_zero]
    m: Number
    n: Number
    Nu_0: Annotated[float, Unit("1", 0.0)] = 0.0
    f_C: Annotated[Number, above_zero] | None = None
    f_m: Number | None = None
    drop: Annotated[float, Unit("1", 1.0)] | None = None
    Re: tuple[Positive, Positive] = (0.0, INF)
    Pr: tuple[Positive, Positive] = (0.0, INF)


class SectionBlock(Block):
    """A round channel (diameter) or a rectangular one; straight, a coil, corrugated, or a mixer."""

    diameter: Annotated[Metre, above_zero] | None = None
    width: Annotated[Metre, above_zero] | None = None
    height: Annotated[Metre, above_zero] | None = None
    roughness: Metre = 0.0
    coil: Annotated[Metre, above_zero] | None = None
    corrugated: FitBlock | None = None
    mixer: FitBlock | None = None


class FilmBlock(Block):
    """U from the film inside, by the section's form, a wall, and the utility's film."""

    wall: Metre = 0.0
    wall_conductivity: Annotated[WattPerMetreKelvin, above_zero] = 15.0
    utility: Annotated[HeatTransferCoefficient, above_zero] = INF


class ZoneBlock(Block):
    """A utility zone; utility_flow is the heat capacity flow of the utility in each channel."""

    residence: Annotated[Second, above_zero] | None = None
    length: Annotated[Metre, above_zero] | None = None
    utility: Temperature | None = None
    U: Annotated[HeatTransferCoefficient, above_zero] | None = None
    UA_V: Annotated[VolumetricHeatTransfer, above_zero] | None = None
    film: FilmBlock | None = None
    isothermal: Flag = False
    adiabatic: Flag = False
    utility_flow: Annotated[WattPerKelvin, above_zero] = INF
    counter: Flag = False


class MetalBlock(Block):
    """Wall metal: volume per volume of fluid, and its heat capacity."""

    ratio: Annotated[float, Unit("1", 0.0)] = 0.0
    rho_cp: VolumetricHeatCapacity = 3.95e6


class FluidBlock(Block):
    """What pressure drop, films and checks of plug flow need; viscosities by temperature."""

    viscosity: Annotated[PascalSecond, above_zero] | None = None
    viscosities: Annotated[list[tuple[Temperature, PascalSecond]], Field(min_length=2)] | None = (
        None
    )
    density: Annotated[KilogramPerCubicMetre, above_zero] = 1000.0
    conductivity: Annotated[WattPerMetreKelvin, above_zero] = 0.6
    diffusivity: Annotated[SquareMetrePerSecond, above_zero] = 1.0e-9


class MiniaturisedBlock(Block):
    """Parallel channels with utility zones; flow of all channels together."""

    kind: Literal["miniaturised"]
    channels: Annotated[float, Unit("1", 1.0)] = 1.0
    section: SectionBlock
    flow: Annotated[CubicMetrePerSecond, above_zero]
    T: Temperature
    c: Concentrations
    solvent: str | None = None
    zones: Annotated[list[ZoneBlock], Field(min_length=1)]
    metal: MetalBlock = MetalBlock()
    fluid: FluidBlock = FluidBlock()


# --- the rest ------------------------------------------------------------------------------------
class SpecificationBlock(Block):
    """The product, the key reactant, and what must be reached."""

    product: str
    key: str
    conversion: Annotated[Fraction, above_zero]
    yield_: Fraction = Field(default=0.0, alias="yield")
    selectivity: Fraction = 0.0


class LimitBlock(Block):
    """The temperature that must not be passed."""

    T: Temperature
    source: str = ""


class FreeBlock(Block):
    """What a comparison may choose on each side; names as in `plants.PLANTS`."""

    conventional: list[str] = []
    intensified: list[str] = []


class CompareBlock(Block):
    """Which reactors are compared, and what each side may choose for itself."""

    conventional: str
    intensified: str
    free: FreeBlock = FreeBlock()
    behind: str = ""  # the reactor in front of a conventional separator, and what both must reach
    purity: Fraction = 0.0
    recovery: Fraction = 0.0


class EnergyBlock(Block):
    """COP of cooling, efficiencies of boiler and pump, stirring power per volume of contents."""

    COP: Annotated[Number, above_zero] = 3.0
    boiler: Annotated[Fraction, above_zero] = 0.9
    pump: Annotated[Fraction, above_zero] = 0.5
    stirring: PowerDensity = 0.0


class CaseBlock(Block):
    """The keys of the top level; each block is checked on its own, so that all are."""

    title: Annotated[str, Field(min_length=1)]
    source: Texts = []
    mechanism: Any = None
    reactions: Any = None
    species: Any = None
    rho_cp: Any = None
    per: Any = None
    pressure: Any = None
    adsorption: Any = None
    rounding: Any = None
    specification: Any
    limit: Any
    common: Any = None
    reactors: Annotated[dict[str, Any], Field(min_length=1)]
    compare: Any = None
    energy: Any = None


class OwnChemistryBlock(CaseBlock):
    """The same where every plant brings its own chemistry."""

    specification: Any = None
    limit: Any = None
