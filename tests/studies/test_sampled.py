"""Sampled subjects of van der Zwan 2018: what was assigned is what the rules derive, all of it."""

import pyarrow.parquet as pq
import pytest

from oncorules.generators.generate import generate
from oncorules.rules.deriving.derive import derive
from oncorules.validation.run import validate

STUDY, SUBJECTS, SEED = "van-der-zwan-2018", 1500, 11
MONTH = 30.4375


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampled")
    generate(STUDY, folder / "export", subjects=SUBJECTS, seed=SEED)
    generate(STUDY, folder / "assigned", subjects=SUBJECTS, seed=SEED, visits=False)
    return folder


@pytest.fixture(scope="module")
def subjects(export):
    rows = pq.read_table(export / "assigned" / "subjects.parquet").to_pylist()
    return {row["SUBJID"]: row for row in rows}


@pytest.fixture(scope="module")
def courses(export):
    rows = pq.read_table(export / "assigned" / "courses.parquet").to_pylist()
    return {(row["SUBJID"], row["EPOCH"]): row for row in rows}


@pytest.fixture(scope="module")
def derived(export):
    with derive(str(export / "export"), study=STUDY) as result:
        return {one.name: result.table(one.name).to_pylist() for one in result.tables}


def by_course(rows):
    return {(row["USUBJID"][-8:], row["EPOCH"]): row for row in rows}


def test_every_course_has_the_response_that_was_assigned(derived, courses):
    found = by_course(derived["ADPRRT"])
    assert {key: row["BESTRESP"] for key, row in found.items()} == {
        key: row["BESTRESP"] for key, row in courses.items()
    }


def test_progression_and_survival_end_on_the_assigned_days(derived, courses, subjects):
    found = {
        parameter: by_course(row for row in derived["ADTTE"] if row["PARAMCD"] == parameter)
        for parameter in ("PFS", "OS")
    }

    def told(parameter):
        return {
            key: (round(float(row["AVAL"]) * MONTH), row["CNSR"] == 0)
            for key, row in found[parameter].items()
        }

    assert told("PFS") == {
        key: (row["PFS"], row["PFSBY"] is not None) for key, row in courses.items()
    }
    assert told("OS") == {
        key: (subjects[key[0]]["END"] - row["START"], subjects[key[0]]["DIED"] == "Y")
        for key, row in courses.items()
    }


def test_worst_grades_are_those_that_were_assigned(derived, courses):
    found = {
        (row["USUBJID"][-8:], row["EPOCH"], row["PARAMCD"]): row["GRADE"]
        for row in derived["ADTOX"]
        if row["PARAMCD"] != "ANY"
    }
    assert found == {
        (*key, test): row[f"{test}GR"]
        for key, row in courses.items()
        for test in ("HGB", "WBC", "PLAT", "CREAT")
    }


def test_the_criteria_select_the_set_that_each_subject_was_drawn_from(derived, subjects):
    def drawn(row):
        return (row["SALVFL"], row["CTRLFL"], row["GROUP"])

    sets = {
        "retreated": ("Y", "N", "RETREATED"), "excluded": ("N", "N", "RETREATED"),
        "control": ("N", "Y", "CONTROL"), "others": ("N", "N", "CONTROL"),
    }  # fmt: skip
    found = {row["USUBJID"][-8:]: drawn(row) for row in derived["ADSL"]}
    assert found == {key: sets[row["SET"]] for key, row in subjects.items()}


def test_no_check_has_an_error(export):
    with validate(str(export / "export"), study=STUDY) as result:
        wrong = [one.rule_id for one in result.rules if one.not_met and one.severity == "error"]
    assert wrong == []
