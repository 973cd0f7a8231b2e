"""Defects of visits and lesions: days of scans, and what is identified in TU."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    SCANS,
    Kind,
    among,
    both,
    known,
    later,
    twice,
)
from oncorules.generators.defects.scans import NOT_RECORDED, baseline_of
from oncorules.generators.defects.sheets import Change, Sheets

_DATED = both(known("TR", "TRDTC", "VISITNUM", "TREVALID"))
_TARGET = among("TU", "TUSTRESC", "TARGET")
_DERIVED = NOT_RECORDED[1:]


def _reader(sheets: Sheets, table: str, row: int) -> dict[str, str]:
    """Return by which column and word the rows of a reader are told apart."""
    name = f"{table}EVALID"
    return {name: sheets.cell(table, row, name)}


def _visits(sheets: Sheets, row: int) -> dict[float, list[int]]:
    """Return the rows of each visit of the reader of a row, in the order of visits."""
    subject, found = sheets.cell("TR", row, "USUBJID"), dict[float, list[int]]()
    for other in sheets.rows_of("TR", subject, **_reader(sheets, "TR", row)):
        visit = sheets.cell("TR", other, "VISITNUM")
        if visit is not None:
            found.setdefault(float(visit), []).append(other)
    return dict(sorted(found.items()))


def _move(sheets: Sheets, rows: list[int], day: str) -> Change:
    """Put all scans of a visit, and what was concluded and identified there, on another day."""
    subject, visit, reader = (
        sheets.cell("TR", rows[0], name) for name in ("USUBJID", "VISITNUM", "TREVALID")
    )
    for table in ("TU", "RS"):
        same = {"VISITNUM": visit, f"{table}EVALID": reader}
        for other in sheets.rows_of(table, subject, **same):
            sheets.change(table, other, **{f"{table}DTC": day})
    return sheets.change_all("TR", rows, "TRDTC", day)


def _out_of_order(sheets: Sheets, row: int) -> Change | None:
    """Date a visit ten days before the one before it, which is not the baseline."""
    visits = list(_visits(sheets, row).items())
    place = [visit for visit, _ in visits].index(float(sheets.cell("TR", row, "VISITNUM")))
    if place < 2:
        return None
    before = sheets.cell("TR", visits[place - 1][1][0], "TRDTC")
    return _move(sheets, visits[place][1], later(before, -10)) if before else None


def _baseline_late(sheets: Sheets, row: int) -> Change | None:
    """Date the baseline of a course ten days after its first dose."""
    visits = list(_visits(sheets, row).items())
    subject, epoch = (sheets.cell("TR", row, name) for name in ("USUBJID", "EPOCH"))
    doses = sheets.rows_of("EX", subject, EPOCH=epoch)
    starts = [day for day in (sheets.cell("EX", dose, "EXSTDTC") for dose in doses) if day]
    if not starts or sheets.cell("TR", row, "VISITNUM") != visits[0][0]:
        return None
    return _move(sheets, visits[0][1], later(min(starts), 10))


def _new_at_baseline(sheets: Sheets, row: int) -> Change | None:
    return sheets.change("TU", row, TUORRES="NEW", TUSTRESC="NEW")


def _unmeasured_name(sheets: Sheets, row: int) -> Change | None:
    """Take away the name of a target that is measured."""
    if baseline_of(sheets, "TU", row) is None:
        return None
    return sheets.change("TU", row, TULNKID=None)


VISITS = (
    Kind(
        "visit-out-of-order",
        "A visit is dated before the one before it",
        "TR",
        _DATED,
        _out_of_order,
        rules=("TR-VISIT-ORDER",),
        also=_DERIVED,
        reads=SCANS,
    ),
    Kind(
        "baseline-after-first-dose",
        "The baseline of a course is dated after its first dose",
        "TR",
        _DATED,
        _baseline_late,
        rules=("TR-BASELINE-WINDOW",),
        also=("TR-VISIT-ORDER", *_DERIVED),
        reads=SCANS,
    ),
    Kind(
        "lesion-new-at-baseline",
        "A lesion is called new at baseline",
        "TU",
        among("TU", "TUSTRESC", "NON-TARGET"),
        _new_at_baseline,
        rules=("TU-NEW-AT-BASELINE",),
        also=("TU-NEW-LESION-RESPONSE", *_DERIVED),
        reads=SCANS,
    ),
    Kind(
        "lesion-identified-twice",
        "A lesion is identified twice",
        "TU",
        known("TU", "TULNKID"),
        twice("TU"),
        rules=("TU-DUPLICATE",),
        reads=SCANS,
    ),
    Kind(
        "lesion-without-name",
        "An identified target has lost its name",
        "TU",
        both(_TARGET, known("TU", "TULNKID")),
        _unmeasured_name,
        rules=("TU-LINK", "TR-LESION-KNOWN"),
        also=_DERIVED,
        reads=SCANS,
    ),
)
