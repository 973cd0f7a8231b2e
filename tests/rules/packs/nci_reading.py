"""The grade of one laboratory value by the NCI wording alone: an oracle for the shipped packs.

Everything is scanned from the highest grade down with three answers: a grade that the missing
number could still decide makes the whole answer None, and 0 means that no wording applies. Numbers
are Decimals; limits of normal are in the unit of their value; nothing is rounded or divided. A
value is compared in its own unit where NCI prints one, otherwise in the first unit printed.

Where the wording leaves a choice, this is the one taken (signs and equality: see `nci_text`):

1. A range stands as printed: 9.5 g/dL is grade 2 by "<10.0 - 8.0" even where LLN is 9.0.
2. 5.0 "baseline was abnormal" is above its own ULN; "normal" includes below LLN. A baseline without
   its ULN is unknown, and so is each clause that asks for it. The baseline record is graded as any.
3. 5.0, 6.0 with a high baseline: a value between ULN and the lower edge ("1.5 x baseline") is 0. A
   value at or below ULN is 0 whatever the baseline (transaminases, ALP, GGT, bilirubin).
4. 6.0 transaminases, grade 3 "if baseline was >ULN up to 5 x ULN": the cap is on the baseline.
   Beyond it a value above 2 and up to 4 x baseline has no wording: None.
5. Creatinine, ";" is "or": 4.03 the higher of the baseline rule and the ULN rule, inside the normal
   range too; 5.0 the same from grade 2; 6.0 the baseline rule where the baseline is below its LLN,
   the ULN rule always.
6. Fibrinogen: the higher of the LLN rule and the fall; any fall is grade 1 in 3.0 and 4.03; in 5.0
   and 6.0 "if abnormal" is value < LLN. "75% decrease" is 75 % or more. "<50 mg/dL" needs no LLN.
7. INR 4.03 and later: the baseline clause only with `anticoagulated` (default False), and then
   beside the other clause, the higher of both, as ";" is read elsewhere.
8. Whole numbers that leave a gap: what is between belongs to the milder grade. 5.0 sodium 129 to
   130 is 1, 124 to 125 is as 125; eGFR 4.03, 5.0 59 to 60 is 1, 29 to 30 is 2; clearance 6.0 25 to
   26 is 2; 4.03 urine protein 3.4 to 3.5 g is 2; QTc 480 to 481 ms is 1, 500 to 501 ms is 2.
9. Worse than all that is worded is None: clearance 6.0 below 10, 4.03 dipstick 3+ and 4+.
10. One range in two grades is a matter of symptoms: `symptoms` "worst" takes the higher, "lowest"
    the lower, "open" None. It is never about grade 4: acidosis and alkalosis 3.0, amylase and
    lipase 5.0, 6.0 above 5 x ULN are 3 in every mode. "symptomatic", "hospitalization indicated"
    and the like beside a range of its own ask for nothing, nor do "bleeding" and "or acidosis".
11. "Fasting" in hyperglycaemia 4.03, 6.0, grades 1, 2: `fasting` (default True).
12. Calcium 4.03 and later is corrected calcium: the caller sees to it. Ionised calcium is a term of
    its own, as are "dipstick", "P/C", "pediatric P/C" and "pediatric dipstick" (unit "+" or "g/g").
13. Haemoglobin increased 4.03: from ULN, but from the baseline instead where that is above its ULN;
    a value at or below its own ULN is 0.
14. Urine protein "<1.0 g" (4.03) and "P/C <1" (6.0) begin at ULN, it in, as "ULN - <1.0 g" in 6.0.
    Uric acid 3.0 "<=0.59 mmol/L" is above ULN, as the mg/dL beside it.
15. "Absent" (haptoglobin 3.0) is 0. "proteinuria 2+ present" (kidney disease) is 2+ or more. "4+"
    is 4+ or more. pH "normal" is LLN for acidosis, ULN for alkalosis.
16. QTc: "change" is a rise; one ECG is enough for "on two separate ECGs"; 6.0 is taken as 5.0.
17. mmol/L of haemoglobin is the monomer; mg/dL of phosphate is as phosphorus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from operator import ge, gt, le, lt

from .nci_text import VERSIONS, Bound, Clause, Limit, Term, derived, printed_limits, term, terms

__all__ = [
    "VERSIONS",
    "Bound",
    "Clause",
    "Limit",
    "Term",
    "grade",
    "printed_limits",
    "term",
    "terms",
]

EXACT = Context(prec=80)
SIGNS = {"<": lt, "<=": le, ">": gt, ">=": ge}

#: What one unit is worth in the canonical unit, by a word of the term or its quantity.
FACTORS: list[tuple[str, dict[str, str]]] = [
    (r"\(.*p/c\)", {"g/g": "1", "mg/g": "0.001", "mg/mmol": "0.0088402"}),
    (r"proteinuria|urinary protein", {"g/24 hrs": "1", "mg/24 hrs": "0.001"}),
    (r"hemoglobin|anemia", {"g/L": "1", "g/dL": "10", "mmol/L": "16.114"}),
    (
        r"leuko|white blood|neutro|lympho|cd4|platelet|thrombocyt",
        {"10^9/L": "1", "/mm3": "0.001"},
    ),
    (r"fibrinogen", {"g/L": "1", "mg/dL": "0.01", "umol/L": "0.34"}),
    (r"albumin", {"g/L": "1", "g/dL": "10", "umol/L": "0.0665"}),
    (r"calci|calcemia", {"mmol/L": "1", "mg/dL": "0.24951", "mEq/L": "0.5"}),
    (r"glucose|glycemia", {"mmol/L": "1", "mg/dL": "0.055508"}),
    (r"magnes", {"mmol/L": "1", "mg/dL": "0.41144", "mEq/L": "0.5"}),
    (r"phosphate, serum|phosphatemia", {"mmol/L": "1", "mg/dL": "0.32285"}),
    (r"uric", {"mmol/L": "1", "mg/dL": "0.059484", "umol/L": "0.001"}),
    (r"cholesterol", {"mmol/L": "1", "mg/dL": "0.025862"}),
    (r"triglyceride", {"mmol/L": "1", "mg/dL": "0.011294"}),
    (r"sodium|natremia|potassium|kalemia|bicarbonate", {"mmol/L": "1", "mEq/L": "1"}),
    (r"creatinine clearance", {"mL/min": "1", "mL/s": "60", "L/day": "0.69444"}),
    (r"chronic kidney", {"mL/min/1.73 m2": "1", "mL/s/1.73 m2": "60"}),
    (r"troponin", {"ng/mL": "1", "ng/L": "0.001"}),
    (r"qt", {"s": "1", "ms": "0.001"}),
]

#: Other spellings of a unit, for one and the same number.
SPELLINGS = {
    **dict.fromkeys(["10^6/L", "/uL", "1/uL", "cells/uL", "1/mm3", "10^3/mL"], "/mm3"),
    **dict.fromkeys(["10^3/uL", "10^3/mm3", "/nL", "G/L", "10e9/L", "10E9/L", "10*9/L"], "10^9/L"),
    **dict.fromkeys(["g/day", "g/d", "g/24h", "g/24 h"], "g/24 hrs"),
    **dict.fromkeys(["mg/day", "mg/d", "mg/24h", "mg/24 h"], "mg/24 hrs"),
    **dict.fromkeys(["mL/min/1.73m2", "ml/min/1.73 m2"], "mL/min/1.73 m2"),
    "mg/mg": "g/g",
    "g/mol": "mg/mmol",
    "g/kg": "mg/g",
    "ug/L": "ng/mL",
    "pg/mL": "ng/L",
    "ml/min": "mL/min",
}


@dataclass(frozen=True)
class Case:
    """One value with what is known beside it, and what its unit is worth."""

    value: Decimal
    lln: Decimal | None
    uln: Decimal | None
    baseline: Decimal | None
    baseline_lln: Decimal | None
    baseline_uln: Decimal | None
    #: The worth of the value's unit and of the unit compared in; None where that is unknown.
    factors: tuple[Decimal, Decimal] | None


def factors_of(of_term: Term) -> dict[str, Decimal]:
    """Return what each unit of the term's analyte is worth."""
    found = (units for words, units in FACTORS if re.search(words, str(of_term).lower()))
    return {unit: Decimal(worth) for unit, worth in next(found, {}).items()}


