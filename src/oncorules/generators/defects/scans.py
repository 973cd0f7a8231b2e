"""Defects of measurements: TR."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    SCANS,
    Kind,
    Plant,
    above,
    among,
    both,
    known,
    twice,
)
from oncorules.generators.defects.sheets import Change, Sheets

DERIVED = ("RS-DERIVED-OVERALL",)
"""What a reader recorded no longer follows from what stands there."""
NOT_RECORDED = ("TR-TARGETS-RECORDED", *DERIVED)
_AXES = {"LDIAM": "LPERP", "LPERP": "LDIAM"}
_WRONG_AXIS = {"LDIAM": "TR-LONGEST-DIAMETER", "LPERP": "TR-NODE-SHORT-AXIS"}
_LARGEST, _SMALL = 400, 7
"""mm: no body holds more; less than either kind of target may have at baseline."""
_MEASURED = both(
    above("TR", "TRSTRESN", 0), among("TR", "TRTESTCD", *_AXES), known("TR", "TRLNKID")
)


def baseline_of(sheets: Sheets, table: str, row: int) -> float | None:
    """Return the visit at which the target of a row was identified; None of other lesions."""
    subject, link, reader = (
        sheets.cell(table, row, name) for name in ("USUBJID", f"{table}LNKID", f"{table}EVALID")
    )
    for lesion in sheets.rows_of("TU", subject, TULNKID=link, TUEVALID=reader):
        if str(sheets.cell("TU", lesion, "TUSTRESC")).startswith("TARGET"):
            return float(sheets.cell("TU", lesion, "VISITNUM"))
    return None


def _followed(sheets: Sheets, row: int) -> bool:
    """Tell whether a row measures a target after its baseline, and is the only one to do so."""
    baseline, visit = baseline_of(sheets, "TR", row), sheets.cell("TR", row, "VISITNUM")
    same = {name: sheets.cell("TR", row, name) for name in ("TRLNKID", "TREVALID", "VISITNUM")}
    rows = sheets.rows_of("TR", sheets.cell("TR", row, "USUBJID"), **same)
    return baseline is not None and visit is not None and visit > baseline and len(rows) == 1


def _drop(sheets: Sheets, row: int) -> Change | None:
    return sheets.drop("TR", row) if _followed(sheets, row) else None


def _wrong_link(sheets: Sheets, row: int) -> Change | None:
    if not _followed(sheets, row):
        return None
    return sheets.change("TR", row, TRLNKID=f"{sheets.cell('TR', row, 'TRLNKID')}X")


def _no_link(sheets: Sheets, row: int) -> Change | None:
    return sheets.change("TR", row, TRLNKID=None) if _followed(sheets, row) else None


def _size(sheets: Sheets, row: int, size: float, unit: str = "mm") -> Change:
    text = f"{size:.10g}"
    units = {} if unit == "mm" else {"TRSTRESU": unit, "TRORRESU": unit}
    return sheets.change("TR", row, TRSTRESN=float(text), **units, TRSTRESC=text, TRORRES=text)


def _centimetres(sheets: Sheets, row: int) -> Change | None:
    if sheets.cell("TR", row, "TRSTRESU") != "mm" or not _followed(sheets, row):
        return None
    return _size(sheets, row, sheets.cell("TR", row, "TRSTRESN") / 10, "cm")


def _tenfold(sheets: Sheets, row: int) -> Change | None:
    size = 10 * sheets.cell("TR", row, "TRSTRESN")
    return _size(sheets, row, size) if size > _LARGEST and _followed(sheets, row) else None


def _negative(sheets: Sheets, row: int) -> Change | None:
    return (
        _size(sheets, row, -sheets.cell("TR", row, "TRSTRESN")) if _followed(sheets, row) else None
    )


def _other_axis(sheets: Sheets, row: int) -> Change | None:
    test = sheets.cell("TR", row, "TRTESTCD")
    if not _followed(sheets, row):
        return None
    return sheets.change("TR", row, TRTESTCD=_AXES[test]).found_by(_WRONG_AXIS[test])


def _too_small(sheets: Sheets, row: int) -> Change | None:
    if baseline_of(sheets, "TR", row) != sheets.cell("TR", row, "VISITNUM"):
        return None
    node = sheets.cell("TR", row, "TRTESTCD") == "LPERP"
    return _size(sheets, row, _SMALL).found_by("TR-NODE-SIZE" if node else "TR-TARGET-SIZE")


def _not_done(sheets: Sheets, row: int) -> Change | None:
    return sheets.change("TR", row, TRSTAT="NOT DONE") if _followed(sheets, row) else None


def _kind(
    name: str, title: str, plant: Plant, rules: tuple[str, ...], also: tuple[str, ...] = DERIVED
) -> Kind:
    return Kind(name, title, "TR", _MEASURED, plant, rules, also, SCANS)


MEASUREMENTS = (
    _kind(
        "target-not-recorded",
        "A target has no row at a visit",
        _drop,
        ("TR-TARGETS-RECORDED",),
    ),
    _kind(
        "lesion-unknown",
        "A measured lesion has a name that nobody identified",
        _wrong_link,
        ("TR-LESION-KNOWN",),
        NOT_RECORDED,
    ),
    _kind("link-missing", "A measured lesion has no name", _no_link, ("TR-LINK",), NOT_RECORDED),
    _kind("diameter-in-cm", "A diameter is in centimetres", _centimetres, ("TR-UNIT",)),
    _kind("diameter-negative", "A diameter has a minus sign", _negative, ("TR-SIZE-RANGE",)),
    _kind(
        "diameter-decimal-shifted",
        "The decimal point of a diameter is a place further on",
        _tenfold,
        ("TR-SIZE-RANGE",),
    ),
    _kind(
        "axis-mistaken",
        "A target is measured by the wrong axis",
        _other_axis,
        tuple(_WRONG_AXIS.values()),
    ),
    _kind(
        "target-too-small",
        "A target was too small at baseline",
        _too_small,
        ("TR-TARGET-SIZE", "TR-NODE-SIZE"),
    ),
    _kind("measured-twice", "A measurement stands twice", twice("TR"), ("TR-DUPLICATE",), ()),
    _kind(
        "not-done-with-result",
        "A measurement was not done and has a result",
        _not_done,
        ("NOT-DONE-RESULT",),
    ),
)
