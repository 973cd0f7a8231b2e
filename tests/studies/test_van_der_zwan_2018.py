"""Courses, responses, times and grades of the hand-made export, against answers made by hand.

Where nothing else is said, an initial course is four cycles from 1 March to 16 August 2006, a
retreatment two from 2 March to 27 April 2009.
"""

from __future__ import annotations

from typing import Any

import pytest

from .by_hand import lines, months, shown

START = {"I-PRRT": "2006-03-01", "R-PRRT": "2009-03-02", "RR-PRRT": "2011-06-01"}
LATE = {("18", "R-PRRT"): "2015-11-01"}

# first and last cycle, cycles, dose, dose of all courses so far
DOSES = """
01 | I  | 2006-03-01 | 2006-08-16 | 4 | 29.6 | 29.6    # 4 x 7.4
01 | R  | 2009-03-02 | 2009-04-27 | 2 | 14.8 | 44.4
01 | RR | 2011-06-01 | 2011-07-27 | 2 | 15   | 59.4    # 2 x 7.5
02 | I  | 2006-03-01 | 2006-08-16 | 4 | 29.2 | 29.2    # 4 x 7.3
02 | R  | 2009-03-02 | 2009-04-27 | 2 | 14.8 | 44
03 | R  | 2009-03-02 | 2009-04-27 | 2 | 14.8 | 44.4
04 | R  | 2009-03-02 | 2009-03-02 | 1 | 7.4  | 37      # stopped after one cycle
10 | I  | 2006-03-01 | 2006-04-26 | 2 | 14.8 | 14.8
18 | R  | 2015-11-01 | 2015-12-27 | 2 | 14.8 | 44.4
19 | R  | 2009-03-02 | 2009-03-02 | 1 | 7.4  | 22.2
23 | I  | 2006-03-01 | 2006-06-21 | 3 | 22.2 | 22.2
34 | I  | 2006-03-01 | 2006-08-16 | 4 | 21.8 | 21.8    # 4 x 5.45
"""

# best response, and that of the scan 91 days after the last cycle, 30 days early or late
RESPONSES = """
01 | I  | PR | PR            # 100 to 68 mm is -32 %
01 | R  | PR | PR            # 95 to 66 mm is -30.5 %
01 | RR | SD | SD            # 80 to 78 mm
02 | I  | SD | SD
02 | R  | SD | SD            # 98 to 94 mm
03 | I  | PR | PR            # 60 to 40 mm is -33.3 %
03 | R  | PD | PD            # 62 to 76 mm on the first scan, +22.6 %
04 | I  | SD | SD
04 | R  | SD | SD            # 82 to 75 mm
05 | R  | CLINICAL PD | CLINICAL PD     # no scan after the baseline; 30 days after the last cycle
06 | I  | SD | SD
07 | I  | PR | PR            # 110 to 75 mm is -31.8 %
08 | I  | SD | SD
09 | I  | SD | SD            # progression was seen on the OctreoScan only
10 | I  | PD | PD            # 75 to 95 mm, +26.7 %
13 | R  | SD | SD            # 80 to 78 mm; deterioration came a year later
20 | I  | PD | PD
21 | R  | DIED | DIED        # 40 days after its only cycle, no scan
24 | I  | CR | CR            # 40 to 0 mm
24 | R  | SD | SD
31 | I  | NE | NE            # no scan after the baseline, alive nine months later
32 | I  | SD | SD
39 | I  | SD | SD
"""

# how and when the time without progression ended
FREE = """
01 | I  | 2008-08-13 | 0 | RECIST        # 66 to 92 mm
01 | R  | 2010-10-25 | 0 | RECIST        # 66 to 92 mm
01 | RR | 2012-01-25 | 0 | RECIST        # 78 to 97 mm
02 | I  | 2008-02-13 | 0 | RECIST        # 76 to 96 mm
02 | R  | 2010-04-26 | 0 | RECIST        # 94 to 118 mm
03 | I  | 2008-02-13 | 0 | RECIST        # 38 to 49 mm
03 | R  | 2009-06-08 | 0 | RECIST
04 | I  | 2008-08-13 | 0 | RECIST        # 64 to 80 mm
04 | R  | 2011-08-29 | 1 | LAST EVALUABLE ASSESSMENT
05 | I  | 2008-02-13 | 0 | RECIST        # 80 to 109 mm
05 | R  | 2009-05-27 | 0 | CLINICAL
06 | I  | 2007-08-15 | 0 | RECIST        # 46 to 60 mm
07 | I  | 2008-02-13 | 0 | RECIST        # 73 to 90 mm
08 | I  | 2008-02-13 | 1 | LAST EVALUABLE ASSESSMENT      # lost a year after its last scan
09 | I  | 2007-09-20 | 0 | OCTREOSCAN    # 400 days after the last cycle
10 | I  | 2006-06-07 | 0 | RECIST
11 | I  | 2007-08-31 | 0 | OCTREOSCAN
11 | R  | 2010-05-03 | 0 | OCTREOSCAN
11 | RR | 2012-06-01 | 0 | DEATH
13 | R  | 2010-05-02 | 0 | CLINICAL
18 | R  | 2016-03-27 | 1 | LAST EVALUABLE ASSESSMENT      # 91 days after the last cycle
21 | R  | 2009-04-11 | 0 | DEATH
22 | I  | 2008-02-13 | 1 | LAST EVALUABLE ASSESSMENT      # retreated without progression
24 | I  | 2008-08-13 | 0 | RECIST        # 0 to 12 mm
31 | I  | 2006-03-01 | 1 | START, NO ASSESSMENT
32 | I  | 2007-06-01 | 0 | DEATH         # as DS says; DM has no day
33 | I  | 2008-03-01 | 0 | DEATH
39 | I  | 2008-04-07 | 0 | CLINICAL      # 600 days after the last cycle
"""

