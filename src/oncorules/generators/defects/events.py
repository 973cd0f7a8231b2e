"""Defects of adverse events: AE."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    Kind,
    among,
    both,
    gone,
    known,
    later,
    put,
    subject_cell,
    swap,
    twice,
)
from oncorules.generators.defects.sheets import Change, Sheets

_DATED = known("AE", "AESTDTC", "AEENDTC")
_RESOLVED = among("AE", "AEOUT", "RECOVERED/RESOLVED")
_GRADED = known("AE", "AETOXGR")


def _swap_days(sheets: Sheets, row: int) -> Change | None:
    first, last = (sheets.cell("AE", row, name) for name in ("AESTDTC", "AEENDTC"))
    return swap("AE", "AESTDTC", "AEENDTC")(sheets, row) if first < last else None


def _after_death(sheets: Sheets, row: int) -> Change | None:
    death = subject_cell(sheets, "AE", row, "DTHDTC")
    if death is None:
        return None
    return sheets.change("AE", row, AESTDTC=later(death, 3), AEENDTC=later(death, 9))


def _die_alive(sheets: Sheets, row: int) -> Change | None:
    if subject_cell(sheets, "AE", row, "DTHFL") == "Y":
        return None
    return sheets.change("AE", row, AEOUT="FATAL")


EVENTS = (
    Kind(
        "grade-impossible",
        "An adverse event has grade 6",
        "AE",
        _GRADED,
        put("AE", "AETOXGR", lambda _: "6"),
        rules=("AE-GRADE-RANGE",),
        also=("AE-TOXGR-NOT-IN-VERSION",),
    ),
    Kind(
        "grade-5-survived",
        "An adverse event of grade 5 has resolved",
        "AE",
        both(_GRADED, _RESOLVED),
        put("AE", "AETOXGR", lambda _: "5"),
        rules=("AE-GRADE-5-FATAL",),
        also=("AE-GRADE-5-DEATH", "AE-TOXGR-NOT-IN-VERSION"),
    ),
    Kind(
        "fatal-event-alive",
        "An adverse event was fatal, and the subject is alive",
        "AE",
        both(_GRADED, _RESOLVED),
        _die_alive,
        rules=("AE-FATAL-DEATH", "AE-FATAL-GRADE-5"),
        also=("AE-DEATH-OUTCOME",),
    ),
    Kind(
        "event-days-swapped",
        "Start and end of an adverse event are swapped",
        "AE",
        _DATED,
        _swap_days,
        rules=("START-BEFORE-END",),
        also=("AE-BEFORE-CONSENT",),
    ),
    Kind(
        "event-after-death",
        "An adverse event begins three days after death",
        "AE",
        _DATED,
        _after_death,
        rules=("START-AFTER-DEATH", "END-AFTER-DEATH"),
    ),
    Kind(
        "event-end-missing",
        "An adverse event has resolved, nobody knows when",
        "AE",
        both(_DATED, _RESOLVED),
        put("AE", "AEENDTC", gone),
        rules=("AE-RESOLVED-END",),
    ),
    Kind(
        "event-twice",
        "An adverse event stands twice",
        "AE",
        known("AE", "AESTDTC"),
        twice("AE"),
        rules=("AE-DUPLICATE",),
    ),
    Kind(
        "serious-unknown-term",
        "Seriousness is a word that the code list does not have",
        "AE",
        among("AE", "AESER", "N"),
        put("AE", "AESER", lambda _: "NO"),
        rules=("AE.AESER.codes",),
        also=("AE-CRITERION-SERIOUS",),
    ),
)
