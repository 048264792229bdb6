"""Reaction mechanisms of liquids in Cantera's YAML format, read without Cantera.

A liquid is a phase `ideal-condensed` of species with constant heat capacity and molar volume,

    h_i(T) = h0 + cp0 (T - T0)     s_i(T) = s0 + cp0 ln(T/T0)     at the reference pressure

and its reactions are elementary with Arrhenius rate constants. Cantera's rates are in the activity
concentrations x_i/v_i. These are concentrations only where all species have one molar volume, so
this is asked for; a phase with `rate-concentrations: molar` (a key that Cantera passes over) has
rate constants in mol/m3 whatever its molar volumes, and other rates in Cantera.
"""

from __future__ import annotations

import math
import re
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from intensify.chemistry import cantera_syntax as syntax
from intensify.chemistry.cantera_syntax import ATOMIC_WEIGHTS, Node
from intensify.chemistry.network import R_GAS, Arrhenius, Network, Reaction, Species
from intensify.chemistry.stoichiometry import parse_equation, unknown
from intensify.errors import InputError

T_REF = 298.15
_SUFFIX = ".mechanism.yaml"
_FILE_KEYS = (
    "description", "generator", "input-files", "cantera-version", "date", "git-commit", "note",
    "elements", "phases", "species", "reactions", "units",
)  # fmt: skip
_PHASE_KEYS = (
    "name", "thermo", "standard-concentration-basis", "rate-concentrations", "elements", "species",
    "kinetics", "reactions", "state", "note", "units",
)  # fmt: skip
_SPECIES_KEYS = ("name", "composition", "thermo", "equation-of-state", "note", "units")
_THERMO_KEYS = (
    "model", "T0", "h0", "s0", "cp0", "reference-pressure", "T-min", "T-max", "note", "units",
)  # fmt: skip
_VOLUME_KEYS = {
    "molar-volume": syntax.MOLAR_VOLUME,
    "density": syntax.DENSITY,
    "molar-density": syntax.MOLAR_DENSITY,
}
_REACTION_KEYS = (
    "equation", "type", "rate-constant", "orders", "nonreactant-orders", "negative-orders",
    "duplicate", "id", "note", "units",
)  # fmt: skip


class _Thermo(NamedTuple):
    """Constant heat capacity cp [J/mol/K] with enthalpy h and entropy s at T0."""

    T0: float
    h: float
    s: float
    cp: float


def mechanism_names() -> list[str]:
    """Names of the mechanisms that come with the package.

    >>> "van-de-vusse" in mechanism_names()
    True
    """
    folder = resources.files("intensify") / "cases" / "data"
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def read_mechanism(path_or_name: str | Path, *, phase: str | None = None) -> Network:
    """The network of a liquid's mechanism in Cantera's YAML format.

    path_or_name: a file (a Path, or text that ends in .yaml or .yml or has a slash), or the name
    of a mechanism of the package. phase: which one, where the file has several.
    Enthalpies are referred to 298.15 K; a reversible reaction's way back follows from the species'
    thermodynamics exactly, at the reference pressure.

    InputError: whatever the engine can't read, all of it, each with its line.
    FileFormatError: no safe YAML (more than 1 MiB, aliases, tags, duplicate keys, nesting).

    >>> net = read_mechanism("thiosulfate-peroxide")
    >>> float(round(net.dH[0]))
    -547100.0
    """
    data, file = _load(path_or_name)
    problems: list[tuple[str, str]] = []
    root = syntax.read_tree(data, file, problems)
    sections = root.mapping(_FILE_KEYS)
    weights = ATOMIC_WEIGHTS | _own_elements(sections.get("elements"))
    where = _pick_phase(root, sections, phase)
    if problems:
        raise InputError(problems)
    keys = where.mapping(_PHASE_KEYS)
    molar = _check_phase(where, keys)
    pool = _species_pool(root, sections.get("species"), weights)
    names = _declared_species(keys.get("species"), list(pool))
    if problems:
        raise InputError(problems)
    volumes = {pool[name][0].v for name in names}
    if not molar and max(volumes) > (1.0 + 1e-9) * min(volumes):
        where.problem(
            "has species of different molar volumes, and Cantera then takes x_i/v_i for the"
            " concentration of species i, not its mol/m3; give all species one molar-volume, or"
            " write 'rate-concentrations: molar' if the rate constants are in mol/m3 or mol/L"
        )
    chosen = {name: pool[name] for name in names}
    reactions = _reactions(where, keys, sections.get("reactions"), chosen)
    if problems:
        raise InputError(problems)
    try:
        return Network.build(reactions, [s for s, _ in chosen.values()], T_ref=T_REF)
    except InputError as error:
        raise InputError([(f"{file}: {path}", text) for path, text in error.problems]) from None