def _sides(bound: Bound, case: Case) -> tuple[Decimal | None, Decimal | None]:
    """Return what is compared on the left and on the right of a bound's sign."""
    value, number, baseline = case.value, bound.number, case.baseline
    match bound.of:
        case "":
            return value, number
        case "x ULN":
            return value, _times(number, case.uln)
        case "x LLN":
            return value, _times(number, case.lln)
        case "% LLN":
            return 100 * value, _times(number, case.lln)
        case "x baseline":
            return value, _times(number, baseline)
        case "% decrease from baseline":
            fall = None if baseline is None else 100 * (baseline - value)
            return fall, _times(number, baseline)
        case "baseline x ULN":
            return baseline, _times(number, case.baseline_uln)
        case "baseline x LLN":
            return baseline, _times(number, case.baseline_lln)
    if case.factors is None:
        return None, None
    own, printed = case.factors
    _, _, above = bound.of.partition(" above ")
    start = {"": Decimal(0), "ULN": case.uln, "baseline": baseline}[above]
    return (None if start is None else (value - start) * own), number * printed


def _times(number: Decimal, limit: Decimal | None) -> Decimal | None:
    return None if limit is None else number * limit


def holds(bound: Bound, case: Case) -> bool | None:
    """Return whether a bound holds, None where a number it needs is missing."""
    left, right = _sides(bound, case)
    return None if left is None or right is None else bool(SIGNS[bound.sign](left, right))


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Return the three-valued "and"."""
    found = list(answers)
    return False if False in found else None if None in found else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return the three-valued "or"."""
    found = list(answers)
    return True if True in found else None if None in found else False


