"""Defects of subjects: DM, and how they left in DS."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    ALL_TABLES,
    Kind,
    above,
    among,
    both,
    gone,
    known,
    later,
    put,
    swap,
    twice,
)
from oncorules.generators.defects.sheets import Change, Sheets

_AFTER_DEATH = ("START-AFTER-DEATH", "END-AFTER-DEATH", "EX-AFTER-DEATH", "DS-AFTER-DEATH")
_END = among("DS", "DSCAT", "DISPOSITION EVENT")
_TERMS = {"M": "MALE", "F": "FEMALE"}


def _die_before_a_visit(sheets: Sheets, row: int) -> Change | None:
    subject = sheets.cell("DM", row, "USUBJID")
    days = [
        sheets.cell(table, visit, f"{table}DTC")
        for table in ("LB", "TR")
        for visit in sheets.rows_of(table, subject)
    ]
    last = max((day for day in days if day), default=None)
    if last is None or last > sheets.cell("DM", row, "DTHDTC"):
        return None
    return sheets.change("DM", row, DTHDTC=later(last, -1))


def _swap_reference_days(sheets: Sheets, row: int) -> Change | None:
    first, last = (sheets.cell("DM", row, name) for name in ("RFSTDTC", "RFENDTC"))
    return swap("DM", "RFSTDTC", "RFENDTC")(sheets, row) if first < last else None


def _consent_late(sheets: Sheets, row: int) -> Change:
    return sheets.change("DM", row, RFICDTC=later(sheets.cell("DM", row, "RFXSTDTC"), 3))


SUBJECTS = (
    Kind(
        "death-before-visit",
        "The date of death lies before the last sample or scan",
        "DM",
        known("DM", "DTHDTC"),
        _die_before_a_visit,
        rules=("ASSESSED-AFTER-DEATH", "DM-ALIVE-LATER", "DS-DEATH-DATE"),
        also=(*_AFTER_DEATH, "AE-FATAL-END", "DS-ALIVE-COMPLETED"),
        reads=ALL_TABLES,
    ),
    Kind(
        "death-flag-missing",
        "A subject with a date of death has no death flag",
        "DM",
        both(known("DM", "DTHDTC"), among("DM", "DTHFL", "Y")),
        put("DM", "DTHFL", gone),
        rules=("DM-DEATH-FLAG",),
        also=("DS-DEATH-FLAG", "AE-FATAL-DEATH"),
        reads=ALL_TABLES,
    ),
    Kind(
        "age-impossible",
        "An age has a digit too many",
        "DM",
        both(among("DM", "AGEU", "YEARS"), above("DM", "AGE", 11)),
        put("DM", "AGE", lambda age: age * 10),
        rules=("DM-AGE-RANGE",),
        also=("DM-AGE-BIRTH",),
        reads=ALL_TABLES,
    ),
    Kind(
        "sex-unknown-term",
        "The sex is a word that the code list does not have",
        "DM",
        among("DM", "SEX", *_TERMS),
        put("DM", "SEX", lambda sex: _TERMS[sex]),
        rules=("DM.SEX.codes",),
        reads=ALL_TABLES,
    ),
    Kind(
        "site-missing",
        "A value that must be there is not: the site",
        "DM",
        known("DM", "SITEID"),
        put("DM", "SITEID", gone),
        rules=("DM.SITEID.required",),
        reads=ALL_TABLES,
    ),
    Kind(
        "subject-twice",
        "A subject has two rows in DM",
        "DM",
        known("DM", "USUBJID"),
        twice("DM"),
        rules=("DM-ONE-ROW",),
        reads=ALL_TABLES,
    ),
    Kind(
        "reference-days-swapped",
        "Start and end of the reference period are swapped",
        "DM",
        known("DM", "RFSTDTC", "RFENDTC"),
        _swap_reference_days,
        rules=("DM-REFERENCE-ORDER",),
        also=("DM-PARTICIPATION-END", "DM-REFERENCE-FIRST-DOSE"),
        reads=ALL_TABLES,
    ),
    Kind(
        "first-dose-differs",
        "The first treatment date in DM is a day before the first one in EX",
        "DM",
        known("DM", "RFXSTDTC"),
        put("DM", "RFXSTDTC", lambda day: later(day, -1)),
        rules=("DM-FIRST-DOSE",),
        also=("DM-REFERENCE-FIRST-DOSE", "TR-BASELINE-WINDOW"),
        reads=ALL_TABLES,
    ),
    Kind(
        "consent-after-treatment",
        "Consent is dated three days after the first dose",
        "DM",
        known("DM", "RFICDTC", "RFXSTDTC"),
        _consent_late,
        rules=("DM-CONSENT",),
        also=("AE-BEFORE-CONSENT", "DS-CONSENT-DATE"),
        reads=ALL_TABLES,
    ),
    Kind(
        "death-dates-differ",
        "Death in DS is a day before death in DM",
        "DS",
        both(_END, among("DS", "DSDECOD", "DEATH"), known("DS", "DSSTDTC")),
        put("DS", "DSSTDTC", lambda day: later(day, -1)),
        rules=("DS-DEATH-DATE",),
    ),
    Kind(
        "two-ends",
        "A subject leaves the trial twice",
        "DS",
        _END,
        twice("DS"),
        rules=("DS-ONE-END",),
    ),
)