def _load(path_or_name: str | Path) -> tuple[bytes, str]:
    text = str(path_or_name)
    is_path = isinstance(path_or_name, Path) or text.endswith((".yaml", ".yml")) or "/" in text
    if not is_path and text not in mechanism_names():
        raise InputError(unknown("mechanism", text, mechanism_names()))
    source = (
        Path(path_or_name)
        if is_path
        else resources.files("intensify") / "cases" / "data" / (text + _SUFFIX)
    )
    try:
        with source.open("rb") as stream:
            return stream.read(syntax.MAX_BYTES + 1), source.name
    except OSError as error:
        raise InputError([(text, f"can't be read: {error.strerror}")]) from None


# --- the phase -----------------------------------------------------------------------------------
def _own_elements(section: Node | None) -> dict[str, float]:
    out = {}
    for entry in section.items() if section else []:
        keys = entry.mapping(("symbol", "atomic-weight", "atomic-number", "entropy298", "note"))
        if "symbol" in keys and "atomic-weight" in keys:
            out[keys["symbol"].text()] = _positive(keys["atomic-weight"], ({}, "35.45"))
        else:
            entry.problem("an element has the keys symbol and atomic-weight")
    return out


def _pick_phase(root: Node, sections: dict[str, Node], wanted: str | None) -> Node:
    phases: dict[str, Node] = {}
    for entry in sections["phases"].items() if "phases" in sections else []:
        name = entry.value.get("name") if isinstance(entry.value, dict) else None
        phases[name.text() if name else ""] = entry
    if not phases:
        root.problem("has no phases; is this a mechanism in Cantera's format?")
    elif wanted is None and len(phases) > 1:
        root.problem(f"has several phases; choose one by phase=: {', '.join(phases)}")
    elif wanted is not None and wanted not in phases:
        root.problem(unknown("phase", wanted, list(phases)))
    return next(iter(phases.values()), root) if wanted is None else phases.get(wanted, root)


def _check_phase(where: Node, keys: dict[str, Node]) -> bool:
    """Refuse phases with other rates than ours; whether rate constants are in mol/m3 anyway."""
    thermo = keys.get("thermo", where)
    if "thermo" not in keys or thermo.text() != "ideal-condensed":
        thermo.problem(f"{_said(thermo)}: only liquids 'thermo: ideal-condensed' are read")
    basis = keys.get("standard-concentration-basis", where)
    if basis is where:
        where.problem(
            "has no standard-concentration-basis, and Cantera then has rates in mole fractions;"
            " write 'standard-concentration-basis: species-molar-volume' for rates in mol/m3"
        )
    elif basis.text() != "species-molar-volume":
        basis.problem(
            f"{_said(basis)}: Cantera's rates are then not in concentrations (with 'unity': in"
            " mole fractions); write 'species-molar-volume' and rate constants in mol/m3 or mol/L"
        )
    if "kinetics" in keys and keys["kinetics"].text() != "bulk":
        keys["kinetics"].problem(f"{_said(keys['kinetics'])}: only 'kinetics: bulk' is read")
    molar = keys.get("rate-concentrations")
    if molar is not None and molar.text() != "molar":
        molar.problem(f"{_said(molar)}: the only value is 'molar' (or leave the key away)")
    return molar is not None


def _said(node: Node) -> str:
    return f"is '{node.value}'" if isinstance(node.value, str) else "is missing"


