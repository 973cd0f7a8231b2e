"""Defects of treatment: EX."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    Kind,
    above,
    both,
    gone,
    known,
    later,
    put,
    subject_cell,
)
from oncorules.generators.defects.sheets import Change, Sheets

_GIVEN = above("EX", "EXDOSE", 0)
_FIRST_DOSE = ("DM-FIRST-DOSE", "TR-BASELINE-WINDOW")
"""What else may differ when a dose is not where it was: DM, and the baseline of its course."""


def _tenfold(sheets: Sheets, row: int) -> Change | None:
    subject, drug, unit, dose = (
        sheets.cell("EX", row, name) for name in ("USUBJID", "EXTRT", "EXDOSU", "EXDOSE")
    )
    alike = sheets.rows_of("EX", subject, EXTRT=drug, EXDOSU=unit)
    others = [sheets.cell("EX", other, "EXDOSE") for other in alike if other != row]
    if not any(other is not None and 0 < other <= dose for other in others):
        return None
    return sheets.change("EX", row, EXDOSE=round(10 * dose, 6))


def _overlap(sheets: Sheets, row: int) -> Change | None:
    """End a day after the next period of the drug begins, and before that one ends the trial."""
    start, drug = sheets.cell("EX", row, "EXSTDTC"), sheets.cell("EX", row, "EXTRT")
    periods = sheets.rows_of("EX", sheets.cell("EX", row, "USUBJID"), EXTRT=drug)
    starts = sorted(filter(None, (sheets.cell("EX", other, "EXSTDTC") for other in periods)))
    following = [day for day in starts if day > start]
    if len(following) < 2 or later(following[0], 1) >= following[1]:
        return None
    return sheets.change("EX", row, EXENDTC=later(following[0], 1))


def _last_of_several(sheets: Sheets, row: int) -> str | None:
    """Return the start of a dose that is the last of its subject, and not the only one."""
    subject, start = sheets.cell("EX", row, "USUBJID"), sheets.cell("EX", row, "EXSTDTC")
    starts = [sheets.cell("EX", other, "EXSTDTC") for other in sheets.rows_of("EX", subject)]
    if len(starts) < 2 or None in starts or starts.count(start) > 1 or start < max(starts):
        return None
    return str(start)


def _lose_start(sheets: Sheets, row: int) -> Change | None:
    return sheets.change("EX", row, EXSTDTC=None) if _last_of_several(sheets, row) else None


def _dose_after_death(sheets: Sheets, row: int) -> Change | None:
    death = subject_cell(sheets, "EX", row, "DTHDTC")
    if death is None or _last_of_several(sheets, row) is None:
        return None
    day = later(death, 5)
    return sheets.change("EX", row, EXSTDTC=day, EXENDTC=day)


DOSING = (
    Kind(
        "dose-unit-missing",
        "A dose has no unit",
        "EX",
        both(_GIVEN, known("EX", "EXDOSU")),
        put("EX", "EXDOSU", gone),
        rules=("EX-DOSE-UNIT",),
    ),
    Kind(
        "dose-negative",
        "A dose has a minus sign",
        "EX",
        _GIVEN,
        put("EX", "EXDOSE", lambda dose: -dose),
        rules=("EX-DOSE-NEGATIVE",),
    ),
    Kind(
        "dose-decimal-shifted",
        "The decimal point of a dose is a place further on",
        "EX",
        _GIVEN,
        _tenfold,
        rules=("EX-DOSE-TENFOLD",),
    ),
    Kind(
        "doses-overlap",
        "A period of treatment goes on when the next one has begun",
        "EX",
        known("EX", "EXSTDTC", "EXENDTC"),
        _overlap,
        rules=("EX-OVERLAP",),
    ),
    Kind(
        "dose-start-missing",
        "A dose has no date",
        "EX",
        known("EX", "EXSTDTC"),
        _lose_start,
        rules=("EX-START",),
        also=_FIRST_DOSE,
    ),
    Kind(
        "dose-after-death",
        "The last dose is dated five days after death",
        "EX",
        known("EX", "EXSTDTC", "EXENDTC"),
        _dose_after_death,
        rules=("EX-AFTER-DEATH",),
        also=("END-AFTER-DEATH", "DM-LAST-DOSE", *_FIRST_DOSE),
    ),
)
