"""Solves the cohort: counts, times, values, then everything as rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.medians import Missed
from oncorules.calibration.prrt import values
from oncorules.calibration.prrt.control_times import ControlTimes
from oncorules.calibration.prrt.counts import CONTROL, EXCLUDED, OTHERS, RETREATED, Counts
from oncorules.calibration.prrt.frame import EPOCHS, Cohort, Rows
from oncorules.calibration.prrt.leukaemia import leukaemia_times
from oncorules.calibration.prrt.plan import PLAN, Plan
from oncorules.calibration.prrt.reasons import deal_no_salvage, deal_reduced
from oncorules.calibration.prrt.third_course import PFS as PFS3
from oncorules.calibration.prrt.times import RetreatedTimes, Solved
from oncorules.calibration.prrt.toxicity import deal_grades
from oncorules.calibration.retreated_moves import OS1, OS2, PFS1, PFS2
from oncorules.calibration.stages import Stages
from oncorules.calibration.targets import Targets

LESS_BEFORE = "stopped_before"
CGA_LIMIT, ALP_LIMIT = 190, 240
"""Twice the upper limits of normal of this cohort; the paper prints none."""


@dataclass(frozen=True)
class Solution:
    """A cohort, how many medians there are, and which of them are not as printed."""

    cohort: Cohort
    medians: int
    missed: tuple[Missed, ...]


def resolve(
    targets: Targets, seed: int, stages: Stages | None = None, plan: Plan = PLAN
) -> Solution:
    """Return the cohort that meets the printed figures.

    Args:
        targets: the printed figures.
        seed: of everything; the same seed gives the same cohort.
        stages: runs, tells and keeps the stages of the search.
        plan: of these stages.

    Raises:
        RuleError: no cohort has the printed figures together, with the place of each of them.
    """
    stages = stages or Stages(plan.stages)
    random = np.random.default_rng(seed)
    counts = Counts(targets, random)
    cohort = counts.deal()
    deal_no_salvage(counts, random)
    search = RetreatedTimes(cohort, targets, seed)
    retreated = search.solve(stages, plan)
    control = ControlTimes(cohort, targets, retreated, seed).solve(stages, plan.controls)
    with targets.dealing():
        deal_reduced(counts, search, random)
    _write_times(counts, search, retreated, control)
    _three_months(counts)
    _extend(counts, random)
    _values(counts, search, random)
    with targets.dealing():
        _leukaemia(counts, targets, random)
    _grades(counts, random)
    first = cohort.courses["I-PRRT"]
    first["START"] = np.zeros(cohort.subjects.size, int)
    return Solution(
        cohort, retreated.medians + control.medians, tuple(retreated.missed + control.missed)
    )


def _write_times(counts: Counts, search: RetreatedTimes, solved: Solved, control: Solved) -> None:
    cohort = counts.cohort
    first, second, third = (cohort.courses[epoch] for epoch in EPOCHS)
    rows, controls = counts.members(RETREATED), counts.members(CONTROL)
    for course in (first, second, third):
        course["START"], course["PFS"], course["PFSBY"] = (
            np.full(len(cohort.subjects["SET"]), "", object) for _ in range(3)
        )
    subjects = cohort.subjects
    subjects["END"], subjects["DIED"] = (np.full(subjects.size, "", object) for _ in range(2))
    first["START"][np.concatenate([rows, controls])] = 0
    subjects["END"][rows], subjects["END"][controls] = solved.times[OS1], control.times[1]
    subjects["DIED"][rows] = np.where(solved.events[OS2] == 1, "Y", "N")
    subjects["DIED"][controls] = np.where(control.events[1] == 1, "Y", "N")
    second["START"][rows] = search.gaps[0]
    again = np.flatnonzero(search.third)
    third["START"][rows[again]] = search.gaps[0, again] + search.gaps[1, again]
    by1, by2 = second["PROGBY"][rows], third["PROGBY"][rows]
    for place, row in enumerate(rows):
        first["PFS"][row] = int(solved.times[PFS1, place])
        first["PFSBY"][row] = "" if by1[place] == "NONE" else by1[place]
        ended = bool(solved.events[PFS2, place])
        _end(second, row, solved.times[PFS2, place], ended, str(by2[place]))
    for place, row in enumerate(search.again.rows):
        ended = bool(search.again.events[PFS3, place])
        _end(third, row, search.again.times[PFS3, place], ended, "")
    for place, row in enumerate(controls):
        first["PFS"][row] = int(control.times[0, place])
        unseen = first["BESTRESP"][row] == "NE"
        dead = control.times[0, place] == control.times[1, place] and subjects["DIED"][row] == "Y"
        by = "OCTREOSCAN" if unseen else "DEATH" if dead else "RECIST"
        first["PFSBY"][row] = by if control.events[0, place] else ""


def _end(course: Rows, row: int, days: int, ended: bool, by: str) -> None:
    """Write when a course ends without progression, and by what unless it is censored."""
    course["PFS"][row] = int(days)
    best = course["BESTRESP"][row]
    if not ended:
        course["PFSBY"][row] = ""
    elif best in ("DIED", "NE"):
        course["PFSBY"][row] = "DEATH"
    elif best == "CLINICAL PD":
        course["PFSBY"][row] = "CLINICAL"
    else:
        course["PFSBY"][row] = by if by not in ("", "NONE") else "RECIST"


def _three_months(counts: Counts) -> None:
    """Let the partial responses that lasted longest come after three months, as many as printed."""
    for epoch, row in (("R-PRRT", "r"), ("RR-PRRT", "rr")):
        course = counts.cohort.courses[epoch]
        course["RESP3M"] = course["BESTRESP"].copy()
        rows = [k for k in counts.members(RETREATED) if course["BESTRESP"][k] == "PR"]
        late = len(rows) - counts.count(3, "after_salvage", row, "pr_3")
        for k in sorted(rows, key=lambda k: int(course["PFS"][k]))[len(rows) - late :]:
            course["RESP3M"][k] = "SD"


def _extend(counts: Counts, random: np.random.Generator) -> None:
    """Fill those outside the efficacy sets: like somebody inside, with a history that excludes."""
    cohort = counts.cohort
    again = set(cohort.has["RR-PRRT"])
    second = cohort.courses["R-PRRT"]
    usual = [
        row
        for row in counts.members(RETREATED)
        if row not in again
        and second["BESTRESP"][row] in ("SD", "PR")
        and second["REDREASN"][row] == ""
    ]
    for name, models in ((EXCLUDED, usual), (OTHERS, list(counts.members(CONTROL)))):
        for row in counts.members(name):
            model = random.choice(models)
            for rows in (cohort.subjects, *cohort.courses.values()):
                for column, cells in rows.columns.items():
                    if column not in ("SET", "NOSALVAG"):
                        cells[row] = cells[model]
    first = cohort.courses["I-PRRT"]
    for row in counts.members(EXCLUDED):  # too short a time before the relapse
        follow_up = int(cohort.subjects["END"][row]) - int(second["START"][row])
        first["PFS"][row], first["PFSBY"][row] = int(random.integers(400, 540)), "RECIST"
        first["BESTRESP"][row] = first["BESTRESP"][row].replace("NE", "SD")
        second["START"][row] = int(first["PFS"][row]) + int(random.integers(30, 200))
        cohort.subjects["END"][row] = int(second["START"][row]) + follow_up


def _values(counts: Counts, search: RetreatedTimes, random: np.random.Generator) -> None:
    cohort, targets = counts.cohort, counts.targets
    first, second, third = (cohort.courses[epoch] for epoch in EPOCHS)
    rows, controls = counts.members(RETREATED), counts.members(CONTROL)
    reasons = second["REDREASN"][rows]
    # Of those with persistent myelosuppression some had a cycle less in their first course too.
    less = np.zeros(len(rows), bool)
    less[np.flatnonzero(reasons == "MYELOSUPPRESSION")[: int(targets.value(LESS_BEFORE, "n"))]] = (
        True
    )
    first["REDREASN"][rows[less]] = "MYELOSUPPRESSION"
    bone = reasons == "DIFFUSE BONE METASTASES"
    with targets.dealing():
        given = values.doses(search.third, reasons != "", bone, less, targets, random)
    for course, dose in zip((first, second, third), given, strict=True):
        course["DOSE"][rows] = [f"{one:.1f}" for one in dose]
    third["DOSE"][rows[~search.third]] = ""
    with targets.dealing():
        plain = values.plain_doses(len(controls), targets, "dose_i_control", random)
    first["DOSE"][controls] = [f"{one:.1f}" for one in plain]
    with targets.dealing():
        days = values.ages(search.gaps[0], search.gaps[1], search.third, targets, random)
    cohort.subjects["AGEDAYS"][rows] = np.round(days).astype(int)
    with targets.dealing():
        ages = values.plain_ages(len(controls), targets, "table-4.age.years.control", random)
    cohort.subjects["AGEDAYS"][controls] = np.round((ages + 0.5) * values.DAYS_OF_YEAR).astype(int)
    for block, name, limit in (
        ("chromogranin_a", "CGA", CGA_LIMIT),
        ("alkaline_phosphatase", "ALP", ALP_LIMIT),
    ):
        for course, table, column, who in (
            (first, 1, "i", rows),
            (second, 1, "r", rows),
            (third, 1, "rr", rows[search.third]),
            (first, 4, "control", controls),
        ):
            known = len(who) - counts.count(table, block, "unknown", column)
            median, q1, q3 = (
                targets.value(f"table-{table}.{block}_level.level.{column}", role)
                for role in ("median", "q1", "q3")
            )
            above = counts.count(table, block, "above", column)
            levels = values.with_quartiles(known, median, q1, q3, limit, above, random)
            places = random.permutation(who)[:known]
            course[name][places] = [str(level) for level in levels]
    grade = first["WHOGRADE"]
    spans = {"1": (1, 2), "2": (3, 20), "3": (21, int(targets.value("grade_3_ki67", "max")))}
    first["KI67"] = np.array(
        [
            str(random.integers(spans[one][0], spans[one][1] + 1)) if one in spans else ""
            for one in grade
        ],
        object,
    )
    highest = rows[grade[rows] == "3"][0]
    first["KI67"][highest] = str(spans["3"][1])
    outside = np.concatenate([counts.members(EXCLUDED), counts.members(OTHERS)])
    for row in outside:  # their findings are those of somebody inside; so are doses and markers
        model = random.choice(
            rows[~search.third] if cohort.subjects["SET"][row] == EXCLUDED else controls
        )
        cohort.subjects["AGEDAYS"][row] = cohort.subjects["AGEDAYS"][model]
        for course in (first, second):
            for name in ("CGA", "ALP"):
                course[name][row] = course[name][model]
        first["DOSE"][row] = "29.6"
        second["DOSE"][row] = "14.8" if cohort.subjects["SET"][row] == EXCLUDED else ""


def _leukaemia(counts: Counts, targets: Targets, random: np.random.Generator) -> None:
    """One told by the text is among those with persistent myelosuppression; others lie outside."""
    cohort = counts.cohort
    second = cohort.courses["R-PRRT"]
    subjects = cohort.subjects
    found = told = None
    for row in np.flatnonzero(second["REDREASN"] == "MYELOSUPPRESSION"):
        try:
            found = leukaemia_times(int(second["START"][row]), targets, random)
        except NoSuchCohort:
            continue
        told = row
        break
    if found is None:
        raise NoSuchCohort("no times to leukaemia print as the paper does")
    kinds = {
        column: [
            kind
            for kind, name in (("AML", "aml"), ("MDS", "mds"))
            for _ in range(counts.count(7, "diagnosed", name, column))
        ]
        for column in ("control", "retreated")
    }
    kinds["retreated"].remove("MDS")
    subjects["MYELOID"][told], subjects["MYELOIDDAY"][told] = "MDS", int(found.from_i[0])
    others = counts.members(EXCLUDED)[: len(kinds["retreated"])]
    first = cohort.courses["I-PRRT"]
    for row, kind, day, after in zip(
        others,
        kinds["retreated"],
        np.sort(found.from_i[1:]),
        np.sort(found.from_r[1:]),
        strict=True,
    ):
        start = int(day) - int(after)
        follow_up = max(int(subjects["END"][row]) - int(second["START"][row]), int(after) + 60)
        first["PFS"][row] = min(int(first["PFS"][row]), start)
        second["START"][row] = start
        subjects["END"][row] = start + follow_up
        subjects["MYELOID"][row], subjects["MYELOIDDAY"][row] = kind, int(day)
        first["CHEMO"][row] = "N"
    for row, kind, day in zip(
        counts.members(OTHERS), kinds["control"], found.control, strict=False
    ):
        subjects["MYELOID"][row], subjects["MYELOIDDAY"][row] = kind, int(day)
        subjects["END"][row] = max(int(subjects["END"][row]), int(day) + 60)
    if first["CHEMO"][told] == "Y":  # none of the four had chemotherapy before
        rows = counts.members(RETREATED)
        other = random.choice(rows[first["CHEMO"][rows] == "N"])
        first["CHEMO"][told], first["CHEMO"][other] = "N", "Y"


def _grades(counts: Counts, random: np.random.Generator) -> None:
    cohort = counts.cohort
    first, second, third = (cohort.courses[epoch] for epoch in EPOCHS)
    safety = np.concatenate([counts.members(RETREATED), counts.members(EXCLUDED)])
    told = np.flatnonzero(
        (second["REDREASN"] == "MYELOSUPPRESSION") & (cohort.subjects["MYELOID"] == "MDS")
    )
    low = np.flatnonzero(second["REDREASN"] == "MYELOSUPPRESSION")
    milder = int(counts.targets.value("stopped_platelets_2", "n"))
    anaemia = {int(row): {"HGB": "3"} for row in told}
    fixed = {int(row): {"PLAT": "2" if place < milder else "3"} for place, row in enumerate(low)}
    controls = np.concatenate([counts.members(CONTROL), counts.members(OTHERS)])
    both = int(counts.targets.value("concurrent", "n"))
    for course, rows, column, grades, concurrent in (
        (first, safety, "i", anaemia, None),
        (second, safety, "r", fixed, None),
        (third, cohort.has["RR-PRRT"], "rr", {}, None),
        (first, controls, "control", {}, both),
    ):
        with counts.targets.dealing():
            deal_grades(counts, course, rows, column, random, grades, concurrent)
