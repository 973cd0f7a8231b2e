"""Defects of laboratory results: values, units, limits, indicators."""

from __future__ import annotations

from oncorules.generators.defects.kinds import (
    Kind,
    Where,
    above,
    among,
    both,
    gone,
    known,
    put,
    swap,
)
from oncorules.generators.defects.sheets import Cell, Change, Sheets

_CELLS, _RED, _PROTEINS, _ENZYMES, _METABOLITES = (
    f"LB-UNIT-{name}" for name in ("CELLS", "RED-CELLS", "PROTEINS", "ENZYMES", "METABOLITES")
)
_RULE_OF = {"WBC": _CELLS, "NEUT": _CELLS, "LYM": _CELLS, "PLAT": _CELLS, "RBC": _RED,
            "HGB": _PROTEINS, "ALB": _PROTEINS, "ALP": _ENZYMES, "ALT": _ENZYMES, "AST": _ENZYMES,
            "CREAT": _METABOLITES, "BILI": _METABOLITES}  # fmt: skip
_STRANGE = {_CELLS: "g/L", _RED: "g/L", _PROTEINS: "10^9/L", _ENZYMES: "g/L", _METABOLITES: "U/L"}
"""A unit of another test, such as slips in from the line above."""
_OTHER = {"mmol/L": ("HGB", "g/dL", 1.6114), "umol/L": ("CREAT", "mg/dL", 0.011312)}
"""By unit, the test that has another one too, and its factor: 16.114 g/mmol of haemoglobin (one
iron), 113.12 g/mol of creatinine."""
FLAGS = ("LB-NORMAL", "LB-HIGH", "LB-LOW")
NUMBER: Where = above("LB", "LBSTRESN", 0)
_OF_A_KNOWN_UNIT = both(
    NUMBER, among("LB", "LBTESTCD", *_RULE_OF), known("LB", "LBSTRESU", "LBORRESU")
)


def written(sheets: Sheets, row: int, value: float, *, reported: bool = True) -> Change:
    """Change a result, in its standard form or in all its forms."""
    text = f"{value:.10g}"
    cells: dict[str, Cell] = {"LBSTRESN": float(text), "LBSTRESC": text}
    return sheets.change("LB", row, **cells, **({"LBORRES": text} if reported else {}))


def contradicted(sheets: Sheets, row: int, value: float) -> str | None:
    """Return the rule that says that the range indicator of a row does not fit a value."""
    flag, low, high = (
        sheets.cell("LB", row, f"LB{name}") for name in ("NRIND", "STNRLO", "STNRHI")
    )
    if flag == "NORMAL" and (
        (low is not None and value < 0.98 * low) or (high is not None and value > 1.02 * high)
    ):
        return "LB-NORMAL"
    if flag == "HIGH" and high is not None and value < 0.98 * high:
        return "LB-HIGH"
    return "LB-LOW" if flag == "LOW" and low is not None and value > 1.02 * low else None


def _times(sheets: Sheets, row: int, factor: float) -> Change | None:
    value = round(factor * float(sheets.cell("LB", row, "LBSTRESN")), 3)
    rule = contradicted(sheets, row, value)
    return written(sheets, row, value).found_by(rule) if rule else None


def _not_converted(sheets: Sheets, row: int) -> Change | None:
    test, _, factor = _OTHER[sheets.cell("LB", row, "LBSTRESU")]
    return _times(sheets, row, factor) if test == sheets.cell("LB", row, "LBTESTCD") else None


def _mistaken_unit(sheets: Sheets, row: int) -> Change | None:
    test, unit, _ = _OTHER[sheets.cell("LB", row, "LBSTRESU")]
    return (
        put("LB", "LBSTRESU", lambda _: unit, "LBORRESU")(sheets, row)
        if (test == sheets.cell("LB", row, "LBTESTCD"))
        else None
    )


