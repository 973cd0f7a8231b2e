"""The solved cohort as it is shipped: subjects, their courses, and what must come out of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from oncorules.data.whole_file import write_whole_files
from oncorules.errors import DataError
from oncorules.rules.loading.kept_yaml import SYNTHETIC

FOLDER = SYNTHETIC
SUBJECTS, COURSES, HASH = "subjects.csv", "courses.csv", "sha256.txt"


@dataclass
class Course:
    """A course of treatment, and what must come out of its scans and samples.

    Attributes:
        epoch: its name.
        start: days from the first dose of the subject.
        cycles: how many administrations.
        dose: of all cycles (GBq).
        best: the best response that the scans must show.
        ends: days from its start to progression, to death without it, or to the last scan.
        ends_by: RECIST, OCTREOSCAN, CLINICAL or DEATH; empty when it is censored.
        findings: what was found before it, by test.
        grades: the worst grade that samples must show, by test.
        markers: chromogranin A and alkaline phosphatase before it.
        reduced: why it had less than the intended dose.
        at_3_months: the response three months after the last cycle, where the paper counts it.
    """

    epoch: str
    start: int
    cycles: int
    dose: float
    best: str
    ends: int
    ends_by: str
    findings: dict[str, str] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    markers: dict[str, int] = field(default_factory=dict)
    reduced: str = ""
    at_3_months: str = ""


@dataclass
class Subject:
    """A subject.

    Attributes:
        number: of the subject in the cohort.
        kind: the set of the paper that it belongs to.
        sex: M or F.
        age_days: age at the first dose.
        primary: origin of the tumour.
        begins: the first and the last possible day of the first dose.
        ends: days from the first dose to death or last contact.
        died: whether it ends with death.
        no_salvage: why there was no retreatment.
        myeloid: AML or MDS, and days from the first dose to it.
        courses: in time order.
    """

    number: str
    kind: str
    sex: str
    age_days: int
    primary: str
    begins: tuple[date, date]
    ends: int
    died: bool
    no_salvage: str
    myeloid: tuple[str, int] | None
    courses: list[Course]


FINDINGS = (
    "UPTAKE",
    "EXTENT",
    "LIVER",
    "BONE",
    "PROGBY",
    "WHOGRADE",
    "KI67",
    "SURGERY",
    "CHEMO",
    "RADIO",
    "SSA",
)
GRADES = ("HGB", "WBC", "PLAT", "CREAT")
CYCLE_DOSE = 7.4


def read_cohort(study: Path) -> list[Subject]:
    """Return the solved cohort of a study.

    Args:
        study: the folder of the study.

    Raises:
        DataError: there is none, or its files are not those that were solved.
    """
    folder = study / FOLDER
    contents = {}
    for name in (SUBJECTS, COURSES, HASH):
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError:
            raise DataError(
                f"the study {study.name} has no {FOLDER}/{name}, so no twin can be made of it; "
                "solve one with oncorules resolve"
            ) from None
    if contents[HASH].decode().split() != _hashes(contents[SUBJECTS], contents[COURSES]):
        raise DataError(
            f"{study.name}/{FOLDER} was changed by hand: its files do not have the hash in {HASH}; "
            "take back the change, or solve the cohort again with oncorules resolve"
        )
    courses: dict[str, list[Course]] = {}
    for row in _rows(contents[COURSES]):
        courses.setdefault(row["SUBJID"], []).append(_course(row))
    return [_subject(row, courses[row["SUBJID"]]) for row in _rows(contents[SUBJECTS])]


def write_cohort(
    subjects: Sequence[Mapping[str, str]], courses: Sequence[Mapping[str, str]], folder: Path
) -> None:
    """Write the rows of a solved cohort with their hash.

    Raises:
        OutputError: they cannot be written; what was there before stays.
    """
    contents = [_text(rows).encode() for rows in (subjects, courses)]
    hashes = " ".join(_hashes(*contents)) + "\n"
    files = zip((SUBJECTS, COURSES, HASH), (*contents, hashes.encode()), strict=True)
    write_whole_files(folder, dict(files))


def _hashes(*contents: bytes) -> list[str]:
    return [sha256(content).hexdigest() for content in contents]


def _text(rows: Sequence[Mapping[str, str]]) -> str:
    lines = [",".join(rows[0])] + [",".join(row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


def _course(row: Mapping[str, str]) -> Course:
    dose = float(row["DOSE"])
    intended = {"I-PRRT": 4}.get(row["EPOCH"], 2)
    cycles = max(1, min(intended, round(dose / CYCLE_DOSE)))
    return Course(
        row["EPOCH"],
        int(row["START"]),
        cycles,
        dose,
        row["BESTRESP"],
        int(row["PFS"]),
        row["PFSBY"],
        {name: row[name] for name in FINDINGS if row.get(name)},
        {name: int(row[f"{name}GR"]) for name in GRADES},
        {name: int(row[name]) for name in ("CGA", "ALP") if row[name]},
        row["REDREASN"],
        row.get("RESP3M", ""),
    )


def _subject(row: Mapping[str, str], courses: list[Course]) -> Subject:
    myeloid = (row["MYELOID"], int(row["MYELOIDDAY"])) if row["MYELOID"] else None
    begins = (date.fromisoformat(row["FROM"]), date.fromisoformat(row["TO"]))
    return Subject(
        row["SUBJID"],
        row.get("SET", ""),
        row["SEX"],
        int(row["AGEDAYS"]),
        row["PRIMARY"],
        begins,
        int(row["END"]),
        row["DIED"] == "Y",
        row["NOSALVAG"],
        myeloid,
        courses,
    )
