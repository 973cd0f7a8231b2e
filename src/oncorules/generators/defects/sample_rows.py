"""Defects of laboratory rows: missing and double ones, days, subjects, texts among numbers."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    Kind,
    known,
    later,
    put,
    subject_cell,
    twice,
)
from oncorules.generators.defects.samples import NUMBER
from oncorules.generators.defects.sheets import Change, Sheets

_DATED = known("LB", "LBDTC")


def _no_result(sheets: Sheets, row: int) -> Change:
    return sheets.change("LB", row, LBORRES=None, LBSTRESC=None, LBSTRESN=None)


def _same_number(sheets: Sheets, row: int) -> Change | None:
    subject = sheets.cell("LB", row, "USUBJID")
    others = [other for other in sheets.rows_of("LB", subject) if other != row]
    if not others:
        return None
    return sheets.change("LB", row, LBSEQ=sheets.cell("LB", others[0], "LBSEQ"))


def _other_order(day: str) -> str:
    """Return a day as many people write it: 2014-02-05 is 05.02.2014."""
    return ".".join(reversed(day[:10].split("-")))


def _after_death(sheets: Sheets, row: int) -> Change | None:
    death = subject_cell(sheets, "LB", row, "DTHDTC")
    return sheets.change("LB", row, LBDTC=later(death, 14)) if death else None


def _years_later(sheets: Sheets, row: int) -> Change | None:
    """Put the sample twenty years later, well after the subject has left."""
    day, left = sheets.cell("LB", row, "LBDTC"), subject_cell(sheets, "LB", row, "RFPENDTC")
    wrong = f"{int(day[:4]) + 20}{day[4:]}"
    return sheets.change("LB", row, LBDTC=wrong) if left and wrong > left else None


SAMPLE_ROWS = (
    Kind(
        "text-in-number",
        "A text stands where a number belongs",
        "LB",
        NUMBER,
        put("LB", "LBSTRESN", lambda _: "HAEMOLYSED"),
        rules=("LB.LBSTRESN.type",),
    ),
    Kind(
        "result-missing",
        "A result is missing, and nobody says that it was not done",
        "LB",
        NUMBER,
        _no_result,
        rules=("RESULT-MISSING",),
    ),
    Kind(
        "standard-result-missing",
        "A result has no standard form",
        "LB",
        known("LB", "LBORRES", "LBSTRESC"),
        put("LB", "LBSTRESC", lambda _: None),
        rules=("STANDARD-RESULT",),
    ),
    Kind(
        "sample-twice",
        "A laboratory result stands twice",
        "LB",
        known("LB", "LBORRES"),
        twice("LB"),
        rules=("LB-DUPLICATE",),
    ),
    Kind(
        "number-twice",
        "Two rows of a subject have one sequence number",
        "LB",
        known("LB", "LBSEQ"),
        _same_number,
        rules=("SEQ-UNIQUE",),
    ),
    Kind(
        "reference-lost",
        "A subject identifier has a letter too many and is not in DM",
        "LB",
        known("LB", "USUBJID"),
        put("LB", "USUBJID", lambda subject: f"{subject}X"),
        rules=("SUBJECT-IN-DM",),
    ),
    Kind(
        "day-unreadable",
        "A day is not written as ISO 8601 has it",
        "LB",
        _DATED,
        put("LB", "LBDTC", _other_order),
        rules=("LB.LBDTC.type",),
    ),
    Kind(
        "day-in-the-future",
        "A sample is dated twenty years later",
        "LB",
        _DATED,
        _years_later,
        rules=("ASSESSED-AFTER-PARTICIPATION",),
        also=("ASSESSED-AFTER-DEATH",),
    ),
    Kind(
        "sample-after-death",
        "A sample is dated two weeks after death",
        "LB",
        _DATED,
        _after_death,
        rules=("ASSESSED-AFTER-DEATH",),
        also=("ASSESSED-AFTER-PARTICIPATION",),
    ),
)
