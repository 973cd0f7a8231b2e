"""Worst grades of blood counts and creatinine per course, as Table 6 counts them."""

from __future__ import annotations

import numpy as np

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.prrt.counts import Counts
from oncorules.calibration.prrt.frame import Rows, pick_row

TESTS = {"haemoglobin": "HGB", "leucocytes": "WBC", "platelets": "PLAT", "creatinine": "CREAT"}
BLOOD = ("HGB", "WBC", "PLAT")


def deal_grades(
    counts: Counts,
    course: Rows,
    rows: np.ndarray,
    column: str,
    random: np.random.Generator,
    fixed: dict[int, dict[str, str]],
    both: int | None = None,
) -> None:
    """Give each subject of a course a worst grade per test.

    Args:
        counts: the printed counts.
        course: gets the columns HGBGR, WBCGR, PLATGR and CREATGR.
        rows: its subjects.
        column: of Table 6, without the grade: `i` for `i_3` and `i_4`.
        random: of who gets what.
        fixed: grades that the text tells of a subject.
        both: how many have grade 4 of one and grade 3 of another blood count; where the paper does
            not tell, as many as there must be.

    Raises:
        NoSuchCohort: the counts leave no such distribution.
    """  # fmt: skip

    def printed(row: str, grade: int) -> int:
        return counts.count(6, "toxicity", row, f"{column}_{grade}")

    cells = {(code, grade): printed(row, grade) for row, code in TESTS.items() for grade in (3, 4)}
    fours, threes = printed("any", 4), printed("any", 3)
    if both is None:
        both = 1 if fours and sum(cells[code, 3] for code in BLOOD) > threes else 0
    for code in TESTS.values():
        course[f"{code}GR"][rows] = ""
    grades: dict[int, dict[str, str]] = {row: dict(told) for row, told in fixed.items()}
    for told in fixed.values():
        for code, grade in told.items():
            if (code, int(grade)) in cells:
                cells[code, int(grade)] -= 1
    free = [int(row) for row in random.permutation(rows) if row not in fixed]
    having3 = sum("3" in told.values() for told in fixed.values())
    highest = [code for code in BLOOD for _ in range(cells[code, 4])]
    left = [code for code in BLOOD for _ in range(cells[code, 3])]
    only3 = threes - having3 - both
    if len(highest) != fours or both > fours:
        raise NoSuchCohort(f"grade 4 of {len(highest)} tests cannot be that of {fours} in all")
    if not 0 <= only3 <= len(left) - both or fours + only3 + cells["CREAT", 3] > len(free):
        tests = len(left) + having3
        raise NoSuchCohort(f"grade 3 of {tests} tests cannot be that of {threes} in all")
    four_rows = [free.pop() for _ in range(fours)]
    for row, code in zip(four_rows, highest, strict=True):
        grades[row] = {code: "4"}
    random.shuffle(left)
    three_rows = four_rows[:both] + [free.pop() for _ in range(only3)]
    for row in three_rows:  # everybody gets one first, then the rest goes where it still fits
        fresh = [code for code in left if code not in grades.get(row, {})]
        if not fresh:
            raise NoSuchCohort("nobody has two grades of one test")
        grades.setdefault(row, {})[fresh[0]] = "3"
        left.remove(fresh[0])
    for code in list(left):
        fitting = [row for row in three_rows if code not in grades[row]]
        grades[pick_row(fitting, random, f"of grade 3 of {code} too")][code] = "3"
    for _ in range(cells["CREAT", 3]):
        grades.setdefault(free.pop(), {})["CREAT"] = "3"
    for row in rows:
        told = grades.get(int(row), {})
        for code in TESTS.values():
            usual = random.choice(["0", "1", "2"], p=[0.55, 0.3, 0.15])
            course[f"{code}GR"][row] = told.get(code, "0" if code == "CREAT" else usual)