# the last day a subject was known alive, or its death
LIVED = """
01 | 2014-05-01 | 0
02 | 2012-01-15 | 0
03 | 2011-03-01 | 0
04 | 2016-11-01 | 1
05 | 2010-02-01 | 0
06 | 2010-06-01 | 0
07 | 2011-08-01 | 0
08 | 2009-04-01 | 1
09 | 2013-03-01 | 0
10 | 2007-01-01 | 0
18 | 2017-01-01 | 1       # its death on 1 March 2017 is after the cut-off
31 | 2007-06-01 | 1
32 | 2007-06-01 | 0
"""

# worst CTCAE 3.0 grade after the first cycle and up to the next course
GRADES = """
02 | R | PLAT | 3       # 40: from 25 to less than 50
03 | I | WBC  | 3       # 1.5: from 1 to less than 2
04 | R | PLAT | 3       # 30
04 | R | HGB  | 3       # 4.5 mmol/L are 72.5 g/L: from 65 to less than 80
07 | I | HGB  | 3       # 4.8 mmol/L are 77.4 g/L
07 | I | WBC  | 4       # 0.9: less than 1
07 | I | ANY  | 4
15 | I | HGB  | 2       # 5 mmol/L before retreatment are 80.6 g/L: from 80 to less than 100
15 | I | PLAT | 1       # 75 is not less than 75
16 | I | PLAT | 2       # 74.9
23 | R | PLAT | 2       # 60
39 | I | CREAT | 3      # 350 of 100: more than 3 times the upper limit, up to 6 times
01 | I | ANY  | 0
01 | RR | ANY | .       # no count after its start
"""

# leukaemia: which, when, and the courses it came after
ILL = """
02 | I | 2011-02-01 | MDS
02 | R | 2011-02-01 | MDS
08 | I | 2008-12-01 | AML
23 | I | 2009-04-23 | MDS
23 | R | 2009-04-23 | MDS
24 | I | 2010-01-01 | AML      # MDS first, which became AML
24 | R | 2010-01-01 | AML
"""


def start(name: str | None, course: str | None) -> str:
    """The first day of a course."""
    assert name is not None
    assert course is not None
    return LATE.get((name, course), START[course])


def test_a_course_is_all_cycles_of_its_epoch_and_doses_add_up(prrt: Any) -> None:
    courses = prrt("ADPRRT")
    for name, course, *cells in lines(DOSES):
        row = courses[name, course]
        found = [row[key] for key in ("TRTSDT", "TRTEDT", "CYCLES", "DOSE", "CUMDOSE")]
        assert [shown(value) for value in found] == cells, (name, course)


def test_each_course_has_its_own_best_response_and_one_at_three_months(prrt: Any) -> None:
    courses = prrt("ADPRRT")
    for name, course, *cells in lines(RESPONSES):
        row = courses[name, course]
        assert [row["BESTRESP"], row["RESP3M"]] == cells, (name, course)


def test_progression_is_the_first_of_scan_scintigraphy_and_deterioration(prrt: Any) -> None:
    times = prrt("ADTTE")
    for name, course, end, censored, why in lines(FREE):
        row = times[name, course, "PFS"]
        found = [shown(row[key]) for key in ("ADT", "CNSR", "EVNTDESC")]
        assert found == [end, censored, why], (name, course)
        assert end is not None
        assert float(row["AVAL"]) == months(start(name, course), end), (name, course)


def test_survival_runs_from_each_course_to_the_same_day(prrt: Any) -> None:
    times = prrt("ADTTE")
    for name, end, censored in lines(LIVED):
        own = [key for key in times if key[0] == name and key[2] == "OS"]
        assert own, name
        for _, course, parameter in own:
            row = times[name, course, parameter]
            assert [shown(row["ADT"]), shown(row["CNSR"])] == [end, censored], (name, course)
            assert end is not None
            assert float(row["AVAL"]) == months(start(name, course), end), (name, course)


