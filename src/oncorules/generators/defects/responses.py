"""Defects of recorded responses: RS."""

from __future__ import annotations

from oncorules.generators.defects.kinds import SCANS, Kind, among, both, known, later, subject_cell
from oncorules.generators.defects.scans import DERIVED
from oncorules.generators.defects.sheets import Change, Sheets

_OVERALL = both(among("RS", "RSTESTCD", "OVRLRESP"), known("RS", "VISITNUM", "RSDTC", "RSEVALID"))
_OTHER = {"SD": "PR", "PR": "SD"}
_NO_PROGRESSION = both(_OVERALL, among("RS", "RSSTRESC", *_OTHER))
_DATE_WINDOW = 14
"""Days that a response may be dated after its scans; the rule has the same."""


def _said(sheets: Sheets, row: int, response: str) -> Change:
    return sheets.change("RS", row, RSSTRESC=response, RSORRES=response)


def _against_measurements(sheets: Sheets, row: int) -> Change:
    return _said(sheets, row, _OTHER[sheets.cell("RS", row, "RSSTRESC")])


def _new_lesion_stable(sheets: Sheets, row: int) -> Change | None:
    """Call a visit stable at which a lesion is new."""
    subject, visit, reader = (
        sheets.cell("RS", row, name) for name in ("USUBJID", "VISITNUM", "RSEVALID")
    )
    new = sheets.rows_of("TU", subject, VISITNUM=visit, TUEVALID=reader, TUSTRESC="NEW")
    return _said(sheets, row, "SD") if new else None


def _progression_then_better(sheets: Sheets, row: int) -> Change | None:
    subject, visit, reader = (
        sheets.cell("RS", row, name) for name in ("USUBJID", "VISITNUM", "RSEVALID")
    )
    same = {"RSTESTCD": "OVRLRESP", "RSEVALID": reader}
    others = sheets.rows_of("RS", subject, **same)
    after = [
        other
        for other in others
        if (sheets.cell("RS", other, "VISITNUM") or 0) > visit
        and sheets.cell("RS", other, "RSSTRESC") in ("CR", "PR", "SD")
    ]
    return _said(sheets, row, "PD") if after else None


def _two_responses(sheets: Sheets, row: int) -> Change:
    other = _OTHER[sheets.cell("RS", row, "RSSTRESC")]
    return sheets.copy("RS", row, RSSTRESC=other, RSORRES=other)


def _dated_late(sheets: Sheets, row: int) -> Change | None:
    """Date a response later than its scans, and before the subject leaves."""
    day = later(sheets.cell("RS", row, "RSDTC"), 3 * _DATE_WINDOW)
    left = subject_cell(sheets, "RS", row, "RFPENDTC")
    return sheets.change("RS", row, RSDTC=day) if left is not None and day <= left else None


RESPONSES = (
    Kind(
        "response-against-measurements",
        "A recorded response is not the one that the measurements give",
        "RS",
        _NO_PROGRESSION,
        _against_measurements,
        rules=("RS-DERIVED-OVERALL",),
        also=("RS-CR-THEN-PR",),
        reads=SCANS,
    ),
    Kind(
        "new-lesion-stable",
        "A visit with a new lesion is called stable",
        "RS",
        both(_OVERALL, among("RS", "RSSTRESC", "PD")),
        _new_lesion_stable,
        rules=("TU-NEW-LESION-RESPONSE",),
        also=DERIVED,
        reads=SCANS,
    ),
    Kind(
        "better-after-progression",
        "A visit is called progression, and the next ones are better",
        "RS",
        _NO_PROGRESSION,
        _progression_then_better,
        rules=("RS-PD-THEN-BETTER",),
        also=DERIVED,
        reads=SCANS,
    ),
    Kind(
        "two-responses-one-day",
        "A reader records two responses on one day",
        "RS",
        _NO_PROGRESSION,
        _two_responses,
        rules=("RS-DUPLICATE", "RS-ONE-A-DAY"),
        also=(*DERIVED, "RS-CR-THEN-PR"),
        reads=SCANS,
    ),
    Kind(
        "response-missing",
        "A visit with scans has no overall response",
        "RS",
        _OVERALL,
        lambda sheets, row: sheets.drop("RS", row),
        rules=("RS-RECORDED",),
        reads=SCANS,
    ),
    Kind(
        "response-dated-late",
        "A response is dated six weeks after its scans",
        "RS",
        _OVERALL,
        _dated_late,
        rules=("RS-DATE-OF-SCANS",),
        also=DERIVED,
        reads=SCANS,
    ),
)