def grade(
    of_term: Term,
    *,
    value: Decimal,
    unit: str | None,
    lln: Decimal | None = None,
    uln: Decimal | None = None,
    baseline: Decimal | None = None,
    baseline_lln: Decimal | None = None,
    baseline_uln: Decimal | None = None,
    symptoms: str = "worst",
    anticoagulated: bool | None = False,
    fasting: bool | None = True,
) -> int | None:
    """Return the grade of a value, 0 where none applies, None where that cannot be decided.

    `lln`, `uln`, `baseline`, `baseline_lln` and `baseline_uln` are in the unit of the value. The
    unit of a term that prints only multiples, or bare numbers such as a pH, is not looked at.
    """
    assert symptoms in ("worst", "lowest", "open"), symptoms
    if not of_term.grades:
        return None
    compared, factors = _comparison(of_term, unit)
    case = Case(value, lln, uln, baseline, baseline_lln, baseline_uln, factors)
    special = {"": True, "anticoagulated": anticoagulated, "fasting": fasting}
    with localcontext(EXACT):
        for number in sorted(of_term.grades, reverse=True):
            found = any_of(
                all_of([_applies(clause, case), special[clause.only], by_symptoms])
                for clause in _of_unit(of_term, number, compared)
                for by_symptoms in [_by_symptoms(of_term, number, clause, symptoms)]
            )
            if found is None:
                return None
            if found:
                return number
        is_worded = all_of(
            holds(bound, case) for bound in of_term.silent if bound.unit in (None, compared)
        )
    return 0 if is_worded else None


def _comparison(
    of_term: Term, unit: str | None
) -> tuple[str | None, tuple[Decimal, Decimal] | None]:
    """Return the unit to compare in, and the worth of the value's unit and of that one."""
    printed = of_term.units
    if not printed:
        return None, None
    unit = unit if unit in printed else SPELLINGS.get(unit or "", unit)
    if unit in printed:
        return unit, (Decimal(1), Decimal(1))
    worth = factors_of(of_term)
    if unit not in worth or printed[0] not in worth:
        return printed[0], None
    return printed[0], (worth[unit], worth[printed[0]])


def _of_unit(of_term: Term, number: int, unit: str | None) -> list[Clause]:
    """Return the clauses of a grade that a value can show, without those of other units."""
    return [
        clause
        for clause in of_term.grades[number]
        if derived(number, clause) and clause.units <= {unit}
    ]


def _applies(clause: Clause, case: Case) -> bool | None:
    found = all_of(holds(bound, case) for bound in (*clause.bounds, *clause.where))
    if clause.cap is not None and found is not False and not holds(clause.cap, case):
        return None
    return found


def _by_symptoms(of_term: Term, number: int, clause: Clause, symptoms: str) -> bool | None:
    """Return whether symptoms are taken as there, where a milder grade has the same range."""
    is_shared = any(
        set(other.bounds) == set(clause.bounds) and other.where == clause.where
        for milder, clauses in of_term.grades.items()
        if milder < number
        for other in clauses
    )
    return {"worst": True, "lowest": False, "open": None}[symptoms] if is_shared else True
