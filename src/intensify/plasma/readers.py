"""Files with cross sections: Cantera YAML, and the text of LXCat, BOLSIG+ and ZDPlasKin."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np

from intensify.chemistry.mechanism_file import found
from intensify.errors import InputError
from intensify.plasma.cross_sections import DALTON, ELECTRON_MASS, CrossSections, Process

ELECTRONS = ("e", "E", "e-", "Electron", "electron")
MOST_BYTES = 64 * 2**20


def read_bytes(path: str | Path) -> tuple[Path, bytes]:
    """A file's content; a bare name is looked up among the installed Cantera's data as well."""
    file = found(path, "; tables of LXCat come from https://lxcat.net")
    if file.stat().st_size > MOST_BYTES:
        raise InputError(f"'{path}' is longer than {MOST_BYTES} bytes, the most that is read")
    return file, file.read_bytes()


def read_cross_sections(path: str | Path, *, sha256: str | None = None) -> CrossSections:
    """The cross sections of a file, under the contract of `cross_sections`.

    .yaml, .yml: Cantera; anything else: LXCat, BOLSIG+ or ZDPlasKin (bolsigdb.dat) text.
    sha256: what the file's hash must be. InputError: file, process, line and remedy.

    >>> air = read_cross_sections("air-plasma-Phelps.yaml")
    >>> air.targets, len(air.processes)
    (['O2', 'N2'], 42)
    """
    file, raw = read_bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    if sha256 is not None and digest != sha256:
        raise InputError(
            f"'{file.name}' has sha256 {digest}, but {sha256} is asked for: it is another version"
        )
    try:
        processes, notes = processes_of(raw, file.suffix in (".yaml", ".yml"))
    except UnicodeDecodeError:
        raise InputError(f"'{file.name}' is not UTF-8 text; save it as UTF-8") from None
    if not processes:
        raise InputError(f"'{file.name}' holds no cross sections")
    return CrossSections.build(processes, source=file.name, sha256=digest, noted=notes)


@functools.lru_cache(maxsize=8)
def processes_of(raw: bytes, is_yaml: bool) -> tuple[list[Process], list[str]]:
    """Processes and notes of a file's content, which the reactors of a case share."""
    text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    return cantera_processes(text) if is_yaml else lxcat_processes(text)


