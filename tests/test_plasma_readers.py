"""Cross sections from LXCat text: what is read, and what is told of a bad file."""

from __future__ import annotations

import numpy as np
import pytest

from intensify.errors import InputError
from intensify.plasma import Boltzmann, CrossSections, Process, read_cross_sections

RULE = "-" * 30
TABLES = {
    "elastic": [(0.0, 6e-20), (1.0, 8e-20), (100.0, 3e-20)],
    "level": [(8.0, 0.0), (12.0, 2e-21), (100.0, 1e-21)],
    "ion": [(12.0, 0.0), (30.0, 1e-20), (100.0, 2e-20)],
    "attached": [(0.0, 0.0), (4.0, 1e-22), (6.0, 0.0)],
}


def block(head, table, *, about="SPECIES: e / X"):
    rows = "\n".join(f" {E:.4e}\t{s:.4e}" for E, s in TABLES[table])
    return f"{head}\n{about}\n{RULE}\n{rows}\n{RULE}\n\n"


TEXT = (
    "LXCat, a comment\n\n"
    + block("ELASTIC\nX\n 1.36e-5 / mass ratio", "elastic")
    + block("EXCITATION\nX <-> X(v1)\n 8.0 2.0 / threshold, weights", "level")
    + block("IONIZATION\nX -> X^+\n 12.0", "ion")
    + block("ATTACHMENT\nX -> X^-", "attached")
)


def written(tmp_path, text):
    path = tmp_path / "tables.txt"
    path.write_text(text)
    return path


def test_the_blocks_become_processes(tmp_path):
    read = read_cross_sections(written(tmp_path, TEXT))
    assert read.targets == ["X"]
    kinds = [p.kind for p in read.processes]
    assert kinds == ["elastic", "excitation", "ionization", "attachment"]
    assert [p.threshold for p in read.processes] == [0.0, 8.0, 12.0, 0.0]
    assert read.processes[1].product == "X(v1)"
    for process, name in zip(read.processes, TABLES, strict=True):
        rows = np.column_stack([process.energy, process.sigma])
        assert rows[: len(TABLES[name])] == pytest.approx(np.array(TABLES[name]))


def test_a_swarm_in_the_file_is_that_of_the_same_processes(tmp_path):
    def process(product, kind, threshold, name, ratio=0.0):
        E, sigma = np.array(TABLES[name]).T
        return Process("X", product, kind, threshold, E, sigma, ratio)

    built = CrossSections.build([
        process("elastic", "elastic", 0.0, "elastic", 1.36e-5),
        process("X(v1)", "excitation", 8.0, "level"), process("X^+", "ionization", 12.0, "ion"),
        process("X^-", "attachment", 0.0, "attached"),
    ])  # fmt: skip
    read = read_cross_sections(written(tmp_path, TEXT))
    a, b = (Boltzmann(x).solve(1e-19, {"X": 1.0}) for x in (built, read))
    assert a.mean_energy == pytest.approx(b.mean_energy, rel=1e-12)
    assert a.mean_energy > 1.0


def test_the_hash_of_another_version_is_told(tmp_path):
    path = written(tmp_path, TEXT)
    digest = read_cross_sections(path).sha256
    assert read_cross_sections(path, sha256=digest).targets == ["X"]
    with pytest.raises(InputError, match="it is another version"):
        read_cross_sections(path, sha256="0" * 64)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" 1.36e-5 / mass ratio", "mass unknown", "holds no number; give m/M or threshold"),
        (" 8.0000e+00\t0.0000e+00", " eight nothing", "is no pair of energy"),
        (TEXT, TEXT[: TEXT.rindex(RULE)], r"no rows or no end \(-----\)"),
        ("IONIZATION\nX -> X^+", "IONIZATION\n", "names no target"),
        (TEXT, "no tables at all", "holds no cross sections"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_line(tmp_path, old, new, sentence):
    assert old in TEXT
    with pytest.raises(InputError, match=sentence) as told:
        read_cross_sections(written(tmp_path, TEXT.replace(old, new, 1)))
    assert len(str(told.value).splitlines()) == 1


def test_a_missing_file_and_a_file_of_bytes_are_told(tmp_path):
    with pytest.raises(InputError, match="is not there; name a file of yours"):
        read_cross_sections(tmp_path / "none.txt")
    path = tmp_path / "bytes.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_cross_sections(path)