def _strange_unit(sheets: Sheets, row: int) -> Change:
    rule = _RULE_OF[sheets.cell("LB", row, "LBTESTCD")]
    units = dict.fromkeys(("LBSTRESU", "LBORRESU"), _STRANGE[rule])
    return sheets.change("LB", row, **units).found_by(rule)


def _other_flag(sheets: Sheets, row: int) -> Change | None:
    flag, value = sheets.cell("LB", row, "LBNRIND"), float(sheets.cell("LB", row, "LBSTRESN"))
    low, high = (sheets.cell("LB", row, f"LBSTNR{side}") for side in ("LO", "HI"))
    if flag == "NORMAL" and high is not None and value < 0.98 * high:
        return sheets.change("LB", row, LBNRIND="HIGH").found_by("LB-HIGH")
    outside = (low is not None and value < 0.98 * low) or (high is not None and value > 1.02 * high)
    if flag in ("HIGH", "LOW") and outside:
        return sheets.change("LB", row, LBNRIND="NORMAL").found_by("LB-NORMAL")
    return None


def _other_digits(sheets: Sheets, row: int) -> Change:
    value = float(sheets.cell("LB", row, "LBSTRESN"))
    return written(sheets, row, round(1.09 * value, 3), reported=False)


def _limits(sheets: Sheets, row: int) -> Change | None:
    low, high = (sheets.cell("LB", row, f"LBSTNR{side}") for side in ("LO", "HI"))
    return swap("LB", "LBSTNRLO", "LBSTNRHI")(sheets, row) if low < high else None


SAMPLES = (
    Kind(
        "unit-of-another-test",
        "A result has a unit that its test never has",
        "LB",
        _OF_A_KNOWN_UNIT,
        _strange_unit,
        rules=tuple(_STRANGE),
        also=("LB-ONE-UNIT",),
    ),
    Kind(
        "unit-mistaken",
        "A result has the other unit of its test, not its own",
        "LB",
        both(NUMBER, among("LB", "LBSTRESU", *_OTHER)),
        _mistaken_unit,
        rules=("LB-ONE-UNIT",),
    ),
    Kind(
        "value-not-converted",
        "A result in another unit stands under the standard unit",
        "LB",
        both(NUMBER, among("LB", "LBSTRESU", *_OTHER)),
        _not_converted,
        rules=FLAGS,
    ),
    Kind(
        "decimal-shifted",
        "The decimal point of a result is a place further on",
        "LB",
        NUMBER,
        lambda sheets, row: _times(sheets, row, 10),
        rules=FLAGS,
    ),
    Kind(
        "value-changed",
        "A result is another one in its standard form",
        "LB",
        both(NUMBER, known("LB", "LBORRES", "LBORRESU", "LBSTRESU")),
        _other_digits,
        rules=("RESULT-KEPT",),
        also=FLAGS,
    ),
    Kind(
        "result-negative",
        "A result has a minus sign",
        "LB",
        NUMBER,
        lambda sheets, row: written(sheets, row, -float(sheets.cell("LB", row, "LBSTRESN"))),
        rules=("LB-NEGATIVE",),
        also=FLAGS,
    ),
    Kind(
        "limits-swapped",
        "Lower and upper limit of normal are swapped",
        "LB",
        both(NUMBER, known("LB", "LBSTNRLO", "LBSTNRHI")),
        _limits,
        rules=("LB-LIMITS-ORDER",),
        also=FLAGS,
    ),
    Kind(
        "indicator-wrong",
        "The range indicator contradicts the result",
        "LB",
        both(NUMBER, known("LB", "LBNRIND")),
        _other_flag,
        rules=FLAGS,
    ),
    Kind(
        "standard-unit-missing",
        "A result has lost its standard unit",
        "LB",
        both(NUMBER, known("LB", "LBORRESU", "LBSTRESU")),
        put("LB", "LBSTRESU", gone),
        rules=("STANDARD-UNIT",),
        also=tuple(_STRANGE),
    ),
)