def test_some_months_by_the_calendar(prrt: Any) -> None:
    """Days counted on paper, so that the helper of the tests above is held to something."""
    times = prrt("ADTTE")
    days = {("01", "I-PRRT", "PFS"): 896, ("01", "R-PRRT", "PFS"): 602, ("05", "R-PRRT", "PFS"): 86}
    for key, count in days.items():
        assert float(times[key]["AVAL"]) == pytest.approx(count / 30.4375, abs=5e-5)


def test_the_worst_grade_of_a_course_is_by_ctcae_3(prrt: Any) -> None:
    grades = prrt("ADTOX")
    for name, course, test, grade in lines(GRADES):
        assert shown(grades[name, course, test]["GRADE"]) == grade, (name, course, test)


def test_grade_3_beside_grade_4_counts_in_both_columns(prrt: Any) -> None:
    row = prrt("ADTOX")["07", "I-PRRT", "ANY"]
    assert (row["GR3FL"], row["GR4FL"]) == ("Y", "Y")


def test_without_every_count_nobody_is_free_of_grade_4(prrt: Any) -> None:
    """Platelets of grade 3 are known, leucocytes and haemoglobin are not."""
    row = prrt("ADTOX")["02", "R-PRRT", "ANY"]
    assert (row["GR3FL"], row["GR4FL"]) == ("Y", None)


def test_leukaemia_counts_from_the_first_dose_and_after_each_course_before_it(prrt: Any) -> None:
    times = prrt("ADTTE")
    found = {key for key in times if key[2] == "AMLMDS"}
    assert found == {(name, course, "AMLMDS") for name, course, *_ in lines(ILL)}
    for name, course, day, kind in lines(ILL):
        row = times[name, course, "AMLMDS"]
        assert [shown(row["ADT"]), row["EVNTDESC"]] == [day, kind], (name, course)
    assert float(times["23", "R-PRRT", "AMLMDS"]["AVAL"]) == 1.7084  # 52 days
    assert prrt("ADSL")["40"]["MYELFL"] == "N"  # the day before the first dose


def test_what_was_found_before_a_course_is_that_of_its_epoch(prrt: Any) -> None:
    courses, people = prrt("ADPRRT"), prrt("ADSL")
    assert [courses["01", course]["AGE"] for course in START] == [58, 61, 63]
    assert [courses["01", course]["UPTAKE"] for course in START] == ["3", "4", "3"]
    changes = {name: row["UPTAKECH"] for name, row in people.items()}
    assert changes["01"] == "HIGHER"
    assert changes["03"] == "LOWER"
    assert changes["02"] == "SAME"
    assert changes["15"] is None  # its uptake before retreatment is not known
    assert (people["02"]["BONE1"], people["02"]["BONE2"]) == ("N", "Y")
    assert [courses[name, "I-PRRT"]["CGAHIGH"] for name in ("01", "02")] == ["Y", "N"]  # 2 x 95


def test_the_who_grade_holds_for_the_times_of_later_courses_too(prrt: Any) -> None:
    times = prrt("ADTTE")
    assert times["05", "R-PRRT", "PFS"]["WHOGRADE"] == "3"
    assert times["08", "I-PRRT", "PFS"]["WHOGRADE"] is None


def test_responses_have_ranks_and_those_not_evaluable_none(prrt: Any) -> None:
    ranks = {name: (row["RANK1"], row["RANK2"]) for name, row in prrt("ADSL").items()}
    assert ranks["01"] == (1, 1)
    assert ranks["03"] == (1, 3)
    assert ranks["05"] == (2, 4)
    assert ranks["21"] == (2, 4)
    assert ranks["24"] == (1, 2)  # CR ranks as PR
    assert ranks["31"] == (None, None)


def test_a_reduced_course_has_its_reason(prrt: Any) -> None:
    courses = prrt("ADPRRT")
    reduced = {key: row["REDREASN"] for key, row in courses.items() if row["REDFL"] == "Y"}
    assert reduced == {
        ("04", "R-PRRT"): "MYELOSUPPRESSION",
        ("21", "R-PRRT"): "DEATH",
        ("23", "I-PRRT"): "MYELOSUPPRESSION",
        ("23", "R-PRRT"): "MYELOSUPPRESSION",
    }


def test_where_death_is_no_event_the_last_scan_ends_the_time(prrt: Any) -> None:
    times = prrt("ADTTE", death_is_event="no")
    ends = {name: times[name, "I-PRRT", "PFS"] for name in ("32", "33", "01")}
    assert {name: (shown(row["ADT"]), row["CNSR"]) for name, row in ends.items()} == {
        "32": ("2006-11-15", 1),
        "33": ("2008-02-13", 1),
        "01": ("2008-08-13", 0),
    }
