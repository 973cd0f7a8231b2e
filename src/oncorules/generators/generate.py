"""Writes a synthetic export into a new folder, whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from oncorules.data.private import PrivateFolder
from oncorules.data.whole_file import whole_file
from oncorules.data.write import WriteAs
from oncorules.errors import OutputError
from oncorules.generators.design import read_design
from oncorules.generators.latent import read_cohort
from oncorules.generators.sdtm_columns import LABELS
from oncorules.generators.twin import tell_twin

NOTE = "SYNTHETIC.md"
TOLD = (
    "Synthetic: no row is about a real person. The cohort of {subjects} subjects was calibrated to "
    "the figures that {study} prints; that they come out again shows that rules, derivations and "
    "analyses are right and unchanged, not that the paper is."
)


@dataclass(frozen=True)
class Generated:
    """What was written.

    Attributes:
        tables: name, file and rows of each table.
        told: what the data are, and what they show.
    """

    tables: tuple[tuple[str, Path, int], ...]
    told: str


def generate(study: Path, out: Path, *, seed: int = 1, as_: WriteAs = "csv") -> Generated:
    """Write the twin of a study's cohort as an SDTM export.

    Args:
        study: the folder of the study.
        out: a folder that is not there yet, or is empty.
        seed: of names, days and visits; the same seed gives the same bytes.
        as_: csv, parquet, xpt or dataset-json.

    Raises:
        DataError: the study has no solved cohort, or its files were changed.
        OutputError: the folder is not empty, or cannot be written; nothing is left half written.
    """
    design, subjects = read_design(study), read_cohort(study)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} is not an empty folder; choose a new one with --out")
    told = TOLD.format(subjects=len(subjects), study=study.name)
    records = tell_twin(subjects, design, seed)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = PrivateFolder(out.parent)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}); choose another folder with --out"
        ) from None
    try:
        paths = records.write(part.path, as_, LABELS)
        with whole_file(part.path / NOTE) as file:
            file.write(f"{told}\nStudy {study.name}, seed {seed}.\n".encode())
        part.path.chmod(0o755)
        os.replace(part.path, out)
    finally:
        part.close()
    rows = {table: len(rows) for table, rows in records.rows.items()}
    tables = [(path.stem.upper(), out / path.name, rows[path.stem.upper()]) for path in paths]
    return Generated(tuple(tables), told)