# --- species -------------------------------------------------------------------------------------
def _species_pool(root: Node, section: Node | None, weights) -> dict[str, tuple[Species, _Thermo]]:
    """The species of the file by name."""
    out: dict[str, tuple[Species, _Thermo]] = {}
    if section is None:
        root.problem("has no species")
    for entry in section.items() if section else []:
        keys = entry.mapping(_SPECIES_KEYS)
        missing = {"name", "composition", "thermo", "equation-of-state"} - set(keys)
        if missing:
            entry.problem(f"has no {', '.join(sorted(missing))}")
            continue
        name = keys["name"].text()
        if name in out:
            entry.problem(f"the species '{name}' stands there twice")
        if len(name.encode()) > 32:
            entry.problem(f"the name '{name}' is longer than 32 bytes")
        atoms = {element: n.number() for element, n in keys["composition"].table().items()}
        for element in atoms:
            if element not in weights:
                keys["composition"].problem(
                    f"the atomic weight of '{element}' is not known; give it under 'elements'"
                )
        M = 1e-3 * sum(weights.get(element, math.nan) * n for element, n in atoms.items())
        if M <= 0.0:
            keys["composition"].problem("has no atoms")
        thermo = _thermo(keys["thermo"])
        h = thermo.h + thermo.cp * (T_REF - thermo.T0)
        v = _molar_volume(keys["equation-of-state"], M)
        out[name] = Species(name, atoms, M, v, thermo.cp, h), thermo
    return out


def _declared_species(node: Node | None, known: list[str]) -> list[str]:
    """The species of the phase: a list of names, or all."""
    if node is None or node.value == "all":
        return known
    names = []
    for entry in node.items():
        if not isinstance(entry.value, str):
            entry.problem("species of other sections or files are not read; list names here")
        elif entry.value not in known:
            entry.problem(unknown("species", entry.value, known))
        names.append(entry.text())
    if not names:
        node.problem("names no species")
    return names


def _thermo(node: Node) -> _Thermo:
    keys = dict(node.table())
    model = keys["model"].text() if "model" in keys else ""
    if model != "constant-cp":
        node.problem(f"the thermo model '{model}' is not read; write 'model: constant-cp' with h0")
        return _Thermo(T_REF, 0.0, 0.0, 0.0)
    node.mapping(_THERMO_KEYS)

    def value(key: str, kind: tuple[dict[str, float], str], default: float) -> float:
        return keys[key].quantity(kind) if key in keys else default

    T0 = _positive(keys["T0"], syntax.TEMPERATURE) if "T0" in keys else T_REF
    h, s = value("h0", syntax.MOLAR_ENERGY, 0.0), value("s0", syntax.MOLAR_HEAT, 0.0)
    return _Thermo(T0, h, s, value("cp0", syntax.MOLAR_HEAT, 0.0))


def _molar_volume(node: Node, M: float) -> float:
    entry = node.value[0] if isinstance(node.value, list) and len(node.value) == 1 else node
    keys = entry.mapping(("model", "note", *_VOLUME_KEYS))
    if "model" not in keys or keys["model"].text() != "constant-volume":
        entry.problem("only 'model: constant-volume' is read")
    given = [key for key in _VOLUME_KEYS if key in keys]
    if len(given) != 1:
        entry.problem(f"needs one of {', '.join(_VOLUME_KEYS)}")
        return math.nan
    value = _positive(keys[given[0]], _VOLUME_KEYS[given[0]])
    return {"molar-volume": value, "density": M / value, "molar-density": 1.0 / value}[given[0]]


def _positive(node: Node, kind: tuple[dict[str, float], str]) -> float:
    value = node.quantity(kind)
    if value <= 0.0:
        node.problem(f"is {value:g}, but must be above 0")
        return math.nan
    return value


# --- reactions -----------------------------------------------------------------------------------
def _reactions(where: Node, keys: dict[str, Node], section: Node | None, species) -> list[Reaction]:
    """The reactions of the phase: all, or those among the declared species."""
    choice = keys["reactions"].value if "reactions" in keys else "all"
    if choice not in ("all", "declared-species"):
        keys["reactions"].problem("only all and declared-species are read, from 'reactions'")
    if "kinetics" not in keys:
        where.problem("has no kinetics; write 'kinetics: bulk'")
    entries = section.items() if section else []
    found = [_reaction(entry, species, skip=choice == "declared-species") for entry in entries]
    reactions = [reaction for reaction in found if reaction is not None]
    if not reactions:
        where.problem("has no reactions that can be read")
    return reactions