# --- Cantera -------------------------------------------------------------------------------------
def cantera_processes(text: str) -> tuple[list[Process], list[str]]:
    """Processes of `electron-collisions` and of reactions `electron-collision-plasma`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise InputError(f"is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(tree, dict):
        raise InputError("is no Cantera file: it holds no block of keys")
    notes: list[str] = []
    items = [x for value in tree.values() if isinstance(value, list) for x in value]
    out = []
    for item in items:
        if not isinstance(item, dict) or "cross-sections" not in item:
            continue
        target, product, kind = named(item)
        energy, sigma = numbers(item, "energy-levels"), numbers(item, "cross-sections")
        threshold = item.get("threshold")
        if threshold is None and kind in ("excitation", "ionization", "attachment"):
            # H2O's ionisation starts at 0 eV with two zeros
            threshold = energy[max(int(np.argmax(sigma > 0.0)) - 1, 0)]
            notes.append(f"{target}->{product}: threshold taken from its table, {threshold:g} eV")
        ratio = ELECTRON_MASS / (molar_mass(target) * DALTON)
        level = 0.0 if threshold is None else float(threshold)
        out.append(Process(target, product, kind, level, energy, sigma, ratio))
    return out, notes


def named(item: dict[str, Any]) -> tuple[str, str, str]:
    """Target, product and kind of an entry; the kind of a reaction from its electrons."""
    if "target" in item:
        kind = str(item.get("kind", "excitation"))
        return str(item["target"]), str(item.get("product", kind)), kind
    left, arrow, right = (
        x.strip() for x in re.split(r"(<?=>?)", str(item.get("equation")), maxsplit=1)
    )
    before, after = ([x.strip() for x in side.split(" + ")] for side in (left, right))
    heavy = [x for x in before if x not in ELECTRONS]
    if not arrow or len(heavy) != 1:
        raise InputError(f"'{item.get('equation')}' is no collision of an electron with a target")
    free = sum(electrons(x) for x in after)
    rest = [x for x in after if not electrons(x)]
    kind = "attachment" if free == 0 else "ionization" if free == 2 else "excitation"
    if rest == heavy:
        kind = "effective"
    return heavy[0], right, str(item.get("kind", kind))


def electrons(term: str) -> int:
    """How many electrons a term of an equation counts."""
    count, _, name = term.rpartition(" ")
    return int(float(count or 1)) if name in ELECTRONS else 0


def numbers(item: dict[str, Any], key: str) -> np.ndarray:
    """A list of numbers; YAML 1.1 leaves `1e-20` a text."""
    where = item.get("equation") or f"{item.get('target')}->{item.get('product', '')}"
    try:
        return np.array([float(x) for x in item[key]])
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{where}: {key} is missing or no list of numbers") from None


def molar_mass(formula: str) -> float:
    """Molar mass [g/mol] of a target's formula; states in brackets and charges count nothing.

    >>> round(molar_mass("CH4"), 3), round(molar_mass("O2(a1)"), 3)
    (16.043, 31.998)
    """
    import cantera as ct

    bare = re.sub(r"\(.*?\)|[\^+*'-]", "", formula)
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", bare)
    try:
        total = sum(ct.Element(symbol).weight * int(count or 1) for symbol, count in parts)
    except ct.CanteraError:
        total = 0.0
    if total == 0.0 or "".join(s + c for s, c in parts) != bare:
        raise InputError(f"'{formula}' is no formula; its mass is unknown: name the target so")
    return float(total)


# --- LXCat, BOLSIG+, ZDPlasKin -------------------------------------------------------------------
WORDS = {
    "ELASTIC": "elastic", "MOMENTUM": "elastic", "EFFECTIVE": "effective",
    "EXCITATION": "excitation", "ROTATION": "excitation", "VIBRATION": "excitation",
    "IONIZATION": "ionization", "ATTACHMENT": "attachment",
}  # fmt: skip


def lxcat_processes(text: str) -> tuple[list[Process], list[str]]:
    """Blocks: keyword, target -> product, number (m/M or threshold, weights), rows between ----."""
    lines = text.splitlines()
    out: list[Process] = []
    i = 0
    while i < len(lines):
        kind = WORDS.get(lines[i].strip().upper())
        if kind is None:
            i += 1
            continue
        process, i = lxcat_block(lines, i, kind)
        out.append(process)
    return out, []


def lxcat_block(lines: list[str], start: int, kind: str) -> tuple[Process, int]:
    """The process whose keyword stands in a line, and the line after its table."""
    where = f"line {start + 1} ({lines[start].strip()})"
    target, _, product = (
        x.strip() for x in (lines[start + 1] if start + 1 < len(lines) else "").partition("->")
    )
    product = product or kind
    if not target:
        raise InputError(f"{where}: the next line names no target; write 'target -> product'")
    i, head = start + 2, []
    if kind != "attachment":
        head = leading_numbers(lines[i] if i < len(lines) else "")
        if not head:
            raise InputError(
                f"{where}, {target}->{product}: line {i + 1} holds no number; give m/M or threshold"
            )
        i += 1
    while i < len(lines) and not lines[i].strip().startswith("-----"):
        if WORDS.get(lines[i].strip().upper()):
            raise InputError(f"{where}, {target}->{product}: no table before the next process")
        i += 1
    rows, i = [], i + 1
    while i < len(lines) and not lines[i].strip().startswith("-----"):
        row = leading_numbers(lines[i])
        if lines[i].strip() and len(row) < 2:
            raise InputError(
                f"{target}->{product}: line {i + 1} is no pair of energy [eV] and cross section "
                f"[m2]: '{lines[i].strip():.40}'"
            )
        rows += [row[:2]] if row else []
        i += 1
    if i >= len(lines) or not rows:
        raise InputError(f"{where}, {target}->{product}: the table has no rows or no end (-----)")
    energy, sigma = np.array(rows).T
    is_elastic = kind in ("elastic", "effective")
    level = 0.0 if is_elastic or not head else head[0]
    weight = (
        1.0 / head[1] if not is_elastic and "<->" in lines[start + 1] and len(head) > 1 else 1.0
    )
    target = target.removesuffix("<").strip()
    ratio = head[0] if is_elastic else 0.0
    return Process(target, product, kind, level, energy, sigma, ratio, 1.0, weight), i + 1


def leading_numbers(line: str) -> list[float]:
    """The numbers at the start of a line, up to the first word."""
    out = []
    for word in line.replace(",", " ").split():
        try:
            out.append(float(word.replace("D", "E").replace("d", "e")))
        except ValueError:
            break
    return out
