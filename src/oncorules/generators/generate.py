"""Writes a synthetic export into a new folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from oncorules.data.write import SUFFIXES, WriteAs, write_table
from oncorules.errors import CallError
from oncorules.generators.blocks import BLOCK, Sampler, sampler
from oncorules.generators.defects.plan import Plan
from oncorules.generators.defects.plant import KindPlanted
from oncorules.generators.defects.write import TOLD, with_defects
from oncorules.generators.design import find_designed, read_design
from oncorules.generators.latent import FOLDER, SUBJECTS, read_cohort
from oncorules.generators.new_folder import new_folder
from oncorules.generators.parts import Counts, write_parts
from oncorules.generators.sdtm_columns import label_of
from oncorules.generators.sdtm_table import plain
from oncorules.generators.twin import tell_twin

if TYPE_CHECKING:
    import pyarrow as pa

Mode = Literal["twin", "sampled"]
TWIN = (
    "Synthetic: no row is about a real person. The cohort of {subjects:,} subjects was calibrated"
    " to the figures that {study} prints; that they come out again shows that rules, derivations"
    " and analyses are right and unchanged, not that the paper is."
)
SAMPLED = (
    "Synthetic: no row is about a real person. The {subjects:,} subjects were drawn from the model"
    " of {study}, {model}; what comes out of them shows what rules, derivations and analyses do,"
    " and nothing about patients."
)
CALIBRATED, INVENTED = "calibrated to the figures that its paper prints", "which is invented"


@dataclass(frozen=True)
class Generated:
    """What was written.

    Attributes:
        tables: name, file or folder, and rows of each table.
        told: what the data are, and what they show.
        defects: how many of each kind were planted.
    """

    tables: tuple[tuple[str, Path, int], ...]
    told: str
    defects: tuple[KindPlanted, ...] = ()


def generate(
    study: str | Path,
    out: Path,
    *,
    mode: Mode | None = None,
    subjects: int | None = None,
    visits: bool = True,
    seed: int = 1,
    as_: WriteAs | None = None,
    defects: Plan | None = None,
) -> Generated:
    """Write a synthetic export.

    Args:
        study: the id of a shipped study, or the folder of one.
        out: a folder that is not there yet, or is empty.
        mode: the twin of the paper, or a cohort of any size; by default the twin where there is one
            and no number of subjects is given.
        subjects: how many, of a sampled cohort. A subject is the same whatever this number is.
        visits: write the tables of a trial; else only what each subject was assigned.
        seed: of names, days and visits, and of who is drawn; the same seed gives the same bytes.
        as_: csv (a twin's default), parquet (a sampled cohort's), xpt or dataset-json. Cohorts of
            more than one block are Parquet, in parts.
        defects: known errors to plant; their answer key is written beside the tables.

    Raises:
        CallError: the study or the number of subjects is none, or goes with no other choice.
        DataError: the study has no design or no solved cohort, or its files were changed.
        OutputError: the folder is not empty, or cannot be written; nothing is left half written.
    """
    folder = find_designed(study)
    if mode is None:
        solved = (folder / FOLDER / SUBJECTS).is_file()
        mode = "twin" if solved and subjects is None and visits else "sampled"
    if mode == "twin":
        if subjects is not None or not visits:
            raise CallError("a twin has the subjects of its paper; use --mode sampled")
        return _twin(folder, out, seed, as_ or "csv", defects)
    if subjects is None or subjects < 1:
        raise CallError(
            f"{subjects or 'no'} subjects are no cohort; give at least 1 with --subjects"
        )
    as_ = as_ or "parquet"
    if as_ != "parquet" and (subjects > BLOCK or not visits):
        raise CallError(
            f"{subjects:,} subjects are written as Parquet; {as_} is for {BLOCK:,} at most"
        )
    if defects is not None and (subjects > BLOCK or not visits):
        raise CallError(
            f"defects are planted into tables of a trial with {BLOCK:,} subjects at most"
        )
    return _sampled(sampler(folder, seed), folder.name, out, subjects, visits, as_, defects)


def _twin(study: Path, out: Path, seed: int, as_: WriteAs, defects: Plan | None) -> Generated:
    design, cohort = read_design(study), read_cohort(study)
    told = _told(TWIN.format(subjects=len(cohort), study=study.name), defects)
    with new_folder(out, f"{told}\nStudy {study.name}, seed {seed}.\n") as folder:
        counts, planted = _write_whole(tell_twin(design, cohort, seed), folder, as_, defects, seed)
    return _generated(counts, out, told, planted)


def _sampled(
    draws: Sampler,
    study: str,
    out: Path,
    subjects: int,
    visits: bool,
    as_: WriteAs,
    defects: Plan | None,
) -> Generated:
    model = INVENTED if draws.design.arms else CALIBRATED
    told = _told(SAMPLED.format(subjects=subjects, study=study, model=model), defects)
    note = f"{told}\nStudy {study}, seed {draws.seed}, subjects 1 to {subjects}.\n"
    planted: tuple[KindPlanted, ...] = ()
    with new_folder(out, note) as folder:
        if subjects <= BLOCK and visits:
            rows = draws.tables(0, subjects)
            counts, planted = _write_whole(rows, folder, as_, defects, draws.seed)
        else:
            counts = write_parts(draws, folder, subjects, visits=visits)
    return _generated(counts, out, told, planted)


def _told(text: str, defects: Plan | None) -> str:
    return text if defects is None else f"{text} {TOLD}"


def _write_whole(
    tables: Iterable[tuple[str, pa.Table]],
    folder: Path,
    as_: WriteAs,
    defects: Plan | None,
    seed: int,
) -> tuple[Counts, tuple[KindPlanted, ...]]:
    counts: Counts = {}
    planted: tuple[KindPlanted, ...] = ()
    if defects is not None:
        tables, planted = with_defects(tables, defects, seed, folder)
    for table, rows in tables:
        if rows.num_rows:
            file = f"{table.lower()}{SUFFIXES[as_]}"
            write_table(plain(rows), folder / file, as_, name=table, label=label_of(table))
            counts[table] = (file, rows.num_rows)
    return counts, planted


def _generated(counts: Counts, out: Path, told: str, planted: tuple[KindPlanted, ...]) -> Generated:
    tables = ((table, out / file, rows) for table, (file, rows) in counts.items())
    return Generated(tuple(tables), told, planted)