def _reaction(entry: Node, species: dict, *, skip: bool) -> Reaction | None:
    keys = entry.mapping(_REACTION_KEYS)
    if "type" in keys and keys["type"].text() not in ("elementary", "Arrhenius"):
        keys["type"].problem(f"{_said(keys['type'])}: only elementary Arrhenius reactions are read")
        return None
    if "equation" not in keys or "rate-constant" not in keys:
        entry.problem("has no equation or no rate-constant")
        return None
    equation = re.sub(r"(?<=\s)=(?=\s)", "<=>", keys["equation"].text())
    if re.search(r"\(\+\s*\S+\)", equation) or ("M" in equation.split() and "M" not in species):
        keys["equation"].problem("third bodies are a matter of gases and are not read")
        return None
    try:
        left, right, reversible = parse_equation(equation)
    except InputError as error:
        keys["equation"].problem(error.problems[0][1])
        return None
    strangers = [name for name in {**left, **right} if name not in species]
    if strangers and skip:
        return None
    for name in strangers:
        keys["equation"].problem(unknown("species", name, list(species)))
    orders = left | _explicit_orders(keys, left, species, reversible)
    rate = _arrhenius(keys["rate-constant"], sum(orders.values()))
    if strangers or rate is None:
        return None
    reverse = _way_back(keys["equation"], rate, left, right, species) if reversible else None
    return Reaction(equation, rate, orders, reverse=reverse)


def _explicit_orders(keys: dict[str, Node], left, species, reversible: bool) -> dict[str, float]:
    """Orders that stand in the file; as in Cantera they replace those of the species they name."""

    def allowed(flag: str) -> bool:
        return flag in keys and keys[flag].text() == "true"

    node = keys.get("orders")
    if node is None:
        return {}
    if reversible:
        node.problem("orders are for irreversible reactions; write '=>', and the way back as well")
    out = {}
    for name, child in node.table().items():
        out[name] = child.number()
        if name not in species:
            child.problem(unknown("species", name, list(species)))
        elif name not in left and not allowed("nonreactant-orders"):
            child.problem(f"'{name}' is no reactant; write 'nonreactant-orders: true' if meant")
        if out[name] < 0.0 and not allowed("negative-orders"):
            child.problem(f"is {out[name]:g}; write 'negative-orders: true' if meant")
    return out


def _arrhenius(node: Node, order: float) -> Arrhenius | None:
    if isinstance(node.value, list) and len(node.value) == 3:
        keys = dict(zip(("A", "b", "Ea"), node.value, strict=True))
    else:
        keys = node.mapping(("A", "b", "Ea"))
    if "A" not in keys or "b" not in keys:
        node.problem("needs A and b, as in {A: 1e10 L/mol/s, b: 0, Ea: 76.5 kJ/mol}")
        return None
    A = _positive(keys["A"], syntax.rate_constant(order))
    Ta = keys["Ea"].activation_temperature() if "Ea" in keys else 0.0
    return Arrhenius(A, keys["b"].number(), Ta)


def _way_back(node: Node, rate: Arrhenius, left, right, species) -> Arrhenius:
    """The reverse rate constant k/K_c, which is an Arrhenius term as cp is constant.

    K_c = v^-sum(nu) exp(sum nu (s0 - cp - cp ln T0)/R) T^(dcp/R) exp(-sum nu (h0 - cp T0)/(R T))
    """
    ln_A, b, Ta = math.log(rate.A), rate.b, rate.Ta
    volumes = {species[name][0].v for name in species}
    if max(volumes) > (1.0 + 1e-9) * min(volumes):
        node.problem("a reversible reaction needs species of one molar volume; write the way back")
    for side, sign in ((left, -1.0), (right, 1.0)):
        for name, count in side.items():
            nu, (one, thermo) = sign * count, species[name]
            ln_A -= nu * (thermo.s - thermo.cp * (1.0 + math.log(thermo.T0))) / R_GAS
            ln_A += nu * math.log(one.v)
            b -= nu * thermo.cp / R_GAS
            Ta -= nu * (thermo.h - thermo.cp * thermo.T0) / R_GAS
    if abs(ln_A) >= 700.0:
        node.problem(f"the reverse rate constant, exp({ln_A:.0f}) at infinite T, is out of range")
        return Arrhenius(1.0)
    return Arrhenius(math.exp(ln_A), b, Ta)
