"""Between which days each subject may have begun, so that nothing lies after the cut-off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.prrt.frame import EPOCHS, Cohort

if TYPE_CHECKING:
    from oncorules.generators.design import Moved


def fix_calendar(cohort: Cohort, cut_off: date, days: Moved) -> None:
    """Write the first and the last possible day of the first dose of each subject.

    Who is alive at the cut-off has one day only, if the years of retreatment allow it; else the
    subject was lost before.

    Args:
        cohort: with all times.
        cut_off: the day after which nothing lies.
        days: the first day of any, and those between which later courses begin.

    Raises:
        NoSuchCohort: the times of a subject fit no day.
    """
    subjects = cohort.subjects
    second, third = cohort.courses["R-PRRT"], cohort.courses["RR-PRRT"]
    starts = [second["START"], third["START"]]
    for row in range(subjects.size):
        end = int(subjects["END"][row])
        earliest, latest = days.first_dose, cut_off - timedelta(days=end)
        for column in starts:
            if column[row] != "":
                gap = timedelta(days=int(column[row]))
                earliest = max(earliest, days.later_courses[0] - gap)
                latest = min(latest, days.later_courses[1] - gap)
        if earliest > latest:
            raise NoSuchCohort(f"subject {row} fits no calendar: from {earliest} to {latest}")
        alive = subjects["DIED"][row] == "N" and subjects["NOSALVAG"][row] != "LOST TO FOLLOW-UP"
        if alive and latest + timedelta(days=end) == cut_off:
            earliest = latest
        subjects["FROM"][row], subjects["TO"][row] = earliest.isoformat(), latest.isoformat()


def columns_of(cohort: Cohort) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the rows of subjects and of courses, as they are shipped."""
    names = [f"{number:03}" for number in range(1, cohort.subjects.size + 1)]
    subjects = [
        {
            "SUBJID": name,
            **{column: str(cells[row]) for column, cells in cohort.subjects.columns.items()},
        }
        for row, name in enumerate(names)
    ]
    courses = []
    for row, name in enumerate(names):
        for epoch in EPOCHS:
            rows = cohort.courses[epoch]
            if row in cohort.has[epoch]:
                cells = {column: str(values[row]) for column, values in rows.columns.items()}
                courses.append({"SUBJID": name, "EPOCH": epoch, **cells})
    columns = list(dict.fromkeys(column for row in courses for column in row))
    return subjects, [{column: row.get(column, "") for column in columns} for row in courses]
